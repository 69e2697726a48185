"""CSV, the format of Kaggle's competition and of many projects: an image to a line, with its label.

    label,pixel0,pixel1,pixel2,pixel3       a header, or none
    7,0,255,128,0                           a seven, and four pixels of 0 (white) to 255 (black)

Whatever the dialect: commas, semicolons, tabs, bars or blanks between the fields, quotes, decimal commas, UTF-8 or
UTF-16, comments before the first line, a header of any spelling or none; and ARFF, whose header is longer.

A header names the column of labels, or leaves one whose name is unlike all the others. Without a header it is the first
or the last, whichever has digits in it; unless the number of columns is a square: then all are pixels, of images to be
recognised, as in Kaggle's test.csv. A column that counts the rows is left out.
"""
from __future__ import annotations

import codecs
import csv
import io
import re
from array import array
from collections import Counter
from contextlib import suppress
from itertools import chain, islice
from math import isqrt
from pathlib import Path
from typing import TYPE_CHECKING, Any, Dict, IO, Iterator, List, NamedTuple, Optional, Sequence, Tuple, Union

from ...saved.files import BadFile, PathLike, memory_limit
from .arrays import one_hot
from .images import FLOAT, IMAGE, PIXEL, UNTOLD, DataSet, Format, Images, digits
from .naming import digit_of, relatives, role
from .places import check_memory, files_in, first_bytes, opened, size_of
from .scale import of_bytes

if TYPE_CHECKING:
    from .images import Numbers

NO_IMAGES = ("no images, expected a line for each: its label and its pixels, with commas, semicolons, tabs, bars or "
             "blanks between")
LONGEST_LINE = 1 << 20
SAMPLE = 50
"""So many lines are looked at before the columns are told apart."""

NUMBER = re.compile(r"[+-]?(?:\d+(?:[.,]\d*)?|[.,]\d+)(?:e[+-]?\d+)?", re.IGNORECASE | re.ASCII)
NOT_TEXT = re.compile("[^\t\n\r -\\U0010ffff]|\ufffe|\uffff")
NAMES_LABEL = re.compile(r"\W*(?:.*label.*|.*class|digit|target|y|number|value|truth|answer|output)\W*", re.IGNORECASE)
NAMES_ROW = re.compile(r"\W*(?:unnamed\W*\d*|index|level_0|(?:.*[\W_])?id|image_?id|no|nr|row.*|file.*|path|name)\W*",
                       re.IGNORECASE)
QUOTED = 20         # so much of a field is quoted in an error


class CSV(Format):
    """One file, or a training file with a test file beside it, whose name differs in that word."""

    name, endings = "CSV", (".csv", ".tsv", ".arff", ".data", ".dat", ".tra", ".txt")

    def recognises(self, start: bytes) -> bool:
        return not NOT_TEXT.search(start.decode(encoding_of(start), "replace"))

    def files_in(self, files: Sequence[Path]) -> List[Path]:
        kinds = ([path for path in files if ending in map(str.lower, path.suffixes)] for ending in self.endings)
        return next(filter(None, kinds), [])

    def read(self, path: Path) -> DataSet:
        beside = relatives(path, files_in(path.parent))
        training, notes = read_table(path, to_train=True)
        if not training.labels and (role(path.name)[0], "labels") in beside:
            training = with_labels(training, beside[role(path.name)[0], "labels"])
        if not training.labels:
            raise BadFile(path, f"{training.size} columns of pixels and no labels, expected a column of labels first")
        part, kind = role(path.name)
        other = beside.get(("test", kind)) if part == "train" else None
        if other is None:
            return DataSet(training, notes=notes)
        test, _ = read_table(other)
        if not test.labels and ("test", "labels") in beside:
            test = with_labels(test, beside["test", "labels"])
        return DataSet(training, test if test.labels else None, notes=notes)

    def read_images(self, path: Path) -> DataSet:
        images, notes = read_table(path)
        return DataSet(images, notes=notes)


def with_labels(images: Images, path: Path) -> Images:
    """The images with the labels in another file, a line for each: the last column, if there are several."""
    with opened(path) as file:
        found = [fields[-1] for fields in Lines(file, path).rows() if any(fields)]
    if found and number_in(found[0]) is None:
        found = found[1:]
    n = len(images.pixels) // images.size
    if len(found) != n:
        raise BadFile(path, f"{len(found):,} labels, expected {n:,}, one for each image")
    try:
        return images._replace(labels=digits(list(map(label_in, found))))
    except ValueError as error:
        raise BadFile(path, error) from None


# Fields

def number_in(field: str) -> Optional[float]:
    """The number in a field of text; None if there is something else.

    >>> number_in("255"), number_in(" 7.0 "), number_in("0,5"), number_in("1e-2"), number_in("nan"), number_in("1_0")
    (255.0, 7.0, 0.5, 0.01, None, None)
    """
    field = field.strip(" \t'\"\r\n")
    return float(field.replace(",", ".")) if NUMBER.fullmatch(field) else None


def label_in(field: str) -> float:
    """The number that a label says; ValueError if it says none.

    >>> label_in("7.0"), label_in("seven"), label_in("digit_7"), label_in("b'7'")
    (7.0, 7, 7, 7.0)
    """
    number = number_in(re.sub(r"^\W*b'(.*)'\W*$", r"\1", field))
    if number is None:
        number = digit_of(field.strip(" \t'\""))
    if number is None:
        letter = "; a letter, not a digit?" if re.fullmatch(r"\W*[A-Za-z]\W*", field) else ""
        raise ValueError(f"a label {field[:QUOTED]!r}, expected 0 to 9{letter}")
    return number


class Other(Exception):
    """A number of another kind than those before it."""


class Spelled(Dict[str, Any]):
    """What a field of text stands for. The usual spellings are looked up, for there are millions of fields."""

    MOST = 1 << 14

    def __missing__(self, field: str) -> Any:
        number = number_in(field)
        if number is None:
            raise ValueError(field)
        meaning = self.meaning(number)
        if len(self) < self.MOST:
            self[field] = meaning
        return meaning

    def meaning(self, number: float) -> Any:
        """A float."""
        return number


class SpelledByte(Spelled):
    """The same for numbers of which each stands for a byte: whole ones, or brightnesses."""

    def __init__(self, table: Dict[float, int]) -> None:
        super().__init__()
        self.table = table

    def meaning(self, number: float) -> int:
        try:
            return self.table[number]
        except KeyError:
            raise Other from None


# Lines

def encoding_of(start: bytes) -> str:
    """How a file that begins with these bytes writes its characters."""
    for mark, encoding in [(codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF32_LE, "utf-32"),
                           (codecs.BOM_UTF32_BE, "utf-32"), (codecs.BOM_UTF16_LE, "utf-16"),
                           (codecs.BOM_UTF16_BE, "utf-16")]:
        if start.startswith(mark):
            return encoding
    if len(start) > 3 and not any(start[1:64:2]) and all(start[0:64:2]):
        return "utf-16-le"
    if len(start) > 3 and not any(start[0:64:2]) and all(start[1:64:2]):
        return "utf-16-be"
    try:
        codecs.getincrementaldecoder("utf-8")().decode(start)
        return "utf-8"
    except UnicodeDecodeError:
        return "cp1252"


class _Bytes(io.RawIOBase):
    """A file whose first bytes were read already, as the module io wants one."""

    def __init__(self, start: bytes, file: IO[bytes]) -> None:
        self.start, self.file = start, file

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        piece = self.start[:len(buffer)] or self.file.read(len(buffer))
        self.start = self.start[len(piece):]
        buffer[:len(piece)] = piece
        return len(piece)


class Lines:
    """The lines of a file in rows of fields, as long as the images may still be held in memory.

    `number` is that of the last line; `names` those that ARFF gives to its columns.
    """

    def __init__(self, file: IO[bytes], path: PathLike, pixel: int = PIXEL) -> None:
        start = file.read(4096)
        self.text = io.TextIOWrapper(io.BufferedReader(_Bytes(start, file), 1 << 16), encoding_of(start), "replace",
                                     newline="")
        self.path, self.pixel = path, pixel
        self.number = self.left_out = 0
        self.names: List[str] = []
        self.delimiter = ""

    def lines(self) -> Iterator[str]:
        """All lines; one that is too long is a ValueError."""
        for number, line in enumerate(iter(lambda: self.text.readline(LONGEST_LINE), ""), 1):
            if len(line) >= LONGEST_LINE:
                raise ValueError(f"line {number}: more than {LONGEST_LINE:,} characters")
            yield line

    def content(self) -> Iterator[str]:
        """The lines without comments and what ARFF says before its data."""
        header = True
        for line in self.lines():
            self.left_out += 1
            if header and re.match(r"\s*@(?!data)", line, re.IGNORECASE):
                name = re.match(r"\s*@attribute\s+('[^']*'|\"[^\"]*\"|\S+)", line, re.IGNORECASE)
                self.names += [name[1].strip("'\"")] if name else []
            elif header and re.match(r"sep=.\s*$", line):
                self.delimiter = line[4]
            elif not (header and re.match(r"\s*(%|//|@|#(?!.*label))", line, re.IGNORECASE)):
                header = header and not line.strip()
                self.left_out -= 1
                yield line.lstrip("# ") if line.startswith("#") else line

    def rows(self) -> Iterator[List[str]]:
        """The fields of each line; of a blank one none."""
        content = self.content()
        first = list(islice(content, 3))
        dialect: Any = {"delimiter": self.delimiter or delimiter_of(first), "skipinitialspace": True}
        memory, most = 0, memory_limit(size_of(self.path))
        rows = csv.reader(chain(first, content), **dialect)
        while True:
            try:
                fields = next(rows, None)
            except csv.Error as error:
                raise ValueError(f"line {self.left_out + rows.line_num}: {error}") from None
            if fields is None:
                return
            self.number = self.left_out + rows.line_num
            memory += IMAGE + self.pixel * (len(fields) or 1)       # also for a blank line, for it takes time
            if memory > most:
                check_memory(self.path, memory)
            yield fields


def delimiter_of(lines: Sequence[str]) -> str:
    """What stands between the fields of these lines: of the marks that the last of them has, the one that no number can
    have in it."""
    line = next((line for line in reversed(lines) if line.strip()), "").strip(" \r\n")
    return next((mark for mark in "\t;|, " if mark in line), ",")


# Columns

class Columns(NamedTuple):
    """Which columns a table has."""

    width: int
    left_out: List[int]             # those that count the rows or name them
    labels: List[int]               # the one that a header names; ten, if there are ten; none if it is to be found out
    edges: bool                     # whether the label may be the first or the last
    ten: bool                       # whether the first or the last ten may be zeros and a one
    header: List[str]


def columns_of(rows: Sequence[List[str]], names: List[str]) -> Columns:
    """What the columns are, as far as the first rows say."""
    header = names or (rows[0] if is_header(rows[0]) else [])
    data = [row for row in (rows if names or not header else rows[1:]) if any(row)]
    width = len(header or data[0])
    if data and all(row[-1:] == [""] for row in data) and {len(row) for row in data} <= {width, width + 1}:
        width = len(data[0]) - 1
    elif header and data and len(data[0]) == len(header) + 1:      # R's: the column of row names has no name
        header, width = ["", *header], width + 1
    values = [[number_in(row[k]) if k < len(row) else None for row in data] for k in range(width)]
    left_out = [k for k in range(width) if names_row(header[k] if header else None, values[k])]
    kept = [k for k in range(width) if k not in left_out]
    labels = [k for k in kept if header and NAMES_LABEL.fullmatch(header[k])] or odd_one(header, kept)
    n = len(kept)
    labels = labels if len(labels) == 10 else labels[:1]
    pixels_only = is_square(n) or bool(header and kept and "pixel" in header[kept[0]].lower())
    edges = not labels and not pixels_only and n > 1
    return Columns(width, left_out, labels, edges, edges and is_square(n - 10) and not is_square(n - 1), header)


def names_row(name: Optional[str], values: Sequence[Optional[float]]) -> bool:
    """Whether a column of this name (None: without a header) counts the rows, or gives them names.

    >>> names_row("", [0, 1, 2]), names_row("id", [7, 3]), names_row(None, [5, 0, 4]), names_row("pixel1", [0, 0, 0])
    (True, True, False, False)
    """
    counts = counts_up(values)
    if name is not None and NAMES_ROW.fullmatch(name):
        return True
    if name is not None and not name.strip():
        return counts or len(set(values)) == len(values) or not all(v is not None and 0 <= v <= 9 for v in values)
    return counts and len(values) > 2 and (values[-1] or 0) > 9


def counts_up(values: Sequence[Optional[float]]) -> bool:
    """Whether these are several numbers, each one more than the one before."""
    return len(values) > 1 and all(a is not None and b is not None and b == a + 1 for a, b in zip(values, values[1:]))


def is_header(fields: List[str]) -> bool:
    """Whether these are the names of columns: not a number among them, or one that names a label, or numbers that count
    the columns.

    >>> is_header(["label", "1x1", "1x2"]), is_header(["7", "0", "x"]), is_header(["label", *map(str, range(64))])
    (True, False, True)
    """
    values = [number_in(field) for field in fields]
    if None in values and (len(set(values)) == 1 or any(map(NAMES_LABEL.fullmatch, fields))):
        return True
    return any(len(part) > 8 and counts_up(part) for part in (values, values[1:], values[:-1], values[2:]))


def odd_one(header: List[str], kept: Sequence[int]) -> List[int]:
    """The one column whose name is unlike all others, which differ in their numbers only."""
    names = {k: re.sub(r"\d+", "#", header[k].strip()) for k in kept} if header else {}
    counts = Counter(names.values())
    odd = [k for k, name in names.items() if counts[name] == 1]
    return odd if len(odd) == 1 and len(counts) == 2 and len(kept) > 2 else []


def is_square(n: int) -> bool:
    """Whether images of n pixels can be square.

    >>> is_square(784), is_square(785), is_square(0)
    (True, False, False)
    """
    return n > 0 and isqrt(n) ** 2 == n


# Tables

def read_table(path: PathLike, to_train: bool = False) -> Tuple[Images, Tuple[str, ...]]:
    """The images of a table, with their labels if it has any, and what is to be said of its columns. Labels to train on
    must not be nearly all the same.

    Several tables are tried: of bytes, of brightnesses that were made from bytes, of any numbers.
    """
    for table, scale in of_bytes():
        try:
            return read_as(path, SpelledByte(table), scale, to_train)
        except Other:
            continue
    return read_as(path, Spelled(), UNTOLD, to_train)


def read_as(path: PathLike, spelled: Spelled, scale: int, to_train: bool) -> Tuple[Images, Tuple[str, ...]]:
    """The same, if all pixels are numbers that `spelled` knows; otherwise Other is raised."""
    in_bytes = isinstance(spelled, SpelledByte)
    pixels: Union[bytearray, "array[float]"] = bytearray() if in_bytes else array("d")
    row_of = bytes if in_bytes else lambda numbers: array("d", numbers)
    look_up = spelled.__getitem__
    apart: List[List[str]] = []             # the fields of the columns that are no pixels, or may be none
    numbers: List[int] = []                 # and their lines
    with opened(path) as file:
        lines = Lines(file, path, PIXEL if in_bytes else FLOAT)
        rows = lines.rows()
        first: List[Tuple[int, List[str]]] = []
        for row in rows:
            if any(row):
                first.append((lines.number, row))
            if len(first) > SAMPLE:
                break
        if not first:
            raise ValueError(NO_IMAGES)
        columns = columns_of([row for _, row in first], lines.names)
        if columns.header and not lines.names:
            del first[0]
        taken = [0, columns.width - len(columns.left_out) - 1] if columns.edges and not columns.ten else [
            k - sum(out < k for out in columns.left_out) for k in columns.labels]
        for number, fields in chain(first, ((lines.number, row) for row in rows)):
            try:
                if len(fields) == columns.width + 1 and not fields[-1].strip():
                    fields = fields[:-1]
                if not any(fields):
                    continue
                if lines.names and fields[0].startswith("{"):
                    raise ValueError("ARFF's sparse form, expected every pixel: Weka's SparseToNonSparse writes them")
                if len(fields) != columns.width:
                    raise ValueError(f"{len(fields)} columns, expected {columns.width} as above")
                for k in reversed(columns.left_out):
                    del fields[k]
                if taken:
                    apart.append([fields[k] for k in taken])
                    numbers.append(number)
                    for k in reversed(taken):
                        del fields[k]
                pixels += row_of(map(look_up, fields))  # type: ignore
            except ValueError as error:
                raise ValueError(f"line {number}: {told(error, fields)}") from None
    size = columns.width - len(columns.left_out) - len(taken)
    if not (pixels or columns.edges and apart):
        raise ValueError(NO_IMAGES)
    images = Images(bytes(pixels) if isinstance(pixels, bytearray) else pixels, size, b"", scale)
    notes = tuple(f"{repr(columns.header[k]) if columns.header and columns.header[k] else f'column {k + 1}'} counts or "
                  "names the rows: left out" for k in columns.left_out)
    if columns.ten:
        return ten_apart(images), notes
    if len(columns.labels) == 10:
        return images._replace(labels=one_hot([label_in(field) for fields in apart for field in fields])), notes
    if columns.labels:
        return images._replace(labels=digits_in([field for field, in apart], numbers, columns.labels[0] + 1)), notes
    if columns.edges:
        return edge_apart(images, apart, numbers, spelled, to_train), notes
    return images, notes


def told(error: ValueError, fields: Sequence[str]) -> str:
    """What is wrong with a row. A field that is not a number is quoted."""
    for field in fields:
        if number_in(field) is None and field == str(error):
            missing = "" if field.strip() else " (an empty field)"
            return f"{field[:QUOTED]!r}{missing}, expected a whole number of 0 to 255 or a number of 0 to 1"
    return str(error)


def digits_in(fields: Sequence[str], numbers: Sequence[int], column: int) -> bytes:
    """The labels in a column, of which the lines have these numbers."""
    labels: List[float] = []
    try:
        for field in fields:
            labels.append(label_in(field))
        return digits(labels, f" in column {column}")
    except ValueError as error:
        wrong = next((k for k, label in enumerate(labels) if label not in range(10)), len(labels))
        raise ValueError(f"line {numbers[wrong]}: {error}") from None


def edge_apart(images: Images, apart: Sequence[Sequence[str]], numbers: Sequence[int], spelled: Spelled, to_train: bool
               ) -> Images:
    """The images with the first or the last column as their labels; the other one goes back to the pixels. It is the
    first, unless that one has no digits, or always the same, and the last one has several."""
    n, size = len(apart), images.size
    first, last = [[fields[edge] for fields in apart] for edge in (0, 1)]
    edge, labels = 0, b""
    with suppress(ValueError):
        labels = digits_in(first, numbers, 1)
    if not labels or is_constant(labels):
        with suppress(ValueError):
            others = digits_in(last, numbers, size + 2)
            edge, labels = (0, labels) if is_constant(others) else (1, others)
    labels = labels or digits_in(first, numbers, 1)
    back = []
    for number, field in zip(numbers, first if edge else last):
        try:
            back.append(spelled[field])
        except ValueError as error:
            raise ValueError(f"line {number}: {told(error, [field])}") from None
    if to_train and is_constant(labels):
        label, most = Counter(labels).most_common(1)[0]
        raise ValueError(f"column 1 was taken for the label, and it is {label} in {most:,} of {n:,} lines; "
                         f"put the label first, or name its column \"label\" in a header")
    in_bytes = isinstance(images.pixels, bytes)
    whole: Any = bytearray(n * (size + 1)) if in_bytes else array("d", bytes(8 * n * (size + 1)))
    whole[0 if edge else size::size + 1] = bytes(back) if in_bytes else array("d", back)
    for k in range(size):
        whole[k + edge::size + 1] = images.pixels[k::size]
    return images._replace(pixels=bytes(whole) if in_bytes else whole, size=size + 1, labels=labels)


def is_constant(labels: Sequence[float]) -> bool:
    """Whether more than nine tenths of the labels are the same: then they are pixels."""
    return Counter(labels).most_common(1)[0][1] > 0.9 * len(labels)


def ten_apart(images: Images) -> Images:
    """The images with the first or the last ten columns, of which one is 1 and the others are 0, as their labels."""
    size, one = images.size, 255 if images.scale == 255 else 1
    rows: List[Any] = [images.pixels[k:k + size] for k in range(0, len(images.pixels), size)]
    for begin, end in (size - 10, size), (0, 10):
        tens = [list(row[begin:end]) for row in rows]
        if all(sorted(ten) == [0] * 9 + [one] for ten in tens):
            rest = [row[:begin] + row[end:] for row in rows]
            pixels: Any = b"".join(rest) if isinstance(images.pixels, bytes) else array("d", chain.from_iterable(rest))
            return images._replace(pixels=pixels, size=size - 10, labels=bytes(ten.index(one) for ten in tens))
    raise ValueError(f"{size} columns, expected a label and the pixels of a square image in each line")
