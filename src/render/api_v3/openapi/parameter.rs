//! The placeholders of addresses, and what may stand there.

use serde_json::{Map, Value, json};

use crate::render::api_v3::schema::Kind;
use crate::render::schema_words::{self as words, Form};

/// A placeholder of version 2 that allows more than the one of version 3 of that name.
pub const PACKAGE_SPELLED: &str = "package-as-spelled";

/// All of them, as components of the document, by name.
pub fn all() -> Map<String, Value> {
    let kinds = Kind::ALL.map(Kind::name);
    let rows = [
        ("runtime", "runtime", "The runtime's id: the Python, and `-arm64` where it is not for x86_64.", text::<words::RuntimeId>()),
        ("region", "region", "The region's code.", text::<words::RegionCode>()),
        ("package", "package", "The package's normalised name: small letters, digits and single `-`.", text::<words::NormalizedName>()),
        (
            PACKAGE_SPELLED,
            "package",
            "The package's name as the catalogue spells it, the same in small letters, or its normalised name. It has no extras.",
            text::<words::PackageName>(),
        ),
        ("layer", "layer", "The layer's name, in small letters.", text::<words::LowerLayerName>()),
        ("month", "month", "The month, in universal time.", text::<words::Month>()),
        ("sha256", "sha256", "The SHA-256 of the file, in hexadecimal digits.", text::<words::Sha256Hex>()),
        ("kind", "kind", "The kind of file.", json!({ "type": "string", "enum": kinds })),
    ];
    let row = |(key, name, description, schema): (&str, &str, &str, Value)| {
        let example = schema["examples"][0].as_str().unwrap_or(kinds[0]).to_owned();
        (key.to_owned(), json!({ "name": name, "in": "path", "required": true, "description": description, "schema": schema, "example": example }))
    };
    rows.into_iter().map(row).collect()
}

/// References to the components that the placeholders of `path` are.
pub fn of(path: &str) -> Vec<Value> {
    let names = path.split('{').skip(1).map(|rest| rest.split('}').next().expect("a part"));
    let component = |name| if name == "package" && path.starts_with("api/v2/") { PACKAGE_SPELLED } else { name };
    names.map(|name| json!({ "$ref": format!("#/components/parameters/{}", component(name)) })).collect()
}

fn text<W: Form>() -> Value {
    json!({ "type": "string", "pattern": W::PATTERN, "examples": [W::EXAMPLE] })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::render::api_v3::ENDPOINTS;
    use crate::render::api_v3::openapi::version_2;

    #[test]
    fn every_placeholder_is_known() {
        let known = all();
        let paths = ENDPOINTS.iter().map(|endpoint| endpoint.path).chain(version_2::operations().into_iter().map(|operation| operation.path));
        for reference in paths.flat_map(of) {
            let name = reference["$ref"].as_str().expect("text").rsplit('/').next().expect("a part").to_owned();
            assert!(known.contains_key(&name), "{name}");
        }
    }
}
