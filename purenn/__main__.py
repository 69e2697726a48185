"""python -m purenn: the commands, with a line for each. `purenn train ...` is `python -m purenn.train ...`."""
from __future__ import annotations

if not __package__:                 # started as a file, in which no import finds the others
    __import__("terminal.start").start.as_module(__file__)

import ast
import sys
from importlib import import_module
from pathlib import Path
from typing import Dict, List, Optional

from .terminal.command import run, typed
from .terminal.options import Parser
from .terminal.text import say


def commands() -> Dict[str, str]:
    """The modules that are commands, and what the first line of each says that it does."""
    found = {}
    for path in sorted(Path(__file__).parent.glob("[a-z]*.py")):
        first = (ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))) or "").partition("\n")[0]
        if first.startswith(f"python -m purenn.{path.stem}: "):
            found[path.stem] = first.partition(": ")[2]
    return found


def main(argv: Optional[List[str]] = None) -> int:
    """Run a command, or list them; the exit status."""
    argv = sys.argv[1:] if argv is None else argv
    if argv and argv[0] in commands():
        return run(f"purenn.{argv[0]}", lambda: import_module(f"purenn.{argv[0]}").main(argv[1:]))
    return run("purenn", lambda: listing(argv))


def listing(argv: List[str]) -> None:
    """Print the commands."""
    parser = Parser("purenn", description="A neural network in plain Python that learns to read handwritten digits.")
    parser.add_argument("command", nargs="?", choices=commands(), metavar="COMMAND",
                        help="what to do (default: list the commands)")
    parser.parse_args(argv)
    width = max(len(typed(f"purenn.{name}")) for name in commands())
    say(*(f"{typed(f'purenn.{name}'):{width}}  {about}" for name, about in commands().items()), "",
        f"Begin with {typed('purenn.train')}; --help after each lists its options.")


if __name__ == "__main__":
    sys.exit(main())
