"""A package index on 127.0.0.1 with a few tiny wheels, for the small month: the simple API in JSON, and the files."""

import hashlib
import http.server
import io
import json
import threading
import zipfile
from base64 import urlsafe_b64encode


class Index:
    """It ends with its process."""

    def __init__(self):
        self.projects, self.files = {}, {}
        handler = type("Handler", (_Handler,), {"index": self})
        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
        self.server.daemon_threads = True
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    @property
    def url(self):
        return f"http://127.0.0.1:{self.server.server_port}/simple"

    def add(self, name, version, source="", requires=()):
        """Adds a pure wheel with one module of its name."""
        project, name = name, name.replace("-", "_")
        module = name.removeprefix("python_")
        metadata = f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\nLicense-Expression: MIT\n"
        metadata += "".join(f"Requires-Dist: {one}\n" for one in requires)
        info = f"{name}-{version}.dist-info"
        files = {
            f"{module}/__init__.py": f"version = {version!r}\n{source}",
            f"{info}/METADATA": metadata,
            f"{info}/WHEEL": "Wheel-Version: 1.0\nGenerator: tests\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
        }
        digests = {path: urlsafe_b64encode(hashlib.sha256(text.encode()).digest()).decode().rstrip("=") for path, text in files.items()}
        lines = [f"{path},sha256={digests[path]},{len(text.encode())}" for path, text in files.items()]
        files[f"{info}/RECORD"] = "\n".join([*lines, f"{info}/RECORD,,", ""])
        wheel = io.BytesIO()
        with zipfile.ZipFile(wheel, "w", zipfile.ZIP_DEFLATED) as archive:
            for path, text in files.items():
                archive.writestr(path, text)
        filename = f"{name}-{version}-py3-none-any.whl"
        self.files[filename], self.files[filename + ".metadata"] = wheel.getvalue(), metadata.encode()
        self.projects.setdefault(project, []).append(filename)


class _Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    index = None

    def log_message(self, *_):
        pass

    def do_GET(self):
        parts = [part for part in self.path.split("?")[0].split("/") if part]
        if parts[:1] == ["files"] and parts[1] in self.index.files:
            return self.answer(200, "application/octet-stream", self.index.files[parts[1]])
        if parts[:1] == ["simple"] and len(parts) == 2 and parts[1] in self.index.projects:
            found = []
            for filename in self.index.projects[parts[1]]:
                content = self.index.files[filename]
                hashes = {"sha256": hashlib.sha256(content).hexdigest()}
                found.append({"filename": filename, "url": f"/files/{filename}", "size": len(content), "hashes": hashes, "core-metadata": True})
            page = {"meta": {"api-version": "1.1"}, "name": parts[1], "files": found, "versions": []}
            return self.answer(200, "application/vnd.pypi.simple.v1+json", json.dumps(page).encode())
        return self.answer(404, "text/plain", b"")

    def answer(self, status, kind, content):
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)
