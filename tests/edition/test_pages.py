"""The book as text: every line of every module, links that lead somewhere, and what is refused."""
from __future__ import annotations

import re
import sys
from html import unescape
from html.parser import HTMLParser
from pathlib import Path
from types import ModuleType
from typing import Any, Dict, List, Tuple

import pytest

from commands import here
from purenn.edition import __main__ as command, book as pages, examples, names
from reader import need_the_extra, whole_book

@pytest.fixture
def book() -> Any:
    return whole_book()


VOID = {"meta", "link", "input", "br", "img", "hr"}


class Shape(HTMLParser):
    """Whether all tags are closed in their order, and what the lines of a <pre class="code"> begin with when a reader
    changes them: what they show, or their `data-source`."""

    def __init__(self) -> None:
        super().__init__()
        self.open: List[str] = []
        self.code: Dict[int, str] = {}
        self.source: Dict[int, str] = {}
        self.number = 0

    def handle_starttag(self, tag: str, attrs: List[Tuple[str, "str | None"]]) -> None:
        if tag not in VOID:
            self.open.append(tag)
        if dict(attrs).get("data-n"):
            self.number = int(dict(attrs)["data-n"] or 0)
            if source := dict(attrs).get("data-source"):
                self.source[self.number] = source

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag
        if tag == "pre":
            self.number = 0

    def handle_data(self, data: str) -> None:
        if self.number:
            self.code[self.number] = self.code.get(self.number, "") + data


def shape(html: str) -> Shape:
    found = Shape()
    found.feed(html)
    assert not found.open
    return found


@pytest.mark.slow
def test_every_page_is_well_formed_and_small(book: Any) -> None:
    for name, text in book.files(True):
        shape(text)
        assert f'<html lang="en" data-edition="{book.digest}">' in text       # by which a reader's changes are kept
        assert len(text.encode()) < 150_000, name
        assert not re.search(r'(?:src|href)="(?!https?:|[\w-]+\.(?:html|css|js)|#)', text), name
        assert not re.search(r'<(?:script|link|img|iframe)[^>]*(?:src|href)="https?:', text), name


@pytest.mark.slow
@pytest.mark.parametrize("name", pages.MODULES)
def test_every_line_of_a_module_is_on_its_page_as_it_is_written(book: Any, name: str) -> None:
    """Code, letter by letter; docstrings are the prose beside it. A comment on a line of its own is shown as prose, and
    is itself again when the line is changed."""
    lines, found = book.names.modules[name].lines, shape(book.pages[name].html)
    for number, text in {**found.code, **found.source}.items():
        assert text == lines[number - 1], f"{name}:{number}"


@pytest.mark.slow
def test_names_lead_to_their_definitions(book: Any) -> None:
    network = book.pages["network"].html
    assert re.search(r'<a href="matrix.html#matvec" title="[^"]+">matvec</a>', network)
    assert re.search(r'<a href="network.html#Network.propagate" title="[^"]+">propagate</a>', network)
    assert '<a class="eq" href="http://neuralnetworksanddeeplearning.com/chap2.html#eqtnBP1" data-eq="BP1"' in network
    network2 = book.pages["network2"].html
    assert 'href="initializers.html#large"' in network2


@pytest.mark.slow
def test_an_equation_is_shown_on_each_page_that_names_it(book: Any) -> None:
    for name, text in book.files(False):
        assert set(re.findall(r'data-eq="(\w+)"', text)) == set(re.findall(r'data-card="(\w+)"', text)), name


@pytest.mark.slow
def test_one_file_holds_all_of_it(book: Any) -> None:
    text = book.alone("/* style */", "/* script */", "")
    shape(text)
    anchors = set(re.findall(r'\bid="([^"]+)"', text))
    assert set(pages.ORDER) <= anchors
    links = {unescape(link) for link in re.findall(r'href="(?!http)([^"]*)"', text)}
    assert all(link.startswith("#") and link[1:] in anchors for link in links)
    assert text.count("<style>") == 1 and "book.css" not in text and "book.js" not in text


@pytest.mark.slow
def test_forty_lines_are_the_network_to_the_last_bit(book: Any) -> None:
    """Of code: what is blank is not counted."""
    from random import Random

    from purenn import data
    from purenn.network import Network
    text = (Path(pages.__file__).parent / "text" / "forty-lines.md").read_text(encoding="utf-8")
    code = text.split("```run\n")[1].split("```")[0]
    assert sum(bool(line.strip()) for line in code.split("\n")) <= 44     # imports and the loop over epochs, too
    ours: Dict[str, Any] = {}
    assert examples.outcome(code, ours) == "Epoch 0: 125 / 297\nEpoch 1: 183 / 297\nEpoch 2: 213 / 297\n"
    net = Network([64, 30, 10], Random(6))
    net.SGD(data.load("digits")[0], 3, 10, 3.0)
    assert (ours["net"].weights, ours["net"].biases) == (net.weights, net.biases)


@pytest.mark.slow
def test_the_walk_is_the_traces(book: Any) -> None:
    """The cost of the 2-2-1 network, and ∂C/∂w³₁₁ = 0.593269992·0.138498562."""
    html = book.pages["backpropagation"].html
    assert '<output data-v="C">0.2748</output>' in html and '<output data-v="g311">0.08217</output>' in html
    assert '<output data-v="d21">0.01337</output>' in html      # 0.40·0.138498562·0.593269992·0.406730008


# What the build refuses

def test_an_example_that_does_not_come_out(monkeypatch: pytest.MonkeyPatch) -> None:
    module = ModuleType("purenn.spoilt")
    module.__doc__ = ">>> 1 + 1\n3\n"
    monkeypatch.setitem(sys.modules, "purenn.spoilt", module)
    with pytest.raises(ValueError, match="spoilt: an example does not come out"):
        examples.check_module("spoilt")


@pytest.mark.slow
@pytest.mark.parametrize("html, complaint", [
    ('<a href="matrix.html#matvek">', "network.html: the link to matrix.html#matvek leads nowhere"),
    ('<a href="matrices.html">', "network.html: the link to matrices.html# leads nowhere"),
    ('<i id="a"></i><i id="a"></i>', "network.html: the anchor a is there twice")])
def test_a_link_that_leads_nowhere(book: Any, html: str, complaint: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(book.pages, "network", book.pages["network"]._replace(html=html))
    with pytest.raises(ValueError, match=re.escape(complaint)):
        book.check_links()


@pytest.mark.slow
def test_a_line_that_is_not_on_the_page(monkeypatch: pytest.MonkeyPatch) -> None:
    need_the_extra()
    from purenn.edition import modules
    every = list(modules.parts(names.Module("schedules")))
    monkeypatch.setattr(modules, "parts", lambda module: iter(every[:-1]))
    with pytest.raises(ValueError, match=r"schedules.py: line \d+ is not on its page"):
        modules.Setter(names.Names(["schedules"]), "schedules", {}).page()


def test_an_equation_that_is_not_there_to_be_shown() -> None:
    from purenn.edition.prose import references
    with pytest.raises(ValueError, match=r"equation \(64\) is named"):
        references("see equation 64")
    assert references("a list of (64) and (1)") == "a list of (64) and (1)"


# The command

@pytest.fixture
def quick(book: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """The book that is made already."""
    monkeypatch.setattr(command, "Book", lambda: book)


@pytest.mark.slow
def test_a_folder_of_pages(quick: None, tmp_path: Path) -> None:
    result = here("purenn.edition", tmp_path / "book")
    assert result.returncode == 0 and result.stdout.startswith(f"{tmp_path / 'book' / 'index.html'}: ")
    written = {path.name for path in (tmp_path / "book").iterdir()}
    assert written == {*(f"{name}.html" for name in pages.ORDER), "book.css", "book.js"}
    (tmp_path / "book" / "old.html").write_text((tmp_path / "book" / "names.html").read_text(encoding="utf-8"),
                                                encoding="utf-8")
    (tmp_path / "book" / "mine.html").write_text("my own", encoding="utf-8")
    assert here("purenn.edition", tmp_path / "book").returncode == 0
    assert {path.name for path in (tmp_path / "book").iterdir()} == {*written, "mine.html"}     # a page that is no more


@pytest.mark.slow
@pytest.mark.parametrize("out, file", [("purenn.html", "purenn.html"), ("book", "book/index.html")])
def test_alone(quick: None, tmp_path: Path, out: str, file: str) -> None:
    for _ in range(2):
        assert here("purenn.edition", tmp_path / out, "--alone").returncode == 0
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == [tmp_path / file]


@pytest.mark.slow
def test_nothing_is_lost(quick: None, tmp_path: Path) -> None:
    (tmp_path / "index.html").write_text("mine", encoding="utf-8")
    for arguments in [tmp_path], [tmp_path, "--alone"], [tmp_path / "index.html", "--alone"], [tmp_path / "index.html"]:
        result = here("purenn.edition", *arguments)
        assert result.returncode == 2 and result.stderr.count("\n") == 1, result.stderr
        assert "purenn.edition: error: " in result.stderr
    assert (tmp_path / "index.html").read_text(encoding="utf-8") == "mine"
    (tmp_path / "index.html").rename(tmp_path / "letter.txt")
    result = here("purenn.edition", tmp_path)
    assert result.returncode == 2 and "something else is there" in result.stderr


def test_python_that_is_not_there(tmp_path: Path) -> None:
    need_the_extra()
    result = here("purenn.edition", tmp_path / "book", "--python", tmp_path / "none")
    assert result.returncode == 2 and f"{tmp_path / 'none'}: no such folder, expected Pyodide's" in result.stderr
    (tmp_path / "none").mkdir()
    result = here("purenn.edition", tmp_path / "book", "--python", tmp_path / "none")
    assert result.returncode == 2 and "pyodide.js: No such file or directory" in result.stderr
    assert not (tmp_path / "book").exists()


def test_without_the_extra_one_line_says_what_to_install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(command, "find_spec", lambda name: None)
    result = here("purenn.edition", tmp_path / "book")
    assert result.returncode == 2
    assert result.stderr == ("purenn.edition: error: markdown-it-py is not installed, which sets the pages: "
                             "pip install markdown-it-py Pygments\n")
