"""Which network reads pictures of digits: one that somebody trained, or chapter 1's, trained on the embedded digits.

>>> run = models.Run(Recipe(), "digits", "", [], [Epoch(0, 3.0, Score(280, 297))])
>>> in_words(Network([64, 30, 10]), "model.json", run)
'model.json (64-30-10 neurons) reads 94.28% of the 297 test images of digits rightly'
"""
from __future__ import annotations

from contextlib import suppress
from hashlib import sha256
from math import isqrt
from pathlib import Path
from typing import List, Optional, Tuple

from .. import data
from ..history import Epoch, Score, print_epoch
from ..network2 import Network
from ..recipes import Recipe
from ..saved import models
from ..saved.files import BadFile, PathLike, cache_folders
from .text import complain


def expect_network(path: PathLike) -> None:
    """BadFile if a file is something else, whose name is known by its first bytes."""
    if kind := data.kind_of(path):
        raise BadFile(path, f"{kind}; expected a network, as train --save writes it"
                            + f" (purenn.predict {path} reads a picture)" * (kind == "a picture"))


def load(path: PathLike, name: str = "") -> Tuple[Network, str]:
    """The network in a file, and what it is in words; BadFile if it does not read pictures of digits."""
    expect_network(path)
    net = models.load(path)
    if isqrt(net.sizes[0]) ** 2 != net.sizes[0] or net.sizes[-1] != 10:
        raise BadFile(path, f"a network of {net.sizes}, expected a square picture's pixels in and 10 digits out")
    run: Optional[models.Run] = None
    with suppress(BadFile):                     # it may be without a training run
        run = models.load_run(path)[1]
    return net, in_words(net, name or Path(path).name, run)


def in_words(net: Network, name: str, run: Optional[models.Run] = None) -> str:
    """Which network it is, and how good."""
    name = f"{name} ({'-'.join(map(str, net.sizes))} neurons)"
    score = run.kept.test_accuracy if run and run.kept else None
    if not run or not score:
        return f"{name}, of unknown accuracy"
    return f"{name} reads {score.fraction:.2%} of the {score.total:,} test images of {Path(run.source).name} rightly"


def default_network() -> Tuple[Network, str]:
    """Chapter 1's network, trained on the embedded digits now or an earlier time, and what it is in words."""
    recipe, name = Recipe(), "Chapter 1's network"
    past: List[Epoch] = []
    path = cache_folders()[0] / f"chapter-1-{sha256(repr(recipe).encode()).hexdigest()[:8]}.json"
    with suppress(BadFile):
        return load(path, name)

    def report(epoch: Epoch) -> None:
        past.append(epoch)
        print_epoch(epoch)

    training_data, validation_data, test_data = data.load("digits")
    net = recipe.network(inputs=64)
    print(f"training a network {net.sizes} on {len(training_data):,} digits, which takes some ten seconds", flush=True)
    recipe.train(net, training_data, test_data, validation_data, report=report)
    run = models.Run(recipe, "digits", models.fingerprint(training_data, validation_data, test_data), [], past)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        models.save(net, path, run)
        print(f"kept for the next time in {path}")
    except (BadFile, OSError) as error:
        complain(f"not kept for the next time: {error}")
    return net, in_words(net, name, run)
