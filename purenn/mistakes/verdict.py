"""The verdict: what was found, as names, as lines to read, and as hints for somebody who wants to find it himself.

The report has a line for each piece of code and, beneath the first that is wrong, its first wrong number. The hints say
less at first: level 1 where to look, level 2 why it is wrong, with the numbers, level 3 which line of the file it is.
"""
from __future__ import annotations

import textwrap
from dataclasses import dataclass, field
from typing import Any, Dict, Iterator, List, Optional, Tuple

from .catalogue import CONVENTIONS, MISTAKES
from .inquiry import Inquiry, Piece
from .judge import UNKNOWN, Fault, near, numbers


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
        """Where it is (1), why it is wrong (2), and which line of the file it is (3); each level has those before
        it."""
        if self.right:
            return "Nothing was found that is wrong."
        return "\n".join(self.hints[:max(1, min(level, 3))])

    def __str__(self) -> str:
        return "\n".join([*self.lines, f"verdict: {self.slug}"])


def verdict(inquiry: Inquiry, title: str, changed: Dict[str, str], printed: Dict[str, int], took: List[str] = [],
            wheres: Optional[Dict[str, int]] = None, required: Tuple[str, ...] = ()) -> Verdict:
    """The verdict on all that was asked."""
    pieces, meant = inquiry.pieces, inquiry.meant
    faults = [(piece, fault) for piece in pieces for fault in piece.faults]
    slugs = list(dict.fromkeys(fault.slug for _, fault in faults))
    wrong = [slug for slug in slugs if slug not in CONVENTIONS]
    if "bp1-sign" in slugs and not inquiry.step_factor < 0:
        wrong.append("bp1-sign")        # nobody adds what has the other sign
    elif inquiry.step_factor < 0 and "bp1-sign" not in slugs and inquiry.back is not None and inquiry.factor > 0:
        wrong.append("update-ascent")
        slugs.append("update-ascent")
        step = next((piece for piece in pieces if piece.label == inquiry.label("step")), pieces[0])
        step.faults.append(Fault("update-ascent", "step", 0, 0, 0))
    elif "bp1-sign" in slugs and wrong and inquiry.step_factor < 0:
        slugs.remove("bp1-sign")
    lost = [slug for slug in slugs if slug in CONVENTIONS and slug.startswith("bp1") and slug != "bp1-sign"]
    if lost and inquiry.own_cost and abs(abs(inquiry.own_factor) - abs(inquiry.factor)) > 1e-4:
        wrong += lost           # it is not the factor of the author's own cost
    if meant.strict:
        wrong = [slug for slug in slugs]
    for kind in "sigma-prime-of-a", "formula-of-z", "sigma-prime-twice", "wrong-function":
        if f"bp1-{kind}" in slugs and f"bp2-{kind}" in slugs:       # one function, made everywhere
            slugs.remove(f"bp1-{kind}")
    if "update-ascent" in slugs and "l2-sign" in slugs:
        slugs.remove("l2-sign")
    if "forward-wrong-activation" in slugs:         # a way back for the function that was meant is no further mistake
        slugs = [slug for slug in slugs if not slug.endswith("wrong-function")]
    wrong = [slug for slug in wrong if slug in slugs]
    if [slug for slug in wrong if slug != UNKNOWN]:
        for piece in pieces:            # what does not fit after that comes of it
            if piece.problem and piece.problem[0] in ("raises", "wrong-shape"):
                piece.problem = None
    problems = [piece for piece in pieces if piece.problem]
    named = [slug for slug in MISTAKES if slug in slugs]
    names: List[str] = []
    conventions: Tuple[str, ...] = ()
    if wrong or problems or changed:
        names = named if [slug for slug in wrong if slug != UNKNOWN] else []
        if UNKNOWN in wrong and not names and not problems and not changed:
            names.append(UNKNOWN)
        names += list(dict.fromkeys(piece.problem[0] for piece in problems if piece.problem))[:1]
        names += ["changes-its-input"] if changed else []
        if not names:
            names = [UNKNOWN]
    else:
        conventions = tuple(named)
        worst = inquiry.worst
        single = max(worst.values(), default=0.0) > 1e-9 and worst.get("forward", 1.0) > 1e-9
        names = ["single-precision" if single else "right"]
    missing = [name for name in required if name not in inquiry.about["routes"].values()]
    if missing and names in (["right"], ["single-precision"]):
        names = ["missing"]
        conventions = ()
    report = _Report(inquiry, names, conventions)
    lines = [title, *(f"  {line}" for line in took), *report.lines(changed, printed)]
    lines += [f"  {name:<20} is required, and is not there" for name in missing]
    hints = tuple(report.hints(wheres or {}))
    return Verdict(tuple(names), tuple(lines), conventions, hints)


class _Report:
    """The lines of one report."""

    def __init__(self, inquiry: Inquiry, names: List[str], conventions: Tuple[str, ...]) -> None:
        self.inquiry, self.names, self.conventions = inquiry, names, conventions
        self.pieces = inquiry.pieces
        self.told: List[str] = []

    def lines(self, changed: Dict[str, str], printed: Dict[str, int]) -> Iterator[str]:
        """A line for each piece, and beneath it what is wrong."""
        for piece in self.pieces:
            bad = [fault for fault in piece.faults if fault.slug not in self.conventions]
            if piece.problem:
                yield _line(piece.label, piece.problem[1])
                if piece.where:
                    yield f"      first: {piece.where}"
            if not bad:
                if not piece.problem:
                    state = piece.right or "right"
                    off = self.inquiry.worst.get(piece.label, 0.0)
                    yield _line(piece.label, state, f"({piece.networks} networks)" if piece.networks > 1 else "")
                    if 1e-9 < off and "single-precision" not in self.names:
                        yield f"      to {off:.0e}: something small is added, as 1e-8 beneath a fraction"
                continue
            for slug in dict.fromkeys(fault.slug for fault in bad):
                yield from self.fault(piece, [fault for fault in bad if fault.slug == slug])
        for slug in self.conventions:
            yield f"      by another convention: {MISTAKES[slug].sentence}"
        yield from self.meanings()
        yield from (f"      {note}" for note in self.inquiry.notes)
        for piece_name, arrays in changed.items():
            yield _line(self.inquiry.label(piece_name), f"changes what it is given: {arrays}")
        for piece_name, count in printed.items():
            yield _line(self.inquiry.label(piece_name), f"prints {count} line{'s' * (count > 1)}, which were not "
                                                        f"looked at")

    def fault(self, piece: Piece, faults: List[Fault]) -> Iterator[str]:
        """One mistake: where it is, its first number, and its sentence."""
        first = faults[0]
        mistake = MISTAKES.get(first.slug)
        yield _line(piece.label, self.where(faults), f"({mistake.equation})" if mistake and mistake.equation else "")
        number = self.number(first)
        if number:
            yield f"      first: {number}"
        if mistake and first.slug not in self.told:
            about = f" ({first.factor:.4g})" if first.factor is not None and "constant" in mistake.sentence else ""
            yield f"      your numbers are what comes out when {mistake.sentence}{about}"
            self.told.append(first.slug)
        elif not mistake:
            nothing = "no known mistake leads to these numbers from what was computed before them"
            yield f"      {first.detail or nothing}"

    def where(self, faults: List[Fault]) -> str:
        """In which layers."""
        quantities = ("delta", "nabla_b", "nabla_w", "a", "z")
        if faults[0].quantity not in quantities or faults[0].slug in ("forward-no-bias", "forward-transposed"):
            return "wrong"
        most = len(self.inquiry.cases[faults[0].network].weights)
        layers = sorted({fault.layer + 2 for fault in faults if fault.network == faults[0].network})
        many = len(layers) > 1
        return f"wrong in layer{'s' * many} {', '.join(map(str, layers))} of {most + 1}"

    def number(self, fault: Fault) -> str:
        """The first number that is wrong, and where it is."""
        if fault.given is None or fault.expected is None:
            return ""
        if isinstance(fault.given, float) and not isinstance(fault.expected, list):
            return f"is {fault.given:g}, expected {fault.expected:g}"
        path = _first(fault.given, fault.expected)
        if path is None:
            return ""
        index, given, wanted = path
        sizes = self.inquiry.cases[fault.network].sizes
        name = f"{fault.quantity}[{fault.layer}]" if fault.quantity != "a" else "a"
        return (f"network {fault.network + 1} {sizes}, example {fault.example + 1}: {name}"
                f"{''.join(f'[{k}]' for k in index)} is {given:.6g}, expected {wanted:.6g}")

    def meanings(self) -> Iterator[str]:
        """What it is right for, and what else would be meant by it."""
        inquiry = self.inquiry
        if self.names == [
            "right"] and not inquiry.meant.cost and inquiry.cost == "cross-entropy" and not inquiry.own_cost:
            yield ("      right for --cost cross-entropy: is that what it is meant to be? For the quadratic cost "
                   "σ′(z) is left out "
                   "of (BP1)")
        elif "bp1-no-sigma-prime" in self.names and inquiry.reading and inquiry.reading.output == "sigmoid":
            yield "      they are right for --cost cross-entropy: is that what it is meant to be?"
        elif "bp1-has-sigma-prime" in self.names and inquiry.reading and inquiry.reading.output != "softmax":
            yield "      they are right for --cost quadratic: is that what it is meant to be?"
        elif "forward-wrong-activation" in self.names and inquiry.reading:
            yield (f"      they are right for --activation {inquiry.reading.hidden} --output "
                   f"{inquiry.reading.output}: is that "
                   "what it is meant to be?")

    def hints(self, wheres: Dict[str, int]) -> Iterator[str]:
        """Three levels."""
        faults = [(piece, fault) for piece in self.pieces for fault in piece.faults if fault.slug in self.names]
        if not faults:
            piece = next((piece for piece in self.pieces if piece.problem), None)
            yield f"Look at {piece.label}." if piece else "Look at the numbers in the report."
            yield piece.problem[1].capitalize() + "." if piece and piece.problem else "No known mistake leads to them."
            return
        named: Dict[str, Tuple[Piece, List[Fault]]] = {}
        for piece, fault in faults:
            named.setdefault(fault.slug, (piece, []))[1].append(fault)
        where, why, line = [], [], []
        for slug, (piece, some) in named.items():
            mistake = MISTAKES.get(slug)
            place = self.where(some).replace("wrong in ", "")
            equation = f", equation ({mistake.equation})" if mistake and mistake.equation not in ("", "SGD") else ""
            where.append(f"Look at {piece.label}{equation}" + ("." if place == "wrong" else f", {place}."))
            if mistake:
                number = self.number(some[0])
                why.append(f"{mistake.why} Your numbers are what comes out when {mistake.sentence}."
                           + (f" The first of them: {number}." if number else ""))
            else:
                why.append("It is no mistake that is known here. " + (self.number(some[0]) or some[0].detail) + ".")
            at = wheres.get(slug) or wheres.get(piece.label)
            line.append(f"It is computed in line {at} of your file." if at else f"It is in what {piece.label} does.")
        yield _folded(dict.fromkeys(where))
        yield _folded(dict.fromkeys(why))
        yield _folded(dict.fromkeys(line))


def _folded(sentences: Any) -> str:
    return "\n".join(textwrap.fill(sentence, 100) for sentence in sentences)


def _line(label: str, state: str, note: str = "") -> str:
    return f"  {label:<20} {state:<28} {note}".rstrip()


def _first(given: Any, wanted: Any) -> Optional[Tuple[List[int], float, float]]:
    """The index of the first number that is not as expected, and both numbers."""
    if isinstance(given, list) and isinstance(wanted, list):
        if len(given) != len(wanted):
            return None
        for k, (one, other) in enumerate(zip(given, wanted)):
            if not near(one, other):
                found = _first(one, other)
                return found and ([k, *found[0]], found[1], found[2])
        return None
    if isinstance(given, (int, float)) and isinstance(wanted, (int, float)):
        return [], float(given), float(wanted)
    return None


__all__ = ["Verdict", "verdict", "numbers"]
