"""CSV, the format of Kaggle's competition and of many projects: an image to a line, its label first.

    label,pixel0,pixel1,pixel2,pixel3       a header, or none
    7,0,255,128,0                           a seven, and four pixels of 0 (white) to 255 (black)

A file of images that wait for an answer, such as Kaggle's test.csv, has no labels.
"""
from __future__ import annotations

import re
from math import isqrt
from typing import Dict, List, Optional

from ...saved.files import LARGEST, Images, PathLike, opened

LONGEST_LINE = 1 << 20
NUMBER = re.compile(rb"(\d{1,3})(?:\.0*)?")


def number_in(field: bytes) -> Optional[int]:
    """The whole number that a field of text says, perhaps in quotes; None if it says something else.

    >>> number_in(b"255"), number_in(b' "7" '), number_in(b"0.0"), number_in(b"-1"), number_in(b"nan")
    (255, 7, 0, None, None)
    """
    match = NUMBER.fullmatch(field.strip(b' \t"'))
    return int(match[1]) if match else None


class Bytes(Dict[bytes, int]):
    """The byte that a field says. The usual spellings are looked up, for there are millions of them."""

    def __missing__(self, field: bytes) -> int:
        number = number_in(field)
        if number is None or number > 255:
            raise ValueError(f"{field[:20].decode('utf-8', 'replace')!r}, expected a whole number of 0 to 255")
        return number


def read_table(path: PathLike) -> Images:
    """The images of a CSV file. They have labels unless the header says otherwise or the columns are a square number."""
    byte_in = Bytes({b"%d" % byte: byte for byte in range(256)}).__getitem__
    pixels, labels = bytearray(), bytearray()
    columns, labelled = 0, True
    with opened(path) as file:
        for number, line in enumerate(iter(lambda: file.readline(LONGEST_LINE), b""), 1):
            fields = line.strip(b"\xef\xbb\xbf\r\n").split(b",")
            if fields == [b""]:
                continue
            try:
                if len(line) == LONGEST_LINE or len(pixels) > LARGEST:
                    raise ValueError(f"more than {LONGEST_LINE:,} characters, or {LARGEST:,} pixels above it")
                if not columns:
                    columns = len(fields)
                    labelled = b"label" in fields[0] or not (b"pixel" in fields[0] or isqrt(columns) ** 2 == columns)
                    if is_header(fields):
                        continue
                if len(fields) != columns:
                    raise ValueError(f"{len(fields)} columns, expected {columns} as above")
                row = bytes(map(byte_in, fields))
                if labelled and row[0] > 9:
                    raise ValueError(f"a label of {row[0]}, expected 0 to 9")
            except ValueError as error:
                raise ValueError(f"line {number}: {error}") from None
            pixels += row[labelled:]
            labels += row[:labelled]
        if not pixels:
            raise ValueError("no images, expected a line for each: its label and its pixels, with commas between")
    return Images(bytes(pixels), columns - labelled, bytes(labels))


def is_header(fields: List[bytes]) -> bool:
    """Whether these are the names of columns: not a number among them.

    >>> is_header([b"label", b"1x1", b"1x2"]), is_header([b"7", b"0", b"x"])
    (True, False)
    """
    return all(number_in(field) is None for field in fields)
