"""Line by line: what each line of the algorithm makes of the numbers that the author has computed before it.

The way back is followed from the output on. δ of the output is judged from the author's activations, δ of a layer from
his own δ of the next, ∇b and ∇w from his own δ. So each deviation is seen alone, is named alone, and what comes after
it is judged as if it were right. Where only gradients can be seen, δ is what they reveal; if ∇b and ∇w reveal two,
both are tried, and the reading with the fewest mistakes holds.

This module knows nothing of whose numbers they are, or of how they came.
"""
from __future__ import annotations

import math
from dataclasses import dataclass, field, replace
from operator import sub
from typing import Any, Callable, Dict, Iterator, List, NamedTuple, Optional, Sequence, Tuple

from ..matrix import Matrix, Vector, dot, matvec, outer, scale
from .algorithm import Algorithm, Way
from .cases import Case
from .catalogue import CONVENTIONS, MISTAKES, at, raw_error, through_moved
from .functions import DERIVATIVES, FUNCTIONS, TWICE, backward

NEAR = 2e-5
"""How far numbers may be from what is expected, as a part of the largest of them: that of 32 bits, and of an ε."""
UNKNOWN = "unknown"


class Seen(NamedTuple):
    """What was seen of the way back of one example, layer by layer; None for what was not."""

    nabla_b: Sequence[Any] = ()
    nabla_w: Sequence[Any] = ()
    delta: Sequence[Any] = ()
    nabla_a: Sequence[Any] = ()


@dataclass
class Trail:
    """One network, and what was seen of its examples."""

    number: int
    case: Case
    ways: List[Way]
    seen: List[Seen]

    @property
    def last(self) -> int:
        return len(self.case.weights) - 1


class Fault(NamedTuple):
    """One deviation: its name, and the first number that shows it."""

    slug: str
    quantity: str           # delta, nabla_b or nabla_w; or what else is wrong
    network: int
    example: int
    layer: int              # weights[layer]; as a layer of the book it is layer + 2
    given: Any = None
    expected: Any = None
    factor: Optional[float] = None
    detail: str = ""
    also: Tuple[str, ...] = ()      # other names that fit as well


# Comparing numbers

def numbers(value: Any) -> List[float]:
    """All numbers in nested lists, one after the other."""
    if not isinstance(value, (list, tuple)):
        return [] if value is None else [value]
    if value and type(value[0]) is float and type(value[-1]) is float:
        return value        # type: ignore[return-value]
    return [x for item in value for x in numbers(item)]


def same_shape(given: Any, wanted: Any) -> bool:
    """Whether both have numbers at the same indices."""
    if isinstance(given, list) and isinstance(wanted, list):
        if len(given) != len(wanted):
            return False
        if given and type(given[0]) is float and type(wanted[0]) is float:
            return True
        return all(map(same_shape, given, wanted))
    return isinstance(given, (int, float)) and isinstance(wanted, (int, float))


def gap(given: Any, wanted: Any) -> float:
    """The largest difference as a part of the largest number that is expected; infinite where shapes differ."""
    if not same_shape(given, wanted):
        return math.inf
    ours, theirs = numbers(wanted), numbers(given)
    worst = max(map(abs, map(sub, theirs, ours)), default=0.0)
    if not math.isfinite(worst) or not math.isfinite(sum(theirs)):
        return math.inf
    most = max(map(abs, ours), default=0.0)
    return worst / most if most > 1e-9 else worst * 1e3


def near(given: Any, wanted: Any) -> bool:
    """Whether numbers are as expected."""
    return gap(given, wanted) <= NEAR


def ratio(given: Any, wanted: Any) -> Optional[float]:
    """The factor between two arrays of one shape, if there is one."""
    if not same_shape(given, wanted):
        return None
    ours, theirs = numbers(wanted), numbers(given)
    if not all(map(math.isfinite, theirs)):
        return None
    square = dot(ours, ours)
    if square < 1e-24:
        return 1.0 if max(map(abs, theirs), default=0.0) < 1e-9 else None
    c = dot(ours, theirs) / square
    return c if near(theirs, scale(c, ours)) and c != 0.0 else None


# The way forward

class Reading(NamedTuple):
    """How somebody's outputs come about: the functions of the hidden layers and of the last, and a mistake, if any."""

    hidden: str
    output: str
    slug: str = ""
    lines: Any = None

    def case(self, case: Case, cost: str = "quadratic") -> Case:
        """A case with these functions."""
        return replace(case, activations=[self.hidden] * (len(case.weights) - 1) + [self.output], cost=cost)

    def ways(self, case: Case, together: bool = False) -> List[Way]:
        """The way forward of a case's examples."""
        net = Algorithm(self.case(case), [self.lines] if self.lines else [])
        if together:
            return net.forward(case.inputs, case.targets)
        return [net.forward([x], [y])[0] for x, y in zip(case.inputs, case.targets)]


def readings(hidden: Optional[str], output: Optional[str]) -> Iterator[Reading]:
    """All that outputs may come of, what is meant first, then what is right for other functions, then mistakes."""
    order = ["sigmoid", "tanh", "relu", "softmax", "identity", *(name for name in FUNCTIONS if name not in (
        "sigmoid", "tanh", "relu", "softmax", "identity", *TWICE))]
    pairs = [(h, o) for h in ([hidden] if hidden else order) for o in ([output] if output else order)]
    pairs.sort(key=lambda pair: (pair[0] != pair[1], order.index(pair[0]) + order.index(pair[1])))
    yield from (Reading(h, o) for h, o in pairs)
    plain = [pair for pair in pairs if pair[0] in order[:6] and pair[1] in order[:5]]
    for slug in [*dict(at("weigh")), "softmax-over-batch"]:
        for line in MISTAKES[slug].lines:
            yield from (Reading(h, o, slug, line) for h, o in plain)
    for name in TWICE:
        yield from (Reading(h, name, "forward-two-activations") for h in ([hidden] if hidden else order[:5]))
    if hidden or output:
        for h in order:
            for o in order:
                yield Reading(h, o, "forward-wrong-activation")


def read_forward(cases: List[Case], outputs: Dict[Tuple[int, int], Vector], hidden: Optional[str],
                 output: Optional[str]) -> Optional[Reading]:
    """What outputs by (case, example) come of."""
    for reading in readings(hidden, output):
        if explains(reading, cases, outputs):
            kept = reading
            if reading.slug == "forward-wrong-activation" and _leaky(reading, hidden, output):
                kept = reading._replace(slug="")
            return kept
    return None


def _leaky(reading: Reading, hidden: Optional[str], output: Optional[str]) -> bool:
    """Whether it is a kind of ReLU where ReLU was said, for which there is no option."""
    return all(wanted is None or got == wanted or wanted == "relu" and (got.startswith("leaky") or got == "elu")
               for wanted, got in ((hidden, reading.hidden), (output, reading.output)))


def explains(reading: Reading, cases: List[Case], outputs: Dict[Tuple[int, int], Vector]) -> bool:
    """Whether outputs come of this."""
    try:
        for c, case in enumerate(cases):
            ways = None
            for i in range(len(case.inputs)):
                if (c, i) in outputs:
                    ways = ways or reading.ways(case)
                    if not near(outputs[c, i], ways[i].a[-1]):
                        return False
        return True
    except (ValueError, IndexError, OverflowError):
        return False


# The way back

class Hypothesis(NamedTuple):
    """One reading of the way back: its faults, and the author's δ as it takes them."""

    cost: float
    faults: Tuple[Fault, ...]
    deltas: Dict[Tuple[int, int], Dict[int, Vector]]
    meaning: str            # the cost whose derivative it begins with
    factor: float
    slugs: Tuple[str, ...]
    worst: float = 0.0


Errors = List[Vector]       # of one layer, for each example
Candidate = Tuple[Tuple[str, ...], Callable[[Algorithm, Way, int], Vector]]


def weight_of(slugs: Sequence[str]) -> float:
    """How much a reading with these faults is to be avoided."""
    return sum(4.0 if slug == UNKNOWN else 0.02 if slug in CONVENTIONS else
               1.2 if slug.endswith("-scaled") else 1.0 for slug in set(slugs))


def read_back(trails: List[Trail], costs: Sequence[str], eta: float = 1.0, only_right: bool = False) -> Hypothesis:
    """The reading of the way back that has the fewest faults. `costs` are those that may be meant, the likeliest first;
    with `only_right` no mistakes are looked for."""
    nets = {trail.number: Algorithm(trail.case) for trail in trails}
    plain = _followed(trails, nets, costs, eta, only_right=True)
    return plain if plain.cost < 0.5 or only_right else _agreed(_followed(trails, nets, costs, eta, only_right=False))


def _agreed(hypothesis: Hypothesis) -> Hypothesis:
    """Where more than one name fits, the one that fits elsewhere as well."""
    counts: Dict[str, int] = {}
    for fault in hypothesis.faults:
        for slug in (fault.slug, *fault.also):
            counts[slug] = counts.get(slug, 0) + 1
    faults = tuple(fault._replace(slug=max((fault.slug, *fault.also), key=lambda slug: counts[slug]))
                   for fault in hypothesis.faults)
    return hypothesis._replace(faults=faults, slugs=tuple(dict.fromkeys(fault.slug for fault in faults)))


def _followed(trails: List[Trail], nets: Dict[int, Algorithm], costs: Sequence[str], eta: float,
              only_right: bool) -> Hypothesis:
    """From the output back, with the readings that are the best so far."""
    beam: List[Hypothesis] = [Hypothesis(0.0, (), {}, "", 1.0, ())]
    for position in range(max(trail.last for trail in trails) + 1):
        here = [trail for trail in trails if trail.last >= position]
        grown: List[Hypothesis] = []
        for hypothesis in beam:
            grown += _grow(hypothesis, here, nets, position, costs, eta, only_right)
        grown.sort(key=lambda one: one.cost)
        beam = []
        for one in grown:
            if not any(one.slugs == other.slugs and one.meaning == other.meaning for other in beam):
                beam.append(one)
            if len(beam) == 6 or one.cost > grown[0].cost + 2.5:
                break
    return beam[0]


def _first(costs: Sequence[str]) -> Iterator[Tuple[float, str, Candidate]]:
    """What δ of the output may be: for each cost what is right, then the mistakes."""
    for number, cost in enumerate(costs):
        def right(net: Algorithm, way: Way, l: int, cost: str = cost) -> Vector:
            _mean(net, cost)
            return net.output_error(way)
        yield number * 0.001, cost, ((), right)
    for number, cost in enumerate(costs[:3]):
        for slug, variant in at("output_error"):
            def wrong(net: Algorithm, way: Way, l: int, variant: Any = variant, cost: str = cost) -> Vector:
                _mean(net, cost)
                return variant(net, net.output_error, way)      # type: ignore[no-any-return]
            if slug not in CONVENTIONS:
                yield number * 0.01, cost, ((slug,), wrong)


def _mean(net: Algorithm, cost: str) -> None:
    if net.case.cost != cost:
        net.case = replace(net.case, cost=cost)


def _next(eta: float) -> Iterator[Candidate]:
    """What δ of another layer may be, from δ of the next: right, one mistake, two."""
    def error(carry: Any = None, slope: Any = None) -> Callable[[Algorithm, Way, int], Vector]:
        def compute(net: Algorithm, way: Way, l: int) -> Vector:
            g = carry(net, net.carry, way, l) if carry else net.carry(way, l)
            return slope(net, net.slope, way, l, g) if slope else net.slope(way, l, g)
        return compute

    carries = [(slug, variant) for slug, variant in at("carry") if slug != "bp2-scaled"]
    carries += [("bp2-output-slope-lost", raw_error(cost, chain)) for cost in ("quadratic", "cross-entropy")
                for chain in (True, False)]
    carries += [("bp2-updated-weights", through_moved(c)) for c in (0.5, 1 / 3, 0.25)]
    slopes = at("slope")
    yield (), error()
    yield from (((slug,), error(slope=slope)) for slug, slope in slopes)
    yield from (((slug,), error(carry)) for slug, carry in carries)
    yield from (((c_slug, s_slug), error(carry, slope)) for c_slug, carry in carries for s_slug, slope in slopes)


def _grow(hypothesis: Hypothesis, here: List[Trail], nets: Dict[int, Algorithm], position: int, costs: Sequence[str],
          eta: float, only_right: bool) -> Iterator[Hypothesis]:
    """The readings of one more layer."""
    for trail in here:
        _mean(nets[trail.number], hypothesis.meaning or costs[0])
        nets[trail.number].factor = hypothesis.factor
        nets[trail.number].eta = eta
    candidates: List[Tuple[float, str, Candidate]] = list(_first(costs)) if position == 0 else [
        (0.0, hypothesis.meaning, candidate) for candidate in _next(eta)]
    right: Dict[int, Any] = {}
    best = math.inf
    for extra, meaning, (slugs, compute) in candidates:
        if slugs and only_right or len(slugs) == 2 and best < 3.0:  # two in one line only where one is not enough
            break
        readings_: Dict[int, Any] = {}
        for trail in here:
            options = [_judged(trail, nets[trail.number], hypothesis, position, slugs, compute, position == 0, eta)]
            if trail.number in right and slugs:
                options.append(right[trail.number])
            readings_[trail.number] = min(options, key=lambda option: weight_of(option.slugs))
        if not slugs and (position or meaning == costs[0]):
            right = readings_
        result = _together(hypothesis, here, readings_, position, meaning, extra)
        best = min(best, result.cost - hypothesis.cost)
        yield result


class _Layer(NamedTuple):
    slugs: Tuple[str, ...]
    errors: Errors
    factor: float
    faults: Tuple[Fault, ...]
    worst: float


def _judged(trail: Trail, net: Algorithm, hypothesis: Hypothesis, position: int, slugs: Tuple[str, ...], compute: Any,
            first: bool, eta: float) -> _Layer:
    """One layer of one network, if δ is what `compute` says, up to a factor."""
    l = trail.last - position
    ways = [Way(way.y, way.a, way.z, dict(hypothesis.deltas.get((trail.number, i), {})))
            for i, way in enumerate(trail.ways)]
    seen = {"delta": [_at(seen.delta, l) for seen in trail.seen], "nabla_b": [_at(seen.nabla_b, l)
                          for seen in trail.seen], "nabla_w": [_at(seen.nabla_w, l) for seen in trail.seen]}
    try:
        errors = [compute(net, way, l) for way in ways]
    except (ValueError, IndexError, KeyError, OverflowError, ZeroDivisionError):
        nothing = [[0.0] * len(trail.case.biases[l]) for _ in ways]
        errors = [_revealed(seen, i, way, l, error) for i, (way, error) in enumerate(zip(ways, nothing))]
        return _Layer((UNKNOWN,), errors, 1.0, (Fault(UNKNOWN, "delta", trail.number, 0, l),), 0.0)
    if not any(value is not None for values in seen.values() for value in values):
        return _Layer(slugs + (("absent",) if slugs else ()), errors, hypothesis.factor, (), 0.0)
    factors: List[float] = [1.0]
    for quantity in ("delta", "nabla_b", "nabla_w"):
        pairs = [(given, error if quantity != "nabla_w" else outer(error, way.a[l]))
                 for given, error, way in zip(seen[quantity], errors, ways) if given is not None]
        if pairs:
            c = ratio([given for given, _ in pairs], [ours for _, ours in pairs])
            if c is not None and not any(abs(c - other) <= 1e-6 * abs(c) for other in factors):
                factors.append(c)
    if slugs and len(factors) == 1 and not any(
            given is not None and near(given, error if q != "nabla_w" else outer(error, way.a[l]))
            for q, values in seen.items() for given, error, way in zip(values, errors, ways)):
        return _Layer((UNKNOWN, *slugs), errors, 1.0, (Fault(UNKNOWN, "delta", trail.number, 0, l),), 0.0)
    options = [_at_factor(trail, net, ways, l, slugs, errors, c, seen, first) for c in factors]
    return min(options, key=lambda option: (weight_of(option.slugs), abs(option.factor - 1.0)))


def _at(values: Sequence[Any], l: int) -> Any:
    return values[l] if l < len(values) else None


def _at_factor(trail: Trail, net: Algorithm, ways: List[Way], l: int, slugs: Tuple[str, ...], errors: Errors, c: float,
               seen: Dict[str, List[Any]], first: bool) -> _Layer:
    """The same with the factor c: how ∇b and ∇w come of this δ."""
    found: List[str] = list(slugs)
    faults: List[Fault] = []
    if abs(c - 1.0) > NEAR and not first:
        found.append("bp2-scaled")
    errors = [scale(c, error) for error in errors] if c != 1.0 else errors
    for way, error in zip(ways, errors):
        way.delta[l] = error
    worst = 0.0
    for slug in found:
        i = next((i for i, values in enumerate(zip(seen["delta"], seen["nabla_b"], seen["nabla_w"]))
                  if any(value is not None for value in values)), 0)
        quantity = next((q for q in ("delta", "nabla_b", "nabla_w") if seen[q][i] is not None), "delta")
        faults.append(Fault(slug, quantity, trail.number, i, l, seen[quantity][i], _right(net, ways[i], l, quantity),
                            c if slug == "bp2-scaled" else None))
    for quantity in ("delta", "nabla_b", "nabla_w"):
        values = [(i, given) for i, given in enumerate(seen[quantity]) if given is not None]
        if not values:
            continue
        line = getattr(net, quantity) if quantity != "delta" else lambda way, l: way.delta[l]
        wanted = [line(ways[i], l) for i, _ in values]
        off = max(gap(given, ours) for (_, given), ours in zip(values, wanted))
        if off <= NEAR:
            worst = max(worst, off)
            continue
        slugs_, factor = (
    [UNKNOWN], None) if quantity == "delta" else _line_at_fault(
        net, ways, l, quantity, values, wanted)
        slug = slugs_[0]
        i, given = next(((i, given) for (i, given), ours in zip(values, wanted) if not near(given, ours)), values[0])
        found.append(slug)
        faults.append(Fault(slug, quantity, trail.number, i, l, given, line(ways[i], l), factor, "", tuple(slugs_[1:])))
    if UNKNOWN in found:        # what he has for δ all the same
        errors = [_revealed(seen, i, way, l, error) for i, (way, error) in enumerate(zip(ways, errors))]
    return _Layer(tuple(found), errors, c, tuple(faults), worst)


def _right(net: Algorithm, way: Way, l: int, quantity: str) -> Any:
    """What a line that is right makes of the author's numbers."""
    try:
        before = way.delta.get(l)
        way.delta[l] = net.error(way, l)
        value = way.delta[l] if quantity == "delta" else getattr(net, quantity)(way, l)
        way.delta[l] = before       # type: ignore[assignment]
        return value
    except (ValueError, IndexError, KeyError):
        return None


def _line_at_fault(net: Algorithm, ways: List[Way], l: int, quantity: str, values: List[Tuple[int, Any]],
                   wanted: List[Any]) -> Tuple[List[str], Optional[float]]:
    """Which mistakes make ∇b or ∇w of δ, and the factor if it is one."""
    scaled = "bp3-scaled" if quantity == "nabla_b" else "bp4-scaled"
    fitting, found = None, []
    given = [value for _, value in values]
    for slug, variant in at(quantity):
        if slug == scaled:
            continue
        try:
            ours = [variant(net, getattr(net, quantity), ways[i], l) for i, _ in values]
        except (ValueError, IndexError, KeyError, OverflowError):
            continue
        if all(map(near, given, ours)) or slug == "bp4-transposed" and all(map(_cut, given, ours, wanted)):
            found.append(slug)
        elif fitting is None and max(abs(x) for x in numbers(ours)) > 1e-9:
            c = ratio(given, ours)
            fitting = slug if c is not None and round(c, 6) in (-1.0, 0.5, 2.0) else None
    if found:
        return list(dict.fromkeys(found)), None
    c = ratio([value for _, value in values], wanted)
    if c is not None:
        return [scaled], c
    return [fitting or UNKNOWN], None


def _cut(given: Any, transposed: Any, right: Any) -> bool:
    """Whether a transposed gradient was cut off at the shape of the weights, or at both shapes, by zip."""
    rows, columns = min(len(transposed), len(right)), min(len(transposed[0]), len(right[0]))
    cut = [row[:columns] for row in transposed[:rows]]
    return (
    len(given), len(
        given[0]) if given and isinstance(
            given[0], list) else 0) == (
                rows, columns) and near(
                    given, cut)


def _revealed(seen: Dict[str, List[Any]], i: int, way: Way, l: int, error: Vector) -> Vector:
    """δ as the gradients have it: that of the biases; or what is left of that of the weights without the
    activations."""
    for quantity in "delta", "nabla_b":
        if seen[quantity][i] is not None and same_shape(seen[quantity][i], error):
            return seen[quantity][i]        # type: ignore[no-any-return]
    w, a = seen["nabla_w"][i], way.a[l]
    if w is not None and same_shape(w, outer(error, a)) and dot(a, a) > 0:
        return scale(1.0 / dot(a, a), matvec(w, a))
    return error


def _together(hypothesis: Hypothesis, here: List[Trail], layers: Dict[int, _Layer], position: int, meaning: str,
              extra: float) -> Hypothesis:
    """One layer of all networks: the faults, and whether a factor is the same for all."""
    slugs = list(hypothesis.slugs)
    faults = list(hypothesis.faults)
    deltas = {key: dict(value) for key, value in hypothesis.deltas.items()}
    factor = hypothesis.factor
    for trail in here:
        layer = layers[trail.number]
        slugs += layer.slugs
        faults += layer.faults
        for i in range(len(trail.ways)):
            if layer.errors:
                deltas.setdefault((trail.number, i), {})[trail.last - position] = layer.errors[i]
    if position == 0:
        name, factor = _factor([(layers[trail.number].factor, trail.case.sizes[-1]) for trail in here])
        if name:
            trail, l = here[0], here[0].last
            quantity = next(
    (q for q in (
        "delta",
        "nabla_b",
        "nabla_w") if _at(
            getattr(
                trail.seen[0],
                q),
                l) is not None),
                 "")
            given = _at(getattr(trail.seen[0], quantity), l) if quantity else None
            sign, size = ("bp1-sign" if factor < 0 else ""), name
            for slug in filter(None, (sign, size if size != "bp1-sign" else "")):
                slugs.append(slug)
                expected = None if given is None else _divided(given, layers[trail.number].factor)
                faults.append(Fault(slug, quantity, trail.number, 0, l, given, expected, factor))
    slugs = [slug for slug in dict.fromkeys(slugs) if slug != "absent"]
    worst = max([hypothesis.worst, *(layer.worst for layer in layers.values())])
    return Hypothesis(weight_of(slugs) + extra + (hypothesis.cost - weight_of(hypothesis.slugs)), tuple(faults), deltas,
                      meaning, factor, tuple(slugs), worst)


def _divided(value: Any, c: float) -> Any:
    return [_divided(item, c) for item in value] if isinstance(value, list) else value / c


def _factor(factors: List[Tuple[float, int]]) -> Tuple[str, float]:
    """What factors of networks with so many outputs are: one for all of them, or one divided by the outputs."""
    def equal(values: Sequence[float]) -> bool:
        return max(values) - min(values) <= 1e-4 * max(map(abs, values))
    c = factors[0][0]
    if equal([factor for factor, _ in factors]):
        size = abs(c)
        if abs(size - 1.0) <= 1e-4:
            return ("bp1-sign" if c < 0 else ""), c
        for wanted, name in ((2.0, "bp1-factor-two"), (0.5, "bp1-half")):
            if abs(size - wanted) <= 1e-4 * wanted and len({k for _, k in factors}) > 1:
                return name, c
        k = factors[0][1]
        for wanted, name in ((2.0, "bp1-factor-two"), (0.5, "bp1-half"), (1 / k, "bp1-mean-over-outputs"),
                             (2 / k, "bp1-mean-over-outputs")):
            if abs(size - wanted) <= 1e-4 * wanted:
                return name, c
        return "bp1-scaled", c
    per = [factor * k for factor, k in factors]
    if equal(per):
        return ("bp1-mean-over-outputs" if round(abs(per[0]), 3) in (1.0, 2.0) else "bp1-scaled"), c
    return UNKNOWN, 1.0


# Against itself

@dataclass
class Slopes:
    """The slopes of one example's outputs, by central differences, beside the gradient that was answered."""

    rows: List[Vector] = field(default_factory=list)        # for each parameter, the slope of each output
    gradient: Vector = field(default_factory=list)

    def add(self, slopes: Any, gradient: Any) -> None:
        """Parameters at the same places of two structures; None where there is nothing."""
        if slopes is None or gradient is None:
            return
        if isinstance(slopes, list) and slopes and isinstance(slopes[0], float) and isinstance(gradient, (int, float)):
            self.rows.append(slopes)
            self.gradient.append(gradient)
        elif isinstance(slopes, list) and isinstance(gradient, list) and len(slopes) == len(gradient):
            for one, other in zip(slopes, gradient):
                self.add(one, other)
        else:
            self.rows.append([0.0])
            self.gradient.append(math.inf)

    def error(self) -> Optional[Vector]:
        """g with ∇ = Jᵀ·g for all parameters, the gradient of some cost by the outputs; None if there is no such g."""
        if not all(map(math.isfinite, self.gradient)) or not self.rows:
            return None
        n = len(self.rows[0])
        square = [[sum(row[j] * row[k] for row in self.rows) for k in range(n)] for j in range(n)]
        right = [sum(row[j] * g for row, g in zip(self.rows, self.gradient)) for j in range(n)]
        g = solve(square, right)
        found = [dot(row, g) for row in self.rows]
        most = max(map(abs, self.gradient), default=0.0)
        off = max((abs(a - b) for a, b in zip(found, self.gradient)), default=0.0)
        return g if off <= 1e-5 * most + 1e-9 else None


def solve(a: Matrix, b: Vector) -> Vector:
    """x with a·x = b, for a symmetric a that may be singular: where nothing is determined x is 0.

    >>> solve([[2.0, 0.0], [0.0, 0.0]], [4.0, 0.0])
    [2.0, 0.0]
    """
    n = len(b)
    rows = [[*row, right] for row, right in zip(a, b)]
    most = max((abs(x) for row in a for x in row), default=0.0)
    pivots: List[Tuple[int, int]] = []
    free = list(range(n))
    for column in range(n):
        row = max(free, key=lambda row: abs(rows[row][column]), default=None)
        if row is None or abs(rows[row][column]) <= 1e-7 * most:
            continue
        free.remove(row)
        pivots.append((row, column))
        for other in range(n):
            if other != row:
                c = rows[other][column] / rows[row][column]
                rows[other] = [p - c * q for p, q in zip(rows[other], rows[row])]
    x = [0.0] * n
    for row, column in pivots:
        x[column] = rows[row][n] / rows[row][column]
    return x


def cost_of(errors: List[Tuple[Vector, Vector, Vector]], softmax: bool = False) -> Tuple[str, float]:
    """The cost, and the factor, for which (a, y, g) of several examples are what it begins with; "" if there is
    none."""
    for name, derivative in DERIVATIVES.items():
        ours = [derivative(a, y) for a, y, _ in errors]
        given = [g for _, _, g in errors]
        if softmax:         # g is determined up to what softmax takes off: the mean with the weights a
            ours, given = ([backward(FUNCTIONS["softmax"], a, a, g) for (a, _, _), g in zip(errors, some)]
                           for some in (ours, given))
        c = ratio(given, ours)
        if c is not None:
            return name, c
    return "", 1.0
