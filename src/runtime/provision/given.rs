//! What runs were given, and what the management cluster has of ours.

use serde_json::{Map, Value};

use super::Runs;
use crate::domain::gate::Ask;
use crate::domain::gate::ask::Wanted;
use crate::domain::health::Trouble;
use crate::domain::provision::given::{Before, Past, unknown, without};
use crate::domain::provision::{Identity, Kind, Run};
use crate::domain::request::PortError;

impl Runs {
    /// What a new run of a cluster is to know of what the cluster was given last, and what a person is to know where
    /// that is gone and the run goes on without. `last`: the run that was given it. `has_all`: everything is given anew.
    ///
    /// # Errors
    /// The run wants it and it is gone, or it may not be read.
    pub async fn before(
        &self,
        (kind, identity): (Kind, &Identity),
        last: Option<&Run>,
        has_all: bool,
    ) -> Result<(Option<Before>, Option<String>), PortError> {
        let past = Past::of(kind);
        if past == Past::Unused {
            return Ok((None, None));
        }
        let lost = || PortError::NotFound(Trouble::new(unknown(kind, identity, last)));
        let is_needed = past == Past::Needed && !has_all;
        let Some(run) = last else { return if is_needed { Err(lost()) } else { Ok((None, None)) } };
        match self.given(run).await {
            Ok(before) => Ok((Some(before), None)),
            Err(PortError::NotFound(_)) if is_needed => Err(lost()),
            Err(PortError::NotFound(_)) => Ok((None, Some(without(run)))),
            Err(error) => Err(error),
        }
    }

    /// The variables that a run was given; sensitive ones too, where they may be read.
    ///
    /// # Errors
    /// What it was given is gone, or may not be read.
    pub async fn given(&self, run: &Run) -> Result<Before, PortError> {
        let gone = || PortError::NotFound(Trouble::new(format!("what run {} was given is not there any more", run.id)));
        let job = run.plan.as_ref().map(|plan| plan.job.clone()).ok_or_else(gone)?;
        let namespace = &run.worker.namespace;
        let map = self.get(format!("/api/v1/namespaces/{namespace}/configmaps/{job}")).await?;
        let text = map["data"]["tfvars.json"].as_str().ok_or_else(gone)?;
        let mut values: Map<String, Value> = serde_json::from_str(text).map_err(|_| gone())?;
        let is_hidden = match self.get(format!("/api/v1/namespaces/{namespace}/secrets/{job}")).await {
            Ok(secret) => {
                values.extend(hidden(&secret));
                false
            }
            // Without any there is no Secret.
            Err(PortError::NotFound(_)) => false,
            Err(PortError::Forbidden(_)) => true,
            Err(error) => return Err(error),
        };
        Ok(Before { values, is_hidden })
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

/// The same with something more to be known before the answer.
pub fn noting(mut ask: Ask, note: Option<String>) -> Ask {
    if let (Wanted::Run(change), Some(note)) = (&mut ask.what, note) {
        change.notes.push(note);
    }
    ask
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
