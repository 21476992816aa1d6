//! The HTTP face of a cluster: which request is about what, and what it is answered.

mod access;
mod discovery;
mod error;
mod exec;
mod feed;
mod item;
mod list;
mod logs;
mod media;
mod object;
mod openapi;
mod options;
mod patch;
mod reply;
mod review;
mod selector;
mod server;
mod watch;
mod write_options;

use std::sync::Arc;

use bytes::Bytes;
use http::request::Parts;
use http::{Method, header};

pub use self::error::{ApiError, Cause};
use self::item::Form;
use self::list::Scope;
use self::media::Media;
pub use self::options::Query;
use self::options::{ListOptions, unescape};
pub use self::reply::with_kind;
use self::reply::{Reply, reply};
use self::selector::Selector;
pub use self::server::serve;
pub use self::write_options::{Validation, dry_run_cause};
use super::cluster::Cluster;
use super::kinds::{KindIndex, Kinds, Known};
use super::table::Include;

/// What a request's path names.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Target {
    kind: KindIndex,
    namespace: Option<String>,
    name: Option<String>,
    subresource: Option<String>,
}

/// Answers a request.
async fn answer(cluster: &Arc<Cluster>, parts: Parts, body: Bytes) -> Reply {
    let query = Query::parse(parts.uri.query().unwrap_or_default());
    let media = Media::negotiate(&parts.headers);
    let errors_in = media.unwrap_or(Media::JSON);
    let refuse = |error: &ApiError| reply::refusal(errors_in, error);
    if let Some(token) = parts.headers.get(header::AUTHORIZATION) {
        let expected = format!("Bearer {}", cluster.identity.token);
        if token.as_bytes() != expected.as_bytes() {
            return refuse(&ApiError::unauthorized());
        }
    }
    let path: Vec<String> = parts.uri.path().split('/').filter(|part| !part.is_empty()).map(unescape).collect();
    let path: Vec<&str> = path.iter().map(String::as_str).collect();
    if let Some(reply) = plain(cluster, &parts, &path, media.is_some_and(|media| media.gzip)) {
        return reply;
    }
    let (group, version, rest) = match &*path {
        ["api", version, rest @ ..] => ("", *version, rest),
        ["apis", group, version, rest @ ..] => (*group, *version, rest),
        _ => return not_found(),
    };
    if !Kinds::get().groups().contains(&(group, version)) {
        return not_found();
    }
    let result = match (target(group, version, rest), media) {
        (None, _) => Err(ApiError::no_resource()),
        (Some(target), None) => Err(ApiError::not_acceptable(target.name.is_none())),
        (Some(target), Some(media)) => access::check(&cluster.identity, &parts.method, &target, &query)
            .and_then(|()| route(cluster, &parts, &query, &target, media, &body)),
    };
    result.unwrap_or_else(|error| refuse(&error))
}

fn not_found() -> Reply {
    reply(404, "text/plain; charset=utf-8", "404 page not found\n")
}

/// Paths that name no resource.
fn plain(cluster: &Cluster, parts: &Parts, path: &[&str], gzip: bool) -> Option<Reply> {
    let host = parts.headers.get(header::HOST).and_then(|host| host.to_str().ok()).unwrap_or("127.0.0.1");
    let json = |value: serde_json::Value| reply::json(200, "application/json", &value, gzip);
    Some(match path {
        ["healthz" | "livez" | "readyz", ..] => reply(200, "text/plain; charset=utf-8", "ok"),
        ["version"] if parts.method == Method::GET => json(discovery::version(cluster)),
        ["version"] => reply::refusal(Media::JSON, &ApiError::no_method()),
        ["api"] => discovery::root(true, &parts.headers, host, gzip),
        ["apis"] => discovery::root(false, &parts.headers, host, gzip),
        ["api", version] => discovery::resources("", version).map_or_else(not_found, json),
        ["apis", group] => discovery::group(group).map_or_else(not_found, json),
        ["apis", group, version] => discovery::resources(group, version).map_or_else(not_found, json),
        ["openapi", "v2"] => json(openapi::swagger()),
        ["openapi", "v3"] => json(openapi::index()),
        ["openapi", "v3", path @ ..] => match openapi::find(&path.join("/")) {
            Some((text, hash)) => reply::tagged("application/json", text, hash, gzip),
            None => not_found(),
        },
        _ => return None,
    })
}

fn target(group: &str, version: &str, path: &[&str]) -> Option<Target> {
    let find = |plural: &str| Kinds::get().find(group, version, plural);
    let own = |path: &[&str]| path.first().map(|name| (*name).to_owned());
    let (namespace, plural, rest) = match path {
        ["namespaces", namespace, plural, rest @ ..] if !matches!(*plural, "status" | "finalize") => {
            (Some((*namespace).to_owned()), *plural, rest)
        }
        [plural, rest @ ..] => (None, *plural, rest),
        [] => return None,
    };
    let kind = find(plural)?;
    if namespace.is_some() && !Kinds::get().all[kind].namespaced || rest.len() > 2 {
        return None;
    }
    let subresource = rest.get(1).map(|name| (*name).to_owned());
    if let Some(subresource) = &subresource
        && !Kinds::get().all[kind].subresources.contains(&&**subresource)
        && !(subresource == exec::NAME && kind == Known::get().pod)
    {
        return None;
    }
    Some(Target { kind, namespace, name: own(rest), subresource })
}

fn route(
    cluster: &Arc<Cluster>,
    parts: &Parts,
    query: &Query,
    target: &Target,
    media: Media,
    body: &Bytes,
) -> Result<Reply, ApiError> {
    let kind = &Kinds::get().all[target.kind];
    let include = Include::parse(query.get("includeObject")).ok_or_else(|| {
        let value = query.get("includeObject");
        ApiError::bad_request(format!("unrecognized includeObject value: {value:?}"))
    })?;
    let form = Form { kind, media, include };
    if !kind.stored() {
        return match parts.method {
            Method::POST => review::review(cluster, kind, media, &parts.headers, body),
            _ => Err(ApiError::no_method()),
        };
    }
    let request = object::Request { cluster, target, query, form, headers: &parts.headers, body };
    match (&parts.method, &target.name, target.subresource.as_deref()) {
        (&Method::GET, Some(name), Some("log")) => {
            logs::logs(cluster, target.namespace.as_deref().unwrap_or_default(), name, query)
        }
        (&Method::GET, Some(name), Some(exec::NAME)) => {
            exec::exec(cluster, target.namespace.as_deref().unwrap_or_default(), name, query, parts)
        }
        (_, _, Some(exec::NAME)) => Err(ApiError::no_method()),
        (&Method::GET, Some(name), None) if query.flag("watch") => {
            let fields = format!("metadata.name={name}");
            many(cluster, target, query, form, &fields)
        }
        (&Method::GET, None, _) => many(cluster, target, query, form, query.get("fieldSelector")),
        (&Method::GET, Some(_), _) => request.get(),
        (&Method::POST, None, _) if target.namespace.is_some() == kind.namespaced => request.create(),
        (&Method::PUT, Some(_), Some("log")) | (&Method::PATCH, Some(_), Some("log")) => Err(ApiError::no_method()),
        (&Method::PUT, Some(_), _) => request.replace(),
        (&Method::PATCH, Some(_), _) => request.patch(),
        (&Method::DELETE, Some(_), None) => request.delete(),
        (&Method::DELETE, None, _) if kind.kind != "Namespace" && target.namespace.is_some() == kind.namespaced => {
            request.delete_many()
        }
        _ => Err(ApiError::no_method()),
    }
}

fn many(cluster: &Arc<Cluster>, target: &Target, query: &Query, form: Form, fields: &str) -> Result<Reply, ApiError> {
    let options = ListOptions::parse(query)?;
    let selector = Selector::parse(form.kind, query.get("labelSelector"), fields)?;
    let scope = Scope { kind: target.kind, namespace: target.namespace.clone(), selector };
    if options.watch {
        watch::watch(cluster, scope, &options, form)
    } else {
        list::list(cluster, &scope, &options, form)
    }
}
