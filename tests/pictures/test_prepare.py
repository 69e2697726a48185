"""The preparations of a picture for a network, on shapes one can count."""
from __future__ import annotations

from random import Random

import pytest

from purenn import data
from purenn.matrix import Matrix, Vector, transpose
from purenn.pictures.prepare import CANVAS, draw_strokes, prepare

# As MNIST was made.

def picture(*rows: str) -> Matrix:
    return [[float(cell == "#") for cell in row] for row in rows]


def grid(x: Vector, side: int) -> Matrix:
    return [x[k:k + side] for k in range(0, side * side, side)]


def test_a_bar_fills_twenty_rows_with_its_centre_in_the_middle() -> None:
    """4 x 1 cells become 20 x 5 pixels: rows 4 to 23, and columns 12 to 16, whose middle is pixel 14."""
    rows = grid(prepare(picture("#", "#", "#", "#"), 28), 28)
    assert [y for y in range(28) if any(rows[y])] == list(range(4, 24))
    assert rows[4] == pytest.approx([float(12 <= x <= 16) for x in range(28)])


def test_size_and_place_do_not_matter() -> None:
    seven = picture("####", "...#", "..#.", "..#.", ".#..")
    large = [[cell for cell in row for _ in range(6)] for row in seven for _ in range(6)]
    moved = [[0.0] * 40] * 5 + [[0.0] * 11 + row + [0.0] * 5 for row in large]
    for side in (8, 28):
        assert prepare(moved, side) == pytest.approx(prepare(seven, side), abs=1e-12)


def test_the_centre_of_mass_is_in_the_pixel_after_the_middle() -> None:
    rng = Random(3)
    for _ in range(20):
        rows = grid(prepare([[rng.random() ** 4 for _ in range(9)] for _ in range(12)], 28), 28)
        for lines in rows, transpose(rows):
            assert 14.0 <= sum((k + 0.5) * sum(line) for k, line in enumerate(lines)) / sum(map(sum, lines)) < 15.0


def test_a_hairline_is_as_black_as_any_stroke() -> None:
    """A line of one pixel on a picture of 300 covers a fifteenth of a cell; it is black all the same."""
    x = prepare([[float(column == 150) for column in range(300)] for _ in range(300)], 28)
    assert max(x) == 1.0


def test_a_picture_without_ink_is_refused() -> None:
    with pytest.raises(ValueError, match="without ink"):
        prepare([[0.0, 0.0]], 28)
    with pytest.raises(ValueError, match="too little ink to be seen in 1 x 1 pixels"):  # its box lies beside that pixel
        prepare([[1.0, 1.0]], 1)


# As the embedded digits were made.

BAR = [0.0, 0.0, 0.25, 1.0, 1.0, 0.25, 0.0, 0.0]
"""Ten of 32 cells, 11 to 20, in blocks of four: of 8 to 11 one, of 12 to 15 and 16 to 19 all, of 20 to 23 one."""


@pytest.mark.parametrize("width", [1, 2, 10, 20, 60])
def test_a_bar_of_any_width_has_the_usual_amount_of_ink(width: int) -> None:
    """32 rows of 10 cells are 320, between 260 and 370. From 2 cells a row it takes four steps of one cell to either
    side to get there (1 lies on two cells, half on each), and from 20 (60 is squeezed to 20) it takes five."""
    assert grid(prepare([[1.0] * width] * 32, 8), 8) == [BAR] * 8


def test_many_thin_strokes_are_not_thinned_to_nothing() -> None:
    """Seven strokes of two cells, one cell apart, are 14 · 32 = 448 cells, too many; but a cell less on either side
    would leave none. In cells 6 to 25, x is ink where (x - 6) % 3 < 2: of four columns 2, 2, 3, 3, 2 and 2."""
    comb = [[float(x % 3 < 2) for x in range(20)] for _ in range(32)]
    assert grid(prepare(comb, 8), 8) == [[pytest.approx(k / 3) for k in (0, 2, 2, 3, 3, 2, 2, 0)]] * 8


def test_a_slanted_bar_stands_up() -> None:
    """Ten cells wide, and three cells further left every four rows: upright again, but for two of 16 cells a block."""
    slanted = [[float(24 - 3 * y // 4 <= x < 34 - 3 * y // 4) for x in range(34)] for y in range(32)]
    for row in grid(prepare(slanted, 8), 8):
        assert row == pytest.approx(BAR, abs=2 / 16)


@pytest.mark.slow
def test_the_embedded_digits_are_as_they_are_said_to_be() -> None:
    """Ink in the first and the last row; 260 to 370 of 1,024 cells black; the first row beginning above the last."""
    training_data = data.load("digits")[0]
    pictures = [grid(x, 8) for x, _ in training_data]
    assert all(any(rows[0]) and any(rows[-1]) for rows in pictures)
    amounts = sorted(16 * sum(x) for x, _ in training_data)
    assert amounts[len(amounts) // 20] == pytest.approx(260, abs=4)
    assert amounts[-len(amounts) // 20] == pytest.approx(370, abs=4)
    begins = [[next(x + 1 - row[x] for x in range(8) if row[x]) for row in (rows[0], rows[-1])] for rows in pictures]
    assert sum(abs(first - last) <= 0.25 for first, last in begins) > 0.75 * len(begins)


# Strokes.

def test_a_dot_is_a_disc() -> None:
    """A pen a quarter of the canvas wide, put down in the middle: a disc with a radius of 16 cells, some 16²·π."""
    rows = draw_strokes([[(0.5, 0.5)]], pen=0.25)
    assert sum(map(sum, rows)) == pytest.approx(16 * 16 * 3.14159, rel=0.02)
    assert rows == rows[:1] + rows[:0:-1] and rows == [row[:1] + row[:0:-1] for row in rows]    # mirrored about cell 64


def test_a_line_is_as_wide_as_its_pen() -> None:
    """The centres of a pen of 9 cells reach 4 cells to each side of the line's own."""
    rows = draw_strokes([[(0.1, 0.5), (0.9, 0.5)]], pen=9 / CANVAS)
    assert [y for y in range(CANVAS) if rows[y][64]] == list(range(60, 69))


def test_strokes_may_touch_every_edge() -> None:
    rows = draw_strokes([[(0.0, 0.0), (1.0, 0.0), (1.0, 1.0), (0.0, 1.0), (0.0, 0.0)]], pen=0.01)
    assert len(rows) == CANVAS and {len(row) for row in rows} == {CANVAS}
    assert all(rows[0]) and all(rows[-1]) and all(row[0] and row[-1] for row in rows)
