//! A fake of the settings of a repository at GitHub, which cannot be had here. It answers what the test wants and knows no more.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};

use axum::Router;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, Uri};
use serde_json::{Value, json};
use tokio::runtime::Runtime;

/// The token that is asked with. It must be in no output.
pub const TOKEN: &str = "ghs_secret-of-the-job";

/// A running stub. It ends when it is dropped.
pub struct GitHubStub {
    address: SocketAddr,
    answers: Answers,
    runtime: Option<Runtime>,
}

type Answers = Arc<Mutex<BTreeMap<String, (u16, Value)>>>;

impl GitHubStub {
    /// A repository `Octo/layers` in which everything is as it should be.
    pub fn well() -> Self {
        let answers = Answers::default();
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
        let router = Router::new().fallback(answer).with_state(answers.clone());
        let listener = runtime.block_on(tokio::net::TcpListener::bind("127.0.0.1:0")).unwrap();
        let address = listener.local_addr().unwrap();
        runtime.spawn(async move { axum::serve(listener, router).await.unwrap() });
        let stub = Self { address, answers, runtime: Some(runtime) };
        let owner = json!({ "id": 583231, "login": "Octo" });
        stub.set("", json!({ "id": 1296269, "full_name": "Octo/layers", "owner": owner, "fork": true, "default_branch": "main", "has_issues": true }));
        stub.set("actions/permissions", json!({ "enabled": true, "allowed_actions": "all" }));
        stub.set("actions/permissions/workflow", json!({ "default_workflow_permissions": "read" }));
        let active = |name: &str| json!({ "path": format!(".github/workflows/{name}.yml"), "state": "active" });
        stub.set("actions/workflows", json!({ "total_count": 2, "workflows": [active("publish"), active("daily")] }));
        for (name, role) in [("aws-publish", "publisher"), ("aws-expire", "expirer"), ("aws-audit", "auditor")] {
            let policy = json!({ "protected_branches": false, "custom_branch_policies": true });
            stub.set(&format!("environments/{name}"), json!({ "name": name, "protection_rules": [], "deployment_branch_policy": policy }));
            stub.set(&format!("environments/{name}/deployment-branch-policies"), json!({ "branch_policies": [{ "name": "main" }] }));
            let value = format!("arn:aws:iam::000000000000:role/klayers-{role}");
            stub.set(&format!("environments/{name}/variables/AWS_ROLE_ARN"), json!({ "name": "AWS_ROLE_ARN", "value": value }));
        }
        stub.set("private-vulnerability-reporting", json!({ "enabled": true }));
        stub.set("pages", json!({ "build_type": "workflow", "html_url": "https://octo.github.io/layers/" }));
        stub.set("rules/branches/main", json!([{ "type": "deletion" }, { "type": "non_fast_forward" }]));
        stub
    }

    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Something below the repository is there.
    pub fn set(&self, path: &str, value: Value) {
        self.answer(path, 200, value);
    }

    /// Something below the repository is answered so.
    pub fn answer(&self, path: &str, status: u16, value: Value) {
        let path = if path.is_empty() { "/repos/Octo/layers".to_owned() } else { format!("/repos/Octo/layers/{path}") };
        self.answers.lock().unwrap().insert(path, (status, value));
    }

    /// Everything below this path is for others.
    pub fn hide(&self, below: &str) {
        let below = format!("/repos/Octo/layers/{below}");
        for (_, answer) in self.answers.lock().unwrap().iter_mut().filter(|(path, _)| path.starts_with(&below)) {
            *answer = (403, json!({ "message": "Resource not accessible by integration" }));
        }
    }
}

impl Drop for GitHubStub {
    fn drop(&mut self) {
        self.runtime.take().unwrap().shutdown_background();
    }
}

async fn answer(State(answers): State<Answers>, uri: Uri, headers: HeaderMap) -> (StatusCode, String) {
    let is_ours = headers.get("authorization").is_some_and(|value| value == &format!("Bearer {TOKEN}"));
    let path = percent_encoding::percent_decode_str(uri.path()).decode_utf8().unwrap().into_owned();
    let absent = (404, json!({ "message": "Not Found" }));
    let (status, value) = if is_ours { answers.lock().unwrap().get(&path).cloned().unwrap_or(absent) } else { (401, json!({ "message": "Bad credentials" })) };
    (StatusCode::from_u16(status).unwrap(), value.to_string())
}
