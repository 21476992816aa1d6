//! Terraform modules as files: those that come with the program, and a person's own.

mod builtin;
mod folder;
mod module;
mod modules;
mod pack;

pub use builtin::{SCRIPT, WORKER_ACCESS, builtin};
pub use folder::folder;
pub use module::{Module, ModuleError};
pub use modules::Modules;
