//! A fake of the service that gives tokens to jobs of GitHub Actions, which only a job can reach.
//!
//! Its tokens have the right shape and say what the test wants; nobody signed them, and no emulator of AWS looks at that.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex};

use axum::Router;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, Uri};
use axum::routing::get;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json};
use tokio::runtime::Runtime;

/// The secret by which a job asks. It must be in no output.
pub const BEARER: &str = "bearer-of-this-job";
/// In place of a signature. It must be in no output.
pub const SIGNATURE: &str = "unsigned-and-secret";

/// A running endpoint. It ends when it is dropped.
pub struct TokenEndpoint {
    address: SocketAddr,
    shared: Arc<Shared>,
    runtime: Option<Runtime>,
}

struct Shared {
    claims: Mutex<Value>,
    asked: Mutex<Vec<String>>,
}

impl TokenEndpoint {
    /// Gives tokens with these claims, and the audience that is asked for.
    pub fn with(claims: Value) -> Self {
        let shared = Arc::new(Shared { claims: Mutex::new(claims), asked: Mutex::default() });
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
        let router = Router::new().route("/token", get(token)).with_state(shared.clone());
        let listener = runtime.block_on(tokio::net::TcpListener::bind("127.0.0.1:0")).unwrap();
        let address = listener.local_addr().unwrap();
        runtime.spawn(async move { axum::serve(listener, router).await.unwrap() });
        Self { address, shared, runtime: Some(runtime) }
    }

    /// The variables of a job that may ask.
    pub fn variables(&self) -> [(&'static str, String); 3] {
        let url = format!("http://{}/token?api-version=2.0", self.address);
        [("GITHUB_ACTIONS", "true".to_owned()), ("ACTIONS_ID_TOKEN_REQUEST_URL", url), ("ACTIONS_ID_TOKEN_REQUEST_TOKEN", BEARER.to_owned())]
    }

    /// What tokens say from now on.
    pub fn set_claims(&self, claims: Value) {
        *self.shared.claims.lock().unwrap() = claims;
    }

    /// The audiences that were asked for, in order.
    pub fn asked(&self) -> Vec<String> {
        self.shared.asked.lock().unwrap().clone()
    }
}

impl Drop for TokenEndpoint {
    fn drop(&mut self) {
        self.runtime.take().unwrap().shutdown_background();
    }
}

/// The claims of a job of this environment in the repository that tests/infrastructure/roles.py makes roles for.
pub fn claims_of(environment: &str) -> Value {
    json!({
        "iss": "https://token.actions.githubusercontent.com",
        "sub": format!("repo:Octo/layers:environment:{environment}"),
        "environment": environment,
        "ref": "refs/heads/main",
        "repository": "Octo/layers",
        "repository_id": "1296269",
        "repository_owner_id": "583231",
    })
}

async fn token(State(shared): State<Arc<Shared>>, uri: Uri, headers: HeaderMap) -> Result<String, StatusCode> {
    if headers.get("authorization").is_none_or(|value| value != &format!("Bearer {BEARER}")) {
        return Err(StatusCode::UNAUTHORIZED);
    }
    let audience = uri.query().and_then(|query| query.split('&').find_map(|part| part.strip_prefix("audience="))).ok_or(StatusCode::BAD_REQUEST)?;
    let audience = percent_encoding::percent_decode_str(audience).decode_utf8().unwrap().into_owned();
    let mut claims = shared.claims.lock().unwrap().clone();
    claims["aud"] = json!(audience);
    shared.asked.lock().unwrap().push(audience);
    let part = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
    let token = format!("{}.{}.{SIGNATURE}", part(&json!({ "alg": "RS256", "typ": "JWT" })), part(&claims));
    Ok(json!({ "count": token.len(), "value": token }).to_string())
}
