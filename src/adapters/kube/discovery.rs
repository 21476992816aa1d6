//! What a server serves: aggregated discovery (`apidiscovery.k8s.io`, v2 since 1.30, v2beta1 since 1.26).

use serde_json::Value;

use super::reader::Reader;
use crate::domain::gate::Resource;
use crate::domain::request::{PortError, Served, ServedResource};

/// Aggregated in its newest form, then in the older one; a server that knows neither answers the plain form.
const ACCEPT: &str = "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList,\
                      application/json;g=apidiscovery.k8s.io;v=v2beta1;as=APIGroupDiscoveryList,application/json";

/// Every resource of the core group and of all others.
pub async fn resources(reader: &Reader) -> Result<Served, PortError> {
    let mut found = Served::default();
    for root in ["/api", "/apis"] {
        let answer = super::fetch::json(reader, root, ACCEPT).await?;
        match answer["items"].as_array() {
            Some(groups) => groups.iter().for_each(|group| aggregated(group, &mut found)),
            None => plain(reader, root, &answer, &mut found).await?,
        }
    }
    Ok(found)
}

fn aggregated(group: &Value, found: &mut Served) {
    let name = text(&group["metadata"]["name"]);
    for version in group["versions"].as_array().into_iter().flatten() {
        // What stands there is from before the group's server went away, or nothing at all.
        if version["freshness"] == "Stale" && !found.unread.contains(&name) {
            found.unread.push(name.clone());
        }
        let resources = version["resources"].as_array().into_iter().flatten();
        found.resources.extend(resources.map(|resource| ServedResource {
            resource: Resource {
                group: name.clone(),
                version: text(&version["version"]),
                plural: text(&resource["resource"]),
                kind: text(&resource["responseKind"]["kind"]),
                namespaced: resource["scope"] == "Namespaced",
            },
            verbs: words(&resource["verbs"]),
        }));
    }
}

/// The older form: one question for each group's preferred version.
async fn plain(reader: &Reader, root: &str, answer: &Value, found: &mut Served) -> Result<(), PortError> {
    let core = answer["versions"].as_array().into_iter().flatten();
    let groups = answer["groups"].as_array().into_iter().flatten();
    let versions = core.map(text).chain(groups.map(|group| text(&group["preferredVersion"]["groupVersion"])));
    for group_version in versions {
        // A group whose own server is down fails alone.
        let Ok(list) = super::fetch::json(reader, &format!("{root}/{group_version}"), "application/json").await else {
            found.unread.push(group_version);
            continue;
        };
        let (group, version) = group_version.split_once('/').unwrap_or(("", &group_version));
        let resources = list["resources"].as_array().into_iter().flatten();
        let whole = resources.filter(|resource| !text(&resource["name"]).contains('/'));
        found.resources.extend(whole.map(|resource| ServedResource {
            resource: Resource {
                group: group.to_owned(),
                version: version.to_owned(),
                plural: text(&resource["name"]),
                kind: text(&resource["kind"]),
                namespaced: resource["namespaced"] == true,
            },
            verbs: words(&resource["verbs"]),
        }));
    }
    Ok(())
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

fn words(value: &Value) -> Vec<String> {
    value.as_array().into_iter().flatten().map(text).collect()
}
