//! The parts of a CycloneDX document that we write, in the order in which they are written.
//!
//! <https://cyclonedx.org/docs/1.6/json/>. Empty lists and absent texts are left out.

use std::collections::BTreeSet;

use serde::Serialize;

use crate::assemble::License;

/// The version of the form. 1.7 is out since 2025, and what is written here is valid in it too, but many
/// that read bills of materials refuse one that says so, and nothing of it is used.
pub const SPEC_VERSION: &str = "1.6";
/// Where its schema is.
const SCHEMA: &str = "http://cyclonedx.org/schema/bom-1.6.schema.json";

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Document {
    #[serde(rename = "$schema")]
    schema: &'static str,
    bom_format: &'static str,
    spec_version: &'static str,
    serial_number: String,
    version: u32,
    metadata: Metadata,
    components: Vec<Component>,
    dependencies: Vec<Dependency>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    vulnerabilities: Vec<Vulnerability>,
}

#[derive(Debug, Serialize)]
struct Metadata {
    tools: Tools,
    component: Component,
}

#[derive(Debug, Serialize)]
struct Tools {
    components: Vec<Component>,
}

/// A component; `name` and `kind` are all that must be there.
#[derive(Debug, Default, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Component {
    #[serde(rename = "type")]
    pub kind: &'static str,
    #[serde(rename = "bom-ref", skip_serializing_if = "String::is_empty")]
    pub reference: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub group: Option<String>,
    pub name: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub version: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub scope: Option<&'static str>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub hashes: Vec<Hash>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub licenses: Vec<LicenseChoice>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cpe: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub purl: Option<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub external_references: Vec<ExternalReference>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub components: Vec<Component>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub properties: Vec<Property>,
}

#[derive(Debug, Serialize)]
pub struct Hash {
    pub alg: &'static str,
    pub content: String,
}

/// Either one expression, alone in its list, or licences by name.
#[derive(Debug, Serialize)]
#[serde(untagged)]
pub enum LicenseChoice {
    Expression {
        expression: String,
        #[serde(skip_serializing_if = "Option::is_none")]
        acknowledgement: Option<&'static str>,
    },
    Named {
        license: NamedLicense,
    },
}

#[derive(Debug, Serialize)]
pub struct NamedLicense {
    pub name: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub acknowledgement: Option<&'static str>,
}

#[derive(Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct ExternalReference {
    #[serde(rename = "type")]
    pub kind: &'static str,
    pub url: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub comment: Option<String>,
}

#[derive(Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Property {
    pub name: String,
    pub value: String,
}

#[derive(Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Dependency {
    #[serde(rename = "ref")]
    pub reference: String,
    #[serde(skip_serializing_if = "BTreeSet::is_empty")]
    pub depends_on: BTreeSet<String>,
}

#[derive(Debug, Serialize)]
pub struct Vulnerability {
    #[serde(rename = "bom-ref")]
    pub reference: String,
    pub id: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub source: Option<Source>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub references: Vec<Alias>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub recommendation: Option<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub advisories: Vec<Advisory>,
    pub affects: Vec<Affected>,
}

#[derive(Debug, Serialize)]
pub struct Source {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
}

#[derive(Debug, Serialize)]
pub struct Alias {
    pub id: String,
    pub source: Source,
}

#[derive(Debug, Serialize)]
pub struct Advisory {
    pub url: String,
}

#[derive(Debug, Serialize)]
pub struct Affected {
    #[serde(rename = "ref")]
    pub reference: String,
    pub versions: Vec<AffectedVersion>,
}

#[derive(Debug, Serialize)]
pub struct AffectedVersion {
    pub version: String,
    pub status: &'static str,
}

impl Document {
    /// The document about `about`, with its lists.
    pub fn new(
        serial_number: String,
        about: Component,
        components: Vec<Component>,
        dependencies: Vec<Dependency>,
        vulnerabilities: Vec<Vulnerability>,
    ) -> Self {
        let tool = Component { kind: "application", name: "klayers".to_owned(), version: Some(env!("CARGO_PKG_VERSION").to_owned()), ..Component::default() };
        Self {
            schema: SCHEMA,
            bom_format: "CycloneDX",
            spec_version: SPEC_VERSION,
            serial_number,
            version: 1,
            metadata: Metadata { tools: Tools { components: vec![tool] }, component: about },
            components,
            dependencies,
            vulnerabilities,
        }
    }

    /// The file's text.
    pub fn canonical(&self) -> String {
        serde_json::to_string_pretty(self).expect("a document is plain data") + "\n"
    }
}

impl LicenseChoice {
    /// The list that says `license`. `acknowledgement` is `declared` where the authors say so themselves.
    pub fn list(license: License, acknowledgement: Option<&'static str>) -> Vec<Self> {
        match license {
            License::Expression(expression) => vec![Self::Expression { expression, acknowledgement }],
            License::Named(names) => names.into_iter().map(|name| Self::Named { license: NamedLicense { name, acknowledgement } }).collect(),
        }
    }
}

impl Property {
    /// A property of ours.
    pub fn new(name: &str, value: impl Into<String>) -> Self {
        Self { name: format!("klayers:{name}"), value: value.into() }
    }
}
