"""What every format has in common: what its reader makes of a file, and how the reader is found.

A new format is a subclass of `Format` in a file of this folder, and that file's name in the import of `__init__.py`.
"""
from __future__ import annotations

from abc import ABC, abstractmethod
from pathlib import Path
from typing import List, NamedTuple, Optional, Tuple

from ...saved.files import PathLike, check_memory

IMAGE, PIXEL = 800, 9
"""The most bytes of memory that an example takes: 9 for a pixel (1 as it is read and 8 where somebody makes a list of
it); 800 for objects, tuples and y, which also keeps millions of tiny images from taking minutes."""


class Images(NamedTuple):
    """n images as bytes, with their labels: what every reader hands over."""

    pixels: bytes       # n x size, image after image, row after row, 0 (white) to `scale` (black)
    size: int           # pixels of one image
    labels: bytes       # n digits, 0 to 9; empty if the file has no labels
    scale: int = 255    # a byte is worth byte/scale


class DataSet(NamedTuple):
    """The images of a data set."""

    training: Images
    test: Optional[Images] = None
    validation: Optional[int] = None    # the last n training images are for validation; None if the file does not say


class Format(ABC):
    """A form in which people have digits."""

    name: str                           # as error messages say it
    endings: Tuple[str, ...] = ()       # of its files' names; only used to find the file in a folder

    @abstractmethod
    def recognises(self, start: bytes) -> bool:
        """Whether a file that begins with these 64 bytes (gunzipped) is of this format."""

    @abstractmethod
    def read(self, path: Path) -> DataSet:
        """The data set in this file and in the files of the same set beside it."""

    def read_images(self, path: Path) -> Images:
        """The images of this one file, to be recognised; of a file that holds a data set, its test images."""
        found = self.read(path)
        return found.test or found.training

    def files_in(self, folder: Path) -> List[Path]:
        """The files of a folder that may be read to train on."""
        return [path for path in sorted(folder.iterdir()) if set(self.endings) & set(path.suffixes)]


def check_size(path: PathLike, n: int, size: int) -> None:
    """ValueError if n images of `size` pixels would take more memory than the file at `path` may."""
    check_memory(path, n * (IMAGE + PIXEL * size))
