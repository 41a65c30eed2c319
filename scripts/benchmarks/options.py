"""What all scripts that measure may be told."""

import argparse
import pathlib


def parser(documentation: str, has_rows: bool = True) -> argparse.ArgumentParser:
    """A script's documentation is its help; those that `scripts/bench` runs have `--rows`."""
    made = argparse.ArgumentParser(description=documentation, formatter_class=argparse.RawDescriptionHelpFormatter)
    if has_rows:
        made.add_argument("--rows", type=pathlib.Path, metavar="FILE", help="where `scripts/bench` wants to have the rows: lines of JSON")
    return made


def positive(text: str) -> int:
    """A number of runs.

    >>> positive("3")
    3
    >>> positive("0")
    Traceback (most recent call last):
    argparse.ArgumentTypeError: at least 1 is needed
    """
    if int(text) < 1:
        raise argparse.ArgumentTypeError("at least 1 is needed")
    return int(text)
