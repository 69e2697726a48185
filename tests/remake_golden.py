"""python tests/remake_golden.py: make every golden file again, with the command that stands in it."""
from __future__ import annotations

import json
import os
import shlex
import subprocess
import sys
from pathlib import Path

CLONE = Path(__file__).resolve().parent.parent


def made_again(path: Path) -> str:
    """What the command in the file prints today."""
    options = shlex.split(json.loads(path.read_text(encoding="utf-8"))["command"])[3:]
    environment = dict(os.environ, PYTHONPATH=str(CLONE))
    return subprocess.run([sys.executable, "-m", "purenn.trace", *options], env=environment, check=True,
                          stdout=subprocess.PIPE, encoding="utf-8").stdout


if __name__ == "__main__":
    for golden in sorted((CLONE / "tests" / "golden").glob("*.json")):
        golden.write_text(made_again(golden), encoding="utf-8")
        print(golden.name)
