"""The definitions of somebody's file, without the work that the file does: its functions, classes, imports, constants.

A script reads its data, trains and plots as it is run; none of that is needed to look at its network. So only what
defines something is run, statement by statement, and what fails is left out: it may not be needed. An import is made
when something of it is used. Notebooks are taken cell by cell, and Python 2 is put into Python 3 where they differ.

>>> loaded = load_text("import no_such_plots\\nrate = 0.5\\ndef f(x): return 2 * x\\nprint(f(no_data))", "mine")
>>> loaded.names["f"](loaded.names["rate"])
1.0
"""
from __future__ import annotations

import ast
import builtins
import importlib
import importlib.util
import inspect
import io
import json
import os
import re
import sys
import tokenize
import types
from typing import Any, Dict, Iterator, List, Optional, Tuple

from .arrays import is_leaf
from .later import Later
from .script import flattened, functions_of

Part = Tuple[str, str]      # a name for it, such as the file's, and its text


class Cannot(ValueError):
    """There is nothing to be judged, for this reason."""


class Loaded:
    """What was defined: `names`, and for each function the names in its last `return`, as far as it has names."""

    def __init__(self, module: types.ModuleType, path: str) -> None:
        self.module, self.names, self.path = module, vars(module), path
        self.returns: Dict[str, List[str]] = {}
        self.own: List[str] = []            # names of the functions and classes that are defined there


def load(target: str) -> Loaded:
    """The definitions of a file, or of a module by its name. Cannot, SyntaxError or what an import raises."""
    if not os.path.exists(target):
        is_path = target.endswith((".py", ".ipynb", ".json")) or os.sep in target
        if is_path or not target.replace(".", "_").isidentifier():
            raise Cannot("No such file or directory")
        sys.path.insert(0, os.getcwd())
        return of_module(importlib.import_module(target))
    if os.path.isdir(target):
        raise Cannot("is a directory, expected a Python file")
    path = os.path.abspath(target)
    with open(path, "rb") as file:
        content = file.read(1 << 24)
    folder, stem = os.path.dirname(path), os.path.basename(path).split(".")[0]
    package: List[str] = []
    while os.path.exists(os.path.join(folder, "__init__.py")):      # a module within a package
        folder, name = os.path.split(folder)
        package.insert(0, name)
    sys.path[:0] = list(dict.fromkeys([os.path.dirname(path), folder]))
    sys.path.append(os.path.dirname(folder))        # a package without __init__.py
    parts = list(_cells(content, path)) if content.lstrip()[:1] == b"{" else [(path, _decoded(content))]
    return load_parts(parts, stem, path, ".".join(package))


def load_text(text: str, name: str) -> Loaded:
    """The definitions in a text."""
    return load_parts([(name, text)], name, name)


def of_module(module: types.ModuleType) -> Loaded:
    """A module that was imported as a whole."""
    loaded = Loaded(module, getattr(module, "__file__", None) or module.__name__)
    loaded.own = [name for name, value in vars(module).items() if getattr(value, "__module__", "") == module.__name__]
    return loaded


def load_parts(parts: List[Part], name: str, path: str, package: str = "") -> Loaded:
    """The definitions in the parts of a file: its cells, or itself."""
    while name in sys.modules:          # a file called json.py, say
        name += "_under_check"
    module = types.ModuleType(name)
    module.__file__, module.__package__ = path, package
    loaded = Loaded(module, path)
    sys.modules[name] = module
    trees, flags, old = [], 0, False
    for part, text in parts:
        tree, is_old = _parsed(part, text, must=len(parts) == 1)
        trees.append((part, tree))
        old |= is_old
    if old:
        loaded.names.update(python2())
    for _, tree in trees:
        for node in tree.body:
            if isinstance(node, ast.ImportFrom) and node.module == "__future__":
                flags |= sum(getattr(importlib.import_module("__future__"), alias.name).compiler_flag
                             for alias in node.names)
    needed = {node.id for _, tree in trees for top in tree.body if isinstance(top, _DEFINITIONS)
              for node in ast.walk(top) if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load)}
    for part, tree in trees:
        for node in flattened(tree.body):
            for one in _kept(node, loaded, needed):
                _run(one, part, flags, loaded, package)
            if isinstance(node, (ast.For, ast.While)):
                arrays = {name for name, value in loaded.names.items() if is_leaf(value)}
                for function in functions_of(node, loaded.names, arrays):
                    _run(function, part, flags, loaded, package)
    _name_results(loaded, [tree for _, tree in trees])
    return loaded


_DEFINITIONS = (ast.FunctionDef, ast.ClassDef)
_BLOCKS = (ast.If, ast.Try)
_NEVER = re.compile(
    r"open|input|exit|quit|\w*(load|read|fetch|download|train|fit|sgd|plot|show|sleep|fork|popen|system|"
    r"run|savefig|subplots|save|write|print|request|urlopen|predict|evaluate)\w*", re.I)
_BUILDS = {"add", "use", "append", "compile", "add_layer", "set_loss"}      # net.add(Dense(2, 3))
_FREELY = {"int", "float", "len", "range", "list", "tuple", "dict", "zip", "min", "max", "abs", "sum", "round", "set",
           "enumerate", "sorted", "str", "bool", "namedtuple", "TypeVar", "partial", "Random"}


def _kept(node: ast.stmt, loaded: Loaded, needed: Any) -> Iterator[ast.stmt]:
    """The statements in this one that define something."""
    if isinstance(node, (ast.Import, ast.ImportFrom, *_DEFINITIONS)):
        yield node
    elif isinstance(node, (ast.Assign, ast.AnnAssign)) and node.value is not None:
        targets = node.targets if isinstance(node, ast.Assign) else [node.target]
        names = {n.id for target in targets for n in ast.walk(target) if isinstance(n, ast.Name)}
        attributes = [n for target in targets for n in ast.walk(
            target) if isinstance(n, (ast.Attribute, ast.Subscript))]
        calls = [call for call in ast.walk(node.value) if isinstance(call, ast.Call)]
        if attributes:
            if isinstance(node.value, (ast.Name, ast.Lambda)) and names <= set(loaded.own):     # a method put in
                yield node
        elif all(_harmless(call, loaded) for call in calls) or names & needed and not any(
                _NEVER.fullmatch(_called(call)[-1]) for call in calls):
            yield node
    elif isinstance(node, ast.Expr) and isinstance(node.value, ast.Call):
        called = _called(node.value)
        if called[:2] == ["sys", "path"] or called[-1] in _BUILDS and called[0] in loaded.names:
            yield node
    elif isinstance(node, _BLOCKS) and not any(isinstance(n, ast.Name) and n.id == "__name__" for n in ast.walk(
            node.test if isinstance(node, ast.If) else ast.Pass())):
        inner = [node.body, node.orelse, *([handler.body for handler in node.handlers] + [node.finalbody]
                                           if isinstance(node, ast.Try) else [])]
        if all(isinstance(one, (ast.Import, ast.ImportFrom, ast.Pass, *_DEFINITIONS, ast.Assign)) for body in inner
               for one in body):
            yield node


def _called(call: ast.Call) -> List[str]:
    """np.random.seed(...) as its names."""
    names: List[str] = []
    function: ast.expr = call.func
    while isinstance(function, ast.Attribute):
        names.insert(0, function.attr)
        function = function.value
    return [function.id if isinstance(function, ast.Name) else "", *names]


def _harmless(call: ast.Call, loaded: Loaded) -> bool:
    """Whether a constant may be made by it: arrays, numbers, an object of a class of the file, parameters."""
    names = _called(call)
    if _NEVER.fullmatch(names[-1]):
        return False
    if names[0] in loaded.own:
        return len(names) == 1 and (isinstance(loaded.names.get(names[0]), type) or "init" in names[0].lower())
    return names[0] in ("np", "numpy", "math", "random", "cp") or len(names) == 1 and names[0] in _FREELY or (
        len(names) > 1 and names[0] == "" and names[-1] in ("T", "astype", "reshape", "copy", "items", "keys"))


def _run(node: ast.stmt, part: str, flags: int, loaded: Loaded, package: str) -> None:
    """Run one statement; leave out what fails."""
    if isinstance(node, (ast.Import, ast.ImportFrom)):
        _import(node, loaded.names, package)
        return
    tries = [node]
    if isinstance(node, _DEFINITIONS) and node.decorator_list:
        bare = ast.parse(ast.unparse(node)).body[0]
        bare.decorator_list = []        # type: ignore[attr-defined]
        ast.increment_lineno(bare, node.lineno - 1)
        tries.append(bare)
    error: Optional[BaseException] = None
    for one in tries:
        try:
            module = ast.Module([one], [])
            exec(compile(module, part, "exec", flags, dont_inherit=True), loaded.names)
            error = None
            break
        except Exception as problem:
            error = problem
    if isinstance(node, _DEFINITIONS):
        if error is None and node.name not in loaded.own:
            loaded.own.append(node.name)
        for function in node.body if isinstance(node, ast.ClassDef) else [node]:
            if isinstance(function, ast.FunctionDef):
                name = function.name if function is node else f"{node.name}.{function.name}"
                loaded.returns[name] = _returned(function)


def _returned(function: ast.FunctionDef) -> List[str]:
    """The names of what a function returns at its end: `return A2, cache` gives A2 and cache."""
    returns = [node.value for node in ast.walk(function) if isinstance(node, ast.Return) and node.value is not None]
    if not returns:
        return []
    last = returns[-1]
    items = last.elts if isinstance(last, (ast.Tuple, ast.List)) else [last]
    return [item.id if isinstance(item, ast.Name) else item.attr if isinstance(item, ast.Attribute) else ""
            for item in items]


def _name_results(loaded: Loaded, trees: List[ast.Module]) -> None:
    """Names for what is returned without any, as in `return z, softmax(z)`: those that it is given where the function
    is called; or else the names of parameters that it is made for."""
    given: Dict[str, List[str]] = {}
    for node in (node for tree in trees for node in ast.walk(tree) if isinstance(node, ast.Assign)):
        target = node.targets[0]
        if isinstance(node.value, ast.Call) and isinstance(target, ast.Tuple):
            given[_called(node.value)[-1]] = [one.id if isinstance(one, ast.Name) else "" for one in target.elts]
    takers = [list(inspect.signature(loaded.names[name]).parameters) for name in loaded.own
              if inspect.isfunction(loaded.names.get(name))]
    for name, names in loaded.returns.items():
        if len(names) > 1 and not all(names):
            k, short = len(names), name.split(".")[-1]
            kind = re.compile(r"(w|b|theta)\w*" if re.match(r".*(init|param|weight|creat|make|setup)", short, re.I)
                              else r"(d|grad|nabla)\w*", re.I)
            found = [given.get(short, []), *(taker[i:i + k] for taker in takers for i in range(len(taker) - k + 1))]
            loaded.returns[name] = next(([own or other for own, other in zip(names, some)] for some in found
                                         if len(some) == k and (some is found[0] or _agree(names, some, kind))), names)


def _agree(names: List[str], others: List[str], kind: "re.Pattern[str]") -> bool:
    """Whether others are the same names as far as there are some, or else are all of a kind."""
    known = [(own, other) for own, other in zip(names, others) if own]
    return all(own == other for own, other in known) if known else all(map(kind.fullmatch, others))


def _import(node: Any, names: Dict[str, Any], package: str) -> None:
    """Import now what is at hand; what is not, or may take long, when it is used."""
    for alias in node.names:
        if isinstance(node, ast.Import):
            module, name, known = alias.name, "", alias.asname or alias.name.split(".")[0]
            if not alias.asname:
                module = known
        else:
            module, name, known = "." * node.level + (node.module or ""), alias.name, alias.asname or alias.name
        top = module.lstrip(".").split(".")[0]
        now = node.__class__ is ast.ImportFrom and node.level or top in sys.modules or top == "numpy" or (
            top in getattr(sys, "stdlib_module_names", ()) or _is_beside(top))
        try:
            if name == "*":
                found = importlib.import_module(module, package or None)
                names.update({key: value for key, value in vars(found).items() if not key.startswith("_")})
            elif now:
                if isinstance(node, ast.Import) and not alias.asname:
                    importlib.import_module(alias.name)
                names[known] = Later(module, name, package)._get()
            else:
                names[known] = Later(module, name, package)
        except Exception:
            if name == "*":
                continue
            renamed = {"cPickle": "pickle", "Queue": "queue", "ConfigParser": "configparser"}.get(module)
            names[known] = Later(renamed or module, name, package)


def _is_beside(top: str) -> bool:
    """Whether it is a file beside the one that is loaded, or one of the standard library."""
    try:
        spec = importlib.util.find_spec(top)
    except (ImportError, ValueError):
        return False
    return bool(spec and spec.origin and "site-packages" not in spec.origin and "dist-packages" not in spec.origin)


def _decoded(content: bytes) -> str:
    """Text by its mark or its coding line, or else as if every byte were a letter."""
    try:
        encoding, _ = tokenize.detect_encoding(io.BytesIO(content).readline)
        return content.decode(encoding)
    except (SyntaxError, UnicodeDecodeError, LookupError):
        return content.decode("latin-1")


def _cells(content: bytes, path: str) -> Iterator[Part]:
    """The code of a notebook."""
    try:
        cells = json.loads(content.decode("utf-8-sig"))["cells"]
    except (ValueError, KeyError, TypeError):
        raise Cannot("expected a Python file; a case is judged with its answers, in two files") from None
    for number, cell in enumerate(cells, 1):
        if cell.get("cell_type") == "code":
            source = cell.get("source", "")
            lines = (source if isinstance(source, str) else "".join(source)).split("\n")
            yield f"{path} cell {number}", "\n".join(map(_without_magic, lines))


def _without_magic(line: str) -> str:
    """A line of a notebook, or nothing for one that is no Python."""
    return "" if line.lstrip()[:1] in ("%", "!", "?") else line


# Python 2

def _parsed(part: str, text: str, must: bool) -> Tuple[ast.Module, bool]:
    """The text as a tree, and whether it is Python 2; an empty tree for a cell that is neither."""
    text = text.replace("\r\n", "\n").replace("\0", "")
    try:
        return ast.parse(text, part), "xrange" in text or "cPickle" in text
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        bare = "\n".join(map(_without_magic, text.split("\n")))        # a notebook that was saved as a file
        for other, is_old in (bare, False), (from_python2(bare), True):
            try:
                return ast.parse(other, part), is_old
            except Exception:
                continue
        if must:
            raise error from None
        return ast.Module([], []), False


def from_python2(text: str) -> str:
    """Python 2 without what is no Python 3: prints are left out, as nothing comes of them.

    >>> print(from_python2("if a: print 'b', c"))
    if a: pass
    """
    text = re.sub(r"except\s+([\w.]+|\([^)]*\))\s*,\s*(\w+)\s*:", r"except \1 as \2:", text)
    text = re.sub(r"\braise\s+([\w.]+)\s*,\s*([^\n]+)", r"raise \1(\2)", text)
    text = re.sub(r"\b(0[xX][\da-fA-F]+|\d+)L\b", r"\1", text).replace("<>", "!=").expandtabs(8)
    lines = text.split("\n")
    spans: List[Tuple[Tuple[int, int], Tuple[int, int]]] = []
    begins, start, depth = True, None, 0
    try:
        for token in tokenize.generate_tokens(io.StringIO(text).readline):
            if token.type == tokenize.OP:
                depth += (token.string in "([{") - (token.string in ")]}")
            ends = token.type in (tokenize.NEWLINE, tokenize.ENDMARKER) or token.string == ";" and not depth
            if start and (ends or token.type == tokenize.COMMENT and not depth):
                spans.append((start, token.start))
                start = None
            elif begins and token.type == tokenize.NAME and token.string == "print":
                start = token.start
            if token.type not in (tokenize.NL, tokenize.COMMENT, tokenize.INDENT, tokenize.DEDENT):
                begins = ends or token.string == ":" and not depth
    except (tokenize.TokenError, SyntaxError):
        pass
    for (row, column), (end_row, end_column) in reversed(spans):
        tail = lines[end_row - 1][end_column:] if end_row <= len(lines) else ""
        lines[row - 1:end_row] = [lines[row - 1][:column] + "pass" + tail] + [""] * (end_row - row)
    return "\n".join(lines)


def python2() -> Dict[str, Any]:
    """What Python 2 has by other names, or as lists."""
    from functools import reduce
    return {"xrange": range, "unicode": str, "long": int, "raw_input": input, "reduce": reduce, "unichr": chr,
            "zip": lambda *rows: list(builtins.zip(*rows)), "map": lambda f, *rows: list(builtins.map(f, *rows)),
            "filter": lambda f, row: list(builtins.filter(f, row)), "range": lambda *n: list(builtins.range(*n))}
