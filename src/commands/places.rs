//! Where commands read and write where nothing else is said, from the root of the project. What a job of a workflow leaves for
//! the next one has these names too.

/// The plan, between `klayers plan` and the jobs that work from it.
pub const PLAN: &str = "plan.json";
/// Archives with their manifests, between building and publishing.
pub const DIST: &str = "dist";
/// What publishing did, between it and the record.
pub const RECEIPTS: &str = "receipts.jsonl";
/// The tables for people on GitHub, in the repository.
pub const DEPLOYMENTS: &str = "deployments";
/// The site for a host.
pub const SITE: &str = "_site";

/// Locks and bills of materials, which the site serves by their hash.
pub const PAPERS: &str = ".klayers/papers";
/// Notes on what was rendered last, and the locks of who renders.
pub const STAMPS: &str = ".klayers/stamps";
/// A branch, while a commit is made on it.
pub const COMMIT: &str = ".klayers/commit";

/// What `klayers run` keeps, apart from the record of the real service.
pub mod local {
    /// The account that it publishes to.
    pub const ACCOUNT: &str = "local:.klayers/account";
    /// Its record.
    pub const LEDGER: &str = ".klayers/ledger";
    /// Archives, while it runs.
    pub const DIST: &str = ".klayers/dist";
    /// Receipts, until they are recorded.
    pub const RECEIPTS: &str = ".klayers/receipts.jsonl";
    /// Its tables.
    pub const DEPLOYMENTS: &str = ".klayers/deployments";
    /// Its site, which `klayers serve` serves.
    pub const SITE: &str = ".klayers/site";
}
