"""CSV, the format of Kaggle's competition and of many projects: an image to a line, its label first.

    label,pixel0,pixel1,pixel2,pixel3       a header, or none
    7,0,255,128,0                           a seven, and four pixels of 0 (white) to 255 (black)

A header may name another column as the label. Without a header the label is the first column, unless the number of
columns is a square: then all are pixels, of images to be recognised, as in Kaggle's test.csv.
"""
from __future__ import annotations

import os
import re
from math import isqrt
from pathlib import Path
from typing import IO, Dict, Iterator, List, Optional, Sequence, Tuple

from ...saved.files import BadFile, PathLike, check_memory, memory_limit, opened
from .images import IMAGE, PIXEL, DataSet, Format, Images

LONGEST_LINE = 1 << 20
NUMBER = re.compile(rb"(\d{1,3})(?:\.0*)?")
NAMES_LABEL = re.compile(rb"\W*(?:.*label.*|class|digit|target|y)\W*", re.IGNORECASE)
NOT_TEXT = bytes(set(range(32)) - set(b"\t\r\n"))


class CSV(Format):
    """One file, or a training file with a test file beside it: the same name with "test" for "train"."""

    name, endings = "CSV", (".csv",)

    def recognises(self, start: bytes) -> bool:
        return start == start.translate(None, NOT_TEXT)

    def read(self, path: Path) -> DataSet:
        training = read_table(path, to_train=True)
        if not training.labels:
            raise BadFile(path, f"{training.size} columns of pixels and no labels, expected a column of labels first")
        beside = path.with_name(path.name.replace("train", "test"))
        test = read_table(beside) if beside != path and beside.exists() else None
        return DataSet(training, test if test and test.labels else None)

    def read_images(self, path: Path) -> Images:
        return read_table(path)


def number_in(field: bytes) -> Optional[int]:
    """The whole number in a field of text, perhaps in quotes; None if there is something else.

    >>> number_in(b"255"), number_in(b' "7" '), number_in(b"0.0"), number_in(b"-1"), number_in(b"nan")
    (255, 7, 0, None, None)
    """
    match = NUMBER.fullmatch(field.strip(b' \t"'))
    return int(match[1]) if match else None


class Bytes(Dict[bytes, int]):
    """The byte in a field. The usual spellings are looked up, for there are millions of them."""

    def __missing__(self, field: bytes) -> int:
        number = number_in(field)
        if number is None or number > 255:
            raise ValueError(f"{field[:20].decode('utf-8', 'replace')!r}, expected a whole number of 0 to 255")
        return number


def read_table(path: PathLike, to_train: bool = False) -> Images:
    """The images of a CSV file, with their labels if it has any. Labels to train on must not be nearly all the same."""
    byte_in = Bytes({b"%d" % byte: byte for byte in range(256)}).__getitem__
    pixels, labels = bytearray(), bytearray()
    header: List[bytes] = []
    columns, label = 0, None
    with opened(path) as file:
        for number, fields in rows(file, path):
            try:
                if not columns:
                    header = fields if is_header(fields) else []
                    columns, label = len(fields), label_column(header, len(fields))
                    if header:
                        continue
                if len(fields) != columns:
                    raise ValueError(f"{len(fields)} columns, expected {columns} as above")
                row = bytes(map(byte_in, fields))
                if label is None:
                    pixels += row
                    continue
                if row[label] > 9:
                    raise ValueError(f"a label of {row[label]} in column {label + 1}, expected 0 to 9")
            except ValueError as error:
                raise ValueError(f"line {number}: {error}") from None
            pixels += row[:label] + row[label + 1:]
            labels.append(row[label])
        if not pixels:
            raise ValueError("no images, expected a line for each: its label and its pixels, with commas between")
        if to_train and label is not None and not (header and NAMES_LABEL.fullmatch(header[label])):
            check_spread(labels)
    return Images(bytes(pixels), columns - (label is not None), bytes(labels))


def rows(file: IO[bytes], path: PathLike) -> Iterator[Tuple[int, List[bytes]]]:
    """(number, fields) of each line that is not blank, as long as the images may still be held in memory."""
    memory, most = 0, memory_limit(os.path.getsize(path))
    for number, line in enumerate(iter(lambda: file.readline(LONGEST_LINE), b""), 1):
        if len(line) == LONGEST_LINE:
            raise ValueError(f"line {number}: more than {LONGEST_LINE:,} characters")
        fields = line.strip(b"\xef\xbb\xbf\r\n").split(b",")
        memory += IMAGE + PIXEL * len(fields)       # also for a blank line, for it takes time
        if memory > most:
            check_memory(path, memory)
        if fields != [b""]:
            yield number, fields


def label_column(header: List[bytes], columns: int) -> Optional[int]:
    """Where the label stands: where the header says, otherwise first; None if there are only pixels.

    >>> label_column([b"pixel1", b"pixel2", b"class"], 3), label_column([], 3), label_column([], 4)
    (2, 0, None)
    """
    named = [k for k, field in enumerate(header) if NAMES_LABEL.fullmatch(field)]
    if named:
        return named[0]
    return None if isqrt(columns) ** 2 == columns or header and b"pixel" in header[0] else 0


def check_spread(labels: Sequence[int]) -> None:
    """ValueError if more than nine tenths of the labels are the same: then they are pixels, taken for labels."""
    label = max(set(labels), key=labels.count)
    n = labels.count(label)
    if n > 0.9 * len(labels):
        raise ValueError(f"column 1 was taken for the label, and it is {label} in {n:,} of {len(labels):,} lines; "
                         f"put the label first, or name its column \"label\" in a header")


def is_header(fields: List[bytes]) -> bool:
    """Whether these are the names of columns: not a number among them.

    >>> is_header([b"label", b"1x1", b"1x2"]), is_header([b"7", b"0", b"x"])
    (True, False)
    """
    return all(number_in(field) is None for field in fields)
