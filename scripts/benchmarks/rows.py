"""What a measurement found, as `scripts/bench` takes it: one JSON object in a line."""

from __future__ import annotations

import dataclasses
import json
import pathlib
from collections.abc import Iterable

from .comparing import Compared


@dataclasses.dataclass(frozen=True)
class Row:
    """One line of the table. What stands beside nothing has neither `beside` nor `other` nor `ratio`."""

    what: str
    ours: float
    beside: str | None = None
    other: float | None = None
    # Seconds, unless it says `MB`, or nothing.
    unit: str = "s"
    ratio: float | None = None
    # At most this: the ratio, or ours where there is none.
    goal: float | None = None

    @property
    def is_met(self) -> bool | None:
        """Whether the goal is, if there is one.

        >>> Row("a", 1.0, "b", 2.0, ratio=0.5, goal=0.5).is_met, Row("a", 3.0, goal=2).is_met, Row("a", 3.0).is_met
        (True, False, None)
        """
        return None if self.goal is None else (self.ours if self.ratio is None else self.ratio) <= self.goal

    def to_json(self) -> dict:
        """Its fields, rounded to what a measurement can mean.

        >>> Row("a", 1 / 3, goal=2).to_json()
        {'what': 'a', 'ours': 0.33333, 'beside': None, 'other': None, 'unit': 's', 'ratio': None, 'goal': 2}
        """
        return {name: float(f"{value:.5g}") if isinstance(value, float) else value for name, value in dataclasses.asdict(self).items()}


def compared(what: str, beside: str, found: Compared, goal: float | None = None) -> Row:
    """Of two things that were timed.

    >>> compared("a", "b", Compared(1.0, 2.0, 0.5), 1).ratio
    0.5
    """
    return Row(what, found.ours, beside, found.other, "s", found.ratio, goal)


def read(text: str) -> list[Row]:
    """The rows of a file; one with unknown fields is an error.

    >>> read('{"what": "a", "ours": 1}\\n')[0].ours
    1
    """
    return [Row(**json.loads(line)) for line in text.splitlines()]


def write(path: pathlib.Path | None, rows: Iterable[Row]) -> None:
    """For whoever asked for them."""
    if path is not None:
        path.write_text("".join(json.dumps(row.to_json()) + "\n" for row in rows))
