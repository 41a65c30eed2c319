//! The real client, with waits that are noted instead of waited for.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use futures::future::BoxFuture;
use klayers::github::{GitHub, Patience, Pause, Settings};

use super::Stub;

pub const TOKEN: &str = "ghs_the-token";

/// Notes waits.
#[derive(Debug, Clone, Default)]
pub struct Noted(Arc<Mutex<Vec<Duration>>>);

impl Pause for Noted {
    fn pause(&self, duration: Duration) -> BoxFuture<'static, ()> {
        self.0.lock().unwrap().push(duration);
        Box::pin(std::future::ready(()))
    }
}

impl Noted {
    /// The waits so far, in seconds.
    pub fn seconds(&self) -> Vec<u64> {
        self.0.lock().unwrap().iter().map(Duration::as_secs).collect()
    }

    /// All of them together.
    pub fn total(&self) -> Duration {
        self.0.lock().unwrap().iter().sum()
    }
}

/// A client of `api` with this token.
pub fn client_of(api: &str, repository: &str, token: &str) -> (GitHub, Noted) {
    let noted = Noted::default();
    let settings = Settings::new(api, repository.parse().unwrap(), token).unwrap();
    (GitHub::new(settings, Patience::default(), Arc::new(noted.clone())), noted)
}

/// A client of the stand-in.
pub fn client(stub: &Stub) -> (GitHub, Noted) {
    client_of(&stub.url(), &stub.state().repository, TOKEN)
}
