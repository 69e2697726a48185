"""python -m purenn.exercises: what you wrote for an exercise, judged."""
from __future__ import annotations

import runpy
import sys
from typing import Optional, Sequence

from ..saved.files import file_errors
from ..terminal.command import run
from ..terminal.options import Parser, filename
from ..terminal.text import say
from .judges import JUDGES, judged

DESCRIPTION = """\
Judge what you wrote for one of the exercises in purenn/exercises/README.md. FILE is run, and what it defines is tried.
The exit status is 0 if it is right, and 1 if not.
"""

EPILOG = """\
things to try:
  python -m purenn.exercises softmax mine.py
"""


def main(argv: Optional[Sequence[str]] = None) -> None:
    """Say what is wrong, if something is."""
    parser = Parser("purenn.exercises", description=DESCRIPTION, epilog=EPILOG)
    parser.add_argument("name", choices=JUDGES, metavar="NAME", help=", ".join(JUDGES))
    parser.add_argument("file", type=filename, metavar="FILE", help="your Python code")
    options = parser.parse_args(argv)
    with file_errors(options.file):
        try:
            names = runpy.run_path(options.file, run_name="mine")
        except (OSError, UnicodeError):
            raise
        except Exception as error:
            raise ValueError(f"it does not run: {type(error).__name__}: {error}") from None
    complaint = judged(options.name, names)
    say(*(complaint or "right").splitlines())
    if complaint:
        sys.stdout.flush()
        sys.exit(1)


if __name__ == "__main__":
    sys.exit(run("purenn.exercises", main))
