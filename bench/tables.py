"""Results as tables that can be read in a terminal and pasted into a README."""
from __future__ import annotations

from statistics import median
from typing import Any, Dict, List, Sequence

from .growth import TITLES, straight_line


def table(heading: Sequence[str], rows: Sequence[Sequence[str]], left: int = 1) -> str:
    """A Markdown table, its columns aligned: the first `left` to the left, all others to the right.

    >>> print(table(["name", "µs"], [["dot", "1.5"], ["matvec", "100"]]))
    | name   |  µs |
    | :----- | --: |
    | dot    | 1.5 |
    | matvec | 100 |
    """
    widths = [max(map(len, column)) for column in zip(heading, *rows)]
    rule = [":" + "-" * (width - 1) if k < left else "-" * (width - 1) + ":" for k, width in enumerate(widths)]
    lines = [[cell.ljust(width) if k < left else cell.rjust(width) for k, (cell, width) in enumerate(zip(row, widths))]
             for row in [heading, *rows]]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in [lines[0], rule, *lines[1:]])


def figures(number: float) -> str:
    """Three significant figures, and no exponent.

    >>> figures(0.01234), figures(3.14159), figures(1234567.0)
    ('0.0123', '3.14', '1,234,567')
    """
    return f"{number:,.0f}" if number >= 100.0 else f"{number:#.3g}".rstrip(".")


def of_epochs(race: Dict[str, Any]) -> str:
    """A network's contenders: time for a sample, samples in a second, time for an epoch, ratio and accuracy."""
    rows = []
    for row in race["rows"]:
        sample = median(row["seconds"]) / row["samples"]
        rows.append([row["title"], row["python"], figures(1e6 * sample), figures(1 / sample),
                     figures(sample * race["epoch"]), figures(row["ratio"]), f"{row['accuracy']:.1%}"])
    return table(["", "under", "µs per sample", "samples per s", f"s per epoch of {race['epoch']:,}",
                  "ratio", "accuracy"], rows, left=2)


def of_growth(seconds: Dict[str, Dict[str, List[float]]]) -> str:
    """One table for each series: an epoch in milliseconds, what the line through all says, and their ratio.

    The fastest of the rounds counts: what else the machine does can only add to a time, and would bend the line.
    """
    tables = []
    for name, series in seconds.items():
        points = [(float(value), 1e3 * min(times)) for value, times in series.items()]
        line = straight_line(points)
        tables.append(table([TITLES[name], "ms per epoch", "straight line", "ratio"],
                            [[f"{x:.0f}", figures(y), figures(line(x)), f"{y / line(x):.2f}"] for x, y in points]))
    return "\n\n".join(tables)


def of_micro(measured: Sequence[Dict[str, Any]]) -> str:
    """Microseconds per call in the fastest round: a row for each operation, a column for each interpreter."""
    return table(["µs per call", *(column["python"] for column in measured)],
                 [[name, *(figures(1e6 * min(column["seconds"][name])) for column in measured)]
                  for name in measured[0]["seconds"]])


def of_load(rows: Sequence[Dict[str, Any]]) -> str:
    """Seconds and megabytes (of a million bytes) for loading MNIST."""
    return table(["loading all of MNIST", "s", "peak MB"],
                 [[row["python"], f"{median(row['seconds']):.1f}", f"{max(row['bytes']) / 1e6:.0f}"] for row in rows])


def of_commands(rows: Dict[str, Dict[str, List[Any]]]) -> str:
    """Seconds and megabytes (of a million bytes) of whole commands, and the ratio to the first one's seconds."""
    first = median(next(iter(rows.values()))["seconds"])
    return table(["from start to end", "s", "ratio", "peak MB"],
                 [[name, figures(median(row["seconds"])), f"{median(row['seconds']) / first:.2f}",
                   f"{max(row['bytes']) / 1e6:.0f}"] for name, row in rows.items()])
