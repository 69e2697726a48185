"""Numbers beside numbers: whether they are as expected, and which factor is between them.

Parameters come as a theta, {"weights": ..., "biases": ...}, with None for the biases of a layer that has none. What a
step has done to them is a Move: for each block of parameters, ("w", layer) or ("b", layer), its numbers one by one.

>>> before = {"weights": [[[1.0, 2.0]]], "biases": [[3.0]]}
>>> after = {"weights": [[[1.5, 3.0]]], "biases": [[3.0]]}
>>> move = as_move(difference(before, after))
>>> move
{('b', 0): [0.0], ('w', 0): [0.5, 1.0]}
>>> ratio(move["w", 0], [1.0, 2.0])
0.5
"""
from __future__ import annotations

import math
from operator import sub
from typing import Any, Dict, List, Optional, Sequence, Tuple

from ..matrix import Vector, dot, scale

Theta = Dict[str, Any]
Block = Tuple[str, int]
Move = Dict[Block, Vector]

NEAR = 2e-5
"""How far numbers may be from what is expected, as a part of the largest of them: that of 32 bits, and of an ε."""
CLOSE = 1e-4
"""How far a factor may be from one that has a name, as a part of it."""


def numbers(value: Any) -> List[float]:
    """All numbers in nested lists, one after the other."""
    if not isinstance(value, (list, tuple)):
        return [] if value is None else [value]
    if value and type(value[0]) is float and type(value[-1]) is float:
        return value        # type: ignore[return-value]
    return [x for item in value for x in numbers(item)]


def shape(value: Any) -> Tuple[int, ...]:
    """The lengths of nested lists, as their first elements have them."""
    return (len(value), *shape(value[0])) if isinstance(value, list) and value else ()


def same_shape(given: Any, wanted: Any) -> bool:
    """Whether both have numbers at the same indices."""
    if isinstance(given, list) and isinstance(wanted, list):
        if len(given) != len(wanted):
            return False
        if given and type(given[0]) is float and type(wanted[0]) is float:
            return True
        return all(map(same_shape, given, wanted))
    return isinstance(given, (int, float)) and isinstance(wanted, (int, float))


def finite(value: Any) -> bool:
    """Whether all numbers in it are."""
    return all(map(math.isfinite, numbers(value)))


def largest(value: Any) -> float:
    """The largest of all numbers in it, without their signs."""
    return max(map(abs, numbers(value)), default=0.0)


def gap(given: Any, wanted: Any) -> float:
    """The largest difference as a part of the largest number that is expected; infinite where shapes differ."""
    if not same_shape(given, wanted):
        return math.inf
    ours, theirs = numbers(wanted), numbers(given)
    worst = max(map(abs, map(sub, theirs, ours)), default=0.0)
    if not math.isfinite(worst) or not math.isfinite(sum(theirs)):
        return math.inf
    most = largest(ours)
    return worst / most if most > 1e-9 else worst * 1e3


def near(given: Any, wanted: Any) -> bool:
    """Whether numbers are as expected."""
    return gap(given, wanted) <= NEAR


def close(value: float, wanted: float) -> bool:
    """Whether a factor is one that has a name."""
    return abs(value - wanted) <= CLOSE * abs(wanted)


def ratio(given: Any, wanted: Any) -> Optional[float]:
    """The factor between two arrays of one shape, if there is one; not 0."""
    if not same_shape(given, wanted) or not finite(given):
        return None
    ours, theirs = numbers(wanted), numbers(given)
    square = dot(ours, ours)
    if square < 1e-24:
        return 1.0 if largest(theirs) < 1e-9 else None
    c = dot(ours, theirs) / square
    return c if c != 0.0 and near(theirs, scale(c, ours)) else None


def ratio_or_zero(given: Any, wanted: Any) -> Optional[float]:
    """The same, or 0 where nothing is given of what is not nothing."""
    if largest(given) < 1e-12:
        return 0.0 if largest(wanted) > 1e-12 else 1.0
    return ratio(given, wanted)


def common(values: Sequence[Optional[float]]) -> Optional[float]:
    """The value that all have, if they have one."""
    some = [value for value in values if value is not None]
    if len(some) < len(values) or not some or not finite(some):
        return None
    return some[0] if max(some) - min(some) <= CLOSE * largest(some) + 1e-12 else None


def limit_of(values: Sequence[Vector]) -> float:
    """Where numbers are cut off: the largest of all, if some are as large as it; or 0."""
    most = largest(values)
    return most if sum(abs(x) >= most * (1 - 1e-9) for vector in values for x in vector) > 3 else 0.0


# Parameters

def like(theta: Theta, other: Theta) -> bool:
    """Whether two networks have arrays of the same shapes; no biases are of any."""
    return all(shape(w) == shape(v) for w, v in zip(theta["weights"], other["weights"])) and all(
        shape(b) == shape(d) for b, d in zip(theta["biases"], other["biases"]) if b is not None and d is not None)


def same(theta: Theta, other: Theta) -> bool:
    """Whether two networks have the same parameters; no biases are the same as any."""
    return near(theta["weights"], other["weights"]) and all(
        near(b, d) for b, d in zip(theta["biases"], other["biases"]) if b is not None and d is not None)


def difference(before: Theta, after: Theta, c: float = 1.0) -> List[Any]:
    """c·(after - before), as gradients are kept: [biases, weights]."""
    return [[None if b is None or a is None else [c * (q - p) for p, q in zip(b, a)]
             for b, a in zip(before["biases"], after["biases"])],
            [[[c * (q - p) for p, q in zip(r, s)] for r, s in zip(w, v)]
             for w, v in zip(before["weights"], after["weights"])]]


def as_move(gradient: Sequence[Any]) -> Move:
    """[biases, weights] as blocks of numbers; what is None is left out."""
    return {(kind, l): numbers(value) for kind, values in zip("bw", gradient) for l, value in enumerate(values)
            if value is not None}


def moved(before: Theta, after: Theta, c: float = 1.0) -> Move:
    """c·(after - before)."""
    return as_move(difference(before, after, c))


def total(moves: Sequence[Move], c: float = 1.0) -> Move:
    """c times the sum of some moves."""
    return {block: [c * sum(values) for values in zip(*(move[block] for move in moves))] for block in moves[0]}


def less(one: Move, other: Move) -> Move:
    """What is left of a move when another is taken off."""
    return total([one, total([other], -1.0)])


def every(move: Move) -> Vector:
    """All its numbers, one after the other."""
    return [x for values in move.values() for x in values]


def equal(one: Move, other: Move) -> bool:
    """Whether two moves are the same."""
    return near(every(one), every(other))


def after(theta: Theta, move: Move, c: float = 1.0) -> Theta:
    """theta + c·move."""
    found: Theta = {"weights": [], "biases": []}
    for l, (w, b) in enumerate(zip(theta["weights"], theta["biases"])):
        numbers_ = iter(move["w", l])
        found["weights"].append([[p + c * next(numbers_) for p in row] for row in w])
        found["biases"].append([p + c * q for p, q in zip(b, move["b", l])] if b and ("b", l) in move else b)
    return found


def widened(b: Any, n: int) -> Any:
    """A single number for all neurons, as np.sum without an axis gives it."""
    return b * n if isinstance(b, list) and len(b) == 1 and n > 1 and not isinstance(b[0], list) else b
