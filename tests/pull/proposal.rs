//! A repository with a change to be merged, and the jobs of the workflow `packages`, each a process of its own.

use std::path::PathBuf;

use klayers::pull::{LayerOutcome, Report};

use crate::common::{Index, Ran, World, git};

/// A change to a repository, of which the base is committed.
pub struct Proposal {
    pub world: World,
}

impl Proposal {
    /// A catalogue with the rows `before`, and a change that makes them `after`.
    pub fn new(index: &Index, before: &[&str], after: &[&str]) -> Self {
        let world = World::with_index(before, index);
        world.write(".gitignore", "*\n!pipeline\n!pipeline/**\n");
        git(&world, &["init", "--quiet"]);
        git(&world, &["add", "pipeline"]);
        git(&world, &["commit", "--quiet", "--message", "base"]);
        world.packages(after);
        Self { world }
    }

    /// Runs a step as a workflow does: problems as annotations, values and words into files.
    pub fn step(&self, arguments: &[&str]) -> Ran {
        let mut command = self.world.command(arguments);
        command.env("KLAYERS_FORMAT", "github").env("GITHUB_OUTPUT", self.world.path("outputs")).env("GITHUB_STEP_SUMMARY", self.world.path("summary.md"));
        let output = command.output().unwrap();
        Ran {
            code: output.status.code(),
            stdout: String::from_utf8_lossy(&output.stdout).into_owned(),
            stderr: String::from_utf8_lossy(&output.stderr).into_owned(),
        }
    }

    /// The job `plan`.
    pub fn plan(&self, more: &[&str]) -> Ran {
        self.step(&[&["pr", "plan", "--base", "HEAD", "-o", "plan.json"], more].concat())
    }

    /// What the last steps gave out under a name.
    pub fn output(&self, name: &str) -> String {
        let outputs = self.world.read("outputs");
        let found = outputs.lines().rev().find_map(|line| line.strip_prefix(&format!("{name}=")));
        found.unwrap_or_else(|| panic!("no `{name}` in:\n{outputs}")).to_owned()
    }

    /// The names of the shards that the plan gave out.
    pub fn shards(&self) -> Vec<(u64, String)> {
        let shards: serde_json::Value = serde_json::from_str(&self.output("shards")).unwrap();
        let entry = |entry: &serde_json::Value| (entry["shard"].as_u64().unwrap(), entry["name"].as_str().unwrap().to_owned());
        shards.as_array().unwrap().iter().map(entry).collect()
    }

    /// The jobs `build`: each share in a folder of its own, of which all but the zips is kept for the report.
    pub fn build(&self) -> Vec<Ran> {
        let sha256 = self.output("plan-sha256");
        let mut ran = Vec::new();
        for (shard, name) in self.shards() {
            let dist = format!("checked/checked-{name}");
            ran.push(
                self.step(&["build", "--plan", "plan.json", "--plan-sha256", &sha256, "--shard", &shard.to_string(), "-o", &dist, "--allow-failures"]).exits(0),
            );
            ran.push(self.step(&["verify", &dist, "--allow-failures"]).exits(0));
            self.zips(&dist).iter().for_each(|zip| std::fs::remove_file(zip).unwrap());
        }
        ran
    }

    pub fn zips(&self, dist: &str) -> Vec<PathBuf> {
        let entries = std::fs::read_dir(self.world.path(dist)).unwrap().map(|entry| entry.unwrap().path());
        entries.filter(|path| path.extension().is_some_and(|end| end == "zip")).collect()
    }

    /// The job `report`.
    pub fn report(&self) -> Report {
        self.step(&["pr", "report", "checked", "--base", "HEAD", "--plan", "plan.json", "-o", "report.json"]).exits(0);
        klayers::pull::read(self.world.read("report.json").as_bytes()).unwrap()
    }
}

/// The layers of a report, each with what came of it.
pub fn outcomes(report: &Report) -> Vec<(String, String)> {
    let word = |outcome: &LayerOutcome| match outcome {
        LayerOutcome::Good(_) => "good".to_owned(),
        LayerOutcome::Failed(why) => why.code.as_str().to_owned(),
        LayerOutcome::NoResult => "no result".to_owned(),
    };
    report.layers.iter().map(|layer| (format!("{} {}", layer.package, layer.runtime), word(&layer.outcome))).collect()
}
