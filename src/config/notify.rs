//! `[[notify.rules]]`: who is told of what.

use toml::de::{DeTable, DeValue};

use super::keys::{Expected, text, texts};
use crate::domain::gate::Environment;
use crate::domain::notify::{Given, Hidden, Hook, On, Ring, Rule};

/// The keys of one rule.
const KEYS: [&str; 8] = ["on", "clusters", "environments", "ring", "webhook", "webhook-env", "secret", "secret-env"];

/// Reads the rules: a list of tables. No words of a mistake show an address or a secret.
///
/// # Errors
/// What a rule should have been.
pub(super) fn rules(value: &DeValue<'_>) -> Result<Vec<Rule>, Expected> {
    let DeValue::Array(values) = value else { return Err("tables `[[notify.rules]]`".to_owned()) };
    let rules = values.iter().enumerate().map(|(place, value)| {
        let DeValue::Table(table) = value.get_ref() else { return Err("tables `[[notify.rules]]`".to_owned()) };
        rule(table).map_err(|words| format!("in rule {}: {words}", place + 1))
    });
    rules.collect()
}

fn rule(table: &DeTable<'_>) -> Result<Rule, Expected> {
    if let Some(key) = table.keys().find(|key| !KEYS.contains(&key.get_ref().as_ref())) {
        return Err(format!("one of {}, not `{}`", KEYS.join(", "), key.get_ref()));
    }
    let named = |key: &str| value(table, key, text);
    let list = |key: &str| value(table, key, texts).map(Option::unwrap_or_default);
    let on = named("on")?.and_then(|word| On::ALL.into_iter().find(|on| on.word() == word));
    let on = on.ok_or_else(|| format!("`on` as one of {}", On::ALL.map(On::word).join(", ")))?;
    let ring = named("ring")?.map(|word| {
        let found = Ring::ALL.into_iter().find(|ring| ring.word() == word);
        found.ok_or_else(|| format!("`ring` as one of {}", Ring::ALL.map(Ring::word).join(", ")))
    });
    let environments = list("environments")?;
    let environments: Option<Vec<_>> = environments.iter().map(|word| Environment::of_label(word)).collect();
    let rule = Rule {
        on,
        clusters: list("clusters")?,
        environments: environments.ok_or("`environments` of production, staging, development")?,
        ring: ring.transpose()?,
        webhook: given(table, "webhook", "webhook-env")?,
        secret: given(table, "secret", "secret-env")?,
    };
    match (&rule.ring, &rule.webhook) {
        (None, None) => Err("`ring`, `webhook` or `webhook-env`: this rule tells nobody".to_owned()),
        _ => Ok(rule),
    }
}

fn given(table: &DeTable<'_>, key: &str, variable: &str) -> Result<Option<Given>, Expected> {
    Ok(match (value(table, key, text)?, value(table, variable, text)?) {
        (Some(_), Some(_)) => return Err(format!("either `{key}` or `{variable}`")),
        (Some(text), None) => Some(Given::Text(Hidden(text))),
        (None, name) => name.map(Given::Variable),
    })
}

fn value<T>(
    table: &DeTable<'_>,
    key: &str,
    read: fn(&DeValue<'_>) -> Result<T, Expected>,
) -> Result<Option<T>, Expected> {
    let found = table.get(key).map(|value| read(value.get_ref()));
    found.transpose().map_err(|expected| format!("`{key}` as {expected}"))
}

/// Where a rule posts, its variables read; `None` if it posts nowhere.
///
/// # Errors
/// A variable that is not set, by its name.
pub fn hook(rule: &Rule) -> Result<Option<Hook>, String> {
    resolve(rule, |name| std::env::var(name).ok())
}

fn resolve(rule: &Rule, lookup: impl Fn(&str) -> Option<String>) -> Result<Option<Hook>, String> {
    let value = |given: &Given| match given {
        Given::Text(text) => Ok(text.clone()),
        Given::Variable(name) => {
            let set = lookup(name).map(|value| value.trim().to_owned()).filter(|value| !value.is_empty());
            set.map(Hidden).ok_or_else(|| format!("{name}, which a rule for notices names, is not set"))
        }
    };
    let Some(webhook) = &rule.webhook else { return Ok(None) };
    Ok(Some(Hook { url: value(webhook)?, secret: rule.secret.as_ref().map(value).transpose()? }))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<Vec<Rule>, String> {
        let table = DeTable::parse(text).unwrap().into_inner();
        rules(table.get("rules").unwrap().get_ref())
    }

    #[test]
    fn a_rule_is_read_whole_and_its_variables_only_when_it_is_used() {
        let text = "[[rules]]\non = 'transition'\nclusters = ['*-prod']\nenvironments = 'prod'\nring = 'osc9'\n\
            webhook-env = 'HOOK'\nsecret = 'abc'\n[[rules]]\non = 'job-failed'\nring = 'bell'\n";
        let rules = read(text).unwrap();
        assert_eq!((rules.len(), rules[0].on, rules[0].ring), (2, On::Transition, Some(Ring::Osc9)));
        assert_eq!(rules[0].environments, [Environment::Production]);
        let hook = resolve(&rules[0], |name| (name == "HOOK").then(|| " https://a.test/b\n".to_owned())).unwrap();
        let hook = hook.unwrap();
        assert_eq!((hook.url.0.as_str(), hook.secret.unwrap().0.as_str()), ("https://a.test/b", "abc"));
        assert!(resolve(&rules[0], |_| None).unwrap_err().starts_with("HOOK"));
        assert_eq!(resolve(&rules[1], |_| None), Ok(None));
    }

    #[test]
    fn a_mistake_is_told_and_shows_no_secret() {
        for (text, words) in [
            ("rules = 'x'", "[[notify.rules]]"),
            ("[[rules]]\non = 'hush'\nwebhook = 'hush'", "transition, job-finished, job-failed"),
            ("[[rules]]\non = 'transition'", "tells nobody"),
            ("[[rules]]\non = 'transition'\nring = 'hush'", "bell, osc9, osc777"),
            ("[[rules]]\non = 'transition'\nwebhook = 7", "`webhook` as a text"),
            ("[[rules]]\non = 'transition'\nring='bell'\nwebhok = 'hush'", "not `webhok`"),
            ("[[rules]]\non = 'transition'\nwebhook = 'hush'\nwebhook-env = 'hush'", "either"),
            ("[[rules]]\non = 'transition'\nring='bell'\nenvironments = 'moon'", "production"),
        ] {
            let error = read(text).unwrap_err();
            assert!(error.contains(words) && !error.contains("hush"), "{text}: {error}");
        }
    }
}
