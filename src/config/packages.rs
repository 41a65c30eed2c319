//! `packages*.csv`: one row per wanted package.

use super::ConfigProblem;
use super::text::records;
use crate::domain::{LayerRequest, PackageRequest, RequestError};
use crate::report::{Location, Problems};

const COLUMNS: [&str; 3] = ["Package_Name", "License", "Authors/Maintainers"];

/// A row that can be understood by itself.
#[derive(Debug, Clone)]
pub struct PackageRow {
    /// What it asks for.
    pub request: LayerRequest,
    /// Its licence, as written; may be empty.
    pub license: String,
    /// The file and the line where it stands.
    pub location: Location,
}

/// Reads a package file. A row may lack its last columns; a row without a name is a problem.
pub fn read(file: &str, bytes: &[u8], problems: &mut Problems) -> Vec<PackageRow> {
    let mut rows = Vec::new();
    for record in records(file, bytes, &COLUMNS, COLUMNS.len(), problems) {
        let location = Location::line(file, record.line);
        let name = record.fields.get(0).unwrap_or("");
        if name.is_empty() {
            problems.push(ConfigProblem::MissingField { column: COLUMNS[0].to_owned() }.at(location));
            continue;
        }
        match name.parse::<PackageRequest>() {
            Ok(request) => rows.push(PackageRow { request: LayerRequest::package(request), license: record.fields.get(1).unwrap_or("").to_owned(), location }),
            Err(error) => problems.push(refusal(&error).at(location)),
        }
    }
    rows
}

fn refusal(error: &RequestError) -> ConfigProblem {
    let message = error.to_string();
    match error {
        RequestError::DirectReference(_) => ConfigProblem::DirectReference { message },
        RequestError::Marker(_) => ConfigProblem::Marker { message },
        RequestError::Name(_) => ConfigProblem::PackageNameInvalid { message },
        RequestError::Syntax { .. } => ConfigProblem::RequirementInvalid { message },
    }
}
