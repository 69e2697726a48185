"""What is right in each exercise of README.md, how long it takes, and why it is so.

A number is computed here, never written down. Code is judged by one of `judges`.

>>> ANSWERS["Forward"].right()              # 0.40·0.593270 + 0.45·0.596884 + 0.60 = 1.105906, then ½·(0.751365 - 0.01)²
0.274811...
"""
from __future__ import annotations

import math
from typing import Any, Callable, Dict, NamedTuple, Sequence, Tuple

from ..costs import CrossEntropyCost, QuadraticCost
from ..activations import sigmoid
from ..matrix import Vector
from ..network import Network as Network1
from ..network2 import Network
from ..onpaper.steps import Step, take_step
from ..trace import EXAMPLE, TEXTBOOK


class Answer(NamedTuple):
    """Minutes and difficulty; what is asked at the end; what is right; and the reasons.

    `right` gives a number, or of `choices` the index. Where `judge` names one of `judges`, code is asked for instead:
    it begins as `start`, and `solution` is one that is right.
    """

    minutes: int
    level: str
    asks: str
    right: Callable[[], float] = lambda: 0.0
    because: str = ""
    choices: Sequence[str] = ()
    tolerance: float = 0.001
    judge: str = ""
    start: str = ""
    solution: str = ""


def traced(example: Tuple[Vector, Vector] = EXAMPLE, eta: float = 0.5, steps: int = 1, mu: float = 0.0,
           **choices: Any) -> Step:
    """The last of some steps of the 2-2-1 network that `purenn.trace` begins with."""
    net = Network([2, 2, 1], **choices)
    net.weights, net.biases = [[row[:] for row in w] for w in TEXTBOOK[0]], [b[:] for b in TEXTBOOK[1]]
    return [take_step(net, [example], eta, mu=mu) for _ in range(steps)][-1]


def falls(eta: float) -> bool:
    """Whether the cost falls in exercise "A step"."""
    step = traced(([0.05, 0.10], [0.5]), eta)
    return step.after.cost < step.before.cost


def ratio(cost: Any) -> float:
    """The first ∂C/∂w of "The slowdown", divided by the second."""
    first, second = (cost.delta(sigmoid, sigmoid([z]), [0.0])[0] for z in (4.0, 1.5))
    return float(first / second)


def chain() -> float:
    """δ of the first of four hidden layers of one neuron, over that of the fourth; all weights are 1, all a are ½."""
    net = Network1([1] * 6)
    net.weights, net.biases = [[[1.0]] for _ in range(5)], [[-0.5] for _ in range(5)]
    deltas = net.propagate([0.5], [1.0])[1]
    return deltas[0][0] / deltas[3][0]


def width(w: float) -> float:
    """How wide the range of activations is for which |w·σ′(w·a + b)| is at least 1."""
    return 2 / w * math.log(w * (1 + math.sqrt(1 - 4 / w)) / 2 - 1)


def multiplications() -> float:
    """Those of an image of 8 x 8 and 30 neurons, without its zeros."""
    from .. import data
    return 30.0 * sum(map(bool, data.load("digits")[0][0][0]))


FORWARD = '''from math import exp
from random import gauss

def sigma(z):
    return 1.0 / (1.0 + exp(-z))

class Network:
    def __init__(self, sizes):
        self.sizes = sizes
        self.biases = [[gauss(0.0, 1.0) for _ in range(n)] for n in sizes[1:]]
        self.weights = [[[gauss(0.0, 1.0) for _ in range(m)] for _ in range(n)] for m, n in zip(sizes, sizes[1:])]

    def layers(self, a):
        found = [a]
        for b, w in zip(self.biases, self.weights):
            a = [sigma(sum(wjk * ak for wjk, ak in zip(row, a)) + bj) for row, bj in zip(w, b)]
            found.append(a)
        return found

    def feedforward(self, a):
        return self.layers(a)[-1]
'''
START = FORWARD[:FORWARD.index("    def layers")] + '''    def feedforward(self, a):
        for b, w in zip(self.biases, self.weights):
            ...
        return a
'''
TODO_BACK = '''
    def backprop(self, x, y):
        ...
        return nabla_b, nabla_w

    def update_mini_batch(self, mini_batch, eta):
        ...
'''
BACKPROP = '''
    def backprop(self, x, y):
        a = self.layers(x)
        delta = [(aj - yj) * aj * (1 - aj) for aj, yj in zip(a[-1], y)]                             # (BP1)
        nabla_b, nabla_w = [delta], [[[dj * ak for ak in a[-2]] for dj in delta]]
        for l in range(2, len(self.sizes)):
            w = self.weights[-l + 1]
            back = [sum(w[j][k] * delta[j] for j in range(len(w))) for k in range(len(a[-l]))]
            delta = [g * ak * (1 - ak) for g, ak in zip(back, a[-l])]                               # (BP2)
            nabla_b.insert(0, delta)                                                                # (BP3)
            nabla_w.insert(0, [[dj * ak for ak in a[-l - 1]] for dj in delta])                      # (BP4)
        return nabla_b, nabla_w
'''
UPDATE = '''
    def update_mini_batch(self, mini_batch, eta):
        gradients = [self.backprop(x, y) for x, y in mini_batch]
        c = eta / len(mini_batch)
        for nabla_b, nabla_w in gradients:
            for b, w, nb, nw in zip(self.biases, self.weights, nabla_b, nabla_w):
                for j in range(len(b)):
                    b[j] -= c * nb[j]
                    for k in range(len(w[j])):
                        w[j][k] -= c * nw[j][k]
'''
DECAY = '''        for w in self.weights:
            for row in w:
                row[:] = [(1 - eta * lmbda / n) * wjk for wjk in row]
'''
UPDATE_L2 = UPDATE.replace("mini_batch, eta)", "mini_batch, eta, lmbda, n)").replace(
    "        c = eta", DECAY + "        c = eta")

ANSWERS: Dict[str, Answer] = {
    "Forward": Answer(
        10, "easy", "The cost is", lambda: traced().before.cost,
        "z²₁ = 0.15·0.05 + 0.20·0.10 + 0.35 = 0.3775 and z²₂ = 0.3925; σ makes 0.593270 and 0.596884 of them. "
        "z³₁ = 0.40·0.593270 + 0.45·0.596884 + 0.60 = 1.105906, the output is 0.751365, and the cost ½·(0.751365 - 0.01)²."),
    "Backward": Answer(
        10, "easy", "δ of the first hidden neuron is", lambda: traced(([1.0, 0.5], [1.0])).backward[0].delta[0][0],
        "The output is 0.762039, so its δ is (0.762039 - 1)·0.762039·0.237961 = -0.0431507, and δ²₁ is "
        "0.40·(-0.0431507)·0.645656·0.354344. All three are negative: the output is below 1, and the two weights that the "
        "error comes back through are positive. Every z should be larger."),
    "A step": Answer(
        15, "needs a thought", "With which η does the cost fall?", lambda: [(True, True), (True, False), (False, False)].index(
            (falls(5.0), falls(500.0))),
        "The bias of the output changes most: its slope is δ, and every weight's is δ times an activation below 1. Where 0.5 is "
        "desired z³₁ should be 0, and is 1.106. Now δ³₁ = 0.251365·0.751365·0.248635 = 0.0470, and a step moves z³₁ by about "
        "-η·δ·(1 + 0.593² + 0.597²) = -0.080·η: with η = 5 by -0.40, to 0.70; with η = 500 by -40, far beyond.",
        ["With both", "With 5, not with 500", "With neither"]),
    "Your own network, forward": Answer(
        20, "a program", "`check` looks at your `feedforward`.", judge="forward", start=START, solution=FORWARD,
        because="Equation 22 is the line with σ in it. Everything else is where numbers are kept."),
    "Your own network, backward": Answer(
        45, "a program", "`check` looks at all of it. Then spoil a line, and run it again.", judge="backward",
        start=FORWARD + TODO_BACK, solution=FORWARD + BACKPROP + UPDATE,
        because="The order matters: all gradients of a mini-batch are computed with the weights as they were."),
    "The bitwise output layer": Answer(
        15, "needs a thought", "Ten outputs come in, one of them 0.99, the others at most 0.01. Four neurons are to write the "
        "digit in binary, the ones first. Which weights and biases?", judge="bitwise",
        start="w = [[0.0] * 10 for _ in range(4)]          # one row for each bit, the ones first\nb = [0.0] * 4\n",
        solution="w = [[10.0 if digit >> bit & 1 else -10.0 for digit in range(10)] for bit in range(4)]\nb = [0.0] * 4\n",
        because="A bit's neuron is for the digits that have the bit, and against the others: 10·0.99 outweighs nine times "
                "10·0.01. One solution of many."),
    "Linear neurons": Answer(
        10, "easy", "With σ(z) = z in every neuron, (BP1) and (BP2) become", lambda: 1,
        "σ′ is 1 everywhere, so it is no longer there: δᴸ = ∇ₐC and δˡ = (wˡ⁺¹)ᵀ·δˡ⁺¹. (BP3) and (BP4) never had a σ′. A network of "
        "linear neurons is one matrix, however many layers it has: that is why there is a σ.",
        ["δᴸ = ∇ₐC ⊙ zᴸ and δˡ = ((wˡ⁺¹)ᵀ·δˡ⁺¹) ⊙ zˡ", "δᴸ = ∇ₐC and δˡ = (wˡ⁺¹)ᵀ·δˡ⁺¹", "δᴸ = 0 and δˡ = 0"]),
    "A mini-batch at once": Answer(
        15, "a program", "Write `forward(w, b, X)` for one layer, where the columns of X are the examples of a mini-batch: it "
        "returns a matrix, whose columns are the activations.", judge="mini-batch",
        start="from math import exp\n\ndef forward(w, b, X):\n    ...\n",
        solution="from math import exp\n\ndef forward(w, b, X):\n    columns = list(zip(*X))\n"
                 "    return [[1 / (1 + exp(-sum(wk * xk for wk, xk in zip(row, x)) - bj)) for x in columns]\n"
                 "            for row, bj in zip(w, b)]\n",
        because="Two matrices are multiplied instead of a matrix and a vector, and b is added to every column. With NumPy this "
                "is one call for all examples, and much faster; with lists it is the same work."),
    "The slowdown": Answer(
        10, "easy", "For the quadratic cost the first ∂C/∂w, divided by the second, is", lambda: ratio(QuadraticCost),
        "a = σ(4) = 0.98201 and σ(1.5) = 0.81757. Quadratic: ∂C/∂w = a·a·(1 - a), 0.017346 / 0.121938 = 0.142; the worse error "
        "makes the shorter step. Cross-entropy: ∂C/∂w = a, 0.98201 / 0.81757 = 1.201; the longer one.", tolerance=0.01),
    "What cancels": Answer(
        15, "needs a thought", "δ of the output of exercise 1, with the cross-entropy, is",
        lambda: traced(cost=CrossEntropyCost).backward[0].delta[1][0],
        "∂C/∂a = (a - y)/(a·(1 - a)), and σ′ = a·(1 - a) cancels what is below the line: δ = 0.751365 - 0.01. With the quadratic "
        "cost ∂C/∂a is a - y already, so that σ′ must be 1: the identity."),
    "L2 by hand": Answer(
        10, "easy", "Each weight is first multiplied by", lambda: 1 - 0.5 * 0.1 / 20,
        "1 - ηλ/n = 1 - 0.5·0.1/20. The biases are not made smaller: they step as without λ.", tolerance=1e-6),
    "Momentum by hand": Answer(
        15, "easy", "The velocity of the last bias after the second step is",
        lambda: traced(steps=2, mu=0.9).after.velocity_b[1][0],
        "First v = -0.5·0.138499 = -0.069249. Then 0.9·(-0.069249) - 0.5·0.142130 = -0.133389: almost twice as fast.",
        tolerance=0.002),
    "L2 in your own network": Answer(
        20, "a program", "`check`, with λ = 0.1.", judge="l2",
        start=FORWARD + BACKPROP + UPDATE, solution=FORWARD + BACKPROP + UPDATE_L2,
        because="The weights shrink once in a mini-batch, not once for each of its examples; the biases do not."),
    "L1 regularisation": Answer(
        15, "a program", "Write `update(w, nabla, eta, lmbda, n)` for a list of weights w and their slopes nabla.", judge="l1",
        start="def update(w, nabla, eta, lmbda, n):\n    ...\n",
        solution="def update(w, nabla, eta, lmbda, n):\n    sign = [(wk > 0) - (wk < 0) for wk in w]\n"
                 "    return [wk - eta * lmbda / n * s - eta * g for wk, s, g in zip(w, sign, nabla)]\n",
        because="The slope of |w| is 1 or -1, however small w is. So L1 takes the same from every weight, and makes many of them 0; "
                "L2 takes a share, and makes all of them small."),
    "Your own softmax": Answer(
        15, "a program", "Write `softmax(z)`.", judge="softmax", start="from math import exp\n\ndef softmax(z):\n    ...\n",
        solution="from math import exp\n\ndef softmax(z):\n    largest = max(z)\n    powers = [exp(zj - largest) for zj in z]\n"
                 "    total = sum(powers)\n    return [power / total for power in powers]\n",
        because="exp(1000) is too large for a float. Taking the largest z off all of them leaves the quotient as it is."),
    "A leaky ReLU": Answer(
        20, "a program", "Write a class `Leaky` with `__call__(z)` and `backward(a, g)`.", judge="leaky-relu",
        start="class Leaky:\n    def __call__(self, z):\n        ...\n\n    def backward(self, a, g):\n        ...\n",
        solution="class Leaky:\n    def __call__(self, z):\n        return [zj if zj > 0 else zj / 100 for zj in z]\n\n"
                 "    def backward(self, a, g):\n        return [gj if aj > 0 else gj / 100 for aj, gj in zip(a, g)]\n",
        because="a and z have the same sign, so the slope is known from a alone. That is all an activation must be able to do."),
    "What is not built": Answer(
        10, "needs a thought", "`propagate` should be faster by a factor of about", lambda: 1,
        "Forward there are 784·30 multiplications, and as many in the matrix ∇w that backprop builds; the rest is small. "
        "So about 2, and somewhat more where making a million float objects costs more than multiplying them.",
        ["1.1", "2", "10"]),
    "What is not done": Answer(
        15, "easy", "For the first image there are left, of 30·64 multiplications,", multiplications,
        "Its rows have 5, 5, 5, 2, 3, 3, 5 and 6 pixels that are not 0, 34 in all: 30·34. With a fifth of 784 inputs `propagate` "
        "is faster by less than five, for the search for zeros, the second layer and the way back take as long as before. "
        "`network2.SGD` looks for the zeros once, before the first epoch.", tolerance=0.0),
    "Two ways to multiply": Answer(
        10, "easy", "Which is faster?", lambda: 0,
        "CPython does every step of a written loop itself, and `sum(map(mul, x, y))` is one call into C. PyPy compiles the loop to "
        "machine code, and has to go through `map` object by object. Expect a factor of about three for each, in opposite directions.",
        ["In C under CPython, by index under PyPy", "In C under both", "By index under both"]),
    "Many numbers in one": Answer(
        15, "needs a thought", "Shifted right by 128 bits it is", lambda: float((1 - 2 * 2**64 + 3 * 2**128) >> 128),
        "The int is 1 - 2·2⁶⁴ + 3·2¹²⁸. What stands below the third lane is 1 - 2·2⁶⁴, a negative number: it borrows 1 from the lane above. "
        "Multiplied by 10 the lanes hold 10, -20 and 30.", tolerance=0.0),
    "The same bits": Answer(
        15, "needs a thought", "Why are the bits the same?", lambda: 1,
        "A sum of floats depends on the order, so the order is fixed: the batch is cut into the same shards whoever computes them, each shard "
        "is added up by itself, and the sums of the shards are added in their order.",
        ["Each process sends its sum, and two floats add up alike in any order",
         "The batch is cut into shards whatever the number of processes, and their sums are added in one order",
         "Before they are added, the sums are rounded to fewer digits"]),
    "Your own sparse": Answer(
        15, "a program", "Write `matvec(W, x)` so that no zero of x is multiplied by anything. (It is tried with numbers that count.)",
        judge="sparse", start="def matvec(W, x):\n    return [sum(w * xk for w, xk in zip(row, x)) for row in W]\n",
        solution="def matvec(W, x):\n    support = [k for k, xk in enumerate(x) if xk]\n"
                 "    return [sum(row[k] * x[k] for k in support) for row in W]\n",
        because="The zeros are looked for once, and not once for each row. Expect three to five times the speed for MNIST, of whose pixels four "
                "fifths are 0."),
    "Adding in lanes": Answer(
        20, "a program", "Write `pack(numbers)` and `unpack(lanes, n)` for whole numbers from 0 to 2²⁰, so that one + between two packed ints adds all of "
        "them, and one * multiplies all of them by 7.", judge="lanes",
        start="def pack(numbers):\n    ...\n\ndef unpack(lanes, n):\n    ...\n",
        solution="def pack(numbers):\n    return sum(number << 64 * j for j, number in enumerate(numbers))\n\n"
                 "def unpack(lanes, n):\n    return [lanes >> 64 * j & (1 << 64) - 1 for j in range(n)]\n",
        because="64 bits for each lane leave room for the sums. With 30 numbers one + does the work of 30, at about the price of two."),
    "Overfitting": Answer(
        20, "an experiment", "Which curve would never tell you to stop?", lambda: 0,
        "The training cost falls for ever: each image is learnt better and better, by heart. The validation cost rises from the epoch in which "
        "all training images are read. The validation accuracy stays: the network becomes surer of its mistakes, which costs more, and no answer changes.",
        ["The training cost", "The validation cost", "The validation accuracy"]),
    "More from the same": Answer(
        20, "an experiment", "Why does shifting make it worse here?", lambda: 2,
        "A pixel is an eighth of these pictures' width: nobody writes his digits that far to the side, once they are centred. On MNIST a pixel is a 28th.",
        ["It takes fewer steps", "Copies of an image teach nothing", "The shifted images are unlike any that will be asked"]),
    "The gradient vanishes": Answer(
        10, "easy", "The fraction is", chain,
        "Each layer back multiplies by the weight 1 and by σ′ = ½·½: three of them by 1/64."),
    "Any function": Answer(
        25, "an experiment", "The distance of `step` from the network is the same each time. It is, as a mean over the 201 points,", lambda: 0.5 / 201,
        "One point is wrong, and by ½: at ½ itself, where `step` is 0 and the network's bump of height 0 ends where one of height 1 begins. "
        "On average ½/201. With 41 pairs no bump ends at ½.", tolerance=0.01),
    "The range that does not vanish": Answer(
        20, "needs a thought", "The widest range is", lambda: max(width(4 + k / 1000) for k in range(1, 10000)),
        "σ′ is at most ¼, so |w| must be at least 4. The range is narrower than (2/|w|)·ln(|w|·(1 + √(1 - 4/|w|))/2 - 1), and that is largest at |w| of 6.9: 0.45. "
        "A gradient that does not vanish needs a large weight *and* an activation in a narrow range.", tolerance=0.02),
    "Your own question": Answer(
        40, "an experiment", "With momentum 0.9 the best learning rate is", lambda: 0,
        "Where the gradient stays the same, the velocity grows to 1/(1 - μ) = 10 times a step without momentum. So a smaller η does.",
        ["smaller", "the same", "larger"]),
}
"""By the titles of README.md."""
