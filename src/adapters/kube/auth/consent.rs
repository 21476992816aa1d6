//! Which plugins a person agreed to run. An agreement outlives the program, a refusal does not.

use std::collections::HashSet;
use std::fs::OpenOptions;
use std::io::{self, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::PathBuf;
use std::sync::{Mutex, MutexGuard, PoisonError};

use ring::digest::{Context, SHA256};
use secrecy::ExposeSecret;

use crate::adapters::kube::contexts::ExecSettings;
use crate::domain::consent::ConsentRequest;

/// One fingerprint a line.
const FILE: &str = "exec-plugins-agreed";

/// The answers given so far.
pub struct Consents {
    file: PathBuf,
    answers: Mutex<Answers>,
}

#[derive(Default)]
struct Answers {
    agreed: HashSet<String>,
    declined: HashSet<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Consent {
    Agreed,
    Declined,
    NotAsked,
}

impl Consents {
    /// Reads what was agreed to before; a file that is not there or not readable is no agreement.
    pub fn load(directory: &std::path::Path) -> Self {
        let file = directory.join(FILE);
        let text = std::fs::read_to_string(&file).unwrap_or_default();
        let agreed = text.lines().map(str::trim).filter(|line| line.len() == 64).map(str::to_owned).collect();
        Self { file, answers: Mutex::new(Answers { agreed, declined: HashSet::new() }) }
    }

    pub fn of(&self, fingerprint: &str) -> Consent {
        let answers = self.lock();
        match (answers.agreed.contains(fingerprint), answers.declined.contains(fingerprint)) {
            (true, _) => Consent::Agreed,
            (false, true) => Consent::Declined,
            (false, false) => Consent::NotAsked,
        }
    }

    /// Remembers an answer; an agreement counts even if it cannot be written.
    ///
    /// # Errors
    /// The file could not be written: the question will come again next time.
    pub fn answer(&self, fingerprint: &str, agreed: bool) -> io::Result<()> {
        let mut answers = self.lock();
        if !agreed {
            answers.declined.insert(fingerprint.to_owned());
            return Ok(());
        }
        answers.declined.remove(fingerprint);
        if !answers.agreed.insert(fingerprint.to_owned()) {
            return Ok(());
        }
        drop(answers);
        if let Some(directory) = self.file.parent() {
            std::fs::create_dir_all(directory)?;
        }
        let mut file = OpenOptions::new().append(true).create(true).mode(0o600).open(&self.file)?;
        writeln!(file, "{fingerprint}")
    }

    /// Forgets a refusal, so that the question is asked again.
    pub fn ask_again(&self, fingerprint: &str) {
        self.lock().declined.remove(fingerprint);
    }

    fn lock(&self) -> MutexGuard<'_, Answers> {
        self.answers.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The question for a plugin.
pub fn request(exec: &ExecSettings) -> ConsentRequest {
    ConsentRequest {
        user: exec.user.clone(),
        argv: exec.argv.clone(),
        env_names: exec.env.iter().map(|(name, _)| name.clone()).collect(),
        fingerprint: fingerprint(exec),
    }
}

/// Every part is preceded by its length, so that no two different plugins read the same.
fn fingerprint(exec: &ExecSettings) -> String {
    let mut digest = Context::new(&SHA256);
    let mut part = |bytes: &[u8]| {
        digest.update(&(bytes.len() as u64).to_be_bytes());
        digest.update(bytes);
    };
    part(&(exec.argv.len() as u64).to_be_bytes());
    exec.argv.iter().for_each(|arg| part(arg.as_bytes()));
    for (name, value) in &exec.env {
        part(name.as_bytes());
        part(value.expose_secret().as_bytes());
    }
    digest.finish().as_ref().iter().map(|byte| format!("{byte:02x}")).collect()
}
