"""The questions that are put to somebody's network, piece by piece, and what each answer says.

The way forward, the way back, the step, an epoch, the count of right answers, the weights at the beginning: each is
judged by what the author's own other pieces make of the same numbers, so that a mistake is found where it is and not
once more in all that builds on it.
"""
from __future__ import annotations

import math
from copy import deepcopy
from dataclasses import dataclass, field, replace
from itertools import permutations
from random import Random
from typing import Any, Callable, Dict, Iterator, List, Optional, Sequence, Tuple

from ..matrix import Matrix, Vector, argmax, unit_vector
from .algorithm import Algorithm
from .arrays import Finding
from .cases import Case
from .catalogue import CONVENTIONS, MISTAKES
from .functions import DERIVATIVES, FUNCTIONS
from .judge import (NEAR, UNKNOWN, Fault, Hypothesis, Reading, Seen, Slopes, Trail, cost_of,
                    explains, gap, near, numbers, ratio, read_back, read_forward, weight_of)

Theta = Dict[str, Any]
Ask = Callable[..., Any]
"""Puts a question to the network by the name of a method of `adapt.Student`; a Finding if it is no answer."""

LMBDA, MU = 0.7, 0.6
"""λ and μ for a step that has a place for them, unless others are asked for."""


_BOOK = {"forward": "feedforward", "gradient": "backprop", "step": "update_mini_batch", "train": "SGD",
         "derivative": "cost_derivative"}


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
    note: str = ""

    @property
    def slugs(self) -> List[str]:
        """The names of what is wrong with it."""
        return list(dict.fromkeys(fault.slug for fault in self.faults))


def networks(sizes: Optional[List[int]], deep: bool, biases: bool) -> List[Case]:
    """The networks that are tried: layers of unequal and of equal size, one hidden layer and two, several examples that
    all have different inputs, every class among them."""
    shapes = [[3, 4, 2], [3, 3, 3], [2, 3, 3], [4, 2, 3]] if not deep else [
        [3, 4, 2], [3, 3, 3], [3, 3, 3, 3], [4, 3, 2, 3]]
    rng, cases = Random(15), []
    for number, own in enumerate([sizes] * 2 if sizes else shapes):
        m = (3, 3, 2, 4)[number] if not sizes else 3
        pairs = list(zip(own, own[1:]))
        weights = [[[_number(rng) / math.sqrt(max(1.0, n_in / 6)) for _ in range(n_in)] for _ in range(n_out)]
                   for n_in, n_out in pairs]
        bs = [[_number(rng) if biases else 0.0 for _ in range(n_out)] for _, n_out in pairs]
        inputs = [[_number(rng) for _ in range(own[0])] for _ in range(m)]
        targets = [unit_vector((i + number) % own[-1], own[-1]) if own[-1] > 1 else [float(i % 2)] for i in range(m)]
        cases.append(Case(own, [], "quadratic", 0.5, 0.0, 0.0, m, inputs, targets, weights, bs, 1))
    return cases


def _number(rng: Random) -> float:
    """A number from -1.19 to 1.19 that is not near zero."""
    return rng.choice((-1, 1)) * rng.randrange(11, 120) / 100


class Inquiry:
    """All that is asked of one network, and the pieces that come of it."""

    def __init__(self, ask: Ask, about: Dict[str, Any], meant: Meant) -> None:
        self.ask, self.about, self.meant = ask, about, meant
        self.cases = networks(about["sizes"], about["deep"], about["biases"])
        if about["labels"]:         # one_hot(Y.max() + 1) of one example is right for the last class alone
            self.cases = [replace(case, targets=[unit_vector(case.sizes[-1] - 1, case.sizes[-1])] * len(case.inputs))
                          for case in self.cases]
        self.thetas: List[Theta] = [{"weights": case.weights, "biases": case.biases} for case in self.cases]
        self.pieces: List[Piece] = []
        self.reading: Optional[Reading] = None
        self.cost = ""
        self.factor = 1.0
        self.notes: List[str] = []
        self.conventions: List[str] = []
        self.other = ""             # what it would be right for
        self.gone = False
        self.worst: Dict[str, float] = {}
        self.gradients: Dict[Tuple[int, int], Any] = {}
        self.back: Optional[Hypothesis] = None

    def run(self) -> None:
        """Ask everything."""
        routes = self.about["routes"]
        for piece, question in (("forward", self.forward), ("derivative", self.derivative), ("gradient", self.gradient),
                                ("step", self.step), ("train", self.train), ("evaluate", self.evaluate),
                                ("start", self.start)):
            if piece in self.about["problems"] and (
    piece not in routes or piece == "forward" and routes[piece] != "feedforward"):
                self.pieces.append(Piece(_BOOK.get(piece, piece), problem=tuple(self.about["problems"][piece])))
            if piece in routes or piece == "start":
                if not self.gone:
                    question()

    def label(self, piece: str) -> str:
        """The name of a piece, as the author calls it."""
        return str(self.about["routes"].get(piece) or _BOOK.get(piece, piece))

    def answer(self, piece: Piece, where: str, *question: Any) -> Any:
        """The answer to a question; None, and a problem of the piece, if there is none."""
        try:
            return self.ask(*question)
        except Finding as finding:
            if finding.args[0] in ("hangs", "ends-the-process"):
                self.gone = True
            if piece.problem is None:
                piece.problem, piece.where = (finding.args[0], finding.args[1]), where
            return None

    def place(self, c: int, i: Optional[int] = None) -> str:
        """A network and an example in words."""
        return f"network {c + 1} {self.cases[c].sizes}" + ("" if i is None else f", example {i + 1}")

    # Forward

    def forward(self) -> None:
        """The outputs: which functions lead to them."""
        piece = Piece(self.label("forward"), networks=len(self.cases))
        self.pieces.append(piece)
        outputs: Dict[Tuple[int, int], Vector] = {}
        for c, case in enumerate(self.cases):
            for i, x in enumerate(case.inputs):
                if self.gone:
                    return
                out = self.answer(piece, self.place(c, i), "forward", self.thetas[c], x)
                if out is None:
                    continue
                bad = next((v for v in numbers(out) if not math.isfinite(v)), None)
                if len(out) != case.sizes[-1] or not all(isinstance(v, float) for v in out):
                    piece.problem = piece.problem or ("wrong-shape", f"returned {len(out)} numbers, expected "
                                                                     f"{case.sizes[-1]}")
                elif bad is not None:
                    piece.problem = piece.problem or ("not-finite", f"has {bad} in it")
                else:
                    outputs[c, i] = out
                    continue
                piece.where = piece.where or self.place(c, i)
        if not outputs:
            return
        self.outputs = outputs
        self.reading = read_forward(self.cases, outputs, self.meant.activation, self.meant.output)
        if self.reading is None and (self.meant.activation or self.meant.output):
            own = read_forward(self.cases, outputs, None, None)
            self.reading = own._replace(slug="forward-wrong-activation") if own and not own.slug else own
        if self.reading is None:
            piece.right = "of functions that are not known"
            return
        ways = {c: self.reading.ways(self.cases[c]) for c in dict.fromkeys(c for c, _ in outputs)}
        self.worst["forward"] = max(gap(out, ways[c][i].a[-1]) for (c, i), out in outputs.items())
        if self.reading.slug:
            wanted = Reading(self.meant.activation or self.reading.hidden, self.meant.output or self.reading.output)
            if self.reading.output not in FUNCTIONS or self.reading.slug == "forward-two-activations":
                wanted = wanted._replace(output=self.meant.output or self.reading.output.split("-of-")[0])
            c, i, right = next(((c, i, way.a[-1]) for (c, i), out in outputs.items()
                                for way in [wanted.ways(self.cases[c])[i]] if not near(out, way.a[-1])),
                               (*next(iter(outputs)), None))
            piece.faults.append(Fault(self.reading.slug, "a", c, i, len(
                self.cases[c].weights) - 1, outputs[c, i], right))
            if piece.problem and piece.problem[0] == "raises":
                piece.problem = None
        elif not (self.meant.activation and self.meant.output):
            names = self.reading.hidden, self.reading.output
            piece.right = (f"{names[0]} throughout" if names[0] == names[1] else f"{names[0]}, {names[1]} at the "
                f"output") + (
                f", to {self.worst['forward']:.0e}" if self.worst["forward"] else "")

    # The cost

    def derivative(self) -> None:
        """What the file's own derivative of the cost says the cost is."""
        piece = Piece(self.label("derivative"), networks=len(self.cases))
        given: List[Tuple[Vector, Vector, Vector]] = []
        reading = self.reading or Reading("sigmoid", "sigmoid")
        for c, case in enumerate(self.cases):
            try:
                ways = reading.ways(case)
            except ValueError:
                continue
            for i, way in enumerate(ways):
                if self.gone:
                    return
                value = self.answer(piece, self.place(c, i), "derivative", self.thetas[c], way.a[-1], way.y)
                if isinstance(value, list) and len(value) == len(way.y):
                    given.append((way.a[-1], way.y, value))
        if piece.problem:
            self.pieces.append(piece)
        if not given:
            return
        name, factor = cost_of(given)
        if name:
            self.own_cost, piece.right = name, f"that of the {name} cost" + ("" if abs(factor - 1) < NEAR else
                                                                            f", times {factor:.4g}")
            self.own_factor = factor
            self.pieces.append(piece)

    own_cost = ""
    own_factor = 1.0

    def costs(self) -> List[str]:
        """The costs that may be meant, the likeliest first."""
        if self.meant.cost:
            return [self.meant.cost]
        output = self.reading.output if self.reading else "sigmoid"
        if self.own_cost and not (self.own_cost == "quadratic" and output == "softmax"):
            return [self.own_cost]
        first = ["log-likelihood"] if output == "softmax" else []
        return list(dict.fromkeys([*first, *DERIVATIVES]))

    # Back

    def gradient(self) -> None:
        """The gradient of each example."""
        piece = Piece(self.label("gradient"), networks=len(self.cases))
        self.pieces.append(piece)
        for c, case in enumerate(self.cases):
            for i, (x, y) in enumerate(zip(case.inputs, case.targets)):
                if self.gone:
                    return
                value = self.answer(piece, self.place(c, i), "gradient", self.thetas[c], x, y)
                if value is not None:
                    self.gradients[c, i] = value
        self.back = self.read(piece, self.gradients)

    def read(self, piece: Piece, gradients: Dict[Tuple[int, int], Any], eta: float = 1.0) -> Optional[Hypothesis]:
        """Judge gradients (nabla_b, nabla_w) of examples by (case, example), line by line and against itself."""
        if not gradients:
            return None
        self.shapes(piece, gradients)
        finite = {key: value for key, value in gradients.items() if all(map(math.isfinite, numbers(value)))}
        if len(finite) < len(gradients) and piece.problem is None:
            piece.problem = "not-finite", "has a number in it that is not finite"
        if not finite:
            return None
        best: Optional[Hypothesis] = None
        for reading in self.readings():
            trails = self.trails(reading, finite)
            if not trails:
                continue
            hypothesis = read_back(trails, self.costs(), eta)
            extra = 0.0 if reading == self.reading or self.reading is None else 0.3
            if reading.slug and reading != self.reading:
                extra += 1.0
            if best is None or hypothesis.cost + extra < best.cost:
                best = hypothesis._replace(cost=hypothesis.cost + extra)
                if reading.slug and (self.reading is None or reading.slug != self.reading.slug):
                    best = best._replace(faults=(Fault(reading.slug, "a", 0, 0, 0), *best.faults),
                                         slugs=(reading.slug, *best.slugs))
                self.used = reading
            if best.cost < 0.5:
                break
        wrong = best is None or weight_of(best.slugs) >= 0.5
        if wrong and "forward" in self.about["routes"]:
            own = self.against_itself(finite)
            if own is not None and (best is None or best.cost >= 0.5):
                name, factor = own
                hidden = [slug for slug in (best.slugs if best else ()) if slug.startswith("bp1") or slug == UNKNOWN]
                if best is None or not [slug for slug in best.slugs if slug.startswith(
                    "bp1")] or name and not self.meant.cost and not self.own_cost:
                    if name and (name == self.meant.cost or not self.meant.cost):
                        best = Hypothesis(0.0, (), {}, name, factor, self.sign(factor), 0.0)
                        piece.right = "the derivative of its own way forward"
                    elif not self.meant.cost and not hidden:
                        best = Hypothesis(0.0, (), {}, "", 1.0, (), 0.0)
                        piece.right = "the derivative of its own way forward, for a cost that is not known"
                else:
                    best = best._replace(faults=tuple(f for f in best.faults if f.slug.startswith("bp1")),
                                         slugs=tuple(s for s in best.slugs if s.startswith("bp1")))
            elif best is None:
                c, i = next(iter(finite))
                piece.faults.append(Fault(UNKNOWN, "nabla_w", c, i, 0, detail="it is not the derivative of the "
                                                                              "outputs, "
                                          "whatever the cost"))
        if best is None:
            return None
        piece.faults += list(best.faults)
        self.worst[piece.label] = best.worst
        if piece.problem and any(slug not in CONVENTIONS and slug != UNKNOWN for slug in piece.slugs):
            piece.problem = None if piece.problem[0] in ("raises", "wrong-shape") else piece.problem
        elif piece.problem and piece.problem[0] == "wrong-shape":
            piece.faults = [fault for fault in piece.faults if fault.slug != UNKNOWN]
        if not self.cost:
            self.cost, self.factor = best.meaning, best.factor
        if not piece.right and not piece.problem and not [s for s in piece.slugs if s not in CONVENTIONS]:
            parts = [] if self.meant.cost or not best.meaning else [f"for the {best.meaning} cost"]
            parts += [f"to {best.worst:.0e}"] if best.worst else []
            piece.right = ", ".join(["right", *parts]) if parts else ""
        return best

    used: Optional[Reading] = None

    def sign(self, factor: float) -> Tuple[str, ...]:
        """The convention in a factor."""
        size = "" if abs(abs(factor) - 1) < 1e-4 else "bp1-scaled"
        return tuple(filter(None, ("bp1-sign" if factor < 0 else "", size)))

    def shapes(self, piece: Piece, gradients: Dict[Tuple[int, int], Any]) -> None:
        """A gradient of another shape than its parameters."""
        for (c, i), (nabla_b, nabla_w) in gradients.items():
            for l, (w, b) in enumerate(zip(self.cases[c].weights, self.cases[c].biases)):
                for name, value, wanted in (("nabla_b", nabla_b[l], b), ("nabla_w", nabla_w[l], w)):
                    if value is not None and _shape(value) != _shape(wanted) and (
                            piece.problem is None or piece.problem[0] == "raises") and not (
                            name == "nabla_b" and _shape(value) == (1,)):
                        square = name == "nabla_b" and len(_shape(value)) == 2 and _shape(value)[0] == len(b)
                        why = ": a column and a flat vector, subtracted or multiplied, make a square" if square else ""
                        found = f"{name} of layer {l + 2} is of shape {_shape(value)}"
                        piece.problem = "wrong-shape", f"{found}, expected {_shape(wanted)}{why}"
                        piece.where = self.place(c, i)

    def readings(self) -> Iterator[Reading]:
        """The ways forward that the way back may begin with: that of feedforward, then others."""
        if self.reading:
            yield self.reading
            plain = self.reading._replace(slug="", lines=None)
            if plain != self.reading:
                yield plain
            for slug in ("forward-no-bias", "forward-transposed", "forward-bias-sign"):
                for line in MISTAKES[slug].lines[:1]:
                    yield plain._replace(slug=slug, lines=line)
        elif "forward" not in self.about["routes"]:
            for hidden in [self.meant.activation] if self.meant.activation else ["sigmoid", "tanh", "relu"]:
                for output in [self.meant.output] if self.meant.output else dict.fromkeys(
                        [hidden, "softmax", "sigmoid", "identity"]):
                    yield Reading(hidden, output)

    def trails(self, reading: Reading, gradients: Dict[Tuple[int, int], Any]) -> List[Trail]:
        """What was seen of the way back, beside a way forward."""
        found = []
        for c, case in enumerate(self.cases):
            mine = [i for i in range(len(case.inputs)) if (c, i) in gradients]
            if not mine:
                continue
            try:
                ways = reading.ways(case)
            except (ValueError, IndexError):
                continue
            seen = [Seen([_widened(b, len(w)) for b, w in zip(gradients[c, i][0], case.weights)], gradients[c, i][1])
                    for i in mine]
            kept = replace(
    reading.case(case), inputs=[
        case.inputs[i] for i in mine], targets=[
            case.targets[i] for i in mine])
            found.append(Trail(c, kept, [ways[i] for i in mine], seen))
        return found

    def against_itself(self, gradients: Dict[Tuple[int, int], Any]) -> Optional[Tuple[str, float]]:
        """Whether gradients are the derivatives of the outputs for some cost, and which; None if they are of none."""
        errors = []
        piece = Piece("")
        for (c, i) in list(gradients)[:7]:
            slopes = self.answer(piece, "", "slopes", self.thetas[c], self.cases[c].inputs[i])
            if slopes is None or (c, i) not in self.outputs:
                return None
            nabla_b, nabla_w = gradients[c, i]
            mine = Slopes()
            for l in range(len(nabla_w)):
                mine.add(slopes["weights"][l], nabla_w[l])
                if slopes["biases"][l] is not None and nabla_b[l] is not None:
                    mine.add(slopes["biases"][l], nabla_b[l])
            g = mine.error()
            if g is None:
                return None
            errors.append((self.outputs[c, i], self.cases[c].targets[i], g))
        softmax = all(abs(sum(a) - 1) < 1e-6 and len(a) > 1 for a, _, _ in errors)
        return cost_of(errors, softmax)

    outputs: Dict[Tuple[int, int], Vector] = {}

    # The step

    def after(self, piece: Piece, where: str, theta: Theta, batches: Sequence[Tuple[List[Vector], List[Vector]]],
              eta: float, **hyper: float) -> Optional[List[Theta]]:
        """The parameters after each of some steps."""
        if self.gone:
            return None
        values = dict(eta=eta, lmbda=0.0, mu=0.0, n=7)
        values.update(hyper)
        found = self.answer(piece, where, "step", theta, [[list(xs), list(ys)] for xs, ys in batches], values)
        for after in found or ():
            if not all(map(math.isfinite, numbers([after["weights"], [b for b in after["biases"] if b is not None]]))):
                piece.problem = piece.problem or ("not-finite", "left a number that is not finite: nan or inf")
                piece.where = piece.where or where
                return None
            if _shapes(after, theta) != _shapes(theta, after):
                piece.problem = piece.problem or ("wrong-shape", "left weights or biases of another shape than they "
                                                                 "had")
                piece.where = piece.where or where
                return None
        return found    # type: ignore[no-any-return]

    def step(self) -> None:
        """What the parameters become: of one example, of several, and of one step after another."""
        piece = Piece(self.label("step"), networks=len(self.cases))
        self.pieces.append(piece)
        eta = 8.0 if self.about["takes_eta"] else 1.0       # a large step is exact in 32 bits, too
        singles: Dict[Tuple[int, int], Any] = {}
        for c, case in enumerate(self.cases):
            for i, (x, y) in enumerate(zip(case.inputs, case.targets)):
                after = self.after(piece, self.place(c, i), self.thetas[c], [([x], [y])], eta)
                if after:
                    singles[c, i] = _moves(self.thetas[c], after[0], -1.0 / eta)
        if not singles or self.gone:
            return
        gradients = {key: value for key, value in self.gradients.items() if key in singles}
        if gradients and self.own_step(piece, singles, gradients):
            pass
        else:
            before = len(piece.faults)
            back = self.read(piece, singles, eta)
            if not gradients:           # it goes uphill, whichever of the two signs is wrong
                piece.faults = [fault._replace(slug="update-ascent") if fault.slug == "bp1-sign" else fault
                                for fault in piece.faults]
            if self.back is None:
                self.back = back
            elif gradients and self.back.cost < 0.5:        # the gradient is right, and what moves is not
                piece.faults[before:] = [fault._replace(slug=_AS_STEP.get(
                    fault.slug, fault.slug)) for fault in piece.faults[before:]]
            if gradients and len(piece.faults) == before and not piece.right:
                piece.right = "right, by a way back of its own"
        self.batch(piece, singles, eta)
        self.state(piece)
        self.decay(piece)
        self.momentum(piece)

    def own_step(self, piece: Piece, singles: Dict[Tuple[int, int], Any],
                 gradients: Dict[Tuple[int, int], Any]) -> bool:
        """Whether a step along one example goes along its gradient, and by which factor."""
        factors: Dict[Tuple[str, int], List[Optional[float]]] = {}
        for key, moved in singles.items():
            if key not in gradients:
                continue
            for kind, ours, theirs in (("b", moved[0], gradients[key][0]), ("w", moved[1], gradients[key][1])):
                for l, (one, other) in enumerate(zip(ours, theirs)):
                    if one is not None and other is not None:
                        factors.setdefault((kind, l), []).append(_ratio0(one, _like(other, one)))
        blocks = {block: _one(values) for block, values in factors.items()}
        if any(value is None for value in blocks.values()):
            zero = [block for block, value in blocks.items() if value is None and all(v == 0.0 for v in factors[block])]
            if len(zero) < sum(value is None for value in blocks.values()):
                return False
        self.apply_blocks(piece, blocks)
        return True

    def apply_blocks(self, piece: Piece, blocks: Dict[Tuple[str, int], Optional[float]]) -> None:
        """Name factors by which parameters move, that ought to be one."""
        values = [value for value in blocks.values() if value is not None]
        main = _most(values)
        if main is None:
            return
        for (kind, l), value in blocks.items():
            if value is None or abs(value - main) <= 1e-4 * abs(main):
                continue
            if value == 0.0:
                slug = "update-bias-not-updated" if kind == "b" else "update-weights-not-updated"
            elif abs(value + main) <= 1e-4 * abs(main):
                slug = "update-biases-uphill" if kind == "b" else "update-weights-uphill"
                if main < 0 < value and (
    kind == "w") and all(
        v is None or v < 0 for (
            k,
            _),
             v in blocks.items() if k == "b"):
                    continue
            else:
                slug = "update-scaled"
            piece.faults.append(Fault(slug, "biases" if kind == "b" else "weights", 0, 0, l, factor=value / main))
        kinds = {kind: {round(v, 6) for (k, _), v in blocks.items() if k == kind and v} for kind in "bw"}
        if len(kinds["b"]) == len(kinds["w"]) == 1 and kinds["b"] != kinds["w"] and main < 0 and - \
               main in kinds["w"] | kinds["b"]:
            # which of them goes uphill
            piece.faults = [fault for fault in piece.faults if not fault.slug.endswith("uphill")]
            down = next(iter(kinds["b"]))
            slug = "update-weights-uphill" if down > 0 else "update-biases-uphill"
            piece.faults.append(Fault(slug, "weights" if down > 0 else "biases", 0, 0, 0, factor=-1.0))
        self.step_factor = main

    step_factor = 1.0

    def batch(self, piece: Piece, singles: Dict[Tuple[int, int], Any], eta: float) -> None:
        """How the gradients of a mini-batch's examples make one step."""
        if not self.about["batches"] or self.gone:
            return
        trial = Piece(piece.label)
        seen: Dict[int, Tuple[Any, List[Any]]] = {}
        for c, case in enumerate(self.cases):
            mine = [singles.get((c, i)) for i in range(len(case.inputs))]
            if None in mine or len(mine) < 2:
                continue
            after = self.after(trial, self.place(c), self.thetas[c], [(case.inputs, case.targets)], eta)
            if after is None:
                continue
            seen[c] = _moves(self.thetas[c], after[0], -1.0 / eta), mine
        if trial.problem and trial.problem[0] != "no-batches" and piece.problem is None:
            piece.problem, piece.where = trial.problem, trial.where
        if not seen:
            return
        faults = self.summed(seen)
        if faults is None:
            faults = self.in_turn(piece, seen, eta)
        if faults is None and piece.problem is None:
            named_already = any(slug not in CONVENTIONS for slug in piece.slugs)
            c, (moved, mine) = next(iter(seen.items()))
            wanted = _mean([one for one in mine], 1.0 / len(mine))
            if not named_already:
                self.unexplained(piece, c, moved, wanted)
        piece.faults += faults or []

    def unexplained(self, piece: Piece, c: int, moved: Any, wanted: Any) -> None:
        for kind, ours, theirs in (("biases", moved[0], wanted[0]), ("weights", moved[1], wanted[1])):
            for l, (one, other) in enumerate(zip(ours, theirs)):
                if one is not None and not near(one, other):
                    piece.faults.append(Fault(UNKNOWN, f"step of the {kind}", c, 0, l, one, other))
                    return

    def summed(self, seen: Dict[int, Tuple[Any, List[Any]]]) -> Optional[List[Fault]]:
        """The faults of a step that is a sum of the gradients up to factors; None if it is no such sum."""
        candidates: List[Tuple[str, Callable[[List[Any]], Any]]] = [
            ("", lambda mine: _mean(mine, 1.0)), ("update-last-example-only", lambda mine: mine[-1]),
            ("update-first-example-only", lambda mine: mine[0])]
        for slug, total in candidates:
            blocks: Dict[Tuple[str, int], List[Tuple[float, int]]] = {}
            fits = True
            for c, (moved, mine) in seen.items():
                whole = total(mine)
                for kind, ours, theirs in (("b", moved[0], whole[0]), ("w", moved[1], whole[1])):
                    for l, (one, other) in enumerate(zip(ours, theirs)):
                        if one is None:
                            continue
                        if all(abs(v) < 1e-12 for v in [*numbers(one), *numbers(other)]):
                            continue
                        c_ = _ratio0(one, other)
                        fits &= c_ is not None
                        blocks.setdefault((kind, l), []).append((c_ or 0.0, len(mine)))
            if fits:
                return self.shares(slug, blocks)
        return None

    def shares(self, slug: str, blocks: Dict[Tuple[str, int], List[Tuple[float, int]]]) -> List[Fault]:
        """What the factors of sums over m examples are called."""
        names = {block: _share(values) for block, values in blocks.items()}
        if slug:
            return [Fault(slug, "step", 0, 0, 0)]
        kinds = {kind: {name for (k, _), name in names.items() if k == kind and name != "zero"} for kind in "bw"}
        every = kinds["b"] | kinds["w"]
        faults = []
        if every == {"mean"} or not every:
            return []
        if len(every) == 1:
            name = next(iter(every))
            if name == "sum" and not self.about["book_step"]:
                self.notes.append(f"{self.label('step')}: a step of several examples goes along their sum")
                return []
            slug = {"sum": "update-sum-not-mean", "twice": "update-mean-twice", "all": "update-over-all"}.get(
                name, "update-scaled")
            return [Fault(slug, "step", 0, 0, 0)]
        if kinds["b"] == {"sum"} and kinds["w"] == {"mean"}:
            return [Fault("update-biases-by-sum", "step of the biases", 0, 0, 0)]
        if kinds["w"] == {"sum"} and kinds["b"] == {"mean"}:
            return [Fault("update-weights-by-sum", "step of the weights", 0, 0, 0)]
        for (kind, l), name in names.items():
            if name not in ("mean", "zero"):
                faults.append(Fault("update-scaled", f"step of the {'biases' if kind == 'b' else 'weights'}", 0, 0, l))
        return faults

    def in_turn(self, piece: Piece, seen: Dict[int, Tuple[Any, List[Any]]], eta: float) -> Optional[List[Fault]]:
        """The faults of a step in which examples move the weights one after the other; None if they do not."""
        for way, slug in (("whole", ""), ("share", "update-one-at-a-time"), ("loop", "update-in-the-loop")):
            if all(self.turns(piece, c, moved, way, eta) for c, (moved, _) in seen.items()):
                if not slug:
                    self.notes.append(f"{piece.label}: each example of a mini-batch is a step of its own")
                if "bp2-updated-weights" in piece.slugs and slug == "update-one-at-a-time":
                    slug = ""           # that is how it changes them too early
                return [Fault(slug, "step", 0, 0, 0)] if slug else []
        if self.used is not None and self.back is not None:     # what all examples together come to, layer by layer
            for slug in [*self.back.slugs, *piece.slugs]:
                if slug == "bp2-updated-weights":
                    return []
        self.eta = eta
        if self.softmax_of_batch(seen):
            return [Fault("softmax-over-batch", "step", 0, 0, 0)]
        return None

    eta = 0.5

    def softmax_of_batch(self, seen: Dict[int, Tuple[Any, List[Any]]]) -> bool:
        """Whether the examples of a mini-batch share one softmax."""
        if not self.reading or self.reading.output != "softmax":
            return False
        for line in MISTAKES["softmax-over-batch"].lines:
            if all(self.spoilt(c, moved, line) for c, (moved, _) in seen.items()):
                return True
        return False

    def spoilt(self, c: int, moved: Any, line: Any) -> bool:
        assert self.reading
        case = replace(self.reading.case(self.cases[c], self.cost or "log-likelihood"), eta=self.eta)
        net = Algorithm(case, [line])
        net.step(case.inputs, case.targets)
        return near(_present(moved), _present(_moves(self.thetas[c], {"weights": net.weights, "biases": net.biases},
                                                     -1.0 / case.eta)))

    def turns(self, piece: Piece, c: int, moved: Any, way: str, eta: float) -> bool:
        """Whether the author's own steps, one example after the other, end where his mini-batch does."""
        case = self.cases[c]
        m = len(case.inputs)
        trial = Piece("")
        if way != "loop":
            if way == "share" and not self.about["takes_eta"]:
                return False
            theta = self.thetas[c]
            for x, y in zip(case.inputs, case.targets):
                after = self.after(trial, "", theta, [([x], [y])], eta if way == "whole" else eta / m)
                if after is None:
                    return False
                theta = after[0]
            return near(_present(moved), _present(_moves(self.thetas[c], theta, -1.0 / eta)))
        if "gradient" not in self.about["routes"]:
            return False
        for share in (1.0 / m, 1.0):
            theta = deepcopy(self.thetas[c])
            so_far: List[Any] = []
            for x, y in zip(case.inputs, case.targets):
                value = self.answer(trial, "", "gradient", theta, x, y)
                if value is None:
                    return False
                so_far.append([[_widened(b, len(w)) if b is not None else None for b,
                              w in zip(value[0], case.weights)], value[1]])
                total = _mean(so_far, self.step_factor)
                for l in range(len(case.weights)):
                    _add(theta["weights"][l], -eta * share, total[1][l])
                    if total[0][l] is not None:
                        theta["biases"][l] = [b - eta * share * d for b, d in zip(theta["biases"][l], total[0][l])]
            if near(_present(moved), _present(_moves(self.thetas[c], theta, -1.0 / eta))):
                return True
        return False

    def state(self, piece: Piece) -> None:
        """Whether a second step is what it would be in a network that has taken no first one."""
        if piece.problem or self.gone:
            return
        eta = self.cases[0].eta
        for c, case in enumerate(self.cases[:2]):
            halves = [([case.inputs[0]], [case.targets[0]]), ([case.inputs[1]], [case.targets[1]])]
            both = self.after(piece, self.place(c), self.thetas[c], halves, eta)
            if both is None:
                return
            fresh = self.after(piece, self.place(c), both[0], halves[1:], eta)
            if fresh is None or _same(both[1], fresh[0]):
                continue
            first = _moves(self.thetas[c], both[0], 1.0)
            second = _moves(both[0], both[1], 1.0)
            alone = _moves(both[0], fresh[0], 1.0)
            extra = _mean([second, _mean([alone], -1.0)], 1.0)
            kept = ratio(_present(extra), _present(first))
            if kept is not None and abs(kept - 1.0) < 1e-4:
                piece.faults.append(Fault("update-gradient-kept", "step", c, 1, 0))
            elif kept is not None and 0 < kept < 1:
                self.notes.append(f"{piece.label}: keeps {kept:.4g} of its last step, as momentum does")
            else:
                piece.faults.append(Fault(UNKNOWN, "second step", c, 1, 0, detail="the second step depends on the "
                    "first, and "
                                          "not by momentum"))
            return

    def decay(self, piece: Piece) -> None:
        """What λ takes off."""
        if piece.problem or self.gone or not (self.meant.lmbda if self.meant.lmbda is not None else
                                              self.about["takes"]["lmbda"] and self.about["takes"]["n"]):
            return
        lmbda = self.meant.lmbda if self.meant.lmbda is not None else LMBDA
        eta, c = self.cases[0].eta, 0
        case, theta = self.cases[c], self.thetas[c]
        batch = [(case.inputs, case.targets)] if self.about["batches"] else [(case.inputs[:1], case.targets[:1])]
        m, n = len(batch[0][0]), 7
        without = self.after(piece, self.place(c), theta, batch, eta)
        with_it = self.after(piece, self.place(c), theta, batch, eta, lmbda=lmbda, n=n)
        if without is None or with_it is None:
            return
        taken = _moves(without[0], with_it[0], -1.0)
        found = ratio(taken[1], theta["weights"])
        biases = [b for b in taken[0] if b is not None]
        if any(abs(v) > 1e-9 for v in numbers(biases)):
            piece.faults.append(Fault("l2-on-biases", "biases", c, 0, 0))
        size = max((abs(v) for v in numbers(taken[1])), default=0.0)
        if size < 1e-12:
            piece.faults.append(Fault("l2-missing", "weights", c, 0, 0))
        elif found is None:
            piece.faults.append(Fault(UNKNOWN, "weights", c, 0, 0, detail="what λ changes is no part of the weights"))
        else:
            share = found / (eta * lmbda) if self.about["takes"]["n"] else found / (eta * lmbda)
            for wanted, slug in ((1.0 / n, ""), (1.0 / m, "l2-over-m"), (1.0, "l2-without-n"), (-1.0 / n, "l2-sign"),
                                 (-1.0 / m, "l2-sign"), (-1.0, "l2-sign")):
                if abs(share - wanted) <= 1e-4 * abs(wanted):
                    if slug and not (slug != "l2-sign" and not self.about["takes"]["n"]):
                        piece.faults.append(Fault(slug, "weights", c, 0, 0))
                    break
            else:
                self.notes.append(f"{piece.label}: λ takes {share:.4g}·ηλ of each weight, not ηλ/n")

    def momentum(self, piece: Piece) -> None:
        """What μ keeps of a step."""
        if piece.problem or self.gone or not (
    self.meant.mu if self.meant.mu is not None else self.about["takes"]["mu"]):
            return
        mu = self.meant.mu if self.meant.mu is not None else MU
        eta, c = self.cases[0].eta, 1 if len(self.cases) > 1 else 0
        case, theta = self.cases[c], self.thetas[c]
        halves = [([case.inputs[0]], [case.targets[0]]), ([case.inputs[1]], [case.targets[1]])]
        both = self.after(piece, self.place(c), theta, halves, eta, mu=mu)
        alone = both and self.after(piece, self.place(c), both[0], halves[1:], eta, mu=mu)
        if not both or not alone:
            return
        first = _moves(theta, both[0], 1.0)
        extra = _mean([_moves(both[0], both[1], 1.0), _mean([_moves(both[0], alone[0], 1.0)], -1.0)], 1.0)
        size = max((abs(v) for v in numbers(_present(extra))), default=0.0)
        kept = ratio(_present(extra), _present(first))
        if size < 1e-12:
            piece.faults.append(Fault("momentum-missing", "step", c, 1, 0))
        elif kept is None:
            piece.faults.append(Fault(UNKNOWN, "second step", c, 1, 0, detail="what μ keeps is no part of the step "
                                                                              "before"))
        elif abs(kept + mu) < 1e-4:
            piece.faults.append(Fault("momentum-sign", "step", c, 1, 0))
        elif abs(kept - mu) > 1e-4 * mu:
            self.notes.append(f"{piece.label}: {kept:.4g} of the step is kept, not μ = {mu:g}")

    # An epoch

    def train(self) -> None:
        """One epoch, with several seeds: it has to be some order of the author's own steps."""
        piece = Piece(self.label("train"), networks=1)
        self.pieces.append(piece)
        if "step" not in self.about["routes"] or self.about["routes"]["step"] == self.about["routes"]["train"]:
            piece.right = "not judged: no step was found that it is made of"
            return
        case = self.cases[1 if not self.about["sizes"] else 0]
        theta = {"weights": case.weights, "biases": case.biases}
        rng = Random(3)
        xs = [[_number(rng) for _ in range(case.sizes[0])] for _ in range(5)]
        k = case.sizes[-1]
        ys = [unit_vector(i % k, k) if k > 1 else [float(i % 2)] for i in range(5)]
        examples = list(zip(xs, ys))
        steps = _Steps(self, theta, examples)
        results = []
        for seed, size in ((1, 2), (2, 2), (3, 2), (4, 5), (5, 5), (6, 5)):
            if self.gone:
                return
            after = self.answer(piece, "", "train", theta, xs, ys, size, case.eta, seed)
            if after is None:
                return
            if _shapes(after, theta) != _shapes(theta, after):
                piece.problem = "wrong-shape", "left weights or biases of another shape than they had"
                return
            if not all(map(math.isfinite, numbers(_flat(after)))):
                piece.problem = "not-finite", "left a number that is not finite: nan"
                return
            results.append((size if self.about["train_size"] else 0, after))
        seen = [steps.epoch(size, after) for size, after in results]
        wrong = [slug for slug in seen if slug]
        if not wrong:
            return
        names = [slug for slug in wrong if slug != UNKNOWN]
        counts = {slug: names.count(slug) for slug in names}
        slug = max(counts, key=lambda name: counts[name]) if counts else UNKNOWN
        piece.faults.append(Fault(slug, "network", 0, 0, 0, detail="" if slug != UNKNOWN else "no order of its own "
            "steps, by "
                                  "mini-batches or one at a time, leads to these weights"))

    # What else there is

    def evaluate(self) -> None:
        """How many answers are right, counted or as a part."""
        piece = Piece(self.label("evaluate"), networks=1)
        case = self.cases[1 if not self.about["sizes"] else 0]
        if case.sizes[-1] < 2 or "forward" not in self.about["routes"]:
            return
        theta = {"weights": case.weights, "biases": case.biases}
        rng = Random(5)
        xs = [[_number(rng) for _ in range(case.sizes[0])] for _ in range(12)]
        read = []
        for x in xs:
            out = self.answer(piece, "", "forward", theta, x)
            if out is None:
                return
            read.append(argmax(out))
        k = case.sizes[-1]
        problem = None
        wrong = None
        for kind in ("labels", "vectors"):
            ok = True
            for turn in range(3):
                labels = [(r + (i + turn) % 3 // 2) % k for i, r in enumerate(read)]
                count = sum(r == label for r, label in zip(read, labels))
                value = self.answer(piece, "", "evaluate", theta, xs, labels, kind)
                if value is None:
                    problem = problem or piece.problem
                    piece.problem = None
                    ok = False
                    break
                n = len(xs)
                if not any(abs(value - right) < 1e-6 * max(1, right) for right in (
                        count, count / n, 100 * count / n, round(100 * count / n, 2), round(count / n, 4),
                        round(count / n, 2))):
                    ok = False
                    wrong = wrong or (value, count)
                    break
            if ok:
                self.pieces.append(piece)
                return
            if self.gone:
                break
        if wrong and self.about["routes"]["evaluate"] == "evaluate" or wrong and self.about["takes"]["evaluate"]:
            piece.faults.append(Fault("evaluate-wrong-count", "count", 0, 0, 0, *wrong))
            self.pieces.append(piece)
        elif problem and self.about["routes"]["evaluate"] == "evaluate":
            piece.problem = problem
            self.pieces.append(piece)

    def start(self) -> None:
        """The weights with which networks begin."""
        piece = Piece("initial weights", networks=1)
        sizes = self.about["sizes"] or ([4, 5, 4, 3] if self.about["deep"] else [4, 5, 3])
        if self.about["deep"] is None or self.about["made"]:
            return
        thetas = [theta for theta in (self.answer(piece, "", "start", sizes) for _ in range(2)) if theta is not None]
        for theta in thetas:
            weights: List[Matrix] = theta["weights"]
            if len(weights) < 2:
                return
            if all(v == 0.0 for v in numbers(weights)):
                piece.faults.append(Fault("init-all-zero", "weights", 0, 0, 0))
                break
            for l, w in enumerate(weights[:-1]):
                b = theta["biases"][l]
                if len(w) > 1 and all(row == w[0] for row in w) and (b is None or all(bj == b[0] for bj in b)):
                    piece.faults.append(Fault("init-all-alike", "weights", 0, 0, l))
                    break
            if piece.faults:
                break
        if piece.faults:
            self.pieces.append(piece)


_AS_STEP = {"bp4-missing": "update-weights-not-updated", "bp3-bias-missing": "update-bias-not-updated",
            "bp3-scaled": "update-scaled", "bp4-scaled": "update-scaled"}


class _Steps:
    """The author's steps along mini-batches of five examples, each taken only once."""

    def __init__(self, inquiry: Inquiry, theta: Theta, examples: List[Tuple[Vector, Vector]]) -> None:
        self.inquiry, self.theta, self.examples = inquiry, theta, examples
        self.eta = inquiry.cases[0].eta
        self.known: Dict[Tuple[Tuple[int, ...], ...], Optional[Theta]] = {(): theta}

    def after(self, batches: Tuple[Tuple[int, ...], ...]) -> Optional[Theta]:
        """The parameters after these mini-batches."""
        if batches not in self.known:
            before = self.after(batches[:-1])
            found = None
            if before is not None:
                chosen = [self.examples[i] for i in batches[-1]]
                found = self.inquiry.after(Piece(""), "", before, [(
                    [x for x, _ in chosen], [y for _, y in chosen])], self.eta)
            self.known[batches] = found[0] if found else None
        return self.known[batches]

    def leads(self, target: Theta, orders: Iterator[Tuple[Tuple[int, ...], ...]]) -> bool:
        """Whether some order of mini-batches ends at these parameters."""
        return any(found is not None and _same(target, found) for found in map(self.after, orders))

    def epoch(self, size: int, target: Theta) -> str:
        """What an epoch was: "" if it was as it should be."""
        n = len(self.examples)
        everyone = tuple(range(n))
        if _same(target, self.theta):
            return UNKNOWN
        if size == n or size == 0:
            if self.leads(target, iter([(everyone,)])) or size == 0 and self.leads(target, _online(n)):
                return ""
            if size == n and self.leads(target, _ordered(n)):
                return ""
            return "sgd-pairs-broken" if self.crossed(target) else UNKNOWN
        if self.leads(target, _partitions(n, size)):
            return ""
        if self.leads(target, (tuple((i,) for i in order) for order in permutations(everyone))):
            return ""               # each example is a step of its own
        if self.leads(target, (order[:-1] for order in _partitions(n, size))):
            return "sgd-rest-dropped"
        if self.leads(target, iter([(everyone,) * 3, (everyone,) * 2])):
            return "sgd-all-at-once"
        if self.leads(target, (order[:1] for order in _partitions(n, size))):
            return "sgd-one-batch-only"
        if self.leads(target, (tuple(b) * 3 for b in zip(_pairs(n)))):
            return "sgd-same-batch"
        if self.leads(target, (tuple((i,) for i in order[:3]) for order in permutations(everyone, 3))):
            return "sgd-first-of-batch"
        if self.leads(target, iter([(everyone,)])):
            return ""               # all at once, whatever the size
        return UNKNOWN

    def crossed(self, target: Theta) -> bool:
        """Whether it is the full step with targets in another order."""
        xs = [x for x, _ in self.examples]
        ys = [y for _, y in self.examples]
        tried = set()
        for order in permutations(range(len(ys))):
            given = [ys[i] for i in order]
            key = tuple(map(tuple, given))
            if key in tried:
                continue
            tried.add(key)
            found = self.inquiry.after(Piece(""), "", self.theta, [(xs, given)], self.eta)
            if found and _same(target, found[0]):
                return True
        return False


def _online(n: int) -> Iterator[Tuple[Tuple[int, ...], ...]]:
    return (tuple((i,) for i in order) for order in permutations(range(n)))


def _ordered(n: int) -> Iterator[Tuple[Tuple[int, ...], ...]]:
    """All examples in one mini-batch, in every order: for code that takes them one after the other."""
    return ((order,) for order in permutations(range(n)))


def _pairs(n: int) -> Iterator[Tuple[int, ...]]:
    return permutations(range(n), 2)


def _partitions(n: int, size: int) -> Iterator[Tuple[Tuple[int, ...], ...]]:
    """Every way to cut a shuffled list into mini-batches: first those in which the order within one is the given
    one."""
    seen = set()
    for order in permutations(range(n)):
        cut = tuple(tuple(sorted(order[k:k + size])) for k in range(0, n, size))
        if cut not in seen:
            seen.add(cut)
            yield cut
    for order in permutations(range(n)):
        yield tuple(order[k:k + size] for k in range(0, n, size))


# Parameters as numbers

def _shape(value: Any) -> Tuple[int, ...]:
    return (len(value), *_shape(value[0])) if isinstance(value, list) and value else ()


def _shapes(theta: Theta, like: Theta) -> List[Any]:
    return [_shape(w) for w in theta["weights"]] + [_shape(b) for b, other in zip(theta["biases"], like["biases"])
                                                    if b is not None and other is not None]


def _widened(b: Any, n: int) -> Any:
    """A single number for all neurons, as np.sum without an axis gives it."""
    return b * n if isinstance(b, list) and len(b) == 1 and n > 1 and not isinstance(b[0], list) else b


def _like(one: Any, other: Any) -> Any:
    return _widened(one, len(other)) if isinstance(other, list) and isinstance(one, list) else one


def _moves(before: Theta, after: Theta, c: float) -> List[Any]:
    """c times the difference of two networks, as (biases, weights)."""
    biases = [None if b is None or a is None else [c * (q - p) for p, q in zip(b, a)]
              for b, a in zip(before["biases"], after["biases"])]
    weights = [[[c * (q - p) for p, q in zip(r, s)] for r, s in zip(w, v)]
               for w, v in zip(before["weights"], after["weights"])]
    return [biases, weights]


def _mean(moves: List[Any], c: float) -> List[Any]:
    """c times the sum of such differences."""
    def add(values: List[Any]) -> Any:
        if values[0] is None:
            return None
        if isinstance(values[0], list):
            return [add(list(items)) for items in zip(*values)]
        return c * sum(values)
    return [add([move[0] for move in moves]), add([move[1] for move in moves])]


def _add(w: Matrix, c: float, d: Matrix) -> None:
    for row, other in zip(w, d):
        for k, value in enumerate(other):
            row[k] += c * value


def _flat(theta: Theta) -> List[float]:
    return numbers([theta["weights"], [b for b in theta["biases"] if b is not None]])


def _same(one: Theta, other: Theta) -> bool:
    """Whether two networks have the same parameters; no biases are the same as any."""
    return near(one["weights"], other["weights"]) and all(
        b is None or d is None or near(b, d) for b, d in zip(one["biases"], other["biases"]))


def _present(moves: Any) -> List[float]:
    return list(numbers([[b for b in moves[0] if b is not None], moves[1]]))


def _ratio0(given: Any, wanted: Any) -> Optional[float]:
    """The factor between two arrays, 0 included; None if there is none."""
    if all(abs(v) < 1e-12 for v in numbers(given)):
        return 0.0 if any(abs(v) > 1e-12 for v in numbers(wanted)) else 1.0
    return ratio(given, wanted)


def _one(values: List[Optional[float]]) -> Optional[float]:
    """The value that all have, if they have."""
    if any(value is None for value in values):
        return None
    some = [value for value in values if value is not None]
    return some[0] if max(some) - min(some) <= 1e-4 * max(map(abs, some)) + 1e-12 else None


def _most(values: List[float]) -> Optional[float]:
    """The value that most of them have, but for zero."""
    some = [round(value, 6) for value in values if value]
    return max(some, key=lambda value: (some.count(value), value > 0)) if some else None


def _share(values: List[Tuple[float, int]]) -> str:
    """What factors of sums over m examples are: of the mean, of the sum, of the mean of the mean."""
    if all(c == 0.0 for c, _ in values):
        return "zero"
    for name, wanted in (("mean", lambda m: 1.0 / m), ("sum", lambda m: 1.0), ("twice", lambda m: 1.0 / m / m),
                         ("all", lambda m: 1.0 / 7)):
        if all(abs(c - wanted(m)) <= 1e-4 * wanted(m) for c, m in values):
            return name
    return "other"


__all__ = ["Inquiry", "Meant", "Piece", "explains"]
