//! Forms of the fleet: a cluster for the registry, how one is treated, who may enter one.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::{Form, FormField, FormFor, FormStage, Input};
use crate::domain::aws::arn::ClusterArn;
use crate::domain::eks::access::SHORT;
use crate::domain::eks::{AccessPolicy, AccessScope};
use crate::domain::field::{FieldKind, labels, namespaces};
use crate::domain::gate::Environment;
use crate::domain::gate::aws::{AccessAsk, AccessWanted};
use crate::domain::registry::{ClusterRecord, Edit, Origin, Register, Test, Treatment};
use crate::domain::secret::SharedSecret;

/// Where a cluster that is registered comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RegisterFrom {
    /// A context of a kubeconfig that is read anyway.
    Context {
        context: String,
        file: String,
    },
    /// A kubeconfig that the form names.
    File,
    Pasted,
    /// What AWS credentials reach.
    Arn(ClusterArn),
    ByHand,
}

/// The environment is told by the name.
const BY_NAME: &str = "as its name says";
const TESTED: &str = "tested before it is kept";
const UNTESTED: &str = "kept untested";
const WHOLE: &str = "the whole cluster";
const SOME: &str = "some namespaces";
/// An entry that RBAC alone gives rights, by its groups.
pub(super) const NO_POLICY: &str = "none, groups alone";

impl Form {
    /// A cluster for the registry. `name`: what it is called unless something else is typed.
    pub fn for_register(from: RegisterFrom, name: &str) -> Self {
        let context = || {
            let help = "The context that is meant. Empty: you choose, if it has several.";
            FormField::new("context", "Context", FieldKind::Text, "").optional().help(help)
        };
        let secret = |id: &str, label: &str, help: &str| FormField::new(id, label, FieldKind::Secret, "").help(help);
        let (title, mut fields) = match &from {
            RegisterFrom::Context { context, file } => (format!("context {context} of {file}"), Vec::new()),
            RegisterFrom::File => {
                let help = "Path of a kubeconfig. What it refers to is taken in; only one context is kept.";
                let file = FormField::new("file", "Kubeconfig", FieldKind::Text, "").help(help);
                ("a kubeconfig file".to_owned(), vec![file, context()])
            }
            RegisterFrom::Pasted => {
                let help = "Paste the kubeconfig here; it is not shown. Pasted again, it takes the place of this one.";
                ("a kubeconfig that is pasted".to_owned(), vec![secret("kubeconfig", "Kubeconfig", help), context()])
            }
            RegisterFrom::Arn(arn) => (format!("{} of {} by AWS credentials", arn.name, arn.region), Vec::new()),
            RegisterFrom::ByHand => {
                let server = FormField::new("server", "Server", FieldKind::Text, "")
                    .help("The API server's URL, such as https://10.0.0.1:6443.");
                let authority =
                    secret("authority", "Authority", "Paste the CA's certificate (PEM). Empty: the system's.");
                let token = secret("token", "Token", "Paste a bearer token; it is not shown.");
                ("a cluster by hand".to_owned(), vec![server, authority.optional(), token])
            }
        };
        let is_named = matches!(from, RegisterFrom::ByHand);
        fields.extend(treatment(name, None));
        if let Some(name) = fields.iter_mut().find(|field| field.id == "name") {
            name.optional = !is_named;
        }
        if is_named {
            let name = fields.iter().position(|field| field.id == "name").unwrap_or(0);
            let name = fields.remove(name);
            fields.insert(0, name);
        }
        let tested = [TESTED, UNTESTED].map(str::to_owned).to_vec();
        fields.push(
            FormField::new("test", "Connection", FieldKind::Choice(tested), "")
                .help("Asks the cluster for its version; what it is, is found by that."),
        );
        Self::of_fleet(format!("register \u{b7} {title}"), FormFor::Register(from), fields)
    }

    /// How a registered cluster is treated.
    pub fn for_edit(record: Arc<ClusterRecord>) -> Self {
        let fields = treatment(&record.name, Some(&record));
        Self::of_fleet(format!("registered \u{b7} {}", record.name), FormFor::Edit(record), fields)
    }

    /// Lets somebody into a cluster. `held`: principal and policy (ARNs) whose scope is to be another one.
    pub fn for_access(cluster: ClusterArn, held: Option<(String, AccessPolicy)>) -> Self {
        let scope = held.as_ref().map(|(_, policy)| policy.scope.clone());
        let scopes = vec![WHOLE.to_owned(), SOME.to_owned()];
        let (chosen, names) = match &scope {
            Some(AccessScope::Namespaces(names)) => (SOME, names.join(", ")),
            _ => (WHOLE, String::new()),
        };
        let mut fields = Vec::new();
        let title = match &held {
            Some((principal, policy)) => format!("scope of {} \u{b7} {principal}", policy.name()),
            None => {
                let policies = SHORT.iter().map(|(short, _)| *short).chain([NO_POLICY]).map(str::to_owned).collect();
                fields.push(
                    FormField::new("principal", "Principal", FieldKind::Principal, "").help(
                        "arn:aws:iam::ACCOUNT:role/NAME or :user/NAME. Its access entry is made if there is none.",
                    ),
                );
                fields.push(
                    FormField::new("policy", "Policy", FieldKind::Choice(policies), "view")
                        .help("What it may do. cluster-admin may do everything, everywhere."),
                );
                format!("grant access \u{b7} {}", cluster.name)
            }
        };
        fields
            .push(FormField::new("scope", "Scope", FieldKind::Choice(scopes), chosen).help("Where the policy holds."));
        let spaces = FormField::new("namespaces", "Namespaces", FieldKind::Namespaces, &names)
            .help("With commas between them; * stands for any text.");
        fields.push(FormField { is_fresh: false, ..spaces }.shown_if("scope", SOME));
        if held.is_none() {
            let text = |id: &str, label: &str| FormField::new(id, label, FieldKind::Text, "").optional();
            fields.push(
                text("groups", "Groups")
                    .help("Kubernetes groups that RBAC knows, with commas between them; for an entry that is made."),
            );
            fields.push(
                text("username", "Username")
                    .help("What the API server calls whoever enters. Empty: as EKS makes it of the ARN."),
            );
        }
        let held = held.map(|(principal, policy)| (principal, policy.arn));
        Self::of_fleet(title, FormFor::Access { cluster, held }, fields)
    }

    fn of_fleet(title: String, purpose: FormFor, fields: Vec<FormField>) -> Self {
        let stage = FormStage::Filled;
        Self { title, purpose, fields, focus: 0, suffix: String::new(), tried: false, cronjob: None, stage }
    }

    /// Something was pasted that nobody may see.
    pub fn has_secret(&self) -> bool {
        self.fields.iter().any(|field| matches!(&field.input, Input::Secret(secret) if !secret.expose().is_empty()))
    }

    pub(super) fn register(&self, from: &RegisterFrom) -> Register {
        let origin = match from {
            RegisterFrom::Context { context, file } => {
                Origin::File { path: file.clone(), context: Some(context.clone()) }
            }
            RegisterFrom::File => Origin::File { path: self.trimmed("file"), context: self.some("context") },
            RegisterFrom::Pasted => Origin::Pasted { text: self.secret("kubeconfig"), context: self.some("context") },
            RegisterFrom::Arn(arn) => Origin::Arn(arn.clone()),
            RegisterFrom::ByHand => Origin::ByHand {
                name: self.trimmed("name"),
                server: self.trimmed("server"),
                authority: self.some("authority"),
                token: self.secret("token"),
            },
        };
        let is_tested = self.text("test") != UNTESTED;
        let treatment = Treatment {
            name: self.some("name"),
            environment: self.environment(),
            team: self.some("team"),
            labels: self.labels_of_cluster(),
            protected: self.text("protected") == "true",
            read_only: self.text("read-only") == "true",
        };
        let test = if is_tested { Test::Connect { agreed: false } } else { Test::Skip };
        Register { origin, treatment, test }
    }

    /// What is different from the record.
    pub(super) fn edit(&self, record: &ClusterRecord) -> Edit {
        let (name, team, typed) = (self.trimmed("name"), self.some("team"), self.labels_of_cluster());
        let by_name = || Environment::of_name(&name).unwrap_or_default();
        let environment = self.environment().unwrap_or_else(by_name);
        let (protected, read_only) = (self.text("protected") == "true", self.text("read-only") == "true");
        let gone = record.labels.keys().filter(|key| !typed.contains_key(*key)).map(|key| (key.clone(), None));
        let set = typed.iter().filter(|(key, value)| record.labels.get(*key) != Some(value));
        let labels = gone.chain(set.map(|(key, value)| (key.clone(), Some(value.clone())))).collect();
        Edit {
            environment: (environment != record.environment).then_some(environment),
            team: (team != record.team).then_some(team),
            labels,
            protected: (protected != record.protected).then_some(protected),
            read_only: (read_only != record.read_only).then_some(read_only),
            name: (name != record.name).then_some(name),
        }
    }

    pub(super) fn access(&self, cluster: &ClusterArn, held: Option<&(String, String)>) -> AccessAsk {
        let scope = match self.text("scope") {
            SOME => AccessScope::Namespaces(namespaces(self.text("namespaces")).unwrap_or_default()),
            _ => AccessScope::Cluster,
        };
        let (principal, policy) = match held {
            Some((principal, policy)) => (principal.clone(), policy.clone()),
            None => (self.trimmed("principal"), self.text("policy").to_owned()),
        };
        let policies = if policy == NO_POLICY { Vec::new() } else { vec![(policy, scope)] };
        let groups = self.text("groups").split(',').map(str::trim).filter(|group| !group.is_empty());
        let groups = groups.map(str::to_owned).collect();
        let wanted = AccessWanted::Grant { policies, groups, username: self.some("username") };
        AccessAsk { cluster: cluster.clone(), principal, wanted }
    }

    fn trimmed(&self, id: &str) -> String {
        self.text(id).trim().to_owned()
    }

    fn some(&self, id: &str) -> Option<String> {
        Some(self.trimmed(id)).filter(|text| !text.is_empty())
    }

    fn secret(&self, id: &str) -> SharedSecret {
        self.fields.iter().find(|field| field.id == id).map(FormField::secret).unwrap_or_default()
    }

    fn environment(&self) -> Option<Environment> {
        Environment::of_label(self.text("environment")).or_else(|| {
            (self.text("environment") == Environment::Unclassified.to_string()).then_some(Environment::Unclassified)
        })
    }

    fn labels_of_cluster(&self) -> BTreeMap<String, String> {
        labels(self.text("labels")).unwrap_or_default().into_iter().collect()
    }
}

/// How a cluster is called and treated.
fn treatment(name: &str, record: Option<&ClusterRecord>) -> Vec<FormField> {
    let known = [Environment::Production, Environment::Staging, Environment::Development, Environment::Unclassified];
    let words = known.iter().map(ToString::to_string);
    // A registered cluster has one already.
    let environments: Vec<String> = record.is_none().then(|| BY_NAME.to_owned()).into_iter().chain(words).collect();
    let environment = record.map(|record| record.environment.to_string()).unwrap_or_default();
    let pairs = record.into_iter().flat_map(|record| record.labels.iter());
    let labels: Vec<String> = pairs.map(|(key, value)| format!("{key}={value}")).collect();
    let flag = |is_set: bool| if is_set { "true" } else { "false" };
    let team = record.and_then(|record| record.team.as_deref()).unwrap_or_default();
    let field = |id: &str, label: &str, kind: FieldKind, default: &str| FormField {
        // What stands there is edited, not typed over.
        is_fresh: false,
        ..FormField::new(id, label, kind, default)
    };
    vec![
        field("name", "Name", FieldKind::ClusterName, name).help(match record {
            Some(_) => "As it is called here; typed to confirm what is dangerous.",
            None => "As it is called here. Empty: as its context or EKS calls it.",
        }),
        field("environment", "Environment", FieldKind::Choice(environments), &environment)
            .help("How hard a change asks goes by it."),
        field("team", "Team", FieldKind::Text, team).optional(),
        field("labels", "Labels", FieldKind::Labels, &labels.join(", ")).help("key=value, with commas between them."),
        field("protected", "Protected", FieldKind::Boolean, flag(record.is_some_and(|record| record.protected)))
            .help("Every change asks as hard as in production."),
        field("read-only", "Read-only", FieldKind::Boolean, flag(record.is_some_and(|record| record.read_only)))
            .help("Nothing is written to it from here."),
    ]
}
