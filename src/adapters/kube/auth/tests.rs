use std::os::unix::fs::PermissionsExt;
use std::path::PathBuf;
use std::sync::atomic::{AtomicUsize, Ordering};

use secrecy::{ExposeSecret, SecretString};

use super::consent::{Consent, Consents, request};
use super::*;
use crate::adapters::kube::contexts::ExecSettings;

fn plugin(argv: &[&str]) -> ExecSettings {
    ExecSettings {
        user: "alice".into(),
        api_version: "client.authentication.k8s.io/v1".into(),
        argv: argv.iter().map(|arg| (*arg).to_owned()).collect(),
        env: vec![("SECRET_THING".into(), SecretString::from("xyzzy"))],
        install_hint: None,
        cluster_info: None,
    }
}

fn shell(script: &str) -> ExecSettings {
    plugin(&["sh", "-c", script])
}

async fn run(exec: ExecSettings) -> Result<Fresh, Trouble> {
    exec::run(Arc::new(exec), Duration::from_secs(20), None).await
}

fn printing(status: &str) -> String {
    let kind = "\"kind\":\"ExecCredential\",\"apiVersion\":\"client.authentication.k8s.io/v1\"";
    format!("printf '%s' '{{{kind},\"status\":{status}}}'")
}

fn token(fresh: &Fresh) -> String {
    fresh.header.as_ref().unwrap().to_str().unwrap().to_owned()
}

#[tokio::test]
async fn a_plugin_gives_a_token_and_has_no_terminal() {
    let script = format!(
        "[ -t 0 ] && exit 3; ( : </dev/tty ) 2>/dev/null && exit 4; set -- $(cat /proc/$$/stat); [ $6 = $$ ] || exit 8
         [ \"$SECRET_THING\" = xyzzy ] || exit 5
         case \"$KUBERNETES_EXEC_INFO\" in *'\"interactive\":false'*) ;; *) exit 6;; esac
         {}",
        printing("{\"token\":\"tok-1\",\"expirationTimestamp\":\"2099-01-01T00:00:00Z\"}")
    );
    let fresh = run(shell(&script)).await.unwrap();
    assert_eq!(token(&fresh), "Bearer tok-1");
    assert!(fresh.header.as_ref().unwrap().is_sensitive());
    assert_eq!(fresh.expires, Some("2099-01-01T00:00:00Z".parse().unwrap()));
}

#[tokio::test]
async fn a_plugin_is_told_about_the_cluster_if_it_asked() {
    let mut exec = shell(&format!(
        "case \"$KUBERNETES_EXEC_INFO\" in *'\"server\":\"https://h\"'*) ;; *) exit 7;; esac; {}",
        printing("{\"clientCertificateData\":\"CERT\",\"clientKeyData\":\"KEY\"}")
    ));
    exec.cluster_info = Some(serde_json::json!({ "server": "https://h" }));
    let fresh = run(exec).await.unwrap();
    let identity = fresh.identity.unwrap();
    assert_eq!((identity.certificate.as_str(), identity.key.expose_secret()), ("CERT", "KEY"));
    assert!(fresh.header.is_none());
}

#[tokio::test]
async fn a_failing_plugin_is_told_with_its_own_words_and_the_remedy() {
    let sso = "echo start >&2; echo 'Error loading SSO Token: Token for prod does not exist' >&2; exit 255; #";
    let mut exec = plugin(&["sh", "-c", sso, "--profile", "prod"]);
    let trouble = run(exec.clone()).await.unwrap_err();
    assert!(trouble.words.contains("exit code 255"), "{trouble:?}");
    assert!(trouble.words.contains("Token for prod does not exist"), "{trouble:?}");
    assert_eq!(trouble.remedy.as_deref(), Some("aws sso login --profile prod"));

    exec.argv =
        vec!["sh".into(), "-c".into(), "printf 'bad \\033[31mBearer abcdefabcdefabcdef123456' >&2; exit 1".into()];
    let trouble = run(exec).await.unwrap_err();
    assert!(!trouble.words.contains("abcdef") && !trouble.words.contains('\u{1b}'), "{trouble:?}");

    let trouble = run(plugin(&["sh", "-c", "exit 3"])).await.unwrap_err();
    assert_eq!(trouble.remedy.as_deref(), Some("try it by hand: sh -c 'exit 3'"), "nobody knows better");

    let trouble = run(plugin(&["no-such-program-here"])).await.unwrap_err();
    assert!(trouble.words.contains("no-such-program-here, which is not found"), "{trouble:?}");
    assert!(trouble.remedy.unwrap().starts_with("install no-such-program-here"));
}

#[tokio::test]
async fn foolish_output_is_told_without_quoting_it() {
    for (script, needle) in [
        ("true".to_owned(), "printed nothing"),
        ("echo '{\"token\": \"s3cr3t-s3cr3t'".to_owned(), "no ExecCredential"),
        (printing("{}"), "neither a token nor a certificate"),
        (printing("{\"token\":\"s3cr3t\",\"expirationTimestamp\":\"2020-01-01T00:00:00Z\"}"), "expired"),
        (printing("{\"clientKeyData\":\"s3cr3t\"}"), "without its certificate"),
    ] {
        let trouble = run(shell(&script)).await.unwrap_err();
        assert!(trouble.words.contains(needle), "{script}: {trouble:?}");
        assert!(!trouble.words.contains("s3cr3t"), "{trouble:?}");
    }
}

#[tokio::test]
async fn a_plugin_that_hangs_is_ended_with_its_children() {
    let directory = tempfile::tempdir().unwrap();
    let pid = directory.path().join("pid");
    let script = format!("sleep 600 & echo $! > {}; wait", pid.display());
    let running = exec::run(Arc::new(shell(&script)), Duration::from_secs(2), None);
    let trouble = running.await.unwrap_err();
    assert!(trouble.words.contains("within 2 s"), "{trouble:?}");
    let child: i32 = std::fs::read_to_string(&pid).unwrap().trim().parse().unwrap();
    for _ in 0..200 {
        if !runs(child) {
            return;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    panic!("the plugin's child {child} still runs");
}

/// Whether a process is there and is no zombie.
fn runs(pid: i32) -> bool {
    let stat = std::fs::read_to_string(format!("/proc/{pid}/stat")).unwrap_or_default();
    stat.rsplit(')').next().is_some_and(|rest| !rest.is_empty() && !rest.trim_start().starts_with('Z'))
}

#[tokio::test]
async fn what_a_plugin_leaves_behind_does_not_hold_it_up() {
    let script = format!("{}; sleep 600 &", printing("{\"token\":\"t\"}"));
    assert_eq!(token(&run(shell(&script)).await.unwrap()), "Bearer t");
}

/// A source that counts how often it is asked, and gives credentials that live this long.
fn counting(life: Option<jiff::SignedDuration>) -> (Credentials, Arc<AtomicUsize>) {
    let asked = Arc::new(AtomicUsize::new(0));
    let counter = asked.clone();
    let credentials = Credentials::renewed(move || {
        let number = counter.fetch_add(1, Ordering::SeqCst) + 1;
        async move {
            tokio::task::yield_now().await;
            let header = HeaderValue::from_str(&format!("Bearer {number}")).ok();
            Ok(Fresh { header, expires: life.map(|life| Timestamp::now() + life), ..Fresh::default() })
        }
        .boxed()
    });
    (credentials, asked)
}

#[tokio::test]
async fn many_who_wait_share_one_renewal() {
    let (credentials, asked) = counting(None);
    let all = futures::future::join_all((0..50).map(|_| credentials.current())).await;
    assert!(all.iter().all(|one| one.as_ref().unwrap().header().unwrap() == "Bearer 1"));
    assert_eq!(asked.load(Ordering::SeqCst), 1);
    credentials.current().await.unwrap();
    assert_eq!(asked.load(Ordering::SeqCst), 1, "what does not end is kept");
}

#[tokio::test]
async fn an_ended_credential_is_waited_for() {
    let (credentials, asked) = counting(Some(jiff::SignedDuration::from_secs(-1)));
    assert_eq!(credentials.current().await.unwrap().header().unwrap(), "Bearer 1");
    assert_eq!(credentials.current().await.unwrap().header().unwrap(), "Bearer 2");
    assert_eq!(asked.load(Ordering::SeqCst), 2);
}

#[test]
fn renewal_is_due_before_the_end() {
    let now = Timestamp::now();
    let at = |seconds| now + jiff::SignedDuration::from_secs(seconds);
    let expiring = |life| Credential::new(Fresh { expires: Some(at(life)), ..Fresh::default() }, now);
    assert!(!expiring(900).is_due(at(839)) && expiring(900).is_due(at(840)));
    assert!(!expiring(10).is_due(at(7)) && expiring(10).is_due(at(8)));
    assert!(!expiring(10).has_ended(at(9)) && expiring(10).has_ended(at(10)));
}

#[tokio::test]
async fn a_refused_credential_is_renewed_once() {
    let (credentials, asked) = counting(None);
    let first = credentials.current().await.unwrap();
    assert!(credentials.after_refusal(&first).await.unwrap().is_none(), "it is seconds old: no plugin in a loop");
    let old = Credential::new(Fresh::default(), Timestamp::now() - jiff::SignedDuration::from_secs(60));
    let newer = credentials.after_refusal(&old).await.unwrap().unwrap();
    assert_eq!(newer.header(), first.header(), "somebody has renewed it already");
    assert_eq!(asked.load(Ordering::SeqCst), 1);
}

#[tokio::test]
async fn many_who_are_refused_share_one_renewal_at_once() {
    let (credentials, asked) = counting(Some(jiff::SignedDuration::from_secs(900)));
    credentials.current().await.unwrap();
    credentials.grow_old();
    let refused = credentials.held_now().unwrap();
    let all = futures::future::join_all((0..50).map(|_| credentials.after_refusal(&refused))).await;
    assert!(all.iter().all(|one| one.as_ref().unwrap().as_ref().unwrap().header().unwrap() == "Bearer 2"));
    assert_eq!(asked.load(Ordering::SeqCst), 2, "though it would have served for 15 minutes");
    assert_eq!(credentials.current().await.unwrap().header().unwrap(), "Bearer 2");
}

#[tokio::test]
async fn a_failure_answers_all_who_ask_at_once() {
    let asked = Arc::new(AtomicUsize::new(0));
    let counter = asked.clone();
    let credentials = Credentials::renewed(move || {
        counter.fetch_add(1, Ordering::SeqCst);
        async { Err(Trouble::new("no")) }.boxed()
    });
    for _ in 0..5 {
        assert!(matches!(credentials.current().await, Err(Failure::Credential(trouble)) if trouble.words == "no"));
    }
    assert_eq!(asked.load(Ordering::SeqCst), 1);
}

#[tokio::test]
async fn a_token_file_is_read_anew_and_falls_back() {
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("token");
    std::fs::write(&file, "one\n").unwrap();
    let read = |fallback: Option<&str>| token_file::read(file.clone(), fallback.map(SecretString::from), None);
    assert_eq!(token(&read(None).await.unwrap()), "Bearer one");
    std::fs::write(&file, "two").unwrap();
    let fresh = read(Some("old")).await.unwrap();
    assert_eq!((token(&fresh).as_str(), fresh.look_again), ("Bearer two", Some(Duration::from_secs(60))));
    std::fs::write(&file, " ").unwrap();
    assert_eq!(token(&read(Some("old")).await.unwrap()), "Bearer old");
    assert!(read(None).await.unwrap_err().words.contains("empty"));
}

#[test]
fn consent_is_remembered_for_exactly_this_plugin() {
    let directory = tempfile::tempdir().unwrap();
    let state: PathBuf = directory.path().join("state");
    let asked = request(&plugin(&["aws", "eks", "get-token"]));
    assert_eq!(asked.env_names, ["SECRET_THING"]);
    assert_eq!(asked.fingerprint.len(), 64);
    let consents = Consents::load(&state);
    assert_eq!(consents.of(&asked.fingerprint), Consent::NotAsked);
    consents.answer(&asked.fingerprint, false).unwrap();
    assert_eq!(consents.of(&asked.fingerprint), Consent::Declined);
    consents.ask_again(&asked.fingerprint);
    assert_eq!(consents.of(&asked.fingerprint), Consent::NotAsked);
    consents.answer(&asked.fingerprint, true).unwrap();
    let mode = std::fs::metadata(state.join("exec-plugins-agreed")).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o600);

    let next_time = Consents::load(&state);
    assert_eq!(next_time.of(&asked.fingerprint), Consent::Agreed);
    let mut other = plugin(&["aws", "eks", "get-token"]);
    other.env[0].1 = SecretString::from("changed");
    for changed in [plugin(&["aws", "eks get-token"]), other] {
        assert_eq!(next_time.of(&request(&changed).fingerprint), Consent::NotAsked);
    }
}
