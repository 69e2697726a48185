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
from typing import Any, Collection, Dict, FrozenSet, Iterable, List, Optional, Set, Tuple

from .algorithm import Lines
from .answers import PIECES, Answers, OneOf, Place, Tolerance, fits, same_shape
from .catalogue import MISTAKES


@dataclass(frozen=True)
class Variant:
    """One way to make one mistake."""

    slug: str
    lines: Lines


VARIANTS = [Variant(mistake.slug, lines) for mistake in MISTAKES.values() for lines in mistake.variants]


class Explanations:
    """The search for the mistakes that explain what was answered, but for the places that are left out."""

    def __init__(self, answers: Answers, left_out: FrozenSet[Place], tolerance: Tolerance) -> None:
        self.answers, self.tolerance = answers, tolerance
        self.given: Dict[Tuple[str, int], Dict[Place, Any]] = {}
        for place, value in answers.given.items():
            if place not in left_out and place.piece != "evaluate":     # a count of a few examples proves nothing
                self.given.setdefault((place.piece, place.case), {})[place] = value
        self.partial = {(place.piece, place.case) for place in left_out}
        self.pieces = [piece for piece in PIECES if any(piece == key[0] for key in self.given)]
        self.known: Dict[Tuple[str, Tuple[int, ...]], Optional[FrozenSet[int]]] = {}
        self.right: Dict[Tuple[str, int], Dict[Place, Any]] = {}

    def explains(self, piece: str, *variants: int) -> Optional[FrozenSet[int]]:
        """None if these variants lead to other numbers than the piece has; or else those that its wrong numbers prove.

        A mistake after which shapes do not fit explains that nothing right came out. But that proves nothing.
        """
        key = piece, tuple(v for v in sorted(variants) if PIECES[piece] & set(VARIANTS[v].lines))
        if key not in self.known:
            self.known[key] = self._explains(*key)
        return self.known[key]

    def _explains(self, piece: str, variants: Tuple[int, ...]) -> Optional[FrozenSet[int]]:
        lines, reproduced = [VARIANTS[v].lines for v in variants], False
        for key, given in self.given.items():
            if key[0] == piece:
                right = self.right.get(key) or self.answers.predicted(*key, []) or {}
                self.right[key] = right
                predicted = self.answers.predicted(*key, lines) if lines else right
                is_right = {place: fits(value, right[place], self.tolerance) for place, value in given.items()}
                if predicted is None:       # shapes do not fit, and whoever made these mistakes does not get through
                    if all(is_right.values()):
                        return None
                    continue
                misshapen = any(not isinstance(value, OneOf) and not same_shape(value, right[place])
                                for place, value in predicted.items())
                for place, value in given.items():
                    matches = fits(value, predicted[place], self.tolerance)
                    if not matches and (is_right[place] or not misshapen):
                        return None
                    reproduced |= matches and not is_right[place] and key not in self.partial
        if piece == "SGD" and any(MISTAKES[VARIANTS[v].slug].ordered for v in variants):
            reproduced = False
        return frozenset(variants if reproduced else ())

    def wrong(self) -> List[str]:
        """The pieces that are not right."""
        return [piece for piece in self.pieces if self.explains(piece) is None]

    def found(self, among: Collection[str] = MISTAKES) -> List[FrozenSet[str]]:
        """The smallest sets of these mistakes that explain everything: one if there is no doubt; it may be empty."""
        wrong = self.wrong()
        if not wrong:
            return [frozenset()]
        numbers = [v for v, variant in enumerate(VARIANTS) if variant.slug in among]
        pairs = (pair for pair in combinations(numbers, 2) if VARIANTS[pair[0]].slug != VARIANTS[pair[1]].slug)
        singles: Iterable[Tuple[int, ...]] = ((v,) for v in numbers)
        for candidates in singles, pairs:
            fitting = [variants for variants in candidates if self.proved(variants, wrong)]
            throughout = [variants for variants in fitting
                          if all(self.explains(piece, *variants) is not None for piece in self.pieces)]
            if fitting:
                return sorted({frozenset(VARIANTS[v].slug for v in variants) for variants in throughout or fitting},
                              key=sorted)
        return []

    def proved(self, variants: Tuple[int, ...], wrong: List[str]) -> bool:
        """Whether some of these variants explain each piece that is wrong, and none is there for nothing."""
        parts = [variants, *((v,) for v in variants if len(variants) > 1)]
        proofs: Set[int] = set()
        for piece in wrong:
            explained = [proof for part in parts for proof in [self.explains(piece, *part)] if proof is not None]
            if not explained:
                return False
            proofs.update(*explained)
        return proofs == set(variants)
