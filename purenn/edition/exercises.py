"""The exercises of an evening, on a page of their own: a reader answers, is judged, and then unfolds the answer.

Their text, and the commands that check them elsewhere, stand in purenn/exercises/README.md; what is right, and why, in
purenn/exercises/answers.py.
"""
from __future__ import annotations

import re
from html import escape
from typing import Dict, List, NamedTuple

from ..exercises.answers import Answer, answer
from .code import coloured
from .names import PACKAGE
from .prose import Prose
from .questions import judged


class Exercise(NamedTuple):
    """One of them, as README.md has it."""

    number: int
    title: str
    text: str
    commands: List[str]


def all_exercises() -> Dict[int, List[Exercise]]:
    """The exercises of each evening."""
    text = (PACKAGE / "exercises" / "README.md").read_text(encoding="utf-8")
    text = text.replace("../experiments/README.md", "experiments-3.html")
    evenings = re.split(r"^## ", text, flags=re.M)[1:]
    return {k: [exercise(part) for part in re.split(r"^(?=\*\*\d+\. )", evening, flags=re.M)[1:]]
            for k, evening in enumerate(evenings, 1)}


def exercise(part: str) -> Exercise:
    """One exercise from its part of the file."""
    (number, title, text), = re.findall(r"\A\*\*(\d+)\. (.*?)\.\*\*\s*(.*)", part, re.S)
    commands = re.findall(r"^    \$ ((?:.*\\\n)*.*)$", text, re.M)
    return Exercise(int(number), title, re.sub(r"^    .*\n?", "", text, flags=re.M),
                    [" ".join(command.replace("\\\n", " ").split()) for command in commands])


def of_evening(evening: int, prose: Prose) -> str:
    """The page's content."""
    return "".join(as_html(one, prose) for one in all_exercises()[evening])


def as_html(one: Exercise, prose: Prose) -> str:
    """One exercise: how long it takes, what is asked, a place for the answer, and the answer."""
    found = answer(one.title)
    commands = "".join(f"$ {command}\n" for command in one.commands)
    outside = ('<details class="outside"><summary>On a machine of your own</summary>'
               f"<pre>{escape(commands.rstrip())}</pre></details>") if commands else ""
    title = f'<h3>{one.number}. {prose.line(one.title)} <small>{escape(found.effort)}</small></h3>'
    return (f'<section class="exercise" id="exercise-{one.number}">{title}{prose.set(one.text)}'
            f"{place_of(one, found, prose)}{outside}</section>")


def place_of(one: Exercise, found: Answer, prose: Prose) -> str:
    """Where a reader answers."""
    name = f"exercise-{one.number}"
    if found.judge:
        return (f'<div class="ask" data-judge="{found.judge}">{prose.set(found.asks)}'
                f'<div class="cell"><pre class="source">{coloured(found.start.rstrip())}</pre></div>'
                '<p class="judgement" role="status"></p><details><summary>The answer</summary>'
                f"<pre>{coloured(found.solution.rstrip())}</pre>{prose.set(found.because)}</details></div>")
    return judged(prose.set(found.asks), found.choices, found.right(), found.tolerance, prose,
                  prose.set(found.because), "Say it, and see", name)
