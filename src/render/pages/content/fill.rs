//! Puts facts into Markdown: `{{ retention }}`.
//!
//! What is filled in may stand anywhere: in a sentence, a link, a block of code. No way of escaping fits all of them, so
//! a value is refused that has a letter which means something in any.

use std::io;

use tera::{Context, Tera};

use super::Facts;
use crate::render::RenderError;
use crate::render::sources::CONTENT_DIR;

/// The text of `file` with its variables filled in.
///
/// # Errors
/// When it asks for something that there is not, or a value would not stay what it is.
pub fn fill(file: &str, text: &str, facts: &Facts) -> Result<String, RenderError> {
    let context = Context::from_serialize(facts).expect("facts are plain data");
    let mut tera = Tera::new();
    tera.autoescape_on([".md"]);
    tera.set_escape_fn(plain);
    let filled = tera.add_raw_template(file, text).and_then(|()| tera.render(file, &context));
    filled.map_err(|error| RenderError::Page { file: format!("{CONTENT_DIR}/{file}"), reason: reason(&error) })
}

fn plain(value: &str, out: &mut dyn io::Write) -> io::Result<()> {
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b" ,.:;/-_~%+!=".contains(&byte);
    if !value.bytes().all(is_plain) {
        return Err(io::Error::other(format!("a value has letters that mean something in Markdown: {value:?}")));
    }
    out.write_all(value.as_bytes())
}

/// What the engine says, with what is behind it.
fn reason(error: &tera::Error) -> String {
    let mut reason = error.to_string();
    let mut source = std::error::Error::source(error);
    while let Some(error) = source {
        reason += &format!(": {error}");
        source = error.source();
    }
    reason
}
