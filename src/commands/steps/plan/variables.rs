//! What a workflow gives a command: variables where a person writes flags. A flag that is written wins, and a variable
//! that is set and empty was not given: so is an input of a workflow that nobody filled in.

use std::fmt::Display;
use std::str::FromStr;

use anyhow::Context as _;

use crate::domain::shown;

/// Several values in one text, separated by commas or blanks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct List<T>(pub Vec<T>);

impl<T: FromStr> FromStr for List<T> {
    type Err = T::Err;
    fn from_str(text: &str) -> Result<Self, T::Err> {
        let parts = text.split(|character: char| character == ',' || character.is_whitespace());
        Ok(Self(parts.filter(|part| !part.is_empty()).map(str::parse).collect::<Result<_, _>>()?))
    }
}

/// The values of all flags, or else those of the variable.
///
/// # Errors
/// When the variable holds something else.
pub fn list<T>(flags: &[List<T>], variable: &'static str) -> anyhow::Result<Vec<T>>
where
    T: FromStr<Err: Display> + Clone,
{
    let from_flags: Vec<T> = flags.iter().flat_map(|list| list.0.iter().cloned()).collect();
    if !flags.is_empty() {
        return Ok(from_flags);
    }
    Ok(value::<List<T>>(None, variable)?.map(|list| list.0).unwrap_or_default())
}

/// The value of the flag, or else that of the variable.
///
/// # Errors
/// When the variable holds something else.
pub fn value<T: FromStr<Err: Display>>(flag: Option<T>, variable: &'static str) -> anyhow::Result<Option<T>> {
    if flag.is_some() {
        return Ok(flag);
    }
    let Some(text) = text(variable)? else { return Ok(None) };
    let parsed =
        text.parse().map_err(|error: T::Err| anyhow::anyhow!("{error}")).with_context(|| format!("the variable `{variable}` is `{}`", shown(&text)))?;
    Ok(Some(parsed))
}

/// Whether the flag is written, or else the variable `true`.
///
/// # Errors
/// When the variable is neither `true` nor `false`.
pub fn switch(flag: bool, variable: &'static str) -> anyhow::Result<bool> {
    Ok(flag || value::<bool>(None, variable)?.unwrap_or(false))
}

/// What the variable holds, without blanks around it; nothing when that is nothing.
fn text(variable: &'static str) -> anyhow::Result<Option<String>> {
    match std::env::var(variable) {
        Ok(text) => Ok(Some(text.trim().to_owned()).filter(|text| !text.is_empty())),
        Err(std::env::VarError::NotPresent) => Ok(None),
        Err(std::env::VarError::NotUnicode(_)) => anyhow::bail!("the variable `{variable}` is no text"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::Runtime;

    #[test]
    fn commas_and_blanks_separate_and_nothing_is_nothing() {
        let parsed = |text: &str| text.parse::<List<Runtime>>().map(|list| list.0.iter().map(ToString::to_string).collect::<Vec<_>>().join("+"));
        for (text, expected) in [("", ""), (" , ", ""), ("p3.13", "p3.13"), ("p3.13,p3.12-arm64", "p3.13+p3.12-arm64"), (" p3.13 ,\n\tp3.12 ", "p3.13+p3.12")] {
            assert_eq!(parsed(text).as_deref(), Ok(expected), "{text:?}");
        }
        assert!(parsed("p3.13;p3.12").is_err());
    }
}
