"""An import that waits until something of it is used: a plot that is never drawn needs no library.

>>> plots = Later("no_such_library", "", "")
>>> plots.show
Traceback (most recent call last):
ModuleNotFoundError: No module named 'no_such_library'
"""
from __future__ import annotations

import importlib
import types
from typing import Any


def _expit(z: Any) -> Any:
    """The logistic function, as scipy.special has it."""
    return 1.0 / (1.0 + importlib.import_module("numpy").exp(-z))


class Later:
    """A name that is imported when something of it is used, or never."""

    def __init__(self, module: str, name: str, package: str) -> None:
        self.__dict__.update(_module=module, _name=name, _package=package)

    def _get(self) -> Any:
        try:
            module: Any = importlib.import_module(self._module, self._package or None)
        except ModuleNotFoundError:
            if self._module not in ("scipy", "scipy.special"):
                raise
            module = types.SimpleNamespace(expit=_expit)        # all that networks want of it
            module.special = module
        return getattr(module, self._name) if self._name else module

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__") and name.endswith("__"):
            raise AttributeError(name)
        return getattr(self._get(), name)

    def __call__(self, *arguments: Any, **named: Any) -> Any:
        return self._get()(*arguments, **named)

    def __mro_entries__(self, bases: Any) -> Any:
        return (self._get(),)
