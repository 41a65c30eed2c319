//! Pages as files: escaped, complete, asking nobody else; and what is wrong with what they are made of.

use std::os::unix::fs::symlink;
use std::path::Path;

use klayers::render::{RenderError, SiteSources, Tree};

use super::world::{self, TODAY, World};
use super::{put, text};

#[test]
fn nothing_of_strangers_gets_through_unescaped() {
    let world = World::read();
    let (site, deployments) = (world.site(TODAY), world.deployments(TODAY));
    let mut seen = 0;
    for (path, bytes) in site.iter().chain(deployments.iter()) {
        let text = String::from_utf8_lossy(bytes);
        seen += usize::from(text.contains("alert"));
        if path.ends_with(".gz") {
            continue;
        }
        if !path.ends_with(".csv") {
            let others = text.replace("<script type=\"module\" src=\"", "");
            assert!(!text.contains(world::HOSTILE) && !others.contains("<script") && !text.contains("<img"), "{path}:\n{text}");
        }
        if path.ends_with(".md") {
            assert!(!text.contains("](http") && !text.contains('\r'), "{path}:\n{text}");
        }
        if path.starts_with("api/") && !path.ends_with("html/index.html") {
            assert!(!text.contains(['<', '>', '&']), "{path}:\n{text}");
        }
    }
    assert!(seen > 5, "the hostile text must be seen for this test to mean anything");
    let csv = text(&deployments, "python3.13-arm64/arns/eu-west-1.csv");
    let cells: Vec<String> =
        csv::Reader::from_reader(csv.as_bytes()).records().flat_map(|record| record.expect("CSV").iter().map(str::to_owned).collect::<Vec<_>>()).collect();
    assert!(cells.iter().all(|cell| !cell.starts_with(['=', '+', '-', '@'])), "{cells:?}");
    assert!(cells.iter().any(|cell| cell.starts_with("'=")), "{cells:?}");
}

#[test]
fn pages_are_complete_and_ask_nobody_else() {
    let mut world = World::read();
    world.sources = SiteSources::read(Path::new(env!("CARGO_MANIFEST_DIR"))).expect("sources");
    let (site, sources) = (world.site(TODAY), &world.sources);
    let pages: Vec<&str> = site
        .iter()
        .map(|(path, _)| path)
        .filter(|path| path.ends_with(".html") && (!path.starts_with("api/v2/") || path.ends_with("/html/index.html")))
        .collect();
    assert!(pages.len() >= 12, "{pages:?}");
    for path in pages {
        let page = text(&site, path);
        for part in ["<html lang=\"en\">", "name=\"viewport\"", "Content-Security-Policy", "<title>", "<h1"] {
            assert!(page.contains(part), "{path} lacks {part}");
        }
        // What people may follow to elsewhere is not asked for by the page.
        let others = page.replace("<script type=\"module\" src=\"", "").replace("<a href=\"https://", "");
        for part in ["<script", "<style", " style=", " onclick=", "src=\"http", "href=\"http", "href=\"/", "@import"] {
            assert!(!others.contains(part), "{path} has {part}");
        }
        let is_written_by_hand = sources.content.contains_key(&path.replace("/index.html", ".md"));
        let captions = page.matches("<caption").count();
        assert!(is_written_by_hand || page.matches("<table").count() == captions, "{path} has a table without a caption");
        links_lead_somewhere(&site, path, page);
    }
}

fn links_lead_somewhere(site: &Tree, path: &str, page: &str) {
    for link in page.split("href=\"").skip(1).map(|rest| rest.split('"').next().expect("ends")) {
        if link.starts_with("https://") {
            continue;
        }
        let mut target: Vec<&str> = path.split('/').collect();
        target.pop();
        for part in link.split(['#', '?']).next().expect("a part").split('/') {
            match part {
                "" | "." => {}
                ".." => assert!(target.pop().is_some(), "{path}: {link} leaves the site"),
                part => target.push(part),
            }
        }
        let target = target.join("/");
        let index = if target.is_empty() { "index.html".to_owned() } else { format!("{target}/index.html") };
        assert!(link.starts_with('#') || site.contains(&target) || site.contains(&index), "{path}: {link} leads nowhere");
    }
}

#[test]
fn a_source_that_is_wrong_is_named() {
    let failure = |change: &dyn Fn(&mut SiteSources)| {
        let mut world = World::read();
        change(&mut world.sources);
        world.try_site(TODAY).expect_err("must fail")
    };
    type Change<'a> = &'a dyn Fn(&mut SiteSources);
    let cases: [(Change<'_>, &str); 7] = [
        (&|sources| drop(sources.templates.remove("home.html")), "`templates/home.html`"),
        (&|sources| drop(sources.templates.remove("base.html")), "which doesn't exist"),
        (&|sources| drop(sources.templates.insert("region.html".to_owned(), "{% if %}".to_owned())), "`templates/region.html`"),
        (&|sources| drop(sources.templates.insert("region.html".to_owned(), "{{ nothing }}".to_owned())), "`templates/region.html`"),
        (&|sources| drop(sources.content.insert("x.md".to_owned(), "no heading".to_owned())), "`site/content/x.md`"),
        (&|sources| drop(sources.content.insert("x.md".to_owned(), "# x\n[y](y.md)".to_owned())), "`site/content/x.md`"),
        (
            &|sources| {
                sources.content.insert("static.md".to_owned(), "# x".to_owned());
                sources.static_files.insert("index.html".to_owned(), Vec::new());
            },
            "`static/index.html`",
        ),
    ];
    for (change, named) in cases {
        let error: RenderError = failure(change);
        assert!(error.to_string().contains(named), "{named}: {error}");
    }
}

#[test]
fn a_link_among_the_sources_is_refused() {
    let root = tempfile::tempdir().expect("a folder");
    put(&root.path().join("secret"), b"1");
    put(&root.path().join("site/static/a.css"), b"");
    symlink(root.path().join("secret"), root.path().join("site/static/b.css")).expect("linked");
    assert!(SiteSources::read(root.path()).expect_err("refused").to_string().contains("b.css"));
}
