//! The worker's script with a real Terraform, as a Job would run it: skipped aloud where there is none.

mod lab;

use std::time::Duration;

use eksdeck::domain::provision::{Identity, Kind, Outcome, Spec};
use eksdeck::domain::terraform::lines::{Line, line};
use eksdeck::domain::terraform::plan::{Action, lines, read};
use serde_json::json;

use self::lab::Lab;

const SECRET: &str = "geheim-7f3a";

fn outcome(lab: &Lab) -> Outcome {
    Outcome::read(&lab.message()).unwrap_or_else(|| panic!("no word of ours: {:?}", lab.message()))
}

/// Terraform's own code of a plan; one that is there says what `terraform show` says.
fn planned(lab: &Lab, kind: &str) -> i32 {
    assert_eq!(lab.run(kind, "plan", ""), 0, "no Job of a plan with changes counts as failed");
    agrees(lab);
    outcome(lab).exit
}

/// Our tree and Terraform's own words name the same resources, with the same things done to them, and count alike.
fn agrees(lab: &Lab) {
    let (plan, shown) = (read(&lab.text("plan.json")).unwrap(), lab.show());
    let mut theirs: Vec<(String, &str)> = shown.lines().filter_map(said).collect();
    let word = |action: &Action| match action {
        Action::Create => "created",
        Action::Update => "updated",
        Action::Delete => "destroyed",
        Action::Replace { .. } => "replaced",
        other => panic!("{other:?}"),
    };
    let mut ours: Vec<(String, &str)> =
        plan.changes.iter().map(|change| (change.address.to_string(), word(&change.action))).collect();
    theirs.sort();
    ours.sort();
    assert_eq!(ours, theirs, "{shown}");
    let text = lines(&plan);
    for (address, _) in &theirs {
        assert!(text.iter().any(|line| line.contains(address.as_str())), "{address} in {text:?}");
    }
    if let Some(counted) = shown.lines().find_map(|line| line.strip_prefix("Plan: ")) {
        let said = plan.summary().words();
        assert!(counted.starts_with(said.as_str()), "{counted} and {said}");
    }
}

/// `# terraform_data.nodes must be replaced`.
fn said(line: &str) -> Option<(String, &'static str)> {
    let told = line.trim().strip_prefix("# ")?;
    let words = [
        (" will be created", "created"),
        (" will be updated in-place", "updated"),
        (" will be destroyed", "destroyed"),
        (" must be replaced", "replaced"),
        (" will be replaced, as requested", "replaced"),
    ];
    words.iter().find_map(|(words, word)| Some((told.strip_suffix(words)?.to_owned(), *word)))
}

#[test]
fn a_plan_is_made_approved_applied_and_destroyed() {
    let Some(lab) = Lab::new() else { return };
    lab.variables(json!({"name": "prod", "types": ["m7i.large"]}), json!({"secret": SECRET}));
    assert_eq!(planned(&lab, "provision"), 2);
    let told = outcome(&lab);
    let digest = told.sha256.clone().unwrap();
    assert_eq!((told.exit, told.add, told.change, told.destroy), (2, 2, 0, 0));
    let plan = read(&lab.text("plan.json")).unwrap();
    assert_eq!(plan.summary().short(), "+2 ~0 -0");
    let with: serde_json::Value = serde_json::from_str(&lab.text("digests.plan.json")).unwrap();
    let is_digest = |key: &str| with[key].as_str().is_some_and(|text| text.len() == 64);
    assert!(
        is_digest("terraform") && is_digest("module") && with["image"] == "registry.example/terraform@sha256:1",
        "{with}"
    );
    let told: Vec<_> = plan.changes.iter().flat_map(|change| change.attributes()).collect();
    assert!(!format!("{told:?}").contains(SECRET), "{told:?}");

    assert_eq!(lab.run("provision", "apply", "0000"), 3, "another plan than this one was approved");
    assert_eq!(outcome(&lab).reason, "digest");
    assert_eq!(lab.run("provision", "apply", &digest), 0);
    assert_eq!(lab.outputs()["name"]["value"], "prod");
    assert_eq!(lab.text("digests.apply.json"), lab.text("digests.plan.json"));
    assert_eq!(lab.run("provision", "apply", &digest), 1, "it was applied already");
    assert_eq!(outcome(&lab).reason, "stale");

    lab.again();
    assert_eq!(lab.run("test", "plan", ""), 0);
    lab.again();
    lab.variables(json!({"name": "prod", "types": ["c7i.large"]}), json!({"secret": SECRET}));
    assert_eq!(planned(&lab, "update"), 2);
    let plan = read(&lab.text("plan.json")).unwrap();
    let replaced = plan.changes.iter().find(|change| matches!(change.action, Action::Replace { .. })).unwrap();
    assert_eq!(&*replaced.address, "terraform_data.nodes");
    assert!(replaced.attributes().iter().any(|it| it.path == "triggers_replace" && it.forces_replacement));

    lab.again();
    assert_eq!(planned(&lab, "destroy"), 2);
    let digest = outcome(&lab).sha256.unwrap();
    assert_eq!(lab.run("destroy", "apply", &digest), 0);
    assert_eq!(outcome(&lab).destroy, 2);

    lab.again();
    assert_eq!(lab.run("destroy", "plan", ""), 3, "there is nothing of ours any more");
    assert_eq!(outcome(&lab).reason, "no-state");
    lab.no_log_has(SECRET);
}

#[test]
fn a_state_of_another_cluster_is_not_planned_against() {
    let Some(lab) = Lab::new() else { return };
    lab.variables(json!({"name": "prod", "types": []}), json!({}));
    assert_eq!(planned(&lab, "provision"), 2);
    assert_eq!(lab.run("provision", "apply", &outcome(&lab).sha256.unwrap()), 0);
    let before = lab.state();
    lab.again();
    lab.identify("us-east-1");
    for kind in ["test", "update", "destroy", "drift"] {
        assert_eq!((lab.run(kind, "plan", ""), outcome(&lab).reason.as_str()), (3, "identity"), "{kind}");
    }
    assert_eq!(lab.state(), before);
}

#[test]
fn a_state_that_cannot_be_read_is_neither_missing_nor_of_another_cluster() {
    let Some(lab) = Lab::new() else { return };
    let refused = |lab: &Lab, commands: &str| {
        lab.fail(commands);
        for kind in ["test", "update", "destroy", "drift"] {
            assert_eq!(lab.run(kind, "plan", ""), 1, "{kind}: {commands}");
            let told = outcome(lab);
            assert_eq!(
                (told.reason.as_str(), told.error.as_str()),
                ("", "error loading state: ExpiredToken"),
                "{kind}"
            );
            lab.again();
        }
        lab.fail("none");
    };
    lab.variables(json!({"name": "prod", "types": []}), json!({}));
    refused(&lab, "'state pull'");
    for kind in ["update", "destroy", "drift"] {
        assert_eq!((lab.run(kind, "plan", ""), outcome(&lab).reason.as_str()), (3, "no-state"), "{kind}");
        lab.again();
    }
    assert_eq!(planned(&lab, "provision"), 2);
    assert_eq!(lab.run("provision", "apply", &outcome(&lab).sha256.unwrap()), 0);
    lab.again();
    refused(&lab, "'state pull'");
    refused(&lab, "output*");
    assert_eq!(planned(&lab, "update"), 0);
    // A state that says of nobody whose it is.
    lab.forget_identity();
    lab.again();
    refused(&lab, "'state pull'");
    assert_eq!((lab.run("update", "plan", ""), outcome(&lab).reason.as_str()), (3, "identity"));
}

#[test]
fn term_lets_terraform_finish_what_it_does_and_the_state_is_kept() {
    let Some(lab) = Lab::new() else { return };
    lab.variables(json!({"name": "prod", "types": [], "delay_seconds": 4}), json!({}));
    assert_eq!(planned(&lab, "provision"), 2);
    let digest = outcome(&lab).sha256.unwrap();
    let applying = lab.start("provision", "apply", &digest);
    lab.wait_for("apply.jsonl", "\"apply_start\"");
    applying.term();
    std::thread::sleep(Duration::from_millis(300));
    applying.term();
    assert_ne!(applying.end(), 0);
    let told = outcome(&lab);
    assert!(told.interrupted && told.reason.is_empty(), "{told:?}");
    let told: Vec<Line> = lab.text("apply.jsonl").lines().map(line).collect();
    let is_done = |line: &Line| matches!(line, Line::Done { address, .. } if address == "terraform_data.cluster");
    let broke = |line: &Line| matches!(line, Line::Failed { address, .. } if address == "terraform_data.cluster");
    assert!(told.iter().any(|line| is_done(line) || broke(line)), "{told:?}");
    assert!(lab.state().contains("terraform_data"), "what was begun is in the state");
    assert!(!lab.is_locked());
}

#[test]
fn a_plan_takes_the_folders_of_old_runs_away_and_no_state_that_is_nowhere_else() {
    let Some(lab) = Lab::new() else { return };
    lab.variables(json!({"name": "prod", "types": []}), json!({}));
    let runs: Vec<String> = (10..35).map(|hour| format!("run{hour}")).collect();
    runs.iter().zip(10..).for_each(|(run, hours)| lab.left(run, hours, "module/main.tf"));
    lab.left("kept1", 90, "errored.tfstate");
    lab.left("kept2", 91, "module/errored.tfstate");
    lab.left("lost+found", 99, "x");
    let before = lab.work();
    assert_eq!(planned(&lab, "provision"), 2);
    // Its own and the newest 19 others.
    let gone: Vec<String> = before.difference(&lab.work()).cloned().collect();
    assert_eq!(gone, runs[19..]);
    lab.left("own", 100, "x");
    lab.left("newest", 0, "x");
    let before = lab.work();
    assert_eq!(lab.run("provision", "apply", &outcome(&lab).sha256.unwrap()), 0, "an apply takes nothing away");
    assert_eq!(lab.work(), before);
    lab.left("own", 100, "x");
    assert_eq!(lab.run("test", "plan", ""), 0);
    let gone: Vec<String> = before.difference(&lab.work()).cloned().collect();
    assert_eq!(gone, ["run28"], "its own stays, however old it is");
}

#[test]
fn a_clean_up_takes_a_folder_away_and_no_state_that_is_nowhere_else() {
    let identity = Identity {
        organisation: "default".to_owned(),
        account: "111111111111".to_owned(),
        region: "eu-west-1".to_owned(),
        name: "prod".to_owned(),
    };
    let job = Spec::new("aaaa1111".to_owned(), identity, Kind::Test).remover();
    let command = job["spec"]["template"]["spec"]["containers"][0]["command"].as_array().unwrap().clone();
    let words: Vec<&str> = command.iter().map(|word| word.as_str().unwrap()).collect();
    let [program, arguments @ .., "/work/aaaa1111"] = words.as_slice() else { panic!("{words:?}") };
    let volume = tempfile::tempdir().unwrap();
    for (file, stays) in [("plan.json", false), ("errored.tfstate", true), ("module/errored.tfstate", true)] {
        let folder = volume.path().join("of it; rm");
        std::fs::create_dir_all(folder.join("module")).unwrap();
        std::fs::write(folder.join(file), "{}").unwrap();
        assert!(std::process::Command::new(program).args(arguments).arg(&folder).status().unwrap().success());
        assert_eq!(folder.exists(), stays, "{file}");
        std::fs::remove_dir_all(&folder).ok();
    }
    assert!(volume.path().exists());
}

#[test]
fn what_is_wrong_with_a_module_or_a_lock_is_told() {
    let Some(lab) = Lab::new() else { return };
    lab.variables(json!({"name": ["no", "text"], "types": []}), json!({}));
    assert_eq!(lab.run("provision", "plan", ""), 1, "a wrong type");
    assert_eq!(outcome(&lab).error, "Invalid value for input variable");
    assert!(outcome(&lab).reason.is_empty() && lab.text("plan.jsonl").contains("Invalid value for input variable"));

    lab.again();
    lab.variables(json!({"name": "prod", "types": [], "delay_seconds": 5}), json!({}));
    assert_eq!(planned(&lab, "provision"), 2);
    let digest = outcome(&lab).sha256.unwrap();
    let first = lab.start("provision", "apply", &digest);
    lab.wait_for("apply.jsonl", "\"apply_start\"");
    let second = lab.beside();
    assert_eq!(second.run("provision", "plan", ""), 1);
    let told = outcome(&second);
    assert_eq!(told.reason, "lock");
    let lock = told.lock.unwrap();
    assert!(lock.who.contains('@') && lock.created.ends_with("UTC") && lock.id.len() == 36, "{lock:?}");
    second.again();
    second.errored(&json!({"version": 4, "terraform_version": "1.11.4", "serial": 9, "lineage": "another"}));
    assert_eq!(second.run("push", "plan", ""), 1);
    let told = outcome(&second);
    assert_eq!((told.reason.as_str(), told.lock.as_ref()), ("lock", Some(&lock)), "without -json it is told as well");
    assert_eq!(first.end(), 0);
    second.again();
    assert_eq!(second.run("push", "plan", ""), 1);
    let told = outcome(&second);
    assert!(told.error.starts_with("Failed to write state: cannot import state with lineage"), "{told:?}");

    lab.again();
    lab.break_module();
    assert_eq!(lab.run("test", "plan", ""), 1);
    let told: Vec<Line> = lab.text("plan.jsonl").lines().map(line).collect();
    let error = told.iter().find_map(|line| match line {
        Line::Diagnostic(told) if told.is_error => Some(told),
        _ => None,
    });
    assert!(error.is_some(), "{told:?}");
}

/// Its variables are the real module's own files; what comes out has the same names too.
#[test]
fn the_trial_has_the_variables_and_outputs_of_the_real_module() {
    let modules = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("assets/terraform");
    let files = |module: &str| -> std::collections::BTreeSet<String> {
        let all = std::fs::read_dir(modules.join(module)).unwrap();
        let names = all.map(|entry| entry.unwrap().file_name().into_string().unwrap());
        names.filter(|name| name.starts_with("variables") && name != "variables_trial.tf").collect()
    };
    assert_eq!(files("eks"), files("trial"));
    let real = |module: &str, file: &String| modules.join(module).join(file).canonicalize().unwrap();
    assert!(files("eks").iter().all(|file| real("eks", file) == real("trial", file)));
    let outputs = |module: &str| -> Vec<String> {
        let text = std::fs::read_to_string(modules.join(module).join("outputs.tf")).unwrap();
        text.lines().filter(|line| line.starts_with("output ")).map(str::to_owned).collect()
    };
    assert_eq!(outputs("eks"), outputs("trial"));
}
