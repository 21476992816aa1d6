//! The keys of `config.toml`: one row each. Reading, the nearest right word and the README's table come from here.

use std::fmt::Write as _;
use std::time::Duration;

use toml::de::DeValue;

use super::settings::{Config, Mouse, Signs};
use crate::domain::aws::arn::Arn;
use crate::domain::cloud::ReachRole;

/// One key.
#[derive(Debug)]
pub struct SettingKey {
    /// With its table: `logs.streams`.
    pub name: &'static str,
    /// What holds without it, as TOML.
    pub default: &'static str,
    pub words: &'static str,
    pub(super) set: fn(&mut Config, &DeValue<'_>) -> Result<(), Expected>,
}

/// What a value should have been, in words.
pub(super) type Expected = String;

pub(super) const fn key(
    name: &'static str,
    default: &'static str,
    words: &'static str,
    set: fn(&mut Config, &DeValue<'_>) -> Result<(), Expected>,
) -> SettingKey {
    SettingKey { name, default, words, set }
}

/// Every key, in the order of the README.
pub fn all() -> impl Iterator<Item = &'static SettingKey> {
    KEYS.iter().chain(super::provision::KEYS)
}

const KEYS: &[SettingKey] = &[
    key(
        "theme",
        "\"auto\"",
        "A theme's name, one of your own in `themes/` too; `auto` goes by the terminal",
        |config, value| {
            let name = text(value)?;
            config.theme = (name != "auto").then_some(name);
            Ok(())
        },
    ),
    key("keymap", "\"default\"", "`default`, `vim` or `emacs`; your own `keys.toml` lies over it", |config, value| {
        config.keymap = text(value)?;
        Ok(())
    }),
    key("mouse", "true", "Take the mouse: click, wheel", |config, value| {
        config.mouse = if truth(value)? { Mouse::On } else { Mouse::Off };
        Ok(())
    }),
    key("signs", "\"auto\"", "`unicode`, `ascii` (all else is `?`), or `auto`: as the locale says", |config, value| {
        config.signs = match text(value)?.as_str() {
            "auto" => Signs::Auto,
            "unicode" => Signs::Unicode,
            "ascii" => Signs::Ascii,
            _ => return Err("auto, unicode or ascii".to_owned()),
        };
        Ok(())
    }),
    key(
        "clusters.kubeconfig",
        "[]",
        "Kubeconfig files, where neither `--kubeconfig` nor KUBECONFIG names any",
        |config, value| {
            config.kubeconfig = texts(value)?;
            Ok(())
        },
    ),
    key("clusters.open", "[]", "Contexts to open at the start, beside the current one", |config, value| {
        config.open = texts(value)?;
        Ok(())
    }),
    key("clusters.namespaces", "[]", "Namespaces to look at where namespaces may not be listed", |config, value| {
        config.namespaces = texts(value)?;
        Ok(())
    }),
    key(
        "labels.team",
        "[\"team\", \"app.kubernetes.io/team\", \"owner\"]",
        "Labels that tell a namespace's team; the first that is set wins",
        |config, value| {
            config.team_labels = texts(value)?;
            Ok(())
        },
    ),
    key(
        "labels.cost-center",
        "[\"cost-center\", \"cost_center\", \"costcenter\"]",
        "Labels that tell a namespace's cost center",
        |config, value| {
            config.cost_center_labels = texts(value)?;
            Ok(())
        },
    ),
    key(
        "labels.environment",
        "[\"environment\", \"env\", \"app.kubernetes.io/environment\"]",
        "Labels of a namespace that tell its environment; the first that is set wins",
        |config, value| {
            config.environment_labels = texts(value)?;
            Ok(())
        },
    ),
    key(
        "gate.production",
        "[]",
        "Names of clusters that are production (`*` stands for any text): deletes want a name typed",
        |config, value| {
            config.production = texts(value)?;
            Ok(())
        },
    ),
    key("gate.staging", "[]", "Clusters that are staging: several objects want their count typed", |config, value| {
        config.staging = texts(value)?;
        Ok(())
    }),
    key("gate.development", "[]", "Clusters for development: `y` is enough", |config, value| {
        config.development = texts(value)?;
        Ok(())
    }),
    key("gate.protected", "[]", "Clusters that ask as hard as production does, whatever they are", |config, value| {
        config.protected = texts(value)?;
        Ok(())
    }),
    key("gate.read-only", "[]", "Clusters to which nothing is ever written", |config, value| {
        config.read_only = texts(value)?;
        Ok(())
    }),
    key(
        "audit.file",
        "\"\"",
        "Where writes are recorded; empty is `audit.jsonl` in the data folder",
        |config, value| {
            config.audit_file = text(value)?;
            Ok(())
        },
    ),
    key(
        "notify.rules",
        "[]",
        "Who is told of what: tables `[[notify.rules]]`, see [Notifications](#notifications)",
        |config, value| {
            config.notify = super::notify::rules(value)?;
            Ok(())
        },
    ),
    key("aws.discover", "true", "Look for EKS clusters in the background", |config, value| {
        config.reach.discover = truth(value)?;
        Ok(())
    }),
    key(
        "aws.profiles",
        "[]",
        "Profiles to look with; without any, what the environment gives (AWS_PROFILE, `default`, SSO, a role). The others are listed and not contacted",
        |config, value| {
            config.reach.profiles = texts(value)?;
            Ok(())
        },
    ),
    key(
        "aws.roles",
        "[]",
        "Roles to assume with each of them: `\"ARN\"`, or `{arn = \"ARN\", external-id = \"ID\", profile = \"NAME\"}` with an external id or one profile alone",
        |config, value| {
            config.reach.roles = roles(value)?;
            Ok(())
        },
    ),
    key(
        "aws.regions",
        "[\"all\"]",
        "Regions to look into; `all` stands for those that are enabled for the account",
        |config, value| {
            config.reach.regions = texts(value)?;
            Ok(())
        },
    ),
    key(
        "aws.open",
        "50",
        "Clusters that are found are opened by themselves until so many are open; the others say `not opened`",
        |config, value| {
            config.open_found = count(value, 0, 500)?;
            Ok(())
        },
    ),
    key("aws.refresh-seconds", "300", "How long to wait between two looks", |config, value| {
        config.reach.every = seconds(value, 30, 86_400)?;
        Ok(())
    }),
    key("logs.streams", "50", "Container logs that are read at once", |config, value| {
        config.log_streams = count(value, 1, 500)?;
        Ok(())
    }),
    key("logs.tail", "1000", "Lines that are read of each container at first", |config, value| {
        config.log_tail = count(value, 1, 1_000_000)?;
        Ok(())
    }),
    key("logs.memory-mib", "64", "Log kept in memory, in MiB", |config, value| {
        config.log_memory = mebibytes(value, 1, 4_096)?;
        Ok(())
    }),
    key("logs.disk-mib", "1024", "Log kept on disk beyond that, in MiB; 0 keeps none", |config, value| {
        config.log_disk = mebibytes(value, 0, 1 << 20)?;
        Ok(())
    }),
    key("connections.per-cluster", "16", "Connections to one cluster", |config, value| {
        config.connections_per_cluster = count(value, 2, 1_000)?;
        Ok(())
    }),
    key("connections.total", "128", "Connections to all clusters together", |config, value| {
        config.connections = count(value, 2, 10_000)?;
        Ok(())
    }),
    key("refresh.probe-seconds", "10", "How often an open cluster is probed", |config, value| {
        config.probe_every = seconds(value, 1, 3_600)?;
        Ok(())
    }),
    key("refresh.request-timeout-seconds", "30", "How long one answer may take", |config, value| {
        config.request_timeout = seconds(value, 1, 600)?;
        Ok(())
    }),
    key("refresh.exec-timeout-seconds", "60", "How long a kubeconfig's program may run", |config, value| {
        config.exec_timeout = seconds(value, 1, 600)?;
        Ok(())
    }),
];

/// The README's table of settings, as Markdown.
pub fn reference() -> String {
    let mut text = String::from("| key | default | what it does |\n|---|---|---|\n");
    for key in all() {
        let _ = writeln!(text, "| `{}` | `{}` | {} |", key.name, key.default, key.words);
    }
    text
}

pub(super) fn text(value: &DeValue<'_>) -> Result<String, Expected> {
    value.as_str().map(str::to_owned).ok_or_else(|| "a text in quotes".to_owned())
}

pub(super) fn truth(value: &DeValue<'_>) -> Result<bool, Expected> {
    value.as_bool().ok_or_else(|| "true or false".to_owned())
}

/// One text, or a list of them.
pub(super) fn texts(value: &DeValue<'_>) -> Result<Vec<String>, Expected> {
    let one_or_more = match value {
        DeValue::Array(values) => values.iter().map(|value| value.get_ref().as_str().map(str::to_owned)).collect(),
        _ => value.as_str().map(|text| vec![text.to_owned()]),
    };
    one_or_more.ok_or_else(|| "a list of texts, such as [\"a\", \"b\"]".to_owned())
}

/// ARNs, each with what assuming it takes.
fn roles(value: &DeValue<'_>) -> Result<Vec<ReachRole>, Expected> {
    let expected = || "a list of ARNs, or of {arn = \"ARN\", external-id = \"ID\", profile = \"NAME\"}".to_owned();
    let role = |value: &DeValue<'_>| {
        if let Some(arn) = value.as_str() {
            return Some(ReachRole { arn: arn.to_owned(), ..ReachRole::default() });
        }
        let table = value.as_table()?;
        let mut role = ReachRole::default();
        for (name, value) in table {
            let text = value.get_ref().as_str()?.to_owned();
            match name.get_ref().as_ref() {
                "arn" => role.arn = text,
                "external-id" => role.external_id = Some(text),
                "profile" => role.profile = Some(text),
                _ => return None,
            }
        }
        Some(role)
    };
    let is_role = |role: &ReachRole| Arn::parse(&role.arn).is_some_and(|arn| arn.service == "iam");
    let roles: Option<Vec<ReachRole>> = match value {
        DeValue::Array(values) => values.iter().map(|value| role(value.get_ref())).collect(),
        _ => role(value).map(|role| vec![role]),
    };
    roles.filter(|roles| roles.iter().all(is_role)).ok_or_else(expected)
}

pub(super) fn number(value: &DeValue<'_>, least: u64, most: u64) -> Result<u64, Expected> {
    let digits = value.as_integer().and_then(|number| u64::from_str_radix(number.as_str(), number.radix()).ok());
    digits.filter(|number| (least..=most).contains(number)).ok_or_else(|| format!("a number from {least} to {most}"))
}

pub(super) fn count(value: &DeValue<'_>, least: u32, most: u32) -> Result<usize, Expected> {
    let number = number(value, u64::from(least), u64::from(most))?;
    usize::try_from(number).map_err(|error| error.to_string())
}

fn mebibytes(value: &DeValue<'_>, least: u64, most: u64) -> Result<u64, Expected> {
    Ok(number(value, least, most)? << 20)
}

fn seconds(value: &DeValue<'_>, least: u64, most: u64) -> Result<Duration, Expected> {
    Ok(Duration::from_secs(number(value, least, most)?))
}
