"""The results of sweeps as a file, from which a sweep can go on.

Each line is JSON. The first says what the file is; each other one holds a result, and the data it was obtained on:

    {"format": "purenn sweep", "version": 2}
    {"source": "digits", "fingerprint": "c32b...", "recipe": {"hidden": [30], ...}, "validation": [240, 250], ...}

A file may hold the results of several sweeps, one after another; only one at a time writes to it. A result is on disk
as soon as it is there. After a crash the last line may be torn: it is dropped, and its trial is missing. In a file of
version 1 the first line names the data, and stands for every line that does not.

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

import json
import os
import sys
from dataclasses import asdict
from typing import Any, BinaryIO, Dict, Optional, Tuple

from ..saved.files import PathLike, file_errors
from ..history import Score
from ..recipes import Recipe
from .search import Result

VERSION = 2


class ResultsFile:
    """The results of sweeps, in memory and on disk. It is locked until it is closed."""

    def __init__(self, path: PathLike) -> None:
        """Read the file at `path`, or begin it. BadFile if it cannot be written, holds something else, or is in use."""
        self.path = path
        self._results: Dict[Tuple[str, Recipe], Result] = {}
        with file_errors(path):
            if os.path.exists(path) and not os.path.isfile(path):
                raise ValueError("a folder or a device, expected a file")
            self._file = open(path, "a+b")
            try:
                lock(self._file)
                self._file.seek(0)
                self._read(self._file.read())
            except BaseException:
                self._file.close()
                raise

    def _read(self, content: bytes) -> None:
        """Take the results from the file's content, and cut off a torn line."""
        complete = content[:content.rfind(b"\n") + 1]
        head, *lines = complete.split(b"\n")[:-1] or [_line({"format": "purenn sweep", "version": VERSION})]
        data = _data_of_all(head)
        if not complete and not head.startswith(content):
            raise ValueError("does not hold the results of a sweep")
        for number, line in enumerate(lines, start=2):
            fingerprint, result = _result(number, {**data, **_record(number, line)})
            self._results[fingerprint, result.recipe] = result
        if complete != content:
            self._file.truncate(len(complete))
        if not complete:
            self._write(head)

    def on(self, fingerprint: str) -> Dict[Recipe, Result]:
        """The results on the data with this fingerprint, by recipe."""
        return {recipe: result for (data, recipe), result in self._results.items() if data == fingerprint}

    def add(self, source: str, fingerprint: str, result: Result) -> None:
        """Write down a result on these data, unless it is one that a repetition might change."""
        if not result.lost:
            self._results[fingerprint, result.recipe] = result
            record = {"source": source, "fingerprint": fingerprint, **result._asdict(), "recipe": asdict(result.recipe)}
            del record["lost"]
            with file_errors(self.path):
                self._write(_line(record))

    def _write(self, line: bytes) -> None:
        self._file.write(line + b"\n")
        self._file.flush()
        os.fsync(self._file.fileno())

    def __enter__(self) -> ResultsFile:
        return self

    def __exit__(self, *error: object) -> None:
        self._file.close()


def lock(file: BinaryIO) -> None:
    """Lock the file until it is closed; ValueError if another process has locked it. Some systems have no locks."""
    try:
        if sys.platform == "win32":
            import msvcrt
            file.seek(1 << 40)                  # beyond the end: what is locked cannot be read
            msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
        else:
            import fcntl
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except (BlockingIOError, PermissionError):
        raise ValueError("in use by another sweep, expected a file that none is writing to") from None
    except (ImportError, OSError):
        pass


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


def _data_of_all(head: bytes) -> Dict[str, Any]:
    """What the first line says for all others."""
    record = _record(1, head)
    if record.get("format") != "purenn sweep":
        raise ValueError("does not hold the results of a sweep")
    if record.get("version") not in (1, VERSION):
        raise ValueError("written by a newer purenn")
    return {name: record[name] for name in ("source", "fingerprint") if name in record}


def _result(number: int, record: Dict[str, Any]) -> Tuple[str, Result]:
    """A fingerprint and a result, as `add` writes them. Each value is checked."""
    try:
        source, fingerprint = record.pop("source"), record.pop("fingerprint")
        recipe = Recipe(**{**record["recipe"], "hidden": tuple(record["recipe"]["hidden"])})
        result = Result(**{**record, "recipe": recipe, "validation": _score(record["validation"]),
                           "test": _score(record["test"])})
        right = (all(type(text) is str for text in (source, fingerprint, result.digest, result.failure))
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
