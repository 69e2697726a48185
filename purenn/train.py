"""python -m purenn.train: watch a network learn to read handwritten digits."""
from __future__ import annotations

import sys
import time
from concurrent.futures import BrokenExecutor, Executor
from contextlib import nullcontext
from dataclasses import asdict, replace
from shlex import quote
from typing import Any, Callable, Dict, Optional, Sequence, Tuple

from .pictures import curves, svg
from . import data
from .saved import histories
from .saved import models
from .cores import workers
from .terminal.command import run as run_command, show_download, undisturbed
from .terminal.options import Parser, add_recipe_options, filename, given_fields, list_recipes, whole
from .saved.files import BadFile, check_distinct, check_writable
from .history import MEASURES, Epoch, monitored
from .network2 import Diverged, Network
from .cores.parallel import SharedData
from .recipes import RECIPES
from .cores.shards import LARGE, ShardedNetwork
from .terminal.text import HEIGHTS, PLAIN_HEIGHTS, can_show, sparkline

DESCRIPTION = """\
Train a neural network to read handwritten digits, and watch it learn.

With no options this is the network of chapter 1 of Michael Nielsen's "Neural Networks and Deep Learning":
one hidden layer of 30 sigmoid neurons, trained by stochastic gradient descent on the digits that come with
purenn (1,797 of them, 8 x 8 pixels). It takes some ten seconds.
"""

EPILOG = """\
things to try:
  python -m purenn.train --hidden 100                  more neurons: better, and slower
  python -m purenn.train --hidden 30 30                two hidden layers
  python -m purenn.train --eta 0.01                    hardly learns: the steps are too small
  python -m purenn.train --eta 100                     hardly learns: it leaps about and saturates
  python -m purenn.train mnist --epochs 1              the real MNIST, one pass over 50,000 images
"""


def parser() -> Parser:
    """The options of the command. Those named after a field of Recipe change that field."""
    parser = Parser("purenn.train", description=DESCRIPTION, epilog=EPILOG)
    add_recipe_options(parser)
    parser.add_argument("--quiet", action="store_true", help="print the final accuracy and nothing else")

    watching = parser.add_argument_group("watching it")
    watching.add_argument("--monitor", nargs="+", choices=MEASURES, metavar="WHAT",
                          help="measure after each epoch: " + ", ".join(MEASURES))

    keeping = parser.add_argument_group("keeping it")
    keeping.add_argument("--save", type=filename, metavar="FILE", help="write the network, and where its training is, to FILE after each epoch")
    keeping.add_argument("--resume", type=filename, metavar="FILE", help="go on with the training in FILE (options are taken from it)")
    keeping.add_argument("--history", type=filename, metavar="FILE", help="write what was measured after each epoch to FILE, .csv or .json")
    keeping.add_argument("--plot", type=filename, metavar="FILE", help="draw accuracy and cost by epoch, an SVG picture")

    sharing = parser.add_argument_group("sharing the work of large mini-batches").add_mutually_exclusive_group()
    sharing.add_argument("--workers", type=whole(1), default=1, metavar="N", help="among N processes of this machine")
    sharing.add_argument("--dask", metavar="ADDRESS", help="among the workers of a Dask cluster")
    return parser


class Screen:
    """What is printed while a network trains: a line per epoch, growing in place where it is a terminal's."""

    def __init__(self, quiet: bool, examples: int, past: Sequence[Epoch]) -> None:
        self.quiet = quiet
        self.examples = examples
        self.epochs = len(past)
        self.accuracies = [epoch.test_accuracy.fraction for epoch in past if epoch.test_accuracy]
        self.heights = HEIGHTS if can_show(sys.stdout) else PLAIN_HEIGHTS
        self.started = self.shown = time.perf_counter()
        self.in_place = not quiet and sys.stdout.isatty()

    def say(self, line: str) -> None:
        """Print a line, unless all is to be quiet."""
        if not self.quiet:
            print(line, flush=True)

    def progress(self, done: int) -> None:
        """Overwrite the line of the running epoch, a few times a second."""
        now = time.perf_counter()
        if self.in_place and now - self.shown > 0.25:
            self.shown = now
            print(f"\rEpoch {self.epochs}: {done:,} of {self.examples:,} examples ", end="", flush=True)

    def clear(self) -> None:
        """Take the unfinished line away."""
        if self.in_place:
            print("\r\x1b[K", end="", flush=True)

    def epoch(self, epoch: Epoch) -> None:
        """The line of a finished epoch."""
        self.clear()
        now = time.perf_counter()
        score = epoch.test_accuracy
        accuracy = [f"Epoch {epoch.number}: {score}", f"{score.fraction:7.2%}"] if score else [f"Epoch {epoch.number} complete"]
        self.accuracies += [score.fraction] if score else []
        self.say("  ".join([*accuracy, f"{now - self.started:6.1f} s", *monitored(epoch), sparkline(self.accuracies, self.heights)]))
        self.started = self.shown = now
        self.epochs = epoch.number + 1


class Keeper:
    """Keeps a run on disk, in as many files as are wanted, and knows at an early end what is there."""

    def __init__(self, net: Network, run: models.Run, model: Optional[str], history: Optional[str], plot: Optional[str]) -> None:
        self.net, self.run, self.model, self.history, self.plot = net, run, model, history, plot
        self.kept = 0
        self.trouble: Optional[BadFile] = None

    def begin(self) -> None:
        """BadFile if a file could not be written: found out now, and not after an hour."""
        if self.model and self.run.past:
            self.save()
        elif self.model:
            check_writable(self.model)
        if self.history:
            histories.check_writable(self.history)
        if self.plot:
            svg.check_writable(self.plot)

    def save(self) -> None:
        """Write the model."""
        if self.model:
            models.save(self.net, self.model, self.run)
            self.kept = len(self.run.past)

    def write_history(self) -> None:
        """Write the history."""
        if self.history:
            histories.write_history(self.run.past, self.history)

    def draw(self) -> None:
        """Draw the curves."""
        if self.plot and self.run.past:
            curves.draw_curves(list(map(histories.row, self.run.past)), self.plot)

    def attempt(self, write: Callable[[], None]) -> None:
        """Do one of these. A full disk is told and does not end the training; the next epoch tries again."""
        try:
            write()
        except BadFile as trouble:
            self.trouble = trouble
            print(f"purenn.train: {trouble}; epoch {len(self.run.past) - 1} is not in it", file=sys.stderr)

    def keep(self, epoch: Epoch) -> None:
        """Add an epoch to the run, and write it down."""
        with undisturbed():
            self.run.past.append(epoch)
            self.trouble = None
            self.attempt(self.save)
            self.attempt(self.write_history)

    def whereabouts(self) -> str:
        """How much of the run is on disk."""
        if not self.model:
            return "nothing is kept without --save"
        return f"{self.model} has {self.kept or 'no'} finished epoch{'s' * (self.kept != 1)} of it"

    def way_on(self) -> str:
        """The same, and how to go on from there."""
        return self.whereabouts() + (f", go on with: python -m purenn.train --resume {quote(self.model or '')}" if self.kept else "")


def begun(options: Dict[str, Any], given: Dict[str, Any]) -> models.Run:
    """A new run, as the options say."""
    return models.Run(replace(RECIPES[options["recipe"] or "chapter-1"], **given), options["data"] or "digits", "",
                       options["monitor"] or [])


def resumed(options: Dict[str, Any], given: Dict[str, Any]) -> Tuple[Network, models.Run]:
    """The run in the file to be resumed, if no option contradicts it."""
    path = options["resume"]
    net, run = models.load_run(path, kind=ShardedNetwork)
    if options["recipe"]:
        given = {**asdict(RECIPES[options["recipe"]]), **given}
    begun_with = {**vars(run.recipe), "monitor": run.monitor}
    for name, value in {**given, "monitor": options["monitor"] or run.monitor}.items():
        if value != begun_with[name] and name not in ("epochs", "about"):
            raise BadFile(path, f"was begun with {name} {begun_with[name]}, not {value}; only --epochs may change")
    return net, replace(run, recipe=replace(run.recipe, epochs=given.get("epochs", run.recipe.epochs)),
                        source=options["data"] or run.source)


def main(argv: Optional[Sequence[str]] = None) -> None:
    """Hear what is wanted, and call the workers."""
    options: Dict[str, Any] = vars(parser().parse_args(argv))
    if options["recipes"]:
        list_recipes()
        return
    shared = options["workers"] > 1 or options["dask"]
    with workers.executor(options["workers"], options["dask"]) if shared else nullcontext() as executor:
        train(options, executor)


def train(options: Dict[str, Any], executor: Optional[Executor]) -> None:
    """Train as the options say, with the executor's workers to help."""
    given = given_fields(options)
    net, run = resumed(options, given) if options["resume"] else (None, begun(options, given))
    recipe, path = run.recipe, options["save"] or options["resume"]
    examples = data.load(run.source, recipe.hold_out, recipe.seed, download=options["download"], progress=show_download)
    fingerprint = models.fingerprint(examples[0][:recipe.limit], *examples[1:]) if path else ""
    if options["resume"] and fingerprint != run.fingerprint:
        raise BadFile(options["resume"], f"was trained on other data than {run.source} is now")
    run.fingerprint = fingerprint
    net = net or recipe.network(inputs=len(examples[0][0][0]), kind=ShardedNetwork)
    if executor and isinstance(net, ShardedNetwork):
        shared = SharedData(executor, examples, data.full_name(run.source), recipe.hold_out, recipe.seed)
        examples, net.map = shared.examples, shared.map
    training_data, validation_data, test_data = examples[0][:recipe.limit], examples[1], examples[2]

    check_distinct(data.locate(run.source), path, options["history"], options["plot"])
    keeper = Keeper(net, run, path, options["history"], options["plot"])
    keeper.begin()
    screen = Screen(options["quiet"], len(training_data), run.past)
    screen.say(f"{run.source}: {len(training_data):,} images to train on, {len(test_data):,} to test with")
    screen.say(f"network {net.sizes}: {recipe.activation}, {recipe.output} output, {recipe.cost} cost")
    screen.say(f"{recipe.epochs} epochs, mini-batches of {recipe.batch_size or len(training_data):,}, "
               f"eta {recipe.eta:g}, seed {recipe.seed}")
    if executor and 0 < recipe.batch_size < LARGE:
        screen.say(f"mini-batches below {LARGE:,} are not worth sharing; the workers only help to count right answers")

    def report(epoch: Epoch) -> None:
        screen.clear()
        keeper.keep(epoch)
        screen.epoch(epoch)

    try:
        recipe.train(net, training_data, test_data, validation_data, past=list(run.past), report=report,
                     progress=screen.progress, **{f"monitor_{measure}": True for measure in run.monitor})
    except (KeyboardInterrupt, Diverged, BrokenExecutor) as stop:
        screen.clear()
        kept = keeper.whereabouts() if isinstance(stop, Diverged) else keeper.way_on()
        stop.args = (f"{str(stop) or f'interrupted in epoch {len(run.past)}'}; {kept}",)
        raise
    finally:
        keeper.attempt(keeper.draw)
    screen.say(f"training accuracy: {net.score(training_data).fraction:.2%}")
    print(f"test accuracy: {net.score(test_data).fraction:.2%}" if test_data else "no data to test with")
    if keeper.trouble:
        raise keeper.trouble


if __name__ == "__main__":
    sys.exit(run_command("purenn.train", main))
