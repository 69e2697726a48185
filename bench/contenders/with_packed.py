"""purenn with a packed first layer: `train --packed`."""
from __future__ import annotations

from purenn import packed
from purenn.network2 import Network

from .with_purenn import Purenn


class Packed(Purenn):
    title = "purenn --packed"

    def __init__(self, start: Network) -> None:
        self.net = packed.Network(start.sizes)
        self.net.weights, self.net.biases, self.net.rng = start.weights, start.biases, start.rng
