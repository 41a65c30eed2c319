//! Which folders are deployed at all, and what Pages takes.

use serde_json::Value;

use crate::aws::{Emulator, FaultProxy};
use crate::bucket::Bucket;
use crate::world::{SiteWorld, link};

#[tokio::test(flavor = "multi_thread")]
async fn a_folder_that_is_no_site_is_refused_before_anything_is_asked() {
    let (site, emulator) = (SiteWorld::new(), Emulator::ministack());
    Bucket::new(&emulator.url()).await;
    let proxy = FaultProxy::to(&emulator.url());
    site.remove("404.html");
    site.remove("index.html");
    link(&site.world.path("pipeline"), &site.folder().join("link"));
    rustix_pipe(&site);
    site.write("api/.klayers-tmp-1-half", "half");
    let ran = site.deploy(&proxy.url(), &["s3://the-site"]).exits(1);
    ran.says("error[site-file-missing]: there is no `404.html`\n  --> _site/404.html\n  help: render the site")
        .says("error[site-file-missing]: there is no `index.html`")
        .says("error[site-not-a-file]: `link` is a link or a device\n  --> _site/link")
        .says("error[site-not-a-file]: `pipe` is a link or a device")
        .says("error[site-being-written]: `api/.klayers-tmp-1-half` is half-written");
    site.deploy(&proxy.url(), &["s3://the-site", "--site", "nowhere"]).exits(1).says("there is no `index.html`\n  --> nowhere/index.html");
    link(&site.folder(), &site.world.path("linked"));
    site.deploy(&proxy.url(), &["s3://the-site", "--site", "linked"]).exits(2).says("it is a link or a file, not a folder");
    let long = format!("{}/{}", "a".repeat(250), "b".repeat(250));
    let long = format!("{long}/{long}/{}", "c".repeat(30));
    site.write(&long, "long");
    site.deploy(&proxy.url(), &["s3://the-site"]).exits(1).says("error[site-name-too-long]");
    assert_eq!(proxy.requests(), 0);
}

#[test]
fn everything_that_pages_would_not_take_is_told_at_once() {
    let site = SiteWorld::new();
    let fine = site.deploy("http://127.0.0.1:9", &["pages"]).exits(0).says(" files, ").says(" of 1000000000 bytes that Pages takes (0.0 %), about ");
    assert!(!fine.stderr.contains("error"), "{}", fine.stderr);
    site.remove(".nojekyll");
    site.write(".hidden", "x");
    site.write("a:b", "x");
    site.write("static/STYLE.css", "other");
    site.write("Robots.txt/x", "x");
    link(&site.world.path("pipeline"), &site.folder().join("link"));
    // A hole takes no room on the disk.
    std::fs::OpenOptions::new().append(true).open(site.folder().join("static/style.css")).unwrap().set_len(1_000_000_000).unwrap();
    let ran = site.deploy("http://127.0.0.1:9", &["pages", "--format", "json"]).exits(1);
    let problems: Value = serde_json::from_str(&ran.stdout).unwrap();
    let told: Vec<(&str, &str)> = problems.as_array().unwrap().iter().map(|one| (one["file"].as_str().unwrap(), one["code"].as_str().unwrap())).collect();
    let expected = [
        ("_site/", "site-too-large"),
        ("_site/.hidden", "site-file-hidden"),
        ("_site/.nojekyll", "site-file-missing"),
        ("_site/a:b", "site-name-refused"),
        ("_site/link", "site-not-a-file"),
        ("_site/robots.txt", "site-file-and-folder"),
        ("_site/static/style.css", "site-names-differ-in-case"),
    ];
    assert_eq!(told, expected);
    assert!(problems.as_array().unwrap().iter().all(|one| !one["help"].as_str().unwrap().is_empty()));
    ran.says(" of 1000000000 bytes that Pages takes (100.0 %)");
}

fn rustix_pipe(site: &SiteWorld) {
    rustix::fs::mknodat(rustix::fs::CWD, site.folder().join("pipe"), rustix::fs::FileType::Fifo, rustix::fs::Mode::RWXU, 0).unwrap();
}
