//! Verbs without a screen.

use serde_json::Value;

use super::{CRONJOB, DEVELOPMENT, JOB, Lab, PRODUCTION, until};

#[test]
fn a_namespace_from_its_making_to_its_end() {
    let lab = Lab::new();
    let made = lab.run(
        DEVELOPMENT,
        "ns create it --team search --cost-center cc-1 --environment development --quota count/jobs.batch=2 --yes",
    );
    assert!(made.done().contains("namespace it created"), "{made:?}");
    let labels = lab.get(DEVELOPMENT, "namespace it")["metadata"]["labels"].clone();
    assert_eq!((&labels["team"], &labels["cost-center"]), (&Value::from("search"), &Value::from("cc-1")));
    let quotas = lab.get(DEVELOPMENT, "resourcequota -n it");
    assert_eq!(quotas["items"][0]["spec"]["hard"]["count/jobs.batch"], "2", "{quotas}");

    lab.run(DEVELOPMENT, "ns label it team=web cost-center- --yes").done();
    let labels = lab.get(DEVELOPMENT, "namespace it")["metadata"]["labels"].clone();
    assert_eq!((&labels["team"], &labels["cost-center"]), (&Value::from("web"), &Value::Null), "{labels}");

    lab.run(DEVELOPMENT, "ns delete it --yes").failed(7, "--confirm it");
    lab.run(DEVELOPMENT, "ns delete it --confirm i").failed(7, "--confirm it");
    lab.run(DEVELOPMENT, "ns delete kube-system --confirm kube-system").failed(1, "never deleted");
    assert_ne!(lab.get(DEVELOPMENT, "namespace it"), Value::Null);
    lab.run(DEVELOPMENT, "ns delete it --confirm it").done();
    until("the namespace to go", || lab.get(DEVELOPMENT, "namespace it") == Value::Null);
    assert_ne!(lab.get(DEVELOPMENT, "namespace kube-system"), Value::Null);
}

#[test]
fn a_job_from_template_file_and_pipe_is_held_run_again_and_deleted() {
    let lab = Lab::new();
    lab.run(DEVELOPMENT, "ns create it --yes").done();
    let created = lab.run(
        DEVELOPMENT,
        "-n it job create --template plain --set image=busybox --set command=true --set name=one --yes -o json",
    );
    assert_eq!(created.json()["metadata"]["name"], "one");
    assert_ne!(lab.get(DEVELOPMENT, "job one -n it"), Value::Null);

    let two = format!("{}---\n{}", JOB.replace("NAME", "two"), JOB.replace("NAME", "three"));
    lab.home.write("jobs.yaml", &two);
    lab.run(DEVELOPMENT, "-n it job create -f jobs.yaml --dry-run").done();
    assert_eq!(lab.get(DEVELOPMENT, "job two -n it"), Value::Null, "a dry run makes nothing");
    lab.run(DEVELOPMENT, "-n it job create -f jobs.yaml --yes").done();
    let piped = lab.run_with(DEVELOPMENT, "-n it job create -f - --yes", &JOB.replace("NAME", "four"));
    assert!(piped.done().contains("job it/four created"), "{piped:?}");
    let suspended = |name: &str| lab.get(DEVELOPMENT, &format!("job {name} -n it"))["spec"]["suspend"] == true;
    assert!(suspended("two") && suspended("three") && suspended("four"));

    lab.run(DEVELOPMENT, "-n it job resume two --yes").done();
    assert!(!suspended("two"));
    assert_eq!(lab.run(DEVELOPMENT, "-n it job resume two --yes").code, Some(0), "it is so already");
    lab.run(DEVELOPMENT, "-n it job resume it/three --yes").done();
    lab.run(DEVELOPMENT, "-n it job suspend two it/three --yes").done();
    assert!(suspended("two") && suspended("three"));

    lab.run(DEVELOPMENT, "-n it job rerun two --yes").done();
    assert_ne!(lab.get(DEVELOPMENT, "job two-r1 -n it"), Value::Null);
    lab.run(DEVELOPMENT, "-n it job rerun two --yes").done();
    assert_ne!(lab.get(DEVELOPMENT, "job two-r2 -n it"), Value::Null);

    let deleted = lab.run(DEVELOPMENT, "-n it job delete two three gone --yes");
    assert_eq!(deleted.code, Some(3), "one of them was not there: {deleted:?}");
    assert!(deleted.stderr.contains("job it/gone is not there"), "{deleted:?}");
    for name in ["two", "three"] {
        until("the Jobs to go", || lab.get(DEVELOPMENT, &format!("job {name} -n it")) == Value::Null);
    }
}

#[test]
fn what_becomes_of_the_pods_is_what_was_said() {
    let lab = Lab::new();
    lab.run(DEVELOPMENT, "ns create it --yes").done();
    for (cascade, stay) in [("background", false), ("foreground", false), ("orphan", true)] {
        let manifest = JOB.replace("NAME", cascade).replace("suspend: true", "suspend: false");
        lab.run_with(DEVELOPMENT, "-n it job create -f - --yes", &manifest).done();
        let pods = || {
            let list = lab.get(DEVELOPMENT, &format!("pods -n it -l job-name={cascade}"));
            list["items"].as_array().map_or(0, Vec::len)
        };
        until("its pod", || pods() == 1);
        lab.run(DEVELOPMENT, &format!("-n it job delete {cascade} --cascade {cascade} --yes")).done();
        until("the Job to go", || lab.get(DEVELOPMENT, &format!("job {cascade} -n it")) == Value::Null);
        if stay {
            std::thread::sleep(std::time::Duration::from_secs(1));
            assert_eq!(pods(), 1, "orphans stay");
        } else {
            until("its pod to go", || pods() == 0);
        }
    }
}

#[test]
fn a_cronjob_is_triggered_held_and_deleted() {
    let lab = Lab::new();
    lab.run(DEVELOPMENT, "ns create it --yes").done();
    lab.run_with(DEVELOPMENT, "-n it job create -f - --yes", &CRONJOB.replace("NAME", "nightly")).done();
    let triggered = lab.run(DEVELOPMENT, "-n it job trigger nightly --yes -o json").json();
    assert_eq!(triggered["metadata"]["ownerReferences"][0]["name"], "nightly", "{triggered}");
    assert_eq!(triggered["metadata"]["annotations"]["cronjob.kubernetes.io/instantiate"], "manual");
    for suspended in [true, false] {
        let verb = if suspended { "suspend" } else { "resume" };
        lab.run(DEVELOPMENT, &format!("-n it job {verb} nightly --cronjob --yes")).done();
        assert_eq!(lab.get(DEVELOPMENT, "cronjob nightly -n it")["spec"]["suspend"], suspended);
    }
    lab.run(DEVELOPMENT, "-n it job delete nightly --yes").failed(3, "job it/nightly is not there");
    lab.run(DEVELOPMENT, "-n it job delete nightly --cronjob --yes").done();
    until("the CronJob to go", || lab.get(DEVELOPMENT, "cronjob nightly -n it") == Value::Null);
}

#[test]
fn production_wants_the_word_and_a_script_knows_it_beforehand() {
    let lab = Lab::new();
    let jobs = || lab.get(PRODUCTION, "jobs -n platform-jobs")["items"].as_array().unwrap().len();
    lab.run(PRODUCTION, "-n checkout job delete gift-card-import --yes").failed(7, "--confirm gift-card-import");
    lab.run(PRODUCTION, "-n checkout job delete gift-card-import --confirm y").failed(7, "--confirm gift-card-import");
    assert_ne!(lab.get(PRODUCTION, "job gift-card-import -n checkout"), Value::Null);
    lab.run(PRODUCTION, "-n platform-jobs job trigger heartbeat --yes").failed(7, "--confirm heartbeat (the CronJob");
    lab.run(PRODUCTION, "-n platform-jobs job trigger heartbeat --confirm heartbeat").done();
    assert!(jobs() > 0);
    lab.run(PRODUCTION, "-n checkout job delete gift-card-import --confirm gift-card-import").done();
    until("the Job to go", || lab.get(PRODUCTION, "job gift-card-import -n checkout") == Value::Null);
    let both = "job delete checkout/product-image-resize ledger/quarterly-report";
    lab.run(PRODUCTION, &format!("{both} --confirm 2")).failed(7, "--confirm payments-prod (the cluster's name)");
    lab.run(PRODUCTION, &format!("{both} --confirm payments-prod")).done();
}
