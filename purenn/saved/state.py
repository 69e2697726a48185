"""How far a training is, in a file in a folder that several machines reach: where one stops, another goes on.

The file is a model in the middle of its run, named by what decides the run, and removed when that is finished.

>>> import tempfile
>>> folder = tempfile.TemporaryDirectory()
>>> here = State(folder.name, Recipe(), "digits", "c32b")
>>> here.past.append(Epoch(0, 3.0))
>>> here.save(Recipe().network(inputs=64), at_once=True)
>>> there = State(folder.name, Recipe(), "digits", "c32b")
>>> there.resumed(Network).sizes, there.past == here.past
([64, 30, 10], True)
>>> folder.cleanup()
"""
from __future__ import annotations

import os
import time
from contextlib import suppress
from hashlib import sha256
from typing import Optional, Type

from ..history import Epoch as Epoch
from ..network2 import Network
from ..recipes import Recipe
from .files import BadFile
from .models import Run, load_run, save
from .origin import HERE


class State:
    """A training, and the file for its state. The file is written for a twentieth of the time, and once a second, at
    most; without a folder never."""

    def __init__(self, folder: str, recipe: Recipe, source: str, fingerprint: str) -> None:
        """BadFile if there is no such folder."""
        if folder and not os.path.isdir(folder):
            raise BadFile(folder, "no such folder, expected one that all workers reach")
        self.run = Run(recipe, source, fingerprint, [])
        self.past = self.run.past           # the epochs that are finished
        name = sha256(repr((recipe, fingerprint, HERE[:3])).encode()).hexdigest()[:32]
        self._path, self._due = folder and os.path.join(folder, f"{name}.json"), time.monotonic() + 1.0

    def save(self, net: Network, at_once: bool = False) -> None:
        """Write the state, if it is due. If that fails there is less to go on with, and that is all."""
        began = time.monotonic()
        if self._path and (at_once or began >= self._due):
            with suppress(BadFile):
                save(net, self._path, self.run)
            now = time.monotonic()
            self._due = now + max(1.0, 20.0 * (now - began))

    def resumed(self, kind: Type[Network]) -> Optional[Network]:
        """The network as it was, of the class `kind`, and its epochs in `past`; None if there is no state."""
        with suppress(BadFile):
            net, run = load_run(self._path, kind)
            if (run.recipe, run.fingerprint) == (self.run.recipe, self.run.fingerprint):
                self.past += run.past
                return net
        return None

    def remove(self) -> None:
        """The training is finished."""
        with suppress(OSError):
            os.remove(self._path)
