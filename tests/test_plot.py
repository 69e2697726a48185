"""The command that draws runs and networks."""
from __future__ import annotations

from pathlib import Path
from random import Random
from typing import List

import pytest

from commands import here
from purenn import plot
from purenn.history import Epoch, Score
from purenn.network2 import Network
from purenn.pictures.weights import network_svg
from purenn.saved import models
from purenn.saved.files import BadFile
from purenn.saved.histories import write_history


def run_of(epochs: int) -> List[Epoch]:
    return [Epoch(k, 0.5, Score(50 + k, 100), training_cost=1 / (k + 1)) for k in range(epochs)]


def small() -> Network:
    return Network([2, 2, 1], rng=Random(0))


@pytest.mark.parametrize("name", ["history.csv", "history.json"])
def test_a_history(name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write_history(run_of(3), tmp_path / name)
    plot.main([str(tmp_path / name), str(tmp_path / "curve.svg")])
    assert capsys.readouterr().out == f"wrote {tmp_path / 'curve.svg'}\n"
    assert ">accuracy<" in (tmp_path / "curve.svg").read_text(encoding="utf-8")


@pytest.mark.parametrize("name", ["model.json", "model.json.gz"])
def test_a_network(name: str, tmp_path: Path) -> None:
    models.save(small(), tmp_path / name)
    plot.main([str(tmp_path / name), str(tmp_path / "net.svg")])
    assert (tmp_path / "net.svg").read_text(encoding="utf-8") == network_svg(small())


def test_what_cannot_be_drawn(tmp_path: Path) -> None:
    (tmp_path / "text").write_text("To be, or not to be\n")
    (tmp_path / "object").write_text("{}")
    for name in "text", "object", "missing":
        with pytest.raises(BadFile, match=name):
            plot.main([str(tmp_path / name), str(tmp_path / "picture.svg")])
    models.save(small(), tmp_path / "model.json")
    with pytest.raises(BadFile, match="No such file or directory"):
        plot.main([str(tmp_path / "model.json"), str(tmp_path / "nowhere" / "net.svg")])
    with pytest.raises(BadFile, match="named for two purposes"):
        plot.main([str(tmp_path / "model.json"), str(tmp_path / "model.json")])


@pytest.mark.parametrize("ending", [".png", ".PNG", ".jpg", ".svg.gz"])
def test_an_svg_is_not_written_under_the_name_of_another_kind(ending: str, tmp_path: Path) -> None:
    models.save(small(), tmp_path / "model.json")
    write_history(run_of(2), tmp_path / "history.csv")
    for source in "model.json", "history.csv":
        with pytest.raises(BadFile, match="expected a name that ends in .svg, not "):
            plot.main([str(tmp_path / source), str(tmp_path / f"picture{ending}")])
    assert sorted(path.name for path in tmp_path.iterdir()) == ["history.csv", "model.json"]


@pytest.mark.slow
def test_train_draws_its_curves(tmp_path: Path) -> None:
    result = here("purenn.train", "--limit", "100", "--epochs", "2", "--plot", tmp_path / "curve.svg")
    assert (result.returncode, result.stderr) == (0, "")
    assert ">accuracy<" in (tmp_path / "curve.svg").read_text(encoding="utf-8")


def test_train_says_at_once_that_it_cannot_draw(tmp_path: Path) -> None:
    """No epoch is trained in vain."""
    result = here("purenn.train", "--plot", tmp_path / "curve.png")
    assert (result.returncode, result.stdout) == (2, "")
    assert result.stderr == (f"purenn.train: error: {tmp_path / 'curve.png'}: pictures are written as SVG, "
                             "expected a name that ends in .svg, not .png\n")
