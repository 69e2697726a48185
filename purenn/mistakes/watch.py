"""Where wrong numbers are computed: the code answers once more, and each line of the file is watched.

The line is the first after which something in sight has the wrong numbers: a local variable, an attribute of one, an
item of these, or what a function returns. Arrays are compared number by number, turned or not.

>>> source = "def f(x):\\n    y = [2 * v for v in x]\\n    return [y, x]\\n"
>>> names = {}
>>> exec(compile(source, "file.py", "exec"), names)
>>> line_of(lambda: names["f"]([1.0, 2.5]), [2.0, 5.0], "file.py")
'line 2'
"""
from __future__ import annotations

import sys
from types import FrameType
from typing import Any, Callable, Dict, Iterator, Optional, Tuple

from ..matrix import transpose
from .arrays import Finding, is_array
from .compare import finite, largest, near, numbers, ratio

MOST = 200_000
"""How many lines are watched before it is given up."""


class Found(Exception):
    """The line was found: there is no need to go on."""


def line_of(run: Callable[[], Any], wanted: Any, path: str) -> str:
    """The line of the file at `path` that first computes what is wanted, as "line 3" or "cell 2, line 3"; "" if it
    cannot be told."""
    watch = Watch(wanted, path)
    before = sys.gettrace()
    sys.settrace(watch.called)
    try:
        run()
    except (Found, Finding):
        pass
    except Exception:
        return ""
    finally:
        sys.settrace(before)
    return spoken(watch.exact or watch.scaled, path)


def spoken(place: Optional[Tuple[str, int]], path: str) -> str:
    """A part of the file and a line in words: a notebook's parts have the number of their cell."""
    if place is None:
        return ""
    cell = place[0][len(path):].strip()
    return f"{cell}, line {place[1]}" if cell else f"line {place[1]}"


class Watch:
    """What is looked for, and where it was seen first: as it is, and as a multiple."""

    def __init__(self, wanted: Any, path: str) -> None:
        rows = wanted if isinstance(wanted[0], list) else [wanted]
        self.forms = [numbers(rows), numbers(transpose(rows))]
        self.path, self.left = path, MOST
        self.lines: Dict[FrameType, int] = {}
        self.exact: Optional[Tuple[str, int]] = None
        self.scaled: Optional[Tuple[str, int]] = None
        self.begun = False

    def called(self, frame: FrameType, event: str, argument: Any) -> Any:
        """A trace function: of the file's own frames all lines are looked at."""
        if not frame.f_code.co_filename.startswith(self.path) or self.left <= 0:
            return None
        if not self.begun:
            self.begun = True
            if any(self.is_it(one) == "exact" for one in in_sight(frame.f_locals)):
                self.left = 0               # it was there before, and so is not computed here
                return None
        self.lines[frame] = frame.f_lineno
        return self.stepped

    def stepped(self, frame: FrameType, event: str, argument: Any) -> Any:
        """One line is done."""
        self.left -= 1
        if self.left <= 0:
            return None
        things = dict(frame.f_locals)
        if event == "return":
            things["returned"] = argument
        if event in ("line", "return"):
            place = frame.f_code.co_filename, self.lines.get(frame, frame.f_lineno)
            caller = frame.f_back
            if event == "return" and caller in self.lines:      # a helper's result is a part of the line that called it
                place = caller.f_code.co_filename, caller.f_lineno
            for one in in_sight(things):
                kind = self.is_it(one)
                if kind == "exact":
                    self.exact = place
                    raise Found
                if kind == "scaled" and self.scaled is None:
                    self.scaled = place
        if event == "return":
            self.lines.pop(frame, None)
        else:
            self.lines[frame] = frame.f_lineno
        return self.stepped

    def is_it(self, value: Any) -> str:
        """Whether it is what is looked for, or a multiple of it."""
        n = len(self.forms[0])
        if is_array(value):
            if value.size != n:
                return ""
            given = [float(x) for x in value.ravel().tolist()]
        else:
            given = numbers(value) if _count(value, n) else []
        if len(given) != n or not all(isinstance(x, (int, float)) for x in given) or not finite(given):
            return ""
        given = [float(x) for x in given]
        if any(near(given, form) for form in self.forms):
            return "exact"
        return "scaled" if n > 1 and any(ratio(given, form) for form in self.forms) else ""


def _count(value: Any, n: int) -> bool:
    """Whether nested lists may have n numbers, as the first of their items has them."""
    if not isinstance(value, (list, tuple)) or not value:
        return False
    if isinstance(value[0], (list, tuple)):
        return len(value) * max(1, len(value[0])) == n
    return len(value) == n


def in_sight(names: Dict[str, Any], depth: int = 3) -> Iterator[Any]:
    """Arrays among variables, in their attributes, items and keys."""
    for value in names.values():
        yield from _arrays(value, depth)


def _arrays(value: Any, depth: int) -> Iterator[Any]:
    if is_array(value):
        yield value
    elif isinstance(value, (list, tuple)):
        yield value
        if depth and value and not isinstance(value[0], (int, float)):
            for item in value[:50]:
                yield from _arrays(item, depth - 1)
    elif isinstance(value, dict):
        if depth:
            for item in list(value.values())[:50]:
                yield from _arrays(item, depth - 1)
    elif depth and hasattr(value, "__dict__") and not isinstance(value, type) and not callable(value):
        for item in list(vars(value).values())[:50]:
            yield from _arrays(item, depth - 1)


def can_be_found(wanted: Any) -> bool:
    """Whether numbers say where they come from: zeros may come from anywhere."""
    return isinstance(wanted, list) and bool(wanted) and finite(wanted) and largest(wanted) > 1e-9

