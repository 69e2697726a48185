"""NumPy's arrays without NumPy: what kind of numbers, in what shape, and their bytes; and which array is what.

>>> [list(piece) for piece in numbers(Array(">i2", (3,), bytes([0, 7, 0, 4, 0, 255])))]    # the high byte first
[[7, 4, 255]]
>>> pixels_of(Array("|u1", (1, 2, 2), bytes([0, 255, 0, 9])))         # an image of 2 x 2 pixels, on a scale untold
(b'\\x00\\xff\\x00\\t', 0)
"""
from __future__ import annotations

import re
import struct
import sys
from array import array
from math import prod
from typing import TYPE_CHECKING, Dict, Iterator, List, Mapping, NamedTuple, Optional, Sequence, Tuple, Union

from ...saved.files import LARGEST, PathLike
from .images import FLOAT, UNTOLD, DataSet, Images, check_size, digits, joined
from .naming import digit_of, role
from .scale import compact

if TYPE_CHECKING:
    from .images import Numbers

CODES = {"u1": "B", "i1": "b", "b1": "B", "u2": "H", "i2": "h", "u4": "I", "i4": "i", "u8": "Q", "i8": "q",
         "f2": "e", "f4": "f", "f8": "d"}
"""NumPy's names for kinds of numbers, and the module struct's."""

TEXT = re.compile(r"[SUa](\d{1,3})")
LONGEST_TEXT = 20

MOST_PLACES = 1 << 18

COPIES = 6
"""A byte of an array counts for six: up to four of them are in memory while it is read, and floats take time."""


class Array(NamedTuple):
    """An array as NumPy writes it. Text stands for bytes where Python 2 knew no difference."""

    dtype: str                      # byte order (<, >, or | where there is none), kind and number of bytes: "<f4"
    shape: Tuple[int, ...]
    content: Union[bytes, bytearray, str]
    fortran: bool = False           # stored column by column


def item_size(dtype: str) -> int:
    """The number of bytes of one element; ValueError if it is neither a number nor a short text."""
    kind = dtype[1:]
    if kind in CODES:
        return struct.calcsize("=" + CODES[kind])
    text = TEXT.fullmatch(kind)
    if text and 0 < int(text[1]) <= LONGEST_TEXT:
        return int(text[1]) * (4 if kind[0] == "U" else 1)
    if kind[:1] == "O":
        raise ValueError("an array of Python objects, expected numbers: save it as array.astype('float64') or 'uint8'")
    raise ValueError(f"an array of {dtype[:8]!r}, expected whole numbers or floats")


def bytes_of(dtype: str, shape: Tuple[int, ...]) -> int:
    """The number of bytes of an array; ValueError if it is not one of numbers, empty, or too large."""
    n = prod(shape) * item_size(dtype)
    if min(shape, default=0) < 1 or n > LARGEST:
        raise ValueError(f"an array of shape {shape}, expected at least 1 of each and at most {LARGEST:,} bytes in all")
    return n


def content_of(a: Array) -> bytes:
    """The bytes of an array, row by row; ValueError if its shape and kind take more or fewer."""
    content = bytes(a.content.encode("latin-1") if isinstance(a.content, str) else a.content)
    if len(content) != bytes_of(a.dtype, a.shape):
        raise ValueError(f"an array of shape {a.shape} and kind {a.dtype!r} in {len(content):,} bytes")
    return by_rows(content, a.shape, item_size(a.dtype)) if a.fortran and len(a.shape) > 1 else content


def by_rows(content: bytes, shape: Sequence[int], width: int) -> bytes:
    """What was stored column by column, row by row: the first index runs slowest. An element has `width` bytes.

    >>> by_rows(b"adbecf", (2, 3), 1)
    b'abcdef'
    """
    n, rest = shape[0], prod(shape[1:])
    if rest > MOST_PLACES:
        raise ValueError(f"rows of {rest:,} numbers stored column by column, expected at most {MOST_PLACES:,}")
    places = [0]                                # where each number of a row lies, as all but the first index say
    for k in range(1, len(shape)):
        stride = prod(shape[1:k])
        places = [place + i * stride for place in places for i in range(shape[k])]
    result = bytearray(len(content))
    for byte in range(width):
        plane = content[byte::width]
        for k, place in enumerate(places):
            result[k * width + byte::rest * width] = plane[place * n:(place + 1) * n]
    return bytes(result)


def numbers(a: Array) -> Iterator[Sequence[float]]:
    """The numbers of an array, some thousands at a time, so that they never exist all at once."""
    content, code, size = content_of(a), CODES[a.dtype[1:]], item_size(a.dtype)
    order = ">" if a.dtype[0] == ">" else "<"
    for k in range(0, len(content), size << 13):
        piece = content[k:k + (size << 13)]
        yield struct.unpack(f"{order}{len(piece) // size}{code}", piece)


def pixels_of(a: Array) -> Tuple[Numbers, int]:
    """(pixels, scale) of an array: as bytes if they can be, else as floats."""
    if a.dtype[1:] not in CODES:
        raise ValueError(f"an array of {a.dtype!r}, expected whole numbers or floats")
    if a.dtype[1:] in ("u1", "b1"):
        return content_of(a), UNTOLD if a.dtype[1:] == "u1" else 1
    found = compact(lambda: numbers(a))
    return found or (array("d", (number for piece in numbers(a) for number in piece)), UNTOLD)


def size_of_image(shape: Sequence[int]) -> int:
    """The pixels of each of n images in an array of this shape, n x 28 x 28 for example; the 1 of n x 28 x 28 x 1 or
    n x 1 x 28 x 28 is no more than a dimension. ValueError for colours, which are three numbers for each pixel."""
    if len(shape) > 3 and 1 not in (shape[1], shape[-1]):
        raise ValueError(f"images of shape {tuple(shape)}, in colour perhaps; expected one number for each pixel")
    return prod(shape[1:])


def labels_of(a: Array, n: int) -> bytes:
    """The digits of n images, in whatever form they come: n numbers, a column of them, text, or n rows of ten of which
    one is 1."""
    if a.dtype[1:] not in CODES:
        width, content = item_size(a.dtype), content_of(a)
        encoding = "latin-1" if a.dtype[1] != "U" else "utf-32-be" if a.dtype[0] == ">" else "utf-32-le"
        texts = [content[k:k + width].decode(encoding, "replace").rstrip("\0") for k in range(0, len(content), width)]
        values: List[float] = list(map(label_in, texts))
    else:
        values = [number for piece in numbers(a) for number in piece]
    if a.shape[0] == n and prod(a.shape) == 10 * n:
        return one_hot(values)
    return digits(values)


def label_in(text: str) -> float:
    """The number that a text says. ValueError for another text."""
    try:
        return float(text)
    except ValueError:
        digit = digit_of(text)
        if digit is None:
            raise ValueError(f"a label {text[:20]!r}, expected a digit") from None
        return digit


def one_hot(values: Sequence[float]) -> bytes:
    """The digits of rows of ten numbers, of which one is 1 and the others are 0.

    >>> one_hot([0, 0, 0, 1, 0, 0, 0, 0, 0, 0])
    b'\\x03'
    """
    rows = [values[k:k + 10] for k in range(0, len(values), 10)]
    for k, row in enumerate(rows):
        if sorted(row) != [0] * 9 + [1]:
            raise ValueError(f"ten numbers for the label of image {k + 1}, expected one to be 1 and the others 0")
    return bytes(row.index(1) for row in rows)


def labelled(images: Array, labels: Optional[Array], path: PathLike) -> Images:
    """Images (n x ..., or ... x n) and labels (n, or n x 10 of zeros and a one) from the file at `path`."""
    count = labels.shape[0] if labels and len(labels.shape) > 0 else 0
    if labels and len(labels.shape) == 2 and labels.shape[0] == 1 != images.shape[0]:
        count = labels.shape[1]
    if labels and len(images.shape) == 2 and images.shape[0] != count == images.shape[1]:   # an image is a column
        content = content_of(images)
        images = Array(images.dtype, images.shape[::-1], content, fortran=True)
    n, size = images.shape[0], size_of_image(images.shape)
    if len(images.shape) < 2 or labels and not (count == n and prod(labels.shape) in (n, 10 * n)):
        raise ValueError(f"images of shape {images.shape} and labels of shape {labels.shape if labels else ()}, "
                         f"expected a whole number for each image")
    check_size(path, n, size)
    pixels, scale = pixels_of(images)
    if not isinstance(pixels, bytes):
        check_size(path, n, size, FLOAT)
    return Images(pixels, size, labels_of(labels, n) if labels else b"", scale)


# Which array is what

def data_set(arrays: Mapping[str, Array], path: PathLike) -> DataSet:
    """The data set in some arrays, told apart by their names: those for training, for validation and for the test, each
    images and labels. Names that say nothing are told by shape. ValueError lists the names if that is not enough."""
    found: Dict[Tuple[str, str], Array] = {}
    for name, a in arrays.items():
        part, kind = role(name)
        kind = kind if kind else "images" if len(a.shape) > 1 and prod(a.shape[1:]) > 10 else "labels"
        part = next((p for p in ([part] if part else ["train", "test"]) if (p, kind) not in found), "")
        if not part:
            raise ValueError(f"holds {names_of(arrays)}; which are the images to train on, and which their labels?")
        found[part, kind] = a
    if len(arrays) == 4 and not any(role(name)[0] for name in arrays):
        found = by_numbers(found)
    parts: Dict[str, Images] = {}
    for part in "train", "validation", "test":
        images, labels = found.get((part, "images")), found.get((part, "labels"))
        if images and (labels or part == "test"):
            parts[part] = labelled(images, labels, path)
        elif images or labels:
            raise ValueError(f"holds {names_of(arrays)}; the {part} {'images' if images else 'labels'} have no "
                             f"{'labels' if images else 'images'}")
    if not parts:
        raise ValueError(f"holds {names_of(arrays) or 'nothing'}; expected x_train, y_train, x_test and y_test")
    training = parts.get("train") or parts.pop("test", None) or parts["validation"]
    validation = parts.get("validation") if "train" in parts else None
    test = parts.get("test")
    return DataSet(joined(training, validation) if validation else training, test if test and test.labels else None,
                   len(validation.labels) if validation else None)


def by_numbers(found: Dict[Tuple[str, str], Array]) -> Dict[Tuple[str, str], Array]:
    """Images and labels without names, put together by how many there are."""
    first, second = found.get(("train", "images")), found.get(("test", "images"))
    labels = found.get(("train", "labels"))
    if first and second and labels and labels.shape[0] != first.shape[0] and labels.shape[0] == second.shape[0]:
        found["train", "labels"], found["test", "labels"] = found["test", "labels"], labels
    return found


def names_of(arrays: Mapping[str, Array]) -> str:
    """The names of arrays, with their shapes."""
    return ", ".join(f"{name[:30]} {' x '.join(map(str, a.shape))}".strip() for name, a in list(arrays.items())[:10])
