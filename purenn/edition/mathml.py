"""Formulas as the docstrings write them, in Unicode, set as MathML.

>>> inline("the error δ of a layer of 30 neurons")
'the error <math><mi>δ</mi></math> of a layer of 30 neurons'
>>> display("y / a")
'<mfrac><mi>y</mi><mi>a</mi></mfrac>'

A formula begins where something can be read as one, and ends where that stops. It is set if it holds a sign that
only mathematics has, or is a single letter that is no word. All others are words, and stay as they are.
"""
from __future__ import annotations

import re
from html import escape
from typing import Callable, Iterator, List, NamedTuple, Optional, Tuple, TypeVar, Union

RAISED = dict(zip("⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻ⁿⁱʲᵏˡᴸᵀᶻᵘᵐ", "0123456789+−nijklLTzum"))
LOWERED = dict(zip("₀₁₂₃₄₅₆₇₈₉₊₋ₐₑₕᵢⱼₖₗₘₙₚₛₜᵤᵥₓ", "0123456789+−aehijklmnpstuvx"))
UP, DOWN = "".join(RAISED), "".join(LOWERED)

STRONG = re.compile(rf"[α-ωΓ-Ω∂∇′·⊙⊗‖½¼√∞{UP}{DOWN}=→←≤≥≈^]|\w [+-] \w|\w / [a-z(]| [<>]=? "
                    r"|\b[\dmn] [x×] [\dmn]\b|\bn_|(?<![\w.])[A-Za-z]\(\w")
"""What words do not have."""

VARIABLE = re.compile(r"(?<!\bin )(?<!\b[Iiou][fnr] )[B-HJ-Zb-z](?!\.\w)(?!\d)")
"""A letter that stands for something by itself. "a" does where what follows says so, "A" and "I" never ..."""

VARIABLE_A = re.compile(r"a(?= (?:of|is|and|or|from|are|that|when|can|in|to|at|be|for|with|but|as|by)\b"
                        r"| (?:alone|grows|counts)\b|[.,;:)?]|$)")
"""... as in "the activation a of a neuron"."""

FUNCTIONS = ("exp", "ln", "max", "min", "tanh", "sin", "cos", "softmax", "log")
WORD = re.compile(r"""[a-z_]{2,}(?=[ ](?:<=?|≤)[ ]\d)
                  | (?:(?<=[·/])|(?<=[→⊙][ ])|(?<=[/^]\()|(?<=[λμη][ ]=[ ])|(?<=\w[ ]\+[ ]))
                    [a-z_]{2,}(?=[·)/,.;:-]|$|[ ][-+⊙]|[ ]in\b|(?<=lmbda)|(?<=mu))""", re.VERBOSE)
"""A word in a formula: 0 <= dropout < 1, mask ⊙ a, 2^(width·j), λ = lmbda."""

NUMBER = re.compile(r"\d{1,3}(?:,\d{3})+(?![\d,]*\w)|\d+\.\d+(?!\.?\d)|\d+(?![\d\w.]*[A-Za-z_])|\d(?=[a-z]\b)")
RELATION = re.compile(r" (<=|>=|\+=|[=<>≤≥≈→←≠]) ")
SIGN = re.compile(r" ([+−-]) ")
TIMES = re.compile(r"([·⊗×]| ?⊙ ?| [x×] (?=[\dmn]\b|n_))")
SPELT = {"-": "−", "<=": "≤", ">=": "≥", "x": "×", "Σ": "∑"}

START = re.compile(r"(?<![\w.’'/-])(?:[-−±](?=[^\s-]))?[\w(\[‖|∂∇Σ½¼∞√]")
LONG = 24
"""A formula of more signs may break at its relations and signs, for it may not fit on a line."""


T = TypeVar("T")


class NotAFormula(Exception):
    """What stands there cannot be read as one."""


class Formula(NamedTuple):
    """Where a formula ends in its text, and what it is in MathML; `pieces` may stand on lines of their own."""

    end: int
    pieces: List[str]


def leaf(tag: str, content: str) -> str:
    """<mi> is a name, <mn> a number, <mo> an operator."""
    content = SPELT.get(content, content) if tag == "mo" else content
    return f"<{tag}>{escape(content, quote=False)}</{tag}>"


def row(*parts: str) -> str:
    """Parts that belong together."""
    return parts[0] if len(parts) == 1 else f"<mrow>{''.join(parts)}</mrow>"


class Reader:
    """Reads one formula from `text`; `at` is how far it has come. Fractions are built up, or keep their slash."""

    def __init__(self, text: str, at: int, built_up: bool) -> None:
        self.text, self.at, self.built_up = text, at, built_up

    def take(self, pattern: Union[str, "re.Pattern[str]"]) -> Optional["re.Match[str]"]:
        """What the pattern finds here, and go on behind it."""
        match = re.compile(pattern).match(self.text, self.at)
        if match:
            self.at = match.end()
        return match

    def attempt(self, part: Callable[[], T]) -> Optional[T]:
        """The part; None, and nothing read, if there is none."""
        before = self.at
        try:
            return part()
        except NotAFormula:
            self.at = before
            return None

    def chain(self, part: Callable[[], str], operator: "re.Pattern[str]") -> List[str]:
        """Parts with operators between them: part, operator, part ..."""
        parts = [part()]
        while True:
            before, found = self.at, self.take(operator)
            following = self.attempt(part) if found else None
            if not found or following is None:
                self.at = before
                return parts
            parts += [leaf("mo", found[1].strip()), following]

    def pieces(self) -> List[str]:
        """The whole formula, in pieces that begin with a relation or a sign."""
        pieces, relation = [], ""
        while True:
            first, *more = self.terms()
            pieces += [relation + first, *map("".join, zip(more[::2], more[1::2]))]
            before, found = self.at, self.take(RELATION)
            if not found or self.attempt(self.terms) is None:
                self.at = before
                return pieces
            self.at, relation = found.end(), leaf("mo", found[1])

    def relation(self) -> str:
        return row(*self.chain(self.sum, RELATION))

    def sum(self) -> str:
        return row(*self.terms())

    def terms(self) -> List[str]:
        """The terms of a sum, each after the first behind its sign."""
        minus = self.take("[-−±](?=[^ -])")
        first, *more = self.chain(self.product, SIGN)
        return [row(leaf("mo", minus[0]), first) if minus else first, *more]

    def product(self) -> str:
        return row(*self.chain(self.fraction, TIMES))

    def fraction(self) -> str:
        above, before = self.power(), self.at
        while self.take(" ?/ ?(?=[^ ])"):
            below = self.attempt(self.power)
            if below is None:
                break
            above = (f"<mfrac>{bare(above)}{bare(below)}</mfrac>" if self.built_up
                     else row(above, "<mo lspace='0' rspace='0'>/</mo>", below))
            before = self.at
        self.at = before
        return above

    def power(self) -> str:
        """An atom with its primes, indices and exponents, and what it is applied to."""
        start = self.at
        node = self.atom()
        while True:
            if primes := self.take("′+"):
                node = f"<msup>{node}<mo lspace='0' rspace='0'>{primes[0]}</mo></msup>"
            raised, lowered = self.take(f"[{UP}]+"), self.take(f"[{DOWN}]+")
            raised = raised or self.take(f"[{UP}]+")
            if lowered and raised:
                node = f"<msubsup>{node}{script(lowered[0], LOWERED)}{script(raised[0], RAISED)}</msubsup>"
            elif lowered:
                node = f"<msub>{node}{script(lowered[0], LOWERED)}</msub>"
            elif raised:
                node = f"<msup>{node}{script(raised[0], RAISED)}</msup>"
            elif self.take(r"\^(?=[(\w])"):
                node = f"<msup>{node}{bare(self.atom())}</msup>"
            elif not primes:
                return self.applied(node, self.text[start:self.at])

    def applied(self, node: str, source: str) -> str:
        """σ(z), x[k]; and products without a sign, of Greek letters and numbers: ηλ, λ/2n."""
        last = self.text[self.at - 1]
        if re.match(r"[α-ωa-z](?![\w'’])|[α-ω]", self.text[self.at:]) and re.search(r"(?<!\w)\d$|[α-ω]$", source):
            return row(node, "<mo>&#x2062;</mo>", self.power())
        parts = [node]
        while self.text[self.at:self.at + 1] in ("(", "[") and not last.isdigit():
            inner = self.attempt(self.atom)
            if inner is None:
                break
            parts.append(inner)
        return row(*parts)

    def atom(self) -> str:
        if number := self.take(NUMBER):
            return leaf("mn", number[0])
        if self.take("Σ"):
            return self.total()
        if self.take("√(?=\\S)"):
            return f"<msqrt>{bare(self.power())}</msqrt>"
        if nabla := self.take(f"∇([{DOWN}]?)(?=\\S)"):
            by = f"<msub>{leaf('mo', '∇')}{script(nabla[1], LOWERED)}</msub>" if nabla[1] else leaf("mo", "∇")
            return row(by, self.power())
        if self.take("∂"):
            return row("<mi>∂</mi>", self.power())
        if function := self.take(rf"(?:{'|'.join(FUNCTIONS)})(?=[ (′²|])"):
            argument = self.power() if self.take(r"(?<=ln|og) (?=[\wα-ω(])|(?=\|)") else ""
            return row(leaf("mi", function[0]), *["<mspace width='.17em'/>", argument] * bool(argument))
        if size := self.take(r"n_(in|out)\b"):
            return f"<msub><mi>n</mi><mi>{size[1]}</mi></msub>"
        if letter := self.take(r"[A-Za-z](?![A-Za-z_'’]|-[a-z])|[α-ωΓ-Ω∞½¼]|\.\.\.|…"):
            return leaf("mn" if letter[0] in "½¼" else "mi", letter[0])
        if named := self.take(r"(?<=·)\((?:row|column) \w\)"):
            return leaf("mtext", named[0])
        if word := self.take(WORD):
            return leaf("mi", word[0])
        return self.bracketed()

    def total(self) -> str:
        """Σ, over what, of what."""
        index = self.take(f"[{DOWN}]+")
        sign = leaf("mo", "Σ")
        if index:
            under = "munder" if self.built_up else "msub"
            sign = f"<{under}>{sign}{script(index[0], LOWERED)}</{under}>"
        self.take(" (?=[^ ])")
        minus = leaf("mo", "-") if self.take("[-−](?=[^ -])") else ""
        return row(sign, *filter(None, [minus]), self.product())

    def bracketed(self) -> str:
        for opening, closing in ("()", "[]", "‖‖", "||", "⌊⌋"):
            if self.take(re.escape(opening)):
                inner = [self.relation()]
                while self.take(", ?"):
                    inner += ["<mo separator='true'>,</mo>", self.relation()]
                if not self.take(re.escape(closing)):
                    break
                return f"<mrow>{leaf('mo', opening)}{''.join(inner)}{leaf('mo', closing)}</mrow>"
        raise NotAFormula


def script(signs: str, table: "dict[str, str]") -> str:
    """Raised or lowered signs at the height where they belong."""
    parts = re.findall(r"\d+|\D", "".join(table[sign] for sign in signs))
    return row(*(leaf("mn" if part.isdigit() else "mo" if part in "−+" else "mi", part) for part in parts))


def bare(node: str) -> str:
    """A group without its parentheses: the line of a fraction and the height of an exponent bracket well enough."""
    match = re.fullmatch(r"<mrow><mo>\(</mo>(.*)<mo>\)</mo></mrow>", node)
    return f"<mrow>{match[1]}</mrow>" if match and ">(<" not in match[1] else node


def read(text: str, at: int = 0, built_up: bool = False) -> Optional[Formula]:
    """The longest formula that begins at `at`; None if there is none that is worth setting."""
    reader = Reader(text, at, built_up)
    try:
        pieces = reader.pieces()
    except NotAFormula:
        return None
    source = text[at:reader.at]
    if STRONG.search(source):
        return Formula(reader.at, pieces if len(source) > LONG else ["".join(pieces)])
    variable = VARIABLE.match(text, at) or VARIABLE_A.match(text, at)
    return Formula(reader.at, pieces) if variable and variable[0] == source else None


def found(text: str) -> Iterator[Tuple[int, Formula]]:
    """Every formula in running text, and where it begins."""
    at = 0
    while start := START.search(text, at):
        formula = read(text, start.start())
        if formula:
            yield start.start(), formula
        at = formula.end if formula else max(start.start() + 1, word.end() if (
            word := re.compile(r"[-−]?[\w.']*").match(text, start.start())) else 0)


def inline(text: str, other: Callable[[str], str] = escape) -> str:
    """Running text as HTML: each formula as MathML, on one line with the mark that follows it; the rest by `other`."""
    done, out = 0, []
    for start, formula in found(text):
        out.append(other(text[done:start]))
        *pieces, last = [f"<math>{piece}</math>" for piece in formula.pieces]
        mark = re.compile(r"[.,;:)]*").match(text, formula.end)
        done = mark.end() if mark else formula.end
        mark_is = text[formula.end:done]
        out.append(" ".join([*pieces, f'<span class="nb">{last}{mark_is}</span>' if mark_is else last]))
    return "".join(out) + other(text[done:])


def display(text: str) -> str:
    """A whole text as one formula, fractions built up; ValueError if it is none."""
    formula = read(text, built_up=True)
    if not formula or formula.end < len(text):
        raise ValueError(f"not a formula: {text[formula.end if formula else 0:]!r}, in {text!r}")
    return row("".join(formula.pieces))
