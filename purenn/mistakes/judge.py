"""Line by line: what each line of the algorithm makes of the numbers that the author has computed before it.

The way back is followed from the output on. δ of the output is judged from the author's activations, δ of a layer from
his own δ of the next, ∇b and ∇w from his own δ. So each deviation is seen alone, is named alone, and what comes after
it is judged as if it were right. Where only gradients can be seen, δ is what they show: ∇b is δ itself, and ∇w = δ⊗a is
δ times what is known. If they show two, both are tried, and the reading with the fewest mistakes holds.

This module knows nothing of whose numbers they are, or of how they came.
"""
from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, Callable, Dict, Iterable, Iterator, List, NamedTuple, Optional, Sequence, Tuple

from ..matrix import Vector, dot, matvec, outer, scale
from .algorithm import Algorithm, Way
from .cases import Case
from .catalogue import CONVENTIONS, at, raw_error, through_moved
from .compare import CLOSE, NEAR, close, common, gap, largest, near, ratio, same_shape

UNKNOWN = "unknown"
BROKEN = (ValueError, IndexError, KeyError, OverflowError, ZeroDivisionError)
"""What a line raises that is replaced by another which does not fit."""

QUANTITIES = ("delta", "nabla_b", "nabla_w")


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
    network: int = 0
    example: int = 0
    layer: int = 0          # weights[layer]; as a layer of the book it is layer + 2
    given: Any = None
    expected: Any = None
    factor: Optional[float] = None
    detail: str = ""
    also: Tuple[str, ...] = ()      # other names that fit as well


class Hypothesis(NamedTuple):
    """One reading of the way back: its faults, and the author's δ as it takes them."""

    faults: Tuple[Fault, ...] = ()
    slugs: Tuple[str, ...] = ()
    extra: float = 0.0      # what makes a reading less likely, beside its faults
    deltas: Dict[Tuple[int, int], Dict[int, Vector]] = {}       # by (network, example), then by layer
    meaning: str = ""       # the cost whose derivative it begins with
    factor: float = 1.0     # of that derivative
    worst: float = 0.0      # how far numbers are from it

    @property
    def cost(self) -> float:
        """How much it is to be avoided; less than ½ if nothing is wrong by it."""
        return weight_of(self.slugs) + self.extra


def weight_of(slugs: Iterable[str]) -> float:
    """How much a reading with these faults is to be avoided: one that nobody knows as much as four that have names. Of
    two that fit, δ without σ′ is likelier than one gradient without it, and both than a constant."""
    return sum(4.0 if slug == UNKNOWN else 0.02 if slug in CONVENTIONS else 1.2 if slug.endswith("-scaled") else
               1.05 if slug.startswith(("bp3", "bp4")) and "sigma-prime" in slug else 1.0 for slug in set(slugs))


Compute = Callable[[Algorithm, Way, int], Vector]


class Candidate(NamedTuple):
    """What δ of a layer may be: mistakes by their names, or none, and what comes of them."""

    slugs: Tuple[str, ...]
    compute: Compute
    meaning: str = ""
    extra: float = 0.0


def first_errors(costs: Sequence[str]) -> Iterator[Candidate]:
    """What δ of the output may be: for each cost what is right, then the mistakes."""
    def for_cost(cost: str, variant: Any = None) -> Compute:
        def compute(net: Algorithm, way: Way, l: int) -> Vector:
            net.case = net.case if net.case.cost == cost else replace(net.case, cost=cost)
            return variant(net, net.output_error, way) if variant else net.output_error(way)
        return compute

    for number, cost in enumerate(costs):
        yield Candidate((), for_cost(cost), cost, number * 0.001)
    for number, cost in enumerate(costs[:3]):
        for slug, variant in at("output_error"):
            if slug not in CONVENTIONS:
                yield Candidate((slug,), for_cost(cost, variant), cost, number * 0.01)


def next_errors(meaning: str) -> Iterator[Candidate]:
    """What δ of another layer may be, from δ of the next: right, one mistake, two."""
    def error(carry: Any = None, slope: Any = None) -> Compute:
        def compute(net: Algorithm, way: Way, l: int) -> Vector:
            g = carry(net, net.carry, way, l) if carry else net.carry(way, l)
            return slope(net, net.slope, way, l, g) if slope else net.slope(way, l, g)
        return compute

    carries = [(slug, variant) for slug, variant in at("carry") if slug != "bp2-scaled"]
    carries += [("bp2-output-slope-lost", raw_error(cost, chain)) for cost in ("quadratic", "cross-entropy")
                for chain in (True, False)]
    carries += [("bp2-updated-weights", through_moved(c)) for c in (0.5, 1 / 3, 0.25)]
    slopes = at("slope")
    yield Candidate((), error(), meaning)
    yield from (Candidate((slug,), error(slope=slope), meaning) for slug, slope in slopes)
    yield from (Candidate((slug,), error(carry), meaning) for slug, carry in carries)
    yield from (Candidate((one, other), error(carry, slope), meaning)
                for one, carry in carries for other, slope in slopes)


def read_back(trails: List[Trail], costs: Sequence[str], eta: float = 1.0, only_right: bool = False) -> Hypothesis:
    """The reading of the way back that has the fewest faults. `costs` are those that may be meant, the likeliest first;
    with `only_right` no mistakes are looked for. `eta` is that of a step that moves weights on the way back."""
    nets = {trail.number: Algorithm(trail.case) for trail in trails}
    for net in nets.values():
        net.eta = eta
    plain = _followed(trails, nets, costs, only_right=True)
    return plain if plain.cost < 0.5 or only_right else _agreed(
        _followed(trails, nets, costs, only_right=False), len({trail.number for trail in trails}))


def _agreed(hypothesis: Hypothesis, networks: int) -> Hypothesis:
    """Where more than one name fits, the one that fits elsewhere as well; and beside what nobody knows no name that
    fits in less than half of the networks, by chance."""
    names = [slug for fault in hypothesis.faults for slug in (fault.slug, *fault.also)]
    faults = tuple(fault._replace(slug=max((fault.slug, *fault.also), key=names.count)) for fault in hypothesis.faults)
    if any(fault.slug == UNKNOWN for fault in faults):
        seen = {slug: 0 if slug.endswith("-scaled") else len({fault.network for fault in faults if fault.slug == slug})
                for slug in names}      # a constant beside unknown numbers says nothing
        faults = tuple(fault if 2 * seen.get(fault.slug, 0) >= networks or fault.slug in CONVENTIONS else
                       fault._replace(slug=UNKNOWN) for fault in faults)
    return hypothesis._replace(faults=faults, slugs=tuple(dict.fromkeys(fault.slug for fault in faults)))


def _followed(trails: List[Trail], nets: Dict[int, Algorithm], costs: Sequence[str], only_right: bool) -> Hypothesis:
    """From the output back, with the readings that are the best so far."""
    best = [Hypothesis()]
    for position in range(max(trail.last for trail in trails) + 1):
        layers = [Layer(trail, trail.last - position, nets[trail.number]) for trail in trails if trail.last >= position]
        grown = [one for hypothesis in best for one in _grown(hypothesis, layers, position, costs, only_right)]
        grown.sort(key=lambda one: one.cost)
        best = []
        for one in grown:
            if len(best) == 6 or one.cost > grown[0].cost + 2.5:
                break
            if not any(one.slugs == other.slugs and one.meaning == other.meaning for other in best):
                best.append(one)
    return best[0]


class Layer:
    """What was seen of one layer of one network, and the δ that it shows."""

    def __init__(self, trail: Trail, l: int, net: Algorithm) -> None:
        self.trail, self.l, self.net = trail, l, net
        self.given = {quantity: [values[l] if l < len(values) else None
                                 for values in (getattr(seen, quantity) for seen in trail.seen)]
                      for quantity in QUANTITIES}
        n = len(trail.case.biases[l])
        self.shown: Dict[str, List[Optional[Vector]]] = {
            quantity: [value if same_shape(value, [0.0] * n) else None for value in self.given[quantity]]
            for quantity in ("delta", "nabla_b")}
        self.shown["nabla_w"] = [_thinned(w, way.a[l], n) for w, way in zip(self.given["nabla_w"], trail.ways)]

    @property
    def is_seen(self) -> bool:
        return any(value is not None for values in self.given.values() for value in values)

    def factors(self, errors: List[Vector]) -> List[float]:
        """The factors up to which these errors are the δ that is shown."""
        found: List[float] = []
        for values in self.shown.values():
            pairs = [(given, ours) for given, ours in zip(values, errors) if given is not None]
            c = ratio([given for given, _ in pairs], [ours for _, ours in pairs]) if pairs else None
            if c is not None and not any(abs(c - other) <= 1e-6 * abs(c) for other in found):
                found.append(c)
        return found

    def own(self, i: int, otherwise: Vector) -> Vector:
        """What the author has for δ of an example, right or wrong."""
        return next((values[i] for values in self.shown.values() if values[i] is not None), otherwise)  # type: ignore

    def ways(self, deltas: Dict[Tuple[int, int], Dict[int, Vector]]) -> List[Way]:
        """The examples' ways, with the errors of the layers behind this one."""
        return [Way(way.y, way.a, way.z, dict(deltas.get((self.trail.number, i), {})))
                for i, way in enumerate(self.trail.ways)]

    def first(self) -> Tuple[str, int]:
        """The first quantity and example that were seen."""
        return next((quantity, i) for i in range(len(self.trail.ways)) for quantity in QUANTITIES
                    if self.given[quantity][i] is not None)


def _thinned(w: Any, a: Vector, n: int) -> Optional[Vector]:
    """δ from ∇w = δ⊗a; None if it is no such product."""
    if w is None or len(w) != n or not same_shape(w[0], a) or dot(a, a) == 0.0:
        return None
    try:
        delta = scale(1.0 / dot(a, a), matvec(w, a))
    except ValueError:
        return None
    return delta if near(w, outer(delta, a)) else None


class Found(NamedTuple):
    """One layer of one network by one candidate."""

    slugs: Tuple[str, ...]
    errors: List[Vector]
    factor: float
    faults: Tuple[Fault, ...]
    worst: float


def _grown(hypothesis: Hypothesis, layers: List[Layer], position: int, costs: Sequence[str],
           only_right: bool) -> Iterator[Hypothesis]:
    """The readings of one more layer."""
    for layer in layers:
        layer.net.case = replace(layer.net.case, cost=hypothesis.meaning or costs[0])
        layer.net.factor = hypothesis.factor
    ways = [layer.ways(hypothesis.deltas) for layer in layers]
    right: Dict[int, Found] = {}        # a mistake may leave some of the networks as they are
    known: List[Any] = []               # and some mistakes leave all of them so
    best = float("inf")
    for candidate in first_errors(costs) if position == 0 else next_errors(hypothesis.meaning):
        if candidate.slugs and only_right or len(candidate.slugs) == 2 and best < 3.0:
            break                       # two mistakes in one line only where one does not explain it
        errors = [_errors(layer, some, candidate) for layer, some in zip(layers, ways)]
        if candidate.slugs and ((candidate.meaning, errors) in known or not any(layer.is_seen for layer in layers)):
            continue
        known.append((candidate.meaning, errors))
        options: Dict[int, List[Found]] = {}
        for layer, some, ours in zip(layers, ways, errors):
            number = layer.trail.number
            options[number] = [*_options(layer, some, ours, candidate, hypothesis.factor, position == 0)]
            options[number] += [right[number]] if not options[number] and number in right else []
        if not all(options.values()):
            continue
        # Where ∇b and ∇w are by different factors, either may be wrong: the next layer tells.
        for least in (1.0, -1.0)[:2 if any(len(some) > 1 for some in options.values()) else 1]:
            found = {number: min(some, key=lambda one: (weight_of(one.slugs), least * abs(one.factor - 1.0)))
                     for number, some in options.items()}
            if not candidate.slugs and candidate.meaning in (hypothesis.meaning, costs[0]):
                right = {number: one for number, one in found.items() if not one.slugs}
            grown = _together(hypothesis, layers, found, position, candidate)
            best = min(best, grown.cost - hypothesis.cost)
            yield grown


def _errors(layer: Layer, ways: List[Way], candidate: Candidate) -> Optional[List[Vector]]:
    """δ of a layer by a candidate; None if it does not fit."""
    try:
        return [candidate.compute(layer.net, way, layer.l) for way in ways]
    except BROKEN:
        return None


def _options(layer: Layer, ways: List[Way], errors: Optional[List[Vector]], candidate: Candidate, factor: float,
             first: bool) -> Iterator[Found]:
    """One layer of one network, if these are its errors, up to a factor."""
    if errors is None:
        if not candidate.slugs:
            own = [layer.own(i, [0.0] * len(layer.trail.case.biases[layer.l])) for i in range(len(ways))]
            yield Found((UNKNOWN,), own, 1.0, (Fault(UNKNOWN, "delta", layer.trail.number, 0, layer.l),), 0.0)
    elif not layer.is_seen:
        yield Found((), errors, factor, (), 0.0)
    else:
        factors = layer.factors(errors)
        if not candidate.slugs and 1.0 not in factors:
            factors.append(1.0)
        yield from (_at_factor(layer, ways, candidate.slugs, errors, c, first) for c in factors)


def _at_factor(layer: Layer, ways: List[Way], names: Tuple[str, ...], errors: List[Vector], c: float,
               first: bool) -> Found:
    """The same with the factor c: how ∇b and ∇w come of this δ."""
    net, l, number = layer.net, layer.l, layer.trail.number
    slugs = list(names)
    if abs(c - 1.0) > CLOSE and not first:
        slugs.append("bp2-scaled")
    errors = [scale(c, error) for error in errors] if c != 1.0 else errors
    if first:
        net.factor = c
    for way, error in zip(ways, errors):
        way.delta[l] = error
    faults: List[Fault] = []
    for slug in slugs:
        quantity, i = layer.first()
        faults.append(Fault(slug, quantity, number, i, l, layer.given[quantity][i], _right(net, ways[i], l, quantity),
                            c if slug == "bp2-scaled" else None))
    worst = 0.0
    for quantity in QUANTITIES:
        values = [(i, given) for i, given in enumerate(layer.given[quantity]) if given is not None]
        wanted = [ways[i].delta[l] if quantity == "delta" else getattr(net, quantity)(ways[i], l) for i, _ in values]
        off = max((gap(given, ours) for (_, given), ours in zip(values, wanted)), default=0.0)
        if off <= NEAR:
            worst = max(worst, off)
            continue
        fitting, factor = ([UNKNOWN], None) if quantity == "delta" else _line(net, ways, l, quantity, values, wanted)
        k = next((k for k, (_, given) in enumerate(values) if not near(given, wanted[k])), 0)
        slugs.append(fitting[0])
        faults.append(Fault(fitting[0], quantity, number, values[k][0], l, values[k][1], wanted[k], factor, "",
                            tuple(fitting[1:])))
    if UNKNOWN in slugs:        # what he has for δ all the same
        errors = [layer.own(i, error) for i, error in enumerate(errors)]
    return Found(tuple(slugs), errors, c, tuple(faults), worst)


def _right(net: Algorithm, way: Way, l: int, quantity: str) -> Any:
    """What a line that is right makes of the author's numbers."""
    right = Way(way.y, way.a, way.z, dict(way.delta))
    try:
        right.delta[l] = net.error(right, l)
        return right.delta[l] if quantity == "delta" else getattr(net, quantity)(right, l)
    except BROKEN:
        return None


def _line(net: Algorithm, ways: List[Way], l: int, quantity: str, values: List[Tuple[int, Any]],
          wanted: List[Any]) -> Tuple[List[str], Optional[float]]:
    """Which mistakes make ∇b or ∇w of δ, and the factor if it is one."""
    scaled = "bp3-scaled" if quantity == "nabla_b" else "bp4-scaled"
    given = [value for _, value in values]
    fitting, found = UNKNOWN, []
    for slug, variant in at(quantity):
        if slug == scaled:
            continue
        try:
            ours = [variant(net, getattr(net, quantity), ways[i], l) for i, _ in values]
        except BROKEN:
            continue
        if all(map(near, given, ours)) or slug == "bp4-transposed" and all(map(_cut, given, ours, wanted)):
            found.append(slug)
        elif fitting == UNKNOWN and largest(ours) > 1e-9:
            c = ratio(given, ours)
            fitting = slug if c is not None and round(c, 6) in (-1.0, 0.5, 2.0) else UNKNOWN
    if found:
        return list(dict.fromkeys(found)), None
    c = ratio(given, wanted)
    return ([fitting], None) if c is None or abs(c - 1.0) < 1e-3 else ([scaled], c)


def _cut(given: Any, transposed: Any, right: Any) -> bool:
    """Whether a transposed gradient was cut off at the shape of the weights, or at both shapes, by zip."""
    rows, columns = min(len(transposed), len(right)), min(len(transposed[0]), len(right[0]))
    return near(given, [row[:columns] for row in transposed[:rows]])


def _together(hypothesis: Hypothesis, layers: List[Layer], found: Dict[int, Found], position: int,
              candidate: Candidate) -> Hypothesis:
    """One layer of all networks: its faults, and whether the factor of the cost is the same for all."""
    slugs, faults = list(hypothesis.slugs), list(hypothesis.faults)
    deltas = {key: dict(value) for key, value in hypothesis.deltas.items()}
    for layer in layers:
        one = found[layer.trail.number]
        slugs += one.slugs
        faults += one.faults
        for i, error in enumerate(one.errors):
            deltas.setdefault((layer.trail.number, i), {})[layer.l] = error
    factor = hypothesis.factor
    if position == 0:
        seen = [layer for layer in layers if layer.is_seen]
        names, factor = named_factor([(found[layer.trail.number].factor, layer.trail.case.sizes[-1])
                                      for layer in seen or layers])
        for slug in names:
            quantity, i = seen[0].first()
            given = seen[0].given[quantity][i]
            slugs.append(slug)
            faults.append(Fault(slug, quantity, seen[0].trail.number, i, seen[0].l, given,
                                _divided(given, found[seen[0].trail.number].factor), factor))
    worst = max([hypothesis.worst, *(one.worst for one in found.values())])
    return Hypothesis(tuple(faults), tuple(dict.fromkeys(slugs)), hypothesis.extra + candidate.extra, deltas,
                      candidate.meaning, factor, worst)


def _divided(value: Any, c: float) -> Any:
    return [_divided(item, c) for item in value] if isinstance(value, list) else value / c


def named_factor(factors: List[Tuple[float, int]]) -> Tuple[List[str], float]:
    """What factors of networks with so many outputs are called, and the first of them: one factor for all of the
    networks, or one divided by the number of outputs.

    >>> named_factor([(2.0, 2), (2.0, 3)]), named_factor([(-1 / 2, 2), (-1 / 3, 3)])
    ((['bp1-factor-two'], 2.0), (['bp1-sign', 'bp1-mean-over-outputs'], -0.5))
    """
    c, k = factors[0]
    sign = ["bp1-sign"] if c < 0 else []
    size = common([abs(factor) for factor, _ in factors])
    if size is not None and len({factor > 0 for factor, _ in factors}) == 1:
        means = [] if len({n for _, n in factors}) > 1 else [1 / k, 2 / k]      # with one width, any of them
        for wanted, name in [(1.0, ""), (2.0, "bp1-factor-two"), *((mean, "bp1-mean-over-outputs") for mean in means),
                             (0.5, "bp1-half")]:
            if close(size, wanted):
                return sign + [name] * bool(name), c
        return [*sign, "bp1-scaled"], c
    per = common([factor * n for factor, n in factors])
    if per is None:
        return [UNKNOWN], 1.0
    return [*sign, "bp1-mean-over-outputs" if close(abs(per), 1.0) or close(abs(per), 2.0) else "bp1-scaled"], c

