"""The results of a sweep as a file, from which it can go on.

The first line says on which data the trials are made, every other one holds a result; all are JSON:

    {"format": "purenn sweep", "version": 1, "source": "digits", "fingerprint": "c32b..."}
    {"recipe": {"hidden": [30], ...}, "validation": [240, 250], "test": [287, 297], "epochs": 30, ...}

A result is written as soon as it is there, and then is safe. After a crash the last line may be torn; it is dropped,
and its trial is missing.

>>> import tempfile
>>> folder = tempfile.TemporaryDirectory()
>>> path = folder.name + "/sweep.jsonl"
>>> recipes = [Recipe(eta=0.5), Recipe(eta=3.0)]
>>> Ledger(path, "digits", "c32b", recipes).add(Result(recipes[0], Score(240, 250), Score(287, 297)))
>>> [result.validation for result in Ledger(path, "digits", "c32b", recipes).results.values()]
[Score(right=240, total=250)]
>>> folder.cleanup()
"""
from __future__ import annotations

import json
import os
from dataclasses import asdict
from typing import Any, Dict, Iterable, Optional

from ..saved.files import PathLike, file_errors
from ..history import Score
from ..recipes import Recipe
from .search import Result


class Ledger:
    """The results so far of a sweep, in memory and on disk."""

    def __init__(self, path: PathLike, source: str, fingerprint: str, recipes: Iterable[Recipe]) -> None:
        """Go on with the file at `path`, or begin it. BadFile if it cannot be written, or holds anything but results
        on these data of some of these recipes (seeds and all)."""
        self.path = path
        self.results: Dict[Recipe, Result] = {}
        head = {"format": "purenn sweep", "version": 1, "source": source, "fingerprint": fingerprint}
        with file_errors(path):
            if os.path.exists(path) and not os.path.isfile(path):
                raise ValueError("a folder or a device, expected a file")
            with open(path, "a+b") as file:
                file.seek(0)
                content = file.read()
                whole = content.rfind(b"\n") + 1
                first, *lines = content[:whole].split(b"\n")[:-1] or [_line(head)]
                if whole == 0 and not first.startswith(content):
                    raise ValueError("does not hold the results of a sweep")
                _check_head(_record(1, first), fingerprint)
                expected = set(recipes)
                for number, line in enumerate(lines, start=2):
                    result = _result(number, _record(number, line))
                    if result.recipe not in expected:
                        raise ValueError(f"line {number} is a trial of another sweep; name another file, or give its options too")
                    self.results[result.recipe] = result
                if whole < len(content):
                    file.truncate(whole)
                if whole == 0:
                    file.write(first + b"\n")

    def add(self, result: Result) -> None:
        """Note the result; on disk too, unless it is one that a repetition might change."""
        self.results[result.recipe] = result
        if not result.lost:
            record = {**result._asdict(), "recipe": asdict(result.recipe)}
            del record["lost"]
            with file_errors(self.path), open(self.path, "ab") as file:
                file.write(_line(record) + b"\n")
                file.flush()
                os.fsync(file.fileno())


def _line(record: Dict[str, Any]) -> bytes:
    return json.dumps(record, allow_nan=False).encode("ascii")


def _record(number: int, line: bytes) -> Dict[str, Any]:
    """The JSON object on a line."""
    try:
        record = json.loads(line)
    except (ValueError, RecursionError):
        raise ValueError(f"line {number} is not JSON") from None
    if not isinstance(record, dict):
        raise ValueError(f"line {number} is not a JSON object")
    return record


def _check_head(head: Dict[str, Any], fingerprint: str) -> None:
    if head.get("format") != "purenn sweep":
        raise ValueError("does not hold the results of a sweep")
    if head.get("version") != 1:
        raise ValueError("written by a newer purenn")
    if head.get("fingerprint") != fingerprint:
        raise ValueError(f"holds the results of a sweep on other data ({head.get('source')})")


def _result(number: int, record: Dict[str, Any]) -> Result:
    """A result as `Ledger.add` writes it; nothing is believed before it is looked at."""
    try:
        recipe = Recipe(**{**record["recipe"], "hidden": tuple(record["recipe"]["hidden"])})
        result = Result(**{**record, "recipe": recipe, "validation": _score(record["validation"]), "test": _score(record["test"])})
        right = (type(result.epochs) is int and type(result.digest) is str and type(result.seconds) is float
                 and type(result.failure) is str and result.lost is False
                 and (result.validation is None) == (result.test is None) == bool(result.failure))
    except (TypeError, KeyError, ValueError):
        right = False
    if not right:
        raise ValueError(f"line {number} is not the result of a trial")
    return result


def _score(pair: Any) -> Optional[Score]:
    if pair is None:
        return None
    right, total = pair
    if type(right) is not int or type(total) is not int or not 0 <= right <= total > 0:
        raise ValueError
    return Score(right, total)
