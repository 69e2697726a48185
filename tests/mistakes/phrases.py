"""What people write for each line of backpropagation, in their conventions, with their names: right, or spoilt.

A `Maker` chooses along the axes in which people differ (AXES, WORDS, LAYOUTS, FUNCTIONS, ENDS). Each line of the
algorithm is a method of it that returns a piece of text, and asks `self.bad(name of a mistake)` where it can be spoilt.
`conventions` has the shapes of code that the pieces are put into.
"""
from __future__ import annotations

import math
import random
import re
from collections import Counter
from typing import Any, Callable, Dict, List, NamedTuple, Sequence, Tuple, Union

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
    "returned": ["by layers", "last first", "weights first"],   # gradients
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
        ("linear", "quadratic", "2"), ("tanh", "quadratic", ""), ("linear", "softmax of scores", "")]
COSTS: Dict[str, Callable[[List[float], List[float]], float]] = {
    "quadratic": lambda a, y: sum((p - q) ** 2 for p, q in zip(a, y)) / 2,
    "cross-entropy": lambda a, y: -sum(q * math.log(p) + (1 - q) * math.log(1 - p) for p, q in zip(a, y)),
    "log-likelihood": lambda a, y: -sum(q * math.log(p) for p, q in zip(a, y)),
    # the outputs are scores, and softmax is a part of the cost
    "softmax of scores": lambda a, y: math.log(sum(map(math.exp, a))) - sum(p * q for p, q in zip(a, y))}
HELPERS = {"matvec": ["def matvec(w, v):\n    return [sum(p * q for p, q in zip(row, v)) for row in w]",
                      "def matvec(w, v):\n    result = [0.0] * len(w)\n    for i in range(len(w)):\n"
                      "        for j in range(len(v)):\n            result[i] += w[i][j] * v[j]\n    return result"],
           "transpose": ["def transpose(w):\n    return [list(column) for column in zip(*w)]"] * 2,
           "outer": ["def outer(u, v):\n    return [[p * q for q in v] for p in u]"] * 2,
           "plus": ["def plus(p, q, k):\n    if isinstance(p, list):\n"
                    "        return [plus(u, v, k) for u, v in zip(p, q)]\n    return p + k * q"] * 2}


def define(head: str, *body: Union[str, Lines]) -> Lines:
    """A line that ends in a colon and what stands below it, one step further in."""
    lines = [line for part in body for line in ([part] if isinstance(part, str) else part)]
    return [head, *["    " + line for line in lines or ["pass"]]]


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

    def __init__(self, seed: int, shapes: Sequence[Callable[["Maker"], Lines]], spoil: str = "", at: int = 0) -> None:
        self.spoil, self.at, self.asked = spoil, at, Counter[str]()
        pick = random.Random(f"network {seed}").choice
        language = pick([0] * 8 + [1, 2, 3])
        self.chosen: Dict[str, Any] = {name: pick(options) for name, options in AXES.items()}
        for word, text in WORDS.items():
            self.chosen[word] = pick(text.split("|")[language if "|" in text else 0].split())
        shape = pick(shapes)
        self.shape = shape.__name__
        by_numbers, book = self.shape in ("neurons", "index_loops"), self.shape == "book"
        self.layout_name = "lists" if by_numbers else pick([name for name in [*LAYOUTS, "columns", "rows", "lists"]
                                                         if not (book and LAYOUTS[name].batch)])
        self.layout, self.plain = LAYOUTS[self.layout_name], self.layout_name == "lists"
        self.output, self.cost, self.factor = pick([e for e in ENDS if not by_numbers or "softmax" not in e[0] + e[1]])
        if by_numbers:
            self.chosen.update(bias="own", l2=False, integers=False)
        if not self.layout.batch or book:
            self.chosen["mean"] = "sum"
        if self.speed == "attribute" and self.shape != "a_class":
            self.chosen["speed"] = "argument"
        if self.L == 3:
            self.chosen["fixed"] = (*self.fixed[:2], *self.fixed[1:])
        self.own, self.how = self.bias == "own", self.batches if self.layout.batch else self.singles
        # one line for all weights, and no biases: what is scaled there is scaled as a whole, which is a convention
        self.one_line = not self.own and (self.loops or self.shape == "layers" and self.of_z)
        self.batch_mean = book and self.mean_of_batch
        self.velocity = self.momentum and self.shape == "a_class"
        self.max_label = self.chosen["max_label"] and self.how == "whole"
        self.integers = self.chosen["integers"] and (self.output in ("sigmoid", "softmax") or "softmax" in self.cost)
        self.rate = self.eta if self.speed == "argument" else ""
        self.lr = {"argument": self.eta, "attribute": "self." + self.eta, "global": "LEARNING_RATE"}[self.speed]
        self.n: Sequence[str] = [f"sizes[{i}]" for i in range(self.L + 1)]      # text for the sizes
        self.sizes, self.make_with = "sizes", str(list(self.fixed))
        if self.given == "nothing" or self.shape == "script":
            self.n, self.sizes, self.make_with = list(map(str, self.fixed)), "", ""
        elif self.given == "numbers":
            self.n = ["n_in", *["n_hidden", "n_hidden2"][:self.L - 1], "n_out"]
            self.sizes, self.make_with = ", ".join(self.n), ", ".join(map(str, self.fixed))
        self.use: Dict[str, str] = {}               # how to make it, go forward, take a step, learn for an epoch
        self.program = self.whole("\n".join(shape(self)))
        self.source = self.program + ("\n\n" + self.tail if self.tail and "np." in self.program else "")

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
            p = f"transpose({p[:-2]})" if p.endswith(".T") else p
        return ("matvec({}, {})" if self.plain else str(self.dots)).format(p if self.plain else tight(p), q)

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
        elif f not in ("softmax", "linear") and (not last or self.cost == "quadratic"):
            if self.bad("forward-wrong-activation"):
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

    def delta(self, z: str, a: str, y: str, x: str, slope: bool = True) -> str:
        """The error at the output, (BP1); without σ′ if another line has it."""
        k = "2" if self.factor == "mean" and (self.plain or self.layout.batch) else self.factor
        p = f"{self.softmax}({a})" if self.cost == "softmax of scores" else a
        e = self.scaled(f"2 / {y}.size" if k == "mean" else k, self.miss(p, y, self.upward != self.bad("bp1-sign")))
        if slope and self.cost == "quadratic":
            e = self.mul(e, self.prime(z, a, True))
        elif slope and self.output == "softmax" and self.bad("bp1-has-sigma-prime"):
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
        k = "0.5" if not self.one_line and self.bad("bp4-scaled") else "0" if self.bad("bp4-missing") else ""
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
        lr = f"{self.lr} / {m}" if m and not (self.own and self.bad(f"update-{kind}-by-sum", True)) else self.lr
        lr = f"2 * {lr}" if not self.one_line and self.bad("update-scaled") else lr
        if self.l2 and (not bias or self.bad("l2-on-biases", True)):
            sign = "" if self.bad("l2-sign", True) else "-"
            lines = [f"{p} = plus({p}, {p}, {sign}{self.lr} * LAMBDA)" if self.plain else
                     f"{p} = {p} * (1 {sign or '+'} {self.lr} * LAMBDA)"]
        sign = "+" if up else "-"
        if v:
            mu = "-MU" if self.bad("momentum-sign", True) else "MU"
            if self.plain:
                lines += [f"{v} = plus({v}, {v}, {mu} - 1)", f"{v} = plus({v}, {g}, {'-' * (not up)}{lr})"]
                lines.append(f"{p} = plus({p}, {v}, 1)")
            else:
                lines += [f"{v} = {mu} * {v} {sign} {lr} * {g}", f"{p} = {p} + {v}"]
        elif self.plain:
            lines.append(f"{p} = plus({p}, {g}, {'-' * (not up)}{lr})")
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

    def place(self, parameters: str = "", cache: str = "", grads: str = "", loop: bool = False,
              entries: bool = False) -> None:
        """Where everything is kept: behind a prefix such as `self.`, or, as `entries`, in dictionaries of that name."""
        self.loop, of_loop = loop, dict(W="weights", b="biases", z="zs", a="acts", dW="grads_w", db="grads_b")
        prefix = dict(W=parameters, b=parameters, z=cache, a=cache, dW=grads, db=grads)
        names = of_loop if loop else dict(W=self.W, b=self.b, z="z", a="a", dW="dW", db="db")
        self.places = {k: f'{prefix[k]}["{name}%s"]' if entries else f"{prefix[k]}{name}{'[%s]' if loop else '%s'}"
                       for k, name in names.items()}
        self.places.update({"v" + k: self.places[k].replace("self.", "self.v_") for k in "Wb"})
        self.all = {k: pattern.replace("[%s]", "") for k, pattern in self.places.items()}
        keys = "Wb" if self.own else "W"
        self.names = [self.all[k] for k in keys] if loop else [self.name(k, l) for l in self.layers for k in keys]
        self.gradients = [self.all["d" + k] for k in keys] if loop else [
            self.name("d" + k, l) for l in self.layers for k in keys]
        if self.returned == "last first":
            self.gradients.reverse()
        elif self.returned == "weights first":
            self.gradients.sort(key=lambda name: "dW" not in name)
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
            return [f"{acts} = [{self.x}]", f"{zs} = []",
                    *define(f"for i in range({self.depth}):", f"{zs}.append({z})", act)]
        for l in self.layers:
            z = self.affine(at("W", l), self.x if l == 1 else at("a", l - 1), at("b", l))
            lines += [f"{at('z', l)} = {z}", f"{at('a', l)} = {self.act(at('z', l), l == self.L)}"]
        return lines

    def back(self, move: bool = False) -> Lines:
        """Back, to the gradients under their names; with `move` through the steps as well."""
        lines = self.one_hot(self.y, self.out)
        y = "y_one_hot" if lines else self.y
        return lines + (self.back_in_a_loop(y, move) if self.loop else self.back_line_by_line(y, move))

    def back_in_a_loop(self, y: str, move: bool) -> Lines:
        at, x = self.name, self.x
        begin = [f"delta = {self.delta(at('z', -1), self.out, y, x)}"]
        begin += [] if move else [f"{g} = [None] * {self.depth}" for g in self.gradients]
        body = [f"{at('dW', 'i')} = {self.of_weights('delta', at('a', 'i'), '', x)}"]
        body += [f"{at('db', 'i')} = {self.of_biases('delta', x)}"] if self.own else []
        error = self.error(at("W", "i"), "delta", at("z", "i - 1"), at("a", "i"))
        parts = [define("if i > 0:", f"delta = {error}"), self.steps("i") if move else []]
        body += sum(parts[::-1] if move and self.bad("bp2-updated-weights") else parts, [])
        if move:            # a layer's gradients are used at once, and need not be kept
            body = [line.replace(at("dW", "i"), "dW").replace(at("db", "i"), "db") for line in body]
        return begin + define(f"for i in reversed(range({self.depth})):", body)

    def back_line_by_line(self, y: str, move: bool) -> Lines:
        at, x, L = self.name, self.x, self.L
        raw = ""            # the output's error without its σ′, where that is a mistake of its own
        if self.cost == "quadratic" and self.output != "linear" and self.mean != "delta" and not self.factor:
            raw = tight(self.miss(at("a", L), y, self.upward))
        deltas: List[Lines] = []
        grads: List[Lines] = []
        for l in reversed(self.layers):
            a, z = (at("a", l - 1), at("z", l - 1)) if l > 1 else (x, "")
            if l == L:
                d = self.delta(at("z", l), at("a", l), y, x)
            else:
                lost = raw if l == L - 1 and raw and self.bad("bp2-output-slope-lost") else ""
                d = self.error(at("W", l + 1), lost or f"delta{l + 1}", at("z", l), at("a", l))
            deltas.append([f"delta{l} = {d}"])
            lost = raw if l == L and raw and self.bad("bp4-no-sigma-prime") else ""
            grads.append([f"{at('dW', l)} = {self.of_weights(lost or f'delta{l}', a, z, x)}"])
            if self.own:
                lost = raw if l == L and raw and self.bad("bp3-bias-no-sigma-prime") else ""
                grads[-1].append(f"{at('db', l)} = {self.of_biases(lost or f'delta{l}', x)}")
        steps = [self.steps(l) if move else [] for l in reversed(self.layers)]
        if move and self.bad("bp2-updated-weights"):
            return sum([part for parts in zip(deltas, grads, steps) for part in parts], [])
        return sum([*deltas, *grads] if self.grouped else [d + g for d, g in zip(deltas, grads)], []) + sum(steps, [])

    def steps(self, l: Union[int, str], m: str = "") -> Lines:
        """A step of one layer."""
        v = {k: self.name("v" + k, l) if self.velocity else "" for k in "Wb"}
        biases = self.move(self.name("b", l), self.name("db", l), v["b"], True, m) if self.own else []
        return self.move(self.name("W", l), self.name("dW", l), v["W"], m=m) + biases

    def descent(self, m: str = "") -> Lines:
        """A step of all layers."""
        if self.loop:
            return define(f"for i in range({self.depth}):", self.steps("i", m))
        return [line for l in self.layers for line in self.steps(l, m)]

    # -- what stands around them

    def fill(self, template: str, **values: Any) -> Lines:
        """The lines of a template. A name in braces is a text, or lines; what is missing takes its comma along.

        A line that ends with `#if name` or `#no name` is there only if that is so.
        """
        def look(name: str) -> Any:
            return values[name] if name in values else getattr(self, name)

        lines: Lines = []
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
            lines += [text.rstrip()] if text.strip() or not line.strip() else []
        return lines

    def training(self, step: str, owner: str = "", begin: str = "", result: str = "") -> Lines:
        """A function that learns for some epochs. In `step` <x> and <y> stand for what is learnt from in one step."""
        x, y, size, given = self.x, self.y, self.size, f"{self.x}, {self.y}"
        at_x = "[:, {}]" if self.layout.columns and self.layout.batch else "[{}]"
        at_y, order = "[{}]" if self.integers else at_x, []
        ones = {"cut": ("x_batch", "y_batch"), "zip": ("xi", "yi"), "index": (f"{x}[j]", f"{y}[j]")}
        one = ones.get(self.how, (x, y))
        loop = step.replace("<x>", one[0]).replace("<y>", one[1]).split("\n")
        if self.how == "cut":
            part = f":{size}" if self.bad("sgd-same-batch") else f"k:k + {size}"
            end = f"{self.many(x)}{f' - {size}' if self.bad('sgd-rest-dropped') else ''}"
            loop = define(f"for k in range(0, {end}, {size}):",
                          f"x_batch, y_batch = {x + at_x.format(part)}, {y + at_y.format(part)}",
                          loop, ["break"] if self.bad("sgd-one-batch-only") else [])
            if self.shuffled:
                other = "np.random.permutation(order)" if self.bad("sgd-pairs-broken") else "order"
                order = [f"order = np.random.permutation({self.many(x)})",
                         f"{x}, {y} = {x + at_x.format('order')}, {y + at_y.format(other)}"]
        elif self.how == "index":
            order = [f"order = list(range(len({x})))", *["random.shuffle(order)"] * self.shuffled]
            loop = define("for j in order:", loop)
        elif self.how == "pairs":
            given, order = "examples", ["random.shuffle(examples)"] * self.shuffled
            loop = define(f"for {x}, {y} in examples:", loop)
        elif self.how == "zip":
            loop = define(f"for xi, yi in zip({x}, {y}):", loop)
        told = [owner.replace("self", ""), "list(zip(X, Y))" if given == "examples" else "X, Y",
                self.sizes if begin else "", "1", "2" if self.how == "cut" else "", "eta" if self.rate else ""]
        self.use["epoch"] = f"{self.train}({', '.join(filter(None, told))})"
        return self.fill(TRAINING, owner=owner, examples=given, before=begin, after=result, order=order, loop=loop,
                         sizes=self.sizes if begin else "", size=size if self.how == "cut" else "")

    def functions(self) -> List[Lines]:
        """The activation functions and their slopes."""
        parts = []
        for f in dict.fromkeys([self.hidden, self.output, *(["softmax"] if "softmax" in self.cost else [])]):
            name, prime = self.chosen[f], self.slope.format(self.chosen[f])
            if f == "softmax":
                axis = self.layout.columns == (self.layout.batch and self.bad("softmax-over-batch"))
                axes = f", axis={int(axis)}, keepdims=True" if re.search("row|column", self.layout_name) else ""
                parts.append(define(f"def {name}(z):", [line.format(axis=axes) for line in SOFTMAX[self.plain]]))
            elif f != "linear":
                a, of_z, of_a = FUNCTIONS[f][self.plain]
                less = "0.5" if f == "relu" and self.bad("relu-prime-at-a-negative") else "0.0" if self.plain else "0"
                slope = (of_z if self.of_z else of_a).format(f=name, less=less)
                parts += [define(f"def {name}(z):", f"return {a}"),
                          define(f"def {prime}({'z' if self.of_z else 'a'}):", f"return {slope}")]
        return parts

    def whole(self, body: str) -> str:
        """The file: imports, what the body calls, and the body."""
        hot = [line.format(n="Y.max() + 1" if self.max_label else "n") for line in self.layout.hot]
        parts = [*self.functions(), define("def with_one(a):", f"return {self.layout.one}"),
                 define("def one_hot(Y):" if self.max_label else "def one_hot(Y, n):", hot, "return hot"),
                 *[versions[self.loops].split("\n") for versions in HELPERS.values()]]
        used: Lines = []
        below = body
        for part in reversed(parts):
            if re.search(rf"(?<![.\w]){part[0][4:part[0].index('(')]}\(", below):
                used, below = ["\n".join(part), *used], "\n".join([*part, below])
        values = {"LEARNING_RATE": 0.1, "LAMBDA": 0.01, "MU": 0.9}
        globals_ = "\n".join(f"{name} = {value}" for name, value in values.items() if name in body)
        text = "\n\n\n".join(filter(None, [globals_, *used, body])) + "\n"
        text = text.replace("\n\n\n    ", "\n\n    ")           # a method that is not needed was left out
        for function in (self.forward, self.backward) if self.talks else ():
            text = re.sub(rf"^( *)(def {function}\(.*:)$", r'\1\2\n\1    """One pass."""', text, flags=re.M)
        if self.typed:
            types = {self.x: "list" if self.plain else "np.ndarray", self.eta: "float", self.epochs: "int"}
            for name, kind in types.items():
                text = re.sub(rf"^( *def .*\b{name})(?=[,)])", rf"\1: {kind}", text, flags=re.M)
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
