"""What is not read is called by its name, with the way to something that is.

>>> named(b"\\x89HDF\\r\\n\\x1a\\n")
'an HDF5 file: save its arrays with numpy.savez'
>>> named(b"label,pixel0,pixel1") is None
True
"""
from __future__ import annotations

import re
from pathlib import Path
from typing import List, Optional, Sequence, Tuple

from ...saved.files import BadFile
from .images import DataSet, Format
from .places import first_bytes

START = 300
"""So many bytes tell what a file is (a tar archive says so in its 258th)."""

KINDS: List[Tuple[bytes, str]] = [
    (rb"\s*<(!doctype html|html|head|body)", "a web page, not data: the download failed, or needs a login"),
    (rb"\s*<svg|\s*<\?xml.*<svg", "an SVG picture"),
    (rb"\s*<\?xml|\s*<[a-z!]", "XML: save it as CSV"),
    (rb"\s*\{\s*\"format\": *\"purenn\"|\s*\{\s*\"(sizes|biases|weights)\"", "a network, not data: predict "
     "reads data with it, train --resume goes on with its training"),
    (rb"\s*\{\s*\"(cells|nbformat|metadata)\"", "a notebook, not data"),
    (rb"\s*[{\[]", "JSON: save it as CSV, an image to a line, its label first"),
    (rb"\W*epoch,eta,", "the history of a training, not data"),
    (rb"[+-]?[0-9.]+ +\d+:[0-9.]+ +\d+:", "LIBSVM's sparse form: sklearn.datasets.load_svmlight_file reads it, "
     "numpy.savez saves its arrays"),
    (rb"version https://git-lfs", "a pointer of Git LFS, not the data: git lfs pull fetches them"),
    (rb"PAR1", "a Parquet file: pandas.read_parquet(...).to_csv(..., index=False) makes a CSV of it"),
    (rb"MATLAB 5\.0", "a MATLAB file: scipy.io.loadmat reads it, numpy.savez saves its arrays"),
    (rb"\x89HDF", "an HDF5 file: save its arrays with numpy.savez"),
    (rb"7z\xbc\xaf\x27\x1c", "a 7z archive: unpack it first"),
    (rb"Rar!", "a RAR archive: unpack it first"),
    (rb".{257}ustar", "a tar archive: unpack it first (tar xf)"),
    (rb"\x28\xb5\x2f\xfd", "packed with Zstandard: unpack it first (unzstd)"),
    (rb"\x04\x22\x4d\x18", "packed with LZ4: unpack it first (unlz4)"),
    (rb"\x1f\x9d", "packed with compress: unpack it first (uncompress)"),
    (rb"\xd0\xcf\x11\xe0", "an Excel file: save it as CSV"),
    (rb"SQLite format 3", "an SQLite data base: export it as CSV"),
    (rb"ARROW1|FEA1", "an Arrow file: save it as CSV"),
    (rb"Obj\x01", "an Avro file: save it as CSV"),
    (rb"RD[XAB]\d\n|X\n\0\0\0", "a file of R: write.csv(..., row.names = FALSE) makes a CSV of it"),
    (rb"%PDF", "a PDF file"),
    (rb"\x89PNG|\xff\xd8\xff|GIF8|BM....\0\0\0\0|RIFF....WEBP|II\*\0|MM\0\*|....ftyp|P[2356]\s", "a picture"),
]
"""How files begin, and what they are called."""

ARCHIVES: List[Tuple[str, str]] = [
    (r"xl/.*", "an Excel file: save it as CSV"), (r"word/.*", "a Word document"), (r"ppt/.*", "a presentation"),
    (r"mimetype", "a spreadsheet or a text of an office program: save it as CSV"),
    (r".*/data\.pkl", "a file of PyTorch's: save its tensors with numpy.savez(..., x_train=x.numpy())"),
    (r"model\.weights\.h5", "a network of Keras's, not data"), (r"META-INF/.*", "a Java archive")]
"""The names in a zip archive that tell what kind of file it is."""


class Refused(Format):
    """All that is not read."""

    def recognises(self, start: bytes) -> bool:
        return named(start) is not None

    def read(self, path: Path) -> DataSet:
        raise ValueError(named(first_bytes(path, START)))


def named(start: bytes) -> Optional[str]:
    """What a file that begins with these bytes is called; None for data, and for what is not known."""
    start = start.lstrip(b"\xef\xbb\xbf")
    return next((name for mark, name in KINDS if re.match(mark, start, re.DOTALL | re.IGNORECASE)), None)


def refuse_archive(path: Path, names: Sequence[str]) -> None:
    """BadFile if the archive is the file of some program."""
    for pattern, name in ARCHIVES:
        if any(re.fullmatch(pattern, inner) for inner in names):
            raise BadFile(path, name)
