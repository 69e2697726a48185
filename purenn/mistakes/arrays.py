"""Somebody's arrays: where they are in what he made, as plain lists of numbers, and numbers put back in their place.

Arrays are NumPy's or lists; a vector is flat, a column or a row; a number may be an object with a number inside, as in
a small autograd. A place is a path of attributes, keys, indices and cells of closures; a star in it stands for all
items of a list, as weights are kept that belong to neurons which are objects of their own.

>>> state = {"W1": [[1.0, 2.0], [3.0, 4.0]], "layer": [{"w": [5.0, 6.0]}, {"w": [7.0, 8.0]}]}
>>> for path in places(state):
...     print(spoken(path), plain(get(state, path)))
W1 [[1.0, 2.0], [3.0, 4.0]]
layer.*.w [[5.0, 6.0], [7.0, 8.0]]
>>> put(state, (("k", "layer"), ("*", ""), ("k", "w")), [[0.0, 0.0], [0.0, 1.0]])
>>> state["layer"][1]
{'w': [0.0, 1.0]}
"""
from __future__ import annotations

import sys
import types
from typing import Any, Dict, Iterator, List, Set, Tuple

from .later import Later

Path = Tuple[Tuple[str, Any], ...]
"""Steps, each a kind and a key: a(ttribute), k(ey), i(ndex), c(ell of a closure), * (all items)."""

MOST = 10_000
"""How many numbers a value may have that a function returns."""

_BOXES: Dict[type, str] = {}


class Finding(Exception):
    """Something other than the numbers that were expected: a slug, and a sentence."""


def is_array(value: Any) -> bool:
    """Whether it is one of NumPy, of numbers."""
    numpy = sys.modules.get("numpy")
    return numpy is not None and isinstance(value, numpy.ndarray) and value.dtype.kind in "fiub"


def box(value: Any) -> str:
    """The attribute in which an object that can be multiplied keeps its number; "" if it is no such object."""
    kind = type(value)
    if kind not in _BOXES:
        made = kind.__module__ not in ("builtins", "numpy", "fractions", "decimal") and hasattr(kind, "__mul__")
        found = next((name for name in ("data", "value", "val", "v", "item") if made and isinstance(
            getattr(value, name, None), (int, float))), "")
        if not found:
            return ""
        _BOXES[kind] = found
    return _BOXES[kind]


def is_number(value: Any) -> bool:
    """Whether it is one number: Python's, NumPy's, or one in an object."""
    if isinstance(value, (int, float)):
        return True
    if isinstance(value, (list, tuple, dict, str, Later)):
        return False
    if hasattr(value, "dtype"):
        return getattr(value, "ndim", 1) == 0 and value.dtype.kind in "fiub"
    return bool(box(value))


def plain(value: Any, most: int = MOST) -> Any:
    """Numbers and nested lists of them, whatever they were."""
    if is_array(value) and value.size <= most and (abs(value) < 1e300).all():
        return value.astype(float).tolist()
    left = most

    def walk(value: Any, depth: int) -> Any:
        nonlocal left
        if hasattr(value, "tolist"):
            value = value.tolist()
        if isinstance(value, (list, tuple)) and depth < 5:
            return [walk(item, depth + 1) for item in value]
        left -= 1
        if left < 0:
            raise Finding("wrong-shape", f"returned more than {most:,} numbers")
        if not isinstance(value, (bool, int, float)) and is_number(value):
            value = getattr(value, box(value))
        if isinstance(value, (bool, int, float)):
            return float(value) if abs(value) < 1e300 or value != value else float("inf")
        slug = "returns-none" if value is None else "wrong-type"
        raise Finding(slug, f"returned {described(value)}, expected numbers")

    return walk(value, 0)


def shape(value: Any) -> Tuple[int, ...]:
    """The shape of nested lists, as their first elements have it; of an array its own."""
    if is_array(value):
        return tuple(value.shape)
    return (len(value), *shape(value[0])) if isinstance(value, (list, tuple)) and value else ()


def flat(value: Any) -> Any:
    """A vector, from a column or a row."""
    if not isinstance(value, list):
        return [value]
    if value and all(isinstance(item, list) and len(item) == 1 and not isinstance(item[0], list) for item in value):
        return [item[0] for item in value]
    return value[0] if len(value) == 1 and isinstance(value[0], list) else value


def turned(w: Any) -> Any:
    """The transposed of a matrix of lists; anything else as it is."""
    return [list(column) for column in zip(*w)] if len(shape(w)) == 2 else w


def described(value: Any) -> str:
    """What something is, in a few words."""
    if value is None:
        return "None"
    if isinstance(value, (list, tuple)):
        return f"a {type(value).__name__} of {len(value)}"
    if hasattr(value, "shape"):
        return f"an array of shape {value.shape}"
    return f"something of type {type(value).__name__}"


def items(value: Any) -> List[Tuple[Tuple[str, Any], Any]]:
    """What is in something, with the step that leads there."""
    if isinstance(value, dict):
        return [(("k", key), item) for key, item in value.items() if isinstance(key, (str, int))]
    if isinstance(value, (list, tuple)) or hasattr(type(value), "dtype") and value.dtype == object:
        return [(("i", index), item) for index, item in enumerate(value)] if len(value) <= 64 else []
    if isinstance(value, types.FunctionType):
        return [(("c", name), cell.cell_contents) for name, cell in _cells(value).items()]
    if isinstance(value, (type, Later)) or is_array(value) or type(value).__module__ in (
            "builtins", "numpy", "random", "types", "functools"):
        return []
    found = dict(vars(value)) if hasattr(value, "__dict__") else {}
    for name in (name for kind in type(value).__mro__ for name in getattr(kind, "__slots__", ())):
        if isinstance(name, str) and hasattr(value, name):
            found[name] = getattr(value, name)
    return [(("a", name), item) for name, item in found.items()]


def _cells(function: Any) -> Dict[str, Any]:
    """The cells of a closure that are filled, by the names of their variables."""
    filled = {}
    for name, cell in zip(function.__code__.co_freevars, function.__closure__ or ()):
        try:
            cell.cell_contents
            filled[name] = cell
        except ValueError:
            pass
    return filled


def is_vector(value: Any) -> bool:
    """Whether it is a list of numbers."""
    return isinstance(value, (list, tuple)) and 0 < len(value) <= MOST and all(map(is_number, value))


def is_leaf(value: Any) -> bool:
    """Whether it is one array: NumPy's, a list of numbers, or a list of such lists of one length."""
    if is_array(value):
        return value.ndim in (1, 2) and value.size > 0
    if is_vector(value):
        return True
    return (isinstance(value, (list, tuple)) and bool(value) and all(map(is_vector, value))
            and len({len(row) for row in value}) == 1)


def places(value: Any, depth: int = 6, once: bool = True) -> Iterator[Path]:
    """The paths of all arrays in something, each array once; or at each of its places."""
    seen: Set[int] = set()

    def walk(value: Any, path: Path) -> Iterator[Path]:
        if is_leaf(value):
            if not once or id(value) not in seen:
                seen.add(id(value))
                yield path
            return
        if id(value) in seen or len(path) >= depth or is_number(value):
            return
        seen.add(id(value))
        inner = items(value)
        starred = list(_starred(value))
        yield from ((*path, ("*", ""), step) for step in starred)
        for step, item in inner:
            if starred:             # of a neuron only what is not one of the rows that were given together
                for further, part in items(item):
                    if further not in starred:
                        yield from walk(part, (*path, step, further))
            else:
                yield from walk(item, (*path, step))

    yield from walk(value, ())


def _starred(value: Any) -> Iterator[Tuple[str, Any]]:
    """What the things in a list have each for itself: vectors of one length, or numbers."""
    things = list(value) if isinstance(value, (list, tuple)) else []
    if len({type(thing) for thing in things}) == 1 and not isinstance(things[0], types.FunctionType) and not (
            is_array(things[0]) or is_number(things[0])):
        for step, _ in items(things[0]) if not isinstance(things[0], (list, tuple)) else ():
            parts = [dict(items(thing)).get(step) for thing in things]
            same = all(map(is_vector, parts)) and len({len(part) for part in parts if part}) == 1
            if same or all(is_number(part) and not isinstance(part, int) for part in parts):
                yield step


def get(root: Any, path: Path) -> Any:
    """What is at a place; KeyError, IndexError, TypeError or AttributeError if it is no more."""
    for number, (kind, key) in enumerate(path):
        if kind == "*":
            return [get(item, path[number + 1:]) for item in root]
        if kind == "a":
            root = getattr(root, key)
        else:
            root = _cells(root)[key].cell_contents if kind == "c" else root[key]
    return root


def put(root: Any, path: Path, numbers: Any) -> None:
    """Put numbers into the array at a place: into the array that is there, so that other names of it see them too."""
    star = next((number for number, (kind, _) in enumerate(path) if kind == "*"), None)
    if star is not None:
        for item, part in zip(get(root, path[:star]), numbers):
            put(item, path[star + 1:], part)
        return
    value = get(root, path)
    if is_array(value) and value.dtype.kind == "f" and value.flags.writeable and shape(numbers) == value.shape:
        sys.modules["numpy"].asarray(value)[...] = numbers        # also of a matrix
    elif isinstance(value, list) and isinstance(numbers, list):
        value[:] = [_like(old, new) for old, new in zip(value, numbers)] if len(value) == len(numbers) else numbers
    elif box(value):
        setattr(value, box(value), numbers)
    else:
        replace(root, path, _like(value, numbers))


def replace(root: Any, path: Path, value: Any) -> None:
    """Put something else in a place; a Finding if that cannot be."""
    if not path:
        raise Finding("cannot", "its numbers cannot be set")
    parent, (kind, key) = get(root, path[:-1]), path[-1]
    if kind == "a":
        object.__setattr__(parent, key, value)      # also of a frozen dataclass
    elif kind == "c":
        _cells(parent)[key].cell_contents = value
    elif isinstance(parent, tuple):
        raise Finding("cannot", f"{spoken(path)} cannot be set")
    else:
        parent[key] = value


def _like(old: Any, new: Any) -> Any:
    """Numbers in the form of what they replace: an array within a list, a tuple, a number in an object."""
    if is_array(old):
        kept = old.dtype.kind == "f" and shape(new) == old.shape
        return sys.modules["numpy"].asarray(new, dtype=old.dtype if kept else float)
    if box(old):
        setattr(old, box(old), new)
        return old
    if isinstance(old, (list, tuple)) and isinstance(new, list):
        return type(old)([_like(one, other) for one, other in zip(old, new)] if len(old) == len(new) else new)
    return new


def spoken(path: Path) -> str:
    """A place in words: weights[0], parameters of a dictionary by their keys."""
    return "".join(f"[{key}]" if kind == "i" else f".{'*' if kind == '*' else key}" for kind, key in path).lstrip(".")


def named(path: Path) -> str:
    """The last name on the way to a place."""
    return next((str(key) for kind, key in reversed(path) if kind in "akc" and isinstance(key, str)), "")


def contents(value: Any) -> Dict[Path, Any]:
    """All arrays and single numbers in a value that a function returned, by their paths."""
    if isinstance(value, (list, tuple)) and len(value) > MOST:
        raise Finding("wrong-shape", f"returned more than {MOST:,} numbers")
    if is_leaf(value) or is_number(value):
        return {(): value}
    found = {path: get(value, path) for path in places(value, depth=4, once=False)}

    def numbers(value: Any, path: Path) -> None:
        if is_number(value) and path not in found:
            found[path] = value
        elif len(path) < 3 and not is_leaf(value):
            for step, item in items(value):
                numbers(item, (*path, step))
    numbers(value, ())
    return found
