"""The one search: functions of somebody's network are called in every likely way, until one has the effect wanted.

Some functions, one after the other, are given examples in some form: that is a route. An effect is from 0 to 1.
What is known by the names of parameters is tried first; names only say what is tried before what else. What is a
derivative of the network's own outputs, Jᵀ·g with one g for all parameters, is what was meant, and was called rightly.
"""
from __future__ import annotations

import contextlib
import random
import re
import signal
import threading
import traceback
from functools import lru_cache
from itertools import islice
from typing import Any, Callable, Dict, Iterator, List, Mapping, NamedTuple, Optional, Sequence, Tuple

from .arrays import Finding, Path, get, is_array, plain, put, shape
from .calls import assignments, call, data_of, required, roles_of, takes
from .itself import Slopes
from .load import Loaded
from .making import ANYTHING, Net, Source
from .running import ALL, Call, Form, Machine, Route, Vector, one_hot, theta_of, vector_of

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


class Search(Machine):
    """Functions of a network that have an effect, found by trying."""

    def __init__(self, loaded: Loaded, source: Source, note: Callable[[str], object] = str) -> None:
        super().__init__(loaded, source, note)
        self.problems: Dict[str, Tuple[str, str]] = {}      # of pieces that are there but never come to an end
        self.sizes: Optional[List[int]] = None              # if they cannot be chosen
        self.deep = False
        self.folded = "last"
        self.error: Optional[BaseException] = None
        self.certain: Dict[str, float] = {}         # how much of its effect each piece has
        self.slopes_known: Dict[int, Any] = {}      # by the number of layers: parameters, an example, and J

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
                            with limited(None if name in (*BOOK, "SGD") else 0.4):
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
        return [Form(x, label) for label in ((0, 1, 2) if self.numpy else (0, 1)) for x in order]

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

    def named_function(self, pattern: Any) -> str:
        """The likeliest function of a name; "" if there is none."""
        return next(iter(self.ranked(self.fresh(self.sizes or PROBE), pattern)), "")


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


def shake(root: Any, path: Path) -> None:
    """Other numbers in a place."""
    value = get(root, path)
    c = 1.0 / max(1.0, max(shape(value)) / 8)

    def walk(value: Any) -> Any:
        return [walk(item) for item in value] if isinstance(value, list) else random.uniform(0.1, 1.0) * c
    put(root, path, walk(plain(value, ALL)))


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
