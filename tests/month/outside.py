"""What somebody sees who has only the site, the account and the repository; and what the runs' own records tell."""

import json
import re
import subprocess
import urllib.request

# What runs the code of packages, in boxes.
RUNS_PACKAGES = re.compile(r"\bklayers (build|verify|run)\b")
ARN = re.compile(r"arn:aws:lambda:[a-z0-9-]+:\d{12}:layer:[A-Za-z0-9_-]+:\d+")


# Runs a program and ends its whole group when standard input does, which is when this process is gone.
UNTIL_INPUT_ENDS = '"$@" </dev/null & exec >/dev/null 2>&1; read -r _; kill -KILL 0'


class Site:
    """The folder that was deployed, served by `klayers serve`, which answers as Pages do, at an address that stays."""

    def __init__(self, program, folder):
        folder.mkdir(parents=True)
        (folder / "index.html").write_text("There is no site here yet.\n")
        command = ["sh", "-c", UNTIL_INPUT_ENDS, "sh", program, "serve", str(folder), "--port", "0"]
        pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.DEVNULL}
        self.process = subprocess.Popen(command, text=True, start_new_session=True, **pipes)
        self.url = self.process.stdout.readline().strip()

    def close(self):
        self.process.stdin.close()
        self.process.wait()

    def json(self, path):
        with urllib.request.urlopen(self.url + path) as answer:
            return json.load(answer)

    def latest(self, runtime, region):
        """What the older API says, which clients ask: the latest ARN of each package."""
        return {row["package"]: (row["packageVersion"], row["arn"]) for row in self.json(f"api/v2/{runtime}/layers/latest/{region}/")}

    def listed(self):
        """Every ARN that the site lists as usable."""
        found = set()
        for package in self.json("api/v3/packages.json")["data"]["packages"]:
            for runtime in self.json(package["path"])["data"]["runtimes"]:
                for release in runtime["releases"]:
                    for standing in release["standings"]:
                        if standing["state"] in ("latest", "deprecated"):
                            found |= set(ARN.findall(json.dumps(standing["regions"])))
        return found


def ledger_lines(service, commit):
    """Every line of the record at a commit, by file."""
    files = service.git("ls-tree", "-r", "--name-only", commit, "pipeline/ledger/", cwd=service.origin).splitlines()
    found = {}
    for path in files:
        if path.endswith("events.jsonl"):
            found[path] = service.git("show", f"{commit}:{path}", cwd=service.origin).splitlines()
    return found


def check_history(service):
    """No line of the record was lost or changed, by nobody, from the first commit on; the record's own commits are in one line."""
    commits = service.git("rev-list", "--reverse", "--first-parent", "refs/heads/main", cwd=service.origin).splitlines()
    before, recorded = {}, 0
    for commit in commits:
        now = ledger_lines(service, commit)
        parents, author = service.git("show", "-s", "--format=%p|%an", commit, cwd=service.origin).split("|")
        if "bot" in author:
            recorded += 1
            changed = service.git("diff", "--name-only", f"{commit}^", commit, cwd=service.origin).splitlines()
            foreign = [path for path in changed if not path.startswith(("pipeline/ledger/", "deployments/"))]
            assert len(parents.split()) == 1 and not foreign, f"{commit}: {parents} {foreign}"
        else:
            # The fork's first commits may empty what another service recorded.
            before = now if commit in service.beginning else before
        for path, lines in before.items():
            assert now.get(path, [])[: len(lines)] == lines, f"{commit}: lines of {path} are lost or were changed"
        before = now
    return recorded


def check_jobs(records):
    """No job that could change anything, or log in anywhere, ran the code of a package; no token is in a log."""
    ran = 0
    for record in records:
        for job in record["jobs"]:
            where = f"{record['workflow']}/{job['title']}"
            assert not job.get("leaks"), f"{where}: a token is in the log"
            steps = job["steps"] + [inner for step in job["steps"] for inner in step.get("steps", [])]
            if not any(RUNS_PACKAGES.search(step.get("run") or "") for step in steps if step["outcome"] != "skipped"):
                continue
            ran += 1
            holds = {scope: level for scope, level in job["permissions"].items() if (scope, level) != ("contents", "read")}
            assert not holds and not job["has-id-token"] and not job["environment"] and not job["keeps-token-in-git"], f"{where} may {holds}"
            handed = {name for step in steps for name in step.get("env", [])} & {"GITHUB_TOKEN", "GH_TOKEN", "AWS_ROLE_ARN"}
            assert not handed, f"{where} hands {handed} to a step"
    return ran


def expect(record, /, **results):
    """Asserts how jobs of a run ended, showing what was said when one ended in another way."""
    found = {name: record["results"][name.replace("_", "-")] for name in results}
    if found != results:
        raise AssertionError(f"{record['workflow']}: {found}, and not {results}\n{words(record)}")


def words(record):
    """What the steps said that failed."""
    said = []
    for job in record["jobs"]:
        for step in job["steps"]:
            if step.get("why"):
                said.append(f"--- {job['title']}: {step['name']}\n{step['why']}")
    return "\n".join(said)


def warnings(record):
    """What was annotated."""
    return "\n".join(f"{job['title']}: {one['message']}" for job in record["jobs"] for one in job.get("annotations", []))


def log(record, job, command):
    """What one command of a job said."""
    for one in record["jobs"]:
        if one["job"] == job:
            for step in one["steps"]:
                if command in (step.get("run") or ""):
                    return step.get("log", "")
    raise AssertionError(f"{record['workflow']}/{job} never ran `{command}`")


def table(records):
    """Seconds of every job of every run."""
    lines = [f"{'run':10} {'workflow':18} {'event':18} {'job':28} {'result':9} {'seconds':>8}"]
    for record in records:
        for job in record["jobs"]:
            lines.append(f"{record['run']:<10} {record['workflow']:18} {record['event']:18} {job['title'][:28]:28} {job['result']:9} {job.get('seconds', 0.0):8.1f}")
    return "\n".join(lines)
