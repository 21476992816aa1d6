//! What goes wrong with the registry, in words with the remedy.

use std::fmt;

use crate::domain::health::Trouble;
use crate::domain::text::clean;

/// What a caller does about an error.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ErrorKind {
    /// The database does not answer; it may be back later.
    Lost,
    /// No room on the disk; there may be some later.
    Full,
    /// The file is truncated, no database, or open to others.
    Unusable,
    /// The schema is newer or older than this program.
    Schema,
    /// The login may not do this.
    Forbidden,
    NotFound,
    /// A cluster of this name or identity is there already.
    Taken,
    /// The key is missing, wrong or malformed. Nothing was changed.
    Key,
    /// What was given makes no sense.
    Invalid,
    Other,
}

/// An error of the registry. It never holds a secret.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RegistryError {
    pub kind: ErrorKind,
    pub trouble: Trouble,
}

impl RegistryError {
    pub fn new(kind: ErrorKind, words: impl fmt::Display) -> Self {
        Self { kind, trouble: Trouble::new(clean(&words.to_string()).into_owned()) }
    }

    pub fn with_remedy(mut self, remedy: impl fmt::Display) -> Self {
        self.trouble.remedy = Some(clean(&remedy.to_string()).into_owned());
        self
    }

    /// Whether the same write may come through later as it is.
    pub fn is_for_now(&self) -> bool {
        matches!(self.kind, ErrorKind::Lost | ErrorKind::Full)
    }
}

impl fmt::Display for RegistryError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.trouble.words)?;
        match &self.trouble.remedy {
            Some(remedy) => write!(f, " ({remedy})"),
            None => Ok(()),
        }
    }
}

impl std::error::Error for RegistryError {}

impl From<RegistryError> for Trouble {
    fn from(error: RegistryError) -> Self {
        error.trouble
    }
}

impl From<sqlx::Error> for RegistryError {
    fn from(error: sqlx::Error) -> Self {
        let sqlx::Error::Database(told) = &error else { return outside(&error) };
        let code = told.code().unwrap_or_default().into_owned();
        let words = told.message();
        // SQLite's extended result codes are numbers, their low byte is the primary one; SQLSTATEs have five characters.
        match code.parse::<u32>() {
            Ok(number) if code.len() != 5 => of_sqlite(number, words),
            _ => of_postgres(&code, words),
        }
    }
}

fn outside(error: &sqlx::Error) -> RegistryError {
    let lost = |words: &dyn fmt::Display| {
        RegistryError::new(ErrorKind::Lost, format!("the registry's database does not answer: {words}"))
    };
    match error {
        sqlx::Error::Io(cause) => lost(cause),
        sqlx::Error::PoolTimedOut => lost(&"no connection in time"),
        sqlx::Error::PoolClosed | sqlx::Error::WorkerCrashed | sqlx::Error::BeginFailed => lost(&error),
        sqlx::Error::Tls(_) | sqlx::Error::Protocol(_) => lost(&error),
        sqlx::Error::Configuration(_) => {
            // The cause may quote the URL, and with it the password.
            RegistryError::new(ErrorKind::Invalid, "EKSDECK_DATABASE_URL is no PostgreSQL URL")
                .with_remedy("postgres://LOGIN:PASSWORD@HOST:5432/DATABASE")
        }
        other => RegistryError::new(ErrorKind::Other, format!("the registry: {other}")),
    }
}

fn of_sqlite(code: u32, words: &str) -> RegistryError {
    match code & 0xff {
        13 => full(words),
        10 | 14 => {
            RegistryError::new(ErrorKind::Lost, format!("the registry's file cannot be read or written: {words}"))
        }
        5 | 6 => RegistryError::new(ErrorKind::Lost, "another process holds the registry's lock for too long"),
        11 | 26 => {
            RegistryError::new(ErrorKind::Unusable, format!("the registry's file is damaged or truncated: {words}"))
                .with_remedy("move it away with its -wal file, then: eksdeck registry import FILE")
        }
        8 => RegistryError::new(ErrorKind::Forbidden, format!("the registry's file cannot be written: {words}")),
        19 if code == 787 => gone(),
        19 if words.contains("UNIQUE") => RegistryError::new(ErrorKind::Taken, "it is in the registry already"),
        _ => RegistryError::new(ErrorKind::Other, format!("the registry: {words}")),
    }
}

fn of_postgres(code: &str, words: &str) -> RegistryError {
    let told = |kind, before: &str| RegistryError::new(kind, format!("{before}: {words}"));
    match code {
        "53100" => full(words),
        "23505" => RegistryError::new(ErrorKind::Taken, "it is in the registry already"),
        "23503" => gone(),
        "42501" => told(ErrorKind::Forbidden, "the database refuses this to the login"),
        "28P01" | "28000" | "3D000" => told(ErrorKind::Forbidden, "the database does not let the login in"),
        "42P01" | "3F000" => told(ErrorKind::Schema, "the database holds no registry")
            .with_remedy("EKSDECK_DATABASE_OWNER_URL=… eksdeck registry migrate"),
        "25006" => told(ErrorKind::Lost, "the database is read-only for now"),
        _ if ["08", "53", "57", "58"].iter().any(|class| code.starts_with(class)) => {
            told(ErrorKind::Lost, "the registry's database does not answer")
        }
        _ => told(ErrorKind::Other, "the registry"),
    }
}

fn full(words: &str) -> RegistryError {
    RegistryError::new(ErrorKind::Full, format!("no room for the registry: {words}"))
        .with_remedy("make room on its disk")
}

fn gone() -> RegistryError {
    RegistryError::new(ErrorKind::NotFound, "the cluster is not in the registry any more")
}
