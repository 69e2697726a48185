"""What the book says about its experiments, and whether it comes out here.

    Claim       what the book reports, and how to measure it
    Figure      what to draw
    Experiment  a question, the runs that answer it, and what the book says
    Answer      what came of a claim
    answers     what came of all claims of an experiment
    charts      its figures

>>> claim = Claim("the last of three", last("a run", "curve"), book=3.0, within=0.5, unit="")
>>> print(*Answer(claim, [claim.measured({"a run": {"curve": [1.0, 2.0, 3.2]}}), 2.9]).row)
the last of three 3.000 3.050 ± 0.212 2 yes
"""
from __future__ import annotations

from statistics import mean, stdev
from typing import Callable, Dict, List, Mapping, NamedTuple, Optional, Sequence, Tuple

from ..pictures import curves
from .lab import Curves, Run

Runs = Mapping[str, Curves]
"""What the runs of an experiment noted, with one seed, by the names of the runs."""

Points = List[Tuple[float, float]]


class Claim(NamedTuple):
    """What the book reports (`book`, in `unit`; None if it gives no number), and how to measure it in one seed's runs.

    With sense "about" a run agrees that is no farther than `within` from the book's number; with "over" or "under" one
    that lies on that side of it. `remark` says what there is to know about the comparison.
    """

    what: str
    measured: Callable[[Runs], float]
    book: Optional[float] = None
    sense: str = "about"
    within: float = 0.5
    unit: str = "%"
    remark: str = ""

    def agrees(self, value: float) -> bool:
        """Whether a run that measured this value agrees with the book; without a number to compare with, it does."""
        if self.book is None:
            return True
        return {"over": value > self.book, "under": value < self.book,
                "about": abs(value - self.book) <= self.within}[self.sense]


class Figure(NamedTuple):
    """A picture: curves by their names, made from the runs of one seed (of several, their mean is drawn), from `start`
    on and between `low` and `high`. `lines` are values of the book, by name."""

    title: str
    curves: Callable[[Runs], Dict[str, Points]]
    x_title: str = "epoch"
    start: float = 0.0
    low: Optional[float] = None
    high: Optional[float] = None
    lines: Mapping[str, float] = {}
    log_x: bool = False
    log_y: bool = False


class Experiment(NamedTuple):
    """A question, the runs that answer it, what the book says, and what to draw. `source` names the data it is made
    for, "" for none; `chance` says whether the seed matters; `text` is the docstring of the experiment's module."""

    name: str
    about: str
    chapter: int
    runs: Dict[str, Run]
    claims: Sequence[Claim]
    figures: Sequence[Figure] = ()
    source: str = "mnist"
    chance: bool = True
    text: str = ""

    @property
    def file(self) -> str:
        """The name of its file in this room."""
        return self.name.replace("-", "_") + ".py"

    @property
    def seconds(self) -> float:
        """About how long it takes under PyPy on one core, with one seed."""
        return sum(run.seconds for run in self.runs.values())


class Answer(NamedTuple):
    """What came of a claim: the value measured with each seed. `scaled` says in what the runs were not the book's."""

    claim: Claim
    values: Sequence[float]
    scaled: str = ""

    @property
    def row(self) -> Tuple[str, str, str, str, str]:
        """The claim, the book's number, ours, how many seeds, and whether they agree."""
        sense, book, unit = self.claim.sense, self.claim.book, self.claim.unit
        side = "" if sense == "about" else f"{sense} "
        return (self.claim.what, "-" if book is None else side + spread([book], unit),
                spread(self.values, unit) if self.values else "-",
                str(len(self.values)), self.verdict)

    @property
    def why(self) -> str:
        """What there is to know about the comparison: how far the seeds differ, and the claim's remark."""
        low, high = (spread([value], self.claim.unit) for value in (min(self.values), max(self.values)))
        return "; ".join(filter(None, [f"{low} to {high}" if low != high else "", self.claim.remark]))

    @property
    def verdict(self) -> str:
        """Whether the runs agree with the book: yes or no, or how many of them."""
        if self.scaled or self.claim.book is None or not self.values:
            return self.scaled or "-"
        agreeing = sum(map(self.claim.agrees, self.values))
        return {len(self.values): "yes", 0: "no"}.get(agreeing, f"{agreeing} of {len(self.values)}")


HEAD = "claim", "the book", "purenn", "seeds", "agrees"
"""What `Answer.row` says."""


def answers(experiment: Experiment, seeds: Sequence[Runs], scaled: str = "") -> List[Answer]:
    """What came of each claim whose runs were made, with as many seeds as there are."""
    found = []
    for claim in experiment.claims:
        values = []
        for runs in seeds:
            try:
                values.append(claim.measured(runs))
            except KeyError:                            # a run that it needs was not made
                pass
        if values:
            found.append(Answer(claim, values, scaled))
    return found


def charts(experiment: Experiment, seeds: Sequence[Runs], scaled: str = "") -> List[str]:
    """The figures as charts, for `pictures.curves.write_charts`: those whose runs were made. Where the runs are not the
    book's, the book's values and its choice of the axis have no place."""
    drawn = []
    for figure in experiment.figures:
        samples: Dict[str, List[Points]] = {}
        for runs in seeds:
            try:
                for name, points in figure.curves(runs).items():
                    samples.setdefault(name, []).append(points)
            except KeyError:
                pass
        start, low, high = (0.0, None, None) if scaled else (figure.start, figure.low, figure.high)
        series = {name: [(x, y) for x, y in mean_of(several) if x >= start] for name, several in samples.items()}
        if any(series.values()):
            drawn.append(curves.chart(figure.title, series, x_title=figure.x_title, y_range=(low, high),
                                      log_x=figure.log_x, log_y=figure.log_y, reference={} if scaled else figure.lines))
    return drawn


def mean_of(several: Sequence[Points]) -> Points:
    """The mean of curves, as far as the shortest goes.

    >>> mean_of([[(0, 1.0), (1, 2.0)], [(0, 3.0)]])
    [(0, 2.0)]
    """
    return [(points[0][0], mean(y for _, y in points)) for points in zip(*several)]


def spread(values: Sequence[float], unit: str) -> str:
    """A number or, of several, their mean and standard deviation.

    >>> spread([95.421], "%"), spread([0.0123], ""), spread([95.0, 96.0], "%"), spread([20.0, 32.0], " epochs")
    ('95.42%', '0.012', '95.50 ± 0.71%', '26 ± 8 epochs')
    """
    digits = {"%": 2, " points": 2, " epochs": 0}.get(unit, 3)
    numbers = [mean(values), stdev(values)] if len(values) > 1 else values
    return " ± ".join(f"{value:.{digits}f}" for value in numbers) + unit


# What many experiments measure or draw

def best(run: str, curve: str) -> Callable[[Runs], float]:
    """The highest value of a run's curve: the book's accuracies are those of the best epoch."""
    return lambda runs: max(runs[run][curve])


def last(run: str, curve: str) -> Callable[[Runs], float]:
    """The value at the end."""
    return lambda runs: runs[run][curve][-1]


def first(run: str, curve: str) -> Callable[[Runs], float]:
    """The value at the beginning."""
    return lambda runs: runs[run][curve][0]


def by_epoch(curve: str, prefix: str = "") -> Callable[[Runs], Dict[str, Points]]:
    """A curve, epoch by epoch, of each run that has it and whose name begins with `prefix`; named by the rest of it."""
    return lambda runs: {name[len(prefix):]: list(enumerate(run[curve]))
                         for name, run in runs.items() if curve in run and name.startswith(prefix)}
