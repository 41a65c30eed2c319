//! The present catalogue, checked, beside that of another revision of the repository.

use std::path::Path;

use anyhow::Context as _;

use super::context::Context;
use super::extras::{add_unknown_extras, rows_with_extras};
use super::load::{Loaded, load, load_from};
use crate::domain::{printable, sentence, shown};
use crate::ledger::LEDGER_DIR;
use crate::outside::http::Network;
use crate::outside::process::{Output, Program};

/// Most that is repeated of what git says.
const SAID_MAX_CHARS: usize = 600;

/// What is there, and what was.
pub struct Compared {
    /// The present state. Problems that `base` has already are warnings.
    pub now: Loaded,
    /// The other revision, if one was asked for.
    pub base: Option<Loaded>,
}

/// Reads config and ledger, looks up extras where an index can be asked, and compares with the revision `base`.
///
/// # Errors
/// When a file cannot be read at all, or git does not know the revision.
pub async fn compare(base: Option<&str>, context: &Context) -> anyhow::Result<Compared> {
    let mut now = load(context, Path::new(LEDGER_DIR))?;
    let rows = rows_with_extras(&now);
    if !rows.is_empty() && context.http.network() == Network::Online {
        let count = rows.len();
        let looked_up = async { Ok::<_, anyhow::Error>(context.resolver().await?.unknown_extras(rows).await?) };
        match looked_up.await {
            Ok(problems) => add_unknown_extras(&mut now, problems),
            Err(error) => context.say(format!("note: the extras of {count} rows were not looked up: {}", printable(&format!("{error:#}")))),
        }
    }
    let Some(revision) = base else { return Ok(Compared { now, base: None }) };
    let base = load_revision(revision, context).await.with_context(|| format!("looking at `{}`", shown(revision)))?;
    now.problems.ratchet(&base.problems);
    Ok(Compared { now, base: Some(base) })
}

/// Another revision, checked out into a folder that is gone afterwards. Where it has no `pipeline` yet, nothing is in it.
async fn load_revision(revision: &str, context: &Context) -> anyhow::Result<Loaded> {
    anyhow::ensure!(!revision.starts_with('-'), "a revision does not start with `-`");
    let folder = tempfile::tempdir().context("making a temporary folder")?;
    let text = |path: &Path| path.display().to_string();
    let git = |arguments: Vec<String>| {
        Program::new("git")
            .arguments(["-C".to_owned(), text(&context.root), format!("--work-tree={}", text(folder.path()))])
            .arguments(arguments)
            .environment("GIT_INDEX_FILE", text(&folder.path().join(".index")))
            .run()
    };
    let said = |output: &Output| format!("git says: {}", sentence(&output.stderr, SAID_MAX_CHARS));
    let listed = git(vec!["ls-tree".to_owned(), "--name-only".to_owned(), revision.to_owned(), "pipeline".to_owned()]).await?;
    anyhow::ensure!(listed.succeeded(), "{}\nhelp: in a shallow clone, fetch that revision too", said(&listed));
    if !listed.stdout.trim().is_empty() {
        let checkout = git(["checkout", revision, "--", "pipeline"].map(str::to_owned).to_vec()).await?;
        anyhow::ensure!(checkout.succeeded(), "{}", said(&checkout));
    }
    load_from(folder.path(), Path::new(LEDGER_DIR))
}
