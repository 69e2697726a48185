"""The mistakes that are known: what each is called, which equation it is in, and what somebody computes who made it.

A mistake is one entry below. Its variants are the ways to make it; each says which lines of the `Algorithm` it replaces
and by what. Where two entries replace the same line, the later one is given the earlier one's: so an entry that only
changes a result (its sign, say) stands behind those that put something else in its place.

>>> MISTAKES["bp2-no-sigma-prime"].equation
'BP2'
"""
from __future__ import annotations

from dataclasses import dataclass
from itertools import product
from math import exp
from typing import Any, Callable, Dict, Iterator, List, Sequence, Tuple

from ..activations import ACTIVATIONS, relu, sigmoid, softmax, tanh
from ..matrix import Matrix, Vector, add_matrix, hadamard, matvec, outer, scale, shape, subtract, transpose, zeros
from .algorithm import Algorithm, Key, Lines, Way

Line = Callable[..., Any]


@dataclass(frozen=True)
class Mistake:
    """One known mistake: `sentence` goes on after "your numbers are what comes out when"."""

    slug: str
    equation: str
    sentence: str
    variants: Sequence[Lines]
    ordered: bool = False       # whether it is about the order of the examples, of which SGD tells nothing


# Forward: a′ = σ(w·a + b)

def without_bias(net: Algorithm, line: Line, l: int, a: Vector) -> Vector:
    return matvec(net.weights[l], a)


def transposed_forward(net: Algorithm, line: Line, l: int, a: Vector) -> Vector:
    return [z + b for z, b in zip(matvec(transpose(net.weights[l]), a), net.biases[l])]


def last(line: Callable[..., Any]) -> Line:
    """A mistake made in the last layer only: `line` for that one, what was there before for the others."""
    def replaced(net: Algorithm, before: Line, l: int, *arguments: Any) -> Any:
        return line(net, before, l, *arguments) if l == net.layers[-1] else before(l, *arguments)
    return replaced


def hidden(line: Callable[..., Any]) -> Line:
    """A mistake made in all layers but the last."""
    def replaced(net: Algorithm, before: Line, l: int, *arguments: Any) -> Any:
        return line(net, before, l, *arguments) if l != net.layers[-1] else before(l, *arguments)
    return replaced


def of_hidden(line: Callable[..., Any]) -> Line:
    """The same for lines whose first argument is a Way."""
    def replaced(net: Algorithm, before: Line, way: Way, l: int) -> Any:
        return line(net, before, way, l) if l != net.layers[-1] else before(way, l)
    return replaced


def of_last(line: Callable[..., Any]) -> Line:
    def replaced(net: Algorithm, before: Line, way: Way, l: int) -> Any:
        return line(net, before, way, l) if l == net.layers[-1] else before(way, l)
    return replaced


def other_activations() -> Iterator[Lines]:
    """Every pair of activations, hidden and output, in place of the right ones, with three ways to go back: by the
    derivatives that belong to them, or by the right functions' ones, worked out from z or from a."""
    for names in product(ACTIVATIONS, ACTIVATIONS):
        yield {"activate": _activate(names), "output_error": _own_error(names), "slope": _own_slope(names)}
        yield {"activate": _activate(names)}
        yield {"activate": _activate(names), "output_error": error_at_z, "slope": slope_at_z}


def _function(names: Tuple[str, str], net: Algorithm, l: int) -> Any:
    return ACTIVATIONS[names[l == net.layers[-1]]]


def _activate(names: Tuple[str, str]) -> Line:
    return lambda net, line, l, zs: [_function(names, net, l)(z) for z in zs]


def _own_error(names: Tuple[str, str]) -> Line:
    return lambda net, line, way: net.cost.delta(_function(names, net, net.layers[-1]), way.a[-1], way.y)


def _own_slope(names: Tuple[str, str]) -> Line:
    return lambda net, line, way, l, g: _function(names, net, l).backward(way.a[l + 1], g)


def slope_at_z(net: Algorithm, line: Line, way: Way, l: int, g: Vector) -> Vector:
    return net.functions[l].backward(net.functions[l](way.z[l]), g)


def error_at_z(net: Algorithm, line: Line, way: Way) -> Vector:
    f = net.functions[-1]
    if _cancels(net, way):
        return line(way)        # type: ignore[no-any-return]
    return f.backward(f(way.z[-1]), net.cost.derivative(way.a[-1], way.y))


def one_sum_for_all(net: Algorithm, line: Line, l: int, zs: List[Vector]) -> List[Vector]:
    """The powers of all examples divided by the sum of them all."""
    if net.functions[l] is not softmax:
        return line(l, zs)      # type: ignore[no-any-return]
    powers = [[exp(z) for z in row] for row in zs]
    return [scale(1.0 / sum(map(sum, powers)), row) for row in powers]


def across_the_batch(net: Algorithm, line: Line, l: int, zs: List[Vector]) -> List[Vector]:
    """Each neuron's powers divided by their sum over the examples."""
    if net.functions[l] is not softmax:
        return line(l, zs)      # type: ignore[no-any-return]
    return transpose([softmax(column) for column in transpose(zs)])


def across_one_example(net: Algorithm, line: Line, l: int, zs: List[Vector]) -> List[Vector]:
    """The same, one example after the other: each number divided by itself."""
    return [[1.0] * len(z) for z in zs] if net.functions[l] is softmax else line(l, zs)


# The error of the output (BP1)

def _cancels(net: Algorithm, way: Way) -> bool:
    return net.cost.cancels(net.functions[-1], way.y)


def no_sigma_prime_at_output(net: Algorithm, line: Line, way: Way) -> Vector:
    return net.cost.derivative(way.a[-1], way.y)


def sigma_prime_although_it_cancels(net: Algorithm, line: Line, way: Way) -> Vector:
    if not _cancels(net, way):
        return line(way)        # type: ignore[no-any-return]
    return net.functions[-1].backward(way.a[-1], subtract(way.a[-1], way.y))


def diagonal_although_it_cancels(net: Algorithm, line: Line, way: Way) -> Vector:
    """The same with σ′ = a·(1 - a), for softmax as well."""
    return sigmoid.backward(way.a[-1], subtract(way.a[-1], way.y)) if _cancels(net, way) else line(way)


def diagonal_of_softmax(net: Algorithm, line: Line, way: Way) -> Vector:
    if net.functions[-1] is not softmax:
        return line(way)        # type: ignore[no-any-return]
    return sigmoid.backward(way.a[-1], net.cost.derivative(way.a[-1], way.y))


def sigma_prime_of_a_at_output(net: Algorithm, line: Line, way: Way) -> Vector:
    if _cancels(net, way):
        return line(way)        # type: ignore[no-any-return]
    f = net.functions[-1]
    return f.backward(f(way.a[-1]), net.cost.derivative(way.a[-1], way.y))


def formula_of_z_at_output(net: Algorithm, line: Line, way: Way) -> Vector:
    if _cancels(net, way):
        return line(way)        # type: ignore[no-any-return]
    return net.functions[-1].backward(way.z[-1], net.cost.derivative(way.a[-1], way.y))


def times(c: float) -> Line:
    """c times what is right."""
    return lambda net, line, *arguments: scale(c, line(*arguments))


def per_output(c: float) -> Line:
    """c/k times what is right, for k outputs."""
    return lambda net, line, *arguments: scale(c / net.case.sizes[-1], line(*arguments))


# The error of the other layers (BP2)

def no_sigma_prime(net: Algorithm, line: Line, way: Way, l: int, g: Vector) -> Vector:
    """For ReLU this is another mistake, relu-prime-at-a-negative."""
    return line(way, l, g) if net.functions[l] is relu else g


def sigma_prime_of_a(net: Algorithm, line: Line, way: Way, l: int, g: Vector) -> Vector:
    return net.functions[l].backward(net.functions[l](way.a[l + 1]), g)


def formula_of_z(net: Algorithm, line: Line, way: Way, l: int, g: Vector) -> Vector:
    return net.functions[l].backward(way.z[l], g)


def relu_prime_is(below: float) -> Line:
    """relu′(z) with another number for the 0 of a negative z."""
    def slope(net: Algorithm, line: Line, way: Way, l: int, g: Vector) -> Vector:
        if net.functions[l] is not relu:
            return line(way, l, g)      # type: ignore[no-any-return]
        return hadamard(g, [1.0 if z > 0.0 else below for z in way.z[l]])
    return slope


def not_transposed(net: Algorithm, line: Line, way: Way, l: int) -> Vector:
    return matvec(net.weights[l + 1], way.delta[l + 1])


def weights_of(layer: Callable[[Algorithm, int], int]) -> Line:
    """wᵀδ with the weights of another layer."""
    return lambda net, line, way, l: matvec(transpose(net.weights[layer(net, l)]), way.delta[l + 1])


def slope_of(layer: Callable[[Algorithm, int], int]) -> Line:
    """σ′ at the weighted sums of another layer."""
    def slope(net: Algorithm, line: Line, way: Way, l: int, g: Vector) -> Vector:
        return net.functions[l].backward(net.functions[l](way.z[layer(net, l)]), g)
    return slope


def error_of_the_last(net: Algorithm, line: Line, way: Way, l: int) -> Vector:
    return matvec(transpose(net.weights[l + 1]), way.delta[net.layers[-1]])


def layer_by_layer(net: Algorithm, line: Line, xs: List[Vector], ys: List[Vector]) -> None:
    """Each layer moves as soon as its errors are known, and the errors go on through what has moved."""
    _move_and_carry(net, net.forward(xs, ys), len(xs))


def layer_by_layer_each(net: Algorithm, line: Line, xs: List[Vector], ys: List[Vector]) -> None:
    """The same, with one example after the other."""
    for x, y in zip(xs, ys):
        _move_and_carry(net, net.forward([x], [y]), len(xs))


def _move_and_carry(net: Algorithm, ways: List[Way], m: int) -> None:
    for l in reversed(net.layers):
        for way in ways:
            way.delta[l] = net.error(way, l)
        net.move_layer(ways, l, m)


# The gradient (BP3, BP4)

def nothing(net: Algorithm, line: Line, way: Way, l: int) -> Vector:
    return [0.0] * len(way.delta[l])


def summed_over_neurons(net: Algorithm, line: Line, way: Way, l: int) -> Vector:
    return [sum(way.delta[l])] * len(way.delta[l])


def transposed_gradient(net: Algorithm, line: Line, way: Way, l: int) -> Matrix:
    return outer(way.a[l], way.delta[l])


def with_its_own_activation(net: Algorithm, line: Line, way: Way, l: int) -> Matrix:
    return outer(way.delta[l], way.a[l + 1])


def with_z(net: Algorithm, line: Line, way: Way, l: int) -> Matrix:
    return outer(way.delta[l], way.z[l - 1]) if l else line(way, l)


# The step

def nothing_for_biases(net: Algorithm, line: Line, key: Key, *arguments: Any) -> None:
    if key[0] == "w":
        line(key, *arguments)


def changed(what: Callable[[Algorithm, float, int], float]) -> Line:
    """Another factor for the sum of a mini-batch of m: `what` is given the algorithm, η/m and m."""
    return lambda net, line, m: what(net, line(m), m)


def uphill_with_weights_growing(net: Algorithm, line: Line, key: Key, m: int) -> float:
    return -line(key, m)      # type: ignore[no-any-return]


def only_the_last(net: Algorithm, line: Line, key: Key, gradients: List[Matrix]) -> Matrix:
    return gradients[-1]


def not_forgotten(net: Algorithm, line: Line, key: Key, gradients: List[Matrix]) -> Matrix:
    kept = net.kept.setdefault(key, zeros(*shape(gradients[0])))
    add_matrix(kept, 1.0, line(key, gradients))
    return [row[:] for row in kept]


def mean_not_forgotten(net: Algorithm, line: Line, key: Key, gradients: List[Matrix]) -> Matrix:
    m = len(gradients)
    kept = net.kept.setdefault(key, zeros(*shape(gradients[0])))
    add_matrix(kept, 1.0 / m, line(key, gradients))
    return [scale(m, row) for row in kept]


def one_at_a_time(net: Algorithm, line: Line, xs: List[Vector], ys: List[Vector]) -> None:
    for x, y in zip(xs, ys):
        ways = net.propagate([x], [y])
        for l in net.layers:
            net.move_layer(ways, l, len(xs))


def decay_of_all(net: Algorithm, line: Line, key: Key, m: int) -> float:
    return line(("w", key[1]), m)       # type: ignore[no-any-return]


def decay(what: Callable[[Algorithm, int], float]) -> Line:
    """Another factor λ/n."""
    return lambda net, line, key, m: net.case.eta * what(net, m) if key[0] == "w" else line(key, m)


def friction(sign: float) -> Line:
    return lambda net, line: sign * net.case.mu


_ENTRIES = [
    Mistake("forward-wrong-activation", "22", "another activation function is taken", list(other_activations())),
    Mistake("forward-no-bias", "22", "the biases are left out: z = w·a, not w·a + b",
            [{"weigh": line} for line in (without_bias, last(without_bias), hidden(without_bias))]),
    Mistake("forward-transposed", "22", "the weights are transposed: z = wᵀ·a + b, not w·a + b",
            [{"weigh": transposed_forward}]),
    Mistake("softmax-over-batch", "78", "softmax sums over the examples, not over the neurons of each example alone",
            [{"activate": line} for line in (one_sum_for_all, across_the_batch, across_one_example)]),

    Mistake("bp1-no-sigma-prime", "BP1", "σ′(z) is left out of (BP1): δ = ∂C/∂a, not ∂C/∂a ⊙ σ′(z)",
            [{"output_error": no_sigma_prime_at_output}]),
    Mistake("bp1-has-sigma-prime", "BP1", "δ = (a - y) ⊙ σ′(z), where cost and output cancel to δ = a - y",
            [{"output_error": sigma_prime_although_it_cancels}, {"output_error": diagonal_although_it_cancels}]),
    Mistake("bp1-softmax-diagonal", "BP1",
            "the derivative of softmax is taken as a·(1 - a), without its other part -aⱼ·aₖ",
            [{"output_error": diagonal_of_softmax}]),
    Mistake("bp1-sigma-prime-of-a", "BP1", "σ′ is taken of the activation, σ′(a) in place of σ′(z), in the last layer",
            [{"output_error": sigma_prime_of_a_at_output}]),
    Mistake("bp1-formula-of-z", "BP1",
            "σ′ is worked out from z by the formula that takes a, such as z·(1 - z), in the last layer",
            [{"output_error": formula_of_z_at_output}]),
    Mistake("bp1-sign", "BP1", "the output's error has the wrong sign: y - a, not a - y",
            [{"output_error": times(-1.0), "derivative": times(-1.0)}]),
    Mistake("bp1-factor-two", "BP1", "the output's error is twice as large: the cost has lost its ½",
            [{"output_error": times(2.0), "derivative": times(2.0)}]),
    Mistake("bp1-half", "BP1", "the output's error is half as large",
            [{"output_error": times(0.5), "derivative": times(0.5)}]),
    Mistake("bp1-mean-over-outputs", "BP1",
            "the output's error is divided by the number of outputs: the cost sums over them",
            [{"output_error": per_output(c), "derivative": per_output(c)} for c in (1.0, 2.0)]),

    Mistake("bp2-no-sigma-prime", "BP2", "σ′(z) is left out of (BP2): δ = wᵀδ, not wᵀδ ⊙ σ′(z)",
            [{"slope": no_sigma_prime}]),
    Mistake("bp2-sigma-prime-of-a", "BP2", "σ′ is taken of the activation: σ′(a) in place of σ′(z)",
            [{"slope": sigma_prime_of_a}, {"slope": sigma_prime_of_a, "output_error": sigma_prime_of_a_at_output}]),
    Mistake("bp2-formula-of-z", "BP2", "σ′ is worked out from z by the formula that takes a, such as z·(1 - z)",
            [{"slope": formula_of_z}, {"slope": formula_of_z, "output_error": formula_of_z_at_output}]),
    Mistake("relu-prime-at-a-negative", "BP2", "relu′(z) of a negative z is not 0",
            [{"slope": relu_prime_is(c)} for c in (1.0, -1.0, 0.01)]),
    Mistake("bp2-not-transposed", "BP2", "the weights are not transposed on the way back: w·δ, not wᵀ·δ",
            [{"carry": not_transposed}]),
    Mistake("bp2-wrong-layer", "BP2", "(BP2) takes its w, z or δ of a wrong layer",
            [{"carry": weights_of(lambda net, l: l)}, {"carry": weights_of(lambda net, l: net.layers[-1])},
             {"carry": error_of_the_last}, {"slope": slope_of(lambda net, l: l + 1)},
             {"slope": slope_of(lambda net, l: max(l - 1, 0))}, {"slope": slope_of(lambda net, l: 0)},
             {"slope": slope_of(lambda net, l: net.layers[-1])}]),
    Mistake("bp2-updated-weights", "BP2", "the errors travel back through weights that this step has already changed",
            [{"step": layer_by_layer}, {"step": layer_by_layer_each}]),

    Mistake("bp3-bias-missing", "BP3", "the gradient of the biases is 0, not δ",
            [{"nabla_b": line} for line in (nothing, of_last(nothing), of_hidden(nothing))]),
    Mistake("bp3-bias-summed", "BP3", "all biases of a layer get one gradient, the sum of its δ",
            [{"nabla_b": summed_over_neurons}]),
    Mistake("bp4-transposed", "BP4", "the gradient of the weights is transposed: a⊗δ, not δ⊗a",
            [{"nabla_w": transposed_gradient}]),
    Mistake("bp4-wrong-activation", "BP4", "(BP4) takes the layer's own activations, not those of the layer before",
            [{"nabla_w": line} for line in (with_its_own_activation, of_last(with_its_own_activation),
                                            of_hidden(with_its_own_activation))]),
    Mistake("bp4-weighted-input", "BP4", "(BP4) takes z of the layer before, not its activations",
            [{"nabla_w": with_z}]),

    Mistake("update-one-at-a-time", "20, 21",
            "each example of a mini-batch is learnt before the next one's gradient is taken",
            [{"step": one_at_a_time}]),
    Mistake("update-last-example-only", "20, 21", "of the mini-batch only the last example's gradient is used",
            [{"total": only_the_last}, {"total": only_the_last, "share": changed(lambda net, share, m: share * m)}],
            ordered=True),
    Mistake("update-gradient-kept", "20, 21", "the gradient is not set back to zero between mini-batches",
            [{"total": not_forgotten}, {"total": mean_not_forgotten}]),
    Mistake("update-sum-not-mean", "20, 21", "the step goes along the sum of the gradients, not their mean: η, not η/m",
            [{"share": changed(lambda net, share, m: share * m)}]),
    Mistake("update-mean-twice", "20, 21", "the sum of the gradients is divided by m twice: η/m², not η/m",
            [{"share": changed(lambda net, share, m: share / m)}]),
    Mistake("l2-missing", "93", "the weights do not decay: λ is left out", [{"decay": decay(lambda net, m: 0.0)}]),
    Mistake("l2-over-m", "93", "the weights decay by λ/m, m being the mini-batch: not by λ/n",
            [{"decay": decay(lambda net, m: net.case.lmbda / m)}]),
    Mistake("l2-without-n", "93", "the weights decay by λ, not by λ/n",
            [{"decay": decay(lambda net, m: net.case.lmbda)}]),
    Mistake("l2-sign", "93", "the weights grow by λ/n where they should decay",
            [{"decay": decay(lambda net, m: -net.case.lmbda / net.case.n)}]),
    Mistake("l2-on-biases", "93", "the biases decay as well: λ is for weights alone", [{"decay": decay_of_all}]),
    Mistake("update-ascent", "20, 21", "the step goes uphill: + η/m where - η/m is meant",
            [{"share": changed(lambda net, share, m: -share)},
             {"share": changed(lambda net, share, m: -share), "decay": uphill_with_weights_growing}]),
    Mistake("momentum-missing", "107", "nothing of the velocity is kept: μ is left out", [{"friction": friction(0.0)}]),
    Mistake("momentum-sign", "107", "the velocity is kept with the wrong sign: -μ·v, not μ·v",
            [{"friction": friction(-1.0)}]),
    Mistake("update-bias-not-updated", "20, 21", "the biases stay as they are", [{"move": nothing_for_biases}]),
]

MISTAKES: Dict[str, Mistake] = {mistake.slug: mistake for mistake in _ENTRIES}
"""Every known mistake by its slug, in the order of the data's way."""
