"""Handwritten digits as lists of (x, y), ready for a network.

x is an image, a list of brightnesses from 0.0 (white) to 1.0 (black), row after row; y says which digit it is.
In training data y is the output we wish for, a 1.0 in the digit's place among ten; in validation and test
data it is the digit itself (book, chapter 1, "Implementing our network to classify digits").

>>> training_data, validation_data, test_data = load("digits")
>>> len(training_data), len(validation_data), len(test_data)
(1250, 250, 297)
>>> x, y = training_data[10]
>>> y.index(1.0)
4
>>> for row in range(0, 64, 8):
...     print("".join(" .:oO@"[round(5 * grey)] for grey in x[row:row + 8]).rstrip())
   .@.
   @o
  o@ oo
 .Oo Oo
 o@OO@o
 O@O@@:
    @O
   .@o
"""
from __future__ import annotations

import os
from pathlib import Path
from typing import List, Tuple

from .files import BadFile, Images, PathLike
from .idx import read_folder
from .matrix import Vector, unit_vector

__all__ = ["BadFile", "Data", "LabelledExample", "TrainingExample", "load", "one_hot"]

TrainingExample = Tuple[Vector, Vector]     # (x, y), y one-hot
LabelledExample = Tuple[Vector, int]        # (x, y), y the digit
Data = Tuple[List[TrainingExample], List[LabelledExample], List[LabelledExample]]

HOME = Path(__file__).resolve().parent
GREY = [byte / 255 for byte in range(256)]
"""The brightness of each byte. All images share these 256 floats, or MNIST would need gigabytes."""

ONE_HOT = [unit_vector(digit, 10) for digit in range(10)]


def one_hot(digit: int) -> Vector:
    """The output that we wish for a digit: 1.0 in its place, 0.0 elsewhere. Always the same list for the same digit.

    >>> one_hot(3)
    [0.0, 0.0, 0.0, 1.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0]
    """
    return ONE_HOT[digit]


def load(source: PathLike = "digits") -> Data:
    """(training_data, validation_data, test_data); BadFile if a file is not what it should be.

    `source` is "digits" (8 x 8 pixels, part of purenn), "mnist" (28 x 28, see `mnist_folders`), or a folder of
    IDX files. The last sixth of the training file becomes the validation data, as in the book: of MNIST,
    50,000 for training, 10,000 for validation, 10,000 for the test.
    """
    training, test = read_folder(folder_of(source))
    examples = labelled(training)
    held_out = len(examples) // 6
    kept = len(examples) - held_out
    return [(x, one_hot(y)) for x, y in examples[:kept]], examples[kept:], labelled(test)


def labelled(images: Images) -> List[LabelledExample]:
    """The images as lists of floats, each with its digit."""
    pixels, size = images.pixels, images.size
    return [([GREY[byte] for byte in pixels[k * size:(k + 1) * size]], digit) for k, digit in enumerate(images.labels)]


def folder_of(source: PathLike) -> Path:
    """The folder that `source` names."""
    if source == "digits":
        installed = HOME / "digits"
        return installed if installed.is_dir() else HOME.parent / "data"
    if source != "mnist":
        return Path(source)
    for folder in mnist_folders():
        if folder.is_dir():
            return folder
    raise BadFile("mnist", f"not found in {' or '.join(map(str, mnist_folders()))}")


def mnist_folders() -> List[Path]:
    """Where "mnist" is looked up: the folder in the environment variable PURENN_DATA, data/mnist in a clone or in
    the current folder, and the folder for all of this person's projects."""
    named = os.environ.get("PURENN_DATA")
    return ([Path(named)] if named else []) + [
        HOME.parent / "data" / "mnist", Path("data/mnist"), Path.home() / ".cache" / "purenn" / "mnist"]
