"""A network's picture is XML, so that what is drawn where can be read from it. (How it looks was looked at.)"""
from __future__ import annotations

import xml.etree.ElementTree as ElementTree
from random import Random
from typing import Iterator, List
from xml.etree.ElementTree import Element

import pytest

from purenn.activations import relu, softmax
from purenn.network2 import Network
from purenn.pictures.weights import IMAGE, NARROWEST, ROW, network_svg, shade

SVG = "{http://www.w3.org/2000/svg}"
ORANGE, BLUE = "#d55e00", "#0072b2"


def parsed(net: Network) -> Element:
    return ElementTree.fromstring(network_svg(net))


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
        "w²₁₁ = 1": "4.00", "w²₁₂ = -2": "7.50", "w²₂₁ = 0": "0.50", "w²₂₂ = 0.5": "2.25",
        "w³₁₁ = 0.25": "1.38", "w³₁₂ = -0.25": "1.38"}
    assert {line.get("stroke") for title, line in lines.items() if "-" not in title} == {ORANGE}
    assert {line.get("stroke") for title, line in lines.items() if "-" in title} == {BLUE}
    assert [title for title, line in lines.items() if line.get("stroke-dasharray")] == ["w³₁₂ = -0.25", "w²₁₂ = -2"]


def test_a_line_leads_from_neuron_to_neuron() -> None:
    svg = parsed(small())
    circles = {circle[0].text: (circle.get("cx"), circle.get("cy")) for circle in all_of(svg, "circle")}
    assert len(circles) == 5
    line, = [line for line in all_of(svg, "line") if line[0].text == "w²₁₂ = -2"]   # from input 2 to neuron 1
    assert (line.get("x1"), line.get("y1")) == circles["input 2"]
    assert (line.get("x2"), line.get("y2")) == circles["b²₁ = 1"]
    # two neurons stand a row apart; one alone stands half-way
    assert float(str(circles["input 2"][1])) - float(str(circles["input 1"][1])) == ROW
    assert float(str(circles["b³₁ = 0"][1])) - float(str(circles["input 1"][1])) == ROW / 2


def test_a_neuron_bears_its_bias() -> None:
    """1 of 2 is half-way from white to orange: each channel half-way from 255."""
    svg = parsed(small())
    fills = {circle[0].text: circle.get("fill") for circle in all_of(svg, "circle")}
    assert fills["b²₁ = 1"] == shade(0.5) == "#eaae80"          # (255 + 213)/2, (255 + 94)/2 and (255 + 0)/2
    assert fills["b³₁ = 0"] == fills["input 1"] == "#ffffff"
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
    assert scale == "scale(13.1429)"            # alone, it is 400 - 2·16 = 368 pixels wide: 368/28


def test_an_image_says_what_its_neuron_speaks_for() -> None:
    net = Network([64, 1, 4])
    net.weights[1] = [[0.1], [-0.5], [0.7], [0.2]]
    assert "1: for 2, against 1" in [text.text for text in all_of(parsed(net), "text")]


@pytest.mark.slow
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


@pytest.mark.slow
@pytest.mark.parametrize("sizes", [[1, 1], [2, 1], [2, 2], [64, 1, 10], [64, 2, 10], [64, 3, 10], [64, 4, 10],
                                   [64, 7, 10], [64, 11, 10], [784, 30, 10]], ids=str)
def test_no_half_of_the_canvas_is_empty(sizes: List[int]) -> None:
    """The last image or neuron to the right ends within a fifth of the width from the edge."""
    svg = parsed(Network(sizes, rng=Random(1)))
    width = float(str(svg.get("width")))
    right = [float(str(circle.get("cx"))) + float(str(circle.get("r"))) for circle in all_of(svg, "circle")]
    for image in all_of(svg, "g"):
        if image.get("transform", "").startswith("translate"):
            x = float(image.get("transform", "")[10:].split()[0])
            side, = (float(str(rect.get("width"))) * float(group.get("transform", "")[6:-1])
                     for group in image.iter(SVG + "g") for rect in group.findall(SVG + "rect"))
            right.append(x + side)
    assert width >= NARROWEST and 0.8 * width < max(right) <= width
