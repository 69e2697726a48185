"""Pictures in black and white, and the connected pieces of ink on them.

A *bitmap* is a list of whole numbers, one for each row, with a bit for each column (the lowest is the leftmost).
Shifting a row moves it sideways, `|` adds ink, and `&` takes some away, a whole row at a time.

>>> T = [0b01110,
...      0b00100,
...      0b00100]
>>> amount(T), thicker(T) == [0b11111, 0b01110, 0b01110]
(5, True)
>>> for piece in pieces([0b1101, 0b1100, 0b0000, 0b0001]):      # two dots on the left, a block of four on the right
...     print(piece.top, piece.bottom, piece.left, piece.right, piece.area)
0 1 0 1 1
0 2 2 4 4
3 4 0 1 1
"""
from __future__ import annotations

import re
from itertools import count
from typing import Dict, Iterable, List, NamedTuple, Sequence, Tuple

from ..matrix import Matrix

Bitmap = List[int]
Run = Tuple[int, int, int]
"""Ink from column `first` up to column `end`, which is not inked: (row, first, end)."""


def bitmap(rows: Matrix, least: float = 0.0) -> Bitmap:
    """Where there is more ink than `least`."""
    return [int("".join("1" if level > least else "0" for level in row[::-1]), 2) for row in rows]


def matrix(inked: Bitmap, width: int) -> Matrix:
    """The bitmap as a matrix of 0.0 and 1.0."""
    return [[float(row >> x & 1) for x in range(width)] for row in inked]


def amount(inked: Bitmap) -> int:
    """The number of cells that are ink."""
    return sum(bin(row).count("1") for row in inked)


def thicker(inked: Bitmap) -> Bitmap:
    """Strokes one cell thicker all round. (What grows over the left edge is lost.)"""
    around = zip([0, *inked], inked, [*inked[1:], 0])
    return [above | row << 1 | row | row >> 1 | below for above, row, below in around]


def turned(inked: Bitmap, width: int) -> Bitmap:
    """The bitmap with its columns as rows.

    >>> turned([0b011, 0b001], 3)
    [3, 1, 0]
    """
    columns = zip(*(format(row, f"0{width}b")[::-1] for row in inked[::-1]))
    return [int("".join(column), 2) for column in columns]


class Piece(NamedTuple):
    """Ink that hangs together: its runs, and the box around it, without row `bottom` and column `right`."""

    top: int
    bottom: int
    left: int
    right: int
    runs: List[Run]

    @classmethod
    def of(cls, runs: Iterable[Run]) -> Piece:
        """The runs as one piece, connected or not."""
        rows = sorted(runs)
        left, right = min(first for _, first, _ in rows), max(end for _, _, end in rows)
        return cls(rows[0][0], rows[-1][0] + 1, left, right, rows)

    @property
    def height(self) -> int:
        """The number of rows from the first to the last."""
        return self.bottom - self.top

    @property
    def width(self) -> int:
        """The number of columns from the first to the last."""
        return self.right - self.left

    @property
    def area(self) -> int:
        """The number of cells that are ink."""
        return sum(end - first for _, first, end in self.runs)

    def bitmap(self, height: int) -> Bitmap:
        """The piece alone on a bitmap of so many rows."""
        rows = [0] * height
        for y, first, end in self.runs:
            rows[y] |= (1 << end) - (1 << first)
        return rows


def pieces(inked: Bitmap) -> List[Piece]:
    """The connected pieces of the ink, from the top; cells that touch at a corner are connected.

    Row by row, a run of ink belongs to the pieces of all runs that it touches in the row above, which are one piece
    from there on (A. Rosenfeld, J. L. Pfaltz, "Sequential Operations in Digital Picture Processing", 1966).
    """
    found: Dict[int, List[Run]] = {}
    numbers = count()
    above: List[Tuple[int, int, int]] = []              # first, end and the number of the piece
    for y, row in enumerate(inked):
        current: List[Tuple[int, int, int]] = []
        for first, end in _runs(row):
            touched = sorted({piece for a, b, piece in above if a <= end and first <= b})
            number, *others = touched or [next(numbers)]
            for other in others:
                found[number] += found.pop(other)
                above, current = (_renamed(line, other, number) for line in (above, current))
            found.setdefault(number, []).append((y, first, end))
            current.append((first, end, number))
        above = current
    return [Piece.of(runs) for _, runs in sorted(found.items())]


def _runs(row: int) -> Sequence[Tuple[int, int]]:
    return [run.span() for run in re.finditer("1+", bin(row)[:1:-1])]


def _renamed(line: List[Tuple[int, int, int]], old: int, new: int) -> List[Tuple[int, int, int]]:
    return [(first, end, new if piece == old else piece) for first, end, piece in line]
