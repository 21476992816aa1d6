//! A new namespace, with what limits it.

use serde_json::{Map, Value, json};

/// What the form asks for. Empty texts are left out.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct NamespaceValues {
    pub name: String,
    /// In the order in which they are written.
    pub labels: Vec<(String, String)>,
    /// Resource of a ResourceQuota (`requests.cpu`, `pods`, `count/jobs.batch`) and its limit.
    pub quota: Vec<(String, String)>,
    /// CPU and memory that a container gets when it asks for none.
    pub default_cpu: String,
    pub default_memory: String,
}

/// The Namespace, its ResourceQuota and its LimitRange, as far as there is something in them, in the order in which
/// they are created.
pub fn namespace(values: &NamespaceValues) -> Vec<Value> {
    let name = values.name.as_str();
    let map = |entries: &[(String, String)]| {
        let filled = entries.iter().filter(|(_, value)| !value.trim().is_empty());
        filled.map(|(key, value)| (key.clone(), Value::from(value.trim()))).collect::<Map<_, _>>()
    };
    let mut metadata = Map::from_iter([("name".to_owned(), Value::from(name))]);
    let labels = map(&values.labels);
    if !labels.is_empty() {
        metadata.insert("labels".to_owned(), labels.into());
    }
    let mut objects = vec![json!({ "apiVersion": "v1", "kind": "Namespace", "metadata": metadata })];
    let hard = map(&values.quota);
    if !hard.is_empty() {
        objects.push(json!({
            "apiVersion": "v1",
            "kind": "ResourceQuota",
            "metadata": { "name": "quota", "namespace": name },
            "spec": { "hard": hard },
        }));
    }
    let defaults =
        map(&[("cpu".to_owned(), values.default_cpu.clone()), ("memory".to_owned(), values.default_memory.clone())]);
    if !defaults.is_empty() {
        objects.push(json!({
            "apiVersion": "v1",
            "kind": "LimitRange",
            "metadata": { "name": "defaults", "namespace": name },
            "spec": { "limits": [{ "type": "Container", "default": defaults, "defaultRequest": defaults }] },
        }));
    }
    objects
}
