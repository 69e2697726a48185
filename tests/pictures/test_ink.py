"""What is paper on a picture, and what is ink."""
from __future__ import annotations

import math
import struct
import zlib
from pathlib import Path
from random import Random
from typing import Callable, Dict, Set, Tuple

import pytest

from purenn.matrix import Matrix
from purenn.pictures.ink import _surface, ink, read_picture, reduced
from purenn.saved.files import BadFile


def read_content(tmp_path: Path, content: bytes) -> Matrix:
    file = tmp_path / "picture"
    file.write_bytes(content)
    return read_picture(file)


def test_light_on_dark_and_dark_on_light_are_the_same() -> None:
    dark = [[0.0, 0.0, 0.0, 0.0], [0.0, 0.5, 1.0, 0.0], [0.0, 0.0, 0.0, 0.0]]
    assert ink(dark) == dark
    assert ink([[1.0 - level for level in row] for row in dark]) == dark


@pytest.mark.slow
def test_what_is_reduced_is_as_dark_at_its_edges_as_elsewhere() -> None:
    """375 x 275 pixels become 256 x 188: the last column is no half-empty one."""
    small = reduced([bytes([51] * 275)] * 375, 256)
    assert (len(small), len(small[0])) == (256, 188)
    assert all(level == pytest.approx(0.2) for row in small for level in row)


@pytest.mark.slow
def test_the_shadows_and_the_grain_of_a_photograph_are_not_ink(tmp_path: Path) -> None:
    """A pen's mark on paper that is darker to the right, taken with a camera that sees each point a little off. The
    picture is twice as large as is looked at: of 2 x 2 points, the grain is half that of one."""
    rng = Random(1)
    points = [40 if 200 <= x < 240 and 100 <= y < 400 else 220 - 40 * x // 512 + round(rng.gauss(0, 5))
              for y in range(512) for x in range(512)]
    result = read_content(tmp_path, b"P5 512 512 255 " + bytes(points))
    assert {(x, y) for y in range(256) for x in range(256) if result[y][x] > 0.0} == \
        {(x, y) for y in range(50, 200) for x in range(100, 120)}


def test_a_large_picture_is_looked_at_smaller(tmp_path: Path) -> None:
    """512 x 128 points are 256 x 64 cells, and a bar of 8 points is 4 of them."""
    row = [0] * 100 + [255] * 8 + [0] * 404
    result = read_content(tmp_path, b"P5 512 128 255 " + bytes(row) * 128)
    assert result == [[float(50 <= x < 54) for x in range(256)]] * 64


# Photographs

def photograph(illumination: Callable[[float, float], float], paper: float = 0.9, pen: float = 0.15, strip: int = 0
               ) -> bytes:
    """A 4 of straight strokes on a sheet of 128 x 128 pixels in uneven light: u and v go from 0 to 1 across and down.
    Where the light is 1, the paper is as bright as `paper` and the ink as `pen`; the last columns are a dark strip."""
    rng = Random(5)
    brightness = [[illumination(x / 128, y / 128) * (pen if (x, y) in FOUR else paper) for x in range(128)]
                  for y in range(128)]
    return b"P5 128 128 255 " + bytes(
        25 if x >= 128 - strip else min(255, max(0, round(255 * level + rng.gauss(0, 1))))
        for row in brightness for x, level in enumerate(row))


FOUR = ({(x, y) for y in range(30, 75) for x in range(40, 46)} | {(x, y) for y in range(69, 75) for x in range(40, 90)}
        | {(x, y) for y in range(30, 105) for x in range(75, 81)})


def inked(rows: Matrix) -> Set[Tuple[int, int]]:
    return {(x, y) for y, row in enumerate(rows) for x, level in enumerate(row) if level > 0.0}


LIGHTS: Dict[str, Callable[[float, float], float]] = {
    "even": lambda u, v: 1.0,
    "half on the right": lambda u, v: 1.0 - 0.5 * u,
    "a third on the right": lambda u, v: 1.0 - 0.65 * u,
    "a quarter in a corner": lambda u, v: 1.0 - 0.375 * (u + v),
    "a third all round": lambda u, v: 1.0 - 1.3 * ((u - 0.5) ** 2 + (v - 0.5) ** 2),
    "a lamp's cone": lambda u, v: 0.4 + 0.6 * math.exp(-3 * ((u - 0.4) ** 2 + (v - 0.6) ** 2))}


@pytest.mark.slow
@pytest.mark.parametrize("name", LIGHTS)
def test_uneven_light_is_not_ink(name: str, tmp_path: Path) -> None:
    """The ink is where the pen was, to the pixel, although paper in the dark is as dark as ink in the light."""
    assert inked(read_content(tmp_path, photograph(LIGHTS[name]))) == FOUR


@pytest.mark.slow
@pytest.mark.parametrize("name", ["even", "half on the right", "a third all round"])
def test_chalk_on_a_board_in_uneven_light(name: str, tmp_path: Path) -> None:
    assert inked(read_content(tmp_path, photograph(LIGHTS[name], paper=0.2, pen=0.8))) == FOUR


@pytest.mark.slow
@pytest.mark.parametrize("name, width", [("even", 3), ("even", 12), ("even", 25), ("half on the right", 3),
                                         ("half on the right", 12)])
def test_a_dark_strip_beside_the_sheet_is_not_ink(name: str, width: int, tmp_path: Path) -> None:
    assert inked(read_content(tmp_path, photograph(LIGHTS[name], strip=width))) == FOUR


def test_what_touches_an_edge_is_ink_if_there_is_nothing_else() -> None:
    """A bar along the left edge, over all of the height, is a 1 that was cut out closely."""
    assert ink([[1.0, 1.0] + [0.0] * 18] * 20) == [[1.0, 1.0] + [0.0] * 18] * 20


@pytest.mark.slow
def test_a_sheet_without_ink_has_none_in_uneven_light_either(tmp_path: Path) -> None:
    with pytest.raises(BadFile, match="no ink on it"):
        read_content(tmp_path, photograph(LIGHTS["half on the right"], pen=0.9))


# Transparency

def drawing(colour: int) -> bytes:
    """A PNG: a square of one grey on a transparent ground, grey with alpha."""
    pixels = b"".join(b"\0" + b"".join(bytes([colour, 255 * (3 <= x < 7 and 3 <= y < 7)]) for x in range(10))
                      for y in range(10))
    chunks = [(b"IHDR", struct.pack(">IIBBBBB", 10, 10, 8, 4, 0, 0, 0)), (b"IDAT", zlib.compress(pixels)),
              (b"IEND", b"")]
    return b"\x89PNG\r\n\x1a\n" + b"".join(struct.pack(">I", len(content)) + kind + content
                                           + struct.pack(">I", zlib.crc32(kind + content)) for kind, content in chunks)


@pytest.mark.parametrize("colour", [0, 128, 255])
def test_ink_on_a_transparent_ground_may_have_any_colour(colour: int, tmp_path: Path) -> None:
    assert inked(read_content(tmp_path, drawing(colour))) == {(x, y) for x in range(3, 7) for y in range(3, 7)}


# Surfaces

@pytest.mark.slow
def test_a_surface_is_found_under_ink() -> None:
    """z = 1 - u + 0.5·uv + 0.25·v² at 400 points, and 0.2 at 60 of them, as if there were ink."""
    places = [(u / 10 - 1, v / 10 - 1) for u in range(20) for v in range(20)]
    points = [(u, v, 1.0 - u + 0.5 * u * v + 0.25 * v * v) for u, v in places]
    points[170:230] = [(u, v, 0.2) for u, v in places[170:230]]
    expected = {(0, 0): 1.0, (1, 0): -1.0, (1, 1): 0.5, (0, 2): 0.25}
    for i, row in enumerate(_surface(points)):
        assert row == pytest.approx([expected.get((i, j), 0.0) for j in range(5)], abs=1e-4)
