"""Comparing two things, and one thing with itself at other sizes."""

from __future__ import annotations

import math
import statistics
from collections.abc import Callable, Iterable, Sequence
from typing import NamedTuple

from .running import Outcome


class Compared(NamedTuple):
    """Medians of both in seconds, and the median of the ratios pair by pair."""

    ours: float
    other: float
    ratio: float


def of_pairs(pairs: Sequence[tuple[float, float]]) -> Compared:
    """What pairs of seconds amount to: whatever else the machine did slowed both of a pair.

    >>> of_pairs([(1, 2), (2, 4), (9, 6)])
    Compared(ours=2, other=4, ratio=0.5)
    """
    ours, other = ([pair[side] for pair in pairs] for side in (0, 1))
    return Compared(statistics.median(ours), statistics.median(other), statistics.median(a / b for a, b in pairs))


def in_turn(runs: int, ours: Callable[[], Outcome], other: Callable[[], Outcome], prepare: Callable[[], None] = lambda: None) -> Compared:
    """So many pairs, after one that warms up."""
    pairs = []
    for _ in range(runs + 1):
        prepare()
        pairs.append((ours().seconds, other().seconds))
    return of_pairs(pairs[1:])


def best(action: Callable[[], Outcome], times: int, prepare: Callable[[], None] = lambda: None) -> Outcome:
    """The quickest of several runs, with the greatest memory: whatever else the machine does only adds time."""
    runs = []
    for _ in range(times):
        prepare()
        runs.append(action())
    return runs[-1]._replace(seconds=min(run.seconds for run in runs), megabytes=max(run.megabytes for run in runs))


def geometric_mean(values: Iterable[float]) -> float:
    """Of ratios: twice as quick and twice as slow are as before.

    >>> geometric_mean([0.5, 2])
    1.0
    """
    return math.exp(statistics.fmean(math.log(value) for value in values))


def exponent(xs: Sequence[float], ys: Sequence[float]) -> float:
    """Of growth: the slope of the straight line through the logarithms.

    >>> [round(exponent([1, 2, 4], ys), 6) for ys in ([3, 6, 12], [5, 5, 5], [1, 4, 16])]
    [1.0, 0.0, 2.0]
    """
    xs, ys = [math.log(x) for x in xs], [math.log(max(y, 1e-9)) for y in ys]
    x_mean, y_mean = statistics.mean(xs), statistics.mean(ys)
    return sum((x - x_mean) * (y - y_mean) for x, y in zip(xs, ys)) / sum((x - x_mean) ** 2 for x in xs)
