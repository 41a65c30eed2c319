//! The small calculations of the scripts that measure: the examples in their docstrings hold.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on should stop")]

mod common;
#[path = "clients/python.rs"]
mod python;

use std::process::{Command, Stdio};

use common::world::path_with_uv;

/// Loads a script without running it, and prints how many examples it has. Its name has no suffix, so Python must be
/// told what it is.
const TESTED: &str = r#"
import doctest, importlib.machinery, importlib.util, sys
loader = importlib.machinery.SourceFileLoader("script", sys.argv[1])
module = importlib.util.module_from_spec(importlib.util.spec_from_loader("script", loader))
loader.exec_module(module)
failed, tried = doctest.testmod(module)
print(tried)
sys.exit(failed > 0)
"#;

#[test]
#[expect(clippy::disallowed_methods, reason = "runs a script of ours")]
fn the_examples_of_their_functions_hold() {
    for (script, count) in [("scripts/bench-render", 3), ("scripts/bench-history", 3)] {
        let mut command = Command::new(python::python_with(&[]));
        command.args(["-B", "-c", TESTED, script]).env_clear().env("PATH", path_with_uv()).stdin(Stdio::null());
        let output = command.output().unwrap();
        let said = String::from_utf8_lossy(&output.stdout);
        assert!(output.status.success(), "{script}:\n{said}{}", String::from_utf8_lossy(&output.stderr));
        assert_eq!(said.trim().parse(), Ok(count), "{script}");
    }
}
