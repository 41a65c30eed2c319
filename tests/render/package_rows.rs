//! What the form of the page "Request a package" takes and writes, held against what reads the table: tests/browser/package-rows.json,
//! which tests/browser/package-row.test.mjs holds against the form's script.

use klayers::domain::{PackageRequest, RequestError};
use serde::Deserialize;

#[derive(Deserialize)]
struct Case {
    text: String,
    #[serde(flatten)]
    outcome: Outcome,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Outcome {
    Accepted { cell: String, row: String },
    Refused { refused: String },
}

#[test]
fn the_form_takes_what_the_table_takes() {
    let cases: Vec<Case> = serde_json::from_str(include_str!("../browser/package-rows.json")).expect("cases");
    assert!(cases.len() > 50);
    for Case { text, outcome } in cases {
        let read = text.parse::<PackageRequest>();
        match outcome {
            Outcome::Accepted { cell, row } => {
                let asked = read.unwrap_or_else(|error| panic!("{text:?}: {error}"));
                assert_eq!(cell.parse(), Ok(asked), "{text:?} is written as something else");
                let mut reader = csv::ReaderBuilder::new().has_headers(false).from_reader(row.as_bytes());
                let fields: Vec<csv::StringRecord> = reader.records().map(|record| record.expect("a row")).collect();
                assert_eq!(fields, [csv::StringRecord::from(vec![cell.as_str(), "", ""])], "{text:?}");
            }
            Outcome::Refused { refused } => {
                let word = match read.expect_err(&text) {
                    RequestError::DirectReference(_) => "direct-reference",
                    RequestError::Marker(_) => "marker",
                    RequestError::Name(_) => "name",
                    RequestError::Syntax { .. } => "syntax",
                };
                assert_eq!(word, refused, "{text:?}");
            }
        }
    }
}
