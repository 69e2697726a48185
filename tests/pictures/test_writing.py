"""Where the digits are on a picture: what belongs together, in which order it is read, and what is no writing."""
from __future__ import annotations

from pathlib import Path
from random import Random
from typing import Callable, Dict, Tuple

import pytest

from purenn.matrix import Matrix
from purenn.pictures.prepare import draw_strokes
from purenn.pictures.writing import CLEAR, digits, read_digits
from strokes import HANDS, drawings, hand

Box = Tuple[int, int, int, int]         # rows and columns


def page(rows: int, columns: int) -> Matrix:
    return [[0.0] * columns for _ in range(rows)]


def written(sheet: Matrix, digit: int, top: int, left: int, size: int = 128, number: int = 0) -> Matrix:
    """The sheet with a digit of `strokes` on it, drawn on a square of so many cells."""
    scaled = [[(0.15 + 0.007 * x, 0.1 + 0.008 * y) for x, y in stroke] for stroke in hand(*HANDS[digit][number])]
    drawing = draw_strokes(scaled, 0.06)
    for y in range(size):
        for x in range(size):
            if drawing[y * 128 // size][x * 128 // size]:
                sheet[top + y][left + x] = 1.0
    return sheet


def filled(sheet: Matrix, box: Box, level: float = 1.0) -> Matrix:
    top, bottom, left, right = box
    for row in sheet[top:bottom]:
        row[left:right] = [level] * (right - left)
    return sheet


def trimmed(rows: Matrix) -> Matrix:
    """Without the paper around the ink."""
    rows = [row for row in rows if any(row)]
    inked = [x for x, column in enumerate(zip(*rows)) if any(column)]
    return [row[inked[0]:inked[-1] + 1] for row in rows]


@pytest.mark.slow
def test_a_drawing_of_one_digit_is_one() -> None:
    """However its strokes lie, whole and without a change."""
    for drawing in drawings(variants=1):
        ink = draw_strokes(drawing.strokes, drawing.pen)
        assert list(map(trimmed, digits(ink))) == [trimmed(ink)], (drawing.digit, drawing.hand)


@pytest.mark.slow
def test_digits_are_read_line_by_line_from_left_to_right() -> None:
    """A 3 a little lower than the 1 on its left and the 4 on its right, and a 7 below the 1."""
    sheet = page(270, 400)
    for digit, top, left in (4, 0, 270), (7, 140, 4), (3, 20, 130), (1, 8, 0):
        written(sheet, digit, top, left)
    alone = [trimmed(written(page(128, 128), digit, 0, 0)) for digit in (1, 3, 4, 7)]
    assert list(map(trimmed, digits(sheet))) == alone


DUST = [(Random(k).randrange(198), (Random(k).randrange(10**6) // 7) % 30) for k in range(40)]

BESIDE: Dict[str, Callable[[Matrix], Matrix]] = {
    "a grain of dust": lambda sheet: filled(sheet, (190, 194, 4, 8)),
    "dust everywhere": lambda sheet: [filled(sheet, (y, y + 2, x, x + 2)) for y, x in DUST][-1],
    "a rule": lambda sheet: filled(sheet, (180, 183, 0, 200)),
    "a faint rule": lambda sheet: filled(sheet, (180, 183, 0, 200), 0.2),
    "a margin": lambda sheet: filled(sheet, (0, 200, 20, 22)),
    "a hole": lambda sheet: disc(sheet, 170, 25, 14),
    "a frame": lambda sheet: framed(sheet, (20, 185, 20, 190)),
    "a ring": lambda sheet: ring(sheet, 100, 104, 90),
    "a dark corner": lambda sheet: [filled(sheet, (y, y + 1, 0, 50 - y)) for y in range(50)][-1],
    "a dash": lambda sheet: filled(sheet, (95, 100, 8, 30)),
    "a caption": lambda sheet: [filled(sheet, (185, 193, x, x + 2)) for x in range(60, 140, 6)][-1],
}


def disc(sheet: Matrix, y0: int, x0: int, radius: int) -> Matrix:
    for y in range(y0 - radius, y0 + radius + 1):
        half = int((radius ** 2 - (y - y0) ** 2) ** 0.5)
        filled(sheet, (y, y + 1, x0 - half, x0 + half + 1))
    return sheet


def ring(sheet: Matrix, y0: int, x0: int, radius: int) -> Matrix:
    for y in range(200):
        for x in range(200):
            if radius - 3 <= ((y - y0) ** 2 + (x - x0) ** 2) ** 0.5 <= radius:
                sheet[y][x] = 1.0
    return sheet


def framed(sheet: Matrix, box: Box) -> Matrix:
    top, bottom, left, right = box
    for side in (top, top + 3, left, right), (bottom - 3, bottom, left, right), (top, bottom, left, left + 3), \
            (top, bottom, right - 3, right):
        filled(sheet, side)
    return sheet


def test_a_grain_of_dust_is_no_part_of_a_digit() -> None:
    sheet = written(page(128, 128), 3, 0, 0)
    alone = trimmed(sheet)
    assert list(map(trimmed, digits(filled(sheet, (120, 123, 4, 7))))) == [alone]


@pytest.mark.slow
@pytest.mark.parametrize("digit", [0, 1, 3, 4, 5, 7])
def test_what_is_beside_a_digit_is_no_part_of_it(digit: int) -> None:
    alone = written(page(200, 200), digit, 40, 40, 128)
    for name, add in BESIDE.items():
        sheet = add([row[:] for row in alone])
        assert list(map(trimmed, digits(sheet))) == [trimmed(alone)], name


@pytest.mark.slow
def test_what_is_there_alone_is_what_is_written() -> None:
    """A dot, a bar, a ring or a box, be it a 0 or a 1."""
    for sheet in (disc(page(200, 200), 100, 100, 20), filled(page(200, 200), (20, 180, 98, 104)),
                  ring(page(200, 200), 100, 100, 80), framed(page(200, 200), (30, 170, 50, 150))):
        assert list(map(trimmed, digits(sheet))) == [trimmed(sheet)]


@pytest.mark.slow
def test_rules_that_a_digit_crosses_leave_it_whole() -> None:
    """Faint rules, and rules as dark as ink. (What lies on a rule, as the bar of a 4 may, is thinner then.)"""
    for digit in 1, 2, 3, 5, 7:
        alone = written(page(200, 300), digit, 36, 80, 128)
        for level in 0.4, 1.0:
            sheet = [row[:] for row in alone]
            for y in range(20, 200, 40):
                for x in range(300):
                    sheet[y][x] = max(sheet[y][x], level)
                    sheet[y + 1][x] = max(sheet[y + 1][x], level)
            found, = map(trimmed, digits(sheet))
            expected = trimmed(alone)
            assert abs(len(found) - len(expected)) <= 2 and abs(len(found[0]) - len(expected[0])) <= 4, digit
            assert sum(map(sum, found)) == pytest.approx(sum(map(sum, expected)), rel=0.06)


@pytest.mark.slow
@pytest.mark.parametrize("rows, columns", [((100, 106), (0, 200)), ((0, 200), (104, 108))])
def test_a_digit_in_two_pieces_is_one(rows: Tuple[int, int], columns: Tuple[int, int]) -> None:
    """As a pen that fails, or a fold of the paper, leaves it: cut across, and cut upright."""
    for digit in 0, 2, 3, 8:
        sheet = written(page(200, 200), digit, 40, 40, 128)
        cut = filled([row[:] for row in sheet], (*rows, *columns), 0.0)
        assert len(digits(cut)) == 1, digit


def pgm(sheet: Matrix) -> bytes:
    return b"P5 %d %d 255 " % (len(sheet[0]), len(sheet)) + bytes(
        round(255 * (1.0 - level)) for row in sheet for level in row)


@pytest.mark.slow
def test_small_digits_are_looked_at_closer(tmp_path: Path) -> None:
    """In a picture of 600 columns a digit of some 100 has 43 when 256 are looked at, which is less than CLEAR: with 640
    all of them are."""
    sheet = written(written(page(300, 600), 2, 20, 20), 5, 150, 440)
    (tmp_path / "two.pgm").write_bytes(pgm(sheet))
    heights = [len(trimmed(digit)) for digit in read_digits(tmp_path / "two.pgm")]
    assert len(heights) == 2 and min(heights) >= CLEAR


@pytest.mark.slow
def test_of_very_many_pieces_none_takes_long() -> None:
    """Thousands of grains: each may belong to each other one."""
    sheet = page(256, 256)
    for y in range(0, 256, 4):
        for x in range(0, 256, 4):
            sheet[y][x] = 1.0
    assert digits(sheet)
