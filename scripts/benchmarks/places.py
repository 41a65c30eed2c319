"""Where things are: the sources, the release build, the caches."""

from __future__ import annotations

import contextlib
import os
import pathlib
import shutil
import sys
import tempfile
from collections.abc import Iterator

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
RELEASE = pathlib.Path(os.environ.get("CARGO_TARGET_DIR") or ROOT / "target") / "release"
KLAYERS, GENERATE = RELEASE / "klayers", RELEASE / "examples/generate_ledger"
CACHE = pathlib.Path(os.environ.get("KLAYERS_CACHE_DIR") or pathlib.Path(os.environ.get("XDG_CACHE_HOME") or "~/.cache").expanduser() / "klayers")
# How all that is measured is built.
BUILD = ("cargo", "build", "--release", "--locked", "--bins", "--example", "generate_ledger")
BUILD_HOT_PATHS = ("cargo", "bench", "--locked", "--bench", "hot_paths", "--no-run")


def need(*programs: pathlib.Path) -> None:
    """Ends this script when one of the programs is not built."""
    for program in programs:
        if not program.exists():
            sys.exit(f"no {program.name} in a release build: run `{' '.join(BUILD)}` first")


def uv() -> str:
    found = shutil.which("uv") or next(iter(sorted(map(str, CACHE.glob("uv/*/bin/uv")))), None)
    return found or sys.exit("no uv: run `klayers doctor` first")


@contextlib.contextmanager
def work_folder(below: pathlib.Path | None = None) -> Iterator[pathlib.Path]:
    """A folder that is gone afterwards."""
    with tempfile.TemporaryDirectory(prefix="klayers-bench-", dir=below) as folder:
        yield pathlib.Path(folder)


def copy_sources(root: pathlib.Path, *parts: str) -> None:
    """Gives `root` the same folders as our own."""
    for part in parts:
        shutil.copytree(ROOT / part, root / part)
