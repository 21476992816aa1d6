//! The numbered steps of the schema, for both databases. A step that was released is never changed: the next one mends
//! it. SQLite reads BYTEA and BIGINT as it reads BLOB and INTEGER.

/// One step.
pub struct Step {
    /// From 1, without gaps.
    pub version: i64,
    pub both: &'static str,
    /// What only PostgreSQL needs, after the part for both. `:owner` stands for the login that migrates, as a literal.
    /// A step that moves data here must lift FORCE ROW LEVEL SECURITY while it does: the owner sees no row.
    pub postgres: &'static str,
}

pub const STEPS: &[Step] = &[
    Step { version: 1, both: TABLES, postgres: ROW_SECURITY },
    Step { version: 2, both: LOGINS, postgres: "" },
    Step { version: 3, both: RUNS, postgres: RUNS_SECURITY },
];

const TABLES: &str = "
CREATE TABLE clusters (
    org TEXT NOT NULL,
    id TEXT NOT NULL,
    name TEXT NOT NULL,
    arn TEXT,
    uid TEXT,
    ca TEXT,
    provider TEXT,
    region TEXT,
    account TEXT,
    version TEXT,
    environment TEXT NOT NULL,
    team TEXT,
    labels TEXT NOT NULL,
    protected BIGINT NOT NULL,
    read_only BIGINT NOT NULL,
    way TEXT NOT NULL,
    server TEXT NOT NULL,
    namespace TEXT,
    insecure BIGINT NOT NULL,
    created_ms BIGINT NOT NULL,
    updated_ms BIGINT NOT NULL,
    created_by TEXT NOT NULL,
    key_id TEXT,
    kubeconfig BYTEA,
    PRIMARY KEY (org, id),
    UNIQUE (org, name)
);
CREATE TABLE snapshots (
    org TEXT NOT NULL,
    cluster TEXT NOT NULL,
    span_ms BIGINT NOT NULL,
    slot BIGINT NOT NULL,
    at_ms BIGINT NOT NULL,
    summary TEXT NOT NULL,
    space TEXT,
    PRIMARY KEY (org, cluster, span_ms, slot),
    FOREIGN KEY (org, cluster) REFERENCES clusters (org, id) ON DELETE CASCADE
);
CREATE INDEX snapshots_by_time ON snapshots (org, cluster, at_ms);
CREATE TABLE transitions (
    org TEXT NOT NULL,
    cluster TEXT NOT NULL,
    since_ms BIGINT NOT NULL,
    status TEXT NOT NULL,
    why TEXT NOT NULL,
    PRIMARY KEY (org, cluster, since_ms),
    FOREIGN KEY (org, cluster) REFERENCES clusters (org, id) ON DELETE CASCADE
);
CREATE TABLE finished_jobs (
    org TEXT NOT NULL,
    cluster TEXT NOT NULL,
    uid TEXT NOT NULL,
    namespace TEXT NOT NULL,
    name TEXT NOT NULL,
    succeeded BIGINT NOT NULL,
    reason TEXT NOT NULL,
    exit_code BIGINT,
    started_ms BIGINT,
    finished_ms BIGINT NOT NULL,
    log TEXT NOT NULL,
    PRIMARY KEY (org, cluster, uid),
    FOREIGN KEY (org, cluster) REFERENCES clusters (org, id) ON DELETE CASCADE
);
CREATE INDEX finished_jobs_by_time ON finished_jobs (org, finished_ms);
CREATE TABLE claims (
    org TEXT NOT NULL,
    cluster TEXT NOT NULL,
    purpose TEXT NOT NULL,
    holder TEXT NOT NULL,
    epoch BIGINT NOT NULL,
    until_ms BIGINT NOT NULL,
    PRIMARY KEY (org, cluster, purpose),
    FOREIGN KEY (org, cluster) REFERENCES clusters (org, id) ON DELETE CASCADE
);
CREATE TABLE audit_copies (
    org TEXT NOT NULL,
    journal TEXT NOT NULL,
    number BIGINT NOT NULL,
    line TEXT NOT NULL,
    PRIMARY KEY (org, journal, number)
);
";

/// Who a cluster is reached as by AWS credentials.
const LOGINS: &str = "
ALTER TABLE clusters ADD COLUMN login_profile TEXT;
ALTER TABLE clusters ADD COLUMN login_role TEXT;
ALTER TABLE clusters ADD COLUMN login_external_id TEXT;
";

/// Terraform runs. They belong to no registered cluster: what they make need not be one yet.
const RUNS: &str = "
CREATE TABLE runs (
    org TEXT NOT NULL,
    id TEXT NOT NULL,
    management TEXT NOT NULL,
    cluster TEXT NOT NULL,
    touched_ms BIGINT NOT NULL,
    over BIGINT NOT NULL,
    settled BIGINT NOT NULL,
    run TEXT NOT NULL,
    PRIMARY KEY (org, id)
);
CREATE INDEX runs_by_time ON runs (org, management, touched_ms);
";

/// Members read, operators write; who is a member already is given what new members are.
const RUNS_SECURITY: &str = "
ALTER TABLE runs ENABLE ROW LEVEL SECURITY;
ALTER TABLE runs FORCE ROW LEVEL SECURITY;
CREATE POLICY reads ON runs FOR SELECT
    USING (EXISTS (SELECT 1 FROM members m WHERE m.login = session_user::text AND m.org = runs.org));
CREATE POLICY adds ON runs FOR INSERT
    WITH CHECK (EXISTS (SELECT 1 FROM members m WHERE m.login = session_user::text AND m.org = runs.org
        AND m.role IN ('operator', 'admin')));
CREATE POLICY changes ON runs FOR UPDATE
    USING (EXISTS (SELECT 1 FROM members m WHERE m.login = session_user::text AND m.org = runs.org
        AND m.role IN ('operator', 'admin')))
    WITH CHECK (EXISTS (SELECT 1 FROM members m WHERE m.login = session_user::text AND m.org = runs.org
        AND m.role IN ('operator', 'admin')));
CREATE POLICY removes ON runs FOR DELETE
    USING (EXISTS (SELECT 1 FROM members m WHERE m.login = session_user::text AND m.org = runs.org
        AND m.role IN ('operator', 'admin')));
DO $$
DECLARE
    member TEXT;
BEGIN
    FOR member IN SELECT DISTINCT login FROM members LOOP
        EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON runs TO %I', member);
    END LOOP;
END
$$;
";

/// Every policy asks who logged in (`session_user`), which neither SET nor SET ROLE changes. The owner is held to the
/// policies too, and its only own one is over the members.
const ROW_SECURITY: &str = "
CREATE TABLE members (
    login TEXT NOT NULL,
    org TEXT NOT NULL,
    role TEXT NOT NULL CHECK (role IN ('viewer', 'operator', 'admin')),
    PRIMARY KEY (login, org)
);
ALTER TABLE members ENABLE ROW LEVEL SECURITY;
ALTER TABLE members FORCE ROW LEVEL SECURITY;
CREATE POLICY own ON members FOR SELECT USING (login = session_user::text);
CREATE POLICY owner ON members USING (session_user::text = :owner) WITH CHECK (session_user::text = :owner);
DO $$
DECLARE
    names TEXT[] := ARRAY['clusters', 'snapshots', 'transitions', 'finished_jobs', 'claims', 'audit_copies'];
    name TEXT;
    mine TEXT;
    able TEXT;
BEGIN
    FOREACH name IN ARRAY names LOOP
        mine := format('EXISTS (SELECT 1 FROM members m WHERE m.login = session_user::text AND m.org = %I.org)', name);
        able := format(
            'EXISTS (SELECT 1 FROM members m WHERE m.login = session_user::text AND m.org = %I.org AND m.role = ANY (%L))',
            name, CASE name WHEN 'clusters' THEN ARRAY['admin'] ELSE ARRAY['operator', 'admin'] END);
        EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', name);
        EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', name);
        EXECUTE format('CREATE POLICY reads ON %I FOR SELECT USING (%s)', name, mine);
        EXECUTE format('CREATE POLICY adds ON %I FOR INSERT WITH CHECK (%s)', name, able);
        -- A copy of the audit is only ever added to.
        IF name <> 'audit_copies' THEN
            EXECUTE format('CREATE POLICY changes ON %I FOR UPDATE USING (%s) WITH CHECK (%s)', name, able, able);
            EXECUTE format('CREATE POLICY removes ON %I FOR DELETE USING (%s)', name, able);
        END IF;
    END LOOP;
END
$$;
GRANT USAGE ON SCHEMA eksdeck TO PUBLIC;
GRANT SELECT ON schema_version TO PUBLIC;
";

/// What a member's login is given; policies say which rows. `%1$I` is the login.
pub const GRANT: &str = "GRANT SELECT ON members TO %1$I; \
    GRANT SELECT, INSERT, UPDATE, DELETE ON clusters, snapshots, transitions, finished_jobs, claims, runs TO %1$I; \
    GRANT SELECT, INSERT ON audit_copies TO %1$I";
pub const REVOKE: &str = "REVOKE ALL ON members, clusters, snapshots, transitions, finished_jobs, claims, runs, audit_copies \
    FROM %1$I";
