"""Compiles modules that it reads from standard input; never runs one. Started by pool.rs.

A frame is four bytes of length (little-endian) and that many bytes. The first frame that it writes is
the interpreter's magic number. Then, for each request (length of the name in four bytes, name, source),
it writes an answer: the milliseconds of CPU in four bytes, a letter, and
  c  the marshalled code;
  n  why there is none;
  x  why there is none, and this process should not be used any more.
It ends when its input does.
"""
import sys

# Nothing but the standard library is imported, wherever this was started.
sys.path[:] = [folder for folder in sys.path if folder]

import gc
import marshal
import time
from importlib.util import MAGIC_NUMBER

MEMORY_BYTES, CPU_SECONDS = int(sys.argv[1]), int(sys.argv[2])
REASON_CHARS = 300

try:
    import resource
except ImportError:
    resource = None


def limit(name, value):
    """Lowers a limit; where the system has no such limit, the one who started this watches alone."""
    try:
        kind = getattr(resource, name)
        hard = resource.getrlimit(kind)[1]
        if hard != resource.RLIM_INFINITY:
            value = min(value, hard)
        resource.setrlimit(kind, (value, hard))
    except (AttributeError, OSError, ValueError):
        pass


def answer(name, source):
    try:
        code = compile(source, name, "exec", dont_inherit=True, optimize=0)
        return b"c" + marshal.dumps(code)
    except (SyntaxError, ValueError) as error:
        kind, raised = b"n", error
    except BaseException as error:
        # Out of memory, too deep, or something that no compiler should raise.
        kind, raised = b"x", error
    # Its text may name the line, never the source.
    is_syntax = isinstance(raised, SyntaxError)
    words = raised.msg if is_syntax else raised
    line = " (line %s)" % raised.lineno if is_syntax and raised.lineno else ""
    reason = "%s: %s" % (type(raised).__name__, str(words)[:REASON_CHARS])
    return kind + (reason + line).encode("utf-8", "backslashreplace")


def main():
    read, write, flush = sys.stdin.buffer.read, sys.stdout.buffer.write, sys.stdout.buffer.flush

    def send(frame):
        write(len(frame).to_bytes(4, "little"))
        write(frame)
        flush()

    # Code objects and their parts have no cycles.
    gc.disable()
    limit("RLIMIT_AS", MEMORY_BYTES)
    limit("RLIMIT_CORE", 0)
    limit("RLIMIT_FSIZE", 0)
    send(MAGIC_NUMBER)
    while True:
        head = read(4)
        if len(head) < 4:
            return
        frame = read(int.from_bytes(head, "little"))
        name_end = 4 + int.from_bytes(frame[:4], "little")
        name, source = frame[4:name_end].decode(), frame[name_end:]
        del frame
        started = time.process_time()
        limit("RLIMIT_CPU", int(started) + 1 + CPU_SECONDS)
        body = answer(name, source)
        spent = int((time.process_time() - started) * 1000)
        send(spent.to_bytes(4, "little") + body)
        del body, source


main()
