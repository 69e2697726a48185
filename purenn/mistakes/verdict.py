"""The verdict on what was answered, and its grounds: piece by piece, what is right, and where it first goes wrong."""
from __future__ import annotations

import math
from dataclasses import dataclass, replace
from itertools import islice, product
from typing import Any, Dict, FrozenSet, Iterator, List, Mapping, Optional, Tuple

from ..activations import ACTIVATIONS
from ..costs import COSTS
from .answers import (DOUBLE, SINGLE, Answers, OneOf, Place, Problem, Tolerance, difference, fits, same_shape, shape,
                      way_of_data)
from .catalogue import MISTAKES
from .explanations import Explanations


@dataclass(frozen=True)
class Verdict:
    """What a check found: `slugs`, the report's `lines`, and whether the network is right."""

    slugs: Tuple[str, ...]
    lines: Tuple[str, ...]

    @property
    def slug(self) -> str:
        """The slugs as the last line has them."""
        return " + ".join(self.slugs)

    @property
    def right(self) -> bool:
        """Whether all numbers are right, in 64 bits or in 32, and nothing else was found."""
        return self.slugs in (("right",), ("single-precision",))

    def __str__(self) -> str:
        return "\n".join([*self.lines, f"verdict: {self.slug}"])


def judge(answers: Answers, title: str, changed: Mapping[str, str] = {}, printed: Mapping[str, int] = {}) -> Verdict:
    """The verdict. `changed` and `printed` say by method what else a class did: to its input, and how many lines."""
    return _Judgement(answers, title, changed, printed).verdict()


class _Judgement:
    """All that the verdict on one network rests on."""

    def __init__(self, answers: Answers, title: str, changed: Mapping[str, str], printed: Mapping[str, int]) -> None:
        self.answers, self.title, self.changed, self.printed = answers, title, changed, printed
        self.given = way_of_data(answers)
        predicted = {key: answers.predicted(*key, []) for key in {(place.piece, place.case) for place in self.given}}
        if None in predicted.values():
            raise ValueError("the numbers of the case are too large to be computed with")
        self.right = {place: (predicted[place.piece, place.case] or {})[place] for place in self.given}
        self.problems = {place: problem for place, value in self.given.items()
                         for problem in [_problem(place, value, self.right[place])] if problem}
        self.tolerance, self.found = self.explain()
        self.wrong = [place for place, value in self.given.items()
                      if place in self.problems or not fits(value, self.right[place], self.tolerance)]
        if self.found == [frozenset()] and self.wrong and not self.problems:
            self.found = []         # evaluate alone is wrong, of which nothing is known

    def explain(self) -> Tuple[Tolerance, List[FrozenSet[str]]]:
        """At which precision the numbers are explained, and by what. What is no number is left out at first; it may
        well follow from what explains the others."""
        left_out = frozenset(self.problems)
        double, single = (Explanations(self.answers, left_out, tolerance) for tolerance in (DOUBLE, SINGLE))
        if single.wrong():
            for explanations in double, single:
                found = explanations.found()
                if found:
                    return explanations.tolerance, found
        elif not double.wrong() or self.is_single():
            return SINGLE if double.wrong() else DOUBLE, [frozenset()]
        return DOUBLE, []

    def is_single(self) -> bool:
        """Whether what is not exact begins with the way forward: then it is 32 bits, and not something added."""
        forward = [place for place in self.given if place.piece == "feedforward" and place not in self.problems]
        return not forward or not all(fits(self.given[place], self.right[place], DOUBLE) for place in forward)

    def slugs(self) -> Tuple[str, ...]:
        """The last line, in pieces."""
        names: List[str] = []
        problems = self.problems
        if len(self.found) == 1:
            names = [slug for slug in MISTAKES if slug in self.found[0]]
            everything = Explanations(self.answers, frozenset(), self.tolerance)
            if problems and names and everything.found(names) == self.found:
                problems = {}
        elif not any(place in problems for place in self.wrong if place.piece == self.wrong[0].piece):
            names = ["unknown"]
            problems = {}
        if problems:
            names.append(next(iter(problems.values())).slug)
        if self.changed:
            names = [name for name in names if name != "unknown"] + ["changes-its-input"]
        return tuple(names) or ("right" if self.tolerance is DOUBLE else "single-precision",)

    def verdict(self) -> Verdict:
        """The report, and its end."""
        slugs = self.slugs()
        return Verdict(slugs, (self.title, *self.report(slugs)))

    def report(self, slugs: Tuple[str, ...]) -> Iterator[str]:
        """A line for each quantity, and beneath the first wrong one what is wrong with it."""
        groups: Dict[str, List[Place]] = {}
        for place in self.given:
            groups.setdefault(_label(place, self.given), []).append(place)
        told = False
        for label, places in groups.items():
            wrong = [place for place in places if place in self.wrong]
            if not wrong:
                worst = max(difference(self.given[place], self.right[place]) for place in places)
                networks = len({place.case for place in places})
                yield _line(label, f"right, to {worst:.0e}" if worst else "right",
                            f"({networks} network{'s' * (networks > 1)})")
                continue
            first = wrong[0]
            names = [slug for slug in slugs if slug in MISTAKES]
            equations = ", ".join(dict.fromkeys(MISTAKES[name].equation for name in names))
            yield _line(label, self.where(first), f"({equations})" if equations and not told else "")
            if not told:
                yield from self.grounds(first, names)
            told = True
            problem = next((place for place in places if place in self.problems), first)
            if problem != first:
                yield f"      then: {self.place(problem)}: {self.name(problem)} {self.problems[problem].sentence}"
        for method, names_of_arrays in self.changed.items():
            yield _line(method, f"changes what it is given: {names_of_arrays}", "")
        for method, lines in self.printed.items():
            if method != "SGD":
                yield _line(method, f"prints {lines} line{'s' * (lines > 1)}, which were not looked at", "")

    def where(self, place: Place) -> str:
        """What is wrong, in a few words."""
        if place in self.problems:
            return self.problems[place].sentence
        if place.piece in ("SGD", "evaluate"):
            return "wrong"
        return f"wrong in layer {place.layer + 1} of {len(self.answers.cases[place.case].weights)}"

    def place(self, place: Place) -> str:
        """Which network, which example and which step."""
        case = self.answers.cases[place.case]
        one_example = place.piece in ("feedforward", "cost_derivative", "backprop")
        return (f"network {place.case + 1} {case.sizes}" + f", example {place.example + 1}" * one_example
                + f", step {place.step + 1}" * (case.steps > 1 and place.piece != "SGD"))

    def name(self, place: Place) -> str:
        """The value, as the golden files have it."""
        return place.quantity + ("" if place.piece in ("SGD", "evaluate") else f"[{place.layer}]")

    def grounds(self, first: Place, names: List[str]) -> Iterator[str]:
        """The first wrong number, and what is behind it."""
        if first in self.problems:
            yield f"      first: {self.place(first)}"
        else:
            path, given, wanted = _first_difference(self.given[first], self.right[first], self.tolerance)
            name = self.name(first) + "".join(f"[{k}]" for k in path)
            yield f"      first: {self.place(first)}: {name} is {_number(given)}, expected {_number(wanted)}"
        for name in names:
            yield f"      your numbers are what comes out when {MISTAKES[name].sentence}"
        more_than_evaluate = any(place.piece != "evaluate" for place in self.wrong)
        meanings = list(islice(self.other_meanings(), 2)) if more_than_evaluate and not self.problems else []
        if meanings:
            yield f"      they are right for {' and for '.join(meanings)}: is that what it is meant to be?"
        if len(self.found) > 1:
            each = "; ".join(" and ".join(sorted(names)) for names in self.found)
            yield f"      more than one mistake leads to these numbers, and nothing tells which was made: {each}"
        elif not self.found:
            right = list(self.given).index(first)
            if all(fits(self.given[place], self.right[place], SINGLE) for place in self.wrong):
                worst = max(difference(self.given[place], self.right[place]) for place in self.wrong)
                yield f"      they differ by {worst:.0e} at most: is something small added, as 1e-8 beneath a fraction?"
            yield "      no known mistake, and no two of them, lead to these numbers"
            yield f"      up to there all is right: {right} of {len(self.given)} values"

    def other_meanings(self) -> Iterator[str]:
        """The activations and costs for which all the numbers would be right, as options. (What cost_derivative was
        given depends on the activations that are meant.)"""
        left_out = frozenset(place for place in self.given if place.piece == "cost_derivative")
        for hidden, output, cost in product(ACTIVATIONS, ACTIVATIONS, COSTS):
            cases = [replace(case, activations=[hidden] * (len(case.activations) - 1) + [output], cost=cost)
                     for case in self.answers.cases]
            if not Explanations(replace(self.answers, cases=cases), left_out, self.tolerance).wrong():
                yield f"--activation {hidden} --output {output} --cost {cost}"


def _problem(place: Place, value: Any, right: Any) -> Optional[Problem]:
    """What is wrong with a value that is not of numbers, or not of as many as it should be."""
    if isinstance(value, Problem):
        return value
    wanted = right[0] if isinstance(right, OneOf) else right
    if not same_shape(value, wanted):
        if place.piece == "SGD":
            return Problem("wrong-shape", "left weights or biases of another shape than they had")
        found = f"of shape {shape(value)}" if shape(value) != shape(wanted) else "of rows of unequal length"
        return Problem("wrong-shape", f"is {found}, expected {shape(wanted)}")
    if not all(map(math.isfinite, _numbers(value))):
        return Problem("not-finite", f"has {next(x for x in _numbers(value) if not math.isfinite(x))} in it")
    return None


def _numbers(value: Any) -> Iterator[float]:
    """All numbers in nested lists."""
    if isinstance(value, list):
        for item in value:
            yield from _numbers(item)
    elif isinstance(value, (int, float)):
        yield value


def _label(place: Place, given: Mapping[Place, Any]) -> str:
    """The piece of code, and the quantity where there is more than one."""
    if place.piece == "update_mini_batch":
        return "gradient of the step" if place.quantity.startswith("nabla") else place.piece
    if len({p.quantity for p in given if p.piece == place.piece}) == 1:
        return place.piece
    return f"{place.piece}: {place.quantity}"


def _line(label: str, state: str, note: str) -> str:
    return f"  {label:<20} {state:<28} {note}".rstrip()


def _first_difference(given: Any, wanted: Any, tolerance: Tolerance) -> Tuple[List[int], float, float]:
    """The index of the first number that is not as expected, and both numbers."""
    if isinstance(wanted, OneOf):
        wanted = min(wanted, key=lambda value: difference(given, value))
    if not isinstance(wanted, list):
        return [], given, wanted
    for k, (one, other) in enumerate(zip(given, wanted)):
        if not fits(one, other, tolerance):
            path, *numbers = _first_difference(one, other, tolerance)
            return [k, *path], numbers[0], numbers[1]
    raise ValueError("no difference")


def _number(x: float) -> str:
    """Six digits of a number."""
    return f"{x:.6g}"
