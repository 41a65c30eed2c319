//! Nothing lies about that nobody uses: templates, what pages load, what people wrote for the site, scripts and pages of
//! documentation.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on should stop")]

#[path = "architecture/repository.rs"]
#[allow(dead_code, reason = "others ask it for more")]
mod repository;

use repository::{text, tracked};

/// The tracked files below `folder`, by their path from there.
fn below(folder: &str) -> Vec<String> {
    tracked().iter().filter_map(|path| path.strip_prefix(folder).map(str::to_owned)).collect()
}

/// The texts of tracked files below `folders`, with their paths.
fn texts(folders: &[&str]) -> Vec<(String, String)> {
    let paths = tracked().into_iter().filter(|path| folders.iter().any(|folder| path.starts_with(folder)));
    paths.filter(|path| !path.ends_with(".png")).map(|path| (path.clone(), text(&path))).collect()
}

/// Those of `names` that none of `users` uses, but perhaps itself.
fn orphans(names: &[String], users: &[(String, String)], is_used: impl Fn(&str, &str) -> bool) -> Vec<String> {
    let alone = |name: &&String| !users.iter().any(|(path, text)| !path.ends_with(name.as_str()) && is_used(text, name));
    names.iter().filter(alone).cloned().collect()
}

#[test]
fn every_template_is_rendered_or_included() {
    let names = below("templates/");
    let quoted = |text: &str, name: &str| text.contains(&format!("\"{name}\""));
    assert!(names.len() > 20, "{names:?}");
    assert_eq!(orphans(&names, &texts(&["templates/", "src/render/"]), quoted), Vec::<String>::new());
}

#[test]
fn every_template_that_is_named_is_there() {
    let names = below("templates/");
    let mut missing = Vec::new();
    for (path, text) in texts(&["templates/"]) {
        for word in ["include", "extends"] {
            let beginning = format!("{{% {word} \"");
            let quoted = text.split(&beginning).skip(1).filter_map(|rest| rest.split('"').next());
            missing.extend(quoted.filter(|name| !names.iter().any(|known| known == name)).map(|name| format!("{path}: {name}")));
        }
    }
    assert_eq!(missing, Vec::<String>::new());
}

#[test]
fn everything_static_is_loaded_by_something() {
    let names = below("site/static/");
    let named = |text: &str, name: &str| text.contains(name);
    assert!(names.len() > 15, "{names:?}");
    assert_eq!(orphans(&names, &texts(&["templates/", "site/static/", "src/render/"]), named), Vec::<String>::new());
}

#[test]
fn every_page_that_people_wrote_has_its_place() {
    let names: Vec<String> = below("site/content/").iter().map(|name| name.trim_end_matches(".md").to_owned()).collect();
    let quoted = |text: &str, name: &str| text.contains(&format!("\"{name}\""));
    assert!(names.len() > 5, "{names:?}");
    assert_eq!(orphans(&names, &texts(&["src/render/"]), quoted), Vec::<String>::new());
}

#[test]
fn every_script_is_told_of_and_every_page_is_linked() {
    let scripts: Vec<String> = below("scripts/").into_iter().filter(|name| !name.contains('/') && name != "README.md").collect();
    let named = |text: &str, name: &str| text.contains(&format!("scripts/{name}"));
    assert_eq!(orphans(&scripts, &texts(&["scripts/README.md"]), named), Vec::<String>::new());
    let pages: Vec<String> = below("docs/").into_iter().filter(|name| name.ends_with(".md") && !name.ends_with("README.md")).collect();
    let linked = |text: &str, name: &str| text.contains(&format!("{}.md", name.trim_end_matches(".md").rsplit('/').next().unwrap()));
    let prose: Vec<(String, String)> = texts(&[""]).into_iter().filter(|(path, _)| path.ends_with(".md")).collect();
    assert_eq!(orphans(&pages, &prose, linked), Vec::<String>::new());
}
