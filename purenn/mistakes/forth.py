"""What goes forward in somebody's network, and which of its arrays are parameters: those on which the output depends.
"""
from __future__ import annotations

import re
from typing import Any, Dict, List, Optional, Set, Tuple

from .arrays import Finding, Path, contents, described, get, is_array, is_leaf, named, places, plain, put, shape, turned
from .making import ANYTHING, Net
from .running import ALL, Layout, Route, Slot, Vector, is_output, one_hot, output_path, vector_of
from .searching import EVALUATE, FORWARD, SMALL, SQUARE, Search, of_book, shake


class Forth(Search):
    """What goes forward in a network, and its parameters."""

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
            weights = [one for one in of(first[0], first[1], first[0] + "f", first[1] + "f")
                       if one[0] in live or not live]
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


_OTHERS = re.compile(r"(^|_)(v|m|d|grad|delta|nabla|sum|acc|zero|velocity|prev|old|last)", re.I)
"""In the names of arrays that are shaped like parameters and are none."""


def settable(root: Any, path: Path) -> bool:
    """Whether numbers can be put there: it is of floats, or of a matrix of whole numbers."""
    value = get(root, path)
    if is_array(value):
        return value.dtype.kind == "f" or value.dtype.kind == "i" and value.ndim == 2   # type: ignore[no-any-return]
    numbers = [item for row in value for item in (row if isinstance(row, (list, tuple)) or is_array(row) else [row])]
    return any(not isinstance(number, int) for number in numbers)


def misshapen(value: Any, n: int) -> Finding:
    """What is wrong with what was returned in place of n numbers."""
    try:
        found = shape(plain(value))
    except Finding as finding:
        return finding
    if value and not is_leaf(value) and isinstance(value, list):
        return Finding("wrong-shape", f"returned {described(value)}, expected {n} numbers")
    return Finding("wrong-shape", f"returned numbers of shape {found}, expected {n} of them")
