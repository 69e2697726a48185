"""The forms in which people have handwritten digits, told apart by their content.

    idx.py      MNIST's own four files, also Fashion-MNIST's
    table.py    CSV, from Kaggle and elsewhere
    npz.py      NumPy's archive, from Keras
    pickled.py  the book's file, mnist.pkl.gz

Each reader makes the same thing of its file, `Images`, and this module finds the reader.
"""
from __future__ import annotations

from pathlib import Path
from typing import NamedTuple, Optional

from ...saved.files import BadFile, Images, PathLike, file_errors, first_bytes
from . import idx
from .npz import read_npz
from .pickled import read_pickle
from .table import read_table

NOT_TEXT = bytes(set(range(32)) - set(b"\t\r\n"))


class DataSet(NamedTuple):
    """What a source of data holds: images to learn from, the last few of which may be meant for validation, and
    images to be tested on if it has any."""

    training: Images
    test: Optional[Images]
    validation: Optional[int] = None


def read_data_set(path: PathLike) -> DataSet:
    """The data set in a folder or a file of any of the four forms; BadFile if there is something wrong with it."""
    path = Path(path)
    with file_errors(path):
        found = read_folder(path) if path.is_dir() else read_file(path)
        if found.test and found.test.size != found.training.size:
            raise ValueError(f"test images of {found.test.size} pixels, expected {found.training.size} "
                             f"as in the training images")
    return found


def read_folder(folder: Path) -> DataSet:
    """A folder of IDX files, or the one file of another form in it, or the one that has "train" in its name."""
    if any(idx.find(folder, name) for name in idx.NAMES):
        return DataSet(*idx.read_folder(folder))
    files = [path for path in sorted(folder.iterdir()) if {".csv", ".npz", ".pkl"} & set(path.suffixes)]
    if len(files) > 1:
        files = [path for path in files if "train" in path.name]
    if len(files) != 1:
        raise BadFile(folder, f"holds no {idx.NAMES[0]}, nor one CSV, npz or pickle file to train on")
    return read_file(files[0])


def read_file(path: Path) -> DataSet:
    """A file, together with the others of its set that lie beside it."""
    form = form_of(path)
    if form == "idx":
        return DataSet(*idx.read_folder(path.parent))
    if form == "npz":
        return DataSet(*read_npz(path))
    if form == "pickle":
        training, validation, test = read_pickle(path)
        return DataSet(joined(path, training, validation), test, len(validation.labels))
    training = read_table(path)
    if not training.labels:
        raise BadFile(path, f"{training.size} columns of pixels and no labels, expected a column of labels first")
    beside = path.with_name(path.name.replace("train", "test"))
    tested = read_table(beside) if beside != path and beside.exists() else None
    return DataSet(training, tested if tested and tested.labels else None)


def read_images(path: PathLike) -> Images:
    """The images of one file, labelled or not, to be recognised; of a whole data set, its test images."""
    path = Path(path)
    form = "folder" if path.is_dir() else form_of(path)
    if form == "idx":
        return idx.read_images(path)
    if form == "csv":
        return read_table(path)
    found = read_data_set(path)
    return found.test or found.training


def form_of(path: Path) -> str:
    """"idx", "npz", "pickle" or "csv", by a file's first bytes."""
    start = first_bytes(path, 64)
    if start.startswith(idx.MARK):
        return "idx"
    if start.startswith(b"PK"):
        return "npz"
    if start.startswith((b"\x80", b"(")):       # the mark of protocol 2 and later; protocol 1 had none
        return "pickle"
    if not start:
        raise BadFile(path, "an empty file")
    if start != start.translate(None, NOT_TEXT):
        raise BadFile(path, f"begins with {start[:4].hex(' ')}, expected an IDX, CSV, npz or pickle file")
    return "csv"


def joined(path: Path, first: Images, second: Images) -> Images:
    """Two sets of images as one."""
    if first.size != second.size:
        raise BadFile(path, f"validation images of {second.size} pixels, expected {first.size} as in the training images")
    return Images(first.pixels + second.pixels, first.size, first.labels + second.labels)
