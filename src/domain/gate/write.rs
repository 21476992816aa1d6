//! One request that changes one object.

use serde_json::Value;

use super::ask::Propagation;

/// A kind as the REST API has it.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Resource {
    /// Empty for the core group.
    pub group: String,
    pub version: String,
    pub plural: String,
    /// As in an object's `kind`.
    pub kind: String,
    pub namespaced: bool,
}

impl Resource {
    /// The REST path of the collection.
    pub fn collection(&self, namespace: &str) -> String {
        let root = match self.group.as_str() {
            "" => format!("/api/{}", self.version),
            group => format!("/apis/{group}/{}", self.version),
        };
        match self.namespaced {
            true => format!("{root}/namespaces/{namespace}/{}", self.plural),
            false => format!("{root}/{}", self.plural),
        }
    }

    /// The REST path of one object.
    pub fn object(&self, namespace: &str, name: &str) -> String {
        format!("{}/{name}", self.collection(namespace))
    }

    /// As people and audits name it: `job`, `namespace`, `widget.example.com`.
    pub fn word(&self) -> String {
        let kind = self.kind.to_lowercase();
        match self.group.as_str() {
            "" | "batch" | "apps" => kind,
            group => format!("{kind}.{group}"),
        }
    }
}

/// What happens to the object.
#[derive(Debug, Clone, PartialEq)]
pub enum Change {
    /// POST of the manifest, strictly validated.
    Create { manifest: Value },
    /// PUT of the manifest, strictly validated; its resourceVersion is the precondition.
    Replace { manifest: Value },
    /// A merge patch (RFC 7386) on the version that was shown.
    Patch { patch: Value },
    /// DELETE of exactly the object that was shown, by its uid.
    Delete { propagation: Propagation },
    /// A command in one of a pod's containers, without input; what it prints comes back.
    Exec { container: String, command: Vec<String> },
}

impl Change {
    /// The API's verb, for permissions and the audit.
    pub fn api_verb(&self) -> &'static str {
        match self {
            Self::Create { .. } => "create",
            Self::Replace { .. } => "update",
            Self::Patch { .. } => "patch",
            Self::Delete { .. } => "delete",
            Self::Exec { .. } => "exec",
        }
    }
}

/// One change of one object.
#[derive(Debug, Clone, PartialEq)]
pub struct Write {
    pub resource: Resource,
    /// Empty for cluster-scoped kinds.
    pub namespace: String,
    /// Empty where the server makes it from `generateName`.
    pub name: String,
    pub change: Change,
    /// The object's uid as it was shown; `None` for what does not exist yet.
    pub uid: Option<String>,
    /// The version that a patch is made for; `None` for all else.
    pub version: Option<String>,
    /// Annotations as they were when the write was thought of, which it rests on; null is one that was not there.
    pub expects: Vec<(&'static str, Value)>,
}

impl Write {
    /// `job checkout/settle-28911`, `namespace scratch`.
    pub fn object_words(&self) -> String {
        let name = match (&self.change, self.name.as_str()) {
            (Change::Create { manifest }, "") => super::ask::named(manifest),
            (_, name) => name.to_owned(),
        };
        match self.namespace.as_str() {
            "" => format!("{} {name}", self.resource.word()),
            namespace => format!("{} {namespace}/{name}", self.resource.word()),
        }
    }

    /// The REST path that the request goes to, without its query.
    pub fn path(&self) -> String {
        match &self.change {
            Change::Create { .. } => self.resource.collection(&self.namespace),
            Change::Exec { .. } => format!("{}/exec", self.object_path()),
            _ => self.object_path(),
        }
    }

    /// The REST path of the object.
    pub fn object_path(&self) -> String {
        self.resource.object(&self.namespace, &self.name)
    }

    /// Gives owners that are named without a uid that of the object of this kind and name. Says whether it did.
    pub fn own(&mut self, kind: &str, name: &str, uid: &str) -> bool {
        let Change::Create { manifest } = &mut self.change else { return false };
        let owners = manifest.pointer_mut("/metadata/ownerReferences").and_then(Value::as_array_mut);
        let mut found = false;
        for owner in owners.into_iter().flatten() {
            if owner["kind"] == kind && owner["name"] == name && owner["uid"] == "" {
                owner["uid"] = Value::from(uid);
                found = true;
            }
        }
        found
    }

    /// Whether the object still says what the write rests on. Values are compared as JSON where they are.
    pub fn is_as_expected(&self, object: &Value) -> bool {
        let said = |key: &str| match object["metadata"]["annotations"][key].as_str() {
            Some(text) => serde_json::from_str(text).unwrap_or_else(|_| Value::from(text)),
            None => Value::Null,
        };
        self.expects.iter().all(|(key, value)| said(key) == *value)
    }

    /// The body that is sent. A deletion names the uid that was shown; a patch the uid and the version.
    pub fn body(&self) -> Value {
        match &self.change {
            Change::Create { manifest } | Change::Replace { manifest } => manifest.clone(),
            Change::Patch { patch } => {
                let mut patch = patch.clone();
                let mut fixed = serde_json::Map::new();
                fixed.extend(self.uid.as_ref().map(|uid| ("uid".to_owned(), Value::from(uid.as_str()))));
                let version = self.version.as_ref();
                fixed.extend(version.map(|version| ("resourceVersion".to_owned(), Value::from(version.as_str()))));
                if let Some(patch) = patch.as_object_mut() {
                    let metadata = patch.entry("metadata").or_insert_with(|| Value::Object(serde_json::Map::new()));
                    if let Some(metadata) = metadata.as_object_mut() {
                        metadata.extend(fixed);
                    }
                }
                patch
            }
            Change::Exec { container, command } => serde_json::json!({"container": container, "command": command}),
            Change::Delete { propagation } => {
                let mut options = serde_json::json!({
                    "kind": "DeleteOptions",
                    "apiVersion": "v1",
                    "propagationPolicy": propagation.name(),
                });
                if let Some(uid) = &self.uid {
                    options["preconditions"] = serde_json::json!({"uid": uid});
                }
                options
            }
        }
    }
}

/// Namespaces without which a cluster does not work.
const KEPT: [&str; 4] = ["default", "kube-node-lease", "kube-public", "kube-system"];

/// Whether a text can be a part of a REST path as it stands: it leads nowhere else and ends no path.
pub fn is_path_part(text: &str) -> bool {
    let plain = |char: char| char.is_ascii_alphanumeric() || matches!(char, '-' | '.' | '_' | ':');
    !text.is_empty() && text != "." && text != ".." && text.chars().all(plain)
}

/// Why a write is refused whatever anybody answers.
pub fn refused_outright(write: &Write) -> Option<String> {
    let may_be_empty = matches!(write.change, Change::Create { .. });
    for (what, text, empty) in
        [("namespace", &write.namespace, !write.resource.namespaced), ("name", &write.name, may_be_empty)]
    {
        if !(is_path_part(text) || empty && text.is_empty()) {
            return Some(format!("{:?} is no {what} of a {}", crate::domain::text::clean(text), write.resource.word()));
        }
    }
    let goes = matches!(write.change, Change::Delete { .. }) && write.resource.kind == "Namespace";
    let is_kept = goes && KEPT.contains(&write.name.as_str());
    is_kept.then(|| format!("namespace {} belongs to the cluster itself and is never deleted from here", write.name))
}
