//! `klayers doctor`: is everything here that a run needs?

use std::path::Path;

use super::context::Context;
use super::load::load;
use super::outcome::Outcome;
use crate::ledger::LEDGER_DIR;
use crate::outside::files;
use crate::outside::http::{Network, host};
use crate::outside::process::Program;
use crate::resolve::{Resolver, UV_VERSION, UvError};

/// Looks at everything that a run needs and says what is missing and how to get it.
#[derive(Debug, clap::Args)]
pub struct Args {}

/// One thing that was looked at.
struct Finding {
    what: &'static str,
    result: Result<String, String>,
    needed: bool,
}

pub async fn run(_args: &Args, context: &Context) -> anyhow::Result<Outcome> {
    let findings = [config(context), resolver(context).await, cache(context), git().await];
    for Finding { what, result, needed } in &findings {
        let (mark, said) = match (result, needed) {
            (Ok(said), _) => ("ok     ", said),
            (Err(said), true) => ("MISSING", said),
            (Err(said), false) => ("absent ", said),
        };
        println!("{mark} {what:<9} {said}");
    }
    let all_there = findings.iter().all(|finding| finding.result.is_ok() || !finding.needed);
    Ok(if all_there { Outcome::Done } else { Outcome::Problems })
}

fn config(context: &Context) -> Finding {
    let result = match load(context, Path::new(LEDGER_DIR)) {
        Err(error) => Err(format!("{error:#}")),
        Ok(loaded) if loaded.problems.has_errors() => Err("something is wrong in it: run `klayers check`".to_owned()),
        Ok(loaded) => Ok(loaded.catalog.map_or_else(String::new, |catalog| {
            format!("{} rows, {} active runtimes, {} active regions", catalog.rows.len(), catalog.active_runtimes().count(), catalog.active_regions().count())
        })),
    };
    Finding { what: "config", result, needed: true }
}

async fn resolver(context: &Context) -> Finding {
    let result = match Resolver::prepare(&context.cache_dir, &context.http).await {
        Ok(resolver) => {
            let hosts: Vec<String> = resolver.index().urls.iter().map(|url| host(url)).collect();
            let answers = if context.http.network() == Network::Online { "which answers" } else { "not asked" };
            Ok(format!(
                "uv {} at `{}`, index {} ({answers}), Python `{}`",
                resolver.uv().version,
                resolver.uv().program().display(),
                hosts.join(", "),
                resolver.uv().python()
            ))
        }
        Err(error @ (UvError::Fetch { .. } | UvError::NoPython { .. } | UvError::Outside(_))) => Err(format!("uv {UV_VERSION} or its index: {error}")),
    };
    Finding { what: "resolver", result, needed: true }
}

fn cache(context: &Context) -> Finding {
    let folder = &context.cache_dir;
    let result = files::create_dir(folder).and_then(|()| files::temporary_in(folder)).map_err(|error| format!("{error}: name another with `--cache-dir`"));
    let result = result.map(|_| format!("`{}`, at most {} MB of wheels", folder.display(), context.cache_max_bytes / 1_000_000));
    Finding { what: "cache", result, needed: true }
}

async fn git() -> Finding {
    let result = match Program::new("git").arguments(["--version"]).run().await {
        Ok(output) if output.succeeded() => Ok(output.stdout.trim().to_owned()),
        Ok(_) | Err(_) => Err("only `klayers check --base` needs it".to_owned()),
    };
    Finding { what: "git", result, needed: false }
}
