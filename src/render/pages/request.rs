//! Asking for a package: what can work, and the row that asks for it.

use std::cmp::Reverse;

use serde::Serialize;

use super::choices::shown_regions;
use super::frame::{Frame, Section, Sheet};
use crate::config::{CONFIG_DIR, RuntimeSpec};
use crate::render::view::View;
use crate::render::{RenderError, Sink};

/// The context of `request.html`.
#[derive(Debug, Serialize)]
struct RequestPage<'a> {
    /// The folder of the files below, from the top of the repository.
    folder: &'static str,
    /// The file that asks for every runtime, when there is one.
    common_file: Option<&'a str>,
    /// The runtimes that layers are built for, newest first.
    runtimes: Vec<RuntimeChoice<'a>>,
    /// The regions that pages have.
    region_count: usize,
}

/// A runtime that can be asked for.
#[derive(Debug, Serialize)]
struct RuntimeChoice<'a> {
    id: String,
    python: String,
    architecture: String,
    operating_system: &'a str,
    glibc: String,
    /// The files whose rows it takes.
    files: &'a [String],
}

/// Puts the page.
///
/// # Errors
/// When its template is wrong, or as the sink.
pub fn put(view: &View<'_>, frame: &Frame<'_>, sink: &dyn Sink) -> Result<(), RenderError> {
    let sheet = Sheet {
        template: "request.html",
        path: "request/index.html",
        title: "Request a package",
        description: "One row in a table asks for a package as a layer, in every region. What can work, and how to ask.",
        section: Section::Request,
    };
    let mut runtimes: Vec<&RuntimeSpec> = view.catalog.active_runtimes().collect();
    // The newest Python first, each with its architectures in their order.
    runtimes.sort_by_key(|spec| Reverse(spec.runtime.python));
    let page = RequestPage {
        folder: CONFIG_DIR,
        common_file: common_file(&runtimes),
        runtimes: runtimes.iter().map(|spec| RuntimeChoice::new(spec)).collect(),
        region_count: shown_regions(view).count(),
    };
    frame.put(sheet, page, sink)
}

impl<'a> RuntimeChoice<'a> {
    fn new(spec: &'a RuntimeSpec) -> Self {
        Self {
            id: spec.runtime.to_string(),
            python: spec.runtime.python.to_string(),
            architecture: spec.architecture().to_string(),
            operating_system: &spec.operating_system,
            glibc: spec.glibc.to_string(),
            files: &spec.package_files,
        }
    }
}

/// The first file that all `runtimes` take.
fn common_file<'a>(runtimes: &[&'a RuntimeSpec]) -> Option<&'a str> {
    let (first, others) = runtimes.split_first()?;
    first.package_files.iter().find(|file| others.iter().all(|spec| spec.package_files.contains(file))).map(String::as_str)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::RuntimeState;

    fn spec(runtime: &str, files: &[&str]) -> RuntimeSpec {
        RuntimeSpec {
            runtime: runtime.parse().expect("valid"),
            operating_system: "AL2023".to_owned(),
            glibc: "2.34".parse().expect("valid"),
            state: RuntimeState::Active,
            end_of_life: "2029-06-30".parse().expect("a date"),
            package_files: files.iter().map(|file| (*file).to_owned()).collect(),
        }
    }

    #[test]
    fn the_file_for_all_is_the_one_that_all_take() {
        let (one, other) = (spec("p3.13", &["p313.csv", "all.csv"]), spec("p3.14", &["all.csv", "p314.csv"]));
        let alone = spec("p3.12", &["p312.csv"]);
        assert_eq!(common_file(&[&one, &other]), Some("all.csv"));
        assert_eq!(common_file(&[&alone]), Some("p312.csv"));
        assert_eq!(common_file(&[&one, &other, &alone]), None);
        assert_eq!(common_file(&[]), None);
    }
}
