"""Recipes: everything that decides a training run but the data.

(This module may be skipped: the commands need it, the book does not.)

A `Recipe` holds the hyper-parameters of a network and its training under one roof, so that a run can be named,
repeated, varied and stored. Its defaults are the book's chapter 1.

>>> recipe = RECIPES["chapter-3"]
>>> recipe.cost, recipe.eta, recipe.lmbda
('cross-entropy', 0.5, 5.0)
>>> net = recipe.network(inputs=784)
>>> net.sizes
[784, 100, 10]
"""
from __future__ import annotations

from dataclasses import dataclass, field, fields, replace
from functools import partial
from random import Random
from typing import Any, Collection, Dict, Mapping, Optional, Sequence, Tuple, Type

from .activations import ACTIVATIONS
from .arguments import HYPER_PARAMETERS, Rule, flag, one_of, whole
from .costs import COSTS
from .history import History
from .initializers import INITIALIZERS
from .network import Example, TrainingExample
from .network2 import Network
from .schedules import Schedule, both, constant, early_stopping, halving


def setting(default: Any, about: str, rule: Optional[Rule] = None, *, names: Collection[str] = (),
            words: Mapping[str, Any] = {}) -> Any:
    """A field of Recipe: its default, one line for `--help`, and which values it may have: those that a rule allows, or
    one of some names. `words` are texts that the command line takes for a value."""
    return field(default=default, metadata={
        "about": about, "rule": rule or partial(one_of, choices=names), "names": names, "words": words})


POSITIVE = partial(whole, least=1)


@dataclass(frozen=True)
class Recipe:
    """The hyper-parameters of one training run; epochs, eta, lmbda and mu are named as in the book. Each field is also
    an option of `train` and `sweep`, and all that they know of it is said here."""

    hidden: Tuple[int, ...] = setting((30,), "neurons in each hidden layer", POSITIVE)
    activation: str = setting("sigmoid", "of the hidden layers", names=ACTIVATIONS)
    output: str = setting("sigmoid", "activation of the last layer", names=ACTIVATIONS)
    cost: str = setting("quadratic", "what training makes small", names=COSTS)
    init: str = setting("large", "how the first weights are drawn: N(0, 1), N(0, 1/n), ...", names=INITIALIZERS)
    epochs: int = setting(30, "passes over the training data", HYPER_PARAMETERS["epochs"])
    batch_size: int = setting(10, "examples per step; full: all of them", partial(whole, least=0), words={"full": 0})
    eta: float = setting(3.0, "the learning rate: how long a step is", HYPER_PARAMETERS["eta"])
    lmbda: float = setting(0.0, "L2 regularisation: how strongly weights are drawn to 0", HYPER_PARAMETERS["lmbda"])
    mu: float = setting(0.0, "momentum: how much of its speed a step keeps", HYPER_PARAMETERS["mu"])
    dropout: float = setting(
        0.0, "leave each hidden neuron out with probability X, for each example anew", HYPER_PARAMETERS["dropout"])
    expand: bool = setting(False, "train on each image moved by a pixel up, down, left and right, too", flag)
    early_stopping: Optional[int] = setting(
        None, "stop after N epochs without a better validation accuracy", POSITIVE, words={"never": None})
    halve_eta: Optional[int] = setting(
        None, "halve eta after N such epochs, and stop below 1/128 of it", POSITIVE, words={"never": None})
    limit: Optional[int] = setting(None, "train on the first N examples only", POSITIVE, words={"all": None})
    hold_out: Optional[int] = setting(
        None, "keep N examples, drawn with the seed, back for validation", partial(whole, least=0),
        words={"sixth": None})
    seed: int = setting(6, "the same seed makes the same network", partial(whole, least=0))
    # Not any seed will do: see the README on saturated neurons.
    packed: bool = setting(False, "weights side by side in whole numbers: faster on CPython, no momentum", flag)
    about: str = field(default="", compare=False)

    def __post_init__(self) -> None:
        """ValueError if a field has a value that no training can have."""
        # `about` has no rule. None stands for "never" or "all", but only where it is the default. Of the hidden layers
        # each is looked at by itself.
        for entry in fields(self):
            value = getattr(self, entry.name)
            if entry.metadata and (value is not None or entry.default is not None):
                for each in value if isinstance(entry.default, tuple) else [value]:
                    entry.metadata["rule"](entry.name, each)
        if self.packed and self.mu:
            raise ValueError("packed: no momentum (mu), which changes every weight in every step")

    def network(self, inputs: int, outputs: int = 10, kind: Type[Network] = Network) -> Network:
        """A new network of the class `kind`, its weights drawn with the recipe's seed."""
        return kind([inputs, *self.hidden, outputs], rng=Random(self.seed),
                    activation=ACTIVATIONS[self.activation], output=ACTIVATIONS[self.output],
                    cost=COSTS[self.cost], initializer=INITIALIZERS[self.init], dropout=self.dropout)

    def train(self, net: Network, training_data: Sequence[TrainingExample], test_data: Sequence[Example],
              evaluation_data: Sequence[Example], **watching: Any) -> History:
        """`net.SGD` with the recipe's hyper-parameters; `watching` is SGD's monitor_..., past, report and progress."""
        return net.SGD(training_data, self.epochs, self.batch_size or len(training_data), self.eta, test_data,
                       lmbda=self.lmbda, mu=self.mu, evaluation_data=evaluation_data, schedule=self.schedule,
                       **watching)

    @property
    def schedule(self) -> Schedule:
        """What early_stopping and halve_eta ask for together."""
        schedule = halving(self.halve_eta) if self.halve_eta else constant
        return both(schedule, early_stopping(self.early_stopping)) if self.early_stopping else schedule


_FROM_SCRATCH = Recipe(hidden=(10,), activation="relu", output="softmax", cost="log-likelihood", init="large",
                       epochs=1001, batch_size=0, eta=0.1)

RECIPES: Dict[str, Recipe] = {
    "chapter-1": Recipe(about="the book's first network; about 95% test"),
    "chapter-3": Recipe(hidden=(100,), cost="cross-entropy", init="scaled", epochs=60, eta=0.5, lmbda=5.0,
                        about="the book's cross-entropy, smaller weights and L2; about 98% validation"),
    "full-batch": replace(_FROM_SCRATCH,
                          about="ReLU and softmax, N(0, 1), whole training set at each step; 58% training"),
    "full-batch-long": replace(_FROM_SCRATCH, epochs=5001, eta=0.2,
                               about="the same, larger steps and five times as many; 85% training"),
    "full-batch-uniform": replace(_FROM_SCRATCH, init="uniform", epochs=500, hold_out=1000,
                                  about="weights and biases uniform on ±0.5, 1,000 held out; about 85%"),
    "full-batch-fast": replace(_FROM_SCRATCH, hidden=(20,), init="uniform", epochs=100, eta=1.0,
                               about="more neurons, ten times the learning rate, a fifth of the steps; about 85% "
                                     "training and test"),
    "full-batch-scaled": replace(_FROM_SCRATCH, init="lecun", epochs=2500,
                                 about="weights N(0, 1/n), biases 0; 93% training and test"),
    "best": Recipe(hidden=(150,), activation="relu", output="softmax", cost="log-likelihood", init="he", epochs=25,
                   eta=0.1, lmbda=2.0, halve_eta=2,
                   about="the best we found that trains in three minutes under PyPy; 98.3% test"),
}
"""Recipes by name, each with what it is and the accuracy on MNIST that is reported of it, by the book or elsewhere."""
