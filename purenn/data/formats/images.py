"""What every format has in common: what its reader makes of a file, and how the reader is found.

A new format is a subclass of `Format` in a file of this folder, and a place in the list of `__init__.py`.
"""
from __future__ import annotations

from abc import ABC, abstractmethod
from array import array
from pathlib import Path
from typing import TYPE_CHECKING, List, NamedTuple, Optional, Sequence, Tuple, Union

from ...saved.files import PathLike
from .places import check_memory

if TYPE_CHECKING:
    Numbers = Union[bytes, "array[float]"]
    """Numbers in the smallest form that says them exactly: whole ones from 0 to 255 as bytes, others as doubles."""

IMAGE, PIXEL, FLOAT = 800, 9, 40
"""The most bytes of memory that an example takes: 9 for a pixel (1 as it is read and 8 where somebody makes a list of
it), 40 where it is a float of its own; 800 for objects, tuples and y, which also keeps millions of tiny images from
taking minutes."""

UNTOLD = 0
"""The scale of pixels that are as the file has them. `scale.scaled` tells it by the largest of all."""


class Images(NamedTuple):
    """n images with their labels: what every reader hands over."""

    pixels: Numbers     # n x size, image after image, row after row, 0 (white) to `scale` (black)
    size: int           # pixels of one image
    labels: bytes       # n digits, 0 to 9; empty if the file has no labels
    scale: int = 255    # a pixel is worth pixel/scale


class DataSet(NamedTuple):
    """The images of a data set, and what is to be said of them: a line for each thing that is not as one may think."""

    training: Images
    test: Optional[Images] = None
    validation: Optional[int] = None    # the last n training images are for validation; None if the file does not say
    notes: Tuple[str, ...] = ()


class Format(ABC):
    """A form in which people have digits."""

    name: str = ""                      # as error messages say it; none for one that is not worth naming
    endings: Tuple[str, ...] = ()       # of its files' names; only used to find the file in a folder

    @abstractmethod
    def recognises(self, start: bytes) -> bool:
        """Whether a file that begins with these 300 bytes (unpacked) is of this format."""

    @abstractmethod
    def read(self, path: Path) -> DataSet:
        """The data set in this file and in the files of the same set beside it."""

    def read_images(self, path: Path) -> DataSet:
        """The images of this one file, to be recognised, as the test images; or its training images, if it has no
        others."""
        return self.read(path)

    def files_in(self, files: Sequence[Path]) -> List[Path]:
        """Those of the files of a folder that may be read to train on."""
        return [path for path in files if set(self.endings) & {ending.lower() for ending in path.suffixes}]


def check_size(path: PathLike, n: int, size: int, pixel: int = PIXEL) -> None:
    """ValueError if n images of `size` pixels would take more memory than the file at `path` may."""
    check_memory(path, n * (IMAGE + pixel * size))


def joined(first: Images, second: Images) -> Images:
    """The images of one set, and after them those of another, which are for validation."""
    if first.size != second.size:
        raise ValueError(f"validation images of {second.size} pixels, expected {first.size} as in the training images")
    labels = first.labels + second.labels
    if isinstance(first.pixels, bytes) and isinstance(second.pixels, bytes) and first.scale == second.scale:
        return Images(first.pixels + second.pixels, first.size, labels, first.scale)
    floats = array("d", (pixel / (part.scale or 1) for part in (first, second) for pixel in part.pixels))
    return Images(floats, first.size, labels, UNTOLD)


def digits(labels: Sequence[float], where: str = "") -> bytes:
    """Labels as digits from 0 to 9. A ValueError says what other labels there are may mean.

    >>> digits([7.0, 2.0])
    b'\\x07\\x02'
    >>> digits([10, 1, 2])
    Traceback (most recent call last):
    ValueError: a label of 10, expected 0 to 9; labels from 1 to 10: is 10 a 0, or each one too many?
    """
    largest, least = max(labels), min(labels)
    wrong = next((label for label in labels if not 0 <= label <= 9 or label != int(label)), None)
    if wrong is None:
        return bytes(map(int, labels))
    if largest == 10 and least == 1:
        hint = "; labels from 1 to 10: is 10 a 0, or each one too many?"
    elif largest <= 26 and least >= 0 and len(set(labels)) > 10 and all(label == int(label) for label in labels):
        hint = f"; labels from {least:g} to {largest:g}: letters, not digits?"
    elif 26 < largest <= 61 and least >= 0 and len(set(labels)) > 20 and all(label == int(label) for label in labels):
        hint = f"; labels from {least:g} to {largest:g}: digits and letters?"
    else:
        hint = ""
    raise ValueError(f"a label of {wrong:g}{where}, expected 0 to 9{hint}")
