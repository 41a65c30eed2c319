//! The pages that are written by hand and the reference: they say what the catalogue and the API say, and every link on them leads somewhere.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on should stop")]

#[path = "render/world.rs"]
#[allow(dead_code, reason = "others ask it for more")]
mod world;

use std::path::Path;

use klayers::render::{SiteSources, Tree};
use serde_json::Value;
use world::{TODAY, World};

/// The world with the real pages.
fn world() -> World {
    let mut world = World::read();
    world.sources = SiteSources::read(Path::new(env!("CARGO_MANIFEST_DIR"))).unwrap();
    world
}

fn page<'a>(site: &'a Tree, path: &str) -> &'a str {
    std::str::from_utf8(site.get(path).unwrap_or_else(|| panic!("no file {path}"))).unwrap()
}

/// What is said of a page with this text.
fn refusal(text: &str) -> String {
    let mut world = World::read();
    world.sources.content.insert("x.md".to_owned(), text.to_owned());
    world.try_site(TODAY).expect_err(text).to_string()
}

#[test]
fn every_address_and_every_field_of_the_document_is_on_the_reference() {
    let site = world().site(TODAY);
    let document: Value = serde_json::from_slice(site.get("api/v3/openapi.json").unwrap()).unwrap();
    let reference = page(&site, "api-reference/index.html");
    let has = |part: &str| assert!(reference.contains(part), "{part} is not on the reference");
    for (path, operation) in document["paths"].as_object().unwrap() {
        let operation = &operation["get"];
        let id = operation["operationId"].as_str().unwrap();
        has(&format!("<h3 id=\"{id}\"><code>{path}</code></h3>"));
        has(&format!("<li><a href=\"#{id}\">{path}</a></li>"));
        let section = section(reference, &format!("aria-labelledby=\"{id}\""));
        for media_type in operation["responses"]["200"]["content"].as_object().unwrap().keys() {
            assert!(section.contains(&format!("<code>{media_type}</code>")), "{id} does not say {media_type}");
        }
        for parameter in operation["parameters"].as_array().into_iter().flatten() {
            let parameter = document.pointer(parameter["$ref"].as_str().unwrap().trim_start_matches('#')).unwrap();
            let name = parameter["name"].as_str().unwrap();
            assert!(section.contains(&format!("<th scope=\"row\"><code>{name}</code>")), "{id} has no {name}");
        }
    }
    let mut fields = 0;
    for (name, schema) in document["components"]["schemas"].as_object().unwrap() {
        has(&format!("id=\"shape-{name}\""));
        let properties: Vec<&String> = schema["properties"].as_object().into_iter().flat_map(|properties| properties.keys()).collect();
        let is_envelope = properties.iter().any(|name| *name == "schema_version");
        let place = if is_envelope { "aria-label=\"Fields of envelope\"".to_owned() } else { format!("aria-label=\"Fields of {name}\"") };
        for field in &properties {
            assert!(table(reference, &place).contains(&format!("<th scope=\"row\"><code>{field}</code>")), "{name} has no {field}");
            fields += 1;
        }
        for word in schema["enum"].as_array().into_iter().flatten() {
            has(&format!("<li><code>{}</code>: ", word.as_str().unwrap()));
        }
    }
    assert!(fields > 150, "the fields are not found any more: {fields}");
}

/// From where `mark` is to the end of the section.
fn section<'a>(page: &'a str, mark: &str) -> &'a str {
    between(page, mark, "</section>")
}

fn table<'a>(page: &'a str, mark: &str) -> &'a str {
    between(page, mark, "</table>")
}

#[track_caller]
fn between<'a>(page: &'a str, mark: &str, end: &str) -> &'a str {
    let rest = page.split_once(mark).unwrap_or_else(|| panic!("{mark} is not on the page")).1;
    rest.split_once(end).unwrap().0
}

#[test]
fn pages_tell_what_the_catalogue_says() {
    let mut world = world();
    let year = world.site(TODAY);
    assert!(page(&year, "expiry/index.html").contains("stays listed for a year"));
    world.catalog.settings.retention_days = 90;
    world.catalog.settings.site.address = Some("https://example.org/layers".parse().unwrap());
    world.catalog.settings.site.repository = Some("https://example.org/source".parse().unwrap());
    let site = world.site(TODAY);
    let expiry = page(&site, "expiry/index.html");
    assert!(expiry.contains("stays listed for 90 days") && expiry.contains("<strong>90 days</strong>") && !expiry.contains("a year"), "{expiry}");
    assert!(page(&site, "about/index.html").contains("stays listed for 90 days"));
    let using = page(&site, "using-layers/index.html");
    assert!(using.contains("arn:aws:lambda:eu-west-1:123456789012:layer:Klayers-p313-arm64-Pillow:10"), "a layer of this service");
    assert!(using.contains("https://example.org/layers/api/v2/p3.13-arm64/layers/latest/eu-west-1/"), "the address of this site");
    assert!(!using.contains("layers.example"), "{using}");
    assert!(page(&site, "trust/index.html").contains("gh attestation verify layer.zip --repo source</code>"));
    assert!(page(&site, "running-your-own/index.html").contains("href=\"https://example.org/source/blob/HEAD/docs/setting-up.md\""));
    assert!(page(&site, "api-reference/index.html").contains("curl -sL &quot;https://example.org/layers/api/v3/packages/pillow.json&quot;"));
}

#[test]
fn a_service_without_layers_has_examples_that_are_made_up() {
    let mut world = World::empty();
    world.sources = SiteSources::read(Path::new(env!("CARGO_MANIFEST_DIR"))).unwrap();
    let site = world.site(TODAY);
    assert!(page(&site, "using-layers/index.html").contains("This ARN is made up"));
    assert!(page(&site, "about/index.html").contains("There will be layers in 2 regions, for Python 3.13 on arm64"));
}

#[test]
fn no_version_of_a_stranger_becomes_an_example() {
    // The one package that is left has a version that does harm.
    let mut world = world();
    world.ledger.packages.retain(|(_, name), _| name.as_str() == "psycopg");
    let site = world.site(TODAY);
    assert!(page(&site, "using-layers/index.html").contains("This ARN is made up"));
}

#[test]
fn a_page_that_is_wrong_is_refused_with_its_reason() {
    for (text, reason) in [
        ("# x\n\n{{ nothing }}", "nothing"),
        ("# x\n\n{% if %}", "x.md"),
        ("# x\n\n[y](words.md#no-such)", "its link to `words.md#no-such` leads nowhere"),
        ("# x\n\n[y](#no-such)", "its link to `x.md#no-such` leads nowhere"),
        ("# x\n\n[y](none.md)", "its link to `none.md` leads nowhere"),
    ] {
        let said = refusal(text);
        assert!(said.contains("`site/content/x.md` is not a page") && said.contains(reason), "{text}: {said}");
    }
    let mut world = World::read();
    world.sources.content.insert("x.md".to_owned(), "# x\n\n## A b\n\n[y](#a-b) [z](words.md) {{ retention }}".to_owned());
    assert!(page(&world.site(TODAY), "x/index.html").contains("<a href=\"#a-b\">y</a> <a href=\"../words/\">z</a> a year"));
}

#[test]
fn a_page_that_is_not_there_leads_home_from_anywhere() {
    let mut world = world();
    let alone = world.site(TODAY);
    let nothing = page(&alone, "404.html");
    assert!(!nothing.contains("href=") && !nothing.contains("src="), "no link of it would lead anywhere: {nothing}");
    assert!(nothing.contains("answers <code>[]</code>"));
    world.catalog.settings.site.address = Some("https://example.org/layers".parse().unwrap());
    let site = world.site(TODAY);
    let nothing = page(&site, "404.html");
    for part in [
        "href=\"/layers/static/style.css\"",
        "src=\"/layers/static/copy.js\"",
        "<a href=\"/layers/\">",
        "name=\"robots\" content=\"noindex\"",
        "answers <code>[]</code>",
    ] {
        assert!(nothing.contains(part), "{part} is not in {nothing}");
    }
    let relative: Vec<&str> = nothing.split("href=\"").skip(1).filter(|link| !link.starts_with("/layers/") && !link.starts_with('#')).collect();
    assert!(relative.is_empty(), "{relative:?}");
    assert!(!page(&site, "sitemap.xml").contains("404"));
}
