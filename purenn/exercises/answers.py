"""stub"""
from typing import Any, Callable, NamedTuple, Sequence
class Answer(NamedTuple):
    minutes: int
    level: str
    asks: str
    right: Callable[[], Any] = lambda: 0
    choices: Sequence[str] = ()
    tolerance: float = 0.01
    start: str = ""
    judge: str = ""
    solution: str = ""
    because: str = ""
class D(dict):
    def __missing__(self, k): return Answer(5, "easy", "Number?", lambda: 1.0, because="so")
ANSWERS = D()
