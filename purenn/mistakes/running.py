"""Somebody's network at work: parameters are put into it, its functions called in order, and parameters read.

A `Form` is how examples are handed over: flat, as columns or as rows, alone or together. A `Route` is what is called,
and with what. Nothing here looks for anything: `finding` does, and `student` asks.
"""
from __future__ import annotations

import random
import re
import sys
from typing import Any, Callable, Dict, List, NamedTuple, Optional, Sequence, Tuple

from .arrays import (Finding, Path, box, contents, described, flat, get, is_array, is_leaf, is_number, plain, put,
                     replace, shape, spoken, turned)
from .calls import Arguments, call, roles_of
from .load import Loaded
from .making import Globals, Net, Source, _function_for

Vector = List[float]
Matrix = List[Vector]
Theta = Dict[str, Any]
"""The parameters of a network: "weights", a matrix for each layer, and "biases", a vector for each layer or None."""

ALL = 1 << 20
"""How many numbers parameters may have."""


class Form(NamedTuple):
    """How examples are handed over: x and y flat, as columns or as rows ("labelled": flat, the label behind); y as a
    label: 1 in an array of labels, 2 a number; one alone, or many as arrays, as two lists or as pairs."""

    x: str = "flat"
    label: int = 0
    batch: str = "single"


class Slot(NamedTuple):
    """Where the parameters of one layer are."""

    w: Path
    turned: bool            # stored as n_in x n_out
    b: Optional[Path]
    bias: str               # flat, columns or rows; for a bias that is a part of w: last or first; "" without one


class Layout:
    """What was found in networks of one depth."""

    def __init__(self, slots: List[Slot]) -> None:
        self.slots = slots
        self.gradient: List[Tuple[Optional[Path], Path]] = []       # of b and w, layer by layer
        self.output: Optional[Path] = None                          # in what goes forward returns


class Call(NamedTuple):
    """One function of a route, and what it is given."""

    name: str
    arguments: Arguments
    part: str = ""              # forward, for a way forward on which others follow


class Route(NamedTuple):
    """What is called, one after the other."""

    calls: Tuple[Call, ...]
    form: Form
    stores: bool = False        # the gradient is left in the network, not returned
    becomes: Optional[int] = None       # which of the candidates is the network after a step; -1 for none of them

    def __str__(self) -> str:
        return " and ".join(one.name for one in self.calls)


class Machine:
    """The networks of one source, and what can be done with them."""

    def __init__(self, loaded: Loaded, source: Source, note: Callable[[str], object] = str) -> None:
        self.loaded, self.source, self.note = loaded, source, note
        self.layouts: Dict[int, Layout] = {}
        self.width = 0                  # the number of inputs, if they are too many,
        self.window: List[int] = []     # and those that are looked at then
        self.numpy: Any = None          # what makes arrays as the network has them; None for lists
        self.kept: List[Tuple[str, Path]] = []      # where a network keeps its learning rate and number of epochs
        self.globals: Dict[str, str] = {}       # global names that are such, or that nobody has defined, by their roles
        self.fitting: Dict[Path, List[Tuple[int, str]]] = {}    # arrays that may be parameters: of which layers, how
        self.routes: Dict[str, Route] = {}      # forward, gradient, step, train
        self.touched: Dict[str, str] = {}       # by the name of a function: an array of its examples that it changed

    def fresh(self, sizes: List[int]) -> Net:
        """A new network."""
        return self.source.make(self.real(sizes))

    # A window: of 784 inputs five are looked at. The others are 0 in every example, and their weights are 0.

    def real(self, sizes: List[int]) -> List[int]:
        """The sizes of a network of which a window shows these."""
        return [self.width, *sizes[1:]] if self.window else sizes

    def wide(self, x: Vector) -> Vector:
        """An example with all its inputs."""
        if not self.window:
            return x
        full = [0.0] * self.width
        for k, xk in zip(self.window, x):
            full[k] = xk
        return full

    def columns_of(self, slot: Slot) -> List[int]:
        """Which columns of the first weights are looked at, that of the biases among them."""
        if slot.b is not None or not slot.bias:
            return self.window
        return [*self.window, self.width] if slot.bias == "last" else [0, *(k + 1 for k in self.window)]

    def narrow(self, w: Any, slot: Slot, l: int) -> Any:
        """What is looked at of weights."""
        if not self.window or l or self.width > max(shape(w), default=0):
            return w
        columns = self.columns_of(slot)
        if is_array(w):
            return w[columns] if slot.turned else w[:, columns]
        return [w[k] for k in columns] if slot.turned else [[row[k] for k in columns] for row in w]

    def net(self, theta: Theta) -> Tuple[Net, Layout]:
        """A new network with these parameters."""
        sizes = sizes_of(theta)
        net, layout = self.fresh(sizes), self.layouts[len(sizes) - 1]
        self.write(net, theta, layout)
        return net, layout

    # Parameters

    def read(self, net: Net, layout: Layout) -> Theta:
        """The parameters of a network."""
        weights: List[Any] = []
        biases: List[Any] = []
        for slot in layout.slots:
            w, b = folded_out(plain(self.narrow(get(net.root, slot.w), slot, len(weights)), ALL), slot)
            weights.append(w)
            biases.append(flat(plain(get(net.root, slot.b), ALL)) if slot.b is not None else b)
        return {"weights": weights, "biases": biases}

    def read_after(self, net: Net, layout: Layout) -> Theta:
        """The parameters that something has left; a Finding if it has left none."""
        try:
            return self.read(net, layout)
        except Finding as finding:
            raise Finding("wrong-shape", f"left weights or biases that are no numbers: {finding.args[1]}") from None
        except (KeyError, IndexError, TypeError, AttributeError):
            n = len(layout.slots)
            for path in dict.fromkeys(path[:1] for slot in layout.slots for path in (slot.w, slot.b) if path):
                value = get(net.root, path)
                if value is None or not isinstance(value, (list, tuple, dict)) or len(value) < n:
                    raise Finding("wrong-shape", f"{spoken(path)} became {described(value)}") from None
            raise Finding("wrong-shape", f"left a network without weights and biases of {n} layers") from None

    def write(self, net: Net, theta: Theta, layout: Layout) -> None:
        """Put parameters into a network."""
        for l in range(len(layout.slots)):
            self.write_layer(net, theta, layout.slots[l], l)

    def write_layer(self, net: Net, theta: Theta, slot: Slot, l: int) -> None:
        """Put the parameters of layer l into a network."""
        rows, b = [list(row) for row in theta["weights"][l]], theta["biases"][l]
        if slot.b is None and slot.bias:
            rows = [[*row, bj] if slot.bias == "last" else [bj, *row] for row, bj in zip(rows, b)]
        full: Any = turned(rows) if slot.turned else rows
        if self.window and not l:
            numpy, columns = sys.modules.get("numpy"), self.columns_of(slot)
            width = self.width + (slot.b is None and bool(slot.bias))
            if self.numpy and numpy:
                full = numpy.zeros((len(rows), width))
                full[:, columns] = rows
                full = full.T if slot.turned else full
            else:
                wide = [dict(zip(columns, row)) for row in rows]
                full = [[row.get(k, 0.0) for k in range(width)] for row in wide]
                full = turned(full) if slot.turned else full
        put(net.root, slot.w, full)
        if slot.b is not None:
            put(net.root, slot.b, list(b) if slot.bias == "flat" else [list(b)] if slot.bias == "rows" else
                [[bj] for bj in b])

    # Examples

    def array(self, numbers: Any) -> Any:
        """Numbers as the network has its own."""
        if self.numpy is None:
            return [list(row) if isinstance(row, list) else row for row in numbers]
        return self.numpy(numbers)

    def vector(self, x: Sequence[float], form: str) -> Any:
        """One example."""
        if self.numpy is None or form == "flat":
            return self.array([[xk] for xk in x] if form == "columns" else [list(x)] if form == "rows" else list(x))
        return self.array([x]).T if form == "columns" else self.array([x])

    def example(self, x: Vector, y: Vector, form: Form) -> Tuple[Any, Any]:
        """One example and its target."""
        x = self.wide(x)
        if form.x == "labelled":
            return [*x, argmax(y)], list(y)
        if form.label:
            label = argmax(y)
            alone = self.numpy is None or form.label == 2 or form.batch in ("pairs", "lists")
            return self.vector(x, form.x), label if alone else sys.modules["numpy"].array([label])
        return self.vector(x, form.x), self.vector(y, form.x)

    def examples(self, xs: List[Vector], ys: List[Vector], form: Form) -> Dict[str, Any]:
        """One example or several, by the names of their roles."""
        if form.batch == "single" and len(xs) == 1:
            return dict(zip("xy", self.example(xs[0], ys[0], form)))
        if form.batch in ("pairs", "lists"):
            pairs = [self.example(x, y, form) for x, y in zip(xs, ys)]
            return {"batch": pairs} if form.batch == "pairs" else dict(zip("xy", map(list, zip(*pairs))))
        upright, xs = form.x == "columns", [self.wide(x) for x in xs]
        labels: Any = [argmax(y) for y in ys]
        return {"x": self.array(turned(xs) if upright else xs),
                "y": (labels if self.numpy is None else sys.modules["numpy"].array(labels)) if form.label else
                self.array(turned(ys) if upright else ys)}

    def given(self, net: Net, form: Form, xs: List[Vector], ys: List[Vector], hyper: Dict[str, float]
              ) -> Dict[str, Any]:
        """What functions can be given: by roles, and by the names that their author has for it. Without regularisation
        and momentum, where a value for it has to be given."""
        found: Dict[str, Any] = {"epochs": 1, "n_out": len(ys[0]), "m": len(xs), "size": len(xs), "n": len(xs),
                                 "lmbda": 0.0, "mu": 0.0, "none": None, **hyper, **self.examples(xs, ys, form)}
        for role in "loss", "loss_prime":
            function = _function_for(role, self.loaded)
            if function is not None:
                found[role] = function
        return {**found, **self.of_net(net)}

    def of_net(self, net: Net) -> Dict[str, Any]:
        """What a function can be given of a network."""
        found = {f"={name}": value for name, value in net.names.items()}
        for path in self.fitting:           # _forward(X, w1, w2) of an object that has them
            if len(path) == 1 and path[0][0] == "a":
                found[f"={path[0][1]}"] = get(net.root, path)
        if len(net.order) == 1:
            found[f"={net.order[0]}"] = net.root
        if not isinstance(net.root, Globals):
            found["params"] = net.root
        return found

    # Calls

    def run(self, net: Net, route: Route, xs: List[Vector], ys: List[Vector], hyper: Dict[str, float]
            ) -> Tuple[Net, Any]:
        """Call what a route calls, handing on what comes of each; the network then, and what the last returned."""
        given = self.given(net, route.form, xs, ys, hyper)
        self.prepare(net, given)
        handed = _handed(given)
        before = [_numbers_of(array, len(xs)) for array in handed.values()]
        value: Any = None
        maker, kept = self.source.maker, self.loaded.names.get(self.source.maker)
        for one in route.calls:
            self.note(one.name)
            function = net.function(one.name)
            if maker:                   # a training that makes its own network is given this one
                self.loaded.names[maker] = lambda *_, **__: (
                    tuple(net.root) if isinstance(net.root, list) and len(net.order) == len(net.root) else net.root)
            try:
                value = call(function, one.arguments, given)
            finally:
                if maker:
                    self.loaded.names[maker] = kept
            given.update(self.comes_of(one, value, net, len(ys[0]), len(xs)))
        for name, array, numbers in zip(handed, handed.values(), before):
            if _numbers_of(array, len(xs)) != numbers:
                self.touched.setdefault(route.calls[-1].name, name)
        return self.successor(net, value, route)[0], value

    def prepare(self, net: Net, given: Dict[str, Any]) -> None:
        """Put what functions read and are not given where they read it: stored examples, the learning rate, global
        names that nobody has defined."""
        for name, role in net.stored:
            setattr(net.root, name, given.get(role))
        for name, role in self.globals.items():
            if role in given:
                self.loaded.names[name] = given[role]
        for role, path in self.kept:
            if role in given:
                replace(net.root, path, given[role])

    def comes_of(self, one: Call, value: Any, net: Net, n: int, m: int) -> Dict[str, Any]:
        """What later functions can be given of a value that was returned."""
        found: Dict[str, Any] = {}
        returned = self.returns(one.name, net)
        if isinstance(value, tuple) and len(returned) == len(value):
            found.update({f"={key}": item for key, item in zip(returned, value) if key and not _is_input(key)})
        elif len(returned) == 1 and returned[0] and not _is_input(returned[0]):
            found[f"={returned[0]}"] = value
        if isinstance(value, dict):
            found.update({f"={key}": item for key, item in value.items() if isinstance(key, str)})
        parts = value if isinstance(value, tuple) else ()
        if one.part == "forward":
            path = output_path(value, n, returned, m)
            inner = [item for item in parts if not is_leaf(item)]
            found["out"] = get(value, path) if path is not None else value
            found["cache"] = inner[-1] if inner else value
        elif value is not None:
            inner = [item for item in parts if not is_number(item)]     # beside a loss
            found["grads"] = inner[0] if len(inner) == 1 and len(parts) == 2 else value
        return found

    def nablas(self, source: Any, layout: Layout) -> List[Any]:
        """(nabla_b, nabla_w) from where they were found, None for what there is not."""
        nabla_b: List[Any] = []
        nabla_w: List[Any] = []
        for slot, (b_path, w_path) in zip(layout.slots, layout.gradient):
            w, b = folded_out(plain(self.narrow(get(source, w_path), slot, len(nabla_w)), ALL), slot)
            nabla_w.append(w)
            nabla_b.append(flat(plain(get(source, b_path))) if b_path is not None else b)
        return [nabla_b, nabla_w]

    def out(self, net: Net, layout: Layout, x: Vector, n: int) -> Vector:
        """The output of this network, n numbers."""
        route = self.routes["forward"]
        value = self.run(net, route, [x], [[0.0] * n], {})[1]
        if route.stores:
            return numbers(get(net.root, layout.output or ()))
        try:
            return numbers(get(value, layout.output))       # type: ignore[arg-type]
        except (KeyError, IndexError, TypeError, AttributeError, Finding):
            path = output_path(value, n, self.returns(route.calls[-1].name, net))
        if path is None:
            raise Finding("returns-none" if value is None else "wrong-shape",
                          f"returned {described(value)}, expected {n} numbers")
        return numbers(get(value, path))

    def slopes(self, theta: Theta, x: Vector, most: int = 400) -> Dict[str, Any]:
        """Central differences of the outputs by the parameters: for each output, arrays shaped like the parameters.

        Of a network of more than `most` parameters some are left out: None stands in their place."""
        net, layout = self.net(theta)
        n = len(theta["weights"][-1])
        stride = 1 + sum(len(w) * (len(w[0]) + 1) for w in theta["weights"]) // most
        count = 0

        def slope(l: int, row: Vector, j: int, k: int) -> Any:
            """By the k-th weight of neuron j of layer l, or by its bias if k is -1; `row` has this number."""
            nonlocal count
            count += 1
            if count % stride:
                return None
            h, i, outs = 1e-5, j if k < 0 else k, []
            at = row[i]
            for value in at + h, at - h, at:
                row[i] = value
                at_k = self.window[k] if self.window and k >= 0 and not l else k
                if not poke(net.root, layout.slots[l], j, at_k, value):
                    self.write_layer(net, theta, layout.slots[l], l)
                outs.append(self.out(net, layout, x, n) if value != at else [])
            return [(p - q) / (2 * h) for p, q in zip(*outs[:2])]
        return {"weights": [[[slope(l, row, j, k) for k in range(len(row))] for j, row in enumerate(w)]
                            for l, w in enumerate(theta["weights"])],
                "biases": [b and [slope(l, b, j, -1) for j in range(len(b))] for l, b in enumerate(theta["biases"])]}

    def returns(self, name: str, net: Net) -> List[str]:
        """The names of what a function returns at its end."""
        kinds = [f"{kind.__name__}.{name}" for kind in type(net.root).__mro__]
        return next((self.loaded.returns[key] for key in [*kinds, name] if key in self.loaded.returns), [])

    def successor(self, net: Net, value: Any, route: Route) -> Tuple[Net, int]:
        """The network that was returned, if one was, and which of the candidates it is: of the same shapes as that
        which was given, and, if that has yet to be found out, not far from it, as a gradient is."""
        returned = self.returns(route.calls[-1].name, net)
        parts = value if isinstance(value, (tuple, list)) and len(value) <= 64 else ()
        candidates = [value, *parts]
        if net.order and set(net.order) <= set(returned) and len(returned) == len(parts):
            candidates.insert(0, [parts[list(returned).index(name)] for name in net.order])
        for number, candidate in enumerate(candidates):
            candidate = list(candidate) if type(candidate) is tuple and isinstance(net.root, list) else candidate
            if route.becomes in (None, number) and type(candidate) is type(net.root) and candidate is not net.root and (
                    not is_leaf(candidate)):
                new = Net(candidate, self.loaded, net.order, net.stored)
                if route.becomes is not None or any(self._follows(net, new, one) for one in self.layouts.values()):
                    return new, number
        return net, -1

    def _follows(self, net: Net, new: Net, layout: Layout) -> bool:
        try:
            return _near(self.read(net, layout), self.read(new, layout))
        except Exception:
            return False


def _is_input(name: str) -> bool:
    """Whether a name is that of inputs: what a way forward returns by it are none."""
    return roles_of(name)[:1] == ["x"] and name.lower() != "a"


def _near(before: Theta, after: Theta) -> bool:
    """Whether parameters are of the same shapes, and most of their numbers little changed."""
    if shapes(before) != shapes(after):
        return False
    pairs = list(zip(all_numbers(before), all_numbers(after)))
    return sum(abs(p - q) for p, q in pairs) < 0.35 * sum(abs(p) for p, _ in pairs)


def output_path(value: Any, n: int, names: Sequence[str], m: int = 1) -> Optional[Path]:
    """Where in what was returned the outputs of m examples are: the last of the arrays that have their shape, by their
    names rather a than z."""
    found = [path for path, array in contents(value).items() if is_output(array, n, m)]
    top = [path for path in found if len(path) <= 1] or [path for path in found if len(path) <= 2] or found

    def name_of(path: Path) -> str:
        if path and path[0][0] == "i" and isinstance(value, tuple) and len(names) == len(value):
            return names[path[0][1]]
        return str(path[0][1]) if path else ""
    good = [path for path in top if re.match(r"a|out|y|pred|prob|o|h|p", name_of(path), re.I)]
    best = good or [path for path in top if not re.match(r"z|d", name_of(path), re.I)] or top
    return best[-1] if best else None


def is_output(value: Any, n: int, m: int = 1) -> bool:
    """Whether it is the outputs of m examples, n numbers each."""
    if is_number(value):
        return n == 1 and m == 1
    fitting = [(n, m), (m, n)] if m > 1 else [(n,), (n, 1), (1, n)]
    return is_leaf(value) and shape(value) in fitting


def folded_out(w: Any, slot: Slot) -> Tuple[Any, Any]:
    """Weights as n_out x n_in, and the biases that were among them."""
    w = turned(w) if slot.turned else w
    if slot.b is not None or not slot.bias or len(shape(w)) != 2:
        return w, None
    if slot.bias == "last":
        return [row[:-1] for row in w], [row[-1] for row in w]
    return [row[1:] for row in w], [row[0] for row in w]


def numbers(value: Any) -> Vector:
    """A vector, from whatever it was."""
    return flat(plain(value))   # type: ignore[no-any-return]


def poke(root: Any, slot: Slot, j: int, k: int, number: float) -> bool:
    """Put one number into a network: the k-th weight of neuron j, or its bias if k is -1; whether that was possible."""
    if k < 0 and slot.b is None:
        k, path = (-1 if slot.bias == "last" else 0), slot.w
        index = (k, j) if slot.turned else (j, k)
    elif k < 0:
        path = slot.b or ()
        index = {"flat": (j,), "columns": (j, 0)}.get(slot.bias, (0, j))    # type: ignore[assignment]
    else:
        path, k = slot.w, k + (slot.bias == "first")
        index = (k, j) if slot.turned else (j, k)
    value = get(root, path)
    if is_array(value):
        if value.dtype.kind != "f":
            return False
        value[index] = number
        return True
    for i in index[:-1]:
        value = value[i]
    if box(value[index[-1]]):
        setattr(value[index[-1]], box(value[index[-1]]), number)
    elif not (isinstance(value, list) or is_array(value)) or any(kind == "*" for kind, _ in path) and len(index) == 1:
        return False
    else:
        value[index[-1]] = number
    return True


def _numbers_of(array: Any, m: int) -> Any:
    """The numbers of an array; in any order for those of several examples, which may be shuffled."""
    numbers = plain(array, ALL)
    return numbers if m == 1 or not isinstance(numbers, list) else sorted(_all(numbers))


def _all(value: Any) -> List[float]:
    return [number for item in value for number in _all(item)] if isinstance(value, list) else [value]


def _handed(given: Dict[str, Any]) -> Dict[str, Any]:
    """The arrays of examples that are handed over, each by its name."""
    found = {name: given[name] for name in "xy" if name in given and not isinstance(given[name], (int, float))}
    for number, pair in enumerate(given.get("batch", ())):
        found.update({f"batch[{number}][{k}]": one for k, one in enumerate(pair) if not isinstance(one, int)})
    return found


def sizes_of(theta: Theta) -> List[int]:
    """The numbers of neurons, the inputs first."""
    return [len(theta["weights"][0][0]), *map(len, theta["weights"])]


def shapes(theta: Theta) -> List[Any]:
    """The shapes of all parameters."""
    return [shape(one) for one in [*theta["weights"], *(b for b in theta["biases"] if b is not None)]]


def all_numbers(theta: Theta) -> List[float]:
    """All parameters, one after the other."""
    return _all([theta["weights"], [b for b in theta["biases"] if b is not None]])


def argmax(y: Vector) -> int:
    """The label of a one-hot target."""
    return max(range(len(y)), key=y.__getitem__)


_rng = random.Random(7)


def vector_of(n: int) -> Vector:
    """n numbers that are not near zero, and not too many of them too large."""
    c = 1.0 / max(1.0, n / 8)
    return [_rng.uniform(0.1, 1.0) * c for _ in range(n)]


def theta_of(sizes: List[int]) -> Theta:
    """Parameters for a network of these sizes."""
    return {"weights": [[vector_of(m) for _ in range(n)] for m, n in zip(sizes, sizes[1:])],
            "biases": [vector_of(n) for n in sizes[1:]]}


def one_hot(n: int, i: int = 0) -> Vector:
    """A target; that of the last class first, as one_hot(Y.max() + 1) of one example is right for it alone."""
    return [float(k == (i + n - 1) % n) for k in range(n)] if n > 1 else [float(i % 2 == 0)]

