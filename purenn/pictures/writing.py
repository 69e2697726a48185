"""Where the digits are among all the ink on a picture.

Ink is a digit, a part of one (a 5 and its roof), or something else: a grain of dust, a ruled line, a frame, a hole in
the paper. What belongs together is told by how near it is to each other in comparison with the writing's height, and
what is much lower than the highest digit is none.

>>> sheet = [[0.0] * 40 for _ in range(24)]
>>> for y in range(4, 20):
...     sheet[y][6] = sheet[y][30] = 1.0                        # a 1, and a 7
>>> sheet[2][24:31] = [1.0] * 7                                 # whose roof is a piece of its own
>>> sheet[22][38] = 1.0                                         # and a grain of dust
>>> [(len(digit), len(digit[0])) for digit in digits(sheet)]    # cut out, with two cells on each side
[(20, 5), (22, 11)]
"""
from __future__ import annotations

from typing import List, Sequence

from ..matrix import Matrix, shape
from ..saved.files import PathLike, opened
from .bitmaps import Bitmap, Piece, bitmap, pieces, thicker
from .decode import decode
from .ink import LARGE, seen
from .rules import without_rules

FAINTEST = 0.25
"""Ink of less than a quarter of the usual darkness connects nothing."""

LOWEST = 0.35
"""A digit is at least so high, in parts of the highest one."""


SPECK = 0.1
"""What is smaller is a grain of dust, unless it is next to a digit. In parts of the highest piece, as what follows."""

PART = 0.6
"""What is lower may be a part of a digit that is written beside the rest of it."""

NEAR = (0.04, 0.08, 0.2)
"""How near pieces are to each other that all but touch, that may belong together, and that do so above each other."""

MOST_PIECES = 300
"""So many of the largest pieces are looked at; no page has more digits, and what is smaller is dust."""


CLEAR, CLOSER = 48, 640
"""Digits of fewer rows are looked at closer, if the picture has more: with at most so many pixels along a side."""


def read_digits(path: PathLike) -> List[Matrix]:
    """The ink of each digit on a picture, as `digits` has them; BadFile where there is none, or no picture.

    A picture on which the digits are small is looked at a second time, closer.
    """
    with opened(path) as file:
        picture = decode(file, CLOSER)
        found = digits(seen(picture))
        highest = max(map(len, found))
        size = max(len(picture.darkness), len(picture.darkness[0]))
        if highest < CLEAR and size > LARGE:
            found = digits(seen(picture, min(CLOSER, size, LARGE * CLEAR // highest)))
        return found


def digits(levels: Matrix) -> List[Matrix]:
    """The ink of each digit on a picture, in the order in which they are read: line by line, from left to right."""
    least = FAINTEST * _usual(levels)
    levels = without_rules(levels, least)
    inked = bitmap(levels, least)
    found = sorted(pieces(inked), key=lambda piece: -piece.area)[:MOST_PIECES]
    groups = _written(_groups(_unframed(found)), *shape(levels)) if found else []
    return [_cut_out(levels, inked, group) for line in _lines(groups) for group in line] or [levels]


def _usual(levels: Matrix) -> float:
    """How dark ink is: half of it, weighed, is darker."""
    inked = sorted(level for row in levels for level in row if level)
    half, sofar = sum(inked) / 2, 0.0
    for level in inked:
        sofar += level
        if sofar >= half:
            return level
    return 0.0


def _unframed(found: Sequence[Piece]) -> List[Piece]:
    """Without what is drawn around something that is no speck: a frame, a circle."""
    return [piece for piece in found if not any(_around(piece, other) for other in found)] or list(found)


def _around(piece: Piece, other: Piece) -> bool:
    """Whether the other piece lies within this one, and is no speck in it."""
    if other.height < LOWEST * piece.height or not (piece.top < other.top and other.bottom < piece.bottom
                                                    and piece.left < other.left and other.right < piece.right):
        return False
    middle, centre = (other.top + other.bottom) // 2, (other.left + other.right) // 2
    level = [(first, end) for y, first, end in piece.runs if y == middle]
    upright = [y for y, first, end in piece.runs if first <= centre < end]
    return (any(end <= other.left for _, end in level) and any(first >= other.right for first, _ in level)
            and any(y < other.top for y in upright) and any(y >= other.bottom for y in upright))


def _groups(found: Sequence[Piece]) -> List[Piece]:
    """Pieces that belong together made one, the nearest first."""
    groups = list(found)
    for near in NEAR:
        height = max(group.height for group in groups)
        apart, groups = groups, []
        while apart:
            together = [apart.pop()]
            for piece in together:                      # it grows while it is looked through
                belonging = [other for other in apart if _belong(piece, other, height, near)]
                apart = [other for other in apart if other not in belonging]
                together += belonging
            groups.append(Piece.of(run for piece in together for run in piece.runs))
    return groups


def _belong(a: Piece, b: Piece, height: int, near: float) -> bool:
    """Whether two pieces are of one digit, where the highest piece has this height.

    What all but touches does. Farther apart are only a digit and a part of it that is much lower, or above or below the
    rest of it, but not two digits in a column.
    """
    reach = max(1.5, near * height)
    aside, apart = _gap(a.left, a.right, b.left, b.right), _gap(a.top, a.bottom, b.top, b.bottom)
    if max(aside, apart) > reach:
        return False
    if near > NEAR[0]:
        low, high = sorted([a.height, b.height])
        size = min(max(piece.height, piece.width) for piece in (a, b))
        stacked = -aside >= 0.5 * min(a.width, b.width)
        tall = max(a.bottom, b.bottom) - min(a.top, b.top) > 2.2 * (max(a.right, b.right) - min(a.left, b.left))
        if high < LOWEST * height or size < SPECK * height:
            return False
        if near < NEAR[2] and not stacked and low >= PART * height:
            return False
        if near >= NEAR[2] and not (stacked and (low < PART * height or not tall)):
            return False
    return _within(a, b, reach)


def _gap(a0: int, a1: int, b0: int, b1: int) -> int:
    """How far two intervals are from each other; less than 0 by how much they overlap."""
    return max(a0, b0) - min(a1, b1)


def _within(a: Piece, b: Piece, reach: float) -> bool:
    """Whether the ink of two pieces comes so near to each other, in rows and in columns."""
    return any(abs(row - y) <= reach + 1 and _gap(first, end, other_first, other_end) <= reach
               for y, first, end in a.runs for row, other_first, other_end in b.runs)


def _written(groups: Sequence[Piece], rows: int, columns: int) -> List[Piece]:
    """Without specks, dashes, spots, and what is dark in a corner of the picture, if that leaves anything."""
    strokes = [group for group in groups if not _is_spot(group)] or list(groups)
    sides = [_sides(group, rows, columns) for group in strokes]
    if 0 in sides:
        strokes = [group for group, touched in zip(strokes, sides) if touched < 2 or not _is_solid(group, 0.4)]
    upright = [group for group in strokes if group.width < 3 * group.height] or strokes
    height = max(group.height for group in upright)
    return [group for group in upright if group.height >= LOWEST * height]


def _is_spot(piece: Piece) -> bool:
    """A solid round or square blot, as a hole in the paper is."""
    return 0.6 < piece.width / piece.height < 1.7 and _is_solid(piece, 0.66)


def _is_solid(piece: Piece, least: float) -> bool:
    return piece.area > least * piece.width * piece.height


def _sides(piece: Piece, rows: int, columns: int) -> int:
    """How many edges of the picture it touches."""
    return sum([piece.top == 0, piece.bottom == rows, piece.left == 0, piece.right == columns])


def _lines(groups: Sequence[Piece]) -> List[List[Piece]]:
    """The lines of the writing from the top down, each from left to right."""
    lines: List[List[Piece]] = []
    for group in sorted(groups, key=lambda group: group.top + group.bottom):
        if lines and any(-_gap(group.top, group.bottom, other.top, other.bottom)
                         >= 0.4 * min(group.height, other.height) for other in lines[-1]):
            lines[-1].append(group)
        else:
            lines.append([group])
    return [sorted(line, key=lambda group: group.left + group.right) for line in lines]


def _cut_out(levels: Matrix, inked: Bitmap, group: Piece) -> Matrix:
    """The ink of one group and what is next to it; the rest is paper."""
    own = group.bitmap(len(levels))
    allowed = [near & ~(row & ~mine) for near, row, mine in zip(thicker(thicker(own)), inked, own)]
    top, bottom = max(0, group.top - 2), group.bottom + 2
    left, right = max(0, group.left - 2), group.right + 2
    return [[level if row >> x & 1 else 0.0 for x, level in enumerate(line[left:right], left)]
            for row, line in zip(allowed[top:bottom], levels[top:bottom])]
