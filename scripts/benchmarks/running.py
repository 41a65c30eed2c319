"""Running a program, with what it takes."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from typing import Any, NamedTuple


class Outcome(NamedTuple):
    """What a run took and said."""

    seconds: float
    # The greatest of the process itself.
    megabytes: float
    out: str
    error: str

    @property
    def said_last(self) -> str:
        r"""Its last line: before it may be lines of progress.

        >>> Outcome(1.0, 2.0, "", "render 3 files\n3 files written\n").said_last
        '3 files written'
        """
        return (self.out + self.error).strip().splitlines()[-1]


def run(*command: Any, data: str | None = None, **options: Any) -> Outcome:
    """Runs a command. Ends this script when it fails.

    >>> run(sys.executable, "-c", "print(input())", data="x").out
    'x\\n'
    """
    words = [str(word) for word in command]
    # Files and not pipes, so that none can fill while another is read, and what it took can be asked of the system.
    with tempfile.TemporaryFile("w+") as out, tempfile.TemporaryFile("w+") as error, tempfile.TemporaryFile("w+") as given:
        given.write(data or "")
        given.seek(0)
        began = time.perf_counter()
        process = subprocess.Popen(words, stdin=given, **({"stdout": out, "stderr": error} | options))
        _, status, usage = os.wait4(process.pid, 0)
        seconds = time.perf_counter() - began
        process.returncode = os.waitstatus_to_exitcode(status)
        out.seek(0)
        error.seek(0)
        outcome = Outcome(seconds, usage.ru_maxrss / 1024, out.read(), error.read())
    if process.returncode != 0:
        sys.exit(f"{' '.join(words)}: exit {process.returncode}\n{outcome.out}{outcome.error}")
    return outcome
