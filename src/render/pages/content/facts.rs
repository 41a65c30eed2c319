//! What the catalogue decides and pages tell, so that no page says anything else.

use serde::Serialize;

use super::Example;
use crate::domain::{Architecture, Runtime};
use crate::render::pages::choices::{shown_regions, shown_runtimes};
use crate::render::view::View;

/// What stands for the address of a site that does not know its own.
const UNKNOWN_SITE: &str = "https://layers.example";
const DAYS_OF_A_YEAR: u32 = 365;

/// The variables of `site/content`.
#[derive(Debug, Serialize)]
pub struct Facts {
    /// What the service is called: the first word of its layers.
    pub service: String,
    /// The address of the site without a slash at its end, or what stands for it.
    pub site: String,
    /// Whether that is its real address.
    pub is_site_known: bool,
    /// The repository with a slash at its end, if that is known.
    pub repository: Option<String>,
    /// What it is called on its host: `example/layers`.
    pub repository_name: Option<String>,
    /// For how long deprecated layers stay listed: `a year`.
    pub retention: String,
    /// The same in days.
    pub retention_days: u32,
    /// How many packages have a layer.
    pub package_count: usize,
    /// How many regions pages have.
    pub region_count: usize,
    /// The Pythons: `3.12, 3.13 and 3.14`.
    pub pythons: String,
    /// The architectures: `x86_64 and arm64`.
    pub architectures: String,
    /// A layer.
    pub example: Example,
}

impl Facts {
    /// The facts of a service.
    pub fn of(view: &View<'_>) -> Self {
        let settings = &view.catalog.settings;
        let address = settings.site.address.as_ref().map(ToString::to_string);
        // Those with layers; before the first run all that are to have some.
        let with_layers: Vec<Runtime> =
            shown_runtimes(view).filter(|runtime| runtime.available().next().is_some()).map(|runtime| runtime.spec.runtime).collect();
        let all = || shown_runtimes(view).map(|runtime| runtime.spec.runtime).collect();
        let runtimes: Vec<Runtime> = if with_layers.is_empty() { all() } else { with_layers };
        let mut pythons: Vec<String> = runtimes.iter().map(|runtime| runtime.python.to_string()).collect();
        pythons.dedup();
        let has = |architecture| runtimes.iter().any(|runtime| runtime.architecture == architecture);
        let architectures: Vec<String> = Architecture::ALL.into_iter().filter(|one| has(*one)).map(|one| one.to_string()).collect();
        let packages = view.by_package();
        Self {
            service: settings.prefix.to_string(),
            is_site_known: address.is_some(),
            site: address.as_deref().unwrap_or(UNKNOWN_SITE).trim_end_matches('/').to_owned(),
            repository: settings.site.repository.as_ref().map(ToString::to_string),
            repository_name: settings.site.repository.as_ref().map(|repository| repository.path().trim_matches('/').to_owned()),
            retention: retention(settings.retention_days),
            retention_days: settings.retention_days,
            package_count: packages.values().filter(|runtimes| runtimes.iter().any(|(_, package)| package.current().is_some())).count(),
            region_count: shown_regions(view).count(),
            pythons: listed(&pythons),
            architectures: listed(&architectures),
            example: Example::of(view),
        }
    }
}

/// A number of days in the words that people would use.
fn retention(days: u32) -> String {
    match days {
        1 => "a day".to_owned(),
        DAYS_OF_A_YEAR => "a year".to_owned(),
        _ if days.is_multiple_of(DAYS_OF_A_YEAR) => format!("{} years", days / DAYS_OF_A_YEAR),
        _ => format!("{days} days"),
    }
}

/// `a, b and c`.
fn listed(words: &[String]) -> String {
    match words {
        [] => "none".to_owned(),
        [one] => one.clone(),
        [most @ .., last] => format!("{} and {last}", most.join(", ")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_become_words() {
        for (days, words) in [(1, "a day"), (90, "90 days"), (364, "364 days"), (365, "a year"), (730, "2 years"), (731, "731 days")] {
            assert_eq!(retention(days), words);
        }
        for (words, text) in [(&[][..], "none"), (&["a"], "a"), (&["a", "b"], "a and b"), (&["a", "b", "c"], "a, b and c")] {
            assert_eq!(listed(&words.iter().map(|word| (*word).to_owned()).collect::<Vec<_>>()), text);
        }
    }
}
