"""Lets cdk-klayers, unmodified but for its base URL, choose a layer for each function of a stack.

    stack.py OUTPUT < CASES

A case has a base URL, a runtime as people write it, a region (or null: the stack's), a package and a version. Prints for
each the layers that the synthesised template gives to its function, or the name of the error.
"""

import json
import pathlib
import sys

import aws_cdk
import constructs
from aws_cdk import aws_lambda
from cdk_klayers import Klayers

cases = json.load(sys.stdin)
app = aws_cdk.App(outdir=sys.argv[1])
stack = aws_cdk.Stack(app, "Stack", env=aws_cdk.Environment(account="111122223333", region="us-east-1"))


def function(number, case):
    """A function with the layer that was asked for."""
    # One stack cannot have the same thing twice.
    scope = constructs.Construct(stack, f"Case{number}")
    Klayers.base_url = case["base_url"]
    klayers = Klayers(stack, python_version=aws_lambda.Runtime(case["runtime"]), region=case["region"] or False)
    layer = klayers.layer_version(scope, package=case["package"], layer_version=case["version"])
    aws_lambda.Function(
        scope,
        "Function",
        function_name=f"function-{number}",
        runtime=aws_lambda.Runtime.PYTHON_3_13,
        architecture=aws_lambda.Architecture.ARM_64 if case["runtime"].endswith("-arm64") else aws_lambda.Architecture.X86_64,
        code=aws_lambda.Code.from_inline("def handler(event, context): pass"),
        handler="index.handler",
        layers=[layer],
    )


errors = {}
for number, case in enumerate(cases):
    try:
        function(number, case)
    except Exception as error:
        errors[number] = type(error).__name__
app.synth()

template = json.loads(pathlib.Path(sys.argv[1], "Stack.template.json").read_text())
functions = [resource["Properties"] for resource in template["Resources"].values() if resource["Type"] == "AWS::Lambda::Function"]
layers = {properties["FunctionName"]: properties["Layers"] for properties in functions}
print(json.dumps([errors.get(number) or layers[f"function-{number}"] for number in range(len(cases))]))
