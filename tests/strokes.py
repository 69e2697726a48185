"""Digits as a person draws them with a mouse: each in six hands, and each hand in several sizes, places and pens.

A hand is written down as points on a sheet 100 units high, x to the right and y downwards, in the order in which
the pen passes them. Between the points the pen runs along a smooth curve; a point written twice is a corner.

>>> hand("10,0 10,100")[0][0], hand("10,0 10,100")[0][-1]
((10.0, 0.0), (10.0, 100.0))

The hands were written down before anything was measured with them. The first four of each digit were there to
tune the preparation and the training with, the last two were kept aside.

`python3 tests/strokes.py` prints how many of the drawings purenn.draw's own network reads; with names of model files,
how many those read.
"""
from __future__ import annotations

import sys
from math import isqrt
from pathlib import Path
from random import Random
from typing import Dict, List, NamedTuple, Tuple

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))     # a script finds what lies beside it only

from purenn import data
from purenn.history import Score
from purenn.network2 import Network
from purenn.pictures.prepare import draw_strokes, prepare
from purenn.recipes import Recipe
from purenn.saved import models
from purenn.terminal import command

Point = Tuple[float, float]
Strokes = List[List[Point]]

HANDS: Dict[int, List[Tuple[str, ...]]] = {
    0: [("52,0 25,8 5,35 8,70 30,97 60,98 85,70 88,35 70,8 50,1",),                       # round
        ("45,0 22,15 15,50 20,82 42,100 65,85 72,50 66,15 45,0",),                        # narrow
        ("60,5 35,2 12,28 6,62 22,95 52,98 80,72 86,34 68,8 45,3 40,14",),                # ends inside
        ("62,8 38,0 12,22 4,58 20,92 50,100 78,80 84,44 76,18",),                         # left open
        ("60,2 84,14 82,48 62,84 34,100 14,84 20,46 40,14 62,2",),                        # clockwise
        ("30,2 12,20 8,60 20,94 50,98 78,92 88,60 82,18 60,1 28,3",)],                    # a box
    1: [("50,0 50,100",),                                                                 # a bar
        ("28,25 55,0 55,0 55,100",),                                                      # a flag
        ("62,0 40,100",),                                                                 # leaning
        ("30,22 52,0 52,0 52,100", "25,100 80,100"),                                      # flag and foot
        ("47,0 53,50 51,100",),                                                           # not quite straight
        ("38,18 60,0 60,0 46,100",)],                                                     # small flag, leaning
    2: [("12,25 28,4 60,2 80,22 70,48 40,75 10,100 10,100 88,100",),                      # swan, flat foot
        ("15,22 35,2 66,6 76,30 56,62 26,92 10,94 14,80 34,82 60,96 88,94",),             # loop in the foot
        ("12,8 50,2 80,10 80,10 12,98 12,98 86,98",),                                     # nearly a Z
        ("14,32 22,8 50,0 74,14 74,38 54,64 16,98 16,98 40,92 66,98 90,92",),             # wavy foot
        ("20,14 45,2 70,12 72,36 50,66 20,96 20,96 80,92",),                              # narrow
        ("10,30 24,4 58,0 78,20 66,54 36,86 16,92 12,84 24,78 48,90 84,100",)],           # loop, sinking foot
    3: [("14,12 40,0 70,8 74,32 42,46 42,46 78,58 80,84 48,100 12,88",),                  # two bowls
        ("14,4 76,4 76,4 40,42 40,42 74,54 80,80 54,100 14,90",),                         # flat top
        ("16,14 44,0 72,14 64,38 40,48 36,42 46,44 78,60 78,86 46,100 12,86",),           # loop in the waist
        ("20,8 56,0 76,16 60,40 34,46 34,46 64,52 72,74 52,96 16,98",),                   # leaning
        ("18,16 46,2 66,16 58,36 36,42 36,42 82,52 88,84 50,100 8,84",),                  # big belly
        ("22,6 70,10 70,10 46,40 46,40 72,60 62,90 18,94",)],                             # angular
    4: [("20,0 12,56 12,56 86,56", "68,20 64,100"),                                       # open
        ("62,100 62,0 62,0 8,66 8,66 92,66",),                                            # closed, one stroke
        ("22,2 18,50 18,50 78,50", "76,0 74,100"),                                        # open, two uprights
        ("66,0 10,62 10,62 90,60", "66,30 58,100"),                                       # open at the top
        ("26,4 12,40 20,54 50,52 78,44", "76,8 70,50 62,100"),                            # a bowl
        ("58,2 14,58 14,58 84,58", "58,2 56,100")],                                       # closed, two strokes
    5: [("24,2 18,46 18,46 50,38 80,56 78,84 46,100 12,90", "24,2 82,2"),                 # roof last
        ("80,2 26,2 26,2 20,44 20,44 52,36 82,58 76,88 44,100 10,88",),                   # one stroke
        ("76,4 40,4 22,24 34,44 66,54 78,74 60,96 22,98",),                               # nearly an S
        ("84,6 30,2 30,2 24,40 24,40 60,44 72,66 62,90 30,100 10,94",),                   # small belly
        ("30,6 24,42 24,42 56,42 74,62 64,92 20,96", "30,6 76,0"),                        # rising roof
        ("74,2 22,6 22,6 22,50 22,50 70,50 70,50 72,96 72,96 16,98",)],                   # angular
    6: [("66,2 34,20 12,56 16,88 46,100 74,86 74,62 48,52 18,66",),                       # round
        ("52,0 20,60 22,90 50,100 74,84 68,62 42,58 22,74",),                             # straight back
        ("70,8 44,4 18,34 10,70 30,98 62,96 76,74 58,58 30,62 14,78",),                   # hooked
        ("44,0 24,40 20,78 40,100 62,88 62,66 44,60 24,74",),                             # narrow
        ("78,0 40,28 16,64 22,94 52,100 80,82 66,60 36,64 20,82",),                       # leaning
        ("34,2 18,46 16,84 46,100 82,84 76,56 44,50 18,64",)],                            # big belly
    7: [("10,4 86,4 86,4 40,100",),                                                       # plain
        ("12,6 84,4 84,4 44,100", "28,50 76,48"),                                         # crossed
        ("12,22 14,4 14,4 86,6 86,6 46,100",),                                            # serif
        ("10,8 80,6 80,6 54,44 44,100",),                                                 # curved
        ("14,10 34,4 60,10 84,2 84,2 52,52 34,100", "36,54 72,50"),                       # wavy roof, crossed
        ("18,2 72,2 72,2 56,100",)],                                                      # steep
    8: [("72,14 46,0 20,16 30,40 66,60 78,84 48,100 18,84 30,60 64,42 76,16",),           # one stroke
        ("48,46 22,30 28,8 50,0 72,10 74,32 48,46", "48,46 16,64 16,88 48,100 80,88 80,64 48,46"),  # two rings
        ("50,46 26,26 44,2 68,14 58,40 28,66 22,90 50,100 72,84 62,58 46,44",),           # from the waist
        ("76,8 44,2 30,22 52,46 66,74 44,100 16,86 26,62 62,40 78,14",),                  # leaning
        ("66,10 38,2 24,22 46,46 74,66 66,94 34,98 22,74 44,50 72,28 74,12",),            # left open
        ("44,44 26,28 34,6 54,4 64,24 44,44", "44,44 10,62 14,92 46,100 82,90 80,62 44,44")],  # small head
    9: [("72,24 50,2 22,14 20,40 46,50 72,26 72,26 68,70 60,100",),                       # leaning tail
        ("74,6 44,0 16,20 22,44 52,46 74,10 74,10 74,100",),                              # straight tail
        ("70,18 46,0 18,16 20,42 48,50 70,20 70,20 76,66 52,98 18,90",),                  # round tail
        ("62,8 36,4 22,28 38,48 64,36 66,10 66,10 62,56 44,100",),                        # narrow
        ("78,14 48,0 16,14 16,44 50,54 76,30 76,16 80,60 66,96 34,100",),                 # big head
        ("68,4 30,10 26,40 66,40 70,6 70,6 70,98",)],                                     # angular
}

KEPT_ASIDE = 2
"""The number of hands of each digit, the last ones, that were not looked at while tuning."""


def default_network() -> Network:
    """The network that `python -m purenn.draw` trains on the embedded digits."""
    training_data = data.load("digits")[0]
    net = Recipe().network(inputs=64)
    Recipe().train(net, training_data, [], [], report=lambda epoch: None)
    return net


class Drawing(NamedTuple):
    """A digit on the canvas: its strokes, points from (0, 0) top left to (1, 1), and the width of its pen."""

    digit: int
    hand: int
    strokes: Strokes
    pen: float


def hand(*strokes: str) -> Strokes:
    """The strokes of a hand as the many points that a mouse reports: Catmull and Rom's curve through its points."""
    return [_curve([(float(x), float(y)) for x, y in (point.split(",") for point in stroke.split())])
            for stroke in strokes]


def _curve(points: List[Point], steps: int = 8) -> List[Point]:
    padded = [points[0], *points, points[-1]]
    curve = [points[0]]
    for a, b, c, d in zip(padded, padded[1:], padded[2:], padded[3:]):
        if b != c:
            curve += [(_between(a[0], b[0], c[0], d[0], k / steps), _between(a[1], b[1], c[1], d[1], k / steps))
                      for k in range(1, steps + 1)]
    return curve


def _between(a: float, b: float, c: float, d: float, t: float) -> float:
    return b + 0.5 * t * (c - a + t * (2 * a - 5 * b + 4 * c - d + t * (3 * (b - c) + d - a)))


PENS = (0.05, 0.08, 0.11)
HEIGHTS = (0.5, 0.65, 0.8)


def drawings(first: int = 0, last: int = 6, variants: int = 4) -> List[Drawing]:
    """Hands number `first` up to `last` of each digit, each in variants: another size, place, pen and slant, and with
    an unsteady mouse. They are always the same."""
    return [_variant(digit, number, Random(f"{digit} {number} {variant}"), variant)
            for digit, hands in HANDS.items() for number in range(first, last) for variant in range(variants)]


def _variant(digit: int, number: int, rng: Random, variant: int) -> Drawing:
    strokes = hand(*HANDS[digit][number])
    height = rng.choice(HEIGHTS)
    width, slant = height * rng.uniform(0.8, 1.1), rng.uniform(-0.15, 0.25)
    left, top = rng.uniform(0.08, 0.88 - width), rng.uniform(0.08, 0.92 - height)
    wobble = [rng.gauss(0.0, 0.004) for _ in range(400)]
    steady = [sum(wobble[k:k + 5]) for k in range(395)]
    placed = [[(left + (x + slant * (50 - y)) / 100 * width + steady[2 * k % 395],
                top + y / 100 * height + steady[(2 * k + 7) % 395]) for k, (x, y) in enumerate(stroke)]
              for stroke in strokes]
    return Drawing(digit, number, placed, PENS[(number + variant) % len(PENS)])


def score(net: Network, first: int = 0, last: int = 6) -> Score:
    """How many of the drawings in hands number `first` up to `last` the network reads, prepared as the page does it."""
    side = isqrt(net.sizes[0])
    return net.score([(prepare(draw_strokes(drawing.strokes, drawing.pen), side), drawing.digit)
                      for drawing in drawings(first, last)])


def main() -> None:
    """Print how many drawings each network reads: all, and those in the hands that were kept aside."""
    networks = {name: models.load(name) for name in sys.argv[1:]} or {"purenn.draw's network": default_network()}
    for name, net in networks.items():
        everything, aside = score(net), score(net, 6 - KEPT_ASIDE)
        print(f"{name}: {everything}, {everything.fraction:.1%}; of the hands kept aside {aside}, {aside.fraction:.1%}")


if __name__ == "__main__":
    sys.exit(command.run("strokes.py", main))
