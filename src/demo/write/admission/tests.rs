use serde_json::{Value, json};

use super::quota::{admit, recount, take};
use super::{limits, quota};
use crate::demo::kinds::{Kinds, Known};
use crate::demo::store::{Key, Store};
use crate::demo::wire::quantity::Amount;

fn store(kind: usize, name: &str, spec: &Value) -> Store {
    let mut store = Store::new(10);
    store.put(kind, Key::new("ns", name), json!({"metadata": {"name": name}, "spec": spec}));
    store
}

fn pod(resources: &Value) -> Value {
    json!({"metadata": {}, "spec": {"containers": [{"name": "c", "resources": resources}]}})
}

fn used(store: &Store) -> Value {
    let entry = store.get(Known::get().resource_quota, &Key::new("ns", "q")).unwrap();
    entry.value()["status"]["used"].clone()
}

#[test]
fn a_quota_takes_what_there_is_room_for_and_refuses_the_rest() {
    let hard = json!({"pods": "2", "requests.cpu": "1", "limits.memory": "1Gi"});
    let mut store = store(Known::get().resource_quota, "q", &json!({"hard": hard}));
    let pods = Known::get().pod;
    let small = pod(&json!({"requests": {"cpu": "600m"}, "limits": {"memory": "512Mi"}}));
    let words = |store: &Store, pod: &Value| quota::admit(store, pods, "ns", "p", pod).unwrap_err().message;
    assert_eq!(
        words(&store, &pod(&json!({}))),
        "pods \"p\" is forbidden: failed quota: q: must specify limits.memory for: c; requests.cpu for: c"
    );
    let charge = admit(&store, pods, "ns", "p", &small).unwrap();
    take(&mut store, charge);
    assert_eq!(used(&store), json!({"limits.memory": "512Mi", "pods": "1", "requests.cpu": "600m"}));
    assert_eq!(
        words(&store, &small),
        "pods \"p\" is forbidden: exceeded quota: q, requested: requests.cpu=600m, used: requests.cpu=600m, limited: \
         requests.cpu=1"
    );
    recount(&mut store, &Key::new("ns", "q"));
    assert_eq!(used(&store), json!({"limits.memory": "0", "pods": "0", "requests.cpu": "0"}));
}

#[test]
fn objects_are_counted_by_their_resource() {
    let mut store = store(Known::get().resource_quota, "q", &json!({"hard": {"count/jobs.batch": "1"}}));
    let jobs = Known::get().job;
    let charge = admit(&store, jobs, "ns", "a", &json!({})).unwrap();
    take(&mut store, charge);
    store.put(jobs, Key::new("ns", "a"), json!({"metadata": {"name": "a"}}));
    let refused = admit(&store, jobs, "ns", "b", &json!({})).unwrap_err();
    assert_eq!(refused.code, 403);
    recount(&mut store, &Key::new("ns", "q"));
    assert_eq!(used(&store), json!({"count/jobs.batch": "1"}));
    assert!(admit(&store, Known::get().config_map, "ns", "b", &json!({})).is_ok());
}

#[test]
fn containers_get_what_a_limit_range_says_and_may_not_go_beyond_it() {
    let limit = json!({"type": "Container", "default": {"cpu": "500m", "memory": "64Mi"},
        "defaultRequest": {"cpu": "100m", "memory": "64Mi"}, "max": {"memory": "128Mi"}, "min": {"memory": "8Mi"}});
    let store = store(Known::get().limit_range, "l", &json!({"limits": [limit]}));
    let mut asks = pod(&json!({"requests": {"memory": "16Mi"}}));
    limits::apply(&store, "ns", &mut asks);
    let resources = &asks["spec"]["containers"][0]["resources"];
    assert_eq!(resources["limits"], json!({"cpu": "500m", "memory": "64Mi"}));
    assert_eq!(resources["requests"]["memory"], "16Mi");
    assert_eq!(
        asks["metadata"]["annotations"]["kubernetes.io/limit-ranger"],
        "LimitRanger plugin set: cpu request for container c; cpu, memory limit for container c"
    );
    let kind = &Kinds::get().all[Known::get().pod];
    let words = |resources: Value| limits::check(&store, kind, "ns", "p", &pod(&resources)).unwrap_err().message;
    let large = json!({"requests": {"memory": "8Mi"}, "limits": {"memory": "256Mi"}});
    assert_eq!(
        words(large),
        "pods \"p\" is forbidden: maximum memory usage per Container is 128Mi, but limit is 256Mi"
    );
    let tiny = json!({"requests": {"memory": "1Mi"}, "limits": {"memory": "64Mi"}});
    assert_eq!(words(tiny), "pods \"p\" is forbidden: minimum memory usage per Container is 8Mi, but request is 1Mi");
}

#[test]
fn amounts_are_added_and_written_in_their_first_form() {
    let read = |text: &str| Amount::read(text).unwrap();
    assert_eq!(read("512Mi").plus(read("512Mi")).written(), "1Gi");
    assert_eq!(read("1.5Gi").written(), "1536Mi");
    assert_eq!(Amount::default().plus(read("250m")).plus(read("1")).written(), "1250m");
    assert_eq!(read("2k").nanos, 2_000_000_000_000);
    assert_eq!(Amount::read("lots"), None);
}
