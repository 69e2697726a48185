"""A feed-forward neural network for handwritten digits, in plain Python lists.

>>> import purenn
>>> purenn.Network([64, 30, 10]).sizes
[64, 30, 10]
>>> training_data, validation_data, test_data = purenn.data.load("digits")

`purenn.save(net, path)` and `purenn.load(path)` keep a network.

This Network is chapter 3's, `network2.Network`. With no more arguments than chapter 1's, `network.Network`, it is the
same network; and recipes, commands and files use it. It and the modules are imported when they are asked for: to import
purenn costs nothing.
"""
# Python 2 and 3.8 read this file as well, to say that they are too old: nothing here may be new to them.
import sys

__version__ = "0.4.0"

if sys.version_info < (3, 9):
    sys.stderr.write("purenn: error: needs Python 3.9 or later, this is %s\n" % sys.version.split()[0])
    sys.exit(2)

if sys.argv[:1] == ["-m"]:                  # python -m purenn.train, before anything else is imported
    from .terminal import start
    start.explain_failures()

FROM = {"Network": "purenn.network2", "load": "purenn.saved.models", "save": "purenn.saved.models"}

TYPE_CHECKING = False                       # a type checker takes it for True
if TYPE_CHECKING:
    from typing import Any, List
    from .network2 import Network as Network
    from .saved.models import load as load, save as save


def __getattr__(name):
    # type: (str) -> Any
    from importlib import import_module
    if name in FROM:
        return getattr(import_module(FROM[name]), name)
    if name in __dir__():
        return import_module("purenn." + name)
    raise AttributeError("module 'purenn' has no attribute %r" % name)


def __dir__():
    # type: () -> List[str]
    from pkgutil import iter_modules
    return sorted(FROM) + ["__version__"] + [module.name for module in iter_modules(__path__) if module.name[0] != "_"]
