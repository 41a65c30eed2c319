//! `CODEOWNERS` with the owner of the fork.

/// The file, from the root of the project.
pub const CODEOWNERS: &str = ".github/CODEOWNERS";

/// The text with `owner` in place of owners from elsewhere. Lines that name the owner, or a team of theirs, stay.
pub fn with_owner(text: &str, owner: &str) -> String {
    text.split_inclusive('\n').map(|line| of_line(line, owner)).collect()
}

fn of_line(line: &str, owner: &str) -> String {
    let is_owner = |word: &&str| word.contains('@');
    let words: Vec<&str> = line.split_whitespace().collect();
    let is_ours = |word: &str| {
        let named = word.trim_start_matches('@');
        named.eq_ignore_ascii_case(owner) || named.split_once('/').is_some_and(|(organisation, _)| organisation.eq_ignore_ascii_case(owner))
    };
    let owners: Vec<&str> = words.iter().skip(1).copied().filter(is_owner).collect();
    if line.starts_with('#') || owners.is_empty() || owners.iter().any(|word| is_ours(word)) {
        return line.to_owned();
    }
    let at = line.find(&format!(" {}", owners[0])).or_else(|| line.find(&format!("\t{}", owners[0]))).map_or(line.len(), |at| at + 1);
    format!("{}@{owner}\n", &line[..at])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn owners_from_elsewhere_are_replaced_and_own_teams_stay() {
        let text = "# ask @somebody\n*          @upstream\n/src/ @upstream/team you@example.org\n/docs/ @Octo/docs @x\n/free/\n\n/last\t@upstream";
        let new = with_owner(text, "octo");
        assert_eq!(new, "# ask @somebody\n*          @octo\n/src/ @octo\n/docs/ @Octo/docs @x\n/free/\n\n/last\t@octo\n");
        assert_eq!(with_owner(&new, "octo"), new);
    }
}
