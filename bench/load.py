"""Loading data: what MNIST takes in time and memory, and a few of its images packed for the contenders."""
from __future__ import annotations

import sys
from time import perf_counter
from typing import Any, Callable

from purenn import data
from purenn.matrix import argmax

from .workload import pack

TESTED = 1000       # images on which a contender shows that it has learnt


def measure(answer: Callable[[Any], None], source: str) -> None:
    """Answer with the seconds that loading takes and the most memory, in bytes, that this process ever had."""
    start = perf_counter()
    training, validation, test = data.load(source)
    seconds = perf_counter() - start
    answer({"seconds": seconds, "bytes": peak_memory(), "images": len(training) + len(validation) + len(test)})


def peak_memory() -> int:
    """In bytes; 0 where the system does not say."""
    try:
        import resource
    except ImportError:     # Windows
        return 0
    unit = 1 if sys.platform == "darwin" else 1024
    return unit * resource.getrusage(resource.RUSAGE_SELF).ru_maxrss


def packed(answer: Callable[[Any], None], source: str, samples: int) -> None:
    """Answer with the first images to train on and to test with, and with how many there are to train on."""
    training, _, test = data.load(source)
    answer({"training": pack([(x, argmax(y)) for x, y in training[:samples]]),
            "test": pack(test[:TESTED]), "epoch": len(training)})
