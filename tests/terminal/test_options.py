"""Options made from the fields of Recipe, and one rule for each value."""
from __future__ import annotations

import argparse
from dataclasses import fields
from typing import Any, List

import pytest

from purenn.network2 import Network
from purenn.recipes import RECIPES, Recipe
from purenn.terminal.options import (FIELDS, Parser, add_recipe_options, as_options, given_fields, list_recipes, number,
                                     option, whole)


def parse(*arguments: str, several: bool = False) -> Any:
    parser = Parser("purenn.train")
    add_recipe_options(parser, several)
    return given_fields(vars(parser.parse_args(list(arguments))))


def test_every_field_but_the_description_is_an_option_that_shows_its_default() -> None:
    assert set(FIELDS) == {entry.name for entry in fields(Recipe)} - {"about"}
    parser = Parser("purenn.train")
    add_recipe_options(parser)
    text = " ".join(parser.format_help().split())
    for name in FIELDS:
        assert f" {option(name)} " in text
    for default in "eta 3", "epochs 30", "batch-size 10", "hidden 30", "seed 6", "early-stopping never", "limit all":
        name, value = default.split()
        assert f"(default: {value})" in text[text.rindex(f"--{name} "):][:130]


def test_an_option_not_given_is_not_there() -> None:
    assert parse() == {}
    assert parse("--hidden", "20", "10", "--eta", "0.5") == {"hidden": (20, 10), "eta": 0.5}
    assert parse("--hidden", "20", "--hidden", "10", "5", "--eta", "1", "2", several=True) == {
        "hidden": [(20,), (10, 5)], "eta": [1.0, 2.0]}


def test_words_stand_for_values() -> None:
    """So that what a recipe turns on can be turned off again."""
    assert parse("--batch-size", "full", "--halve-eta", "never", "--limit", "all", "--hold-out", "sixth") == {
        "batch_size": 0, "halve_eta": None, "limit": None, "hold_out": None}


@pytest.mark.parametrize("name", RECIPES)
def test_a_recipe_as_options_is_that_recipe(name: str) -> None:
    typed = [word for text in as_options(RECIPES[name]) for word in text.split()]
    assert Recipe(**parse(*typed)) == RECIPES[name]


def test_the_list_of_recipes_shows_their_values(capsys: pytest.CaptureFixture[str]) -> None:
    list_recipes()
    output = capsys.readouterr().out
    after = output[output.index("chapter-3 "):output.index("full-batch ")]
    assert "--hidden 100 " in after and "--eta 0.5 " in after and "--lmbda 5 " in after and "--epochs 60" in after
    assert max(map(len, output.splitlines())) <= 120


@pytest.mark.parametrize("name, value", [("eta", -1.0), ("eta", float("inf")), ("lmbda", -0.5), ("mu", 1.0),
                                         ("epochs", 0)])
def test_the_command_line_the_recipe_and_the_network_refuse_the_same_in_the_same_words(
        name: str, value: float, capsys: pytest.CaptureFixture[str]) -> None:
    data = [([0.0], [1.0])]
    arguments = {"epochs": 1, "mini_batch_size": 1, "eta": 1.0, name: value}
    complaints: List[str] = []
    with pytest.raises(ValueError) as refused:
        Recipe(**{name: value})  # type: ignore[arg-type]
    complaints.append(str(refused.value))
    with pytest.raises(ValueError) as refused:
        Network([1, 1]).SGD(data, **arguments)  # type: ignore[arg-type]
    complaints.append(str(refused.value))
    with pytest.raises(SystemExit):
        parse(f"--{name}", str(value))
    wanted = complaints[0].rpartition(", not ")[0]
    assert wanted.startswith(f"{name}: a ") and complaints[1].startswith(f"{wanted}, not ")
    assert capsys.readouterr().err == f"purenn.train: error: argument --{wanted}, not '{value}'\n"


def test_a_learning_rate_of_0_is_allowed_everywhere() -> None:
    """Nothing is learnt, and nothing else happens."""
    assert parse("--eta", "0") == {"eta": 0.0}
    net = Network([1, 1])
    before = net.weights[0][0][0], net.biases[0][0]
    net.SGD([([1.0], [1.0])], 1, 1, Recipe(eta=0.0).eta, report=lambda epoch: None)
    assert (net.weights[0][0][0], net.biases[0][0]) == before


@pytest.mark.parametrize("kind, text, complaint", [
    (whole(1), "0", "a whole number of 1 or more, not '0'"),
    (whole(0), "1.5", "a whole number of 0 or more, not '1.5'"),
    (number(), "nan", "a number from 0 up and finite, not 'nan'"),
    (number(least=float("-inf")), "inf", "a number and finite, not 'inf'"),
    (number(below=1.0), "1", "a number from 0 up and below 1, not '1'")])
def test_what_is_no_number_of_the_kind(kind: Any, text: str, complaint: str) -> None:
    with pytest.raises(argparse.ArgumentTypeError) as refused:
        kind(text)
    assert str(refused.value) == complaint


@pytest.mark.parametrize("typed, meant", [
    ("--learning-rate", "--eta"), ("--lr", "--eta"), ("--batch", "--batch-size"), ("--momentum", "--mu"),
    ("--lambda", "--lmbda"), ("--epoch", "--epochs"), ("--loss", "--cost"), ("--neurons", "--hidden")])
def test_what_others_call_an_option(typed: str, meant: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        parse(typed, "3")
    error = capsys.readouterr().err
    assert error.startswith(f"purenn.train: error: unrecognized arguments: {typed}")
    assert error.endswith(f"; did you mean {meant}?\n")


def test_the_inner_value_of_a_word_is_not_taken(capsys: pytest.CaptureFixture[str]) -> None:
    """0 examples in a mini-batch is a slip; inside, 0 stands for `full`."""
    with pytest.raises(SystemExit):
        parse("--batch-size", "0")
    assert "argument --batch-size: full, or another number, not '0'" in capsys.readouterr().err
