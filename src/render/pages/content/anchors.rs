//! The names of places on a page, as GitHub makes them of headings.

use std::collections::BTreeSet;

/// The names that a page has given away, so that none comes twice.
#[derive(Debug, Default)]
pub struct Anchors(BTreeSet<String>);

impl Anchors {
    /// A name for the heading `text`: small letters, with `-` for spaces and without what is neither letter nor digit.
    pub fn of_heading(&mut self, text: &str) -> String {
        let kept = text.trim().chars().filter(|character| character.is_alphanumeric() || matches!(character, ' ' | '-' | '_'));
        let slug: String = kept.flat_map(char::to_lowercase).map(|character| if character == ' ' { '-' } else { character }).collect();
        let slug = if slug.is_empty() { "section".to_owned() } else { slug };
        self.unique(slug.clone(), |number| format!("{slug}-{number}"))
    }

    /// A name for what has none of its own: `code-1`, `code-2`.
    pub fn numbered(&mut self, word: &str) -> String {
        self.unique(format!("{word}-1"), |number| format!("{word}-{}", number + 1))
    }

    /// Takes names that stand in the text already.
    pub fn extend<'a>(&mut self, names: impl Iterator<Item = &'a str>) {
        self.0.extend(names.map(str::to_owned));
    }

    /// Whether there is a place of that name.
    pub fn contains(&self, name: &str) -> bool {
        self.0.contains(name)
    }

    fn unique(&mut self, first: String, next: impl Fn(u64) -> String) -> String {
        let name = if self.0.contains(&first) { (1..).map(next).find(|name| !self.0.contains(name)).expect("numbers do not end") } else { first };
        self.0.insert(name.clone());
        name
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headings_have_the_names_that_github_gives_them() {
        let mut anchors = Anchors::default();
        for (heading, name) in [
            ("Is my ARN all right?", "is-my-arn-all-right"),
            ("From Python", "from-python"),
            ("From Python", "from-python-1"),
            ("from_python", "from_python"),
            ("CDK: TypeScript & Python", "cdk-typescript--python"),
            ("?!", "section"),
            ("Ünïcode", "ünïcode"),
        ] {
            assert_eq!(anchors.of_heading(heading), name);
        }
        assert_eq!(["code", "code"].map(|word| anchors.numbered(word)), ["code-1", "code-2"]);
        assert!(anchors.contains("code-2") && !anchors.contains("code-3"));
    }
}
