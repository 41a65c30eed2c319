//! What `uv` says when it cannot resolve, as a failure with a code, or as a fault of the world.

use crate::domain::{Failure, one_line};
use crate::outside::http::{host, named};

/// Longest reason that is kept, in characters. What uv says of deep conflicts can fill pages.
pub(super) const REASON_MAX_CHARS: usize = 500;

/// The code of a package that has nothing but its source.
pub const NO_WHEEL: &str = "no-wheel";

/// What the words on standard error amount to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Refusal {
    /// No solution exists: the package's own affair.
    Package(Failure),
    /// A host could not be asked.
    Unreachable {
        /// Which.
        host: String,
        /// Why not.
        reason: String,
    },
}

/// Reads what `uv pip compile` said when it failed.
pub fn read(stderr: &str) -> Refusal {
    let lines: Vec<&str> = stderr.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with("warning:")).collect();
    if let Some(url) = lines.iter().find_map(|line| line.split("Failed to fetch: ").nth(1)) {
        let url = url.trim_matches('`');
        let reason = lines.iter().rev().find_map(|line| line.strip_prefix("cause:")).unwrap_or("").trim();
        let reason = one_line(reason, REASON_MAX_CHARS);
        // An answer about one file says nothing of the host.
        if ["HTTP status client error", "URL scheme is not allowed"].iter().any(|words| reason.starts_with(words)) && !reason.contains("(429 ") {
            return Refusal::Package(Failure::new("index-unreachable", format!("cannot fetch `{}`: {reason}", named(url))));
        }
        return Refusal::Unreachable { host: host(url), reason };
    }
    let said: Vec<&str> =
        lines.iter().map(|line| ["error: ", "cause: ", "hint: "].iter().find_map(|prefix| line.strip_prefix(prefix)).unwrap_or(line)).collect();
    let reason = said.join(" ").replace("No solution found when resolving dependencies ", "");
    Refusal::Package(Failure::new(code(&reason), one_line(&reason, REASON_MAX_CHARS)))
}

fn code(reason: &str) -> &'static str {
    let says = |words: &[&str]| words.iter().any(|word| reason.contains(word));
    if says(&["was not found in the package registry", "was not found in the cache", "not found in the provided package locations"]) {
        "not-found"
    } else if says(&["no usable wheels", "no wheels with a matching", "has no wheels", "have no wheels"]) {
        NO_WHEEL
    } else if says(&["depends on Python", "requires Python", "does not satisfy Python"]) {
        "python-not-supported"
    } else if says(&["No solution", "unsatisfiable", "incompatible"]) {
        "conflict"
    } else {
        "resolver-failed"
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_of_what_uv_says() {
        for (said, expected) in [
            (
                "error: No solution found when resolving dependencies\n  cause: Because all versions of x have no usable wheels and you require x, we can conclude that your requirements are unsatisfiable.\n\nhint: Wheels are required",
                "no-wheel",
            ),
            (
                "error: No solution found when resolving dependencies\n  cause: Because x==1.0.0 has no wheels with a matching Python ABI tag (e.g., `cp314`)",
                "no-wheel",
            ),
            ("error: No solution found when resolving dependencies\n  cause: Because x was not found in the package registry and you require x", "not-found"),
            ("error: No solution found when resolving dependencies\n  cause: you require x<1 and x==2.0, which are incompatible", "conflict"),
            ("error: something new", "resolver-failed"),
        ] {
            let Refusal::Package(failure) = read(&format!("warning: ignore me\n{said}")) else { panic!("{said}") };
            assert_eq!(failure.code, expected);
            assert!(!failure.reason.contains('\n') && !failure.reason.contains("ignore me"), "{}", failure.reason);
        }
    }

    #[test]
    fn an_unreachable_host_is_not_the_packages_fault() {
        let said = "error: Request failed after 3 retries in 11.4s\n  cause: Failed to fetch: http://127.0.0.1:9/simple/six/\n  cause: tcp connect error\n  cause: Connection refused (os error 111)\n\nhint: Consider something";
        assert_eq!(read(said), Refusal::Unreachable { host: "127.0.0.1:9".to_owned(), reason: "Connection refused (os error 111)".to_owned() });
    }

    #[test]
    fn an_answer_about_one_file_is_no_answer_of_the_host() {
        let said = |cause: &str| format!("error: Failed to fetch: http://127.0.0.1:9/x.whl.metadata\n  cause: {cause}");
        for (cause, is_of_the_package) in [
            ("HTTP status client error (403 Forbidden) for url (http://127.0.0.1:9/x.whl.metadata)", true),
            ("URL scheme is not allowed", true),
            ("HTTP status client error (429 Too Many Requests) for url (http://127.0.0.1:9/x.whl.metadata)", false),
            ("HTTP status server error (503 Service Unavailable) for url (http://127.0.0.1:9/x.whl.metadata)", false),
        ] {
            assert_eq!(matches!(read(&said(cause)), Refusal::Package(failure) if failure.code == "index-unreachable"), is_of_the_package, "{cause}");
        }
    }
}
