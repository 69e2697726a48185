"""A network as a picture in SVG: the weights of its neurons.

A small network is drawn as textbooks do it, its neurons in columns and each weight a line: the stronger the
weight, the thicker the line. In a network that looks at images a line for each weight would be a grey blur.
There every neuron of layer 2 becomes an image itself, with a pixel for each pixel it looks at: where it
is orange, ink excites the neuron, and where it is blue, ink inhibits it.

>>> shade(0.0), shade(1.0), shade(-1.0)
('#ffffff', '#d55e00', '#0072b2')
"""
from __future__ import annotations

import math
from typing import Dict, Iterator, List, Tuple

from ..matrix import Vector, argmax, scale, transpose
from ..network2 import Network
from ..onpaper.page import name
from . import svg

Point = Tuple[float, float]

ORANGE, BLUE = (0xD5, 0x5E, 0x00), (0x00, 0x72, 0xB2)
"""Excitation and inhibition, told apart by colour-blind readers as well (Okabe and Ito, 2008)."""

MOST_NEURONS, MOST_LINES = 16, 250
"""The largest layer and the most connections of a network that is drawn as neurons and lines."""

NARROWEST = 400
"""No picture is narrower than its legend."""

TONES = 16
"""The number of shades of either colour in an image. A few keep the file small."""


def network_svg(net: Network) -> str:
    """The network as the text of an SVG file."""
    lines = sum(n_in * n_out for n_in, n_out in zip(net.sizes, net.sizes[1:]))
    small = max(net.sizes) <= MOST_NEURONS and lines <= MOST_LINES
    return neurons_and_lines(net) if small else weight_images(net)


def shade(strength: float) -> str:
    """A colour from blue (-1) over white (0) to orange (1)."""
    full = ORANGE if strength > 0.0 else BLUE
    return "#" + "".join(f"{round(255 + min(1.0, abs(strength)) * (channel - 255)):02x}" for channel in full)


def _legend(x: float, y: float, strongest: float, what: str) -> Iterator[str]:
    """A strip of all shades, the weights that they stand for, and a line that says what is shown."""
    for k in range(-TONES, TONES + 1):
        yield f'<rect x="{x + 5 * (k + TONES):g}" y="{y:g}" width="5.5" height="12" fill="{shade(k / TONES)}"/>'
    for k, value in (0, -strongest), (TONES, 0.0), (2 * TONES, strongest):
        yield svg.text(x + 5 * k + 2.5, y + 27, f"{value:.3g}", text_anchor="middle", font_size="13")
    yield svg.text(x, y + 49, what, font_size="13")


# Neurons and lines

ROW, COLUMN, MARGIN, RADIUS = 80, 240, 70, 24
LABELLED = 12
"""Where no more lines than these run from layer to layer, each bears its number."""

OUTLINED = {"paint_order": "stroke", "stroke": "white", "stroke_width": "4"}
DASHED = ' stroke-dasharray="10 4"'


def neurons_and_lines(net: Network) -> str:
    """A small network as textbooks draw it. A line's colour and stroke tell its sign, its width its strength."""
    height = 150 + ROW * max(net.sizes)
    width = max(NARROWEST, 2 * MARGIN + COLUMN * (net.num_layers - 1))
    column = (width - 2 * MARGIN) / (net.num_layers - 1)
    place = {(l, j): (MARGIN + column * l, 50.0 + ROW * (j + (max(net.sizes) - n + 1) / 2))
             for l, n in enumerate(net.sizes) for j in range(n)}
    return svg.picture(width, height, _network(net, place, height))


def _network(net: Network, place: Dict[Tuple[int, int], Point], height: float) -> Iterator[str]:
    """Lines, neurons and legend; `place` has each layer's neurons."""
    strongest = max(abs(p) for matrix in [net.biases, *net.weights] for row in matrix for p in row) or 1.0
    connections = [(w, l, j, k) for l, weights in enumerate(net.weights)
                   for j, row in enumerate(weights) for k, w in enumerate(row)]
    for l, what in enumerate(["input", *map(str, net.activation_functions)]):
        yield svg.text(place[l, 0][0], 28, what, text_anchor="middle", font_size="15")
    for w, l, j, k in sorted(connections, key=lambda connection: abs(connection[0])):
        (x1, y1), (x2, y2) = place[l, k], place[l + 1, j]
        yield (f'<line x1="{x1:g}" y1="{y1:g}" x2="{x2:g}" y2="{y2:g}" stroke="{shade(math.copysign(1.0, w))}" '
               f'stroke-width="{0.5 + 7 * abs(w) / strongest:.2f}"{DASHED if w < 0.0 else ""}>'
               f"<title>{name('w', l + 2, j, k)} = {w:.6g}</title></line>")
    labelled = [one for one in connections if net.sizes[one[1]] * net.sizes[one[1] + 1] <= LABELLED]
    yield from _numbers([(w, place[l, k], place[l + 1, j]) for w, l, j, k in labelled])
    for (l, j), (x, y) in place.items():
        bias = net.biases[l - 1][j] if l else 0.0
        title = f"{name('b', l + 1, j)} = {bias:.6g}" if l else f"input {j + 1}"
        yield (f'<circle cx="{x:g}" cy="{y:g}" r="{RADIUS}" fill="{shade(bias / strongest)}" stroke="#333">'
               f"<title>{title}</title></circle>")
        yield svg.text(x, y + 4.5, f"{bias:.2f}" if l else f"x{j + 1}", text_anchor="middle", font_size="13")
    yield from _legend(24, height - 65, strongest, "weights (lines, dashed below 0), biases (in neurons)")


def _numbers(lines: List[Tuple[float, Point, Point]]) -> Iterator[str]:
    """The lines' numbers, each written on its line where it is farthest from those that are there already."""
    written = [(math.inf, math.inf)]
    for w, (x1, y1), (x2, y2) in lines:
        places = [(x1 + part * (x2 - x1), y1 + part * (y2 - y1)) for part in (0.3, 0.4, 0.5, 0.6, 0.7)]
        x, y = max(places, key=lambda place: min(math.hypot(place[0] - x, 2 * (place[1] - y)) for x, y in written))
        written.append((x, y))
        yield svg.text(x, y + 4, f"{w:.2f}", text_anchor="middle", font_size="13", **OUTLINED)


# Images of weights

IMAGE, GAP, CAPTION = 112, 16, 20


def weight_images(net: Network) -> str:
    """The weights of each neuron of layer 2, the first after the input, laid out as the pixels of the input are."""
    n, root = net.sizes[1], math.ceil(math.sqrt(net.sizes[1]))
    per_row = min(range(min(root, 10), min(n, 2 * root, 10) + 1), key=lambda columns: (-n % columns, columns))
    image = max(IMAGE, (NARROWEST - GAP) // per_row - GAP)
    height = 50 + math.ceil(n / per_row) * (image + GAP + CAPTION)
    return svg.picture(GAP + per_row * (image + GAP), height + 80, _images(net, per_row, image, height))


def _images(net: Network, per_row: int, side: int, height: float) -> Iterator[str]:
    weights = net.weights[0]
    strengths = sorted(abs(w) for row in weights for w in row)
    strongest = strengths[len(strengths) * 199 // 200] or 1.0       # a few strong ones would make the others pale
    yield svg.text(GAP, 32, f"{'-'.join(map(str, net.sizes))}: the first weights", font_size="15")
    for j, row in enumerate(weights):
        x, y = GAP + j % per_row * (side + GAP), 50 + j // per_row * (side + GAP + CAPTION)
        yield f'<g transform="translate({x} {y})" shape-rendering="crispEdges">'
        yield from _image(scale(1.0 / strongest, row), side)
        yield f"</g>{svg.text(x, y + side + 16, _caption(net, j), font_size='11')}"
    yield from _legend(GAP + 8, height + 10, strongest,
                       "weights" + (" (one in 200 is stronger)" if strongest < strengths[-1] else ""))


def _image(pixels: Vector, side: float) -> Iterator[str]:
    """Numbers from -1 to 1 (and what lies beyond, as these) as an image: for each shade one path along its pixels."""
    n = math.ceil(math.sqrt(len(pixels)))
    runs: Dict[int, str] = {}
    for k, pixel in enumerate(pixels):
        tone = round(TONES * max(-1.0, min(1.0, pixel)))
        runs[tone] = runs.get(tone, "") + f"M{k % n} {k // n}.5h1"
    yield f'<g transform="scale({side / n:g})">'
    for tone, path in sorted(runs.items()):
        if tone:
            yield f'<path d="{path}" stroke="{shade(tone / TONES)}"/>'
    yield f'<rect width="{n}" height="{n}" fill="none" stroke="#999" stroke-width="{n / side:g}"/></g>'


def _caption(net: Network, j: int) -> str:
    """The neuron's number; and where it leads to the outputs, the digit it adds most to, and takes most from."""
    if net.num_layers == 2:
        return f"output {j}"
    if net.num_layers > 3 or net.sizes[-1] == 1:
        return f"{j + 1}"
    outgoing = transpose(net.weights[1])[j]
    return f"{j + 1}: for {argmax(outgoing)}, against {argmax(scale(-1.0, outgoing))}"
