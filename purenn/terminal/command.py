"""How a command ends: its exit status, and one line on standard error where it failed.

    0     all that was asked for was done
    1     training diverged, or check found a mistake; nothing else
    2     an option or a file was wrong, or something could not be written
    130   it was interrupted (Ctrl-C)
    143   it was asked to end (SIGTERM)
"""
from __future__ import annotations

import os
import shutil
import signal
import sys
from concurrent.futures import BrokenExecutor
from contextlib import contextmanager
from errno import ENOSPC
from io import TextIOWrapper
from pathlib import Path
from shlex import join
from typing import Callable, Iterator, List, NoReturn

from .progress import discard
from .text import complain


class Terminated(KeyboardInterrupt):
    """SIGTERM, which is taken as Ctrl-C is."""


def _end(signum: int, frame: object) -> NoReturn:
    """The handler of both signals. After the first of them nothing disturbs the way to the end any more."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    raise Terminated() if signum == signal.SIGTERM else KeyboardInterrupt()


@contextmanager
def signals_deferred() -> Iterator[None]:
    """Inside this `with`, Ctrl-C and SIGTERM wait; they take effect when it is left."""
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
    """Call main, and return the exit status."""
    for number in signal.SIGINT, signal.SIGTERM:
        if signal.getsignal(number) != signal.SIG_IGN:      # as in a process that a script starts in the background
            signal.signal(number, _end)
    sys.stdout = sys.stdout or open(os.devnull, "w")    # a process may be started without one
    sys.stderr = sys.stderr or open(os.devnull, "w")
    if isinstance(sys.stdout, TextIOWrapper):
        sys.stdout.reconfigure(errors="backslashreplace")
    status, complaint = 0, ""
    try:
        main()
    except SystemExit as stop:                          # argparse's: 0 after --help, 2 after its own complaint
        status = int(stop.code or 0)
    except BrokenPipeError:                             # whoever read our output has seen enough
        pass
    except (ValueError, BrokenExecutor) as error:
        status, complaint = 2, f"error: {error}"
    except OSError as error:                            # what fails with a file is a BadFile, a ValueError
        status, complaint = 2, f"error: {'standard output: ' + os.strerror(ENOSPC) if error.errno == ENOSPC else error}"
    except MemoryError:
        status, complaint = 2, "error: not enough memory for that"
    except ArithmeticError as error:
        from ..network2 import Diverged                 # not at the top: most commands need no network to end
        status, complaint = (1, str(error)) if isinstance(error, Diverged) else (2, f"error: {error}")
    except KeyboardInterrupt as stop:
        status, complaint = 143 if isinstance(stop, Terminated) else 130, str(stop) or "interrupted"
    try:
        sys.stdout.flush()
    except OSError as error:
        discard(sys.stdout)                             # or Python would fail once more, at its end
        if status in (0, 2) and not isinstance(error, BrokenPipeError):
            status, complaint = 2, f"error: standard output: {error.strerror}"
    if complaint:
        complain(f"{prog}: {complaint}")
    return status


def typed(prog: str, *arguments: str) -> str:
    """A command as this user types it, to be pasted: `python3 -m purenn.train --resume model.json` or, where the script
    of an installed purenn was called, `purenn train --resume model.json`."""
    name = prog.partition(".")[2]
    if name and Path(sys.argv[0]).stem == "purenn":
        return join([_shortest(sys.argv[0]), name, *arguments])
    python = getattr(sys, "orig_argv", [""])[0] or _shortest(sys.executable or "python3")
    return join([python, "-m", prog, *arguments])


def _shortest(program: str) -> str:
    """A program by its name alone, if the shell finds it by that."""
    found = shutil.which(Path(program).name)
    return Path(program).name if found and os.path.samefile(found, program) else program
