//! Runs of the past hours: a cluster that was made, changed and has drifted, one that waits for an answer, one whose
//! nodes could not be had, one whose state somebody else locked.

use serde_json::{Value, json};

use super::apply::Fault;
use super::plan::sha256;
use super::site::site;
use super::state::Drift;
use super::{Locked, Runs};
use crate::demo::kinds::{KindIndex, Kinds, Known};
use crate::demo::random::uuid;
use crate::demo::sim::Sim;
use crate::demo::store::Key;
use crate::demo::story::Teller;
use crate::demo::wire::time;
use crate::demo::write::meta;
use crate::domain::provision::manifests::{APPROVALS, Input, Spec};
use crate::domain::provision::site::{Order, Site};
use crate::domain::provision::{Approval, Identity, Kind, Phase};

/// What the past runs are made of.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct RunsStory {
    pub organisation: String,
    /// The trial module: tar.gz in base64.
    pub module: String,
    /// What a worker carries out.
    pub script: String,
    /// What a management cluster needs before the first run.
    pub access: Vec<Value>,
}

/// Something that happened so many minutes ago.
struct Step {
    ago: i64,
    id: &'static str,
    name: &'static str,
    environment: &'static str,
    by: &'static str,
    what: What,
}

enum What {
    Plan(Kind, Value),
    Approve,
    /// The same, and one of its resources cannot be made.
    ApproveInVain,
    ByHand,
    Lock,
}

fn steps() -> Vec<Step> {
    let groups = |types: &str| json!({"general": {"instance_types": [types]}});
    let step = |ago, (id, name, environment, by), what| Step { ago, id, name, environment, by, what };
    let (made, grown, looked) =
        (("m1ade", "shop", "dev", "ann"), ("g2row", "shop", "dev", "ben"), ("d3rif", "shop", "dev", "ann"));
    let (safe, stuck) = (("p4rod", "checkout", "prod", "cho"), ("l5ock", "checkout", "prod", "cho"));
    let (scarce, waiting) = (("f6ail", "vision", "dev", "ben"), ("w7ait", "reports", "dev", "ann"));
    let gpus = json!({"general": {}, "gpu": {"instance_types": ["p5.48xlarge"], "min_size": 1, "desired_size": 1}});
    let mut steps = vec![
        step(320, made, What::Plan(Kind::Provision, json!({}))),
        step(316, made, What::Approve),
        step(290, safe, What::Plan(Kind::Provision, json!({"node_groups": groups("m7i.xlarge")}))),
        step(283, safe, What::Approve),
        step(170, grown, What::Plan(Kind::Update, json!({"kubernetes_version": "1.36"}))),
        step(165, grown, What::Approve),
        step(95, scarce, What::Plan(Kind::Provision, json!({"node_groups": gpus}))),
        step(92, scarce, What::ApproveInVain),
        step(75, grown, What::ByHand),
        step(70, safe, What::Lock),
        step(
            62,
            stuck,
            What::Plan(Kind::Update, json!({"kubernetes_version": "1.36", "node_groups": groups("m7i.xlarge")})),
        ),
        step(40, looked, What::Plan(Kind::Drift, json!({"kubernetes_version": "1.36"}))),
        step(18, waiting, What::Plan(Kind::Provision, json!({"node_groups": groups("t3.large")}))),
    ];
    steps.sort_by_key(|step| std::cmp::Reverse(step.ago));
    steps
}

/// The past runs of one cluster, told as its time goes by.
pub struct Past<'a> {
    story: &'a RunsStory,
    site: Site,
    steps: std::collections::VecDeque<Step>,
}

impl<'a> Past<'a> {
    pub fn new(story: &'a RunsStory, teller: &mut Teller, days: i64) -> Self {
        for object in &story.access {
            let kind = Kinds::get().named(object["kind"].as_str().unwrap_or_default());
            teller.tell(kind, object["metadata"]["namespace"].as_str(), object, days);
        }
        Self { story, site: site(""), steps: steps().into() }
    }

    /// Lives through everything that happened before so many minutes ago.
    pub fn until(&mut self, teller: &mut Teller, sim: &mut Sim, ago: f64) {
        while let Some(step) = self.steps.pop_front_if(|step| step.ago as f64 >= ago) {
            let now = teller.now - step.ago * 60_000;
            sim.live(now);
            self.happen(teller, &step, now);
        }
    }

    fn spec(&self, step: &Step, kind: Kind) -> Option<(Spec, Value)> {
        let (environment, settings) = self.site.environment(Some(step.environment)).ok()?;
        let identity = Identity {
            organisation: self.story.organisation.clone(),
            account: settings.account.clone(),
            region: settings.region.clone(),
            name: step.name.to_owned(),
        };
        let mut variables = json!({"organisation": identity.organisation, "account_id": identity.account,
            "region": identity.region, "name": identity.name});
        variables.as_object_mut()?.extend(settings.defaults.clone());
        let order = Order { id: step.id.to_owned(), identity, kind, asked_by: step.by.to_owned() };
        Some((self.site.spec(order, (&environment, &settings)), variables))
    }

    /// What cannot happen is left out: a test reads what comes of it.
    fn happen(&self, teller: &mut Teller, step: &Step, now: i64) -> Option<()> {
        match &step.what {
            What::Plan(kind, given) => {
                let (spec, mut variables) = self.spec(step, *kind)?;
                variables.as_object_mut()?.extend(given.as_object()?.clone());
                let claims = Kinds::get().named("PersistentVolumeClaim");
                for volume in spec.volumes() {
                    teller.tell(claims, Some(&spec.worker.namespace), &volume, 0);
                }
                let (module, script) = (self.story.module.clone(), self.story.script.clone());
                put(teller, &spec, Phase::Plan, None, &Input { module, variables, secret: None, script });
            }
            What::Approve => self.approve(teller, step, now)?,
            What::ApproveInVain => {
                let state = teller.cluster.runs().state_of(step.id)?;
                let fault = Fault {
                    address: "terraform_data.node_group[\"gpu\"]".to_owned(),
                    summary: "waiting for the node group: CREATE_FAILED, no capacity for p5.48xlarge".to_owned(),
                    detail: "AsgInstanceLaunchFailures: Could not launch On-Demand Instances. \
                             InsufficientInstanceCapacity: there is no p5.48xlarge in the zones asked for."
                        .to_owned(),
                };
                teller.cluster.runs().faults.insert(state, fault);
                self.approve(teller, step, now)?;
            }
            What::ByHand => {
                let state = teller.cluster.runs().state_of(step.id)?;
                let of = |pointer: &str, value: Value| Drift {
                    address: "terraform_data.cluster".to_owned(),
                    pointer: pointer.to_owned(),
                    value,
                };
                let drift = vec![of("/public_access", json!(true)), of("/public_cidrs", json!(["0.0.0.0/0"]))];
                teller.cluster.runs().drift.insert(state, drift);
            }
            What::Lock => {
                let state = teller.cluster.runs().state_of(step.id)?;
                let lock = Locked {
                    id: uuid(53, 7),
                    operation: "OperationTypeApply".to_owned(),
                    who: "ben@laptop".to_owned(),
                    created: time::rfc3339(now / 1000).replace('T', " ").replace('Z', " +0000 UTC"),
                    ..Locked::default()
                };
                teller.cluster.runs().locks.insert(state, lock);
            }
        }
        Some(())
    }

    fn approve(&self, teller: &mut Teller, step: &Step, now: i64) -> Option<()> {
        let jobs = Known::get().job;
        let namespace = &self.site.worker.namespace;
        let sha256 = teller.cluster.runs().digest_of(step.id)?;
        let plan = {
            let store = teller.cluster.store();
            let found =
                store.range(jobs, Some(namespace)).find(|entry| entry.key.name.ends_with(&format!("-{}", step.id)));
            found.map(|entry| entry.value().into_owned())?
        };
        let kind = Kind::of(plan["metadata"]["labels"][crate::domain::provision::manifests::KIND].as_str()?)?;
        let (spec, _) = self.spec(step, kind)?;
        let approval = Approval { sha256: sha256.clone(), os_user: step.by.to_owned(), arn: None, at_ms: now };
        let mut noted = plan;
        let name = noted["metadata"]["name"].as_str()?.to_owned();
        noted["metadata"]["annotations"][APPROVALS] = json!([approval]).to_string().into();
        teller.cluster.store().put(jobs, Key::new(namespace.as_str(), name.as_str()), noted);
        let input = Input { script: self.story.script.clone(), ..Input::default() };
        put(teller, &spec, Phase::Apply, Some((&sha256, step.by)), &input);
        Some(())
    }
}

/// The Job of a phase, which goes at once, and what it reads.
fn put(teller: &mut Teller, spec: &Spec, phase: Phase, approved: Option<(&str, &str)>, input: &Input) {
    let namespace = Some(spec.worker.namespace.as_str());
    let mut job = spec.job(phase, approved);
    job["spec"]["suspend"] = false.into();
    let Some(mut made) = teller.tell(Known::get().job, namespace, &job, 0) else { return };
    let owner = meta(&mut made).get("uid").and_then(Value::as_str).unwrap_or_default().to_owned();
    let config: KindIndex = Known::get().config_map;
    teller.tell(config, namespace, &spec.config_map(phase, &owner, input), 0);
}

impl Runs {
    fn of_run(&self, id: &str, file: &str) -> Option<&String> {
        self.volumes.values().find_map(|files| files.get(&format!("{id}/{file}")))
    }

    fn state_of(&self, id: &str) -> Option<String> {
        self.of_run(id, "state").cloned()
    }

    fn digest_of(&self, id: &str) -> Option<String> {
        self.of_run(id, "plan.tfplan").map(|text| sha256(text))
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::packed;
    use super::*;
    use crate::demo::FleetOptions;
    use crate::demo::story::{make, management};
    use crate::domain::provision::{State, seen};

    /// The runs of a fleet's story, from what its management cluster lists.
    #[test]
    fn the_story_has_a_cluster_that_drifted_one_that_waits_and_two_that_failed() {
        let runs = RunsStory { organisation: "Acme".to_owned(), module: packed(), ..RunsStory::default() };
        let runs = RunsStory { access: vec![json!({"kind": "Namespace", "metadata": {"name": "eksdeck"}})], ..runs };
        let options = FleetOptions { runs: Some(runs), ..FleetOptions::default() };
        let made = make(&options, "token").unwrap();
        let cluster = &made[management(options.clusters)].0;
        let store = cluster.store();
        let list = |kind| -> Vec<Value> {
            store.range(kind, Some("eksdeck")).map(|entry| entry.value().into_owned()).collect()
        };
        let runs = seen::runs(&list(Known::get().job), &list(Known::get().pod));
        let told: Vec<(&str, State)> = runs.iter().map(|run| (run.identity.name.as_str(), run.state())).collect();
        assert_eq!(
            told,
            [
                ("reports", State::AwaitingApproval),
                ("shop", State::Planned { changes: true }),
                ("checkout", State::Failed),
                ("vision", State::Failed),
                ("shop", State::Applied),
                ("checkout", State::Applied),
                ("shop", State::Applied),
            ]
        );
        let why: Vec<String> = runs.iter().map(seen::Run::why).filter(|why| !why.is_empty()).collect();
        assert!(why[0].contains("held by ben@laptop") && why[1].contains("no capacity for p5.48xlarge"), "{why:?}");
    }
}
