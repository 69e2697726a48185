"""What the book says about its experiments, and whether it comes out here.

    Claim       what the book reports, and how to measure it
    Figure      what to draw
    Experiment  a question, the runs that answer it, and what the book says
    Answer      what came of a claim
    answers     what came of all claims of an experiment
    charts      its figures

>>> claim = Claim("the last of three", last("a run", "curve"), book="3.0", unit="")
>>> print(*Answer(claim, [claim.measured({"a run": {"curve": [1.0, 2.0, 3.2]}}), 2.9, 3.1]).row)
the last of three 3.0 3.1 ± 0.2 3 +0.1
"""
from __future__ import annotations

from itertools import combinations
from statistics import mean, stdev
from typing import Callable, Dict, List, Mapping, NamedTuple, Optional, Sequence, Tuple

from ..pictures import curves
from .lab import Curves, Run

Runs = Mapping[str, Curves]
"""What the runs of an experiment noted, with one seed, by the names of the runs."""

Points = List[Tuple[float, float]]


class Claim(NamedTuple):
    """What the book reports, and how to measure it in one seed's runs.

    `book` is the number as the book prints it, in `unit`, or what it says in words; "-" if it says nothing. Words have
    a side: what is measured is to be `over` a number, or `under` one. `best_of` is how many runs the book shows the
    best of. `remark` says what there is to know about the comparison.
    """

    what: str
    measured: Callable[[Runs], float]
    book: str = "-"
    unit: str = "%"
    over: Optional[float] = None
    under: Optional[float] = None
    best_of: int = 1
    remark: str = ""

    @property
    def number(self) -> Optional[float]:
        """The book's number, if it has one."""
        return float(self.book) if self.book[-1].isdigit() else None

    @property
    def digits(self) -> int:
        """Decimals: as many as the book prints."""
        usual = {"%": 2, " points": 2, " epochs": 0}.get(self.unit, 3)
        return usual if self.number is None else len(self.book.partition(".")[2])

    def on_its_side(self, value: float) -> bool:
        """Whether a run that measured this value agrees with the book's words."""
        return (self.over is None or value > self.over) and (self.under is None or value < self.under)

    def shown(self, *values: float) -> str:
        """A number or, of several, their mean and standard deviation.

        >>> claim = Claim("what", last("a run", "curve"), book="95.4")
        >>> claim.shown(95.421), claim.shown(95.0, 96.0), claim._replace(book="-", unit=" epochs").shown(20.0, 32.0)
        ('95.4%', '95.5 ± 0.7%', '26 ± 8 epochs')
        """
        numbers = [mean(values), stdev(values)] if len(values) > 1 else values
        return " ± ".join(f"{value:.{self.digits}f}" for value in numbers) + self.unit


class Figure(NamedTuple):
    """A picture: curves by their names, made from the runs of one seed (of several, their mean is drawn), from `start`
    on and between `low` and `high`. `lines` are values of the book, by name, and `book` is its curve."""

    title: str
    curves: Callable[[Runs], Dict[str, Points]]
    x_title: str = "epoch"
    start: float = 0.0
    low: Optional[float] = None
    high: Optional[float] = None
    lines: Mapping[str, float] = {}
    book: Sequence[Tuple[float, float]] = ()
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
    """What came of a claim: the value measured with each seed. `chance` says whether a seed matters, `scaled` in what
    the runs were not the book's."""

    claim: Claim
    values: Sequence[float]
    chance: bool = True
    scaled: str = ""

    @property
    def row(self) -> Tuple[str, str, str, str, str]:
        """The claim, the book's number, ours, how many seeds, and whether they agree."""
        claim = self.claim
        return (claim.what, claim.book if claim.number is None else claim.book + claim.unit,
                claim.shown(*self.comparable) if self.values else "-", str(len(self.values)), self.verdict)

    @property
    def comparable(self) -> Sequence[float]:
        """The values; or if the book shows the best of a few, what the best of as many is on average."""
        best_of = min(self.claim.best_of, len(self.values))
        return self.values if best_of < 2 else [mean(map(max, combinations(self.values, best_of)))]

    @property
    def why(self) -> str:
        """What there is to know about the comparison: how far the seeds differ, and the claim's remark."""
        low, high = self.claim.shown(min(self.values)), self.claim.shown(max(self.values))
        best = f"the best of any {self.claim.best_of}" if 1 < self.claim.best_of <= len(self.values) else ""
        return "; ".join(filter(None, [best, f"{low} to {high}" if low != high else "", self.claim.remark]))

    @property
    def verdict(self) -> str:
        """Whether the runs agree with the book.

        Words: in how many of the runs they hold. A number: yes, if it is within three standard deviations of the mean,
        or without chance, if it has the same digits; and how far it is from the mean, in standard deviations. (Of 100
        runs of one program 95 are within 2.78·√(1 + 1/5) = 3.04 standard deviations of the mean of five others, by
        Student's t.) With fewer than five runs there is no telling: the difference.
        """
        claim, values = self.claim, self.values
        if self.scaled or not values or claim.book == "-":
            return "-"
        if claim.number is None:
            return f"{sum(map(claim.on_its_side, values))} of {len(values)}"
        distance, deviation = mean(self.comparable) - claim.number, stdev(values) if len(values) > 1 else 0.0
        if self.chance and len(values) < 5:
            return f"{distance:+.{claim.digits}f}"
        agrees = abs(distance) <= 3.0 * deviation + 0.5 * 10.0 ** -claim.digits
        return ("yes" if agrees else "no") + (f", {abs(distance) / deviation:.1f} sd" if deviation else "")


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
            found.append(Answer(claim, values, experiment.chance, scaled))
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
            except KeyError:        # a run of this seed is not made yet
                pass
        start, low, high = (0.0, None, None) if scaled else (figure.start, figure.low, figure.high)
        series = {name: [(x, y) for x, y in mean_of(several) if x >= start] for name, several in samples.items()}
        if any(series.values()):
            if figure.book and not scaled:
                series["the book"] = list(figure.book)
            drawn.append(curves.chart(figure.title, series, x_title=figure.x_title, y_range=(low, high),
                                      log_x=figure.log_x, log_y=figure.log_y, reference={} if scaled else figure.lines))
    return drawn


def mean_of(several: Sequence[Points]) -> Points:
    """The mean of curves, at every x that all of them have.

    >>> mean_of([[(0, 1.0), (1, 2.0)], [(1, 4.0), (2, 3.0)]])
    [(1, 3.0)]
    """
    # Early stopping ends the runs of different seeds at different epochs: where one has ended there is no mean.
    curves = [dict(points) for points in several]
    return [(x, mean(curve[x] for curve in curves)) for x in curves[0] if all(x in curve for curve in curves)]


# What many experiments measure or draw

def best(run: str, curve: str) -> Callable[[Runs], float]:
    """The highest value of a run's curve, that of the best epoch: what the book reports where nothing else is said."""
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
