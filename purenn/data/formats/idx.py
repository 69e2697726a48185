"""IDX, the format in which MNIST was published: a mark, a few sizes, and then the numbers.

    00 00 08 03                               the mark: unsigned bytes (08) in 3 dimensions
    00 00 ea 60  00 00 00 1c  00 00 00 1c     the sizes: 60,000 images of 28 x 28 pixels, big-endian
    00 00 00 ...                              the pixels, image after image, row after row

A file of labels has one dimension (00 00 08 01), and a byte for each image; QMNIST's has two, eight whole numbers of
which the first is the digit. A data set is a folder of four such files, packed or not: train-images-idx3-ubyte and
train-labels-idx1-ubyte to learn from, t10k-images-idx3-ubyte and t10k-labels-idx1-ubyte to be tested on; or of files
with other names in which the words say the same. Without the last two, the others are split.

Source: LeCun, Cortes, Burges, "The MNIST database of handwritten digits".
"""
from __future__ import annotations

import os
import re
import struct
from math import prod
from pathlib import Path
from typing import Dict, List, Optional, Sequence, Tuple

from ...saved.files import LARGEST, BadFile, PathLike, expect_end, read_exactly
from .arrays import COPIES, Array, item_size, numbers, pixels_of, size_of_image
from .images import FLOAT, DataSet, Format, Images, check_size, digits
from .naming import family, role
from .places import check_memory, files_in, opened

NAMES = [f"{part}-{kind}-ubyte" for part in ("train", "t10k") for kind in ("images-idx3", "labels-idx1")]
DTYPES = {8: "|u1", 9: "|i1", 11: ">i2", 12: ">i4", 13: ">f4", 14: ">f8"}
"""The kinds of numbers, by the third byte of the mark."""


class IDX(Format):
    """Four files in a folder."""

    name = "IDX"

    def recognises(self, start: bytes) -> bool:
        return start[:2] == b"\0\0" and len(start) > 3 and start[2] in DTYPES and 1 <= start[3] <= 4

    def read(self, path: Path) -> DataSet:
        found = beside(path)
        parts = {part: self.pair(path.parent, part, found) for part in ("train", "test") if any(
            (part, kind) in found for kind in ("images", "labels"))}
        if "train" not in parts:
            parts = {"train": self.pair(path.parent, role(path.name)[0], found)}
        notes = () if "test" in parts else ("no test images beside them: a sixth of the training images tests instead",)
        return DataSet(parts["train"], parts.get("test"), notes=notes)

    def pair(self, folder: Path, part: str, found: Dict[Tuple[str, str], Path]) -> Images:
        """The images of one part of the set, with their labels."""
        images, labels = found.get((part, "images")), found.get((part, "labels"))
        if images is None or labels is None:
            missing = counterpart(images or labels, part)
            if (folder / missing).is_dir():
                raise BadFile(folder / missing, "a folder or a device, expected a file")
            raise BadFile(folder, f"holds no {missing}, gzipped or not")
        read = read_images(images)
        return read._replace(labels=read_labels(labels, len(read.pixels) // read.size))

    def read_images(self, path: Path) -> DataSet:
        """The images of one file, with the labels in the file beside it whose name says so, if there is one."""
        images = read_images(path)
        labels = beside(path).get((role(path.name)[0], "labels"))
        if labels and labels != path:
            images = images._replace(labels=read_labels(labels, len(images.pixels) // images.size))
        return DataSet(images)

    def files_in(self, files: Sequence[Path]) -> List[Path]:
        """The file of training images; if there is none, any other of the set. ValueError if there are several sets."""
        found = [path for path in files if is_idx(path.name)]
        for wanted in ("train", "images"), ("train", "labels"), ("test", "images"), ("test", "labels"):
            of_role = [path for path in found if role(path.name) == wanted]
            sets = {tuple(family(path.name)) for path in of_role}
            if len(sets) > 1:
                raise ValueError(f"holds several sets, expected one: {', '.join(path.name for path in of_role[:6])}")
            if of_role:
                return of_role[:1]
        return []


def is_idx(name: str) -> bool:
    """Whether a file of this name is one of IDX numbers: by MNIST's words, or its ending."""
    bare = re.sub(r"\.(gz|bz2|xz)$", "", name.lower())
    return bool(re.search(r"idx|ubyte", bare)) or "." not in bare and role(name)[1] != "" and role(name)[0] != ""


def beside(path: Path) -> Dict[Tuple[str, str], Path]:
    """The files of the same set by their roles; those unpacked already come first. An unzipper may have put each into
    a folder of its own name."""
    def alone(one: Path) -> bool:
        return re.sub(r"\W", "", one.parent.name) in (re.sub(r"\W", "", one.name), re.sub(r"\W", "", one.stem))

    folder = path.parent.parent if alone(path) else path.parent
    found = {role(path.name): path}
    for other in files_in(folder):
        if (other.parent == folder or alone(other)) and is_idx(other.name) and family(other.name) == family(path.name):
            found.setdefault(role(other.name), other)
    return found


def counterpart(path: Optional[Path], part: str) -> str:
    """The name of the file that belongs to this one: the labels of images, the images of labels."""
    name = re.sub(r"\.(gz|bz2|xz)$", "", path.name if path else f"{part}-labels-idx1-ubyte")
    for one, other in ("images", "labels"), ("idx3", "idx1"):
        name = re.sub(f"{one}|{other}", lambda found: other if found[0] == one else one, name)
    return name


def read_images(path: Path) -> Images:
    """The images of one file, without labels."""
    a = read_idx(path, 3)
    size = size_of_image(a.shape)
    pixels, scale = pixels_of(a)
    if not isinstance(pixels, bytes):
        check_size(path, a.shape[0], size, FLOAT)
    return Images(pixels, size, b"", scale)


def read_idx(path: PathLike, dimensions: int) -> Array:
    """The numbers of an IDX file of images, which have 3 dimensions (or 4), or labels, which have 1 (QMNIST's 2)."""
    with opened(path) as file:
        mark = read_exactly(file, 4, "bytes of its mark")
        if mark[:2] != b"\0\0" or mark[2] not in DTYPES or mark[3] not in (dimensions, dimensions + 1):
            raise ValueError(f"begins with {mark.hex(' ')}, expected 00 00 08 0{dimensions}, "
                             f"the mark of an IDX file of {'images' if dimensions == 3 else 'labels'}")
        n, *shape = struct.unpack(f">{mark[3]}I", read_exactly(file, 4 * mark[3], "bytes of its sizes"))
        dtype, size = DTYPES[mark[2]], prod(shape)
        if not 0 < n * size * item_size(dtype) <= LARGEST:
            raise ValueError(f"sizes of {' x '.join(map(str, [n, *shape]))}, expected at least 1 of each and "
                             f"at most {LARGEST:,} bytes in all")
        if dimensions == 3:
            check_size(path, n, size)
        if dtype != "|u1" or dimensions == 1:
            check_memory(path, n * size * (1 if dtype == "|u1" else COPIES * item_size(dtype)))
        content = read_exactly(file, n * size * item_size(dtype))
        expect_end(file)
    return Array(dtype, (n, *shape), content)


def read_labels(path: PathLike, n: int) -> bytes:
    """The labels of n images, 0 to 9 each."""
    a = read_idx(path, 1)
    if a.shape[0] != n:
        raise BadFile(path, f"{a.shape[0]:,} labels, expected {n:,}, one for each image")
    try:
        return digits([number for piece in numbers(a) for number in piece][::prod(a.shape[1:])])
    except ValueError as error:
        raise BadFile(path, error) from None


def find(folder: PathLike, name: str) -> Optional[Path]:
    """The file of this name (one of NAMES) in the folder, by either usual spelling, gzipped or not."""
    spellings = [name, name.replace("-idx", ".idx")]
    candidates = [Path(folder) / (spelling + ending) for spelling in spellings for ending in ("", ".gz")]
    return next((path for path in candidates if os.path.exists(path)), None)
