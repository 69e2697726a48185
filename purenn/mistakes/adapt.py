"""Somebody's network, found by its shape: where its numbers are, what goes forward, what goes back, what takes a step.

A network of 3, 5 and 2 neurons is made, and looked at. Arrays of 5 x 3 and 2 x 5 are its weights if its output depends
on them, whatever they are called; what turns three numbers into two goes forward; what returns arrays of the shapes of
the parameters goes back; what changes the parameters is a step. It may be a class, functions that hand parameters to
each other, global variables, or layers in a list. Names only say what is tried first.

`Student` is what the judge sees of it: numbers in, numbers out, always as plain lists, weights as n_out x n_in.
"""
from __future__ import annotations

import copy
import inspect
import random
import re
import sys
from typing import Any, Callable, Dict, Iterator, List, NamedTuple, Optional, Sequence, Tuple

from .arrays import (Finding, Path, contents, described, flat, get, is_array, is_leaf, is_number, named, places, plain,
                     put, shape, spoken, turned)
from .calls import call, data_of, parameters, required, roles_of, takes
from .load import Cannot, Loaded

Vector = List[float]
Matrix = List[Vector]
Theta = Dict[str, Any]
"""The parameters of a network: "weights", a matrix for each layer, and "biases", a vector for each layer or None."""

ANYTHING = (Exception, SystemExit, KeyboardInterrupt)
"""What somebody's code may raise."""

PROBE, DEEP, SQUARE = [3, 5, 2], [3, 5, 2, 4], [3, 3, 3]
"""Sizes in which every array has a shape of its own; and those in which all have one."""

_FORWARD = re.compile(r"feed_?for.*|forward.*|l_model_forward|predict_?proba.*|query|think|run|.*forward.*|propagate|"
                      r"predict|compute|output|calc.*|evaluate_network|__call__|activate|guess|classify", re.I)
_BACKWARD = re.compile(r"back_?prop.*|.*backward.*|.*back_?prop.*|.*gradients?.*|.*grads?|compute_g.*|cost.*prime|"
                       r"backprop\w*|loss", re.I)
_STEP = re.compile(
    r"update_mini_?batch|(train|update|learn|fit)_?(on_?)?(mini_?)?batch|train_?(step|one|single|example|"
    r"sample)|partial_fit|learn|step|train_on_\w+|train|update_\w*batch\w*|adjust|optimi[sz]e|fit|"
    r"back_?prop.*|backward.*", re.I)
_UPDATE = re.compile(r".*(update|apply|step|adjust|descent|optimi).*", re.I)
_EPOCHS = re.compile(r"SGD|fit|train\w*|learn|gradient_descent|.*sgd.*|run|optimi[sz]e|.*model.*", re.I)
_EVALUATE = re.compile(r"evaluate|accuracy|.*accuracy.*|score|test|evaluate\w*|count_correct|n_correct", re.I)
_DERIVATIVE = re.compile(r"(cost|loss|mse|error)_?(derivative|prime|deriv|grad)|d_?(cost|loss|mse)", re.I)
_ETA = re.compile(r"(eta|lr|l_rate|alpha|learning_?rate|learn_rate|rate|step_size)", re.I)
_PLOT = re.compile(r".*(sigmoid|tanh|relu|softmax|logistic|prime|deriv).*|"
                   r".*(plot|save|load|show|print|draw|write|read|data|one_?hot|shuffle|numeric).*|__\w+__", re.I)


_TRAINS = re.compile(r"_*(back|bwd|b_?prop|train|fit|update|step|learn|grad|nabla|optim|adjust|descen|sgd|teach|"
                     r"correct).*|.*_(grads?|gradients?|update|step|backward)", re.I)


def trains(name: str, function: Any) -> bool:
    """Whether a function looks like a way back or a step: by its name, by a learning rate, or by a target."""
    if _PLOT.fullmatch(name) or _EVALUATE.fullmatch(name) or _DERIVATIVE.fullmatch(name):
        return False
    roles = [roles_of(p.name)[:1] for p in parameters(function)]
    target = ["y"] in roles and not re.search(r"loss|cost|error|mse|entropy", name, re.I)
    return _TRAINS.fullmatch(name) is not None and bool(roles) or ["eta"] in roles or target


class Form(NamedTuple):
    """How examples are handed over: x and y flat, as columns or as rows; y as a label; one alone, or many as pairs, as
    arrays of all, or as two lists."""

    x: str = "flat"
    label: bool = False
    batch: str = "single"


class Slot(NamedTuple):
    """Where the parameters of one layer are."""

    w: Path
    turned: bool            # stored as n_in x n_out
    b: Optional[Path]
    bias: str               # flat, columns or rows; for a bias that is a part of w: last or first; "" without one


class State:
    """One network: the object or structure that holds its arrays, and values by the names that functions know."""

    def __init__(self, root: Any, names: Sequence[str] = ()) -> None:
        self.root, self.order = root, list(names)

    @property
    def names(self) -> Dict[str, Any]:
        """W1, b1 and so on, if there are such names."""
        if isinstance(self.root, dict) and all(isinstance(key, str) for key in self.root):
            return dict(self.root)
        if self.order and isinstance(self.root, (list, tuple)) and len(self.root) == len(self.order):
            return dict(zip(self.order, self.root))
        return {}


class Route(NamedTuple):
    """What is called, one after the other, each with its part in it: forward, backward or update."""

    steps: Tuple[Tuple[str, str], ...]
    form: Form
    stores: bool = False        # the gradient is left in the network, not returned

    def __str__(self) -> str:
        return " and ".join(name for _, name in self.steps)


class Layout:
    """What was found in networks of one depth."""

    def __init__(self, slots: List[Slot]) -> None:
        self.slots = slots
        self.gradient: List[Tuple[Optional[Path], Optional[Path]]] = []     # of b and w, layer by layer
        self.output: Path = ()


# How networks come to be

class OfClass:
    """Networks that are objects of a class; or copies of one that the file has made."""

    def __init__(self, loaded: Loaded, kind: Any, options: Dict[str, Any], made: Any = None) -> None:
        self.loaded, self.kind, self.options, self.made = loaded, kind, options, made
        self.name = kind.__name__
        self.variant: Any = None
        self.data: Dict[str, List[str]] = {}

    def ways(self, sizes: List[int]) -> Iterator[Any]:
        if self.made is not None:
            yield "made"
            return
        yield from constructions(self.kind, sizes, self.options, self.loaded)

    def fresh(self, sizes: List[int], way: Any) -> State:
        if self.made is not None:
            return State(copy.deepcopy(self.made))
        arguments, named_ones = way(sizes)
        net = self.kind(*arguments, **named_ones)
        for role, name in (("x", "x"), ("y", "y")):
            given = [value for value in [*arguments, *named_ones.values()] if getattr(value, "role", "") == role]
            for value in given:
                self.data[role] = [key for key, item in vars(net).items() if item is value]
        return State(net)

    def functions(self, state: State) -> Dict[str, Callable[..., Any]]:
        return {name: getattr(state.root, name) for name in dir(type(state.root))
                if callable(getattr(type(state.root), name, None)) and (not name.startswith("__") or name == "__call__")
                and not isinstance(inspect.getattr_static(type(state.root), name, None), type)}

    def returns(self, name: str) -> List[str]:
        kinds = [kind.__name__ for kind in type(self.made or self.kind).__mro__] if self.made else [
            kind.__name__ for kind in self.kind.__mro__]
        return next((self.loaded.returns[f"{kind}.{name}"] for kind in kinds
                     if f"{kind}.{name}" in self.loaded.returns), [])

    def successor(self, state: State, value: Any, layout: Optional[Layout]) -> State:
        return state


class OfLayers(OfClass):
    """Networks that are given layer objects: in a list, as arguments, or one by one."""

    def __init__(self, loaded: Loaded, kind: Any, dense: Any, between: Any, options: Dict[str, Any]) -> None:
        super().__init__(loaded, kind, options)
        self.dense, self.between = dense, between

    def ways(self, sizes: List[int]) -> Iterator[Any]:
        yield from ("an activation at the output", "no activation at the output") if self.between else ("",)

    def fresh(self, sizes: List[int], way: Any) -> State:
        layers: List[Any] = []
        for m, n in zip(sizes, sizes[1:]):
            layers.append(self.dense(m, n))
            if self.between:
                layers.append(self.between(*(_activation(p.name, self.loaded) for p in parameters(self.between)
                                             if p.default is p.empty)))
        if way.startswith("no"):
            layers.pop()
        if any(p.kind is p.VAR_POSITIONAL for p in inspect.signature(self.kind).parameters.values()):
            return State(self.kind(*layers))
        if required(self.kind):
            return State(self.kind(layers))
        net = self.kind()
        for layer in layers:
            getattr(net, next(name for name in dir(net) if _ADD.fullmatch(name)))(layer)
        return State(net)


_ADD = re.compile(r"(add|append|push)(_?layer)?", re.I)


def _activation(name: str, loaded: Loaded) -> Any:
    """A function of the file for a parameter of an activation layer, such as f and df."""
    prime = bool(re.match(r"d|.*(prime|deriv|grad|slope)", name, re.I))
    return _function_named("activation_prime" if prime else "activation", loaded)


def of_layers(loaded: Loaded, kinds: List[Any], options: Dict[str, Any]) -> Iterator[OfLayers]:
    """The networks that can be made of a file's layers."""
    layers = [kind for kind in kinds if hasattr(kind, "forward") and hasattr(kind, "backward")]
    squashing = [kind for kind in layers if any(re.fullmatch(r"d?f|df_?\w*|.*(act|func|prime).*", name, re.I)
                                                for name in required(kind))]
    dense = [kind for kind in layers if len(required(kind)) == 2 and kind not in squashing]
    between = [kind for kind in layers if (kind in squashing or not parameters(kind)) and not kind.__subclasses__()
               and not re.search("soft|loss|drop", kind.__name__, re.I)]
    for kind in kinds if dense else ():
        signature = inspect.signature(kind).parameters.values() if kind not in dense + between else ()
        takes_all = any(p.kind is p.VAR_POSITIONAL or re.fullmatch(
            r"layers|steps|modules|stack|couches|capas|schichten", p.name, re.I) for p in signature)
        adds = any(_ADD.fullmatch(name) for name in dir(kind)) and not required(kind)
        if kind not in dense + between and (takes_all and len(required(kind)) < 2 or adds):
            yield OfLayers(loaded, kind, dense[0], between[0] if between else None, options)


class OfFunctions:
    """Networks that functions hand to each other: a dictionary, a tuple or a list of arrays, layers or neurons."""

    def __init__(self, loaded: Loaded, init: Optional[str], options: Dict[str, Any], made: Any = None) -> None:
        self.loaded, self.init, self.options, self.made = loaded, init, options, made
        self.name = init or "functions"
        self.data: Dict[str, List[str]] = {}
        self.all = {name: loaded.names[name] for name in loaded.own if inspect.isfunction(loaded.names.get(name))
                    and name != init and (inspect.signature(loaded.names[name]).parameters or _UPDATE.fullmatch(name)
                                          or _BACKWARD.fullmatch(name))}

    def ways(self, sizes: List[int]) -> Iterator[Any]:
        if self.init is None and self.made is None:
            names = list(dict.fromkeys(p.name for function in self.all.values() for p in parameters(function)
                                       if re.fullmatch(r"(w|b)_?\d", p.name, re.I)))
            for form in ("columns", "rows", "flat") if names else ():
                yield names, form
        if self.made is not None or self.init is None:
            yield "made"
        else:
            yield from constructions(self.loaded.names[self.init], sizes, self.options, self.loaded)

    def fresh(self, sizes: List[int], way: Any) -> State:
        if self.init is None and way != "made":         # nobody makes them, but the functions say which there are
            names, form = way
            made = [_drawn(name, sizes, form) for name in names]
            if any(one is None for one in made) or len(names) not in (len(sizes) - 1, 2 * len(sizes) - 2):
                raise Cannot(f"functions of {', '.join(names)}, which is no network of {len(sizes)} layers")
            return State(made, names)
        if self.init is None:
            return State(self.loaded.names if self.made is None else copy.deepcopy(self.made))
        arguments, named_ones = way(sizes)
        made = self.loaded.names[self.init](*arguments, **named_ones)
        names = self.loaded.returns.get(self.init, [])
        return State(list(made) if isinstance(made, tuple) else made, names if all(names) else [])

    def functions(self, state: State) -> Dict[str, Callable[..., Any]]:
        found = dict(self.all)
        if isinstance(state.root, list) and state.root and all(hasattr(layer, "forward") for layer in state.root):
            found = {**_through(state.root, self.loaded), **found}
        return found

    def returns(self, name: str) -> List[str]:
        return self.loaded.returns.get(name, [])

    def successor(self, state: State, value: Any, layout: Optional[Layout]) -> State:
        """What a function returned, if it is a network like the one that was handed to it."""
        if layout is None or state.root is self.loaded.names:
            return state
        before = state.root
        for candidate in (value, *(value if isinstance(value, (tuple, list)) else ())):
            candidate = list(candidate) if isinstance(candidate, tuple) else candidate
            if type(candidate) is type(before) and candidate is not before:
                try:
                    if all(shape(plain(get(candidate, path), 1 << 20)) == shape(plain(get(before, path), 1 << 20))
                           for slot in layout.slots for path in (slot.w, slot.b) if path is not None):
                        return State(candidate, state.order)
                except Exception:
                    continue
        return state


def _drawn(name: str, sizes: List[int], form: str) -> Any:
    """An array for the parameters of this name, W2 say."""
    l = int(name[-1]) - 1
    if not 0 <= l < len(sizes) - 1:
        return None
    m, n = sizes[l], sizes[l + 1]
    if name[0] in "bB":
        numbers: Any = {"columns": [[0.5]] * n, "rows": [[0.5] * n], "flat": [0.5] * n}[form]
    else:
        numbers = [_random(n) for _ in range(m)] if form == "rows" else [_random(m) for _ in range(n)]
    numpy = sys.modules.get("numpy")
    return numpy.array(numbers) if numpy else copy.deepcopy(numbers)


def _through(layers: List[Any], loaded: Loaded) -> Dict[str, Callable[..., Any]]:
    """A list of layers that have forward and backward, gone through by nobody else."""
    def through_forward(x: Any) -> Any:
        for layer in layers:
            x = layer.forward(x)
        return x

    def through_backward(x: Any, y: Any, eta: Any) -> None:
        g: Any = [a - t for a, t in zip(plain(through_forward(x)), plain(y))] if isinstance(x, list) else (
            through_forward(x) - y)
        for layer in reversed(layers):
            g = call(layer.backward, {}, {"grads": g, "eta": eta}, ("grads", "eta"))
        for layer in layers:
            for name in "update", "step", "apply_gradients", "update_params":
                if callable(getattr(layer, name, None)):
                    call(getattr(layer, name), {}, {"eta": eta}, ("eta",))
    return {"through_forward": through_forward, "train_through": through_backward}


_SIZES = [("hidden", re.compile(r".*hid.*|n_?h\d*|hn\w*|h\d*|neurons_h\w*", re.I)),
          ("out", re.compile(r".*out.*|.*class(es)?|n_?y|n_?o\w*|on\w*|c|k|y_size|num_labels|labels|d_?y", re.I)),
          ("in", re.compile(r"n_?x|n_?i\w*|in\w*|.*input.*|.*features?|d|d_?x|x_size|num_in\w*|vocab_size", re.I)),
          ("sizes", re.compile(r".*(sizes?|layers?|dims?|dimensions|struct(ure)?|architecture|arch|shape|topology|"
                               r"neurons|nodes|units|nn)\w*", re.I))]


class Given(list):      # type: ignore[type-arg]
    """Data that a constructor was given."""

    role = ""


def constructions(function: Any, sizes: List[int], options: Dict[str, Any], loaded: Loaded) -> Iterator[Any]:
    """The ways to ask for a network of these sizes, the likeliest first: each gives arguments for any sizes."""
    all_parameters = parameters(function)
    needed = [p for p in all_parameters if p.default is p.empty]

    def by_name(sizes: List[int]) -> Any:
        arguments, keywords = [], {}
        unknown = 0
        for p in all_parameters:
            optional, value = p.default is not p.empty, _size(p, sizes)
            if value is None and _ETA.fullmatch(p.name):
                value = 0.5
            if value is None and p.name == "cost" and options.get("cost"):
                value = _cost(options["cost"], loaded)
                value = value if value is not None else None if optional else options["cost"]
            if value is None and p.name in ("activation", "hidden_activation", "output", "output_activation"):
                name = options.get("output" if "output" in p.name else "activation")
                if name and p.default not in (name, loaded.names.get(name, name)):
                    value = loaded.names.get(name, name)
            if value is None and not optional and p.name in ("lmbda", "lambda_", "lam", "mu", "momentum", "reg"):
                value = 0.0
            if value is None and not optional:
                value = _function_named(p.name, loaded)
            if optional:
                if value is not None:
                    keywords[p.name] = value
            else:
                unknown += value is None
                arguments.append(value)
        return (arguments, keywords) if not unknown else None

    if by_name(sizes):
        yield by_name
    extra = [p for p in needed if _ETA.fullmatch(p.name)]
    count = len(needed) - len(extra)
    rest: List[Any] = [0.5] * len(extra)
    if count == 1:
        yield lambda sizes: ([list(sizes), *rest], {})
        yield lambda sizes: ([tuple(sizes), *rest], {})
    if count == len(sizes):
        yield lambda sizes: ([*sizes, *rest], {})
    if count == 3:
        yield lambda sizes: ([sizes[0], list(sizes[1:-1]), sizes[-1], *rest], {})
        yield lambda sizes: ([sizes[0], list(sizes[1:]), 0.5], {})
    if count == 2:
        yield lambda sizes: ([sizes[0], list(sizes[1:]), *rest], {})
        if roles_of(needed[0].name)[:1] == ["x"] or needed[0].name.lower() in ("x", "inputs", "data"):
            yield lambda sizes: ([_data(sizes[0], 4, "x"), _data(sizes[-1], 4, "y"), *rest], {})
    if not needed:
        yield lambda sizes: ([], {})


def _data(n: int, m: int, role: str) -> Any:
    numpy = sys.modules.get("numpy")
    rows = [[random.random() for _ in range(n)] for _ in range(m)]
    if numpy is None:
        return Given(rows)
    kind = type("Given", (numpy.ndarray,), {"role": role})
    return numpy.array(rows).view(kind)


def _size(p: inspect.Parameter, sizes: List[int]) -> Any:
    """What a parameter of this name asks for, if it is about the number of neurons."""
    name, numbers = p.name, re.search(r"(\d+)$", p.name)
    role = next((role for role, pattern in _SIZES if pattern.fullmatch(name)), "")
    several = isinstance(p.default, (list, tuple)) or bool(re.search(
        r"(layers|sizes|dims|units|nodes|neurons)$", name, re.I)) and not re.match(r"n_|num", name, re.I)
    if isinstance(p.default, (str, bool, float)) or callable(p.default) and p.default is not p.empty:
        return None
    if role == "hidden":
        hidden = sizes[1:-1]
        if several and not re.search(r"nodes$", name, re.I):
            return list(hidden)
        if re.match(r"(n_|num_?)hidden_?layers|hidden_layers_?(count|num)", name, re.I):
            return len(hidden) if p.default is p.empty else None
        if numbers and 0 < int(numbers[1]) <= len(hidden):
            return hidden[int(numbers[1]) - 1]
        return hidden[0] if len(hidden) == 1 else None
    if role == "out":
        return sizes[-1]
    if role == "in":
        return sizes[0]
    if role == "sizes" and not re.match(r"n_|num_|batch", name, re.I):
        return list(sizes)
    return None


def _cost(name: str, loaded: Loaded) -> Any:
    """The book's class for a cost."""
    return loaded.names.get("".join(word.capitalize() for word in name.split("-")) + "Cost")


def _function_named(name: str, loaded: Loaded) -> Any:
    """A function of the file for a parameter such as activation, activation_prime, loss or loss_prime."""
    lower = name.lower()
    if not re.search(r"activation|act|loss|cost|func|prime|deriv", lower):
        return None
    prime = bool(re.search(r"prime|deriv|grad|^d_", lower))
    about = r"mse|loss|cost|cross|error" if re.search(
    "loss|cost", lower) else r"sigmoid|tanh|relu|logistic|activ|squash"
    return next(
    (loaded.names[key] for key in loaded.own if callable(
        loaded.names.get(key)) and re.search(
            about,
            key,
            re.I) and bool(
                re.search(
                    r"prime|deriv|grad|^d(_|sig|tanh|relu|act|log|squ)|slope",
                    key,
                    re.I)) == prime),
                     None)


# The student

class Student:
    """What is asked of somebody's code, in numbers: the pieces that it has, each by a method of this name.

    What the code does other than that is a Finding, or an exception of its own.
    """

    def __init__(self, loaded: Loaded, style: Any,
                 options: Dict[str, Any], note: Callable[[str], object] = str) -> None:
        self.loaded, self.style, self.options = loaded, style, options
        self.note = note                # is told what is called
        self.layouts: Dict[int, Layout] = {}
        self.routes: Dict[str, Route] = {}
        self.problems: Dict[str, Tuple[str, str]] = {}      # of pieces that are there but never come to an end
        self.eta_name = ""
        self.changed: Dict[str, str] = {}
        self.touched: Dict[str, str] = {}                   # by the name of a function: an array that it changed
        self.sizes: Optional[List[int]] = None              # if they cannot be chosen
        self.deep = False
        self.numpy = False
        self.way: Any = None
        self._look()

    # Finding

    def _look(self) -> None:
        errors: List[BaseException] = []
        for way in self.style.ways(PROBE):
            try:
                self.style.fresh(PROBE, way)
                self.way = way
                if self._look_at(PROBE):
                    break
            except ANYTHING as error:
                errors.append(error)
        else:
            for way in self.style.ways(PROBE):
                for sizes in self._inferred(way, errors):
                    self.problems.clear()
                    self.routes.clear()
                    self.way = way
                    if self._look_at(sizes):
                        self.sizes = sizes
                        break
                if self.sizes:
                    break
            else:
                if errors:
                    raise errors[0]
                raise Cannot(f"{self.style.name}: no weights were found in the network that it makes")
        if self.sizes is None:
            if self.problems:               # what does not fit together may do so if all layers are of one size
                for piece, find in ("gradient", self._find_gradient), ("step", self._find_step):
                    if piece in self.problems:
                        find(SQUARE, self.layouts[2])
                self.problems = {piece: problem for piece, problem in self.problems.items() if piece not in self.routes}
            try:
                self.deep = self._look_at(DEEP)
            except ANYTHING:
                self.deep = False
            if not self.deep:
                self.layouts.pop(len(DEEP) - 1, None)
        if "step" in self.routes and any(part == "backward" for part, _ in self.routes["step"].steps):
            self.problems.pop("gradient", None)         # it does go back, after the way forward

    def _inferred(self, way: Any, errors: List[BaseException]) -> Iterator[List[int]]:
        """The sizes of a network that has its own, from matrices that fit behind each other."""
        try:
            state = self.style.fresh(PROBE, way)
        except ANYTHING as error:
            errors.append(error)
            return
        found: List[Tuple[Path, Any]] = []
        for path in places(state.root):
            array = get(state.root, path)
            if len(shape(array)) == 2 and not (roles_of(named(path))[:1] in (["x"], ["y"], ["batch"])
                                               and not re.match("a", named(path))):
                if not any(array is other for _, other in found):
                    found.append((path, array))
        likely = [one for one in found if re.search(r"w|theta|syn|kernel|param|coef", spoken(one[0]), re.I)]
        for chain in (likely, found):
            shapes = [shape(array) for _, array in chain if min(shape(array)) > 1 or "b" not in named(_)[:1].lower()]
            shapes = [s for s in shapes if len(s) == 2 and not (min(s) == 1 and max(s) > 1 and len(shapes) > 3)]
            ways = [(count, extra, order) for count in range(len(shapes), 0, -1) for extra in (0, 1)
                    for order in (0, 1)]
            for count, extra, order in ways:        # all of them first
                use = shapes[:count]
                sizes = [use[0][1 - order] - extra] + [s[order] for s in use]
                if all(s[1 - order] - extra == n for s, n in zip(use, sizes)) and sizes[0] > 0:
                    yield sizes

    def _fresh(self, sizes: List[int]) -> State:
        return self.style.fresh(sizes, self.way)    # type: ignore[no-any-return]

    def _look_at(self, sizes: List[int]) -> bool:
        """Find everything in a network of these sizes; whether its parameters were found."""
        state = self._fresh(sizes)
        depth = len(sizes) - 1
        self.numpy = any(is_array(get(state.root, path)) for path in places(state.root)) if (
            state.root is not self.loaded.names) else "numpy" in sys.modules
        forward = self._find_forward(sizes)
        if forward is None and "forward" in self.problems and self.sizes is None:
            square = self._find_forward(SQUARE)
            if square:
                self.routes["forward"] = square[0]
        slots = self._find_slots(sizes, forward)
        if slots is None:
            return False
        layout = self.layouts[depth] = Layout(slots)
        if forward:
            route, layout.output = forward
            self.routes.setdefault("forward", route)
        if self.sizes is None and depth == 2:
            self._find_eta(state)
        self._find_gradient(sizes, layout)
        if depth == 2 or "step" not in self.routes:
            self._find_step(sizes, layout)
        return True

    def _forms(self, sizes: List[int]) -> List[Form]:
        """The forms of one example, the likeliest first."""
        state = self._fresh(sizes)
        shapes = [shape(get(state.root, path)) for path in places(state.root)]
        columns = any(len(s) == 2 and s[1] == 1 and s[0] in sizes[1:] for s in shapes)
        rows = any(len(s) == 2 and s[0] == 1 and s[1] in sizes[1:] for s in shapes)
        weights_turned = any(s == (sizes[0], sizes[1]) and sizes[0] != sizes[1] for s in shapes)
        flat_bias = any(s == (n,) for s in shapes for n in sizes[1:])
        if columns:
            order = ["columns", "rows", "flat"]
        elif rows or weights_turned:
            order = ["rows", "flat", "columns"] if self.numpy else ["flat", "rows", "columns"]
        elif flat_bias or not self.numpy:
            order = ["flat", "columns", "rows"]
        else:
            order = ["columns", "flat", "rows"]
        labels = [name for name in self.loaded.own if re.search(r"one_?hot|label|categor|encode|vectori", name, re.I)]
        return [Form(x, label) for label in ((False, True) if labels else (False,)) for x in order]

    def _candidates(self, state: State, pattern: Any) -> List[str]:
        """Functions by how likely their names are, then in their order."""
        functions = self.style.functions(state)
        alternatives = pattern.pattern.split("|")

        def rank(name: str) -> int:
            return next((k for k, alternative in enumerate(alternatives)
                        if _matches(alternative, name)), len(alternatives))
        matching = [name for name in functions if pattern.fullmatch(name)]
        return sorted(matching, key=rank)

    def _find_forward(self, sizes: List[int]) -> Optional[Tuple[Route, Path]]:
        state = self._fresh(sizes)
        likely = self._candidates(state, _FORWARD)
        functions = self.style.functions(state)
        others = [name for name in functions if name not in likely and not _PLOT.fullmatch(name)
                  and not _STEP.fullmatch(name) and not _BACKWARD.fullmatch(name) and not _EVALUATE.fullmatch(name)]
        problem: Optional[BaseException] = None
        at_fault = ""
        for name in likely + others:
            function = functions[name]
            if len([p for p in required(function) if p not in state.names]) > 3:
                continue
            for form in self._forms(sizes)[:3]:
                xs = [_random(sizes[0]), _random(sizes[0])]
                try:
                    outs = [self._run(self._fresh(sizes), ((("forward", name),)), form, [x], [_random(sizes[-1])], {},
                                      single=True)[1] for x in xs]
                    path = self._output_path(outs[0], sizes[-1], self.style.returns(name))
                    if path is not None and _vector(get(outs[0], path), sizes[-1]) is not None:
                        if problem is not None and at_fault == "feedforward" and name != at_fault:
                            self.problems.setdefault("forward", self.told(problem))     # the one that is meant fails
                        return Route((("forward", name),), form), path
                    if name in likely and not isinstance(problem, Finding):
                        problem, at_fault = _shape_problem(outs[0], sizes[-1]), at_fault or name
                except ANYTHING as error:
                    if problem is None and name in ("feedforward", "forward"):
                        problem, at_fault = error, name
        if problem is not None and "forward" not in self.problems:
            self.problems["forward"] = self.told(problem)
        return None

    def _output_path(self, value: Any, n: int, names: List[str]) -> Optional[Path]:
        """Where in what was returned the output is: the last of the arrays that have its shape, z's last."""
        found = [path for path, array in contents(value).items() if _vector(array, n) is not None]
        if not found:
            return None
        top = [path for path in found if len(path) <= 1] or [path for path in found if len(path) <= 2] or found

        def name_of(path: Path) -> str:
            index = path[0][1] if path and path[0][0] == "i" else None
            if index is not None and isinstance(value, tuple) and len(names) == len(value):
                return names[index]
            return str(path[0][1]) if path else ""
        good = [path for path in top if re.match(r"a|out|y|pred|prob|o|h", name_of(path), re.I)]
        return (good or [path for path in top if not re.match(r"z", name_of(path), re.I)] or top)[-1]

    def _find_slots(self, sizes: List[int], forward: Optional[Tuple[Route, Path]]) -> Optional[List[Slot]]:
        """The weights and biases of each layer: arrays of the right shape that the output depends on."""
        state = self._fresh(sizes)
        paths = [path for path in places(state.root) if _settable(state.root, path)]
        shapes = {path: _stretched(get(state.root, path)) for path in paths}
        x = _random(sizes[0])

        def kinds(path: Path) -> Iterator[Tuple[int, str]]:
            for l, (m, n) in enumerate(zip(sizes, sizes[1:])):
                s = shapes[path]
                yield from ((l, kind) for kind, fitting in (("w", (n, m)), ("t", (m, n)), ("wf", (n, m + 1)),
                                                            ("tf", (m + 1, n)),
                                                            ("b", (n,)), ("b", (n, 1)), ("b", (1, n)))
                            if s == fitting)
        fitting = [path for path in paths if any(True for _ in kinds(path))]
        live = set(fitting)
        if forward:
            route, output = forward
            for path in fitting:
                _shake(state.root, path)

            def out() -> Any:
                result = self._run(state, route.steps, route.form, [x], [_random(sizes[-1])], {}, single=True)[1]
                return plain(get(result, output))
            try:
                base = [out(), out()]
                for path in fitting:
                    before = plain(get(state.root, path))
                    _shake(state.root, path)
                    if out() == base[1]:
                        live.discard(path)
                    put(state.root, path, before)
                if base[0] != base[1]:
                    live = set(fitting)         # it is different each time, as with dropout
            except ANYTHING:
                live = set(fitting)
        slots: List[Slot] = []
        for l, (m, n) in enumerate(zip(sizes, sizes[1:])):
            def of(kind: str, among: Any) -> List[Path]:
                found = [path for path in among if (l, kind) in kinds(path)]
                return sorted(found, key=lambda path: bool(re.search(
                    r"(^|_)(v|m|d|grad|delta|nabla|sum|acc|zero|velocity|prev|old|last)", named(path), re.I)))
            chosen = None
            for among in (([p for p in fitting if p in live]), fitting):
                for kind in (
    "w",
    "t",
    "wf",
    "tf") if not self._prefers_turned(
        state,
        sizes) else (
            "t",
            "w",
            "tf",
             "wf"):
                    for path in of(kind, among):
                        if chosen is None and not any(slot.w == path for slot in slots):
                            chosen = (path, kind)
                if chosen:
                    break
            if chosen is None:
                return None
            path, kind = chosen
            if kind.endswith("f"):
                slots.append(
    Slot(
        path,
        kind[0] == "t",
        None,
        self._bias_column(
            state,
            path,
            kind,
            sizes,
            forward,
            x,
             l)))
                continue
            biases = [p for p in of("b", [p for p in fitting if p in live]) if p != path] or [
                p for p in of("b", fitting) if p != path and re.match(r"b\d*$|.*bias.*|theta_?0", named(p), re.I)]
            taken = [slot.b for slot in slots]
            biases = [p for p in biases if p not in taken and not re.match(r"w|syn|theta", named(p), re.I)]
            b = biases[0] if biases else None
            form = {1: "flat", 2: "columns"}[len(shapes[b])] if b is not None else ""
            if b is not None and len(shapes[b]) == 2 and shapes[b][0] == 1 and n > 1:
                form = "rows"
            elif b is not None and shapes[b] == (1, 1) and any(
                    s == (1, k) for s in shapes.values() for k in sizes[1:-1]):
                form = "rows"
            slots.append(Slot(path, kind[0] == "t", b, form))
        return slots

    def _prefers_turned(self, state: State, sizes: List[int]) -> bool:
        shapes = [shape(get(state.root, path)) for path in places(state.root)]
        return (sizes[0], sizes[1]) in shapes and (sizes[1], sizes[0]) not in shapes

    def _bias_column(
    self,
    state: State,
    path: Path,
    kind: str,
    sizes: List[int],
    forward: Any,
    x: Vector,
     l: int) -> str:
        """Whether the bias in a matrix of weights is its last or its first column."""
        if not forward or l:
            return next((slot.bias for slot in getattr(self.layouts.get(2), "slots", [])), "last") if not l else (
                self._folded)
        route, output = forward
        self._folded = "last"
        w = plain(get(state.root, path))
        rows = turned(w) if kind == "tf" else w

        def out(rows: Matrix, x: Vector) -> Any:
            put(state.root, path, turned(rows) if kind == "tf" else rows)
            result = self._run(state, route.steps, route.form, [x], [_random(sizes[-1])], {}, single=True)[1]
            return plain(get(result, output))
        zero = [0.0] * sizes[0]
        with_last = [[0.0] * sizes[0] + [row[-1]] for row in rows]
        if out(with_last, zero) == out([[0.0] * (sizes[0] + 1) for _ in rows], zero):
            self._folded = "first"
        return self._folded

    def _find_eta(self, state: State) -> None:
        """An attribute, or a constant of the file, that is the learning rate."""
        root = state.root
        if hasattr(root, "__dict__"):
            self.eta_name = next((name for name, value in vars(root).items() if _ETA.fullmatch(name)
                                  and isinstance(value, (int, float))), "")
        if not self.eta_name:
            found = next((name for name, value in self.loaded.names.items() if _ETA.fullmatch(name)
                          and isinstance(value, (int, float))), "")
            self.eta_name = f"global {found}" if found else ""

    def _find_gradient(self, sizes: List[int], layout: Layout) -> None:
        """What returns, or leaves in the network, arrays for all parameters."""
        state = self._fresh(sizes)
        functions = self.style.functions(state)
        forward = self.routes.get("forward")
        steps: List[Tuple[Tuple[str, str], ...]] = []
        for name in self._candidates(state, _BACKWARD):
            one = (("backward", name),)
            steps += [(*forward.steps, *one), one] if forward and not self._goes_alone(functions[name]) else [one]
        known = self.routes.get("gradient")
        best: Any = None
        problem, moves = None, False
        for way in [known.steps] if known else steps:
            forms = [known.form] if known else self._forms(sizes)
            if forward and not known:
                forms = sorted(forms, key=lambda form: form.x != forward.form.x)
                forms = [form for form in forms if sizes != SQUARE or form.x == forward.form.x]
            for form in forms:
                for stores in (False, True):
                    try:
                        state = self._fresh(sizes)
                        self.write(state, _theta(sizes), layout)
                        before = self.read(state, layout)
                        after, value = self._run(state, way, form, [_random(sizes[0])], [
                                                 _one_hot(sizes[-1])], {"eta": 0.5}, single=True)
                        if self.read(after, layout) != before and (stores or value is None):
                            moves = True        # it is a step
                            break
                        where = self._align(sizes, layout, value if not stores else after.root, stores, way[-1][1])
                    except ANYTHING as error:
                        if problem is None and way[-1][1] in ("backprop", "backward"):
                            problem = error
                        break
                    if where is None:
                        if problem is None and not stores and way[-1][1] == "backprop":
                            problem = Finding("returns-none" if value is None else "wrong-shape", f"returned "
                                              f"{described(value)}, expected arrays shaped like weights and biases")
                        continue
                    fit, paths = where
                    if best is None or fit > best[0]:
                        best = (fit, Route(way, form, stores), paths)
                    if fit == 2 * len(layout.slots):
                        break
                if best and best[0] == 2 * len(layout.slots):
                    break
            if best and best[0] >= len(layout.slots) and way == best[1].steps:
                break
        if best:
            layout.gradient = best[2]
            self.routes.setdefault("gradient", best[1])
        elif problem is not None and "gradient" not in self.routes and not moves:
            self.problems["gradient"] = self.told(problem)

    def _goes_alone(self, function: Any) -> bool:
        """Whether it takes x and y and nothing that comes of the way forward."""
        roles = [roles_of(name) for name in required(function)]
        return len(roles) >= 2 and roles[0][:1] == ["x"] and "y" in roles[1] and all(
            "cache" not in role and "out" not in role[:1] for role in roles[2:]) and len(roles) < 4

    def _align(self, sizes: List[int], layout: Layout, value: Any, stores: bool, name: str) -> Any:
        """Which of the arrays is the gradient of which parameters: by their shapes, then by their order."""
        found = contents(value)
        if stores:
            parameters_ = {path for slot in layout.slots for path in (slot.w, slot.b)}
            found = {path: array for path, array in found.items() if path not in parameters_
                     and (re.match(r"d|grad|nabla|g", named(path), re.I) or re.match("grad|nabla", spoken(path), re.I))}
        names = self.style.returns(name)
        order = list(found)

        def name_of(path: Path) -> str:
            if path and path[0][0] == "i" and path[0][1] < len(names) and len(names) > 1:
                return str(names[path[0][1]]) + spoken(path[1:])
            return spoken(path)
        order.sort(key=lambda path: not re.match(r"(grad|nabla|d|delta|g)", name_of(path), re.I))
        if any(re.match(r"(grad|nabla|d)_?\w*", name_of(path), re.I) for path in order):
            order = [path for path in order if re.match(r"(grad|nabla|d|\[|g)", name_of(path) or "[", re.I)]
        fit, used, result = 0, set(), []
        shapes = {path: _stretched(found[path]) for path in order}
        state = self._fresh(sizes)
        wanted: List[Tuple[int, str, Tuple[int, ...]]] = []
        for l, slot in enumerate(layout.slots):
            wanted.append((l, "w", shape(get(state.root, slot.w))))
            if slot.b is not None:
                wanted.append((l, "b", shape(get(state.root, slot.b))))
        given: Dict[Tuple[int, str], Path] = {}
        for l, what, s in wanted:
            n = sizes[l + 1]
            exact = [path for path in order if path not in used and (
                shapes[path] == s or what == "b" and shapes[path] in ((n,), (n, 1), (1, n)))]
            if exact:
                fit += 1
                exact.sort(key=lambda path: not (
                    re.search(rf"[A-Za-z_]{l + 1}\b", name_of(path)) or path[-1:] == (("i", l),)))
                given[l, what] = exact[0]
                used.add(exact[0])
        left = [path for path in order if path not in used]
        missing = [(l, what) for l, what, _ in wanted if (l, what) not in given]
        for l, what in list(missing):       # a name, such as db2, or the other of two lists
            def is_it(path: Path) -> bool:
                text = name_of(path)
                return bool(re.search(rf"{'w|theta' if what == 'w' else 'b'}\w*?_?\[?{l + 1}\b", text, re.I)) or (
                    [index for kind, index in path if kind == "i"][-1:] == [l] and len(path) == 2 and any(
                        other[:1] == path[:1] and k == what for (_, k), other in given.items()))
            match = next((path for path in left if is_it(path)), None)
            if match is not None:
                given[l, what] = match
                left.remove(match)
                missing.remove((l, what))
        if missing and len(missing) == len(left):
            for key, path in zip(missing, left):
                given[key] = path
        if not any(what == "w" for _, what in given) or len(
            [1 for _, what in given if what == "w"]) < len(layout.slots):
            return None
        result = [(given.get((l, "b")), given[l, "w"]) for l in range(len(layout.slots))]
        return fit + sum(slot.b is None for slot in layout.slots), result

    def _find_step(self, sizes: List[int], layout: Layout) -> None:
        """What changes all parameters: one function, or a way forward and back and an update."""
        state = self._fresh(sizes)
        functions = self.style.functions(state)
        forward = self.routes.get("forward")
        ways: List[Tuple[Tuple[str, str], ...]] = []
        updates = [name for name in functions if _UPDATE.fullmatch(name) and name not in ("update_mini_batch",)]
        gradient = self.routes.get("gradient")
        singles = [name for name in self._candidates(state, _STEP) if len(required(functions[name])) < 8]
        epochs = [name for name in singles if takes(functions[name], "epochs")]
        singles = [name for name in singles if name not in epochs]
        ways += [(("update", name),) for name in singles if not _BACKWARD.fullmatch(name)]
        backward = self._candidates(state, _BACKWARD)
        for update in updates:
            if gradient:
                ways.append((*gradient.steps, ("update", update)))
            ways += [(*(forward.steps if forward else ()), ("backward", name), ("update", update)) for name in backward]
        ways += [way for name in backward for way in ([(*forward.steps, ("backward", name))] if forward else [])
                 + [(("backward", name),)]]
        ways += [(("update", name),) for name in epochs]
        others = [
    name for name in functions if name not in singles +
    epochs +
    backward +
    updates and forward and name != forward.steps[0][1] and not _PLOT.fullmatch(name) and len(
        required(
            functions[name])) in (
                2,
                 3)]
        ways += [(("update", name),) for name in others]
        best: Any = None
        problem = None
        for way in ways:
            forms = [Form(form.x, form.label, batch) for form in self._forms(sizes)
                     for batch in ("single", "pairs", "arrays", "lists")]
            base = gradient or forward
            if base:
                forms.sort(key=lambda form: (form.x != base.form.x, form.label != base.form.label))
                forms = [form for form in forms if sizes != SQUARE or form.x == base.form.x]
            last = functions.get(way[-1][1])
            wants_pairs = len(way) == 1 and len(data_of(last)) == 1
            if len(way) > 1 or not wants_pairs:
                forms = [form for form in forms if form.batch != "pairs"]
            if forward and any(
    path[0][0] == "k" for slot in layout.slots for path in [
        slot.w] if path) and len(way) > 2:
                forms += [form._replace(x="labelled") for form in forms[:1]]
            if isinstance(state.root, list):
                forms += [forms[0]._replace(x="labelled")] if forms else []
            for form in forms:
                if form.label and best is not None:
                    continue
                try:
                    state = self._fresh(sizes)
                    self.write(state, _theta(sizes), layout)
                    before = self.read(state, layout)
                    after, _ = self._run(state, way, form, [_random(sizes[0])], [_one_hot(sizes[-1])], {"eta": 0.5},
                                         single=form.batch == "single")
                    now = self._read(after, layout, before)
                    moved = self._moved(before, now)
                    if _shapes(now) != _shapes(before):
                        raise Finding("wrong-shape", "left weights or biases of another shape than they had")
                    if not moved and way[-1][1] == "update_mini_batch":
                        raise Finding("update-weights-not-updated", "leaves all weights as they are")
                except ANYTHING as error:
                    if (problem is None or isinstance(error, Finding)
                        ) and way[-1][1] in ("update_mini_batch", "train", "fit"):
                        problem = error
                    continue
                if moved > 0.1 and (best is None or moved > best[0] + 0.05):
                    best = (moved, Route(way, form))
                if best and best[0] > 0.95:
                    break
            if best and best[0] > 0.6 and way == best[1].steps:
                break
        if best:
            self.routes["step"] = best[1]
            self._find_batch(sizes, layout)
        elif problem is not None:
            self.problems["step"] = self.told(problem)

    def _moved(self, before: Theta, after: Theta) -> float:
        """Which part of all weights changed."""
        if shape(before["weights"]) != shape(after["weights"]):
            return 0.0
        pairs = [
    (p, q) for w, v in zip(
        before["weights"], after["weights"]) for r, s in zip(
            w, v) for p, q in zip(
                r, s)]
        finite = all(q == q and abs(q) < 1e300 for _, q in pairs)
        return sum(p != q for p, q in pairs) / len(pairs) if finite else 0.0

    def _find_batch(self, sizes: List[int], layout: Layout) -> None:
        """How several examples are handed over; whether they are at all is for the judge to see."""
        route = self.routes["step"]
        self.batches = True
        if route.form.batch != "single":
            return
        for form in ([route.form._replace(batch=batch, x=x) for batch in ("arrays", "lists")
                      for x in ([route.form.x] if route.form.x != "flat" else ["rows", "columns", "flat"])]):
            try:
                state = self._fresh(sizes)
                self.write(state, _theta(sizes), layout)
                before = self.read(state, layout)
                after, _ = self._run(state, route.steps, form, [_random(sizes[0]) for _ in range(7)],
                                     [_one_hot(sizes[-1], i) for i in range(7)], {"eta": 0.5}, single=False)
                if self._moved(before, self.read(after, layout)) > 0.1:
                    self.many = form
                    return
            except ANYTHING:
                continue
        self.batches = False

    many: Optional[Form] = None
    batches = False
    _folded = "last"

    # Numbers in, numbers out

    def _array(self, numbers: Any) -> Any:
        return sys.modules["numpy"].array(numbers, dtype=float) if self.numpy and "numpy" in sys.modules else (
            copy.deepcopy(numbers))

    def _vector(self, x: Sequence[float], form: str) -> Any:
        if form == "columns":
            return self._array([[xk] for xk in x])
        return self._array([list(x)] if form == "rows" else list(x))

    def _example(self, x: Vector, y: Vector, form: Form) -> Tuple[Any, Any]:
        if form.x == "labelled":
            return [*x, _argmax(y)], list(y)
        label: Any = _argmax(y)
        if form.label and self.numpy:
            label = sys.modules["numpy"].array([label])
        return self._vector(x, form.x), label if form.label else self._vector(y, form.x)

    def _batch(self, xs: List[Vector], ys: List[Vector], form: Form) -> Dict[str, Any]:
        """Several examples, as roles."""
        if form.batch == "pairs":
            return {"batch": [self._example(x, y, form) for x, y in zip(xs, ys)]}
        if form.batch == "lists":
            return {"x": [self._example(x, y, form)[0] for x, y in zip(xs, ys)],
                    "y": [self._example(x, y, form)[1] for x, y in zip(xs, ys)]}
        upright = form.x == "columns"
        roles: Dict[str, Any] = {"x": self._array(turned(xs) if upright else xs)}
        labels = [_argmax(y) for y in ys]
        roles["y"] = (sys.modules["numpy"].array(labels) if self.numpy else labels) if form.label else (
            self._array(turned(ys) if upright else ys))
        return roles

    def _run(self, state: State, steps: Sequence[Tuple[str, str]], form: Form, xs: List[Vector], ys: List[Vector],
             hyper: Dict[str, float], single: bool) -> Tuple[State, Any]:
        """Call what a route calls, handing on what comes of each."""
        roles: Dict[str, Any] = dict(zip("xy", self._example(xs[0], ys[0], form))
                                     ) if single else self._batch(xs, ys, form)
        # A step that has to be given λ, μ or n is tried without regularisation and without momentum.
        roles.update({"epochs": 1, "n_out": len(ys[0]), "m": len(xs), "params": state.root,
                      "lmbda": 0.0, "mu": 0.0, "n": len(xs), **hyper})
        if self.style.init is None and state.root is self.loaded.names if hasattr(self.style, "init") else False:
            roles.pop("params")
        if "size" not in roles:
            roles["size"] = len(xs)
        for role, attributes in self.style.data.items():
            for name in attributes:
                setattr(state.root, name, roles.get(role))
        self._set_eta(state, hyper.get("eta"))
        for role in "loss", "loss_prime":
            found = _function_named(role, self.loaded)
            if found is not None:
                roles[role] = found
        names: Dict[str, Any] = {}
        value: Any = None
        functions = self.style.functions(state)
        handed = _handed(roles)
        before = [_as_text(array, single) for array in handed.values()]
        for part, name in steps:
            known = {**names, **state.names}
            self.note(name)
            value = call(functions[name], known, roles)
            returned = self.style.returns(name)
            if isinstance(value, tuple) and len(returned) == len(value):
                names.update({key: item for key, item in zip(returned, value) if key})
            elif len(returned) == 1 and returned[0]:
                names[returned[0]] = value
            if part == "forward":
                path = self._output_path(value, len(ys[0]), returned) if single or len(xs) == 1 else None
                inner = [item for item in value if not is_leaf(item)] if isinstance(value, tuple) else []
                roles["out"] = get(value, path) if path is not None else value[0] if isinstance(value, tuple) else value
                roles["cache"] = inner[-1] if inner else value
                if isinstance(value, dict):
                    names.update({key: item for key, item in value.items() if isinstance(key, str)})
            elif part == "backward":
                roles["grads"] = value
                if isinstance(value, tuple) and len(value) == 1 + sum(isinstance(item, (dict, list)) for item in value):
                    roles["grads"] = next((item for item in value if isinstance(item, (dict, list))), value)
                if isinstance(value, dict):
                    names.update({key: item for key, item in value.items() if isinstance(key, str)})
            layout = self.layouts.get(getattr(self, "_depth", 2))
            state = self.style.successor(state, value, layout)
            roles["params"] = state.root
        for name, array, numbers in zip(handed, handed.values(), before):
            if _as_text(array, single) != numbers:
                self.touched.setdefault(steps[-1][1], name)
        return state, value


    def _set_eta(self, state: State, eta: Optional[float]) -> None:
        if eta is None or not self.eta_name:
            return
        if self.eta_name.startswith("global "):
            self.loaded.names[self.eta_name[7:]] = eta
        else:
            setattr(state.root, self.eta_name, eta)

    def takes_eta(self) -> bool:
        """Whether the learning rate can be chosen."""
        route = self.routes.get("step")
        if route is None:
            return False
        functions = self.style.functions(self._fresh(self.sizes or PROBE))
        if self.eta_name or any(takes(functions[name], "eta") for _, name in route.steps):
            return True
        last = functions[route.steps[-1][1]]
        return len(required(last)) == 3 - (len(data_of(last)) == 1) and not takes(last, "epochs")

    def read(self, state: State, layout: Layout) -> Theta:
        """The parameters of a network."""
        weights, biases = [], []
        for slot in layout.slots:
            w = plain(get(state.root, slot.w), 1 << 20)
            w = turned(w) if slot.turned else w
            b: Any = None
            if slot.b is not None:
                b = flat(plain(get(state.root, slot.b), 1 << 20))
            elif slot.bias:
                index = -1 if slot.bias == "last" else 0
                b = [row[index] for row in w]
                w = [row[:-1] if slot.bias == "last" else row[1:] for row in w]
            weights.append(w)
            biases.append(b)
        return {"weights": weights, "biases": biases}

    def write(self, state: State, theta: Theta, layout: Layout) -> None:
        """Put parameters into a network."""
        for slot, w, b in zip(layout.slots, theta["weights"], theta["biases"]):
            rows = [list(row) for row in w]
            if slot.b is None and slot.bias:
                rows = [[*row, bj] if slot.bias == "last" else [bj, *row] for row, bj in zip(rows, b)]
            put(state.root, slot.w, turned(rows) if slot.turned else rows)
            if slot.b is not None:
                put(state.root, slot.b, list(b) if slot.bias == "flat" else [list(b)] if slot.bias == "rows" else
                    [[bj] for bj in b])

    def _net(self, theta: Theta) -> Tuple[State, Layout]:
        """A new network with these parameters."""
        sizes = sizes_of(theta)
        self._depth = len(sizes) - 1
        layout = self.layouts[self._depth]
        state = self._fresh(sizes)
        self.write(state, theta, layout)
        return state, layout

    _depth = 2

    def has_biases(self) -> bool:
        """Whether every layer has biases, of its own or folded in."""
        return all(slot.bias for slot in self.layouts[min(self.layouts)].slots)

    def start(self, sizes: List[int]) -> Theta:
        """The parameters with which a new network begins."""
        return self.read(self._fresh(sizes), self.layouts[len(sizes) - 1])

    def forward(self, theta: Theta, x: Vector) -> Vector:
        """The output."""
        state, layout = self._net(theta)
        route = self.routes["forward"]
        before = self._written(state, layout)
        _, value = self._run(state, route.steps, route.form, [x], [[0.0] * len(theta["weights"][-1])], {}, single=True)
        self._compare("forward", before, self._written(state, layout))
        n = len(theta["weights"][-1])
        path = self._output_path(value, n, self.style.returns(route.steps[-1][1]))
        if path is None:
            raise Finding("returns-none" if value is None else "wrong-shape",
                          f"returned {described(value)}, expected {n} numbers")
        return _numbers(get(value, path))

    def slopes(self, theta: Theta, x: Vector, most: int = 400) -> Dict[str, Any]:
        """Central differences of the outputs by the parameters: for each output, arrays shaped like the parameters.

        Of a network of more than `most` parameters some are left out: None stands in their place."""
        state, layout = self._net(theta)
        route = self.routes["forward"]
        n = len(theta["weights"][-1])
        count = sum(len(w) * (len(w[0]) + 1) for w in theta["weights"])
        stride = 1 + count // most
        path = None
        number = 0

        def out() -> Vector:
            nonlocal path
            _, value = self._run(state, route.steps, route.form, [x], [[0.0] * n], {}, single=True)
            path = self._output_path(value, n, self.style.returns(route.steps[-1][1])) if path is None else path
            return _numbers(get(value, path))      # type: ignore[arg-type]

        def slope(row: Vector, k: int) -> Any:
            nonlocal number
            number += 1
            if number % stride:
                return None
            h, at = 1e-5, row[k]
            row[k] = at + h
            self.write(state, theta, layout)
            above = out()
            row[k] = at - h
            self.write(state, theta, layout)
            below = out()
            row[k] = at
            return [(p - q) / (2 * h) for p, q in zip(above, below)]
        found = {"weights": [[[slope(row, k) for k in range(len(row))] for row in w] for w in theta["weights"]],
                 "biases": [b and [slope(b, k) for k in range(len(b))] for b in theta["biases"]]}
        return found

    def gradient(self, theta: Theta, x: Vector, y: Vector) -> List[Any]:
        """(nabla_b, nabla_w), None for what there is not."""
        state, layout = self._net(theta)
        route = self.routes["gradient"]
        before = self._written(state, layout)
        after, value = self._run(state, route.steps, route.form, [x], [y], {"eta": 0.0, "lmbda": 0.0}, single=True)
        self._compare("gradient", before, self._written(state, layout))
        source = after.root if route.stores else value
        nabla_b, nabla_w = [], []
        if not layout.gradient:
            aligned = self._align(sizes_of(theta), layout, source, route.stores, route.steps[-1][1])
            if aligned is None:
                raise Finding("wrong-shape", f"returned {described(value)}, expected arrays like weights and biases")
            layout.gradient = aligned[1]
        for slot, (b_path, w_path) in zip(layout.slots, layout.gradient):
            try:
                w = plain(get(source, w_path))      # type: ignore[arg-type]
                b = flat(plain(get(source, b_path))) if b_path is not None else None
            except (IndexError, KeyError, TypeError, AttributeError):
                raise Finding("returns-none" if value is None else "wrong-shape", f"returned {described(value)}, "
                              f"expected arrays for {len(layout.slots)} layers") from None
            w = turned(w) if slot.turned else w
            if slot.b is None and slot.bias and len(shape(w)) == 2:
                index = -1 if slot.bias == "last" else 0
                b = [row[index] for row in w]
                w = [row[:-1] if slot.bias == "last" else row[1:] for row in w]
            nabla_w.append(w)
            nabla_b.append(b)
        return [nabla_b, nabla_w]

    def step(self, theta: Theta, batches: List[Any], hyper: Dict[str, float]) -> List[Theta]:
        """The parameters after each of the mini-batches, (xs, ys) each, one after the other in one network."""
        state, layout = self._net(theta)
        route, results = self.routes["step"], []
        for xs, ys in batches:
            single = len(xs) == 1 and route.form.batch == "single"
            form = route.form if single or self.many is None else self.many
            if not single and not self.batches:
                raise Finding("no-batches", "takes one example at a time")
            state, _ = self._run(state, route.steps, form, xs, ys, hyper, single)
            results.append(self._read(state, layout, theta))
        return results

    def _read(self, state: State, layout: Layout, before: Theta) -> Theta:
        """The parameters, or what is wrong with them."""
        try:
            return self.read(state, layout)
        except Finding as finding:
            raise Finding("wrong-shape", f"left weights or biases that are no numbers: {finding.args[1]}") from None
        except (KeyError, IndexError, TypeError, AttributeError):
            for path in dict.fromkeys(path[:1] for slot in layout.slots for path in (slot.w, slot.b) if path):
                value = get(state.root, path)
                if value is None or not isinstance(value, (list, tuple, dict)) or len(value) < len(layout.slots):
                    raise Finding("wrong-shape", f"{spoken(path)} became {described(value)}") from None
            raise Finding("wrong-shape", f"left a network without weights and biases of {len(layout.slots)} "
                                         f"layers") from None

    def train(self, theta: Theta, xs: List[Vector], ys: List[Vector], size: int, eta: float, seed: int) -> Theta:
        """The parameters after one epoch."""
        state, layout = self._net(theta)
        random.seed(seed)
        numpy = sys.modules.get("numpy")
        if numpy:
            numpy.random.seed(seed)
        route = self.routes["train"]
        state, _ = self._run(
    state, route.steps, route.form, xs, ys, {
        "eta": eta, "size": size, "m": size}, single=False)
        return self._read(state, layout, theta)

    def find_train(self) -> str:
        """Look for what takes examples for a whole epoch; its name, or nothing."""
        sizes = self.sizes or PROBE
        state = self._fresh(sizes)
        functions, layout = self.style.functions(state), self.layouts[len(sizes) - 1]
        step = self.routes.get("step")
        self.train_size = False
        for name in self._candidates(state, _EPOCHS):
            function = functions[name]
            if step and name == step.steps[-1][1] or not takes(function, "epochs"):
                continue
            base = step or self.routes.get("gradient") or self.routes.get("forward")
            pairs = len(data_of(function)) == 1
            x = base.form.x if base else "flat"
            forms = [Form(x, label, batch) for batch in (["pairs"] if pairs else ["arrays", "lists"])
                     for label in (False, True)]
            for form in forms:
                try:
                    state = self._fresh(sizes)
                    theta = _theta(sizes)
                    self.write(state, theta, layout)
                    before = self.read(state, layout)
                    after, _ = self._run(state, (("update", name),), form, [_random(sizes[0]) for _ in range(5)], [
                                         _one_hot(sizes[-1], i) for i in range(5)], {"eta": 0.5, "size": 2, "m": 2},
                                         single=False)
                    now = self._read(after, layout, before)
                    if _shapes(now) != _shapes(before):
                        raise Finding("wrong-shape", "left weights or biases of another shape than they had")
                    if self._moved(before, now) > 0.1:
                        self.routes["train"] = Route((("update", name),), form)
                        self.train_size = takes(function, "size") or takes(function, "m")
                        return name
                except ANYTHING as error:
                    if name == "SGD" and (isinstance(error, Finding) or "train" not in self.problems):
                        self.problems["train"] = self.told(error)
        return ""

    train_size = False

    def evaluate(self, theta: Theta, xs: List[Vector], labels: List[int], kind: str) -> float:
        """What it counts: examples whose output is largest at their label. `kind` is how labels are handed over."""
        state, _ = self._net(theta)
        n = len(theta["weights"][-1])
        functions = self.style.functions(state)
        name = next(iter(self._candidates(state, _EVALUATE)), None)
        if name is None:
            raise Finding("absent", "")
        route = self.routes.get("forward") or self.routes["step"]
        x_form = route.form.x
        ys: List[Any] = [label if kind == "labels" else self._vector([float(k == label) for k in range(n)], x_form)
                         for label in labels]
        function = functions[name]
        if takes(function, "y") and takes(function, "x"):
            made = self._batch(xs, [[float(k == label) for k in range(n)] for label in labels],
                               Form(x_form, kind == "labels", "lists" if x_form == "flat" else "arrays"))
            self.note(name)
            value = call(function, state.names, {**made, "params": state.root})
        else:
            self.note(name)
            value = call(function, state.names, {"batch": [(self._vector(x, x_form), y) for x, y in zip(xs, ys)],
                                                 "params": state.root}, ("batch",))
        if isinstance(value, tuple):
            value = value[0]
        value = plain(value)
        if isinstance(value, list):
            raise Finding("wrong-shape", f"returned {described(value)}, expected a number")
        return float(value)

    def find_evaluate(self) -> str:
        """The name of what counts right answers, or nothing."""
        return next(iter(self._candidates(self._fresh(self.sizes or PROBE), _EVALUATE)), "")

    def find_derivative(self) -> str:
        """The name of what says how a cost depends on the output, or nothing."""
        state = self._fresh(self.sizes or PROBE)
        return next((name for name in self._candidates(state, _DERIVATIVE)), "")

    def derivative(self, theta: Theta, a: Vector, y: Vector) -> Vector:
        """∂C/∂a, as the file has it."""
        state, layout = self._net(theta)
        route = self.routes.get("gradient") or self.routes.get("forward") or self.routes["step"]
        form = route.form.x
        given = {"out": self._vector(a, form), "y": self._vector(y, form), "x": self._vector(a, form)}
        before = [repr(plain(one)) for one in given.values()], self._written(state, layout)
        value = call(self.style.functions(state)[self.find_derivative()], state.names, given, ("out", "y"))
        if before != ([repr(plain(one)) for one in given.values()], self._written(state, layout)):
            self.changed["derivative"] = "its arguments"
        return _numbers(value)

    def _written(self, state: State, layout: Layout) -> str:
        return repr(self.read(state, layout))

    def _compare(self, piece: str, before: str, after: str) -> None:
        if before != after and piece not in self.changed:
            self.changed[piece] = "weights or biases"

    def told(self, error: BaseException) -> Tuple[str, str]:
        """What went wrong, as a slug and a sentence."""
        if isinstance(error, Finding):
            return error.args[0], error.args[1]
        square = self._square(error)
        if square:
            return "wrong-shape", square
        return "raises", f"raised {spoken_error(error, self.loaded.path)}"

    def _square(self, error: BaseException) -> str:
        """A column and a flat vector that have made a square of each other, in the function that failed."""
        frame = error.__traceback__ if isinstance(error, ValueError) else None
        while frame is not None:
            if frame.tb_frame.f_code.co_filename.startswith(self.loaded.path):
                for name, value in frame.tb_frame.f_locals.items():
                    if is_array(value) and value.ndim == 2 and value.shape[0] == value.shape[1] > 1 and re.match(
                            r"d|err|grad|g|e", name, re.I):
                        return (f"{name} is of shape {value.shape}, expected ({len(value)}, 1): a column and a flat "
                                f"vector, "
                                f"subtracted or multiplied, make a square (line {frame.tb_lineno})")
            frame = frame.tb_next
        return ""

    def kind(self) -> str:
        """How it was taken, in a few words."""
        slots = self.layouts[min(self.layouts)].slots
        form = next(
    (self.routes[piece].form.x for piece in (
        "forward",
        "gradient",
        "step") if piece in self.routes),
         "flat")
        lists = "lists" if form in ("flat", "labelled") else f"lists as {form}"
        return (f"NumPy {form}" if self.numpy else lists) + ", weights of n_in x n_out" * slots[0].turned

    def took(self) -> List[str]:
        """What was taken for what, where the book has other names."""
        slots = self.layouts[min(self.layouts)].slots
        names = self._fresh(self.sizes or PROBE).order
        weights = _listed([slot.w for slot in slots], names)
        biases = _listed([slot.b for slot in slots if slot.b is not None], names)
        lines: List[str] = []
        if weights != "weights" or biases != "biases":
            folded = f"their {slots[0].bias} column for the biases" if slots[0].bias in (
                "last", "first") else "no biases"
            lines.append(f"took {weights} for the weights, {biases + ' for the biases' if biases else folded}")
        books = {"forward": ("feedforward", "the way forward"), "gradient": ("backprop", "the gradient"),
                 "step": ("update_mini_batch", "a step"), "train": ("SGD", "an epoch")}
        for piece, (book, what) in books.items():
            if piece in self.routes and str(self.routes[piece]) != book:
                lines.append(f"took {self.routes[piece]} for {what}")
        return lines


def _as_text(array: Any, single: bool) -> str:
    """The numbers of an array; in any order for those of several examples, which may be shuffled."""
    numbers = plain(array, 1 << 20)
    return repr(numbers if single else sorted(flat(numbers)))


def _handed(roles: Dict[str, Any]) -> Dict[str, Any]:
    """The arrays of examples that are handed over, each by its name."""
    found = {name: roles[name] for name in "xy" if name in roles and not isinstance(roles[name], (int, float))}
    for number, pair in enumerate(roles.get("batch", ())):
        found.update({f"batch[{number}][{k}]": one for k, one in enumerate(pair) if not isinstance(one, int)})
    return found


def _listed(paths: List[Path], names: List[str]) -> str:
    """Places in words, by the names that their author gave to what a function returns."""
    spoken_ = [names[path[0][1]] if len(path) == 1 and path[0][0] == "i" and names else re.sub(
        r"\[\d+\]$", "", spoken(path)) for path in paths]
    return ", ".join(dict.fromkeys(spoken_))


def _matches(alternative: str, name: str) -> bool:
    try:
        return re.fullmatch(alternative, name, re.I) is not None
    except re.error:
        return False


def sizes_of(theta: Theta) -> List[int]:
    """The numbers of neurons, the inputs first."""
    return [len(theta["weights"][0][0]), *map(len, theta["weights"])]


_rng = random.Random(7)


def _random(n: int) -> Vector:
    return [_rng.uniform(0.1, 1.0) for _ in range(n)]


def _theta(sizes: List[int]) -> Theta:
    return {"weights": [[_random(m) for _ in range(n)] for m, n in zip(sizes, sizes[1:])],
            "biases": [_random(n) for n in sizes[1:]]}


def _one_hot(n: int, i: int = 0) -> Vector:
    return [float(k == (i + n - 1) % n) for k in range(n)]


def _argmax(y: Vector) -> int:
    return max(range(len(y)), key=y.__getitem__)


def _stretched(value: Any) -> Tuple[int, ...]:
    return shape(value)


def _vector(value: Any, n: int) -> Optional[Vector]:
    """The n numbers of a vector, a column or a row; None for anything else."""
    if is_number(value):
        return [float(value)] if n == 1 else None
    if not is_leaf(value) or shape(value) not in ((n,), (n, 1), (1, n)):
        return None
    return flat(plain(value))   # type: ignore[no-any-return]


def _numbers(value: Any) -> Vector:
    return flat(plain(value))   # type: ignore[no-any-return]


def _settable(root: Any, path: Path) -> bool:
    value = get(root, path)
    if is_array(value):
        return value.dtype.kind == "f" or value.dtype.kind == "i" and value.ndim == 2   # type: ignore[no-any-return]
    numbers = [item for row in value for item in (row if isinstance(row, (list, tuple)) or is_array(row) else [row])]
    return bool(numbers) and any(isinstance(number, float) for number in numbers)


def _shake(root: Any, path: Path) -> None:
    """Other numbers in a place."""
    def walk(value: Any) -> Any:
        return [walk(item) for item in value] if isinstance(value, list) else _rng.uniform(0.1, 1.0)
    put(root, path, walk(plain(get(root, path), 1 << 20)))


def _shape_problem(value: Any, n: int) -> Finding:
    """What is wrong with what was returned in place of n numbers."""
    try:
        found = shape(plain(value))
    except Finding as finding:
        return finding
    return Finding("wrong-shape", f"returned numbers of shape {found}, expected {n} of them")


def _shapes(theta: Theta) -> List[Any]:
    return [shape(one) for one in [*theta["weights"], *(b for b in theta["biases"] if b is not None)]]


def spoken_error(error: BaseException, path: str) -> str:
    """An error in one line, with the line of the file that led to it."""
    import traceback
    lines = [frame.lineno for frame in traceback.extract_tb(error.__traceback__) if frame.filename.startswith(path)]
    try:
        text = " ".join(str(error).split())[:200]
    except BaseException:
        text = "without a text"
    if isinstance(error, SyntaxError):
        lines, text = [error.lineno], str(error.msg)
    where = f" (line {lines[-1]})" if lines and lines[-1] else ""
    return f"{type(error).__name__}{': ' + text if text else ''}{where}"


def student(loaded: Loaded, name: str, options: Dict[str, Any], note: Callable[[str], object] = str) -> Student:
    """What looks most like a network in the file, or the class of this name."""
    names = loaded.names
    classes = [key for key in loaded.own if isinstance(names.get(key), type)
               and not issubclass(names[key], BaseException)]
    if name:
        if not isinstance(names.get(name), type):
            raise Cannot(f"no class {name}, expected one of {', '.join(classes) or 'none'}")
        classes = [name]
    if not loaded.own:
        classes = [key for key, value in names.items() if isinstance(value, type)][:20]
    found: List[Tuple[int, Student]] = []
    errors: List[BaseException] = []

    def look(style: Any) -> None:
        try:
            one = Student(loaded, style, options, note)
        except ANYTHING as error:
            errors.append(error)
            return
        score = sum(3 if piece in one.routes else 1 for piece in ("forward", "gradient", "step")
                    if piece in one.routes or piece in one.problems)
        if score and ("gradient" in one.routes or "step" in one.routes or "forward" in one.routes or one.problems):
            found.append((score, one))

    for made_of in of_layers(loaded, [names[key] for key in classes], options):
        look(made_of)
    if not found:
        for key in classes:
            look(OfClass(loaded, names[key], options))
    if not name and max((score for score, _ in found), default=0) < 6:
        for key, value in list(names.items()):          # networks that the file has made: objects, lists of layers
            if type(value).__name__ in loaded.own and not isinstance(value, type):
                look(OfClass(loaded, type(value), options, made=value))
            elif isinstance(value, list) and value and all(type(one).__name__ in loaded.own for one in value):
                look(OfFunctions(loaded, None, options, made=value))
        inits = [key for key in loaded.own if inspect.isfunction(names.get(key)) and re.search(
            r"init|create|make|build|new|random|setup|generate", key, re.I)]
        for key in inits:
            look(OfFunctions(loaded, key, options))
        if not found and any(inspect.isfunction(names.get(key)) for key in loaded.own):
            look(OfFunctions(loaded, None, options))
    if not found:
        if errors and name:
            raise errors[0]
        reason = f"; {spoken_error(errors[0], loaded.path)}" if errors and not isinstance(errors[0], Cannot) else (
            f"; {errors[0]}" if errors else "")
        raise Cannot(f"no network was found, expected a class or functions that go forward, back, or take a "
                     f"step{reason}")
    return max(found, key=lambda pair: pair[0])[1]
