"""IDX, the format in which MNIST was published: a mark, a few sizes, and then bytes.

    00 00 08 03                               the mark: unsigned bytes (08) in 3 dimensions
    00 00 ea 60  00 00 00 1c  00 00 00 1c     the sizes: 60,000 images of 28 x 28 pixels, big-endian
    00 00 00 ...                              the pixels, image after image, row after row

A file of labels has one dimension (00 00 08 01), and a byte for each image. A data set is a folder of four such
files, gzipped or not: train-images-idx3-ubyte and train-labels-idx1-ubyte to learn from, t10k-images-idx3-ubyte and
t10k-labels-idx1-ubyte to be tested on. Source: LeCun, Cortes, Burges, "The MNIST database of handwritten digits".
"""
from __future__ import annotations

import os
import struct
from math import prod
from pathlib import Path
from typing import List, Optional, Tuple

from ...saved.files import LARGEST, BadFile, PathLike, check_memory, expect_end, opened, read_exactly
from .images import DataSet, Format, Images, check_size

MARK = bytes([0, 0, 8])
NAMES = [f"{part}-{kind}-ubyte" for part in ("train", "t10k") for kind in ("images-idx3", "labels-idx1")]


class IDX(Format):
    """Four files in a folder."""

    name = "IDX"

    def recognises(self, start: bytes) -> bool:
        return start.startswith(MARK)

    def read(self, path: Path) -> DataSet:
        return read_folder(path.parent)

    def read_images(self, path: Path) -> Images:
        """The images of one file, with the labels in the file beside it whose name says so, if there is one."""
        n, size, pixels = read_idx(path, 3)
        labels = path.with_name(path.name.replace("images", "labels").replace("idx3", "idx1"))
        return Images(pixels, size, read_labels(labels, n) if labels != path and labels.exists() else b"")

    def files_in(self, folder: Path) -> List[Path]:
        return [path for path in (find(folder, name) for name in NAMES) if path][:1]


def read_idx(path: PathLike, dimensions: int) -> Tuple[int, int, bytes]:
    """(n, size, bytes) of an IDX file of n items of `size` bytes each: images have 3 dimensions, labels 1."""
    with opened(path) as file:
        mark, expected = read_exactly(file, 4, "bytes of its mark"), MARK + bytes([dimensions])
        if mark != expected:
            raise ValueError(f"begins with {mark.hex(' ')}, expected {expected.hex(' ')}, "
                             f"the mark of an IDX file of {'images' if dimensions == 3 else 'labels'}")
        n, *shape = struct.unpack(f">{dimensions}I", read_exactly(file, 4 * dimensions, "bytes of its sizes"))
        size = prod(shape)
        if not 0 < n * size <= LARGEST:
            raise ValueError(f"sizes of {' x '.join(map(str, [n, *shape]))}, expected at least 1 of each and "
                             f"at most {LARGEST:,} bytes in all")
        if shape:
            check_size(path, n, size)
        else:
            check_memory(path, n)
        content = read_exactly(file, n * size)
        expect_end(file)
    return n, size, content


def read_labels(path: PathLike, n: int) -> bytes:
    """The labels of n images, 0 to 9 each."""
    found, _, labels = read_idx(path, 1)
    if found != n:
        raise BadFile(path, f"{found:,} labels, expected {n:,}, one for each image")
    if max(labels) > 9:
        raise BadFile(path, f"a label of {max(labels)}, expected 0 to 9")
    return labels


def find(folder: PathLike, name: str) -> Optional[Path]:
    """The file of this name (one of NAMES) in the folder, by either usual spelling, gzipped or not."""
    spellings = [name, name.replace("-idx", ".idx")]
    candidates = [Path(folder) / (spelling + ending) for spelling in spellings for ending in ("", ".gz")]
    return next((path for path in candidates if os.path.exists(path)), None)


def read_folder(folder: PathLike) -> DataSet:
    """The data set in four files."""
    parts = []
    for images_name, labels_name in zip(NAMES[::2], NAMES[1::2]):
        images, labels = find(folder, images_name), find(folder, labels_name)
        if images is None or labels is None:
            raise BadFile(folder, f"holds no {labels_name if images else images_name}, gzipped or not")
        n, size, pixels = read_idx(images, 3)
        parts.append(Images(pixels, size, read_labels(labels, n)))
    return DataSet(parts[0], parts[1])
