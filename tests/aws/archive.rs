//! An archive that Lambda takes for a layer.

use std::io::Write as _;

/// A layer with one module that holds `text`.
pub fn zip(text: &str) -> Vec<u8> {
    let mut archive = rawzip::ZipArchiveWriter::new(Vec::new());
    let (mut entry, config) = archive.new_file("python/module.py").start().unwrap();
    let mut writer = config.wrap(&mut entry);
    writer.write_all(text.as_bytes()).unwrap();
    let (_, descriptor) = writer.finish().unwrap();
    entry.finish(descriptor).unwrap();
    archive.finish().unwrap()
}
