"""How long a training will take on this machine, with lists and packed: a few steps of each tell."""
from __future__ import annotations

import time
from typing import List, Optional, Sequence, Tuple, Type

from .. import packed
from ..network import TrainingExample
from ..network2 import Network
from ..packed import Pixels, pixels
from ..matrix import Vector
from ..recipes import Recipe

FEW = 10            # examples to try it with: some milliseconds, seldom interrupted


def forecast(recipe: Recipe, training_data: Sequence[TrainingExample]) -> Optional[Tuple[float, float]]:
    """The seconds that an epoch takes with lists, and packed, evaluation not counted; None if it cannot be packed."""
    times = len(training_data) / len(training_data[:FEW])
    try:
        few = [(pixels(x), y) for x, y in training_data[:FEW]]
        return times * _seconds(recipe, few, Network), times * _seconds(recipe, few, packed.Network)
    except (ValueError, ArithmeticError):
        return None


def _seconds(recipe: Recipe, examples: List[Tuple[Pixels, Vector]], kind: Type[Network]) -> float:
    """What a step with these examples takes, the shortest of ten: others may be interrupted by other work."""
    net, seconds = recipe.network(len(examples[0][0].dense), len(examples[0][1]), kind), []
    for _ in range(10):
        start = time.perf_counter()
        net.update_mini_batch(examples, recipe.eta, recipe.lmbda, len(examples), recipe.mu)
        seconds.append(time.perf_counter() - start)
    return min(seconds)
