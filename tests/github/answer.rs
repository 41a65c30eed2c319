//! An answer of the stand-in, and pages of lists.

use std::collections::BTreeMap;

use serde_json::{Value, json};

/// What is answered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    pub status: u16,
    pub headers: BTreeMap<String, String>,
    pub text: String,
}

impl Answer {
    pub fn new(status: u16, body: Value) -> Self {
        let text = if body.is_null() { String::new() } else { body.to_string() };
        Self { status, headers: BTreeMap::from([("content-type".to_owned(), "application/json; charset=utf-8".to_owned())]), text }
    }

    pub fn ok(body: Value) -> Self {
        Self::new(200, body)
    }

    pub fn missing() -> Self {
        Self::new(404, json!({ "message": "Not Found", "documentation_url": "https://docs.github.com/rest", "status": "404" }))
    }

    pub fn invalid(field: &str) -> Self {
        Self::new(422, json!({ "message": "Validation Failed", "errors": [{ "resource": "x", "field": field, "code": "invalid" }] }))
    }

    pub fn forbidden(needed: &str) -> Self {
        Self::new(403, json!({ "message": "Resource not accessible by integration" })).with("x-accepted-github-permissions", needed)
    }

    pub fn with(mut self, name: &str, value: &str) -> Self {
        self.headers.insert(name.to_owned(), value.to_owned());
        self
    }

    /// A page of a list, with links to the others as GitHub makes them: to the repository's number, not its name.
    pub fn page(items: Vec<Value>, api: &str, path: &str, query: &str) -> Self {
        let parameters: BTreeMap<&str, &str> = query.split('&').filter_map(|pair| pair.split_once('=')).collect();
        let number = |name: &str| parameters.get(name).and_then(|text| text.parse::<usize>().ok());
        let (size, page) = (number("per_page").unwrap_or(30).clamp(1, 100), number("page").unwrap_or(1).max(1));
        let pages = items.len().div_ceil(size).max(1);
        let shown: Vec<Value> = items.into_iter().skip((page - 1) * size).take(size).collect();
        let others: Vec<String> = query.split('&').filter(|pair| !pair.is_empty() && !pair.starts_with("page=")).map(str::to_owned).collect();
        let rest: String = path.split('/').skip(4).collect::<Vec<_>>().join("/");
        let rest = if path.starts_with("/repositories/") { path.split('/').skip(3).collect::<Vec<_>>().join("/") } else { rest };
        let link = |to: usize, name: &str| {
            let query = others.iter().cloned().chain([format!("page={to}")]).collect::<Vec<_>>().join("&");
            format!("<{api}/repositories/1/{rest}?{query}>; rel=\"{name}\"")
        };
        let mut links = Vec::new();
        if page > 1 {
            links.extend([link(page - 1, "prev"), link(1, "first")]);
        }
        if page < pages {
            links.extend([link(page + 1, "next"), link(pages, "last")]);
        }
        let answer = Self::ok(Value::Array(shown));
        if links.is_empty() { answer } else { answer.with("link", &links.join(", ")) }
    }
}
