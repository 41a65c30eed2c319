//! The report of a pull request's run, and the comment that it becomes: never longer than a comment may be, and nothing in it acts.

use klayers::domain::COMMENT_MAX_BYTES;
use klayers::pull::{Change, Circumstances, Ending, Run, changed_files, markdown, read, verdict};

use super::words;

pub fn run(bytes: &[u8]) {
    let read_once = read(bytes);
    if let Ok(report) = &read_once {
        assert_eq!(read(report.canonical().as_bytes()).as_ref().map(|again| again.layers.len()), Ok(report.layers.len()));
    }
    // The names of changed files are strangers' too.
    let paths: Vec<String> = bytes.split(|&byte| byte == b'"').take(40).map(|path| String::from_utf8_lossy(path).into_owned()).collect();
    let run = Run { url: "https://example.org/1".to_owned(), ending: Ending::Failure };
    let strange = Circumstances { commit: Some(paths.concat()), run: Some(run), change: changed_files(paths, true) };
    for circumstances in [strange, Circumstances { commit: None, run: None, change: Change::Packages }] {
        let comment = markdown(read_once.as_ref().map_err(|&why| why), &circumstances);
        assert!(comment.len() <= COMMENT_MAX_BYTES, "{}", comment.len());
        let acts = comment.replace("&#", "");
        for mark in ["<!--", "<img", "<script", "<a ", "](http", "@", "::", "\r", "\u{1b}", "\0"] {
            let ours = matches!(mark, "](http") && circumstances.run.is_some();
            assert!(ours || !acts.contains(mark), "`{mark}` in:\n{comment}");
        }
        assert_eq!(comment.matches("<code>").count(), comment.matches("</code>").count());
        let verdict = verdict(read_once.as_ref().map_err(|&why| why), &circumstances);
        words::hold(&format!("{verdict:?}"));
    }
}
