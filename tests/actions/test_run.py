"""Whole runs of the workflows in fixtures/, on a repository made of them."""

import json
import os
import shutil
import subprocess
import tempfile
import unittest
from pathlib import Path

from .document import WorkflowError
from .run import Run
from .triggers import Event, starts
from .workflow import Workflow
from .world import World

FIXTURES = Path(__file__).parent / "fixtures"


class Runs(unittest.TestCase):
    def setUp(self):
        self.folder = Path(tempfile.mkdtemp())
        self.addCleanup(shutil.rmtree, self.folder)
        self.work = self.folder / "work"
        shutil.copytree(FIXTURES, self.work)
        self.origin = self.folder / "origin.git"
        self.git("init", "-q", "--bare", "-b", "main", str(self.origin), cwd=self.folder)
        self.git("init", "-q", "-b", "main", ".")
        self.first = self.commit("first")
        self.git("push", "-q", str(self.origin), "main")
        environments = {"aws": {"vars": {"ROLE": "the-role"}, "branches": ["main"]}, "github-pages": {}}
        self.world = World("Octo/layers", self.origin, self.folder / "world", {}, environments, {"PATH": os.environ["PATH"]})
        self.addCleanup(self.world.gate.close)

    def git(self, *arguments, cwd=None):
        command = ["git", "-c", "user.name=a", "-c", "user.email=a@example.com", *arguments]
        return subprocess.run(command, cwd=cwd or self.work, check=True, capture_output=True, text=True).stdout.strip()

    def commit(self, message):
        self.git("add", "-A")
        self.git("commit", "-q", "--allow-empty", "-m", message)
        return self.git("rev-parse", "HEAD")

    def push_event(self, sha, changed):
        return Event("push", {"ref": "refs/heads/main"}, ref="refs/heads/main", sha=sha, changed=changed)

    def test_a_run_goes_as_on_github(self):
        event = self.push_event(self.first, ["config/a.csv"])
        [workflow] = self.world.started_by(event, self.first)
        record = Run(self.world, workflow, event, self.first).go()
        why = [(job["job"], step["name"], step.get("why")) for job in record["jobs"] for step in job["steps"] if step.get("why")]
        self.assertEqual(
            record["results"],
            {
                "plan": "success", "build": "success", "attest": "success", "publish": "success", "fails": "failure", "skipped": "skipped",
                "after": "success", "grandchild": "skipped", "called": "success", "incident": "success",
            },
            why,
        )
        self.assertEqual((record["conclusion"], record["concurrency"]["group"]), ("failure", "writer-refs/heads/main"))
        jobs = {job["title"]: job for job in record["jobs"]}
        self.assertEqual([jobs["called / never"]["result"], jobs["called / one"]["result"]], ["skipped", "success"])
        self.assertEqual(jobs["plan"]["outputs"]["greeting"], "hello octocat")
        self.assertEqual(jobs["plan"]["outputs"]["commit"], self.first)
        self.assertEqual(jobs["plan"]["summary"], "# Words\n")
        self.assertEqual(jobs["plan"]["annotations"], [{"level": "warning", "file": "config/a.csv", "line": "2", "message": "odd"}])
        self.assertEqual([jobs[name]["has-id-token"] for name in ("plan", "build 0", "attest", "publish")], [False, False, True, True])
        self.assertEqual(list(jobs["attest"]["attested"]), ["built-0"])
        self.assertEqual([step["outcome"] for step in jobs["fails"]["steps"]], ["success", "failure", "skipped", "success"])
        self.assertEqual(jobs["fails"]["steps"][1]["code"], 9)
        needs = json.loads(next(iter(self.world.artifacts.files(record["run"], "needs").values())).read_text())
        self.assertEqual(needs["called"], {"result": "success", "outputs": {"answer": "success"}})
        self.assertEqual((self.world.pages / "index.html").read_text(), "success\n")
        self.assertEqual(self.world.git("log", "--format=%s", "main").split(), ["more", "first"])
        self.assertEqual([entry["push"] for entry in self.world.gate.log if "push" in entry], [f"{record['run']}/publish"])
        self.assertEqual(list((self.world.folder / "runs" / str(record["run"])).iterdir()), [], "a job leaves nothing but artifacts")

    def test_a_form_gives_inputs_and_a_matrix_its_rows(self):
        event = Event("workflow_dispatch", {"inputs": {"force": "true"}}, ref="refs/heads/main", sha=self.first)
        [workflow] = self.world.started_by(event, self.first)
        record = Run(self.world, workflow, event, self.first).go()
        self.assertEqual([job["runs-on"] for job in record["jobs"] if job["job"] == "build"], ["ubuntu-24.04", "ubuntu-24.04-arm"])
        self.assertEqual(self.world.artifacts.names(record["run"], "built-*"), ["built-0", "built-1"])
        for inputs in ({"nothing": "1"}, {"force": "perhaps"}):
            with self.assertRaises(WorkflowError):
                starts(workflow, Event("workflow_dispatch", {"inputs": inputs}, ref="refs/heads/main", sha=self.first))

    def test_an_empty_matrix_fails_as_on_github(self):
        event = Event("workflow_dispatch", {"inputs": {"shards": "[]"}}, ref="refs/heads/main", sha=self.first)
        [workflow] = self.world.started_by(event, self.first)
        record = Run(self.world, workflow, event, self.first).go()
        self.assertEqual((record["results"]["build"], record["results"]["attest"]), ("failure", "skipped"))

    def test_a_fork_gets_a_token_that_reads_whatever_its_workflow_asks_for(self):
        self.git("checkout", "-q", "-b", "theirs")
        (self.work / "config/a.csv").write_text("new\n")
        head = self.commit("theirs")
        self.git("checkout", "-q", "main")
        self.git("merge", "-q", "--no-ff", "-m", "merge", "theirs")
        merge = self.git("rev-parse", "HEAD")
        self.git("push", "-q", str(self.origin), f"{merge}:refs/pull/7/merge")
        payload = {
            "action": "opened", "number": 7,
            "pull_request": {"base": {"ref": "main", "repo": {"full_name": "Octo/layers"}}, "head": {"ref": "theirs", "sha": head, "repo": {"full_name": "Eve/layers"}}},
        }
        event = Event("pull_request", payload, ref="refs/pull/7/merge", sha=merge, changed=["config/a.csv"])
        [workflow] = self.world.started_by(event, merge)
        record = Run(self.world, workflow, event, merge).go()
        self.assertEqual(record["conclusion"], "success", record["jobs"])
        self.assertEqual(record["jobs"][0]["permissions"], {"contents": "read"})
        self.assertEqual(self.world.started_by(self.push_event(merge, ["README.md"]), merge), [])

    def test_an_environment_lets_only_its_branches_in(self):
        event = Event("workflow_dispatch", {"inputs": {}}, ref="refs/heads/other", sha=self.first)
        self.git("push", "-q", str(self.origin), "main:other")
        [workflow] = self.world.started_by(event, self.first)
        with self.assertRaisesRegex(WorkflowError, "does not let `refs/heads/other` in"):
            Run(self.world, workflow, event, self.first).go()


HEAD = "name: x\non: push\npermissions: {}\njobs:\n  a:\n    runs-on: ubuntu-24.04\n"
# What a workflow must not have, and what is said of it.
REFUSED = [
    (HEAD + "    steps: [{run: 'true', colour: red}]", "colour"),
    (HEAD + "    container: x\n    steps: [{run: 'true'}]", "container"),
    (HEAD + "    steps: [{run: 'echo ${{ github.ref }}'}]", "an expression in `run`"),
    (HEAD + "    steps: [{uses: actions/checkout@v7}]", "neither pinned"),
    (HEAD + "    steps: [{uses: ./.github/actions/x}]", "neither pinned"),
    (HEAD + "    steps: [{run: a, uses: b}]", "one of `run` and `uses`"),
    (HEAD + "    needs: b\n    steps: [{run: a}]", "does not exist"),
    (HEAD + "    permissions: {contents: all}\n    steps: [{run: a}]", "contents: all"),
    (HEAD + "    permissions: {everything: read}\n    steps: [{run: a}]", "everything"),
    (HEAD + "    permissions: write-all\n    steps: [{run: a}]", "one by one"),
    (HEAD + "    steps: [{id: a, run: a}, {id: a, run: a}]", "cannot be called `a`"),
    (HEAD + "    name: y\n    name: z\n    steps: [{run: a}]", "twice"),
    (HEAD.replace("on: push", "on: telephone") + "    steps: [{run: a}]", "telephone"),
    (HEAD.replace("permissions: {}\n", "") + "    steps: [{run: a}]", "`permissions` is missing"),
    (HEAD + "    steps: [{run: a}]\n  b: {uses: $/.github/workflows/x.yml, env: {A: b}}", "calls a workflow"),
    (HEAD + "    needs: b\n    steps: [{run: a}]\n  b: {needs: a, runs-on: x, steps: [{run: a}]}", "wait for each other"),
]


class Refusals(unittest.TestCase):
    def test_what_is_not_known_is_an_error(self):
        for text, said in REFUSED:
            with self.subTest(said), self.assertRaisesRegex(WorkflowError, said):
                list(Workflow("x.yml", text).jobs)

    def test_on_is_a_word(self):
        self.assertEqual(list(Workflow("x.yml", HEAD + "    steps: [{run: a}]").events), ["push"])


if __name__ == "__main__":
    unittest.main()
