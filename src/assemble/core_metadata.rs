//! The headers of a wheel's `METADATA`, folded lines joined.
//!
//! <https://packaging.python.org/en/latest/specifications/core-metadata/>. The libraries for mail that
//! could read it also decode words as mail has them, which this format does not, and take seconds for
//! a few kilobytes of hostile ones.

/// Most that is kept of all headers, in bytes; behind them is the description.
const KEPT_MAX_BYTES: usize = 1 << 20;
/// Most that is kept of one line, in bytes, and of a value of many: some have a whole licence in a header, and what comes
/// after it counts.
const VALUE_MAX_BYTES: usize = 64 << 10;
/// Most headers. The greatest number in use is some hundreds, one for each extra's requirements.
const HEADERS_MAX: usize = 10_000;

/// What a distribution says of itself.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct CoreMetadata {
    headers: Vec<(String, String)>,
}

impl CoreMetadata {
    /// Reads the headers of `text`. A line that is not one is passed over.
    pub fn read(text: &str) -> Self {
        let mut headers: Vec<(String, String)> = Vec::new();
        let mut is_header = false;
        let mut kept = 0;
        for line in text.trim_start_matches('\u{feff}').lines() {
            if line.is_empty() || kept > KEPT_MAX_BYTES || headers.len() == HEADERS_MAX {
                break;
            }
            let line = &line[..line.floor_char_boundary(VALUE_MAX_BYTES)];
            if line.starts_with([' ', '\t']) {
                if let Some((_, value)) = headers.last_mut().filter(|(_, value)| is_header && value.len() < VALUE_MAX_BYTES) {
                    kept += line.len();
                    value.push('\n');
                    value.push_str(line.trim());
                }
                continue;
            }
            let header = line.split_once(':').map(|(name, value)| (name.trim_end().to_ascii_lowercase(), value.trim().to_owned()));
            is_header = header.is_some();
            kept += line.len();
            headers.extend(header);
        }
        Self { headers }
    }

    /// The values of the header `name`, which is in lower case, in their order. Empty ones, and the
    /// `UNKNOWN` that old tools wrote, are left out.
    pub fn all<'a>(&'a self, name: &str) -> impl Iterator<Item = &'a str> {
        self.headers.iter().filter(move |(header, _)| header == name).map(|(_, value)| value.trim()).filter(|value| !value.is_empty() && *value != "UNKNOWN")
    }

    /// The first of them.
    pub fn first(&self, name: &str) -> Option<&str> {
        self.all(name).next()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folded_lines_belong_to_their_header() {
        let text = "Name: x\r\nLICENSE : a\n        b\n   \n\tc: d\nnonsense\n  of nonsense\nLicense: UNKNOWN\nLicense:\nKeywords: é: ü\n\nLicense: in the description\n";
        let metadata = CoreMetadata::read(text);
        assert_eq!(metadata.all("license").collect::<Vec<_>>(), ["a\nb\n\nc: d"]);
        assert_eq!((metadata.first("name"), metadata.first("keywords"), metadata.first("version")), (Some("x"), Some("é: ü"), None));
        assert_eq!(CoreMetadata::read("\u{feff}Name: y").first("name"), Some("y"));
        assert_eq!(CoreMetadata::read(""), CoreMetadata::default());
    }

    #[test]
    fn what_is_read_is_bounded() {
        let many = "a: b\n".repeat(2 * HEADERS_MAX);
        assert_eq!(CoreMetadata::read(&many).all("a").count(), HEADERS_MAX);
        let long = format!("a: b\nc: {}\nd: e\n{}f: g\n", "é".repeat(10 << 20), format!(" {}\n", "y".repeat(99)).repeat(10_000));
        let read = CoreMetadata::read(&long);
        assert_eq!((read.first("a"), read.first("c").map(str::len), read.first("f")), (Some("b"), Some(VALUE_MAX_BYTES - 4), Some("g")));
        assert!(read.first("d").is_some_and(|folded| folded.starts_with("e\nyy") && folded.len() < VALUE_MAX_BYTES + 100));
        let longer = format!("c: {}\n", "x".repeat(VALUE_MAX_BYTES)).repeat(100);
        assert_eq!(CoreMetadata::read(&longer).all("c").count(), KEPT_MAX_BYTES / VALUE_MAX_BYTES + 1);
    }
}
