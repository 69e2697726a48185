"""npz, NumPy's archive, in which Keras gives MNIST away: a zip file of arrays with names.

Each array is a file of its own, with a header that says all that is needed:

    93 N U M P Y 01 00              the mark, and the version
    76 00                           the length of what follows, low byte first
    {'descr': '|u1', 'fortran_order': False, 'shape': (60000, 28, 28), }
    00 00 00 ...                    the numbers

Keras's file holds x_train, y_train, x_test and y_test. Source: NumPy, "NEP 1: a simple file format for NumPy arrays".
"""
from __future__ import annotations

import re
import struct
import zipfile
from pathlib import Path
from typing import IO

from ...saved.files import check_memory, expect_end, read_exactly
from .arrays import COPIES, Array, bytes_of, labelled
from .images import DataSet, Format

HEADER = re.compile(r"\{'descr': '([<>|]\w\d)', 'fortran_order': False, 'shape': \((\d+(?:, \d+)*),?\),? *\}\s*")
LONGEST_HEADER = 1000


class NPZ(Format):
    """An archive with Keras's names."""

    name, endings = "npz", (".npz",)

    def recognises(self, start: bytes) -> bool:
        return start.startswith(b"PK")

    def read(self, path: Path) -> DataSet:
        try:
            with zipfile.ZipFile(path) as archive:
                x_train, y_train, x_test, y_test = [
                    member(archive, f"{name}.npy", path) for name in ("x_train", "y_train", "x_test", "y_test")]
        except (zipfile.BadZipFile, NotImplementedError, RuntimeError) as error:
            raise ValueError(f"not a whole zip file: {error}") from None
        return DataSet(labelled(x_train, y_train, path), labelled(x_test, y_test, path))


def member(archive: zipfile.ZipFile, name: str, path: Path) -> Array:
    """The array of this name in the archive at `path`."""
    if name not in archive.namelist():
        raise ValueError(f"holds no {name}")
    if archive.getinfo(name).compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        raise ValueError(f"{name} is compressed in a way that NumPy does not use")
    with archive.open(name) as file:
        try:
            return read_npy(file, path)
        except ValueError as error:
            raise ValueError(f"{name}: {error}") from None


def read_npy(file: IO[bytes], path: Path) -> Array:
    """One array of the archive at `path`."""
    mark = read_exactly(file, 8, "bytes of its mark")
    if mark[:6] != b"\x93NUMPY":
        raise ValueError(f"begins with {mark.hex(' ')}, expected 93 and NUMPY")
    length, = struct.unpack("<H", read_exactly(file, 2)) if mark[6] == 1 else struct.unpack("<I", read_exactly(file, 4))
    header = HEADER.fullmatch(read_exactly(file, min(length, LONGEST_HEADER)).decode("latin-1"))
    if not header:
        raise ValueError("its header is not one of numbers stored row by row")
    dtype, shape = header[1], tuple(map(int, header[2].split(",")))
    n = bytes_of(dtype, shape)
    check_memory(path, COPIES * n)
    content = read_exactly(file, n)
    expect_end(file)
    return Array(dtype, shape, content)
