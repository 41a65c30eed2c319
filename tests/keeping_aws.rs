//! Withdrawing, expiring, auditing and adopting at AWS, which an emulator stands in for; and what each makes of
//! calls that go wrong.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on should stop")]

mod aws;
mod common;

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use aws::{Asked, Emulator, Fault, FaultProxy};
use aws_sdk_lambda::config::{Credentials, Region};
use common::{Index, Ran, Wheel, World};
use klayers::domain::{Architecture, RecordedVersion, RegionCode, Sha256, Sharing};
use klayers::outside::files::{self, Durability};
use klayers::outside::http::{Http, Network};
use klayers::publish::aws::{AwsAccount, Manners, settings};
use klayers::publish::{Content, Health, Patience, Payload, PublishRequest, Removal, Watch, WriteAccount, audit, expire, repair};
use serde_json::Value;

const ACCOUNT: &str = "123456789012";
const LEDGER: &str = ".klayers/ledger";

/// Runs a command with the emulator as AWS.
fn run(world: &World, emulator: &Emulator, arguments: &[&str]) -> Ran {
    let mut command = world.command(arguments);
    command.env("AWS_ENDPOINT_URL", emulator.url()).env("AWS_ACCESS_KEY_ID", ACCOUNT).env("AWS_SECRET_ACCESS_KEY", "test");
    let output = command.output().unwrap();
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    Ran { code: output.status.code(), stdout: text(&output.stdout), stderr: text(&output.stderr) }
}

/// The lines about `beta`, without what the account does not tell.
fn events(world: &World) -> Vec<Value> {
    let line = |line: &str| {
        let mut event: Value = serde_json::from_str(line).unwrap();
        let fields = event.as_object_mut().unwrap();
        // Its own clock says when a version was made, and nothing says who recorded it, nor what stood beside the archive.
        fields.retain(|field, _| !["at", "event", "papers"].contains(&field.as_str()));
        event
    };
    world.read(&format!("{LEDGER}/p3.13/beta/events.jsonl")).lines().map(line).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn the_life_of_a_service() {
    let (emulator, index) = (Emulator::ministack(), Index::with(&[Wheel::new("beta", "1.5")]));
    let mut world = World::with_index(&["beta,MIT,"], &index);
    let on = |world: &World, arguments: &[&str]| run(world, &emulator, &[arguments, &["--account", "aws", "--ledger", LEDGER]].concat());
    let publish = |world: &World| {
        world.run(&["plan", "--runtime", "p3.13", "--ledger", LEDGER]).exits(0);
        world.run(&["build", "--plan", "plan.json", "-o", "dist"]).exits(0);
        on(world, &["publish", "dist"]).exits(0);
        world.run(&["record", "receipts.jsonl", "--ledger", LEDGER]).exits(0);
        files::remove(&world.path("receipts.jsonl")).unwrap();
    };
    publish(&world);
    index.add(&Wheel::new("beta", "1.6"));
    publish(&world);
    on(&world, &["audit"]).exits(0).says("4 layer versions were looked at: 4 are well");

    let before = events(&world);
    files::remove_dir(&world.path(LEDGER)).unwrap();
    on(&world, &["adopt"]).exits(0).says("4 layer versions of 1 packages are new to the ledger, in 2 lines");
    assert_eq!(events(&world), before);
    on(&world, &["adopt"]).exits(0).says("0 layer versions");
    world.run(&["plan", "--runtime", "p3.13", "--ledger", LEDGER]).exits(0).says("0 to build, 1 unchanged");

    // Behind everybody's back: a permission is taken away in one region, a version in the other.
    let client = |region: &'static str| {
        let config = aws_sdk_lambda::Config::builder().behavior_version_latest().region(Region::new(region)).endpoint_url(emulator.url());
        aws_sdk_lambda::Client::from_conf(config.credentials_provider(Credentials::new(ACCOUNT, "test", None, None, "test")).build())
    };
    let layer = "Klayers-p313-beta";
    client("us-east-1").remove_layer_version_permission().layer_name(layer).version_number(1).statement_id("make_public").send().await.unwrap();
    client("eu-west-1").delete_layer_version().layer_name(layer).version_number(2).send().await.unwrap();
    let ran = on(&world, &["audit"]).exits(1).says("error[layer-lost]").says("error[layer-not-shared]");
    ran.says("2 are well, 0 were repaired, 1 are lost");
    on(&world, &["audit", "--repair"]).exits(0).says("2 are well, 1 were repaired, 0 are lost");
    on(&world, &["audit"]).exits(0).says("3 are well").says("warning[version-lost]");

    // A hundred years later all but the latest has had its time.
    world.set_now("2126-01-01T00:00:00Z");
    on(&world, &["expire", "--dry-run"]).exits(0).prints("us-east-1                 1        0      0\n");
    on(&world, &["expire"]).exits(0).prints("us-east-1                 1        0      0\n");
    on(&world, &["expire"]).exits(0).prints("nothing is past its date");
    let left = |region| async move {
        let versions = client(region).list_layer_versions().layer_name(layer).send().await.unwrap().layer_versions.unwrap_or_default();
        versions.iter().map(|version| version.version).collect::<BTreeSet<i64>>()
    };
    assert_eq!((left("us-east-1").await, left("eu-west-1").await), ([2].into(), [1].into()), "in each region the latest");
}

/// Versions in an account behind a proxy.
struct Disturbed {
    _emulator: Emulator,
    proxy: FaultProxy,
    account: AwsAccount,
    folder: tempfile::TempDir,
}

impl Disturbed {
    async fn new() -> Self {
        let emulator = Emulator::ministack();
        let proxy = FaultProxy::to(&emulator.url());
        // Fast, so that only what is asked for takes time.
        let manners = Manners {
            calls_per_second: 1000,
            call_limit: Duration::from_secs(5),
            patience: Patience { tries: 4, first_wait: Duration::from_millis(5), longest_wait: Duration::from_millis(20), doubt: Duration::ZERO },
        };
        let credentials = Credentials::new(ACCOUNT, "secret", None, None, "test");
        let account =
            AwsAccount::open(settings().endpoint_url(proxy.url()).credentials_provider(credentials), manners, Http::new(Network::Online)).await.unwrap();
        Self { _emulator: emulator, proxy, account, folder: tempfile::tempdir().unwrap() }
    }

    /// A version that nobody may use yet.
    async fn version(&self, number: usize) -> RecordedVersion {
        let bytes = aws::zip(&number.to_string());
        let file = self.folder.path().join("layer.zip");
        files::write(&file, &bytes, Durability::Process).unwrap();
        let request = PublishRequest {
            layer: format!("K-p313-x{number}").parse().unwrap(),
            description: "x".to_owned(),
            license: String::new(),
            pythons: vec!["3.13".parse().unwrap()],
            architectures: vec![Architecture::X86_64],
            content: Content::Inline(Arc::new(Payload::new(&file, Sha256::of(&bytes)))),
        };
        let region: RegionCode = "eu-west-1".parse().unwrap();
        let made = self.account.publish_version(&region, &request).await.unwrap();
        let arn = format!("arn:aws:lambda:{region}:{ACCOUNT}:layer:{}:{}", request.layer, made.version).parse().unwrap();
        RecordedVersion { arn, zip_sha256: made.code_sha256 }
    }

    /// The next call of this name meets the fault.
    fn disturb(&self, operation: &'static str, fault: Fault) {
        self.proxy.next(move |asked: &Asked| asked.operation == operation, fault);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn whatever_happens_to_a_deletion_it_is_told_as_it_is() {
    let disturbed = Disturbed::new().await;
    for (number, fault) in Fault::ALL.into_iter().enumerate() {
        let version = disturbed.version(number).await;
        disturbed.disturb("DeleteLayerVersion", fault);
        let once = || async { expire(&disturbed.account, &Watch::default(), std::slice::from_ref(&version)).await.remove(0) };
        match (fault, once().await) {
            (Fault::Denied, Removal::Left(failure)) => assert_eq!(failure.code, "access-denied"),
            (Fault::Denied, other) => panic!("{fault:?}: {other:?}"),
            // Made again, or seen to be done.
            (_, removal) => assert_eq!(removal, Removal::Deleted, "{fault:?}"),
        }
        let again = if fault == Fault::Denied { Removal::Deleted } else { Removal::Gone };
        assert_eq!(once().await, again, "{fault:?}");
        assert_eq!(once().await, Removal::Gone, "{fault:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_permission_is_mended_through_whatever_happens_and_read_back() {
    let disturbed = Disturbed::new().await;
    for (number, fault) in Fault::ALL.into_iter().enumerate() {
        let version = disturbed.version(number).await;
        let mut healths = audit_one(&disturbed, &version).await;
        assert!(matches!(healths[0], Health::NotShared(_)), "{healths:?}");
        disturbed.disturb("AddLayerVersionPermission", fault);
        repair(&disturbed.account, std::slice::from_ref(&version), &mut healths, &Sharing::Public).await;
        if fault == Fault::Denied {
            assert!(matches!(&healths[0], Health::NotShared(reason) if reason.contains("AccessDenied")), "{healths:?}");
            continue;
        }
        // What was cut off may have been done: it is read, and said as it is.
        let now = audit_one(&disturbed, &version).await.remove(0);
        match &healths[0] {
            Health::Repaired => assert_eq!(now, Health::Well, "{fault:?}"),
            other => panic!("{fault:?}: {other:?}"),
        }
    }
}

async fn audit_one(disturbed: &Disturbed, version: &RecordedVersion) -> Vec<Health> {
    audit(&disturbed.account, std::slice::from_ref(version), &Sharing::Public, &|| ()).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_fault_is_never_a_loss() {
    let disturbed = Disturbed::new().await;
    let version = disturbed.version(0).await;
    for fault in Fault::ALL {
        for operation in ["GetLayerVersion", "GetLayerVersionPolicy"] {
            disturbed.disturb(operation, fault);
            let health = audit_one(&disturbed, &version).await.remove(0);
            match (fault, &health) {
                (Fault::Denied, Health::Unknown(failure)) => assert_eq!(failure.code, "access-denied", "{operation}"),
                (Fault::Denied, other) => panic!("{operation}: {other:?}"),
                (_, health) => assert!(matches!(health, Health::NotShared(_)), "{fault:?} {operation}: {health:?}"),
            }
        }
    }
}
