"""Claims, and whether runs agree with them."""
from __future__ import annotations

from typing import List

import pytest

from purenn.experiments.book import Answer, Claim, Experiment, Figure, answers, by_epoch, charts, first, last
from purenn.experiments.lab import Lab, Run
from purenn.experiments.table import in_markdown, in_text


def noop(lab: Lab) -> None:
    """A run that measures nothing."""


def claim(book: float, sense: str = "about", within: float = 0.5) -> Claim:
    return Claim("what", first("run", "curve"), book, sense, within)


@pytest.mark.parametrize("one, values, verdict", [
    (claim(95.0), [94.5, 95.5], "yes"), (claim(95.0), [94.4, 95.6], "no"), (claim(95.0), [95.0, 96.0], "1 of 2"),
    (claim(87.0, "under"), [86.9], "yes"), (claim(87.0, "under"), [87.0], "no"), (claim(0.0, "over"), [0.1], "yes"),
    (claim(0.0, "over"), [0.0], "no"),
    (Claim("what", first("run", "curve")), [3.0], "-")])
def test_verdicts(one: Claim, values: List[float], verdict: str) -> None:
    assert Answer(one, values).verdict == verdict


def test_what_is_scaled_down_is_not_compared() -> None:
    assert Answer(claim(95.0), [95.0], "not the book's: 3 epochs").row == (
        "what", "95.00%", "95.00%", "1", "not the book's: 3 epochs")


EXPERIMENT = Experiment("an-example", "about", 1, {"run": Run(noop), "other": Run(noop)},
                        [claim(2.0),
                         Claim("at the end", last("other", "curve"), 9.0, "over", unit="", remark="a|remark")],
                        [Figure("figure", by_epoch("curve"), lines={"the book": 2.0})])
SEEDS = [{"run": {"curve": [1.0, 2.0]}, "other": {"curve": [5.0, 10.0]}}, {"run": {"curve": [2.0, 4.0]}}]


def test_a_claim_is_measured_with_as_many_seeds_as_have_its_runs() -> None:
    assert [list(answer.values) for answer in answers(EXPERIMENT, SEEDS)] == [[1.0, 2.0], [10.0]]
    assert [answer.claim.what for answer in answers(EXPERIMENT, SEEDS[1:])] == ["what"]
    assert answers(EXPERIMENT, []) == []


def test_tables() -> None:
    """The mean of 1 and 2 is 1.5, their standard deviation √½ = 0.71; one of them is within 0.5 of the book's 2."""
    assert in_text(answers(EXPERIMENT, SEEDS)) == [
        "claim       the book    purenn        seeds  agrees",
        "what        2.00%       1.50 ± 0.71%  2      1 of 2",
        "at the end  over 9.000  10.000        1      yes"]
    page = in_markdown([(EXPERIMENT, answers(EXPERIMENT, SEEDS))], "the command", "PyPy 3")
    assert "    the command\n" in page and "PyPy 3" in page
    assert "| [`an-example`](an_example.py) | what | 2.00% | 1.50 ± 0.71% | 2 | 1 of 2 | 1.00% to 2.00% |" in page
    assert "|  | at the end | over 9.000 | - | 0 | - | not run |" in in_markdown([(EXPERIMENT, [])], "", "")
    assert "|  | at the end | over 9.000 | 10.000 | 1 | yes | a\\|remark |" in page


def test_a_figure_shows_the_mean_and_the_books_value() -> None:
    """Of `run` the mean of both seeds, 1.5 and 3; of `other` the only one."""
    (chart,) = charts(EXPERIMENT, SEEDS)
    assert all(f">{text}<" in chart for text in ("run", "other", "the book", "figure"))
    assert "run, 1: 3<" in chart and "other, 1: 10<" in chart
    later = EXPERIMENT._replace(figures=[EXPERIMENT.figures[0]._replace(start=1.0)])
    assert "run, 0: " in chart and "run, 0: " not in charts(later, SEEDS)[0] and "run, 1: " in charts(later, SEEDS)[0]
    assert charts(EXPERIMENT, []) == []
    assert "the book" not in charts(EXPERIMENT, SEEDS, "not the book's")[0]
