//! Does a package import under the runtime's Python, with nothing but the layer and the runtime's own packages?
//!
//! A [`Tester`] is what tests of one runtime share; [`Tester::test`] takes an [`ImportTest`] and returns an
//! [`ImportOutcome`]. The layer is unpacked as Lambda does ([`unpack()`]), shown read-only at `/opt` in a box of
//! [`crate::outside::sandbox`], and a script imports its names, looks at the smoke expression, then imports the
//! [SDK of the runtime](RuntimeSdk) and makes a client: a layer that shadows a part of it fails here and not in
//! somebody's function. [`Tester::test_with_client`] does the same through
//! [AWS's own client](https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html). Which names: [`import_names`],
//! from what the wheel says of itself ([PEP 794](https://peps.python.org/pep-0794/)). Begin at [`Tester::test`].
//!
//! The one place where code of packages runs: in a box, with
//! [Lambda's folders, path and environment](https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html),
//! never in a process that holds anything. Nothing that it prints is believed: what the script reports has a word in it
//! that nobody can guess, and whether files of the layer were changed is looked up afterwards. And nothing is shown as
//! it is.

mod environment;
mod names;
mod report;
mod request;
mod sdk;
mod tester;
mod text;
mod unpack;

pub use crate::assemble::import_outcome::{Cause, Conditions, Failure, FoundPackage, ImportOutcome, Passed, Seconds, Stage};
pub use names::{NAMES_MAX, OwnFiles, import_names, is_import_name};
pub use sdk::RuntimeSdk;
pub use tester::{ImportTest, Tester};
pub use unpack::unpack;
