//! Lists that come in pages.
//!
//! The next page is where the `Link` header says, as documented, but only on the same API: a link to elsewhere is none.
//! <https://docs.github.com/en/rest/using-the-rest-api/using-pagination-in-the-rest-api>

use serde::de::DeserializeOwned;

use super::answer::Answer;
use super::request::Call;
use super::{GitHub, GitHubError};

/// How many are on a page: the most that GitHub gives.
pub(super) const PAGE: usize = 100;

/// Whether to go on with a list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Go {
    On,
    Stop,
}

impl GitHub {
    /// Hands out pages until `each` has enough, there are no more, or there were `pages_max`.
    /// Returns whether it was all, or enough.
    pub(super) async fn pages<T: DeserializeOwned>(
        &self,
        what: &str,
        path: &str,
        pages_max: usize,
        mut each: impl FnMut(Vec<T>) -> Go,
    ) -> Result<Told, GitHubError> {
        let separator = if path.contains('?') { '&' } else { '?' };
        let mut next = Some(format!("{path}{separator}per_page={PAGE}"));
        for _ in 0..pages_max {
            let Some(path) = next.take() else { return Ok(Told::All) };
            let call = Call::list(what, path);
            let answer = self.send(&call).await?;
            next = next_page(&answer, &self.settings().api);
            if each(answer.parse(what)?) == Go::Stop {
                return Ok(Told::Enough);
            }
        }
        Ok(if next.is_none() { Told::All } else { Told::TooMany })
    }
}

/// How much of a list was seen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Told {
    /// All of it.
    All,
    /// As much as was wanted.
    Enough,
    /// There is more than we read.
    TooMany,
}

/// The path and query of the next page.
fn next_page(answer: &Answer, api: &str) -> Option<String> {
    let links = answer.header("link")?;
    links.split(',').find_map(|link| {
        let (address, parameters) = link.trim().strip_prefix('<')?.split_once('>')?;
        let is_next = parameters.split(';').any(|parameter| matches!(parameter.trim(), "rel=\"next\"" | "rel=next"));
        // The host's path, such as `/api/v3`, is put before it again.
        let path = address.strip_prefix(api).filter(|path| path.starts_with('/'))?;
        is_next.then(|| path.to_owned())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_next_page_is_one_of_the_same_api() {
        let next = |link: &str, api: &str| {
            let headers = [(http::header::LINK, link.parse().unwrap())].into_iter().collect();
            next_page(&Answer { status: 200, headers, body: bytes::Bytes::new() }, api)
        };
        let api = "https://api.github.com";
        for (link, expected) in [
            (
                "<https://api.github.com/repositories/1/issues?per_page=100&page=2>; rel=\"next\", <https://api.github.com/x?page=9>; rel=\"last\"",
                Some("/repositories/1/issues?per_page=100&page=2"),
            ),
            (
                "<https://api.github.com/x?page=1>; rel=\"prev\", <https://api.github.com/x?after=Y2%3D%3D&page=3>; rel=\"next\"",
                Some("/x?after=Y2%3D%3D&page=3"),
            ),
            ("<https://api.github.com/x?page=1>; rel=\"first\"", None),
            ("<https://elsewhere.example/x?page=2>; rel=\"next\"", None),
            ("<https://api.github.com.elsewhere.example/x?page=2>; rel=\"next\"", None),
            ("https://api.github.com/x; rel=\"next\"", None),
            ("", None),
        ] {
            assert_eq!(next(link, api).as_deref(), expected, "{link}");
        }
        assert_eq!(next("<https://ghe.example/api/v3/x?page=2>; rel=\"next\"", "https://ghe.example/api/v3").as_deref(), Some("/x?page=2"));
    }
}
