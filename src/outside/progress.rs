//! Progress of long work: bars on a terminal, timed lines in a log.

use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use indicatif::{HumanBytes, ProgressBar, ProgressStyle};

use super::terminal;

/// How often a stage says where it is when there is no terminal.
const LINE_EVERY: Duration = Duration::from_secs(5);

/// How progress is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Progress {
    /// Bars that move, for a terminal.
    Bars,
    /// A line when a stage ends, and now and then before.
    Lines,
    /// Not at all.
    Silent,
}

/// What a stage counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unit {
    /// Things, named in the plural.
    Count(&'static str),
    /// Bytes, shown in units that people read.
    Bytes,
}

impl Progress {
    /// Bars if standard error is a terminal, lines otherwise.
    pub fn detect() -> Self {
        if terminal::is_watched() { Self::Bars } else { Self::Lines }
    }

    /// Begins a stage of `total` steps. It ends when the returned value is dropped.
    pub fn stage(self, name: &'static str, total: u64, unit: Unit) -> Stage {
        let bar = match self {
            Self::Bars => bar(name, total, unit),
            Self::Lines | Self::Silent => ProgressBar::hidden(),
        };
        let now = Instant::now();
        Stage { progress: self, name, unit, total: AtomicU64::new(total), done: AtomicU64::new(0), began: now, last_line: Mutex::new(now), bar }
    }
}

/// Work under way. Shared between threads.
#[derive(Debug)]
pub struct Stage {
    progress: Progress,
    name: &'static str,
    unit: Unit,
    total: AtomicU64,
    done: AtomicU64,
    began: Instant,
    last_line: Mutex<Instant>,
    bar: ProgressBar,
}

impl Stage {
    /// `steps` more are done.
    pub fn advance(&self, steps: u64) {
        let done = self.done.fetch_add(steps, Ordering::Relaxed) + steps;
        self.bar.inc(steps);
        if self.progress == Progress::Lines
            && let Ok(mut last) = self.last_line.try_lock()
            && last.elapsed() >= LINE_EVERY
        {
            *last = Instant::now();
            terminal::say(format_args!("{}: {} of {}", self.name, self.show(done), self.show(self.total.load(Ordering::Relaxed))));
        }
    }

    /// There is more to do than was thought.
    pub fn add_total(&self, steps: u64) {
        self.total.fetch_add(steps, Ordering::Relaxed);
        self.bar.inc_length(steps);
    }

    fn show(&self, number: u64) -> String {
        match self.unit {
            Unit::Count(things) => format!("{number} {things}"),
            Unit::Bytes => HumanBytes(number).to_string(),
        }
    }
}

impl Drop for Stage {
    fn drop(&mut self) {
        let done = self.done.load(Ordering::Relaxed);
        let line = format!("{:<9} {} in {:.1} s", self.name, self.show(done), self.began.elapsed().as_secs_f64());
        self.bar.finish_and_clear();
        match self.progress {
            Progress::Bars | Progress::Lines if done > 0 => terminal::say(&line),
            Progress::Bars | Progress::Lines | Progress::Silent => {}
        }
    }
}

fn bar(name: &'static str, total: u64, unit: Unit) -> ProgressBar {
    let counts = match unit {
        Unit::Count(things) => format!("{{pos}}/{{len}} {things}"),
        Unit::Bytes => "{bytes}/{total_bytes} {bytes_per_sec}".to_owned(),
    };
    let style = ProgressStyle::with_template(&format!("{name:<9} {{bar:30}} {counts}")).expect("a constant template");
    let bar = ProgressBar::new(total).with_style(style);
    bar.enable_steady_tick(Duration::from_millis(200));
    bar
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stage_counts_from_many_threads() {
        let stage = Progress::Silent.stage("count", 100, Unit::Count("things"));
        std::thread::scope(|scope| {
            for _ in 0..4 {
                scope.spawn(|| (0..25).for_each(|_| stage.advance(1)));
            }
        });
        assert_eq!(stage.done.load(Ordering::Relaxed), 100);
        assert_eq!(stage.show(3), "3 things");
    }
}
