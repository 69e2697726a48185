"""A check from its beginning to its end: of a class, or of numbers from anywhere.

>>> from purenn.mistakes.cases import as_data, draw
>>> case = as_data(draw("sigmoid", "sigmoid", "quadratic"))
>>> answers = {"networks": [{"steps": [{"before": {"forward": [{"z": [None, [0.0, 0.0]]}]}}]}]}
>>> check_answers(case, answers).slug
'unknown'
"""
from __future__ import annotations

import inspect
from typing import Any, Dict, Iterator, List, Optional, Tuple, Union

from .answers import Answers, Place
from .cases import Case, from_data
from .runner import flat
from .student import SECONDS, CannotCheck, watch
from .verdict import Verdict, judge

FORWARD, BACKWARD = ("z", "a", "cost"), ("nabla_a", "delta", "nabla_b", "nabla_w")
AFTER = ("biases", "weights", "velocity_b", "velocity_w")
MATRICES = {"nabla_w", "weights", "velocity_w"}


def check(target: Union[str, type], *, activation: str = "sigmoid", output: str = "sigmoid", cost: str = "quadratic",
          lmbda: Optional[float] = None, mu: Optional[float] = None, seconds: float = SECONDS) -> Verdict:
    """The verdict on a class of the book's shape: `target` is FILE, FILE:Class, a module's name, or the class itself.

    The other arguments say what it is meant to be; λ and μ of None are tried if update_mini_batch takes them. The code
    runs in a process of its own, for `seconds` at most. Raises CannotCheck, a ValueError, if there is nothing to judge.
    """
    if isinstance(target, type):
        target = f"{inspect.getsourcefile(target)}:{target.__qualname__}"
    report = watch(target, activation, output, cost, lmbda, mu, seconds)
    return judge(report.answers, f"{target}: {report.kind}", report.changed, report.printed)


def check_answers(case: Any, answers: Any, name: str = "answers") -> Verdict:
    """The verdict on numbers from anywhere: `case` is what --case prints, or a golden file, and `answers` has any part
    of what a golden file has, for any of the networks. Raises ValueError if either is something else, or empty."""
    cases = from_data(case)
    given = dict(_places(answers, cases))
    if not given:
        raise CannotCheck(f"{name}: nothing is answered, expected values as in a golden file at networks[0].steps[0]")
    networks = len({place.case for place in given})
    known = Answers(cases, given, together=True)
    known.given = {place: value for place, value in given.items()
                   if place.piece == "update_mini_batch" or place.step in dict(known.starts(place.case))}
    known.learn_gradients()
    return judge(known, f"{name}: {len(given)} values of {networks} network{'s' * (networks > 1)}")


def _places(answers: Any, cases: List[Case]) -> Iterator[Tuple[Place, Any]]:
    """Every value that is there and not null, at its place."""
    if isinstance(answers, dict) and "networks" not in answers:
        answers = {"networks": [answers]}
    for c, network in _items(answers, "networks", "", len(cases)):
        where = f"networks[{c}]."
        layers, examples = len(cases[c].weights), len(cases[c].inputs)
        for s, step in _items(network, "steps", where, cases[c].steps):
            where = f"networks[{c}].steps[{s}]."
            before, after = step.get("before"), step.get("after") or {}
            if not isinstance(after, dict):
                raise ValueError(f"{where}after: expected an object, not {_kind(after)}")
            for i, forward in _items(before, "forward", where + "before.", examples):
                yield from _values(forward, FORWARD, f"{where}before.forward[{i}]", "feedforward", (c, s, i), layers)
            for i, back in _items(step, "backward", where, examples):
                yield from _values(back, BACKWARD, f"{where}backward[{i}]", "backprop", (c, s, i), layers)
            parameters = {key: value for key, value in after.items() if key not in ("forward", "cost")}
            yield from _values(parameters, AFTER, f"{where}after", "update_mini_batch", (c, s, 0), layers)


def _items(parent: Any, key: str, where: str, most: int) -> Iterator[Tuple[int, Dict[str, Any]]]:
    """The dictionaries in a list at `key`, none if it is not there; null stands for one that is left out."""
    if parent is None:
        return
    if not isinstance(parent, dict):
        raise ValueError(f"{where.rstrip('.') or 'answers'}: expected an object with {key}, not {_kind(parent)}")
    items = parent.get(key) or []
    if not isinstance(items, list) or len(items) > most:
        raise ValueError(f"{where}{key}: expected a list of {most} at most, not {_kind(items)}")
    for number, item in enumerate(items):
        if item is not None and not isinstance(item, dict):
            raise ValueError(f"{where}{key}[{number}]: expected an object, not {_kind(item)}")
        if item:
            yield number, item


def _values(parent: Dict[str, Any], known: Tuple[str, ...], where: str, piece: str, place: Tuple[int, int, int],
            layers: int) -> Iterator[Tuple[Place, Any]]:
    """What is known by these names in one object: a value for each layer, or one for all."""
    for name, value in parent.items():
        if name not in known:
            raise ValueError(f"{where}.{name}: expected one of {', '.join(known)}")
        if value is None:
            continue
        if name == "cost":
            yield Place(piece, name, *place, layers - 1), _numbers(value, f"{where}.{name}")
            continue
        if not isinstance(value, list) or len(value) != layers:
            raise ValueError(f"{where}.{name}: expected a list of {layers}, a value for each layer, not {_kind(value)}")
        for l, layer in enumerate(value):
            if layer is not None:
                numbers = _numbers(layer, f"{where}.{name}[{l}]")
                yield Place(piece, name, *place, l), numbers if name in MATRICES else flat(numbers)


def _numbers(value: Any, where: str) -> Any:
    """A number, or lists of them; null is nan, as JSON has no other."""
    if isinstance(value, list):
        return [_numbers(item, where) for item in value]
    if value is None:
        return float("nan")
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        raise ValueError(f"{where}: expected numbers, not {_kind(value)}")
    return float(value)


def _kind(value: Any) -> str:
    if isinstance(value, (list, dict)):
        return f"a list of {len(value)}" if isinstance(value, list) else "an object"
    return repr(value)[:40]
