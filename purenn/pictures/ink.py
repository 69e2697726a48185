"""What is ink on a picture, and what is paper.

Paper in a photograph is not equally bright all over: light falls off from the lamp, a shadow lies across it, and every
camera adds grain. Ink is whatever stands out from the paper *there*. Rows of numbers come in, darkness from 0.0
(white) to 1.0 (black), and rows of numbers go out, ink from 0.0 (paper) to 1.0.

>>> ink([[0.9, 0.9, 0.9], [0.9, 0.5, 0.9], [0.9, 0.1, 0.9]])        # chalk on a blackboard
[[0.0, 0.0, 0.0], [0.0, 0.5, 0.0], [0.0, 1.0, 0.0]]
"""
from __future__ import annotations

import struct
from contextlib import suppress
from itertools import accumulate
from typing import List, Sequence, Tuple

from ..matrix import Matrix, Vector, add_outer, add_scaled, dot, matvec, shape, zeros
from ..saved.files import PathLike, opened
from .bitmaps import Bitmap, amount, bitmap, thicker
from .decode import Picture, decode
from .prepare import averaged, cells
from .sheets import sheet

LARGE = 256
"""A picture of more pixels along a side is reduced first, which also takes out a photograph's grain."""


def read_picture(path: PathLike) -> Matrix:
    """The ink on a picture; BadFile where there is none, or no picture."""
    with opened(path) as file:
        return seen(decode(file))


def seen(picture: Picture, side: int = LARGE) -> Matrix:
    """The ink on a picture, looked at with at most `side` pixels along a side; ValueError if there is none.

    Dark on light and light on dark are the same here. A drawing on a transparent ground is taken to lie on white paper,
    or on black if nothing is seen of it on white.
    """
    darkness = reduced(picture.darkness, side)
    try:
        return _written(darkness)
    except ValueError:
        if not picture.opacity:
            raise
        for row, opacity in zip(darkness, reduced(picture.opacity, side)):
            add_scaled(row, 1.0, [1.0 - alpha for alpha in opacity])
        return _written(darkness)


def _written(darkness: Matrix) -> Matrix:
    """The ink on the sheet that the picture shows, or on the picture."""
    inside = sheet(darkness)
    if inside:
        with suppress(ValueError):
            return _written(inside)
    return ink(darkness)


def reduced(rows: Sequence[bytes], side: int = LARGE) -> Matrix:
    """Bytes as numbers from 0 to 1; of more than `side` along a side, the means of blocks.

    >>> reduced([b"\\xff\\x00\\x33"])
    [[1.0, 0.0, 0.2]]
    """
    n = max(1, max(len(rows), len(rows[0])) // side)
    means = [_means(rows[k:k + n], n) for k in range(0, len(rows), n)]
    cell = max(shape(means)) / side
    if cell <= 1.0:
        return means
    sizes = [(length, max(1, round(length / cell))) for length in shape(means)]
    return averaged(means, *(cells(length, 0.0, length / count, count) for length, count in sizes))


def _means(rows: Sequence[bytes], n: int) -> Vector:
    """The means of blocks of n columns. Rows are added as large numbers, of 16 bits a column."""
    total = 0
    for row in rows:
        wide = bytearray(2 * len(row))
        wide[::2] = row
        total += int.from_bytes(wide, "little")
    width = len(rows[0])
    sums = [0, *accumulate(struct.unpack(f"<{width}H", total.to_bytes(2 * width, "little")))]
    edges = [*range(0, width, n), width]
    return [(sums[b] - sums[a]) / (255 * len(rows) * (b - a)) for a, b in zip(edges, edges[1:])]


def ink(darkness: Matrix) -> Matrix:
    """Rows of darkness as rows of ink; ValueError if there is none.

    Ink is whatever differs from the paper more than five times as much as nine tenths of the edge do (its grain, and
    what is left of its shadows), or half as much as the strongest ink does. That one becomes 1.0.
    """
    contrast = _without_strips(_contrast(darkness))
    strongest = max(map(max, contrast))
    grain = _grain(contrast)
    if strongest - grain < 0.1:
        raise ValueError("no ink on it, expected a digit darker or lighter than its paper")
    least = min(5.0 * grain, strongest / 2)
    return [[max(0.0, (level - least) / (strongest - least)) for level in row] for row in contrast]


def _edge(picture: Matrix) -> Vector:
    return picture[0] + picture[-1] + [row[0] for row in picture] + [row[-1] for row in picture]


def _grain(contrast: Matrix) -> float:
    """The contrast that nine tenths of the paper at the edge do not exceed."""
    half = max(map(max, contrast)) / 2
    paper = sorted(abs(level) for level in _edge(contrast) if level <= half)
    return paper[len(paper) * 9 // 10] if paper else 0.0


def _contrast(darkness: Matrix) -> Matrix:
    """How much each pixel differs from the paper there, more than 0 where ink is. In dim light differences are small:
    they are scaled as if it were as bright as where it is brightest."""
    paper = _paper(darkness)
    brightest = max(map(max, paper))
    contrast = [[(light - (1.0 - level)) * (brightest / max(light, brightest / 10) if brightest else 1.0)
                 for level, light in zip(*lines)] for lines in zip(darkness, paper)]
    rows, columns = shape(contrast)
    inner = [row[columns // 10:columns - columns // 10] for row in contrast[rows // 10:rows - rows // 10]]
    if max(map(max, inner)) >= -min(map(min, inner)):
        return contrast
    return [[-level for level in row] for row in contrast]


# Paper

EVEN = 0.05
"""The paper is taken to be equally bright all over if six tenths of the edge differ by no more than this part of it."""


def _paper(darkness: Matrix) -> Matrix:
    """How bright the paper is at each pixel: as most of the edge is, or, in uneven light, as a smooth surface that is
    fitted to the picture."""
    rows, columns = shape(darkness)
    edge = sorted(_edge(darkness))
    middle = edge[len(edge) // 2]
    if sorted(abs(level - middle) for level in edge)[len(edge) * 6 // 10] <= EVEN * (1.0 - middle):
        return [[1.0 - middle] * columns] * rows
    places = [(x, y) for y in range(0, rows, 1 + rows // 30) for x in range(0, columns, 1 + columns // 30)]
    surface = _surface([(2 * x / columns - 1, 2 * y / rows - 1, 1.0 - darkness[y][x]) for x, y in places])
    across = [_powers(2 * x / columns - 1) for x in range(columns)]
    down = [matvec(surface, _powers(2 * y / rows - 1)) for y in range(rows)]
    return [[min(1.0, max(0.0, light)) for light in matvec(across, row)] for row in down]


ORDER = 4
"""The surface is a sum of terms uⁱ·vʲ with i + j from 0 to ORDER, u and v going from -1 to 1 across and down."""


def _powers(u: float) -> Vector:
    return [u ** i for i in range(ORDER + 1)]


def _surface(points: Sequence[Tuple[float, float, float]]) -> Matrix:
    """The surface z(u, v) that lies nearest to most of the points (u, v, z): a coefficient of uⁱ·vʲ at row i, column j.

    It is fitted in turns, each time with less weight on points that lay far from it, which are ink or something beside
    the sheet. At first it is of second order, and the sum of the distances is made small (each square weighs
    1/distance); then it is of fourth order, and far points are left out (Tukey's biweight). Source: P. J. Huber,
    "Robust Statistics", 1981.
    """
    distances = [1.0] * len(points)
    terms: List[Tuple[int, int]] = []
    coefficients: Vector = []
    for turn in range(20):
        if turn < 12:
            weights = [1.0 / max(distance, 0.005) for distance in distances]
        else:
            far = 6.0 * max(0.01, sorted(distances)[len(distances) // 2])
            weights = [max(0.0, 1.0 - (distance / far) ** 2) ** 2 for distance in distances]
        order = 2 if turn < 12 else ORDER
        terms = [(i, j) for i in range(order + 1) for j in range(order + 1 - i)]
        powers = [[u ** i * v ** j for i, j in terms] for u, v, _ in points]
        A, b = zeros(len(terms), len(terms)), [0.0] * len(terms)
        for k in range(len(terms)):
            A[k][k] = 1e-6                              # a picture of one row does not determine all of them
        for x, (_, _, z), weight in zip(powers, points, weights):
            if weight:
                add_outer(A, weight, x, x)
                add_scaled(b, weight * z, x)
        coefficients = _solution(A, b)
        distances = [abs(z - dot(coefficients, x)) for x, (_, _, z) in zip(powers, points)]
    surface = zeros(ORDER + 1, ORDER + 1)
    for (i, j), coefficient in zip(terms, coefficients):
        surface[i][j] = coefficient
    return surface


def _solution(A: Matrix, b: Vector) -> Vector:
    """x such that A·x = b, for a symmetric positive definite A, by Gaussian elimination.

    >>> _solution([[2.0, 1.0], [1.0, 3.0]], [4.0, 7.0])         # 2·1 + 2 and 1 + 3·2
    [1.0, 2.0]
    """
    rows = [[*row, bj] for row, bj in zip(A, b)]
    for k, pivot in enumerate(rows):
        for row in rows[k + 1:]:
            add_scaled(row, -row[k] / pivot[k], pivot)
    x: Vector = []
    for row in rows[::-1]:
        known = row[-1 - len(x):-1]
        x.insert(0, (row[-1] - dot(known, x)) / row[-2 - len(x)])
    return x


# Beside the paper

def _without_strips(contrast: Matrix) -> Matrix:
    """The picture without what lies beside the sheet: a strip along most of an edge, if there is ink apart from it."""
    rows, columns = shape(contrast)
    half = max(map(max, contrast)) / 2
    least = min(half, max(0.1, 3.0 * _grain(contrast)))
    inked = bitmap(contrast, least)
    sides = [[inked[0]] + [0] * (rows - 1), [0] * (rows - 1) + [inked[-1]],
             [row & 1 for row in inked], [row & 1 << columns - 1 for row in inked]]
    lengths = [columns, columns, rows, rows]
    strips = [0] * rows
    for side, length in zip(sides, lengths):
        if 2 * amount(side) > length:
            strips = [a | b for a, b in zip(strips, _connected(side, inked))]
    rest = [row & ~strip for row, strip in zip(inked, strips)]
    if not any(strips) or amount(rest) < rows * columns / 2000:
        return contrast
    blurred = thicker(thicker(strips))
    return [[0.0 if strip >> x & 1 else level for x, level in enumerate(row)] for row, strip in zip(contrast, blurred)]


def _connected(seed: Bitmap, inked: Bitmap) -> Bitmap:
    """All ink that is connected with the seed."""
    while (grown := [a & b for a, b in zip(thicker(seed), inked)]) != seed:
        seed = grown
    return seed
