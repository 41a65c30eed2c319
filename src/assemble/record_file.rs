//! `RECORD`: the list of a distribution's files with their hashes, read from the wheel and written
//! for the layer, where some files have moved and some are new.
//!
//! <https://packaging.python.org/en/latest/specifications/recording-installed-packages/#the-record-file>

use std::collections::{BTreeMap, BTreeSet};

use crate::domain::Sha256;

/// Largest `RECORD` that is read, in bytes: a thousand for each of the most entries. The largest in use have some three
/// megabytes.
pub const MAX_BYTES: u64 = 64 << 20;

/// The hashes that a wheel's `RECORD` gives, by path. Rows with another kind of hash are left out, and so are files that
/// it gives two.
///
/// # Errors
/// When a row is not UTF-8.
pub fn read(bytes: &[u8]) -> Result<BTreeMap<String, Sha256>, csv::Error> {
    let mut reader = csv::ReaderBuilder::new().has_headers(false).flexible(true).from_reader(bytes);
    let mut hashes = BTreeMap::new();
    let mut contradicted = BTreeSet::new();
    for row in reader.records() {
        let row = row?;
        let path = row.get(0).unwrap_or("").trim_start_matches("./");
        if let Some(hash) = row.get(1).and_then(|hash| hash.strip_prefix("sha256=")).and_then(Sha256::from_record_form)
            && hashes.insert(path.to_owned(), hash).is_some_and(|other| other != hash)
        {
            contradicted.insert(path.to_owned());
        }
    }
    hashes.retain(|path, _| !contradicted.contains(path));
    Ok(hashes)
}

/// All paths of a `RECORD`, as far as it can be read.
pub fn paths(bytes: &[u8]) -> Vec<String> {
    let mut reader = csv::ReaderBuilder::new().has_headers(false).flexible(true).from_reader(bytes);
    reader.records().map_while(Result::ok).filter_map(|row| row.get(0).map(str::to_owned)).collect()
}

/// The text of a `RECORD` with `rows` of path, hash and size, and one for itself at `own_path`.
pub fn write(mut rows: Vec<(&str, Sha256, u64)>, own_path: &str) -> Vec<u8> {
    rows.sort_unstable();
    let mut writer = csv::WriterBuilder::new().terminator(csv::Terminator::Any(b'\n')).from_writer(Vec::new());
    for (path, hash, size) in rows {
        let hash = format!("sha256={}", hash.record_form());
        writer.write_record([path, &hash, &size.to_string()]).expect("a vector takes everything");
    }
    writer.write_record([own_path, "", ""]).expect("a vector takes everything");
    writer.into_inner().expect("a vector takes everything")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read_back() {
        let hash = Sha256::of(b"x");
        let text = write(vec![("b,c.py", hash, 1), ("a.py", hash, 2)], "x.dist-info/RECORD");
        let form = hash.record_form();
        assert_eq!(String::from_utf8_lossy(&text), format!("a.py,sha256={form},2\n\"b,c.py\",sha256={form},1\nx.dist-info/RECORD,,\n"));
        assert_eq!(read(&text).expect("read").into_iter().collect::<Vec<_>>(), [("a.py".to_owned(), hash), ("b,c.py".to_owned(), hash)]);
    }
}
