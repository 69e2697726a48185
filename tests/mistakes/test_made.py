"""Every known mistake, made in networks that others could have written, is called by its name."""
from __future__ import annotations

import importlib.util
from pathlib import Path

import pytest
from made import MADE, NUMPY, OTHERS, TWO, Made, judged, source

from purenn.mistakes.catalogue import MISTAKES

HAS_NUMPY = importlib.util.find_spec("numpy") is not None


@pytest.mark.slow
@pytest.mark.parametrize("made", [
    pytest.param(made, marks=[pytest.mark.long] * (made.student != "loops" or number % 2 == 1))
    for number, made in enumerate(MADE + TWO + OTHERS)], ids=lambda made: f"{made.student}: {made.slug}")
def test_a_mistake_is_called_by_its_name(made: Made, tmp_path: Path) -> None:
    if made.student in NUMPY and not HAS_NUMPY:
        pytest.skip("this student uses NumPy")
    verdict = judged(made, tmp_path)
    assert verdict.slug == made.slug, str(verdict)
    assert verdict.right == (made.slug in ("right", "single-precision"))
    assert str(verdict).splitlines()[-1] == f"verdict: {made.slug}"
    assert all(MISTAKES[slug].sentence in str(verdict) for slug in made.slug.split(" + ") if slug in MISTAKES)


@pytest.mark.parametrize("made", MADE + TWO + OTHERS, ids=lambda made: f"{made.student}: {made.slug}")
def test_a_student_is_changed_as_it_says(made: Made) -> None:
    assert (source(made._replace(changes=())) == source(made)) == (made.slug == "right" and not made.changes)
