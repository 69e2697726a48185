"""Numbers from anywhere, and what the cases tell apart."""
from __future__ import annotations

import importlib.util
import json
import re
import subprocess
import sys
from itertools import combinations
from pathlib import Path
from typing import Any, Dict, Iterator, List, Optional, Sequence, Tuple

import pytest

from purenn.activations import ACTIVATIONS
from purenn.costs import COSTS
from purenn.mistakes.algorithm import Algorithm, Lines
from purenn.mistakes.answers import check_answers
from purenn.mistakes.cases import Case, as_data, draw, from_data
from purenn.mistakes.catalogue import MISTAKES
from purenn.mistakes.compare import gap
from purenn.network2 import Network
from purenn.onpaper.steps import take_step


HERE = Path(__file__).parent
KINDS = [("sigmoid", "sigmoid", "quadratic"), ("sigmoid", "sigmoid", "cross-entropy"),
         ("relu", "softmax", "log-likelihood"), ("tanh", "softmax", "quadratic")]


def network(case: Case) -> Network:
    """The case's network, as purenn trains it."""
    hidden, output = ACTIVATIONS[case.activations[0]], ACTIVATIONS[case.activations[-1]]
    net = Network(case.sizes, activation=hidden, output=output, cost=COSTS[case.cost])
    net.weights, net.biases = json.loads(json.dumps([case.weights, case.biases]))
    return net


@pytest.mark.parametrize("kind", KINDS, ids="-".join)
def test_the_algorithm_is_that_of_network2(kind: Tuple[str, str, str]) -> None:
    """With no line replaced it takes the steps of the network that tests/golden proves."""
    for case in draw(*kind, lmbda=0.7, mu=0.6):
        net, ours = network(case), Algorithm(case)
        for _ in range(case.steps):
            step = take_step(net, list(zip(case.inputs, case.targets)), case.eta, case.lmbda, case.mu, case.n)
            ways = ours.propagate(case.inputs, case.targets)
            for way, forward, back in zip(ways, step.before.forward, step.backward):
                assert gap(way.z, forward.z) < 1e-13 and gap(way.a[1:], forward.a) < 1e-13
                assert gap([way.delta[l] for l in ours.layers], back.delta) < 1e-13
                assert gap([ours.nabla_w(way, l) for l in ours.layers], back.nabla_w) < 1e-13
            ours.step(case.inputs, case.targets)
            assert gap([ours.weights, ours.biases], [step.after.weights, step.after.biases]) < 1e-13


def everything(cases: List[Case], lines: Sequence[Lines]) -> Iterator[Any]:
    """What somebody computes who made this mistake: the way and the steps of each case, None where shapes do not
    fit."""
    for case in cases:
        try:
            net = Algorithm(case, lines)
            ways = net.propagate(case.inputs, case.targets)
            yield [[way.a[1:], [way.delta[l] for l in net.layers]] for way in ways]
            for _ in range(case.steps):
                net.step(case.inputs, case.targets)
            yield [net.weights, net.biases]
        except ValueError:
            yield None


@pytest.mark.long
@pytest.mark.parametrize("kind", KINDS, ids="-".join)
def test_no_two_mistakes_give_the_same_numbers(kind: Tuple[str, str, str]) -> None:
    """Somewhere they differ by 1e-4 or more, five times what is allowed in 32 bits; or make no difference to a network
    of this kind, as a mistake in ReLU's derivative where there is no ReLU. What multiplies by some constant may be any
    other mistake that does."""
    cases = draw(*kind, lmbda=0.7, mu=0.6)
    right = list(everything(cases, []))
    found = [(mistake.slug, list(everything(cases, [lines]))) for mistake in MISTAKES.values()
             for lines in mistake.lines
             if not mistake.slug.endswith("scaled")]

    def apart(one: List[Any], other: List[Any]) -> bool:
        return any((a is None) != (b is None) or a is not None and gap(a, b) > 1e-4 for a, b in zip(one, other))

    wrong = [(slug, numbers) for slug, numbers in found if apart(numbers, right)]
    for (slug, numbers), (other, others) in combinations(wrong, 2):
        assert slug == other or apart(numbers, others) or {slug, other} in SAME, (slug, other)
    assert len({slug for slug, _ in wrong}) >= 45


SAME = [{"bp1-no-sigma-prime", "bp1-wrong-function"}, {"bp2-no-sigma-prime", "bp2-wrong-function"},
        {"bp3-bias-missing", "update-bias-not-updated"}, {"bp1-has-sigma-prime", "bp1-sigma-prime-twice"},
        {"bp1-softmax-diagonal", "bp1-one-output"}, {"bp1-softmax-diagonal", "bp1-wrong-function"},
        {"bp1-one-output", "bp1-wrong-function"}]
"""What comes to one thing: relu′ of a sigmoid is 1, and so no σ′; y/a of one output is all that log-likelihood has."""


def answers_of(lines: Any, *, only: str = "", case: Optional[List[Case]] = None) -> Dict[str, Any]:
    """The way back through the cases with these lines replaced, as a golden file has it; or `only` one quantity."""
    networks = []
    for one in case or draw(*KINDS[0]):
        net = Algorithm(one, [lines])
        ways = net.propagate(one.inputs, one.targets)
        back = [{"delta": [way.delta[l] for l in net.layers], "nabla_b": [net.nabla_b(way, l) for l in net.layers],
                 "nabla_w": [net.nabla_w(way, l) for l in net.layers]} for way in ways]
        chosen = [{key: value for key, value in entry.items() if only in key} for entry in back]
        networks.append({"steps": [{"backward": chosen}]})
    return {"networks": networks}


@pytest.mark.slow
def test_any_part_of_the_answers() -> None:
    case = as_data(draw(*KINDS[0]))
    for only in "delta", "nabla_b", "nabla_w", "":
        assert check_answers(case, answers_of({}, only=only)).slug == "right"
        for slug in "bp1-sign", "bp2-no-sigma-prime", "bp1-no-sigma-prime":
            assert check_answers(case, answers_of(MISTAKES[slug].lines[0], only=only)).slug == slug
    one = answers_of(MISTAKES["bp1-sign"].lines[0])
    one["networks"][1:] = []
    assert check_answers(case, one).slug == "bp1-sign"
    one["networks"][:0] = [None, None]              # the answers to the first network are none to the third
    with pytest.raises(ValueError, match="networks.2.*expected"):
        check_answers(case, {"networks": [None, None, {"steps": 3}]})


def test_what_goes_uphill() -> None:
    """A step uphill, and one down a gradient of the wrong sign, end at the same place: it goes uphill."""
    case = draw(*KINDS[0])
    networks = []
    for one in case:
        net = Algorithm(one, [MISTAKES["update-ascent"].lines[0]])
        net.step(one.inputs, one.targets)
        networks.append({"steps": [{"after": {"weights": net.weights, "biases": net.biases}}]})
    verdict = check_answers(as_data(case), {"networks": networks})
    assert verdict.slug == "update-ascent"


def test_columns_are_vectors() -> None:
    case = draw(*KINDS[0])
    answers = answers_of({})
    for one in answers["networks"]:
        for entry in one["steps"][0]["backward"]:
            entry["nabla_b"] = [[[b] for b in layer] for layer in entry["nabla_b"]]
    assert check_answers(as_data(case), answers).slug == "right"


@pytest.mark.parametrize("answers, sentence", [
    ({}, "answers: nothing is answered"),
    ({"networks": [None, {}]}, "answers: nothing is answered"),
    ([], "answers: expected an object with networks, not a list of 0"),
    ({"networks": 7}, "networks: expected a list of 5 at most, not 7"),
    ({"networks": [{}] * 6}, "networks: expected a list of 5 at most, not a list of 6"),
    ({"networks": [7]}, "networks[0]: expected an object, not 7"),
    ({"networks": [{"steps": [{"backward": [{"nabla": []}]}]}]},
     "networks[0].steps[0].backward[0].nabla: expected one of nabla_a, delta, nabla_b, nabla_w"),
    ({"networks": [{"steps": [{"backward": [{"nabla_b": [[0.0]]}]}]}]},
     "networks[0].steps[0].backward[0].nabla_b: expected a list of 2, a value for each layer, not a list of 1"),
    ({"networks": [{"steps": [{"after": {"weights": [None, ["a"]]}}]}]},
     "networks[0].steps[0].after.weights[1]: expected numbers, not 'a'"),
    ({"networks": [{"steps": [{"after": 3}]}]}, "networks[0].steps[0].after: expected an object, not 3"),
])
def test_answers_that_cannot_be_judged(answers: Any, sentence: str) -> None:
    with pytest.raises(ValueError) as error:
        check_answers(as_data(draw(*KINDS[0])), answers)
    assert str(error.value).startswith(sentence)


def test_a_case_comes_back_as_it_was() -> None:
    cases = draw(*KINDS[2], lmbda=0.1, mu=0.9)
    assert from_data(json.loads(json.dumps(as_data(cases)))) == cases


@pytest.mark.parametrize("data", [None, [], {"format": "purenn"}, {"format": "purenn case", "version": 1},
                                  {"format": "purenn case", "version": 1, "networks": [{"sizes": [2, 2]}]},
                                  {"format": "purenn trace", "version": 1, "steps": []}])
def test_what_is_no_case(data: Any) -> None:
    with pytest.raises(ValueError):
        check_answers(data, {})


@pytest.mark.slow
@pytest.mark.skipif(importlib.util.find_spec("numpy") is None, reason="this student uses NumPy")
def test_a_project_of_functions_is_led_through_a_case(tmp_path: Path) -> None:
    """By the code that the README of the room shows. np.sum(dZ) adds what should be a gradient for each neuron."""
    project = (HERE / "students" / "functional.py").read_text(encoding="utf-8")
    (tmp_path / "my_project.py").write_text(project, encoding="utf-8")
    readme = (HERE.parent.parent / "purenn" / "mistakes" / "README.md").read_text(encoding="utf-8")
    block = re.search(r"^((?:    .*\n|\n)*    from my_project import .*\n(?:    .*\n|\n)*)", readme, re.M)
    assert block
    code = re.sub("^    ", "", block[1], flags=re.M).partition("$ ")[0]
    (tmp_path / "answer.py").write_text(code, encoding="utf-8")

    def judged() -> str:
        check = [sys.executable, "-m", "purenn.check"]
        meant = ["--activation", "relu", "--output", "softmax", "--cost", "log-likelihood"]
        case = subprocess.run([*check, "--case", *meant], stdout=subprocess.PIPE, check=True).stdout
        (tmp_path / "case.json").write_bytes(case)
        subprocess.run([sys.executable, "answer.py"], cwd=tmp_path, check=True)
        done = subprocess.run([*check, str(tmp_path / "case.json"), str(tmp_path / "answers.json")],
                              stdout=subprocess.PIPE, encoding="utf-8")
        return done.stdout.splitlines()[-1]

    assert judged() == "verdict: bp3-bias-summed"
    mended = re.sub(r"np.sum\((\w+)\)", r"np.sum(\1, axis=1, keepdims=True)", project)
    (tmp_path / "my_project.py").write_text(mended, encoding="utf-8")
    assert judged() == "verdict: right"
