"""The small example in a hint: one line of the algorithm with the author's own numbers, to be redone by hand.

Numbers are shown with four figures, and what comes of them is worked out from what is shown.

>>> shown(0.058671), product(0.058671, 0.22609)
('0.05867', '0.01327')
"""
from __future__ import annotations

from typing import Dict, List, Sequence, Tuple

from ..matrix import dot, vecmat
from .algorithm import Algorithm, Way
from .compare import numbers
from .functions import FUNCTIONS, backward
from .judge import BROKEN, Fault, Trail
from .pieces import Findings, Piece
from .readings import Reading

SLOPES = {"sigmoid": "a·(1 - a)", "tanh": "1 - a²"}


def shown(x: float) -> str:
    """A number with four figures."""
    return f"{x + 0.0:.4g}"


def seen(x: float) -> float:
    """A number as it is shown."""
    return float(shown(x))


def product(*factors: float) -> str:
    """The product of numbers as they are shown."""
    value = 1.0
    for factor in factors:
        value *= seen(factor)
    return shown(value)


def story(findings: Findings, piece: Piece, fault: Fault) -> str:
    """Some sentences about one fault of a piece; "" where nothing short can be said."""
    try:
        kind = fault.slug[:3]
        if fault.slug.startswith(("forward", "softmax")):
            return _forward(findings, fault)
        if kind in ("bp1", "bp2", "bp3", "bp4") or fault.slug.startswith("relu"):
            trail = next(trail for trail in piece.trails if trail.number == fault.network)
            deltas = piece.back.deltas[trail.number, fault.example] if piece.back else {}
            told = {"bp1": _output, "bp3": _bias, "bp4": _weight}.get(kind, _hidden)(trail, fault, deltas)
            return f"In network {fault.network + 1}, example {fault.example + 1}, {told}" if told else ""
        return _step(findings, fault)
    except (*BROKEN, StopIteration, TypeError):
        return ""


def _apart(given: Sequence[float], wanted: Sequence[float]) -> int:
    """Where two vectors are furthest apart."""
    return max(range(len(wanted)), key=lambda k: abs(given[k] - wanted[k]))


def _slope(trail: Trail, way: Way, l: int, j: int) -> Tuple[str, float]:
    """σ′(z) of a neuron in words, and its value."""
    name, z, a = trail.case.activations[l], way.z[l][j], way.a[l + 1][j]
    if name in SLOPES:
        a = seen(a)
        value = a * (1 - a) if name == "sigmoid" else 1 - a * a
        return f"its activation is a = {shown(a)}, so σ′(z) = {SLOPES[name]} = {shown(value)}", value
    unit = [float(k == j) for k in range(len(way.z[l]))]
    value = backward(FUNCTIONS[name], way.z[l], way.a[l + 1], unit)[j]
    return f"its z is {shown(z)}, where σ′(z) = {shown(value)}", value


def _output(trail: Trail, fault: Fault, deltas: Dict[int, List[float]]) -> str:
    """(BP1)."""
    net, l, way = Algorithm(trail.case), trail.last, trail.ways[fault.example]
    right, given = net.output_error(way), deltas[l]
    j = _apart(given, right)
    a, y, d = way.a[-1][j], way.y[j], net.derivative(way.a[-1], way.y)[j]
    if net.cancels(way):
        return (f"output {j + 1}: a is {shown(a)} and y is {shown(y)}, so δ = a - y = {shown(seen(a) - seen(y))}; "
                f"you have {shown(given[j])}.")
    if net.names[-1] == "softmax":
        return f"output {j + 1}: δ is {shown(right[j])}; you have {shown(given[j])}."
    slope, value = _slope(trail, way, l, j)
    what = f"a - y = {shown(a)} - {shown(y)} = {shown(seen(a) - seen(y))}" if trail.case.cost == "quadratic" else (
        f"∂C/∂a = {shown(d)}")
    d = seen(a) - seen(y) if trail.case.cost == "quadratic" else d
    return f"output {j + 1}: {what}, {slope}, and δ is their product, {product(d, value)}; you have {shown(given[j])}."


def _hidden(trail: Trail, fault: Fault, deltas: Dict[int, List[float]]) -> str:
    """(BP2)."""
    l, way = fault.layer, trail.ways[fault.example]
    net, w, after = Algorithm(trail.case), trail.case.weights[l + 1], deltas[l + 1]
    back, given = vecmat(after, w), deltas[l]
    j = _apart(given, net.slope(Way(way.y, way.a, way.z, dict(deltas)), l, back))
    carried = sum(seen(row[j]) * seen(d) for row, d in zip(w, after))
    terms = " + ".join(f"{shown(row[j])}·({shown(d)})" for row, d in zip(w, after))
    sum_ = f" = {terms}" if len(after) <= 3 else ""
    slope, value = _slope(trail, way, l, j)
    return (f"neuron {j + 1} of layer {l + 2}: the error that comes back is wᵀδ{sum_} = {shown(carried)}, {slope}, and "
            f"δ is their product, {product(carried, value)}; you have {shown(given[j])}.")


def _bias(trail: Trail, fault: Fault, deltas: Dict[int, List[float]]) -> str:
    """(BP3)."""
    delta, given = deltas[fault.layer], fault.given
    j = _apart(given, delta)
    all_ = ", ".join(map(shown, delta))
    return (f"the δ of layer {fault.layer + 2} are {all_}. The gradient of its bias {j + 1} is the δ of the same "
            f"neuron, {shown(delta[j])}; you have {shown(given[j])}.")


def _weight(trail: Trail, fault: Fault, deltas: Dict[int, List[float]]) -> str:
    """(BP4)."""
    delta, a, l = deltas[fault.layer], trail.ways[fault.example].a[fault.layer], fault.layer
    n = len(a)
    if [len(fault.given), len(fault.given[0])] != [len(delta), n]:
        return (f"the gradient of layer {l + 2} is {len(delta)} x {n}, one row for each δ; yours is "
                f"{len(fault.given)} x {len(fault.given[0])}.")
    j, k = divmod(_apart(numbers(fault.given), [d * x for d in delta for x in a]), n)
    before = f"input {k + 1}" if l == 0 else f"neuron {k + 1} of layer {l + 1}"
    return (f"the weight from {before} to neuron {j + 1} of layer {l + 2}: δ is {shown(delta[j])} and the activation "
            f"that goes in is {shown(a[k])}, so ∂C/∂w = δ·a = {product(delta[j], a[k])}; you have "
            f"{shown(fault.given[j][k])}.")


def _forward(findings: Findings, fault: Fault) -> str:
    """z = w·a + b and a = σ(z) of an output."""
    meant, reading = findings.meant, findings.reading
    if reading is None or fault.given is None or fault.expected is None:
        return ""
    wanted = Reading(meant.activation or reading.hidden, meant.output or reading.output.split("-of-")[0])
    case = findings.cases[fault.network]
    way = wanted.ways(case)[fault.example]
    j = _apart(fault.given, way.a[-1])
    b, z = case.biases[-1][j], way.z[-1][j]
    flow = dot(case.weights[-1][j], way.a[-2])
    return (f"In network {fault.network + 1}, example {fault.example + 1}, output {j + 1}: w·a is {shown(flow)} and b "
            f"is {shown(b)}, so z = w·a + b = {shown(seen(flow) + seen(b))}, and {wanted.output} makes "
            f"{shown(way.a[-1][j])} of z = {shown(z)}; you have {shown(fault.given[j])}.")


def _step(findings: Findings, fault: Fault) -> str:
    """A step, and what comes of several."""
    slug, c, case = fault.slug, fault.network, findings.cases[fault.network]
    if slug.startswith("sgd") and fault.given:
        return ("Of 5 examples in mini-batches of 2 each of four takes part by ½, and the fifth, alone, by 1; or all "
                f"by 1. Yours take part by {', '.join(shown(round(x, 3)) for x in fault.given)}.")
    if slug.startswith("momentum") and fault.factor is not None:
        return f"Of a first step s a second keeps μ·s, {shown(fault.expected)}·s; yours keeps {shown(fault.factor)}·s."
    if slug.startswith("l2") and fault.given is not None:
        w = case.weights[0][0][0]
        return (f"A weight of {shown(w)} ought to lose ηλ/n·w, {shown(fault.expected[0])}; yours loses "
                f"{shown(fault.given[0])}.")
    if slug == "evaluate-wrong-count":
        return f"Of 12 answers {fault.expected} are right, by their largest output; you count {shown(fault.given)}."
    if slug.startswith("update") and fault.given is not None:
        kind, l = ("b" if "biases" in fault.quantity else "w"), fault.layer
        each = [numbers(single[kind == "w"][l]) for (k, _), single in sorted(findings.singles.items()) if k == c]
        k = _apart(fault.given, fault.expected)
        mean = sum(seen(one[k]) for one in each) / len(each)
        name, all_ = "bias" if kind == "b" else "weight", ", ".join(shown(one[k]) for one in each)
        return (f"In network {c + 1}, for {name} {k + 1} of layer {l + 2}, the gradients of its {len(each)} examples "
                f"are {all_}, and their mean is {shown(mean)}. A step takes η times that off; yours takes η times "
                f"{shown(fault.given[k])}.")
    return ""

