"""One job: a folder of its own that is gone afterwards, an environment that holds what GitHub gives, and its steps."""

import hashlib
import json
import os
import shutil
import signal
import subprocess
import time

from .commands import Files, Log
from .document import WorkflowError
from .expressions import ExpressionError, Strict, is_true, text_of
from .globs import chosen
from .templates import filled, holds
from .uses import StepFailed, use
from .workflow import Action

SHELLS = {None: ["bash", "-e", "{0}"], "bash": ["bash", "--noprofile", "--norc", "-eo", "pipefail", "{0}"]}
ARCHITECTURES = {"ubuntu-24.04": "X64", "ubuntu-24.04-arm": "ARM64", "ubuntu-slim": "X64"}
STEP_MINUTES = 360


class Job:
    """A job with one row of its matrix."""

    def __init__(self, run, workflow, name, title, contexts, permissions, matrix, strategy):
        self.run, self.world, self.event, self.run_id = run, run.world, run.event, run.run_id
        self.workflow, self.name, self.permissions = workflow, name, permissions
        self.definition = workflow.document["jobs"][name]
        self.contexts = contexts | {"matrix": Strict("`matrix`", matrix), "strategy": strategy}
        self.folder = run.folder / f"{len(run.record['jobs']):02}-{name}"
        self.workspace, self.home, self.temp = self.folder / "work", self.folder / "home", self.folder / "temp"
        self.record = {
            "job": name, "title": title, "matrix": matrix, "permissions": permissions, "environment": None, "has-id-token": False, "keeps-token-in-git": False,
            "result": "success", "seconds": 0.0, "outputs": {}, "uploads": [], "downloads": [], "annotations": [], "summary": "", "leaks": [], "steps": [],
        }
        self.added_path, self.added_env = [], {}

    def go(self):
        """Runs it to its end and returns its record."""
        began = time.monotonic()
        for folder in (self.workspace, self.home, self.temp, self.folder / "tools"):
            folder.mkdir(parents=True)
        self.runs_on = filled(self.definition["runs-on"], "jobs.runs-on", self.contexts)
        if self.runs_on not in ARCHITECTURES:
            raise WorkflowError(f"`{self.runs_on}` is no machine that is known")
        self.record["runs-on"] = self.runs_on
        self.minutes = filled(self.definition.get("timeout-minutes", STEP_MINUTES), "jobs.timeout-minutes", self.contexts)
        self.deadline = began + 60 * float(self.minutes)
        self._enter_environment()
        self.token = self.world.gate.token(self._called(), self.permissions)
        self.identity = self.world.gate.identity(self._claims()) if self.permissions.get("id-token") == "write" else None
        self.record["has-id-token"] = self.identity is not None
        self._fill_contexts()
        try:
            for number, step in enumerate(self.definition["steps"], 1):
                self._step(step, self.contexts, self.steps, "steps", number, self.record["steps"])
            outputs = filled(self.definition.get("outputs") or {}, "jobs.outputs", self.contexts, self._functions())
            self.record["outputs"] = {name: text_of(value) for name, value in outputs.items()}
            for name, value in self.record["outputs"].items():
                if self.token in value:
                    raise WorkflowError(f"the output `{name}` of `{self.name}` holds the token: GitHub would drop it")
            environment = self.definition.get("environment")
            if isinstance(environment, dict) and "url" in environment:
                self.record["url"] = filled(environment["url"], "jobs.environment.url", self.contexts)
        except (ExpressionError, WorkflowError) as error:
            raise WorkflowError(f"{self.workflow.path}: job `{self.name}`: {error}") from error
        finally:
            self.world.gate.end(self.token, self.identity)
            if not self.world.keeps_folders:
                shutil.rmtree(self.folder, ignore_errors=True)
        self.record["seconds"] = round(time.monotonic() - began, 2)
        return self.record

    def _enter_environment(self):
        environment = self.definition.get("environment")
        if environment is None:
            return
        name = filled(environment["name"] if isinstance(environment, dict) else environment, "jobs.environment", self.contexts)
        if name not in self.world.environments:
            raise WorkflowError(f"the environment `{name}` is not set up")
        allowed = self.world.environments[name].get("branches")
        if allowed is not None and self.event.ref not in [f"refs/heads/{branch}" for branch in allowed]:
            raise WorkflowError(f"the environment `{name}` does not let `{self.event.ref}` in")
        self.record["environment"] = name
        self.contexts = self.contexts | {"vars": self.world.vars | self.world.environments[name].get("vars", {})}

    def _claims(self):
        """Those of GitHub's id tokens, with numbers in `sub` as repositories of today have them."""
        world, event, environment = self.world, self.event, self.record["environment"]
        name = world.name.split("/")[1]
        what = f"environment:{environment}" if environment else "pull_request" if event.name == "pull_request" else f"ref:{event.ref}"
        claims = {
            "iss": "https://token.actions.githubusercontent.com", "sub": f"repo:{world.owner}@{world.owner_id}/{name}@{world.id}:{what}", "ref": event.ref,
            "repository": world.name, "repository_owner": world.owner, "repository_id": str(world.id), "repository_owner_id": str(world.owner_id),
            "sha": event.sha, "event_name": event.name, "workflow": self.run.workflow.name, "runner_environment": "github-hosted", "run_id": str(self.run_id),
            "workflow_ref": f"{world.name}/{self.run.workflow.path}@{event.ref}", "job_workflow_ref": f"{world.name}/{self.workflow.path}@{event.ref}",
            "job": self._called(), "iat": int(time.time()), "nbf": int(time.time()) - 600, "exp": int(time.time()) + 300,
        }
        return claims | ({"environment": environment} if environment else {})

    def _fill_contexts(self):
        self.steps = Strict("`steps`", {})
        architecture = ARCHITECTURES[self.runs_on]
        runner = {"os": "Linux", "arch": architecture, "name": "here", "temp": str(self.temp), "tool_cache": str(self.folder / "tools")}
        runner |= {"environment": "github-hosted"}
        github = self.contexts["github"] | {"token": self.token, "job": self.name, "workspace": str(self.workspace), "action_path": ""}
        self.contexts = self.contexts | {
            "github": Strict("`github`", github), "runner": Strict("`runner`", runner), "job": Strict("`job`", {"status": "success"}),
            "steps": self.steps, "secrets": Strict("`secrets`", {"GITHUB_TOKEN": self.token}),
        }
        (self.temp / "event.json").write_text(json.dumps(self.event.payload))
        self.base = self.world.surroundings | {
            "HOME": str(self.home), "TMPDIR": str(self.temp), "CI": "true", "GITHUB_ACTIONS": "true", "RUNNER_OS": "Linux", "RUNNER_ARCH": architecture,
            "RUNNER_TEMP": str(self.temp), "RUNNER_TOOL_CACHE": str(self.folder / "tools"), "GITHUB_WORKSPACE": str(self.workspace),
            "GITHUB_EVENT_PATH": str(self.temp / "event.json"), "GITHUB_JOB": self.name,
        }
        shared = ("repository", "repository_owner", "repository_id", "repository_owner_id", "event_name", "ref", "ref_name", "ref_type", "sha", "actor")
        shared += ("triggering_actor", "workflow", "workflow_ref", "workflow_sha", "run_id", "run_number", "run_attempt", "server_url", "api_url", "head_ref", "base_ref")
        self.base |= {f"GITHUB_{name.upper()}": text_of(github[name]) for name in shared}
        if self.identity:
            self.base["ACTIONS_ID_TOKEN_REQUEST_URL"] = f"{self.world.gate.plain_url}/id-token?api-version=2.0"
            self.base["ACTIONS_ID_TOKEN_REQUEST_TOKEN"] = self.identity
        own = filled(self.definition.get("env") or {}, "jobs.env", self.contexts)
        self.env = {name: text_of(value) for name, value in {**self.run.env_of(self.workflow, self.contexts), **own}.items()}

    def _functions(self):
        well = self.record["result"] == "success"
        return {
            "success": lambda: well, "failure": lambda: not well, "always": lambda: True, "cancelled": lambda: False, "hashfiles": self._hash_files,
        }

    def _hash_files(self, *patterns):
        files = sorted(chosen("\n".join(patterns), self.workspace, hidden=True).values())
        whole = hashlib.sha256(b"".join(hashlib.sha256(path.read_bytes()).digest() for path in files))
        return whole.hexdigest() if files else ""

    def _step(self, step, contexts, results, place, number, records):
        """Runs one step, of the job or of a composite action, and keeps what came of it. Returns whether it may go on."""
        label = step.get("name") or step.get("uses") or step["run"].splitlines()[0]
        record = {"name": label, "run": step.get("run"), "uses": step.get("uses"), "outcome": "skipped", "conclusion": "skipped", "seconds": 0.0}
        records.append(record)
        env = {**self.env, **self.added_env}
        contexts = contexts | {"env": env, "job": Strict("`job`", {"status": self.record["result"]})}
        try:
            runs = holds(step.get("if"), "steps.if" if place == "steps" else place, contexts, self._functions())
        except ExpressionError as error:
            raise WorkflowError(f"step {number}: {error}") from error
        outputs = {}
        if runs:
            began = time.monotonic()
            own = filled(step.get("env") or {}, place, contexts, self._functions())
            env |= {name: text_of(value) for name, value in own.items()}
            record["env"] = sorted(own)
            try:
                if "run" in step:
                    outputs = self._run(step, env, record, filled({"d": step.get("working-directory", ".")}, place, contexts)["d"])
                else:
                    given = filled(step.get("with") or {}, place, contexts, self._functions())
                    outputs = self._use(step["uses"], {name: text_of(value) for name, value in given.items()}, env, record, contexts)
                record["outcome"] = record["conclusion"] = "success"
            except StepFailed as failed:
                record["outcome"] = record["conclusion"] = "failure"
                record["why"] = str(failed)
                if is_true(filled(step.get("continue-on-error", False), place, contexts)):
                    record["conclusion"] = "success"
                else:
                    self.record["result"] = "failure"
            record["seconds"] = round(time.monotonic() - began, 2)
        if "id" in step:
            results[step["id"]] = {"outputs": outputs, "outcome": record["outcome"], "conclusion": record["conclusion"]}
        return record["conclusion"] != "failure"

    def _use(self, uses, given, env, record, contexts):
        if not uses.startswith("$/"):
            return use(self, uses.split("@")[0], given)
        folder = self.folder / "actions" / uses.removeprefix("$/")
        self.run.unpack(uses.removeprefix("$/"), folder)
        action = Action(uses, (folder / "action.yml").read_text())
        described = action.document.get("inputs") or {}
        if set(given) - set(described):
            raise WorkflowError(f"`{uses}` has no inputs {sorted(set(given) - set(described))}")
        missing = [name for name, one in described.items() if one.get("required") and not given.get(name)]
        if missing:
            raise StepFailed(f"`{uses}`: the inputs {missing} are empty")
        inputs = {name: given.get(name, text_of(one.get("default"))) for name, one in described.items()}
        results, before = Strict("`steps`", {}), self.env
        inner = contexts | {"inputs": Strict(f"inputs of `{uses}`", inputs), "steps": results}
        self.env = env | {"GITHUB_ACTION_PATH": str(folder)}
        record["steps"] = []
        held, self.record["result"] = self.record["result"], "success"
        try:
            for number, step in enumerate(action.document["runs"]["steps"], 1):
                self._step(step, inner, results, "action.steps", number, record["steps"])
            failed = self.record["result"] == "failure"
        finally:
            self.env, self.record["result"] = before, held
        if failed:
            raise StepFailed(next(step["why"] for step in record["steps"] if step.get("why")))
        values = {name: one["value"] for name, one in (action.document.get("outputs") or {}).items()}
        return {name: text_of(value) for name, value in filled(values, "action.outputs", inner).items()}

    def _run(self, step, env, record, folder):
        if step.get("shell") not in SHELLS:
            raise WorkflowError(f"the shell `{step['shell']}` is not known")
        files = Files(self.temp / "commands")
        script = files.folder / "script.sh"
        script.write_text(step["run"])
        env = self.base | env | files.environment() | self.world.override(self.name, self.runs_on)
        env["PATH"] = os.pathsep.join([*reversed(self.added_path), env["PATH"]])
        seconds = min(60 * float(step.get("timeout-minutes", STEP_MINUTES)), max(self.deadline - time.monotonic(), 0.0))
        command = [part.replace("{0}", str(script)) for part in SHELLS[step.get("shell")]]
        process = subprocess.Popen(
            command, cwd=self.workspace / folder, env=env, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, start_new_session=True
        )
        try:
            said, _ = process.communicate(timeout=seconds)
            code = process.returncode
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            said, _ = process.communicate()
            code = "out of time"
        log = Log(said.decode("utf-8", "replace"), [self.token, self.identity])
        record |= {"code": code, "log": log.text}
        self.record["annotations"] += log.annotations
        self.record["summary"] += files.text("GITHUB_STEP_SUMMARY")
        self.record["leaks"] += log.leaks
        self.run.tell(self, record)
        self.added_env |= files.values("GITHUB_ENV")
        self.added_path += files.text("GITHUB_PATH").splitlines()
        if log.refused:
            raise StepFailed(f"the commands {log.refused} are turned off")
        if code != 0:
            raise StepFailed(f"exit {code}: {log.text[-2000:]}")
        return log.outputs | files.values("GITHUB_OUTPUT")

    def _called(self):
        return f"{self.run_id}/{self.record['title']}"
