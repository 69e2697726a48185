"""Mistakes made on purpose: four students' files, each with a line or two changed as somebody might have written them.

    python tests/mistakes/made.py       what check makes of each of them
"""
from __future__ import annotations

import importlib.util
import tempfile
from pathlib import Path
from typing import Dict, List, NamedTuple, Tuple

from purenn.mistakes.checking import here
from purenn.mistakes.pieces import Meant
from purenn.mistakes.load import load
from purenn.mistakes.verdict import Verdict

STUDENTS = Path(__file__).parent / "students"
CLASSIFIER = dict(activation="relu", output="softmax", cost="log-likelihood")
CHAPTER_1 = dict(activation="sigmoid", output="sigmoid", cost="quadratic")
OPTIONS: Dict[str, Dict[str, str]] = {"loops": CHAPTER_1, "columns": CHAPTER_1,
                                      "comprehensions": CLASSIFIER, "rows": CLASSIFIER}
NUMPY = {"columns", "rows"}
"""The students that need NumPy."""


class Made(NamedTuple):
    """One mistake in one student's file: what stood there once, and what stands there now."""

    slug: str
    student: str
    changes: Tuple[Tuple[str, str], ...]


def _made(student: str, changes: Dict[str, List[Tuple[str, str]]]) -> List[Made]:
    """What follows a # in a slug tells two ways to make the same mistake apart."""
    return [Made(slug.split("#")[0], student, tuple(lines)) for slug, lines in changes.items()]


MADE = [
    *_made("loops", {
        "right": [],
        "single-precision": [
            ("            a = [sigma(zj) for zj in z]\n",
             "            a = [ctypes.c_float(sigma(zj)).value for zj in z]\n"),
            ("import math\n", "import ctypes\nimport math\n")],
        "forward-no-bias": [("                z[j] += self.biases[l][j]\n", "")],
        "forward-wrong-activation": [
            ("return 1 / (1 + math.exp(-z))", "return math.tanh(z)"),
            ("return sigma(z) * (1 - sigma(z))", "return 1 - sigma(z) ** 2")],
        "forward-wrong-activation#no function at the output": [
            ("            a = [sigma(zj) for zj in z]\n",
             "            a = [sigma(zj) for zj in z] if l < self.layers - 1 else z\n")],
        "forward-transposed": [("self.weights[l][j][k] * a[k]\n", "self.weights[l][k][j] * a[k]\n")],
        "bp1-no-sigma-prime": [("[error[j] * sigma_prime(zs[last][j]) for", "[error[j] for")],
        "bp1-sign": [("output_activations[j] - y[j]", "y[j] - output_activations[j]")],
        "bp1-factor-two": [("output_activations[j] - y[j]", "2 * (output_activations[j] - y[j])")],
        "bp1-half": [("output_activations[j] - y[j]", "(output_activations[j] - y[j]) / 2")],
        "bp1-mean-over-outputs": [("output_activations[j] - y[j]", "(output_activations[j] - y[j]) / len(y)")],
        "bp1-sigma-prime-of-a": [("sigma_prime(zs[last][j])", "sigma_prime(activations[-1][j])")],
        "bp1-formula-of-z": [("error[j] * sigma_prime(zs[last][j])", "error[j] * zs[last][j] * (1 - zs[last][j])")],
        "bp2-no-sigma-prime": [("[back[k] * sigma_prime(zs[l][k]) for k", "[back[k] for k")],
        "bp2-sigma-prime-of-a": [("back[k] * sigma_prime(zs[l][k])", "back[k] * sigma_prime(activations[l + 1][k])")],
        "bp2-sigma-prime-of-a#everywhere": [
            ("back[k] * sigma_prime(zs[l][k])", "back[k] * sigma_prime(activations[l + 1][k])"),
            ("sigma_prime(zs[last][j])", "sigma_prime(activations[-1][j])")],
        "bp2-formula-of-z": [("return sigma(z) * (1 - sigma(z))", "return z * (1 - z)")],
        "bp2-not-transposed": [
            ("back[k] += self.weights[l + 1][j][k] * delta[j]", "back[k] += self.weights[l + 1][k][j] * delta[j]")],
        "bp2-wrong-layer": [("back[k] += self.weights[l + 1][j][k]", "back[k] += self.weights[l][j][k]")],
        "bp2-wrong-layer#z": [("sigma_prime(zs[l][k])", "sigma_prime(zs[l + 1][k])")],
        "bp2-updated-weights": [
            ("            nabla_b[l] = [d for d in delta]\n",
             "            nabla_b[l] = [d for d in delta]\n            if self.rate:\n"
             "                for j in range(self.sizes[l + 1]):\n"
             "                    self.biases[l][j] -= self.rate * delta[j]\n"
             "                    for k in range(self.sizes[l]):\n"
             "                        self.weights[l][j][k] -= self.rate * delta[j] * activations[l][k]\n"),
            ("        self.layers = len(sizes) - 1\n", "        self.layers = len(sizes) - 1\n        self.rate = 0\n"),
            ("        m = len(mini_batch)\n",
             "        self.rate = eta / len(mini_batch)\n        for x, y in mini_batch:\n"
             "            self.backprop(x, y)\n        return\n        m = 1\n"),
            ("mini_batch, eta, lmbda=0.0, n=1, mu=0.0", "mini_batch, eta"),
            ("mini_batch_size], eta, lmbda, n, mu)", "mini_batch_size], eta)"),
            ("mini_batch_size, eta, lmbda=0.0, mu=0.0", "mini_batch_size, eta")],
        "bp3-bias-missing": [("nabla_b[l] = [d for d in delta]", "nabla_b[l] = [0.0 for d in delta]")],
        "bp3-bias-summed": [("nabla_b[l] = [d for d in delta]", "nabla_b[l] = [sum(delta) for d in delta]")],
        "bp4-transposed": [
            ("[[delta[j] * activations[l][k] for k in range(n)] for j in range(m)]",
             "[[delta[j] * activations[l][k] for j in range(m)] for k in range(n)]")],
        "bp4-wrong-activation": [("[[delta[j] * activations[l][k] for k", "[[delta[j] * activations[l + 1][k] for k")],
        "bp4-weighted-input": [
            ("            activations.append(a)\n",
             "            activations.append(z if l < self.layers - 1 else a)\n")],
        "update-ascent": [
            ("- rate * self.sum_b", "+ rate * self.sum_b"),
            ("-rate * self.sum_w", "rate * self.sum_w")],
        "update-sum-not-mean": [("rate = eta / m\n", "rate = eta\n")],
        "update-mean-twice": [("rate = eta / m\n", "rate = eta / m / m\n")],
        "update-last-example-only": [
            ("self.sum_b[l][j] += nabla_b", "self.sum_b[l][j] = nabla_b"),
            ("self.sum_w[l][j][k] += nabla_w", "self.sum_w[l][j][k] = nabla_w")],
        "update-gradient-kept": [
            ("        self.sum_b = [[0.0] * size for size in self.sizes[1:]]\n        self.sum_w",
             "        if not self.sum_b:\n"
             "            self.sum_b = [[0.0] * size for size in self.sizes[1:]]\n"
             "            self.sum_w")],
        "update-bias-not-updated": [("                self.biases[l][j] += self.v_b[l][j]\n", "")],
        "update-one-at-a-time": [
            ("        m = len(mini_batch)\n",
             "        m = len(mini_batch)\n        if m > 1:\n"
             "            for pair in mini_batch:\n"
             "                self.update_mini_batch([pair], eta / m)\n            return\n"),
            ("mini_batch, eta, lmbda=0.0, n=1, mu=0.0):", "mini_batch, eta):\n        lmbda, n, mu = 0.0, 1, 0.0"),
            ("mini_batch_size], eta, lmbda, n, mu)", "mini_batch_size], eta)")],
        "l2-on-biases": [("- rate * self.sum_b[l][j]", "- rate * self.sum_b[l][j] - decay * self.biases[l][j]")],
        "l2-over-m": [("eta * lmbda / n", "eta * lmbda / m")],
        "l2-without-n": [("eta * lmbda / n", "eta * lmbda")],
        "l2-sign": [(" - decay *", " + decay *")],
        "l2-missing": [(" - decay * self.weights[l][j][k]", "")],
        "momentum-sign": [("= mu * self.v_b", "= -mu * self.v_b"), ("= mu * self.v_w", "= -mu * self.v_w")],
        "momentum-missing": [("mu * self.v_b[l][j] - ", "-"), ("mu * self.v_w[l][j][k] + ", "")],
        "changes-its-input": [
            ("            zs.append(z)\n            activations.append(a)\n",
             "            zs.append(z)\n            activations.append(a)\n        x[0] = 0.0\n"),
            ("activations = [], [x]", "activations = [], [x[:]]")],
    }),
    *_made("columns", {
        "right": [],
        "single-precision": [
            ("np.random.randn(n, 1)", "np.random.randn(n, 1).astype(np.float32)"),
            ("np.random.randn(n, k)", "np.random.randn(n, k).astype(np.float32)")],
        "forward-no-bias": [("a = logistic(w @ a + b)", "a = logistic(w @ a)"), ("z = w @ a + b", "z = w @ a")],
        "forward-no-bias#in feedforward alone": [("a = logistic(w @ a + b)", "a = logistic(w @ a)")],
        "forward-wrong-activation": [
            ("            a = logistic(z)\n", "            a = np.tanh(z)\n"),
            ("a = logistic(w @ a + b)", "a = np.tanh(w @ a + b)")],
        "forward-transposed": [("w @ a + b)", "w.T @ a + b)"), ("z = w @ a + b", "z = w.T @ a + b")],
        "bp1-no-sigma-prime": [(" * slope(zs[-1])\n", "\n")],
        "bp1-sign": [("self.cost_derivative(a, y)", "(y - a)")],
        "bp1-factor-two": [("self.cost_derivative(a, y)", "2 * self.cost_derivative(a, y)")],
        "bp1-half": [("self.cost_derivative(a, y)", "self.cost_derivative(a, y) / 2")],
        "bp1-mean-over-outputs": [("return output_activations - y", "return 2 * (output_activations - y) / len(y)")],
        "bp1-sigma-prime-of-a": [("* slope(zs[-1])", "* slope(a)")],
        "bp1-formula-of-z": [("self.cost_derivative(a, y) * slope(zs[-1])", "(a - y) * zs[-1] * (1 - zs[-1])")],
        "bp2-no-sigma-prime": [(" * slope(zs[l])", "")],
        "bp2-sigma-prime-of-a": [("* slope(zs[l])", "* slope(outputs[l])")],
        "bp2-formula-of-z": [("* slope(zs[l])", "* zs[l] * (1 - zs[l])")],
        "bp2-not-transposed": [("self.weights[l + 1].T @ delta", "self.weights[l + 1] @ delta")],
        "bp2-wrong-layer": [("self.weights[l + 1].T", "self.weights[-1].T")],
        "bp2-updated-weights": [
            ("        return nabla_b, nabla_w\n\n",
             "        return nabla_b, nabla_w\n\n"
             "    def update_mini_batch(self, mini_batch, eta):\n"
             "        X = np.hstack([x for x, _ in mini_batch])\n"
             "        Y = np.hstack([y for _, y in mini_batch])\n        m, A = X.shape[1], [X]\n"
             "        for w, b in zip(self.weights, self.biases):\n"
             "            A.append(logistic(w @ A[-1] + b))\n"
             "        D = (A[-1] - Y) * A[-1] * (1 - A[-1])\n"
             "        for l in range(len(self.weights) - 1, -1, -1):\n"
             "            self.weights[l] = self.weights[l] - eta / m * D @ A[l].T\n"
             "            self.biases[l] = self.biases[l] - eta / m * D.sum(axis=1, keepdims=True)\n"
             "            D = self.weights[l].T @ D * A[l] * (1 - A[l])\n\n"),
            ("def update_mini_batch(self, mini_batch, eta, lmbda=0.0, n=1, mu=0.0)", "def unused(self)"),
            ("batch, eta, lmbda, len(training_data), mu)", "batch, eta)")],
        "bp3-bias-missing": [
            ("[delta], [np.outer", "[0 * delta], [np.outer"),
            ("insert(0, delta)", "insert(0, 0 * delta)")],
        "bp3-bias-summed": [
            ("[delta], [np.outer", "[0 * delta + np.sum(delta)], [np.outer"),
            ("insert(0, delta)", "insert(0, 0 * delta + np.sum(delta))")],
        "bp4-transposed": [
            ("np.outer(delta, inputs[-1])", "np.outer(inputs[-1], delta)"),
            ("np.outer(delta, inputs[l])", "np.outer(inputs[l], delta)")],
        "bp4-wrong-activation": [
            ("np.outer(delta, inputs[-1])", "np.outer(delta, a)"),
            ("np.outer(delta, inputs[l])", "np.outer(delta, outputs[l])")],
        "bp4-weighted-input": [("        outputs = inputs[1:] + [a]\n", "        inputs = [x] + zs[:-1]\n")],
        "update-ascent": [("mu * v - s for", "mu * v + s for")],
        "update-sum-not-mean": [("mean = [t / m for", "mean = [t for")],
        "update-mean-twice": [("step = [eta * g for", "step = [eta / m * g for")],
        "update-last-example-only": [("[t + g for t, g", "[g for t, g")],
        "update-gradient-kept": [
            ("        self.total = [0 * p for", "        self.total = getattr(self, 'total', None) or [0 * p for")],
        "update-bias-not-updated": [("[b + v for b, v in", "[b for b, v in")],
        "update-one-at-a-time": [
            ("        m = len(mini_batch)\n",
             "        m = len(mini_batch)\n        for pair in mini_batch if m > 1 else []:\n"
             "            self.update_mini_batch([pair], eta / m)\n        if m > 1:\n"
             "            return\n"),
            ("mini_batch, eta, lmbda=0.0, n=1, mu=0.0):", "mini_batch, eta):\n        lmbda, n, mu = 0.0, 1, 0.0"),
            ("batch, eta, lmbda, len(training_data), mu)", "batch, eta)")],
        "l2-on-biases": [
            ("        for i, w in enumerate(self.weights):\n            step[cut + i] = step[cut + i]",
             "        for i, w in enumerate(self.biases + self.weights):\n            step[i] = step[i]")],
        "l2-over-m": [("eta * (lmbda / n) * w", "eta * (lmbda / m) * w")],
        "l2-without-n": [("eta * (lmbda / n) * w", "eta * lmbda * w")],
        "l2-sign": [("step[cut + i] + eta", "step[cut + i] - eta")],
        "l2-missing": [(" + eta * (lmbda / n) * w", "")],
        "momentum-sign": [("[mu * v - s", "[-mu * v - s")],
        "momentum-missing": [("[mu * v - s", "[-s")],
        "changes-its-input": [
            ("return output_activations - y", "output_activations -= y\n        return output_activations")],
    }),
    *_made("comprehensions", {
        "right": [],
        "softmax-over-batch": [
            ("[[p / sum(row) for p in row] for row in powers]",
             "[[p / sum(map(sum, powers)) for p in row] for row in powers]")],
        "bp1-has-sigma-prime": [("[[a - yj for a, yj", "[[(a - yj) * a * (1 - a) for a, yj")],
        "bp1-softmax-diagonal": [("[[a - yj for a, yj", "[[-yj / a * a * (1 - a) for a, yj")],
        "relu-prime-at-a-negative": [("g * (z > 0) for", "g * (max(0, z) >= 0) for")],
        "forward-wrong-activation": [("max(0.0, z)", "z")],
    }),
    *_made("rows", {
        "right": [],
        "softmax-over-batch": [("E / E.sum(axis=1, keepdims=True)", "E / E.sum()")],
        "softmax-over-batch#the other axis": [("E / E.sum(axis=1, keepdims=True)", "E / E.sum(axis=0, keepdims=True)")],
        "bp1-has-sigma-prime": [("D = H[-1] - Y\n", "D = (H[-1] - Y) * H[-1] * (1 - H[-1])\n")],
        "bp1-softmax-diagonal": [("D = H[-1] - Y\n", "D = -Y / H[-1] * (H[-1] * (1 - H[-1]))\n")],
        "relu-prime-at-a-negative": [("* (H[l] > 0)", "* (H[l] >= 0)")],
        "relu-prime-at-a-negative#-1": [("* (H[l] > 0)", "* np.where(H[l] > 0, 1, -1)")],
    }),
]


TWO = [
    Made("bp1-sign + bp2-no-sigma-prime", "loops", (
        ("output_activations[j] - y[j]", "y[j] - output_activations[j]"),
        ("[back[k] * sigma_prime(zs[l][k]) for k", "[back[k] for k"))),
    Made("bp1-no-sigma-prime + bp2-no-sigma-prime", "columns", (
        (" * slope(zs[-1])\n", "\n"),
        (" * slope(zs[l])", ""))),
    Made("forward-no-bias + l2-on-biases", "loops", (
        ("                z[j] += self.biases[l][j]\n", ""),
        ("- rate * self.sum_b[l][j]", "- rate * self.sum_b[l][j] - decay * self.biases[l][j]"))),
    Made("bp2-not-transposed + update-sum-not-mean", "columns", (
        ("self.weights[l + 1].T @ delta", "self.weights[l + 1] @ delta"),
        ("mean = [t / m for", "mean = [t for"))),
]
"""Two mistakes at once."""

OTHERS = [
    Made("bp1-scaled + bp2-scaled", "columns", (
        ("return s * (1.0 - s)", "return 3 * s * (1.0 - s)"),)),
    Made("right", "columns", (
        ("return s * (1.0 - s)", "return s * (1.0 - s) + 1e-8"),)),
    Made("unknown", "columns", (
        ("            a = logistic(z)\n", "            a = np.round(logistic(z), 4)\n"),)),
    Made("forward-bias-sign", "columns", (
        ("a = logistic(w @ a + b)", "a = logistic(w @ a - b)"),
        ("z = w @ a + b", "z = w @ a - b"))),
    Made("update-weights-not-updated", "columns", (
        ("[w + v for w, v in zip(self.weights, self.velocity[cut:])]",
         "[w + v for w, v in zip(self.weights[:-1], self.velocity[cut:])] + self.weights[-1:]"),)),
    Made("sgd-rest-dropped", "columns", (
        ("range(0, len(order), mini_batch_size)",
         "range(0, len(order) // mini_batch_size * mini_batch_size, mini_batch_size)"),)),
    Made("sgd-first-of-batch", "columns", (
        ("for i in order[k:k + mini_batch_size]]", "for i in order[k:k + 1]]"),)),
    Made("bp1-wrong-formula", "loops", (
        ("error[j] * sigma_prime(zs[last][j])", "error[j] * (1 - activations[-1][j])"),)),
    Made("bp2-wrong-formula", "loops", (("return sigma(z) * (1 - sigma(z))", "return 1 - sigma(z)"),)),
    Made("bp3-bias-times-input", "columns", (
        ("[delta], [np.outer", "[delta * inputs[-1].sum()], [np.outer"),
        ("insert(0, delta)", "insert(0, delta * inputs[l].sum())"))),
    Made("bp4-weights", "columns", (
        ("np.outer(delta, inputs[-1])", "delta * self.weights[-1]"),
        ("np.outer(delta, inputs[l])", "delta * self.weights[l]"))),
    Made("update-over-all", "columns", (("mean = [t / m for", "mean = [t / n for"),)),
    Made("update-biases-uphill", "columns", (("[b + v for b, v in", "[b - v for b, v in"),)),
    Made("init-all-zero", "columns", (("np.random.randn(n, k)", "np.zeros((n, k))"),)),
    Made("evaluate-wrong-count", "columns", (
        ("np.argmax(self", "np.argmin(self"),)),
]
"""Mistakes that few people make."""


def source(made: Made) -> str:
    """The student's file with the mistake in it."""
    text = (STUDENTS / f"{made.student}.py").read_text(encoding="utf-8")
    for old, new in made.changes:
        assert text.count(old) == 1, f"{made.student}, {made.slug}: {old!r} is there {text.count(old)} times"
        text = text.replace(old, new)
    return text


def judged(made: Made, folder: Path) -> Verdict:
    """What check says of it."""
    path = folder / f"{made.student}.py"
    path.write_text(source(made), encoding="utf-8")
    options = OPTIONS[made.student]
    meant = Meant(options["activation"], options["output"], options["cost"], strict=True)
    return here(load(str(path)), "", made.student, meant)


def main() -> None:
    """The confusion table: what was made, by whom, and what it was taken for."""
    with tempfile.TemporaryDirectory() as folder:
        for made in MADE + TWO + OTHERS:
            if made.student in NUMPY and importlib.util.find_spec("numpy") is None:
                continue
            verdict = judged(made, Path(folder))
            mark = "" if verdict.slug == made.slug else "   <--"
            print(f"{made.slug:28} {made.student:16} {verdict.slug}{mark}", flush=True)


if __name__ == "__main__":
    main()
