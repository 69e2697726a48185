"""Random networks as people write them: right ones that `check` must call right, and with one line spoilt, wrong ones.

    python tests/mistakes/conventions.py [FIRST [LAST]]         the table of verdicts, for seeds 0 to 299
    python tests/mistakes/conventions.py --show SEED [wrong]    the text of one

`right(seed)` makes choices along the axes that people differ in, and puts pieces of text together that fit: a `Maker`
has the choices and the pieces (one for each line of the algorithm), SHAPES has what goes around them. Wherever a piece
can be spoilt, it asks `self.bad(name of the mistake)`. `fault` runs a text and compares what it learns with finite
differences of its own forward pass, so that right is right and wrong is wrong whatever purenn says.
"""
from __future__ import annotations

import contextlib
import importlib.util
import io
import math
import random
import re
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path
from typing import Any, Callable, Dict, Iterator, List, NamedTuple, Optional, Sequence, Tuple, Union

from purenn.mistakes.checking import CannotCheck, check

Lines = List[str]


class Layout(NamedTuple):
    """How arrays lie: the shapes of a layer's weights and biases, and its four products (· is the matrix product)."""

    W: str
    b: str
    z: str
    back: str
    dW: str
    db: str
    columns: bool = False       # an example is a column, in a batch too


LAYOUTS = {
    "columns": Layout("{o}, {i}", "{o}, 1", "{W} · {a}", "{W}.T · {d}", "{d} · {a}.T",
                      "np.sum({d}, axis=1, keepdims=True)", True),
    "rows": Layout("{i}, {o}", "1, {o}", "{a} · {W}", "{d} · {W}.T", "{a}.T · {d}",
                   "np.sum({d}, axis=0, keepdims=True)"),
    "rows, W by outputs": Layout("{o}, {i}", "{o},", "{a} · {W}.T", "{d} · {W}", "{d}.T · {a}", "{d}.sum(axis=0)"),
    "a column": Layout("{o}, {i}", "{o}, 1", "{W} · {a}", "{W}.T · {d}", "{d} · {a}.T", "{d}", True),
    "a row": Layout("{i}, {o}", "1, {o}", "{a} · {W}", "{d} · {W}.T", "{a}.T · {d}", "{d}"),
    "vectors": Layout("{o}, {i}", "{o},", "{W} · {a}", "{W}.T · {d}", "np.outer({d}, {a})", "{d}"),
    "vectors, W by inputs": Layout("{i}, {o}", "{o},", "{a} · {W}", "{W} · {d}", "np.outer({a}, {d})", "{d}"),
    "lists": Layout("{o}, {i}", "{o}", "{W} · {a}", "{W}.T · {d}", "outer({d}, {a})", "{d}"),
}
BATCHES = "columns", "rows", "rows, W by outputs"

# the function, its slope from z, its slope from a; with NumPy, then of one number
FUNCTIONS = {
    "sigmoid": (("1 / (1 + np.exp(-z))", "{f}(z) * (1 - {f}(z))", "a * (1 - a)"),
                ("1 / (1 + math.exp(-z))", "{f}(z) * (1 - {f}(z))", "a * (1 - a)")),
    "tanh": (("np.tanh(z)", "1 - np.tanh(z) ** 2", "1 - a ** 2"),
             ("math.tanh(z)", "1 - math.tanh(z) ** 2", "1 - a * a")),
    "relu": (("np.maximum(0, z)", "(z > 0).astype(float)", "np.where(a > 0, 1, 0)"),
             ("max(0.0, z)", "1.0 if z > 0 else 0.0", "1.0 if a > 0 else 0.0")),
    "leaky_relu": (("np.where(z > 0, z, 0.01 * z)", "np.where(z > 0, 1, 0.01)", "np.where(a > 0, 1, 0.01)"),
                   ("z if z > 0 else 0.01 * z", "1.0 if z > 0 else 0.01", "1.0 if a > 0 else 0.01")),
    "linear": (("z", "1", "1"), ("z", "1", "1")),
}
SOFTMAX = {True: ["e = np.exp(z - np.max(z{axis}))", "return e / np.sum(e{axis})"],
           False: ["e = [math.exp(v - max(z)) for v in z]", "return [v / sum(e) for v in e]"]}

# (output, cost, factor that the error has by that cost), in the order of how often one sees them
ENDS = [("sigmoid", "quadratic", ""), ("softmax", "log-likelihood", ""), ("sigmoid", "quadratic", "2 * "),
        ("sigmoid", "cross-entropy", ""), ("softmax", "log-likelihood", ""), ("linear", "quadratic", ""),
        ("sigmoid", "quadratic", "mean"), ("tanh", "quadratic", ""), ("sigmoid", "quadratic", ""),
        ("linear", "quadratic", "2 * ")]
COSTS: Dict[str, Callable[[float, float], float]] = {
    "quadratic": lambda a, y: (a - y) ** 2 / 2,
    "cross-entropy": lambda a, y: -y * math.log(a) - (1 - y) * math.log(1 - a),
    "log-likelihood": lambda a, y: -y * math.log(a)}

WORDS: Dict[str, str] = {       # English | German | French | Spanish
    "Net": "Network NeuralNetwork NN MLP NeuralNet Model | Netz NeuronalesNetz | Reseau | RedNeuronal Red",
    "forward": "feedforward forward predict forward_pass forward_prop query think | vorwaerts | avant propager | adelante",
    "backward": "backprop backward backward_prop back_propagation | rueckwaerts | arriere retropropagation | atras",
    "train": "train fit learn gradient_descent SGD | trainiere lerne | entrainer apprendre | entrenar",
    "update": "update update_params apply_gradients update_weights step | anpassen | corriger | actualizar",
    "init": "init_params initialize_parameters make_network init | anfang | initialiser | iniciar",
    "lr": "lr learning_rate alpha eta rate | lernrate | taux pas | tasa",
    "epochs": "epochs n_iters iterations num_epochs | epochen runden | epoques tours | epocas",
    "x": "x inputs X data | eingabe | entree | entrada", "y": "y targets target Y labels | ziel | cible | objetivo",
    "batch_size": "batch_size mini_batch_size size | stapel | taille | lote",
    "W": "W w weights theta | gewichte | poids | pesos", "b": "b bias biases | schwellen | biais | sesgo",
    "slope": "{}_prime {}_derivative d_{} {}_deriv grad_{} | {}_ableitung | derivee_{} | derivada_{}",
    "loss": "loss cost cost_function compute_loss | fehler | erreur | perdida"}
TAILS = ["", 'if __name__ == "__main__":\n    data = np.loadtxt("train.csv", delimiter=",")\n    print(data.shape)\n',
         'if __name__ == "__main__":\n    import matplotlib.pyplot as plt\n    plt.plot([1, 2])\n    plt.show()\n',
         'import pandas as pd\ndata = pd.read_csv("train.csv").values\nprint(data[:, 1:].mean())\n']


def define(head: str, *body: Union[str, Lines]) -> Lines:
    """A line that ends in a colon and what stands below it, one step further in."""
    lines = [line for part in body for line in ([part] if isinstance(part, str) else part)]
    return [head, *("    " + line if line else "" for line in lines or ["pass"])]


def tight(text: str) -> str:
    """In parentheses, if an operator stands outside of any."""
    depth = 0
    for c in text:
        depth += (c in "([") - (c in ")]")
        if c == " " and depth == 0:
            return f"({text})"
    return text


class Maker:
    """The choices of one network, and the text of each line of the algorithm by them."""

    def __init__(self, seed: int, spoil: str = "", at: int = 0) -> None:
        self.random, self.spoil, self.at, self.asked = random.Random(f"network {seed}"), spoil, at, Counter[str]()
        pick = self.pick = self.random.choice
        self.language = pick([0] * 8 + [1, 2, 3])
        self.words = {key: pick(text.split("|")[self.language].split()) for key, text in WORDS.items()
                      for text in [text if text.count("|") else " | ".join([text] * 4)]}
        if self.words["forward"] == self.words["train"]:
            self.words["forward"] = "feedforward"
        self.shape = pick(SHAPES)
        layouts = [*LAYOUTS, "columns", "rows", "lists"]
        self.layout_name = "lists" if self.shape in PLAIN else pick(layouts if self.shape is not book else [k for k in layouts if k not in BATCHES])
        self.batched = False
        self.at_once, self.plain = self.layout_name in BATCHES, self.layout_name == "lists"
        self.layout = LAYOUTS[self.layout_name]
        self.L = pick([2, 2, 3])
        self.hidden = pick("sigmoid sigmoid tanh relu relu leaky_relu".split())
        self.output, self.cost, self.factor = pick([end for end in ENDS if self.shape not in PLAIN or end[0] != "softmax"])
        self.of_z = pick([True, False])                 # σ′ is a function of z, or of a
        self.bias = pick(["own"] if self.shape in PLAIN else ["own", "own", "own", "own", "own", "none", "folded"])
        self.upward = pick([False, False, False, True])         # y - a, and +=
        self.mean = pick(["gradient", "gradient", "delta", "sum"]) if self.at_once else "sum"
        self.over_m = pick(["{0} / {1}", "1 / {1} * {0}", "(1 / {1}) * {0}"])
        self.dots = pick(["{} @ {}", "np.dot({}, {})", "{}.dot({})"])
        self.in_place = pick([True, False])
        self.rate = pick(["argument", "argument", "attribute", "global"])
        self.epochs = pick(["whole", "batches"] if self.at_once else ["zip", "pairs", "index"])
        self.max_label = self.epochs == "whole" and pick([True, False])     # the number of classes is the largest label + 1
        self.labels = self.output in ("sigmoid", "softmax") and not self.plain and pick([True, False, False])
        self.typed = pick([True, False, False, False])
        self.said = pick([True, False])                 # comments
        self.l2 = pick([""] * 7 + ["0.01"])
        self.mu = pick([""] * 7 + ["0.9"])
        self.sizes = pick(["list", "numbers", "fixed"])
        self.fixed = pick([(3, 4, 2), (4, 5, 3), (2, 6, 2), (4, 3, 4), (784, 10, 10) if pick(range(8)) == 0 else (5, 4, 3)])
        if self.L == 3:
            self.fixed = (*self.fixed[:2], *self.fixed[1:])
        self.start = pick(["np.random.randn({}) * 0.5", "np.random.uniform(-1, 1, ({}))", "np.random.rand({}) - 0.5",
                           "np.random.normal(0, 1, ({}))", "np.random.randn({}) / np.sqrt({i})"])
        self.places: Dict[str, str] = {}
        self.how: Dict[str, Any] = {}
        self.net, self.x, self.y = self.words["Net"], self.words["x"], self.words["y"]
        self.lr = {"argument": self.words["lr"], "attribute": "self." + self.words["lr"], "global": "LEARNING_RATE"}[self.rate]
        self.source = self.text()

    def bad(self, slug: str, everywhere: bool = False) -> bool:
        """Whether this is the place to make a mistake: the `at`-th that this mistake can be made at, or all of them."""
        self.asked[slug] += 1
        return slug == self.spoil and (everywhere or self.at % 1000 == self.asked[slug] - 1)

    # -- products and what goes by elements, in either language

    def dot(self, pair: str) -> str:
        p, q = pair.split(" · ")
        if self.plain:
            return f"matvec({f'transpose({p[:-2]})' if p.endswith('.T') else p}, {q})"
        return self.dots.format(p, q) if "@" in self.dots or p[-1] != ")" else f"np.dot({p}, {q})"

    def sub(self, p: str, q: str) -> str:
        return f"[u - v for u, v in zip({p}, {q})]" if self.plain else f"{tight(p)} - {tight(q)}"

    def mul(self, p: str, q: str) -> str:
        if not q:
            return p
        return f"[u * v for u, v in zip({p}, {q})]" if self.plain else f"{tight(p)} * {tight(q)}"

    def scaled(self, k: str, p: str, each: str = "[{} * v for v in {}]") -> str:
        k = k.removesuffix(" * ")
        return p if not k else each.format(k, p) if self.plain else f"{k} * {tight(p)}"

    def size(self, x: str) -> str:
        """How many examples `x` has."""
        return f"{x}.shape[1]" if self.layout.columns else f"{x}.shape[0]"

    # -- the lines of the algorithm

    def affine(self, W: str, a: str, b: str) -> str:
        z = self.dot(self.layout.z.format(W=W, a=f"with_one({a})" if self.bias == "folded" else a))
        if self.bias != "own" or self.bad("forward-no-bias"):
            return z
        if self.plain:
            return f"[u {'-' if self.bad('forward-bias-sign') else '+'} v for u, v in zip({z}, {b})]"
        return f"{z} {'-' if self.bad('forward-bias-sign') else '+'} {b}"

    def act(self, z: str, last: bool) -> str:
        f = self.output if last else self.hidden
        if f == "softmax" and self.bad("forward-two-activations"):
            z = f"[1 / (1 + math.exp(-v)) for v in {z}]" if self.plain else f"1 / (1 + np.exp(-({z})))"
        elif f in ("sigmoid", "relu", "tanh") and self.bad("forward-wrong-activation"):
            name, f = f, "math.tanh" if self.plain else "np.tanh"
            other = "1 / (1 + {0}.exp(-{1}))".format(f[:-5], "v" if self.plain else tight(z)) if name == "tanh" else f + ("(v)" if self.plain else f"({z})")
            return f"[{other} for v in {z}]" if self.plain else other
        name = self.function(f)
        return z if f == "linear" else f"[{name}(v) for v in {z}]" if self.plain and f != "softmax" else f"{name}({z})"

    def function(self, f: str) -> str:
        return self.nicknames[f]

    def slope(self, z: str, a: str, last: bool) -> str:
        f, p = self.output if last else self.hidden, "bp1" if last else "bp2"
        if f in ("linear", "softmax") or (not last or f != "sigmoid") and self.bad(p + "-no-sigma-prime"):
            return ""
        name, of = self.words["slope"].format(self.function(f)), z if self.of_z else a
        if f in ("sigmoid", "tanh"):
            if self.of_z and self.bad(p + "-sigma-prime-of-a"):
                of = a
            if not self.of_z and self.bad(p + "-formula-of-z"):
                of = z
        if self.bad(p + "-wrong-function"):
            other = ("1 - v ** 2" if f != "tanh" else "v * (1 - v)").replace("v", "v" if self.plain else a)
            return f"[{other} for v in {a}]" if self.plain else other
        slope = f"[{name}(v) for v in {of}]" if self.plain else f"{name}({of})"
        return self.mul(slope, slope) if "relu" not in f and self.bad(p + "-sigma-prime-twice") else slope

    def delta(self, z: str, a: str, y: str, x: str) -> str:
        """The error at the output, (BP1)."""
        up = self.upward != self.bad("bp1-sign")
        k = f"2 / {y}.size * " if self.factor == "mean" and not (self.plain or self.at_once) else self.factor
        k = k if k != "mean" else "2 * "
        e = self.scaled(k, self.sub(y, a) if up else self.sub(a, y))
        if self.cost == "quadratic":
            e = self.mul(e, self.slope(z, a, True))
        elif self.output == "softmax" and self.bad("bp1-has-sigma-prime"):
            e = self.mul(e, f"[v * (1 - v) for v in {a}]" if self.plain else f"{a} * (1 - {a})")
        return f"{tight(e)} / {self.size(x)}" if self.mean == "delta" else e

    def error(self, W: str, d: str, z: str, a: str) -> str:
        """The error of a hidden layer, (BP2), from that of the next."""
        back = self.through(W, d)
        slope = self.slope(z, a, False)
        if self.hidden == "relu" and self.bad("relu-prime-by-sign-of-error"):
            slope = f"[1.0 if v > 0 else 0.0 for v in {back}]" if self.plain else f"({back} > 0)"
        return self.scaled("2" if self.bad("bp2-scaled") else "", self.mul(back, slope))

    def hot(self, y: str, out: str) -> str:
        """Integers as rows or columns with a single 1."""
        axis = int(not self.layout.columns) if self.at_once else int(self.layout_name == "a row")
        return f"one_hot({y})" if self.max_label else f"one_hot({y}, {out}.shape[{axis}])"

    def through(self, W: str, d: str) -> str:
        """An error of the next layer, taken back through the weights."""
        back = self.dot(self.layout.back.format(W=W, d=d))
        rows = self.layout_name.startswith(("rows", "a row"))
        return f"{tight(back)}[{':, ' * rows}:-1]" if self.bias == "folded" else back

    def of_weights(self, d: str, a: str, z: str, W: str, x: str) -> str:
        """The gradient of a layer's weights, (BP4): of a batch the sum or the mean."""
        if z and self.hidden != "linear" and self.bad("bp4-weighted-input"):
            a = z
        g = self.layout.dW.format(d=d, a=f"with_one({a})" if self.bias == "folded" else a)
        g = self.dot(g) if " · " in g else g
        if self.mean == "gradient" and not (self.bias == "own" and self.bad("update-weights-by-sum", True)):
            g = self.over_m.format(tight(g), self.size(x))
        k = "0.5" if self.bad("bp4-scaled") else "0" if self.bad("bp4-missing") else ""
        return f"plus({g}, {g}, {float(k) - 1})" if k and self.plain else self.scaled(k, g)

    def of_biases(self, d: str, x: str) -> str:
        """The gradient of a layer's biases, (BP3)."""
        if self.bad("bp3-bias-summed"):
            g = f"[sum({d})] * len({d})" if self.plain else f"np.sum({d})"
        else:
            g = self.layout.db.format(d=d)
        if self.mean == "gradient" and not self.bad("update-biases-by-sum", True):
            g = f"{tight(g)} / {self.size(x)}"
        return self.scaled("0.5" if self.bad("bp3-scaled") else "0" if self.bad("bp3-bias-missing") else "", g)

    def move(self, W: str, dW: str, v: str = "", bias: bool = False, m: str = "") -> Lines:
        """A step of gradient descent. `m` divides a sum over examples."""
        kind = "biases" if bias else "weights"
        if self.bad("update-bias-not-updated" if bias else "update-weights-not-updated"):
            return []
        up = self.upward != (self.bad("update-ascent", True) or self.bias == "own" and self.bad(f"update-{kind}-uphill", True))
        rate = f"{self.lr} / {m}" if m and not self.bad(f"update-{kind}-by-sum", True) else self.lr
        rate = f"2 * {rate}" if self.bad("update-scaled") else rate
        lines = []
        if self.l2 and (not bias or self.bad("l2-on-biases", True)):
            k = f"1 {'+' if self.bad('l2-sign', True) else '-'} {self.lr} * LAMBDA"
            lines = [f"{W} = plus({W}, {W}, {k[2:].replace('+ ', '').replace('- ', '-')})" if self.plain else f"{W} = {W} * ({k})"]
        sign, minus = ("+", "") if up else ("-", "-")
        if self.mu and v:
            mu = "-MU" if self.bad("momentum-sign", True) else "MU"
            if self.plain:
                return [*lines, f"{v} = plus({v}, {v}, {mu} - 1)", f"{v} = plus({v}, {dW}, {minus}{rate})", f"{W} = plus({W}, {v}, 1)"]
            return [*lines, f"{v} = {mu} * {v} {sign} {rate} * {dW}", f"{W} = {W} + {v}"]
        if self.plain:
            return [*lines, f"{W} = plus({W}, {dW}, {minus}{rate})"]
        return [*lines, f"{W} {sign}= {rate} * {dW}" if self.in_place else f"{W} = {W} {sign} {rate} * {dW}"]

    def first(self, i: str, o: str, alike: bool = True) -> str:
        """A layer's first weights."""
        i = f"{i} + 1" if self.bias == "folded" else i
        if self.bad("init-all-zero", True):
            return f"[[0.0] * ({i}) for _ in range({o})]" if self.plain else f"np.zeros(({self.layout.W.format(i=i, o=o)}))"
        if self.bad("init-all-alike", True):
            return f"[[0.5] * ({i}) for _ in range({o})]" if self.plain else f"np.full(({self.layout.W.format(i=i, o=o)}), 0.5)"
        if self.plain:
            return f"[[random.uniform(-1, 1) for _ in range({i})] for _ in range({o})]"
        return self.start.format(self.layout.W.format(i=i, o=o), i=tight(i))

    def zeros(self, o: str) -> str:
        return f"[0.0] * {tight(o)}" if self.plain else f"np.zeros(({self.layout.b.format(o=o)}))"

    # -- the same for all layers: line by line (W1, W2), or in a loop (weights[i])

    def name(self, key: str, layer: Union[int, str]) -> str:
        return self.places[key].format(layer)

    def layers(self, back: bool = False) -> Sequence[int]:
        return range(self.L, 0, -1) if back else range(1, self.L + 1)

    def ahead(self, x: str) -> Lines:
        """Forward, from `x` to the name `self.out`."""
        at, lines = self.name, []
        if self.loop:
            Z, A = self.places["z"][:-4], self.places["a"][:-4]
            acts = [f"{A}.append({self.act(f'{Z}[-1]', last)})" for last in [False, True][:1 + (self.output != self.hidden)]]
            acts = acts if len(acts) == 1 else [*define(f"if i < {self.many} - 1:", acts[0]), *define("else:", acts[1])]
            z = self.affine(at("W", "i"), f"{A}[-1]", at("b", "i"))
            return [f"{A} = [{x}]", f"{Z} = []", *define(f"for i in range({self.many}):", f"{Z}.append({z})", acts)]
        for l in self.layers():
            z = self.affine(at("W", l), x if l == 1 else at("a", l - 1), at("b", l))
            lines += [f"{at('z', l)} = {z}", f"{at('a', l)} = {self.act(at('z', l), l == self.L)}"]
        return lines

    @property
    def out(self) -> str:
        return self.name("a", -1 if self.loop else self.L)

    def back(self, x: str, y: str, move: bool = False) -> Lines:
        """Back: the gradients, under their names; with `move` the steps as well."""
        at, lines = self.name, []
        if self.labels:
            lines, y = [f"y_one_hot = {self.hot(y, self.out)}"], "y_one_hot"
        if self.loop:
            step = self.steps("i") if move else []
            d, early = at("d", ""), move and self.bad("bp2-updated-weights")
            error = define("if i > 0:", f"{d} = {self.error(at('W', 'i'), d, at('z', 'i - 1'), at('a', 'i'))}")
            grads = [f"{at('dW', 'i')} = {self.of_weights(d, at('a', 'i'), '', at('W', 'i'), x)}"]
            grads += [f"{at('db', 'i')} = {self.of_biases(d, x)}"] if self.bias == "own" else []
            if move:
                grads = [line.replace(at("dW", "i"), "dW").replace(at("db", "i"), "db") for line in grads]
                step = [line.replace(at("dW", "i"), "dW").replace(at("db", "i"), "db") for line in step]
            kept = [f"{d}_before = {d}"] if move and not early else []
            loop = [*grads, *step, *error] if early or not move else [*grads, *error, *step]
            begin = [f"{at(k, '')[:-2]} = [None] * {self.many}" for k in ("dW", "db")[:1 + (self.bias == "own")]] * (not move)
            return [*lines, f"{d} = {self.delta(at('z', -1), at('a', -1), y, x)}", *begin,
                    *define(f"for i in reversed(range({self.many})):", loop)]
        deltas, grads = [], []
        for l in self.layers(back=True):
            a, z = (at("a", l - 1), at("z", l - 1)) if l > 1 else (x, "")
            if l == self.L:
                d = self.delta(at("z", l), at("a", l), y, x)
            else:
                lost = self.raw(l + 1, y) and self.bad("bp2-output-slope-lost")
                d = self.error(at("W", l + 1), self.raw(l + 1, y) if lost else at("d", l + 1), at("z", l), at("a", l))
            deltas.append([f"{at('d', l)} = {d}"])
            raw = self.raw(l, y)
            dW = raw if raw and self.bad("bp4-no-sigma-prime") else at("d", l)
            db = raw if raw and self.bias == "own" and self.bad("bp3-bias-no-sigma-prime") else at("d", l)
            grads.append([f"{at('dW', l)} = {self.of_weights(dW, a, z, at('W', l), x)}",
                          *([f"{at('db', l)} = {self.of_biases(db, x)}"] if self.bias == "own" else [])])
        steps = [self.steps(l) if move else [] for l in self.layers(back=True)]
        if move and self.bad("bp2-updated-weights"):
            return sum([d + g + s for d, g, s in zip(deltas, grads, steps)], lines)
        if self.grouped:
            return sum([*deltas, *grads, *steps], lines)
        return sum([*[d + g for d, g in zip(deltas, grads)], *steps], lines)

    def raw(self, layer: int, y: str) -> str:
        """The output's error without its slope, in parentheses, if it has one."""
        if layer < self.L or self.cost != "quadratic" or self.output == "linear" or self.mean == "delta" or self.factor:
            return ""
        a = self.name("a", layer)
        e = self.sub(y, a) if self.upward else self.sub(a, y)
        return e if self.plain else f"({e})"

    def steps(self, l: Union[int, str], m: str = "") -> Lines:
        at = self.name
        return [*self.move(at("W", l), at("dW", l), self.velocity and at("vW", l), m=m),
                *(self.move(at("b", l), at("db", l), self.velocity and at("vb", l), True, m) if self.bias == "own" else [])]

    def update(self, m: str = "") -> Lines:
        if self.loop:
            return define(f"for i in range({self.many}):", self.steps("i", m))
        return [line for l in self.layers() for line in self.steps(l, m)]

    def begin(self, keys: str = "W b") -> Lines:
        """First weights and biases (and velocities, of zeros)."""
        at, lines, sizes = self.name, [], self.size_names
        if self.loop:
            zipped = "for n, m in zip(sizes, sizes[1:])"
            lines = [f"sizes = [{', '.join(sizes)}]"] * (sizes[0] != "sizes[0]")
            lines.append(f"{at('W', '')[:-2]} = [{self.first('n', 'm')} {zipped}]")
            lines += [f"{at('b', '')[:-2]} = [{self.zeros('m')} for m in sizes[1:]]"] * (self.bias == "own")
        else:
            for l in self.layers():
                lines.append(f"{at('W', l)} = {self.first(sizes[l - 1], sizes[l])}")
                lines += [f"{at('b', l)} = {self.zeros(sizes[l])}"] * (self.bias == "own")
        if self.velocity:
            zero = "plus({0}, {0}, -1)" if self.plain else "np.zeros_like({0})"
            for key in ("W", "b")[:1 + (self.bias == "own")]:
                if self.loop:
                    lines.append(f"{at('v' + key, '')[:-2]} = [{zero.format('p')} for p in {at(key, '')[:-2]}]")
                else:
                    lines += [f"{at('v' + key, l)} = {zero.format(at(key, l))}" for l in self.layers()]
        return lines

    def set(self, parameters: str = "", cache: str = "", loop: Optional[bool] = None, velocity: bool = False) -> None:
        """Where everything has its place: the parameters and what is kept, each behind a prefix such as `self.`."""
        self.loop = self.looped if loop is None else loop
        self.velocity = bool(velocity and self.mu)
        many, one = (("weights[{}]", "biases[{}]"), "{}[{{}}]") if self.loop else ((self.words["W"] + "{}", self.words["b"] + "{}"), "{}{{}}")
        self.places = {"W": parameters + many[0], "b": parameters + many[1],
                       **{key: cache + one.format(name) for key, name in
                          zip(("z", "a"), ("zs", "acts") if self.loop else ("z", "a"))},
                       "d": "delta{}", "dW": one.format("grads_w" if self.loop else "dW"), "db": one.format("grads_b" if self.loop else "db"),
                       "vW": "self." + one.format("vw"), "vb": "self." + one.format("vb")}
        self.many = f"len({self.places['W'][:-4]})" if self.loop else ""

    @property
    def names(self) -> Lines:
        """Of the parameters, all of them."""
        keys = ("W", "b") if self.bias == "own" else ("W",)
        if self.loop:
            return [self.places[key][:-4] for key in keys]
        return [self.name(key, l) for l in self.layers() for key in keys]

    def gradients(self) -> Lines:
        keys = ("dW", "db") if self.bias == "own" else ("dW",)
        if self.loop:
            return [self.places[key][:-4] for key in keys]
        return [self.name(key, l) for l in self.layers() for key in keys]

    # -- what stands around them

    def head(self, name: str, *arguments: str) -> str:
        kinds = {self.x: "np.ndarray", self.y: "np.ndarray", self.words["lr"]: "float", self.words["epochs"]: "int"}
        if self.plain:
            kinds.update({self.x: "list", self.y: "list"})
        typed = [f"{a}: {kinds[a]}" if self.typed and a in kinds else a for a in arguments if a]
        return f"def {name}({', '.join(typed)}):"

    def sized(self) -> Lines:
        """Arguments that say how large the network is; and `size_names`, the text for the size of each layer."""
        if self.sizes == "list":
            self.size_names, arguments = [f"sizes[{i}]" for i in range(self.L + 1)], ["sizes"]
        elif self.sizes == "numbers":
            arguments = ["n_in", *["n_hidden", "n_hidden2"][:self.L - 1], "n_out"]
            self.size_names = arguments
        else:
            self.size_names, arguments = [str(n) for n in self.fixed], []
        self.make_with = {"list": f"{list(self.fixed)}", "numbers": ", ".join(map(str, self.fixed)), "fixed": ""}[self.sizes]
        return arguments

    def no_object(self) -> None:
        if self.rate == "attribute":
            self.rate, self.lr = "argument", self.words["lr"]

    def argument(self) -> Lines:
        return [self.words["lr"]] if self.rate == "argument" else []

    def training(self, learn: Callable[[str, str], Lines], own: str = "", *before: str, end: Sequence[str] = (), arguments: Sequence[str] = ()) -> Lines:
        """A function that learns for some epochs: `learn(x, y)` is the text of one step."""
        epochs, size, X, Y = self.words["epochs"], self.words["batch_size"], self.words["x"], self.words["y"]
        rate, how = self.argument(), self.epochs
        shuffled = self.pick([True, False])
        given, told = [own, X, Y, *arguments, epochs], ["X", "Y", *arguments, "1"]
        self.batch = 0 if self.at_once else 1
        if how == "batches":
            given, told, self.batch = [*given, size], [*told, "2"], 2
            cut = "[:, {}]" if self.layout.columns else "[{}]"
            cut_y = "[{}]" if self.labels else cut
            order = f"order = np.random.permutation({self.size(X)})"
            other = "np.random.permutation(order)" if self.bad("sgd-pairs-broken") else "order"
            stop = f"{self.size(X)}{f' - {size}' if self.bad('sgd-rest-dropped') else ''}"
            where = f":{size}" if self.bad("sgd-same-batch") else f"k:k + {size}"
            body = [order, f"{X}, {Y} = {X}{cut.format('order')}, {Y}{cut_y.format(other)}"] if shuffled else []
            stopped = ["break"] if self.bad("sgd-one-batch-only") else []
            body += define(f"for k in range(0, {stop}, {size}):",
                           f"x_batch, y_batch = {X}{cut.format(where)}, {Y}{cut_y.format(where)}", learn("x_batch", "y_batch"), stopped)
        elif how == "whole":
            body = learn(X, Y)
        elif how == "pairs":
            given, told = [own, "examples", *arguments, epochs], ["list(zip(X, Y))", *arguments, "1"]
            body = (["random.shuffle(examples)"] if shuffled else []) + define(f"for {X}, {Y} in examples:", learn(X, Y))
        elif how == "index":
            order = ["order = list(range(len(X)))".replace("X", X), "random.shuffle(order)"] if shuffled else []
            body = [*order, *define(f"for j in {'order' if shuffled else f'range(len({X}))'}:", learn(f"{X}[j]", f"{Y}[j]"))]
        else:
            body = define(f"for xi, yi in zip({X}, {Y}):", learn("xi", "yi"))
        said = define("if epoch % 100 == 0:", 'print("epoch", epoch)') if self.said else []
        given, told = [*given, *rate], [*told, *["eta"] * len(rate)]
        told = [own, *told] if own not in ("", "self") else told
        default = f"{given[-1]}=0.1" if self.language % 2 else given[-1]
        self.how["epoch"] = f"{self.words['train']}({', '.join(told)})"
        return define(self.head(self.words["train"], *given[:-1], default), *before,
                      define(f"for epoch in range({epochs}):", body, said), *end)

    def text(self) -> str:
        """The file from its first line to its last, and the ways to use it in `how`."""
        pick = self.pick
        call = {"sigmoid": "sigmoid sigma logistic sig squash", "tanh": "tanh th tan_h", "relu": "relu ReLU rectify",
                "leaky_relu": "leaky_relu lrelu leaky", "linear": "linear", "softmax": "softmax soft_max"}
        self.nicknames = {f: pick(text.split()) for f, text in call.items()}
        self.looped, self.grouped = pick([True, False]), pick([True, False])
        body = "\n".join(self.shape(self))
        rate = ["LEARNING_RATE = 0.1"] * ("LEARNING_RATE" in body) + ["LAMBDA = 0.01"] * ("LAMBDA" in body) + ["MU = 0.9"] * ("MU" in body)
        text = "\n".join([*rate, "" if rate else "", *self.functions(body), "", "", body, ""]).strip("\n") + "\n"
        imports = [f"import {m}" for m in ("math", "random") if f"{m}." in text.replace("np.random.", "")]
        imports += ["import numpy as np"] * ("np." in text)
        self.program = "\n".join([*imports, "", text])
        tail = pick(TAILS)
        return self.program + ("\n\n" + tail if tail and not (self.plain and "pandas" not in tail) else "")

    def functions(self, body: str) -> Lines:
        """Definitions of what `body` calls."""
        lines: Lines = []
        for f in dict.fromkeys([self.hidden, self.output]):
            name = self.nicknames[f]
            if f == "softmax":
                axis = "" if not self.at_once and "column" not in self.layout_name else f", axis={0 if self.layout.columns != self.bad('softmax-over-batch') else 1}, keepdims=True"
                lines += ["", "", *define(f"def {name}(z):", [line.format(axis=axis) for line in SOFTMAX[not self.plain]])]
                continue
            a, of_z, of_a = FUNCTIONS[f][self.plain]
            if f == "relu" and self.bad("relu-prime-at-a-negative"):
                of_z = of_a = "np.where({} > 0, 1, 0.5)".format("z" if self.of_z else "a") if not self.plain else f"1.0 if {'z' if self.of_z else 'a'} > 0 else 0.5"
            lines += ["", "", *define(f"def {name}(z):", f"return {a}")] * (f != "linear" and f"{name}(" in body)
            prime = self.words["slope"].format(name)
            if f"{prime}(" in body:
                lines += ["", "", *define(f"def {prime}({'z' if self.of_z else 'a'}):", f"return {of_z.format(f=name) if self.of_z else of_a}")]
        ones = {"a column": "np.vstack([a, [[1.0]]])", "a row": "np.hstack([a, [[1.0]]])", "lists": "a + [1.0]",
                "columns": "np.vstack([a, np.ones((1, a.shape[1]))])"}.get(
                    self.layout_name, "np.hstack([a, np.ones((a.shape[0], 1))])" if self.at_once else "np.append(a, 1.0)")
        n = "Y.max() + 1" if self.max_label else "n"
        hot = {"columns": [f"hot = np.zeros(({n}, Y.size))", "hot[Y, np.arange(Y.size)] = 1"],
               "a column": ["hot = np.zeros((n, 1))", "hot[Y, 0] = 1"], "a row": ["hot = np.zeros((1, n))", "hot[0, Y] = 1"]}.get(
                   self.layout_name, [f"hot = np.zeros((Y.size, {n}))", "hot[np.arange(Y.size), Y] = 1"] if self.at_once else
                   ["hot = np.zeros(n)", "hot[Y] = 1"])
        comprehension = self.looped
        for name, definition in {
                "with_one": define("def with_one(a):", f"return {ones}"),
                "one_hot": define("def one_hot(Y):" if self.max_label else "def one_hot(Y, n):", hot, "return hot"),
                "matvec": define("def matvec(w, v):", "return [sum(p * q for p, q in zip(row, v)) for row in w]") if comprehension else
                define("def matvec(w, v):", "result = []", *define("for row in w:", "total = 0.0", define("for j in range(len(v)):", "total += row[j] * v[j]"), "result.append(total)"), "return result"),
                "transpose": define("def transpose(w):", "return [list(column) for column in zip(*w)]"),
                "outer": define("def outer(u, v):", "return [[p * q for q in v] for p in u]"),
                "plus": define("def plus(p, q, k):", define("if isinstance(p, list):", "return [plus(u, v, k) for u, v in zip(p, q)]"), "return p + k * q"),
        }.items():
            if re.search(rf"(?<![.\w]){name}\(", body):
                lines += ["", "", *definition]
        return lines[2:]


def a_class(g: Maker) -> Lines:
    """class Network: its parameters are attributes."""
    keep, kind = g.pick([True, True, False]), g.pick(["moves", "stores", "returns", "all in one"])
    sizes = g.sized()
    g.set("self.", "self." if keep else "", velocity=True)
    if kind == "stores":
        for key in ("dW", "db"):
            g.places[key] = "self." + g.places[key]
    rate = g.words["lr"]
    made = define(g.head("__init__", "self", *sizes, rate if g.rate == "attribute" else ""), g.begin(),
                  [f"self.{rate} = {rate}"] * (g.rate == "attribute"))
    x, y, given = g.x, g.y, g.argument()
    ahead = g.ahead(x)
    forward = define(g.head(g.words["forward"], "self", x), ahead, f"return {g.out}")
    again = [f"self.{g.words['forward']}({x})"] if keep else ahead
    called, back, update = "self." + g.words["backward"], g.back(x, y, kind in ("moves", "all in one")), []
    grads = ", ".join(g.gradients())
    rates = ", ".join(given)
    inside = kind == "all in one" or not keep or g.pick([True, False])      # backward goes forward itself
    if kind == "all in one":
        called = "self." + g.words["train"]
        g.how["learn"] = [f"net.{g.words['train']}(x, y{', eta' * len(given)})"]
        methods = [forward, define(g.head(g.words["train"], "self", x, y, *given), again, back)]
    else:
        backward = define(g.head(g.words["backward"], "self", x, y, *(given if kind == "moves" else [])), again if inside else [],
                          back, [f"return {grads}"] if kind == "returns" else [])
        begin = "" if inside else f"self.{g.words['forward']}({{x}})\n"
        if kind == "moves":
            steps = begin + f"{called}({{x}}, {{y}}{''.join(', ' + r for r in given)})"
        elif kind == "stores":
            steps = begin + f"{called}({{x}}, {{y}})\nself.{g.words['update']}({rates})"
        else:
            steps = begin + f"{grads} = {called}({{x}}, {{y}})\nself.{g.words['update']}({', '.join(g.gradients() + given)})"
        if kind != "moves":
            update = define(g.head(g.words["update"], "self", *(g.gradients() if kind == "returns" else []), *given), g.update())
        learn = lambda x, y: steps.format(x=x, y=y).split("\n")
        methods = [forward, backward, *[update] * bool(update), g.training(learn, "self")]
        g.how["learn"] = [line.replace("self.", "net.") for line in learn("x", "y")]
        g.how["epoch"] = "net." + g.how["epoch"]
    given_rate = ", ".join(filter(None, [g.make_with, "0.1" if g.rate == "attribute" else ""]))
    g.how.update(make=[f"net = {g.net}({given_rate})"], params=[name.replace("self.", "net.") for name in g.names],
                 ahead=f"net.{g.words['forward']}(x)")
    return define(f"class {g.net}:", made, *[line for m in methods for line in ([""], m)])



def book(g: Maker) -> Lines:
    """The book's class, or what became of it: lists, gradients of one example, summed over a mini-batch."""
    sizes, w = g.sized(), g.words
    g.no_object()
    g.set("self.", loop=True)
    x, y, given = "x", "y", g.argument()
    g.x, g.y = x, y
    n, size, order = g.many, w["batch_size"], g.pick([True, False])
    names = [name for name in g.gradients()][::1 if order else -1]
    sums = [f"sum_{name[-1]}" for name in names]
    if g.plain:
        zero, add = "[plus({0}, {0}, -1) for p in {1}]".format("p", "{}"), "{0}[i] = plus({0}[i], {1}[i], 1)"
    else:
        zero, add = "[np.zeros(p.shape) for p in {}]", "{0}[i] += {1}[i]" if g.in_place else "{0}[i] = {0}[i] + {1}[i]"
    def total(s: str, name: str) -> str:
        last = g.bad("update-last-example-only", True)
        return f"{s}[i] = {name}[i]" if last else add.format(s, name)
    learn = [*[f"{s} = {zero.format('self.weights' if s[-1] == 'w' else 'self.biases')}" for s in sums],
             *define(f"for {x}, {y} in batch:", f"{', '.join(names)} = self.{w['backward']}({x}, {y})",
                     define(f"for i in range({n}):", *[total(s, name) for s, name in zip(sums, names)])),
             *[line.replace("grads_", "sum_") for line in g.update(g.pick(["len(batch)", "len(batch)", ""]))]]
    g.batched = "len(batch)" in "".join(learn)
    ahead = g.ahead(x)
    rates = "".join(f", {r}" for r in given)
    stop = f"len(data){f' - {size}' if g.bad('sgd-rest-dropped') else ''}"
    cut = f"data[:{size}]" if g.bad("sgd-same-batch") else "data" if g.bad("sgd-all-at-once") else f"data[k:k + {size}]"
    g.how.update(make=[f"net = {g.net}({g.make_with})"], params=[name.replace("self.", "net.") for name in g.names], ahead=f"net.{w['forward']}(x)",
                 learn=[f"net.update_mini_batch([(x, y)]{', eta' * len(given)})"], epoch=f"net.{w['train']}(list(zip(X, Y)), 1, 2{', eta' * len(given)})")
    g.epochs = "batches"
    return define(f"class {g.net}:", define(g.head("__init__", "self", *sizes), g.begin()), "",
                  define(g.head(w["forward"], "self", x), ahead, f"return {g.out}"), "",
                  define(g.head(w["backward"], "self", x, y), ahead, g.back(x, y), f"return {', '.join(names)}"), "",
                  define(g.head("update_mini_batch", "self", "batch", *given), learn), "",
                  define(g.head(w["train"], "self", "data", w["epochs"], size, *given),
                         define(f"for epoch in range({w['epochs']}):", "random.shuffle(data)",
                                define(f"for k in range(0, {stop}, {size}):", f"self.update_mini_batch({cut}{rates})", ["break"] if g.bad("sgd-one-batch-only") else []))))


def functions(g: Maker) -> Lines:
    """Functions that hand W1, b1, ... on, or lists of them."""
    g.no_object()
    sizes, w = g.sized(), g.words
    g.set()
    own, grads, given = ", ".join(g.names), ", ".join(g.gradients()), g.argument()
    x, y, reverse = g.x, g.y, g.pick([True, False])
    cache = ", ".join(g.places[k][:-4] if g.loop else g.name(k, l) for l in ([0] if g.loop else g.layers()) for k in ("z", "a"))
    order = [x, own] if g.pick([True, False]) else [own, x]
    back = g.back(x, y)
    taken = [cache, own if g.loop else ", ".join(n for n in g.names if re.search(rf"\b{n}\b", "\n".join(back))), x, y]
    steps = (f"{cache} = {w['forward']}({', '.join(order)})\n{grads} = {w['backward']}({', '.join(taken)})\n"
             f"{own} = {w['update']}({', '.join([own, grads, *given])})")
    learn = lambda a, b: re.sub(rf"\b{y}(?=\))", b, re.sub(rf"(?<=[(, ]){x}(?=[,)])", a, steps)).split("\n")
    begin = f"{own} = {w['init']}({{}})"
    g.how.update(make=[begin.format(g.make_with)], params=g.names, ahead=f"{w['forward']}({', '.join(order).replace(x, 'x')})[-1]{'[-1]' * g.loop}",
                 learn=learn("x", "y"))
    train = g.training(learn, "", begin.format(", ".join(sizes)), end=[f"return {own}"], arguments=sizes)
    return [*define(g.head(w["init"], *sizes), g.begin(), f"return {own}"), "", "",
            *define(g.head(w["forward"], *order), g.ahead(x), f"return {cache}"), "", "",
            *define(g.head(w["backward"], *taken), back, f"return {grads}"), "", "",
            *define(g.head(w["update"], own, grads, *given), g.update(), f"return {own}"), "", "", *train]


def dictionary(g: Maker) -> Lines:
    """Functions that hand dictionaries on: of parameters, of what was computed, of gradients."""
    g.no_object()
    sizes, w, x, y, given = g.sized(), g.words, g.x, g.y, g.argument()
    g.set(loop=False)
    params, cache, grads = g.pick(["params", "parameters", "net", "p"]), g.pick(["cache", "memory"]), g.pick(["grads", "gradients"])
    for keys, name in (("W b", params), ("z a", cache), ("dW db", grads)):
        g.places.update({key: f'{name}["{g.places[key]}"]' for key in keys.split()})
    order = g.pick([[x, params], [params, x]])
    taken = g.pick([[params, cache, x, y], [x, y, params, cache]])
    both = g.pick([True, False])                # forward returns the output beside what it keeps
    put = lambda names, a, b: ", ".join({x: a, y: b}.get(name, name) for name in names)
    learn = lambda a, b: [f"{'out, ' * both}{cache} = {w['forward']}({put(order, a, b)})", f"{grads} = {w['backward']}({put(taken, a, b)})",
                          f"{params} = {w['update']}({', '.join([params, grads, *given])})"]
    begin = f"{params} = {w['init']}({{}})"
    out = g.out.split('["')[1][:-2]
    g.how.update(make=[begin.format(g.make_with)], params=g.names, learn=learn("x", "y"),
                 ahead=f"{w['forward']}({put(order, 'x', 'y')}){'[0]' if both else '[' + repr(out) + ']'}")
    train = g.training(learn, "", begin.format(", ".join(sizes)), end=[f"return {params}"], arguments=sizes)
    return [*define(g.head(w["init"], *sizes), f"{params} = {{}}", g.begin(), f"return {params}"), "", "",
            *define(g.head(w["forward"], *order), f"{cache} = {{}}", g.ahead(x), f"return {f'{g.out}, ' * both}{cache}"), "", "",
            *define(g.head(w["backward"], *taken), f"{grads} = {{}}", g.back(x, y), f"return {grads}"), "", "",
            *define(g.head(w["update"], params, grads, *given), g.update(), f"return {params}"), "", "", *train]


def script(g: Maker) -> Lines:
    """Parameters are globals, and functions use them."""
    g.no_object()
    g.sizes = "fixed"
    g.sized()
    g.set()
    w, x, y, given = g.words, g.x, g.y, g.argument()
    learner = g.pick(["learn_one", "train_step", "backprop"])
    learn = lambda a, b: [f"{learner}({', '.join([a, b, *given])})"]
    g.how.update(make=[], params=g.names, ahead=f"{w['forward']}(x)", learn=learn("x", "y"))
    ahead = g.ahead(x)
    g_line = [] if g.loop else [f"global {', '.join(g.names)}"]
    return [*g.begin(), "", "", *define(g.head(w["forward"], x), ahead, f"return {g.out}"), "", "",
            *define(g.head(learner, x, y, *given), g_line, ahead, g.back(x, y, True)), "", "", *g.training(learn)]


def closures(g: Maker) -> Lines:
    """A function makes the network and returns two others: one goes forward, one learns."""
    g.no_object()
    sizes, w, x, y, given = g.sized(), g.words, g.x, g.y, g.argument()
    g.set()
    ahead = g.ahead(x)
    value = "dict(zip(learn.__code__.co_freevars, (c.cell_contents for c in learn.__closure__)))['{}']"
    g.how.update(make=[f"ask, learn = {w['init']}({g.make_with})"], params=[value.format(n) for n in g.names], ahead="ask(x)",
                 learn=[f"learn({', '.join(['x', 'y', *['eta'] * len(given)])})"])
    outer = [] if g.loop else [f"nonlocal {', '.join(g.names)}"]
    return define(g.head(w["init"], *sizes), g.begin(), "", define(g.head(w["forward"], x), ahead, f"return {g.out}"), "",
                  define(g.head(w["train"], x, y, *given), outer, ahead, g.back(x, y, True)), "", f"return {w['forward']}, {w['train']}")


def layers(g: Maker) -> Lines:
    """Objects for layers, each with a forward and a backward, in a list: with their function, or with layers for it."""
    g.no_object()
    apart, w, x, y, given = g.pick([True, False]), g.words, g.x, g.y, g.argument()
    sizes, kept = g.sized(), g.bias == "own"
    g.set(loop=False)
    rates = "".join(f", {r}" for r in given)
    cancels = g.cost != "quadratic"
    made = define("def __init__(self, n_in, n_out):", f"self.W = {g.first('n_in', 'n_out')}", [f"self.b = {g.zeros('n_out')}"] * kept)

    def layer(name: str, last: bool) -> Lines:
        """Affine, and then a function if that is not a layer of its own."""
        z = g.affine("self.W", "x", "self.b")
        ahead = ["self.x = x", *([f"return {z}"] if apart else [f"self.z = {z}", f"self.a = {g.act('self.z', last)}", "return self.a"])]
        given_back = "y" if last and not apart else "error"
        d = "error" if apart else g.delta("self.z", "self.a", "y", "self.x") if last else g.mul("error", g.slope("self.z", "self.a", False))
        back = f"back = {g.through('self.W', 'delta')}"
        grads = [f"dW = {g.of_weights('delta', 'self.x', '', 'self.W', 'self.x')}", *([f"db = {g.of_biases('delta', 'self.x')}"] if kept else [])]
        steps = [*g.move("self.W", "dW"), *(g.move("self.b", "db", bias=True) if kept else [])]
        late = g.bad("bp2-updated-weights")
        return define(f"class {name}:", made, "", define("def forward(self, x):", ahead), "",
                      define(f"def backward(self, {given_back}{rates}):", [f"delta = {d}"] if d != "delta" else [], grads,
                             [] if late else [back], steps, [back] if late else [], "return back"))

    def activation(f: str, last: bool) -> Lines:
        slope = "" if last and cancels else g.slope("self.z", "self.a", last)
        return define(f"class {f.title().replace('_', '')}:", define("def forward(self, z):", "self.z = z", f"self.a = {g.act('z', last)}", "return self.a"), "",
                      define(f"def backward(self, error{rates}):", f"return {g.mul('error', slope)}"))

    n = g.size_names
    if apart:
        parts = [*layer("Dense", False), "", "", *activation(g.hidden, False), "", ""]
        parts += [*activation(g.output, True), "", ""] if g.output != g.hidden or cancels else []
        if g.output == g.hidden and cancels:
            parts = [line.replace("class Sigmoid", "class SigmoidOutput") if k > len(parts) // 2 and "class" in line and i else line
                     for i, (k, line) in enumerate(zip(range(len(parts)), parts))]
        name = lambda l: (g.hidden if l < g.L else g.output).title().replace("_", "") + "Output" * (l == g.L and g.output == g.hidden and cancels)
        listed = [f"Dense({n[l - 1]}, {n[l]}), {name(l)}()" for l in g.layers()]
    else:
        parts = [*layer("Hidden", False), "", "", *layer("Output", True), "", ""]
        listed = [f"{'Hidden' if l < g.L else 'Output'}({n[l - 1]}, {n[l]})" for l in g.layers()]
    g.cost, cost = ("as it is" if apart else g.cost), g.cost
    error = f"error = {g.delta('', 'out', y, x)}" if apart else f"error = {y}"
    g.cost = cost
    hot = [f"{y} = {g.hot(y, 'out')}"] * g.labels
    net = define(f"class {g.net}:", define(g.head("__init__", "self", *sizes), f"self.layers = [{', '.join(listed)}]"), "",
                 define(g.head(w["forward"], "self", x), *define("for layer in self.layers:", f"{x} = layer.forward({x})"), f"return {x}"), "",
                 define(g.head(w["backward"], "self", x, y, *given), [f"out = self.{w['forward']}({x})"], hot, error,
                        *define("for layer in reversed(self.layers):", f"error = layer.backward(error{rates})")), "",
                 g.training(lambda a, b: [f"self.{w['backward']}({a}, {b}{rates})"], "self"))
    g.how.update(make=[f"net = {g.net}({g.make_with})"], ahead=f"net.{w['forward']}(x)",
                 params=[f"net.layers[{i * (1 + apart)}].{key}" for i in range(g.L) for key in ("W", "b")[:1 + kept]],
                 learn=[f"net.{w['backward']}(x, y{', eta' * len(given)})"], epoch="net." + g.how["epoch"])
    return [*parts, *net]


def neurons(g: Maker) -> Lines:
    """Every neuron is an object, or a dictionary."""
    objects = g.pick([True, False])
    g.no_object()
    sizes, w, x, y, given = g.sized(), g.words, g.x, g.y, g.argument()
    g.set(loop=False)
    of = (lambda n, key: f"{n}.{key}") if objects else (lambda n, key: f'{n}["{key}"]')
    weights, bias, out, delta = (of("n", key) for key in ("weights", "bias", "out", "delta"))
    fun = lambda f, z: z if f == "linear" else f"{g.nicknames[f]}({z})"

    def slope(f: str, last: bool) -> str:
        g.plain, text = False, ""
        text = g.slope(of("n", "z"), out, last).replace("np.", "math.")
        g.plain = True
        return text
    k = "2 * " if g.factor == "mean" else g.factor
    e = f"t - {out}" if g.upward != g.bad("bp1-sign") else f"{out} - t"
    last_slope = slope(g.output, True) if g.cost == "quadratic" else ""
    d_last = f"{k}({e})" + (f" * {tight(last_slope)}" if last_slope else "")
    hidden_slope = slope(g.hidden, False)
    d_hidden = f"sum({of('m', 'weights')}[j] * {of('m', 'delta')} for m in net[i + 1])" + (f" * {tight(hidden_slope)}" if hidden_slope else "")
    net = "self.net" if objects else "net"
    z = f"sum(w * v for w, v in zip({weights}, {x})) + {bias}"
    def ahead(f: str) -> Lines:
        return define("for n in layer:", f"{of('n', 'z')} = {z}", f"{out} = {fun(f, of('n', 'z'))}", f"outputs.append({out})")
    forward = [*define("for i, layer in enumerate(net):", "outputs = []",
                       ahead(g.hidden) if g.hidden == g.output else [*define("if i < len(net) - 1:", ahead(g.hidden)), *define("else:", ahead(g.output))],
                       f"{x} = outputs"), f"return {x}"]
    back = [*define(f"for n, t in zip(net[-1], {y}):", f"{delta} = {d_last}"),
            *define("for i in reversed(range(len(net) - 1)):", define("for j, n in enumerate(net[i]):", f"{delta} = {d_hidden}"))]
    sign = "+" if g.upward != g.bad("update-ascent") else "-"
    update = define("for i, layer in enumerate(net):",
                    f"inputs = {x} if i == 0 else [{of('p', 'out')} for p in net[i - 1]]",
                    define("for n in layer:", define("for k in range(len(inputs)):", f"{weights}[k] {sign}= {g.lr} * {delta} * inputs[k]"),
                           [] if g.bad("update-bias-not-updated") else f"{bias} {sign}= {g.lr} * {delta}"))
    first = "[random.uniform(-1, 1) for _ in range({})]"
    n = g.size_names
    rates = "".join(f", {r}" for r in given)
    g.l2, g.how["params"] = "", ["net.net" if objects else "net"]
    if objects:
        self_net = ["net = self.net"]
        neuron = define("class Neuron:", define("def __init__(self, n_inputs):", f"self.weights = {first.format('n_inputs')}", "self.bias = 0.0",
                                                "self.z = self.out = self.delta = 0.0"))
        built = [f"[Neuron({n[l - 1]}) for _ in range({n[l]})]" for l in g.layers()]
        whole = define(f"class {g.net}:", define(g.head("__init__", "self", *sizes), f"self.net = [{', '.join(built)}]"), "",
                       define(g.head(w["forward"], "self", x), self_net, forward), "",
                       define(g.head(w["backward"], "self", x, y, *given), self_net, f"self.{w['forward']}({x})", back, update), "",
                       g.training(lambda a, b: [f"self.{w['backward']}({a}, {b}{rates})"], "self"))
        g.how.update(make=[f"net = {g.net}({g.make_with})"], ahead=f"net.{w['forward']}(x)", epoch="net." + g.how["epoch"],
                     learn=[f"net.{w['backward']}(x, y{', eta' * len(given)})"])
        return [*neuron, "", "", *whole]
    built = ['[{"weights": ' + first.format(n[l - 1]) + ', "bias": 0.0} for _ in range(' + n[l] + ")]" for l in g.layers()]
    learn = lambda a, b: [f"{w['forward']}(net, {a})", f"{w['backward']}(net, {b})", f"{w['update']}(net, {a}{rates})"]
    g.how.update(make=[f"net = {w['init']}({g.make_with})"], ahead=f"{w['forward']}(net, x)", learn=learn("x", "y"))
    return [*define(g.head(w["init"], *sizes), f"return [{', '.join(built)}]"), "", "", *define(g.head(w["forward"], "net", x), forward), "", "",
            *define(g.head(w["backward"], "net", y), back), "", "", *define(g.head(w["update"], "net", x, *given), update), "", "",
            *g.training(learn, "net")]


SHAPES: Sequence[Callable[[Maker], Lines]] = [book, book, a_class, a_class, a_class, functions, functions, dictionary, script, closures, layers, layers, neurons]
PLAIN = [neurons]


def right(seed: int) -> str:
    """The text of a network that is right."""
    return Maker(seed).source


def spoilt(seed: int) -> Tuple[Maker, str]:
    """The network of this seed with one mistake, and the mistake's name."""
    rng, asked = random.Random(f"mistake {seed}"), Maker(seed).asked
    slug = rng.choice(sorted(asked))
    return Maker(seed, slug, rng.randrange(asked[slug])), slug


def wrong(seed: int) -> Tuple[str, str]:
    """The text of a network with one mistake, and the mistake's name."""
    g, slug = spoilt(seed)
    return g.source, slug


# -- whether it is right, by the numbers alone

def leaves(parameters: Any) -> Iterator[Tuple[Any, Any]]:
    """The places of all numbers in nested lists, arrays, neurons: (row, index)."""
    if hasattr(parameters, "weights"):
        parameters = vars(parameters)
    if isinstance(parameters, dict):
        yield from leaves(parameters["weights"])
        yield parameters, "bias"
        return
    for i, value in enumerate(parameters):
        if isinstance(value, dict) or hasattr(value, "__len__") or hasattr(value, "weights"):
            yield from leaves(value)
        else:
            yield parameters, i


def fault(g: Maker) -> str:
    """What is wrong with the network of `g.source` by finite differences of its own forward pass; "" if nothing is."""
    eta = 0.25 if g.rate == "argument" else 0.1
    space: Dict[str, Any] = {"__name__": "tried", "eta": eta, g.words["lr"]: eta}
    exec(compile(g.program, "program", "exec"), space)
    rng, n = random.Random(1), (g.fixed[0], g.fixed[-1])
    xs = [[rng.uniform(-1, 1) for _ in range(n[0])] for _ in range(4)]
    labels = [0, n[1] - 1, *[rng.randrange(n[1]) for _ in xs[2:]]]
    ys = [[float(k == j) for k in range(n[1])] for j in labels]
    if not g.plain:
        import numpy
        space["np"] = numpy
        shape = {"a column": (-1, 1), "a row": (1, -1)}.get(g.layout_name, (-1,))

    def given(rows: List[List[float]]) -> Any:
        if g.plain:
            return rows
        if g.at_once:
            return numpy.array(rows).T if g.layout.columns else numpy.array(rows)
        return [numpy.array(row).reshape(shape) for row in rows]

    def hand_over(indices: Sequence[int]) -> Tuple[Any, Any]:
        wanted = [labels[i] for i in indices]
        y = given([ys[i] for i in indices]) if not g.labels else numpy.array(wanted) if g.at_once else wanted
        return given([xs[i] for i in indices]), y

    def parameters() -> List[Any]:
        return [eval(name, space) for name in g.how["params"]]

    def cost(i: int) -> float:
        space["x"] = hand_over([i])[0] if g.at_once else hand_over([i])[0][0]
        out = eval(g.how["ahead"], space)
        out = [v for row in out for v in (row if hasattr(row, "__len__") else [row])]
        assert len(out) == n[1], f"{len(out)} outputs"
        factor = {"": 1.0, "2 * ": 2.0, "mean": 2.0 if g.plain or g.at_once else 2 / n[1]}[g.factor]
        return factor * sum(COSTS[g.cost](float(a), y) for a, y in zip(out, ys[i]))

    def gradient(examples: Sequence[int]) -> List[float]:
        slopes, h = [], 1e-5
        for row, i in leaves(parameters()):
            middle, sums = row[i], []
            for row[i] in (middle + h, middle - h):
                sums.append(sum(cost(example) for example in examples))
            row[i] = middle
            slopes.append((sums[0] - sums[1]) / (2 * h))
        return slopes

    def numbers() -> List[float]:
        return [float(row[i]) for row, i in leaves(parameters())]

    def run(lines: Sequence[str], examples: Sequence[int], one: bool) -> None:
        X, Y = hand_over(examples)
        space.update(X=X, Y=Y, x=X[0] if one else X, y=Y[0] if one else Y)
        exec("\n".join(lines), space)

    exec("\n".join(g.how["make"]), space)
    if len(set(map(str, numbers()))) < 3:
        return "the first weights are alike"
    for row, i in leaves(parameters()):
        row[i] = rng.uniform(-1, 1)
    decays = [float(g.bias != "own" or not i % 2) for i, p in enumerate(parameters()) for _ in leaves(p)]
    velocity, mean = [0.0] * len(numbers()), 1.0 if g.mean == "sum" else 1 / 3
    for step, examples in enumerate([[0, 1, 2], [1, 2, 3]] if g.at_once else [[0], [1], [2]]):
        before, slopes = numbers(), gradient(examples)
        run(g.how["learn"], examples, not g.at_once)
        decay = [eta * 0.01 * w * d if g.l2 else 0.0 for w, d in zip(before, decays)]
        mu = 0.9 if g.velocity else 0.0
        velocity = [mu * v - eta * mean * s for v, s in zip(velocity, slopes)]
        wrong = max(abs(now - (w - k + v)) for now, w, k, v in zip(numbers(), before, decay, velocity))
        if wrong > 1e-7:
            return f"step {step} is off by {wrong:.2g}"
    if "epoch" not in g.how or g.mu:
        return ""

    # an epoch by a tiny rate changes the weights by the gradients of all examples together, each once
    eta, many = 1e-6, {"whole": 1, "batches": 2}.get(g.epochs, 4)
    space.update({"eta": eta, "LEARNING_RATE": eta, g.words["lr"]: eta, "sizes": list(g.fixed), **dict(zip(g.size_names, g.fixed))})
    if hasattr(space.get("net"), g.words["lr"]):
        setattr(space["net"], g.words["lr"], eta)
    if g.words["init"] in space:
        made = "".join(g.how["make"]).split(" = ")[0]
        space[g.words["init"]] = lambda *sizes: eval(made, space)
    before, slopes = numbers(), gradient(range(4))
    X, Y = hand_over(range(4))
    space.update(X=X, Y=Y)
    with contextlib.redirect_stdout(io.StringIO()):
        space["result"] = eval(g.how["epoch"], space)
    if space["result"] is not None:
        exec(f"{made} = result", space)
    mean = 0.5 if g.batched else 1.0 if g.mean == "sum" else many / 4
    wrong = max(abs(now - w * (1 - many * eta * 0.01 * d * bool(g.l2)) + eta * mean * k)
                for now, w, k, d in zip(numbers(), before, slopes, decays)) / eta / max(1.0, *map(abs, slopes))
    return f"an epoch is off by {wrong:.2g}" if wrong > 5e-3 else ""


SAME = [{"bp1-sign", "update-ascent", "update-weights-uphill"}, {"bp4-scaled", "update-scaled", "bp2-scaled", "bp3-scaled"},
        {"bp4-missing", "update-weights-not-updated"}, {"bp3-bias-missing", "update-bias-not-updated"},
        {"forward-wrong-activation", "bp1-wrong-function", "bp2-wrong-function", "forward-two-activations"},
        {"bp1-has-sigma-prime", "bp1-softmax-diagonal"}, {"update-biases-by-sum", "update-weights-by-sum", "bp3-scaled", "update-scaled"},
        {"bp4-no-sigma-prime", "bp2-output-slope-lost"}]
"""Names that may describe the same numbers, where a step alone is seen."""


def verdict(text: str) -> str:
    """What check says of a file with this text: its slug, or why there is none."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "network.py")
        path.write_text(text, "utf-8")
        try:
            return check(str(path)).slug
        except CannotCheck as reason:
            return "cannot: " + re.sub(r".*network.py: ", "", str(reason))


def kind(found: str, slug: str = "right") -> str:
    """How a verdict does, where `slug` is due."""
    if found.startswith("cannot"):
        return "cannot be judged"
    if found.startswith("right"):
        return found.split(":")[0] if slug == "right" else "CALLED RIGHT"
    if slug == "right":
        return "CALLED WRONG"
    names = set(found.split(": ")[-1].split(" + "))
    if slug in names:
        return "by its name" + " and others" * (len(names) > 1)
    if found == "unknown":
        return "unknown"
    return "by a name for the same numbers" if any(slug in same and names & same for same in SAME) else "BY ANOTHER NAME"


def table(first: int, last: int) -> None:
    """Right ones and wrong ones, in two tables: how many, and which are not as due."""
    for title, made in (("right", lambda seed: (right(seed), "right")), ("wrong", wrong)):
        kinds: Dict[str, List[str]] = {}
        start = time.process_time()
        for seed in range(first, last):
            text, slug = made(seed)
            found = verdict(text)
            kinds.setdefault(kind(found, slug), []).append(f"{seed:4d} {slug:28s} {found[:110]}")

        for name, lines in sorted(kinds.items(), key=lambda item: -len(item[1])):
            print(f"{title}: {name:32s} {len(lines):4d}")
        for name, lines in kinds.items():
            if not name.startswith(("right", "by its name")):
                print(*[f"    {name}: {line}" for line in lines], sep="\n")


def kinds_of(kinds: Dict[str, List[str]]) -> str:
    return ", ".join(f"{len(lines)} {name}" for name, lines in kinds.items())


NUMPY = importlib.util.find_spec("numpy") is not None


def show(seed: int) -> None:
    g = Maker(seed)
    print(g.source)
    print("#", fault(g) or "right", g.shape, g.how)


if __name__ == "__main__":
    numbers = [int(word) for word in sys.argv[1:] if word.isdigit()]
    if "--show" in sys.argv:
        print(wrong(numbers[0])[0] if "wrong" in sys.argv else right(numbers[0]))
    else:
        table(*(numbers if len(numbers) == 2 else [0, *numbers] if numbers else [0, 300]))
