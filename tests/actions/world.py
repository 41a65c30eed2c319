"""What a run finds: the repository with its settings, the machine's surroundings, and where jobs may leave things."""

import dataclasses
import subprocess
from pathlib import Path

from .artifacts import Artifacts
from .document import WorkflowError
from .gate import Gate
from .triggers import starts
from .workflow import Workflow


@dataclasses.dataclass
class World:
    """A repository on GitHub, as far as its workflows see it."""

    name: str
    origin: Path
    folder: Path
    # Variables of the repository, and environments: {"aws-publish": {"vars": {…}, "branches": ["main"]}}.
    vars: dict
    environments: dict
    # What the machine of a job has: PATH, and the addresses of what stands for the rest of the world.
    surroundings: dict
    # What answers for GitHub's API.
    hub: object = None
    # The program that the reusable workflow `binary.yml` would have compiled.
    program: Path = None
    # What a job gets over all that its workflow says, by its name or its `runs-on`: what this machine cannot do.
    overrides: dict = dataclasses.field(default_factory=dict)
    id: int = 1296269
    owner_id: int = 583231
    default_branch: str = "main"
    # Folders of jobs stay, for people who look for a mistake.
    keeps_folders: bool = False

    def __post_init__(self):
        self.artifacts = Artifacts(self.folder / "artifacts")
        self.gate = Gate(self.name, self.origin, self.folder / "gate", self.hub)
        # Which certificates to believe is a setting of the machine.
        self.surroundings |= {name: str(self.gate.certificate) for name in ("GIT_SSL_CAINFO", "CURL_CA_BUNDLE")}
        self.runs = 0

    @property
    def owner(self):
        return self.name.split("/")[0]

    def override(self, job, runs_on):
        return self.overrides.get(runs_on, {}) | self.overrides.get(job, {})

    @property
    def pages(self):
        """The folder that is served."""
        return self.folder / "pages"

    def git(self, *arguments):
        """What git says about the repository."""
        command = ["git", "--git-dir", str(self.origin), *arguments]
        done = subprocess.run(command, capture_output=True, check=False, text=True)
        if done.returncode:
            raise WorkflowError(f"{command}: {done.stderr}")
        return done.stdout

    def file(self, commit, path):
        """A file of a commit, byte for byte."""
        return self.git("show", f"{commit}:{path}")

    def workflows(self, commit):
        """All workflows of a commit."""
        paths = self.git("ls-tree", "-r", "--name-only", commit, ".github/workflows/").split()
        return [Workflow(path, self.file(commit, path)) for path in paths if path.endswith((".yml", ".yaml"))]

    def started_by(self, event, commit):
        """The workflows of a commit that an event starts."""
        return [workflow for workflow in self.workflows(commit) if starts(workflow, event)]

    def next_run(self):
        self.runs += 1
        return 1_000_000 + self.runs
