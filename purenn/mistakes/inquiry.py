"""The questions that are put to somebody's network, piece by piece, and what each answer says.

The way forward, the derivative of the cost, the way back, the count of right answers, the first weights: each is judged
by what the author's own other pieces make of the same numbers, so that a mistake is found where it is and not once more
in all that builds on it. A step and an epoch have modules of their own, `steps` and `epochs`.
"""
from __future__ import annotations

from dataclasses import replace
from random import Random
from typing import Any, Callable, Dict, Iterator, List, Mapping, Optional, Sequence, Tuple

from ..matrix import Vector, argmax, dot, outer, unit_vector
from .arrays import Finding
from .cases import LARGE, networks, number
from .catalogue import CONVENTIONS, MISTAKES
from .compare import (NEAR, Theta, close, common, finite, gap, like, limit_of, near, numbers,
                      shape, widened)
from .epochs import train
from .functions import DERIVATIVES
from .itself import Own, Slopes, cost_of, named_cost
from .judge import UNKNOWN, Fault, Hypothesis, Seen, Trail, read_back
from .load import Cannot
from .pieces import BOOK, Findings, Meant, Piece
from .readings import Outputs, Reading, read_forward
from .steps import LMBDA, MU, N, Step
from .watch import can_be_found

Ask = Callable[..., Any]
"""Puts a question to the network by the name of a method of `student.Student`; a Finding if it is no answer."""

Gradients = Dict[Tuple[int, int], Any]
"""[nabla_b, nabla_w] by (case, example)."""


class Inquiry(Findings):
    """All that is asked of one network."""

    def __init__(self, ask: Ask, about: Dict[str, Any], meant: Meant) -> None:
        cases = networks(about["sizes"], about["deep"], about["biases"])
        if about["labels"]:         # one_hot(Y.max() + 1) of one example is right for the last class alone
            cases = [replace(case, targets=[unit_vector(case.sizes[-1] - 1, case.sizes[-1])] * len(case.inputs))
                     for case in cases]
        super().__init__(cases, meant, about["routes"])
        self.ask, self.about = ask, about
        self.thetas: List[Theta] = [{"weights": case.weights, "biases": case.biases} for case in cases]
        self.outputs: Outputs = {}
        self.gradients: Gradients = {}
        self.trails: List[Trail] = []           # what the last gradients were read in
        self.decays: Dict[Tuple[int, int], float] = {}      # λ within the last gradients, by case and layer
        self.is_step_known = True
        self.gone = False           # the process has ended
        self.is_cut = False         # numbers of the gradient are cut off: that of a mini-batch is no sum then

    def run(self) -> None:
        """Ask everything."""
        for piece, question in (("forward", self.forward), ("derivative", self.derivative), ("gradient", self.gradient),
                                ("step", Step(self).judge), ("train", lambda: train(self)),
                                ("evaluate", self.evaluate), ("start", self.start)):
            problem = self.about["problems"].get(piece)
            if problem and (piece not in self.names or piece == "forward" and self.names[piece] != "feedforward"):
                self.pieces.append(Piece(BOOK.get(piece, piece), problem=tuple(problem)))
            if (piece in self.names or piece == "start") and not self.gone:
                question()
        self.called_otherwise()

    def called_otherwise(self) -> None:
        """A gradient that nothing explains, beside a step that is right by itself, was only called in another way than
        is meant: it is not judged. Under the book's name it is what it is."""
        gradient, step = (next((piece for piece in self.pieces if piece.label == self.label(name)), None)
                          for name in ("gradient", "step"))
        if gradient and step and gradient is not step and gradient.label not in BOOK.values():
            by_itself = step.back is not None and not step.faults and not step.problem
            if by_itself and UNKNOWN in gradient.slugs and set(gradient.slugs) <= {UNKNOWN, *CONVENTIONS}:
                gradient.faults, gradient.right = [], "not judged: the step goes by other numbers"

    def answer(self, piece: Piece, where: str, *question: Any) -> Any:
        """The answer to a question; None, and a problem of the piece, if there is none."""
        if self.gone:
            return None
        try:
            value = self.ask(*question)
            piece.answers = True
            return value
        except Finding as finding:
            self.gone = finding.args[0] in ("hangs", "ends-the-process")
            piece.fails(finding.args[0], finding.args[1], where)
            return None

    def examples(self) -> Iterator[Tuple[int, int, Vector, Vector]]:
        """All examples: case, example, x, y."""
        for c, case in enumerate(self.cases):
            for i, (x, y) in enumerate(zip(case.inputs, case.targets)):
                yield c, i, x, y

    def not_random(self, what: str, first: Any, again: Any) -> None:
        """Raise Cannot if the same question has had two answers: nothing can be judged that depends on chance."""
        if first is not None and again is not None and finite(first) and not near(numbers(again), numbers(first)):
            raise Cannot(f"{what} gives another answer each time, to the same question: is it dropout, or are there "
                         "weights that were not found? Expected a way to turn it off, such as `training=False`")

    def after(self, piece: Piece, where: str, theta: Theta, batches: Sequence[Tuple[Any, Any]], eta: float,
              hyper: Mapping[str, float] = {}) -> Optional[List[Theta]]:
        """The parameters after each of some steps along mini-batches (xs, ys)."""
        found = self.answer(piece, where, "step", theta, [[list(xs), list(ys)] for xs, ys in batches],
                            self.hyper(eta, **hyper))
        for one in found or ():
            if not finite([one["weights"], [b for b in one["biases"] if b is not None]]):
                piece.fails("not-finite", "left a number that is not finite: nan or inf", where)
                return None
            if not like(one, theta):
                piece.fails("wrong-shape", "left weights or biases of another shape than they had", where)
                return None
        return found    # type: ignore[no-any-return]

    def where(self, fault: Fault, piece: Piece) -> str:
        """The line of the file in which the wrong numbers are computed, or nothing."""
        c, i, l = fault.network, fault.example, fault.layer
        case, theta = self.cases[c], self.thetas[c]
        wanted = fault.given
        question: Tuple[Any, ...] = "gradient", theta, case.inputs[i], case.targets[i]
        is_update = fault.slug.startswith(("update", "l2", "momentum"))
        if not is_update and fault.quantity in ("delta", "nabla_b", "nabla_w"):
            # A δ that is wrong comes before the gradients that show it.
            delta = piece.back.deltas.get((c, i), {}).get(l) if piece.back else None
            wanted = wanted if delta is None or fault.slug.startswith(("bp3", "bp4")) else delta
            if piece.label != self.label("gradient"):
                eta = 8.0 if self.about["takes_eta"] else 1.0
                question = "step", theta, [[[case.inputs[i]], [case.targets[i]]]], self.hyper(eta)
        elif fault.quantity == "a" and fault.given is not None:
            question = "forward", theta, case.inputs[i]
        elif is_update:
            m = len(case.inputs) if self.about["batches"] else 1
            extra = {"l2": {"lmbda": LMBDA}, "mo": {"mu": MU}}.get(fault.slug[:2], {})
            question = "step", theta, [[case.inputs[:m], case.targets[:m]]], self.hyper(case.eta, **extra)
            found = self.answer(Piece(""), "", *question)
            kind = "biases" if "b" in fault.quantity else "weights"
            wanted = found and found[0][kind][l]
            if found and near(wanted, theta[kind][l]):
                return ""
        else:
            return ""
        return self.answer(Piece(""), "", "where", wanted, *question) or "" if can_be_found(wanted) else ""

    def hyper(self, eta: float, **more: float) -> Dict[str, float]:
        """What a step is given beside its examples."""
        return {"eta": eta, "lmbda": 0.0, "mu": 0.0, "n": N, **more}

    # Forward

    def forward(self) -> None:
        """The outputs: which functions lead to them."""
        piece = Piece(self.label("forward"), networks=len(self.cases))
        self.pieces.append(piece)
        for c, i, x, _ in self.examples():
            out = self.answer(piece, self.place(c, i), "forward", self.thetas[c], x)
            if out is None:
                continue
            n = self.cases[c].sizes[-1]
            if len(out) != n or not all(isinstance(v, float) for v in out):
                piece.fails("wrong-shape", f"returned {len(out)} numbers, expected {n}", self.place(c, i))
            elif not finite(out):
                bad = next(v for v in out if not finite(v))
                piece.fails("not-finite", f"has {bad} in it", self.place(c, i))
            else:
                self.outputs[c, i] = out
        if not self.outputs:
            return
        c, i = next(iter(self.outputs))
        again = self.answer(Piece(""), "", "forward", self.thetas[c], self.cases[c].inputs[i])
        self.not_random(self.label("forward"), self.outputs[c, i], again)
        self.reading = read_forward(self.cases, self.outputs, self.meant.activation, self.meant.output)
        if self.reading is None:
            piece.right = "of functions that are not known"
        else:
            self.read_outputs(piece, self.reading)

    def read_outputs(self, piece: Piece, reading: Reading) -> None:
        """Say what the outputs come of, or what is wrong with them."""
        ways = {c: reading.ways(self.cases[c]) for c in dict.fromkeys(c for c, _ in self.outputs)}
        self.worst["forward"] = max(gap(out, ways[c][i].a[-1]) for (c, i), out in self.outputs.items())
        if reading.slug:
            one = reading.output.split("-of-")[0] if reading.slug == "forward-two-activations" else reading.output
            wanted = Reading(self.meant.activation or reading.hidden, self.meant.output or one)
            ways = {c: wanted.ways(self.cases[c]) for c in ways}
            c, i = next((key for key, out in self.outputs.items() if not near(out, ways[key[0]][key[1]].a[-1])),
                        next(iter(self.outputs)))
            piece.faults.append(Fault(reading.slug, "a", c, i, len(self.cases[c].weights) - 1, self.outputs[c, i],
                                      ways[c][i].a[-1]))
            if piece.problem and piece.problem[0] == "raises":
                piece.problem = None
        elif not (self.meant.activation and self.meant.output):
            piece.right = (f"{reading.hidden} throughout" if reading.hidden == reading.output else
                           f"{reading.hidden}, {reading.output} at the output")
            if self.worst["forward"]:
                piece.right += f", to {self.worst['forward']:.0e}"

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
                value = self.answer(piece, self.place(c, i), "derivative", self.thetas[c], way.a[-1], way.y)
                if isinstance(value, list) and len(value) == len(way.y):
                    given.append((way.a[-1], way.y, value))
        name, factor = cost_of(given) if given else ("", 1.0)
        if name:
            self.own_cost, self.own_factor = name, factor
            piece.right = f"that of the {name} cost" + ("" if abs(factor - 1) < NEAR else f", times {factor:.4g}")
        if name or piece.problem:
            self.pieces.append(piece)

    def costs(self) -> List[str]:
        """The costs that may be meant, the likeliest first."""
        if self.binding_cost():
            return [self.binding_cost()]
        output = self.reading.output if self.reading else "sigmoid"
        return list(dict.fromkeys([*["log-likelihood"] * (output == "softmax"), *DERIVATIVES]))

    # Back

    def gradient(self) -> None:
        """The gradient of each example."""
        piece = Piece(self.label("gradient"), networks=len(self.cases))
        self.pieces.append(piece)
        for c, i, x, y in self.examples():
            value = self.answer(piece, self.place(c, i), "gradient", self.thetas[c], x, y)
            if value is not None:
                self.gradients[c, i] = value
                if len(self.gradients) == 1:
                    again = self.answer(Piece(""), "", "gradient", self.thetas[c], x, y)
                    self.not_random(piece.label, value, again)
        self.back = self.read(piece, self.gradients)

    def read(self, piece: Piece, gradients: Gradients, eta: float = 1.0) -> Optional[Hypothesis]:
        """Judge gradients line by line, and against the way forward."""
        if not gradients:
            return None
        self.shapes(piece, gradients)
        known = {key: value for key, value in gradients.items() if finite(value)}
        if len(known) < len(gradients):
            piece.fails("not-finite", "has a number in it that is not finite")
        if not known:
            return None
        best = self.best(piece, known, eta)
        if best is None:
            return None
        piece.faults += best.faults
        piece.back, piece.trails = best, self.trails
        self.worst[piece.label] = best.worst
        if piece.problem and piece.problem[0] in ("raises", "wrong-shape"):
            if any(slug not in (*CONVENTIONS, UNKNOWN) for slug in piece.slugs):
                piece.problem = None        # it comes of the mistake that has a name
            elif piece.problem[0] == "wrong-shape":
                piece.faults = [fault for fault in piece.faults if fault.slug != UNKNOWN]
        if not self.cost:
            self.cost, self.factor = best.meaning, best.factor
        if not piece.right and not piece.problem and all(slug in CONVENTIONS for slug in piece.slugs):
            parts = [] if self.meant.cost or not best.meaning else [f"for the {best.meaning} cost"]
            parts += [f"to {best.worst:.0e}"] if best.worst else []
            piece.right = ", ".join(["right", *parts]) if parts else ""
        return best

    def best(self, piece: Piece, gradients: Gradients, eta: float) -> Optional[Hypothesis]:
        """The best reading of the way back. Mistakes are looked for only where nothing makes it right: neither another
        way forward, nor regularisation within the gradient, nor a cost that is known."""
        best = self.line_by_line(gradients, eta, only_right=True)
        if best is None or best.cost >= 0.5:
            rest = self.without_decay(piece, gradients, eta)
            if rest is not None:
                gradients = rest
                best = self.line_by_line(gradients, eta, only_right=True)
        if best is not None and best.cost < 0.5:
            return best
        own = self.against_itself(piece, gradients)
        if own is not None and own.cost and own.cost == (self.binding_cost() or own.cost):
            piece.right = "the derivative of its own way forward"
            if self.reading and self.reading.slug == "forward-bias-sign":       # and goes back as it came
                self.pieces[0].faults = []
                self.notes.append(f"{self.pieces[0].label}: biases are thresholds, z = w·a - b")
            size = [] if close(abs(own.factor), 1.0) else ["bp1-scaled"]
            return Hypothesis(meaning=own.cost, factor=own.factor, slugs=tuple(["bp1-sign"] * (own.factor < 0) + size))
        return self.as_a_whole(piece, own, self.line_by_line(gradients, eta, only_right=False))

    def line_by_line(self, gradients: Gradients, eta: float, only_right: bool) -> Optional[Hypothesis]:
        """The best reading of the way back with the way forward that feedforward has, or with another that it may have
        for itself."""
        best: Optional[Hypothesis] = None
        for reading in self.readings():
            trails = self.trails_of(reading, gradients)
            if not trails:
                continue
            one = read_back(trails, self.costs(), eta, only_right)
            if self.reading and reading != self.reading:
                one = one._replace(extra=one.extra + 0.3)
                if reading.slug:
                    one = one._replace(slugs=(reading.slug, *one.slugs), faults=(Fault(reading.slug, "a"), *one.faults))
            if best is None or one.cost < best.cost:
                best, self.trails = one, trails
            if best.cost < 0.5 or self.reading and UNKNOWN not in best.slugs:
                break
        return best

    def readings(self) -> Iterator[Reading]:
        """The ways forward that the way back may begin with: that of feedforward, then others."""
        if self.reading:
            yield self.reading
            plain = self.reading.plain()
            if plain != self.reading:
                yield plain
            for slug in ("forward-no-bias", "forward-transposed", "forward-bias-sign"):
                yield plain._replace(slug=slug, lines=MISTAKES[slug].lines[0])
        elif "forward" not in self.names:
            for hidden in [self.meant.activation] if self.meant.activation else ["sigmoid", "tanh", "relu"]:
                for output in [self.meant.output] if self.meant.output else dict.fromkeys(
                        [hidden, "softmax", "sigmoid", "identity"]):
                    yield Reading(hidden, output)

    def trails_of(self, reading: Reading, gradients: Gradients) -> List[Trail]:
        """What was seen of the way back, beside a way forward."""
        found = []
        for c, case in enumerate(self.cases):
            mine = [i for i in range(len(case.inputs)) if (c, i) in gradients]
            some = replace(reading.case(case), inputs=[case.inputs[i] for i in mine],
                           targets=[case.targets[i] for i in mine])
            try:
                ways = reading.ways(some) if mine else []
            except (ValueError, IndexError):
                continue
            seen = [Seen([widened(b, len(w)) for b, w in zip(gradients[c, i][0], case.weights)], gradients[c, i][1])
                    for i in mine]
            found += [Trail(c, some, ways, seen)] * bool(mine)
        return found

    def shapes(self, piece: Piece, gradients: Gradients) -> None:
        """A gradient of another shape than its parameters. One number for all biases is a mistake of its own."""
        for (c, i), gradient in gradients.items():
            for name, values in zip(("nabla_b", "nabla_w"), gradient):
                wanteds: List[Any] = list(self.cases[c].biases if name == "nabla_b" else self.cases[c].weights)
                for l, (value, wanted) in enumerate(zip(values, wanteds)):
                    found = shape(value)
                    if value is None or found == shape(wanted) or name == "nabla_b" and found == (1,):
                        continue
                    if piece.problem and piece.problem[0] == "raises":
                        piece.problem = None
                    square = name == "nabla_b" and len(found) == 2 and found[0] == len(wanted)
                    why = ": a column and a flat vector, subtracted or multiplied, make a square" if square else ""
                    piece.fails("wrong-shape", f"{name} of layer {l + 2} is of shape {found}, expected "
                                               f"{shape(wanted)}{why}", self.place(c, i))

    # What is right all the same

    def without_decay(self, piece: Piece, gradients: Gradients, eta: float) -> Optional[Gradients]:
        """Gradients without a λ·w that is in them, if there is one. In a row of ∇w = δ⊗a + λ·w two numbers are unknown,
        and λ is the same in all rows of a layer. The biases may have it as well. If ηλ is 1 nothing is left of w, which
        is no decay."""
        ways = {(trail.number, i): way for trail in self.trails for i, way in enumerate(trail.ways)}
        found: Dict[Tuple[int, int], List[Optional[float]]] = {}
        for (c, i), (_, nabla_w) in gradients.items():
            for l, (w, rows) in enumerate(zip(self.cases[c].weights, nabla_w)):
                if (c, i) not in ways or shape(rows) != shape(w):
                    return None
                found.setdefault((c, l), []).extend(_decay(row, ways[c, i].a[l], v) for row, v in zip(rows, w))
        lmbdas = {key: lmbda for key, values in found.items()
                  for lmbda in [common([value for value in values if value is not None])] if lmbda is not None}
        if (len(lmbdas) < len(found) or max(map(abs, lmbdas.values())) < 1e-9
                or any(close(eta * lmbda, 1.0) for lmbda in lmbdas.values())):
            return None
        self.decays = lmbdas
        some = ", ".join(dict.fromkeys(f"{lmbda:.4g}·w" for lmbda in lmbdas.values() if abs(lmbda) > 1e-9))
        self.notes.append(f"{piece.label}: {some} of the weights is in their gradient, as with L2 regularisation")
        rest: Gradients = {}
        for (c, i), (nabla_b, nabla_w) in gradients.items():
            rest[c, i] = [], []
            for l, (b, w) in enumerate(zip(self.cases[c].biases, self.cases[c].weights)):
                lmbda, own = lmbdas[c, l], nabla_b[l]
                rows = [[g - lmbda * p for g, p in zip(row, v)] for row, v in zip(nabla_w[l], w)]
                less = own and [g - lmbda * p for g, p in zip(own, b)]
                # The rows are δ⊗a now, and so they say whether δ is what is left of the biases' gradient.
                a = ways[c, i].a[l]         # where it is zero they say nothing
                on_biases = bool(less) and near(rows, outer(less, a)) and not near(rows, outer(own, a))
                rest[c, i][0].append(less if on_biases else own)
                rest[c, i][1].append(rows)
                if on_biases and not any("column for the biases" in line for line in self.about["took"]):
                    piece.faults += [Fault("l2-on-biases", "biases", c, i, l)] * ("l2-on-biases" not in piece.slugs)
        return rest

    def as_a_whole(self, piece: Piece, own: Optional[Own], best: Optional[Hypothesis]) -> Optional[Hypothesis]:
        """What is left of the faults if the gradients are derivatives of the outputs, for some cost. Then nothing but
        the error at the output can be wrong."""
        if own is None:
            if best is None:
                piece.faults.append(Fault(UNKNOWN, "nabla_w",
                                          detail="it is not the derivative of the outputs, whatever the cost"))
            return best
        at_output = [slug for slug in (best.slugs if best else ()) if slug.startswith("bp1")]
        if best is not None and at_output:
            return best._replace(faults=tuple(fault for fault in best.faults if fault.slug.startswith("bp1")),
                                 slugs=tuple(at_output))
        if self.meant.cost or not own.is_descent:
            return best
        piece.right = "the derivative of its own way forward, for a cost that is not known"
        if best is not None and UNKNOWN in best.slugs and self.reading:
            self.unjudged.append(f"{piece.label} is right for a cost that is not known, or the error at the output "
                                 "is wrong: expected --cost, or the derivative of a cost that is known")
        return Hypothesis()

    def against_itself(self, piece: Piece, gradients: Gradients) -> Optional[Own]:
        """Which cost gradients are the derivatives of, as derivatives of the outputs; None if they are of none."""
        errors, is_large = [], len(numbers(self.thetas[0]["weights"])) > LARGE
        limits = [limit_of([numbers(gradient[k]) for gradient in gradients.values()]) for k in (0, 1)]
        for c, i in list(gradients)[:3 if is_large else 7]:
            slopes = self.outputs.get((c, i)) and self.answer(
                Piece(""), "", "slopes", self.thetas[c], self.cases[c].inputs[i], 60 if is_large else 400)
            if not slopes:
                return None
            mine = Slopes()
            for name, values, limit in zip(("biases", "weights"), gradients[c, i], limits):
                for slope, value in zip(slopes[name], values):
                    mine.add(slope, _below(value, limit))
            g = mine.error()
            if g is None:
                return None
            errors.append((self.outputs[c, i], self.cases[c].targets[i], g))
        self.is_cut = any(limits)
        if self.is_cut:
            self.notes.append(f"{piece.label}: numbers of the gradient are cut off at {max(limits):.4g}")
        return named_cost(errors)

    def binding_cost(self) -> str:
        """The cost that it has to be the derivative of, if that is known. The quadratic one beside softmax is often the
        book's cost_derivative, which nobody uses there."""
        output = self.reading.output if self.reading else ""
        return self.meant.cost or ("" if self.own_cost == "quadratic" and output == "softmax" else self.own_cost)

    # What else there is

    def evaluate(self) -> None:
        """How many answers are right, counted or as a part."""
        c = len(self.cases) > 1 and not self.about["sizes"]
        n, k = self.cases[c].sizes[0], self.cases[c].sizes[-1]
        rng = Random(5)
        xs = [[number(rng) for _ in range(n)] for _ in range(12)]
        outs: List[Any] = [self.answer(Piece(""), "", "forward", self.thetas[c], x) for x in xs]
        if k < 2 or None in outs or not finite(outs):
            return
        problem, wrong = None, None
        for kind in "labels", "vectors":
            piece, bad = Piece(self.label("evaluate"), networks=1), None
            for turn in range(3):
                labels = [(argmax(out) + (i + turn) % 3 // 2) % k for i, out in enumerate(outs)]
                value = self.answer(piece, "", "evaluate", self.thetas[c], xs, labels, kind)
                if value is None:
                    break
                if not _counts(value, outs, labels):
                    bad = value, sum(argmax(out) == label for out, label in zip(outs, labels))
                    break
            else:
                self.pieces.append(piece)
                return
            problem, wrong = problem or piece.problem, wrong or bad
        is_it = self.names["evaluate"] == "evaluate"
        piece = Piece(self.label("evaluate"), networks=1)
        if wrong and (is_it or self.about["takes"]["evaluate"]):
            piece.faults.append(Fault("evaluate-wrong-count", "count", given=wrong[0], expected=wrong[1]))
            self.pieces.append(piece)
        elif problem and is_it:
            piece.problem = problem
            self.pieces.append(piece)

    def start(self) -> None:
        """The weights with which networks begin."""
        piece = Piece("initial weights", networks=1)
        sizes = self.about["sizes"] or ([4, 5, 4, 3] if self.about["deep"] else [4, 5, 3])
        if self.about["deep"] is None or self.about["made"]:
            return
        for _ in range(2):
            theta = self.answer(piece, "", "start", sizes)
            fault = _first_weights(theta) if theta is not None and not piece.faults else None
            piece.faults += [fault] if fault else []
        if piece.faults:
            self.pieces.append(piece)


def _first_weights(theta: Theta) -> Optional[Fault]:
    """What is wrong with the weights that a network begins with."""
    weights = theta["weights"]
    if len(weights) < 2:
        return None             # without hidden neurons they may all be zero
    if not any(numbers(weights)):
        return Fault("init-all-zero", "weights")
    for l, (w, b) in enumerate(zip(weights[:-1], theta["biases"])):
        if len(w) > 1 and all(row == w[0] for row in w) and (b is None or all(bj == b[0] for bj in b)):
            return Fault("init-all-alike", "weights", layer=l)
    return None


def _counts(value: float, outs: Sequence[Vector], labels: Sequence[int]) -> bool:
    """Whether it is the number of right answers, or a part: by the largest output, or by outputs that are rounded."""
    n = len(outs)
    by_largest = sum(argmax(out) == label for out, label in zip(outs, labels))
    rounded = sum([round(a) for a in out] == [j == label for j in range(len(out))] for out, label in zip(outs, labels))
    return any(abs(value - right) < 1e-6 * max(1, right) for count in (by_largest, rounded) for right in (
        count, count / n, 100 * count / n, round(100 * count / n, 2), round(count / n, 4), round(count / n, 2)))


def _decay(row: Vector, a: Vector, w: Vector) -> Optional[float]:
    """λ of a row δ·a + λ·w, by least squares; None where w is a multiple of a, or where it is no such row."""
    aa, aw, ww, ra, rw = dot(a, a), dot(a, w), dot(w, w), dot(row, a), dot(row, w)
    determinant = aa * ww - aw * aw
    if determinant < 1e-6 * aa * ww or aa == 0.0:
        return None
    delta, lmbda = (ra * ww - rw * aw) / determinant, (rw * aa - ra * aw) / determinant
    return lmbda if near([delta * x + lmbda * p for x, p in zip(a, w)], row) else float("nan")


def _below(value: Any, limit: float) -> Any:
    """Nested lists with None for the numbers that may have been cut off."""
    if isinstance(value, list):
        return [_below(item, limit) for item in value]
    return value if value is None or not limit or abs(value) < limit * (1 - 1e-9) else None
