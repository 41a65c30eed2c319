"""What GitHub keeps beside git: pull requests, comments, issues, statuses, and the runs that were asked for. A fake.

Commits and changed files it takes from the repository itself, so that they are those of the branches. What it is asked
that it does not know is 404, and remembered.
"""

import re
import subprocess
import urllib.parse

BOT = {"login": "github-actions[bot]", "id": 41898282, "type": "Bot"}
PAGE = 100


class Hub:
    """The state of one repository."""

    def __init__(self, repository, origin, maintainers):
        self.repository, self.origin, self.maintainers = repository, origin, maintainers
        self.pulls, self.issues, self.comments, self.statuses, self.dispatches, self.unknown, self.url = {}, {}, {}, [], [], [], ""
        self.labels, self.runs, self.next = set(), [], 1

    def open_pull(self, owner, branch, head):
        """A pull request of somebody's fork, whose branch git has as `refs/pull/N/head`."""
        number = self.number()
        self.pulls[number] = {"number": number, "state": "open", "owner": owner, "branch": branch, "head": head}
        return number

    def answer(self, method, path, body):
        """The answer to a call: status, headers, value."""
        parts = urllib.parse.urlsplit(path)
        below = urllib.parse.unquote(parts.path).removeprefix(f"/repos/{self.repository}/")
        query = {name: values[0] for name, values in urllib.parse.parse_qs(parts.query).items()}
        for known, pattern, function in self.ROUTES:
            match = re.fullmatch(pattern, below)
            if match and known == method:
                found = function(self, query, body, *match.groups())
                if isinstance(found, list):
                    return self._page(found, parts, query)
                status, value = found if isinstance(found, tuple) else (200 if method == "GET" or method == "PATCH" else 201, found)
                return status, [], value
        self.unknown.append(f"{method} {path}")
        return 404, [], {"message": "Not Found"}

    def comments_of(self, number):
        """The comments of an issue or a pull request, the oldest first."""
        return [one for one in self.comments.values() if one["number"] == number]

    def pull(self, number):
        """A pull request as the API shows it."""
        pull = self.pulls[number]
        main = self._git("rev-parse", "refs/heads/main").strip()
        ours = {"full_name": self.repository, "name": self.repository.split("/")[1], "id": 1296269, "fork": False, "owner": {"login": self.repository.split("/")[0]}}
        theirs = {"full_name": f"{pull['owner']}/{ours['name']}", "name": ours["name"], "id": 7, "fork": True, "owner": {"login": pull["owner"]}}
        return {
            "id": 1000 + pull["number"], "number": pull["number"], "state": pull["state"], "url": f"{self.url}/pulls/{pull['number']}",
            "head": {"ref": pull["branch"], "sha": pull["head"], "label": f"{pull['owner']}:{pull['branch']}", "repo": theirs, "user": {"login": pull["owner"]}},
            "base": {"ref": "main", "sha": main, "label": f"{ours['owner']['login']}:main", "repo": ours, "user": ours["owner"]},
        }

    def _pulls_of_commit(self, _query, _body, sha):
        # GitHub knows a fork's commit by its pull request, and only the newest commit of one as its head.
        return [self.pull(pull["number"]) for pull in self.pulls.values() if sha in self._git("rev-list", f"refs/pull/{pull['number']}/head", "^refs/heads/main").split()]

    def _pulls(self, query, _body):
        found = [self.pull(pull["number"]) for pull in self.pulls.values() if query.get("state", "open") in ("all", pull["state"])]
        return [pull for pull in found if query.get("head") in (None, pull["head"]["label"])]

    def _one_pull(self, _query, _body, number):
        return self.pull(int(number)) if int(number) in self.pulls else (404, {"message": "Not Found"})

    def _files(self, _query, _body, number):
        lines = self._git("diff", "--name-status", f"refs/heads/main...refs/pull/{number}/head").splitlines()
        words = {"A": "added", "M": "modified", "D": "removed"}
        return [{"sha": "0" * 40, "filename": path, "status": words[status[0]], "additions": 1, "deletions": 0, "changes": 1} for status, path in (line.split("\t") for line in lines)]

    def _comments(self, _query, _body, number):
        return self.comments_of(int(number))

    def _add_comment(self, _query, body, number):
        comment = {"id": self.number(), "number": int(number), "body": body["body"], "user": BOT, "edits": 0}
        self.comments[comment["id"]] = comment
        return comment

    def _change_comment(self, _query, body, number):
        comment = self.comments[int(number)]
        comment["body"], comment["edits"] = body["body"], comment["edits"] + 1
        return comment

    def _status(self, _query, body, sha):
        self.statuses.append({"sha": sha, **body})
        return {"id": len(self.statuses), **body}

    def _statuses(self, _query, _body, sha):
        return [status for status in reversed(self.statuses) if status["sha"] == sha]

    def _issues(self, query, _body):
        labels = set(filter(None, query.get("labels", "").split(",")))
        found = [one for one in self.issues.values() if query.get("state", "open") in ("all", one["state"])]
        found = [one for one in found if labels <= {label["name"] for label in one["labels"]}]
        return [one for one in reversed(found) if query.get("creator", one["user"]["login"]) == one["user"]["login"]]

    def _add_issue(self, _query, body):
        number = self.number()
        labels = [{"name": name} for name in body.get("labels", [])]
        self.issues[number] = {"id": 5000 + number, "number": number, "state": "open", "title": body["title"], "body": body.get("body"), "user": BOT, "labels": labels}
        return self.issues[number]

    def _one_issue(self, _query, _body, number):
        return self.issues[int(number)] if int(number) in self.issues else (404, {"message": "Not Found"})

    def _change_issue(self, _query, body, number):
        self.issues[int(number)].update({key: value for key, value in body.items() if key in ("state", "title", "body", "state_reason")})
        return self.issues[int(number)]

    def _add_label(self, _query, body):
        known = body["name"] in self.labels
        self.labels.add(body["name"])
        return (422, {"message": "Validation Failed", "errors": [{"code": "already_exists"}]}) if known else body

    def _label(self, _query, _body, name):
        return {"name": name} if name in self.labels else (404, {"message": "Not Found"})

    def _dispatch(self, _query, body, workflow):
        self.dispatches.append({"workflow": workflow, "ref": body["ref"], "inputs": body.get("inputs") or {}})
        return 204, {}

    def _runs(self, _query, _body, workflow):
        found = [run for run in self.runs if run["path"].endswith("/" + workflow)]
        return {"total_count": len(found), "workflow_runs": found[:PAGE]}

    def _permission(self, _query, _body, user):
        return {"permission": "write" if user in self.maintainers else "read", "role_name": "maintain" if user in self.maintainers else "read", "user": {"login": user}}

    def _react(self, _query, body, number):
        return {"id": self.number(), "content": body["content"], "comment": int(number)}

    def _repository(self, _query, _body):
        return {"full_name": self.repository, "default_branch": "main", "private": False}

    ROUTES = (
        ("POST", r"issues/comments/(\d+)/reactions", _react),
        ("GET", r"commits/([0-9a-f]{40})/pulls", _pulls_of_commit),
        ("GET", r"commits/([0-9a-f]{40})/statuses", _statuses),
        ("GET", r"pulls", _pulls),
        ("GET", r"pulls/(\d+)", _one_pull),
        ("GET", r"pulls/(\d+)/files", _files),
        ("GET", r"issues/(\d+)/comments", _comments),
        ("POST", r"issues/(\d+)/comments", _add_comment),
        ("PATCH", r"issues/comments/(\d+)", _change_comment),
        ("POST", r"statuses/([0-9a-f]{40})", _status),
        ("GET", r"issues", _issues),
        ("POST", r"issues", _add_issue),
        ("GET", r"issues/(\d+)", _one_issue),
        ("PATCH", r"issues/(\d+)", _change_issue),
        ("POST", r"labels", _add_label),
        ("GET", r"labels/(.+)", _label),
        ("POST", r"actions/workflows/([\w.-]+)/dispatches", _dispatch),
        ("GET", r"actions/workflows/([\w.-]+)/runs", _runs),
        ("GET", r"collaborators/([\w-]+)/permission", _permission),
        ("GET", r"", _repository),
    )

    def _page(self, found, parts, query):
        size, page = min(int(query.get("per_page", 30)), PAGE), int(query.get("page", 1))
        headers = []
        if len(found) > page * size:
            following = urllib.parse.urlencode(query | {"page": page + 1})
            headers = [("Link", f'<{self.url}{parts.path}?{following}>; rel="next"')]
        return 200, headers, found[(page - 1) * size : page * size]

    def number(self):
        """One that nothing else has."""
        self.next += 1
        return self.next - 1

    def _git(self, *arguments):
        return subprocess.run(["git", "--git-dir", str(self.origin), *arguments], capture_output=True, check=True, text=True).stdout
