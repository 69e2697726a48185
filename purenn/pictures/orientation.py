"""Whether images lie as those that a network learned from.

Some data sets have dark digits on light paper, where MNIST's are light on dark; EMNIST's digits are turned over, rows
for columns. A network reads such images hardly better than chance and says nothing, so the same images are shown to it
in the other ways, too: if it reads them far better in one of those, that is how they should lie.
"""
from __future__ import annotations

from math import isqrt
from typing import Callable, Dict, Optional, Sequence

from ..matrix import Vector, transpose
from ..metrics import classify
from ..network2 import Network

SAMPLE = 200
"""So many images, spread over all of them, are looked at."""

BETTER = 0.3
"""Read rightly, or surely, that much more often (of 1): then it is the other way."""


def inverted(image: Vector) -> Vector:
    """Light for dark.

    >>> inverted([1.0, 0.25])
    [0.0, 0.75]
    """
    return [1.0 - level for level in image]


def turned(image: Vector) -> Vector:
    """Rows for columns.

    >>> turned([1.0, 2.0, 3.0, 4.0])
    [1.0, 3.0, 2.0, 4.0]
    """
    side = isqrt(len(image))
    return [level for column in transpose([image[k:k + side] for k in range(0, len(image), side)]) for level in column]


WAYS: Dict[str, Callable[[Vector], Vector]] = {
    "inverted (paper is 1 and ink is 0)": inverted, "turned (rows and columns exchanged)": turned,
    "inverted and turned": lambda image: inverted(turned(image))}


def otherwise(net: Network, images: Sequence[Vector], labels: Optional[Sequence[int]]) -> Optional[str]:
    """A line for a person if the images are read far better in another way than as they are; None if they are not."""
    chosen = range(0, len(images), max(1, len(images) // SAMPLE))
    if isqrt(len(images[0])) ** 2 != len(images[0]):
        return None

    def share(way: Callable[[Vector], Vector]) -> float:
        """How many are read rightly, or, without labels, surely."""
        read = classify(net, [way(images[k]) for k in chosen])
        return sum(labels[k] == digit if labels else confidence > 0.9
                   for k, (digit, confidence) in zip(chosen, read)) / len(chosen)

    as_they_are = share(list)
    if as_they_are > 1.0 - BETTER:
        return None
    shares = {words: share(way) for words, way in WAYS.items()}
    best = max(shares, key=lambda words: shares[words])
    if shares[best] < as_they_are + BETTER:
        return None
    how = "rightly" if labels else "with a confidence of more than 0.9"
    return (f"these images seem to be {best}: of {len(chosen)} of them {as_they_are:.0%} are read {how} as they are, "
            f"{shares[best]:.0%} the other way")
