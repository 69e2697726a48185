"""Packed networks: lanes are exact up to their edges, and training is the float network's but for rounding."""
from __future__ import annotations

import json
import sys
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from random import Random
from subprocess import CompletedProcess
from typing import List, cast

import pytest

from commands import here
from purenn import data, network2, packed
from purenn.activations import identity
from purenn.cores.forecast import forecast
from purenn.matrix import Matrix, Vector
from purenn.network2 import CrossEntropyCost, Diverged
from purenn.packed import LARGEST, STEP, Lanes, Network, PackedMatrix, Whole, add_rows, whole
from purenn.recipes import RECIPES, Recipe
from purenn.saved import models


# Lanes

@pytest.mark.parametrize("wide, edge", [(False, 2 ** 63 - 1), (True, 2 ** 127 - 1)])
def test_a_lane_goes_up_to_its_edge_beside_any_neighbours(wide: bool, edge: int) -> None:
    lanes = Lanes(5, wide)
    for q in (edge, -edge, edge, -1, 0), (-edge, edge, -edge, edge, -edge), (0, -1, 0, 1, -1):
        assert lanes.unpack(lanes.join(q)) == q
    assert lanes.unpack(lanes.join([edge - 1] * 5) + lanes.join([1] * 5)) == (edge,) * 5


@pytest.mark.parametrize("wide", [False, True])
def test_packing_rounds_to_the_nearest_whole_number(wide: bool) -> None:
    """And a half to the even one, as `round` does: 0.5 to 0, 1.5 to 2, -2.5 to -2."""
    lanes, edge = Lanes(6, wide), 2.0 ** 51 - 1
    assert lanes.unpack(lanes.pack(1.0, [0.5, 1.5, -2.5, 0.49, -edge, edge])) == (0, 2, -2, 0, -int(edge), int(edge))
    numbers = [Random(0).uniform(-1e6, 1e6) for _ in range(6)]
    assert lanes.unpack(lanes.pack(2.0, numbers)) == tuple(round(2.0 * number) for number in numbers)


# Inputs as whole numbers

def exact(x: Whole) -> List[Fraction]:
    """What the vector was, from the whole numbers."""
    dense = [Fraction(0)] * x.n
    for k, value in zip(x.gather(range(x.n)), x.values):
        dense[k] = Fraction(value, x.scale)
    return dense


@pytest.mark.parametrize("x, scale", [
    ([p / 255 for p in (0, 254, 1, 1, 255)], 255), ([0.0, 1.0, 1.0], 1), ([k / 16 for k in range(17)], 16),
    ([51 / 255, 0.0], 5), ([1 / 65535, 1.0], 65535), ([-0.5, 0.25, 0.0, 1.5], 4), ([0.0, 0.0], 1), ([0.25], 4),
    ([1 / 3, 0.5], 6)], ids=str)
def test_inputs_are_whole_numbers_by_the_smallest_scale(x: Vector, scale: int) -> None:
    found = whole(x)
    assert found.scale == scale
    assert [float(xk) for xk in exact(found)] == x
    assert found.total == sum(abs(xk) for xk in exact(found)) * scale
    assert whole(found) is found


@pytest.mark.parametrize("x, complaint", [
    ([0.5, 0.123456789], "n up to 65,535, and 0.123456789 is not"),
    ([1 / 65536], "and 1.52587890625e-05 is not"),
    ([1 / 65533, 1 / 255], "these have no common n below 16,710,915"),
    ([float("nan")], "and nan is not"), ([float("inf")], "and inf is not")], ids=str)
def test_what_cannot_be_packed_is_told_in_one_line(x: Vector, complaint: str) -> None:
    with pytest.raises(ValueError, match=complaint) as caught:
        whole(x)
    assert "\n" not in str(caught.value)


# The matrix

def rational(W: Matrix) -> List[List[Fraction]]:
    return [[Fraction(w) for w in row] for row in W]


def product(W: Matrix, x: Vector) -> List[float]:
    """W·x in rational arithmetic, and then the nearest floats."""
    return [float(sum(w * Fraction(xk) for w, xk in zip(row, x))) for row in rational(W)]


def random_matrix(rng: Random, rows: int, columns: int, largest: float) -> Matrix:
    """Multiples of STEP."""
    edge = int(largest / STEP)
    return [[rng.randrange(-edge, edge + 1) * STEP for _ in range(columns)] for _ in range(rows)]


@pytest.mark.parametrize("scale", [1, 16, 256, 32768])
def test_weighted_inputs_are_the_floats_nearest_to_the_exact_sums(scale: int) -> None:
    """With inputs that are exact as floats. So they are the same on every interpreter. With weights of 4,096, which is
    2⁵⁰ steps, the lanes have to become wide where 2⁵⁰·20·scale > 2⁶², from a scale of 205."""
    rng = Random(scale)
    for largest in 1.0, LARGEST * STEP:
        W = random_matrix(rng, 4, 20, largest)
        columns = PackedMatrix(W)
        for _ in range(20):
            x = [rng.randrange(-scale, scale + 1) / scale for _ in range(20)]
            assert columns.matvec(whole(x)) == product(W, x)
        assert columns.rows() == W
        full = [1.0] * 19 + [1.0 - 1.0 / scale]
        assert columns.matvec(whole(full)) == product(W, full)
    assert columns.lanes.wide == (scale > 204)


def test_weights_come_back_bit_for_bit() -> None:
    """Those that are multiples of 2⁻³⁸; any other by half of that at most."""
    W = [[4096.0, -4096.0, STEP, -STEP], [0.0, 1.0 + STEP, 0.1, 4095.9]]
    back = PackedMatrix(W).rows()
    assert back[0] == W[0] and back[1][:2] == W[1][:2]
    assert all(abs(a - b) <= STEP / 2 for a, b in zip(back[1], W[1]))
    assert PackedMatrix(back).rows() == back


@pytest.mark.parametrize("w", [4096.1, -5000.0, float("nan"), float("inf")])
def test_a_weight_that_has_no_lane(w: float) -> None:
    with pytest.raises(Diverged, match="packed: weights from -4,096 to 4,096"):
        PackedMatrix([[1.0, w], [w, 0.0]])


def test_the_bound_holds_and_a_look_makes_it_exact() -> None:
    rng = Random(3)
    W = PackedMatrix(random_matrix(rng, 3, 6, 2.0))
    for _ in range(200):
        u, x = [rng.gauss(0, 1) for _ in range(3)], [rng.randrange(256) / 255 for _ in range(6)]
        W.add_outer(rng.uniform(-1, 1), u, whole(x))
        assert W.bound >= max(abs(w) for row in W.rows() for w in row) / STEP
    largest = max(abs(w) for row in W.rows() for w in row) / STEP
    W.bound = 2.0 ** 63                         # so large that W·x would need wide lanes; a look shows that it need not
    W.matvec(whole([1.0] * 6))
    assert W.bound == largest and not W.lanes.wide


@pytest.mark.parametrize("sign", [1.0, -1.0])
def test_a_network_driven_over_the_edge_is_exact_until_it_stops(sign: float) -> None:
    """One linear neuron, C = ½·(w·x + b - y)². A step multiplies its error by 1 - η·(x·x + 1): with x = (1, ½) and η =
    2 by 1 - 2·2.25 = -3.5. All numbers are sums of few powers of two, so that rational arithmetic and lanes must agree
    to the last bit, until weights are thousands; then Diverged is raised, and no weight is wrong."""
    net = Network([2, 1], output=identity)
    net.weights, net.biases = [[[0.5 * sign, 0.25]]], [[0.0]]
    x, y, eta = [1.0, 0.5], [-sign], 2.0
    w, b = [Fraction(sign) / 2, Fraction(1, 4)], Fraction(0)
    steps = 0
    with pytest.raises(Diverged, match="a weight was about to exceed 4,096"):
        while True:
            net.update_mini_batch([(x, y)], eta)
            error = sum(wk * Fraction(xk) for wk, xk in zip(w, x)) + b - Fraction(y[0])
            w = [wk - 2 * error * Fraction(xk) for wk, xk in zip(w, x)]
            b -= 2 * error
            steps += 1
            assert [Fraction(wk) for wk in net.weights[0][0]] == w and Fraction(net.biases[0][0]) == b
            assert net.feedforward(x) == [float(w[0] + w[1] / 2 + b)]
    assert steps > 4 and 4096 / 3.5 / 2 < max(map(abs, w)) <= 4096
    assert [Fraction(wk) for wk in net.weights[0][0]] == w


def test_an_error_that_is_not_finite_changes_no_weight() -> None:
    for u in [float("inf"), 0.0], [float("nan"), 1.0], [1e300, 1e300]:
        W = PackedMatrix([[1.0], [2.0]])
        with pytest.raises(Diverged):
            W.add_outer(1.0, u, whole([1.0]))
        assert W.rows() == [[1.0], [2.0]]


def test_wide_lanes_hold_what_the_narrow_ones_held() -> None:
    """W·x = ¾·2048·100 in steps of 2⁻³⁸/32,768: 2⁷¹ or so of them. A factor that is kept apart is left as it is."""
    W = PackedMatrix([[2048.0] * 100, [-1.0] * 100])
    W.scale(0.75)
    before = W.rows()
    total = 100 - 2.0 ** -15
    assert W.matvec(whole([1.0] * 99 + [1.0 - 2.0 ** -15])) == [1536.0 * total, -0.75 * total]
    assert W.lanes.wide and W.rows() == before and W.factor == 0.75
    W.add_outer(1.0, [1.0, -2.0], whole([0.0] * 99 + [0.5]))
    assert [row[99] for row in W.rows()] == [pytest.approx(1536.5), pytest.approx(-1.75)]


def test_scaling_is_kept_apart_and_folded_in_below_a_half() -> None:
    W = PackedMatrix([[1.0, -3.0]])
    W.scale(0.75)
    assert (W.factor, W.rows()) == (0.75, [[0.75, -2.25]])
    W.scale(0.5)
    assert (W.factor, W.rows()) == (1.0, [[0.375, -1.125]])
    W.scale(0.75)
    W.add_outer(0.5, [1.0], whole([0.0, 1.0]))
    assert W.rows() == [[0.28125, pytest.approx(-0.34375, abs=STEP)]]
    for c, expected in (-1.0, [-0.28125, 0.34375]), (0.0, [0.0, 0.0]):
        W.scale(c)
        assert W.factor == 1.0 and W.rows() == [pytest.approx(expected, abs=STEP)]


def test_add_rows() -> None:
    rng = Random(0)
    for n in 1, 4, 5, 6, 11:
        rows = [[float(rng.randrange(100)) for _ in range(3)] for _ in range(n)]
        c = [float(rng.randrange(100)) for _ in range(n)]
        assert add_rows([1.0] * 3, c, rows) == [1.0 + sum(cj * row[k] for cj, row in zip(c, rows)) for k in range(3)]


# The network

def distance(net: network2.Network, other: network2.Network) -> float:
    """The largest difference of two weights or biases."""
    return max(abs(a - b) for rows, others in [(net.biases, other.biases), *zip(net.weights, other.weights)]
               for row, row2 in zip(rows, others) for a, b in zip(row, row2))


RUNS = {
    "chapter 1": Recipe(epochs=1),
    "chapter 3, L2": replace(RECIPES["chapter-3"], hidden=(20,), epochs=1, lmbda=5.0),
    "one at a time": Recipe(hidden=(5,), init="scaled", batch_size=1, epochs=1, eta=0.5, limit=300),
    "two hidden layers, seven at a time": Recipe(hidden=(12, 7), activation="tanh", cost="cross-entropy", init="scaled",
                                                 batch_size=7, epochs=1, eta=0.1),
    "no hidden layer": Recipe(hidden=(), output="softmax", cost="log-likelihood", epochs=1, eta=0.1),
    "ReLU, halving": replace(RECIPES["best"], hidden=(10,), epochs=3, lmbda=0.1, halve_eta=1),
    "dropout": Recipe(hidden=(12, 6), init="scaled", epochs=1, eta=0.5, dropout=0.5),
    "full batch": replace(RECIPES["full-batch"], epochs=4),
    "full batch, L2": replace(RECIPES["full-batch-scaled"], epochs=4, eta=1.0, lmbda=10.0),
    "early stopping": Recipe(hidden=(8,), init="scaled", epochs=4, early_stopping=1, limit=500)}


def test_weights_of_every_layer_decay_as_a_float_networks() -> None:
    """λ/n·η = 0.2 at each of two steps; the hidden layers' weights are floats, the first ones packed."""
    examples = [([k / 4, 1.0 - k / 4], [float(k % 2), 0.5]) for k in range(4)]
    nets = [kind([2, 3, 3, 2], rng=Random(1)) for kind in (network2.Network, Network)]
    for net in nets:
        net.SGD(examples, 1, 2, 0.4, lmbda=2.0, report=lambda epoch: None)
    assert 0.0 < distance(*nets) < 1e-9


@pytest.mark.slow
@pytest.mark.parametrize("name", RUNS)
def test_training_is_that_of_the_float_network(name: str) -> None:
    """After these epochs of 300 digits no weight differs by more than 10⁻⁵, and what was measured is the same."""
    recipe, (training_data, validation_data, test_data) = RUNS[name], data.load("digits")
    training_data, validation_data, test_data = training_data[:300], validation_data[:100], test_data[:100]
    nets = [recipe.network(64, kind=kind) for kind in (network2.Network, Network)]
    histories = [recipe.train(net, training_data[:recipe.limit], test_data, validation_data, report=lambda epoch: None,
                              monitor_training_cost=True, monitor_evaluation_cost=True) for net in nets]
    assert 0.0 < distance(*nets) < 1e-5
    (cost, accuracy, training_cost, _), (cost2, accuracy2, training_cost2, _) = histories
    assert cost2 == pytest.approx(cost) and accuracy2 == accuracy and training_cost2 == pytest.approx(training_cost)


@pytest.mark.long
def test_an_epoch_of_mnist_is_that_of_the_float_network(mnist_folder: Path) -> None:
    """As chapter 3 trains, on 3,000 of the images: a test, not a wait. (As chapter 1 does, the last bit of one weight
    may decide over a neuron that saturates, and no two arithmetics agree: bench/README.md.)"""
    recipe = replace(RECIPES["chapter-3"], epochs=1, limit=3000, hidden=(30,))
    training_data, _, test_data = data.load(str(mnist_folder))
    nets = [recipe.network(784, kind=kind) for kind in (network2.Network, Network)]
    for net in nets:
        recipe.train(net, training_data[:recipe.limit], [], [], report=lambda epoch: None)
    assert 0.0 < distance(*nets) < 1e-5
    assert nets[0].evaluate(test_data[:3000]) == nets[1].evaluate(test_data[:3000])


@pytest.mark.slow
@pytest.mark.parametrize("batch_size", [10, 0], ids=["mini-batches", "full batch"])
def test_a_resumed_run_is_the_same_to_the_last_bit(batch_size: int, tmp_path: Path) -> None:
    """With L2, whose factor is kept apart within an epoch; and through a file."""
    recipe = Recipe(hidden=(6,), packed=True, batch_size=batch_size, epochs=4, eta=0.5, lmbda=20.0)
    examples = data.load("digits")
    straight = recipe.network(64, kind=Network)
    recipe.train(straight, *examples[::2], examples[1], report=lambda epoch: None)
    run = models.Run(recipe, "digits", "", [])
    net = recipe.network(64, kind=Network)
    replace(recipe, epochs=2).train(net, *examples[::2], examples[1], report=run.past.append)
    models.save(net, tmp_path / "model.json", run)
    resumed, run = models.load_run(tmp_path / "model.json", kind=Network)
    assert (resumed.weights, resumed.biases) == (net.weights, net.biases)
    run.recipe.train(resumed, *examples[::2], examples[1], past=run.past, report=lambda epoch: None)
    assert (resumed.weights, resumed.biases) == (straight.weights, straight.biases)


@pytest.mark.slow
def test_a_full_batch_of_changes_too_small_for_a_lane() -> None:
    """2,048 times the same example, with an error of 1, and η = 2⁻³⁰: each adds 2⁻⁴¹, an eighth of a step, to w."""
    net = Network([1, 1], output=identity)
    net.weights, net.biases = [[[0.0]]], [[0.0]]
    net.update_mini_batch([([1.0], [-1.0])] * 2048, 2.0 ** -30)
    assert net.weights == [[[-2.0 ** -30]]] and net.biases == [[-2.0 ** -30]]


@pytest.mark.slow
def test_a_full_batch_whose_examples_agree_may_take_a_long_step() -> None:
    """2,048 times the same example, with an error of 1, and η = 2: each adds -2/2,048 = -2⁻¹⁰ to w."""
    net = Network([1, 1], output=identity)
    net.weights, net.biases = [[[0.0]]], [[0.0]]
    net.update_mini_batch([([1.0], [-1.0])] * 2048, 2.0)
    assert net.weights == [[[-2.0]]] and net.biases == [[-2.0]]


def test_steps_too_small_for_inputs_of_many_values() -> None:
    """η = 2⁻¹⁴ and x = 1 in steps of 1/65,535, with an error of 1 for each of 128 examples: each is to add 2⁻²¹ to w,
    two steps of 2⁻³⁸·65,535, rounded from 2.00003; and with 512 examples half a step, which would be lost."""
    for m in 128, 512:
        net = Network([2, 1], output=identity)
        net.weights, net.biases = [[[0.0, 0.0]]], [[0.0]]
        net.update_mini_batch([([1.0, 1 / 65535], [-1.0])] * m, 2.0 ** -14)
        assert net.weights[0][0] == pytest.approx([-2.0 ** -14, -2.0 ** -14 / 65535], abs=packed.STEP)


def test_small_steps_are_those_of_floats_with_a_factor_and_wide_lanes() -> None:
    rng = Random(7)
    examples = [([rng.randrange(65536) / 65535 for _ in range(4)], [rng.random()]) for _ in range(30)]
    nets = [kind([4, 1], rng=Random(1), output=identity) for kind in (network2.Network, Network)]
    nets[1].weights, nets[1].biases = [[[w[:] for w in W] for W in nets[0].weights], [b[:] for b in nets[0].biases]]
    cast(Network, nets[1]).first.make_room(1 << 30)
    for net in nets:
        for _ in range(20):
            net.update_mini_batch(examples, 1e-4, lmbda=3.0, n=30)
    assert nets[1].weights[0][0] == pytest.approx(nets[0].weights[0][0], abs=30 * packed.STEP)
    assert cast(Network, nets[1]).first.lanes.wide


def test_inputs_too_large_for_any_lane() -> None:
    with pytest.raises(ValueError, match="packed: inputs too large for lanes of 128 bits"):
        whole([1e308, 1e308])


def test_backprop_and_what_else_a_network_has() -> None:
    rng = Random(5)
    examples = [([rng.randrange(17) / 16 for _ in range(6)], [float(k == j) for k in range(3)]) for j in range(3)]
    float_net, net = (kind([6, 4, 3], rng=Random(1), cost=CrossEntropyCost) for kind in (network2.Network, Network))
    float_net.weights = net.weights             # rounded
    (nabla_b, nabla_w), expected = net.backprop(*examples[0]), float_net.backprop(*examples[0])
    assert nabla_b == [pytest.approx(b) for b in expected[0]]
    assert nabla_w == [[pytest.approx(row) for row in w] for w in expected[1]]
    assert net.total_cost(examples, 2.0) == pytest.approx(float_net.total_cost(examples, 2.0))
    assert net.score(examples) == float_net.score(examples)
    assert net.predict(examples[0][0]) == float_net.predict(examples[0][0])
    net.large_weight_initializer()
    assert net.weights[0] != float_net.weights[0]


def test_what_a_packed_network_refuses() -> None:
    net = Network([2, 1], rng=Random(0))
    before = net.weights
    with pytest.raises(ValueError, match="packed: no momentum"):
        net.SGD([([0.5, 0.5], [1.0])], 1, 1, 1.0, mu=0.5)
    with pytest.raises(ValueError, match="evaluation_data: packed: inputs are multiples of 1/n"):
        net.SGD([([0.5, 0.5], [1.0])], 1, 1, 1.0, evaluation_data=[([0.1234567891, 0.0], 0)])
    with pytest.raises(ValueError, match=r"training_data\[0\]: an x of 2 numbers, not 1"):
        net.SGD([([0.5], [1.0])], 1, 1, 1.0)
    with pytest.raises(ValueError, match="lmbda needs n"):
        net.update_mini_batch([([0.5, 0.5], [1.0])], 1.0, lmbda=1.0)
    assert net.weights == before


@pytest.mark.slow
def test_a_forecast_is_made_for_what_can_be_packed() -> None:
    training_data, _, _ = data.load("digits")
    for kind in network2.Network, Network:
        one, ten = (forecast(Recipe(), kind, training_data[:200], epochs, scored=300, at_the_end=200)
                    for epochs in (1, 10))
        assert one and ten and 0.0 < one < ten
    assert forecast(Recipe(mu=0.5), Network, training_data[:200], 1, 0, 0) is None
    assert forecast(Recipe(), Network, [([0.1234567891] * 64, [1.0] + [0.0] * 9)], 1, 0, 0) is None


# The commands

def command(name: str, *arguments: object, status: int = 0) -> "CompletedProcess[str]":
    done = here(f"purenn.{name}", *arguments)
    assert done.returncode == status, done.stderr
    return done


@pytest.mark.slow
def test_train_packed_and_go_on_to_the_same_bytes(tmp_path: Path) -> None:
    whole, half = str(tmp_path / "whole.json"), str(tmp_path / "half.json")
    options = ["--packed", "--hidden", "8", "--limit", "300", "--lmbda", "1", "--monitor", "training_cost"]
    shown = command("train", *options, "--epochs", "4", "--save", whole).stdout
    assert ("faster without --packed" in shown) == (sys.implementation.name != "cpython")
    command("train", *options, "--epochs", "2", "--save", half)
    command("train", "--resume", half, "--epochs", "4")
    assert Path(half).read_bytes() == Path(whole).read_bytes()
    assert json.loads(Path(whole).read_text())["training"]["recipe"]["packed"] is True
    command("predict", whole, "digits")


@pytest.mark.slow
@pytest.mark.usefixtures("threads")
def test_sweep_packed(tmp_path: Path) -> None:
    results = str(tmp_path / "results.jsonl")
    shown = command("sweep", "--packed", "--hidden", "5", "--limit", "100", "--epochs", "1", "--eta", "1", "3",
                    "--jobs", "1", "--results", results).stdout
    assert "--packed" in shown


@pytest.mark.usefixtures("threads")
@pytest.mark.parametrize("options, complaint, status", [
    (["--mu", "0.5"], "packed: no momentum", 2), (["--workers", "2"], "--packed: the work of one process", 2),
    (["--eta", "1e9"], "a weight was about to exceed 4,096; try a smaller eta", 1)], ids=str)
def test_what_train_refuses_in_one_line(options: List[str], complaint: str, status: int) -> None:
    done = command("train", "--packed", "--hidden", "5", "--limit", "20", "--epochs", "1", *options, status=status)
    assert complaint in done.stderr and done.stderr.count("\n") == 1
