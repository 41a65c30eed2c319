"""Tells the story: `python -m month SETTINGS`, a file of JSON.

{"root": this repository, "folder": where all of it happens, "program": the binary, "aws": where ministack listens,
 "plot": "small" or "real", "surroundings": what a machine of GitHub has, "verbose": true or "all", "keeps": folders of jobs}
"""

import json
import shutil
import subprocess
import sys

from . import outside, plots
from .account import Account
from .service import Service
from .story import Story

NAME = "Octo/layers"


def is_there(python, path):
    """What is found may be a program that only forwards to a Python which is not active."""
    program = shutil.which(python, path=path)
    return program is not None and subprocess.run([program, "-c", ""], env={"PATH": path}, capture_output=True, check=False).returncode == 0


def main():
    with open(sys.argv[1], encoding="utf-8") as file:
        settings = json.load(file)
    plot = {"small": plots.Small, "real": plots.Real}[settings["plot"]]()
    surroundings = {"KLAYERS_NOW": "", "AWS_ENDPOINT_URL": settings["aws"], "UV_PYTHON_DOWNLOADS": "never"}
    surroundings |= settings["surroundings"] | plot.surroundings()
    # No Docker here: layers are imported in the strictest box that the machine allows. For arm64 there is no machine.
    here = {"KLAYERS_ISOLATION": "auto"}
    unseen = {"KLAYERS_IMPORT_TEST": "if-available"}
    overrides = {"ubuntu-24.04": here, "ubuntu-24.04-arm": here | unseen, "publish": unseen}
    missing = [python for python in plot.pythons if not is_there(f"python{python}", surroundings["PATH"])]
    if missing:
        print(f"Python {missing} is not here: bytecode and imports of it are left out", file=sys.stderr)
        overrides["build"] = here | unseen | {"KLAYERS_BYTECODE": "if-available"}
    environments = {name: {"vars": {}, "branches": ["main"]} for name in ("aws-publish", "aws-expire", "aws-audit", "github-pages")}
    service = Service(settings, NAME, environments, surroundings, overrides)
    account = Account(settings["aws"], service.world, plot.prefix)
    for environment, role in account.roles.items():
        environments[environment]["vars"]["AWS_ROLE_ARN"] = role
    site = outside.Site(settings["program"], service.world.pages)
    service.world.vars["PAGES_URL"] = site.url
    try:
        Story(service, account, site, plot).tell()
    finally:
        site.close()
        print(outside.table(service.records))
    print("the month went as it should")


if __name__ == "__main__":
    main()
