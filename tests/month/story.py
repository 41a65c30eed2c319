"""What happens, in order, and what must be seen from the outside after each step."""

import sys

from . import outside
from .outside import expect
from .service import OWNER, PullRequest

MONTHLY, DAILY = "7 2 1 * *", "41 4 * * *"
HEADER = "Package_Name,License,Authors/Maintainers\n"
PACKAGES = "pipeline/config/packages.csv"

# A pull request that asks for all there is, tries to use it, and leaves a report of 11 MB that is none.
MALLORY = """
name: packages
on: pull_request
permissions:
  contents: write
  id-token: write
  issues: write
  pull-requests: write
jobs:
  mallory:
    runs-on: ubuntu-24.04
    steps:
      - uses: actions/checkout@3d3c42e5aac5ba805825da76410c181273ba90b1
      - name: Try
        run: |
          test -z "${ACTIONS_ID_TOKEN_REQUEST_URL:-}${ACTIONS_ID_TOKEN_REQUEST_TOKEN:-}"
          if git push -q origin HEAD:refs/heads/main; then exit 3; fi
          words='{"body": "xxxx", "title": "xxxx"}'
          for path in issues issues/1/comments; do
            if curl -sf -H "Authorization: Bearer $TOKEN" -d "$words" "$GITHUB_API_URL/repos/$GITHUB_REPOSITORY/$path"; then exit 4; fi
          done
          head -c 11000000 /dev/zero | tr '\\0' x > report.json
        env:
          TOKEN: ${{ github.token }}
      - uses: actions/upload-artifact@043fb46d1a93c77aae656e7c1c64a875d1fc6a0a
        with:
          name: pr-report
          path: report.json
"""


class Story:
    """The fork, the account and the site. `plot` says which packages, runtimes and regions."""

    def __init__(self, service, account, site, plot):
        self.service, self.account, self.site, self.plot = service, account, site, plot
        self.rows, self.license, self.versions = list(plot.rows), "", 0

    def tell(self):
        """All of it. Each step may count on those before."""
        for step in (
            self.a_fork_becomes_a_service, self.the_first_layers_are_published_while_somebody_pushes, self.a_stranger_asks_for_a_package,
            self.what_they_asked_for_is_published, self.another_changes_the_workflow_too, self.a_day_without_news, self.a_month_later_there_is_a_new_version, self.a_role_cannot_be_assumed,
            self.a_maintainer_has_a_package_built_again, self.a_bad_version_is_withdrawn, self.years_later_the_old_versions_are_deleted, self.nothing_was_lost_and_nobody_had_too_much,
        ):
            print(f"== {step.__name__.replace('_', ' ')} ({self.service.world.surroundings['KLAYERS_NOW']})", file=sys.stderr)
            step()

    def at(self, now):
        """Every command from now on records this time."""
        self.service.world.surroundings["KLAYERS_NOW"] = now

    def a_fork_becomes_a_service(self):
        service, plot = self.service, self.plot
        self.at("2026-11-22T09:00:00Z")
        service.fork()
        service.beginning = [service.head()]
        arguments = [
            "init", "--prefix", plot.prefix, "--account", self.account.number, "--regions", ",".join(plot.regions), "--runtimes", ",".join(plot.pythons),
            "--catalogue", "empty", "--site", self.site.url, "--repository", service.world.name, "--staging-bucket", "none", "--yes",
        ]
        service.klayers(*arguments)
        plot.narrow(service.desk)
        self.write_rows()
        service.klayers("check")

    def the_first_layers_are_published_while_somebody_pushes(self):
        """Between the plan and the record somebody else pushes; both are there in the end."""
        service = self.service
        pushed = []

        def after(job):
            if job == "plan":
                pushed.append(service.push_quietly("NOTES.md", "Somebody was here.\n", "Notes"))

        event = service.push("Our own service")
        service.beginning.append(event.sha)
        [record] = service.run(event, after=after)
        expect(record, plan="success", build="success", attest="success", publish="success", record="success", deploy="success", incident="success")
        service.pull()
        assert (service.desk / "NOTES.md").exists() and pushed, "the competing commit is there"
        assert service.git("merge-base", "--is-ancestor", pushed[0], "HEAD") == ""
        self.published(len(self.rows))
        attested = next(job for job in record["jobs"] if job["job"] == "attest")["attested"]
        assert len(attested) == len(self.rows) * len(self.plot.runtimes), attested

    def a_stranger_asks_for_a_package(self):
        """A pull request of a fork is tried and told of in one comment, which its second push changes."""
        service, plot = self.service, self.plot
        pull = self.pull = PullRequest(service, "Eve", "patch-1")
        self.rows.append(plot.asked_for)
        for license, edits in (("", 0), ("MIT", 1)):
            event = pull.change(PACKAGES, self.csv(license), f"Add {plot.asked_for} {license}")
            tried, told = service.run(event)
            expect(tried, plan="success", build="success", report="success")
            expect(told, comment="success")
            [comment] = service.hub.comments_of(pull.number)
            assert comment["edits"] == edits, f"one comment, changed {edits} times:\n{comment['body']}"
            assert plot.asked_for in comment["body"] and "<!-- klayers" in comment["body"], comment["body"]
            head = service.hub.pulls[pull.number]["head"]
            states = [status["state"] for status in service.hub.statuses if status["sha"] == head]
            assert states[-1] == "success", f"{states}\n{comment['body']}"
            # Only what the change touches, and nothing that could publish.
            built = [job for job in tried["jobs"] if job["job"] == "build"]
            assert built and all(job["permissions"] == {"contents": "read"} for job in built)
        self.license = "MIT"

    def what_they_asked_for_is_published(self):
        service = self.service
        [record] = service.run(self.pull.merge())
        expect(record, plan="success", build="success", publish="success", record="success", deploy="success", incident="success")
        service.pull()
        self.published(1)
        new = [job["attested"] for job in record["jobs"] if job["job"] == "attest"][0]
        assert len(new) == len(self.plot.runtimes), f"only what is new is built: {new}"

    def another_changes_the_workflow_too(self):
        """The run of a fork is the fork's own: it gets nothing to use, and its report is told for what it is."""
        service = self.service
        pull = PullRequest(service, "Mallory", "patch-1")
        before = service.head()
        [tried, told] = service.run(pull.change(".github/workflows/packages.yml", MALLORY, "Trust me"))
        [job] = [job for job in tried["jobs"] if job["job"] == "mallory"]
        assert job["result"] == "success", outside.words(tried)
        assert not job["has-id-token"] and set(job["permissions"].values()) == {"read"}, job
        expect(told, comment="success")
        assert service.head() == before
        [comment] = service.hub.comments_of(pull.number)
        assert ".github/workflows/packages.yml" in comment["body"] and "xxxx" not in comment["body"], comment["body"]
        head = service.hub.pulls[pull.number]["head"]
        assert [status["state"] for status in service.hub.statuses if status["sha"] == head][-1] != "success"
        assert len(service.hub.comments_of(self.pull.number)) == 1, "the other pull request has no word of it"

    def a_day_without_news(self):
        """Nothing is committed and nothing deployed."""
        service = self.service
        self.at("2026-11-23T04:41:00Z")
        before = service.head()
        [record] = service.run(service.on_schedule(DAILY))
        expect(record, catch_up="success", expire="success", audit="success", record="success", deploy="skipped", incident="success")
        assert service.head() == before and not service.hub.dispatches
        [record] = service.run(service.asked_for({"packages": self.plot.changes, "dry-run": "true"}), only="publish")
        assert service.head() == before and record["conclusion"] == "success", outside.words(record)

    def a_month_later_there_is_a_new_version(self):
        service, plot = self.service, self.plot
        self.at("2026-12-01T02:07:00Z")
        plot.new_version(self)
        [record] = service.run(service.on_schedule(MONTHLY))
        expect(record, plan="success", build="success", publish="success", record="success", deploy="success", incident="success")
        service.pull()
        for runtime in plot.runtimes:
            for region in plot.regions:
                version, arn = self.site.latest(runtime, region)[plot.changes]
                assert version != plot.first_version and arn.endswith(":2"), (runtime, region, version, arn)
        self.published(1)
        # The run of the month was made, so no day catches it up.
        self.at("2026-12-02T04:41:00Z")
        [record] = service.run(service.on_schedule(DAILY))
        expect(record, catch_up="success", deploy="skipped")
        assert not service.hub.dispatches, service.hub.dispatches

    def a_role_cannot_be_assumed(self):
        """One issue is opened, and closed by the next run that goes well; nothing was recorded that is not there."""
        service = self.service
        variables = service.world.environments["aws-publish"]["vars"]
        right, variables["AWS_ROLE_ARN"] = variables["AWS_ROLE_ARN"], self.account.roles["aws-audit"]
        force = {"packages": self.plot.changes, "force": "true"}
        [record] = service.run(service.asked_for(force), only="publish")
        expect(record, build="success", attest="success", publish="failure", record="success", incident="success")
        assert self.incident()["state"] == "open", self.incident()
        variables["AWS_ROLE_ARN"] = right
        [record] = service.run(service.asked_for(force), only="publish")
        expect(record, publish="success", record="success", deploy="success", incident="success")
        assert self.incident()["state"] == "closed", self.incident()
        service.pull()
        self.published(1)

    def a_maintainer_has_a_package_built_again(self):
        """`/rebuild` in an issue starts a run, if GitHub says that its author may."""
        service, plot = self.service, self.plot
        number = service.hub.next
        service.hub.answer("POST", f"/repos/{service.world.name}/issues", {"title": "It does not import", "body": ""})
        words = f"/rebuild {plot.changes} {plot.runtimes[0]}"
        for author, starts in (("Eve", 0), (OWNER, 1)):
            [record] = service.run(service.commented(number, words, author))
            expect(record, rebuild="success")
            assert len(service.hub.dispatches) == starts, (author, service.hub.dispatches)
        [record] = service.dispatched()
        expect(record, build="success", publish="success", record="success", deploy="success")
        service.pull()
        self.published(1, runtimes=1)

    def a_bad_version_is_withdrawn(self):
        """The operator's own commit of the record starts a run, and the site falls back to the version before."""
        service, plot = self.service, self.plot
        self.at("2026-12-10T10:00:00Z")
        runtime, region = plot.runtimes[0], plot.regions[0]
        before = self.site.latest(runtime, region)[plot.changes]
        service.klayers("yank", plot.changes, "--runtime", runtime, "--reason", "It is bad")
        [record] = service.run(service.push("Yank"))
        expect(record, plan="success", record="success", deploy="success", incident="success")
        service.pull()
        after = self.site.latest(runtime, region)[plot.changes]
        assert after != before, after
        assert before[1] not in self.site.listed() and after[1] in self.site.listed()

    def years_later_the_old_versions_are_deleted(self):
        """What was replaced a year ago is first no longer listed, and deleted on the day after. The run of the month, which
        did not happen, is started by the day's."""
        service = self.service
        self.at("2028-03-02T04:41:00Z")
        before = self.account.layers(self.plot.regions, self.plot.prefix)
        service.pull()
        listed = self.deployed()
        [record] = service.run(service.on_schedule(DAILY))
        # What the listings of the day before still have is not deleted yet.
        expect(record, catch_up="success", expire="success", audit="success", record="success", deploy="success", incident="success")
        assert "still listed" in outside.log(record, "expire", "klayers expire")
        left = self.account.layers(self.plot.regions, self.plot.prefix)
        assert listed <= set(left) <= set(before), sorted(listed - set(left))
        [asked] = service.hub.dispatches
        assert asked["workflow"] == "publish.yml" and asked["ref"] in ("main", "refs/heads/main"), asked
        [record] = service.dispatched()
        expect(record, plan="success", build="skipped", publish="skipped", record="success", deploy="success", incident="success")
        self.at("2028-03-03T04:41:00Z")
        [record] = service.run(service.on_schedule(DAILY))
        expect(record, catch_up="success", expire="success", audit="success", record="success", deploy="success", incident="success")
        assert not service.hub.dispatches, "the month has its run now"
        after = self.account.layers(self.plot.regions, self.plot.prefix)
        assert after and set(after) < set(left), "old versions are gone"
        service.pull()
        assert self.deployed() <= set(after), "and nothing else"
        self.listed_is_there()
        incident = self.incident()
        assert incident["state"] == "closed", incident

    def nothing_was_lost_and_nobody_had_too_much(self):
        service = self.service
        recorded = outside.check_history(service)
        assert recorded >= 5, recorded
        ran = outside.check_jobs(service.records)
        assert ran >= 5, "the rule watches nothing"
        assert not service.hub.unknown, service.hub.unknown
        refused = {entry["job"].split("/")[1] for entry in service.world.gate.log if entry.get("refused")}
        assert refused == {"mallory"}, refused
        audiences = {entry["id-token"] for entry in service.world.gate.log if "id-token" in entry}
        assert audiences == {"sts.amazonaws.com"}, audiences
        pushed = {entry["push"].split("/")[-1] for entry in service.world.gate.log if "push" in entry}
        assert pushed == {"record"}, pushed
        service.pull()
        service.klayers("check")
        service.klayers("render", "--check")
        assert OWNER not in service.git("log", "--format=%an", "--author=bot", cwd=service.origin)

    def published(self, packages, runtimes=None):
        """So many packages have a new version for each runtime and region, and nothing else has: in the account, public, listed."""
        self.versions += packages * (runtimes or len(self.plot.runtimes)) * len(self.plot.regions)
        layers = self.account.layers(self.plot.regions, self.plot.prefix)
        private = sorted(arn for arn, public in layers.items() if not public)
        assert not private, f"not public: {private}"
        assert len(layers) == self.versions, f"{outside.warnings(self.service.records[-1])}\n{len(layers)} layer versions are in the account, and not {self.versions}: {sorted(layers)}"
        self.listed_is_there()

    def listed_is_there(self):
        layers = self.account.layers(self.plot.regions, self.plot.prefix)
        listed = self.site.listed()
        gone = sorted(listed - set(layers))
        assert listed and not gone, f"listed, and not in the account: {gone}"
        deployed = self.deployed()
        assert deployed and deployed <= listed, f"in deployments/ and not on the site: {sorted(deployed - listed)}"

    def deployed(self):
        """Every ARN in the listings of the branch, as the desk has it."""
        return {arn for path in (self.service.desk / "deployments").rglob("*.csv") for arn in outside.ARN.findall(path.read_text())}

    def incident(self):
        """The one issue that our own runs wrote."""
        [issue] = [issue for issue in self.service.hub.issues.values() if issue["labels"]]
        return issue

    def csv(self, license=""):
        """The rows; the last one, which a stranger asks for, with a licence."""
        return HEADER + "".join(f"{row},{license if row == self.plot.asked_for else ''},\n" for row in self.rows)

    def write_rows(self):
        self.service.write(PACKAGES, self.csv(self.license))
