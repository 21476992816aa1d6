//! `eksdeck clusters show NAME`: what AWS tells of one cluster.

use std::io::{self, BufWriter, Write};
use std::process::ExitCode;

use clap::Args;
use futures::FutureExt;
use serde::Serialize;
use serde_json::{Value, json};

use crate::adapters::aws::IamCluster;
use crate::adapters::aws::accounts::annotated;
use crate::adapters::aws::api::Patience;
use crate::adapters::aws::discovery::detail;
use crate::cli::Global;
use crate::cli::aws::{Reach, cluster, key};
use crate::cli::exit::Failure;
use crate::cli::flags::Format;
use crate::cli::list::now;
use crate::cli::print::document;
use crate::cli::setup::{self, Setup};
use crate::domain::eks::identity::Annotated;
use crate::domain::eks::{AccessPolicy, EksCluster, EksDetail, Part};
use crate::domain::health::Trouble;
use crate::domain::text::clean;

#[derive(Debug, Args)]
pub struct Show {
    /// The cluster's name in EKS, or its ARN
    name: String,
    #[command(flatten)]
    reach: Reach,
    /// How the answer is printed
    #[arg(short, long, value_enum, default_value_t, value_name = "FORMAT")]
    output: Format,
}

/// # Errors
/// There are no credentials, or no such cluster.
pub fn run(global: &Global, flags: &Show) -> Result<ExitCode, Failure> {
    let setup = Setup::read(global)?;
    let runtime = setup::runtime()?;
    let asked = runtime.block_on(async {
        let (config, cluster) = cluster(&setup, &flags.reach, &flags.name).await?;
        let accounts = accounts(&setup, global, flags, &cluster).boxed();
        let detail = detail(&config, &cluster, accounts, Patience::default()).await;
        Ok::<_, Failure>((cluster, detail))
    });
    runtime.shutdown_background();
    let (cluster, detail) = asked?;
    let mut out = BufWriter::new(io::stdout().lock());
    match flags.output {
        Format::Table => {
            for line in lines(&cluster, &detail) {
                writeln!(out, "{}", clean(&line))?;
            }
        }
        format => document(format, &value(&cluster, &detail), &mut out)?,
    }
    out.flush()?;
    Ok(ExitCode::SUCCESS)
}

/// Read from the cluster itself under the same login.
async fn accounts(
    setup: &Setup,
    global: &Global,
    flags: &Show,
    cluster: &EksCluster,
) -> Result<Vec<Annotated>, Trouble> {
    if !cluster.status.serves() {
        return Err(Trouble::new(cluster.status_words()));
    }
    let known = setup.on_disk(global);
    let login = key(flags.reach.profile.as_deref());
    let id = known.ways.add(IamCluster::of(cluster, login));
    annotated(&*known.fleet, id).await
}

fn lines(cluster: &EksCluster, detail: &EksDetail) -> Vec<String> {
    let id = &cluster.id;
    let mut lines = vec![
        format!("{}  {}", id.name, id),
        format!("status      {}", cluster.status_words()),
        format!("version     {} ({})", cluster.version, cluster.platform_version),
        format!("support     {}", cluster.support.words(now(), cluster.upgrade_policy.as_ref())),
        format!("endpoint    {}, {}", cluster.endpoint.as_deref().unwrap_or("none yet"), cluster.exposure.words()),
        format!("access      {}", cluster.auth_mode.as_ref().map_or("unknown", |mode| mode.as_str())),
        format!("auto mode   {}", if cluster.auto_mode { "on" } else { "off" }),
        format!("protected   {}", if cluster.deletion_protection { "from deletion" } else { "no" }),
    ];
    lines.extend(cluster.issues.iter().map(|issue| format!("issue       {} ({})", issue.message, issue.code)));
    if !cluster.tags.is_empty() {
        let tags: Vec<String> = cluster.tags.iter().map(|(key, value)| format!("{key}={value}")).collect();
        lines.push(format!("tags        {}", tags.join(", ")));
    }
    lines.extend(part("nodegroups", &detail.nodegroups, |group| {
        let types = group.instance_types.join(", ");
        let (status, wanted, kind) = (&group.status, group.desired, &group.capacity_type);
        format!("{} {status}: {wanted} of {}–{} {kind} {types}", group.name, group.min, group.max)
    }));
    lines.extend(part("addons", &detail.addons, |addon| format!("{} {} {}", addon.name, addon.version, addon.status)));
    lines.extend(part("Fargate profiles", &detail.fargate_profiles, |profile| {
        let spaces: Vec<&str> = profile.selectors.iter().map(|selector| selector.namespace.as_str()).collect();
        format!("{} {}: {}", profile.name, profile.status, spaces.join(", "))
    }));
    lines.extend(part("insights", &detail.insights, |insight| format!("{} {}", insight.status, insight.name)));
    lines.extend(part("access entries", &detail.access_entries, |entry| {
        let policies: Vec<String> = entry.policies.iter().map(AccessPolicy::words).collect();
        format!("{} {}: {}", entry.principal, entry.kind, policies.join(", "))
    }));
    if detail.service_accounts.is_err() {
        lines.extend(part("Pod Identity", &detail.pod_identities, |one| {
            format!("{}/{} gets {}", one.namespace, one.service_account, one.role.as_deref().unwrap_or("a role"))
        }));
    }
    lines.extend(part("service accounts with a role", &detail.service_accounts, |one| {
        let association = one.pod_identity.as_ref();
        let pod_identity = association.map(|it| format!("Pod Identity {}", it.role.as_deref().unwrap_or("a role")));
        let ways: Vec<String> = one.irsa.iter().map(|role| format!("IRSA {role}")).chain(pod_identity).collect();
        let warnings: String = one.warnings.iter().map(|warning| format!(" ({warning})")).collect();
        format!("{}/{}: {}{warnings}", one.namespace, one.name, ways.join(", "))
    }));
    lines.push(match &detail.oidc_provider {
        Ok(true) => "OIDC provider: there, so IRSA works".to_owned(),
        Ok(false) => "OIDC provider: none in IAM, so IRSA does not work".to_owned(),
        Err(trouble) => format!("OIDC provider: {}", trouble.words),
    });
    let complaints = detail.complaints();
    if !complaints.is_empty() {
        lines.push("AWS finds wrong".to_owned());
        lines.extend(complaints.into_iter().map(|words| format!("  {words}")));
    }
    lines
}

fn part<T>(title: &str, part: &Part<T>, row: impl Fn(&T) -> String) -> Vec<String> {
    match part {
        Ok(rows) if rows.is_empty() => vec![format!("{title}: none")],
        Ok(rows) => [title.to_owned()].into_iter().chain(rows.iter().map(|it| format!("  {}", row(it)))).collect(),
        Err(trouble) => vec![format!("{title}: {}", trouble.told())],
    }
}

/// A part that could not be read is an object with its reason in place of a list.
fn value(cluster: &EksCluster, detail: &EksDetail) -> Value {
    fn part<T: Serialize>(part: &Result<T, Trouble>) -> Value {
        match part {
            Ok(rows) => json!(rows),
            Err(trouble) => json!({"error": trouble.words, "remedy": trouble.remedy}),
        }
    }
    let mut value = json!(cluster);
    value["nodegroups"] = part(&detail.nodegroups);
    value["addons"] = part(&detail.addons);
    value["fargate_profiles"] = part(&detail.fargate_profiles);
    value["insights"] = part(&detail.insights);
    value["access_entries"] = part(&detail.access_entries);
    value["pod_identities"] = part(&detail.pod_identities);
    value["oidc_provider"] = part(&detail.oidc_provider);
    value["service_accounts"] = part(&detail.service_accounts);
    value
}
