"""YAML as GitHub reads it: version 1.2, so that `on` and `yes` are texts, and no key twice in a mapping."""

import re

import yaml


class WorkflowError(Exception):
    """A workflow that GitHub would refuse, or that asks for what this runner does not know."""


class _Loader(yaml.SafeLoader):
    pass


_Loader.yaml_implicit_resolvers = {}
for _tag, _pattern, _first in (
    ("bool", r"true|True|TRUE|false|False|FALSE", "tTfF"),
    ("int", r"[-+]?[0-9]+", "-+0123456789"),
    ("float", r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?", "-+.0123456789"),
    ("null", r"~|null|Null|NULL|", "~nN\0"),
):
    _Loader.add_implicit_resolver(f"tag:yaml.org,2002:{_tag}", re.compile(rf"(?:{_pattern})\Z"), [*_first, ""] if _tag == "null" else [*_first])


def _mapping(loader, node):
    found = {}
    for key_node, value_node in node.value:
        key = loader.construct_object(key_node, deep=True)
        if not isinstance(key, (str, int, float)) or isinstance(key, bool) or key == "<<":
            raise WorkflowError(f"line {key_node.start_mark.line + 1}: `{key}` cannot be a key")
        if key in found:
            raise WorkflowError(f"line {key_node.start_mark.line + 1}: `{key}` is there twice")
        found[str(key)] = loader.construct_object(value_node, deep=True)
    return found


_Loader.add_constructor("tag:yaml.org,2002:map", _mapping)
# PyYAML reads 010 as eight and 1:30 as ninety; version 1.2 does not.
_Loader.add_constructor("tag:yaml.org,2002:int", lambda loader, node: int(loader.construct_scalar(node), 10))


def read(text, name):
    """A document whose outermost thing is a mapping."""
    try:
        document = yaml.load(text, _Loader)
    except yaml.YAMLError as error:
        raise WorkflowError(f"{name}: {error}") from error
    if not isinstance(document, dict):
        raise WorkflowError(f"{name}: a mapping is expected")
    return document
