//! Hands a plan to the machines that do it: a file, and what a workflow needs to start one job for each share. Later jobs
//! read the file and hold it to the hash that came to them on another way.

use std::path::Path;

use anyhow::Context as _;
use serde::{Deserialize, Serialize};

use crate::domain::{Architecture, Sha256, printable_path, shown};
use crate::outside::files::{self, Durability};
use crate::outside::step::Step;
use crate::plan::Plan;

/// Largest plan that is read: some hundred times the size of one for a catalogue in use.
const PLAN_MAX_BYTES: u64 = 256 << 20;
/// The form of plans that this program writes and reads.
const SCHEMA: u32 = 2;

/// What a matrix has of one share: nothing that a package or a row of the catalogue could choose.
#[derive(Debug, PartialEq, Eq, Serialize)]
struct MatrixEntry {
    shard: u32,
    name: String,
    runner: &'static str,
}

/// The part of a plan that every form of it has.
#[derive(Debug, Deserialize)]
struct Form {
    schema: u32,
}

/// Writes `plan` where the next step reads it and tells the workflow about it: whether there is `any` build, the `shards` and
/// the file's `plan-sha256`, which is also returned.
///
/// # Errors
/// When it cannot be written.
pub fn write_plan(plan: &Plan, path: &Path) -> anyhow::Result<Sha256> {
    let text = serde_json::to_string_pretty(plan)? + "\n";
    files::write_alone(path, text.as_bytes(), Durability::Process)?;
    let sha256 = Sha256::of(text.as_bytes());
    let any = if plan.builds.is_empty() { "false" } else { "true" };
    let shards = serde_json::to_string(&matrix(plan))?;
    Step::from_environment().output(&[("any", any), ("shards", &shards), ("plan-sha256", &sha256.to_string())])?;
    Ok(sha256)
}

/// Reads a plan. It must be the one with the hash `expected`, if there is one.
///
/// # Errors
/// When it cannot be read, is another plan, or is none.
pub fn read_plan(path: &Path, expected: Option<Sha256>) -> anyhow::Result<Plan> {
    let bytes = files::read(path, PLAN_MAX_BYTES)?;
    let shown_path = printable_path(path);
    if let Some(expected) = expected {
        let found = Sha256::of(&bytes);
        anyhow::ensure!(
            found == expected,
            "`{shown_path}` is not the plan that was made: its SHA-256 is {found} and was {expected}\nhelp: it was changed, or is of another run: make a new plan and start again from there"
        );
    }
    let reading = || format!("reading the plan `{shown_path}`");
    let form: Form = serde_json::from_slice(&bytes).with_context(reading)?;
    anyhow::ensure!(
        form.schema == SCHEMA,
        "the plan `{shown_path}` has the form {} and this program reads {SCHEMA}\nhelp: plan and build with the same version of klayers",
        form.schema
    );
    serde_json::from_slice(&bytes).map_err(|error| anyhow::anyhow!(shown(error.to_string()))).with_context(reading)
}

fn matrix(plan: &Plan) -> Vec<MatrixEntry> {
    let entry = |shard: &crate::plan::Shard| MatrixEntry {
        shard: shard.shard,
        name: format!("{}-{}", shard.architecture, shard.shard),
        runner: match shard.architecture {
            Architecture::X86_64 => "ubuntu-24.04",
            Architecture::Arm64 => "ubuntu-24.04-arm",
        },
    };
    plan.shards.iter().map(entry).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plan::{Scope, Shard};

    fn plan() -> Plan {
        let shard = |shard, architecture| Shard { shard, architecture, seconds: 9 };
        let shards = vec![shard(0, Architecture::X86_64), shard(1, Architecture::Arm64)];
        let (at, scope) = (jiff::Timestamp::UNIX_EPOCH, Scope::Part);
        Plan { schema: SCHEMA, at, scope, shards, builds: Vec::new(), settled: Vec::new(), left_out: Vec::new() }
    }

    #[test]
    fn a_share_runs_on_one_of_two_runners() {
        let expected = r#"[{"shard":0,"name":"x86_64-0","runner":"ubuntu-24.04"},{"shard":1,"name":"arm64-1","runner":"ubuntu-24.04-arm"}]"#;
        assert_eq!(serde_json::to_string(&matrix(&plan())).unwrap(), expected);
    }

    #[test]
    fn a_plan_that_is_another_or_none_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("plan.json");
        let sha256 = write_plan(&plan(), &path).unwrap();
        assert_eq!(read_plan(&path, Some(sha256)).unwrap(), plan());
        assert_eq!(read_plan(&path, None).unwrap(), plan());
        let text = std::fs::read_to_string(&path).unwrap();
        for (from, to, words) in [
            ("\"part\"", "\"whole\"", "is not the plan that was made"),
            ("\"schema\": 2", "\"schema\": 1", "has the form 1 and this program reads 2"),
            ("\"schema\": 2", "\"schema\": 2, \"extra\": 1", "unknown field `extra`"),
            ("{", "", "reading the plan"),
        ] {
            files::write(&path, text.replacen(from, to, 1).as_bytes(), Durability::Process).unwrap();
            let expected = (to == "\"whole\"").then_some(sha256);
            let error = format!("{:#}", read_plan(&path, expected).unwrap_err());
            assert!(error.contains(words), "{error}");
        }
    }
}
