"""Drawing with characters: how a run is going in one line, and a picture in a few.

A terminal shows characters, so numbers become characters of different height, and two pixels, one above the
other, become one character: the half blocks ▀ and ▄, the full block █ and the space are the four ways of
inking two pixels. What looks at our output may be a window with colours, a pipe into a file, or a console that
knows ASCII only; everything here can be drawn with less.

>>> print(sparkline([0.10, 0.30, 0.80, 0.80]))
▁▃██
>>> for line in blocks([[1.0, 0.0, 1.0],            # two rows of pixels make one line
...                     [1.0, 1.0, 0.0]]):
...     print(line)
█▄▀
"""
from __future__ import annotations

import json
import os
import re
import shutil
import sys
import textwrap
from contextlib import suppress
from functools import partial
from itertools import groupby
from typing import Iterator, List, Sequence, TextIO, Tuple

from ..matrix import Matrix, shape, zeros

HEIGHTS, PLAIN_HEIGHTS = "▁▂▃▄▅▆▇█", "_.-=^"
SHADES, PLAIN_SHADES = " ░▒▓█", " .:-=+*#%@"
SPELLING = str.maketrans({"δ": "delta", "η": "eta", "λ": "lambda", "μ": "mu", "σ": "sigma", "Σ": "sum", "∂": "d",
                          "·": "*", "½": "1/2", "ⱼ": "_j", "ₖ": "_k", "→": "->", "±": "+-", "∞": "infinity",
                          "′": "'", "ᵀ": "^T", "⊙": "*", "⊗": "(x)"})


def can_encode(stream: TextIO) -> bool:
    """Whether the stream takes what purenn writes beyond ASCII: blocks, and the book's symbols."""
    try:
        "▁█▀▄░½·∂σδᴸ¹₁→".encode(stream.encoding or "ascii")
        return True
    except (LookupError, UnicodeEncodeError):
        return False


def columns(stream: TextIO) -> int:
    """How long a line may be: a terminal's width, if that is sensible, and any length elsewhere."""
    return max(20, shutil.get_terminal_size().columns) if is_terminal(stream) else sys.maxsize


def in_lines(lines: Sequence[str], stream: TextIO) -> str:
    """The lines as one text, none of them longer than the stream is wide."""
    return "".join(f"{part}\n" for line in lines for part in folded(line, columns(stream)))


def write(text: str, stream: TextIO) -> None:
    """Write at once, spelt in ASCII where the stream takes no more."""
    stream.write(text if can_encode(stream) else in_ascii(text))
    stream.flush()


def say(*lines: str) -> None:
    """Print the lines on standard output."""
    write(in_lines(lines, sys.stdout), sys.stdout)


def numbers_in_rows(data: object) -> str:
    """Data as JSON, a row of numbers to a line.

    >>> print(numbers_in_rows({"w": [[1.0, 2.0], [3.0, 4.0]]}))
    {
     "w": [
      [1.0, 2.0],
      [3.0, 4.0]
     ]
    }
    """
    text = json.dumps(data, indent=1, allow_nan=False)
    return re.sub(r"\[\s+([^][{}]*?)\s+\]", lambda row: "[" + re.sub(r"\s+", " ", row[1]) + "]", text)


def complain(line: str) -> None:
    """Print a line on standard error. If that cannot be written, there is nobody left to tell."""
    with suppress(OSError):
        write(in_lines([line], sys.stderr), sys.stderr)


def in_ascii(line: str) -> str:
    """The book's symbols spelt out, as one types them.

    >>> in_ascii("∂C/∂w²₁₃ = δ²₁·a¹₃, ½·(a - y)²")
    'dC/dw^2_13 = delta^2_1*a^1_3, 1/2*(a - y)^2'
    """
    for symbols, prefix in ("⁰¹²³⁴⁵⁶⁷⁸⁹", "^"), ("₀₁₂₃₄₅₆₇₈₉", "_"):
        digits = str.maketrans(symbols, "0123456789")
        line = re.sub(f"[{symbols}]+", lambda found: prefix + found[0].translate(digits), line)
    return line.translate(SPELLING)


def is_terminal(stream: TextIO) -> bool:
    """Whether the stream is a terminal that can do more than write lines of text."""
    return stream.isatty() and os.environ.get("TERM") != "dumb"


def can_colour(stream: TextIO) -> bool:
    """Whether the stream shows colours, and may: the environment variable NO_COLOR asks every program for none
    (no-color.org)."""
    return is_terminal(stream) and not os.environ.get("NO_COLOR")


def folded(line: str, columns: int) -> List[str]:
    """The line in parts no longer than `columns`, broken between words. What comes after two spaces is taken for the
    second column of a list, and goes on below itself or, where that leaves less than half of the width, in lines of
    its own. A word that is too long, such as a path, is not broken.

    >>> folded("purenn.plot  a run as curves, a network as a picture", columns=40)
    ['purenn.plot  a run as curves, a network', '             as a picture']
    >>> folded("purenn.experiment  the experiments of the book", columns=30)
    ['purenn.experiment', '    the experiments of the', '    book']
    """
    if _width(line) <= columns:
        return [line]
    margin = len(line) - len(line.lstrip())
    first = re.match(r"\s*\S.*?\S(?=\s{2,}\S)", line)
    second = len(line) - len(line[first.end():].lstrip()) if first else margin + 4
    wrap = partial(textwrap.wrap, width=columns, break_long_words=False, break_on_hyphens=False)
    if first and second > columns // 2:
        below = " " * (margin + 4)
        return folded(first[0], columns) + wrap(line[second:], initial_indent=below, subsequent_indent=below)
    return wrap(line, subsequent_indent=" " * min(second, columns // 2))


def filled(text: str, columns: int, most: int = 118) -> List[str]:
    """A text of paragraphs in lines as long as they may be, and no longer than `most`. Indented lines stay as they are.

    >>> filled("A paragraph of\\ntwo lines.\\n\\n    python  a command", columns=30)
    ['A paragraph of two lines.', '', '    python  a command']
    """
    lines: List[str] = []
    for indented, group in groupby(text.strip("\n").splitlines(), lambda line: line[:1] in ("", " ")):
        lines += group if indented else textwrap.wrap(" ".join(group), min(columns, most), break_long_words=False,
                                                      break_on_hyphens=False)
    return lines


def fold(pieces: Sequence[str], columns: int) -> List[str]:
    """The pieces two spaces apart, in as many lines as they need. No piece is broken. All lines but the first are
    indented.

    >>> fold(["Epoch 0: 125 / 297", "0.2 s", "training cost 0.41"], columns=30)
    ['Epoch 0: 125 / 297  0.2 s', '    training cost 0.41']
    """
    lines = [pieces[0]]
    for piece in pieces[1:]:
        if len(lines[-1]) + 2 + len(piece) <= columns:
            lines[-1] += f"  {piece}"
        else:
            lines.append(f"    {piece}")
    return lines


def sparkline(values: Sequence[float], heights: str = HEIGHTS, width: int = 30) -> str:
    """The values as a row of bars, from the lowest to the highest of them. Of more than `width` values every
    second one is shown, or every third ... always with the last.

    >>> sparkline([1.0, 2.0, 3.0], PLAIN_HEIGHTS), sparkline([0.5, 0.5]), sparkline(range(1, 9), width=4)
    ('_-^', '▁▁', '▁▃▆█')
    """
    stride = max(1, -(-len(values) // width))
    shown = values[::-1][::stride][::-1]
    lowest = min(shown, default=0.0)
    step = (max(shown, default=0.0) - lowest) / (len(heights) - 1) or 1.0
    return "".join(heights[round((value - lowest) / step)] for value in shown)


def draw(rows: Matrix, stream: TextIO) -> List[str]:
    """A picture as lines of text, as well as the stream can show it. Its pixels are 0.0 for the background to 1.0 for
    full ink; one of fewer than 16 rows is drawn at twice the size."""
    small = len(rows) < 16
    if not can_encode(stream):
        return shades(rows, PLAIN_SHADES)
    if can_colour(stream):
        return greys([[pixel for pixel in row for _ in "ab"] for row in rows for _ in "ab"] if small else rows)
    return shades(rows) if small else blocks(rows)


def greys(rows: Matrix) -> List[str]:
    """White ink on black, in 24 greys: each character an upper half in one colour on a lower half in another.

    >>> greys([[1.0], [0.0]])
    ['\\x1b[38;5;255;48;5;232m▀\\x1b[0m']
    """
    return ["".join(f"\x1b[38;5;{_grey(upper)};48;5;{_grey(lower)}m▀" for upper, lower in pairs) + "\x1b[0m"
            for pairs in _pairs_of_rows(rows)]


def blocks(rows: Matrix) -> List[str]:
    """Half blocks without colour: a pixel is ink from 0.5 up.

    >>> blocks([[0.9, 0.1], [0.2, 0.6], [0.5, 0.4]])
    ['▀▄', '▀ ']
    """
    return ["".join(" ▄▀█"[2 * (upper >= 0.5) + (lower >= 0.5)] for upper, lower in pairs)
            for pairs in _pairs_of_rows(rows)]


def shades(rows: Matrix, scale: str = SHADES) -> List[str]:
    """Two characters of a shade for each pixel, as a character is about twice as high as wide.

    >>> shades([[0.0, 0.5, 1.0]]), shades([[0.0, 0.5, 1.0]], "-=#")
    (['  ▒▒██'], ['--==##'])
    """
    return ["".join(scale[round(pixel * (len(scale) - 1))] * 2 for pixel in row) for row in rows]


def _grey(pixel: float) -> int:
    """A pixel as one of the 24 greys among a terminal's 256 colours."""
    return 232 + round(23 * pixel)


def _pairs_of_rows(rows: Matrix) -> List[List[Tuple[float, float]]]:
    """Each two rows as one row of (upper, lower) pixels; a last odd one stands on background."""
    padded = rows + zeros(1, shape(rows)[1])
    return [list(zip(upper, lower)) for upper, lower in zip(padded[:-1:2], padded[1::2])]


def in_rows(pictures: Sequence[List[str]], columns: int, gap: int = 3) -> Iterator[str]:
    """Pictures of the same height side by side, as many to a row as fit into so many columns, and at least one.

    >>> list(in_rows([["ab", "c"], ["12", "34"], ["xy", "z"]], columns=5, gap=1))
    ['ab 12', 'c  34', '', 'xy', 'z']
    """
    width = gap + max((_width(line) for picture in pictures for line in picture), default=0)
    per_row = max(1, (columns + gap) // width)
    for k in range(0, len(pictures), per_row):
        if k:
            yield ""
        for lines in zip(*pictures[k:k + per_row]):
            yield "".join(line + " " * (width - _width(line)) for line in lines).rstrip(" ")


def _width(line: str) -> int:
    """How many columns a line takes, colours being no characters."""
    return len(re.sub("\x1b\\[[0-9;]*m", "", line))
