"""The way forward: which functions, or which mistake, somebody's outputs come of.

>>> from purenn.mistakes.cases import Case
>>> case = Case([1, 1], [], "quadratic", 0.1, 0.0, 0.0, 1, [[3.0]], [[5.0]], [[[2.0]]], [[1.0]], steps=1)
>>> read_forward([case], {(0, 0): [7.0]}, None, None).output, read_forward([case], {(0, 0): [6.0]}, None, None).slug
('relu', 'forward-no-bias')
"""
from __future__ import annotations

from dataclasses import replace
from typing import Dict, Iterator, List, NamedTuple, Optional, Tuple

from ..matrix import Vector
from .algorithm import Algorithm, Lines, Way
from .cases import Case
from .catalogue import MISTAKES, at
from .compare import near
from .functions import FUNCTIONS, TWICE

Outputs = Dict[Tuple[int, int], Vector]
"""What a network gives, by (case, example)."""

USUAL = ["sigmoid", "tanh", "relu", "softmax", "identity"]
ORDER = USUAL + [name for name in FUNCTIONS if name not in (*USUAL, *TWICE)]


class Reading(NamedTuple):
    """How somebody's outputs come about: the functions of the hidden layers and of the last, and a mistake, if any."""

    hidden: str
    output: str
    slug: str = ""
    lines: Optional[Lines] = None

    def plain(self) -> "Reading":
        """The same functions, without the mistake."""
        return self._replace(slug="", lines=None)

    def case(self, case: Case, cost: str = "quadratic") -> Case:
        """A case with these functions."""
        return replace(case, activations=[self.hidden] * (len(case.weights) - 1) + [self.output], cost=cost)

    def ways(self, case: Case, together: bool = False) -> List[Way]:
        """The way forward of a case's examples; ValueError, IndexError where shapes do not fit."""
        net = Algorithm(self.case(case), [self.lines] if self.lines else [])
        if together:
            return net.forward(case.inputs, case.targets)
        return [net.forward([x], [y])[0] for x, y in zip(case.inputs, case.targets)]


def readings(hidden: Optional[str], output: Optional[str]) -> Iterator[Reading]:
    """All that outputs may come of, what is meant first, then what is right for other functions, then mistakes."""
    pairs = [(h, o) for h in ([hidden] if hidden else ORDER) for o in ([output] if output else ORDER)]
    pairs.sort(key=lambda pair: (pair[0] != pair[1], ORDER.index(pair[0]) + ORDER.index(pair[1])))
    yield from (Reading(h, o) for h, o in pairs)
    usual = [(h, o) for h, o in pairs if h in (*USUAL, "leaky-relu") and o in USUAL]
    for slug in [*dict(at("weigh")), "softmax-over-batch"]:
        for lines in MISTAKES[slug].lines:
            yield from (Reading(h, o, slug, lines) for h, o in usual)
    for name in TWICE:
        yield from (Reading(h, name, "forward-two-activations") for h in ([hidden] if hidden else USUAL))
    if hidden or output:
        yield from (Reading(h, o, "forward-wrong-activation") for h in ORDER for o in ORDER)


def read_forward(cases: List[Case], outputs: Outputs, hidden: Optional[str],
                 output: Optional[str]) -> Optional[Reading]:
    """What outputs come of; `hidden` and `output` are the functions that are meant, if that is known."""
    found = next((reading for reading in readings(hidden, output) if explains(reading, cases, outputs)), None)
    if found is None and (hidden or output):
        found = next((reading._replace(slug=reading.slug or "forward-wrong-activation")
                      for reading in readings(None, None) if explains(reading, cases, outputs)), None)
    if found and found.slug == "forward-wrong-activation" and _is_kind_of(found, hidden, output):
        return found._replace(slug="")
    return found


def _is_kind_of(reading: Reading, hidden: Optional[str], output: Optional[str]) -> bool:
    """Whether it is a kind of ReLU where ReLU was said, for which there is no option."""
    return all(wanted is None or got == wanted or wanted == "relu" and (got.startswith("leaky") or got == "elu")
               for wanted, got in ((hidden, reading.hidden), (output, reading.output)))


def explains(reading: Reading, cases: List[Case], outputs: Outputs) -> bool:
    """Whether outputs come of this. The first example of each network is looked at first: most readings end there."""
    try:
        for (c, i), given in sorted(outputs.items(), key=lambda item: item[0][::-1]):
            case = cases[c]
            alone = replace(case, inputs=[case.inputs[i]], targets=[case.targets[i]])
            if not near(given, reading.ways(alone)[0].a[-1]):
                return False
        return True
    except (ValueError, IndexError, OverflowError):
        return False
