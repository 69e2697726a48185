"""Files of pictures: every kind is read, and what is none is refused in one line."""
from __future__ import annotations

import gzip
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
from purenn.matrix import Matrix
from purenn.pictures.decode import ADAM7, CHANNELS, DEPTHS, _unfiltered, decode
from purenn.pictures.ink import ink, read_picture, reduced
from purenn.saved.files import BadFile, file_errors

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
     "iVBORw0KGgoAAAANSUhEUgAAAAMAAAACCAYAAACddGYaAAAAHElEQVR4AWJiYGD4/x+IgTQD038w8z9Q5P9/AAAAAP//KMtPpwAAAAZJREFUAwB0"
     "8wv5wigCXwAAAABJRU5ErkJggg==",
     [[0, 0.299 * 255, 255], [255, 255, 255]])]


@pytest.mark.parametrize("name, file, light", FOREIGN, ids=[name for name, _, _ in FOREIGN])
def test_png_files_of_other_programs(name: str, file: str, light: List[List[float]]) -> None:
    assert lightness(b64decode(file)) == [[round(v) for v in row] for row in light]


def lightness(file: bytes) -> List[List[int]]:
    """How light a file's pixels are on white paper, from 0 to 255."""
    return [[255 - level for level in row] for row in decode(BytesIO(file)).darkness]


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
    step, stream, number = max(1, depth * CHANNELS[colour] // 8), b"", 0
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
        rows = [[tuple(rng.randint(0, full) for _ in range(CHANNELS[colour])) for _ in range(width)]
                for _ in range(height)]
        result = decode(BytesIO(png(rows, colour, depth, interlaced, more)))
        for y, row in enumerate(rows):
            for x, pixel in enumerate(row):
                if colour == 3:
                    red, green, blue, alpha = *palette[pixel[0]], [*alphas, 255][pixel[0]]
                    light, opacity = (0.299 * red + 0.587 * green + 0.114 * blue) / 255, alpha / 255
                else:
                    red, green, blue = pixel[:3] if colour in (2, 6) else pixel[:1] * 3
                    light = (0.299 * red + 0.587 * green + 0.114 * blue) / full
                    opacity = pixel[-1] / full if colour in (4, 6) else 1.0
                # 255ths, after up to five roundings: of a sample, of three shares of the luminance, of their product
                assert abs(result.darkness[y][x] - 255 * opacity * (1 - light)) <= 2.5 + 1e-9
                assert not result.opacity or result.opacity[y][x] == round(255 * opacity)
        assert [len(row) for row in result.darkness] == [width] * height


def test_a_guess_as_near_as_another_goes_by_the_order_of_the_standard() -> None:
    """PNG, 9.4: left + above - corner = 11 + 8 - 10 = 9 is one away from above and from the corner; above comes first.
    (The first byte's guess is above it, 10, so that it is 10 + 1 = 11.)"""
    assert _unfiltered(4, bytes([1, 0]), bytes([10, 8]), 1) == bytes([11, 8])


@pytest.mark.parametrize("kind", range(5))
def test_every_filter_is_undone(kind: int) -> None:
    """Rows of noise, where every case of every filter occurs, filtered as the specification says."""
    rng = Random(kind)
    for step in 1, 3, 8:
        above, line = (bytes(rng.randrange(256) for _ in range(40 * step)) for _ in "ab")
        assert _unfiltered(kind, filtered(kind, line, above, step)[1:], above, step) == line


def test_one_colour_may_be_transparent() -> None:
    grey = png([[(0,), (3,), (5,)]], 0, 4, more=chunk(b"tRNS", struct.pack(">H", 3)))
    assert decode(BytesIO(grey)) == ([bytes([255, 0, 255 * 10 // 15])], [bytes([255, 0, 255])])
    black = png([[(0, 0, 0), (0, 0, 1)]], 2, 16, more=chunk(b"tRNS", struct.pack(">HHH", 0, 0, 0)))
    assert decode(BytesIO(black)) == ([bytes([0, 255])], [bytes([0, 255])])


@pytest.mark.parametrize("file, light", [
    (b"P2 2 2 4\n0 1\n2 4\n", [[0, 64 / 255], [128 / 255, 1]]),
    (b"P2\n# by hand\n2 1\n# the brightest:\n10 5 10", [[128 / 255, 1]]),
    (b"P3 1 1 255 255 0 0", [[0.299]]),
    (b"P5 3 1 255\n\x00\x33\xff", [[0, 1 / 5, 1]]),
    (b"P5 2 1 1000\n\x00\x00\x03\xe8", [[0, 1]]),               # two bytes a value, for they may be above 255
    (b"P6 1 1 255 \x00\xff\x00", [[0.587]])])
def test_pgm_and_ppm(file: bytes, light: List[List[float]]) -> None:
    assert lightness(file) == [[round(255 * level) for level in row] for row in light]


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
    return (b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(b"\0\0"))
            + chunk(b"IEND", b""))


@pytest.mark.parametrize("content, problem", [
    (b"", "an empty file"),
    (b"\x12\x34\x56\x78 something", "begins with 12 34 56 78, expected a PNG, PGM or PPM picture"),
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


@pytest.mark.slow
@pytest.mark.parametrize("form, start", [("PNG", GOOD), ("PGM", b"P5 6 5 255 " + bytes(range(30))),
                                         ("text", b"P2 3 2 9  1 2 3 4 5 6")], ids=["PNG", "PGM", "text"])
def test_a_corrupted_file_is_read_or_refused(form: str, start: bytes) -> None:
    for number, content in enumerate(mutations(start)):
        with patience(5.0), suppress(BadFile), file_errors(f"{form} {number}"):
            content = with_checksums(content) if form == "PNG" and number % 4 else content
            ink(reduced(decode(BytesIO(content)).darkness))


@pytest.mark.slow
def test_a_png_that_would_go_on_and_on_is_not_unpacked(tmp_path: Path) -> None:
    """100 MB of zeros in 100 kB, in a picture whose header accounts for two bytes."""
    tracemalloc = pytest.importorskip("tracemalloc", reason="PyPy cannot say how much memory is used")
    bomb = with_header().replace(chunk(b"IDAT", zlib.compress(b"\0\0")),
                                 chunk(b"IDAT", zlib.compress(bytes(100_000_000))))
    tracemalloc.start()
    with pytest.raises(BadFile, match="should take 2 bytes uncompressed, and takes more"):
        read_bytes(tmp_path, bomb)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 5_000_000


# Limits

@pytest.mark.parametrize("content, problem", [
    (b"P5" + b" " * 1_000_000 + b"2 2 255 " + bytes(4), "a damaged header"),
    (b"P5 #" + b"x" * 1_000_000 + b"\n2 2 255 " + bytes(4), "a damaged header"),
    (b"P2 1 1 255 " + b"0" * 1_000_000, "expected 1 values of 0 to 255 after its header, and nothing else"),
    (b"P3 4096 4096 255 0 0 0", "would take 201,326,592 bytes, expected 67,108,864 at most"),
    (with_header(width=4096, height=4096, colour=6, depth=16), "would take 134,217,728 bytes, expected 67,108,864 at")])
def test_what_would_take_long_is_refused_at_once(tmp_path: Path, content: bytes, problem: str) -> None:
    with patience(5.0), pytest.raises(BadFile, match=problem):
        read_bytes(tmp_path, content)
    with patience(5.0), pytest.raises(BadFile, match=problem):
        read_bytes(tmp_path, gzip.compress(content))


@pytest.mark.parametrize("content", [
    b"P5 28 28 255 " + bytes(28 * 14) + b"\xff" * (28 * 14), b"P2 4 1 9 0 0 9 9", GOOD,
    b"P5 4096 4096 255 " + bytes(100)])
def test_a_small_file_takes_little_memory(tmp_path: Path, content: bytes) -> None:
    """Whatever it promises."""
    tracemalloc = pytest.importorskip("tracemalloc", reason="PyPy cannot say how much memory is used")
    (tmp_path / "picture").write_bytes(content)
    tracemalloc.start()
    with suppress(ValueError), open(tmp_path / "picture", "rb") as file:
        decode(file)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 3_000_000


@pytest.mark.slow
def test_text_is_read_in_pieces(tmp_path: Path) -> None:
    """100,000 values, many of which lie across two pieces of 65,536 bytes."""
    rng = Random(2)
    levels = [rng.randrange(1000) for _ in range(100_000)]
    file = BytesIO(b"P2 400 250 999\n" + " ".join(map(str, levels)).encode())
    rows = decode(file).darkness
    assert [level for row in rows for level in row] == [255 - (510 * level + 999) // 1998 for level in levels]
