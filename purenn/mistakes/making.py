"""How somebody's network comes to be: whatever his file makes that could be one, of sizes that are asked for.

It may be an object of a class, what a function returns, layers in a list or in something that takes them, what a file
has in its global variables, or what two closures share. A `Source` makes such networks; whether they are any is for
`finding` to see, which takes the first source whose arrays have the right shapes and do something.

A network of 3, 5 and 2 neurons can be asked for in few ways, and names say which is tried first: three numbers, a list,
a number and a list of the hidden ones, data of the right width. The arrays that come of it tell which was right.
"""
from __future__ import annotations

import copy
import dis
import inspect
import random
import re
import sys
from typing import Any, Callable, Dict, Iterator, List, Mapping, NamedTuple, Optional, Sequence, Tuple

from .arrays import get, is_array, is_leaf, items, places, plain, shape
from .calls import assignments, call, parameters, required, roles_of
from .load import Cannot, Loaded

ANYTHING = (Exception, SystemExit, KeyboardInterrupt)
"""What somebody's code may raise."""

_MAKES = re.compile(r".*(init|creat|make|build|new|random|setup|set_up|generat|start|fresh|param|network|crear|cree|"
                    r"erzeug|neu|begin).*", re.I)
_BEGINS = re.compile(r"_*(init|set_?up|build|create|make|reset|configure|generate)\w*", re.I)
_WORKS = re.compile(r".*(train|fit|learn|main|demo|test|prob|plot|load|read|show|run|xor|exampl|grad|back|update|loss|"
                    r"cost|predict|forward|score|accura|evaluat|descen|sigmoid|relu|softmax|print|save).*", re.I)
_UPDATES = re.compile(r".*(update|apply|step|adjust|descent|optimi|back_?prop|backward).*", re.I)
_ADDS = re.compile(r"(add|append|push)(_?layer)?", re.I)
_USES = re.compile(r"use|set_?loss|compile", re.I)
_FITS = re.compile(r"_*(fit|train|learn|lern|apren|appren|entren|treina|addestra).*", re.I)
_SQUASHES = re.compile(r"d?f|df_?\w*|.*(act|func|prime).*", re.I)
_SIZES = {
    "hidden": re.compile(r".*hid.*|n_?h\d*|hn\w*|h\d*|neurons_h\w*|verste\w*|ocult\w*|cach\w*", re.I),
    "out": re.compile(r".*out.*|.*class(es)?|n_?y|n_?o\w*|on\w*|fan_out|c|k|y_size|num_labels|labels|d_?y|aus\w*|"
                      r"salid\w*|sortie\w*", re.I),
    "in": re.compile(r"n_?x|n_?i\w*|in\w*|fan_in|.*input.*|.*features?|d|d_?x|x_size|num_in\w*|vocab_size|ein\w*|"
                     r"entra\w*|entr[eé]e\w*", re.I),
    "sizes": re.compile(r".*(sizes?|layers?|dims?|stack|modules|steps|couches|capas|schichten|topolog\w*|dimensions|"
                        r"struct(ure)?|architecture|arch|shape|neurons|nodes|units|nn|layout)\w*", re.I)}


class Net:
    """One network: what holds its arrays, the names of the values that were returned with it, and where it keeps the
    examples that it was made with."""

    def __init__(self, root: Any, loaded: Loaded, names: Sequence[str] = (), stored: Sequence[Tuple[str, str]] = (),
                 beside: Mapping[str, Any] = {}) -> None:
        self.root, self.loaded, self.stored, self.beside = root, loaded, stored, beside
        several = isinstance(root, (list, tuple)) and len(root) == len(names) and all(names)
        self.order = list(names) if several else []

    @property
    def names(self) -> Dict[str, Any]:
        """W1, b1 and so on, if there are such names; and what it was made with, by the name that it had there."""
        if isinstance(self.root, Globals):
            return {}
        if isinstance(self.root, dict) and all(isinstance(key, str) for key in self.root):
            return {**self.beside, **self.root}
        if self.order:
            return {**self.beside, **dict(zip(self.order, self.root))}
        return dict(self.beside)

    def functions(self) -> Dict[str, Callable[..., Any]]:
        """What can be called: its methods, functions that were returned, and those of the file."""
        root, found = self.root, {}
        if type(root).__name__ in self.loaded.own or not isinstance(root, (dict, list, tuple)) and not callable(root):
            for name in dir(type(root)):
                method = inspect.getattr_static(type(root), name)
                if callable(getattr(type(root), name, None)) and not isinstance(method, type) and (
                        not name.startswith("__") or name == "__call__"):
                    found[name] = getattr(root, name)
        inner = [root] if inspect.isfunction(root) else [value for _, value in items(root)] if isinstance(
            root, (dict, list, tuple)) and not isinstance(root, Globals) else []
        found.update({one.__name__: one for one in inner if inspect.isfunction(one)})
        for name in self.loaded.own:
            one = self.loaded.names.get(name)
            if inspect.isfunction(one) and (parameters(one) or _UPDATES.fullmatch(name)):
                found.setdefault(name, one)
        if isinstance(root, list) and root and all(hasattr(layer, "backward") for layer in root):
            found.update(_through(root))
        return found

    def function(self, name: str) -> Callable[..., Any]:
        """One of them."""
        if hasattr(type(self.root), name) and not isinstance(self.root, (dict, list, tuple)):
            return getattr(self.root, name)     # type: ignore[no-any-return]
        one = self.loaded.names.get(name)
        return one if inspect.isfunction(one) and not isinstance(self.root, (list, tuple)) else self.functions()[name]


class Globals(Dict[str, Any]):
    """The arrays among a file's global variables; what is set in it is set in the file."""

    def __init__(self, loaded: Loaded) -> None:
        super().__init__({name: value for name, value in loaded.names.items() if not name.startswith("__")
                          and isinstance(value, (list, tuple, dict)) or is_array(value)})
        self._names = loaded.names

    def __getitem__(self, name: str) -> Any:
        return self._names[name]

    def __setitem__(self, name: str, value: Any) -> None:
        self._names[name] = value


class Source(NamedTuple):
    """A way to come by a network of given sizes."""

    name: str
    make: Callable[[List[int]], Net]
    fixed: bool = False         # it is what the file has made, of the sizes that it has
    maker: str = ""             # the function that makes it


def sources(loaded: Loaded, classes: List[str], options: Mapping[str, Any], named: bool) -> Iterator[Source]:
    """Whatever may be a network, the likeliest first. `named`: it has to be one of the classes."""
    kinds = [loaded.names[key] for key in classes]
    yield from _of_layers(loaded, kinds, options, False)
    for kind in kinds:
        yield from _of_class(loaded, kind, options)
    if named:
        return
    yield from _of_layers(loaded, kinds, options, True)
    for key, value in list(loaded.names.items()):       # networks that the file has made itself
        if type(value).__name__ in loaded.own and not isinstance(value, type) or isinstance(value, list) and value and (
                all(type(one).__name__ in loaded.own for one in value)):
            yield Source(type(value).__name__ if not isinstance(value, list) else key, _copies(value, loaded), True)
    functions = [key for key in loaded.own if inspect.isfunction(loaded.names.get(key))]
    stored = {line.argval for key in functions for line in dis.get_instructions(loaded.names[key])
              if line.opname == "STORE_GLOBAL"}
    in_globals = any(is_leaf(loaded.names.get(name)) for name in stored)
    if in_globals:                  # what functions change in the file itself, whatever else they return
        yield Source("functions", _globals(loaded), True)
    for key in sorted(functions, key=lambda key: not _MAKES.fullmatch(key)):
        if _may_make(key, loaded):
            yield from _of_function(loaded, key, options)
    for key in functions:
        if len(required(loaded.names[key])) >= 2 and not _WORKS.fullmatch(key):
            yield from _layer_by_layer(loaded, loaded.names[key], options)
    if functions:
        yield from _of_names(loaded, functions)
        if not in_globals:
            yield Source("functions", _globals(loaded), True)
        if not any(getattr(value, "__name__", "") == "numpy" for value in loaded.names.values()):
            for folded in 1, 0:
                yield Source("functions", _lists(loaded, folded))


def _may_make(name: str, loaded: Loaded) -> bool:
    """Whether a function may be called to see what it makes: it returns something, and does not train or demonstrate
    anything."""
    function = loaded.names[name]
    if not required(function):
        called = function.__code__.co_names
        return bool(loaded.returns.get(name)) and not _WORKS.fullmatch(name) and not any(map(_FITS.fullmatch, called))
    return bool(_MAKES.fullmatch(name)) or not _WORKS.fullmatch(name) and len(required(function)) <= 4


# Classes

def _of_class(loaded: Loaded, kind: Any, options: Mapping[str, Any]) -> Iterator[Source]:
    """Objects of a class; or of one of its methods that make some; or of one that has weights after its first fit."""
    makers = [kind, *(getattr(kind, name) for name, value in vars(kind).items()
                      if isinstance(value, classmethod) and required(getattr(kind, name)))]
    fits = [name for name in dir(kind) if _FITS.fullmatch(name) and len(required(getattr(kind, name))) >= 2]
    begins = [name for name, value in vars(kind).items() if inspect.isfunction(value) and _BEGINS.fullmatch(name)]
    for maker in makers:
        for way in constructions(maker, options, loaded):
            yield Source(kind.__name__, _objects(maker, way, loaded))
    for way in constructions(kind, options, loaded):
        for name in begins:             # net.initialize([3, 5, 2])
            method = vars(kind)[name].__get__(kind)
            for further in constructions(method, options, loaded):
                def begin(made: Any, sizes: List[int], name: str = name, further: Way = further) -> None:
                    positional, keywords = further(sizes)
                    getattr(made, name)(*positional, **keywords)
                yield Source(kind.__name__, _objects(kind, way, loaded, begin))
        for fit in fits:
            yield Source(kind.__name__, _objects(kind, way, loaded, lambda made, sizes, fit=fit: _fit(
                getattr(made, fit), sizes)))      # type: ignore[misc]
    if not required(kind):
        yield Source(kind.__name__, lambda sizes: Net(kind(), loaded), True)


def _objects(maker: Any, way: "Way", loaded: Loaded, then: Callable[[Any, List[int]], None] = lambda made, sizes: None
             ) -> Callable[[List[int]], Net]:
    """Objects that are asked for in this way; what makes their weights is done `then`."""
    def make(sizes: List[int]) -> Net:
        positional, keywords = way(sizes)
        made = maker(*positional, **keywords)
        then(made, sizes)
        stored = []
        for value in [*positional, *keywords.values()]:
            if getattr(value, "role", ""):
                like = plain(value)
                stored += [(name, value.role) for name, own in vars(made).items()
                           if is_leaf(own) and plain(own) == like]
        return Net(made, loaded, stored=stored)
    return make


def _fit(method: Any, sizes: List[int]) -> None:
    """Let a network make its weights: from examples of all classes, as labels or as vectors."""
    m = 2 * sizes[-1]
    labels = [i % sizes[-1] for i in range(m)]
    numpy = sys.modules.get("numpy")
    for y in [labels, [[float(k == label) for k in range(sizes[-1])] for label in labels]]:
        given = {"x": data(sizes[0], m, "x"), "y": numpy.array(y) if numpy else y, "eta": 0.5, "epochs": 1, "size": m}
        for way in list(assignments(method, given))[:2]:
            try:
                call(method, way, given)
                return
            except ANYTHING:
                continue


def _copies(value: Any, loaded: Loaded) -> Callable[[List[int]], Net]:
    return lambda sizes: Net(copy.deepcopy(value), loaded)


# Layers

def _of_layers(loaded: Loaded, kinds: List[Any], options: Mapping[str, Any], bare: bool) -> Iterator[Source]:
    """Layer objects, put into what takes them; or `bare`, in a list that functions go through."""
    layers = [kind for kind in kinds if hasattr(kind, "forward") and hasattr(kind, "backward")]
    squashing = [kind for kind in layers if any(map(_SQUASHES.fullmatch, required(kind))) and len(required(kind)) <= 2]
    dense = [kind for kind in layers if len(required(kind)) >= 2 and kind not in squashing]
    between = [kind for kind in layers if (kind in squashing or not required(kind)) and not kind.__subclasses__()
               and not re.search("soft|loss|drop|cost|mse|entropy", kind.__name__, re.I)]
    way = next((way for kind in dense[:1] for way in constructions(kind, options, loaded) if _fits(kind, way)), None)
    if way is None:
        return
    others = [kind for kind in kinds if kind not in dense + between]

    def stack(sizes: List[int], last: bool) -> List[Any]:
        made: List[Any] = []
        for m, n in zip(sizes, sizes[1:]):
            positional, keywords = way([m, n])
            made.append(dense[0](*positional, **keywords))
            if between:
                made.append(between[0](*(_function_for(name, loaded) for name in required(between[0]))))
        return made[:-1] if between and not last else made

    def put_into(kind: Any, last: bool) -> Callable[[List[int]], Net]:
        if any(p.kind is p.VAR_POSITIONAL for p in inspect.signature(kind).parameters.values()):
            return lambda sizes: _ready(kind(*stack(sizes, last)), loaded)
        if required(kind):
            return lambda sizes: _ready(kind(stack(sizes, last)), loaded)
        return lambda sizes: _ready(_filled(kind(), stack(sizes, last)), loaded)

    for last in (True, False) if between else (True,):
        for kind in others if not bare else ():
            names = required(kind)
            many = any(p.kind is p.VAR_POSITIONAL for p in inspect.signature(kind).parameters.values())
            if many or len(names) == 1 and _SIZES["sizes"].fullmatch(names[0]) and "size" not in names[0] or (
                    not names and any(map(_ADDS.fullmatch, dir(kind)))):
                yield Source(kind.__name__, put_into(kind, last))
        if bare:
            yield Source("layers", lambda sizes, last=last: Net(stack(sizes, last), loaded))  # type: ignore[misc]


def _fits(kind: Any, way: "Way") -> bool:
    """Whether layers come of this way to ask for them: with a matrix of 3 x 5 numbers in each."""
    try:
        positional, keywords = way([3, 5])
        made = kind(*positional, **keywords)
        return any(sorted(shape(get(made, path))) in ([3, 5], [4, 5], [3, 6]) for path in places(made))
    except ANYTHING:
        return False


def _filled(net: Any, layers: List[Any]) -> Any:
    """Layers, added one by one."""
    add = next(name for name in dir(net) if _ADDS.fullmatch(name))
    for layer in layers:
        getattr(net, add)(layer)
    return net


def _ready(net: Any, loaded: Loaded) -> Net:
    """A network that was told its cost, if it wants to be."""
    for name in dir(net):
        if _USES.fullmatch(name):
            given = {role: _function_for(role, loaded) for role in ("loss", "loss_prime")}
            way = next(assignments(getattr(net, name), {**given, "eta": 0.5, "params": None}))
            call(getattr(net, name), way, given)
    return Net(net, loaded)


def _through(layers: List[Any]) -> Dict[str, Callable[..., Any]]:
    """A list of layers that have forward and backward, gone through by nobody else."""
    def through_forward(x: Any) -> Any:
        for layer in layers:
            x = layer.forward(x)
        return x

    def train_through(x: Any, y: Any, eta: Any) -> None:
        out = through_forward(x)
        g: Any = [a - t for a, t in zip(plain(out), plain(y))] if isinstance(x, list) else out - y
        for layer in reversed(layers):
            given = {"grads": g, "eta": eta}
            g = call(layer.backward, next(assignments(layer.backward, given)), given)
        for layer in layers:
            for name in "update", "step", "apply_gradients", "update_params":
                if callable(getattr(layer, name, None)):
                    call(getattr(layer, name), next(assignments(getattr(layer, name), {"eta": eta})), {"eta": eta})
    return {"through_forward": through_forward, "train_through": train_through}


def _layer_by_layer(loaded: Loaded, function: Any, options: Mapping[str, Any]) -> Iterator[Source]:
    """What a function makes of two sizes, once for each layer."""
    for way in constructions(function, options, loaded):
        def make(sizes: List[int], way: Way = way) -> Net:
            made = [way([m, n]) for m, n in zip(sizes, sizes[1:])]
            return Net([function(*positional, **keywords) for positional, keywords in made], loaded)
        yield Source(function.__name__, make)


# Functions

def _of_function(loaded: Loaded, name: str, options: Mapping[str, Any]) -> Iterator[Source]:
    """What a function returns; or a part of it, where there is something beside the network."""
    names, function = loaded.returns.get(name, []), loaded.names[name]
    needed = required(function)
    for way in constructions(function, options, loaded):
        def make(sizes: List[int], part: Optional[int] = None, way: Way = way) -> Net:
            positional, keywords = way(sizes)
            made = function(*positional, **keywords)
            if part is not None:
                made = made[part]
                if is_leaf(made):
                    raise Cannot("one array is no network")
                return Net(made, loaded)
            if made is None or isinstance(made, (int, float, str)):
                raise Cannot(f"{name} returns no network")
            beside = {**dict(zip(needed, positional)), **keywords}      # the same name elsewhere is the same thing
            return Net(_list(made), loaded, names, beside=beside)
        yield Source(name, make, maker=name)
        if len(names) in (2, 3):
            yield Source(name, lambda sizes, make=make: make(sizes, 0))     # type: ignore[misc]
    if not needed and parameters(function):
        yield Source(name, lambda sizes: Net(_list(function()), loaded, names), True, name)


def _list(made: Any) -> Any:
    """What was returned, as something that can be changed."""
    return list(made) if type(made) is tuple else made


def _of_names(loaded: Loaded, functions: List[str]) -> Iterator[Source]:
    """Arrays that nobody makes, but the functions' parameters say which there are: W1, b1, W2, b2."""
    names = list(dict.fromkeys(p.name for key in functions for p in parameters(loaded.names[key])
                               if re.fullmatch(r"(w|b)_?\d", p.name, re.I)))
    for form in ("columns", "rows", "flat") if names else ():
        def make(sizes: List[int], form: str = form) -> Net:
            if len(names) not in (len(sizes) - 1, 2 * len(sizes) - 2):
                raise Cannot(f"functions of {', '.join(names)}, which is no network of {len(sizes)} layers")
            return Net([_drawn(name, sizes, form) for name in names], loaded, names)
        yield Source("functions", make)


def _drawn(name: str, sizes: List[int], form: str) -> Any:
    """An array for the parameters of this name, W2 say."""
    l = int(name[-1]) - 1
    if not 0 <= l < len(sizes) - 1:
        raise Cannot(f"{name} is of no layer")
    m, n = sizes[l], sizes[l + 1]
    if name[0] in "bB":
        numbers: Any = {"columns": [[0.5] for _ in range(n)], "rows": [[0.5] * n], "flat": [0.5] * n}[form]
    else:
        numbers = [_row(n) for _ in range(m)] if form == "rows" else [_row(m) for _ in range(n)]
    numpy = sys.modules.get("numpy")
    return numpy.array(numbers) if numpy else numbers


def _lists(loaded: Loaded, folded: int) -> Callable[[List[int]], Net]:
    """A list of layers, each a list of neurons, each a list of weights with its bias behind them, if it has one: for
    functions that are handed a network which nobody makes."""
    return lambda sizes: Net([[_row(m + folded) for _ in range(n)] for m, n in zip(sizes, sizes[1:])], loaded)


def _globals(loaded: Loaded) -> Callable[[List[int]], Net]:
    """The file's own variables, as they were at first."""
    first = copy.deepcopy(dict(Globals(loaded)))

    def make(sizes: List[int]) -> Net:
        loaded.names.update(copy.deepcopy(first))
        return Net(Globals(loaded), loaded)
    return make


# Sizes as arguments

Way = Callable[[List[int]], Tuple[List[Any], Dict[str, Any]]]
"""The arguments, by position and by name, that ask for a network of these sizes."""

_ASKED: Dict[int, List[Tuple[str, ...]]] = {
    1: [("sizes",), ("tuple",), ("hidden",)],
    2: [("in", "out"), ("in", "tail"), ("in", "hiddens"), ("x", "y"), ("xt", "yt")],
    3: [("in", "hidden", "out"), ("in", "hiddens", "out"), ("x", "y", "hidden"), ("in", "out", "hidden"),
        ("in", "out", "hiddens"), ("hidden", "in", "out"), ("xt", "yt", "hidden")],
    4: [("in", "hidden1", "hidden2", "out"), ("in", "hidden", "out", "eta"), ("x", "y", "hidden", "eta")]}
"""What the parameters of a constructor may be about whose names say nothing, by how many they are."""


def constructions(function: Any, options: Mapping[str, Any], loaded: Loaded) -> Iterator[Way]:
    """The ways to ask for a network: by the names of the parameters, then by how many there are."""
    all_parameters = parameters(function)
    clear = {p.name: meaning for p in all_parameters for meaning in [_meaning(p, options, loaded)] if meaning}
    hidden = [name for name, meaning in clear.items() if meaning == "hidden"]
    if len(hidden) > 1:             # n_hidden and n_hidden2, in their order
        clear.update({name: f"hidden{number}" for number, name in enumerate(
            [name for name, meaning in clear.items() if isinstance(meaning, str) and meaning.startswith("hidden")
             and meaning != "hiddens"], 1)})
    needed = required(function)
    open_ = [name for name in needed if name not in clear]
    unsure = [name for name in needed if isinstance(clear.get(name, ""), str)]
    whole = [p.name for p in all_parameters if type(p.default) is int and p.default > 1]
    if not needed and len(whole) in (2, 3):         # def setup(n=784, h=32, k=10)
        unsure = whole
    enough = not open_ and (needed or not whole or len([name for name in whole if name in clear]) > 1)
    ways: List[Dict[str, Any]] = [clear] if enough else []
    for names in (open_, unsure):
        for asked in _ASKED.get(len(names), []):
            ways.append({**clear, **dict(zip(names, asked))})
    if not needed:
        ways += [clear, {}]
    for meanings in [way for k, way in enumerate(ways) if way not in ways[:k]]:
        def way(sizes: List[int], meanings: Dict[str, Any] = meanings) -> Tuple[List[Any], Dict[str, Any]]:
            values = {name: _asked(meaning, sizes) if isinstance(meaning, str) else meaning(sizes) if callable(meaning)
                      else meaning[0] for name, meaning in meanings.items()}
            return [values[name] for name in needed], {name: value for name, value in values.items()
                                                       if name not in needed and value is not None}
        yield way


def _asked(meaning: str, sizes: List[int]) -> Any:
    """The value for a parameter of this meaning."""
    m = 7           # unlike any number of neurons
    if meaning in ("x", "y", "xt", "yt"):
        return data(sizes[0] if meaning[0] == "x" else sizes[-1], m, meaning[0], upright=meaning[1:] == "t")
    if meaning == "hidden" and len(sizes) != 3 or meaning.startswith("hidden") and meaning[6:].isdigit() and (
            int(meaning[6:]) > len(sizes) - 2):
        raise Cannot(f"it has one hidden layer, not {len(sizes) - 2}")
    if meaning.startswith("hidden") and meaning[6:].isdigit():
        return sizes[int(meaning[6:])]
    return {"in": sizes[0], "out": sizes[-1], "sizes": list(sizes), "tuple": tuple(sizes), "hiddens": list(sizes[1:-1]),
            "tail": list(sizes[1:]), "eta": 0.5, "count": len(sizes) - 2, "hidden": sizes[1]}[meaning]


def _meaning(p: inspect.Parameter, options: Mapping[str, Any], loaded: Loaded) -> Any:
    """What a parameter asks for: a word about sizes, or [a value]; None if its name does not tell."""
    optional = p.default is not p.empty
    meaning = _size(p)
    like = _like_architecture(loaded) if meaning == "sizes" else None
    if meaning:
        return meaning if like is None else lambda sizes: _architecture(like, sizes)
    if roles_of(p.name)[:1] == ["eta"]:
        return [0.5]
    if roles_of(p.name)[:1] == ["epochs"] or re.fullmatch(r"(n|max|num)_(iter|epochs)\w*", p.name):
        return [1]
    if p.name == "cost" and options.get("cost"):
        words = "".join(word.capitalize() for word in options["cost"].split("-"))
        return [loaded.names.get(words + "Cost", None if optional else options["cost"])]
    if p.name in ("activation", "hidden_activation", "output", "output_activation"):
        name = options.get("output" if "output" in p.name else "activation")
        if name and p.default not in (name, loaded.names.get(name, name)):
            return [loaded.names.get(name, name)]
    if optional:
        return None
    if p.name in ("lmbda", "lambda_", "lam", "mu", "momentum", "reg"):
        return [0.0]
    function = _function_for(p.name, loaded)
    return None if function is None else [function]


def _size(p: inspect.Parameter) -> str:
    """What a parameter of this name asks for, if it is about the number of neurons."""
    name, number = p.name, re.search(r"(\d+)$", p.name)
    if isinstance(p.default, (str, bool, float)) or callable(p.default) and p.default is not p.empty:
        return ""
    role = next((role for role, pattern in _SIZES.items() if pattern.fullmatch(name)), "")
    if role == "hidden":
        several = isinstance(p.default, (list, tuple)) or re.search(
            r"(layers|sizes|dims|units|neurons)$", name, re.I) and not re.match(r"n_|num", name, re.I)
        if several:
            return "hiddens"
        if re.match(r"(n_|num_?)hidden_?layers|hidden_layers_?(count|num)", name, re.I):
            return "count" if p.default is p.empty else ""
        return f"hidden{number[1]}" if number and number[1] != "0" else "hidden"
    if role == "sizes" and re.match(r"n_|num_|batch", name, re.I):
        return ""
    return role


def _like_architecture(loaded: Loaded) -> Any:
    """A list of the file's in which a dictionary says of each layer how many neurons go in and come out, if any."""
    for value in loaded.names.values():
        if isinstance(value, list) and value and all(isinstance(layer, dict) and 2 == sum(
                type(number) is int for number in layer.values()) for layer in value):
            return value
    return None


def _architecture(like: List[Dict[str, Any]], sizes: List[int]) -> List[Dict[str, Any]]:
    """The same for other sizes, with the first one's functions in the hidden layers and the last one's at the end."""
    made = []
    for l, pair in enumerate(zip(sizes, sizes[1:])):
        layer = dict(like[-1] if l == len(sizes) - 2 else like[0])
        layer.update(zip([key for key, number in layer.items() if type(number) is int], pair))
        made.append(layer)
    return made


def data(n: int, m: int, role: str, upright: bool = False) -> Any:
    """m examples of n numbers for a constructor; their `role` is kept with them."""
    rows = [_row(n) for _ in range(m)]
    if upright:
        rows = [list(column) for column in zip(*rows)]
    numpy = sys.modules.get("numpy")
    if numpy is None:
        made: Any = type("Rows", (list,), {"role": role})(rows)
        return made
    return numpy.array(rows).view(type("Rows", (numpy.ndarray,), {"role": role}))


def _row(n: int) -> List[float]:
    return [random.uniform(0.1, 1.0) for _ in range(n)]


def _function_for(name: str, loaded: Loaded) -> Any:
    """A function of the file for a parameter such as activation, activation_prime, f, df, loss or loss_prime."""
    lower = name.lower()
    if not re.search(r"activation|act|loss|cost|func|prime|deriv|^d?f$|^df_", lower):
        return None
    prime = bool(re.search(r"prime|deriv|grad|^d_|^df", lower))
    about = r"mse|loss|cost|cross|error" if re.search("loss|cost", lower) else (
        r"sigmoid|tanh|relu|logistic|activ|squash|sigma")
    is_prime = r"prime|deriv|grad|^d(_|sig|tanh|relu|act|log|squ)|slope"
    return next((loaded.names[key] for key in loaded.own if inspect.isfunction(loaded.names.get(key))
                 and re.search(about, key, re.I) and bool(re.search(is_prime, key, re.I)) == prime), None)


