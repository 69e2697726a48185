"""A network as a picture: what each neuron listens to, as an SVG file that any browser shows.

A small network is drawn as textbooks do it, its neurons in columns and each weight a line: the stronger the
weight, the thicker the line. In a network that looks at images a line for each weight would be a grey blur.
There every neuron of the first layer becomes an image itself, with a pixel for each pixel it looks at: where it
is orange, ink excites the neuron, and where it is blue, ink holds it back.

>>> shade(0.0), shade(1.0), shade(-1.0)
('#ffffff', '#d55e00', '#0072b2')
"""
from __future__ import annotations

import math
from typing import Dict, Iterator, List, Tuple

from ..onpaper.page import name
from ..matrix import Vector, argmax, scale, transpose
from ..network2 import Network

Point = Tuple[float, float]

ORANGE, BLUE = (0xD5, 0x5E, 0x00), (0x00, 0x72, 0xB2)
"""Excitation and inhibition, told apart by colour-blind readers as well (Okabe and Ito, 2008)."""

MOST_NEURONS, MOST_LINES = 16, 250
"""The largest layer and the most connections of a network that is drawn as neurons and lines."""

WIDTH = 640
"""No picture is narrower: the legend needs that."""

TONES = 16
"""So many shades of either colour are used in an image, which keeps the file small."""


def portrait(net: Network) -> str:
    """The network as the text of an SVG file."""
    lines = sum(n_in * n_out for n_in, n_out in zip(net.sizes, net.sizes[1:]))
    drawing = neurons_and_lines(net) if max(net.sizes) <= MOST_NEURONS and lines <= MOST_LINES else weight_images(net)
    return "\n".join([*drawing, "</svg>\n"])


def shade(strength: float) -> str:
    """A colour from blue (-1) over white (0) to orange (1)."""
    full = ORANGE if strength > 0.0 else BLUE
    return "#" + "".join(f"{round(255 + min(1.0, abs(strength)) * (channel - 255)):02x}" for channel in full)


def _svg(width: float, height: float) -> str:
    return (f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:g} {height:g}" width="{width:g}" '
            f'height="{height:g}" font-family="sans-serif" font-size="13">\n'
            '<rect width="100%" height="100%" fill="white"/>')


def _text(x: float, y: float, text: str, **attributes: str) -> str:
    more = "".join(f' {name.replace("_", "-")}="{value}"' for name, value in attributes.items())
    return f'<text x="{x:g}" y="{y:g}"{more}>{text}</text>'


def _legend(x: float, y: float, strongest: float, what: str) -> Iterator[str]:
    """A strip of all shades, with the weights that they stand for."""
    for k in range(-TONES, TONES + 1):
        yield f'<rect x="{x + 5 * (k + TONES):g}" y="{y:g}" width="5.5" height="12" fill="{shade(k / TONES)}"/>'
    for k, value in (0, -strongest), (TONES, 0.0), (2 * TONES, strongest):
        yield _text(x + 5 * k + 2.5, y + 27, f"{value:.3g}", text_anchor="middle")
    yield _text(x + 5 * (2 * TONES + 1) + 14, y + 11, what)


# Neurons and lines

ROW, COLUMN, RADIUS = 80, 240, 24
LABELLED = 12
"""Where no more lines than these run from layer to layer, each bears its number."""

OUTLINED = {"paint_order": "stroke", "stroke": "white", "stroke_width": "4"}
DASHED = ' stroke-dasharray="10 4"'


def neurons_and_lines(net: Network) -> Iterator[str]:
    """A small network as textbooks draw it. A line's colour and stroke tell its sign, its width its strength."""
    most = max(net.sizes)
    strongest = max(abs(p) for matrix in [net.biases, *net.weights] for row in matrix for p in row) or 1.0
    place = {(l, j): (80.0 + COLUMN * l, 50.0 + ROW * (j + (most - n + 1) / 2))
             for l, n in enumerate(net.sizes) for j in range(n)}
    connections = [(w, l, j, k) for l, weights in enumerate(net.weights)
                   for j, row in enumerate(weights) for k, w in enumerate(row)]
    yield _svg(max(WIDTH, 160 + COLUMN * (net.num_layers - 1)), 130 + ROW * most)
    for l, what in enumerate(["input", *map(str, net.activation_functions)]):
        yield _text(80 + COLUMN * l, 28, what, text_anchor="middle", font_size="15")
    for w, l, j, k in sorted(connections, key=lambda connection: abs(connection[0])):
        (x1, y1), (x2, y2) = place[l, k], place[l + 1, j]
        yield (f'<line x1="{x1:g}" y1="{y1:g}" x2="{x2:g}" y2="{y2:g}" stroke="{shade(math.copysign(1.0, w))}" '
               f'stroke-width="{0.5 + 7 * abs(w) / strongest:.2f}"{DASHED if w < 0.0 else ""}>'
               f"<title>{name('w', l + 1, j, k)} = {w:.6g}</title></line>")
    labelled = [one for one in connections if net.sizes[one[1]] * net.sizes[one[1] + 1] <= LABELLED]
    yield from _numbers([(w, place[l, k], place[l + 1, j]) for w, l, j, k in labelled])
    for (l, j), (x, y) in place.items():
        bias = net.biases[l - 1][j] if l else 0.0
        title = f"{name('b', l, j)} = {bias:.6g}" if l else f"input {j + 1}"
        yield (f'<circle cx="{x:g}" cy="{y:g}" r="{RADIUS}" fill="{shade(bias / strongest)}" stroke="#333">'
               f"<title>{title}</title></circle>")
        yield _text(x, y + 4.5, f"{bias:.2f}" if l else f"x{j + 1}", text_anchor="middle")
    yield from _legend(32, 85 + ROW * most, strongest, "weights (lines, dashed below 0) and biases (in the neurons)")


def _numbers(lines: List[Tuple[float, Point, Point]]) -> Iterator[str]:
    """The lines' numbers, each written on its line where it is farthest from those that are there already."""
    written = [(math.inf, math.inf)]
    for w, (x1, y1), (x2, y2) in lines:
        places = [(x1 + part * (x2 - x1), y1 + part * (y2 - y1)) for part in (0.3, 0.4, 0.5, 0.6, 0.7)]
        x, y = max(places, key=lambda place: min(math.hypot(place[0] - x, 2 * (place[1] - y)) for x, y in written))
        written.append((x, y))
        yield _text(x, y + 4, f"{w:.2f}", text_anchor="middle", **OUTLINED)


# Images of weights

IMAGE, GAP, CAPTION = 112, 16, 20


def weight_images(net: Network) -> Iterator[str]:
    """What each neuron of the first layer looks for: its weights, laid out as the pixels of the input are."""
    weights, per_row = net.weights[0], min(10, math.ceil(math.sqrt(net.sizes[1])))
    strengths = sorted(abs(w) for row in weights for w in row)
    strongest = strengths[len(strengths) * 199 // 200] or 1.0       # a few strong ones would make the others pale
    rows, pitch = math.ceil(len(weights) / per_row), IMAGE + GAP
    yield _svg(max(WIDTH, GAP + per_row * pitch), 60 + rows * (pitch + CAPTION) + 60)
    yield _text(GAP, 32, f"{'-'.join(map(str, net.sizes))}: what each neuron of the first layer looks for", font_size="15")
    for j, row in enumerate(weights):
        x, y = GAP + j % per_row * pitch, 50 + j // per_row * (pitch + CAPTION)
        yield f'<g transform="translate({x} {y})" shape-rendering="crispEdges">'
        yield from _image(scale(1.0 / strongest, row))
        yield f"</g>{_text(x, y + IMAGE + 16, _caption(net, j), font_size='11')}"
    yield from _legend(GAP + 16, 70 + rows * (pitch + CAPTION), strongest,
                       "weights" + (" (one in 200 is stronger)" if strongest < strengths[-1] else ""))


def _image(pixels: Vector) -> Iterator[str]:
    """Numbers from -1 to 1 (and what lies beyond, as these) as an image: for each shade one path along its pixels."""
    side = math.ceil(math.sqrt(len(pixels)))
    runs: Dict[int, str] = {}
    for k, pixel in enumerate(pixels):
        tone = round(TONES * max(-1.0, min(1.0, pixel)))
        runs[tone] = runs.get(tone, "") + f"M{k % side} {k // side}.5h1"
    yield f'<g transform="scale({IMAGE / side:g})">'
    for tone, path in sorted(runs.items()):
        if tone:
            yield f'<path d="{path}" stroke="{shade(tone / TONES)}"/>'
    yield f'<rect width="{side}" height="{side}" fill="none" stroke="#999" stroke-width="{side / IMAGE:g}"/></g>'


def _caption(net: Network, j: int) -> str:
    """The neuron's number; and where it leads to the outputs, which of them it speaks for most, and against."""
    if net.num_layers == 2:
        return f"output {j}"
    if net.num_layers > 3 or net.sizes[-1] == 1:
        return f"{j + 1}"
    outgoing = transpose(net.weights[1])[j]
    return f"{j + 1}: for {argmax(outgoing)}, against {argmax(scale(-1.0, outgoing))}"
