//! `klayers serve`: the site on this machine, answering as one of its hosts would.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::path::PathBuf;

use anyhow::Context as _;
use clap::ValueEnum;

use super::context::Context;
use super::outcome::Outcome;
use super::places;
use crate::deploy::server::{Host, LocalSite, serve};
use crate::domain::printable_path;

/// Serves a rendered site, with the content types, redirects and headers of GitHub Pages or of S3.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The site's folder.
    #[arg(value_name = "DIR", default_value = places::local::SITE)]
    folder: PathBuf,
    /// The port; 0 takes a free one.
    #[arg(short, long, default_value_t = 8000)]
    port: u16,
    /// The path that the site lives below, as `/repo/` for a project's pages.
    #[arg(long, value_name = "PATH", default_value = "/")]
    base: String,
    /// Whose answers to give.
    #[arg(long = "as", value_enum, default_value_t = HostArg::Pages, value_name = "HOST")]
    host: HostArg,
}

/// The hosts whose answers can be given.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum HostArg {
    /// Those of GitHub Pages.
    Pages,
    /// Those of a website of S3 that has what `klayers deploy` uploads.
    S3,
}

pub async fn run(args: &Args, context: &Context) -> anyhow::Result<Outcome> {
    let folder = context.path(&args.folder);
    anyhow::ensure!(folder.join("index.html").is_file(), "`{}` has no site\nhelp: make one with `klayers run` or `klayers render`", printable_path(&folder));
    let address = SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), args.port);
    let listener = tokio::net::TcpListener::bind(address).await.with_context(|| format!("listening on {address}\nhelp: `--port 0` takes a free port"))?;
    let base = format!("/{}/", args.base.trim_matches('/')).replace("//", "/");
    context.put(format_args!("http://{}{base}", listener.local_addr()?));
    context.say("serving until Ctrl-C");
    let host = match args.host {
        HostArg::Pages => Host::Pages,
        HostArg::S3 => Host::S3,
    };
    serve(listener, LocalSite::new(folder, base), host).await.context("serving")?;
    Ok(Outcome::Done)
}
