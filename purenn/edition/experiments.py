"""The book's experiments as pages: what each asks, how its numbers compare with the book's, and the file that makes it.

The numbers are those of purenn/experiments/README.md, which `python -m purenn.experiment --all --table` writes.
"""
from __future__ import annotations

import re
from html import escape
from typing import Dict, List

from ..experiments import EXPERIMENTS, MODULES
from ..pictures import curves, svg
from .code import coloured
from .names import PACKAGE
from .prose import Prose


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


def picture(rows: List[List[str]]) -> str:
    """Accuracies as a figure: for each claim the range over the seeds, their mean as a dot, and the book's as a cross.
    Nothing, where there are none."""
    found = []
    for claim, book, here, _, _, remark in rows:
        values = [re.match(r"([\d.]+)(?: ± [\d.]+)?%", text) for text in (book, here)]
        ends = re.search(r"([\d.]+)% to ([\d.]+)%", remark)
        if all(values):
            of_book, mean = (float(value[1]) for value in values if value)
            low, high = (float(ends[1]), float(ends[2])) if ends else (mean, mean)
            found.append((claim, of_book, mean, min(low, mean), max(high, mean)))
    if not found:
        return ""
    numbers = [number for _, *line in found for number in line]
    axis = curves.Axis(numbers, (min(numbers) - 1.0, min(100.5, max(numbers) + 1.0)), 40, 480)
    bottom, parts = 40 * len(found) + 10, []
    for tick in axis.ticks:
        x = axis.place(tick)
        parts.append(f'<path d="M{x:.1f} 8V{bottom}" stroke="#ddd"/>')
        parts.append(svg.text(x, bottom + 20, f"{axis.label(tick)}%", text_anchor="middle"))
    for k, (claim, of_book, mean, low, high) in enumerate(found):
        y, x = 40 * k + 34, axis.place(of_book)
        parts.append(svg.text(12, y - 12, claim, font_size="13"))
        parts.append(f'<path d="M{axis.place(low):.1f} {y}H{axis.place(high):.1f}" stroke="#0072B2" stroke-width="3"/>')
        parts.append(f'<circle cx="{axis.place(mean):.1f}" cy="{y}" r="4.5" fill="#0072B2"/>')
        parts.append(f'<path d="M{x - 5:.1f} {y - 5}l10 10m0 -10l-10 10" stroke="#D55E00" stroke-width="2.5"/>')
    words = "The range over the seeds, with their mean as a dot; a cross is the book's number."
    return (f'<figure role="group" aria-label="{words}">{svg.picture(520, bottom + 32, parts).strip()}'
            f"<figcaption>{words}</figcaption></figure>")


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
    body = "".join("<tr>" + "".join(f"<td>{prose.line(cell)}</td>" for cell in row) + "</tr>" for row in rows)
    source = file.read_text(encoding="utf-8")
    return (f'<section class="experiment" id="{name}"><h2>{prose.line(question)}</h2>{prose.set(rest)}{picture(rows)}'
            f'<div class="wide"><table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>'
            f"<details><summary><code>{escape(file.name)}</code></summary>"
            f"<pre>{coloured(source.rstrip())}</pre></details>"
            f"<p class=note><code>python -m purenn.experiment {name} --plot {name}.svg</code></p></section>")
