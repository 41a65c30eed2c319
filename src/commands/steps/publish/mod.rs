//! From a folder of archives to layer versions in an account, with receipts.
//!
//! [`good_archives()`] verifies what lies there and holds it against the plan; [`publish_all()`] puts it into every region that
//! lacks it. Nothing of a package is run here, so this may have credentials.

mod account;
mod attempt_receipts;
mod good_archives;
mod open_regions;
mod publish_all;
mod publishing;
mod readiness;
mod unplanned;

pub use account::AccountArg;
pub use attempt_receipts::pass_on_attempts;
pub use good_archives::good_archives;
pub use open_regions::open_regions;
pub use publish_all::{preview_all, publish_all};
pub use publishing::Publishing;
pub use readiness::{paused, preview_table, table as readiness_table};
