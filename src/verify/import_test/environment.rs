//! What a function finds in Lambda: its environment and its path.
//!
//! Facts from AWS's page on environment variables and from the images' own `bootstrap.py`: the layer's folders come
//! before the runtime's packages, and those before Python's own library; `HOME` is not set; `.pth` files are read
//! in the function's folder and in both folders of the layer.
//! <https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html>

use super::request::Request;
use crate::domain::Runtime;
use crate::outside::sandbox::{Isolation, Places};

/// From this minor version on, the runtime's packages lie in the interpreter's own `site-packages`.
const PACKAGES_MOVED: u8 = 11;
const FUNCTION: &str = "klayers-import-test";
/// As in a function, so that the SDK asks nobody for them. They are good for nothing.
const NO_CREDENTIALS: &str = "klayers-import-test";

/// The environment of a function of `runtime`.
pub fn environment(runtime: Runtime, places: &Places, isolation: Isolation) -> Vec<(String, String)> {
    let Places { layer, task, runtime: packages, python, .. } = places;
    // By path, only what a program of this machine could need: Lambda's own folders are not there.
    let (path, libraries) = match isolation {
        Isolation::Namespace | Isolation::Docker => (
            format!("{python}/bin:/usr/local/bin:/usr/bin/:/bin:{layer}/bin"),
            format!("{python}/lib:/lib64:/usr/lib64:{packages}:{packages}/lib:{task}:{task}/lib:{layer}/lib"),
        ),
        Isolation::Path => (format!("/usr/local/bin:/usr/bin/:/bin:{layer}/bin"), format!("{python}/lib:{task}:{task}/lib:{layer}/lib")),
    };
    let variables = [
        ("LAMBDA_TASK_ROOT", task.clone()),
        ("LAMBDA_RUNTIME_DIR", packages.clone()),
        ("AWS_LAMBDA_FUNCTION_NAME", FUNCTION.to_owned()),
        ("AWS_LAMBDA_FUNCTION_VERSION", "$LATEST".to_owned()),
        ("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "3008".to_owned()),
        ("AWS_LAMBDA_INITIALIZATION_TYPE", "on-demand".to_owned()),
        ("AWS_LAMBDA_LOG_GROUP_NAME", format!("/aws/lambda/{FUNCTION}")),
        ("AWS_LAMBDA_LOG_STREAM_NAME", "2026/01/01/[$LATEST]00000000000000000000000000000000".to_owned()),
        ("AWS_EXECUTION_ENV", format!("AWS_Lambda_{}", runtime.aws_runtime())),
        ("AWS_REGION", "us-east-1".to_owned()),
        ("AWS_DEFAULT_REGION", "us-east-1".to_owned()),
        ("AWS_ACCESS_KEY_ID", NO_CREDENTIALS.to_owned()),
        ("AWS_SECRET_ACCESS_KEY", NO_CREDENTIALS.to_owned()),
        ("AWS_SESSION_TOKEN", NO_CREDENTIALS.to_owned()),
        ("_HANDLER", "handler.handler".to_owned()),
        ("PWD", task.clone()),
        ("LANG", "en_US.UTF-8".to_owned()),
        ("TZ", ":UTC".to_owned()),
        ("PATH", path),
        ("LD_LIBRARY_PATH", libraries),
    ];
    let tmp = places.tmp.iter().map(|tmp| ("TMPDIR", tmp.clone()));
    variables.into_iter().chain(tmp).map(|(name, value)| (name.to_owned(), value)).collect()
}

/// The path around Python's own library, and the folders whose `.pth` files are read.
pub fn set_path(request: &mut Request, runtime: Runtime, places: &Places, isolation: Isolation) {
    let python = runtime.python;
    let Places { layer, task, runtime: packages, client, python: home, .. } = places;
    let in_layer = [format!("{layer}/python/lib/python{python}/site-packages"), format!("{layer}/python")];
    let own = format!("{home}/lib/python{python}/site-packages");
    let in_image = isolation == Isolation::Docker;
    let moved = python.minor() >= PACKAGES_MOVED;
    let mut before = vec![task.clone()];
    before.extend(in_layer.clone());
    let mut after = Vec::new();
    if in_image {
        // Only in AWS's image is the interpreter's own folder what a function sees there.
        if moved {
            before.push(own.clone());
        }
        after.push(own);
    }
    before.push(packages.clone());
    if !in_image {
        before.push(client.clone());
    }
    request.set("before", &before);
    request.set("after", &after);
    request.set("client", &before[3..]);
    request.set("site", &[task, &in_layer[0], &in_layer[1]]);
    request.set("runtime", &[packages]);
    request.set("layer", &[layer]);
}

#[cfg(test)]
mod tests {
    use super::*;

    fn request(runtime: &str, isolation: Isolation) -> Request {
        let mut request = Request::default();
        set_path(&mut request, runtime.parse().expect("a runtime"), &Places::of_lambda(), isolation);
        request
    }

    #[test]
    fn the_path_is_that_of_lambda() {
        let packages = "/var/lang/lib/python3.13/site-packages";
        let image = request("p3.13", Isolation::Docker);
        assert_eq!(image.get("before"), ["/var/task", "/opt/python/lib/python3.13/site-packages", "/opt/python", packages, "/var/runtime"]);
        assert_eq!(image.get("after"), [packages]);
        let old = request("p3.9-arm64", Isolation::Docker);
        assert_eq!(old.get("before"), ["/var/task", "/opt/python/lib/python3.9/site-packages", "/opt/python", "/var/runtime"]);
        assert_eq!(old.get("after"), ["/var/lang/lib/python3.9/site-packages"]);
        let here = request("p3.13", Isolation::Namespace);
        assert_eq!(here.get("before")[3..], ["/var/runtime", "/var/client"]);
        assert!(here.get("after").is_empty(), "the interpreter's own packages are not to be seen");
        assert_eq!(here.get("site"), ["/var/task", "/opt/python/lib/python3.13/site-packages", "/opt/python"]);
    }

    #[test]
    fn the_environment_is_that_of_lambda() {
        let runtime = "p3.13".parse().expect("a runtime");
        let variables = environment(runtime, &Places::of_lambda(), Isolation::Docker);
        let get = |name: &str| variables.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str());
        assert_eq!(get("AWS_EXECUTION_ENV"), Some("AWS_Lambda_python3.13"));
        assert_eq!(get("LD_LIBRARY_PATH"), Some("/var/lang/lib:/lib64:/usr/lib64:/var/runtime:/var/runtime/lib:/var/task:/var/task/lib:/opt/lib"));
        assert_eq!(get("PATH"), Some("/var/lang/bin:/usr/local/bin:/usr/bin/:/bin:/opt/bin"));
        assert_eq!((get("TZ"), get("HOME"), get("PYTHONPATH")), (Some(":UTC"), None, None));
    }
}
