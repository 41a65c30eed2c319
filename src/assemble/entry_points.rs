//! Programs that an installer makes: from `entry_points.txt`, and from scripts that ask for "python".
//!
//! <https://packaging.python.org/en/latest/specifications/entry-points/>

use crate::domain::PythonMinor;

/// The groups whose entries become programs.
const PROGRAM_GROUPS: [&str; 2] = ["console_scripts", "gui_scripts"];

/// A program to make.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EntryPoint {
    /// Its file name.
    pub name: String,
    module: String,
    attribute: String,
}

/// Reads `entry_points.txt`. Entries that are not safe to write down are left out and named in the
/// second list: a name is a file name, and the rest becomes Python code.
pub fn read(text: &str) -> (Vec<EntryPoint>, Vec<String>) {
    let mut group = "";
    let mut points = Vec::new();
    let mut refused = Vec::new();
    for line in text.lines().map(str::trim) {
        if line.is_empty() || line.starts_with(['#', ';']) {
            continue;
        }
        if let Some(name) = line.strip_prefix('[').and_then(|line| line.strip_suffix(']')) {
            group = name.trim();
        } else if PROGRAM_GROUPS.contains(&group) {
            match entry_point(line) {
                Some(point) => points.push(point),
                None => refused.push(line.to_owned()),
            }
        }
    }
    points.sort_by(|a, b| a.name.cmp(&b.name));
    points.dedup_by(|later, earlier| later.name == earlier.name);
    (points, refused)
}

impl EntryPoint {
    /// The program's text.
    pub fn program(&self, python: PythonMinor) -> Vec<u8> {
        let Self { module, attribute, .. } = self;
        let object = attribute.split('.').next().unwrap_or(attribute);
        let shebang = shebang(python);
        format!("{shebang}\nimport sys\nfrom {module} import {object}\nif __name__ == \"__main__\":\n    sys.exit({attribute}())\n").into_bytes()
    }
}

/// The script with its first line made to find the runtime's Python, if it asks for one: `#!python`.
pub fn with_shebang(script: &[u8], python: PythonMinor) -> Option<Vec<u8>> {
    let first_line_end = script.iter().position(|&byte| byte == b'\n').unwrap_or(script.len());
    let (first, rest) = script.split_at(first_line_end);
    let asks = first.strip_prefix(b"#!python").is_some_and(|after| matches!(after.first(), None | Some(b'w' | b' ' | b'\r')));
    asks.then(|| [shebang(python).as_bytes(), rest].concat())
}

/// In Lambda, PATH leads to the runtime's Python; on other machines to one of the same version.
fn shebang(python: PythonMinor) -> String {
    format!("#!/usr/bin/env python{python}")
}

/// `name = module:attribute [extra]`
fn entry_point(line: &str) -> Option<EntryPoint> {
    let (name, reference) = line.split_once('=')?;
    let (name, reference) = (name.trim(), reference.split('[').next().unwrap_or("").trim());
    let (module, attribute) = reference.split_once(':')?;
    let (module, attribute) = (module.trim(), attribute.trim());
    let is_file_name = !name.is_empty()
        && !name.starts_with(['.', '-'])
        && name.len() <= 100
        && name.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.'));
    let is_dotted = |text: &str| {
        text.split('.').all(|part| !part.is_empty() && !part.starts_with(|c: char| c.is_ascii_digit()) && part.chars().all(|c| c.is_alphanumeric() || c == '_'))
    };
    (is_file_name && is_dotted(module) && is_dotted(attribute)).then(|| EntryPoint {
        name: name.to_owned(),
        module: module.to_owned(),
        attribute: attribute.to_owned(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn programs_of_both_groups_and_nothing_else() {
        let (points, refused) =
            read("[console_scripts]\nrun = pkg.cli:main\ntool=pkg:Class.run [extra]\n\n[other]\nx = y:z\n[gui_scripts]\nwindow = pkg:gui\n");
        assert_eq!(points.iter().map(|point| point.name.as_str()).collect::<Vec<_>>(), ["run", "tool", "window"]);
        assert!(refused.is_empty());
        let text = String::from_utf8(points[1].program("3.13".parse().expect("valid"))).expect("text");
        assert_eq!(text, "#!/usr/bin/env python3.13\nimport sys\nfrom pkg import Class\nif __name__ == \"__main__\":\n    sys.exit(Class.run())\n");
    }

    #[test]
    fn entries_that_would_escape_are_refused() {
        for line in ["../x = a:b", "x = a;import os:b", "x = a:b()", "x = a", "= a:b", "x/y = a:b", ".x = a:b", "x = a.:b", "x = 1a:b"] {
            let (points, refused) = read(&format!("[console_scripts]\n{line}\n"));
            assert!(points.is_empty(), "{line}");
            assert_eq!(refused, [line]);
        }
    }

    #[test]
    fn only_scripts_that_ask_for_python_change() {
        let python = "3.12".parse().expect("valid");
        assert_eq!(with_shebang(b"#!python\nx", python).as_deref(), Some(&b"#!/usr/bin/env python3.12\nx"[..]));
        assert_eq!(with_shebang(b"#!pythonw\r\nx", python).as_deref(), Some(&b"#!/usr/bin/env python3.12\nx"[..]));
        for script in [&b"#!/bin/sh\nx"[..], b"#!python3\nx", b"", b"\x7fELF"] {
            assert_eq!(with_shebang(script, python), None);
        }
    }
}
