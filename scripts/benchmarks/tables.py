"""Tables and numbers, for people."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from .rows import Row

HEAD = ("what", "beside", "ours", "other", "ratio", "goal", "met")
LEFT = {"what", "beside", "goal", "met", "part"}


def number(value: float) -> str:
    """With three digits, or all before the point.

    >>> [number(value) for value in (0.01234, 1, 12.345, 999.6, 12345.6)]
    ['0.0123', '1', '12.3', '1,000', '12,346']
    """
    return f"{value:.3g}" if abs(value) < 99.95 else f"{value:,.0f}"


def quantity(value: float | None, unit: str) -> str:
    """With its unit; of a time the one that fits.

    >>> [quantity(value, "s") for value in (12.3, 0.0621, 0.00000123, None)]
    ['12.3 s', '62.1 ms', '1.23 µs', '']
    >>> quantity(41.23, "MB"), quantity(0.98, "")
    ('41.2 MB', '0.98')
    """
    if value is None:
        return ""
    if unit == "s" and value < 0.9995:
        return f"{number(value * 1e3)} ms" if value >= 0.9995e-3 else f"{number(value * 1e6)} µs"
    return f"{number(value)} {unit}".strip()


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """In Markdown; numbers stand to the right.

    >>> print(table(("what", "ours"), [("a", "1 s")]), end="")
    | what | ours |
    |---|---:|
    | a | 1 s |
    """
    lines = ["| " + " | ".join(head) + " |", "|" + "".join("---|" if name in LEFT else "---:|" for name in head)]
    return "\n".join(lines + ["| " + " | ".join(row) + " |" for row in rows]) + "\n"


def cells(row: Row) -> tuple[str, ...]:
    """Those of a row, as in HEAD.

    >>> cells(Row("a", 0.01, "b", 0.02, ratio=0.5, goal=0.4))
    ('a', 'b', '10 ms', '20 ms', '0.5', 'at most 0.4', 'no')
    >>> cells(Row("a", 1.5, goal=2))
    ('a', 'nothing', '1.5 s', '', '', 'at most 2 s', 'yes')
    """
    goal = "" if row.goal is None else "at most " + (quantity(row.goal, row.unit) if row.ratio is None else number(row.goal))
    ratio = "" if row.ratio is None else number(row.ratio)
    met = {True: "yes", False: "no", None: ""}[row.is_met]
    return (row.what, row.beside or "nothing", quantity(row.ours, row.unit), quantity(row.other, row.unit), ratio, goal, met)


def of_rows(rows: Iterable[Row]) -> str:
    """The table of a script that runs alone."""
    return table(HEAD, map(cells, rows))
