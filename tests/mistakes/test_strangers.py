"""Networks in other people's styles: what is called right was judged as a whole."""
from __future__ import annotations

import pytest

from purenn.mistakes.checking import CannotCheck, check_source

FORWARD = '''
import math, random

class Reseau:
    def __init__(self, tailles):
        self.poids = [[[random.gauss(0, 1) for _ in range(m)] for _ in range(n)] for m, n in zip(tailles, tailles[1:])]
        self.biais = [[random.gauss(0, 1) for _ in range(n)] for n in tailles[1:]]

    def avant(self, a):
        self.sorties = [a]
        for w, b in zip(self.poids, self.biais):
            a = [1 / (1 + math.exp(-sum(map(lambda p, q: p * q, row, a)) - bj)) for row, bj in zip(w, b)]
            self.sorties.append(a)
        return a
'''
LEARNS = '''
    def apprendre(self, X, Y, pas=0.01, tours=500):
        for _ in range(tours):
            for x, y in zip(X, Y):
                a = self.avant(x)
                d = [(aj - yj) * aj * (1 - aj) for aj, yj in zip(a, y)]
                for l in reversed(range(len(self.poids))):
                    before = self.sorties[l]
                    back = [sum(row[k] * dj for row, dj in zip(self.poids[l], d)) for k in range(len(before))]
                    self.poids[l] = [[w - pas * dj * a for w, a in zip(row, before)]
                                     for row, dj in zip(self.poids[l], d)]
                    self.biais[l] = [b - pas * dj for b, dj in zip(self.biais[l], d)]
                    d = [bk * a * (1 - a) for bk, a in zip(back, before)]
'''
BATCH = '''
    def fit(self, X, Y, eta):
        # SHUFFLE
        first = self.poids, self.biais
        moves = []
        for x, y in zip(X, Y):
            self.poids, self.biais = map(list, first)
            self.apprendre([x], [y], eta, 1)
            moves.append((self.poids, self.biais))
        m = len(moves)
        self.poids = [[[sum(v) / m for v in zip(*rows)] for rows in zip(*ws)] for ws in zip(*[p for p, _ in moves])]
        self.biais = [[sum(v) / m for v in zip(*bs)] for bs in zip(*[b for _, b in moves])]
'''


@pytest.mark.slow
@pytest.mark.parametrize("more, words", [
    ("", "there is nothing that goes back, and no step"),
    ("\n    def train_it(self, a, b, c, d, e):\n        pass\n", "train_it was not understood"),
    ("\n    def nimm(self, i, j, k, target):\n        raise ValueError\n", "nimm was not understood")])
def test_a_forward_pass_alone_is_not_right(more: str, words: str) -> None:
    with pytest.raises(CannotCheck) as error:
        check_source(FORWARD + more)
    assert f"only the forward pass could be judged: {words}" in str(error.value)


@pytest.mark.slow
def test_a_number_of_rounds_is_one_and_a_rate_is_given() -> None:
    """`tours` would be 500 steps, and `pas` a factor that looks like another cost's."""
    assert check_source(FORWARD + LEARNS).slug == "right"
    twice = LEARNS.replace("(aj - yj) * aj * (1 - aj)", "(aj - yj) * aj * (1 + aj)")
    assert not check_source(FORWARD + twice).right


@pytest.mark.slow
@pytest.mark.parametrize("shuffle, slug", [
    ("pass", "right"),
    ("pairs = random.sample(list(zip(X, Y)), len(X)); X, Y = zip(*pairs)", "right"),
    ("Y = random.sample(Y, len(Y))", "sgd-pairs-broken"),
    ("X, Y = random.sample(X, len(X)), random.sample(Y, len(Y))", "sgd-pairs-broken")])
def test_what_shuffles_inputs_and_targets_apart_is_found_each_time(shuffle: str, slug: str) -> None:
    """The step is tried five times with four networks: that all are right by chance has the odds 1 : 432⁵."""
    text = FORWARD + LEARNS + BATCH.replace("# SHUFFLE", shuffle)
    assert {check_source(text).slug for _ in range(3)} == {slug}

LAYERS = '''
import math, random

def sigmoid(z): return 1 / (1 + math.exp(-z))
def dsigmoid(a): return a * (1 - a)

class Dense:
    def __init__(self, n_in, n_out):
        self.w = [[random.gauss(0, 1) for _ in range(n_in)] for _ in range(n_out)]
        self.b = [random.gauss(0, 1) for _ in range(n_out)]
    def forward(self, x):
        self.x = x
        return [sum(p * q for p, q in zip(row, x)) + b for row, b in zip(self.w, self.b)]
    def backward(self, g, rate):
        back = [sum(row[k] * gj for row, gj in zip(self.w, g)) for k in range(len(self.x))]
        self.w = [[w - rate * gj * x for w, x in zip(row, self.x)] for row, gj in zip(self.w, g)]
        self.b = [b - rate * gj for b, gj in zip(self.b, g)]
        return back

class Activation:
    def __init__(self, f, df):
        self.f, self.df = f, df
    def forward(self, x):
        self.x = x
        return list(map(self.f, x))
    def backward(self, g, rate):
        return [gj * self.df(self.f(xj)) for gj, xj in zip(g, self.x)]

class Sequential:
    def __init__(self):
        self.steps = []
    def add(self, one):
        self.steps.append(one)
    def predict(self, x):
        for one in self.steps:
            x = one.forward(x)
        return x
    def train(self, X, Y, epochs, rate):
        for _ in range(epochs):
            for x, y in zip(X, Y):
                g = [a - t for a, t in zip(self.predict(x), y)]
                for one in reversed(self.steps):
                    g = one.backward(g, rate)

def demo():
    net = Sequential()
    while True:
        net.train([], [], 1, 0.5)
'''


@pytest.mark.slow
def test_layers_are_put_into_what_takes_them_and_a_demonstration_is_not_run() -> None:
    assert check_source(LAYERS).slug == "right"
    given = LAYERS.replace("def __init__(self):\n        self.steps = []",
                           "def __init__(self, *layers):\n        self.steps = layers")
    assert check_source(given).slug == "right"
    assert check_source(LAYERS.replace("self.df(self.f(xj))", "self.df(xj)")).slug == "bp2-formula-of-z"


# One network, a hidden layer of sigmoids and one at the output, in many people's forms. The mathematics is in MATHS;
# each form says where the numbers are and how the functions want to be called.

MATHS = '''
import math, random

def f(z): return 1 / (1 + math.exp(-z))
def layer(w, b, x): return [f(sum(p * q for p, q in zip(row, x)) + bj) for row, bj in zip(w, b)]
def drawn(n_in, n_out): return [[random.uniform(-1, 1) for _ in range(n_in)] for _ in range(n_out)]
def slopes(w2, x, h, o, y):
    d2 = [(a - t) * a * (1 - a) for a, t in zip(o, y)]
    d1 = [sum(row[k] * d for row, d in zip(w2, d2)) * h[k] * (1 - h[k]) for k in range(len(h))]
    return [[d * a for a in x] for d in d1], d1, [[d * a for a in h] for d in d2], d2
def less(w, c, g): return [less(p, c, q) for p, q in zip(w, g)] if isinstance(w, list) else w - c * g
'''
FORMS = {
    "closures": '''
def make_net(n_in, n_hid, n_out, eta=0.2):
    w1, b1, w2, b2 = drawn(n_in, n_hid), [0.1] * n_hid, drawn(n_hid, n_out), [0.1] * n_out
    def answer(x): return layer(w2, b2, layer(w1, b1, x))
    def teach(x, t):
        nonlocal w1, b1, w2, b2
        h = layer(w1, b1, x)
        w1, b1, w2, b2 = (less(p, eta, g) for p, g in zip((w1, b1, w2, b2), slopes(w2, x, h, layer(w2, b2, h), t)))
    return answer, teach
''',
    "parameters and velocities, a gradient of its own": '''
def start(n0, n1, n2): return dict(W1=drawn(n0, n1), b1=[0.1] * n1, W2=drawn(n1, n2), b2=[0.1] * n2), {}
def predict(p, x):
    h = layer(p["W1"], p["b1"], x)
    return layer(p["W2"], p["b2"], h), dict(x=x, h=h)
def differentiate(p, c, yhat, y): return dict(zip(("W1", "b1", "W2", "b2"), slopes(p["W2"], c["x"], c["h"], yhat, y)))
def move(p, v, g, lr=0.1): return {key: less(p[key], lr, g[key]) for key in p}, v
''',
    "global variables": '''
w1, b1, w2, b2 = drawn(3, 4), [0.1] * 4, drawn(4, 2), [0.1] * 2
RATE = 0.4
def feed(x): return layer(w2, b2, layer(w1, b1, x))
def learn_one(x, t):
    global w1, b1, w2, b2
    h = layer(w1, b1, x)
    w1, b1, w2, b2 = (less(p, RATE, g) for p, g in zip((w1, b1, w2, b2), slopes(w2, x, h, layer(w2, b2, h), t)))
''',
    "examples that the constructor keeps": '''
class NeuralNetwork:
    def __init__(self, x, y):
        self.input, self.y = x, y
        self.w1, self.b1, self.w2, self.b2 = drawn(len(x[0]), 4), [0.1] * 4, drawn(4, len(y[0])), [0.1] * len(y[0])
    def feedforward(self):
        self.hidden = [layer(self.w1, self.b1, x) for x in self.input]
        self.output = [layer(self.w2, self.b2, h) for h in self.hidden]
    def backprop(self):
        w2 = self.w2
        for x, h, o, y in zip(self.input, self.hidden, self.output, self.y):
            g = slopes(w2, x, h, o, y)
            self.w1, self.b1 = less(self.w1, 1, g[0]), less(self.b1, 1, g[1])
            self.w2, self.b2 = less(self.w2, 1, g[2]), less(self.b2, 1, g[3])
''',
    "a training that makes its own network": '''
def init_params(): return drawn(3, 4), [0.1] * 4, drawn(4, 2), [0.1] * 2
def forward_prop(W1, b1, W2, b2, x):
    A1 = layer(W1, b1, x)
    return A1, layer(W2, b2, A1)
def gradient_descent(x, y, alpha, iterations):
    W1, b1, W2, b2 = init_params()
    for i in range(iterations):
        A1, A2 = forward_prop(W1, b1, W2, b2, x)
        W1, b1, W2, b2 = [less(p, alpha, g) for p, g in zip((W1, b1, W2, b2), slopes(W2, x, A1, A2, y))]
    return W1, b1, W2, b2
''',
}
DEAREST = "global variables", "examples that the constructor keeps"


@pytest.mark.slow
@pytest.mark.parametrize("form", [pytest.param(form, marks=[pytest.mark.long] * (form in DEAREST)) for form in FORMS])
def test_a_network_is_taken_whatever_it_looks_like(form: str) -> None:
    """And of the same form without σ′ in the hidden layer it is said what is wrong."""
    assert check_source(MATHS + FORMS[form]).right
    wrong = MATHS.replace("zip(w2, d2)) * h[k] * (1 - h[k])", "zip(w2, d2))")
    assert check_source(wrong + FORMS[form]).slug == "bp2-no-sigma-prime"
