//! What clients may rely on, in the words of the document.

/// The description of the API, as Markdown.
pub const PROMISE: &str = "\
Python packages as public AWS Lambda layers: which there are, what is in them, and what became of each.

Plain files on a static host, to be asked for with GET, from anywhere, without a key.

**What stays.** Within version 3, fields, values of enumerations, files and addresses may be added. Nothing is renamed or removed, nothing changes its type, and \
what is never null stays so. What cannot keep to that gets another address, and the old one goes on for at least a year. So: pass over fields that you do not \
know, have an answer for values that you do not know, and follow redirects. Version 2 is the API of Klayers as its clients know it, and is as frozen.

**Asking.** Answers change about once a day. Keep the `sync_token` of `api/v3/index.json` and ask for more only when it is another; send `If-None-Match`; take \
`api/v3/all.ndjson.gz` rather than every file. An answer may be kept for an hour.

**Types.** A host that can be told which type a file has answers as it is said here. GitHub Pages cannot: it takes the type from the file's name, so all of \
version 2, which stands in files called `index.html`, comes as `text/html` there, and is JSON or CSV nevertheless. Where two types are listed, the bytes are the same.

**Errors.** A file that is not there is answered with 404 and a page for people. There are no other errors than those that any host may give: 5xx, and 429 where \
a host counts.";
