"""A confusion matrix as a picture in SVG: which digits a network takes for which.

A row for each digit that there was, a column for each that was read. What was read rightly is on the diagonal, in blue;
what was not is orange, the more so the larger a share of its row it is.

>>> from ..metrics import Confusion
>>> picture = confusion_svg(Confusion.of([0, 0, 1], [0, 1, 1], digits=2))
>>> picture.count("<title>"), "0 read as 1: 1 of 2" in picture
(4, True)
"""
from __future__ import annotations

from typing import Iterator

from ..metrics import Confusion
from . import svg
from .weights import shade

CELL, LEFT, TOP = 48, 64, 72


def confusion_svg(confusion: Confusion) -> str:
    """The matrix as the text of an SVG file."""
    n = len(confusion.counts)
    return svg.picture(LEFT + CELL * n + 24, TOP + CELL * n + 24, _cells(confusion, n))


def _cells(confusion: Confusion, n: int) -> Iterator[str]:
    """Title, the digits, and a square for each count; the fullest orange is a tenth of the row."""
    yield svg.text(16, 28, f"{confusion.right:,} of {sum(map(sum, confusion.counts)):,} read rightly", font_size="15")
    yield svg.text(LEFT, 54, "read as", font_size="13", fill="#555")
    for digit, row in enumerate(confusion.counts):
        y = TOP + CELL * digit
        yield svg.text(LEFT + CELL * (digit + 0.5), TOP - 4, str(digit), text_anchor="middle")
        yield svg.text(LEFT - 12, y + 29, str(digit), text_anchor="end")
        for answer, count in enumerate(row):
            share = count / sum(row) if count else 0.0
            fill = shade(-share if answer == digit else min(1.0, 10.0 * share))
            yield (f'<rect x="{LEFT + CELL * answer}" y="{y}" width="{CELL}" height="{CELL}" fill="{fill}" '
                   f'stroke="white"><title>{digit} read as {answer}: {count:,} of {sum(row):,}</title></rect>')
            if count:
                yield svg.text(LEFT + CELL * (answer + 0.5), y + 29, str(count), text_anchor="middle",
                               fill="white" if share > 0.6 else "black")
