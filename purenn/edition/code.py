"""Lines of a module, coloured and linked; each wraps below its own indentation, so that a telephone has room for it."""
from __future__ import annotations

import re
from html import escape
from typing import Callable, Dict, Iterator, List, Mapping, Sequence, Tuple

from .names import Module, Target

CLASSES = {"Token.Comment": "c", "Token.Literal.String": "s", "Token.Literal.Number": "n", "Token.Keyword": "k",
           "Token.Operator.Word": "k", "Token.Name.Decorator": "k", "Token.Generic.Prompt": "p",
           "Token.Generic.Output": "o", "Token.Generic.Traceback": "o"}
"""What is coloured. In a book of linear algebra names and operators are the text itself."""

EQUATION = r"\((?:BP\d|\d+)(?:, \d+)*\)"
Pieces = List[Tuple[str, str]]


def tokens(source: str) -> List[Pieces]:
    """The lines of a source, each as pieces of text with their classes."""
    from pygments.lexers import PythonLexer
    lines: List[Pieces] = [[]]
    for kind, value in PythonLexer(stripnl=False, ensurenl=False).get_tokens(source):
        css = class_of(kind)
        first, *more = value.split("\n")
        lines[-1] += [(css, first)] * bool(first)
        lines += [[(css, part)] if part else [] for part in more]
    return lines


def class_of(kind: object) -> str:
    """The CSS class of a kind of token; none for plain text."""
    return next((css for token, css in CLASSES.items() if str(kind).startswith(token)), "")


def coloured(source: str) -> str:
    """Code without links."""
    return "\n".join("".join(span(css, escape(text)) for css, text in line) for line in tokens(source))


def span(css: str, html: str) -> str:
    return f'<span class="{css}">{html}</span>' if css else html


def transcript(text: str) -> str:
    """Examples with their prompts and outputs."""
    from pygments.lexers import PythonConsoleLexer
    return "".join(span(class_of(kind), escape(value))
                   for kind, value in PythonConsoleLexer(stripnl=False).get_tokens(text)).rstrip("\n")


class Listing:
    """The code of a module. `remark` sets a comment that has a line of its own, `reference` an equation's number."""

    def __init__(self, module: Module, links: Mapping[Tuple[int, int], Target], remark: Callable[[str], str],
                 reference: Callable[[str], str]) -> None:
        self.module, self.remark, self.reference = module, remark, reference
        self.tokens = tokens(module.source)
        self.links = {(line, len(module.lines[line - 1].encode()[:column].decode())): target
                      for (line, column), target in links.items()}

    def lines(self, numbers: Sequence[int], anchors: Mapping[int, Sequence[str]] = {}) -> str:
        """These lines; before a line the anchors of the names that it defines."""
        out = []
        for number in numbers:
            text = self.module.lines[number - 1]
            indent = len(text) - len(text.lstrip())
            marks = "".join(f'<a id="{name}"></a>' for name in anchors.get(number, ()))
            comment = re.fullmatch(r" *# (.*)", text)
            inner = (f'<span class="r">{self.remark(comment[1])}</span>' if comment
                     else "".join(self.line(number, indent)))
            style = f' style="--i:{indent}"' if indent else ""
            source = f' data-source="{escape(text)}"' if comment else ""        # with which a reader's change begins
            out.append(f'<span class="l"{style}{source} data-n="{number}">{" " * indent}{marks}{inner}</span>')
        return f'<pre class="code">{"".join(out)}</pre>'

    def line(self, number: int, column: int) -> Iterator[str]:
        """The pieces of a line from this column on. The gap before a comment may shrink."""
        at = 0
        pieces = self.tokens[number - 1]
        for (css, text), following in zip(pieces, [*pieces[1:], ("", "")]):
            at += len(text)
            text = text[max(0, column - at + len(text)):]
            target = self.links.get((number, at - len(text))) if not css else None
            if target and text.isidentifier():
                yield f'<a href="{escape(target.href)}" title="{escape(target.tip)}">{escape(text)}</a>'
            elif css == "c":
                yield span(css, re.sub(EQUATION, lambda found: self.reference(found[0]), escape(text)))
            elif text:
                yield span("gap" if text.isspace() and following[0] == "c" else css, escape(text))


def by_line(module: Module, first: int, last: int, without: "set[int]") -> List[int]:
    """The numbers of the lines from first to last, without these, and without blank lines at both ends."""
    numbers = [number for number in range(first, last + 1) if number not in without]
    filled = [k for k, number in enumerate(numbers) if module.lines[number - 1].strip()]
    return numbers[filled[0]:filled[-1] + 1] if filled else []
