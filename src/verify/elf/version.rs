//! Versions of symbols: `GLIBC_2.34` is a family and numbers.

/// The family and the numbers of a version, or nothing when it does not end in numbers, as `GLIBC_PRIVATE`.
pub(super) fn parts(version: &str) -> Option<(&str, Vec<u32>)> {
    let (family, numbers) = version.rsplit_once('_')?;
    Some((family, self::numbers(numbers)?))
}

/// `3.4.29` as numbers, which compare as the versions do.
pub(super) fn numbers(text: &str) -> Option<Vec<u32>> {
    let digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit()).then(|| part.parse().ok()).flatten();
    text.split('.').map(digits).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn families_and_numbers() {
        for (version, expected) in [
            ("GLIBC_2.34", Some(("GLIBC", vec![2, 34]))),
            ("GLIBCXX_3.4.9", Some(("GLIBCXX", vec![3, 4, 9]))),
            ("LIBFFI_BASE_8.0", Some(("LIBFFI_BASE", vec![8, 0]))),
            ("GLIBC_PRIVATE", None),
            ("GLIBC_ABI_DT_RELR", None),
            ("GLIBC_", None),
            ("GLIBC_2.", None),
            ("GLIBC_+2", None),
            ("GLIBC_99999999999", None),
            ("", None),
        ] {
            assert_eq!(parts(version), expected, "{version}");
        }
        assert!(parts("GLIBCXX_3.4.9") < parts("GLIBCXX_3.4.29"));
        assert!(parts("GLIBC_2.2.5") < parts("GLIBC_2.17"));
    }
}
