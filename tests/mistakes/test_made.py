"""Every known mistake, made in two networks that others could have written, is called by its name."""
from __future__ import annotations

import importlib.util
from pathlib import Path

import pytest
from made import MADE, NAMELESS, NUMPY, TWO, Made, judged, source

from purenn.mistakes.catalogue import MISTAKES

HAS_NUMPY = importlib.util.find_spec("numpy") is not None


@pytest.mark.slow
@pytest.mark.parametrize("made", [pytest.param(made, marks=[pytest.mark.long] * (made.student != "loops"))
                                  for made in MADE + TWO], ids=lambda made: f"{made.student}: {made.slug}")
def test_a_mistake_is_called_by_its_name(made: Made, tmp_path: Path) -> None:
    if made.student in NUMPY and not HAS_NUMPY:
        pytest.skip("this student uses NumPy")
    verdict = judged(made, tmp_path)
    assert verdict.slug == made.slug, str(verdict)
    assert verdict.right == (made.slug in ("right", "single-precision"))
    assert str(verdict).splitlines()[-1] == f"verdict: {made.slug}"
    assert all(MISTAKES[slug].sentence in str(verdict) for slug in made.slug.split(" + ") if slug in MISTAKES)


@pytest.mark.long
@pytest.mark.skipif(not HAS_NUMPY, reason="these students use NumPy")
@pytest.mark.parametrize("made", NAMELESS, ids=lambda made: made.slug)
def test_a_mistake_that_is_not_known_gets_no_name(made: Made, tmp_path: Path) -> None:
    verdict = judged(made, tmp_path)
    assert verdict.slugs == ("unknown",) and not verdict.right
    report = str(verdict)
    assert "first: network " in report and "no known mistake, and no two of them" in report
    assert ("1e-8 beneath a fraction" in report) == ("1e-8" in made.slug)


@pytest.mark.parametrize("made", MADE + TWO, ids=lambda made: f"{made.student}: {made.slug}")
def test_a_student_is_changed_as_it_says(made: Made) -> None:
    assert (source(made._replace(changes=())) == source(made)) == (made.slug == "right")


def test_every_known_mistake_is_made_with_lists_and_with_numpy() -> None:
    made = {(mistake.slug, mistake.student in NUMPY) for mistake in MADE}
    known = [*MISTAKES, "single-precision", "changes-its-input"]
    assert {(slug, numpy) for slug in known for numpy in (False, True)} - made == set()
