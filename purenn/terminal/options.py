"""The options that front doors share. Those of a `Recipe` are made from its fields: a new field is a new option.

>>> whole(1)("30"), number(below=1.0)("0.9")
(30, 0.9)
>>> number()("nan")
Traceback (most recent call last):
argparse.ArgumentTypeError: a number from 0 up and finite, not 'nan'
"""
from __future__ import annotations

import argparse
import math
import os
import re
import sys
import textwrap
from contextlib import suppress
from dataclasses import Field, fields
from difflib import get_close_matches
from functools import partial
from reprlib import repr as short_repr
from typing import Any, Callable, Dict, Iterable, List, Mapping, NoReturn, get_args, get_type_hints

from .. import __version__, arguments
from ..recipes import RECIPES, Recipe
from .command import typed
from .text import columns, complain, filled, in_lines, say

OTHER_NAMES = {
    "--eta": "lr learning-rate rate alpha step-size", "--batch-size": "batch bs mini-batch mini-batch-size",
    "--lmbda": "lambda l2 weight-decay reg regularization", "--mu": "momentum", "--cost": "loss objective",
    "--epochs": "epoch n-epochs iterations steps", "--hidden": "layers neurons units sizes topology hidden-layers",
    "--output": "output-activation", "--init": "weights initializer", "--dropout": "drop", "--expand": "augment",
    "--early-stopping": "patience", "--hold-out": "validation validation-split", "--seed": "random-state random-seed",
    "--limit": "samples subset", "--save": "out checkpoint model", "--resume": "continue load", "--quiet": "silent"}
"""What other programs and books call an option."""

FIELDS: Dict[str, "Field[Any]"] = {entry.name: entry for entry in fields(Recipe) if entry.metadata}
"""The fields of Recipe that are options, by name."""


DATA = ["digits", "mnist", "fashion-mnist"]
"""The data that have a name."""


class Parser(argparse.ArgumentParser):
    """An ArgumentParser that keeps the line breaks of its texts, names python in them as this user types it, and
    reports an error in one line."""

    def __init__(self, prog: str, **texts: str) -> None:
        self.name = prog
        as_typed = {key: re.sub(r"python -m ((?:purenn|bench)[.\w]*)", lambda found: typed(found[1]), text)
                    for key, text in texts.items()}
        as_typed = {key: "\n".join(filled(text, columns(sys.stdout))) for key, text in as_typed.items()}
        super().__init__(prog=typed(prog), formatter_class=argparse.RawDescriptionHelpFormatter,
                         allow_abbrev=False, **as_typed)  # type: ignore[arg-type]
        self.add_argument("--version", action="version", version=f"purenn {__version__}",
                          help="print the version and exit")

    def parse_known_args(self, args: Any = None, namespace: Any = None) -> Any:
        self.given = sys.argv[1:] if args is None else list(args)
        return super().parse_known_args(args, namespace)

    def first_things_first(self, message: str) -> str:
        """Where an option that takes several values has taken what was meant to stand by itself: what to type."""
        several = [option for option, action in self._option_string_actions.items() if action.nargs in ("+", "*")]
        eaten = re.match(r"argument (--[\w-]+)\b.*?(?:not|invalid choice:) '([^']+)'", message)
        missing = re.match(r"the following arguments are required: (\w+)", message)
        if eaten and eaten[1] in several and (eaten[2] in DATA or os.path.exists(eaten[2])):
            rest = [arg for arg in self.given if arg != eaten[2]]
            return f"; {eaten[1]} takes several values, put the data first: {typed(self.name, eaten[2], *rest)}"
        if missing and set(several) & set(self.given):
            return f"; an option that takes several values has taken it: put {missing[1]} first"
        return ""

    def format_help(self) -> str:
        return in_lines(super().format_help().splitlines(), sys.stdout)

    def error(self, message: str) -> NoReturn:
        message += self.first_things_first(message)
        unknown = re.match(r"unrecognized arguments: (--[^ =]+)", message)
        known = self._option_string_actions
        meant = ([name for name in known if unknown[1][2:] in OTHER_NAMES.get(name, "").split()]
                 or get_close_matches(unknown[1], known, 1)) if unknown else []
        complain(f"{self.name}: error: {message}{f'; did you mean {meant[0]}?' if meant else ''}")
        self.exit(2)


def value(kind: Callable[[str], Any], rule: arguments.Rule, words: Mapping[str, Any] = {}) -> Callable[[str], Any]:
    """An option type: what `kind` makes of the text, if the rule allows it; or what one of the words stands for."""

    def parse(text: str) -> Any:
        if text in words:
            return words[text]
        with suppress(ValueError):
            result = kind(text)
            rule("", result)
            if result in words.values():        # 0 stands for `full` inside, and outside it would be a slip
                raise argparse.ArgumentTypeError(f"{' or '.join(words)}, or another number, not {text!r}")
            return result
        try:
            rule("", text)              # no rule allows a text, so it says what it expected
        except ValueError as error:
            raise argparse.ArgumentTypeError(str(error)[2:]) from None

    return parse


def whole(least: int, most: float = math.inf) -> Callable[[str], Any]:
    """An option type: whole numbers from `least` to `most`."""

    def rule(name: str, number: object) -> None:
        if isinstance(number, int) and least <= number <= most:
            return
        span = f"of {least} or more" if most == math.inf else f"from {least} to {most:,}"
        raise ValueError(f"{name}: a whole number {span}, not {short_repr(number)}")

    return value(int, rule)


def number(least: float = 0.0, below: float = math.inf) -> Callable[[str], Any]:
    """An option type: finite numbers from `least` up, and below `below`."""
    return value(float, partial(arguments.real, least=least, below=below))


def filename(text: str) -> str:
    """An option type: a name, and not the nothing that an unset variable of the shell leaves behind."""
    if not text:
        raise argparse.ArgumentTypeError("a file name, not ''")
    return text


def add_recipe_options(parser: Parser, several: bool = False) -> None:
    """DATA, and an option for every field of Recipe; if `several`, each but the seed takes more than one value. Options
    that are not given are not in the result."""
    parser.add_argument("data", nargs="?", metavar="DATA",
                        help="digits (default), mnist, fashion-mnist, or a folder or file of images: IDX, CSV, npz or "
                        "the book's pickle, gzipped or not")
    parser.add_argument("--recipe", choices=RECIPES, metavar="NAME",
                        help="set all that follows at once; options beside it win (default: chapter-1)")
    parser.add_argument("--recipes", action="store_true", help="list the recipes and exit")
    parser.add_argument("--download", action="store_true",
                        help="fetch mnist (11 MB) or fashion-mnist (30 MB) if it is not there, into $PURENN_DATA or "
                        "~/.cache/purenn")
    group = parser.add_argument_group("the network and its training (the defaults are chapter-1's)")
    kinds = get_type_hints(Recipe)
    for name, entry in FIELDS.items():
        kind = next(iter(get_args(kinds[name])), kinds[name])               # int of Optional[int] and Tuple[int, ...]
        layers = isinstance(entry.default, tuple)
        how: Dict[str, Any] = {"default": argparse.SUPPRESS}
        if kind is bool:
            how.update(action="store_const", const=[True] if several else True)
        elif entry.metadata["names"]:
            how.update(choices=entry.metadata["names"])
        else:
            how.update(type=value(kind, entry.metadata["rule"], entry.metadata["words"]),
                       metavar="N" if kind is int else "X")
        if layers or several and name != "seed" and kind is not bool:
            how.update(nargs="+")
        if layers and several:
            how.update(action="append")
        help = entry.metadata["about"] + ("; repeat it for each network to try" if layers and several else "")
        default = "" if kind is bool else f" (default: {as_typed(name, entry.default)})"
        group.add_argument(option(name), **how, help=help + default)


def given_fields(options: Mapping[str, Any]) -> Dict[str, Any]:
    """The fields of Recipe among the options that were given."""
    given = {name: options[name] for name in FIELDS if name in options}
    if "hidden" in given:
        several = isinstance(given["hidden"][0], list)
        given["hidden"] = list(map(tuple, given["hidden"])) if several else tuple(given["hidden"])
    return given


def option(name: str) -> str:
    """The option for a field: --batch-size for batch_size."""
    return f"--{name.replace('_', '-')}"


def as_typed(name: str, value: Any) -> str:
    """A field's value as one types it.

    >>> as_typed("hidden", (30, 20)), as_typed("batch_size", 0), as_typed("eta", 3.0), as_typed("limit", None)
    ('30 20', 'full', '3', 'all')
    """
    for word, meaning in FIELDS[name].metadata["words"].items():
        if value == meaning:
            return str(word)
    return " ".join(map(str, value)) if isinstance(value, tuple) else str(value).removesuffix(".0")


def as_options(recipe: Recipe, names: Iterable[str] = FIELDS) -> List[str]:
    """The options that make these fields of a recipe; none for a field that is off.

    >>> as_options(Recipe(eta=0.5), ["eta", "limit", "seed"])
    ['--eta 0.5', '--seed 6']
    """
    values = {name: getattr(recipe, name) for name in names}
    return [option(name) if value is True else f"{option(name)} {as_typed(name, value)}"
            for name, value in values.items() if value is not None and value is not False]


def list_recipes() -> None:
    """What `--recipes` prints: each recipe, and the options that it stands for."""
    for name, recipe in RECIPES.items():
        options = [text.replace(" ", "\0") for text in as_options(recipe)]         # no line ends within an option
        wrapped = textwrap.wrap(" ".join(options), 100, break_long_words=False, break_on_hyphens=False)
        say(f"{name:20} {recipe.about}", *("    " + line.replace("\0", " ") for line in wrapped))
