//! `[publish]` of `klayers.toml`.

use std::collections::{BTreeMap, BTreeSet};

use serde::Deserialize;
use toml::Spanned;

use super::PublishSettings;
use super::layer_settings::Refuse;
use crate::domain::{AccountId, Invalid, Partition, Sharing, shown};

/// Lambda takes 15 calls a second of most kinds together, and others of the account call too.
/// <https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html#api-requests>
const CALLS_PER_SECOND: std::ops::RangeInclusive<u32> = 1..=14;
const CALLS_PER_SECOND_DEFAULT: u32 = 8;
const CALL_TIMEOUT_SECONDS: std::ops::RangeInclusive<u32> = 1..=900;
const CALL_TIMEOUT_SECONDS_DEFAULT: u32 = 30;

/// The table as it is written.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PublishTable {
    staging_bucket: Option<Spanned<String>>,
    share: Option<Spanned<Share>>,
    #[serde(default)]
    accounts: BTreeMap<Spanned<String>, String>,
    calls_per_second: Option<Spanned<u32>>,
    call_timeout_seconds: Option<Spanned<u32>>,
}

/// `share` as it is written.
#[derive(Debug, Deserialize)]
#[serde(untagged)]
enum Share {
    /// `public`, or an organisation.
    With(String),
    /// Accounts.
    Accounts(Vec<String>),
}

/// The settings, with the default in place of what is wrong.
pub fn read(table: PublishTable, refuse: &mut Refuse<'_>) -> PublishSettings {
    if let Some(bucket) = &table.staging_bucket
        && !(bucket.get_ref().contains("{region}") && bucket.get_ref().contains("{account}"))
    {
        refuse(
            bucket.span(),
            format!("`staging_bucket` is `{}`", shown(bucket.get_ref())),
            "put `{region}` and `{account}` in it: a layer's bucket must be in the layer's region",
        );
    }
    let mut number = |name: &str, written: Option<Spanned<u32>>, range: std::ops::RangeInclusive<u32>, default: u32| match written {
        Some(written) if !range.contains(written.get_ref()) => {
            refuse(written.span(), format!("`{name}` is {}", written.get_ref()), &format!("write a number from {} to {}", range.start(), range.end()));
            default
        }
        Some(written) => written.into_inner(),
        None => default,
    };
    let calls_per_second = number("calls_per_second", table.calls_per_second, CALLS_PER_SECOND, CALLS_PER_SECOND_DEFAULT);
    let call_timeout_seconds = number("call_timeout_seconds", table.call_timeout_seconds, CALL_TIMEOUT_SECONDS, CALL_TIMEOUT_SECONDS_DEFAULT);
    PublishSettings {
        staging_bucket: table.staging_bucket.map(Spanned::into_inner),
        sharing: sharing(table.share, refuse),
        accounts: accounts(table.accounts, refuse),
        calls_per_second,
        call_timeout_seconds,
    }
}

fn sharing(share: Option<Spanned<Share>>, refuse: &mut Refuse<'_>) -> Sharing {
    let Some(share) = share else { return Sharing::Public };
    let span = share.span();
    let read = match share.into_inner() {
        Share::With(text) if text == "public" => Ok(Sharing::Public),
        Share::With(text) => text.parse().map(Sharing::Organization),
        Share::Accounts(accounts) if accounts.is_empty() => Err(Invalid("`share` is an empty list".to_owned())),
        Share::Accounts(accounts) => accounts.iter().map(|account| account.parse()).collect::<Result<BTreeSet<AccountId>, _>>().map(Sharing::Accounts),
    };
    read.unwrap_or_else(|error| {
        refuse(span, error.to_string(), "write `public`, the id of an organisation, or a list of account numbers");
        Sharing::Public
    })
}

fn accounts(written: BTreeMap<Spanned<String>, String>, refuse: &mut Refuse<'_>) -> BTreeMap<Partition, AccountId> {
    let mut accounts = BTreeMap::new();
    for (partition, account) in written {
        let read = partition.get_ref().parse::<Partition>().and_then(|known| Ok((known, account.parse::<AccountId>()?)));
        match read {
            Ok((partition, account)) => {
                accounts.insert(partition, account);
            }
            Err(error) => refuse(partition.span(), error.to_string(), "write a partition and its account, as `aws = \"123456789012\"`"),
        }
    }
    accounts
}
