"""Do all layers of a deep network learn at the same speed?

‖δ‖, the length of a layer's mean error, says how fast its biases learn, and its weights too. At the start the first of
two hidden layers has 0.07, the second 0.31. Of four, the first is a hundred times slower than the last: 0.003, 0.017,
0.070, 0.285. (fig/norms_during_training_2_layers.json and so on, in the book's repository, have more digits.) Each step
back through a layer multiplies the error by wᵀ and by σ′, which is at most ¼: the gradient vanishes. More layers read
hardly more digits, therefore: 96.48, 96.90, 96.57 and 96.53% with one to four of them.
"""
from __future__ import annotations

from typing import Dict, Optional

from ..history import Epoch
from ..metrics import gradient_sizes
from ..network2 import Network
from . import first_weights
from .book import Claim, Experiment, Figure, Points, Runs, best, first
from .lab import Lab, Run


def speeds(lab: Lab, layers: int) -> None:
    """‖δ‖ of each hidden layer, before training and after each of 500 full-batch epochs on 1,000 images."""
    net = Network([lab.inputs, *[30] * layers, 10], lab.rng, cost="cross-entropy", initializer="scaled")
    images = lab.training_data[:1000]

    def look(epoch: Optional[Epoch] = None) -> None:
        for layer, size in enumerate(gradient_sizes(net, images)[:-1], start=1):
            lab.record(f"hidden layer {layer}", size)
        if epoch:
            lab.note(epoch)

    look()
    net.SGD(images, lab.epochs(500), len(images), 0.1, lmbda=5.0, report=look)


def accuracy(lab: Lab, layers: int) -> None:
    """30 epochs of all images with η = 0.1 and λ = 5, as `first_weights` trains one hidden layer."""
    net = Network([lab.inputs, *[30] * layers, 10], lab.rng, cost="cross-entropy", initializer="scaled")
    net.SGD(lab.training_data, lab.epochs(30), 10, 0.1, lmbda=5.0, evaluation_data=lab.validation_data,
            monitor_evaluation_accuracy=True, report=lab.note)


def named(layers: int, what: str) -> str:
    """The name of a run."""
    return f"{layers} hidden layer{'s' * (layers > 1)}, {what}"


def sizes(layers: int) -> Figure:
    """The curves of ‖δ‖ of one network."""

    def curves(runs: Runs) -> Dict[str, Points]:
        run = runs[named(layers, "‖δ‖")]
        return {name.replace("hidden ", ""): list(enumerate(run[name])) for name in run if name.startswith("hidden")}

    return Figure(f"‖δ‖, {layers} hidden layers", curves, log_y=True)


def ratio(runs: Runs) -> float:
    """How much faster the last of four hidden layers learns than the first."""
    run = runs[named(4, "‖δ‖")]
    return run["hidden layer 4"][0] / run["hidden layer 1"][0]


START = {2: ("0.0657", "0.3092"), 3: ("0.0118", "0.0600", "0.2831"), 4: ("0.00298", "0.01708", "0.06954", "0.28514")}
ACCURACY = {1: "96.48", 2: "96.90", 3: "96.57", 4: "96.53"}
EPOCH = "the book does not say of which epoch"

EXPERIMENT = Experiment(
    "vanishing-gradient", "the first of many layers hardly learns", chapter=5,
    runs={**{named(layers, "‖δ‖"): Run(speeds, layers=layers, seconds=15 + 8 * layers) for layers in START},
          named(1, "accuracy"): Run(first_weights.run, init="scaled", seconds=40),
          **{named(layers, "accuracy"): Run(accuracy, layers=layers, seconds=30 + 10 * layers)
             for layers in (2, 3, 4)}},
    claims=[*(Claim(f"{named(layers, '‖δ‖')} of hidden layer {layer} at the start",
                    first(named(layers, "‖δ‖"), f"hidden layer {layer}"), value, "")
              for layers, values in START.items() for layer, value in enumerate(values, start=1)),
            Claim("4 hidden layers, at the start: ‖δ‖ of the last over that of the first", ratio, "95.8", ""),
            *(Claim(f"{named(layers, 'accuracy')}, best epoch",
                    best(named(layers, "accuracy"), "evaluation accuracy"), value, remark=EPOCH)
              for layers, value in ACCURACY.items())],
    figures=[sizes(layers) for layers in (2, 3, 4)])
