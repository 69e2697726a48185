"""What a reader wrote for an exercise, judged: each judge tries it and says what is wrong with it, or nothing.

A judge is a function here, given the names that the reader's code defines; the exercise has its name with hyphens.

>>> judged("softmax", {"softmax": lambda z: [1.0 for _ in z]})
'softmax([0.0]) is [1.0], and that is right. softmax([1.0, 1.0]) is [1.0, 1.0], expected [0.5, 0.5].'
"""
from __future__ import annotations

import math
import sys
from random import Random
from types import ModuleType
from typing import Any, Callable, Dict, List, Mapping, Optional, Sequence

from ..activations import sigmoid, softmax as right_softmax
from ..matrix import Matrix, Vector, add, matvec, transpose

Names = Mapping[str, Any]


class Wrong(ValueError):
    """What is wrong, in a sentence."""


def judged(name: str, names: Names) -> str:
    """What is wrong with the reader's code; nothing, if nothing is."""
    try:
        JUDGES[name](names)
    except Wrong as error:
        return str(error)
    except Exception as error:
        return f"It raises {type(error).__name__}: {error}"
    return ""


def wanted(names: Names, name: str) -> Any:
    """The function or class of this name that the exercise asks for."""
    if name not in names:
        raise Wrong(f"There is no {name} yet.")
    return names[name]


def expect(what: str, got: Any, right: Any) -> None:
    """Wrong, if what came out is not right: numbers to nine digits, in lists of the same shape."""
    if not same(got, right):
        raise Wrong(f"{what} is {short(got)}, expected {short(right)}.")


def same(got: Any, right: Any) -> bool:
    if isinstance(right, (list, tuple)):
        return isinstance(got, (list, tuple)) and len(got) == len(right) and all(map(same, got, right))
    return isinstance(got, (int, float)) and math.isclose(got, right, rel_tol=1e-9, abs_tol=1e-12)


def short(value: Any) -> str:
    """A value with six digits to a number."""
    if isinstance(value, (list, tuple)):
        return f"[{', '.join(map(short, value))}]"
    return repr(float(f"{value:.6g}")) if isinstance(value, float) else repr(value)


def drawn(rng: Random, *shape: int) -> Any:
    """Hundredths from -2 to 2, in lists of this shape."""
    if not shape:
        return rng.randrange(-200, 201) / 100
    return [drawn(rng, *shape[1:]) for _ in range(shape[0])]


# Evening 1

def bitwise(names: Names) -> None:
    """Ten outputs to four bits: the first bit is the ones."""
    w, b = wanted(names, "w"), wanted(names, "b")
    for digit in range(10):
        for low in (0.0, 0.01):
            a = [0.99 if k == digit else low for k in range(10)]
            bits = [int(output > 0.5) for output in sigmoid(add(matvec(w, a), b))]
            right = [digit >> k & 1 for k in range(4)]
            expect(f"For {digit}, with the other outputs at {low}, what it says", bits, right)


def mini_batch(names: Names) -> None:
    """A layer for all examples of a mini-batch, which are the columns of X."""
    forward, rng = wanted(names, "forward"), Random(1)
    for n_out, n_in, m in ((2, 3, 1), (3, 2, 4)):
        w, b, X = drawn(rng, n_out, n_in), drawn(rng, n_out), drawn(rng, n_in, m)
        right = transpose([sigmoid(add(matvec(w, x), b)) for x in transpose(X)])
        expect(f"forward of {m} example{'s' * (m > 1)} by a {n_out} x {n_in} matrix", forward(w, b, X), right)


# Evening 2

def l1(names: Names) -> None:
    """One step with L1: w → w - (ηλ/n)·sgn(w) - η·∂C/∂w, where sgn(0) = 0."""
    update, rng = wanted(names, "update"), Random(2)
    for w, nabla in ([0.5, -0.5, 0.0], [0.0, 0.0, 0.0]), (drawn(rng, 4), drawn(rng, 4)):
        right = [wk - 0.5 * 0.1 / 20 * ((wk > 0) - (wk < 0)) - 0.5 * g for wk, g in zip(w, nabla)]
        expect(f"update({w}, {nabla}, eta=0.5, lmbda=0.1, n=20)", update(w, nabla, 0.5, 0.1, 20), right)


def softmax(names: Names) -> None:
    """Softmax, also where exp overflows."""
    mine: Callable[[Vector], Vector] = wanted(names, "softmax")
    said = ""
    for z in [0.0], [1.0, 1.0], [1.0, 2.0, -3.0], [1000.0, 1000.0], [-1000.0, 0.0]:
        got, right = mine(z), right_softmax(z)
        if not same(got, right):
            raise Wrong(f"{said}softmax({z}) is {short(got)}, expected {short(right)}.")
        said = f"softmax({z}) is {short(got)}, and that is right. "


def leaky_relu(names: Names) -> None:
    """A function and its way back: z where z > 0, else z/100."""
    leaky = wanted(names, "Leaky")()
    for z in [2.0, -3.0, 0.5], [-0.01, 4.0]:
        a = leaky(z)
        expect(f"Leaky()({z})", a, [zj if zj > 0 else zj / 100 for zj in z])
        slopes = [(leaky([zj + 1e-6])[0] - leaky([zj - 1e-6])[0]) / 2e-6 for zj in z]       # by finite differences
        back = leaky.backward(a, [10.0] * len(z))
        if not isinstance(back, list) or not all(math.isclose(g, 10.0 * s, rel_tol=1e-6) for g, s in zip(back, slopes)):
            raise Wrong(f"backward({a}, {[10.0] * len(z)}) is {short(back)}, and the slopes are {short(slopes)}.")


# Evening 3

class Counted(float):
    """A number that counts its multiplications."""

    count = 0

    def __mul__(self, other: float) -> float:
        Counted.count += 1
        return float(self) * other

    __rmul__ = __mul__


def sparse(names: Names) -> None:
    """W·x, in which no zero of x is multiplied."""
    mine: Callable[[Matrix, Vector], Vector] = wanted(names, "matvec")
    W: List[Vector] = [[Counted(3 * j + k) for k in range(6)] for j in range(4)]
    for x in [0.0, 2.0, 0.0, 0.0, 1.0, 0.0], [0.0] * 6, [1.0] * 6:
        Counted.count = 0
        got = mine(W, x)
        count, most = Counted.count, 4 * sum(map(bool, x))
        expect(f"matvec(W, {x})", got, [float(sum(float(w) * xk for w, xk in zip(row, x))) for row in W])
        if count > most:
            raise Wrong(f"It multiplies {count} times for {x}, where {most} are enough.")


def lanes(names: Names) -> None:
    """Whole numbers side by side in one integer."""
    pack, unpack, rng = wanted(names, "pack"), wanted(names, "unpack"), Random(3)
    for n in 1, 3, 30:
        x, y = ([rng.randrange(1 << 20) for _ in range(n)] for _ in range(2))
        if not isinstance(pack(x), int):
            raise Wrong(f"pack makes {type(pack(x)).__name__}, expected one int.")
        for what, packed, right in (("pack(x)", pack(x), x), ("7 * pack(x)", 7 * pack(x), [7 * number for number in x]),
                                    ("pack(x) + pack(y)", pack(x) + pack(y), [a + b for a, b in zip(x, y)])):
            expect(f"with x = {x}, y = {y}, unpack({what}, {n})", list(unpack(packed, n)), right)


# Networks: by `check`

def of_check(methods: Sequence[str], lmbda: Optional[float] = None) -> Callable[[Names], None]:
    """A judge of the class Network, which must have these methods."""
    def judge(names: Names) -> None:
        from ..mistakes import checking
        network = wanted(names, "Network")
        for method in methods:
            if not callable(getattr(network, method, None)):
                raise Wrong(f"Network has no {method} yet.")
        module = ModuleType("yours")
        vars(module).update(names)
        network.__module__, sys.modules["yours"] = "yours", module          # where `check` looks for what it uses
        try:
            verdict = checking.check_class(network, lmbda=lmbda, require=methods)
        finally:
            del sys.modules["yours"]
        if not verdict.right:
            raise Wrong(str(verdict))
    return judge


JUDGES: Dict[str, Callable[[Names], None]] = {
    "forward": of_check(["feedforward"]),
    "backward": of_check(["feedforward", "backprop", "update_mini_batch"]),
    "l2": of_check(["backprop", "update_mini_batch"], lmbda=0.1),
    "bitwise": bitwise, "mini-batch": mini_batch, "l1": l1, "softmax": softmax, "leaky-relu": leaky_relu,
    "sparse": sparse, "lanes": lanes,
}
"""Every judge by its name."""
