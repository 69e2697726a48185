"""One display for everything that takes a while: training, a sweep, a download, a benchmark.

Printed lines stay. Below them, on a terminal, a few lines show how far the work is, and are rewritten in place; a file
or a pipe gets none of those. Output that cannot be written, as the disk is full or the reader has gone, is dropped: the
work is worth more than its log. A line says so at the end.

>>> display = Display()
>>> display.say("Epoch 0: 125 / 297")
Epoch 0: 125 / 297
>>> duration(42), duration(600), duration(100000)
('42 s', '10 min', '27.8 h')
"""
from __future__ import annotations

import os
import sys
import time
from contextlib import suppress
from typing import Optional, TextIO

from . import text
from .text import complain, is_terminal

INTERVAL = 0.25
"""Seconds between two looks at how far it is."""


class Display:
    """What a command prints while it works, on standard output or another stream; if `quiet`, nothing in place."""

    def __init__(self, stream: Optional[TextIO] = None, quiet: bool = False) -> None:
        self.stream = stream or sys.stdout
        self.in_place = is_terminal(self.stream) and not quiet
        self.height = 0                                 # of what is shown in place
        self.shown = time.perf_counter()
        self.fault: Optional[OSError] = None            # why nothing more is written

    @property
    def columns(self) -> int:
        """How long a line may be: one less than a terminal is wide, or the cursor would be on the next line."""
        return text.columns(self.stream) - 1

    def say(self, *lines: str) -> None:
        """Print lines that stay."""
        self.clear()
        self.write(text.in_lines(lines, self.stream))

    def due(self) -> bool:
        """Whether it is time to show again how far it is. Never, if it is not shown at all."""
        return self.in_place and time.perf_counter() - self.shown > INTERVAL

    def show(self, *lines: str) -> None:
        """Show lines in the place of those shown before."""
        if self.in_place:
            self.clear()
            self.write("\n".join(line[:self.columns] for line in lines) + "\r")
            self.height = len(lines)
            self.shown = time.perf_counter()

    def clear(self) -> None:
        """Take away what is shown in place."""
        if self.height:
            self.write(f"\r\x1b[{self.height - 1}A\x1b[J" if self.height > 1 else "\r\x1b[K")  # \r: past an echoed ^C
        self.height = 0

    def write(self, what: str) -> None:
        """Write, unless that has failed before."""
        if self.fault is None:
            try:
                text.write(what, self.stream)
            except OSError as error:
                self.fault = error
                discard(self.stream)

    def check(self, prog: str) -> None:
        """At the end: ValueError if something could not be written. That a reader wanted no more is only said."""
        if isinstance(self.fault, BrokenPipeError):
            complain(f"{prog}: nobody read all of its output; the rest is done")
        elif self.fault is not None:
            raise ValueError(f"standard output: {self.fault.strerror}; lines are missing there, the rest is done")

    def show_download(self, name: str, done: int, total: int) -> None:
        """How far a download is."""
        if self.due():
            self.show(f"{name}: {done / 1e6:.1f}" + (f" of {total / 1e6:.1f} MB" if total else " MB"))


def discard(stream: TextIO) -> None:
    """Lead what else is written to the stream, and what still waits in its buffer, nowhere."""
    with suppress(OSError, ValueError):                 # a stream without a file needs nothing of the kind
        os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())


def duration(seconds: float) -> str:
    """A time that nobody needs to the second."""
    return (f"{seconds:.0f} s" if seconds < 100 else f"{seconds / 60:.0f} min" if seconds < 6000 else
            f"{seconds / 3600:.1f} h")
