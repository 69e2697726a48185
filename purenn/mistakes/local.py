"""Somebody's network in this process: questions answered by `student.Student`, whatever it does made a Finding.

This is what runs in a process of its own (`worker`), and in a browser, where there are no processes.
"""
from __future__ import annotations

import contextlib
import io
import warnings
from typing import Any, Callable, Dict

from .arrays import Finding
from .load import Loaded
from .student import ANYTHING, Student, student
from .watch import line_of


class Local:
    """A network that answers questions here."""

    def __init__(self, loaded: Loaded, name: str, options: Dict[str, Any], note: Callable[[str], object] = str,
                 own_output: bool = False) -> None:
        self.printed: Dict[str, int] = {}
        self.silent = not own_output
        with self.quiet("loading"):
            self.student: Student = student(loaded, name, options, note)
            self.about = self.student.about()
        self.printed.clear()

    @contextlib.contextmanager
    def quiet(self, name: str) -> Any:
        """What is printed goes nowhere, but is counted."""
        if not self.silent:
            yield
            return
        printed = io.StringIO()
        with contextlib.redirect_stdout(printed), contextlib.redirect_stderr(printed), warnings.catch_warnings():
            warnings.simplefilter("ignore")
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
        by_piece = {piece: one.touched[route.calls[-1].name] for piece, route in one.routes.items()
                    if route.calls[-1].name in one.touched}
        return {**by_piece, **one.changed}
