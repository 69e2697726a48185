"""A module as a page: rows of prose on the left and, on the right, the code that it speaks of.

A function with a docstring is a row; one without joins the row before it, for what is said there is said of both. Of
a class its head is a row and each documented method another. Every line of the module is somewhere on its page.
"""
from __future__ import annotations

import ast
import re
from html import escape
from typing import Dict, Generator, Iterator, List, NamedTuple, Optional, Sequence, Set, Tuple

from .code import Listing, by_line, transcript
from .examples import Examples, pieces
from .names import Module, Names, bound
from .prose import Prose, reference

Documented = (ast.FunctionDef, ast.ClassDef)


class Part(NamedTuple):
    """Lines that belong together: `doc` is said of them and stands in `doc_lines`; `name` is what they define."""

    first: int
    last: int
    name: str = ""
    doc: str = ""
    doc_lines: Tuple[int, int] = (0, -1)
    kind: str = ""              # "function", "method", "class", "constant", "imports", "heading"

    @property
    def joins(self) -> bool:
        """Whether it belongs to the row before it."""
        return self.kind in ("function", "method") and not self.doc


class Page(NamedTuple):
    """A page of the book: its file is NAME.html. `contents` are the entries of its own table of contents."""

    name: str
    title: str
    html: str
    contents: Sequence[Tuple[str, str]] = ()        # (anchor, text)
    kind: str = "module"


def parts(module: Module) -> Iterator[Part]:
    """The parts of a module after its docstring, in their order. Comments belong to what they stand before."""
    body = module.tree.body[1:]
    at = (module.tree.body[0].end_lineno or 0) + 1
    for node, following in zip(body, [*body[1:], None]):
        if is_text(node):
            continue
        heading = yield from headings(module, at, node.lineno - 1)
        doc, end = said_of(node, following), node.end_lineno or 0
        if isinstance(node, ast.ClassDef):
            yield from class_parts(module, node, heading)
        elif isinstance(node, ast.FunctionDef):
            yield Part(heading, end, node.name, ast.get_docstring(node) or "", doc_lines(node), "function")
        elif isinstance(node, (ast.Import, ast.ImportFrom)):
            yield Part(heading, end, kind="imports")
        else:
            lines = (following.lineno, following.end_lineno or 0) if doc and following else (0, -1)
            end = max(end, lines[1])
            yield Part(heading, end, (bound(node) or [""])[0], doc, lines, "constant")
        at = end + 1


def headings(module: Module, first: int, last: int) -> Generator[Part, None, int]:
    """The comments among these lines that a blank line follows: headings. Returns the line behind the last of them."""
    for number in range(first, last + 1):
        comment = re.fullmatch(r" *# (\S.*)", module.lines[number - 1])
        if comment and not module.lines[number].strip():
            yield Part(number, number, kind="heading", doc=comment[1])
            first = number + 1
    return first


def class_parts(module: Module, node: ast.ClassDef, at: int) -> Iterator[Part]:
    """The head of a class, and its methods."""
    methods = [child for child in node.body if isinstance(child, ast.FunctionDef)]
    head = node.body[:node.body.index(methods[0])] if methods else node.body
    end = max(child.end_lineno or 0 for child in head) if head else node.lineno
    yield Part(at, end, node.name, ast.get_docstring(node) or "", doc_lines(node), "class")
    for method in methods:
        start = yield from headings(module, end + 1, method.lineno - 1)
        end, doc = method.end_lineno or 0, ast.get_docstring(method) or ""
        yield Part(start, end, f"{node.name}.{method.name}", doc, doc_lines(method), "method")


def is_text(node: Optional[ast.stmt]) -> bool:
    """Whether a statement is a text alone."""
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str)


def said_of(node: ast.stmt, following: Optional[ast.stmt]) -> str:
    """The text behind a constant, which is its docstring."""
    if is_text(following) and isinstance(node, (ast.Assign, ast.AnnAssign)):
        return ast.get_docstring(ast.Module([following], [])) or ""             # type: ignore[list-item]
    return ""


def doc_lines(node: "ast.FunctionDef | ast.ClassDef") -> Tuple[int, int]:
    """The first and the last line of a docstring."""
    first = node.body[0]
    return (first.lineno, first.end_lineno or 0) if is_text(first) else (0, -1)


class Setter:
    """Sets one module. `shown` are the lines that are on the page."""

    def __init__(self, names: Names, name: str, figures: Dict[str, str]) -> None:
        self.module = names.modules[name]
        self.prose = Prose(names, name)
        self.listing = Listing(self.module, names.links(name), self.prose.line,
                               lambda numbers: "(" + ", ".join(map(reference, numbers[1:-1].split(", "))) + ")")
        self.figures = figures
        self.shown: Set[int] = set()

    def page(self) -> Page:
        """The whole page; ValueError if a line of the module is not on it."""
        rows = [self.opening(), *self.rows()]
        missing = [number for number, line in enumerate(self.module.lines, 1)
                   if line.strip() and number not in self.shown]
        if missing:
            raise ValueError(f"{self.module.name}.py: line {missing[0]} is not on its page")
        contents = [(name, name) for name, node in self.module.defined.items()
                    if isinstance(node, Documented) and not name.split(".")[-1].startswith("_")]
        return Page(self.module.name, self.module.title, "".join(rows), contents)

    def opening(self) -> str:
        """The module's docstring: its first paragraph is the page's title, the rest runs over the page."""
        first = self.module.tree.body[0]
        self.show(first.lineno, first.end_lineno or 0)
        doc = (ast.get_docstring(self.module.tree) or "").split("\n\n", 1)
        figure = self.figures.get("", "")
        side = f'<div class="side">{figure}</div>' if figure else ""
        return f'<section class="row opening"><div class="prose">{self.said("".join(doc[1:]))}</div>{side}</section>'

    def rows(self) -> Iterator[str]:
        """A row for each part that something is said of, with the parts that join it."""
        waiting: List[Part] = []
        for part in parts(self.module):
            imports = waiting and waiting[-1].kind == part.kind == "imports"
            plain = waiting and waiting[-1].kind == part.kind == "constant" and not part.doc and not waiting[-1].doc
            if waiting and not (part.joins or imports or plain):
                yield self.row(waiting)
                waiting = []
            if part.kind == "heading":
                self.show(part.first, part.last)
                yield f"<h2>{self.prose.line(part.doc)}</h2>"
            else:
                waiting.append(part)
        if waiting:
            yield self.row(waiting)

    def row(self, group: List[Part]) -> str:
        """What is said of some parts, beside their lines."""
        self.show(group[0].first, group[-1].last)
        head = group[0]
        without = {number for part in group for number in range(part.doc_lines[0], part.doc_lines[1] + 1)}
        numbers = by_line(self.module, head.first, group[-1].last, without)
        title = self.heading(head) if head.kind in ("function", "method", "class") else ""
        code = self.editable(numbers, head.name if title else "")
        if head.kind == "imports":
            code = f"<details><summary>imports</summary>{code}</details>"
        anchor = f' id="{head.name}"' if title else ""
        figures = "".join(self.figures.get(part.name, "") for part in group if part.name)
        return (f'<section class="row {head.kind}"{anchor}><div class="prose">{title}'
                f'{self.said(head.doc)}</div><div class="side">{code}{figures}</div></section>')

    def editable(self, numbers: List[int], titled: str) -> str:
        """The lines, as a reader may change them. All that they define has an anchor there, but what the row has."""
        anchors: Dict[int, List[str]] = {}
        for name, node in self.module.defined.items():
            if name != titled:
                anchors.setdefault(node.lineno, []).append(name)                # type: ignore[attr-defined]
        return (f'<div class="lines" data-module="{self.module.name}" data-lines="{numbers[0]}-{numbers[-1]}">'
                f"{self.listing.lines(numbers, anchors)}</div>")

    def heading(self, part: Part) -> str:
        owner, _, short = part.name.rpartition(".")
        title = f"class {part.name}" if part.kind == "class" else short
        return f'<h3><a href="{self.module.name}.html#{part.name}">{escape(title)}</a></h3>'

    def said(self, doc: str) -> str:
        """A docstring: prose, and examples to be run."""
        out = []
        for k, piece in enumerate(pieces(doc)):
            if isinstance(piece, Examples):
                out.append(example(piece, self.module.name))
            else:
                out.append(self.prose.documented(piece) if k == 0 else self.prose.set(piece))
        return "".join(out)

    def show(self, first: int, last: int) -> None:
        self.shown |= set(range(first, last + 1))


def example(text: str, module: str) -> str:
    """Examples that a reader may change and run, within a module."""
    return f'<div class="example" data-module="{module}"><pre>{transcript(text)}</pre></div>'
