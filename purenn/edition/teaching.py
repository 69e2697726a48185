"""The pages between the modules. Each is a file in `text`, Markdown, in which a fence ``` puts in what is made here:

    figure NAME     a figure of `figures`; what the fence holds is its caption
    run             code that a reader may change and run; what it prints here stands beneath it
    ask NAME        a question of `questions`: first the reader says what will happen
    put NAME        a piece of `games`
    live            text about what only a book with Python in its pages can do; others do not show it
    exercises N     the exercises of an evening
    experiments N   the experiments of a chapter, or of several
"""
from __future__ import annotations

import re
from html import escape
from pathlib import Path

from . import games
from .code import coloured
from .examples import outcome
from .exercises import of_evening
from .experiments import of_chapters
from .figures import figure
from .modules import Page
from .names import Names
from .prose import Prose
from .questions import QUESTIONS, asked

HERE = Path(__file__).parent


class Teaching:
    """One of these pages."""

    def __init__(self, names: Names, name: str) -> None:
        self.name = name
        self.prose = Prose(names, fences={
            "figure": self.figure, "run": self.run, "ask": self.ask, "put": self.put, "live": self.live,
            "exercises": self.exercises, "experiments": self.experiments})

    def page(self) -> Page:
        """The page; its title is the first line of its file."""
        text = (HERE / "text" / f"{self.name}.md").read_text(encoding="utf-8")
        title, _, body = text.partition("\n")
        html = self.prose.set(body)
        headings = re.findall(r"<h2>(.*?)</h2>", html)
        for k, heading in enumerate(headings):
            html = html.replace(f"<h2>{heading}</h2>", f'<h2 id="part-{k + 1}">{heading}</h2>')
        contents = [(f"part-{k + 1}", re.sub("<[^>]+>", "", heading)) for k, heading in enumerate(headings)]
        return Page(self.name, title.lstrip("# "), f'<div class="teaching">{html}</div>', contents, "teaching")

    # The fences

    def figure(self, name: str, caption: str) -> str:
        return figure(name, self.prose.line(" ".join(caption.split())))

    def run(self, _: str, code: str) -> str:
        return cell(code)

    def ask(self, name: str, _: str) -> str:
        return asked(QUESTIONS[name], self.prose, name)

    def put(self, name: str, _: str) -> str:
        return games.GAMES[name](self.prose)

    def live(self, _: str, text: str) -> str:
        return f'<div class="live" hidden>{self.prose.set(text)}</div>'

    def exercises(self, evening: str, _: str) -> str:
        return of_evening(int(evening), self.prose)

    def experiments(self, chapters: str, _: str) -> str:
        return of_chapters(chapters, self.prose)


def cell(code: str) -> str:
    """Code to be changed and run, and what it prints now."""
    printed = outcome(code, {"__name__": "__main__"})
    out = f'<pre class="out" aria-label="Output">{escape(printed.rstrip())}</pre>' if printed else ""
    return f'<div class="cell"><pre class="source">{coloured(code.rstrip())}</pre>{out}</div>'
