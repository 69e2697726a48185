"""Somebody's network in this process: questions answered by `adapt.Student`, whatever it does made a Finding.

This is what runs in a process of its own (`worker`), and in a browser, where there are no processes.
"""
from __future__ import annotations

import contextlib
import io
from inspect import isroutine
from typing import Any, Callable, Dict

from .adapt import ANYTHING, Student, student, trains
from .arrays import Finding
from .calls import takes
from .load import Loaded
from .watch import line_of


class Local:
    """A network that answers questions here."""

    def __init__(self, loaded: Loaded, name: str, options: Dict[str, Any], note: Callable[[str], object] = str,
                 own_output: bool = False) -> None:
        self.printed: Dict[str, int] = {}
        self.silent = not own_output
        with self.quiet("loading"):
            self.student: Student = student(loaded, name, options, note)
            self.about = about(self.student)
        self.printed.clear()

    @contextlib.contextmanager
    def quiet(self, name: str) -> Any:
        """What is printed goes nowhere, but is counted."""
        if not self.silent:
            yield
            return
        printed = io.StringIO()
        with contextlib.redirect_stdout(printed), contextlib.redirect_stderr(printed):
            yield
        lines = printed.getvalue().count("\n") or bool(printed.getvalue())
        if lines:
            self.printed[name] = self.printed.get(name, 0) + int(lines)

    def ask(self, name: str, *arguments: Any) -> Any:
        """The answer to a question, or a Finding. Asked "where" it says which line computes what is wanted in answer to
        another question."""
        with self.quiet(name):
            try:
                if name == "where":
                    wanted, asked, *rest = arguments
                    return line_of(lambda: getattr(self.student, asked)(*rest), wanted, self.student.loaded.path)
                return getattr(self.student, name)(*arguments)
            except Finding:
                raise
            except ANYTHING as error:
                raise Finding(*self.student.told(error)) from None

    def changed(self) -> Dict[str, str]:
        """What was changed that should have stayed as it was."""
        one = self.student
        by_piece = {piece: one.touched[route.steps[-1][1]] for piece, route in one.routes.items()
                    if route.steps[-1][1] in one.touched}
        return {**by_piece, **one.changed}


def about(one: Student) -> Dict[str, Any]:
    """What the judge has to know of a network before it asks."""
    routes = {piece: route.steps[-1][1] for piece, route in one.routes.items()}
    train, evaluate, derivative = one.find_train(), one.find_evaluate(), one.find_derivative()
    for piece, name in (("train", train), ("evaluate", evaluate), ("derivative", derivative)):
        if name:
            routes[piece] = name
    functions = one.style.functions(one._fresh(one.sizes or [3, 5, 2]))
    step = [functions[name] for _, name in one.routes["step"].steps] if "step" in one.routes else []
    taken = {name for route in one.routes.values() for _, name in route.steps} | {evaluate, derivative} - {train}
    of_file = {name: value for name, value in one.loaded.names.items() if name in one.loaded.own and isroutine(value)}
    left = [name for name, function in {**of_file, **functions}.items() if name not in taken and trains(name, function)]
    return {
        "name": one.style.name, "kind": one.kind(), "took": one.took(), "routes": routes, "problems": one.problems,
        "left": left,
        "labels": any(route.form.label for route in one.routes.values()),
        "sizes": one.sizes, "deep": one.deep, "biases": one.has_biases(), "batches": one.batches,
        "book_step": "step" in one.routes and (one.routes["step"].form.batch == "pairs" or "batch" in routes["step"]),
        "takes_eta": one.takes_eta(), "train_size": one.train_size, "made": one.style.made is not None,
        "takes": {**{role: any(takes(function, role) for function in step) for role in ("lmbda", "mu", "n")},
                  "evaluate": bool(evaluate) and takes(functions[evaluate], "y")}}
