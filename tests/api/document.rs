//! The OpenAPI document of a site, as a client reads it.

use std::collections::BTreeMap;

use jsonschema::Validator;
use serde_json::{Map, Value, json};

use crate::strict::{closed, validator};

/// The document.
pub struct Document {
    root: Value,
    routes: Vec<Route>,
}

/// An address.
pub struct Route {
    /// With placeholders.
    pub template: String,
    placeholders: usize,
    pattern: Validator,
    /// The types of its answer, with what it is as each.
    pub content: Map<String, Value>,
}

impl Document {
    pub fn parse(bytes: &[u8]) -> Self {
        let root: Value = serde_json::from_slice(bytes).unwrap();
        let routes = root["paths"].as_object().unwrap().iter().map(|(template, path)| route(&root, template, &path["get"])).collect();
        Self { root, routes }
    }

    /// The one address that the file of the site at `path` answers to.
    pub fn route(&self, path: &str) -> Option<&Route> {
        let address = json!(format!("/{}", path.strip_suffix("index.html").unwrap_or(path)));
        let found: Vec<&Route> = self.routes.iter().filter(|route| route.pattern.is_valid(&address)).collect();
        // Text goes before placeholders: a format before a package of its name.
        let fewest = found.iter().map(|route| route.placeholders).min()?;
        let found: Vec<&Route> = found.into_iter().filter(|route| route.placeholders == fewest).collect();
        assert_eq!(found.len(), 1, "{path} may be {:?}", found.iter().map(|route| &route.template).collect::<Vec<_>>());
        found.first().copied()
    }

    /// What references lead into.
    pub fn root(&self) -> &Value {
        &self.root
    }

    pub fn routes(&self) -> impl Iterator<Item = &Route> {
        self.routes.iter()
    }

    pub fn templates(&self) -> impl Iterator<Item = &str> {
        self.routes.iter().map(|route| route.template.as_str())
    }

    /// A validator of a schema in the document, stricter than it.
    pub fn validator(&self, schema: &Value) -> Validator {
        validator(&closed(&json!({ "allOf": [schema], "components": self.root["components"] })))
    }

    /// One for each address, of its JSON, or of each line.
    pub fn validators(&self) -> BTreeMap<&str, Validator> {
        let with_schema = self.routes.iter().filter_map(|route| Some((route.template.as_str(), self.validator(route.schema()?))));
        with_schema.collect()
    }
}

impl Route {
    /// Of its JSON, or of each line.
    pub fn schema(&self) -> Option<&Value> {
        let lines = self.content.get("application/x-ndjson").map(|lines| &lines["schema"]["contentSchema"]["items"]);
        self.content.get("application/json").map(|json| &json["schema"]).or(lines)
    }
}

fn route(root: &Value, template: &str, operation: &Value) -> Route {
    let mut pattern = format!("^{}$", template.replace('.', "\\."));
    let mut placeholders = 0;
    for reference in operation["parameters"].as_array().into_iter().flatten() {
        let parameter = root.pointer(reference["$ref"].as_str().unwrap().trim_start_matches('#')).unwrap();
        let allowed = match (&parameter["schema"]["pattern"], &parameter["schema"]["enum"]) {
            (Value::String(pattern), _) => pattern.trim_start_matches('^').trim_end_matches('$').to_owned(),
            (_, Value::Array(words)) => words.iter().map(|word| word.as_str().unwrap()).collect::<Vec<_>>().join("|"),
            other => panic!("{template}: {other:?}"),
        };
        placeholders += 1;
        pattern = pattern.replace(&format!("{{{}}}", parameter["name"].as_str().unwrap()), &format!("({allowed})"));
    }
    assert!(!pattern.contains("({") && !pattern.contains("/{"), "{template} has a placeholder that is no parameter: {pattern}");
    let content = operation["responses"]["200"]["content"].as_object().unwrap().clone();
    Route { template: template.to_owned(), placeholders, pattern: validator(&json!({ "type": "string", "pattern": pattern })), content }
}
