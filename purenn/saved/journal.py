"""A file that grows by a line of JSON for each result: what a sweep or an experiment has done, and goes on from.

The first line says what the file is. A line is on disk when `add` returns. After a crash the last line may be torn: it
is dropped, and its result missing. Only one process at a time writes to a journal.

>>> import tempfile
>>> folder = tempfile.TemporaryDirectory()
>>> head = {"format": "a journal", "version": 1}
>>> with Journal(folder.name + "/days.jsonl", head) as journal:
...     journal.add({"day": "Monday"})
>>> with open(folder.name + "/days.jsonl", "a") as file:
...     _ = file.write('{"day": "Tues')
>>> with Journal(folder.name + "/days.jsonl", head) as journal:
...     journal.records
[(2, {'day': 'Monday'})]
>>> folder.cleanup()
"""
from __future__ import annotations

import json
import os
import sys
from typing import IO, Any, Dict, List, Tuple

from .files import PathLike, file_errors, flush


class Journal:
    """The records of a file, each with the number of its line, and the file, open and locked to be added to."""

    def __init__(self, path: PathLike, head: Dict[str, Any], only_read: bool = False) -> None:
        """Go on with the file at `path`, or begin it with this head. BadFile if it cannot be written or is in use, if
        it begins with the head of another format or of a newer version, or if a line is no record."""
        self.path = path
        self._waiting = b""                 # what could not be written yet, as the disk was full
        with file_errors(path):
            if os.path.exists(path) and not os.path.isfile(path):
                raise ValueError("a folder or a device, expected a file")
            self._file: IO[bytes] = open(path, "rb" if only_read else "a+b", buffering=0)
            try:
                if not only_read:
                    lock(self._file)
                self._file.seek(0)
                self._read(self._file.read(), head, only_read)
            except BaseException:
                self._file.close()
                raise

    def _read(self, content: bytes, head: Dict[str, Any], only_read: bool) -> None:
        *lines, torn = content.split(b"\n")
        beginnings = [_line({**head, "version": version}) for version in range(1, head["version"] + 1)]
        if lines:
            self.head = _record(1, lines[0], head["format"])
            version = self.head.get("version")
        elif any(beginning.startswith(torn) for beginning in beginnings):
            self.head, version = head, head["version"]
        else:
            self.head, version = {}, None
        if self.head.get("format") != head["format"]:
            raise ValueError(f"does not begin with {beginnings[-1].decode().strip()}")
        if type(version) is not int or not 1 <= version <= head["version"]:
            raise ValueError(f"version {version!r} of the format, this purenn reads 1 to {head['version']}")
        self.records: List[Tuple[int, Dict[str, Any]]] = [
            (number, _record(number, line, head["format"])) for number, line in enumerate(lines[1:], start=2)]
        if not only_read:
            self._file.truncate(len(content) - len(torn))
            if not lines:
                self._write(beginnings[-1])

    def add(self, record: Dict[str, Any]) -> None:
        """Write a record; when this returns, it is on disk. BadFile if it cannot be written: it then waits, and is
        written with the next one or when the journal is closed."""
        with file_errors(self.path):
            self._write(_line(record))

    def _write(self, line: bytes) -> None:
        self._waiting += line
        end, rest = self._file.seek(0, os.SEEK_END), self._waiting
        try:
            while rest:
                rest = rest[self._file.write(rest):]
            flush(self._file)
        except OSError:
            self._file.truncate(end)        # no part of a line is left, on which the next would be written
            raise
        self._waiting = b""

    def close(self) -> None:
        """Let others write to the file. BadFile if a record waits that still cannot be written."""
        try:
            if self._waiting:
                with file_errors(self.path):
                    self._write(b"")
        finally:
            self._file.close()

    def __enter__(self) -> Journal:
        return self

    def __exit__(self, *error: object) -> None:
        self.close()


def lock(file: IO[bytes]) -> None:
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
        raise ValueError("in use by another process, expected a file that none is writing to") from None
    except (ImportError, OSError):
        pass


def _line(record: Dict[str, Any]) -> bytes:
    return json.dumps(record).encode("ascii") + b"\n"


def _record(number: int, line: bytes, kind: str) -> Dict[str, Any]:
    """A line as a record; ValueError if it is none."""
    try:
        record = json.loads(line)
    except (ValueError, RecursionError):
        record = None
    if not isinstance(record, dict):
        raise ValueError(f"line {number} is not a record of {kind}")
    return record
