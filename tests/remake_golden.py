"""Make every golden file again whose numbers have changed, with the command that stands in it.

    python tests/remake_golden.py

Interpreters add sums in different ways: a file that differs in last digits only is left as it was made.
"""
from __future__ import annotations

import argparse
import io
import json
import shlex
import sys
from contextlib import redirect_stdout
from decimal import Decimal
from pathlib import Path
from typing import Any, Iterator

CLONE = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(CLONE))              # a script finds what lies beside it, and purenn lies above

from purenn import trace

RELATIVE, ABSOLUTE = Decimal("1e-13"), Decimal("1e-15")


def differences(found: Any, exact: Any, place: str = "") -> Iterator[str]:
    """Where two pieces of a golden file differ by more than rounding. Decimals are numbers; the rest is as in JSON."""
    if isinstance(exact, (dict, list)):
        keys = list(exact if isinstance(exact, dict) else range(len(exact)))
        if type(found) is not type(exact) or list(found if isinstance(found, dict) else range(len(found))) != keys:
            yield f"{place}: of another shape"
        else:
            for key in keys:
                yield from differences(found[key], exact[key], f"{place}/{key}")
    elif not isinstance(exact, (int, float, Decimal)) or not isinstance(found, (int, float)):
        if found != exact:
            yield f"{place}: {found}, not {exact}"
    elif not abs(Decimal(found) - Decimal(exact)) <= RELATIVE * abs(Decimal(exact)) + ABSOLUTE:
        yield f"{place}: {found}, not {exact}"


def made_again(path: Path) -> str:
    """What the command in the file prints today."""
    printed = io.StringIO()
    with redirect_stdout(printed):
        trace.main(shlex.split(json.loads(path.read_text(encoding="utf-8"))["command"])[3:])
    return printed.getvalue()


if __name__ == "__main__":
    argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter).parse_args()
    for golden in sorted((CLONE / "tests" / "golden").glob("*.json")):
        made = made_again(golden)
        changed = list(differences(json.loads(made), json.loads(golden.read_text(encoding="utf-8"))))
        if changed:
            golden.write_text(made, encoding="utf-8")
        print(f"{golden.name}: {f'{len(changed)} numbers have changed' if changed else 'as it was'}")
