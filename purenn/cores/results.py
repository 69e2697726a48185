"""The results of sweeps as a file, from which a sweep can go on.

Each line is JSON. The first says what the file is; each other one holds a result, the data it was obtained on, and what
it was obtained with:

    {"format": "purenn sweep", "version": 3}
    {"source": "digits", "fingerprint": "c32b...", "recipe": {"hidden": [30], ...}, "validation": [240, 250], ...,
     "curve": [225, 238, 240], "origin": {"purenn": "0.1.0 (5f3a...)", ...}, "time": "2026-11-28T07:30:00+00:00"}

A file may hold the results of several sweeps, one after another; only one at a time writes to it. A result with another
purenn or another interpreter than this one is not taken for one of this one's. In files of version 1 the first line
names the data, and stands for every line that does not; before version 3 nothing is known of what was used, and
results are taken.

>>> import tempfile
>>> folder = tempfile.TemporaryDirectory()
>>> recipe = Recipe(eta=0.5)
>>> with ResultsFile(folder.name + "/sweep.jsonl") as file:
...     file.add("digits", "c32b", Result(recipe, Score(240, 250), Score(287, 297)))
>>> with ResultsFile(folder.name + "/sweep.jsonl") as file:
...     file.on("c32b")[recipe].validation
Score(right=240, total=250)
>>> folder.cleanup()
"""
from __future__ import annotations

from dataclasses import asdict
from datetime import datetime, timezone
from typing import Any, Dict, Optional, Tuple

from ..history import Score
from ..recipes import Recipe
from ..saved.files import PathLike, file_errors
from ..saved.journal import Journal
from ..saved.origin import HERE, Origin, difference
from .search import Result

HEAD = {"format": "purenn sweep", "version": 3}


class ResultsFile:
    """The results of sweeps, in memory and on disk. It is locked until it is closed."""

    def __init__(self, path: PathLike) -> None:
        """Read the file at `path`, or begin it. BadFile if it cannot be written, holds something else, or is in use."""
        self.path = path
        self.others = 0                     # results with another purenn or interpreter
        self._results: Dict[Tuple[str, Recipe], Result] = {}
        self._journal = Journal(path, HEAD)
        try:
            with file_errors(path):
                head = self._journal.head
                data: Dict[str, Any] = {name: head[name] for name in ("source", "fingerprint") if name in head}
                for number, record in self._journal.records:
                    fingerprint, result = _result(number, {**data, **record})
                    if result.origin and difference(result.origin, HERE):
                        self.others += 1
                    else:
                        self._results[fingerprint, result.recipe] = result
            self._journal.records.clear()
        except BaseException:
            self._journal.close()
            raise

    def on(self, fingerprint: str) -> Dict[Recipe, Result]:
        """The results on the data with this fingerprint, by recipe."""
        return {recipe: result for (data, recipe), result in self._results.items() if data == fingerprint}

    def add(self, source: str, fingerprint: str, result: Result) -> None:
        """Write down a result on these data, unless it is one that a repetition might change. BadFile if that fails;
        then it is written with the next, or when the file is closed."""
        if not result.lost:
            self._results[fingerprint, result.recipe] = result
            record = {"source": source, "fingerprint": fingerprint, **result._asdict(), "recipe": asdict(result.recipe),
                      "origin": result.origin and result.origin._asdict(),
                      "time": datetime.now(timezone.utc).isoformat(timespec="seconds")}
            del record["lost"]
            self._journal.add(record)

    def __enter__(self) -> ResultsFile:
        return self

    def __exit__(self, *error: object) -> None:
        self._journal.close()


def _result(number: int, record: Dict[str, Any]) -> Tuple[str, Result]:
    """A fingerprint and a result, as `add` writes them. Each value is checked."""
    try:
        source, fingerprint, time = record.pop("source"), record.pop("fingerprint"), record.pop("time", "")
        recipe = Recipe(**{**record["recipe"], "hidden": tuple(record["recipe"]["hidden"])})
        origin = Origin(**record["origin"]) if record.get("origin") else None
        result = Result(**{**record, "recipe": recipe, "validation": _score(record["validation"]),
                           "test": _score(record["test"]), "curve": tuple(record.get("curve", ())), "origin": origin})
        texts = source, fingerprint, time, result.digest, result.failure, *(origin or ())
        right = (all(type(text) is str for text in texts) and all(type(number) is int for number in result.curve)
                 and type(result.epochs) is int and type(result.seconds) is float and result.lost is False
                 and (result.validation is None) == bool(result.failure) and not (result.failure and result.test))
    except (TypeError, KeyError, ValueError):
        right = False
    if not right:
        raise ValueError(f"line {number} is not the result of a trial")
    return fingerprint, result


def _score(pair: Any) -> Optional[Score]:
    if pair is None:
        return None
    right, total = pair
    if type(right) is not int or type(total) is not int or not 0 <= right <= total > 0:
        raise ValueError
    return Score(right, total)
