# A Runtime API for one invocation, on the loopback, and AWS's client as its only caller.
# <https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html>
#
# Reports as the plain test does, and knows the outcome only from what the client posts back.
import http.server
import json
import os
import queue
import socketserver
import subprocess
import sys
import threading
import time

PREFIX = "/2018-06-01/runtime/"
REQUEST_ID = "00000000-0000-0000-0000-000000000000"
BODY_MAX_BYTES = 1 << 20
TEXT_MAX = 2000

word = sys.stdin.readline().split()[0]
outcomes = queue.Queue()


def report(event, *fields):
    line = " ".join([word, event] + [str(field)[:TEXT_MAX].encode("utf-8", "replace").hex() or "-" for field in fields])
    os.write(1, line.encode() + b"\n")


class Api(http.server.BaseHTTPRequestHandler):
    asked = False

    def do_GET(self):
        if self.path != PREFIX + "invocation/next" or Api.asked:
            # A second question has no answer: the client waits until it is ended.
            threading.Event().wait()
        Api.asked = True
        self.answer(200, b"{}", {
            "Lambda-Runtime-Aws-Request-Id": REQUEST_ID,
            "Lambda-Runtime-Deadline-Ms": str(int(time.time() * 1000) + 900000),
            "Lambda-Runtime-Invoked-Function-Arn": "arn:aws:lambda:us-east-1:123456789012:function:klayers",
            "Lambda-Runtime-Trace-Id": "Root=1-00000000-000000000000000000000000;Sampled=0",
        })

    def do_POST(self):
        body = self.body()
        outcomes.put((self.path[len(PREFIX):].split("/")[-1], self.path.startswith(PREFIX + "init/"), body))
        self.answer(202, b'{"status":"OK"}', {})

    def body(self):
        if "chunked" not in self.headers.get("Transfer-Encoding", ""):
            return self.rfile.read(min(int(self.headers.get("Content-Length", 0)), BODY_MAX_BYTES))
        whole = b""
        while len(whole) <= BODY_MAX_BYTES:
            size = int(self.rfile.readline().split(b";")[0], 16)
            piece = self.rfile.read(size)
            self.rfile.readline()
            if not size:
                break
            whole += piece
        return whole

    def answer(self, status, body, headers):
        self.send_response(status)
        for name, value in dict(headers, **{"Content-Type": "application/json", "Content-Length": len(body)}).items():
            self.send_header(name, str(value))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *arguments):
        pass


class Server(socketserver.ThreadingMixIn, socketserver.TCPServer):
    daemon_threads = True


def tell(kind, is_init, body):
    try:
        said = json.loads(body)
        if kind == "error":
            message = str(said.get("errorMessage"))
            missing = message.split("'")[-2] if "No module named '" in message else ""
            report("failed", "import" if is_init else "start", "", said.get("errorType"), message, missing)
            return
        report("imported", said["seconds"], said["modules"])
        for found in said["sdk"]:
            report("sdk", *found)
        if said["failed"]:
            report("failed", *said["failed"])
        else:
            report("done")
    except Exception as error:
        report("failed", "start", "", "Answer", "the client posted what cannot be read: " + repr(error), "")


def main():
    server = Server(("127.0.0.1", 0), Api)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    environment = dict(os.environ, AWS_LAMBDA_RUNTIME_API="127.0.0.1:%d" % server.server_address[1], _HANDLER="handler.handler")
    bootstrap = os.path.join(os.path.dirname(os.path.abspath(__file__)), "bootstrap.py")
    report("ready", ".".join(map(str, sys.version_info[:3])))
    report("at", "start", "")
    client = subprocess.Popen([sys.executable, "-I", "-S", bootstrap], env=environment, stdin=subprocess.DEVNULL, stdout=2, stderr=2)

    def wait():
        outcomes.put(("ended", False, client.wait()))

    threading.Thread(target=wait, daemon=True).start()
    kind, is_init, body = outcomes.get()
    if kind == "ended":
        report("failed", "start", "", "Ended", "AWS's client ended with code %s before it answered" % body, "")
    else:
        tell(kind, is_init, body)
    client.kill()
    os._exit(0)


main()
