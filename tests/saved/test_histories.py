"""Histories written, read, and found wanting."""
from __future__ import annotations

import gzip
import json
import math
from pathlib import Path
from random import Random

import pytest

from mutation import COUNT, mutate, patience, peak_memory
from purenn.saved.histories import COLUMNS, read_history, write_history
from purenn.saved.files import BadFile
from purenn.history import Epoch, Score

EPOCHS = [Epoch(0, 0.5, Score(3, 4), 0.1, Score(1, 2), 0.7, Score(9, 10)),
          Epoch(1, 0.25, evaluation_cost=1 / 3)]

CSV = """\
epoch,eta,test_accuracy,evaluation_cost,evaluation_accuracy,training_cost,training_accuracy
0,0.5,0.75,0.1,0.5,0.7,0.9
1,0.25,,0.3333333333333333,,,
"""

ROWS = [dict(zip(COLUMNS, [0, 0.5, 0.75, 0.1, 0.5, 0.7, 0.9])),
        dict(zip(COLUMNS, [1, 0.25, None, 1 / 3, None, None, None]))]


def test_a_history_as_csv(tmp_path: Path) -> None:
    write_history(EPOCHS, tmp_path / "history.csv")
    assert (tmp_path / "history.csv").read_text() == CSV
    assert read_history(tmp_path / "history.csv") == ROWS


def test_a_history_as_json(tmp_path: Path) -> None:
    write_history(EPOCHS, tmp_path / "history.json")
    assert json.loads((tmp_path / "history.json").read_text()) == ROWS
    assert read_history(tmp_path / "history.json") == ROWS


def test_the_columns_are_those_of_an_epoch() -> None:
    assert COLUMNS == ["epoch", *Epoch._fields[1:]]


def test_a_spreadsheet_may_save_it_its_own_way(tmp_path: Path) -> None:
    """With a byte order mark, Windows line ends, quotes, columns left out and columns put in."""
    path = tmp_path / "saved.csv"
    path.write_bytes(b'\xef\xbb\xbfepoch,"training_cost",remark\r\n0,"0.5",first\r\n1,,"see, again"\r\n')
    rows = read_history(path)
    assert [(row["epoch"], row["training_cost"], row["eta"]) for row in rows] == [(0, 0.5, None), (1, None, None)]


@pytest.mark.parametrize("content, complaint", [
    ("", "expected the history of a run, a line for each epoch"),
    (CSV.splitlines()[0], "expected the history of a run, a line for each epoch"),
    ("a,b\n1,2\n", "epoch 1: without an epoch, expected columns epoch,eta,test_accuracy"),
    ("epoch,eta\n0,0.5\n1,fast\n", "epoch 2: eta: expected a number, not 'fast'"),
    ("epoch,eta\n0,nan\n", "epoch 1: eta: expected a number, not 'nan'"),
    ("epoch,eta\n0," + "9" * 400, "epoch 1: eta: expected a number, not '999"),
    ('[{"epoch": 0, "eta": []}]', "epoch 1: eta: expected a number, not []"),
    ('[{"epoch": 0, "eta": 1' + "0" * 400 + "}]", "epoch 1: eta: expected a number, not inf"),
    ("[1, 2]", "epoch 1: without an epoch"),
    ("[]", "expected the history of a run"),
    ('[{"epoch": 0', "delimiter"),
    ("[" * 100000, "expected the history of a run"),
    ("epoch,eta\n0,\x00\n", "epoch"),
    ("\xff", "can't decode"),
])
def test_what_is_no_history_is_said(content: str, complaint: str, tmp_path: Path) -> None:
    path = tmp_path / "history"
    path.write_text(content, encoding="latin-1")
    with pytest.raises(BadFile) as error:
        read_history(path)
    assert str(error.value).startswith(f"{path}: ") and complaint in str(error.value)


def test_a_history_needs_a_name_that_says_how(tmp_path: Path) -> None:
    with pytest.raises(BadFile, match="history.txt: a history is written as .csv or as .json"):
        write_history(EPOCHS, tmp_path / "history.txt")


def test_a_history_that_cannot_be_written_or_read(tmp_path: Path) -> None:
    with pytest.raises(BadFile, match="No such file or directory"):
        write_history(EPOCHS, tmp_path / "nowhere" / "history.csv")
    with pytest.raises(BadFile, match="No such file or directory"):
        read_history(tmp_path / "history.csv")


@pytest.mark.slow
@pytest.mark.parametrize("form", ["csv", "json"])
def test_corrupted_histories_are_numbers_or_refused(tmp_path: Path, form: str) -> None:
    """No other exception, no hang, no hunger for memory."""
    random, before, path = Random(form), peak_memory(), tmp_path / f"history.{form}"
    write_history(EPOCHS, path)
    content, outcomes = path.read_bytes(), {"loaded": 0, "refused": 0}
    for number in range(COUNT):
        spoilt = mutate(random, content)
        path.write_bytes(gzip.compress(spoilt, 1) if number % 10 == 0 else spoilt)
        try:
            with patience(10):
                rows = read_history(path)
        except BadFile as error:
            assert str(error).isprintable() and len(str(error)) < 1000
            outcomes["refused"] += 1
            continue
        outcomes["loaded"] += 1
        assert all(list(row) == COLUMNS and math.isfinite(row["epoch"] or 0.0) for row in rows)
    print(f"{form}: {outcomes}, at most {peak_memory() - before:,} bytes")
    assert outcomes["refused"] > 0 and outcomes["loaded"] > 0
    assert peak_memory() - before < 200e6
