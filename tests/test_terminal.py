"""Small pictures, drawn by every means a terminal may have."""
from __future__ import annotations

import io

import pytest

from purenn.terminal import PLAIN_HEIGHTS, best_style, blocks, can_encode, can_show, greys, letters, side_by_side, sparkline

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


def test_an_l_in_letters() -> None:
    assert letters(L) == ["@@    ",
                          "@@    ",
                          "@@@@@@"]


def test_an_l_in_greys() -> None:
    """xterm's 256 colours end in a grey ramp from 232, nearly black, to 255, nearly white."""
    ink, paper = "\x1b[38;5;255;48;5;255m▀", "\x1b[38;5;232;48;5;232m▀"
    half = "\x1b[38;5;255;48;5;232m▀"
    assert greys(L) == [ink + paper + paper + "\x1b[0m", half + half + half + "\x1b[0m"]


def test_side_by_side() -> None:
    assert side_by_side([blocks(L), blocks(L)], gap="|") == ["█  |█  ", "▀▀▀|▀▀▀"]


def test_a_style_for_every_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    assert best_style(Terminal("utf-8")) is greys
    assert best_style(Terminal("utf-8", tty=False)) is blocks
    for encoding in "ascii", "latin-1", "cp1252":
        assert best_style(Terminal(encoding)) is letters
    monkeypatch.setenv("NO_COLOR", "1")
    assert best_style(Terminal("utf-8")) is blocks
    monkeypatch.setenv("NO_COLOR", "")                  # no-color.org: set and not empty
    assert best_style(Terminal("utf-8")) is greys
    monkeypatch.setenv("TERM", "dumb")
    assert best_style(Terminal("utf-8")) is blocks


def test_what_can_be_shown() -> None:
    assert can_show(Terminal("utf-8")) and not can_show(Terminal("utf-8", tty=False)) and not can_show(Terminal("ascii"))
    assert can_encode(Terminal("utf-8", tty=False)) and not can_encode(Terminal("cp437"))    # cp437 has blocks, but no ∂
    assert not can_encode(io.StringIO())                # has no encoding: assume the least


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
