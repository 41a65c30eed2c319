"""What `scripts/bench` runs, and with which options."""

from __future__ import annotations

from typing import NamedTuple


class Part(NamedTuple):
    """One of the scripts beside `scripts/bench`."""

    what: str
    # Options for a look, for about a quarter of an hour together, and for the sizes that goals are set for.
    quick: tuple[str, ...]
    usual: tuple[str, ...]
    whole: tuple[str, ...]

    def options(self, size: str) -> tuple[str, ...]:
        return getattr(self, size)


SIZES = ("quick", "usual", "whole")
PARTS = {
    "layers": Part("making layers, and a run of the sample", ("--runs", "1"), (), ("--whole",)),
    "imports": Part("cold starts of ten packages", ("--runs", "5", "requests", "pandas", "pydantic"), (), ("--runs", "25")),
    "publish": Part("publishing to an emulator of AWS", ("--regions", "2", "--only", "large"), ("--regions", "8"), ()),
    "render": Part("rendering a service, and how that grows", ("--small", "--only", "render"), ("--small",), ()),
    "history": Part("the git repository of a service, over years", ("--small", "--years", "1"), ("--small",), ()),
    "hot-paths": Part("the hot paths inside of the program, by criterion", ("--seconds", "0.5"), (), ()),
}


def chosen(names: list[str]) -> list[str]:
    """The names of the parts to run, in order; all if none is named.

    >>> chosen(["render", "layers"]), len(chosen([])) == len(PARTS)
    (['layers', 'render'], True)
    >>> chosen(["renderer"])
    Traceback (most recent call last):
    ValueError: not known: renderer; there are layers, imports, publish, render, history, hot-paths
    """
    unknown = [name for name in names if name not in PARTS]
    if unknown:
        raise ValueError(f"not known: {', '.join(unknown)}; there are {', '.join(PARTS)}")
    return [name for name in PARTS if name in names or not names]
