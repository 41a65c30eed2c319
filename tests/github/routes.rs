//! What each call does to the state, and answers.

use serde_json::{Value, json};

use super::answer::Answer;
use super::state::{Comment, Dispatch, Issue, Pull, State, Status, User};

/// A request as the stand-in sees it.
#[derive(Debug, Clone)]
pub struct Asked {
    pub method: String,
    pub path: String,
    pub query: String,
    pub body: Value,
    pub token: Option<String>,
    /// The address that it came to.
    pub api: String,
}

/// Longest body of a comment or issue.
const BODY_MAX_CHARS: usize = 65_536;

impl State {
    /// Does it.
    pub fn answer(&mut self, asked: &Asked) -> Answer {
        let canned = self.answers.get(&format!("{} {}", asked.method, asked.path)).cloned();
        if let Some(canned) = canned {
            return Answer::new(canned.status, canned.body);
        }
        let path = asked.path.replacen("/repositories/1/", &format!("/repos/{}/", self.repository), 1);
        let Some(rest) = path.strip_prefix(&format!("/repos/{}/", self.repository)) else { return Answer::missing() };
        let parts: Vec<&str> = rest.split('/').collect();
        match (asked.method.as_str(), parts.as_slice()) {
            ("GET", ["commits", sha, "pulls"]) => self.pulls_of(sha, asked),
            ("GET", ["pulls"]) => self.list_pulls(asked),
            ("GET", ["pulls", number]) => self.pull(number).map_or_else(Answer::missing, |pull| Answer::ok(pull_json(pull))),
            ("GET", ["pulls", number, "files"]) => {
                let files = self.pull(number).map(|pull| pull.files.iter().take(3000).map(|file| json!(file)).collect());
                files.map_or_else(Answer::missing, |files| page(files, asked))
            }
            ("GET", ["issues"]) => self.list_issues(asked),
            ("GET", ["issues", number, "comments"]) => {
                let of_issue = self.comments.iter().filter(|comment| comment.issue.to_string() == *number);
                page(of_issue.map(|comment| json!({ "id": comment.id, "body": comment.body, "user": comment.user })).collect(), asked)
            }
            ("POST", ["issues", number, "comments"]) => self.may(asked, &["issues", "pull-requests"]).unwrap_or_else(|| self.comment(number, &asked.body)),
            ("PATCH", ["issues", "comments", id]) => self.may(asked, &["issues", "pull-requests"]).unwrap_or_else(|| self.change_comment(id, &asked.body)),
            ("POST", ["issues"]) => self.may(asked, &["issues"]).unwrap_or_else(|| self.open_issue(&asked.body)),
            ("PATCH", ["issues", number]) => self.may(asked, &["issues"]).unwrap_or_else(|| self.change_issue(number, &asked.body)),
            ("POST", ["statuses", sha]) => self.may(asked, &["statuses"]).unwrap_or_else(|| self.set_status(sha, &asked.body)),
            ("GET", ["actions", "workflows", workflow, "runs"]) => {
                let runs: Vec<Value> = self.runs.iter().rev().filter(|run| run.workflow == *workflow).map(|run| json!(run)).collect();
                Answer::ok(json!({ "total_count": runs.len(), "workflow_runs": runs }))
            }
            ("POST", ["actions", "workflows", workflow, "dispatches"]) => self.may(asked, &["actions"]).unwrap_or_else(|| self.dispatch(workflow, &asked.body)),
            ("GET", ["collaborators", user, "permission"]) => match self.permissions.get(*user) {
                Some(permission) => Answer::ok(json!({ "permission": permission, "role_name": permission, "user": User::person(user) })),
                None => Answer::missing(),
            },
            _ => Answer::missing(),
        }
    }

    /// Nothing when the token may do it. `permissions:issues=write,…` is a token that may write just that; any other may all.
    fn may(&self, asked: &Asked, any_of: &[&str]) -> Option<Answer> {
        let Some(token) = &asked.token else { return Some(Answer::new(401, json!({ "message": "Requires authentication" }))) };
        let granted = token.strip_prefix("permissions:")?;
        let may = any_of.iter().any(|name| granted.split(',').any(|one| one == format!("{name}=write")));
        (!may).then(|| Answer::forbidden(&any_of.iter().map(|name| format!("{}=write", name.replace('-', "_"))).collect::<Vec<_>>().join("; ")))
    }

    fn pull(&self, number: &str) -> Option<&Pull> {
        self.pulls.iter().find(|pull| pull.number.to_string() == number)
    }

    fn pulls_of(&self, sha: &str, asked: &Asked) -> Answer {
        let has = |pull: &&Pull| pull.head_sha == sha || pull.commits.iter().any(|commit| commit == sha);
        let found: Vec<Value> = self.pulls.iter().filter(has).map(pull_json).collect();
        if found.is_empty() { Answer::new(422, json!({ "message": format!("No commit found for SHA: {sha}") })) } else { page(found, asked) }
    }

    fn list_pulls(&self, asked: &Asked) -> Answer {
        let head = parameter(&asked.query, "head");
        let is_meant = |pull: &&Pull| pull.state == "open" && head.as_ref().is_none_or(|head| *head == format!("{}:{}", pull.head_owner, pull.head_branch));
        page(self.pulls.iter().rev().filter(is_meant).map(pull_json).collect(), asked)
    }

    fn list_issues(&self, asked: &Asked) -> Answer {
        let state = parameter(&asked.query, "state").unwrap_or_else(|| "open".to_owned());
        let label = parameter(&asked.query, "labels");
        let is_meant = |issue: &&Issue| (state == "all" || issue.state == state) && label.as_ref().is_none_or(|label| issue.labels.contains(label));
        page(self.issues.iter().rev().filter(is_meant).map(issue_json).collect(), asked)
    }

    fn comment(&mut self, number: &str, body: &Value) -> Answer {
        let Some(text) = text_of(body) else { return Answer::invalid("body") };
        let Ok(issue) = number.parse() else { return Answer::missing() };
        let comment = Comment { id: self.next_number(), issue, body: text, user: self.me.clone() };
        let answer = Answer::new(201, json!({ "id": comment.id, "body": comment.body, "user": comment.user }));
        self.comments.push(comment);
        answer
    }

    fn change_comment(&mut self, id: &str, body: &Value) -> Answer {
        let Some(text) = text_of(body) else { return Answer::invalid("body") };
        let Some(comment) = self.comments.iter_mut().find(|comment| comment.id.to_string() == id) else { return Answer::missing() };
        comment.body = text;
        Answer::ok(json!({ "id": comment.id, "body": comment.body, "user": comment.user }))
    }

    fn open_issue(&mut self, body: &Value) -> Answer {
        let (Some(text), Some(title)) = (text_of(body), body["title"].as_str()) else { return Answer::invalid("title") };
        let labels = body["labels"].as_array().into_iter().flatten().filter_map(Value::as_str).map(str::to_owned).collect();
        let number = self.next_number();
        let issue =
            Issue { number, title: title.to_owned(), body: Some(text), state: "open".to_owned(), labels, user: self.me.clone(), is_pull_request: false };
        let answer = Answer::new(201, issue_json(&issue));
        self.issues.push(issue);
        answer
    }

    fn change_issue(&mut self, number: &str, body: &Value) -> Answer {
        let Some(issue) = self.issues.iter_mut().find(|issue| issue.number.to_string() == number) else { return Answer::missing() };
        if let Some(text) = body["body"].as_str() {
            issue.body = Some(text.to_owned());
        }
        if let Some(state) = body["state"].as_str() {
            if !["open", "closed"].contains(&state) {
                return Answer::invalid("state");
            }
            issue.state = state.to_owned();
        }
        Answer::ok(issue_json(issue))
    }

    fn set_status(&mut self, sha: &str, body: &Value) -> Answer {
        let text = |name: &str| body[name].as_str().map(str::to_owned);
        let (Some(state), Some(context)) = (text("state"), text("context")) else { return Answer::invalid("state") };
        if text("description").is_some_and(|description| description.chars().count() > 140) {
            return Answer::invalid("description");
        }
        self.statuses.push(Status { sha: sha.to_owned(), state, context, description: text("description"), target_url: text("target_url") });
        Answer::new(201, json!({}))
    }

    fn dispatch(&mut self, workflow: &str, body: &Value) -> Answer {
        let Some(branch) = body["ref"].as_str() else { return Answer::invalid("ref") };
        let inputs = body["inputs"].as_object().into_iter().flatten();
        let inputs = inputs.map(|(name, value)| (name.clone(), value.as_str().unwrap_or("not a text").to_owned())).collect();
        self.dispatches.push(Dispatch { workflow: workflow.to_owned(), branch: branch.to_owned(), inputs });
        Answer::new(204, json!(null))
    }
}

fn page(items: Vec<Value>, asked: &Asked) -> Answer {
    Answer::page(items, &asked.api, &asked.path, &asked.query)
}

fn parameter(query: &str, name: &str) -> Option<String> {
    let value = query.split('&').find_map(|pair| pair.strip_prefix(&format!("{name}=")))?;
    Some(percent_encoding::percent_decode_str(value).decode_utf8_lossy().into_owned())
}

fn text_of(body: &Value) -> Option<String> {
    body["body"].as_str().filter(|text| !text.is_empty() && text.chars().count() <= BODY_MAX_CHARS).map(str::to_owned)
}

fn issue_json(issue: &Issue) -> Value {
    let labels: Vec<Value> = issue.labels.iter().map(|name| json!({ "name": name })).collect();
    let mut json = json!({ "number": issue.number, "title": issue.title, "body": issue.body, "state": issue.state, "labels": labels, "user": issue.user });
    if issue.is_pull_request {
        json["pull_request"] = json!({});
    }
    json
}

fn pull_json(pull: &Pull) -> Value {
    json!({
        "number": pull.number,
        "state": pull.state,
        "head": {
            "ref": pull.head_branch, "sha": pull.head_sha, "user": { "login": pull.head_owner },
            "repo": { "full_name": format!("{}/fork", pull.head_owner) },
        },
        "base": { "ref": "main", "sha": "0".repeat(40), "repo": { "full_name": pull.base_repository }, "user": { "login": "owner" } },
    })
}
