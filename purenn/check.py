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
from .mistakes.answers import check_answers as check_answers
from .mistakes.checking import SECONDS, check as check
from .mistakes.verdict import Verdict as Verdict
from .saved.files import file_errors, opened, read_all
from .terminal.command import run
from .terminal.options import Parser, number, whole
from .terminal.text import complain, numbers_in_rows, say

DESCRIPTION = """\
Find the mistake in a neural network written from scratch. FILE is Python code, or a notebook, with a network in it: a
class, functions that hand parameters to each other, layers in a list. Its training is not run. What goes forward, what
goes back and what takes a step is found by the shapes of its arrays, and each line of the algorithm is judged by what
the code itself has computed before it. Whatever is consistent with itself is right, and the report says by which
convention. (purenn/mistakes/README.md says more.)

Checking a file runs its definitions: do not check code that you would not run. It is no defence against a cheat.
"""

EPILOG = """\
things to try:
  python -m purenn.check my_network.py                         is it right, and if not, what is wrong?
  python -m purenn.check my_network.py --hint 1                only where to look
  python -m purenn.check my_network.py:Network --activation relu --output softmax --cost log-likelihood
  python -m purenn.check --case > case.json                    for code in another language: what to compute ...
  python -m purenn.check case.json answers.json                ... and, with any part of it answered, the verdict

The last line is the verdict: right, perhaps by another convention; single-precision (right in 32 bits); mistakes by
their names, with a + between them; unknown; missing (of what --require names); or what the code did: raises, hangs,
ends-the-process, returns-none, wrong-type, wrong-shape, not-finite, changes-its-input. The exit status is 0 for the
first two, 1 for all others, and 2 if nothing could be checked.
"""


def parser() -> Parser:
    """The arguments of the command."""
    parser = Parser("purenn.check", description=DESCRIPTION, epilog=EPILOG)
    parser.add_argument("file", nargs="?", metavar="FILE",
                        help="Python code, FILE:Class if there are several; a notebook; or a case")
    parser.add_argument("answers", nargs="?", metavar="ANSWERS", help="with a case: the answers to it, as JSON")
    parser.add_argument("--case", action="store_true", help="print what to compute, as JSON")
    parser.add_argument("--mistakes", action="store_true", help="list the mistakes that have a name, and leave")
    parser.add_argument("--hint", type=int, choices=(1, 2, 3), metavar="N",
                        help="in place of the report: 1 where it is, 2 why it is wrong as well, 3 in which line")
    parser.add_argument("--require", metavar="NAMES", default="",
                        help="functions that have to be there, with commas: backprop,update_mini_batch")
    parser.add_argument("--strict", action="store_true",
                        help="a factor that all gradients share (a lost ½, the sum for the mean) is a mistake as well")
    meant = parser.add_argument_group("what it is meant to be (what is not said is found out)")
    meant.add_argument("--activation", choices=ACTIVATIONS, help="of the hidden layers (of a case: sigmoid)")
    meant.add_argument("--output", choices=ACTIVATIONS, help="of the last layer (of a case: sigmoid)")
    meant.add_argument("--cost", choices=COSTS, help="(of a case: quadratic)")
    meant.add_argument("--lmbda", type=number(),
                       help="L2 regularisation (default: tried if its step takes lmbda and n)")
    meant.add_argument("--mu", type=number(below=1.0), help="momentum (default: tried if its step takes mu)")
    meant.add_argument("--sizes", type=whole(1), nargs="+", metavar="N", help="with --case: of all its networks")
    meant.add_argument("--no-bias", action="store_true", help="with --case: for networks without biases")
    parser.add_argument("--seconds", type=number(0.1), default=SECONDS, metavar="S",
                        help=f"how long the code may take (default: {SECONDS:g})")
    return parser


def judged(case: str, answers: str) -> Verdict:
    """The verdict on the answers in one file to the case in another."""
    contents = []
    for path in case, answers:
        with opened(path) as file:
            try:
                contents.append(json.loads(read_all(file, 1 << 24).decode("utf-8-sig")))
            except RecursionError:
                raise ValueError("nested too deeply, expected numbers as in a golden file") from None
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
        if options.sizes and len(options.sizes) < 2:
            arguments.error("--sizes: expected two numbers or more, the inputs first")
        cases = draw(options.activation or "sigmoid", options.output or "sigmoid", options.cost or "quadratic",
                     options.lmbda or 0.0, options.mu or 0.0, options.sizes, not options.no_bias)
        print(numbers_in_rows(as_data(cases)))
        return
    if options.mistakes:
        say(*(f"{mistake.slug:26} {f'({mistake.equation})':17} {mistake.sentence}" for mistake in MISTAKES.values()))
        return
    if options.answers:
        verdict = judged(options.file, options.answers)
    else:
        verdict = check(options.file, activation=options.activation, output=options.output, cost=options.cost,
                        lmbda=options.lmbda, mu=options.mu, strict=options.strict, seconds=options.seconds,
                        require=list(filter(None, options.require.split(","))),
                        progress=lambda text: complain(f"purenn.check: {text}"))
    if options.hint:
        say(*verdict.hint(options.hint).splitlines(), f"verdict: {'right' if verdict.right else 'wrong'}")
    else:
        say(*str(verdict).splitlines())
    sys.stdout.flush()
    if not verdict.right:
        sys.exit(1)


if __name__ == "__main__":
    sys.exit(run("purenn.check", main))
