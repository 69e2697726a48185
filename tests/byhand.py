"""What the tests of both networks share: a pass worked out by hand, slopes by finite differences, and easy data."""
from __future__ import annotations

from random import Random
from typing import Any, List, Tuple, Type, TypeVar

from purenn import network, network2
from purenn.matrix import Vector

N = TypeVar("N", bound=network.Network)


def by_hand(kind: Type[N]) -> N:
    """Two inputs, two hidden neurons, one output; the numbers of the worked example below."""
    net = kind([2, 2, 1])
    net.weights = [[[0.2, -0.4], [0.6, 0.8]], [[0.3, -0.7]]]
    net.biases = [[0.1, -0.5], [0.2]]
    return net


# x = (1, 0.5), y = 1, with σ(z) = 1 / (1 + e⁻ᶻ) throughout. A raised number is the layer, counted as in the book: the
# input is layer 1. Only (...)² is a square.
#
# Forward:      z²₁ = 0.2·1 - 0.4·0.5 + 0.1 = 0.1                 a²₁ = σ(0.1) = 0.524979187479
#               z²₂ = 0.6·1 + 0.8·0.5 - 0.5 = 0.5                 a²₂ = σ(0.5) = 0.622459331202
#               z³  = 0.3·0.524979187479 - 0.7·0.622459331202 + 0.2 = -0.078227775598
#               a³  = σ(-0.078227775598) = 0.480453023366
#
# Cost:         C   = ½·(0.480453023366 - 1)² = 0.134964530465
#
# Back (BP1):   δ³  = (a³ - y)·a³·(1 - a³) = -0.519546976634·0.480453023366·0.519546976634 = -0.129688233418
#      (BP2):   δ²₁ =  0.3·δ³·a²₁·(1 - a²₁) = -0.038906470025·0.524979187479·0.475020812521 = -0.009702341433
#               δ²₂ = -0.7·δ³·a²₂·(1 - a²₂) =  0.090781763393·0.622459331202·0.377540668798 =  0.021334051397
#      (BP3):   ∂C/∂b is δ itself
#      (BP4):   ∂C/∂w³ = δ³·a² = (-0.068083623405, -0.080725651038)
#               ∂C/∂w² = δ²·x  = (-0.009702341433, -0.004851170716)
#                                ( 0.021334051397,  0.010667025699)
#
# Step, η = 2:  w³ = ( 0.3 + 2·0.068083623405, -0.7 + 2·0.080725651038) = (0.436167246810, -0.538548697924)
#               b³ =   0.2 + 2·0.129688233418 = 0.459376466836
#               w² = ( 0.2 + 2·0.009702341433, -0.4 + 2·0.004851170716) = (0.219404682866, -0.390297658568)
#                    ( 0.6 - 2·0.021334051397,  0.8 - 2·0.010667025699) = (0.557331897206,  0.778665948602)
#               b² = ( 0.1 + 2·0.009702341433, -0.5 - 2·0.021334051397) = (0.119404682866, -0.542668102794)

X, Y = [1.0, 0.5], [1.0]


def flat(*parts: Any) -> List[float]:
    """All numbers in nested lists, in order."""
    return [number for part in parts for number in (flat(*part) if isinstance(part, (list, tuple)) else [part])]


def toy_data() -> Tuple[List[Tuple[Vector, Vector]], List[Tuple[Vector, int]]]:
    """Which of two numbers is the larger?"""
    rng = Random(7)
    pairs = [[rng.random(), rng.random()] for _ in range(200)]
    labels = [int(b > a) for a, b in pairs]
    return [(x, [float(y == 0), float(y == 1)]) for x, y in zip(pairs, labels)], list(zip(pairs, labels))


# Finite differences: the slope of the cost as one parameter moves by ±h is (C(p + h) - C(p - h)) / 2h, off by
# something like h²; no knowledge of backpropagation is in it.

def slopes(net: network2.Network, x: Vector, y: Vector, h: float = 1e-5) -> List[float]:
    found = []
    for row in net.biases + [row for w in net.weights for row in w]:
        for k, p in enumerate(row):
            row[k] = p + h
            above = net.total_cost([(x, y)])
            row[k] = p - h
            below = net.total_cost([(x, y)])
            row[k] = p
            found.append((above - below) / (2 * h))
    return found
