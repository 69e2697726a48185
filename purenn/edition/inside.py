"""What Python does in the page. A worker of the browser calls `begin` once, and then one of the functions below it.

There are two copies of purenn. What a reader changes is changed in one of them; the other draws the pictures, prepares
a drawing and judges, so that a changed `matrix` does not change what `check` compares with.

>>> said = []
>>> begin(lambda kind, content: said.append((kind, content)), PACKAGE.parent, PACKAGE.parent)
>>> cell("print(1 + 1)")
>>> [content for kind, content in said if content.strip()]
['2']
"""
from __future__ import annotations

import contextlib
import doctest
import importlib
import io
import json
import re
import sys
import traceback
from pathlib import Path
from types import ModuleType
from typing import Any, Callable, Dict, List, Mapping, Sequence, Tuple, Union

PACKAGE = Path(__file__).resolve().parent.parent
Points = List[Tuple[float, float]]


class Copy:
    """purenn in a folder. Inside `with` it is the one that is imported."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.modules: Dict[str, ModuleType] = {}

    def __enter__(self) -> None:
        self.outside = taken()
        sys.modules.update(self.modules)
        sys.path.insert(0, str(self.folder))

    def __exit__(self, *error: object) -> None:
        self.modules = taken()
        sys.modules.update(self.outside)
        sys.path.remove(str(self.folder))


def taken() -> Dict[str, ModuleType]:
    """All modules of purenn that are imported, and from now on are not."""
    names = [name for name in sys.modules if name.partition(".")[0] == "purenn"]
    return {name: sys.modules.pop(name) for name in names}


class Said(io.TextIOBase):
    """Standard output, which goes to the page as it comes."""

    def __init__(self) -> None:
        self.text = ""

    def write(self, text: str) -> int:
        self.text += text
        say("out", text)
        return len(text)


say: Callable[[str, str], None]
"""Tells the page something: what kind, and what."""

original: Copy
changed: Copy
names: Dict[str, Any] = {}          # what the last cell defined
curves: List[Points] = []           # of the runs so far, the newest first
spoilt: Dict[str, Mapping[str, str]] = {}


def begin(tell: Callable[[str, str], None], here: Union[str, Path], there: Union[str, Path]) -> None:
    """`tell` is to tell the page something; purenn is in the folder `here`, and once more, to be changed, `there`."""
    global say, original, changed
    say, original, changed = tell, Copy(Path(here)), Copy(Path(there))
    original.modules = {name: module for name, module in sys.modules.items() if name.partition(".")[0] == "purenn"}
    names.clear()
    curves.clear()
    spoilt.clear()
    sys.dont_write_bytecode = True


def change(module: str, blocks: Mapping[str, str]) -> None:
    """Let the lines first-last of a module, counted as in the original, be others from now on."""
    lines = (original.folder / "purenn" / f"{module}.py").read_text(encoding="utf-8").split("\n")
    for place in sorted(blocks, key=lambda place: -int(place.split("-")[0])):
        first, last = map(int, place.split("-"))
        lines[first - 1:last] = blocks[place].rstrip("\n").split("\n")
    (changed.folder / "purenn" / f"{module}.py").write_text("\n".join(lines), encoding="utf-8")
    spoilt[module] = dict(blocks)
    if not blocks:
        del spoilt[module]
    changed.modules.clear()
    importlib.invalidate_caches()


def cell(code: str) -> None:
    """Run code with the changed purenn, and show what it says; of a network that learned, its curve and its weights."""
    said = Said()
    with changed, contextlib.redirect_stdout(said):
        names.clear()
        names["__name__"] = "__main__"
        run(code, names)
    scores = [(float(epoch), int(right) / int(n)) for epoch, right, n in
              re.findall(r"Epoch (\d+): (\d+) / (\d+)", said.text)]
    with original:
        show(scores, names.get("net"))


def run(code: str, names: Dict[str, Any]) -> bool:
    """Whether the code came to its end; where it did not, the reader sees why, as far as it is his code."""
    try:
        exec(compile(code, "your code", "exec"), names)
        return True
    except BaseException as error:
        frames = [frame for frame in traceback.extract_tb(error.__traceback__)
                  if frame.filename == "your code" or Path(frame.filename).parent == changed.folder / "purenn"
                  and not frame.filename.endswith("__init__.py")]       # modules of the book, not data's
        lines = code.split("\n")
        for frame in frames:
            where = Path(frame.filename).stem if frame.filename != "your code" else "your code"
            line = lines[(frame.lineno or 1) - 1] if where == "your code" else frame.line or ""
            print(f"in {where}, line {frame.lineno}: {line.strip()}")
        print("".join(traceback.format_exception_only(type(error), error)).rstrip())
        return False


def show(scores: Points, net: Any) -> None:
    """The curve of a run beside those before it, and what the neurons look for."""
    from ..pictures import curves as pictures, svg, weights
    if len(scores) > 1:
        titles = ["this run", "the run before", "two before", "three before"]
        chart = pictures.chart("test accuracy", dict(zip(titles, [scores, *curves[:3]])), x_title="epoch", percent=True,
                               y_range=(0.0, 1.0), reference={"by guessing": 0.1})
        say("picture", svg.picture(pictures.WIDTH, pictures.HEIGHT, [chart]))
        curves.insert(0, scores)
    rows = getattr(net, "weights", [[[]]])
    if (len(rows[0][0]), len(rows[-1])) == (64, 10):
        from ..network2 import Network
        alike = Network([64, *map(len, rows)])
        alike.weights, alike.biases = rows, net.biases
        say("picture", weights.weight_images(alike))
        say("network", "")


def verdict() -> None:
    """What `check` says of the network as the reader has it now."""
    with changed:
        try:
            network = importlib.import_module("purenn.network").Network
        except BaseException as error:
            say("verdict", f"{type(error).__name__}: {error}")
            return
    say("verdict", judge(network))


def judge(network: type) -> str:
    """The verdict on a class, in this process: with the original purenn."""
    with original:
        from ..mistakes import checking
        try:
            return str(checking.check_class(network))
        except ValueError as error:
            return str(error)


def example(module: str, before: str, text: str) -> None:
    """Run the examples in `text` after those in `before`, within a module: [source, output, whether it is the same]."""
    results = []
    with changed:
        space = dict(importlib.import_module(f"purenn.{module}").__dict__)
        for part, is_shown in (before, False), (text, True):
            for one in doctest.DocTestParser().get_examples(part):
                printed = io.StringIO()
                with contextlib.redirect_stdout(printed):
                    try:
                        exec(compile(one.source, "an example", "single"), space)
                    except BaseException as error:
                        print("Traceback (most recent call last):\n"
                              + traceback.format_exception_only(type(error), error)[-1].rstrip())
                got = printed.getvalue()
                same = doctest.OutputChecker().check_output(one.want, got, sum(one.options))
                results += [[one.source, got, same]] * is_shown
    say("transcript", json.dumps(results))


def answer(judge_name: str, code: str) -> None:
    """Judge what a reader wrote for an exercise."""
    space: Dict[str, Any] = {"__name__": "__main__"}
    with changed, contextlib.redirect_stdout(Said()):
        ran = run(code, space)
    if not ran:
        say("judgement", "It does not run yet.")
        return
    with original:
        from ..exercises import judges
        complaint = judges.judged(judge_name, space)
    say("judgement", complaint)


def read(strokes: Sequence[Sequence[Tuple[float, float]]], pen: float) -> None:
    """What the network that was trained last makes of a drawing."""
    with original:
        from ..pictures.prepare import draw_strokes, prepare
        picture = list(prepare(draw_strokes(strokes, pen), 8))
    net = names["net"]
    output = list(net.feedforward(picture) if hasattr(net, "feedforward") else net.activations(picture)[-1])
    say("read", json.dumps({"picture": picture, "output": output}))
