"""What is trained on, and how it travels to the processes that train.

MNIST takes seconds and hundreds of megabytes to load, and a dozen processes want the same few thousand of its
images. So one of them loads it and packs what is needed into a few megabytes of text; the others unpack. A
pixel is one of at most 256 values, so a byte is enough for each, beside the list of the values.

>>> examples = [([0.0, 0.5], 3), ([0.5, 1.0], 7)]
>>> unpack(pack(examples)) == examples
True
"""
from __future__ import annotations

from base64 import b64decode, b64encode
from typing import Any, Dict, List, NamedTuple, Sequence, Tuple

from purenn.matrix import Vector

BATCH, ETA = 10, 3.0        # chapter 1's


class Workload(NamedTuple):
    """A network to be trained, by the book's hyper-parameters, on the first so many images of a data set."""

    source: str
    sizes: List[int]
    samples: int


def pack(examples: Sequence[Tuple[Vector, int]]) -> Dict[str, Any]:
    """Images of equal size and their labels, as JSON can hold them."""
    values = sorted({xk for x, _ in examples for xk in x})
    code = {value: k for k, value in enumerate(values)}
    return {"values": values, "labels": [y for _, y in examples],
            "images": b64encode(bytes(code[xk] for x, _ in examples for xk in x)).decode("ascii")}


def unpack(packed: Dict[str, Any]) -> List[Tuple[Vector, int]]:
    """What was packed; equal pixels are the same float object, as they are when `purenn.data` has read them."""
    pixels = [packed["values"][k] for k in b64decode(packed["images"])]
    size = len(pixels) // len(packed["labels"])
    return [(pixels[k * size:(k + 1) * size], label) for k, label in enumerate(packed["labels"])]
