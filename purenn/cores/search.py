"""A search for good hyper-parameters: many trials and their results.

A trial is one training run. It depends on its recipe (which holds the seed) and on the data, and on nothing else. So it
may be run anywhere and in any order, and be repeated. `sweep` lets an executor's workers run trials.

    grid, sample        the recipes to try
    sweep               the results of trials, run on any concurrent.futures.Executor
    successive_halving  short trials for all, longer ones for the best
    ranking             results by recipe, the best first

>>> recipes = grid(Recipe(limit=200), {"eta": [0.001, 3.0], "epochs": [4]})
>>> from concurrent.futures import ThreadPoolExecutor
>>> with ThreadPoolExecutor() as executor:
...     results = list(sweep([Trial(recipe) for recipe in recipes], executor))
>>> [standing.recipe.eta for standing in ranking(results)]
[3.0, 0.001]
"""
from __future__ import annotations

import sys
import time
from bisect import bisect_left, insort
from concurrent.futures import CancelledError, Executor
from dataclasses import replace
from functools import lru_cache
from hashlib import sha256
from itertools import product
from math import prod
from random import Random
from statistics import mean
from typing import (Any, Callable, Collection, Dict, Iterable, Iterator, List, Mapping, NamedTuple, Optional, Sequence,
                    Tuple)

from .. import data
from ..history import Epoch, Score
from ..recipes import Recipe
from ..saved import models
from ..saved.files import BadFile
from ..saved.origin import HERE, Origin
from ..saved.state import State
from .cluster import wanted
from .shards import network_class
from .workers import LOADING, finished


class Trial(NamedTuple):
    """A recipe to be tried on the data of this name. If a fingerprint is given, the data must have it."""

    recipe: Recipe
    source: str = "digits"
    fingerprint: str = ""
    state: str = ""                     # a folder that all workers reach: what was begun elsewhere goes on from there

    def __str__(self) -> str:
        """What is tried, by what differs from chapter 1: `eta 0.5, seed 3`."""
        return ", ".join(f"{name} {value}" for name, value in vars(self.recipe).items()
                         if name in ("eta", "seed") or value != getattr(Recipe, name, (30,)) and name != "about")


class Result(NamedTuple):
    """The result of a trial: its accuracies after the last epoch, or why it failed."""

    recipe: Recipe
    validation: Optional[Score] = None
    test: Optional[Score] = None        # for the winner only: test data by which one chooses test nothing any more
    epochs: int = 0                     # fewer than the recipe's after an early stop
    digest: str = ""                    # SHA-256 of the trained weights and biases
    seconds: float = 0.0                # of the worker that finished it
    failure: str = ""
    lost: bool = False                  # failed because its workers died; the next time it may succeed
    curve: Tuple[int, ...] = ()         # right answers of the validation data after each epoch
    origin: Optional[Origin] = None     # with what and where it was obtained


class Grid(Collection[Recipe]):
    """The recipe with every combination of the values that `choices` has for its fields, each made when it is asked
    for: there may be millions.

    >>> [(recipe.eta, recipe.mu) for recipe in Grid(Recipe(), {"eta": [1.0, 2.0], "mu": [0.0, 0.9]})]
    [(1.0, 0.0), (1.0, 0.9), (2.0, 0.0), (2.0, 0.9)]
    """

    def __init__(self, base: Recipe, choices: Mapping[str, Sequence[Any]]) -> None:
        self.base, self.choices = base, {name: list(dict.fromkeys(values)) for name, values in choices.items()}

    def __len__(self) -> int:
        return prod(map(len, self.choices.values()))

    def __iter__(self) -> Iterator[Recipe]:
        return (replace(self.base, **dict(zip(self.choices, values))) for values in product(*self.choices.values()))

    def __contains__(self, recipe: object) -> bool:
        return isinstance(recipe, Recipe) and all(value in self.choices.get(name, [getattr(self.base, name)])
                                                  for name, value in vars(recipe).items() if name != "about")


def grid(base: Recipe, choices: Mapping[str, Sequence[Any]]) -> List[Recipe]:
    """That grid as a list."""
    return list(Grid(base, choices))


def sample(base: Recipe, choices: Mapping[str, Sequence[Any]], n: int, rng: Random) -> List[Recipe]:
    """n different recipes of that grid at random, or all if there are no more. With the same generator, a larger n
    begins with the same ones. (J. Bergstra, Y. Bengio: Random Search for Hyper-Parameter Optimization, 2012.)"""
    points: Dict[Recipe, None] = {}
    while len(points) < min(n, len(Grid(base, choices))):
        points[replace(base, **{name: rng.choice(values) for name, values in choices.items()})] = None
    return list(points)


def sweep(trials: Iterable[Trial], executor: Executor, idle: Callable[[], None] = lambda: None) -> Iterator[Result]:
    """The results of the trials, run by the executor's workers, in the order in which they finish. The next trial is
    drawn when a worker is about to need it.

    The result of a trial that fails says so. If a worker dies, another repeats its trial (unless all die with it, as in
    a ProcessPoolExecutor: BrokenExecutor). BadFile if no worker has the data, and the purenn, that a trial asks for.
    """
    for trial, future in finished(executor, run_trial, trials, idle):
        try:
            result = future.result()
        except (BadFile, CancelledError):
            raise
        except Exception as error:
            result = Result(trial.recipe, failure=str(error) or type(error).__name__, lost=True)
        yield result


class Unwanted(Exception):
    """Nobody waits any more for the result of this trial."""


def run_trial(trial: Trial) -> Result:
    """Train as `python -m purenn.train` does with the same options, and measure the accuracies."""
    with LOADING:
        recipe, examples, fingerprint = trial.recipe, unsplit(trial.source), fingerprint_of(trial.source)
    if trial.fingerprint not in ("", fingerprint):
        raise BadFile(trial.source, "on this worker it holds other data than where the sweep was started")
    state, started = State(trial.state, recipe, trial.source, fingerprint), time.perf_counter()

    def report(epoch: Epoch) -> None:
        state.past.append(epoch)
        state.save(net, at_once=not wanted())
        if not wanted():
            raise Unwanted

    try:
        training_data, validation_data, test_data = data.split(examples, recipe.hold_out, recipe.seed)
        if not validation_data:
            raise ValueError("there are no validation data to judge by")
        training_data = training_data[:recipe.limit]
        kind = network_class(recipe, by_columns=sys.implementation.name != "cpython")      # the same bits, faster
        net = state.resumed(kind) or recipe.network(inputs=len(training_data[0][0]), kind=kind)
        recipe.train(net, data.expanded(training_data) if recipe.expand else training_data, [], validation_data,
                     monitor_evaluation_accuracy=True, past=state.past, report=report)
        result = Result(recipe, state.past[-1].evaluation_accuracy, net.score(test_data) if test_data else None,
                        len(state.past), sha256(repr((net.biases, net.weights)).encode()).hexdigest())
    except (ArithmeticError, ValueError, MemoryError) as error:
        result = Result(recipe, failure=str(error) or type(error).__name__)
    state.remove()
    curve = tuple(epoch.evaluation_accuracy.right for epoch in state.past if epoch.evaluation_accuracy)
    return result._replace(seconds=time.perf_counter() - started, curve=curve, origin=HERE)


@lru_cache(maxsize=1)
def unsplit(source: str) -> data.Unsplit:
    """The data."""
    return data.unsplit(source)


@lru_cache(maxsize=1)
def fingerprint_of(source: str) -> str:
    """The fingerprint of the data."""
    return models.fingerprint(*data.split(unsplit(source)))


class Standing(NamedTuple):
    """The results of one recipe, in the order of the seeds it was tried with."""

    recipe: Recipe
    results: List[Result]

    @property
    def failed(self) -> bool:
        return any(result.failure for result in self.results)

    @property
    def validation(self) -> List[float]:
        """The validation accuracies, 0.0 to 1.0."""
        return [result.validation.fraction for result in self.results if result.validation]

    @property
    def test(self) -> List[float]:
        """The test accuracies, 0.0 to 1.0."""
        return [result.test.fraction for result in self.results if result.test]


class Ranking:
    """The recipes by their mean validation accuracy, the best first; those that failed with some seed come last.

    Each result is put into its place as it comes.
    """

    def __init__(self, results: Iterable[Result] = ()) -> None:
        self._order: List[Tuple[bool, float, str, Standing]] = []
        self._placed: Dict[Recipe, Tuple[bool, float, str, Standing]] = {}
        for result in results:
            self.add(result)

    def add(self, result: Result) -> None:
        """Take one more result, with a seed that its recipe has no result with."""
        recipe = replace(result.recipe, seed=0)
        results = [result]
        if recipe in self._placed:
            results += self._placed[recipe][-1].results
            del self._order[bisect_left(self._order, self._placed[recipe])]
        results.sort(key=lambda result: result.recipe.seed)
        standing = Standing(results[0].recipe, results)
        self._placed[recipe] = (standing.failed, -mean(standing.validation or [0.0]), repr(standing.recipe), standing)
        insort(self._order, self._placed[recipe])

    def __iter__(self) -> Iterator[Standing]:
        return (standing for *_, standing in self._order)


def ranking(results: Iterable[Result]) -> List[Standing]:
    """The ranking of these results."""
    return list(Ranking(results))


SHARES = 9, 3, 1


def shortened(recipe: Recipe, share: int) -> Recipe:
    """The same recipe for one `share`-th of its epochs."""
    return replace(recipe, epochs=-(-recipe.epochs // share))


def successive_halving(recipes: Sequence[Recipe], results_of: Callable[[Sequence[Recipe]], List[Result]]
                       ) -> List[Result]:
    """All recipes for a ninth of their epochs, the best third of them for a third, the best third of those for all.

    That takes a third of all epochs, and finds the best if it is among the better ones early on. `results_of` returns
    the results of trials of some recipes. (K. Jamieson, A. Talwalkar: Non-stochastic Best Arm Identification, 2016.)
    """
    for share in SHARES[:-1]:
        short: Dict[Recipe, List[Recipe]] = {}
        for recipe in recipes:
            short.setdefault(shortened(recipe, share), []).append(recipe)
        standings = [standing for standing in ranking(results_of(list(short))) if not standing.failed]
        recipes = [recipe for standing in standings[:-(-len(short) // 3)] for recipe in short[standing.recipe]]
    return results_of(recipes)
