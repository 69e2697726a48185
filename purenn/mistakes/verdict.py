"""The verdict: what was found, as names, as lines to read, and as hints for somebody who wants to find it himself.

The report has a line for each piece of code and, beneath the first that is wrong, its first wrong number. The hints say
less at first: level 1 where to look, level 2 why it is wrong, with the numbers, level 3 which line of the file it is.
"""
from __future__ import annotations

import textwrap
from dataclasses import dataclass, field
from typing import Any, Dict, Iterable, Iterator, List, Optional, Sequence, Tuple

from .catalogue import CONVENTIONS, MISTAKES
from .compare import close, near
from .judge import UNKNOWN, Fault
from .pieces import Findings, Piece
from .story import story

QUANTITIES = ("delta", "nabla_b", "nabla_w", "nabla_a", "a", "z")
"""What is computed for each example."""
COMES_OF: Dict[str, Sequence[str]] = {
    # One function for σ′ is called in both lines.
    **{f"bp1-{kind}": (f"bp2-{kind}",)
       for kind in ("sigma-prime-of-a", "formula-of-z", "sigma-prime-twice", "wrong-formula")},
    # The way back is that of the function that was meant.
    "bp1-wrong-function": ("bp2-wrong-function", "forward-wrong-activation", "forward-two-activations"),
    "bp2-wrong-function": ("forward-wrong-activation",),
    "bp1-no-sigma-prime": ("forward-two-activations",),
    "l2-sign": ("update-ascent",),
}
"""Names of what may be another mistake's doing, and of these."""
COMES_OF_IT = ("raises", "wrong-shape")
"""What code may do because of a mistake that has a name."""


@dataclass(frozen=True)
class Verdict:
    """What a check found: `slugs`, the report's `lines`, and whether the network is right."""

    slugs: Tuple[str, ...]
    lines: Tuple[str, ...]
    conventions: Tuple[str, ...] = ()
    hints: Tuple[str, ...] = field(default=(), repr=False)

    @property
    def right(self) -> bool:
        """Whether all numbers are right, in 64 bits or in 32, by the book's convention or by another."""
        return self.slugs in (("right",), ("single-precision",))

    @property
    def slug(self) -> str:
        """What the last line says after `verdict: `."""
        return " + ".join(self.slugs) + (f", by another convention: {' + '.join(self.conventions)}"
                                         if self.conventions and self.right else "")

    def hint(self, level: int) -> str:
        """Where it is (1), why it is wrong (2), which line of the file it is (3); each level has those before it."""
        if self.right:
            return "Nothing was found that is wrong."
        return "\n".join(self.hints[:max(1, min(level, 3))])

    def __str__(self) -> str:
        return "\n".join([*self.lines, f"verdict: {self.slug}"])


def verdict(findings: Findings, title: str, changed: Dict[str, str], printed: Dict[str, int], took: Sequence[str] = (),
            required: Sequence[str] = (), where: Any = None) -> Verdict:
    """The verdict on all that was found. `changed` and `printed` say what else the code did, by piece; `where` tells
    the line of the file in which a fault is, or nothing."""
    _sign_of_the_step(findings)
    slugs = _merged(list(dict.fromkeys(fault.slug for piece in findings.pieces for fault in piece.faults)))
    wrong = _mistakes(findings, slugs)
    if any(slug != UNKNOWN for slug in wrong):
        for piece in findings.pieces:
            piece.problem = None if piece.problem and piece.problem[0] in COMES_OF_IT else piece.problem
    problems = [piece.problem[0] for piece in findings.pieces if piece.problem and piece.is_sure]
    findings.unjudged += [f"{piece.label} {piece.problem[1]}: the way in which it is called may be another one"
                          for piece in findings.pieces if piece.problem and not piece.is_sure]
    missing = [name for name in required if name not in findings.names.values()]
    conventions: Tuple[str, ...] = ()
    names: List[str] = []
    if wrong or problems or changed:
        # Beside a mistake a lost ½ and a sum for a mean are named, other conventions are not; `unknown` only alone.
        conventions = tuple(slug for slug in MISTAKES if slug in slugs and slug in CONVENTIONS and slug not in wrong
                            and slug not in ("bp1-factor-two", "bp1-half", "update-sum-not-mean"))
        if set(wrong) - {UNKNOWN}:
            names = [slug for slug in MISTAKES if slug in slugs and slug not in conventions]
        names += problems[:1] + ["changes-its-input"] * bool(changed)
        names = names or [UNKNOWN]
    elif missing:
        names = ["missing"]
    else:
        conventions = tuple(slug for slug in MISTAKES if slug in slugs)
        worst = findings.worst
        single = max(worst.values(), default=0.0) > 1e-9 and worst.get("forward", 1.0) > 1e-9
        names = ["single-precision" if single else "right"]
    report = Report(findings, names, conventions, where)
    lines = [title, *(f"  {line}" for line in took), *report.lines(changed, printed),
             *(f"  {name:<20} is required, and is not there" for name in missing)]
    return Verdict(tuple(names), tuple(lines), () if wrong else conventions, tuple(report.hints()))


def _sign_of_the_step(findings: Findings) -> None:
    """A step goes down if it subtracts the gradient, or adds one that has the other sign. Where it goes up, one of the
    two is wrong: the gradient, unless that alone is as in the book."""
    back = findings.back
    if (findings.step_factor or 0.0) < 0 < findings.factor and back is not None and not any(
            fault.slug == "bp1-sign" or fault.slug == UNKNOWN and fault in back.faults     # the sign is not known then
            for piece in findings.pieces for fault in piece.faults):
        label = findings.label("step")
        step = next((piece for piece in findings.pieces if piece.label == label), findings.pieces[0])
        step.faults.append(Fault("update-ascent", "step"))


def _merged(slugs: List[str]) -> List[str]:
    """Without the names of what is another mistake's doing."""
    return [slug for slug in slugs if not set(COMES_OF.get(slug, ())) & set(slugs)]


def _mistakes(findings: Findings, slugs: List[str]) -> List[str]:
    """Those of the names that are mistakes, and not conventions."""
    if findings.meant.strict:
        return list(slugs)
    wrong = [slug for slug in slugs if slug not in CONVENTIONS]
    if "bp1-sign" in slugs:
        if (findings.step_factor or 0.0) > 0 or "step" not in findings.names:
            wrong.append("bp1-sign")            # nobody adds what has the other sign
    if findings.own_cost and not close(abs(findings.own_factor), abs(findings.factor)):
        # The factor is not that of the author's own cost.
        wrong += [slug for slug in slugs if slug in CONVENTIONS and slug.startswith("bp1") and slug != "bp1-sign"]
    return wrong


class Report:
    """The lines of one report."""

    def __init__(self, findings: Findings, names: Sequence[str], conventions: Sequence[str], where: Any) -> None:
        self.findings, self.names, self.conventions = findings, names, conventions
        self.where = where or (lambda fault, piece: "")
        self.told: List[str] = []

    def lines(self, changed: Dict[str, str], printed: Dict[str, int]) -> Iterator[str]:
        """A line for each piece, and beneath it what is wrong."""
        findings = self.findings
        for piece in findings.pieces:
            bad = [fault for fault in piece.faults if fault.slug not in self.conventions]
            if piece.problem:
                yield _line(piece.label, piece.problem[1])
                if piece.where:
                    yield f"      first: {piece.where}"
            for slug in dict.fromkeys(fault.slug for fault in bad):
                yield from self.fault(piece, [fault for fault in bad if fault.slug == slug])
            if not bad and not piece.problem:
                yield _line(piece.label, piece.right or "right",
                            f"({piece.networks} networks)" if piece.networks > 1 else "")
                off = findings.worst.get(piece.label, 0.0)
                if 1e-9 < off and "single-precision" not in self.names:
                    yield f"      to {off:.0e}: something small is added, as 1e-8 beneath a fraction"
        for slug in self.conventions:
            yield f"      by another convention: {MISTAKES[slug].sentence}"
        yield from (f"      {line}" for line in [*self.meanings(), *findings.notes])
        for name, arrays in changed.items():
            yield _line(findings.label(name), f"changes what it is given: {arrays}")
        for name, count in printed.items():
            yield _line(findings.label(name), f"prints {count} line{'s' * (count > 1)}, which were not looked at")

    def fault(self, piece: Piece, faults: List[Fault]) -> Iterator[str]:
        """One mistake: where it is, its first number, its sentence, and its line if that is known."""
        first = faults[0]
        mistake = MISTAKES.get(first.slug)
        yield _line(piece.label, self.layers(faults), f"({mistake.equation})" if mistake and mistake.equation else "")
        number = self.number(first)
        if number:
            yield f"      first: {number}"
        if not mistake:
            nothing = "no known mistake leads to these numbers from what was computed before them"
            yield f"      {first.detail or nothing}"
        elif first.slug not in self.told:
            about = f" ({first.factor:.4g})" if first.factor is not None and "constant" in mistake.sentence else ""
            yield f"      your numbers are what comes out when {mistake.sentence}{about}"
            self.told.append(first.slug)
        line = self.where(first, piece)
        if line:
            yield f"      they are computed in {line}"

    def layers(self, faults: List[Fault]) -> str:
        """In which layers it is wrong."""
        if (faults[0].quantity not in QUANTITIES
                or faults[0].slug in ("forward-no-bias", "forward-transposed")):
            return "wrong"
        most = len(self.findings.cases[faults[0].network].weights)
        layers = sorted({fault.layer + 2 for fault in faults if fault.network == faults[0].network})
        return f"wrong in layer{'s' * (len(layers) > 1)} {', '.join(map(str, layers))} of {most + 1}"

    def number(self, fault: Fault) -> str:
        """The first number that is wrong, and where it is."""
        if fault.given is None or fault.expected is None:
            return ""
        if isinstance(fault.given, float) and not isinstance(fault.expected, list):
            return f"is {fault.given:g}, expected {fault.expected:g}"
        found = first_number(fault.given, fault.expected)
        if found is None:
            return ""
        index, given, wanted = found
        name = f"{fault.quantity}[{fault.layer}]" if fault.quantity != "a" else "a"
        example = fault.example if fault.quantity in QUANTITIES else None
        at = "".join(f"[{k}]" for k in index)
        return f"{self.findings.place(fault.network, example)}: {name}{at} is {given:.6g}, expected {wanted:.6g}"

    def meanings(self) -> Iterator[str]:
        """What it is right for, and what else would be meant by it."""
        findings, reading = self.findings, self.findings.reading
        if (list(self.names) == ["right"] and not findings.meant.cost and findings.cost == "cross-entropy"
                and not findings.own_cost):
            yield ("right for --cost cross-entropy: is that what it is meant to be? For the quadratic cost σ′(z) is "
                   "left out of (BP1)")
        elif reading and "bp1-no-sigma-prime" in self.names and reading.output == "sigmoid":
            yield "they are right for --cost cross-entropy: is that what it is meant to be?"
        elif reading and "bp1-has-sigma-prime" in self.names and reading.output != "softmax":
            yield "they are right for --cost quadratic: is that what it is meant to be?"
        elif reading and "forward-wrong-activation" in self.names:
            yield (f"they are right for --activation {reading.hidden} --output {reading.output}: is that what it is "
                   "meant to be?")

    def hints(self) -> Iterator[str]:
        """Three levels: where it is, why it is wrong, which line it is."""
        named: Dict[str, Tuple[Piece, List[Fault]]] = {}
        for piece in self.findings.pieces:
            for fault in piece.faults:
                if fault.slug in self.names:
                    named.setdefault(fault.slug, (piece, []))[1].append(fault)
        if not named:
            failed = next((piece for piece in self.findings.pieces if piece.problem), None)
            if failed is None or failed.problem is None:
                yield from ("Look at the numbers in the report.", "No known mistake leads to them.")
            else:
                yield from (f"Look at {failed.label}.", f"It {failed.problem[1]}.")
            return
        yield _folded(self.hint_where(slug, *one) for slug, one in named.items())
        yield _folded(self.hint_why(slug, *one) for slug, one in named.items())
        yield _folded(self.hint_line(*one) for one in named.values())

    def hint_where(self, slug: str, piece: Piece, faults: List[Fault]) -> str:
        mistake = MISTAKES.get(slug)
        layers = self.layers(faults).replace("wrong in ", "")
        equation = f", equation ({mistake.equation})" if mistake and mistake.equation[:1] in "B0123456789" else ""
        return f"Look at {piece.label}{equation}" + ("." if layers == "wrong" else f", {layers}.")

    def hint_why(self, slug: str, piece: Piece, faults: List[Fault]) -> str:
        mistake, number = MISTAKES.get(slug), self.number(faults[0])
        if mistake is None:
            return f"It is no mistake that is known here. {number or faults[0].detail}."
        told = story(self.findings, piece, faults[0]) or (f"The first of them: {number}." if number else "")
        return f"{mistake.why} Your numbers are what comes out when {mistake.sentence}. {told}".rstrip()

    def hint_line(self, piece: Piece, faults: List[Fault]) -> str:
        line = self.where(faults[0], piece)
        return f"It is computed in {line}." if line else f"It is in what {piece.label} does."


def _folded(sentences: Iterable[str]) -> str:
    return "\n".join(textwrap.fill(sentence, 100) for sentence in dict.fromkeys(sentences))


def _line(label: str, state: str, note: str = "") -> str:
    return f"  {label:<20} {state:<28} {note}".rstrip()


def first_number(given: Any, wanted: Any) -> Optional[Tuple[List[int], float, float]]:
    """The index of the first number that is not as expected, and both numbers."""
    if isinstance(given, list) and isinstance(wanted, list):
        if len(given) != len(wanted):
            return None
        for k, (one, other) in enumerate(zip(given, wanted)):
            if not near(one, other):
                found = first_number(one, other)
                return found and ([k, *found[0]], found[1], found[2])
        return None
    if isinstance(given, (int, float)) and isinstance(wanted, (int, float)):
        return [], float(given), float(wanted)
    return None
