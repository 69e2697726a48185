"""Whoever does the work, and whoever dies of it, the results are those of one process that does everything in turn.

The engines are the processes of this machine and a real Dask cluster: a scheduler and two workers on 127.0.0.1.
On each a sweep and a full-batch training are run, and half-way one of its two workers is killed.
"""
from __future__ import annotations

import importlib
import importlib.util
import json
import multiprocessing
import os
import re
import signal
import subprocess
import sys
import threading
import time
from concurrent.futures import Executor, ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from pathlib import Path
from random import Random
from typing import Callable, Iterator, List, NamedTuple

import pytest

import purenn
from purenn import data
from purenn.costs import CrossEntropyCost
from purenn.saved.files import BadFile
from purenn.history import Epoch
from purenn.matrix import Vector
from purenn.network2 import Network
from purenn.cores.parallel import ParallelNetwork
from purenn.recipes import Recipe
from purenn.cores.search import Result, Trial, made, sweep, variations
from purenn.cores.shards import LARGE, ShardedNetwork
from purenn.cores.workers import Processes, executor

CLONE = Path(purenn.__file__).parent.parent

needs_dask = pytest.mark.skipif(importlib.util.find_spec("distributed") is None or sys.implementation.name != "cpython",
                                reason="Dask is not installed (pip install 'purenn[dask]'), or does not run under this interpreter")
needs_sigkill = pytest.mark.skipif(sys.platform == "win32", reason="Windows has no SIGKILL")


class Cluster(NamedTuple):
    """A Dask scheduler's address, and the process of each worker."""

    address: str
    workers: "List[subprocess.Popen[bytes]]"


@contextmanager
def dask_cluster(folder: Path) -> Iterator[Cluster]:
    """A scheduler and two workers in processes of their own, on ports that are free. At the end all are killed."""
    environment = dict(os.environ, PYTHONPATH=str(CLONE))
    with ExitStack() as stack:
        def start(*arguments: str) -> "subprocess.Popen[bytes]":
            log = stack.enter_context(open(folder / "log", "ab"))
            process = subprocess.Popen([sys.executable, "-m", "dask", *arguments, "--host", "127.0.0.1", "--no-dashboard"],
                                       cwd=folder, env=environment, stdout=log, stderr=log)
            stack.callback(process.wait, 30)
            stack.callback(process.kill)
            return process

        scheduler = start("scheduler", "--port", "0", "--scheduler-file", "scheduler.json")
        deadline = time.monotonic() + 60
        while not (folder / "scheduler.json").exists():
            assert scheduler.poll() is None and time.monotonic() < deadline, (folder / "log").read_text()
            time.sleep(0.05)
        address = json.loads((folder / "scheduler.json").read_text())["address"]
        workers = [start("worker", address, "--nthreads", "1", "--no-nanny", "--local-directory", str(folder)) for _ in range(2)]
        with importlib.import_module("distributed").Client(address) as client:
            client.wait_for_workers(2, timeout=60)
        yield Cluster(address, workers)


class Engine(NamedTuple):
    """Two workers, and a way to kill one of them."""

    executor: Executor
    kill_one: Callable[[], None]


@pytest.fixture(params=["processes", pytest.param("dask", marks=needs_dask)])
def engine(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Engine]:
    if request.param == "processes":
        with Processes(2) as processes:
            yield Engine(processes, lambda: os.kill(multiprocessing.active_children()[0].pid or 0, signal.SIGKILL))
    else:
        with dask_cluster(tmp_path) as cluster, executor(1, cluster.address) as client:
            yield Engine(client, cluster.workers[0].kill)


# ---- a sweep ----

RECIPES = [replace(recipe, seed=seed) for seed in (1, 2)
           for recipe in variations(Recipe(hidden=(10,), epochs=3), {"eta": [0.5, 3.0], "mu": [0.0, 0.5]})]
DIVERGING = Recipe(hidden=(10,), output="identity", epochs=3, eta=1e300)


def without_times(results: List[Result]) -> List[Result]:
    """The results in an order of their own, and without how long each took."""
    return sorted((result._replace(seconds=0.0) for result in results), key=repr)


@pytest.fixture(scope="module")
def alone() -> List[Result]:
    """What one process makes of the trials, one after another."""
    return without_times([made(Trial(recipe)) for recipe in RECIPES])


@needs_sigkill
def test_a_sweep(engine: Engine, alone: List[Result]) -> None:
    """Eight trials and a ninth that diverges; a worker is killed when the second is finished and two are under way."""
    results: List[Result] = []
    for result in sweep([Trial(recipe) for recipe in [*RECIPES, DIVERGING]], engine.executor):
        results.append(result)
        if len(results) == 2:
            engine.kill_one()
    *good, bad = sorted(results, key=lambda result: bool(result.failure))
    assert without_times(good) == alone
    assert bad.recipe == DIVERGING and "epoch 0: the network diverged" in bad.failure and not bad.lost


def test_other_data_on_a_worker_are_refused() -> None:
    with Processes(1) as processes, pytest.raises(BadFile, match="digits: on this worker it holds other data"):
        list(sweep([Trial(RECIPES[0], "digits", fingerprint="that of something else")], processes))


# ---- full-batch training ----

def parameters(net: Network) -> Vector:
    return [p for row in net.biases + [row for w in net.weights for row in w] for p in row]


def trained(net: Network, examples: data.Data, report: Callable[[Epoch], None] = lambda epoch: None) -> Vector:
    """All parameters after twelve steps with all 1,250 digits."""
    net.SGD(examples[0], 12, len(examples[0]), 1.0, report=report)
    return parameters(net)


def new_network() -> Network:
    return Network([64, 10, 10], rng=Random(1), cost=CrossEntropyCost)


@needs_sigkill
def test_a_training(engine: Engine) -> None:
    """A worker is killed in the middle of a step."""
    examples = data.load("digits")
    assert len(examples[0]) >= LARGE
    net = ParallelNetwork(new_network(), engine.executor, examples, "digits")
    net.SGD(examples[0], 1, LARGE, 1.0, report=lambda epoch: None)      # the workers load their data
    net = ParallelNetwork(new_network(), engine.executor, examples, "digits")

    def report(epoch: Epoch) -> None:
        if epoch.number == 5:
            threading.Timer(0.02, engine.kill_one).start()

    assert trained(net, examples, report) == trained(ShardedNetwork(new_network()), examples)


@pytest.mark.parametrize("jobs", [1, 3])
def test_any_number_of_workers(jobs: int) -> None:
    examples = data.load("digits", hold_out=400, seed=3)                # these data, shuffled in this way, on all of them
    training_data, _, test_data = examples
    step = training_data[:LARGE]
    alone = ShardedNetwork(new_network())
    alone.update_mini_batch(step, 1.0)
    with Processes(jobs) as processes:
        net = ParallelNetwork(new_network(), processes, examples, "digits", 400, 3)
        net.update_mini_batch(step, 1.0)
        assert parameters(net) == parameters(alone)
        assert net.evaluate(training_data) == alone.evaluate(training_data) == Network.evaluate(net, training_data)


def test_examples_that_the_workers_do_not_have() -> None:
    """They are worked on at home: other images, and the same images with other outputs wished for."""
    examples = data.load("digits")
    for others in ([([1.0 - brightness for brightness in x], y) for x, y in examples[0]], [(x, y[::-1]) for x, y in examples[0]]):
        alone = ShardedNetwork(new_network())
        alone.update_mini_batch(others, 1.0)
        with ThreadPoolExecutor(1) as executor:
            net = ParallelNetwork(new_network(), executor, examples, "digits")
            net.update_mini_batch(others, 1.0)
        assert parameters(net) == parameters(alone)


def test_other_training_data_on_a_worker_are_refused() -> None:
    examples = data.load("digits", hold_out=100)
    with Processes(1) as processes:
        net = ParallelNetwork(new_network(), processes, examples, "digits", hold_out=101)
        with pytest.raises(BadFile, match="digits: on this worker it holds other data"):
            net.update_mini_batch(examples[0], 1.0)


# ---- the commands ----

def run(command: str, *arguments: str) -> str:
    result = subprocess.run([sys.executable, "-m", f"purenn.{command}", *arguments], capture_output=True, encoding="utf-8",
                            timeout=120, env=dict(os.environ, PYTHONPATH=str(CLONE), PYTHONIOENCODING="utf-8"))
    assert (result.returncode, result.stderr) == (0, "")
    return result.stdout


FULL_BATCH = ["--recipe", "full-batch-fast", "--epochs", "4", "--quiet"]


def test_train_on_workers_and_resumed_without(tmp_path: Path) -> None:
    """Two epochs with three workers and two without end in the same file as four without."""
    whole, parts = tmp_path / "whole.json", tmp_path / "parts.json"
    run("train", *FULL_BATCH, "--save", str(whole))
    run("train", *FULL_BATCH, "--epochs", "2", "--workers", "3", "--save", str(parts))
    run("train", "--resume", str(parts), "--epochs", "3", "--quiet")
    run("train", "--resume", str(parts), "--epochs", "4", "--quiet", "--workers", "2")
    assert parts.read_bytes() == whole.read_bytes()


@needs_dask
def test_the_commands_on_dask(tmp_path: Path) -> None:
    def swept(*who: str) -> List[str]:
        output = run("sweep", "--hidden", "5", "--eta", "0.5", "3", "--epochs", "2", "--results", str(tmp_path / f"{len(who)}.jsonl"), *who)
        return re.sub(r"(?m)^(digits|\d+ of).*\n", "", output).splitlines()

    def saved(*who: str) -> bytes:
        run("train", *FULL_BATCH, "--save", str(tmp_path / "net.json"), *who)
        return (tmp_path / "net.json").read_bytes()

    with dask_cluster(tmp_path) as cluster:
        assert swept("--dask", cluster.address) == swept()
        assert saved("--dask", cluster.address) == saved()
