"""Where experiments are made.

An experiment makes a few runs. Each is a function of a `Lab`, in which it finds data and a random generator, and in
which it notes what it measures. Runs do not depend on one another, so that all cores can share them, and a run that two
experiments need is made once.

    Lab         what a run works with
    Run         a function of a Lab, and its other arguments
    Task        a run to be made with one seed
    perform     make it

>>> def halve(lab: Lab, start: float) -> None:
...     lab.record("rest", start / 2)
>>> perform(Task(Run(halve, start=3.0), seed=1, source=""))["rest"]
[1.5]
"""
from __future__ import annotations

import os
import time
from functools import lru_cache
from random import Random
from typing import Any, Callable, Dict, List, NamedTuple, Optional, Tuple

from .. import data
from ..history import Epoch, Score

Curves = Dict[str, List[float]]
"""What one run noted, by name."""


class Lab:
    """What a run works with: data, a random generator, and a notebook.

    `source` names the data. `epochs` and `limit` scale the run down: at most this many epochs and training images.
    """

    def __init__(self, seed: int, source: str, epochs: Optional[int] = None, limit: Optional[int] = None,
                 progress: Callable[[float], None] = lambda share: None) -> None:
        self.rng, self.source = Random(seed), source
        self.curves: Curves = {}
        self._most, self._progress, self._planned, self._done = epochs, progress, 0, 0
        if source:
            self.training_data, self.validation_data, self.test_data = loaded(source)
            self.training_data = self.training_data[:limit]
            self.inputs = len(self.training_data[0][0])

    def epochs(self, book: int) -> int:
        """As many epochs as in the book, or fewer if the run is scaled down."""
        epochs = min(book, self._most or book)
        self._planned += epochs
        return epochs

    def record(self, name: str, value: float) -> None:
        """Add a value to the curve of this name."""
        self.curves.setdefault(name, []).append(value)

    def note(self, epoch: Epoch) -> None:
        """SGD's `report`: add what was measured in the epoch to the curves, accuracies in per cent."""
        for name, value in zip(Epoch._fields[2:], epoch[2:]):
            if value is not None:
                self.record(name.replace("_", " "), percent(value) if isinstance(value, Score) else value)
        self._done += 1
        self._progress(self._done / max(self._planned, self._done))


@lru_cache(maxsize=1)
def loaded(source: str) -> data.Data:
    """The data, loaded once by each process."""
    return data.load(source)


def percent(score: Score) -> float:
    """An accuracy in per cent."""
    return 100.0 * score.right / score.total


class Run:
    """A function that takes a Lab, and its other arguments: numbers or texts. `seconds` is about how long it takes
    under PyPy with the book's numbers; the shortest runs are made first."""

    def __init__(self, function: Callable[..., None], /, *, seconds: float = 1.0, **arguments: Any) -> None:
        self.function, self.arguments, self.seconds = function, arguments, seconds

    @property
    def key(self) -> str:
        """A name for what is run: equal keys are the same run.

        >>> Run(print, sep="", end="!").key
        "builtins.print(end='!', sep='')"
        """
        given = ", ".join(f"{name}={value!r}" for name, value in sorted(self.arguments.items()))
        return f"{self.function.__module__.split('.')[-1]}.{self.function.__name__}({given})"


class Task(NamedTuple):
    """A run to be made: with which seed, on which data, scaled down to how many epochs and images; `watch` is a file
    to write the finished share to, now and then."""

    run: Run
    seed: int
    source: str
    epochs: Optional[int] = None
    limit: Optional[int] = None
    watch: str = ""

    @property
    def key(self) -> Tuple[Any, ...]:
        """What the result depends on."""
        return self.run.key, self.seed, self.source, self.epochs, self.limit


def perform(task: Task) -> Curves:
    """Make the run, here. What it noted, and the `seconds` it took."""
    started = shown = time.perf_counter()

    def progress(share: float) -> None:
        nonlocal shown
        if task.watch and time.perf_counter() - shown > 1.0:
            shown = time.perf_counter()
            with open(task.watch + ".new", "w", encoding="ascii") as file:
                file.write(str(share))
            os.replace(task.watch + ".new", task.watch)

    lab = Lab(task.seed, task.source, task.epochs, task.limit, progress)
    task.run.function(lab, **task.run.arguments)
    return {**lab.curves, "seconds": [time.perf_counter() - started]}
