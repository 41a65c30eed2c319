//! Publishing to regions that fail for a while, are silent, are full, are not enabled or are somebody else's, and
//! sharing with some instead of everybody.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on should stop")]

#[path = "publish/disturbed.rs"]
mod disturbed;
#[path = "publish/world.rs"]
mod world;

use std::collections::BTreeMap;

use klayers::domain::{LayerName, Partition, Receipt, RegionCode, Sharing};
use klayers::publish::local::LocalReader;
use klayers::publish::{Options, Publishable, ReadAccount, Refusal, Standing, Tally, policy, preflight, publish};

use disturbed::{Disturbed, Fault};
use world::{World, layer_of, outcome, region, region_of};

#[tokio::test]
async fn what_passes_is_waited_for_and_nothing_is_published_twice() {
    let cases = [
        ("publish_version", Fault::Before(Refusal::Service)),
        ("publish_version", Fault::After(Refusal::Service)),
        ("publish_version", Fault::Unreachable),
        ("publish_version", Fault::Late),
        ("add_permission", Fault::Unreachable),
        ("add_permission", Fault::Before(Refusal::Service)),
        ("add_permission", Fault::After(Refusal::Service)),
        // A version that was made a moment ago may not be known yet.
        ("add_permission", Fault::Before(Refusal::ResourceNotFound)),
        ("policy", Fault::Unreachable),
        ("policy", Fault::Condition),
    ];
    for (call, fault) in cases {
        let case = format!("{call} {fault:?}");
        let mut world = World::new().patient();
        world.at_once = 1;
        let archives = [world.archive("numpy", "1.0")];
        let account = Disturbed::new(world.open(), Some((call, "", "eu-west-1", fault)));
        let (tally, _) = world.run(&account, &archives).await;
        assert_eq!(tally, Tally { published: 3, ..Tally::default() }, "{case}");
        assert!(account.was_disturbed(), "{case}");
        world.assert_one_public_version_each(&archives).await;
    }
}

#[tokio::test]
async fn what_is_refused_is_not_asked_for_again() {
    let world = World::new().patient();
    let archives = [world.archive("numpy", "1.0")];
    for refusal in [Refusal::AccessDenied, Refusal::CodeStorageExceeded, Refusal::InvalidParameterValue] {
        let account = Disturbed::new(world.open(), Some(("publish_version", "", "eu-west-1", Fault::Before(refusal))));
        let (tally, _) = world.run(&account, &archives).await;
        assert_eq!(tally.failed, 1);
        let published = account.calls.lock().unwrap().iter().filter(|call| **call == "publish_version").count();
        assert!(published <= 3, "{published}");
    }
}

#[tokio::test]
async fn a_region_that_stays_silent_is_given_up_and_costs_the_others_nothing() {
    let mut world = World::new().patient();
    world.at_once = 1;
    let archives: Vec<Publishable> = (0..10).map(|number| world.archive(&format!("package-{number}"), "1.0")).collect();
    let ready = preflight(&world.open(), &archives, &BTreeMap::new()).await.unwrap();
    let account = Disturbed::new(world.open(), Some(("list_versions", "", "ap-south-1", Fault::AlwaysUnreachable)));
    let standing = |_: &LayerName, _: &RegionCode, _| Standing::Unrecorded;
    let mut codes = Vec::new();
    let mut sink = |receipt: &Receipt| {
        if !matches!(receipt, Receipt::Archive(_)) && region_of(receipt) == &region("ap-south-1") {
            codes.push(outcome(receipt));
        }
        Ok(())
    };
    let tally = publish(&account, &ready, &archives, &world.options(&standing, &[]), &mut sink).await.unwrap();
    assert_eq!(tally, Tally { published: 20, failed: 10, ..Tally::default() });
    assert_eq!(codes[..3], ["failed unreachable"; 3]);
    assert_eq!(codes[3..], ["failed region-silent"; 7]);
    drop(account);
    let (tally, _) = world.run(&world.open(), &archives).await;
    assert_eq!(tally, Tally { published: 10, adopted: 20, ..Tally::default() });
}

#[tokio::test]
async fn a_region_that_is_not_ready_is_closed_and_the_others_are_not() {
    for (call, fault, code) in [
        ("identity", Fault::Before(Refusal::UnknownCredentials), "failed region-not-enabled"),
        ("identity", Fault::Unreachable, "failed unreachable"),
        ("storage", Fault::Unreachable, "failed unreachable"),
        ("storage", Fault::Full, "failed code-storage-short"),
        ("identity", Fault::Somebody, "failed other-account"),
    ] {
        let world = World::new();
        let archives = [world.archive("numpy", "1.0"), world.archive("pandas", "1.0")];
        let account = Disturbed::new(world.open(), Some((call, "", "us-east-1", fault)));
        let (tally, receipts) = world.run(&account, &archives).await;
        assert_eq!(tally, Tally { published: 4, failed: 2, ..Tally::default() }, "{code}");
        let of_region = |receipt: &&Receipt| !matches!(receipt, Receipt::Archive(_)) && region_of(receipt) == &region("us-east-1");
        assert!(receipts.iter().filter(of_region).all(|receipt| outcome(receipt) == code), "{code}: {receipts:?}");
        assert!(!account.calls.lock().unwrap().is_empty());
        drop(account);
        let (tally, _) = world.run(&world.open(), &archives).await;
        assert!(!tally.is_open());
    }
}

#[tokio::test]
async fn a_region_of_another_partition_is_for_another_run() {
    let world = World::new();
    let archives = [Publishable::new(world.archive("numpy", "1.0").archive().clone(), vec![region("eu-west-1"), region("us-gov-west-1")])];
    let account = Disturbed::new(world.open(), Some(("identity", "", "us-gov-west-1", Fault::Before(Refusal::UnknownCredentials))));
    let (tally, receipts) = world.run(&account, &archives).await;
    assert_eq!(tally, Tally { published: 1, failed: 1, ..Tally::default() });
    assert!(receipts.iter().any(|receipt| outcome(receipt) == "failed other-partition"));
    drop(account);
    // That run has its own credentials, and its own line in the record.
    let govcloud = [Publishable::new(archives[0].archive().clone(), vec![region("us-gov-west-1")])];
    let (_, receipts) = world.run(&world.open(), &govcloud).await;
    assert!(matches!(&receipts[0], Receipt::Archive(record) if record.partition == Partition::AwsUsGov), "{receipts:?}");
    let policy = LocalReader::open(&world.account()).policy(&region("us-gov-west-1"), layer_of(&receipts[0]), 1).await.unwrap();
    assert!(policy.unwrap().contains("arn:aws-us-gov:lambda:us-gov-west-1:"));
}

#[tokio::test]
async fn a_region_that_does_not_tell_its_room_is_published_to() {
    let world = World::new();
    let archives = [world.archive("numpy", "1.0")];
    let account = Disturbed::new(world.open(), Some(("storage", "", "us-east-1", Fault::Before(Refusal::AccessDenied))));
    let (tally, _) = world.run(&account, &archives).await;
    assert_eq!(tally, Tally { published: 3, ..Tally::default() });
}

#[tokio::test]
async fn the_credentials_of_another_account_stop_everything() {
    let world = World::new();
    let archives = [world.archive("numpy", "1.0")];
    let of = |account: &str| BTreeMap::from([(Partition::Aws, account.parse().unwrap())]);
    let error = preflight(&world.open(), &archives, &of("123456789012")).await.unwrap_err();
    assert!(error.to_string().contains("000000000000") && error.to_string().contains("123456789012"), "{error}");
    assert!(preflight(&world.open(), &archives, &of("000000000000")).await.is_ok());
    assert!(preflight(&world.open(), &archives, &BTreeMap::new()).await.is_ok());
    let elsewhere = BTreeMap::from([(Partition::AwsCn, "000000000000".parse().unwrap())]);
    let error = preflight(&world.open(), &archives, &elsewhere).await.unwrap_err();
    assert!(error.to_string().contains("names no account there"), "{error}");
}

#[tokio::test]
async fn layers_are_shared_with_an_organisation_or_accounts_and_not_with_everybody() {
    let accounts = ["123456789012", "210987654321"].map(|account| account.parse().unwrap());
    for sharing in [Sharing::Organization("o-a1b2c3d4e5".parse().unwrap()), Sharing::Accounts(accounts.into())] {
        let world = World::new();
        let archives = [world.archive("numpy", "1.0")];
        let standing = |_: &LayerName, _: &RegionCode, _| Standing::Unrecorded;
        let account = Disturbed::new(world.open(), Some(("add_permission", "", "eu-west-1", Fault::Before(Refusal::AccessDenied))));
        let ready = preflight(&account, &archives, &BTreeMap::new()).await.unwrap();
        let options = Options { sharing: &sharing, ..world.options(&standing, &[]) };
        let tally = publish(&account, &ready, &archives, &options, &mut |_| Ok(())).await.unwrap();
        assert_eq!(tally, Tally { published: 2, orphaned: 1, ..Tally::default() }, "one of several statements is not enough");
        let tally = publish(&account, &ready, &archives, &options, &mut |_| Ok(())).await.unwrap();
        assert_eq!(tally, Tally { adopted: 3, ..Tally::default() });
        drop(account);
        let reader = LocalReader::open(&world.account());
        for region in archives[0].regions() {
            let policy = reader.policy(region, &archives[0].archive().manifest().layer, 1).await.unwrap();
            assert_eq!(policy::check(policy.as_deref(), &sharing), Ok(()));
            assert!(policy::check(policy.as_deref(), &Sharing::Public).is_err());
        }
        // What is public already is not what config says, and nobody but its owner should change that.
        let world = World::new();
        let archives = [world.archive("numpy", "1.0")];
        world.run(&world.open(), &archives).await;
        let options = Options { sharing: &sharing, ..world.options(&standing, &[]) };
        let mut codes = Vec::new();
        let mut sink = |receipt: &Receipt| {
            codes.push(outcome(receipt));
            Ok(())
        };
        publish(&world.open(), &ready, &archives, &options, &mut sink).await.unwrap();
        assert_eq!(codes[1..], ["orphaned too-public"; 3]);
    }
}
