//! `eksdeck ns delete|label`.

use std::process::ExitCode;

use clap::Args;

use crate::cli::Global;
use crate::cli::exit::Failure;
use crate::cli::scope::Asked;
use crate::cli::write::{self, Writing};
use crate::domain::gate::Propagation;
use crate::domain::gate::ask::Wanted;
use crate::domain::ids::{KindId, ObjectKey};

#[derive(Debug, Args)]
pub struct Delete {
    /// The namespace's name
    name: String,
    #[command(flatten)]
    writing: Writing,
}

#[derive(Debug, Args)]
pub struct Label {
    /// The namespace's name
    name: String,
    /// key=value sets a label, key- takes it away
    #[arg(required = true, value_name = "LABEL", value_parser = label_change)]
    labels: Vec<(String, Option<String>)>,
    #[command(flatten)]
    writing: Writing,
}

pub fn delete(global: &Global, flags: &Delete) -> Result<ExitCode, Failure> {
    let keys = vec![ObjectKey::new("", flags.name.as_str())];
    let wanted = Wanted::Delete { kind: KindId::Namespace, keys, propagation: Propagation::Background };
    write::run(&Asked::read(global)?, wanted, &flags.writing)
}

pub fn label(global: &Global, flags: &Label) -> Result<ExitCode, Failure> {
    let wanted = Wanted::Label { namespace: flags.name.as_str().into(), labels: flags.labels.clone() };
    write::run(&Asked::read(global)?, wanted, &flags.writing)
}

/// `key=value` or `key-`, as kubectl has it; the server checks the letters.
fn label_change(text: &str) -> Result<(String, Option<String>), String> {
    let change = match (text.split_once('='), text.strip_suffix('-')) {
        (Some((key, value)), _) => (key, Some(value.to_owned())),
        (None, Some(key)) => (key, None),
        (None, None) => return Err("wants key=value, or key- to take it away".to_owned()),
    };
    if change.0.is_empty() { Err("wants a key before it".to_owned()) } else { Ok((change.0.to_owned(), change.1)) }
}
