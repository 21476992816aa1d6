//! Who is told of what: rules of the configuration, and what is said.

use std::fmt;

use serde_json::{Value, json};

use super::gate::{Environment, matches_any};
use super::registry::FinishedJob;
use super::sync::SyncNews;
use super::text::clean;

/// What a rule listens to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum On {
    /// A cluster stands in another way than before.
    Transition,
    /// A Job ended.
    Finished,
    /// A Job failed.
    Failed,
}

impl On {
    pub const ALL: [Self; 3] = [Self::Transition, Self::Finished, Self::Failed];

    pub fn word(self) -> &'static str {
        match self {
            Self::Transition => "transition",
            Self::Finished => "job-finished",
            Self::Failed => "job-failed",
        }
    }
}

/// How the terminal tells a person who looks elsewhere.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ring {
    Bell,
    /// `OSC 9 ; text`: iTerm2, WezTerm, Windows Terminal, kitty.
    Osc9,
    /// `OSC 777 ; notify ; title ; text`: urxvt, foot, Ghostty.
    Osc777,
}

impl Ring {
    pub const ALL: [Self; 3] = [Self::Bell, Self::Osc9, Self::Osc777];

    pub fn word(self) -> &'static str {
        match self {
            Self::Bell => "bell",
            Self::Osc9 => "osc9",
            Self::Osc777 => "osc777",
        }
    }

    /// What the terminal is sent. The words lose what could end or split the sequence.
    pub fn sequence(self, words: &str) -> String {
        let words: String = clean(words).chars().map(|char| if char == ';' { ',' } else { char }).collect();
        match self {
            Self::Bell => "\x07".to_owned(),
            Self::Osc9 => format!("\x1b]9;{words}\x1b\\"),
            Self::Osc777 => format!("\x1b]777;notify;eksdeck;{words}\x1b\\"),
        }
    }
}

/// Text that nothing prints.
#[derive(Clone, PartialEq, Eq, Default)]
pub struct Hidden(pub String);

impl fmt::Debug for Hidden {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("(hidden)")
    }
}

/// Where notices are posted. The address of a chat's webhook is a secret itself.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Hook {
    pub url: Hidden,
    /// Signs what is posted.
    pub secret: Option<Hidden>,
}

/// One rule of `notify.rules`. Parts that are empty hold for all.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rule {
    pub on: On,
    /// Patterns of clusters' names.
    pub clusters: Vec<String>,
    pub environments: Vec<Environment>,
    pub ring: Option<Ring>,
    /// As written, or the environment variable that holds it.
    pub webhook: Option<Given>,
    pub secret: Option<Given>,
}

/// A secret of the configuration.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Given {
    Text(Hidden),
    Variable(String),
}

/// Something to be told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Notice {
    pub cluster: String,
    /// One line for people, cleaned.
    pub words: String,
    /// What a webhook gets: the words as `text`, as Slack takes them, and every part by its name.
    pub body: Value,
}

impl Rule {
    /// What this rule has told of the news, if it listens to it.
    pub fn notice(&self, news: &SyncNews) -> Option<Notice> {
        let (target, notice) = match news {
            SyncNews::Standing { target, transition, was: Some(was) } if self.on == On::Transition => {
                let why = if transition.why.is_empty() { String::new() } else { format!(": {}", transition.why) };
                let words = format!("{} is {}{why}", target.name, transition.status.word());
                let parts = json!({"event": "transition", "status": transition.status.word(), "was": was.word(),
                    "since_ms": transition.since_ms, "why": clean(&transition.why)});
                (target, (words, parts))
            }
            SyncNews::Finished { target, job }
                if self.on == On::Finished || self.on == On::Failed && !job.succeeded =>
            {
                (target, of_job(&target.name, job))
            }
            _ => return None,
        };
        let is_meant = (self.clusters.is_empty() || matches_any(&self.clusters, &target.name))
            && (self.environments.is_empty() || self.environments.contains(&target.environment));
        is_meant.then(|| {
            let (words, parts) = notice;
            let words = clean(&words).into_owned();
            let mut body =
                json!({"text": words, "cluster": target.name, "environment": target.environment.to_string()});
            if let (Some(body), Value::Object(parts)) = (body.as_object_mut(), parts) {
                body.extend(parts);
            }
            Notice { cluster: target.name.clone(), words, body }
        })
    }
}

fn of_job(cluster: &str, job: &FinishedJob) -> (String, Value) {
    let (namespace, name) = (&job.namespace, &job.name);
    let words = match job.succeeded {
        true => format!("{cluster}: Job {namespace}/{name} succeeded"),
        false => format!("{cluster}: Job {namespace}/{name} failed: {}", job.reason),
    };
    let parts = json!({"event": "job", "namespace": clean(namespace), "name": clean(name), "succeeded": job.succeeded,
        "reason": clean(&job.reason), "exit_code": job.exit_code, "finished_ms": job.finished_ms});
    (words, parts)
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::domain::ids::ClusterId;
    use crate::domain::registry::{Status, Transition};
    use crate::domain::sync::Target;

    fn rule(on: On) -> Rule {
        Rule { on, clusters: Vec::new(), environments: Vec::new(), ring: None, webhook: None, secret: None }
    }

    fn target() -> Arc<Target> {
        let name = "shop-prod".to_owned();
        Arc::new(Target { id: ClusterId(0), name, environment: Environment::Production, registered: None })
    }

    fn standing(was: Option<Status>) -> SyncNews {
        let transition =
            Transition { cluster: "1".into(), status: Status::Down, since_ms: 7, why: "no\u{1b}[1m route".into() };
        SyncNews::Standing { target: target(), transition, was }
    }

    #[test]
    fn a_change_is_told_and_the_first_look_is_none() {
        let notice = rule(On::Transition).notice(&standing(Some(Status::Up))).unwrap();
        assert_eq!(notice.words, "shop-prod is down: no route");
        assert_eq!((notice.body["text"].as_str(), notice.body["was"].as_str()), (Some(&*notice.words), Some("up")));
        assert_eq!(rule(On::Transition).notice(&standing(None)), None);
        assert_eq!(rule(On::Finished).notice(&standing(Some(Status::Up))), None);
    }

    #[test]
    fn a_rule_is_for_the_clusters_and_environments_that_it_names() {
        let news = standing(Some(Status::Up));
        let told = |clusters: &[&str], environments: &[Environment]| {
            let clusters = clusters.iter().map(|&name| name.to_owned()).collect();
            Rule { clusters, environments: environments.to_vec(), ..rule(On::Transition) }.notice(&news).is_some()
        };
        assert!(told(&["web", "shop-*"], &[]) && told(&[], &[Environment::Production]));
        assert!(!told(&["web"], &[]) && !told(&["shop-*"], &[Environment::Staging]));
    }

    #[test]
    fn a_job_that_succeeded_is_for_those_who_want_all() {
        let job =
            FinishedJob { name: "load".into(), namespace: "etl".into(), succeeded: true, ..FinishedJob::sample() };
        let news = SyncNews::Finished { target: target(), job: Arc::new(job) };
        assert_eq!(rule(On::Finished).notice(&news).unwrap().words, "shop-prod: Job etl/load succeeded");
        assert_eq!(rule(On::Failed).notice(&news), None);
    }

    #[test]
    fn what_rings_cannot_leave_its_sequence() {
        let words = "a\u{1b}\\b\u{7};c\u{9c}";
        assert_eq!(Ring::Bell.sequence(words), "\x07");
        for ring in [Ring::Osc9, Ring::Osc777] {
            let sent = ring.sequence(words);
            let inner = sent.strip_prefix("\x1b]").unwrap().strip_suffix("\x1b\\").unwrap();
            assert!(!inner.contains(char::is_control) && inner.ends_with(",c"), "{sent:?}");
        }
    }

    #[test]
    fn an_address_and_a_secret_are_in_no_debug_output() {
        let hook = Hook { url: Hidden("https://hooks.test/T0/B0/abc".into()), secret: Some(Hidden("s3cret".into())) };
        let told = format!("{hook:?}");
        assert!(!told.contains("abc") && !told.contains("s3cret"), "{told}");
    }
}
