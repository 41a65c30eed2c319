//! Where each file stands, and the list of all addresses.

use jiff::civil::Date;
use schemars::JsonSchema;
use serde::Serialize;

use super::schema::Kind;
use crate::domain::{LayerName, NormalizedName, RegionCode, Runtime};
use crate::render::schema_words as words;

/// An address, or a family of them.
#[derive(Debug, Clone, Copy, Serialize, JsonSchema)]
pub struct Endpoint {
    /// What it is called: never changes.
    #[schemars(with = "words::KebabWord")]
    pub name: &'static str,
    /// The path from the top of the site, with placeholders in braces.
    #[schemars(with = "words::SitePathTemplate")]
    pub path: &'static str,
    /// What it answers.
    pub description: &'static str,
    /// The type of its answer on a host that knows types.
    pub media_type: &'static str,
    /// The path of the schema of its answer, or of each line; null where the form is one that others have laid down.
    #[schemars(with = "Option<words::SitePath>")]
    pub schema: Option<&'static str>,
}

const JSON: &str = "application/json";

/// Every address of the third version, sorted by name.
pub const ENDPOINTS: [Endpoint; 19] = [
    Endpoint {
        name: "all",
        path: "api/v3/all.ndjson",
        description: "everything that was ever published, a build per line",
        media_type: "application/x-ndjson",
        schema: Some("api/v3/schema/build.json"),
    },
    Endpoint {
        name: "all-gzip",
        path: "api/v3/all.ndjson.gz",
        description: "the same, compressed",
        media_type: "application/gzip",
        schema: Some("api/v3/schema/build.json"),
    },
    Endpoint {
        name: "arns",
        path: "api/v3/arns/{layer}.json",
        description: "what every ARN of a layer is now; the layer's name in small letters",
        media_type: JSON,
        schema: Some("api/v3/schema/arns.json"),
    },
    Endpoint {
        name: "changes",
        path: "api/v3/changes.json",
        description: "the months in which anything changed",
        media_type: JSON,
        schema: Some("api/v3/schema/change-months.json"),
    },
    Endpoint {
        name: "changes-of-month",
        path: "api/v3/changes/{month}.json",
        description: "what changed in a month, as 2026-11",
        media_type: JSON,
        schema: Some("api/v3/schema/changes.json"),
    },
    Endpoint {
        name: "expiring",
        path: "api/v3/expiring.json",
        description: "every deprecated layer version that is still listed, by the day on which it no longer will be",
        media_type: JSON,
        schema: Some("api/v3/schema/expiring.json"),
    },
    Endpoint { name: "feed", path: "feeds/all.atom", description: "what changed, as a feed", media_type: "application/atom+xml", schema: None },
    Endpoint { name: "feed-of-expiries", path: "feeds/expiry.ics", description: "what expires, as a calendar", media_type: "text/calendar", schema: None },
    Endpoint {
        name: "feed-of-package",
        path: "feeds/packages/{package}.atom",
        description: "what changed of one package, as a feed",
        media_type: "application/atom+xml",
        schema: None,
    },
    Endpoint {
        name: "index",
        path: "api/v3/index.json",
        description: "this list, the runtimes, the regions, and a token that changes when anything does",
        media_type: JSON,
        schema: Some("api/v3/schema/index.json"),
    },
    Endpoint {
        name: "lock",
        path: "api/v3/locks/{sha256}.toml",
        description: "the lock of a build, by its SHA-256",
        media_type: "application/toml",
        schema: None,
    },
    Endpoint {
        name: "openapi",
        path: OPENAPI,
        description: "all addresses and shapes as OpenAPI 3.1, those of version 2 and the feeds too",
        media_type: JSON,
        schema: None,
    },
    Endpoint {
        name: "package",
        path: "api/v3/packages/{package}.json",
        description: "one package on all runtimes: its builds, where they are, what is in them",
        media_type: JSON,
        schema: Some("api/v3/schema/package.json"),
    },
    Endpoint {
        name: "packages",
        path: "api/v3/packages.json",
        description: "every package with its newest version on each runtime",
        media_type: JSON,
        schema: Some("api/v3/schema/packages.json"),
    },
    Endpoint {
        name: "region",
        path: "api/v3/runtimes/{runtime}/{region}.json",
        description: "the latest layers of a runtime in a region",
        media_type: JSON,
        schema: Some("api/v3/schema/region.json"),
    },
    Endpoint {
        name: "runtime",
        path: "api/v3/runtimes/{runtime}.json",
        description: "the packages of a runtime",
        media_type: JSON,
        schema: Some("api/v3/schema/runtime.json"),
    },
    Endpoint {
        name: "sbom",
        path: "api/v3/sboms/{sha256}.json",
        description: "the bill of materials of a build, as CycloneDX, by its SHA-256",
        media_type: JSON,
        schema: None,
    },
    Endpoint { name: "schema", path: "api/v3/schema/{kind}.json", description: "the JSON Schema of a kind of file", media_type: JSON, schema: None },
    Endpoint {
        name: "status",
        path: "api/v3/status.json",
        description: "every package on every runtime: whether it has a layer, and if not, why and since when",
        media_type: JSON,
        schema: Some("api/v3/schema/status.json"),
    },
];

/// The folder of all of them.
pub const FOLDER: &str = "api/v3";
/// The list of addresses.
pub const INDEX: &str = "api/v3/index.json";
/// The API in one document.
pub const OPENAPI: &str = "api/v3/openapi.json";
/// The packages in short.
pub const PACKAGES: &str = "api/v3/packages.json";
/// The state of every package on every runtime.
pub const STATUS: &str = "api/v3/status.json";
/// The months with changes.
pub const CHANGES: &str = "api/v3/changes.json";
/// What will go.
pub const EXPIRING: &str = "api/v3/expiring.json";
/// Everything.
pub const ALL: &str = "api/v3/all.ndjson";
/// Everything, compressed.
pub const ALL_GZIP: &str = "api/v3/all.ndjson.gz";

/// The file of a package.
pub fn package(package: &NormalizedName) -> String {
    format!("{FOLDER}/packages/{package}.json")
}

/// The file of a runtime.
pub fn runtime(runtime: Runtime) -> String {
    format!("{FOLDER}/runtimes/{runtime}.json")
}

/// The file of a runtime in a region.
pub fn region(runtime: Runtime, region: &RegionCode) -> String {
    format!("{FOLDER}/runtimes/{runtime}/{region}.json")
}

/// The file about a layer's ARNs. Names that differ only in their capitals share one, for file systems that do not tell them apart.
pub fn arns(layer: &LayerName) -> String {
    format!("{FOLDER}/arns/{}.json", layer.as_str().to_ascii_lowercase())
}

/// The file about the month of `day`.
pub fn changes(day: Date) -> String {
    format!("{FOLDER}/changes/{}.json", month(day))
}

/// A month, such as `2026-11`.
pub fn month(day: Date) -> String {
    day.strftime("%Y-%m").to_string()
}

/// The schema of a kind of file.
pub fn schema(kind: Kind) -> String {
    format!("{FOLDER}/schema/{}.json", kind.name())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_sorted_and_lead_to_schemas_that_are() {
        assert!(ENDPOINTS.is_sorted_by_key(|endpoint| endpoint.name));
        let known: Vec<String> = Kind::ALL.into_iter().map(schema).collect();
        for endpoint in ENDPOINTS {
            assert!(endpoint.schema.is_none_or(|path| known.iter().any(|known| known == path)), "{}", endpoint.name);
        }
    }
}
