//! What the search on the first page knows, in one small file that it fetches once. Its form is between the two of them and
//! promised to nobody.

use serde::Serialize;

use super::choices::Choices;
use crate::outside::OutsideError;
use crate::render::Sink;
use crate::render::view::View;

/// Where it is, from the top of the site.
pub const PATH: &str = "search.json";

/// The file.
#[derive(Debug, Serialize)]
struct SearchIndex<'a> {
    choices: Choices<'a>,
}

/// Puts the file.
///
/// # Errors
/// As the sink.
pub fn put(view: &View<'_>, sink: &dyn Sink) -> Result<(), OutsideError> {
    let index = SearchIndex { choices: Choices::new(view) };
    sink.put(PATH, &serde_json::to_vec(&index).expect("an index is plain data"))
}
