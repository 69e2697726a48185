"""NumPy's arrays without NumPy: what kind of numbers, in what shape, and their bytes.

>>> as_bytes(Array(">i2", (3,), bytes([0, 7, 0, 4, 0, 255])))       # two bytes each, the high one first
b'\\x07\\x04\\xff'
>>> as_bytes(Array("|u1", (1, 2, 2), bytes([0, 255, 0, 9])))         # an image of 2 x 2 pixels
b'\\x00\\xff\\x00\\t'
"""
from __future__ import annotations

import sys
from array import array
from math import prod
from typing import Dict, Iterator, NamedTuple, Sequence, Tuple, Union

from ...saved.files import LARGEST, PathLike
from .images import Images, check_size

CODES = {"u1": "B", "i1": "b", "u2": "H", "i2": "h", "u4": "I", "i4": "i", "u8": "Q", "i8": "q", "f4": "f", "f8": "d"}
"""NumPy's names for kinds of numbers, and the module array's."""

COPIES = 6
"""A byte of an array counts for six: up to four of them are in memory while it is read, and floats take time."""


class Array(NamedTuple):
    """An array as NumPy writes it. Text stands for bytes where Python 2 knew no difference."""

    dtype: str                      # byte order (<, >, or | where there is none), kind and number of bytes: "<f4"
    shape: Tuple[int, ...]
    content: Union[bytes, bytearray, str]


def bytes_of(dtype: str, shape: Tuple[int, ...]) -> int:
    """The number of bytes of an array; ValueError if it is not one of numbers, empty, or too large."""
    if dtype[1:] not in CODES:
        raise ValueError(f"an array of {dtype[:8]!r}, expected whole numbers or floats")
    n = prod(shape) * array(CODES[dtype[1:]]).itemsize
    if min(shape, default=0) < 1 or n > LARGEST:
        raise ValueError(f"an array of shape {shape}, expected at least 1 of each and at most {LARGEST:,} bytes in all")
    return n


def content_of(a: Array) -> Union[bytes, bytearray]:
    """The bytes of an array; ValueError if its shape and kind take more or fewer."""
    content = a.content.encode("latin-1") if isinstance(a.content, str) else a.content
    if len(content) != bytes_of(a.dtype, a.shape):
        raise ValueError(f"an array of shape {a.shape} and kind {a.dtype!r} in {len(content):,} bytes")
    return content


def numbers(a: Array) -> Iterator[Sequence[float]]:
    """The numbers of an array, some thousands at a time, so that they never exist all at once."""
    content = content_of(a)
    for k in range(0, len(content), 1 << 16):
        piece = array(CODES[a.dtype[1:]])
        piece.frombytes(content[k:k + (1 << 16)])
        if a.dtype[0] == {"little": ">", "big": "<"}[sys.byteorder]:
            piece.byteswap()
        yield piece.tolist()


def single(x: float) -> float:
    """x rounded to the four bytes of an "f4"."""
    return array("f", [x])[0]


class Greys(Dict[float, int]):
    """The byte that a brightness was made from. MNIST's pickled file has byte/256, other files have byte/255. The two
    have no value in common but 0, so one table serves both. There are millions of pixels: the table is for speed."""

    def __init__(self) -> None:
        super().__init__((value, byte) for byte in range(256) for value in (byte / 256, byte / 255, single(byte / 255)))

    def __missing__(self, value: float) -> int:
        grey = round(value * 255) if 0.0 <= value <= 1.0 else 0
        if not abs(value * 255 - grey) <= 1e-3:
            raise ValueError(f"a pixel of {value!r}, expected a whole number of 255ths or 256ths from 0 to 1")
        return grey


def as_bytes(a: Array) -> bytes:
    """The numbers of an array of pixels or labels, as bytes."""
    try:
        if a.dtype[1:] == "u1":
            return bytes(content_of(a))
        if a.dtype[1:2] == "f":
            grey = Greys().__getitem__
            return b"".join(bytes(map(grey, piece)) for piece in numbers(a))
        return b"".join(map(bytes, numbers(a)))     # type: ignore[arg-type]
    except OverflowError:
        raise ValueError("a pixel or label far outside 0 to 255") from None


def labelled(images: Array, labels: Array, path: PathLike) -> Images:
    """Images (n x ...) and labels (n) from the file at `path`."""
    if len(images.shape) < 2 or labels.shape != images.shape[:1] or labels.dtype[1:2] == "f":
        raise ValueError(f"images of shape {images.shape} and labels of shape {labels.shape}, "
                         f"expected a whole number for each image")
    n, size = images.shape[0], prod(images.shape[1:])
    check_size(path, n, size)
    digits = as_bytes(labels)
    if max(digits) > 9:
        raise ValueError(f"a label of {max(digits)}, expected 0 to 9")
    return Images(as_bytes(images), size, digits)
