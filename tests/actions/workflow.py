"""One workflow file: every key in it is known, every `uses` is pinned, and every job that is needed exists.

https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-syntax
"""

import re

from .document import WorkflowError, read

KEYS = {
    "workflow": {"name", "run-name", "on", "permissions", "env", "defaults", "concurrency", "cache-mode", "jobs"},
    "job": {
        "name", "needs", "if", "runs-on", "permissions", "environment", "concurrency", "outputs", "env", "defaults", "steps",
        "timeout-minutes", "strategy", "continue-on-error", "cache-mode", "uses", "with", "secrets",
    },
    "step": {"id", "name", "if", "uses", "with", "run", "env", "shell", "working-directory", "continue-on-error", "timeout-minutes"},
    "strategy": {"matrix", "fail-fast", "max-parallel"},
    "environment": {"name", "url", "deployment"},
    "concurrency": {"group", "cancel-in-progress", "queue"},
    "defaults": {"run"},
    "defaults.run": {"shell", "working-directory"},
    "action": {"name", "description", "inputs", "outputs", "runs", "author"},
    "action.runs": {"using", "steps"},
    "input": {"description", "required", "default", "type", "options", "deprecationMessage"},
    "output": {"description", "value"},
}
EVENTS = {
    "push": {"branches", "branches-ignore", "tags", "tags-ignore", "paths", "paths-ignore"},
    "pull_request": {"types", "branches", "branches-ignore", "paths", "paths-ignore"},
    "merge_group": {"types", "branches"},
    "schedule": {"cron", "timezone"},
    "workflow_dispatch": {"inputs"},
    "workflow_run": {"workflows", "types", "branches", "branches-ignore"},
    "workflow_call": {"inputs", "outputs", "secrets"},
    "issue_comment": {"types"},
    "issues": {"types"},
}
SCOPES = {
    "actions", "artifact-metadata", "attestations", "checks", "contents", "deployments", "discussions", "id-token", "issues", "models", "packages",
    "pages", "pull-requests", "security-events", "statuses",
}
# An action of somebody else is pinned to a commit; ours are those of the workflow's own commit.
PINNED = re.compile(r"[\w.-]+/[\w./-]+@[0-9a-f]{40}")
OURS = re.compile(r"\$/\.github/(actions|workflows)/[\w./-]+")
IDENTIFIER = re.compile(r"[A-Za-z_][\w-]*")


class Workflow:
    """A file that was read and found sound."""

    def __init__(self, path, text):
        self.path = path
        self.document = read(text, path)
        try:
            self._check()
        except WorkflowError as error:
            raise WorkflowError(f"{path}: {error}") from error

    @property
    def name(self):
        return self.document.get("name") or self.path

    @property
    def jobs(self):
        """By name, in an order in which each comes after those that it needs."""
        return {name: self.document["jobs"][name] for name in self._order()}

    @property
    def events(self):
        """The events that it is for, each with its filters."""
        on = self.document["on"]
        if isinstance(on, str):
            on = [on]
        return {name: None for name in on} if isinstance(on, list) else on

    def needs(self, job):
        """The jobs that one names itself."""
        needs = self.document["jobs"][job].get("needs") or []
        return [needs] if isinstance(needs, str) else needs

    def ancestors(self, job):
        """Those, and what they need in turn."""
        found = []
        for need in self.needs(job):
            found += [one for one in [*self.ancestors(need), need] if one not in found]
        return found

    def permissions(self, job):
        """What the token of a job may do. A workflow that does not say so would take the repository's setting."""
        own = self.document["jobs"][job].get("permissions", self.document.get("permissions"))
        return {scope: level for scope, level in own.items() if level != "none"}

    def _check(self):
        document = self.document
        only(document, "workflow")
        for key in ("on", "jobs", "permissions"):
            if key not in document:
                raise WorkflowError(f"`{key}` is missing")
        for event, filters in self.events.items():
            if event not in EVENTS:
                raise WorkflowError(f"the event `{event}` is not known")
            for one in filters if isinstance(filters, list) else [filters or {}]:
                unknown(one, EVENTS[event], f"on.{event}")
        for inner in ("inputs", "outputs"):
            for event in ("workflow_dispatch", "workflow_call"):
                for described in ((self.events.get(event) or {}).get(inner) or {}).values():
                    only(described or {}, inner[:-1])
        self._check_shared(document, "the workflow")
        for name, job in document["jobs"].items():
            if not IDENTIFIER.fullmatch(name):
                raise WorkflowError(f"a job cannot be called `{name}`")
            self._check_job(name, job)

    def _check_job(self, name, job):
        only(job, "job")
        self._check_shared(job, f"job `{name}`")
        only(job.get("strategy") or {}, "strategy")
        if isinstance(job.get("environment"), dict):
            only(job["environment"], "environment")
        for need in self.needs(name):
            if need not in self.document["jobs"]:
                raise WorkflowError(f"job `{name}` needs `{need}`, which does not exist")
        if "uses" in job:
            pinned(job["uses"])
            if set(job) - {"name", "needs", "if", "permissions", "with", "secrets", "uses", "strategy", "concurrency"}:
                raise WorkflowError(f"job `{name}` calls a workflow and has keys of a job that does not")
            return
        if "runs-on" not in job or not job.get("steps"):
            raise WorkflowError(f"job `{name}` has nowhere to run, or nothing to do")
        check_steps(job["steps"], f"job `{name}`")

    def _check_shared(self, part, what):
        if isinstance(part.get("concurrency"), dict):
            only(part["concurrency"], "concurrency")
        only(part.get("defaults") or {}, "defaults")
        only((part.get("defaults") or {}).get("run") or {}, "defaults.run")
        if part.get("cache-mode", "none") not in ("none", "read", "write", "write-only"):
            raise WorkflowError(f"{what}: the cache mode `{part['cache-mode']}` is not known")
        if "permissions" in part:
            permissions = part["permissions"]
            if not isinstance(permissions, dict):
                raise WorkflowError(f"{what}: permissions are told one by one, not as `{permissions}`")
            unknown(permissions, SCOPES, f"{what}: permissions")
            for scope, level in permissions.items():
                if level not in ("read", "write", "none"):
                    raise WorkflowError(f"{what}: the permission `{scope}: {level}` is not known")

    def _order(self):
        order, open_ones = [], list(self.document["jobs"])
        while open_ones:
            ready = [job for job in open_ones if all(need in order for need in self.needs(job))]
            if not ready:
                raise WorkflowError(f"{self.path}: the jobs {open_ones} wait for each other")
            order.append(ready[0])
            open_ones.remove(ready[0])
        return order


class Action:
    """A composite action of this repository."""

    def __init__(self, path, text):
        self.document = read(text, path)
        only(self.document, "action")
        only(self.document["runs"], "action.runs")
        for described in (self.document.get("inputs") or {}).values():
            only(described, "input")
        for described in (self.document.get("outputs") or {}).values():
            only(described, "output")
        if self.document["runs"]["using"] != "composite":
            raise WorkflowError(f"{path}: only composite actions are ours")
        check_steps(self.document["runs"]["steps"], path)
        for step in self.document["runs"]["steps"]:
            if "run" in step and "shell" not in step:
                raise WorkflowError(f"{path}: a `run` of an action names its shell")


def check_steps(steps, what):
    """Each does one thing; a text that a shell runs holds no expression, whose value could be anything."""
    names = set()
    for number, step in enumerate(steps, 1):
        only(step, "step")
        if ("run" in step) == ("uses" in step):
            raise WorkflowError(f"{what}: step {number} must have one of `run` and `uses`")
        if "uses" in step:
            pinned(step["uses"])
        if "${{" in str(step.get("run", "")):
            raise WorkflowError(f"{what}: step {number} has an expression in `run`")
        if "id" in step:
            if step["id"] in names or not IDENTIFIER.fullmatch(step["id"]):
                raise WorkflowError(f"{what}: step {number} cannot be called `{step['id']}`")
            names.add(step["id"])


def pinned(uses):
    """Refuses what may be something else tomorrow."""
    if not PINNED.fullmatch(uses) and not OURS.fullmatch(uses):
        raise WorkflowError(f"`{uses}` is neither pinned to a commit nor ours as `$/…`")


def only(part, kind):
    """Refuses keys that are not known."""
    if not isinstance(part, dict):
        raise WorkflowError(f"a {kind} is a mapping, not `{part}`")
    unknown(part, KEYS[kind], kind)


def unknown(part, known, what):
    """The same, for a set of keys."""
    foreign = set(part) - known
    if foreign:
        raise WorkflowError(f"{what}: {sorted(foreign)} is not known")
