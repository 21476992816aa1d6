//! Reads of the EKS API, each list with all its pages.

use std::error::Error;
use std::future::Future;

use aws_sdk_eks::Client;
use aws_smithy_runtime_api::client::result::SdkError;
use aws_smithy_types::error::metadata::ProvideErrorMetadata;
use futures::stream::{StreamExt, TryStreamExt, iter};

use super::{convert, question};
use crate::adapters::aws::faults::fault;
use crate::adapters::kube::errors::say;
use crate::domain::eks::{
    AccessEntry, Addon, EksCluster, FargateProfile, FaultKind, Insight, InsightStatus, LaneFault, Nodegroup,
    PodIdentityAssociation, Versions,
};
use convert::{aws_time, many, said};

/// Questions about one cluster at once.
const AT_ONCE: usize = 8;
/// No list has more pages: a service that always names a next one does not keep us for ever.
const PAGES: usize = 1_000;

/// One region's EKS API, in the program's own words.
#[derive(Debug, Clone)]
pub struct Eks {
    pub client: Client,
    pub region: String,
}

/// One page and what asks for the next.
pub type Page<T> = (Vec<T>, Option<String>);

impl Eks {
    fn told<T, E, R>(&self, operation: &'static str, answer: Result<T, SdkError<E, R>>) -> Result<T, LaneFault>
    where
        E: ProvideErrorMetadata + Error + 'static,
        R: std::fmt::Debug + 'static,
    {
        answer.map_err(|error| fault(question(operation, &self.region), &error))
    }

    /// One page of the region's cluster names, at most 100.
    ///
    /// # Errors
    /// See [`LaneFault`]; as of all that follow.
    pub async fn cluster_names(&self, next: Option<String>) -> Result<Page<String>, LaneFault> {
        let answer = self.client.list_clusters().max_results(100).set_next_token(next).send().await;
        let answer = self.told("ListClusters", answer)?;
        Ok((many(answer.clusters()), answer.next_token))
    }

    /// One cluster, its support by the table; `None` when it is not there (any more).
    ///
    /// # Errors
    /// See [`LaneFault`].
    pub async fn cluster(&self, name: &str) -> Result<Option<EksCluster>, LaneFault> {
        let answer = self.client.describe_cluster().name(name).send().await;
        let answer = gone_is_none(self.told("DescribeCluster", answer))?;
        Ok(answer.and_then(|answer| answer.cluster).and_then(convert::cluster))
    }

    /// # Errors
    /// See [`LaneFault`].
    pub async fn versions(&self) -> Result<Versions, LaneFault> {
        let rows = pages(|next| async {
            let answer = self.client.describe_cluster_versions().include_all(true).set_next_token(next).send().await;
            let answer = self.told("DescribeClusterVersions", answer)?;
            Ok((answer.cluster_versions.unwrap_or_default(), answer.next_token))
        });
        Ok(convert::versions(&rows.await?))
    }

    /// # Errors
    /// See [`LaneFault`].
    pub async fn nodegroups(&self, cluster: &str) -> Result<Vec<Nodegroup>, LaneFault> {
        let names = pages(|next| async {
            let answer = self.client.list_nodegroups().cluster_name(cluster).set_next_token(next).send().await;
            let answer = self.told("ListNodegroups", answer)?;
            Ok((answer.nodegroups.unwrap_or_default(), answer.next_token))
        });
        each(names.await?, |name| async move {
            let request = self.client.describe_nodegroup().cluster_name(cluster).nodegroup_name(name);
            let answer = gone_is_none(self.told("DescribeNodegroup", request.send().await))?;
            Ok(answer.and_then(|answer| answer.nodegroup).map(|group| convert::nodegroup(&group)))
        })
        .await
    }

    /// # Errors
    /// See [`LaneFault`].
    pub async fn addons(&self, cluster: &str) -> Result<Vec<Addon>, LaneFault> {
        let names = pages(|next| async {
            let answer = self.client.list_addons().cluster_name(cluster).set_next_token(next).send().await;
            let answer = self.told("ListAddons", answer)?;
            Ok((answer.addons.unwrap_or_default(), answer.next_token))
        });
        each(names.await?, |name| async move {
            let request = self.client.describe_addon().cluster_name(cluster).addon_name(name);
            let answer = gone_is_none(self.told("DescribeAddon", request.send().await))?;
            Ok(answer.and_then(|answer| answer.addon).map(|addon| convert::addon(&addon)))
        })
        .await
    }

    /// # Errors
    /// See [`LaneFault`].
    pub async fn fargate_profiles(&self, cluster: &str) -> Result<Vec<FargateProfile>, LaneFault> {
        let names = pages(|next| async {
            let answer = self.client.list_fargate_profiles().cluster_name(cluster).set_next_token(next).send().await;
            let answer = self.told("ListFargateProfiles", answer)?;
            Ok((answer.fargate_profile_names.unwrap_or_default(), answer.next_token))
        });
        each(names.await?, |name| async move {
            let request = self.client.describe_fargate_profile().cluster_name(cluster).fargate_profile_name(name);
            let answer = gone_is_none(self.told("DescribeFargateProfile", request.send().await))?;
            Ok(answer.and_then(|answer| answer.fargate_profile).map(|profile| convert::fargate_profile(&profile)))
        })
        .await
    }

    /// What AWS checks; for those that do not pass with what it recommends.
    ///
    /// # Errors
    /// See [`LaneFault`].
    pub async fn insights(&self, cluster: &str) -> Result<Vec<Insight>, LaneFault> {
        let insights = pages(|next| async {
            let answer = self.client.list_insights().cluster_name(cluster).set_next_token(next).send().await;
            let answer = self.told("ListInsights", answer)?;
            Ok((answer.insights.unwrap_or_default(), answer.next_token))
        });
        let insights = insights.await?.iter().map(convert::insight).collect();
        each(insights, |mut insight: Insight| async move {
            if insight.status != InsightStatus::Passing {
                let request = self.client.describe_insight().cluster_name(cluster).id(&insight.id);
                let answer = gone_is_none(self.told("DescribeInsight", request.send().await))?;
                let told = answer.and_then(|answer| answer.insight).and_then(|insight| insight.recommendation);
                insight.recommendation = told.map(|told| say(&told));
            }
            Ok(Some(insight))
        })
        .await
    }

    /// Who may enter, each with its policies.
    ///
    /// # Errors
    /// See [`LaneFault`]; a cluster of authentication mode CONFIG_MAP refuses.
    pub async fn access_entries(&self, cluster: &str) -> Result<Vec<AccessEntry>, LaneFault> {
        let principals = pages(|next| async {
            let answer = self.client.list_access_entries().cluster_name(cluster).set_next_token(next).send().await;
            let answer = self.told("ListAccessEntries", answer)?;
            Ok((answer.access_entries.unwrap_or_default(), answer.next_token))
        });
        each(principals.await?, |principal| async move { self.access_entry(cluster, &principal).await }).await
    }

    /// One entry; `None` when it is not there (any more).
    async fn access_entry(&self, cluster: &str, principal: &str) -> Result<Option<AccessEntry>, LaneFault> {
        let entry = async {
            let request = self.client.describe_access_entry().cluster_name(cluster).principal_arn(principal);
            self.told("DescribeAccessEntry", request.send().await)
        };
        let policies = pages(|next| async {
            let request = self.client.list_associated_access_policies().cluster_name(cluster).principal_arn(principal);
            let answer = self.told("ListAssociatedAccessPolicies", request.set_next_token(next).send().await)?;
            Ok((answer.associated_access_policies.unwrap_or_default(), answer.next_token))
        });
        let Some((entry, policies)) = gone_is_none(futures::try_join!(entry, policies))? else { return Ok(None) };
        Ok(entry.access_entry.map(|entry| AccessEntry {
            principal: said(entry.principal_arn()),
            kind: said(entry.r#type()),
            username: said(entry.username()),
            groups: many(entry.kubernetes_groups()),
            policies: policies.iter().filter_map(convert::policy).collect(),
            created: aws_time(entry.created_at()),
        }))
    }

    /// # Errors
    /// See [`LaneFault`].
    pub async fn pod_identities(&self, cluster: &str) -> Result<Vec<PodIdentityAssociation>, LaneFault> {
        let summaries = pages(|next| async {
            let request = self.client.list_pod_identity_associations().cluster_name(cluster).set_next_token(next);
            let answer = self.told("ListPodIdentityAssociations", request.send().await)?;
            Ok((answer.associations.unwrap_or_default(), answer.next_token))
        });
        each(summaries.await?, |summary| async move {
            let id = said(summary.association_id());
            let request = self.client.describe_pod_identity_association().cluster_name(cluster).association_id(&id);
            // The role alone hangs on this: without it the row still tells which service account it is.
            let answer = self.told("DescribePodIdentityAssociation", request.send().await).ok();
            Ok(Some(PodIdentityAssociation {
                id,
                namespace: said(summary.namespace()),
                service_account: said(summary.service_account()),
                role: answer.and_then(|answer| answer.association).and_then(|it| it.role_arn).map(|role| say(&role)),
            }))
        })
        .await
    }
}

/// What was listed and is gone when it is asked for.
fn gone_is_none<T>(answer: Result<T, LaneFault>) -> Result<Option<T>, LaneFault> {
    match answer {
        Ok(answer) => Ok(Some(answer)),
        Err(fault) if fault.kind == FaultKind::NotFound => Ok(None),
        Err(fault) => Err(fault),
    }
}

async fn pages<T, F>(ask: impl Fn(Option<String>) -> F) -> Result<Vec<T>, LaneFault>
where
    F: Future<Output = Result<Page<T>, LaneFault>>,
{
    let (mut all, mut next) = (Vec::new(), None);
    for _ in 0..PAGES {
        let (rows, more) = ask(next).await?;
        all.extend(rows);
        match more.filter(|more| !more.is_empty()) {
            Some(more) => next = Some(more),
            None => break,
        }
    }
    Ok(all)
}

/// Asks for each, some at once, in their order; what is gone is left out.
async fn each<T, O, F>(items: Vec<T>, ask: impl Fn(T) -> F) -> Result<Vec<O>, LaneFault>
where
    F: Future<Output = Result<Option<O>, LaneFault>>,
{
    let found: Vec<Option<O>> = iter(items).map(ask).buffered(AT_ONCE).try_collect().await?;
    Ok(found.into_iter().flatten().collect())
}
