//! A kubeconfig reduced to one context, its files inlined: what the registry keeps of it.

use std::path::Path;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use jiff::Timestamp;
use ring::digest::{Context as Digest, SHA256};
use secrecy::SecretString;
use serde_json::{Value, json};
use zeroize::Zeroizing;

use super::certificates;
use super::checked::ContextEntry;
use super::merge::Merged;
use super::naming;
use super::parse::{Raw, parse, raw};
use crate::adapters::kube::errors::say;
use crate::domain::aws::arn::ClusterArn;
use crate::domain::cluster::ClusterInfo;
use crate::domain::health::Trouble;

/// A token file is a few kilobytes.
const TOKEN_BYTES: u64 = 64 * 1024;

/// One context that stands on its own: nothing in it leads to another file, but for the program of an exec plugin.
pub struct Reduced {
    /// The kubeconfig, as JSON (which is YAML).
    pub text: SecretString,
    /// What the context tells of its cluster; `name` is the one to register it under.
    pub info: ClusterInfo,
    /// Of an EKS cluster whose kubeconfig names it by its ARN.
    pub arn: Option<String>,
    /// SHA-256 of the authorities' certificates, in hex; `None` where the system's are trusted.
    pub ca: Option<String>,
    /// What was inlined, and what was there twice.
    pub notes: Vec<String>,
}

/// The contexts of a kubeconfig's text, the current one first.
///
/// # Errors
/// It is no kubeconfig.
pub fn context_names(text: &str, file: &Path) -> Result<Vec<String>, Trouble> {
    let document = parse(text, file)?;
    let current = document.current.unwrap_or_default();
    let mut names: Vec<String> = document.contexts.into_iter().map(|context| context.name).collect();
    names.sort_by_key(|name| *name != current);
    names.dedup();
    Ok(names)
}

/// Reduces `text` to one context: the named one, else the current one, else the only one. `file` is where the text stands;
/// other files are looked for beside it. Blocks on the disk.
///
/// # Errors
/// It is no kubeconfig, the context is not there or not clear, or something in it is wrong, with its place.
pub fn reduce(text: &str, file: &Path, context: Option<&str>, now: Timestamp) -> Result<Reduced, Trouble> {
    let document = parse(text, file)?;
    let mut merged = Merged::default();
    merged.add(document, file);
    let context = chosen(&merged, file, context)?;
    let entry = ContextEntry::of(&merged, &context);
    let settings = entry.settings(now)?;
    let shown = naming::short_names(std::iter::once(context.as_str())).pop();
    let info = entry.info(shown.unwrap_or_else(|| context.clone()), now);

    let named = merged.contexts.get(&context).and_then(|entry| entry.value.as_ref().ok());
    let (cluster_name, user_name) = named.map(|named| (named.cluster.clone(), named.user.clone())).unwrap_or_default();
    let Raw { clusters, users, contexts, .. } = raw(text, file)?;
    let base = file.parent().unwrap_or(Path::new("."));
    let mut notes: Vec<String> = merged.troubles.iter().map(|trouble| trouble.words.clone()).collect();
    let mut cluster = first(clusters, &cluster_name, "cluster");
    inline(&mut cluster, "certificate-authority", base, &mut notes)?;
    let mut user = first(users, &user_name, "user");
    for field in ["client-certificate", "client-key"] {
        inline(&mut user, field, base, &mut notes)?;
    }
    inline_token(&mut user, base, &mut notes)?;
    absolute_program(&mut user, base);
    let users = if user_name.is_empty() { json!([]) } else { json!([{"name": user_name, "user": user}]) };
    let whole = json!({
        "apiVersion": "v1",
        "kind": "Config",
        "current-context": context,
        "clusters": [{"name": cluster_name, "cluster": cluster}],
        "users": users,
        "contexts": [{"name": context, "context": first(contexts, &context, "context")}],
    });
    let text = Zeroizing::new(whole.to_string());
    Ok(Reduced {
        text: SecretString::from(text.as_str()),
        arn: arn(&cluster_name, &info.server).or_else(|| arn(&context, &info.server)),
        ca: settings.authorities.as_deref().map(authorities_digest),
        info,
        notes,
    })
}

fn chosen(merged: &Merged, file: &Path, wanted: Option<&str>) -> Result<String, Trouble> {
    let names: Vec<&str> = merged.contexts.keys().map(String::as_str).collect();
    let current = merged.current.as_ref().map(|current| current.name.as_str());
    let only = (names.len() == 1).then(|| names[0]);
    let told = |words: String| Err(Trouble::new(say(&format!("{}: {words}", file.display()))));
    match wanted.or(current.filter(|name| names.contains(name))).or(only) {
        Some(name) if names.contains(&name) => Ok(name.to_owned()),
        Some(name) => told(format!("there is no context \"{name}\": {}", names.join(", "))),
        None if names.is_empty() => told("there is no context in it".to_owned()),
        None => told(format!("no context is the current one: name one with --context ({})", names.join(", "))),
    }
}

/// An entry's value as it stands, fields that nobody here knows included. The first of a name counts.
fn first(list: Option<Vec<serde_yaml::Spanned<Value>>>, name: &str, key: &str) -> Value {
    let entry = list.into_iter().flatten().find(|entry| entry.value["name"] == name);
    entry.map(|mut entry| entry.value[key].take()).filter(Value::is_object).unwrap_or_else(|| json!({}))
}

/// `FIELD: file` becomes `FIELD-data: base64`.
fn inline(value: &mut Value, field: &str, base: &Path, notes: &mut Vec<String>) -> Result<(), Trouble> {
    let data = format!("{field}-data");
    let text = |key: &str| value[key].as_str().filter(|text| !text.is_empty()).map(str::to_owned);
    let (inlined, file) = (text(&data), text(field));
    if inlined.is_none()
        && let Some(file) = &file
    {
        let pem = certificates::pem(field, None, Some(file), base).map_err(Trouble::new)?.map(Zeroizing::new);
        value[&data] = pem.map_or(Value::Null, |pem| Value::from(STANDARD.encode(&*pem)));
        notes.push(say(&format!("{field} {file} was taken in")));
    }
    if let Some(fields) = value.as_object_mut() {
        fields.shift_remove(field);
    }
    Ok(())
}

fn inline_token(user: &mut Value, base: &Path, notes: &mut Vec<String>) -> Result<(), Trouble> {
    let Some(file) = user["tokenFile"].as_str().filter(|file| !file.is_empty()).map(str::to_owned) else {
        return Ok(());
    };
    let path = certificates::resolve(base, &file);
    let told = |words: String| Trouble::new(say(&format!("tokenFile {}: {words}", path.display())));
    let meta = std::fs::metadata(&path).map_err(|error| told(error.to_string()))?;
    if !meta.is_file() || meta.len() > TOKEN_BYTES {
        return Err(told("it is no token".to_owned()));
    }
    let token = Zeroizing::new(std::fs::read_to_string(&path).map_err(|error| told(error.to_string()))?);
    user["token"] = Value::from(token.trim());
    if let Some(fields) = user.as_object_mut() {
        fields.shift_remove("tokenFile");
    }
    notes.push(say(&format!("the token in {file} was taken in as it is now: it will not change with its file")));
    Ok(())
}

/// A plugin beside the kubeconfig is found from anywhere.
fn absolute_program(user: &mut Value, base: &Path) {
    let Some(command) = user["exec"]["command"].as_str().filter(|command| command.contains('/')) else { return };
    let path = certificates::resolve(base, command);
    let path = std::path::absolute(&path).unwrap_or(path);
    user["exec"]["command"] = Value::from(path.display().to_string());
}

/// A name alone is no proof; together with an endpoint of EKS it is as good as the kubeconfig itself.
fn arn(name: &str, server: &str) -> Option<String> {
    let host = server.split_once("://").map_or(server, |(_, rest)| rest).split(['/', ':']).next().unwrap_or_default();
    let is_eks = host.contains(".eks.") && (host.contains(".amazonaws.com") || host.ends_with(".api.aws"));
    (is_eks && ClusterArn::parse(name).is_some()).then(|| name.to_owned())
}

/// SHA-256 in hex of certificates in DER.
pub fn authorities_digest(authorities: &[Vec<u8>]) -> String {
    let mut digest = Digest::new(&SHA256);
    authorities.iter().for_each(|der| digest.update(der));
    digest.finish().as_ref().iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use secrecy::ExposeSecret;

    use super::*;

    const TWO: &str = "
apiVersion: v1
current-context: b
clusters:
- {name: one, cluster: {server: 'https://one.test:6443', certificate-authority: ca.pem, x-own: 7}}
- {name: two, cluster: {server: 'https://two.test'}}
users:
- {name: me, user: {client-certificate: me.crt, client-key: me.key}}
- {name: me, user: {token: second}}
- {name: robot, user: {tokenFile: token}}
- name: plugin
  user: {exec: {apiVersion: client.authentication.k8s.io/v1, command: ./bin/login, args: [a], interactiveMode: Never}}
contexts:
- {name: a, context: {cluster: one, user: me, namespace: shop}}
- {name: b, context: {cluster: two, user: robot}}
- {name: c, context: {cluster: two, user: plugin}}
";

    fn folder() -> tempfile::TempDir {
        let folder = tempfile::tempdir().unwrap();
        let made = rcgen::generate_simple_self_signed(vec!["one.test".to_owned()]).unwrap();
        let write = |name: &str, text: &str| std::fs::write(folder.path().join(name), text).unwrap();
        write("ca.pem", &made.cert.pem());
        write("me.crt", &made.cert.pem());
        write("me.key", &made.signing_key.serialize_pem());
        write("token", "abc\n");
        folder
    }

    fn reduced(folder: &Path, context: Option<&str>) -> Result<(Value, Reduced), Trouble> {
        let reduced = reduce(TWO, &folder.join("config"), context, Timestamp::now())?;
        Ok((serde_json::from_str(reduced.text.expose_secret()).unwrap(), reduced))
    }

    #[test]
    fn one_context_is_left_and_its_files_are_in_it() {
        let folder = folder();
        let (value, reduced) = reduced(folder.path(), Some("a")).unwrap();
        assert_eq!(value["contexts"].as_array().unwrap().len(), 1);
        assert_eq!(value["clusters"][0]["cluster"]["x-own"], 7, "what nobody knows is kept");
        let (cluster, user) = (&value["clusters"][0]["cluster"], &value["users"][0]["user"]);
        for (place, field) in [(cluster, "certificate-authority"), (user, "client-certificate"), (user, "client-key")] {
            assert_eq!(place[field], Value::Null, "{field}");
            let data = STANDARD.decode(place[&format!("{field}-data")].as_str().unwrap()).unwrap();
            assert!(data.starts_with(b"-----BEGIN"), "{field}");
        }
        assert_eq!((reduced.info.name.as_str(), reduced.info.namespace.as_deref()), ("a", Some("shop")));
        assert_eq!(reduced.ca.map(|ca| ca.len()), Some(64));
        std::fs::remove_dir_all(folder.path()).unwrap();
        // It stands on its own.
        let again = reduce(reduced.text.expose_secret(), Path::new("nowhere/config"), None, Timestamp::now());
        assert!(again.is_ok_and(|again| again.notes.is_empty()));
    }

    #[test]
    fn a_name_that_is_there_twice_is_told_and_the_first_counts() {
        let folder = folder();
        let (value, reduced) = reduced(folder.path(), Some("a")).unwrap();
        assert!(reduced.notes.iter().any(|note| note.contains("user \"me\" is there twice")), "{:?}", reduced.notes);
        assert_eq!(value["users"][0]["user"]["token"], Value::Null);
    }

    #[test]
    fn the_current_context_is_taken_and_its_token_as_it_is_now() {
        let folder = folder();
        let (value, reduced) = reduced(folder.path(), None).unwrap();
        assert_eq!(reduced.info.name, "b");
        let user = &value["users"][0]["user"];
        assert_eq!((&user["token"], &user["tokenFile"]), (&Value::from("abc"), &Value::Null));
        assert!(reduced.notes.iter().any(|note| note.contains("token")), "{:?}", reduced.notes);
    }

    #[test]
    fn a_plugin_stays_a_plugin_and_is_found_from_anywhere() {
        let folder = folder();
        let (value, _) = reduced(folder.path(), Some("c")).unwrap();
        let exec = &value["users"][0]["user"]["exec"];
        assert_eq!(exec["args"], json!(["a"]));
        assert!(Path::new(exec["command"].as_str().unwrap()).is_absolute(), "{exec}");
    }

    #[test]
    fn what_is_wrong_is_told_with_its_place() {
        let folder = folder();
        let words = |context| match reduced(folder.path(), Some(context)) {
            Ok(_) => panic!("{context} was taken"),
            Err(trouble) => trouble.words,
        };
        assert!(words("z").contains("there is no context \"z\": a, b, c"), "{}", words("z"));
        std::fs::remove_file(folder.path().join("me.key")).unwrap();
        assert!(words("a").contains("client-key"), "{}", words("a"));
        let broken = reduce("clusters: [\n {name: x\n", Path::new("config"), None, Timestamp::now());
        assert!(broken.is_err_and(|trouble| trouble.words.starts_with("config:")));
    }

    #[test]
    fn an_arn_counts_with_an_endpoint_of_eks_alone() {
        let name = "arn:aws:eks:eu-west-1:111111111111:cluster/shop";
        assert_eq!(arn(name, "https://ABC.gr7.eu-west-1.eks.amazonaws.com").as_deref(), Some(name));
        assert_eq!(arn(name, "https://evil.test"), None);
        assert_eq!(arn("shop", "https://ABC.gr7.eu-west-1.eks.amazonaws.com"), None);
    }
}
