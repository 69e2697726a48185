"""How a command ends."""
from __future__ import annotations

import os
import signal
import subprocess
import sys
from concurrent.futures import BrokenExecutor
from pathlib import Path
from typing import Any, List

import pytest

import purenn
from purenn.network2 import Diverged
from purenn.terminal.command import Terminated, run, signals_deferred

CLONE = Path(purenn.__file__).parent.parent


@pytest.mark.parametrize("error, status, line", [
    (ValueError("eta: a number"), 2, "purenn.x: error: eta: a number"),
    (OSError(13, "Permission denied"), 2, "purenn.x: error: "),
    (BrokenExecutor("all workers died"), 2, "purenn.x: error: all workers died"),
    (MemoryError(), 2, "purenn.x: error: not enough memory"),
    (Diverged("diverged"), 1, "purenn.x: diverged"), (OverflowError("too large"), 2, "purenn.x: error: too large"),
    (KeyboardInterrupt(), 130, "purenn.x: interrupted"),
    (KeyboardInterrupt("stopped in epoch 3"), 130, "purenn.x: stopped in epoch 3"),
    (Terminated(), 143, "purenn.x: interrupted"),
    (SystemExit(2), 2, ""), (SystemExit(0), 0, ""), (BrokenPipeError(), 0, "")])
def test_exit_statuses(error: BaseException, status: int, line: str, capsys: pytest.CaptureFixture[str]) -> None:
    def fail() -> None:
        raise error
    assert run("purenn.x", fail) == status
    errors = capsys.readouterr().err
    assert errors.startswith(line) and errors.count("\n") == (line != "")


@pytest.mark.usefixtures("signals_of_its_own")
def test_signals_wait_until_what_must_be_whole_is_done() -> None:
    done = []
    with pytest.raises(KeyboardInterrupt):
        with signals_deferred():
            signal.raise_signal(signal.SIGINT)
            done.append("saved")
        done.append("gone on")
    assert done == ["saved"]


@pytest.mark.slow
@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="no device that is always full")
@pytest.mark.parametrize("arguments, unbuffered", [
    (["purenn.trace"], "1"), (["purenn.trace"], ""), (["purenn.train", "--recipes"], ""),
    (["purenn", "--version"], "")])
def test_a_full_disk_for_the_output_is_an_error_of_one_line(arguments: List[str], unbuffered: str) -> None:
    """Where Python keeps its output back as long as it can, too."""
    with open("/dev/full", "w") as full:
        result = started(arguments, unbuffered, stdout=full, stderr=subprocess.PIPE)
    assert result.returncode == 2
    assert result.stderr == f"{arguments[0]}: error: standard output: No space left on device\n"


@pytest.mark.slow
@pytest.mark.parametrize("arguments", [["purenn.trace"], ["purenn.train", "--recipes"], ["purenn.train", "--help"]])
def test_a_reader_that_has_seen_enough_is_no_error(arguments: List[str]) -> None:
    reader, writer = os.pipe()
    os.close(reader)
    result = started(arguments, stdout=writer, stderr=subprocess.PIPE)
    os.close(writer)
    assert (result.returncode, result.stderr) == (0, "")


def started(arguments: List[str], unbuffered: str = "", **streams: Any) -> "subprocess.CompletedProcess[str]":
    return subprocess.run([sys.executable, "-m", *arguments], encoding="utf-8", timeout=60, **streams,
                          env=dict(os.environ, PYTHONPATH=str(CLONE), PYTHONIOENCODING="utf-8",
                                   PYTHONUNBUFFERED=unbuffered))
