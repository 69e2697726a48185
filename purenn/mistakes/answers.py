"""What was answered, and what would be: values at their places.

A place says which piece of code computed a value, which quantity it is, and of which case, step, example and layer.
`Answers.predicted` fills the same places with what the algorithm computes, right or with some of its lines replaced.
"""
from __future__ import annotations

import math
from copy import deepcopy
from dataclasses import dataclass, field, replace
from itertools import permutations
from typing import Any, Dict, Iterator, List, NamedTuple, Optional, Sequence, Tuple

from ..costs import COSTS
from ..matrix import Matrix, Vector, argmax, scale, subtract, zeros
from .algorithm import Algorithm, Lines
from .cases import Case

_FORWARD = {"weigh", "activate"}
_BACK = _FORWARD | {"output_error", "carry", "slope", "nabla_b", "nabla_w"}
_STEP = _BACK | {"step", "total", "share", "decay", "friction", "move"}
PIECES = {"feedforward": _FORWARD, "cost_derivative": {"derivative"}, "backprop": _BACK, "update_mini_batch": _STEP,
          "SGD": _STEP, "evaluate": _FORWARD}
"""The pieces of code that are checked, in the order of the data's way, and the lines of the Algorithm in each."""

QUANTITIES = {"feedforward": ["z", "a", "cost"], "cost_derivative": ["derivative"],
              "backprop": ["nabla_a", "delta", "nabla_b", "nabla_w"],
              "update_mini_batch": ["nabla_b", "nabla_w", "biases", "weights", "velocity_b", "velocity_w"],
              "SGD": ["network"], "evaluate": ["count"]}

Tolerance = Tuple[float, float]
DOUBLE, SINGLE = (1e-11, 1e-13), (2e-5, 2e-6)
"""How far a number may be from what is expected: relative, plus absolute."""


class Place(NamedTuple):
    """Where a value belongs. Cases, steps and examples count from 0; layer l leads from a[l] to a[l + 1]."""

    piece: str
    quantity: str
    case: int
    step: int
    example: int
    layer: int


class Problem(NamedTuple):
    """What there is in place of a value."""

    slug: str
    sentence: str


class Task(NamedTuple):
    """What a training or an evaluation is given that is not in its case."""

    mini_batch_size: int = 0
    inputs: Sequence[Vector] = ()
    labels: Sequence[int] = ()


class OneOf(List[Any]):
    """Values of which any is right."""


@dataclass
class Answers:
    """Values or problems at their places. `together`: the examples of a case went forward at once."""

    cases: List[Case]
    given: Dict[Place, Any]
    together: bool = False
    tasks: Dict[str, Task] = field(default_factory=dict)        # for SGD and evaluate

    def learn_gradients(self) -> None:
        """Where no gradient was answered, add the one that the first step took."""
        if not any(place.piece == "backprop" for place in self.given):
            for number, case in enumerate(self.cases):
                after = [[self.given.get(Place("update_mini_batch", quantity, number, 0, 0, l))
                          for l in range(len(case.weights))] for quantity in ("biases", "weights")]
                self.given.update(learnt(case, number, *after))     # type: ignore[arg-type]

    def predicted(self, piece: str, case: int, lines: Sequence[Lines]) -> Optional[Dict[Place, Any]]:
        """What is computed with these lines replaced; None where that is not possible, as shapes do not fit."""
        try:
            return dict(getattr(self, f"_{piece}")(case, lines))
        except (ValueError, IndexError, OverflowError):
            return None

    def starts(self, case: int) -> Iterator[Tuple[int, Case]]:
        """The case at the start of every step whose weights are known: the first, and those that follow an answer."""
        at_first = self.cases[case]
        yield 0, at_first
        for step in range(1, at_first.steps):
            biases, weights = ([self.given.get(Place("update_mini_batch", quantity, case, step - 1, 0, l))
                                for l in range(len(at_first.weights))] for quantity in ("biases", "weights"))
            if math.isfinite(difference([biases, weights], [at_first.biases, at_first.weights])):
                yield step, replace(at_first, biases=biases, weights=weights)       # type: ignore[arg-type]

    def _ways(self, net: Algorithm, back: bool) -> List[Any]:
        go = net.propagate if back else net.forward
        if self.together:
            return go(net.case.inputs, net.case.targets)
        return [go([x], [y])[0] for x, y in zip(net.case.inputs, net.case.targets)]

    def _feedforward(self, case: int, lines: Sequence[Lines]) -> Iterator[Tuple[Place, Any]]:
        for step, start in self.starts(case):
            net = Algorithm(start, lines)
            for i, way in enumerate(self._ways(net, back=False)):
                for l in net.layers:
                    yield Place("feedforward", "z", case, step, i, l), way.z[l]
                    yield Place("feedforward", "a", case, step, i, l), way.a[l + 1]
                yield Place("feedforward", "cost", case, step, i, net.layers[-1]), net.cost.fn(way.a[-1], way.y)

    def _backprop(self, case: int, lines: Sequence[Lines]) -> Iterator[Tuple[Place, Any]]:
        for step, start in self.starts(case):
            net = Algorithm(start, lines)
            for i, way in enumerate(self._ways(net, back=True)):
                for l in net.layers:
                    yield Place("backprop", "delta", case, step, i, l), way.delta[l]
                    yield Place("backprop", "nabla_b", case, step, i, l), net.nabla_b(way, l)
                    yield Place("backprop", "nabla_w", case, step, i, l), net.nabla_w(way, l)
                    yield Place("backprop", "nabla_a", case, step, i, l), (
                        net.derivative(way.a[-1], way.y) if l == net.layers[-1] else net.carry(way, l))

    def _update_mini_batch(self, case: int, lines: Sequence[Lines]) -> Iterator[Tuple[Place, Any]]:
        net = Algorithm(self.cases[case], lines)
        for step in range(net.case.steps):
            net.step(net.case.inputs, net.case.targets)
            if step == 0:
                yield from learnt(net.case, case, net.biases, net.weights)
            for l in net.layers:
                moving = net.velocity if net.case.mu else {}        # without momentum no velocity is carried on
                v_b = moving.get(("b", l), zeros(1, len(net.biases[l])))
                v_w = moving.get(("w", l), zeros(*shape(net.weights[l])))
                for quantity, value in (("biases", net.biases[l]), ("weights", net.weights[l]), ("velocity_b", v_b[0]),
                                        ("velocity_w", v_w)):
                    yield Place("update_mini_batch", quantity, case, step, 0, l), deepcopy(value)

    def _SGD(self, case: int, lines: Sequence[Lines]) -> Iterator[Tuple[Place, Any]]:
        """One epoch; as the examples are shuffled, any order will do."""
        task, results = self.tasks["SGD"], OneOf()
        m = task.mini_batch_size
        examples = list(zip(self.cases[case].inputs, self.cases[case].targets))
        for shuffled in permutations(examples):
            net = Algorithm(replace(self.cases[case], n=len(examples)), lines)
            for k in range(0, len(examples), m):
                net.step([x for x, _ in shuffled[k:k + m]], [y for _, y in shuffled[k:k + m]])
            results.append([net.biases, net.weights])
        yield Place("SGD", "network", case, 0, 0, 0), results

    def _evaluate(self, case: int, lines: Sequence[Lines]) -> Iterator[Tuple[Place, Any]]:
        """How many, or which part of them, or how many percent."""
        task = self.tasks["evaluate"]
        ways = [Algorithm(self.cases[case], lines).forward([x], [[]])[0] for x in task.inputs]
        count = sum(argmax(way.a[-1]) == label for way, label in zip(ways, task.labels))
        yield Place("evaluate", "count", case, 0, 0, 0), OneOf([count, count / len(ways), 100 * count / len(ways)])

    def _cost_derivative(self, case: int, lines: Sequence[Lines]) -> Iterator[Tuple[Place, Any]]:
        """∂C/∂a; or a - y where cost and output cancel, for a class that begins with it."""
        net = Algorithm(self.cases[case], lines)
        for i, way in enumerate(Algorithm(self.cases[case]).forward(net.case.inputs, net.case.targets)):
            results = OneOf([net.derivative(way.a[-1], way.y)])
            if net.cost.cancels(net.functions[-1], way.y):
                net.cost = COSTS["quadratic"]
                results.append(net.derivative(way.a[-1], way.y))
                net.cost = COSTS[net.case.cost]
            yield Place("cost_derivative", "derivative", case, 0, i, net.layers[-1]), results


def learnt(case: Case, number: int, biases: List[Vector], weights: List[Matrix]) -> Iterator[Tuple[Place, Any]]:
    """The gradient, from what the first step made of the parameters: (w - w′)/η, for weights less what λ/n takes.

    The places are those of the case of this number; nothing where a shape is not what it was.
    """
    for quantity, before, after, decay in (("nabla_b", [[b] for b in case.biases], [[b] for b in biases], 0.0),
                                           ("nabla_w", case.weights, weights, case.lmbda / case.n)):
        for l, (w, moved) in enumerate(zip(before, after)):
            if math.isfinite(difference(moved, w)):
                nabla = [subtract(scale(1.0 / case.eta, subtract(x, y)), scale(decay, x)) for x, y in zip(w, moved)]
                place = Place("update_mini_batch", quantity, number, 0, 0, l)
                yield place, nabla[0] if quantity == "nabla_b" else nabla


def way_of_data(answers: Answers) -> Dict[Place, Any]:
    """What was answered, in the order in which a network computes it: the last layer first on the way back."""
    def order(place: Place) -> Tuple[int, ...]:
        quantity = QUANTITIES[place.piece].index(place.quantity)
        gradient = place.piece == "backprop" or place.quantity.startswith("nabla")
        after_a_step = place.piece == "update_mini_batch" and not gradient      # all parameters, then the next step
        return (list(PIECES).index(place.piece), 9 if after_a_step else quantity, place.case, place.step, place.example,
                quantity, -place.layer if gradient else place.layer)
    return {place: answers.given[place] for place in sorted(answers.given, key=order)}


def difference(given: Any, wanted: Any) -> float:
    """The largest difference of two numbers at the same index, infinite where the shapes differ or a number is none."""
    if isinstance(wanted, OneOf):
        return min(difference(given, value) for value in wanted)
    return max((abs(a - b) if math.isfinite(a) else math.inf for a, b in _pairs(given, wanted)), default=math.inf)


def fits(given: Any, wanted: Any, tolerance: Tolerance) -> bool:
    """Whether all numbers are as expected, in shape and size."""
    if isinstance(wanted, OneOf):
        return any(fits(given, value, tolerance) for value in wanted)
    relative, absolute = tolerance
    return all(abs(a - b) <= relative * abs(b) + absolute for a, b in _pairs(given, wanted))


def same_shape(given: Any, wanted: Any) -> bool:
    """Whether both have numbers at the same indices."""
    if isinstance(wanted, OneOf):
        return any(same_shape(given, value) for value in wanted)
    if isinstance(given, list) and isinstance(wanted, list):
        return len(given) == len(wanted) and all(map(same_shape, given, wanted))
    return isinstance(given, (int, float)) and isinstance(wanted, (int, float))


def shape(value: Any) -> Tuple[int, ...]:
    """The shape of nested lists, as their first elements have it."""
    return (len(value), *shape(value[0])) if isinstance(value, list) and value else ()


def _pairs(given: Any, wanted: Any) -> Iterator[Tuple[float, float]]:
    """The numbers of two nested lists, side by side; nan for what has no partner."""
    if isinstance(wanted, list):
        if isinstance(given, list) and len(given) == len(wanted):
            for one, other in zip(given, wanted):
                yield from _pairs(one, other)
        else:
            yield math.nan, 0.0
    else:
        yield (given if isinstance(given, (int, float)) else math.nan), wanted
