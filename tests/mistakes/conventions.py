"""Random networks as people write them: right ones, and with one line spoilt, wrong ones.

    python tests/mistakes/conventions.py [FIRST [LAST]]         what check makes of them: a table (seeds 0 to 299)
    python tests/mistakes/conventions.py --show SEED [wrong]    the text of one

`right(seed)` chooses along the axes in which people differ (AXES, WORDS, LAYOUTS, FUNCTIONS, ENDS), and fills the pieces
into one of the SHAPES of code. Each line of the algorithm is a method of `Maker`; where it can be spoilt, it asks
`self.bad(name of the mistake)`. `fault` compares steps and an epoch of a text with finite differences of its own forward
pass: right is right, and wrong is wrong, whatever purenn says of it.
"""
from __future__ import annotations

import contextlib
import io
import math
import random
import re
import sys
import tempfile
from collections import Counter
from pathlib import Path
from typing import Any, Callable, Dict, Iterator, List, NamedTuple, Sequence, Tuple, Union

from purenn.mistakes.checking import CannotCheck, check

Lines = List[str]

AXES: Dict[str, Sequence[Any]] = {
    "L": [2, 2, 3],                                             # layers of weights
    "hidden": ["sigmoid", "sigmoid", "tanh", "relu", "relu", "leaky_relu"],
    "of_z": [True, False],                                      # σ′ is a function of z, or of a
    "bias": ["own", "own", "own", "own", "own", "none", "folded"],
    "upward": [False, False, False, True],                      # y - a, and +=
    "mean": ["gradient", "gradient", "delta", "sum"],           # of a batch: where it is divided by m
    "over": ["{0} / {1}", "1 / {1} * {0}", "(1 / {1}) * {0}"],
    "dots": ["{} @ {}", "np.dot({}, {})", "{}.dot({})"],
    "in_place": [True, False],
    "speed": ["argument", "argument", "attribute", "global"],   # where the learning rate comes from
    "integers": [True, False, False],                           # labels
    "max_label": [True, False],                                 # as many classes as the largest label + 1
    "typed": [True, False, False, False],
    "talks": [True, False],
    "l2": [False] * 7 + [True],
    "momentum": [False] * 7 + [True],
    "given": ["list", "numbers", "nothing"],                    # how the sizes are
    "fixed": [(3, 4, 2), (4, 5, 3), (2, 6, 2), (4, 3, 4)] * 6 + [(784, 10, 10)],
    "start": ["np.random.randn({}) * 0.5", "np.random.uniform(-1, 1, ({}))", "np.random.rand({}) - 0.5",
              "np.random.normal(0, 1, ({}))", "np.random.randn({}) / np.sqrt({i})"],
    "loops": [True, False],                                     # over layers, or line by line; in helpers, too
    "grouped": [True, False],                                   # all δ first, or each with its gradients
    "kept": [True, True, False],                                # activations stay where backward finds them
    "shuffled": [True, False],
    "first": [True, False],                                     # orders of arguments, and of what is returned
    "kind": ["moves", "stores", "returns", "all in one"],       # what backward does with its gradients
    "mean_of_batch": [True, True, False],                       # in a step by one mini-batch
    "batches": ["whole", "cut"], "singles": ["zip", "pairs", "index"],
    "tail": ["", "", 'if __name__ == "__main__":\n    data = np.loadtxt("train.csv")\n    print(data.shape)\n',
             'if __name__ == "__main__":\n    import matplotlib.pyplot as plt\n    plt.show()\n',
             'import pandas as pd\ndata = pd.read_csv("train.csv").values\nprint(data[:, 1:].mean())\n'],
}
WORDS = {       # English | German | French | Spanish
    "Net": "Network NeuralNetwork NN MLP NeuralNet Model | Netz NeuronalesNetz | Reseau | RedNeuronal Red",
    "forward": "feedforward forward predict forward_pass forward_prop query | vorwaerts | avant propager | adelante",
    "backward": "backprop backward backward_prop back_propagation | rueckwaerts | arriere retropropagation | atras",
    "train": "train fit learn gradient_descent SGD | trainiere lerne | entrainer apprendre | entrenar",
    "update": "update update_params apply_gradients update_weights | anpassen | corriger | actualizar",
    "init": "init_params initialize_parameters make_network init | anfang | initialiser | iniciar",
    "eta": "lr learning_rate alpha eta rate | lernrate | taux pas | tasa",
    "epochs": "epochs n_iters iterations num_epochs | epochen runden | epoques tours | epocas",
    "x": "x inputs X data | eingabe | entree | entrada", "y": "y targets target Y labels | ziel | cible | objetivo",
    "size": "batch_size mini_batch_size size | stapel | taille | lote",
    "W": "W w weights theta | gewichte | poids | pesos", "b": "b bias biases | schwellen | biais | sesgo",
    "slope": "{}_prime {}_derivative d_{} {}_deriv grad_{} | {}_ableitung | derivee_{} | derivada_{}",
    "sigmoid": "sigmoid sigma logistic sig squash | sigmoid | sigmoide | sigmoide", "tanh": "tanh th tan_h",
    "relu": "relu ReLU rectify", "leaky_relu": "leaky_relu lrelu", "linear": "linear", "softmax": "softmax soft_max",
    "params": "params parameters net p", "cache": "cache memory", "grads_of": "grads gradients"}


class Layout(NamedTuple):
    """How arrays lie: the shapes of a layer's weights and biases, and its products (· is the matrix product)."""

    W: str
    b: str
    z: str
    back: str
    dW: str
    db: str
    one: str            # an activation with a 1 for a bias that is folded in
    hot: Tuple[str, str]
    batch: bool = False
    columns: bool = False


OF_ROWS = "hot = np.zeros((Y.size, {n}))", "hot[np.arange(Y.size), Y] = 1"
LAYOUTS = {
    "columns": Layout("{o}, {i}", "{o}, 1", "{W} · {a}", "{W}.T · {d}", "{d} · {a}.T",
                      "np.sum({d}, axis=1, keepdims=True)", "np.vstack([a, np.ones((1, a.shape[1]))])",
                      ("hot = np.zeros(({n}, Y.size))", "hot[Y, np.arange(Y.size)] = 1"), True, True),
    "rows": Layout("{i}, {o}", "1, {o}", "{a} · {W}", "{d} · {W}.T", "{a}.T · {d}",
                   "np.sum({d}, axis=0, keepdims=True)", "np.hstack([a, np.ones((a.shape[0], 1))])", OF_ROWS, True),
    "rows, W by outputs": Layout("{o}, {i}", "{o},", "{a} · {W}.T", "{d} · {W}", "{d}.T · {a}", "{d}.sum(axis=0)",
                                 "np.hstack([a, np.ones((a.shape[0], 1))])", OF_ROWS, True),
    "a column": Layout("{o}, {i}", "{o}, 1", "{W} · {a}", "{W}.T · {d}", "{d} · {a}.T", "{d}",
                       "np.vstack([a, [[1.0]]])", ("hot = np.zeros(({n}, 1))", "hot[Y, 0] = 1"), False, True),
    "a row": Layout("{i}, {o}", "1, {o}", "{a} · {W}", "{d} · {W}.T", "{a}.T · {d}", "{d}",
                    "np.hstack([a, [[1.0]]])", ("hot = np.zeros((1, {n}))", "hot[0, Y] = 1")),
    "vectors": Layout("{o}, {i}", "{o},", "{W} · {a}", "{W}.T · {d}", "np.outer({d}, {a})", "{d}",
                      "np.append(a, 1.0)", ("hot = np.zeros({n})", "hot[Y] = 1")),
    "vectors, W by inputs": Layout("{i}, {o}", "{o},", "{a} · {W}", "{W} · {d}", "np.outer({a}, {d})", "{d}",
                                   "np.append(a, 1.0)", ("hot = np.zeros({n})", "hot[Y] = 1")),
    "lists": Layout("{o}, {i}", "{o}", "{W} · {a}", "{W}.T · {d}", "outer({d}, {a})", "{d}", "a + [1.0]",
                    ("hot = [0.0] * {n}", "hot[Y] = 1.0")),
}
# the function, its slope from z, its slope from a; with NumPy, then of one number
FUNCTIONS = {
    "sigmoid": (("1 / (1 + np.exp(-z))", "{f}(z) * (1 - {f}(z))", "a * (1 - a)"),
                ("1 / (1 + math.exp(-z))", "{f}(z) * (1 - {f}(z))", "a * (1 - a)")),
    "tanh": (("np.tanh(z)", "1 - np.tanh(z) ** 2", "1 - a ** 2"),
             ("math.tanh(z)", "1 - math.tanh(z) ** 2", "1 - a * a")),
    "relu": (("np.maximum(0, z)", "np.where(z > 0, 1, {less})", "np.where(a > 0, 1, {less})"),
             ("max(0.0, z)", "1.0 if z > 0 else {less}", "1.0 if a > 0 else {less}")),
    "leaky_relu": (("np.where(z > 0, z, 0.01 * z)", "np.where(z > 0, 1, 0.01)", "np.where(a > 0, 1, 0.01)"),
                   ("z if z > 0 else 0.01 * z", "1.0 if z > 0 else 0.01", "1.0 if a > 0 else 0.01")),
}
SOFTMAX = [["e = np.exp(z - np.max(z{axis}))", "return e / np.sum(e{axis})"],
           ["e = [math.exp(v - max(z)) for v in z]", "return [v / sum(e) for v in e]"]]
# output, cost, and the factor that the error has by that cost (mean: over the outputs), as often as one sees them
ENDS = [("sigmoid", "quadratic", ""), ("sigmoid", "quadratic", ""), ("sigmoid", "quadratic", "2"),
        ("sigmoid", "quadratic", "mean"), ("softmax", "log-likelihood", ""), ("softmax", "log-likelihood", ""),
        ("softmax", "log-likelihood", ""), ("sigmoid", "cross-entropy", ""), ("linear", "quadratic", ""),
        ("linear", "quadratic", "2"), ("tanh", "quadratic", ""), ("linear", "of scores", "")]
COSTS: Dict[str, Callable[[List[float], List[float]], float]] = {
    "quadratic": lambda a, y: sum((p - q) ** 2 for p, q in zip(a, y)) / 2,
    "cross-entropy": lambda a, y: -sum(q * math.log(p) + (1 - q) * math.log(1 - p) for p, q in zip(a, y)),
    "log-likelihood": lambda a, y: -sum(q * math.log(p) for p, q in zip(a, y)),
    "of scores": lambda a, y: math.log(sum(map(math.exp, a))) - sum(p * q for p, q in zip(a, y))}   # softmax in the cost
COSTS_OF_ALL = "log-likelihood", "of scores"        # their slopes need all outputs at once
HELPERS = {"matvec": ["def matvec(w, v):\n    return [sum(p * q for p, q in zip(row, v)) for row in w]",
                      "def matvec(w, v):\n    result = [0.0] * len(w)\n    for i in range(len(w)):\n"
                      "        for j in range(len(v)):\n            result[i] += w[i][j] * v[j]\n    return result"],
           "transpose": ["def transpose(w):\n    return [list(column) for column in zip(*w)]"] * 2,
           "outer": ["def outer(u, v):\n    return [[p * q for q in v] for p in u]"] * 2,
           "plus": ["def plus(p, q, k):\n    if isinstance(p, list):\n"
                    "        return [plus(u, v, k) for u, v in zip(p, q)]\n    return p + k * q"] * 2}


def define(head: str, *body: Union[str, Lines]) -> Lines:
    """A line that ends in a colon and what stands below it, one step further in."""
    return [head, *["    " + line for part in body for line in ([part] if isinstance(part, str) else part)]]


def tight(text: str) -> str:
    """In parentheses, if there is a space outside of any."""
    depth = 0
    for c in text:
        depth += (c in "([") - (c in ")]")
        if c == " " and depth == 0:
            return f"({text})"
    return text


class Maker:
    """The choices of one network, and the text of each line of the algorithm by them."""

    def __init__(self, seed: int, spoil: str = "", at: int = 0) -> None:
        self.spoil, self.at, self.asked = spoil, at, Counter[str]()
        pick = random.Random(f"network {seed}").choice
        language = pick([0] * 8 + [1, 2, 3])
        self.chosen: Dict[str, Any] = {name: pick(options) for name, options in AXES.items()}
        for word, text in WORDS.items():
            self.chosen[word] = pick(text.split("|")[language if "|" in text else 0].split())
        self.shape = pick(list(SHAPES))
        layouts = [name for name in [*LAYOUTS, "columns", "rows", "lists"]
                   if self.shape is not neurons or name == "lists" if self.shape is not book or not LAYOUTS[name].batch]
        self.layout_name = pick(layouts)
        self.layout, self.plain = LAYOUTS[self.layout_name], self.layout_name == "lists"
        self.output, self.cost, self.factor = pick([e for e in ENDS if self.shape is not neurons or e[1] not in COSTS_OF_ALL])
        if self.shape is neurons:
            self.chosen.update(bias="own", l2=False, integers=False)
        if not self.layout.batch or self.shape is book:
            self.chosen["mean"] = "sum"
        if self.speed == "attribute" and self.shape is not a_class:
            self.chosen["speed"] = "argument"
        if self.forward == self.train:
            self.chosen["forward"] = "feedforward"
        self.own, self.apart = self.bias == "own", self.of_z
        self.how = self.batches if self.layout.batch else self.singles
        self.max_label = self.chosen["max_label"] and self.how == "whole"
        self.integers = self.chosen["integers"] and (self.output in ("sigmoid", "softmax") or self.cost == "of scores")
        if self.L == 3:
            self.chosen["fixed"] = (*self.fixed[:2], *self.fixed[1:])
        self.rate = self.eta if self.speed == "argument" else ""
        self.lr = {"argument": self.eta, "attribute": "self." + self.eta, "global": "LEARNING_RATE"}[self.speed]
        self.n: Sequence[str] = [f"sizes[{i}]" for i in range(self.L + 1)]      # text for the sizes
        self.sizes, self.make_with = "sizes", str(list(self.fixed))
        if self.given == "nothing" or self.shape is script:
            self.n, self.sizes, self.make_with = list(map(str, self.fixed)), "", ""
        elif self.given == "numbers":
            self.n = ["n_in", *["n_hidden", "n_hidden2"][:self.L - 1], "n_out"]
            self.sizes, self.make_with = ", ".join(self.n), ", ".join(map(str, self.fixed))
        self.batch_mean = False
        self.use: Dict[str, str] = {}               # how to make it, go forward, take a step, learn for an epoch
        body = "\n".join(self.shape(self))
        self.program = self.whole(body)
        self.source = self.program + ("\n\n" + self.tail if self.tail and "np" in self.program else "")

    def __getattr__(self, name: str) -> Any:
        try:
            return self.__dict__["chosen"][name]
        except KeyError:
            raise AttributeError(name) from None

    def bad(self, slug: str, everywhere: bool = False) -> bool:
        """Whether to make a mistake here: at the `at`-th place where it can be made, or at all of them."""
        self.asked[slug] += 1
        return slug == self.spoil and (everywhere or self.at == self.asked[slug] - 1)

    # -- products, and what goes by elements

    def dot(self, pair: str) -> str:
        p, q = pair.split(" · ")
        if self.plain:
            return f"matvec({f'transpose({p[:-2]})' if p.endswith('.T') else p}, {q})"
        return self.dots.format(tight(p), q)

    def each(self, text: str, v: str) -> str:
        """A formula in v, of each number of a list; NumPy does so by itself."""
        return f"[{text} for v in {v}]" if self.plain else re.sub(r"\bv\b", tight(v), text)

    def sub(self, p: str, q: str) -> str:
        return f"[u - v for u, v in zip({p}, {q})]" if self.plain else f"{tight(p)} - {tight(q)}"

    def mul(self, p: str, q: str) -> str:
        if not p or not q:
            return p or q
        return f"[u * v for u, v in zip({p}, {q})]" if self.plain else f"{tight(p)} * {tight(q)}"

    def scaled(self, k: str, p: str) -> str:
        return self.each(f"{k} * v", p) if k else p

    def added(self, a: str) -> str:
        return f"with_one({a})" if self.bias == "folded" else a

    # -- the lines of the algorithm

    def affine(self, W: str, a: str, b: str) -> str:
        z = self.dot(self.layout.z.format(W=W, a=self.added(a)))
        if not self.own or self.bad("forward-no-bias"):
            return z
        sign = "-" if self.bad("forward-bias-sign") else "+"
        return f"[u {sign} v for u, v in zip({z}, {b})]" if self.plain else f"{z} {sign} {b}"

    def act(self, z: str, last: bool) -> str:
        f = self.output if last else self.hidden
        if f == "softmax" and self.bad("forward-two-activations"):
            z = self.each(f"1 / (1 + {'math' if self.plain else 'np'}.exp(-v))", z)
        elif f not in ("softmax", "linear") and not (last and self.cost != "quadratic") and self.bad("forward-wrong-activation"):
            e = "math" if self.plain else "np"
            return self.each(f"{e}.tanh(v)" if f != "tanh" else f"1 / (1 + {e}.exp(-v))", z)
        name = self.chosen[f]
        return z if f == "linear" else f"{name}({z})" if f == "softmax" else self.each(f"{name}(v)", z)

    def prime(self, z: str, a: str, last: bool) -> str:
        """σ′ of a layer; "" where it is 1."""
        f, bp = (self.output, "bp1") if last else (self.hidden, "bp2")
        if f in ("linear", "softmax") or (f, last) != ("sigmoid", True) and self.bad(bp + "-no-sigma-prime"):
            return ""
        of = z if self.of_z else a
        if f in ("sigmoid", "tanh") and self.bad(bp + ("-sigma-prime-of-a" if self.of_z else "-formula-of-z")):
            of = a if self.of_z else z
        if self.bad(bp + "-wrong-function"):
            return self.each("v * (1 - v)" if f == "tanh" else "(1 - v ** 2)", a)
        slope = self.each(self.slope.format(self.chosen[f]) + "(v)", of)
        return self.mul(slope, slope) if "relu" not in f and self.bad(bp + "-sigma-prime-twice") else slope

    def miss(self, a: str, y: str, up: bool) -> str:
        return self.sub(y, a) if up else self.sub(a, y)

    def delta(self, z: str, a: str, y: str, x: str) -> str:
        """The error at the output, (BP1)."""
        k = "2" if self.factor == "mean" and (self.plain or self.layout.batch) else self.factor
        p = f"{self.softmax}({a})" if self.cost == "of scores" else a
        e = self.scaled(f"2 / {y}.size" if k == "mean" else k, self.miss(p, y, self.upward != self.bad("bp1-sign")))
        if self.cost == "quadratic":
            e = self.mul(e, self.prime(z, a, True))
        elif self.output == "softmax" and self.bad("bp1-has-sigma-prime"):
            e = self.mul(e, self.each("(v * (1 - v))", a))
        return f"{tight(e)} / {self.many(x)}" if self.mean == "delta" else e

    def through(self, W: str, d: str) -> str:
        """An error of the next layer, taken back through the weights."""
        back = self.dot(self.layout.back.format(W=W, d=d))
        rows = self.layout_name.startswith(("rows", "a row"))
        return f"{tight(back)}[{':, ' * rows}:-1]" if self.bias == "folded" else back

    def error(self, W: str, d: str, z: str, a: str) -> str:
        """The error of a hidden layer, (BP2)."""
        back, slope = self.through(W, d), self.prime(z, a, False)
        if self.hidden == "relu" and self.bad("relu-prime-by-sign-of-error"):
            slope = self.each("(1.0 if v > 0 else 0.0)" if self.plain else "(v > 0)", back)
        return self.scaled("2" if self.bad("bp2-scaled") else "", self.mul(back, slope))

    def many(self, x: str) -> str:
        return f"{x}.shape[{int(self.layout.columns)}]"

    def averaged(self, g: str, x: str, other: str) -> str:
        left_out = self.own and self.mean == "gradient" and self.bad(f"update-{other}-by-sum", True)
        return self.over.format(tight(g), self.many(x)) if self.mean == "gradient" and not left_out else g

    def of_weights(self, d: str, a: str, z: str, x: str) -> str:
        """The gradient of a layer's weights, (BP4)."""
        g = self.layout.dW.format(d=d, a=self.added(z if z and self.bad("bp4-weighted-input") else a))
        g = self.averaged(self.dot(g) if " · " in g else g, x, "weights")
        k = "0.5" if self.bad("bp4-scaled") else "0" if self.bad("bp4-missing") else ""
        return g if not k else f"plus({g}, {g}, {float(k) - 1})" if self.plain else f"{k} * {tight(g)}"

    def of_biases(self, d: str, x: str) -> str:
        """The gradient of a layer's biases, (BP3)."""
        summed = self.bad("bp3-bias-summed")
        g = (f"[sum({d})] * len({d})" if self.plain else f"np.sum({d})") if summed else self.layout.db.format(d=d)
        return self.scaled("0.5" if self.bad("bp3-scaled") else "0" if self.bad("bp3-bias-missing") else "",
                           self.averaged(g, x, "biases"))

    def move(self, p: str, g: str, v: str = "", bias: bool = False, m: str = "") -> Lines:
        """A step of gradient descent. `m` divides a sum over examples; `v` is the velocity, with momentum."""
        kind, lines = "biases" if bias else "weights", []
        if self.bad("update-bias-not-updated" if bias else "update-weights-not-updated"):
            return []
        up = self.upward != (self.bad("update-ascent", True) or self.own and self.bad(f"update-{kind}-uphill", True))
        lr = f"{self.lr} / {m}" if m and not self.bad(f"update-{kind}-by-sum", True) else self.lr
        lr = f"2 * {lr}" if self.bad("update-scaled") else lr
        if self.l2 and (not bias or self.bad("l2-on-biases", True)):
            sign = "" if self.bad("l2-sign", True) else "-"
            lines = [f"{p} = plus({p}, {p}, {sign}{self.lr} * LAMBDA)" if self.plain else
                     f"{p} = {p} * (1 {sign or '+'} {self.lr} * LAMBDA)"]
        sign = "+" if up else "-"
        if v:
            mu = "-MU" if self.bad("momentum-sign", True) else "MU"
            if self.plain:
                lines += [f"{v} = plus({v}, {v}, {mu} - 1)", f"{v} = plus({v}, {g}, {sign}{lr})", f"{p} = plus({p}, {v}, 1)"]
            else:
                lines += [f"{v} = {mu} * {v} {sign} {lr} * {g}", f"{p} = {p} + {v}"]
        elif self.plain:
            lines.append(f"{p} = plus({p}, {g}, {sign}{lr})")
        else:
            lines.append(f"{p} {sign}= {lr} * {g}" if self.in_place else f"{p} = {p} {sign} {lr} * {g}")
        return lines

    def first_weights(self, i: str, o: str) -> str:
        i = f"{i} + 1" if self.bias == "folded" else i
        shape, same = self.layout.W.format(i=i, o=o), "0.0" if self.bad("init-all-zero", True) else ""
        same = "0.5" if self.bad("init-all-alike", True) else same
        if self.plain:
            return f"[[{same or 'random.uniform(-1, 1)'} for _ in range({i})] for _ in range({o})]"
        return f"np.full(({shape}), {same})" if same else self.start.format(shape, i=tight(i))

    def first_biases(self, o: str) -> str:
        return f"[0.0] * {tight(o)}" if self.plain else f"np.zeros(({self.layout.b.format(o=o)}))"

    def one_hot(self, y: str, out: str) -> Lines:
        """Integers as rows or columns with a single 1."""
        axis = int(not self.layout.columns and "vectors" not in self.layout_name)
        many = "" if self.max_label else f", len({out})" if self.plain else f", {out}.shape[{axis}]"
        return [f"y_one_hot = one_hot({y}{many})"] if self.integers else []

    # -- all layers: line by line, with names like W1, or in a loop over lists, weights[i]

    def place(self, parameters: str = "", cache: str = "", grads: str = "", loop: bool = False, entries: bool = False) -> None:
        """Where everything is kept: behind a prefix such as `self.`, or, as `entries`, in dictionaries of that name."""
        self.loop = loop
        names = (dict(W="weights", b="biases", z="zs", a="acts", dW="grads_w", db="grads_b", vW="vel_w", vb="vel_b") if loop else
                 dict(W=self.W, b=self.b, z="z", a="a", dW="dW", db="db", vW="v_W", vb="v_b"))
        prefix = dict(W=parameters, b=parameters, z=cache, a=cache, dW=grads, db=grads, vW="self.", vb="self.")
        self.places = {k: f'{prefix[k]}["{name}%s"]' if entries else f"{prefix[k]}{name}{'[%s]' if loop else '%s'}"
                       for k, name in names.items()}
        self.all = {k: pattern.replace("[%s]", "") for k, pattern in self.places.items()}
        self.velocity = self.momentum and self.shape is a_class
        keys = ("W", "b") if self.own else ("W",)
        at = [(k,) for k in keys] if loop else [(k, l) for l in self.layers for k in keys]
        self.names = [self.all[p[0]] if loop else self.name(*p) for p in at]
        self.gradients = [self.all["d" + p[0]] if loop else self.name("d" + p[0], p[1]) for p in at]
        self.out = self.name("a", -1 if loop else self.L)
        self.depth = f"len({self.all['W']})"

    @property
    def layers(self) -> Sequence[int]:
        return range(1, self.L + 1)

    def name(self, key: str, layer: Union[int, str]) -> str:
        return self.places[key] % layer

    def begin(self) -> Lines:
        """First weights and biases, and velocities of zeros."""
        at, lines, keys = self.name, [], ("W", "b") if self.own else ("W",)
        if self.loop:
            each = "for n, m in zip(sizes, sizes[1:])]"
            lines = [f"sizes = [{', '.join(self.n)}]"] if self.n[0] != "sizes[0]" else []
            lines.append(f"{self.all['W']} = [{self.first_weights('n', 'm')} {each}")
            lines += [f"{self.all['b']} = [{self.first_biases('m')} for m in sizes[1:]]"] if self.own else []
        for l in [] if self.loop else self.layers:
            lines.append(f"{at('W', l)} = {self.first_weights(self.n[l - 1], self.n[l])}")
            lines += [f"{at('b', l)} = {self.first_biases(self.n[l])}"] if self.own else []
        zero = "plus({0}, {0}, -1)" if self.plain else "np.zeros_like({0})"
        for k in keys if self.velocity else ():
            lines += ([f"{self.all['v' + k]} = [{zero.format('p')} for p in {self.all[k]}]"] if self.loop else
                      [f"{at('v' + k, l)} = {zero.format(at(k, l))}" for l in self.layers])
        return lines

    def ahead(self) -> Lines:
        """Forward, from `x` to the name in `out`."""
        at, lines, zs, acts = self.name, [], self.all["z"], self.all["a"]
        if self.loop:
            act = [f"{acts}.append({self.act(zs + '[-1]', last)})" for last in (False, True)]
            act = act[:1] if self.output == self.hidden else [
                *define(f"if i < {self.depth} - 1:", act[0]), *define("else:", act[1])]
            z = self.affine(at("W", "i"), acts + "[-1]", at("b", "i"))
            return [f"{acts} = [{self.x}]", f"{zs} = []", *define(f"for i in range({self.depth}):", f"{zs}.append({z})", act)]
        for l in self.layers:
            z = self.affine(at("W", l), self.x if l == 1 else at("a", l - 1), at("b", l))
            lines += [f"{at('z', l)} = {z}", f"{at('a', l)} = {self.act(at('z', l), l == self.L)}"]
        return lines

    def back(self, move: bool = False) -> Lines:
        """Back, to the gradients under their names; with `move` through the steps as well."""
        at, x, lines = self.name, self.x, self.one_hot(self.y, self.out)
        y = "y_one_hot" if lines else self.y
        if self.loop:
            lines += [f"delta = {self.delta(at('z', -1), self.out, y, x)}"]
            dW, db = ("dW", "db") if move else (at("dW", "i"), at("db", "i"))
            lines += [] if move else [f"{g} = [None] * {self.depth}" for g in self.gradients]
            grads = [f"{dW} = {self.of_weights('delta', at('a', 'i'), '', x)}"]
            grads += [f"{db} = {self.of_biases('delta', x)}"] if self.own else []
            error = define("if i > 0:", f"delta = {self.error(at('W', 'i'), 'delta', at('z', 'i - 1'), at('a', 'i'))}")
            steps = [line.replace(at("dW", "i"), dW).replace(at("db", "i"), db) for line in self.steps("i")] if move else []
            early = move and self.bad("bp2-updated-weights")
            return lines + define(f"for i in reversed(range({self.depth})):", grads, *[steps, error] if early else [error, steps])
        parts, steps = [], []
        for l in reversed(self.layers):
            a, z = (at("a", l - 1), at("z", l - 1)) if l > 1 else (x, "")
            raw = self.miss(at("a", self.L), y, self.upward)        # the output's error without its σ′, where it has one
            raw = raw if self.cost == "quadratic" and self.output != "linear" and self.mean != "delta" and not self.factor else ""
            d = f"delta{l}"
            if l == self.L:
                parts.append([f"{d} = {self.delta(at('z', l), at('a', l), y, x)}"])
            else:
                lost = l == self.L - 1 and raw and self.bad("bp2-output-slope-lost")
                parts.append([f"{d} = {self.error(at('W', l + 1), tight(raw) if lost else f'delta{l + 1}', at('z', l), at('a', l))}"])
            raw = tight(raw) if l == self.L else ""
            dW = self.of_weights(raw if raw and self.bad("bp4-no-sigma-prime") else d, a, z, x)
            parts.append([f"{at('dW', l)} = {dW}"])
            if self.own:
                raw = raw if raw and self.bad("bp3-bias-no-sigma-prime") else ""
                parts[-1].append(f"{at('db', l)} = {self.of_biases(raw or d, x)}")
            steps.append(self.steps(l) if move else [])
        if move and self.bad("bp2-updated-weights"):
            return sum([d + g + s for d, g, s in zip(parts[::2], parts[1::2], steps)], lines)
        return sum([*(parts[::2] + parts[1::2] if self.grouped else parts), *steps], lines)

    def steps(self, l: Union[int, str], m: str = "", grads: str = "d") -> Lines:
        """A step of one layer."""
        v = {k: self.name("v" + k, l) if self.velocity else "" for k in "Wb"}
        return self.move(self.name("W", l), self.name("dW", l), v["W"], m=m) + (
            self.move(self.name("b", l), self.name("db", l), v["b"], True, m) if self.own else [])

    def descent(self, m: str = "") -> Lines:
        """A step of all layers."""
        if self.loop:
            return define(f"for i in range({self.depth}):", self.steps("i", m))
        return [line for l in self.layers for line in self.steps(l, m)]

    # -- what stands around them

    def fill(self, template: str, **values: Any) -> Lines:
        """The lines of a template: a name in braces is a text, or lines of their own; what is missing takes its comma along.

        What follows `#if name` or `#no name` stands there only if that is so.
        """
        lines: Lines = []
        def look(name: str) -> Any:
            return values[name] if name in values else getattr(self, name)
        for line in template.strip("\n").split("\n"):
            line, _, condition = line.partition("  #")
            if condition and (condition[:2] == "if") != bool(look(condition[3:])):
                continue
            alone = re.fullmatch(r"( *)\{(\w+)\}", line)
            if alone and isinstance(look(alone[2]), list):
                lines += [alone[1] + part if part else "" for part in look(alone[2])]
                continue
            text = re.sub(r"\{(\w+)\}", lambda name: str(look(name[1])), line)
            text = re.sub(r"(?<=\()(, )+|(, )+(?=, |\))", "", text)
            if text.strip() or not line.strip():
                lines.append(text.rstrip())
        return lines

    def training(self, step: str, owner: str = "", begin: str = "", result: str = "") -> Lines:
        """A function that learns for some epochs. In `step` <x> and <y> stand for what is learnt from in one step."""
        x, y, size, at = self.x, self.y, self.size, "[:, {}]" if self.layout.columns and self.layout.batch else "[{}]"
        at_y, order, given = "[{}]" if self.integers else at, [], f"{x}, {y}"
        one = {"cut": ("x_batch", "y_batch"), "zip": ("xi", "yi"), "index": (f"{x}[j]", f"{y}[j]")}.get(self.how, (x, y))
        loop = step.replace("<x>", one[0]).replace("<y>", one[1]).split("\n")
        if self.how == "cut":
            part = f":{size}" if self.bad("sgd-same-batch") else f"k:k + {size}"
            end = f"{self.many(x)}{f' - {size}' if self.bad('sgd-rest-dropped') else ''}"
            loop = define(f"for k in range(0, {end}, {size}):", f"x_batch, y_batch = {x + at.format(part)}, {y + at_y.format(part)}",
                          loop, ["break"] if self.bad("sgd-one-batch-only") else [])
            if self.shuffled:
                other = "np.random.permutation(order)" if self.bad("sgd-pairs-broken") else "order"
                order = [f"order = np.random.permutation({self.many(x)})",
                         f"{x}, {y} = {x + at.format('order')}, {y + at_y.format(other)}"]
        elif self.how == "index":
            order = [f"order = list(range(len({x})))", *["random.shuffle(order)"] * self.shuffled]
            loop = define("for j in order:", loop)
        elif self.how == "pairs":
            given, order = "examples", ["random.shuffle(examples)"] * self.shuffled
            loop = define(f"for {x}, {y} in examples:", loop)
        elif self.how == "zip":
            loop = define(f"for xi, yi in zip({x}, {y}):", loop)
        told = [owner.replace("self", ""), "list(zip(X, Y))" if given == "examples" else "X, Y", self.sizes if begin else "", "1",
                "2" if self.how == "cut" else "", "eta" if self.rate else ""]
        self.use["epoch"] = f"{self.train}({', '.join(filter(None, told))})"
        return self.fill(TRAINING, owner=owner, examples=given, before=begin, after=result, order=order, loop=loop,
                         sizes=self.sizes if begin else "", size=size if self.how == "cut" else "")

    def whole(self, body: str) -> str:
        """The file: imports, what the body calls, and the body."""
        parts: List[Lines] = []
        for f in dict.fromkeys([self.hidden, self.output, "softmax" if self.cost == "of scores" else self.output]):
            name, prime = self.chosen[f], self.slope.format(self.chosen[f])
            less = "0.5" if f == "relu" and self.bad("relu-prime-at-a-negative") else "0.0" if self.plain else "0"
            if f == "softmax":
                axis = int(not self.layout.columns)
                axis = 1 - axis if self.layout.batch and self.bad("softmax-over-batch") else axis
                rows = "column" in self.layout_name or "row" in self.layout_name
                lines = [line.format(axis=f", axis={axis}, keepdims=True" if rows else "") for line in SOFTMAX[self.plain]]
                parts.append(define(f"def {name}(z):", lines))
            elif f != "linear":
                a, of_z, of_a = FUNCTIONS[f][self.plain]
                slope = (of_z if self.of_z else of_a).format(f=name, less=less)
                parts += [define(f"def {name}(z):", f"return {a}"), define(f"def {prime}({'z' if self.of_z else 'a'}):", f"return {slope}")]
        hot = [line.format(n="Y.max() + 1" if self.max_label else "n") for line in self.layout.hot]
        parts += [define("def with_one(a):", f"return {self.layout.one}"),
                  define("def one_hot(Y):" if self.max_label else "def one_hot(Y, n):", hot, "return hot"),
                  *[versions[self.loops].split("\n") for versions in HELPERS.values()]]
        used, below = [], body
        for part in reversed(parts):
            if re.search(rf"(?<![.\w]){part[0][4:part[0].index('(')]}\(", below):
                used, below = ["\n".join(part), *used], "\n".join([*part, below])
        values = [f"{k} = {v}" for k, v in (("LEARNING_RATE", 0.1), ("LAMBDA", 0.01), ("MU", 0.9)) if k in body]
        text = "\n\n\n".join(filter(None, ["\n".join(values), *used, body])) + "\n"
        if self.typed:
            kinds = {self.x: "list" if self.plain else "np.ndarray", self.eta: "float", self.epochs: "int"}
            text = re.sub(r"^( *def .*)$", lambda line: re.sub(
                r"(\w+)(?=[,)])", lambda w: f"{w[1]}: {kinds[w[1]]}" if w[1] in kinds else w[1], line[1]), text, flags=re.M)
        imports = [f"import {m}" for m in ("math", "random") if re.search(rf"(?<!\.){m}\.", text)]
        return "\n".join([*imports, *["import numpy as np"] * ("np." in text), "", "", text])



TRAINING = """
def {train}({owner}, {examples}, {sizes}, {epochs}, {size}, {rate}):
    {before}
    for epoch in range({epochs}):
        {order}
        {loop}
        if epoch % 100 == 0:  #if talks
            print("epoch", epoch)  #if talks
    {after}
"""
BOOK = """
class {Net}:
    def __init__(self, {sizes}):
        {begin}

    def {forward}(self, {x}):
        {ahead}
        return {out}

    def {backward}(self, {x}, {y}):
        {ahead}
        {back}
        return {returned}

    def update_mini_batch(self, batch, {rate}):
        {sums}
        for {x}, {y} in batch:
            {returned} = self.{backward}({x}, {y})
            {add}
        {descent}

    def {train}(self, data, {epochs}, {size}, {rate}):
        for epoch in range({epochs}):
            random.shuffle(data)
            for k in range(0, {end}, {size}):
                self.update_mini_batch({part}, {rate})
                break  #if once
"""
CLASS = """
class {Net}:
    def __init__(self, {sizes}, {made_rate}):
        {begin}
        {lr} = {eta}  #if made_rate

    def {forward}(self, {x}):
        {ahead}
        return {out}

    def {backward}(self, {x}, {y}, {back_rate}):
        {again}
        {back}
        return {returned}  #if returned

    def {update}(self, {returned}, {rate}):  #no moves
        {descent}  #no moves

    {training}
"""
BY_FUNCTIONS = """
def {init}({sizes}):
    {params} = {}  #if entries
    {begin}
    return {own_names}


def {forward}({forward_takes}):
    {cache} = {}  #if entries
    {ahead}
    return {forward_gives}


def {backward}({backward_takes}):
    {grads_of} = {}  #if entries
    {back}
    return {grads}


def {update}({own_names}, {grads}, {rate}):
    {descent}
    return {own_names}


{training}
"""
SCRIPT = """
{begin}


def {forward}({x}):
    {ahead}
    return {out}


def {backward}({x}, {y}, {rate}):
    global {own_names}  #no loop
    {ahead}
    {back}


{training}
"""
CLOSURES = """
def {init}({sizes}):
    {begin}

    def {forward}({x}):
        {ahead}
        return {out}

    def {train}({x}, {y}, {rate}):
        nonlocal {own_names}  #no loop
        {ahead}
        {back}

    return {forward}, {train}
"""
LAYER = """
class {Layer}:
    def __init__(self, n_in, n_out):
        self.W = {W1}
        self.b = {b1}  #if own

    def forward(self, x):
        self.x = x
        self.z = {z}
        self.a = {a}
        return self.a

    def backward(self, {error}, {rate}):
        delta = {d}
        dW = {dW}
        db = {db}  #if own
        {steps_and_back}
        return back


"""
ITS_FUNCTION = """
class {Layer}:
    def forward(self, z):
        self.z = z
        self.a = {a}
        return self.a

    def backward(self, error, {rate}):
        return {d}


"""
LAYERS = """
class {Net}:
    def __init__(self, {sizes}):
        self.layers = [{parts}]

    def {forward}(self, {x}):
        for layer in self.layers:
            {x} = layer.forward({x})
        return {x}

    def {backward}(self, {x}, {y}, {rate}):
        out = self.{forward}({x})
        {hot}
        error = {error}
        for layer in reversed(self.layers):
            error = layer.backward(error, {rate})

    {training}
"""
NEURONS = """
class Neuron:  #if objects
    def __init__(self, n):  #if objects
        self.weights = [random.uniform(-1, 1) for _ in range(n)]  #if objects
        self.bias = 0.0  #if objects

  #if objects
  #if objects
def {init}({sizes}):
    return [{parts}]


def {forward}(net, {x}):
    for i, layer in enumerate(net):
        outputs = []
        for n in layer:
            n.z = sum(w * v for w, v in zip(n.weights, {x})) + n.bias
            n.out = {act}
            outputs.append(n.out)
        {x} = outputs
    return {x}


def {backward}(net, {y}):
    for n, t in zip(net[-1], {y}):
        n.delta = {d}
    for i in reversed(range(len(net) - 1)):
        for j, n in enumerate(net[i]):
            n.delta = {hidden_d}


def {update}(net, {x}, {rate}):
    for i, layer in enumerate(net):
        inputs = {x} if i == 0 else [p.out for p in net[i - 1]]
        for n in layer:
            for k in range(len(inputs)):
                n.weights[k] {sign}= {lr} * n.delta * inputs[k]
            n.bias {sign}= {lr} * n.delta  #no still


{training}
"""


def book(g: Maker) -> Lines:
    """The book's class: the gradients of one example, summed over a mini-batch."""
    g.chosen.update(x="x", y="y", velocity=False)
    g.place("self.", loop=True)
    sums = [name.replace("grads", "sum") for name in g.gradients]
    zero = "plus(p, p, -1)" if g.plain else "np.zeros(p.shape)"
    last = g.bad("update-last-example-only", True)
    add = "{0}[i] = {1}[i]" if last else "{0}[i] = plus({0}[i], {1}[i], 1)" if g.plain else "{0}[i] = {0}[i] + {1}[i]"
    g.batch_mean = g.mean_of_batch
    mean = "len(batch)" if g.batch_mean else ""
    end = f"len(data){f' - {g.size}' if g.bad('sgd-rest-dropped') else ''}"
    part = f"data[:{g.size}]" if g.bad("sgd-same-batch") else "data" if g.bad("sgd-all-at-once") else f"data[k:k + {g.size}]"
    eta = ", eta" if g.rate else ""
    g.use.update(make=f"net = {g.Net}({g.make_with})", ahead=f"net.{g.forward}(x)", step=f"net.update_mini_batch([(x, y)]{eta})",
                 epoch=f"net.{g.train}(list(zip(X, Y)), 1, 2{eta})")
    return g.fill(BOOK, begin=g.begin(), ahead=g.ahead(), back=g.back(), returned=", ".join(g.gradients[::1 if g.first else -1]),
                  sums=[f"{s} = [{zero} for p in {name}]" for s, name in zip(sums, g.names)],
                  add=define(f"for i in range({g.depth}):", [add.format(*pair) for pair in zip(sums, g.gradients)]),
                  descent=[line.replace("grads_", "sum_") for line in g.descent(mean)], end=end, part=part,
                  once=g.bad("sgd-one-batch-only"))


def a_class(g: Maker) -> Lines:
    """Parameters are attributes; backward makes a step, or stores gradients, or returns them."""
    g.place("self.", "self." if g.kept else "", "self." if g.kind == "stores" else "", loop=g.loops)
    moves, forward = g.kind in ("moves", "all in one"), f"self.{g.forward}"
    name = g.train if g.kind == "all in one" else g.backward
    inside = not g.kept or g.kind == "all in one" or g.shuffled             # backward goes forward itself
    given = ", ".join(g.gradients) if g.kind == "returns" else ""
    ahead, comma = g.ahead(), f", {g.rate}" if g.rate else ""
    step = ("" if inside else f"{forward}(<x>)\n") + f"{given + ' = ' if given else ''}self.{name}(<x>, <y>{comma if moves else ''})"
    step += "" if moves else f"\nself.{g.update}({', '.join(filter(None, [given, g.rate]))})"
    training = [] if g.kind == "all in one" else g.training(step, "self")
    g.use.update(make=f"net = {g.Net}({', '.join(filter(None, [g.make_with, '0.1' if g.speed == 'attribute' else '']))})",
                 ahead=f"net.{g.forward}(x)", step=step.replace("self.", "net.").replace("<x>", "x").replace("<y>", "y"))
    if training:
        g.use["epoch"] = "net." + g.use["epoch"]
    return g.fill(CLASS, begin=g.begin(), ahead=ahead, back=g.back(moves), backward=name, back_rate=g.rate if moves else "",
                  again=([f"{forward}({g.x})"] if g.kept else ahead) if inside else [], returned=given, moves=moves,
                  descent=[] if moves else g.descent(), training=training, made_rate=g.eta if g.speed == "attribute" else "")


def functions(g: Maker, entries: bool = False) -> Lines:
    """Functions that hand W1, b1, ... on, or lists of them, or dictionaries: of parameters, activations, gradients."""
    g.place(*([g.params, g.cache, g.grads_of] if entries else []), loop=g.loops and not entries, entries=entries)
    own, grads = (g.params, g.grads_of) if entries else (", ".join(g.names), ", ".join(g.gradients))
    seen = [g.all[k] for k in "za"] if g.loop else [g.name(k, l) for l in g.layers for k in "za"]
    cache, back = g.cache if entries else ", ".join(seen), g.back()
    needed = own if entries or g.loop else ", ".join(n for n in g.names if re.search(rf"\b{n}\b", "\n".join(back)))
    order = [g.x, own] if g.first else [own, g.x]
    taken = [cache, needed, g.x, g.y] if g.first or not entries else [g.x, g.y, needed, cache]
    gives = f"{g.out}, {cache}" if entries and g.grouped else cache
    put = lambda names: ", ".join({g.x: "<x>", g.y: "<y>"}.get(name, name) for name in names)
    step = (f"{'out, ' * (gives != cache)}{cache} = {g.forward}({put(order)})\n{grads} = {g.backward}({put(taken)})\n"
            f"{own} = {g.update}({', '.join(filter(None, [own, grads, g.rate]))})")
    training = g.training(step, "", f"{own} = {g.init}({g.sizes})", f"return {own}")
    last = "[0]" if gives != cache else '["a%s"]' % g.L if entries else "[-1][-1]" if g.loop else "[-1]"
    g.use.update(make=f"{own} = {g.init}({g.make_with})", step=step.replace("<x>", "x").replace("<y>", "y"),
                 ahead=f"{g.forward}({put(order)}){last}".replace("<x>", "x"))
    return g.fill(BY_FUNCTIONS, entries=entries, begin=g.begin(), own_names=own, forward_takes=", ".join(order), ahead=g.ahead(),
                  forward_gives=gives, backward_takes=", ".join(taken), back=back, grads=grads, descent=g.descent(), training=training)


def dictionaries(g: Maker) -> Lines:
    return functions(g, entries=True)


def script(g: Maker) -> Lines:
    """Parameters are globals."""
    g.place(loop=g.loops)
    comma = f", {g.rate}" if g.rate else ""
    g.use.update(make="", ahead=f"{g.forward}(x)", step=f"{g.backward}(x, y{comma})")
    return g.fill(SCRIPT, begin=g.begin(), ahead=g.ahead(), back=g.back(True), own_names=", ".join(g.names),
                  training=g.training(f"{g.backward}(<x>, <y>{comma})"))


def closures(g: Maker) -> Lines:
    """A function makes the network and returns two others: one goes forward, one learns."""
    g.place(loop=g.loops)
    g.use.update(make=f"ask, learn = {g.init}({g.make_with})", ahead="ask(x)", step=f"learn(x, y{', eta' if g.rate else ''})")
    lines = g.fill(CLOSURES, begin=g.begin(), ahead=g.ahead(), back=g.back(True), own_names=", ".join(g.names))
    g.names = [f"dict(zip(learn.__code__.co_freevars, (c.cell_contents for c in learn.__closure__)))['{n}']" for n in g.names]
    return lines


def layers(g: Maker) -> Lines:
    """An object for each layer, with its function in it, or with another object for that."""
    g.place("self.", "self.")
    def affine(name: str, a: str, d: str, error: str = "error") -> Lines:
        back, steps = [f"back = {g.through('self.W', 'delta')}"], g.move("self.W", "dW")
        steps += g.move("self.b", "db", bias=True) if g.own else []
        return g.fill(LAYER, Layer=name, W1=g.first_weights("n_in", "n_out"), b1=g.first_biases("n_out"), z=g.affine("self.W", "x", "self.b"),
                      a=a, error=error, d=d, dW=g.of_weights("delta", "self.x", "", "self.x"), db=g.of_biases("delta", "self.x") if g.own else "",
                      steps_and_back=steps + back if g.bad("bp2-updated-weights") else back + steps)
    z, a, n, made = "self.z", "self.a", g.n, f"{g.Net}({g.make_with})"
    if g.apart:
        lines, names = affine("Dense", z, "error"), ["Hidden", "Output"]
        slopes = g.prime(z, a, False), g.prime(z, a, True) if g.cost == "quadratic" else ""
        for name, slope, last in zip(names, slopes, (False, True)):
            lines += g.fill(ITS_FUNCTION, Layer=name + "Function", a=g.act("z", last), d=g.mul("error", slope))
        parts = [f"Dense({n[l - 1]}, {n[l]}), {names[l == g.L]}Function()" for l in g.layers]
        cost, g.cost, output = g.cost, "of scores" if g.cost == "of scores" else "none", g.output
        error, g.cost, g.output = g.delta("", "out", g.y, g.x), cost, output
    else:
        lines = affine("Hidden", g.act(z, False), g.mul("error", g.prime(z, a, False)))
        lines += affine("Output", g.act(z, True), g.delta(z, a, "y", "self.x"), "y")
        parts = [f"{'Output' if l == g.L else 'Hidden'}({n[l - 1]}, {n[l]})" for l in g.layers]
        error = g.y
    hot = [line.replace("y_one_hot", g.y, 1) for line in g.one_hot(g.y, "out")]
    comma = f", {g.rate}" if g.rate else ""
    training = g.training(f"self.{g.backward}(<x>, <y>{comma})", "self")
    g.use.update(make=f"net = {made}", ahead=f"net.{g.forward}(x)", step=f"net.{g.backward}(x, y{comma})", epoch="net." + g.use["epoch"])
    g.names = [f"net.layers[{i * (1 + g.apart)}].{key}" for i in range(g.L) for key in ("W", "b")[:1 + g.own]]
    return lines + g.fill(LAYERS, parts=", ".join(parts), hot=hot, error=error, training=training)


def neurons(g: Maker) -> Lines:
    """Every neuron is an object, or a dictionary."""
    g.place()
    g.plain = False             # formulas for numbers, not for lists
    act = [g.act("n.z", last).replace("np.", "math.") for last in (False, True)]
    slopes = [g.prime("n.z", "n.out", last).replace("np.", "math.") for last in (False, True)]
    error = g.scaled("2" if g.factor else "", g.miss("n.out", "t", g.upward != g.bad("bp1-sign")))
    delta = g.mul(error, slopes[1] if g.cost == "quadratic" else "")
    hidden_delta = g.mul("sum(m.weights[j] * m.delta for m in net[i + 1])", slopes[0])
    g.plain = True
    weights = "[random.uniform(-1, 1) for _ in range({})]"
    one = "Neuron({})" if g.kept else f'{{{{"weights": {weights}, "bias": 0.0}}}}'
    step = f"{g.forward}(net, <x>)\n{g.backward}(net, <y>)\n{g.update}(net, <x>{', ' * bool(g.rate)}{g.rate})"
    training = g.training(step, "net")
    g.use.update(make=f"net = {g.init}({g.make_with})", ahead=f"{g.forward}(net, x)", step=step.replace("<x>", "x").replace("<y>", "y"))
    g.names = ["net"]
    lines = g.fill(NEURONS, objects=g.kept, parts=", ".join(f"[{one.format(g.n[l - 1])} for _ in range({g.n[l]})]" for l in g.layers),
                   act=act[0] if act[0] == act[1] else f"{act[0]} if i < len(net) - 1 else {act[1]}",
                   d=delta, hidden_d=hidden_delta,
                   sign="+" if g.upward != g.bad("update-ascent") else "-", still=g.bad("update-bias-not-updated"), training=training)
    return lines if g.kept else [re.sub(r"\b([nmp])\.(weights|bias|z|out|delta)", r'\1["\2"]', line) for line in lines]


SHAPES = [book, book, a_class, a_class, a_class, functions, functions, dictionaries, script, closures, layers, layers, neurons]


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


# -- what check says of them

SAME = [{"bp1-sign", "update-ascent", "update-weights-uphill"}, {"bp2-scaled", "bp3-scaled", "bp4-scaled", "update-scaled"},
        {"bp4-missing", "update-weights-not-updated"}, {"bp3-bias-missing", "update-bias-not-updated"},
        {"forward-wrong-activation", "bp1-wrong-function", "bp2-wrong-function", "forward-two-activations"},
        {"bp1-has-sigma-prime", "bp1-softmax-diagonal"}, {"bp4-no-sigma-prime", "bp2-output-slope-lost"},
        {"update-biases-by-sum", "update-weights-by-sum", "bp3-scaled", "update-scaled"},
        {"bp3-bias-summed", "bp3-bias-missing"}]        # δ of softmax sums to 0
"""Names that can describe the same numbers: where only a step is seen, where there are no biases."""


def verdict(text: str) -> str:
    """What check says of a file with this text: its slug, or why there is none."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "network.py")
        path.write_text(text, "utf-8")
        try:
            return check(str(path)).slug
        except CannotCheck as reason:
            return "cannot: " + re.sub(r".*network.py: ", "", str(reason))


def judged(found: str, slug: str = "right") -> str:
    """How well a verdict does where `slug` is due."""
    if found.startswith("cannot"):
        return "cannot be judged"
    if found.startswith("right"):
        return found.split(":")[0] if slug == "right" else "CALLED RIGHT"
    if slug == "right" or found == "unknown":
        return "CALLED WRONG" if slug == "right" else "unknown"
    names = set(found.split(": ")[-1].split(" + "))
    if slug in names:
        return "by its name" + ", and others" * (len(names) > 1)
    return "by a name for the same numbers" if any(slug in same and names & same for same in SAME) else "BY ANOTHER NAME"


def table(first: int, last: int) -> None:
    """Right ones and wrong ones: how many, and which are not as due."""
    for title in "right", "wrong":
        kinds: Dict[str, Lines] = {}
        for seed in range(first, last):
            text, slug = (right(seed), "right") if title == "right" else wrong(seed)
            found = verdict(text)
            kinds.setdefault(judged(found, slug), []).append(f"    {seed:3d} {slug:28s} {found[:160]}")
        for name, lines in sorted(kinds.items()):
            print(f"{len(lines):4d} {title} ones: {name}")
            print(*([] if name.startswith(("right", "by its name")) else lines), sep="\n", flush=True)


if __name__ == "__main__":
    numbers = [int(word) for word in sys.argv[1:] if word.isdigit()]
    if "--show" in sys.argv:
        print(wrong(numbers[0])[0] if "wrong" in sys.argv else right(numbers[0]))
    else:
        table(*(numbers if len(numbers) == 2 else [0, *numbers] if numbers else [0, 300]))
