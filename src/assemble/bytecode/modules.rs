//! Which files of a wheel get bytecode, and under which names.

use std::collections::BTreeMap;

use crate::assemble::layout::{LayoutError, Place, ROOT, WheelFolders};
use crate::assemble::zip_file::Entry;
use crate::assemble::zip_names::{PART_MAX_BYTES, PATH_MAX_BYTES};

/// Where Lambda puts layers. The file name in bytecode starts with it: Python would otherwise
/// have to rewrite every piece of code when it is imported.
const MOUNTED: &str = "/opt/";

/// The modules of a wheel that are to be compiled: their entries by their path in the layer.
///
/// # Errors
/// When the wheel cannot be laid out.
pub fn modules<'a>(folders: &WheelFolders, entries: &'a [Entry]) -> Result<BTreeMap<String, &'a Entry>, LayoutError> {
    let mut modules = BTreeMap::new();
    for entry in entries {
        if let Place::File(path) = folders.place(&entry.path)?
            && is_compiled(&path)
        {
            modules.insert(path, entry);
        }
    }
    Ok(modules)
}

/// Where the bytecode of the module at `path` is; nothing when that is no path of a module, or too long a name for a file.
pub fn pyc_path(path: &str, cache_tag: &str) -> Option<String> {
    let (folder, file) = path.rsplit_once('/')?;
    let name = format!("{}.{cache_tag}.pyc", file.strip_suffix(".py")?);
    let path = format!("{folder}/__pycache__/{name}");
    (name.len() <= PART_MAX_BYTES && path.len() <= PATH_MAX_BYTES).then_some(path)
}

/// The name that the code of the module at `path` has for its file.
pub fn code_filename(path: &str) -> String {
    format!("{MOUNTED}{path}")
}

/// Whether the file at `path` is a module, and not one of tests, which a layer only carries along.
fn is_compiled(path: &str) -> bool {
    let Some((folders, file)) = path.strip_prefix(ROOT).and_then(|rest| rest.strip_prefix('/')).map(|rest| rest.rsplit_once('/').unwrap_or(("", rest))) else {
        return false;
    };
    let mut folders = folders.split('/');
    let top = folders.next().unwrap_or_default();
    file.len() > ".py".len()
        && file.ends_with(".py")
        && top != "bin"
        && !top.ends_with(".dist-info")
        && !folders.any(|folder| matches!(folder, "tests" | "test"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_compiled() {
        for (path, expected) in [
            ("python/six.py", true),
            ("python/pandas/__init__.py", true),
            ("python/pandas/core/frame.py", true),
            ("python/tests/helper.py", true),
            ("python/pandas/tests/helper.py", false),
            ("python/pandas/core/test/deep/helper.py", false),
            ("python/pandas/test.py", true),
            ("python/numpy/testing/x.py", true),
            ("python/bin/tool.py", false),
            ("python/x/bin/tool.py", true),
            ("python/x-1.0.dist-info/x.py", false),
            ("python/x.pyi", false),
            ("python/.py", false),
            ("lib/x.py", false),
            ("python3/x.py", false),
        ] {
            assert_eq!(is_compiled(path), expected, "{path}");
        }
    }

    #[test]
    fn where_bytecode_is() {
        assert_eq!(pyc_path("python/a/b.c.py", "cpython-313").as_deref(), Some("python/a/__pycache__/b.c.cpython-313.pyc"));
        assert_eq!(pyc_path("python/a/b.txt", "cpython-313"), None);
        assert_eq!(pyc_path(&format!("python/{}.py", "a".repeat(250)), "cpython-313"), None);
    }
}
