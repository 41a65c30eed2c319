//! `regions.csv`: where layers go.

use std::collections::BTreeMap;

use super::text::records;
use super::{ConfigProblem, Region};
use crate::domain::{RegionCode, RegionState};
use crate::report::{Location, Problems};

const COLUMNS: [&str; 3] = ["Code", "Name", "State"];
const REQUIRED: usize = 2;

/// Reads the region file. The column `State` may be absent, and so may its value.
pub fn read(file: &str, bytes: &[u8], problems: &mut Problems) -> Vec<Region> {
    let mut seen: BTreeMap<RegionCode, u64> = BTreeMap::new();
    let mut regions = Vec::new();
    for record in records(file, bytes, &COLUMNS, REQUIRED, problems) {
        let location = Location::line(file, record.line);
        let field = |index| record.fields.get(index).unwrap_or("");
        if let Some(index) = (0..REQUIRED).find(|&index| field(index).is_empty()) {
            problems.push(ConfigProblem::MissingField { column: COLUMNS[index].to_owned() }.at(location));
            continue;
        }
        let code: Result<RegionCode, _> = field(0).parse();
        let state: Result<RegionState, _> = field(2).parse();
        if let Err(error) = &state {
            problems.push(ConfigProblem::RegionStateUnknown { message: error.to_string() }.at(location.clone()));
        }
        match code {
            Err(error) => problems.push(ConfigProblem::RegionInvalid { message: error.to_string() }.at(location)),
            Ok(code) => {
                if let Some(&first) = seen.get(&code) {
                    problems.push(ConfigProblem::DuplicateRegion { code: code.to_string(), first }.at(location));
                } else if let Ok(state) = state {
                    seen.insert(code.clone(), record.line);
                    regions.push(Region { code, name: field(1).to_owned(), state });
                }
            }
        }
    }
    regions
}
