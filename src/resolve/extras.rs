//! Rows that name an extra which the package does not have: a mistake that only the index can show.

use futures::StreamExt as _;

use super::run::UNKNOWN_EXTRA;
use super::{ResolveError, Resolver};
use crate::domain::{Glibc, LayerRequest, Runtime};
use crate::outside::OutsideError;
use crate::report::{Location, Problem};

const AT_ONCE: usize = 8;

/// A row with extras and a runtime to try it on.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct RowWithExtras {
    /// What the row asks for.
    pub request: LayerRequest,
    /// The file and the line where the row stands.
    pub location: Location,
    /// The runtime that it is tried for.
    pub runtime: Runtime,
    /// The C library of that runtime.
    pub glibc: Glibc,
}

impl Resolver {
    /// Tries each row and returns the problems of those whose extra does not exist. A row that cannot
    /// be resolved for another reason is not judged here.
    ///
    /// # Errors
    /// When the index cannot be reached.
    pub async fn unknown_extras(&self, rows: Vec<RowWithExtras>) -> Result<Vec<Problem>, OutsideError> {
        let tried = futures::stream::iter(rows).map(|row| async move {
            let result = self.resolve(&row.request, row.runtime, row.glibc).await;
            (row.location, result)
        });
        let mut problems = Vec::new();
        let mut tried = tried.buffer_unordered(AT_ONCE);
        while let Some((location, result)) = tried.next().await {
            match result {
                Err(ResolveError::Outside(error)) => return Err(error),
                Err(ResolveError::Package(failure)) if failure.code == UNKNOWN_EXTRA => {
                    problems.push(Problem::new(location, UNKNOWN_EXTRA, failure.reason, "look up the extras on the package's page, and mind their spelling"));
                }
                Err(ResolveError::Package(_)) | Ok(_) => {}
            }
        }
        Ok(problems)
    }
}
