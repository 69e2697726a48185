"""The network of chapters 1 and 2 against a calculator, finite differences, and the book's own words."""
from __future__ import annotations

from random import Random
from typing import Callable, List, Type

import pytest

from byhand import X, Y, by_hand, flat, slopes, toy_data
from purenn import network2
from purenn.matrix import shape
from purenn.network import Network, answer


def test_forward_by_hand() -> None:
    assert by_hand(Network).feedforward(X) == pytest.approx([0.480453023366], abs=1e-12)
    assert by_hand(network2.Network).total_cost([(X, Y)]) == pytest.approx(0.134964530465, abs=1e-12)


def test_backprop_by_hand() -> None:
    nabla_b, nabla_w = by_hand(Network).backprop(X, Y)
    assert flat(nabla_b) == pytest.approx([-0.009702341433, 0.021334051397, -0.129688233418], abs=1e-12)
    assert flat(nabla_w) == pytest.approx([-0.009702341433, -0.004851170716, 0.021334051397, 0.010667025699,
                                           -0.068083623405, -0.080725651038], abs=1e-12)


def test_step_by_hand() -> None:
    net = by_hand(Network)
    net.update_mini_batch([(X, Y)], eta=2.0)
    assert flat(net.weights) == pytest.approx([0.219404682866, -0.390297658568, 0.557331897206, 0.778665948602,
                                               0.436167246810, -0.538548697924], abs=1e-11)
    assert flat(net.biases) == pytest.approx([0.119404682866, -0.542668102794, 0.459376466836], abs=1e-11)


def test_the_step_is_the_books() -> None:
    """The book sums nabla_b and nabla_w over the mini-batch, all at the *old* weights, and subtracts η/m times that.
    Training adds outer products in place; it is the same step."""
    examples = [([1.0, 0.5], [1.0]), ([0.0, 1.0], [0.0]), ([0.3, 0.0], [1.0])]
    old, net = by_hand(Network), by_hand(Network)
    gradients = [flat(*old.backprop(x, y)) for x, y in examples]
    net.update_mini_batch(examples, eta=3.0)
    expected = [p - 3.0 / 3 * sum(g) for p, *g in zip(flat(old.biases, old.weights), *gradients)]
    assert flat(net.biases, net.weights) == pytest.approx(expected, rel=1e-14, abs=1e-15)


def test_both_chapters_train_the_same_network() -> None:
    """With chapter 1's choices, network2 ends at the very bits of network."""
    training_data, _ = toy_data()
    first, second = Network([2, 3, 2], rng=Random(5)), network2.Network([2, 3, 2], rng=Random(5))
    first.SGD(training_data, 2, 7, 3.0)             # 200 = 28·7 + 4: a short last mini-batch
    second.SGD(training_data, 2, 7, 3.0)
    assert (first.weights, first.biases) == (second.weights, second.biases)


@pytest.mark.parametrize("sizes", [[1, 1], [2, 1], [3, 2], [4, 3, 2], [2, 5, 3], [3, 4, 2, 3], [2, 2, 2, 2, 2]])
def test_gradient_over_several_shapes(sizes: List[int]) -> None:
    rng = Random(sum(sizes))
    net = network2.Network(sizes, rng=rng)          # which has total_cost; its backprop is chapter 2's
    x, y = [rng.random() for _ in range(sizes[0])], [float(rng.randrange(2)) for _ in range(sizes[-1])]
    assert flat(*net.backprop(x, y)) == pytest.approx(slopes(net, x, y), rel=1e-6, abs=1e-9)


@pytest.mark.slow
def test_chapter_1_as_printed(capsys: pytest.CaptureFixture[str]) -> None:
    training_data, test_data = toy_data()
    net = Network([2, 3, 2], rng=Random(0))
    net.SGD(training_data, 30, 10, 3.0, test_data=test_data)
    lines = capsys.readouterr().out.splitlines()
    assert [line.split(":")[0] for line in lines] == [f"Epoch {number}" for number in range(30)]
    assert lines[-1] == f"Epoch 29: {net.evaluate(test_data)} / 200"
    assert net.evaluate(test_data) > 190
    assert (net.sizes, net.num_layers) == ([2, 3, 2], 3)
    assert net.cost_derivative([0.75, 0.5], [1.0, 0.0]) == [-0.25, 0.5]


def test_one_output_says_1_where_it_is_at_least_a_half() -> None:
    """σ(0) = ½ says 1, and σ(-0.1) = 0.475 says 0. Of more outputs the largest is the answer, the first of equals."""
    net = Network([1, 1])
    net.weights = [[[0.0]]]
    for bias, expected in (0.0, 1), (-0.1, 0), (9.0, 1):
        net.biases = [[bias]]
        assert net.predict([0.5]) == expected
        assert net.evaluate([([0.5], [0.0]), ([0.5], [1.0]), ([0.5], 0), ([0.5], 1)]) == 2
        assert net.evaluate([([0.5], expected)]) == 1
    assert [answer(y) for y in ([0.5], [0.4], [0.2, 0.7, 0.7], 7)] == [1, 0, 1, 7]


class Whole:
    """A label as NumPy has them: a whole number that is no int."""

    def __index__(self) -> int:
        return 1

    __int__ = __index__


GOOD = [([0.0, 1.0], [1.0])]


@pytest.mark.parametrize("call, sentence", [
    (lambda net: net.SGD(30, GOOD, 10, 3.0), "epochs: a whole number of 1 or more, not [([0.0, 1.0], [1.0])]"),
    (lambda net: net.SGD(GOOD, 30, 0, 3.0), "mini_batch_size: a whole number of 1 or more, not 0"),
    (lambda net: net.SGD(GOOD, 1.5, 1, 3.0), "epochs: a whole number of 1 or more, not 1.5"),
    (lambda net: net.SGD([([0.0, 1.0], 1)], 1, 1, 3.0), "subtract: two lists of numbers, not [0.5] and 1"),
    (lambda net: net.SGD([([0.0, 1.0], Whole())], 1, 1, 3.0), "subtract: two lists of numbers, not [0.5] and "),
    (lambda net: net.SGD([([0.0, 1.0], "1")], 1, 1, 3.0),
     "a label is a whole number, and an output a list of numbers, not '1'"),
    (lambda net: net.SGD([([[0.0], [1.0]], [1.0])], 1, 1, 3.0),
     "matvec: a vector is a list of numbers, not [[0.0], [1.0]]"),
    (lambda net: net.SGD([([0.0], [1.0])], 1, 1, 3.0), "matvec: a 1 x 2 matrix takes a vector of length 2, not 1"),
    (lambda net: net.SGD([([0.0, 1.0], [1.0, 0.0])], 1, 1, 3.0), "subtract: vectors of the same length, not 1 and 2"),
    (lambda net: net.SGD(GOOD, 1, 1, 3.0, [([0.0, 1.0], "1")]),
     "a label is a whole number, and an output a list of numbers, not '1'"),
    (lambda net: net.SGD(GOOD, 1, 1, 3.0, [([0.0], 1)]), "matvec: a 1 x 2 matrix takes a vector of length 2, not 1"),
    (lambda net: net.evaluate([([0.0, 1.0], 1.0)]),
     "a label is a whole number, and an output a list of numbers, not 1.0"),
    (lambda net: net.update_mini_batch([], 3.0), "update_mini_batch: one example or more, not an empty mini-batch"),
    (lambda net: net.feedforward(0.5), "matvec: a vector is a list of numbers, not 0.5"),
    (lambda net: net.predict("ab"), "matvec: a vector is a list of numbers, not 'ab'"),
])
@pytest.mark.parametrize("kind", [Network, network2.Network])
def test_slips_get_a_sentence(call: Callable[[Network], object], sentence: str, kind: Type[Network]) -> None:
    """The same of both networks, but where network2 has looked through the data before; and no weight changes."""
    net = kind([2, 1])
    net.weights, net.biases = [[[0.0, 0.0]]], [[0.0]]
    with pytest.raises(ValueError) as error:
        call(net)
    assert str(error.value).startswith(sentence) or kind is network2.Network and "_data" in str(error.value)
    assert "\n" not in str(error.value)
    assert (net.weights, net.biases) == ([[[0.0, 0.0]]], [[0.0]])


def test_a_label_of_numpy_is_a_label() -> None:
    net = Network([1, 3])
    net.weights, net.biases = [[[0.0], [9.0], [0.0]]], [[0.0] * 3]
    assert net.evaluate([([1.0], Whole())]) == 1                                        # type: ignore[list-item]


def test_weights_drawn_anew_take_the_place_of_the_old_ones() -> None:
    net = Network([2, 3, 1], rng=Random(0))
    before = net.weights, net.biases
    net.default_weight_initializer()
    assert (net.weights, net.biases) != before
    assert [shape(w) for w in net.weights] == [(3, 2), (1, 3)] and [len(b) for b in net.biases] == [3, 1]


@pytest.mark.parametrize("sizes", [[], [3], [3, 0], [3, -1], [3, 2.0], [3, "2"]])
def test_impossible_sizes(sizes: List[int]) -> None:
    with pytest.raises(ValueError, match="sizes: two layers or more, each of one neuron or more"):
        Network(sizes)
