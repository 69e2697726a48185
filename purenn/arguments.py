"""Arguments are looked at before anything changes. One that does not fit is a ValueError in one line, which says
what it is called, what was expected and what was given. (This module may be skipped: nothing in it is about networks.)

>>> whole("mini_batch_size", 10, least=1)
>>> whole("mini_batch_size", 0, least=1)
Traceback (most recent call last):
ValueError: mini_batch_size: a whole number of 1 or more, not 0
>>> _ = examples("training_data", [([0.5, 0.5], [1.0]), ([0.5], [0.0])], [2, 3, 1])
Traceback (most recent call last):
ValueError: training_data[1]: an x of 2 numbers, not 1
"""
from __future__ import annotations

import logging
import sys
from collections.abc import Iterable as IterableOf, Sequence as SequenceOf
from functools import partial
from math import inf, isfinite
from reprlib import repr as short_repr
from typing import Any, Callable, Collection, Dict, Iterable, Mapping, Optional, Sequence, TypeVar, cast

from .matrix import Pixels, Sparse

T = TypeVar("T")
LARGE = 10.0
"""Numbers that are standardised, to the mean 0 and the deviation 1, are less."""

Rule = Callable[[str, object], None]
"""Given the name of an argument and its value: a ValueError if it is not what it should be."""


def whole(name: str, value: object, least: int) -> None:
    """A whole number from `least` up (True and False are none)."""
    if not isinstance(value, int) or isinstance(value, bool) or value < least:
        raise ValueError(f"{name}: a whole number of {least} or more, not {short_repr(value)}")


def real(name: str, value: object, least: float = 0.0, below: float = inf) -> None:
    """A finite number from `least` up to, but not including, `below`."""
    if (not isinstance(value, (int, float)) or isinstance(value, bool) or not least <= value < below
            or not abs(value) <= sys.float_info.max):
        lower = "a number" if least == -inf else f"a number from {least:g} up"
        upper = "finite" if below == inf else f"below {below:g}"
        raise ValueError(f"{name}: {lower} and {upper}, not {short_repr(value)}")


def flag(name: str, value: object) -> None:
    """True or False."""
    if not isinstance(value, bool):
        raise ValueError(f"{name}: True or False, not {short_repr(value)}")


def one_of(name: str, value: object, choices: Collection[str]) -> None:
    """One of the names in `choices`."""
    if value not in list(choices):
        raise ValueError(f"{name}: one of {', '.join(choices)}, not {short_repr(value)}")


def one_named(name: str, value: Any, choices: Mapping[str, T]) -> T:
    """The choice of that name. A function (or a class, where the choices are classes) is returned as it is."""
    if isinstance(value, str):
        one_of(name, value, choices)
        return choices[value]
    are_classes = all(isinstance(one, type) for one in choices.values())
    methods = {method for method in dir(next(iter(choices.values()))) if method[0] != "_"}
    if not callable(value) or isinstance(value, type) != are_classes or not methods <= set(dir(value)):
        kind = "a class" if are_classes else "a function"
        kind += f" with {', '.join(sorted(methods))}" if methods else ""
        raise ValueError(f"{name}: one of {', '.join(choices)}, or {kind}, not {short_repr(value)}")
    return cast(T, value)


HYPER_PARAMETERS: Dict[str, Rule] = {
    "epochs": partial(whole, least=1), "mini_batch_size": partial(whole, least=1),
    "eta": real, "lmbda": real, "mu": partial(real, below=1.0), "dropout": partial(real, below=1.0)}
"""The range of each hyper-parameter, by its name in the book."""


def hyper_parameters(**values: float) -> None:
    """Check the hyper-parameters of a run."""
    for name, value in values.items():
        HYPER_PARAMETERS[name](name, value)


def examples(name: str, data: Optional[Iterable[Any]], sizes: Sequence[int], labels: bool = False) -> Sequence[Any]:
    """The pairs (x, y) in data, all of which fit the network's first and last layer; y may be a label if `labels`.

    data itself is returned if it is a sequence. An iterator, such as the book's `zip`, becomes a list, and the arrays
    of NumPy become lists of floats.
    """
    if data is not None and not isinstance(data, IterableOf):
        raise ValueError(f"{name}: pairs (x, y), not {short_repr(data)}")
    examples = data if isinstance(data, SequenceOf) else list(() if data is None else data)
    # NumPy's arrays are looked for in the first example only: data are made in one way, and there are many.
    first = examples[0] if len(examples) else ()
    if isinstance(first, (tuple, list)) and any(hasattr(part, "tolist") for part in first):
        examples = [tuple(map(_without_numpy, example)) for example in examples]
    for k in range(len(examples)):
        example, where = examples[k], f"{name}[{k}]"
        if not isinstance(example, (tuple, list)) or len(example) != 2:
            raise ValueError(f"{where}: a pair (x, y), not {short_repr(example)}")
        x, y = example
        _vector(where, "an x", x.dense if isinstance(x, Sparse) else x, sizes[0])
        if not labels or not isinstance(y, int):
            _vector(where, "a y", y, sizes[-1])
        elif not 0 <= y < max(2, sizes[-1]):            # one output tells 0 from 1
            raise ValueError(f"{where}: a label from 0 to {max(2, sizes[-1]) - 1}, not {y}")
    if name == "training_data":
        say_if_large(name, examples)
    return examples


def say_if_large(name: str, examples: Sequence[Any]) -> None:
    """A warning where x goes to 16, 100 or 255: sigmoid neurons are saturated by such numbers, and learn nothing."""
    largest = max((max(x) for x, _ in examples[:100] if isinstance(x, (list, tuple))), default=0.0)
    if largest >= LARGE:
        logging.getLogger("purenn").warning(
            f"{name}: numbers up to {largest:g}, from which a network hardly learns; divide them by that")


def _without_numpy(part: Any) -> Any:
    """An array as a list of floats, a column as a flat one; NumPy's numbers as Python's."""
    part = part.tolist() if hasattr(part, "tolist") else part
    is_column = isinstance(part, list) and all(isinstance(row, list) and len(row) == 1 for row in part)
    return [row[0] for row in part] if is_column else part


def _vector(where: str, what: str, value: Any, n: int) -> None:
    """A list of n finite numbers."""
    if not isinstance(value, (list, tuple, Pixels)):
        given = f"the label {value}" if isinstance(value, int) else short_repr(value)
        raise ValueError(f"{where}: {what} of {n} numbers, not {given}")
    if len(value) != n:
        raise ValueError(f"{where}: {what} of {n} numbers, not {len(value)}")
    if isinstance(value, Pixels):
        return
    try:
        if isfinite(sum(value)):            # infinite or nan if one of them is: one look at all, as there are millions
            return
    except (TypeError, OverflowError):
        pass
    for k, number in enumerate(value):
        if not isinstance(number, (int, float)) or not abs(number) <= sys.float_info.max:
            raise ValueError(f"{where}: {what} of {n} finite numbers, not {short_repr(number)} (at index {k})")
