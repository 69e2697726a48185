"""Images that lie in another way than those a network learned from."""
from __future__ import annotations

from pathlib import Path
from typing import List, Optional

import pytest

from purenn import data
from purenn.activations import identity
from purenn.network2 import Network
from purenn.pictures.orientation import inverted, otherwise, turned
from purenn.saved import models

ROW, COLUMN = [1.0, 1.0, 0.0, 0.0], [1.0, 0.0, 1.0, 0.0]


def across_or_down() -> Network:
    """Two by two pixels: output 0 is high for ink in the first row, output 1 for ink in the first column."""
    net = Network([4, 2], output=identity)
    net.weights, net.biases = [[[1.0, 1.0, -1.0, -1.0], [1.0, -1.0, 1.0, -1.0]]], [[0.0, 0.0]]
    return net


@pytest.mark.parametrize("labels", [[0, 1], None])
def test_images_as_they_should_lie_are_no_news(labels: Optional[List[int]]) -> None:
    assert otherwise(across_or_down(), [ROW, COLUMN], labels) is None


def test_inverted_images_are_said_to_be_without_labels_too() -> None:
    """2 - 0 is more than 0.9 as they are; inverted, 0 - 2 and 0 are not."""
    assert otherwise(across_or_down(), [inverted(ROW), inverted(COLUMN)], None) == (
        "these images seem to be inverted (paper is 1 and ink is 0): of 2 of them 0% are read with a confidence of "
        "more than 0.9 as they are, 100% the other way")


@pytest.mark.long
def test_real_digits_inverted_and_turned(trained: Path) -> None:
    net, test_data = models.load(trained / "model.json"), data.load("digits")[2]
    images, labels = [list(x) for x, _ in test_data], [y for _, y in test_data]
    assert otherwise(net, images, labels) is None
    for way, words in ((inverted, "inverted (paper"), (turned, "turned (rows")):
        assert f"seem to be {words}" in str(otherwise(net, list(map(way, images)), labels))
