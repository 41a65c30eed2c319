//! Single calls of the AWS account through a proxy that disturbs them: which are made again, how soon, how often.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on should stop")]

#[path = "aws/mod.rs"]
mod aws;
#[path = "publish/world.rs"]
mod world;

use std::sync::Arc;
use std::time::Duration;

use aws::{Asked, Emulator, Fault, FaultProxy};
use aws_sdk_lambda::config::Credentials;
use axum::Router;
use axum::body::Body;
use axum::routing::get;
use futures::future::join_all;
use klayers::domain::Sharing;
use klayers::outside::http::{Http, Network};
use klayers::publish::aws::{AwsAccount, Manners, settings};
use klayers::publish::{Content, Patience, Payload, PublishRequest, Publishable, ReadAccount, Tally, WriteAccount, policy};
use world::{World, outcome, region};

/// Fast, so that only what is asked for takes time.
const MANNERS: Manners = Manners {
    calls_per_second: 1000,
    call_limit: Duration::from_secs(5),
    patience: Patience { tries: 4, first_wait: Duration::from_millis(5), longest_wait: Duration::from_millis(20), doubt: Duration::ZERO },
};

async fn account_at(url: &str, manners: Manners) -> AwsAccount {
    let credentials = Credentials::new("123456789012", "secret", None, None, "test");
    AwsAccount::open(settings().endpoint_url(url).credentials_provider(credentials), manners, Http::new(Network::Online)).await.unwrap()
}

fn request(archive: &Publishable) -> PublishRequest {
    let manifest = archive.archive().manifest();
    PublishRequest {
        layer: manifest.layer.clone(),
        description: archive.description(),
        license: String::new(),
        pythons: vec![manifest.runtime.python],
        architectures: vec![manifest.runtime.architecture],
        content: Content::Inline(Arc::new(Payload::new(archive.zip(), manifest.zip_sha256))),
    }
}

fn is(operation: &'static str) -> impl Fn(&Asked) -> bool {
    move |asked| asked.operation == operation
}

fn count(proxy: &FaultProxy, operation: &str) -> usize {
    proxy.asked().iter().filter(|asked| asked.operation == operation).count()
}

#[tokio::test(flavor = "multi_thread")]
async fn looking_is_done_again_after_any_fault_but_a_refusal() {
    let (emulator, world) = (Emulator::ministack(), World::new());
    let archive = world.archive("numpy", "1.0");
    let here = region("eu-west-1");
    let layer = &archive.archive().manifest().layer;
    account_at(&emulator.url(), MANNERS).await.publish_version(&here, &request(&archive)).await.unwrap();
    for fault in Fault::ALL {
        let proxy = FaultProxy::to(&emulator.url());
        let account = account_at(&proxy.url(), MANNERS).await;
        proxy.next(is("ListLayerVersions"), fault);
        proxy.next(is("GetLayerVersion"), fault);
        proxy.next(is("GetLayerVersionPolicy"), fault);
        if fault == Fault::Denied {
            let refused = [account.list_versions(&here, layer).await.unwrap_err(), account.policy(&here, layer, 1).await.unwrap_err()];
            assert!(refused.iter().all(|error| error.code() == "AccessDeniedException"), "{refused:?}");
            assert_eq!(proxy.asked().len(), 2, "asked again");
            continue;
        }
        assert_eq!(account.list_versions(&here, layer).await.unwrap().len(), 1, "{fault:?}");
        assert_eq!(account.get_version(&here, layer, 1).await.unwrap().code_sha256, archive.archive().manifest().zip_sha256, "{fault:?}");
        assert_eq!(account.policy(&here, layer, 1).await.unwrap(), None, "{fault:?}");
        assert_eq!(proxy.faults_met()[&fault], 3);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn publishing_is_done_again_only_when_it_was_throttled() {
    let (emulator, world) = (Emulator::ministack(), World::new());
    let here = region("eu-west-1");
    for (number, fault) in Fault::ALL.into_iter().enumerate() {
        let archive = world.archive(&format!("package-{number}"), "1.0");
        let proxy = FaultProxy::to(&emulator.url());
        let account = account_at(&proxy.url(), MANNERS).await;
        proxy.next(is("PublishLayerVersion"), fault);
        let made = account.publish_version(&here, &request(&archive)).await;
        match fault {
            Fault::Throttled | Fault::ThrottledForASecond => {
                assert_eq!(made.unwrap().version, 1);
                let times: Vec<_> = proxy.asked().iter().filter(|asked| asked.operation == "PublishLayerVersion").map(|asked| asked.at).collect();
                assert_eq!(times.len(), 2);
                let asked_for = if fault == Fault::ThrottledForASecond { Duration::from_secs(1) } else { Duration::ZERO };
                assert!(times[1].duration_since(times[0]) >= asked_for, "called again too soon");
            }
            Fault::Denied => {
                let error = made.unwrap_err();
                assert!(!error.is_ambiguous() && error.code() == "AccessDeniedException", "{error}");
                assert_eq!(count(&proxy, "PublishLayerVersion"), 1);
            }
            Fault::FailsBefore | Fault::FailsAfter | Fault::StallsBefore | Fault::StallsAfter | Fault::CutBefore | Fault::CutAfter | Fault::CutInTheAnswer => {
                let error = made.unwrap_err();
                assert!(error.is_ambiguous(), "{fault:?}: {error}");
                assert_eq!(count(&proxy, "PublishLayerVersion"), 1, "{fault:?}");
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_region_that_asks_for_time_is_left_alone_by_all() {
    let (emulator, world) = (Emulator::ministack(), World::new());
    let (here, there) = (region("eu-west-1"), region("us-east-1"));
    let archive = world.archive("numpy", "1.0");
    let layer = &archive.archive().manifest().layer;
    let proxy = FaultProxy::to(&emulator.url());
    let account = account_at(&proxy.url(), MANNERS).await;
    proxy.next(is("GetLayerVersion"), Fault::ThrottledForASecond);
    let throttled = account.get_version(&here, layer, 1);
    let others = async {
        while proxy.faults_met().is_empty() {
            tokio::task::yield_now().await;
        }
        // The proxy has answered; whatever the account asks once it knows, it asks a second later.
        while count(&proxy, "GetLayerVersion") < 2 {
            account.list_versions(&there, layer).await.unwrap();
        }
        account.list_versions(&here, layer).await.unwrap();
    };
    assert!(tokio::join!(throttled, others).0.is_err());
    let asked = proxy.asked();
    let throttled_at = asked.iter().find(|asked| asked.fault.is_some()).unwrap().at;
    let soon = |asked: &&Asked| asked.at > throttled_at && asked.at.duration_since(throttled_at) < Duration::from_secs(1);
    assert!(asked.iter().filter(soon).all(|asked| asked.region == "us-east-1"), "{asked:?}");
    assert!(asked.iter().filter(soon).count() > 0, "another region goes on");
}

#[tokio::test(flavor = "multi_thread")]
async fn each_region_gets_no_more_calls_a_second_than_it_should() {
    let (emulator, world) = (Emulator::ministack(), World::new());
    let archive = world.archive("numpy", "1.0");
    let layer = &archive.archive().manifest().layer;
    let proxy = FaultProxy::to(&emulator.url());
    let account = account_at(&proxy.url(), Manners { calls_per_second: 8, ..MANNERS }).await;
    let regions = [region("eu-west-1"), region("us-east-1")];
    let calls = (0..40).map(|number| account.list_versions(&regions[number % 2], layer));
    assert!(join_all(calls).await.into_iter().all(|listed| listed.is_ok()));
    let most = proxy.most_in_a_second();
    assert_eq!(most.len(), 2);
    // Eight leave in a second; on a busy machine some of them arrive together. Without a rate it would be all twenty.
    assert!(most.values().all(|most| *most <= 14), "{most:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_large_archive_is_staged_and_published_once_whatever_goes_wrong_on_its_way() {
    let (emulator, mut world) = (Emulator::ministack(), World::new().patient());
    world.staging = Some("staging-{region}-{account}".parse().unwrap());
    make_bucket(&emulator.url(), "staging-us-east-1-123456789012").await;
    for (number, (operation, fault)) in [
        ("PutObject", Fault::FailsAfter),
        ("PutObject", Fault::CutAfter),
        ("PutObject", Fault::Throttled),
        ("HeadObject", Fault::CutInTheAnswer),
        ("PublishLayerVersion", Fault::FailsBefore),
        ("PublishLayerVersion", Fault::FailsAfter),
        ("PublishLayerVersion", Fault::CutAfter),
        ("DeleteObject", Fault::FailsAfter),
    ]
    .into_iter()
    .enumerate()
    {
        let case = format!("{operation} {fault:?}");
        let archive = world.archive_of(&format!("torch-{number}"), "1.0", &"x".repeat(52_428_801));
        let archives = [Publishable::new(archive.archive().clone(), vec![region("us-east-1")])];
        let proxy = FaultProxy::to(&emulator.url());
        let account = account_at(&proxy.url(), MANNERS).await;
        proxy.next(is(operation), fault);
        let (tally, receipts) = world.run(&account, &archives).await;
        assert_eq!(tally, Tally { published: 1, ..Tally::default() }, "{case}: {:?}", receipts.iter().map(outcome).collect::<Vec<_>>());
        assert_eq!(proxy.faults_met().get(&fault), Some(&1), "{case}");
        assert_one_public_version(&account, &archives[0]).await;
        assert_eq!(objects(&emulator.url(), "staging-us-east-1-123456789012").await, 0, "{case}: the upload is removed");
    }
    // Without a bucket, AWS says so before anything else happens.
    let nowhere = [Publishable::new(world.archive_of("torch", "1.0", &"x".repeat(52_428_801)).archive().clone(), vec![region("eu-west-1")])];
    let (_, receipts) = world.run(&account_at(&emulator.url(), MANNERS).await, &nowhere).await;
    assert_eq!(outcome(receipts.last().unwrap()), "failed no-bucket");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_archive_that_is_damaged_after_it_was_verified_is_not_sent() {
    let (emulator, world) = (Emulator::ministack(), World::new());
    let proxy = FaultProxy::to(&emulator.url());
    let archive = world.archive("numpy", "1.0");
    let mut bytes = std::fs::read(archive.zip()).unwrap();
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    klayers::outside::files::write(archive.zip(), &bytes, klayers::outside::files::Durability::Process).unwrap();
    let (tally, receipts) = world.run(&account_at(&proxy.url(), MANNERS).await, std::slice::from_ref(&archive)).await;
    assert_eq!(tally, Tally { failed: 3, ..Tally::default() });
    assert!(receipts[1..].iter().all(|receipt| outcome(receipt) == "failed damaged-upload"), "{receipts:?}");
    assert_eq!(count(&proxy, "PublishLayerVersion"), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn another_emulator_of_aws_will_do_too() {
    let (emulator, mut world) = (Emulator::moto(), World::new());
    let archives = [world.archive("numpy", "1.0"), world.archive("pandas", "2.0")];
    let account = account_at(&emulator.url(), Manners { call_limit: Duration::from_secs(30), ..MANNERS }).await;
    let (tally, receipts) = world.run(&account, &archives).await;
    assert_eq!(tally, Tally { published: 6, ..Tally::default() });
    world.record(&receipts);
    let (tally, _) = world.run(&account, &archives).await;
    assert_eq!(tally, Tally { adopted: 6, ..Tally::default() });
    for archive in &archives {
        assert_one_public_version(&account, archive).await;
    }
    account.delete_version(&region("eu-west-1"), &archives[0].archive().manifest().layer, 1).await.unwrap();
    account.delete_version(&region("eu-west-1"), &archives[0].archive().manifest().layer, 1).await.unwrap();
}

async fn assert_one_public_version(account: &AwsAccount, archive: &Publishable) {
    let manifest = archive.archive().manifest();
    for region in archive.regions() {
        let versions: Vec<u64> = account.list_versions(region, &manifest.layer).await.unwrap().iter().map(|summary| summary.version).collect();
        assert_eq!(versions, [1], "{} in {region}", manifest.layer);
        assert_eq!(account.get_version(region, &manifest.layer, 1).await.unwrap().code_sha256, manifest.zip_sha256);
        let policy = account.policy(region, &manifest.layer, 1).await.unwrap();
        assert_eq!(policy::check(policy.as_deref(), &Sharing::Public), Ok(()));
    }
}

async fn s3(url: &str) -> aws_sdk_s3::Client {
    let credentials = Credentials::new("123456789012", "secret", None, None, "test");
    let config = settings().endpoint_url(url).credentials_provider(credentials).region(aws_config::Region::new("us-east-1")).load().await;
    aws_sdk_s3::Client::from_conf(aws_sdk_s3::config::Builder::from(&config).force_path_style(true).build())
}

async fn make_bucket(url: &str, bucket: &str) {
    s3(url).await.create_bucket().bucket(bucket).send().await.unwrap();
}

async fn objects(url: &str, bucket: &str) -> usize {
    s3(url).await.list_objects_v2().bucket(bucket).send().await.unwrap().contents().len()
}

#[tokio::test(flavor = "multi_thread")]
async fn an_archive_that_has_no_end_is_cut_off_at_its_size() {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let version = format!(r#"{{"Content":{{"Location":"{url}/endless","CodeSize":1000}},"Version":1}}"#);
    let endless = || async { Body::from_stream(futures::stream::repeat_with(|| Ok::<_, std::io::Error>(vec![0_u8; 1 << 16]))) };
    let routes = Router::new().route("/endless", get(endless)).fallback(move || std::future::ready(version.clone()));
    let server = tokio::spawn(async move { axum::serve(listener, routes).await });
    let account = account_at(&url, MANNERS).await;
    let folder = tempfile::tempdir().unwrap();
    let (here, layer, to) = (region("eu-west-1"), "Klayers-p313-numpy".parse().unwrap(), folder.path().join("archive.zip"));
    let asked = account.download(&here, &layer, 1, &to);
    let error = tokio::time::timeout(Duration::from_secs(60), asked).await.unwrap().unwrap_err();
    assert!(error.to_string().contains("its archive is longer than its `CodeSize`"), "{error}");
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0, "nothing is left of it");
    server.abort();
}
