"""Lines that are printed on the paper: rules, margins, and the frames of forms.

They are thin and straight and either much longer than the writing is high or end on two other such lines, as the sides
of a frame do. What is darker than a line where it runs, and what crosses it, is writing and stays.

>>> rules = [[0.0] * 120 for _ in range(60)]
>>> for x in range(120):
...     rules[20][x] = rules[50][x] = 0.5
>>> for y in range(10, 40):
...     rules[y][60:64] = [1.0] * 4                         # a stroke across the first of two rules
>>> unruled = without_rules(rules, 0.25)
>>> unruled[20][50:54], unruled[20][60:64], unruled[50][60], unruled[30][60]
([0.0, 0.0, 0.0, 0.0], [1.0, 1.0, 1.0, 1.0], 0.0, 1.0)
"""
from __future__ import annotations

from functools import reduce
from operator import and_, or_
from typing import List, Sequence, Tuple

from ..matrix import Matrix, shape, transpose
from .bitmaps import Bitmap, Piece, Run, bitmap, pieces, thicker, turned

THICKNESS = 40
"""A line is at most a fortieth of the picture thick."""

LONG = 1.6
"""A line is longer than the writing is high, so many times."""


def without_rules(levels: Matrix, least: float) -> Matrix:
    """The ink without printed lines; as it is if there are none, or nothing else. Ink is more than `least`."""
    rows, columns = shape(levels)
    inked = bitmap(levels, least)
    across, down = _thin(inked, columns), _thin(turned(inked, columns), rows)
    if not across and not down:
        return levels
    everything = [_union(across, rows), turned(_union(down, columns), rows)]
    # A 1 may look like a line, too, and without both nothing may be left: then only one direction is taken for lines.
    for lines in everything, everything[:1], everything[1:]:
        height = _height(inked, lines)
        if height >= max(rows, columns) / 16:
            break
    else:
        return levels
    across = _lines(across, height, columns, everything[1])
    down = _lines(down, height, rows, turned(everything[0], columns))
    lines = [_union(across, rows), turned(_union(down, columns), rows)]
    if _height(inked, lines) < max(rows, columns) / 16:
        return levels
    levels = _erased(levels, lines[0], least)
    return transpose(_erased(transpose(levels), _union(down, columns), least)) if down else levels


def _height(inked: Bitmap, lines: Sequence[Bitmap]) -> int:
    """The size of the largest piece of what is left without the lines."""
    around = [thicker(thicker(line)) for line in lines]
    rest = [row & ~reduce(or_, taken) for row, *taken in zip(inked, *around)]
    return max((max(piece.height, piece.width) for piece in pieces(thicker(thicker(rest)))), default=0)


def _union(lines: List[Piece], rows: int) -> Bitmap:
    return [reduce(or_, column) for column in zip([0] * rows, *(line.bitmap(rows) for line in lines))]


def _lines(found: List[Piece], height: int, columns: int, others: Bitmap) -> List[Piece]:
    """Which of the thin straight pieces are no strokes; the writing is so high, and `others` are at right angles. Where
    there is one line across the picture, what comes from the picture's edge is another."""
    lines = [line for line in found if line.width >= LONG * height and line.width >= columns / 2]
    around = thicker(thicker(thicker(others)))
    return [line for line in found if line in lines or all(_meets(line, x, around) for x in (line.left, line.right - 1))
            or lines and min(line.left, columns - line.right) <= columns / 50]


def _meets(line: Piece, x0: int, others: Bitmap) -> bool:
    end = reduce(or_, (1 << x for x in range(max(0, x0 - 2), x0 + 3)))
    return any(row & end for row in others[line.top:line.bottom])


def _thin(inked: Bitmap, columns: int) -> List[Piece]:
    """Pieces of thin ink that are long and nearly level."""
    size = max(len(inked), columns)
    thickness, run, gap = size // THICKNESS, max(8, size // 24), size // 16
    if thickness < 2:
        return []
    thick = _opened_down(inked, thickness + 1)
    long = [_opened(row & ~other, run) for row, other in zip(inked, thick)]
    joined = thicker([_spread(row, gap) & (1 << columns) - 1 for row in long])
    lines = []
    for piece in pieces(joined):
        parts = pieces([row & allowed for row, allowed in zip(long, piece.bitmap(len(inked)))])
        line = _straight(Piece.of(run for part in parts for run in part.runs), thickness / 2 + 1)
        if line.width >= size / 8 and line.height <= thickness + line.width / 8:
            lines.append(line)
    return lines


def _straight(line: Piece, most: float) -> Piece:
    """The line without what is farther than `most` from the straight line through the centres of its two halves."""
    middle = (line.left + line.right) // 2
    x0, y0 = _centre([(y, first, min(end, middle)) for y, first, end in line.runs if first < middle])
    x1, y1 = _centre([(y, max(first, middle), end) for y, first, end in line.runs if end > middle])
    slope = (y1 - y0) / (x1 - x0)
    return Piece.of([run for run in line.runs if all(abs(run[0] - y0 - slope * (x - x0)) <= most for x in run[1:])]
                    or line.runs[:1])


def _centre(runs: Sequence[Run]) -> Tuple[float, float]:
    area = sum(end - first for _, first, end in runs)
    return (sum((end - first) * (first + end) / 2 for _, first, end in runs) / area,
            sum((end - first) * y for y, first, end in runs) / area)


def _opened(row: int, length: int) -> int:
    """Only runs of at least `length` cells."""
    n = 1
    while n < length:
        step = min(n, length - n)
        row &= row >> step
        n += step
    n = 1
    while n < length:
        step = min(n, length - n)
        row |= row << step
        n += step
    return row


def _opened_down(inked: Bitmap, length: int) -> Bitmap:
    """Only columns of at least `length` cells."""
    n = len(inked)
    eroded = [reduce(and_, inked[y:y + length]) if y + length <= n else 0 for y in range(n)]
    return [reduce(or_, eroded[max(0, y - length + 1):y + 1]) for y in range(n)]


def _spread(row: int, length: int) -> int:
    """Ink spread so many cells to the left and to the right."""
    n = 0
    while n < length:
        step = min(n + 1, length - n)
        row |= row << step | row >> step
        n += step
    return row


def _erased(levels: Matrix, lines: Bitmap, least: float) -> Matrix:
    """The ink without lines that run across: their darkness is taken away, and strokes that cross them are closed."""
    if not any(lines):
        return levels
    rows, columns = shape(levels)
    band = thicker(lines)
    on_lines = sorted(levels[y][x] for y, row in enumerate(lines) for x in range(columns) if row >> x & 1)
    usual = min(0.9, on_lines[len(on_lines) * 3 // 4])
    rest = bitmap([[0.0 if band[y] >> x & 1 else level for x, level in enumerate(row)]
                   for y, row in enumerate(levels)], least)
    crossing = _crossing(rest, max(rows, columns) // THICKNESS + 3)
    result = []
    for y, row in enumerate(levels):
        if band[y]:
            row = [level if not band[y] >> x & 1 or crossing[y] >> x & 1 else
                   max(0.0, (level - 1.25 * usual) / max(0.1, 1.0 - 1.25 * usual)) for x, level in enumerate(row)]
        result.append(row)
    return result


def _crossing(rest: Bitmap, reach: int) -> Bitmap:
    """The cells that have ink both above and below them within reach, give or take a column."""
    wide = [_spread(row, 1) for row in rest]
    return [reduce(or_, wide[max(0, y - reach):y + 1]) & reduce(or_, wide[y:y + reach + 1]) for y in range(len(rest))]
