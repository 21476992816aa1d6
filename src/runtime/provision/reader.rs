//! Files of a run, read through a pod that lies on its volume for a moment.

use std::time::Duration;

use jiff::Timestamp;
use serde_json::Value;
use tokio_util::sync::CancellationToken;

use super::{PAGE, Runs};
use crate::domain::health::Trouble;
use crate::domain::provision::manifests::{MANAGED_BY, READER, Spec};
use crate::domain::provision::on_volume::READER_S;
use crate::domain::provision::{Run, asks};
use crate::domain::request::PortError;
use crate::domain::text::clean;

/// How long the reader's pod may take to start: its volume may have to be attached to another node.
const START: Duration = Duration::from_secs(120);
const LOOK: Duration = Duration::from_millis(300);

/// Some files of a run, in the order that they were asked for; `None` for one that is not there.
pub type Files = Vec<Option<String>>;

impl Runs {
    /// Reads files of a run's folder: `plan.json`, `outputs.json`, `apply.jsonl`. Whoever stops waiting for them leaves no
    /// pod behind: it goes in the background.
    ///
    /// # Errors
    /// The reader does not start, or a command in it fails.
    pub async fn files(&self, run: &Run, files: &[&str]) -> Result<Files, Trouble> {
        let (runs, spec) = (self.clone(), run.spec());
        let files: Vec<String> = files.iter().map(|file| (*file).to_owned()).collect();
        let unwanted = CancellationToken::new();
        let _waits = unwanted.clone().drop_guard();
        // A task of its own: it ends what it began, whatever becomes of this future.
        let reading = tokio::spawn(async move { runs.read_in_a_pod(&spec, &files, unwanted).await });
        reading.await.unwrap_or_else(|error| Err(Trouble::new(format!("the run's files were not read: {error}"))))
    }

    async fn read_in_a_pod(
        &self,
        spec: &Spec,
        files: &[String],
        unwanted: CancellationToken,
    ) -> Result<Files, Trouble> {
        let name = format!("read-{}-{}", spec.id, suffix());
        self.carry_on(asks::reader(spec, &name)).await?;
        let read = unwanted.run_until_cancelled(self.read_all(spec, &name, files)).await;
        // One that stays ends by itself after some minutes.
        if let Err(trouble) = self.carry_on(asks::drop_reader(spec, &name)).await {
            tracing::info!(words = trouble.words, "a reader ends by itself");
        }
        read.unwrap_or_else(|| Err(Trouble::new("nobody waits for the run's files any more")))
    }

    /// Takes away readers that have ended, or that nobody has taken away in time: who made them is gone. What stays is
    /// taken the next time.
    pub(super) async fn drop_old_readers(&self, now: Timestamp) {
        let namespace = &self.site().worker.namespace;
        let ours = format!("labelSelector={}%3D{MANAGED_BY}", READER.replace('/', "%2F"));
        let pods = match self.items(format!("/api/v1/namespaces/{namespace}/pods?limit={PAGE}&{ours}")).await {
            Ok(pods) => pods,
            Err(error) => {
                tracing::info!(words = error.trouble().words, "old readers are not looked for");
                return;
            }
        };
        for pod in pods.iter().filter(|pod| is_left(pod, now)) {
            let name = pod["metadata"]["name"].as_str().unwrap_or_default();
            if let Err(trouble) = self.carry_on(asks::drop_old_reader(namespace, name)).await {
                tracing::info!(name, words = trouble.words, "an old reader stays");
            }
        }
    }

    async fn read_all(&self, spec: &Spec, reader: &str, files: &[String]) -> Result<Files, Trouble> {
        self.started(spec, reader).await?;
        let mut found = Vec::with_capacity(files.len());
        for file in files {
            match self.carry_on(asks::read(spec, reader, file)).await {
                Ok(Value::String(text)) => found.push(Some(text)),
                Ok(_) => return Err(Trouble::new(format!("{file} came in a form that nobody knows"))),
                Err(trouble) if trouble.words.contains("No such file") => found.push(None),
                Err(trouble) => return Err(trouble),
            }
        }
        Ok(found)
    }

    async fn started(&self, spec: &Spec, reader: &str) -> Result<(), Trouble> {
        let path = format!("/api/v1/namespaces/{}/pods/{reader}", spec.worker.namespace);
        let mut waits = String::new();
        let waited = tokio::time::timeout(START, async {
            loop {
                match self.get(path.clone()).await {
                    Ok(pod) if pod["status"]["phase"] == "Running" => return Ok(()),
                    Ok(pod) => {
                        if let Some(words) = hopeless(&pod) {
                            return Err(Trouble::new(words));
                        }
                        waits = clean(unscheduled(&pod)).into_owned();
                    }
                    Err(PortError::Unreachable(_) | PortError::Busy(..)) => {}
                    Err(error) => return Err(error.trouble().clone()),
                }
                tokio::time::sleep(LOOK).await;
            }
        });
        let waited = waited.await;
        waited.unwrap_or_else(|_| {
            let words = format!("the pod {reader}, which reads the run's files, did not start within 2 minutes");
            Err(Trouble::new(if waits.is_empty() { words } else { format!("{words}: {waits}") }))
        })
    }
}

/// Whether nobody reads through a pod any more: it has ended, or it should have long ago.
fn is_left(pod: &Value, now: Timestamp) -> bool {
    let created = pod["metadata"]["creationTimestamp"].as_str().and_then(|time| time.parse::<Timestamp>().ok());
    let longest = READER_S + START.as_secs();
    let is_old = created.is_some_and(|created| now.as_second().saturating_sub(created.as_second()) > longest as i64);
    is_old || matches!(pod["status"]["phase"].as_str(), Some("Succeeded" | "Failed"))
}

/// What the scheduler says of a pod that has no node.
fn unscheduled(pod: &Value) -> &str {
    let conditions = pod["status"]["conditions"].as_array().into_iter().flatten();
    let mut refused = conditions.filter(|told| told["type"] == "PodScheduled" && told["status"] == "False");
    refused.find_map(|told| told["message"].as_str()).unwrap_or_default()
}

/// Why the pod never starts.
fn hopeless(pod: &Value) -> Option<String> {
    let refused = unscheduled(pod);
    if refused.contains("persistentvolumeclaim") && refused.contains("not found") {
        return Some("the work volume is gone, and the run's files with it".to_owned());
    }
    let waiting = &pod["status"]["containerStatuses"][0]["state"]["waiting"];
    let reason = waiting["reason"].as_str().unwrap_or_default();
    let is_hopeless =
        matches!(reason, "ErrImagePull" | "ImagePullBackOff" | "InvalidImageName" | "CreateContainerError")
            || matches!(pod["status"]["phase"].as_str(), Some("Failed" | "Succeeded"));
    is_hopeless.then(|| {
        let message = waiting["message"].as_str().or(pod["status"]["message"].as_str()).unwrap_or_default();
        clean(&format!("the pod that reads the run's files does not start: {reason} {message}")).trim().to_owned()
    })
}

/// Two readers of one run have different names.
fn suffix() -> String {
    use std::hash::{BuildHasher, RandomState};
    format!("{:05x}", RandomState::new().hash_one(0_u8) & 0xf_ffff)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_volume_that_is_gone_is_not_waited_for() {
        let pod = |message: &str| {
            let condition = json!({"type": "PodScheduled", "status": "False", "message": message});
            json!({"status": {"phase": "Pending", "conditions": [condition]}})
        };
        let gone = pod("0/3 nodes are available: persistentvolumeclaim \"work-a\" not found. preemption: none.");
        assert!(hopeless(&gone).unwrap().contains("the work volume is gone"));
        let full = pod("0/3 nodes are available: 3 Insufficient memory.");
        assert_eq!((hopeless(&full), unscheduled(&full)), (None, "0/3 nodes are available: 3 Insufficient memory."));
        assert_eq!(hopeless(&json!({"status": {"phase": "Pending"}})), None);
    }
}
