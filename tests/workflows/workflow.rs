//! A workflow as GitHub reads it, as far as the rules ask.

use serde_json::{Map, Value};

/// A file of `.github/workflows`, or one that a test made of it.
pub struct Workflow {
    pub name: String,
    pub text: String,
    whole: Value,
}

/// One job of it.
#[derive(Clone, Copy)]
pub struct Job<'a> {
    pub id: &'a str,
    whole: &'a Value,
}

/// One step of a job.
#[derive(Clone, Copy)]
pub struct Step<'a>(&'a Value);

impl Workflow {
    /// Every workflow of the repository.
    pub fn all() -> Vec<Self> {
        let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join(".github/workflows");
        let names = klayers::outside::files::names(&folder).unwrap();
        names.iter().map(|name| Self::read(name, std::fs::read_to_string(folder.join(name)).unwrap())).collect()
    }

    pub fn read(name: &str, text: String) -> Self {
        let whole = serde_saphyr::from_str(&text).unwrap_or_else(|error| panic!("{name}: {error}"));
        Self { name: name.to_owned(), text, whole }
    }

    pub fn get(&self, key: &str) -> &Value {
        &self.whole[key]
    }

    pub fn has_trigger(&self, event: &str) -> bool {
        self.whole["on"].get(event).is_some() || self.whole["on"] == event
    }

    pub fn trigger(&self, event: &str) -> &Value {
        &self.whole["on"][event]
    }

    /// Whether others call it; then they decide when.
    pub fn is_called(&self) -> bool {
        self.has_trigger("workflow_call")
    }

    pub fn jobs(&self) -> Vec<Job<'_>> {
        self.whole["jobs"].as_object().unwrap().iter().map(|(id, whole)| Job { id, whole }).collect()
    }

    /// Every value of `uses`, of jobs and of steps.
    pub fn uses(&self) -> Vec<&str> {
        let steps = self.jobs().into_iter().flat_map(|job| job.steps().into_iter().filter_map(|step| step.uses()).collect::<Vec<_>>());
        steps.chain(self.jobs().into_iter().filter_map(|job| job.calls())).collect()
    }
}

impl<'a> Job<'a> {
    pub fn get(self, key: &str) -> &'a Value {
        &self.whole[key]
    }

    /// The workflow that does its work.
    pub fn calls(self) -> Option<&'a str> {
        self.whole["uses"].as_str()
    }

    pub fn steps(self) -> Vec<Step<'a>> {
        self.whole["steps"].as_array().into_iter().flatten().map(Step).collect()
    }

    pub fn permissions(self) -> Option<&'a Map<String, Value>> {
        self.whole["permissions"].as_object()
    }

    pub fn may(self, scope: &str, access: &str) -> bool {
        self.permissions().is_some_and(|scopes| scopes.get(scope).is_some_and(|value| value == access))
    }

    /// The environment, in either form.
    pub fn environment(self) -> Option<&'a str> {
        self.whole["environment"].as_str().or_else(|| self.whole["environment"]["name"].as_str())
    }

    /// Whether it can change or log in to anything.
    pub fn has_credentials(self) -> bool {
        self.environment().is_some() || self.permissions().is_some_and(|scopes| scopes.values().any(|access| access != "read"))
    }

    /// The names of variables that it or one of its steps sets.
    pub fn variables(self) -> Vec<&'a str> {
        let of = |value: &'a Value| value["env"].as_object().into_iter().flat_map(|variables| variables.keys().map(String::as_str)).collect::<Vec<_>>();
        of(self.whole).into_iter().chain(self.steps().into_iter().flat_map(|step| of(step.0))).collect()
    }

    /// The commands of its steps.
    pub fn commands(self) -> Vec<&'a str> {
        self.steps().into_iter().filter_map(|step| step.run()).collect()
    }
}

impl<'a> Step<'a> {
    pub fn uses(self) -> Option<&'a str> {
        self.0["uses"].as_str()
    }

    pub fn run(self) -> Option<&'a str> {
        self.0["run"].as_str()
    }

    pub fn with(self, input: &str) -> &'a Value {
        &self.0["with"][input]
    }

    pub fn name(self) -> Option<&'a str> {
        self.0["name"].as_str()
    }
}
