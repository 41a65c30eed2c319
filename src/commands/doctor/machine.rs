//! What a run needs of the machine: configuration, uv and its index, a cache, Pythons.

use std::collections::BTreeSet;
use std::path::Path;

use super::finding::Finding;
use crate::commands::context::Context;
use crate::commands::load::load;
use crate::commands::steps::{CheckArgs, IsolationArg, Pythons};
use crate::config::{BuildSettings, built_in};
use crate::domain::{Need, PythonMinor};
use crate::ledger::LEDGER_DIR;
use crate::outside::files;
use crate::outside::http::{Network, host};
use crate::outside::process::Program;
use crate::outside::python::Interpreter;
use crate::outside::sandbox::probe;
use crate::resolve::{UV_VERSION, UvError};

/// Looks at all of it. Installs nothing.
///
/// # Errors
/// When the machine cannot be asked.
pub async fn machine(checks: &CheckArgs, context: &Context) -> anyhow::Result<Vec<Finding>> {
    let mut findings = vec![config(context), resolver(context).await, cache(context), git().await];
    findings.extend(pythons(checks, context).await?);
    Ok(findings)
}

fn config(context: &Context) -> Finding {
    let result = match load(context, Path::new(LEDGER_DIR)) {
        Err(error) => Err(format!("{error:#}")),
        Ok(loaded) if loaded.problems.has_errors() => Err("something is wrong in it: run `klayers check`".to_owned()),
        Ok(loaded) => Ok(loaded.catalog.map_or_else(String::new, |catalog| {
            format!("{} rows, {} active runtimes, {} active regions", catalog.rows.len(), catalog.active_runtimes().count(), catalog.active_regions().count())
        })),
    };
    Finding::needed("config", result)
}

async fn resolver(context: &Context) -> Finding {
    let result = match context.resolver().await {
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
    Finding::needed("resolver", result)
}

fn cache(context: &Context) -> Finding {
    let folder = &context.cache_dir;
    let result = files::create_dir(folder).and_then(|()| files::temporary_in(folder)).map_err(|error| format!("{error}: name another with `--cache-dir`"));
    let result = result.map(|_| format!("`{}`, at most {} MB of wheels", folder.display(), context.cache_max_bytes / 1_000_000));
    Finding::needed("cache", result)
}

async fn git() -> Finding {
    let result = match Program::new("git").arguments(["--version"]).run().await {
        Ok(output) if output.succeeded() => Ok(output.stdout.trim().to_owned()),
        Ok(_) | Err(_) => Err("only `klayers check --base` needs it".to_owned()),
    };
    Finding::wanted("git", result)
}

/// Which runtimes can be compiled and import-tested here.
async fn pythons(checks: &CheckArgs, context: &Context) -> anyhow::Result<Vec<Finding>> {
    let catalog = load(context, Path::new(LEDGER_DIR)).ok().and_then(|loaded| loaded.catalog).unwrap_or_else(built_in);
    let minors: BTreeSet<PythonMinor> = catalog.active_runtimes().map(|spec| spec.runtime.python).collect();
    // Looking installs nothing.
    let settings = BuildSettings { bytecode: Need::IfAvailable, import_test: Need::IfAvailable };
    let pythons = Pythons::find(context, checks, settings, minors.clone()).await?;
    let isolation = match checks.isolation {
        IsolationArg::Auto => probe().await.to_string(),
        IsolationArg::Path => "by path, with the network open".to_owned(),
        IsolationArg::Docker => "in AWS's image, by Docker".to_owned(),
    };
    let finding = |python: PythonMinor| {
        let machine = |interpreter: &Interpreter| interpreter.architecture.map_or_else(|| "pure layers alone".to_owned(), |machine| machine.to_string());
        let found = pythons.of(python).map(|interpreter| {
            format!("{} at `{}`: compiles; imports layers for {} {isolation}", interpreter.version, interpreter.program.display(), machine(interpreter))
        });
        let result = found.ok_or_else(|| format!("{}: its layers get no bytecode and are not imported", pythons.missing(python)));
        Finding::wanted(format!("python{python}"), result)
    };
    Ok(minors.into_iter().map(finding).collect())
}
