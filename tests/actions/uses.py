"""The actions that our workflows use, each with the inputs that are known here.

What is different from the real ones is said beside each: `actions/attest` signs nothing and tells nobody.
"""

import base64
import hashlib
import shutil
import subprocess

from .artifacts import ArtifactError
from .document import WorkflowError
from .globs import chosen


class StepFailed(Exception):
    """A step that did not do what it should."""


def use(job, name, given):
    """Does what an action does, and returns its outputs."""
    known = {
        "actions/checkout": (checkout, {"ref": "", "fetch-depth": "1", "persist-credentials": "true", "path": ".", "repository": ""}),
        "actions/upload-artifact": (
            upload_artifact,
            {"name": "artifact", "path": None, "if-no-files-found": "warn", "retention-days": "90", "compression-level": "6", "overwrite": "false",
             "include-hidden-files": "false"},
        ),
        "actions/download-artifact": (
            download_artifact,
            {"name": "", "path": ".", "pattern": "", "merge-multiple": "false", "run-id": "", "github-token": "", "repository": ""},
        ),
        "actions/attest": (attest, {"subject-path": "", "subject-checksums": ""}),
        "actions/upload-pages-artifact": (upload_pages, {"name": "github-pages", "path": "_site/", "retention-days": "1"}),
        "actions/deploy-pages": (deploy_pages, {"artifact_name": "github-pages"}),
    }
    if name not in known:
        raise WorkflowError(f"the action `{name}` is not known")
    function, inputs = known[name]
    foreign = set(given) - set(inputs)
    if foreign:
        raise WorkflowError(f"`{name}`: the inputs {sorted(foreign)} are not known")
    values = inputs | {key: value for key, value in given.items() if value != "" or inputs[key] is None}
    missing = [key for key, value in values.items() if value is None]
    if missing:
        raise WorkflowError(f"`{name}`: the inputs {missing} are missing")
    return function(job, values) or {}


def checkout(job, given):
    """A fetch of one commit into an empty folder, from the repository, as the real one does it."""
    world, event = job.world, job.event
    if given["repository"] not in ("", world.name):
        raise WorkflowError(f"`{given['repository']}` is another repository")
    folder = job.workspace / given["path"]
    if event.name == "workflow_run" and given["ref"] and given["ref"] == event.payload["workflow_run"]["head_sha"]:
        raise StepFailed("refused: this would check out what a pull request asks for, with this job's rights")
    ref = given["ref"] or event.sha
    for path in folder.iterdir() if folder.exists() else []:
        shutil.rmtree(path) if path.is_dir() and not path.is_symlink() else path.unlink()
    folder.mkdir(parents=True, exist_ok=True)
    git(job, folder, "init", "-q", "-b", "main", ".")
    git(job, folder, "remote", "add", "origin", f"{world.gate.url}/{world.name}")
    depth = [] if given["fetch-depth"] == "0" else [f"--depth={int(given['fetch-depth'])}"]
    branch = ref.removeprefix("refs/heads/") if ref.startswith("refs/heads/") else ""
    if not branch and not given["ref"] and event.ref.startswith("refs/heads/"):
        branch = event.ref.removeprefix("refs/heads/")
    place = f"refs/remotes/origin/{branch}" if branch else "refs/remotes/checkout"
    wanted = [f"+{ref}:{place}"] if given["fetch-depth"] != "0" else ["+refs/heads/*:refs/remotes/origin/*", f"+{ref}:{place}"]
    git(job, folder, "-c", "protocol.version=2", "fetch", "-q", "--no-tags", *depth, "origin", *dict.fromkeys(wanted))
    git(job, folder, "checkout", "-q", "--force", *(["-B", branch, place] if branch else ["--detach", place]))
    if given["persist-credentials"] == "true":
        secret = base64.b64encode(f"x-access-token:{job.token}".encode()).decode()
        git(job, folder, "config", f"http.{world.gate.url}/.extraheader", f"AUTHORIZATION: basic {secret}")
        job.record["keeps-token-in-git"] = True
    return {"ref": given["ref"], "commit": git(job, folder, "rev-parse", "HEAD").strip()}


def upload_artifact(job, given):
    try:
        files = chosen(given["path"], job.workspace, given["include-hidden-files"] == "true")
    except ValueError as error:
        raise StepFailed(str(error)) from error
    if not files:
        if given["if-no-files-found"] == "error":
            raise StepFailed(f"no file fits {given['path'].split()}")
        return {}
    digest = stored(job, lambda: job.world.artifacts.upload(job.run_id, given["name"], files, given["overwrite"] == "true"))
    job.record["uploads"].append({"name": given["name"], "files": sorted(files)})
    return {"artifact-id": digest[:8], "artifact-digest": digest, "artifact-url": f"{job.world.gate.url}/artifacts/{digest[:8]}"}


def download_artifact(job, given):
    if given["name"] and given["pattern"]:
        raise WorkflowError("`name` and `pattern` of `actions/download-artifact` exclude each other")
    run_id = job.run_id
    if given["run-id"] and str(given["run-id"]) != str(run_id):
        held = job.world.gate.tokens.get(given["github-token"], {}).get("permissions", {})
        if held.get("actions") not in ("read", "write"):
            raise StepFailed("the artifacts of another run want a token with `actions: read`")
        run_id = given["run-id"]
    target = job.workspace / given["path"]
    artifacts = job.world.artifacts
    names = [given["name"]] if given["name"] else artifacts.names(run_id, given["pattern"] or "*")
    for name in names:
        whole = given["name"] or given["merge-multiple"] == "true"
        stored(job, lambda name=name, place=target if whole else target / name: artifacts.download(run_id, name, place))
    job.record["downloads"] += names
    return {"download-path": str(target)}


def attest(job, given):
    """Only looks whether the subjects are there, and notes their SHA-256: there is nobody here who would sign."""
    needs(job, "attestations", "id-token")
    if bool(given["subject-path"]) == bool(given["subject-checksums"]):
        raise WorkflowError("`actions/attest` wants one of `subject-path` and `subject-checksums`")
    if given["subject-path"]:
        lines = "\n".join(part.strip() for line in given["subject-path"].splitlines() for part in line.split(","))
        found = {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in chosen(lines, job.workspace).values()}
    else:
        pairs = (line.split() for line in (job.workspace / given["subject-checksums"]).read_text().splitlines())
        found = {name.lstrip("*"): digest for digest, name in pairs}
    if not found:
        raise StepFailed("there is nothing to attest")
    if len(found) > 1024:
        raise StepFailed(f"{len(found)} subjects, where 1024 are the most")
    job.record["attested"] = found
    return {"attestation-id": str(job.run_id), "attestation-url": f"{job.world.gate.url}/attestations/{job.run_id}"}


def upload_pages(job, given):
    folder = job.workspace / given["path"]
    if not (folder / "index.html").is_file():
        raise StepFailed(f"`{given['path']}` has no index.html")
    links = [path for path in folder.rglob("*") if path.is_symlink()]
    if links:
        raise StepFailed(f"Pages take no links: {links}")
    files = chosen(given["path"], job.workspace)
    stored(job, lambda: job.world.artifacts.upload(job.run_id, given["name"], files))
    job.record["uploads"].append({"name": given["name"], "files": [f"{len(files)} of the site"]})


def deploy_pages(job, given):
    needs(job, "pages", "id-token")
    if job.record["environment"] != "github-pages":
        raise StepFailed("only the environment `github-pages` may deploy pages")
    world = job.world
    fresh = world.folder / "pages-next"
    shutil.rmtree(fresh, ignore_errors=True)
    stored(job, lambda: world.artifacts.download(job.run_id, given["artifact_name"], fresh))
    shutil.rmtree(world.pages, ignore_errors=True)
    fresh.rename(world.pages)
    job.record["deployed"] = True
    return {"page_url": world.vars.get("PAGES_URL", "http://127.0.0.1/")}


def needs(job, *scopes):
    """Refuses what GitHub would refuse the token of the job."""
    for scope in scopes:
        if job.permissions.get(scope) != "write":
            raise StepFailed(f"the job has no `{scope}: write`")


def stored(job, action):
    try:
        return action()
    except ArtifactError as error:
        raise StepFailed(str(error)) from error


def git(job, folder, *arguments):
    """git, with nothing of this machine but PATH."""
    env = {"PATH": job.world.surroundings["PATH"], "HOME": str(job.home), "GIT_CONFIG_NOSYSTEM": "1", "GIT_TERMINAL_PROMPT": "0", "GIT_SSL_CAINFO": str(job.world.gate.certificate)}
    done = subprocess.run(["git", "-c", "maintenance.auto=false", "-c", "init.templateDir=", *arguments], cwd=folder, env=env, capture_output=True, text=True, check=False)
    if done.returncode:
        raise StepFailed(f"git {' '.join(arguments[:2])}: {done.stderr.strip()}")
    return done.stdout


