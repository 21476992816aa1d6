use serde_json::json;

use super::canonical::{canonical, empty};
use super::schema::Schema;
use super::{decode, encode, unknown};

fn id(kind: &str) -> usize {
    Schema::get().find(kind).unwrap()
}

#[test]
fn every_field_of_the_table_is_understood() {
    let text = include_str!("../../../assets/demo/wire.txt");
    let fields = text.lines().filter(|line| line.starts_with(' ')).count();
    assert_eq!(Schema::get().messages.iter().map(|message| message.fields.len()).sum::<usize>(), fields);
}

#[test]
fn an_object_survives_the_way_to_protobuf_and_back() {
    let pod = json!({
        "metadata": {"name": "a", "creationTimestamp": "2026-11-21T03:01:16Z", "labels": {"b": "2", "a": "1"}},
        "spec": {
            "volumes": [{"name": "v", "emptyDir": {"sizeLimit": "1Gi"}}],
            "containers": [{"name": "c", "resources": {"limits": {"memory": "20Mi"}},
                "livenessProbe": {"httpGet": {"port": "http"}, "periodSeconds": 3}}],
            "tolerations": [{"tolerationSeconds": 0}],
        },
        "status": {"conditions": [{"type": "Ready", "status": "True", "lastProbeTime": null,
            "lastTransitionTime": "2026-11-21T03:01:16Z"}]},
    });
    let stored = canonical(id("Pod"), &pod).unwrap();
    let mut bytes = Vec::new();
    encode::encode(id("Pod"), &stored, &mut bytes);
    let read = decode::decode_body(&unknown("v1", "Pod", &bytes)).unwrap();
    let mut expected = json!({"kind": "Pod", "apiVersion": "v1"});
    expected.as_object_mut().unwrap().extend(stored.as_object().unwrap().clone());
    assert_eq!(read, expected);
}

#[test]
fn a_status_is_encoded_byte_for_byte_as_the_api_server_does() {
    let status = json!({"metadata": {}, "status": "Failure", "message": "jobs.batch \"none\" not found",
        "reason": "NotFound", "details": {"name": "none", "group": "batch", "kind": "jobs"}, "code": 404});
    let mut bytes = Vec::new();
    encode::encode(id("Status"), &status, &mut bytes);
    let body = unknown("v1", "Status", &bytes);
    assert_eq!(body.len(), 108);
    assert!(
        body.starts_with(b"k8s\0\x0a\x0c\x0a\x02v1\x12\x06Status\x12\x54\x0a\x06\x0a\0\x12\0\x1a\0\x12\x07Failure")
    );
    assert!(body.ends_with(b"\x2a\x17\x0a\x04none\x12\x05batch\x1a\x04jobs\x28\0\x32\0\x30\x94\x03\x1a\0\x22\0"));
}

#[test]
fn empty_objects_are_written_as_in_a_bookmark() {
    assert_eq!(
        empty(id("Job")),
        json!({"metadata": {}, "spec": {"template": {"metadata": {}, "spec": {"containers": null}}}, "status": {}})
    );
    assert_eq!(
        empty(id("Event")),
        json!({"metadata": {}, "involvedObject": {}, "source": {}, "firstTimestamp": null, "lastTimestamp": null,
            "eventTime": null, "reportingComponent": "", "reportingInstance": ""})
    );
}

#[test]
fn wrong_types_are_told_with_their_path() {
    let job = json!({"spec": {"parallelism": "many"}});
    assert_eq!(
        canonical(id("Job"), &job).unwrap_err().0,
        "json: cannot unmarshal string into Go struct field JobSpec.spec.parallelism of type int32"
    );
}

#[test]
fn quantities_are_rewritten() {
    let written = |text: &str| super::quantity::canonical(&json!(text));
    assert_eq!(written("0.5"), "500m");
    assert_eq!(written("1000m"), "1");
    assert_eq!(written("1024Mi"), "1Gi");
    assert_eq!(written("20Mi"), "20Mi");
    assert_eq!(written("1500"), "1500");
    assert_eq!(written("110"), "110");
    assert_eq!(written("2000"), "2k");
}
