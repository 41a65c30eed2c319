"""`docs/benchmarks.md`: the newest run of everything, for people."""

from __future__ import annotations

from . import tables
from .parts import PARTS
from .record import Record

LEAD = """# Benchmarks

<!-- Written by `scripts/bench`, which also adds the run to benchmarks.jsonl. Whatever is changed here is gone after the next. -->

What klayers does, beside what one would use instead, on one machine. Look at the ratios: times are of the machine, a ratio is nearly the same on all. A ratio is ours divided by the other's, so less
is better.

Both of a pair run in turn, after a pair that warms up, and the ratio is the median of the ratios pair by pair: whatever else the machine does slows both. Everything that can be had from a cache is in
one: wheels, packages of pip and uv, files in memory. Publishing is timed once. What has nothing to stand beside has a figure alone. The hot paths are functions of the program, which criterion times
one after the other on data that is made up; theirs are medians. A goal is of a quiet machine, and there is not one for each row.

```console
scripts/bench
```

makes this page anew in about a quarter of an hour. `scripts/bench NAME` measures one part and leaves the page alone; `--quick` takes a look; `--whole` takes an hour or more, for the sizes that goals are
set for. Each run is a line of [benchmarks.jsonl](benchmarks.jsonl), with the time, the commit, the machine and every figure. [The scripts](../scripts/README.md) say what they do and need.
"""
SIZES = {"quick": "quick, which is a look", "usual": "usual", "whole": "whole, which the goals are set for"}


def facts(record: Record) -> list[tuple[str, str]]:
    """Of the run and its machine."""
    machine = record.machine
    return [
        ("when", record.at.replace("T", " ").replace("Z", " UTC")),
        ("program", record.klayers),
        ("sizes", SIZES[record.size]),
        ("processor", f"{machine['processor']}, {machine['cores']} cores, {machine['memory_gib']} GiB of memory"),
        ("system", f"{machine['kernel']}, files on {machine['files']}, Rust {machine['rust']}, Python {machine['python']}"),
        ("load", f"{record.load[0]} before, {record.load[1]} after"),
        ("took", ", ".join(f"{part} {seconds:.0f} s" for part, seconds in record.took.items())),
    ]


def verdict(record: Record) -> str:
    """In a sentence or two.

    >>> from .rows import Row
    >>> rows = {"layers": [Row("a", 1, goal=2), Row("b", 3, goal=2), Row("c", 1)]}
    >>> verdict(Record("2026-11-22T00:00:00Z", "klayers", "usual", {}, (0, 0), {}, ["render"], rows))
    '3 rows; 1 of 2 goals are met. Failed, and not in the table: render.'
    """
    rows = [row for rows in record.rows.values() for row in rows]
    met = [row.is_met for row in rows if row.goal is not None]
    said = f"{len(rows)} rows; {sum(met)} of {len(met)} goals are met."
    return said + (f" Failed, and not in the table: {', '.join(record.failed)}." if record.failed else "")


def results(record: Record) -> str:
    """The one table, with the name of the part before each row."""
    rows = [(part, *tables.cells(row)) for part in PARTS for row in record.rows.get(part, [])]
    return tables.table(("part", *tables.HEAD), rows)


def page(record: Record) -> str:
    """The whole page."""
    told = "".join(f"- {name}: {fact}\n" for name, fact in facts(record))
    return f"{LEAD}\n## The newest run\n\n{told}\n{verdict(record)}\n\n{results(record)}"
