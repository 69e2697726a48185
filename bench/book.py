"""python -m bench.book [EPOCHS]: the book in NumPy does what `python -m purenn.train mnist` does, from the files to the
last score, for `bench commands`."""
from __future__ import annotations

import sys
from random import Random
from typing import Any, List, Tuple

from purenn.data import locate
from purenn.data.formats import read_data_set
from purenn.network2 import Network

from .workload import BATCH, ETA

try:
    from .contenders.with_numpy import NumPy, np
except ModuleNotFoundError:
    sys.exit("bench.book: error: NumPy is not installed, and it is what this measures: pip install numpy")


def load() -> Tuple[List[Any], List[Any]]:
    """The examples to train on, (x, y), and to test with, (x, digit); x and y are columns, as in the book."""
    found = read_data_set(locate("mnist"))
    one_hot = [np.eye(10)[:, [digit]] for digit in range(10)]

    def columns(images: Any) -> List[Any]:
        pixels = np.frombuffer(images.pixels, np.uint8).reshape(-1, images.size, 1) / 255.0
        return list(zip(pixels, images.labels))

    return [(x, one_hot[digit]) for x, digit in columns(found.training)[:50000]], columns(found.test)


def main(epochs: int = 30) -> None:
    training_data, test_data = load()
    net = NumPy(Network([784, 30, 10], rng=Random(6)))

    def right(examples: List[Any]) -> int:
        answers = (net.output(x) for x, _ in examples)
        return sum(int(a.argmax() == (y.argmax() if np.ndim(y) else y)) for a, (_, y) in zip(answers, examples))

    for epoch in range(epochs):
        shuffled = net.rng.sample(training_data, len(training_data))
        for k in range(0, len(shuffled), BATCH):
            net.update_mini_batch(shuffled[k:k + BATCH], ETA)
        print(f"Epoch {epoch}: {right(test_data)} / {len(test_data)}", flush=True)
    print(f"training accuracy: {right(training_data) / len(training_data):.2%}")
    print(f"test accuracy: {right(test_data) / len(test_data):.2%}")


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
