//! Subcommands, one file each: parse, call, print. Without one the deck opens.
//!
//! A new subcommand is a file here, a variant of [`Subcommand`] and its line in [`run`].

mod access;
mod audit;
mod aws;
mod clusters;
mod collect;
mod completions;
mod deck;
mod demo;
mod doctor;
pub mod exit;
mod flags;
pub mod hardening;
mod headless;
mod iam;
mod job;
mod joined;
mod list;
mod logging;
mod namespaces;
mod print;
mod provision;
mod registered;
mod registry;
mod scope;
mod selector;
mod setup;
pub mod snapshot;
mod syncing;
mod token;
mod write;

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Arg, Args, Command, CommandFactory, FromArgMatches, Parser};

use exit::Failure;

/// One terminal for a fleet of EKS and other Kubernetes clusters.
#[derive(Debug, Parser)]
#[command(version, about, propagate_version = true, after_help = exit::HELP)]
pub struct Arguments {
    #[command(flatten)]
    pub global: Global,
    #[command(subcommand)]
    pub command: Option<Subcommand>,
}

/// Options that every subcommand takes.
#[derive(Debug, Clone, Default, Args)]
pub struct Global {
    /// Read this kubeconfig alone
    #[arg(long, global = true, value_name = "FILE")]
    pub kubeconfig: Option<PathBuf>,
    /// A context to open; several times for several, `all` for every one
    #[arg(long, global = true, value_name = "NAME")]
    pub context: Vec<String>,
    /// A namespace; several times for several
    #[arg(short, long, global = true, value_name = "NAMESPACE")]
    pub namespace: Vec<String>,
    /// Read this configuration file
    #[arg(long, global = true, value_name = "FILE")]
    pub config: Option<PathBuf>,
    /// The theme's name
    #[arg(long, global = true, value_name = "NAME")]
    pub theme: Option<String>,
    /// The keymap: default, vim or emacs
    #[arg(long, global = true, value_name = "NAME")]
    pub keymap: Option<String>,
    /// Leave the mouse to the terminal
    #[arg(long, global = true)]
    pub no_mouse: bool,
    /// Change nothing anywhere
    #[arg(long, global = true)]
    pub read_only: bool,
    /// The organisation of the registry
    #[arg(long, global = true, value_name = "NAME", default_value = "default")]
    pub org: String,
}

#[derive(Debug, clap::Subcommand)]
pub enum Subcommand {
    /// Open the deck on an embedded fleet, with no cluster at hand
    Demo(demo::Demo),
    /// Print every cluster that is known, and how those that are asked stand; register others
    ///
    /// Asked are the current cluster, those of --context, or all of them with --context all; the others are listed as
    /// not opened. A cluster that does not answer is a row with its reason, and counted on stderr; only if not one of
    /// those asked answered is it a failure.
    Clusters(clusters::Clusters),
    /// Who may enter an EKS cluster: its access entries and their policies
    Access(access::Access),
    /// Namespaces
    #[command(name = "ns", visible_alias = "namespace")]
    Namespace(namespaces::Namespace),
    /// Jobs: their states, why they failed, their logs
    Job(job::Job),
    /// Connect, check permissions, and say what is wrong
    ///
    /// Asked are all clusters that are known, or those of --context. Programs that a kubeconfig names for logging in are
    /// run only if they were agreed to before.
    Doctor(doctor::Doctor),
    Provision(provision::Provision),
    /// Print one frame of the deck, without a terminal
    Snapshot(snapshot::Snapshot),
    /// The registry of clusters: its keys, its schema, its members
    Registry(registry::RegistryCommand),
    /// Look at every registered cluster again and again, without a screen
    ///
    /// Health, transitions and finished Jobs go to the registry, notices to whom notify.rules name. Several collectors
    /// share a fleet through the registry of EKSDECK_DATABASE_URL. Clusters of --context, of clusters.open and of
    /// EKS_CLUSTER_NAME are looked at too, registered or not; what is seen of those that are not is kept nowhere.
    /// SIGTERM lets what is under way end, and releases the rest.
    Collect(collect::Collect),
    /// Print a token for an EKS cluster, as kubectl takes it from a plugin
    ///
    /// For a kubeconfig's user: exec with command `eksdeck` and these arguments. Credentials come from the environment,
    /// AWS_PROFILE or --profile; nothing is asked at the terminal.
    Token(token::Token),
    /// Who changed what, and whether the record of it is whole
    Audit(audit::Audit),
    /// Print a shell's completion script
    Completions(completions::Completions),
}

/// Flags of the deck alone.
const OF_THE_DECK: [&str; 3] = ["theme", "keymap", "no_mouse"];

/// The command line. Each subcommand's help names the flags that do something there, in words that hold there.
pub fn command() -> Command {
    let command = Arguments::command();
    let globals: Vec<Arg> = command.get_arguments().filter(|arg| arg.is_global_set()).cloned().collect();
    let mut subcommands: Vec<String> = command.get_subcommands().map(|sub| sub.get_name().to_owned()).collect();
    subcommands.sort_unstable();
    subcommands.into_iter().fold(command, |command, name| {
        // A subcommand's own argument stands in place of the global one of the same name.
        let own = globals.iter().cloned().filter_map(|arg| match (name.as_str(), arg.get_id().as_str()) {
            ("demo", "kubeconfig") => Some(arg.help("Write the served fleet's kubeconfig to this file (with --serve)")),
            ("demo" | "snapshot", _) => None,
            ("completions", _) => Some(arg.hide(true)),
            (_, id) if OF_THE_DECK.contains(&id) => Some(arg.hide(true)),
            _ => None,
        });
        let own: Vec<Arg> = own.collect();
        command.mut_subcommand(name, |subcommand| subcommand.args(own))
    })
}

/// Reads the arguments.
///
/// # Errors
/// One that makes no sense, in one line with where to read on. Help and version are printed and end the program.
pub fn arguments() -> Result<Arguments, Failure> {
    let read = command().try_get_matches().and_then(|found| Arguments::from_arg_matches(&found));
    read.map_err(|error| match error.use_stderr() {
        true => Failure::new(exit::USAGE, usage_words(&error.to_string())),
        false => error.exit(),
    })
}

/// One line of what clap says in a block: the mistake and its tips, then the command whose help tells more.
fn usage_words(block: &str) -> String {
    let usage = block.lines().find_map(|line| line.trim().strip_prefix("Usage: ")).unwrap_or("eksdeck");
    let words = usage.split_whitespace().take_while(|word| !word.starts_with(['[', '<', '-']));
    let command = words.collect::<Vec<_>>().join(" ");
    let told = match block.strip_prefix("error: ") {
        Some(told) => {
            let lines = told.lines().map(str::trim);
            let lines =
                lines.take_while(|line| !line.starts_with("Usage: ") && !line.starts_with("For more information"));
            lines.filter(|line| !line.is_empty()).collect::<Vec<_>>().join(" ")
        }
        // Without a subcommand where one is wanted, the whole help comes.
        None => format!("{command} wants to know what to do"),
    };
    format!("{told} (see {command} --help)")
}

/// Runs what was asked for.
///
/// # Errors
/// What stopped it, in one line, with the exit code that stands for it.
pub fn run(arguments: Arguments) -> Result<ExitCode, Failure> {
    let Arguments { global, command } = arguments;
    let result = match command {
        None => deck::run(&global),
        Some(Subcommand::Demo(demo)) => demo::run(&global, &demo),
        Some(Subcommand::Clusters(clusters)) => clusters::run(&global, &clusters),
        Some(Subcommand::Access(access)) => access::run(&global, &access),
        Some(Subcommand::Namespace(namespace)) => namespaces::run(&global, &namespace),
        Some(Subcommand::Job(job)) => job::run(&global, &job),
        Some(Subcommand::Doctor(doctor)) => doctor::run(&global, &doctor),
        Some(Subcommand::Provision(provision)) => provision::run(&global, &provision),
        Some(Subcommand::Snapshot(snapshot)) => snapshot::run(&global, &snapshot),
        Some(Subcommand::Registry(registry)) => registry::run(&global, &registry),
        Some(Subcommand::Collect(collect)) => collect::run(&global, &collect),
        Some(Subcommand::Token(token)) => token::run(&global, &token),
        Some(Subcommand::Audit(audit)) => audit::run(&global, &audit),
        Some(Subcommand::Completions(completions)) => completions::run(&completions),
    };
    match result {
        Err(failure) if failure.is_quiet() => Ok(ExitCode::SUCCESS),
        result => result,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn help(words: &str) -> String {
        let asked = ["eksdeck"].into_iter().chain(words.split_whitespace()).chain(["--help"]);
        command().try_get_matches_from(asked).unwrap_err().to_string()
    }

    #[test]
    fn help_names_the_flags_that_do_something_there() {
        command().debug_assert();
        for words in ["completions", "ns list", "job logs", "doctor", "clusters"] {
            assert!(!help(words).contains("--theme") && !help(words).contains("--no-mouse"), "{}", help(words));
        }
        for words in ["", "demo", "snapshot"] {
            assert!(help(words).contains("--theme"), "{}", help(words));
        }
        for words in ["doctor", "job status x"] {
            assert!(!help(words).contains("--watch"), "{}", help(words));
        }
        assert!(help("job list").contains("--watch") && help("job list").contains("Read this kubeconfig alone"));
        assert!(help("demo").contains("Write the served fleet's kubeconfig"), "{}", help("demo"));
        assert!(!help("demo").contains("Read this kubeconfig"), "{}", help("demo"));
        assert!(help("clusters").contains("Asked are the current cluster"), "{}", help("clusters"));
        assert!(help("doctor").contains("Asked are all clusters"), "{}", help("doctor"));
    }

    #[test]
    fn flags_of_all_subcommands_reach_them() {
        let read = |words: &str| {
            let found = command().try_get_matches_from(words.split_whitespace()).unwrap();
            Arguments::from_arg_matches(&found).unwrap().global
        };
        for words in
            ["eksdeck --theme light ns list", "eksdeck ns list --theme light", "eksdeck snapshot --theme light"]
        {
            assert_eq!(read(words).theme.as_deref(), Some("light"), "{words}");
        }
        for words in ["eksdeck demo --kubeconfig f", "eksdeck --kubeconfig f demo"] {
            assert_eq!(read(words).kubeconfig, Some("f".into()), "{words}");
        }
    }

    #[test]
    fn a_mistake_is_one_line_that_says_where_to_read_on() {
        let told = |words: &str| {
            usage_words(&command().try_get_matches_from(words.split_whitespace()).unwrap_err().to_string())
        };
        assert!(
            told("eksdeck job status").ends_with("<NAME> (see eksdeck job status --help)"),
            "{}",
            told("eksdeck job status")
        );
        assert!(told("eksdeck job").contains("(see eksdeck job --help)"), "{}", told("eksdeck job"));
        for words in ["eksdeck fly", "eksdeck --fly", "eksdeck job list -o xml", "eksdeck job logs x -f --previous"] {
            assert!(!told(words).contains('\n') && told(words).contains("--help)"), "{}", told(words));
        }
    }
}
