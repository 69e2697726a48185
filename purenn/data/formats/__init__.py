"""The formats in which people have handwritten digits. The first bytes of a file tell its format, not its name.

    idx.py      MNIST's own four files, also Fashion-MNIST's, EMNIST's and QMNIST's
    npz.py      NumPy's archive, from Keras, and its single arrays
    pickled.py  the book's file, mnist.pkl.gz
    folders.py  folders 0 to 9 of pictures
    refused.py  what is called by its name, and not read
    table.py    CSV, from Kaggle and elsewhere

images.py says what a reader is; naming.py, what the words in names mean; places.py, where files may lie; scale.py, what
the numbers in them are worth.
"""
from __future__ import annotations

from pathlib import Path
from typing import List

from ...saved.files import BadFile, PathLike, file_errors
from . import folders, idx, npz, pickled, refused, table
from .images import DataSet, Format, Images
from .naming import role
from .places import files_in, first_bytes, is_archive, unzipped
from .scale import looked_at, proportion, scaled, upright

FORMATS: List[Format] = [idx.IDX(), npz.NPZ(), npz.NPY(), pickled.Pickle(), folders.Pictures(), refused.Refused(),
                         table.CSV()]       # in the order in which they are asked; CSV takes any text
NAMES = " or ".join(", ".join(form.name for form in FORMATS if form.name).rsplit(", ", 1))


def read_data_set(path: PathLike) -> DataSet:
    """The data set in a folder, an archive or a file of any format; BadFile if something is wrong with it."""
    path = alone(Path(path))
    with file_errors(path):
        file = file_in(path) if is_folder(path) else path
        with file_errors(file):
            found = format_of(file).read(file)
        if found.test and found.test.size != found.training.size:
            raise ValueError(f"test images of {found.test.size} pixels, expected {found.training.size} "
                             f"as in the training images")
        return looked_at(scaled(as_written(found, file)))


def read_images(path: PathLike) -> DataSet:
    """The images of one file, with or without labels, to be recognised; of a data set, its test images."""
    path = alone(Path(path))
    with file_errors(path):
        in_folder = is_folder(path)
        file = file_in(path) if in_folder else path
        with file_errors(file):
            found = format_of(file).read(file) if in_folder else format_of(file).read_images(file)
            found = scaled(as_written(found, file))
    return found._replace(training=found.test or found.training, test=None)


def as_written(found: DataSet, path: Path) -> DataSet:
    """The data set with its pictures as they were written: those of EMNIST's files lie on their side."""
    if "emnist" not in str(path).lower() or proportion(found.training) < 1.0:
        return found
    return found._replace(training=upright(found.training), test=found.test and upright(found.test),
                          notes=(*found.notes, "EMNIST's pictures lie on their side: turned upright"))


def alone(path: Path) -> Path:
    """The file that is all there is in a folder or an archive, whatever its name; any other path as it is."""
    with file_errors(path):
        while is_folder(path) and len(found := files_in(path)) == 1:
            path = found[0]
    return path


def is_folder(path: Path) -> bool:
    """Whether this is a folder, or an archive of files; an archive of arrays is a file. BadFile if it is the file of
    some program, many of which are zip archives."""
    if not is_archive(path):
        return path.is_dir()
    with file_errors(path), unzipped(path) as archive:
        names = archive.namelist()
    refused.refuse_archive(path, names)
    return bool(names) and not any(name.endswith(".npy") for name in names)


def file_in(folder: Path) -> Path:
    """The one file of a folder to train on: of the first format that has any, and of several the one with "train" in
    its name. If the folder itself has none, the folders in it are looked through."""
    everything = files_in(folder)
    for files in [path for path in everything if path.parent == folder], everything:
        for form in FORMATS:
            found = form.files_in(files)
            if len(found) > 1:
                found = training_files(found) or found
            if len(found) == 1:
                return found[0]
            if found:
                names = ", ".join(str(path.relative_to(folder)) for path in found[:4])
                raise BadFile(folder, f"{len(found)} files to train on, expected one: which of {names}"
                                      f"{' ...' * (len(found) > 4)}?")
    kinds = sorted({path.suffix for path in everything if path.suffix})[:5]
    raise BadFile(folder, f"no files to train on, expected one: {NAMES}; or folders 0 to 9 of pictures"
                          + (f"; found {', '.join(kinds)}" if kinds else ""))


def training_files(files: List[Path]) -> List[Path]:
    """Those of several files whose names say that they are to train on, and not that they hold labels."""
    found = [path for path in files if "train" in path.name.lower() or role(path.name)[0] == "train"]
    return [path for path in found if role(path.name)[1] != "labels"] or found


def format_of(path: Path) -> Format:
    """The format of a file, by its first bytes."""
    start = first_bytes(path, refused.START)
    if not start:
        raise BadFile(path, "an empty file")
    for form in FORMATS:
        if form.recognises(start):
            return form
    raise BadFile(path, f"begins with {start[:4].hex(' ')}, expected an {NAMES} file")
