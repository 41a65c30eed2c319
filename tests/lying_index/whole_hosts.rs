//! Hosts of which nothing can be had.

use super::common::World;
use super::index::{BOUNDS, LyingIndex, file, told, wheel};
use super::server::{Server, Step, status};

const MANY: usize = 20;

/// Packages whose files are on a host that always answers `how`; and how often that was asked for a file.
fn on_a_host(how: fn() -> Vec<Step>) -> (LyingIndex, Server, World, Vec<String>) {
    let (index, files) = (LyingIndex::start(), Server::start());
    let names: Vec<String> = (0..MANY).map(|at| format!("package{at}")).collect();
    for name in &names {
        let wheel = wheel(name);
        index.add_wheel(&wheel);
        let url = format!("{}{}", files.origin(), file(&wheel));
        index.page(&wheel, |told| told["url"] = url.clone().into());
        let metadata = wheel.metadata_text();
        files.answer(&format!("{}.metadata", file(&wheel)), move |_| super::server::ok("text/plain", metadata.as_bytes()));
        files.answer(&file(&wheel), move |_| how());
    }
    let world = index.world(&[]);
    (index, files, world, names)
}

fn wheels_asked(files: &Server) -> usize {
    files.asked().iter().filter(|asked| asked.path.ends_with(".whl")).count()
}

#[test]
fn a_host_of_files_that_is_down_is_told_once_and_left_alone() {
    let (_index, files, world, names) = on_a_host(|| vec![]);
    let arguments: Vec<&str> = ["build"].into_iter().chain(names.iter().map(String::as_str)).chain(["--runtime", "p3.13"]).collect();
    let ran = BOUNDS.run(&world, &arguments).exits(2);
    assert_eq!(ran.stderr.matches("error: ").count(), 1, "{}", ran.stderr);
    assert!(ran.stderr.contains(&format!("cannot reach `{}`", files.host())), "{}", ran.stderr);
    assert!(wheels_asked(&files) <= 8 * 6, "{}", wheels_asked(&files));
}

#[test]
fn a_host_of_files_that_is_down_stops_only_what_is_on_it() {
    let (index, files, world, names) = on_a_host(|| status(503, &[]));
    index.add("elsewhere");
    let all = ["build", "elsewhere"].into_iter().chain(names.iter().map(String::as_str));
    let ran = BOUNDS.run(&world, &all.chain(["--runtime", "p3.13"]).collect::<Vec<_>>()).exits(1);
    assert!(ran.stdout.contains("Klayers-p313-elsewhere.zip"), "{}", ran.stdout);
    let given_up = names.iter().filter(|name| told(&ran, name).contains("it failed 8 times in a row and is not asked again in this run")).count();
    assert!(given_up >= MANY - 2 * 8, "{given_up}: {}", ran.stderr);
    assert!(wheels_asked(&files) <= 16 * 6, "{}", wheels_asked(&files));
}

#[test]
fn what_is_cached_is_built_when_the_host_of_another_file_is_down() {
    let (index, _files, world, names) = on_a_host(|| vec![]);
    index.add("elsewhere");
    BOUNDS.run(&world, &["build", "elsewhere", "--runtime", "p3.13"]).exits(0);
    let ran = BOUNDS.run(&world, &["build", "elsewhere", &names[0], "--runtime", "p3.13"]).exits(1);
    assert!(ran.stdout.contains("Klayers-p313-elsewhere.zip") && told(&ran, &names[0]).contains("[download-failed]"), "{}", ran.stderr);
}

#[test]
fn an_index_that_is_down_is_told_once() {
    for (how, words) in
        [(status as fn(u16, &[(&str, &str)]) -> Vec<Step>, "503"), (|_, _| vec![], "cannot reach"), (|_, _| vec![Step::Silence], "cannot reach")]
    {
        let index = LyingIndex::start();
        let names: Vec<String> = (0..MANY).map(|at| format!("package{at}")).collect();
        names.iter().for_each(|name| index.server.answer(&super::index::page_path(name), move |_| how(503, &[])));
        let world = index.world(&names.iter().map(String::as_str).collect::<Vec<_>>());
        let ran = BOUNDS.run(&world, &["plan", "--runtime", "p3.13"]).exits(2);
        assert!(ran.stderr.matches("error: ").count() == 1 && ran.stderr.contains(words) && ran.stderr.contains(&index.server.host()), "{}", ran.stderr);
        let asked = index.server.asked().iter().filter(|asked| asked.method == "GET").count();
        assert!(asked <= 2 * 8, "{asked}");
        assert!(!world.path("plan.json").exists());
    }
}

#[test]
fn an_index_that_tells_nothing_of_vulnerabilities_is_asked_a_few_times() {
    let index = LyingIndex::start();
    let names: Vec<String> = (0..MANY).map(|at| format!("package{at}")).collect();
    for name in &names {
        index.add(name);
        index.server.answer(&format!("/pypi/{name}/1.0/json"), |_| vec![Step::Silence]);
    }
    let world = index.world(&[]);
    let arguments: Vec<&str> = ["build"].into_iter().chain(names.iter().map(String::as_str)).chain(["--runtime", "p3.13"]).collect();
    let ran = BOUNDS.run(&world, &arguments).exits(0);
    assert!(ran.stderr.contains("is not asked again in this run"), "{}", ran.stderr);
    let asked = index.server.asked().iter().filter(|asked| asked.path.starts_with("/pypi/")).count();
    assert!((8..=16).contains(&asked), "{asked}");
}
