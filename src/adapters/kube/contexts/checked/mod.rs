//! One context with its cluster and user, checked.

pub mod login;

use std::path::Path;
use std::sync::Arc;

use http::Uri;
use jiff::Timestamp;
use kube::config::AuthInfo;

use super::certificates;
use super::merge::Merged;
use super::model::{Cluster, Context, User};
use super::naming;
use super::parse::{Named, Spot};
use super::settings::Settings;
use crate::adapters::kube::errors::{Hints, say};
use crate::domain::aws::arn::ClusterArn;
use crate::domain::cluster::{ClusterInfo, Source};
use crate::domain::health::Trouble;

/// A context as the files have it. What it names may be missing or wrong.
pub struct ContextEntry {
    context: Named<Context>,
    parts: Result<(Named<Cluster>, Option<Named<User>>), Trouble>,
}

impl ContextEntry {
    /// `context` must be one of `merged.contexts`; any other is told as broken.
    pub fn of(merged: &Merged, context: &str) -> Self {
        let Some(entry) = merged.contexts.get(context) else {
            let spot = Spot::nowhere();
            let parts = Err(merged.missing(&spot, "context", context));
            return Self { context: Named { name: context.into(), spot, value: Ok(Context::default()) }, parts };
        };
        Self { context: entry.clone(), parts: parts(merged, entry) }
    }

    pub fn info(&self, name: String, now: Timestamp) -> ClusterInfo {
        let context = self.context.value.as_ref().ok();
        let cluster = self.parts.as_ref().ok().and_then(|(cluster, _)| cluster.value.as_ref().ok());
        let user = self.parts.as_ref().ok().and_then(|(_, user)| user.as_ref()?.value.as_ref().ok());
        let server = cluster.and_then(|cluster| cluster.server.as_deref()).unwrap_or_default();
        let server = say(&without_credentials(server));
        let host = server.split_once("://").map_or(server.as_str(), |(_, rest)| rest).split('/').next();
        let cluster_name = context.map_or("", |context| &context.cluster);
        let exec = user.and_then(|user| user.exec.as_ref());
        ClusterInfo {
            name,
            source: Source::Context {
                context: self.context.name.clone(),
                file: self.context.spot.file.display().to_string(),
            },
            arn: [cluster_name, self.context.name.as_str()].into_iter().find_map(ClusterArn::parse),
            region: naming::region(&self.context.name, cluster_name, host.unwrap_or_default(), exec),
            namespace: context.and_then(|context| context.namespace.clone()).filter(|name| !name.is_empty()),
            broken: self.settings(now).err(),
            insecure: cluster.is_some_and(|cluster| cluster.insecure_skip_tls_verify == Some(true)),
            server,
            ways: Vec::new(),
            record: None,
        }
    }

    /// # Errors
    /// The first thing that is wrong, with its place.
    pub fn settings(&self, now: Timestamp) -> Result<Settings, Trouble> {
        let (cluster_entry, user_entry) = self.parts.as_ref().map_err(Clone::clone)?;
        let cluster = value(cluster_entry, "cluster")?;
        let at_cluster = |words: String| {
            Trouble::new(format!("{}: cluster \"{}\": {words}", cluster_entry.spot, cluster_entry.name))
        };
        let base = base(&cluster_entry.spot);
        let pem = certificates::pem(
            "certificate-authority",
            cluster.certificate_authority_data.as_deref(),
            cluster.certificate_authority.as_deref(),
            base,
        )
        .map_err(at_cluster)?;
        let insecure = cluster.insecure_skip_tls_verify == Some(true);
        if insecure && pem.is_some() {
            return Err(at_cluster("insecure-skip-tls-verify and a certificate-authority exclude each other".into()));
        }
        let authorities = pem
            .as_deref()
            .map(|pem| certificates::certificates("certificate-authority", pem))
            .transpose()
            .map_err(at_cluster)?;
        let no_user = User::default();
        let (user, login) = match user_entry {
            Some(entry) => {
                let user = value(entry, "user")?;
                (user, login::login(entry, user, cluster, pem.as_deref(), now)?)
            }
            None => (&no_user, login::Checked::anonymous()),
        };
        Ok(Settings {
            server: server(cluster).map_err(at_cluster)?,
            authorities,
            authorities_file: None,
            insecure,
            tls_server_name: cluster.tls_server_name.clone().filter(|name| !name.is_empty()),
            proxy: proxy(cluster).map_err(at_cluster)?,
            compression: cluster.disable_compression != Some(true),
            impersonation: impersonation(user),
            identity: login.identity.map(Arc::new),
            login: login.login,
            hints: Hints { unauthorised_remedy: login.unauthorised_remedy, ..Hints::default() },
        })
    }
}

fn parts(merged: &Merged, entry: &Named<Context>) -> Result<(Named<Cluster>, Option<Named<User>>), Trouble> {
    let context = value(entry, "context")?;
    let found = merged.clusters.get(&context.cluster);
    let cluster = found.ok_or_else(|| merged.missing(&entry.spot, "cluster", &context.cluster))?;
    let user = match merged.users.get(&context.user) {
        None if !context.user.is_empty() => return Err(merged.missing(&entry.spot, "user", &context.user)),
        found => found.cloned(),
    };
    Ok((cluster.clone(), user))
}

fn value<'a, T>(entry: &'a Named<T>, what: &str) -> Result<&'a T, Trouble> {
    entry.value.as_ref().map_err(|error| Trouble::new(format!("{}: {what} \"{}\": {error}", entry.spot, entry.name)))
}

fn base(spot: &Spot) -> &Path {
    spot.file.parent().unwrap_or(Path::new("."))
}

fn server(cluster: &Cluster) -> Result<Uri, String> {
    let text = cluster.server.as_deref().unwrap_or_default();
    if text.is_empty() {
        return Err("no server".into());
    }
    let shown = without_credentials(text);
    let full = if text.contains("://") { shown.clone() } else { format!("http://{shown}") };
    let uri: Uri = full.parse().map_err(|error| format!("server {}: {error}", say(&shown)))?;
    match uri.scheme_str() {
        Some("https" | "http") => Ok(uri),
        other => Err(format!("server {}: {} is neither https nor http", say(&shown), other.unwrap_or("this"))),
    }
}

fn proxy(cluster: &Cluster) -> Result<Option<Uri>, String> {
    let Some(text) = cluster.proxy_url.as_deref().filter(|text| !text.is_empty()) else { return Ok(None) };
    let shown = say(&without_credentials(text));
    let uri: Uri = text.parse().map_err(|error| format!("proxy-url {shown}: {error}"))?;
    match uri.scheme_str() {
        Some("https" | "http" | "socks5") => Ok(Some(uri)),
        _ => Err(format!("proxy-url {shown}: only http, https and socks5 proxies are known")),
    }
}

/// A URL without `user:password@`.
pub fn without_credentials(url: &str) -> String {
    let Some((scheme, rest)) = url.split_once("://") else { return url.to_owned() };
    let end = rest.find('/').unwrap_or(rest.len());
    match rest[..end].rfind('@') {
        Some(at) => format!("{scheme}://{}", &rest[at + 1..]),
        None => url.to_owned(),
    }
}

fn impersonation(user: &User) -> AuthInfo {
    AuthInfo {
        impersonate: user.impersonate.clone(),
        impersonate_uid: user.impersonate_uid.clone(),
        impersonate_groups: user.impersonate_groups.clone(),
        impersonate_user_extra: user.impersonate_extra.clone().map(|extra| extra.into_iter().collect()),
        ..AuthInfo::default()
    }
}
