//! A PostgreSQL that a team shares. Who may do what hangs on the login alone; the database enforces it.

use std::str::FromStr;
use std::time::Duration;

use secrecy::{ExposeSecret, SecretString};
use sqlx::postgres::{PgConnectOptions, PgPoolOptions};
use sqlx::{ConnectOptions, Executor};

use crate::adapters::registry::db::{Db, Tx, args};
use crate::adapters::registry::error::{ErrorKind, RegistryError};
use crate::adapters::registry::schema::steps::{GRANT, REVOKE};
use crate::domain::registry::Role;
use crate::domain::text::clean;

/// How long a connection may take: a database that hangs is one that is lost.
const PATIENCE: Duration = Duration::from_secs(5);
const CONNECTIONS: u32 = 5;

pub async fn connect(url: &SecretString) -> Result<Db, RegistryError> {
    let options =
        PgConnectOptions::from_str(url.expose_secret())?.application_name("eksdeck").disable_statement_logging();
    let pool =
        PgPoolOptions::new().max_connections(CONNECTIONS).acquire_timeout(PATIENCE).after_connect(|connection, _| {
            Box::pin(async move {
                // Temporary tables come last, so that none can stand in the place of ours. A statement that hangs is given up.
                connection
                    .execute("SET search_path TO eksdeck, pg_temp; SET statement_timeout TO '30s'")
                    .await
                    .map(|_| ())
            })
        });
    match pool.connect_with(options).await {
        Ok(pool) => Ok(Db::Postgres(pool)),
        Err(error) => {
            let mut error = RegistryError::from(error);
            error.trouble.words = clean(&format!("{} ({})", error.trouble.words, shown(url))).into_owned();
            Err(error)
        }
    }
}

/// `LOGIN@HOST:PORT/DATABASE`, without the password.
pub fn shown(url: &SecretString) -> String {
    match PgConnectOptions::from_str(url.expose_secret()) {
        Ok(options) => {
            let database = options.get_database().unwrap_or_else(|| options.get_username());
            clean(&format!("{}@{}:{}/{database}", options.get_username(), options.get_host(), options.get_port()))
                .into_owned()
        }
        Err(_) => "EKSDECK_DATABASE_URL".to_owned(),
    }
}

/// What the login may do in the organisation.
///
/// # Errors
/// It is no member, or it is one whom row-level security does not hold.
pub async fn role(db: &Db, organisation: &str) -> Result<Role, RegistryError> {
    let mut tx = db.read().await?;
    let passes = "SELECT CAST(session_user AS TEXT), CAST((
            EXISTS (SELECT 1 FROM pg_catalog.pg_roles WHERE rolname = session_user AND (rolsuper OR rolbypassrls))
            OR EXISTS (SELECT 1 FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
                WHERE n.nspname = 'eksdeck' AND pg_has_role(session_user, c.relowner, 'MEMBER'))) AS INT)::BIGINT";
    let row = tx.row(passes, &[]).await?;
    let (login, is_above) =
        row.map_or(Ok((String::new(), true)), |row| Ok::<_, RegistryError>((row.text(0)?, row.truth(1)?)))?;
    if is_above {
        let words =
            format!("the login {login} owns the registry or passes its row-level security, so nothing is done as it");
        return Err(RegistryError::new(ErrorKind::Forbidden, words)
            .with_remedy("give eksdeck a login of its own: CREATE ROLE … LOGIN, then: eksdeck registry member add"));
    }
    let not_member = || {
        RegistryError::new(
            ErrorKind::Forbidden,
            format!("the login {login} is no member of the organisation {organisation}"),
        )
        .with_remedy(format!(
            "the registry's owner: eksdeck registry member add {login} --role viewer --org {organisation}"
        ))
    };
    let sql = "SELECT role FROM members WHERE login = CAST(session_user AS TEXT) AND org = $1";
    let found = match tx.row(sql, &args![organisation]).await {
        // A login that is no member anywhere may not even ask.
        Err(error) if error.kind == ErrorKind::Forbidden => return Err(not_member()),
        found => found?,
    };
    let word = found.map(|row| row.text(0)).transpose()?;
    word.as_deref().and_then(Role::of_word).ok_or_else(not_member)
}

pub async fn put_member(db: &Db, organisation: &str, login: &str, role: Role) -> Result<(), RegistryError> {
    let mut tx = db.write().await?;
    let known = tx.row("SELECT 1::BIGINT FROM pg_catalog.pg_roles WHERE rolname = $1", &args![login]).await?;
    if known.is_none() {
        return Err(RegistryError::new(ErrorKind::NotFound, format!("PostgreSQL has no login {login}"))
            .with_remedy(format!("CREATE ROLE \"{login}\" LOGIN PASSWORD '…'")));
    }
    let sql = "INSERT INTO members (login, org, role) VALUES ($1, $2, $3) \
               ON CONFLICT (login, org) DO UPDATE SET role = excluded.role";
    tx.execute(sql, &args![login, organisation, role.word()]).await?;
    privileges(&mut tx, GRANT, login).await?;
    tx.commit().await
}

pub async fn remove_member(db: &Db, organisation: &str, login: &str) -> Result<bool, RegistryError> {
    let mut tx = db.write().await?;
    let sql = "DELETE FROM members WHERE login = $1 AND org = $2";
    let removed = tx.execute(sql, &args![login, organisation]).await?;
    let rest = tx.rows("SELECT org FROM members WHERE login = $1", &args![login]).await?;
    if removed > 0 && rest.is_empty() {
        privileges(&mut tx, REVOKE, login).await?;
    }
    tx.commit().await?;
    Ok(removed > 0)
}

/// GRANT takes no parameters: the database itself quotes the login's name.
async fn privileges(tx: &mut Tx, statement: &str, login: &str) -> Result<(), RegistryError> {
    if let Some(row) = tx.row("SELECT format($1, $2)", &args![statement, login]).await? {
        tx.script(&row.text(0)?).await?;
    }
    Ok(())
}
