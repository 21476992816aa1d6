//! Who would put an object back, or change it again: by labels, annotations and ownerReferences.

use serde_json::Value;

use crate::domain::text::clean;

/// Something that keeps the object as it wants it, in words: `CronJob settle`, `Argo CD application shop`.
pub fn keepers(object: &Value) -> Vec<String> {
    let meta = &object["metadata"];
    let text = |part: &str, key: &str| {
        let value = meta[part].get(key).and_then(Value::as_str)?;
        Some(clean(value).into_owned())
    };
    let mut found = Vec::new();
    let argo = text("annotations", "argocd.argoproj.io/tracking-id")
        .map(|id| id.split(':').next().unwrap_or_default().to_owned())
        .or_else(|| text("labels", "argocd.argoproj.io/instance"));
    found.extend(argo.map(|name| format!("Argo CD application {name}")));
    let flux = |prefix: &str, what: &str| {
        let name = text("labels", &format!("{prefix}/name"))?;
        let namespace = text("labels", &format!("{prefix}/namespace")).unwrap_or_default();
        Some(format!("Flux {what} {namespace}/{name}"))
    };
    found.extend(flux("kustomize.toolkit.fluxcd.io", "Kustomization"));
    found.extend(flux("helm.toolkit.fluxcd.io", "HelmRelease"));
    let is_helm = text("labels", "app.kubernetes.io/managed-by").as_deref() == Some("Helm");
    let release = text("annotations", "meta.helm.sh/release-name");
    found.extend(release.filter(|_| is_helm).map(|name| format!("Helm release {name}")));
    let owners = meta["ownerReferences"].as_array().into_iter().flatten();
    found.extend(owners.filter(|owner| owner["controller"] == true).map(|owner| {
        let part = |name: &str| clean(owner[name].as_str().unwrap_or_default()).into_owned();
        format!("{} {}", part("kind"), part("name"))
    }));
    found
}
