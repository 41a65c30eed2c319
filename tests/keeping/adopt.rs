//! `klayers adopt`: a lost ledger, and the layers of the original Klayers.

use std::io::Write as _;
use std::sync::Arc;

use klayers::domain::{Architecture, Principal, Sha256, Statement};
use klayers::ledger::{Event, Ledger, PackageLedger, Published};
use klayers::outside::files::{self, Durability};
use klayers::publish::local::LocalAccount;
use klayers::publish::{Content, Payload, PublishRequest, WriteAccount as _};
use serde_json::json;

use super::common::{Index, Wheel, World};
use super::world::{LEDGER, Service, events, read};

/// The ledger without what an account does not tell: how a line came to be, the locks and the papers.
fn told_by_the_account(world: &World) -> Ledger {
    let plain = |event: Event| match event {
        Event::Adopted(published) | Event::Published(published) => Event::Published(Published { papers: None, ..published }),
        event @ (Event::Yanked(_) | Event::Unyanked(_) | Event::Deleted(_) | Event::Lost(_) | Event::Found(_)) => event,
    };
    let packages = read(world).packages.into_iter();
    let packages = packages.map(|(key, package)| (key, PackageLedger { events: package.events.into_iter().map(plain).collect(), lock: None }));
    Ledger { packages: packages.collect(), ..Ledger::default() }
}

#[test]
fn a_lost_ledger_is_rebuilt_and_nothing_is_built_or_published_again() {
    let index = Index::with(&[
        Wheel::new("alpha", "1.0").requires("beta>=1").metadata("License-Expression: MIT"),
        Wheel::new("beta", "1.5"),
        Wheel::new("Gamma.Ray", "2.0").requires("beta; extra == 'more'").metadata("Provides-Extra: more"),
        Wheel::new("Typing_Extensions", "4.01.0"),
    ]);
    let rows = ["alpha", "beta", "\"Gamma.Ray[more]\",BSD,somebody", "Typing.Extensions"];
    let mut world = World::with_index(&rows, &index);
    world.add_settings("[bundle.data]\npackages = [\"beta\", \"alpha\"]\npython = [\"3.13\"]\n");
    world.run(&["run"]).exits(0);
    index.add(&Wheel::new("beta", "1.6"));
    world.set_now("2026-12-01T00:00:00Z");
    world.run(&["run"]).exits(0);
    // The same bytes again, and a region that is filled later.
    world.set_now("2026-12-02T00:00:00Z");
    world.run(&["run", "--package", "alpha", "--runtime", "p3.13", "--force"]).exits(0);
    let regions = world.read("pipeline/config/regions.csv").replace("paused", "active");
    world.write("pipeline/config/regions.csv", &regions);
    world.set_now("2026-12-03T00:00:00Z");
    world.run(&["run"]).exits(0);
    let before = told_by_the_account(&world);
    let listed = |world: &World| {
        world.run(&["render", "--ledger", LEDGER]).exits(0);
        world.read("_site/api/v2/p3.13/layers/latest/us-east-1/index.html") + &world.read("_site/api/v2/p3.13/layers/eu-west-1/beta/index.html")
    };
    let listed_before = listed(&world);

    files::remove_dir(&world.path(LEDGER)).unwrap();
    world.set_now("2026-12-04T00:00:00Z");
    let adopt = |more: &[&str]| world.run(&[&["adopt", "--account", "local:.klayers/account", "--ledger", LEDGER], more].concat());
    adopt(&["--dry-run"]).exits(0).says("layer versions of 14 packages are new to the ledger");
    assert!(!world.path(LEDGER).exists(), "looking changes nothing");
    let ran = adopt(&[]).exits(0).says("next: klayers check, then klayers render");
    assert!(!ran.stderr.contains("note:") && !ran.stderr.contains("warning"), "{}", ran.stderr);
    let after = told_by_the_account(&world);
    assert_eq!(before.packages.keys().collect::<Vec<_>>(), after.packages.keys().collect::<Vec<_>>());
    for (key, package) in &before.packages {
        assert_eq!(after.packages[key].events, package.events, "{key:?}");
    }
    assert!(world.read(&format!("{LEDGER}/p3.13/beta/events.jsonl")).contains(r#""event":"adopted""#));
    assert_eq!(listed(&world), listed_before);

    let ledger = world.read(&format!("{LEDGER}/p3.13/beta/events.jsonl"));
    adopt(&[]).exits(0).says("0 layer versions of 0 packages are new to the ledger");
    assert_eq!(world.read(&format!("{LEDGER}/p3.13/beta/events.jsonl")), ledger, "once is enough");
    world.run(&["plan", "--ledger", LEDGER]).exits(0).says("0 to build, 14 unchanged");
    world.run(&["audit", "--account", "local:.klayers/account", "--ledger", LEDGER]).exits(0);
}

#[test]
fn a_ledger_that_lost_some_lines_gets_them_back_and_a_kill_in_between_does_no_harm() {
    let service = Service::new();
    let whole = told_by_the_account(&service.world);
    let history = service.history();
    let path = ".klayers/ledger/p3.13/beta/events.jsonl";
    let lines: Vec<String> = service.world.read(path).lines().map(|line| format!("{line}\n")).collect();
    // Only the newer line is left: what is adopted comes after it, and is older all the same.
    service.world.write(path, &lines[1]);
    service.on_account(&["adopt"]).exits(0).says("2 layer versions of 1 packages are new to the ledger, in 1 lines");
    assert_eq!(service.states(), ["1 Deprecated", "2 Latest"]);
    assert_eq!(service.history().current_build(), history.current_build());
    // Only the older one.
    service.world.write(path, &lines[0]);
    service.on_account(&["adopt"]).exits(0);
    assert_eq!(told_by_the_account(&service.world), whole);
    service.run_all().exits(0).prints("0 layer versions published");
}

#[test]
fn what_was_lost_and_is_there_is_found() {
    let service = Service::new();
    let layer = service.world.read(".klayers/account/regions/us-east-1/Klayers-p313-beta.json");
    service.delete("us-east-1", 2);
    service.on_account(&["audit"]).exits(1);
    service.on_account(&["adopt"]).exits(0).says("0 layer versions of 0 packages are new to the ledger, in 0 lines");
    service.world.write(".klayers/account/regions/us-east-1/Klayers-p313-beta.json", &layer);
    service.on_account(&["adopt"]).exits(0).says("in 0 lines; 1 that were lost are there");
    assert_eq!(service.events().pop().unwrap()["event"], "found");
    assert_eq!(service.states(), ["1 Deprecated", "2 Latest"]);
}

/// An account as the original Klayers leaves it.
struct Klayers {
    world: World,
    account: Option<LocalAccount>,
}

impl Klayers {
    fn new() -> Self {
        let world = World::new(&["Pillow,HPND,somebody", "requests"]);
        let account = LocalAccount::open(&world.path("account"), "2026-03-01T00:00:00Z".parse().unwrap()).unwrap();
        Self { world, account: Some(account) }
    }

    /// On another day.
    fn on(&mut self, day: &str) {
        self.account = None;
        self.account = Some(LocalAccount::open(&self.world.path("account"), format!("{day}T00:00:00Z").parse().unwrap()).unwrap());
    }

    /// Publishes `files`, as its pipeline does, and says the number.
    async fn publish(&self, region: &str, layer: &str, description: &str, files: &[&str]) -> u64 {
        let bytes = zip(files);
        let path = self.world.path("layer.zip");
        files::write(&path, &bytes, Durability::Process).unwrap();
        let request = PublishRequest {
            layer: layer.parse().unwrap(),
            description: description.to_owned(),
            license: "HPND".to_owned(),
            pythons: vec!["3.12".parse().unwrap()],
            architectures: vec![Architecture::X86_64],
            content: Content::Inline(Arc::new(Payload::new(&path, Sha256::of(&bytes)))),
        };
        let made = self.account.as_ref().unwrap().publish_version(&region.parse().unwrap(), &request).await.unwrap();
        files::remove(&path).unwrap();
        made.version
    }

    async fn share(&self, region: &str, layer: &str, number: u64) {
        let statement = Statement { id: "make_public".to_owned(), principal: Principal::Public };
        self.account.as_ref().unwrap().add_permission(&region.parse().unwrap(), &layer.parse().unwrap(), number, &statement).await.unwrap();
    }

    async fn publish_and_share(&self, layer: &str, description: &str, files: &[&str]) {
        for region in ["us-east-1", "eu-west-1"] {
            let number = self.publish(region, layer, description, files).await;
            self.share(region, layer, number).await;
        }
    }

    fn adopt(&mut self, more: &[&str]) -> super::common::Ran {
        self.account = None;
        self.world.run(&[&["adopt", "--account", "local:account", "--ledger", LEDGER], more].concat())
    }
}

/// A folder `python` with files, and its own entry, as Python's `make_archive` writes it.
fn zip(files: &[&str]) -> Vec<u8> {
    let mut archive = rawzip::ZipArchiveWriter::new(Vec::new());
    archive.new_dir("python/").create().unwrap();
    for file in files {
        let (mut entry, config) = archive.new_file(format!("python/{file}")).start().unwrap();
        let mut writer = config.wrap(&mut entry);
        writer.write_all(file.as_bytes()).unwrap();
        let (_, descriptor) = writer.finish().unwrap();
        entry.finish(descriptor).unwrap();
    }
    archive.finish().unwrap()
}

/// What `pip freeze` says, hashed: not our hash.
fn described(pin: &str) -> String {
    format!("{pin} | {}", Sha256::of(format!("{pin}\nother==1").as_bytes()))
}

#[tokio::test]
async fn the_layers_of_the_original_klayers_are_taken_as_they_are() {
    let mut klayers = Klayers::new();
    let pillow = |version: &str| vec![format!("pillow-{version}.dist-info/METADATA"), format!("olefile-0.47.dist-info/RECORD"), format!("PIL/{version}.py")];
    let files = |files: &[String]| files.to_vec();
    for (day, version) in [("2026-03-01", "12.0.0"), ("2026-04-01", "12.1.0")] {
        klayers.on(day);
        let files = files(&pillow(version));
        let files: Vec<&str> = files.iter().map(String::as_str).collect();
        klayers.publish_and_share("Klayers-p312-Pillow", &described(&format!("Pillow=={version}")), &files).await;
        klayers.publish_and_share("Klayers-p312-arm64-Pillow", &described(&format!("Pillow=={version}")), &files).await;
    }
    klayers.publish_and_share("Klayers-p312-curl_cffi", &described("curl_cffi==0.13.0"), &["curl_cffi/__init__.py"]).await;
    let ran = klayers.adopt(&[]).exits(0).says("10 layer versions of 3 packages are new to the ledger, in 5 lines");
    ran.says("note: 8 layer versions have a hash of another kind").says("note: the archives of 2 layer versions name no distribution");

    let lines = events(&klayers.world, "p3.12/pillow");
    assert_eq!(lines.len(), 2);
    let expected = json!({
        "event": "adopted", "at": "2026-04-01T00:00:00Z", "account": "000000000000", "partition": "aws", "layer": "Klayers-p312-Pillow",
        "package": "Pillow", "version": "12.1.0", "license": "HPND", "requirements": ["olefile==0.47", "pillow==12.1.0"],
        "regions": {"eu-west-1": 2, "us-east-1": 2},
    });
    for (key, value) in expected.as_object().unwrap() {
        assert_eq!(&lines[1][key], value, "{key}");
    }
    assert_eq!(lines[1]["unzipped_bytes"], pillow("12.1.0").iter().map(|file| file.len() as u64).sum::<u64>());
    assert_eq!(events(&klayers.world, "p3.12-arm64/pillow")[0]["layer"], "Klayers-p312-arm64-Pillow");
    let alone = &events(&klayers.world, "p3.12/curl-cffi")[0];
    assert_eq!((&alone["package"], &alone["requirements"]), (&json!("curl_cffi"), &json!(["curl-cffi==0.13.0"])));

    klayers.world.run(&["render", "--ledger", LEDGER]).exits(0);
    let rows = klayers.world.json("_site/api/v2/p3.12/layers/us-east-1/Pillow/index.html");
    let shown: Vec<_> = rows.as_array().unwrap().iter().map(|row| (&row["packageVersion"], &row["deployStatus"])).collect();
    assert_eq!(shown, [(&json!("12.0.0"), &json!("deprecated")), (&json!("12.1.0"), &json!("latest"))]);
    assert_eq!(rows[0]["expiryDate"], "2027-04-01T00:00:00");
    klayers.world.run(&["audit", "--account", "local:account", "--ledger", LEDGER]).exits(0).says("10 are well");
    klayers.adopt(&[]).exits(0).says("0 layer versions");
}

#[tokio::test]
async fn what_is_not_shared_or_not_understood_is_left_alone_and_named() {
    let mut klayers = Klayers::new();
    let files = ["requests-2.0.dist-info/METADATA"];
    klayers.publish("us-east-1", "Klayers-p312-requests", &described("requests==2.0"), &files).await;
    klayers.publish_and_share("Klayers-p312-numpy", "somebody's own", &files).await;
    klayers.publish_and_share("Klayers-p312-pandas", &described("requests==2.0"), &files).await;
    klayers.publish_and_share("Klayers-python38-requests", &described("requests==2.0"), &files).await;
    klayers.publish_and_share("Other-p312-requests", &described("requests==2.0"), &files).await;
    let ran = klayers.adopt(&[]).exits(0).says("0 layer versions of 0 packages are new to the ledger");
    let ran = ran.says("layer:Klayers-p312-requests:1` is left alone: it is not public: it has no policy");
    let ran = ran.says("layer:Klayers-p312-numpy:1` is left alone: `somebody's own` is not a description");
    let ran = ran.says("layer:Klayers-p312-pandas:1` is left alone: its description is of `requests`");
    let ran = ran.says("note: 1 layers have names that tell no runtime, such as `Klayers-python38-requests`: left alone");
    assert!(!ran.stderr.contains("Other-"), "{}", ran.stderr);
    klayers.adopt(&["--prefix", "Other", "--region", "eu-west-1"]).exits(0).says("1 layer versions of 1 packages");
    assert_eq!(events(&klayers.world, "p3.12/requests")[0]["regions"], json!({"eu-west-1": 1}));
    klayers.adopt(&["--region", "ap-south-1"]).exits(2).says("has no region `ap-south-1`");
}

#[tokio::test]
async fn an_archive_that_is_not_what_the_account_says_is_not_taken() {
    let mut klayers = Klayers::new();
    klayers.publish_and_share("Klayers-p312-requests", &described("requests==2.0"), &["requests-2.0.dist-info/METADATA"]).await;
    klayers.publish_and_share("Klayers-p312-odd", &described("odd==1.0"), &["odd-1.0.dist-info/METADATA", "odd-1.0.dist-info/METADATA"]).await;
    let blobs = klayers.world.path("account/blobs");
    let damaged = Sha256::of(&zip(&["requests-2.0.dist-info/METADATA"]));
    files::write(&blobs.join(format!("{damaged}.zip")), b"other", Durability::Process).unwrap();
    let ran = klayers.adopt(&[]).exits(1).says("[archive-damaged]").says("[archive-refused]").says("is there twice");
    ran.says("0 layer versions of 0 packages");
    assert!(files::names(&klayers.world.path(".cache/klayers")).unwrap().is_empty(), "archives are not kept");
}
