//! How a kubeconfig user logs in.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use http::HeaderValue;
use jiff::Timestamp;
use rustls::pki_types::PrivateKeyDer;
use rustls::pki_types::pem::PemObject;
use secrecy::{ExposeSecret, SecretString};
use serde_json::{Value, json};

use super::super::certificates;
use super::super::model::{Cluster, Exec, User};
use super::super::naming::flag;
use super::super::parse::Named;
use super::super::settings::{ExecSettings, Identity, Login};
use super::base;
use crate::domain::health::Trouble;
use crate::domain::shell::command_line;

/// A user's credentials, checked as far as the disk tells.
pub struct Checked {
    pub identity: Option<Identity>,
    pub login: Login,
    pub unauthorised_remedy: Option<String>,
}

impl Checked {
    pub fn anonymous() -> Self {
        Self { identity: None, login: Login::None, unauthorised_remedy: None }
    }
}

/// The API versions of `ExecCredential` that are spoken.
const EXEC_VERSIONS: [&str; 2] = ["client.authentication.k8s.io/v1", "client.authentication.k8s.io/v1beta1"];
/// The extension of a cluster that is passed to its plugins.
const EXEC_EXTENSION: &str = "client.authentication.k8s.io/exec";

/// Checks a user. A token counts before a password, and both before a plugin, as in client-go.
pub fn login(
    entry: &Named<User>,
    user: &User,
    cluster: &Cluster,
    authority: Option<&[u8]>,
    now: Timestamp,
) -> Result<Checked, Trouble> {
    let at_user = |words: String| Trouble::new(format!("{}: user \"{}\": {words}", entry.spot, entry.name));
    let identity = identity(entry, user, now)?;
    let login = if let Some(path) = user.token_file.as_deref().filter(|path| !path.is_empty()) {
        let path = certificates::resolve(base(&entry.spot), path);
        let fallback = user.token.clone();
        if fallback.is_none() {
            std::fs::metadata(&path).map_err(|error| at_user(format!("tokenFile {}: {error}", path.display())))?;
        }
        Login::TokenFile { path, fallback }
    } else if let Some(token) = user.token.as_ref().filter(|token| !token.expose_secret().is_empty()) {
        Login::Header(bearer(token).ok_or_else(|| at_user("the token holds characters that no token has".into()))?)
    } else if let Some(name) = user.username.as_deref().filter(|name| !name.is_empty()) {
        let password = user.password.as_ref().map_or("", |password| password.expose_secret());
        let value = format!("Basic {}", STANDARD.encode(format!("{name}:{password}")));
        Login::Header(sensitive(&value).ok_or_else(|| at_user("name or password cannot be sent".into()))?)
    } else if let Some(exec) = &user.exec {
        Login::Exec(plugin(entry, exec, cluster, authority).map_err(at_user)?)
    } else if let Some(provider) = &user.auth_provider {
        let trouble = at_user(format!("auth-provider \"{}\" ended with Kubernetes 1.26", provider.name));
        return Err(match provider.name.as_str() {
            "gcp" => trouble.with_remedy("gcloud container clusters get-credentials CLUSTER"),
            "azure" => trouble.with_remedy("kubelogin convert-kubeconfig"),
            _ => trouble,
        });
    } else {
        Login::None
    };
    let unauthorised_remedy = Some(remedy(entry, user, &login));
    Ok(Checked { identity, login, unauthorised_remedy })
}

/// `Bearer TOKEN`, marked so that nothing prints it.
pub fn bearer(token: &SecretString) -> Option<HeaderValue> {
    sensitive(&format!("Bearer {}", token.expose_secret().trim()))
}

fn sensitive(value: &str) -> Option<HeaderValue> {
    let mut value = HeaderValue::from_str(value).ok()?;
    value.set_sensitive(true);
    Some(value)
}

fn identity(entry: &Named<User>, user: &User, now: Timestamp) -> Result<Option<Identity>, Trouble> {
    let at_user = |words: String| Trouble::new(format!("{}: user \"{}\": {words}", entry.spot, entry.name));
    let base = base(&entry.spot);
    let certificate = certificates::pem(
        "client-certificate",
        user.client_certificate_data.as_deref(),
        user.client_certificate.as_deref(),
        base,
    )
    .map_err(at_user)?;
    let key_data = user.client_key_data.as_ref().map(|data| data.expose_secret());
    let key = certificates::pem("client-key", key_data, user.client_key.as_deref(), base).map_err(at_user)?;
    let (certificate, key) = match (certificate, key) {
        (Some(certificate), Some(key)) => (certificate, key),
        (None, None) => return Ok(None),
        (Some(_), None) => return Err(at_user("a client-certificate without a client-key".into())),
        (None, Some(_)) => return Err(at_user("a client-key without a client-certificate".into())),
    };
    let chain = certificates::certificates("client-certificate", &certificate).map_err(at_user)?;
    if let Some(words) = chain.first().and_then(|first| certificates::validity_trouble(first, now)) {
        let trouble = at_user(format!("the client certificate {words}"));
        return Err(trouble.with_remedy(format!("renew the client certificate of user \"{}\"", entry.name)));
    }
    let text =
        |field: &str, bytes: Vec<u8>| String::from_utf8(bytes).map_err(|_| at_user(format!("{field} is not PEM")));
    let key = SecretString::from(text("client-key", key)?);
    let certificate = text("client-certificate", certificate)?;
    if PrivateKeyDer::from_pem_slice(key.expose_secret().as_bytes()).is_err() {
        return Err(at_user("client-key holds no private key".into()));
    }
    Ok(Some(Identity { certificate, key }))
}

fn plugin(
    entry: &Named<User>,
    exec: &Exec,
    cluster: &Cluster,
    authority: Option<&[u8]>,
) -> Result<ExecSettings, String> {
    let command = exec.command.as_deref().filter(|command| !command.is_empty()).ok_or("exec names no command")?;
    let api_version = exec.api_version.as_deref().unwrap_or(EXEC_VERSIONS[0]);
    if !EXEC_VERSIONS.contains(&api_version) {
        return Err(format!("exec speaks {api_version}; only v1 and v1beta1 are known (aws eks update-kubeconfig)"));
    }
    if exec.interactive_mode.as_deref() == Some("Always") {
        return Err(format!("the plugin {command} wants a terminal (interactiveMode: Always) and gets none here"));
    }
    let program = if command.contains('/') {
        certificates::resolve(base(&entry.spot), command).display().to_string()
    } else {
        command.to_owned()
    };
    let mut argv = vec![program];
    argv.extend(exec.args.clone().unwrap_or_default());
    let variables = exec.env.clone().unwrap_or_default();
    Ok(ExecSettings {
        user: entry.name.clone(),
        api_version: api_version.to_owned(),
        argv,
        env: variables.into_iter().map(|variable| (variable.name, variable.value)).collect(),
        install_hint: exec.install_hint.clone().filter(|hint| !hint.trim().is_empty()),
        cluster_info: exec.provide_cluster_info.then(|| cluster_info(cluster, authority)),
    })
}

/// `spec.cluster` of an ExecCredential.
fn cluster_info(cluster: &Cluster, authority: Option<&[u8]>) -> Value {
    let mut info = json!({ "server": cluster.server.as_deref().unwrap_or_default() });
    if let Some(name) = &cluster.tls_server_name {
        info["tls-server-name"] = json!(name);
    }
    if cluster.insecure_skip_tls_verify == Some(true) {
        info["insecure-skip-tls-verify"] = json!(true);
    }
    if let Some(pem) = authority {
        info["certificate-authority-data"] = json!(STANDARD.encode(pem));
    }
    if let Some(proxy) = &cluster.proxy_url {
        info["proxy-url"] = json!(proxy);
    }
    let config = cluster.extensions.iter().flatten().find(|extension| extension.name == EXEC_EXTENSION);
    info["config"] = config.map_or(Value::Null, |extension| extension.extension.clone());
    info
}

/// What to try when the server does not accept the login.
fn remedy(entry: &Named<User>, user: &User, login: &Login) -> String {
    let whose = format!("user \"{}\" in {}", entry.name, entry.spot);
    match login {
        Login::TokenFile { path, .. } => format!("look at the token in {} ({whose})", path.display()),
        Login::Header(_) if user.token.is_some() => format!("get a new token for {whose}"),
        Login::Header(_) => format!("look at the name and password of {whose}"),
        Login::Exec(exec) => {
            let known = user.exec.as_ref().and_then(access_entry);
            known.unwrap_or_else(|| format!("try its login by hand: {}", command_line(&exec.argv)))
        }
        Login::Supplied(_) => format!("look at the login of {whose}"),
        Login::None if user.client_certificate.is_some() || user.client_certificate_data.is_some() => {
            format!("get a new client certificate for {whose}")
        }
        Login::None => format!("give {whose} a token, a client certificate or a program that logs in"),
    }
}

/// A 401 on EKS with a token in hand means that the cluster does not know the caller.
fn access_entry(exec: &Exec) -> Option<String> {
    let args = exec.args.as_deref().unwrap_or_default();
    let cluster = flag(args, "--cluster-name").or_else(|| flag(args, "-i"))?;
    let region = flag(args, "--region").map(|region| format!(" --region {region}")).unwrap_or_default();
    Some(format!("aws eks create-access-entry{region} --cluster-name {cluster} --principal-arn ARN_OF_CALLER"))
}
