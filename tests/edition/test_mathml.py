"""Formulas: what is one in running text, and how it is set. The list of all of them is a file to be looked at."""
from __future__ import annotations

import ast
import re
import sys
from html import unescape
from pathlib import Path
from typing import Dict, Iterator, List, Tuple
from xml.etree import ElementTree

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parent.parent.parent))      # a script finds what lies beside it only

from purenn.edition import mathml
from purenn.edition.book import MODULES
from purenn.edition.equations import EQUATIONS
from purenn.edition.examples import Examples, pieces

CLONE = Path(__file__).resolve().parent.parent.parent
GOLDEN = Path(__file__).parent / "formulas.txt"


def plain(node: str) -> str:
    """MathML written in a line: ^{} above, _{} below, (/) a fraction that is built up."""
    def written(element: ElementTree.Element) -> str:
        inside = [written(child) for child in element]
        if element.tag in ("msup", "msub", "munder"):
            return f"{inside[0]}{'^' if element.tag == 'msup' else '_'}{{{inside[1]}}}"
        if element.tag == "msubsup":
            return f"{inside[0]}_{{{inside[1]}}}^{{{inside[2]}}}"
        if element.tag == "mfrac":
            return f"({inside[0]}/{inside[1]})"
        if element.tag == "msqrt":
            return f"√({''.join(inside)})"
        return (element.text or "") + "".join(inside)
    return written(ElementTree.fromstring(f"<math>{node}</math>"))


@pytest.mark.parametrize("source, shown", [
    ("σ(z) = 1 / (1 + e⁻ᶻ)", "σ(z)=(1/1+e^{−z})"),                             # a fraction needs no parentheses
    ("δᴸ = ∂C/∂zᴸ", "δ^{L}=(∂C/∂z^{L})"),
    ("δᴸ = ∇ₐC ⊙ σ′(zᴸ)", "δ^{L}=∇_{a}C⊙σ^{′}(z^{L})"),
    ("Wᵀ·v", "W^{T}·v"),
    ("2^(64·j)", "2^{64·j}"),                                                   # nor does an exponent
    ("Σⱼ qⱼ·2^(64·j)", "∑_{j}q_{j}·2^{64·j}"),
    ("½·‖y - a‖²", "½·‖y−a‖^{2}"),
    ("-Σⱼ (yⱼ·ln aⱼ + (1 - yⱼ)·ln(1 - aⱼ))", "−∑_{j}(y_{j}·lna_{j}+(1−y_{j})·ln(1−a_{j}))"),
    ("w → (1 - ηλ/n)·w - (η/m)·Σ ∂C/∂w", "w→(1−(η⁢λ/n))·w−((η/m))·∑(∂C/∂w)"),
    ("aⱼˡ = σ(Σₖ wⱼₖˡ·aₖ + bⱼˡ)", "a_{j}^{l}=σ(∑_{k}w_{jk}^{l}·a_{k}+b_{j}^{l})"),
    ("0 <= dropout < 1", "0≤dropout<1"),
    ("y / a", "(y/a)"),
    ("3 x 2", "3×2"),
    ("a → mask ⊙ a", "a→mask⊙a"),
    ("x[0]·y[0] + x[1]·y[1] + ...", "x[0]·y[0]+x[1]·y[1]+..."),
    ("|q| <= 2⁵⁰", "|q|≤2^{50}"),
    ("±2⁶³", "±2^{63}"),
    ("n_in x n_out", "n_{in}×n_{out}"),
    ("2 / √(1 - x)", "(2/√(1−x))"),
    ("65,535·a", "65,535·a"),
])
def test_what_is_written_is_what_is_set(source: str, shown: str) -> None:
    assert plain(mathml.display(source)) == shown


@pytest.mark.parametrize("text, formulas", [
    ("the error δ of a layer", ["δ"]),
    ("a layer of 30 neurons, and a bias", []),                                  # an article
    ("the activation a of a neuron", ["a"]),                                    # and a variable
    ("a grows by σ′(z), and so does C.", ["a", "σ′(z)", "C"]),
    ("written in C, or in Rust", []),
    ("I have 5 - or 6 - of them", []),
    ("Epoch 0: 125 / 297", []),
    ("row j, column k", ["j", "k"]),
    ("see README.md and mini-batches", []),
    ("each w·a is a product, w·a + b: a sum", ["w·a", "w·a + b"]),
    ("so that x, y and z are read", ["x", "y", "z"]),
    ("-y·ln a, where a counts", ["-y·ln a", "a"]),
])
def test_words_stay_words(text: str, formulas: List[str]) -> None:
    assert [text[at:one.end] for at, one in mathml.found(text)] == formulas


def test_a_mark_stays_with_its_formula() -> None:
    """A line may break within a long formula, at its relations and signs; never before a colon."""
    assert mathml.inline("here: δ = a - y.").endswith("</math>.</span>")
    long = mathml.inline("w → (1 - ηλ/n)·w - (η/m)·Σ ∂C/∂w, so")
    assert long.count("<math>") == 3 and "</math>,</span> so" in long


def test_what_is_no_formula_says_where() -> None:
    with pytest.raises(ValueError, match="not a formula: ' and', in 'δ and'"):
        mathml.display("δ and")


def test_every_equation_of_the_book_is_set() -> None:
    for number, (text, _) in EQUATIONS.items():
        assert plain(mathml.display(text)), number


# All formulas of the docstrings

def paragraphs() -> Iterator[Tuple[str, str]]:
    """(module, prose) of every docstring, without code and examples."""
    for name in MODULES:
        tree = ast.parse((CLONE / "purenn" / f"{name}.py").read_text(encoding="utf-8"))
        for node in ast.walk(tree):
            doc = (ast.get_docstring(node) if isinstance(node, (ast.Module, ast.FunctionDef, ast.ClassDef)) else
                   node.value.value if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) else None)
            for piece in pieces(doc) if isinstance(doc, str) else []:
                if not isinstance(piece, Examples):
                    for part in re.split(r"\n\s*\n|\n(?=    )|(?<=\S)   +", re.sub(r"`[^`]*`|http\S+", "`", piece)):
                        yield name, " ".join(part.split())


def formulas() -> Dict[str, str]:
    """Every formula as it is written, and as it is set."""
    return {text[at:one.end]: plain("".join(one.pieces)) for _, text in paragraphs() for at, one in mathml.found(text)}


def listed() -> str:
    """The list as the file has it."""
    return "".join(f"{source}\n    {shown}\n" for source, shown in sorted(formulas().items()))


@pytest.mark.slow
def test_the_list_of_all_formulas_is_as_it_was_looked_at() -> None:
    """A new docstring brings a new formula. Look at it, and write the list: `python tests/edition/test_mathml.py`."""
    assert listed() == GOLDEN.read_text(encoding="utf-8")


@pytest.mark.slow
def test_no_sign_of_mathematics_is_left_unset() -> None:
    strong = re.compile(rf"[α-ωΓ-Ω∂∇′·⊙⊗‖½¼√≤≥≈→←^{mathml.UP}{mathml.DOWN}]")
    for module, text in paragraphs():
        left = text
        for at, one in mathml.found(text):
            left = left[:at] + " " * (one.end - at) + left[one.end:]
        left = re.sub(r" [⊙⊗·] (?=[a-z]{2})", " ", left)        # "where ⊙ multiplies"
        assert not strong.search(left), f"{module}: {left}"


@pytest.mark.slow
def test_all_of_it_is_well_formed() -> None:
    for _, text in paragraphs():
        html = re.sub(r"&#x2062;", "⁢", mathml.inline(text))
        ElementTree.fromstring(f"<p>{html.replace('&quot;', '').replace('&#x27;', '')}</p>")
        assert "<math" not in unescape(re.sub(r"<math>.*?</math>", "", html))


if __name__ == "__main__":
    GOLDEN.write_text(listed(), encoding="utf-8")
