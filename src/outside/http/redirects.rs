//! Where a host may not lead us, by what it answers or by what its name means.

use reqwest::Url;
use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use reqwest::redirect::{Action, Attempt};

use super::names::named;
use crate::outside::OutsideError;
use crate::outside::address::{is_never_asked, is_this_machine, literal};

const REDIRECTS_MAX: usize = 5;

/// The address, if one may be asked at it.
///
/// # Errors
/// When it is none of HTTP, or one that is never asked.
pub(super) fn address(url: &str) -> Result<Url, OutsideError> {
    let refused = |reason: &str| OutsideError::Refused { url: named(url), reason: reason.to_owned() };
    let parsed = Url::parse(url).ok().filter(|parsed| matches!(parsed.scheme(), "http" | "https")).ok_or_else(|| refused("it is not an http address"))?;
    if parsed.host_str().and_then(literal).is_some_and(is_never_asked) {
        return Err(refused(NEVER_ASKED));
    }
    Ok(parsed)
}

const NEVER_ASKED: &str = "only this machine and its network know that address, and clouds tell their secrets at such";

/// Whether to go where a host sends us.
pub(super) fn follow(attempt: Attempt) -> Action {
    let why_not = attempt.previous().last().and_then(|from| why_not_from(from, attempt.url()));
    match why_not {
        _ if attempt.previous().len() > REDIRECTS_MAX => attempt.error(NotFollowed("it leads on and on")),
        Some(why_not) => attempt.error(NotFollowed(why_not)),
        None => attempt.follow(),
    }
}

/// Why nobody at `from` may send us to `to`.
fn why_not_from(from: &Url, to: &Url) -> Option<&'static str> {
    let this_machine = |url: &Url| url.host_str().is_some_and(is_this_machine);
    if !matches!(to.scheme(), "http" | "https") {
        Some("it leads to what is no http address")
    } else if from.scheme() == "https" && to.scheme() == "http" {
        Some("it leads from https to http, where anybody on the way may answer")
    } else if to.host_str().and_then(literal).is_some_and(is_never_asked) {
        Some("it leads to an address that only this machine and its network know")
    } else if this_machine(to) && !this_machine(from) {
        Some("it leads to this machine")
    } else {
        None
    }
}

/// Why a redirect is not followed.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub(super) struct NotFollowed(pub(super) &'static str);

/// Names as the system knows them, but for addresses that nothing is asked at.
pub(super) struct ByName;

impl Resolve for ByName {
    fn resolve(&self, name: Name) -> Resolving {
        Box::pin(async move {
            let mut addresses: Vec<_> = tokio::net::lookup_host((name.as_str(), 0)).await?.collect();
            let found = addresses.len();
            addresses.retain(|address| !is_never_asked(address.ip()));
            if addresses.is_empty() && found > 0 {
                return Err(NotFollowed(NEVER_ASKED).into());
            }
            Ok(Box::new(addresses.into_iter()) as Addrs)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn redirects_lead_nowhere_that_the_first_host_could_not_be() {
        for (from, to, is_followed) in [
            ("https://index.example/a", "https://files.example/b", true),
            ("http://index.example/a", "https://files.example/b", true),
            ("http://index.example/a", "http://10.0.0.1/b", true),
            ("http://127.0.0.1:1/a", "http://localhost:2/b", true),
            ("https://index.example/a", "http://index.example/b", false),
            ("https://index.example/a", "file:///etc/passwd", false),
            ("http://index.example/a", "http://169.254.169.254/latest/meta-data/", false),
            ("http://127.0.0.1/a", "http://[::ffff:169.254.169.254]/", false),
            ("http://index.example/a", "http://127.0.0.1:8080/", false),
            ("http://index.example/a", "http://2130706433/", false),
            ("http://index.example/a", "http://LOCALHOST./", false),
        ] {
            let url = |text: &str| Url::parse(text).expect(text);
            assert_eq!(why_not_from(&url(from), &url(to)).is_none(), is_followed, "{from} to {to}");
        }
    }
}
