"""What is kept of a run of `scripts/bench`: one line of JSON, of which the page is made."""

from __future__ import annotations

import datetime
import json
import re
from typing import NamedTuple

from .parts import PARTS, SIZES
from .rows import Row


class Record(NamedTuple):
    """A run."""

    at: str
    # What `klayers --version` says, with the commit.
    klayers: str
    size: str
    machine: dict
    # Before and after.
    load: tuple[float, float]
    # Seconds of each part.
    took: dict[str, float]
    # Parts that ended with an error.
    failed: list[str]
    rows: dict[str, list[Row]]

    @property
    def is_of_all(self) -> bool:
        """Whether nothing was left out, so that a page can be made of it."""
        return list(self.took) == list(PARTS)

    def line(self) -> str:
        r"""For the history.

        >>> record = Record("2026-11-22T00:00:00Z", "klayers 0.1.0 (12ab)", "quick", {"cores": 2}, (0.1, 1.2), {"layers": 7.5}, [], {"layers": [Row("a", 0.5)]})
        >>> read(record.line()) == record, record.is_of_all, record.line().count("\n")
        (True, False, 1)
        """
        rows = {part: [row.to_json() for row in rows] for part, rows in self.rows.items()}
        return json.dumps(self._asdict() | {"rows": rows}, ensure_ascii=False) + "\n"


def now() -> str:
    """In whole seconds."""
    return datetime.datetime.now(datetime.timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")


def read(line: str) -> Record:
    """A line of the history.

    >>> read("{}")
    Traceback (most recent call last):
    TypeError: Record.__new__() missing 8 required positional arguments: 'at', 'klayers', 'size', 'machine', 'load', 'took', 'failed', and 'rows'
    """
    record = Record(**json.loads(line))
    rows = {part: [Row(**row) for row in rows] for part, rows in record.rows.items()}
    if not re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", record.at) or record.size not in SIZES or not set(rows) <= set(PARTS):
        raise ValueError(f"this is no run: {record.at}, {record.size}, {', '.join(rows)}")
    return record._replace(rows=rows, load=tuple(record.load))


def newest_of_all(history: str) -> Record | None:
    """The run that the page shows: the last one that left nothing out."""
    return next((record for record in map(read, reversed(history.splitlines())) if record.is_of_all), None)
