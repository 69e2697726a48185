"""What is said of a mistake beside its name, and what is right although it looks like one."""
from __future__ import annotations

import re
from typing import List, Tuple

import pytest
from made import STUDENTS

from purenn.mistakes.checking import CannotCheck, check_source
from purenn.mistakes.verdict import Verdict

LOOPS = (STUDENTS / "loops.py").read_text(encoding="utf-8")
MOVE_B, MOVE_W = "self.biases[l][j] += self.v_b[l][j]", "self.weights[l][j][k] += self.v_w[l][j][k]"


def judged(*changes: Tuple[str, str], **meant: str) -> Verdict:
    """The verdict on the student's network with some lines changed."""
    text = LOOPS
    for old, new in changes:
        assert text.count(old) == 1, old
        text = text.replace(old, new)
    return check_source(text, **meant)      # type: ignore[arg-type]


@pytest.mark.slow
def test_a_hint_has_an_example_and_a_line() -> None:
    """σ′ is left out of (BP2). The numbers of the hint are the author's own: a reader can multiply them."""
    verdict = judged(("[back[k] * sigma_prime(zs[l][k]) for k", "[1.0 * back[k] for k"))
    assert verdict.slug == "bp2-no-sigma-prime"
    first, second, third = (verdict.hint(level) for level in (1, 2, 3))
    assert first == "Look at backprop, equation (BP2), layer 2 of 3."
    assert second.startswith(first) and 80 <= len(second[len(first):].split()) <= 160
    told = " ".join(second.split())
    carried, a, slope, product, given = (float(x) for x in re.findall(
        r"= (-?[\d.]+), its activation is a = ([\d.]+), so σ′\(z\) = a·\(1 - a\) = ([\d.]+), and δ is their product, "
        r"(-?[\d.]+); you have (-?[\d.]+)\.", told)[0])
    assert slope == pytest.approx(a * (1 - a), rel=1e-3) and product == pytest.approx(carried * slope, rel=1e-3)
    assert given == pytest.approx(carried, rel=1e-3)
    # Without σ′ δ is what comes back, so the line is that before the one that was changed, or this.
    at = 1 + next(k for k, one in enumerate(LOOPS.split("\n")) if "[back[k] * sigma_prime(zs[l][k]) for k" in one)
    assert third.split("\n")[-1] in [f"It is computed in line {number}." for number in (at - 1, at)]
    assert f"they are computed in line {at - 1}" in str(verdict) or f"they are computed in line {at}" in str(verdict)


@pytest.mark.slow
def test_a_step_that_is_no_sum_of_gradients_is_not_judged() -> None:
    """Each number of the step is cut off at a limit. The gradient is judged, and it is right."""
    verdict = judged((MOVE_B, "self.biases[l][j] += max(-0.3, min(0.3, self.v_b[l][j]))"),
                     (MOVE_W, "self.weights[l][j][k] += max(-0.3, min(0.3, self.v_w[l][j][k]))"))
    assert verdict.slug == "right" and "the length of its steps is limited" in str(verdict)


@pytest.mark.slow
@pytest.mark.parametrize("changes, words", [
    ([("-rate * self.sum_w[l][j][k] - decay", "-rate * self.sum_w[l][j][k] - (decay + 0.01 * eta)")], "0.01·w"),
    ([("self.v_b[l][j] = mu *", "self.v_b[l][j] = 0.9 *"), ("self.v_w[l][j][k] = mu *", "self.v_w[l][j][k] = 0.9 *"),
      ("n=1, mu=0.0):", "n=1):"), ("eta, lmbda, n, mu)", "eta, lmbda, n)")], "keeps 0.9 of its last step"),
    ([("            a = [sigma(zj) for zj in z]\n",
       "            a = [sigma(zj) for zj in z] if l < self.layers - 1 else z\n"),
      ("output_activations[j] - y[j]", "sigma(output_activations[j]) - y[j]"),
      ("[error[j] * sigma_prime(zs[last][j]) for", "[error[j] for")], "sigmoid-cross-entropy")])
def test_conventions(changes: List[Tuple[str, str]], words: str) -> None:
    """L2 within the step; momentum that nobody asked for; outputs that are made probabilities on the way back alone."""
    verdict = judged(*changes)
    assert verdict.right and words in str(verdict)


@pytest.mark.slow
def test_what_chance_decides_cannot_be_judged() -> None:
    """Half of the neurons are left out each time: dropout."""
    with pytest.raises(CannotCheck, match="another answer each time"):
        judged(("            a = [sigma(zj) for zj in z]\n",
                "            a = [sigma(zj) * random.choice((0, 2)) for zj in z]\n"))
