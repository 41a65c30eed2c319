//! A source file, and what it names.

use super::repository::{text, tracked};

/// A file below `src/`.
#[derive(Debug)]
pub struct Source {
    pub path: String,
    pub text: String,
}

impl Source {
    pub fn all() -> Vec<Self> {
        let rust = tracked().into_iter().filter(|path| path.starts_with("src/") && path.ends_with(".rs"));
        rust.map(|path| Self { text: text(&path), path }).collect()
    }

    /// The module that it belongs to; nothing for the roots of the library and the binary.
    pub fn module(&self) -> Option<&str> {
        self.path.strip_prefix("src/")?.split_once('/').map(|(module, _)| module)
    }

    /// Its lines of code, numbered. Comments are left out, and so are the ends of lines that are comments.
    pub fn code(&self) -> impl Iterator<Item = (usize, &str)> {
        let without_comment = |line: &'_ str| line.find("// ").map_or(line.len(), |at| at);
        (1..)
            .zip(self.text.lines())
            .filter(|(_, line)| !line.trim_start().starts_with("//"))
            .map(move |(number, line)| (number, &line[..without_comment(line)]))
    }

    pub fn lines_without_tests(&self) -> usize {
        self.text.lines().take_while(|line| *line != "#[cfg(test)]").count()
    }

    /// The modules at the root that it names by `crate::` or by enough `super::`, with their lines.
    pub fn named_modules(&self) -> Vec<(usize, String)> {
        let mut depth = self.path.strip_prefix("src/").unwrap().trim_end_matches("/mod.rs").split('/').count();
        let mut named = Vec::new();
        for (number, line) in self.code() {
            if line.starts_with("mod tests {") {
                depth += 1;
            }
            for (at, _) in line.match_indices("crate::").filter(|(at, _)| !is_in_word(line, *at)) {
                named.extend(first_names(&line[at + "crate::".len()..]).into_iter().map(|name| (number, name)));
            }
            for (at, _) in line.match_indices("super::").filter(|(at, _)| !is_in_word(line, *at) && !line[..*at].ends_with("super::")) {
                let mut rest = &line[at..];
                let mut ups = 0;
                while let Some(next) = rest.strip_prefix("super::") {
                    (rest, ups) = (next, ups + 1);
                }
                if ups >= depth {
                    named.extend(first_names(rest).into_iter().map(|name| (number, name)));
                }
            }
        }
        named
    }

    /// Where one of `needles` stands as a word.
    pub fn named_words<'a>(&self, needles: &[&'a str]) -> Vec<(usize, &'a str)> {
        let mut found = Vec::new();
        for (number, line) in self.code() {
            let has = |needle: &&&str| {
                let ends = |end: usize| !line[end..].starts_with(|next: char| next.is_alphanumeric() || next == '_');
                line.match_indices(**needle).any(|(at, _)| !is_in_word(line, at) && ends(at + needle.len()))
            };
            found.extend(needles.iter().filter(has).map(|needle| (number, *needle)));
        }
        found
    }
}

/// The first name of a path, or all first names of a group of paths on one line.
fn first_names(path: &str) -> Vec<String> {
    let name = |path: &str| path.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect::<String>();
    let Some(group) = path.strip_prefix('{') else { return vec![name(path)] };
    let mut names = Vec::new();
    let (mut depth, mut begins) = (0, true);
    for (at, c) in group.char_indices() {
        if begins && !c.is_whitespace() {
            names.push(name(&group[at..]));
            begins = false;
        }
        match c {
            '{' => depth += 1,
            '}' if depth == 0 => break,
            '}' => depth -= 1,
            ',' if depth == 0 => begins = true,
            _ => {}
        }
    }
    names
}

/// Whether the letter before belongs to the same name.
fn is_in_word(line: &str, at: usize) -> bool {
    line[..at].ends_with(|before: char| before.is_alphanumeric() || before == '_')
}
