"""Tables as people's programs write them: each says the same twelve images, or is refused with a line that says why."""
from __future__ import annotations

from pathlib import Path
from typing import Callable, Dict, List

import pytest

import samples
from purenn.data import load, load_images
from purenn.saved.files import BadFile
from samples import TRAINING

Write = Callable[[List[List[str]]], str]

HEADER = ["label", *(f"pixel{k}" for k in range(6))]
ROWS = [[str(y), *map(str, image)] for image, y in TRAINING]
XS, YS = [[pixel / 255 for pixel in image] for image, _ in TRAINING], [y for _, y in TRAINING]


def lines(mark: str, end: str = "\n") -> Write:
    return lambda rows: "".join(mark.join(row) + end for row in rows)


def last_first(rows: List[List[str]]) -> List[List[str]]:
    return [[*row[1:], row[0]] for row in rows]


DIALECTS: Dict[str, str] = {
    "semicolons": lines(";")([HEADER, *ROWS]),
    "tabs": lines("\t")([HEADER, *ROWS]),
    "bars": lines("|")([HEADER, *ROWS]),
    "blanks": lines(" ")(ROWS),
    "commas and blanks": lines(", ")([HEADER, *ROWS]),
    "in columns": "".join("".join(f"{field:>5}" for field in row) + "\n" for row in ROWS),
    "lines of an old Macintosh": lines(",", "\r")([HEADER, *ROWS]),
    "a comma at the end": lines(",", ",\n")([HEADER, *ROWS]),
    "a comma at the end, but of the header": ",".join(HEADER) + "\n" + lines(",", ",\n")(ROWS),
    "blank lines at the end": lines(",")([HEADER, *ROWS]) + "\n\n,,,\n",
    "a comment": "# made by a script, from MNIST\n" + lines(",")(ROWS),
    "a commented header, as numpy.savetxt writes it": "# " + lines(",")([HEADER, *ROWS]),
    "numbers as numpy.savetxt writes them": lines(" ")([[f"{float(field):.18e}" for field in row] for row in ROWS]),
    "floats": lines(",")([HEADER, *([f"{field}.0" for field in row] for row in ROWS)]),
    "Excel's line of the separator": "sep=;\n" + lines(";")([HEADER, *ROWS]),
    "quotes": lines(",")([[f'"{field}"' for field in row] for row in [HEADER, *ROWS]]),
    "the label last": lines(",")(last_first([HEADER, *ROWS])),
    "the label last, called answer": lines(",")(last_first([["answer", *HEADER[1:]], *ROWS])),
    "the one column with another name": lines(",")([["Ziffer", *(f"Bild{k}" for k in range(6))], *ROWS]),
    "a header that counts the columns": lines(",")([["label", *map(str, range(6))], *ROWS]),
    "labels in words": lines(",")([HEADER, *([["zero", "one", "two", "three", "four", "five", "six", "seven", "eight",
                                               "nine"][int(row[0])], *row[1:]] for row in ROWS)]),
    "labels as Python's bytes": lines(",")([HEADER, *([f"b'{row[0]}'", *row[1:]] for row in ROWS)]),
    "brightnesses": lines(",")([HEADER, *([y, *(repr(int(x) / 255) for x in row)] for y, *row in ROWS)]),
    "brightnesses of six decimals": lines(",")([HEADER, *([y, *(f"{int(x) / 255:.6f}" for x in row)]
                                                          for y, *row in ROWS)]),
    "decimal commas": lines(";")([HEADER, *([y, *(f"{int(x) / 255:.6f}".replace(".", ",") for x in row)]
                                            for y, *row in ROWS)]),
    "ten columns for the label": lines(",")([[*(f"label_{k}" for k in range(10)), *HEADER[1:]],
                                             *([str(int(k == int(y))) for k in range(10)] + row for y, *row in ROWS)]),
    "ARFF": "% digits\n@relation 'some digits'\n" + "".join(f"@attribute {name} numeric\n" for name in HEADER)
            + "@DATA\n" + lines(",")(ROWS),
    "an index, as pandas writes it": lines(",")([["", *HEADER], *([str(k), *row] for k, row in enumerate(ROWS))]),
    "row names, as R writes them": lines(" ")([HEADER, *([f'"{k + 1}"', *row] for k, row in enumerate(ROWS))]),
    "numbers of the images": lines(",")([["id", *HEADER], *([str(7 * k), *row] for k, row in enumerate(ROWS))]),
    "names of the images": lines(",")([["filename", *HEADER], *([f"{k}.png", *row] for k, row in enumerate(ROWS))]),
}


@pytest.mark.slow
def test_dialects(tmp_path: Path) -> None:
    for name, table in DIALECTS.items():
        path = samples.save(tmp_path / "table.txt", table.encode())
        assert load_images(path, say=lambda note: None) == (XS, YS), name
        assert len(load(path, say=lambda note: None)[0]) == 9, name


def test_encodings(tmp_path: Path) -> None:
    """With a mark at the beginning and without; a header that only Windows writes so."""
    table = lines(",")([["étiquette", *HEADER[1:]], *ROWS])
    for encoding in "utf-8", "utf-8-sig", "utf-16", "utf-32", "cp1252":
        path = samples.save(tmp_path / "table.csv", table.encode(encoding))
        assert load_images(path) == (XS, YS), encoding
    for encoding in "utf-16-le", "utf-16-be":
        path = samples.save(tmp_path / "table.csv", lines(",")([HEADER, *ROWS]).encode(encoding))
        assert load_images(path) == (XS, YS), encoding


def test_a_column_that_counts_the_rows_is_left_out_and_said(tmp_path: Path) -> None:
    """Ten images, whose numbers could be labels."""
    notes: List[str] = []
    rows = [[str(k), *row[1:5]] for k, row in enumerate(ROWS[:10])]
    path = samples.save(tmp_path / "test.csv", lines(",")([["", *HEADER[1:5]], *rows]).encode())
    assert load_images(path, say=notes.append) == ([x[:4] for x in XS[:10]], None)
    assert notes == [f"{path}: column 1 counts or names the rows: left out"]
    with pytest.raises(BadFile, match="test.csv: 4 columns of pixels and no labels"):
        load(path)


def test_a_label_without_a_name_is_no_index(tmp_path: Path) -> None:
    """It does not count, and occurs more than once."""
    path = samples.save(tmp_path / "a.csv", lines(",")([["", *HEADER[1:]], *ROWS[:4], ROWS[2]]).encode())
    assert load_images(path)[1] == [0, 1, 2, 3, 2]


def test_the_test_file_of_a_training_file(tmp_path: Path) -> None:
    """mnist_train_100.csv has mnist_test_10.csv beside it; optdigits.tra has optdigits.tes."""
    table = samples.csv(samples.TRAINING), samples.csv(samples.TEST)
    for k, (training, test) in enumerate([
            ("mnist_train_100.csv", "mnist_test_10.csv"), ("optdigits.tra", "optdigits.tes"),
            ("Training.csv", "Testing.csv"), ("x-train.csv.gz", "x-test.csv")]):
        path = samples.save(tmp_path / str(k) / training, table[0])
        samples.save(tmp_path / str(k) / test, table[1])
        assert load(path) == samples.expected(), training
    samples.save(tmp_path / "0" / "fashion_test_10.csv", b"7,0\n")      # of another set
    assert load(tmp_path / "0" / "mnist_train_100.csv") == samples.expected()


def test_images_and_labels_in_files_of_their_own(tmp_path: Path) -> None:
    for part, digits in ("train", samples.TRAINING), ("test", samples.TEST):
        images = [[*map(str, image), "0", "0", "0"] for image, _ in digits]
        samples.save(tmp_path / f"x_{part}.csv", lines(",")(images).encode())
        samples.save(tmp_path / f"y_{part}.csv", lines(",")([["label"], *([str(y)] for _, y in digits)]).encode())
    training, validation, test = load(tmp_path)
    assert [list(x)[:6] for x, _ in test] == [list(x) for x, _ in samples.expected()[2]]
    assert [y for _, y in test] == [7, 0, 3] and [y for _, y in validation] == [0, 1]
    samples.save(tmp_path / "y_train.csv", b"7\n1\n")
    with pytest.raises(BadFile, match="y_train.csv: 2 labels, expected 12, one for each image"):
        load(tmp_path)


@pytest.mark.parametrize("table, fault", [
    (lines(",")([HEADER, *([*row[:3], "", *row[4:]] for row in ROWS)]), "line 2: '' (an empty field), expected"),
    (lines(",")([HEADER, *([*row[:3], "NA", *row[4:]] for row in ROWS)]), "line 2: 'NA', expected a whole number"),
    (lines(",")([HEADER, *(["A", *row[1:]] for row in ROWS)]), "line 2: a label 'A', expected 0 to 9; a letter, not"),
    (lines(",")([HEADER, *([str(10 if row[0] == "0" else row[0]), *row[1:]] for row in ROWS)]),
     "line 2: a label of 10 in column 1, expected 0 to 9; labels from 1 to 10: is 10 a 0, or each one too many?"),
    (lines(",")([HEADER, *([str(k + 1), *row[1:]] for k, row in enumerate(ROWS)), ["26", *ROWS[0][1:]]]),
     "a label of 10 in column 1, expected 0 to 9; labels from 1 to 26: letters, not digits?"),
    ("".join(f'{",".join(row)}\n' for row in ROWS).replace(",255,", ',"255,', 1) + "0" * 140000, "field larger than"),
    (lines(",")([[y, *(str(int(x) / 100 - 0.42) for x in row)] for y, *row in ROWS]), "standardised perhaps, expected"),
])
def test_what_has_several_meanings_or_none_is_refused(tmp_path: Path, table: str, fault: str) -> None:
    path = samples.save(tmp_path / "table.csv", table.encode())
    with pytest.raises(BadFile) as refused:
        load(path)
    assert str(refused.value).startswith(f"{path}: ") and fault in str(refused.value)
