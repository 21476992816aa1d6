//! The registry and access to EKS, as they are changed from the fleet's screen.

use std::sync::Arc;

use insta::assert_snapshot;

use super::*;
use crate::domain::aws::arn::ClusterArn;
use crate::domain::cluster::{ClusterInfo, Source, WayIn};
use crate::domain::consent::ConsentRequest;
use crate::domain::effect::{Effect, FleetEffect};
use crate::domain::fleet::{FleetAnswer, FleetNews};
use crate::domain::gate::Environment;
use crate::domain::provider::Provider;
use crate::domain::registry::{ClusterRecord, Edit, NotRegistered, Origin, Remove, Test};

/// Long enough after the screen was drawn that a question takes keys.
const LATER: i64 = NOW + 10_000;

fn context(name: &str) -> ClusterInfo {
    let source = Source::Context { context: name.to_owned(), file: "/home/sre/.kube/config".to_owned() };
    ClusterInfo { source, ..fixtures::info(name) }
}

fn record(name: &str) -> ClusterRecord {
    ClusterRecord {
        team: Some("payments".to_owned()),
        environment: Environment::Staging,
        labels: [("tier".to_owned(), "1".to_owned()), ("zone".to_owned(), "a".to_owned())].into(),
        ..ClusterRecord::sample(name)
    }
}

/// The fleet's screen over a context that is not registered, one that is, and a cluster that only the registry knows.
fn shown() -> Model {
    let mut model = fixtures::model();
    let ways = vec![WayIn::Context, WayIn::Registered];
    let both = ClusterInfo { record: Some(Arc::new(record("known"))), ways, ..context("known") };
    let source = Source::Registry { id: "id-lonely".to_owned() };
    let lonely = ClusterInfo {
        source,
        record: Some(Arc::new(record("lonely"))),
        ways: vec![WayIn::Registered],
        ..fixtures::info("lonely")
    };
    model.fleet = Fleet::new(vec![context("edge"), both, lonely]);
    start(&mut model, &[], NOW);
    press(&mut model, &["F"]);
    draw(&mut model, LARGE.0, LARGE.1);
    model
}

fn both_sizes(name: &str, model: &mut Model) {
    assert_snapshot!(format!("{name}_160x50"), draw(model, LARGE.0, LARGE.1));
    assert_snapshot!(format!("{name}_80x24"), draw(model, SMALL.0, SMALL.1));
}

/// Keys long after what is on the screen was drawn.
fn answer(model: &mut Model, names: &[&str]) -> Vec<Effect> {
    draw(model, LARGE.0, LARGE.1);
    let mut effects = Vec::new();
    for (place, name) in names.iter().enumerate() {
        effects.extend(press_at(model, &[name], LATER + place as i64 * 1_000));
    }
    effects
}

fn told(model: &mut Model, serial: u64, answer: FleetAnswer) {
    update(model, Message::Fleet(vec![FleetNews::Answered { serial, answer }]), LATER);
}

fn only(mut effects: Vec<Effect>) -> FleetEffect {
    assert_eq!(effects.len(), 1, "{effects:?}");
    match effects.remove(0) {
        Effect::Fleet(effect) => effect,
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_context_is_registered_once_its_cluster_answered() {
    let mut model = shown();
    press(&mut model, &["a"]);
    both_sizes("register_from", &mut model);
    press(&mut model, &["enter"]);
    both_sizes("register_context", &mut model);
    let FleetEffect::Register { serial, request } = only(press(&mut model, &["ctrl-s"])) else { panic!() };
    let path = "/home/sre/.kube/config".to_owned();
    assert_eq!(request.origin, Origin::File { path, context: Some("edge".to_owned()) });
    assert_eq!((request.test, request.treatment.name.as_deref()), (Test::Connect { agreed: false }, Some("edge")));
    assert!(press(&mut model, &["ctrl-s"]).is_empty(), "it is on its way");
    let trouble = Trouble::new("edge: connection refused by 10.0.0.1:6443").with_remedy("start the cluster");
    told(&mut model, serial, FleetAnswer::Registered(Err(NotRegistered::Trouble(trouble))));
    both_sizes("register_failed", &mut model);
    let FleetEffect::Register { serial, .. } = only(press(&mut model, &["ctrl-s"])) else { panic!() };
    let kept =
        ClusterRecord { provider: Some(Provider::K3s), version: Some("v1.34.1+k3s1".to_owned()), ..record("edge") };
    told(&mut model, serial, FleetAnswer::Registered(Ok(Box::new(kept))));
    assert!(model.layers.is_empty());
    let screen = draw(&mut model, LARGE.0, LARGE.1);
    assert!(screen.contains("registered edge: k3s, 1.34"), "{screen}");
}

#[test]
fn a_program_that_logs_in_is_asked_for_before_it_runs() {
    let mut model = shown();
    let FleetEffect::Register { serial, .. } = only(press(&mut model, &["a", "enter", "ctrl-s"])) else { panic!() };
    let request = ConsentRequest {
        user: "edge".to_owned(),
        argv: vec!["/usr/bin/login".to_owned()],
        env_names: Vec::new(),
        fingerprint: "f".to_owned(),
    };
    told(&mut model, serial, FleetAnswer::Registered(Err(NotRegistered::NeedsConsent(request))));
    let FleetEffect::Register { request, .. } = only(answer(&mut model, &["y"])) else { panic!() };
    assert_eq!(request.test, Test::Connect { agreed: true });
}

#[test]
fn what_is_pasted_is_never_shown_and_goes_into_the_registry() {
    let mut model = shown();
    press(&mut model, &["a", "down", "down", "down", "enter"]);
    update(&mut model, paste("apiVersion: v1\nusers: [{user: {token: geheim}}]\n"), NOW);
    let screen = draw(&mut model, SMALL.0, SMALL.1);
    assert!(screen.contains("pasted: 2 lines") && !screen.contains("geheim"), "{screen}");
    let FleetEffect::Register { request, .. } = only(press(&mut model, &["ctrl-s"])) else { panic!() };
    let Origin::Pasted { text, context: None } = &request.origin else { panic!("{request:?}") };
    assert!(text.expose().contains("geheim") && !format!("{request:?}").contains("geheim"));
    press(&mut model, &["esc", "a", "down", "down", "down", "enter"]);
    assert!(draw(&mut model, SMALL.0, SMALL.1).contains("nothing is pasted yet"));
}

#[test]
fn of_several_contexts_one_is_chosen_and_the_form_goes_on_by_itself() {
    let mut model = shown();
    press(&mut model, &["a", "down", "down", "down", "enter"]);
    update(&mut model, paste("apiVersion: v1\n"), NOW);
    let FleetEffect::Register { serial, .. } = only(press(&mut model, &["ctrl-s"])) else { panic!() };
    let names = vec!["prod".to_owned(), "lab".to_owned()];
    told(&mut model, serial, FleetAnswer::Registered(Err(NotRegistered::WhichContext(names))));
    let screen = draw(&mut model, SMALL.0, SMALL.1);
    assert!(screen.contains("which of its contexts?") && screen.contains("prod"), "{screen}");
    let FleetEffect::Register { request, .. } = only(press(&mut model, &["down", "enter"])) else { panic!() };
    let Origin::Pasted { context: Some(context), .. } = &request.origin else { panic!("{request:?}") };
    assert_eq!(context, "lab");
    press(&mut model, &["esc"]);
    assert!(!draw(&mut model, SMALL.0, SMALL.1).contains("which of its contexts?"));
}

#[test]
fn an_edit_holds_what_is_different_alone() {
    let mut model = shown();
    press(&mut model, &["down", "e"]);
    both_sizes("edit_registered", &mut model);
    press(&mut model, &["tab", "p", "tab", "tab"]);
    press(&mut model, &["ctrl-u"]);
    update(&mut model, paste("tier=1"), NOW);
    let FleetEffect::Edit { serial, name, edit } = only(press(&mut model, &["ctrl-s"])) else { panic!() };
    let wanted = Edit {
        environment: Some(Environment::Production),
        labels: [("zone".to_owned(), None)].into(),
        ..Edit::default()
    };
    assert_eq!((name.as_str(), edit), ("known", wanted));
    told(&mut model, serial, FleetAnswer::Edited(Ok(Box::new(record("known")))));
    assert!(model.layers.is_empty());
}

#[test]
fn a_cluster_leaves_the_registry_by_its_typed_name_alone() {
    let mut model = shown();
    press(&mut model, &["down", "down", "ctrl-d"]);
    both_sizes("remove_registered", &mut model);
    answer(&mut model, &["enter"]);
    assert!(draw(&mut model, SMALL.0, SMALL.1).contains("type the cluster's name, lonely, exactly"));
    update(&mut model, paste("lonely"), LATER + 5_000);
    assert!(draw(&mut model, SMALL.0, SMALL.1).contains("pasted text answers nothing"));
    let effect = only(answer(&mut model, &["tab", "l", "o", "n", "e", "l", "y", "enter"]));
    let FleetEffect::Remove { serial, request } = effect else { panic!() };
    let export = Some("~/lonely.eksdeck.json".to_owned());
    assert_eq!(request, Remove { name: "lonely".to_owned(), typed: "lonely".to_owned(), export });
    let gone = ClusterInfo { record: None, ways: Vec::new(), ..model.fleet.get(ClusterId(2)).unwrap().info.clone() };
    let renewed = FleetNews::Renewed { cluster: ClusterId(2), info: Box::new(gone) };
    let answer = FleetNews::Answered { serial, answer: FleetAnswer::Removed(Ok(())) };
    update(&mut model, Message::Fleet(vec![renewed, answer]), LATER);
    both_sizes("removed", &mut model);
}

#[test]
fn a_key_changes_the_way_in_and_an_open_session_begins_anew() {
    let mut model = shown();
    assert!(press(&mut model, &["w"]).is_empty(), "there is one way");
    press(&mut model, &["down"]);
    let choose = Effect::Fleet(FleetEffect::Choose { cluster: ClusterId(1), way: WayIn::Registered });
    assert_eq!(press(&mut model, &["w"]), [choose]);
    press(&mut model, &["o", "F"]);
    let again = press(&mut model, &["w"]);
    let kinds: Vec<bool> = again.iter().map(|effect| matches!(effect, Effect::Close(_) | Effect::Open(_))).collect();
    let close = kinds.iter().position(|is| *is).unwrap();
    let choose = again.iter().position(|effect| matches!(effect, Effect::Fleet(_))).unwrap();
    let open = kinds.iter().rposition(|is| *is).unwrap();
    assert!(close < choose && choose < open, "{again:?}");
    press(&mut model, &["d"]);
    assert!(draw(&mut model, LARGE.0, LARGE.1).contains("registry too: w changes it"));
}

#[test]
fn read_only_leaves_the_registry_as_it_is() {
    let mut model = shown();
    model.policy.all_read_only = true;
    for key in ["a", "e", "ctrl-d"] {
        assert!(press(&mut model, &["down", key]).is_empty());
        assert!(model.layers.is_empty(), "{key}");
        press(&mut model, &["up"]);
    }
    assert!(draw(&mut model, SMALL.0, SMALL.1).contains("read-only"));
}

#[test]
fn an_arn_that_was_found_is_registered_by_its_name() {
    let mut model = shown();
    let arn = ClusterArn::parse("arn:aws:eks:eu-west-1:111111111111:cluster/found").unwrap();
    let login = crate::domain::aws::login::LoginKey::default();
    let source = Source::Iam { cluster: "found".to_owned(), region: "eu-west-1".to_owned(), login };
    let found = ClusterInfo { source, arn: Some(arn.clone()), ..fixtures::info("found") };
    update(&mut model, Message::Fleet(vec![FleetNews::Found { from: ClusterId(3), clusters: vec![found] }]), NOW);
    press(&mut model, &["down", "a"]);
    let FleetEffect::Register { request, .. } = only(press(&mut model, &["enter", "ctrl-s"])) else { panic!() };
    assert_eq!(request.origin, Origin::Arn(arn));
}
