//! Why the site cannot be made.

use crate::outside::OutsideError;

/// A template or a page of ours is wrong, or a file cannot be written.
#[derive(Debug, thiserror::Error)]
pub enum RenderError {
    /// A template does not parse, or asks for something that it is not given.
    #[error("`{file}` cannot be rendered: {reason}")]
    Template {
        /// Which, from the root of the project.
        file: String,
        /// What the template engine says of it.
        reason: String,
    },
    /// A page cannot be made from its Markdown.
    #[error("`{file}` is not a page: {reason}")]
    Page {
        /// Which, from the root of the project.
        file: String,
        /// What is wrong with it.
        reason: String,
    },
    /// Two sources would become one file.
    #[error("`{file}` would become `{path}`, which something else is already")]
    PathTaken {
        /// Which, from the root of the project.
        file: String,
        /// The file of the site.
        path: String,
    },
    /// A file cannot be put where it belongs.
    #[error(transparent)]
    Outside(#[from] OutsideError),
}
