"""Files that are replaced at once: no part is seen, nothing else is written to, and nothing is left behind."""
from __future__ import annotations

import errno
import os
import stat
import sys
import threading
import time
from pathlib import Path
from typing import List

import pytest

from purenn.saved.files import BadFile, check_writable, write_atomically


def names(folder: Path) -> List[str]:
    return sorted(path.name for path in folder.iterdir())


def test_a_write_that_fails_leaves_the_old_file_and_no_part(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "file"
    write_atomically(path, b"old")

    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", full)
    with pytest.raises(OSError, match="No space left"):
        write_atomically(path, b"new")
    assert path.read_bytes() == b"old" and names(tmp_path) == ["file"]
    monkeypatch.undo()
    write_atomically(path, b"new")
    assert path.read_bytes() == b"new" and names(tmp_path) == ["file"]


@pytest.mark.skipif(sys.platform == "win32", reason="no permissions of this kind")
@pytest.mark.parametrize("mode", [0o600, 0o640, 0o444])
def test_a_file_and_its_part_have_the_permissions_of_the_old_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
                                                                  mode: int) -> None:
    path = tmp_path / "file"
    path.touch()
    path.chmod(mode)
    modes: List[int] = []
    monkeypatch.setattr("os.fsync", lambda number: modes.append(stat.S_IMODE(os.fstat(number).st_mode)))
    write_atomically(path, b"secret")
    assert modes == [mode] and stat.S_IMODE(path.stat().st_mode) == mode and path.read_bytes() == b"secret"


def test_two_threads_may_write_to_one_path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The first is held up when its part is written but not yet in place, until the second has finished."""
    path, fsync = tmp_path / "file", os.fsync
    written, finished = threading.Event(), threading.Event()

    def held_up(number: int) -> None:
        fsync(number)
        if threading.current_thread() is first:
            written.set()
            assert finished.wait(30)

    failures: List[BaseException] = []

    def write() -> None:
        try:
            write_atomically(path, b"the first")
        except BaseException as error:
            failures.append(error)

    first = threading.Thread(target=write)
    monkeypatch.setattr("os.fsync", held_up)
    first.start()
    assert written.wait(30)
    write_atomically(path, b"second")
    assert path.read_bytes() == b"second"
    finished.set()
    first.join()
    assert failures == [] and path.read_bytes() == b"the first" and names(tmp_path) == ["file"]


@pytest.mark.skipif(sys.platform == "win32", reason="links need a privilege")
def test_a_link_under_the_name_of_a_part_is_not_followed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The name is 64 random bits. Who guessed them all the same would gain nothing."""
    path, precious = tmp_path / "file", tmp_path / "precious"
    precious.write_bytes(b"precious")
    guesses = [f"file.{os.getpid()}.part", f"file.{0:016x}.part"]
    for guess in guesses:
        (tmp_path / guess).symlink_to(precious)
    write_atomically(path, b"old")
    check_writable(path)
    monkeypatch.setattr("secrets.token_hex", lambda n: "0" * 2 * n)
    with pytest.raises(FileExistsError):
        write_atomically(path, b"new")
    with pytest.raises(ValueError, match="File exists"):
        check_writable(path)
    assert precious.read_bytes() == b"precious" and path.read_bytes() == b"old"
    assert names(tmp_path) == sorted(["file", "precious", *guesses])


def test_a_part_that_a_kill_left_is_removed_by_the_next_write(tmp_path: Path) -> None:
    """One of a minute ago; but not one that may be growing now, nor anything else."""
    path, a_minute_ago = tmp_path / "file", time.time() - 61
    for name in ("file.0123456789abcdef.part", "file.part", "file.old.part", "other.0123456789abcdef.part",
                 "file.00000000fedcba98.part"):
        (tmp_path / name).touch()
        if not name.startswith("file.00000000"):
            os.utime(tmp_path / name, (a_minute_ago, a_minute_ago))
    write_atomically(path, b"new")
    assert names(tmp_path) == ["file", "file.00000000fedcba98.part", "file.old.part", "file.part",
                               "other.0123456789abcdef.part"]


@pytest.mark.parametrize("name, number", [("fsync", errno.EINVAL), ("fsync", errno.ENOSYS), ("chmod", errno.EPERM),
                                          ("chmod", errno.ENOTSUP)])
def test_a_file_system_that_knows_no_such_thing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, number: int
                                                ) -> None:
    """FAT has no permissions, and some network file systems no fsync: saving goes on without."""
    path = tmp_path / "file"
    write_atomically(path, b"one")

    def fail(*_: object) -> None:
        raise OSError(number, os.strerror(number))

    path.chmod(0o777)                               # not what a new file has, so that it is tried
    monkeypatch.setattr(os, name, fail)
    check_writable(path)
    write_atomically(path, b"two")
    assert (path.read_bytes(), list(tmp_path.iterdir())) == (b"two", [path])


@pytest.mark.parametrize("name, number", [("fsync", errno.EIO), ("fsync", errno.ENOSPC), ("replace", errno.EACCES)])
def test_what_could_not_be_written_is_found_out_before(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str,
                                                       number: int) -> None:
    def fail(*_: object) -> None:
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(os, name, fail)
    with pytest.raises(BadFile, match=os.strerror(number)):
        check_writable(tmp_path / "file")
    monkeypatch.undo()
    assert names(tmp_path) == []
