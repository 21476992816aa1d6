//! `eksdeck clusters add`: from a kubeconfig to a registered cluster.

use std::io;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Duration;

use jiff::Timestamp;
use zeroize::Zeroizing;

use super::label::{environment, label};
use crate::adapters::audit::os_user;
use crate::adapters::kube::{Known, reduce};
use crate::adapters::registry::{
    ByIam, Candidate, Untried, by_arn, by_hand, candidate, kubeconfig_of, learn, no_answer, read_kubeconfig,
    read_kubeconfig_from, trial,
};
use crate::cli::Global;
use crate::cli::exit::{FAILED, FORBIDDEN, Failure, TOO_LATE, USAGE, say};
use crate::cli::flags::{Format, seconds};
use crate::cli::registered::{Opened, print_one};
use crate::domain::aws::arn::ClusterArn;
use crate::domain::gate::Environment;
use crate::domain::health::Trouble;
use crate::domain::provider::Provider;
use crate::domain::registry::{ClusterRecord, Treatment};
use crate::domain::shell::command_line;

#[derive(Debug, clap::Args)]
pub struct Add {
    /// Read the kubeconfig from this file; `-` is standard input
    #[arg(short, long, value_name = "FILE")]
    file: Option<PathBuf>,
    /// Register an EKS cluster that is reached by AWS credentials: arn:aws:eks:REGION:ACCOUNT:cluster/NAME
    #[arg(long, value_name = "ARN", conflicts_with = "file", value_parser = cluster_arn)]
    arn: Option<ClusterArn>,
    /// Register a cluster by its --server, with a --token-file or as one that nothing here opens
    #[arg(long, requires_all = ["server", "name"], conflicts_with_all = ["file", "arn"])]
    by_hand: bool,
    /// The server's URL: https://HOST or https://HOST:PORT
    #[arg(long, value_name = "URL", requires = "by_hand")]
    server: Option<String>,
    /// The certificates (PEM) that its certificate is checked against; else the system's
    #[arg(long, value_name = "FILE", requires = "by_hand")]
    authority: Option<PathBuf>,
    /// A bearer token; `-` is standard input
    #[arg(long, value_name = "FILE", requires = "by_hand")]
    token_file: Option<PathBuf>,
    /// EKS, GKE, AKS, k3s, …, where nobody asks the cluster
    #[arg(long, value_name = "PROVIDER", value_parser = provider)]
    provider: Option<Provider>,
    /// What to call it; else as its context
    #[arg(long, value_name = "NAME")]
    name: Option<String>,
    /// production, staging, development or unclassified; else as the name tells
    #[arg(long, value_name = "ENVIRONMENT", value_parser = environment)]
    environment: Option<Environment>,
    /// Whose it is
    #[arg(long, value_name = "TEAM")]
    team: Option<String>,
    /// A label: key=value
    #[arg(short = 'l', long = "label", value_name = "LABEL", value_parser = label)]
    labels: Vec<(String, String)>,
    /// Writes ask as hard as in production
    #[arg(long)]
    protected: bool,
    /// Nothing is ever written to it
    #[arg(long)]
    mark_read_only: bool,
    /// Register it without asking it anything
    #[arg(long)]
    no_test: bool,
    /// Run the program that the kubeconfig logs in with
    #[arg(long)]
    agree: bool,
    /// How long to wait for the cluster
    #[arg(long, value_name = "DURATION", default_value = "15s", value_parser = seconds)]
    timeout: Duration,
    /// How the outcome is printed
    #[arg(short, long, value_enum, default_value_t, value_name = "FORMAT")]
    output: Format,
}

pub fn run(global: &Global, flags: &Add) -> Result<ExitCode, Failure> {
    let opened = Opened::write(global)?;
    if let Some(arn) = &flags.arn {
        let ways = opened.setup.on_disk(global).ways;
        let login = ByIam::login(&*ways, arn);
        let mut record = by_arn(arn, login, opened.registry.organisation(), &os_user(), Timestamp::now())?;
        test(&opened, flags, &mut record, ways.ask(arn))?;
        keep(&opened, flags, record, None)?;
        opened.close();
        return Ok(ExitCode::SUCCESS);
    }
    if flags.by_hand && flags.token_file.is_none() {
        let (name, server) = (flags.name.as_deref().unwrap_or_default(), flags.server.as_deref().unwrap_or_default());
        let record = by_hand(name, server, opened.registry.organisation(), &os_user(), Timestamp::now())?;
        keep(&opened, flags, record, None)?;
        opened.close();
        return Ok(ExitCode::SUCCESS);
    }
    let (text, file) = kubeconfig(global, flags, &opened)?;
    let contexts: Vec<Option<&str>> = match global.context.as_slice() {
        [] => vec![None],
        names => names.iter().map(|name| Some(name.as_str())).collect(),
    };
    if contexts.len() > 1 && flags.name.is_some() {
        return Err(Failure::new(USAGE, "--name is for one cluster, and several contexts were named"));
    }
    for context in contexts {
        let reduced = reduce(&text, &file, context, Timestamp::now()).map_err(|trouble| told(&trouble))?;
        let candidate = candidate(reduced, opened.registry.organisation(), &os_user(), Timestamp::now())?;
        candidate.notes.iter().for_each(|note| say(note));
        let mut record = candidate.record.clone();
        let state_dir = opened.setup.state_dir();
        test(&opened, flags, &mut record, trial(&candidate, &state_dir, opened.setup.limits(), flags.agree))?;
        keep(&opened, flags, record, Some(&candidate))?;
    }
    opened.close();
    Ok(ExitCode::SUCCESS)
}

fn told(trouble: &Trouble) -> Failure {
    Failure::new(FAILED, trouble.told())
}

/// The kubeconfig's text and where it stands: other files are looked for beside it.
fn kubeconfig(global: &Global, flags: &Add, opened: &Opened) -> Result<(Zeroizing<String>, PathBuf), Failure> {
    if let (Some(name), Some(server), Some(token)) = (&flags.name, &flags.server, &flags.token_file) {
        let token = read(token)?;
        let authority = flags.authority.as_deref().map(read).transpose()?;
        let text = kubeconfig_of(name, server, authority.as_deref().map(String::as_str), token.trim());
        return Ok((text, PathBuf::from("what was entered")));
    }
    let file = match flags.file.as_ref().or(global.kubeconfig.as_ref()) {
        Some(file) => file.clone(),
        None => match opened.setup.on_disk(global).files.as_slice() {
            [only] => only.clone(),
            _ => {
                return Err(Failure::new(
                    USAGE,
                    "which kubeconfig? name it with --kubeconfig FILE, or pipe it to -f -",
                ));
            }
        },
    };
    let text = read(&file)?;
    Ok((text, if file == Path::new("-") { PathBuf::from("stdin") } else { file }))
}

/// The text of a file, or (`-`) of standard input.
fn read(file: &Path) -> Result<Zeroizing<String>, Failure> {
    let read = match file == Path::new("-") {
        true => read_kubeconfig_from(io::stdin().lock(), Path::new("stdin")),
        false => read_kubeconfig(file),
    };
    read.map_err(|trouble| told(&trouble))
}

fn provider(word: &str) -> Result<Provider, String> {
    Provider::of_name(word).ok_or_else(|| format!("one of {}", Provider::ALL.map(Provider::name).join(", ")))
}

/// Asks the cluster what it is, unless nobody is to.
fn test(
    opened: &Opened,
    flags: &Add,
    record: &mut ClusterRecord,
    asked: impl Future<Output = Result<Known, Untried>>,
) -> Result<(), Failure> {
    if flags.no_test {
        return Ok(());
    }
    let not_kept = "it was not registered; --no-test registers it as it is";
    let found = opened.runtime.block_on(async { tokio::time::timeout(flags.timeout, asked).await });
    let found = found.map_err(|_| Failure::new(TOO_LATE, format!("{}: {not_kept}", no_answer(record))))?;
    let found = found.map_err(|error| {
        let failure = match error {
            Untried::Failed(error) => Failure::from(error),
            Untried::NeedsConsent(request) => {
                let (name, argv) = (&record.name, command_line(&request.argv));
                let words = "its kubeconfig logs in with a program that was not agreed to yet";
                Failure::new(FORBIDDEN, format!("{name}: {words}: `{argv}` (--agree to run it, or --no-test)"))
            }
        };
        Failure::new(failure.code, format!("{}: {not_kept}", failure.words))
    })?;
    learn(record, &found);
    Ok(())
}

/// The ARN of an EKS cluster.
fn cluster_arn(text: &str) -> Result<ClusterArn, String> {
    ClusterArn::parse(text)
        .ok_or_else(|| "it is no ARN of an EKS cluster (arn:aws:eks:REGION:ACCOUNT:cluster/NAME)".to_owned())
}

fn keep(opened: &Opened, flags: &Add, mut record: ClusterRecord, candidate: Option<&Candidate>) -> Result<(), Failure> {
    let treatment = Treatment {
        name: flags.name.clone(),
        environment: flags.environment,
        team: flags.team.clone(),
        labels: flags.labels.iter().cloned().collect(),
        protected: flags.protected,
        read_only: flags.mark_read_only,
    };
    treatment.apply(&mut record);
    record.provider = record.provider.or(flags.provider);
    let kubeconfig = candidate.map(|candidate| &candidate.kubeconfig);
    let work = opened.registry.add(&record, kubeconfig);
    opened.recorded("register", &record.name, &format!("{record:?}"), work)?;
    print_one(flags.output, &record, "registered")
}
