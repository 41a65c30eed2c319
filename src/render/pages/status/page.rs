//! The page.

use std::collections::BTreeMap;

use serde::Serialize;

use super::advice::{Advice, advice_on};
use super::behind::{self, BehindRow};
use super::expiring::{self, GoingRow};
use super::grid::Grid;
use super::trouble::{self, TroubleRow};
use super::words::{self, StateWords};
use crate::domain::RegionState;
use crate::render::api_v3;
use crate::render::api_v3::status::{PackageState, PackageStatus};
use crate::render::pages::frame::{Frame, Section, Sheet};
use crate::render::view::View;
use crate::render::{RenderError, Sink};

/// A whole run comes every month. Somewhat later than that something is wrong.
const RUN_DUE_DAYS: i32 = 35;

/// The context of `status.html`.
#[derive(Debug, Serialize)]
struct StatusPage<'a> {
    today: String,
    retention_days: u32,
    last_run: Option<LastRun>,
    /// How many packages on runtimes are asked for, and how many of them are well.
    asked: usize,
    well: usize,
    counts: Vec<Count>,
    troubles: Vec<TroubleRow<'a>>,
    grid: Grid<'a>,
    regions: Vec<BehindRow<'a>>,
    active_regions: usize,
    going: Vec<GoingRow<'a>>,
    /// What occurs, and all else that could.
    codes: Vec<&'static Advice>,
    other_codes: Vec<&'static Advice>,
}

#[derive(Debug, Serialize)]
struct LastRun {
    day: String,
    days_ago: i32,
    is_late: bool,
}

#[derive(Debug, Serialize)]
struct Count {
    state: StateWords,
    packages: usize,
}

/// Puts the page.
///
/// # Errors
/// When its template is wrong, or as the sink.
pub fn put(view: &View<'_>, frame: &Frame<'_>, sink: &dyn Sink) -> Result<(), RenderError> {
    let sheet = Sheet {
        template: "status.html",
        path: "status/index.html",
        title: "Status",
        description: "Every package on every runtime: whether it has a layer, and if not, why and since when.",
        section: Section::Status,
    };
    let expiring = api_v3::expiring::expiring(view);
    frame.put(sheet, StatusPage::new(view, &api_v3::status::rows(view), expiring::rows(&expiring, view.today)), sink)
}

impl<'a> StatusPage<'a> {
    fn new(view: &'a View<'_>, rows: &[PackageStatus<'a>], going: Vec<GoingRow<'a>>) -> Self {
        let mut counts: BTreeMap<PackageState, usize> = BTreeMap::new();
        for row in rows.iter().filter(|row| trouble::is_asked(row)) {
            *counts.entry(row.status.state).or_insert(0) += 1;
        }
        let (codes, other_codes) = advice_on(rows.iter().filter(|row| trouble::is_asked(row)).filter_map(|row| row.status.code));
        Self {
            today: view.today.to_string(),
            retention_days: view.catalog.settings.retention_days,
            last_run: LastRun::new(view),
            asked: counts.values().sum(),
            well: counts.get(&PackageState::Published).copied().unwrap_or(0),
            counts: counts.into_iter().map(|(state, packages)| Count { state: words::state(state), packages }).collect(),
            troubles: trouble::rows(rows),
            grid: Grid::new(view, rows),
            regions: behind::rows(view),
            active_regions: view.catalog.regions.iter().filter(|region| region.state == RegionState::Active).count(),
            going,
            codes,
            other_codes,
        }
    }
}

impl LastRun {
    fn new(view: &View<'_>) -> Option<Self> {
        let day = words::day(view.last_run?);
        let days_ago = words::days_between(day, view.today);
        Some(Self { day: day.to_string(), days_ago, is_late: days_ago > RUN_DUE_DAYS })
    }
}
