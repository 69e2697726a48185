"""The command as a person runs it."""
from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from random import Random
from subprocess import CompletedProcess
from typing import Any, List, Type

import pytest
from screen import Screen, in_terminal

from commands import CLONE, ENVIRONMENT, here, started
from purenn import data, packed as packed_network, train as train_module
from purenn.cores.shards import ShardedNetwork
from purenn.history import MEASURES, Epoch
from purenn.matrix import unit_vector
from purenn.network2 import Network
from purenn.recipes import Recipe
from purenn.saved.models import Run, fingerprint, load_run, save
from purenn.terminal.progress import Display
from samples import save_idx


def train(*arguments: object) -> "CompletedProcess[str]":
    return here("purenn.train", *arguments)


def lines(*arguments: str) -> List[str]:
    result = train(*arguments)
    assert (result.returncode, result.stderr) == (0, "")
    return result.stdout.splitlines()


@pytest.mark.slow
def test_the_default_network_learns_to_read(trained: Path) -> None:
    """What the README promises: 30 epochs, a line each, and at least 95% at the end."""
    output = (trained / "printed").read_text(encoding="utf-8").splitlines()
    epochs = [line for line in output if line.startswith("Epoch ")]
    assert [line.split(":")[0] for line in epochs] == [f"Epoch {number}" for number in range(30)]
    final = re.fullmatch(r"test accuracy: (\d+\.\d\d)%", output[-1])
    assert final and float(final[1]) >= 95.0


@pytest.mark.slow
def test_quiet_prints_one_line_and_a_seed_repeats_it() -> None:
    first = lines("--quiet", "--epochs", "2", "--seed", "1", "--limit", "200")
    assert len(first) == 1 and first[0].startswith("test accuracy: ")
    assert lines("--quiet", "--epochs", "2", "--seed", "1", "--limit", "200") == first


def test_a_pipe_gets_whole_lines_and_nothing_in_place() -> None:
    assert "\r" not in train("--epochs", "1", "--limit", "50", "--hidden", "5").stdout


@pytest.mark.slow
def test_options_change_what_is_trained() -> None:
    output = "\n".join(lines("--hidden", "7", "5", "--epochs", "1", "--limit", "50", "--eta", "0.5",
                             "--batch-size", "full", "--activation", "relu", "--output", "softmax",
                              "--cost", "log-likelihood", "--init", "he"))
    assert "[64, 7, 5, 10]" in output and "relu" in output and "softmax" in output and "eta 0.5" in output
    assert "50 images to train on" in output and "mini-batches of 50" in output


def test_recipes_are_listed_and_an_option_beside_one_wins() -> None:
    assert any(line.startswith("chapter-3 ") for line in lines("--recipes"))
    output = "\n".join(lines("--recipe", "chapter-3", "--epochs", "1", "--hidden", "5", "--limit", "50"))
    assert "[64, 5, 10]" in output and "cross-entropy" in output and "eta 0.5" in output


@pytest.mark.parametrize("arguments, complaint", [
    (["--eta", "nan"], "argument --eta: a number from 0 up and finite, not 'nan'"),
    (["no/such/folder"], "no/such/folder: "), (["--save", ""], "argument --save: a file name, not ''")])
def test_bad_options_get_one_line_and_status_2(arguments: List[str], complaint: str) -> None:
    """What each option may be: tests/terminal/test_options.py."""
    result = train(*arguments)
    assert (result.returncode, result.stdout, result.stderr.count("\n")) == (2, "", 1)
    assert result.stderr.startswith(f"purenn.train: error: {complaint}")


# ---- what a terminal shows ----

@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="no pseudo-terminals on Windows")
def test_no_line_is_wider_than_the_terminal() -> None:
    """All measures at 60 columns. NO_COLOR asks for no colour, and takes neither the curve nor the progress away.

    Progress is shown after every mini-batch, and not a few times a second: no interpreter is too fast for it then."""
    program = ("from runpy import run_module; from purenn.terminal import progress; progress.INTERVAL = -1.0; "
               "run_module('purenn.train', run_name='__main__')")
    command = [sys.executable, "-c", program, "--hidden", "10", "--epochs", "3", "--monitor", *MEASURES]
    status, text = in_terminal(command, 60, PYTHONPATH=str(CLONE), NO_COLOR="1")
    screen = Screen(60).feed(text)
    assert status == 0 and not screen.wrapped
    shown = "\n".join(screen.lines())
    assert shown.startswith("digits: 1,250 images") and "\rEpoch 0: " not in shown
    assert re.search(r"Epoch 2: .*\n( .*\n)+training accuracy", shown) and "▁" in shown
    assert re.search(r"Epoch 0: [\d,]+ of 1,250 examples, \d+ s left \(run: \d+ s\)\r", text)
    assert "loading digits\r" in text and "\x1b[38" not in text


def test_the_time_left(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """After a beginning of 2 s, 25 examples in 5 s: 70 are left of the epoch, 14 s; 29 epochs of 2 + 5 + 14 s follow,
    623 s in all. Once an epoch has taken 30 s, measuring included, 45 examples of the next one in 9 s: 50 are left, 10
    s, and 28 epochs of 30 s follow, 850 s."""
    now = 0.0
    monkeypatch.setattr("time.perf_counter", lambda: now)
    display = Display()
    display.in_place = True
    log = train_module.Log(display, False, 100, Run(Recipe(epochs=30), "digits", "", []))
    for now, done in (2.0, 5), (7.0, 30):
        log.progress(done)
    assert capsys.readouterr().out == "Epoch 0: 30 of 100 examples, 14 s left (run: 10 min)\r"
    now = 30.0
    log.finish(Epoch(0, 3.0))
    capsys.readouterr()
    for now, done in (31.0, 5), (40.0, 50):
        log.progress(done)
    assert capsys.readouterr().out == "Epoch 1: 50 of 100 examples, 10 s left (run: 14 min)\r"


# ---- an older file is not replaced by mistake ----

@pytest.mark.slow
def test_a_file_that_is_there_is_not_replaced_unasked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    quick = ["--epochs", "1", "--limit", "20", "--quiet"]
    lines(*quick, "--save", "m.json", "--history", "h.csv")
    model, history = Path("m.json").read_bytes(), Path("h.csv").read_bytes()
    for option, name, fault in (
            ("--save", "m.json",
             "is there already; --resume m.json goes on with its training, --overwrite replaces it"),
            ("--history", "h.csv", "is there already; --overwrite replaces it")):
        result = train(*quick, "--seed", "1", option, name)
        assert (result.returncode, result.stdout, result.stderr) == (2, "", f"purenn.train: error: {name}: {fault}\n")
    assert (Path("m.json").read_bytes(), Path("h.csv").read_bytes()) == (model, history)
    lines(*quick, "--resume", "m.json", "--epochs", "2", "--history", "h.csv")              # the same training goes on
    lines("--quiet", "--resume", "m.json", "--save", "./m.json")
    assert len(Path("h.csv").read_text().splitlines()) == 3
    lines(*quick, "--seed", "1", "--save", "m.json", "--history", "h.csv", "--overwrite")
    assert Path("m.json").read_bytes() != model and len(Path("h.csv").read_text().splitlines()) == 2


@pytest.mark.slow
def test_an_empty_file_is_no_loss(tmp_path: Path) -> None:
    """As mktemp makes it."""
    (tmp_path / "m.json").touch()
    lines("--epochs", "1", "--limit", "20", "--save", str(tmp_path / "m.json"))


# ---- output that cannot be written ----

QUICK = ["--epochs", "12", "--limit", "50"]


@pytest.mark.slow
@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="no device that is always full")
def test_a_full_log_does_not_end_the_training(tmp_path: Path) -> None:
    files = [f"{tmp_path}/{name}" for name in ("m.json", "h.csv", "p.svg")]
    with open("/dev/full", "w") as full:
        status, errors = trained_into(full, *QUICK, "--save", files[0], "--history", files[1], "--plot", files[2])
    assert (status, errors) == (2, "purenn.train: error: standard output: No space left on device; "
                                   "lines are missing there, the rest is done\n")
    assert len(load_run(tmp_path / "m.json")[1].past) == 12
    assert len((tmp_path / "h.csv").read_text().splitlines()) == 13 and (tmp_path / "p.svg").exists()


@pytest.mark.slow
def test_a_reader_that_has_gone_does_not_end_the_training(tmp_path: Path) -> None:
    reader, writer = os.pipe()
    os.close(reader)
    status, errors = trained_into(writer, *QUICK, "--save", str(tmp_path / "m.json"))
    assert (status, errors) == (0, "purenn.train: nobody read all of its output; the rest is done\n")
    assert len(load_run(tmp_path / "m.json")[1].past) == 12


@pytest.mark.slow
def test_without_a_file_and_a_reader_it_trains_for_nobody() -> None:
    """And so ends, and does not say that all went well."""
    reader, writer = os.pipe()
    os.close(reader)
    status, errors = trained_into(writer, "--epochs", "1000000", "--limit", "50")
    assert (status, errors) == (2, "purenn.train: error: standard output: Broken pipe; "
                                   "ended after epoch 0, as nothing is saved\n")


@pytest.mark.slow
@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="no device that is always full")
def test_nor_does_a_full_log_of_errors(tmp_path: Path) -> None:
    """Both go to the same full disk: the model cannot be written either, and there is nobody to tell."""
    with open("/dev/full", "w") as full:
        status = started("purenn.train", *QUICK, "--save", tmp_path / "m.json", stdout=full, stderr=full).returncode
    assert status == 2 and len(load_run(tmp_path / "m.json")[1].past) == 12


def trained_into(stdout: Any, *arguments: str) -> "tuple[int, str]":
    """The command's exit status and what it said on standard error, its output going into `stdout`."""
    result = started("purenn.train", *arguments, stdout=stdout, env=dict(ENVIRONMENT, PYTHONUNBUFFERED=""))
    if isinstance(stdout, int):
        os.close(stdout)
    return result.returncode, result.stderr


# ---- data ----

def test_a_folder_of_ones_own(tmp_path: Path) -> None:
    assert "network [6, 30, 10]" in "\n".join(lines(str(save_idx(tmp_path)), "--epochs", "1"))


def test_without_test_data_it_trains_all_the_same(tmp_path: Path) -> None:
    """A sixth of five images is none."""
    (tmp_path / "five.csv").write_text("".join(f"{digit},{40 * digit}\n" for digit in range(5)))
    *_, epoch, training, test = lines(str(tmp_path / "five.csv"), "--epochs", "1", "--hold-out", "0")
    assert epoch.startswith("Epoch 0 complete") and training.startswith("training accuracy: ")
    assert test == "no data to test with"


@pytest.mark.parametrize("options", [["--save", "six.csv"], ["--history", "six.csv"],
                                     ["--save", "a.json", "--history", "./a.json"]])
def test_no_file_takes_the_place_of_another(tmp_path: Path, options: List[str], monkeypatch: pytest.MonkeyPatch
                                            ) -> None:
    monkeypatch.chdir(tmp_path)
    Path("six.csv").write_text("0,0\n1,40\n2,80\n3,120\n4,160\n5,200\n")
    result = train("six.csv", "--epochs", "1", *options)
    assert result.returncode == 2 and result.stdout == ""
    assert result.stderr == f"purenn.train: error: {options[-1]}: named for two purposes, expected a file for each\n"
    assert Path("six.csv").read_text().startswith("0,0\n") and not Path("a.json").exists()


def test_a_bad_file_gets_one_line_that_names_it(tmp_path: Path) -> None:
    """Whatever is wrong with it: tests/data/test_bad_files.py."""
    labels = save_idx(tmp_path) / "train-labels-idx1-ubyte"
    labels.write_bytes(labels.read_bytes()[:-1])
    result = train(str(tmp_path))
    assert (result.returncode, result.stdout, result.stderr.count("\n")) == (2, "", 1)
    assert result.stderr.startswith(f"purenn.train: error: {labels}: ")


@pytest.mark.slow
def test_runs_from_another_folder_once_installed(tmp_path: Path) -> None:
    """An installed package has the digits beside its modules: the layout that pyproject.toml asks for."""
    shutil.copytree(CLONE / "purenn", tmp_path / "site" / "purenn", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copytree(CLONE / "data", tmp_path / "site" / "purenn" / "digits", ignore=shutil.ignore_patterns("mnist"))
    result = subprocess.run([sys.executable, "-m", "purenn.train", "--epochs", "1", "--quiet"], cwd=tmp_path,
                            timeout=60, capture_output=True, encoding="utf-8",
                             env={"PYTHONPATH": str(tmp_path / "site")})
    assert result.stdout.startswith("test accuracy: "), result.stderr


@pytest.mark.slow
def test_a_run_on_a_single_file_that_purenn_0_1_began_goes_on(tmp_path: Path) -> None:
    """It shuffled the file with the run's seed, and what it held out, a sixth, was for validation and for the test."""
    examples = data.load("digits")[2]                                           # 297 pairs of an image and its digit
    table = tmp_path / "digits.csv"
    table.write_text("".join(f"{y},{','.join(str(round(255 * xk)) for xk in x)}\n" for x, y in examples))
    recipe = Recipe(hidden=(5,), epochs=1, seed=3)
    Random(3).shuffle(examples)
    kept = 297 - 297 // 6
    training_data, held_out = [(x, unit_vector(y, 10)) for x, y in examples[:kept]], examples[kept:]
    net = recipe.network(inputs=64)
    past: List[Epoch] = []
    recipe.train(net, training_data, held_out, held_out, report=past.append)
    run = Run(recipe, str(table), fingerprint(training_data, held_out, held_out), [], past)
    save(net, tmp_path / "net.json", run)
    replace(recipe, epochs=2).train(net, training_data, held_out, held_out, past=past, report=lambda epoch: None)
    lines("--resume", str(tmp_path / "net.json"), "--epochs", "2")
    assert load_run(tmp_path / "net.json")[0].weights == net.weights


# What is faster

CPYTHON = sys.implementation.name == "cpython"
SMALL = ["--hidden", 5, "--limit", 60, "--epochs", 2, "--save"]


def is_packed(path: Path) -> bool:
    recipe = json.loads(path.read_text(encoding="utf-8"))["training"]["recipe"]
    return bool(recipe["packed"])


@pytest.mark.slow
def test_fast_takes_what_is_faster_on_this_python(tmp_path: Path) -> None:
    """On CPython a packed network; elsewhere one by columns, which trains to the same file as lists do."""
    fast, other = tmp_path / "fast.json", tmp_path / "other.json"
    shown = train(*SMALL, fast, "--fast").stdout
    assert ("fast: packed" if CPYTHON else "fast: the first weights by columns") in shown
    assert "fast:" not in train(*SMALL, other, *["--packed"] * CPYTHON).stdout
    assert is_packed(fast) == CPYTHON and fast.read_bytes() == other.read_bytes()


@pytest.mark.slow
def test_fast_goes_on_with_a_run_as_it_was_begun(tmp_path: Path) -> None:
    lists, fast = tmp_path / "lists.json", tmp_path / "fast.json"
    for path in lists, fast:
        train(*SMALL, path)
    train("--resume", lists, "--epochs", 3)
    shown = train("--resume", fast, "--epochs", 3, "--fast").stdout
    assert ("fast: lists" if CPYTHON else "fast: the first weights by columns") in shown
    assert fast.read_bytes() == lists.read_bytes()


@pytest.mark.slow
@pytest.mark.parametrize("options", [["--mu", 0.5], ["--mu", 0.5, "--batch-size", "full"]], ids=str)
def test_fast_takes_lists_where_nothing_is_faster(options: List[Any], tmp_path: Path) -> None:
    path = tmp_path / "model.json"
    assert "fast: lists" in train(*SMALL, path, "--fast", *options).stdout and not is_packed(path)


@pytest.mark.slow
@pytest.mark.skipif(not CPYTHON, reason="elsewhere --fast is by columns, for all pixels")
def test_fast_takes_lists_for_pixels_that_cannot_be_packed(tmp_path: Path) -> None:
    """0.00001 of black is no multiple of 1/n for an n up to 65,535."""
    path = tmp_path / "greys.csv"
    path.write_text("label,a,b\n" + "3,0.5,1\n7,0.00001,1\n" * 6, encoding="ascii")
    assert "fast: lists" in train(path, "--epochs", 1, "--fast").stdout
    assert "packed: inputs are multiples" in train(path, "--epochs", 1, "--packed").stderr


@pytest.mark.slow
def test_how_long_it_takes_is_said_if_it_is_long(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every image is trained with once in each epoch, scored once at the end, and the test images after each epoch."""
    asked: List[Any] = []

    def forecast(recipe: Recipe, kind: Type[Network], examples: Any, epochs: int, scored: int, at_the_end: int
                 ) -> float:
        asked.append((kind, len(examples), epochs, scored, at_the_end))
        return 80.0 if kind is packed_network.Network else 3000.0

    monkeypatch.setattr(train_module, "forecast", forecast)
    shown = train("--limit", 20, "--epochs", 2, "--monitor", "training_cost", "evaluation_cost",
                  "evaluation_accuracy").stdout
    if CPYTHON:
        assert "this will take about 50 min; with --fast about 80 s, under PyPy about 10 s" in shown
        assert asked == [(kind, 20, 2, 297 + 250 + 20, 20) for kind in (ShardedNetwork, packed_network.Network)]
    else:
        assert "this will take" not in shown and not asked
    asked.clear()
    train("--limit", 20, "--epochs", 1, "--quiet")
    assert not asked
