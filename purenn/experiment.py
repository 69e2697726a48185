"""python -m purenn.experiment: make the experiments of the book, and see whether they come out as it says."""
from __future__ import annotations

if not __package__:                 # started as a file, in which no import finds the others
    __import__("terminal.start").start.as_module(__file__)

import shlex
import sys
import tempfile
import threading
import time
from contextlib import closing
from pathlib import Path
from typing import Any, Dict, Iterator, List, Optional, Sequence

from . import data
from .cores import workers
from .experiments import EXPERIMENTS
from .experiments.book import Answer, Experiment, answers, charts
from .experiments.lab import Task, perform
from .experiments.notebook import Notebook
from .experiments.table import in_markdown, in_text
from .network2 import Diverged
from .pictures import curves, svg
from .saved.files import check_distinct, check_writable, file_errors, write_atomically
from .terminal.command import run as run_command
from .terminal.options import Parser, filename, whole
from .terminal.progress import Display, duration
from .terminal.text import filled

DESCRIPTION = """\
Make an experiment of Michael Nielsen's "Neural Networks and Deep Learning": say what the book reports, and what
comes out here. Without a name, list the experiments; the times are for one seed and one core under PyPy.
"""

EPILOG = """\
things to try:
  python -m purenn.experiment learning-slowdown --plot slow.svg    one neuron; no data are needed
  python -m purenn.experiment universal sine --plot sine.svg       a network made by hand
  python -m purenn.experiment momentum --seeds 5                   on the digits that come with purenn
  python -m purenn.experiment overfitting --data digits            not the book's data, but seconds instead of minutes
  python -m purenn.experiment --all --results all.jsonl            every experiment, five times; it may be interrupted
"""


def parser() -> Parser:
    """The options of the command."""
    parser = Parser("purenn.experiment", description=DESCRIPTION, epilog=EPILOG)
    parser.add_argument("name", nargs="?", choices=EXPERIMENTS, metavar="NAME", help="the experiment")
    parser.add_argument("only", nargs="*", metavar="RUN", help="only its runs that have one of these in their names")
    parser.add_argument("--all", action="store_true", help="all experiments, with five seeds unless --seeds is given")
    parser.add_argument("--data", metavar="DATA", help="other data than its own: mnist, digits, a folder or a file")
    parser.add_argument("--download", action="store_true", help="fetch mnist (11 MB) if it is not there")

    scale = parser.add_argument_group("how much of it")
    scale.add_argument("--seeds", type=whole(1, 10_000), metavar="N",
                       help="N seeds, from --seed up: mean ± standard deviation")
    scale.add_argument("--seed", type=whole(1), default=1, metavar="N", help="the first seed (default: 1)")
    scale.add_argument("--epochs", type=whole(1), metavar="N", help="train for N epochs at most")
    scale.add_argument("--limit", type=whole(1), metavar="N", help="train on the first N images at most")
    scale.add_argument("--jobs", type=whole(1), metavar="N", help="N processes (default: one for each core)")

    keeping = parser.add_argument_group("keeping it")
    keeping.add_argument("--results", type=filename, metavar="FILE",
                         help="keep each run in FILE; go on with what it has")
    keeping.add_argument("--report", action="store_true", help="make no run, only report what --results has")
    keeping.add_argument("--plot", type=filename, metavar="FILE", help="draw the experiment's figures, an SVG picture")
    keeping.add_argument("--table", type=filename, metavar="FILE", help="write the table to FILE, in Markdown")
    return parser


def main(argv: Optional[Sequence[str]] = None) -> None:
    """Make what is wanted, and report it."""
    arguments = sys.argv[1:] if argv is None else argv
    options: Dict[str, Any] = vars(parser().parse_args(arguments))
    display = Display()
    if not arguments:
        display.say(*listing())
        return
    chosen = wanted(options)
    tasks = {experiment.name: tasks_of(experiment, options) for experiment in chosen}
    every = [task for several in tasks.values() for task in several]
    check_files(options)
    with closing(Notebook(options["results"], only_read=options["report"])) as notebook:
        failure = "" if options["report"] else make(every, notebook, options)
        found = {}
        for experiment in chosen:
            changed, runs = scaled(experiment, options), notebook.of(experiment, tasks[experiment.name])
            found[experiment.name] = answers(experiment, runs, changed)
            display.say(*report(experiment, found[experiment.name], changed, options, display.columns))
            if options["plot"]:
                drawn = charts(experiment, runs, changed)
                if drawn:
                    curves.write_charts(drawn, options["plot"])
                    display.say(f"wrote {options['plot']}")
                elif not failure:
                    raise ValueError(f"{experiment.name} has no figure of these runs")
    if options["table"]:
        page = in_markdown([(each, found[each.name]) for each in chosen], command_of(options),
                           notebook.python_of(every))
        with file_errors(options["table"]):
            write_atomically(options["table"], page.encode())
        display.say(f"wrote {options['table']}")
    display.check("purenn.experiment")
    if failure:
        raise Diverged(failure)


def listing() -> Iterator[str]:
    """All experiments, with what they need: a line for each."""
    width = max(map(len, EXPERIMENTS))
    for name, each in EXPERIMENTS.items():
        needs = f"chapter {each.chapter}, {each.source or 'no data'}, {duration(max(1.0, each.seconds))}"
        yield f"{name:{width}}  {each.about} ({needs})"


def wanted(options: Dict[str, Any]) -> List[Experiment]:
    """The experiments that the options name; ValueError if they contradict one another."""
    if bool(options["name"]) == options["all"]:
        raise ValueError("a name or --all, not both" if options["all"]
                         else "a name, or --all; without anything: a list")
    if options["report"] and not options["results"]:
        raise ValueError("--report needs --results FILE")
    if options["all"]:
        if options["plot"]:
            raise ValueError("--plot draws the figures of one experiment; name it")
        return list(EXPERIMENTS.values())
    experiment = EXPERIMENTS[options["name"]]
    if options["plot"] and not experiment.figures:
        raise ValueError(f"{experiment.name} has no figure")
    if options["data"] and not experiment.source:
        raise ValueError(f"{experiment.name} needs no data")
    return [experiment]


def check_files(options: Dict[str, Any]) -> None:
    """BadFile if a file could not be read or written: before hours of work."""
    check_distinct(options["results"], options["plot"], options["table"])
    if options["plot"]:
        svg.check_writable(options["plot"])
    if options["table"]:
        check_writable(options["table"])
    if options["data"]:
        data.locate(options["data"], options["download"], Display(sys.stderr).show_download)


def report(experiment: Experiment, found: Sequence[Answer], changed: str, options: Dict[str, Any], columns: int
           ) -> Iterator[str]:
    """What was asked, and what came out."""
    yield from (f"{experiment.name}: {experiment.about} (chapter {experiment.chapter})", "")
    if not options["all"]:
        yield from (*filled(experiment.text, columns), "")
    if changed:
        yield from (f"These runs are {changed}.", "")
    if experiment.source == "digits" and not options["data"]:
        yield from ("On the digits that come with purenn; --data mnist takes the book's.", "")
    yield from (*(in_text(found, columns) or ["nothing was measured yet"]), "")


def command_of(options: Dict[str, Any]) -> str:
    """What to type to have the same table."""
    usual = vars(parser().parse_args([]))
    words = ["python -m purenn.experiment", options["name"] or "--all", *map(shlex.quote, options["only"])]
    for name in "data", "seed", "seeds", "epochs", "limit", "table":
        if options[name] != usual[name]:
            words += [f"--{name}", shlex.quote(str(options[name]))]
    return " ".join(words + ["--results", "FILE"])


def tasks_of(experiment: Experiment, options: Dict[str, Any]) -> List[Task]:
    """The runs to be made for an experiment, with every seed."""
    only = options["only"]
    runs = [run for name, run in experiment.runs.items()
            if not only or any(text == name or text in name and text not in experiment.runs for text in only)]
    if not runs:
        raise ValueError(f"{experiment.name} has no run with {' or '.join(only)} in its name; "
                         f"it has: {'; '.join(experiment.runs)}")
    count = options["seeds"] or (5 if options["all"] else 1)
    seeds = range(options["seed"], options["seed"] + count) if experiment.chance else [0]
    source = (data.full_name(options["data"]) if options["data"] else experiment.source) if experiment.source else ""
    return [Task(run, seed, source, options["epochs"], options["limit"]) for seed in seeds for run in runs]


def scaled(experiment: Experiment, options: Dict[str, Any]) -> str:
    """In what the runs are not the book's, if they are not."""
    changes = [f"--{name} {options[name]}" for name in ("epochs", "limit")
               if options[name] and (experiment.source or name == "epochs")]
    if experiment.source and options["data"] not in (None, "mnist", experiment.source):
        changes.append(options["data"])
    return f"not the book's: {', '.join(changes)}" if changes else ""


def make(wanted: Sequence[Task], notebook: Notebook, options: Dict[str, Any]) -> str:
    """Make the runs that are not in the notebook, on all cores: those of the first seed first, and long ones last.
    Returns what went wrong in the first run that diverged, if one did."""
    tasks = {task.key: task for task in wanted}
    missing = [task for key, task in tasks.items() if key not in notebook.curves]
    missing.sort(key=lambda task: (task.seed, task.run.seconds))
    display = Display(sys.stderr)
    for source in sorted({task.source for task in missing} - {""}):
        data.locate(source, options["download"], display.show_download)
    if len(missing) < len(tasks):
        display.say(f"{len(tasks) - len(missing)} of {len(tasks)} runs are in {options['results']}")
    jobs = min(options["jobs"] or workers.cores(), len(missing)) or 1
    failure = ""
    try:
        with tempfile.TemporaryDirectory() as folder, workers.executor(jobs) as executor:
            with Watch(folder, missing, display) as watch:
                for task, future in workers.finished(executor, perform, watch.tasks):
                    try:
                        notebook.add(task, future.result())
                    except ArithmeticError as error:
                        failure = failure or f"{task.run.key}, seed {task.seed}: {error}"
                    watch.finished(task)
    except KeyboardInterrupt as stop:
        finished = sum(key in notebook.curves for key in tasks)
        kept = (f"{finished} of {len(tasks)} runs are in {options['results']}, the same command goes on"
                if options["results"] else "nothing is kept without --results")
        stop.args = (f"interrupted; {kept}",)
        raise
    return failure


class Watch:
    """Shows how far the runs are: on a terminal in place, every second; elsewhere a line for each finished run."""

    def __init__(self, folder: str, tasks: Sequence[Task], display: Display) -> None:
        """The runs write to files in `folder` how far they are."""
        self.tasks = [task._replace(watch=str(Path(folder, str(k)))) for k, task in enumerate(tasks)]
        self.done = {task.watch: 0.0 for task in self.tasks}            # the share of each that is finished
        self.display, self.started = display, time.perf_counter()
        self.lock, self.end = threading.Lock(), threading.Event()
        self.thread = threading.Thread(target=self.look, daemon=True)

    def __enter__(self) -> Watch:
        self.thread.start()
        return self

    def __exit__(self, *error: object) -> None:
        self.end.set()
        self.thread.join()
        self.display.clear()

    def look(self) -> None:
        """In a thread: show it, until the end."""
        while not self.end.wait(1.0):
            with self.lock:
                self.display.show(self.state())

    def finished(self, task: Task) -> None:
        """A run is finished."""
        with self.lock:
            self.done[task.watch] = 1.0
            if not self.display.in_place:
                self.display.say(f"{self.state()}: {task.run.key}" + (f", seed {task.seed}" if task.source else ""))

    def state(self) -> str:
        """How much is done, and how long the rest will take if it goes on like that."""
        for watch, share in self.done.items():
            if share < 1.0 and Path(watch).exists():
                self.done[watch] = float(Path(watch).read_text(encoding="ascii"))
        count = sum(share == 1.0 for share in self.done.values())
        work = sum(task.run.seconds for task in self.tasks)
        share = sum(self.done[task.watch] * task.run.seconds for task in self.tasks) / work
        left = (time.perf_counter() - self.started) * (1.0 - share) / share if share else 0.0
        rest = f", about {duration(left)} left" if left else ""
        return f"{count} of {len(self.tasks)} runs, {share:.0%} of the work{rest}"


if __name__ == "__main__":
    sys.exit(run_command("purenn.experiment", main))
