"""Somebody's network, found by what it does: where its numbers are, what goes forward, what goes back, what is a step.

There is one search. Some functions, one after the other, are called with examples in some form, and an effect is looked
for: numbers that depend on the input go forward, arrays of the shapes of the parameters are a gradient, changed
parameters are a step. Names only say what is tried first. In a network of 3, 5 and 2 neurons every array has a shape of
its own, so that little has an effect by chance.
"""
from __future__ import annotations

import contextlib
import random
import re
import signal
import sys
import threading
import traceback
from functools import lru_cache
from itertools import islice
from typing import Any, Callable, Dict, Iterator, List, Mapping, NamedTuple, Optional, Sequence, Set, Tuple

from .align import align
from .arrays import (Finding, Path, contents, described, get, is_array, is_leaf, items, named, places, plain, put,
                     shape, spoken, turned)
from .calls import assignments, call, data_of, required, roles_of, takes, undefined
from .itself import Slopes
from .load import Cannot, Loaded
from .making import ANYTHING, Globals, Net, Source
from .running import (ALL, Call, Form, Layout, Machine, Route, Slot, Theta, Vector, all_numbers, is_output, one_hot,
                      output_path, shapes, theta_of, vector_of)

PROBE, DEEP, SQUARE = [3, 5, 2], [3, 5, 2, 4], [3, 3, 3]
"""Sizes in which every array has a shape of its own; and those in which all have one."""

FORWARD = re.compile(r"feed_?for.*|forward.*|l_model_forward|predict_?proba.*|query|think|run|.*forward.*|propag.*|"
                     r"avant|vorw.*|predict|compute|output|calc.*|evaluate_network|__call__|activate|guess|classif.*",
                     re.I)
BACKWARD = re.compile(r"back_?prop.*|.*backward.*|.*back_?prop.*|.*gradients?.*|.*grads?|compute_g.*|backprop\w*|bwd|"
                      r"arriere|r[uü]e?ckw.*|retroprop.*|differentiate|loss", re.I)
STEP = re.compile(r"update_mini_?batch|(train|update|learn|fit)_?(on_?)?(mini_?)?batch|train_?(step|one|single|example|"
                  r"sample)|_*partial(_fit)?|learn.*|teach.*|step|train_on_\w+|train|update_\w*batch\w*|adjust|"
                  r"optimi[sz]e|fit|lern.*|apr?en.*|entr[ae].*", re.I)
UPDATE = re.compile(r".*(update|apply|step|adjust|descen|optimi|sgd|corrig|ajust|actuali|"
                    r"atuali|aktuali|aggiorn|move|korrig).*", re.I)
EPOCHS = re.compile(r"SGD|fit|train\w*|learn|gradient_descent|.*sgd.*|run|optimi[sz]e|epoch.*|.*model.*", re.I)
EVALUATE = re.compile(r"evaluate|accuracy|.*accuracy.*|score|test|evaluate\w*|count_correct|n_correct", re.I)
DERIVATIVE = re.compile(r"(cost|loss|mse|error)_?(derivative|prime|deriv|grad)|d_?(cost|loss|mse)", re.I)
ETA = re.compile(r"(eta|lr|l_rate|alpha|learning_?rate|learn_rate|rate|step_size)", re.I)
ASIDE = re.compile(r".*(sigmoid|tanh|relu|softmax|logistic|prime|deriv).*|.*(plot|save|load|show|print|draw|write|read|"
                   r"one_?hot|shuffle|numeric).*|(get|set|zero|init|reset|main|demo|test|xor|__)\w*", re.I)
"""Functions that are none of the four pieces."""

TRAINS = re.compile(r"_*(back|bwd|b_?prop|train|fit|update|step|learn|grad|nabla|optim|adjust|descen|sgd|teach|"
                    r"correct).*|.*_(grads?|gradients?|update|step|backward)", re.I)
SMALL = 0.05
"""A learning rate by which a network remains itself."""

Effect = Callable[[Net, Route], float]


BOOK = {"feedforward": (1,), "backprop": (2,), "update_mini_batch": (2, 3, 4)}
"""Functions of the book, and how many arguments they need."""


class TooLong(Exception):
    """A function that was tried has taken long."""


@contextlib.contextmanager
def limited(seconds: Optional[float]) -> Iterator[None]:
    """End with TooLong what takes more processor time; where that can be had, and for None never."""
    if seconds is None or not hasattr(signal, "setitimer") or (
            threading.current_thread() is not threading.main_thread()):
        yield
        return

    def stop(*_: Any) -> None:
        raise TooLong("takes long")
    before = signal.signal(signal.SIGVTALRM, stop)
    signal.setitimer(signal.ITIMER_VIRTUAL, seconds, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0.0)
        signal.signal(signal.SIGVTALRM, before)


def of_book(name: str, functions: Mapping[str, Any]) -> List[str]:
    """The function of this name, if it is called as in the book: there is no other way to call it then, and what it
    does wrong is its own fault."""
    count = len(required(functions[name])) if name in functions else 0
    return [name] if count in BOOK[name] else []


def trains(name: str, function: Any) -> bool:
    """Whether a function looks like a way back or a step: by its name, by a learning rate, or by a target."""
    if ASIDE.fullmatch(name) or EVALUATE.fullmatch(name) or DERIVATIVE.fullmatch(name):
        return False
    roles = [roles_of(name)[:1] for name in required(function)]
    target = ["y"] in roles and not re.search(r"loss|cost|error|mse|entropy|criterion", name, re.I)
    return TRAINS.fullmatch(name) is not None and bool(roles) or ["eta"] in roles or target


class Best(NamedTuple):
    """The route that a search has found, and how much of the effect it has: 1 where it is certain."""

    worth: float
    route: Optional[Route]


class Tried(NamedTuple):
    """What somebody's function did that was tried."""

    name: str
    error: BaseException


class Finder(Machine):
    """The pieces of the networks that a source makes; Cannot, or an error of theirs, if they are none."""

    def __init__(self, loaded: Loaded, source: Source, note: Callable[[str], object] = str) -> None:
        super().__init__(loaded, source, note)
        self.problems: Dict[str, Tuple[str, str]] = {}      # of pieces that are there but never come to an end
        self.sizes: Optional[List[int]] = None              # if they cannot be chosen
        self.deep = False
        self.folded = "last"
        self.error: Optional[BaseException] = None
        self.certain: Dict[str, float] = {}         # how much of its effect each piece has
        self.slopes_known: Dict[int, Any] = {}      # by the number of layers: parameters, an example, and J
        self.find_all()

    def find_all(self) -> None:
        """Find everything in networks of sizes of our own, or else in that which there is."""
        if self.source.fixed or not self.can_be(PROBE):
            self.sizes = self.own_sizes() or (DEEP if self.can_be(DEEP) else None)
            if self.sizes is None:
                raise self.error or Cannot(f"{self.source.name}: no weights were found in the network that it makes")
            return
        if "gradient" in self.problems or "step" in self.problems:      # what does not fit may do so in a square
            for piece, find in ("gradient", self.find_gradient), ("step", self.find_step):
                if piece in self.problems:
                    find(SQUARE)
            self.problems = {piece: problem for piece, problem in self.problems.items() if piece not in self.routes}
        elif not all(map(self.works_with, ([4, 2, 3], [2, 3, 3]))):
            self.sizes = PROBE              # some of them are written into the code
            return
        self.deep = self.can_be(DEEP) and any(map(self.works_with, (DEEP, [3, 3, 3, 3])))
        if not self.deep:
            self.layouts.pop(3, None)

    def own_sizes(self) -> Optional[List[int]]:
        """The sizes of a network that has its own: rather those with which something goes forward."""
        found = None
        for sizes in [*self.inferred(), None]:
            if sizes is None and found is None:
                break
            self.problems, self.routes, self.layouts = {}, {}, {}
            shown = self.through_window(sizes or found or [])
            if self.can_be(shown):
                found = found or sizes
                if "forward" in self.routes or sizes is None:
                    return shown
        return None

    def can_be(self, sizes: List[int]) -> bool:
        """Whether a network can be made of these sizes, and its parameters are found."""
        try:
            return self.find(sizes)
        except ANYTHING as error:
            self.error = self.error or error
            return False

    def works_with(self, sizes: List[int]) -> bool:
        """Whether what was found comes to its end in a network of other sizes, too."""
        layout, theta = self.layouts[len(sizes) - 1], theta_of(sizes)
        xs, ys = self.drawn(sizes, 1)
        try:
            for piece, route in self.routes.items():
                net = self.fresh(sizes)
                self.write(net, theta, layout)
                if shapes(self.read(net, layout)) != shapes(theta) and layout.slots[0].bias:
                    return False
                after, value = self.run(net, route, xs, ys, {"eta": SMALL})
                if piece == "gradient":
                    found = [one for kind in self.nablas(after.root if route.stores else value, layout) for one in kind]
                    if any(one is not None and shape(one) != wanted for one, wanted in zip(found, [
                            *((n,) for n in sizes[1:]), *((n, m) for m, n in zip(sizes, sizes[1:]))])):
                        return self.certain.get(piece, 0.0) < 1.0
                elif shapes(self.read(after, layout)) != shapes(self.read(self.fresh(sizes), layout)):
                    return False
            return True
        except ANYTHING:
            return False

    def inferred(self) -> Iterator[List[int]]:
        """The sizes of a network that has its own, from matrices that fit behind each other."""
        try:
            net = self.fresh(PROBE)
        except ANYTHING as error:
            self.error = self.error or error
            return
        found: Dict[Path, Tuple[str, Tuple[int, ...]]] = {}         # names and shapes
        for path in places(net.root):
            given = net.names and len(path) == 1 and path[0][0] == "i"
            name = list(net.names)[path[0][1]] if given else spoken(path)
            data = roles_of(named(path))[:1] in (["x"], ["y"], ["batch"]) and not re.match("a", named(path))
            if len(shape(get(net.root, path))) == 2 and not data:
                found[path] = name, shape(get(net.root, path))
        likely = [s for name, s in found.values() if re.search(r"w|theta|syn|kernel|param|coef", name, re.I)]
        likely = [s for s in likely if min(s) > 1] + [s for s in likely if min(s) == 1][-1:]
        others = [s for name, s in found.values() if min(s) > 1 or not name[:1].lower() == "b"]
        for pairs in (likely, [s for s in others if min(s) > 1], others):
            for count in range(len(pairs), 0, -1):          # all of them first
                for extra, order in (0, 0), (0, 1), (1, 0), (1, 1):
                    use = pairs[:count]
                    sizes = [use[0][1 - order] - extra] + [s[order] for s in use]
                    if all(s[1 - order] - extra == n for s, n in zip(use, sizes)) and sizes[0] > 0:
                        yield sizes

    def through_window(self, sizes: List[int]) -> List[int]:
        """The sizes of which the judge knows: few inputs in place of very many."""
        self.window = [sizes[0] * (2 * k + 1) // 10 for k in range(5)] if sizes[0] > 40 else []
        self.width = sizes[0]
        return [5, *sizes[1:]] if self.window else sizes

    def find(self, sizes: List[int]) -> bool:
        """Find everything in a network of these sizes; whether its parameters were found."""
        net = self.fresh(sizes)
        if len(sizes) == 3 or self.sizes is None and "forward" not in self.routes:
            self.look_around(net)
        self.fitting = self.fits(net, sizes)
        if {l for kinds in self.fitting.values() for l, kind in kinds if kind != "b"} != set(range(len(sizes) - 1)):
            return False
        self.find_forward(sizes)
        if "forward" not in self.routes and not self.problems and not any(
                of_book(name, net.functions()) for name in BOOK):
            self.error = self.error or Cannot(f"{self.source.name}: nothing was found that goes forward")
            return False
        slots = self.find_slots(sizes)
        if slots is None:
            return False
        self.layouts[len(sizes) - 1].slots = slots
        self.find_gradient(sizes)
        if "step" not in self.routes:
            self.find_step(sizes)
        return True

    def look_around(self, net: Net) -> None:
        """Whether arrays are NumPy's, what the learning rate is called, and what nobody has defined."""
        arrays = [get(net.root, path) for path in places(net.root)]
        numpy = sys.modules.get("numpy")
        if numpy and any(map(is_array, arrays)):
            matrix = any(type(array).__name__ == "matrix" for array in arrays)
            self.numpy = lambda rows: (numpy.matrix(rows, dtype=float) if matrix else numpy.array(rows, dtype=float))
        self.kept = list(_kept(net.root))
        for name, value in self.loaded.names.items():
            if _hyper(name, value):
                self.globals[name] = _hyper(name, value)
        for function in net.functions().values():
            self.globals.update({name: roles_of(name)[0] for name in undefined(function, self.loaded.names)
                                 if roles_of(name)})

    # The search

    def search(self, sizes: List[int], names: Sequence[str], prefixes: Sequence[Tuple[Call, ...]],
               forms: Sequence[Form], effect: Effect, batch: int = 1, most: int = 200) -> Tuple[Best, List[Tried]]:
        """The best route to an effect: one of some functions, after one of some others, with examples in some form; and
        what went wrong on the way. An effect is from 0 to 1; what has 1 is taken at once.

        What is clear by the names of parameters is tried first, with all functions; then, if there is nothing at all,
        up to `most` other ways to call each; or some, if what there is may not be meant so."""
        best, count = Best(0.0, None), 0
        tried: List[Tried] = []
        functions = self.fresh(sizes).functions()
        known: Dict[Any, List[Route]] = {}
        slow: Dict[str, int] = {}
        for first, last in (0, 1), (1, 1 + most):
            count = 0
            for name in names:
                pairs = len(data_of(functions[name])) == 1      # all examples in one argument
                for key in ((name, prefix, form) for prefix in prefixes
                            for form in sorted(forms, key=lambda form: (
                                best.route is None or best.route.form != form, pairs and form.batch != "pairs"))
                            if form.batch != "pairs" or pairs and not prefix):
                    if first and key in known and len(known[key]) < first:
                        continue            # it cannot be called at all
                    known[key] = self.ways(sizes, *key, batch, last)
                    for route in known[key][first:]:
                        count += 1
                        if first and best.route and count > 60:
                            return best, tried
                        if slow.get(name, 0) > 1:       # it goes on for long, or waits, however it is called
                            continue
                        try:
                            with limited(None if name in BOOK else 0.4):
                                worth = effect(self.primed(sizes), route)
                        except ANYTHING as error:
                            slow[name] = slow.get(name, 0) + isinstance(error, TooLong)
                            tried.append(Tried(name, error))
                            continue
                        if worth > best.worth:
                            best = Best(worth, route)
                        if worth >= 1.0:
                            return best, tried
        return best, tried

    def ways(self, sizes: List[int], name: str, prefix: Tuple[Call, ...], form: Form, batch: int, most: int
             ) -> List[Route]:
        """The routes that end with a function, by what it may be given, the likeliest first."""
        net = self.primed(sizes)
        xs, ys = self.drawn(sizes, batch)
        function = net.functions()[name]
        try:
            given = self.given(net, form, xs, ys, {"eta": SMALL})
            if prefix:
                given.update(self.left_by(prefix, form, sizes, net, xs, ys))
        except ANYTHING:
            return []
        return [Route((*prefix, Call(name, way)), form) for way in islice(assignments(function, given), most)]

    def left_by(self, prefix: Tuple[Call, ...], form: Form, sizes: List[int], net: Net, xs: List[Vector],
                ys: List[Vector]) -> Dict[str, Any]:
        """What functions can be given that were not there before a prefix was called."""
        given = self.given(net, form, xs, ys, {"eta": SMALL})
        self.prepare(net, given)
        found: Dict[str, Any] = {}
        for one in prefix:
            value = call(net.function(one.name), one.arguments, given)
            new = self.comes_of(one, value, net, sizes[-1], len(xs))
            given.update(new)
            found.update(new)
        return found

    def drawn(self, sizes: List[int], m: int) -> Tuple[List[Vector], List[Vector]]:
        """Examples."""
        return [vector_of(sizes[0]) for _ in range(m)], [one_hot(sizes[-1], i) for i in range(m)]

    def primed(self, sizes: List[int]) -> Net:
        """A new network, in which all numbers that may be parameters are away from zero."""
        net = self.fresh(sizes)
        layout = self.layouts.get(len(sizes) - 1)
        if layout and layout.slots:
            self.write(net, theta_of(sizes), layout)
        else:
            for path in self.fitting:
                shake(net.root, path)
        return net

    def forms(self, sizes: List[int]) -> List[Form]:
        """The forms of one example, the likeliest first: as the biases are, and as weights are multiplied."""
        found = [shape(get(self.fresh(sizes).root, path)) for path in self.fitting]
        columns = any(len(s) == 2 and s[1] == 1 and s[0] in sizes[1:] for s in found)
        rows = any(len(s) == 2 and s[0] == 1 and s[1] in sizes[1:] for s in found)
        m = self.real(sizes)[0]
        turned_ = (m, sizes[1]) in found and m != sizes[1]
        flat_bias = any((n,) in found for n in sizes[1:])
        if columns and not (rows and turned_):
            order = ["columns", "rows", "flat"]
        elif rows or turned_:
            order = ["rows", "flat", "columns"] if self.numpy else ["flat", "rows", "columns"]
        elif flat_bias or not self.numpy:
            order = ["flat", "columns", "rows"]
        else:
            order = ["columns", "flat", "rows"]
        if self.numpy is not None and type(self.numpy([[0.0]])).__name__ == "matrix":
            order.remove("flat")
        return [Form(x, label) for label in (False, True) for x in order]

    def ranked(self, net: Net, pattern: Any, others: bool = False) -> List[str]:
        """Functions by how likely their names are, then in their order; `others`: and those of other names."""
        functions = net.functions()
        alternatives = _alternatives(pattern.pattern)

        def rank(name: str) -> int:
            return next((k for k, one in enumerate(alternatives) if one.fullmatch(name.strip("_"))), len(alternatives))
        likely = sorted((name for name in functions if pattern.fullmatch(name.strip("_") or name) or (
            pattern.fullmatch(name))), key=rank)
        method = not isinstance(net.root, (dict, list, tuple))
        return likely + [name for name in functions if others and name not in likely and not ASIDE.fullmatch(name)
                         and not (method and len(required(functions[name])) == 1 and name in self.loaded.own)]

    def told(self, error: BaseException) -> Tuple[str, str]:
        """What went wrong, as a slug and a sentence."""
        return told(error, self.loaded.path)

    def problem_of(self, piece: str, tried: List[Tried], names: Sequence[str]) -> None:
        """Keep what went wrong with a function of the book."""
        of_book = [one.error for one in tried if one.name in names]
        error = next((error for error in of_book if isinstance(error, Finding)), of_book[0] if of_book else None)
        if error is not None:
            self.problems.setdefault(piece, self.told(error))

    def true(self, sizes: List[int], moves: Callable[[Net, Vector, Vector], Any]) -> bool:
        """Whether (biases', weights') of a gradient or a step, for an example, are derivatives of the outputs by the
        parameters for some cost: Jᵀ·g with one g. What passes is right, and was called rightly; nothing does by chance.
        """
        if sizes != SQUARE and "forward" in self.routes and len(sizes) - 1 not in self.slopes_known:
            (x,), (y,) = self.drawn(sizes, 1)
            theta = theta_of(sizes)
            try:
                self.slopes_known[len(sizes) - 1] = theta, x, y, self.slopes(theta, x)
            except ANYTHING:
                return False
        if sizes == SQUARE or "forward" not in self.routes:
            return False
        theta, x, y, slopes = self.slopes_known[len(sizes) - 1]
        try:
            net, layout = self.fresh(sizes), self.layouts[len(sizes) - 1]
            self.write(net, theta, layout)
            found, beside = moves(net, x, y), Slopes()
            for l in range(len(layout.slots)):
                beside.add(slopes["weights"][l], found[1][l])
                if layout.slots[l].bias:
                    beside.add(slopes["biases"][l], found[0][l])
            return beside.error() is not None
        except ANYTHING:
            return False

    # Forward

    def find_forward(self, sizes: List[int]) -> None:
        """What gives as many numbers as there are outputs: they depend on the input, and on nothing else, and nothing
        is changed by it."""
        layout = self.layouts.setdefault(len(sizes) - 1, Layout([]))
        n = sizes[-1]
        leaves: Set[Route] = set()

        def goes_forward(net: Net, route: Route) -> float:
            (x, other), ys = self.drawn(sizes, 2)
            weights = [path for path, kinds in self.fitting.items() if any(kind != "b" for _, kind in kinds)]
            before = [plain(get(net.root, path), ALL) for path in weights]
            outs = []
            for x_, y in (x, ys[0]), (other, ys[0]), (x, ys[1]):
                value = self.run(net, route, [x_], [y], {"eta": SMALL})[1]
                path = output_path(value, n, self.returns(route.calls[-1].name, net))
                if path is None and value is None and not book:
                    path = self.left_in(net, n)
                    value = None if path is None else net.root
                if path is None:
                    raise misshapen(value, n)
                outs.append(plain(get(value, path)))
                stores = value is net.root
            changed = before != [plain(get(net.root, path), ALL) for path in weights]
            if outs[0] != outs[2] or changed:
                return float(route.calls[-1].name in book)
            layout.output = path
            if stores:
                leaves.add(route)
            if outs[0] == outs[1]:          # as a softmax over one example is 1, whatever comes
                if path or not FORWARD.fullmatch(route.calls[-1].name):
                    raise misshapen(value, n)
                return 0.3
            return 1.0

        known = self.routes.get("forward")
        net = self.fresh(sizes)
        if known:
            goes_forward(self.primed(sizes), known)
            return
        names = [name for name in self.ranked(net, FORWARD, others=True) if not EVALUATE.fullmatch(name)]
        forms = [form for form in self.forms(sizes) if not form.label]
        book = of_book("feedforward", net.functions())
        (self.certain["forward"], route), tried = self.search(sizes, book or names, [()], forms, goes_forward)
        if route:
            calls = tuple(one._replace(part="forward") for one in route.calls)
            self.routes["forward"] = route._replace(calls=calls, stores=route in leaves)
        elif book and self.sizes is None and sizes != SQUARE:
            self.problem_of("forward", tried, book)
            self.find_forward(SQUARE)       # a matrix the wrong way round fits there

    def left_in(self, net: Net, n: int) -> Optional[Path]:
        """Where in a network a way forward has left the output that it does not return."""
        own = {name for name, _ in net.stored}
        found = [path for path, array in contents(net.root).items() if is_output(array, n) and path not in self.fitting
                 and path and str(path[0][1]) not in own]
        likely = [path for path in found if re.match("a|out|y|pred|o|h", named(path), re.I)]
        return (likely or found or [None])[-1]      # type: ignore[list-item]

    # Parameters

    def fits(self, net: Net, sizes: List[int]) -> Dict[Path, List[Tuple[int, str]]]:
        """The arrays of numbers that have the shape of some parameters, and of which: w(eights), t(urned), both with
        f(olded) biases, b(iases); each with its layer."""
        found = {}
        own = {name for name, _ in net.stored}
        for path in places(net.root):
            if settable(net.root, path) and not (path and path[0][1] in own):
                s = shape(get(net.root, path))
                kinds = [(l, kind) for l, (m, n) in enumerate(zip(self.real(sizes), sizes[1:])) for kind, fitting in (
                    ("w", (n, m)), ("t", (m, n)), ("wf", (n, m + 1)), ("tf", (m + 1, n)), ("b", (n,)), ("b", (n, 1)),
                    ("b", (1, n))) if s == fitting]
                if len(s) == 2 and s[0] == len(sizes) - 1 and re.match("b|sesg|schwell|thresh", named(path), re.I) and (
                        isinstance(get(net.root, path), list)):         # the biases of layers of one size
                    found.update({(*path, ("i", l)): [(l, "b")] for l, n in enumerate(sizes[1:]) if s[1] == n})
                elif kinds:
                    found[path] = kinds
        return found

    def live(self, sizes: List[int]) -> Set[Path]:
        """The arrays on which the output depends; all of them where that cannot be said."""
        everything = set(self.fitting)
        route, output = self.routes.get("forward"), self.layouts[len(sizes) - 1].output
        if route is None or output is None:
            return everything
        net, x = self.primed(sizes), vector_of(sizes[0])

        def out() -> Any:
            value = self.run(net, route, [x], [one_hot(sizes[-1])], {})[1]
            return plain(get(net.root if route.stores else value, output))
        try:
            base = out()
            if base != out():
                return everything       # it is different each time, as with dropout
            found = set()
            for path in self.fitting:
                before = plain(get(net.root, path), ALL)
                shake(net.root, path)
                if out() != base:
                    found.add(path)
                put(net.root, path, before)
            return found
        except ANYTHING:
            return everything

    def find_slots(self, sizes: List[int]) -> Optional[List[Slot]]:
        """The weights and biases of each layer: arrays of the right shapes, rather those that the output depends on."""
        live = self.live(sizes)
        net = self.fresh(sizes)
        pairs = [(m, n) for m, n in zip(self.real(sizes), sizes[1:]) if m != n]
        found = [shape(get(net.root, path)) for path in self.fitting]
        first = "tw" if any(s in found for s in pairs) and not any(s[::-1] in found for s in pairs) else "wt"
        slots: List[Slot] = []
        for l, n in enumerate(sizes[1:]):
            def of(*kinds: str) -> List[Tuple[Path, str]]:
                taken = [path for slot in slots for path in (slot.w, slot.b)]
                return sorted(((path, kind) for kind in kinds for path, those in self.fitting.items()
                               if (l, kind) in those and path not in taken),
                              key=lambda one: (one[0] not in live, kinds.index(one[1]), bool(_OTHERS.search(
                                  named(one[0])))))
            weights = of(first[0], first[1], first[0] + "f", first[1] + "f")
            if l == 0 and len(weights) > 1:
                weights = [one for one in weights if self.reads_inputs(sizes, *one)] or weights
                first = weights[0][1][0] + ("w" if weights[0][1][0] == "t" else "t")
            if not weights:
                return None
            path, kind = weights[0]
            if kind.endswith("f"):
                slots.append(Slot(path, kind[0] == "t", None, self.side(sizes, path, kind) if l == 0 else self.folded))
                continue
            biases = [p for p, _ in of("b") if p != path and not re.match(r"w|syn|theta(?!_?0)", named(p), re.I)
                      and (p in live or re.match(r"b\d*$|.*bias.*|theta_?0", named(p), re.I))]
            b = biases[0] if biases else None
            s = shape(get(net.root, b)) if b is not None else ()
            row = len(s) == 2 and s[0] == 1 and (n > 1 or any(
                other == (1, k) for other in found for k in sizes[1:-1]))
            form = "" if b is None else "flat" if len(s) == 1 else "rows" if row else "columns"
            slots.append(Slot(path, kind[0] == "t", b, form))
        return slots

    def reads_inputs(self, sizes: List[int], path: Path, kind: str) -> bool:
        """Whether a matrix is that of the first layer, and this way round: its weights for an input that is 0 do not
        count."""
        route, output = self.routes.get("forward"), self.layouts[len(sizes) - 1].output
        net, outs = self.primed(sizes), []
        rows = plain(get(net.root, path), ALL)
        if route is None or output is None:
            return True
        try:
            for number in 0.5, 0.9:
                matrix = turned(rows) if kind[0] == "t" else [list(row) for row in rows]
                for row in matrix:
                    row[1] = number         # of the second column, which is an input's wherever biases are
                put(net.root, path, turned(matrix) if kind[0] == "t" else matrix)
                x = [0.0 if k < 2 else 0.7 for k in range(sizes[0])]
                value = self.run(net, route, [x], [one_hot(sizes[-1])], {})[1]
                outs.append(plain(get(net.root if route.stores else value, output)))
        except ANYTHING:
            return True
        return bool(outs[0] == outs[1])

    def side(self, sizes: List[int], path: Path, kind: str) -> str:
        """Whether the biases in a matrix of weights are its last or its first column: that which still counts if the
        inputs are all 0."""
        route, output = self.routes.get("forward"), self.layouts[len(sizes) - 1].output
        if route is None or len(sizes) > 3:
            return self.folded
        net = self.primed(sizes)
        m, n = self.real(sizes)[0], sizes[1]

        def out(rows: List[Vector]) -> Any:
            put(net.root, path, turned(rows) if kind == "tf" else rows)
            value = self.run(net, route, [[0.0] * sizes[0]], [one_hot(sizes[-1])], {})[1]
            return plain(get(net.root if route.stores else value, output or ()))
        last = out([[0.0] * m + [0.5]] * n) != out([[0.0] * (m + 1)] * n)
        self.folded = "last" if last else "first"
        return self.folded

    # Back

    def find_gradient(self, sizes: List[int]) -> None:
        """What returns, or leaves in the network, arrays for all parameters: they depend on the input and on the
        target, and the parameters stay as they are."""
        layout, forward, known = self.layouts[len(sizes) - 1], self.routes.get("forward"), self.routes.get("gradient")
        moves: Set[str] = set()

        def goes_back(net: Net, route: Route) -> float:
            (x, other), ys = self.drawn(sizes, 2)
            before = all_numbers(self.read(net, layout))
            seen = []
            for x_, y in (x, ys[0]), (other, ys[0]), (x, ys[1]), (x, ys[0]):
                after, value = self.run(net, route, [x_], [y], {"eta": SMALL})
                if all_numbers(self.read(after, layout)) != before and not (book and value is not None):
                    moves.add(route.calls[-1].name)         # it is a step
                    return 0.0
                place = self.align(sizes, value if not route.stores else net.root, route, net)
                if place is None:
                    if route.stores:
                        return 0.0
                    raise Finding("returns-none" if value is None else "wrong-shape", f"returned {described(value)}, "
                                  f"expected arrays shaped like weights and biases")
                seen.append([plain(get(value if not route.stores else net.root, path), ALL)
                             for path in place[1].values()])
            if not book and (seen[0] in seen[1:3] or seen[0] != seen[3] or _flat(seen[0]) == before):
                return 0.0
            layout.gradient = paths_of(place[1], len(layout.slots))

            def moves_of(net: Net, x: Vector, y: Vector) -> Any:
                value = self.run(net, route, [x], [y], {"eta": 1.0})[1]
                return self.nablas(net.root if route.stores else value, layout)
            return 1.0 if book and place[0] == 1.0 or self.true(sizes, moves_of) else 0.9 * float(place[0])

        def worth(net: Net, route: Route) -> float:
            error: Any = None
            for stores in (False, True):
                try:
                    found = goes_back(net if not stores else self.primed(sizes), route._replace(stores=stores))
                except ANYTHING as problem:
                    error = error or problem
                    continue
                if found:
                    fits[route._replace(stores=stores)] = found
                    return found
            if error:
                raise error
            return 0.0

        fits: Dict[Route, float] = {}
        if known:
            try:
                goes_back(self.primed(sizes), known)
            except ANYTHING:
                pass
            return self.keep_gradient(sizes, known)
        net = self.fresh(sizes)
        names = [name for name in self.ranked(net, BACKWARD, others=True)
                 if not (forward and name == forward.calls[0].name) and not EVALUATE.fullmatch(name)]
        book = of_book("backprop", net.functions())
        prefixes = [forward.calls, ()] if forward and not book else [(), forward.calls] if forward else [()]
        forms = sorted(self.forms(sizes), key=lambda form: (form.label, form.x != forward.form.x if forward else 0))
        forms = [form for form in forms if sizes != SQUARE or not forward or form.x == forward.form.x]
        (self.certain["gradient"], route), tried = self.search(sizes, book or names, prefixes, forms, worth)
        if route:
            alike = [one for one in fits if (one.calls, one.form) == (route.calls, route.form)]
            best = max(alike, key=fits.__getitem__)
            alone = best._replace(calls=best.calls[-1:])
            self.routes["gradient"] = alone if self.same(sizes, best, alone) else best
            self.keep_gradient(sizes, self.routes["gradient"])
        elif not moves & set(book):
            self.problem_of("gradient", tried, book)

    def same(self, sizes: List[int], route: Route, other: Route) -> bool:
        """Whether two routes lead to the same gradient."""
        (x,), (y,) = self.drawn(sizes, 1)
        layout, theta, seen = self.layouts[len(sizes) - 1], theta_of(sizes), []
        for one in route, other:
            net = self.fresh(sizes)
            self.write(net, theta, layout)
            try:
                after, value = self.run(net, one, [x], [y], {"eta": SMALL})
                source = after.root if one.stores else value
                found = self.align(sizes, source, one, net)
                seen.append([plain(get(source, path), ALL) for path in found[1].values()])
            except ANYTHING:
                return False
        return bool(seen[0] == seen[1])

    def keep_gradient(self, sizes: List[int], route: Route) -> None:
        """Remember where in what comes back the gradients of each layer are."""
        net, layout = self.primed(sizes), self.layouts[len(sizes) - 1]
        (x,), (y,) = self.drawn(sizes, 1)
        try:
            after, value = self.run(net, route, [x], [y], {"eta": SMALL})
            found = self.align(sizes, after.root if route.stores else value, route, net)
        except ANYTHING:
            found = None
        if found:
            layout.gradient = paths_of(found[1], len(layout.slots))

    def align(self, sizes: List[int], value: Any, route: Route, net: Net) -> Any:
        """Which of the arrays in a value is the gradient of which parameter."""
        layout = self.layouts[len(sizes) - 1]
        own = {path for slot in layout.slots for path in (slot.w, slot.b)}
        wanted = []
        for l, slot in enumerate(layout.slots):
            wanted.append(("w", l, shape(get(net.root, slot.w))))
            if slot.b is not None:
                wanted.append(("b", l, (sizes[l + 1],)))

        def of_gradients(path: Path) -> bool:
            return not route.stores or path not in own and bool(re.match("d|grad|nabla|g", named(path), re.I)
                                                                or re.match("grad|nabla", spoken(path), re.I))
        return align(value, wanted, self.returns(route.calls[-1].name, net), of_gradients)

    # The step

    def find_step(self, sizes: List[int]) -> None:
        """What changes all parameters, and what they become depends on what they were: one function, or a way forward
        and back and an update."""
        layout, forward, gradient = (self.layouts[len(sizes) - 1], self.routes.get("forward"),
                                     self.routes.get("gradient"))

        def takes_a_step(net: Net, route: Route) -> float:
            (x, other), ys = self.drawn(sizes, 2)
            theta = self.read(net, layout)
            after = self.read_after(self.run(net, route, [x], [ys[0]], {"eta": SMALL})[0], layout)
            if shapes(after) != shapes(theta):
                raise Finding("wrong-shape", "left weights or biases of another shape than they had")
            share = moved(theta, after)
            if not share:
                raise Finding("update-weights-not-updated", "leaves all weights as they are")
            if share <= 0.1:
                return 0.0

            def instead(theta: Theta, x: Vector, y: Vector) -> Theta:
                net = self.fresh(sizes)
                self.write(net, theta, layout)
                return self.read(self.run(net, route, [x], [y], {"eta": SMALL})[0], layout)
            # what begins anew each time, or is different each time, or knows nothing of the examples, is no step
            if instead(theta, x, ys[0]) != after or after in (
                    instead(theta_of(sizes), x, ys[0]), instead(theta, other, ys[0]), instead(theta, x, ys[1])):
                return 0.0
            def moves_of(net: Net, x: Vector, y: Vector) -> Any:
                before = self.read(net, layout)
                after = self.read(self.run(net, route, [x], [y], {"eta": SMALL})[0], layout)
                return [[b and list(map(float.__sub__, q, b)) for b, q in zip(before["biases"], after["biases"])],
                        [[list(map(float.__sub__, s, r)) for r, s in zip(w, v)]
                         for w, v in zip(before["weights"], after["weights"])]]
            return 1.0 if route.calls[-1].name in book and share > 0.95 or self.true(sizes, moves_of) else 0.9 * share

        base = gradient or forward
        forms = sorted((form._replace(batch=batch) for form in self.forms(sizes)
                        for batch in ("single", "pairs", "lists", "arrays")),
                       key=lambda form: (form.label, form.x != base.form.x if base else 0))
        if self.numpy is None:
            forms.append(Form("labelled"))
        forms = [form for form in forms if sizes != SQUARE or not base or form.x == base.form.x]
        everything: List[Tried] = []
        best = Best(0.0, None)
        book = of_book("update_mini_batch", self.fresh(sizes).functions())
        for names, prefixes in self.steps_to_try(sizes):
            found, tried = self.search(sizes, names, prefixes, forms, takes_a_step, most=0 if best.route else 200)
            everything += tried
            best = found if found.worth > best.worth else best
            if best.worth >= 1.0:
                break
        self.certain["step"] = best.worth
        if best.route is None:
            return self.problem_of("step", everything, book)
        alone = best.route._replace(calls=best.route.calls[-1:])
        if forward and best.route.calls[:-1] == forward.calls and self.moves_alike(sizes, best.route, alone):
            best = best._replace(route=alone)
        assert best.route
        net, (xs, ys) = self.primed(sizes), self.drawn(sizes, 1)
        becomes = self.successor(net, self.run(net, best.route, xs, ys, {"eta": SMALL})[1], best.route)[1]
        self.routes["step"] = best.route._replace(becomes=becomes)
        self.find_batch(sizes)

    def moves_alike(self, sizes: List[int], *routes: Route) -> bool:
        """Whether routes lead to the same parameters."""
        layout, theta, seen = self.layouts[len(sizes) - 1], theta_of(sizes), []
        xs, ys = self.drawn(sizes, 1)
        for route in routes:
            net = self.fresh(sizes)
            self.write(net, theta, layout)
            try:
                seen.append(self.read(self.run(net, route, xs, ys, {"eta": SMALL})[0], layout))
            except ANYTHING:
                return False
        return all(one == seen[0] for one in seen)

    def steps_to_try(self, sizes: List[int]) -> Iterator[Tuple[List[str], List[Tuple[Call, ...]]]]:
        """Functions, and what may have to be called before them, the likeliest first."""
        forward, gradient = self.routes.get("forward"), self.routes.get("gradient")
        net = self.fresh(sizes)
        functions = net.functions()
        names = [name for name in self.ranked(net, STEP, others=True) if len(required(functions[name])) < 18
                 and not (forward and name == forward.calls[0].name) and not EVALUATE.fullmatch(name)]
        updates = [name for name in functions if UPDATE.fullmatch(name) and name != "update_mini_batch"]
        backward = [name for name in names if BACKWARD.fullmatch(name)]
        rounds = [name for name in names if takes(functions[name], "epochs")]
        alone = [name for name in names if name not in rounds + backward]
        if of_book("update_mini_batch", functions):
            yield ["update_mini_batch"], [()]
            return
        yield [name for name in alone if STEP.fullmatch(name)], [()]
        if gradient:
            yield updates, [gradient.calls]
        after = list(self.after_backward(sizes, backward)) if forward else []
        if after:
            yield updates, after
        yield backward, [forward.calls, ()] if forward else [()]
        yield alone, [(), forward.calls] if forward else [()]
        yield rounds, [()]
        others = [name for name in alone if name not in updates]
        if gradient:
            yield others, [gradient.calls]
        if forward:
            yield alone, list(self.after_backward(sizes, [name for name in others if takes(functions[name], "y")]))

    def after_backward(self, sizes: List[int], names: List[str]) -> Iterator[Tuple[Call, ...]]:
        """Ways forward and back that come to their end, whatever comes of it: an update may follow."""
        forward = self.routes["forward"]
        forms = [form for form in self.forms(sizes) if form.x == forward.form.x]
        for name in names:
            for route in (route for form in forms for route in self.ways(sizes, name, forward.calls, form, 1, 20)):
                (x,), (y,) = self.drawn(sizes, 1)
                try:
                    self.run(self.primed(sizes), route, [x], [y], {"eta": SMALL})
                except ANYTHING:
                    continue
                yield route.calls
                break

    def find_batch(self, sizes: List[int]) -> None:
        """How several examples are handed over to a step."""
        route, layout = self.routes["step"], self.layouts[len(sizes) - 1]
        self.batches, self.many = True, None
        if route.form.batch != "single":
            return
        rows = [route.form.x] if route.form.x != "flat" else ["rows", "columns", "flat"]
        for form in (route.form._replace(batch=batch, x=x) for batch in ("arrays", "lists") for x in rows):
            xs, ys = self.drawn(sizes, 7)
            try:
                net = self.primed(sizes)
                before = self.read(net, layout)
                after = self.read(self.run(net, route._replace(form=form), xs, ys, {"eta": SMALL})[0], layout)
            except ANYTHING:
                continue
            if moved(before, after) > 0.1 and shapes(after) == shapes(before):
                self.many = form
                return
        self.batches = False

    batches = False
    many: Optional[Form] = None

    # An epoch, and the rest

    def find_train(self) -> str:
        """What takes examples for a whole epoch; its name, or nothing."""
        sizes = self.sizes or PROBE
        step = self.routes.get("step")
        base = step or self.routes.get("gradient") or self.routes.get("forward")
        functions, layout = self.fresh(sizes).functions(), self.layouts[len(sizes) - 1]

        def trains_once(net: Net, route: Route) -> float:
            xs, ys = self.drawn(sizes, 5)
            before = self.read(net, layout)
            after = self.read_after(self.run(net, route, xs, ys, {"eta": SMALL, "size": 2, "m": 2})[0], layout)
            if shapes(after) != shapes(before):
                raise Finding("wrong-shape", "left weights or biases of another shape than they had")
            return float(moved(before, after) > 0.1)

        names = [name for name in self.ranked(self.fresh(sizes), EPOCHS) if takes(functions[name], "epochs")
                 and not (step and name == step.calls[-1].name)]
        forms = [Form(base.form.x if base else "flat", label, batch) for label in (False, True)
                 for batch in ("pairs", "arrays", "lists")]
        (_, route), tried = self.search(sizes, names, [()], forms, trains_once, 5)
        if route is None:
            self.problem_of("train", tried, ["SGD"])
            return ""
        self.routes["train"] = route
        self.train_size = any(source in ("size", "m") for _, source in route.calls[-1].arguments)
        return route.calls[-1].name

    train_size = False

    def named_function(self, pattern: Any) -> str:
        """The likeliest function of a name; "" if there is none."""
        return next(iter(self.ranked(self.fresh(self.sizes or PROBE), pattern)), "")


def paths_of(found: Mapping[Tuple[str, int], Path], depth: int) -> List[Tuple[Optional[Path], Path]]:
    """Where gradients of b and w are, layer by layer."""
    return [(found.get(("b", l)), found["w", l]) for l in range(depth)]


_OTHERS = re.compile(r"(^|_)(v|m|d|grad|delta|nabla|sum|acc|zero|velocity|prev|old|last)", re.I)
"""In the names of arrays that are shaped like parameters and are none."""


def _hyper(name: Any, value: Any) -> str:
    """eta or epochs, if a number of this name is one."""
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not value or not isinstance(name, str):
        return ""
    role = roles_of(name)[:1]
    if ETA.fullmatch(name) or role == ["eta"] and isinstance(value, float):
        return "eta"
    return "epochs" if role == ["epochs"] and isinstance(value, int) else ""


def _kept(root: Any, path: Path = ()) -> Iterator[Tuple[str, Path]]:
    """Where a network keeps its learning rate, and how many epochs it trains."""
    for step, item in items(root) if not isinstance(root, Globals) else ():
        role = _hyper(step[1], item)
        if role:
            yield role, (*path, step)
        elif len(path) < 2 and not is_leaf(item):
            yield from _kept(item, (*path, step))


@lru_cache(maxsize=None)
def _alternatives(pattern: str) -> List[Any]:
    """The alternatives of a pattern, at its uppermost level, the likeliest first."""
    parts, depth = [""], 0
    for letter in pattern:
        depth += (letter == "(") - (letter == ")")
        if letter == "|" and not depth:
            parts.append("")
        else:
            parts[-1] += letter
    return [re.compile(part, re.I) for part in parts]


def _flat(values: List[Any]) -> List[float]:
    return [number for value in values for number in (_flat(value) if isinstance(value, list) else [value])]


def moved(before: Theta, after: Theta) -> float:
    """Which part of all weights changed."""
    if shape(before["weights"]) != shape(after["weights"]):
        return 0.0
    pairs = list(zip(_flat(before["weights"]), _flat(after["weights"])))
    finite = all(q == q and abs(q) < 1e300 for _, q in pairs)
    return sum(p != q for p, q in pairs) / len(pairs) if finite else 0.0


def settable(root: Any, path: Path) -> bool:
    """Whether numbers can be put there: it is of floats, or of a matrix of whole numbers."""
    value = get(root, path)
    if is_array(value):
        return value.dtype.kind == "f" or value.dtype.kind == "i" and value.ndim == 2   # type: ignore[no-any-return]
    numbers = [item for row in value for item in (row if isinstance(row, (list, tuple)) or is_array(row) else [row])]
    return any(not isinstance(number, int) for number in numbers)


def shake(root: Any, path: Path) -> None:
    """Other numbers in a place."""
    value = get(root, path)
    c = 1.0 / max(1.0, max(shape(value)) / 8)

    def walk(value: Any) -> Any:
        return [walk(item) for item in value] if isinstance(value, list) else random.uniform(0.1, 1.0) * c
    put(root, path, walk(plain(value, ALL)))


def misshapen(value: Any, n: int) -> Finding:
    """What is wrong with what was returned in place of n numbers."""
    try:
        found = shape(plain(value))
    except Finding as finding:
        return finding
    if value and not is_leaf(value) and isinstance(value, list):
        return Finding("wrong-shape", f"returned {described(value)}, expected {n} numbers")
    return Finding("wrong-shape", f"returned numbers of shape {found}, expected {n} of them")


def told(error: BaseException, path: str) -> Tuple[str, str]:
    """What went wrong, as a slug and a sentence."""
    if isinstance(error, Finding):
        return error.args[0], error.args[1]
    frame = error.__traceback__ if isinstance(error, ValueError) else None
    while frame is not None:        # a column and a flat vector that have made a square of each other
        if frame.tb_frame.f_code.co_filename.startswith(path):
            for name, value in frame.tb_frame.f_locals.items():
                if is_array(value) and value.ndim == 2 and value.shape[0] == value.shape[1] > 1 and re.match(
                        r"d|err|grad|g|e", name, re.I):
                    return "wrong-shape", (
                        f"{name} is of shape {value.shape}, expected ({len(value)}, 1): a column and a flat vector, "
                        f"subtracted or multiplied, make a square (line {frame.tb_lineno})")
        frame = frame.tb_next
    return "raises", f"raised {spoken_error(error, path)}"


def spoken_error(error: BaseException, path: str) -> str:
    """An error in one line, with the line of the file that led to it."""
    lines = [frame.lineno for frame in traceback.extract_tb(error.__traceback__) if frame.filename.startswith(path)]
    try:
        text = " ".join(str(error).split())[:200]
    except BaseException:
        text = "without a text"
    if isinstance(error, SyntaxError):
        lines, text = [error.lineno], str(error.msg)
    where = f" (line {lines[-1]})" if lines and lines[-1] else ""
    return f"{type(error).__name__}{': ' + text if text else ''}{where}"
