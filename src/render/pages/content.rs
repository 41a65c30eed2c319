//! Pages that people write in Markdown.
//!
//! HTML inside the Markdown is passed through. That is safe only because these files are ours, reviewed like
//! code; nothing that strangers write comes this way.

use std::collections::BTreeMap;

use pulldown_cmark::{CowStr, Event, HeadingLevel, Options, Parser, Tag, TagEnd, html};
use serde::Serialize;

use super::frame::{Frame, Section, Sheet};
use crate::render::sources::CONTENT_DIR;
use crate::render::{RenderError, Sink};

/// The context of `page.html`.
#[derive(Debug, Serialize)]
pub struct ContentPage {
    /// Its file's name without the suffix, which is its address.
    pub name: String,
    /// Its first heading.
    #[serde(skip)]
    pub title: String,
    body: String,
}

impl ContentPage {
    /// Turns the file `file` with its `text` into a page. Links to other files of `content` become
    /// links to their pages.
    ///
    /// # Errors
    /// When the name makes no address, the first heading is missing, or a link leads to no page.
    pub fn new(file: &str, text: &str, content: &BTreeMap<String, String>) -> Result<Self, RenderError> {
        let failure = |reason: String| RenderError::Page { file: format!("{CONTENT_DIR}/{file}"), reason };
        let name = file.strip_suffix(".md").unwrap_or(file);
        if name.is_empty() || !name.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-') {
            return Err(failure("its name must be small letters, digits and `-`".to_owned()));
        }
        let mut events = Vec::new();
        for event in Parser::new_ext(text, Options::ENABLE_TABLES) {
            match event {
                // A wide table moves inside its own frame, which the keyboard can reach.
                Event::Start(Tag::Table(_)) => events.extend([Event::Html(r#"<div class="wide" tabindex="0">"#.into()), event]),
                Event::End(TagEnd::Table) => events.extend([event, Event::Html("</div>\n".into())]),
                Event::Start(Tag::Link { link_type, dest_url, title, id }) => {
                    let dest_url = link(dest_url, content).map_err(failure)?;
                    events.push(Event::Start(Tag::Link { link_type, dest_url, title, id }));
                }
                other => events.push(other),
            }
        }
        let title = title(&events).ok_or_else(|| failure("it must begin with a heading, `# Title`".to_owned()))?;
        let mut body = String::with_capacity(2 * text.len());
        html::push_html(&mut body, events.into_iter());
        Ok(Self { name: name.to_owned(), title, body })
    }

    /// Puts the page.
    ///
    /// # Errors
    /// When its template is wrong, or as the sink.
    pub fn put(&self, frame: &Frame<'_>, sink: &dyn Sink) -> Result<(), RenderError> {
        let path = format!("{}index.html", self.address());
        let sheet = Sheet { template: "page.html", path: &path, title: &self.title, description: &self.title, section: Section::Docs };
        frame.put(sheet, self, sink)
    }

    /// Where it is, from the top of the site.
    pub fn address(&self) -> String {
        format!("{}/", self.name)
    }
}

/// The text of the first heading, when the page begins with one of the first level.
fn title(events: &[Event<'_>]) -> Option<String> {
    let Some(Event::Start(Tag::Heading { level: HeadingLevel::H1, .. })) = events.first() else { return None };
    let heading = events.iter().take_while(|event| !matches!(event, Event::End(TagEnd::Heading(_))));
    let texts = heading.filter_map(|event| match event {
        Event::Text(text) | Event::Code(text) => Some(text.as_ref()),
        _ => None,
    });
    Some(texts.collect::<String>()).filter(|title| !title.trim().is_empty())
}

fn link<'a>(address: CowStr<'a>, content: &BTreeMap<String, String>) -> Result<CowStr<'a>, String> {
    let (file, fragment) = address.split_once('#').map_or((address.as_ref(), String::new()), |(file, fragment)| (file, format!("#{fragment}")));
    let is_elsewhere = file.contains("://") || file.contains('/');
    match file.strip_suffix(".md") {
        Some(name) if !is_elsewhere && content.contains_key(file) => Ok(format!("../{name}/{fragment}").into()),
        Some(_) if !is_elsewhere => Err(format!("its link to `{file}` leads nowhere")),
        Some(_) | None => Ok(address),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn page(file: &str, text: &str) -> Result<ContentPage, String> {
        let content = BTreeMap::from([("other.md".to_owned(), String::new())]);
        ContentPage::new(file, text, &content).map_err(|error| error.to_string())
    }

    #[test]
    fn pages_have_a_title_and_lead_to_each_other() {
        let made = page("a-page.md", "# A `page`\n\n[o](other.md#x) [s](../static/x.css) <b>raw</b>\n\n| a |\n| - |\n| b |\n").expect("a page");
        assert_eq!((made.title.as_str(), made.address().as_str()), ("A page", "a-page/"));
        for part in ["<h1>A <code>page</code></h1>", "href=\"../other/#x\"", "href=\"../static/x.css\"", "<b>raw</b>", "tabindex=\"0\"><table>"] {
            assert!(made.body.contains(part), "{part} is not in {}", made.body);
        }
    }

    #[test]
    fn what_is_not_a_page_is_named() {
        for (file, text, reason) in [
            ("a.md", "text", "must begin with a heading"),
            ("a.md", "## second", "must begin with a heading"),
            ("a.md", "# a\n\n[x](none.md)", "leads nowhere"),
            ("A.md", "# a", "small letters"),
            ("x/a.md", "# a", "small letters"),
        ] {
            let error = page(file, text).expect_err(text);
            assert!(error.contains(reason) && error.contains(&format!("`site/content/{file}`")), "{error}");
        }
    }
}
