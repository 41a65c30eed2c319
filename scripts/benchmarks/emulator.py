"""An emulator of AWS, near and far away, and a Python with boto3. uv fetches both."""

import contextlib
import os
import pathlib
import socket
import subprocess
import sys
import time

from .places import uv
from .running import run

EMULATOR, BOTO3 = "ministack[full]==1.5.33", "boto3==1.44.5"
LINE = pathlib.Path(__file__).with_name("far_line.py")


def surroundings():
    """What programs are started with: nothing of an account that is really there."""
    return {name: value for name, value in os.environ.items() if not name.startswith("AWS_")} | {"UV_PYTHON_DOWNLOADS": "never"}


def python_with_boto3():
    command = ("tool", "run", "--python", ">=3.10", "--from", BOTO3, "--with", BOTO3, "python", "-c", "import sys; print(sys.executable)")
    return run(uv(), *command, env=surroundings()).out.strip()


@contextlib.contextmanager
def emulator(work, milliseconds, megabits):
    """Its port, and the port of a line to it that takes so long there and back, and carries so much a second."""
    near, far = free_port(), free_port()
    settings = {
        "TMPDIR": work, "BIND_HOST": "127.0.0.1", "MINISTACK_HOST": "127.0.0.1", "GATEWAY_PORT": near, "STATE_DIR": work / "state",
        "S3_DATA_DIR": work / "s3", "IOT_MTLS_ENABLED": 0, "SFTP_ENABLED": 0,
    }
    environment = surroundings() | {name: str(value) for name, value in settings.items()}
    started = []
    try:
        command = [uv(), "tool", "run", "--python", ">=3.10", "--from", EMULATOR, "ministack"]
        started.append(subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True))
        line = [sys.executable, LINE, far, near, milliseconds / 1000, megabits * 125_000]
        started.append(subprocess.Popen([str(word) for word in line], start_new_session=True))
        await_answer(near)
        await_answer(far)
        yield near, far
    finally:
        for process in started:
            os.killpg(process.pid, 9)
            process.wait()


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def await_answer(port):
    for _ in range(1200):
        try:
            with socket.create_connection(("127.0.0.1", port), timeout=1):
                return
        except OSError:
            time.sleep(0.1)
    sys.exit("no answer from the emulator")
