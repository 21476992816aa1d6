use rstest::rstest;

use super::*;
use crate::domain::ids::{ObjectKey, Uid};
use crate::domain::object::Meta;

fn told(terminating: bool, conditions: &[(&str, bool, &str)]) -> Option<String> {
    let meta = Meta {
        key: ObjectKey::new("", "scratch"),
        uid: Uid::default(),
        created: 1,
        deleting: 2,
        owner: None,
        labels: Box::default(),
    };
    let conditions = conditions
        .iter()
        .map(|(kind, status, message)| Condition {
            kind: (*kind).into(),
            status: *status,
            reason: "".into(),
            message: (*message).into(),
            at: 0,
        })
        .collect();
    namespace_trouble(&NamespaceRow { meta, terminating, conditions })
}

const REMAIN: &str = "NamespaceContentRemaining";
const FINALIZERS: &str = "NamespaceFinalizersRemaining";

#[rstest]
#[case(&[(REMAIN, true, "Some resources are remaining: persistentvolumeclaims. has 1 resource instances"),
    (FINALIZERS, true, "Some content in the namespace has finalizers remaining: kubernetes.io/pvc-protection in 1 resource instances")],
    "held by 1 volume claim")]
#[case(&[("NamespaceDeletionDiscoveryFailure", false, "All resources successfully discovered"),
    (REMAIN, true, "Some resources are remaining: configmaps. has 1 resource instances"),
    (FINALIZERS, true, "Some content in the namespace has finalizers remaining: example.com/hold in 1 resource instances")],
    "held by 1 config map (finalizer example.com/hold)")]
#[case(&[(REMAIN, true, "Some resources are remaining: configmaps. has 1 resource instances, jobs.batch has 2 resource instances, widgets.example.com has 3 resource instances")],
    "held by 1 config map, 2 Jobs and 1 more kind")]
#[case(&[("NamespaceDeletionDiscoveryFailure", true, "Discovery failed for some groups, 1 failing: unable to retrieve the complete list of server APIs: metrics.k8s.io/v1beta1: stale GroupVersion discovery: metrics.k8s.io/v1beta1")],
    "held by the API metrics.k8s.io/v1beta1, which does not answer")]
#[case(&[("NamespaceDeletionContentFailure", true, "Failed to delete all resource types, 1 remaining: unexpected items still remain")],
    "deletion fails: Failed to delete all resource types, 1 remaining: unexpected items still remain")]
fn what_holds_it(#[case] conditions: &[(&str, bool, &str)], #[case] wanted: &str) {
    assert_eq!(told(true, conditions).as_deref(), Some(wanted));
    assert_eq!(told(false, conditions), None);
}

#[test]
fn nothing_holds_it() {
    assert_eq!(told(true, &[(REMAIN, false, "All content successfully removed")]), None);
}
