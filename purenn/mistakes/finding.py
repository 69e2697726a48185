"""Somebody's network, found by what it does: made of sizes of our own or of those that it has, and seen as a whole.

In a network of 3, 5 and 2 neurons every array has a shape of its own, so that little has an effect by chance.
"""
from __future__ import annotations

import re
import sys
from typing import Any, Callable, Dict, Iterator, List, Optional, Tuple

from .arrays import Path, get, is_array, is_leaf, items, named, places, shape, spoken
from .back import Back
from .calls import roles_of, undefined
from .load import Cannot, Loaded
from .making import ANYTHING, Globals, Net, Source
from .running import shapes, theta_of
from .searching import BOOK, DEEP, ETA, PROBE, SMALL, SQUARE, of_book


class Finder(Back):
    """The pieces of the networks that a source makes; Cannot, or an error of theirs, if they are none."""

    def __init__(self, loaded: Loaded, source: Source, note: Callable[[str], object] = str) -> None:
        super().__init__(loaded, source, note)
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
