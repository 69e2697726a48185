"""Numbers from anywhere, as answers to a case: in the fields of the golden files, any part of them.

The way forward and the way back are judged line by line, as those of code are. Of the parameters after a step it is
tried which known mistakes in the step lead to them, after what was found before.

>>> from purenn.mistakes.cases import as_data, draw
>>> case = as_data(draw("sigmoid", "sigmoid", "quadratic"))
>>> answers = {"networks": [{"steps": [{"before": {"forward": [{"z": [None, [0.0, 0.0]]}]}}]}]}
>>> check_answers(case, answers).slug
'unknown'
"""
from __future__ import annotations

from dataclasses import replace
from itertools import combinations, islice, product
from typing import Any, Dict, Iterator, List, Optional, Sequence, Tuple

from ..costs import COSTS
from ..matrix import Vector, zeros
from .algorithm import Algorithm, Lines, Way
from .arrays import flat
from .cases import Case, from_data
from .catalogue import MISTAKES, at
from .compare import finite, gap, near, ratio, shape
from .judge import BROKEN, UNKNOWN, Fault, Hypothesis, Seen, Trail, read_back
from .load import Cannot
from .pieces import Findings, Meant, Piece
from .readings import Reading, readings
from .verdict import Verdict, verdict

FORWARD, BACKWARD = ("z", "a", "cost"), ("nabla_a", "delta", "nabla_b", "nabla_w")
AFTER = ("biases", "weights", "velocity_b", "velocity_w")
MATRICES = {"nabla_w", "weights", "velocity_w"}
Key = Tuple[str, int, int, int, int]        # quantity, case, step, example, layer


def check_answers(case: Any, answers: Any, name: str = "answers") -> Verdict:
    """The verdict on numbers from anywhere: `case` is what --case prints, or a golden file, and `answers` has any part
    of what a golden file has, for any of the networks. Raises ValueError if either is something else, or empty."""
    cases = from_data(case)
    given = dict(_places(answers, cases))
    if not given:
        raise Cannot(f"{name}: nothing is answered, expected values as in a golden file at networks[0].steps[0]")
    try:
        return _Answered(cases, given).verdict(name)
    except OverflowError:
        raise ValueError("the numbers of the case are too large to be computed with") from None


class _Answered(Findings):
    """Answers, judged piece by piece; for the report they are findings like any other."""

    def __init__(self, cases: List[Case], given: Dict[Key, Any]) -> None:
        self.given = given
        hidden, output = cases[0].activations[0], cases[0].activations[-1]
        super().__init__(cases, Meant(hidden, output, cases[0].cost, strict=True), cost=cases[0].cost)

    def verdict(self, name: str) -> Verdict:
        """All of it."""
        Algorithm(self.cases[0]).propagate(self.cases[0].inputs, self.cases[0].targets)     # OverflowError, if it is
        self.misshapen()
        networks = len({key[1] for key in self.given})
        self.read_forward()
        self.read_backward()
        self.read_after()
        title = f"{name}: {len(self.given)} values of {networks} network{'s' * (networks > 1)}"
        return verdict(self, title, {}, {})

    def value(self, quantity: str, c: int, s: int, i: int, l: int) -> Any:
        return self.given.get((quantity, c, s, i, l))

    def misshapen(self) -> None:
        """What is not of the right shape, or not finite, is a problem of its piece, and is looked at no further."""
        for (quantity, c, s, i, l), value in list(self.given.items()):
            case = self.cases[c]
            like: Any = case.weights[l] if quantity in MATRICES else case.biases[l]
            wanted = () if quantity == "cost" else shape(like)
            problem = None
            if shape(value) != wanted or quantity in MATRICES and len({len(row) for row in value}) > 1:
                problem = "wrong-shape", f"{quantity}[{l}] is of shape {shape(value)}, expected {wanted}"
            elif not finite(value):
                problem = "not-finite", f"{quantity}[{l}] has a number in it that is not finite"
            if problem:
                del self.given[quantity, c, s, i, l]
                label = "feedforward" if quantity in FORWARD else "backprop"
                label = "update_mini_batch" if quantity in AFTER else label
                if not any(piece.label == label and piece.problem for piece in self.pieces):
                    self.pieces.append(Piece(label, problem=problem, where=self.place(c, i)))

    def starts(self, c: int) -> Iterator[Tuple[int, Case]]:
        """The case at the start of each step whose parameters are known."""
        case = self.cases[c]
        yield 0, case
        for s in range(1, case.steps):
            weights, biases = ([self.value(name, c, s - 1, 0, l) for l in range(len(case.weights))]
                               for name in ("weights", "biases"))
            if None not in weights and None not in biases:
                yield s, replace(case, weights=weights, biases=biases)

    def read_forward(self) -> None:
        """z, a and the cost."""
        piece = Piece("feedforward", networks=len({key[1] for key in self.given if key[0] in FORWARD}))
        known = {key: value for key, value in self.given.items() if key[0] in ("z", "a")}
        meant = Reading(self.cases[0].activations[0], self.cases[0].activations[-1])
        right = self.forward_numbers(meant)
        self.reading = meant
        if known:
            self.pieces.append(piece)
            self.reading = next((reading for reading in [meant, *readings(meant.hidden, meant.output)]
                                 if self.comes_of(reading, known)), None)
            first = next((key for key in sorted(known, key=lambda key: (key[1:4], key[4], key[0] == "a"))
                          if key in right and not near(known[key], right[key])), None)
            if first is not None:
                quantity, c, _, i, l = first
                slug = self.reading.slug if self.reading and self.reading.slug else UNKNOWN
                piece.faults.append(Fault(slug, quantity, c, i, l, known[first], right[first]))
            self.worst["feedforward"] = max(gap(known[key], right[key]) for key in known if key in right)
            self.reading = self.reading or meant
        for (quantity, c, s, i, l), value in self.given.items():
            start = dict(self.starts(c)).get(s)
            if quantity == "cost" and start is not None:
                a = self.value("a", c, s, i, l) or right["a", c, s, i, l]
                wanted = COSTS[start.cost].fn(a, start.targets[i])
                if not near(value, wanted):
                    self.pieces.append(Piece("feedforward: cost", [Fault(UNKNOWN, "cost", c, i, l, value, wanted)]))
                    break

    def forward_numbers(self, reading: Reading) -> Dict[Key, Vector]:
        """What z and a would be."""
        found: Dict[Key, Vector] = {}
        for c in range(len(self.cases)):
            for s, start in self.starts(c):
                for i, way in enumerate(reading.ways(start, together=True)):
                    for l in range(len(start.weights)):
                        found["z", c, s, i, l], found["a", c, s, i, l] = way.z[l], way.a[l + 1]
        return found

    def comes_of(self, reading: Reading, known: Dict[Key, Any]) -> bool:
        try:
            ours = self.forward_numbers(reading)
        except BROKEN:
            return False
        return all(key not in ours or near(value, ours[key]) for key, value in known.items())

    def trails_of(self, reading: Reading, quantities: Any) -> List[Trail]:
        """What is known of the way back, beside the author's own z and a."""
        found = []
        for c, case in enumerate(self.cases):
            layers = range(len(case.weights))
            for s, start in self.starts(c):
                seen = [Seen(*([quantities.get((name, c, s, i, l)) for l in layers]
                               for name in ("nabla_b", "nabla_w", "delta", "nabla_a")))
                        for i in range(len(case.inputs))]
                if not any(value is not None for one in seen for values in one for value in values):
                    continue
                ways = []
                try:
                    others = reading.ways(start, together=True)
                except (ValueError, IndexError):
                    continue
                for i, way in enumerate(others):
                    ways.append(Way(way.y, [way.a[0], *(self.value("a", c, s, i, l) or way.a[l + 1] for l in layers)],
                                    [self.value("z", c, s, i, l) or way.z[l] for l in layers]))
                found.append(Trail(c, reading.case(start, case.cost), ways, seen))
        return found

    def read_backward(self) -> None:
        """δ and the gradients; or the gradients that steps along one example reveal."""
        seen = {key: value for key, value in self.given.items() if key[0] in BACKWARD}
        label = "backprop"
        if not seen:
            seen, label = dict(self.revealed()), "gradient of the step"
        if not seen:
            return
        piece = Piece(label, networks=len({key[1] for key in seen}))
        self.pieces.append(piece)
        assert self.reading
        trails = self.trails_of(self.reading, seen)
        if not trails:
            return
        back = self.back = self.best(self.reading, seen)
        first = self.without_z_and_a(seen) if UNKNOWN in back.slugs else None
        if first is not None:
            piece.faults.append(Fault(first.slug, "z"))
            self.reading, self.back = first, back._replace(slugs=(), faults=())
            return
        numbers = [trail.number for trail in trails]
        piece.faults += [fault._replace(network=numbers[fault.network]) for fault in back.faults]
        piece.back, piece.trails = back, _numbered(trails)
        self.worst[label] = back.worst
        if not back.faults:
            self.carried(piece, trails, back.deltas)
        if label != "backprop":
            piece.faults = [fault._replace(slug="update-ascent") if fault.slug == "bp1-sign" else fault
                            for fault in piece.faults]
            self.back = back._replace(slugs=tuple("" if slug == "bp1-sign" else slug for slug in back.slugs))

    def best(self, reading: Reading, seen: Dict[Key, Any]) -> Hypothesis:
        """The way back after this way forward, or after the same without its mistake."""
        found = [read_back(_numbered(self.trails_of(one, seen)), [self.cases[0].cost])
                 for one in dict.fromkeys([reading, reading.plain()])]
        return min(found, key=lambda one: one.cost)

    def without_z_and_a(self, seen: Dict[Key, Any]) -> Optional[Reading]:
        """The mistake in a way forward that was not answered, if the way back is right after it."""
        if any(key[0] in ("a", "z") for key in self.given):
            return None
        for reading in islice(readings(self.meant.activation, self.meant.output), 60):
            trails = _numbered(self.trails_of(reading, seen)) if reading.slug else []
            if trails and read_back(trails, [self.cases[0].cost], only_right=True).cost < 0.5:
                return reading
        return None

    def carried(self, piece: Piece, trails: List[Trail], deltas: Any) -> None:
        """∂C/∂a of each layer, where it was answered."""
        for number, trail in enumerate(trails):
            net = Algorithm(trail.case)
            for i, way in enumerate(trail.ways):
                way.delta.update(deltas.get((number, i), {}))
                for l, value in enumerate(trail.seen[i].nabla_a):
                    if value is None:
                        continue
                    wanted = net.derivative(way.a[-1], way.y) if l == trail.last else net.carry(way, l)
                    if not near(value, wanted):
                        slug = next((slug for slug, variant in at("carry")
                                     if l < trail.last and _near(value, variant, net, way, l)), UNKNOWN)
                        c = ratio(value, wanted)
                        piece.faults.append(Fault("bp1-sign" if l == trail.last and c == -1.0 else slug, "nabla_a",
                                                  trail.number, i, l, value, wanted))
                        return

    def revealed(self) -> Iterator[Tuple[Key, Any]]:
        """The gradients of cases of one example, from what their first step has made of the parameters."""
        for c, case in enumerate(self.cases):
            if len(case.inputs) > 1:
                continue
            for l, (w, b) in enumerate(zip(case.weights, case.biases)):
                moved, shifted = self.value("weights", c, 0, 0, l), self.value("biases", c, 0, 0, l)
                if moved is not None:
                    yield ("nabla_w", c, 0, 0, l), [[(p - q) / case.eta - case.lmbda / case.n * p for p, q in zip(r, t)]
                                                    for r, t in zip(w, moved)]
                if shifted is not None:
                    yield ("nabla_b", c, 0, 0, l), [(p - q) / case.eta for p, q in zip(b, shifted)]

    # The step

    def read_after(self) -> None:
        """The parameters after each step, and their velocities."""
        given = {key: value for key, value in self.given.items() if key[0] in AFTER}
        if not given:
            return
        piece = Piece("update_mini_batch", networks=len({key[1] for key in given}))
        self.pieces.append(piece)
        before = [slug for slug in (self.back.slugs if self.back else ()) if slug in MISTAKES]
        ways = [MISTAKES[slug].lines for slug in before]
        bases: List[Sequence[Lines]] = list(islice(product(*ways), 40)) if ways else [()]
        if self.reading and self.reading.lines:
            bases = [(self.reading.lines, *base) for base in bases]
        elif self.reading and self.back is None:
            bases += [(lines,) for slug in MISTAKES for lines in MISTAKES[slug].lines
                      if MISTAKES[slug].line in ("weigh", "output_error", "slope", "carry", "nabla_b", "nabla_w")]
        steps: List[Tuple[str, Lines]] = [(slug, {line: variant}) for line in (
            "total", "share", "move", "step", "decay", "friction") for slug, variant in at(line)]
        chosen: List[Sequence[Tuple[str, Lines]]] = [[], *([one] for one in steps)]
        right = self.parameters([])
        first = next((key for key in sorted(given, key=lambda key: (key[1], key[2], key[4]))
                      if not near(given[key], right[key])), None)
        if first is None:
            self.worst["update_mini_batch"] = max(gap(given[key], right[key]) for key in given)
            return
        pairs = (list(pair) for pair in combinations(steps, 2) if pair[0][0] != pair[1][0])
        for some in [*chosen, *islice(pairs, 1500)]:
            for base in bases if len(some) < 2 else bases[:3]:
                ours = self.parameters([*base, *(lines for _, lines in some)])
                if ours is not None and all(near(value, ours[key]) for key, value in given.items()):
                    names = [slug for slug, _ in some]
                    if base and not before:
                        names += [slug for slug in MISTAKES for lines in MISTAKES[slug].lines if lines in base]
                    for slug in dict.fromkeys(names):
                        quantity, c, s, i, l = first
                        piece.faults.append(Fault(slug, quantity, c, s, l, given[first], right[first]))
                    if before and not names:
                        piece.right = "follows from the gradient"
                    return
        quantity, c, s, i, l = first
        if not any(slug != UNKNOWN for slug in before):
            piece.faults.append(Fault(UNKNOWN, quantity, c, i, l, given[first], right[first]))

    def parameters(self, lines: Sequence[Lines]) -> Any:
        """All parameters and velocities after all steps, with these lines replaced; None if shapes do not fit."""
        found: Dict[Key, Any] = {}
        try:
            for c, case in enumerate(self.cases):
                if not any(key[1] == c and key[0] in AFTER for key in self.given):
                    continue
                net = Algorithm(case, lines)
                for s in range(case.steps):
                    net.step(case.inputs, case.targets)
                    for l in net.layers:
                        v_b, v_w = (net.velocity[kind, l] if case.mu else zeros(*shape(like))
                                    for kind, like in (("b", [net.biases[l]]), ("w", net.weights[l])))
                        found["biases", c, s, 0, l], found["velocity_b", c, s, 0, l] = net.biases[l][:], v_b[0][:]
                        for name, w in ("weights", net.weights[l]), ("velocity_w", v_w):
                            found[name, c, s, 0, l] = [row[:] for row in w]
        except BROKEN:
            return None
        return found


def _numbered(trails: List[Trail]) -> List[Trail]:
    """Each trail by a number of its own, as those of several steps of one network are several."""
    return [replace(trail, number=number) for number, trail in enumerate(trails)]


def _near(value: Any, variant: Any, net: Algorithm, way: Way, l: int) -> bool:
    try:
        return near(value, variant(net, net.carry, way, l))
    except BROKEN:
        return False


# What is in the file

def _places(answers: Any, cases: List[Case]) -> Iterator[Tuple[Key, Any]]:
    """Every value that is there and not null, at its place."""
    if isinstance(answers, dict) and "networks" not in answers:
        answers = {"networks": [answers]}
    for c, network in _items(answers, "networks", "", len(cases)):
        where = f"networks[{c}]."
        layers, examples = len(cases[c].weights), len(cases[c].inputs)
        for s, step in _items(network, "steps", where, cases[c].steps):
            where = f"networks[{c}].steps[{s}]."
            before, after = step.get("before"), step.get("after") or {}
            if not isinstance(after, dict):
                raise ValueError(f"{where}after: expected an object, not {_kind(after)}")
            for i, forward in _items(before, "forward", where + "before.", examples):
                yield from _values(forward, FORWARD, f"{where}before.forward[{i}]", (c, s, i), layers)
            for i, back in _items(step, "backward", where, examples):
                yield from _values(back, BACKWARD, f"{where}backward[{i}]", (c, s, i), layers)
            parameters = {key: value for key, value in after.items() if key not in ("forward", "cost")}
            yield from _values(parameters, AFTER, f"{where}after", (c, s, 0), layers)


def _items(parent: Any, key: str, where: str, most: int) -> Iterator[Tuple[int, Dict[str, Any]]]:
    """The dictionaries in a list at `key`, none if it is not there; null stands for one that is left out."""
    if parent is None:
        return
    if not isinstance(parent, dict):
        raise ValueError(f"{where.rstrip('.') or 'answers'}: expected an object with {key}, not {_kind(parent)}")
    items = parent.get(key) or []
    if not isinstance(items, list) or len(items) > most:
        raise ValueError(f"{where}{key}: expected a list of {most} at most, not {_kind(items)}")
    for number, item in enumerate(items):
        if item is not None and not isinstance(item, dict):
            raise ValueError(f"{where}{key}[{number}]: expected an object, not {_kind(item)}")
        if item:
            yield number, item


def _values(parent: Dict[str, Any], known: Tuple[str, ...], where: str, place: Tuple[int, int, int],
            layers: int) -> Iterator[Tuple[Key, Any]]:
    """What is known by these names in one object: a value for each layer, or one for all."""
    for name, value in parent.items():
        if name not in known:
            raise ValueError(f"{where}.{name}: expected one of {', '.join(known)}")
        if value is None:
            continue
        if name == "cost":
            yield (name, *place, layers - 1), _numbers(value, f"{where}.{name}")
            continue
        if not isinstance(value, list) or len(value) != layers:
            raise ValueError(f"{where}.{name}: expected a list of {layers}, a value for each layer, not {_kind(value)}")
        for l, layer in enumerate(value):
            if layer is not None:
                found = _numbers(layer, f"{where}.{name}[{l}]")
                yield (name, *place, l), found if name in MATRICES else flat(found)


def _numbers(value: Any, where: str) -> Any:
    """A number, or lists of them; null is nan, as JSON has no other."""
    if isinstance(value, list):
        return [_numbers(item, where) for item in value]
    if value is None:
        return float("nan")
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        raise ValueError(f"{where}: expected numbers, not {_kind(value)}")
    try:
        return float(value)
    except OverflowError:
        raise ValueError(f"{where}: expected numbers of up to 308 digits") from None


def _kind(value: Any) -> str:
    if isinstance(value, (list, dict)):
        return f"a list of {len(value)}" if isinstance(value, list) else "an object"
    return repr(value)[:40]
