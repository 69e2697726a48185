"""The page of `python -m purenn.trace`: every formula on it is worked out again from the numbers printed in it."""
from __future__ import annotations

import json
import re
from decimal import Decimal, localcontext
from itertools import product
from pathlib import Path
from typing import Any, List, Tuple

import pytest

from purenn.saved import models
from purenn.activations import relu, softmax
from purenn.costs import CrossEntropyCost
from purenn.network2 import Network
from purenn.onpaper.notation import ACTIVATIONS, COSTS
from purenn.trace import main

Formula = Tuple[str, str, str]      # what is worked out, the formula with its numbers, the result


def formulas(page: str) -> List[Formula]:
    """All formulas of a page, in order. Their lines are indented, and those too long for the page go on below."""
    found = []
    for line in re.sub(r"\n {10}", " ", page).splitlines():
        for part in line[2:].split("   ") if line.startswith("  ") else []:
            quantity, *rest = re.split(" = | → ", part)
            if rest:
                found.append((quantity, rest[0], rest[-1]))
    return found


def worked_out(formula: str) -> Decimal:
    """A formula in Python's spelling, all its numbers exact decimals and all work done to 40 digits."""
    formula = re.sub(r"\d+(\.\d+)?(e[+-]\d+)?", lambda number: f"Decimal('{number[0]}')", formula)
    for written, python in ("½", "Decimal('0.5')"), ("²", "**2"), ("·", "*"), ("e^", "powers_of_e**"):
        formula = formula.replace(written, python)
    value: Decimal = eval(formula, {"Decimal": Decimal, "ln": Decimal.ln, "tanh": tanh, "max": max,
                                    "powers_of_e": PowersOfE()})
    return value


class PowersOfE:
    def __pow__(self, exponent: Decimal) -> Decimal:
        return exponent.exp()


def tanh(z: Decimal) -> Decimal:
    rest = (-2 * abs(z)).exp()
    return ((1 - rest) / (1 + rest)).copy_sign(z)


def check(page: str) -> int:
    """Every formula gives its result, to one unit in the last digit printed. Answers how many there were."""
    count = 0
    for quantity, formula, printed in formulas(page):
        if "∞" not in printed:
            with localcontext() as context:
                context.prec = 40
                value, shown = worked_out(formula), Decimal(printed)
                unit = Decimal(f"1e{shown.as_tuple().exponent}")
                assert abs(value - shown) <= unit, (quantity, formula, printed, value)
            count += formula != printed
    return count


def page(capsys: pytest.CaptureFixture[str], *options: str) -> str:
    main(options)
    return capsys.readouterr().out


def test_the_page_without_options(capsys: pytest.CaptureFixture[str]) -> None:
    """The forward pass, the output's error and the new w³ are those of a worked example that is widely taught,
    Matt Mazur's "A Step by Step Backpropagation Example" (2015), where they are 0.593269992, 0.751365070,
    0.274811083, 0.138498562, 0.082167041, 0.358916480 and 0.408666186."""
    text = page(capsys)
    for line in ["z²₁ = 0.15·0.05 + 0.20·0.10 + 0.35 = 0.3775",
                 "a²₁ = 1/(1 + e^-0.3775) = 0.593270",
                 "a³₁ = 1/(1 + e^-1.10590597) = 0.751365",
                 "C = ½·((0.751365070 - 0.01)²) = 0.274811",
                 "δ³₁ = 0.741365070·0.751365070·(1 - 0.751365070) = 0.138499",
                 "∂C/∂w³₁₁ = 0.593269992·0.138498562 = 0.0821670",
                 "w³₁₁ → 0.40 - 0.50·0.0821670406 = 0.358916",
                 "w³₁₂ → 0.45 - 0.50·0.0826676278 = 0.408666"]:
        assert f"  {line}\n" in text
    for equation in "(BP1)", "(BP2)", "(BP3)", "(BP4)":
        assert text.count(equation) == 1
    # 3 z, 3 a and C, twice; ∂C/∂a and δ of 3 neurons; 6 weights' slopes (a bias's is δ itself); 9 new values
    assert check(text) == 2 * 7 + 6 + 6 + 9


@pytest.mark.slow
@pytest.mark.parametrize("output, cost", list(product(ACTIVATIONS, COSTS)))
def test_every_formula_of_every_network_can_be_worked_out(output: str, cost: str, capsys: pytest.CaptureFixture[str]
                                                          ) -> None:
    for hidden, sizes, seed in product(ACTIVATIONS, ("2 2", "3 4 2", "2 3 2 3"), "1"):
        assert check(page(capsys, "--sizes", *sizes.split(), "--activation", hidden, "--output", output, "--cost", cost,
                          "--init", "he", "--seed", seed))


@pytest.mark.slow
def test_every_formula_of_several_steps_with_everything(capsys: pytest.CaptureFixture[str]) -> None:
    for options in ("", "--lmbda 0.1", "--mu 0.9", "--lmbda 0.1 --mu 0.9", "--lmbda 0.1 --of 20",
                    "--lmbda 0.1 --mu 0.9 --of 20"):
        batch = "--input 0 1 --target 1 --input 1 1 --target 0 --input 0.3 -0.5 --target 0.5 --steps 3"
        text = page(capsys, *batch.split(), *options.split())
        assert check(text) == 3 * (2 * (3 * 7 + 1) + 3 * (6 + 6) + (18 if "mu" in options else 9))


def test_a_saturated_neuron_can_be_worked_out(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    """a = σ(20) = 1 - 2.061e-09. Of the nine digits 0.999999998 one would get 1 - a = 2.000e-09."""
    net = Network([1, 1, 1])
    net.weights, net.biases = [[[1.0]], [[1.0]]], [[0.0], [0.0]]
    models.save(net, tmp_path / "model.json")
    text = page(capsys, "--model", str(tmp_path / "model.json"), "--input", "20", "--target", "0")
    assert "·0.9999999979388463·(1 - 0.9999999979388463) = " in text
    assert check(text) == 2 * 5 + 4 + 2 + 4


def test_an_output_rounded_to_1_can_be_worked_out(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    """Of softmax(40, 0) the first is a float's 1. Its 1 - a counts as 2⁻⁵³, in the cost and in its slope."""
    net = Network([1, 2], output=softmax, cost=CrossEntropyCost)
    net.weights, net.biases = [[[40.0], [0.0]]], [[0.0, 0.0]]
    models.save(net, tmp_path / "model.json")
    text = page(capsys, "--model", str(tmp_path / "model.json"), "--input", "1", "--target", "0", "1")
    assert "ln(1.11022302e-16)" in text and "/1.11022302e-16" in text and "is 2⁻⁵³" in text
    assert check(text)


def test_the_page_shows_what_was_computed(capsys: pytest.CaptureFixture[str]) -> None:
    """Every number of the JSON is the result of the formula that bears its name."""
    options = "--sizes 3 4 2 --activation tanh --output softmax --cost quadratic --seed 5".split()
    text, data = page(capsys, *options), json.loads(page(capsys, "--json", *options))
    (step,), sub = data["steps"], "₁₂₃₄"
    before, after = (formulas(part) for part in text.split("\nThe step: "))

    def compare(found: List[Formula], symbol: str, values: Any, *place: int) -> int:
        if isinstance(values, list):
            return sum(compare(found, symbol, value, *place, index) for index, value in enumerate(values))
        layer, *neurons = place
        name = symbol + "²³"[layer] + "".join(sub[j] for j in neurons)
        results = [float(printed) for quantity, _, printed in found if quantity == name]
        assert results[-1] == pytest.approx(values, rel=5e-6)
        return 1

    forward, (backward,) = step["before"]["forward"][0], step["backward"]
    assert compare(before, "z", forward["z"]) == compare(before, "a", forward["a"]) == 6
    assert compare(before, "∂C/∂a", backward["nabla_a"]) == compare(before, "δ", backward["delta"]) == 6
    assert compare(before, "∂C/∂b", backward["nabla_b"]) == 6 and compare(before, "∂C/∂w", backward["nabla_w"]) == 20
    assert compare(after, "w", step["after"]["weights"]) == 20 and compare(after, "b", step["after"]["biases"]) == 6
    assert compare(after, "z", step["after"]["forward"][0]["z"]) == 6
    assert [float(printed) for quantity, _, printed in before + after if quantity == "C"] == pytest.approx(
        [step["before"]["cost"], step["after"]["cost"]], rel=5e-6)


def test_tracing_twice_traces_the_same(capsys: pytest.CaptureFixture[str]) -> None:
    assert page(capsys) == page(capsys)
    assert page(capsys, "--seed", "7") == page(capsys, "--seed", "7") != page(capsys, "--seed", "8")


def test_a_second_step_begins_where_the_first_ended(capsys: pytest.CaptureFixture[str]) -> None:
    first, second = json.loads(page(capsys, "--json", "--steps", "2", "--mu", "0.5"))["steps"]
    assert first["after"] == second["before"] != second["after"]


def test_an_output_of_0_can_be_worked_out(capsys: pytest.CaptureFixture[str]) -> None:
    """The initialiser `he` makes biases 0, and so the input 0 gives the rectified output 0, where 1 is desired. It
    counts as 2⁻⁵³: C = -ln 2⁻⁵³ = 53·ln 2 = 36.7368, and ∂C/∂a = -2⁵³."""
    options = "--sizes 1 1 --init he --input 0 --target 1 --output relu --cost log-likelihood".split()
    text = page(capsys, *options)
    assert "C = -(ln(1.11022302e-16)) = 36.7368\n" in text and "∂C/∂a²₁ = -1.00/1.11022302e-16 = -9.00720e+15\n" in text
    assert check(text)
    step = json.loads(page(capsys, "--json", *options))["steps"][0]
    assert step["before"]["cost"] == pytest.approx(36.7368005696771)
    assert step["backward"][0]["nabla_a"] == [[-2.0 ** 53]]


def test_a_number_that_overflows_is_said_and_is_null_in_json(capsys: pytest.CaptureFixture[str]) -> None:
    """½·(1e200 - 0)² is beyond the largest float."""
    options = "--sizes 1 1 --init he --input 0 --target 1e200 --output identity".split()
    assert " = ∞\n" in page(capsys, *options)
    assert json.loads(page(capsys, "--json", *options))["steps"][0]["before"]["cost"] is None


def test_a_model_from_a_file(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    net = Network([1, 1], output=relu)
    net.weights, net.biases = [[[2.0]]], [[1.0]]
    models.save(net, tmp_path / "model.json")
    text = page(capsys, "--model", str(tmp_path / "model.json"), "--input", "3", "--target", "5")
    assert "z²₁ = 2.00·3.00 + 1.00 = 7.00\n" in text


@pytest.mark.parametrize("options, sentence", [
    ("--input 1", "as many --target as --input, not 0 and 1"),
    ("--input 1 2 3 --target 1", "--input: 2 numbers for a network of sizes [2, 2, 1], not 3"),
    ("--input 1 2 --target 1 2", "--target: 1 number for a network of sizes [2, 2, 1], not 2"),
    ("--sizes 3", "sizes: two layers or more, each of one neuron or more, not [3]"),
    ("--of 1 --input 0 1 --target 1 --input 1 1 --target 0", "--of 1: expected 2 or more, as there are 2 examples"),
    ("--model m.json --sizes 2 2 --cost quadratic", "--model brings its own network: leave out --sizes --cost"),
])
def test_what_cannot_be_traced_is_said(options: str, sentence: str) -> None:
    with pytest.raises(ValueError) as error:
        main(options.split())
    assert str(error.value) == sentence
