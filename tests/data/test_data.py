"""Digits as lists of (x, y): the embedded ones, MNIST, and how a set is split."""
from __future__ import annotations

import hashlib
from collections import Counter
from pathlib import Path
from typing import List

import pytest

import samples
from purenn import data
from purenn.data import Data, LabelledExample, load, load_images, locate
from purenn.data.download import SOURCES
from purenn.saved.files import BadFile, cache_folders, opened
from purenn.data.formats.idx import NAMES, find
from purenn.data.formats.images import Images
from purenn.matrix import Vector


def everything(sets: Data) -> List[LabelledExample]:
    """All examples of a data set with their digits."""
    training, validation, test = sets
    return [(x, y.index(1.0)) for x, y in training] + validation + test


def test_the_embedded_digits_are_the_published_ones() -> None:
    """How often each digit occurs is stated in UCI's description of the data set's test part (optdigits.names); that
    the grey levels of scikit-learn's copy have the mean 4.884164..., is 561,718 over 1,797 images of 64 pixels."""
    digits = everything(load("digits"))
    counts = Counter(y for _, y in digits)
    assert [counts[y] for y in range(10)] == [178, 182, 177, 183, 181, 182, 181, 179, 174, 180]
    assert sum(round(16 * grey) for x, _ in digits for grey in x) == 561718


def test_each_embedded_grey_level_is_stored_to_the_nearest_byte() -> None:
    greys = {grey for x, _ in load("digits")[0] for grey in x}
    assert greys == {round(255 * level / 16) / 255 for level in range(17)}


@pytest.mark.slow
def test_mnist_splits_as_in_the_book(mnist_folder: Path) -> None:
    training, validation, test = load(mnist_folder)
    assert [len(training), len(validation), len(test)] == [50000, 10000, 10000]
    assert {len(x) for part in (training, validation, test) for x, _ in part} == {784}
    # The digits of the first training images and of the first test images, as printed in many a tutorial.
    assert [y.index(1.0) for _, y in training[:10]] == [5, 0, 4, 1, 9, 2, 1, 3, 1, 4]
    assert [y for _, y in test[:10]] == [7, 2, 1, 0, 4, 1, 4, 9, 5, 9]


def test_mnist_is_what_the_downloads_are_checked_against(mnist_folder: Path) -> None:
    for name, digest in zip(NAMES, SOURCES["mnist"].digests):
        path = find(mnist_folder, name)
        assert path
        with opened(path) as file:
            assert hashlib.sha256(file.read()).hexdigest() == digest


def test_the_last_sixth_is_for_validation(tmp_path: Path) -> None:
    assert load(samples.save_idx(tmp_path)) == samples.expected()      # 12 images: 10 and 2


def test_what_is_held_out_of_a_set_is_validation_data(tmp_path: Path) -> None:
    folder = samples.save_idx(tmp_path)
    training, validation, test = load(folder, hold_out=5, seed=1)
    assert [len(training), len(validation)] == [7, 5]
    assert test == samples.expected()[2]
    assert sorted(everything((training, validation, []))) == sorted(everything(samples.expected())[:12])
    assert load(folder, hold_out=5, seed=1) == (training, validation, test)
    assert load(folder, hold_out=5, seed=2) != (training, validation, test)


def test_nothing_held_out_leaves_all_for_training(tmp_path: Path) -> None:
    training, validation, test = load(samples.save_idx(tmp_path), hold_out=0)
    assert [len(training), len(validation), len(test)] == [12, 0, 3]


@pytest.mark.parametrize("hold_out", [-1, 12, 13])
def test_something_must_be_left_to_train_on(tmp_path: Path, hold_out: int) -> None:
    with pytest.raises(ValueError, match="hold_out: from 0 to 11 of the 12 examples, not"):
        load(samples.save_idx(tmp_path), hold_out=hold_out)


def test_a_single_file_is_shuffled_and_split(tmp_path: Path) -> None:
    path = samples.save(tmp_path / "digits.csv", samples.csv(samples.TRAINING))
    training, validation, test = load(path, hold_out=3)
    assert len(training) == 7 and len(validation) == 3 and len(test) == 2       # a sixth of 12 tests
    assert sorted(everything((training, validation, test))) == sorted(everything(samples.expected())[:12])
    in_order = [x for x, _ in everything(samples.expected())[:12]]
    assert [x for x, _ in everything((training, validation, test))] != in_order
    assert load(path, hold_out=3) == (training, validation, test)
    assert len(load(path)[1]) == 1          # if nothing is said, a sixth of the other 10, rounded down


def test_what_tests_is_never_held_out(tmp_path: Path) -> None:
    """Of a single file, too, whatever the seed: who chooses among several seeds chooses by none of the test data."""
    path = samples.save(tmp_path / "digits.csv", samples.csv(samples.TRAINING))
    tests = [load(path, hold_out=4, seed=seed)[2] for seed in range(5)]
    assert tests == [tests[0]] * 5 and load(path)[2] == tests[0]


def test_a_split_copies_no_pixels(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made: List[int] = []

    def vectors(images: Images) -> List[Vector]:
        result = [[float(k)] for k in range(len(images.labels))]
        made.extend(map(id, result))
        return result

    monkeypatch.setattr(data, "vectors", vectors)
    training, validation, test = load(samples.save_idx(tmp_path), hold_out=5)
    assert sorted(id(x) for x, _ in [*training, *validation, *test]) == sorted(made)


def test_an_example_has_a_y_of_its_own() -> None:
    """Who changes one changes no other, and nothing that is loaded later."""
    training = load("digits")[0]
    training[0][1][:] = [0.5] * 10
    assert all(sorted(y) == [0.0] * 9 + [1.0] for _, y in training[1:] + load("digits")[0])


def test_images_alone(tmp_path: Path) -> None:
    """Kaggle's test.csv, and the images of any form, with their labels where there are any."""
    _, _, test = samples.expected()
    xs, ys = [x for x, _ in test], [y for _, y in test]
    unlabelled = b"pixel0,pixel1,pixel2,pixel3\n0,51,102,255\n"
    assert load_images(samples.save(tmp_path / "test.csv", unlabelled)) == ([[0.0, 0.2, 0.4, 1.0]], None)
    two_by_two = b"0,51,102,255\n"
    assert load_images(samples.save(tmp_path / "a.csv", two_by_two)) == ([[0.0, 0.2, 0.4, 1.0]], None)
    assert load_images(samples.save(tmp_path / "b.csv", samples.csv(samples.TEST))) == (xs, ys)
    alone = samples.save(tmp_path / "alone" / "some-file", samples.idx(3, 2, 3, content=samples.pixels(samples.TEST)))
    assert load_images(alone) == (xs, None)
    assert load_images(samples.save_idx(tmp_path / "set") / "t10k-images-idx3-ubyte") == (xs, ys)
    assert load_images(samples.save_idx(tmp_path / "set")) == (xs, ys)
    assert load_images(samples.FORMS["npz"](tmp_path / "npz")) == (xs, ys)
    assert load_images(samples.FORMS["pickle of Python 2"](tmp_path / "pickle")) == (xs, ys)


@pytest.fixture
def nowhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder, and a machine on which MNIST is nowhere."""
    monkeypatch.setattr(data, "HERE", tmp_path / "clone" / "purenn")
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.chdir(tmp_path)
    (tmp_path / "clone").mkdir(exist_ok=True)
    (tmp_path / "clone" / "pyproject.toml").touch()         # what site-packages, where an installed purenn is, has not
    for variable in "PURENN_DATA", "XDG_CACHE_HOME":
        monkeypatch.delenv(variable, raising=False)
    return tmp_path


def test_mnist_not_found(nowhere: Path) -> None:
    with pytest.raises(BadFile, match="^mnist: not found in .*clone.* or data.mnist or .*home.*; "
                                      r"--download fetches it \(download=True in Python\), or set PURENN_DATA to its "
                                      "folder$"):
        load("mnist")


@pytest.mark.parametrize("typed, meant", [("MNIST", "mnist"), ("minst", "mnist"), ("Digits", "digits"),
                                          ("fashion_mnist", "fashion-mnist")])
def test_a_name_mistyped(nowhere: Path, typed: str, meant: str) -> None:
    with pytest.raises(BadFile) as refused:
        load(typed)
    assert str(refused.value) == f"{typed}: No such file or directory; did you mean {meant}?"
    samples.save_idx(nowhere / typed)                       # a folder of that name is what it says
    assert load(typed) == samples.expected()


def test_the_cache_folder(nowhere: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """$XDG_CACHE_HOME, if it is set to an absolute path, as its specification has it; and where an older purenn put
    MNIST."""
    old = nowhere / "home" / ".cache" / "purenn"
    assert cache_folders() == [old]
    for named in "", "relative", str(nowhere / "home" / ".cache"):
        monkeypatch.setenv("XDG_CACHE_HOME", named)
        assert cache_folders() == [old]
    monkeypatch.setenv("XDG_CACHE_HOME", str(nowhere / "caches"))
    assert cache_folders() == [nowhere / "caches" / "purenn", old]
    for folder in old, nowhere / "caches" / "purenn":
        (folder / "mnist").mkdir(parents=True)
        samples.save_idx(folder / "mnist")
        assert locate("mnist") == folder / "mnist"


@pytest.mark.parametrize("place", ["clone/data/mnist", "data/mnist", "home/.cache/purenn/mnist"])
def test_mnist_is_found_in(nowhere: Path, place: str) -> None:
    (nowhere / place).mkdir(parents=True)
    samples.save_idx(nowhere / place)
    assert load("mnist") == samples.expected()


def test_purenn_data_comes_first(nowhere: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for place in "data/mnist", "mine/fashion-mnist":
        (nowhere / place).mkdir(parents=True)
        samples.save_idx(nowhere / place)
    samples.save_idx(nowhere / "mine")
    monkeypatch.setenv("PURENN_DATA", str(nowhere / "mine"))
    assert locate("mnist") == nowhere / "mine"
    assert locate("fashion-mnist") == nowhere / "mine" / "fashion-mnist"


def test_a_set_that_lacks_a_file_is_not_found(nowhere: Path) -> None:
    (nowhere / "data").mkdir()
    (samples.save_idx(nowhere / "data" / "mnist") / "t10k-labels-idx1-ubyte").rename(
        nowhere / "data" / "mnist" / "t10k-labels-idx1-ubyte.gz.123.part")
    with pytest.raises(BadFile, match="not found"):
        load("mnist")
