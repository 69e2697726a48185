"""A class to be checked: what its methods make of the five cases.

The code runs in a process of its own, as `runner` describes it, for a limited time. Whatever it does there, this side
gets values, or problems in their place.
"""
from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any, Dict, List, NamedTuple, Optional, Tuple

from ..matrix import argmax, scale, unit_vector
from .algorithm import Algorithm
from .cases import Case, draw
from .answers import Answers, Place, Problem, Task

SECONDS = 10.0
"""How long all tasks together may take."""

LMBDA, MU = 0.7, 0.6
"""λ and μ for a class whose update_mini_batch has the book's lmbda and n, or mu, unless others are asked for."""


class CannotCheck(ValueError):
    """There is nothing to judge: no class, no method that is known, or code that cannot be loaded."""


class Report(NamedTuple):
    """A class at work: what it is, what it answered, and what else was seen of it."""

    kind: str
    answers: Answers
    changed: Dict[str, str]     # by method: which of the arrays it was given it changed
    printed: Dict[str, int]     # by method: how many lines


def watch(target: str, activation: str, output: str, cost: str, lmbda: Optional[float], mu: Optional[float],
          seconds: float) -> Report:
    """Let the class in the file or module `target` (FILE or FILE:Class) work on the cases."""
    file, name = _split(target)
    wanted = {"lmbda": lmbda, "mu": mu}
    cases = draw(activation, output, cost, LMBDA if lmbda is None else lmbda, MU if mu is None else mu)
    tasks, places = _tasks(cases)
    asked = [name for name, value in wanted.items() if value is not None]
    options = dict(activation=activation, output=output, cost=cost, asked=asked)
    order = dict(target=file, name=name, tasks=tasks, options=options)
    header, lines = _run(order, file, seconds)
    for option, value in wanted.items():
        if value and not header["takes"][option]:
            raise CannotCheck(f"{target}: {header['name']} takes no {option}, expected it as an argument of "
                              "update_mini_batch or an attribute of the network")
    if not header["methods"]:
        raise CannotCheck(f"{target}: {header['name']} has none of the methods that are known")
    tried, n = header["tried"], header["takes"]["n"]
    cases = [replace(case, lmbda=case.lmbda * tried["lmbda"], mu=case.mu * tried["mu"],
                     n=case.n if n else len(case.inputs)) for case in cases]
    given: Dict[Place, Any] = {}
    changed: Dict[str, str] = {}
    printed: Dict[str, int] = {}
    for task, where, line in zip(tasks, places, lines):
        method = task["call"]
        if "problem" in line:
            given.update({place: Problem(*line["problem"]) for place in where[:1]})
        elif "value" in line:
            given.update(zip(where, _spread(method, line["value"])))
        if line.get("changed"):
            changed.setdefault(method, ", ".join(dict.fromkeys(line["changed"])))
        if line.get("printed"):
            printed[method] = printed.get(method, 0) + line["printed"]
    answers = Answers(cases, given, tasks={"SGD": Task(mini_batch_size=2), "evaluate": _evaluation(cases[1])})
    answers.learn_gradients()
    return Report(f"{header['name']}, {header['kind']}", answers, changed, printed)


def _split(target: str) -> Tuple[str, str]:
    """FILE:Class as file and class; the class may be left out."""
    file, colon, name = target.rpartition(":")
    return (file, name) if colon and name.isidentifier() and len(file) > 1 else (target, "")


def _tasks(cases: List[Case]) -> Tuple[List[Dict[str, Any]], List[List[Place]]]:
    """What to call, in the order of the data's way; and for each task the places of what comes of it."""
    tasks: List[Dict[str, Any]] = []
    places: List[List[Place]] = []

    def add(call: str, where: List[Place], case: Case, **more: Any) -> None:
        as_data = dict(sizes=case.sizes, weights=case.weights, biases=case.biases, steps=case.steps, inputs=case.inputs,
                       targets=case.targets)
        hyper = dict(eta=case.eta, lmbda=case.lmbda, mu=case.mu, n=case.n)
        tasks.append(dict(call=call, case=as_data, hyper=hyper, **more))
        places.append(where)

    ends = [len(case.weights) - 1 for case in cases]
    for c, case in enumerate(cases):
        for i, x in enumerate(case.inputs):
            add("feedforward", [Place("feedforward", "a", c, 0, i, ends[c])], case, x=x)
    for c, case in enumerate(cases):
        for i, way in enumerate(Algorithm(case).forward(case.inputs, case.targets)):
            place = Place("cost_derivative", "derivative", c, 0, i, ends[c])
            add("cost_derivative", [place], case, a=way.a[-1], y=way.y)
    for c, case in enumerate(cases):
        for i, (x, y) in enumerate(zip(case.inputs, case.targets)):
            add("backprop", [Place("backprop", quantity, c, 0, i, l) for quantity in ("nabla_b", "nabla_w")
                             for l in range(ends[c] + 1)], case, x=x, y=y)
    for c, case in enumerate(cases):
        add("update_mini_batch", [Place("update_mini_batch", quantity, c, step, 0, l) for step in range(case.steps)
                                  for quantity in ("biases", "weights") for l in range(ends[c] + 1)], case)
    add("SGD", [Place("SGD", "network", 2, 0, 0, 0)], cases[2], mini_batch_size=2)
    task = _evaluation(cases[1])
    add("evaluate", [Place("evaluate", "count", 1, 0, 0, 0)], cases[1], inputs=task.inputs, labels=task.labels,
        targets=[unit_vector(label, cases[1].sizes[-1]) for label in task.labels], expected=[4.0, 4 / 6, 400 / 6])
    return tasks, places


def _evaluation(case: Case) -> Task:
    """Six examples, of which the right network reads four."""
    inputs = [scale(c, x) for c in (1.0, -1.0, 0.3) for x in case.inputs[:2]]
    read = [argmax(way.a[-1]) for way in Algorithm(case).forward(inputs, inputs)]
    return Task(inputs=inputs, labels=read[:4] + [(label + 1) % case.sizes[-1] for label in read[4:]])


def _spread(method: str, value: Any) -> List[Any]:
    """What a task came to, as one value for each of its places."""
    if method == "backprop":
        return [layer for part in value for layer in part]
    if method == "update_mini_batch":
        return [layer for step in value for part in step for layer in part]
    return [value]


def _run(order: Dict[str, Any], file: str, seconds: float) -> Tuple[Dict[str, Any], List[Dict[str, Any]]]:
    """The header and the lines of the report; the last of them says so if the process did not come to its end."""
    environment = {key: value for key, value in os.environ.items() if key != "PYTHONFAULTHANDLER"}
    process = subprocess.Popen([sys.executable, str(Path(__file__).with_name("runner.py"))], stdin=subprocess.PIPE,
                               stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env=environment,
                               start_new_session=hasattr(os, "killpg"))
    late = False
    try:
        output, _ = process.communicate(json.dumps(order).encode("utf-8"), timeout=seconds)
    except subprocess.TimeoutExpired:
        late = True
        _kill(process)
        output, _ = process.communicate(timeout=seconds)
    finally:
        if process.poll() is None:
            _kill(process)
    lines = [json.loads(line) for line in output.decode("utf-8").splitlines() if line.endswith("}")]
    end = f"ended the process (exit status {process.returncode})"
    header = {"cannot": f"it was not loaded within {seconds:g} seconds" if late else f"loading it {end}"}
    if late:
        end = f"did not return within {seconds:g} seconds"
    if lines:
        header = lines[0]
    if "cannot" in header:
        raise CannotCheck(f"{file}: {header['cannot']}")
    if len(lines) <= len(order["tasks"]):
        lines.append({"problem": ["hangs" if late else "ends-the-process", end]})
    return header, lines[1:]


def _kill(process: "subprocess.Popen[bytes]") -> None:
    """End the process and what it has started."""
    if hasattr(os, "killpg"):
        try:
            os.killpg(process.pid, signal.SIGKILL)
        except (ProcessLookupError, PermissionError):
            pass
    else:
        process.kill()
