"""Examples in docstrings: they are run while the book is made, and stand in it as they came out.

>>> pieces("Two words.\\n\\n>>> 1 + 1\\n2\\n\\nAnd more.")
[Text('Two words.'), Examples('>>> 1 + 1\\n2\\n'), Text('And more.')]
"""
from __future__ import annotations

import contextlib
import doctest
import importlib
import io
from typing import Any, Dict, List


class Text(str):
    """A part of a docstring that is prose."""

    def __repr__(self) -> str:
        return f"{type(self).__name__}({super().__repr__()})"


class Examples(Text):
    """A part that is examples, with their prompts and their output."""


def pieces(doc: str) -> List[Text]:
    """The parts of a docstring, in their order."""
    found: List[Text] = []
    for part in doctest.DocTestParser().parse(doc):
        if isinstance(part, str):
            found += [Text(part.strip("\n"))] * bool(part.strip())
            continue
        lines = part.source.rstrip("\n").split("\n")
        text = "".join(f"{'...' if k else '>>>'} {line}\n" for k, line in enumerate(lines)) + part.want
        if found and isinstance(found[-1], Examples):
            found[-1] = Examples(found[-1] + text)
        else:
            found.append(Examples(text))
    return found


def check_module(name: str) -> int:
    """Run all examples of a module, and say how many there are; ValueError with the first that does not come out."""
    said = io.StringIO()
    runner = doctest.DocTestRunner(verbose=False)
    for test in doctest.DocTestFinder().find(importlib.import_module(f"purenn.{name}")):
        runner.run(test, out=said.write)
    if runner.failures:
        raise ValueError(f"{name}: an example does not come out\n{said.getvalue()}")
    return runner.tries


def outcome(source: str, names: Dict[str, Any]) -> str:
    """What a piece of code prints. What it defines stays in `names`."""
    said = io.StringIO()
    with contextlib.redirect_stdout(said):
        exec(compile(source, "a cell", "exec"), names)
    return said.getvalue()
