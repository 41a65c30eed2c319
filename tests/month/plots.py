"""Which packages, runtimes and regions a month is about: a small one for tests, and one with real packages."""

import re
from pathlib import Path

from .index import Index

# A package that finds what it must not find does not import, so that its layer is not published.
CURIOUS = """
import os
seen = sorted(name for name in os.environ if name.startswith(("GITHUB_", "ACTIONS_", "RUNNER_", "KLAYERS_", "AWS_ROLE", "AWS_WEB")))
if seen:
    raise ImportError(f"this process knows {seen}")
print("::set-output name=any::false")
print("::set-output name=changed::false")
print("::add-path::/tmp")
"""


class Small:
    """Tiny wheels from an index of our own."""

    prefix = "Month"
    pythons = ["3.13"]
    runtimes = ["p3.13", "p3.13-arm64"]
    regions = ["us-east-1", "eu-west-1"]
    rows = ["alpha", "curious"]
    asked_for = "delta"
    changes, first_version = "alpha", "1.0"

    def __init__(self):
        self.index = Index()
        self.index.add("alpha", "1.0", requires=["beta"])
        self.index.add("beta", "1.5")
        self.index.add("curious", "1.0", CURIOUS)
        self.index.add("delta", "0.1", requires=["beta"])

        # What AWS puts beside Python: names alone, for layers are imported beside it.
        table = (Path(__file__).parents[2] / "src/verify/import_test/runtime_sdk.toml").read_text().partition('[runtime."3.13"]\n')[2]
        # Without AWS's client of the Runtime API, which does something: layers are then imported by themselves.
        wanted = [one.strip('"').split("<")[0] for one in re.search(r"packages = \[(.+)\]", table)[1].split(", ") if "awslambdaric" not in one]
        for name, version in re.findall(r'^(boto\w+) = "(.+)"$', table.partition("\n[")[0], re.MULTILINE):
            self.index.add(name, version, "def client(*_, **__):\n    return None\n", requires=wanted)
        for name in wanted:
            self.index.add(name, "1.0")

    def surroundings(self):
        return {"UV_DEFAULT_INDEX": self.index.url, "UV_HTTP_RETRIES": "0"}

    def narrow(self, desk):
        """Nothing to change of what `init` wrote."""

    def new_version(self, _story):
        self.index.add("alpha", "1.1", requires=["beta"])


class Real:
    """Real packages from the index that uv knows."""

    prefix = "Month"
    pythons = ["3.12", "3.13"]
    runtimes = ["p3.12", "p3.13", "p3.13-arm64"]
    regions = ["us-east-1", "us-west-2", "eu-central-1", "eu-west-1", "eu-north-1", "ap-south-1", "ap-northeast-1", "sa-east-1"]
    rows = ["requests<2.32", "PyYAML", "numpy", "Jinja2", "psycopg2-binary"]
    asked_for = "beautifulsoup4"
    changes, first_version = "requests", "2.31.0"

    def surroundings(self):
        return {}

    def narrow(self, desk):
        """Three runtimes, and not four."""
        path = desk / "pipeline/config/klayers.toml"
        table, both = '[runtime."3.12"]\narchitectures = ["x86_64", "arm64"]', '[runtime."3.12"]\narchitectures = ["x86_64"]'
        text = path.read_text()
        assert table in text
        path.write_text(text.replace(table, both))

    def new_version(self, story):
        """The index cannot be told to have one, so the operator lets go of a row that held the package back."""
        story.rows = ["requests" if row.startswith("requests<") else row for row in story.rows]
        story.service.pull()
        story.write_rows()
        story.service.push("Let requests go on")
