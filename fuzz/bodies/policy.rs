//! The policy of a layer version: it is judged one way or none, and public is only what lets everybody in.

use klayers::domain::{Sharing, trust_policy};
use klayers::publish::policy::{ACTION, check};
use serde_json::Value;

use super::words;

pub fn run(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    let organization = Sharing::Organization("o-abcdefghij".parse().expect("an organisation"));
    let accounts = Sharing::Accounts(["123456789012".parse().expect("an account")].into());
    let judged = [Sharing::Public, organization, accounts].map(|sharing| check(Some(text), &sharing));
    judged.iter().filter_map(|judged| judged.as_ref().err()).for_each(|why| words::hold(&why.to_string()));
    let [public, organization, accounts] = judged.map(|judged| judged.is_ok());
    assert!(!public || !(organization || accounts), "public and not");
    if public {
        let policy: Value = serde_json::from_str(text).expect("what was judged is JSON");
        let statements = match &policy["Statement"] {
            Value::Array(all) => all.clone(),
            one => vec![one.clone()],
        };
        let lets_in = |statement: &Value| {
            let names = |value: &Value, name: &str| value.to_string().to_ascii_lowercase().contains(&format!("\"{}\"", name.to_ascii_lowercase()));
            statement["Effect"] == "Allow" && names(&statement["Principal"], "*") && names(&statement["Action"], ACTION) && statement.get("Condition").is_none()
        };
        assert!(statements.iter().any(lets_in), "{text}");
        // What is judged does not depend on how it is written.
        assert!(check(Some(&policy.to_string()), &Sharing::Public).is_ok());
    }
    if let Err(error) = trust_policy(text) {
        words::hold(&error.to_string());
    }
}
