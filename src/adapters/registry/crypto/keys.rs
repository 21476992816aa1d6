//! Which keys are at hand: the environment's, the keyring's, those in key files.

use std::fs::{DirBuilder, OpenOptions};
use std::io::{self, Write};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use secrecy::{ExposeSecret, SecretString};
use tokio::sync::OnceCell;
use zeroize::Zeroizing;

use super::key::{Key, KeyId};
use super::keyring::SystemKeyring;
use crate::adapters::registry::error::{ErrorKind, RegistryError};

const VARIABLE: &str = "BYOK_ENCRYPTION_KEY";
const OLD_VARIABLE: &str = "BYOK_ENCRYPTION_KEY_OLD";
/// A key is a line of 44 characters.
const FILE_BYTES: u64 = 4096;

/// Where keys come from.
#[derive(Clone)]
pub struct Keys {
    given: Option<SecretString>,
    /// The one before, while everything is encrypted anew.
    old: Option<SecretString>,
    keyring: Arc<dyn SystemKeyring>,
    asked: Arc<OnceCell<Option<Zeroizing<String>>>>,
    /// One file a key, `ID.key`, of mode 0600.
    folder: Option<PathBuf>,
}

impl Keys {
    /// `given` and `old` are the values of `BYOK_ENCRYPTION_KEY` and `BYOK_ENCRYPTION_KEY_OLD`.
    pub fn new(
        given: Option<SecretString>,
        old: Option<SecretString>,
        keyring: Arc<dyn SystemKeyring>,
        folder: Option<PathBuf>,
    ) -> Self {
        Self { given, old, keyring, asked: Arc::default(), folder }
    }

    /// The key of this id.
    ///
    /// # Errors
    /// No source has it (it is named by its id), or a source is malformed.
    pub async fn find(&self, id: KeyId) -> Result<Key, RegistryError> {
        for key in self.given_keys()? {
            if key.id() == id {
                return Ok(key);
            }
        }
        if let Some(key) = self.in_file(id)? {
            return Ok(key);
        }
        match self.in_keyring().await? {
            Some(key) if key.id() == id => Ok(key),
            _ => Err(self.missing(id)),
        }
    }

    /// The key for what is encrypted next. `present` are the ids under which the registry's ciphertexts are.
    ///
    /// # Errors
    /// The registry holds ciphertexts under another key: it must be given, or everything be encrypted anew.
    pub async fn current(&self, present: &[KeyId]) -> Result<Key, RegistryError> {
        let chosen = self.chosen()?;
        match (present, chosen) {
            ([], Some(key)) => Ok(key),
            ([], None) => match self.in_keyring().await? {
                Some(key) => Ok(key),
                None => match self.any_file()? {
                    Some(key) => Ok(key),
                    None => self.make_file(),
                },
            },
            ([only], Some(key)) if key.id() == *only => Ok(key),
            ([only], None) => self.find(*only).await,
            (several, Some(key)) => {
                let words = format!(
                    "the registry's kubeconfigs are under key {}, and {VARIABLE} is key {}",
                    ids(several),
                    key.id()
                );
                Err(RegistryError::new(ErrorKind::Key, words)
                    .with_remedy(format!("give that key, or: {OLD_VARIABLE}=… eksdeck registry rekey")))
            }
            (several, None) => {
                let words = format!("the registry's kubeconfigs are under several keys: {}", ids(several));
                Err(RegistryError::new(ErrorKind::Key, words).with_remedy("eksdeck registry rekey"))
            }
        }
    }

    /// The key to encrypt everything anew with: the environment's, the keyring's if nothing is under it yet, else a new
    /// key file. Old key files stay: exports and backups may need them.
    ///
    /// # Errors
    /// A source is malformed, or a new file cannot be written.
    pub async fn next(&self, present: &[KeyId]) -> Result<Key, RegistryError> {
        if let Some(key) = self.chosen()? {
            return Ok(key);
        }
        match self.in_keyring().await?.filter(|key| !present.contains(&key.id())) {
            Some(key) => Ok(key),
            None => self.make_file(),
        }
    }

    fn chosen(&self) -> Result<Option<Key>, RegistryError> {
        self.given.as_ref().map(|text| Key::parse(text.expose_secret(), VARIABLE)).transpose()
    }

    fn given_keys(&self) -> Result<Vec<Key>, RegistryError> {
        let old = self.old.as_ref().map(|text| Key::parse(text.expose_secret(), OLD_VARIABLE)).transpose()?;
        Ok(self.chosen()?.into_iter().chain(old).collect())
    }

    /// Asked once a run.
    async fn in_keyring(&self) -> Result<Option<Key>, RegistryError> {
        let text = self.asked.get_or_init(|| self.keyring.lookup()).await;
        text.as_ref().map(|text| Key::parse(text, "the keyring's entry")).transpose()
    }

    fn in_file(&self, id: KeyId) -> Result<Option<Key>, RegistryError> {
        let Some(folder) = &self.folder else { return Ok(None) };
        let path = folder.join(format!("{id}.key"));
        match read(&path)? {
            Some(key) if key.id() != id => {
                Err(RegistryError::new(ErrorKind::Key, format!("{} holds another key: {}", path.display(), key.id())))
            }
            found => Ok(found),
        }
    }

    /// The first by name: with nothing encrypted yet any will do, and all processes take the same one.
    fn any_file(&self) -> Result<Option<Key>, RegistryError> {
        let Some(folder) = &self.folder else { return Ok(None) };
        let Ok(entries) = std::fs::read_dir(folder) else { return Ok(None) };
        let id = |name: &str| KeyId::parse(name.strip_suffix(".key")?);
        let first = entries.flatten().filter_map(|entry| id(entry.file_name().to_str()?)).min();
        first.map_or(Ok(None), |id| self.in_file(id))
    }

    fn make_file(&self) -> Result<Key, RegistryError> {
        let Some(folder) = &self.folder else {
            let words = "there is no key and no place to keep one: neither XDG_DATA_HOME nor HOME is set";
            return Err(RegistryError::new(ErrorKind::Key, words).with_remedy(format!("set {VARIABLE}")));
        };
        let key = Key::random()?;
        let path = folder.join(format!("{}.key", key.id()));
        write(folder, &path, &key)
            .map_err(|error| RegistryError::new(ErrorKind::Key, format!("the key file {}: {error}", path.display())))?;
        Ok(key)
    }

    fn missing(&self, id: KeyId) -> RegistryError {
        let file = self.folder.as_ref().map(|folder| format!(", or as {}", folder.join(format!("{id}.key")).display()));
        let words = format!("key {id} is missing; the kubeconfigs under it stay as they are");
        RegistryError::new(ErrorKind::Key, words)
            .with_remedy(format!("give it as {VARIABLE} or {OLD_VARIABLE}{}", file.unwrap_or_default()))
    }
}

fn ids(ids: &[KeyId]) -> String {
    ids.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ")
}

fn read(path: &Path) -> Result<Option<Key>, RegistryError> {
    let told = |words: &dyn std::fmt::Display| {
        RegistryError::new(ErrorKind::Key, format!("the key file {}: {words}", path.display()))
    };
    let meta = match std::fs::metadata(path) {
        Ok(meta) => meta,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(told(&error)),
    };
    if !meta.is_file() || meta.len() > FILE_BYTES {
        return Err(told(&"it is no key file"));
    }
    let mode = meta.permissions().mode() & 0o777;
    if mode & 0o077 != 0 {
        let words = format!("its mode is {mode:04o}, so others may have read it");
        return Err(told(&words).with_remedy(format!("chmod 600 {}, then: eksdeck registry rekey", path.display())));
    }
    let text = Zeroizing::new(std::fs::read_to_string(path).map_err(|error| told(&error))?);
    Key::parse(&text, &path.display().to_string()).map(Some)
}

/// On the disk before anything is encrypted with it.
fn write(folder: &Path, path: &Path, key: &Key) -> io::Result<()> {
    DirBuilder::new().recursive(true).mode(0o700).create(folder)?;
    let fresh = path.with_extension(format!("new-{}", std::process::id()));
    let mut file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(&fresh)?;
    let written = file.write_all(key.encoded().as_bytes()).and_then(|()| file.write_all(b"\n"));
    let written = written.and_then(|()| file.sync_all()).and_then(|()| std::fs::rename(&fresh, path));
    if written.is_err() {
        let _ = std::fs::remove_file(&fresh);
    }
    written?;
    std::fs::File::open(folder)?.sync_all()
}
