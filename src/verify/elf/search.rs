//! The places where the loader looks for a library, as paths in the layer.
//!
//! <https://man7.org/linux/man-pages/man8/ld.so.8.html>

/// Where a layer is unpacked.
const OPT: &str = "/opt/";
/// What `$LIB` stands for on Amazon Linux, on both architectures.
const LIB: &str = "lib64";

/// The paths in the layer at which the library `name` is looked for by the path list `list` of the
/// file at `file`. What lies outside of the layer, or depends on where a process was started, is left out.
pub(super) fn places(list: &str, file: &str, name: &str) -> impl Iterator<Item = String> {
    list.split(':').filter_map(move |entry| inside(&format!("{}/{name}", expanded(entry, file)?)))
}

/// The path in the layer that a needed name with a `/` in it means for the file at `file`.
pub(super) fn direct(name: &str, file: &str) -> Option<String> {
    inside(&expanded(name, file)?)
}

/// `$ORIGIN`, `${ORIGIN}` and `$LIB` replaced; nothing when another name is used, or for a relative path.
fn expanded(text: &str, file: &str) -> Option<String> {
    let folder = file.rsplit_once('/').map_or("", |(folder, _)| folder);
    let mut all = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('$') {
        all += before;
        let value = |name: &str| match name {
            "ORIGIN" => Some(format!("{OPT}{folder}")),
            "LIB" => Some(LIB.to_owned()),
            _ => None,
        };
        let braced = after.strip_prefix('{').and_then(|after| after.split_once('}'));
        let end = after.find(|byte: char| !byte.is_ascii_alphanumeric() && byte != '_').unwrap_or(after.len());
        let (name, after) = braced.unwrap_or_else(|| after.split_at(end));
        all += &value(name)?;
        rest = after;
    }
    all += rest;
    all.starts_with('/').then_some(all)
}

/// The absolute path as one in the layer, without `.` and `..`. There are no links in a layer.
fn inside(path: &str) -> Option<String> {
    let mut parts = Vec::new();
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." => drop(parts.pop()),
            part => parts.push(part),
        }
    }
    parts.join("/").strip_prefix(&OPT[1..]).map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_in_the_layer() {
        let file = "python/x/y/z.so";
        for (list, expected) in [
            ("$ORIGIN", vec!["python/x/y/l.so"]),
            ("${ORIGIN}", vec!["python/x/y/l.so"]),
            ("$ORIGIN/../../x.libs", vec!["python/x.libs/l.so"]),
            ("$ORIGIN/.:$ORIGIN/../lib//", vec!["python/x/y/l.so", "python/x/lib/l.so"]),
            ("$ORIGIN/$LIB", vec!["python/x/y/lib64/l.so"]),
            ("/opt/python/lib", vec!["python/lib/l.so"]),
            ("$ORIGIN/../../../../opt/python", vec!["python/l.so"]),
            ("/usr/local/lib:$ORIGIN", vec!["python/x/y/l.so"]),
            ("", vec![]),
            (".", vec![]),
            ("lib", vec![]),
            ("$ORIGIN/../../../..", vec![]),
            ("$ORIGINAL", vec![]),
            ("$PLATFORM/x", vec![]),
            ("/optical", vec![]),
            ("$", vec![]),
            ("${ORIGIN", vec![]),
        ] {
            assert_eq!(places(list, file, "l.so").collect::<Vec<_>>(), expected, "{list}");
        }
        assert_eq!(direct("$ORIGIN/l.so", file).as_deref(), Some("python/x/y/l.so"));
        assert_eq!(direct("./l.so", file), None);
    }
}
