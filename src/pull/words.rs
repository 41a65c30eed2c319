//! The report in words: a comment, and the page of a run.
//!
//! What strangers wrote gets here only through [`code`]; the rest is ours, numbers, and names of runtimes.

use super::layer_words::{PackageWords, package_words};
use super::{Change, Circumstances, Finding, LayerOutcome, LayerReport, Listed, NoReport, Outgone, Report, code};
use crate::domain::COMMENT_MAX_BYTES;
use crate::domain::NormalizedName;

/// What is kept free for the sentence about what does not fit.
const NOTE_BYTES: usize = 4_000;
/// Most bytes of problems.
const ERRORS_MAX_BYTES: usize = 16_000;
/// Most bytes of warnings.
const WARNINGS_MAX_BYTES: usize = 6_000;
/// Most packages or rows that are only named.
const NAMED_MAX: usize = 30;
const NAME_MAX_CHARS: usize = 60;
const PATH_MAX_CHARS: usize = 120;
const TEXT_MAX_CHARS: usize = 300;
const COMMIT_CHARS: usize = 12;

/// The words for a report, or for why there is none: Markdown, at most [`COMMENT_MAX_BYTES`]. What does not fit is left
/// out by whole packages, and named.
pub fn markdown(report: Result<&Report, NoReport>, circumstances: &Circumstances) -> String {
    let mut text = "### Packages of this change\n".to_owned();
    text += &warning(&circumstances.change);
    match report {
        Ok(report) => text += &format!("\n{}\n", heading(report)),
        Err(why) => text += &format!("\n**There are no results**: {why}. {}\n", what_then(why)),
    }
    text += &origin(circumstances);
    let Ok(report) = report else { return text };
    text += &errors(&report.errors);
    text += &left_out(&report.left_out);
    text += &removed(&report.removed);
    let warnings = warnings(&report.warnings);
    text += &packages(&report.layers, COMMENT_MAX_BYTES - NOTE_BYTES - text.len() - warnings.len());
    text + &warnings
}

fn heading(report: &Report) -> String {
    let layers = &report.layers;
    let good = layers.iter().filter(|layer| layer.is_good()).count();
    let failed = layers.iter().filter(|layer| matches!(layer.outcome, LayerOutcome::Failed(_))).count();
    let silent = layers.len() - good - failed;
    if report.errors.count > 0 {
        return "**The catalogue has problems, so nothing was built.**".to_owned();
    }
    let built = match (layers.len(), good) {
        (0, _) => "No layer has to be built for this change.".to_owned(),
        (1, 1) => "**The one layer of this change is good.**".to_owned(),
        (all, good) if all == good => format!("**All {all} layers of this change are good.**"),
        (all, good) => format!("**{good} of {all} layers of this change are good.**"),
    };
    let silent = match silent {
        0 => String::new(),
        1 => " One has no result.".to_owned(),
        silent => format!(" {silent} have no result."),
    };
    format!("{built}{silent} Everything is built again when it is published.")
}

fn what_then(why: NoReport) -> &'static str {
    match why {
        NoReport::Missing => "The log of the run says how far it came.",
        NoReport::TooLarge | NoReport::NotJson | NoReport::OtherForm | NoReport::TooMuch => "Nothing of it is shown.",
    }
}

fn origin(circumstances: &Circumstances) -> String {
    let commit = circumstances.commit.as_ref().map(|commit| format!("Commit {}", code(&commit.chars().take(COMMIT_CHARS).collect::<String>(), COMMIT_CHARS)));
    let run = circumstances.run.as_ref().map(|run| format!("[the run]({}) {}", run.url, run.ending.words()));
    match (commit, run) {
        (Some(commit), Some(run)) => format!("\n{commit}; {run}.\n"),
        (Some(only), None) | (None, Some(only)) => format!("\n{only}.\n"),
        (None, None) => String::new(),
    }
}

fn warning(change: &Change) -> String {
    match change {
        Change::Unknown | Change::Packages => String::new(),
        Change::Settings => {
            "\n> [!NOTE]\n> Settings changed too, in `pipeline/config/klayers.toml`. They hold for every package: a maintainer should read them.\n".to_owned()
        }
        Change::Others { named, count } => {
            let files = match (named.len(), count - named.len()) {
                (0, _) => "The list of files was too long to be read.".to_owned(),
                (_, 0) => paths(named),
                (_, more) => format!("{} and {more} more", paths(named)),
            };
            format!(
                "\n> [!CAUTION]\n> **More than package files changed.** These are the results of a changed program or workflow, and are not trusted: \
                 they may say anything.\n>\n> {files}\n"
            )
        }
    }
}

fn paths(named: &[String]) -> String {
    named.iter().map(|path| code(path, PATH_MAX_CHARS)).collect::<Vec<_>>().join(", ")
}

fn errors(errors: &Listed<Finding>) -> String {
    if errors.count == 0 {
        return String::new();
    }
    format!("\n#### Problems of the catalogue\n\n{}", findings(errors, ERRORS_MAX_BYTES))
}

fn warnings(warnings: &Listed<Finding>) -> String {
    let title = match warnings.count {
        0 => return String::new(),
        1 => "1 warning".to_owned(),
        count => format!("{count} warnings"),
    };
    format!("\n<details><summary>{title} about the catalogue</summary>\n\n{}\n</details>\n", findings(warnings, WARNINGS_MAX_BYTES))
}

/// As many as fit into `room` bytes.
fn findings(findings: &Listed<Finding>, room: usize) -> String {
    let mut text = String::new();
    let mut shown = 0;
    for finding in &findings.first {
        let line = finding_words(finding);
        if text.len() + line.len() > room {
            break;
        }
        text += &line;
        shown += 1;
    }
    match findings.count - shown {
        0 => {}
        more => text += &format!("- and {more} more: `klayers check` tells all of them\n"),
    }
    text
}

fn finding_words(finding: &Finding) -> String {
    let line = finding.line.map_or_else(String::new, |line| format!(", line {line}"));
    let (file, name) = (code(finding.file.as_str(), PATH_MAX_CHARS), code(finding.code.as_str(), NAME_MAX_CHARS));
    let (message, help) = (code(finding.message.as_str(), TEXT_MAX_CHARS), code(finding.help.as_str(), TEXT_MAX_CHARS));
    format!("- {file}{line}: {name}: {message}<br>What to do: {help}\n")
}

fn left_out(left_out: &Listed<NormalizedName>) -> String {
    if left_out.count == 0 {
        return String::new();
    }
    let names = left_out.first.iter().map(|name| code(name.as_str(), NAME_MAX_CHARS)).take(NAMED_MAX).collect();
    format!("\n**Not all was built**: the change touches more packages than are built for one. Left out: {}.\n", and_more(names, left_out.count))
}

fn removed(removed: &Listed<Outgone>) -> String {
    if removed.count == 0 {
        return String::new();
    }
    let name = |row: &Outgone| format!("{} for {}", code(row.package.as_str(), NAME_MAX_CHARS), row.runtime);
    let names = removed.first.iter().map(name).take(NAMED_MAX).collect();
    format!("\n**Taken away**: {}. What is published of them stays, and gets no newer versions.\n", and_more(names, removed.count))
}

fn and_more(names: Vec<String>, count: u64) -> String {
    match count - names.len() as u64 {
        0 => names.join(", "),
        more => format!("{} and {more} more", names.join(", ")),
    }
}

/// As many whole packages as fit into `room` bytes, those with failures first; dependencies only where there is room
/// for them after that.
fn packages(layers: &[LayerReport], room: usize) -> String {
    let mut of_packages: Vec<Vec<&LayerReport>> = Vec::new();
    for layer in layers {
        match of_packages.last_mut() {
            Some(last) if last[0].package == layer.package => last.push(layer),
            Some(_) | None => of_packages.push(vec![layer]),
        }
    }
    of_packages.sort_by_key(|layers| layers.iter().all(|layer| layer.is_good()));
    let mut room = room;
    let mut take = |bytes: usize| {
        let fits = bytes <= room;
        room -= if fits { bytes } else { 0 };
        fits
    };
    let mut kept: Vec<(PackageWords, bool)> = Vec::new();
    let mut away = Vec::new();
    for layers in of_packages {
        let words = package_words(&layers);
        if take(words.short.len()) {
            kept.push((words, false));
        } else {
            away.push(code(layers[0].package.as_str(), NAME_MAX_CHARS));
        }
    }
    for (words, is_full) in &mut kept {
        *is_full = take(words.full.len() - words.short.len());
    }
    let is_folded_left_out = kept.iter().any(|(_, is_full)| !is_full);
    let mut text: String = kept.into_iter().map(|(words, is_full)| if is_full { words.full } else { words.short }).collect();
    if is_folded_left_out {
        text += "\n*Some lists of dependencies do not fit here.*\n";
    }
    if !away.is_empty() {
        let count = away.len() as u64;
        away.truncate(NAMED_MAX);
        text += &format!("\n*There is no room here for {}. The report of the run has them.*\n", and_more(away, count));
    }
    text
}
