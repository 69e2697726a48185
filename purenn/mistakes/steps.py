"""The step: what parameters become of one example, of several, and of one step after another.

A step along one example has to go along its gradient, by one factor for all parameters. That of a mini-batch has to be
the sum of what its examples do alone, or their mean. A second step has to be what it is for a network that has taken no
first one, but for momentum. What is no such sum (Adam, clipped gradients) is not judged: its gradient is.
"""
from __future__ import annotations

from dataclasses import replace
from itertools import permutations
from typing import TYPE_CHECKING, Any, Callable, Dict, List, Mapping, Optional, Sequence, Tuple

from .algorithm import Algorithm
from .catalogue import CONVENTIONS, MISTAKES
from .compare import (CLOSE, Block, Move, Theta, after, as_move, close, common, difference, equal, every, largest, less,
                      moved, near, numbers, ratio, ratio_or_zero, same, total, widened)
from .judge import UNKNOWN, Fault
from .pieces import Piece

if TYPE_CHECKING:
    from .inquiry import Gradients, Inquiry

Batch = Tuple[int, Move, List[Move]]
"""A case, by how much its mini-batch moves it, and by how much each of its examples does alone."""

Shares = Dict[Block, List[Tuple[float, int]]]
"""By which factor each block follows a sum over m examples: (factor, m) of each case."""

LMBDA, MU, N = 0.7, 0.6, 7
"""λ, μ and the number of all examples, for a step that has a place for them, unless others are asked for."""

ONE_SIZE = ("every number moves by the same amount, however large its gradient, as in Adam, RMSProp and AdaGrad: only "
            "the gradient can be judged")
LIMITED = "the length of its steps is limited, as where gradients are clipped: only their direction was judged"

AS_STEP = {"bp4-missing": "update-weights-not-updated", "bp3-bias-missing": "update-bias-not-updated",
           "bp3-scaled": "update-scaled", "bp4-scaled": "update-scaled"}
"""What a mistake in the gradient is called where the gradient is right and the step has it."""

NAMES = {"b": "biases", "w": "weights"}


class Step:
    """The questions about one step, and what they say."""

    def __init__(self, inquiry: "Inquiry") -> None:
        self.inquiry, self.cases, self.thetas = inquiry, inquiry.cases, inquiry.thetas
        self.piece = Piece(inquiry.label("step"), networks=len(inquiry.cases))
        self.eta = 8.0 if inquiry.about["takes_eta"] else 1.0       # a large step is exact in 32 bits, too
        self.singles: Gradients = inquiry.singles

    def judge(self) -> None:
        """Ask everything."""
        inquiry, piece = self.inquiry, self.piece
        inquiry.pieces.append(piece)
        for c, i, x, y in inquiry.examples():
            found = self.ask(c, [([x], [y])], self.eta, i=i)
            if found:
                self.singles[c, i] = difference(self.thetas[c], found[0], -1.0 / self.eta)
        if not self.singles or inquiry.gone:
            return
        self.not_random()
        gradients = {key: as_move(inquiry.gradients[key]) for key in self.singles if key in inquiry.gradients}
        if not self.along(gradients):
            why = self.length_of_its_own(gradients)
            if why:
                ways = [v * g > 0 for key, gradient in gradients.items()
                        for v, g in zip(every(as_move(self.singles[key])), every(gradient)) if v * g != 0.0]
                inquiry.step_factor = (1.0 if all(ways) else None if any(ways) else -1.0) if ways else None
                if ways and inquiry.step_factor is None:        # it goes another way: we have not called it rightly
                    inquiry.is_step_known, why = False, "it goes neither along the gradient nor against it"
                    inquiry.unjudged.append(f"no mistake in the gradient, but no step could be judged: {why}")
                piece.right = f"not judged: {why}"
                inquiry.unjudged += [f"{piece.label}: {why}"] * (not gradients)
                return
            self.way_back()
        self.batch()
        if not piece.problem and not inquiry.gone:
            self.memory()
            self.decay()
            self.momentum()

    def ask(self, c: int, batches: Sequence[Tuple[Any, Any]], eta: float, theta: Optional[Theta] = None,
            hyper: Mapping[str, float] = {}, i: Optional[int] = None,
            piece: Optional[Piece] = None) -> Optional[List[Theta]]:
        """The parameters of a case's network after each of some steps."""
        return self.inquiry.after(piece or self.piece, self.inquiry.place(c, i), theta or self.thetas[c], batches, eta,
                                  hyper)

    def not_random(self) -> None:
        (c, i), first = next(iter(self.singles.items()))
        case = self.cases[c]
        again = self.ask(c, [([case.inputs[i]], [case.targets[i]])], self.eta, piece=Piece(""))
        self.inquiry.not_random(self.piece.label, every(as_move(first)),
                                every(moved(self.thetas[c], again[0], -1.0 / self.eta)) if again else None)

    # Of one example

    def along(self, gradients: Dict[Tuple[int, int], Move]) -> bool:
        """Whether the steps go along the gradients, each block by a factor of its own; what is wrong with these."""
        factors: Dict[Block, List[Optional[float]]] = {}
        for key, gradient in gradients.items():
            for block, one in as_move(self.singles[key]).items():
                if block in gradient:
                    other = widened(gradient[block], len(one))
                    factors.setdefault(block, []).append(ratio_or_zero(one, other))
        if not factors or any(value is None for values in factors.values() for value in values):
            return False
        # A gradient that is 0 has any factor: that is told from a block that does not move by the other examples.
        blocks = {block: 0.0 if not any(some for some in values) else common([v for v in values if v != 1.0] or values)
                  for block, values in factors.items()}
        if any(value is None for value in blocks.values()):
            return False
        self.name_factors({block: value for block, value in blocks.items() if value is not None})
        return True

    def name_factors(self, blocks: Dict[Block, float]) -> None:
        """Name factors by which parameters move along their gradients, which ought to be one."""
        sign = -1.0 if self.inquiry.factor < 0 else 1.0         # of the gradient; the product goes down
        some = [round(sign * value, 6) for value in blocks.values() if value]
        if not some:
            return
        main = sign * max(some, key=lambda value: (value > 0, some.count(value)))
        self.inquiry.step_factor = main
        for (kind, l), value in blocks.items():
            if abs(value - main) <= CLOSE * abs(main):
                continue
            if value == 0.0:
                slug = "update-bias-not-updated" if kind == "b" else "update-weights-not-updated"
            elif abs(value + main) <= CLOSE * abs(main):
                slug = "update-biases-uphill" if kind == "b" else "update-weights-uphill"
            else:
                slug = "update-scaled"
            self.piece.faults.append(Fault(slug, NAMES[kind], layer=l, factor=value / main))

    def length_of_its_own(self, gradients: Dict[Tuple[int, int], Move]) -> str:
        """Why the length of a step says nothing about its gradient; or nothing."""
        values = {key: every(as_move(single)) for key, single in self.singles.items()}
        if _is_one_size([value for some in values.values() for value in some]):
            return ONE_SIZE
        if gradients and all(_is_limited(values[key], every(gradient)) for key, gradient in gradients.items()):
            return LIMITED
        return ""

    def way_back(self) -> None:
        """Judge the gradients that the steps reveal: there are no others, or they are not these."""
        inquiry, piece = self.inquiry, self.piece
        has_gradient, before = bool(inquiry.gradients), len(piece.faults)
        inquiry.decays = {}
        back = inquiry.read(piece, self.singles, self.eta)
        new = piece.faults[before:]
        if not inquiry.about["takes_eta"]:      # then a factor is η
            new = [fault for fault in new if fault.slug == "bp1-sign" or fault.slug not in CONVENTIONS]
        if not has_gradient:            # it goes uphill, whichever of the two signs is wrong
            new = [fault._replace(slug=_of_the_step(fault)) for fault in new]
            inquiry.back = inquiry.back or back
        elif inquiry.back and inquiry.back.cost < 0.5:          # the gradient is right, and what moves is not
            new = [fault._replace(slug=AS_STEP.get(fault.slug, fault.slug)) for fault in new]
        unknown = {(fault.network, fault.layer) for fault in new if fault.slug == UNKNOWN}
        everywhere = {(trail.number, l) for trail in inquiry.trails for l in range(trail.last + 1)}
        right = has_gradient and inquiry.back and inquiry.back.cost < 0.5
        doubtful = unknown or right and any(fault.slug.startswith("bp1") for fault in new)
        if doubtful and not inquiry.about["book_step"] and (right or unknown == everywhere):
            # The likelier mistake is ours: in the way it is called, or in what was taken for the parameters.
            piece.right, new, inquiry.step_factor = "not understood", [], None
            inquiry.is_step_known = False
            inquiry.unjudged.append(("no mistake in the gradient, but no step could be judged: " if right else "")
                                    + f"what {piece.label} does was not understood")
        piece.faults[before:] = new
        if has_gradient and not new and not piece.right:
            piece.right = "right, by a way back of its own"

    # Of several examples

    def batch(self) -> None:
        """How the gradients of a mini-batch's examples make one step."""
        if not self.inquiry.about["batches"] or self.inquiry.gone or self.inquiry.is_cut:
            return
        trial = Piece(self.piece.label)
        seen = list(self.batches(trial))
        # A step of η = 8 after another may lead to numbers that are too large: no fault of the author's.
        slug, sentence = trial.problem or ("no-batches", "")
        if slug not in ("no-batches", "not-finite") and "Overflow" not in sentence:
            self.piece.fails(slug, sentence, trial.where)
        if not seen:
            return
        faults = self.summed(seen)
        for kinds in "w", "bw":         # λ·w is taken off once, however many examples there are
            if faults is None and self.inquiry.decays:
                faults = self.summed([self.less_decay(one, kinds) for one in seen])
        if faults is None:
            faults = self.in_turn(seen)
        if faults is None and self.softmax_of_batch(seen):
            faults = [Fault("softmax-over-batch", "step")]
        if faults is None and self.piece.problem is None:
            if all(self.crossed(c, move) for c, move, _ in seen):
                faults = [Fault("sgd-pairs-broken", "step")]
            elif all(slug in CONVENTIONS for slug in self.piece.slugs):
                faults = self.unexplained(*seen[0])
        c, move, mine = seen[0]
        wanted = total(mine, 1.0 / len(mine))
        for fault in faults or []:
            block = "b" if "biases" in fault.quantity else "w", fault.layer
            self.piece.faults.append(fault if fault.given or block not in move else fault._replace(
                network=c, given=move[block], expected=wanted[block]))

    def batches(self, trial: Piece) -> Any:
        """The moves along each case's mini-batch: a step that shuffles its examples has several."""
        for c, case in enumerate(self.cases):
            mine = [as_move(self.singles[c, i]) for i in range(len(case.inputs)) if (c, i) in self.singles]
            different: List[Move] = []
            for _ in range(5 if 2 <= len(mine) == len(case.inputs) else 0):
                found = self.ask(c, [(case.inputs, case.targets)], self.eta, piece=trial)
                if found is None:
                    break
                move = moved(self.thetas[c], found[0], -1.0 / self.eta)
                if not any(equal(move, other) for other in different):
                    different.append(move)
                    yield c, move, mine

    def less_decay(self, batch: Batch, kinds: str) -> Batch:
        """The same without the decay that was found in the step."""
        c, move, mine = batch
        case = self.cases[c]
        decay: Move = {(kind, l): [self.inquiry.decays.get((c, l), 0.0) * p for p in numbers(value)]
                       if kind in kinds else [0.0] * len(numbers(value))
                       for kind, values in (("b", case.biases), ("w", case.weights))
                       for l, value in enumerate(values) if (kind, l) in move}
        return c, less(move, decay), [less(one, decay) for one in mine]

    def summed(self, seen: List[Batch]) -> Optional[List[Fault]]:
        """The faults of a step that is a sum of the gradients up to factors; None if it is no such sum."""
        parts: List[Tuple[str, Callable[[List[Move]], Move]]] = [
            ("", total), ("update-last-example-only", lambda mine: mine[-1]),
            ("update-first-example-only", lambda mine: mine[0])]
        for slug, part in parts:
            shares: Shares = {}
            fits = True
            for _, move, mine in seen:
                for block, wanted in part(mine).items():
                    if largest(move[block]) < 1e-12 > largest(wanted):
                        continue
                    c = ratio_or_zero(move[block], wanted)
                    fits &= c is not None
                    shares.setdefault(block, []).append((c or 0.0, len(mine)))
            if fits:
                return [Fault(slug, "step")] if slug else self.named_shares(shares)
        return None

    def named_shares(self, shares: Shares) -> List[Fault]:
        """What the factors of sums over m examples are called."""
        names = {block: _share(values) for block, values in shares.items()}
        kinds = {kind: {name for (k, _), name in names.items() if k == kind} - {"zero"} for kind in "bw"}
        both = kinds["b"] | kinds["w"]
        if both <= {"mean"}:
            return []
        if both == {"sum"} and self.inquiry.about["takes_eta"] and close(abs(self.inquiry.step_factor or 1.0), 1 / N):
            return [Fault("update-over-all", "step")]
        if both == {"sum"} and not self.inquiry.about["book_step"]:
            self.inquiry.notes.append(f"{self.piece.label}: a step of several examples goes along their sum")
            return []
        if len(both) == 1:
            slug = {"sum": "update-sum-not-mean", "twice": "update-mean-twice", "all": "update-over-all"}
            return [Fault(slug.get(both.pop(), "update-scaled"), "step")]
        if (kinds["b"], kinds["w"]) == ({"sum"}, {"mean"}):
            return [Fault("update-biases-by-sum", "step of the biases")]
        if (kinds["b"], kinds["w"]) == ({"mean"}, {"sum"}):
            return [Fault("update-weights-by-sum", "step of the weights")]
        return [Fault("update-scaled", f"step of the {NAMES[kind]}", layer=l) for (kind, l), name in names.items()
                if name not in ("mean", "zero")]

    def in_turn(self, seen: List[Batch]) -> Optional[List[Fault]]:
        """The faults of a step in which examples move the weights one after the other; None if they do not."""
        if all(self.turns(c, move, 1.0) for c, move, _ in seen):
            self.inquiry.notes.append(f"{self.piece.label}: each example of a mini-batch is a step of its own")
            return []
        early = "bp2-updated-weights" in [*self.piece.slugs, *(self.inquiry.back.slugs if self.inquiry.back else ())]
        if self.inquiry.about["takes_eta"] and all(self.turns(c, move, 1.0 / len(mine)) for c, move, mine in seen):
            # Where weights change too early, this is how they do.
            return [] if early else [Fault("update-one-at-a-time", "step")]
        if all(self.in_the_loop(c, move) for c, move, _ in seen):
            return [Fault("update-in-the-loop", "step")]
        return [] if early else None

    def turns(self, c: int, move: Move, share: float) -> bool:
        """Whether the author's own steps, one example after the other, end where his mini-batch does."""
        case, eta = self.cases[c], self.eta * share
        known: Dict[Tuple[int, ...], Optional[Theta]] = {(): self.thetas[c]}
        for order in permutations(range(len(case.inputs))):
            for k, i in enumerate(order):
                theta = known[order[:k]]
                if order[:k + 1] not in known:
                    found = theta and self.ask(c, [([case.inputs[i]], [case.targets[i]])], eta, theta, piece=Piece(""))
                    known[order[:k + 1]] = found[0] if found else None
            end = known[order]
            if end and equal(move, moved(self.thetas[c], end, -1.0 / self.eta)):
                return True
        return False

    def in_the_loop(self, c: int, move: Move) -> bool:
        """Whether every example makes a step along the sum of the gradients so far."""
        case, inquiry = self.cases[c], self.inquiry
        if "gradient" not in inquiry.names:
            return False
        for share in 1.0 / len(case.inputs), 1.0:
            theta, so_far = self.thetas[c], []
            for x, y in zip(case.inputs, case.targets):
                value = inquiry.answer(Piece(""), "", "gradient", theta, x, y)
                if value is None:
                    return False
                value = [[widened(b, len(w)) for b, w in zip(value[0], case.weights)], value[1]]
                so_far.append(as_move(value))
                theta = after(theta, total(so_far), -self.eta * share * (inquiry.step_factor or 1.0))
            if equal(move, moved(self.thetas[c], theta, -1.0 / self.eta)):
                return True
        return False

    def softmax_of_batch(self, seen: List[Batch]) -> bool:
        """Whether the examples of a mini-batch share one softmax."""
        reading = self.inquiry.reading
        if not reading or reading.output != "softmax":
            return False
        cost = self.inquiry.cost or "log-likelihood"

        def ends_there(c: int, move: Move, line: Any) -> bool:
            net = Algorithm(replace(reading.case(self.cases[c], cost), eta=self.eta), [line])
            net.step(net.case.inputs, net.case.targets)
            theta = {"weights": net.weights, "biases": net.biases}
            return equal(move, moved(self.thetas[c], theta, -1.0 / self.eta))
        return any(all(ends_there(c, move, line) for c, move, _ in seen)
                   for line in MISTAKES["softmax-over-batch"].lines)

    def crossed(self, c: int, move: Move) -> bool:
        """Whether a mini-batch moves a network as its inputs do with each other's targets."""
        case, everyone = self.cases[c], range(len(self.cases[c].inputs))
        alone: Dict[Tuple[int, int], Move] = {}
        for i in everyone:
            for j in everyone:
                found = self.ask(c, [([case.inputs[i]], [case.targets[j]])], self.eta, piece=Piece(""))
                if found is None:
                    return False
                alone[i, j] = moved(self.thetas[c], found[0], -1.0 / self.eta)
        return any(equal(move, total([alone[pair] for pair in zip(everyone, order)], share))
                   for order in permutations(everyone) for share in (1.0, 1.0 / len(everyone)))

    def unexplained(self, c: int, move: Move, mine: List[Move]) -> List[Fault]:
        """The first block that is no mean of the gradients."""
        wanted = total(mine, 1.0 / len(mine))
        return [Fault(UNKNOWN, f"step of the {NAMES[kind]}", c, 0, l, move[kind, l], wanted[kind, l])
                for kind, l in move if not near(move[kind, l], wanted[kind, l])][:1]

    # One step after another

    def two(self, c: int, hyper: Mapping[str, float] = {}) -> Optional[Tuple[Move, Move]]:
        """The first of two steps of a network, and by how much the second is another than without a first."""
        case, eta = self.cases[c], self.cases[c].eta
        halves = [([case.inputs[i]], [case.targets[i]]) for i in (0, 1)]
        both = self.ask(c, halves, eta, hyper=hyper)
        fresh = both and self.ask(c, halves[1:], eta, both[0], hyper)
        if not both or not fresh:
            return None
        rest = {} if same(both[1], fresh[0]) else less(moved(both[0], both[1]), moved(both[0], fresh[0]))
        return moved(self.thetas[c], both[0]), rest

    def memory(self) -> None:
        """Whether a second step is what it would be in a network that has taken no first one."""
        for c in range(len(self.cases[:2])):
            found = self.two(c)
            if found is None:
                return
            first, rest = found
            if not rest:
                continue
            kept = {block: ratio_or_zero(rest[block], first[block]) for block in rest if largest(first[block]) > 1e-9}
            some = common([value for value in kept.values() if value != 0.0])
            if some is not None and close(some, 1.0):
                self.piece.faults.append(Fault("update-gradient-kept", "step", c, 1))
            elif some is not None and 0 < some < 1:
                self.inquiry.notes.append(f"{self.piece.label}: keeps {some:.4g} of its last step, as momentum does")
            else:
                self.inquiry.notes.append(f"{self.piece.label}: a second step depends on the first (a rate that "
                                          "changes, Nesterov's momentum ...): not judged")
            return

    def decay(self) -> None:
        """What λ takes off."""
        takes, meant = self.inquiry.about["takes"], self.inquiry.meant.lmbda
        lmbda = meant if meant is not None else LMBDA if takes["lmbda"] and takes["n"] else 0.0
        case, theta, eta = self.cases[0], self.thetas[0], self.cases[0].eta
        m = len(case.inputs) if self.inquiry.about["batches"] else 1
        batch = [(case.inputs[:m], case.targets[:m])]
        without = self.ask(0, batch, eta) if lmbda else None
        with_it = self.ask(0, batch, eta, hyper={"lmbda": lmbda}) if without else None
        if not without or not with_it:
            return
        taken, faults = moved(without[0], with_it[0], -1.0), self.piece.faults
        both = {"given": taken["w", 0], "expected": [eta * lmbda / N * w for w in numbers(theta["weights"][0])]}
        weights = [x for (kind, _), values in taken.items() if kind == "w" for x in values]
        if any(largest(values) > 1e-9 for (kind, _), values in taken.items() if kind == "b"):
            faults.append(Fault("l2-on-biases", "biases"))
        found = ratio_or_zero(weights, numbers(theta["weights"]))
        if found is None:
            faults.append(Fault(UNKNOWN, "weights", detail="what λ changes is no part of the weights"))
            return
        share = found / (eta * lmbda)
        for wanted, slug in ((1 / N, ""), (0.0, "l2-missing"), (1 / m, "l2-over-m"), (1.0, "l2-without-n"),
                             (-1 / N, "l2-sign"), (-1 / m, "l2-sign"), (-1.0, "l2-sign")):
            if close(share, wanted):
                # Without an n there is no λ/n: λ and λ/m are conventions then.
                if slug and (takes["n"] or slug in ("l2-sign", "l2-missing")):
                    faults.append(Fault(slug, "weights", **both))     # type: ignore[arg-type]
                return
        self.inquiry.notes.append(f"{self.piece.label}: λ takes {share:.4g}·ηλ of each weight, not ηλ/n")

    def momentum(self) -> None:
        """What μ keeps of a step."""
        meant = self.inquiry.meant.mu
        mu = meant if meant is not None else MU if self.inquiry.about["takes"]["mu"] else 0.0
        c = 1 if len(self.cases) > 1 else 0
        found = self.two(c, {"mu": mu}) if mu else None
        if found is None:
            return
        first, rest = found
        kept = ratio(every(rest), every(first)) if rest else 0.0
        if kept is None:
            self.inquiry.notes.append(f"{self.piece.label}: what μ keeps is no part of the step before, as with "
                                      "Nesterov's momentum: not judged")
        elif kept == 0.0:
            self.piece.faults.append(Fault("momentum-missing", "step", c, 1, expected=mu, factor=0.0))
        elif close(kept, -mu):
            self.piece.faults.append(Fault("momentum-sign", "step", c, 1, expected=mu, factor=kept))
        elif not close(kept, mu):
            self.inquiry.notes.append(f"{self.piece.label}: {kept:.4g} of the step is kept, not μ = {mu:g}")


def _of_the_step(fault: Fault) -> str:
    """What a fault is called where only the step can be seen: a gradient of the wrong sign is a step uphill."""
    turned = fault.factor is not None and close(fault.factor, -1.0)
    uphill = {"bp3-scaled": "update-biases-uphill", "bp4-scaled": "update-weights-uphill"} if turned else {}
    return {"bp1-sign": "update-ascent", **uphill}.get(fault.slug, fault.slug)


def _is_one_size(values: Sequence[float]) -> bool:
    """Whether numbers that are not zero are as large as each other, but for the few that an ε makes smaller."""
    sizes = [abs(v) for v in values if abs(v) > 1e-12]
    return len(sizes) > 20 and sum(size > 0.98 * max(sizes) for size in sizes) > 0.6 * len(sizes)


def _is_limited(move: Sequence[float], gradient: Sequence[float]) -> bool:
    """Whether a step is a multiple of the gradient, or one whose numbers are cut off at a limit."""
    if len(move) != len(gradient):
        return False
    if ratio(list(move), list(gradient)) is not None:
        return True
    most = largest(list(move))
    inside = [(v, g) for v, g in zip(move, gradient) if abs(v) < most * (1 - CLOSE)]
    c = ratio([v for v, _ in inside], [g for _, g in inside]) if inside else None
    return c is not None and all(abs(c * g) > most * (1 - CLOSE) and v * c * g > 0 for v, g in zip(move, gradient)
                                 if abs(v) >= most * (1 - CLOSE))


def _share(values: List[Tuple[float, int]]) -> str:
    """What factors of sums over m examples are: of the mean, of the sum, of the mean of the mean."""
    if all(c == 0.0 for c, _ in values):
        return "zero"
    for name, wanted in (("mean", lambda m: 1 / m), ("sum", lambda m: 1.0), ("twice", lambda m: 1 / m / m),
                         ("all", lambda m: 1 / N)):
        if all(close(c, wanted(m)) for c, m in values):
            return name
    return "other"

