# What is looked at, by the plain test and by the handler alike. Python 3.8 and later. Imports only what any
# interpreter has loaded before its first line, so that the time of a cold import is the package's own.
import os
import sys
import time

TEXT_MAX = 2000
SDK = ("boto3", "botocore", "s3transfer")
SDK_PARTS = ("urllib3", "jmespath", "dateutil", "six")


def import_all(names, at):
    before = len(sys.modules)
    began = time.perf_counter()
    for name in names:
        at("import", name)
        __import__(name)
    return time.perf_counter() - began, len(sys.modules) - before


def smoke(expression, names, at):
    # `None` is well: a call that only must not raise has no value.
    at("smoke", "")
    scope = {name.split(".")[0]: sys.modules[name.split(".")[0]] for name in names}
    value = eval(expression, scope)
    if value is not None and not value:
        raise AssertionError("the expression is " + repr(value)[:200])


def sdk(layer, at):
    # After the package and with the layer first on the path, so that what it shadows shows.
    found = []
    for name in SDK:
        at("sdk", name)
        found.append(describe(name, __import__(name), layer))
    at("sdk", "boto3")
    sys.modules["boto3"].client("s3", region_name="us-east-1")
    for name in SDK_PARTS:
        if name in sys.modules:
            found.append(describe(name, sys.modules[name], layer))
    return found


def describe(name, module, layer):
    version = getattr(module, "__version__", "")
    path = getattr(module, "__file__", None) or ""
    return name, str(version)[:100], "layer" if path.startswith(layer + "/") else "runtime"


def explain(error):
    # What a package raises may raise again when it is asked what it is.
    kind = type(error).__name__
    try:
        message = str(error)
    except BaseException:
        message = "(it cannot be printed)"
    missing = getattr(error, "name", None) if isinstance(error, ModuleNotFoundError) else None
    return kind[:200], message[:TEXT_MAX], missing[:200] if isinstance(missing, str) else ""


