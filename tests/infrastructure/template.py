"""Reads a CloudFormation template and says what it makes, in any partition.

    python template.py TEMPLATE PARTITION [NAME=VALUE...]

prints the properties of every resource as JSON. It is for partitions, of which the emulators know `aws` alone; for that
one, roles.py holds it against what an emulator makes of the template. It knows the functions that our templates use and
stops at any other.
"""

import json
import re
import sys

import yaml

ACCOUNT = "000000000000"
REGIONS = {"aws": "eu-west-1", "aws-cn": "cn-north-1", "aws-us-gov": "us-gov-west-1"}
NO_VALUE = object()


def load(path):
    """The template in the long form, where `!Ref X` is `{"Ref": "X"}`."""
    with open(path, encoding="utf-8") as file:
        return yaml.load(file, Loader=_Loader)


class _Loader(yaml.SafeLoader):
    pass


def _long_form(loader, tag, node):
    if isinstance(node, yaml.ScalarNode):
        value = loader.construct_scalar(node)
        value = value.split(".", 1) if tag == "GetAtt" else value
    else:
        value = loader.construct_sequence(node, deep=True)
    return {tag if tag == "Ref" else f"Fn::{tag}": value}


_Loader.add_multi_constructor("!", _long_form)


def resources(template, partition, parameters):
    """The properties of each resource, by its name in the template."""
    stack = _Stack(template, partition, parameters)
    made = {name: resource for name, resource in template["Resources"].items() if stack.holds(resource.get("Condition"))}
    return {name: stack.value(resource["Properties"]) for name, resource in made.items()}


class _Stack:
    def __init__(self, template, partition, parameters):
        self.conditions = template.get("Conditions", {})
        self.resources = template["Resources"]
        declared = template["Parameters"]
        assert set(parameters) <= set(declared), f"no such parameters: {set(parameters) - set(declared)}"
        self.values = {name: parameters.get(name, parameter.get("Default")) for name, parameter in declared.items()}
        for name, parameter in declared.items():
            value = self.values[name]
            # CloudFormation, too, wants the whole value to match.
            assert value is not None and re.fullmatch(parameter.get("AllowedPattern", ".*"), str(value)), f"{name} is refused: {value!r}"
        self.values |= {"AWS::Partition": partition, "AWS::Region": REGIONS[partition], "AWS::AccountId": ACCOUNT, "AWS::NoValue": NO_VALUE, "AWS::StackName": "stack"}

    def holds(self, condition):
        return condition is None or self.value(self.conditions[condition])

    def value(self, node):
        if isinstance(node, list):
            return [value for value in map(self.value, node) if value is not NO_VALUE]
        if not isinstance(node, dict):
            return node
        if len(node) == 1:
            ((name, argument),) = node.items()
            if name == "Ref" or name.startswith("Fn::"):
                return self.call(name, argument)
        values = {name: self.value(value) for name, value in node.items()}
        return {name: value for name, value in values.items() if value is not NO_VALUE}

    def call(self, function, argument):
        match function:
            case "Ref":
                return self.named(argument)
            case "Fn::GetAtt":
                return self.named(".".join(argument))
            case "Fn::Sub":
                return re.sub(r"\$\{([^}]+)\}", lambda found: str(self.named(found[1])), argument)
            case "Fn::Equals":
                return self.value(argument[0]) == self.value(argument[1])
            case "Fn::Not":
                return not self.value(argument[0])
            case "Fn::If":
                return self.value(argument[1] if self.holds(argument[0]) else argument[2])
        raise NotImplementedError(function)

    def named(self, name):
        """The value of a parameter, or a word for a resource, which has its name only when it is made."""
        if name in self.values:
            return self.values[name]
        assert name.split(".")[0] in self.resources, f"nothing is called {name}"
        return f"<{name}>"


def main():
    path, partition, *arguments = sys.argv[1:]
    parameters = dict(argument.split("=", 1) for argument in arguments)
    print(json.dumps(resources(load(path), partition, parameters)))


if __name__ == "__main__":
    main()
