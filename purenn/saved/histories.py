"""A training run's history as a file: a line for each epoch, to be plotted, or opened as a spreadsheet.

    epoch,eta,test_accuracy,evaluation_cost,evaluation_accuracy,training_cost,training_accuracy
    0,3.0,0.9129,,,,
    1,3.0,0.9283,,,,

Accuracies are fractions between 0 and 1; what was not measured is empty. A file whose name ends in .json holds
the same as a list of objects, one for each epoch.

>>> import tempfile
>>> folder = tempfile.TemporaryDirectory()
>>> write_history([Epoch(0, 3.0, test_accuracy=Score(3, 4))], folder.name + "/history.csv")
>>> read_history(folder.name + "/history.csv")[0]["test_accuracy"]
0.75
>>> folder.cleanup()
"""
from __future__ import annotations

import csv
import io
import json
import math
from typing import Any, Dict, List, Optional, Sequence

from ..history import Epoch, Score
from . import files
from .files import PathLike, check_memory, file_errors, opened, read_all

COLUMNS = ["epoch", *Epoch._fields[1:]]
LARGEST = 1 << 26

Row = Dict[str, Optional[float]]
"""An epoch as it stands in the file: a number, or None, for each of COLUMNS."""


def row(epoch: Epoch) -> Row:
    """The epoch with its accuracies as fractions.

    >>> row(Epoch(7, 0.5, evaluation_cost=0.25))["evaluation_cost"]
    0.25
    """
    values = [value.fraction if isinstance(value, Score) else value for value in epoch]
    return dict(zip(COLUMNS, values))


def check_writable(path: PathLike) -> None:
    """BadFile if no history could be written to `path`, found out before the training and not after."""
    _check_name(path)
    files.check_writable(path)


def _check_name(path: PathLike) -> None:
    with file_errors(path):
        if not str(path).endswith((".csv", ".json")):
            raise ValueError("a history is written as .csv or as .json, expected a name that ends so")


def write_history(epochs: Sequence[Epoch], path: PathLike) -> None:
    """Write the epochs as CSV or JSON, as the name of the file ends; BadFile if that fails."""
    _check_name(path)
    rows = list(map(row, epochs))
    with file_errors(path):
        if str(path).endswith(".json"):
            text = "[" + ",\n ".join(map(json.dumps, rows)) + "]\n"
        else:
            table = io.StringIO()
            writer = csv.DictWriter(table, COLUMNS, lineterminator="\n")
            writer.writeheader()
            writer.writerows(rows)
            text = table.getvalue()
        files.write_atomically(path, text.encode())


def read_history(path: PathLike) -> List[Row]:
    """The rows of a file that `write_history` wrote, CSV or JSON by its content; BadFile if it is neither.

    Columns may be missing, but for `epoch`; others are left out.
    """
    with file_errors(path):
        with opened(path) as file:
            text = read_all(file, LARGEST).decode("utf-8-sig")
        check_memory(path, 1000 * sum(map(text.count, "\n\r{")) + 64 * len(text))     # a row is a dict of all columns
        try:
            records = (json.loads(text, parse_int=float) if text.startswith("[") else
                       list(csv.DictReader(io.StringIO(text, newline=""))))
        except (RecursionError, csv.Error):
            records = None
        if not isinstance(records, list) or not records:
            raise ValueError("expected the history of a run, a line for each epoch")
        return [_row(record, f"epoch {number}") for number, record in enumerate(records, 1)]


def _row(record: Any, where: str) -> Row:
    """A row with every column, if the record has numbers (or nothing) where numbers belong."""
    if not isinstance(record, dict) or record.get("epoch") in (None, ""):
        raise ValueError(f"{where}: without an epoch, expected columns {','.join(COLUMNS)}")
    return {column: _number(record.get(column), f"{where}: {column}") for column in COLUMNS}


def _number(value: Any, where: str) -> Optional[float]:
    if value in (None, ""):
        return None
    try:
        number = float(value) if isinstance(value, (str, int, float)) else math.nan
    except (ValueError, OverflowError):
        number = math.nan
    if not math.isfinite(number):
        raise ValueError(f"{where}: expected a number, not {value!r}")
    return number
