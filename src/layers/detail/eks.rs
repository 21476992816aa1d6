//! What AWS says of a cluster: support, nodegroups, addons, insights, who may enter.

use super::over_time::headings;
use super::sections::Sections;
use super::{Fetched, Section};
use crate::domain::eks::auth_map::AuthMap;
use crate::domain::eks::identity::ServiceAccountRole;
use crate::domain::eks::{EksDetail, InsightStatus, Part};
use crate::domain::health::Trouble;
use crate::store::fleet::ClusterState;
use crate::ui::theme::Role;

pub fn summary(cluster: &ClusterState, now: i64, out: &mut Sections) {
    let Some(eks) = &cluster.eks else { return };
    let role = if eks.status.serves() { Role::Text } else { Role::Warning };
    out.fact("EKS", format!("{} · {} · {}", eks.version, eks.platform_version, eks.status_words()), role);
    out.fact("support", eks.support.words(now, eks.upgrade_policy.as_ref()), Role::Text);
    out.fact("ARN", eks.id.to_string(), Role::Text);
    out.fact("endpoint", eks.exposure.words(), Role::Text);
    out.fact("access mode", eks.auth_mode.as_ref().map(ToString::to_string).unwrap_or_default(), Role::Text);
    if eks.auto_mode {
        out.fact("Auto Mode", "on: AWS runs nodes, storage and load balancers", Role::Text);
    }
    out.fact("VPC", eks.vpc.clone().unwrap_or_default(), Role::Text);
    let tags: Vec<String> = eks.tags.iter().map(|(key, value)| format!("{key}={value}")).collect();
    out.fact("tags", tags.join(" · "), Role::Dim);
    for issue in &eks.issues {
        out.fact("issue", format!("{}: {}", issue.code, issue.message), Role::Warning);
    }
}

pub fn parts(cluster: &ClusterState, out: &mut Sections) {
    if cluster.eks.is_none() {
        return;
    }
    match &cluster.detail {
        Fetched::Waiting => {
            out.section(Section::Nodegroups, "Nodegroups, addons, insights, access");
            out.words("asking AWS …", Role::Dim);
        }
        Fetched::Failed(trouble) => {
            out.section(Section::Nodegroups, "Nodegroups, addons, insights, access");
            told(trouble, out);
        }
        Fetched::Got(detail) => {
            nodegroups(detail, out);
            addons(detail, out);
            insights(detail, out);
            access(detail, out);
        }
    }
}

fn told(trouble: &Trouble, out: &mut Sections) {
    out.words(&trouble.words, Role::Warning);
    if let Some(remedy) = &trouble.remedy {
        out.fact("mend it by", remedy.clone(), Role::Accent);
    }
}

/// A part's rows under a title that counts them, or why there are none.
fn part<T>(section: Section, title: &str, part: &Part<T>, out: &mut Sections, draw: impl FnOnce(&[T], &mut Sections)) {
    match part {
        Ok(rows) => {
            out.section(section, &format!("{title} ({})", rows.len()));
            draw(rows, out);
        }
        Err(trouble) => {
            out.section(section, title);
            told(trouble, out);
        }
    }
}

fn state(status: &str) -> Role {
    match status {
        "ACTIVE" => Role::Ok,
        "DEGRADED" | "UPDATING" | "CREATING" | "DELETING" => Role::Warning,
        _ => Role::Broken,
    }
}

fn nodegroups(detail: &EksDetail, out: &mut Sections) {
    part(Section::Nodegroups, "Nodegroups", &detail.nodegroups, out, |groups, out| {
        let mut rows = vec![headings(&["NAME", "STATUS", "VERSION", "NODES", "CAPACITY", "TYPES", "AMI"])];
        rows.extend(groups.iter().map(|one| {
            vec![
                (one.name.clone(), Role::Text),
                (one.status.clone(), state(&one.status)),
                (one.version.clone(), Role::Text),
                (format!("{} ({}–{})", one.desired, one.min, one.max), Role::Text),
                (one.capacity_type.clone(), Role::Dim),
                (one.instance_types.join(", "), Role::Dim),
                (one.ami_type.clone(), Role::Dim),
            ]
        }));
        if !groups.is_empty() {
            out.table(&rows);
        }
        let issues = groups.iter().flat_map(|one| one.issues.iter().map(move |issue| (&one.name, issue)));
        issues.for_each(|(name, issue)| {
            out.words(&format!("{name}: {} ({})", issue.message, issue.code), Role::Warning);
        });
    });
    if let Ok(profiles) = &detail.fargate_profiles {
        for one in profiles {
            let spaces: Vec<&str> = one.selectors.iter().map(|selector| selector.namespace.as_str()).collect();
            let words = format!("Fargate profile {} {} takes {}", one.name, one.status, spaces.join(", "));
            out.words(&words, state(&one.status));
        }
    }
}

fn addons(detail: &EksDetail, out: &mut Sections) {
    part(Section::Addons, "Addons", &detail.addons, out, |addons, out| {
        let rows: Vec<_> = addons
            .iter()
            .map(|one| {
                let issue = one.issues.first().map(|issue| issue.message.clone()).unwrap_or_default();
                vec![
                    (one.name.clone(), Role::Text),
                    (one.status.clone(), state(&one.status)),
                    (one.version.clone(), Role::Dim),
                    (one.role.clone().unwrap_or_default(), Role::Dim),
                    (issue, Role::Warning),
                ]
            })
            .collect();
        out.table(&rows);
    });
}

fn insights(detail: &EksDetail, out: &mut Sections) {
    part(Section::Insights, "Insights", &detail.insights, out, |insights, out| {
        for one in insights {
            let role = match one.status {
                InsightStatus::Passing => Role::Ok,
                InsightStatus::Error => Role::Broken,
                _ => Role::Warning,
            };
            out.table(&[vec![
                (one.status.to_string(), role),
                (one.name.clone(), Role::Text),
                (format!("for {}", one.kubernetes_version), Role::Dim),
            ]]);
            if one.status != InsightStatus::Passing {
                out.words(&format!("  {}", one.reason), Role::Dim);
                if let Some(advice) = &one.recommendation {
                    out.words(&format!("  {advice}"), Role::Accent);
                }
            }
        }
    });
}

fn access(detail: &EksDetail, out: &mut Sections) {
    part(Section::Access, "Access", &detail.access_entries, out, |entries, out| {
        for one in entries {
            let kind = if one.is_of_nodes() { one.kind.as_str() } else { "" };
            let mut row = vec![(one.principal.clone(), Role::Text), (kind.to_owned(), Role::Dim)];
            let mut held: Vec<String> = one.policies.iter().map(|policy| policy.words()).collect();
            held.extend(one.groups.iter().map(|group| format!("group {group}")));
            row.push((if held.is_empty() { "nothing by policy".to_owned() } else { held.join(" · ") }, Role::Text));
            out.table(&[row]);
        }
    });
    match &detail.auth_map {
        Some(Ok(map)) => auth_map(map, out),
        Some(Err(trouble)) => out.fact("aws-auth", trouble.words.clone(), Role::Warning),
        None => {}
    }
    match &detail.oidc_provider {
        Ok(true) => out.fact("IRSA", "IAM knows the cluster's OIDC provider", Role::Ok),
        Ok(false) => out.fact(
            "IRSA",
            "IAM does not know the cluster's OIDC provider: roles by annotation do not work",
            Role::Warning,
        ),
        Err(trouble) => out.fact("IRSA", trouble.words.clone(), Role::Warning),
    }
    match &detail.service_accounts {
        Ok(accounts) => accounts.iter().for_each(|account| service_account(account, out)),
        Err(trouble) => out.fact("accounts", trouble.words.clone(), Role::Warning),
    }
}

/// Who may enter by the ConfigMap, which is shown alone.
fn auth_map(map: &AuthMap, out: &mut Sections) {
    if map.mapped.is_empty() {
        out.words("aws-auth is empty or not there: whoever made the cluster is let in, and nobody else", Role::Dim);
    }
    for one in &map.mapped {
        let groups = one.groups.iter().map(|group| format!(" · group {group}")).collect::<String>();
        let groups = format!("{}{groups}", one.username);
        out.table(&[vec![
            (one.principal.clone(), Role::Text),
            ("aws-auth".to_owned(), Role::Dim),
            (groups, Role::Text),
        ]]);
    }
    map.problems.iter().for_each(|problem| out.words(problem, Role::Warning));
}

/// A service account whose pods get a role, and what keeps them from it.
fn service_account(account: &ServiceAccountRole, out: &mut Sections) {
    let by_annotation = account.irsa.as_ref().map(|role| format!("{role} by IRSA"));
    let associated = account.pod_identity.as_ref().map(|one| match &one.role {
        Some(role) => format!("{role} by Pod Identity"),
        None => "a role by Pod Identity that could not be read".to_owned(),
    });
    let roles: Vec<String> = by_annotation.into_iter().chain(associated).collect();
    let words = format!("{}/{} is {}", account.namespace, account.name, roles.join(", "));
    out.fact("account", words, if account.warnings.is_empty() { Role::Text } else { Role::Warning });
    account.warnings.iter().for_each(|warning| out.fact("", warning.clone(), Role::Warning));
}
