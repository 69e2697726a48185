"""What the front doors share beside their options: how they end.

A command ends with status 0; with 2 where its options or a file were wrong, after one line on standard error
that says what; with 1 where training diverged; with 130 when it was interrupted (Ctrl-C) and 143 when it was terminated.
"""
from __future__ import annotations

import os
import signal
import sys
from concurrent.futures import BrokenExecutor
from contextlib import contextmanager
from io import TextIOWrapper
from typing import Callable, Iterator, List, NoReturn


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
