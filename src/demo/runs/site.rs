//! Where the embedded fleet's clusters by Terraform are made.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use crate::domain::provision::limit::{Allowed, Limit};
use crate::domain::provision::manifests::Worker;
use crate::domain::provision::site::{EnvironmentSettings, ModuleSource, Site};

/// Seconds that the cluster and every node group of it take: long enough to be watched.
const DELAY_S: u64 = 10;

/// The provision settings of the embedded fleet; `cluster`: its management cluster.
pub fn site(cluster: &str) -> Site {
    let dev = EnvironmentSettings {
        account: "111111111111".to_owned(),
        region: "eu-west-1".to_owned(),
        module: ModuleSource::Trial,
        defaults: defaults(false),
        ..EnvironmentSettings::default()
    };
    let prod = EnvironmentSettings {
        account: "222222222222".to_owned(),
        region: "us-east-1".to_owned(),
        is_protected: true,
        defaults: defaults(true),
        limits: vec![
            Limit { path: "node_groups.*.capacity_type".to_owned(), allowed: Allowed::OneOf(vec![json!("ON_DEMAND")]) },
            Limit {
                path: "node_groups.*.max_size".to_owned(),
                allowed: Allowed::Range { least: None, most: Some(20.0) },
            },
        ],
        ..dev.clone()
    };
    let environments = [("dev", dev), ("prod", prod)];
    Site {
        cluster: cluster.to_owned(),
        worker: Worker { lock_wait_s: 5, cpu: "100m".to_owned(), memory: "256Mi".to_owned(), ..Worker::default() },
        environments: environments.into_iter().map(|(name, one)| (name.to_owned(), one)).collect::<BTreeMap<_, _>>(),
        ..Site::default()
    }
}

fn defaults(is_guarded: bool) -> Map<String, Value> {
    let defaults = json!({"kubernetes_version": "1.35", "deletion_protection": is_guarded, "delay_seconds": DELAY_S});
    defaults.as_object().cloned().unwrap_or_default()
}
