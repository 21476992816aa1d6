//! `eksdeck provision init`: what a management cluster needs before the first run.

use std::process::ExitCode;

use clap::Args;
use serde_json::{Value, json};

use super::desk::Desk;
use crate::adapters::terraform::WORKER_ACCESS;
use crate::cli::Global;
use crate::cli::exit::{FAILED, Failure, say};
use crate::cli::flags::Format;
use crate::cli::print::document;
use crate::cli::write::{Writing, print_and_agree};
use crate::domain::gate::Ask;
use crate::domain::gate::ask::{Mode, Wanted};
use crate::domain::provision::manifests::in_namespace;
use crate::domain::request::PortError;

#[derive(Debug, Args)]
pub struct Init {
    #[command(flatten)]
    writing: Writing,
}

pub fn run(global: &Global, flags: &Init) -> Result<ExitCode, Failure> {
    let desk = Desk::read(global)?;
    let worker = &desk.site.worker;
    let documents = crate::yaml::parse(WORKER_ACCESS).map_err(|error| Failure::new(FAILED, error))?;
    let documents: Vec<Value> = documents
        .into_iter()
        .map(|document| in_namespace(document, &worker.namespace, &worker.service_account))
        .collect();
    desk.done(async {
        let (mut missing, mut there) = (Vec::new(), Vec::new());
        for document in documents {
            match desk.runs.same(&document).await {
                Ok(None) => {}
                // A namespace that is there already is somebody's, and good enough.
                Ok(Some(_)) if document["kind"] == "Namespace" => {}
                Ok(Some(merged)) => there.push(merged),
                Err(PortError::NotFound(_)) => missing.push(document),
                Err(error) => return Err(error.into()),
            }
        }
        if missing.is_empty() && there.is_empty() {
            say(&format!("namespace {} is ready for runs", worker.namespace));
            if flags.writing.output != Format::Table {
                document(flags.writing.output, &json!([]), &mut std::io::stdout().lock())?;
            }
            return Ok(ExitCode::SUCCESS);
        }
        for (manifests, mode) in [(missing, Mode::Create), (there, Mode::Replace)] {
            if !manifests.is_empty() {
                let what = Wanted::Submit { manifests, namespace: worker.namespace.as_str().into(), mode };
                let ask = Ask { cluster: desk.runs.cluster(), what, hidden: 0 };
                print_and_agree(desk.runs.gate(), ask, &flags.writing).await?;
            }
        }
        Ok(ExitCode::SUCCESS)
    })
}
