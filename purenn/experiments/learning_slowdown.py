"""Does a neuron that is badly wrong learn fast?

One neuron is to answer 0 to the input 1. People learn fastest from their worst errors. With the quadratic cost this
neuron does not: from w = b = 2.0 its output, 0.98, hardly moves for 150 epochs, because σ is flat there and the
gradient has σ′ as a factor. The cross-entropy cancels that factor: ∂C/∂w is the error itself, and the neuron that
is more wrong learns faster from the first step on.
"""
from __future__ import annotations

from ..network2 import Network
from .book import Claim, Experiment, Figure, by_epoch, first, last
from .lab import Lab, Run


def run(lab: Lab, cost: str, eta: float, w: float, b: float) -> None:
    """300 steps of one neuron with the input 1 and the desired output 0."""
    neuron = Network([1, 1], lab.rng, cost=cost)
    neuron.weights, neuron.biases = [[[w]]], [[b]]
    lab.record("output", neuron.feedforward([1.0])[0])
    lab.record("gradient", neuron.backprop([1.0], [0.0])[1][0][0][0])
    neuron.SGD([([1.0], [0.0])], lab.epochs(300), 1, eta,
               report=lambda epoch: lab.record("output", neuron.feedforward([1.0])[0]))


MILD, BAD = {"w": 0.6, "b": 0.9}, {"w": 2.0, "b": 2.0}
EXPERIMENT = Experiment(
    "learning-slowdown", "a neuron that is badly wrong learns slowly", chapter=3, source="", chance=False,
    runs={"quadratic, 0.6, 0.9": Run(run, cost="quadratic", eta=0.15, seconds=0.1, **MILD),
          "quadratic, 2.0, 2.0": Run(run, cost="quadratic", eta=0.15, seconds=0.1, **BAD),
          "cross-entropy, 0.6, 0.9": Run(run, cost="cross-entropy", eta=0.005, seconds=0.1, **MILD),
          "cross-entropy, 2.0, 2.0": Run(run, cost="cross-entropy", eta=0.005, seconds=0.1, **BAD)},
    claims=[Claim("quadratic, from 0.6, 0.9: first output", first("quadratic, 0.6, 0.9", "output"), "0.82", ""),
            Claim("quadratic, from 0.6, 0.9: after 300 epochs", last("quadratic, 0.6, 0.9", "output"), "0.09", ""),
            Claim("quadratic, from 2.0, 2.0: first output", first("quadratic, 2.0, 2.0", "output"), "0.98", ""),
            Claim("quadratic, from 2.0, 2.0: after 300 epochs", last("quadratic, 2.0, 2.0", "output"), "0.20", ""),
            Claim("quadratic, first ∂C/∂w: from 2.0, 2.0 over from 0.6, 0.9",
                  lambda runs: (runs["quadratic, 2.0, 2.0"]["gradient"][0]
                                / runs["quadratic, 0.6, 0.9"]["gradient"][0]),
                  "less", "", under=1.0, remark="the worse error, the shorter step"),
            Claim("cross-entropy, first ∂C/∂w: from 2.0, 2.0 over from 0.6, 0.9",
                  lambda runs: (runs["cross-entropy, 2.0, 2.0"]["gradient"][0]
                                / runs["cross-entropy, 0.6, 0.9"]["gradient"][0]),
                  "more", "", over=1.0, remark="the worse error, the longer step")],
    figures=[Figure("output: quadratic cost, η = 0.15",
                    by_epoch("output", "quadratic, "), low=0, high=1),
             Figure("output: cross-entropy, η = 0.005 (compare shapes, not speeds)",
                    by_epoch("output", "cross-entropy, "), low=0, high=1)])
