"""How long a training will take on this machine, from its first step to its last score: a few examples tell."""
from __future__ import annotations

from itertools import cycle
from statistics import median
from time import process_time
from typing import Any, Callable, List, Optional, Sequence, Type

from ..network import TrainingExample
from ..network2 import Network
from ..recipes import Recipe

FEW = 100           # examples to try it with
TURNS, LONGEST = 9, 0.3
"""A piece of work is timed so many times, or fewer if that takes so many seconds. The median of processor times is not
disturbed by other work on the machine."""


def forecast(recipe: Recipe, kind: Type[Network], training_data: Sequence[TrainingExample], epochs: int,
             scored: int, at_the_end: int) -> Optional[float]:
    """The seconds that so many epochs take with a network of the class `kind`, if after each of them `scored` examples
    are scored, and others once `at_the_end`; None if that network cannot do it."""
    n = len(training_data)
    examples = [training_data[k * n // min(n, FEW)] for k in range(min(n, FEW))]
    net: Any = recipe.network(len(examples[0][0]), len(examples[0][1]), kind)
    m = min(recipe.batch_size or n, len(examples))
    eta = recipe.eta * m / (recipe.batch_size or n)         # so that an example counts as much as it will
    try:
        ready = [(net.ready(x), y) for x, y in examples]
        batches = cycle([ready[k:k + m] for k in range(0, len(ready) - m + 1, m)])
        tests = cycle([examples[k:k + 10] for k in range(0, len(examples), 10)])
        once = seconds(lambda: [net.ready(x) for x, _ in examples[:10]]) / len(examples[:10])
        step = seconds(lambda: net.update_mini_batch(next(batches), eta, recipe.lmbda, n, recipe.mu)) / m
        score = seconds(lambda: net.evaluate(next(tests))) / len(examples[:10])
    except (ValueError, ArithmeticError):
        return None
    return n * once + epochs * (n * step + scored * score) + at_the_end * score


def on_pypy(packed: float) -> float:
    """The seconds that PyPy takes by columns for what a packed network does on CPython: a tenth, with any number of
    hidden neurons, and some to load the data and to compile (measured, see bench/README.md)."""
    return 0.1 * packed + 2.0


def seconds(work: Callable[[], object]) -> float:
    """How long the work takes, the first time not counted."""
    work()
    times: List[float] = []
    while len(times) < TURNS and sum(times) < LONGEST:
        start = process_time()
        work()
        times.append(process_time() - start)
    return median(times)
