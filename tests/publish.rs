//! Publishing into a local account: undisturbed, disturbed call by call, killed at every call.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on should stop")]

#[path = "publish/again.rs"]
mod again;
#[path = "publish/disturbed.rs"]
mod disturbed;
#[path = "publish/local_account.rs"]
mod local_account;
#[path = "publish/world.rs"]
mod world;

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use klayers::domain::{LayerName, Receipt, RegionCode};
use klayers::outside::OutsideError;
use klayers::outside::files::{self, Durability};
use klayers::publish::local::LocalReader;
use klayers::publish::{Effort, Options, PreviewStep, Publishable, ReadAccount, Refusal, Standing, Tally, preflight, preview, publish};

use disturbed::{Disturbed, Fault, Moment};
use world::{World, expected, layer_of, outcome, region, region_of, versions_told, zip};

#[tokio::test]
async fn every_archive_becomes_public_in_every_region_and_a_second_run_changes_nothing() {
    let mut world = World::new();
    let archives = [world.archive("numpy", "1.0"), world.archive("pandas", "2.0")];
    let (tally, receipts) = world.run(&world.open(), &archives).await;
    assert_eq!(tally, Tally { published: 6, ..Tally::default() });
    assert_eq!(versions_told(&receipts), expected(&archives, 1));
    world.assert_one_public_version_each(&archives).await;
    for archive in &archives {
        let of_archive: Vec<&Receipt> = receipts.iter().filter(|receipt| layer_of(receipt) == &archive.archive().manifest().layer).collect();
        assert!(matches!(of_archive[0], Receipt::Archive(record) if record.zip_sha256 == archive.archive().manifest().zip_sha256));
        assert_eq!(of_archive.iter().filter(|receipt| matches!(receipt, Receipt::Archive(_))).count(), 1);
    }

    let before = world.tree();
    world.record(&receipts);
    let (tally, receipts) = world.run(&world.open(), &archives).await;
    assert_eq!(tally, Tally { adopted: 6, ..Tally::default() });
    assert_eq!(versions_told(&receipts), expected(&archives, 1));
    assert_eq!(world.tree(), before);
}

#[tokio::test]
async fn one_fault_leaves_the_rest_alone_and_the_next_run_finishes() {
    let before = |call| (call, Fault::Before(Refusal::AccessDenied));
    let after = |call| (call, Fault::After(Refusal::Service));
    let cases = [
        (before("list_versions"), "failed access-denied", "published"),
        (before("publish_version"), "failed access-denied", "published"),
        (("publish_version", Fault::Before(Refusal::Service)), "failed service-error", "published"),
        (("publish_version", Fault::Before(Refusal::TooManyRequests { retry_after: None })), "failed throttled", "published"),
        (("publish_version", Fault::Before(Refusal::CodeStorageExceeded)), "failed code-storage-exceeded", "published"),
        (("publish_version", Fault::Unreachable), "failed unreachable", "published"),
        // The version is looked for and found.
        (after("publish_version"), "published", "adopted"),
        // Whoever is throttled after the effect has been lied to: the orphan is found by the next run.
        (("publish_version", Fault::After(Refusal::TooManyRequests { retry_after: None })), "failed throttled", "adopted"),
        (before("add_permission"), "orphaned access-denied", "adopted"),
        // Only what is read back counts.
        (after("add_permission"), "published", "adopted"),
        (before("policy"), "orphaned access-denied", "adopted"),
        (("policy", Fault::Unreachable), "orphaned unreachable", "adopted"),
        (("policy", Fault::Condition), "orphaned not-public", "adopted"),
    ];
    for ((call, fault), first, second) in cases {
        let case = format!("{call} {fault:?}");
        let mut world = World::new();
        let archives = [world.archive("numpy", "1.0"), world.archive("pandas", "2.0")];
        let disturbed = (&archives[0].archive().manifest().layer, &region("eu-west-1"));
        let account = Disturbed::new(world.open(), Some((call, disturbed.0.as_str(), "eu-west-1", fault)));
        let (_, receipts) = world.run(&account, &archives).await;
        for receipt in receipts.iter().filter(|receipt| !matches!(receipt, Receipt::Archive(_))) {
            let expected = if (layer_of(receipt), region_of(receipt)) == disturbed { first } else { "published" };
            assert_eq!(outcome(receipt), expected, "{case}");
        }
        assert_eq!(receipts.len(), 8, "{case}");
        drop(account);

        world.record(&receipts);
        let (tally, receipts) = world.run(&world.open(), &archives).await;
        assert!(!tally.is_open(), "{case}");
        assert_eq!((tally.published, tally.adopted), if second == "published" { (1, 5) } else { (0, 6) }, "{case}");
        assert_eq!(versions_told(&receipts), expected(&archives, 1), "{case}");
        world.assert_one_public_version_each(&archives).await;
    }
}

#[tokio::test]
async fn a_region_that_is_gone_stops_no_other_and_is_filled_later() {
    let world = World::new();
    let archives = [world.archive("numpy", "1.0"), world.archive("pandas", "2.0")];
    // The first region in order: even the account's identity must come from another.
    let account = Disturbed::new(world.open(), Some(("", "", "ap-south-1", Fault::AlwaysUnreachable)));
    let (tally, receipts) = world.run(&account, &archives).await;
    assert_eq!(tally, Tally { published: 4, failed: 2, ..Tally::default() });
    assert!(receipts.iter().filter(|receipt| outcome(receipt).starts_with("failed")).all(|receipt| region_of(receipt) == &region("ap-south-1")));
    drop(account);

    let account = Disturbed::new(world.open(), Some(("", "", "", Fault::AlwaysUnreachable)));
    let (tally, receipts) = world.run(&account, &archives).await;
    assert_eq!(tally, Tally { failed: 6, ..Tally::default() });
    assert!(receipts.iter().all(|receipt| outcome(receipt) == "failed unreachable"), "no account is known, so no archive is told of");
    drop(account);

    let (tally, _) = world.run(&world.open(), &archives).await;
    assert_eq!(tally, Tally { published: 2, adopted: 4, ..Tally::default() });
    world.assert_one_public_version_each(&archives).await;
}

#[tokio::test]
async fn a_run_killed_at_any_call_and_started_again_ends_as_if_it_had_run_once() {
    let mut undisturbed = World::new();
    let archives = ["numpy", "pandas"].map(|package| {
        let archive = undisturbed.archive(package, "1.0");
        Publishable::new(archive.archive().clone(), archive.regions()[..2].to_vec())
    });
    undisturbed.run_with_file(&undisturbed.open(), &archives).await;
    for effort in [Effort::Needed, Effort::Forced] {
        if effort == Effort::Forced {
            undisturbed.record_file();
            undisturbed.effort = effort;
            undisturbed.run_with_file(&undisturbed.open(), &archives).await;
        }
        for moment in [Moment::BeforeTheEffect, Moment::AfterTheEffect] {
            for call in 1.. {
                let mut world = World::new();
                if effort == Effort::Forced {
                    world.run_with_file(&world.open(), &archives).await;
                    world.record_file();
                    world.effort = effort;
                }
                let account = Disturbed::new(world.open(), None).killed_at(call, moment);
                let was_killed = tokio::select! {
                    biased;
                    () = account.killed.notified() => true,
                    _ = world.run_with_file(&account, &archives) => false,
                };
                drop(account);
                if !was_killed {
                    assert!(call > 16, "there are that many calls");
                    break;
                }
                let tally = world.run_with_file(&world.open(), &archives).await;
                assert_eq!(tally.published + tally.adopted + tally.done, 4, "{effort:?} {moment:?} {call}");
                assert_eq!(world.tree(), undisturbed.tree(), "{effort:?} {moment:?} {call}");
                assert_eq!(world.told_in_file(), undisturbed.told_in_file(), "{effort:?} {moment:?} {call}");
            }
        }
    }
}

#[tokio::test]
async fn a_receipt_is_kept_before_the_next_call_and_a_receipt_that_cannot_be_kept_ends_the_run() {
    let world = World::new();
    let archives = [world.archive("numpy", "1.0")];
    let account = Disturbed::new(world.open(), None);
    let mut calls_before = Vec::new();
    let mut sink = |receipt: &Receipt| {
        if matches!(receipt, Receipt::Published { .. }) {
            calls_before.push(account.calls.lock().unwrap().len());
        }
        if calls_before.len() == 2 { Err(OutsideError::file("add to", Path::new("receipts"))(std::io::Error::other("disk full"))) } else { Ok(()) }
    };
    let standing = |_: &LayerName, _: &RegionCode, _| Standing::Unrecorded;
    let options = Options { regions_at_once: 1, ..world.options(&standing, &[]) };
    let ready = preflight(&account, &archives, &BTreeMap::new()).await.unwrap();
    account.calls.lock().unwrap().clear();
    let error = publish(&account, &ready, &archives, &options, &mut sink).await.unwrap_err();
    assert!(error.to_string().contains("disk full"));
    // list, publish, add, policy in each of two regions.
    assert_eq!(calls_before, [4, 8]);
    assert_eq!(account.calls.lock().unwrap().len(), 8);
}

#[tokio::test]
async fn an_archive_that_changed_since_it_was_verified_is_never_public() {
    let world = World::new();
    let archive = world.archive_of("numpy", "1.0", "good");
    let requirements = &archive.archive().manifest().requirements;
    for (bytes, code, versions) in
        [(zip("evil", requirements).0, "failed hash-differs", 1), (zip("longer than it was", requirements).0, "failed archive-changed", 1)]
    {
        files::write(archive.zip(), &bytes, Durability::Process).unwrap();
        let (tally, receipts) = world.run(&world.open(), std::slice::from_ref(&archive)).await;
        assert_eq!(tally, Tally { failed: 3, ..Tally::default() });
        assert!(receipts.iter().skip(1).all(|receipt| outcome(receipt) == code), "{receipts:?}");
        let reader = LocalReader::open(&world.account());
        let listed = reader.list_versions(&region("eu-west-1"), &archive.archive().manifest().layer).await.unwrap();
        assert_eq!(listed.len(), versions);
        assert_eq!(reader.policy(&region("eu-west-1"), &archive.archive().manifest().layer, 1).await.unwrap(), None);
    }
}

#[tokio::test]
async fn a_large_archive_goes_through_the_bucket_of_its_region() {
    let mut world = World::new();
    let archives = [world.archive_of("torch", "1.0", &"x".repeat(52_428_801))];
    let (tally, receipts) = world.run(&world.open(), &archives).await;
    assert_eq!(tally, Tally { failed: 3, ..Tally::default() });
    assert!(receipts.iter().skip(1).all(|receipt| outcome(receipt) == "failed needs-staging-bucket"));

    world.staging = Some("staging-{region}-{account}".parse().unwrap());
    let account = Disturbed::new(world.open(), Some(("publish_version", "", "eu-west-1", Fault::Before(Refusal::AccessDenied))));
    let (tally, _) = world.run(&account, &archives).await;
    assert_eq!(tally, Tally { published: 2, failed: 1, ..Tally::default() });
    assert!(files::walk(&world.account().join("buckets")).unwrap().is_empty(), "uploads are removed, whatever came of them");
    let buckets = std::fs::read_to_string(world.account().join("buckets.json")).unwrap();
    assert!(buckets.contains(r#""staging-eu-west-1-000000000000":"eu-west-1""#), "{buckets}");

    // A killed run leaves its upload; the next one removes it.
    let account = account.killed_at(2 + account_calls_until_publish_is_over(), Moment::AfterTheEffect);
    let eu = [Publishable::new(archives[0].archive().clone(), vec![region("eu-west-1")])];
    tokio::select! {
        biased;
        () = account.killed.notified() => {}
        _ = world.run(&account, &eu) => panic!("not killed"),
    }
    drop(account);
    assert_eq!(files::walk(&world.account().join("buckets")).unwrap().len(), 1);
    let (tally, _) = world.run(&world.open(), &archives).await;
    assert_eq!(tally, Tally { adopted: 3, ..Tally::default() });
    assert!(files::walk(&world.account().join("buckets")).unwrap().is_empty());
    world.assert_one_public_version_each(&archives).await;
}

/// list, stage, publish; the identity and the storage are the two more.
fn account_calls_until_publish_is_over() -> usize {
    3
}

#[tokio::test]
async fn what_aws_would_refuse_is_refused_before_any_call() {
    let world = World::new();
    let in_one = |archive: Publishable| Publishable::new(archive.archive().clone(), vec![region("eu-west-1")]);
    for (archive, code) in [
        (in_one(world.archive("numpy", &format!("1+{}", "a".repeat(256)))), "failed invalid-parameter"),
        (in_one(world.archive_with_license("numpy", "1.0", "x", &"x".repeat(600))), "published"),
    ] {
        let account = Disturbed::new(world.open(), None);
        let (_, receipts) = world.run(&account, &[archive]).await;
        assert_eq!(outcome(receipts.last().unwrap()), code);
        let was_asked = account.calls.lock().unwrap().contains(&"publish_version");
        assert_eq!(was_asked, code == "published");
    }
    let both = Publishable::new(world.archive("pandas", "1.0").archive().clone(), vec![region("us-east-1"), region("cn-north-1")]);
    let (_, receipts) = world.run(&world.open(), &[both]).await;
    assert!(receipts.iter().any(|receipt| outcome(receipt) == "failed other-partition"), "an archive's record names one partition");
}

#[tokio::test]
async fn a_preview_tells_what_would_be_done_and_changes_nothing() {
    let world = World::new();
    let (old, new, large) = (world.archive("numpy", "1.0"), world.archive("pandas", "1.0"), world.archive_of("torch", "1.0", &"x".repeat(52_428_801)));
    let large = Publishable::new(large.archive().clone(), vec![region("eu-west-1")]);
    let (_, receipts) = world.run(&world.open(), std::slice::from_ref(&old)).await;
    let done: Vec<Receipt> =
        receipts.into_iter().filter(|receipt| matches!(receipt, Receipt::Archive(_)) || region_of(receipt) == &region("us-east-1")).collect();
    let before = world.tree();
    let standing = |_: &LayerName, _: &RegionCode, _| Standing::Unrecorded;
    let (reader, archives) = (LocalReader::open(&world.account()), [old, new, large]);
    let ready = preflight(&reader, &archives, &BTreeMap::new()).await.unwrap();
    let lines = preview(&reader, &ready, &archives, &world.options(&standing, &done)).await;
    let shown: Vec<String> = lines
        .iter()
        .map(|line| match &line.step {
            PreviewStep::Blocked(failure) => format!("{} {} {}", line.layer, line.region, failure.code),
            step => format!("{} {} {step}", line.layer, line.region),
        })
        .collect();
    assert_eq!(
        shown,
        [
            "K-p313-numpy ap-south-1 adopt 1",
            "K-p313-numpy eu-west-1 adopt 1",
            "K-p313-numpy us-east-1 done 1",
            "K-p313-pandas ap-south-1 publish",
            "K-p313-pandas eu-west-1 publish",
            "K-p313-pandas us-east-1 publish",
            "K-p313-torch eu-west-1 needs-staging-bucket",
        ]
    );
    assert_eq!(world.tree(), before);
}

#[tokio::test]
async fn many_at_once_end_as_one_after_the_other() {
    let packages: Vec<String> = (0..12).map(|number| format!("package-{number}")).collect();
    let mut trees = BTreeSet::new();
    let mut told = BTreeSet::new();
    for at_once in [1, 3, 64] {
        let mut world = World::new();
        world.at_once = at_once;
        let mut archives: Vec<Publishable> = packages.iter().map(|package| world.archive(package, "1.0")).collect();
        // Two builds of one layer: the last that is given becomes the latest.
        archives.insert(0, world.archive("package-3", "0.9"));
        let (tally, receipts) = world.run(&world.open(), &archives).await;
        assert_eq!(tally, Tally { published: 39, ..Tally::default() });
        trees.insert(world.tree());
        told.insert(versions_told(&receipts));
    }
    assert_eq!((trees.len(), told.len()), (1, 1));
}

#[tokio::test]
async fn a_run_may_move_between_threads() {
    fn is_send<T: Send>(value: T) -> T {
        value
    }
    let world = World::new();
    let (account, archives) = (world.open(), [world.archive("numpy", "1.0")]);
    let standing = |_: &LayerName, _: &RegionCode, _| Standing::Unrecorded;
    let mut sink = |_: &Receipt| Ok(());
    let options = world.options(&standing, &[]);
    let ready = is_send(preflight(&account, &archives, &BTreeMap::new())).await.unwrap();
    assert_eq!(is_send(publish(&account, &ready, &archives, &options, &mut sink)).await.unwrap().published, 3);
}
