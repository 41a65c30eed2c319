//! What each recorded reason means, and what can be done: every code that the program records has its words here.

use std::collections::BTreeSet;

use serde::Serialize;

/// A code with its words.
#[derive(Debug, PartialEq, Eq, Serialize)]
pub struct Advice {
    /// The code: part of addresses, so it never changes.
    code: &'static str,
    /// What it means.
    means: &'static str,
    /// What to do, or who does.
    advice: &'static str,
    /// Whether it helps to know what can work at all.
    is_about_what_works: bool,
}

const fn advice(code: &'static str, means: &'static str, advice: &'static str) -> Advice {
    Advice { code, means, advice, is_about_what_works: false }
}

/// Of what cannot work as it is asked for.
const fn limit(code: &'static str, means: &'static str, advice: &'static str) -> Advice {
    Advice { code, means, advice, is_about_what_works: true }
}

const WAIT: &str = "It is tried again with the next run.";
const REBUILD: &str = "Ours to mend: it is built again with the next run.";
const REPORT: &str = "Report it to the package's own project; until it is mended, an older version can be asked for.";
const OLDER: &str = "Until it has one, take the layer of another Python or an older version.";

/// Every code, sorted.
const ALL: [Advice; 50] = [
    advice("archive-file-missing", "A file of the archive was lost while it was built.", REBUILD),
    advice("archive-hash-mismatch", "The archive is not what its builder said it was.", REBUILD),
    advice("archive-refused", "The archive did not pass its checks.", REBUILD),
    advice("archive-unsafe", "The archive has entries that must not be unpacked.", REPORT),
    advice("build-lost", "The machine that was to build it told nothing.", WAIT),
    advice("bytecode-failed", "Python could not compile its modules.", REPORT),
    advice("bytecode-wrong", "Its compiled modules are not those of its sources.", REBUILD),
    limit("conflict", "What it needs contradicts itself: no set of versions satisfies all of it.", "Ask for fewer extras, or for an older version."),
    limit(
        "dependency",
        "The newest version needs something that has no wheel here, so an older one was taken.",
        "Nothing needs to be done: the newest comes when it can.",
    ),
    advice("disk-failed", "The disk of the machine that built it failed or was full.", WAIT),
    advice("download-failed", "A file of it could not be downloaded.", WAIT),
    limit("elf-library-missing", "It needs a system library that Lambda does not have.", "The package would have to bring it along: report it there."),
    advice("elf-library-not-found", "It brings a library along where the loader does not look for it.", REPORT),
    limit("elf-private-symbols", "It needs the very C library that it was built with.", REPORT),
    limit("elf-too-new", "It was built for a newer system than Lambda's.", "Ask for a version that was built for an older manylinux."),
    advice("elf-too-tangled", "Its libraries need one another in more ways than can be followed.", REPORT),
    advice("elf-unreadable", "A compiled file of it cannot be read.", REPORT),
    limit("elf-wrong-loader", "It was built for another C library, mostly musl.", "Ask the package for a manylinux wheel."),
    limit("elf-wrong-machine", "It has compiled files for another processor.", REPORT),
    advice("import-failed", "It cannot be imported under this Python.", "Its row may need another package beside it, which the package does not name itself."),
    advice("index-unreachable", "The package index could not be asked.", WAIT),
    advice("layer-written", "It writes into its own folder when it is imported, which Lambda does not allow.", REPORT),
    advice("lock-unusable", "Its lock names something that cannot be used.", REBUILD),
    advice("manifest-unreadable", "The note beside its archive cannot be read.", REBUILD),
    advice("manifest-wrong", "The note beside its archive says something else than the archive.", REBUILD),
    limit("native-build", "It must be compiled from source, which is not done here.", "The package would have to publish wheels: ask there."),
    advice("no-python", "The machine that built it lacked this Python.", WAIT),
    limit("no-wheel", "It has no wheel for this Python and processor, only source or nothing.", OLDER),
    limit("not-found", "The package index has nothing of this name, or no version that the row allows.", "Look at how the row spells it."),
    advice("not-imported", "No machine could try whether it can be imported, and nothing goes out untried.", WAIT),
    advice("not-reproducible", "Building it twice gave two different archives.", REBUILD),
    advice("outside-python", "It puts files where a layer must have none.", REBUILD),
    limit("python-not-supported", "It says itself that it does not support this Python.", OLDER),
    advice("record-lacks-file", "It has files that its own list does not name.", REPORT),
    advice("record-mismatch", "Its files are not what its own list says.", REPORT),
    advice("recorded-file-missing", "Its own list names files that it does not have.", REPORT),
    advice("resolver-failed", "Its versions could not be chosen.", WAIT),
    limit("sdk-broken", "With it, the runtime's own AWS SDK no longer works.", "It shadows a package of the runtime: an older version of that one may do."),
    advice("smoke-failed", "It can be imported, and a first call of it fails.", REPORT),
    limit("source-build-failed", "It has only its source, and does not build from it.", REPORT),
    limit("source-build-not-allowed", "It has only its source, and nobody allowed it to be built yet.", "Ask for that in a request."),
    limit("source-build-refused", "It has only its source, which cannot be built safely here.", "The package would have to publish wheels: ask there."),
    limit(
        "too-large",
        "Unpacked it is larger than the 250 MiB that Lambda allows for all layers of a function.",
        "Ask for fewer extras, or use a container image.",
    ),
    limit("unknown-extra", "It has no extra of the name that the row asks for.", "Look at how the row spells it."),
    advice("unknown-machine", "Nothing is known of this runtime's machine.", "Ours to mend, in the settings."),
    advice("wheel-damaged", "A file of it was damaged on its way.", WAIT),
    advice("wheel-hash-mismatch", "A file of it is not the one that the package index promised.", "Ours to look into before anything else is done with it."),
    advice("wheel-refused", "A wheel of it breaks the rules for wheels.", REPORT),
    limit("wheel-too-large", "A file of it is larger than what is fetched here.", "Ask for fewer extras."),
    advice("wheels-clash", "Two packages in it have different files of the same name.", REPORT),
];

/// The words of codes that came without any.
pub fn find(code: &str) -> Option<&'static Advice> {
    ALL.iter().find(|advice| advice.code == code)
}

/// The code as the anchor of its words; nothing when there are none.
pub fn anchor(code: &str) -> Option<&'static str> {
    find(code).map(|advice| advice.code)
}

/// The words of all `codes`, and those of all others.
pub fn advice_on<'a>(codes: impl Iterator<Item = &'a str>) -> (Vec<&'static Advice>, Vec<&'static Advice>) {
    let codes: BTreeSet<&str> = codes.collect();
    ALL.iter().partition(|advice| codes.contains(advice.code))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_sorted_and_come_once() {
        assert!(ALL.is_sorted_by(|one, other| one.code < other.code));
    }

    #[test]
    fn words_are_sentences() {
        for advice in &ALL {
            for text in [advice.means, advice.advice] {
                assert!(text.ends_with('.') && text.starts_with(char::is_uppercase), "{}: {text}", advice.code);
            }
        }
    }

    #[test]
    fn what_occurs_comes_first_and_nothing_is_lost() {
        let (here, others) = advice_on(["no-wheel", "never-heard-of", "no-wheel"].into_iter());
        assert_eq!(here.iter().map(|advice| advice.code).collect::<Vec<_>>(), ["no-wheel"]);
        assert_eq!(others.len(), ALL.len() - 1);
        assert_eq!((anchor("no-wheel"), anchor("\"><b>")), (Some("no-wheel"), None));
    }
}
