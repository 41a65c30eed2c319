//! Verifies the archives of a folder.

use std::path::Path;

use rayon::prelude::*;

use crate::commands::context::Context;
use crate::domain::Failure;
use crate::outside::progress::Unit;
use crate::report::Problem;
use crate::verify::{VerifiedArchive, verify};

/// An archive by its name, verified or with its problems.
pub type Checked = (String, Result<VerifiedArchive, Vec<Problem>>);

/// Verifies the archives `names` in `dist`.
///
/// # Errors
/// When the folder cannot be read.
pub fn verify_all(context: &Context, dist: &Path, names: Vec<String>) -> anyhow::Result<Vec<Checked>> {
    let stage = context.progress.stage("verify", names.len() as u64, Unit::Count("layers"));
    let verified = names.into_par_iter().map(|name| {
        let result = verify(dist, &name);
        stage.advance(1);
        (name, result)
    });
    Ok(tokio::task::block_in_place(|| verified.collect()))
}

/// What an archive with problems amounts to, for the record: the first of them.
pub fn refusal(problems: &[Problem]) -> Option<Failure> {
    let first = problems.first()?;
    let more = if problems.len() > 1 { format!(" (and {} more)", problems.len() - 1) } else { String::new() };
    Some(Failure::new(first.code, format!("{}{more}", first.message)))
}
