"""The commands as a person runs them, in this process or in one of their own."""
from __future__ import annotations

import os
import sys
from contextlib import redirect_stderr, redirect_stdout
from importlib import import_module
from io import StringIO
from pathlib import Path
from subprocess import PIPE, CompletedProcess, run
from typing import Any, Dict

import purenn
from purenn.terminal import command

CLONE = Path(purenn.__file__).parent.parent
ENVIRONMENT: Dict[str, str] = dict(os.environ, PYTHONPATH=str(CLONE), PYTHONIOENCODING="utf-8")


class _Printed(StringIO):
    encoding = "utf-8"


def here(module: str, *arguments: object) -> "CompletedProcess[str]":
    """`python -m MODULE ARGUMENTS` in this process: no interpreter starts. Its status, and what it printed."""
    main = getattr(import_module(module), "main", None) or import_module(f"{module}.__main__").main
    out, err = _Printed(), _Printed()
    with redirect_stdout(out), redirect_stderr(err):
        status = command.run(module, lambda: main(list(map(str, arguments))))
    return CompletedProcess(module, status, out.getvalue(), err.getvalue())


def started(module: str, *arguments: object, **how: Any) -> "CompletedProcess[str]":
    """The same in a process of its own."""
    how = {"stdout": PIPE, "stderr": PIPE, "env": ENVIRONMENT, "encoding": "utf-8", "timeout": 300, **how}
    return run([sys.executable, "-m", module, *map(str, arguments)], **how)
