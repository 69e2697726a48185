"""Where data lie: in files that may be packed, in folders, and in zip archives, which are folders that are packed.

A file in an archive has the archive's name before its own, as if that were a folder: `digit-recognizer.zip/train.csv`.
All readers open files and look into folders with these functions, so that each reads what is in an archive as well.

>>> from io import BytesIO
>>> packed = gzip.compress(gzip.compress(b"7,0,255,128,0"))
>>> unpacked(BufferedReader(BytesIO(packed)), len(packed)).read()       # gzipped twice, as some servers do it
b'7,0,255,128,0'
"""
from __future__ import annotations

import gzip
import os
import stat
import zipfile
from contextlib import contextmanager
from importlib import import_module
from io import BufferedReader
from itertools import islice
from pathlib import Path
from typing import IO, Any, Iterator, List, Optional, Tuple, Union, cast

from ...saved import files
from ...saved.files import Limited, PathLike, file_errors

PACKERS = {b"\x1f\x8b": ("gzip", "GzipFile"), b"BZh": ("bz2", "BZ2File"), b"\xfd7zXZ": ("lzma", "LZMAFile")}
"""How packed files begin, and the module and the class that unpack them."""

MOST_LAYERS = 3
DEEPEST, MOST_FILES = 3, 100_000        # how far and how many files are looked for


@contextmanager
def opened(path: PathLike) -> Iterator[IO[bytes]]:
    """The file at `path`, open for reading and unpacked, whatever its name. Its errors are raised as BadFile."""
    with file_errors(path), _raw(Path(path)) as file:
        try:
            yield cast(IO[bytes], Limited(unpacked(file, size_of(path))))
        except Exception as error:
            if type(error).__name__ == "LZMAError":
                raise ValueError(f"damaged: {error}") from None
            raise


def unpacked(file: Any, size: int) -> Any:
    """The content of a file of `size` bytes, unpacked as often as it was packed. What was packed twice is no smaller
    for it: a first layer of much more than the file was made to fill the memory, or to take hours."""
    for layer in range(MOST_LAYERS):
        start = file.peek(6)
        packer = next((packer for mark, packer in PACKERS.items() if start.startswith(mark)), None)
        if packer is None:
            break
        try:
            module = import_module(packer[0])
        except ImportError:
            raise ValueError(f"packed with {packer[0]}, which this Python cannot unpack: unpack it first") from None
        source = Limited(file, 2 * size + (1 << 20)) if layer else file
        file = getattr(module, packer[1])(**{"fileobj" if packer[0] == "gzip" else "filename": source})
    return file


@contextmanager
def _raw(path: Path) -> Iterator[Any]:
    """The bytes of a file as it lies on the disk, or in its archive."""
    archive, name = _in_archive(path)
    if archive is None:
        if not stat.S_ISREG(os.stat(path).st_mode):     # asked first: to open a named pipe would wait for a writer
            raise ValueError("a folder or a device, expected a file")
        with open(path, "rb") as file:
            yield file
    else:
        with unzipped(archive) as zipped, zipped.open(name) as member:
            yield member


@contextmanager
def unzipped(archive: Union[PathLike, IO[bytes]]) -> Iterator[zipfile.ZipFile]:
    """An archive, open for reading; ValueError if it is damaged, or packed in a way that Python does not know."""
    try:
        with zipfile.ZipFile(archive) as zipped:
            yield zipped
    except KeyError:
        raise FileNotFoundError(2, os.strerror(2)) from None
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError) as error:
        if isinstance(error, RecursionError):
            raise
        raise ValueError(f"not a whole zip file: {error}") from None


def is_archive(path: PathLike) -> bool:
    """Whether this is a zip file on the disk."""
    if not os.path.isfile(path):
        return False
    with file_errors(path), open(path, "rb") as file:
        return file.read(4) in (b"PK\x03\x04", b"PK\x05\x06")


def _in_archive(path: Path) -> Tuple[Optional[Path], str]:
    """The archive in which a file lies, and its name there; None for a file of its own."""
    for parent in path.parents:
        if parent.is_file():
            return parent, path.relative_to(parent).as_posix()
        if parent.exists():
            break
    return None, ""


def size_of(path: PathLike) -> int:
    """The number of bytes that a file takes on the disk, or in its archive."""
    archive, name = _in_archive(Path(path))
    if archive is None:
        return os.path.getsize(path)
    with unzipped(archive) as zipped:
        return zipped.getinfo(name).compress_size


def check_memory(path: PathLike, n: int) -> None:
    """ValueError if the content of the file at `path` may not take n bytes of memory."""
    files.check_memory(path, n, size_of(path))


def first_bytes(path: PathLike, n: int) -> bytes:
    """Up to n bytes from the beginning of the file, unpacked."""
    with opened(path) as file:
        return file.read(n)


def files_in(folder: Path) -> List[Path]:
    """The files in a folder or an archive, and those in the folders in it, the nearest first. What unzippers and
    desktops add to a folder is not among them."""
    archive = folder if folder.is_file() else _in_archive(folder)[0]
    if archive is None:
        found = list(islice(_walk(folder), MOST_FILES + 1))
    else:
        with file_errors(archive), unzipped(archive) as zipped:
            names = [info.filename for info in zipped.infolist() if info.filename.strip("/")]
        names = [name for name in names if not name.endswith("/")]
        found = [archive / name for name in names[:MOST_FILES + 1] if not _hidden(Path(name))]
        found = [path for path in found if folder in path.parents]
    if len(found) > MOST_FILES:
        raise ValueError(f"more than {MOST_FILES:,} files")
    return sorted(found, key=lambda path: (len(path.parts), path))


def _walk(folder: Path) -> Iterator[Path]:
    for name, folders, names in os.walk(folder):
        here = Path(name)
        if len(here.relative_to(folder).parts) >= DEEPEST:
            folders.clear()
        folders[:] = [inner for inner in folders if not _hidden(Path(inner))]
        yield from (here / inner for inner in names if not _hidden(Path(inner)))


def _hidden(name: Path) -> bool:
    return any(part.startswith((".", "__MACOSX")) for part in name.parts) or name.name in ("Thumbs.db", "desktop.ini")
