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
