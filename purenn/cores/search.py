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

import time
from concurrent.futures import CancelledError, Executor
from dataclasses import replace
from functools import lru_cache
from hashlib import sha256
from itertools import product
from math import prod
from random import Random
from statistics import mean
from typing import Any, Callable, Dict, Iterable, Iterator, List, Mapping, NamedTuple, Optional, Sequence

from .. import data
from ..saved import models
from ..saved.files import BadFile
from ..history import Epoch, Score
from ..recipes import Recipe
from .shards import network_class
from .workers import finished


class Trial(NamedTuple):
    """A recipe to be tried on the data of this name. If a fingerprint is given, the data must have it."""

    recipe: Recipe
    source: str = "digits"
    fingerprint: str = ""


class Result(NamedTuple):
    """The result of a trial: its accuracies after the last epoch, or why it failed."""

    recipe: Recipe
    validation: Optional[Score] = None
    test: Optional[Score] = None        # for the winner only: test data by which one chooses test nothing any more
    epochs: int = 0                     # fewer than the recipe's after an early stop
    digest: str = ""                    # SHA-256 of the trained weights and biases
    seconds: float = 0.0
    failure: str = ""
    lost: bool = False                  # failed because its workers died; the next time it may succeed


def grid(base: Recipe, choices: Mapping[str, Sequence[Any]]) -> List[Recipe]:
    """The recipe with every combination of the values that `choices` has for its fields.

    >>> [(recipe.eta, recipe.mu) for recipe in grid(Recipe(), {"eta": [1.0, 2.0], "mu": [0.0, 0.9]})]
    [(1.0, 0.0), (1.0, 0.9), (2.0, 0.0), (2.0, 0.9)]
    """
    combinations = (dict(zip(choices, values)) for values in product(*choices.values()))
    return list(dict.fromkeys(replace(base, **combination) for combination in combinations))


def sample(base: Recipe, choices: Mapping[str, Sequence[Any]], n: int, rng: Random) -> List[Recipe]:
    """n different recipes of that grid at random, or all if there are no more. With the same generator, a larger n
    begins with the same ones. (J. Bergstra, Y. Bengio: Random Search for Hyper-Parameter Optimization, 2012.)"""
    n = min(n, prod(len(dict.fromkeys(values)) for values in choices.values()))
    points: Dict[Recipe, None] = {}
    while len(points) < n:
        points[replace(base, **{name: rng.choice(values) for name, values in choices.items()})] = None
    return list(points)


def sweep(trials: Iterable[Trial], executor: Executor) -> Iterator[Result]:
    """The results of the trials, run by the executor's workers, in the order in which they finish.

    The result of a trial that fails says so. If a worker dies, another repeats its trial. BadFile if a worker does not
    have the data that a trial asks for.
    """
    for trial, future in finished(executor, run_trial, trials):
        try:
            result = future.result()
        except (BadFile, CancelledError):
            raise
        except Exception as error:
            result = Result(trial.recipe, failure=str(error) or type(error).__name__, lost=True)
        yield result


def run_trial(trial: Trial) -> Result:
    """Train as `python -m purenn.train` does with the same options, and measure the accuracies."""
    recipe, examples = trial.recipe, unsplit(trial.source)
    if trial.fingerprint not in ("", fingerprint_of(trial.source)):
        raise BadFile(trial.source, "on this worker it holds other data than where the sweep was started")
    epochs: List[Epoch] = []
    started = time.perf_counter()
    try:
        training_data, validation_data, test_data = data.split(examples, recipe.hold_out, recipe.seed)
        if not validation_data:
            raise ValueError("there are no validation data to judge by")
        training_data = training_data[:recipe.limit]
        net = recipe.network(inputs=len(training_data[0][0]), kind=network_class(recipe))
        recipe.train(net, data.expanded(training_data) if recipe.expand else training_data, [], validation_data,
                     report=epochs.append)
        return Result(recipe, net.score(validation_data), net.score(test_data) if test_data else None, len(epochs),
                      sha256(repr((net.biases, net.weights)).encode()).hexdigest(), time.perf_counter() - started)
    except (ArithmeticError, ValueError, MemoryError) as error:
        return Result(recipe, failure=str(error) or type(error).__name__, seconds=time.perf_counter() - started)


@lru_cache(maxsize=1)
def unsplit(source: str) -> data.Unsplit:
    """The data; each worker loads them once."""
    return data.unsplit(source)


@lru_cache(maxsize=1)
def fingerprint_of(source: str) -> str:
    """The fingerprint of the data; each worker computes it once."""
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


def ranking(results: Iterable[Result]) -> List[Standing]:
    """The recipes by their mean validation accuracy, the best first; those that failed with some seed come last."""
    by_recipe: Dict[Recipe, List[Result]] = {}
    for result in sorted(results, key=lambda result: result.recipe.seed):
        by_recipe.setdefault(replace(result.recipe, seed=0), []).append(result)
    standings = [Standing(group[0].recipe, group) for group in by_recipe.values()]
    return sorted(standings, key=lambda s: (s.failed, -mean(s.validation or [0.0]), repr(s.recipe)))


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
