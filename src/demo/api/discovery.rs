//! What there is: versions, groups, resources.

use http::HeaderMap;
use http::header::ACCEPT;
use serde_json::{Map, Value, json};

use super::media::parameter;
use super::reply::{self, Reply};
use crate::demo::cluster::Cluster;
use crate::demo::kinds::{Kind, Kinds, group_version};

const ALL: [&str; 8] = ["create", "delete", "deletecollection", "get", "list", "patch", "update", "watch"];

/// `/version`
pub fn version(cluster: &Cluster) -> Value {
    let git = &cluster.identity.git_version;
    let mut parts = git.trim_start_matches('v').split('.');
    let (major, minor) = (parts.next().unwrap_or("1"), parts.next().unwrap_or("34"));
    json!({
        "major": major,
        "minor": minor,
        "emulationMajor": major,
        "emulationMinor": minor,
        "minCompatibilityMajor": major,
        "minCompatibilityMinor": minor.parse::<u32>().map_or_else(|_| minor.to_owned(), |minor| (minor - 1).to_string()),
        "gitVersion": git,
        "gitCommit": "",
        "gitTreeState": "clean",
        "buildDate": "2026-01-15T00:00:00Z",
        "goVersion": "go1.24.12",
        "compiler": "gc",
        "platform": "linux/amd64",
    })
}

/// `/api` or `/apis`, plain or aggregated.
pub fn root(core: bool, headers: &HeaderMap, host: &str, gzip: bool) -> Reply {
    if let Some(version) = aggregated(headers) {
        let content_type = format!("application/json;g=apidiscovery.k8s.io;v={version};as=APIGroupDiscoveryList");
        return reply::json(200, &content_type, &discovery_list(core, version), gzip);
    }
    let value = if core {
        json!({
            "kind": "APIVersions",
            "versions": ["v1"],
            "serverAddressByClientCIDRs": [{"clientCIDR": "0.0.0.0/0", "serverAddress": host}],
        })
    } else {
        let groups: Vec<Value> =
            group_names().into_iter().map(|(group, version)| group_object(group, version)).collect();
        json!({"kind": "APIGroupList", "apiVersion": "v1", "groups": groups})
    };
    reply::json(200, "application/json", &value, gzip)
}

fn aggregated(headers: &HeaderMap) -> Option<&'static str> {
    let accept = headers.get(ACCEPT)?.to_str().ok()?;
    accept.split(',').find_map(|clause| {
        let fits = parameter(clause, "g") == Some("apidiscovery.k8s.io")
            && parameter(clause, "as") == Some("APIGroupDiscoveryList");
        match parameter(clause, "v") {
            Some("v2") if fits => Some("v2"),
            Some("v2beta1") if fits => Some("v2beta1"),
            _ => None,
        }
    })
}

/// Groups but the core one.
fn group_names() -> Vec<(&'static str, &'static str)> {
    Kinds::get().groups().into_iter().filter(|(group, _)| !group.is_empty()).collect()
}

fn group_object(group: &str, version: &str) -> Value {
    let version = json!({"groupVersion": group_version(group, version), "version": version});
    json!({"name": group, "versions": [version], "preferredVersion": version})
}

/// `/apis/GROUP`
pub fn group(name: &str) -> Option<Value> {
    let (group, version) = group_names().into_iter().find(|(group, _)| *group == name)?;
    let Value::Object(object) = group_object(group, version) else { return None };
    let mut whole = Map::from_iter([("kind".to_owned(), "APIGroup".into()), ("apiVersion".to_owned(), "v1".into())]);
    whole.extend(object);
    Some(Value::Object(whole))
}

fn of_group<'a>(group: &'a str, version: &'a str) -> impl Iterator<Item = &'static Kind> + use<'a> {
    Kinds::get().all.iter().filter(move |kind| kind.group == group && kind.version == version)
}

/// `/api/v1` or `/apis/GROUP/VERSION`
pub fn resources(group: &str, version: &str) -> Option<Value> {
    let mut list = Vec::new();
    for kind in of_group(group, version) {
        list.push(resource(kind));
        let mut subresources = kind.subresources.clone();
        subresources.sort_unstable();
        for name in subresources {
            let verbs = subresource_verbs(name);
            list.push(json!({"name": format!("{}/{name}", kind.plural), "singularName": "",
                "namespaced": kind.namespaced, "kind": kind.kind, "verbs": verbs}));
        }
    }
    let mut whole = Map::from_iter([("kind".to_owned(), Value::from("APIResourceList"))]);
    if !group.is_empty() {
        whole.insert("apiVersion".into(), "v1".into());
    }
    whole.insert("groupVersion".into(), group_version(group, version).into());
    let known = !list.is_empty();
    whole.insert("resources".into(), list.into());
    known.then_some(Value::Object(whole))
}

fn subresource_verbs(name: &str) -> &'static [&'static str] {
    match name {
        "log" => &["get"],
        "finalize" => &["update"],
        _ => &["get", "patch", "update"],
    }
}

fn verbs(kind: &Kind) -> Vec<&'static str> {
    match (kind.stored(), kind.kind) {
        (false, _) => vec!["create"],
        (true, "Namespace") => ALL.into_iter().filter(|verb| *verb != "deletecollection").collect(),
        (true, _) => ALL.to_vec(),
    }
}

fn resource(kind: &Kind) -> Value {
    let mut resource = json!({"name": kind.plural, "singularName": kind.singular, "namespaced": kind.namespaced,
        "kind": kind.kind, "verbs": verbs(kind)});
    if !kind.short_names.is_empty() {
        resource["shortNames"] = kind.short_names.as_slice().into();
    }
    if !kind.categories.is_empty() {
        resource["categories"] = kind.categories.as_slice().into();
    }
    if !kind.storage_hash.is_empty() {
        resource["storageVersionHash"] = kind.storage_hash.into();
    }
    resource
}

fn discovery_list(core: bool, version: &str) -> Value {
    let groups: Vec<Value> = Kinds::get()
        .groups()
        .into_iter()
        .filter(|(group, _)| group.is_empty() == core)
        .map(|(group, group_version)| {
            let resources: Vec<Value> = of_group(group, group_version).map(discovered).collect();
            let metadata = if core { json!({}) } else { json!({"name": group}) };
            json!({"metadata": metadata,
                "versions": [{"version": group_version, "resources": resources, "freshness": "Current"}]})
        })
        .collect();
    json!({"kind": "APIGroupDiscoveryList", "apiVersion": format!("apidiscovery.k8s.io/{version}"), "metadata": {},
        "items": groups})
}

fn discovered(kind: &'static Kind) -> Value {
    // Group and version are those that the resource stands under.
    let response = json!({"group": "", "version": "", "kind": kind.kind});
    let scope = if kind.namespaced { "Namespaced" } else { "Cluster" };
    let mut entry = json!({"resource": kind.plural, "responseKind": response, "scope": scope,
        "singularResource": kind.singular, "verbs": verbs(kind)});
    if !kind.short_names.is_empty() {
        entry["shortNames"] = kind.short_names.as_slice().into();
    }
    if !kind.categories.is_empty() {
        entry["categories"] = kind.categories.as_slice().into();
    }
    let mut subresources = kind.subresources.clone();
    subresources.sort_unstable();
    if !subresources.is_empty() {
        entry["subresources"] = subresources
            .iter()
            .map(|name| json!({"subresource": name, "responseKind": response, "verbs": subresource_verbs(name)}))
            .collect::<Vec<_>>()
            .into();
    }
    entry
}
