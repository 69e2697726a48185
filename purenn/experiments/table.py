"""The answers of experiments as a table: for a terminal, or in Markdown.

>>> for line in aligned([("claim", "the book"), ("guessing", "10.00%")]):
...     print(line)
claim     the book
guessing  10.00%
"""
from __future__ import annotations

from typing import Iterator, List, Sequence, Tuple

from ..terminal.text import fold
from .book import HEAD, Answer, Experiment

INTRODUCTION = """\
# The experiments of chapters 1 to 5

Michael Nielsen's "Neural Networks and Deep Learning" reports the numbers in the third column; those in the fourth
came out here ({python}). This file was written by

    {command}

purenn's numbers are the mean and the standard deviation over as many seeds as the column says; the last column has the
lowest and the highest. The book shows one run, in chapter 1 the best of three; its numbers are from its text or, with
more digits, from the files in its repository that its figures are drawn from. A number agrees if it is within three
standard deviations of the mean of five seeds or more (and half a unit of its last digit): were the book's run one of
ours, it would be so in 95 of 100 cases, by Student's t; of sixty such numbers three are then expected to disagree. The
column says how far it is, of fewer seeds only that. Words are to hold for each seed; the column says for how many they
do. Without chance, all digits of the book are to be the same.

Accuracies are in per cent of the test images, or of the validation images where the book has those.
`python -m purenn.experiment NAME` makes one experiment and says what it asks.
"""


def aligned(rows: Sequence[Sequence[str]]) -> Iterator[str]:
    """Rows of cells as lines, the columns as wide as they need."""
    widths = [max(map(len, column)) for column in zip(*rows)]
    return ("  ".join(map(str.ljust, row, widths)).rstrip() for row in rows)


def in_text(answers: Sequence[Answer], columns: int) -> List[str]:
    """The answers of an experiment as lines, each with what there is to know about it; none if there are none. Where a
    table is too wide, each answer has a few lines of its own."""
    if not answers:
        return []
    head, *rows = ([line] for line in aligned([HEAD, *(answer.row for answer in answers)]))
    if max(len(line) for line, in [head, *rows]) > columns:
        head = []
        rows = [fold([answer.row[0], *map("{}: {}".format, HEAD[1:], answer.row[1:])], columns) for answer in answers]
    return head + [line for row, answer in zip(rows, answers)
                   for line in (*row, *([f"    {answer.why}"] if answer.why else []))]


def in_markdown(chapters: Sequence[Tuple[Experiment, Sequence[Answer]]], command: str, python: str) -> str:
    """A page with the answers of several experiments."""
    lines = [INTRODUCTION.format(command=command, python=python)]
    lines += [markdown_row(["experiment", *HEAD, "from, to; remark"]), markdown_row(["---"] * (len(HEAD) + 2))]
    for experiment, answers in chapters:
        measured = {answer.claim.what: [*answer.row, answer.why] for answer in answers}
        for k, claim in enumerate(experiment.claims):
            row = measured.get(claim.what, [*Answer(claim, []).row, "not run"])
            lines.append(markdown_row([f"[`{experiment.name}`]({experiment.file})" if k == 0 else "", *row]))
    return "\n".join(lines) + "\n"


def markdown_row(cells: Sequence[str]) -> str:
    """A row of a table.

    >>> markdown_row(["one", "a|b"])
    '| one | a\\\\|b |'
    """
    return f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in cells)} |"
