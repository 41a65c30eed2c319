//! Tiny source distributions that build themselves: the backend is in the tree, needs nothing and no network.

use std::io::Write as _;

/// A source distribution to be made.
#[derive(Debug, Clone)]
pub struct Sdist {
    name: String,
    version: String,
    tag: String,
    before: String,
    requires: Vec<String>,
    metadata_version: &'static str,
}

/// What builds the wheel: its environment goes into the wheel, so that a test can see what the backend saw.
const BACKEND: &str = r#"
import base64, hashlib, json, os, zipfile

def build_wheel(wheel_directory, config_settings=None, metadata_directory=None):
    BEFORE
    info = f"{NAME}-{VERSION}.dist-info"
    files = {
        f"{NAME}/__init__.py": "built = True\n",
        f"{NAME}/environment.json": json.dumps(dict(os.environ), sort_keys=True),
        f"{info}/METADATA": METADATA,
        f"{info}/WHEEL": f"Wheel-Version: 1.0\nGenerator: tests\nRoot-Is-Purelib: true\nTag: {TAG}\n",
    }
    digest = lambda text: base64.urlsafe_b64encode(hashlib.sha256(text.encode()).digest()).decode().rstrip("=")
    record = "".join(f"{path},sha256={digest(text)},{len(text.encode())}\n" for path, text in files.items())
    files[f"{info}/RECORD"] = record + f"{info}/RECORD,,\n"
    name = f"{NAME}-{VERSION}-{TAG}.whl"
    with zipfile.ZipFile(os.path.join(wheel_directory, name), "w") as wheel:
        for path, text in files.items():
            wheel.writestr(zipfile.ZipInfo(path), text)
    return name

def build_sdist(sdist_directory, config_settings=None):
    raise NotImplementedError
"#;

impl Sdist {
    /// A pure project with one module of its name, which says of itself all that can be said before it is built.
    pub fn new(name: &str, version: &str) -> Self {
        Self {
            name: name.to_owned(),
            version: version.to_owned(),
            tag: "py3-none-any".to_owned(),
            before: "pass".to_owned(),
            requires: Vec::new(),
            metadata_version: "2.2",
        }
    }

    /// The tag of the wheel that it builds.
    pub fn tag(mut self, tag: &str) -> Self {
        self.tag = tag.to_owned();
        self
    }

    /// A `Requires-Dist`.
    pub fn requires(mut self, requirement: &str) -> Self {
        self.requires.push(requirement.to_owned());
        self
    }

    /// A line of Python that runs before the wheel is built.
    pub fn before(mut self, line: &str) -> Self {
        self.before = line.to_owned();
        self
    }

    /// What it needs is known only once it is built.
    pub fn dynamic(self) -> Self {
        Self { metadata_version: "2.1", ..self }
    }

    pub fn name(&self) -> &str {
        &self.name
    }

    /// Its file name.
    pub fn filename(&self) -> String {
        format!("{}.tar.gz", self.stem())
    }

    /// Its bytes.
    pub fn bytes(&self) -> Vec<u8> {
        let requires: String = self.requires.iter().map(|requirement| format!("Requires-Dist: {requirement}\n")).collect();
        let metadata = format!("Metadata-Version: {}\nName: {}\nVersion: {}\n{requires}", self.metadata_version, self.name, self.version);
        let constants = [("NAME", self.module()), ("VERSION", self.version.clone()), ("TAG", self.tag.clone()), ("METADATA", metadata.clone())];
        let constants: String = constants.iter().map(|(name, value)| format!("{name} = {value:?}\n")).collect();
        let files = [
            ("PKG-INFO", metadata),
            ("backend.py", constants + &BACKEND.replace("BEFORE", &self.before)),
            ("pyproject.toml", "[build-system]\nrequires = []\nbuild-backend = \"backend\"\nbackend-path = [\".\"]\n".to_owned()),
        ];
        let mut tar = Vec::new();
        for (name, content) in &files {
            tar.extend(tar_entry(&format!("{}/{name}", self.stem()), content.as_bytes()));
        }
        tar.extend([0; 1024]);
        let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        gzip.write_all(&tar).unwrap();
        gzip.finish().unwrap()
    }

    fn module(&self) -> String {
        self.name.to_lowercase().replace(['-', '.'], "_")
    }

    fn stem(&self) -> String {
        format!("{}-{}", self.module(), self.version)
    }
}

/// A file in a tar of the kind `ustar`.
fn tar_entry(path: &str, content: &[u8]) -> Vec<u8> {
    let mut header = [0_u8; 512];
    let mut put = |at: usize, text: &str| header[at..at + text.len()].copy_from_slice(text.as_bytes());
    put(0, path);
    put(100, "0000644");
    put(108, "0000000");
    put(116, "0000000");
    put(124, &format!("{:011o}", content.len()));
    put(136, "00000000000");
    put(148, "        ");
    put(156, "0");
    put(257, "ustar\x0000");
    let sum: u32 = header.iter().map(|&byte| u32::from(byte)).sum();
    header[148..156].copy_from_slice(format!("{sum:06o}\0 ").as_bytes());
    let mut entry = header.to_vec();
    entry.extend(content);
    entry.resize(entry.len().next_multiple_of(512), 0);
    entry
}
