//! An address of the document: what is asked, and what is answered.

use std::collections::BTreeSet;

use serde::Serialize;
use serde_json::Value;

use super::form::{self, Form};
use super::shape::{Shape, is_envelope};
use crate::render::pages::content::{Example, inline};

/// An address.
#[derive(Debug, Serialize)]
pub struct Operation {
    /// What the document calls it, which is also its name in the page's address.
    pub id: String,
    /// From the top of the site, with placeholders.
    pub path: String,
    /// What it answers, in a few words, as HTML of ours.
    pub summary: String,
    /// What else is to be known, as HTML of ours.
    pub description: String,
    /// What stands for the placeholders.
    pub parameters: Vec<Parameter>,
    /// The types that the answer may have.
    pub media_types: Vec<String>,
    /// What the answer looks like, where the document says so.
    pub form: Option<Form>,
    /// The kind of file, where it is one of version 3.
    pub kind: Option<String>,
    /// What such a file tells.
    pub data: Option<Form>,
    /// The shape of what is told, where no address before this one has it already.
    pub shape: Option<Shape>,
    /// A command that asks for one such file.
    pub command: String,
}

/// What stands for a placeholder.
#[derive(Debug, Serialize)]
pub struct Parameter {
    name: String,
    description: String,
    pattern: Option<String>,
    values: Vec<String>,
    example: String,
}

/// Where operations are read from.
pub struct Reader<'a> {
    /// The document.
    pub document: &'a Value,
    /// What examples are about.
    pub example: &'a Example,
    /// The address of the site without a slash at its end.
    pub site: &'a str,
    /// The shapes that stand beside an address.
    pub placed: BTreeSet<String>,
}

impl Reader<'_> {
    /// The address `path` of the document, which `operation` describes.
    pub fn operation(&mut self, path: &str, operation: &Value) -> Operation {
        let content = &operation["responses"]["200"]["content"];
        let schema = ["application/json", "application/x-ndjson"].into_iter().find_map(|media_type| content.get(media_type)?.get("schema"));
        let form = schema.map(Form::of).filter(|form| form.shape.is_some());
        let (mut kind, mut data) = (None, None);
        let mut told = form.as_ref().and_then(|form| form.shape.clone());
        if let Some(file) = told.as_deref().map(|name| &self.document["components"]["schemas"][name]).filter(|file| is_envelope(file)) {
            kind = file["properties"]["kind"]["const"].as_str().map(str::to_owned);
            let form = Form::of(&file["properties"]["data"]);
            told.clone_from(&form.shape);
            data = Some(form);
        }
        let shape = told.filter(|name| self.placed.insert(name.clone())).map(|name| Shape::new(&name, &self.document["components"]["schemas"][&name]));
        let references = operation["parameters"].as_array().into_iter().flatten();
        let parameters: Vec<Parameter> = references.map(|reference| self.parameter(path, reference)).collect();
        let path = path.trim_start_matches('/');
        Operation {
            id: words(operation, "operationId"),
            summary: inline(&capitalised(&words(operation, "summary"))),
            description: inline(&words(operation, "description")),
            media_types: content.as_object().into_iter().flat_map(|content| content.keys().cloned()).collect(),
            command: self.command(path, &parameters),
            path: path.to_owned(),
            parameters,
            form,
            kind,
            data,
            shape,
        }
    }

    fn parameter(&self, path: &str, reference: &Value) -> Parameter {
        let pointer = reference["$ref"].as_str().unwrap_or_default().trim_start_matches('#');
        let parameter = self.document.pointer(pointer).unwrap_or(reference);
        let (name, schema) = (words(parameter, "name"), &parameter["schema"]);
        let example = match name.as_str() {
            "runtime" => self.example.runtime.clone(),
            "region" => self.example.region.clone(),
            "package" if path.starts_with("/api/v2/") => self.example.package.clone(),
            "package" => self.example.normalized_name.clone(),
            "layer" => self.example.layer.to_ascii_lowercase(),
            _ => words(parameter, "example"),
        };
        let pattern = schema["pattern"].as_str().map(str::to_owned);
        Parameter { description: inline(&words(parameter, "description")), values: form::values(schema), name, pattern, example }
    }

    fn command(&self, path: &str, parameters: &[Parameter]) -> String {
        let filled = parameters.iter().fold(path.to_owned(), |path, parameter| path.replace(&format!("{{{}}}", parameter.name), &parameter.example));
        let unpacked = if filled.ends_with(".gz") { " | gunzip" } else { "" };
        format!("curl -sL \"{}/{filled}\"{unpacked}", self.site)
    }
}

fn words(value: &Value, key: &str) -> String {
    value[key].as_str().unwrap_or_default().to_owned()
}

fn capitalised(text: &str) -> String {
    let mut characters = text.chars();
    characters.next().map_or_else(String::new, |first| first.to_uppercase().chain(characters).collect())
}
