"""Small pictures, drawn by every means a terminal may have."""
from __future__ import annotations

import io
import sys
from typing import List

import pytest

from commands import CLONE
from purenn.terminal.text import (PLAIN_HEIGHTS, blocks, can_colour, can_encode, draw, fold, greys, in_rows,
                                  is_terminal, shades, sparkline)
from screen import Screen, in_terminal

# A 3 x 3 "L": ink on the left and along the bottom. Its third row stands alone in the second line of blocks.
L = [[1.0, 0.0, 0.0],
     [1.0, 0.0, 0.0],
     [1.0, 1.0, 1.0]]


class Terminal(io.TextIOWrapper):
    """A stream that takes itself for a terminal, or for a pipe."""

    def __init__(self, encoding: str, tty: bool = True) -> None:
        super().__init__(io.BytesIO(), encoding=encoding)
        self.tty = tty

    def isatty(self) -> bool:
        return self.tty


@pytest.fixture(autouse=True)
def nothing_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("NO_COLOR", raising=False)
    monkeypatch.delenv("TERM", raising=False)


def test_an_l_in_half_blocks() -> None:
    assert blocks(L) == ["█  ",
                         "▀▀▀"]


def test_an_l_in_shades() -> None:
    assert shades(L, " .#") == ["##    ",
                                "##    ",
                                "######"]
    assert shades([[0.0, 0.25, 0.5, 0.75, 1.0]]) == ["  ░░▒▒▓▓██"]


def test_an_l_in_greys() -> None:
    """xterm's 256 colours end in a grey ramp from 232, nearly black, to 255, nearly white."""
    ink, paper = "\x1b[38;5;255;48;5;255m▀", "\x1b[38;5;232;48;5;232m▀"
    half = "\x1b[38;5;255;48;5;232m▀"
    assert greys(L) == [ink + paper + paper + "\x1b[0m", half + half + half + "\x1b[0m"]


def test_side_by_side() -> None:
    """Two pictures of three columns and a gap of one take seven; colours take none."""
    assert list(in_rows([blocks(L)] * 3, columns=7, gap=1)) == ["█   █",
                                                               "▀▀▀ ▀▀▀",
                                                               "",
                                                               "█",
                                                               "▀▀▀"]
    upper, lower = greys(L)
    assert list(in_rows([greys(L)] * 2, columns=7, gap=1)) == [f"{upper} {upper}", f"{lower} {lower}"]
    assert list(in_rows([["too wide"]] * 2, columns=7)) == ["too wide", "", "too wide"]
    assert list(in_rows([], columns=7)) == []


def test_a_picture_for_every_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    large = [[0.0, 1.0] * 8] * 16
    assert draw(large, Terminal("utf-8")) == greys(large)
    assert draw(large, Terminal("utf-8", tty=False)) == blocks(large)
    for encoding in "ascii", "latin-1", "cp1252":
        assert draw(large, Terminal(encoding)) == ["  @@" * 8] * 16
    monkeypatch.setenv("NO_COLOR", "1")
    assert draw(large, Terminal("utf-8")) == blocks(large)
    monkeypatch.setenv("NO_COLOR", "")                  # no-color.org: set and not empty
    assert draw(large, Terminal("utf-8")) == greys(large)
    monkeypatch.setenv("TERM", "dumb")
    assert draw(large, Terminal("utf-8")) == blocks(large)


def test_a_small_picture_is_drawn_larger() -> None:
    assert draw(L, Terminal("utf-8")) == greys([[1.0] * 2 + [0.0] * 4] * 4 + [[1.0] * 6] * 2)
    assert draw(L, Terminal("utf-8", tty=False)) == ["██    ", "██    ", "██████"]
    assert draw([], Terminal("utf-8")) == draw([], Terminal("ascii")) == []


def test_what_can_be_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    terminal, pipe = Terminal("utf-8"), Terminal("utf-8", tty=False)
    assert is_terminal(terminal) and can_colour(terminal) and not is_terminal(pipe) and not can_colour(pipe)
    assert can_encode(pipe) and not can_encode(Terminal("cp437"))       # cp437 has blocks, but no ∂
    assert not can_encode(io.StringIO())                # has no encoding: assume the least
    monkeypatch.setenv("NO_COLOR", "1")                 # asks for no colour, and for nothing else
    assert is_terminal(terminal) and not can_colour(terminal)
    monkeypatch.setenv("TERM", "dumb")
    assert not is_terminal(terminal)


def test_pieces_are_folded_and_not_broken() -> None:
    """"ab" and "cd" with two spaces between take six columns; a piece that is too long has a line of its own."""
    assert fold(["ab", "cd", "ef"], columns=6) == ["ab  cd", "    ef"]
    assert fold(["ab", "cd", "ef"], columns=5) == ["ab", "    cd", "    ef"]
    assert fold(["ab", "much too long", "ef"], columns=6) == ["ab", "    much too long", "    ef"]
    assert fold(["ab"], columns=1) == ["ab"]


def test_a_sparkline_spans_its_values() -> None:
    assert sparkline([0, 1, 2, 3, 4, 5, 6, 7]) == "▁▂▃▄▅▆▇█"
    assert sparkline([0.90, 0.97, 0.94]) == "▁█▅"       # 0.90 + 0.07 is the top; 0.04 is 4/7 of the way
    assert sparkline([0, 1, 2, 3, 4], PLAIN_HEIGHTS) == "_.-=^"


def test_a_sparkline_of_little() -> None:
    assert sparkline([]) == ""
    assert sparkline([0.3]) == "▁"
    assert sparkline([0.1, 0.1, 0.1]) == "▁▁▁"


@pytest.mark.parametrize("epochs", [29, 30, 31, 60, 61, 1001])
def test_a_sparkline_fits_and_ends_with_the_last_value(epochs: int) -> None:
    line = sparkline(range(epochs), width=30)
    assert len(line) <= 30 and line[-1] == "█"
    assert len(line) > 15                               # no more is left out than must be


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="no such terminal there")
@pytest.mark.parametrize("arguments", [["purenn"], ["purenn.experiment"], ["purenn.experiment", "learning-slowdown"],
                                       ["purenn.trace"], ["purenn.train", "--help"], ["purenn.train", "--recipes"],
                                       ["purenn.train", "--limit", "20", "--epochs", "1"],
                                       ["purenn.train", "--lr", "3"],
                                       ["purenn.plot", "a-file-of-a-rather-long-name.json", "--and", "--more"]])
@pytest.mark.parametrize("columns", [pytest.param(80, marks=pytest.mark.long), 40])
def test_no_command_is_wider_than_its_terminal(arguments: List[str], columns: int) -> None:
    """And no word is cut, but where it alone is too long."""
    _, written = in_terminal([sys.executable, "-m", *arguments], columns, PYTHONPATH=str(CLONE))
    screen = Screen(columns).feed(written)
    assert [row for row in screen.wrapped if len(row.split()) > 1] == []
