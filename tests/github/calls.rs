//! Every call of GitHub's API that we make, as its description names it. The stand-in is asked nothing else, and the
//! validator with GitHub's own description sees each.

/// Method and path.
pub const CALLS: [(&str, &str); 25] = [
    ("GET", "/repos/{owner}/{repo}/commits/{commit_sha}/pulls"),
    ("GET", "/repos/{owner}/{repo}/pulls"),
    ("GET", "/repos/{owner}/{repo}/pulls/{pull_number}"),
    ("GET", "/repos/{owner}/{repo}/pulls/{pull_number}/files"),
    ("GET", "/repos/{owner}/{repo}/issues/{issue_number}/comments"),
    ("POST", "/repos/{owner}/{repo}/issues/{issue_number}/comments"),
    ("PATCH", "/repos/{owner}/{repo}/issues/comments/{comment_id}"),
    ("POST", "/repos/{owner}/{repo}/statuses/{sha}"),
    ("GET", "/repos/{owner}/{repo}/issues"),
    ("POST", "/repos/{owner}/{repo}/issues"),
    ("PATCH", "/repos/{owner}/{repo}/issues/{issue_number}"),
    ("GET", "/repos/{owner}/{repo}/actions/workflows/{workflow_id}/runs"),
    ("POST", "/repos/{owner}/{repo}/actions/workflows/{workflow_id}/dispatches"),
    ("GET", "/repos/{owner}/{repo}/collaborators/{username}/permission"),
    ("GET", "/repos/{owner}/{repo}"),
    ("GET", "/repos/{owner}/{repo}/actions/permissions"),
    ("GET", "/repos/{owner}/{repo}/actions/permissions/workflow"),
    ("GET", "/repos/{owner}/{repo}/actions/variables/{name}"),
    ("GET", "/repos/{owner}/{repo}/actions/workflows"),
    ("GET", "/repos/{owner}/{repo}/environments/{environment_name}"),
    ("GET", "/repos/{owner}/{repo}/environments/{environment_name}/deployment-branch-policies"),
    ("GET", "/repos/{owner}/{repo}/environments/{environment_name}/variables/{name}"),
    ("GET", "/repos/{owner}/{repo}/pages"),
    ("GET", "/repos/{owner}/{repo}/private-vulnerability-reporting"),
    ("GET", "/repos/{owner}/{repo}/rules/branches/{branch}"),
];

/// The call that a request is, when it is one of ours. The next pages of a list are where GitHub says, which names the
/// repository by its number.
pub fn call(method: &str, path: &str) -> Option<(&'static str, &'static str)> {
    let by_number = path.strip_prefix("/repositories/").and_then(|rest| rest.split_once('/')).map(|(_, rest)| format!("/repos/owner/name/{rest}"));
    let path = by_number.as_deref().unwrap_or(path);
    let fits = |template: &str| {
        let (wanted, found): (Vec<&str>, Vec<&str>) = (template.split('/').collect(), path.split('/').collect());
        wanted.len() == found.len()
            && wanted.iter().zip(found).all(|(wanted, found)| if wanted.starts_with('{') { !found.is_empty() } else { *wanted == found })
    };
    // The most words first: `/issues/comments/1` is no issue.
    let mut found: Vec<_> = CALLS.iter().copied().filter(|(known, template)| *known == method && fits(template)).collect();
    found.sort_by_key(|(_, template)| template.matches('{').count());
    found.first().copied()
}
