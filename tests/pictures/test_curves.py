"""Curves are XML, so that what is drawn where can be read from them. (How they look was looked at.)"""
from __future__ import annotations

import re
import xml.etree.ElementTree as ElementTree
from pathlib import Path
from typing import List, Tuple
from xml.etree.ElementTree import Element

import pytest

from purenn.history import Epoch, Score
from purenn.pictures.curves import BOTTOM, DOTS, HEIGHT, STROKES, TOP, WIDTH, Axis, chart, draw_curves, write_charts
from purenn.pictures.svg import width_of
from purenn.saved.files import BadFile
from purenn.saved.histories import row

SVG = "{http://www.w3.org/2000/svg}"
BLUE, ORANGE, GREEN = (colour for colour, _ in STROKES[:3])


def parsed(elements: str) -> Element:
    return ElementTree.fromstring(f'<svg xmlns="{SVG[1:-1]}">{elements}</svg>')


def texts(svg: Element) -> List[str]:
    return [str(text.text) for text in svg.iter(SVG + "text")]


def place_of(svg: Element, name: str) -> Tuple[float, float]:
    text, = [text for text in svg.iter(SVG + "text") if text.text == name]
    return float(str(text.get("x"))), float(str(text.get("y")))


def paths(svg: Element, colour: str, width: str = "2") -> List[str]:
    return [str(path.get("d")) for path in svg.iter(SVG + "path")
            if (path.get("stroke"), path.get("stroke-width")) == (colour, width)]


# Axes

@pytest.mark.parametrize("numbers, ticks", [
    ([0.0, 29.0], [0, 5, 10, 15, 20, 25]),                  # 29/6 is between 2 and 5
    ([0.0, 1000.0], [0, 200, 400, 600, 800, 1000]),
    ([0.0, 1.0], [0, 1]), ([0.0], [0])])                    # whole numbers have no ticks between them
def test_ticks_along_the_epochs(numbers: List[float], ticks: List[float]) -> None:
    axis = Axis(numbers, (None, None), 100.0, 400.0)
    assert axis.ticks == ticks
    if len(numbers) > 1:
        assert (axis.place(numbers[0]), axis.place(numbers[-1])) == (100.0, 400.0)
        assert axis.place(sum(numbers) / 2) == 250.0


@pytest.mark.parametrize("numbers, labels", [
    ([0.5, 0.97], ["50%", "60%", "70%", "80%", "90%", "100%"]),         # steps of 0.5/6, rounded up to 0.1
    ([0.978, 0.983], ["97.5%", "98.0%", "98.5%", "99.0%", "99.5%", "100.0%"]),
    ([0.113, 1.0], ["0%", "20%", "40%", "60%", "80%", "100%"])])
def test_an_axis_of_accuracies_ends_with_a_tick_at_100_percent(numbers: List[float], labels: List[str]) -> None:
    axis = Axis(numbers, (None, 1.0), 260.0, 44.0, percent=True)
    assert [axis.label(tick) for tick in axis.ticks] == labels
    assert axis.place(1.0) == 44.0


def test_a_logarithmic_axis() -> None:
    """From 100 to 10,000, 1,000 lies in the middle; 10 to 100 has room for 20 and 50, seven decades not even for all
    powers of ten."""
    axis = Axis([100.0, 10_000.0], (None, None), 0.0, 200.0, log=True)
    assert axis.place(1000.0) == pytest.approx(100.0)
    assert list(map(axis.label, axis.ticks)) == ["100", "200", "500", "1,000", "2,000", "5,000", "10,000"]
    assert Axis([12.0, 100.0], (None, None), 0.0, 200.0, log=True).ticks == [20, 50, 100]
    assert Axis([1.0, 1e7], (None, None), 0.0, 200.0, log=True).ticks == [1, 100, 10_000, 1_000_000]
    with pytest.raises(ValueError, match="for an axis"):
        Axis([0.0, 1.0], (None, None), 0.0, 200.0, log=True)


@pytest.mark.parametrize("numbers", [[0.0], [0.25], [-3.0, -3.0], [1e-300], [1.0, 1.0 + 2e-16]])
def test_numbers_that_are_all_the_same_lie_half_way(numbers: List[float]) -> None:
    axis = Axis(numbers, (None, None), 100.0, 0.0)
    assert 20.0 <= axis.place(numbers[0]) <= 80.0 and 2 <= len(axis.ticks) <= 8


@pytest.mark.parametrize("numbers", [[1e308, -1e308], [5e-324, 1e-323], [1.7e308, 0.0]])
def test_numbers_that_no_axis_can_show(numbers: List[float]) -> None:
    """They are finite, but their difference, a step between them, or the next round number is not."""
    with pytest.raises(ValueError, match="the numbers are too large, or lie too close together, for an axis"):
        Axis(numbers, (None, None), 100.0, 0.0)


# A chart

def test_a_curve_by_hand() -> None:
    """y from 0 to 1 between the pixels 262 (the bottom, 320 - 58) and 44: 0.5 lies at 153."""
    svg = parsed(chart("cost", {"neuron": [(0, 1.0), (1, 0.5), (2, 0.0)]}))
    path, = paths(svg, BLUE)
    points = [tuple(map(float, point.split())) for point in re.split("[ML]", path)[1:]]
    assert [y for _, y in points] == [TOP, (TOP + HEIGHT - BOTTOM) / 2, HEIGHT - BOTTOM]
    assert points[1][0] == pytest.approx((points[0][0] + points[2][0]) / 2, abs=0.1)
    titles = [str(circle[0].text) for circle in svg.iter(SVG + "circle")]
    assert titles == ["neuron, 0: 1", "neuron, 1: 0.5", "neuron, 2: 0"]


def test_a_curve_is_named_at_its_end() -> None:
    """To the right of the axes and at the height of its last point; names keep apart where the ends do not."""
    svg = parsed(chart("accuracy", {"one": [(0, 0.0), (9, 1.0)], "two": [(0, 0.0), (9, 0.2)],
                                    "three": [(0, 1.0), (9, 0.21)]}))
    (x, one), (_, two), (_, three) = (place_of(svg, name) for name in ("one", "two", "three"))
    assert one - 5 == TOP and x + width_of("three") <= WIDTH
    middle = HEIGHT - BOTTOM - 0.205 * (HEIGHT - BOTTOM - TOP)
    assert two - three == 17 and (two + three) / 2 - 5 == pytest.approx(middle, abs=0.1)


def test_what_was_not_measured_interrupts_a_curve() -> None:
    svg = parsed(chart("cost", {"a": [(0, 1.0), (1, 2.0), (2, None), (3, 2.0), (4, 1.0)], "never": [(0, None)]}))
    path, = paths(svg, BLUE)
    assert re.sub("[0-9. ]", "", path) == "MLML"
    assert "never" not in texts(svg)


def test_a_reference_is_a_thin_line_all_across() -> None:
    svg = parsed(chart("accuracy", {"here": [(0, 0.5), (4, 0.9)]}, percent=True, reference={"the book": 0.8}))
    line, = paths(svg, "#222", "0.75")
    left, y, right = map(float, re.findall("[0-9.]+", line))
    assert (left, right) == pytest.approx((float(paths(svg, BLUE)[0][1:5]), place_of(svg, "here")[0] - 18), abs=0.1)
    assert place_of(svg, "the book")[1] == pytest.approx(y + 5, abs=0.1)


def test_what_lies_beyond_a_range_is_cut_off() -> None:
    """An svg element within another shows nothing beyond its own edges."""
    svg = parsed(chart("accuracy", {"a": [(0, 0.1), (1, 0.9)]}, percent=True, y_range=(0.8, 1.0)))
    assert [text for text in texts(svg) if "%" in text] == ["80%", "85%", "90%", "95%", "100%"]
    window = svg[-1] if svg[-1].tag == SVG + "svg" else next(child for child in svg if child.tag == SVG + "svg")
    top, height = float(str(window.get("y"))), float(str(window.get("height")))
    assert (top, top + height) == (TOP - 4, HEIGHT - BOTTOM + 4)            # 4 pixels for the width of a line
    assert window.get("viewBox", "").split()[1::2] == [f"{top:g}", f"{height:g}"]
    assert len(list(window.iter(SVG + "circle"))) == 2


def test_strokes_differ_without_colours() -> None:
    assert len({colour for colour, _ in STROKES}) == len({dashes for _, dashes in STROKES}) == len(STROKES)


def test_letters_are_legible_at_400_pixels() -> None:
    """The smallest, of 14 pixels in a chart of 520, are then 14·400/520 = 10.8 pixels high."""
    svg = parsed(chart("a", {"b": [(0, 1.0), (1, 2.0)]}, x_title="x"))
    assert min(float(text.get("font-size", "14")) for text in svg.iter(SVG + "text")) * 400 / WIDTH > 10


@pytest.mark.parametrize("name", ["b", "the book's own value"])
def test_nothing_is_cut_off(name: str) -> None:
    series = {name: [(0, 0.00012), (12_345_678, 0.9)], "c": [(0, 0.5)], "d": [(9, 0.9)]}
    svg = parsed(chart("accuracy", series, x_title="steps"))
    for text in svg.iter(SVG + "text"):
        x, y, length = float(str(text.get("x"))), float(str(text.get("y"))), width_of(str(text.text))
        left = x - {"middle": length / 2, "end": length}.get(text.get("text-anchor", ""), 0.0)
        assert 0 <= left and left + length <= WIDTH and 14 <= y <= HEIGHT - 4


def test_many_points_are_no_dots() -> None:
    for count in DOTS, DOTS + 1:
        svg = parsed(chart("cost", {"a": [(k, 1 / (k + 1)) for k in range(count)]}))
        assert len(list(svg.iter(SVG + "circle"))) == (count if count <= DOTS else 0)


def test_without_a_point_there_is_no_chart() -> None:
    with pytest.raises(ValueError, match="cost: no point to draw"):
        chart("cost", {"a": [(0, None)]})


# Of a run

def run_of(epochs: int) -> List[Epoch]:
    return [Epoch(k, 0.5, Score(50 + k % 50, 100), training_cost=1 / (k + 1), evaluation_cost=0.5)
            for k in range(epochs)]


@pytest.mark.parametrize("epochs, last_tick", [(1, "0"), (2, "1"), (30, "25"), (1001, "1,000")])
def test_a_run_of_any_length(epochs: int, last_tick: str, tmp_path: Path) -> None:
    draw_curves(list(map(row, run_of(epochs))), tmp_path / "curve.svg")
    found = texts(ElementTree.parse(tmp_path / "curve.svg").getroot())
    assert {"accuracy", "cost", "training", "evaluation", "test", "100%"} <= set(found)
    assert found.count("epoch") == 2 and found.count(last_tick) >= 2            # on both charts


def test_the_same_data_have_the_same_stroke_in_both_charts(tmp_path: Path) -> None:
    epoch = Epoch(0, 0.5, training_cost=0.1, evaluation_accuracy=Score(1, 2), evaluation_cost=0.3)
    draw_curves([row(epoch)], tmp_path / "curve.svg")
    svg = ElementTree.parse(tmp_path / "curve.svg").getroot()
    assert [circle.get("fill") for circle in svg.iter(SVG + "circle")] == [ORANGE, BLUE, ORANGE]


def test_only_what_was_measured_is_drawn(tmp_path: Path) -> None:
    draw_curves([row(Epoch(k, 3.0, test_accuracy=Score(k, 4))) for k in range(4)], tmp_path / "curve.svg")
    text = (tmp_path / "curve.svg").read_text(encoding="utf-8")
    assert ">test<" in text and "training" not in text and "evaluation" not in text and ">cost<" not in text
    assert "<title>test, 3: 75.00%</title>" in text                         # 3 of 4 in epoch 3, shown under the mouse
    with pytest.raises(ValueError, match="nothing was measured in this run"):
        draw_curves([row(Epoch(0, 3.0))], tmp_path / "curve.svg")


def test_the_same_run_makes_the_same_picture(tmp_path: Path) -> None:
    for name in "first.svg", "second.svg":
        draw_curves(list(map(row, run_of(3))), tmp_path / name)
    assert (tmp_path / "first.svg").read_bytes() == (tmp_path / "second.svg").read_bytes()


def test_a_picture_needs_nothing_from_elsewhere(tmp_path: Path) -> None:
    """No script, no image, and no address but the name of the SVG standard."""
    draw_curves(list(map(row, run_of(5))), tmp_path / "curve.svg")
    text = (tmp_path / "curve.svg").read_text(encoding="utf-8")
    assert text.count("http") == text.count("http://www.w3.org/2000/svg") == 1
    assert not re.search("<script|<image|<use|url\\(|@import|href", text)


def test_a_picture_is_not_named_as_another_kind(tmp_path: Path) -> None:
    with pytest.raises(BadFile, match="curve.png: pictures are written as SVG, expected a name that ends in .svg"):
        write_charts([chart("a", {"b": [(0, 1.0)]})], tmp_path / "curve.png")
    assert not list(tmp_path.iterdir())
