//! Row-level security, tried by a login of another organisation that knows SQL.

use eksdeck::adapters::registry::{ErrorKind, Registry};
use eksdeck::domain::registry::{Edit, FinishedJob, Role, Snapshot, Status, Transition};
use sqlx::postgres::PgConnection;
use sqlx::{AssertSqlSafe, Connection, Executor, Row};

use super::lab::{KEY, Lab, kubeconfig, options_at, record};

const MINUTE: std::time::Duration = std::time::Duration::from_secs(60);

/// One row of every table in `default`.
async fn fill(registry: &Registry) {
    registry.add(&record("one"), Some(&kubeconfig("one"))).await.unwrap();
    registry.keep_runs("tools", &[super::runs::run("aaaa1111", true)]).await.unwrap();
    let cluster = "id-one".to_owned();
    let snapshot = Snapshot { cluster: cluster.clone(), at_ms: 1, ..Snapshot::default() };
    registry.put_snapshot(None, &snapshot, MINUTE).await.unwrap();
    let down = Transition { cluster: cluster.clone(), status: Status::Down, since_ms: 1, why: String::new() };
    registry.put_transition(None, &down).await.unwrap();
    let job = FinishedJob {
        cluster: cluster.clone(),
        uid: "u".to_owned(),
        namespace: "n".to_owned(),
        name: "j".to_owned(),
        succeeded: true,
        reason: String::new(),
        exit_code: None,
        started_ms: None,
        finished_ms: 1,
        log: String::new(),
    };
    registry.put_finished(None, &job).await.unwrap();
    registry.claim(&cluster, "sync", "a", MINUTE).await.unwrap();
    registry.put_audit("journal", &[(1, "{}".to_owned())]).await.unwrap();
}

async fn texts(connection: &mut PgConnection, sql: &str) -> Vec<String> {
    let rows = connection.fetch_all(sqlx::raw_sql(AssertSqlSafe(sql))).await.unwrap();
    rows.iter().map(|row| row.get::<Option<String>, _>(0).unwrap_or_default()).collect()
}

/// Rows that a statement reached; `None` if it was refused.
async fn reached(connection: &mut PgConnection, sql: &str) -> Option<u64> {
    connection.execute(sqlx::raw_sql(AssertSqlSafe(sql))).await.ok().map(|done| done.rows_affected())
}

#[tokio::test]
async fn a_login_of_another_organisation_gets_nothing() {
    let Some(lab) = Lab::postgres().await else { return };
    let postgres = lab.database();
    let owner = lab.owner().await;
    let mallory = lab.member(&owner, "other", "mallory", Role::Admin).await;
    let registry = lab.open().await;
    fill(&registry).await;

    let mut root = postgres.connect(&postgres.superuser()).await;
    let of_schema = "SELECT tablename::text FROM pg_tables WHERE schemaname = 'eksdeck' ORDER BY 1";
    let tables = texts(&mut root, of_schema).await;
    assert!(tables.len() >= 8, "{tables:?}");
    let with_org = "SELECT table_name::text FROM information_schema.columns \
        WHERE table_schema = 'eksdeck' AND column_name = 'org'";
    let organised = texts(&mut root, with_org).await;
    let all = async |root: &mut PgConnection| {
        let mut found = Vec::new();
        for table in &tables {
            found.push(texts(root, &format!("SELECT row_to_json(t)::text FROM eksdeck.{table} t ORDER BY 1")).await);
        }
        found
    };
    let before = all(&mut root).await;
    assert!(before.iter().all(|rows| !rows.is_empty()), "every table has a row to take: {before:?}");

    let mut connection = postgres.connect(&mallory).await;
    connection.execute("SET search_path TO eksdeck").await.unwrap();
    let (admin, owner_login) = (postgres.login("admin"), postgres.login("owner"));
    let disguises = [
        "SELECT 1".to_owned(),
        "SET eksdeck.org = 'default'".to_owned(),
        "SET eksdeck.login = 'admin'".to_owned(),
        format!("SET ROLE {admin}"),
        format!("SET ROLE {owner_login}"),
        format!("SET SESSION AUTHORIZATION {admin}"),
        format!("SET SESSION AUTHORIZATION {owner_login}"),
        "SET row_security = off".to_owned(),
        "CREATE TEMPORARY TABLE members (login TEXT, org TEXT, role TEXT)".to_owned(),
        format!("INSERT INTO pg_temp.members VALUES ('{}', 'default', 'admin')", postgres.login("mallory")),
    ];
    for (number, disguise) in disguises.iter().enumerate() {
        let is_on = reached(&mut connection, disguise).await.is_some();
        assert_eq!(is_on, !disguise.contains("SET ROLE") && !disguise.contains("AUTHORIZATION"), "{disguise}");
        for (table, rows) in tables.iter().zip(&before) {
            let told = |what: &str| format!("{what} {table} after {disguise}");
            if organised.contains(table) {
                let found =
                    reached(&mut connection, &format!("SELECT * FROM eksdeck.{table} WHERE org <> 'other'")).await;
                assert!(matches!(found, None | Some(0)), "{}", told("read"));
                let update = format!("UPDATE eksdeck.{table} SET org = org WHERE org <> 'other'");
                assert!(matches!(reached(&mut connection, &update).await, None | Some(0)), "{}", told("changed"));
                let delete = format!("DELETE FROM eksdeck.{table} WHERE org <> 'other'");
                assert!(matches!(reached(&mut connection, &delete).await, None | Some(0)), "{}", told("deleted"));
            }
            for blunt in [
                format!("DELETE FROM eksdeck.{table} RETURNING *"),
                format!("TRUNCATE eksdeck.{table} CASCADE"),
                format!("ALTER TABLE eksdeck.{table} DISABLE ROW LEVEL SECURITY"),
                format!("DROP TABLE eksdeck.{table} CASCADE"),
                format!("CREATE POLICY mine ON eksdeck.{table} USING (true)"),
            ] {
                assert!(matches!(reached(&mut connection, &blunt).await, None | Some(0)), "{blunt} after {disguise}");
            }
            for row in rows {
                let row = row.replace('\'', "''").replace("\"number\":1", &format!("\"number\":{}", number + 7));
                let insert = format!(
                    "INSERT INTO eksdeck.{table} SELECT (json_populate_record(NULL::eksdeck.{table}, '{row}')).*"
                );
                assert_eq!(reached(&mut connection, &insert).await, None, "{}", told("added to"));
            }
        }
        let _ = reached(&mut connection, "RESET row_security").await;
    }
    // Its own organisation's rows cannot be pushed into another one.
    let own = Registry::open(&options_at(
        eksdeck::adapters::registry::Place::Url(secrecy::SecretString::from(mallory.clone())),
        lab.folder.path(),
        "other",
        Some(KEY),
        None,
    ))
    .await
    .unwrap();
    own.add(&record("mine"), None).await.unwrap();
    assert_eq!(reached(&mut connection, "UPDATE eksdeck.clusters SET org = 'default'").await, None);
    own.remove("mine").await.unwrap();
    own.close().await;
    connection.close().await.unwrap();
    assert_eq!(all(&mut root).await, before, "nothing is as it was");
    root.close().await.unwrap();
    owner.close().await;
    registry.close().await;
}

#[tokio::test]
async fn the_role_decides_in_the_program_and_in_the_database() {
    let Some(lab) = Lab::postgres().await else { return };
    let postgres = lab.database();
    let admin = lab.open().await;
    fill(&admin).await;
    for role in [Role::Viewer, Role::Operator] {
        let url = postgres.url(role.word());
        let place = eksdeck::adapters::registry::Place::Url(secrecy::SecretString::from(url.clone()));
        let registry = Registry::open(&options_at(place, lab.folder.path(), "default", Some(KEY), None)).await.unwrap();
        assert_eq!((registry.role(), registry.clusters().await.unwrap().len()), (role, 1));
        assert!(registry.kubeconfig("id-one").await.is_ok());
        let edit = Edit { protected: Some(false), ..Edit::default() };
        for error in [
            registry.add(&record("two"), None).await.unwrap_err(),
            registry.edit("one", &edit, 1).await.unwrap_err(),
            registry.remove("one").await.unwrap_err(),
            registry.rekey().await.unwrap_err(),
        ] {
            assert_eq!(error.kind, ErrorKind::Forbidden, "{error}");
            assert!(error.to_string().contains("wants the role admin"), "{error}");
        }
        let snapshot = Snapshot { cluster: "id-one".to_owned(), at_ms: 600_000, ..Snapshot::default() };
        let put = registry.put_snapshot(None, &snapshot, MINUTE).await;
        assert_eq!(put.is_ok(), role == Role::Operator);

        let mut connection = postgres.connect(&url).await;
        connection.execute("SET search_path TO eksdeck").await.unwrap();
        assert_eq!(reached(&mut connection, "UPDATE clusters SET name = 'x'").await, Some(0));
        assert_eq!(reached(&mut connection, "DELETE FROM clusters").await, Some(0));
        let deleted = reached(&mut connection, "DELETE FROM finished_jobs WHERE uid = 'u'").await;
        assert_eq!(deleted, Some(u64::from(role == Role::Operator)));
        for sql in ["UPDATE audit_copies SET line = ''", "DELETE FROM audit_copies"] {
            assert_eq!(reached(&mut connection, sql).await, None, "a copy of the audit is only added to");
        }
        let promote = "UPDATE members SET role = 'admin'";
        assert_eq!(reached(&mut connection, promote).await, None);
        connection.close().await.unwrap();
        registry.close().await;
    }
    admin.close().await;
}
