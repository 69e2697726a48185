"""Pictures as files: PGM and PPM, which are numbers behind a short header, and PNG, which compresses them.

Whatever the file, what comes out is how dark each of its pixels is. Every PNG is read, whatever its colour type, depth,
transparency and interlacing. A photograph has millions of pixels, so that nearly everything here is done to whole rows
at once: with slices, with `bytes.translate`, and with sums of rows that are taken for one large number. Source: the
Netpbm manual, and "Portable Network Graphics Specification", W3C, whose section numbers are given. Other formats are
read in `photographs`.

>>> from io import BytesIO
>>> decode(BytesIO(b"P2 3 1 10  0 5 10")).darkness          # one row of three: black, grey, white
[b'\\xff\\x7f\\x00']
"""
from __future__ import annotations

import re
import struct
import zlib
from functools import lru_cache
from io import BytesIO
from itertools import accumulate
from typing import IO, Callable, Dict, List, NamedTuple, Sequence, Tuple

from ..saved.files import LARGEST, MEMORY, expect_end, read_exactly
from . import photographs

MOST_PIXELS, MOST_BYTES = 1 << 24, MEMORY >> 2
"""The largest picture that is read: 4096 x 4096 pixels, and 64 MiB of samples. (Decoding needs some copies of them.)"""

LONGEST_SIDE = 1 << 14
LONGEST_HEADER = 1 << 16

PNG = b"\x89PNG\r\n\x1a\n"
PNM = re.compile(rb"P([2356])" + 3 * rb"(?:\s|#[^\n]*\n)+([0-9]{1,9})" + rb"\s")


class Picture(NamedTuple):
    """A picture's pixels, a byte for each, row after row."""

    darkness: List[bytes]       # on white paper: 0 (white) to 255 (black)
    opacity: List[bytes]        # 0 (transparent) to 255; no rows if all of the picture is opaque


def is_picture(start: bytes) -> bool:
    """Whether a file that begins with these bytes is a picture, be it one of those that only Pillow reads."""
    return start.startswith(PNG) or bool(re.match(rb"P[2356]\s", start)) or photographs.format_of(start) is not None


def decode(file: IO[bytes], side: int = photographs.SMALL) -> Picture:
    """A PGM, PPM or PNG picture, or one that Pillow reads, by its content; ValueError if it is none or damaged.

    What Pillow reads comes with at least `side` pixels along the longer side, if there are so many, and fewer than
    twice as many.
    """
    start = file.read(3)
    if not start:
        raise ValueError("an empty file")
    if start[:1] == b"P" and start[1:2] in b"2356":
        return _decode_pnm(start, file)
    start += file.read(5)
    return _decode_png(file) if start == PNG else Picture(*photographs.decode(start, file, side))


# Rows of samples, 8 bits each

SHARES = [bytes(round(share * (255 - level)) for level in range(256)) for share in (0.299, 0.587, 0.114)]
"""What each level of red, green and blue adds to the darkness: a colour's luminance is their weighted sum."""

INVERTED = bytes(range(255, -1, -1))


def _row(samples: bytes, channels: int) -> Tuple[bytes, bytes]:
    """Darkness on white paper and opacity of a row of pixels, each grey, grey and alpha, RGB, or RGB and alpha."""
    planes = [samples[channel::channels] for channel in range(channels)]
    alpha = planes.pop() if channels in (2, 4) else b"\xff" * len(planes[0])
    if len(planes) == 1:
        return _times(planes[0].translate(INVERTED), alpha), alpha
    total = sum(int.from_bytes(plane.translate(share), "little") for plane, share in zip(planes, SHARES))
    return _times(total.to_bytes(len(alpha), "little"), alpha), alpha       # no byte of the sum is more than 255


def _times(darkness: bytes, alpha: bytes) -> bytes:
    """Each darkness · alpha / 255."""
    if alpha.count(255) == len(alpha):
        return darkness
    pairs = bytearray(2 * len(alpha))
    pairs[::2], pairs[1::2] = darkness, alpha
    return bytes(map(_products().__getitem__, struct.unpack(f"<{len(alpha)}H", pairs)))


@lru_cache(maxsize=None)
def _products() -> bytes:
    """darkness · alpha / 255 at index darkness + 256 · alpha."""
    return bytes(round(darkness * alpha / 255) for alpha in range(256) for darkness in range(256))


def _numbers(line: bytes, depth: int) -> Sequence[int]:
    """A row of bytes as numbers of 1, 2, 4, 8 or 16 bits each, the leftmost in the highest bits."""
    if depth == 16:
        return struct.unpack(f">{len(line) // 2}H", line)
    return line if depth == 8 else b"".join(map(_parts(depth).__getitem__, line))


@lru_cache(maxsize=None)
def _parts(depth: int) -> List[bytes]:
    """The numbers of 1, 2 or 4 bits in each byte."""
    return [bytes(byte >> shift & (1 << depth) - 1 for shift in range(8 - depth, -1, -depth)) for byte in range(256)]


def _scaled(numbers: Sequence[int], full: int) -> bytes:
    """Numbers from 0 to `full` as numbers from 0 to 255."""
    if full < 256:
        return bytes(numbers).translate(_levels(full))
    return bytes([(510 * number + full) // (2 * full) for number in numbers])


@lru_cache(maxsize=None)
def _levels(full: int) -> bytes:
    return bytes(min(255, (510 * level + full) // (2 * full)) for level in range(256))


def _check_size(width: int, height: int, bits: int) -> None:
    if not 0 < width * height <= MOST_PIXELS or max(width, height) > LONGEST_SIDE:
        raise ValueError(f"a picture of {width:,} x {height:,} pixels, expected 1 or more, {MOST_PIXELS:,} at most "
                         f"and {LONGEST_SIDE:,} to a side")
    if width * height * bits > 8 * MOST_BYTES:
        raise ValueError(f"a picture of {width:,} x {height:,} pixels that would take {width * height * bits // 8:,} "
                         f"bytes, expected {MOST_BYTES:,} at most")


# PGM and PPM

def _decode_pnm(start: bytes, file: IO[bytes]) -> Picture:
    while len(start) < LONGEST_HEADER and (piece := file.read(LONGEST_HEADER)):
        start += piece
    header = PNM.match(start[:LONGEST_HEADER])
    if not header:
        raise ValueError("a damaged header, expected width, height and the largest value, as in P5 28 28 255")
    kind, width, height, full = map(int, header.groups())
    channels, depth = 3 if kind in (3, 6) else 1, 8 if full < 256 else 16
    _check_size(width, height, channels * (depth if kind > 3 else 32))      # about 32 bits in text
    if not 0 < full < 65536:
        raise ValueError(f"a largest value of {full}, expected 1 to 65535")
    read = _read_words if kind < 4 else _read_bytes
    try:
        samples = read(start[header.end():], file, width * height * channels, full)
    except ValueError:
        raise ValueError(f"expected {width * height * channels:,} values of 0 to {full} after its header, "
                         "and nothing else") from None
    size = width * channels
    rows = [_row(samples[k:k + size], channels)[0] for k in range(0, len(samples), size)]
    return Picture(rows, [])


def _read_bytes(start: bytes, file: IO[bytes], count: int, full: int) -> bytes:
    """`count` samples of one byte each, or two; ValueError if there are more or fewer, or larger ones than `full`."""
    size = count if full < 256 else 2 * count
    if len(start) > size:
        raise ValueError
    numbers = _numbers(start + read_exactly(file, size - len(start)), 8 if full < 256 else 16)
    expect_end(file)
    if max(numbers) > full:
        raise ValueError
    return _scaled(numbers, full)


def _read_words(rest: bytes, file: IO[bytes], count: int, full: int) -> bytes:
    """The same in decimal digits. They are read in pieces, the last word of each of which may be only half there."""
    samples = bytearray()
    ended = False
    while not ended:
        piece = file.read(LONGEST_HEADER)
        ended = not piece
        words = (rest + piece + b" " * ended).split()
        rest = b"" if ended or (rest + piece)[-1:].isspace() else words.pop()
        if not all(map(bytes.isdigit, words)) or max(map(len, [*words, rest])) > 5:
            raise ValueError
        numbers = list(map(int, words))
        if max(numbers, default=0) > full or len(samples) + len(numbers) > count:
            raise ValueError
        samples += _scaled(numbers, full)
    if len(samples) < count:
        raise ValueError
    return bytes(samples)


# PNG

CHANNELS = {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}
"""Samples per pixel of each PNG colour type: grey, RGB, palette, grey with alpha, RGB with alpha (section 11.2.2)."""

DEPTHS = {0: (1, 2, 4, 8, 16), 2: (8, 16), 3: (1, 2, 4, 8), 4: (8, 16), 6: (8, 16)}

ADAM7 = [(0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2)]
"""The seven passes of an interlaced PNG: the first column and row of each, and its steps (section 8.2)."""


def _decode_png(file: IO[bytes]) -> Picture:
    chunks = _chunks(file)
    if len(chunks[b"IHDR"]) != 13:
        raise ValueError("a PNG without a header that says how large the picture is")
    width, height, depth, colour, compression, filtering, interlaced = struct.unpack(">IIBBBBB", chunks[b"IHDR"])
    if depth not in DEPTHS.get(colour, ()) or compression or filtering or interlaced > 1:
        raise ValueError(f"an unknown kind of PNG: colour type {colour}, {depth} bits, interlacing {interlaced}")
    bits = depth * CHANNELS[colour]
    _check_size(width, height, bits)
    row_of = _palette(chunks, depth) if colour == 3 else _colours(chunks, depth, CHANNELS[colour])

    passes = [(x0, range(y0, height, dy), dx, len(range(x0, width, dx)))
              for x0, y0, dx, dy in (ADAM7 if interlaced else [(0, 0, 1, 1)]) if x0 < width]
    data = _inflate(chunks[b"IDAT"], sum(len(rows) * (1 + _bytes(columns * bits)) for _, rows, _, columns in passes))
    darkness, opacity = ([bytearray(width) for _ in range(height)] for _ in "do")
    for x0, rows, dx, columns in passes:
        line = bytes(_bytes(columns * bits))
        for y in rows:
            line = _unfiltered(data.read(1)[0], data.read(len(line)), line, max(1, bits // 8))
            darkness[y][x0::dx], opacity[y][x0::dx] = (row[:columns] for row in row_of(line))
    opaque = all(row.count(255) == width for row in opacity)
    return Picture(list(map(bytes, darkness)), [] if opaque else list(map(bytes, opacity)))


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
        raise ValueError(f"its picture should take {size:,} bytes uncompressed, and takes "
                         f"{'fewer' if len(data) < size else 'more'}")
    return BytesIO(data)


def _palette(chunks: Dict[bytes, bytes], depth: int) -> Callable[[bytes], Tuple[bytes, bytes]]:
    """What makes darkness and opacity of a row of indices into the palette."""
    colours, alphas = chunks[b"PLTE"][:768].ljust(768, b"\0"), chunks[b"tRNS"][:256].ljust(256, b"\xff")
    darkness = _times(_row(colours, 3)[0], alphas)

    def row(line: bytes) -> Tuple[bytes, bytes]:
        indices = bytes(_numbers(line, depth))
        return indices.translate(darkness), indices.translate(alphas)

    return row


def _colours(chunks: Dict[bytes, bytes], depth: int, channels: int) -> Callable[[bytes], Tuple[bytes, bytes]]:
    """What makes darkness and opacity of a row of samples. One colour may be declared transparent (section 11.3.2)."""
    transparent = struct.unpack(f">{channels}H", chunks[b"tRNS"][:2 * channels].ljust(2 * channels, b"\0"))

    def row(line: bytes) -> Tuple[bytes, bytes]:
        numbers = _numbers(line, depth)
        darkness, alpha = _row(_scaled(numbers, (1 << depth) - 1), channels)
        if chunks[b"tRNS"]:
            alpha = bytes([255 * (pixel != transparent) for pixel in zip(*[iter(numbers)] * channels)])
        return _times(darkness, alpha) if chunks[b"tRNS"] else darkness, alpha

    return row


def _unfiltered(kind: int, line: bytes, above: bytes, step: int) -> bytes:
    """A row of bytes, each stored as its difference from a guess by its neighbours to the left and above (section 9).

    `step` is the distance to the left neighbour.
    """
    if kind == 0:
        return line
    if kind == 2:
        return _sum(line, above)
    if kind not in GUESSES:
        raise ValueError(f"a row filtered in an unknown way, {kind}")
    result = bytearray(len(line))
    for channel in range(step):
        result[channel::step] = GUESSES[kind](line[channel::step], above[channel::step])
    return bytes(result)


def _sum(line: bytes, above: bytes) -> bytes:
    """line + above, byte by byte and modulo 256: seven bits of each in one large number, where none is carried, and
    then the eighth."""
    x, y = int.from_bytes(line, "little"), int.from_bytes(above, "little")
    seven, eighth = (int.from_bytes(bits * len(line), "little") for bits in (b"\x7f", b"\x80"))
    return ((x & seven) + (y & seven) ^ (x ^ y) & eighth).to_bytes(len(line), "little")


def _from_left(line: bytes, above: bytes) -> bytes:
    return bytes(map((255).__and__, accumulate(line)))


def _from_mean(line: bytes, above: bytes) -> bytes:
    """By the mean of left and above, rounded down."""
    result, left = bytearray(), 0
    for difference, up in zip(line, above):
        left = difference + (left + up >> 1) & 255
        result.append(left)
    return bytes(result)


def _from_nearest(line: bytes, above: bytes) -> bytes:
    """By whichever of left, above and corner is nearest to left + above - corner (Paeth's choice), and of equally near
    ones by the first of them in this order. Where the corner is the largest or the smallest, that is known at once."""
    result, left, corner = bytearray(), 0, 0
    append = result.append
    for difference, up in zip(line, above):
        if corner >= left and corner >= up:
            guess = left if left < up else up
        elif corner <= left and corner <= up:
            guess = left if left > up else up
        else:
            to_left, to_up, to_corner = abs(up - corner), abs(left - corner), abs(left + up - corner - corner)
            guess = left if to_left <= to_up and to_left <= to_corner else up if to_up <= to_corner else corner
        left = guess + difference & 255
        corner = up
        append(left)
    return bytes(result)


GUESSES: Dict[int, Callable[[bytes, bytes], bytes]] = {1: _from_left, 3: _from_mean, 4: _from_nearest}
