//! Tiny wheels, made by a zip library that is not the one under test.

use std::collections::BTreeMap;
use std::io::{Cursor, Read as _, Write as _};
use std::path::Path;

use klayers::domain::Sha256;
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipWriter};

/// A wheel to be made.
#[derive(Debug, Clone)]
pub struct Wheel {
    name: String,
    version: String,
    tag: String,
    requires: Vec<String>,
    metadata: Vec<String>,
    files: Vec<(String, Vec<u8>, u32)>,
    record: Vec<(String, String)>,
}

impl Wheel {
    /// A pure wheel with one module of its name.
    pub fn new(name: &str, version: &str) -> Self {
        let module = name.to_lowercase().replace(['-', '.'], "_");
        Self {
            name: name.to_owned(),
            version: version.to_owned(),
            tag: "py3-none-any".to_owned(),
            requires: Vec::new(),
            metadata: Vec::new(),
            files: Vec::new(),
            record: Vec::new(),
        }
        .file(&format!("{module}/__init__.py"), format!("version = {version:?}\n"))
    }

    /// For another interpreter or platform.
    pub fn tag(mut self, tag: &str) -> Self {
        self.tag = tag.to_owned();
        self
    }

    /// A `Requires-Dist`.
    pub fn requires(mut self, requirement: &str) -> Self {
        self.requires.push(requirement.to_owned());
        self
    }

    /// Another line of `METADATA`.
    pub fn metadata(mut self, line: &str) -> Self {
        self.metadata.push(line.to_owned());
        self
    }

    /// A file.
    pub fn file(self, path: &str, content: impl Into<Vec<u8>>) -> Self {
        self.file_with_mode(path, content, 0o644)
    }

    /// A file with a mode, in place of one that has its path.
    pub fn file_with_mode(mut self, path: &str, content: impl Into<Vec<u8>>, mode: u32) -> Self {
        self.files.retain(|(known, _, _)| known != path);
        self.files.push((path.to_owned(), content.into(), mode));
        self
    }

    /// A file in the folder `.data`.
    pub fn data_file(self, kind: &str, path: &str, content: &str) -> Self {
        let folder = format!("{}.data/{kind}/{path}", self.stem());
        self.file_with_mode(&folder, content, 0o755)
    }

    /// A file in the folder `.dist-info`.
    pub fn info_file(self, path: &str, content: &str) -> Self {
        let folder = format!("{}.dist-info/{path}", self.stem());
        self.file(&folder, content)
    }

    /// A line of `RECORD` that is not true.
    pub fn false_record(mut self, path: &str, hash_of: &[u8]) -> Self {
        self.record.push((path.to_owned(), format!("sha256={}", Sha256::of(hash_of).record_form())));
        self
    }

    pub fn name(&self) -> &str {
        &self.name
    }

    /// Its file name.
    pub fn filename(&self) -> String {
        format!("{}-{}.whl", self.stem(), self.tag)
    }

    /// Its `METADATA`.
    pub fn metadata_text(&self) -> String {
        let mut text = format!("Metadata-Version: 2.1\nName: {}\nVersion: {}\n", self.name, self.version);
        self.requires.iter().for_each(|requirement| text += &format!("Requires-Dist: {requirement}\n"));
        self.metadata.iter().for_each(|line| text += &format!("{line}\n"));
        text
    }

    /// Its bytes.
    pub fn bytes(&self) -> Vec<u8> {
        let info = format!("{}.dist-info", self.stem());
        let mut files = self.files.clone();
        files.push((format!("{info}/METADATA"), self.metadata_text().into_bytes(), 0o644));
        files.push((format!("{info}/WHEEL"), format!("Wheel-Version: 1.0\nGenerator: tests\nRoot-Is-Purelib: true\nTag: {}\n", self.tag).into_bytes(), 0o644));
        let mut record = String::new();
        for (path, content, _) in &files {
            let truth = format!("sha256={}", Sha256::of(content).record_form());
            let hash = self.record.iter().find(|(lied, _)| lied == path).map_or(truth, |(_, lie)| lie.clone());
            record += &format!("{path},{hash},{}\n", content.len());
        }
        record += &format!("{info}/RECORD,,\n");
        files.push((format!("{info}/RECORD"), record.into_bytes(), 0o644));
        zip_of(&files)
    }

    fn stem(&self) -> String {
        format!("{}-{}", self.name.replace(['-', '.'], "_"), self.version)
    }
}

/// A zip of paths, contents and modes.
pub fn zip_of(files: &[(String, Vec<u8>, u32)]) -> Vec<u8> {
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    for (path, content, mode) in files {
        let options = SimpleFileOptions::default().compression_method(CompressionMethod::Deflated).unix_permissions(*mode);
        writer.start_file(path.as_str(), options).unwrap();
        writer.write_all(content).unwrap();
    }
    writer.finish().unwrap().into_inner()
}

/// The files of a zip with their contents, as a library reads them that is not the one under test.
pub fn unzip(path: &Path) -> BTreeMap<String, Vec<u8>> {
    let mut archive = zip::ZipArchive::new(std::fs::File::open(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))).unwrap();
    let count = archive.len();
    let one = |at: usize| {
        let mut entry = archive.by_index(at).unwrap();
        let mut content = Vec::new();
        entry.read_to_end(&mut content).unwrap();
        (entry.name().unwrap().into_owned(), content)
    };
    (0..count).map(one).collect()
}
