"""Pictures: every kind of file, what is paper and what is ink, and the preparations, on shapes one can count."""
from __future__ import annotations

import struct
import zlib
from base64 import b64decode
from contextlib import suppress
from io import BytesIO
from pathlib import Path
from random import Random
from typing import List, Sequence, Tuple

import pytest

from mutation import mutations, patience
from purenn import data
from purenn.saved.files import BadFile, file_errors
from purenn.matrix import Matrix, Vector, transpose
from purenn.pictures.prepare import CANVAS, drawn, ink, prepare, read_picture
from purenn.pictures.decode import ADAM7, DEPTHS, GUESSES, SAMPLES, read_raster

# PNG files that other programs wrote.

FOREIGN = [
    ("Pillow, grey, 3 x 2",
     "iVBORw0KGgoAAAANSUhEUgAAAAMAAAACCAAAAAC4HznGAAAAEElEQVR42mNkcHBg+K8gAAAGHQGxMTrSfAAAAABJRU5ErkJggg==",
     [[0, 64, 128], [255, 32, 16]]),
    ("pypng, the same, interlaced",
     "iVBORw0KGgoAAAANSUhEUgAAAAMAAAACCAAAAAHPGAlQAAAAEklEQVR4nGNgYGhgcGD4ryAAAAgXAfBP3evDAAAAAElFTkSuQmCC",
     [[0, 64, 128], [255, 32, 16]]),
    ("Pillow, black and a quarter of black, on nothing",
     "iVBORw0KGgoAAAANSUhEUgAAAAIAAAABCAYAAAD0In+KAAAAEUlEQVR4nGNgYGD4z8DA4AAABUQBQEMo3esAAAAASUVORK5CYII=",
     [[0, 255 - 64]]),
    ("Chromium's canvas: black, red (a luminance of 0.299) and nothing, above white",
     "iVBORw0KGgoAAAANSUhEUgAAAAMAAAACCAYAAACddGYaAAAAHElEQVR4AWJiYGD4/x+IgTQD038w8z9Q5P9/AAAAAP//KMtPpwAAAAZJREFUAwB08wv5"
     "wigCXwAAAABJRU5ErkJggg==",
     [[0, 0.299 * 255, 255], [255, 255, 255]])]


@pytest.mark.parametrize("name, file, light", FOREIGN, ids=[name for name, _, _ in FOREIGN])
def test_png_files_of_other_programs(name: str, file: str, light: List[List[float]]) -> None:
    darkness = read_raster(BytesIO(b64decode(file)))
    assert [[round(255 * (1 - level)) for level in row] for row in darkness] == [[round(v) for v in row] for row in light]


# PNG files of every kind, written here as the specification says.

Samples = List[List[Tuple[int, ...]]]       # rows of pixels


def chunk(kind: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))


def packed(samples: Sequence[int], depth: int) -> bytes:
    bits = "".join(f"{sample:0{depth}b}" for sample in samples)
    return bytes(int(bits[k:k + 8].ljust(8, "0"), 2) for k in range(0, len(bits), 8))


def filtered(kind: int, line: bytes, above: bytes, step: int) -> bytes:
    """A row as differences: from nothing, the left, above, the mean of both, or Paeth's choice (section 9.2)."""
    out = [kind]
    for k, value in enumerate(line):
        a, b, c = line[k - step] if k >= step else 0, above[k], above[k - step] if k >= step else 0
        paeth = min((abs(b - c), 0, a), (abs(a - c), 1, b), (abs(a + b - 2 * c), 2, c))[2]
        out.append((value - [0, a, b, (a + b) // 2, paeth][kind]) % 256)
    return bytes(out)


def png(rows: Samples, colour: int, depth: int, interlaced: bool = False, more: bytes = b"") -> bytes:
    """A PNG whose rows are filtered in all five ways in turn."""
    width, height = len(rows[0]), len(rows)
    passes = ADAM7 if interlaced else [(0, 0, 1, 1)]
    step, stream, number = max(1, depth * SAMPLES[colour] // 8), b"", 0
    for x0, y0, dx, dy in passes:
        above = b""
        for y in range(y0, height, dy) if x0 < width else ():
            line = packed([sample for pixel in rows[y][x0::dx] for sample in pixel], depth)
            stream += filtered(number % 5, line, above or bytes(len(line)), step)
            above, number = line, number + 1
    header = struct.pack(">IIBBBBB", width, height, depth, colour, 0, 0, interlaced)
    squeezed = zlib.compress(stream)
    return (b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"tIME", b"ignored") + more
            + chunk(b"IDAT", squeezed[:7]) + chunk(b"IDAT", squeezed[7:]) + chunk(b"IEND", b""))


KINDS = [(colour, depth, interlaced) for colour in DEPTHS for depth in DEPTHS[colour] for interlaced in (False, True)]


@pytest.mark.parametrize("colour, depth, interlaced", KINDS)
def test_every_kind_of_png(colour: int, depth: int, interlaced: bool) -> None:
    rng, full = Random(f"{colour} {depth}"), (1 << depth) - 1
    palette = [tuple(rng.randrange(256) for _ in range(3)) for _ in range(1 << min(depth, 8))]
    alphas = [rng.randrange(256) for _ in palette[:-1]]         # fewer than there are colours: the last is opaque
    more = chunk(b"PLTE", bytes(sum(palette, ()))) + chunk(b"tRNS", bytes(alphas)) if colour == 3 else b""
    for width, height in (1, 1), (3, 2), (5, 9), (11, 8):
        rows = [[tuple(rng.randint(0, full) for _ in range(SAMPLES[colour])) for _ in range(width)] for _ in range(height)]
        result = read_raster(BytesIO(png(rows, colour, depth, interlaced, more)))
        for y, row in enumerate(rows):
            for x, pixel in enumerate(row):
                if colour == 3:
                    red, green, blue, alpha = *palette[pixel[0]], [*alphas, 255][pixel[0]]
                    light, opacity = (0.299 * red + 0.587 * green + 0.114 * blue) / 255, alpha / 255
                else:
                    red, green, blue = pixel[:3] if colour in (2, 6) else pixel[:1] * 3
                    light = (0.299 * red + 0.587 * green + 0.114 * blue) / full
                    opacity = pixel[-1] / full if colour in (4, 6) else 1.0
                assert result[y][x] == pytest.approx(opacity * (1 - light), abs=0.5 / 255 + 1e-9)
        assert [len(row) for row in result] == [width] * height


def test_a_guess_as_near_as_another_goes_by_the_order_of_the_standard() -> None:
    """PNG, 9.4: left + above - corner = 11 + 8 - 10 = 9 is one away from above and from the corner; above comes first."""
    assert GUESSES[4](11, 8, 10) == 8


def test_one_colour_may_be_transparent() -> None:
    grey = png([[(0,), (3,), (5,)]], 0, 4, more=chunk(b"tRNS", struct.pack(">H", 3)))
    assert read_raster(BytesIO(grey)) == [[1.0, 0.0, pytest.approx(10 / 15)]]
    black = png([[(0, 0, 0), (0, 0, 1)]], 2, 16, more=chunk(b"tRNS", struct.pack(">HHH", 0, 0, 0)))
    assert read_raster(BytesIO(black)) == [[0.0, 1.0]]


@pytest.mark.parametrize("file, light", [
    (b"P2 2 2 4\n0 1\n2 4\n", [[0, 1 / 4], [1 / 2, 1]]),
    (b"P2\n# by hand\n2 1\n# the brightest:\n10 5 10", [[1 / 2, 1]]),
    (b"P3 1 1 255 255 0 0", [[0.299]]),
    (b"P5 3 1 255\n\x00\x33\xff", [[0, 1 / 5, 1]]),
    (b"P5 2 1 1000\n\x00\x00\x03\xe8", [[0, 1]]),               # two bytes a value, for they may be above 255
    (b"P6 1 1 255 \x00\xff\x00", [[0.587]])])
def test_pgm_and_ppm(file: bytes, light: List[List[float]]) -> None:
    for row, expected in zip(read_raster(BytesIO(file)), light):
        assert [1 - level for level in row] == pytest.approx(expected, abs=0.5 / 255 + 1e-9)


# Files that are none.

GOOD = png([[(value,) for value in range(row, row + 40, 8)] for row in range(6)], 0, 8)


def read_bytes(tmp_path: Path, content: bytes) -> Matrix:
    file = tmp_path / "picture"
    file.write_bytes(content)
    return read_picture(file)


def with_header(**changes: int) -> bytes:
    """A PNG of one black pixel, but for what its header says."""
    fields = dict(width=1, height=1, depth=8, colour=0, compression=0, filtering=0, interlaced=0, **{})
    header = struct.pack(">IIBBBBB", *{**fields, **changes}.values())
    return (b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(b"\0\0")) + chunk(b"IEND", b""))


@pytest.mark.parametrize("content, problem", [
    (b"", "ends after 0 of 3 bytes of its mark"),
    (b"\xff\xd8\xff\xe0 a photograph", "begins with ff d8 ff, expected a PNG, PGM or PPM picture"),
    (b"P5 2 2", "a damaged header"),
    (b"P5 2 2 255 \0\0\0", "expected 4 values of 0 to 255 after its header, and nothing else"),
    (b"P2 2 1 9 4 10", "expected 2 values of 0 to 9"),
    (b"P2 2 1 9 4 -1", "expected 2 values of 0 to 9"),
    (b"P2 1 1 9 four", "expected 1 values of 0 to 9"),
    (b"P5 2 1 999 \0\0\0", "expected 2 values of 0 to 999"),
    (b"P5 1 1 65536 \0\0", "a largest value of 65536"),
    (b"P5 1 1 0 \0", "a largest value of 0"),
    (b"P5 0 7 255 ", "a picture of 0 x 7 pixels"),
    (b"P5 99999 99999 255 ", "a picture of 99,999 x 99,999 pixels, expected 1 or more, 16,777,216 at most"),
    (b"P5 99999 1 255 ", "a picture of 99,999 x 1 pixels, expected 1 or more, 16,777,216 at most and 16,384 to a side"),
    (GOOD[:8] + GOOD[33:], "a PNG without a header"),
    (with_header(width=0), "a picture of 0 x 1 pixels"),
    (with_header(width=1 << 31, height=1 << 31), "16,777,216 at most"),
    (with_header(depth=3), "an unknown kind of PNG: colour type 0, 3 bits"),
    (with_header(colour=5), "an unknown kind of PNG: colour type 5"),
    (with_header(interlaced=2), "an unknown kind of PNG"),
    (with_header(width=2), "should take 3 bytes uncompressed, and takes fewer"),
    (with_header(depth=1).replace(zlib.compress(b"\0\0"), b""), "its checksum is wrong"),
    (GOOD[:-1], "ends after 3 of 4 bytes of a checksum"),
    (GOOD.replace(b"tIME", b"tIMF"), "a damaged chunk 'tIMF': its checksum is wrong"),
    (b"P5 2 2 255 \xff\xff\xff\xff", "no ink on it, expected a digit darker or lighter than its paper")])
def test_what_is_wrong_with_a_file_is_one_line(tmp_path: Path, content: bytes, problem: str) -> None:
    with pytest.raises(BadFile) as raised:
        read_bytes(tmp_path, content)
    assert str(raised.value).startswith(f"{tmp_path / 'picture'}: ")
    assert problem in str(raised.value) and "\n" not in str(raised.value)


def test_a_file_cut_short_anywhere(tmp_path: Path) -> None:
    for length in range(len(GOOD)):
        with pytest.raises(BadFile):
            read_bytes(tmp_path, GOOD[:length])


def with_checksums(content: bytes) -> bytes:
    """A corrupted PNG with the checksums of its chunks made good, so that the reader gets to see what is in them."""
    result, place = bytearray(content), 8
    while place + 12 <= len(result):
        end = place + 8 + min(int.from_bytes(result[place:place + 4], "big"), len(result) - place - 12)
        result[end:end + 4] = struct.pack(">I", zlib.crc32(result[place + 4:end]))
        place = end + 4
    return bytes(result)


@pytest.mark.parametrize("form, start", [("PNG", GOOD), ("PGM", b"P5 6 5 255 " + bytes(range(30))), ("text", b"P2 3 2 9  1 2 3 4 5 6")])
def test_a_corrupted_file_is_read_or_refused(form: str, start: bytes) -> None:
    for number, content in enumerate(mutations(start)):
        with patience(5.0), suppress(BadFile), file_errors(f"{form} {number}"):
            ink(read_raster(BytesIO(with_checksums(content) if form == "PNG" and number % 4 else content)))


def test_a_png_that_would_go_on_and_on_is_not_unpacked(tmp_path: Path) -> None:
    """100 MB of zeros in 100 kB, in a picture whose header accounts for two bytes."""
    tracemalloc = pytest.importorskip("tracemalloc", reason="PyPy cannot say how much memory is used")
    bomb = with_header().replace(chunk(b"IDAT", zlib.compress(b"\0\0")), chunk(b"IDAT", zlib.compress(bytes(100_000_000))))
    tracemalloc.start()
    with pytest.raises(BadFile, match="should take 2 bytes uncompressed, and takes more"):
        read_bytes(tmp_path, bomb)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 5_000_000


# What is paper, and what is ink.

def test_light_on_dark_and_dark_on_light_are_the_same() -> None:
    dark = [[0.0, 0.0, 0.0, 0.0], [0.0, 0.5, 1.0, 0.0], [0.0, 0.0, 0.0, 0.0]]
    assert ink(dark) == dark
    assert ink([[1.0 - level for level in row] for row in dark]) == dark


def test_the_shadows_and_the_grain_of_a_photograph_are_not_ink(tmp_path: Path) -> None:
    """A pen's mark on paper that is darker to the right, taken with a camera that sees each point a little off. The
    picture is twice as large as is looked at: of 2 x 2 points, the grain is half that of one."""
    rng = Random(1)
    points = [40 if 200 <= x < 240 and 100 <= y < 400 else 220 - 40 * x // 512 + round(rng.gauss(0, 5)) for y in range(512)
              for x in range(512)]
    result = read_bytes(tmp_path, b"P5 512 512 255 " + bytes(points))
    assert {(x, y) for y in range(256) for x in range(256) if result[y][x] > 0.0} == \
        {(x, y) for y in range(50, 200) for x in range(100, 120)}


def test_a_large_picture_is_looked_at_smaller(tmp_path: Path) -> None:
    """512 x 128 points are 256 x 64 cells, and a bar of 8 points is 4 of them."""
    row = [0] * 100 + [255] * 8 + [0] * 404
    result = read_bytes(tmp_path, b"P5 512 128 255 " + bytes(row) * 128)
    assert result == [[float(50 <= x < 54) for x in range(256)]] * 64


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
    with pytest.raises(ValueError, match="too little ink to be seen in 1 x 1 pixels"):      # its box lies beside that pixel
        prepare([[1.0, 1.0]], 1)


# As the embedded digits were made.

BAR = [0.0, 0.0, 0.25, 1.0, 1.0, 0.25, 0.0, 0.0]
"""Ten of 32 cells, 11 to 20, counted in blocks of four: of 8 to 11 one, of 12 to 15 and 16 to 19 all, of 20 to 23 one."""


@pytest.mark.parametrize("width", [1, 2, 10, 20, 60])
def test_a_bar_of_any_width_has_the_usual_amount_of_ink(width: int) -> None:
    """32 rows of 10 cells are 320, between 260 and 370. From 2 cells a row it takes four steps of one cell to either
    side to get there (1 lies on two cells, half on each), and from 20 (60 is squeezed to 20) it takes five."""
    assert grid(prepare([[1.0] * width] * 32, 8), 8) == [BAR] * 8


def test_many_thin_strokes_are_not_thinned_to_nothing() -> None:
    """Seven strokes of two cells, one cell apart, are 14 · 32 = 448 cells, too many; but a cell less on either side would
    leave none. In cells 6 to 25, x is ink where (x - 6) % 3 < 2: of the blocks of four, 2, 2, 3, 3, 2 and 2 columns."""
    comb = [[float(x % 3 < 2) for x in range(20)] for _ in range(32)]
    assert grid(prepare(comb, 8), 8) == [[pytest.approx(k / 3) for k in (0, 2, 2, 3, 3, 2, 2, 0)]] * 8


def test_a_slanted_bar_stands_up() -> None:
    """Ten cells wide, and three cells further left every four rows: upright again, but for two of a block's 16 cells."""
    slanted = [[float(24 - 3 * y // 4 <= x < 34 - 3 * y // 4) for x in range(34)] for y in range(32)]
    for row in grid(prepare(slanted, 8), 8):
        assert row == pytest.approx(BAR, abs=2 / 16)


def test_the_embedded_digits_are_as_they_are_said_to_be() -> None:
    """Ink in the first and the last row; 260 to 370 of 1,024 cells black; the first row beginning above the last."""
    training_data = data.load("digits")[0]
    pictures = [grid(x, 8) for x, _ in training_data]
    assert all(any(rows[0]) and any(rows[-1]) for rows in pictures)
    amounts = sorted(16 * sum(x) for x, _ in training_data)
    assert amounts[len(amounts) // 20] == pytest.approx(260, abs=4) and amounts[-len(amounts) // 20] == pytest.approx(370, abs=4)
    begins = [[next(x + 1 - row[x] for x in range(8) if row[x]) for row in (rows[0], rows[-1])] for rows in pictures]
    assert sum(abs(first - last) <= 0.25 for first, last in begins) > 0.75 * len(begins)


# Strokes.

def test_a_dot_is_a_disc() -> None:
    """A pen a quarter of the canvas wide, put down in the middle: a disc with a radius of 16 cells, some 16²·π."""
    rows = drawn([[(0.5, 0.5)]], pen=0.25)
    assert sum(map(sum, rows)) == pytest.approx(16 * 16 * 3.14159, rel=0.02)
    assert rows == rows[:1] + rows[:0:-1] and rows == [row[:1] + row[:0:-1] for row in rows]    # mirrored about cell 64


def test_a_line_is_as_wide_as_its_pen() -> None:
    """The centres of a pen of 9 cells reach 4 cells to each side of the line's own."""
    rows = drawn([[(0.1, 0.5), (0.9, 0.5)]], pen=9 / CANVAS)
    assert [y for y in range(CANVAS) if rows[y][64]] == list(range(60, 69))


def test_strokes_may_touch_every_edge() -> None:
    rows = drawn([[(0.0, 0.0), (1.0, 0.0), (1.0, 1.0), (0.0, 1.0), (0.0, 0.0)]], pen=0.01)
    assert len(rows) == CANVAS and {len(row) for row in rows} == {CANVAS}
    assert all(rows[0]) and all(rows[-1]) and all(row[0] and row[-1] for row in rows)
