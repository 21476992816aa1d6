//! From an empty namespace to a cluster and back.

use super::*;

#[test]
fn a_cluster_by_subcommands_from_the_first_plan_to_its_end() {
    let Some(lab) = Lab::bare("story", DEV) else { return };

    let ended = lab.say("init --dry-run");
    let made = ended.done();
    for object in ["namespace ", "serviceaccount ", "role.", "rolebinding.", "networkpolicy."] {
        assert!(made.contains(&format!("  {object}")), "{object}: {made}");
    }
    lab.say("init -y").failed(7, &format!("say --confirm {CONTAINERS}"));
    assert_eq!(lab.run(&["init", "--confirm", CONTAINERS]).done().lines().count(), 5);
    let again = lab.say("init");
    assert!(
        (again.code, again.stdout.as_str()) == (Some(0), "") && again.stderr.contains("is ready for runs"),
        "{again:?}"
    );

    let ended = lab.say("test prod -y --wait -o json");
    assert_eq!((ended.code, &ended.json()["state"]), (Some(0), &json!("planned")), "{ended:?}");
    lab.say(&format!("approve {} -y", id(&ended.json()))).failed(5, "is planned: there is nothing to approve");

    lab.say("apply prod --dry-run").done();
    let run = lab.planned("apply prod --var node_groups={a={instance_types=[\"m7i.large\"]}}");
    let [made, 0, 0] = changes(&run) else { panic!("{run}") };
    let tree = lab.say("status prod --plan");
    let tree = tree.done();
    assert!(tree.starts_with(&format!("{made} to add, 0 to change, 0 to destroy")), "{tree}");
    assert!(tree.contains("+ create  terraform_data.cluster") && tree.contains("m7i.large"), "{tree}");
    let plan = lab.say("status prod --plan -o json").json();
    assert_eq!(plan["changes"].as_array().unwrap().len() as u64, made);
    assert_eq!(plan["changes"][0]["action"], "create");

    lab.say("approve prod -y --sha256 0000").failed(5, "and not 0000");
    let digest = run["plan_sha256"].as_str().unwrap();
    let ended = lab.say(&format!("approve {} -y --wait -o json --sha256 {digest}", id(&run)));
    let applied = ended.json();
    assert_eq!((ended.code, &applied["state"]), (Some(0), &json!("applied")), "{ended:?}");
    assert_eq!(applied["approvals"][0]["sha256"], digest);
    let cost = applied["cost_per_month"].as_str().unwrap_or_default();
    assert!(cost.starts_with("~$") && cost != "~$0", "its control plane and nodes stand for real ones: {applied}");
    let outputs = lab.say("status prod --outputs").json();
    assert_eq!((&outputs["name"], &outputs["version"]), (&json!("prod"), &json!("1.33")));
    lab.say("approve prod -y").failed(5, "is applied");
    lab.say("apply prod -y").failed(5, "eksdeck provision update prod");

    let run = lab.planned("update prod --var kubernetes_version=1.34");
    assert!(matches!(changes(&run), [0, changed, 0] if changed > 0), "{run}");
    lab.approved(id(&run), None);

    let run = lab.planned("update prod --var node_groups={a={instance_types=[\"m7i.xlarge\"]}}");
    assert_eq!(changes(&run), [1, 0, 1]);
    lab.say("approve prod -y").failed(7, "say --confirm prod (the cluster's name)");
    let told = lab.say("approve prod --dry-run");
    assert!(told.done().contains("replaced: terraform_data.node_group[\"a\"]"), "{told:?}");
    lab.approved(id(&run), Some("prod"));
    let outputs = lab.say("status prod --outputs").json();
    assert_eq!(outputs["version"], "1.34", "what was not given stays as it is");

    let ended = lab.say("drift prod -y --wait -o json");
    assert_eq!((ended.code, &ended.json()["state"]), (Some(0), &json!("no changes")), "{ended:?}");

    lab.say("destroy prod -y").failed(5, "eksdeck provision update prod --var deletion_protection=false");
    lab.say("update prod -y --var deletion_protection=false --var kubernetes_version=1.35")
        .failed(5, "in a run of its own");
    // A plan that nobody approved has lifted no guard.
    let run = lab.planned("update prod --var deletion_protection=false");
    lab.say("destroy prod -y").failed(5, "is guarded against deletion");
    lab.say("approve prod -y").failed(7, "say --confirm prod");
    lab.approved(id(&run), Some("prod"));

    let run = lab.planned("destroy prod");
    assert_eq!(changes(&run), [0, 0, made]);
    lab.say("approve prod -y").failed(7, "say --confirm prod unseen");
    lab.say("approve prod --confirm prod").failed(7, "prod unseen");
    assert_eq!(lab.approved(id(&run), Some("prod unseen"))["state"], "destroyed");

    let ended = lab.say("update prod -y --wait -o json");
    assert!(ended.code == Some(1) && ended.stderr.contains("this cluster was not made from here"), "{ended:?}");
    let rows = lab.say("list prod -o json").json();
    let told: Vec<_> = rows.as_array().unwrap().iter().map(|run| (run["kind"].clone(), run["state"].clone())).collect();
    let wanted = [
        ("update", "failed"),
        ("destroy", "destroyed"),
        ("update", "applied"),
        ("drift", "no changes"),
        ("update", "applied"),
        ("update", "applied"),
        ("provision", "applied"),
        ("test", "planned"),
    ];
    assert_eq!(told, wanted.map(|(kind, state)| (json!(kind), json!(state))));
    assert!(rows.as_array().unwrap().iter().all(|run| run["over"] == true));

    // What is cleaned up is gone, and what is left stays.
    let first = id(&rows[7]).to_owned();
    let files = lab.work().join(&first);
    assert!(files.join("plan.json").exists(), "{files:?}");
    let told = lab.say(&format!("cleanup {first} --dry-run"));
    assert!(told.done().contains(&format!("the files of run {first} on the work volume go")), "{told:?}");
    lab.say(&format!("cleanup {first} -y")).done();
    until("its files to go", || !files.exists());
    assert!(lab.work().join(id(&rows[6])).join("plan.json").exists(), "another run's stay");
    until("no reader to be left", || lab.kubectl(&["get", "pods", "-l", "eksdeck.io/reader", "-o", "name"]).is_empty());
    lab.say(&format!("status {first}")).failed(3, &first);
    assert_eq!(lab.say("list -o json").json().as_array().unwrap().len(), 7);
    lab.say("cleanup prod --volumes -y").failed(7, "prod");
    assert_eq!(lab.say("cleanup prod --volumes --confirm prod").code, Some(0));
}
