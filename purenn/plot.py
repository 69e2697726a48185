"""python -m purenn.plot: a training run as curves, or a network as a picture."""
from __future__ import annotations

if not __package__:                 # started as a file, in which no import finds the others
    __import__("terminal.start").start.as_module(__file__)

import re
import sys
from typing import Optional, Sequence

from .data import kind_of
from .pictures import svg
from .pictures.curves import draw_curves
from .pictures.weights import network_svg
from .saved import models
from .saved.files import BadFile, check_distinct, file_errors, opened, write_atomically
from .saved.histories import read_history
from .terminal.command import run
from .terminal.options import Parser

DESCRIPTION = """\
Draw what a file holds as a picture that any browser shows: the history of a run as curves of accuracy and cost,
or a network as neurons and their weights.
"""

EPILOG = """\
things to try:
  python -m purenn.train --history history.csv --save model.json       first of all, a run and its network
  python -m purenn.plot history.csv curve.svg                          its curves
  python -m purenn.plot model.json network.svg                         what each neuron looks for
"""


def parser() -> Parser:
    """The arguments of the command."""
    parser = Parser("purenn.plot", description=DESCRIPTION, epilog=EPILOG)
    parser.add_argument("source", metavar="FILE", help="a history or a network, as train --history or --save wrote it")
    parser.add_argument("picture", metavar="PICTURE", help="the SVG file to write")
    return parser


def main(argv: Optional[Sequence[str]] = None) -> None:
    """Draw the picture. The first character of the file tells whether it is a network or a history."""
    options = parser().parse_args(argv)
    check_distinct(options.source, options.picture)
    if re.search("picture|^data", kind := kind_of(options.source)):
        raise BadFile(options.source, f"{kind}, expected a history or a network, as train writes them")
    svg.check_writable(options.picture)
    with opened(options.source) as file:
        is_network = file.read(100).decode("utf-8-sig", "replace").lstrip().startswith("{")
    if is_network:
        picture = network_svg(models.load(options.source))
        with file_errors(options.picture):
            write_atomically(options.picture, picture.encode())
    else:
        draw_curves(read_history(options.source), options.picture)
    print(f"wrote {options.picture}")


if __name__ == "__main__":
    sys.exit(run("purenn.plot", main))
