"""What every picture in SVG begins with, and its texts.

>>> print(text(8, 20, "a < b", font_size="15"))
<text x="8" y="20" font-size="15">a &lt; b</text>
"""
from __future__ import annotations

import os
from typing import Iterable
from xml.sax.saxutils import escape

from ..saved import files
from ..saved.files import PathLike, file_errors

SIZE = 14
"""The height of a text, in pixels, where it has no other."""


def check_writable(path: PathLike) -> None:
    """BadFile if no SVG file could be written to `path`, or if its name promises another kind of picture."""
    with file_errors(path):
        ending = os.path.splitext(path)[1]
        if ending.lower() not in ("", ".svg"):
            raise ValueError(f"pictures are written as SVG, expected a name that ends in .svg, not {ending}")
    files.check_writable(path)


def picture(width: float, height: float, content: Iterable[str]) -> str:
    """An SVG file of width x height pixels: the content on white paper. It needs no script, no font and no network."""
    return "\n".join([
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:g} {height:g}" width="{width:g}" '
        f'height="{height:g}" font-family="sans-serif" font-size="{SIZE}">',
        '<rect width="100%" height="100%" fill="white"/>', *content, "</svg>\n"])


def text(x: float, y: float, content: str, **attributes: str) -> str:
    """A line of text that begins at (x, y); attributes by their SVG names, with _ for -."""
    more = "".join(f' {name.replace("_", "-")}="{value}"' for name, value in attributes.items())
    return f'<text x="{x:g}" y="{y:g}"{more}>{escape(content)}</text>'


def width_of(content: str, size: float = SIZE) -> float:
    """About how wide a text is, in pixels: a letter of a sans-serif font is a little more than half as wide as high."""
    return 0.56 * size * len(content)
