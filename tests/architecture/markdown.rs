//! The paths that a Markdown file names.

/// What no clone has, and why it is named all the same.
const MADE_ELSEWHERE: [(&str, &str); 19] = [
    (".klayers", "a local run makes it"),
    ("_site", "`klayers render` makes it"),
    ("dist", "`klayers build` makes it"),
    ("api/v3", "the site has it"),
    ("deployments/python", "the operator's runtimes decide which there are"),
    ("feeds/", "`klayers render` makes it in the site"),
    ("target", "cargo makes it"),
    ("../shared", "the design, which is not part of the repository"),
    ("../arn/", "the site has it"),
    ("../request/", "the site has it"),
    ("../status/", "the site has it"),
    ("../api-reference/", "the site has it"),
    ("python/", "in a layer"),
    ("pandas/", "in a layer, as Python's path has it"),
    ("LAYER.", "`klayers build` makes them"),
    ("application/", "a content type"),
    ("text/", "a content type"),
    ("image/", "a content type"),
    ("Authors/Maintainers", "a column, not a path"),
];
/// Files of one record or run: they are named without a folder.
const NAMES_OF_OUTPUT: [&str; 9] =
    ["entry_points.txt", "top_level.txt", "events.jsonl", "pylock.toml", "status.json", "plan.json", "receipts.jsonl", "report.json", "requirements.txt"];
/// What ends like this is a file.
const EXTENSIONS: [&str; 15] = [".rs", ".md", ".toml", ".csv", ".json", ".jsonl", ".html", ".css", ".js", ".svg", ".sh", ".txt", ".yml", ".yaml", ".lock"];

/// Whether a file is input or expected output of a test.
pub fn is_test_material(path: &str) -> bool {
    path.starts_with("tests/") || path.starts_with("deployments/")
}

pub fn is_made_elsewhere(path: &str) -> bool {
    MADE_ELSEWHERE.iter().any(|(start, _)| path.starts_with(start)) || NAMES_OF_OUTPUT.contains(&path)
}

/// What looks like a path of the repository, in backticks or as a link's target, with its line. Blocks of code are
/// left out: they show commands and files of others.
pub fn paths(text: &str) -> Vec<(usize, String)> {
    let mut paths = Vec::new();
    let mut is_block = false;
    for (number, line) in (1..).zip(text.lines()) {
        if line.trim_start().starts_with("```") {
            is_block = !is_block;
        } else if !is_block {
            let code = line.split('`').skip(1).step_by(2);
            let links = line.split("](").skip(1).filter_map(|rest| rest.split([')', ' ', '#']).next());
            paths.extend(code.filter(|path| looks_like_path(path)).chain(links.filter(|path| is_relative_link(path))).map(|path| (number, path.to_owned())));
        }
    }
    paths
}

/// What reads like the name of a test, which is a sentence, with its line. Resources of Terraform read like that, too.
pub fn names_of_tests(text: &str) -> Vec<(usize, String)> {
    let is_sentence =
        |name: &&str| name.matches('_').count() >= 3 && !name.starts_with("aws_") && name.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_');
    let of_line =
        |(number, line): (usize, &str)| line.split('`').skip(1).step_by(2).filter(is_sentence).map(move |name| (number, name.to_owned())).collect::<Vec<_>>();
    (1..).zip(text.lines()).flat_map(of_line).collect()
}

fn is_relative_link(path: &str) -> bool {
    !path.is_empty() && !path.contains([':', '{']) && !path.starts_with('/')
}

fn looks_like_path(text: &str) -> bool {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '/' | '.' | '_' | '-');
    let has_form = text.chars().all(is_plain) && !text.starts_with('/') && text.starts_with(|c: char| c.is_ascii_alphabetic() || matches!(c, '.' | '_'));
    has_form && (text.contains('/') || EXTENSIONS.iter().any(|end| text.len() > end.len() && text.ends_with(end)))
}
