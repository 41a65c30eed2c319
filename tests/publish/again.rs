//! What counts as published already: what receipts, the ledger or the account itself tell of.

use klayers::publish::{Effort, Refusal, Tally};

use super::disturbed::{Disturbed, Fault};
use super::world::{World, expected, versions_told};

#[tokio::test]
async fn what_a_receipt_tells_of_is_not_asked_for_again() {
    let world = World::new();
    let archives = [world.archive("numpy", "1.0")];
    world.run_with_file(&world.open(), &archives).await;
    let account = Disturbed::new(world.open(), None);
    assert_eq!(world.run_with_file(&account, &archives).await, Tally { done: 3, ..Tally::default() });
    assert!(account.calls.lock().unwrap().iter().all(|call| ["identity", "storage"].contains(call)));
    // Another build of the same layer is another matter.
    let newer = [world.archive("numpy", "1.1")];
    assert_eq!(world.run_with_file(&account, &newer).await, Tally { published: 3, ..Tally::default() });
}

#[tokio::test]
async fn a_return_to_old_requirements_gets_a_new_number() {
    let mut world = World::new();
    let (a, b) = (world.archive("numpy", "1.0"), world.archive("numpy", "2.0"));
    for (archive, number) in [(&a, 1), (&b, 2), (&a, 3)] {
        let (tally, receipts) = world.run(&world.open(), std::slice::from_ref(archive)).await;
        assert_eq!(tally, Tally { published: 3, ..Tally::default() });
        assert_eq!(versions_told(&receipts), expected(std::slice::from_ref(archive), number));
        world.record(&receipts);
    }
    // An orphan below a recorded version could never be the latest, so it is passed over too.
    let c = [world.archive("numpy", "3.0")];
    let account = Disturbed::new(world.open(), Some(("add_permission", "", "eu-west-1", Fault::Before(Refusal::AccessDenied))));
    let (_, receipts) = world.run(&account, &c).await;
    drop(account);
    world.record(&receipts);
    let (_, receipts) = world.run(&world.open(), std::slice::from_ref(&b)).await;
    world.record(&receipts);
    let (_, receipts) = world.run(&world.open(), &c).await;
    assert_eq!(versions_told(&receipts), expected(&c, 6));
}

#[tokio::test]
async fn force_publishes_what_is_recorded_anew_and_adopts_what_is_not() {
    let mut world = World::new();
    let archives = [world.archive("numpy", "1.0")];
    let (_, receipts) = world.run(&world.open(), &archives).await;
    world.record(&receipts);
    world.effort = Effort::Forced;
    let (tally, _) = world.run(&world.open(), &archives).await;
    assert_eq!(tally, Tally { published: 3, ..Tally::default() });
    let (tally, receipts) = world.run(&world.open(), &archives).await;
    assert_eq!(tally, Tally { adopted: 3, ..Tally::default() }, "nothing was recorded of the forced run, so it was killed");
    assert_eq!(versions_told(&receipts), expected(&archives, 2));
}

#[tokio::test]
async fn the_same_description_over_other_bytes_is_not_adopted() {
    let world = World::new();
    let one = world.archive("numpy", "1.0");
    let other = world.archive_of("numpy", "1.0", "other bytes");
    assert_eq!(one.description(), other.description());
    world.run(&world.open(), &[one]).await;
    let other = [other];
    let (tally, receipts) = world.run(&world.open(), &other).await;
    assert_eq!(tally, Tally { published: 3, ..Tally::default() });
    assert_eq!(versions_told(&receipts), expected(&other, 2));
}
