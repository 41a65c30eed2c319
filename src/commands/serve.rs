//! `klayers serve`: the site on this machine, answering as GitHub Pages would.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::path::PathBuf;

use anyhow::Context as _;

use super::context::Context;
use super::outcome::Outcome;
use crate::outside::site_server;

/// Serves a rendered site, with the content types, redirects and CORS headers of GitHub Pages.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The site's folder.
    #[arg(value_name = "DIR", default_value = ".klayers/site")]
    folder: PathBuf,
    /// The port; 0 takes a free one.
    #[arg(short, long, default_value_t = 8000)]
    port: u16,
    /// The path that the site lives below, as `/repo/` for a project's pages.
    #[arg(long, value_name = "PATH", default_value = "/")]
    base: String,
}

pub async fn run(args: &Args, context: &Context) -> anyhow::Result<Outcome> {
    let folder = context.path(&args.folder);
    anyhow::ensure!(folder.join("index.html").is_file(), "`{}` has no site\nhelp: make one with `klayers run` or `klayers render`", folder.display());
    let address = SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), args.port);
    let listener = tokio::net::TcpListener::bind(address).await.with_context(|| format!("listening on {address}; `--port 0` takes a free port"))?;
    let base = format!("/{}/", args.base.trim_matches('/')).replace("//", "/");
    println!("http://{}{base}", listener.local_addr()?);
    context.say("serving until Ctrl-C");
    site_server::serve(listener, folder, base).await.context("serving")?;
    Ok(Outcome::Done)
}
