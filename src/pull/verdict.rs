//! Whether a change is well, in one word and one sentence: the status of its commit.

use super::{Change, Circumstances, Ending, NoReport, Report};

/// How a change is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// All is well: the status `success`.
    Good,
    /// Something is not well: the status `failure`.
    Bad,
    /// Nobody knows yet: the run waits to be let run.
    Unknown,
}

/// The status of a commit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verdict {
    /// Whether the change is well.
    pub standing: Standing,
    /// Why, in a few words without a full stop; none of them a stranger's.
    pub description: String,
}

/// All is well only if nothing but package files changed, the run ended well, and every layer of the change is good.
pub fn verdict(report: Result<&Report, NoReport>, circumstances: &Circumstances) -> Verdict {
    let bad = |description: &str| Verdict { standing: Standing::Bad, description: description.to_owned() };
    let run = circumstances.run.as_ref().map(|run| run.ending);
    if run == Some(Ending::ActionRequired) {
        return Verdict { standing: Standing::Unknown, description: "a maintainer has to let the run begin".to_owned() };
    }
    if let Change::Others { .. } = circumstances.change {
        return bad("more than package files changed: the results are not trusted");
    }
    let report = match report {
        Ok(report) => report,
        Err(NoReport::Missing) => return bad("the run left no report"),
        Err(NoReport::TooLarge | NoReport::NotJson | NoReport::OtherForm | NoReport::TooMuch) => return bad("the report cannot be read"),
    };
    if report.errors.count > 0 {
        return bad("the catalogue has problems, so nothing was built");
    }
    let good = report.layers.iter().filter(|layer| layer.is_good()).count();
    let all = report.layers.len();
    if good < all {
        return bad(&format!("{good} of {} good", layers(all)));
    }
    if report.left_out.count > 0 {
        return bad(&format!("{} good, {} packages too many to build", layers(all), report.left_out.count));
    }
    if let Some(ending) = run.filter(|ending| *ending != Ending::Success) {
        return bad(&format!("the run {}", ending.words()));
    }
    let description = match all {
        0 => "nothing to build".to_owned(),
        _ => format!("{} good", layers(all)),
    };
    Verdict { standing: Standing::Good, description }
}

fn layers(count: usize) -> String {
    if count == 1 { "1 layer".to_owned() } else { format!("{count} layers") }
}
