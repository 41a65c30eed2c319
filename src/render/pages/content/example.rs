//! A layer of this very service, for examples that can be copied as they are.

use serde::Serialize;

use crate::domain::{Architecture, PythonMinor, RegionCode, Runtime};
use crate::render::pages::choices::{Choices, shown_runtimes};
use crate::render::view::{Listed, PackageView, RuntimeView, View};

/// The packages that examples are about, where the service has them: small and known to all.
const KNOWN: [&str; 4] = ["requests", "pandas", "numpy", "pillow"];

/// A layer, and another one for the same functions.
#[derive(Debug, Serialize)]
pub struct Example {
    /// Whether the service has it; otherwise everything is made up.
    pub is_real: bool,
    /// Its ARN.
    pub arn: String,
    /// The same up to its number.
    pub arn_without_number: String,
    /// Its package, as people spell it.
    pub package: String,
    /// The same as it is compared.
    pub normalized_name: String,
    /// The version of its package.
    pub version: String,
    /// The name of the layer.
    pub layer: String,
    /// Its number in the region.
    pub number: u64,
    /// The SHA-256 of its archive, as Lambda tells it.
    pub code_sha256: String,
    /// The region that it is in.
    pub region: String,
    /// The account that it is in.
    pub account: String,
    /// Its runtime's id.
    pub runtime: String,
    /// The runtime as it stands in names of layers.
    pub infix: String,
    /// Its Python.
    pub python: String,
    /// What AWS calls that Python.
    pub aws_runtime: String,
    /// What the CDK calls it.
    pub cdk_runtime: String,
    /// Its architecture.
    pub architecture: String,
    /// What the CDK calls it.
    pub cdk_architecture: &'static str,
    /// The ARN of another layer in the same region.
    pub second_arn: String,
    /// The package of that one.
    pub second_package: String,
}

impl Example {
    /// Of what most functions will want, or made up while there is nothing.
    pub fn of(view: &View<'_>) -> Self {
        Self::published(view).unwrap_or_else(|| Self::made_up(view))
    }

    fn published(view: &View<'_>) -> Option<Self> {
        let choices = Choices::new(view);
        let (python, architecture) = (choices.python?, choices.architecture?);
        let runtime = shown_runtimes(view).find(|runtime| {
            let spec = &runtime.spec.runtime;
            spec.python.to_string() == python && spec.architecture.to_string() == architecture
        })?;
        // The region that most want, or the first that has any.
        let regions = choices.region.into_iter().chain(choices.regions.iter().map(|region| region.code));
        regions.filter_map(|region| region.parse().ok()).find_map(|region| Self::in_region(view, runtime, &region))
    }

    fn in_region(view: &View<'_>, runtime: &RuntimeView<'_>, region: &RegionCode) -> Option<Self> {
        // Versions are words of strangers: an example takes those that are nothing else than a version.
        let is_plain = |version: &str| version.bytes().all(|byte| byte.is_ascii_alphanumeric() || b".+-_!".contains(&byte));
        let mut layers: Vec<(&PackageView<'_>, Listed<'_>)> = runtime.latest(region).filter(|(_, listed)| is_plain(&listed.published.version)).collect();
        let rank = |package: &PackageView<'_>| KNOWN.iter().position(|known| *known == package.normalized.as_str()).unwrap_or(KNOWN.len());
        layers.sort_by_key(|(package, _)| rank(package));
        let (package, listed) = layers.first()?;
        let (second, second_listed) = layers.get(1).or(layers.first())?;
        let arn = listed.arn.to_string();
        Some(Self {
            is_real: true,
            arn_without_number: without_number(&arn),
            arn,
            package: package.name.to_string(),
            normalized_name: package.normalized.to_string(),
            version: listed.published.version.clone(),
            layer: listed.published.layer.to_string(),
            number: listed.arn.version,
            code_sha256: listed.published.zip_sha256.lambda_form(),
            region: region.to_string(),
            account: listed.published.account.to_string(),
            second_arn: second_listed.arn.to_string(),
            second_package: second.name.to_string(),
            ..Self::shape(view, runtime.spec.runtime)
        })
    }

    fn made_up(view: &View<'_>) -> Self {
        let choices = Choices::new(view);
        let runtime = shown_runtimes(view).find(|runtime| Some(runtime.spec.runtime.python.to_string()) == choices.python).map(|runtime| runtime.spec.runtime);
        let python: PythonMinor = "3.13".parse().expect("a Python");
        Self::shape(view, runtime.unwrap_or(Runtime { python, architecture: Architecture::X86_64 }))
    }

    /// What is made up, with what follows from `runtime`.
    fn shape(view: &View<'_>, runtime: Runtime) -> Self {
        let (prefix, infix) = (&view.catalog.settings.prefix, runtime.layer_infix());
        let arn = |package: &str, number: u64| format!("arn:aws:lambda:eu-west-1:123456789012:layer:{prefix}-{infix}-{package}:{number}");
        Self {
            is_real: false,
            arn: arn("requests", 4),
            arn_without_number: without_number(&arn("requests", 4)),
            package: "requests".to_owned(),
            normalized_name: "requests".to_owned(),
            version: "2.32.5".to_owned(),
            layer: format!("{prefix}-{infix}-requests"),
            number: 4,
            code_sha256: "DE5zVaLRGa6Wp93WyPXESb2JZ464acX9Z1vCUMeGp8s=".to_owned(),
            region: "eu-west-1".to_owned(),
            account: "123456789012".to_owned(),
            runtime: runtime.to_string(),
            python: runtime.python.to_string(),
            aws_runtime: format!("python{}", runtime.python),
            cdk_runtime: format!("PYTHON_{}", runtime.python.to_string().replace('.', "_")),
            architecture: runtime.architecture.to_string(),
            cdk_architecture: match runtime.architecture {
                Architecture::X86_64 => "X86_64",
                Architecture::Arm64 => "ARM_64",
            },
            infix: infix.clone(),
            second_arn: arn("pandas", 2),
            second_package: "pandas".to_owned(),
        }
    }
}

fn without_number(arn: &str) -> String {
    arn.rsplit_once(':').map_or(arn, |(start, _)| start).to_owned()
}
