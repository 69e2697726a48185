"""Ways to start a command that Python itself does not explain: as a file, and beside a file that hides one of Python's.

This module imports nothing of purenn, so that it can be imported before all else.
"""
from __future__ import annotations

import os
import sys
from signal import SIGINT, default_int_handler, getsignal, signal
from types import TracebackType
from typing import Iterator, NoReturn, Optional, Type


def as_module(file: str) -> NoReturn:
    """Run a command that was started by its file, `python purenn/train.py`, as the module that it is."""
    from runpy import run_module

    folder, name = os.path.split(os.path.abspath(file))
    package = os.path.basename(folder)
    sys.path[0] = os.path.dirname(folder)           # it was the folder of the file, in which no module finds the others
    run_module(f"{package}.{os.path.splitext(name)[0]}", run_name="__main__", alter_sys=True)
    sys.exit()


def explain_failures() -> None:
    """From now on, until `command.run` takes over, Ctrl-C ends in one line, and so does an exception if a file in the
    folder where the command was started, such as random.py, has taken the place of a module of Python's."""

    def explain(kind: Type[BaseException], error: BaseException, trace: Optional[TracebackType]) -> None:
        for path in shadows(trace):
            end(2, f"error: {path} takes the place of Python's own module of that name: rename it, or start from "
                   "another folder")
        sys.__excepthook__(kind, error, trace)

    sys.excepthook = explain
    if getsignal(SIGINT) is default_int_handler:
        signal(SIGINT, lambda number, frame: end(130, "interrupted"))


def end(status: int, complaint: str) -> None:
    """End the process at once, with a line on standard error."""
    sys.stderr.write(f"purenn: {complaint}\n")
    sys.stderr.flush()
    os._exit(status)


def shadows(trace: Optional[TracebackType]) -> Iterator[str]:
    """Files in the first folder of sys.path that were imported, or that an error came from, and that have the name of
    a module of the standard library."""
    imported = [getattr(module, "__file__", None) for module in list(sys.modules.values())]
    while trace:
        imported.append(trace.tb_frame.f_code.co_filename)
        trace = trace.tb_next
    for path in filter(None, imported):
        folder, name = os.path.split(os.path.abspath(path))
        if folder == os.path.abspath(sys.path[0]) and os.path.exists(os.path.join(os.path.dirname(os.__file__), name)):
            yield path
