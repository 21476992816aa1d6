//! A registry that is opened when it is first asked for.

use tokio::sync::OnceCell;

use super::error::RegistryError;
use super::{Options, Place, Registry};

/// What opens the registry, once. What failed is tried again with the next question, so that a database that comes back
/// is used.
pub struct Opener {
    options: Options,
    opened: OnceCell<Registry>,
}

impl Opener {
    pub fn new(options: Options) -> Self {
        Self { options, opened: OnceCell::new() }
    }

    /// Whether there is anything to open: a file that nobody made yet is not made by looking for it.
    pub fn is_there(&self) -> bool {
        match &self.options.place {
            Place::File(path) => path.symlink_metadata().is_ok(),
            Place::Url(_) => true,
        }
    }

    /// The open registry. Its connections belong to the runtime that asks first.
    ///
    /// # Errors
    /// As [`Registry::open`].
    pub async fn registry(&self) -> Result<&Registry, RegistryError> {
        self.opened.get_or_try_init(|| Registry::open(&self.options)).await
    }

    /// With connections of its own: for a runtime that ends before the program does.
    ///
    /// # Errors
    /// As [`Registry::open`].
    pub async fn apart(&self) -> Result<Registry, RegistryError> {
        Registry::open(&self.options).await
    }
}
