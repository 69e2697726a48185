"""python -m purenn.check: is my network right, and if not, where is it wrong?"""
from __future__ import annotations

if not __package__:                 # started as a file, in which no import finds the others
    __import__("terminal.start").start.as_module(__file__)

import json
import sys
from typing import Optional, Sequence

from .activations import ACTIVATIONS
from .costs import COSTS
from .mistakes.cases import as_data, draw, from_data
from .mistakes.catalogue import MISTAKES
from .mistakes.checking import check as check, check_answers as check_answers
from .mistakes.student import SECONDS
from .mistakes.verdict import Verdict as Verdict
from .saved.files import file_errors, opened, read_all
from .terminal.command import run
from .terminal.options import Parser, number
from .terminal.text import numbers_in_rows, say

DESCRIPTION = """\
Find the mistake in a neural network written from scratch. FILE is Python code with a class of the book's shape
(weights and biases; feedforward, backprop, update_mini_batch, SGD, evaluate: any of them). Its numbers are compared
with the right ones, and with those that each known mistake leads to.

Checking a file runs it: do not check code that you would not run.
"""

EPILOG = """\
things to try:
  python -m purenn.check my_network.py                         is it the network of the book's chapter 1?
  python -m purenn.check my_network.py:Network --activation relu --output softmax --cost log-likelihood
  python -m purenn.check --case > case.json                    for code that is no such class: what to compute ...
  python -m purenn.check case.json answers.json                ... and, with any part of it answered, the verdict

The last line is the verdict: right; single-precision (right in 32 bits); a mistake by its name, or two with a + between
them; unknown; or what the code did: raises, hangs, ends-the-process, returns-none, wrong-type, wrong-shape, not-finite,
changes-its-input. The exit status is 0 for the first two, 1 for all others, and 2 if nothing could be checked.
"""


def parser() -> Parser:
    """The arguments of the command."""
    parser = Parser("purenn.check", description=DESCRIPTION, epilog=EPILOG)
    parser.add_argument("file", nargs="?", metavar="FILE",
                        help="Python code, FILE:Class if there are several; or a case")
    parser.add_argument("answers", nargs="?", metavar="ANSWERS", help="with a case: the answers to it, as JSON")
    parser.add_argument("--case", action="store_true", help="print what to compute, as JSON")
    parser.add_argument("--mistakes", action="store_true", help="list the mistakes that have a name, and leave")
    meant = parser.add_argument_group("what it is meant to be")
    meant.add_argument("--activation", choices=ACTIVATIONS, default="sigmoid",
                       help="of the hidden layers (default: sigmoid)")
    meant.add_argument("--output", choices=ACTIVATIONS, default="sigmoid", help="of the last layer (default: sigmoid)")
    meant.add_argument("--cost", choices=COSTS, default="quadratic", help="(default: quadratic)")
    meant.add_argument("--lmbda", type=number(),
                       help="L2 regularisation (default: tried if update_mini_batch takes lmbda and n)")
    meant.add_argument("--mu", type=number(below=1.0),
                       help="momentum (default: tried if update_mini_batch takes mu)")
    parser.add_argument("--seconds", type=number(0.1), default=SECONDS, metavar="S",
                        help=f"how long the code may take (default: {SECONDS:g})")
    return parser


def judged(case: str, answers: str) -> Verdict:
    """The verdict on the answers in one file to the case in another."""
    contents = []
    for path in case, answers:
        with opened(path) as file:
            contents.append(json.loads(read_all(file, 1 << 24).decode("utf-8-sig")))
    with file_errors(case):
        from_data(contents[0])
    with file_errors(answers):
        return check_answers(contents[0], contents[1], answers)


def main(argv: Optional[Sequence[str]] = None) -> None:
    """Print the verdict, or the case."""
    arguments = parser()
    options = arguments.parse_args(argv)
    if options.case + options.mistakes + bool(options.file) != 1:
        arguments.error("expected FILE, or CASE and ANSWERS, or --case, or --mistakes")
    if options.case:
        cases = draw(options.activation, options.output, options.cost, options.lmbda or 0.0, options.mu or 0.0)
        print(numbers_in_rows(as_data(cases)))
        return
    if options.mistakes:
        say(*(f"{mistake.slug:26} {f'({mistake.equation})':10} {mistake.sentence}" for mistake in MISTAKES.values()))
        return
    verdict = (judged(options.file, options.answers) if options.answers
               else check(options.file, activation=options.activation, output=options.output, cost=options.cost,
                          lmbda=options.lmbda, mu=options.mu, seconds=options.seconds))
    say(*str(verdict).splitlines())
    sys.stdout.flush()
    if not verdict.right:
        sys.exit(1)


if __name__ == "__main__":
    sys.exit(run("purenn.check", main))
