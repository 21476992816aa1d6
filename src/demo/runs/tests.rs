//! The played Terraform against what the program reads of a real one.

use std::collections::BTreeMap;

use proptest::prelude::*;
use serde_json::{Map, Value, json};

use super::module::Module;
use super::plan::sha256;
use super::state::Drift;
use super::worker::Asked;
use super::{Fault, Runs};
use crate::domain::provision::Outcome;
use crate::domain::terraform::lines::{Line, line};
use crate::domain::terraform::plan::{Action, Plan, read};
use crate::domain::terraform::progress::Progress;

const BEGAN: i64 = 1_795_000_000_123;
const FOLDER: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/assets/terraform/trial");

/// The trial module as a ConfigMap has it.
pub fn packed() -> String {
    use base64::Engine;
    let mut archive = tar::Builder::new(flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast()));
    for entry in std::fs::read_dir(FOLDER).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_str().unwrap().to_owned();
        if name.ends_with(".tf") {
            archive.append_path_with_name(&path, name).unwrap();
        }
    }
    base64::engine::general_purpose::STANDARD.encode(archive.into_inner().unwrap().finish().unwrap())
}

fn variables(given: Value) -> Map<String, Value> {
    let mut all = json!({"organisation": "Acme", "account_id": "111111111111", "region": "eu-west-1", "name": "shop",
        "kubernetes_version": "1.35", "deletion_protection": false, "delay_seconds": 6});
    all.as_object_mut().unwrap().extend(given.as_object().unwrap().clone());
    all.as_object().unwrap().clone()
}

/// One cluster's runs, one after the other.
struct World {
    runs: Runs,
    packed: String,
    count: usize,
}

impl World {
    fn new() -> Self {
        Self { runs: Runs::default(), packed: packed(), count: 0 }
    }

    fn asked(&mut self, kind: &str, given: Value) -> Asked {
        self.count += 1;
        Asked {
            pod: format!("plan-{}", self.count),
            phase: "plan",
            kind: kind.to_owned(),
            volume: "volume".to_owned(),
            folder: format!("run{}", self.count),
            state: "shop".to_owned(),
            version: "1.11.4".to_owned(),
            module: self.packed.clone(),
            variables: variables(given),
            identity: "{\"name\":\"shop\"}\n".to_owned(),
            ..Asked::default()
        }
    }

    /// Lets a phase begin, and (but for one that is stopped) end by itself; its last word.
    fn go(&mut self, asked: &Asked, stop: Option<i64>) -> Outcome {
        let script = match asked.phase {
            "plan" => self.runs.plan(asked, BEGAN),
            _ => self.runs.apply(asked, BEGAN),
        };
        self.runs.running.insert(asked.pod.clone(), super::Running { asked: asked.clone(), script, is_over: false });
        if let Some(after) = stop {
            self.runs.interrupt(&asked.pod, BEGAN + after);
        }
        Outcome::read(&self.runs.finish(&asked.pod, None).unwrap()).unwrap()
    }

    fn file(&self, asked: &Asked, name: &str) -> String {
        self.runs.read("volume", &format!("{}/{name}", asked.folder)).unwrap_or_else(|| panic!("no {name}")).to_owned()
    }

    fn plan(&mut self, kind: &str, given: Value) -> (Asked, Outcome, Plan) {
        let asked = self.asked(kind, given);
        let outcome = self.go(&asked, None);
        let plan = read(&self.file(&asked, "plan.json")).unwrap();
        (asked, outcome, plan)
    }

    fn applying(asked: &Asked, outcome: &Outcome) -> Asked {
        let pod = asked.pod.replace("plan", "apply");
        Asked { pod, phase: "apply", sha256: outcome.sha256.clone().unwrap(), ..asked.clone() }
    }

    fn apply(&mut self, asked: &Asked, outcome: &Outcome) -> Outcome {
        self.go(&Self::applying(asked, outcome), None)
    }

    fn both(&mut self, kind: &str, given: Value) -> Outcome {
        let (asked, outcome, _) = self.plan(kind, given);
        self.apply(&asked, &outcome)
    }
}

/// Addresses by what happens to them.
fn actions(plan: &Plan) -> BTreeMap<String, Action> {
    plan.changes.iter().map(|change| (change.address.to_string(), change.action.clone())).collect()
}

#[test]
fn the_module_has_what_it_has() {
    let sources: Vec<(String, String)> = std::fs::read_dir(FOLDER)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|end| end == "tf"))
        .map(|path| (path.display().to_string(), std::fs::read_to_string(&path).unwrap()))
        .collect();
    let module = Module::parse(&sources).unwrap();
    let text: String = sources.iter().map(|(_, text)| text.as_str()).collect();
    assert_eq!(
        module.resources.len(),
        text.matches("\nresource ").count() + usize::from(text.starts_with("resource "))
    );
    let group = &module.resources["node_group"];
    assert!(group.new_first);
    assert_eq!(group.ignored, [["input", "desired_size"]]);
    assert!(
        ["cluster", "addon_before_nodes", "private_route"].iter().all(|name| group
            .needs
            .resources
            .iter()
            .any(|one| one == name))
    );
}

#[test]
fn a_first_plan_is_read_as_the_tree_of_the_module_and_its_log_tells_the_same() {
    let mut world = World::new();
    let (asked, outcome, plan) = world.plan("provision", json!({}));
    assert_eq!((outcome.exit, outcome.add, outcome.change, outcome.destroy), (2, 23, 0, 0));
    assert_eq!(outcome.sha256, Some(sha256(&world.file(&asked, "plan.tfplan"))));
    let actions = actions(&plan);
    assert!(actions.values().all(|action| *action == Action::Create), "{actions:?}");
    for address in [
        "terraform_data.cluster",
        "terraform_data.node_group[\"general\"]",
        "terraform_data.private_subnet[\"eu-west-1c\"]",
        "terraform_data.addon_before_nodes[\"vpc-cni\"]",
        "terraform_data.log_group[0]",
    ] {
        assert!(actions.contains_key(address), "{address}");
    }
    let log = world.file(&asked, "plan.jsonl");
    let planned: Vec<String> = log
        .lines()
        .filter_map(|text| match line(text) {
            Line::Planned { address, .. } => Some(address),
            _ => None,
        })
        .collect();
    assert_eq!(planned.len(), 23);
    assert!(planned.iter().all(|address| actions.contains_key(address)));
}

#[test]
fn an_apply_tells_each_resource_after_what_it_needs_and_gives_the_outputs() {
    let mut world = World::new();
    let (asked, outcome, _) = world.plan("provision", json!({}));
    let applied = world.apply(&asked, &outcome);
    assert_eq!((applied.exit, applied.add), (0, 23));
    let (mut progress, mut done) = (Progress::default(), Vec::new());
    for text in world.file(&asked, "apply.jsonl").lines() {
        let line = line(text);
        if let Line::Done { address, .. } = &line {
            done.push(address.clone());
        }
        progress.take(&line);
    }
    assert_eq!((progress.done, progress.failed, progress.in_flight.len()), (23, 0, 0));
    let place = |address: &str| done.iter().position(|one| one == address).unwrap();
    assert!(place("terraform_data.vpc[0]") < place("terraform_data.private_subnet[\"eu-west-1a\"]"));
    assert!(place("terraform_data.cluster") < place("terraform_data.node_group[\"general\"]"));
    let outputs: Value = serde_json::from_str(&world.file(&asked, "outputs.json")).unwrap();
    assert_eq!(outputs["version"]["value"], "1.35");
    assert_eq!(outputs["kubeconfig_command"]["value"], "aws eks update-kubeconfig --region eu-west-1 --name shop");
    assert!(outputs["node_groups"]["value"]["general"].as_str().unwrap().starts_with("general-"));
    assert!(!outputs.to_string().contains('\u{fdd0}'), "every id is known then");
}

#[test]
fn a_version_goes_in_place_and_instance_types_replace_a_group() {
    let mut world = World::new();
    world.both("provision", json!({}));
    let (asked, outcome, plan) = world.plan("update", json!({"kubernetes_version": "1.36"}));
    let told = actions(&plan);
    assert_eq!(told["terraform_data.cluster"], Action::Update);
    assert_eq!((outcome.add, outcome.destroy), (0, 0));
    assert_eq!(world.apply(&asked, &outcome).change, outcome.change);

    let spot = json!({"kubernetes_version": "1.36", "node_groups": {"general": {"instance_types": ["m7i.xlarge"]}}});
    let (asked, outcome, plan) = world.plan("update", spot.clone());
    let told = actions(&plan);
    assert_eq!(told["terraform_data.node_group[\"general\"]"], Action::Replace { create_first: true });
    assert_eq!((outcome.add, outcome.change, outcome.destroy), (1, 0, 1));
    assert_eq!(world.apply(&asked, &outcome).exit, 0);
    let more = json!({"kubernetes_version": "1.36",
        "node_groups": {"general": {"instance_types": ["m7i.xlarge"], "desired_size": 3}}});
    assert_eq!(world.plan("update", more).1.exit, 0, "autoscalers own the desired size");
}

#[test]
fn what_somebody_did_by_hand_is_found_and_put_right() {
    let mut world = World::new();
    world.both("provision", json!({}));
    assert_eq!(world.plan("drift", json!({})).1.exit, 0);
    let drift = Drift {
        address: "terraform_data.cluster".to_owned(),
        pointer: "/public_access".to_owned(),
        value: json!(true),
    };
    world.runs.drift.insert("shop".to_owned(), vec![drift]);
    let (_, outcome, plan) = world.plan("drift", json!({}));
    assert_eq!((outcome.exit, plan.changes.len(), plan.drift.len()), (2, 0, 1));
    assert!(plan.drift[0].attributes().iter().any(|one| one.name().contains("public_access")));
    let (asked, outcome, plan) = world.plan("update", json!({}));
    assert_eq!(actions(&plan)["terraform_data.cluster"], Action::Update);
    world.apply(&asked, &outcome);
    assert_eq!(world.plan("drift", json!({})).1.exit, 0);
}

#[test]
fn a_destroy_leaves_nothing_and_then_there_is_nothing_to_destroy() {
    let mut world = World::new();
    assert_eq!(world.both_refused("destroy"), "no-state");
    world.both("provision", json!({}));
    let (asked, outcome, plan) = world.plan("destroy", json!({}));
    assert!(plan.changes.iter().all(|change| change.action == Action::Delete));
    let applied = world.apply(&asked, &outcome);
    assert_eq!((applied.exit, applied.destroy), (0, 23));
    let log = world.file(&asked, "apply.jsonl");
    let place = |words: &str| log.find(words).unwrap();
    assert!(place("terraform_data.cluster: Destroying") > place("[\\\"general\\\"]: Destruction complete"));
    assert!(world.runs.states["shop"].instances.is_empty());
    assert_eq!(world.both_refused("destroy"), "no-state");
}

impl World {
    fn both_refused(&mut self, kind: &str) -> String {
        let asked = self.asked(kind, json!({}));
        self.go(&asked, None).reason
    }
}

#[test]
fn a_stale_plan_and_another_file_change_nothing() {
    let mut world = World::new();
    let (first, planned, _) = world.plan("provision", json!({}));
    let (second, other, _) = world.plan("provision", json!({"log_types": []}));
    assert_eq!(world.apply(&second, &other).exit, 0);
    let before = world.runs.states["shop"].clone();
    assert_eq!(world.apply(&first, &planned).reason, "stale");
    let wrong = Asked { sha256: "0".repeat(64), ..World::applying(&second, &other) };
    let refused = world.go(&wrong, None);
    assert_eq!((refused.exit, refused.reason.as_str()), (3, "digest"));
    assert_eq!(world.runs.states["shop"], before);
}

#[test]
fn another_clusters_state_is_refused() {
    let mut world = World::new();
    world.both("provision", json!({}));
    let asked = Asked { identity: "{\"name\":\"other\"}\n".to_owned(), ..world.asked("update", json!({})) };
    assert_eq!(world.go(&asked, None).reason, "identity");
}

#[test]
fn who_is_stopped_saves_what_was_made_and_goes_on_later() {
    let mut world = World::new();
    let (asked, outcome, _) = world.plan("provision", json!({}));
    let stopped = world.go(&World::applying(&asked, &outcome), Some(5_000));
    assert_eq!((stopped.exit, stopped.interrupted), (1, true));
    let state = &world.runs.states["shop"];
    assert!(state.instances["terraform_data.cluster"].tainted);
    assert!(!state.instances.contains_key("terraform_data.node_group[\"general\"]"));
    assert!(world.runs.locks.is_empty(), "the lock is free");
    let log = world.file(&asked, "apply.jsonl");
    assert_eq!(log.matches("terraform_data.vpc[0]: Creating...").count(), 1);
    assert!(log.contains("Interrupt received."));
    let (asked, outcome, plan) = world.plan("provision", json!({}));
    assert_eq!(actions(&plan)["terraform_data.cluster"], Action::Replace { create_first: true });
    assert_eq!(world.apply(&asked, &outcome).exit, 0);
    assert_eq!(world.plan("update", json!({})).1.exit, 0);

    let asked = world.asked("update", json!({"kubernetes_version": "1.36"}));
    let stopped = world.go(&asked, Some(500));
    assert_eq!((stopped.exit, stopped.interrupted, stopped.sha256), (1, true, None));
}

#[test]
fn what_cannot_be_made_is_told_and_tried_again() {
    let mut world = World::new();
    let (asked, outcome, _) = world.plan("provision", json!({}));
    let fault = Fault {
        address: "terraform_data.node_group[\"general\"]".to_owned(),
        summary: "no capacity".to_owned(),
        detail: "none".to_owned(),
    };
    world.runs.faults.insert("shop".to_owned(), fault);
    let failed = world.apply(&asked, &outcome);
    assert_eq!((failed.exit, failed.error.as_str()), (1, "no capacity"));
    let after = "terraform_data.addon_after_nodes[\"coredns\"]";
    assert!(!world.runs.states["shop"].instances.contains_key(after), "it needs the group");
    assert_eq!(world.both("update", json!({})).exit, 0);
    assert!(world.runs.states["shop"].instances.contains_key(after));
}

#[test]
fn a_lock_is_told_and_freed_by_its_own_id_alone() {
    let mut world = World::new();
    world.both("provision", json!({}));
    let lock = super::Locked { id: super::uuid(1, 2), who: "ben@laptop".to_owned(), ..super::Locked::default() };
    let id = lock.id.clone();
    world.runs.locks.insert("shop".to_owned(), lock);
    let asked = world.asked("update", json!({}));
    let outcome = world.go(&asked, None);
    assert_eq!(outcome.lock.map(|lock| (lock.id, lock.who)), Some((id.clone(), "ben@laptop".to_owned())));
    let told = world.file(&asked, "plan.jsonl");
    assert!(told.contains("Error acquiring the state lock"));
    let wrong = Asked { lock: super::uuid(3, 4), ..world.asked("unlock", json!({})) };
    assert_eq!(world.go(&wrong, None).exit, 1);
    let right = Asked { lock: id, ..world.asked("unlock", json!({})) };
    assert_eq!(world.go(&right, None).exit, 0);
    assert_eq!(world.plan("update", json!({})).1.exit, 0);
}

fn some_variables() -> impl Strategy<Value = Value> {
    let types = prop::sample::subsequence(vec!["m6i.large", "m7i.xlarge", "c7g.large"], 1..=3);
    let groups = prop::collection::btree_map("[a-d]", types, 1..3);
    let zones = prop::sample::subsequence(vec!["eu-west-1a", "eu-west-1b", "eu-west-1c"], 2..=3);
    let family = prop::sample::select(vec!["ipv4", "ipv6"]);
    let gateways = prop::sample::select(vec!["one", "per-zone", "none"]);
    let repositories = prop::collection::btree_set("[a-c]{2}", 0..3);
    (groups, zones, family, gateways, any::<bool>(), any::<bool>(), repositories).prop_map(
        |(groups, zones, family, gateways, irsa, logs, repositories)| {
            let groups: Map<String, Value> =
                groups.into_iter().map(|(name, types)| (name, json!({"instance_types": types}))).collect();
            let repositories: Map<String, Value> = repositories.into_iter().map(|name| (name, json!({}))).collect();
            json!({"node_groups": groups, "zones": zones, "ip_family": family, "nat_gateways": gateways, "irsa": irsa,
                "log_types": if logs { vec!["audit"] } else { vec![] }, "ecr_repositories": repositories})
        },
    )
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(12))]

    #[test]
    fn what_was_applied_is_planned_without_changes(first in some_variables(), second in some_variables()) {
        let mut world = World::new();
        prop_assert_eq!(world.both("provision", first.clone()).exit, 0);
        prop_assert_eq!(world.plan("update", first).1.exit, 0);
        let (asked, outcome, plan) = world.plan("update", second.clone());
        if outcome.exit == 2 {
            let applied = world.apply(&asked, &outcome);
            prop_assert_eq!((applied.exit, applied.add, applied.change, applied.destroy),
                (0, outcome.add, outcome.change, outcome.destroy));
        }
        let log = world.file(&asked, "plan.jsonl");
        prop_assert_eq!(plan.changes.len(), log.matches("\"type\":\"planned_change\"").count());
        prop_assert_eq!(world.plan("update", second).1.exit, 0);
    }

    #[test]
    fn whoever_is_stopped_whenever_can_go_on(after in 0_i64..25_000) {
        let mut world = World::new();
        let (asked, outcome, _) = world.plan("provision", json!({}));
        let stopped = world.go(&World::applying(&asked, &outcome), Some(after));
        prop_assert!(stopped.interrupted || stopped.exit == 0);
        prop_assert!(world.runs.locks.is_empty());
        let (asked, outcome, _) = world.plan("provision", json!({}));
        if outcome.exit == 2 {
            prop_assert_eq!(world.apply(&asked, &outcome).exit, 0);
        }
        prop_assert_eq!(world.plan("update", json!({})).1.exit, 0);
    }
}
