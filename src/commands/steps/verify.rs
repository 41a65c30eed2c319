//! Verifies the archives of a folder.

use std::path::Path;

use rayon::prelude::*;

use crate::commands::context::Context;
use crate::outside::progress::Unit;
use crate::report::Problem;
use crate::verify::{VerifiedArchive, names, verify};

/// Verifies every archive in `dist`. Returns each by its name, with its problems if it has any.
///
/// # Errors
/// When the folder cannot be read.
pub fn verify_all(context: &Context, dist: &Path) -> anyhow::Result<Vec<(String, Result<VerifiedArchive, Vec<Problem>>)>> {
    let names = names(dist)?;
    let stage = context.progress.stage("verify", names.len() as u64, Unit::Count("layers"));
    let verified = names.into_par_iter().map(|name| {
        let result = verify(dist, &name);
        stage.advance(1);
        (name, result)
    });
    Ok(tokio::task::block_in_place(|| verified.collect()))
}
