"""One run of a workflow: its jobs in order, and those of the workflows that it calls."""

import io
import subprocess
import sys
import tarfile

from .document import WorkflowError
from .expressions import ExpressionError, Strict, text_of
from .job import Job
from .reusable import BINARY, binary
from .templates import filled, holds
from .triggers import inputs
from .workflow import Workflow

MATRIX_MAX = 256


class Run:
    """A run. `after` is called with the name of each job that ended: other people act while a run goes on."""

    def __init__(self, world, workflow, event, commit, after=None, verbose=False):
        self.world, self.workflow, self.event, self.commit, self.after, self.verbose = world, workflow, event, commit, after, verbose
        self.run_id = world.next_run()
        self.folder = world.folder / "runs" / str(self.run_id)
        self.folder.mkdir(parents=True)
        self.record = {"workflow": workflow.name, "event": event.name, "run": self.run_id, "conclusion": None, "concurrency": None, "jobs": []}

    def go(self):
        """Runs it to its end and returns its record."""
        contexts = {"github": self._github(), "vars": self.world.vars, "inputs": self._inputs()}
        document = self.workflow.document
        self.record["concurrency"] = filled(document.get("concurrency"), "concurrency", contexts)
        filled(document.get("run-name", ""), "run-name", contexts)
        results = self._jobs(self.workflow, contexts, "", [], None)
        found = {result["result"] for result in results.values()}
        self.record["conclusion"] = "failure" if "failure" in found else "cancelled" if "cancelled" in found else "success"
        self.record["results"] = {name: result["result"] for name, result in results.items()}
        return self.record

    def env_of(self, workflow, contexts):
        """The environment of all jobs of a workflow."""
        return filled(workflow.document.get("env") or {}, "env", contexts)

    def unpack(self, path, folder):
        """A folder of the commit that the workflow is of."""
        archive = subprocess.run(["git", "--git-dir", str(self.world.origin), "archive", f"{self.commit}:{path}"], capture_output=True, check=False)
        if archive.returncode:
            raise WorkflowError(f"`{path}` is not in the commit of the workflow")
        with tarfile.open(fileobj=io.BytesIO(archive.stdout)) as tar:
            tar.extractall(folder, filter="data") if hasattr(tarfile, "data_filter") else tar.extractall(folder)

    def tell(self, job, step):
        """Shows a step that ended, to people who watch."""
        if self.verbose:
            print(f"  {job.record['title']}: {step['name']} → {step['code']}", file=sys.stderr)
            if self.verbose == "all" or step["code"] != 0:
                print("".join(f"    | {line}\n" for line in step["log"].splitlines()), file=sys.stderr, end="")

    def _jobs(self, workflow, contexts, prefix, outer, allowed):
        """All jobs of one workflow. `outer` has the results before the job that calls it, `allowed` its permissions."""
        results = {}
        for name, job in workflow.jobs.items():
            chain = [results[one]["result"] for one in workflow.ancestors(name)] + outer
            needs = {one: self._need(one, results[one], workflow) for one in workflow.needs(name)}
            own = contexts | {"needs": Strict("`needs`", needs)}
            # GitHub asks the whole chain, not the next jobs alone: one that was skipped long before is no success.
            functions = {
                "success": lambda chain=chain: all(result == "success" for result in chain), "always": lambda: True, "cancelled": lambda: False,
                "failure": lambda chain=chain: "failure" in chain,
            }
            try:
                runs = holds(job.get("if"), "jobs.if", own, functions)
                results[name] = self._job(workflow, name, own, prefix, chain, allowed) if runs else self._skipped(name, prefix)
            except ExpressionError as error:
                raise WorkflowError(f"{workflow.path}: job `{name}`: {error}") from error
            if self.after:
                self.after(prefix + name)
        return results

    def _job(self, workflow, name, contexts, prefix, chain, allowed):
        definition = workflow.document["jobs"][name]
        permissions = self._permissions(workflow, name, allowed)
        if "uses" in definition:
            return self._call(definition, name, contexts, prefix, chain, permissions)
        rows, fails_fast = self._matrix(definition, contexts)
        result, outputs = "success", {}
        if rows is None:
            self.record["jobs"].append({"job": prefix + name, "title": prefix + name, "result": "failure", "why": "the matrix is empty", "steps": []})
            return {"result": "failure", "outputs": {}}
        for index, row in enumerate(rows):
            strategy = {"fail-fast": fails_fast, "job-index": index, "job-total": len(rows), "max-parallel": len(rows)}
            title = prefix + text_of(filled(definition.get("name", name), "jobs.name", contexts | {"matrix": row, "strategy": strategy}))
            if result == "failure" and fails_fast:
                self.record["jobs"].append({"job": prefix + name, "title": title, "result": "cancelled", "steps": []})
                continue
            filled(definition.get("concurrency"), "jobs.concurrency", contexts | {"matrix": row, "strategy": strategy})
            record = Job(self, workflow, name, title, contexts, permissions, row, strategy).go()
            record["job"] = prefix + name
            self.record["jobs"].append(record)
            if record["result"] == "failure":
                result = "failure"
            outputs |= {key: value for key, value in record["outputs"].items() if value or key not in outputs}
        return {"result": result, "outputs": outputs}

    def _call(self, definition, name, contexts, prefix, chain, permissions):
        path = definition["uses"].removeprefix("$/")
        called = Workflow(path, self.world.file(self.commit, path))
        if "workflow_call" not in called.events:
            raise WorkflowError(f"`{path}` is not made to be called")
        described = called.events["workflow_call"] or {}
        given = filled(definition.get("with") or {}, "jobs.with", contexts)
        declared = described.get("inputs") or {}
        missing = [key for key, one in declared.items() if one.get("required") and key not in given]
        if set(given) - set(declared) or missing:
            raise WorkflowError(f"`{path}` has other inputs: {sorted(set(given) - set(declared))} are not known, {missing} are missing")
        if path == BINARY and self.world.program:
            self.record["jobs"].append({"job": prefix + name, "title": prefix + name, "result": "success", "replaced": True, "steps": []})
            return {"result": "success", "outputs": binary(self)}
        values = {key: given.get(key, one.get("default", "")) for key, one in declared.items()}
        inner = {"github": contexts["github"], "vars": self.world.vars, "inputs": Strict(f"inputs of `{path}`", values)}
        results = self._jobs(called, inner, f"{prefix}{name} / ", chain, permissions)
        found = {result["result"] for result in results.values()}
        result = next((one for one in ("failure", "cancelled", "success") if one in found), "skipped")
        outputs = {key: one["value"] for key, one in (described.get("outputs") or {}).items()}
        jobs = {key: {"result": one["result"], "outputs": one["outputs"]} for key, one in results.items()}
        if any("jobs." not in value for value in outputs.values()):
            raise WorkflowError(f"an output of `{path}` is of no job")
        # Its own context is for here alone, and asked nowhere else.
        return {"result": result, "outputs": {key: text_of(filled(value.replace("jobs.", "needs."), "jobs.with", {"needs": jobs})) for key, value in outputs.items()}}

    def _permissions(self, workflow, name, allowed):
        permissions = workflow.permissions(name)
        if self.event.is_from_a_fork:
            permissions = {scope: "read" for scope in permissions if scope != "id-token"}
        for scope, level in permissions.items():
            if allowed is not None and (allowed.get(scope) is None or (level == "write" and allowed[scope] == "read")):
                raise WorkflowError(f"{workflow.path}: job `{name}` wants `{scope}: {level}`, which the job that calls it has not")
        return permissions

    def _matrix(self, definition, contexts):
        """The rows, or nothing when one of its lists is empty, which GitHub takes for a failure."""
        strategy = filled(definition.get("strategy") or {}, "jobs.strategy", contexts)
        matrix = strategy.get("matrix")
        if matrix is None:
            return [{}], True
        if "exclude" in matrix or ("include" in matrix and len(matrix) > 1):
            raise WorkflowError("a matrix with exceptions is not known here")
        rows = [{}]
        for key, values in matrix.items():
            if not isinstance(values, list):
                raise WorkflowError(f"`{key}` of a matrix is no list: `{values}`")
            if not values:
                return None, True
            rows = values if key == "include" else [row | {key: value} for row in rows for value in values]
        if len(rows) > MATRIX_MAX:
            raise WorkflowError(f"a matrix of {len(rows)} jobs, where {MATRIX_MAX} are the most")
        return rows, strategy.get("fail-fast", True)

    def _skipped(self, name, prefix):
        self.record["jobs"].append({"job": prefix + name, "title": prefix + name, "result": "skipped", "steps": []})
        return {"result": "skipped", "outputs": {}}

    def _need(self, name, result, workflow):
        definition = workflow.document["jobs"][name]
        outputs = dict(result["outputs"])
        for output in definition.get("outputs") or {}:
            outputs.setdefault(output, "")
        if "uses" in definition:
            path = definition["uses"].removeprefix("$/")
            called = Workflow(path, self.world.file(self.commit, path))
            for output in (called.events.get("workflow_call") or {}).get("outputs") or {}:
                outputs.setdefault(output, "")
        return {"result": result["result"], "outputs": Strict(f"outputs of `{name}`", outputs)}

    def _inputs(self):
        # In a run that no form started there are none, and asking gives nothing.
        return Strict("`inputs`", inputs(self.workflow, self.event)) if self.event.name == "workflow_dispatch" else {}

    def _github(self):
        world, event = self.world, self.event
        pull = event.payload.get("pull_request") or {}
        named = event.ref.split("/", 2)[-1]
        return {
            "token": "", "job": "", "workspace": "", "action_path": "", "event": event.payload, "event_name": event.name, "ref": event.ref, "ref_name": named,
            "ref_type": "tag" if event.ref.startswith("refs/tags/") else "branch", "sha": event.sha, "repository": world.name, "repository_owner": world.owner,
            "repository_id": str(world.id), "repository_owner_id": str(world.owner_id), "actor": event.actor, "triggering_actor": event.actor,
            "workflow": self.workflow.name, "workflow_ref": f"{world.name}/{self.workflow.path}@{event.ref}", "workflow_sha": self.commit,
            "run_id": str(self.run_id), "run_number": str(world.runs), "run_attempt": "1", "server_url": world.gate.url, "api_url": f"{world.gate.plain_url}/api",
            "head_ref": pull.get("head", {}).get("ref", ""), "base_ref": pull.get("base", {}).get("ref", ""),
        }
