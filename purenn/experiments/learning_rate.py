"""What if the learning rate is wrong?

With η = 0.001 the book's network of 100 hidden neurons improves, but so slowly that it reads only 21.42% of the test
images after 30 epochs. With η = 100 the network of 30 leaps about and ends no better than chance. In between, at 3, it
learns.
"""
from __future__ import annotations

from .book import Claim, Experiment, Figure, best, by_epoch, last
from .hidden_neurons import run
from .lab import Run

EXPERIMENT = Experiment(
    "learning-rate", "steps too short, right, too long", chapter=1,
    runs={"η = 0.001": Run(run, hidden=100, eta=0.001, seconds=75), "η = 3": Run(run, hidden=30, eta=3.0, seconds=30),
          "η = 100": Run(run, hidden=30, eta=100.0, seconds=30)},
    claims=[Claim("η = 0.001, 100 hidden neurons, last epoch", last("η = 0.001", "test accuracy"), "21.42",
                  remark="where it stands after short steps depends on the first weights"),
            Claim("η = 3, 30 hidden neurons, best epoch", best("η = 3", "test accuracy"), "95.42", best_of=3),
            Claim("η = 100, 30 hidden neurons, last epoch", last("η = 100", "test accuracy"), "9.82",
                  remark="as good as guessing")],
    figures=[Figure("test accuracy, %", by_epoch("test accuracy"), low=0, high=100, lines={"chance: 10%": 10})])
