"""Handwritten digits as lists of (x, y), ready for a network.

x is an image, its brightnesses from 0.0 (white) to 1.0 (black), row after row, kept as the bytes they came as
(`matrix.Pixels`); y says which digit it is.
In training data y is the desired output, ten numbers with a 1.0 in the digit's place; in validation and test
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

import hashlib
import logging
import os
import re
import struct
from difflib import get_close_matches
from pathlib import Path
from random import Random
from typing import Callable, List, Optional, Tuple, cast

from ..matrix import Pixels, Vector, unit_vector
from ..saved.files import BadFile, PathLike, cache_folders
from .download import SOURCES, Progress, fetch
from .expansion import expanded as expanded
from .formats import format_of, read_data_set, read_images, refused
from .formats.idx import NAMES, find
from .formats.images import Images
from .formats.places import first_bytes

TrainingExample = Tuple[Vector, Vector]     # (x, y), y one-hot
LabelledExample = Tuple[Vector, int]        # (x, y), y the digit
Data = Tuple[List[TrainingExample], List[LabelledExample], List[LabelledExample]]
Say = Callable[[str], None]
"""Given a line for each thing about the data that is not as one may think."""

warn: Say = logging.getLogger("purenn").warning      # on standard error, if nobody arranged otherwise

Unsplit = Tuple[List[LabelledExample], List[LabelledExample], Optional[int]]
"""(examples to learn from, test data, n): the last n of the former are for validation; None if the data do not say."""

HERE = Path(__file__).resolve().parent.parent
ONE_HOT = [unit_vector(digit, 10) for digit in range(10)]
"""The desired output for each digit. Every example gets a copy of its own."""


def load(source: PathLike = "digits", hold_out: Optional[int] = None, seed: int = 0, *, download: bool = False,
         progress: Progress = lambda name, done, total: None, say: Say = warn) -> Data:
    """(training_data, validation_data, test_data); BadFile if something is wrong with a file.

    `source` is "digits" (8 x 8 pixels, part of purenn), "mnist" or "fashion-mnist" (28 x 28, see `folders`; with
    `download` they are fetched if they are missing), or a folder or file of any format in `formats`.

    The last sixth of the training images becomes the validation data, as in the book: of MNIST, 50,000 are for
    training, 10,000 for validation, 10,000 for the test. With `hold_out` = n, n of them become the validation data,
    drawn at random with `seed`. Data without test images are shuffled first, always in the same way, and their last
    sixth becomes the test data.

    Pixels of 0 to 1, 16 or 100 are brought to 0 to 1 as those of 0 to 255 are. What is odd about the data, or was
    decided about them, is given to `say`, a line each; without it, they are logged as warnings.
    """
    return split(unsplit(source, download, progress, say), hold_out, seed)


def load_in_two_parts(source: PathLike, hold_out: Optional[int] = None, seed: int = 0) -> Data:
    """A single file as purenn 0.1 split it: what is held out is for validation and for the test. A run that began so
    goes on so."""
    examples = labelled(read_data_set(locate(source)).training)
    training_data, held_out, _ = split((examples, [], None), len(examples) // 6 if hold_out is None else hold_out, seed)
    return training_data, held_out, held_out


def unsplit(source: PathLike = "digits", download: bool = False, progress: Progress = lambda name, done, total: None,
            say: Say = warn) -> Unsplit:
    """What `load` splits."""
    found = read_data_set(locate(source, download, progress))
    for note in (*found.notes, *not_published(str(source), found.training)):
        say(f"{source}: {note}")
    training, test, validation = found.training, found.test, found.validation
    examples = labelled(training)
    if test is not None:
        return examples, labelled(test), validation
    Random(0).shuffle(examples)
    kept = len(examples) - len(examples) // 6
    return examples[:kept], examples[kept:], validation


def split(examples: Unsplit, hold_out: Optional[int] = None, seed: int = 0) -> Data:
    """(training_data, validation_data, test_data), as `load` says; the pixels are not copied."""
    training, test, validation = examples
    if hold_out is not None:
        training = training[:]
        Random(seed).shuffle(training)
    kept = len(training) - (hold_out if hold_out is not None else validation or len(training) // 6)
    if not 0 < kept <= len(training):
        raise ValueError(f"hold_out: from 0 to {len(training) - 1} of the {len(training)} examples, not {hold_out}")
    held_out = training[kept:]
    return [(x, ONE_HOT[y][:]) for x, y in training[:kept]], held_out, test


def load_images(source: PathLike, say: Say = warn) -> Tuple[List[Vector], Optional[List[int]]]:
    """(images, labels) of one file of IDX images or CSV, such as Kaggle's test.csv, to be recognised; the labels are
    None if it has none. Of anything else that `load` takes, the test images. `say` is given what `load` gives it."""
    found = read_images(locate(source))
    for note in (*found.notes, *not_published(str(source), found.training)):
        say(f"{source}: {note}")
    return vectors(found.training), list(found.training.labels) or None


def not_published(name: str, images: Images) -> List[str]:
    """A note, if these are training or test images of files that are called MNIST's and are not the published ones."""
    pixels, size = images.pixels, images.size
    header = struct.pack(">4I", 0x803, len(pixels) // size, 28, size // 28)
    if name != "mnist" or hashlib.sha256(header + bytes(pixels)).hexdigest() in SOURCES[name].digests:
        return []
    return [f"not MNIST, though the files in {locate(name)} have its names: their SHA-256 is not the published one"]


def kind_of(path: PathLike) -> str:
    """What a file is called that is no network: "a picture", "a web page", "data (CSV)"; "" for any that may be one."""
    try:
        start = first_bytes(path, refused.START)
        name = refused.named(start) or f"data ({format_of(Path(path)).name})"
    except BadFile:
        return ""
    lines = name == "data (CSV)" and not re.match(rb"[^{\n]*?[,;\t][^{\n]*?[,;\t]", start)
    return "" if start.lstrip()[:1] in (b"{", b"") or lines else name


def vectors(images: Images) -> List[Vector]:
    """The images one by one: `Pixels`, each a vector that keeps its bytes; a list where they are no bytes. This is what
    all readers' images become."""
    pixels, size, scale = images.pixels, images.size, images.scale
    if not isinstance(pixels, bytes):
        return [pixels[k:k + size].tolist() for k in range(0, len(pixels), size)]
    return cast("List[Vector]", [Pixels(pixels[k:k + size], scale) for k in range(0, len(pixels), size)])


def labelled(images: Images) -> List[LabelledExample]:
    """The images one by one, each with its digit."""
    return list(zip(vectors(images), images.labels))


def full_name(source: str) -> str:
    """The same source by a name that is right in other folders too."""
    return source if source == "digits" or source in SOURCES else os.path.abspath(source)


def locate(source: PathLike, download: bool = False, progress: Progress = lambda name, done, total: None) -> Path:
    """The folder or file that `source` names."""
    if source == "digits":
        installed = HERE / "digits"
        return installed if installed.is_dir() else HERE.parent / "data"
    if source not in SOURCES:
        close = [] if os.path.exists(source) else get_close_matches(str(source).lower(), ["digits", *SOURCES], 1, 0.7)
        if close:
            raise BadFile(source, f"No such file or directory; did you mean {close[0]}?")
        return Path(source)
    name = str(source)
    folder = found(name)
    if not folder and download:
        folder = folders(name)[0] if os.environ.get("PURENN_DATA") else cache_folders()[0] / name
        fetch(name, folder, progress)
    if not folder:
        raise BadFile(name, f"not found in {' or '.join(map(str, folders(name)))}; --download fetches it "
                            f"(download=True in Python), or set PURENN_DATA to its folder")
    return folder


def found(name: str) -> Optional[Path]:
    """The folder that has all files of "mnist" or "fashion-mnist"; None if there is none."""
    return next((folder for folder in folders(name) if all(find(folder, file) for file in NAMES)), None)


def folders(name: str) -> List[Path]:
    """Where "mnist" or "fashion-mnist" is looked up: in the folder that the environment variable PURENN_DATA names (for
    fashion-mnist a folder of that name in it), in data/ of a clone and of the current folder, and last in
    `cache_folders`. Downloads go to the first if it is named, and otherwise into the first cache folder."""
    named = os.environ.get("PURENN_DATA")
    first = [Path(named, "" if name == "mnist" else name)] if named else []
    clone = [HERE.parent / "data" / name] if (HERE.parent / "pyproject.toml").exists() else []     # not site-packages
    return [*first, *clone, Path("data", name), *(folder / name for folder in cache_folders())]
