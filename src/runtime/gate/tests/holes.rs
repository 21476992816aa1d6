//! What must never get through: names that lead elsewhere, documents that nobody tried, a care that was talked down.

use rstest::rstest;
use serde_json::json;

use super::world::{Mishap, Moment, World, job_path};
use super::{create, delete, propose};
use crate::domain::gate::ask::{Mode, Wanted};
use crate::domain::gate::{Ask, DryRun, Environment, Propagation};
use crate::domain::health::Trouble;
use crate::domain::ids::{ClusterId, KindId, ObjectKey};
use crate::domain::request::PortError;

#[rstest]
#[case("")]
#[case(".")]
#[case("..")]
#[case("a/status")]
#[case("a?dryRun=All")]
#[case("a%2Fb")]
#[case("kube%2Dsystem")]
#[case("a b")]
#[case("ä")]
#[tokio::test]
async fn a_name_that_is_none_reaches_no_path(#[case] name: &str) {
    let world = World::with_jobs(&["a"]);
    let keys = |namespace: &str| vec![ObjectKey::new(namespace, name)];
    let propagation = Propagation::Background;
    let wanted = [
        Wanted::Delete { kind: KindId::Job, keys: keys("web"), propagation },
        Wanted::Delete { kind: KindId::Job, keys: vec![ObjectKey::new(name, "a")], propagation },
        Wanted::Delete { kind: KindId::Namespace, keys: keys(""), propagation },
        Wanted::Suspend { kind: KindId::CronJob, keys: keys("web"), suspended: true },
        Wanted::Label { namespace: name.into(), labels: vec![("a".into(), None)] },
        Wanted::Rerun { keys: keys("web") },
        Wanted::Trigger { keys: keys("web"), suffix: "x".into() },
    ];
    for wanted in wanted {
        let proposal = propose(&world.gate(), wanted.clone()).await;
        assert!(proposal.refusal.is_some() && proposal.targets.is_empty(), "{wanted:?}: {proposal:?}");
    }
}

#[rstest]
#[case(json!("text"))]
#[case(json!(null))]
#[case(json!({"name": "a", "namespace": "../.."}))]
#[case(json!({"name": "a?b"}))]
#[tokio::test]
async fn metadata_of_a_manifest_leads_nowhere_else(#[case] metadata: serde_json::Value) {
    let manifests = vec![json!({"apiVersion": "batch/v1", "kind": "Job", "metadata": metadata, "spec": {}})];
    let wanted = Wanted::Submit { manifests, namespace: "web".into(), mode: Mode::Create };
    let proposal = propose(&World::default().gate(), wanted).await;
    assert!(proposal.refusal.is_some(), "{proposal:?}");
}

#[tokio::test]
async fn every_document_is_tried_before_one_is_sent_and_of_many_deletions_the_first() {
    let names: Vec<String> = (0..40).map(|number| format!("job-{number}")).collect();
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    let tried = |targets: &[crate::domain::gate::Target]| {
        targets.iter().filter(|target| !matches!(target.dry_run, DryRun::NotTried(_))).count()
    };
    let made = propose(&World::default().gate(), create(&names)).await;
    assert_eq!((made.targets.len(), tried(&made.targets)), (40, 40));
    let gone = propose(&World::with_jobs(&names).gate(), delete(&names)).await;
    assert_eq!((gone.targets.len(), tried(&gone.targets)), (40, 25));
}

#[tokio::test]
async fn a_namespace_that_may_not_be_read_asks_for_a_name_where_nothing_else_is_known() {
    let world = World::with_jobs(&["a"]);
    let ask = Ask { cluster: ClusterId(1), what: delete(&["a"]), hidden: 0 };
    let open = world.gate().propose(ask.clone()).await;
    world.put("/api/v1/namespaces/web", json!({"metadata": {"name": "web"}}));
    let read = world.gate().propose(ask.clone()).await;
    assert!(!open.place.unread && !read.place.unread, "one that is not there hides nothing");
    world.on(|moment, _| match moment {
        Moment::Read(path) if path.starts_with("/api/v1/namespaces/web") && !path.contains("pods") => {
            Some(Mishap::Read(PortError::Forbidden(Trouble::new("no"))))
        }
        _ => None,
    });
    let hidden = world.gate().propose(ask).await;
    assert!(hidden.place.unread, "{hidden:?}");
    let mut unclassified = hidden;
    unclassified.place.environment = Environment::Unclassified;
    assert!(matches!(unclassified.level(), crate::domain::gate::Level::Word { word, .. } if word == "a"));
    assert!(world.has(&job_path("a")));
}
