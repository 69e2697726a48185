"""All pages in their order, and what must be true of them before they are written.

The book is a folder of pages whose links are relative, or one file that holds them all. There each page is a part of
its own, and an anchor bears the name of its page.

>>> joined('<a href="network.html#Network">', ["network"]), joined('<a href="matrix.html">', ["matrix"])
('<a href="#network/Network">', '<a href="#matrix">')
"""
from __future__ import annotations

import re
from hashlib import sha256
from html import escape
from pathlib import Path
from typing import Dict, Iterator, NamedTuple, Sequence, Tuple

from . import mathml
from .equations import EQUATIONS
from .examples import check_module
from .figures import OF_MODULES, figure
from .modules import Page, Setter
from .names import Names
from .prose import Prose
from .teaching import Teaching

HERE = Path(__file__).parent


class Part(NamedTuple):
    """An evening: what is read in it, module by module, with the pages between them."""

    name: str
    title: str
    pages: Sequence[str]


PARTS = [
    Part("First", "The whole of it", ["forty-lines"]),
    Part("Evening 1", "The network", ["computes", "learns", "backpropagation", "matrix", "network", "exercises-1"]),
    Part("Evening 2", "Learning better", ["cures", "activations", "costs", "initializers", "history", "schedules",
                                          "dropout", "network2", "metrics", "recipes", "exercises-2"]),
    Part("Evening 3", "Fast in plain Python", ["lanes", "kernels", "columns", "packed", "exercises-3"]),
    Part("Evening 4", "Experiments", ["experiments-1", "experiments-3", "experiments-5", "exercises-4"]),
]
"""The book in its reading order. A page that is no file in `text` is a module; `text/after-NAME.md` continues it."""

TEXTS = {path.stem for path in (HERE / "text").glob("*.md")}
MODULES = [name for part in PARTS for name in part.pages if name not in TEXTS]
ORDER = ["index", *(name for part in PARTS for name in part.pages), "names"]


class Book:
    """Every page, made once."""

    def __init__(self) -> None:
        self.names = Names(MODULES)
        sources = "".join(module.source for module in self.names.modules.values())
        self.digest = sha256(sources.encode("utf-8")).hexdigest()[:12]
        self.examples = sum(map(check_module, MODULES))
        self.pages: Dict[str, Page] = {}
        for name in ORDER:
            if name in TEXTS:
                self.pages[name] = Teaching(self.names, name).page()
            elif name in MODULES:
                figures = {place: figure(one) for place, one in OF_MODULES.get(name, {}).items()}
                page = Setter(self.names, name, figures).page()
                after = Teaching(self.names, f"after-{name}").page() if f"after-{name}" in TEXTS else None
                self.pages[name] = page._replace(html=page.html + after.html) if after else page
        self.pages["index"] = Page("index", "A neural network to be read", self.cover(), kind="cover")
        self.pages["names"] = Page("names", "Every name", self.all_names(), kind="names")
        self.check_links()

    def cover(self) -> str:
        """The first page: what it is, and all that follows."""
        lead = Teaching(self.names, "cover").page().html
        cards = []
        for part in PARTS:
            items = "".join(f'<li><a href="{name}.html">{self.shown(name)}</a></li>' for name in part.pages)
            cards.append(f"<section><h2>{part.name}: {part.title}</h2><ol>{items}</ol></section>")
        return f'{lead}<nav class="cards" aria-label="All pages">{"".join(cards)}</nav>'

    def shown(self, name: str) -> str:
        """A page by its title; a module by its name as well."""
        title = Prose(self.names).line(self.pages[name].title)
        title = re.sub("</?a[^>]*>", "", title)
        return f"<code>{name}</code> {title}" if name in MODULES else f"<b>{title}</b>"

    def all_names(self) -> str:
        """What the modules define, from a to z, with what each is."""
        found = sorted((qualified.lower(), qualified, name) for name, module in self.names.modules.items()
                       for qualified in module.defined if not qualified.split(".")[-1].startswith("_"))
        rows = []
        for _, qualified, name in found:
            tip = self.names.modules[name].tip(qualified)
            rows.append(f'<li><a href="{name}.html#{qualified}"><code>{qualified}</code></a> '
                        f"<small>{name}</small> {mathml.inline(tip)}</li>")
        return ('<p class="lead">Type a part of a name to find it.</p><p><input id="filter" type="search" '
                f'aria-label="A part of a name" hidden></p><ul class="names">{"".join(rows)}</ul>')

    def check_links(self) -> None:
        """ValueError if a link within the book leads nowhere, or if two things on a page have the same anchor."""
        anchors = {}
        for name, page in self.pages.items():
            ids = re.findall(r'\bid="([^"]+)"', page.html)
            twice = {one for one in ids if ids.count(one) > 1}
            if twice:
                raise ValueError(f"{name}.html: the anchor {min(twice)} is there twice")
            anchors[name] = set(ids)
        for name, page in self.pages.items():
            for target, anchor in re.findall(r'href="(?!https?:)([^"#]*)(?:#([^"]*))?"', page.html):
                other = target[:-len(".html")] if target else name
                if other not in anchors or anchor and anchor not in anchors[other]:
                    raise ValueError(f"{name}.html: the link to {target}#{anchor} leads nowhere")

    # The frame around a page

    def frame(self, name: str) -> str:
        """The part of a file that is the page itself: where it stands, title, content, the way on."""
        page = self.pages[name]
        part = next((part for part in PARTS if name in part.pages), None)
        where = f'<p class="where">{part.name} · {part.title}</p>' if part else ""
        code = f"<code>{name}</code> " if page.kind == "module" else ""
        contents = ""
        if len(page.contents) > 2:
            entries = "".join(f'<li><a href="{name}.html#{anchor}">{text}</a></li>' for anchor, text in page.contents)
            contents = f"<details class=toc><summary>On this page</summary><ol>{entries}</ol></details>"
        return (f'<article id="top" class="{page.kind}" data-page="{name}"><header class="title">{where}'
                f"<h1>{code}{Prose(self.names).line(page.title)}</h1>{contents}</header>"
                f'{page.html}{self.turn(name)}</article>')

    def turn(self, name: str) -> str:
        """Back and on."""
        k = ORDER.index(name)
        before, after = ORDER[:k][-1:], ORDER[k + 1:][:1]
        back = "".join(f'<a rel="prev" href="{one}.html">← {self.shown_plainly(one)}</a>' for one in before)
        on = "".join(f'<a rel="next" href="{one}.html">{self.shown_plainly(one)} →</a>' for one in after)
        return f'<nav class="turn" aria-label="Back and on"><span>{back}</span>{on}</nav>'

    def shown_plainly(self, name: str) -> str:
        return f"<code>{name}</code>" if name in MODULES else escape(self.pages[name].title)

    def banner(self, current: str) -> str:
        """At the top of each file: the way to all pages."""
        parts = []
        for part in PARTS:
            here = ' class="here"' if current in part.pages else ""
            items = "".join(f'<li><a href="{name}.html"{" aria-current=page" * (name == current)}>'
                            f"{self.shown_plainly(name)}</a></li>" for name in part.pages)
            parts.append(f"<details{here}><summary>{part.name}</summary><ol>{items}</ol></details>")
        return ('<div class="banner"><a class="home" href="index.html">purenn</a><nav aria-label="Pages">'
                f'{"".join(parts)}<a href="names.html">Names</a></nav></div>')

    def cards(self, content: str) -> str:
        """The equations that are shown where their numbers are touched."""
        used = set(re.findall(r'data-eq="(\w+)"', content))
        shown = "".join(f'<div data-card="{number}"><math display="block">{mathml.display(text)}</math>'
                        f"<p>({number}) {mathml.inline(about)}</p></div>"
                        for number, (text, about) in EQUATIONS.items() if number in used)
        return f'<div class="cards-of-equations" hidden>{shown}</div>'

    def file(self, title: str, content: str, current: str, head: str, foot: str) -> str:
        """A whole HTML file."""
        # What a reader has changed is kept by lines, and so for these sources only.
        return (f'<!DOCTYPE html>\n<html lang="en" data-edition="{self.digest}"><head><meta charset="utf-8">'
                '<meta name="viewport" content="width=device-width, initial-scale=1">'
                '<meta name="generator" content="purenn.edition"><meta name="color-scheme" content="light dark">'
                f"<title>{escape(title)}</title>{head}</head><body>\n"
                f'{self.banner(current)}<main>{content}</main>{self.cards(content)}{foot}</body></html>\n')

    def titled(self, name: str) -> str:
        """What a browser's window says."""
        title = re.sub(r"[`*]", "", self.pages[name].title)
        return f"{name}: {title}" if name in MODULES else f"{title} · purenn"

    def files(self, python: bool) -> Iterator[Tuple[str, str]]:
        """Every page as a file of its own; `python` says whether there is a Python for them to run."""
        head = '<link rel="stylesheet" href="book.css">'
        foot = f'<script>const PYTHON = {str(python).lower()};</script><script src="book.js"></script>'
        for name in ORDER:
            yield f"{name}.html", self.file(self.titled(name), self.frame(name), name, head, foot)

    def alone(self, style: str, script: str, python: str) -> str:
        """All pages in one file, with the style, the script and the Python that they need."""
        runtime = f"<script>{python}</script>" if python else ""
        foot = f"{runtime}<script>const PYTHON = {str(bool(python)).lower()};</script><script>{script}</script>"
        content = "".join(joined(self.frame(name), ORDER, name) for name in ORDER)
        file = joined(self.file("purenn", "", "", f"<style>{style}</style>", "<i></i>"), ORDER)
        head, middle, end = re.split("(?<=<main>)(?=</main>)|<i></i>", file)
        return "".join([head, content, middle, self.cards(content), foot, end])


def joined(html: str, pages: Sequence[str], current: str = "") -> str:
    """A page as a part of the one file: links to other pages become anchors, and anchors bear their page's name."""
    def anchor(found: "re.Match[str]") -> str:
        page, _, name = found[1].partition(".html")
        return f'href="#{page}{name.replace("#", "/")}"' if page in pages else found[0]

    html = re.sub(r'href="([\w-]+\.html(?:#[^"]*)?)"', anchor, html)
    return re.sub(r'\bid="([^"]+)"', lambda found: f'id="{current}{"" if found[1] == "top" else "/" + found[1]}"',
                  html) if current else html
