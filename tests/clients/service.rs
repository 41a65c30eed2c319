//! The service that the clients ask: three packages, one of them with an older version, on both architectures.

use crate::common::{Index, Wheel, World};

/// Whose layers a local run publishes.
pub const ACCOUNT: &str = "000000000000";

/// A world whose site is made, and the index that it was made from.
pub struct Service {
    pub world: World,
    _index: Index,
}

impl Service {
    /// `beta` has three versions, the last of them from the second run; `Pillow` and `Zope.Interface` have one.
    pub fn run() -> Self {
        let index = Index::with(&[Wheel::new("beta", "1.5").requires("Pillow"), Wheel::new("Pillow", "12.0"), Wheel::new("Zope.Interface", "8.1")]);
        let mut world = World::with_index(&["beta,BSD,", "Pillow,,", "Zope.Interface,,"], &index);
        world.run(&["run"]).exits(0);
        for (version, now) in [("1.6", "2026-12-01T00:00:00Z"), ("1.10", "2027-01-01T00:00:00Z")] {
            index.add(&Wheel::new("beta", version).requires("Pillow"));
            world.set_now(now);
            world.run(&["run"]).exits(0);
        }
        Self { world, _index: index }
    }
}

/// The ARN that a local run gives.
pub fn arn(region: &str, infix: &str, name: &str, number: u64) -> String {
    format!("arn:aws:lambda:{region}:{ACCOUNT}:layer:Klayers-{infix}-{name}:{number}")
}
