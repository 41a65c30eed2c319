//! Texts that have a form, for the schemas alone: what a field of the type [`String`] promises beyond being one.
//!
//! None of these types ever has a value. A field says `#[schemars(with = "words::Arn")]` and goes on being a text.

use std::borrow::Cow;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};

macro_rules! words {
    ($($(#[$documentation:meta])* $name:ident: $pattern:literal, such as $example:literal;)*) => {$(
        $(#[$documentation])*
        #[derive(Debug)]
        pub enum $name {}

        impl JsonSchema for $name {
            fn inline_schema() -> bool {
                true
            }
            fn schema_name() -> Cow<'static, str> {
                stringify!($name).into()
            }
            fn json_schema(_: &mut SchemaGenerator) -> Schema {
                json_schema!({ "type": "string", "pattern": $pattern, "examples": [$example] })
            }
        }

        impl Form for $name {
            const PATTERN: &'static str = $pattern;
            const EXAMPLE: &'static str = $example;
        }
    )*};
}

/// What a text that has a form looks like.
pub trait Form {
    /// All that it may be, as a regular expression of ECMA-262 that other dialects read alike.
    const PATTERN: &'static str;
    /// One that it may be.
    const EXAMPLE: &'static str;
}

words! {
    /// The ARN of a layer version.
    Arn: r"^arn:aws(-cn|-us-gov)?:lambda:[a-z]+(-[a-z]+)+-[0-9]{1,2}:[0-9]{12}:layer:[A-Za-z0-9_-]{1,140}:[1-9][0-9]*$", such as "arn:aws:lambda:eu-west-1:123456789012:layer:Klayers-p313-requests:4";
    /// The number of an account.
    AccountNumber: r"^[0-9]{12}$", such as "123456789012";
    /// The name of a layer.
    LayerName: r"^[A-Za-z0-9_-]{1,140}$", such as "Klayers-p313-requests";
    /// The name of a layer in small letters.
    LowerLayerName: r"^[a-z0-9_-]{1,140}$", such as "klayers-p313-requests";
    /// A package's name as somebody spells it.
    PackageName: r"^[A-Za-z0-9]([A-Za-z0-9._-]*[A-Za-z0-9])?$", such as "Zope.Interface";
    /// A package's name as it is compared.
    NormalizedName: r"^[a-z0-9]+(-[a-z0-9]+)*$", such as "zope-interface";
    /// A runtime's id.
    RuntimeId: r"^p3\.[0-9]{1,2}(-arm64)?$", such as "p3.13-arm64";
    /// A region's code.
    RegionCode: r"^[a-z]+(-[a-z]+)+-[0-9]{1,2}$", such as "eu-west-1";
    /// A month.
    Month: r"^[0-9]{4}-(0[1-9]|1[0-2])$", such as "2026-11";
    /// A SHA-256 in hexadecimal digits.
    Sha256Hex: r"^[0-9a-f]{64}$", such as "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
    /// A SHA-256 in base64, as Lambda tells it.
    Sha256Base64: r"^[A-Za-z0-9+/]{43}=$", such as "ungWv48Bz+pBQUDeXa4iI7ADYaOWF3qctBD/YfIAFa0=";
    /// A Python minor.
    PythonMinor: r"^3\.[0-9]{1,2}$", such as "3.13";
    /// What AWS calls a runtime.
    AwsRuntime: r"^python3\.[0-9]{1,2}$", such as "python3.13";
    /// A short name in kebab case.
    KebabWord: r"^[a-z0-9]+(-[a-z0-9]+)*$", such as "no-wheel";
    /// A pinned distribution.
    PinnedLine: r"^[a-z0-9]+(-[a-z0-9]+)*==[0-9A-Za-z.!+_-]+$", such as "requests==2.32.5";
    /// A path from the top of the site.
    SitePath: r"^(api|feeds)/[^?#]+$", such as "api/v3/packages/requests.json";
    /// A path from the top of the site with placeholders.
    SitePathTemplate: r"^(api|feeds)/[^?#]+$", such as "api/v3/packages/{package}.json";
    /// A version of shapes.
    SchemaVersion: r"^3\.[0-9]+$", such as "3.0";
    /// A partition of AWS.
    PartitionWord: r"^aws(-[a-z]+)*$", such as "aws";
    /// A time that is universal and does not say so.
    TimeWithoutZone: r"^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}$", such as "2027-01-31T12:00:00";
    /// A number in digits, as a text.
    Digits: r"^[0-9]+$", such as "1048576";
}

/// The number of a layer version: what the last part of its ARN says.
#[derive(Debug)]
pub enum Number {}

impl JsonSchema for Number {
    fn inline_schema() -> bool {
        true
    }
    fn schema_name() -> Cow<'static, str> {
        "Number".into()
    }
    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "type": "integer", "minimum": 1 })
    }
}
