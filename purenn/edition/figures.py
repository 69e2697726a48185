"""Pictures of what purenn computes, drawn by `purenn.pictures` while the book is made.

A figure is a function here and its entry below: what it shows in words, for those who do not see it.
"""
from __future__ import annotations

from functools import lru_cache
from random import Random
from typing import Callable, Dict, NamedTuple

from .. import data
from ..activations import sigmoid, tanh
from ..costs import CrossEntropyCost, QuadraticCost
from ..network2 import Network
from ..pictures import curves, svg, weights


class Figure(NamedTuple):
    """What draws it, and what it shows."""

    draw: Callable[[], str]
    shows: str


def one_chart(chart: str) -> str:
    """A chart as a picture."""
    return svg.picture(curves.WIDTH, curves.HEIGHT, [chart])


def sigma() -> str:
    """σ and its slope."""
    zs = [k / 10 for k in range(-60, 61)]
    return one_chart(curves.chart("σ(z), and its slope σ′(z)", {
        "σ": [(z, sigmoid([z])[0]) for z in zs],
        "σ′": [(z, sigmoid.backward(sigmoid([z]), [1.0])[0]) for z in zs]}, x_title="z", y_range=(0.0, 1.0)))


def slopes() -> str:
    """The slopes of sigmoid and tanh."""
    zs = [k / 10 for k in range(-60, 61)]
    return one_chart(curves.chart("slope", {
        f"{one}′": [(z, one.backward(one([z]), [1.0])[0]) for z in zs] for one in (sigmoid, tanh)},
        x_title="z", y_range=(0.0, 1.0)))


def slowdown() -> str:
    """Cost against weight: one neuron with input 1 and bias 0, of which 0 is desired."""
    ws = [k / 10 for k in range(-40, 61)]
    return one_chart(curves.chart("cost of one neuron", {
        "quadratic": [(w, QuadraticCost.fn(sigmoid([w]), [0.0])) for w in ws],
        "cross-entropy": [(w, CrossEntropyCost.fn(sigmoid([w]), [0.0])) for w in ws]},
        x_title="weight w, where x = 1, b = 0 and y = 0", y_range=(0.0, 4.0)))


def output_errors() -> str:
    """δ of an output against what it answers, where 0 is right."""
    outputs = [k / 100 for k in range(101)]
    return one_chart(curves.chart("error δ of the output", {
        "quadratic": [(a, QuadraticCost.delta(sigmoid, [a], [0.0])[0]) for a in outputs],
        "cross-entropy": [(a, CrossEntropyCost.delta(sigmoid, [a], [0.0])[0]) for a in outputs]},
        x_title="output a, where 0 is desired", y_range=(0.0, 1.0)))


def valley() -> str:
    """The cost of the 2-2-1 network along the line of steepest descent, from the book's start."""
    from ..trace import EXAMPLE, TEXTBOOK
    x, y = EXAMPLE
    points = []
    for k in range(0, 41):
        net = Network([2, 2, 1], Random(0))
        net.weights, net.biases = [[row[:] for row in w] for w in TEXTBOOK[0]], [b[:] for b in TEXTBOOK[1]]
        net.update_mini_batch([(x, y)], eta=k / 2)
        points.append((k / 2, QuadraticCost.fn(net.feedforward(x), y)))
    return one_chart(curves.chart("cost after one step", {"cost": points}, x_title="learning rate η of that step"))


@lru_cache(maxsize=None)
def trained() -> Network:
    """The network of chapter 1 on the embedded digits, after three epochs."""
    training_data, _, _ = data.load("digits")
    net = Network([64, 30, 10], Random(6))
    examples = list(training_data)
    for _ in range(3):
        shuffled = net.rng.sample(examples, len(examples))
        for k in range(0, len(shuffled), 10):
            net.update_mini_batch(shuffled[k:k + 10], 3.0)
    return net


def looked_for() -> str:
    """What its thirty neurons look for."""
    return weights.weight_images(trained())


def digit() -> str:
    """One training image, and its numbers."""
    (x, y), *_ = data.load("digits")[0]
    side, content = 46, []
    for k, level in enumerate(x):
        column, row = k % 8 * side, k // 8 * side
        grey = round(255 * (1 - level))
        content.append(f'<rect x="{column}" y="{row}" width="{side}" height="{side}" fill="rgb({grey},{grey},{grey})" '
                       f'stroke="#ccc"/>')
        content.append(svg.text(column + side / 2, row + side / 2 + 5, f"{level:.2f}"[level < 1:], text_anchor="middle",
                                font_size="13", fill="white" if level > 0.5 else "#333"))
    return svg.picture(8 * side, 8 * side, content)


def xor() -> str:
    """The network of the example in `network`, after its thousand steps."""
    net = Network([2, 3, 1], rng=Random(0))
    examples = [([0.0, 0.0], [0.0]), ([0.0, 1.0], [1.0]), ([1.0, 0.0], [1.0]), ([1.0, 1.0], [0.0])]
    for _ in range(1000):
        net.update_mini_batch(examples, eta=5.0)
    return weights.neurons_and_lines(net)


def vanishing() -> str:
    """How long δ is in each of five hidden layers, on average, in a network that has just been drawn."""
    from ..metrics import gradient_sizes
    training_data, _, _ = data.load("digits")
    net = Network([64, 30, 30, 30, 30, 30, 10], Random(6), initializer="scaled", cost="cross-entropy")
    sizes = gradient_sizes(net, training_data[:200])[:-1]
    return one_chart(curves.chart("length of the error δ", {"‖δ‖": list(enumerate(sizes, 2))},
                                  x_title="layer", log_y=True))


FIGURES: Dict[str, Figure] = {
    "sigma": Figure(sigma, "σ rises from 0 to 1; its slope is a bell of height ¼ around z = 0."),
    "slopes": Figure(slopes, "σ′ is nowhere above ¼, tanh′ reaches 1; both are flat far from 0."),
    "slowdown": Figure(slowdown, "From a weight of 4 on the quadratic cost is flat, the cross-entropy rises evenly."),
    "output-errors": Figure(output_errors, "With the quadratic cost δ falls back to 0 where the output is most wrong; "
                                           "with the cross-entropy it grows evenly."),
    "valley": Figure(valley, "The cost falls the further the longer the step, and flattens."),
    "looked-for": Figure(looked_for, "Thirty images of 8 x 8 weights: orange where ink excites, blue where not."),
    "digit": Figure(digit, "An image of 8 x 8 pixels, in each its number from 0 to 1."),
    "xor": Figure(xor, "Two inputs, three hidden neurons and one output, joined by lines as thick as their weights."),
    "vanishing": Figure(vanishing, "The error is longest in the last hidden layer and shrinks on its way back."),
}
"""Figures by name."""

OF_MODULES: Dict[str, Dict[str, str]] = {
    "activations": {"": "sigma", "Sigmoid": "slopes"},
    "costs": {"": "slowdown", "Cost.delta": "output-errors"},
    "network": {"": "xor"},
    "metrics": {"gradient_sizes": "vanishing"},
}
"""By module, and by the name beside which it stands ("" is the opening), the figure."""


def figure(name: str, caption: str = "") -> str:
    """A figure with its caption, as HTML."""
    one = FIGURES[name]
    words = caption or one.shows
    return (f'<figure role="group" aria-label="{one.shows}">{one.draw().strip()}'
            f"<figcaption>{words}</figcaption></figure>")
