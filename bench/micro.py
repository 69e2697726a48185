"""Each operation of `purenn.matrix` alone, on the shapes it meets in [784, 30, 10]: the view for tuning one."""
from __future__ import annotations

from random import Random
from timeit import timeit
from typing import Callable, Dict

from purenn import matrix
from purenn.activations import sigmoid
from purenn.columns import ColumnMatrix, nonzero
from purenn.matrix import Pixels
from purenn.packed import Lanes, PackedMatrix, add_rows, whole

from .growth import images


def operations() -> Dict[str, Callable[[], object]]:
    """What is measured, by what the table calls it."""
    rng = Random(0)

    def vector(n: int) -> matrix.Vector:
        return [rng.gauss(0.0, 1.0) for _ in range(n)]

    (image, _), = images(1, 19)                 # as many pixels are not zero in MNIST
    x, dense, known = vector(30), vector(784), matrix.sparse(image)
    y, z = vector(30), vector(30)
    W, V = [vector(784) for _ in range(30)], [vector(30) for _ in range(10)]
    delta = vector(10)
    shades = Pixels(bytes(round(255 * xk) for xk in image))
    columns, places = ColumnMatrix(W), nonzero(shades)
    packed, lanes, numbers = PackedMatrix(W), Lanes(30), whole(shades)
    side_by_side = lanes.pack(2.0 ** 30, y)
    return {
        "sparse(image)": lambda: matrix.sparse(shades),
        "matvec, 30 x 784, image": lambda: matrix.matvec(W, known),
        "matvec, 30 x 784, dense": lambda: matrix.matvec(W, dense),
        "matvec, 10 x 30": lambda: matrix.matvec(V, x),
        "vecmat, 10 x 30": lambda: matrix.vecmat(delta, V),
        "add_outer, 30 x 784, image": lambda: matrix.add_outer(W, 1e-9, x, known),
        "add_outer, 30 x 784, dense": lambda: matrix.add_outer(W, 1e-9, x, dense),
        "add_outer, 10 x 30": lambda: matrix.add_outer(V, 1e-9, delta, x),
        "dot, 784": lambda: matrix.dot(dense, dense),
        "dot, 30": lambda: matrix.dot(x, y),
        "add, 30": lambda: matrix.add(x, y),
        "subtract, 30": lambda: matrix.subtract(x, y),
        "hadamard, 30": lambda: matrix.hadamard(x, y),
        "scale, 30": lambda: matrix.scale(2.0, x),
        "add_scaled, 30": lambda: matrix.add_scaled(z, 1e-9, x),
        "outer, 30 x 784": lambda: matrix.outer(x, dense),
        "scale_matrix, 30 x 784": lambda: matrix.scale_matrix(W, 1.0),
        "add_matrix, 30 x 784": lambda: matrix.add_matrix(W, 1e-9, W),
        "transpose, 30 x 784": lambda: matrix.transpose(W),
        "argmax, 10": lambda: matrix.argmax(delta),
        "sigmoid, 30 (for comparison)": lambda: sigmoid(x),
        "columns: nonzero(image)": lambda: nonzero(shades),
        "columns: matvec, 30 x 784, image": lambda: columns.matvec(places),
        "columns: add_outer, 30 x 784, image": lambda: columns.add_outer(1e-9, x, places),
        "packed: whole(image)": lambda: whole(shades),
        "packed: matvec, 30 x 784, image": lambda: packed.matvec(numbers),
        "packed: add_outer, 30 x 784, image": lambda: packed.add_outer(1e-9, x, numbers),
        "packed: Lanes.pack, 30": lambda: lanes.pack(2.0 ** 30, y),
        "packed: Lanes.unpack, 30": lambda: lanes.unpack(side_by_side),
        "packed: add_rows, 10 x 30": lambda: add_rows(x, delta, V),
    }


def measure(answer: Callable[[Dict[str, float]], None], quick: bool) -> None:
    """Answer for ever with the seconds per call of each operation, each called for about `enough` seconds."""
    enough = 0.005 if quick else 0.05
    repeats = {}
    for name, operation in operations().items():
        number, seconds = 1, 0.0
        while seconds < enough:
            number, seconds = 2 * number, timeit(operation, number=number)
        repeats[name] = operation, number
    while True:
        answer({name: timeit(operation, number=number) / number for name, (operation, number) in repeats.items()})
