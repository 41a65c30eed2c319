"""The workflows and actions of this repository hold nothing that the runner does not know."""

import unittest
from pathlib import Path

from .run import MATRIX_MAX
from .workflow import Action, Workflow

ROOT = Path(__file__).parents[2] / ".github"


class Ours(unittest.TestCase):
    def test_every_workflow_is_understood(self):
        paths = sorted(ROOT.glob("workflows/*.yml"))
        self.assertGreater(len(paths), 5)
        for path in paths:
            with self.subTest(path.name):
                workflow = Workflow(f".github/workflows/{path.name}", path.read_text())
                self.assertLessEqual(len(list(workflow.jobs)), MATRIX_MAX)

    def test_every_action_is_understood(self):
        for path in sorted(ROOT.glob("actions/*/action.yml")):
            with self.subTest(path.parent.name):
                Action(path.parent.name, path.read_text())


if __name__ == "__main__":
    unittest.main()
