//! Modules behind the program's port.

use std::path::PathBuf;

use futures::future::BoxFuture;

use super::{Module, ModuleError, SCRIPT, builtin, folder};
use crate::domain::health::Trouble;
use crate::domain::provision::site::ModuleSource;
use crate::runtime::ports::{ModulePort, ModuleRead};

/// Reads modules from the disk. `expand` makes a path of what the configuration says.
pub struct Modules {
    pub expand: Box<dyn Fn(&str) -> PathBuf + Send + Sync>,
}

impl Modules {
    /// # Errors
    /// It cannot be read.
    pub fn read(&self, source: &ModuleSource) -> Result<Module, ModuleError> {
        match (source, builtin(source)) {
            (ModuleSource::Folder(path), _) => folder(&(self.expand)(path)),
            (_, Some(module)) => Ok(module),
            (source, None) => Err(ModuleError::Empty(format!("{source:?}"))),
        }
    }
}

impl ModulePort for Modules {
    fn module(&self, source: ModuleSource) -> BoxFuture<'static, Result<ModuleRead, Trouble>> {
        let folder_of = match &source {
            ModuleSource::Folder(path) => Some((self.expand)(path)),
            _ => None,
        };
        Box::pin(async move {
            let read = tokio::task::spawn_blocking(move || {
                let module = match folder_of {
                    Some(path) => folder(&path)?,
                    None => builtin(&source).ok_or_else(|| ModuleError::Empty(format!("{source:?}")))?,
                };
                let packed = module.pack().map_err(|error| Trouble::new(error.to_string()));
                Ok(ModuleRead { sources: module.sources(), name: module.name, packed })
            });
            let read = read.await.map_err(|error| Trouble::new(error.to_string()))?;
            read.map_err(|error: ModuleError| Trouble::new(error.to_string()))
        })
    }

    fn script(&self) -> &'static str {
        SCRIPT
    }
}
