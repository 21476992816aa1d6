//! `eksdeck clusters remove`: out of the registry, after the name was typed.

use std::io::{self, BufRead, Write};
use std::path::PathBuf;
use std::process::ExitCode;

use crate::adapters::registry::write_export;
use crate::cli::Global;
use crate::cli::exit::{Failure, NOT_CONFIRMED};
use crate::cli::flags::Format;
use crate::cli::registered::{Opened, print_one};
use crate::cli::write::has_terminal;
use crate::domain::text::clean;

#[derive(Debug, clap::Args)]
pub struct Remove {
    /// The cluster
    name: String,
    /// Agree by the cluster's name
    #[arg(long, value_name = "NAME")]
    confirm: Option<String>,
    /// Write it to this file before, so that `eksdeck registry import` brings it back
    #[arg(long, value_name = "FILE")]
    export: Option<PathBuf>,
    /// How the outcome is printed
    #[arg(short, long, value_enum, default_value_t, value_name = "FORMAT")]
    output: Format,
}

pub fn run(global: &Global, flags: &Remove) -> Result<ExitCode, Failure> {
    let opened = Opened::write(global)?;
    let record = opened.runtime.block_on(opened.registry.cluster(&flags.name))?;
    let typed = match &flags.confirm {
        Some(word) => word.clone(),
        None if has_terminal() => ask(&record.name, flags.export.is_some())?,
        None => String::new(),
    };
    if typed != record.name {
        let words = format!(
            "{} stays registered: agree with --confirm {}; --export FILE keeps a copy",
            record.name, record.name
        );
        return Err(Failure::new(NOT_CONFIRMED, words));
    }
    if let Some(file) = &flags.export {
        let export = opened.runtime.block_on(opened.registry.export(std::slice::from_ref(&record.name)))?;
        write_export(&export, file)?;
    }
    let work = opened.registry.remove(&record.name);
    opened.recorded("remove", &record.name, &record.id, work)?;
    print_one(flags.output, &record, "removed")?;
    opened.close();
    Ok(ExitCode::SUCCESS)
}

fn ask(name: &str, is_exported: bool) -> Result<String, Failure> {
    let mut out = io::stderr().lock();
    let name = clean(name);
    writeln!(
        out,
        "{name} goes with its kubeconfig and everything that was seen of it; the cluster itself stays as it is."
    )?;
    if !is_exported {
        writeln!(out, "--export FILE would keep a copy (ctrl-c and once more).")?;
    }
    write!(out, "type its name, {name}, to agree: ")?;
    out.flush()?;
    let mut line = String::new();
    io::stdin().lock().read_line(&mut line)?;
    Ok(line.trim_end_matches(['\n', '\r']).to_owned())
}
