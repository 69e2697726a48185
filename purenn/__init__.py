"""A feed-forward neural network for handwritten digits, in plain Python lists.

>>> from purenn import Network
>>> Network([64, 30, 10]).sizes
[64, 30, 10]

This Network is chapter 3's, `network2.Network`. With no more arguments than chapter 1's, `network.Network`, it is the
same network; and recipes, commands and files use it. It is imported when it is asked for: to import purenn costs
nothing.
"""
from __future__ import annotations

from typing import TYPE_CHECKING, Any

__version__ = "0.4.0"

if TYPE_CHECKING:
    from .network2 import Network as Network
else:
    def __getattr__(name: str) -> Any:
        if name == "Network":
            from .network2 import Network
            return Network
        raise AttributeError(f"module 'purenn' has no attribute {name!r}")
