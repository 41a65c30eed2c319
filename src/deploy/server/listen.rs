//! From a socket to answers.

use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use axum::http::Request;

use super::local_site::{Host, LocalSite};
use super::{pages, website};

/// Serves a site as `host` does until Ctrl-C.
///
/// # Errors
/// When the listener fails.
pub async fn serve(listener: tokio::net::TcpListener, site: LocalSite, host: Host) -> std::io::Result<()> {
    let site = Arc::new(site);
    let app = Router::new().fallback(move |request: Request<Body>| {
        let site = site.clone();
        async move {
            match host {
                Host::Pages => pages::answer(&site, request.method(), request.uri(), request.headers()),
                Host::S3 => website::answer(&site, request.method(), request.uri(), request.headers()),
            }
        }
    });
    let stop = async {
        // Without the signal we serve until we are killed.
        if tokio::signal::ctrl_c().await.is_err() {
            std::future::pending::<()>().await;
        }
    };
    axum::serve(listener, app).with_graceful_shutdown(stop).await
}
