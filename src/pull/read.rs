//! Reads a report of strangers. What is wrong with one is told without a byte of it.

use super::{LayerOutcome, LayerReport, Listed, REPORT_MAX_BYTES, Report, SCHEMA};
use crate::domain::NormalizedName;

/// Most errors that a report lists.
pub(super) const ERRORS_MAX: usize = 50;
/// Most warnings that it lists.
pub(super) const WARNINGS_MAX: usize = 20;
/// Most layers of a report: twenty packages for as many runtimes.
pub(super) const LAYERS_MAX: usize = 400;
/// Most rows or packages that a report only names.
pub(super) const NAMED_MAX: usize = 100;
/// Most dependencies of one layer that are listed.
pub(super) const DEPENDENCIES_MAX: usize = 150;
/// Longest name of a package, in bytes: no layer's name could have it.
const NAME_MAX_BYTES: usize = 200;

/// Why there is no report to show.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NoReport {
    /// The run made none.
    #[error("the run left no report")]
    Missing,
    /// It is larger than reports are.
    #[error("the report is larger than {REPORT_MAX_BYTES} bytes, so it was not read")]
    TooLarge,
    /// It is not JSON.
    #[error("the report cannot be read: it is not JSON")]
    NotJson,
    /// It has fields that reports have not, lacks some, or they are of another form.
    #[error("the report cannot be read: its fields are not those of a report")]
    OtherForm,
    /// It has more entries than reports have, or longer ones, or they are out of order.
    #[error("the report cannot be read: it has entries that no report has")]
    TooMuch,
}

/// Reads a report.
///
/// # Errors
/// Why it cannot be read; nothing of what it says.
pub fn read(bytes: &[u8]) -> Result<Report, NoReport> {
    if bytes.len() as u64 > REPORT_MAX_BYTES {
        return Err(NoReport::TooLarge);
    }
    let report: Report = serde_json::from_slice(bytes).map_err(|error| if error.is_data() { NoReport::OtherForm } else { NoReport::NotJson })?;
    if report.schema != SCHEMA {
        return Err(NoReport::OtherForm);
    }
    if is_bounded(&report) { Ok(report) } else { Err(NoReport::TooMuch) }
}

fn is_bounded(report: &Report) -> bool {
    let counts = report.layers.len() <= LAYERS_MAX
        && is_cut(&report.errors, ERRORS_MAX)
        && is_cut(&report.warnings, WARNINGS_MAX)
        && is_cut(&report.removed, NAMED_MAX)
        && is_cut(&report.left_out, NAMED_MAX);
    let is_sorted = report.layers.is_sorted_by(|one, next| (&one.package, one.runtime) < (&next.package, next.runtime));
    let mut names = report.layers.iter().map(|layer| &layer.package).chain(report.removed.first.iter().map(|row| &row.package)).chain(&report.left_out.first);
    counts && is_sorted && names.all(is_short) && report.layers.iter().all(has_bounded_contents)
}

fn has_bounded_contents(layer: &LayerReport) -> bool {
    match &layer.outcome {
        LayerOutcome::Good(contents) => is_cut(&contents.dependencies, DEPENDENCIES_MAX),
        LayerOutcome::Failed(_) | LayerOutcome::NoResult => true,
    }
}

fn is_cut<T>(listed: &Listed<T>, max: usize) -> bool {
    listed.first.len() <= max && listed.count >= listed.first.len() as u64
}

fn is_short(name: &NormalizedName) -> bool {
    name.as_str().len() <= NAME_MAX_BYTES
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;
    use crate::pull::{Line, Why};

    fn layer(package: &str) -> Value {
        let contents = json!({"zip_bytes": 1, "unzipped_bytes": 2, "dependencies": {"count": 1, "first": ["b==1"]}, "drift": null, "import": {"passed": {"milliseconds": 3}}});
        json!({"package": package, "runtime": "p3.13", "spelled": package, "version": "1", "held_back": null, "outcome": {"good": contents}})
    }

    fn report() -> Value {
        let none = json!({"count": 0, "first": []});
        json!({"schema": 1, "errors": none, "warnings": none, "layers": [layer("a"), layer("b")], "removed": none, "left_out": none})
    }

    fn read_value(value: &Value) -> Result<Report, NoReport> {
        read(value.to_string().as_bytes())
    }

    #[test]
    fn a_report_is_read_as_it_was_written() {
        let read_once = read_value(&report()).expect("a report");
        assert_eq!(read(read_once.canonical().as_bytes()), Ok(read_once));
    }

    #[test]
    fn what_is_no_report_is_told_without_a_word_of_it() {
        let many = |count: usize| (0..count).map(|n| layer(&format!("p{n:04}"))).collect::<Vec<_>>();
        let changed = |path: &str, value: Value| {
            let mut report = report();
            *report.pointer_mut(path).expect("it is there") = value;
            report
        };
        for (path, value, expected) in [
            ("/schema", json!(2), NoReport::OtherForm),
            ("/layers/0/package", json!("</code>@a"), NoReport::OtherForm),
            ("/layers/0/package", json!("Not.Normal"), NoReport::OtherForm),
            ("/layers/0/runtime", json!("p3.13; rm -rf"), NoReport::OtherForm),
            ("/layers/0/spelled", json!("two\nlines"), NoReport::OtherForm),
            ("/layers/0/spelled", json!("x".repeat(121)), NoReport::OtherForm),
            ("/layers/0/spelled", json!("\u{202e}x"), NoReport::OtherForm),
            ("/layers/0/outcome", json!({"good": {}}), NoReport::OtherForm),
            ("/layers/0/outcome", json!({"failed": {"code": "x", "reason": "x", "markdown": "**x**"}}), NoReport::OtherForm),
            ("/layers/0/outcome/good/zip_bytes", json!("1"), NoReport::OtherForm),
            ("/layers/0/outcome/good/zip_bytes", json!(-1), NoReport::OtherForm),
            ("/layers/0/outcome/good/import", json!({"passed": {"milliseconds": 1, "pull_request": 7}}), NoReport::OtherForm),
            ("/layers/0/package", json!("c"), NoReport::TooMuch),
            ("/layers/0/package", json!("b"), NoReport::TooMuch),
            ("/layers/0/package", json!("a".repeat(201)), NoReport::TooMuch),
            ("/layers", json!(many(LAYERS_MAX + 1)), NoReport::TooMuch),
            ("/left_out", json!({"count": 1, "first": ["a", "b"]}), NoReport::TooMuch),
            ("/left_out", json!({"count": 101, "first": vec!["a"; NAMED_MAX + 1]}), NoReport::TooMuch),
            ("/layers/0/outcome/good/dependencies", json!({"count": 151, "first": vec!["a"; DEPENDENCIES_MAX + 1]}), NoReport::TooMuch),
        ] {
            assert_eq!(read_value(&changed(path, value.clone())), Err(expected), "{path}: {value}");
        }
        let mut other = report();
        other["pull_request"] = json!(7);
        assert_eq!(read_value(&other), Err(NoReport::OtherForm));
        for bytes in [&b""[..], b"{", b"\xff", b"null", b"[]", b"::error::x"] {
            assert!(matches!(read(bytes), Err(NoReport::NotJson | NoReport::OtherForm)), "{bytes:?}");
        }
        let deep = "[".repeat(100_000);
        assert!(matches!(read(deep.as_bytes()), Err(NoReport::NotJson | NoReport::OtherForm)));
        assert_eq!(read(&vec![b' '; usize::try_from(REPORT_MAX_BYTES).unwrap() + 1]), Err(NoReport::TooLarge));
        assert_eq!(read_value(&changed("/layers", json!(many(LAYERS_MAX)))).map(|report| report.layers.len()), Ok(LAYERS_MAX));
    }

    #[test]
    fn the_longest_report_that_we_write_can_be_read() {
        let mut report = read_value(&report()).expect("a report");
        let mut layers = Vec::new();
        for n in 0..LAYERS_MAX {
            let mut layer = report.layers[0].clone();
            layer.package = format!("p{n:04}-{}", "a".repeat(130)).parse().unwrap();
            layer.spelled = Line::new(&"\"".repeat(120));
            layer.version = Some(Line::new(&"é".repeat(60)));
            match &mut layer.outcome {
                LayerOutcome::Good(_) if n % 2 == 0 => {
                    layer.outcome = LayerOutcome::Failed(Why { code: Line::new(&"x".repeat(60)), reason: Line::new(&"\u{ffff}\"".repeat(300)) });
                }
                LayerOutcome::Good(contents) => contents.dependencies.first = vec![Line::new(&"\"".repeat(120)); DEPENDENCIES_MAX],
                LayerOutcome::Failed(_) | LayerOutcome::NoResult => {}
            }
            if let LayerOutcome::Good(contents) = &mut layer.outcome {
                contents.dependencies.count = 200;
            }
            layers.push(layer);
        }
        report.layers = layers;
        let text = report.canonical();
        assert!(text.len() as u64 <= REPORT_MAX_BYTES, "{}", text.len());
        assert_eq!(read(text.as_bytes()).expect("a report").layers.len(), LAYERS_MAX);
    }
}
