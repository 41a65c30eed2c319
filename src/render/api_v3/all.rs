//! The order in which the files are made.

use super::{arns, changes, dump, expiring, index, openapi, package, packages, region, runtime, schema, status};
use crate::outside::OutsideError;
use crate::render::Sink;
use crate::render::view::View;

/// Puts the whole API.
///
/// # Errors
/// As the sink.
pub fn put(view: &View<'_>, sink: &dyn Sink) -> Result<(), OutsideError> {
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
    openapi::put(sink)?;
    // Last: it leads to all others.
    index::put(view, &token, sink)
}
