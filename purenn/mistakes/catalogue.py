"""The mistakes that are known, in the order in which a network computes: what each is called, and what it does.

A mistake is one entry below. `line` says which line of the `Algorithm` it is made in, and its variants are the ways to
make it: each a function that is put in place of that line. The judge computes with it what comes of the author's own
numbers; the tests let it spoil whole networks. A name is only given for numbers that come out of one entry and no
other.

>>> MISTAKES["bp2-no-sigma-prime"].equation
'BP2'
"""
from __future__ import annotations

from dataclasses import dataclass
from math import exp
from typing import Any, Callable, Dict, List, Optional, Sequence, Tuple

from ..activations import sigmoid, softmax
from ..matrix import (Matrix, Vector, add_matrix, hadamard, matvec, outer, scale, shape, subtract, transpose, vecmat,
                      zeros)
from .algorithm import Algorithm, Key, Lines, Way
from .functions import DERIVATIVES, FUNCTIONS, TWICE, backward

Line = Callable[..., Any]


@dataclass(frozen=True)
class Mistake:
    """One known mistake: `sentence` goes on after "your numbers are what comes out when"; `why` explains it."""

    slug: str
    equation: str
    line: str
    sentence: str
    why: str
    variants: Sequence[Line] = ()
    slopes: Sequence[Line] = ()         # variants in another line: where σ′ is taken

    @property
    def lines(self) -> List[Lines]:
        """The variants as lines of the Algorithm that are replaced."""
        return [*({self.line: variant} for variant in self.variants), *({"slope": variant} for variant in self.slopes)]


def only(which: str, line: Line) -> Line:
    """A mistake that is made in the last layer alone, or in all others; `line` takes (net, before, [way,] l, ...)."""
    def replaced(net: Algorithm, before: Line, *arguments: Any) -> Any:
        l = arguments[1] if isinstance(arguments[0], Way) else arguments[0]
        return line(net, before, *arguments) if (l == net.layers[-1]) == (which == "last") else before(*arguments)
    return replaced


def times(c: float) -> Line:
    """c times what is right."""
    def scaled(net: Algorithm, before: Line, *arguments: Any) -> Any:
        value = before(*arguments)
        return [scale(c, row) for row in value] if isinstance(value[0], list) else scale(c, value)
    return scaled


# Forward: a′ = σ(w·a + b)

def without_bias(net: Algorithm, before: Line, l: int, a: Vector) -> Vector:
    return matvec(net.weights[l], a)


def minus_bias(net: Algorithm, before: Line, l: int, a: Vector) -> Vector:
    return subtract(matvec(net.weights[l], a), net.biases[l])


def transposed_forward(net: Algorithm, before: Line, l: int, a: Vector) -> Vector:
    return [z + b for z, b in zip(matvec(transpose(net.weights[l]), a), net.biases[l])]


def bias_twice(net: Algorithm, before: Line, l: int, a: Vector) -> Vector:
    return [z + b for z, b in zip(before(l, a), net.biases[l])]


def one_bias_for_all(net: Algorithm, before: Line, l: int, a: Vector) -> Vector:
    return [z + net.biases[l][0] for z in matvec(net.weights[l], a)]


def one_sum_for_all(net: Algorithm, before: Line, l: int, zs: List[Vector]) -> List[Vector]:
    """The powers of all examples divided by the sum of them all."""
    if net.functions[l] != softmax:
        return before(l, zs)      # type: ignore[no-any-return]
    powers = [[exp(z) for z in row] for row in zs]
    return [scale(1.0 / sum(map(sum, powers)), row) for row in powers]


def across_the_batch(net: Algorithm, before: Line, l: int, zs: List[Vector]) -> List[Vector]:
    """Each neuron's powers divided by their sum over the examples; with one example each number by itself."""
    if net.functions[l] != softmax:
        return before(l, zs)      # type: ignore[no-any-return]
    return transpose([softmax(column) for column in transpose(zs)])


def other_function(name: str) -> Line:
    """Another activation function."""
    return lambda net, before, l, zs: [FUNCTIONS[name](z) for z in zs]


# The error of the output (BP1): δ = ∂C/∂a ⊙ σ′(z)

def _cancels(net: Algorithm, way: Way) -> bool:
    return net.cancels(way)


def no_slope_at_output(net: Algorithm, before: Line, way: Way) -> Vector:
    return before(way) if _cancels(net, way) else net.derivative(way.a[-1], way.y)


def slope_although_it_cancels(net: Algorithm, before: Line, way: Way) -> Vector:
    if not _cancels(net, way):
        return before(way)        # type: ignore[no-any-return]
    return backward(net.functions[-1], way.z[-1], way.a[-1], subtract(way.a[-1], way.y))


def diagonal_although_it_cancels(net: Algorithm, before: Line, way: Way) -> Vector:
    """The same with σ′ = a·(1 - a), for softmax as well."""
    return sigmoid.backward(way.a[-1], subtract(way.a[-1], way.y)) if _cancels(net, way) else before(way)


def diagonal_of_softmax(net: Algorithm, before: Line, way: Way) -> Vector:
    if net.functions[-1] != softmax:
        return before(way)        # type: ignore[no-any-return]
    return sigmoid.backward(way.a[-1], net.derivative(way.a[-1], way.y))


def slope_of_a_at_output(net: Algorithm, before: Line, way: Way) -> Vector:
    f = net.functions[-1]
    return backward(f, way.a[-1], f(way.a[-1]), net.derivative(way.a[-1], way.y))


def formula_of_z_at_output(net: Algorithm, before: Line, way: Way) -> Vector:
    return net.functions[-1].backward(way.z[-1], net.derivative(way.a[-1], way.y))  # type: ignore[no-any-return]


def slope_twice_at_output(net: Algorithm, before: Line, way: Way) -> Vector:
    return backward(net.functions[-1], way.z[-1], way.a[-1], before(way))


def slope_of_function_at_output(name: str, of_z: bool) -> Line:
    """The derivative of another function than the one that made a, worked out from z or from a."""
    def wrong(net: Algorithm, before: Line, way: Way) -> Vector:
        f = FUNCTIONS[name]
        return backward(f, way.z[-1], f(way.z[-1]) if of_z else way.a[-1], net.derivative(way.a[-1], way.y))
    return wrong


def error_of_one_output(net: Algorithm, before: Line, way: Way) -> Vector:
    """Only the output that ought to be 1 has an error."""
    return hadamard(before(way), way.y)


# The error of the other layers (BP2): δ = wᵀδ ⊙ σ′(z)

def no_slope(net: Algorithm, before: Line, way: Way, l: int, g: Vector) -> Vector:
    """For ReLU this is another mistake, relu-prime-at-a-negative."""
    return before(way, l, g) if net.names[l] == "relu" else g


def slope_of_a(net: Algorithm, before: Line, way: Way, l: int, g: Vector) -> Vector:
    return backward(net.functions[l], way.a[l + 1], net.functions[l](way.a[l + 1]), g)


def formula_of_z(net: Algorithm, before: Line, way: Way, l: int, g: Vector) -> Vector:
    return net.functions[l].backward(way.z[l], g)   # type: ignore[no-any-return]


def slope_twice(net: Algorithm, before: Line, way: Way, l: int, g: Vector) -> Vector:
    return before(way, l, before(way, l, g))    # type: ignore[no-any-return]


def slope_of_function(name: str, of_z: bool) -> Line:
    def wrong(net: Algorithm, before: Line, way: Way, l: int, g: Vector) -> Vector:
        f = FUNCTIONS[name]
        return f.backward(f(way.z[l]) if of_z else way.a[l + 1], g)     # type: ignore[no-any-return]
    return wrong


def slope_of_next_function(net: Algorithm, before: Line, way: Way, l: int, g: Vector) -> Vector:
    """The derivative of the next layer's function, at this layer's numbers; if that is 1, it was rather forgotten."""
    if net.names[l + 1] == "identity":
        return before(way, l, g)        # type: ignore[no-any-return]
    return backward(net.functions[l + 1], way.z[l], way.a[l + 1], g)


FORMULAS: List[Callable[[float], float]] = [
    lambda a: 1 - a, lambda a: a, lambda a: 1 + a, lambda a: a * (1 + a), lambda a: a * a, lambda a: 1 + a * a,
    lambda a: (1 - a) ** 2, lambda a: 1 - 2 * a]
"""What σ′ is not, neither of the sigmoid, a·(1 - a), nor of tanh, 1 - a²."""


def slope_by(formula: Callable[[float], float]) -> Line:
    """A formula for σ′ that is that of no function here; for functions whose σ′ is one of a."""
    def wrong(net: Algorithm, before: Line, way: Way, l: int, g: Vector) -> Vector:
        if net.names[l] not in ("sigmoid", "tanh"):
            return before(way, l, g)      # type: ignore[no-any-return]
        return hadamard(g, list(map(formula, way.a[l + 1])))
    return wrong


def slope_by_at_output(formula: Callable[[float], float]) -> Line:
    def wrong(net: Algorithm, before: Line, way: Way) -> Vector:
        if net.names[-1] not in ("sigmoid", "tanh") or net.cancels(way):
            return before(way)            # type: ignore[no-any-return]
        return hadamard(net.derivative(way.a[-1], way.y), list(map(formula, way.a[-1])))
    return wrong


def relu_prime_is(below: float) -> Line:
    """relu′(z) with another number for the 0 of a negative z."""
    def slope(net: Algorithm, before: Line, way: Way, l: int, g: Vector) -> Vector:
        if net.names[l] != "relu":
            return before(way, l, g)      # type: ignore[no-any-return]
        return hadamard(g, [1.0 if z > 0.0 else below for z in way.z[l]])
    return slope


def mask_by_sign(net: Algorithm, before: Line, way: Way, l: int, g: Vector) -> Vector:
    return [gj if gj > 0.0 else 0.0 for gj in g]


def slope_of(layer: Callable[[Algorithm, int], int]) -> Line:
    """σ′ at the weighted sums of another layer."""
    def slope(net: Algorithm, before: Line, way: Way, l: int, g: Vector) -> Vector:
        other = layer(net, l)
        if not 0 <= other < len(net.layers):
            return before(way, l, g)    # type: ignore[no-any-return]
        return backward(net.functions[l], way.z[other], net.functions[l](way.z[other]), g)
    return slope


def not_transposed(net: Algorithm, before: Line, way: Way, l: int) -> Vector:
    return matvec(net.weights[l + 1], way.delta[l + 1])


def weights_of(layer: Callable[[Algorithm, int], int]) -> Line:
    """wᵀδ with the weights of another layer."""
    return lambda net, before, way, l: matvec(transpose(net.weights[layer(net, l)]), way.delta[l + 1])


def error_of_the_last(net: Algorithm, before: Line, way: Way, l: int) -> Vector:
    return vecmat(way.delta[net.layers[-1]], net.weights[l + 1])


def raw_error(cost: Optional[str], chain: bool) -> Line:
    """What goes back is wᵀ·(a - y), not wᵀδ: in all layers, or into the last hidden one only."""
    def carried(net: Algorithm, before: Line, way: Way, l: int) -> Vector:
        if l != net.layers[-2] and not chain:
            return before(way, l)       # type: ignore[no-any-return]
        raw = DERIVATIVES[cost](way.a[-1], way.y) if cost else net.derivative(way.a[-1], way.y)
        raw = scale(net.factor, raw)
        for layer in range(net.layers[-1], l, -1):
            raw = vecmat(raw, net.weights[layer])
        return raw
    return carried


def through_moved(times: float) -> Line:
    """wᵀδ with the weights as this example's step has left them."""
    def carried(net: Algorithm, before: Line, way: Way, l: int) -> Vector:
        moved = [row[:] for row in net.weights[l + 1]]
        add_matrix(moved, -times * net.eta, outer(way.delta[l + 1], way.a[l + 1]))
        return vecmat(way.delta[l + 1], moved)
    return carried


# The gradient (BP3): ∇b = δ, (BP4): ∇w = δ⊗a

def nothing(net: Algorithm, before: Line, way: Way, l: int) -> Any:
    return scale(0.0, way.delta[l])


def nothing_for_w(net: Algorithm, before: Line, way: Way, l: int) -> Any:
    return zeros(*shape(net.weights[l]))


def summed_over_neurons(net: Algorithm, before: Line, way: Way, l: int) -> Vector:
    return [sum(way.delta[l])] * len(way.delta[l])


def mean_over_neurons(net: Algorithm, before: Line, way: Way, l: int) -> Vector:
    return [sum(way.delta[l]) / len(way.delta[l])] * len(way.delta[l])


def times_input(net: Algorithm, before: Line, way: Way, l: int) -> Vector:
    return scale(sum(way.a[l]), way.delta[l])


def mean_times_input(net: Algorithm, before: Line, way: Way, l: int) -> Vector:
    return scale(sum(way.a[l]) / len(way.a[l]), way.delta[l])


def carried_for_b(net: Algorithm, before: Line, way: Way, l: int) -> Vector:
    """wᵀδ without σ′, as the gradient of the biases alone; where σ′ is 1, or has cancelled, nothing is left out."""
    if l < net.layers[-1]:
        return net.carry(way, l)
    if net.names[-1] == "identity" or net.cancels(way):
        return way.delta[l]
    return scale(net.factor, net.derivative(way.a[-1], way.y))


def carried_for_w(net: Algorithm, before: Line, way: Way, l: int) -> Matrix:
    return outer(carried_for_b(net, before, way, l), way.a[l])


def slope_more_for_b(net: Algorithm, before: Line, way: Way, l: int) -> Vector:
    return backward(net.functions[l], way.z[l], way.a[l + 1], way.delta[l])


def slope_more_for_w(net: Algorithm, before: Line, way: Way, l: int) -> Matrix:
    return outer(slope_more_for_b(net, before, way, l), way.a[l])


def transposed_gradient(net: Algorithm, before: Line, way: Way, l: int) -> Matrix:
    return outer(way.a[l], way.delta[l])


def with_its_own_activation(net: Algorithm, before: Line, way: Way, l: int) -> Matrix:
    return outer(way.delta[l], way.a[l + 1])


def with_the_input(net: Algorithm, before: Line, way: Way, l: int) -> Matrix:
    return outer(way.delta[l], way.a[0]) if l else before(way, l)


def with_z(net: Algorithm, before: Line, way: Way, l: int) -> Matrix:
    return outer(way.delta[l], way.z[l - 1]) if l else before(way, l)


def with_weights(net: Algorithm, before: Line, way: Way, l: int) -> Matrix:
    return [scale(d, row) for d, row in zip(way.delta[l], net.weights[l])]


# The step: w → w - η/m·Σ∇w

def changed(what: Callable[[Algorithm, float, int], float]) -> Line:
    """Another factor for the sum of a mini-batch of m: `what` is given the algorithm, η/m and m."""
    return lambda net, before, m, key: what(net, before(m, key), m)


def factor_for(kind: str, what: Callable[[float, int], float]) -> Line:
    """Another factor for the biases, or for the weights, alone."""
    return lambda net, before, m, key: what(before(m, key), m) if key[0] == kind else before(m, key)


def only_the_last(net: Algorithm, before: Line, key: Key, gradients: List[Matrix]) -> Matrix:
    return gradients[-1]


def only_the_first(net: Algorithm, before: Line, key: Key, gradients: List[Matrix]) -> Matrix:
    return gradients[0]


def not_forgotten(net: Algorithm, before: Line, key: Key, gradients: List[Matrix]) -> Matrix:
    kept = net.kept.setdefault(key, zeros(*shape(gradients[0])))
    add_matrix(kept, 1.0, before(key, gradients))
    return [row[:] for row in kept]


def mean_not_forgotten(net: Algorithm, before: Line, key: Key, gradients: List[Matrix]) -> Matrix:
    m = len(gradients)
    kept = net.kept.setdefault(key, zeros(*shape(gradients[0])))
    add_matrix(kept, 1.0 / m, before(key, gradients))
    return [scale(m, row) for row in kept]


def one_at_a_time(net: Algorithm, before: Line, xs: List[Vector], ys: List[Vector]) -> None:
    for x, y in zip(xs, ys):
        ways = net.propagate([x], [y])
        for l in net.layers:
            net.move_layer(ways, l, len(xs))


def in_the_loop(net: Algorithm, before: Line, xs: List[Vector], ys: List[Vector]) -> None:
    """After each example a step along the sum so far."""
    so_far: List[Way] = []
    for x, y in zip(xs, ys):
        so_far += net.propagate([x], [y])
        for l in net.layers:
            net.move_layer(so_far, l, len(xs))


def nothing_moves(kind: str) -> Line:
    """The biases, or the weights, stay as they are."""
    def move(net: Algorithm, before: Line, key: Key, *arguments: Any) -> None:
        if key[0] != kind:
            before(key, *arguments)
    return move


def decay_of_all(net: Algorithm, before: Line, key: Key, m: int) -> float:
    return before(("w", key[1]), m)       # type: ignore[no-any-return]


def decay(what: Callable[[Algorithm, int], float]) -> Line:
    """Another factor λ/n."""
    return lambda net, before, key, m: net.case.eta * what(net, m) if key[0] == "w" else before(key, m)


def friction(sign: float) -> Line:
    return lambda net, before: sign * net.case.mu


PLAIN = ("sigmoid", "tanh", "relu", "softmax", "identity")
SLOPED = ("sigmoid", "tanh", "relu")

_SIGMA_TWICE = (
    "A function that computes σ(z)·(1 - σ(z)) wants z. Given a it applies σ a second time: σ(a) lies between "
    "0.5 and 0.73, so the slope comes out near 0.24 whatever the neuron does. Either give it z, or write "
    "a·(1 - a).")
_FACTOR_TWICE = (
    "The factor stands in the line for the error and in the one for the gradient, or in a function that both "
    "call.")
"""Why a mistake is one, where it is made at the output as well as in the other layers."""

_ENTRIES = [
    Mistake("forward-wrong-activation", "22", "activate", "another activation function is taken",
            "A layer gives σ(z), and every formula on the way back uses this σ′. With another function in place, the "
            "outputs are other numbers, and the derivative that goes with the function that was meant is not theirs.",
            [other_function(name) for name in PLAIN]),
    Mistake("forward-two-activations", "22", "activate",
            "two activation functions are applied to the output, one to the result of the other",
            "Softmax of numbers that a sigmoid has squeezed between 0 and 1 can never be near 1: with ten outputs the "
            "largest is below 0.24. The way back would need both derivatives. One of the two functions is enough.",
            [only("last", other_function(name)) for name in TWICE]),
    Mistake("forward-no-bias", "22", "weigh", "the biases are left out: z = w·a, not w·a + b",
            "The bias moves the point at which a neuron begins to fire. Without it every neuron gives σ(0) to an empty "
            "input, whatever was learnt; and if the way back still moves the biases, it moves what nobody reads.",
            [without_bias, only("last", without_bias), only("hidden", without_bias)]),
    Mistake("forward-bias-sign", "22", "weigh", "the biases are subtracted: z = w·a - b, not w·a + b",
            "A bias that is subtracted is a threshold; that is a convention as long as the way back knows it. Then the "
            "gradient of the biases has the other sign too.",
            [minus_bias, only("last", minus_bias), only("hidden", minus_bias)]),
    Mistake("forward-bias-twice", "22", "weigh", "the biases are added twice: z = w·a + 2b",
            "The forward pass adds b in two places. The gradient of the biases would have to be twice δ then.",
            [bias_twice, only("last", bias_twice), only("hidden", bias_twice)]),
    Mistake("forward-one-bias", "22", "weigh", "all neurons of a layer get the first one's bias",
            "Each neuron has a bias of its own; an index is missing where it is added.",
            [one_bias_for_all]),
    Mistake("forward-transposed", "22", "weigh", "the weights are transposed: z = wᵀ·a + b, not w·a + b",
            "Row j of w holds the weights that lead to neuron j, so z = w·a. With wᵀ each neuron gets the weights that "
            "belong to others. Where both layers are of one size nothing complains; where they are not, shapes do not "
            "fit.",
            [transposed_forward]),
    Mistake("softmax-over-batch", "78", "activate",
            "softmax sums over the examples, not over the neurons of each example alone",
            "Softmax makes the outputs of one example add up to 1. Summed over the batch (the wrong axis, or no axis) "
            "the answer for one picture depends on the other pictures in the batch, and alone each output divided by "
            "itself is 1.",
            [one_sum_for_all, across_the_batch]),

    Mistake("bp1-no-sigma-prime", "BP1", "output_error", "σ′(z) is left out of (BP1): δ = ∂C/∂a, not ∂C/∂a ⊙ σ′(z)",
            "The chain rule has two factors at the output: how the cost changes with a, and how a changes with z. "
            "σ′(z) is the second. Without it the step is as large where the neuron is saturated as where it is not. "
            "Only where cost and output are a pair, such as cross-entropy and sigmoid, does it cancel.",
            [no_slope_at_output]),
    Mistake("bp1-has-sigma-prime", "BP1", "output_error",
            "δ = (a - y) ⊙ σ′(z), where cost and output cancel to δ = a - y",
            "With cross-entropy ∂C/∂a = (a - y)/(a·(1 - a)), and σ′(z) = a·(1 - a) cancels its denominator: δ = a - y. "
            "To multiply by σ′ once more brings back the slow start that this cost was chosen to avoid.",
            [slope_although_it_cancels, diagonal_although_it_cancels]),
    Mistake("bp1-softmax-diagonal", "BP1", "output_error",
            "the derivative of softmax is taken as a·(1 - a), without its other part -aⱼ·aₖ",
            "In softmax every output depends on every z: ∂aⱼ/∂zₖ = aⱼ·([j = k] - aₖ). a·(1 - a) is only the diagonal "
            "of this matrix; what the other outputs contribute is lost.",
            [diagonal_of_softmax]),
    Mistake("bp1-sigma-prime-of-a", "BP1", "output_error",
            "σ′ is taken of the activation, σ′(a) in place of σ′(z), in the last layer",
            _SIGMA_TWICE,
            [slope_of_a_at_output]),
    Mistake("bp1-formula-of-z", "BP1", "output_error",
            "σ′ is worked out from z by the formula that takes a, such as z·(1 - z), in the last layer",
            "σ′(z) = a·(1 - a) is a formula for the activation. With z in it the slope becomes negative as soon as z "
            "leaves the interval from 0 to 1, and the step goes uphill.",
            [formula_of_z_at_output]),
    Mistake("bp1-sigma-prime-twice", "BP1", "output_error", "σ′(z) is multiplied in twice in the last layer",
            _FACTOR_TWICE,
            [slope_twice_at_output]),
    Mistake("bp1-wrong-function", "BP1", "output_error",
            "σ′ in the last layer is that of another function than the one that made a",
            "The slope has to belong to the function of the layer: a·(1 - a) to the sigmoid, 1 - a² to tanh, 1 to a "
            "linear neuron. One of the two was changed and the other was not.",
            [slope_of_function_at_output(name, of_z) for name in SLOPED for of_z in (True, False)]),
    Mistake("bp1-wrong-formula", "BP1", "output_error",
            "σ′ in the last layer is worked out by a wrong formula, such as 1 - a for 1 - a²",
            "The slope is the derivative of the layer's own function: a·(1 - a) for the sigmoid, 1 - a² for tanh. A "
            "bracket, a square or a factor is missing in the formula, as in 1 - a; what it gives is no slope of "
            "anything.",
            [slope_by_at_output(formula) for formula in FORMULAS]),
    Mistake("bp1-one-output", "BP1", "output_error", "only the output that ought to be 1 is given an error",
            "Every output takes part in the cost: those that ought to be 0 have to be pushed down as well.",
            [error_of_one_output]),
    Mistake("bp1-sign", "BP1", "output_error", "the output's error has the wrong sign: y - a, not a - y",
            "∂C/∂a of ½(a - y)² is a - y. With y - a every gradient has the other sign, and w - η·∇w climbs. (If the "
            "update adds the gradient, both signs are turned, and that is right.)",
            [times(-1.0)]),
    Mistake("bp1-factor-two", "BP1", "output_error", "the output's error is twice as large: the cost has lost its ½",
            "Σ(a - y)² has the derivative 2(a - y); ½Σ(a - y)², the book's cost, has a - y. It is η that is twice as "
            "large then, and nothing else.",
            [times(2.0)]),
    Mistake("bp1-half", "BP1", "output_error", "the output's error is half as large",
            "Where the cost is ½Σ(a - y)² its derivative is a - y: the 2 of the square and the ½ cancel. It is as if η "
            "were halved.",
            [times(0.5)]),
    Mistake("bp1-mean-over-outputs", "BP1", "output_error",
            "the output's error is divided by the number of outputs: the cost sums over them",
            "A mean over the outputs in place of a sum. All gradients are smaller by the same factor, as if η were.",
            [lambda net, before, way: scale(1.0 / len(way.y), before(way)),
             lambda net, before, way: scale(2.0 / len(way.y), before(way))]),
    Mistake("bp1-scaled", "BP1", "output_error", "the output's error is multiplied by a constant",
            "All gradients are larger or smaller by one factor, as if η were.",
            [times(3.0)]),

    Mistake("bp2-no-sigma-prime", "BP2", "slope", "σ′(z) is left out of (BP2): δ = wᵀδ, not wᵀδ ⊙ σ′(z)",
            "wᵀδ says how the cost changes with the activations of this layer. The gradient needs how it changes with "
            "z, and between them stands σ′(z), at most ¼ for a sigmoid. Without it the hidden layers move too far, and "
            "in wrong proportions: saturated neurons move as much as others.",
            [no_slope]),
    Mistake("bp2-output-slope-lost", "BP2", "carry",
            "the error that goes back is wᵀ·(a - y): σ′ of the output is lost on the way, wᵀδ is meant",
            "What goes back through the weights is δ, and δ of the output is (a - y) ⊙ σ′(z). Many copies of one small "
            "network send back a - y itself (hidden_errors = who.T · output_errors). The last layer learns rightly, "
            "and the layers before it follow a direction that is no gradient.",
            [raw_error(None, True), raw_error(None, False)]),
    Mistake("bp2-sigma-prime-of-a", "BP2", "slope", "σ′ is taken of the activation: σ′(a) in place of σ′(z)",
            _SIGMA_TWICE,
            [slope_of_a]),
    Mistake("bp2-formula-of-z", "BP2", "slope",
            "σ′ is worked out from z by the formula that takes a, such as z·(1 - z)",
            "σ′(z) = a·(1 - a) is a formula for the activation. With z in it the slope becomes negative as soon as z "
            "leaves the interval from 0 to 1, and those neurons learn backwards.",
            [formula_of_z]),
    Mistake("bp2-sigma-prime-twice", "BP2", "slope", "σ′(z) is multiplied in twice",
            _FACTOR_TWICE,
            [slope_twice]),
    Mistake("bp2-wrong-function", "BP2", "slope", "σ′ is that of another function than the one that made a",
            "The slope has to belong to the function of this layer: a·(1 - a) to the sigmoid, 1 - a² to tanh, the mask "
            "z > 0 to ReLU. Often it is the next layer's, or one of the two was changed and the other was not.",
            [slope_of_next_function, *(slope_of_function(name, of_z) for name in SLOPED for of_z in (True, False))]),
    Mistake("bp2-wrong-formula", "BP2", "slope", "σ′ is worked out by a wrong formula, such as 1 - a for 1 - a²",
            "The slope is the derivative of the layer's own function: a·(1 - a) for the sigmoid, 1 - a² for tanh. A "
            "bracket, a square or a factor is missing in the formula, as in 1 - a; what it gives is no slope of "
            "anything.",
            [slope_by(formula) for formula in FORMULAS]),
    Mistake("relu-prime-at-a-negative", "BP2", "slope", "relu′(z) is not 0 where z is negative",
            "ReLU gives 0 for a negative z, and its slope there is 0: what is cut off cannot be changed by w. A mask "
            "such as relu(z) >= 0 is always true and lets everything through.",
            [relu_prime_is(below) for below in (1.0, -1.0, 0.5, 0.1, 0.01, 0.2, 0.3, 0.05, 2.0)]),
    Mistake("relu-prime-by-sign-of-error", "BP2", "slope",
            "ReLU's derivative is taken by the sign of what comes back, not by the sign of z",
            "relu(error) cuts off negative errors. It is z that decides whether a neuron was open; an error that comes "
            "back through an open neuron passes, whatever its sign. Without the negative ones, weights can only fall.",
            [mask_by_sign]),
    Mistake("bp2-not-transposed", "BP2", "carry", "the weights are not transposed: δ = wδ ⊙ σ′(z), not wᵀδ ⊙ σ′(z)",
            "Forward, row j of w collects what flows into neuron j. Back, column k collects what neuron k has sent "
            "out: that is wᵀ. Where both layers are of one size nothing complains.",
            [not_transposed]),
    Mistake("bp2-wrong-layer", "BP2", "carry", "an error, a weight or a z of another layer is taken",
            "δ of a layer comes from δ and w of the layer after it, and from its own z. An index is off by one, or is "
            "always that of the last layer.",
            [weights_of(lambda net, l: l), weights_of(lambda net, l: net.layers[-1]), error_of_the_last,
             weights_of(lambda net, l: 0)], [slope_of(lambda net, l: l + 1), slope_of(lambda net, l: l - 1),
             slope_of(lambda net, l: net.layers[-1])]),
    Mistake("bp2-updated-weights", "BP2", "carry", "the errors go back through weights that have been changed already",
            "The gradient is that of one network: all errors are computed first, with the weights as they were, and "
            "then all weights are changed. Here a layer is updated before the error has gone through it.",
            [through_moved(1.0)]),
    Mistake("bp2-scaled", "BP2", "carry", "δ of one layer is multiplied by a constant, and those of the others are not",
            "A factor on one layer alone (a 2, 1/m twice) changes the direction of the step, not only its length.",
            [lambda net, before, way, l: scale(2.0, before(way, l))]),

    Mistake("bp3-bias-missing", "BP3", "nabla_b", "the gradient of the biases is zero",
            "∂C/∂b = δ: a bias acts like a weight from a neuron that always gives 1. With zeros it stays where it "
            "began.",
            [nothing]),
    Mistake("bp3-bias-summed", "BP3", "nabla_b", "all biases of a layer get one gradient, the sum of its δ",
            "Each bias has its own δ. np.sum(δ) without an axis adds over the neurons as well as over the examples; "
            "meant is the sum over the examples alone (axis=1 with examples as columns, axis=0 with rows).",
            [summed_over_neurons, mean_over_neurons]),
    Mistake("bp3-bias-times-input", "BP3", "nabla_b", "the gradient of the biases is multiplied by the layer's input",
            "A bias is a weight from a neuron that always gives 1, so ∂C/∂b = δ·1. Here it is δ times the sum of the "
            "activations, as if the gradient of the weights had been added up.",
            [times_input, mean_times_input]),
    Mistake("bp3-bias-no-sigma-prime", "BP3", "nabla_b", "σ′ is left out of the gradient of the biases alone",
            "The weights of the layer get δ = (...) ⊙ σ′(z); the biases of the same layer get the factor before σ′.",
            [carried_for_b]),
    Mistake("bp3-bias-sigma-prime-more", "BP3", "nabla_b",
            "σ′ is multiplied once more into the gradient of the biases alone",
            "The gradient of the biases is δ itself, in which σ′ is contained already.",
            [slope_more_for_b]),
    Mistake("bp3-scaled", "BP3", "nabla_b", "the gradient of the biases alone is multiplied by a constant",
            "Biases and weights have to move by one η; a factor on one of them changes the direction of the step.",
            [lambda net, before, way, l: scale(2.0, way.delta[l]),
             lambda net, before, way, l: scale(-1.0, way.delta[l])]),
    Mistake("bp4-transposed", "BP4", "nabla_w", "the gradient of the weights is transposed: a⊗δ, not δ⊗a",
            "∇w has the shape of w: row j belongs to the neuron whose δⱼ it is. The transposed has the right shape "
            "only where both layers are of one size; in code of lists, zip cuts off what does not fit and says "
            "nothing.",
            [transposed_gradient]),
    Mistake("bp4-wrong-activation", "BP4", "nabla_w", "(BP4) takes the activations of the wrong layer",
            "A weight's gradient is what goes in times the error of what comes out. It needs the activations of the "
            "layer before: an index is off by one, or it is always the network's input.",
            [with_its_own_activation, with_the_input]),
    Mistake("bp4-weighted-input", "BP4", "nabla_w", "(BP4) takes z of the layer before, not its activations",
            "What flows through a weight is a = σ(z). z was kept, and a was meant.",
            [with_z]),
    Mistake("bp4-weights", "BP4", "nabla_w", "the weight itself stands where the activation belongs: ∇w = δ·w, not δ⊗a",
            "∂z/∂w = a: how z depends on a weight is the activation that the weight is multiplied by. (∂z/∂a = w is "
            "what carries the error back.)",
            [with_weights]),
    Mistake("bp4-no-sigma-prime", "BP4", "nabla_w", "σ′ is left out of the gradient of one layer's weights alone",
            "The δ that goes back, and that of the biases, has σ′; the gradient of the weights was made from the error "
            "before σ′ was multiplied in.",
            [carried_for_w]),
    Mistake("bp4-sigma-prime-more", "BP4", "nabla_w",
            "σ′ is multiplied once more into the gradient of the weights alone",
            "The gradient of the weights is δ⊗a, and in δ there is a σ′ already.",
            [slope_more_for_w]),
    Mistake("bp4-missing", "BP4", "nabla_w", "the gradient of one layer's weights is zero",
            "These weights never move.",
            [nothing_for_w]),
    Mistake("bp4-scaled", "BP4", "nabla_w", "the gradient of one layer's weights alone is multiplied by a constant",
            "All parameters have to move by one η; a factor on one layer changes the direction of the step, not its "
            "length.",
            [lambda net, before, way, l: [scale(2.0, row) for row in before(way, l)],
             lambda net, before, way, l: [scale(-1.0, row) for row in before(way, l)]]),

    Mistake("update-one-at-a-time", "20, 21", "step",
            "each example of a mini-batch is learnt, by η/m, before the next one's gradient is taken",
            "The gradient of a mini-batch is the mean of the gradients at one point. Here the point moves between "
            "them.",
            [one_at_a_time]),
    Mistake("update-in-the-loop", "20, 21", "step",
            "the update stands inside the loop: every example moves the weights, by the sum of the gradients so far",
            "The sum is built up example by example, and the lines that apply it are indented one level too far. The "
            "first example is applied m times, the second m - 1 times, and so on.",
            [in_the_loop]),
    Mistake("update-last-example-only", "20, 21", "total", "of the mini-batch only the last example's gradient is used",
            "The gradient is assigned where it should be added up: = in place of +=.",
            [only_the_last]),
    Mistake("update-first-example-only", "20, 21", "total",
            "of the mini-batch only the first example's gradient is used",
            "The loop ends after its first round, or an index is always 0.",
            [only_the_first]),
    Mistake("update-gradient-kept", "20, 21", "total", "the gradient is not set back to zero between mini-batches",
            "The arrays that sum the gradients are made once, and every mini-batch adds to what the earlier ones left "
            "there.",
            [not_forgotten, mean_not_forgotten]),
    Mistake("update-sum-not-mean", "20, 21", "share",
            "the step goes along the sum of the gradients, not their mean: η, not η/m",
            "The book's step is η/m·Σ. Without the division the step grows with the mini-batch: η has to be m times "
            "smaller.",
            [changed(lambda net, share, m: share * m)]),
    Mistake("update-mean-twice", "20, 21", "share", "the sum of the gradients is divided by m twice: η/m², not η/m",
            "The mean is taken where the gradients are summed, and again where they are applied. It learns m times "
            "slower.",
            [changed(lambda net, share, m: share / m)]),
    Mistake("update-over-all", "20, 21", "share",
            "the sum over the mini-batch is divided by the number of all examples",
            "The mean of m gradients is their sum divided by m. Divided by the n of all examples the step is smaller "
            "by m/n.",
            [changed(lambda net, share, m: share * m / net.case.n)]),
    Mistake("update-biases-by-sum", "20, 21", "share",
            "the biases move by the sum of the gradients, the weights by the mean",
            "The division by m stands in one of the two lines only.",
            [factor_for("b", lambda share, m: share * m)]),
    Mistake("update-weights-by-sum", "20, 21", "share",
            "the weights move by the sum of the gradients, the biases by the mean",
            "The division by m stands in one of the two lines only.",
            [factor_for("w", lambda share, m: share * m)]),
    Mistake("update-scaled", "20, 21", "share", "some parameters move by another factor than the others",
            "One η holds for all: a factor on one layer, or on the biases, changes the direction of the step.",
            [factor_for("b", lambda share, m: 3 * share)]),
    Mistake("l2-missing", "93", "decay", "the weights do not decay: λ is left out",
            "Regularisation takes ηλ/n of each weight away in every step.",
            [decay(lambda net, m: 0.0)]),
    Mistake("l2-over-m", "93", "decay", "the weights decay by λ/m, m being the mini-batch: not by λ/n",
            "The cost has λ/2n·Σw² with the n of all training examples. With m the weights decay n/m times too fast.",
            [decay(lambda net, m: net.case.lmbda / m)]),
    Mistake("l2-without-n", "93", "decay", "the weights decay by λ, not by λ/n",
            "The cost has λ/2n·Σw² with the n of all training examples.",
            [decay(lambda net, m: net.case.lmbda)]),
    Mistake("l2-sign", "93", "decay", "the weights grow by λ/n where they should decay",
            "The factor is 1 - ηλ/n.",
            [decay(lambda net, m: -net.case.lmbda / net.case.n)]),
    Mistake("l2-on-biases", "93", "decay", "the biases decay as well: λ is for weights alone",
            "A large bias makes no neuron more sensitive to its inputs, so the book leaves the biases out.",
            [decay_of_all]),
    Mistake("update-ascent", "20, 21", "share", "the step goes uphill: + η/m where - η/m is meant",
            "The gradient points to where the cost grows; one goes against it.",
            [changed(lambda net, share, m: -share)]),
    Mistake("update-biases-uphill", "20, 21", "share", "the biases move uphill, the weights downhill",
            "One of the two lines has + where the other has -.",
            [factor_for("b", lambda share, m: -share)]),
    Mistake("update-weights-uphill", "20, 21", "share", "the weights move uphill, the biases downhill",
            "One of the two lines has + where the other has -.",
            [factor_for("w", lambda share, m: -share)]),
    Mistake("momentum-missing", "107", "friction", "nothing of the velocity is kept: μ is left out",
            "v → μ·v - η∇: with nothing kept it is plain gradient descent.",
            [friction(0.0)]),
    Mistake("momentum-sign", "107", "friction", "the velocity is kept with the wrong sign: -μ·v, not μ·v",
            "v → μ·v - η∇ goes on in the direction of the last step; with -μ it turns round each time.",
            [friction(-1.0)]),
    Mistake("update-bias-not-updated", "20, 21", "move", "the biases stay as they are",
            "There is a line that moves the weights and none that moves the biases, or it moves a copy.",
            [nothing_moves("b")]),
    Mistake("update-weights-not-updated", "20, 21", "move", "the weights of a layer stay as they are",
            "The line that moves them is missing, or it moves a copy.",
            [nothing_moves("w")]),

    Mistake("sgd-pairs-broken", "SGD", "", "x and y are shuffled apart: they no longer belong together",
            "Inputs and targets have to be shuffled by one permutation. Shuffled alone, each picture is taught with "
            "the label of another, and the best that can be learnt is the mean."),
    Mistake("sgd-rest-dropped", "SGD", "", "the last mini-batch, with what is left of the examples, is left out",
            "With 5 examples in mini-batches of 2 the fifth is a mini-batch of its own. It is never learnt from if the "
            "loop ends at n - m."),
    Mistake("sgd-all-at-once", "SGD", "", "each step is given all examples in place of its mini-batch",
            "The loop goes over the mini-batches, and what it hands over is the whole list."),
    Mistake("sgd-one-batch-only", "SGD", "", "an epoch ends after its first mini-batch",
            "A return or a break stands one level too deep."),
    Mistake("sgd-same-batch", "SGD", "", "every step of an epoch is given the same mini-batch",
            "The slice does not depend on the loop's index."),
    Mistake("sgd-first-of-batch", "SGD", "", "of each mini-batch only some examples are used",
            "The slice is shorter than the mini-batch that was asked for."),
    Mistake("init-all-zero", "initial weights", "",
            "all weights begin at zero: the hidden neurons stay the same for ever",
            "With equal weights all neurons of a layer give the same, get the same error, and move alike: the layer is "
            "worth one neuron. Chance has to make them different at the beginning; only biases may begin at zero."),
    Mistake("init-all-alike", "initial weights", "", "all neurons of a layer begin with the same weights",
            "Neurons with equal weights give the same. What makes them different has to come from chance, a row for "
            "each neuron."),
    Mistake("evaluate-wrong-count", "evaluate", "",
            "evaluate does not count the examples whose output is largest at their label",
            "The answer of the network is the index of its largest output. An argmax over the wrong axis of a column "
            "is always 0; one of the label itself is an index of nothing."),
]

MISTAKES: Dict[str, Mistake] = {mistake.slug: mistake for mistake in _ENTRIES}
"""Every known mistake by its slug, in the order of the data's way."""

CONVENTIONS = ("bp1-sign", "bp1-factor-two", "bp1-half", "bp1-mean-over-outputs", "bp1-scaled", "update-sum-not-mean")
"""What is no mistake if it is the only thing that is other than in the book: a factor that all gradients share."""


def at(line: str) -> List[Tuple[str, Line]]:
    """The known mistakes in a line of the Algorithm: each variant with its name."""
    return [(mistake.slug, variant) for mistake in _ENTRIES for lines in mistake.lines
            for name, variant in lines.items() if name == line]
