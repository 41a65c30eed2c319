//! Requirements as rows have them, names, file names of wheels and the lines of a layer: what is taken means the same when it is
//! written out and read again.

use std::fmt::{Debug, Display};
use std::str::FromStr;

use klayers::domain::{Glibc, LayerDescription, LayerRequest, ModuleName, NormalizedName, PackageName, PackageRequest, Requirements, WheelFilename};

use super::words;

pub fn run(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    for line in text.split('\n') {
        if let Some(request) = again::<PackageRequest>(line) {
            let layer = LayerRequest::package(request.clone());
            assert_eq!(layer.to_string().parse::<LayerRequest>().as_ref(), Ok(&layer));
            let spelled: PackageRequest = request.spelled().parse().expect("a package without its bound is a package");
            assert_eq!(spelled.spelled(), request.spelled());
            assert!(!request.to_string().starts_with('-'), "an option of a program: {request}");
        }
        again::<LayerRequest>(line);
        again::<PackageName>(line).inspect(|name| assert_eq!(name.normalized().to_string().parse::<NormalizedName>(), Ok(name.normalized())));
        again::<NormalizedName>(line);
        again::<ModuleName>(line);
        again::<Glibc>(line);
        again::<LayerDescription>(line);
        if let Some(wheel) = again::<WheelFilename>(line) {
            assert!(!line.contains(['/', '\\', ' ']) && line != ".." && line.len() <= 255);
            let fit = wheel.fit("p3.13".parse().expect("a runtime"), "2.34".parse().expect("a version"));
            assert!(fit.is_none() || !line.ends_with("-win_amd64.whl"));
        }
    }
    let lines: Vec<String> = text.split('\n').map(str::to_owned).collect();
    match Requirements::try_from(lines.clone()) {
        Ok(requirements) => assert_eq!(requirements.lines(), lines),
        Err(error) => words::hold(&error.to_string()),
    }
}

/// The value of `text`, if it has one, which is the same when it is read from what it prints.
fn again<T: FromStr<Err: Display + Debug> + Display + Debug + PartialEq>(text: &str) -> Option<T> {
    match text.parse::<T>() {
        Ok(value) => {
            let printed = value.to_string();
            let again = printed.parse::<T>().unwrap_or_else(|error| panic!("{text:?} is {printed:?}, which is none: {error}"));
            assert_eq!(again, value, "{text:?} is {printed:?}");
            Some(value)
        }
        Err(error) => {
            words::hold(&error.to_string());
            None
        }
    }
}
