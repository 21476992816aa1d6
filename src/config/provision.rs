//! `[provision]`: where clusters are made by Terraform, and what holds in each environment.

use std::collections::BTreeMap;

use serde_json::{Map, Value};
use toml::de::{DeTable, DeValue};

use super::keys::{Expected, SettingKey, count, key, number, text, texts, truth};
use crate::domain::aws::arn::Arn;
use crate::domain::provision::limit::{Allowed, Limit};
use crate::domain::provision::manifests::StateBackend;
use crate::domain::provision::site::{EnvironmentSettings, ModuleSource};

pub(super) const KEYS: &[SettingKey] = &[
    key(
        "provision.cluster",
        "\"\"",
        "The management cluster: where Terraform runs as Jobs; its context, or its name in the registry",
        |config, value| text(value).map(|text| config.site.cluster = text),
    ),
    key("provision.namespace", "\"eksdeck\"", "The namespace of the runs", |config, value| {
        text(value).map(|text| config.site.worker.namespace = text)
    }),
    key(
        "provision.image",
        "\"hashicorp/terraform:1.11.4\"",
        "The image that Terraform runs from, with its digest (`NAME@sha256:…`) to pin it",
        |config, value| text(value).map(|text| config.site.worker.image = text),
    ),
    key("provision.program", "\"terraform\"", "The program in it; `tofu` for OpenTofu", |config, value| {
        text(value).map(|text| config.site.worker.program = text)
    }),
    key("provision.pull-secrets", "[]", "Secrets that the image is pulled with", |config, value| {
        texts(value).map(|texts| config.site.worker.pull_secrets = texts)
    }),
    key(
        "provision.service-account",
        "\"eksdeck-worker\"",
        "The ServiceAccount of the runs: AWS credentials come by IRSA or Pod Identity",
        |config, value| text(value).map(|text| config.site.worker.service_account = text),
    ),
    key(
        "provision.credentials-secret",
        "\"\"",
        "A Secret with AWS credentials as environment variables, where the ServiceAccount brings none",
        |config, value| {
            text(value).map(|text| config.site.worker.credentials_secret = Some(text).filter(|name| !name.is_empty()))
        },
    ),
    key(
        "provision.variables",
        "{}",
        "Environment variables of the runs, such as `TF_CLI_CONFIG_FILE` for a mirror of providers",
        |config, value| variables(value).map(|variables| config.site.worker.environment = variables),
    ),
    key("provision.user", "65532", "The user id that Terraform runs as; the volume is its group's", |config, value| {
        let user = u32::try_from(number(value, 0, 2_147_483_647)?).map_err(|error| error.to_string())?;
        config.site.worker.user = user;
        Ok(())
    }),
    key("provision.storage-class", "\"\"", "Of the work volumes; empty is the cluster's default", |config, value| {
        text(value).map(|text| config.site.worker.storage_class = Some(text).filter(|name| !name.is_empty()))
    }),
    key("provision.storage", "\"2Gi\"", "How big a cluster's work volume is", |config, value| {
        text(value).map(|text| config.site.worker.storage = text)
    }),
    key("provision.cpu", "\"500m\"", "What a run asks for", |config, value| {
        text(value).map(|text| config.site.worker.cpu = text)
    }),
    key("provision.memory", "\"1Gi\"", "What a run asks for, and its limit", |config, value| {
        text(value).map(|text| config.site.worker.memory = text)
    }),
    key("provision.deadline-seconds", "7200", "A run that takes longer is ended", |config, value| {
        number(value, 60, 86_400).map(|seconds| config.site.worker.deadline_s = seconds)
    }),
    key(
        "provision.grace-seconds",
        "900",
        "How long Terraform may take to finish what it has begun when its pod is ended",
        |config, value| number(value, 1, 7_200).map(|seconds| config.site.worker.grace_s = seconds),
    ),
    key("provision.lock-wait-seconds", "60", "How long a locked state is waited for", |config, value| {
        number(value, 0, 3_600).map(|seconds| config.site.worker.lock_wait_s = seconds)
    }),
    key(
        "provision.state",
        "\"kubernetes\"",
        "Where the state lies: `kubernetes`, `volume`, or `{bucket = \"NAME\", region = \"REGION\"}` for S3, with other settings of that backend",
        |config, value| state(value).map(|state| config.site.worker.state = state),
    ),
    key("provision.at-once", "4", "Runs that go on at once; others wait in the queue", |config, value| {
        count(value, 1, 100).map(|count| config.site.at_once = count)
    }),
    key("provision.at-once-per-account", "2", "Of those, for one AWS account", |config, value| {
        count(value, 1, 100).map(|count| config.site.at_once_per_account = count)
    }),
    key(
        "provision.environments",
        "{}",
        "Defaults and limits by environment: tables `[provision.environments.NAME]`, see [Clusters by Terraform](#clusters-by-terraform)",
        |config, value| environments(value).map(|environments| config.site.environments = environments),
    ),
];

/// The keys of one environment.
const OF_AN_ENVIRONMENT: [&str; 11] = [
    "account",
    "region",
    "role",
    "state",
    "module",
    "service-account",
    "credentials-secret",
    "protected",
    "approvals",
    "defaults",
    "limits",
];

fn environments(value: &DeValue<'_>) -> Result<BTreeMap<String, EnvironmentSettings>, Expected> {
    let tables = || "tables `[provision.environments.NAME]`".to_owned();
    let table = value.as_table().ok_or_else(tables)?;
    let read = table.iter().map(|(name, value)| {
        let name = name.get_ref().to_string();
        let inner = value.get_ref().as_table().ok_or_else(tables)?;
        let settings = environment(inner).map_err(|words| format!("in {name}: {words}"))?;
        Ok((name, settings))
    });
    read.collect()
}

fn environment(table: &DeTable<'_>) -> Result<EnvironmentSettings, Expected> {
    let mut settings = EnvironmentSettings::default();
    for (name, value) in table {
        let (name, value) = (name.get_ref().as_ref(), value.get_ref());
        let read = match name {
            "account" => text(value).and_then(account).map(|account| settings.account = account),
            "region" => text(value).map(|region| settings.region = region),
            "role" => text(value).and_then(role).map(|role| settings.role = Some(role)),
            "state" => state(value).map(|state| settings.state = Some(state)),
            "module" => text(value).map(|name| settings.module = module(name)),
            "service-account" => text(value).map(|name| settings.service_account = Some(name)),
            "credentials-secret" => text(value).map(|name| settings.credentials_secret = Some(name)),
            "protected" => truth(value).map(|truth| settings.is_protected = truth),
            "approvals" => count(value, 1, 5).map(|people| settings.approvals = people),
            "defaults" => object(value).map(|defaults| settings.defaults = defaults),
            "limits" => limits(value).map(|limits| settings.limits = limits),
            _ => return Err(format!("one of {}, not `{name}`", OF_AN_ENVIRONMENT.join(", "))),
        };
        read.map_err(|expected| format!("`{name}` as {expected}"))?;
    }
    Ok(settings)
}

fn account(text: String) -> Result<String, Expected> {
    let is_account = text.len() == 12 && text.bytes().all(|byte| byte.is_ascii_digit());
    if is_account { Ok(text) } else { Err("the twelve digits of an AWS account, in quotes".to_owned()) }
}

fn role(text: String) -> Result<String, Expected> {
    let is_role = Arn::parse(&text).is_some_and(|arn| arn.service == "iam");
    if is_role { Ok(text) } else { Err("the ARN of an IAM role".to_owned()) }
}

fn module(name: String) -> ModuleSource {
    match name.as_str() {
        "eks" => ModuleSource::Eks,
        "trial" => ModuleSource::Trial,
        _ => ModuleSource::Folder(name),
    }
}

fn state(value: &DeValue<'_>) -> Result<StateBackend, Expected> {
    let expected = || "`kubernetes`, `volume`, or a table with `bucket` and `region`".to_owned();
    match value.as_str() {
        Some("kubernetes") => return Ok(StateBackend::Kubernetes),
        Some("volume") => return Ok(StateBackend::Volume),
        _ => {}
    }
    let mut extra = object(value).map_err(|_| expected())?;
    let mut taken = |name: &str| match extra.remove(name) {
        Some(Value::String(text)) if !text.is_empty() => Ok(text),
        _ => Err(expected()),
    };
    let (bucket, region) = (taken("bucket")?, taken("region")?);
    Ok(StateBackend::S3 { bucket, region, extra: extra.into_iter().collect() })
}

fn limits(value: &DeValue<'_>) -> Result<Vec<Limit>, Expected> {
    let expected = || "lists of what is allowed, or {min = 1, max = 9}, by variable".to_owned();
    let table = object(value).map_err(|_| expected())?;
    let read = table.into_iter().map(|(path, value)| {
        let allowed = match value {
            Value::Array(values) => Allowed::OneOf(values),
            Value::Object(range) if range.keys().all(|key| matches!(key.as_str(), "min" | "max")) => {
                let side = |key: &str| range.get(key).and_then(Value::as_f64);
                Allowed::Range { least: side("min"), most: side("max") }
            }
            Value::Object(_) => return Err(expected()),
            single => Allowed::OneOf(vec![single]),
        };
        Ok(Limit { path, allowed })
    });
    read.collect()
}

fn variables(value: &DeValue<'_>) -> Result<BTreeMap<String, String>, Expected> {
    let expected = || "a table of texts, such as {TF_LOG = \"info\"}".to_owned();
    let table = value.as_table().ok_or_else(expected)?;
    let read = table.iter().map(|(name, value)| {
        let text = value.get_ref().as_str().ok_or_else(expected)?;
        Ok((name.get_ref().to_string(), text.to_owned()))
    });
    read.collect()
}

fn object(value: &DeValue<'_>) -> Result<Map<String, Value>, Expected> {
    match json(value) {
        Some(Value::Object(fields)) => Ok(fields),
        _ => Err("a table".to_owned()),
    }
}

/// TOML's times have no counterpart.
fn json(value: &DeValue<'_>) -> Option<Value> {
    Some(match value {
        DeValue::String(text) => Value::String(text.to_string()),
        DeValue::Boolean(truth) => Value::Bool(*truth),
        DeValue::Integer(number) => Value::from(i64::from_str_radix(number.as_str(), number.radix()).ok()?),
        DeValue::Float(number) => Value::from(number.as_str().parse::<f64>().ok()?),
        DeValue::Array(values) => {
            Value::Array(values.iter().map(|value| json(value.get_ref())).collect::<Option<_>>()?)
        }
        DeValue::Table(table) => {
            let fields = table.iter().map(|(key, value)| Some((key.get_ref().to_string(), json(value.get_ref())?)));
            Value::Object(fields.collect::<Option<_>>()?)
        }
        DeValue::Datetime(_) => return None,
    })
}
