//! `klayers completions` and `klayers man`: made from the command line's own definition.

use clap::CommandFactory as _;

use super::{Cli, Outcome};
use crate::outside::terminal::{self, Stream};

/// Prints a script that completes commands and options in a shell.
#[derive(Debug, clap::Args)]
pub struct CompletionsArgs {
    /// For which shell.
    shell: clap_complete::Shell,
}

/// Prints the manual page.
#[derive(Debug, clap::Args)]
pub struct ManArgs {}

pub fn completions(args: &CompletionsArgs) -> anyhow::Result<Outcome> {
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut Cli::command(), "klayers", &mut script);
    terminal::put_as_is(Stream::Data, &String::from_utf8(script)?);
    Ok(Outcome::Done)
}

pub fn man(_args: &ManArgs) -> anyhow::Result<Outcome> {
    let mut page = Vec::new();
    clap_mangen::Man::new(Cli::command()).render(&mut page)?;
    terminal::put_as_is(Stream::Data, &String::from_utf8(page)?);
    Ok(Outcome::Done)
}
