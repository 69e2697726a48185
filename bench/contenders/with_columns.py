"""purenn with its first weights by columns: what `train` takes under PyPy."""
from __future__ import annotations

from purenn import columns
from purenn.network2 import Network

from .with_purenn import Purenn


class Columns(Purenn):
    title = "purenn by columns"

    def __init__(self, start: Network) -> None:
        self.net = columns.Network(start.sizes)
        self.net.weights, self.net.biases, self.net.rng = start.weights, start.biases, start.rng
