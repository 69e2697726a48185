"""A sweep tries what it is told to, keeps what it finds, and goes on from there."""
from __future__ import annotations

import errno
import json
import os
import platform
import re
import signal
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from random import Random
from typing import Any, Dict, List, Sequence

import pytest
from screen import Screen, in_terminal

from commands import CLONE, ENVIRONMENT, here
from mutation import mutations
from purenn import data
from purenn.saved.files import BadFile
from purenn.history import Epoch, Score
from purenn.cores import search
from purenn.cores.results import ResultsFile
from purenn.recipes import Recipe
from purenn.cores.search import (Grid, Ranking, Result, Trial, grid, ranking, run_trial, sample, successive_halving,
                                 sweep)
from purenn.saved import models
from purenn.saved.origin import HERE
from purenn.sweep import Board
from purenn.terminal import progress


pytestmark = pytest.mark.usefixtures("threads")


MINOR = HERE.python.rpartition(".")[0]


# ---- what is tried ----

def test_a_value_given_twice_is_tried_once() -> None:
    assert grid(Recipe(), {"eta": [1.0, 1.0, 2.0]}) == [Recipe(eta=1.0), Recipe(eta=2.0)]


def test_draws_are_points_of_the_grid_and_more_draws_begin_with_the_same() -> None:
    choices: Dict[str, List[Any]] = {"eta": [0.1, 0.3, 1.0, 3.0], "hidden": [(10,), (30,), (30, 30)],
                                     "mu": [0.0, 0.5, 0.9]}
    points = set(grid(Recipe(), choices))
    five, ten = sample(Recipe(), choices, 5, Random(1)), sample(Recipe(), choices, 10, Random(1))
    assert len(set(ten)) == 10 and set(ten) <= points
    assert ten[:5] == five
    assert set(sample(Recipe(), choices, 1000, Random(1))) == points


def test_a_grid_of_a_billion_is_not_made_before_it_is_asked_for() -> None:
    values = [float(k) for k in range(1, 1001)]
    billion = Grid(Recipe(), {"eta": values, "lmbda": values, "seed": range(1000)})
    assert len(billion) == 10 ** 9
    assert next(iter(billion)) == Recipe(eta=1.0, lmbda=1.0, seed=0)
    assert Recipe(eta=3.0, lmbda=1000.0, seed=999) in billion
    assert Recipe(eta=0.5, lmbda=1.0) not in billion and Recipe(eta=1.0, lmbda=1.0, mu=0.5) not in billion
    small = Grid(Recipe(), {"eta": [1.0, 2.0, 1.0], "mu": [0.0, 0.5]})
    assert set(small) == {recipe for recipe in grid(Recipe(), {"eta": [0.5, 1.0, 2.0], "mu": [0.0, 0.5, 0.9]})
                          if recipe in small}


# ---- what comes of it ----

def result(right: int, **fields: Any) -> Result:
    return Result(Recipe(**fields), Score(right, 100), Score(0, 100))


def test_the_mean_over_seeds_decides() -> None:
    """η = 1: (84% + 86%) / 2 = 85%; η = 2: (80% + 88%) / 2 = 84%. What failed with some seed comes last."""
    results = [result(88, eta=2.0, seed=2), result(86, eta=1.0, seed=2), result(80, eta=2.0, seed=1),
               result(84, eta=1.0, seed=1), result(99, eta=3.0, seed=1),
               Result(Recipe(eta=3.0, seed=2), failure="diverged")]
    standings = ranking(results)
    assert [standing.recipe.eta for standing in standings] == [1.0, 2.0, 3.0]
    assert standings[0].validation == [0.84, 0.86]
    assert ranking(results[::-1]) == standings


def test_successive_halving() -> None:
    """Nine learning rates, the larger the better, and one that fails: nine epochs for ten, 27 for the best
    four (a third of ten, rounded up), 81 for the best two of these."""
    rounds: List[List[float]] = []

    def results_of(recipes: Sequence[Recipe]) -> List[Result]:
        rounds.append([recipe.eta for recipe in recipes])
        assert {recipe.epochs for recipe in recipes} == {[9, 27, 81][len(rounds) - 1]}
        return [Result(recipe, failure="diverged") if recipe.eta == 10.0 else
                Result(recipe, Score(int(recipe.eta), 100), Score(0, 100)) for recipe in recipes]

    results = successive_halving([Recipe(epochs=81, eta=float(eta)) for eta in range(1, 11)], results_of)
    assert rounds == [[float(eta) for eta in range(1, 11)], [9.0, 8.0, 7.0, 6.0], [9.0, 8.0]]
    assert [result.recipe for result in results] == [Recipe(epochs=81, eta=9.0), Recipe(epochs=81, eta=8.0)]


def test_recipes_that_are_alike_when_shortened_share_a_trial() -> None:
    """Nine and three epochs: a ninth of both is one epoch, a third of them three and one. There 3 wins, as of two
    shortened recipes one goes on."""
    tried: List[List[int]] = []

    def results_of(recipes: Sequence[Recipe]) -> List[Result]:
        tried.append([recipe.epochs for recipe in recipes])
        return [Result(recipe, Score(recipe.epochs, 100), Score(0, 100)) for recipe in recipes]

    successive_halving([Recipe(epochs=10)], results_of)
    assert tried == [[2], [4], [10]]                            # 10/9 and 10/3, rounded up
    for order in [9, 3], [3, 9]:
        tried.clear()
        results = successive_halving([Recipe(epochs=epochs) for epochs in order], results_of)
        assert [tried[0], sorted(tried[1]), tried[2]] == [[1], [1, 3], [9]]
        assert [result.recipe.epochs for result in results] == [9]


@pytest.mark.slow
def test_a_trial_is_what_train_does() -> None:
    """The same data held out, the same seed, the same early end; judged by the validation data, and tested besides."""
    recipe = Recipe(hidden=(4,), epochs=30, eta=3.0, limit=100, hold_out=200, seed=3, early_stopping=2)
    training_data, validation_data, test_data = data.load("digits", hold_out=200, seed=3)
    net = recipe.network(inputs=64)
    epochs: List[Epoch] = []
    recipe.train(net, training_data[:100], [], validation_data, report=epochs.append)
    result = run_trial(Trial(recipe))
    assert (result.validation, result.test) == (net.score(validation_data), net.score(test_data))
    assert result.epochs == len(epochs) < 30
    assert result.digest == run_trial(Trial(recipe)).digest != run_trial(Trial(replace(recipe, seed=4))).digest


def test_a_trial_fails_by_itself() -> None:
    """Diverged, nothing held out to judge by, more held out than there is: each is told, and the others go on."""
    quick = Recipe(hidden=(4,), epochs=1, limit=20)
    recipes = [quick, replace(quick, output="identity", eta=1e300), replace(quick, hold_out=0),
               replace(quick, hold_out=1500)]
    with ThreadPoolExecutor(1) as executor:
        failures = {result.recipe: result.failure for result in sweep(map(Trial, recipes), executor)}
    assert failures[recipes[0]] == ""
    assert "diverged" in failures[recipes[1]]
    assert failures[recipes[2]] == "there are no validation data to judge by"
    assert failures[recipes[3]] == "hold_out: from 0 to 1499 of the 1500 examples, not 1500"


@pytest.mark.slow
@pytest.mark.parametrize("changes", [{"mu": 0.5, "dropout": 0.5}, {"packed": True}, {"expand": True, "halve_eta": 1}],
                         ids=["momentum and dropout", "packed", "expanded, with a schedule"])
def test_a_trial_goes_on_where_another_worker_stopped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
                                                      changes: Dict[str, Any]) -> None:
    """Nobody wants it after its second epoch of four; the next worker finds its state, and comes to the bits of one
    that never stopped. Then the state is removed."""
    trial = Trial(Recipe(hidden=(3,), epochs=4, limit=30, **changes))
    whole, left = run_trial(trial), iter([True, True, False, False])
    with monkeypatch.context() as patch:
        patch.setattr(search, "wanted", lambda: next(left))
        with pytest.raises(search.Unwanted):
            run_trial(trial._replace(state=str(tmp_path)))
    state, = tmp_path.iterdir()
    assert len(models.load_run(state)[1].past) == 2
    resumed = run_trial(trial._replace(state=str(tmp_path)))
    assert resumed._replace(seconds=0.0) == whole._replace(seconds=0.0) and len(resumed.curve) == whole.epochs
    assert list(tmp_path.iterdir()) == []


def test_states_need_their_folder() -> None:
    with pytest.raises(BadFile, match="no/such/folder: no such folder, expected one that all workers reach"):
        run_trial(Trial(Recipe(), state="no/such/folder"))


def test_a_trial_is_named_by_what_is_tried() -> None:
    """As Dask's dashboard shows it."""
    assert str(Trial(Recipe(hidden=(5, 4), mu=0.5))) == "hidden (5, 4), eta 3.0, mu 0.5, seed 6"


# ---- the file ----

RECIPES = [Recipe(eta=eta, seed=seed) for eta in (0.5, 1.0) for seed in (1, 2)]


def read(path: Path, fingerprint: str = "c32b") -> Dict[Recipe, Result]:
    """The results in a file."""
    with ResultsFile(path) as file:
        return file.on(fingerprint)


def write(path: Path, *results: Result, fingerprint: str = "c32b") -> None:
    """Add results to a file."""
    with ResultsFile(path) as file:
        for result in results:
            file.add("digits", fingerprint, result)


def filled(path: Path) -> List[Result]:
    """A file of three results, one of them a failure."""
    results = [Result(RECIPES[0], Score(240, 250), Score(287, 297), 30, "5f3a", 7.25),
               Result(RECIPES[1], Score(1, 3), None, 2, "77b1", 0.1),
               Result(RECIPES[2], seconds=0.5, failure="diverged")]
    write(path, *results)
    return results


def test_results_come_back_as_they_were(tmp_path: Path) -> None:
    results = filled(tmp_path / "file")
    assert list(read(tmp_path / "file").values()) == results


def test_results_of_several_sweeps(tmp_path: Path) -> None:
    """The same recipe on other data is another trial, and results of before stay."""
    results = filled(tmp_path / "file")
    other = Result(RECIPES[0], Score(1, 2), Score(3, 4), 1, "aa", 1.0)
    write(tmp_path / "file", other, fingerprint="d41d")
    assert list(read(tmp_path / "file").values()) == results
    assert read(tmp_path / "file", "d41d") == {RECIPES[0]: other} and read(tmp_path / "file", "") == {}


def test_a_file_by_purenn_0_1(tmp_path: Path) -> None:
    """There the first line names the data for all. It can be added to."""
    head = b'{"format": "purenn sweep", "version": 1, "source": "digits", "fingerprint": "c32b"}\n'
    line = (b'{"recipe": {"hidden": [5], "activation": "sigmoid", "output": "sigmoid", "cost": "quadratic", '
            b'"init": "large", "epochs": 1, "batch_size": 10, "eta": 0.5, "lmbda": 0.0, "mu": 0.0, '
            b'"early_stopping": null, "halve_eta": null, "limit": 300, "hold_out": null, "seed": 6, "about": ""}, '
            b'"validation": [76, 250], "test": [81, 297], "epochs": 1, "digest": "cbdf", '
            b'"seconds": 0.01, "failure": ""}\n')
    (tmp_path / "file").write_bytes(head + line)
    recipe = Recipe(hidden=(5,), epochs=1, eta=0.5, limit=300)
    first = Result(recipe, Score(76, 250), Score(81, 297), 1, "cbdf", 0.01)
    assert read(tmp_path / "file") == {recipe: first}
    write(tmp_path / "file", *(more := [Result(RECIPES[0], Score(1, 2), Score(3, 4), 1, "aa", 1.0)]))
    write(tmp_path / "file", *more, fingerprint="d41d")
    assert list(read(tmp_path / "file").values()) == [first, *more]
    assert list(read(tmp_path / "file", "d41d").values()) == more


def test_a_result_that_another_time_might_be_better_is_not_kept(tmp_path: Path) -> None:
    write(tmp_path / "file", Result(RECIPES[0], failure="the worker died", lost=True))
    assert read(tmp_path / "file") == {}


def test_a_result_is_on_the_disk_before_the_next_is_waited_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """`add` returns after an fsync, at which the whole line was already written."""
    synced: List[bytes] = []
    with ResultsFile(tmp_path / "file") as file:
        monkeypatch.setattr(os, "fsync", lambda number: synced.append((tmp_path / "file").read_bytes()))
        for n, result in enumerate([Result(RECIPES[0], failure="one"), Result(RECIPES[1], failure="two")], start=1):
            file.add("digits", "c32b", result)
            assert len(synced) == n and synced[-1] == (tmp_path / "file").read_bytes()
            assert synced[-1].count(b"\n") == n + 1


def test_one_sweep_at_a_time(tmp_path: Path) -> None:
    with ResultsFile(tmp_path / "file"):
        with pytest.raises(BadFile, match="file: in use by another process"):
            ResultsFile(tmp_path / "file")
    write(tmp_path / "file", Result(RECIPES[0], failure="diverged"))
    assert list(read(tmp_path / "file")) == [RECIPES[0]]


@pytest.mark.slow
def test_cut_short_anywhere(tmp_path: Path) -> None:
    """Whole lines count, a torn one is dropped, and the file can be added to."""
    results = filled(tmp_path / "file")
    content = (tmp_path / "file").read_bytes()
    ends = [k for k, byte in enumerate(content) if byte == ord("\n")]
    for n in {*range(0, len(content), 30), *ends, *(end + 1 for end in ends[:-1])}:
        (tmp_path / "file").write_bytes(content[:n])
        kept = max(0, content[:n].count(b"\n") - 1)
        assert list(read(tmp_path / "file").values()) == results[:kept]
        write(tmp_path / "file", *results[kept:])
        assert list(read(tmp_path / "file").values()) == results


@pytest.mark.parametrize("content", [b"dear diary", b"dear\ndiary\n", b"{}\n", b"[]\n", b'{"format": "purenn"}\n'])
def test_files_that_are_something_else_stay_as_they_are(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "file").write_bytes(content)
    with pytest.raises(BadFile):
        read(tmp_path / "file")
    assert (tmp_path / "file").read_bytes() == content


def test_a_folder_in_place_of_a_file(tmp_path: Path) -> None:
    with pytest.raises(BadFile, match="a folder or a device, expected a file"):
        read(tmp_path)


def test_a_newer_version(tmp_path: Path) -> None:
    filled(tmp_path / "file")
    content = (tmp_path / "file").read_bytes()
    (tmp_path / "file").write_bytes(content.replace(b'"version": 3', b'"version": 4'))
    with pytest.raises(BadFile, match="version 4 of the format, this purenn reads 1 to 3"):
        read(tmp_path / "file")


def test_what_another_purenn_or_python_made_is_not_taken_for_ours(tmp_path: Path) -> None:
    """A patch release of Python makes the same bits. Of lines before version 3 nothing is known, and they are taken."""
    a, b, c, d = (Result(recipe, Score(1, 2), curve=(0, 1)) for recipe in RECIPES)
    ours = [a._replace(origin=HERE), b._replace(origin=HERE._replace(python=f"{MINOR}.99", machine="elsewhere")), d]
    write(tmp_path / "file", *ours, c._replace(origin=HERE._replace(python="CPython 2.7.18")),
          d._replace(origin=HERE._replace(purenn="0.3.9 (5f3a)")),
          c._replace(origin=HERE._replace(arithmetic="c0ffee")))
    with ResultsFile(tmp_path / "file") as file:
        assert file.on("c32b") == {result.recipe: result for result in ours}
        assert file.others == 3


def test_a_line_says_when_where_and_with_what(tmp_path: Path) -> None:
    write(tmp_path / "file", run_trial(Trial(Recipe(hidden=(2,), epochs=2, limit=20))))
    record = json.loads((tmp_path / "file").read_text(encoding="ascii").splitlines()[1])
    assert record["origin"] == HERE._asdict() and platform.node() == record["origin"]["machine"]
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\+00:00", record["time"])
    assert len(record["curve"]) == 2 and record["curve"][-1] == record["validation"][0]


def test_scores_that_are_none(tmp_path: Path) -> None:
    filled(tmp_path / "file")
    content = (tmp_path / "file").read_bytes()
    for score in b"[240.0, 250]", b"[240, 250.0]", b"[true, 250]", b"[251, 250]", b"[0, 0]", b"[-1, 250]":
        (tmp_path / "file").write_bytes(content.replace(b"[240, 250]", score))
        with pytest.raises(BadFile, match="line 2 is not the result of a trial"):
            read(tmp_path / "file")


@pytest.mark.slow
def test_damage_is_found_or_harmless(tmp_path: Path) -> None:
    filled(tmp_path / "file")
    content = (tmp_path / "file").read_bytes()
    for mutant in mutations(content):
        (tmp_path / "file").write_bytes(mutant)
        try:
            found = read(tmp_path / "file")
        except BadFile as error:
            assert str(error).isprintable()
        else:
            assert len(found) <= 3
            ranking(found.values())


# ---- what is shown ----

def test_the_best_so_far_in_place(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(progress, "INTERVAL", 0.0)
    board = Board(["eta"])
    board.display.in_place = True
    shown = []
    board.begin(3, [])
    for one in result(80, eta=1.0, seed=1), result(90, eta=2.0, seed=1), result(90, eta=1.0, seed=2):
        board.add(one)
        shown.append(re.sub(r"about \d+ s", "about so long", capsys.readouterr().out))
    screen = Screen()
    assert screen.feed(shown[0]).lines() == ["validation  eta  seeds", "80.00%      1    1",
                                             "1 of 3 trials, about so long left"]
    assert screen.feed(shown[1]).lines() == ["validation  eta  seeds", "90.00%      2    1", "80.00%      1    1",
                                             "2 of 3 trials, about so long left"]
    assert screen.feed(shown[2]).lines() == ["validation      eta  seeds", "90.00%          2    1",
                                             "85.00% ± 7.07%  1    2",                              # √((5² + 5²) / 1)
                                             "3 of 3 trials, about so long left"]


def test_it_is_drawn_when_it_is_due_and_at_last(capsys: pytest.CaptureFixture[str],
                                                monkeypatch: pytest.MonkeyPatch) -> None:
    """A hundred results at once are a hundred in the ranking, and one picture when it is due: four times a second, and
    here once in an hour."""
    monkeypatch.setattr(progress, "INTERVAL", 3600.0)
    board = Board(["eta"])
    board.display.in_place = True
    board.begin(100, [])
    capsys.readouterr()
    for k in range(1, 101):
        board.add(result(k % 100, eta=float(k)))
    assert "of 100 trials" not in capsys.readouterr().out
    board.display.shown -= 3601.0                       # an hour later
    board.refresh()
    drawn = capsys.readouterr().out
    assert drawn.count("of 100 trials") == 1 and "100 of 100 trials" in drawn and "99.00%" in drawn
    board.refresh()                                     # nothing has changed
    assert capsys.readouterr().out == ""


def test_a_result_takes_its_place_as_it_comes() -> None:
    """Five recipes with four seeds each, in any order: the ranking is that of all at once."""
    results = [result((7 * k) % 100, eta=float(k % 5 + 1), seed=k // 5) for k in range(20)]
    Random(1).shuffle(results)
    results[3] = Result(results[3].recipe, failure="diverged")
    places = Ranking()
    for n, one in enumerate(results, start=1):
        places.add(one)
        means = [sum(standing.validation) / len(standing.validation) for standing in places if not standing.failed]
        assert means == sorted(means, reverse=True) and sum(len(standing.results) for standing in places) == n
    assert list(places) == ranking(results[::-1]) and len(list(places)) == 5 and list(places)[-1].failed
    assert all([one.recipe.seed for one in standing.results] == [0, 1, 2, 3] for standing in places)


def test_a_full_disk_is_told_once_and_ends_nothing(tmp_path: Path, capsys: pytest.CaptureFixture[str],
                                                   monkeypatch: pytest.MonkeyPatch) -> None:
    """The second and third result find the disk full; with the fourth they are written."""
    board, disk_full = Board(["eta"]), False

    def fsync(number: int) -> None:
        if disk_full:
            raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fsync", fsync)
    with ResultsFile(tmp_path / "file") as file:
        for recipe, disk_full in zip(RECIPES, [False, True, True, False]):
            board.keep(file, "digits", "c32b", Result(recipe, Score(1, 2)))
            assert ((tmp_path / "file").read_bytes() + b"\n").count(b"\n\n") == 1        # no torn line
    assert list(read(tmp_path / "file")) == RECIPES
    assert capsys.readouterr().err == (f"purenn.sweep: {tmp_path / 'file'}: No space left on device; "
                                       "results wait until they can be written\n")


# ---- the command ----

def run(*arguments: str) -> "subprocess.CompletedProcess[str]":
    return here("purenn.sweep", *arguments)


def lines(*arguments: str) -> List[str]:
    result = run(*arguments)
    assert (result.returncode, result.stderr) == (0, "")
    return result.stdout.splitlines()


OPTIONS = ["--hidden", "5", "--hidden", "8", "4", "--eta", "0.5", "3", "--epochs", "1", "--limit", "30", "--jobs", "2"]


def test_a_grid_its_ranking_and_its_winner(tmp_path: Path) -> None:
    output = lines(*OPTIONS, "--results", str(tmp_path / "file"))
    first, *made, head, one, two, three, four, best, test = output
    assert [line.split(":")[0] for line in made] == ["1 of 4", "2 of 4", "3 of 4", "4 of 4"]
    assert re.split("  +", head) == ["validation", "hidden", "eta", "seeds"]
    accuracies = [float(line.split("%")[0]) for line in (one, two, three, four)]
    assert accuracies == sorted(accuracies, reverse=True)
    assert re.match(r"the best: \S+ -m purenn\.train digits ", best)
    assert here("purenn.train", *best.split()[5:], "--quiet").stdout == test + "\n"


@pytest.mark.slow
def test_started_again_only_what_is_missing_is_made(tmp_path: Path) -> None:
    path = tmp_path / "file"
    whole = lines(*OPTIONS, "--results", str(path))
    kept = path.read_bytes().splitlines(keepends=True)
    path.write_bytes(b"".join(kept[:3]) + kept[3][:100])                # a head, two results, and a torn one
    output = lines(*OPTIONS, "--results", str(path))
    assert output[1] == "2 of 4 trials are already done"
    assert [line.split(":")[0] for line in output[2:-7]] == ["3 of 4", "4 of 4"]
    assert output[-7:] == whole[-7:]
    assert lines(*OPTIONS, "--results", str(path))[1:] == ["4 of 4 trials are already done"] + whole[-7:]
    wider = lines(*OPTIONS, "--seeds", "2", "--results", str(path))
    assert wider[1] == "4 of 8 trials are already done"


def test_a_failure_is_reported_and_not_repeated(tmp_path: Path) -> None:
    options = ["--hidden", "5", "--output", "identity", "--eta", "0.1", "1e300", "--epochs", "1", "--limit", "50",
               "--results", str(tmp_path / "file")]
    output = lines(*options)
    assert any(line.startswith("failed: eta 1e+300, seed 6: epoch 0: the network diverged") for line in output)
    assert output[-1].startswith("test accuracy: ")
    assert lines(*options)[1] == "2 of 2 trials are already done"


def test_when_all_fail(tmp_path: Path) -> None:
    result = run("--output", "identity", "--eta", "1e300", "--epochs", "1", "--limit", "20",
                 "--results", str(tmp_path / "file"))
    assert (result.returncode, result.stderr) == (1, "purenn.sweep: every recipe failed with some seed\n")


@pytest.mark.parametrize("arguments, complaint", [
    (["--eta", "0.5", "nan"], "argument --eta: a number from 0 up and finite, not 'nan'"),
    (["--jobs", "2", "--dask", "here:8786"], "argument --dask: not allowed with argument --jobs"),
    (["no/such/folder"], "no/such/folder: No such file or directory"),
])
def test_bad_options_get_one_line_and_status_2(tmp_path: Path, arguments: List[str], complaint: str) -> None:
    result = run(*arguments, "--results", str(tmp_path / "file"))
    assert result.returncode == 2
    assert result.stderr.startswith("purenn.sweep: error: ") and result.stderr.endswith(f"{complaint}\n")
    assert result.stderr.count("\n") == 1


@pytest.mark.slow
def test_sweeps_share_a_file_one_after_the_other(tmp_path: Path) -> None:
    results = ["--results", str(tmp_path / "file"), "--hidden", "5", "--epochs", "1", "--limit", "50"]
    lines("--eta", "0.5", "1", *results)
    lines("--eta", "2", *results)
    output = lines("--eta", "1", "2", "3", *results)
    assert output[1] == "2 of 3 trials are already done" and "failed" not in "".join(output)
    assert sorted(line.split()[1] for line in output[4:-2]) == ["1", "2", "3"]      # and nothing of η = 0.5


def test_two_sweeps_at_one_file(tmp_path: Path) -> None:
    with ResultsFile(tmp_path / "file"):
        result = run(*OPTIONS, "--results", str(tmp_path / "file"))
    assert (result.returncode, result.stderr) == (
        2, f"purenn.sweep: error: {tmp_path / 'file'}: "
           "in use by another process, expected a file that none is writing to\n")


LONG = ["--hidden", "30", "--eta", "0.5", "1", "3", "--epochs", "4", "--limit", "400", "--jobs", "2"]


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="Windows has other signals")
@pytest.mark.parametrize("blow, status",
                         [(signal.SIGINT, 130), pytest.param(signal.SIGKILL, -signal.SIGKILL, marks=pytest.mark.long),
                          pytest.param(signal.SIGTERM, 143, marks=pytest.mark.long)])
def test_ended_half_way(tmp_path: Path, blow: signal.Signals, status: int) -> None:
    """What was finished is kept, and in the end nothing is missing."""
    path = tmp_path / "file"
    arguments = [*LONG, "--results", str(path)]
    with subprocess.Popen([sys.executable, "-m", "purenn.sweep", *arguments], stdout=subprocess.PIPE,
                          stderr=subprocess.PIPE, encoding="utf-8", env=ENVIRONMENT) as process:
        assert process.stdout
        while not process.stdout.readline().startswith("1 of 3"):
            assert process.poll() is None
        process.send_signal(blow)
        _, complaint = process.communicate(timeout=60)
        assert process.returncode == status
    if blow != signal.SIGKILL:
        assert re.fullmatch(rf"purenn.sweep: interrupted; results kept in {re.escape(str(path))}: [12]; "
                            "the same command goes on\n", complaint)
    kept = len(path.read_bytes().splitlines()) - 1
    assert kept in (1, 2)
    assert lines(*arguments)[1] == f"{kept} of 3 trials are already done"


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="Windows has other signals")
@pytest.mark.parametrize("command_line", [
    ["purenn.sweep", *LONG], ["purenn.train", "--recipe", "full-batch", "--workers", "2"]], ids=["sweep", "train"])
@pytest.mark.parametrize("pause", [pytest.param(0.001, marks=pytest.mark.long), 0.02])
def test_ctrl_c_again_and_again(tmp_path: Path, command_line: List[str], pause: float) -> None:
    """Twenty times, in the whole process group as by a terminal: one line, status 130, and no worker is left, for one
    that was would keep the pipes open."""
    arguments = [*command_line, "--results", str(tmp_path / "file")] if "purenn.sweep" in command_line else command_line
    with subprocess.Popen([sys.executable, "-m", *arguments], stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                          encoding="utf-8", env=ENVIRONMENT, start_new_session=True) as process:
        assert process.stdout
        while not re.match("1 of 3|Epoch 1:", process.stdout.readline()):
            assert process.poll() is None
        for _ in range(20):
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGINT)
            time.sleep(pause)
        _, complaint = process.communicate(timeout=60)
    assert process.returncode == 130
    assert re.fullmatch(r"purenn\.(sweep|train): interrupted.*\n", complaint)


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="Windows has other terminals")
def test_ctrl_c_keeps_the_table(tmp_path: Path) -> None:
    status, text = in_terminal([sys.executable, "-m", "purenn.sweep", *LONG, "--results", str(tmp_path / "file")],
                               200, "\n1 of 3 trials", PYTHONPATH=str(CLONE))
    head, first, *others, complaint = Screen(200).feed(text).lines()[1:]
    assert status == 130 and head.split() == ["validation", "eta", "seeds"]
    assert re.fullmatch(r"\d\d\.\d\d%      (0\.5|1|3) +1", first) and len(others) < 2
    assert complaint.startswith("purenn.sweep: interrupted; results kept in ")
