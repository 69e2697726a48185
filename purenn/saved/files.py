"""Files as they come from the world: missing, cut short, damaged, compressed, or something else altogether.

Every error in a file is a `BadFile`: one line that begins with the name of the file. The memory that a file may take is
limited here, for all formats. A file that we write replaces the old one at once, or not at all.

>>> with opened("no/such/file") as file:
...     read_exactly(file, 16)
Traceback (most recent call last):
purenn.saved.files.BadFile: no/such/file: No such file or directory
"""
from __future__ import annotations

import gzip
import os
import secrets
import stat
import struct
import time
import zlib
from contextlib import contextmanager, suppress
from errno import EINVAL, ENOSYS, ENOTSUP, EOPNOTSUPP, EPERM
from glob import escape
from pathlib import Path
from typing import IO, Any, Callable, Iterator, List, Optional, Union, cast

PathLike = Union[str, "os.PathLike[str]"]

LARGEST = 1 << 29
"""Of no file are more than these 512 MiB read, counted after unzipping; MNIST's largest file holds 45 MiB."""

MEMORY, MEMORY_PER_BYTE = 1 << 28, 128
"""What a file becomes in memory may take 256 MiB, and 128 bytes more for each byte of the file as it is on disk.
MNIST's images take 48 bytes for each of their gzipped file. What takes more was made to fill the memory."""


class BadFile(ValueError):
    """A file that cannot be used. `path` is its name, and `str` one line: `path: what was found, what was expected`."""

    def __init__(self, path: PathLike, problem: object) -> None:
        super().__init__(path, problem)
        self.path = path

    def __str__(self) -> str:
        line = f"{self.args[0]}: {str(self.args[1])[:500]}"
        return "".join(c if c.isprintable() else ascii(c)[1:-1] for c in line)


@contextmanager
def file_errors(path: PathLike) -> Iterator[None]:
    """Inside this `with`, every error in the file at `path` is raised as a BadFile: a plain ValueError of a reader, and
    the exceptions of the standard library."""
    try:
        yield
    except BadFile:
        raise
    except EOFError:
        raise BadFile(path, "cut short: the compressed data end before their end mark") from None
    except (zlib.error, gzip.BadGzipFile) as error:
        raise BadFile(path, f"damaged: {error}") from None
    except OSError as error:
        raise BadFile(path, error.strerror or error) from None
    except RecursionError:
        raise BadFile(path, "lists within lists without end") from None
    except (ValueError, struct.error) as error:
        raise BadFile(path, error) from None


class Limited:
    """An open file of which no more than `most` bytes are read, LARGEST if nothing is said."""

    def __init__(self, file: Any, most: Optional[int] = None) -> None:
        self.file = file
        self.most = self.left = LARGEST if most is None else most

    def read(self, n: int = -1) -> bytes:
        return self._counted(self.file.read(self.left + 1 if n < 0 else min(n, self.left + 1)))

    def readline(self, n: int = -1) -> bytes:
        return self._counted(self.file.readline(self.left + 1 if n < 0 else min(n, self.left + 1)))

    def _counted(self, piece: bytes) -> bytes:
        self.left -= len(piece)
        if self.left < 0:
            raise ValueError(f"more than {self.most:,} bytes")
        return piece


@contextmanager
def opened(path: PathLike) -> Iterator[IO[bytes]]:
    """The file at `path`, open for reading, gunzipped if its content is gzip. Its errors are raised as BadFile."""
    with file_errors(path):
        if not stat.S_ISREG(os.stat(path).st_mode):     # asked first: to open a named pipe would wait for a writer
            raise ValueError("a folder or a device, expected a file")
        with open(path, "rb") as file:
            zipped = file.read(2) == b"\x1f\x8b"
            file.seek(0)
            yield cast(IO[bytes], Limited(gzip.GzipFile(fileobj=file) if zipped else file))


def memory_limit(size: int) -> int:
    """The most bytes of memory that the content of a file of `size` bytes may take."""
    return MEMORY + MEMORY_PER_BYTE * size


def check_memory(path: PathLike, n: int, size: Optional[int] = None) -> None:
    """ValueError if the content of the file at `path`, of `size` bytes on disk, may not take n bytes of memory."""
    size = os.path.getsize(path) if size is None else size
    if n > memory_limit(size):
        raise ValueError(f"would take {n:,} bytes of memory, expected at most {memory_limit(size):,} "
                         f"for a file of {size:,} bytes")


def read_exactly(file: IO[bytes], n: int, what: str = "bytes") -> bytes:
    """The next n bytes. They are read in pieces: a header that promises more than there is costs no memory."""
    pieces, missing = [], n
    while missing:
        piece = file.read(min(missing, 1 << 20))
        if not piece:
            raise ValueError(f"ends after {n - missing:,} of {n:,} {what}")
        pieces.append(piece)
        missing -= len(piece)
    return b"".join(pieces)


def read_all(file: IO[bytes], most: int) -> bytes:
    """All bytes that are left; ValueError if they are more than `most`. They, too, are read in pieces."""
    content = bytearray()
    while piece := file.read(1 << 16):
        content += piece
        if len(content) > most:
            raise ValueError(f"more than {most:,} bytes, too large for what it should be")
    return bytes(content)


def expect_end(file: IO[bytes]) -> None:
    """Check that nothing follows (and so, where the file is compressed, that its checksum is right)."""
    if file.read(1):
        raise ValueError("goes on after its expected end")


def first_bytes(path: PathLike, n: int) -> bytes:
    """Up to n bytes from the beginning of the file, gunzipped."""
    with opened(path) as file:
        return file.read(n)


def write_atomically(path: PathLike, content: bytes) -> None:
    """Put a file of this content at `path`, replacing what is there at once: at every instant, whoever looks and
    whenever the machine stops, there is the old file or the new one. OSError or ValueError if that cannot be."""
    part = _written_part(path, content)
    try:
        os.replace(part, os.path.realpath(path))
    except BaseException:
        part.unlink(missing_ok=True)
        raise


def _written_part(path: PathLike, content: bytes) -> Path:
    """A new file of this content beside the one at `path`, to take its place, with the same permissions."""
    part = _part(path)
    mode = stat.S_IMODE(os.stat(path).st_mode) if os.path.exists(path) else None
    # Created with the old file's mode, it is at no instant open to more people than that; "x": not even through a link.
    file = open(part, "xb", opener=lambda name, flags: os.open(name, flags, 0o666 if mode is None else mode))
    try:
        with file:
            if mode is not None and stat.S_IMODE(os.stat(part).st_mode) != mode:
                _where_possible(lambda: os.chmod(part, mode))
            file.write(content)
            flush(file)
    except BaseException:
        part.unlink(missing_ok=True)
        raise
    return part


def flush(file: IO[bytes]) -> None:
    """When this returns, what was written to the file is on disk."""
    file.flush()
    _where_possible(lambda: os.fsync(file.fileno()))


def _where_possible(action: Callable[[], None]) -> None:
    """Do it, unless the file system knows no such thing: FAT has no permissions, some network file systems no fsync."""
    try:
        action()
    except OSError as error:
        if error.errno not in (EINVAL, ENOSYS, ENOTSUP, EOPNOTSUPP, EPERM):
            raise


def cache_folders() -> List[Path]:
    """The folders of files that can be had again: $XDG_CACHE_HOME/purenn, if that is set, and ~/.cache/purenn. New
    files go into the first; an older purenn put its own into the second in any case."""
    named, default = os.environ.get("XDG_CACHE_HOME", ""), Path(os.path.expanduser("~"), ".cache", "purenn")
    return list(dict.fromkeys([Path(named, "purenn")] * os.path.isabs(named) + [default]))


def check_distinct(*paths: Optional[PathLike]) -> None:
    """BadFile if two of these are the same file: what is written to one would take the place of the other."""
    seen = set()
    for path in paths:
        if path is not None:
            if os.path.realpath(path) in seen:
                raise BadFile(path, "named for two purposes, expected a file for each")
            seen.add(os.path.realpath(path))


def check_writable(path: PathLike) -> None:
    """BadFile if nothing could be written to `path`: found out before hours of work."""
    with file_errors(path):
        part, other = _written_part(path, b""), _part(path)
        try:
            os.replace(part, other)
        finally:
            for name in part, other:
                name.unlink(missing_ok=True)


def _part(path: PathLike) -> Path:
    """The name of a new file beside the one at `path` (if that is a link, beside what it leads to), in which the new
    content grows until it takes that one's place.

    Nobody can guess the name, and several threads can save to one path. A part that has not been written to for a
    minute was left by a process that was killed, and is removed.
    """
    path = Path(os.path.realpath(path))
    if path.exists() and not path.is_file():
        raise ValueError("a folder or a device, expected a file")
    for old in path.parent.glob(f"{escape(path.name)}.{'[0-9a-f]' * 16}.part"):
        with suppress(OSError):
            if time.time() - old.lstat().st_mtime > 60.0:
                old.unlink()
    return path.with_name(f"{path.name}.{secrets.token_hex(8)}.part")
