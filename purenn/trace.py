"""python -m purenn.trace: one step of backpropagation, printed as one would do it by hand."""
from __future__ import annotations

if not __package__:                 # started as a file, in which no import finds the others
    __import__("terminal.start").start.as_module(__file__)

import math
import shlex
import sys
import textwrap
from copy import deepcopy
from dataclasses import asdict
from random import Random
from typing import Any, Dict, Iterator, List, Optional, Sequence

from .activations import ACTIVATIONS
from .costs import COSTS
from .initializers import INITIALIZERS
from .matrix import unit_vector
from .network import TrainingExample
from .network2 import Network
from .onpaper.notation import name_of_cost
from .onpaper.page import Page
from .onpaper.steps import Step, take_step
from .saved import models
from .terminal.command import run
from .terminal.options import Parser, number, whole
from .terminal.reader import expect_network
from .terminal.text import columns, numbers_in_rows, say

DESCRIPTION = """\
Backpropagation by hand: take one step of gradient descent with a small network, and print every weighted sum,
activation, error and gradient with its numbers put in, to be checked with a calculator.

With no options the network has two inputs, two hidden neurons and one output, and fixed weights.
"""

EPILOG = """\
things to try:
  python -m purenn.trace
  python -m purenn.trace --activation relu --output softmax --cost log-likelihood --sizes 3 4 2
  python -m purenn.trace --cost cross-entropy            (BP1) becomes a - y, and the step longer
  python -m purenn.trace --input 0 1 --target 1 --input 1 1 --target 0 --lmbda 0.1 --mu 0.9 --steps 2
  python -m purenn.trace --json                          the same as data, for a port to be checked against
"""

TEXTBOOK = [[[0.15, 0.20], [0.25, 0.30]], [[0.40, 0.45]]], [[0.35, 0.35], [0.60]]
"""The weights and biases of the 2-2-1 network that is traced without options ..."""

EXAMPLE = [0.05, 0.10], [0.01]
"""... and its example, input and target."""


def parser() -> Parser:
    """The options of the command."""
    parser = Parser("purenn.trace", description=DESCRIPTION, epilog=EPILOG)
    real = number(least=-math.inf)
    network = parser.add_argument_group("the network")
    network.add_argument("--model", metavar="FILE", help="a network that train --save wrote, instead of what follows")
    network.add_argument("--sizes", type=whole(1), nargs="+", metavar="N", help="neurons in each layer, inputs first")
    network.add_argument("--activation", choices=ACTIVATIONS, help="of the hidden layers (default: sigmoid)")
    network.add_argument("--output", choices=ACTIVATIONS, help="activation of the last layer (default: sigmoid)")
    network.add_argument("--cost", choices=COSTS, help="(default: quadratic)")
    network.add_argument("--init", choices=INITIALIZERS, help="where the weights start (default: large)")
    network.add_argument("--seed", type=whole(0), metavar="N",
                         help="start of the random numbers: weights, and the example where none is given (default: 0)")
    step = parser.add_argument_group("the step")
    step.add_argument("--input", type=real, nargs="+", action="append", metavar="X", default=[],
                      help="the example's inputs; give it several times, and --target as often, for a mini-batch")
    step.add_argument("--target", type=real, nargs="+", action="append", metavar="Y", default=[],
                      help="the desired outputs")
    step.add_argument("--eta", type=number(), default=0.5, help="the learning rate (default: 0.5)")
    step.add_argument("--lmbda", type=number(), default=0.0, help="L2 regularisation (default: 0)")
    step.add_argument("--of", type=whole(1), metavar="N",
                      help="the examples given are a mini-batch out of N in all, so that the step has λ/N and the cost "
                           "λ/2N·Σw² (default: they are all there are)")
    step.add_argument("--mu", type=number(below=1.0), default=0.0, help="momentum (default: 0)")
    step.add_argument("--steps", type=whole(1), default=1, metavar="N", help="take several steps (default: 1)")
    parser.add_argument("--json", action="store_true", help="print all numbers as data, with every digit")
    return parser


def network(options: Dict[str, Any], rng: Random) -> Network:
    """The network that the options describe, drawn weights rounded to hundredths to be short on paper."""
    if options["model"]:
        described = [name for name in ("sizes", "activation", "output", "cost", "init") if options[name]]
        if described:
            raise ValueError(f"--model brings its own network: leave out --{' --'.join(described)}")
        expect_network(options["model"])
        return models.load(options["model"])
    net = Network(options["sizes"] or [2, 2, 1], rng, activation=ACTIVATIONS[options["activation"] or "sigmoid"],
                  output=ACTIVATIONS[options["output"] or "sigmoid"], cost=COSTS[options["cost"] or "quadratic"],
                  initializer=INITIALIZERS[options["init"] or "large"])
    # Hundredths, to be copied onto paper; what --model brings stays as it is.
    net.biases = [[round(b, 2) for b in biases] for biases in net.biases]
    net.weights = [[[round(w, 2) for w in row] for row in weights] for weights in net.weights]
    if not options["sizes"] and not options["init"] and options["seed"] is None:
        net.weights, net.biases = deepcopy(TEXTBOOK)
    return net


def examples(options: Dict[str, Any], net: Network, rng: Random) -> List[TrainingExample]:
    """The examples given, or one: the textbook's for a network of its sizes, for any other drawn in hundredths."""
    inputs, targets = options["input"], options["target"]
    if len(inputs) != len(targets):
        raise ValueError(f"as many --target as --input, not {len(targets)} and {len(inputs)}")
    for option, given, size in ("--input", inputs, net.sizes[0]), ("--target", targets, net.sizes[-1]):
        for numbers in given:
            if len(numbers) != size:
                expected = f"{size} number{'s' * (size > 1)}"
                raise ValueError(f"{option}: {expected} for a network of sizes {net.sizes}, not {len(numbers)}")
    if inputs:
        return list(zip(inputs, targets))
    if net.sizes == [2, 2, 1]:
        return [EXAMPLE]
    x = [round(rng.random(), 2) for _ in range(net.sizes[0])]
    return [(x, unit_vector(rng.randrange(net.sizes[-1]), net.sizes[-1]))]


def as_json(command: str, net: Network, examples: Sequence[TrainingExample], options: Dict[str, Any], steps: List[Step]
            ) -> str:
    """The trace as data, a row of numbers to a line. A number that is not finite is null."""
    # JSON has no infinity; json.dumps would write one that other readers refuse.
    def finite(value: Any) -> Any:
        if isinstance(value, dict):
            return {key: finite(item) for key, item in value.items()}
        if isinstance(value, (list, tuple)):
            return list(map(finite, value))
        return None if isinstance(value, float) and not math.isfinite(value) else value

    trace = dict(format="purenn trace", version=1, command=command, sizes=net.sizes,
                 activations=list(map(str, net.activation_functions)),
                 cost=name_of_cost(net.cost),
                 eta=options["eta"], lmbda=options["lmbda"], mu=options["mu"], n=options["of"],
                 inputs=[x for x, _ in examples], targets=[y for _, y in examples], steps=list(map(asdict, steps)))
    return numbers_in_rows(finite(trace))


def as_text(net: Network, examples: Sequence[TrainingExample], options: Dict[str, Any], steps: List[Step]
            ) -> Iterator[str]:
    """The trace as a page, its lines no longer than paper or the terminal is wide."""
    page = Page(net, examples, options["eta"], options["lmbda"], options["mu"], options["of"])
    lines = list(page.header())
    for number, step in enumerate(steps, 1):
        lines += ["", f"Step {number} of {len(steps)}"] if len(steps) > 1 else []
        lines += ["", *page.lines(step)]
    for line in lines:
        yield from textwrap.wrap(line, min(118, columns(sys.stdout)), subsequent_indent=" " * 10) or [""]


def main(argv: Optional[Sequence[str]] = None) -> None:
    """Print the trace that the options ask for."""
    argv = sys.argv[1:] if argv is None else argv
    options = vars(parser().parse_args(argv))
    rng = Random(options["seed"] or 0)
    net = network(options, rng)
    data = examples(options, net, rng)
    options["of"] = options["of"] or len(data)
    if options["of"] < len(data):
        raise ValueError(f"--of {options['of']}: expected {len(data)} or more, as there are {len(data)} examples")
    steps = [take_step(net, data, options["eta"], options["lmbda"], options["mu"], options["of"])
             for _ in range(options["steps"])]
    if options["json"]:
        print(as_json(shlex.join(["python", "-m", "purenn.trace", *argv]), net, data, options, steps))
    else:
        say(*as_text(net, data, options, steps))


if __name__ == "__main__":
    sys.exit(run("purenn.trace", main))
