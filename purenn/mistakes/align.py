"""Which of the arrays that came back is the gradient of which parameter: by their shapes, their names, their order.

>>> wanted = [("w", 0, (2, 3)), ("b", 0, (2,)), ("w", 1, (1, 2)), ("b", 1, (1,))]
>>> value = {"dW2": [[1.0, 2.0]], "dW1": [[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]], "db2": [3.0], "db1": 0.5}
>>> share, found = align(value, wanted, [], lambda path: True)
>>> share, found["b", 0], found["w", 1]
(0.75, (('k', 'db1'),), (('k', 'dW2'),))
"""
from __future__ import annotations

import re
from typing import Any, Callable, Dict, List, Optional, Sequence, Tuple

from .arrays import Path, contents, shape, spoken

Key = Tuple[str, int]
"""w or b, and a layer."""


def align(value: Any, wanted: Sequence[Tuple[str, int, Tuple[int, ...]]], names: Sequence[str],
          of_gradients: Callable[[Path], bool]) -> Optional[Tuple[float, Dict[Key, Path]]]:
    """Which part of what is `wanted` (w or b, layer, shape) has an array of its shape in a value, and where all of it
    is; None if a matrix of weights has nothing. `names` are what the author calls the parts of a tuple."""
    found = {path: array for path, array in contents(value).items() if of_gradients(path)}
    text = {path: _name(path, names) for path in found}
    order = sorted(found, key=lambda path: not re.match("grad|nabla|d|delta|g", text[path], re.I))
    if any(re.match("(grad|nabla|d)_?", text[path], re.I) for path in order):
        order = [path for path in order if re.match(r"grad|nabla|d|\[|g", text[path] or "[", re.I)]
    given: Dict[Key, Path] = {}
    for what, l, s in sorted(wanted, key=lambda one: one[0] == "b"):    # its shape, rather with the layer's number
        fitting = [path for path in order if path not in given.values() and (
            shape(found[path]) == s or what == "b" and shape(found[path]) in (s[:1], (s[0], 1), (1, s[0])))]
        fitting.sort(key=lambda path: not (re.search(rf"[A-Za-z_]{l + 1}\b", text[path]) or path[-1:] == (("i", l),)))
        if fitting:
            given[what, l] = fitting[0]
    share = len(given) / len(wanted)
    left = [path for path in order if path not in given.values()]
    missing = [(what, l) for what, l, _ in wanted if (what, l) not in given]
    for key in list(missing):               # what has the name, or lies beside what was found
        match = next((path for path in left if _is_for(key, path, text[path], given)), None)
        if match is not None:
            given[key] = match
            left.remove(match)
            missing.remove(key)
    if missing and len(missing) == len(left):
        given.update(zip(missing, left))
    return (share, given) if all((what, l) in given for what, l, _ in wanted if what == "w") else None


def _name(path: Path, names: Sequence[str]) -> str:
    """A place in words, with the name that a part of a tuple has."""
    if path and path[0][0] == "i" and path[0][1] < len(names) and len(names) > 1:
        return str(names[path[0][1]]) + spoken(path[1:])
    return spoken(path)


def _is_for(key: Key, path: Path, text: str, given: Dict[Key, Path]) -> bool:
    """Whether an array of another shape is meant for a parameter: by a name such as db2, or by its place in a list in
    which others of its kind are."""
    what, l = key
    if re.search(rf"{'w|theta' if what == 'w' else 'b'}\w*?_?\[?{l + 1}\b", text, re.I):
        return True
    index: List[Any] = [k for kind, k in path if kind == "i"][-1:]
    return index == [l] and len(path) == 2 and any(
        other[:1] == path[:1] and kind == what for (kind, _), other in given.items())
