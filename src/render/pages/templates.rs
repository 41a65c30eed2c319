//! The template engine, set up so that a template can be wrong only in ways that we can name.

use std::collections::BTreeMap;

use serde::Serialize;
use tera::{Context, ErrorKind, Tera};

use crate::render::RenderError;
use crate::render::escape::html;
use crate::render::sources::TEMPLATES_DIR;

/// Parsed templates. Everything that goes into one is escaped as HTML, unless it says `safe`.
pub struct Templates(Tera);

impl Templates {
    /// Parses all templates.
    ///
    /// # Errors
    /// When one does not parse or builds on one that does not exist.
    pub fn new(sources: &BTreeMap<String, String>) -> Result<Self, RenderError> {
        let mut tera = Tera::new();
        tera.autoescape_on([".html"]);
        tera.set_escape_fn(html);
        tera.add_raw_templates(sources.iter()).map_err(|error| failure("", &error))?;
        Ok(Self(tera))
    }

    /// The page that the template `name` makes of `context`.
    ///
    /// # Errors
    /// When there is no such template, or it asks for something that `context` does not have.
    pub fn render(&self, name: &str, context: &impl Serialize) -> Result<String, RenderError> {
        let context = Context::from_serialize(context).expect("contexts are plain data");
        self.0.render(name, &context).map_err(|error| failure(name, &error))
    }
}

fn failure(name: &str, error: &tera::Error) -> RenderError {
    let (file, reason) = match error.kind() {
        ErrorKind::SyntaxError(report) | ErrorKind::RenderingError(report) => (report.filename(), error.to_string()),
        ErrorKind::CircularExtend { tpl, .. } | ErrorKind::CircularInclude { tpl, .. } => (tpl.as_str(), error.to_string()),
        ErrorKind::MissingParent { current, .. } => (current.as_str(), error.to_string()),
        ErrorKind::TemplateNotFound(missing) => (missing.as_str(), "it does not exist".to_owned()),
        // The engine's own list may grow.
        _ => (name, error.to_string()),
    };
    let file = if file.is_empty() { name } else { file };
    RenderError::Template { file: format!("{TEMPLATES_DIR}/{file}"), reason }
}
