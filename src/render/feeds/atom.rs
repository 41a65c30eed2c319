//! A feed as an Atom document (RFC 4287).

use std::io;

use jiff::Timestamp;
use quick_xml::Writer;
use quick_xml::events::{BytesDecl, BytesText, Event};

use super::entry::Entry;
use crate::render::links::Links;

/// A feed.
#[derive(Debug)]
pub struct Feed<'a> {
    /// The name that it keeps for ever.
    pub id: String,
    /// Where it is, from the top of the site.
    pub path: String,
    /// What it is called.
    pub title: String,
    /// Whose it is.
    pub author: String,
    /// Newest first.
    pub entries: &'a [Entry],
}

/// Its text.
pub fn document(feed: &Feed<'_>, links: Links<'_>) -> Vec<u8> {
    let mut writer = Writer::new_with_indent(Vec::new(), b' ', 1);
    write(&mut writer, feed, links).expect("memory does not fail");
    let mut bytes = writer.into_inner();
    bytes.push(b'\n');
    bytes
}

fn write(writer: &mut Writer<Vec<u8>>, feed: &Feed<'_>, links: Links<'_>) -> io::Result<()> {
    writer.write_event(Event::Decl(BytesDecl::new("1.0", Some("utf-8"), None)))?;
    let root = writer.create_element("feed").with_attributes([("xmlns", "http://www.w3.org/2005/Atom"), ("xml:lang", "en")]);
    root.write_inner_content(|writer| {
        text(writer, "id", &feed.id)?;
        text(writer, "title", &feed.title)?;
        // A feed must have a time; one without entries has none to tell.
        text(writer, "updated", &feed.entries.first().map_or(Timestamp::UNIX_EPOCH, |entry| entry.updated).to_string())?;
        writer.create_element("author").write_inner_content(|writer| text(writer, "name", &feed.author))?;
        link(writer, "self", "application/atom+xml", &links.to(&feed.path))?;
        link(writer, "alternate", "text/html", &links.to(""))?;
        text(writer, "generator", "klayers")?;
        feed.entries.iter().try_for_each(|written| entry(writer, written, links))
    })?;
    Ok(())
}

fn entry(writer: &mut Writer<Vec<u8>>, entry: &Entry, links: Links<'_>) -> io::Result<()> {
    let package = &entry.package;
    writer.create_element("entry").write_inner_content(|writer| {
        text(writer, "id", &entry.id)?;
        text(writer, "title", &entry.title)?;
        text(writer, "published", &entry.published.to_string())?;
        text(writer, "updated", &entry.updated.to_string())?;
        writer.create_element("category").with_attribute(("term", entry.category)).write_empty()?;
        link(writer, "alternate", "text/html", &links.to("#packages"))?;
        link(writer, "related", "application/json", &links.to(&format!("api/v3/packages/{package}.json")))?;
        link(writer, "related", "application/atom+xml", &links.to(&format!("feeds/packages/{package}.atom")))?;
        writer.create_element("content").with_attribute(("type", "html")).write_text_content(BytesText::new(&entry.html))?;
        Ok(())
    })?;
    Ok(())
}

fn text(writer: &mut Writer<Vec<u8>>, name: &str, text: &str) -> io::Result<()> {
    writer.create_element(name).write_text_content(BytesText::new(text))?;
    Ok(())
}

fn link(writer: &mut Writer<Vec<u8>>, relation: &str, kind: &str, address: &str) -> io::Result<()> {
    writer.create_element("link").with_attributes([("rel", relation), ("type", kind), ("href", address)]).write_empty()?;
    Ok(())
}
