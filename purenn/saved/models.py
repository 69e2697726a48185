"""A network as a file, and back; and with it, if wished, the training run it is in the middle of.

The file is JSON (gzipped if its name ends in .gz), for people and other programs to read:

    {"format": "purenn", "version": 1,
     "sizes": [2, 1], "activations": ["sigmoid"], "cost": "quadratic",
     "biases": [[0.5]], "weights": [[[0.1, -0.2]]],
     "sha256": "..."}

Floats are written so that they come back to the last bit; a loaded network answers exactly as the saved one.
The digest tells damage from a number that was meant; who writes or edits a file by hand leaves it out. Files that
the book's `network2.save` wrote are read as well, and `save(net, path, book=True)` writes one that the book's
`network2.load` reads.

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
import sys
from array import array
from dataclasses import asdict, dataclass, field, fields
from functools import lru_cache
from hashlib import sha256
from random import Random
from reprlib import repr as short_repr
from typing import Any, Dict, List, Optional, Sequence, Tuple, Type

from ..activations import ACTIVATIONS
from ..arguments import flag, one_of, real, whole
from ..costs import COSTS, CrossEntropyCost, QuadraticCost
from ..history import MEASURES, Epoch, Score
from ..matrix import Matrix, Pixels, Vector
from ..network import Example
from ..network2 import Diverged, Gradient, Network
from ..recipes import Recipe
from .files import PathLike, file_errors, memory_limit, opened, read_all, write_atomically

VERSION = 1
LARGEST = 1 << 27
"""No model of more than 128 MiB of JSON is written or read: some six million weights, more than lists can train."""

MEMORY_PER_CHARACTER = 32
"""The bytes of memory that one character of JSON may take: two of "0,0,0" are a float in two lists."""


@dataclass
class Run:
    """A training run between two epochs: with the network and its random state, all that decides what comes next."""

    recipe: Recipe
    source: str                     # the name of the data
    fingerprint: str                # and their content
    monitor: List[str]              # what is measured after each epoch
    past: List[Epoch] = field(default_factory=list)
    keep_best: bool = False         # whether the network of the best epoch is kept, and not that of the last
    best: Optional[Gradient] = None     # its biases and weights, then

    @property
    def kept(self) -> Optional[Epoch]:
        """The epoch whose network is kept: the last, or the first of those with the best validation accuracy."""
        if not self.keep_best:
            return self.past[-1] if self.past else None
        return max(self.past, key=lambda epoch: epoch.evaluation_accuracy or (0, 0), default=None)

    def add(self, epoch: Epoch, net: Network) -> None:
        """Take in an epoch, and its network if that is to be kept."""
        self.past.append(epoch)
        if self.keep_best and self.kept is epoch:
            self.best = [b[:] for b in net.biases], [[row[:] for row in w] for w in net.weights]

    def network(self, net: Network) -> Network:
        """The network that is kept, where `net` is that of the last epoch."""
        return net if self.best is None else with_parameters(net, *self.best)


def with_parameters(net: Network, biases: List[Vector], weights: List[Matrix]) -> Network:
    """A network like `net` with these biases and weights."""
    layers = zip(biases, weights)
    other = Network(net.sizes, cost=net.cost, initializer=lambda rng, n_in, n_out: next(layers))
    other.activation_functions = net.activation_functions
    return other


def fingerprint(*data: Sequence[Example]) -> str:
    """A digest of several sets of examples, to tell whether a run goes on with the data that it began with."""
    digest = sha256()
    for examples in data:
        digest.update(f"{len(examples)} examples".encode())
        for x, y in examples:
            digest.update(doubles(x) + repr(y).encode())
    return digest.hexdigest()


def doubles(x: Sequence[float]) -> bytes:
    """The numbers as a C program stores them, eight bytes each. Images that are kept as bytes are translated as bytes:
    the first byte of each number, the second, and so on, as there are millions of them."""
    if not isinstance(x, Pixels):
        return array("d", x).tobytes()
    numbers = bytearray(8 * len(x))
    for place, table in enumerate(_tables(x.scale)):
        numbers[place::8] = x.shades.translate(table)
    return bytes(numbers)


@lru_cache(maxsize=None)
def _tables(scale: int) -> List[bytes]:
    """For each of the eight bytes of a number: what it is for every byte of an image."""
    numbers = array("d", Pixels(bytes(range(256)), scale)).tobytes()
    return [numbers[place::8] for place in range(8)]


def save(net: Network, path: PathLike, run: Optional[Run] = None, book: bool = False) -> None:
    """Write the network, and the run it is in, to `path`; BadFile if that fails.

    At every instant either the old file or the new one is there, whole. Where a run keeps the best network, that is the
    network of the file; the last one, with which the run goes on, is part of the run. With `book` the file is one of
    the book's network2, for which the network must have sigmoid neurons and one of the book's two costs, and be in no
    run.
    """
    with file_errors(path):
        content: Dict[str, Any] = {
            "format": "purenn", "version": VERSION, "sizes": net.sizes,
            "activations": [_name_of(function, ACTIVATIONS) for function in net.activation_functions],
            "cost": _name_of(net.cost, COSTS), **_as_entries(run and run.best or (net.biases, net.weights))}
        _parameters(content, net.sizes)         # what could not be read again is not written
        if run is not None:
            # An older purenn, which would go on from the best network, refuses a recipe with an entry that it lacks.
            recipe = {**asdict(run.recipe), **({"keep_best": True} if run.keep_best else {})}
            content["training"] = {
                "recipe": recipe, "source": run.source, "fingerprint": run.fingerprint, "monitor": run.monitor,
                "past": [epoch._asdict() for epoch in run.past], "random": net.rng.getstate(),
                "velocity": net.velocity and _as_entries(net.velocity),
                **({"last": _as_entries((net.biases, net.weights))} if run.kept not in run.past[-1:] else {})}
        text = json.dumps(_to_network2(net, path, run) if book else content, allow_nan=False)
        sealed = (text if book else f'{text[:-1]}, "sha256": "{_digest(text)}"}}').encode("ascii")
        packed = gzip.compress(sealed, mtime=0) if str(path).endswith(".gz") else sealed
        if len(sealed) > _longest(len(packed)):
            raise ValueError(f"a model of more than {_longest(len(packed)):,} bytes, which could not be read again")
        write_atomically(path, packed)


def load(path: PathLike, kind: Type[Network] = Network) -> Network:
    """The network in a file, as one of the class `kind`; BadFile if there is none."""
    with file_errors(path):
        return _read(path, kind)[0]


def load_run(path: PathLike, kind: Type[Network] = Network) -> Tuple[Network, Run]:
    """The network in a file and the run it was in the middle of, ready to go on; BadFile if either is not there."""
    with file_errors(path):
        net, training = _read(path, kind)
        if training is None:
            raise ValueError("holds a network but no training run to go on with")
        net.rng = _random(_entry(training, "random", list))
        velocity = _entry(training, "velocity")
        net.velocity = None if velocity is None else _parameters(velocity, net.sizes)
        recipe = _entry(training, "recipe", dict)
        keep_best = recipe.pop("keep_best", False)
        flag("keep_best", keep_best)
        unknown = set(recipe) - {entry.name for entry in fields(Recipe)}
        if unknown:
            raise ValueError(f"recipe: unknown {', '.join(sorted(unknown))}, perhaps written by a newer purenn")
        monitor = _entry(training, "monitor", list)
        for measure in monitor:
            one_of("monitor", measure, MEASURES)
        read = Recipe(**{**recipe, "hidden": tuple(_entry(recipe, "hidden", list))})
        net.dropout = read.dropout
        best = _parameters(_as_entries((net.biases, net.weights)), net.sizes) if keep_best else None
        if keep_best and "last" in training:
            net.biases, net.weights = _parameters(training["last"], net.sizes)
        return net, Run(read, _entry(training, "source", str), _entry(training, "fingerprint", str), monitor,
                        [_epoch(epoch, number) for number, epoch in enumerate(_entry(training, "past", list))],
                        keep_best, best)


def _as_entries(parameters: Gradient) -> Dict[str, Any]:
    """Biases and weights as a file names them."""
    return {"biases": parameters[0], "weights": parameters[1]}


def _name_of(thing: object, named: Dict[str, Any]) -> str:
    """The name by which a file refers to an activation or a cost."""
    for name, value in named.items():
        if value == thing:
            return name
    raise ValueError(f"a network of {thing!r}, which has no name to be saved by; expected one of {', '.join(named)}")


def _longest(size: int) -> int:
    """The most characters of JSON that are read from a file of `size` bytes, gzipped or not."""
    return min(LARGEST, memory_limit(size) // MEMORY_PER_CHARACTER)


def _to_network2(net: Network, path: PathLike, run: Optional[Run]) -> Dict[str, Any]:
    """The network in the book's own format; ValueError if that cannot say it."""
    activations = sorted({repr(function) for function in net.activation_functions})
    faults = {f"neurons that are {', '.join(activations)}": activations != ["sigmoid"],
              f"the cost {net.cost.__name__}": net.cost not in (QuadraticCost, CrossEntropyCost),
              "a training run": run is not None,
              "gzip": str(path).endswith(".gz")}
    for fault, found in faults.items():
        if found:
            raise ValueError("the book's network2 has sigmoid neurons, QuadraticCost or CrossEntropyCost, "
                             f"and files of JSON with the network alone; not {fault}")
    return {"sizes": net.sizes, "weights": net.weights, "biases": [[[b] for b in biases] for biases in net.biases],
            "cost": net.cost.__name__}


def _digest(text: str) -> str:
    return sha256(text.encode("ascii")).hexdigest()


# Reading. Nothing in a file is believed before it is checked: each of these returns what it found only if it is right.

def _read(path: PathLike, kind: Type[Network]) -> Tuple[Network, Any]:
    """The network in a file, and whatever the file says of its training."""
    with opened(path) as file:
        text = read_all(file, _longest(os.path.getsize(path)))
    if text.count(b"[") + text.count(b"{") > LARGEST >> 7:      # small ones take twenty times their text in memory
        raise ValueError("more lists than any model has")
    try:
        # A number of hundreds of digits would take minutes to convert; as infinity it is refused wherever it stands.
        content = json.loads(text, parse_int=lambda digits: int(digits) if len(digits) < 400 else math.inf)
    except ValueError as error:
        raise ValueError(f"not JSON: {error}" if text else "an empty file") from None
    if isinstance(content, dict) and "format" not in content:
        content = _from_network2(content)
    if _entry(content, "format") != "purenn":
        raise ValueError("JSON of another format, expected a model of purenn's")
    version = _entry(content, "version")
    whole("version", version, least=1)
    if version > VERSION:
        raise ValueError(f"written by a newer purenn: version {version} of the format, this one reads {VERSION}")
    net = _network(content, kind)
    if "sha256" in content and content.pop("sha256") != _digest(json.dumps(content)):
        raise ValueError("damaged: its content is not what its sha256 says (if you changed it, take that entry out)")
    return net, content.get("training")


def _from_network2(content: Dict[str, Any]) -> Dict[str, Any]:
    """The book's own format in terms of ours. It has sigmoid neurons only, its biases are columns, and the cost
    goes by the name of its class."""
    sizes, biases, cost = _entry(content, "sizes", list), _entry(content, "biases", list), _entry(content, "cost", str)
    costs = {kind.__name__: name for name, kind in COSTS.items()}
    one_of("cost", cost, costs)
    columns = [column if isinstance(column, list) else [] for column in biases]
    return {"format": "purenn", "version": VERSION, **content,
            "activations": ["sigmoid"] * (len(sizes) - 1), "cost": costs[cost],
            "biases": [[b[0] if isinstance(b, list) and len(b) == 1 else None for b in column] for column in columns]}


KINDS: Dict[type, str] = {list: "a list", dict: "an object", str: "a text"}


def _entry(record: Any, name: str, kind: Optional[type] = None) -> Any:
    """record[name], which may have to be of one of the kinds of JSON."""
    if type(record) is not dict or name not in record:
        raise ValueError(f"JSON without {name} where it is expected: not a model, or not a whole one")
    if kind is not None and type(record[name]) is not kind:
        raise ValueError(f"{name}: {KINDS[kind]}, not {short_repr(record[name])}")
    return record[name]


def _numbers(value: Any, where: str, *shape: int) -> Any:
    """Finite numbers, as floats, in nested lists of this shape."""
    if shape:
        if type(value) is not list or len(value) != shape[0]:
            raise ValueError(f"{where}: expected {' x '.join(map(str, shape))} numbers, as sizes say")
        return [_numbers(entry, f"{where}[{k}]", *shape[1:]) for k, entry in enumerate(value)]
    if not isinstance(value, (int, float)) or isinstance(value, bool) or not abs(value) <= sys.float_info.max:
        raise ValueError(f"{where}: a finite number, not {short_repr(value)}")
    return float(value)


def _parameters(record: Any, sizes: List[int]) -> Tuple[List[Vector], List[Matrix]]:
    """Biases and weights in the shapes that sizes ask for."""
    biases, weights = _entry(record, "biases", list), _entry(record, "weights", list)
    shapes = list(zip(sizes[1:], sizes))
    if not len(biases) == len(weights) == len(shapes):
        raise ValueError(f"biases of {len(biases)} layers and weights of {len(weights)}, "
                         f"expected {len(shapes)}, as sizes say")
    return ([_numbers(b, f"biases[{l}]", n_out) for l, (b, (n_out, _)) in enumerate(zip(biases, shapes))],
            [_numbers(w, f"weights[{l}]", n_out, n_in) for l, (w, (n_out, n_in)) in enumerate(zip(weights, shapes))])


def _network(content: Any, kind: Type[Network]) -> Network:
    sizes, activations = _entry(content, "sizes", list), _entry(content, "activations", list)
    cost = _entry(content, "cost")
    for size in sizes:
        whole("sizes", size, least=1)
    for activation in activations:
        one_of("activations", activation, ACTIVATIONS)
    if len(activations) != len(sizes) - 1:
        raise ValueError(f"activations: expected {len(sizes) - 1}, as sizes say, not {len(activations)}")
    one_of("cost", cost, COSTS)
    layers = zip(*_parameters(content, sizes))
    try:
        net = kind(sizes, cost=COSTS[cost], initializer=lambda rng, n_in, n_out: next(layers))
    except Diverged as error:               # a weight that does not fit where weights are packed
        raise ValueError(error) from None
    net.activation_functions = [ACTIVATIONS[activation] for activation in activations]
    return net


def _random(state: List[Any]) -> Random:
    """A generator in the state that `Random.getstate` gave: 3, 624 words and an index into them, a number or None."""
    version, words, gauss_next = state if len(state) == 3 and type(state[1]) is list else (None, [], None)
    if (version != 3 or len(words) != 625 or not all(type(word) is int and 0 <= word < 1 << 32 for word in words)
            or words[624] > 624):
        raise ValueError("random: expected the state of a random generator")
    rng = Random()
    rng.setstate((3, tuple(words), None if gauss_next is None else _numbers(gauss_next, "random")))
    return rng


def _epoch(record: Any, number: int) -> Epoch:
    where = f"past[{number}]"
    values = {"number": _entry(record, "number"), "eta": _entry(record, "eta"),
              **{name: record.get(name) for name in Epoch._fields[2:]}}
    if values["number"] != number:
        raise ValueError(f"{where}: expected epoch {number}, not {short_repr(values['number'])}")
    real(f"{where}: eta", values["eta"])
    for name, value in list(values.items())[2:]:
        if value is not None and name.endswith("cost"):
            _numbers(value, f"{where}: {name}")
        elif value is not None:
            score = Score(*value) if type(value) is list and len(value) == 2 else Score(-1, 0)
            whole(f"{where}: {name}", score.right, least=0)
            whole(f"{where}: {name}", score.total, least=max(1, score.right))
            values[name] = score
    return Epoch(**values)
