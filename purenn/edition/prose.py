"""Markdown as the docstrings use it, set as HTML: with formulas, links to names, and the equations of the book.

    `matvec`, `Network.SGD`         code; a link, if it names something in the book of pages
    δᴸ = a - y                      a formula, by `mathml`
    (BP1), (20, 21), equation 22    the book's equations, which are shown where they are touched
    left    right                   two columns, indented: what is on the left, by what it is

A docstring that opens with a formula is set with it on a line of its own: the number of its equation, if it has
`(book, equation 27)` behind it, stands at the margin.
"""
from __future__ import annotations

import re
from html import escape
from typing import Any, Callable, Dict, List, Optional, Sequence, Tuple

from . import mathml
from .code import coloured, transcript
from .equations import BOOK, EQUATIONS, link
from .names import Names

REFERENCE = re.compile(r"""\((?P<several>(?:BP\d|\d{1,3})(?:,[ ](?:BP\d|\d{1,3}))*)\)(?!\w)
    | (?P<word>[Ee]quations?[ ])(?P<first>BP\d|\d{1,3})(?:(?P<and>[ ]and[ ])(?P<second>BP\d|\d{1,3}))?
    | (?P<address>http://neuralnetworksanddeeplearning\.com/chap(?P<of>\d)\.html(?:\#(?P<section>[\w-]+))?)
    | (?:the[ ]book(?:'s)?[ ])?[Cc]hapter[ ](?P<chapter>[1-6])(?!\d)""", re.VERBOSE)

Fence = Callable[[str, str], str]
"""What stands between ``` in a teaching page: its first line, its content, and the HTML that they come to."""


def reference(number: str, shown: str = "") -> str:
    """A link to an equation of the book. ValueError if the pages do not have it to show."""
    if number not in EQUATIONS:
        raise ValueError(f"equation ({number}) is named, and edition/equations.py does not have it")
    about = EQUATIONS[number][1]
    return f'<a class="eq" href="{link(number)}" data-eq="{number}" title="{escape(about)}">{shown or number}</a>'


def references(text: str) -> str:
    """Equations' numbers and chapters in running text, as links; the rest with its formulas.

    >>> references("chapter 3")
    '<a class="eq" href="http://neuralnetworksanddeeplearning.com/chap3.html">chapter 3</a>'
    """
    out, done = [], 0
    for found in REFERENCE.finditer(text):
        numbers = found["several"]
        if numbers and not all(number in EQUATIONS for number in numbers.split(", ")):
            continue                                        # (1) and (64) may be anything
        out.append(mathml.inline(text[done:found.start()]))
        done = found.end()
        if numbers:
            out.append(f"({', '.join(map(reference, numbers.split(', ')))})")
        elif found["word"]:
            second = found["and"] + reference(found["second"]) if found["and"] else ""
            out.append(found["word"] + reference(found["first"]) + second)
        elif found["section"] and found["section"][4:] in EQUATIONS:
            out.append(f'equation {reference(found["section"][4:])}')
        elif found["address"]:
            section = (found["section"] or "").replace("_", " ")
            out.append(f'<a class="eq far" href="{found[0]}">chapter {found["of"]}{": " * bool(section)}{section}</a>')
        else:
            out.append(f'<a class="eq" href="{BOOK.format(found["chapter"])}">{escape(found[0])}</a>')
    return "".join(out) + mathml.inline(text[done:])


class Prose:
    """Sets Markdown. Names between backticks are looked up in `names`, those of `module` first."""

    def __init__(self, names: Names, module: str = "", fences: Optional[Dict[str, Fence]] = None) -> None:
        self.names, self.module, self.fences = names, module, fences or {}
        from markdown_it import MarkdownIt
        self.markdown = MarkdownIt("commonmark").enable("table")
        renderer: Any = self.markdown.renderer
        for rule in ("text", "code_inline", "code_block", "fence", "link_open"):
            renderer.rules[rule] = getattr(self, rule)

    def set(self, text: str) -> str:
        """Paragraphs, lists, tables."""
        return self.rendered(self.markdown.parse(text))

    def line(self, text: str) -> str:
        """A single line, without a paragraph of its own."""
        return self.rendered(self.markdown.parseInline(text))

    def rendered(self, tokens: Sequence[Any]) -> str:
        """Tokens of markdown-it as HTML. Lines are joined first, for a formula may begin on one and end on the next."""
        for token in tokens:
            joined: List[Any] = []
            for child in token.children or []:
                if child.type == "softbreak":
                    child.type, child.tag, child.content = "text", "", " "
                if joined and joined[-1].type == child.type == "text":
                    joined[-1].content += child.content
                else:
                    joined.append(child)
            token.children = joined if token.children else token.children
        return str(self.markdown.renderer.render(tokens, self.markdown.options, {}))

    def documented(self, doc: str) -> str:
        """A docstring without its examples. Its opening formula, if it has one, stands on a line of its own."""
        formula, rest = opening(doc)
        return formula + self.set(rest)

    def name(self, code: str) -> str:
        """Code in prose, linked to what it names."""
        target = self.names.mentioned(code, self.module)
        shown = f"<code>{escape(code)}</code>"
        return f'<a href="{target.href}" title="{escape(target.tip)}">{shown}</a>' if target else shown

    # What markdown-it calls for each kind of token

    def text(self, tokens: Sequence[Any], k: int, options: object, env: object) -> str:
        return references(tokens[k].content)

    def code_inline(self, tokens: Sequence[Any], k: int, options: object, env: object) -> str:
        return self.name(tokens[k].content)

    def code_block(self, tokens: Sequence[Any], k: int, options: object, env: object) -> str:
        """Two columns are a list; formulas alone are displayed; anything else is code."""
        lines = [line for line in tokens[k].content.rstrip("\n").split("\n") if line.strip()]
        rows = [re.fullmatch(r"(\S.*?) {2,}(\S.*)", line) for line in lines]
        parts = [part for line in lines for part in re.split(r" {2,}", line.strip())]
        read = [mathml.read(part, built_up=True) for part in parts]
        if all(formula and formula.end == len(part) for formula, part in zip(read, parts)):
            return "".join(displayed(part) for part in parts)
        if all(rows):
            terms = [(", ".join(map(self.name, row[1].split(", "))) if "(" not in row[1] else self.name(row[1]), row[2])
                     for row in rows if row]
            return "<dl>" + "".join(f"<dt>{term}</dt><dd>{self.line(what)}</dd>" for term, what in terms) + "</dl>"
        return f"<pre>{escape(tokens[k].content)}</pre>"

    def fence(self, tokens: Sequence[Any], k: int, options: object, env: object) -> str:
        kind, _, argument = tokens[k].info.partition(" ")
        content = tokens[k].content
        if kind in self.fences:
            return self.fences[kind](argument, content)
        return f"<pre>{transcript(content) if content.startswith('>>>') else coloured(content)}</pre>"

    def link_open(self, tokens: Sequence[Any], k: int, options: object, env: object) -> str:
        href = str(tokens[k].attrGet("href") or "")
        equation = href.partition("#eqtn")[2]
        shows = f' data-eq="{equation}"' if equation in EQUATIONS else ""
        return f'<a class="{"eq" if shows else "far"}" href="{escape(href)}"{shows}>'


def opening(doc: str) -> Tuple[str, str]:
    """(the formula that a docstring opens with, displayed; the rest).

    >>> opening("½·‖a - y‖² (book, equation 27).")[1], opening("Two words.")
    ('', ('', 'Two words.'))
    """
    formula = mathml.read(doc, built_up=True)
    after = doc[formula.end:] if formula else ""
    behind = re.match(r" \(book, equation (\w+)\)", after)
    rest = after[behind.end() if behind else 0:]
    if not formula or formula.end < 5 or not re.match(r"[.,;:](\s|$)|$", rest):
        return "", doc
    rest = rest.lstrip(".,;: \n")
    starts_a_word = rest[1:2].isalpha()
    shown = displayed(doc[:formula.end], behind[1] if behind else "")
    return shown, rest[:starts_a_word].upper() + rest[starts_a_word:]


def displayed(formula: str, number: str = "") -> str:
    """A formula on a line of its own, with the number of its equation at the margin."""
    tag = f'<span class="tag">({reference(number)})</span>' if number else ""
    return f'<div class="display"><math display="block">{mathml.display(formula)}</math>{tag}</div>'
