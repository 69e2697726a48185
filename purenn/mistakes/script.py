"""The training loop of a script, as two functions: one round of it is a step, and what comes before the target a way
forward.

Many a network has neither a class nor functions: its weights are global variables, and a loop at the top level of the
file, or of its `main`, trains them. The loop is not run. What one round of it does to one example, or to all of them,
is put into functions, which are then called like anybody's.

>>> script = '''
... for epoch in range(1000):
...     for x, t in zip(X, T):
...         a = w * x
...         w -= 0.5 * (a - t) * x
...     print(epoch)
... '''
>>> for function in functions_of(ast.parse(script).body[0], {"w": [[2.0]]}, {"w"}):
...     print(ast.unparse(function))
def forward_in_line_3(x):
    epoch = 0
    a = w * x
    return (a,)
def loop_in_line_3(x, t):
    global w
    epoch = 0
    a = w * x
    w -= 0.5 * (a - t) * x
"""
from __future__ import annotations

import ast
import builtins
import re
from copy import deepcopy
from typing import Any, Collection, Dict, Iterator, List, Mapping, Set, Tuple, Union

from .calls import HYPER, roles_of

Loop = Union[ast.For, ast.While]

_BEGINS = re.compile(r"rand\w*|normal|uniform|zeros|ones|array|gauss|standard_normal|matrix|full|mat")
"""Functions that weights come of."""


def flattened(body: List[ast.stmt]) -> Iterator[ast.stmt]:
    """The statements of a file; where a script stands in `main` or beneath `if __name__ ...`, the script's own."""
    for node in body:
        whole = isinstance(node, ast.FunctionDef) and not (node.args.args or node.args.vararg or node.args.kwonlyargs)
        guarded = isinstance(node, ast.If) and "__name__" in names_in(node.test)
        if (whole or guarded) and learns(node.body):        # type: ignore[attr-defined]
            yield from flattened([one for one in node.body      # type: ignore[attr-defined]
                                  if not isinstance(one, (ast.Return, ast.Global))])
        else:
            yield node


def learns(body: List[ast.stmt]) -> bool:
    """Whether statements make arrays and then change them in a loop."""
    made: Set[str] = set()
    for node in body:
        if isinstance(node, ast.Assign) and any(
                isinstance(one, ast.Attribute) and _BEGINS.fullmatch(one.attr) for one in ast.walk(node.value)):
            made |= stored(node)
        elif isinstance(node, (ast.For, ast.While)) and len(stored(node) & made) > 1:
            return True
    return False


def functions_of(loop: Loop, names: Mapping[str, Any], arrays: Collection[str]) -> Iterator[ast.FunctionDef]:
    """A way forward and a step, of a loop that changes some of the file's `arrays`; nothing of any other loop."""
    loop, first = _innermost(loop, arrays, [])
    weights = stored(loop) & set(arrays)
    body = [kept for node in loop.body for kept in _without_show(deepcopy(node))]
    if not weights or "input" in names_in(loop):
        return
    given = [name for name in _targets(loop) if not name.startswith("_")]
    if len(given) < 2:      # for i in range(n): an index; the data are global
        first += _zeros(given)
        given = [name for name in _free(body, names) if name in arrays or name not in names]
        given = [name for name in given if name not in weights and not set(roles_of(name)[:1]) & HYPER]
        given.sort(key=lambda name: (roles_of(name)[:1] == ["y"]) - (roles_of(name)[:1] == ["x"]))
    if len(given) < 2:
        return
    given = [given[0], given[-1]]
    before, of_target = [], {given[1]}
    for node in body:       # a way forward is what does not depend on the target
        if names_in(node) & of_target or stored(node) & weights:
            of_target |= stored(node)
        else:
            before.append(node)
    outputs = [name for node in before for name in sorted(stored(node))]
    if outputs:
        end = ast.parse("def f(): return ({},)".format(", ".join(dict.fromkeys(outputs)))).body[0].body   # type: ignore
        yield _function(f"forward_in_line_{loop.lineno}", given[:1], [*first, *before, *end], loop)
    of_file = sorted(stored(loop) & set(names))
    yield _function(f"loop_in_line_{loop.lineno}", given, [ast.Global(of_file), *first, *body], loop)


def _innermost(loop: Loop, arrays: Collection[str], first: List[ast.stmt]) -> Tuple[Loop, List[ast.stmt]]:
    """The loop that changes arrays: within that over the epochs, one over the examples or the mini-batches; and what
    each outer one has done `first`."""
    for number, node in enumerate(loop.body):
        if isinstance(node, (ast.For, ast.While)) and stored(node) & set(arrays):
            before = [kept for one in loop.body[:number] for kept in _without_show(deepcopy(one))]
            return _innermost(node, arrays, [*first, *_zeros(_targets(loop)), *before])
    return loop, first


def _zeros(names: List[str]) -> List[ast.stmt]:
    """The first value of an index."""
    return [ast.parse(f"{name} = 0").body[0] for name in names]


def _targets(loop: Loop) -> List[str]:
    """The variables of a loop: of `for i, (x, y) in enumerate(data)` the examples, x and y."""
    if isinstance(loop, ast.While):
        return []
    target: Any = loop.target
    if isinstance(loop.iter, ast.Call) and isinstance(loop.iter.func, ast.Name) and loop.iter.func.id == "enumerate":
        target = target.elts[1] if isinstance(target, ast.Tuple) and len(target.elts) == 2 else target
    return [node.id for node in ast.walk(target) if isinstance(node, ast.Name)]


def _without_show(node: ast.stmt) -> List[ast.stmt]:
    """A statement without what only shows something, and without what ends the loop."""
    if isinstance(node, (ast.Break, ast.Continue, ast.Return)):
        return []
    if isinstance(node, ast.Expr) and isinstance(node.value, ast.Call):
        function = node.value.func
        while isinstance(function, ast.Attribute):
            function = function.value
        if isinstance(function, ast.Name) and function.id not in ("np", "numpy", "random"):
            return []
    if isinstance(node, ast.If):
        node.body = [kept for one in node.body for kept in _without_show(one)]
        node.orelse = [kept for one in node.orelse for kept in _without_show(one)]
        return [node] if node.body else []
    return [node]


def _free(body: List[ast.stmt], names: Mapping[str, Any]) -> List[str]:
    """The names that are read before they are set, but for functions, modules and plain numbers."""
    seen: Dict[str, None] = {}
    made: Set[str] = set()
    for node in body:
        read = [one.id for one in ast.walk(node) if isinstance(one, ast.Name) and isinstance(one.ctx, ast.Load)]
        seen.update({name: None for name in read if name not in made and not hasattr(builtins, name)})
        made |= stored(node)
    return [name for name in seen if not callable(names.get(name)) and not isinstance(names.get(name), (int, float))]


def _function(name: str, given: List[str], body: List[ast.stmt], loop: Loop) -> ast.FunctionDef:
    function: Any = ast.parse(f"def {name}({', '.join(given)}): pass").body[0]
    function.body = deepcopy(body)
    for node in ast.walk(function):         # the lines are those of the loop
        if not hasattr(node, "lineno") or node is function:
            ast.copy_location(node, loop)
    return ast.fix_missing_locations(function)      # type: ignore[no-any-return]


def stored(node: ast.AST) -> Set[str]:
    """The names that are set in a statement, or in a part of which something is set: w, in `w[i] = 0` too. Not those of
    a comprehension, which are its own."""
    inner = {one.id for part in ast.walk(node) if isinstance(part, ast.comprehension) for one in ast.walk(part.target)
             if isinstance(one, ast.Name)}
    found = {one.id for one in ast.walk(node) if isinstance(one, ast.Name) and isinstance(one.ctx, ast.Store)} - inner
    for one in ast.walk(node):
        if isinstance(one, ast.Subscript) and isinstance(one.ctx, ast.Store):
            whole: ast.expr = one
            while isinstance(whole, ast.Subscript):
                whole = whole.value
            if isinstance(whole, ast.Name):
                found.add(whole.id)
    return found


def names_in(node: ast.AST) -> Set[str]:
    """All names in a statement."""
    return {one.id for one in ast.walk(node) if isinstance(one, ast.Name)}
