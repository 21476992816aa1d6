//! What a cluster says of itself: version, product, the uid that tells it from all others.

use serde_json::Value;

use super::fetch;
use super::reader::Reader;
use crate::domain::delta::Row;
use crate::domain::health::Trouble;
use crate::domain::ids::KindId;
use crate::domain::node::NodeRow;
use crate::domain::pool::Pool;
use crate::domain::provider::{Provider, provider};
use crate::domain::request::PortError;
use crate::kinds::table::entry;

/// What is known of a cluster after a look at it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Known {
    /// `v1.34.4-eks-abc`
    pub git_version: String,
    pub provider: Provider,
    /// `metadata.uid` of `kube-system`; `None` where it may not be read.
    pub kube_system: Option<String>,
}

const JSON: &str = "application/json";

/// Asks for the version, `kube-system` and a few nodes. Only the first must be answered.
///
/// # Errors
/// The cluster does not answer, or does not let us in.
pub async fn recognise(reader: &Reader) -> Result<Known, PortError> {
    let version = fetch::json(reader, "/version", JSON).await?;
    let Some(git_version) = version["gitVersion"].as_str().map(str::to_owned) else {
        let words = format!("{}: /version does not say which Kubernetes it is", reader.cluster());
        return Err(PortError::Refused(Trouble::new(words)));
    };
    let (system, nodes) = futures::join!(kube_system(reader), fetch::json(reader, "/api/v1/nodes?limit=5", JSON),);
    // /version is open to everybody on most servers: whether we are let in shows only here.
    if let Err(error @ (PortError::Unauthorised(_) | PortError::Unreachable(_))) = system {
        return Err(error);
    }
    let nodes: Vec<NodeRow> = nodes.map(|list| rows(&list)).unwrap_or_default();
    let kube_system = system.ok().flatten();
    Ok(Known { provider: provider(&git_version, &nodes), git_version: super::errors::say(&git_version), kube_system })
}

/// The uid of `kube-system`, which no two clusters share.
///
/// # Errors
/// It may not be read, or the cluster does not answer.
pub async fn kube_system(reader: &Reader) -> Result<Option<String>, PortError> {
    let namespace = fetch::json(reader, "/api/v1/namespaces/kube-system", JSON).await?;
    Ok(namespace["metadata"]["uid"].as_str().map(str::to_owned))
}

fn rows(list: &Value) -> Vec<NodeRow> {
    let decode = entry(KindId::Node).decode_json;
    let mut pool = Pool::default();
    let mut row = |item: &Value| match decode?(item.to_string().as_bytes(), &mut pool) {
        Ok(Row::Node(node)) => Some(node),
        _ => None,
    };
    list["items"].as_array().into_iter().flatten().filter_map(&mut row).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::adapters::kube::testing::{Reply, denied, ok, reader};

    fn server(line: &str, nodes: &str) -> Reply {
        match line {
            "GET /version" => ok(r#"{"gitVersion":"v1.34.1"}"#),
            "GET /api/v1/namespaces/kube-system" => ok(r#"{"metadata":{"name":"kube-system","uid":"u-1"}}"#),
            _ => ok(nodes.to_owned()),
        }
    }

    #[tokio::test]
    async fn the_product_is_told_by_nodes_where_the_version_does_not() {
        let nodes = r#"{"items":[{"metadata":{"name":"n"},"spec":{"providerID":"kind://docker/x"}}]}"#;
        let (reader, _) = reader(move |line, _| server(line, nodes));
        let known = recognise(&reader).await.unwrap();
        let wanted =
            Known { git_version: "v1.34.1".to_owned(), provider: Provider::Kind, kube_system: Some("u-1".to_owned()) };
        assert_eq!(known, wanted);
    }

    #[tokio::test]
    async fn who_may_read_little_is_let_in_and_who_is_not_known_is_not() {
        let (partly, _) = reader(|line, _| match line {
            "GET /version" => server(line, ""),
            _ => denied("no"),
        });
        let known = recognise(&partly).await.unwrap();
        assert_eq!((known.provider, known.kube_system), (Provider::Vanilla, None));
        let (closed, _) = reader(|line, _| match line {
            "GET /version" => server(line, ""),
            _ => Reply::Answer(401, "application/json", b"{}".to_vec(), super::super::testing::Then::End),
        });
        assert!(matches!(recognise(&closed).await, Err(PortError::Unauthorised(_))));
    }
}
