//! A box that is a container of AWS's own image for a runtime.

use crate::domain::{Architecture, Runtime};

use super::folders::{Folders, Places};
use super::limits::Limits;

/// Nobody, on every system.
const USER: &str = "65534:65534";

/// A container of an image.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Docker {
    /// The program to call: `docker`, or one that takes the same arguments.
    pub program: String,
    /// The name of AWS's image, as it is pulled.
    pub image: String,
    /// The processor that the image is for, as `linux/amd64`.
    pub platform: &'static str,
    /// The interpreter in it.
    pub python: String,
}

impl Docker {
    /// AWS's image for `runtime`.
    /// <https://docs.aws.amazon.com/lambda/latest/dg/python-image.html>
    pub fn of(runtime: Runtime) -> Self {
        let platform = match runtime.architecture {
            Architecture::X86_64 => "linux/amd64",
            Architecture::Arm64 => "linux/arm64",
        };
        let python = runtime.python;
        Self {
            program: "docker".to_owned(),
            image: format!("public.ecr.aws/lambda/python:{python}"),
            platform,
            python: format!("/var/lang/bin/python{python}"),
        }
    }

    /// The arguments that start the script `script` of the program's folder in a container named `name`.
    /// The runtime's own packages are the image's.
    pub fn arguments(&self, name: &str, folders: &Folders, limits: &Limits, environment: &[(String, String)], script: &str) -> Vec<String> {
        let places = Places::of_lambda();
        let mount = |from: &std::path::Path, to: &str| format!("type=bind,source={},target={to},readonly", from.display());
        let mut arguments: Vec<String> = ["run", "--rm", "--interactive", "--init", "--name", name, "--platform", self.platform].map(str::to_owned).to_vec();
        let mut add = |words: &[&str]| arguments.extend(words.iter().map(|word| (*word).to_owned()));
        add(&["--network", "none", "--read-only", "--cap-drop", "ALL", "--security-opt", "no-new-privileges", "--user", USER]);
        add(&["--memory", &limits.memory_bytes.to_string(), "--memory-swap", &limits.memory_bytes.to_string(), "--pids-limit", &limits.processes.to_string()]);
        add(&["--ulimit", "core=0:0", "--ulimit", &format!("nofile={0}:{0}", limits.open_files), "--ulimit", &format!("fsize={0}:{0}", limits.file_bytes)]);
        add(&["--tmpfs", &format!("/tmp:rw,nosuid,nodev,size={}", limits.file_bytes), "--log-driver", "none"]);
        add(&["--mount", &mount(&folders.layer, &places.layer), "--mount", &mount(&folders.task, &places.task)]);
        add(&["--mount", &mount(&folders.program, &places.program), "--workdir", &places.task]);
        for (name, value) in environment {
            add(&["--env", &format!("{name}={value}")]);
        }
        add(&["--entrypoint", &self.python, &self.image, "-I", "-S", &format!("{}/{script}", places.program)]);
        arguments
    }
}

#[cfg(test)]
mod tests {
    use std::path::PathBuf;

    use super::*;

    #[test]
    fn the_whole_command() {
        let part = |name: &str| PathBuf::from("/s").join(name);
        let folders = Folders {
            layer: part("layer"),
            task: part("task"),
            runtime: part("empty"),
            client: part("empty"),
            program: part("program"),
            tmp: part("tmp"),
            empty: part("empty"),
        };
        let environment = [("TZ".to_owned(), ":UTC".to_owned())];
        let docker = Docker::of("p3.13-arm64".parse().expect("a runtime"));
        let arguments = docker.arguments("klayers-1", &folders, &Limits::default(), &environment, "driver.py").join(" ");
        assert_eq!(
            arguments,
            "run --rm --interactive --init --name klayers-1 --platform linux/arm64 --network none --read-only --cap-drop ALL \
             --security-opt no-new-privileges --user 65534:65534 --memory 3221225472 --memory-swap 3221225472 --pids-limit 512 \
             --ulimit core=0:0 --ulimit nofile=1024:1024 --ulimit fsize=536870912:536870912 --tmpfs /tmp:rw,nosuid,nodev,size=536870912 --log-driver none \
             --mount type=bind,source=/s/layer,target=/opt,readonly --mount type=bind,source=/s/task,target=/var/task,readonly \
             --mount type=bind,source=/s/program,target=/var/klayers,readonly --workdir /var/task --env TZ=:UTC \
             --entrypoint /var/lang/bin/python3.13 public.ecr.aws/lambda/python:3.13 -I -S /var/klayers/driver.py"
        );
        assert_eq!(Docker::of("p3.8".parse().expect("a runtime")).platform, "linux/amd64");
    }
}
