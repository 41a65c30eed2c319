//! Config and ledger, read and checked: the beginning of nearly every command.

use std::collections::BTreeSet;
use std::path::Path;

use anyhow::Context as _;

use super::context::Context;
use super::extras::{add_unknown_extras, rows_with_extras};
use super::lost_versions::lost_versions;
use crate::config::{self, CONFIG_DIR, Catalog, RuntimeSpec};
use crate::domain::{printable, shown};
use crate::ledger::{self, LEDGER_DIR, Ledger};
use crate::report::{Location, Problem, Problems};
use crate::resolve::Resolver;
use crate::verify::elf::Image;

/// What was read.
#[derive(Debug)]
pub struct Loaded {
    /// What is right in config; nothing when `klayers.toml` cannot be understood.
    pub catalog: Option<Catalog>,
    /// What is right in the ledger.
    pub ledger: Ledger,
    /// Everything that is wrong.
    pub problems: Problems,
}

/// Reads config and the ledger in `ledger_dir` (relative to the root).
///
/// # Errors
/// When a file cannot be read at all.
pub fn load(context: &Context, ledger_dir: &Path) -> anyhow::Result<Loaded> {
    load_from(&context.root, ledger_dir)
}

/// The same, below any folder.
///
/// # Errors
/// When a file cannot be read at all.
pub fn load_from(root: &Path, ledger_dir: &Path) -> anyhow::Result<Loaded> {
    let config = config::read(root)?;
    let ledger = ledger::read(&root.join(ledger_dir), &ledger_dir.to_string_lossy())?;
    let mut problems = config.problems;
    problems.extend(ledger.problems);
    problems.extend(config.catalog.iter().flat_map(unknown_systems).collect::<Vec<_>>());
    problems.extend(config.catalog.iter().flat_map(|catalog| lost_versions(catalog, &ledger.ledger, ledger_dir)).collect::<Vec<_>>());
    Ok(Loaded { catalog: config.catalog, ledger: ledger.ledger, problems })
}

/// What a runtime's machine has must be known, or compiled files could not be judged.
fn unknown_systems(catalog: &Catalog) -> Vec<Problem> {
    let is_unknown = |spec: &&RuntimeSpec| Image::of(&spec.operating_system, spec.runtime.python, spec.runtime.architecture, spec.glibc).is_none();
    let unknown: BTreeSet<&str> = catalog.runtimes.iter().filter(is_unknown).map(|spec| spec.operating_system.as_str()).collect();
    let problem = |system: &str| {
        let message = format!("what the operating system `{}` has is not known", shown(system));
        Problem::new(Location::file(format!("{CONFIG_DIR}/klayers.toml")), "operating-system-unknown", message, "`AL2` and `AL2023` are known")
    };
    unknown.into_iter().map(problem).collect()
}

/// The catalogue and the ledger, or nothing when something is wrong with them, which is printed.
/// Warnings are printed too and do not stop anything.
///
/// # Errors
/// When a file cannot be read at all.
pub fn load_or_report(context: &Context, ledger_dir: &Path) -> anyhow::Result<Option<(Catalog, Ledger)>> {
    let loaded = load(context, ledger_dir)?;
    Ok(accept(context, loaded))
}

/// As [`load_or_report`], with the settings that the program was made with where there is no config at all.
///
/// # Errors
/// When a file cannot be read at all.
pub fn catalog_or_built_in(context: &Context) -> anyhow::Result<Option<(Catalog, Ledger)>> {
    if context.path(CONFIG_DIR).exists() { load_or_report(context, LEDGER_DIR.as_ref()) } else { Ok(Some((config::built_in(), Ledger::default()))) }
}

/// As [`load_or_report`], for commands that go on to resolve: with the resolver, which looks up extras
/// first, so that all mistakes in the rows are told at once. What is wrong with the data is told even when the
/// index cannot be reached.
///
/// # Errors
/// When a file cannot be read, or when the data is right and the index cannot be reached.
pub async fn load_and_look_up(context: &Context, ledger_dir: &Path) -> anyhow::Result<Option<(Catalog, Ledger, Resolver)>> {
    let mut loaded = load(context, ledger_dir)?;
    let looked_up = look_up(context, &loaded).await;
    let resolver = match looked_up {
        Ok((resolver, problems)) => {
            add_unknown_extras(&mut loaded, problems);
            resolver
        }
        Err(error) if loaded.problems.has_errors() => {
            context.say(format!("note: extras were not looked up: {}", printable(&format!("{error:#}"))));
            accept(context, loaded);
            return Ok(None);
        }
        Err(error) => return Err(error).context("nothing was changed; what is recorded and cached stays"),
    };
    Ok(accept(context, loaded).map(|(catalog, ledger)| (catalog, ledger, resolver)))
}

async fn look_up(context: &Context, loaded: &Loaded) -> anyhow::Result<(Resolver, Vec<Problem>)> {
    let resolver = context.resolver().await?;
    let sources = loaded.catalog.iter().flat_map(Catalog::source_builds).collect();
    let resolver = resolver.with_sources(sources);
    let problems = resolver.unknown_extras(rows_with_extras(loaded)).await?;
    Ok((resolver, problems))
}

fn accept(context: &Context, loaded: Loaded) -> Option<(Catalog, Ledger)> {
    context.print(&loaded.problems);
    if loaded.problems.has_errors() {
        context.say("nothing was done: mend the problems above first");
        return None;
    }
    loaded.catalog.map(|catalog| (catalog, loaded.ledger))
}
