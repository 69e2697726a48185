"""A journal: what was added is there afterwards, and nothing else is taken for it."""
from __future__ import annotations

import errno
import os
from pathlib import Path
from typing import Any, Dict, List, Tuple

import pytest

from purenn.saved import files, journal
from purenn.saved.files import BadFile
from purenn.saved.journal import Journal

HEAD = {"format": "days", "version": 2}
FIRST = b'{"format": "days", "version": 2}\n'
MONDAY, TUESDAY = {"day": "Monday"}, {"day": "Tuesday"}


def kept(path: Path, *records: Dict[str, Any], only_read: bool = False) -> List[Tuple[int, Dict[str, Any]]]:
    """What the journal at this path held, before these records were added."""
    with Journal(path, HEAD, only_read) as days:
        for record in records:
            days.add(record)
        return days.records


def test_a_later_one_goes_on(tmp_path: Path) -> None:
    path = tmp_path / "days.jsonl"
    assert kept(path, MONDAY) == []
    assert kept(path, TUESDAY) == [(2, MONDAY)]
    assert path.read_bytes() == FIRST + b'{"day": "Monday"}\n{"day": "Tuesday"}\n'


@pytest.mark.parametrize("part", range(0, len(FIRST), 9))
def test_a_head_cut_short_is_begun_again(tmp_path: Path, part: int) -> None:
    (tmp_path / "days.jsonl").write_bytes(FIRST[:part])
    assert kept(tmp_path / "days.jsonl", MONDAY) == []
    assert kept(tmp_path / "days.jsonl") == [(2, MONDAY)]


def test_a_torn_line_is_dropped_and_not_by_one_who_only_reads(tmp_path: Path) -> None:
    path = tmp_path / "days.jsonl"
    kept(path, MONDAY, TUESDAY)
    whole = path.read_bytes()
    path.write_bytes(whole[:-4])
    assert kept(path, only_read=True) == [(2, MONDAY)] and path.read_bytes() == whole[:-4]
    assert kept(path, TUESDAY) == [(2, MONDAY)] and path.read_bytes() == whole


def test_an_older_version_is_read_and_a_newer_one_is_not(tmp_path: Path) -> None:
    path = tmp_path / "days.jsonl"
    path.write_bytes(FIRST.replace(b"2", b"1") + b'{"day": "Monday"}\n')
    assert kept(path) == [(2, MONDAY)]
    path.write_bytes(FIRST.replace(b"2", b"3"))
    with pytest.raises(BadFile, match="days.jsonl: version 3 of the format, this purenn reads 1 to 2"):
        kept(path)


@pytest.mark.parametrize("content, problem", [
    (b"a letter", "does not begin with"), (b'{"format": "nights", "version": 1}\n', "does not begin with"),
    (bytes(100), "does not begin with"), (FIRST + b"[]\n", "line 2 is not a record of days"),
    (FIRST + b'{"day"\n{"day": "Monday"}\n', "line 2"), (FIRST + b"\xff\n", "line 2"),
    (FIRST + b"[" * 5000 + b"\n", "line 2")])
def test_another_file_is_left_alone(tmp_path: Path, content: bytes, problem: str) -> None:
    path = tmp_path / "letter.txt"
    path.write_bytes(content)
    with pytest.raises(BadFile, match=f"letter.txt: {problem}"):
        kept(path, MONDAY)
    assert path.read_bytes() == content


@pytest.mark.skipif(os.name == "nt", reason="Windows words its lock in another way")
def test_two_do_not_write_to_it_at_the_same_time(tmp_path: Path) -> None:
    with Journal(tmp_path / "days.jsonl", HEAD) as days:
        with pytest.raises(BadFile, match="in use by another process"):
            kept(tmp_path / "days.jsonl")
        days.add(MONDAY)
        assert kept(tmp_path / "days.jsonl", only_read=True) == [(2, MONDAY)]


def test_what_a_full_disk_refused_is_written_later(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "days.jsonl"
    flush = files.flush

    def full(file: Any) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    with Journal(path, HEAD) as days:
        monkeypatch.setattr(journal, "flush", full)
        with pytest.raises(BadFile, match="days.jsonl: No space left on device"):
            days.add(MONDAY)
        assert path.read_bytes() == FIRST               # and no half of a line
        monkeypatch.setattr(journal, "flush", flush)
        days.add(TUESDAY)
    assert kept(path) == [(2, MONDAY), (3, TUESDAY)]


def test_a_folder(tmp_path: Path) -> None:
    with pytest.raises(BadFile, match="a folder or a device, expected a file"):
        kept(tmp_path)
