//! Hosts of which nothing can be had.

use super::common::World;
use super::index::{BOUNDS, Bounds, LyingIndex, file, told, wheel};
use super::server::{Server, Step, head, status};

/// So many that the difference is seen between asking for each and giving the host up.
const MANY: usize = 32;
/// Of eight downloads at once, the last seven may have begun just before the eighth failure in a row.
const WHEELS_TRIED_MAX: usize = 8 + 7;
const TRIES: usize = 6;

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
    let (_index, files, world, names) = on_a_host(Vec::new);
    let arguments: Vec<&str> = ["build"].into_iter().chain(names.iter().map(String::as_str)).chain(["--runtime", "p3.13"]).collect();
    let ran = BOUNDS.run(&world, &arguments).exits(2);
    assert_eq!(ran.stderr.matches("error: ").count(), 1, "{}", ran.stderr);
    assert!(ran.stderr.contains(&format!("cannot reach `{}`", files.host())), "{}", ran.stderr);
    assert!(wheels_asked(&files) <= WHEELS_TRIED_MAX * TRIES, "{}", wheels_asked(&files));
}

#[test]
fn a_host_of_files_that_is_down_stops_only_what_is_on_it() {
    let (index, files, world, names) = on_a_host(|| status(503, &[]));
    index.add("elsewhere");
    let all = ["build", "elsewhere"].into_iter().chain(names.iter().map(String::as_str));
    let ran = BOUNDS.run(&world, &all.chain(["--runtime", "p3.13"]).collect::<Vec<_>>()).exits(1);
    assert!(ran.stdout.contains("Klayers-p313-elsewhere.zip"), "{}", ran.stdout);
    let given_up = names.iter().filter(|name| told(&ran, name).contains("it failed 8 times in a row and is not asked again in this run")).count();
    assert!(given_up >= MANY - WHEELS_TRIED_MAX, "{given_up}: {}", ran.stderr);
    assert!(wheels_asked(&files) <= WHEELS_TRIED_MAX * TRIES, "{}", wheels_asked(&files));
}

#[test]
fn what_is_cached_is_built_when_the_host_of_another_file_is_down() {
    let (index, _files, world, names) = on_a_host(Vec::new);
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

/// The host of the site that papers come back from is nobody whom we know, either.
#[test]
fn a_site_that_lies_gives_no_paper_and_takes_none() {
    let index = LyingIndex::start();
    index.add("alpha");
    let world = index.world(&["alpha"]);
    BOUNDS.run(&world, &["run", "--runtime", "p3.13"]).exits(0);
    std::fs::remove_dir_all(world.path(".klayers/papers")).unwrap();
    let papers = klayers::outside::files::walk(&world.path(".klayers/site/api/v3")).unwrap();
    let site = Server::start();
    site.answer("/api/v3/index.json", |_| super::server::ok("application/json", "{}"));
    let gather = || Bounds { seconds: 1, ..BOUNDS }.run(&world, &["papers", "--site", &site.origin(), "--ledger", ".klayers/ledger"]);
    for (lie, words) in [
        ((|_: &super::server::Asked| super::server::ok("application/json", "something else")) as fn(&super::server::Asked) -> Vec<Step>, None),
        (|_| vec![head(200, &[]), Step::Forever(vec![b' '; 1 << 16])], Some("is larger than")),
        (|_| vec![head(200, &[]), Step::Drip], Some("which is too slow")),
    ] {
        for path in papers.iter().filter(|path| path.starts_with("locks") || path.starts_with("sboms")) {
            site.answer(&format!("/api/v3/{}", path.display()), lie);
        }
        match words {
            Some(words) => gather().exits(2).says(words),
            None => gather().exits(0).says("2 missing").says("something else"),
        };
        let kept = klayers::outside::files::walk(&world.path(".klayers/papers")).unwrap_or_default();
        assert!(!kept.iter().any(|path| path.starts_with("locks") || path.starts_with("sboms")), "{kept:?}");
    }
}
