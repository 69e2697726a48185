"""python -m bench: how fast purenn is, here and now."""
from __future__ import annotations

import argparse
import json
import os
import platform
import sys
from contextlib import ExitStack
from functools import partial
from pathlib import Path
from statistics import median
from typing import Any, Callable, Dict, List, Optional, Tuple

from purenn.terminal.command import run
from purenn.terminal.progress import Display
from purenn.terminal.options import Parser, whole
from purenn.data import found
from purenn.saved.files import check_writable, file_errors, write_atomically

from . import commands as whole_commands, tables
from .contenders import CLASSES
from .rounds import Worker, in_turn
from .workload import Workload

DESCRIPTION = """\
Measure how long purenn takes. Nothing needs to be installed. With MNIST, in the folder that the environment
variable PURENN_DATA names or in data/mnist, it measures more.

  epochs   training the book's networks
  growth   how an epoch's cost grows with width, depth, non-zero inputs and samples: straight lines?
  micro    each matrix operation alone
  ideas    each step of a packed network, done in several ways
  load     time and memory for loading MNIST
  commands time and memory of `train mnist` from start to end, and of the book in NumPy doing the same work"""

EPILOG = """\
All contenders of a table take turns, epoch by epoch, each in a process of its own and on one thread. Times
are processor times, and medians over the rounds (in growth and micro the least), after a warm-up. A ratio is
to the book in NumPy, or without it to the first row, and the median of the ratios within each round. The
accuracy after the last epoch is shown too, for a broken network can be very fast; naive lists get a tenth of
the images, and so less of it.

  python -m bench --quick                                       a first look, in seconds
  python -m bench --python pypy3 --python python3.9             other interpreters beside this one
  pip install '.[bench]'; python -m bench epochs --peers        NumPy, scikit-learn and PyTorch beside purenn"""


def epochs(options: argparse.Namespace) -> List[Dict[str, Any]]:
    """A race for each network: the book's contenders, epoch by epoch."""
    workloads = [Workload("digits", [64, 30, 10], 5000)]
    if mnist():
        workloads += ([Workload("mnist", [784, 30, 10], 1000)] if options.quick else
                      [Workload("mnist", [784, 30, 10], 5000), Workload("mnist", [784, 100, 10], 5000)])
    races = []
    for workload in workloads:
        races.append(race(workload, options))
        print(f"\n{workload.source} {workload.sizes}, {races[-1]['rows'][0]['samples']:,} images\n")
        print(tables.of_epochs(races[-1]))
        for row in races[-1]["rows"]:
            if row["accuracy"] < 0.15:
                print(f"\n{row['title']} under {row['python']} has not learnt, so its times mean nothing.")
    return races


def race(workload: Workload, options: argparse.Namespace) -> Dict[str, Any]:
    """Every contender's seconds per epoch, and their ratio to the book in NumPy's, or else to the first one's."""
    with Worker(sys.executable, "pack") as packer:
        request = packer.ask({"source": workload.source, "samples": workload.samples})
    request.update(sizes=workload.sizes, rounds=options.rounds)
    with ExitStack() as stack:
        workers = contenders(options, stack)
        samples = [worker.ask(request) for worker in workers]
        seconds = in_turn(workers, options.rounds)
        rows = [{"contender": worker.task, **worker.introduction, "samples": n, "seconds": times,
                 "accuracy": worker.ask()} for worker, n, times in zip(workers, samples, seconds)]
    reference = next((row for row in rows if row["contender"] == "numpy"), rows[0])
    for row in rows:
        row["ratio"] = median(s / row["samples"] / (t / reference["samples"])
                              for s, t in zip(row["seconds"], reference["seconds"]))
    return {**workload._asdict(), "epoch": request["epoch"], "rows": rows}


def contenders(options: argparse.Namespace, stack: ExitStack) -> List[Worker]:
    """purenn and, of the peers, the lists, under every interpreter; each other peer under the first one that has it."""
    workers = [stack.enter_context(Worker(python, task)) for task in ("purenn", "packed") for python in options.python]
    workers += [stack.enter_context(Worker(worker.executable, "columns"))           # for CPython they are slow
                for worker in workers[:len(options.python)] if not worker.introduction["python"].startswith("CPython")]
    if options.peers:
        workers += [stack.enter_context(Worker(python, "lists")) for python in options.python]
        for peer in list(CLASSES)[4:]:
            for python in options.peer_python + options.python:
                worker = stack.enter_context(Worker(python, peer))
                if "missing" not in worker.introduction:
                    workers.append(worker)
                    break
            else:
                print(f"\n{peer} is not installed.")
    return workers


def growth(options: argparse.Namespace) -> List[Dict[str, Any]]:
    """An epoch's seconds in every experiment of `bench.growth`, under every interpreter."""
    measured = []
    for introduction, rounds in under_each("growth", options):
        seconds = {name: {value: [each[name][value] for each in rounds] for value in series}
                   for name, series in rounds[0].items()}
        measured.append({**introduction, "seconds": seconds})
        print(f"\nGrowth under {introduction['python']}\n\n{tables.of_growth(seconds)}")
    return measured


def calls(module: str, options: argparse.Namespace) -> List[Dict[str, Any]]:
    """A call's seconds for everything that `bench.micro` or `bench.ideas` names, under every interpreter."""
    measured = [{**introduction, "seconds": {name: [each[name] for each in rounds] for name in rounds[0]}}
                for introduction, rounds in under_each(module, options)]
    print(f"\n{tables.of_micro(measured)}")
    return measured


def under_each(task: str, options: argparse.Namespace) -> List[Tuple[Dict[str, Any], List[Any]]]:
    """Who each interpreter's worker is, and what it answered to the task, round by round."""
    with ExitStack() as stack:
        workers = [stack.enter_context(Worker(python, task)) for python in options.python]
        for worker in workers:
            worker.ask({"quick": options.quick})
        return [(worker.introduction, answers) for worker, answers in zip(workers, in_turn(workers, options.rounds))]


def load(options: argparse.Namespace) -> List[Dict[str, Any]]:
    """The seconds and bytes that MNIST takes; in a new process each time, for a process's peak only ever grows."""
    if not mnist():
        print("\nMNIST is not there to be loaded.")
        return []
    rows = []
    display = Display(sys.stderr)
    for python in options.python:
        display.show(f"load, {python}")
        answers = []
        for _ in range(1 if options.quick else 3):
            with Worker(python, "load") as worker:
                answers.append(worker.ask({"source": "mnist"}))
        rows.append({**worker.introduction, **{key: [each[key] for each in answers] for key in answers[0]}})
    display.clear()
    print(f"\n{tables.of_load(rows)}")
    return rows


def commands(options: argparse.Namespace) -> List[Dict[str, Any]]:
    """The seconds and bytes that whole commands take, one after another: a few rounds of minutes, one with --quick."""
    if not mnist() or not hasattr(os, "wait4"):
        print("\nMNIST is not there to be trained on, or this system does not say what a command took.")
        return []
    wanted = whole_commands.commands(options.python, options.peer_python, options.epochs)
    rows: Dict[str, Dict[str, List[Any]]] = {name: {} for name in wanted}
    display = Display(sys.stderr)
    for number in range(1 if options.quick else options.rounds):
        for name, command in wanted.items():
            display.show(f"round {number + 1}: {name}")
            for key, value in whole_commands.run(command).items():
                rows[name].setdefault(key, []).append(value)
    display.clear()
    print(f"\n{tables.of_commands(rows)}")
    return [{"command": name, **row} for name, row in rows.items()]


def mnist() -> bool:
    """Whether MNIST is there already: a benchmark should not begin with a download."""
    return found("mnist") is not None


SECTIONS: Dict[str, Callable[[argparse.Namespace], Any]] = {
    "epochs": epochs, "growth": growth, "micro": partial(calls, "micro"), "ideas": partial(calls, "ideas"),
    "load": load, "commands": commands}


def section(text: str) -> str:
    if text not in SECTIONS:
        raise argparse.ArgumentTypeError(f"one of {', '.join(SECTIONS)}, not {text!r}")
    return text


def machine() -> Dict[str, Any]:
    """What the figures were measured on."""
    processor: Optional[str] = platform.processor()
    if os.path.exists("/proc/cpuinfo"):
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
        processor = next((line.split(":")[1].strip() for line in lines if line.startswith("model name")), processor)
    return {"processor": processor or platform.machine(), "cores": os.cpu_count(), "system": platform.platform()}


def main(arguments: Optional[List[str]] = None) -> None:
    parser = Parser("bench", description=DESCRIPTION, epilog=EPILOG)
    parser.add_argument("sections", metavar="SECTION", nargs="*", type=section,
                        help="what to measure (default: everything but commands, which take minutes)")
    parser.add_argument("--python", metavar="EXE", action="append", default=[],
                        help="measure under this interpreter too (may be repeated)")
    parser.add_argument("--peers", action="store_true", help="in epochs, also measure naive lists and, of the book's "
                        "algorithm in NumPy, scikit-learn and PyTorch, what is installed")
    parser.add_argument("--peer-python", metavar="EXE", action="append", default=[],
                        help="look for the peers in this interpreter first (may be repeated)")
    parser.add_argument("--rounds", metavar="N", type=whole(1), help="measure so many times (default: 5, quick 3)")
    parser.add_argument("--epochs", metavar="N", type=whole(1), default=1, help="in commands, train for so many epochs "
                        "(default: 1)")
    parser.add_argument("--quick", action="store_true", help="fewer images and fewer rounds: done in seconds")
    parser.add_argument("--json", metavar="FILE", help="write everything that was measured to FILE")
    options = parser.parse_args(arguments)
    options.python.insert(0, sys.executable)
    options.rounds = options.rounds or (3 if options.quick else 5)
    if options.json:
        check_writable(options.json)

    results: Dict[str, Any] = {"machine": machine(), "rounds": options.rounds}
    print("{processor}, {cores} cores, {system}".format(**results["machine"]))
    for name in options.sections or [name for name in SECTIONS if name != "commands"]:
        results[name] = SECTIONS[name](options)
    if options.json:
        with file_errors(options.json):
            write_atomically(options.json, (json.dumps(results, indent=1, ensure_ascii=False) + "\n").encode())


if __name__ == "__main__":
    sys.exit(run("bench", main))
