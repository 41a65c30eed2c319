//! Addresses with placeholders, as the documentation writes them: `api/v2/{runtime}/layers/{region}/{package}/`.

use klayers::domain::{LayerName, PackageName, RegionCode, Runtime, Sha256};

/// An address, taken apart at its slashes.
#[derive(Debug)]
pub struct Template {
    parts: Vec<Part>,
    is_folder: bool,
}

/// Text around at most one placeholder.
#[derive(Debug)]
enum Part {
    Plain(String),
    Open { before: String, name: String, after: String },
}

/// Whether `value` can stand for the placeholder `name`; nothing for a name that is not known.
pub fn fits(name: &str, value: &str) -> Option<bool> {
    let is_date = |digits: &[usize]| {
        let parts: Vec<&str> = value.split('-').collect();
        parts.len() == digits.len() && parts.iter().zip(digits).all(|(part, &digits)| part.len() == digits && part.bytes().all(|byte| byte.is_ascii_digit()))
    };
    Some(match name {
        "runtime" => value.parse::<Runtime>().is_ok(),
        "region" => value.parse::<RegionCode>().is_ok(),
        // The formats stand beside the packages, and have rows of their own.
        "package" => value.parse::<PackageName>().is_ok() && !matches!(value, "json" | "csv" | "html"),
        "layer" => value.parse::<LayerName>().is_ok(),
        "sha256" => value.parse::<Sha256>().is_ok(),
        "month" => is_date(&[4, 2]),
        "day" | "date" => is_date(&[4, 2, 2]),
        "kind" => klayers::render::api_v3::Kind::ALL.iter().any(|kind| kind.name() == value),
        "year" => is_date(&[4]),
        "number" | "version" | "page" => value.parse::<u64>().is_ok(),
        _ => return None,
    })
}

impl Template {
    /// Fails for a placeholder that is not known.
    pub fn parse(address: &str) -> Result<Self, String> {
        let parts = address.trim_end_matches('/').split('/').map(part).collect::<Result<_, _>>()?;
        Ok(Self { parts, is_folder: address.ends_with('/') })
    }

    /// The address of `file`, which is in the site, if it is one of these.
    pub fn address_of(&self, file: &str) -> Option<String> {
        let path = if self.is_folder { file.strip_suffix("/index.html")? } else { file };
        let found: Vec<&str> = path.split('/').collect();
        let is_one = found.len() == self.parts.len() && found.iter().zip(&self.parts).all(|(found, part)| part.matches(found));
        is_one.then(|| format!("{path}{}", if self.is_folder { "/" } else { "" }))
    }
}

impl Part {
    fn matches(&self, text: &str) -> bool {
        match self {
            Self::Plain(plain) => plain == text,
            Self::Open { before, name, after } => {
                let value = text.strip_prefix(before.as_str()).and_then(|rest| rest.strip_suffix(after.as_str()));
                value.is_some_and(|value| fits(name, value) == Some(true))
            }
        }
    }
}

fn part(text: &str) -> Result<Part, String> {
    let Some((before, rest)) = text.split_once('{') else { return Ok(Part::Plain(text.to_owned())) };
    let Some((name, after)) = rest.split_once('}').filter(|(_, after)| !after.contains('{')) else {
        return Err(format!("`{text}` is not text around one placeholder"));
    };
    if fits(name, "").is_none() {
        return Err(format!("the placeholder `{{{name}}}` is not known: say in tests/clients/placeholders.rs what it may be"));
    }
    Ok(Part::Open { before: before.to_owned(), name: name.to_owned(), after: after.to_owned() })
}

#[test]
fn an_address_is_known_by_its_file() {
    let address = |template: &str, file: &str| Template::parse(template).map(|template| template.address_of(file));
    let versions = "api/v2/{runtime}/layers/{region}/{package}/";
    let found = |text: &str| Ok(Some(text.to_owned()));
    assert_eq!(address(versions, "api/v2/p3.13/layers/us-east-1/beta/index.html"), found("api/v2/p3.13/layers/us-east-1/beta/"));
    assert_eq!(address(versions, "api/v2/p3.13/layers/latest/us-east-1/index.html"), Ok(None), "`latest` is no region");
    assert_eq!(address("api/v2/{runtime}/layers/latest/{region}/{package}/", "api/v2/p3.13/layers/latest/us-east-1/csv/index.html"), Ok(None));
    let hash = "a".repeat(64);
    assert_eq!(address("api/v3/locks/{sha256}.toml", &format!("api/v3/locks/{hash}.toml")), found(&format!("api/v3/locks/{hash}.toml")));
    assert_eq!(address("api/v3/locks/{sha256}.toml", "api/v3/locks/abc.toml"), Ok(None));
    assert_eq!(address("feeds/{month}.ndjson.gz", "feeds/2026-11.ndjson.gz"), found("feeds/2026-11.ndjson.gz"));
    assert_eq!(address("feeds/all.atom", "feeds/all.atom"), found("feeds/all.atom"));
    assert!(address("api/v3/{moon}.json", "").unwrap_err().contains("`{moon}` is not known"));
    assert!(address("api/{runtime}{region}/", "").is_err());
}
