"""A fork of this repository on the stand-in for GitHub: people push to it, open pull requests, and its workflows run."""

import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

from actions.run import Run
from actions.triggers import Event, starts
from actions.world import World

from .hub import Hub

OWNER = "octocat"


class Service:
    """The repository, a clone of it on the operator's desk, and the records of all runs."""

    def __init__(self, settings, name, environments, surroundings, overrides):
        self.settings, self.folder = settings, Path(settings["folder"])
        self.desk, self.origin = self.folder / "desk", self.folder / "origin.git"
        self.records, self.verbose = [], settings.get("verbose")
        self._git("init", "-q", "--bare", "-b", "main", str(self.origin), cwd=self.folder)
        for key, value in (("uploadpack.allowAnySHA1InWant", "true"), ("receive.denyNonFastForwards", "true"), ("receive.denyDeletes", "true"), ("pack.window", "0")):
            self._git("config", key, value, cwd=self.origin)
        hub = Hub(name, self.origin, {OWNER})
        self.world = World(
            name, self.origin, self.folder / "world", {}, environments, surroundings, hub, Path(settings["program"]), overrides,
            keeps_folders=bool(settings.get("keeps")),
        )
        self.hub = hub
        hub.url = f"{self.world.gate.plain_url}/api"

    def fork(self):
        """All that is tracked of this repository, as the first commit of the fork; without the tests, which no workflow here runs."""
        files = subprocess.run(["git", "ls-files", "-z"], cwd=self.settings["root"], capture_output=True, check=True).stdout.split(b"\0")
        for path in (file.decode() for file in files if file):
            source, target = Path(self.settings["root"], path), self.desk / path
            if source.is_file() and not path.startswith("tests/"):
                target.parent.mkdir(parents=True, exist_ok=True)
                shutil.copy2(source, target)
        self.git("init", "-q", "-b", "main", ".")
        self.git("remote", "add", "origin", str(self.origin))
        self.commit("Fork")
        self.git("push", "-q", "origin", "main")
        # Every job fetches; what is packed well is only handed on.
        self.git("repack", "-adq", cwd=self.origin)

    def git(self, *arguments, cwd=None):
        return self._git(*arguments, cwd=cwd or self.desk)

    def commit(self, message, cwd=None):
        self.git("add", "-A", cwd=cwd)
        self.git("commit", "-q", "-m", message, cwd=cwd)
        return self.git("rev-parse", "HEAD", cwd=cwd)

    def write(self, path, text, cwd=None):
        place = (cwd or self.desk) / path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(text)

    def klayers(self, *arguments):
        """The operator runs the program at the desk."""
        env = {**self.world.surroundings, "HOME": str(self.folder / "operator")}
        done = subprocess.run([self.settings["program"], *arguments], cwd=self.desk, env=env, capture_output=True, text=True, check=False)
        if done.returncode:
            raise AssertionError(f"klayers {arguments}: exit {done.returncode}\n{done.stdout}\n{done.stderr}")
        return done.stdout

    def push(self, message):
        """The operator commits what is on the desk, on top of what others wrote, and pushes. Its workflows run."""
        before = self.head()
        self.commit(message)
        self.git("pull", "-q", "--rebase", "origin", "main")
        self.git("push", "-q", "origin", "main")
        return self.pushed(before)

    def push_quietly(self, path, text, message):
        """Somebody else pushes from elsewhere, while a run goes on. Starts nothing that is looked at."""
        elsewhere = self.folder / "elsewhere"
        self._git("clone", "-q", str(self.origin), str(elsewhere), cwd=self.folder)
        self.write(path, text, cwd=elsewhere)
        commit = self.commit(message, cwd=elsewhere)
        self.git("push", "-q", "origin", "main", cwd=elsewhere)
        shutil.rmtree(elsewhere)
        return commit

    def pushed(self, before):
        head = self.head()
        changed = self.git("diff", "--name-only", before, head, cwd=self.origin).splitlines()
        return Event("push", {"ref": "refs/heads/main", "before": before, "after": head}, ref="refs/heads/main", sha=head, changed=changed, actor=OWNER)

    def head(self):
        return self.git("rev-parse", "refs/heads/main", cwd=self.origin)

    def pull(self):
        self.git("pull", "-q", "--ff-only", "origin", "main")

    def on_schedule(self, cron):
        return Event("schedule", {"schedule": cron}, ref="refs/heads/main", sha=self.head(), actor=OWNER)

    def asked_for(self, given):
        return Event("workflow_dispatch", {"inputs": {key: str(value) for key, value in given.items()}, "ref": "refs/heads/main"}, ref="refs/heads/main", sha=self.head(), actor=OWNER)

    def commented(self, number, words, author):
        """Somebody writes below an issue."""
        user = {"login": author, "type": "User"}
        comment = {"id": self.hub.number(), "body": words, "user": user, "author_association": "NONE"}
        issue = {key: value for key, value in self.hub.issues[number].items() if key != "user"} | {"user": user}
        payload = {"action": "created", "issue": issue, "comment": comment, "repository": {"full_name": self.world.name}, "sender": user}
        return Event("issue_comment", payload, ref="refs/heads/main", sha=self.head(), actor=author)

    def run(self, event, only=None, after=None):
        """Runs all workflows that an event starts; afterwards those that wait for one of them, and those they asked for."""
        commit = event.sha
        found = []
        for workflow in self.world.workflows(commit):
            if workflow.name == "ci" or (only and workflow.name != only) or not starts(workflow, event):
                # `ci` compiles all of this and runs these tests.
                continue
            found.append(self._one(workflow, event, commit, after))
            found += self._followers(workflow, event, found[-1])
        return found

    def dispatched(self):
        """Runs what jobs asked for by the API, and no token but theirs could."""
        found = []
        while self.hub.dispatches:
            asked = self.hub.dispatches.pop(0)
            event = self.asked_for(asked["inputs"])
            [workflow] = [one for one in self.world.workflows(event.sha) if one.path.endswith("/" + asked["workflow"])]
            assert starts(workflow, event)
            found.append(self._one(workflow, event, event.sha, None))
        return found

    def _followers(self, workflow, event, record):
        pull = event.payload.get("pull_request", {})
        head = {"head_branch": pull.get("head", {}).get("ref", event.branch), "head_sha": pull.get("head", {}).get("sha", event.sha)}
        owner, name = (pull.get("head", {}).get("repo") or {"full_name": self.world.name})["full_name"].split("/")
        run = {
            **head, "id": record["run"], "name": workflow.name, "event": event.name, "status": "completed", "conclusion": record["conclusion"],
            "html_url": f"{self.world.gate.url}/{self.world.name}/actions/runs/{record['run']}", "pull_requests": [], "run_attempt": 1,
            "head_repository": {"full_name": f"{owner}/{name}", "name": name, "owner": {"login": owner}, "fork": owner != self.world.owner},
        }
        payload = {"action": "completed", "workflow_run": run, "repository": {"full_name": self.world.name}}
        follower = Event("workflow_run", payload, ref="refs/heads/main", sha=self.head(), actor=event.actor)
        return [self._one(one, follower, follower.sha, None) for one in self.world.started_by(follower, follower.sha)]

    def _one(self, workflow, event, commit, after):
        began = time.monotonic()
        print(f"{workflow.name} ({event.name})", file=sys.stderr)
        record = Run(self.world, workflow, event, commit, after, self.verbose).go()
        record["seconds"] = round(time.monotonic() - began, 1)
        self.records.append(record)
        self.hub.runs.insert(0, {"id": record["run"], "path": workflow.path, "status": "completed", "conclusion": record["conclusion"], "event": event.name})
        told = ", ".join(f"{name} {result}" for name, result in record["results"].items())
        print(f"  {record['conclusion']} after {record['seconds']} s: {told}", file=sys.stderr)
        return record

    def _git(self, *arguments, cwd):
        env = {"PATH": os.environ["PATH"], "HOME": str(self.folder), "GIT_CONFIG_NOSYSTEM": "1"}
        command = ["git", "-c", "user.name=Operator", "-c", "user.email=operator@example.com", "-c", "safe.directory=*", *arguments]
        done = subprocess.run(command, cwd=cwd, env=env, capture_output=True, text=True, check=False)
        if done.returncode:
            raise AssertionError(f"{command}: {done.stderr}")
        return done.stdout.strip()


class PullRequest:
    """A pull request of a stranger's fork. Its commits are made in a clone of the stranger's own."""

    def __init__(self, service, owner, branch):
        self.service, self.owner, self.branch = service, owner, branch
        self.clone = service.folder / f"fork-of-{owner}-{branch}"
        service.git("clone", "-q", str(service.origin), str(self.clone), cwd=service.folder)
        service.git("checkout", "-q", "-b", branch, cwd=self.clone)
        self.number = None

    def change(self, path, text, message):
        """The stranger pushes. Returns what happened, for `Service.run`."""
        service = self.service
        service.write(path, text, cwd=self.clone)
        head = service.commit(message, cwd=self.clone)
        action = "synchronize" if self.number else "opened"
        self.number = self.number or service.hub.open_pull(self.owner, self.branch, head)
        service.hub.pulls[self.number]["head"] = head
        service.git("push", "-q", "--force", str(service.origin), f"HEAD:refs/pull/{self.number}/head", cwd=self.clone)
        # GitHub merges on trial.
        service.git("fetch", "-q", "origin", "main", cwd=self.clone)
        service.git("checkout", "-q", "--detach", "origin/main", cwd=self.clone)
        service.git("merge", "-q", "--no-ff", "-m", "Merge on trial", head, cwd=self.clone)
        merge = service.git("rev-parse", "HEAD", cwd=self.clone)
        service.git("push", "-q", "--force", str(service.origin), f"HEAD:refs/pull/{self.number}/merge", cwd=self.clone)
        service.git("checkout", "-q", self.branch, cwd=self.clone)
        changed = service.git("diff", "--name-only", f"{merge}^1", merge, cwd=self.clone).splitlines()
        payload = {"action": action, "number": self.number, "pull_request": service.hub.pull(self.number)}
        return Event("pull_request", payload, ref=f"refs/pull/{self.number}/merge", sha=merge, changed=changed, actor=self.owner)

    def merge(self):
        """The operator presses the button. Returns the push that this is."""
        service = self.service
        before = service.head()
        service.pull()
        service.git("fetch", "-q", "origin", f"refs/pull/{self.number}/head")
        service.git("merge", "-q", "--no-ff", "-m", f"Merge pull request {self.number}", "FETCH_HEAD")
        service.git("push", "-q", "origin", "main")
        service.hub.pulls[self.number]["state"] = "closed"
        return service.pushed(before)
