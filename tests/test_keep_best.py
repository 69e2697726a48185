"""`train --keep-best`: the network of the best validation accuracy is what is saved and scored. And what a network says
of itself when it has stopped learning."""
from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any, List

import pytest

import samples
from commands import here
from purenn import data
from purenn.history import Epoch, Score
from purenn.metrics import only_answer
from purenn.network2 import Network
from purenn.saved import models
from purenn.saved.files import BadFile
from purenn.recipes import Recipe

OPTIONS = ["--hidden", "5", "--limit", "40", "--eta", "20", "--mu", "0.2"]


def epochs_of(printed: str) -> List[int]:
    """The validation accuracies that were printed."""
    return [int(right) for right in re.findall(r"evaluation accuracy (\d+) /", printed)]


@pytest.mark.parametrize("accuracies, kept", [([3, 7, 5, 7, 6], 1), ([3, 5, 7], 2), ([4, 4], 0)])
def test_the_first_of_the_best_epochs_is_kept(accuracies: List[int], kept: int) -> None:
    run = models.Run(Recipe(), "digits", "", [], keep_best=True)
    net = Network([2, 1])
    assert run.kept is None and run.network(net) is net
    for number, right in enumerate(accuracies):
        net.biases = [[float(number)]]
        run.add(Epoch(number, 3.0, evaluation_accuracy=Score(right, 10)), net)
    assert run.kept == run.past[kept]
    assert run.network(net).biases == [[float(kept)]] and net.biases == [[len(accuracies) - 1.0]]


@pytest.mark.slow
def test_the_best_network_is_saved_and_scored(tmp_path: Path) -> None:
    path = tmp_path / "best.json"
    result = here("purenn.train", *OPTIONS, "--epochs", 9, "--keep-best", "--save", path)
    accuracies = epochs_of(result.stdout)
    best = accuracies.index(max(accuracies))
    assert result.returncode == 0 and len(accuracies) == 9 and best < 8         # or there is nothing to be seen
    assert f"kept: the network of epoch {best}, validation accuracy {max(accuracies)} / 250" in result.stdout
    net, (_, validation_data, test_data) = models.load(path), data.load("digits")
    assert net.evaluate(validation_data) == max(accuracies)
    assert f"test accuracy: {net.evaluate(test_data) / 297:.2%}\n" in result.stdout
    shorter = tmp_path / "shorter.json"
    assert here("purenn.train", *OPTIONS, "--epochs", best + 1, "--save", shorter).returncode == 0
    assert models.load(shorter).weights == net.weights
    assert models.load_run(path)[0].weights != net.weights          # the run goes on from the last


@pytest.mark.slow
def test_resumed_at_every_epoch_it_is_the_same_file(tmp_path: Path) -> None:
    name, path = "a.json", tmp_path / "whole" / "a.json"
    path.parent.mkdir()
    assert here("purenn.train", *OPTIONS, "--epochs", 9, "--keep-best", "--save", path, "--quiet").returncode == 0
    part = tmp_path / name
    assert here("purenn.train", *OPTIONS, "--epochs", 1, "--keep-best", "--save", part, "--quiet").returncode == 0
    for epochs in range(2, 10):
        assert here("purenn.train", "--resume", part, "--epochs", epochs, "--quiet").returncode == 0
    assert part.read_bytes() == path.read_bytes()


def test_a_run_without_it_is_saved_as_ever(tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    assert here("purenn.train", *OPTIONS, "--epochs", 2, "--save", path, "--quiet").returncode == 0
    training = json.loads(path.read_text())["training"]
    assert list(training) == ["recipe", "source", "fingerprint", "monitor", "past", "random", "velocity"]
    assert "keep_best" not in training["recipe"]
    refused = here("purenn.train", "--resume", path, "--keep-best", "--epochs", 3)
    assert refused.returncode == 2 and "a.json: was begun without --keep-best; only --epochs may" in refused.stderr


def test_it_needs_validation_data() -> None:
    refused = here("purenn.train", *OPTIONS, "--hold-out", 0, "--keep-best")
    assert refused.returncode == 2 and refused.stderr == (
        "purenn.train: error: --keep-best: no validation data to choose by; --hold-out N keeps N examples for that\n")


@pytest.mark.slow
@pytest.mark.parametrize("spoil, fault", [
    (lambda training: training["recipe"].update(keep_best=7), "keep_best: True or False, not 7"),
    (lambda training: training.update(last=[]), "JSON without biases where it is expected"),
    (lambda training: training["last"].update(biases=[[0.0]]), "biases of 1 layers and weights of 2")])
def test_a_damaged_file_is_refused(tmp_path: Path, spoil: Any, fault: str) -> None:
    path = tmp_path / "best.json"
    here("purenn.train", *OPTIONS, "--epochs", 4, "--keep-best", "--save", path, "--quiet")
    content = json.loads(path.read_text())
    del content["sha256"]
    spoil(content["training"])
    path.write_text(json.dumps(content))
    with pytest.raises(BadFile, match=re.escape(fault)):
        models.load_run(path)


# ---- a network that reads all alike ----

def test_every_image_is_read_as_one_digit() -> None:
    """Whatever comes in, biases of 0, 9 and 0 make it a one."""
    net = Network([1, 3])
    net.weights, net.biases = [[[0.0]] * 3], [[0.0, 9.0, 0.0]]
    images = [([0.2], 0), ([0.4], 1), ([0.6], 2), ([0.8], 1)] * 5
    assert only_answer(net, images, right=10) == 1
    assert only_answer(net, images, right=11) is None               # so some were read otherwise
    assert only_answer(net, images[1:2] * 20, right=20) is None     # ones, all read rightly
    assert only_answer(net, images[:19], right=10) is None          # too few to say so
    assert only_answer(net, [([0.2], 0), ([0.4], 2)] * 10, right=0) == 1
    net.weights = [[[90.0], [0.0], [0.0]]]                          # from 0.1 up it is a nought
    assert only_answer(net, [([0.0], 0), ([0.4], 2)] * 10, right=0) is None


@pytest.mark.slow
def test_a_learning_rate_that_is_too_large_is_said() -> None:
    result = here("purenn.train", "--eta", 1000, "--limit", 20, "--hidden", 3, "--epochs", 2)
    assert result.returncode == 0
    found = re.findall(r"every image is read as \d", result.stdout)
    assert len(found) == 3 and result.stderr == ""
    assert f"\nit has stopped learning: {found[1]}; a smaller --eta, or another --init, may help\n" in result.stdout
    result = here("purenn.train", "--eta", 1000, "--limit", 20, "--hidden", 3, "--epochs", 2, "--quiet")
    assert result.stdout.startswith("test accuracy: ") and found[1] in result.stderr


# ---- what predict knows of the training ----

def test_predict_counts_the_images_that_the_network_was_trained_on(tmp_path: Path) -> None:
    """Of twelve, two are for the test and one for validation."""
    path, model = samples.save(tmp_path / "digits.csv", samples.csv(samples.TRAINING)), tmp_path / "model.json"
    assert here("purenn.train", path, "--epochs", 1, "--save", model, "--quiet").returncode == 0
    printed = here("purenn.predict", model, path).stdout
    assert "the network was trained on 9 of these 12 images\n" in printed
    assert re.search(r"^accuracy on the other 3: ", printed, re.MULTILINE)
    other = samples.save(tmp_path / "others.csv", samples.csv(samples.TEST))
    assert "was trained on" not in here("purenn.predict", model, other).stdout
    samples.save(path, samples.csv(samples.TRAINING[::-1]))                 # no longer what it was
    assert "was trained on" not in here("purenn.predict", model, path).stdout


# ---- files in the wrong place, and words ----

def test_a_known_file_in_the_wrong_place_is_known(tmp_path: Path) -> None:
    model = tmp_path / "model.json"
    here("purenn.train", "--epochs", 1, "--limit", 20, "--hidden", 3, "--save", model, "--quiet")
    four = samples.save(tmp_path / "four.png", b"\x89PNG\r\n\x1a\n" + bytes(30))
    curve = samples.save(tmp_path / "curve.svg", b'<svg xmlns="http://www.w3.org/2000/svg"></svg>')
    table = samples.save(tmp_path / "train.csv", samples.csv(samples.TRAINING))
    for arguments, fault in [
            (("purenn.train", model), "model.json: a network, not data"),
            (("purenn.train", curve), "curve.svg: an SVG picture"),
            (("purenn.train", four), "four.png: a picture, expected a file of many images, or folders 0 to 9"),
            (("purenn.predict", four, "--mistakes", 0), "four.png: "),
            (("purenn.predict", table), "train.csv: data (CSV); expected a network, as train --save writes it"),
            (("purenn.draw", four, "--no-browser"), "four.png: a picture; expected a network"),
            (("purenn.train", "--resume", table), "train.csv: data (CSV); expected a network"),
            (("purenn.trace", "--model", table), "train.csv: data (CSV); expected a network"),
            (("purenn.plot", table, tmp_path / "x.svg"), "train.csv: data (CSV), expected a history or a network"),
            (("purenn.plot", curve, tmp_path / "x.svg"), "curve.svg: an SVG picture, expected a history or a network")]:
        refused = here(*arguments)  # type: ignore[arg-type]
        assert refused.returncode == 2 and fault in refused.stderr and refused.stderr.count("\n") == 1, arguments


def test_an_option_of_several_values_that_takes_the_data(tmp_path: Path) -> None:
    for module, arguments, typed in [
            ("purenn.train", ["--hidden", "10", "mnist"], "purenn.train mnist --hidden 10"),
            ("purenn.train", ["--monitor", "training_cost", "digits"], "purenn.train digits --monitor training_cost"),
            ("purenn.sweep", ["--eta", "1", "3", "digits"], "purenn.sweep digits --eta 1 3")]:
        refused = here(module, *arguments)
        assert refused.returncode == 2 and refused.stderr.count("\n") == 1
        assert re.search(f"takes several values, put the data first: .*{typed}\n$", refused.stderr), refused.stderr
    assert "put the data first" not in here("purenn.train", "--hidden", "x").stderr


def test_pixels_of_bytes_given_to_SGD_are_said(caplog: pytest.LogCaptureFixture) -> None:
    net = Network([2, 2])
    for largest, said in (1.0, 0), (3.2, 0), (255.0, 1):
        caplog.clear()
        net.SGD([([0.0, largest], [1.0, 0.0])] * 3, 1, 1, 0.1, report=lambda epoch: None)
        assert len(caplog.messages) == said
    assert caplog.messages == ["training_data: numbers up to 255, from which a network hardly learns; divide them by "
                               "that"]
