//! The token is handed to git, and nobody else sees it.

use super::service::Service;

const TOKEN: &str = "ghs_0123456789abcdefghij";

#[test]
fn the_token_reaches_git_by_its_environment_and_is_never_shown() {
    let service = Service::new(&["alpha"]);
    let server = "https://github.example";
    service.git("", &["remote", "set-url", "origin", &format!("{server}/owner/name")]);
    let log = "printf '%s\\n' \"$*\" >> \"$ROOT/arguments\"; env >> \"$ROOT/environment\"";
    // As bad as it gets: a git that repeats it.
    let repeat = format!("case \" $* \" in *\" fetch \"*) echo \"fatal: no {TOKEN} for '{server}/owner/name'\" >&2; exit 128;; esac");
    service.put_git(&format!("{log}\n{repeat}\nexec \"$GIT\" \"$@\""));
    let output = service.command(&["-vv"]).env("GITHUB_TOKEN", TOKEN).env("GITHUB_SERVER_URL", server).output().unwrap();
    assert_eq!(output.status.code(), Some(2));
    let said = format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(said.contains("fatal: no *** for") && !said.contains(TOKEN), "{said}");

    let environment = service.world.read("environment");
    let header = environment.lines().find_map(|line| line.split_once("=AUTHORIZATION: basic ")).unwrap();
    assert!(header.0.starts_with("GIT_CONFIG_VALUE_"), "{}", header.0);
    assert!(!environment.contains(TOKEN), "only in the form that the host wants");
    let arguments = service.world.read("arguments");
    assert!(arguments.lines().count() >= 3 && !arguments.contains(TOKEN) && !arguments.contains(header.1), "{arguments}");
    assert!(!environment.lines().any(|line| line.starts_with("GITHUB_")), "git gets what it needs and no more");
}

#[test]
fn another_host_does_not_get_the_token() {
    let service = Service::new(&["alpha"]);
    let [_, receipts] = service.publish(None);
    service.put_git("env >> \"$ROOT/environment\"; exec \"$GIT\" \"$@\"");
    let status = service.command(&[&receipts]).env("GITHUB_TOKEN", TOKEN).env("GITHUB_SERVER_URL", "https://github.example").status().unwrap();
    assert!(status.success());
    assert!(!service.world.read("environment").contains("AUTHORIZATION"));
}
