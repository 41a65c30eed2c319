//! `regions.csv` with the regions that a service is to have.

use std::collections::BTreeMap;

use super::edit::{EditError, Record, WishedRegions, Wishes};
use super::{Region, regions as region_file};
use crate::domain::{RegionCode, RegionState};
use crate::report::Problems;

/// All regions in which layers can be published, with their names. A service that has few keeps no names of the others.
const KNOWN: &str = include_str!("starter/regions.csv");

/// The regions that can be wished for, by code: those of the program, and those of the file `text`.
pub fn known_regions(text: &str) -> BTreeMap<RegionCode, Region> {
    let known = [read(KNOWN), read(text)].concat();
    known.into_iter().map(|region| (region.code.clone(), region)).collect()
}

/// The text as the wishes want it. Those that are there keep their order; new ones follow.
pub(super) fn regions(text: &str, wishes: &Wishes) -> Result<String, EditError> {
    let mut all = read(text);
    let here: Vec<RegionCode> = all.iter().map(|region| region.code.clone()).collect();
    all.extend(read(KNOWN).into_iter().filter(|region| !here.contains(&region.code)));
    let kept = all.into_iter().filter_map(|region| match &wishes.regions {
        WishedRegions::All if region.code.partition() == wishes.partition => Some(region),
        WishedRegions::All => (wishes.record == Record::Layers && here.contains(&region.code)).then_some(region),
        WishedRegions::Only(codes) if codes.contains(&region.code) => Some(Region { state: RegionState::Active, ..region }),
        // Its layers stay listed.
        WishedRegions::Only(_) if wishes.record == Record::Layers && here.contains(&region.code) => {
            Some(Region { state: if region.state == RegionState::Active { RegionState::Paused } else { region.state }, ..region })
        }
        WishedRegions::Only(_) => None,
    });
    write(kept).map_err(|error| EditError::File { file: "regions.csv", reason: error.to_string() })
}

/// The rows that are right.
fn read(text: &str) -> Vec<Region> {
    region_file::read("regions.csv", text.as_bytes(), &mut Problems::new())
}

fn write(regions: impl Iterator<Item = Region>) -> Result<String, csv::Error> {
    let mut writer = csv::WriterBuilder::new().from_writer(Vec::new());
    writer.write_record(["Code", "Name", "State"])?;
    for region in regions {
        let state = match region.state {
            RegionState::Active => "active",
            RegionState::Paused => "paused",
            RegionState::Retired => "retired",
        };
        writer.write_record([region.code.as_str(), &region.name, state])?;
    }
    let bytes = writer.into_inner().map_err(|error| error.into_error())?;
    Ok(String::from_utf8(bytes).expect("made of texts alone"))
}
