"""The artifacts of all runs: a folder. The only thing but outputs that jobs of a run share.

As on GitHub a file has a name and bytes here: what it may do is lost, and a link is what it leads to.
"""

import hashlib
import re
import shutil
from pathlib import Path

from .globs import matches

REFUSED = re.compile(r'["\r\n:<>|*?\\/]')


class ArtifactError(Exception):
    """What GitHub would refuse, too."""


class Artifacts:
    """Those of all runs, by the number of the run and the name."""

    def __init__(self, folder):
        self.folder = Path(folder)

    def upload(self, run_id, name, files, overwrite=False):
        """Keeps files under their names in the artifact, and tells the SHA-256 of all of it."""
        if not name or REFUSED.search(name) or name in (".", ".."):
            raise ArtifactError(f"an artifact cannot be called `{name}`")
        for inner in files:
            if Path(inner).is_absolute() or ".." in Path(inner).parts:
                raise ArtifactError(f"`{inner}` is outside of the artifact")
        place = self._place(run_id) / name
        if place.exists():
            if not overwrite:
                raise ArtifactError(f"there is an artifact `{name}` already; it can be overwritten, not added to")
            shutil.rmtree(place)
        place.mkdir(parents=True)
        whole = hashlib.sha256()
        for inner, path in sorted(files.items()):
            target = place / inner
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(path, target)
            whole.update(inner.encode() + b"\0" + hashlib.sha256(target.read_bytes()).digest())
        return whole.hexdigest()

    def names(self, run_id, pattern="*"):
        """The artifacts of a run whose names fit."""
        place = self._place(run_id)
        return sorted(path.name for path in place.iterdir() if matches(pattern, path.name)) if place.exists() else []

    def files(self, run_id, name):
        """The files of one, by their names in it."""
        place = self._place(run_id) / name
        if not place.is_dir():
            raise ArtifactError(f"there is no artifact `{name}`, only {self.names(run_id)}")
        return {str(path.relative_to(place)): path for path in sorted(place.rglob("*")) if path.is_file()}

    def download(self, run_id, name, target):
        """Puts the files of one into a folder, over what is there."""
        for inner, path in self.files(run_id, name).items():
            place = Path(target) / inner
            place.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(path, place)

    def _place(self, run_id):
        return self.folder / str(run_id)
