"""Paths with `*`, `?`, `[…]`, `**` and `!`, as the actions that carry artifacts and the filters of events read them."""

import os
import re
from pathlib import Path


def expression_of(pattern):
    """A regular expression for paths whose parts are separated by `/`. `**` is any number of whole parts."""
    parts, text = pattern.split("/"), ""
    for at, part in enumerate(parts):
        last = at == len(parts) - 1
        if part == "**":
            text += ".*" if last else "(?:[^/]+/)*"
            continue
        text += _part(part) + ("" if last else "/")
    return re.compile(text + r"\Z", re.DOTALL)


def matches(pattern, text):
    """Whether a name or a path fits as a whole."""
    return bool(expression_of(pattern).match(text))


def passes(patterns, texts):
    """Whether one of the texts passes a filter of an event: the last pattern that fits a text decides about it."""

    def one(text):
        fits = False
        for pattern in patterns:
            excludes = pattern.startswith("!")
            if _filter(pattern[1:] if excludes else pattern).match(text):
                fits = not excludes
        return fits

    return any(one(text) for text in texts)


def chosen(patterns, folder, hidden=False):
    """The files that `upload-artifact` takes for the lines of its `path`, by their names in the artifact.

    A folder stands for all that is in it. Names begin below the longest folder that all lines without wildcards share;
    a single file is called by its own name.
    """
    folder = Path(folder)
    lines = [line.strip() for line in patterns.splitlines() if line.strip() and not line.strip().startswith("#")]
    wanted = [line for line in lines if not line.startswith("!")]
    if not wanted:
        raise ValueError("no path is given")
    starts = _starts(folder, wanted)
    found = []
    for start in starts:
        for path in [start] if start.is_file() else sorted(start.rglob("*")):
            text = str(path)
            takes = False
            for line in lines:
                excludes = line.startswith("!")
                whole = _absolute(folder, line.lstrip("!").strip())
                if matches(whole, text) or matches(whole.rstrip("/") + "/**", text):
                    takes = not excludes
            if takes and path.is_file() and path not in found:
                found.append(path)
    if not hidden:
        found = [path for path in found if not any(part.startswith(".") for part in path.relative_to(folder if path.is_relative_to(folder) else "/").parts)]
    root = Path(os.path.commonpath(starts)) if len(starts) > 1 else starts[0]
    if len(starts) == 1 and starts[0].is_file():
        root = root.parent
    return {str(path.relative_to(root)): path for path in found}


def _starts(folder, lines):
    """Where to look: what is before the first wildcard of each line, without what is below another one."""
    starts = []
    for line in lines:
        kept = []
        for part in _absolute(folder, line).rstrip("/").split("/"):
            if re.search(r"[*?\[]", part):
                break
            kept.append(part)
        start = Path("/".join(kept) or "/")
        if start not in starts:
            starts.append(start)
    return [start for start in starts if not any(other in start.parents for other in starts)]


def _absolute(folder, line):
    path = os.path.expanduser(line)
    return os.path.normpath(os.path.join(folder, path)) + ("/" if path.endswith("/") else "")


def _part(part):
    text, at = "", 0
    while at < len(part):
        character = part[at]
        end = part.find("]", at + 2) if character == "[" else -1
        if character == "*":
            text += "[^/]*"
        elif character == "?":
            text += "[^/]"
        elif end > 0:
            inner = part[at + 1 : end]
            text += "[" + ("^" + inner[1:] if inner[0] == "!" else inner).replace("\\", "\\\\") + "]"
            at = end
        else:
            text += re.escape(character)
        at += 1
    return text


def _filter(pattern):
    """Filters have a language of their own: `**` is any text, `?` and `+` repeat what is before them."""
    text, at = "", 0
    while at < len(pattern):
        character = pattern[at]
        if pattern.startswith("**/", at):
            text, at = text + "(?:.*/)?", at + 2
        elif pattern.startswith("**", at):
            text, at = text + ".*", at + 1
        elif character == "*":
            text += "[^/]*"
        elif character in "?+":
            text += character
        elif character == "[" and "]" in pattern[at:]:
            end = pattern.index("]", at)
            text, at = text + pattern[at : end + 1], end
        else:
            text += re.escape(character)
        at += 1
    return re.compile(text + r"\Z", re.DOTALL)
