//! A registry of its own for each test.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use eksdeck::adapters::registry::crypto::{Keys, SystemKeyring};
use eksdeck::adapters::registry::{Options, Owner, Place, PlainKubeconfig, Registry};
use eksdeck::domain::aws::login::LoginKey;
use eksdeck::domain::gate::Environment;
use eksdeck::domain::registry::{ClusterRecord, Identity, Role, Way};
use futures::future::BoxFuture;
use secrecy::SecretString;
use sqlx::postgres::{PgConnectOptions, PgConnection};
use sqlx::{AssertSqlSafe, ConnectOptions, Connection, Row, SqliteConnection};
use zeroize::Zeroizing;

/// Two keys, in hex.
pub const KEY: &str = "1111111111111111111111111111111111111111111111111111111111111111";
pub const OTHER_KEY: &str = "2222222222222222222222222222222222222222222222222222222222222222";
/// What no file, log or error may show.
pub const TOKEN: &str = "token-that-nobody-may-see";

static COUNT: AtomicU32 = AtomicU32::new(0);

/// A place for a registry with an organisation `default` whose administrator we are.
pub struct Lab {
    pub folder: tempfile::TempDir,
    pub postgres: Option<Postgres>,
}

/// A database of its own.
pub struct Postgres {
    /// The superuser's URL, to the server's own database.
    server: String,
    pub database: String,
}

/// A home without any keyring.
struct NoKeyring;

impl SystemKeyring for NoKeyring {
    fn lookup(&self) -> BoxFuture<'_, Option<Zeroizing<String>>> {
        Box::pin(async { None })
    }
}

/// The server that tests may use, if one is named.
pub fn server() -> Option<String> {
    let url = std::env::var("EKSDECK_E2E_POSTGRES").ok().filter(|url| !url.is_empty());
    if url.is_none() {
        eprintln!("left out: EKSDECK_E2E_POSTGRES names no PostgreSQL (tests/registry/postgres starts one)");
    }
    url
}

impl Lab {
    pub fn file() -> Self {
        Self { folder: tempfile::Builder::new().prefix("eksdeck-registry-").tempdir().unwrap(), postgres: None }
    }

    /// One on each database that is there.
    pub async fn all() -> Vec<Self> {
        let mut labs = vec![Self::file()];
        if let Some(lab) = Self::postgres().await {
            labs.push(lab);
        }
        labs
    }

    /// A migrated database with `admin`, `operator` and `viewer` of `default`.
    pub async fn postgres() -> Option<Self> {
        let lab = Self::empty_postgres().await?;
        let owner = lab.owner().await;
        owner.migrate().await.unwrap();
        for role in Role::ALL {
            lab.member(&owner, "default", role.word(), role).await;
        }
        owner.close().await;
        Some(lab)
    }

    /// A database that belongs to an owner's login, with nothing in it.
    pub async fn empty_postgres() -> Option<Self> {
        let server = server()?;
        let database = format!("eksdeck_{}_{}", std::process::id(), COUNT.fetch_add(1, Ordering::Relaxed));
        let postgres = Postgres { server, database };
        let owner = postgres.login("owner");
        postgres.run(&postgres.server, &format!("CREATE ROLE {owner} LOGIN PASSWORD 'secret-password'")).await.unwrap();
        postgres.run(&postgres.server, &format!("CREATE DATABASE {} OWNER {owner}", postgres.database)).await.unwrap();
        let mut lab = Self::file();
        lab.postgres = Some(postgres);
        Some(lab)
    }

    pub fn database(&self) -> &Postgres {
        self.postgres.as_ref().unwrap()
    }

    pub async fn owner(&self) -> Owner {
        Owner::connect(&SecretString::from(self.database().url("owner"))).await.unwrap()
    }

    /// A login that is a member of an organisation; its URL.
    pub async fn member(&self, owner: &Owner, organisation: &str, name: &str, role: Role) -> String {
        let postgres = self.database();
        let login = postgres.login(name);
        postgres.run(&postgres.server, &format!("CREATE ROLE {login} LOGIN PASSWORD 'secret-password'")).await.unwrap();
        owner.put_member(organisation, &login, role).await.unwrap();
        postgres.url(name)
    }

    pub fn path(&self) -> PathBuf {
        self.folder.path().join("registry.sqlite")
    }

    /// As the administrator of `default`.
    pub fn place(&self) -> Place {
        match &self.postgres {
            Some(postgres) => Place::Url(SecretString::from(postgres.url("admin"))),
            None => Place::File(self.path()),
        }
    }

    pub fn options(&self, key: Option<&str>, old: Option<&str>) -> Options {
        options_at(self.place(), self.folder.path(), "default", key, old)
    }

    pub async fn open(&self) -> Registry {
        self.open_with(Some(KEY), None).await
    }

    pub async fn open_with(&self, key: Option<&str>, old: Option<&str>) -> Registry {
        Registry::open(&self.options(key, old)).await.unwrap()
    }

    /// Runs a statement past the program: as whoever has the file, or the server, in hand.
    pub async fn tamper(&self, sql: &str) {
        match &self.postgres {
            Some(postgres) => {
                postgres.run(&postgres.superuser(), &format!("SET search_path TO eksdeck; {sql}")).await.unwrap()
            }
            None => {
                tamper(&self.path(), sql).await;
            }
        }
    }

    /// The environment that makes the program use this registry.
    pub fn environment(&self) -> Vec<(String, String)> {
        let url = self.postgres.as_ref().map(|postgres| ("EKSDECK_DATABASE_URL".to_owned(), postgres.url("admin")));
        url.into_iter().collect()
    }
}

/// Runs a statement on a file, past the program.
pub async fn tamper(file: &Path, sql: &str) {
    let mut connection = SqliteConnection::connect(&format!("sqlite://{}", file.display())).await.unwrap();
    sqlx::raw_sql(AssertSqlSafe(sql)).execute(&mut connection).await.unwrap();
    connection.close().await.unwrap();
}

pub fn options_at(place: Place, folder: &Path, organisation: &str, key: Option<&str>, old: Option<&str>) -> Options {
    let secret = |text: Option<&str>| text.map(SecretString::from);
    let keys = Keys::new(secret(key), secret(old), Arc::new(NoKeyring), Some(folder.join("keys")));
    Options { place, organisation: organisation.to_owned(), keys }
}

impl Postgres {
    /// The login's full name on the server, which other tests share.
    pub fn login(&self, name: &str) -> String {
        format!("{}_{name}", self.database)
    }

    pub fn url(&self, name: &str) -> String {
        let (_, host) = self.server.rsplit_once('@').unwrap();
        let (address, _) = host.rsplit_once('/').unwrap();
        format!("postgres://{}:secret-password@{address}/{}", self.login(name), self.database)
    }

    /// The superuser's URL to this database.
    pub fn superuser(&self) -> String {
        let (before, _) = self.server.rsplit_once('/').unwrap();
        format!("{before}/{}", self.database)
    }

    pub async fn connect(&self, url: &str) -> PgConnection {
        url.parse::<PgConnectOptions>().unwrap().disable_statement_logging().connect().await.unwrap()
    }

    pub async fn run(&self, url: &str, sql: &str) -> Result<(), sqlx::Error> {
        let mut connection = self.connect(url).await;
        let done = sqlx::raw_sql(AssertSqlSafe(sql)).execute(&mut connection).await;
        connection.close().await?;
        done.map(|_| ())
    }

    async fn drop_all(&self) -> Result<(), sqlx::Error> {
        self.run(&self.server, &format!("DROP DATABASE IF EXISTS {} WITH (FORCE)", self.database)).await?;
        let mut connection = self.connect(&self.server).await;
        let sql = format!("SELECT rolname::text FROM pg_roles WHERE rolname LIKE '{}\\_%'", self.database);
        let roles = sqlx::raw_sql(AssertSqlSafe(sql)).fetch_all(&mut connection).await?;
        for role in roles {
            let role: String = role.get(0);
            sqlx::raw_sql(AssertSqlSafe(format!("DROP ROLE {role}"))).execute(&mut connection).await?;
        }
        connection.close().await
    }
}

impl Drop for Lab {
    fn drop(&mut self) {
        let Some(postgres) = self.postgres.take() else { return };
        // Tests run inside a runtime, where nothing can be waited for.
        let cleaned = std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
            runtime.block_on(postgres.drop_all())
        });
        if !matches!(cleaned.join(), Ok(Ok(()))) {
            eprintln!("a test's database was left behind");
        }
    }
}

pub fn record(name: &str) -> ClusterRecord {
    ClusterRecord {
        id: format!("id-{name}"),
        organisation: "default".to_owned(),
        name: name.to_owned(),
        identity: Identity { arn: None, uid: Some(format!("uid-{name}")), ca: Some("ca".to_owned()) },
        provider: None,
        region: Some("eu-west-1".to_owned()),
        account: None,
        version: Some("v1.34.1".to_owned()),
        environment: Environment::Staging,
        team: Some("web".to_owned()),
        labels: BTreeMap::from([("tier".to_owned(), "1".to_owned())]),
        protected: true,
        read_only: false,
        way: Way::Kubeconfig,
        login: LoginKey::profile("sre").with_role("arn:aws:iam::1:role/x", Some("id")),
        server: "https://127.0.0.1:1".to_owned(),
        namespace: None,
        insecure: false,
        created_ms: 1,
        updated_ms: 1,
        created_by: "sre".to_owned(),
    }
}

pub fn kubeconfig(name: &str) -> PlainKubeconfig {
    PlainKubeconfig::new(SecretString::from(format!("{{\"kubeconfig\": \"{name}\", \"token\": \"{TOKEN}\"}}")))
}
