//! Layers that import, that do not, and that would rather do something else: in every kind of box that this
//! machine allows.

#![allow(clippy::unwrap_used, reason = "tests")]

#[path = "import_test/boxes.rs"]
mod boxes;
#[path = "import_test/clients.rs"]
mod clients;
mod common;
#[path = "import_test/containers.rs"]
mod containers;

use std::time::Duration;

use boxes::{Layer, failed, passed, testers, with_sdk};
use klayers::outside::OutsideError;
use klayers::outside::sandbox::{Isolation, Limits, Network};
use klayers::verify::import_test::{Cause, ImportTest, Stage, Tester};

const SHORT: Duration = Duration::from_secs(5);

fn in_short(tester: &Tester) -> Tester {
    Tester { limits: Limits { time: SHORT, ..tester.limits.clone() }, ..tester.clone() }
}

#[tokio::test]
async fn a_good_layer_passes_and_says_how_long_it_took() {
    let layer = Layer::new(&[
        (
            "subject/__init__.py",
            "import json, os, sys\nfrom . import part\nplace = __file__\nhelp, exit, quit, copyright\nassert os.environ['AWS_REGION'] == 'us-east-1'\n",
        ),
        ("subject/part.py", "import lib_in_site\n"),
        ("more.pth", "import sys; sys.from_pth = True\n"),
        ("deep/name/space/mod.py", "import sys\nassert sys.from_pth\nassert not any('dist-packages' in path or '.local' in path for path in sys.path)\n"),
        ("lib/python3.13/site-packages/lib_in_site.py", ""),
        ("lib_in_site.py", ""),
    ]);
    for tester in testers().await {
        let passed = passed(layer.test_with(&tester, &["subject", "deep.name.space.mod"], Some("subject.part and deep.name.space.mod")).await);
        assert!(passed.modules >= 3 && passed.seconds.milliseconds() < 30_000, "{passed:?}");
        let conditions = &passed.conditions;
        assert!(conditions.python.starts_with(&tester.runtime.python.to_string()) && !conditions.through_client);
        assert_eq!(conditions.imports, ["subject", "deep.name.space.mod"]);
        assert_eq!(conditions.network == Network::Cut, conditions.isolation == Isolation::Namespace);
        assert_eq!(passed.sdk, []);
    }
}

#[tokio::test]
async fn where_namespaces_are_to_be_had_it_looks_like_lambda() {
    let source = "import os\nassert __file__ == '/opt/python/subject.py', __file__\nassert os.getcwd() == os.environ['LAMBDA_TASK_ROOT'] == '/var/task'\n\
        assert not os.path.exists('/root') and not os.path.exists('/home') and not os.path.exists('/dev/shm')\nassert 'HOME' not in os.environ\n\
        open('/tmp/x', 'w').write('x')\nassert set(os.listdir('/proc')) & {'1'} and len([name for name in os.listdir('/proc') if name.isdigit()]) < 6\n";
    for tester in testers().await.iter().filter(|tester| tester.sandbox.isolation() == Isolation::Namespace) {
        passed(Layer::of(source).test(tester).await);
    }
}

#[tokio::test]
async fn an_unsafe_zip_is_not_unpacked() {
    let layer = Layer::new(&[("../../../escaped.py", "")]);
    for tester in testers().await {
        let tester = Tester { scratch: layer.scratch(), ..tester };
        let test = ImportTest { zip: &layer.zip(), imports: Vec::new(), smoke: None };
        assert!(matches!(tester.test(&test).await, Err(OutsideError::Unpack { .. })));
    }
    assert!(!layer.scratch().join("escaped.py").exists());
}

#[tokio::test]
async fn what_is_raised_is_told() {
    for tester in testers().await {
        let cases = [
            ("raise ValueError('a reason\\n::error::x')", "ValueError: a reason : :error: :x"),
            ("raise SystemExit(0)", "SystemExit: 0"),
            ("raise KeyboardInterrupt", "KeyboardInterrupt"),
            ("class E(Exception):\n    def __str__(self): raise self\nraise E", "E: (it cannot be printed)"),
            ("x = 'y' * 1_000_000\nraise ValueError(x)", "ValueError: yyyy"),
            ("def", "SyntaxError: "),
        ];
        for (source, reason) in cases {
            let failure = failed(Layer::of(source).test(&tester).await);
            assert!(failure.reason.starts_with(reason) && failure.reason.len() < 600, "{failure:?}");
            assert_eq!((failure.stage, failure.cause, failure.module.as_deref()), (Stage::Import, Cause::Raised, Some("subject")));
            assert!(!failure.output.is_empty());
        }
        let failure = failed(Layer::of("import not_there.at_all").test(&tester).await);
        assert_eq!((failure.missing.as_deref(), failure.reason.as_str()), (Some("not_there"), "ModuleNotFoundError: No module named 'not_there'"));
    }
}

#[tokio::test]
async fn what_ends_without_a_report_has_failed() {
    for tester in testers().await {
        let cases = [
            ("import os\nos._exit(0)", "it ended without a report (code 0) while it imported `subject`"),
            ("import os, signal\nos.kill(os.getpid(), signal.SIGSEGV)", "a signal ended it (11)"),
            ("import os\nos.closerange(0, 1000)", "it ended without a report"),
            ("import os\ntry: os.kill(os.getppid(), 9)\nexcept PermissionError: pass\nos.kill(os.getpid(), 9)", "a signal ended it (9)"),
            ("import os\nos.kill(0, 9)", "a signal ended it (9)"),
            ("import os\nos.write(1, b'done\\n')\nos._exit(0)", "it ended without a report (code 0)"),
        ];
        for (source, reason) in cases {
            let failure = failed(Layer::of(source).test(&tester).await);
            assert!(failure.reason.starts_with(reason), "{source}: {failure:?}");
            assert_eq!((failure.stage, failure.cause), (Stage::Import, Cause::Ended));
        }
        if tester.sandbox.isolation() == Isolation::Namespace {
            // Nobody else is there to be ended.
            failed(Layer::of("import os\nos.kill(-1, 9)\nos._exit(1)").test(&tester).await);
        }
    }
}

#[tokio::test]
async fn what_never_ends_is_ended_with_all_that_it_started() {
    for tester in testers().await {
        let tester = in_short(&tester);
        let idle = [
            "import time\ntime.sleep(3600)",
            "import signal, time\nsignal.pthread_sigmask(signal.SIG_BLOCK, range(1, 65))\ntime.sleep(3600)",
            "import os, time\nfor _ in range(5):\n    if os.fork() == 0:\n        os.setsid()\n        if os.fork() == 0:\n            while True: time.sleep(60)\n        os._exit(0)\ntime.sleep(3600)",
        ];
        let test = async |source: &str| (source.to_owned(), failed(Layer::of(source).test(&tester).await));
        let mut failures = futures::future::join_all(idle.iter().map(|source| test(source))).await;
        for busy in ["while True: pass", "import os\nwhile True:\n    try: os.fork()\n    except OSError: pass"] {
            failures.push(test(busy).await);
        }
        for (source, failure) in failures {
            assert_eq!((failure.stage, failure.cause, failure.module.as_deref()), (Stage::Import, Cause::TimeUp, Some("subject")), "{source}");
            assert_eq!(failure.reason, "it took longer than 5 s while it imported `subject`");
        }
    }
}

#[tokio::test]
async fn what_it_leaves_running_is_ended_when_it_passes() {
    let source = "import os, time\nif os.fork() == 0:\n    os.setsid()\n    if os.fork() == 0:\n        time.sleep(3600)\n    os._exit(0)\nos.wait()\n";
    for tester in testers().await {
        passed(Layer::of(source).test(&tester).await);
        // A copy that goes on as if it were the test does not speak for it.
        let failure = failed(Layer::of("import os\nif os.fork():\n    os._exit(0)\n").test(&in_short(&tester)).await);
        assert_eq!(failure.cause, Cause::Ended);
    }
}

#[tokio::test]
async fn output_is_bounded_and_steers_nothing() {
    for tester in testers().await {
        let loud = "import sys\nfor _ in range(100):\n    sys.stdout.write('x' * 1_000_000)\nprint()\nprint('::error::a\\n##[group]b\\n\\x1b[31mc\\x07')\nsys.stdout.flush()\nraise ValueError('loud')";
        let failure = failed(Layer::of(loud).test(&tester).await);
        assert_eq!(failure.reason, "ValueError: loud");
        let output = failure.output.join("\n");
        assert!(output.len() < 64 << 10 && output.contains(": :error: :a\n##\\u{5b}group]b\n\\u{1b}[31mc\\u{7}"), "{output}");
        assert!(!output.contains("::") && !output.contains("##["));
    }
}

#[tokio::test]
async fn memory_is_bounded() {
    for tester in testers().await {
        let tester = Tester { limits: Limits { memory_bytes: 300 << 20, ..tester.limits.clone() }, ..tester };
        let failure = failed(Layer::of("x = []\nwhile True: x.append(bytearray(10_000_000))").test(&tester).await);
        assert_eq!(failure.reason, "MemoryError");
        let failure = failed(Layer::of("import tempfile\nopen(tempfile.gettempdir() + '/large', 'wb').truncate(2 << 30)").test(&tester).await);
        assert!(failure.reason.starts_with("OSError: [Errno 27] File too large"), "{failure:?}");
    }
}

#[tokio::test]
async fn the_layer_cannot_be_changed_unnoticed() {
    for tester in testers().await {
        let failure = failed(Layer::of("open(__file__, 'a').write('#')").test(&tester).await);
        assert!(failure.reason.contains("Read-only file system") || failure.reason.contains("Permission denied"), "{failure:?}");
        let sneaky = "import os\ntry:\n    os.chmod(os.path.dirname(__file__), 0o755)\n    open(os.path.dirname(__file__) + '/new.py', 'w').close()\nexcept OSError: pass\n";
        let layer = Layer::of(sneaky);
        if tester.sandbox.shows_writable_folders() {
            let failure = failed(layer.test(&tester).await);
            assert_eq!((failure.stage, failure.cause), (Stage::Layer, Cause::Changed));
            assert!(failure.reason.contains("`python/new.py`"), "{failure:?}");
        } else {
            passed(layer.test(&tester).await);
        }
    }
}

#[tokio::test]
async fn a_smoke_expression_must_be_true_or_nothing() {
    let layer = Layer::of("def well(): return 1\ndef bad(): return []\ndef nothing(): pass\n");
    for tester in testers().await {
        for smoke in ["subject.well() == 1", "subject.nothing()", "[subject.well() for _ in 'ab']"] {
            passed(layer.test_with(&tester, &["subject"], Some(smoke)).await);
        }
        for (smoke, reason) in [
            ("subject.bad()", "AssertionError: the expression is []"),
            ("subject.none", "AttributeError: "),
            ("os", "NameError: "),
            ("1 +", "SyntaxError: "),
            ("exit(0)", "SystemExit: 0"),
        ] {
            let failure = failed(layer.test_with(&tester, &["subject"], Some(smoke)).await);
            assert!(failure.stage == Stage::Smoke && failure.reason.starts_with(reason), "{failure:?}");
        }
    }
}

/// An SDK in small: botocore needs `PoolManager` of urllib3.
const SDK: [(&str, &str); 4] = [
    ("boto3.py", "__version__ = '1.0'\nimport botocore\ndef client(name, region_name):\n    from urllib3 import PoolManager\n    return PoolManager\n"),
    ("botocore.py", "__version__ = '1.1'\nimport urllib3\n"),
    ("s3transfer.py", "__version__ = '0.1'\n"),
    ("urllib3.py", "__version__ = '1.26'\nclass PoolManager: pass\n"),
];

#[tokio::test]
async fn the_runtimes_sdk_must_go_on_working() {
    for tester in testers().await {
        let layer = Layer::new(&[("subject.py", "")]);
        let sdk = layer.packages(&SDK);
        let found = passed(layer.test(&with_sdk(&tester, &sdk)).await).sdk;
        let found: Vec<_> = found.iter().map(|package| (package.name.as_str(), package.version.as_str(), package.is_the_layers)).collect();
        assert_eq!(found, [("boto3", "1.0", false), ("botocore", "1.1", false), ("s3transfer", "0.1", false), ("urllib3", "1.26", false)]);

        let layer = Layer::new(&[("subject.py", ""), ("urllib3.py", "__version__ = '9'\n")]);
        let sdk = layer.packages(&SDK);
        let failure = failed(layer.test(&with_sdk(&tester, &sdk)).await);
        assert_eq!((failure.stage, failure.module.as_deref()), (Stage::Sdk, Some("boto3")));
        assert!(failure.reason.starts_with("ImportError: cannot import name 'PoolManager' from 'urllib3'"), "{failure:?}");

        let layer = Layer::new(&[("subject.py", ""), ("urllib3.py", "__version__ = '2'\nclass PoolManager: pass\n")]);
        let sdk = layer.packages(&SDK);
        let found = passed(layer.test(&with_sdk(&tester, &sdk)).await).sdk;
        assert!(found.iter().any(|package| package.name == "urllib3" && package.version == "2" && package.is_the_layers), "{found:?}");
    }
}

#[tokio::test]
async fn nothing_of_our_environment_is_seen() {
    let own: Vec<String> = std::env::vars().map(|(name, _)| name).filter(|name| name.starts_with("CARGO_") || name == "HOME").collect();
    assert!(own.len() > 1);
    let source = format!("import os\nseen = [name for name in {own:?} if name in os.environ]\nassert not seen, seen\n");
    // Of ourselves, too, unless the box can do no better than to run as the user that we are.
    let of_others = "for folder in os.listdir('/proc'):\n    if folder.isdigit() and folder != str(os.getpid()):\n        \
         try: text = open('/proc/' + folder + '/environ').read()\n        except OSError: continue\n        \
         assert 'CARGO_MANIFEST_DIR' not in text, folder\n";
    for tester in testers().await {
        let of_others = if tester.sandbox.shows_writable_folders() { "" } else { of_others };
        passed(Layer::of(&format!("{source}{of_others}")).test(&tester).await);
    }
}

#[tokio::test]
async fn where_namespaces_are_to_be_had_there_is_no_network() {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    listener.set_nonblocking(true).unwrap();
    let port = listener.local_addr().unwrap().port();
    let source = format!("import socket\nsocket.create_connection(('127.0.0.1', {port}), 5)");
    for tester in testers().await {
        let outcome = Layer::of(&source).test(&tester).await;
        match tester.sandbox.isolation() {
            Isolation::Namespace => {
                assert!(failed(outcome).reason.starts_with("ConnectionRefusedError"), "the loopback is its own");
                assert!(listener.accept().is_err(), "it was reached");
            }
            Isolation::Path => {
                assert_eq!(passed(outcome).conditions.network, Network::Open);
                assert!(listener.accept().is_ok());
            }
            Isolation::Docker => unreachable!("not among the testers"),
        }
    }
}
