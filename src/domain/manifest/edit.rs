//! An object as it is put into the editor.

use serde_json::Value;

use super::{in_order, object_at};

/// The object without what a person cannot change or does not read: status, managed fields, what `kubectl apply`
/// remembered. uid and resourceVersion stay: they say which object, and which version of it, is being changed.
pub fn for_edit(object: &Value) -> Value {
    let mut object = object.clone();
    if let Some(map) = object.as_object_mut() {
        map.shift_remove("status");
    }
    if let Some(metadata) = object_at(&mut object, &["metadata"]) {
        for key in ["managedFields", "selfLink"] {
            metadata.shift_remove(key);
        }
    }
    drop_last_applied(&mut object);
    in_order(object)
}

/// Takes away what `kubectl apply` keeps of the manifest before, and the annotations if nothing else is there.
pub(super) fn drop_last_applied(object: &mut Value) {
    let Some(metadata) = object_at(object, &["metadata"]) else { return };
    if let Some(annotations) = metadata.get_mut("annotations").and_then(Value::as_object_mut) {
        annotations.shift_remove("kubectl.kubernetes.io/last-applied-configuration");
        if annotations.is_empty() {
            metadata.shift_remove("annotations");
        }
    }
}
