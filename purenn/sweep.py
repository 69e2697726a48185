"""python -m purenn.sweep: try many hyper-parameters, on every core of this machine or on a cluster."""
from __future__ import annotations

if not __package__:                 # started as a file, in which no import finds the others
    __import__("terminal.start").start.as_module(__file__)

import shutil
import sys
import time
from dataclasses import replace
from random import Random
from statistics import mean, stdev
from typing import Any, Dict, Iterable, List, Optional, Sequence, Tuple

from . import data
from .cores import search
from .cores import workers
from .terminal.command import run as run_command, signals_deferred, typed
from .terminal.options import Parser, add_recipe_options, as_options, as_typed, given_fields, list_recipes, whole
from .cores.results import ResultsFile
from .network2 import Diverged
from .recipes import RECIPES, Recipe
from .cores.search import Result, Standing, Trial
from .terminal.progress import Display, duration
from .terminal.text import complain

DESCRIPTION = """\
Train networks with many hyper-parameters, and find the best.

Every option about the network and its training takes several values, and every combination of them is tried:
a grid. Each is judged by the accuracy on the validation data; the test data only say, at the end, how good
the winner is. Results are kept in a file as they come. After an interruption, the same command goes on.
One file may hold the results of several sweeps.
"""

EPILOG = """\
things to try:
  python -m purenn.sweep --eta 0.3 1 3 10                        which learning rate?
  python -m purenn.sweep --hidden 10 --hidden 30 --hidden 30 30 --seeds 3
                                                                 which layers? each three times
  python -m purenn.sweep --recipe chapter-3 --eta 0.1 0.3 1 --lmbda 0 1 10 --mu 0 0.5 --random 6
                                                                 six of these eighteen
  python -m purenn.sweep --dask tcp://192.168.1.7:8786 mnist     on a cluster (see the README)
"""

def parser() -> Parser:
    """The options of the command. Those named after a field of Recipe are what is tried."""
    parser = Parser("purenn.sweep", description=DESCRIPTION, epilog=EPILOG)
    add_recipe_options(parser, several=True)

    trying = parser.add_argument_group("what is tried")
    trying.add_argument("--seeds", type=whole(1), default=1, metavar="N",
                        help="each with N seeds: --seed, and those after it")
    trying.add_argument("--random", type=whole(1), metavar="N", help="only N of all combinations, drawn at random")
    trying.add_argument("--halving", action="store_true",
                        help="all for a ninth of their epochs, the best third for a third, "
                             "the best third of those for all")

    working = parser.add_argument_group("who does it")
    sharing = working.add_mutually_exclusive_group()
    sharing.add_argument("--jobs", type=whole(1), metavar="N",
                         help="N processes of this machine (default: one for each core)")
    sharing.add_argument("--dask", metavar="ADDRESS",
                         help="the workers of a Dask cluster, by its scheduler's address (whoever reaches the "
                              "scheduler can run code on the workers: use it in a network that you trust)")
    working.add_argument("--results", default="sweep.jsonl", metavar="FILE",
                         help="keep the results in FILE (default: sweep.jsonl)")
    return parser


def spread(fractions: Sequence[float]) -> str:
    """Accuracies as their mean and, of several, their standard deviation."""
    return f"{mean(fractions):.2%}" + (f" ± {stdev(fractions):.2%}" if len(fractions) > 1 else "")


class Board:
    """What is shown while trials run: on a terminal a table of the best, in place; elsewhere a line for each."""

    def __init__(self, varied: Sequence[str]) -> None:
        self.varied = varied
        self.display = Display()

    def begin(self, total: int, results: Sequence[Result]) -> None:
        """Begin a round of `total` trials, of which some have results already."""
        self.total, self.results, self.before = total, list(results), len(results)
        self.started = time.perf_counter()
        if self.before:
            self.display.say(f"{self.before} of {total} trials are already done")
        if self.before < total:
            self.show(f"{self.before} of {total} trials")

    def add(self, result: Result) -> None:
        """Show one more result."""
        self.results.append(result)
        done, elapsed = len(self.results), time.perf_counter() - self.started
        left = f"about {duration(elapsed / (done - self.before) * (self.total - done))} left"
        if self.display.in_place:
            self.show(f"{done} of {self.total} trials, {left}")
        else:
            accuracy = spread([result.validation.fraction]) if result.validation else "failed"
            self.display.say(f"{done} of {self.total}: {accuracy}  {self.named(result.recipe)}  "
                             f"{result.seconds:.1f} s, {left}")

    def show(self, last: str) -> None:
        """The table so far, as much of it as there is room for."""
        rows = min(11, shutil.get_terminal_size().lines - 2)
        self.display.show(*self.table(search.ranking(self.results))[:rows], last)

    def named(self, recipe: Recipe) -> str:
        """A recipe by what it differs in from the others."""
        return ", ".join(f"{name} {as_typed(name, getattr(recipe, name))}" for name in [*self.varied, "seed"])

    def table(self, standings: Iterable[Standing]) -> List[str]:
        """The standings, with a column for each hyper-parameter that varies."""
        rows = [["validation", *self.varied, "seeds"]]
        for standing in standings:
            rows.append([spread(standing.validation) if standing.validation else "failed",
                         *(as_typed(name, getattr(standing.recipe, name)) for name in self.varied),
                         str(len(standing.results))])
        widths = [max(map(len, column)) for column in zip(*rows)]
        return ["  ".join(map(str.ljust, row, widths)).rstrip() for row in rows]


def asked_for(options: Dict[str, Any]) -> Tuple[List[Recipe], List[str]]:
    """The recipes to try, and the names of the options that make them."""
    base = replace(RECIPES[options["recipe"] or "chapter-1"], about="")
    choices = given_fields(options)
    base = replace(base, seed=choices.pop("seed", base.seed))
    recipes = (search.grid(base, choices) if options["random"] is None else
               search.sample(base, choices, options["random"], Random(base.seed)))
    return recipes, list(choices)


def main(argv: Optional[Sequence[str]] = None) -> None:
    """Run the trials that the options ask for, and say which was the best."""
    options: Dict[str, Any] = vars(parser().parse_args(argv))
    if options["recipes"]:
        list_recipes()
        return
    source = data.full_name(options["data"] or "digits")
    if options["download"]:
        data.locate(source, download=True, progress=Display().show_download)
    recipes, chosen = asked_for(options)
    seeds = [recipes[0].seed + k for k in range(options["seeds"])]

    board = Board([name for name in chosen if len({getattr(recipe, name) for recipe in recipes}) > 1])
    jobs = options["jobs"] or min(workers.cores(), len(recipes) * len(seeds))
    engine = f"Dask: {options['dask']}" if options["dask"] else f"processes: {jobs}"
    board.display.say(f"{source}: recipes: {len(recipes)}, seeds: {len(seeds)}, {engine}, "
                      f"results: {options['results']}")
    with workers.executor(jobs, options["dask"], complain) as executor:
        (_, answer), = workers.finished(executor, search.fingerprint_of, [source])
        fingerprint = answer.result()
        tried: Dict[Recipe, Result] = {}
        with ResultsFile(options["results"]) as file:
            kept = file.on(fingerprint)

            def results_of(recipes: Sequence[Recipe]) -> List[Result]:
                wanted = [replace(recipe, seed=seed) for seed in seeds for recipe in recipes]
                tried.update((recipe, kept[recipe]) for recipe in wanted if recipe in kept)
                missing = [Trial(recipe, source, fingerprint) for recipe in wanted if recipe not in tried]
                board.begin(len(wanted), [tried[recipe] for recipe in wanted if recipe in tried])
                for result in search.sweep(missing, executor):
                    with signals_deferred():
                        tried[result.recipe] = result
                        file.add(source, fingerprint, result)
                        board.add(result)
                return [tried[recipe] for recipe in wanted]

            try:
                results = search.successive_halving(recipes, results_of) if options["halving"] else results_of(recipes)
            except KeyboardInterrupt as stop:
                board.display.say(*board.table(search.ranking(tried.values())))
                stop.args = (f"interrupted; results kept in {options['results']}: {len(tried)}; "
                             "the same command goes on",)
                raise
    board.display.clear()
    conclude(board, search.ranking(results), tried.values(),
             typed("purenn.train", options["data"] or "digits", "--recipe", options["recipe"] or "chapter-1"), chosen)
    board.display.check("purenn.sweep")


def conclude(board: Board, standings: Sequence[Standing], results: Iterable[Result], train: str, chosen: Sequence[str]
             ) -> None:
    """Print the ranking, the failures, how to train the winner again, and its test accuracy (of no other)."""
    say = board.display.say
    say(*board.table(standings))
    for result in results:
        if result.failure:
            say(f"failed: {board.named(result.recipe)}: {result.failure}")
    if not standings or standings[0].failed:
        raise Diverged("every recipe failed with some seed")
    winner = standings[0]
    say(" ".join(["the best:", train, *as_options(winner.recipe, [*chosen, "seed"])]))
    say(f"test accuracy: {spread(winner.test)}" if winner.test else "no data to test with")


if __name__ == "__main__":
    sys.exit(run_command("purenn.sweep", main))
