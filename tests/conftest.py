"""What several tests need."""
from __future__ import annotations

import os
import signal
from pathlib import Path
from typing import Iterator

import pytest

from purenn.data import HERE
from purenn.data.formats.idx import NAMES, find

collect_ignore = ["mistakes/students"]      # other people's networks, and no tests


@pytest.fixture(autouse=True)
def default_signals() -> None:
    """What a test starts inherits an ignored signal. A shell ignores Ctrl-C for what runs in the background, and a
    command that ended by a signal, in an earlier test of this process, ignores both."""
    signal.signal(signal.SIGINT, signal.default_int_handler)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)


@pytest.fixture(autouse=True)
def _signal_handlers() -> Iterator[None]:
    """A command that a test runs in its own process sets handlers; what comes after gets the tests' own back."""
    before = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}
    yield
    for number, handler in before.items():
        signal.signal(number, handler)


@pytest.fixture
def mnist_folder() -> Path:
    """The real MNIST's four files, for tests that mean something only there."""
    for folder in (os.environ.get("PURENN_DATA"), HERE.parent / "data" / "mnist"):
        if folder and all(find(folder, name) for name in NAMES):
            return Path(folder)
    pytest.skip("MNIST is neither in $PURENN_DATA nor in data/mnist")
