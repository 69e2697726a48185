"""npz, NumPy's archive, in which Keras gives MNIST away: a zip file of arrays with names; and npy, one array alone.

Each array is a file of its own, with a header that says all that is needed:

    93 N U M P Y 01 00              the mark, and the version
    76 00                           the length of what follows, low byte first
    {'descr': '|u1', 'fortran_order': False, 'shape': (60000, 28, 28), }
    00 00 00 ...                    the numbers

Keras's file holds x_train, y_train, x_test and y_test; other names are understood where they say which is which.
Source: NumPy, "NEP 1: a simple file format for NumPy arrays".
"""
from __future__ import annotations

import io
import re
import struct
import zipfile
from pathlib import Path
from typing import IO, Dict

from ...saved.files import expect_end, memory_limit, read_all, read_exactly
from .arrays import COPIES, Array, bytes_of, data_set
from .images import DataSet, Format
from .naming import relatives, role
from .places import check_memory, files_in, opened, size_of, unzipped

HEADER = re.compile(r"\{'descr': '([<>|=]\w+)', 'fortran_order': (True|False), "
                    r"'shape': \((\d+(?:, \d+)*),?\),? *\}\s*")
LONGEST_HEADER = 1000


class NPZ(Format):
    """Arrays in an archive; or, where each file has but one, in several archives whose names say what they hold."""

    name, endings = "npz", (".npz",)

    def recognises(self, start: bytes) -> bool:
        return start.startswith(b"PK")

    def arrays(self, path: Path) -> Dict[str, Array]:
        """The arrays of one file."""
        with opened(path) as file:
            with unzipped(io.BytesIO(read_all(file, memory_limit(size_of(path))))) as archive:
                found: Dict[str, Array] = {}
                for name in archive.namelist():
                    if name.endswith(".npy"):
                        found[name[:-4]] = member(archive, name, path, sum(len(a.content) for a in found.values()))
                return found

    def read(self, path: Path) -> DataSet:
        arrays = self.arrays(path)
        beside = relatives(path, files_in(path.parent)).values() if len(arrays) == 1 else ()
        if len(beside) > 1:
            arrays = {f"{other.stem} {name}".strip(): a for other in beside if other.suffix == path.suffix
                      for name, a in self.arrays(other).items()}
        return data_set(arrays, path)

    def read_images(self, path: Path) -> DataSet:
        arrays = self.arrays(path)
        if len(arrays) == 1 and role(path.name)[1] != "labels":
            arrays = {"x_test": a for a in arrays.values()}
        return data_set(arrays, path)


class NPY(NPZ):
    """Arrays in files of their own: x_train.npy, y_train.npy and so on."""

    name, endings = "npy", (".npy",)

    def recognises(self, start: bytes) -> bool:
        return start.startswith(b"\x93NUMPY")

    def arrays(self, path: Path) -> Dict[str, Array]:
        with opened(path) as file:
            return {"": read_npy(file, path)}


def member(archive: zipfile.ZipFile, name: str, path: Path, taken: int) -> Array:
    """The array of this name in the archive at `path`, of which `taken` bytes are in memory already."""
    if archive.getinfo(name).compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        raise ValueError(f"{name} is compressed in a way that NumPy does not use")
    with archive.open(name) as file:
        try:
            return read_npy(file, path, taken)
        except ValueError as error:
            raise ValueError(f"{name}: {error}") from None


def read_npy(file: IO[bytes], path: Path, taken: int = 0) -> Array:
    """One array of the file at `path`."""
    mark = read_exactly(file, 8, "bytes of its mark")
    if mark[:6] != b"\x93NUMPY":
        raise ValueError(f"begins with {mark.hex(' ')}, expected 93 and NUMPY")
    length, = struct.unpack("<H", read_exactly(file, 2)) if mark[6] == 1 else struct.unpack("<I", read_exactly(file, 4))
    header = HEADER.fullmatch(read_exactly(file, min(length, LONGEST_HEADER)).decode("latin-1"))
    if not header:
        raise ValueError("its header is not one of numbers stored by rows or columns")
    dtype, shape = header[1], tuple(map(int, header[3].split(",")))
    n = bytes_of(dtype, shape)
    check_memory(path, COPIES * (taken + n))
    content = read_exactly(file, n)
    expect_end(file)
    return Array(dtype, shape, content, header[2] == "True")
