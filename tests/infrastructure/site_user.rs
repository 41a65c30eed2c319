//! `klayers deploy` with what the role of site.yaml may do, and no more, against an emulator that checks that.

use crate::aws::Emulator;
use crate::common::{Ran, World};
use crate::python::{SITE, script};

#[test]
fn the_role_is_enough_to_deploy_below_its_prefix_and_nowhere_else() {
    let emulator = Emulator::ministack_with_auth();
    let key = script("site_user.py", &[&emulator.url(), SITE, "the-site", "layers"]);
    let world = World::new(&[]);
    ["index.html", "404.html", "x.json"].iter().for_each(|path| world.write(&format!("_site/{path}"), path));
    let deploy = |arguments: &[&str]| {
        let mut command = world.command(&[&["deploy"], arguments].concat());
        let text = |name: &str| key[name].as_str().unwrap().to_owned();
        command.env("AWS_ENDPOINT_URL", emulator.url()).env("AWS_ACCESS_KEY_ID", text("id")).env("AWS_SECRET_ACCESS_KEY", text("secret"));
        let output = command.env("AWS_REGION", text("region")).output().unwrap();
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        Ran { code: output.status.code(), stdout: text(&output.stdout), stderr: text(&output.stderr) }
    };
    deploy(&["s3://the-site/layers"]).exits(0).says("3 uploaded (");
    klayers::outside::files::remove(&world.path("_site/x.json")).unwrap();
    world.write("_site/index.html", "new");
    deploy(&["s3://the-site/layers"]).exits(0).says("1 uploaded (").says("1 deleted");
    for elsewhere in ["s3://the-site", "s3://the-site/other", "s3://the-site/layers2"] {
        deploy(&[elsewhere]).exits(2).says("AccessDenied").says("help: the credentials need");
    }
    deploy(&["s3://the-site/layers", "--configure"]).exits(2).says("AccessDenied");
}
