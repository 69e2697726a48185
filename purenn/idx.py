"""IDX, the format in which MNIST was published: a mark, a few sizes, and then bytes.

    00 00 08 03                               the mark: unsigned bytes (08) in 3 dimensions
    00 00 ea 60  00 00 00 1c  00 00 00 1c     the sizes: 60,000 images of 28 x 28 pixels, big-endian
    00 00 00 ...                              the pixels, image after image, row after row

A file of labels has one dimension (00 00 08 01), and a byte for each image. A data set is a folder of four such
files, gzipped or not: train-images-idx3-ubyte and train-labels-idx1-ubyte to learn from, t10k-images-idx3-ubyte and
t10k-labels-idx1-ubyte to be tested on. Source: LeCun, Cortes, Burges, "The MNIST database of handwritten digits".
"""
from __future__ import annotations

import struct
from math import prod
from pathlib import Path
from typing import Tuple

from .files import LARGEST, BadFile, Images, PathLike, opened, read, read_end


def read_idx(path: PathLike, dimensions: int) -> Tuple[Tuple[int, ...], bytes]:
    """The sizes and the bytes of one IDX file of so many dimensions, or BadFile."""
    with opened(path) as file:
        mark, expected = read(file, 4, "bytes of its mark"), bytes([0, 0, 8, dimensions])
        if mark != expected:
            raise ValueError(f"begins with {mark.hex(' ')}, expected {expected.hex(' ')}: "
                             f"bytes in {dimensions} dimension{'s' * (dimensions > 1)}")
        sizes = struct.unpack(f">{dimensions}I", read(file, 4 * dimensions, "bytes of its sizes"))
        if not 0 < prod(sizes) <= LARGEST:
            raise ValueError(f"sizes of {' x '.join(map(str, sizes))}, expected 1 or more of each and {LARGEST:,} bytes at most")
        content = read(file, prod(sizes))
        read_end(file)
        return sizes, content


def find(folder: PathLike, part: str, kind: str) -> Path:
    """The file of `part` ("train" or "t10k") and `kind` ("images" or "labels"), by either usual spelling."""
    name = f"{part}-{kind}-idx{3 if kind == 'images' else 1}-ubyte"
    spellings = [name, name.replace("-idx", ".idx")]
    for candidate in [spelling + ending for spelling in spellings for ending in ("", ".gz")]:
        if (Path(folder) / candidate).exists():
            return Path(folder) / candidate
    if not Path(folder).is_dir():
        raise BadFile(folder, "no such folder")
    raise BadFile(folder, f"holds no {name}, gzipped or not")


def read_part(folder: PathLike, part: str) -> Images:
    """The images and labels of one part of a data set, "train" or "t10k"."""
    images, labels = find(folder, part, "images"), find(folder, part, "labels")
    (count, rows, columns), pixels = read_idx(images, 3)
    (label_count,), digits = read_idx(labels, 1)
    if label_count != count:
        raise BadFile(labels, f"{label_count:,} labels, expected {count:,}, one for each image of {images.name}")
    if max(digits) > 9:
        raise BadFile(labels, f"a label of {max(digits)}, expected digits of 0 to 9")
    return Images(pixels, rows * columns, digits)


def read_folder(folder: PathLike) -> Tuple[Images, Images]:
    """(training images, test images) of a data set's four files."""
    training, test = read_part(folder, "train"), read_part(folder, "t10k")
    if test.size != training.size:
        raise BadFile(find(folder, "t10k", "images"),
                      f"images of {test.size} pixels, expected {training.size} as in the training file")
    return training, test
