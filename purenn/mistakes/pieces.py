"""The pieces of somebody's network, and what is found of each: what the report is made of."""
from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Dict, List, Optional, Tuple

from .cases import Case
from .judge import Fault, Hypothesis, Trail
from .readings import Reading

BOOK = {"forward": "feedforward", "gradient": "backprop", "step": "update_mini_batch", "train": "SGD",
        "derivative": "cost_derivative"}
"""What the book calls a piece."""


@dataclass(frozen=True)
class Meant:
    """What a network is said to be; None for what is not said."""

    activation: Optional[str] = None
    output: Optional[str] = None
    cost: Optional[str] = None
    lmbda: Optional[float] = None
    mu: Optional[float] = None
    strict: bool = False


@dataclass
class Piece:
    """One piece of code, and what was found of it."""

    label: str
    faults: List[Fault] = field(default_factory=list)
    right: str = ""             # how right it is, or what it is right for
    networks: int = 0
    problem: Optional[Tuple[str, str]] = None       # a slug, and what the code did
    where: str = ""             # of the problem
    answers: bool = False       # whether there was an answer to any question
    back: Optional[Hypothesis] = None       # its reading of the way back,
    trails: List[Trail] = field(default_factory=list)       # and what that was read in

    @property
    def slugs(self) -> List[str]:
        """The names of what is wrong with it."""
        return list(dict.fromkeys(fault.slug for fault in self.faults))

    @property
    def is_sure(self) -> bool:
        """Whether its problem is its own, and not that of a way of calling it that was guessed."""
        return (self.problem is None or self.answers or self.label in (*BOOK.values(), "evaluate")
                or self.problem[0] not in ("raises", "wrong-shape", "wrong-type", "returns-none"))

    def fails(self, slug: str, sentence: str, where: str = "") -> None:
        """Note what the code did in place of an answer; the first time counts."""
        if self.problem is None:
            self.problem, self.where = (slug, sentence), where


@dataclass
class Findings:
    """All that is found of one network."""

    cases: List[Case]
    meant: Meant
    names: Dict[str, str] = field(default_factory=dict)     # the pieces that there are, as the author calls them
    pieces: List[Piece] = field(default_factory=list)
    notes: List[str] = field(default_factory=list)
    worst: Dict[str, float] = field(default_factory=dict)   # how far numbers are from what is expected, by label
    reading: Optional[Reading] = None       # of the way forward
    back: Optional[Hypothesis] = None       # of the way back
    singles: Dict[Tuple[int, int], Any] = field(default_factory=dict)       # the gradients that steps reveal, as kept
    cost: str = ""              # that the way back begins with,
    factor: float = 1.0         # and how often
    own_cost: str = ""          # that the file's own derivative belongs to,
    own_factor: float = 1.0     # and how often
    step_factor: Optional[float] = None     # by which a step goes along the gradient, negative if it adds it
    unjudged: List[str] = field(default_factory=list)       # why there is no verdict, though nothing is wrong

    def label(self, piece: str) -> str:
        """The name of a piece, as the author calls it."""
        return self.names.get(piece) or BOOK.get(piece, piece)

    def place(self, c: int, i: Optional[int] = None) -> str:
        """A network and an example in words."""
        return f"network {c + 1} {self.cases[c].sizes}" + ("" if i is None else f", example {i + 1}")


__all__ = ["BOOK", "Findings", "Meant", "Piece"]
