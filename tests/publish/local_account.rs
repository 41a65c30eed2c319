//! The account that is a folder: one writer, what a killed one left, a damaged file.

use klayers::domain::Receipt;
use klayers::outside::OutsideError;
use klayers::outside::files::{self, Durability};
use klayers::publish::local::{LocalAccount, LocalReader};
use klayers::publish::{ReadAccount, Tally, WriteAccount};

use super::world::{World, expected, now, region, versions_told};

#[tokio::test]
async fn a_second_writer_is_refused_and_a_reader_is_not() {
    let world = World::new();
    let account = world.open();
    assert!(matches!(LocalAccount::open(&world.account(), now()), Err(OutsideError::Locked { .. })));
    let reader = LocalReader::open(&world.account());
    assert_eq!(reader.list_versions(&region("eu-west-1"), &"K-p313-x".parse().unwrap()).await.unwrap(), []);
    drop(account);
    world.open();
}

#[tokio::test]
async fn what_a_killed_writer_left_half_written_goes_and_numbers_do_not_come_back() {
    let world = World::new();
    let archives = [world.archive("numpy", "1.0")];
    world.run(&world.open(), &archives).await;
    let layer = &archives[0].archive().manifest().layer;
    let account = world.open();
    for region in archives[0].regions() {
        account.delete_version(region, layer, 1).await.unwrap();
    }
    drop(account);
    let half = world.account().join("regions/eu-west-1/.klayers-tmp-half");
    files::write(&half, b"{", Durability::Process).unwrap();
    let (_, receipts) = world.run(&world.open(), &archives).await;
    assert_eq!(versions_told(&receipts), expected(&archives, 2));
    assert!(!half.exists());
}

#[tokio::test]
async fn a_damaged_layer_file_fails_its_region_alone_and_is_named() {
    let world = World::new();
    let archives = [world.archive("numpy", "1.0")];
    let file = world.account().join("regions/eu-west-1/K-p313-numpy.json");
    files::write(&file, b"{", Durability::Process).unwrap();
    let (tally, receipts) = world.run(&world.open(), &archives).await;
    assert_eq!(tally, Tally { published: 2, failed: 1, ..Tally::default() });
    let reason = receipts.iter().find_map(|receipt| match receipt {
        Receipt::Failed { failure, .. } => Some(failure.reason.clone()),
        _ => None,
    });
    assert!(reason.unwrap().contains("regions/eu-west-1/K-p313-numpy.json"));
    assert_eq!(std::fs::read(&file).unwrap(), b"{");
}
