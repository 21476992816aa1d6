//! Files, paths and the environment. This is the only folder that reads settings: from disk and from the environment,
//! each variable in one place. A mistake in a file never keeps the program from starting.

mod drafts;
mod environment;
mod files;
mod keys;
mod manifests;
mod notify;
mod open_clusters;
mod paths;
mod provision;
mod secrets;
mod settings;
mod templates;

pub use drafts::{forget_draft, keep_draft, kept_drafts};
pub use environment::Environment;
pub use files::{Loaded, OwnFile, load, own_theme, own_themes};
pub use keys::{SettingKey, reference};
pub use manifests::read_manifests;
pub use notify::hook;
pub use open_clusters::{remember_open, remembered_open};
pub use paths::Paths;
pub use secrets::{SECRET_VARIABLES, Secrets};
pub use settings::{Config, Mouse, Signs};
pub use templates::own_templates;

use crate::domain::settings::FileProblem;

/// A mistake in the configuration.
pub type ConfigProblem = FileProblem;
