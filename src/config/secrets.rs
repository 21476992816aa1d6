//! The environment variables that hold secrets, apart from the rest so that nothing prints them.

use secrecy::SecretString;

/// As they were at the start; `None` where unset or empty.
#[derive(Clone, Default)]
pub struct Secrets {
    /// EKSDECK_DATABASE_URL: `postgres://LOGIN:PASSWORD@HOST:PORT/DATABASE` of a shared registry.
    pub database_url: Option<SecretString>,
    /// EKSDECK_DATABASE_OWNER_URL: the login that migrates it and keeps its members.
    pub database_owner_url: Option<SecretString>,
    /// BYOK_ENCRYPTION_KEY: 32 bytes in base64 or 64 hex digits.
    pub key: Option<SecretString>,
    /// BYOK_ENCRYPTION_KEY_OLD: the key before, for `registry rekey`.
    pub old_key: Option<SecretString>,
}

/// Their names: programs that eksdeck starts have no use for them.
pub const SECRET_VARIABLES: [&str; 4] =
    ["EKSDECK_DATABASE_URL", "EKSDECK_DATABASE_OWNER_URL", "BYOK_ENCRYPTION_KEY", "BYOK_ENCRYPTION_KEY_OLD"];

impl Secrets {
    /// Of this process.
    pub fn read() -> Self {
        let set = |name: &str| std::env::var(name).ok().filter(|value| !value.is_empty()).map(SecretString::from);
        let [database_url, database_owner_url, key, old_key] = SECRET_VARIABLES.map(set);
        Self { database_url, database_owner_url, key, old_key }
    }
}
