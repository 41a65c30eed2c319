//! What is given on the command line, and questions for the rest.

use crate::outside::OutsideError;

/// What people say, as they said it. Nothing is what they did not say.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Answers {
    pub repository: Option<String>,
    pub prefix: Option<String>,
    pub account: Option<String>,
    pub regions: Option<String>,
    pub runtimes: Option<String>,
    pub catalogue: Option<String>,
    pub site: Option<String>,
    pub host: Option<String>,
    pub staging_bucket: Option<String>,
}

/// Asks for what is not given. An empty answer takes the default, where there is one.
///
/// # Errors
/// When the terminal is gone.
pub fn asked(given: Answers, ask: &mut dyn FnMut(&str) -> Result<String, OutsideError>) -> Result<Answers, OutsideError> {
    let mut answer = |given: Option<String>, question: &str, default: Option<&str>| -> Result<Option<String>, OutsideError> {
        if given.is_some() {
            return Ok(given);
        }
        let question = default.map_or_else(|| format!("{question}:"), |default| format!("{question} [{default}]:"));
        let said = ask(&question)?;
        Ok(Some(said).filter(|said| !said.is_empty()).or_else(|| default.map(str::to_owned)))
    };
    let repository = answer(given.repository, "Repository, as OWNER/NAME", None)?;
    let prefix = answer(given.prefix, "First word of every layer's name", Some("Klayers"))?;
    let account = answer(given.account, "Number of the AWS account", None)?;
    let regions = answer(given.regions, "Regions, separated by commas, or all", Some("us-east-1"))?;
    let runtimes = answer(given.runtimes, "Pythons, separated by commas", Some("3.13,3.14"))?;
    let catalogue = answer(given.catalogue, "Packages to begin with: starter, keep or empty", Some("starter"))?;
    let host = answer(given.host, "What serves the site: pages, or s3://bucket/prefix", Some("pages"))?;
    let is_pages = host.as_deref() == Some("pages");
    // Where Pages serves it, the address follows from the repository.
    let site = if is_pages { given.site } else { answer(given.site, "Address of the site, or none", Some("none"))? };
    Ok(Answers { repository, prefix, account, regions, runtimes, catalogue, site, host, staging_bucket: given.staging_bucket })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(text: &str) -> Option<String> {
        Some(text.to_owned())
    }

    #[test]
    fn only_what_is_not_given_is_asked_for_and_nothing_said_is_the_default() {
        let given = Answers { prefix: text("Mine"), catalogue: text("keep"), staging_bucket: text("none"), ..Answers::default() };
        let mut questions = Vec::new();
        let mut said = vec!["", "eu-west-1", "123456789012", "me/layers"];
        let answers = asked(given.clone(), &mut |question| {
            questions.push(question.to_owned());
            Ok(said.pop().unwrap_or_default().to_owned())
        });
        let expected = Answers {
            repository: text("me/layers"),
            account: text("123456789012"),
            regions: text("eu-west-1"),
            runtimes: text("3.13,3.14"),
            host: text("pages"),
            ..given
        };
        assert_eq!(answers.expect("answered"), expected);
        assert_eq!(questions.len(), 5, "{questions:?}");
        assert!(questions[4].ends_with("[pages]:") && questions[0] == "Repository, as OWNER/NAME:", "{questions:?}");
    }

    #[test]
    fn what_has_no_default_stays_open() {
        let answers = asked(Answers { host: text("s3://bucket"), ..Answers::default() }, &mut |_| Ok(String::new())).expect("answered");
        assert_eq!((answers.account, answers.repository, answers.site), (None, None, text("none")));
    }
}
