"""What is a good accuracy? First, what can be had without a network?

Guessing is right one time in ten. Chapter 1 does a little better by looking at one number, how dark an image is: a 2
has more ink than a 1. Whoever answers with the digit whose average darkness is nearest is right 2,225 times of 10,000.
"""
from __future__ import annotations

from typing import Dict, List

from ..history import Score
from ..matrix import Vector, argmax
from .book import Claim, Experiment, last
from .lab import Lab, Run, percent


def darkness(x: Vector) -> float:
    """The ink in an image."""
    return sum(x)


def run(lab: Lab) -> None:
    """Guess; then compare with the average darkness of each digit's training images."""
    guesses = [lab.rng.randrange(10) for _ in lab.test_data]
    right = sum(guess == y for guess, (_, y) in zip(guesses, lab.test_data))
    lab.record("guessing", percent(Score(right, len(guesses))))

    inks: Dict[int, List[float]] = {digit: [] for digit in range(10)}
    for x, y in lab.training_data:
        inks[argmax(y)].append(darkness(x))
    average = {digit: sum(ink) / len(ink) for digit, ink in inks.items() if ink}
    right = sum(min(average, key=lambda digit: abs(average[digit] - darkness(x))) == y for x, y in lab.test_data)
    lab.record("average darkness", percent(Score(right, len(lab.test_data))))


EXPERIMENT = Experiment(
    "baselines", "guessing, and counting ink: no network", chapter=1,
    runs={"baselines": Run(run, seconds=2)},
    claims=[Claim("guessing", last("baselines", "guessing"), "10.00"),
            Claim("average darkness", last("baselines", "average darkness"), "22.25")])
