"""What the front doors share: options that explain themselves, and errors of one line.

A command ends with status 0; with 2 where its options or a file were wrong, after one line on standard error
that says what; with 1 where training diverged; with 130 when it was interrupted (Ctrl-C) and 143 when it was terminated.

>>> whole(1)("30"), number(0.0, below=1.0)("0.9")
(30, 0.9)
>>> number(above=0.0)("nan")
Traceback (most recent call last):
argparse.ArgumentTypeError: a number above 0, not 'nan'
"""
from __future__ import annotations

import argparse
import math
import os
import signal
import sys
from concurrent.futures import BrokenExecutor
from contextlib import contextmanager
from io import TextIOWrapper
from typing import Any, Callable, Dict, Iterator, List, NoReturn, Optional

from ..activations import ACTIVATIONS
from ..costs import COSTS
from ..initializers import INITIALIZERS
from ..recipes import RECIPES
from .text import say


class Parser(argparse.ArgumentParser):
    """An ArgumentParser that keeps the line breaks of its texts and complains in one line."""

    def __init__(self, prog: str, **texts: str) -> None:
        super().__init__(prog=f"python -m {prog}", formatter_class=argparse.RawDescriptionHelpFormatter,
                         allow_abbrev=False, **texts)  # type: ignore[arg-type]

    def error(self, message: str) -> NoReturn:
        self.exit(2, f"{self.prog.split()[-1]}: error: {message}\n")


def whole(least: int) -> Callable[[str], int]:
    """An option type: whole numbers from `least` up."""

    def parse(text: str) -> int:
        try:
            value = int(text)
        except ValueError:
            value = least - 1
        if value < least:
            raise argparse.ArgumentTypeError(f"a whole number of {least} or more, not {text!r}")
        return value

    return parse


def number(least: Optional[float] = None, *, above: Optional[float] = None, below: float = math.inf
           ) -> Callable[[str], float]:
    """An option type: finite numbers from `least` (or above `above`) and below `below`."""
    lower = f"a number from {least:g}" if above is None else "a number" if above == -math.inf else f"a number above {above:g}"
    wanted = lower + (f" and below {below:g}" if below < math.inf else "" if above is not None else " up")

    def parse(text: str) -> float:
        try:
            value = float(text)
        except ValueError:
            value = math.nan
        if not (value > above if above is not None else value >= (least or 0.0)) or not value < below:
            raise argparse.ArgumentTypeError(f"{wanted}, not {text!r}")
        return value

    return parse


def batch_size(text: str) -> int:
    """An option type: a whole number from 1 up, or "full", which is 0 in a recipe."""
    return 0 if text == "full" else whole(1)(text)


def filename(text: str) -> str:
    """An option type: a name, and not the nothing that an unset variable of the shell leaves behind."""
    if not text:
        raise argparse.ArgumentTypeError("a file name, not ''")
    return text


def add_recipe_options(parser: Parser, several: bool = False) -> None:
    """DATA, and an option for every field of Recipe; if `several`, each but the seed takes more than one value."""
    parser.add_argument("data", nargs="?", metavar="DATA",
                        help="digits (default), mnist, fashion-mnist, or a folder or file of images: IDX, CSV, npz or "
                        "the book's pickle, gzipped or not")
    parser.add_argument("--recipe", choices=RECIPES, metavar="NAME",
                        help="set all that follows at once; options beside it win (default: chapter-1)")
    parser.add_argument("--recipes", action="store_true", help="list the recipes and leave")
    parser.add_argument("--download", action="store_true",
                        help="fetch mnist (11 MB) or fashion-mnist (30 MB) if it is not there, into $PURENN_DATA or ~/.cache/purenn")
    values: Dict[str, Any] = {"nargs": "+"} if several else {}

    network = parser.add_argument_group("the network")
    network.add_argument("--hidden", type=whole(1), nargs="+", metavar="N", action="append" if several else "store",
                         help="neurons in each hidden layer" + ("; repeat it for each network to try" if several else ""))
    network.add_argument("--activation", choices=ACTIVATIONS, help="of the hidden layers", **values)
    network.add_argument("--output", choices=ACTIVATIONS, help="of the last layer", **values)
    network.add_argument("--cost", choices=COSTS, help="what training makes small", **values)
    network.add_argument("--init", choices=INITIALIZERS, help="how the first weights are drawn: N(0, 1), N(0, 1/n), ...", **values)

    training = parser.add_argument_group("its training")
    training.add_argument("--epochs", type=whole(1), metavar="N", help="passes over the training data", **values)
    training.add_argument("--batch-size", type=batch_size, metavar="N", help='examples per step; "full" for all of them', **values)
    training.add_argument("--eta", type=number(above=0.0), help="the learning rate: how long a step is", **values)
    training.add_argument("--lmbda", type=number(0.0), help="L2 regularisation: how strongly weights are drawn to 0", **values)
    training.add_argument("--mu", type=number(0.0, below=1.0), help="momentum: how much of its speed a step keeps", **values)
    training.add_argument("--early-stopping", type=whole(1), metavar="N",
                          help="stop after N epochs without a better validation accuracy", **values)
    training.add_argument("--halve-eta", type=whole(1), metavar="N",
                          help="halve eta after N such epochs, and stop below 1/128 of it", **values)
    training.add_argument("--limit", type=whole(1), metavar="N", help="train on the first N examples only", **values)
    training.add_argument("--hold-out", type=whole(0), metavar="N", help="keep N examples, drawn with the seed, back for validation", **values)
    training.add_argument("--seed", type=whole(0), metavar="N", help="the same seed makes the same network")


def list_recipes() -> None:
    """What `--recipes` prints."""
    for name, recipe in RECIPES.items():
        say(f"{name:20} {recipe.about}")


def show_download(name: str, done: int, total: int) -> None:
    """How far a download is, in place; on a terminal only."""
    if sys.stderr.isatty():
        share = f" of {total / 1e6:.1f}" if total else ""
        print(f"\r{name}: {done / 1e6:.1f}{share} MB \x1b[K", end="\n" if done == total else "", file=sys.stderr, flush=True)


class Terminated(KeyboardInterrupt):
    """The process was asked to end (SIGTERM), which is to be taken as Ctrl-C is."""


def _terminate(signum: int, frame: object) -> NoReturn:
    raise Terminated()


@contextmanager
def undisturbed() -> Iterator[None]:
    """Inside this `with`, Ctrl-C and a request to end wait; they come through when it is left."""
    waiting: List[int] = []
    before = {number: signal.signal(number, lambda number, frame: waiting.append(number))
              for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
        for missed in waiting:
            signal.raise_signal(missed)


def run(prog: str, main: Callable[[], None]) -> int:
    """Call main and return the exit status, with one line on standard error if it fails as people's input can make it."""
    signal.signal(signal.SIGTERM, _terminate)
    sys.stdout = sys.stdout or open(os.devnull, "w")    # a process may be started without one
    if isinstance(sys.stdout, TextIOWrapper):
        sys.stdout.reconfigure(errors="backslashreplace")
    try:
        main()
        sys.stdout.flush()
        return 0
    except BrokenPipeError:                             # whoever read our output has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except (ValueError, OSError, BrokenExecutor) as error:
        print(f"{prog}: error: {error}", file=sys.stderr)
        return 2
    except MemoryError:
        print(f"{prog}: error: not enough memory for that", file=sys.stderr)
        return 2
    except ArithmeticError as error:
        print(f"{prog}: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt as stop:
        print(f"{prog}: {str(stop) or 'interrupted'}", file=sys.stderr)
        return 143 if isinstance(stop, Terminated) else 130
