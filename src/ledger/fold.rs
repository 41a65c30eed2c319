//! From lines to state: what each layer version of a package is now.

use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp};

use super::history::{Build, History, LayerVersion, VersionState};
use super::succession::{deprecate, put_in_order};
use super::{Affected, Event, Published};
use crate::domain::{LayerName, RegionCode, Sha256};

/// What happened to single versions.
type Fates = BTreeMap<(LayerName, RegionCode, u64), VersionState>;

impl History {
    /// Folds the lines of one package, oldest first, which keep each version for `retention_days` days after a newer one.
    pub fn fold<'a>(events: impl IntoIterator<Item = &'a Event>, retention_days: u32) -> Self {
        let mut history = Self::default();
        let mut fates = Fates::new();
        for event in events {
            match event {
                Event::Published(published) | Event::Adopted(published) => history.add(published),
                Event::Yanked(yanked) => history.set_yanked(yanked.requirements_sha256, Some(yanked.at)),
                Event::Unyanked(unyanked) => history.set_yanked(unyanked.requirements_sha256, None),
                Event::Deleted(affected) => fates.extend(keys(affected).map(|key| (key, VersionState::Deleted { at: affected.at }))),
                Event::Lost(affected) => keys(affected).for_each(|key| {
                    fates.entry(key).or_insert(VersionState::Lost { at: affected.at });
                }),
                Event::Found(affected) => keys(affected).for_each(|key| {
                    if matches!(fates.get(&key), Some(VersionState::Lost { .. })) {
                        fates.remove(&key);
                    }
                }),
            }
        }
        let retention = SignedDuration::from_hours(24 * i64::from(retention_days));
        let Self { builds, regions } = &mut history;
        for (region, versions) in regions {
            put_in_order(versions, builds);
            for version in versions.iter_mut() {
                let build = &builds[version.build];
                // Most packages have none, and an address takes memory.
                let fate = if fates.is_empty() { None } else { fates.get(&(build.published.layer.clone(), region.clone(), version.number)) };
                version.state = fate.copied().or(build.yanked.map(|at| VersionState::Yanked { at })).unwrap_or(version.state);
            }
            deprecate(versions, builds, retention);
        }
        history
    }

    fn set_yanked(&mut self, requirements_sha256: Sha256, yanked: Option<Timestamp>) {
        let of_hash = self.builds.iter_mut().filter(|build| build.published.requirements_sha256 == requirements_sha256);
        of_hash.for_each(|build| build.yanked = yanked);
    }

    fn add(&mut self, published: &Published) {
        let identity = |published: &Published| (published.layer.clone(), published.requirements_sha256, published.zip_sha256);
        // The newest of them: after going back to a build, a region that is filled later gets the build of that day.
        let same = self.builds.iter().rposition(|build| {
            identity(&build.published) == identity(published)
                && build.yanked.is_none()
                && published.regions.keys().all(|region| !build.published.regions.contains_key(region))
        });
        let build = same.unwrap_or_else(|| {
            self.builds.push(Build { published: published.without_regions(), yanked: None });
            self.builds.len() - 1
        });
        for (region, &number) in &published.regions {
            self.builds[build].published.regions.insert(region.clone(), number);
            let version = LayerVersion { number, build, published_at: published.at, state: VersionState::Latest };
            self.regions.entry(region.clone()).or_default().push(version);
        }
    }
}

fn keys(affected: &Affected) -> impl Iterator<Item = (LayerName, RegionCode, u64)> {
    affected.regions.iter().map(|(region, &number)| (affected.layer.clone(), region.clone(), number))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ledger::{Unyanked, Yanked, example};

    fn at(day: &str) -> Timestamp {
        format!("{day}T00:00:00Z").parse().expect("a date")
    }

    fn published(day: &str, version: &str, regions: &[(&str, u64)]) -> Event {
        of_layer("K-p313-x", day, version, regions)
    }

    fn of_layer(layer: &str, day: &str, version: &str, regions: &[(&str, u64)]) -> Event {
        let published = example::published(&format!("{day}T00:00:00Z"), &format!("x=={version}"), regions);
        Event::Published(Published { layer: layer.parse().expect("valid"), ..published })
    }

    fn states(events: &[Event], region: &str, today: &str) -> Vec<(u64, &'static str, bool)> {
        let history = History::fold(events, 365);
        let Some(versions) = history.regions.get(&region.parse().expect("valid")) else { return Vec::new() };
        versions
            .iter()
            .map(|version| {
                let name = match version.state {
                    VersionState::Latest => "latest",
                    VersionState::Deprecated { .. } => "deprecated",
                    VersionState::Yanked { .. } => "yanked",
                    VersionState::Lost { .. } => "lost",
                    VersionState::Deleted { .. } => "deleted",
                };
                (version.number, name, version.state.is_listed(today.parse().expect("a date")))
            })
            .collect()
    }

    fn yanked(version: &str) -> Event {
        let Event::Published(published) = published("2026-01-01", version, &[]) else { unreachable!() };
        Event::Yanked(Yanked { at: at("2026-09-01"), layer: published.layer, requirements_sha256: published.requirements_sha256, reason: "broken".to_owned() })
    }

    fn unyanked(version: &str) -> Event {
        let Event::Yanked(Yanked { at, layer, requirements_sha256, .. }) = yanked(version) else { unreachable!() };
        Event::Unyanked(Unyanked { at, layer, requirements_sha256 })
    }

    fn affected(number: u64) -> Affected {
        Affected { at: at("2026-10-01"), layer: "K-p313-x".parse().expect("valid"), regions: [("us-east-1".parse().expect("valid"), number)].into() }
    }

    fn deleted(number: u64) -> Event {
        Event::Deleted(affected(number))
    }

    #[test]
    fn a_newer_version_deprecates_and_a_year_later_the_old_one_is_not_listed() {
        let events = [published("2025-01-01", "1", &[("us-east-1", 9)]), published("2025-06-01", "2", &[("us-east-1", 10)])];
        assert_eq!(states(&events, "us-east-1", "2026-05-31"), [(9, "deprecated", true), (10, "latest", true)]);
        assert_eq!(states(&events, "us-east-1", "2026-06-01"), [(9, "deprecated", false), (10, "latest", true)]);
    }

    #[test]
    fn regions_are_apart_and_a_region_filled_later_joins_its_build() {
        let events = [published("2026-01-01", "1", &[("us-east-1", 1)]), published("2026-02-01", "1", &[("eu-west-1", 7)])];
        let history = History::fold(&events, 365);
        assert_eq!(history.builds.len(), 1);
        assert_eq!(states(&events, "eu-west-1", "2026-03-01"), [(7, "latest", true)]);
        assert_eq!(states(&events, "us-east-1", "2026-03-01"), [(1, "latest", true)]);
    }

    #[test]
    fn what_is_current_does_not_depend_on_how_the_regions_of_a_build_were_gathered() {
        let before = [published("2026-01-01", "1", &[("us-east-1", 1)]), published("2026-02-01", "2", &[("us-east-1", 2)])];
        let at_once = vec![published("2026-03-01", "1", &[("eu-west-1", 1), ("us-east-1", 3)])];
        let one_by_one = vec![published("2026-03-01", "1", &[("eu-west-1", 1)]), published("2026-03-01", "1", &[("us-east-1", 3)])];
        for lines in [at_once, one_by_one] {
            let lost = Event::Lost(affected(3));
            let history = History::fold(before.iter().chain(&lines).chain([&lost]), 365);
            assert_eq!(history.current_build().map(|build| build.published.requirements.lines()), Some(["x==1".to_owned()].as_slice()));
        }
    }

    #[test]
    fn latest_falls_back_when_the_newest_is_yanked_or_lost() {
        let mut events = vec![published("2026-01-01", "1", &[("us-east-1", 1)]), published("2026-02-01", "2", &[("us-east-1", 2)]), yanked("2")];
        assert_eq!(states(&events, "us-east-1", "2026-09-02"), [(1, "latest", true), (2, "yanked", false)]);
        events.push(published("2026-09-03", "3", &[("us-east-1", 3)]));
        assert_eq!(states(&events, "us-east-1", "2026-09-04"), [(1, "deprecated", true), (2, "yanked", false), (3, "latest", true)]);
        events.push(deleted(3));
        assert_eq!(states(&events, "us-east-1", "2026-10-02"), [(1, "latest", true), (2, "yanked", false), (3, "deleted", false)]);
    }

    #[test]
    fn a_deleted_version_in_the_middle_still_deprecated_the_one_before() {
        let events = [
            published("2024-01-01", "1", &[("us-east-1", 1)]),
            published("2024-02-01", "2", &[("us-east-1", 2)]),
            published("2026-01-01", "3", &[("us-east-1", 3)]),
            deleted(2),
        ];
        assert_eq!(states(&events, "us-east-1", "2026-02-01"), [(1, "deprecated", false), (2, "deleted", false), (3, "latest", true)]);
    }

    #[test]
    fn what_is_undone_is_as_if_it_had_never_been() {
        let published = [published("2026-01-01", "1", &[("us-east-1", 1)]), published("2026-02-01", "2", &[("us-east-1", 2)])];
        let before = History::fold(&published, 365);
        let with = |more: &[Event]| History::fold(published.iter().chain(more), 365);
        assert_eq!(with(&[yanked("2"), unyanked("2")]), before);
        assert_eq!(with(&[Event::Lost(affected(2)), Event::Found(affected(2))]), before);
        assert_eq!(with(&[unyanked("2"), Event::Found(affected(2))]), before);
        assert_ne!(with(&[yanked("2"), unyanked("2"), yanked("2")]), before);
        assert_eq!(with(&[deleted(2), Event::Found(affected(2))]), with(&[deleted(2)]), "what we deleted does not come back");
        assert_eq!(with(&[deleted(2), Event::Lost(affected(2))]), with(&[deleted(2)]));
    }

    #[test]
    fn latest_falls_back_when_the_newest_is_lost_and_its_year_begins_with_the_next() {
        let mut events = vec![published("2025-01-01", "1", &[("us-east-1", 1)]), published("2025-02-01", "2", &[("us-east-1", 2)])];
        events.push(Event::Lost(affected(2)));
        assert_eq!(states(&events, "us-east-1", "2026-10-02"), [(1, "latest", true), (2, "lost", false)]);
        events.push(published("2026-11-01", "3", &[("us-east-1", 3)]));
        assert_eq!(states(&events, "us-east-1", "2027-10-31"), [(1, "deprecated", true), (2, "lost", false), (3, "latest", true)]);
    }

    #[test]
    fn a_withdrawn_version_never_replaced_anything_even_when_it_is_deleted() {
        let events = [
            published("2026-01-01", "1", &[("us-east-1", 1)]),
            published("2026-02-01", "2", &[("us-east-1", 2)]),
            yanked("2"),
            published("2026-11-01", "3", &[("us-east-1", 3)]),
            deleted(2),
        ];
        assert_eq!(states(&events, "us-east-1", "2027-10-31"), [(1, "deprecated", true), (2, "deleted", false), (3, "latest", true)]);
    }

    #[test]
    fn a_layer_of_another_name_counts_anew_and_is_newer_all_the_same() {
        let mut events = vec![
            published("2026-01-01", "1", &[("us-east-1", 8)]),
            published("2026-02-01", "2", &[("us-east-1", 9)]),
            of_layer("K-p313-X", "2026-03-01", "3", &[("us-east-1", 1)]),
        ];
        assert_eq!(states(&events, "us-east-1", "2026-04-01"), [(8, "deprecated", true), (9, "deprecated", true), (1, "latest", true)]);
        // Somebody's clock goes wrong: within a layer the numbers tell.
        events.push(published("2026-01-15", "4", &[("us-east-1", 10)]));
        events.push(of_layer("K-p313-X", "2026-02-15", "5", &[("us-east-1", 2)]));
        let order: Vec<u64> = states(&events, "us-east-1", "2026-04-01").into_iter().map(|(number, ..)| number).collect();
        assert_eq!(order, [8, 9, 10, 1, 2]);
    }

    #[test]
    fn a_lost_version_is_told_until_a_newer_one_has_its_place() {
        let region: RegionCode = "us-east-1".parse().expect("valid");
        let mut events = vec![published("2026-01-01", "1", &[("us-east-1", 1)]), published("2026-02-01", "2", &[("us-east-1", 2)])];
        let lost = |events: &[Event]| History::fold(events, 365).lost(&region).map(|version| version.number);
        assert_eq!(lost(&events), None);
        events.push(Event::Lost(affected(1)));
        assert_eq!(lost(&events), None, "a newer one is there");
        events.push(Event::Lost(affected(2)));
        assert_eq!(lost(&events), Some(2));
        events.push(published("2026-11-01", "2", &[("us-east-1", 3)]));
        assert_eq!(lost(&events), None);
    }

    #[test]
    fn every_event_reads_back() {
        for event in [yanked("1"), unyanked("1"), deleted(1), Event::Lost(affected(1)), Event::Found(affected(1))] {
            let line = event.canonical();
            let parsed: Event = serde_json::from_str(&line).expect("parses");
            assert_eq!((&parsed, parsed.canonical()), (&event, line));
        }
        assert_eq!(
            Event::Lost(affected(7)).canonical(),
            "{\"at\":\"2026-10-01T00:00:00Z\",\"event\":\"lost\",\"layer\":\"K-p313-x\",\"regions\":{\"us-east-1\":7}}\n"
        );
    }

    #[test]
    fn lines_have_one_form() {
        let event = published("2026-01-01", "1", &[("us-east-1", 1)]);
        let line = event.canonical();
        assert!(
            line.starts_with(r#"{"account":"123456789012","at":"2026-01-01T00:00:00Z","event":"published","layer":"K-p313-x","license":"","package":"x","#),
            "{line}"
        );
        assert!(line.ends_with("}\n"));
        let parsed: Event = serde_json::from_str(&line).expect("parses");
        assert_eq!((&parsed, parsed.canonical()), (&event, line));
    }
}
