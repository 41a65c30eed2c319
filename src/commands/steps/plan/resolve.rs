//! Resolves rows, many at once.

use anyhow::Context as _;
use futures::StreamExt as _;

use crate::commands::context::Context;
use crate::config::{Catalog, Row};
use crate::domain::Failure;
use crate::outside::OutsideError;
use crate::outside::progress::Unit;
use crate::plan::Resolved;
use crate::resolve::{ResolveError, Resolver};

/// Processes of `uv` at once. They wait for the index most of the time.
const AT_ONCE: usize = 8;

/// Resolves each row. A row that cannot be resolved keeps its failure; the others go on.
///
/// # Errors
/// When the index stops answering altogether.
pub async fn resolve_rows<'a>(context: &Context, catalog: &Catalog, resolver: &Resolver, rows: Vec<&'a Row>) -> anyhow::Result<Vec<Resolved<'a>>> {
    let stage = context.progress.stage("resolve", rows.len() as u64, Unit::Count("packages"));
    let tasks = futures::stream::iter(rows).map(|row| {
        let glibc = catalog.runtime(row.runtime).expect("a row's runtime is in its catalogue").glibc;
        let stage = &stage;
        async move {
            let result = resolver.resolve(&row.request, row.runtime, glibc).await;
            stage.advance(1);
            (row, result)
        }
    });
    let mut tasks = tasks.buffered(AT_ONCE);
    let mut resolved = Vec::new();
    let mut unreachable_in_a_row = 0;
    let mut answered = false;
    let mut last_error = None;
    while let Some((row, result)) = tasks.next().await {
        let is_unreachable = matches!(result, Err(ResolveError::Outside(_)));
        unreachable_in_a_row = if is_unreachable { unreachable_in_a_row + 1 } else { 0 };
        answered |= !is_unreachable;
        let result = match result {
            Ok(resolution) => Ok(resolution),
            Err(ResolveError::Package(failure)) => Err(failure),
            Err(ResolveError::Outside(error)) => {
                let failure = failure(&error);
                last_error = Some(error);
                Err(failure)
            }
        };
        if unreachable_in_a_row == AT_ONCE {
            break;
        }
        resolved.push((row, result));
    }
    match last_error {
        Some(error) if unreachable_in_a_row == AT_ONCE || !answered => Err(error).context("resolving; nothing was recorded, and what is cached stays"),
        Some(_) | None => Ok(resolved),
    }
}

fn failure(error: &OutsideError) -> Failure {
    Failure::new("index-unreachable", error.to_string())
}
