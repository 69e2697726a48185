"""The one display: what stays, what is rewritten in place, and what becomes of lines that cannot be written."""
from __future__ import annotations

import errno
import io
import os

import pytest
from screen import Screen

from purenn.terminal import progress
from purenn.terminal.progress import Display, duration


class Terminal(io.StringIO):
    """A stream that takes itself for a terminal, until it fails."""

    encoding = "utf-8"
    error = 0

    def isatty(self) -> bool:
        return True

    def write(self, text: str) -> int:
        if self.error:
            raise OSError(self.error, os.strerror(self.error))
        return super().write(text)


@pytest.fixture(autouse=True)
def thirty_columns(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setenv("COLUMNS", "30")


def seen(stream: Terminal) -> object:
    screen = Screen(30).feed(stream.getvalue())
    assert not screen.wrapped
    return screen.lines()


def test_lines_stay_above_what_is_shown_in_place() -> None:
    stream = Terminal()
    display = Display(stream)
    display.show("1 of 3")
    assert seen(stream) == ["1 of 3"]
    display.show("2")
    assert seen(stream) == ["2"]
    display.say("one", "two")
    assert seen(stream) == ["one", "two"]
    display.show("a", "b", "c")
    display.show("d", "e")
    assert seen(stream) == ["one", "two", "d", "e"]
    display.clear()
    display.clear()
    display.say("three")
    assert seen(stream) == ["one", "two", "three"]


def test_what_is_shown_in_place_fits_the_width() -> None:
    """29 columns of 30: a terminal may go to the next line when the last one is written to."""
    stream = Terminal()
    Display(stream).show("0123456789" * 3 + " and more")
    assert seen(stream) == ["01234567890123456789012345678"]


def test_a_terminal_of_hardly_any_width(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "1")
    assert Display(Terminal()).columns == 19


def test_a_pipe_and_a_quiet_command_show_nothing_in_place(monkeypatch: pytest.MonkeyPatch) -> None:
    pipe, stream = io.StringIO(), Terminal()
    for display in Display(pipe), Display(stream, quiet=True):
        display.show("1 of 3")
        display.say("one")
        assert not display.due()
    assert pipe.getvalue() == stream.getvalue() == "one\n"


def test_it_is_due_a_few_times_a_second(monkeypatch: pytest.MonkeyPatch) -> None:
    now = 100.0
    monkeypatch.setattr("purenn.terminal.progress.time.perf_counter", lambda: now)
    display = Display(Terminal())
    dues = []
    for now in 100.2, 100.3, 100.5, 100.6:
        dues.append(display.due())
        if dues[-1]:
            display.show("")
    assert dues == [False, True, False, True]           # 0.25 s after 100.0, and after 100.3


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EPIPE])
def test_what_cannot_be_written_is_dropped_and_told_at_the_end(number: int, capsys: pytest.CaptureFixture[str]) -> None:
    stream = Terminal()
    display = Display(stream)
    display.say("one")
    display.check("purenn.train")
    stream.error = number
    display.say("two")
    stream.error = 0
    display.say("three")                                # not three after one, as if nothing were missing
    assert stream.getvalue() == "one\n"
    if number == errno.EPIPE:
        display.check("purenn.train")
        assert capsys.readouterr().err == "purenn.train: nobody read all of its output; the rest is done\n"
    else:
        with pytest.raises(ValueError, match="standard output: No space left on device; lines are missing there"):
            display.check("purenn.train")


def test_a_download(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(progress, "INTERVAL", -1.0)
    monkeypatch.setenv("COLUMNS", "80")
    for total, shown in (9912422, "images.gz: 1.2 of 9.9 MB"), (0, "images.gz: 1.2 MB"):
        stream = Terminal()
        Display(stream).show_download("images.gz", 1234567, total)
        assert Screen(80).feed(stream.getvalue()).lines() == [shown]


def test_durations() -> None:
    assert [duration(s) for s in (0.4, 99.4, 100, 5999, 7200)] == ["0 s", "99 s", "2 min", "100 min", "2.0 h"]
