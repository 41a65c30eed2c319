//! Which build an operator means, and what its withdrawal changes. Decides and writes nothing.

use std::collections::BTreeMap;
use std::fmt;

use jiff::Timestamp;
use jiff::tz::TimeZone;

use super::{Build, History};
use crate::domain::{LayerName, Sha256, shown};

/// Digits of a hash that people see and type.
const HASH_SHOWN_DIGITS: usize = 12;

/// What an operator says of the build. Nothing at all means the obvious one.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Named {
    /// The version of the package that it is of.
    pub version: Option<String>,
    /// The first hexadecimal digits of its requirements hash.
    pub hash_prefix: Option<String>,
}

/// A build, whatever regions and layers have it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Chosen {
    /// The layer that it made versions of.
    pub layer: LayerName,
    /// The version of the package that it is of.
    pub version: String,
    /// The identity of what is in it.
    pub requirements_sha256: Sha256,
    /// When it was published first.
    pub at: Timestamp,
    /// Since when it is withdrawn, if it is.
    pub yanked: Option<Timestamp>,
}

impl Chosen {
    fn of(build: &Build) -> Self {
        let published = &build.published;
        let (layer, version) = (published.layer.clone(), published.version.clone());
        Self { layer, version, requirements_sha256: published.requirements_sha256, at: published.at, yanked: build.yanked }
    }
}

/// As people see it: `12.1.0 (build 0123456789ab of 2026-03-01)`.
impl fmt::Display for Chosen {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let hash = self.requirements_sha256.to_string();
        write!(f, "{} (build {} of {})", self.version, &hash[..HASH_SHOWN_DIGITS], self.at.to_zoned(TimeZone::UTC).date())
    }
}

/// Why no build is meant.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NotChosen {
    /// Nothing was ever published.
    #[error("nothing was ever published")]
    NeverPublished,
    /// No build is like that.
    #[error("no build is {wanted}; there are: {}", list(builds))]
    None {
        /// What it should be.
        wanted: String,
        /// The builds that there are.
        builds: Vec<Chosen>,
    },
    /// Several builds are like that.
    #[error("several builds are {wanted}: {}\nhelp: name one with `--build` and the first digits of its hash", list(builds))]
    Several {
        /// What was asked for.
        wanted: String,
        /// The builds that are like that.
        builds: Vec<Chosen>,
    },
}

impl History {
    /// The build to withdraw: the current one, when nothing else is said.
    ///
    /// # Errors
    /// When none is meant, or several may be.
    pub fn choose_to_yank(&self, named: &Named) -> Result<Chosen, NotChosen> {
        let current = self.current_build().map(|build| build.published.requirements_sha256);
        self.choose(named, "the latest", |build| Some(build.requirements_sha256) == current)
    }

    /// The build whose withdrawal is to be undone: the only withdrawn one, when nothing else is said.
    ///
    /// # Errors
    /// When none is meant, or several may be.
    pub fn choose_to_unyank(&self, named: &Named) -> Result<Chosen, NotChosen> {
        self.choose(named, "withdrawn", |build| build.yanked.is_some())
    }

    /// How the latest version of each region changed since `before`: what it is now, in how many regions.
    /// Nothing stands for regions that have none any more.
    pub fn latest_since(&self, before: &Self) -> BTreeMap<Option<String>, usize> {
        let version_of = |history: &Self, region| history.latest(region).map(|version| history.builds[version.build].published.version.clone());
        let mut changes = BTreeMap::new();
        for region in self.regions.keys() {
            let number = |history: &Self| history.latest(region).map(|version| (version.number, version.published_at));
            if number(self) != number(before) {
                *changes.entry(version_of(self, region)).or_default() += 1;
            }
        }
        changes
    }

    fn choose(&self, named: &Named, otherwise: &str, is_obvious: impl Fn(&Chosen) -> bool) -> Result<Chosen, NotChosen> {
        let mut builds: Vec<Chosen> = Vec::new();
        for build in self.builds.iter().map(Chosen::of) {
            // One identity may have been built several times; it is withdrawn as one.
            match builds.iter_mut().find(|known| known.requirements_sha256 == build.requirements_sha256) {
                Some(known) => known.yanked = known.yanked.and(build.yanked),
                None => builds.push(build),
            }
        }
        if builds.is_empty() {
            return Err(NotChosen::NeverPublished);
        }
        let matches = |build: &&Chosen| match (&named.version, &named.hash_prefix) {
            (None, None) => is_obvious(build),
            (version, prefix) => {
                version.as_ref().is_none_or(|version| *version == build.version)
                    && prefix.as_ref().is_none_or(|prefix| build.requirements_sha256.to_string().starts_with(prefix.as_str()))
            }
        };
        let mut meant: Vec<Chosen> = builds.iter().filter(matches).cloned().collect();
        match (meant.pop(), meant.is_empty()) {
            (Some(one), true) => Ok(one),
            (Some(last), false) => {
                meant.push(last);
                Err(NotChosen::Several { wanted: wanted(named, otherwise), builds: meant })
            }
            (None, _) => Err(NotChosen::None { wanted: wanted(named, otherwise), builds }),
        }
    }
}

fn wanted(named: &Named, otherwise: &str) -> String {
    let version = named.version.as_ref().map(|version| format!("of version `{}`", shown(version)));
    let hash = named.hash_prefix.as_ref().map(|prefix| format!("of a hash that begins with `{}`", shown(prefix)));
    let said: Vec<String> = [version, hash].into_iter().flatten().collect();
    if said.is_empty() { otherwise.to_owned() } else { said.join(" and ") }
}

fn list(builds: &[Chosen]) -> String {
    let shown = |build: &Chosen| format!("{build}{}", if build.yanked.is_some() { ", withdrawn" } else { "" });
    builds.iter().map(shown).collect::<Vec<_>>().join("; ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::Requirements;
    use crate::ledger::{Event, Published, Yanked, example};

    /// `2` was built twice, with another dependency.
    fn history(more: &[Event]) -> History {
        let builds = [("1", "a==1", "2026-01-01"), ("2", "a==2", "2026-02-01"), ("2", "b==1", "2026-03-01"), ("3", "a==3", "2026-04-01")];
        let published = (1..).zip(builds).map(|(number, (version, line, day))| {
            let regions = if number == 1 { &[("eu-west-1", number)][..] } else { &[("eu-west-1", number), ("us-east-1", number)] };
            let published = example::published(&format!("{day}T00:00:00Z"), line, regions);
            Event::Published(Published { version: version.to_owned(), ..published })
        });
        let events: Vec<Event> = published.chain(more.iter().cloned()).collect();
        History::fold(&events, 365)
    }

    fn yank(line: &str) -> Event {
        let requirements_sha256 = hash(line);
        Event::Yanked(Yanked { at: "2026-05-01T00:00:00Z".parse().unwrap(), layer: "K-p313-x".parse().unwrap(), requirements_sha256, reason: String::new() })
    }

    fn hash(line: &str) -> Sha256 {
        Requirements::try_from(vec![line.to_owned()]).unwrap().sha256()
    }

    fn named(version: &str, hash_prefix: &str) -> Named {
        let some = |text: &str| Some(text.to_owned()).filter(|text| !text.is_empty());
        Named { version: some(version), hash_prefix: some(hash_prefix) }
    }

    #[test]
    fn the_build_that_is_meant() {
        let history = history(&[yank("a==3")]);
        let chosen = |result: Result<Chosen, NotChosen>| match result {
            Ok(chosen) => chosen.requirements_sha256.to_string(),
            Err(NotChosen::NeverPublished) => "never".to_owned(),
            Err(NotChosen::None { .. }) => "none".to_owned(),
            Err(NotChosen::Several { builds, .. }) => format!("{} builds", builds.len()),
        };
        let of = |line: &str| hash(line).to_string();
        for (version, prefix, to_yank, to_unyank) in [
            ("", "", of("b==1"), of("a==3")),
            ("1", "", of("a==1"), of("a==1")),
            ("2", "", "2 builds".to_owned(), "2 builds".to_owned()),
            ("2", &of("a==2")[..6], of("a==2"), of("a==2")),
            ("1", &of("a==2")[..6], "none".to_owned(), "none".to_owned()),
            ("", &of("a==1"), of("a==1"), of("a==1")),
            ("4", "", "none".to_owned(), "none".to_owned()),
        ] {
            let named = named(version, prefix);
            assert_eq!(chosen(history.choose_to_yank(&named)), to_yank, "{named:?}");
            assert_eq!(chosen(history.choose_to_unyank(&named)), to_unyank, "{named:?}");
        }
        assert_eq!(History::default().choose_to_yank(&Named::default()), Err(NotChosen::NeverPublished));
    }

    #[test]
    fn what_may_be_meant_is_listed() {
        let said = history(&[yank("a==2")]).choose_to_yank(&named("2", "")).unwrap_err().to_string();
        let digits = |line: &str| hash(line).to_string()[..12].to_owned();
        let (first, second) = (digits("a==2"), digits("b==1"));
        let builds = format!("2 (build {first} of 2026-02-01), withdrawn; 2 (build {second} of 2026-03-01)");
        assert_eq!(said, format!("several builds are of version `2`: {builds}\nhelp: name one with `--build` and the first digits of its hash"));
    }

    #[test]
    fn what_changes_is_told_by_region() {
        let before = history(&[]);
        let all = [yank("a==3"), yank("b==1"), yank("a==2")];
        assert_eq!(history(&all[..1]).latest_since(&before), [(Some("2".to_owned()), 2)].into());
        assert_eq!(history(&all).latest_since(&before), [(Some("1".to_owned()), 1), (None, 1)].into());
        assert_eq!(before.latest_since(&before), BTreeMap::new());
    }
}
