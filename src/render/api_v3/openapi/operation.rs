//! One address: what is asked for with GET, and the answers.

use serde_json::{Value, json};

use super::parameter;
use super::shape::{Shape, Shapes};

/// An address.
#[derive(Debug)]
pub struct Operation {
    /// In kebab case, and unlike any other: never changes.
    pub name: String,
    /// Where it belongs.
    pub tag: Tag,
    /// From the top of the site, with placeholders.
    pub path: &'static str,
    /// What it answers, in a few words.
    pub summary: String,
    /// What else is to be known; empty when nothing is.
    pub description: String,
    /// What the answer is.
    pub shape: Shape,
}

/// The parts of the API.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tag {
    /// What is written today.
    Version3,
    /// What clients of Klayers ask.
    Version2,
    /// What is subscribed to.
    Feeds,
}

impl Tag {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Version3, Self::Version2, Self::Feeds];

    fn name(self) -> &'static str {
        match self {
            Self::Version3 => "version 3",
            Self::Version2 => "version 2",
            Self::Feeds => "feeds",
        }
    }

    /// As the document lists it.
    pub fn document(self) -> Value {
        let description = match self {
            Self::Version3 => "For programs that are written today. Every file is an object with an envelope: `schema_version`, `kind`, `updated_at`, `data`.",
            Self::Version2 => {
                "The API of Klayers, in its shapes. Every address may be asked for with and without a slash at its end; hosts may redirect from one to the other."
            }
            Self::Feeds => "For feed readers and calendars.",
        };
        json!({ "name": self.name(), "description": description })
    }
}

impl Operation {
    /// As the document has it.
    pub fn document(&self, shapes: &mut Shapes) -> Value {
        let mut document = json!({
            "operationId": self.id(),
            "tags": [self.tag.name()],
            "summary": self.summary,
            "responses": {
                "200": {
                    "description": "What was asked for.",
                    "headers": {
                        "ETag": { "$ref": "#/components/headers/ETag" },
                        "Access-Control-Allow-Origin": { "$ref": "#/components/headers/Access-Control-Allow-Origin" },
                    },
                    "content": shapes.content(self.shape),
                },
                "304": { "$ref": "#/components/responses/NotModified" },
                "404": { "$ref": "#/components/responses/NotFound" },
            },
        });
        let parameters = parameter::of(self.path);
        if !parameters.is_empty() {
            document["parameters"] = parameters.into();
        }
        if !self.description.is_empty() {
            document["description"] = self.description.clone().into();
        }
        document
    }

    /// `changes-of-month` is `getChangesOfMonth`.
    fn id(&self) -> String {
        let words = self.name.split('-').map(|word| word[..1].to_ascii_uppercase() + &word[1..]);
        format!("get{}", words.collect::<String>())
    }
}
