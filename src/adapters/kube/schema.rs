//! What a cluster's objects look like: its OpenAPI v3 document of one group and version, kept on disk by its hash.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use bytes::Bytes;
use http_body_util::{BodyExt, Limited};
use ring::digest::{SHA256, digest};
use serde_json::Value;

use super::reader::Reader;
use crate::domain::health::Trouble;
use crate::domain::request::PortError;
use crate::domain::schema::Schema;

/// The largest document of a cluster with many CRDs in one group is a few MiB.
const BODY_BYTES: usize = 48 * 1024 * 1024;

/// Asks the index for the document's address (it carries the hash of the document) and reads the document, from disk
/// where it was read before.
pub async fn fetch(reader: &Reader, api_version: &str, cache: Option<&Path>) -> Result<Arc<Schema>, PortError> {
    let index = body(reader, "/openapi/v3").await?;
    let group = if api_version.contains('/') { format!("apis/{api_version}") } else { format!("api/{api_version}") };
    let (name, wanted) = (reader.cluster().to_owned(), api_version.to_owned());
    let address = decode(move || {
        let index: Value = serde_json::from_slice(&index).map_err(|error| refused(&name, "/openapi/v3", &error))?;
        let address = index.pointer("/paths").and_then(|paths| paths.get(&group)?.get("serverRelativeURL")?.as_str());
        // Only a path of this server is followed.
        let address = address.filter(|address| address.starts_with("/openapi/v3/"));
        address.map(str::to_owned).ok_or_else(|| {
            PortError::NotFound(Trouble::new(format!("{name} serves no {}", crate::domain::text::clean(&wanted))))
        })
    })
    .await?;
    let file = cache.filter(|_| address.contains("hash=")).map(|cache| place(cache, reader.cluster(), &address));
    if let Some(schema) = from_disk(file.clone(), api_version).await {
        return Ok(schema);
    }
    let bytes = body(reader, &address).await?;
    let (name, api_version) = (reader.cluster().to_owned(), api_version.to_owned());
    decode(move || {
        let mut schema = Schema::read(&api_version, &bytes).map_err(|error| refused(&name, &address, &error))?;
        if let Some(file) = file
            && let Err(error) = keep(&file, &bytes)
        {
            tracing::info!(%error, "a schema could not be kept on disk");
        }
        clean_version(&mut schema);
        Ok(Arc::new(schema))
    })
    .await
}

async fn decode<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, PortError> + Send + 'static,
) -> Result<T, PortError> {
    let broken = |error: tokio::task::JoinError| PortError::Broken(Trouble::new(error.to_string()));
    tokio::task::spawn_blocking(work).await.map_err(broken)?
}

fn refused(cluster: &str, path: &str, why: &dyn std::fmt::Display) -> PortError {
    let words = super::errors::say(&why.to_string());
    PortError::Refused(Trouble::new(format!("{cluster}: {}: {words}", crate::domain::text::clean(path))))
}

async fn body(reader: &Reader, path: &str) -> Result<Bytes, PortError> {
    let answer = reader.get(path, "application/json").await?;
    let whole = Limited::new(answer.body, BODY_BYTES).collect().await;
    Ok(whole.map_err(|error| refused(reader.cluster(), path, &error))?.to_bytes())
}

/// A file name of its own for each cluster, group and hash.
fn place(cache: &Path, cluster: &str, address: &str) -> PathBuf {
    let key = digest(&SHA256, format!("{cluster}\n{address}").as_bytes());
    let name: String = key.as_ref().iter().take(16).map(|byte| format!("{byte:02x}")).collect();
    cache.join("openapi").join(format!("{name}.json"))
}

async fn from_disk(file: Option<PathBuf>, api_version: &str) -> Option<Arc<Schema>> {
    let (file, api_version) = (file?, api_version.to_owned());
    let read = tokio::task::spawn_blocking(move || {
        let bytes = std::fs::read(&file).ok()?;
        let mut schema = Schema::read(&api_version, &bytes).ok()?;
        clean_version(&mut schema);
        Some(Arc::new(schema))
    });
    read.await.ok().flatten()
}

fn clean_version(schema: &mut Schema) {
    schema.server_version = crate::domain::text::clean(&schema.server_version).into_owned();
}

fn keep(file: &Path, bytes: &[u8]) -> std::io::Result<()> {
    let folder = file.parent().unwrap_or(file);
    std::fs::create_dir_all(folder)?;
    // Made with mode 0600; renamed when it is whole.
    let mut fresh = tempfile::NamedTempFile::new_in(folder)?;
    fresh.write_all(bytes)?;
    fresh.persist(file).map_err(|error| error.error)?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use super::super::testing::{Reply, ok, reader};
    use super::*;

    const INDEX: &str = r#"{"paths": {"apis/batch/v1": {"serverRelativeURL": "/openapi/v3/apis/batch/v1?hash=A1"},
        "apis/evil/v1": {"serverRelativeURL": "https://elsewhere.test/openapi/v3"}}}"#;
    const DOCUMENT: &str = r#"{"info": {"version": "v1.34.4"}, "components": {"schemas": {"Job": {"type": "object",
        "x-kubernetes-group-version-kind": [{"group": "batch", "version": "v1", "kind": "Job"}]}}}}"#;

    fn answer(path: &str, _: usize) -> Reply {
        if path.contains("hash=A1") { ok(DOCUMENT) } else { ok(INDEX) }
    }

    #[tokio::test]
    async fn a_document_is_read_once_and_then_from_the_disk() {
        let (cache, (reader, requests)) = (tempfile::tempdir().unwrap(), reader(answer));
        for _ in 0..2 {
            let schema = fetch(&reader, "batch/v1", Some(cache.path())).await.unwrap();
            assert_eq!((schema.kind_names(), schema.server_version.as_str()), (vec!["Job"], "v1.34.4"));
        }
        let asked = requests.lock().unwrap().iter().filter(|path| path.contains("hash=A1")).count();
        assert_eq!(asked, 1);
        let file = std::fs::read_dir(cache.path().join("openapi")).unwrap().next().unwrap().unwrap();
        assert_eq!(file.metadata().unwrap().permissions().mode() & 0o777, 0o600);
    }

    #[tokio::test]
    async fn what_is_not_served_and_what_lies_elsewhere_is_not_followed() {
        let (reader, _) = reader(answer);
        for version in ["batch/v9", "evil/v1"] {
            let error = fetch(&reader, version, None).await.unwrap_err();
            assert!(matches!(&error, PortError::NotFound(trouble) if trouble.words.contains(version)), "{error}");
        }
    }
}
