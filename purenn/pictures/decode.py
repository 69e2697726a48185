"""Pictures as files: PGM and PPM, which are numbers behind a short header, and PNG, which compresses them.

Whatever the file, what comes out is its darkness: rows of numbers from 0.0 (white) to 1.0 (black), colours by
their luminance, transparent places as if they lay on white paper. Every PNG is read, whatever its colour type,
depth, transparency and interlacing. Source: the Netpbm manual, and "Portable Network Graphics Specification",
W3C, whose section numbers are given.

>>> from io import BytesIO
>>> read_raster(BytesIO(b"P2 3 1 10  0 5 10"))           # one row of three: black, grey, white
[[1.0, 0.5019607843137255, 0.0]]
"""
from __future__ import annotations

import re
import struct
import zlib
from functools import lru_cache
from io import BytesIO
from typing import IO, Callable, Dict, List, Sequence, Tuple

from ..data import GREY
from ..saved.files import LARGEST, read_exactly
from ..matrix import Matrix, zeros

MOST_PIXELS = 1 << 24
"""The largest picture that is read, 4096 x 4096: more than a phone's usual photograph."""

LONGEST_SIDE = 1 << 14

PNG = b"\x89PNG\r\n\x1a\n"
PNM = re.compile(rb"P([2356])" + 3 * rb"(?:\s|#[^\n]*\n)+([0-9]{1,9})" + rb"\s")

Pixel = Tuple[int, ...]     # (grey,), (grey, alpha), (red, green, blue) or (red, green, blue, alpha)
Shade = Callable[[Pixel], float]


def read_raster(file: IO[bytes]) -> Matrix:
    """The darkness of a PGM, PPM or PNG picture, told apart by content; ValueError if it is none or damaged."""
    start = read_exactly(file, 3, "bytes of its mark")
    if start[:1] == b"P" and start[1:2] in b"2356":
        return _read_pnm(start + file.read(LARGEST))
    if start + file.read(5) == PNG:
        return _read_png(file)
    raise ValueError(f"begins with {start.hex(' ')}, expected a PNG, PGM or PPM picture")


def _darkness(pixel: Pixel, full: int) -> float:
    """1 - luminance, on white paper, of samples from 0 to `full`; in 255ths, so that equal ones are the same float."""
    colours, alpha = (pixel[:-1], pixel[-1] / full) if len(pixel) in (2, 4) else (pixel, 1.0)
    luminance = 0.299 * colours[0] + 0.587 * colours[1] + 0.114 * colours[2] if len(colours) == 3 else colours[0]
    return GREY[round(255 * alpha * (1.0 - luminance / full))]


def _check_size(width: int, height: int) -> None:
    if not 0 < width * height <= MOST_PIXELS or max(width, height) > LONGEST_SIDE:
        raise ValueError(f"a picture of {width:,} x {height:,} pixels, expected 1 or more, {MOST_PIXELS:,} at most "
                         f"and {LONGEST_SIDE:,} to a side")


def _read_pnm(content: bytes) -> Matrix:
    header = PNM.match(content)
    if not header:
        raise ValueError("a damaged header, expected width, height and the largest value, as in P5 28 28 255")
    kind, width, height, full = map(int, header.groups())
    _check_size(width, height)
    if not 0 < full < 65536:
        raise ValueError(f"a largest value of {full}, expected 1 to 65535")
    per_pixel = 3 if kind in (3, 6) else 1
    expected, body = width * height * per_pixel, content[header.end():]
    depth = 8 if full < 256 else 16
    if kind < 4:
        samples: Sequence[int] = [int(word) if word.isdigit() and len(word) < 6 else -1 for word in body.split(None, expected)]
    else:
        samples = _samples(body, depth) if len(body) == expected * depth // 8 else []
    if len(samples) != expected or min(samples) < 0 or max(samples) > full:
        raise ValueError(f"expected {expected:,} values of 0 to {full} after its header, and nothing else")
    darkness = [_darkness(pixel, full) for pixel in zip(*[iter(samples)] * per_pixel)]
    return [darkness[k:k + width] for k in range(0, len(darkness), width)]


def _samples(line: bytes, depth: int) -> Sequence[int]:
    """A row of bytes as numbers of 1, 2, 4, 8 or 16 bits each, the leftmost in the highest bits."""
    if depth == 16:
        return struct.unpack(f">{len(line) // 2}H", line)
    if depth == 8:
        return line
    return [byte >> shift & (1 << depth) - 1 for byte in line for shift in range(8 - depth, -1, -depth)]


SAMPLES = {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}
"""Samples per pixel of each PNG colour type: grey, RGB, palette, grey with alpha, RGB with alpha (section 11.2.2)."""

DEPTHS = {0: (1, 2, 4, 8, 16), 2: (8, 16), 3: (1, 2, 4, 8), 4: (8, 16), 6: (8, 16)}

ADAM7 = [(0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2)]
"""The seven passes of an interlaced PNG: the first column and row of each, and its steps (section 8.2)."""


def _read_png(file: IO[bytes]) -> Matrix:
    chunks = _chunks(file)
    if len(chunks[b"IHDR"]) != 13:
        raise ValueError("a PNG without a header that says how large the picture is")
    width, height, depth, colour, compression, filtering, interlaced = struct.unpack(">IIBBBBB", chunks[b"IHDR"])
    _check_size(width, height)
    if depth not in DEPTHS.get(colour, ()) or compression or filtering or interlaced > 1:
        raise ValueError(f"an unknown kind of PNG: colour type {colour}, {depth} bits, interlacing {interlaced}")
    darkness = _palette(chunks) if colour == 3 else _shades(chunks, (1 << depth) - 1)

    bits = depth * SAMPLES[colour]
    step = max(1, bits // 8)
    passes = [(x0, range(y0, height, dy), dx, len(range(x0, width, dx)))
              for x0, y0, dx, dy in (ADAM7 if interlaced else [(0, 0, 1, 1)]) if x0 < width]
    data = _inflate(chunks[b"IDAT"], sum(len(rows) * (1 + _bytes(columns * bits)) for _, rows, _, columns in passes))
    picture = zeros(height, width)
    for x0, rows, dx, columns in passes:
        line = bytearray(step + _bytes(columns * bits))
        for y in rows:
            line = _unfiltered(data.read(1)[0], bytearray(step) + data.read(len(line) - step), line, step)
            samples = _samples(bytes(line[step:]), depth)[:columns * SAMPLES[colour]]
            picture[y][x0::dx] = map(darkness, zip(*[iter(samples)] * SAMPLES[colour]))
    return picture


def _bytes(bits: int) -> int:
    return -(-bits // 8)


def _chunks(file: IO[bytes]) -> Dict[bytes, bytes]:
    """The chunks of a PNG that matter here, up to its end mark; their checksums are right (section 5.3)."""
    parts: Dict[bytes, List[bytes]] = {b"IHDR": [], b"PLTE": [], b"tRNS": [], b"IDAT": []}
    kind = b""
    while kind != b"IEND":
        length, kind = struct.unpack(">I4s", read_exactly(file, 8, "bytes of a PNG chunk's head"))
        content = read_exactly(file, min(length, LARGEST), "bytes of a PNG chunk")
        if struct.unpack(">I", read_exactly(file, 4, "bytes of a checksum"))[0] != zlib.crc32(kind + content):
            raise ValueError(f"a damaged chunk {kind.decode('latin-1')!r}: its checksum is wrong")
        parts.get(kind, []).append(content)
    return {kind: b"".join(contents) for kind, contents in parts.items()}


def _inflate(compressed: bytes, size: int) -> BytesIO:
    """Exactly `size` bytes, and never more than one byte beyond that from a stream that would go on."""
    stream = zlib.decompressobj()
    data = stream.decompress(compressed, size + 1)
    if len(data) != size or not stream.eof:
        raise ValueError(f"its picture should take {size:,} bytes uncompressed, and takes {'fewer' if len(data) < size else 'more'}")
    return BytesIO(data)


def _palette(chunks: Dict[bytes, bytes]) -> Shade:
    """The darkness of (index,)."""
    colours, alphas = chunks[b"PLTE"].ljust(768, b"\0"), chunks[b"tRNS"].ljust(256, b"\xff")
    shades = [_darkness(pixel, 255) for pixel in zip(*[iter(colours)] * 3, alphas)]
    return lambda pixel: shades[pixel[0]]


def _shades(chunks: Dict[bytes, bytes], full: int) -> Shade:
    """The darkness of a pixel of samples from 0 to `full`. One colour may be declared transparent (section 11.3.2)."""
    transparent = tuple(high << 8 | low for high, low in zip(chunks[b"tRNS"][::2], chunks[b"tRNS"][1::2]))
    return lru_cache(maxsize=1 << 16)(lambda pixel: 0.0 if pixel == transparent else _darkness(pixel, full))


def _unfiltered(kind: int, line: bytearray, above: bytearray, step: int) -> bytearray:
    """A row of bytes, each stored as its difference from a guess by its neighbours to the left and above (section 9).

    `step` is the distance to the neighbour; both rows begin with so many zeros.
    """
    if kind > 4:
        raise ValueError(f"a row filtered in an unknown way, {kind}")
    for k in range(step, len(line)) if kind else ():
        line[k] = line[k] + GUESSES[kind](line[k - step], above[k], above[k - step]) & 255
    return line


def _paeth(left: int, above: int, corner: int) -> int:
    """Whichever of the three is nearest to left + above - corner, where a plane through them would lie."""
    to_left, to_above, to_corner = abs(above - corner), abs(left - corner), abs(left + above - 2 * corner)
    if to_left <= to_above and to_left <= to_corner:
        return left
    return above if to_above <= to_corner else corner


GUESSES: List[Callable[[int, int, int], int]] = [
    lambda left, above, corner: 0,
    lambda left, above, corner: left,
    lambda left, above, corner: above,
    lambda left, above, corner: (left + above) // 2,
    _paeth]
