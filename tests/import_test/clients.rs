//! The test through a client of the Runtime API: one in small, that does what AWS's does.

use super::boxes::{Layer, failed, passed, testers};
use klayers::verify::import_test::{Cause, Stage, Tester};

/// As `awslambdaric`: asks for one invocation, calls the handler, posts what came of it.
const CLIENT: &str = r#"
import importlib, json, os, sys, urllib.request

def call(method, path, body=None, headers={}):
    url = "http://" + os.environ["AWS_LAMBDA_RUNTIME_API"] + "/2018-06-01/runtime/" + path
    data = None if body is None else json.dumps(body).encode()
    return urllib.request.urlopen(urllib.request.Request(url, data, headers, method=method))

def main(arguments):
    module, function = arguments[1].split(".")
    try:
        handler = getattr(importlib.import_module(module), function)
    except Exception as error:
        call("POST", "init/error", {"errorType": type(error).__name__, "errorMessage": str(error)})
        sys.exit(1)
    while True:
        request = call("GET", "invocation/next")
        path = "invocation/" + request.headers["Lambda-Runtime-Aws-Request-Id"]
        call("POST", path + "/response", handler(json.load(request), None))
"#;

#[tokio::test]
async fn both_ways_come_to_the_same_end() {
    let cases: [(&str, Option<&str>); 6] = [
        ("value = 1", Some("subject.value == 1")),
        ("import not_there", None),
        ("raise ValueError('why')", None),
        ("value = 0", Some("subject.value")),
        ("import os\nos._exit(3)", None),
        ("import sys\nassert 'json' in sys.modules and sys.path[0].endswith('task') and sys.path[2].endswith('/python'), sys.path", None),
    ];
    for tester in testers().await {
        for (source, smoke) in cases {
            let layer = Layer::of(source);
            let client = layer.packages(&[("awslambdaric/__init__.py", ""), ("awslambdaric/__main__.py", CLIENT)]);
            let tester = Tester { client: Some(client), ..tester.clone() };
            let plain = layer.test_with(&Tester { client: tester.client.clone(), ..tester.clone() }, &["subject", "json"], smoke).await;
            let through_client = layer.test_with_client(&tester, &["subject", "json"], smoke).await;
            // Only in Lambda is `json` there before, because the client uses it.
            if source.contains("'json' in") {
                assert!(!plain.agrees_with(&through_client));
                assert!(passed(through_client).conditions.through_client);
                continue;
            }
            assert!(plain.agrees_with(&through_client) || source.contains("_exit"), "{plain:?}\n{through_client:?}");
        }
    }
}

#[tokio::test]
async fn what_the_client_posts_is_told() {
    for tester in testers().await {
        let layer = Layer::of("import not_there");
        let client = layer.packages(&[("awslambdaric/__init__.py", ""), ("awslambdaric/__main__.py", CLIENT)]);
        let tester = Tester { client: Some(client), ..tester };
        let failure = failed(layer.test_with_client(&tester, &["subject"], None).await);
        assert_eq!((failure.stage, failure.cause, failure.missing.as_deref()), (Stage::Import, Cause::Raised, Some("not_there")));
        assert_eq!(failure.reason, "ModuleNotFoundError: No module named 'not_there'");

        let failure = failed(Layer::of("import os\nos._exit(3)").test_with_client(&tester, &["subject"], None).await);
        assert_eq!(failure.reason, "Ended: AWS's client ended with code 3 before it answered");
        let failure = failed(Layer::of("").test_with_client(&Tester { client: None, ..tester }, &["subject"], None).await);
        assert!(failure.output.iter().any(|line| line.contains("No module named 'awslambdaric'")), "{failure:?}");
    }
}
