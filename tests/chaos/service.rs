//! A catalogue of six layers in eight regions, and an AWS that it is published to again and again: for each seed
//! into an account of its own.

use std::collections::BTreeMap;
use std::os::unix::process::ExitStatusExt as _;
use std::path::PathBuf;
use std::process::{Command, ExitStatus, Stdio};
use std::time::{Duration, Instant};

use klayers::domain::Sha256;

use super::account::{Place, Version, of_emulator, of_ledger};
use super::aws::{Emulator, Fault, FaultProxy, Faults};
use super::common::{Index, Wheel, World};

const PACKAGES: [&str; 6] = ["alpha", "beta", "gamma", "delta", "epsilon", "zeta"];
const REGIONS: [&str; 8] = ["ap-south-1", "ca-central-1", "eu-central-1", "eu-west-1", "sa-east-1", "us-east-1", "us-east-2", "us-west-2"];
/// Of a hundred requests, so many go wrong.
const FAULTS_IN_HUNDRED: u8 = 15;
/// What an undisturbed run asks: whose account it is and how much room it has, and four calls for each layer version.
const REQUESTS: usize = REGIONS.len() * (2 + 4 * PACKAGES.len());
const KILL_DELAY_MAX_MILLISECONDS: u64 = 30;
/// Undisturbed runs that may be needed until nothing is open.
const CLEAN_RUNS_MAX: usize = 3;
const RUN_ENDS_WITHIN: Duration = Duration::from_secs(240);

/// The project, its archives, and the emulator.
pub struct Service {
    world: World,
    emulator: Emulator,
    /// What each layer must be.
    expected: BTreeMap<String, (Sha256, String)>,
}

/// What came of a seed.
#[derive(Debug, Default)]
pub struct Told {
    pub faults: BTreeMap<Fault, usize>,
    pub kills: usize,
    pub disturbed_runs: usize,
    /// Disturbed runs that ended by themselves and had to leave something to the next.
    pub left_open: usize,
    pub clean_runs: usize,
    /// Requests that Lambda got in any region.
    pub most_in_a_second: usize,
    /// Empty when all is well.
    pub wrong: Vec<String>,
}

impl Told {
    pub fn in_a_line(&self) -> String {
        let faults: usize = self.faults.values().sum();
        let end = if self.wrong.is_empty() { "well" } else { "WRONG" };
        let Self { disturbed_runs, kills, left_open, clean_runs, .. } = self;
        format!("{disturbed_runs} disturbed runs with {faults} faults, {kills} kills, {left_open} that left something open; {clean_runs} undisturbed: {end}")
    }
}

impl Service {
    pub fn start() -> Self {
        let index = Index::with(&PACKAGES.map(|package| Wheel::new(package, "1.0")));
        let world = World::with_index(&PACKAGES, &index);
        let regions: String = REGIONS.iter().map(|region| format!("{region},Somewhere\n")).collect();
        world.write("pipeline/config/regions.csv", &format!("Code,Name,State\n{regions}"));
        // Short, so that a stalled call does not stall the test; long enough for an emulator that several seeds share.
        world.add_settings("[publish]\ncalls_per_second = 14\ncall_timeout_seconds = 2\n");
        world.run(&[&["build"], &PACKAGES[..], &["--runtime", "p3.13", "-o", "dist"]].concat()).exits(0);
        let expected = klayers::verify::names(&world.path("dist")).unwrap().into_iter().map(|layer| {
            let manifest = world.json(&format!("dist/{layer}.json"));
            let text = |field: &str| manifest[field].as_str().unwrap().to_owned();
            let description = format!("{}=={} | {}", text("package"), text("version"), text("requirements_sha256"));
            (layer, (text("zip_sha256").parse().unwrap(), description))
        });
        let expected: BTreeMap<_, _> = expected.collect();
        assert_eq!(expected.len(), PACKAGES.len());
        Self { world, emulator: Emulator::ministack(), expected }
    }

    /// Publishes and records in one or two disturbed runs, then undisturbed until nothing is open.
    pub fn run(&self, seed: u64) -> Told {
        let mut random = fastrand::Rng::with_seed(seed);
        let proxy = FaultProxy::to(&self.emulator.url());
        proxy.set_faults(Faults::of_all_kinds(seed, FAULTS_IN_HUNDRED));
        let run = Run { service: self, proxy: &proxy, account: format!("1{seed:011}"), folder: format!("seeds/{seed}") };
        std::fs::create_dir_all(self.world.path(&run.folder)).unwrap();
        let mut told = Told::default();
        for _ in 0..random.usize(1..=2) {
            told.disturbed_runs += 1;
            let kill = random.bool().then(|| Kill {
                at_request: proxy.requests() + random.usize(1..REQUESTS),
                delay: Duration::from_millis(random.u64(0..KILL_DELAY_MAX_MILLISECONDS)),
            });
            let status = run.publish(kill);
            match (status.signal(), status.code()) {
                (Some(9), _) => told.kills += 1,
                (_, Some(0)) => {}
                (_, Some(1)) => told.left_open += 1,
                _ => told.wrong.push(format!("a disturbed run ended with {status}")),
            }
            // What becomes of the receipts when a machine is gone, or a later step runs on another.
            match random.u8(0..3) {
                0 => run.record(&mut told),
                1 => {
                    run.record(&mut told);
                    run.lose_receipts();
                }
                _ => run.lose_receipts(),
            }
        }
        told.faults = proxy.faults_met();
        proxy.set_faults(Faults::none());
        run.finish(&mut told);
        run.compare(&mut told);
        told.most_in_a_second = proxy.most_in_a_second().into_values().max().unwrap_or(0);
        told
    }
}

/// When to end a run by force.
struct Kill {
    at_request: usize,
    delay: Duration,
}

/// All that happens for one seed.
struct Run<'a> {
    service: &'a Service,
    proxy: &'a FaultProxy,
    account: String,
    folder: String,
}

impl Run<'_> {
    /// Returns when all that it asked of AWS has taken its effect.
    fn publish(&self, kill: Option<Kill>) -> ExitStatus {
        let mut command = self.command(&["publish", "dist", "--account", "aws", "-o", &self.path("receipts.jsonl"), "--ledger", &self.path("ledger")]);
        command.env("AWS_ENDPOINT_URL", self.proxy.url()).env("AWS_REGION", REGIONS[0]).env("AWS_EC2_METADATA_DISABLED", "true");
        command.env("AWS_ACCESS_KEY_ID", &self.account).env("AWS_SECRET_ACCESS_KEY", "test");
        let mut child = command.spawn().unwrap();
        let deadline = Instant::now() + RUN_ENDS_WITHIN;
        let mut kill_at = deadline;
        let mut kill = kill;
        let status = loop {
            if let Some(status) = child.try_wait().unwrap() {
                break status;
            }
            if let Some(Kill { delay, .. }) = kill.take_if(|kill| self.proxy.requests() >= kill.at_request) {
                kill_at = Instant::now() + delay;
            }
            if Instant::now() >= kill_at {
                child.kill().unwrap();
            }
            assert!(Instant::now() < deadline, "a run does not end: {}", self.said());
            // A kill at a certain moment is a wait by its nature.
            std::thread::park_timeout(Duration::from_millis(1));
        };
        self.proxy.settled();
        status
    }

    fn record(&self, told: &mut Told) {
        if !self.file("receipts.jsonl").exists() {
            return;
        }
        let status = self.command(&["record", &self.path("receipts.jsonl"), "--ledger", &self.path("ledger")]).status().unwrap();
        if !status.success() {
            told.wrong.push(format!("`record` ended with {status}"));
        }
    }

    fn lose_receipts(&self) {
        klayers::outside::files::remove(&self.file("receipts.jsonl")).unwrap();
    }

    /// Undisturbed, until nothing is open.
    fn finish(&self, told: &mut Told) {
        for _ in 0..CLEAN_RUNS_MAX {
            told.clean_runs += 1;
            let status = self.publish(None);
            self.record(told);
            match status.code() {
                Some(0) => return,
                Some(1) => {}
                _ => told.wrong.push(format!("an undisturbed run ended with {status}")),
            }
        }
        told.wrong.push(format!("something is open after {CLEAN_RUNS_MAX} undisturbed runs"));
    }

    fn compare(&self, told: &mut Told) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        let found = runtime.block_on(of_emulator(&self.service.emulator.url(), &self.account, &REGIONS)).unwrap();
        let recorded = of_ledger(&self.file("ledger"));
        let numbers = |region: &str, layer: &str| -> Vec<u64> {
            let of_layer = |place: &&Place| (place.0.as_str(), place.1.as_str()) == (region, layer);
            found.keys().filter(of_layer).map(|place| place.2).collect()
        };
        for region in REGIONS {
            for layer in self.service.expected.keys() {
                let numbers = numbers(region, layer);
                if numbers.len() != 1 {
                    told.wrong.push(format!("`{layer}` in `{region}` has the versions {numbers:?}"));
                }
            }
        }
        for (place, version) in &found {
            let expected = self.service.expected.get(&place.1).map(|(sha256, description)| Version {
                zip_sha256: *sha256,
                description: description.clone(),
                is_public: true,
            });
            if expected.as_ref() != Some(version) {
                told.wrong.push(format!("{place:?} is {version:?}, not {expected:?}"));
            }
            if recorded.get(place) != Some(&version.zip_sha256) {
                told.wrong.push(format!("{place:?} is in the account, and the ledger has {:?}", recorded.get(place)));
            }
        }
        told.wrong.extend(recorded.keys().filter(|place| !found.contains_key(place)).map(|place| format!("{place:?} is in the ledger alone")));
        if !told.wrong.is_empty() {
            told.wrong.push(self.said());
        }
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = self.service.world.command(arguments);
        let output = std::fs::OpenOptions::new().create(true).append(true).open(self.file("output.txt")).unwrap();
        command.stdout(Stdio::from(output.try_clone().unwrap())).stderr(Stdio::from(output));
        command
    }

    fn said(&self) -> String {
        format!("the runs said:\n{}", self.service.world.read(&self.path("output.txt")))
    }

    fn path(&self, name: &str) -> String {
        format!("{}/{name}", self.folder)
    }

    fn file(&self, name: &str) -> PathBuf {
        self.service.world.path(&self.path(name))
    }
}
