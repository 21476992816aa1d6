//! The registry as a file: kubeconfigs stay encrypted in it, under the keys that they have.

use std::fs::OpenOptions;
use std::io::{self, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde::{Deserialize, Serialize};

use super::Registry;
use super::clusters::{PlainKubeconfig, clusters_in, open_sealed};
use super::crypto::{Binding, key_of};
use super::db::args;
use super::error::{ErrorKind, RegistryError};
use crate::domain::registry::{ClusterRecord, PlainRecord, Role, check_name};

/// It changes when a reader of the older format would misread it.
const SCHEMA: u32 = 1;

/// What an export file holds.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Export {
    pub schema: u32,
    pub clusters: Vec<Exported>,
}

/// One cluster of it.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Exported {
    #[serde(flatten)]
    pub record: PlainRecord,
    /// The ciphertext in base64. It opens with its key alone, and only as what it is in the record's organisation and
    /// cluster.
    pub kubeconfig: Option<String>,
}

/// What an import brought.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Imported {
    pub clusters: Vec<String>,
}

/// Writes a new file of mode 0600. Blocks on the disk.
///
/// # Errors
/// It is there already, or cannot be written.
pub fn write_export(export: &Export, path: &Path) -> Result<(), RegistryError> {
    let failed = |error: io::Error| {
        let kind = if error.kind() == io::ErrorKind::StorageFull { ErrorKind::Full } else { ErrorKind::Other };
        RegistryError::new(kind, format!("the export {}: {error}", path.display()))
    };
    let mut file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(path).map_err(failed)?;
    let written = serde_json::to_writer_pretty(&mut file, export).map_err(io::Error::from);
    written.and_then(|()| file.write_all(b"\n")).and_then(|()| file.sync_all()).map_err(|error| {
        // Half an export would look like one.
        let _ = std::fs::remove_file(path);
        failed(error)
    })
}

impl Registry {
    /// The whole organisation, or these clusters of it.
    ///
    /// # Errors
    /// A name that no cluster has, or the database does not answer.
    pub async fn export(&self, names: &[String]) -> Result<Export, RegistryError> {
        for name in names {
            self.cluster(name).await?;
        }
        let mut tx = self.db.read().await?;
        let mut clusters = Vec::new();
        for record in clusters_in(&mut tx, self.organisation()).await? {
            if !names.is_empty() && !names.contains(&record.name) {
                continue;
            }
            let sql = "SELECT kubeconfig FROM clusters WHERE org = $1 AND id = $2";
            let row = tx.row(sql, &args![self.organisation(), &record.id]).await?;
            let sealed = row.map(|row| row.maybe_bytes(0)).transpose()?.flatten();
            let kubeconfig = sealed.map(|sealed| STANDARD.encode(sealed));
            clusters.push(Exported { record: PlainRecord::from(&record), kubeconfig });
        }
        Ok(Export { schema: SCHEMA, clusters })
    }

    /// Registers every cluster of an export, all or none. Each kubeconfig is opened with the key it was exported under
    /// and encrypted anew for this organisation.
    ///
    /// # Errors
    /// A cluster is there already, a key is missing, or the file was changed: then nothing is changed.
    pub async fn import(&self, export: &Export) -> Result<Imported, RegistryError> {
        self.want(Role::Admin)?;
        if export.schema != SCHEMA {
            let words = format!("the export has format {}, and this eksdeck reads {SCHEMA}", export.schema);
            return Err(RegistryError::new(ErrorKind::Invalid, words));
        }
        let mut opened: Vec<(ClusterRecord, Option<PlainKubeconfig>)> = Vec::new();
        for exported in &export.clusters {
            let plain = match &exported.kubeconfig {
                Some(text) => Some(self.open_exported(exported, text).await?),
                None => None,
            };
            let mut record = ClusterRecord::from(exported.record.clone());
            check_name(&record.name).map_err(|words| RegistryError::new(ErrorKind::Invalid, words))?;
            record.organisation = self.organisation().to_owned();
            opened.push((record, plain));
        }
        let clusters: Vec<_> = opened.iter().map(|(record, plain)| (record.clone(), plain.as_ref())).collect();
        self.add_all(&clusters).await?;
        Ok(Imported { clusters: opened.into_iter().map(|(record, _)| record.name).collect() })
    }

    async fn open_exported(&self, exported: &Exported, text: &str) -> Result<PlainKubeconfig, RegistryError> {
        let PlainRecord { organisation, id, name, .. } = &exported.record;
        let invalid = |_| RegistryError::new(ErrorKind::Invalid, format!("`{name}`: its kubeconfig is not base64"));
        let sealed = STANDARD.decode(text).map_err(invalid)?;
        let key = self.keys.find(key_of(&sealed)?).await?;
        let binding = Binding { organisation, cluster: id, ..self.binding(id) };
        open_sealed(&key, &binding, &sealed)
    }
}
