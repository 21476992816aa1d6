//! What Kubernetes itself tells of who may do what: service accounts with the annotation of IRSA, the ConfigMap `aws-auth`.

use std::time::Duration;

use serde_json::Value;

use super::access::auth_map;
use crate::adapters::kube::errors::say;
use crate::domain::eks::AuthMap;
use crate::domain::eks::identity::{Annotated, ROLE_ANNOTATION};
use crate::domain::health::Trouble;
use crate::domain::ids::ClusterId;
use crate::runtime::ports::{FetchReply, FetchRequest, FleetPort, PortError};

const COLLECTION: &str = "/api/v1/serviceaccounts";
/// Objects in one answer, and the most answers that are read.
const PAGE: usize = 500;
const PAGES: usize = 100;
/// A person waits for the rest of the cluster's detail.
const LIMIT: Duration = Duration::from_secs(4);

/// Every service account, with the role of its annotation.
///
/// # Errors
/// The cluster does not answer in time, or they may not be listed.
pub async fn annotated(fleet: &dyn FleetPort, cluster: ClusterId) -> Result<Vec<Annotated>, Trouble> {
    let asked = tokio::time::timeout(LIMIT, pages(fleet, cluster)).await;
    asked.unwrap_or_else(|_| Err(Trouble::new("the cluster did not answer in time")))
}

/// The ConfigMap `aws-auth`; empty where there is none.
///
/// # Errors
/// The cluster does not answer in time, or it may not be read.
pub async fn read_map(fleet: &dyn FleetPort, cluster: ClusterId) -> Result<AuthMap, Trouble> {
    let path = "/api/v1/namespaces/kube-system/configmaps/aws-auth".to_owned();
    match tokio::time::timeout(LIMIT, fleet.fetch(cluster, FetchRequest::Path { path })).await {
        Ok(Ok(FetchReply::Object(object))) => Ok(auth_map(&object)),
        Ok(Ok(_) | Err(PortError::NotFound(_))) => Ok(AuthMap::default()),
        Ok(Err(error)) => Err(error.trouble().clone()),
        Err(_) => Err(Trouble::new("the cluster did not answer in time")),
    }
}

async fn pages(fleet: &dyn FleetPort, cluster: ClusterId) -> Result<Vec<Annotated>, Trouble> {
    let (mut all, mut next) = (Vec::new(), String::new());
    for _ in 0..PAGES {
        let more = if next.is_empty() { String::new() } else { format!("&continue={next}") };
        let path = format!("{COLLECTION}?limit={PAGE}{more}");
        let answer = fleet.fetch(cluster, FetchRequest::Metadata { path }).await;
        let FetchReply::Object(list) = answer.map_err(|error| error.trouble().clone())? else { break };
        all.extend(list["items"].as_array().into_iter().flatten().map(read));
        next = token(&list["metadata"]["continue"]);
        if next.is_empty() {
            break;
        }
    }
    Ok(all)
}

/// A continue token as the API server makes them, ready for a query; nothing else becomes part of a path.
fn token(value: &Value) -> String {
    let token = value.as_str().unwrap_or_default();
    let is_plain = token.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_=.".contains(&byte));
    if is_plain { token.replace('=', "%3D") } else { String::new() }
}

fn read(object: &Value) -> Annotated {
    let metadata = &object["metadata"];
    let text = |value: &Value| say(value.as_str().unwrap_or_default());
    let role = metadata["annotations"][ROLE_ANNOTATION].as_str().map(str::trim).filter(|role| !role.is_empty());
    Annotated { namespace: text(&metadata["namespace"]), name: text(&metadata["name"]), role: role.map(say) }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn the_annotation_is_the_role() {
        let object =
            json!({"metadata": {"namespace": "shop", "name": "ledger", "annotations": {ROLE_ANNOTATION: " arn:x "}}});
        let role = Some("arn:x".to_owned());
        assert_eq!(read(&object), Annotated { namespace: "shop".to_owned(), name: "ledger".to_owned(), role });
        assert_eq!(read(&json!({"metadata": {"namespace": "a", "name": "default"}})).role, None);
    }

    #[test]
    fn what_is_no_token_ends_the_list() {
        assert_eq!(token(&json!("eyJ2Ijoi=")), "eyJ2Ijoi%3D");
        assert_eq!(token(&json!("a&b=c")), "");
        assert_eq!(token(&Value::Null), "");
    }
}
