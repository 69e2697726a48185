"""A run as curves: accuracy and cost, epoch by epoch, as an SVG file that any browser shows.

The drawing is done by pygal, which purenn does without unless it is installed. The file holds everything it
needs: no script, no font, nothing that would have to be fetched.
"""
from __future__ import annotations

from typing import Any, Callable, List, Sequence

from ..saved.histories import Row
from ..saved.files import PathLike, file_errors, write_atomically

WIDTH, HEIGHT = 800, 380
DOTS = 40
"""Up to so many epochs, each is a dot that tells its value under the mouse."""

LINES = [("training", "#0072B2", "none", "——"),
         ("evaluation", "#D55E00", "10, 5", "– –"),
         ("test", "#009E73", "3, 3", "····")]
"""What a measure was taken on, in colours that colour-blind readers tell apart (Okabe and Ito, "Color Universal
Design", 2008), and with strokes, the last for the legend, that differ on paper without colours."""


def draw_curves(rows: Sequence[Row], path: PathLike) -> None:
    """Write the curves of a run to an SVG file: a chart of the accuracies and one of the costs, if there are any.

    BadFile if there is no curve to draw, or none that can be drawn, or if the file cannot be written; a plain ValueError
    if there is nothing to draw it with.
    """
    load_pygal()
    with file_errors(path):
        try:
            charts = list(filter(None, [_chart("accuracy", rows, "{:.1%}".format), _chart("cost", rows, "{:.3g}".format)]))
        except ArithmeticError:
            raise ValueError("the numbers are too large, or lie too close together, for an axis") from None
        if not charts:
            raise ValueError("nothing was measured in this run, so that there is no curve to draw")
        svg = [f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{HEIGHT * len(charts)}">']
        svg += [f'<svg y="{HEIGHT * k}" width="{WIDTH}" height="{HEIGHT}">{chart}</svg>' for k, chart in enumerate(charts)]
        write_atomically(path, "\n".join([*svg, "</svg>\n"]).encode())


def _chart(measure: str, rows: Sequence[Row], value_formatter: Callable[[float], str]) -> str:
    """One chart, with a line for everything that the measure was taken on; empty if there is none."""
    pygal = load_pygal()
    lines = [(f"{data} {stroke}", colour, dashes, [(row["epoch"], row[f"{data}_{measure}"]) for row in rows])
             for data, colour, dashes, stroke in LINES if any(row.get(f"{data}_{measure}") is not None for row in rows)]
    if not lines:
        return ""
    style = pygal.style.Style(
        colors=[colour for _, colour, _, _ in lines], stroke_width="2", stroke_opacity="1", opacity="1",
        background="white", plot_background="white", foreground="#222", foreground_strong="#222",
        guide_stroke_color="#ccc", major_guide_stroke_color="#ccc", font_family="sans-serif",
        label_font_size=13, major_label_font_size=13, legend_font_size=14, title_font_size=16)
    chart = pygal.XY(
        style=style, js=[], disable_xml_declaration=True, width=WIDTH, height=HEIGHT, title=measure, x_title="epoch",
        value_formatter=value_formatter, x_value_formatter="{:.0f}".format, truncate_legend=-1, dots_size=3,
        show_dots=len(rows) <= DOTS, allow_interruptions=True)
    chart.uuid = measure                                # not drawn at random: the same run makes the same picture
    chart.x_labels = _marks(rows)
    for label, _, dashes, points in lines:
        chart.add(label, points, stroke_style={"dasharray": dashes})
    chart.add_xml_filter(_still)
    return str(chart.render())


def _marks(rows: Sequence[Row]) -> List[int]:
    """Ten epochs or so to name at the axis, at equal distances."""
    last = int(max(row["epoch"] or 0.0 for row in rows))
    steps = (digit * 10 ** power for power in range(400) for digit in (1, 2, 5))
    step = next(step for step in steps if last <= 11 * step)
    return list(range(0, last + 1, step))


def _still(svg: Any) -> Any:
    """A chart without scripts, its values where a browser shows them by itself: pygal leaves them to its own script."""
    for parent in list(svg.iter()):
        for child in list(parent):
            if child.tag == "script" or child.tag == "desc" and child.get("class") != "value":
                parent.remove(child)
            elif child.tag == "desc":
                child.tag = "title"
                child.attrib.clear()
    return svg


def load_pygal() -> Any:
    """pygal; a ValueError that says how to get it, if it is not there."""
    try:
        import pygal
        import pygal.style
    except ImportError:
        raise ValueError("curves are drawn by pygal, which is not installed: pip install pygal") from None
    return pygal
