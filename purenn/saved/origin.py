"""What decides the bits of a result beside its recipe and its data: purenn's sources, the interpreter, its arithmetic.

CPython 3.12 rounds sums in another way than 3.11, another C library its exponentials, and a purenn that was edited may
do anything. Wherever work is done elsewhere, or was done earlier, it is asked whether it was done in the same way.

>>> difference(HERE, HERE)
''
>>> difference(Origin("0.1", "CPython 3.12.1", "c1d5", "east"), Origin("0.1", "CPython 3.11.7", "a077", "west"))
'CPython 3.12.1, expected CPython 3.11.7'
"""
from __future__ import annotations

import math
import platform
from hashlib import sha256
from pathlib import Path
from random import Random
from typing import NamedTuple

from .. import __version__

PACKAGE = Path(__file__).resolve().parent.parent


class Origin(NamedTuple):
    """Where and with what a result was made."""

    purenn: str             # its version, and a digest of its sources
    python: str             # the interpreter and its version
    arithmetic: str         # a digest of what it makes of some sums, exponentials, cosines ...
    machine: str


def difference(found: Origin, expected: Origin) -> str:
    """What makes the one give other bits than the other; "" if nothing does. A patch release of Python does not."""
    if found.purenn != expected.purenn:
        return f"purenn {found.purenn}, expected {expected.purenn}"
    if found.python.rpartition(".")[0] != expected.python.rpartition(".")[0]:
        return f"{found.python}, expected {expected.python}"
    if found.arithmetic != expected.arithmetic:
        return f"{found.python} that rounds exp, log, cos or sums as {found.arithmetic}, expected {expected.arithmetic}"
    return ""


def _sources() -> str:
    digest = sha256()
    for path in sorted(PACKAGE.rglob("*.py")):
        digest.update(path.relative_to(PACKAGE).as_posix().encode() + path.read_bytes().replace(b"\r\n", b"\n"))
    return digest.hexdigest()[:12]


def _arithmetic() -> str:
    some = [Random(1).gauss(0.0, 1.0), sum([0.1] * 10),
            *(function(k / 7) for k in range(1, 300) for function in (math.exp, math.log, math.tanh, math.cos))]
    return sha256(repr(some).encode()).hexdigest()[:12]


# When this module is imported, and not when it is asked for: sources may be edited while a worker runs.
HERE = Origin(f"{__version__} ({_sources()})", f"{platform.python_implementation()} {platform.python_version()}",
              _arithmetic(), platform.node())
"""This process."""


def here() -> Origin:
    """What the process is that is asked."""
    return HERE
