//! The way to report a broken layer: the repository's form, filled in. Its fields are those of
//! `.github/ISSUE_TEMPLATE/broken-layer.yml`.

use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};

use super::chosen::Chosen;
use crate::domain::{SiteAddress, one_line};

/// Versions are shorter.
const TITLE_MAX_CHARS: usize = 100;

/// The address of the form for the layer that is `chosen`.
pub fn link(repository: &SiteAddress, name: &str, chosen: &Chosen<'_>) -> String {
    let title = one_line(format!("Broken: {name} {}", chosen.version).trim_end(), TITLE_MAX_CHARS);
    let runtime = format!("{} on {}", chosen.aws_runtime, chosen.architecture);
    let mut address = repository.join("issues/new?template=broken-layer.yml");
    for (field, value) in [("title", title.as_str()), ("arn", chosen.arn), ("runtime", runtime.as_str())] {
        address += &format!("&{field}={}", utf8_percent_encode(value, NON_ALPHANUMERIC));
    }
    address
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_value_ends_its_field() {
        let repository: SiteAddress = "https://example.org/a/b".parse().expect("valid");
        let chosen = Chosen { version: "1&arn=x#y\n<b>", arn: "arn:1", aws_runtime: "python3.13", architecture: "arm64", ..Chosen::default() };
        assert_eq!(
            link(&repository, "x", &chosen),
            "https://example.org/a/b/issues/new?template=broken-layer.yml&title=Broken%3A%20x%201%26arn%3Dx%23y%20%3Cb%3E&arn=arn%3A1&runtime=python3%2E13%20on%20arm64"
        );
    }

    #[test]
    fn the_form_has_these_fields() {
        let form = include_str!("../../../../.github/ISSUE_TEMPLATE/broken-layer.yml");
        for field in ["id: arn\n", "id: runtime\n"] {
            assert!(form.contains(field), "{field}");
        }
    }
}
