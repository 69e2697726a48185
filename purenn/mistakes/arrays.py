"""Somebody's arrays: where they are in what he made, as plain lists of numbers, and numbers put back in their place.

Arrays are NumPy's or lists; a vector is flat, a column or a row. A place is a path of attributes, keys and indices; a
star in it stands for all items of a list, as weights are kept that belong to neurons which are objects of their own.

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
from typing import Any, Dict, Iterator, List, Tuple

Path = Tuple[Tuple[str, Any], ...]
MOST = 10_000       # numbers in one value that is answered


class Finding(Exception):
    """Something other than the numbers that were expected: a slug, and a sentence."""


def is_array(value: Any) -> bool:
    """Whether it is one of NumPy, of numbers."""
    numpy = sys.modules.get("numpy")
    return numpy is not None and isinstance(value, numpy.ndarray) and value.dtype.kind in "fiub"


def is_number(value: Any) -> bool:
    """Whether it is one number, NumPy's included."""
    if isinstance(value, (int, float)):
        return True
    return hasattr(value, "dtype") and getattr(value, "ndim", 1) == 0 and hasattr(value, "item") and isinstance(
        value.item(), (int, float))


def plain(value: Any, most: int = MOST) -> Any:
    """Numbers and nested lists of them, whatever they were."""
    left = [most]

    def walk(value: Any, depth: int) -> Any:
        if hasattr(value, "tolist"):
            value = value.tolist()
        if isinstance(value, (list, tuple)) and depth < 5:
            return [walk(item, depth + 1) for item in value]
        left[0] -= 1
        if left[0] < 0:
            raise Finding("wrong-shape", f"returned more than {most:,} numbers")
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
    if isinstance(value, (list, tuple)) or hasattr(value, "dtype") and getattr(value, "dtype", None) == object:
        return [(("i", index), item) for index, item in enumerate(value)] if len(value) <= 64 else []
    if hasattr(value, "__dict__") and not isinstance(value, type) and not callable(getattr(value, "__wrapped__", None)):
        if type(value).__module__ not in ("builtins", "numpy", "random", "types", "functools"):
            return [(("a", name), item) for name, item in vars(value).items()]
    slots = [name for kind in type(value).__mro__ for name in getattr(kind, "__slots__", ()) if isinstance(name, str)]
    return [(("a", name), getattr(value, name))
             for name in slots if hasattr(value, name)] if not is_array(value) else []


def is_vector(value: Any) -> bool:
    """Whether it is a list of numbers."""
    return isinstance(value, (list, tuple)) and bool(value) and all(map(is_number, value))


def is_leaf(value: Any) -> bool:
    """Whether it is one array: NumPy's, a list of numbers, or a list of such lists of one length."""
    if is_array(value):
        return value.ndim in (1, 2) and value.size > 0
    if is_vector(value):
        return True
    return (isinstance(value, (list, tuple)) and bool(value) and all(map(is_vector, value))
            and len({len(row) for row in value}) == 1)


def places(value: Any, depth: int = 6) -> Iterator[Path]:
    """The paths of all arrays in something."""
    seen = set()

    def walk(value: Any, path: Path) -> Iterator[Path]:
        if is_leaf(value):
            yield path
            return
        if len(path) >= depth or id(value) in seen:
            return
        seen.add(id(value))
        inner = items(value)
        starred = set()
        things = [item for _, item in inner]
        if (isinstance(value, (list, tuple)) and len({type(item) for item in things}) == 1
                and (isinstance(things[0], dict) or hasattr(things[0], "__dict__")) and not is_array(things[0])):
            for step, _ in items(things[0]):        # neurons, each with its own weights
                parts = [dict(items(thing)).get(step) for thing in things]
                if all(map(is_vector, parts)) and len({len(part) for part in parts if part}) == 1 or all(
                        isinstance(part, float) for part in parts):
                    starred.add(step)
                    yield (*path, ("*", ""), step)
        for step, item in inner:
            if starred:
                for further, part in items(item):
                    if further not in starred:
                        yield from walk(part, (*path, step, further))
            else:
                yield from walk(item, (*path, step))

    yield from walk(value, ())


def get(root: Any, path: Path) -> Any:
    """What is at a place; KeyError, IndexError or AttributeError if it is no more."""
    for number, (kind, key) in enumerate(path):
        if kind == "*":
            return [get(item, path[number + 1:]) for item in root]
        root = getattr(root, key) if kind == "a" else root[key]
    return root


def put(root: Any, path: Path, numbers: Any) -> None:
    """Put numbers into the array at a place: into the array that is there, so that other names of it see them too."""
    for number, (kind, _) in enumerate(path):
        if kind == "*":
            for item, part in zip(get(root, path[:number]), numbers):
                put(item, path[number + 1:], part)
            return
    value = get(root, path)
    if is_array(value) and value.dtype.kind == "f" and value.flags.writeable and shape(numbers) == value.shape:
        value[...] = numbers
    elif isinstance(value, list) and isinstance(numbers, list):
        value[:] = [type(old)(new) if isinstance(old, tuple) else _like(old, new)
                    for old, new in zip(value, numbers)] if len(value) == len(numbers) else numbers
    else:
        if is_array(value):
            numbers = sys.modules["numpy"].array(numbers, dtype=float)
        parent, (kind, key) = get(root, path[:-1]), path[-1]
        if kind == "a":
            setattr(parent, key, numbers)
        elif isinstance(parent, tuple):
            raise Finding("cannot", f"{spoken(path)} cannot be set")
        else:
            parent[key] = numbers


def _like(old: Any, new: Any) -> Any:
    """Numbers as the array that they replace: an array within a list, say."""
    if is_array(old):
        old = old.copy() if old.dtype.kind == "f" else old.astype(float)
        old[...] = new
        return old
    return list(new) if isinstance(new, list) else new


def spoken(path: Path) -> str:
    """A place in words: weights[0], parameters of a dictionary by their keys."""
    return "".join(f"[{key}]" if kind == "i" else f".{'*' if kind == '*' else key}" for kind, key in path).lstrip(".")


def named(path: Path) -> str:
    """The last name on the way to a place."""
    return next((str(key) for kind, key in reversed(path) if kind in "ak" and isinstance(key, str)), "")


def contents(value: Any) -> Dict[Path, Any]:
    """All arrays and single numbers in a value that a function returned, by their paths."""
    found = {}
    if isinstance(value, (list, tuple)) and len(value) > MOST:
        raise Finding("wrong-shape", f"returned more than {MOST:,} numbers")
    if is_leaf(value) or is_number(value):
        return {(): value}
    for path in places(value, depth=4):
        found[path] = get(value, path)

    def numbers(value: Any, path: Path) -> None:
        if is_number(value) and path not in found:
            found[path] = value
        elif len(path) < 3 and not is_leaf(value):
            for step, item in items(value):
                numbers(item, (*path, step))
    numbers(value, ())
    return found
