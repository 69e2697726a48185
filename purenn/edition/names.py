"""Where each name of the modules is defined, and where each use of it leads.

>>> names = Names(["matrix", "network"])
>>> names.find("network", "matvec").href, names.find("network", "Network.SGD").href
('matrix.html#matvec', 'network.html#Network.SGD')
>>> names.find("network", "zip") is None
True
"""
from __future__ import annotations

import ast
from functools import lru_cache
from pathlib import Path
from typing import Dict, Iterator, List, NamedTuple, Optional, Sequence, Tuple, Union

PACKAGE = Path(__file__).resolve().parent.parent
Definition = Union[ast.FunctionDef, ast.ClassDef]


class Target(NamedTuple):
    """What a link leads to, and what is said of it before one follows it."""

    href: str
    tip: str


class Module:
    """A module as it is written: its text, its tree, and what it defines."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.source = (PACKAGE / f"{name}.py").read_text(encoding="utf-8")
        self.lines = self.source.split("\n")
        self.tree = ast.parse(self.source)
        self.defined: Dict[str, ast.AST] = {}
        for node in self.tree.body:
            self.defined.update({name: node for name in bound(node)})
            if isinstance(node, ast.ClassDef):
                self.defined.update({f"{node.name}.{name}": child for child in node.body for name in bound(child)})

    def tip(self, name: str) -> str:
        """The first sentence of a definition's docstring, or the line itself."""
        node = self.defined[name]
        doc = ast.get_docstring(node) if isinstance(node, (ast.FunctionDef, ast.ClassDef)) else None
        return (doc or self.lines[node.lineno - 1]).strip().split("\n")[0]      # type: ignore[attr-defined]

    @property
    def title(self) -> str:
        """The first paragraph of its docstring, without the full stop."""
        return " ".join((ast.get_docstring(self.tree) or "").split("\n\n")[0].split()).rstrip(".")


def bound(node: ast.AST) -> List[str]:
    """The names that a statement defines."""
    if isinstance(node, (ast.FunctionDef, ast.ClassDef)):
        return [node.name]
    targets = node.targets if isinstance(node, ast.Assign) else [node.target] if isinstance(node, ast.AnnAssign) else []
    return [part.id for target in targets for part in (target.elts if isinstance(target, ast.Tuple) else [target])
            if isinstance(part, ast.Name)]


class Names:
    """What the modules of the book define, in their reading order."""

    def __init__(self, modules: Sequence[str]) -> None:
        self.modules = {name: Module(name) for name in modules}
        self.members: Dict[str, List[Tuple[str, str]]] = {}
        for module in self.modules.values():
            for qualified in module.defined:
                _, dot, member = qualified.partition(".")
                if dot:
                    self.members.setdefault(member, []).append((module.name, qualified))

    def page(self, module: str) -> Target:
        """A module's page."""
        return Target(f"{module}.html", self.modules[module].title)

    def find(self, module: str, name: str) -> Optional[Target]:
        """What a name means in a module: its own, or one that it imports. None if it is not in the book."""
        if module not in self.modules:
            return None
        if name in self.modules[module].defined:
            return Target(f"{module}.html#{name}", self.modules[module].tip(name))
        owner, dot, member = name.partition(".")
        source, original = self.imported(module).get(owner, ("", ""))
        if original or source not in self.modules:
            return self.find(source, original + dot + member) if original else None
        return self.find(source, member) if dot else self.page(source)

    @lru_cache(maxsize=None)
    def imported(self, module: str) -> Dict[str, Tuple[str, str]]:
        """By its name here, what a module imports of purenn: a module and a name in it; of a module alone, no name."""
        found = {}
        for node in ast.walk(self.modules[module].tree):
            if isinstance(node, ast.ImportFrom) and node.level == 1:
                for alias in node.names:
                    name = alias.asname or alias.name
                    found[name] = (node.module, alias.name) if node.module else (alias.name, "")
        return found

    def member(self, module: str, owner: str, name: str) -> Optional[Target]:
        """An attribute of a class, or of those that it is made from."""
        while module in self.modules:
            node = self.modules[module].defined.get(owner)
            if f"{owner}.{name}" in self.modules[module].defined:
                return self.find(module, f"{owner}.{name}")
            if not isinstance(node, ast.ClassDef) or not node.bases:
                source, original = self.imported(module).get(owner, ("", ""))
                if not original:
                    return None
                module, owner = source, original
                continue
            base = ast.unparse(node.bases[0])
            first, dot, rest = base.partition(".")
            module, owner = (self.imported(module).get(first, ("", ""))[0], rest) if dot else (module, base)
        return None

    def mentioned(self, text: str, module: str = "") -> Optional[Target]:
        """What `text` between backticks names, if it names something: `matvec`, `kernels.dot`, `Network.SGD`."""
        name = text.partition("(")[0]
        if name in self.modules:
            return self.page(name)
        first, dot, rest = name.partition(".")
        if dot and first in self.modules:
            return self.find(first, rest) or self.member(first, "Network", rest)
        here = self.find(module, name) if module else None
        places = self.members.get(name, [])
        own = [place for place in places if place[0] == module] or places * (len({q for _, q in places}) == 1)
        return here or (self.find(*own[0]) if own else None)

    def links(self, module: str) -> Dict[Tuple[int, int], Target]:
        """{(line, column in bytes): target} of every name in a module's code that the book defines."""
        return {place: target for place, target in self._walk(module, self.modules[module].tree, "") if target}

    def _walk(self, module: str, node: ast.AST, owner: str) -> Iterator[Tuple[Tuple[int, int], Optional[Target]]]:
        if isinstance(node, ast.Name):
            yield (node.lineno, node.col_offset), self.find(module, node.id)
        elif isinstance(node, ast.Attribute):
            place = node.end_lineno or 0, (node.end_col_offset or 0) - len(node.attr)
            yield place, self.attribute(module, ast.unparse(node.value), node.attr, owner)
        inside = node.name if isinstance(node, ast.ClassDef) else owner
        for child in ast.iter_child_nodes(node):
            yield from self._walk(module, child, inside)

    def attribute(self, module: str, value: str, name: str, owner: str) -> Optional[Target]:
        """What `value.name` means within the class `owner` of a module."""
        if value in ("self", "cls", "super()"):
            own = f"{owner}.{name}" in self.modules[module].defined and value == "super()"
            return self.member_above(module, owner, name) if own else self.member(module, owner, name)
        if value in self.imported(module):
            return self.find(module, f"{value}.{name}") or self.member(module, value, name)
        if value == "net":
            return self.member(module, "Network", name)
        places = self.members.get(name, [])
        return self.find(*places[0]) if len({qualified for _, qualified in places}) == 1 else None

    def member_above(self, module: str, owner: str, name: str) -> Optional[Target]:
        """The attribute that a class replaces."""
        others = [place for place in self.members.get(name, []) if place != (module, f"{owner}.{name}")]
        return next((self.find(*place) for place in others if place[1] == f"{owner}.{name}"), None)
