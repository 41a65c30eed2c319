//! The list of pages for search engines, which must have whole addresses: there is none where it is not known where the site is.
//! <https://www.sitemaps.org/protocol.html>

use std::collections::BTreeSet;

use quick_xml::Writer;
use quick_xml::events::{BytesDecl, BytesText, Event};

use crate::domain::SiteAddress;
use crate::outside::OutsideError;
use crate::render::Sink;

/// More than these a sitemap must not have.
const PAGES_MAX: usize = 50_000;

/// Puts `robots.txt`, and `sitemap.xml` with the pages at `addresses` where it is known where the site is.
///
/// # Errors
/// As the sink.
pub fn put(site: Option<&SiteAddress>, addresses: &BTreeSet<String>, sink: &dyn Sink) -> Result<(), OutsideError> {
    let Some(site) = site else { return sink.put("robots.txt", b"User-agent: *\nDisallow:\n") };
    sink.put("robots.txt", format!("User-agent: *\nDisallow:\nSitemap: {}\n", site.join("sitemap.xml")).as_bytes())?;
    let mut writer = Writer::new_with_indent(Vec::new(), b' ', 1);
    let written = writer.write_event(Event::Decl(BytesDecl::new("1.0", Some("UTF-8"), None))).and_then(|()| {
        let urls = writer.create_element("urlset").with_attribute(("xmlns", "http://www.sitemaps.org/schemas/sitemap/0.9"));
        urls.write_inner_content(|writer| {
            addresses.iter().take(PAGES_MAX).try_for_each(|address| {
                let location = site.join(address);
                let url = writer.create_element("url");
                url.write_inner_content(|writer| writer.create_element("loc").write_text_content(BytesText::new(&location)).map(|_| ())).map(|_| ())
            })
        })
        .map(|_| ())
    });
    written.expect("memory takes all");
    let mut bytes = writer.into_inner();
    bytes.push(b'\n');
    sink.put("sitemap.xml", &bytes)
}
