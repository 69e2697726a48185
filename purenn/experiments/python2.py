"""What the book's programs had, in Python 2 and NumPy: their random numbers, weights and pixels.

Python and NumPy have the same generator, the Mersenne Twister (Matsumoto and Nishimura 1998); they begin and use it in
different ways.

>>> rng = BookRandom()                                  # np.random.seed(12345678); np.random.randn(2)
>>> [rng.gauss() for _ in range(2)]
[0.5537081891302397, -1.4596319930600405]
"""
from __future__ import annotations

from functools import lru_cache
from math import log, sqrt
from random import Random
from typing import Any, List, Sequence, Tuple, TypeVar

from .. import data
from ..initializers import large
from ..matrix import Vector
from ..network2 import Network
from .lab import loaded

Y = TypeVar("Y")


class BookRandom(Random):
    """The random numbers of the book's programs, after `random.seed(12345678)` and `np.random.seed(12345678)`."""

    def __init__(self) -> None:
        super().__init__(12345678)                          # Python 2 and 3 make the same of a number
        state = [12345678]                                  # NumPy begins the same generator in another way
        for k in range(1, 624):
            state.append((1812433253 * (state[-1] ^ state[-1] >> 30) + k) % 2 ** 32)
        self.numpy = Random()
        self.numpy.setstate((3, (*state, 624), None))
        self.spare: List[float] = []
        self.order: List[Any] = []

    def gauss(self, mu: float = 0.0, sigma: float = 1.0) -> float:
        """As `np.random.randn`, two at a time: a random point in the unit circle, stretched (Marsaglia's method)."""
        while not self.spare:
            x, y = (2.0 * self.numpy.random() - 1.0 for _ in range(2))
            r2 = x * x + y * y
            if 0.0 < r2 < 1.0:
                stretch = sqrt(-2.0 * log(r2) / r2)
                self.spare = [stretch * x, stretch * y]
        return mu + sigma * self.spare.pop()

    def sample(self, population: Sequence[Any], k: int, **options: Any) -> List[Any]:
        """All of the population, as Python 2's `random.shuffle` leaves it: the last order is shuffled again."""
        if len(self.order) != k:
            self.order = list(population)
        for i in range(k - 1, 0, -1):
            j = int(self.random() * (i + 1))
            self.order[i], self.order[j] = self.order[j], self.order[i]
        return list(self.order)


class BookNetwork(Network):
    """Draws all biases before all weights, as the book's network2 does."""

    def default_weight_initializer(self) -> None:
        gauss = self.rng.gauss          # divided by √n, not given 1/√n, as NumPy's randn(...)/sqrt(n) rounds
        self.biases = [[gauss(0.0, 1.0) for _ in range(n)] for n in self.sizes[1:]]
        self.weights = [[[gauss(0.0, 1.0) / (1.0 if self.initializer is large else sqrt(n_in)) for _ in range(n_in)]
                         for _ in range(n_out)] for n_in, n_out in zip(self.sizes, self.sizes[1:])]
        self.velocity = None


PIXELS = [n / 256 for n in range(256)]


def in_256ths(examples: Sequence[Tuple[Vector, Y]]) -> List[Tuple[Vector, Y]]:
    """The examples with the pixels of the book's file: n/256 where purenn has n/255."""
    return [([PIXELS[round(255.0 * pixel)] for pixel in x], y) for x, y in examples]


@lru_cache(maxsize=1)
def book_data(source: str) -> data.Data:
    """Training, validation and test data as the book's programs have them, made once by each process."""
    training_data, validation_data, test_data = loaded(source)
    return in_256ths(training_data), in_256ths(validation_data), in_256ths(test_data)
