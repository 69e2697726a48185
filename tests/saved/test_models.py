"""Networks and training runs as files: what comes back, and what is refused."""
from __future__ import annotations

import gzip
import json
import math
import os
import struct
import sys
from dataclasses import replace
from pathlib import Path
from random import Random
from typing import Any, Callable, Dict, Iterator, List, Optional, Tuple, Type, cast

import pytest

from mutation import COUNT, mutate, patience, peak_memory
from purenn import packed
from purenn.saved import models
from purenn.activations import ACTIVATIONS, Sigmoid, identity, relu, softmax, tanh
from purenn.costs import Cost, CrossEntropyCost, LogLikelihoodCost, QuadraticCost
from purenn.saved.files import BadFile
from purenn.history import Epoch, Score
from purenn.matrix import Pixels, Vector
from purenn.network2 import Diverged, Network
from purenn.recipes import Recipe

DATA = [([0.0, 1.0, 0.5], [1.0, 0.0]), ([1.0, 0.25, 0.0], [0.0, 1.0]), ([0.5, 0.0, 1.0], [0.0, 1.0]),
        ([0.0, 0.0, 0.75], [1.0, 0.0])]


def bits(value: Any) -> Any:
    """Floats as the hexadecimal numbers that tell them to the last bit, -0.0 from 0.0 too."""
    return [bits(entry) for entry in value] if isinstance(value, (list, tuple)) else float(value).hex()


def a_run(epochs: int = 2, **recipe: Any) -> Tuple[Network, models.Run]:
    """A network of sizes [3, 4, 2] after two epochs with everything on."""
    choices = dict(hidden=(4,), batch_size=2, eta=0.5, lmbda=0.1, mu=0.5, halve_eta=3, early_stopping=9)
    run = models.Run(Recipe(**{**choices, **recipe}),
                     "digits", models.fingerprint(DATA), ["training_cost", "evaluation_accuracy"])
    net = run.recipe.network(3, 2)
    go_on(net, run, epochs)
    return net, run


def go_on(net: Network, run: models.Run, epochs: int) -> None:
    """Train for `epochs` more epochs."""
    replace(run.recipe, epochs=len(run.past) + epochs).train(
        net, DATA, DATA, DATA, past=list(run.past), report=run.past.append,
        **{f"monitor_{measure}": True for measure in run.monitor})


def content_of(net: Network, folder: Path, run: Optional[models.Run] = None) -> Dict[str, Any]:
    """What is in the file of a network, without its digest: a file edited by hand."""
    models.save(net, folder / "content.json", run)
    content: Dict[str, Any] = json.loads((folder / "content.json").read_bytes())
    del content["sha256"]
    return content


def put(path: Path, content: bytes) -> Path:
    """A new file of this content: some file systems take their time to write into an old one."""
    path.unlink(missing_ok=True)
    path.write_bytes(content)
    return path


def complaint(path: Path, read: Callable[[Path], object] = models.load) -> str:
    """What is said of a file that is refused, without its name."""
    with pytest.raises(BadFile) as caught:
        read(path)
    line = str(caught.value)
    assert line.startswith(f"{path}: ") and line.isprintable() and len(line) < 500
    return line[len(f"{path}: "):]


# ---- what comes back ----

AWKWARD = [0.1, 1 / 3, -0.0, 0.0, 5e-324, -2.2250738585072014e-308, 1.7976931348623157e308, 2.0 ** 53 + 2,
           1e22, 1e23, 0.1 + 0.2, math.pi]


@pytest.mark.parametrize("name", ["model.json", "model.json.gz"])
def test_every_float_comes_back_to_the_last_bit(tmp_path: Path, name: str) -> None:
    """The awkward ones, and random bit patterns: signs, exponents and fractions of all kinds."""
    random = Random(5)
    patterns = [x for x, in struct.iter_unpack("<d", random.getrandbits(64 * 4000).to_bytes(8 * 4000, "little"))]
    finite = [x for x in patterns if math.isfinite(x)][:3000]
    net = Network([3012, 1])
    net.weights, net.biases = [[AWKWARD + finite]], [[-0.0]]
    models.save(net, tmp_path / name)
    loaded = models.load(tmp_path / name)
    assert bits(loaded.weights) == bits(net.weights) and bits(loaded.biases) == [["-0x0.0p+0"]]


@pytest.mark.parametrize("hidden, output, cost", [
    (relu, softmax, LogLikelihoodCost), (tanh, identity, QuadraticCost), (identity, relu, CrossEntropyCost)])
def test_a_loaded_network_is_the_saved_one(tmp_path: Path, hidden: Any, output: Any, cost: Any) -> None:
    net = Network([3, 5, 4, 2], rng=Random(1), activation=hidden, output=output, cost=cost)
    models.save(net, tmp_path / "model.json")
    loaded = models.load(tmp_path / "model.json")
    assert (loaded.sizes, loaded.num_layers, loaded.cost) == ([3, 5, 4, 2], 4, cost)
    assert loaded.activation_functions == [hidden, hidden, output]
    assert [bits(loaded.feedforward(x)) for x, y in DATA] == [bits(net.feedforward(x)) for x, y in DATA]


def test_every_layer_may_have_an_activation_of_its_own(tmp_path: Path) -> None:
    net = Network([2, 2, 2, 2, 2, 2], rng=Random(1))
    net.activation_functions = list(ACTIVATIONS.values())
    models.save(net, tmp_path / "model.json")
    assert models.load(tmp_path / "model.json").activation_functions == net.activation_functions


def test_the_same_network_makes_the_same_file_at_any_time(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    net, run = a_run()
    for name in "model.json", "model.json.gz":
        monkeypatch.setattr("time.time", lambda: 1e9)
        models.save(net, tmp_path / name, run)
        first = (tmp_path / name).read_bytes()
        monkeypatch.setattr("time.time", lambda: 2e9)
        again, its_run = models.load_run(tmp_path / name)
        models.save(again, tmp_path / name, its_run)
        assert (tmp_path / name).read_bytes() == first
    assert first[:2] == b"\x1f\x8b"
    assert json.loads(gzip.decompress(first)) == json.loads((tmp_path / "model.json").read_bytes())


def test_a_run_comes_back_with_all_that_decides_what_comes_next(tmp_path: Path) -> None:
    net, run = a_run()
    models.save(net, tmp_path / "model.json", run)
    loaded, resumed = models.load_run(tmp_path / "model.json")
    assert resumed == run and type(resumed.past[0]) is Epoch and type(resumed.past[0].test_accuracy) is Score
    assert bits(loaded.velocity) == bits(net.velocity) and loaded.rng.getstate() == net.rng.getstate()
    go_on(net, run, 5)
    go_on(loaded, resumed, 5)
    assert resumed == run and bits(loaded.weights) == bits(net.weights) and bits(loaded.biases) == bits(net.biases)


def test_a_class_of_ones_own(tmp_path: Path) -> None:
    """A recipe and a file make a network of whatever subclass is asked for."""
    class Own(Network):
        pass

    _, run = a_run()
    models.save(run.recipe.network(3, 2, kind=Own), tmp_path / "model.json", run)
    for net in (run.recipe.network(3, 2, kind=Own), models.load(tmp_path / "model.json", kind=Own),
                models.load_run(tmp_path / "model.json", kind=Own)[0]):
        assert type(net) is Own
        assert bits(net.weights) == bits(run.recipe.network(3, 2).weights)


def test_a_file_written_by_hand(tmp_path: Path) -> None:
    """σ(1·2 - 1·3 + 1) = σ(0) = 1/2; whole numbers are numbers, and nobody works out a digest by hand."""
    (tmp_path / "model.json").write_text("""
        {"format": "purenn", "version": 1, "sizes": [2, 1], "activations": ["sigmoid"], "cost": "cross-entropy",
         "biases": [[1]], "weights": [[[1, -1e0]]], "remark": "by hand"}""")
    net = models.load(tmp_path / "model.json")
    assert net.feedforward([2.0, 3.0]) == [0.5] and net.cost is CrossEntropyCost
    assert type(net.biases[0][0]) is float


def test_a_file_of_the_books_network2(tmp_path: Path) -> None:
    """As its `save` writes one: json.dump of sizes, of weights and biases by tolist(), and of cost.__name__. A bias
    vector was a NumPy column there, so each bias stands in a list of its own.

    First neuron σ(1·1 + 2·0 - 1) = σ(0) = 1/2, second σ(0) too; output σ(4·½ - 2·½ - 1) = σ(0) = 1/2.
    """
    (tmp_path / "net").write_text(
        '{"sizes": [2, 2, 1], "weights": [[[1.0, 2.0], [0.0, 3.0]], [[4.0, -2.0]]], '
        '"biases": [[[-1.0], [0.0]], [[-1.0]]], "cost": "CrossEntropyCost"}')
    net = models.load(tmp_path / "net")
    assert net.biases == [[-1.0, 0.0], [-1.0]] and net.cost is CrossEntropyCost
    assert repr(net.activation_functions) == "[sigmoid, sigmoid]"
    assert net.feedforward([1.0, 0.0]) == [0.5]
    assert "no training run to go on with" in complaint(tmp_path / "net", models.load_run)


class BookNetwork:
    """The book's `network2.Network` as far as loading goes; `load` takes the steps of the book's."""

    def __init__(self, sizes: List[int], cost: Any) -> None:
        self.sizes, self.cost = sizes, cost
        self.weights: List[Any] = []
        self.biases: List[Any] = []

    @classmethod
    def load(cls, filename: Path) -> BookNetwork:
        with open(filename) as file:
            data = json.load(file)
        net = cls(data["sizes"], getattr(sys.modules["purenn.network2"], data["cost"]))
        net.weights, net.biases = data["weights"], data["biases"]
        return net

    def feedforward(self, a: List[List[float]]) -> List[List[float]]:
        """On columns, as np.dot(w, a) + b has it: a matrix of n x 1 times one of 1 row is the sum over rows."""
        for b, w in zip(self.biases, self.weights):
            z = [sum(wjk * ak[0] for wjk, ak in zip(row, a)) + bj[0] for row, bj in zip(w, b)]
            a = [[1.0 / (1.0 + math.exp(-zj))] for zj in z]
        return a


@pytest.mark.parametrize("cost", [QuadraticCost, CrossEntropyCost])
def test_a_file_for_the_books_network2(tmp_path: Path, cost: Type[Cost]) -> None:
    """Its loader finds what it looks for, the loaded network answers the same, and purenn reads the file as well."""
    net = Network([3, 4, 2], rng=Random(1), cost=cost)
    models.save(net, tmp_path / "net", book=True)
    theirs, ours = BookNetwork.load(tmp_path / "net"), models.load(tmp_path / "net")
    assert set(json.loads((tmp_path / "net").read_text())) == {"sizes", "weights", "biases", "cost"}
    assert (theirs.sizes, theirs.cost) == ([3, 4, 2], cost)
    assert [len(b) for b in theirs.biases] == [4, 2] and {len(column) for b in theirs.biases for column in b} == {1}
    x = [0.5, -1.0, 2.0]
    assert [row[0] for row in theirs.feedforward([[xk] for xk in x])] == pytest.approx(net.feedforward(x))
    assert (bits(ours.weights), bits(ours.biases), ours.cost) == (bits(net.weights), bits(net.biases), cost)


@pytest.mark.parametrize("choices, name, run, fault", [
    ({"activation": relu}, "net", False, "neurons that are relu, sigmoid"),
    ({"output": softmax}, "net", False, "neurons that are sigmoid, softmax"),
    ({"cost": LogLikelihoodCost}, "net", False, "the cost LogLikelihoodCost"),
    ({}, "net", True, "a training run"),
    ({}, "net.gz", False, "gzip"),
])
def test_what_the_books_network2_cannot_read_is_not_written(
        tmp_path: Path, choices: Dict[str, Any], name: str, run: bool, fault: str) -> None:
    net = Network([3, 4, 2], **choices)
    with pytest.raises(BadFile) as error:
        models.save(net, tmp_path / name, a_run()[1] if run else None, book=True)
    assert str(error.value) == (
        f"{tmp_path / name}: the book's network2 has sigmoid neurons, QuadraticCost or CrossEntropyCost, and files of "
        f"JSON with the network alone; not {fault}")
    assert not (tmp_path / name).exists()


@pytest.mark.slow
def test_a_file_that_network2s_own_statements_wrote(tmp_path: Path) -> None:
    np = pytest.importorskip("numpy")
    net = Network([3, 4, 2], rng=Random(1), cost=QuadraticCost)
    weights, biases = [np.array(w) for w in net.weights], [np.array(b).reshape(-1, 1) for b in net.biases]
    data = {"sizes": net.sizes, "weights": [w.tolist() for w in weights], "biases": [b.tolist() for b in biases],
            "cost": str(net.cost.__name__)}
    (tmp_path / "net").write_text(json.dumps(data))
    loaded = models.load(tmp_path / "net")
    assert (bits(loaded.weights), bits(loaded.biases), loaded.cost) == (bits(net.weights), bits(net.biases), net.cost)


def test_a_fingerprint_tells_data_apart() -> None:
    """By any number in them, by their order, and by which set an example is in."""
    first, second = [([0.0, 1.0], 3)], [([0.5, 1.0], 4)]
    sets: List[List[Any]] = [
        [first, second], [second, first], [first + second, []], [[], first + second], [[([0.0, 1.0], 4)], second],
        [[([-0.0, 1.0], 3)], second], [[([0.0, 1.0], [0.0, 1.0])], second], [[([1.0, 0.0], 3)], second],
        [[([0.0, 1.0 + 2.0 ** -52], 3)], second]]
    prints = [models.fingerprint(*both) for both in sets]
    assert len(set(prints)) == len(prints)
    assert models.fingerprint([([0.0, 1.0], 3)], [([0.5, 1.0], 4)]) == prints[0]


@pytest.mark.parametrize("scale", [255, 16])
def test_the_fingerprint_of_bytes_is_that_of_their_numbers(scale: int) -> None:
    """Files of the time when images were lists of floats go on with images that are bytes."""
    images = [Pixels(bytes(Random(seed).randrange(scale + 1) for _ in range(64)), scale) for seed in range(4)]
    assert (models.fingerprint([(cast(Vector, x), 7) for x in images])
            == models.fingerprint([([shade / scale for shade in x.shades], 7) for x in images]))


# ---- what is not written ----

def test_what_could_not_be_read_again_is_not_written(tmp_path: Path) -> None:
    class Unheard(Sigmoid):
        pass

    def spoilt(spoil: Callable[[Network], object]) -> Network:
        net = Network([3, 4, 2], rng=Random(1))
        spoil(net)
        return net

    path = tmp_path / "model.json"
    models.save(Network([3, 4, 2]), path)
    old = path.read_bytes()
    for spoil, fault in [
        (lambda net: net.weights[0][1].__setitem__(2, math.nan), "weights[0][1][2]: a finite number, not nan"),
        (lambda net: net.biases[1].__setitem__(0, -math.inf), "biases[1][0]: a finite number, not -inf"),
        (lambda net: net.biases[1].pop(), "biases[1]: expected 2 numbers, as sizes say"),
        (lambda net: net.weights.pop(), "biases of 2 layers and weights of 1, expected 2, as sizes say"),
        (lambda net: net.activation_functions.__setitem__(0, Unheard()),
         "a network of unheard, which has no name to be saved by"),
        (lambda net: setattr(net, "cost", type("Unheard", (QuadraticCost,), {})), "which has no name to be saved by"),
    ]:
        assert fault in complaint(path, lambda path: models.save(spoilt(spoil), path))
    assert path.read_bytes() == old and os.listdir(tmp_path) == ["model.json"]


def test_a_model_too_large_to_be_read_is_not_written_either(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(models, "LARGEST", 1000)
    assert complaint(tmp_path / "m", lambda path: models.save(Network([100, 1]), path)) == (
        "a model of more than 1,000 bytes, which could not be read again")
    assert os.listdir(tmp_path) == []


# ---- what is not read ----

def test_things_that_are_not_files(tmp_path: Path) -> None:
    assert complaint(tmp_path / "nothing") == "No such file or directory"
    assert complaint(tmp_path) == "a folder or a device, expected a file"
    (tmp_path / "empty").touch()
    assert complaint(tmp_path / "empty") == "an empty file"
    (tmp_path / "empty.gz").write_bytes(gzip.compress(b""))
    assert complaint(tmp_path / "empty.gz") == "an empty file"


@pytest.mark.skipif(not Path("/dev/zero").exists(), reason="no devices here")
def test_devices_and_pipes(tmp_path: Path) -> None:
    """(Saving is tried on the pipe only: to root, the device would be lost if this failed.)"""
    os.mkfifo(tmp_path / "pipe")
    with patience(10):
        for path in Path("/dev/zero"), tmp_path / "pipe":
            assert complaint(path) == "a folder or a device, expected a file"
        fault = complaint(path, lambda path: models.save(Network([1, 1]), path))
        assert fault == "a folder or a device, expected a file"


OTHER_FILES = [
    (b"hello", "not JSON: Expecting value"),
    (b"\x89PNG\r\n\x1a\n" + bytes(20), "not JSON: 'utf-8' codec can't decode byte 0x89 in position 0"),
    (b'{"sizes": [1, 1], "caf\xe9": 0}', "not JSON: 'utf-8' codec can't decode byte 0xe9"),
    (b"\xff\xfe\x00", "not JSON: 'utf"),
    (b"{} {}", "not JSON: Extra data"),
    (b"[1, 2, 3]", "JSON without format where it is expected"),
    (b'"purenn"', "JSON without format where it is expected"),
    (b"{}", "JSON without sizes where it is expected: not a model, or not a whole one"),
    (b'{"format": "geojson"}', "JSON of another format, expected a model of purenn's"),
    (b'{"format": ["purenn"]}', "JSON of another format, expected a model of purenn's"),
    (b'{"format": "purenn"}', "JSON without version where it is expected"),
    (b'{"format": "purenn", "version": 2}', "written by a newer purenn: version 2 of the format, this one reads 1"),
    (b'{"format": "purenn", "version": "1"}', "version: a whole number of 1 or more, not '1'"),
    (b'{"format": "purenn", "version": 0}', "version: a whole number of 1 or more, not 0"),
    (b'{"format": "purenn", "version": 1.0}', "version: a whole number of 1 or more, not 1.0"),
    (b"[" * 10 ** 4 + b"]" * 10 ** 4, "lists within lists without end"),
    (b'{"a":' * 10 ** 4 + b"1" + b"}" * 10 ** 4, "lists within lists without end"),
    (b'{"sizes": [1], "biases": 3, "weights": [], "cost": "QuadraticCost"}', "biases: a list, not 3"),
    (b'{"sizes": [1], "biases": [], "weights": [], "cost": "CubicCost"}',
     "cost: one of QuadraticCost, CrossEntropyCost"),
    (b'{"sizes": [1, 1], "biases": [[[1, 2]]], "weights": [[[1]]], "cost": "QuadraticCost"}',
     "biases[0][0]: a finite number, not None"),
    (b'{"sizes": [1, 1], "biases": [3], "weights": [[[1]]], "cost": "QuadraticCost"}', "biases[0]: expected 1 numbers"),
]


def test_some_other_file(tmp_path: Path) -> None:
    for text, fault in OTHER_FILES:
        for name, content in ("model.json", text), ("model.json.gz", gzip.compress(text)):
            (tmp_path / name).write_bytes(content)
            with patience(10):
                assert complaint(tmp_path / name).startswith(fault), text


NUMBERLESS = [("NaN", "nan"), ("Infinity", "inf"), ("-Infinity", "-inf"),
              ("1e999", "inf"), ("-1e999", "-inf"), ("true", "True"),
              ("false", "False"), ("null", "None"), ('"0.5"', "'0.5'"), ("[0.5]", "[0.5]"), ("{}", "{}"),
              ("9" * 350, "99999"), ("9" * 5000, "inf"), ("-" + "9" * 10 ** 6, "inf")]


def test_what_is_no_finite_number(tmp_path: Path) -> None:
    content = content_of(Network([3, 4, 2]), tmp_path)
    for where in "biases[1][0]", "weights[0][3][2]":
        content["biases"][1][0], content["weights"][0][3][2] = ("HERE", 0.5) if where[0] == "b" else (0.5, "HERE")
        for text, shown in NUMBERLESS:
            (tmp_path / "model.json").write_text(json.dumps(content).replace('"HERE"', text))
            with patience(10):
                assert complaint(tmp_path / "model.json").startswith(f"{where}: a finite number, not {shown}"), text[:9]


CONTRADICTIONS: List[Tuple[Dict[str, Any], str]] = [
    (dict(sizes=[]), "activations: expected -1, as sizes say, not 2"),
    (dict(sizes=[3], activations=[]), "biases of 2 layers and weights of 2, expected 0, as sizes say"),
    (dict(sizes=[3], activations=[], biases=[], weights=[]), "sizes: two layers or more"),
    (dict(sizes="3"), "sizes: a list, not '3'"),
    (dict(sizes=[3, 0, 2]), "sizes: a whole number of 1 or more, not 0"),
    (dict(sizes=[3, -4, 2]), "sizes: a whole number of 1 or more, not -4"),
    (dict(sizes=[3, 4.0, 2]), "sizes: a whole number of 1 or more, not 4.0"),
    (dict(sizes=[3, True, 2]), "sizes: a whole number of 1 or more, not True"),
    (dict(sizes=[3, [4], 2]), "sizes: a whole number of 1 or more, not [4]"),
    (dict(sizes=[3, 2 ** 31, 2]), "biases[0]: expected 2147483648 numbers, as sizes say"),
    (dict(sizes=[2 ** 31, 4, 2]), "weights[0][0]: expected 2147483648 numbers, as sizes say"),
    (dict(sizes=[3, 10 ** 300, 2]), "biases[0]: expected 1000000"),
    (dict(sizes=[3, 4, 3]), "biases[1]: expected 3 numbers, as sizes say"),
    (dict(sizes=[4, 4, 2]), "weights[0][0]: expected 4 numbers, as sizes say"),
    (dict(sizes=[3, 4, 2, 2]), "activations: expected 3, as sizes say, not 2"),
    (dict(sizes=[3, 4, 2, 2], activations=["sigmoid"] * 3),
     "biases of 2 layers and weights of 2, expected 3, as sizes say"),
    (dict(activations=["sigmoid", "sigmund"]),
     "activations: one of sigmoid, tanh, relu, softmax, identity, not 'sigmund'"),
    (dict(activations=["sigmoid", ["relu"]]),
     "activations: one of sigmoid, tanh, relu, softmax, identity, not ['relu']"),
    (dict(activations="sigmoid"), "activations: a list, not 'sigmoid'"),
    (dict(cost="free"), "cost: one of quadratic, cross-entropy, log-likelihood, not 'free'"),
    (dict(cost={}), "cost: one of quadratic, cross-entropy, log-likelihood, not {}"),
    (dict(biases=[]), "biases of 0 layers and weights of 2, expected 2, as sizes say"),
    (dict(biases=None), "biases: a list, not None"),
    (dict(weights=[[[0.0] * 3] * 4, [[0.0] * 4]]), "weights[1]: expected 2 x 4 numbers, as sizes say"),
    (dict(weights=[[[0.0] * 3] * 3 + [[]], [[0.0] * 4] * 2]), "weights[0][3]: expected 3 numbers, as sizes say"),
    (dict(weights=[[[0.0] * 3] * 3 + [7], [[0.0] * 4] * 2]), "weights[0][3]: expected 3 numbers, as sizes say"),
]


def test_a_model_that_contradicts_itself(tmp_path: Path) -> None:
    content = content_of(Network([3, 4, 2]), tmp_path)
    for change, fault in CONTRADICTIONS:
        (tmp_path / "model.json").write_text(json.dumps({**content, **change}))
        assert complaint(tmp_path / "model.json").startswith(fault), change


def test_a_model_without_one_of_its_entries(tmp_path: Path) -> None:
    """Without a format it might be the book's, which names costs by their classes."""
    whole = content_of(Network([3, 4, 2]), tmp_path)
    for name in "format", "version", "sizes", "activations", "cost", "biases", "weights":
        content = {key: value for key, value in whole.items() if key != name}
        (tmp_path / "model.json").write_text(json.dumps(content))
        fault = f"JSON without {name}" if name != "format" else "cost: one of QuadraticCost"
        assert fault in complaint(tmp_path / "model.json")


def test_one_changed_digit_breaks_the_seal(tmp_path: Path) -> None:
    """And rewriting the same content does not: spaces are no part of it."""
    net = Network([1, 1])
    net.weights = [[[0.123456789]]]
    path = tmp_path / "model.json"
    models.save(net, path)
    text = path.read_text()
    path.write_text(text.replace("0.123456789", "0.123456788"))
    assert complaint(path) == (
        "damaged: its content is not what its sha256 says (if you changed it, take that entry out)")
    path.write_text(json.dumps({**json.loads(text), "sha256": None}))
    assert complaint(path).startswith("damaged: ")
    path.write_text(json.dumps(json.loads(text), indent=4))
    assert models.load(path).weights == net.weights


@pytest.mark.slow
def test_files_cut_short_anywhere(tmp_path: Path) -> None:
    net, run = a_run()
    for name in "model.json", "model.json.gz":
        models.save(net, tmp_path / name, run)
        for length in range((tmp_path / name).stat().st_size - 1, -1, -5):
            os.truncate(tmp_path / name, length)
            with pytest.raises(BadFile):
                models.load_run(tmp_path / name)


def test_a_gzip_bomb_is_opened_no_further_than_a_model_may_be_large(
        tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Ten members of ten million spaces each, of which a million, and one piece more, are read."""
    taken: List[int] = []
    read_gzip = gzip.GzipFile.read

    def counted(self: gzip.GzipFile, size: Optional[int] = -1) -> bytes:
        taken.append(len(piece := read_gzip(self, size)))
        return piece

    (tmp_path / "model.json.gz").write_bytes(gzip.compress(b" " * 10 ** 7) * 10)
    monkeypatch.setattr(models, "LARGEST", 10 ** 6)
    monkeypatch.setattr(gzip.GzipFile, "read", counted)
    assert complaint(tmp_path / "model.json.gz") == "more than 1,000,000 bytes, too large for what it should be"
    assert 10 ** 6 < sum(taken) <= 10 ** 6 + 65536


@pytest.mark.parametrize("small", [b"[],", b"{},"])
def test_millions_of_small_lists_are_not_made(tmp_path: Path, small: bytes) -> None:
    """Three bytes of file for each, and twenty times that in memory."""
    before = peak_memory()
    (tmp_path / "model.json.gz").write_bytes(gzip.compress(b"[" + small * 2 * 10 ** 6 + b"0]", 1))
    assert "more lists than any model has" in complaint(tmp_path / "model.json.gz")
    assert peak_memory() - before < 100e6


# ---- resume states ----

def damaged(content: Any, place: Tuple[Any, ...], value: Any) -> Any:
    """The content with another value at this place in it, or with nothing there; what is given stays as it is."""
    step, *rest = place
    result = content.copy()
    if rest:
        result[step] = damaged(content[step], tuple(rest), value)
    elif value is REMOVED:
        del result[step]
    else:
        result[step] = value
    return result


REMOVED = object()


DAMAGES: List[Tuple[Tuple[Any, ...], Any, str]] = [
    ((), None, "JSON without random where it is expected"),
    (("random",), None, "random: a list, not None"),
    (("random",), [], "random: expected the state of a random generator"),
    (("random", 0), 2, "random: expected the state of a random generator"),
    (("random", 1), [1, 2, 3], "random: expected the state of a random generator"),
    (("random", 1, 7), -1, "random: expected the state of a random generator"),
    (("random", 1, 7), 1 << 32, "random: expected the state of a random generator"),
    (("random", 1, 7), 0.5, "random: expected the state of a random generator"),
    (("random", 1, 624), 625, "random: expected the state of a random generator"),
    (("random", 2), "x", "random: a finite number, not 'x'"),
    (("velocity",), REMOVED, "JSON without velocity where it is expected"),
    (("velocity",), [], "JSON without biases where it is expected"),
    (("velocity", "biases"), 0, "biases: a list, not 0"),
    (("velocity", "biases", 0), [], "biases[0]: expected 4 numbers, as sizes say"),
    (("velocity", "weights", 1, 0, 3), None, "weights[1][0][3]: a finite number, not None"),
    (("source",), 3, "source: a text, not 3"),
    (("fingerprint",), None, "fingerprint: a text, not None"),
    (("monitor",), "training_cost", "monitor: a list, not 'training_cost'"),
    (("monitor", 0), "mood",
     "monitor: one of evaluation_cost, evaluation_accuracy, training_cost, training_accuracy, not 'mood'"),
    (("past",), {}, "past: a list, not {}"),
    (("past", 1), 7, "JSON without number where it is expected"),
    (("past", 0), REMOVED, "past[0]: expected epoch 0, not 1"),
    (("past", 1, "eta"), REMOVED, "JSON without eta where it is expected"),
    (("past", 1, "eta"), -1, "past[1]: eta: a number from 0 up and finite, not -1"),
    (("past", 1, "test_accuracy"), 4, "past[1]: test_accuracy: a whole number of 0 or more, not -1"),
    (("past", 1, "test_accuracy"), [5, 4], "past[1]: test_accuracy: a whole number of 5 or more, not 4"),
    (("past", 1, "test_accuracy"), [0, 0], "past[1]: test_accuracy: a whole number of 1 or more, not 0"),
    (("past", 1, "test_accuracy"), ["4", 4], "past[1]: test_accuracy: a whole number of 0 or more, not '4'"),
    (("past", 1, "training_cost"), [1], "past[1]: training_cost: a finite number, not [1]"),
    (("recipe",), [], "recipe: an object, not []"),
    (("recipe", "mood"), "good", "recipe: unknown mood, perhaps written by a newer purenn"),
    (("recipe", "hidden"), 4, "hidden: a list, not 4"),
    (("recipe", "eta"), math.inf, "eta: a number from 0 up and finite, not inf"),
    (("recipe", "limit"), "all", "limit: a whole number of 1 or more, not 'all'"),
    (("recipe", "halve_eta"), True, "halve_eta: a whole number of 1 or more, not True"),
]


def test_a_damaged_resume_state(tmp_path: Path) -> None:
    """The network itself is whole, and can be loaded without its run. (What else is wrong with a recipe is in
    tests/test_arguments.py.)"""
    content, path = content_of(*a_run_in(tmp_path)), tmp_path / "model.json"
    for place, value, fault in DAMAGES:
        path.write_text(json.dumps(damaged(content, ("training", *place), value if place else {})))
        assert complaint(path, models.load_run).startswith(fault), place
        models.load(path)


def a_run_in(folder: Path) -> Tuple[Network, Path, models.Run]:
    net, run = a_run()
    return net, folder, run


def places(content: Any) -> Iterator[Tuple[Any, ...]]:
    """Every place in the content, but of long lists only the beginning and the end."""
    steps: List[Any] = list(content) if isinstance(content, dict) else []
    steps += range(len(content)) if isinstance(content, list) else []
    for step in steps[:3] + steps[3:][-2:]:
        yield (step,)
        yield from ((step, *rest) for rest in places(content[step]))


STRANGE: List[Any] = [None, True, 0, -1, 1, 2 ** 31, 2 ** 64, 10 ** 400, 0.5, -0.0, 1e308, math.nan, math.inf,
                      "", "x", "relu", [], [[]], [0, 1], {}, {"a": 1}]


def makes_sense(net: Network, run: Optional[models.Run] = None) -> None:
    """Whatever was loaded is a network that answers, and a run that goes on (or diverges, as a run may)."""
    try:
        if run is None:
            assert len(net.feedforward([0.5] * net.sizes[0])) == net.sizes[-1]
        else:
            go_on(net, run, 1)
    except Diverged:
        pass


@pytest.mark.slow
def test_strange_values_everywhere_in_a_resume_state(tmp_path: Path) -> None:
    """Each place in turn gets each of them; what is not refused makes sense."""
    content, path = content_of(*a_run_in(tmp_path)), tmp_path / "model.json"
    refused = made_sense = 0
    for place in places(content):
        for value in [REMOVED, *STRANGE]:
            put(path, json.dumps(damaged(content, place, value)).encode())
            try:
                makes_sense(*models.load_run(path))
                made_sense += 1
            except BadFile as error:
                assert str(error).isprintable() and len(str(error)) < 500
                refused += 1
    assert refused > 1000 and made_sense > 100


# ---- seeded corruption ----

def corrupted_by_text(random: Random, text: bytes) -> bytes:
    return mutate(random, text)


def corrupted_by_value(random: Random, text: bytes) -> bytes:
    """JSON still, with another value in one to three places."""
    content = json.loads(text)
    for _ in range(random.choice([1, 1, 2, 3])):
        everywhere = list(places(content))
        if everywhere:
            content = damaged(content, random.choice(everywhere), random.choice([REMOVED, *STRANGE]))
    return json.dumps(content).encode()


def everything(net: Network, run: Optional[models.Run]) -> List[Any]:
    return [bits(net.weights), bits(net.biases), net.cost, net.activation_functions, run and vars(run)]


@pytest.mark.slow
@pytest.mark.parametrize("sealed", [True, False], ids=["sealed", "unsealed"])
@pytest.mark.parametrize("corrupted", [corrupted_by_text, corrupted_by_value])
@pytest.mark.parametrize("what", ["model", "resume state"])
def test_corrupted_files_mean_what_they_meant_or_are_refused(
        tmp_path: Path, what: str, corrupted: Any, sealed: bool) -> None:
    """No other exception, no hang, no hunger for memory. Without its digest, a file may come to mean something else;
    then that must make sense."""
    net, run = a_run()
    text = json.dumps(content_of(net, tmp_path, run if what == "resume state" else None)).encode()
    if sealed:
        text = (tmp_path / "content.json").read_bytes()
    random, before, path = Random(f"{what}{corrupted.__name__}{sealed}"), peak_memory(), tmp_path / "model.json"
    outcomes = {"as before": 0, "otherwise": 0, "refused": 0}
    for number in range(COUNT // 4):
        spoilt = corrupted(random, text)
        put(path, gzip.compress(spoilt, 1) if number % 10 == 0 else spoilt)
        try:
            with patience(10):
                loaded, resumed = models.load_run(path) if what == "resume state" else (models.load(path), None)
        except BadFile as error:
            assert str(error).isprintable() and len(str(error)) < 500
            outcomes["refused"] += 1
            continue
        same = everything(loaded, resumed) == everything(net, run if resumed else None)
        outcomes["as before" if same else "otherwise"] += 1
        assert same or not sealed or b'"sha256"' not in spoilt
        makes_sense(loaded, resumed)
    print(f"{what}, {corrupted.__name__}, {'sealed' if sealed else 'unsealed'}: {outcomes}, "
          f"at most {peak_memory() - before:,} bytes")
    assert outcomes["refused"] > 0
    assert peak_memory() - before < 200e6


def test_a_weight_that_does_not_fit_where_weights_are_packed(tmp_path: Path) -> None:
    """Of a file that is otherwise whole; with lists it is as good as any."""
    net = Network([2, 2])
    net.weights[0][0][0] = 5000.0
    models.save(net, tmp_path / "model.json")
    assert models.load(tmp_path / "model.json").weights == net.weights
    with pytest.raises(BadFile, match="model.json: packed: weights from -4,096 to 4,096, not 5000"):
        models.load(tmp_path / "model.json", kind=packed.Network)
