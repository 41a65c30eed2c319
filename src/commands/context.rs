//! What every command knows: where things are, what time it is, how to speak.

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, SystemTime};

use anyhow::Context as _;
use jiff::{Timestamp, civil::Date, tz::TimeZone};
use tokio::sync::OnceCell;

use super::common_args::Common;
use crate::outside::http::{Http, Network};
use crate::outside::patience::Patience;
use crate::outside::progress::Progress;
use crate::outside::terminal::{self, Stream};
use crate::report::{Format, Printed, Problems};
use crate::resolve::{Index, Uv};

/// The surroundings of a command.
#[derive(Debug, Clone)]
pub struct Context {
    /// The folder that has `pipeline/`.
    pub root: PathBuf,
    /// How problems are printed.
    pub format: Format,
    /// How progress is shown.
    pub progress: Progress,
    /// Whether only what went wrong is said.
    pub quiet: bool,
    /// The time to record, to the second.
    pub now: Timestamp,
    /// HTTP.
    pub http: Http,
    /// Where wheels and uv are kept.
    pub cache_dir: PathBuf,
    /// Most bytes of wheels that are kept.
    pub cache_max_bytes: u64,
    pub(super) clock: SystemTime,
    pub(super) is_time_given: bool,
    pub(super) uv: Arc<OnceCell<Uv>>,
    pub(super) index: Arc<OnceCell<Index>>,
    /// What programs are told at the end: one array, however often there was something to tell.
    pub(super) told: Arc<Mutex<Option<Problems>>>,
}

impl Context {
    pub(super) fn new(common: &Common, clock: SystemTime) -> anyhow::Result<Self> {
        let now = common
            .now
            .map_or_else(|| Timestamp::try_from(clock), Ok)
            .context("the clock is outside of all calendars\nhelp: set it, or say what time it is with `--now`")?;
        let now = Timestamp::from_second(now.as_second()).expect("it was a time before");
        let network = if common.offline { Network::Offline } else { Network::Online };
        Ok(Self {
            root: common.root.clone(),
            format: common.format(),
            progress: if common.quiet { Progress::Silent } else { Progress::detect() },
            quiet: common.quiet,
            now,
            http: Http::new(network).with_patience(Patience::of(Duration::from_secs(common.http_timeout))),
            cache_dir: common.cache_dir()?,
            cache_max_bytes: common.cache_max_bytes,
            clock,
            is_time_given: common.now.is_some(),
            uv: Arc::default(),
            index: Arc::default(),
            told: Arc::default(),
        })
    }

    /// The day that pages are rendered for.
    pub fn today(&self) -> Date {
        self.now.to_zoned(TimeZone::UTC).date()
    }

    /// The same surroundings on another day, if one is given.
    pub fn on(&self, day: Option<Date>) -> Self {
        let midnight = day.and_then(|day| day.to_zoned(TimeZone::UTC).ok()).map(|zoned| zoned.timestamp());
        Self { now: midnight.unwrap_or(self.now), ..self.clone() }
    }

    /// A path below the root.
    pub fn path(&self, relative: impl AsRef<Path>) -> PathBuf {
        self.root.join(relative)
    }

    /// Says something to people.
    pub fn say(&self, line: impl std::fmt::Display) {
        if !self.quiet {
            terminal::say(line);
        }
    }

    /// Gives data to programs, or a table to people who asked for it.
    pub fn put(&self, data: impl std::fmt::Display) {
        terminal::put(data);
    }

    /// Prints problems: for people to standard error, for programs to standard output, there as JSON when the command ends.
    pub fn print(&self, problems: &Problems) {
        let printed = || Printed::new(problems, self.format).0;
        match self.format {
            Format::Text | Format::ColoredText => terminal::put_as_is(Stream::Words, &printed()),
            Format::Github => terminal::put_as_is(Stream::Data, &printed()),
            Format::Json => self.told.lock().unwrap_or_else(PoisonError::into_inner).get_or_insert_default().extend(problems.clone()),
        }
    }

    /// Prints what programs are told; nothing where no command looked for problems.
    pub(super) fn print_what_was_told(&self) {
        if let Some(problems) = self.told.lock().unwrap_or_else(PoisonError::into_inner).take() {
            terminal::put_as_is(Stream::Data, &Printed::new(&problems, self.format).0);
        }
    }
}
