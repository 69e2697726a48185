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
from contextlib import contextmanager
from typing import Callable, Iterator, List, NoReturn, Optional


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
    lower = f"a number above {above:g}" if above is not None else f"a number from {least:g}"
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
    try:
        main()
        sys.stdout.flush()
        return 0
    except BrokenPipeError:                             # whoever read our output has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except (ValueError, OSError) as error:
        print(f"{prog}: error: {error}", file=sys.stderr)
        return 2
    except ArithmeticError as error:
        print(f"{prog}: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt as stop:
        print(f"{prog}: {str(stop) or 'interrupted'}", file=sys.stderr)
        return 143 if isinstance(stop, Terminated) else 130
