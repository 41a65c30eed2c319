//! Markdown as the parts of a page: headings that can be led to, blocks of code that can be copied, tables that can be moved.

use pulldown_cmark::{CodeBlockKind, CowStr, Event, HeadingLevel, Options, Parser, Tag, TagEnd, html};
use quick_xml::escape::escape;
use serde::Serialize;

use super::Anchors;

/// What search engines show of a description.
const DESCRIPTION_MAX_CHARS: usize = 160;

/// A page's text in parts.
#[derive(Debug, Default)]
pub struct Markdown {
    /// The first heading as text.
    pub title: String,
    /// The same as HTML.
    pub heading: String,
    /// The first paragraph as text, in short.
    pub description: String,
    /// The same, whole, as HTML; empty when the page does not begin with one.
    pub lead: String,
    /// All else as HTML.
    pub body: String,
    /// The second-level headings.
    pub places: Vec<Place>,
    /// Everything on the page that has a name.
    pub anchors: Anchors,
    /// The links to pages of the same folder, and to places on the page itself.
    pub links: Vec<Link>,
}

/// A place on a page.
#[derive(Debug, Serialize)]
pub struct Place {
    /// Its name in the address.
    pub id: String,
    /// Its heading.
    pub title: String,
}

/// A link that must lead somewhere.
#[derive(Debug)]
pub struct Link {
    /// The page; nothing for the one that it is on.
    pub page: Option<String>,
    /// The place on it.
    pub place: Option<String>,
}

impl Markdown {
    /// The parts of `text`; nothing when it does not begin with a heading of the first level.
    pub fn parse(text: &str) -> Option<Self> {
        let mut events = Parser::new_ext(text, Options::ENABLE_TABLES).peekable();
        if !matches!(events.next(), Some(Event::Start(Tag::Heading { level: HeadingLevel::H1, .. }))) {
            return None;
        }
        let mut page = Self::default();
        let heading = until(&mut events, |end| matches!(end, TagEnd::Heading(_)));
        page.title = text_of(&heading);
        if page.title.trim().is_empty() {
            return None;
        }
        page.heading = html_of(page.linked(heading));
        if matches!(events.peek(), Some(Event::Start(Tag::Paragraph))) {
            events.next();
            let lead = until(&mut events, |end| matches!(end, TagEnd::Paragraph));
            page.description = shortened(&text_of(&lead));
            page.lead = html_of(page.linked(lead));
        }
        let body = page.parts(&mut events);
        page.body = html_of(body);
        Some(page)
    }

    /// The events of the rest of a page, with what we make of headings, code and tables in their place.
    fn parts<'a>(&mut self, events: &mut impl Iterator<Item = Event<'a>>) -> Vec<Event<'a>> {
        let mut parts = Vec::new();
        // What the next table is about.
        let mut subject = self.title.clone();
        let mut is_head = false;
        while let Some(event) = events.next() {
            match event {
                Event::Start(Tag::Heading { level, .. }) => {
                    let inner = until(events, |end| matches!(end, TagEnd::Heading(_)));
                    subject = text_of(&inner);
                    let id = self.anchors.of_heading(&subject);
                    let (name, label) = (escape(id.as_str()), escape(subject.as_str()));
                    parts.push(raw(format!("<div class=\"heading\"><{level} id=\"{name}\">")));
                    parts.extend(self.linked(inner));
                    parts.push(raw(format!("</{level}><a class=\"anchor\" href=\"#{name}\" aria-label=\"Link to {label}\">#</a></div>\n")));
                    if level == HeadingLevel::H2 {
                        self.places.push(Place { id, title: subject.clone() });
                    }
                }
                Event::Start(Tag::CodeBlock(kind)) => {
                    let code = text_of(&until(events, |end| matches!(end, TagEnd::CodeBlock)));
                    let language = match &kind {
                        CodeBlockKind::Fenced(language) => language.as_ref(),
                        CodeBlockKind::Indented => "",
                    };
                    parts.push(raw(snippet(&self.anchors.numbered("code"), language, &code)));
                }
                // A wide table moves inside its own frame, which the keyboard can reach.
                Event::Start(Tag::Table(_)) => {
                    let label = format!("Table: {subject}");
                    parts.push(raw(format!("<div class=\"wide\" role=\"group\" aria-label=\"{}\" tabindex=\"0\">\n", escape(label.as_str()))));
                    // Without the alignments, which would become styles.
                    parts.push(Event::Start(Tag::Table(Vec::new())));
                }
                Event::End(TagEnd::Table) => parts.extend([event, raw("</div>\n".to_owned())]),
                Event::Start(Tag::TableHead) => {
                    is_head = true;
                    parts.push(event);
                }
                Event::End(TagEnd::TableHead) => {
                    is_head = false;
                    parts.push(event);
                }
                Event::Start(Tag::TableCell) if is_head => parts.push(raw("<th scope=\"col\">".to_owned())),
                Event::End(TagEnd::TableCell) if is_head => parts.push(raw("</th>".to_owned())),
                // What search engines show of a page that begins with something else.
                Event::Start(Tag::Paragraph) if self.description.is_empty() => {
                    let inner = until(events, |end| matches!(end, TagEnd::Paragraph));
                    self.description = shortened(&text_of(&inner));
                    parts.push(event);
                    parts.extend(self.linked(inner));
                    parts.push(Event::End(TagEnd::Paragraph));
                }
                Event::Html(ref text) | Event::InlineHtml(ref text) => {
                    self.anchors.extend(ids(text));
                    parts.push(event);
                }
                other => parts.push(self.linked_one(other)),
            }
        }
        parts
    }

    fn linked<'a>(&mut self, events: Vec<Event<'a>>) -> Vec<Event<'a>> {
        events.into_iter().map(|event| self.linked_one(event)).collect()
    }

    fn linked_one<'a>(&mut self, event: Event<'a>) -> Event<'a> {
        match event {
            Event::Start(Tag::Link { link_type, dest_url, title, id }) => Event::Start(Tag::Link { link_type, dest_url: self.address(dest_url), title, id }),
            other => other,
        }
    }

    /// A link to another file becomes one to its page.
    fn address<'a>(&mut self, written: CowStr<'a>) -> CowStr<'a> {
        let (file, place) = written.split_once('#').map_or((written.as_ref(), None), |(file, place)| (file, Some(place.to_owned())));
        if file.is_empty() {
            self.links.push(Link { page: None, place });
            return written;
        }
        let Some(name) = file.strip_suffix(".md").filter(|name| !name.contains('/')) else { return written };
        let fragment = place.as_ref().map_or_else(String::new, |place| format!("#{place}"));
        self.links.push(Link { page: Some(name.to_owned()), place });
        format!("../{name}/{fragment}").into()
    }
}

/// A text of ours with code, emphasis and lists, as HTML: for what is written elsewhere than in `site/content`. HTML in it
/// is shown as it is written.
pub fn inline(text: &str) -> String {
    let shown = |event| match event {
        Event::Html(text) | Event::InlineHtml(text) => Event::Text(text),
        other => other,
    };
    html_of(Parser::new(text).map(shown).collect())
}

/// A block of code with its button. What is copied has no line feed at its end: in a console it would be sent off.
fn snippet(id: &str, language: &str, code: &str) -> String {
    let what = match language {
        "sh" => "the command",
        "json" => "the JSON",
        "yaml" => "the YAML",
        "python" => "the Python example",
        "typescript" => "the TypeScript example",
        "terraform" => "the Terraform example",
        _ if code.starts_with("arn:") => "the ARN",
        _ => "the text",
    };
    let (code, language) = (escape(code.trim_end_matches('\n')), escape(language));
    let class = if language.is_empty() { String::new() } else { format!(" class=\"language-{language}\"") };
    format!(
        "<div class=\"snippet\"><pre id=\"{id}\" tabindex=\"0\"><code{class}>{code}</code></pre>\
         <button type=\"button\" class=\"copy js-only\" data-copy-from=\"{id}\" data-what=\"{what}\" aria-label=\"Copy {what}\">Copy</button></div>\n"
    )
}

/// The names that HTML of ours gives to places.
fn ids(html: &str) -> impl Iterator<Item = &str> {
    html.split(" id=\"").skip(1).filter_map(|rest| rest.split('"').next())
}

/// The events up to the end that `is_end` tells, which is taken, too.
fn until<'a>(events: &mut impl Iterator<Item = Event<'a>>, is_end: impl Fn(&TagEnd) -> bool) -> Vec<Event<'a>> {
    events.take_while(|event| !matches!(event, Event::End(end) if is_end(end))).collect()
}

fn text_of(events: &[Event<'_>]) -> String {
    let words = events.iter().map(|event| match event {
        Event::Text(text) | Event::Code(text) => text.as_ref(),
        Event::SoftBreak | Event::HardBreak => " ",
        _ => "",
    });
    words.collect()
}

fn html_of(events: Vec<Event<'_>>) -> String {
    let mut out = String::new();
    html::push_html(&mut out, events.into_iter());
    out
}

fn raw<'a>(text: String) -> Event<'a> {
    Event::Html(text.into())
}

/// Whole sentences while they fit, else whole words.
fn shortened(text: &str) -> String {
    if text.chars().count() <= DESCRIPTION_MAX_CHARS {
        return text.to_owned();
    }
    let end = text.char_indices().nth(DESCRIPTION_MAX_CHARS - 1).map_or(text.len(), |(at, _)| at);
    let start = &text[..end];
    match (start.rfind(". "), start.rfind(' ')) {
        (Some(at), _) => text[..=at].to_owned(),
        (None, Some(at)) => format!("{}…", text[..at].trim_end_matches([',', ';', ':'])),
        (None, None) => format!("{start}…"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(text: &str) -> Markdown {
        Markdown::parse(text).expect(text)
    }

    #[test]
    fn a_page_falls_into_its_parts() {
        let page = parsed("# A `page`\n\nWhat *it* is\nabout. [o](other.md#x)\n\n## One\n\n<b>raw</b>\n\n### Deep\n\n## One\n");
        assert_eq!((page.title.as_str(), page.heading.as_str()), ("A page", "A <code>page</code>"));
        assert_eq!(page.description, "What it is about. o");
        let other = parsed("# A\n\n```sh\na\n```\n\nWhat it is.\n\n<h2 id=\"raw\">R</h2>\n");
        assert_eq!((other.lead.as_str(), other.description.as_str(), other.anchors.contains("raw")), ("", "What it is.", true));
        assert!(page.lead.contains("<em>it</em>") && page.lead.contains("href=\"../other/#x\""), "{}", page.lead);
        assert_eq!(page.places.iter().map(|place| (place.id.as_str(), place.title.as_str())).collect::<Vec<_>>(), [("one", "One"), ("one-1", "One")]);
        for part in ["<h2 id=\"one\">One</h2><a class=\"anchor\" href=\"#one\" aria-label=\"Link to One\">#</a>", "<h3 id=\"deep\">", "<b>raw</b>"] {
            assert!(page.body.contains(part), "{part} is not in {}", page.body);
        }
    }

    #[test]
    fn code_can_be_copied_and_tables_can_be_reached() {
        let page = parsed("# A\n\n## T\n\n```terraform\na = \"<b>\"\n```\n\n| a | b |\n| - | -: |\n| `c` | d |\n");
        assert!(
            page.body.contains("<pre id=\"code-1\" tabindex=\"0\"><code class=\"language-terraform\">a = &quot;&lt;b&gt;&quot;</code></pre>"),
            "{}",
            page.body
        );
        assert!(page.body.contains("data-copy-from=\"code-1\" data-what=\"the Terraform example\""), "{}", page.body);
        assert!(page.body.contains("aria-label=\"Table: T\" tabindex=\"0\">"), "{}", page.body);
        assert!(page.body.contains("<th scope=\"col\">a</th><th scope=\"col\">b</th>") && page.body.contains("<td><code>c</code></td>"), "{}", page.body);
        assert!(!page.body.contains("style"), "{}", page.body);
    }

    #[test]
    fn what_does_not_begin_with_a_title_is_no_page() {
        for text in ["", "text", "## second", "#"] {
            assert!(Markdown::parse(text).is_none(), "{text}");
        }
    }

    #[test]
    fn descriptions_are_short() {
        let long = format!("{} and more", "word ".repeat(40));
        assert!(shortened(&long).ends_with("word…") && shortened(&long).chars().count() <= DESCRIPTION_MAX_CHARS);
        assert_eq!(shortened(&format!("One. Two. {long}")), "One. Two.");
    }

    #[test]
    fn texts_from_elsewhere_bring_no_html() {
        assert_eq!(inline("a `b` <i>c</i>").trim(), "<p>a <code>b</code> &lt;i&gt;c&lt;/i&gt;</p>");
    }
}
