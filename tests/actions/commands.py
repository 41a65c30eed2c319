"""What a step tells the machine: lines of its log that begin with `::`, and files that it appends to.

https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-commands
"""

import re
import uuid

from .document import WorkflowError

LINE = re.compile(r"^::(?P<name>[\w-]+)(?: (?P<properties>[^:]*(?::(?!:)[^:]*)*))?::(?P<value>.*)$")
KNOWN = {"error", "warning", "notice", "debug", "group", "endgroup", "add-mask", "add-matcher", "remove-matcher", "stop-commands", "echo"}
# The first two GitHub has turned off. The others still work there, so that what prints them reaches another step.
TURNED_OFF = {"set-env", "add-path"}
OF_OLD = {"set-output", "save-state"}


class Log:
    """What a step printed, and what was meant for the machine in it."""

    def __init__(self, text, masks):
        self.annotations, self.outputs, self.refused = [], {}, []
        self.leaks = sorted({mask for mask in masks if mask and mask in text})
        for mask in self.leaks:
            text = text.replace(mask, "***")
        self.text = text
        stopped = None
        for line in text.splitlines():
            match = LINE.match(line.strip())
            if not match:
                continue
            name, value = match["name"], _decoded(match["value"])
            if stopped is not None:
                stopped = None if name == stopped else stopped
            elif name == "stop-commands":
                stopped = value
            elif name in ("error", "warning", "notice"):
                self.annotations.append({"level": name, **_properties(match["properties"]), "message": value})
            elif name in OF_OLD:
                self.outputs[_properties(match["properties"]).get("name", "")] = value
            elif name in TURNED_OFF:
                self.refused.append(name)
            elif name not in KNOWN:
                self.annotations.append({"level": "warning", "message": f"the command `{name}` is not known"})


class Files:
    """The files of one step."""

    NAMES = {"GITHUB_OUTPUT": "output", "GITHUB_ENV": "env", "GITHUB_PATH": "path", "GITHUB_STEP_SUMMARY": "summary", "GITHUB_STATE": "state"}

    def __init__(self, folder):
        self.folder = folder / uuid.uuid4().hex
        self.folder.mkdir(parents=True)
        for name in self.NAMES.values():
            (self.folder / name).touch()

    def environment(self):
        return {variable: str(self.folder / name) for variable, name in self.NAMES.items()}

    def values(self, variable):
        """The names and values of a file."""
        return values(self.text(variable))

    def text(self, variable):
        # A package may have written anything.
        return (self.folder / self.NAMES[variable]).read_bytes().decode("utf-8", "replace")


def values(text):
    """`name=value`, or `name<<END`, lines, and `END`."""
    found, lines = {}, text.splitlines()
    at = 0
    while at < len(lines):
        line = lines[at]
        at += 1
        if not line:
            continue
        equals, here = line.find("="), line.find("<<")
        if equals >= 0 and (here < 0 or equals < here):
            found[line[:equals]] = line[equals + 1 :]
        elif here > 0:
            end = line[here + 2 :]
            if end not in lines[at:]:
                raise WorkflowError(f"the value of `{line[:here]}` has no end")
            last = lines.index(end, at)
            found[line[:here]] = "\n".join(lines[at:last])
            at = last + 1
        else:
            raise WorkflowError(f"`{line[:80]}` is no value")
    return found


def _properties(text):
    pairs = (pair.partition("=") for pair in (text or "").split(",") if pair)
    return {name.strip(): _decoded(value).replace("%3A", ":").replace("%2C", ",") for name, _, value in pairs}


def _decoded(text):
    return text.replace("%0D", "\r").replace("%0A", "\n").replace("%25", "%")
