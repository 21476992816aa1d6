//! One way to speak to either database: the same SQL, numbered parameters, three types of values.

use sqlx::postgres::PgRow;
use sqlx::sqlite::SqliteRow;
use sqlx::{AssertSqlSafe, PgPool, Postgres, Row as _, Sqlite, SqlitePool, Transaction};

use super::error::RegistryError;

#[derive(Debug, Clone)]
pub enum Db {
    Sqlite(SqlitePool),
    Postgres(PgPool),
}

/// A transaction: whatever is not committed never was.
pub enum Tx {
    Sqlite(Transaction<'static, Sqlite>),
    Postgres(Transaction<'static, Postgres>),
}

/// A parameter. The type stands even where there is no value, since PostgreSQL asks for it.
#[derive(Debug, Clone)]
pub enum Arg {
    Text(Option<String>),
    Int(Option<i64>),
    Bytes(Option<Vec<u8>>),
}

impl From<&str> for Arg {
    fn from(text: &str) -> Self {
        Self::Text(Some(text.to_owned()))
    }
}

impl From<&String> for Arg {
    fn from(text: &String) -> Self {
        Self::Text(Some(text.clone()))
    }
}

impl From<&Option<String>> for Arg {
    fn from(text: &Option<String>) -> Self {
        Self::Text(text.clone())
    }
}

impl From<i64> for Arg {
    fn from(number: i64) -> Self {
        Self::Int(Some(number))
    }
}

impl From<Option<i64>> for Arg {
    fn from(number: Option<i64>) -> Self {
        Self::Int(number)
    }
}

impl From<bool> for Arg {
    fn from(truth: bool) -> Self {
        Self::Int(Some(i64::from(truth)))
    }
}

impl From<Option<Vec<u8>>> for Arg {
    fn from(bytes: Option<Vec<u8>>) -> Self {
        Self::Bytes(bytes)
    }
}

/// Parameters from whatever they come from: `args![org, &record.name, 7]`.
macro_rules! args {
    ($($value:expr),* $(,)?) => { [$($crate::adapters::registry::db::Arg::from($value)),*] };
}
pub(super) use args;

/// An answer's row.
pub enum Row {
    Sqlite(SqliteRow),
    Postgres(PgRow),
}

macro_rules! getter {
    ($name:ident, $type:ty) => {
        pub fn $name(&self, column: usize) -> Result<$type, RegistryError> {
            Ok(match self {
                Self::Sqlite(row) => row.try_get(column)?,
                Self::Postgres(row) => row.try_get(column)?,
            })
        }
    };
}

impl Row {
    getter!(text, String);
    getter!(maybe_text, Option<String>);
    getter!(int, i64);
    getter!(maybe_int, Option<i64>);
    getter!(maybe_bytes, Option<Vec<u8>>);

    pub fn truth(&self, column: usize) -> Result<bool, RegistryError> {
        Ok(self.int(column)? != 0)
    }
}

/// A query with its arguments, for either database.
macro_rules! bound {
    ($sql:expr, $args:expr) => {
        $args.iter().fold(sqlx::query($sql), |query, arg| match arg {
            Arg::Text(text) => query.bind(text.clone()),
            Arg::Int(number) => query.bind(*number),
            Arg::Bytes(bytes) => query.bind(bytes.clone()),
        })
    };
}

impl Db {
    /// To read.
    pub async fn read(&self) -> Result<Tx, RegistryError> {
        Ok(match self {
            Self::Sqlite(pool) => Tx::Sqlite(pool.begin().await?),
            Self::Postgres(pool) => Tx::Postgres(pool.begin().await?),
        })
    }

    /// To write. SQLite takes its one writer's lock at once: taken later, two readers that both want to write would fail.
    pub async fn write(&self) -> Result<Tx, RegistryError> {
        Ok(match self {
            Self::Sqlite(pool) => Tx::Sqlite(pool.begin_with("BEGIN IMMEDIATE").await?),
            Self::Postgres(pool) => Tx::Postgres(pool.begin().await?),
        })
    }

    pub async fn close(&self) {
        match self {
            Self::Sqlite(pool) => pool.close().await,
            Self::Postgres(pool) => pool.close().await,
        }
    }
}

impl Tx {
    /// Runs a statement; how many rows it changed.
    pub async fn execute(&mut self, sql: &'static str, args: &[Arg]) -> Result<u64, RegistryError> {
        Ok(match self {
            Self::Sqlite(tx) => bound!(sql, args).execute(&mut **tx).await?.rows_affected(),
            Self::Postgres(tx) => bound!(sql, args).execute(&mut **tx).await?.rows_affected(),
        })
    }

    pub async fn rows(&mut self, sql: &'static str, args: &[Arg]) -> Result<Vec<Row>, RegistryError> {
        Ok(match self {
            Self::Sqlite(tx) => bound!(sql, args).fetch_all(&mut **tx).await?.into_iter().map(Row::Sqlite).collect(),
            Self::Postgres(tx) => {
                bound!(sql, args).fetch_all(&mut **tx).await?.into_iter().map(Row::Postgres).collect()
            }
        })
    }

    pub async fn row(&mut self, sql: &'static str, args: &[Arg]) -> Result<Option<Row>, RegistryError> {
        Ok(self.rows(sql, args).await?.into_iter().next())
    }

    /// Runs statements that have no parameters. `sql` must be the program's own, never put together from data.
    pub async fn script(&mut self, sql: &str) -> Result<(), RegistryError> {
        match self {
            Self::Sqlite(tx) => sqlx::raw_sql(AssertSqlSafe(sql)).execute(&mut **tx).await.map(|_| ())?,
            Self::Postgres(tx) => sqlx::raw_sql(AssertSqlSafe(sql)).execute(&mut **tx).await.map(|_| ())?,
        }
        Ok(())
    }

    /// Milliseconds by the database's clock: several machines share it.
    pub async fn now_ms(&mut self) -> Result<i64, RegistryError> {
        let sql = match self {
            Self::Sqlite(_) => "SELECT CAST(unixepoch('subsec') * 1000 AS INTEGER)",
            Self::Postgres(_) => "SELECT CAST(extract(epoch FROM clock_timestamp()) * 1000 AS BIGINT)",
        };
        self.row(sql, &[]).await?.map_or(Ok(0), |row| row.int(0))
    }

    /// Makes writers that hold this lock wait for each other until one's end. SQLite's writers do anyway.
    pub async fn lock(&mut self, name: &str) -> Result<(), RegistryError> {
        if matches!(self, Self::Postgres(_)) {
            self.rows("SELECT pg_advisory_xact_lock(hashtextextended($1, 0))", &args![name]).await?;
        }
        Ok(())
    }

    pub async fn commit(self) -> Result<(), RegistryError> {
        match self {
            Self::Sqlite(tx) => tx.commit().await?,
            Self::Postgres(tx) => tx.commit().await?,
        }
        Ok(())
    }
}
