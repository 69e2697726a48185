"""What goes back in somebody's network, what takes a step, and what trains it for an epoch.

Arrays of the shapes of the parameters, which depend on the example, are a gradient; a step changes the parameters, and
what they become depends on what they were.
"""
from __future__ import annotations

import re
from typing import Any, Dict, Iterator, List, Mapping, Optional, Set, Tuple

from .align import align
from .arrays import Finding, Path, described, get, named, plain, shape, spoken
from .calls import required, takes
from .forth import Forth
from .making import ANYTHING, Net
from .running import ALL, Call, Form, Route, Theta, Vector, all_numbers, shapes, theta_of
from .searching import BACKWARD, EPOCHS, EVALUATE, PROBE, SMALL, SQUARE, STEP, UPDATE, Best, Tried, of_book


class Back(Forth):
    """What goes back in a network, what takes a step, and what trains for an epoch."""

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
                if after is not net or all_numbers(self.read(after, layout)) != before and not (
                        book and value is not None):
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

    # An epoch

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


def paths_of(found: Mapping[Tuple[str, int], Path], depth: int) -> List[Tuple[Optional[Path], Path]]:
    """Where gradients of b and w are, layer by layer."""
    return [(found.get(("b", l)), found["w", l]) for l in range(depth)]


def _flat(values: List[Any]) -> List[float]:
    return [number for value in values for number in (_flat(value) if isinstance(value, list) else [value])]


def moved(before: Theta, after: Theta) -> float:
    """Which part of all weights changed."""
    if shape(before["weights"]) != shape(after["weights"]):
        return 0.0
    pairs = list(zip(_flat(before["weights"]), _flat(after["weights"])))
    finite = all(q == q and abs(q) < 1e300 for _, q in pairs)
    return sum(p != q for p, q in pairs) / len(pairs) if finite else 0.0
