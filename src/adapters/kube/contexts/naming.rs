//! Short names and regions, as far as names, hosts and plugin arguments tell them.

use std::collections::HashMap;

use super::model::Exec;

/// The shown name of each context: an EKS ARN's last part, unless another context would have the same.
pub fn short_names<'a>(contexts: impl Iterator<Item = &'a str> + Clone) -> Vec<String> {
    let mut taken: HashMap<&str, usize> = HashMap::new();
    for context in contexts.clone() {
        *taken.entry(arn_parts(context).map_or(context, |arn| arn.name)).or_default() += 1;
    }
    contexts
        .map(|context| match arn_parts(context) {
            Some(arn) if taken.get(arn.name) == Some(&1) => arn.name.to_owned(),
            _ => context.to_owned(),
        })
        .collect()
}

/// `arn:PARTITION:eks:REGION:ACCOUNT:cluster/NAME`
pub struct EksArn<'a> {
    pub region: &'a str,
    pub name: &'a str,
}

pub fn arn_parts(text: &str) -> Option<EksArn<'_>> {
    let mut parts = text.splitn(6, ':');
    let (arn, _partition, service) = (parts.next()?, parts.next()?, parts.next()?);
    let (region, _account, resource) = (parts.next()?, parts.next()?, parts.next()?);
    let name = resource.strip_prefix("cluster/").filter(|name| !name.is_empty())?;
    (arn == "arn" && service == "eks").then_some(EksArn { region, name })
}

/// Where a cluster is, from the first that tells: the EKS ARN, the server's host, a GKE context's name, the plugin's
/// `--region` or `AWS_REGION`.
pub fn region(context: &str, cluster: &str, host: &str, exec: Option<&Exec>) -> Option<String> {
    let from_arn = arn_parts(cluster).or_else(|| arn_parts(context)).map(|arn| arn.region.to_owned());
    from_arn
        .or_else(|| region_of_host(host))
        .or_else(|| gke_location(cluster).or_else(|| gke_location(context)))
        .or_else(|| exec.and_then(region_of_exec))
        .filter(|region| !region.is_empty())
}

/// EKS: `ID.SHARD.REGION.eks.amazonaws.com`; AKS: `NAME-HASH.hcp.REGION.azmk8s.io`.
fn region_of_host(host: &str) -> Option<String> {
    let host = host.split(':').next().unwrap_or(host);
    let labels: Vec<&str> = host.split('.').collect();
    let before = |marker: &str| {
        let at = labels.iter().position(|label| *label == marker)?;
        labels.get(at.checked_sub(1)?).map(|label| (*label).to_owned())
    };
    if host.contains(".amazonaws.") || host.ends_with(".api.aws") {
        return before("eks").or_else(|| labels.get(labels.iter().position(|l| *l == "eks")? + 1).map(|l| (*l).into()));
    }
    host.ends_with(".azmk8s.io").then(|| before("azmk8s")).flatten()
}

/// `gke_PROJECT_LOCATION_NAME`
fn gke_location(context: &str) -> Option<String> {
    let mut parts = context.strip_prefix("gke_")?.splitn(3, '_');
    parts.nth(1).map(str::to_owned)
}

/// A flag's value among a plugin's arguments: `--region X` or `--region=X`.
pub fn flag<'a>(args: &'a [String], name: &str) -> Option<&'a str> {
    args.iter().enumerate().find_map(|(index, arg)| match arg.strip_prefix(name) {
        Some("") => args.get(index + 1).map(String::as_str),
        Some(rest) => rest.strip_prefix('='),
        None => None,
    })
}

fn region_of_exec(exec: &Exec) -> Option<String> {
    use secrecy::ExposeSecret;
    let from_args = flag(exec.args.as_deref().unwrap_or_default(), "--region").map(str::to_owned);
    from_args.or_else(|| {
        let variables = exec.env.as_deref().unwrap_or_default();
        let region = variables.iter().find(|v| v.name == "AWS_REGION" || v.name == "AWS_DEFAULT_REGION");
        region.map(|variable| variable.value.expose_secret().to_owned())
    })
}
