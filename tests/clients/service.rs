//! The service that the clients ask: what `klayers run` makes of a small index, run by run.

use crate::common::{Index, Server, Wheel, World};

/// Whose layers a local run publishes.
pub const ACCOUNT: &str = "000000000000";
/// Every runtime of the configuration; nothing was ever built for the last.
pub const RUNTIMES: [&str; 4] = ["p3.12", "p3.13", "p3.13-arm64", "p3.8"];
/// Every region of the configuration; nothing was ever published to the last.
pub const REGIONS: [&str; 3] = ["eu-west-1", "us-east-1", "me-south-1"];

/// The ways in which the site is served: as the root of a host, as a project's pages below its name, and from S3.
const HOSTS: [&[&str]; 3] = [&[], &["--base", "/repo/"], &["--as", "s3", "--base", "/prefix/"]];

/// A world whose site is made, and the index that it was made from.
pub struct Service {
    pub world: World,
    _index: Index,
}

impl Service {
    /// `beta` has three versions: 1.8, 1.9 and 1.10. `Pillow`, `Zope.Interface` and `requests` have one.
    pub fn run() -> Self {
        Self::with_releases(3)
    }

    /// With so many versions of `beta`, from another run each; the last is 1.10.
    pub fn with_releases(count: u64) -> Self {
        let first = 11 - count;
        let release = |minor: u64| Wheel::new("beta", &format!("1.{minor}")).requires("Pillow");
        let index = Index::with(&[release(first), Wheel::new("Pillow", "12.0"), Wheel::new("Zope.Interface", "8.1"), Wheel::new("requests", "2.34.2")]);
        let mut world = World::with_index(&["beta,BSD,", "Pillow,,", "Zope.Interface,,", "requests,Apache-2.0,"], &index);
        world.set_now("2026-01-01T07:00:00Z");
        world.run(&["run"]).exits(0);
        for minor in first + 1..=10 {
            index.add(&release(minor));
            world.set_now(&format!("2026-{:02}-01T07:00:00Z", minor + 2));
            world.run(&["run"]).exits(0);
        }
        Self { world, _index: index }
    }

    /// A server for each way of serving.
    pub fn servers(&self) -> Vec<Server> {
        HOSTS.iter().map(|more| Server::start(&self.world, more)).collect()
    }
}

/// The ARN that a local run gives.
pub fn arn(region: &str, infix: &str, name: &str, number: u64) -> String {
    format!("arn:aws:lambda:{region}:{ACCOUNT}:layer:Klayers-{infix}-{name}:{number}")
}
