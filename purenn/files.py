"""Files as they come from the world: missing, cut short, damaged, compressed, or something else altogether.

Every reader of purenn opens its files here. Whatever is wrong with a file, the person hears of it as a
`BadFile`, in one line that begins with the file's name; and nobody reads, or decompresses, more than was asked for.

>>> with opened("no/such/file") as file:
...     read(file, 16)
Traceback (most recent call last):
purenn.files.BadFile: no/such/file: No such file or directory
"""
from __future__ import annotations

import gzip
import os
import stat
import struct
import zlib
from contextlib import contextmanager
from typing import IO, Iterator, NamedTuple, Union, cast

PathLike = Union[str, "os.PathLike[str]"]

LARGEST = 1 << 29
"""Of no file are more bytes read than these 512 MiB, ten times what MNIST's largest one holds."""


class BadFile(ValueError):
    """A file that cannot be used. `path` is its name, and `str` one line: `path: what was found, what was expected`."""

    def __init__(self, path: PathLike, problem: object) -> None:
        super().__init__(path, problem)
        self.path = path

    def __str__(self) -> str:
        line = f"{self.args[0]}: {self.args[1]}"
        return "".join(c if c.isprintable() else ascii(c)[1:-1] for c in line)


@contextmanager
def blamed(path: PathLike) -> Iterator[None]:
    """Inside this `with`, whatever is wrong is wrong with the file at `path`: it leaves as a BadFile."""
    try:
        yield
    except BadFile:
        raise
    except EOFError:
        raise BadFile(path, "the compressed data end before their end mark: the file is cut short") from None
    except zlib.error as error:
        raise BadFile(path, f"the compressed data are damaged ({error})") from None
    except OSError as error:
        raise BadFile(path, error.strerror or error) from None
    except (ValueError, struct.error) as error:
        raise BadFile(path, error) from None


@contextmanager
def opened(path: PathLike) -> Iterator[IO[bytes]]:
    """The file at `path`, open for reading and gunzipped on the fly if its content says so.

    Inside the `with`, a reader says what is wrong in a plain ValueError, and it leaves as a BadFile.
    """
    with blamed(path):
        if not stat.S_ISREG(os.stat(path).st_mode):
            raise ValueError("a folder or a device, expected a file")
        with open(path, "rb") as file:
            if file.read(2) == b"\x1f\x8b":
                file.seek(0)
                with gzip.GzipFile(fileobj=file) as unzipped:
                    yield cast(IO[bytes], unzipped)
            else:
                file.seek(0)
                yield file


def read(file: IO[bytes], n: int, what: str = "bytes") -> bytes:
    """The next n bytes, not one less. They are read piece by piece, so that a promise of many costs nothing."""
    pieces, missing = [], n
    while missing:
        piece = file.read(min(missing, 1 << 20))
        if not piece:
            raise ValueError(f"ends after {n - missing:,} of {n:,} {what}" if n > missing else f"ends where {what} should begin")
        pieces.append(piece)
        missing -= len(piece)
    return b"".join(pieces)


def read_end(file: IO[bytes]) -> None:
    """Check that nothing follows (and so, in a gzip file, that the checksum at the end is right)."""
    if file.read(1):
        raise ValueError("more bytes follow than the file's header accounts for")


class Images(NamedTuple):
    """A set of labelled images, still as bytes: what every reader makes of its file."""

    pixels: bytes       # image after image, row after row, 0 (white) to 255 (black)
    size: int           # the number of pixels of one image
    labels: bytes       # the digit of each image, 0 to 9; empty where the file has none
