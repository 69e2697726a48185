"""The book's experiments as pages: what each asks, how its numbers compare with the book's, and the file that makes it.

The numbers are those of purenn/experiments/README.md, which `python -m purenn.experiment --all --table` writes.
"""
from __future__ import annotations

import re
from html import escape
from typing import Dict, List

from . import mathml
from .code import coloured
from .names import PACKAGE
from .prose import Prose
from ..experiments import EXPERIMENTS, MODULES


def table() -> Dict[str, List[List[str]]]:
    """The rows of README.md by experiment: claim, the book's number, ours, seeds, whether they agree, remark."""
    rows: Dict[str, List[List[str]]] = {}
    name = ""
    for line in (PACKAGE / "experiments" / "README.md").read_text(encoding="utf-8").splitlines():
        cells = [cell.strip() for cell in line.strip("|").split(" | ")] if line.startswith("| ") else []
        if len(cells) == 7 and not cells[0].startswith(("-", "experiment")):
            named = re.match(r"\[`([\w-]+)`\]", cells[0])
            name = named[1] if named else name
            rows.setdefault(name, []).append(cells[1:])
    return rows


def of_chapters(chapters: str, prose: Prose) -> str:
    """Every experiment of these chapters ("4 5")."""
    rows = table()
    return "".join(one(name, rows.get(name, []), prose) for name, experiment in EXPERIMENTS.items()
                   if str(experiment.chapter) in chapters.split())


def one(name: str, rows: List[List[str]], prose: Prose) -> str:
    """One experiment: its question, figure, table and file."""
    module = next(module for module in MODULES if module.EXPERIMENT.name == name)
    file = PACKAGE / "experiments" / f"{module.__name__.split('.')[-1]}.py"
    question, _, rest = (module.__doc__ or "").partition("\n\n")
    head = "".join(f"<th>{one}</th>" for one in ("", "the book", "here", "seeds", "agrees", "from, to; remark"))
    body = "".join("<tr>" + "".join(f"<td>{mathml.inline(cell)}</td>" for cell in row) + "</tr>" for row in rows)
    source = file.read_text(encoding="utf-8")
    return (f'<section class="experiment" id="{name}"><h2>{prose.line(question)}</h2>{prose.set(rest)}'
            f'<div class="wide"><table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>'
            f"<details><summary><code>{escape(file.name)}</code></summary>"
            f"<pre>{coloured(source.rstrip())}</pre></details>"
            f"<p class=note><code>python -m purenn.experiment {name} --plot {name}.svg</code></p></section>")
