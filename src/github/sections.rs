//! A text of several writers: a marker, and a section for each of them, so that one issue can tell of several workflows and
//! each changes only what it wrote.

/// How the hidden line before a section begins and ends.
const BEGIN: &str = "<!-- klayers:section ";
const END: &str = " -->";

/// The sections of a text, in order.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Sections(Vec<(String, String)>);

impl Sections {
    /// Those that a text of ours has. What stands before the first is the marker.
    pub fn read(text: &str) -> Self {
        let mut sections: Vec<(String, String)> = Vec::new();
        for line in text.lines() {
            let name = line.trim_end().strip_prefix(BEGIN).and_then(|rest| rest.strip_suffix(END));
            match (name, sections.last_mut()) {
                (Some(name), _) => sections.push((name.to_owned(), String::new())),
                (None, Some((_, text))) => *text += &format!("{line}\n"),
                (None, None) => {}
            }
        }
        Self(sections.into_iter().map(|(name, text)| (name, text.trim_end().to_owned())).collect())
    }

    /// With this section instead of the one of that name.
    pub fn with(mut self, name: &str, text: &str) -> Self {
        // A text cannot begin a section of its own.
        let lines: Vec<&str> = text.trim_end().lines().filter(|line| !line.starts_with(BEGIN)).collect();
        let text = lines.join("\n");
        match self.0.iter_mut().find(|(known, _)| known == name) {
            Some((_, before)) => *before = text,
            None => self.0.push((name.to_owned(), text)),
        }
        self
    }

    /// Without the section of that name.
    pub fn without(mut self, name: &str) -> Self {
        self.0.retain(|(known, _)| known != name);
        self
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The text.
    pub fn text(&self, marker: &str) -> String {
        let section = |(name, text): &(String, String)| format!("{BEGIN}{name}{END}\n{text}\n");
        format!("{marker}\n{}", self.0.iter().map(section).collect::<Vec<_>>().join("\n"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_writer_changes_its_own_and_a_text_is_read_as_it_was_written() {
        let one = Sections::default().with("publish", "# A\n\nb\n");
        let two = one.clone().with("daily", "c\n<!-- klayers:section publish -->\nd");
        let text = two.text("<!-- m -->");
        assert_eq!(text, "<!-- m -->\n<!-- klayers:section publish -->\n# A\n\nb\n\n<!-- klayers:section daily -->\nc\nd\n");
        let read = Sections::read(&text.replace('\n', "\r\n"));
        assert_eq!(read, two);
        assert_eq!(read.clone().with("publish", "x").text("m"), "m\n<!-- klayers:section publish -->\nx\n\n<!-- klayers:section daily -->\nc\nd\n");
        assert!(!read.clone().without("publish").is_empty() && read.without("publish").without("daily").is_empty());
        assert!(Sections::read("somebody wrote something else").is_empty());
    }
}
