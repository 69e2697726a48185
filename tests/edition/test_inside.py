"""What Python does in the page, tried here: two copies of purenn, of which one is changed."""
from __future__ import annotations

import io
import json
import sys
import zipfile
from pathlib import Path
from typing import Iterator, List, Tuple

import pytest

from purenn.edition import inside, lab
from strokes import HANDS, hand

TRAIN = """from random import Random
from purenn import data
from purenn.network import Network

training_data, _, test_data = data.load("digits")
net = Network([64, 30, 10], Random(6))
net.SGD(training_data[:{limit}], {epochs}, 10, 3.0, test_data=test_data[:50])
"""


class Page:
    """What the page hears."""

    def __init__(self) -> None:
        self.heard: List[Tuple[str, str]] = []

    def hear(self, kind: str, content: str) -> None:
        self.heard.append((kind, content))

    def all(self, kind: str) -> str:
        """All of one kind since it was asked last."""
        text = "".join(content for one, content in self.heard if one == kind)
        self.heard = [(one, content) for one, content in self.heard if one != kind]
        return text


@pytest.fixture(scope="module")
def copies(tmp_path_factory: pytest.TempPathFactory) -> Tuple[Path, Path]:
    """The archive that a page unpacks, twice."""
    here, there = (tmp_path_factory.mktemp(name) for name in ("here", "there"))
    for folder in here, there:
        with zipfile.ZipFile(io.BytesIO(lab.purenn())) as archive:
            archive.extractall(folder)
    return here, there


@pytest.fixture
def page(copies: Tuple[Path, Path]) -> Iterator[Page]:
    page = Page()
    before, written = dict(sys.modules), sys.dont_write_bytecode
    inside.begin(page.hear, *copies)
    inside.original.modules = {}                # of that folder, not the one that is tested
    yield page
    for module in list(inside.spoilt):
        inside.change(module, {})
    sys.dont_write_bytecode = written
    assert {name: sys.modules[name] for name in before} == before


def lines_of(copies: Tuple[Path, Path], module: str, text: str) -> Tuple[str, str]:
    """The place of the one line that has this text, and the line."""
    lines = (copies[0] / "purenn" / f"{module}.py").read_text(encoding="utf-8").split("\n")
    (number, line), = [(k, line) for k, line in enumerate(lines, 1) if text in line]
    return f"{number}-{number}", line


@pytest.mark.slow
def test_a_cell_says_what_it_prints_and_draws_what_was_learnt(page: Page) -> None:
    inside.cell(TRAIN.format(limit=200, epochs=2))
    printed = page.all("out")
    assert printed.startswith("Epoch 0: ") and printed.count("\n") == 2
    curve, weights = [content for kind, content in page.heard if kind == "picture"]
    assert ">this run<" in curve and ">the run before<" not in curve and "for 4, against" in weights or weights
    assert page.all("network") == "" and ("picture", curve) in page.heard
    page.heard.clear()
    inside.cell(TRAIN.format(limit=200, epochs=2))
    assert ">the run before<" in page.heard[-3][1]
    inside.read(hand(*HANDS[1][0]), 0.08)
    answer = json.loads(page.all("read"))
    assert len(answer["picture"]) == 64 and len(answer["output"]) == 10


@pytest.mark.slow
def test_an_error_is_told_with_the_readers_lines_alone(page: Page) -> None:
    inside.cell("from purenn.matrix import matvec\nmatvec([[1.0]], [1.0, 2.0])")
    first, second, error = page.all("out").strip().split("\n")
    assert first == "in your code, line 2: matvec([[1.0]], [1.0, 2.0])"
    assert second.startswith("in matrix, line ")
    assert error == "ValueError: matvec: a 1 x 1 matrix takes a vector of length 1, not 2"
    inside.cell("from purenn import data\ndata.load('no such')")            # data is no page of the book
    assert len(page.all("out").strip().split("\n")) == 2
    inside.cell("print(1")
    assert page.all("out").splitlines()[::3] == ['  File "your code", line 1', "SyntaxError: '(' was never closed"]


def test_a_changed_module_is_the_one_that_runs_and_can_be_taken_back(page: Page, copies: Tuple[Path, Path]) -> None:
    place, line = lines_of(copies, "matrix", "return list(map(operator.add, x, y))")
    add = "from purenn.matrix import add\nprint(add([1.0], [2.0]))"
    inside.change("matrix", {place: line.replace("operator.add", "operator.sub")})
    inside.cell(add)
    assert page.all("out") == "[-1.0]\n"
    inside.change("matrix", {})
    inside.cell(add)
    assert page.all("out") == "[3.0]\n"


def test_examples_run_after_those_before_them(page: Page) -> None:
    text = ">>> matvec(W, [1.0, 1.0])\n[3.0]\n>>> shape(W)\n(2, 1)\n>>> 1 / 0\n"
    inside.example("matrix", ">>> W = [[1.0, 2.0]]\n", text)
    assert json.loads(page.all("transcript")) == [
        ["matvec(W, [1.0, 1.0])\n", "[3.0]\n", True], ["shape(W)\n", "(1, 2)\n", False],
        ["1 / 0\n", "Traceback (most recent call last):\nZeroDivisionError: division by zero\n", False]]


@pytest.mark.slow
def test_a_spoilt_line_is_named_whatever_else_is_changed(page: Page, copies: Tuple[Path, Path]) -> None:
    """σ′ is taken out of (BP2). A changed `matrix`, which the network uses, is not what it is compared with."""
    inside.verdict()
    assert page.all("verdict").endswith("verdict: right")
    place, line = lines_of(copies, "network", "# (BP2)")
    spoilt = line.replace("self.times_sigma_prime(l, self.carry_back(l + 1, delta), activations[l - 2])",
                          "self.carry_back(l + 1, delta)")
    assert spoilt != line
    inside.change("network", {place: spoilt})
    inside.verdict()
    assert page.all("verdict").endswith("verdict: bp2-no-sigma-prime")
    inside.change("network", {})
    place, line = lines_of(copies, "matrix", "return list(map(operator.add, x, y))")
    inside.change("matrix", {place: line.replace("operator.add", "operator.sub")})
    inside.verdict()
    assert "verdict: right" not in page.all("verdict")
    inside.change("network", {place: "x ="})
    inside.verdict()
    assert page.all("verdict").startswith("SyntaxError")


def test_what_is_written_for_an_exercise_is_judged(page: Page) -> None:
    inside.answer("softmax", "def softmax(z): return z")
    assert page.all("judgement") == "softmax([0.0]) is [0.0], expected [1.0]."
    inside.answer("softmax", "def softmax(z")
    assert page.all("judgement") == "It does not run yet." and "SyntaxError" in page.all("out")
