//! The third version of the API: what the second lacks, for programs that are written today.
//!
//! Each file is one JSON object in an [`Envelope`](envelope), or lines of them. Fields are only ever added; those that may have no
//! value are there with `null`; lists are sorted; times are RFC 3339 in universal time and come from the data, never from the
//! clock, so that a file keeps its bytes until what it tells changes. The types here are the schema that is served with them.

mod arns;
mod changes;
mod dump;
mod envelope;
mod expiring;
mod index;
mod package;
mod packages;
mod paths;
mod region;
mod release;
mod runtime;
mod schema;
mod status;

use super::view::View;
use super::{RenderError, Sink};

pub use paths::{ENDPOINTS, Endpoint};
pub use schema::{Kind, schema};

/// Puts the whole API.
///
/// # Errors
/// As the sink.
pub fn api_v3(view: &View<'_>, sink: &dyn Sink) -> Result<(), RenderError> {
    let by_package = view.by_package();
    let (of_packages, of_layers) = rayon::join(|| package::put(view, &by_package, sink), || arns::put(view, sink));
    let token = index::SyncToken { packages: of_packages?, layers: of_layers? };
    runtime::put(view, sink)?;
    region::put(view, sink)?;
    packages::put(&by_package, sink)?;
    status::put(view, sink)?;
    changes::put(view, sink)?;
    expiring::put(view, sink)?;
    dump::put(view, sink)?;
    schema::put(sink)?;
    // Last: it leads to all others.
    index::put(view, &token, sink)?;
    Ok(())
}
