"""What several tests need, and the three tiers of them.

A test without a mark is in the fast loop, `-m "not slow"`: it takes some milliseconds, 0.3 s at most. One marked `slow`
takes up to some five seconds, and whoever runs `pytest` runs it. One marked `long` is left to .ci/run, that is, to
`-m ""`; it need not be marked `slow` as well.
"""
from __future__ import annotations

import gc
import os
import signal
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from tempfile import mkdtemp
from typing import List, NoReturn

import pytest

from purenn.cores import workers
from purenn.data import HERE
from purenn.data.formats.idx import NAMES, find
from purenn.terminal import command

CLONE = HERE.parent

collect_ignore = ["mistakes/students"]      # other people's networks, and no tests


SLOW_EXAMPLES = ["README.md", "purenn/README.md", "purenn/columns.py", "purenn/cores/README.md",
                 "purenn/cores/parallel.py", "purenn/cores/search.py", "purenn/cores/workers.py",
                 "purenn/mistakes/checking.py", "purenn/packed.py"]
"""Doctests that train or start processes."""


@pytest.hookimpl(tryfirst=True)             # before marks decide who is left out
def pytest_collection_modifyitems(items: List[pytest.Item]) -> None:
    for item in items:
        if item.get_closest_marker("long") or str(item.path.relative_to(CLONE)) in SLOW_EXAMPLES:
            item.add_marker("slow")


gc.disable()


def pytest_collection_finish() -> None:
    """What pytest has collected stays to the end: a tenth of the fast loop's time would go into looking for garbage
    among it."""
    gc.enable()
    if hasattr(gc, "freeze"):               # PyPy has none
        gc.freeze()


HANDLER = command._end


def pytest_sessionstart(session: pytest.Session) -> None:
    """The handler of signals while tests run: Ctrl-C ends them at any place, also in a command that a test runs in this
    process and that would go its own way. (A doctest swallows the exception, hence `shouldstop`.)"""
    def end(number: int, frame: object) -> NoReturn:
        session.shouldstop = "interrupted"
        pytest.exit("interrupted")

    setattr(command, "_end", end)


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup() -> None:
    """What a test starts inherits no ignored signal: a shell ignores Ctrl-C for what runs in the background, and a
    command that ended by a signal, in an earlier test of this process, ignores both."""
    signal.signal(signal.SIGINT, command._end)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)


@pytest.fixture
def signals_of_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    """For a test that sends signals to this process: a command hears them as in a process of its own."""
    monkeypatch.setattr(command, "_end", HANDLER)
    signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.fixture(scope="session")
def trained(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The README's first command, thirty epochs of the digits, once for all tests that want the default network: the
    folder of the `model.json` that it saved, and of what it `printed`."""
    folder = tmp_path_factory.mktemp("trained")
    with open(folder / "printed", "wb") as printed:
        subprocess.run([sys.executable, "-m", "purenn.train", "--save", str(folder / "model.json")], stdout=printed,
                       check=True, env=dict(os.environ, PYTHONPATH=str(CLONE), PYTHONIOENCODING="utf-8"))
    return folder


@pytest.fixture
def tmp_path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of its own for each test; it takes pytest a millisecond to find a name for it."""
    return Path(mkdtemp(dir=tmp_path_factory.getbasetemp()))


@pytest.fixture
def threads(monkeypatch: pytest.MonkeyPatch) -> None:
    """A thread in place of processes, which take their time to start, for commands that run in this process."""
    monkeypatch.setattr(workers, "executor", lambda *_: ThreadPoolExecutor(1))


@pytest.fixture
def mnist_folder() -> Path:
    """The real MNIST's four files, for tests that mean something only there."""
    for folder in (os.environ.get("PURENN_DATA"), HERE.parent / "data" / "mnist"):
        if folder and all(find(folder, name) for name in NAMES):
            return Path(folder)
    pytest.skip("MNIST is neither in $PURENN_DATA nor in data/mnist")
