//! Terraform runs in the registry.

use eksdeck::domain::provision::manifests::Spec;
use eksdeck::domain::provision::{Identity, Kind, Phase, Run, State, seen};
use serde_json::json;

use super::lab::Lab;

/// A run whose plan waits in the queue, or has ended.
pub fn run(id: &str, is_over: bool) -> Run {
    let identity = Identity {
        organisation: "default".to_owned(),
        account: "111111111111".to_owned(),
        region: "eu-west-1".to_owned(),
        name: "prod".to_owned(),
    };
    let spec = Spec { asked_by: "ann".to_owned(), ..Spec::new(id.to_owned(), identity, Kind::Test) };
    let mut job = spec.job(Phase::Plan, None);
    job["metadata"]["creationTimestamp"] = json!("2026-11-21T12:00:00Z");
    if is_over {
        job["status"] = json!({"conditions": [{"type": "Failed", "status": "True",
            "lastTransitionTime": "2026-11-21T12:01:00Z"}]});
    }
    seen::runs(&[job], &[]).remove(0)
}

#[tokio::test]
async fn a_run_is_kept_beyond_its_jobs_and_settled_once() {
    for lab in Lab::all().await {
        let registry = lab.open().await;
        registry.keep_runs("tools", &[run("aaaa1111", false), run("bbbb2222", true)]).await.unwrap();
        registry.keep_runs("tools", &[run("aaaa1111", true)]).await.unwrap();
        let kept = registry.kept_runs("tools").await.unwrap();
        assert_eq!(kept, [run("aaaa1111", true), run("bbbb2222", true)]);
        assert!(kept.iter().all(|run| run.state() == State::Failed));
        assert!(registry.kept_runs("elsewhere").await.unwrap().is_empty(), "another management cluster's");
        assert!(!registry.is_settled("aaaa1111").await.unwrap());
        registry.settle("aaaa1111").await.unwrap();
        registry.keep_runs("tools", &[run("aaaa1111", true)]).await.unwrap();
        assert!(registry.is_settled("aaaa1111").await.unwrap(), "a newer word takes nothing back");
        registry.forget_run("aaaa1111").await.unwrap();
        assert_eq!(registry.kept_runs("tools").await.unwrap(), [run("bbbb2222", true)]);
    }
}
