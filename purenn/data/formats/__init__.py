"""The formats in which people have handwritten digits. The first bytes of a file tell its format, not its name.

    idx.py      MNIST's own four files, also Fashion-MNIST's
    npz.py      NumPy's archive, from Keras
    pickled.py  the book's file, mnist.pkl.gz
    table.py    CSV, from Kaggle and elsewhere

images.py says what a reader is.
"""
from __future__ import annotations

from pathlib import Path

from ...saved.files import BadFile, PathLike, file_errors, first_bytes
from . import idx, npz, pickled, table     # all formats, in the order in which they are asked; CSV takes any text
from .images import DataSet, Format, Images

FORMATS = [kind() for kind in Format.__subclasses__()]
NAMES = " or ".join(", ".join(form.name for form in FORMATS).rsplit(", ", 1))


def read_data_set(path: PathLike) -> DataSet:
    """The data set in a folder or a file of any format; BadFile if something is wrong with it."""
    path = Path(path)
    with file_errors(path):
        file = file_in(path) if path.is_dir() else path
        found = format_of(file).read(file)
        if found.test and found.test.size != found.training.size:
            raise ValueError(f"test images of {found.test.size} pixels, expected {found.training.size} "
                             f"as in the training images")
    return found


def read_images(path: PathLike) -> Images:
    """The images of one file, with or without labels, to be recognised; of a data set, its test images."""
    path = Path(path)
    if path.is_dir():
        found = read_data_set(path)
        return found.test or found.training
    with file_errors(path):
        return format_of(path).read_images(path)


def file_in(folder: Path) -> Path:
    """The one file of a folder to train on: of the first format that has any, and of several the one with "train" in
    its name."""
    files = next(filter(None, (form.files_in(folder) for form in FORMATS)), [])
    if len(files) > 1:
        files = [path for path in files if "train" in path.name]
    if len(files) != 1:
        raise BadFile(folder, f"{len(files) or 'no'} files to train on, expected one: {NAMES}")
    return files[0]


def format_of(path: Path) -> Format:
    """The format of a file, by its first bytes."""
    start = first_bytes(path, 64)
    if not start:
        raise BadFile(path, "an empty file")
    for form in FORMATS:
        if form.recognises(start):
            return form
    raise BadFile(path, f"begins with {start[:4].hex(' ')}, expected an {NAMES} file")
