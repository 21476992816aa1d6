//! What EKS says as the program's own data, with every text cleaned.

use aws_sdk_eks::primitives::DateTime;
use aws_sdk_eks::types;

use crate::adapters::kube::errors::say;
use crate::domain::aws::arn::ClusterArn;
use crate::domain::eks::detail::FargateSelector;
use crate::domain::eks::{
    AccessPolicy, AccessScope, Addon, AuthMode, ClusterStatus, EksCluster, Exposure, FargateProfile, HealthIssue,
    Insight, InsightStatus, Nodegroup, Support, SupportType, Versions,
};

/// A text of AWS; empty where there is none.
pub fn said(text: Option<&str>) -> String {
    text.map(say).unwrap_or_default()
}

/// Texts of AWS.
pub fn many(texts: &[String]) -> Vec<String> {
    texts.iter().map(|text| say(text)).collect()
}

/// Unix seconds.
pub fn aws_time(time: Option<&DateTime>) -> Option<i64> {
    time.map(DateTime::secs)
}

/// Until when each version is supported.
pub fn versions(rows: &[types::ClusterVersionInformation]) -> Versions {
    let row = |row: &types::ClusterVersionInformation| {
        let support = Support {
            standard_until: aws_time(row.end_of_standard_support_date()),
            extended_until: aws_time(row.end_of_extended_support_date()),
        };
        Some((say(row.cluster_version()?), support))
    };
    Versions(rows.iter().filter_map(row).collect())
}

/// `None`: its ARN is no cluster's.
pub fn cluster(cluster: types::Cluster) -> Option<EksCluster> {
    let id = ClusterArn::parse(&say(cluster.arn()?))?;
    let vpc = cluster.resources_vpc_config();
    let exposure = vpc.map(|vpc| Exposure {
        public: vpc.endpoint_public_access(),
        private: vpc.endpoint_private_access(),
        cidrs: many(vpc.public_access_cidrs()),
    });
    let version = said(cluster.version());
    let issue = |issue: &types::ClusterIssue| HealthIssue {
        code: said(issue.code().map(|code| code.as_str())),
        message: said(issue.message()),
        resources: many(issue.resource_ids()),
    };
    let word = |text: Option<&str>| text.map(say);
    Some(EksCluster {
        id,
        support: Support::by_table(&version),
        version,
        platform_version: said(cluster.platform_version()),
        status: ClusterStatus::from(cluster.status().map_or("UNKNOWN", |status| status.as_str())),
        endpoint: word(cluster.endpoint()),
        certificate_authority: cluster.certificate_authority().and_then(|ca| ca.data()).map(str::to_owned),
        exposure: exposure.unwrap_or_default(),
        auth_mode: cluster
            .access_config()
            .and_then(|access| access.authentication_mode())
            .map(|mode| AuthMode::from(mode.as_str())),
        upgrade_policy: cluster
            .upgrade_policy()
            .and_then(|policy| policy.support_type())
            .map(|kind| SupportType::from(kind.as_str())),
        auto_mode: cluster.compute_config().and_then(|compute| compute.enabled()).unwrap_or_default(),
        deletion_protection: cluster.deletion_protection().unwrap_or_default(),
        tags: cluster.tags().into_iter().flatten().map(|(key, value)| (say(key), say(value))).collect(),
        created: aws_time(cluster.created_at()),
        issues: cluster.health().map(|health| health.issues().iter().map(issue).collect()).unwrap_or_default(),
        oidc_issuer: word(cluster.identity().and_then(|identity| identity.oidc()).and_then(|oidc| oidc.issuer())),
        vpc: word(vpc.and_then(|vpc| vpc.vpc_id())),
    })
}

pub fn nodegroup(group: &types::Nodegroup) -> Nodegroup {
    let issue = |issue: &types::Issue| HealthIssue {
        code: said(issue.code().map(|code| code.as_str())),
        message: said(issue.message()),
        resources: many(issue.resource_ids()),
    };
    let scaling = group.scaling_config();
    let nodes = |count: fn(&types::NodegroupScalingConfig) -> Option<i32>| scaling.and_then(count).unwrap_or_default();
    Nodegroup {
        name: said(group.nodegroup_name()),
        status: said(group.status().map(|status| status.as_str())),
        version: said(group.version()),
        release_version: said(group.release_version()),
        ami_type: said(group.ami_type().map(|kind| kind.as_str())),
        capacity_type: said(group.capacity_type().map(|kind| kind.as_str())),
        instance_types: many(group.instance_types()),
        min: nodes(types::NodegroupScalingConfig::min_size),
        max: nodes(types::NodegroupScalingConfig::max_size),
        desired: nodes(types::NodegroupScalingConfig::desired_size),
        issues: group.health().map(|health| health.issues().iter().map(issue).collect()).unwrap_or_default(),
    }
}

pub fn addon(addon: &types::Addon) -> Addon {
    let issue = |issue: &types::AddonIssue| HealthIssue {
        code: said(issue.code().map(|code| code.as_str())),
        message: said(issue.message()),
        resources: many(issue.resource_ids()),
    };
    Addon {
        name: said(addon.addon_name()),
        version: said(addon.addon_version()),
        status: said(addon.status().map(|status| status.as_str())),
        role: addon.service_account_role_arn().map(say),
        issues: addon.health().map(|health| health.issues().iter().map(issue).collect()).unwrap_or_default(),
    }
}

pub fn fargate_profile(profile: &types::FargateProfile) -> FargateProfile {
    let issue = |issue: &types::FargateProfileIssue| HealthIssue {
        code: said(issue.code().map(|code| code.as_str())),
        message: said(issue.message()),
        resources: many(issue.resource_ids()),
    };
    let selector = |selector: &types::FargateProfileSelector| FargateSelector {
        namespace: said(selector.namespace()),
        labels: selector.labels().into_iter().flatten().map(|(key, value)| (say(key), say(value))).collect(),
    };
    FargateProfile {
        name: said(profile.fargate_profile_name()),
        status: said(profile.status().map(|status| status.as_str())),
        selectors: profile.selectors().iter().map(selector).collect(),
        issues: profile.health().map(|health| health.issues().iter().map(issue).collect()).unwrap_or_default(),
    }
}

pub fn insight(insight: &types::InsightSummary) -> Insight {
    let status = insight.insight_status();
    Insight {
        id: said(insight.id()),
        name: said(insight.name()),
        category: said(insight.category().map(|category| category.as_str())),
        status: InsightStatus::from(status.and_then(|it| it.status()).map_or("UNKNOWN", |status| status.as_str())),
        reason: said(status.and_then(|status| status.reason())),
        kubernetes_version: said(insight.kubernetes_version()),
        refreshed: aws_time(insight.last_refresh_time()),
        description: said(insight.description()),
        recommendation: None,
    }
}

/// `None`: a policy without an ARN.
pub fn policy(policy: &types::AssociatedAccessPolicy) -> Option<AccessPolicy> {
    let names = policy.access_scope().map(|scope| many(scope.namespaces())).unwrap_or_default();
    let is_narrow = policy.access_scope().and_then(|scope| scope.r#type()) == Some(&types::AccessScopeType::Namespace);
    let scope = if is_narrow { AccessScope::Namespaces(names) } else { AccessScope::Cluster };
    Some(AccessPolicy { arn: say(policy.policy_arn()?), scope })
}
