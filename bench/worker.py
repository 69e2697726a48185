"""A process that measures one thing, one round at a time: `python -m bench.worker TASK`.

Interpreters cannot be compared within one process, and not one after the other either, for a machine is
faster in one minute than in the next. So each has a process of its own, which measures only when it is
asked, and `bench.rounds` asks them in turn. The talk is in lines of JSON: the worker introduces itself,
and every line it then reads is a request for the next answer. A task is a contender's name, or one of
`TASKS`; it ends with the conversation.
"""
from __future__ import annotations

import json
import platform
import sys
from random import Random
from time import process_time
from typing import Any, Callable, Dict, Type

from purenn.matrix import argmax, unit_vector
from purenn.network2 import Network

from . import growth, ideas, load, micro
from .contenders import Contender, contender
from .workload import BATCH, ETA, unpack

TASKS: Dict[str, Callable[..., None]] = {
    "growth": growth.measure, "micro": micro.measure, "ideas": ideas.measure, "load": load.measure, "pack": load.packed}

WARM_UP = 4000      # images after which a contender is taken to be warm, be it in several epochs


def answer(result: Any) -> Any:
    """Say this, sleep until the next request comes, and return it."""
    print(json.dumps(result), flush=True)
    line = sys.stdin.readline()
    if not line:
        sys.exit()
    return json.loads(line)


def compete(kind: Type[Contender], request: Dict[str, Any]) -> None:
    """Answer with the seconds of one epoch after another, and at last with how many images are read right.

    They are seconds of processor time, all of it on one thread: what else the machine does counts less.
    """
    training = unpack(request["training"])
    training_data = [(x, unit_vector(y, 10)) for x, y in training[:round(kind.share * len(training))]]
    test_data = unpack(request["test"])
    net = kind(Network(request["sizes"], rng=Random(0)))
    unheard = WARM_UP // len(training) + 1      # epochs of warming up, of which only the last is answered
    answer(len(training_data))
    start = process_time()

    def lap() -> None:
        nonlocal start, unheard
        unheard -= 1
        if unheard <= 0:
            answer(process_time() - start)
            start = process_time()

    net.train(training_data, unheard + request["rounds"], BATCH, ETA, lap)
    answer(sum(argmax(net.feedforward(x)) == y for x, y in test_data) / len(test_data))


def main(task: str) -> None:
    introduction = {"python": f"{platform.python_implementation()} {platform.python_version()}"}
    if task in TASKS:
        TASKS[task](answer, **answer(introduction))
        return
    try:
        kind = contender(task)
    except ImportError as error:
        answer({**introduction, "missing": str(error)})
        return
    compete(kind, answer({**introduction, "title": kind.title}))


if __name__ == "__main__":
    main(sys.argv[1])
