"""Each experiment, scaled down to a few digits; and those that need no training, to the end."""
from __future__ import annotations

import math
from random import Random
from typing import Dict, List

import pytest
from pytest import approx

from purenn.experiments import EXPERIMENTS, learning_slowdown, universal
from purenn.experiments.book import Experiment, Runs, answers, charts
from purenn.experiments.lab import Curves, Lab, Run, Task, perform
from purenn.recipes import RECIPES


def scaled_down(experiment: Experiment, epochs: int = 2, limit: int = 60) -> Runs:
    """All runs of an experiment on a few of the embedded digits."""
    source = "digits" if experiment.source else ""
    return {name: perform(Task(run, 1, source, epochs, limit)) for name, run in experiment.runs.items()}


LARGER = "same-seed", "vanishing-gradient", "expanded-data", "cross-entropy", "regularization"


@pytest.fixture(scope="module")
def made() -> Dict[str, Runs]:
    """What was made before."""
    return {}


def runs_of(name: str, made: Dict[str, Runs]) -> Runs:
    if name not in made:
        made[name] = scaled_down(EXPERIMENTS[name])
    return made[name]


@pytest.mark.slow
@pytest.mark.parametrize("name", [pytest.param(name, marks=[pytest.mark.long] * (name in LARGER))
                                  for name in EXPERIMENTS])
def test_every_claim_is_measured_and_every_figure_drawn(name: str, made: Dict[str, Runs]) -> None:
    experiment, runs = EXPERIMENTS[name], runs_of(name, made)
    found = answers(experiment, [runs, runs])
    assert [answer.claim for answer in found] == list(experiment.claims)
    assert all(math.isfinite(value) for answer in found for value in answer.values)
    assert len(charts(experiment, [runs, runs], "scaled down")) == len(experiment.figures)


@pytest.mark.long
@pytest.mark.parametrize("name", EXPERIMENTS)
def test_a_seed_decides_what_comes_out(name: str, made: Dict[str, Runs]) -> None:
    experiment, runs = EXPERIMENTS[name], runs_of(name, made)
    run_name, run = list(experiment.runs.items())[-1]

    def again(seed: int) -> Curves:
        curves = perform(Task(run, seed, "digits" if experiment.source else "", 2, 60))
        return {name: curve for name, curve in curves.items() if name != "seconds"}

    before = {name: curve for name, curve in runs[run_name].items() if name != "seconds"}
    assert again(1) == before
    assert (again(2) == before) != experiment.chance


@pytest.mark.parametrize("name", EXPERIMENTS)
def test_an_experiment_says_what_it_is(name: str) -> None:
    experiment = EXPERIMENTS[name]
    assert experiment.text.strip().endswith(".") and "?" in experiment.text.splitlines()[0]
    assert len(experiment.about) <= 50 and experiment.chapter in range(1, 7)
    assert len({run.key for run in experiment.runs.values()}) == len(experiment.runs)


@pytest.mark.slow
def test_hidden_neurons_is_chapter_1() -> None:
    """The recipe of chapter 1, made as `train` makes it, with the same seed."""
    lab = Lab(seed=6, source="digits", epochs=2, limit=200)
    EXPERIMENTS["hidden-neurons"].runs["30 neurons"].function(lab, hidden=30, eta=3.0)
    net, right = RECIPES["chapter-1"].network(inputs=64), []
    net.SGD(lab.training_data, 2, 10, 3.0, lab.test_data, report=lambda epoch: right.append(epoch.test_accuracy))
    assert lab.curves["test accuracy"] == [100.0 * score.right / score.total for score in right if score]


def test_one_neuron_by_hand() -> None:
    """w = b = 2, x = 1, y = 0: z = 4, a = σ(4) = 0.982013790038. ∂C/∂w is, for the quadratic cost,
    a·a·(1 - a) = 0.982013790038²·0.017986209962 = 0.017345021071, and for the cross-entropy a. A step of η = 0.15 along
    the former: z = 4 - 2·0.15·0.017345021071 = 3.994796493679, σ(z) = 0.981921667."""
    lab = Lab(seed=0, source="", epochs=1)
    learning_slowdown.run(lab, "quadratic", 0.15, 2.0, 2.0)
    assert lab.curves["gradient"] == approx([0.017345021071])
    assert lab.curves["output"] == approx([0.982013790038, 1 / (1 + math.exp(-3.994796493679))])
    lab = Lab(seed=0, source="", epochs=1)
    learning_slowdown.run(lab, "cross-entropy", 0.005, 2.0, 2.0)
    assert lab.curves["gradient"] == approx([0.982013790038])


@pytest.mark.slow
def test_the_books_neuron() -> None:
    """Chapter 3: 0.82 → 0.09 and 0.98 → 0.20 in 300 epochs."""
    experiment = EXPERIMENTS["learning-slowdown"]
    runs = {name: perform(Task(run, 0, "")) for name, run in experiment.runs.items()}
    assert [answer.verdict for answer in answers(experiment, [runs])] == ["yes"] * 4 + ["1 of 1"] * 2


@pytest.mark.parametrize("function", universal.FUNCTIONS)
def test_a_bump_is_as_high_as_the_function_in_its_middle(function: str) -> None:
    """Four bumps on [0, 1] have their middles at ⅛, ⅜, ⅝ and ⅞. There the others are 0, and this one is its height."""
    f = universal.FUNCTIONS[function]
    net = universal.network(f, pairs=4)
    assert net.sizes == [1, 8, 1]
    for middle in (0.125, 0.375, 0.625, 0.875):
        assert net.feedforward([middle]) == [approx(f(middle))]


def test_average_darkness_by_hand(monkeypatch: pytest.MonkeyPatch) -> None:
    """Zeros have ink 1 and 3, on average 2; ones 4. Of inks 2.9, 3.1 and 0 the first and the last are nearer to 2."""
    zero, one = [1.0] + [0.0] * 9, [0.0, 1.0] + [0.0] * 8
    training_data = [([1.0, 0.0], zero), ([1.0, 2.0], zero), ([2.0, 2.0], one)]
    test_data = [([2.9, 0.0], 0), ([3.1, 0.0], 0), ([0.0, 0.0], 0)]
    monkeypatch.setattr("purenn.experiments.lab.loaded", lambda source: (training_data, [], test_data))
    task = Task(EXPERIMENTS["baselines"].runs["baselines"], 0, "these")
    assert perform(task)["average darkness"] == [approx(200 / 3)]


@pytest.mark.slow
def test_the_vanishing_gradient_is_measured_before_training(made: Dict[str, Runs]) -> None:
    """‖δ‖ of each hidden layer, at the start and after each of two epochs; the layers nearer to the input have less."""
    run = runs_of("vanishing-gradient", made)["4 hidden layers, ‖δ‖"]
    layers = [run[f"hidden layer {layer}"] for layer in (1, 2, 3, 4)]
    assert [len(layer) for layer in layers] == [3, 3, 3, 3]
    assert [layer[0] for layer in layers] == sorted(layer[0] for layer in layers)


def test_runs_that_two_experiments_share_are_made_once() -> None:
    def key(experiment: str, run: str) -> str:
        return EXPERIMENTS[experiment].runs[run].key

    assert key("regularization", "1,000 images, no λ") == key("overfitting", "no λ")
    assert key("regularization", "50,000 images, no λ") == key("cross-entropy", "30 neurons")
    assert key("learning-rate", "η = 3") == key("hidden-neurons", "30 neurons")
    assert key("vanishing-gradient", "1 hidden layer, accuracy") == key("first-weights", "N(0, 1/n)")


@pytest.mark.slow
def test_a_run_can_be_scaled_down_and_not_up() -> None:
    lab = Lab(seed=0, source="digits", epochs=3, limit=7)
    assert (lab.epochs(30), lab.epochs(2), len(lab.training_data)) == (3, 2, 7)
    lab = Lab(seed=0, source="digits")
    assert (lab.epochs(30), len(lab.training_data)) == (30, 1250)


def test_how_far_a_run_is() -> None:
    """Two trainings of two epochs each are planned before the first begins: a quarter after each epoch."""
    shares: List[float] = []
    lab = Lab(seed=0, source="digits", limit=10, progress=shares.append)

    def both(lab: Lab) -> None:
        from purenn.network2 import Network
        first, second = lab.epochs(2), lab.epochs(2)
        for epochs in first, second:
            Network([64, 10], Random(0)).SGD(lab.training_data, epochs, 10, 1.0, report=lab.note)

    both(lab)
    assert shares == [0.25, 0.5, 0.75, 1.0]


def test_a_diverging_run_says_so() -> None:
    def diverge(lab: Lab) -> None:
        raise OverflowError("too large")

    with pytest.raises(ArithmeticError, match="too large"):
        perform(Task(Run(diverge), 0, ""))
