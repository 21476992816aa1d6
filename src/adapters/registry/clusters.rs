//! Registered clusters and their kubeconfigs.

use secrecy::{ExposeSecret, SecretString};

use super::Registry;
use super::crypto::{Binding, Key, KeyId, key_of, seal, unseal};
use super::db::{Row, Tx, args};
use super::error::{ErrorKind, RegistryError};
use crate::domain::aws::login::LoginKey;
use crate::domain::gate::Environment;
use crate::domain::provider::Provider;
use crate::domain::registry::{ClusterRecord, Edit, Identity, Role, Way, check_name};

/// A kubeconfig in plain text. It is neither printed nor compared, and overwritten when it goes.
#[derive(Clone)]
pub struct PlainKubeconfig(SecretString);

impl PlainKubeconfig {
    pub fn new(text: SecretString) -> Self {
        Self(text)
    }

    pub fn expose(&self) -> &str {
        self.0.expose_secret()
    }
}

const COLUMN: &str = "kubeconfig";
/// How often a registration begins anew because another process brought the first key meanwhile.
const TRIES: usize = 3;

macro_rules! select {
    ($rest:literal) => {
        concat!(
            "SELECT org, id, name, arn, uid, ca, provider, region, account, version, environment, team, labels, ",
            "protected, read_only, way, server, namespace, insecure, created_ms, updated_ms, created_by, login_profile, ",
            "login_role, login_external_id FROM clusters ",
            $rest
        )
    };
}

impl Registry {
    /// Every cluster of the organisation, by name.
    ///
    /// # Errors
    /// The database does not answer.
    pub async fn clusters(&self) -> Result<Vec<ClusterRecord>, RegistryError> {
        let mut tx = self.db.read().await?;
        clusters_in(&mut tx, &self.organisation).await
    }

    /// The cluster of this name.
    ///
    /// # Errors
    /// There is none, or the database does not answer.
    pub async fn cluster(&self, name: &str) -> Result<ClusterRecord, RegistryError> {
        self.named(&mut self.db.read().await?, name).await
    }

    async fn named(&self, tx: &mut Tx, name: &str) -> Result<ClusterRecord, RegistryError> {
        match tx.row(select!("WHERE org = $1 AND name = $2"), &args![&self.organisation, name]).await? {
            Some(row) => record(&row),
            None => {
                let known = clusters_in(tx, &self.organisation).await?;
                let known: Vec<&str> = known.iter().map(|record| record.name.as_str()).collect();
                let known = if known.is_empty() { "it holds none".to_owned() } else { known.join(", ") };
                let words = format!("no cluster named `{name}` in the registry of {}: {known}", self.organisation);
                Err(RegistryError::new(ErrorKind::NotFound, words))
            }
        }
    }

    /// Registers a cluster, with its kubeconfig if that is its way in.
    ///
    /// # Errors
    /// The name or the cluster is there already, the key is missing, or the login may not.
    pub async fn add(&self, record: &ClusterRecord, kubeconfig: Option<&PlainKubeconfig>) -> Result<(), RegistryError> {
        self.want(Role::Admin)?;
        check_name(&record.name).map_err(|words| RegistryError::new(ErrorKind::Invalid, words))?;
        let with = |kubeconfig| vec![(record.clone(), kubeconfig)];
        self.add_all(&with(kubeconfig)).await
    }

    /// Registers several clusters, all or none.
    pub(super) async fn add_all(
        &self,
        clusters: &[(ClusterRecord, Option<&PlainKubeconfig>)],
    ) -> Result<(), RegistryError> {
        let is_secret = clusters.iter().any(|(_, kubeconfig)| kubeconfig.is_some());
        for _ in 0..TRIES {
            let key = match is_secret {
                true => Some(self.keys.current(&self.key_ids().await?).await?),
                false => None,
            };
            let mut tx = self.write(Role::Admin).await?;
            let present = key_ids_in(&mut tx, &self.organisation).await?;
            if key.as_ref().is_some_and(|key| present.iter().any(|id| *id != key.id())) {
                continue;
            }
            let mut known = clusters_in(&mut tx, &self.organisation).await?;
            for (record, kubeconfig) in clusters {
                free(&known, record)?;
                self.insert(&mut tx, record, key.as_ref().zip(*kubeconfig)).await?;
                known.push(record.clone());
            }
            return tx.commit().await;
        }
        Err(RegistryError::new(ErrorKind::Key, "the registry's key changed meanwhile; nothing was changed"))
    }

    async fn insert(
        &self,
        tx: &mut Tx,
        record: &ClusterRecord,
        secret: Option<(&Key, &PlainKubeconfig)>,
    ) -> Result<(), RegistryError> {
        let sealed =
            secret.map(|(key, plain)| seal(key, &self.binding(&record.id), plain.expose().as_bytes())).transpose()?;
        let key_id = secret.map(|(key, _)| key.id().to_string());
        let Identity { arn, uid, ca } = &record.identity;
        let (login_profile, login_role, login_external_id) = record.login.parts();
        let sql = "INSERT INTO clusters (org, id, name, arn, uid, ca, provider, region, account, version, environment, team, \
            labels, protected, read_only, way, server, namespace, insecure, created_ms, updated_ms, created_by, key_id, \
            kubeconfig, login_profile, login_role, login_external_id) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, \
            $21, $22, $23, $24, $25, $26, $27)";
        let parameters = args![
            &self.organisation,
            &record.id,
            &record.name,
            arn,
            uid,
            ca,
            &record.provider.map(|provider| provider.name().to_owned()),
            &record.region,
            &record.account,
            &record.version,
            &record.environment.to_string(),
            &record.team,
            &labels_text(record),
            record.protected,
            record.read_only,
            record.way.word(),
            &record.server,
            &record.namespace,
            record.insecure,
            record.created_ms,
            record.updated_ms,
            &record.created_by,
            &key_id,
            sealed,
            &login_profile,
            &login_role,
            &login_external_id,
        ];
        tx.execute(sql, &parameters).await.map(|_| ())
    }

    /// Changes what `edit` names; the record as it is then.
    ///
    /// # Errors
    /// There is no such cluster, the new name is taken, or the login may not.
    pub async fn edit(&self, name: &str, edit: &Edit, now_ms: i64) -> Result<ClusterRecord, RegistryError> {
        let mut tx = self.write(Role::Admin).await?;
        let mut record = self.named(&mut tx, name).await?;
        edit.apply(&mut record);
        record.updated_ms = now_ms;
        check_name(&record.name).map_err(|words| RegistryError::new(ErrorKind::Invalid, words))?;
        let mut others = clusters_in(&mut tx, &self.organisation).await?;
        others.retain(|other| other.id != record.id);
        free(&others, &record)?;
        let sql = "UPDATE clusters SET name = $3, environment = $4, team = $5, labels = $6, protected = $7, read_only = $8, \
            updated_ms = $9 WHERE org = $1 AND id = $2";
        let parameters = args![
            &self.organisation,
            &record.id,
            &record.name,
            &record.environment.to_string(),
            &record.team,
            &labels_text(&record),
            record.protected,
            record.read_only,
            record.updated_ms,
        ];
        changed(tx.execute(sql, &parameters).await?, name)?;
        tx.commit().await?;
        Ok(record)
    }

    /// Takes a cluster out of the registry, with everything that hangs on it: snapshots, transitions, Jobs, claims.
    ///
    /// # Errors
    /// There is no such cluster, or the login may not.
    pub async fn remove(&self, name: &str) -> Result<(), RegistryError> {
        let mut tx = self.write(Role::Admin).await?;
        let id = self.named(&mut tx, name).await?.id;
        let sql = "DELETE FROM clusters WHERE org = $1 AND id = $2";
        changed(tx.execute(sql, &args![&self.organisation, &id]).await?, name)?;
        tx.commit().await
    }

    /// A cluster's kubeconfig, decrypted.
    ///
    /// # Errors
    /// It has none, the key is missing, or the stored one was changed or moved.
    pub async fn kubeconfig(&self, id: &str) -> Result<PlainKubeconfig, RegistryError> {
        let mut tx = self.db.read().await?;
        let sql = "SELECT kubeconfig FROM clusters WHERE org = $1 AND id = $2";
        let row = tx.row(sql, &args![&self.organisation, id]).await?;
        let sealed = row.map(|row| row.maybe_bytes(0)).transpose()?.flatten();
        drop(tx);
        let sealed = sealed.ok_or_else(|| {
            RegistryError::new(ErrorKind::NotFound, "the registry holds no kubeconfig for this cluster")
        })?;
        let key = self.keys.find(key_of(&sealed)?).await?;
        open_sealed(&key, &self.binding(id), &sealed)
    }

    /// The ids of the keys under which the organisation's kubeconfigs are.
    ///
    /// # Errors
    /// The database does not answer.
    pub async fn key_ids(&self) -> Result<Vec<KeyId>, RegistryError> {
        key_ids_in(&mut self.db.read().await?, &self.organisation).await
    }

    /// Why the key of this id is not at hand; `None` if it is.
    pub async fn key_trouble(&self, id: KeyId) -> Option<RegistryError> {
        self.keys.find(id).await.err()
    }

    /// A transaction that changes something, once the role is enough.
    pub(super) async fn write(&self, role: Role) -> Result<Tx, RegistryError> {
        self.want(role)?;
        let mut tx = self.db.write().await?;
        if role == Role::Admin {
            // What one administrator reads before it writes stays so until it has written.
            tx.lock(&format!("eksdeck registry {}", self.organisation)).await?;
        }
        Ok(tx)
    }

    pub(super) fn binding<'a>(&'a self, cluster: &'a str) -> Binding<'a> {
        Binding { organisation: &self.organisation, cluster, column: COLUMN }
    }
}

/// # Errors
/// One of those that are known has the record's name, id or identity.
fn free(known: &[ClusterRecord], record: &ClusterRecord) -> Result<(), RegistryError> {
    let taken = |words: String| Err(RegistryError::new(ErrorKind::Taken, words));
    for known in known {
        if known.name == record.name || known.id == record.id {
            return taken(format!("a cluster named `{}` is registered already", known.name));
        }
        if known.identity.is_same(&record.identity) {
            return taken(format!("`{}` is registered already, as `{}`", record.name, known.name));
        }
    }
    Ok(())
}

pub(super) fn open_sealed(key: &Key, binding: &Binding<'_>, sealed: &[u8]) -> Result<PlainKubeconfig, RegistryError> {
    let plain = unseal(key, binding, sealed)?;
    let text = std::str::from_utf8(&plain)
        .map_err(|_| RegistryError::new(ErrorKind::Key, "a stored kubeconfig is no text"))?;
    Ok(PlainKubeconfig(SecretString::from(text)))
}

pub(super) async fn clusters_in(tx: &mut Tx, organisation: &str) -> Result<Vec<ClusterRecord>, RegistryError> {
    tx.rows(select!("WHERE org = $1 ORDER BY name"), &args![organisation]).await?.iter().map(record).collect()
}

pub(super) async fn key_ids_in(tx: &mut Tx, organisation: &str) -> Result<Vec<KeyId>, RegistryError> {
    let sql = "SELECT DISTINCT key_id FROM clusters WHERE org = $1 AND key_id IS NOT NULL ORDER BY key_id";
    let rows = tx.rows(sql, &args![organisation]).await?;
    rows.iter()
        .map(|row| {
            let text = row.text(0)?;
            KeyId::parse(&text).ok_or_else(|| RegistryError::new(ErrorKind::Key, format!("`{text}` is no id of a key")))
        })
        .collect()
}

/// A row that is there for a reader and not for a writer was not changed: the database says so by a count alone.
fn changed(rows: u64, name: &str) -> Result<(), RegistryError> {
    match rows {
        0 => Err(RegistryError::new(
            ErrorKind::Forbidden,
            format!("the database does not let the login change `{name}`"),
        )),
        _ => Ok(()),
    }
}

fn labels_text(record: &ClusterRecord) -> String {
    serde_json::to_string(&record.labels).unwrap_or_else(|_| "{}".to_owned())
}

fn record(row: &Row) -> Result<ClusterRecord, RegistryError> {
    Ok(ClusterRecord {
        organisation: row.text(0)?,
        id: row.text(1)?,
        name: row.text(2)?,
        identity: Identity { arn: row.maybe_text(3)?, uid: row.maybe_text(4)?, ca: row.maybe_text(5)? },
        provider: row.maybe_text(6)?.as_deref().and_then(Provider::of_name),
        region: row.maybe_text(7)?,
        account: row.maybe_text(8)?,
        version: row.maybe_text(9)?,
        environment: Environment::of_label(&row.text(10)?).unwrap_or_default(),
        team: row.maybe_text(11)?,
        labels: serde_json::from_str(&row.text(12)?).unwrap_or_default(),
        protected: row.truth(13)?,
        read_only: row.truth(14)?,
        way: Way::of_word(&row.text(15)?).unwrap_or(Way::None),
        server: row.text(16)?,
        namespace: row.maybe_text(17)?,
        insecure: row.truth(18)?,
        created_ms: row.int(19)?,
        updated_ms: row.int(20)?,
        created_by: row.text(21)?,
        login: LoginKey::of_parts(row.maybe_text(22)?, row.maybe_text(23)?, row.maybe_text(24)?),
    })
}
