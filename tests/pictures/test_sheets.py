"""A sheet on a table, a window on a screen: what is written on is found by its straight sides."""
from __future__ import annotations

from math import cos, pi, sin
from typing import Callable

import pytest

from purenn.matrix import Matrix
from purenn.pictures.ink import _written
from purenn.pictures.sheets import sheet, threshold


def picture(tone: Callable[[float, float], float], rows: int = 120, columns: int = 160) -> Matrix:
    """A picture whose darkness at (x, y), counted from its middle, is given."""
    return [[tone(x - columns / 2, y - rows / 2) for x in range(columns)] for y in range(rows)]


def one(x: float, y: float) -> bool:
    return abs(x) < 4 and abs(y) < 25


@pytest.mark.slow
@pytest.mark.parametrize("desk, paper, pen", [(0.8, 0.1, 0.9), (0.1, 0.9, 0.0), (0.5, 0.1, 0.8)])
@pytest.mark.parametrize("degrees", [0, 6, -10])
def test_a_sheet_is_found_whatever_its_tone_and_a_little_turned(degrees: int, desk: float, paper: float, pen: float
                                                                ) -> None:
    """And then the ink is the stroke on it, 8 x 50 as one measures it, and counted in cells from 7 x 49 on."""
    c, s = cos(degrees * pi / 180), sin(degrees * pi / 180)

    def tone(x: float, y: float) -> float:
        u, v = c * x + s * y, c * y - s * x
        return desk if abs(u) > 60 or abs(v) > 42 else pen if one(u, v) else paper

    inside = sheet(picture(tone))
    assert inside and len(inside) < 120 and len(inside[0]) < 160
    inked = [(x, y) for y, row in enumerate(_written(picture(tone))) for x, level in enumerate(row) if level > 0.5]
    assert 7 * 49 <= len(inked) <= 8 * 51


@pytest.mark.slow
def test_what_is_no_sheet() -> None:
    """A stroke on paper, a bold 0 and a disc with a hole: none has four straight sides. An empty sheet says nothing. A
    shadow that lies over half of the picture ends at its edges."""
    for tone in (lambda x, y: 0.9 * one(x, y), lambda x, y: 0.9 * (20 < (x * x + y * y) ** 0.5 < 50),
                 lambda x, y: 0.9 * (4 < (x * x + y * y) ** 0.5 < 50), lambda x, y: 0.9 * (abs(x) < 40 and abs(y) < 40),
                 lambda x, y: 0.9 if one(x - 20, y) else 0.1 if x < 0 else 0.5):
        assert sheet(picture(tone)) is None


def test_the_threshold_lies_between_two_tones() -> None:
    assert 0.2 <= threshold([[0.2] * 9 + [0.8]]) <= 0.8
