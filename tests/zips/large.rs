//! Zips and papers that are larger than they can be meant to be.

use std::time::{Duration, Instant};

use crate::read;
use crate::zips::layer::{Cached, STEM};
use crate::zips::maker::{Member, Zip};

/// Much more than it takes, and much less than a parser that goes over everything again for each entry.
const LONG: Duration = Duration::from_secs(60);

#[test]
fn papers_that_are_read_whole_have_a_size() {
    let papers = |name: &str, content: &[u8]| {
        let metadata = Member::stored(format!("{STEM}.dist-info/METADATA"), b"Name: x\n");
        let paper = Member::deflated(format!("{STEM}.dist-info/{name}"), content);
        let members = if name == "METADATA" { vec![paper] } else { vec![metadata, paper] };
        let folder = tempfile::tempdir().unwrap();
        Cached::new(&Zip::of(members).bytes(), folder.path()).assemble(&folder.path().join("dist"))
    };
    for (name, bytes) in [("METADATA", 16 << 20), ("RECORD", 64 << 20), ("entry_points.txt", 1 << 20)] {
        let refused = papers(name, &vec![b'\n'; bytes + 1]).unwrap_err();
        assert!(refused.ends_with(&format!("`{STEM}.dist-info/{name}` is larger than any file of its kind")), "{refused}");
    }
    // Nobody reads these.
    for name in ["WHEEL", "LICENSE", "direct_url.json"] {
        papers(name, &vec![b'\n'; 70 << 20]).unwrap_or_else(|refused| panic!("{name}: {refused}"));
    }
    // As many programs and faults as go into the largest.
    let programs: String = (0..40_000).map(|number| format!("p{number} = x:y\n")).collect();
    let assembled = papers("entry_points.txt", format!("[console_scripts]\n{programs}").as_bytes()).unwrap();
    assert_eq!(assembled.manifest.files, 40_000 + 4);
    let assembled = papers("entry_points.txt", format!("[console_scripts]\n{}", "!\n".repeat(500_000)).as_bytes()).unwrap();
    assert!(assembled.manifest.warnings.len() <= 51, "{}", assembled.manifest.warnings.len());
}

#[test]
fn the_most_entries_and_the_deepest_paths_take_seconds() {
    let start = Instant::now();
    let most = (0..u16::MAX).map(|number| Member::stored(format!("{}/{number}", number % 251), b""));
    assert_eq!(read(&Zip::of(most).bytes()).unwrap().len(), usize::from(u16::MAX));
    // Each path has two thousand folders, which all have to be no file.
    let deep = (0..3_000).map(|number| Member::stored(format!("{}{number:04}", "a/".repeat(1_990)), b""));
    assert_eq!(read(&Zip::of(deep).bytes()).unwrap().len(), 3_000);
    assert!(start.elapsed() < LONG, "{:?}", start.elapsed());
}
