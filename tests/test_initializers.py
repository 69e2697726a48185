"""Where the weights start, judged by what thousands of them look like."""
from __future__ import annotations

from random import Random
from statistics import fmean, pstdev

import pytest

from purenn.initializers import INITIALIZERS


@pytest.mark.parametrize("name, sd_bias, sd_weight", [
    ("large", 1.0, 1.0),
    ("scaled", 1.0, 0.1),               # 1/√100
    ("lecun", 0.0, 0.1),
    ("he", 0.0, 0.141421),              # √(2/100)
    ("uniform", 0.288675, 0.288675),    # 1/√12, of a uniform distribution of width 1
])
def test_mean_and_spread(name: str, sd_bias: float, sd_weight: float) -> None:
    """50 neurons of 100 inputs. By chance a mean is off by sd/√n, a standard deviation by sd/√2n; five times that is
    allowed."""
    biases, weights = INITIALIZERS[name](Random(1), 100, 50)
    assert [len(biases), len(weights), {len(row) for row in weights}] == [50, 50, {100}]
    for numbers, sd in (biases, sd_bias), ([w for row in weights for w in row], sd_weight):
        error = sd / len(numbers) ** 0.5
        assert fmean(numbers) == pytest.approx(0.0, abs=5 * error)
        assert pstdev(numbers) == pytest.approx(sd, abs=5 * error / 2 ** 0.5)


def test_uniform_ends_at_one_half() -> None:
    _, weights = INITIALIZERS["uniform"](Random(1), 100, 50)
    assert 0.499 < max(map(max, weights)) <= 0.5 and -0.5 <= min(map(min, weights)) < -0.499
