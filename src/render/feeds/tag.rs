//! Names that last: what an entry is called does not depend on where the site is, so readers know it again after a move.
//!
//! `tag:` addresses (RFC 4151) of a name below `invalid`, which nobody can ever own (RFC 2606). The account tells two services
//! apart, the prefix two services in one account.

use jiff::civil::Date;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

use crate::domain::{AccountId, NormalizedName, Prefix};

/// What may stand in a `tag:` address as it is.
const ESCAPED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~').remove(b'!').remove(b'+');

/// The name of a feed; a service that never published anything has no account yet.
pub fn of_feed(account: Option<&AccountId>, prefix: &Prefix, feed: &str) -> String {
    let authority = account.map_or_else(|| "klayers.invalid".to_owned(), authority);
    format!("tag:{authority},2026:{prefix}/feeds/{feed}")
}

/// The name of what happened to a version on a day.
pub fn of_entry(account: &AccountId, day: Date, prefix: &Prefix, package: &NormalizedName, version: &str, happened: &str) -> String {
    format!("tag:{},{day}:{prefix}/{package}/{}/{happened}", authority(account), utf8_percent_encode(version, ESCAPED))
}

/// The name of a day in a calendar, which looks like an address of mail by custom.
pub fn of_day(account: &AccountId, day: Date, prefix: &Prefix, package: &NormalizedName, version: &str) -> String {
    format!("{day}/{prefix}/{package}/{}@{}", utf8_percent_encode(version, ESCAPED), authority(account))
}

fn authority(account: &AccountId) -> String {
    format!("{account}.klayers.invalid")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_have_nothing_of_strangers_in_them() {
        let (account, prefix): (AccountId, Prefix) = ("123456789012".parse().expect("valid"), "K".parse().expect("valid"));
        let (day, package) = ("2026-03-01".parse().expect("valid"), "x".parse().expect("valid"));
        assert_eq!(of_entry(&account, day, &prefix, &package, "1!2.0+cpu", "deleted"), "tag:123456789012.klayers.invalid,2026-03-01:K/x/1!2.0+cpu/deleted");
        assert_eq!(of_entry(&account, day, &prefix, &package, "</id> é,;", "found").split('/').nth(2), Some("%3C%2Fid%3E%20%C3%A9%2C%3B"));
        assert_eq!(of_day(&account, day, &prefix, &package, "1,2"), "2026-03-01/K/x/1%2C2@123456789012.klayers.invalid");
        assert_eq!(of_feed(None, &prefix, "all"), "tag:klayers.invalid,2026:K/feeds/all");
    }
}
