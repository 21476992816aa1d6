//! What containers do: how long they run, how they end and what they log. A container of the story is known by its
//! pod's label `app.kubernetes.io/name`; any other does what its shell command says.

use std::sync::OnceLock;

use serde::Deserialize;
use serde_json::Value;

use super::shell;
use crate::demo::cluster::Cluster;
use crate::demo::random::{hash, hash_text, suffix};

/// One way of behaving, from the story's file.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Behaviour {
    pub name: String,
    /// Seconds that it runs: at least and at most; absent is forever.
    pub seconds: Option<(i64, i64)>,
    #[serde(default)]
    pub exit_code: i32,
    /// How many of a hundred runs end with `exit_code`; the others end well.
    #[serde(default = "always")]
    pub fails_percent: u64,
    /// Of the terminated state; by default it follows from the exit code.
    #[serde(default)]
    pub reason: String,
    /// The image cannot be pulled.
    #[serde(default)]
    pub no_image: bool,
    /// Milliseconds between two lines.
    #[serde(default = "one_second")]
    pub every: i64,
    #[serde(default)]
    pub opening: Vec<String>,
    #[serde(default)]
    pub lines: Vec<String>,
    /// What is logged last, before the container ends.
    #[serde(default)]
    pub closing: Vec<String>,
}

fn one_second() -> i64 {
    1000
}

fn always() -> u64 {
    100
}

/// All ways of behaving, and which images cannot be pulled.
#[derive(Debug, Clone, Deserialize, Default)]
pub struct Behaviours {
    #[serde(default)]
    behaviour: Vec<Behaviour>,
}

impl Behaviours {
    pub fn get() -> &'static Behaviours {
        static BEHAVIOURS: OnceLock<Behaviours> = OnceLock::new();
        // The file is part of the program and a test reads it.
        BEHAVIOURS
            .get_or_init(|| toml::from_str(include_str!("../../../assets/demo/behaviours.toml")).unwrap_or_default())
    }

    pub fn find(&self, name: &str) -> Option<&Behaviour> {
        self.behaviour.iter().find(|behaviour| behaviour.name == name)
    }

    #[cfg(test)]
    pub fn all(&self) -> &[Behaviour] {
        &self.behaviour
    }
}

/// What one run of one container does.
#[derive(Debug, Clone)]
pub struct Plan<'a> {
    /// Milliseconds; `None` is forever.
    pub runs: Option<i64>,
    pub exit_code: i32,
    pub reason: String,
    pub no_image: bool,
    log: Log<'a>,
}

#[derive(Debug, Clone)]
enum Log<'a> {
    Made(&'a Behaviour, u64),
    /// Offsets in milliseconds, and lines.
    Fixed(Vec<(i64, String)>),
}

impl Plan<'static> {
    /// The plan of a container's run; `attempt` counts its restarts.
    pub fn of(pod: &Value, container: &Value, attempt: u64) -> Self {
        let uid = pod["metadata"]["uid"].as_str().unwrap_or_default();
        let seed = hash(hash_text(hash_text(3, uid), container["name"].as_str().unwrap_or_default()), attempt);
        let name = pod["metadata"]["labels"]["app.kubernetes.io/name"].as_str().unwrap_or_default();
        let behaviours = Behaviours::get();
        if let Some(behaviour) = behaviours.find(name) {
            return Self::behaving(behaviour, seed);
        }
        let image = container["image"].as_str().unwrap_or_default();
        if let Some(run) = shell::run(container) {
            let exit_code = run.exit_code;
            return Self {
                runs: run.runs,
                exit_code,
                reason: reason(exit_code).to_owned(),
                no_image: unpullable(image),
                log: Log::Fixed(run.lines),
            };
        }
        let forever = pod["spec"]["restartPolicy"] == "Always";
        if let (true, Some(server)) = (forever, behaviours.find("server")) {
            return Self { no_image: unpullable(image), ..Self::behaving(server, seed) };
        }
        Self {
            runs: Some(0),
            exit_code: 0,
            reason: "Completed".into(),
            no_image: unpullable(image),
            log: Log::Fixed(Vec::new()),
        }
    }

    /// The same on a cluster that knows more of its pods: those of Terraform runs.
    pub fn on(cluster: &Cluster, pod: &Value, container: &Value, attempt: u64) -> Self {
        let uid = pod["metadata"]["uid"].as_str().unwrap_or_default();
        match cluster.runs().course(uid) {
            Some(course) => Self {
                runs: Some(course.runs),
                exit_code: course.exit_code,
                reason: reason(course.exit_code).to_owned(),
                no_image: false,
                log: Log::Fixed(course.lines),
            },
            None => Self::of(pod, container, attempt),
        }
    }

    fn behaving(behaviour: &'static Behaviour, seed: u64) -> Self {
        let runs = behaviour.seconds.map(|(low, high)| {
            let span = (high - low).max(0) as u64 + 1;
            (low + (hash(seed, 1) % span) as i64) * 1000 + (hash(seed, 2) % 900) as i64
        });
        let fails = hash(seed, 3) % 100 < behaviour.fails_percent;
        let exit_code = if fails { behaviour.exit_code } else { 0 };
        let told = if behaviour.reason.is_empty() || exit_code == 0 { reason(exit_code) } else { &*behaviour.reason };
        Self { runs, exit_code, reason: told.to_owned(), no_image: behaviour.no_image, log: Log::Made(behaviour, seed) }
    }
}

impl Plan<'_> {
    /// The line with this number, and when it is written (milliseconds after the start); `None` after the last.
    pub fn line(&self, number: u64) -> Option<(i64, String)> {
        let (behaviour, seed) = match &self.log {
            Log::Fixed(lines) => return lines.get(usize::try_from(number).ok()?).cloned(),
            Log::Made(behaviour, seed) => (*behaviour, *seed),
        };
        let opening = behaviour.opening.len() as u64;
        if number < opening {
            return Some((number as i64 * 40, self.fill(&behaviour.opening[number as usize], seed, number)));
        }
        let closing = if self.exit_code == 0 && behaviour.exit_code != 0 { 0 } else { behaviour.closing.len() as u64 };
        let first = opening as i64 * 40 + 100;
        let steady = match self.runs {
            None => u64::MAX,
            Some(_) if behaviour.lines.is_empty() => 0,
            Some(runs) => ((runs - first - closing as i64 * 20).max(0) / behaviour.every.max(1)) as u64,
        };
        let at = number - opening;
        if at < steady && !behaviour.lines.is_empty() {
            let pick = hash(seed, number) as usize % behaviour.lines.len();
            let jitter = (hash(seed ^ 5, number) % (behaviour.every.max(2) as u64 / 2)) as i64;
            return Some((
                first + at as i64 * behaviour.every + jitter,
                self.fill(&behaviour.lines[pick], seed, number),
            ));
        }
        let last = at.checked_sub(steady).filter(|last| *last < closing)?;
        let runs = self.runs.unwrap_or(0);
        Some(((runs - (closing - last) as i64 * 10).max(0), self.fill(&behaviour.closing[last as usize], seed, number)))
    }

    /// The number of the first line that is written at `offset` or later, or one a little before it.
    pub fn number_at(&self, offset: i64) -> u64 {
        match &self.log {
            Log::Fixed(_) => 0,
            Log::Made(behaviour, _) => {
                let opening = behaviour.opening.len() as i64;
                let first = opening * 40 + 100;
                let steady = self.runs.map_or(offset, |runs| runs.min(offset));
                let behind = (steady - first) / behaviour.every.max(1) - behaviour.closing.len() as i64 * 2 - 2;
                if behind > 0 { (opening + behind) as u64 } else { 0 }
            }
        }
    }

    fn fill(&self, line: &str, seed: u64, number: u64) -> String {
        let mut out = String::with_capacity(line.len() + 16);
        let mut rest = line;
        let mut draw = hash(seed ^ 9, number);
        while let Some((before, after)) = rest.split_once('<') {
            out.push_str(before);
            let Some((word, after)) = after.split_once('>') else {
                out.push('<');
                rest = after;
                continue;
            };
            draw = hash(draw, 1);
            match word {
                "n" => out.push_str(&number.to_string()),
                "ms" => out.push_str(&(3 + draw % 240).to_string()),
                "slow" => out.push_str(&(1200 + draw % 9000).to_string()),
                "count" => out.push_str(&(10 + draw % 4000).to_string()),
                "small" => out.push_str(&(1 + draw % 9).to_string()),
                "percent" => out.push_str(&(draw % 100).to_string()),
                "amount" => out.push_str(&format!("{}.{:02}", 1 + draw % 900, draw >> 20 & 63)),
                "id" => out.push_str(&format!("{:012x}", draw & 0xffff_ffff_ffff)),
                "word" => out.push_str(&suffix(draw, 6)),
                "ip" => out.push_str(&format!("10.{}.{}.{}", draw & 63, draw >> 8 & 255, draw >> 16 & 255)),
                "customer" => out.push_str(&format!("cus_{}", 10_000 + draw % 80_000)),
                other => out.push_str(&format!("<{other}>")),
            }
            rest = after;
        }
        out.push_str(rest);
        out
    }
}

fn reason(exit_code: i32) -> &'static str {
    if exit_code == 0 { "Completed" } else { "Error" }
}

/// Whether an image is one of those that nobody can pull: of the reserved domain `.invalid`, or named for it.
fn unpullable(image: &str) -> bool {
    let words = ["nonexistent", "does-not-exist", "no-such", "missing", ".invalid/"];
    words.iter().any(|word| image.contains(word))
}
