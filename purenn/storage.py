"""A network as a file, and back; and with it, if wished, the training run it is in the middle of.

The file is JSON (gzipped if its name ends in .gz) and can be read by people and by other programs:

    {"format": "purenn", "version": 1,
     "sizes": [2, 1], "activations": ["sigmoid"], "cost": "quadratic",
     "biases": [[0.5]], "weights": [[[0.1, -0.2]]]}

Floats are written so that they come back to the last bit; a loaded network answers exactly as the saved one.
Files that the book's `network2.save` wrote are read as well.

>>> import tempfile
>>> folder = tempfile.TemporaryDirectory()
>>> net = Network([2, 3, 1])
>>> save(net, folder.name + "/model.json")
>>> load(folder.name + "/model.json").weights == net.weights
True
>>> folder.cleanup()
"""
from __future__ import annotations

import gzip
import json
import math
import os
from array import array
from dataclasses import asdict, dataclass, field, fields
from hashlib import sha256
from random import Random
from typing import Any, Dict, List, NoReturn, Optional, Sequence, Tuple

from .activations import ACTIVATIONS, sigmoid
from .costs import COSTS
from .files import BadFile, PathLike, blamed, opened, write_whole
from .history import Epoch, Score
from .matrix import Matrix, Vector
from .network import Example, Network
from .recipes import Recipe

VERSION = 1
LARGEST = 1 << 27
"""No model of more than 128 MiB of JSON is read: some six million weights, far more than lists can train."""


@dataclass
class Run:
    """A training run between two epochs: with the network and its random state, all that decides what comes next."""

    recipe: Recipe
    source: str                     # the name of the data
    fingerprint: str                # and their content
    monitor: List[str]              # what is measured after each epoch
    past: List[Epoch] = field(default_factory=list)


def save(net: Network, path: PathLike, run: Optional[Run] = None) -> None:
    """Write the network, and the run it is in, to `path`; BadFile if that fails.

    At every instant either the old file or the new one is there, whole: the new one is written beside it, flushed
    to the disk, and then takes its name.
    """
    content: Dict[str, Any] = {
        "format": "purenn", "version": VERSION, "sizes": net.sizes,
        "activations": [repr(function) for function in net.activation_functions],
        "cost": next(name for name, cost in COSTS.items() if cost is net.cost),
        "biases": net.biases, "weights": net.weights}
    if run is not None:
        content["training"] = {
            "recipe": asdict(run.recipe), "source": run.source, "fingerprint": run.fingerprint, "monitor": run.monitor,
            "past": [epoch._asdict() for epoch in run.past], "random": net.rng.getstate(), "velocity": net.velocity}
    with blamed(path):
        text = json.dumps(content, allow_nan=False).encode("ascii")
        write_whole(path, gzip.compress(text, mtime=0) if str(path).endswith(".gz") else text)


def load(path: PathLike) -> Network:
    """The network in a file; BadFile if there is none."""
    with blamed(path):
        return _network(_read(path))


def load_run(path: PathLike) -> Tuple[Network, Run]:
    """The network in a file and the run it was in the middle of, ready to go on; BadFile if either is not there."""
    with blamed(path):
        content = _read(path)
        net = _network(content)
        if "training" not in content:
            raise ValueError("holds a network but no training run to go on with")
        training = _record(content["training"], "training", "recipe", "source", "fingerprint", "monitor", "past", "random",
                           "velocity")
        net.rng = _random(training["random"])
        if training["velocity"] is not None:
            _check(isinstance(training["velocity"], list) and len(training["velocity"]) == 2, "velocity: a pair")
            biases, weights = training["velocity"]
            net.velocity = _parameters(net.sizes, biases, weights, "velocity's ")
        _check(isinstance(training["source"], str) and isinstance(training["fingerprint"], str), "source and fingerprint: texts")
        measures = ["training_cost", "training_accuracy", "evaluation_cost", "evaluation_accuracy"]
        _check(isinstance(training["monitor"], list) and all(m in measures for m in training["monitor"]),
               f"monitor: a list of {', '.join(measures)}")
        return net, Run(_recipe(training["recipe"], net), training["source"], training["fingerprint"],
                        training["monitor"], _epochs(training["past"]))


def fingerprint(*data: Sequence[Example]) -> str:
    """A digest of examples, to tell whether a run goes on with the data that it began with."""
    digest = sha256()
    for examples in data:
        for x, y in examples:
            digest.update(array("d", x).tobytes() + repr(y).encode())
    return digest.hexdigest()


# Reading: nothing in a file is believed before it is looked at.

def _check(condition: bool, expected: str) -> None:
    if not condition:
        raise ValueError(expected)


def _read(path: PathLike) -> Dict[str, Any]:
    with opened(path) as file:
        text = file.read(LARGEST + 1)
    _check(len(text) <= LARGEST, f"more than {LARGEST:,} bytes, too large for a model")
    try:
        content = json.loads(text, parse_constant=_no_constant, parse_int=_int)
    except RecursionError:
        raise ValueError("lists within lists without end, expected a model") from None
    content = _record(content, "JSON, but not a model")
    if "format" not in content:
        return _from_network2(content)
    _check(content["format"] == "purenn", "JSON of another format, expected a model of purenn's")
    version = content.get("version")
    if not isinstance(version, int) or version < 1:
        raise ValueError("version: expected a whole number")
    _check(version <= VERSION, f"written by a newer purenn (format version {version}, this one reads {VERSION})")
    return content


def _no_constant(name: str) -> NoReturn:
    raise ValueError(f"{name}, expected finite numbers")


def _int(digits: str) -> int:
    _check(len(digits) < 400, "a number of hundreds of digits")
    return int(digits)


def _from_network2(content: Dict[str, Any]) -> Dict[str, Any]:
    """The book's own format: sizes, weights and biases as NumPy columns, and the cost's class name."""
    content = _record(content, "a model (of purenn's or of the book's network2)", "sizes", "weights", "biases", "cost")
    names = {cost.__name__: name for name, cost in COSTS.items()}
    _check(isinstance(content["cost"], str) and content["cost"] in names, f"cost: one of {', '.join(names)}")
    _check(isinstance(content["biases"], list) and isinstance(content["sizes"], list), "biases and sizes: lists")
    columns = [column if isinstance(column, list) else [] for column in content["biases"]]
    return {**content, "cost": names[content["cost"]], "activations": ["sigmoid"] * (len(content["sizes"]) - 1),
            "biases": [[entry[0] if isinstance(entry, list) and len(entry) == 1 else None for entry in column]
                       for column in columns]}


def _record(content: object, what: str, *names: str) -> Dict[str, Any]:
    """content, if it is an object with all these names."""
    _check(isinstance(content, dict), f"{what}: expected an object")
    assert isinstance(content, dict)
    missing = [name for name in names if name not in content]
    _check(not missing, f"{what}: without {' and '.join(missing)}")
    return content


def _network(content: Dict[str, Any]) -> Network:
    _record(content, "the model", "sizes", "activations", "cost", "biases", "weights")
    sizes, functions, cost = content["sizes"], content["activations"], content["cost"]
    _check(isinstance(sizes, list) and len(sizes) > 1 and all(type(size) is int and size > 0 for size in sizes),
           "sizes: a list of two or more whole numbers above 0")
    _check(isinstance(functions, list) and len(functions) == len(sizes) - 1
           and all(isinstance(name, str) and name in ACTIVATIONS for name in functions),
           f"activations: one for each of {len(sizes) - 1} layers, of {', '.join(ACTIVATIONS)}")
    _check(isinstance(cost, str) and cost in COSTS, f"cost: one of {', '.join(COSTS)}")
    parameters = _parameters(sizes, content["biases"], content["weights"])
    net = Network([1, 1], cost=COSTS[cost])
    net.sizes, net.num_layers = sizes, len(sizes)
    net.activation_functions = [ACTIVATIONS[name] for name in functions]
    net.biases, net.weights = parameters
    return net


def _parameters(sizes: List[int], biases: object, weights: object, whose: str = "") -> Tuple[List[Vector], List[Matrix]]:
    """biases and weights as floats, if they have the shapes that `sizes` asks for and all are finite."""
    shapes = list(zip(sizes, sizes[1:]))
    _check(isinstance(biases, list) and len(biases) == len(shapes), f"{whose}biases: expected {len(shapes)} lists")
    _check(isinstance(weights, list) and len(weights) == len(shapes), f"{whose}weights: expected {len(shapes)} matrices")
    assert isinstance(biases, list) and isinstance(weights, list)
    for l, (n_in, n_out) in enumerate(shapes):
        _check(isinstance(weights[l], list) and len(weights[l]) == n_out, f"{whose}weights[{l}]: expected {n_out} rows, as sizes say")
    return ([_numbers(biases[l], n_out, f"{whose}biases[{l}]") for l, (_, n_out) in enumerate(shapes)],
            [[_numbers(row, n_in, f"{whose}weights[{l}][{j}]") for j, row in enumerate(weights[l])]
             for l, (n_in, _) in enumerate(shapes)])


def _numbers(row: object, n: int, where: str) -> Vector:
    _check(isinstance(row, list) and len(row) == n, f"{where}: expected {n} numbers, as sizes say")
    assert isinstance(row, list)
    return [_number(value, where) for value in row]


def _number(value: object, where: str) -> float:
    _check(type(value) in (int, float), f"{where}: expected a number")
    assert isinstance(value, (int, float))
    _check(abs(value) <= 1.7976931348623157e308, f"{where}: expected a finite number")
    return float(value)


def _random(state: object) -> Random:
    """The random generator in a state of `Random.getstate`: a version, 625 whole numbers and a number or nothing."""
    expected = "random: expected the state of a random generator"
    _check(isinstance(state, list) and len(state) == 3 and isinstance(state[1], list) and len(state[1]) == 625, expected)
    assert isinstance(state, list)
    version, words, gauss_next = state
    _check(version == 3 and all(type(word) is int and 0 <= word < 1 << 32 for word in words) and words[624] <= 624,
           expected)
    rng = Random()
    rng.setstate((3, tuple(words), None if gauss_next is None else _number(gauss_next, "random")))
    return rng


def _recipe(content: object, net: Network) -> Recipe:
    record = _record(content, "recipe", *(entry.name for entry in fields(Recipe)))
    _check(len(record) == len(fields(Recipe)), "recipe: more entries than this purenn knows")
    _check(isinstance(record["hidden"], list), "hidden: a list")
    recipe = Recipe(**{**record, "hidden": tuple(record["hidden"])})
    _check(list(recipe.hidden) == net.sizes[1:-1], f"recipe: hidden layers of {list(recipe.hidden)} in a network of {net.sizes}")
    return recipe


def _epochs(content: object) -> List[Epoch]:
    _check(isinstance(content, list), "past: expected a list")
    assert isinstance(content, list)
    return [_epoch(_record(epoch, "past", *Epoch._fields), number) for number, epoch in enumerate(content)]


def _epoch(record: Dict[str, Any], number: int) -> Epoch:
    _check(record["number"] == number, f"past: expected epoch {number}")
    values: Dict[str, Any] = {"number": number, "eta": _number(record["eta"], "past")}
    for name in Epoch._fields[2:]:
        value = record[name]
        if value is None or name.endswith("cost"):
            values[name] = value if value is None else _number(value, f"past: {name}")
        else:
            _check(isinstance(value, list) and len(value) == 2 and all(type(n) is int for n in value)
                   and 0 <= value[0] <= value[1] and value[1] > 0,
                   f"past: {name}: expected two whole numbers, so many right of so many")
            values[name] = Score(*value)
    return Epoch(**values)
