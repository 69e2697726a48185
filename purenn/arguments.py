"""Is an argument what it should be? If not, each of these says in a ValueError which one, what was expected and what
was given; if so, it says nothing. They are asked before anything changes.

>>> whole("mini_batch_size", 10, least=1)
>>> whole("mini_batch_size", 0, least=1)
Traceback (most recent call last):
ValueError: mini_batch_size: a whole number of 1 or more, not 0
>>> examples("training_data", [([0.5, 0.5], [1.0]), ([0.5], [0.0])], [2, 3, 1])
Traceback (most recent call last):
ValueError: training_data[1]: an x of 2 numbers, not 1
"""
from __future__ import annotations

import math
import sys
from reprlib import repr as short_repr
from typing import Collection, Optional, Sequence, Tuple, Union

from .matrix import Vector

Examples = Sequence[Tuple[Vector, Union[Vector, int]]]


def whole(name: str, value: object, least: int) -> None:
    """A whole number from `least` up (True and False are none)."""
    if not isinstance(value, int) or isinstance(value, bool) or value < least:
        raise ValueError(f"{name}: a whole number of {least} or more, not {short_repr(value)}")


def real(name: str, value: object, below: float = math.inf) -> None:
    """A finite number from 0 up to, but not including, `below`."""
    if (not isinstance(value, (int, float)) or isinstance(value, bool) or not 0 <= value < below
            or value > sys.float_info.max):
        bound = "finite" if below == math.inf else f"below {below:g}"
        raise ValueError(f"{name}: a number from 0 up and {bound}, not {short_repr(value)}")


def one_of(name: str, value: object, choices: Collection[str]) -> None:
    """One of these names."""
    if value not in list(choices):
        raise ValueError(f"{name}: one of {', '.join(choices)}, not {short_repr(value)}")


def examples(name: str, data: Examples, sizes: Sequence[int], labels: bool = False) -> None:
    """Pairs (x, y) that fit the first and the last layer, where y may be a label only if `labels` says so."""
    inputs, outputs = sizes[0], sizes[-1]
    for k in range(len(data)):
        x, y = data[k]
        if len(x) != inputs:
            raise ValueError(f"{name}[{k}]: an x of {inputs} numbers, not {len(x)}")
        if not isinstance(y, int):
            if len(y) != outputs:
                raise ValueError(f"{name}[{k}]: a y of {outputs} numbers, not {len(y)}")
        elif not labels:
            raise ValueError(f"{name}[{k}]: a y of {outputs} numbers, not the label {y}")
        elif not 0 <= y < outputs:
            raise ValueError(f"{name}[{k}]: a label from 0 to {outputs - 1}, not {y}")


def hyper_parameters(epochs: int, mini_batch_size: int, eta: float, lmbda: float, mu: float) -> None:
    """Those of one run, as the book names them."""
    whole("epochs", epochs, least=0)
    whole("mini_batch_size", mini_batch_size, least=1)
    real("eta", eta)
    real("lmbda", lmbda)
    real("mu", mu, below=1.0)


def data(sizes: Sequence[int], training_data: Examples, test_data: Optional[Examples], evaluation_data: Optional[Examples]
         ) -> None:
    """Something to train on; and everything of the right length."""
    whole("len(training_data)", len(training_data), least=1)
    examples("training_data", training_data, sizes)
    examples("test_data", test_data or [], sizes, labels=True)
    examples("evaluation_data", evaluation_data or [], sizes, labels=True)
