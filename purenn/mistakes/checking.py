"""A check from its beginning to its end: of a file, of a class, of a text, or of numbers from anywhere.

>>> check_source("x = 1")           # doctest: +ELLIPSIS
Traceback (most recent call last):
purenn.mistakes.load.Cannot: yours: no network was found, expected a class or functions that go forward, back, ...
"""
from __future__ import annotations

import inspect
import sys
from typing import Any, Callable, Optional, Sequence, Tuple, Union

from ..activations import ACTIVATIONS
from ..arguments import one_of
from ..costs import COSTS
from .inquiry import Inquiry
from .load import Cannot, Loaded, load_text, of_module
from .local import Local
from .pieces import Meant
from .process import Remote
from .student import spoken_error
from .verdict import Verdict, verdict

CannotCheck = Cannot
"""There is nothing to judge: no network, no piece of one that is known, or code that cannot be loaded."""

SECONDS = 10.0
"""How long the code of a file may take, all in all."""


def check(target: Union[str, type], *, activation: Optional[str] = None, output: Optional[str] = None,
          cost: Optional[str] = None, lmbda: Optional[float] = None, mu: Optional[float] = None, strict: bool = False,
          seconds: float = SECONDS, require: Sequence[str] = (),
          progress: Optional[Callable[[str], None]] = None) -> Verdict:
    """The verdict on a network: `target` is FILE, FILE:Class, a module's name, or a class.

    The other arguments say what it is meant to be; what is None is found out, and λ and μ are tried if its step takes
    them. With `strict` a factor that all gradients share is a mistake as well. `require` names pieces that have to be
    there. The code runs in a process of its own, for `seconds` of processor time at most. Raises CannotCheck, a
    ValueError, if there is nothing to judge.
    """
    meant = Meant(activation, output, cost, lmbda, mu, strict)
    for name, value, known in (("activation", activation, ACTIVATIONS),
                               ("output", output, ACTIVATIONS), ("cost", cost, COSTS)):
        if value is not None:
            one_of(name, value, known)
    if isinstance(target, type):
        target = f"{inspect.getsourcefile(target)}:{target.__qualname__}"
    file, name = _split(target)
    with Remote(file, name, _options(meant), seconds, progress) as remote:
        try:
            about = remote.begin()
        except Cannot as reason:
            if remote.ended and remote.calling:
                return _fallen(target, remote)
            raise Cannot(f"{file}: {reason}") from None
        return judged(remote.ask, about, meant, target, remote.seen, tuple(require))


def _split(target: str) -> Tuple[str, str]:
    """FILE:Class as file and class; the class may be left out."""
    file, colon, name = target.rpartition(":")
    return (file, name) if colon and name.isidentifier() and len(file) > 1 else (target, "")


def _fallen(target: str, remote: Remote) -> Verdict:
    """The verdict on code that hangs, or ends its process, as soon as it is called."""
    sentence = (f"did not return within {remote.seconds:g} seconds" if remote.ended == "hangs" else
                f"ended the process (exit status {remote.process.poll()})")
    lines = target, f"  {remote.calling:<20} {sentence}"
    hints = f"Look at {remote.calling}.", f"It {sentence}.", f"It is in {remote.calling}."
    return Verdict((remote.ended,), lines, (), hints)


def check_source(text: str, *, name: str = "yours", activation: Optional[str] = None, output: Optional[str] = None,
                 cost: Optional[str] = None, lmbda: Optional[float] = None, mu: Optional[float] = None,
                 strict: bool = False) -> Verdict:
    """The verdict on Python source, run in this process and without a limit of time: for a browser, or code you
    trust."""
    meant = Meant(activation, output, cost, lmbda, mu, strict)
    try:
        loaded = load_text(text, name)
    except SyntaxError as error:
        raise Cannot(f"{name}: {spoken_error(error, name)}") from None
    return here(loaded, "", name, meant)


def check_class(cls: type, *, activation: Optional[str] = None, output: Optional[str] = None,
                cost: Optional[str] = None, lmbda: Optional[float] = None, mu: Optional[float] = None,
                strict: bool = False, require: Sequence[str] = ()) -> Verdict:
    """The same for a class that is there already. `require` names pieces that have to be there; no others have to be
    then."""
    module = sys.modules.get(cls.__module__)
    loaded = of_module(module) if module else load_text("", cls.__name__)
    loaded = Loaded(loaded.module, getattr(module, "__file__", None) or cls.__module__)
    loaded.names = {**loaded.names, cls.__name__: cls}
    loaded.own = [cls.__name__]
    meant = Meant(activation, output, cost, lmbda, mu, strict)
    return here(loaded, cls.__name__, cls.__qualname__, meant, tuple(require))


def here(loaded: Loaded, name: str, title: str, meant: Meant, required: Tuple[str, ...] = ()) -> Verdict:
    """The verdict on what was loaded into this process."""
    try:
        local = Local(loaded, name, _options(meant))
    except Cannot as reason:
        raise Cannot(f"{title}: {reason}") from None
    except Exception as error:
        raise Cannot(f"{title}: making its network raised {spoken_error(error, loaded.path)}") from None
    return judged(local.ask, local.about, meant, title, lambda: (local.changed(), local.printed), required)


def _options(meant: Meant) -> Any:
    return {"activation": meant.activation, "output": meant.output, "cost": meant.cost, "lmbda": meant.lmbda,
            "mu": meant.mu}


def judged(ask: Any, about: Any, meant: Meant, title: str, seen: Any, required: Tuple[str, ...] = ()) -> Verdict:
    """Ask, and judge."""
    for option in ("lmbda", "mu"):
        if getattr(meant, option) and not about["takes"][option]:
            raise Cannot(f"{title}: {about['name']} takes no {option}, expected it as an argument of its step")
    for _, text in about["problems"].values():
        if "ModuleNotFoundError" in text:
            raise Cannot(f"{title}: {text}, expected it to be installed")
    inquiry = Inquiry(ask, about, meant)
    try:
        inquiry.run()
    except Cannot as reason:
        raise Cannot(f"{title}: {reason}") from None
    changed, printed = seen()
    found = verdict(inquiry, f"{title}: {about['name']}, {about['kind']}", changed, printed, about["took"], required,
                    inquiry.where)
    unclear = found.slugs == ("bp1-sign",) and "step" not in about["routes"]
    if (found.right or unclear) and (not required or about["left"] or inquiry.unjudged):
        _whole(inquiry, about, title)
    return found


def _whole(inquiry: Inquiry, about: Any, title: str) -> None:
    """Raise Cannot if what was judged is too little for a verdict: nothing that goes back, or not the step that there
    is, which may well add a gradient of the other sign."""
    back, step = "gradient" in about["routes"], "step" in about["routes"]
    left = ", ".join(about["left"][:4])
    if inquiry.unjudged:
        raise Cannot(f"{title}: {inquiry.unjudged[0]}")
    if not back and not step:
        raise Cannot(f"{title}: only the forward pass could be judged: " + (
            f"{left} was not understood" if left else "there is nothing that goes back, and no step"))
    if not step and left:
        raise Cannot(f"{title}: no mistake in the gradient, but no step could be judged: {left} was not understood")
