//! What a file of the site is: told by its path alone, never by its bytes.

use super::object_headers::is_plain;

/// The second API, whose answers are all called `index.html`, whatever they are.
const OLD_API: &str = "api/v2/";
const NEW_API: &str = "api/v3/";
const INDEX: &str = "index.html";
/// The folders of files that are called by their hash. Elsewhere a package may be called so, and its file changes.
const BY_HASH: [&str; 2] = ["api/v3/locks/", "api/v3/sboms/"];

/// What a file of the site is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Role {
    /// JSON of the second API: `X/index.html`, asked for as `X` and as `X/`.
    OldJson,
    /// The table of a region in the second API as CSV, asked for in the same two ways.
    OldCsv {
        /// What a browser saves it as: the name that the service had before.
        file_name: Option<String>,
    },
    /// A page that is asked for as a folder.
    Page,
    /// A file whose name says what is in it, so that it never changes.
    ByHash,
    /// Any other file, asked for by its name.
    File,
}

/// In which order files are put on a host: what points at others comes after them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Wave {
    /// What others are made of, and points at nothing: locks, papers, styles.
    Parts,
    /// Answers about one package, dumps, anything else.
    Answers,
    /// What lists the answers: tables of regions, feeds.
    Lists,
    /// Where people and programs come in.
    Entrances,
}

impl Wave {
    /// All of them, first to last.
    pub const ALL: [Self; 4] = [Self::Parts, Self::Answers, Self::Lists, Self::Entrances];
}

impl Role {
    /// The role of the file at `path`, which is relative to the site and has `/` between its parts.
    pub fn of(path: &str) -> Self {
        let (folder, name) = path.rsplit_once('/').unwrap_or(("", path));
        if path.starts_with(OLD_API) && name == INDEX {
            let parts: Vec<&str> = folder.split('/').collect();
            return match parts[..] {
                // Only here: elsewhere these are names of packages.
                ["api", "v2", _, "layers", "latest", _, "html"] => Self::Page,
                ["api", "v2", runtime, "layers", "latest", region, "csv"] => {
                    let file_name = format!("klayers-{region}-{runtime}.csv");
                    Self::OldCsv { file_name: Some(file_name).filter(|name| is_plain(name)) }
                }
                _ => Self::OldJson,
            };
        }
        if name == INDEX {
            Self::Page
        } else if BY_HASH.iter().any(|above| path.starts_with(above)) && is_by_hash(name) {
            Self::ByHash
        } else {
            Self::File
        }
    }

    /// Whether it answers for its folder, `X/` and, on hosts that can, `X`.
    pub fn is_index(&self) -> bool {
        match self {
            Self::OldJson | Self::OldCsv { .. } | Self::Page => true,
            Self::ByHash | Self::File => false,
        }
    }
}

impl Wave {
    /// The wave of the file at `path`.
    pub fn of(path: &str) -> Self {
        let name = path.rsplit('/').next().unwrap_or(path);
        match Role::of(path) {
            Role::ByHash => Self::Parts,
            Role::Page => Self::Entrances,
            Role::OldCsv { .. } => Self::Lists,
            Role::OldJson if is_old_list(path) => Self::Lists,
            Role::OldJson => Self::Answers,
            Role::File if path.starts_with("static/") => Self::Parts,
            Role::File if is_page(name) || path == "api/v3/index.json" => Self::Entrances,
            Role::File if path.starts_with("feeds/") || is_new_list(path) => Self::Lists,
            Role::File => Self::Answers,
        }
    }
}

/// Whether a page without a folder of its own, such as `404.html`.
pub(super) fn is_page(name: &str) -> bool {
    name.ends_with(".html")
}

/// Whether a name has 64 hexadecimal digits: a SHA-256, and then it is that of what is in the file.
fn is_by_hash(name: &str) -> bool {
    name.split(|c: char| !c.is_ascii_alphanumeric()).any(|part| part.len() == 64 && part.bytes().all(|byte| byte.is_ascii_hexdigit()))
}

fn is_old_list(path: &str) -> bool {
    let parts: Vec<&str> = path.split('/').collect();
    matches!(parts[..], [_, _, _, "layers", "latest", _, INDEX] | [_, _, _, "layers", "latest", _, "json", INDEX] | [_, _, _, "builds", "latest", INDEX])
}

/// What lies at the top of the third API, or lists what a runtime has.
fn is_new_list(path: &str) -> bool {
    path.strip_prefix(NEW_API).is_some_and(|below| !below.contains('/') || below.starts_with("runtimes/"))
}

#[cfg(test)]
mod tests {
    use super::*;

    const HASH: &str = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

    #[test]
    fn the_path_says_what_a_file_is_and_when_it_is_its_turn() {
        let csv = |name: &str| Role::OldCsv { file_name: Some(name.to_owned()) };
        let latest = "api/v2/p3.13-arm64/layers/latest/us-east-1";
        for (path, role, wave) in [
            (format!("{latest}/index.html"), Role::OldJson, Wave::Lists),
            (format!("{latest}/json/index.html"), Role::OldJson, Wave::Lists),
            (format!("{latest}/csv/index.html"), csv("klayers-us-east-1-p3.13-arm64.csv"), Wave::Lists),
            (format!("{latest}/html/index.html"), Role::Page, Wave::Entrances),
            (format!("{latest}/pandas/index.html"), Role::OldJson, Wave::Answers),
            ("api/v2/p3.13/layers/us-east-1/csv/index.html".to_owned(), Role::OldJson, Wave::Answers),
            ("api/v2/p3.13/layers/us-east-1/html/index.html".to_owned(), Role::OldJson, Wave::Answers),
            ("api/v2/p3.13/layers/us-east-1/json/index.html".to_owned(), Role::OldJson, Wave::Answers),
            ("api/v2/p3.13/layers/us-east-1/zope.interface/index.html".to_owned(), Role::OldJson, Wave::Answers),
            (format!("api/v2/p3.13/layers/us-east-1/{HASH}/index.html"), Role::OldJson, Wave::Answers),
            ("api/v2/p3.13/layers/latest/a\"b/csv/index.html".to_owned(), Role::OldCsv { file_name: None }, Wave::Lists),
            (format!("api/v3/locks/{HASH}.toml"), Role::ByHash, Wave::Parts),
            (format!("api/v3/sboms/{}.cdx.json", HASH.to_uppercase()), Role::ByHash, Wave::Parts),
            (format!("api/v3/locks/{HASH}0.toml"), Role::File, Wave::Answers),
            (format!("api/v3/packages/{HASH}.json"), Role::File, Wave::Answers),
            (format!("feeds/packages/{HASH}.atom"), Role::File, Wave::Lists),
            ("api/v3/packages/pandas.json".to_owned(), Role::File, Wave::Answers),
            ("api/v3/packages/index.json".to_owned(), Role::File, Wave::Answers),
            ("api/v3/arns/klayers-p313-latest.json".to_owned(), Role::File, Wave::Answers),
            ("api/v3/changes/2026-01.json".to_owned(), Role::File, Wave::Answers),
            ("api/v3/changes.json".to_owned(), Role::File, Wave::Lists),
            ("api/v3/runtimes/p3.13.json".to_owned(), Role::File, Wave::Lists),
            ("api/v3/runtimes/p3.13/us-east-1.json".to_owned(), Role::File, Wave::Lists),
            ("api/v2/p3.13/builds/latest/index.html".to_owned(), Role::OldJson, Wave::Lists),
            ("api/v3/all.ndjson.gz".to_owned(), Role::File, Wave::Lists),
            ("api/v3/index.json".to_owned(), Role::File, Wave::Entrances),
            ("feeds/all.atom".to_owned(), Role::File, Wave::Lists),
            ("static/style.css".to_owned(), Role::File, Wave::Parts),
            ("robots.txt".to_owned(), Role::File, Wave::Answers),
            ("404.html".to_owned(), Role::File, Wave::Entrances),
            ("index.html".to_owned(), Role::Page, Wave::Entrances),
            ("api/index.html".to_owned(), Role::Page, Wave::Entrances),
            ("packages/pandas/index.html".to_owned(), Role::Page, Wave::Entrances),
        ] {
            assert_eq!((Role::of(&path), Wave::of(&path)), (role, wave), "{path}");
        }
    }
}
