//! What somebody who asked for a package can do about each way in which it fails.

/// What to do about a failure, by its code; nothing for a code that is not ours.
pub(super) fn advice(code: &str) -> Option<&'static str> {
    Some(match code {
        "not-found" => "The index has no package of this name, or of one that it needs. Copy the name from the package's page.",
        "no-wheel" => {
            "Layers are made from wheels. Ask the package's authors for one, hold the package at a version that has one \
             (`name<version` in the row), or leave the package out of this runtime's file."
        }
        "python-not-supported" => {
            "No version that the row allows is for this Python. Hold the package at a version that is, or leave it out of this runtime's file."
        }
        "conflict" => "What the row asks for does not go together. Loosen its versions, or ask for fewer extras.",
        "unknown-extra" => "Take the extra out of the row, or spell it as the package does.",
        "resolver-failed" | "lock-unusable" => "The reason above is all that is known. Try the package alone: `klayers build NAME --runtime RUNTIME`.",
        "source-build-failed" => "Its source does not build without a compiler or the network. Take a version that has a wheel.",
        "source-build-refused" | "source-build-not-allowed" => {
            "Only distributions with `source_build = true` in their settings are built from source. A maintainer decides that."
        }
        "index-unreachable" | "download-failed" | "wheel-damaged" | "disk-failed" => "This is no fault of the change: run the workflow again.",
        "wheel-hash-mismatch" => "The index served another file than it names. Run the workflow again; if that does not help, report it to the index.",
        "wheel-refused"
        | "wheel-too-large"
        | "archive-unsafe"
        | "outside-python"
        | "record-lacks-file"
        | "record-mismatch"
        | "recorded-file-missing"
        | "wheels-clash" => "A wheel is at fault. Report it to the package's authors, or hold the package at a version that was well.",
        "bytecode-failed" | "no-python" | "not-imported" | "unknown-machine" => "The machine that builds lacks something: a maintainer has to look at the run.",
        "too-large" => "AWS takes 250 MiB unpacked. Ask for fewer extras, hold the package at a smaller version, or see `slim` in `docs/layers.md`.",
        "elf-wrong-machine" | "elf-wrong-loader" | "elf-unreadable" | "elf-private-symbols" | "elf-too-tangled" => {
            "A compiled file is not for this runtime. If it is never loaded, a maintainer can allow it in the package's settings (`allow`)."
        }
        "elf-too-new" => "A compiled file needs a newer system than the runtime has. Hold the package at a version whose wheel fits.",
        "elf-library-missing" | "elf-library-not-found" => {
            "A compiled file needs a library that neither the layer nor the runtime has. If nothing of use needs it, a maintainer can allow it (`allow`)."
        }
        "import-failed" => {
            "If the package does not name all that it needs, name it in `needs` of its settings in `klayers.toml`; if another name is to be imported, in `imports`. \
             Else hold it at a version that imports."
        }
        "smoke-failed" => "The `smoke` expression in the package's settings is not true. See whether the package changed, or the expression is wrong.",
        "sdk-broken" => "The layer shadows a package of the runtime's own SDK. Hold that one at a version that the SDK takes.",
        "layer-written" => "The package writes into its own folder, which Lambda does not let it do. Report it to the package's authors.",
        "manifest-unreadable"
        | "manifest-wrong"
        | "archive-file-missing"
        | "archive-hash-mismatch"
        | "bytecode-wrong"
        | "not-reproducible"
        | "archive-not-planned" => "What arrived is not what was built. Run the workflow again; if that does not help, a maintainer has to look at the run.",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Words in the sources that have the form of a code: folders.
    const NO_CODES: [&str; 2] = ["native-build", "source-builds"];

    #[test]
    fn every_code_that_building_and_checking_give_has_advice() {
        let sources = [
            include_str!("../resolve/refusal.rs"),
            include_str!("../resolve/source_build.rs"),
            include_str!("../resolve/run.rs"),
            include_str!("../commands/steps/plan/resolve.rs"),
            include_str!("../commands/steps/build/fetch.rs"),
            include_str!("../commands/steps/build/wheels_from_source.rs"),
            include_str!("../commands/steps/build/source_build.rs"),
            include_str!("../commands/steps/build/build_all.rs"),
            include_str!("../commands/steps/build/assemble_failure.rs"),
            include_str!("../commands/steps/build/assembler.rs"),
            include_str!("../verify/fault.rs"),
            include_str!("../verify/elf/fault.rs"),
            include_str!("gather.rs"),
        ];
        let is_code = |text: &&str| text.contains('-') && text.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'-') && !text.starts_with('-');
        let codes = |source: &'static str| source.split("#[cfg(test)]").next().unwrap_or("").split('"').skip(1).step_by(2).filter(is_code);
        let all: std::collections::BTreeSet<&str> = sources.into_iter().flat_map(codes).filter(|text| !NO_CODES.contains(text)).collect();
        assert!(all.len() >= 40 && all.contains("too-large") && all.contains("no-wheel"), "the codes are not found any more: {all:?}");
        let silent: Vec<&str> = all.into_iter().filter(|code| advice(code).is_none()).collect();
        assert_eq!(silent, Vec::<&str>::new());
        assert_eq!(advice("::error::"), None);
    }
}
