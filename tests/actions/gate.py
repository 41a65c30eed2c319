"""What stands for GitHub while workflows run: a server on 127.0.0.1, for as long as its value lives, with and without TLS.

- `/OWNER/NAME`: the repository, by git's own server. Anybody reads; writing needs the token of a job with `contents: write`.
- `/api/…`: answered by `hub`, which keeps what GitHub would, after a look at what the token may do.
- `/id-token`: the id token of a job that has `id-token: write`. Its claims are those of GitHub; its signature is none.

A token lives as long as its job.
"""

import base64
import gzip
import http.server
import json
import os
import re
import secrets
import subprocess
import threading
import urllib.parse

from . import certificate

# Method, path below the repository, and the permissions of which one is enough. Reading a public repository needs none.
CHANGES = [
    ("POST", r"issues/\d+/comments", ("issues", "pull-requests")),
    ("PATCH", r"issues/comments/\d+", ("issues", "pull-requests")),
    ("POST", r"issues/\d+/reactions", ("issues", "pull-requests")),
    ("POST", r"issues/comments/\d+/reactions", ("issues", "pull-requests")),
    ("POST", r"issues", ("issues",)),
    ("PATCH", r"issues/\d+", ("issues",)),
    ("POST", r"labels", ("issues",)),
    ("POST", r"issues/\d+/labels", ("issues",)),
    ("POST", r"statuses/[0-9a-f]{40}", ("statuses",)),
    ("POST", r"actions/workflows/[\w.-]+/dispatches", ("actions",)),
]


class Gate:
    """The server."""

    def __init__(self, repository, origin, folder, hub=None):
        self.repository, self.origin, self.hub = repository, origin, hub
        self.tokens, self.identities, self.log = {}, {}, []
        self.lock = threading.Lock()
        context, self.certificate = certificate.context(folder)
        self.servers = []
        for _ in range(2):
            server = _Server(("127.0.0.1", 0), type("Handler", (_Handler,), {"gate": self}))
            self.servers.append(server)
        # The first bytes are read by the thread of the connection, and not by the one that waits for others.
        self.servers[1].socket = context.wrap_socket(self.servers[1].socket, server_side=True, do_handshake_on_connect=False)
        for server in self.servers:
            threading.Thread(target=server.serve_forever, daemon=True).start()

    @property
    def url(self):
        """For pages and git."""
        return f"https://127.0.0.1:{self.servers[1].server_port}"

    @property
    def plain_url(self):
        """For programs that ask for JSON."""
        return f"http://127.0.0.1:{self.servers[0].server_port}"

    def close(self):
        for server in self.servers:
            server.shutdown()
            server.server_close()

    def token(self, job, permissions):
        """The token of a job."""
        token = "ghs_" + secrets.token_hex(18)
        with self.lock:
            self.tokens[token] = {"job": job, "permissions": dict(permissions)}
        return token

    def identity(self, claims):
        """The word with which a job may ask for id tokens with these claims."""
        word = secrets.token_hex(18)
        with self.lock:
            self.identities[word] = claims
        return word

    def end(self, *words):
        """Tokens of a job that is over."""
        with self.lock:
            for word in words:
                self.tokens.pop(word, None)
                self.identities.pop(word, None)

    def may(self, token, method, path):
        """Whether a token may ask for this of the API, and if not, why."""
        if token not in self.tokens:
            return "Bad credentials"
        permissions = self.tokens[token]["permissions"]
        if method in ("GET", "HEAD"):
            return None
        below = path.removeprefix(f"/repos/{self.repository}/").split("?")[0]
        for known, pattern, scopes in CHANGES:
            if method == known and re.fullmatch(pattern, below):
                return None if any(permissions.get(scope) == "write" for scope in scopes) else "Resource not accessible by integration"
        return f"{method} {path} is none of the changes that this gate knows"

    def may_push(self, token):
        return self.tokens.get(token, {}).get("permissions", {}).get("contents") == "write"


def unsigned(claims):
    """A token as GitHub's, but for its signature."""
    parts = [json.dumps(part).encode() for part in ({"alg": "RS256", "typ": "JWT"}, claims)]
    return ".".join(base64.urlsafe_b64encode(part).decode().rstrip("=") for part in [*parts, b"unsigned"])


class _Server(http.server.ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, *_):
        """A client may go away when it knows enough."""


class _Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    gate = None

    def log_message(self, *_):
        pass

    def do_any(self):
        path = urllib.parse.urlsplit(self.path).path
        if path.startswith("/id-token"):
            return self.id_token()
        if path.startswith("/api/"):
            return self.hand_on()
        if path.startswith(f"/{self.gate.repository}"):
            return self.git()
        return self.answer(404, {"message": "Not Found"})

    do_GET = do_POST = do_PATCH = do_PUT = do_DELETE = do_any

    def id_token(self):
        word = (self.headers.get("Authorization") or "").partition(" ")[2]
        claims = self.gate.identities.get(word)
        if claims is None:
            return self.answer(401, {"message": "no such job"})
        asked = urllib.parse.parse_qs(urllib.parse.urlsplit(self.path).query)
        audience = asked.get("audience", [f"{self.gate.url}/{self.gate.repository.split('/')[0]}"])[0]
        self.gate.log.append({"id-token": audience, "job": claims["job"]})
        return self.answer(200, {"count": 1, "value": unsigned(claims | {"aud": audience})})

    def hand_on(self):
        path = self.path.removeprefix("/api")
        body = self.body()
        token = (self.headers.get("Authorization") or "").partition(" ")[2]
        refused = self.gate.may(token, self.command, path)
        job = self.gate.tokens.get(token, {}).get("job")
        self.gate.log.append({"method": self.command, "path": path, "job": job, "refused": refused})
        if refused:
            return self.answer(401 if refused == "Bad credentials" else 403, {"message": refused})
        with self.gate.lock:
            status, headers, value = self.gate.hub.answer(self.command, path, json.loads(body) if body else None)
        content = json.dumps(value).encode()
        return self.send(status, [("Content-Type", "application/json"), *headers], content)

    def git(self):
        parts = urllib.parse.urlsplit(self.path)
        writes = parts.path.endswith("/git-receive-pack") or "service=git-receive-pack" in parts.query
        if writes and not self.gate.may_push(self.password()):
            self.body()
            return self.send(403 if self.headers.get("Authorization") else 401, [("WWW-Authenticate", 'Basic realm="git"')], b"")
        inner = parts.path.removeprefix(f"/{self.gate.repository}").removeprefix(".git")
        body = self.body()
        if self.headers.get("Content-Encoding") == "gzip":
            body = gzip.decompress(body)
        asked = {
            "PATH": os.environ["PATH"], "GIT_PROJECT_ROOT": str(self.gate.origin), "GIT_HTTP_EXPORT_ALL": "1", "PATH_INFO": inner, "REMOTE_USER": "token",
            "REQUEST_METHOD": self.command, "QUERY_STRING": parts.query, "CONTENT_TYPE": self.headers.get("Content-Type", ""),
            "CONTENT_LENGTH": str(len(body)), "HTTP_GIT_PROTOCOL": self.headers.get("Git-Protocol", ""), "GIT_CONFIG_NOSYSTEM": "1", "HOME": "/nonexistent",
        }
        done = subprocess.run(["git", "-c", "safe.directory=*", "http-backend"], input=body, env=asked, capture_output=True, check=False)
        head, _, content = done.stdout.partition(b"\r\n\r\n")
        headers = [tuple(line.split(": ", 1)) for line in head.decode().splitlines() if ": " in line]
        status = next((int(value.split()[0]) for name, value in headers if name == "Status"), 200 if head else 500)
        if writes and self.command == "POST":
            self.gate.log.append({"push": self.gate.tokens[self.password()]["job"]})
        return self.send(status, [pair for pair in headers if pair[0] != "Status"], content)

    def password(self):
        kind, _, value = (self.headers.get("Authorization") or "").partition(" ")
        if kind.lower() != "basic":
            return value
        try:
            return base64.b64decode(value).decode().partition(":")[2]
        except ValueError:
            return ""

    def body(self):
        if self.headers.get("Transfer-Encoding", "").lower() != "chunked":
            return self.rfile.read(int(self.headers.get("Content-Length") or 0))
        pieces = []
        while size := int(self.rfile.readline().split(b";")[0], 16):
            pieces.append(self.rfile.read(size))
            self.rfile.readline()
        self.rfile.readline()
        return b"".join(pieces)

    def answer(self, status, value):
        self.send(status, [("Content-Type", "application/json")], json.dumps(value).encode())

    def send(self, status, headers, content):
        self.send_response(status)
        for name, value in headers:
            self.send_header(name, value)
        if status != 204:
            self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        if status != 204:
            self.wfile.write(content)
