"""What the judge sees of somebody's network: numbers in, numbers out, as plain lists, weights as n_out x n_in.

A `Student` is asked for a piece by a method of its name: forward, slopes, gradient, step, train, evaluate, derivative,
start. What the code does other than to answer is a Finding, or an exception of its own that `told` puts into words.
"""
from __future__ import annotations

import random
import re
import sys
from inspect import isroutine
from typing import Any, Callable, Dict, List, Mapping, Set, Tuple

from .arrays import Finding, Path, described, get, places, plain, shape, spoken
from .calls import assignments, call, data_of, required, roles_of, takes
from .finding import DERIVATIVE, EVALUATE, PROBE, Finder, spoken_error, trains
from .load import Cannot, Loaded
from .making import ANYTHING, Net, Source, sources
from .running import Form, Layout, Slot, Theta, Vector, numbers, one_hot, sizes_of


class Student(Finder):
    """A network that answers."""

    changed: Dict[str, str]             # by piece: what it changed that should have stayed as it was

    def find_all(self) -> None:
        """Find everything."""
        self.changed = {}
        super().find_all()

    # The questions

    def start(self, sizes: List[int]) -> Theta:
        """The parameters with which a new network begins."""
        return self.read(self.fresh(sizes), self.layouts[len(sizes) - 1])

    def forward(self, theta: Theta, x: Vector) -> Vector:
        """The output."""
        net, layout = self.net(theta)
        before = self.read(net, layout)
        out = self.out(net, layout, x, len(theta["weights"][-1]))
        self.compare("forward", before, net, layout)
        return out

    def gradient(self, theta: Theta, x: Vector, y: Vector) -> List[Any]:
        """(nabla_b, nabla_w), None for what there is not."""
        net, layout = self.net(theta)
        route = self.routes["gradient"]
        before = self.read(net, layout)
        after, value = self.run(net, route, [x], [y], {"eta": 1.0, "lmbda": 0.0})
        self.compare("gradient", before, net, layout)
        source = after.root if route.stores else value
        if not layout.gradient:
            self.keep_gradient(sizes_of(theta), route)
        if not layout.gradient:
            raise Finding("returns-none" if value is None else "wrong-shape",
                          f"returned {described(value)}, expected arrays like weights and biases")
        try:
            return self.nablas(source, layout)
        except (IndexError, KeyError, TypeError, AttributeError):
            raise Finding("returns-none" if value is None else "wrong-shape", f"returned {described(value)}, "
                          f"expected arrays for {len(layout.slots)} layers") from None

    def step(self, theta: Theta, batches: List[Any], hyper: Dict[str, float]) -> List[Theta]:
        """The parameters after each of the mini-batches, (xs, ys) each, one after the other in one network."""
        net, layout = self.net(theta)
        route, results = self.routes["step"], []
        for xs, ys in batches:
            one = route
            if len(xs) > 1 and route.form.batch == "single":
                if self.many is None:
                    raise Finding("no-batches", "takes one example at a time")
                one = route._replace(form=self.many)
            net, _ = self.run(net, one, xs, ys, hyper)
            results.append(self.read_after(net, layout))
        return results

    def train(self, theta: Theta, xs: List[Vector], ys: List[Vector], size: int, eta: float, seed: int) -> Theta:
        """The parameters after one epoch."""
        net, layout = self.net(theta)
        random.seed(seed)
        if "numpy" in sys.modules:
            sys.modules["numpy"].random.seed(seed)
        net, _ = self.run(net, self.routes["train"], xs, ys, {"eta": eta, "size": size, "m": size})
        return self.read_after(net, layout)

    def evaluate(self, theta: Theta, xs: List[Vector], labels: List[int], kind: str) -> float:
        """What it counts: examples whose output is largest at their label. `kind` is how labels are handed over."""
        net, _ = self.net(theta)
        name = self.counts()
        function, n = net.functions()[name], len(theta["weights"][-1])
        form = (self.routes.get("forward") or self.routes["step"]).form.x
        targets = [[float(k == label) for k in range(n)] for label in labels]
        if takes(function, "y") and takes(function, "x"):
            batch = "lists" if form == "flat" else "arrays"
            given = self.examples(xs, targets, Form(form, kind == "labels", batch))
        else:
            ys: List[Any] = labels if kind == "labels" else [self.vector(y, form) for y in targets]
            given = {"batch": [(self.vector(self.wide(x), form), y) for x, y in zip(xs, ys)]}
        given.update(self.of_net(net))
        self.note(name)
        value = call(function, next(assignments(function, given)), given)
        value = plain(value[0] if isinstance(value, tuple) else value)
        if isinstance(value, list):
            raise Finding("wrong-shape", f"returned {described(value)}, expected a number")
        return float(value)

    def counts(self) -> str:
        """The name of what counts right answers from inputs, rather than from outputs; "" if there is none."""
        functions = self.fresh(self.sizes or PROBE).functions()
        return next((name for name in self.ranked(self.fresh(self.sizes or PROBE), EVALUATE)
                     if not any(roles_of(p)[:1] == ["out"] for p in required(functions[name]))), "")

    def derivative(self, theta: Theta, a: Vector, y: Vector) -> Vector:
        """∂C/∂a, as the file has it."""
        net, layout = self.net(theta)
        form = (self.routes.get("gradient") or self.routes.get("forward") or self.routes["step"]).form.x
        given = {"out": self.vector(a, form), "y": self.vector(y, form)}
        function = net.functions()[self.named_function(DERIVATIVE)]
        names = required(function)
        way = next(assignments(function, given)) if len(names) != 2 or not takes(function, "x") else (
            (names[0], "out"), (names[1], "y"))
        before = [plain(one) for one in given.values()], self.read(net, layout)
        value = call(function, way, given)
        if before != ([plain(one) for one in given.values()], self.read(net, layout)):
            self.changed["derivative"] = "its arguments"
        return numbers(value)

    def compare(self, piece: str, before: Theta, net: Net, layout: Layout) -> None:
        """Note that a piece changes parameters which it ought to leave alone."""
        if self.read(net, layout) != before:
            self.changed.setdefault(piece, "weights or biases")

    # What is known of it

    def worth(self) -> float:
        """How much of a network it is."""
        if len(self.slots) == 1:        # a layer of something larger, rather than a network of one layer
            return 1.0
        return sum(2.0 + self.certain.get(piece, 0.0) if piece in self.routes else piece in self.problems
                   for piece in ("forward", "gradient", "step"))

    def about(self) -> Dict[str, Any]:
        """What the judge has to know of a network before it asks."""
        routes = {piece: route.calls[-1].name for piece, route in self.routes.items()}
        train, evaluate = self.find_train(), self.counts()
        derivative = self.named_function(DERIVATIVE)
        for piece, name in ("train", train), ("evaluate", evaluate), ("derivative", derivative):
            if name:
                routes[piece] = name
        functions = self.fresh(self.sizes or PROBE).functions()
        step = self.routes.get("step")
        calls = [functions[one.name] for one in step.calls] if step else []
        return {
            "name": self.source.name, "kind": self.kind(), "took": self.took(), "routes": routes,
            "problems": self.problems, "left": self.left(functions, {evaluate, derivative}),
            "labels": any(route.form.label for route in self.routes.values()),
            "sizes": self.sizes, "deep": self.deep, "biases": all(slot.bias for slot in self.slots), "batches":
            self.batches, "book_step": step is not None and (step.form.batch == "pairs" or "batch" in routes["step"]),
            "takes_eta": step is not None and (
                "eta" in dict(self.kept) or "eta" in self.globals.values()
                or any(source == "eta" for one in step.calls for _, source in one.arguments)),
            "train_size": self.train_size, "made": self.source.fixed,
            "takes": {**{role: any(takes(function, role) for function in calls) for role in ("lmbda", "mu", "n")},
                      "evaluate": bool(evaluate) and takes(functions[evaluate], "y")}}

    def left(self, functions: Mapping[str, Any], others: Any) -> List[str]:
        """Functions that look like a way back or a step, and were taken for nothing."""
        taken = {one.name for route in self.routes.values() for one in route.calls}
        of_file = {name: self.loaded.names.get(name) for name in self.loaded.own}
        return [name for name, function in {**of_file, **functions}.items() if isroutine(function)
                and name not in taken | others and trains(name, function)]

    @property
    def slots(self) -> List[Slot]:
        """Where the parameters of its networks are."""
        return self.layouts[min(self.layouts)].slots

    def kind(self) -> str:
        """How it was taken, in a few words."""
        form = next((self.routes[piece].form.x for piece in ("forward", "gradient", "step") if piece in self.routes),
                    "flat")
        lists = "lists" if form in ("flat", "labelled") else f"lists as {form}"
        return (f"NumPy {form}" if self.numpy else lists) + ", weights of n_in x n_out" * self.slots[0].turned

    def took(self) -> List[str]:
        """What was taken for what, where the book has other names."""
        names = list(self.fresh(self.sizes or PROBE).names)
        weights = _listed([slot.w for slot in self.slots], names)
        biases = _listed([slot.b for slot in self.slots if slot.b is not None], names)
        folded = self.slots[0].bias in ("last", "first")
        lines: List[str] = []
        if weights != "weights" or biases != "biases":
            for_biases = f"{biases} for the biases" if biases else (
                f"their {self.slots[0].bias} column for the biases" if folded else "no biases")
            lines.append(f"took {weights} for the weights, {for_biases}")
        books = {"forward": ("feedforward", "the way forward"), "gradient": ("backprop", "the gradient"),
                 "step": ("update_mini_batch", "a step"), "train": ("SGD", "an epoch")}
        return lines + [f"took {self.routes[piece]} for {what}" for piece, (book, what) in books.items()
                        if piece in self.routes and str(self.routes[piece]) != book]


def _listed(paths: List[Path], names: List[str]) -> str:
    """Places in words, by the names that their author gave to what a function returns."""
    words = [names[path[0][1]] if len(path) == 1 and path[0][0] == "i" and path[0][1] < len(names) else re.sub(
        r"\[\d+\]$", "", spoken(path)) for path in paths]
    return ", ".join(dict.fromkeys(words)) or "its lists" * bool(paths)


SURE = 9.0
"""What a network is worth of which every piece is known to be right, and so to have been called rightly."""


def _arrays_of(source: Source) -> Any:
    """Where a network has arrays, and of which shapes; nothing if it cannot be made of our sizes."""
    try:
        root = source.make(PROBE).root
        return tuple((path, shape(get(root, path))) for path in places(root))
    except ANYTHING:
        return ()


def student(loaded: Loaded, name: str, options: Mapping[str, Any], note: Callable[[str], object] = str) -> Student:
    """What looks most like a network in the file, or the class of this name; Cannot if nothing does."""
    classes = [key for key in loaded.own if isinstance(loaded.names.get(key), type)
               and not issubclass(loaded.names[key], BaseException)]
    if name:
        if not isinstance(loaded.names.get(name), type):
            raise Cannot(f"no class {name}, expected one of {', '.join(classes) or 'none'}")
        classes = [name]
    if not loaded.own:
        classes = [key for key, value in loaded.names.items() if isinstance(value, type)][:20]
    best: Tuple[float, Any] = (0.0, None)
    errors: List[BaseException] = []
    every = list(sources(loaded, classes, options, bool(name)))
    for title in dict.fromkeys(source.name for source in every):
        seen: Set[Any] = set()
        for source in (source for source in every if source.name == title):
            try:
                arrays = _arrays_of(source)
                if arrays and arrays in seen:           # another way to ask for the same
                    continue
                seen.add(arrays)
                one = Student(loaded, source, note)
            except ANYTHING as error:
                errors.append(error)
                continue
            best = max(best, (one.worth(), one), key=lambda pair: pair[0])
            if best[0] == SURE or one.problems:
                break
        if best[1] and {"forward", "step"} <= set(best[1].routes) and best[0] > 1:
            break
    if best[1]:
        return best[1]      # type: ignore[no-any-return]
    if errors and name:
        raise errors[0]
    first = next((error for error in errors if not isinstance(error, Cannot)), errors[0] if errors else None)
    reason = "" if first is None else f"; {first}" if isinstance(first, Cannot) else (
        f"; {spoken_error(first, loaded.path)}")
    raise Cannot(f"no network was found, expected a class or functions that go forward, back, or take a step{reason}")


__all__ = ["ANYTHING", "Student", "data_of", "one_hot", "shape", "spoken_error", "student", "trains"]
