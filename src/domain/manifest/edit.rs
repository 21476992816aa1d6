//! An object as it is put into the editor.

use serde_json::Value;

use super::{in_order, object_at};

/// The object without what a person cannot change: status, managed fields, times and versions. What `kubectl apply`
/// remembers stays, since the edited object takes the place of the whole one. The uid stays: it says which object is being changed. Which version of it, the
/// caller keeps.
pub fn for_edit(object: &Value) -> Value {
    let mut object = object.clone();
    if let Some(map) = object.as_object_mut() {
        map.shift_remove("status");
    }
    if let Some(metadata) = object_at(&mut object, &["metadata"]) {
        for key in ["managedFields", "selfLink", "resourceVersion", "generation", "creationTimestamp"] {
            metadata.shift_remove(key);
        }
    }
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
