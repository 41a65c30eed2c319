"""Which workflows an event starts, by their `on`."""

from .document import WorkflowError
from .globs import passes

# Those that count when a filter names none.
TYPES = {"pull_request": ["opened", "synchronize", "reopened"]}


class Event:
    """What happened: its name, what GitHub tells of it, and which files it changed."""

    def __init__(self, name, payload, *, ref, sha, changed=(), actor="octocat"):
        self.name, self.payload, self.ref, self.sha, self.changed, self.actor = name, payload, ref, sha, list(changed), actor

    @property
    def branch(self):
        """That of the event, or the one that a pull request wants to change."""
        pull = self.payload.get("pull_request")
        return pull["base"]["ref"] if pull else self.ref.removeprefix("refs/heads/").removeprefix("refs/tags/")

    @property
    def is_from_a_fork(self):
        pull = self.payload.get("pull_request")
        return bool(pull) and pull["head"]["repo"]["full_name"] != pull["base"]["repo"]["full_name"]


def starts(workflow, event):
    """Whether a workflow is for an event."""
    if event.name not in workflow.events:
        return False
    filters = workflow.events[event.name] or {}
    if event.name == "schedule":
        return event.payload["schedule"] in [one["cron"] for one in filters]
    if event.name == "workflow_dispatch":
        _inputs(filters.get("inputs") or {}, event.payload["inputs"])
        return True
    if event.name == "workflow_run":
        run = event.payload["workflow_run"]
        if run["name"] not in filters["workflows"] or event.payload["action"] not in filters.get("types", ["requested", "completed"]):
            return False
        return "branches" not in filters or passes(filters["branches"], [run["head_branch"]])
    types = filters.get("types", TYPES.get(event.name))
    if types and event.payload.get("action") not in types:
        return False
    if event.name == "push" and event.ref.startswith("refs/tags/"):
        return "tags" in filters and passes(filters["tags"], [event.branch])
    if event.name == "push" and "tags" in filters and "branches" not in filters:
        return False
    if "branches" in filters and not passes(filters["branches"], [event.branch]):
        return False
    if "branches-ignore" in filters or "tags-ignore" in filters or "paths-ignore" in filters:
        raise WorkflowError("filters that say what to leave out are not known here")
    return "paths" not in filters or passes(filters["paths"], event.changed)


def inputs(workflow, event):
    """The values of `inputs`: texts of a form, truth values where one is asked for, and its defaults."""
    if event.name != "workflow_dispatch":
        return {}
    described = (workflow.events["workflow_dispatch"] or {}).get("inputs") or {}
    values = {}
    for name, one in described.items():
        one = one or {}
        value = event.payload["inputs"].get(name, one.get("default", ""))
        if one.get("type") == "boolean":
            value = str(value).lower() == "true"
        values[name] = value
    return values


def _inputs(described, given):
    for name, value in given.items():
        if name not in described:
            raise WorkflowError(f"the workflow has no input `{name}`")
        one = described[name] or {}
        if one.get("type") == "boolean" and str(value).lower() not in ("true", "false"):
            raise WorkflowError(f"the input `{name}` cannot be `{value}`")
        if one.get("type") == "choice" and value not in one["options"]:
            raise WorkflowError(f"the input `{name}` cannot be `{value}`")
    missing = [name for name, one in described.items() if (one or {}).get("required") and not given.get(name, (one or {}).get("default"))]
    if missing:
        raise WorkflowError(f"the inputs {missing} are missing")
