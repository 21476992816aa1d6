//! What the user of a cluster may do, by rules as a ClusterRole has them.

use http::Method;
use serde_json::{Value, json};

use super::Target;
use super::error::ApiError;
use super::options::Query;
use crate::demo::cluster::{Access, Identity};
use crate::demo::kinds::{Kind, Kinds};

/// The ClusterRole of a user who may only look, and its binding.
const VIEW: &str = "sre-view";
const READS: [&str; 3] = ["get", "list", "watch"];

/// Who the API server says is asking.
pub fn user(identity: &Identity) -> String {
    format!("demo@{}", identity.name)
}

/// The user's groups.
pub fn groups(identity: &Identity) -> Vec<&'static str> {
    match identity.access {
        Access::Everything => vec!["system:masters", "system:authenticated"],
        Access::View => vec!["system:authenticated"],
    }
}

/// What a request does, as rules name it.
fn verb(method: &Method, target: &Target, query: &Query) -> &'static str {
    match (method, &target.name) {
        (&Method::POST, _) => "create",
        _ if target.subresource.as_deref() == Some(super::exec::NAME) => "create",
        (&Method::PUT, _) => "update",
        (&Method::PATCH, _) => "patch",
        (&Method::DELETE, Some(_)) => "delete",
        (&Method::DELETE, None) => "deletecollection",
        _ if query.flag("watch") => "watch",
        (_, Some(_)) => "get",
        (_, None) => "list",
    }
}

/// Refuses what the user may not do.
///
/// # Errors
/// 403 in the API server's words.
pub fn check(identity: &Identity, method: &Method, target: &Target, query: &Query) -> Result<(), ApiError> {
    let kind = &Kinds::get().all[target.kind];
    let verb = verb(method, target, query);
    if may(identity, verb, kind.group, kind.plural) {
        return Ok(());
    }
    let resource = target.subresource.as_ref().map_or(kind.plural.to_owned(), |sub| format!("{}/{sub}", kind.plural));
    let named = target.name.as_deref().filter(|_| kind.kind == "Namespace");
    let scope = match target.namespace.as_deref().or(named) {
        Some(namespace) => format!("in the namespace {namespace:?}"),
        None => "at the cluster scope".to_owned(),
    };
    let words =
        format!("User {:?} cannot {verb} resource {resource:?} in API group {:?} {scope}", user(identity), kind.group);
    Err(forbidden(kind, target.name.as_deref(), &words))
}

fn forbidden(kind: &Kind, name: Option<&str>, words: &str) -> ApiError {
    let mut error = ApiError::forbidden(kind, name.unwrap_or_default(), words);
    if name.is_none() {
        error.message = format!("{} is forbidden: {words}", kind.qualified());
    }
    error
}

fn may(identity: &Identity, verb: &str, group: &str, resource: &str) -> bool {
    match identity.access {
        Access::Everything => true,
        Access::View => rules().iter().any(|rule| {
            let says = |field: &str, word: &str| {
                rule[field].as_array().is_some_and(|all| all.iter().any(|one| one == "*" || one == word))
            };
            says("verbs", verb) && says("apiGroups", group) && says("resources", resource)
        }),
    }
}

/// What a user who may only look may do: read everything but Secrets, and ask what may be done.
fn rules() -> Vec<Value> {
    let mut rules = vec![
        json!({"verbs": ["create"], "apiGroups": ["authorization.k8s.io"],
            "resources": ["selfsubjectaccessreviews", "selfsubjectrulesreviews"]}),
        json!({"verbs": ["create"], "apiGroups": ["authentication.k8s.io"], "resources": ["selfsubjectreviews"]}),
    ];
    for (group, version) in Kinds::get().groups() {
        let of =
            |kind: &&Kind| kind.group == group && kind.version == version && kind.stored() && kind.kind != "Secret";
        let mut resources: Vec<String> = Vec::new();
        for kind in Kinds::get().all.iter().filter(of) {
            resources.push(kind.plural.into());
            resources.extend(kind.subresources.iter().map(|sub| format!("{}/{sub}", kind.plural)));
        }
        if !resources.is_empty() {
            rules.push(json!({"verbs": READS, "apiGroups": [group], "resources": resources}));
        }
    }
    rules
}

/// The status of a SelfSubjectAccessReview.
///
/// # Errors
/// 422 when it asks about nothing, or about two things.
pub fn access(identity: &Identity, spec: &Value) -> Result<Value, ApiError> {
    let (resource, path) = (&spec["resourceAttributes"], &spec["nonResourceAttributes"]);
    if resource.is_null() == path.is_null() {
        let words = "exactly one of nonResourceAttributes or resourceAttributes must be specified";
        let shown = if resource.is_null() { "null".to_owned() } else { resource.to_string() };
        let cause = super::Cause::invalid("spec.resourceAttributes", &shown, words);
        return Err(ApiError::invalid_kind("authorization.k8s.io", "", "", vec![cause]));
    }
    if identity.access == Access::Everything {
        return Ok(json!({"allowed": true}));
    }
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let verb = text(&if path.is_null() { resource } else { path }["verb"]);
    let allowed = if path.is_null() {
        let sub = text(&resource["subresource"]);
        let name = text(&resource["resource"]);
        let name = if sub.is_empty() { name } else { format!("{name}/{sub}") };
        may(identity, &verb, &text(&resource["group"]), &name)
    } else {
        verb == "get"
    };
    if !allowed {
        return Ok(json!({"allowed": false}));
    }
    let user = user(identity);
    let reason = format!("RBAC: allowed by ClusterRoleBinding {VIEW:?} of ClusterRole {VIEW:?} to User {user:?}");
    Ok(json!({"allowed": true, "reason": reason}))
}

/// The status of a SelfSubjectRulesReview.
pub fn all(identity: &Identity) -> Value {
    let everything = json!({
        "resourceRules": [{"verbs": ["*"], "apiGroups": ["*"], "resources": ["*"]}],
        "nonResourceRules": [{"verbs": ["*"], "nonResourceURLs": ["*"]}],
        "incomplete": false,
    });
    let paths =
        ["/api", "/api/*", "/apis", "/apis/*", "/healthz", "/livez", "/openapi", "/openapi/*", "/readyz", "/version"];
    match identity.access {
        Access::Everything => everything,
        Access::View => json!({
            "resourceRules": rules(),
            "nonResourceRules": [{"verbs": ["get"], "nonResourceURLs": paths}],
            "incomplete": false,
        }),
    }
}
