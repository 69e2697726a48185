"""python -m purenn.train: watch a network learn to read handwritten digits."""
from __future__ import annotations

if not __package__:                 # started as a file, in which no import finds the others
    __import__("terminal.start").start.as_module(__file__)

import os
import sys
import time
from concurrent.futures import BrokenExecutor, Executor
from contextlib import nullcontext
from dataclasses import asdict, replace
from shlex import quote
from typing import Any, Callable, Dict, Optional, Sequence, Tuple, Type

from . import columns, data, packed
from .cores import workers
from .cores.forecast import forecast, on_pypy
from .cores.parallel import SharedData
from .cores.shards import LARGE, ShardedNetwork, network_class
from .history import MEASURES, Epoch, monitored
from .matrix import Pixels
from .metrics import only_answer
from .network import Example, TrainingExample
from .network2 import Diverged, Network
from .pictures import curves, svg
from .recipes import RECIPES, Recipe
from .saved import histories, models
from .saved.files import BadFile, check_distinct, check_writable
from .schedules import watches
from .terminal.command import run as run_command, signals_deferred, typed
from .terminal.options import Parser, add_recipe_options, filename, given_fields, list_recipes, whole
from .terminal.progress import Display, duration
from .terminal.reader import expect_network
from .terminal.text import HEIGHTS, PLAIN_HEIGHTS, can_encode, complain, fold, sparkline

CPYTHON = sys.implementation.name == "cpython"
FASTER: Dict[type, str] = {
    packed.Network: "fast: packed, the first weights side by side in whole numbers",
    columns.Network: "fast: the first weights by columns"}
"""What --fast takes."""

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
    parser.add_argument("--fast", action="store_true", help="take what is faster on this Python, and say what: "
                        "--packed on CPython; on PyPy the first weights by columns, as without it")
    parser.add_argument("--quiet", action="store_true", help="print the final accuracy and nothing else")

    watching = parser.add_argument_group("watching it")
    watching.add_argument("--monitor", nargs="+", choices=MEASURES, metavar="WHAT",
                          help="measure after each epoch: " + ", ".join(MEASURES))

    keeping = parser.add_argument_group("keeping it")
    keeping.add_argument("--save", type=filename, metavar="FILE",
                         help="write the network, and where its training is, to FILE after each epoch")
    keeping.add_argument("--keep-best", action="store_true",
                         help="save and score the network of the epoch with the best validation accuracy, not the last")
    keeping.add_argument("--resume", type=filename, metavar="FILE",
                         help="go on with the training in FILE (options are taken from it)")
    keeping.add_argument("--history", type=filename, metavar="FILE",
                         help="write what was measured after each epoch to FILE, .csv or .json")
    keeping.add_argument("--overwrite", action="store_true",
                         help="let --save and --history replace the files of another training")
    keeping.add_argument("--plot", type=filename, metavar="FILE",
                         help="draw accuracy and cost by epoch, an SVG picture")

    sharing = parser.add_argument_group("sharing the work of large mini-batches").add_mutually_exclusive_group()
    sharing.add_argument("--workers", type=whole(1), default=1, metavar="N", help="among N processes of this machine")
    sharing.add_argument("--dask", metavar="ADDRESS", help="among the workers of a Dask cluster (whoever reaches its "
                         "scheduler can run code on them)")
    return parser


class Log:
    """What is printed while a network trains: a line for each epoch and, on a terminal, how far the running one is."""

    def __init__(self, display: Display, quiet: bool, examples: int, run: models.Run) -> None:
        self.display, self.quiet, self.examples = display, quiet, examples
        self.epoch, self.epochs = len(run.past), run.recipe.epochs
        self.accuracies = [epoch.test_accuracy.fraction for epoch in run.past if epoch.test_accuracy]
        self.heights = HEIGHTS if can_encode(sys.stdout) else PLAIN_HEIGHTS
        self.started = time.perf_counter()
        self.seconds = 0.0                          # that the last epoch took
        self.stuck: Optional[int] = None            # what every test image was read as after it
        self.first: Optional[Tuple[float, int]] = None      # when its first mini-batch was done, and how many examples

    def say(self, *lines: str) -> None:
        """Print lines, unless all is to be quiet."""
        if not self.quiet:
            self.display.say(*lines)

    def progress(self, done: int) -> None:
        """Show how far the epoch is, and how long it and the whole run may still take."""
        if self.first is None:
            self.first = time.perf_counter(), done          # what came before it is not the pace of the others
        elif self.display.due():
            now, (began, before) = time.perf_counter(), self.first
            left = (now - began) * (self.examples - done) / (done - before)
            run = left + (self.epochs - self.epoch - 1) * (self.seconds or now - self.started + left)
            self.display.show(f"Epoch {self.epoch}: {done:,} of {self.examples:,} examples, {duration(left)} left "
                              f"(run: {duration(run)})")

    def finish(self, epoch: Epoch) -> None:
        """Print the line of a finished epoch."""
        now = time.perf_counter()
        self.seconds, self.started, self.first, self.epoch = now - self.started, now, None, epoch.number + 1
        score = epoch.test_accuracy
        accuracy = [f"Epoch {epoch.number}: {score}", f"{score.fraction:7.2%}"] if score else []
        self.accuracies += [score.fraction] if score else []
        pieces = [*(accuracy or [f"Epoch {epoch.number} complete"]), f"{self.seconds:6.1f} s", *monitored(epoch)]
        columns = self.display.columns
        room = columns - len(fold(pieces, columns)[-1]) - 2
        curve = sparkline(self.accuracies, self.heights, max(1, min(30, room if room > 9 else columns - 4)))
        self.say(*fold([*pieces, curve], columns))


class Checkpoint:
    """Writes a run to its files after each epoch, and knows how much of it they hold."""

    def __init__(self, net: Network, run: models.Run, options: Dict[str, Any]) -> None:
        """BadFile if a file could not be written: before the training, and not after it."""
        self.net, self.run = net, run
        self.model, self.history, self.plot = options["save"] or options["resume"], options["history"], options["plot"]
        self.saved = 0                              # epochs in the model file
        self.fault: Optional[BadFile] = None        # why the last epoch is not in a file
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
            self.saved = len(self.run.past)

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
        except BadFile as fault:
            self.fault = fault
            complain(f"purenn.train: {fault}; epoch {len(self.run.past) - 1} is not in it")

    def write(self, epoch: Epoch) -> None:
        """Add an epoch to the run, and write its files."""
        with signals_deferred():
            self.run.add(epoch, self.net)
            self.fault = None
            self.attempt(self.save)
            self.attempt(self.write_history)

    def status(self) -> str:
        """How much of the run is in its file."""
        if not self.model:
            return "nothing is kept without --save"
        return f"{self.model} has {self.saved or 'no'} finished epoch{'s' * (self.saved != 1)} of it"

    def status_and_hint(self) -> str:
        """The same, and how to go on from there."""
        return self.status() + (f", go on with: {typed('purenn.train', '--resume', self.model)}" if self.saved else "")


def check_new(options: Dict[str, Any]) -> None:
    """BadFile if --save or --history would replace the file of another training. An empty file is no loss."""
    model, history, resume = options["save"], options["history"], options["resume"]
    if model and _holds_something(model) and not (resume and os.path.samefile(model, resume)):
        raise BadFile(model, f"is there already; --resume {quote(model)} goes on with its training, "
                             "--overwrite replaces it")
    if history and _holds_something(history) and not resume:
        raise BadFile(history, "is there already; --overwrite replaces it")


def _holds_something(path: str) -> bool:
    return os.path.isfile(path) and os.path.getsize(path) > 0


def shared(options: Dict[str, Any]) -> bool:
    """Whether workers are to share the work."""
    return options["workers"] > 1 or bool(options["dask"])


def class_of_network(options: Dict[str, Any], recipe: Recipe) -> Type[Network]:
    """What kind of network is trained. On PyPy that is one by columns, with --fast and without, where its results are
    those of lists to the last bit: no file has to remember it."""
    return network_class(recipe, by_columns=not CPYTHON and not shared(options))


def begun(options: Dict[str, Any], given: Dict[str, Any]) -> models.Run:
    """A new run, as the options say."""
    recipe = replace(RECIPES[options["recipe"] or "chapter-1"], **given)
    if options["fast"] and CPYTHON and not recipe.mu and not shared(options):
        recipe = replace(recipe, packed=True)
    return models.Run(recipe, options["data"] or "digits", "", options["monitor"] or [],
                      keep_best=options["keep_best"])


def resumed(options: Dict[str, Any], given: Dict[str, Any]) -> Tuple[Network, models.Run]:
    """The run in the file to be resumed, if no option contradicts it."""
    path = options["resume"]
    expect_network(path)
    net, run = models.load_run(path, kind=ShardedNetwork)
    kind = class_of_network(options, run.recipe)
    if kind is not ShardedNetwork:
        net, run = models.load_run(path, kind=kind)
    if options["recipe"]:
        given = {**asdict(RECIPES[options["recipe"]]), **given}
    begun_with = {**vars(run.recipe), "monitor": run.monitor}
    for name, value in {**given, "monitor": options["monitor"] or run.monitor}.items():
        if value != begun_with[name] and name not in ("epochs", "about"):
            raise BadFile(path, f"was begun with {name} {begun_with[name]}, not {value}; only --epochs may change")
    if options["keep_best"] and not run.keep_best:
        raise BadFile(path, "was begun without --keep-best; only --epochs may change")
    if given.get("epochs", len(run.past)) < len(run.past):
        raise BadFile(path, f"has {len(run.past)} finished epochs, expected --epochs {len(run.past)} or more")
    return net, replace(run, recipe=replace(run.recipe, epochs=given.get("epochs", run.recipe.epochs)),
                        source=options["data"] or run.source)


def fingerprint_of(examples: data.Data, run: models.Run) -> str:
    """Of all data that the run sees."""
    return models.fingerprint(examples[0][:run.recipe.limit], *examples[1:])


def main(argv: Optional[Sequence[str]] = None) -> None:
    """Parse the options, and train with the processes that they ask for."""
    options: Dict[str, Any] = vars(parser().parse_args(argv))
    if options["recipes"]:
        list_recipes()
        return
    with (workers.executor(options["workers"], options["dask"], complain) if shared(options) else nullcontext()
          ) as executor:
        train(options, executor)


def prepare(options: Dict[str, Any], executor: Optional[Executor], display: Display
            ) -> Tuple[Network, models.Run, Sequence[TrainingExample], Sequence[Example], Sequence[Example]]:
    """The network, its run, and its training, validation and test data; BadFile if a file is in the way."""
    given = given_fields(options)
    net, run = resumed(options, given) if options["resume"] else (None, begun(options, given))
    recipe, path = run.recipe, options["save"] or options["resume"]
    source = data.locate(run.source, options["download"], display.show_download)
    check_distinct(source, path, options["history"], options["plot"])
    if not options["overwrite"]:
        check_new(options)
    display.show(f"loading {run.source}")
    examples = data.load(run.source, recipe.hold_out, recipe.seed, say=complain if options["quiet"] else display.say)
    if options["resume"] and fingerprint_of(examples, run) != run.fingerprint:
        examples = data.load_in_two_parts(run.source, recipe.hold_out, recipe.seed)
        if fingerprint_of(examples, run) != run.fingerprint:
            raise BadFile(options["resume"], f"was trained on other data than {run.source} is now, or an older purenn "
                                             "read them otherwise: then that one can go on")
    elif path:
        run.fingerprint = fingerprint_of(examples, run)
    if recipe.packed and not (options["resume"] or "packed" in given or packable(examples)):
        run.recipe = recipe = replace(recipe, packed=False)         # --fast is no error where --packed is one
    expanded = data.expanded(examples[0][:recipe.limit]) if recipe.expand else None
    net = net or recipe.network(inputs=len(examples[0][0][0]), kind=class_of_network(options, recipe))
    if executor and recipe.packed:
        raise ValueError("--packed: the work of one process, without --workers and --dask")
    if executor and isinstance(net, ShardedNetwork):
        shared = SharedData(executor, examples, data.full_name(run.source), recipe.hold_out, recipe.seed)
        examples, net.map = shared.examples, shared.map
    return net, run, expanded or examples[0][:recipe.limit], examples[1], examples[2]


def packable(examples: data.Data) -> bool:
    """Whether all pixels are multiples of 1/n, as packed weights need them: bytes are."""
    try:
        return all(isinstance(x, Pixels) or packed.whole(x) for part in examples for x, _ in part)
    except ValueError:
        return False


def announce(log: Log, net: Network, run: models.Run, training_data: Sequence[TrainingExample],
             test_data: Sequence[Example], shared: bool, fast: bool) -> None:
    """Say what will be trained on what, and how."""
    recipe, n = run.recipe, len(training_data)
    log.say(f"{run.source}: {len(training_data):,} images to train on, {len(test_data):,} to test with",
            f"network {net.sizes}: {recipe.activation}, {recipe.output} output, {recipe.cost} cost",
            f"{recipe.epochs} epoch{'s' * (recipe.epochs != 1)}, "
            f"mini-batches of {min(recipe.batch_size or n, n):,}, eta {recipe.eta:g}, seed {recipe.seed}")
    if len(run.past) >= recipe.epochs:
        log.say(f"all {len(run.past)} epochs are done; --epochs N goes on to epoch N - 1")
    elif run.past:
        log.say(f"{len(run.past)} of them are done")
    alone = ("--expand: the workers do not have the moved images" if recipe.expand else
             "--dropout: masks are drawn one after the other" if recipe.dropout else
             f"mini-batches below {LARGE:,} are not worth sharing" if 0 < recipe.batch_size < LARGE else "")
    if shared and alone:
        log.say(f"{alone}; this process trains, and the workers only help to count right answers")
    if fast:
        log.say(FASTER.get(type(net), "fast: lists; momentum, large mini-batches, pixels that are no multiples of 1/n "
                                      "and a run that was begun with lists have nothing faster"))
    elif recipe.packed and not CPYTHON:
        log.say(f"packed: on CPython that is faster; {sys.implementation.name} is faster without --packed")


def announce_time(log: Log, kind: Type[Network], run: models.Run, training_data: Sequence[TrainingExample],
                  validation_data: Sequence[Example], test_data: Sequence[Example]) -> None:
    """Say how long all of it will take if that is more than a minute, and what would be faster. (PyPy is not asked: it
    has yet to compile what would be timed.)"""
    recipe, n = run.recipe, len(training_data)
    measured = {measure.split("_")[0] for measure in run.monitor}
    measured |= {"evaluation"} if run.keep_best or watches(recipe.schedule) else set()
    scored = len(test_data) + len(validation_data) * ("evaluation" in measured) + n * ("training" in measured)

    def takes(kind: Type[Network]) -> Optional[float]:
        return forecast(recipe, kind, training_data, recipe.epochs - len(run.past), scored, at_the_end=n)

    seconds = takes(kind)
    if seconds and seconds > 60.0:
        faster = seconds if recipe.packed else takes(packed.Network)
        pypy = f", under PyPy about {duration(on_pypy(faster))}" if faster else ""
        fast = f"; with --fast about {duration(faster)}" if faster and not recipe.packed else ""
        log.say(f"this will take about {duration(seconds)}{fast}{pypy}")


def train(options: Dict[str, Any], executor: Optional[Executor]) -> None:
    """Train as the options say; the executor's workers share large mini-batches."""
    display = Display(quiet=options["quiet"])
    net, run, training_data, validation_data, test_data = prepare(options, executor, display)
    if run.keep_best and not validation_data:
        raise ValueError("--keep-best: no validation data to choose by; --hold-out N keeps N examples for that")
    checkpoint = Checkpoint(net, run, options)
    log = Log(display, options["quiet"], len(training_data), run)
    announce(log, net, run, training_data, test_data, shared=executor is not None, fast=options["fast"])
    if CPYTHON and not executor and not options["quiet"]:
        announce_time(log, type(net), run, training_data, validation_data, test_data)

    def report(epoch: Epoch) -> None:
        display.clear()
        checkpoint.write(epoch)
        log.finish(epoch)
        if epoch.test_accuracy:
            log.stuck = only_answer(net, test_data, epoch.test_accuracy.right)
            if log.stuck is not None:
                log.say(f"every image is read as {log.stuck}")
        if display.fault and not (checkpoint.model or checkpoint.history or checkpoint.plot):
            raise ValueError(f"standard output: {display.fault.strerror}; "
                             f"ended after epoch {epoch.number}, as nothing is saved")

    measures = [*run.monitor, *["evaluation_accuracy"] * run.keep_best]
    log.started = time.perf_counter()
    try:
        run.recipe.train(net, training_data, test_data, validation_data, past=list(run.past), report=report,
                         progress=log.progress, **{f"monitor_{measure}": True for measure in measures})
    except (KeyboardInterrupt, Diverged, BrokenExecutor, ConnectionError) as stop:
        status = checkpoint.status() if isinstance(stop, Diverged) else checkpoint.status_and_hint()
        stop.args = (f"{str(stop) or f'interrupted in epoch {len(run.past)}'}; {status}",)
        raise
    finally:
        display.clear()
        checkpoint.attempt(checkpoint.draw)
    if log.stuck is not None:
        tell = complain if options["quiet"] else display.say
        tell(f"it has stopped learning: every image is read as {log.stuck}; "
             "a smaller --eta, or another --init, may help")
    kept = run.kept or run.past[-1]
    if run.keep_best:
        log.say(f"kept: the network of epoch {kept.number}, validation accuracy {kept.evaluation_accuracy}")
    if not options["quiet"]:
        training_accuracy = kept.training_accuracy or run.network(net).score(training_data)
        log.say(f"training accuracy: {training_accuracy.fraction:.2%}")
    score = kept.test_accuracy
    display.say(f"test accuracy: {score.fraction:.2%}" if score else "no data to test with")
    if checkpoint.fault:
        raise checkpoint.fault
    display.check("purenn.train")


if __name__ == "__main__":
    sys.exit(run_command("purenn.train", main))
