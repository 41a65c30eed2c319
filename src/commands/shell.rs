//! `klayers completions` and `klayers man`: made from the command line's own definition.

use std::path::PathBuf;

use clap::{Command, CommandFactory as _};
use clap_mangen::Man;

use super::{Cli, Outcome};
use crate::domain::printable;
use crate::outside::files::{self, Durability};
use crate::outside::terminal::{self, Stream};

/// Prints a script that completes commands and options in a shell.
#[derive(Debug, clap::Args)]
pub struct CompletionsArgs {
    /// For which shell.
    shell: clap_complete::Shell,
}

/// Prints the manual page of the program, or of one command; or writes those of all.
#[derive(Debug, clap::Args)]
pub struct ManArgs {
    /// Of this command alone: `run`, or `pr plan`.
    #[arg(value_name = "COMMAND", conflicts_with = "output")]
    command: Vec<String>,
    /// Writes a page for each command into this folder: `klayers.1`, `klayers-run.1` and so on.
    #[arg(short, long, value_name = "DIR")]
    output: Option<PathBuf>,
}

pub fn completions(args: &CompletionsArgs) -> anyhow::Result<Outcome> {
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut Cli::command(), "klayers", &mut script);
    terminal::put_as_is(Stream::Data, &String::from_utf8(script)?);
    Ok(Outcome::Done)
}

pub fn man(args: &ManArgs) -> anyhow::Result<Outcome> {
    let mut program = Cli::command().disable_help_subcommand(true);
    program.build();
    if let Some(folder) = &args.output {
        for command in with_all_below(&program) {
            let page = page(command);
            files::write(&folder.join(page.get_filename()), &rendered(&page)?, Durability::Process)?;
        }
        return Ok(Outcome::Done);
    }
    let mut command = &program;
    for name in &args.command {
        let found = command.find_subcommand(name);
        command = found.ok_or_else(|| anyhow::anyhow!("there is no command `{}`\nhelp: `klayers help` lists them", printable(&args.command.join(" "))))?;
    }
    terminal::put_as_is(Stream::Data, &String::from_utf8(rendered(&page(command))?)?);
    Ok(Outcome::Done)
}

/// A command, and every command below it.
fn with_all_below(command: &Command) -> Vec<&Command> {
    std::iter::once(command).chain(command.get_subcommands().flat_map(with_all_below)).collect()
}

fn page(command: &Command) -> Man {
    Man::new(command.clone()).source(format!("klayers {}", env!("KLAYERS_VERSION"))).manual("klayers")
}

fn rendered(page: &Man) -> std::io::Result<Vec<u8>> {
    let mut text = Vec::new();
    page.render(&mut text)?;
    Ok(text)
}
