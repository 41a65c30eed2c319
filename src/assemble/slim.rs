//! What a row may ask to leave out of its layer: tests and type stubs. Never by default, because a
//! package may import its own tests, and only its own code tells.

use std::collections::BTreeSet;

use super::layout::ROOT;
use crate::domain::Slim;

/// Whether the file at `path` in the layer is of one of the kinds `slim`. A distribution's own folder
/// (`.dist-info`) and its programs are never touched.
pub fn is_left_out(path: &str, slim: &BTreeSet<Slim>) -> bool {
    let Some((top, inside)) = path.strip_prefix(ROOT).and_then(|rest| rest.strip_prefix('/')).map(|rest| rest.split_once('/').unwrap_or(("", rest))) else {
        return false;
    };
    if top.ends_with(".dist-info") || top == "bin" {
        return false;
    }
    slim.iter().any(|slim| match slim {
        Slim::Tests => is_test(top, inside),
        Slim::TypeStubs => is_type_stub(top, inside),
    })
}

/// A folder `tests` at the top is a package of that name, which nobody asked to leave out.
fn is_test(top: &str, inside: &str) -> bool {
    let (folders, file) = inside.rsplit_once('/').unwrap_or(("", inside));
    let is_in_tests = folders.split('/').any(|folder| matches!(folder, "tests" | "test"));
    let is_left_out = match module(file) {
        Some("conftest") => true,
        Some(module) => is_in_tests && (module.starts_with("test_") || module.ends_with("_test") || matches!(module, "test" | "tests")),
        None => is_in_tests,
    };
    !top.is_empty() && is_left_out
}

fn is_type_stub(top: &str, inside: &str) -> bool {
    inside.ends_with(".pyi") || top.ends_with("-stubs")
}

/// The name of the module that a file is: `conftest` of `conftest.py` and of `conftest.cpython-313.opt-1.pyc`.
fn module(file: &str) -> Option<&str> {
    let compiled = || file.strip_suffix(".pyc").map(|stem| stem.split('.').next().unwrap_or(stem));
    file.strip_suffix(".py").or_else(compiled)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_left_out() {
        for (path, tests, stubs) in [
            ("python/pandas/tests/frame/test_a.py", true, false),
            ("python/pandas/tests/frame/__pycache__/test_a.cpython-313.pyc", true, false),
            ("python/pandas/tests/frame/__pycache__/common.cpython-313.pyc", false, false),
            ("python/pandas/tests/__init__.py", false, false),
            ("python/scipy/stats/tests/data/levy.npz", true, false),
            ("python/scipy/stats/tests/_ext.cpython-313-x86_64-linux-gnu.so", true, false),
            ("python/tornado/test/web_test.py", true, false),
            ("python/astropy/tests/runner.py", false, false),
            ("python/django/test/client.py", false, false),
            ("python/x/tests/__pycache__/conftest.cpython-313.opt-1.pyc", true, false),
            ("python/pandas/conftest.py", true, false),
            ("python/pandas/__pycache__/conftest.cpython-313.pyc", true, false),
            ("python/x/sub/test/data.json", true, false),
            ("python/x/tests.py", false, false),
            ("python/x/test_a.py", false, false),
            ("python/conftest.py", false, false),
            ("python/tests/a.py", false, false),
            ("python/test/a.py", false, false),
            ("python/numpy/testing/__init__.py", false, false),
            ("python/numpy/testing/tests/test_utils.py", true, false),
            ("python/numpy/__init__.pyi", false, true),
            ("python/six.pyi", false, true),
            ("python/pandas-stubs/py.typed", false, true),
            ("python/numpy/py.typed", false, false),
            ("python/x-1.0.dist-info/tests/a.pyi", false, false),
            ("python/bin/tests/a", false, false),
            ("other/x/tests/a.py", false, false),
            ("python", false, false),
        ] {
            for (slim, expected) in [(Slim::Tests, tests), (Slim::TypeStubs, stubs)] {
                assert_eq!(is_left_out(path, &BTreeSet::from([slim])), expected, "{path} {slim:?}");
            }
            assert_eq!(is_left_out(path, &BTreeSet::from(Slim::ALL)), tests || stubs);
            assert!(!is_left_out(path, &BTreeSet::new()));
        }
        assert_eq!(serde_json::to_string(&Slim::ALL).expect("plain data"), r#"["tests","type-stubs"]"#);
    }
}
