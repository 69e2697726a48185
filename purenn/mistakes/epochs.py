"""An epoch: how often each example takes part in it, with its own target.

With a small η an epoch moves the weights by a sum of the gradients at the place where it begins, each as often as its
example has taken part: ½ for each of two in a mini-batch's mean, 0 for one that was left out. These shares are found by
least squares, whatever the order was. Where no such sum leads to the weights, a sum of the gradients with other
targets may: x and y were shuffled apart then.
"""
from __future__ import annotations

from random import Random
from typing import TYPE_CHECKING, Dict, List, Optional, Sequence

from ..matrix import Vector, dot, unit_vector
from .cases import number
from .compare import Move, Theta, after, as_move, every, finite, largest, like, moved
from .itself import solve
from .judge import Fault
from .pieces import Piece

if TYPE_CHECKING:
    from .inquiry import Inquiry

ETA = 1e-3
"""Small enough for the weights to be nearly the same all the time, and large enough for numbers of 32 bits."""
ROUGH = 0.08
"""How far a sum may be from the step, as a part of it: so large where η cannot be chosen."""


def train(inquiry: "Inquiry") -> None:
    """One epoch, with several seeds and mini-batches of 2 of 5, or of all 5."""
    piece = Piece(inquiry.label("train"), networks=1)
    inquiry.pieces.append(piece)
    if not {"step", "gradient"} & set(inquiry.names) or inquiry.names.get("step") == inquiry.names["train"]:
        piece.right = "not judged: no step was found that it is made of"
        return
    if not inquiry.is_step_known:
        piece.right = "not judged: its step was not understood"
        return
    epoch = Epoch(inquiry, piece)
    found = [epoch.ask(size, seed) for seed, size in ((1, 2), (2, 2), (3, 2), (4, 5), (5, 5), (6, 5))]
    if piece.problem and not piece.is_sure:         # the step that it repeats was judged
        piece.right, piece.problem = f"not judged: it {piece.problem[1]}", None
        return
    if piece.problem or not epoch.gradients:
        return
    names = [name for name in found if name is not None]
    wrong = [name for name in names if name]
    if "sgd-pairs-broken" in wrong:
        piece.faults.append(Fault("sgd-pairs-broken", "network"))       # by chance some pairs may have stayed together
    elif len(names) < len(found):
        piece.right = "not judged: it is no sum of its own steps"
    elif wrong and len(set(names[:3])) == 1 and names[0]:
        piece.faults.append(Fault(names[0], "network", given=epoch.shares.get(2)))
    elif wrong and len(set(names[3:])) == 1 and names[3]:
        piece.faults.append(Fault(names[3], "network"))
    elif wrong:
        inquiry.notes.append(f"{piece.label}: which examples take part is left to chance each time")


class Epoch:
    """One network and five examples, what a step along each of them does, and what an epoch makes of that."""

    def __init__(self, inquiry: "Inquiry", piece: Piece) -> None:
        self.inquiry, self.piece = inquiry, piece
        case = inquiry.cases[0 if inquiry.about["sizes"] else 1]
        self.theta: Theta = {"weights": case.weights, "biases": case.biases}
        self.shares: Dict[int, Vector] = {}     # of the last epoch, by the size of its mini-batches
        rng, k = Random(3), case.sizes[-1]
        self.xs = [[number(rng) for _ in range(case.sizes[0])] for _ in range(5)]
        labels = inquiry.about["labels"]        # of one example only the last class is sure to be counted right
        self.ys = [unit_vector(k - 1 if labels else i % k, k) if k > 1 else [float(i % 2)] for i in range(5)]
        self.gradients = [every(move) for move in map(self.alone, self.xs, self.ys) if move]
        if len(self.gradients) < 5:
            self.gradients = []

    def alone(self, x: Vector, y: Vector) -> Optional[Move]:
        """By how much one example moves the network, as a part of η: by a step, or by its gradient."""
        inquiry = self.inquiry
        if "step" in inquiry.names:
            found = inquiry.after(Piece(""), "", self.theta, [([x], [y])], ETA)
            return moved(self.theta, found[0], 1 / ETA) if found else None
        gradient = inquiry.answer(Piece(""), "", "gradient", self.theta, x, y)
        sign = 1.0 if inquiry.factor < 0 else -1.0
        return moved(self.theta, after(self.theta, as_move(gradient), sign)) if gradient else None

    def ask(self, size: int, seed: int) -> Optional[str]:
        """What is wrong with an epoch in mini-batches of this size; "" if nothing is, None if it cannot be told."""
        found = self.inquiry.answer(self.piece, "", "train", self.theta, self.xs, self.ys, size, ETA, seed)
        if found is None:
            return None
        if not like(found, self.theta):
            self.piece.fails("wrong-shape", "left weights or biases of another shape than they had")
            return None
        if not finite([found["weights"], [b for b in found["biases"] if b is not None]]):
            self.piece.fails("not-finite", "left a number that is not finite: nan")
            return None
        move = every(moved(self.theta, found, 1 / ETA))
        decay = every(as_move([[b and [0.0] * len(b) for b in found["biases"]], self.theta["weights"]]))
        shares = fitted([*self.gradients, decay], move, ROUGH) if self.gradients else None
        if shares is not None:
            self.shares[size] = shares[:5]
            return named(shares[:5], size if self.inquiry.about["train_size"] else 0)
        others = [every(one) for x, y in zip(self.xs, self.ys) for z in _different(self.ys)
                  for one in [self.alone(x, z)] if one]
        return "sgd-pairs-broken" if others and fitted(others, move, 0.01) is not None else None


def _different(ys: Sequence[Vector]) -> List[Vector]:
    return [y for i, y in enumerate(ys) if y not in ys[:i]]


def fitted(parts: Sequence[Vector], whole: Vector, rough: float) -> Optional[Vector]:
    """The factors with which parts make a whole, by least squares; None if more than a part `rough` of it is left.

    >>> fitted([[1.0, 0.0, 1.0], [0.0, 1.0, 0.0]], [2.0, 3.0, 2.0], 0.01)
    [2.0, 3.0]
    """
    factors = solve([[dot(p, q) for q in parts] for p in parts], [dot(p, whole) for p in parts])
    ours = [sum(c * p[k] for c, p in zip(factors, parts)) for k in range(len(whole))]
    off = largest([a - b for a, b in zip(ours, whole)])
    return factors if off <= rough * largest(whole) else None


def named(shares: Sequence[float], size: int) -> str:
    """What an epoch over five examples is called in which each has taken part so often, in mini-batches of `size`; 0
    where it has no size. Nothing where it is as it should be, or may be meant.

    >>> named([0.5, 0.5, 0.0, 0.5, 0.5], 2), named([0.5, 0.5, 1.0, 0.5, 0.5], 2), named([0.6] * 5, 2)
    ('sgd-rest-dropped', '', 'sgd-all-at-once')
    """
    def are(*wanted: float) -> bool:
        return all(abs(share - one) <= 0.1 * max(abs(one), 0.3) for share, one in zip(sorted(shares), sorted(wanted)))

    n, m = len(shares), size
    if not 0 < m < n:
        return ""
    batches = -(-n // m)
    for one in 1 / m, 1.0:              # the mean of a mini-batch, or its sum
        left = n % m
        if left and are(*[one] * (n - left), *[0.0] * left):
            return "sgd-rest-dropped"
        for times, slug in ((1, "sgd-one-batch-only"), (batches, "sgd-same-batch"), (n // m, "sgd-same-batch")):
            if times * m < n * 2 and are(*[times * one] * m, *[0.0] * (n - m)):
                return slug
    if any(are(*[c] * n) for c in (batches / n, batches, n // m / n, n // m)) and n // m > 1:
        return "sgd-all-at-once"
    if any(are(*[c] * batches, *[0.0] * (n - batches)) for c in (1.0, 1 / m)):
        return "sgd-first-of-batch"
    return ""

