"""Texts of a workflow with `${{ }}` in them, and which contexts each place of a workflow may ask.

https://docs.github.com/en/actions/reference/workflows-and-actions/contexts#context-availability
"""

import re

from .expressions import ExpressionError, asks_for_status, contexts_named, evaluate, is_true, text_of

# A text in quotes may hold what looks like the end.
INSIDE = re.compile(r"\$\{\{((?:[^'}]|'(?:[^']|'')*'|\}(?!\}))*)\}\}")

_JOB = {"github", "needs", "strategy", "matrix", "vars", "inputs"}
_STEP = _JOB | {"job", "runner", "env", "secrets", "steps"}
PLACES = {
    "run-name": {"github", "inputs", "vars"},
    "concurrency": {"github", "inputs", "vars"},
    "env": {"github", "secrets", "inputs", "vars"},
    "jobs.if": {"github", "needs", "vars", "inputs"},
    "jobs.strategy": {"github", "needs", "vars", "inputs"},
    "jobs.name": _JOB,
    "jobs.runs-on": _JOB,
    "jobs.environment": _JOB,
    "jobs.environment.url": _JOB | {"job", "runner", "env", "steps"},
    "jobs.concurrency": _JOB,
    "jobs.timeout-minutes": _JOB,
    "jobs.continue-on-error": _JOB,
    "jobs.with": _JOB,
    "jobs.env": _JOB | {"secrets"},
    "jobs.outputs": _STEP,
    "steps": _STEP,
    "steps.if": _STEP - {"secrets"},
    "action.outputs": {"github", "strategy", "matrix", "job", "runner", "steps", "inputs", "env"},
    "action.steps": {"github", "strategy", "matrix", "job", "runner", "steps", "inputs", "env"},
}


def filled(value, place, contexts, functions=None):
    """A value of a workflow with its expressions replaced, deep down. One that is a single expression keeps its type."""
    if isinstance(value, dict):
        return {key: filled(inner, place, contexts, functions) for key, inner in value.items()}
    if isinstance(value, list):
        return [filled(inner, place, contexts, functions) for inner in value]
    if not isinstance(value, str) or "${{" not in value:
        return value
    whole = INSIDE.fullmatch(value.strip())
    if whole:
        return _evaluate(whole.group(1), place, contexts, functions)
    text = INSIDE.sub(lambda match: text_of(_evaluate(match.group(1), place, contexts, functions)), value)
    if "${{" in INSIDE.sub("", value):
        raise ExpressionError(f"an expression has no end in `{value}`")
    return text


def holds(condition, place, contexts, functions):
    """Whether an `if` lets its job or step run. One that does not say what happens after a failure wants success."""
    if condition is None:
        return is_true(functions["success"]())
    source = str(condition) if not isinstance(condition, bool) else text_of(condition)
    whole = INSIDE.fullmatch(source.strip())
    if not whole and "${{" in source:
        raise ExpressionError(f"an `if` that is half an expression is always true: `{source}`")
    source = whole.group(1) if whole else source
    _only_known(source, place)
    if not asks_for_status(source) and not is_true(functions["success"]()):
        return False
    return is_true(evaluate(source, contexts, functions))


def _evaluate(source, place, contexts, functions):
    _only_known(source, place)
    return evaluate(source, contexts, {name: function for name, function in (functions or {}).items() if name == "hashfiles"})


def _only_known(source, place):
    foreign = contexts_named(source) - PLACES[place]
    if foreign:
        raise ExpressionError(f"`{'`, `'.join(sorted(foreign))}` cannot be asked in `{place}`: `{source.strip()}`")
