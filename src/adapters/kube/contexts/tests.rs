use std::fs;
use std::path::{Path, PathBuf};

use jiff::Timestamp;
use rcgen::{CertificateParams, KeyPair};

use super::*;
use crate::domain::cluster::ClusterInfo;

fn now() -> Timestamp {
    "2026-11-21T12:00:00Z".parse().unwrap()
}

struct Home {
    directory: tempfile::TempDir,
}

impl Home {
    fn new() -> Self {
        Self { directory: tempfile::tempdir().unwrap() }
    }

    fn write(&self, name: &str, text: &str) -> PathBuf {
        let path = self.directory.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, text).unwrap();
        path
    }

    fn options(&self, files: &[&str]) -> LoadOptions {
        let paths = files.iter().map(|file| self.directory.path().join(file));
        LoadOptions { kubeconfig_variable: Some(std::env::join_paths(paths).unwrap()), ..LoadOptions::default() }
    }

    fn load(&self, text: &str) -> Contexts {
        self.write("config", text);
        Contexts::load(&self.options(&["config"]), now())
    }
}

fn certificate(ends: (i32, u8, u8)) -> (String, String) {
    let mut params = CertificateParams::new(vec!["alice".into()]).unwrap();
    params.not_before = rcgen::date_time_ymd(2020, 1, 1);
    params.not_after = rcgen::date_time_ymd(ends.0, ends.1, ends.2);
    let key = KeyPair::generate().unwrap();
    (params.self_signed(&key).unwrap().pem(), key.serialize_pem())
}

fn words(info: &ClusterInfo) -> &str {
    info.broken.as_ref().map_or("", |trouble| &trouble.words)
}

const TWO: &str = "
current-context: good
clusters:
- {name: c, cluster: {server: 'https://one.example:6443'}}
users:
- {name: u, user: {token: sesame-open-now}}
contexts:
- {name: good, context: {cluster: c, user: u, namespace: web}}
";

#[test]
fn one_broken_context_leaves_the_others_alone() {
    let home = Home::new();
    let contexts = home.load(&format!(
        "{TWO}- {{name: no-user, context: {{cluster: c, user: uu}}}}
- name: no-cluster
  context: {{cluster: nowhere, user: u}}
- {{name: names-nothing, context: {{user: u}}}}
- {{name: wrong-type, context: [1, 2]}}
"
    ));
    let clusters = &contexts.clusters;
    assert_eq!(clusters.len(), 5);
    assert_eq!(clusters[0].broken, None);
    assert_eq!(clusters[0].namespace.as_deref(), Some("web"));
    assert_eq!(contexts.current, Some(ClusterId(0)));
    assert!(words(&clusters[1]).contains("config:9:3: there is no user \"uu\""), "{}", words(&clusters[1]));
    assert!(words(&clusters[2]).contains("config:10:3: there is no cluster \"nowhere\""), "{}", words(&clusters[2]));
    assert!(words(&clusters[3]).contains("names no cluster"));
    assert!(words(&clusters[4]).contains("config:13:3: context \"wrong-type\""), "{}", words(&clusters[4]));
    assert!(contexts.settings(ClusterId(0), now()).is_ok());
    assert!(contexts.settings(ClusterId(1), now()).is_err());
}

#[test]
fn broken_yaml_is_told_with_its_place_and_the_other_file_works() {
    let home = Home::new();
    home.write("bad", "clusters:\n- name: x\n  cluster: {server: [}\nusers:\n- {token: hunter2-hunter2}\n");
    home.write("good", TWO);
    let contexts = Contexts::load(&home.options(&["bad", "missing", "good"]), now());
    assert_eq!(contexts.clusters.len(), 1);
    assert_eq!(contexts.troubles.len(), 1, "a file of KUBECONFIG that is not there is no trouble");
    let words = &contexts.troubles[0].words;
    assert!(words.contains("bad:3:"), "{words}");
    assert!(!words.contains("hunter2"), "{words}");
}

#[test]
fn the_first_file_that_names_something_wins() {
    let home = Home::new();
    home.write("a", "clusters: [{name: c, cluster: {server: 'https://first:1'}}]");
    home.write("b", &TWO.replace("current-context: good", "current-context: other"));
    home.write("c", TWO);
    let contexts = Contexts::load(&home.options(&["a", "b", "c"]), now());
    assert_eq!(contexts.clusters.len(), 1);
    assert_eq!(contexts.clusters[0].server, "https://first:1");
    assert_eq!(contexts.current, Some(ClusterId(0)), "the only cluster there is");
    assert!(contexts.troubles[0].words.contains("\"other\" is not among the contexts"), "{:?}", contexts.troubles);
    let Source::Context { file, .. } = &contexts.clusters[0].source else { panic!() };
    assert!(file.ends_with("/b"), "{file}");
}

#[test]
fn a_bomb_and_a_wrong_secret_are_refused_without_quoting() {
    let home = Home::new();
    let mut bomb = String::from("a0: &a0 [x, x, x, x, x, x, x, x, x]\n");
    for level in 1..12 {
        let before = format!("*a{}, ", level - 1).repeat(9);
        bomb.push_str(&format!("a{level}: &a{level} [{}]\n", before.trim_end_matches(", ")));
    }
    bomb.push_str("clusters: *a11\n");
    let contexts = home.load(&bomb);
    assert!(contexts.clusters.is_empty());
    assert_eq!(contexts.troubles.len(), 1);

    let contexts = home.load(&TWO.replace("sesame-open-now", "987654321"));
    assert!(words(&contexts.clusters[0]).contains("user \"u\""), "{}", words(&contexts.clusters[0]));
    assert!(!words(&contexts.clusters[0]).contains("987654321"), "{}", words(&contexts.clusters[0]));
}

#[test]
fn certificates_are_checked_on_disk() {
    let home = Home::new();
    let (old, old_key) = certificate((2026, 11, 18));
    let (good, key) = certificate((2030, 1, 1));
    home.write("pki/old.crt", &old);
    home.write("pki/old.key", &old_key);
    home.write("pki/good.crt", &good);
    home.write("pki/good.key", &key);
    let users = "
- {name: expired, user: {client-certificate: pki/old.crt, client-key: pki/old.key}}
- {name: fine, user: {client-certificate: pki/good.crt, client-key: pki/good.key}}
- {name: gone, user: {client-certificate: pki/none.crt, client-key: pki/good.key}}
- {name: half, user: {client-certificate: pki/good.crt}}
- {name: base, user: {client-certificate-data: '%%%', client-key-data: aGk=}}
";
    let names = ["expired", "fine", "gone", "half", "base"];
    let context = |name: &str| format!("- {{name: {name}, context: {{cluster: c, user: {name}}}}}\n");
    let contexts: String = names.iter().map(|name| context(name)).collect();
    let text = format!("clusters: [{{name: c, cluster: {{server: 'https://h'}}}}]\nusers:{users}contexts:\n{contexts}");
    let loaded = home.load(&text);
    let told: Vec<&str> = loaded.clusters.iter().map(words).collect();
    assert!(told[0].contains("the client certificate expired 3 days ago (2026-11-18)"), "{}", told[0]);
    assert_eq!(told[1], "");
    assert!(told[2].contains("pki/none.crt"), "{}", told[2]);
    assert!(told[3].contains("without a client-key"), "{}", told[3]);
    assert!(told[4].contains("client-certificate-data is not base64"), "{}", told[4]);

    home.write("pki/old.crt", &good);
    home.write("pki/old.key", &key);
    assert!(loaded.settings(ClusterId(0), now()).is_ok(), "a certificate renewed since counts");
}

#[test]
fn names_and_regions_are_told_from_what_there_is() {
    let home = Home::new();
    let contexts = [
        ("arn:aws:eks:us-east-1:111111111111:cluster/payments", "https://x"),
        ("arn:aws:eks:us-east-1:111111111111:cluster/twin", "https://x"),
        ("arn:aws:eks:eu-west-1:222222222222:cluster/twin", "https://x"),
        ("by-host", "https://ABC.gr7.us-west-2.eks.amazonaws.com"),
        ("gke_project_europe-west4_shop", "https://10.0.0.1"),
        ("aks", "https://shop-dns-1a2b.hcp.westeurope.azmk8s.io:443"),
        ("plain", "https://10.0.0.2"),
    ];
    let clusters: String = contexts
        .iter()
        .map(|(name, server)| format!("- {{name: '{name}', cluster: {{server: '{server}'}}}}\n"))
        .collect();
    let rows: String = contexts
        .iter()
        .map(|(name, _)| format!("- {{name: '{name}', context: {{cluster: '{name}', user: exec}}}}\n"))
        .collect();
    let exec = "{command: aws, args: [eks, get-token, --region, ap-south-1], apiVersion: client.authentication.k8s.io/v1beta1}";
    let loaded =
        home.load(&format!("clusters:\n{clusters}users:\n- {{name: exec, user: {{exec: {exec}}}}}\ncontexts:\n{rows}"));
    let told: Vec<_> = loaded.clusters.iter().map(|info| (info.name.as_str(), info.region.as_deref())).collect();
    assert_eq!(
        told,
        [
            ("payments", Some("us-east-1")),
            (contexts[1].0, Some("us-east-1")),
            (contexts[2].0, Some("eu-west-1")),
            ("by-host", Some("us-west-2")),
            ("gke_project_europe-west4_shop", Some("europe-west4")),
            ("aks", Some("westeurope")),
            ("plain", Some("ap-south-1")),
        ]
    );
    assert_eq!(loaded.find("payments"), Some(ClusterId(0)));
    assert_eq!(loaded.find(contexts[0].0), Some(ClusterId(0)));
    assert_eq!(loaded.find("nobody"), None);
}

#[test]
fn nothing_at_all_says_what_to_do_next() {
    let home = Home::new();
    let none = LoadOptions { home: Some(home.directory.path().into()), ..LoadOptions::default() };
    let empty = home.load("");
    let flag = LoadOptions { kubeconfig: Some("/nowhere/config".into()), ..LoadOptions::default() };
    for (contexts, needle) in [
        (Contexts::load(&none, now()), "no kubeconfig"),
        (empty, "no contexts in"),
        (Contexts::load(&flag, now()), "/nowhere/config: there is no such file"),
    ] {
        assert!(contexts.clusters.is_empty());
        assert!(contexts.troubles[0].words.contains(needle), "{:?}", contexts.troubles);
    }
}

#[test]
fn odd_clusters_and_users_are_told() {
    let cases = [
        ("server: ''", "token: x", "no server"),
        ("server: 'ftp://h'", "token: x", "neither https nor http"),
        ("server: 'https://h', proxy-url: 'ssh://p'", "token: x", "only http, https and socks5"),
        ("server: 'https://h', certificate-authority-data: aGVsbG8=", "token: x", "no certificate"),
        ("server: 'https://h'", "auth-provider: {name: gcp}", "auth-provider \"gcp\" ended"),
        ("server: 'https://h'", "exec: {command: p, interactiveMode: Always}", "wants a terminal"),
        ("server: 'https://h'", "exec: {command: p, apiVersion: client.authentication.k8s.io/v1alpha1}", "only v1"),
        ("server: 'https://h'", "exec: {args: [p]}", "names no command"),
        ("server: 'https://h'", "tokenFile: /nowhere/token", "/nowhere/token"),
    ];
    for (cluster, user, needle) in cases {
        let home = Home::new();
        let loaded = home.load(&format!(
            "clusters: [{{name: c, cluster: {{{cluster}}}}}]\nusers: [{{name: u, user: {{{user}}}}}]\n\
             contexts: [{{name: x, context: {{cluster: c, user: u}}}}]\n"
        ));
        let told = loaded.clusters.first().map(words).unwrap_or_default();
        assert!(told.contains(needle), "{cluster} {user}: {told} {:?}", loaded.troubles);
    }
}

#[test]
fn credentials_in_the_url_are_not_shown_and_skipped_checks_are() {
    let home = Home::new();
    let server = "server: 'https://me:secret@h:6443/base', insecure-skip-tls-verify: true";
    let loaded = home.load(&TWO.replace("server: 'https://one.example:6443'", server));
    assert_eq!(loaded.clusters[0].server, "https://h:6443/base");
    assert!(loaded.clusters[0].insecure);
    assert!(loaded.settings(ClusterId(0), now()).unwrap().insecure);
}

#[test]
fn a_pod_finds_its_own_cluster_unless_there_is_a_kubeconfig() {
    let home = Home::new();
    let (authority, _) = certificate((2030, 1, 1));
    for (name, text) in [("ca.crt", authority.as_str()), ("token", "abc"), ("namespace", "jobs\n")] {
        home.write(&format!("sa/{name}"), text);
    }
    let options = LoadOptions {
        service: Some(("fd00::1".into(), "443".into())),
        service_account: home.directory.path().join("sa"),
        home: Some(home.directory.path().into()),
        ..LoadOptions::default()
    };
    let found = Contexts::load(&options, now());
    assert!(found.troubles.is_empty(), "{:?}", found.troubles);
    let info = &found.clusters[0];
    assert_eq!((info.server.as_str(), info.namespace.as_deref()), ("https://[fd00::1]:443", Some("jobs")));
    assert_eq!(info.source, Source::InCluster);
    assert!(matches!(found.settings(ClusterId(0), now()).unwrap().login, Login::TokenFile { .. }));

    home.write(".kube/config", TWO);
    let found = Contexts::load(&options, now());
    assert!(matches!(found.clusters[0].source, Source::Context { .. }));
}

#[test]
fn relative_paths_belong_to_the_file_that_names_them() {
    let home = Home::new();
    home.write("deep/token", "t");
    let exec = "exec: {command: ./bin/login, interactiveMode: Never}";
    home.write("deep/config", &TWO.replace("token: sesame-open-now", exec));
    let loaded = Contexts::load(&home.options(&["deep/config"]), now());
    let Login::Exec(exec) = loaded.settings(ClusterId(0), now()).unwrap().login else { panic!() };
    assert_eq!(Path::new(&exec.argv[0]), home.directory.path().join("deep/./bin/login"));
}
