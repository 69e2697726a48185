"""From somebody's picture of a digit to what a network was trained on.

A network that learned from pictures made in one way reads only pictures made in that way. Those of MNIST were
cut out around the ink, shrunk to fit 20 x 20 pixels with their proportions kept, each pixel being the share of
ink in its cell, and laid into 28 x 28 with their centre of mass in the middle. `prepare` does that to any
picture, and so a photograph, a painted file and a mouse's strokes all become the network's own kind of input.

>>> T = [[0.0, 1.0, 1.0, 1.0],                  # two cells of ink hang on the middle of three
...      [0.0, 0.0, 1.0, 0.0],
...      [0.0, 0.0, 1.0, 0.0]]
>>> x = prepare(T, 28)                          # three cells become 20 pixels: 400 of 784, and 5/9 of them ink
>>> round(sum(x) / 400, 3)
0.556
"""
from __future__ import annotations

from math import ceil

from .files import PathLike, opened
from .matrix import Matrix, Vector, matvec, shape, transpose
from .raster import read_raster


def read_picture(path: PathLike) -> Matrix:
    """The ink on a picture, rows of numbers from 0.0 (paper) to 1.0 (ink); BadFile where there is none.

    PNG, PGM and PPM are read. Dark on light and light on dark are the same here: see `ink`.
    """
    with opened(path) as file:
        return ink(read_raster(file))


def ink(darkness: Matrix) -> Matrix:
    """Rows of darkness as rows of ink. What the picture's edge looks like is paper, dark or light.

    Ink is whatever differs from the edge's median, and by more than nine tenths of the edge itself do (which
    takes out the grain and the shadows of a photograph). The strongest ink becomes 1.0.

    >>> ink([[0.9, 0.9, 0.9], [0.9, 0.5, 0.9], [0.9, 0.1, 0.9]])        # chalk on a blackboard
    [[0.0, 0.0, 0.0], [0.0, 0.5, 0.0], [0.0, 1.0, 0.0]]
    """
    edge = sorted(darkness[0] + darkness[-1] + [row[0] for row in darkness] + [row[-1] for row in darkness])
    paper = edge[len(edge) // 2]
    grain = sorted(abs(level - paper) for level in edge)[len(edge) * 9 // 10]
    levels = set().union(*darkness)
    strongest = max(abs(level - paper) for level in levels)
    if strongest - grain < 0.1:
        raise ValueError("no ink on it, expected a digit darker or lighter than its paper")
    ink_of = {level: max(0.0, (abs(level - paper) - grain) / (strongest - grain)) for level in levels}
    return [[ink_of[level] for level in row] for row in darkness]


def prepare(rows: Matrix, side: int) -> Vector:
    """The picture as a network for side x side pixels wants it: side² numbers, row after row. ValueError without ink.

    The ink is shrunk (or stretched) to fit a box of 20/28 of the side, its proportions kept, and the box moved by
    whole pixels until its centre of mass lies in the pixel just below and to the right of the middle (after LeCun,
    Cortes, Burges, "The MNIST database of handwritten digits", whose own pictures come out as they went in).
    """
    rows = _cropped(rows)
    height, width = shape(rows)
    cell = max(height, width) / (side * 20 / 28)
    down = _cells(height, cell, side, _centre(rows))
    across = _cells(width, cell, side, _centre(transpose(rows)))
    return [x for row in _averaged(rows, down, across) for x in row]


def _cropped(rows: Matrix) -> Matrix:
    """The rows and columns with any ink, and those between."""
    inked = [y for y, row in enumerate(rows) if any(row)]
    if not inked:
        raise ValueError("prepare: a picture without ink")
    rows = rows[inked[0]:inked[-1] + 1]
    inked = [x for x, column in enumerate(zip(*rows)) if any(column)]
    return [row[inked[0]:inked[-1] + 1] for row in rows]


def _centre(rows: Matrix) -> float:
    """How far down the centre of mass is; a row's own centre lies at its number plus one half."""
    masses = [sum(row) for row in rows]
    return sum((y + 0.5) * mass for y, mass in enumerate(masses)) / sum(masses)


def _cells(length: int, cell: float, side: int, centre: float) -> Matrix:
    """A side x length matrix: how much of each cell, of a grid with `centre` in its middle, is filled by each pixel."""
    start = -cell * ceil(side / 2 - centre / cell)
    return [[max(0.0, min(k + 1.0, a + cell) - max(float(k), a)) / cell for k in range(length)]
            for a in (start + j * cell for j in range(side))]


def _averaged(rows: Matrix, down: Matrix, across: Matrix) -> Matrix:
    """down · rows · acrossᵀ, each weight matrix being nearly all zeros, which matvec skips."""
    columns = transpose(rows)
    shrunk = [matvec(columns, weights) for weights in down]
    return transpose([matvec(shrunk, weights) for weights in across])
