//! What a pod of a run is asked, from its own manifest and from what it mounts.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Map, Value};

use super::worker::Asked;
use crate::demo::kinds::{Kinds, Known};
use crate::demo::store::{Key, Store};
use crate::domain::provision::manifests::{KIND, PHASE, RUN};

/// `None` for a pod of no run.
pub fn asked(store: &Store, pod: &Value) -> Option<Asked> {
    let label = |name: &str| pod["metadata"]["labels"][name].as_str();
    label(RUN)?;
    let namespace = pod["metadata"]["namespace"].as_str()?;
    let container = pod["spec"]["containers"].as_array()?.iter().find(|container| container["name"] == "terraform")?;
    let variable = |name: &str| {
        let all = container["env"].as_array().into_iter().flatten();
        let found = all.filter(|one| one["name"] == name).filter_map(|one| one["value"].as_str()).next();
        found.unwrap_or_default().to_owned()
    };
    let volume = |name: &str| {
        let mut all = pod["spec"]["volumes"].as_array().into_iter().flatten();
        all.find(|volume| volume["name"] == name).cloned().unwrap_or_default()
    };
    let get = |kind, name: &Value| {
        let key = Key::new(namespace, name.as_str().unwrap_or_default());
        store.get(kind, &key).map(|entry| entry.value().into_owned()).unwrap_or_default()
    };
    let config = get(Known::get().config_map, &volume("config")["configMap"]["name"]);
    let secret = get(Kinds::get().named("Secret"), &volume("secret")["secret"]["secretName"]);
    let data = |name: &str| config["data"][name].as_str().unwrap_or_default().to_owned();
    let hidden = STANDARD.decode(secret["data"]["secret.tfvars.json"].as_str().unwrap_or_default()).unwrap_or_default();
    let mut variables: Map<String, Value> = serde_json::from_str(&data("tfvars.json")).unwrap_or_default();
    variables.extend(serde_json::from_slice::<Map<String, Value>>(&hidden).unwrap_or_default());
    let claim = volume("work")["persistentVolumeClaim"]["claimName"].as_str().unwrap_or_default().to_owned();
    let image = container["image"].as_str().unwrap_or_default();
    let version = image.split('@').next().and_then(|image| image.rsplit_once(':')).map_or("1.11.4", |(_, tag)| tag);
    let wait: i64 = variable("EKSDECK_LOCK_WAIT").trim_end_matches('s').parse().unwrap_or(0);
    Some(Asked {
        pod: pod["metadata"]["uid"].as_str()?.to_owned(),
        phase: if label(PHASE) == Some("apply") { "apply" } else { "plan" },
        kind: label(KIND).unwrap_or_default().to_owned(),
        volume: super::claim(store, namespace, &claim).unwrap_or_default(),
        folder: variable("EKSDECK_FOLDER").rsplit('/').next().unwrap_or_default().to_owned(),
        // A file's path is the same on every volume.
        state: format!("{claim} {}", data("backend.tf.json")),
        sha256: variable("EKSDECK_SHA256"),
        lock: variable("EKSDECK_LOCK_ID"),
        lock_wait: wait * 1000,
        version: version.to_owned(),
        module: config["binaryData"]["module.tar.gz"].as_str().unwrap_or_default().to_owned(),
        variables,
        identity: data("identity.json"),
    })
}
