"""Training that is stopped in every way there is, and goes on as if it had not been."""
from __future__ import annotations

import errno
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path
from random import Random
from typing import Any, List, Sequence

import pytest

import purenn
from purenn.terminal import command
from purenn import data
from purenn.saved import models
from purenn import train
from purenn.network2 import Network


KILLS = int(os.environ.get("PURENN_KILLS") or 3)
"""How often the test of SIGKILL kills; PURENN_KILLS=N asks for more."""

CLONE = Path(purenn.__file__).parent.parent

EVERYTHING_ON = ["--hidden", "6", "--limit", "60", "--batch-size", "7", "--eta", "2", "--mu", "0.5", "--lmbda", "0.1",
                 "--halve-eta", "2", "--early-stopping", "5", "--epochs", "40"]
ALL_MEASURED = ["--hidden", "5", "4", "--limit", "50", "--batch-size", "8", "--eta", "0.5", "--activation", "tanh",
                "--output", "softmax", "--cost", "log-likelihood", "--init", "scaled",
                 "--epochs", "6", "--hold-out", "100",
                "--monitor", "training_cost", "training_accuracy", "evaluation_cost", "evaluation_accuracy"]
FULL_BATCH = ["--hidden", "4", "--limit", "1100", "--batch-size", "full", "--eta", "1", "--mu", "0.9", "--epochs", "5"]
"""Large enough to be summed in shards, which gives other last bits than summing at once."""


def run(*arguments: object) -> int:
    """The command, in this process; its exit status."""
    return command.run("purenn.train", lambda: train.main(list(map(str, arguments))))


def epochs(path: Path) -> int:
    """How many epochs are in the file."""
    return len(models.load_run(path)[1].past)


# ---- interrupted anywhere ----

@pytest.mark.slow
@pytest.mark.parametrize("options, interruptions", [(EVERYTHING_ON, 4), (ALL_MEASURED, 2), (FULL_BATCH, 1)],
                         ids=["everything on", "all measured", "full batch"])
def test_interrupted_and_resumed_is_the_same_as_never_stopped(
        tmp_path: Path, monkeypatch: pytest.MonkeyPatch, options: List[str], interruptions: int) -> None:
    """Ctrl-C after a random number of moments, again and again until the run is through. A moment is the end of a
    mini-batch, or of an epoch, before it is saved and after."""
    assert run(*options, "--save", tmp_path / "never_stopped.json") == 0
    never_stopped = (tmp_path / "never_stopped.json").read_bytes()
    random, moments, left = Random(3), 0, -1

    def moment(*_: Any) -> None:
        nonlocal moments, left
        moments, left = moments + 1, left - 1
        if left == 0:
            raise KeyboardInterrupt

    for name in "progress", "say", "finish":
        monkeypatch.setattr(train.Log, name, moment)
    path, interrupted = tmp_path / "model.json", 0
    while interrupted < interruptions:
        path.unlink(missing_ok=True)
        status = 130
        while status == 130:
            left = random.randrange(1, 30)
            status = run("--resume", path) if path.exists() else run(*options, "--save", path)
            interrupted += status == 130
        assert status == 0
        assert path.read_bytes() == never_stopped
    assert set(os.listdir(tmp_path)) == {"model.json", "never_stopped.json"}
    if options is EVERYTHING_ON:            # η was halved more than once, and it was early stopping that ended the run
        net, finished = models.load_run(path)
        assert len({epoch.eta for epoch in finished.past}) > 2 and len(finished.past) < finished.recipe.epochs
        assert net.velocity is not None


# ---- killed at any time ----

class Process:
    """The command in a process of its own, ended at the latest with the test that uses it."""

    def __init__(self, *arguments: object, **how: Any) -> None:
        self.popen = subprocess.Popen(
            [sys.executable, "-m", "purenn.train", *map(str, arguments)], stdout=subprocess.PIPE,
            stderr=subprocess.PIPE, encoding="utf-8",
                            env=dict(os.environ, PYTHONPATH=str(CLONE), PYTHONIOENCODING="utf-8"), **how)

    def __enter__(self) -> Process:
        return self

    def __exit__(self, *_: object) -> None:
        self.popen.kill()
        self.popen.communicate()

    def wait_for(self, beginning: str) -> None:
        """Read what it prints up to a line that begins so."""
        assert self.popen.stdout
        for line in self.popen.stdout:
            if line.startswith(beginning):
                return

    def end(self) -> "tuple[int, str]":
        """Its exit status and what it said on standard error."""
        _, errors = self.popen.communicate(timeout=120)
        return self.popen.returncode, errors


QUICK = ["--hidden", "5", "--limit", "40", "--batch-size", "5", "--mu", "0.5", "--lmbda", "0.1", "--halve-eta", "9",
         "--early-stopping", "1000", "--epochs", "30"]
"""Epochs so short that a good part of the time is spent in saving."""


@pytest.mark.slow
def test_killed_and_resumed_is_the_same_as_never_stopped(tmp_path: Path) -> None:
    """SIGKILL at random moments: each time there is a whole file, of a few epochs more than before."""
    assert run(*QUICK, "--save", tmp_path / "never_stopped.json") == 0
    never_stopped = (tmp_path / "never_stopped.json").read_bytes()
    (tmp_path / "killed").mkdir()
    random, path, kills, through, done = Random(), tmp_path / "killed" / "model.json", 0, 0, 0
    while kills < KILLS or path.exists():
        with Process(*(["--resume", path] if path.exists() else [*QUICK, "--save", path])) as process:
            process.wait_for("digits: ")
            if kills < KILLS:
                time.sleep(random.uniform(0, 0.3))
                process.popen.kill()
            status, errors = process.end()
        if status == 0:
            assert path.read_bytes() == never_stopped
            through, done = through + 1, 0
            path.unlink()
        else:
            assert (status, errors) == (-signal.SIGKILL, "")
            kills += 1
            assert not done or path.exists()
            before, done = done, epochs(path) if path.exists() else 0
            assert done >= before
    parts = os.listdir(tmp_path / "killed")
    print(f"{kills} kills, {len(parts)} of them while saving; {through} runs came through, each bit for bit the same; "
          "0 losses")
    assert all(re.fullmatch(r"model\.json\.[0-9a-f]{16}\.part", part) for part in parts)


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="Windows has other signals")
@pytest.mark.parametrize("number, status", [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_a_signal_ends_it_with_one_line_that_says_how_to_go_on(tmp_path: Path, number: int, status: int) -> None:
    path = tmp_path / "my model.json"
    with Process(*QUICK, "--epochs", "100000", "--save", path) as process:
        process.wait_for("Epoch 2:")
        process.popen.send_signal(number)
        ended, errors = process.end()
    assert ended == status
    done = epochs(path)
    line = re.fullmatch(r"purenn\.train: interrupted in epoch (\d+); .*my model\.json has (\d+) finished epochs of it, "
                        r"go on with: \S+ -m purenn\.train --resume '.*my model\.json'\n", errors)
    assert line and (int(line[1]), int(line[2])) == (done, done) and done >= 3
    assert os.listdir(tmp_path) == ["my model.json"]


@pytest.mark.usefixtures("signals_of_its_own")
def test_ctrl_c_without_a_file_says_that_nothing_is_kept(
        capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(train.Log, "finish", lambda *_: os.kill(os.getpid(), signal.SIGINT))
    assert run(*QUICK) == 130
    assert capsys.readouterr().err == "purenn.train: interrupted in epoch 1; nothing is kept without --save\n"


@pytest.mark.usefixtures("signals_of_its_own")
@pytest.mark.parametrize("number, status", [
    (signal.SIGINT, 130), pytest.param(signal.SIGTERM, 143, marks=pytest.mark.slow)])
def test_a_signal_while_saving_waits_until_the_file_is_whole(
        tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int, status: int, capsys: pytest.CaptureFixture[str]
        ) -> None:
    """In the middle of the third save; one more file was written before, to see that it can be."""
    saves, path = 0, tmp_path / "model.json"

    def fsync(_: int) -> None:
        nonlocal saves
        saves += 1
        if saves == 4:
            os.kill(os.getpid(), number)

    monkeypatch.setattr(os, "fsync", fsync)
    assert run(*QUICK, "--save", path) == status
    assert epochs(path) == 3
    assert os.listdir(tmp_path) == ["model.json"]
    assert "model.json has 3 finished epochs of it" in capsys.readouterr().err


# ---- nowhere to write ----

def failing(monkeypatch: pytest.MonkeyPatch, failures: Sequence[int]) -> None:
    """From now on these writes fail, counted from 1, as they do on a full disk."""
    writes = 0

    def fsync(_: int) -> None:
        nonlocal writes
        writes += 1
        if writes in failures:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, "fsync", fsync)


@pytest.mark.slow
def test_a_full_disk_is_told_and_tried_again(
        tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    path, kept = tmp_path / "model.json", []
    failing(monkeypatch, [3, 4])              # the first is tried before the training
    monkeypatch.setattr(train.Log, "finish", lambda *_: kept.append(epochs(path)))
    assert run(*QUICK, "--epochs", 5, "--save", path) == 0
    assert kept == [1, 1, 1, 4, 5]
    assert capsys.readouterr().err.splitlines() == [
        f"purenn.train: {path}: No space left on device; epoch {n} is not in it" for n in (1, 2)]
    assert os.listdir(tmp_path) == ["model.json"]


@pytest.mark.slow
def test_a_disk_that_stays_full(
        tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """The result is told, the older file stays as it is, and so does the history; the exit status is 2."""
    path, history = tmp_path / "model.json", tmp_path / "history.csv"
    failing(monkeypatch, range(5, 99))        # the first two are tried before the training
    assert run(*QUICK, "--epochs", 3, "--save", path, "--history", history) == 2
    output = capsys.readouterr()
    assert "test accuracy: " in output.out
    assert output.err.splitlines()[-1] == f"purenn.train: error: {history}: No space left on device"
    assert epochs(path) == 1 and len(history.read_text().splitlines()) == 2
    assert sorted(os.listdir(tmp_path)) == ["history.csv", "model.json"]


@pytest.mark.slow
def test_a_folder_that_vanishes(
        tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    folder = tmp_path / "models"
    folder.mkdir()
    monkeypatch.setattr(train.Log, "finish", lambda *_: shutil.rmtree(folder, ignore_errors=True))
    assert run(*QUICK, "--epochs", 2, "--save", folder / "model.json") == 2
    output = capsys.readouterr()
    assert "test accuracy: " in output.out
    assert output.err.splitlines() == [
        f"purenn.train: {folder / 'model.json'}: No such file or directory; epoch 1 is not in it",
        f"purenn.train: error: {folder / 'model.json'}: No such file or directory"]


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="no limits on Windows")
def test_a_file_that_may_not_grow(tmp_path: Path) -> None:
    """A limit of the operating system's, which a run reaches after some epochs. Without it the run goes on, and ends
    the same."""
    import resource
    path = tmp_path / "model.json"
    assert run(*QUICK, "--save", tmp_path / "never_stopped.json") == 0
    assert run(*QUICK, "--epochs", 1, "--save", path) == 0
    limit = path.stat().st_size + 1000
    with Process(*QUICK, "--quiet", "--save", path, "--overwrite",
                 preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))) as process:
        status, errors = process.end()
    done, lines = epochs(path), errors.splitlines()
    assert status == 2 and 1 < done < 30
    assert lines[0] == f"purenn.train: {path}: File too large; epoch {done} is not in it"
    assert len(lines) == 30 - done + 1 and lines[-1] == f"purenn.train: error: {path}: File too large"
    assert run("--resume", path) == 0
    assert path.read_bytes() == (tmp_path / "never_stopped.json").read_bytes()


@pytest.mark.slow
@pytest.mark.parametrize("where, fault", [
    ("", "a folder or a device, expected a file"), ("nowhere/model.json", "No such file or directory"),
    ("file/model.json", "Not a directory"), ("m" * 300, "File name too long")])
def test_what_cannot_be_saved_is_said_before_training(
        tmp_path: Path, where: str, fault: str, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "file").touch()
    for option in ["--save"] + ["--history"] * (where != ""):
        name = tmp_path / (where + ".csv" * (option == "--history"))
        assert run(option, name) == 2
        assert capsys.readouterr() == ("", f"purenn.train: error: {name}: {fault}\n")


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may write everywhere")
def test_a_read_only_folder(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    tmp_path.chmod(0o500)
    assert run("--save", tmp_path / "model.json") == 2
    assert capsys.readouterr() == ("", f"purenn.train: error: {tmp_path / 'model.json'}: Permission denied\n")


def test_a_link_is_written_through(tmp_path: Path) -> None:
    (tmp_path / "disk").mkdir()
    (tmp_path / "model.json").symlink_to(tmp_path / "disk" / "model.json")
    assert run(*QUICK, "--epochs", 1, "--save", tmp_path / "model.json") == 0
    assert (tmp_path / "model.json").is_symlink() and epochs(tmp_path / "disk" / "model.json") == 1


# ---- a network that diverges ----

@pytest.mark.slow
def test_divergence_leaves_the_last_good_model(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """One step an epoch on a linear output, each many times as far off as the one before."""
    path = tmp_path / "model.json"
    assert run("--hidden", 3, "--limit", 30, "--batch-size", "full", "--output", "identity", "--eta", 1e5,
               "--epochs", 1000, "--save", path) == 1
    done = epochs(path)
    assert capsys.readouterr().err == (
        f"purenn.train: epoch {done}: the network diverged, a number is no longer finite; try a smaller eta than "
        f"100000; {path} has {done} finished epochs of it\n")
    assert done > 5


# ---- what may be said when resuming ----

@pytest.fixture(scope="module")
def two_epochs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("run") / "model.json"
    assert run(*QUICK, "--epochs", 2, "--save", path) == 0
    return path


@pytest.fixture
def model(two_epochs: Path, tmp_path: Path) -> Path:
    return Path(shutil.copy(two_epochs, tmp_path))


@pytest.mark.slow
def test_more_epochs_may_be_asked_for(model: Path, tmp_path: Path) -> None:
    assert run("--resume", model, "--epochs", 4, "--hidden", 5, "--mu", 0.5) == 0
    assert run(*QUICK, "--epochs", 4, "--save", tmp_path / "at_once.json") == 0
    assert model.read_bytes() == (tmp_path / "at_once.json").read_bytes()


@pytest.mark.slow
def test_a_run_may_go_on_in_another_file(model: Path, tmp_path: Path) -> None:
    before = model.read_bytes()
    assert run("--resume", model, "--epochs", 3, "--save", tmp_path / "other.json") == 0
    assert model.read_bytes() == before and epochs(tmp_path / "other.json") == 3
    assert run("--resume", model, "--save", tmp_path / "copy.json") == 0        # there was nothing left to do
    assert epochs(tmp_path / "copy.json") == 2


def test_options_that_contradict_the_file(model: Path, capsys: pytest.CaptureFixture[str]) -> None:
    before = model.read_bytes()
    for options, fault in [
            ("--eta 2", "was begun with eta 3.0, not 2.0; only --epochs may change"),
            ("--hidden 5 5", "was begun with hidden (5,), not (5, 5); only --epochs may change"),
            ("--recipe chapter-3", "was begun with hidden (5,), not (100,); only --epochs may change"),
            ("--hold-out 10", "was begun with hold_out None, not 10; only --epochs may change"),
            ("--monitor training_cost", "was begun with monitor [], not ['training_cost']; only --epochs may change"),
            ("--epochs 1", "has 2 finished epochs, expected --epochs 2 or more")]:
        assert run("--resume", model, *options.split()) == 2
        assert capsys.readouterr() == ("", f"purenn.train: error: {model}: {fault}\n")
    assert model.read_bytes() == before


@pytest.mark.parametrize("change", [0, 1, 2], ids=["training", "validation", "test"])
def test_other_data_are_noticed(
        model: Path, change: int, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """One pixel of one image suffices."""
    sets: Any = data.load("digits")
    sets[change][7] = ([*sets[change][7][0][:-1], 0.5], sets[change][7][1])
    monkeypatch.setattr(data, "load", lambda *_, **__: sets)
    before = model.read_bytes()
    assert run("--resume", model) == 2
    assert capsys.readouterr() == ("", f"purenn.train: error: {model}: was trained on other data than digits is now, "
                                       "or an older purenn read them otherwise: then that one can go on\n")
    assert model.read_bytes() == before


def test_a_model_without_a_run(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "model.json"
    models.save(Network([64, 10]), path)
    assert run("--resume", path) == 2
    assert capsys.readouterr() == (
        "", f"purenn.train: error: {path}: holds a network but no training run to go on with\n")
