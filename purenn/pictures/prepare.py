"""From somebody's picture of a digit to the kind of picture that a network was trained on.

A network that learned from pictures made in one way reads only pictures made in that way. `prepare` therefore does
to a picture what was once done to MNIST's digits, or to the embedded ones, and so a photograph, a painted file and
the strokes of a mouse all become the network's own kind of input. A picture is a matrix of ink, from 0.0 (paper)
to 1.0, and often only black and white: then it is a bitmap of `bitmaps`.

>>> T = [[0.0, 1.0, 1.0, 1.0],                  # three cells wide and high: they become 20 pixels
...      [0.0, 0.0, 1.0, 0.0],
...      [0.0, 0.0, 1.0, 0.0]]
>>> x = prepare(T, 28)
>>> round(sum(x) / 400, 3)                      # five of the nine cells of 20 x 20 are ink
0.556
"""
from __future__ import annotations

from math import ceil
from typing import List, Sequence, Tuple

from ..matrix import Matrix, Vector, matvec, scale, shape, transpose
from .bitmaps import Bitmap, amount, bitmap, matrix, thicker

Point = Tuple[float, float]


# From ink to a network's input

def prepare(rows: Matrix, side: int) -> Vector:
    """The picture as a network for side x side pixels wants it: side² numbers from 0 to 1, row after row.

    A side of 8 means the embedded digits, any other MNIST in proportion. ValueError for a picture without ink, or too
    little of it.
    """
    inked = [y for y, row in enumerate(rows) if any(row)]
    if not inked:
        raise ValueError("a picture without ink")
    rows = rows[inked[0]:inked[-1] + 1]
    inked = [x for x, column in enumerate(zip(*rows)) if any(column)]
    rows = [row[inked[0]:inked[-1] + 1] for row in rows]
    picture = _like_digits(rows) if side == 8 else _like_mnist(rows, side)
    x = [cell for row in picture for cell in row]
    if not any(x):
        raise ValueError(f"too little ink to be seen in {side} x {side} pixels")
    return scale(1.0 / max(x), x)


def _like_mnist(rows: Matrix, side: int) -> Matrix:
    """As MNIST was made (LeCun, Cortes, Burges, "The MNIST database of handwritten digits").

    The ink is shrunk until it fits a box of 20 x 20, its proportions kept and each cell the mean of what it covers;
    the box is laid into 28 x 28 so that the centre of mass lies in the pixel below and to the right of the middle.
    MNIST's own pictures come out as they went in.
    """
    cell = max(shape(rows)) / (side * 20 / 28)
    firsts = [-ceil(side / 2 - _centre(lines) / cell) for lines in (rows, transpose(rows))]
    return averaged(rows, *(cells(n, first, cell, side) for n, first in zip(shape(rows), firsts)))


def _centre(rows: Matrix) -> float:
    """How far down the centre of mass is; a row's own centre lies at its number plus one half."""
    masses = [sum(row) for row in rows]
    return sum((y + 0.5) * mass for y, mass in enumerate(masses)) / sum(masses)


def cells(length: int, first: float, cell: float, count: int) -> Matrix:
    """A count x length matrix: how much of each cell is filled by each of `length` pixels.

    Cells are `cell` pixels long; the first one begins `first` cells from the first pixel, before it if negative.
    """
    edges = [cell * (first + j) for j in range(count + 1)]
    return [[max(0.0, min(k + 1.0, b) - max(float(k), a)) / cell for k in range(length)]
            for a, b in zip(edges, edges[1:])]


def averaged(rows: Matrix, down: Matrix, across: Matrix) -> Matrix:
    """down · rows · acrossᵀ. Such weights are nearly all zero, and matvec skips zeros."""
    columns = transpose(rows)
    shrunk = [matvec(columns, weights) for weights in down]
    return transpose([matvec(shrunk, weights) for weights in across])


def _like_digits(rows: Matrix) -> Matrix:
    """As the embedded digits were made (Garris et al., "NIST Form-Based Handprint Recognition System", 1994).

    The ink is laid into 32 x 32 black and white cells, 32 high and at most 20 wide; made thinner or thicker until
    as much of them is black as with those digits; sheared until the first row begins above the last; and counted
    in blocks of 4 x 4.
    """
    height, width = shape(rows)
    cell = max(height / 32, width / 20)
    grey = averaged(rows, cells(height, 0.0, height / 32, 32), cells(width, width / 2 / cell - 16, cell, 32))
    half = max(map(max, grey)) / 2
    inked = _upright(_even(bitmap(grey, half)))
    blocks = cells(32, 0.0, 4.0, 8)
    return averaged(matrix(inked, 32), blocks, blocks)


def _even(inked: Bitmap) -> Bitmap:
    """Strokes one cell thicker or thinner all round, until 260 to 370 cells are black, as nine tenths of the embedded
    digits have it; but many thin strokes are not thinned to nothing."""
    while amount(inked) < 260:
        inked = thicker(inked)
    thinner = inked
    while any(thinner) and amount(inked := thinner) > 370:
        around = zip(inked[:1] + inked, inked, inked[1:] + inked[-1:])
        thinner = [above & row << 1 & row & row >> 1 & below for above, row, below in around]
    return inked


def _upright(inked: Bitmap) -> Bitmap:
    """The rows moved sideways, the more the farther from the middle, until the first begins above the last."""
    first, last = [(row & -row).bit_length() for row in (inked[0], inked[-1])]
    steps = len(inked) - 1
    shifts = [round((last - first) * (0.5 - y / steps)) if first and last else 0 for y in range(len(inked))]
    return [row << shift if shift > 0 else row >> -shift for row, shift in zip(inked, shifts)]


# From strokes to ink

CANVAS = 128
"""The side of a drawing's bitmap: the forms from which MNIST's digits come were scanned about as finely."""


def draw_strokes(strokes: Sequence[Sequence[Point]], pen: float) -> Matrix:
    """The ink that a round pen leaves on a canvas: CANVAS rows of CANVAS cells, 0.0 or 1.0.

    A stroke is the points it runs through, in straight lines, from (0, 0) top left to (1, 1) bottom right; `pen`
    is its width as a part of the canvas. A stroke of one point is a dot.

    >>> sum(map(sum, draw_strokes([[(0.25, 0.5), (0.75, 0.5)]], pen=1 / CANVAS)))      # half of one row, and its end
    65.0
    """
    path = [0] * CANVAS
    for stroke in strokes:
        for (x0, y0), (x1, y1) in zip(stroke, [*stroke[1:], stroke[-1]]):
            steps = 1 + int(CANVAS * max(abs(x1 - x0), abs(y1 - y0)))
            for k in range(steps + 1):
                x, y = x0 + k / steps * (x1 - x0), y0 + k / steps * (y1 - y0)
                path[min(int(CANVAS * y), CANVAS - 1)] |= 1 << min(int(CANVAS * x), CANVAS - 1)
    rows = [0] * CANVAS
    radius = CANVAS * pen / 2
    for dy in range(-int(radius), int(radius) + 1):
        half = int((radius * radius - dy * dy) ** 0.5)
        for y in range(max(0, -dy), min(CANVAS, CANVAS - dy)):
            for dx in range(-half, half + 1) if path[y] else ():
                rows[y + dy] |= path[y] << dx if dx > 0 else path[y] >> -dx
    return matrix(rows, CANVAS)
