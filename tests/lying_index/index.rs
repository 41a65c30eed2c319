//! An index on that server, right in everything that it is not told to lie about; and the binary that asks it.

use std::collections::BTreeSet;
use std::process::Stdio;
use std::time::{Duration, Instant};

use klayers::domain::Sha256;
use rustix::process::{Pid, Resource, Rlimit, prlimit};
use serde_json::{Value, json};

use super::common::{Ran, Wheel, World, tree};
use super::server::{Asked, Server, Step, ok, part};

pub const PAGE: &str = "application/vnd.pypi.simple.v1+json";

/// The index.
pub struct LyingIndex {
    pub server: Server,
}

impl LyingIndex {
    pub fn start() -> Self {
        Self { server: Server::start() }
    }

    pub fn world(&self, rows: &[&str]) -> World {
        let mut world = World::new(rows);
        world.set_index(&format!("{}/simple", self.server.origin()));
        world
    }

    /// A package of one wheel, all as it should be. Returns the wheel's bytes.
    pub fn add(&self, name: &str) -> Vec<u8> {
        self.add_wheel(&wheel(name))
    }

    pub fn add_wheel(&self, wheel: &Wheel) -> Vec<u8> {
        self.page(wheel, |_| {});
        let bytes = wheel.bytes();
        let (whole, metadata) = (bytes.clone(), wheel.metadata_text());
        self.server.answer(&file(wheel), move |asked| part(&whole, asked.from()));
        self.server.answer(&format!("{}.metadata", file(wheel)), move |_| ok("text/plain", metadata.as_bytes()));
        bytes
    }

    /// The page of the package of `wheel`, whose one file is told in another way.
    pub fn page(&self, wheel: &Wheel, lie: impl Fn(&mut Value)) {
        let bytes = wheel.bytes();
        let mut told = json!({
            "filename": wheel.filename(), "url": file(wheel), "size": bytes.len(), "hashes": {"sha256": Sha256::of(&bytes).to_string()}, "core-metadata": true,
        });
        lie(&mut told);
        let page = json!({"meta": {"api-version": "1.1"}, "name": wheel.name(), "files": [told], "versions": []}).to_string();
        self.server.answer(&page_path(wheel.name()), move |_| ok(PAGE, page.as_bytes()));
    }

    /// A package whose file answers something else. It is given the bytes that would be right.
    pub fn add_with(&self, name: &str, answer: impl Fn(&Asked, &[u8]) -> Vec<Step> + Send + Sync + 'static) {
        let bytes = self.add(name);
        self.server.answer(&file(&wheel(name)), move |asked| answer(asked, &bytes));
    }
}

/// A wheel that is large enough to be cut.
pub fn wheel(name: &str) -> Wheel {
    let filler: Vec<u8> = (0..2000_u32).flat_map(|n| n.wrapping_mul(2_654_435_761).to_le_bytes()).collect();
    Wheel::new(name, "1.0").file(&format!("{name}/data.bin"), filler)
}

/// The path of its file.
pub fn file(wheel: &Wheel) -> String {
    format!("/files/{}", wheel.filename())
}

/// The path of a page.
pub fn page_path(name: &str) -> String {
    format!("/simple/{name}/")
}

/// How the binary is run: with how much patience, in seconds, and how much memory.
pub struct Bounds {
    pub seconds: u64,
    pub memory: u64,
}

/// What most tests need: hosts may be silent for two seconds, and half a gigabyte is enough for everything.
pub const BOUNDS: Bounds = Bounds { seconds: 2, memory: 512 << 20 };

impl Bounds {
    /// Runs `klayers`, and holds it to a minute and a half. Both outputs are shown when it takes longer.
    #[track_caller]
    pub fn run(&self, world: &World, arguments: &[&str]) -> Ran {
        let began = Instant::now();
        let mut command = world.command(arguments);
        command.env("KLAYERS_HTTP_TIMEOUT", self.seconds.to_string()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let child = command.spawn().unwrap();
        let limit = Rlimit { current: Some(self.memory), maximum: Some(self.memory) };
        prlimit(Pid::from_raw(child.id().try_into().unwrap()), Resource::Data, limit).unwrap();
        let output = child.wait_with_output().unwrap();
        let text = |bytes: Vec<u8>| String::from_utf8_lossy(&bytes).into_owned();
        let ran = Ran { code: output.status.code(), stdout: text(output.stdout), stderr: text(output.stderr) };
        assert!(began.elapsed() < Duration::from_secs(90), "it took {:?}:\n{}", began.elapsed(), ran.stderr);
        ran
    }
}

/// The wheels in the cache of `world`, each of which has the hash of its bytes in its name.
#[track_caller]
pub fn cached(world: &World) -> BTreeSet<Sha256> {
    let folder = world.path(".cache/klayers/wheels");
    let wheels = tree(&folder).into_iter().filter(|(path, _)| path.extension().is_some_and(|extension| extension == "whl"));
    wheels
        .map(|(path, bytes)| {
            assert_eq!(path.file_stem().unwrap().to_str().unwrap(), Sha256::of(&bytes).to_string());
            Sha256::of(&bytes)
        })
        .collect()
}

/// What was said of a package that failed.
#[track_caller]
pub fn told<'a>(ran: &'a Ran, package: &str) -> &'a str {
    let start = format!("failed: {package} for p3.13: ");
    let told = ran.stderr.lines().find_map(|line| line.strip_prefix(&start));
    told.unwrap_or_else(|| panic!("nothing is said of `{package}`:\n{}\n{}", ran.stdout, ran.stderr))
}
