//! Ledgers that jobs wrote to on their own come together on the branch.

use super::service::Service;

/// A line that something happened to the version 1 of `alpha` on `p3.13`.
fn line(event: &str, at: &str, region: &str) -> String {
    format!("{{\"at\":\"{at}\",\"event\":\"{event}\",\"layer\":\"Klayers-p313-alpha\",\"regions\":{{\"{region}\":1}}}}\n")
}

#[test]
fn lines_of_several_jobs_are_added_in_order_of_time_whoever_comes_first() {
    for order in [["expire", "audit"], ["audit", "expire"]] {
        let service = Service::new(&["alpha", "beta"]);
        let [_, receipts] = service.publish(Some("alpha"));
        service.commit(&[&receipts]).exits(0);
        service.git("", &["pull", "-q", "origin", "main"]);
        let file = "pipeline/ledger/p3.13/alpha/events.jsonl";
        let recorded = service.world.read(file);
        for (job, event, at, region) in [("expire", "deleted", "2026-12-01T00:00:02Z", "us-east-1"), ("audit", "lost", "2026-12-01T00:00:01Z", "eu-west-1")] {
            for path in klayers::outside::files::walk(&service.world.path("pipeline/ledger")).unwrap() {
                let path = path.display().to_string();
                service.world.write(&format!("ledgers/{job}/{path}"), &service.world.read(&format!("pipeline/ledger/{path}")));
            }
            service.world.write(&format!("ledgers/{job}/p3.13/alpha/events.jsonl"), &format!("{recorded}{}", line(event, at, region)));
        }
        // Somebody else was on the branch meanwhile.
        let [_, more] = service.publish(Some("beta"));
        service.commit(&[&more]).exits(0);
        let arguments = order.map(|job| format!("ledgers/{job}"));
        let arguments = ["--ledger", &arguments[0], "--ledger", "ledgers/none", "--ledger", &arguments[1]];
        service.commit(&arguments).exits(0).says("Record 1 layer version deleted, 1 layer version lost").says("there is no `ledgers/none`");
        let expected = format!("{recorded}{}{}", line("lost", "2026-12-01T00:00:01Z", "eu-west-1"), line("deleted", "2026-12-01T00:00:02Z", "us-east-1"));
        assert_eq!(service.on_branch(file), expected.trim_end());
        assert!(service.on_branch("pipeline/ledger/p3.13/beta/events.jsonl").contains("\"published\""));
        service.commit(&arguments).exits(0).says("nothing to commit");
    }
}

#[test]
fn a_ledger_that_is_wrong_is_named_and_the_others_are_recorded() {
    let service = Service::new(&["alpha"]);
    let [_, receipts] = service.publish(None);
    service.world.write("ledgers/bad/p3.13/alpha/events.jsonl", "{\"event\":\"published\"}\n");
    let ran = service.commit(&[&receipts, "--ledger", "ledgers/bad"]).exits(1);
    ran.says("ledgers/bad/p3.13/alpha/events.jsonl:1").says("Record 3 layers in 2 regions");
    assert_eq!(service.commits(), 2);
}
