//! Prometheus' text format.

use std::fmt::Write as _;

use super::Last;
use crate::domain::registry::Status;
use crate::domain::sync::SyncFigures;

/// One metric of all clusters: name, help, value. `None` where nothing is known.
type OfCluster = (&'static str, &'static str, fn(&Last) -> Option<f64>);

const OF_CLUSTERS: &[OfCluster] = &[
    ("cluster_last_look_timestamp_seconds", "When the cluster was looked at last.", |last| {
        Some(last.at_ms as f64 / 1_000.0)
    }),
    ("cluster_look_seconds", "How long the last look took.", |last| Some(f64::from(summary(last)?.took_ms) / 1_000.0)),
    ("cluster_health_checks_failed", "Health checks that do not pass.", |last| {
        Some(summary(last)?.checks_failed.len() as f64)
    }),
    ("cluster_nodes", "Nodes.", |last| Some(f64::from(summary(last)?.nodes))),
    ("cluster_nodes_ready", "Nodes that are ready.", |last| Some(f64::from(summary(last)?.nodes_ready))),
    ("cluster_cpu_allocatable_cores", "CPU that pods may have.", |last| {
        Some(summary(last)?.cpu_allocatable as f64 / 1_000.0)
    }),
    ("cluster_cpu_requested_cores", "CPU that pods request.", |last| {
        Some(summary(last)?.cpu_requested as f64 / 1_000.0)
    }),
    ("cluster_memory_allocatable_bytes", "Memory that pods may have.", |last| {
        Some(summary(last)?.memory_allocatable as f64)
    }),
    ("cluster_memory_requested_bytes", "Memory that pods request.", |last| {
        Some(summary(last)?.memory_requested as f64)
    }),
    ("cluster_namespaces", "Namespaces.", |last| Some(f64::from(summary(last)?.namespaces))),
    ("cluster_deployments", "Deployments.", |last| Some(f64::from(summary(last)?.deployments))),
    ("cluster_deployments_short", "Deployments with fewer ready replicas than wanted.", |last| {
        Some(f64::from(summary(last)?.deployments_short))
    }),
    ("cluster_warnings", "Events of type Warning within the last hour.", |last| summary(last)?.warnings.map(f64::from)),
];

fn summary(last: &Last) -> Option<&crate::domain::registry::Summary> {
    last.snapshot.as_ref().map(|snapshot| &snapshot.summary)
}

pub fn metrics<'a>(figures: &SyncFigures, clusters: impl Iterator<Item = &'a Last>) -> String {
    let clusters: Vec<&Last> = clusters.collect();
    let mut out = String::new();
    let of_worker: [(&str, &str, &str, f64); 8] = [
        ("clusters", "gauge", "Clusters that this collector knows.", figures.clusters as f64),
        ("clusters_theirs", "gauge", "Clusters that other collectors look after.", figures.theirs as f64),
        ("looks_total", "counter", "Looks that were taken.", figures.runs as f64),
        ("looks_failed_total", "counter", "Looks that failed.", figures.failures as f64),
        ("looks_stale_total", "counter", "Results that were dropped: somebody took over.", figures.stale as f64),
        ("looks_busy", "gauge", "Looks that are under way.", figures.busy as f64),
        ("lag_seconds", "gauge", "How far the oldest waiting look is behind.", figures.lag_ms as f64 / 1_000.0),
        ("results_waiting", "gauge", "1 while results wait in memory.", f64::from(u8::from(!figures.kept.is_empty()))),
    ];
    for (name, kind, help, value) in of_worker {
        head(&mut out, name, kind, help);
        let _ = writeln!(out, "eksdeck_{name} {value}");
    }
    head(&mut out, "cluster_status", "gauge", "1 for the status that the last look told.");
    for last in &clusters {
        for status in Status::ALL {
            let is = u8::from(last.status == status);
            let _ = writeln!(out, "eksdeck_cluster_status{{{},status=\"{}\"}} {is}", labels(last), status.word());
        }
    }
    head(&mut out, "cluster_pods", "gauge", "Pods by phase.");
    for last in &clusters {
        for (phase, count) in summary(last).into_iter().flat_map(|summary| &summary.pods.phases) {
            let _ = writeln!(out, "eksdeck_cluster_pods{{{},phase=\"{}\"}} {count}", labels(last), escaped(phase));
        }
    }
    for (name, help, value) in OF_CLUSTERS {
        head(&mut out, name, "gauge", help);
        for last in &clusters {
            if let Some(value) = value(last) {
                let _ = writeln!(out, "eksdeck_{name}{{{}}} {value}", labels(last));
            }
        }
    }
    out
}

fn head(out: &mut String, name: &str, kind: &str, help: &str) {
    let _ = writeln!(out, "# HELP eksdeck_{name} {help}\n# TYPE eksdeck_{name} {kind}");
}

fn labels(last: &Last) -> String {
    format!("cluster=\"{}\",environment=\"{}\"", escaped(&last.target.name), last.target.environment)
}

fn escaped(text: &str) -> String {
    text.replace('\\', "\\\\").replace('"', "\\\"").replace('\n', "\\n")
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::domain::ids::ClusterId;
    use crate::domain::registry::Snapshot;
    use crate::domain::sync::Target;

    #[test]
    fn a_name_cannot_leave_its_label_and_what_is_not_known_is_no_zero() {
        let name = "a\"} 1\nb\\".to_owned();
        let target = Target { id: ClusterId(0), name, environment: Default::default(), registered: None };
        let mut snapshot = Snapshot::default();
        (snapshot.summary.nodes, snapshot.summary.cpu_requested) = (3, 1_500);
        snapshot.summary.pods.phases.insert("Running".into(), 7);
        let target = Arc::new(target);
        let seen = Last { target, status: Status::Degraded, at_ms: 2_500, snapshot: Some(Arc::new(snapshot)) };
        let down = Last { status: Status::Down, snapshot: None, ..seen.clone() };
        let labels = r#"cluster="a\"} 1\nb\\",environment="unclassified""#;
        let text = metrics(&SyncFigures { lag_ms: 1_500, ..SyncFigures::default() }, [&seen].into_iter());
        for line in [
            "eksdeck_lag_seconds 1.5".to_owned(),
            format!("eksdeck_cluster_status{{{labels},status=\"degraded\"}} 1"),
            format!("eksdeck_cluster_status{{{labels},status=\"up\"}} 0"),
            format!("eksdeck_cluster_nodes{{{labels}}} 3"),
            format!("eksdeck_cluster_cpu_requested_cores{{{labels}}} 1.5"),
            format!("eksdeck_cluster_pods{{{labels},phase=\"Running\"}} 7"),
            format!("eksdeck_cluster_last_look_timestamp_seconds{{{labels}}} 2.5"),
        ] {
            assert!(text.lines().any(|found| found == line), "{line}\n{text}");
        }
        assert!(!text.contains("eksdeck_cluster_warnings{"), "{text}");
        assert!(!metrics(&SyncFigures::default(), [&down].into_iter()).contains("eksdeck_cluster_nodes{"));
    }
}
