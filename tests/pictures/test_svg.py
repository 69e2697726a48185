"""The pictures are XML, so that what is drawn where can be read from them. (How they look was looked at.)"""
from __future__ import annotations

import os
import subprocess
import sys
import xml.etree.ElementTree as ElementTree
from pathlib import Path
from random import Random
from typing import Iterator, List, Tuple
from xml.etree.ElementTree import Element

import pytest

import purenn
from purenn import plot
from purenn.saved import models
from purenn.activations import relu, softmax
from purenn.pictures.curves import draw_curves, load_pygal
from purenn.saved.histories import row, write_history
from purenn.saved.files import BadFile
from purenn.history import Epoch, Score
from purenn.network2 import Network
from purenn.pictures.weights import IMAGE, ROW, portrait, shade

CLONE = Path(purenn.__file__).parent.parent
SVG = "{http://www.w3.org/2000/svg}"
ORANGE, BLUE = "#d55e00", "#0072b2"


def parsed(net: Network) -> Element:
    return ElementTree.fromstring(portrait(net))


def all_of(svg: Element, tag: str) -> List[Element]:
    return list(svg.iter(SVG + tag))


def small() -> Network:
    """Two inputs, two hidden neurons, one output; the strongest of its weights and biases is 2."""
    net = Network([2, 2, 1], activation=relu, output=softmax)
    net.weights = [[[1.0, -2.0], [0.0, 0.5]], [[0.25, -0.25]]]
    net.biases = [[1.0, -1.0], [0.0]]
    return net


def test_a_line_for_each_weight() -> None:
    """Its width is 0.5 and 7 for the strongest weight; below 0 it is blue and dashed."""
    lines = {str(line[0].text): line for line in all_of(parsed(small()), "line")}
    assert {title: line.get("stroke-width") for title, line in lines.items()} == {
        "w¹₁₁ = 1": "4.00", "w¹₁₂ = -2": "7.50", "w¹₂₁ = 0": "0.50", "w¹₂₂ = 0.5": "2.25",
        "w²₁₁ = 0.25": "1.38", "w²₁₂ = -0.25": "1.38"}
    assert {line.get("stroke") for title, line in lines.items() if "-" not in title} == {ORANGE}
    assert {line.get("stroke") for title, line in lines.items() if "-" in title} == {BLUE}
    assert [title for title, line in lines.items() if line.get("stroke-dasharray")] == ["w²₁₂ = -0.25", "w¹₁₂ = -2"]


def test_a_line_leads_from_neuron_to_neuron() -> None:
    svg = parsed(small())
    circles = {circle[0].text: (circle.get("cx"), circle.get("cy")) for circle in all_of(svg, "circle")}
    assert len(circles) == 5
    line, = [line for line in all_of(svg, "line") if line[0].text == "w¹₁₂ = -2"]       # from input 2 to the first neuron
    assert (line.get("x1"), line.get("y1")) == circles["input 2"]
    assert (line.get("x2"), line.get("y2")) == circles["b¹₁ = 1"]
    # two neurons stand a row apart; one alone stands half-way
    assert float(str(circles["input 2"][1])) - float(str(circles["input 1"][1])) == ROW
    assert float(str(circles["b²₁ = 0"][1])) - float(str(circles["input 1"][1])) == ROW / 2


def test_a_neuron_bears_its_bias() -> None:
    """1 of 2 is half-way from white to orange: each channel half-way from 255."""
    svg = parsed(small())
    fills = {circle[0].text: circle.get("fill") for circle in all_of(svg, "circle")}
    assert fills["b¹₁ = 1"] == shade(0.5) == "#eaae80"          # (255 + 213)/2, (255 + 94)/2 and (255 + 0)/2
    assert fills["b²₁ = 0"] == fills["input 1"] == "#ffffff"
    texts = [text.text for text in all_of(svg, "text")]
    for text in "input", "relu", "softmax", "x1", "x2", "1.00", "-1.00", "0.00", "0.25", "-0.25", "-2.00", "-2", "2":
        assert text in texts


def images(net: Network) -> Network:
    """One hidden neuron that looks at 28 x 28 pixels, and at all but two of them with the weight 0."""
    net.weights[0] = [[0.0] * 784]
    net.weights[0][0][0], net.weights[0][0][28 + 2] = -3.0, 3.0
    return net


def test_the_weights_of_784_inputs_are_an_image() -> None:
    """The first pixel is the upper left one; the one after 28 + 2 others is the third of the second row."""
    svg = parsed(images(Network([784, 1, 10])))
    assert all_of(svg, "line") == []
    paths = {path.get("stroke"): path.get("d") for path in all_of(svg, "path")}
    assert paths == {BLUE: "M0 0.5h1", ORANGE: "M2 1.5h1"}
    scale = [group.get("transform") for group in all_of(svg, "g")][1]
    assert scale == f"scale({IMAGE / 28:g})"


def test_an_image_says_what_its_neuron_speaks_for() -> None:
    net = Network([64, 1, 4])
    net.weights[1] = [[0.1], [-0.5], [0.7], [0.2]]
    assert "1: for 2, against 1" in [text.text for text in all_of(parsed(net), "text")]


@pytest.mark.parametrize("sizes", [[1, 1], [2, 2, 1], [3, 4, 2], [16, 1], [6, 8, 8, 3], [17, 3], [64, 30, 10], [64, 10],
                                   [50, 7, 1], [784, 12, 5, 10], [784, 101, 10]], ids=str)
def test_nothing_is_cut_off(sizes: List[int]) -> None:
    """Every text lies within the picture, a letter being about half as wide as high; so does every image and neuron."""
    svg = parsed(Network(sizes, rng=Random(1)))
    width, height = float(str(svg.get("width"))), float(str(svg.get("height")))

    def boxes(element: Element, dx: float, dy: float) -> Iterator[List[float]]:
        transform = element.get("transform", "")
        if transform.startswith("translate"):
            moved = [float(part) for part in transform[10:-1].split()]
            dx, dy = dx + moved[0], dy + moved[1]
            yield [dx, dx + IMAGE, dy, dy + IMAGE]
        if element.tag == SVG + "text":
            size = float(element.get("font-size", "13"))
            x, length = dx + float(str(element.get("x"))), 0.52 * size * len(str(element.text))
            left = x - length / 2 if element.get("text-anchor") == "middle" else x
            yield [left, left + length, float(str(element.get("y"))) - size, float(str(element.get("y"))) + 4]
        if element.tag == SVG + "circle":
            x, y, r = (float(str(element.get(name))) for name in ("cx", "cy", "r"))
            yield [x - r, x + r, y - r, y + r]
        for child in element:
            yield from boxes(child, dx, dy)

    found = list(boxes(svg, 0.0, 0.0))
    assert len(found) > sum(sizes[1:2])
    for left, right, top, bottom in found:
        assert 0 <= left < right <= width and 0 <= top < bottom <= height


# Curves

def run_of(epochs: int) -> List[Epoch]:
    return [Epoch(k, 0.5, Score(50 + k % 50, 100), training_cost=1 / (k + 1), evaluation_cost=0.5) for k in range(epochs)]


@pytest.fixture
def pygal() -> None:
    pytest.importorskip("pygal", reason="curves need pygal, an optional extra")


@pytest.mark.usefixtures("pygal")
@pytest.mark.parametrize("epochs, last_mark", [(1, "0"), (2, "1"), (30, "25"), (1001, "1000")])
def test_curves_of_any_length(epochs: int, last_mark: str, tmp_path: Path) -> None:
    draw_curves(list(map(row, run_of(epochs))), tmp_path / "curve.svg")
    text = (tmp_path / "curve.svg").read_text(encoding="utf-8")
    texts = [element.text or "" for element in all_of(ElementTree.fromstring(text), "text")]
    for label in "accuracy", "cost", "training ——", "evaluation – –", "test ····":
        assert label in texts
    assert texts.count("epoch") == 2
    assert texts.count("0") >= 2 and texts.count(last_mark) >= 2        # on both axes


@pytest.mark.usefixtures("pygal")
def test_the_same_run_makes_the_same_picture(tmp_path: Path) -> None:
    for name in "first.svg", "second.svg":
        draw_curves(list(map(row, run_of(3))), tmp_path / name)
    assert (tmp_path / "first.svg").read_bytes() == (tmp_path / "second.svg").read_bytes()


@pytest.mark.usefixtures("pygal")
def test_curves_need_nothing_from_elsewhere(tmp_path: Path) -> None:
    """No script at all, and no address but the name of the SVG standard and those in pygal's own comment."""
    draw_curves(list(map(row, run_of(5))), tmp_path / "curve.svg")
    svg = ElementTree.parse(tmp_path / "curve.svg").getroot()
    assert {element.tag for element in svg.iter()} & {SVG + "script", "script", SVG + "image", SVG + "use"} == set()
    text = ElementTree.tostring(svg, encoding="unicode")            # comments are left out
    assert text.count("http") == text.count("http://www.w3.org/2000/svg") and "url(" not in text and "@import" not in text


@pytest.mark.usefixtures("pygal")
def test_only_what_was_measured_is_drawn(tmp_path: Path) -> None:
    draw_curves([row(Epoch(k, 3.0, test_accuracy=Score(k, 4))) for k in range(4)], tmp_path / "curve.svg")
    text = (tmp_path / "curve.svg").read_text(encoding="utf-8")
    assert "test ····" in text and "training" not in text and "evaluation" not in text and ">cost<" not in text
    assert "<title>3: 75.0%</title>" in text                        # 3 of 4 in epoch 3, shown under the mouse
    with pytest.raises(ValueError, match="nothing was measured in this run"):
        draw_curves([row(Epoch(0, 3.0))], tmp_path / "curve.svg")


def test_without_pygal_one_line_says_what_to_install(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setitem(sys.modules, "pygal", None)                 # what Python has where an import shall fail
    with pytest.raises(ValueError) as error:
        load_pygal()
    assert str(error.value) == "curves are drawn by pygal, which is not installed: pip install pygal"
    write_history(run_of(2), tmp_path / "history.csv")
    with pytest.raises(ValueError, match="pip install pygal"):
        plot.main([str(tmp_path / "history.csv"), str(tmp_path / "curve.svg")])
    assert not (tmp_path / "curve.svg").exists()


# The command

@pytest.mark.usefixtures("pygal")
@pytest.mark.parametrize("name", ["history.csv", "history.json"])
def test_plot_draws_a_history(name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write_history(run_of(3), tmp_path / name)
    plot.main([str(tmp_path / name), str(tmp_path / "curve.svg")])
    assert capsys.readouterr().out == f"wrote {tmp_path / 'curve.svg'}\n"
    assert "accuracy" in (tmp_path / "curve.svg").read_text(encoding="utf-8")


@pytest.mark.parametrize("name", ["model.json", "model.json.gz"])
def test_plot_draws_a_network(name: str, tmp_path: Path) -> None:
    models.save(small(), tmp_path / name)
    plot.main([str(tmp_path / name), str(tmp_path / "net.svg")])
    assert (tmp_path / "net.svg").read_text(encoding="utf-8") == portrait(small())


def test_plot_says_what_it_cannot_draw(tmp_path: Path) -> None:
    (tmp_path / "text").write_text("To be, or not to be\n")
    (tmp_path / "object").write_text("{}")
    for name in "text", "object", "missing":
        with pytest.raises(BadFile, match=name):
            plot.main([str(tmp_path / name), str(tmp_path / "picture.svg")])
    models.save(small(), tmp_path / "model.json")
    with pytest.raises(BadFile, match="No such file or directory"):
        plot.main([str(tmp_path / "model.json"), str(tmp_path / "nowhere" / "net.svg")])
    with pytest.raises(BadFile, match="named for two purposes"):
        plot.main([str(tmp_path / "model.json"), str(tmp_path / "model.json")])


@pytest.mark.usefixtures("pygal")
@pytest.mark.parametrize("costs", [(1e308, 0.0), (5e-324, 1e-323), (1e308, -1e308)])
def test_numbers_that_no_axis_can_show(costs: Tuple[float, float], tmp_path: Path) -> None:
    """They are finite, but their quotients or their difference are not."""
    with pytest.raises(BadFile, match="curve.svg: the numbers are too large, or lie too close together, for an axis"):
        draw_curves([row(Epoch(k, 0.5, training_cost=cost)) for k, cost in enumerate(costs)], tmp_path / "curve.svg")


def train(*arguments: str, path: str = "") -> "subprocess.CompletedProcess[str]":
    environment = dict(os.environ, PYTHONPATH=os.pathsep.join([path, str(CLONE)] if path else [str(CLONE)]))
    return subprocess.run([sys.executable, "-m", "purenn.train", "--limit", "100", "--epochs", "2", *arguments],
                          capture_output=True, encoding="utf-8", timeout=120, env=environment)


@pytest.mark.usefixtures("pygal")
def test_train_draws_its_curves(tmp_path: Path) -> None:
    result = train("--plot", str(tmp_path / "curve.svg"))
    assert (result.returncode, result.stderr) == (0, "")
    assert ">accuracy<" in (tmp_path / "curve.svg").read_text(encoding="utf-8")


def test_train_says_at_once_that_it_cannot_draw(tmp_path: Path) -> None:
    """A pygal that cannot be imported stands before any other in the path. No epoch is trained in vain."""
    (tmp_path / "pygal.py").write_text("raise ImportError")
    result = train("--plot", str(tmp_path / "curve.svg"), path=str(tmp_path))
    assert (result.returncode, result.stdout) == (2, "")
    assert result.stderr == "purenn.train: error: curves are drawn by pygal, which is not installed: pip install pygal\n"
