"""python -m purenn.train: watch a network learn to read handwritten digits."""
from __future__ import annotations

import sys
import time
from dataclasses import asdict, fields, replace
from shlex import quote
from typing import Any, Dict, Optional, Sequence, Tuple

from . import data, diary, storage
from .activations import ACTIVATIONS
from .command import Parser, number, run as run_command, undisturbed, whole
from .costs import COSTS
from .files import BadFile, check_writable
from .history import MEASURES, Epoch, monitored
from .initializers import INITIALIZERS
from .network import Diverged, Network
from .recipes import RECIPES, Recipe
from .shards import ShardedNetwork
from .terminal import HEIGHTS, PLAIN_HEIGHTS, can_show, sparkline

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


def batch_size(text: str) -> int:
    """A whole number from 1 up, or 0 for "full"."""
    return 0 if text == "full" else whole(1)(text)


def parser() -> Parser:
    """The options of the command. Those named after a field of Recipe change that field."""
    parser = Parser("purenn.train", description=DESCRIPTION, epilog=EPILOG)
    parser.add_argument("data", nargs="?", metavar="DATA",
                        help="digits (default), mnist, fashion-mnist, or a folder or file of images: IDX, CSV, npz or "
                        "the book's pickle, gzipped or not")
    parser.add_argument("--recipe", choices=RECIPES, metavar="NAME",
                        help="set all that follows at once; options beside it win (default: chapter-1)")
    parser.add_argument("--recipes", action="store_true", help="list the recipes and leave")
    parser.add_argument("--download", action="store_true", help="fetch mnist (11 MB) or fashion-mnist (30 MB) if it is not there, into $PURENN_DATA or ~/.cache/purenn")
    parser.add_argument("--quiet", action="store_true", help="print the final accuracy and nothing else")

    network = parser.add_argument_group("the network")
    network.add_argument("--hidden", type=whole(1), nargs="+", metavar="N", help="neurons in each hidden layer")
    network.add_argument("--activation", choices=ACTIVATIONS, help="of the hidden layers")
    network.add_argument("--output", choices=ACTIVATIONS, help="of the last layer")
    network.add_argument("--cost", choices=COSTS, help="what training makes small")
    network.add_argument("--init", choices=INITIALIZERS, help="how the first weights are drawn: N(0, 1), N(0, 1/n), ...")

    training = parser.add_argument_group("its training")
    training.add_argument("--epochs", type=whole(1), metavar="N", help="passes over the training data")
    training.add_argument("--batch-size", type=batch_size, metavar="N", help='examples per step; "full" for all of them')
    training.add_argument("--eta", type=number(above=0.0), help="the learning rate: how long a step is")
    training.add_argument("--lmbda", type=number(0.0), help="L2 regularisation: how strongly weights are drawn to 0")
    training.add_argument("--mu", type=number(0.0, below=1.0), help="momentum: how much of its speed a step keeps")
    training.add_argument("--early-stopping", type=whole(1), metavar="N",
                          help="stop after N epochs without a better validation accuracy")
    training.add_argument("--halve-eta", type=whole(1), metavar="N",
                          help="halve eta after N such epochs, and stop below 1/128 of it")
    training.add_argument("--limit", type=whole(1), metavar="N", help="train on the first N examples only")
    training.add_argument("--hold-out", type=whole(1), metavar="N", help="keep N examples, drawn with the seed, back for validation")
    training.add_argument("--seed", type=whole(0), metavar="N", help="the same seed makes the same network")

    watching = parser.add_argument_group("watching it")
    watching.add_argument("--monitor", nargs="+", choices=MEASURES, metavar="WHAT",
                          help="measure after each epoch: " + ", ".join(MEASURES))

    keeping = parser.add_argument_group("keeping it")
    keeping.add_argument("--save", metavar="FILE", help="write the network, and where its training is, to FILE after each epoch")
    keeping.add_argument("--resume", metavar="FILE", help="go on with the training in FILE (options are taken from it)")
    keeping.add_argument("--history", metavar="FILE", help="write what was measured after each epoch to FILE, .csv or .json")
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
        if score:
            self.accuracies.append(score.fraction)
            self.say("  ".join([f"Epoch {epoch.number}: {score}", f"{score.fraction:7.2%}", f"{now - self.started:6.1f} s",
                                *monitored(epoch), sparkline(self.accuracies, self.heights)]))
        self.started = self.shown = now
        self.epochs = epoch.number + 1


class Keeper:
    """Keeps a run on disk after every epoch, in as many files as it was given, and knows at an early end what is there."""

    def __init__(self, net: Network, run: storage.Run, model: Optional[str], history: Optional[str]) -> None:
        self.net, self.run, self.model, self.history = net, run, model, history
        self.kept = 0
        self.trouble: Optional[BadFile] = None

    def save(self) -> None:
        """Write the model; BadFile if that fails."""
        if self.model:
            storage.save(self.net, self.model, self.run)
            self.kept = len(self.run.past)

    def write_history(self) -> None:
        """Write the history; BadFile if that fails."""
        if self.history:
            diary.write_history(self.run.past, self.history)

    def keep(self, epoch: Epoch) -> None:
        """Add an epoch to the run, and write what is to be written. A full disk is told and does not end the
        training; the next epoch tries again."""
        with undisturbed():
            self.run.past.append(epoch)
            self.trouble = None
            for write in self.save, self.write_history:
                try:
                    write()
                except BadFile as trouble:
                    self.trouble = trouble
                    print(f"purenn.train: {trouble}; epoch {epoch.number} is not in it, training goes on", file=sys.stderr)

    def whereabouts(self) -> str:
        """How much of the run is on disk."""
        if not self.model:
            return "nothing is kept without --save"
        return f"{self.model} has {self.kept or 'no'} finished epoch{'s' * (self.kept != 1)} of it"

    def way_on(self) -> str:
        """The same, and how to go on from there."""
        return self.whereabouts() + (f", go on with: python -m purenn.train --resume {quote(self.model or '')}" if self.kept else "")


def told(name: str, done: int, total: int) -> None:
    """How far a download is, in place; on a terminal only."""
    if sys.stderr.isatty():
        share = f" of {total / 1e6:.1f}" if total else ""
        print(f"\r{name}: {done / 1e6:.1f}{share} MB \x1b[K", end="\n" if done == total else "", file=sys.stderr, flush=True)


def begun(options: Dict[str, Any], given: Dict[str, Any]) -> storage.Run:
    """A new run, as the options say."""
    return storage.Run(replace(RECIPES[options["recipe"] or "chapter-1"], **given), options["data"] or "digits", "",
                       options["monitor"] or [])


def resumed(options: Dict[str, Any], given: Dict[str, Any]) -> Tuple[Network, storage.Run]:
    """The run in the file to be resumed, if no option contradicts it."""
    path = options["resume"]
    net, run = storage.load_run(path, ShardedNetwork)
    if options["recipe"]:
        given = {**asdict(RECIPES[options["recipe"]]), **given}
    begun_with = {**vars(run.recipe), "monitor": run.monitor}
    for name, value in {**given, "monitor": options["monitor"] or run.monitor}.items():
        if value != begun_with[name] and name not in ("epochs", "about"):
            raise BadFile(path, f"was begun with {name} {begun_with[name]}, not {value}; only --epochs may change")
    return net, replace(run, recipe=replace(run.recipe, epochs=given.get("epochs", run.recipe.epochs)),
                        source=options["data"] or run.source)


def main(argv: Optional[Sequence[str]] = None) -> None:
    """Train as the options say."""
    options: Dict[str, Any] = vars(parser().parse_args(argv))
    if options["recipes"]:
        for name, recipe in RECIPES.items():
            print(f"{name:20} {recipe.about}")
        return
    given = {entry.name: options[entry.name] for entry in fields(Recipe) if options.get(entry.name) is not None}
    if "hidden" in given:
        given["hidden"] = tuple(given["hidden"])
    net, run = resumed(options, given) if options["resume"] else (None, begun(options, given))
    recipe, path = run.recipe, options["save"] or options["resume"]
    training_data, validation_data, test_data = data.load(run.source, recipe.hold_out, recipe.seed,
                                                          download=options["download"], progress=told)
    training_data = training_data[:recipe.limit]
    fingerprint = storage.fingerprint(training_data, validation_data, test_data) if path else ""
    if options["resume"] and fingerprint != run.fingerprint:
        raise BadFile(options["resume"], f"was trained on other data than {run.source} is now")
    run.fingerprint = fingerprint
    net = net or recipe.network(inputs=len(training_data[0][0]), kind=ShardedNetwork)

    keeper = Keeper(net, run, path, options["history"])
    if options["resume"]:
        keeper.save()
    elif path:
        check_writable(path)
    if options["history"]:
        diary.check_writable(options["history"])
    screen = Screen(options["quiet"], len(training_data), run.past)
    screen.say(f"{run.source}: {len(training_data):,} images to train on, {len(test_data):,} to test with")
    screen.say(f"network {net.sizes}: {recipe.activation}, {recipe.output} output, {recipe.cost} cost")
    screen.say(f"{recipe.epochs} epochs, mini-batches of {recipe.batch_size or len(training_data):,}, "
               f"eta {recipe.eta:g}, seed {recipe.seed}")

    def report(epoch: Epoch) -> None:
        screen.clear()
        keeper.keep(epoch)
        screen.epoch(epoch)

    try:
        recipe.train(net, training_data, test_data, validation_data, past=list(run.past), report=report,
                     progress=screen.progress, **{f"monitor_{measure}": True for measure in run.monitor})
    except KeyboardInterrupt as stop:
        screen.clear()
        stop.args = (f"interrupted in epoch {len(run.past)}; {keeper.way_on()}",)
        raise
    except Diverged as stop:
        screen.clear()
        stop.args = (f"{stop}; {keeper.whereabouts()}",)
        raise
    screen.say(f"training accuracy: {net.score(training_data).fraction:.2%}")
    print(f"test accuracy: {net.score(test_data).fraction:.2%}")
    if keeper.trouble:
        raise keeper.trouble


if __name__ == "__main__":
    sys.exit(run_command("purenn.train", main))
