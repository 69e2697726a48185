"""What is written on, where a picture shows more than that: a sheet on a table, a window on a screen.

A sheet is one tone, lighter or darker than what is around it, and has four straight sides; whatever is written on it is
of the other tone again.

>>> desk = [[0.9] * 60 for _ in range(50)]                      # a dark desk
>>> for y in range(10, 40):
...     desk[y][15:45] = [0.1] * 30                             # a sheet of 30 x 30 on it
>>> for y in range(15, 35):
...     desk[y][29:31] = [0.8] * 2                              # and a 1
>>> inside = sheet(desk)
>>> len(inside), len(inside[0]), inside[4][12:18], sheet(inside)
(30, 30, [0.1, 0.1, 0.1, 0.1, 0.1, 0.1], None)
"""
from __future__ import annotations

from math import cos, pi, sin
from typing import Dict, Optional, Tuple

from ..matrix import Matrix, shape
from .bitmaps import Piece, bitmap, pieces

SMALLEST = 0.2
"""A sheet's sides are at least so long, in parts of the picture's shorter side."""

STRAIGHT = 0.88
"""A sheet fills at least so much of the smallest box around it; an ellipse fills π/4 = 0.785."""


def sheet(darkness: Matrix) -> Optional[Matrix]:
    """The part of a picture that is a sheet, as a picture of its own; None if there is none, or nothing on it."""
    level = threshold(darkness)
    light = bitmap([[level - tone for tone in row] for row in darkness])
    everything = (1 << len(darkness[0])) - 1
    for tone in light, [row ^ everything for row in light]:
        piece = max(pieces(tone), key=lambda piece: piece.area, default=None)
        if piece and _is_sheet(piece, *shape(darkness)):
            return _inside(darkness, piece)
    return None


def threshold(darkness: Matrix) -> float:
    """The darkness that divides the picture into its two tones: the one for which their means differ most, weighed by
    how much there is of each (N. Otsu, "A Threshold Selection Method from Gray-Level Histograms", 1979)."""
    counts = [0] * 64
    for row in darkness:
        for tone in row:
            counts[int(tone * 63.99)] += 1
    total, moment = sum(counts), sum(k * count for k, count in enumerate(counts))
    best, below, below_moment, found = -1.0, 0, 0, 0
    for k, count in enumerate(counts):
        below, below_moment = below + count, below_moment + k * count
        if 0 < below < total:
            apart = below_moment / below - (moment - below_moment) / (total - below)
            if below * (total - below) * apart ** 2 > best:
                best, found = below * (total - below) * apart ** 2, k
    return (found + 1) / 64


def _is_sheet(piece: Piece, rows: int, columns: int) -> bool:
    sides = [piece.top == 0, piece.bottom == rows, piece.left == 0, piece.right == columns]
    if sum(sides) > 1 or min(piece.height, piece.width) < max(16, SMALLEST * min(rows, columns)):
        return False
    spans = _spans(piece)
    filled = sum(end - first for first, end in spans.values())
    margin = 1 + piece.height // 16
    written = sum(end - first - 2 * margin for y, (first, end) in spans.items()
                  if piece.top + margin <= y < piece.bottom - margin and end - first > 2 * margin) \
        - sum(max(0, min(end, spans[y][1] - margin) - max(first, spans[y][0] + margin)) for y, first, end in piece.runs
              if piece.top + margin <= y < piece.bottom - margin)
    if piece.area < 0.6 * filled or written < 0.002 * filled:
        return False
    corners = [(x, y) for y, span in spans.items() for x in span]
    boxes = []
    for degrees in range(-20, 21, 2):
        c, s = cos(degrees * pi / 180), sin(degrees * pi / 180)
        across, down = [c * x + s * y for x, y in corners], [c * y - s * x for x, y in corners]
        boxes.append((max(across) - min(across)) * (max(down) - min(down) + 1.0))
    return filled >= STRAIGHT * min(boxes)


def _spans(piece: Piece) -> Dict[int, Tuple[int, int]]:
    """The first column and the end of each row of a piece."""
    spans: Dict[int, Tuple[int, int]] = {}
    for y, first, end in piece.runs:
        a, b = spans.get(y, (first, end))
        spans[y] = min(a, first), max(b, end)
    return spans


def _inside(darkness: Matrix, piece: Piece) -> Matrix:
    """The box around a piece. What is beside the piece becomes as dark as its edge in that row."""
    result = []
    for y, (first, end) in sorted(_spans(piece).items()):
        margin = min(3, (end - first - 1) // 2)
        a, b = first + margin, end - margin
        row = darkness[y]
        result.append([row[a]] * (a - piece.left) + row[a:b] + [row[b - 1]] * (piece.right - b))
    margin = min(3, len(result) // 8)
    return [result[margin]] * margin + result[margin:-margin or None] + [result[-1 - margin]] * margin
