"""What a reader moves: the walk of one example forward and back, with its numbers; and a network that is wrong.

The walk is the 2-2-1 network of `purenn.trace`. Its formulas are templates: `{z21}` is a number, which the page works
out anew when a reader moves an input, a weight or the target. What stands there at first comes from `take_step`.
"""
from __future__ import annotations

import json
import re
from html import escape
from random import Random
from typing import Any, Callable, Dict, Iterator, List, Sequence, Tuple

from ..mistakes.algorithm import Algorithm
from ..mistakes.cases import Case
from ..mistakes.catalogue import MISTAKES
from ..network2 import Network
from ..onpaper.steps import take_step
from ..trace import EXAMPLE, TEXTBOOK
from . import mathml
from .prose import Prose, reference

# The walk

MOVED: List[Tuple[str, str, float, float]] = [
    ("x1", "x₁", 0.0, 1.0), ("x2", "x₂", 0.0, 1.0), ("y", "y", 0.0, 1.0),
    ("w211", "w²₁₁", -6.0, 6.0), ("w212", "w²₁₂", -6.0, 6.0), ("b21", "b²₁", -6.0, 6.0),
    ("w221", "w²₂₁", -6.0, 6.0), ("w222", "w²₂₂", -6.0, 6.0), ("b22", "b²₂", -6.0, 6.0),
    ("w311", "w³₁₁", -6.0, 6.0), ("w312", "w³₁₂", -6.0, 6.0), ("b31", "b³₁", -6.0, 6.0)]
"""What a reader moves: its name, how it is written, and its range."""

WALK: List[Tuple[str, str, List[str]]] = [
    ("Forward: the hidden layer", "25", [
        "z²₁ = {w211}·{x1} + {w212}·{x2} + {b21} = {z21}", "a²₁ = σ(z²₁) = {a21}",
        "z²₂ = {w221}·{x1} + {w222}·{x2} + {b22} = {z22}", "a²₂ = σ(z²₂) = {a22}"]),
    ("Forward: the output", "25", [
        "z³₁ = {w311}·{a21} + {w312}·{a22} + {b31} = {z31}", "a³₁ = σ(z³₁) = {a31}"]),
    ("How wrong it is", "27", ["C = ½·({a31} - {y})² = {C}"]),
    ("The error of the output", "BP1", [
        "σ′(z³₁) = a³₁·(1 - a³₁) = {s31}", "δ³₁ = ({a31} - {y})·{s31} = {d31}"]),
    ("The errors of the hidden layer", "BP2", [
        "δ²₁ = {w311}·{d31}·σ′(z²₁) = {w311}·{d31}·{s21} = {d21}",
        "δ²₂ = {w312}·{d31}·σ′(z²₂) = {w312}·{d31}·{s22} = {d22}"]),
    ("The slopes for the biases", "BP3", ["∂C/∂b³₁ = δ³₁ = {d31}", "∂C/∂b²₁ = δ²₁ = {d21}", "∂C/∂b²₂ = δ²₂ = {d22}"]),
    ("The slopes for the weights", "BP4", [
        "∂C/∂w³₁₁ = a²₁·δ³₁ = {a21}·{d31} = {g311}", "∂C/∂w³₁₂ = a²₂·δ³₁ = {a22}·{d31} = {g312}",
        "∂C/∂w²₁₁ = x₁·δ²₁ = {x1}·{d21} = {g211}", "∂C/∂w²₁₂ = x₂·δ²₁ = {x2}·{d21} = {g212}",
        "∂C/∂w²₂₁ = x₁·δ²₂ = {x1}·{d22} = {g221}", "∂C/∂w²₂₂ = x₂·δ²₂ = {x2}·{d22} = {g222}"]),
]
"""The walk, stage by stage: what it is, its equation, its formulas."""

PLACES = {"x1": (60, 70), "x2": (60, 210), "21": (250, 70), "22": (250, 210), "31": (440, 140)}
LINES = {"w211": ("x1", "21"), "w212": ("x2", "21"), "w221": ("x1", "22"), "w222": ("x2", "22"),
         "w311": ("21", "31"), "w312": ("22", "31")}


def values() -> Dict[str, float]:
    """All numbers of the walk at the beginning."""
    net = Network([2, 2, 1], Random(0))
    net.weights, net.biases = [[row[:] for row in w] for w in TEXTBOOK[0]], [b[:] for b in TEXTBOOK[1]]
    (x, y), ((w2, w3), (b2, b3)) = EXAMPLE, TEXTBOOK
    step = take_step(net, [EXAMPLE], eta=0.5)
    forward, back = step.before.forward[0], step.backward[0]
    found = {"x1": x[0], "x2": x[1], "y": y[0], "C": forward.cost, "b21": b2[0], "b22": b2[1], "b31": b3[0]}
    for j, neuron in enumerate(("21", "22", "31")):
        layer, k = (0, j) if j < 2 else (1, 0)
        a = forward.a[layer][k]
        found.update({f"z{neuron}": forward.z[layer][k], f"a{neuron}": a, f"s{neuron}": a * (1.0 - a),
                      f"d{neuron}": back.delta[layer][k]})
    for name in LINES:
        layer, j, k = int(name[1]) - 2, int(name[2]) - 1, int(name[3]) - 1
        found.update({name: TEXTBOOK[0][layer][j][k], f"g{name[1:]}": back.nabla_w[layer][j][k]})
    return found


def shown(value: float) -> str:
    """A number with four significant digits, as the page writes it."""
    text = f"{value:.4g}" if abs(value) >= 1e-4 or not value else f"{value:.1e}".replace("e-0", "e-")
    return text.replace("-", "−")


def slots(template: str, numbers: Dict[str, float]) -> str:
    """A formula with a place for each of its numbers."""
    out = []
    for part in re.split(r"(\{\w+\})", template):
        if part.startswith("{"):
            name = part[1:-1]
            out.append(f'<output data-v="{name}">{shown(numbers[name])}</output>')
        else:
            out.append(mathml.inline(part) if re.search("[^ =·+()-]", part) else escape(part.replace("-", "−")))
    return "".join(out)


def walk(prose: Prose) -> str:
    """The whole of it: the network as a picture to be touched, what can be moved, and every number."""
    numbers = values()
    moved = "".join(
        f'<label>{written} <input type="range" data-move="{name}" min="{low:g}" max="{high:g}" step="0.01" '
        f'value="{numbers[name]}"> <output data-v="{name}">{shown(numbers[name])}</output></label>'
        for name, written, low, high in MOVED)
    stages = "".join(
        f'<section><h4>{title} ({reference(number)})</h4>{"".join(f"<p>{slots(one, numbers)}</p>" for one in formulas)}'
        "</section>" for title, number, formulas in WALK)
    return (f'<div class="walk" data-values="{escape(json.dumps(numbers))}"><div class="moved">{picture(numbers)}'
            '<p class="touched" role="status">Touch a connection or a neuron.</p>'
            f'<div class="sliders">{moved}</div><p class="bar">'
            '<button data-do="step" hidden>Take a step, η = 0.5</button> '
            f'<button data-do="back" hidden>As it was</button></p></div><div class="stages">{stages}</div></div>')


def picture(numbers: Dict[str, float]) -> str:
    """Neurons and connections, each of which can be touched."""
    parts = []
    for name, (start, end) in LINES.items():
        (x1, y1), (x2, y2) = PLACES[start], PLACES[end]
        w, at = numbers[name], f'x1="{x1}" y1="{y1}" x2="{x2}" y2="{y2}"'
        parts.append(f'<g tabindex="0" role="button" data-line="{name}" aria-label="the connection {name}">'
                     f'<line class="wide" {at}/><line class="{"minus" if w < 0 else "plus"}" {at} '
                     f'stroke-width="{1 + abs(w):.2f}"/></g>')
    for name, (x, y) in PLACES.items():
        value = name if name[0] == "x" else f"a{name}"
        letter = written(value)
        parts.append(f'<g tabindex="0" role="button" data-neuron="{name}" aria-label="the neuron {letter}">'
                     f'<circle cx="{x}" cy="{y}" r="34"/><text x="{x}" y="{y - 4}">{letter}</text>'
                     f'<text x="{x}" y="{y + 16}" data-v="{value}">{shown(numbers[value])}</text></g>')
    return f'<svg viewBox="0 0 500 280" role="group" aria-label="The network">{"".join(parts)}</svg>'


# A network that is wrong: who is it?

GUILTY = ("BP1", "BP2", "BP3", "BP4")

PUZZLES = 24


def puzzle(rng: Random) -> "Dict[str, Any] | None":
    """A network of two inputs, two hidden neurons and two outputs with one line spoilt; None if nothing shows it."""
    equation = rng.choice(GUILTY)
    slugs = [slug for slug in MISTAKES if MISTAKES[slug].equation == equation]
    mistake = MISTAKES[rng.choice(slugs)]
    case = Case([2, 2, 2], ["sigmoid", "sigmoid"], "quadratic", 0.5, 0.0, 0.0, 1, [[hundredths(rng), hundredths(rng)]],
                [[0.0, 1.0]], [[[hundredths(rng, 2) for _ in range(2)] for _ in range(2)] for _ in range(2)],
                [[hundredths(rng) for _ in range(2)] for _ in range(2)], steps=1)
    try:
        spoilt = numbers_of(Algorithm(case, [rng.choice(mistake.lines)]), case)
        right = numbers_of(Algorithm(case), case)
    except (ArithmeticError, ValueError, IndexError):
        return None
    same_forward = all(abs(spoilt[name] - right[name]) < 1e-12 for name in right if name[0] in "za")
    wrong = [name for name in right if abs(spoilt[name] - right[name]) > 5e-3]
    if not same_forward or not wrong or first_wrong(wrong) != equation:
        return None
    return {"given": given_of(case), "forward": {n: round(right[n], 4) for n in right if n[0] in "zas"},
            "probes": {n: round(spoilt[n], 4) for n in right if n[0] in "dg"},
            "right": {n: round(right[n], 4) for n in right if n[0] in "dg"},
            "guilty": equation, "because": mistake.sentence}


def first_wrong(wrong: Sequence[str]) -> str:
    """The first equation on the way whose numbers are wrong."""
    stages = [("BP1", "d3"), ("BP2", "d2"), ("BP3", "gb"), ("BP4", "gw")]
    return next(equation for equation, start in stages if any(name.startswith(start) for name in wrong))


def hundredths(rng: Random, largest: int = 1) -> float:
    """A number with two decimals, not near 0."""
    return rng.choice((-1, 1)) * rng.randrange(20, 100 * largest + 1) / 100


def given_of(case: Case) -> Dict[str, float]:
    """What is known of the network: inputs, targets, weights, biases."""
    (x, ), (y, ) = case.inputs, case.targets
    found = {"x1": x[0], "x2": x[1], "y1": y[0], "y2": y[1]}
    for l, (w, b) in enumerate(zip(case.weights, case.biases), 2):
        for j in range(2):
            found[f"b{l}{j + 1}"] = b[j]
            found.update({f"w{l}{j + 1}{k + 1}": w[j][k] for k in range(2)})
    return found


def numbers_of(net: Algorithm, case: Case) -> Dict[str, float]:
    """z, a, σ′, δ, ∂C/∂b and ∂C/∂w of both layers, by their names."""
    way, = net.propagate(case.inputs, case.targets)
    found: Dict[str, float] = {}
    for l in net.layers:
        nabla_b, nabla_w = net.nabla_b(way, l), net.nabla_w(way, l)
        for j in range(2):
            a, name = way.a[l + 1][j], f"{l + 2}{j + 1}"
            found.update({f"z{name}": way.z[l][j], f"a{name}": a, f"s{name}": a * (1.0 - a),
                          f"d{name}": way.delta[l][j], f"gb{name}": nabla_b[j]})
            found.update({f"gw{name}{k + 1}": nabla_w[j][k] for k in range(2)})
    return found


def puzzles() -> Iterator[Dict[str, Any]]:
    """As many as the page has, each equation as often."""
    rng, wanted = Random(27), PUZZLES
    while wanted:
        one = puzzle(rng)
        if one and one["guilty"] == GUILTY[wanted % len(GUILTY)]:
            wanted -= 1
            yield one


WRITTEN = {"d": "δ", "gb": "∂C/∂b", "gw": "∂C/∂w", "s": "σ′"}
"""The names of numbers, where they are not what is written."""


def written(name: str) -> str:
    """gw212 is ∂C/∂w²₁₂.

    >>> written("gw212"), written("x1")
    ('∂C/∂w²₁₂', 'x₁')
    """
    letters, digits = name.rstrip("0123456789"), name.lstrip("abcdefghijklmnopqrstuvwxyz")
    low = str.maketrans("123", "₁₂₃")
    return WRITTEN.get(letters, letters) + (digits.translate(low) if letters in "xy" else
                               digits[0].translate(str.maketrans("23", "²³")) + digits[1:].translate(low))


def accuse(prose: Prose) -> str:
    """A network with one spoilt line; three probes, and then the reader says which equation it is."""
    all_of_them = list(puzzles())
    symbols = {name: f"<math>{mathml.display(written(name))}</math>" for one in all_of_them
               for part in ("given", "forward", "probes") for name in one[part]}
    buttons = "".join(f'<button value="{number}">({number})</button> ' for number in GUILTY)
    return (f'<div class="accuse" data-puzzles="{escape(json.dumps(all_of_them))}" '
            f'data-symbols="{escape(json.dumps(symbols))}">'
            '<p class="note">This game needs JavaScript.</p><div class="play" hidden><div class="given"></div>'
            '<p>Three probes: touch a number to see what this network has there.</p><div class="probes"></div>'
            '<p><label>A calculator: <input size="30" class="sum" placeholder="(0.75 - 0) * 0.19"></label> '
            '<output class="result"></output></p>'
            f'<p class="verdicts">The spoilt line is {buttons}</p><p class="judgement" role="status"></p>'
            '<p class="bar"><button class="more">Another network</button></p></div></div>')


def draw(prose: Prose) -> str:
    """A sheet to draw a digit on. It appears once a network has been trained in the page."""
    return ('<div class="draw live" hidden><p class="note">Train a network above (Run), and draw a digit: it is read '
            "while you draw.</p></div>")


GAMES: Dict[str, Callable[[Prose], str]] = {"walk": walk, "accuse": accuse, "draw": draw}
"""What a page can put in, by name."""
