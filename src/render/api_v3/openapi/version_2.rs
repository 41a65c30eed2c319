//! The addresses of version 2.

use super::operation::{Operation, Tag};
use super::shape::Shape;
use crate::render::api_v2::Answer;

/// All of them.
pub fn operations() -> Vec<Operation> {
    let rows = [
        (
            "v2-latest",
            "api/v2/{runtime}/layers/latest/{region}/",
            "the latest layer of each package in a region",
            "Sorted by package. Every runtime answers for every region: an empty array says that there are no layers.",
            Shape::Version2(Answer::Latest),
        ),
        ("v2-latest-json", "api/v2/{runtime}/layers/latest/{region}/json/", "the same", "", Shape::Version2(Answer::Latest)),
        (
            "v2-latest-csv",
            "api/v2/{runtime}/layers/latest/{region}/csv/",
            "the same as CSV",
            "Its header is `Package,Package Version,arn`, its lines end in CRLF.",
            Shape::Csv,
        ),
        ("v2-latest-html", "api/v2/{runtime}/layers/latest/{region}/html/", "the same as a table for people", "", Shape::Text("text/html")),
        (
            "v2-latest-package",
            "api/v2/{runtime}/layers/latest/{region}/{package}/",
            "an array with the latest layer of one package",
            "Empty when the package has none there. A package that is called `json`, `csv` or `html` has no address of its own here.",
            Shape::Version2(Answer::LatestPackage),
        ),
        (
            "v2-versions",
            "api/v2/{runtime}/layers/{region}/{package}/",
            "all layers of one package that are listed",
            "By their numbers, so that the newest is last, and that one is `latest`. Empty when none is listed there.",
            Shape::Version2(Answer::Versions),
        ),
        ("v2-builds", "api/v2/{runtime}/builds/latest/", "the newest build of each package of a runtime", "", Shape::Version2(Answer::Builds)),
    ];
    let operation = |(name, path, summary, description, shape): (&str, _, &str, &str, _)| Operation {
        name: name.to_owned(),
        tag: Tag::Version2,
        path,
        summary: summary.to_owned(),
        description: description.to_owned(),
        shape,
    };
    rows.into_iter().map(operation).collect()
}
