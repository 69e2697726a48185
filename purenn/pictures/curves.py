"""Curves as an SVG picture: of a training run, accuracy and cost by epoch; of an experiment, anything by anything.

A curve is named at its end, where the eye arrives, so that no legend is needed. Curves differ in colour and in
stroke: colour-blind readers and black-and-white printers tell them apart as well.

>>> svg = chart("accuracy", {"test": [(0, 0.8), (1, 0.9)]}, x_title="epoch", percent=True, reference={"the book": 0.95})
>>> [label in svg for label in (">accuracy<", ">test<", ">the book<", ">80%<", ">95%<")]
[True, True, True, True, True]
"""
from __future__ import annotations

import math
from itertools import cycle
from typing import Iterator, List, Mapping, Optional, Sequence, Tuple
from xml.sax.saxutils import escape

from ..saved.files import PathLike, file_errors, write_atomically
from ..saved.histories import Row
from . import svg

Points = Sequence[Tuple[float, Optional[float]]]
"""(x, y) in the order of x; y is None where nothing was measured, and the curve is interrupted there."""

Range = Tuple[Optional[float], Optional[float]]
"""The lowest and the highest number on an axis; None: a round number beyond the data."""

WIDTH, HEIGHT = 520, 320
"""The size of one chart. Its letters are large enough to be read at 400 pixels."""

TOP, BOTTOM = 44, 58
"""The space above the axes, for the title, and below, for the numbers and what they count."""

STROKES = [("#0072B2", "none"), ("#D55E00", "9 5"), ("#009E73", "3 3"), ("#CC79A7", "12 4 3 4"), ("#000000", "1 4"),
           ("#E69F00", "16 6"), ("#56B4E9", "6 3 1 3 1 3")]
"""Colour and dashes of each curve (the colours: Okabe and Ito, "Color Universal Design", 2008)."""

DOTS = 40
"""Up to this number of points, each is a dot that shows its value under the mouse."""

TICKS = 6
"""An axis has no more intervals than this."""


def draw_curves(rows: Sequence[Row], path: PathLike) -> None:
    """Write the curves of a run to an SVG file: a chart of the accuracies and one of the costs, if there are any.

    BadFile if there is no curve to draw, or none that can be drawn, or if the file cannot be written.
    """
    with file_errors(path):
        charts = []
        for measure, percent, y_range in ("accuracy", True, (None, 1.0)), ("cost", False, (None, None)):
            series = {data: [(row["epoch"] or 0.0, row.get(f"{data}_{measure}")) for row in rows]
                      for data in ("training", "evaluation", "test")}
            if any(y is not None for points in series.values() for _, y in points):
                charts.append(chart(measure, series, x_title="epoch", percent=percent, y_range=y_range))
        if not charts:
            raise ValueError("nothing was measured in this run, so that there is no curve to draw")
    write_charts(charts, path)


def write_charts(charts: Sequence[str], path: PathLike) -> None:
    """Write charts to an SVG file, one below the other; BadFile if that fails."""
    svg.check_writable(path)
    with file_errors(path):
        placed = [f'<g transform="translate(0 {HEIGHT * k})">{chart}</g>' for k, chart in enumerate(charts)]
        write_atomically(path, svg.picture(WIDTH, HEIGHT * len(charts), placed).encode())


def chart(title: str, series: Mapping[str, Points], *, x_title: str = "", percent: bool = False,
          x_range: Range = (None, None), y_range: Range = (None, None), log_x: bool = False, log_y: bool = False,
          reference: Optional[Mapping[str, float]] = None) -> str:
    """Curves by name, as SVG elements of WIDTH x HEIGHT pixels for `write_charts`.

    The k-th name has the k-th of STROKES; one without points is left out. `percent` shows y as percentages. A
    logarithmic axis has room for positive numbers only. `reference` names values of y, each drawn as a thin line all
    across. What lies beyond a range is cut off. ValueError if there is no point, or if an axis cannot show the numbers.
    """
    reference = reference or {}
    measured = {name: [(x, y) for x, y in points if y is not None] for name, points in series.items()}
    points = sum(measured.values(), [])
    if not points:
        raise ValueError(f"{title}: no point to draw")
    y_axis = Axis([y for _, y in points] + list(reference.values()), y_range, HEIGHT - BOTTOM, TOP, log_y, percent)
    left = 20 + max(svg.width_of(y_axis.label(tick)) for tick in y_axis.ticks)
    right = WIDTH - 34 - max(svg.width_of(name) for name in [*filter(measured.get, measured), *reference])
    x_axis = Axis([x for x, _ in points], x_range, left, right, log_x)
    return "\n".join([*_frame(title, x_title, x_axis, y_axis), *_lines(series, reference, x_axis, y_axis),
                      *_names(series, reference, x_axis, y_axis)])


class Axis:
    """One side of a chart: where a number lies on it, in pixels, and which numbers are written there."""

    def __init__(self, numbers: Sequence[float], limits: Range, start: float, end: float, log: bool = False,
                 percent: bool = False) -> None:
        """From pixel `start` to pixel `end`; up the side (end < start), a linear axis ends with round numbers."""
        self.start, self.end, self.log, self.percent = start, end, log, percent
        try:
            low = self._scaled(min(numbers) if limits[0] is None else limits[0])
            high = self._scaled(max(numbers) if limits[1] is None else limits[1])
            if high - low <= 1e-9 * abs(high):                  # all numbers are the same
                low, high = low - (abs(low) / 2 or 0.5), high + (abs(high) / 2 or 0.5)
            self.step = _step(high - low)
            if end < start and not log:
                low = low if limits[0] is not None else self.step * math.floor(low / self.step + 1e-9)
                high = high if limits[1] is not None else self.step * math.ceil(high / self.step - 1e-9)
            elif all(number == int(number) for number in numbers):
                self.step = max(1.0, self.step)                 # there is no half epoch
            self.low, self.high, self.pitch = low, high, (end - start) / (high - low)
            self.ticks = self._ticks()
        except (ArithmeticError, ValueError):
            raise ValueError("the numbers are too large, or lie too close together, for an axis") from None

    def _scaled(self, number: float) -> float:
        return math.log10(number) if self.log else number

    def place(self, number: float) -> float:
        """Where the number lies, in pixels."""
        return self.start + (self._scaled(number) - self.low) * self.pitch

    def _ticks(self) -> List[float]:
        """A few numbers at round distances; on a logarithmic axis 1, 2, 5, 10 ..., or powers of ten."""
        if not self.log:
            return [k * self.step for k in _whole(self.low / self.step, self.high / self.step)]
        powers = _whole(self.low, self.high)
        digits = [digit * 10.0 ** k for k in range(math.floor(self.low), math.ceil(self.high) + 1)
                  for digit in (1, 2, 5) if self.low - 1e-9 <= math.log10(digit) + k <= self.high + 1e-9]
        return digits if len(digits) <= TICKS + 2 else [10.0 ** k for k in powers[::-(-len(powers) // TICKS)]]

    def label(self, number: float) -> str:
        """The number as it is written at a tick."""
        if self.percent:
            return f"{number:.{max(0, -math.floor(math.log10(self.step)) - 2)}%}"
        if self.log or not 1e-4 <= abs(number) < 1e7:
            return f"{number:,.0f}" if 1 <= number < 1e6 else f"{number:g}"
        return f"{number:,.{max(0, -math.floor(math.log10(self.step)))}f}"


def _whole(low: float, high: float) -> List[int]:
    """The whole numbers from low to high."""
    return list(range(math.ceil(low - 1e-9), math.floor(high + 1e-9) + 1))


def _step(span: float) -> float:
    """1, 2 or 5 times a power of ten, so that TICKS steps or fewer, but not many fewer, make the span.

    >>> _step(1.0), _step(29.0), _step(1001.0)
    (0.2, 5.0, 200.0)
    """
    power = 10.0 ** math.floor(math.log10(span / TICKS))
    return next(digit * power for digit in (1.0, 2.0, 5.0, 10.0) if span <= TICKS * digit * power * (1 + 1e-9))


def _frame(title: str, x_title: str, x_axis: Axis, y_axis: Axis) -> Iterator[str]:
    """Title and axes, with a grey line across at each number of the y axis."""
    left, right, bottom = x_axis.start, x_axis.end, y_axis.start
    yield svg.text(12, 24, title, font_size="16")
    for tick in y_axis.ticks:
        y = y_axis.place(tick)
        yield f'<path d="M{left:g} {y:.1f}H{right:g}" stroke="#ddd"/>'
        yield svg.text(left - 8, round(y + 5), y_axis.label(tick), text_anchor="end")
    yield f'<path d="M{left:g} {TOP}V{bottom}H{right:g}" fill="none" stroke="#222"/>'
    for tick in x_axis.ticks:
        x = x_axis.place(tick)
        yield f'<path d="M{x:.1f} {bottom}v5" stroke="#222"/>'
        yield svg.text(round(x, 1), bottom + 20, x_axis.label(tick), text_anchor="middle")
    yield svg.text((left + right) / 2, bottom + 44, x_title, text_anchor="middle")


def _lines(series: Mapping[str, Points], reference: Mapping[str, float], x_axis: Axis, y_axis: Axis) -> Iterator[str]:
    """The curves, cut off where the axes end."""
    left, width, height = x_axis.start - 4, x_axis.end - x_axis.start + 8, HEIGHT - BOTTOM - TOP + 8
    yield (f'<svg x="{left:g}" y="{TOP - 4}" width="{width:g}" height="{height:g}" '
           f'viewBox="{left:g} {TOP - 4} {width:g} {height:g}">')
    for value in reference.values():
        yield (f'<path d="M{x_axis.start:g} {y_axis.place(value):.1f}H{x_axis.end:g}" stroke="#222" '
               'stroke-width="0.75"/>')
    for (name, points), (colour, dashes) in zip(series.items(), cycle(STROKES)):
        path, pen = "", "M"
        for x, y in points:
            path, pen = (path, "M") if y is None else (f"{path}{pen}{x_axis.place(x):.1f} {y_axis.place(y):.1f}", "L")
        yield (f'<path d="{path}" fill="none" stroke="{colour}" stroke-width="2" stroke-dasharray="{dashes}" '
               'stroke-linejoin="round"/>')
        for x, y in points if len(points) <= DOTS else ():
            if y is not None:
                title = f"{name}, {x_axis.label(x)}: {f'{y:.2%}' if y_axis.percent else f'{y:.6g}'}"
                yield (f'<circle cx="{x_axis.place(x):.1f}" cy="{y_axis.place(y):.1f}" r="2.5" fill="{colour}">'
                       f"<title>{escape(title)}</title></circle>")
    yield "</svg>"


def _names(series: Mapping[str, Points], reference: Mapping[str, float], x_axis: Axis, y_axis: Axis) -> Iterator[str]:
    """The name of each curve beside its end, joined to it by a thin line."""
    right = x_axis.end
    ends = [(y_axis.place(value), right, "#222", name) for name, value in reference.items()]
    for (name, points), (colour, _) in zip(series.items(), cycle(STROKES)):
        ends += [(y_axis.place(y), min(x_axis.place(x), right), colour, name) for x, y in points if y is not None][-1:]
    ends = sorted((min(max(y, TOP), y_axis.start), x, colour, name) for y, x, colour, name in ends)
    for (y, x, colour, name), level in zip(ends, _apart([y for y, *_ in ends])):
        yield (f'<path d="M{x:.1f} {y:.1f}L{right + 5:g} {y:.1f}L{right + 14:g} {level:.1f}" fill="none" '
               f'stroke="{colour}"/>')
        yield svg.text(right + 18, round(level + 5, 1), name)


def _apart(heights: Sequence[float], distance: float = 17.0) -> List[float]:
    """Sorted numbers moved, half of them up and half down, until neighbours are `distance` apart.

    >>> _apart([10.0, 50.0, 51.0], distance=11.0)
    [10.0, 45.0, 56.0]
    """
    down, up = list(heights), list(heights)
    for k in range(1, len(heights)):
        down[k] = max(down[k], down[k - 1] + distance)
        up[-k - 1] = min(up[-k - 1], up[-k] - distance)
    return [(below + above) / 2 for below, above in zip(down, up)]
