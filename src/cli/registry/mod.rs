//! `eksdeck registry`: keys, schema, members, and the registry as a file.

mod member;

use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use secrecy::SecretString;
use serde_json::{Value, json};

use super::Global;
use super::exit::{FAILED, FORBIDDEN, Failure, USAGE};
use super::flags::Format;
use super::print::document;
use super::registered::Opened;
use super::setup;
use crate::adapters::registry::{Export, Owner, write_export};
use crate::config::Secrets;
use crate::domain::text::clean;

#[derive(Debug, clap::Args)]
pub struct RegistryCommand {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, clap::Subcommand)]
enum Command {
    /// Where the registry is, what it holds, and whether its keys are at hand
    Status(Output),
    /// Encrypt every kubeconfig anew, in one transaction
    ///
    /// The new key is BYOK_ENCRYPTION_KEY (the old one then is BYOK_ENCRYPTION_KEY_OLD, the keyring's or a key file's);
    /// without it the keyring's, else a new key file is made.
    Rekey(Output),
    /// Write the registry to a file; kubeconfigs stay encrypted in it
    Export(Exporting),
    /// Register every cluster of an export; its key must be at hand
    Import(Importing),
    /// Bring a shared registry's schema to this program's, as EKSDECK_DATABASE_OWNER_URL
    Migrate(Output),
    /// Who belongs to which organisation of a shared registry, as EKSDECK_DATABASE_OWNER_URL
    Member(member::Member),
}

/// How the answer is printed.
#[derive(Debug, clap::Args)]
pub struct Output {
    /// How the answer is printed
    #[arg(short, long, value_enum, default_value_t, value_name = "FORMAT")]
    pub output: Format,
}

#[derive(Debug, clap::Args)]
struct Exporting {
    /// The clusters; else all
    names: Vec<String>,
    /// Write to this new file instead of standard output
    #[arg(short, long, value_name = "FILE")]
    file: Option<PathBuf>,
}

#[derive(Debug, clap::Args)]
struct Importing {
    /// The export; `-` is standard input
    file: PathBuf,
    /// How the answer is printed
    #[arg(short, long, value_enum, default_value_t, value_name = "FORMAT")]
    output: Format,
}

/// An export of ten thousand clusters is well below.
const EXPORT_BYTES: u64 = 512 * 1024 * 1024;

/// # Errors
/// What stopped it.
pub fn run(global: &Global, registry: &RegistryCommand) -> Result<ExitCode, Failure> {
    match &registry.command {
        Command::Status(flags) => status(global, flags.output),
        Command::Rekey(flags) => rekey(global, flags.output),
        Command::Export(flags) => export(global, flags),
        Command::Import(flags) => import(global, flags),
        Command::Migrate(flags) => migrate(global, flags.output),
        Command::Member(flags) => member::run(global, flags),
    }?;
    Ok(ExitCode::SUCCESS)
}

fn status(global: &Global, format: Format) -> Result<(), Failure> {
    let opened = Opened::read(global)?;
    let registry = &opened.registry;
    let value = opened.runtime.block_on(async {
        let ids = registry.key_ids().await?;
        let mut keys = Vec::new();
        for id in ids {
            let trouble = registry.key_trouble(id).await;
            keys.push(json!({"id": id.to_string(), "at_hand": trouble.is_none(),
                "trouble": trouble.map(|error| error.to_string())}));
        }
        Ok::<_, Failure>(json!({
            "place": registry.place(),
            "shared": registry.is_shared(),
            "organisation": registry.organisation(),
            "role": registry.role().word(),
            "schema": registry.schema_version().await?,
            "clusters": registry.clusters().await?.len(),
            "keys": keys,
        }))
    })?;
    let keys = value["keys"].as_array().into_iter().flatten().map(|key| match key["trouble"].as_str() {
        None => format!("key {} is at hand", word(&key["id"])),
        Some(trouble) => trouble.to_owned(),
    });
    let lines = [
        format!("registry {}", word(&value["place"])),
        format!("organisation {}, as {}", word(&value["organisation"]), word(&value["role"])),
        format!("{} clusters, schema {}", value["clusters"], value["schema"]),
    ];
    let lines: Vec<String> = lines.into_iter().chain(keys).collect();
    opened.close();
    told(format, &lines, &value)
}

fn word(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}

fn rekey(global: &Global, format: Format) -> Result<(), Failure> {
    let opened = Opened::write(global)?;
    let done = opened.recorded("rekey", "*", "", opened.registry.rekey())?;
    let from: Vec<String> = done.from.iter().map(ToString::to_string).collect();
    let value = json!({"kubeconfigs": done.kubeconfigs, "from": from, "to": done.to.to_string()});
    let lines = [format!("{} kubeconfigs are under key {} now", done.kubeconfigs, done.to)];
    opened.close();
    told(format, &lines, &value)
}

fn export(global: &Global, flags: &Exporting) -> Result<(), Failure> {
    let opened = Opened::read(global)?;
    let export = opened.runtime.block_on(opened.registry.export(&flags.names))?;
    opened.close();
    match &flags.file {
        Some(file) => Ok(write_export(&export, file)?),
        None => {
            let mut out = io::stdout().lock();
            serde_json::to_writer_pretty(&mut out, &export).map_err(io::Error::from)?;
            Ok(writeln!(out)?)
        }
    }
}

fn import(global: &Global, flags: &Importing) -> Result<(), Failure> {
    let failed = |error: &dyn std::fmt::Display| Failure::new(FAILED, format!("{}: {error}", flags.file.display()));
    let source: Box<dyn Read> = match flags.file == Path::new("-") {
        true => Box::new(io::stdin().lock()),
        false => Box::new(std::fs::File::open(&flags.file).map_err(|error| failed(&error))?),
    };
    let export: Export = serde_json::from_reader(io::BufReader::new(source.take(EXPORT_BYTES)))
        .map_err(|error| failed(&format!("this is no export of a registry: {error}")))?;
    let opened = Opened::write(global)?;
    let names: Vec<&str> = export.clusters.iter().map(|cluster| cluster.record.name.as_str()).collect();
    let done = opened.recorded("import", "*", &names.join("\n"), opened.registry.import(&export))?;
    let lines: Vec<String> = done.clusters.iter().map(|name| format!("{name} registered")).collect();
    opened.close();
    told(flags.output, &lines, &json!({"clusters": done.clusters}))
}

fn migrate(global: &Global, format: Format) -> Result<(), Failure> {
    let url = owner_url(global)?;
    let runtime = setup::runtime()?;
    let steps = runtime.block_on(async {
        let owner = Owner::connect(&url).await?;
        let steps = owner.migrate().await;
        owner.close().await;
        steps
    })?;
    let lines =
        [if steps == 0 { "the schema is this program's already".to_owned() } else { format!("{steps} steps taken") }];
    told(format, &lines, &json!({"steps": steps}))
}

fn owner_url(global: &Global) -> Result<SecretString, Failure> {
    if global.read_only {
        return Err(Failure::new(FORBIDDEN, "eksdeck was started with --read-only"));
    }
    let missing =
        "EKSDECK_DATABASE_OWNER_URL is not set: the owner's login, for this alone (a file is migrated by itself)";
    Secrets::read().database_owner_url.ok_or_else(|| Failure::new(USAGE, missing))
}

fn told(format: Format, lines: &[String], value: &Value) -> Result<(), Failure> {
    let mut out = io::stdout().lock();
    match format {
        Format::Table => lines.iter().try_for_each(|line| writeln!(out, "{}", clean(line)))?,
        format => document(format, value, &mut out)?,
    }
    Ok(())
}
