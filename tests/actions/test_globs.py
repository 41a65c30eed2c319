"""Which files an artifact takes, and which changes an event is for: tables."""

import tempfile
import unittest
from pathlib import Path

from .artifacts import ArtifactError, Artifacts
from .globs import chosen, matches, passes

FILES = ["plan.json", "dist/a.zip", "dist/a.json", "dist/a.lock", "dist/attempts-0.jsonl", "dist/deep/b.zip", "dist/deep/c.json", ".hidden", "dist/.x.zip", "other/a.zip"]

# The lines of `path`, and the names in the artifact.
CHOSEN = [
    ("plan.json", ["plan.json"]),
    ("dist", ["a.json", "a.lock", "a.zip", "attempts-0.jsonl", "deep/b.zip", "deep/c.json"]),
    ("dist/", ["a.json", "a.lock", "a.zip", "attempts-0.jsonl", "deep/b.zip", "deep/c.json"]),
    ("./dist/*.zip", ["a.zip"]),
    ("dist/**/*.zip", ["a.zip", "deep/b.zip"]),
    ("dist\n!dist/*.zip", ["a.json", "a.lock", "attempts-0.jsonl", "deep/b.zip", "deep/c.json"]),
    ("dist/**\n!dist/**/*.zip", ["a.json", "a.lock", "attempts-0.jsonl", "deep/c.json"]),
    ("dist\n!dist/deep", ["a.json", "a.lock", "a.zip", "attempts-0.jsonl"]),
    ("dist\n!dist/deep\ndist/deep/b.zip", ["a.json", "a.lock", "a.zip", "attempts-0.jsonl", "deep/b.zip"]),
    ("dist/*.json\ndist/attempts-*.jsonl", ["a.json", "attempts-0.jsonl"]),
    ("plan.json\ndist/a.zip", ["dist/a.zip", "plan.json"]),
    ("dist/a.zip\ndist/deep/b.zip", ["a.zip", "deep/b.zip"]),
    ("# a comment\n\ndist/a.?ip", ["a.zip"]),
    ("dist/[ab].[jl]*", ["a.json", "a.lock"]),
    ("no*", []),
    ("nothing", []),
]

MATCHES = [
    ("archives-*", "archives-x86_64-0", True),
    ("archives-*", "checked-x86_64-0", False),
    ("*", "plan", True),
    ("a?c", "abc", True),
    ("a?c", "a/c", False),
    ("**/x", "x", True),
    ("**/x", "a/b/x", True),
    ("[!a]x", "bx", True),
    ("[!a]x", "ax", False),
    ("a.b", "axb", False),
]

# Patterns of `paths` or `branches`, what changed, and whether the event is for the workflow.
PASSES = [
    (["pipeline/config/**"], ["pipeline/config/packages.csv"], True),
    (["pipeline/config/**"], ["README.md"], False),
    (["pipeline/config/**"], ["README.md", "pipeline/config/a/b"], True),
    (["pipeline/*.csv"], ["pipeline/config/x.csv"], False),
    (["**.csv"], ["a/b.csv"], True),
    (["**/x.csv"], ["x.csv"], True),
    (["*", "!README.md"], ["README.md"], False),
    (["docs/**", "!docs/a", "docs/a"], ["docs/a"], True),
    (["main"], ["main"], True),
    (["main"], ["maintenance"], False),
    (["v[0-9]+.[0-9]+"], ["v1.20"], True),
    (["v[0-9]+.[0-9]+"], ["vx.1"], False),
]


class Globs(unittest.TestCase):
    def test_chosen(self):
        with tempfile.TemporaryDirectory() as folder:
            for name in FILES:
                path = Path(folder, name)
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_text(name)
            for lines, names in CHOSEN:
                with self.subTest(lines):
                    self.assertEqual(sorted(chosen(lines, folder)), names)
            self.assertIn(".x.zip", chosen("dist", folder, hidden=True))
            with self.assertRaises(ValueError):
                chosen("!dist", folder)

    def test_names(self):
        for pattern, text, fits in MATCHES:
            with self.subTest(pattern=pattern, text=text):
                self.assertEqual(matches(pattern, text), fits)

    def test_filters(self):
        for patterns, changed, fits in PASSES:
            with self.subTest(patterns=patterns, changed=changed):
                self.assertEqual(passes(patterns, changed), fits)


class Store(unittest.TestCase):
    def test_what_github_refuses_is_refused(self):
        with tempfile.TemporaryDirectory() as folder:
            file = Path(folder, "a")
            file.write_text("1")
            store = Artifacts(Path(folder, "store"))
            store.upload(7, "one", {"a": file})
            for name in ("one", "a/b", "..", "", "a:b"):
                with self.subTest(name), self.assertRaises(ArtifactError):
                    store.upload(7, name, {"a": file})
            with self.assertRaises(ArtifactError):
                store.upload(7, "two", {"../a": file})
            store.upload(7, "one", {"b": file}, overwrite=True)
            self.assertEqual((store.names(7), list(store.files(7, "one")), store.names(8)), (["one"], ["b"], []))
            with self.assertRaises(ArtifactError):
                store.download(8, "one", folder)


if __name__ == "__main__":
    unittest.main()
