"""Claims, and whether runs agree with them."""
from __future__ import annotations

from typing import List

import pytest

from purenn.experiments.book import (Answer, Claim, Experiment, Figure, answers, by_epoch, charts, first, last,
                                     mean_of)
from purenn.experiments.lab import Lab, Run
from purenn.experiments.table import in_markdown, in_text


def noop(lab: Lab) -> None:
    """A run that measures nothing."""


CLAIM = Claim("what", first("run", "curve"))


@pytest.mark.parametrize("book, verdict", [("95.00", "yes, 0.0 sd"), ("97.10", "yes, 3.0 sd"), ("92.9", "yes, 3.0 sd"),
                                           ("97.20", "no, 3.1 sd"), ("90.0", "no, 7.1 sd"), ("-", "-")])
def test_a_number_agrees_within_three_standard_deviations(book: str, verdict: str) -> None:
    """94, 95, 96, 95 and 95: the mean is 95, the squares of the differences are 1, 0, 1, 0, 0, so that the standard
    deviation is √(2/4) = 0.7071. Three of them are 2.1213."""
    assert Answer(CLAIM._replace(book=book), [94.0, 95.0, 96.0, 95.0, 95.0]).verdict == verdict


@pytest.mark.parametrize("values, verdict", [([95.5], "+0.5"), ([94.0, 95.0, 94.5, 93.5], "-0.8")])
def test_with_fewer_than_five_runs_there_is_no_telling(values: List[float], verdict: str) -> None:
    """The mean of the four is 94.25."""
    assert Answer(CLAIM._replace(book="95.0"), values).verdict == verdict


@pytest.mark.parametrize("book, verdict", [("0.82", "yes"), ("0.818", "yes"), ("0.8", "yes"), ("0.83", "no")])
def test_without_chance_the_digits_are_the_same(book: str, verdict: str) -> None:
    assert Answer(CLAIM._replace(book=book, unit=""), [0.8176], chance=False).verdict == verdict


def test_words_hold_for_so_many_runs() -> None:
    values = [86.9, 87.0, 87.1]
    assert Answer(CLAIM._replace(book="under", under=87.0), values).verdict == "1 of 3"
    assert Answer(CLAIM._replace(book="over", over=86.0), values).verdict == "3 of 3"


def test_the_best_of_any_three() -> None:
    """Of 1, 2, 3, 4 and 5 there are ten threes: the best of one is 3, of three 4, of six 5. Their mean is
    (3 + 3·4 + 6·5)/10 = 4.5. The standard deviation of single runs is √(10/4) = 1.58. Of four there are four threes."""
    answer = Answer(CLAIM._replace(book="1.0", best_of=3), [3.0, 1.0, 5.0, 2.0, 4.0])
    assert answer.row == ("what", "1.0%", "4.5%", "5", "yes, 2.2 sd")
    assert answer.why == "the best of any 3; 1.0% to 5.0%"
    four = answer._replace(values=[3.0, 1.0, 2.0, 4.0])
    assert four.row == ("what", "1.0%", "3.8%", "4", "+2.8")
    two = answer._replace(values=[1.0, 2.0])
    assert (two.row[2], two.why) == ("2.0%", "1.0% to 2.0%")


def test_what_is_scaled_down_is_not_compared() -> None:
    assert Answer(CLAIM._replace(book="95.0"), [95.0], scaled="not the book's: 3 epochs").row == (
        "what", "95.0%", "95.0%", "1", "-")


EXPERIMENT = Experiment("an-example", "about", 1, {"run": Run(noop), "other": Run(noop)},
                        [CLAIM._replace(book="2.00"),
                         Claim("at the end", last("other", "curve"), "more", "", over=9.0, remark="a|remark")],
                        [Figure("figure", by_epoch("curve"), lines={"the book": 2.0})])
SEEDS = [{"run": {"curve": [1.0, 2.0]}, "other": {"curve": [5.0, 10.0]}}, {"run": {"curve": [2.0, 4.0]}}]


def test_a_claim_is_measured_with_as_many_seeds_as_have_its_runs() -> None:
    assert [list(answer.values) for answer in answers(EXPERIMENT, SEEDS)] == [[1.0, 2.0], [10.0]]
    assert [answer.claim.what for answer in answers(EXPERIMENT, SEEDS[1:])] == ["what"]
    assert answers(EXPERIMENT, []) == []


def test_tables() -> None:
    """The mean of 1 and 2 is 1.5, their standard deviation √½ = 0.71."""
    assert in_text(answers(EXPERIMENT, SEEDS), 80) == [
        "claim       the book  purenn        seeds  agrees",
        "what        2.00%     1.50 ± 0.71%  2      -0.50",
        "    1.00% to 2.00%",
        "at the end  more      10.000        1      1 of 1",
        "    a|remark"]
    assert in_text(answers(EXPERIMENT, SEEDS), 40) == [
        "what  the book: 2.00%", "    purenn: 1.50 ± 0.71%  seeds: 2", "    agrees: -0.50", "    1.00% to 2.00%",
        "at the end  the book: more", "    purenn: 10.000  seeds: 1", "    agrees: 1 of 1", "    a|remark"]
    page = in_markdown([(EXPERIMENT, answers(EXPERIMENT, SEEDS))], "the command", "PyPy 3")
    assert "    the command\n" in page and "PyPy 3" in page
    assert "| [`an-example`](an_example.py) | what | 2.00% | 1.50 ± 0.71% | 2 | -0.50 | 1.00% to 2.00% |" in page
    assert "|  | at the end | more | - | 0 | - | not run |" in in_markdown([(EXPERIMENT, [])], "", "")
    assert "|  | at the end | more | 10.000 | 1 | 1 of 1 | a\\|remark |" in page


def test_the_books_curve_stands_beside_ours_if_there_is_one() -> None:
    with_book = EXPERIMENT._replace(figures=[EXPERIMENT.figures[0]._replace(lines={}, book=[(0.0, 1.0), (1.0, 2.0)])])
    assert ">the book<" in charts(with_book, SEEDS)[0]
    assert ">the book<" not in charts(with_book, SEEDS, "not the book's")[0]
    assert charts(with_book, []) == []


def test_a_figure_shows_the_mean_and_the_books_value() -> None:
    """Of `run` the mean of both seeds, 1.5 and 3; of `other` the only one."""
    (chart,) = charts(EXPERIMENT, SEEDS)
    assert all(f">{text}<" in chart for text in ("run", "other", "the book", "figure"))
    assert "run, 1: 3<" in chart and "other, 1: 10<" in chart
    later = EXPERIMENT._replace(figures=[EXPERIMENT.figures[0]._replace(start=1.0)])
    assert "run, 0: " in chart and "run, 0: " not in charts(later, SEEDS)[0] and "run, 1: " in charts(later, SEEDS)[0]
    assert charts(EXPERIMENT, []) == []
    assert "the book" not in charts(EXPERIMENT, SEEDS, "not the book's")[0]


def test_the_mean_of_curves_is_taken_where_all_of_them_are() -> None:
    """Of a run that was interrupted there are points at 200 and 500 only, and none of them is taken for that at 100."""
    assert mean_of([[(100, 69.0), (200, 76.0), (500, 85.0)], [(200, 78.0), (500, 86.0)]]) == [(200, 77.0), (500, 85.5)]
