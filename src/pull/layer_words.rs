//! One package in words: a table of its runtimes, what failed and what to do, what is in it.

use std::collections::BTreeMap;

use super::advice::advice;
use super::{Import, LayerOutcome, LayerReport, Line, Why, code};
use crate::domain::{HeldBackReason, Runtime};

/// Longest name, version, or line of a requirement that is shown, in characters.
const NAME_MAX_CHARS: usize = 80;
/// Longest reason that is shown.
const REASON_MAX_CHARS: usize = 500;

/// The words for one package's layers: all of them, and those without what is folded away.
pub(super) struct PackageWords {
    pub(super) full: String,
    pub(super) short: String,
}

/// The words for the layers of one package, of which there is at least one.
pub(super) fn package_words(layers: &[&LayerReport]) -> PackageWords {
    let spelled = code(layers[0].spelled.as_str(), NAME_MAX_CHARS);
    let mut short =
        format!("\n#### {spelled}\n\n| runtime | version | zipped | unpacked | dependencies | import |\n| --- | --- | ---: | ---: | ---: | --- |\n");
    layers.iter().for_each(|layer| short += &row(layer));
    let notes = notes(layers);
    if !notes.is_empty() {
        short += &format!("\n{notes}");
    }
    PackageWords { full: format!("{short}{}", folded(layers)), short }
}

fn row(layer: &LayerReport) -> String {
    let runtime = layer.runtime;
    let version = layer.version.as_ref().map_or_else(String::new, |version| code(version.as_str(), NAME_MAX_CHARS));
    match &layer.outcome {
        LayerOutcome::Good(contents) => {
            let (zipped, unzipped) = (megabytes(contents.zip_bytes), megabytes(contents.unzipped_bytes));
            let import = match &contents.import {
                Import::Passed { milliseconds } => format!("{}.{:03} s", milliseconds / 1000, milliseconds % 1000),
                Import::NotTested { .. } => "not tried".to_owned(),
            };
            format!("| {runtime} | {version} | {zipped} | {unzipped} | {} | {import} |\n", contents.dependencies.count)
        }
        LayerOutcome::Failed(_) => format!("| {runtime} | {version} | **failed** | | | |\n"),
        LayerOutcome::NoResult => format!("| {runtime} | {version} | **no result** | | | |\n"),
    }
}

/// What went wrong and what is to be known, each said once for all runtimes that it is true of.
fn notes(layers: &[&LayerReport]) -> String {
    let mut notes: BTreeMap<String, Vec<Runtime>> = BTreeMap::new();
    for layer in layers {
        let mut note = |text: String| notes.entry(text).or_default().push(layer.runtime);
        match &layer.outcome {
            LayerOutcome::Failed(why) => note(failed(why, layer.runtime)),
            LayerOutcome::NoResult => note("**no result**: the job that builds it ended before it told of it. The log of the run may say why.".to_owned()),
            LayerOutcome::Good(contents) => {
                if let Import::NotTested { reason } = &contents.import {
                    note(format!("not imported: {}", code(reason.as_str(), REASON_MAX_CHARS)));
                }
                if let Some(drift) = &contents.drift {
                    note(format!("against the layer that is published: {}", code(drift.as_str(), REASON_MAX_CHARS)));
                }
            }
        }
        if let Some(held) = &layer.held_back {
            let why = match held.reason {
                HeldBackReason::NoWheel => "has no wheel for it",
                HeldBackReason::Dependency => "needs what has no wheel for it",
            };
            note(format!("held back: the newest version, {}, {why}.", code(held.newest.as_str(), NAME_MAX_CHARS)));
        }
    }
    notes.into_iter().map(|(text, runtimes)| format!("- {}: {text}\n", names(&runtimes))).collect()
}

/// Reasons mostly name their runtime, which would make each of them another.
fn failed(why: &Why, runtime: Runtime) -> String {
    let reason = why.reason.as_str().replace(&runtime.to_string(), "this runtime");
    let advice = advice(why.code.as_str()).map_or_else(String::new, |advice| format!(" {advice}"));
    format!("**failed**, {}: {}.{advice}", code(why.code.as_str(), NAME_MAX_CHARS), code(reason.trim_end_matches('.'), REASON_MAX_CHARS))
}

/// The dependencies, folded away, once for all runtimes that have the same.
fn folded(layers: &[&LayerReport]) -> String {
    let mut lists: BTreeMap<(&[Line<120>], u64), Vec<Runtime>> = BTreeMap::new();
    for layer in layers {
        if let LayerOutcome::Good(contents) = &layer.outcome {
            lists.entry((&contents.dependencies.first, contents.dependencies.count)).or_default().push(layer.runtime);
        }
    }
    lists.retain(|(first, _), _| !first.is_empty());
    if lists.is_empty() {
        return String::new();
    }
    let list = |((first, count), runtimes): ((&[Line<120>], u64), Vec<Runtime>)| {
        let shown: Vec<String> = first.iter().map(|line| code(line.as_str(), NAME_MAX_CHARS)).collect();
        let more = count.saturating_sub(first.len() as u64);
        let more = if more > 0 { format!(" and {more} more") } else { String::new() };
        format!("\n{}: {}{more}\n", names(&runtimes), shown.join(", "))
    };
    format!("\n<details><summary>Dependencies</summary>\n{}\n</details>\n", lists.into_iter().map(list).collect::<String>())
}

fn names(runtimes: &[Runtime]) -> String {
    runtimes.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ")
}

fn megabytes(bytes: u64) -> String {
    let tenths = bytes.div_ceil(100_000);
    format!("{}.{} MB", tenths / 10, tenths % 10)
}
