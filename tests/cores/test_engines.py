"""Whoever does the work, and whoever dies of it, the results are those of one process that does everything in turn.

The engines are the processes of this machine and a real Dask cluster: a scheduler and two workers on 127.0.0.1.
On each a sweep and a full-batch training are run, and half-way one of its two workers is killed at work.
"""
from __future__ import annotations

import importlib
import importlib.util
import json
import multiprocessing
import os
import platform
import re
import shutil
import signal
import subprocess
import sys
import threading
import time
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from pathlib import Path
from random import Random
from typing import Any, Callable, Iterable, Iterator, List, cast

import pytest

import purenn
from purenn import data
from purenn.costs import CrossEntropyCost
from purenn.saved import models
from purenn.saved.files import BadFile
from purenn.saved.origin import HERE
from purenn.history import Epoch
from purenn.matrix import Vector
from purenn.network2 import Network
from purenn.cores.parallel import SharedData
from purenn.recipes import Recipe
from purenn.cores.search import Result, Trial, grid, run_trial, sweep
from purenn.cores.shards import LARGE, ShardedNetwork
from purenn.cores import workers
from purenn.cores.cluster import Cluster
from purenn.cores.workers import Processes, executor


CLONE = Path(purenn.__file__).parent.parent

needs_dask = pytest.mark.skipif(importlib.util.find_spec("distributed") is None or sys.implementation.name != "cpython",
                                reason="Dask is not installed (pip install '.[dask]'), or not for this interpreter")
needs_sigkill = pytest.mark.skipif(sys.platform == "win32", reason="Windows has no SIGKILL")


LOCAL = ["--host", "127.0.0.1", "--no-dashboard"]


@contextmanager
def dask_cluster(folder: Path, size: int = 2, port: str = "0") -> Iterator[str]:
    """The address of a scheduler. It and its workers are processes, on ports that are free, killed at the end."""
    environment = dict(os.environ, PYTHONPATH=str(CLONE))
    with ExitStack() as stack:
        def start(*arguments: str) -> "subprocess.Popen[bytes]":
            log = stack.enter_context(open(folder / "log", "ab"))
            process = subprocess.Popen([sys.executable, "-m", "dask", *arguments, *LOCAL], cwd=folder, env=environment,
                                       stdout=log, stderr=log)
            stack.callback(process.wait, 30)
            stack.callback(process.kill)
            return process

        scheduler = start("scheduler", "--port", port, "--scheduler-file", "scheduler.json")
        deadline = time.monotonic() + 60
        while not (folder / "scheduler.json").exists() or not (folder / "scheduler.json").read_text().endswith("}"):
            assert scheduler.poll() is None and time.monotonic() < deadline, (folder / "log").read_text()
            time.sleep(0.05)
        address = json.loads((folder / "scheduler.json").read_text())["address"]
        for _ in range(size):
            start("worker", address, "--nthreads", "1", "--no-nanny", "--local-directory", str(folder))
        if size:
            with importlib.import_module("distributed").Client(address) as client:
                client.wait_for_workers(size, timeout=60)
        yield address


class Engine:
    """Two workers, and a way to kill one of them in the middle of its work."""

    def __init__(self, executor: Executor, pids: Callable[[], Iterable[int]], at_work: Callable[[int], bool]) -> None:
        self.executor, self.pids, self.at_work = executor, pids, at_work
        self.died_at_work = False

    def kill_one(self) -> None:
        """Halt a worker, so that it cannot finish what it has to do now or is given next, and then kill it."""
        pid = next(iter(self.pids()))
        os.kill(pid, signal.SIGSTOP)

        def kill() -> None:
            self.died_at_work = self.at_work(pid)
            os.kill(pid, signal.SIGKILL)

        threading.Timer(0.5, kill).start()


@pytest.fixture(params=["processes", pytest.param("dask", marks=needs_dask)])
def engine(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Engine]:
    if request.param == "processes":
        futures: "List[Future[Any]]" = []

        def submit(*arguments: Any) -> "Future[Any]":
            futures.append(Processes.submit(processes, *arguments))
            return futures[-1]

        with Processes(2) as processes:
            monkeypatch.setattr(processes, "submit", submit)
            yield Engine(processes, lambda: (child.pid or 0 for child in multiprocessing.active_children()),
                         lambda pid: any(future.running() for future in futures))
    else:
        with dask_cluster(tmp_path) as address, executor(1, address) as client:
            with importlib.import_module("distributed").Client(address) as observer:
                addresses = {pid: worker for worker, pid in observer.run(os.getpid).items()}
                yield Engine(client, lambda: addresses, lambda pid: bool(observer.processing()[addresses[pid]]))


# ---- a sweep ----

RECIPES = [replace(recipe, seed=seed) for seed in (1, 2)
           for recipe in grid(Recipe(hidden=(10,), epochs=3, limit=300), {"eta": [0.5, 3.0], "mu": [0.0, 0.5]})]
DIVERGING = Recipe(hidden=(10,), output="identity", epochs=3, eta=1e300)


def without_times(results: List[Result]) -> List[Result]:
    """The results in an order of their own, and without how long each took."""
    return sorted((result._replace(seconds=0.0) for result in results), key=repr)


@pytest.fixture(scope="module")
def alone() -> List[Result]:
    """What one process makes of the trials, one after another."""
    return without_times([run_trial(Trial(recipe)) for recipe in RECIPES])


@pytest.mark.long
@needs_sigkill
def test_a_sweep(engine: Engine, alone: List[Result]) -> None:
    """Eight trials and a ninth that diverges; a worker is killed after the second."""
    results: List[Result] = []
    for result in sweep([Trial(recipe) for recipe in [*RECIPES, DIVERGING]], engine.executor):
        results.append(result)
        if len(results) == 2:
            engine.kill_one()
    assert engine.died_at_work
    *good, bad = sorted(results, key=lambda result: bool(result.failure))
    assert without_times(good) == alone
    assert bad.recipe == DIVERGING and "epoch 0: the network diverged" in bad.failure and not bad.lost


@pytest.mark.slow
def test_other_data_on_a_worker_are_refused() -> None:
    with Processes(1) as processes, pytest.raises(BadFile, match="digits: on this worker it holds other data"):
        list(sweep([Trial(RECIPES[0], "digits", fingerprint="that of something else")], processes))


# ---- full-batch training ----

def parameters(net: Network) -> Vector:
    return [p for row in net.biases + [row for w in net.weights for row in w] for p in row]


def trained(net: Network, examples: data.Data, report: Callable[[Epoch], None] = lambda epoch: None) -> Vector:
    """All parameters after eight steps with all 1,250 digits."""
    net.SGD(examples[0], 8, len(examples[0]), 1.0, report=report)
    return parameters(net)


def new_network() -> ShardedNetwork:
    return ShardedNetwork([64, 10, 10], rng=Random(1), cost=CrossEntropyCost)


@pytest.mark.long
@needs_sigkill
def test_a_training(engine: Engine) -> None:
    """Eight steps; a worker is killed in the fourth."""
    examples = data.load("digits")
    assert len(examples[0]) >= LARGE
    shared = SharedData(engine.executor, examples, "digits")
    net = new_network()
    net.map = shared.map

    def report(epoch: Epoch) -> None:
        if epoch.number == 2:
            engine.kill_one()

    assert trained(net, shared.examples, report) == trained(new_network(), examples)
    assert engine.died_at_work


@pytest.mark.slow
@pytest.mark.parametrize("jobs", [1, 3])
def test_any_number_of_workers(jobs: int) -> None:
    examples = data.load("digits", hold_out=400, seed=3)                # shuffled in this way on all workers
    training_data, _, test_data = examples
    step = training_data[:LARGE]
    alone = new_network()
    alone.update_mini_batch(step, 1.0)
    with Processes(jobs) as processes:
        shared = SharedData(processes, examples, "digits", 400, 3)
        net = new_network()
        net.map = shared.map
        net.update_mini_batch(shared.examples[0][:LARGE], 1.0)
        assert parameters(net) == parameters(alone)
        assert net.evaluate(shared.examples[0]) == alone.evaluate(training_data) == Network.evaluate(net, training_data)


@pytest.mark.slow
def test_examples_that_the_workers_do_not_have() -> None:
    """They are worked on here: other images, the same images with other outputs wished for, places in other data."""
    examples = data.load("digits")
    with ThreadPoolExecutor(1) as executor:
        shared = SharedData(executor, examples, "digits")
        elsewhere = SharedData(executor, data.load("digits", 100), "digits", 100)
        for others in ([([1.0 - brightness for brightness in x], y) for x, y in examples[0]],
                       [(x, list(y[::-1])) for x, y in shared.examples[0]], elsewhere.examples[0]):
            alone, net = new_network(), new_network()
            net.map = shared.map
            for network in alone, net:
                network.update_mini_batch(others, 1.0)
            assert parameters(net) == parameters(alone)


@pytest.mark.slow
def test_other_training_data_on_a_worker_are_refused() -> None:
    examples = data.load("digits", hold_out=100)
    with Processes(1) as processes:
        shared = SharedData(processes, examples, "digits", hold_out=101)
        net = new_network()
        net.map = shared.map
        with pytest.raises(BadFile, match="digits: on this worker it holds other data"):
            net.update_mini_batch(shared.examples[0], 1.0)


# ---- the commands ----

def run(command: str, *arguments: str) -> str:
    result = subprocess.run([sys.executable, "-m", f"purenn.{command}", *arguments], capture_output=True,
                            encoding="utf-8", timeout=120,
                            env=dict(os.environ, PYTHONPATH=str(CLONE), PYTHONIOENCODING="utf-8"))
    assert (result.returncode, result.stderr) == (0, "")
    return result.stdout


FULL_BATCH = ["--recipe", "full-batch-fast", "--epochs", "4", "--quiet"]


@pytest.mark.long
def test_train_on_workers_and_resumed_without(tmp_path: Path) -> None:
    """Two epochs with three workers and two without end in the same file as four without."""
    whole, parts = tmp_path / "whole.json", tmp_path / "parts.json"
    run("train", *FULL_BATCH, "--save", str(whole))
    run("train", *FULL_BATCH, "--epochs", "2", "--workers", "3", "--save", str(parts))
    run("train", "--resume", str(parts), "--epochs", "3", "--quiet")
    run("train", "--resume", str(parts), "--epochs", "4", "--quiet", "--workers", "2")
    assert parts.read_bytes() == whole.read_bytes()


@pytest.mark.long
@needs_dask
def test_the_commands_on_dask(tmp_path: Path) -> None:
    def swept(*who: str) -> List[str]:
        output = run("sweep", "--hidden", "5", "--eta", "0.5", "3", "--epochs", "2",
                     "--results", str(tmp_path / f"{len(who)}.jsonl"), *who)
        return re.sub(r"(?m)^(digits|\d+ of).*\n", "", output).splitlines()

    def saved(*who: str) -> bytes:
        path = tmp_path / f"{len(who)}.json"
        run("train", *FULL_BATCH, "--save", str(path), *who)
        return path.read_bytes()

    with dask_cluster(tmp_path) as address:
        assert swept("--dask", address) == swept()
        assert saved("--dask", address) == saved()


# ---- what goes wrong on a cluster ----

@pytest.mark.slow
@needs_dask
def test_a_cluster_without_workers(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is said what is waited for, and not waited for ever."""
    monkeypatch.setattr(workers, "WAIT", 1)
    notes: List[str] = []
    with dask_cluster(tmp_path, size=0) as address:
        with pytest.raises(ConnectionError, match=f"^the Dask scheduler at {address} has no workers; start one"):
            with executor(1, address, notes.append):
                pass
    assert notes == [f"the Dask scheduler at {address} has no workers; waiting 1 s; "
                     f"start one with: dask worker {address} --nworkers auto --nthreads 1"]


@pytest.mark.slow
@needs_dask
@needs_sigkill
def test_a_cluster_that_loses_all_its_workers(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workers, "WAIT", 1)
    monkeypatch.setattr(workers, "LOOK", 0.5)
    notes: List[str] = []
    with dask_cluster(tmp_path, size=1) as address:
        lost = pytest.raises(ConnectionError, match="has no workers; start one with")
        with lost, executor(1, address, notes.append) as client:
            with importlib.import_module("distributed").Client(address) as observer:
                pid, = observer.run(os.getpid).values()
            for _ in sweep([Trial(recipe) for recipe in RECIPES], client):
                if not notes:
                    os.kill(pid, signal.SIGKILL)
                    notes.append("killed")
    assert len(notes) == 2 and "has no workers; waiting 1 s" in notes[1]


@pytest.mark.slow
@needs_dask
def test_an_error_names_the_machine(tmp_path: Path) -> None:
    with dask_cluster(tmp_path, size=1) as address, executor(1, address) as client:
        with pytest.raises(BadFile, match=f"^no/such/folder: on {platform.node()}: No such file or directory$"):
            list(sweep([Trial(RECIPES[0], "no/such/folder")], client))


@pytest.mark.long
@needs_dask
@needs_sigkill
def test_a_scheduler_that_is_killed(tmp_path: Path) -> None:
    """Two lines, one at once and one when nobody started another, and not a word of Dask's own."""
    with dask_cluster(tmp_path, size=1) as address:
        with importlib.import_module("distributed").Client(address) as client:
            pid = client.run_on_scheduler(os.getpid)
        with subprocess.Popen([sys.executable, "-m", "purenn.sweep", "--dask", address, "--epochs", "3", "--seeds",
                               "30", "--wait", "1", "--results", str(tmp_path / "file")], stdout=subprocess.PIPE,
                              stderr=subprocess.PIPE, encoding="utf-8",
                              env=dict(os.environ, PYTHONPATH=str(CLONE))) as process:
            assert process.stdout and process.stdout.readline() and process.stdout.readline()
            os.kill(pid, signal.SIGKILL)
            _, complaint = process.communicate(timeout=120)
    gone = f"the Dask scheduler at {address} is gone"
    assert (process.returncode, complaint) == (2, f"purenn.sweep: {gone}; waiting 1 s; start it and its workers again\n"
                                                  f"purenn.sweep: error: {gone}; start it and its workers again\n")


@needs_dask
@pytest.mark.long
def test_one_of_each_bad_worker_among_good_ones(tmp_path: Path, alone: List[Result]) -> None:
    """Three copies of purenn: one that was edited, one with other digits, and none at all."""
    for name in "edited", "other":
        shutil.copytree(CLONE / "purenn", tmp_path / name / "purenn", ignore=shutil.ignore_patterns("__pycache__"))
        shutil.copytree(CLONE / "data", tmp_path / name / "data")
    with open(tmp_path / "edited" / "purenn" / "costs.py", "a", encoding="utf-8") as file:
        file.write("# edited\n")
    for half in "images", "labels":             # the test data twice; of the same source, another fingerprint
        (tmp_path / "other" / "data" / f"train-{half}-idx{3 if half == 'images' else 1}-ubyte.gz").write_bytes(
            (CLONE / "data" / f"t10k-{half}-idx{3 if half == 'images' else 1}-ubyte.gz").read_bytes())
    notes: List[str] = []
    with dask_cluster(tmp_path) as address, ExitStack() as stack:
        for name in "edited", "other", "none":
            process = subprocess.Popen([sys.executable, "-m", "dask", "worker", address, "--nthreads", "1",
                                        "--no-nanny", "--local-directory", str(tmp_path), *LOCAL],
                                       stderr=subprocess.DEVNULL,
                                       cwd=tmp_path, env=dict(os.environ, PYTHONPATH=str(tmp_path / name)))
            stack.callback(process.wait, 30)
            stack.callback(process.kill)
        with importlib.import_module("distributed").Client(address) as client:
            client.wait_for_workers(5, timeout=60)
        with executor(1, address, notes.append) as cluster:
            fingerprint = models.fingerprint(*data.load("digits"))
            trials = [Trial(recipe, "digits", fingerprint) for recipe in RECIPES]
            assert without_times(list(sweep(trials, cluster))) == alone
            cast(Cluster, cluster).look()
    told = "\n".join(sorted(notes))
    assert "expected " + HERE.purenn in told and "cannot run purenn: No module named 'purenn'" in told
    assert "digits: on " + HERE.machine + ": on this worker it holds other data" in told and len(notes) == 3


@needs_dask
@needs_sigkill
@pytest.mark.long
def test_a_scheduler_that_is_started_again(tmp_path: Path, alone: List[Result]) -> None:
    """Scheduler and workers die in the middle of a sweep; others take their place, and nothing is missing."""
    with ThreadPoolExecutor(1) as thread, ExitStack() as first:
        (tmp_path / "1").mkdir()
        (tmp_path / "2").mkdir()
        address = first.enter_context(dask_cluster(tmp_path / "1"))
        port, results = address.rpartition(":")[2], []
        with executor(1, address, lambda line: None, wait=120) as cluster:
            begun = sweep([Trial(recipe) for recipe in RECIPES], cluster)
            results.append(next(begun))
            first.close()
            with dask_cluster(tmp_path / "2", port=port):
                results += thread.submit(list, begun).result(timeout=120)
    assert without_times(results) == alone
