//! What we leave in the bucket about ourselves: one small object below the prefix.
//!
//! A listing tells size and MD5 of an object, and not the headers that it was given. So the object says under which
//! rules all others were uploaded. Before anything is uploaded under other rules it says that none holds for all; a
//! run that is killed meanwhile leaves that, and the next one uploads everything again.

use serde::{Deserialize, Serialize};

use crate::deploy::{Standing, fingerprint};

/// Its key, below the prefix. No file of a site is called that.
pub(super) const KEY: &str = ".klayers-deployed.json";
/// It is for us alone, and told anew each time.
pub(super) const CACHE_CONTROL: &str = "no-store";
const FORMAT: u32 = 1;

#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct State {
    format: u32,
    /// The fingerprint of the rules that hold for all objects; nothing while they are changed.
    rules: Option<String>,
}

/// What is written while objects of other rules may be there.
pub(super) fn pending() -> Vec<u8> {
    bytes(None)
}

/// What is written when all objects are of today's rules.
pub(super) fn current() -> Vec<u8> {
    bytes(Some(fingerprint().to_string()))
}

/// What an object that was found tells. One that we cannot read is still ours.
pub(super) fn standing(found: Option<&[u8]>) -> Standing {
    let Some(bytes) = found else { return Standing::Unknown };
    match serde_json::from_slice::<State>(bytes) {
        Ok(State { format: FORMAT, rules: Some(rules) }) if rules == fingerprint().to_string() => Standing::Current,
        Ok(_) | Err(_) => Standing::Outdated,
    }
}

fn bytes(rules: Option<String>) -> Vec<u8> {
    let text = serde_json::to_string(&State { format: FORMAT, rules }).expect("plain data");
    (text + "\n").into_bytes()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_todays_rules_are_current() {
        let other = format!("{{\"format\":1,\"rules\":\"{}\"}}", "0".repeat(64));
        let newer = format!("{{\"format\":2,\"rules\":\"{}\"}}", fingerprint());
        for (found, expected) in [
            (None, Standing::Unknown),
            (Some(current()), Standing::Current),
            (Some(pending()), Standing::Outdated),
            (Some(other.into_bytes()), Standing::Outdated),
            (Some(newer.into_bytes()), Standing::Outdated),
            (Some(b"what".to_vec()), Standing::Outdated),
        ] {
            assert_eq!(standing(found.as_deref()), expected, "{found:?}");
        }
    }
}
