"""From the numbers in a file to brightnesses from 0 (white) to 1 (black), whatever scale they were written in.

Files have pixels of 0 to 255, of 0 to 1, of 0 to 16 (the embedded digits), of 0 to 100 or of -1 to 1. The largest of
all tells which. Whole numbers and 255ths stay bytes, with what they are worth; other numbers are floats.

>>> images = Images(bytes([0, 16, 8, 4]), 4, b"\\x07", UNTOLD)
>>> found = scaled(DataSet(images))
>>> found.training.scale, found.notes
(16, ('pixels from 0 to 16, taken for the scale of 0 to 16',))
"""
from __future__ import annotations

from array import array
from functools import lru_cache
from math import isfinite, isqrt
from struct import pack, unpack
from typing import TYPE_CHECKING, Callable, Dict, Iterable, List, Optional, Sequence, Tuple

from .images import UNTOLD, DataSet, Images

if TYPE_CHECKING:
    from .images import Numbers

SCALES = [1, 16, 100, 255, 1000, 1023, 4095, 65535]
"""What stands for black: 1 bit; the embedded digits; per cent; a byte; per mille; 10, 12 and 16 bits."""

DARK, SAMPLE = 0.5, 200
"""Pictures whose pixels are on average darker than this are inverted; so many pictures are looked at."""

LEAST_SIDE = 8
"""Smaller pictures are not looked at: they may be no pictures, but a few measurements."""

WIDE = 1.15
"""Digits are higher than wide. Pictures whose ink is on average so many times as wide as high lie on their side:
MNIST's are 0.74 times as wide as high, and EMNIST's files have rows for columns."""


def half(x: float) -> float:
    """x rounded to the two bytes of an "f2"."""
    return float(unpack("e", pack("e", x))[0])


def single(x: float) -> float:
    """x rounded to the four bytes of an "f4"."""
    return float(unpack("f", pack("f", x))[0])


class Whole(Dict[float, int]):
    """The byte that a whole number is, whether it is written as 7 or 7.0."""

    def __init__(self) -> None:
        super().__init__((byte, byte) for byte in range(256))


class Greys(Dict[float, int]):
    """The byte that a brightness was made from: byte/255, or byte/256 as MNIST's pickled file has it, in two, four or
    eight bytes or in a few decimals. There are millions of pixels: the table is for speed."""

    def __init__(self, scale: int) -> None:
        exact = [(byte / scale, byte) for byte in range(256)]
        super().__init__([*exact, *((half(value), byte) for value, byte in exact),
                          *((single(value), byte) for value, byte in exact)])
        self.scale = scale

    def __missing__(self, value: float) -> int:
        grey = round(value * self.scale) if 0.0 <= value <= 255 / self.scale else 0
        if not abs(value * self.scale - grey) <= 1e-3:
            raise KeyError(value)
        return grey


@lru_cache(maxsize=None)
def of_bytes() -> List[Tuple[Dict[float, int], int]]:
    """A table for each way in which bytes are written down, and the scale that it tells; they are made once."""
    return [(Whole(), UNTOLD), (Greys(255), 255), (Greys(256), 255)]


def compact(pieces: Callable[[], Iterable[Sequence[float]]]) -> Optional[Tuple[bytes, int]]:
    """(bytes, scale) of numbers that are all whole and from 0 to 255, or all 255ths or all 256ths from 0 to 1; None if
    they are not. `pieces` gives them from the beginning, some thousands at a time."""
    for table, scale in of_bytes():
        try:
            return b"".join(bytes(map(table.__getitem__, piece)) for piece in pieces()), scale
        except KeyError:
            continue
    return None


def scaled(found: DataSet) -> DataSet:
    """The data set with its pixels from 0 to 1, and a note where that was not 0 to 255. ValueError if they have no
    scale, or the test images another one than the training images."""
    parts = [part for part in (found.training, found.test) if part]
    untold = [part for part in parts if part.scale == UNTOLD]
    notes = list(found.notes)
    if untold:
        least, largest = min(min_of(part.pixels) for part in untold), max(max_of(part.pixels) for part in untold)
        if largest > 1 in map(max_of, (part.pixels for part in untold)):
            raise ValueError(f"pixels of 0 to 1 and of 0 to {largest:g}, expected the same scale in training and test "
                             "images")
        scale = scale_of(least, largest)
        in_bytes = all(isinstance(part.pixels, bytes) for part in untold)
        if least < 0 or scale not in (1, 255) or in_bytes and scale == 1 or scale == 255 and largest < 128:
            taken = "-1 to 1" if least < 0 else f"0 to {scale}"
            notes.append(f"pixels from {least:g} to {largest:g}, taken for the scale of {taken}")
        parts = [in_scale(part, least < 0, scale) if part.scale == UNTOLD else part for part in parts]
    return found._replace(training=parts[0], test=parts[1] if found.test else None, notes=tuple(notes))


def min_of(numbers: Numbers) -> float:
    """The smallest number, where it may be less than 0. ValueError if one is not finite."""
    if isinstance(numbers, bytes):
        return 0
    if not isfinite(sum(numbers)):
        wrong = next(number for number in numbers if not isfinite(number))
        raise ValueError(f"a pixel of {wrong}, expected a whole number of 0 to 255 or a number of 0 to 1")
    return min(numbers)


def max_of(numbers: Numbers) -> float:
    """The largest number. In bytes it is looked for from above, which is done at once where there is a 255."""
    if isinstance(numbers, bytes):
        return next((byte for byte in range(255, 0, -1) if byte in numbers), 0)
    return max(numbers)


def scale_of(least: float, largest: float) -> int:
    """What stands for black where pixels go from `least` to `largest`: the smallest of SCALES that fits. But whoever
    has pixels of 0 to 100 or more bits has 100 itself somewhere, and nearly all of the bits.

    >>> scale_of(0, 1), scale_of(0, 15), scale_of(0, 90), scale_of(0, 100), scale_of(0, 254), scale_of(0, 65535)
    (1, 16, 255, 100, 255, 65535)
    """
    scale = next((scale for scale in SCALES if largest <= scale), 0)
    if least < -1.0 or least < 0.0 and (least > -0.99 or largest > 1.0):
        raise ValueError(f"pixels from {least:.4g} to {largest:.4g}, standardised perhaps, expected 0 to 1 or 0 to 255")
    if not scale or scale > 255 and largest < 0.95 * scale:
        raise ValueError(f"a pixel of {largest:g}, expected 0 to 255 (or to one of "
                         f"{', '.join(str(scale) for scale in SCALES if scale != 255)})")
    return 255 if scale == 100 != largest else scale


def in_scale(images: Images, signed: bool, scale: int) -> Images:
    """The images with this scale: bytes as they are, other numbers divided by it; those from -1 to 1 (`signed`) as
    numbers from 0 to 1."""
    if isinstance(images.pixels, bytes) and not signed:
        return images._replace(scale=scale)
    low, width = (-1.0, 2.0) if signed else (0.0, float(scale))
    floats = array("d", ((pixel - low) / width for pixel in images.pixels))
    as_bytes = compact(lambda: (floats[k:k + (1 << 16)] for k in range(0, len(floats), 1 << 16)))
    if as_bytes and as_bytes[1] == 255:
        return images._replace(pixels=as_bytes[0], scale=255)
    return images._replace(pixels=floats, scale=1)


# What pictures look like

def looked_at(found: DataSet) -> DataSet:
    """The data set with a note where its pictures do not look as those of digits do."""
    notes = [note for note in (inverted(found.training), lying(found.training)) if note]
    return found._replace(notes=(*found.notes, *notes))


def sample(images: Images) -> List[Sequence[float]]:
    """Some of the images, spread over all of them, in their scale."""
    size, n = images.size, len(images.pixels) // images.size
    return [images.pixels[k * size:(k + 1) * size] for k in range(0, n, max(1, n // SAMPLE))]


def inverted(images: Images) -> str:
    """A note, if most of each picture is ink."""
    pictures = sample(images)
    if images.size < LEAST_SIDE ** 2:
        return ""
    darkness = sum(map(sum, pictures)) / (len(pictures) * images.size * images.scale)
    return f"the mean pixel is {darkness:.2f} of 1: inverted? Paper is 0, ink is 1" if darkness > DARK else ""


def lying(images: Images) -> str:
    """A note, if the ink is wider than high in most pictures."""
    return ("the pictures are wider than high: turned, as EMNIST's files have them? A digit is higher than wide"
            if proportion(images) > WIDE else "")


def proportion(images: Images) -> float:
    """How many times as wide as high the ink is, on average; 1.0 for what is not square, or too small to tell."""
    side = isqrt(images.size)
    if side * side != images.size or side < LEAST_SIDE:
        return 1.0
    width = height = 0
    for picture in sample(images):
        least = 0.3 * images.scale
        height += _extent([max(picture[k:k + side]) > least for k in range(0, side * side, side)])
        width += _extent([max(picture[k::side]) > least for k in range(side)])
    return width / height if height else 1.0


def _extent(inked: Sequence[bool]) -> int:
    """From the first line that has ink to the last."""
    return len(inked) - inked.index(True) - inked[::-1].index(True) if True in inked else 0


def upright(images: Images) -> Images:
    """The pictures with rows for columns: EMNIST's as they were written."""
    side = isqrt(images.size)
    order = [x * side + y for y in range(side) for x in range(side)]
    pixels, size = images.pixels, images.size
    if isinstance(pixels, bytes):
        turned = bytearray(len(pixels))
        for k, place in enumerate(order):
            turned[k::size] = pixels[place::size]
        return images._replace(pixels=bytes(turned))
    floats = array("d", pixels)
    for k, place in enumerate(order):
        floats[k::size] = pixels[place::size]
    return images._replace(pixels=floats)
