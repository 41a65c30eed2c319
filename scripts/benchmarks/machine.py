"""What was measured on: nothing that says whose machine it is."""

from __future__ import annotations

import os
import pathlib
import platform
import re
import subprocess
import tempfile


def processor_name(cpuinfo: str) -> str:
    r"""Of the first processor, as Linux tells.

    >>> processor_name("processor\t: 0\nmodel name\t: AMD EPYC\nmodel name\t: other\n"), processor_name("")
    ('AMD EPYC', 'unknown')
    """
    found = re.search(r"^model name\s*: (.+)$", cpuinfo, re.MULTILINE)
    return found.group(1).strip() if found else "unknown"


def kernel_name(release: str) -> str:
    """Without what a distribution or a host made of it.

    >>> kernel_name("6.18.44-of-somebody")
    '6.18.44'
    """
    return re.match(r"[0-9.]*[0-9]|", release).group(0) or "unknown"


def file_system(mounts: str, folder: str) -> str:
    """The kind of the file system that a folder is on, as Linux lists them.

    >>> mounts = "/dev/a / ext4 rw 0 0\\nshm /dev/shm tmpfs rw 0 0\\n"
    >>> file_system(mounts, "/dev/shm/x"), file_system(mounts, "/dev/shmx"), file_system("", "/")
    ('tmpfs', 'ext4', 'unknown')
    """
    listed = [line.split(" ")[1:3] for line in mounts.splitlines()]
    above = [(place, kind) for place, kind in listed if (folder + "/").startswith(place.rstrip("/") + "/")]
    return max(above, key=lambda mount: len(mount[0]), default=("", "unknown"))[1]


def load() -> float:
    """Of the last minute."""
    return round(os.getloadavg()[0], 1)


def machine() -> dict:
    """Its facts, without its load."""
    cpuinfo, mounts = pathlib.Path("/proc/cpuinfo"), pathlib.Path("/proc/mounts")
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    rust = subprocess.run(["rustc", "--version"], capture_output=True, text=True, check=False)
    return {
        "processor": processor_name(cpuinfo.read_text() if cpuinfo.exists() else "") if platform.system() == "Linux" else platform.machine(),
        "cores": os.cpu_count(),
        "memory_gib": round(memory / (1 << 30), 1),
        "kernel": f"{platform.system()} {kernel_name(platform.release())}",
        "files": file_system(mounts.read_text() if mounts.exists() else "", tempfile.gettempdir()),
        "rust": " ".join(rust.stdout.split()[1:2]) or "none",
        "python": platform.python_version(),
    }
