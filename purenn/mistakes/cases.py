"""The tasks that a network is checked with: small networks, their examples, and the steps to take.

A case is the beginning of a golden file (tests/golden/README.md): everything that is given, and nothing that is to be
found. Five of them make a check. Their weights are drawn so that no two known mistakes lead to the same numbers:

    layers of unequal size      a transposed matrix does not fit
    square layers               ... or it does fit, and its numbers tell
    two hidden layers           a layer taken for its neighbour
    several examples, n of all  m, n and 1 taken for each other
    several steps               what should have been forgotten between them

>>> case, *_ = draw("sigmoid", "sigmoid", "quadratic")
>>> case.sizes, len(case.inputs), case.steps
([3, 4, 2], 1, 1)
"""
from __future__ import annotations

from dataclasses import dataclass
from math import sqrt
from random import Random
from typing import Any, Dict, List, Optional, Sequence

from ..activations import ACTIVATIONS
from ..arguments import examples, one_of, real, whole
from ..costs import COSTS
from ..matrix import Matrix, Vector, unit_vector

FORMAT = "purenn case"
MOST_STEPS = 200
LARGE = 2000      # weights: to make and to read so many takes a while


@dataclass(frozen=True)
class Case:
    """A network, m examples, and the steps to take along their mean gradient; named as in the golden files."""

    sizes: List[int]
    activations: List[str]      # of every layer after the input
    cost: str
    eta: float
    lmbda: float
    mu: float
    n: int                      # of all examples: the n of λ/n
    inputs: List[Vector]
    targets: List[Vector]
    weights: List[Matrix]
    biases: List[Vector]
    steps: int


def draw(activation: str, output: str, cost: str, lmbda: float = 0.0, mu: float = 0.0,
         sizes: Optional[Sequence[int]] = None, biases: bool = True) -> List[Case]:
    """The five cases for networks of these activations and this cost; or five of networks of these sizes, or without
    biases (they are 0 then, and stay so only for who has none). All have one η, and every class occurs in the targets.
    All numbers are hundredths, and few of them have a binary form: rounding them to 32 bits does not go unnoticed.
    ValueError for a name that is not known."""
    one_of("activation", activation, ACTIVATIONS)
    one_of("output", output, ACTIVATIONS)
    one_of("cost", cost, COSTS)
    real("lmbda", lmbda)
    real("mu", mu, below=1.0)
    rng, cases = Random(15), []
    for own, m, n, steps in (([3, 4, 2], 1, 4, 1), ([3, 3, 3], 3, 5, 1), ([2, 3, 3], 3, 12, 3), ([3, 3, 3, 3], 4, 7, 2),
                             ([4, 3, 2, 3], 1, 3, 1)):
        shape = list(sizes or own)
        pairs = list(zip(shape, shape[1:]))
        weights = [[[number(rng) for _ in range(n_in)] for _ in range(n_out)] for n_in, n_out in pairs]
        bs = [[number(rng) if biases else 0.0 for _ in range(n_out)] for _, n_out in pairs]
        m = 1 if m == 1 else max(m, shape[-1])
        inputs = [[number(rng) for _ in range(shape[0])] for _ in range(m)]
        first = rng.randrange(shape[-1])
        targets = [unit_vector((first + i) % shape[-1], shape[-1]) for i in range(m)]
        cases.append(Case(shape, [activation] * (len(shape) - 2) + [output], cost, 0.5, lmbda, mu, max(n, m + 2),
                          inputs, targets, weights, bs, steps))
    return cases


def networks(sizes: Optional[Sequence[int]], deep: bool, biases: bool) -> List[Case]:
    """The networks that code is tried with: layers of unequal and of equal size, one hidden layer and two, several
    examples, every class among them. Code that has sizes of its own is tried with two of these, or with one large."""
    shapes = [[3, 4, 2], [3, 3, 3], *([[3, 3, 3, 3], [4, 3, 2, 3]] if deep else [[2, 3, 3], [4, 2, 3]])]
    examples_of = (3, 3, 2, 4)
    if sizes:
        is_large = sum(n_in * n_out for n_in, n_out in zip(sizes, sizes[1:])) > LARGE
        shapes, examples_of = [list(sizes)] * (1 if is_large else 2), (3, 3, 3, 3)
    rng, cases = Random(15), []
    for number_, (own, m) in enumerate(zip(shapes, examples_of)):
        pairs = list(zip(own, own[1:]))
        weights = [[[number(rng) / sqrt(max(1.0, n_in / 6)) for _ in range(n_in)] for _ in range(n_out)]
                   for n_in, n_out in pairs]
        bs = [[number(rng) if biases else 0.0 for _ in range(n_out)] for _, n_out in pairs]
        inputs = [[number(rng) for _ in range(own[0])] for _ in range(m)]
        targets = [unit_vector((i + number_) % own[-1], own[-1]) if own[-1] > 1 else [float(i % 2)] for i in range(m)]
        cases.append(Case(own, [], "quadratic", 0.5, 0.0, 0.0, m, inputs, targets, weights, bs, 1))
    return cases


def number(rng: Random) -> float:
    """A number of hundredths from -1.19 to 1.19, and not near zero."""
    return rng.choice((-1, 1)) * rng.randrange(11, 120) / 100


def as_data(cases: List[Case]) -> Dict[str, Any]:
    """The cases as `--case` prints them."""
    return dict(format=FORMAT, version=1, networks=[
        dict(sizes=case.sizes, activations=case.activations, cost=case.cost, eta=case.eta, lmbda=case.lmbda, mu=case.mu,
             n=case.n, inputs=case.inputs, targets=case.targets,
             steps=[dict(before=dict(weights=case.weights, biases=case.biases)), *({} for _ in range(case.steps - 1))])
        for case in cases])


def from_data(data: Any) -> List[Case]:
    """The cases of a file that `--case` printed, or of one golden file; ValueError if it is neither."""
    if not isinstance(data, dict) or data.get("format") not in (FORMAT, "purenn trace") or data.get("version") != 1:
        raise ValueError("expected what python -m purenn.check --case prints, or a golden file")
    networks = data.get("networks", []) if data["format"] == FORMAT else [data]
    for network in networks if isinstance(networks, list) else ():
        steps = network.get("steps") if isinstance(network, dict) else None
        if isinstance(steps, list) and len(steps) > MOST_STEPS:
            raise ValueError(f"a case of {len(steps):,} steps, expected {MOST_STEPS} at most")
    try:
        return [_case(network) for network in (data["networks"] if data["format"] == FORMAT else [data])]
    except (KeyError, TypeError, IndexError, AttributeError) as error:
        raise ValueError(f"not a whole case: {type(error).__name__}: {error}") from None


def _case(data: Any) -> Case:
    before = data["steps"][0]["before"]
    case = Case(data["sizes"], data["activations"], data["cost"], data["eta"], data["lmbda"], data["mu"], data["n"],
                data["inputs"], data["targets"], before["weights"], before["biases"], len(data["steps"]))
    for size in case.sizes:
        whole("sizes", size, least=1)
    for name in case.activations:
        one_of("activations", name, ACTIVATIONS)
    one_of("cost", case.cost, COSTS)
    whole("n", case.n, least=1)
    for name, below in ("eta", float("inf")), ("lmbda", float("inf")), ("mu", 1.0):
        real(name, getattr(case, name), below=below)
    examples("inputs", list(zip(case.inputs, case.targets)), case.sizes)
    shapes = [(n_out, n_in) for n_in, n_out in zip(case.sizes, case.sizes[1:])]
    if ([(len(w), *{len(row) for row in w}) for w in case.weights] != shapes
            or [len(b) for b in case.biases] != case.sizes[1:] or len(case.activations) != len(shapes)
            or len(case.inputs) != len(case.targets) or not case.inputs):
        raise ValueError(f"expected weights, biases, activations and examples of a network of sizes {case.sizes}")
    for row in [*case.inputs, *case.targets, *case.biases, *(row for w in case.weights for row in w)]:
        if not all(isinstance(number, (int, float)) for number in row):
            raise ValueError("expected numbers in inputs, targets, weights and biases")
    return case
