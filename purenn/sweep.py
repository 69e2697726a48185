"""python -m purenn.sweep: try many hyper-parameters, on every core of this machine or on a cluster."""
from __future__ import annotations

if not __package__:                 # started as a file, in which no import finds the others
    __import__("terminal.start").start.as_module(__file__)

import os
import shutil
import sys
import time
from collections import Counter
from concurrent.futures import Executor
from contextlib import suppress
from dataclasses import replace
from itertools import islice
from random import Random
from statistics import mean, stdev
from typing import Any, Collection, Dict, Iterable, List, Optional, Sequence, Tuple

from . import data
from .cores import search
from .cores import workers
from .cores.results import ResultsFile
from .cores.search import Ranking, Result, Standing, Trial
from .network2 import Diverged
from .recipes import RECIPES, Recipe
from .saved.files import BadFile
from .terminal.command import run as run_command, signals_deferred, typed
from .terminal.options import Parser, add_recipe_options, as_options, as_typed, given_fields, list_recipes, whole
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
                         help="the workers of a Dask cluster, by its scheduler's address or file (whoever reaches the "
                              "scheduler can run code on the workers: use it in a network that you trust)")
    working.add_argument("--wait", type=whole(0), default=workers.WAIT, metavar="SECONDS",
                         help="how long a cluster may be without workers, or without its scheduler (default: 30)")
    working.add_argument("--state", metavar="FOLDER",
                         help="keep in FOLDER, which all workers reach, how far each trial is; if its worker dies, or "
                              "after an interruption, it goes on from there")
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
        self.fault = ""                                 # why the last result is not in its file

    def begin(self, total: int, results: Sequence[Result]) -> None:
        """Begin a round of `total` trials, of which some have results already."""
        self.total, self.done, self.before, self.ranking = total, len(results), len(results), Ranking(results)
        self.started, self.shown = time.perf_counter(), -1
        if self.before:
            self.display.say(f"{self.before:,} of {total:,} trials are already done")
        if self.before < total:
            self.show()

    def add(self, result: Result) -> None:
        """Show one more result."""
        self.ranking.add(result)
        self.done += 1
        if not self.display.in_place:
            accuracy = spread([result.validation.fraction]) if result.validation else "failed"
            self.display.say(f"{self.done} of {self.total}: {accuracy}  {self.named(result.recipe)}  "
                             f"{result.seconds:.1f} s, {self.left()}")
        self.refresh()

    def refresh(self) -> None:
        """Show what has changed, if it is time for that."""
        if self.display.due() and self.shown != self.done:
            self.show()

    def show(self) -> None:
        """The table so far, as much of it as there is room for."""
        self.shown = self.done
        rows = max(0, min(10, shutil.get_terminal_size().lines - 3))
        left = f", {self.left()}" if self.done > self.before else ""
        self.display.show(*self.table(islice(self.ranking, rows)), f"{self.done} of {self.total} trials{left}")

    def left(self) -> str:
        """How long the rest will take if it goes on like that."""
        pace = (time.perf_counter() - self.started) / (self.done - self.before)
        return f"about {duration(pace * (self.total - self.done))} left"

    def keep(self, file: ResultsFile, source: str, fingerprint: str, result: Result) -> None:
        """Write a result to its file. A full disk is told once and does not end the sweep."""
        try:
            file.add(source, fingerprint, result)
            self.fault = ""
        except BadFile as fault:
            if str(fault) != self.fault:
                self.note(f"{fault}; results wait until they can be written")
            self.fault = str(fault)

    def note(self, line: str) -> None:
        """Say on standard error what somebody should know."""
        self.display.clear()
        complain(f"purenn.sweep: {line}")

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


def asked_for(options: Dict[str, Any]) -> Tuple[Recipe, Dict[str, List[Any]]]:
    """The recipe that the options vary, and the values that they give to its fields."""
    base = replace(RECIPES[options["recipe"] or "chapter-1"], about="")
    choices = given_fields(options)
    return replace(base, seed=choices.pop("seed", base.seed)), choices


def fingerprint_of(source: str, executor: Executor, on_cluster: bool) -> str:
    """The fingerprint of the data: of those on this machine or, if it has none, of those that most workers have."""
    if on_cluster:
        with suppress(BadFile):
            return search.fingerprint_of(source)
    asked = [source] * (workers.places(executor) if on_cluster else 1)
    answers = Counter(answer.result() for _, answer in workers.finished(executor, search.fingerprint_of, asked))
    return answers.most_common(1)[0][0]


def main(argv: Optional[Sequence[str]] = None) -> None:
    """Run the trials that the options ask for, and say which was the best."""
    options: Dict[str, Any] = vars(parser().parse_args(argv))
    if options["recipes"]:
        list_recipes()
        return
    source = data.full_name(options["data"] or "digits")
    if options["download"]:
        data.locate(source, download=True, progress=Display().show_download)
    base, choices = asked_for(options)
    recipes: Collection[Recipe] = (
        search.Grid(base, choices) if options["random"] is None else
        search.sample(base, choices, options["random"], Random(base.seed)))
    seeds = range(base.seed, base.seed + options["seeds"])
    board = Board([name for name, values in choices.items() if len(set(values)) > 1])
    state = os.path.abspath(options["state"]) if options["state"] else ""
    jobs = options["jobs"] or min(workers.cores(), len(recipes) * len(seeds))
    tried: Dict[Recipe, Result] = {}
    with ResultsFile(options["results"]) as file:
        with workers.executor(jobs, options["dask"], board.note, options["wait"]) as executor:
            board.display.say(f"{source}: recipes: {len(recipes):,}, seeds: {len(seeds)}, "
                              f"{executor if options['dask'] else f'processes: {jobs}'}, results: {options['results']}")
            fingerprint = fingerprint_of(source, executor, bool(options["dask"]))
            kept = file.on(fingerprint)
            if file.others:
                board.display.say(f"results of another purenn or Python, not taken for this one's: {file.others:,}")

            def results_of(recipes: Collection[Recipe]) -> List[Result]:
                wanted: Collection[Recipe] = (
                    search.Grid(base, {"seed": seeds, **choices}) if isinstance(recipes, search.Grid) else
                    {replace(recipe, seed=seed): None for seed in seeds for recipe in recipes})
                tried.update((recipe, result) for recipe, result in kept.items() if recipe in wanted)
                board.begin(len(wanted), [result for recipe, result in tried.items() if recipe in wanted])
                missing = (Trial(recipe, source, fingerprint, state) for recipe in wanted if recipe not in tried)
                for result in search.sweep(missing, executor, board.refresh):
                    with signals_deferred():
                        tried[result.recipe] = result
                        board.keep(file, source, fingerprint, result)
                        board.add(result)
                return [result for recipe, result in tried.items() if recipe in wanted]

            try:
                results = (search.successive_halving(list(recipes), results_of) if options["halving"] else
                           results_of(recipes))
            except KeyboardInterrupt as stop:
                board.display.say(*board.table(search.ranking(tried.values())))
                stop.args = (f"interrupted; results kept in {options['results']}: {len(tried)}; "
                             "the same command goes on",)
                raise
        board.display.clear()
        train = typed("purenn.train", options["data"] or "digits", "--recipe", options["recipe"] or "chapter-1")
        conclude(board, search.ranking(results), tried.values(), train, list(choices))
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
