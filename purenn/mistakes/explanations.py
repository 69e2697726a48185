"""Which mistake was made: found by computing what everybody computes who makes it.

What was answered is a number of values, each at its place. They are compared with the right ones, then with those of
every known mistake, then with those of every two at once. A mistake is named if it explains all that was answered and
no other one does; a wrong name would be worse than none.

Feedforward, backprop and the step may be three pieces of code, each with a way forward of its own. So what is wrong in
one of them need not be wrong in the others, and a mistake has to explain each piece that is not right.
"""
from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations
from typing import Any, Collection, Dict, FrozenSet, List, Tuple

from .algorithm import Lines
from .answers import PIECES, Answers, Place, fits, shape
from .catalogue import MISTAKES


@dataclass(frozen=True)
class Variant:
    """One way to make one mistake."""

    slug: str
    lines: Lines


VARIANTS = [Variant(mistake.slug, lines) for mistake in MISTAKES.values() for lines in mistake.variants]


class Explanations:
    """The search for the mistakes that explain what was answered, but for the places with a problem that are left out."""

    def __init__(self, answers: Answers, left_out: FrozenSet[Place], tolerance: Tuple[float, float]) -> None:
        self.answers, self.tolerance = answers, tolerance
        self.given: Dict[Tuple[str, int], Dict[Place, Any]] = {}
        for place, value in answers.given.items():
            if place not in left_out:
                self.given.setdefault((place.piece, place.case), {})[place] = value
        self.pieces = [piece for piece in PIECES if any(piece == key[0] for key in self.given)]
        self.known: Dict[Tuple[str, Tuple[int, ...]], bool] = {}
        self.right = {key: answers.predicted(*key, []) or {} for key in self.given}

    def explains(self, piece: str, *variants: int) -> bool:
        """Whether these variants, each of which may be wherever it likes in the piece, lead to all of its numbers."""
        key = piece, tuple(v for v in sorted(variants) if PIECES[piece] & set(VARIANTS[v].lines))
        if key not in self.known:
            self.known[key] = self._explains(*key)
        return self.known[key]

    def _explains(self, piece: str, variants: Tuple[int, ...]) -> bool:
        lines, reproduced, all_right = [VARIANTS[v].lines for v in variants], False, True
        for key, given in self.given.items():
            if key[0] == piece:
                right = self.right[key]
                predicted = self.answers.predicted(*key, lines) if lines else right
                is_right = {place: fits(value, right[place], self.tolerance) for place, value in given.items()}
                if predicted is None or any(shape(predicted[place]) != shape(right[place]) for place in given):
                    if all(is_right.values()):
                        return False        # with this mistake shapes do not fit here, and nobody gets through
                    continue
                for place, value in given.items():
                    if not fits(value, predicted[place], self.tolerance):
                        return False
                    reproduced |= not is_right[place]
                all_right &= all(is_right.values())
        return all_right or reproduced

    def found(self, among: Collection[str] = MISTAKES) -> List[FrozenSet[str]]:
        """The smallest sets of these mistakes that explain everything: one if there is no doubt, none if nothing does."""
        wrong = [piece for piece in self.pieces if not self.explains(piece)]
        if not wrong:
            return [frozenset()]
        numbers = [v for v, variant in enumerate(VARIANTS) if variant.slug in among]
        singles = [v for v in numbers if all(self.explains(piece, v) for piece in wrong)]
        strict = [v for v in singles if all(self.explains(piece, v) for piece in self.pieces)]
        if singles:
            return sorted({frozenset([VARIANTS[v].slug]) for v in strict or singles}, key=sorted)
        pairs = [pair for pair in combinations(numbers, 2) if VARIANTS[pair[0]].slug != VARIANTS[pair[1]].slug
                 and all(self._one_explains(piece, pair) for piece in wrong)]
        strict_pairs = [pair for pair in pairs if all(self.explains(piece, *pair) for piece in self.pieces)]
        return sorted({frozenset(VARIANTS[v].slug for v in pair) for pair in strict_pairs or pairs}, key=sorted)

    def _one_explains(self, piece: str, pair: Tuple[int, int]) -> bool:
        return any(self.explains(piece, *variants) for variants in (pair, pair[:1], pair[1:]))
