//! What runs were given, and what the management cluster has of ours.

use serde_json::{Map, Value};

use super::Runs;
use crate::domain::health::Trouble;
use crate::domain::provision::Run;
use crate::domain::request::PortError;

impl Runs {
    /// The variables that a run was given; sensitive ones too, where they may be read.
    ///
    /// # Errors
    /// What it was given is gone, or may not be read.
    pub async fn given(&self, run: &Run) -> Result<Map<String, Value>, PortError> {
        let gone = || PortError::NotFound(Trouble::new(format!("what run {} was given is not there any more", run.id)));
        let job = run.plan.as_ref().map(|plan| plan.job.clone()).ok_or_else(gone)?;
        let namespace = &run.worker.namespace;
        let map = self.get(format!("/api/v1/namespaces/{namespace}/configmaps/{job}")).await?;
        let text = map["data"]["tfvars.json"].as_str().ok_or_else(gone)?;
        let mut values: Map<String, Value> = serde_json::from_str(text).map_err(|_| gone())?;
        match self.get(format!("/api/v1/namespaces/{namespace}/secrets/{job}")).await {
            Ok(secret) => values.extend(hidden(&secret)),
            // Without any there is no Secret; what may not be read has to be given anew.
            Err(PortError::NotFound(_) | PortError::Forbidden(_)) => {}
            Err(error) => return Err(error),
        }
        Ok(values)
    }

    /// `None` if an object is there as the manifest has it; else what is there with the manifest's fields over it.
    ///
    /// # Errors
    /// It is not there, or cannot be read.
    pub async fn same(&self, manifest: &Value) -> Result<Option<Value>, PortError> {
        let path = path(manifest).ok_or_else(|| PortError::Broken(Trouble::new("a manifest of an unknown kind")))?;
        let there = self.get(path).await?;
        let mut merged = there.clone();
        lay_over(&mut merged, manifest);
        Ok((merged != there).then_some(merged))
    }
}

fn hidden(secret: &Value) -> Map<String, Value> {
    use base64::Engine;
    let packed = secret["data"]["secret.tfvars.json"].as_str().unwrap_or_default();
    let bytes = base64::engine::general_purpose::STANDARD.decode(packed).unwrap_or_default();
    serde_json::from_slice(&bytes).unwrap_or_default()
}

/// The kinds of the worker's access.
fn path(manifest: &Value) -> Option<String> {
    let name = manifest["metadata"]["name"].as_str()?;
    let namespace = manifest["metadata"]["namespace"].as_str().unwrap_or_default();
    Some(match manifest["kind"].as_str()? {
        "Namespace" => format!("/api/v1/namespaces/{name}"),
        "ServiceAccount" => format!("/api/v1/namespaces/{namespace}/serviceaccounts/{name}"),
        "Role" => format!("/apis/rbac.authorization.k8s.io/v1/namespaces/{namespace}/roles/{name}"),
        "RoleBinding" => format!("/apis/rbac.authorization.k8s.io/v1/namespaces/{namespace}/rolebindings/{name}"),
        "NetworkPolicy" => format!("/apis/networking.k8s.io/v1/namespaces/{namespace}/networkpolicies/{name}"),
        _ => return None,
    })
}

/// A merge patch (RFC 7386) without removals: what the cluster added by itself stays.
fn lay_over(there: &mut Value, ours: &Value) {
    match (there, ours) {
        (Value::Object(there), Value::Object(ours)) => {
            for (key, value) in ours {
                lay_over(there.entry(key.clone()).or_insert(Value::Null), value);
            }
        }
        (Value::Array(there), Value::Array(ours)) if there.len() == ours.len() => {
            there.iter_mut().zip(ours).for_each(|(there, ours)| lay_over(there, ours));
        }
        (there, ours) => *there = ours.clone(),
    }
}
