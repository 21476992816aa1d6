use super::*;

/// A folder with `keys.json` once somebody has "logged in", and logins whose credentials come from there.
struct World {
    folder: tempfile::TempDir,
    aws: Aws,
}

impl World {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let at = folder.path().display();
        let config = format!(
            "[profile late]\nregion = eu-west-1\ncredential_process = echo run >> {at}/runs; cat {at}/keys.json\n\
             [profile other]\ncredential_process = false\n\
             [profile mfa]\nrole_arn = arn:aws:iam::222222222222:role/x\nsource_profile = late\nmfa_serial = arn:aws:iam::1:mfa/a\n"
        );
        let files = Fs::from_slice(&[("/config", &config)]);
        let env = Env::from_slice(&[("HOME", "/"), ("AWS_CONFIG_FILE", "/config"), ("AWS_PROFILE", "late")]);
        let aws = Aws::over("ann", Duration::from_secs(20), files, env);
        Self { folder, aws }
    }

    fn log_in(&self, expires: &str) {
        let text = format!(r#"{{"Version":1,"AccessKeyId":"A","SecretAccessKey":"S","Expiration":"{expires}"}}"#);
        std::fs::write(self.folder.path().join("keys.json"), text).unwrap();
    }

    fn runs(&self) -> usize {
        std::fs::read_to_string(self.folder.path().join("runs")).unwrap_or_default().lines().count()
    }

    fn login(&self, profile: &str) -> Login {
        self.aws.login(&LoginKey::profile(profile))
    }
}

#[tokio::test]
async fn one_success_wakes_everybody_who_waits_for_it_and_nobody_else() {
    let world = World::new();
    let (late, standard) = (world.login("late"), world.aws.login(&LoginKey::default()));
    let other = world.login("other");
    for login in [&late, &standard, &other] {
        let trouble = login.credentials().await.unwrap_err();
        assert!(matches!(trouble, LoginTrouble::ProcessFailed { .. }), "{trouble}");
        assert!(matches!(&*login.state().borrow(), LoginState::Trouble(_)));
    }
    let (mut revived, others) = (standard.revived(), other.revived());
    world.log_in("2099-01-01T00:00:00Z");
    late.forget().await;
    late.credentials().await.unwrap();
    revived.changed().await.unwrap();
    assert!(!others.has_changed().unwrap());
    standard.forget().await;
    standard.credentials().await.unwrap();
    assert!(matches!(&*standard.state().borrow(), LoginState::Ok { expires_ms: Some(4_070_908_800_000), .. }));
}

#[tokio::test]
async fn credentials_are_got_once_for_all_who_wait() {
    let world = World::new();
    world.log_in("2099-01-01T00:00:00Z");
    let late = world.login("late");
    let asked = futures::future::join_all((0..8).map(|_| late.credentials())).await;
    assert!(asked.iter().all(Result::is_ok));
    assert_eq!(world.runs(), 1);
    late.forget().await;
    late.credentials().await.unwrap();
    assert_eq!(world.runs(), 2);
}

#[tokio::test]
async fn credentials_that_are_about_to_end_are_renewed_and_serve_until_then() {
    let world = World::new();
    let soon = jiff::Timestamp::now() + jiff::SignedDuration::from_secs(600);
    world.log_in(&soon.to_string());
    let late = world.login("late");
    let first = late.credentials().await.unwrap();
    assert_eq!(late.credentials().await.unwrap().expiry(), first.expiry());
    assert_eq!(world.runs(), 1, "nothing is renewed at the beginning of a life");
    // As if the time to renew had come, and whoever gives them were gone.
    std::fs::remove_file(world.folder.path().join("keys.json")).unwrap();
    if let Some(kept) = &mut late.inner.held.lock().await.credentials {
        kept.renew_at = Some(SystemTime::UNIX_EPOCH);
    }
    assert_eq!(late.credentials().await.unwrap().expiry(), first.expiry());
    assert_eq!(world.runs(), 2);
    world.log_in("2020-01-01T00:00:00Z");
    late.forget().await;
    late.credentials().await.unwrap();
    late.credentials().await.unwrap();
    assert_eq!(world.runs(), 4, "what has ended is never given twice");
}

#[tokio::test]
async fn a_failure_answers_those_who_ask_in_the_same_moment() {
    let world = World::new();
    let late = world.login("late");
    for _ in 0..5 {
        late.credentials().await.unwrap_err();
    }
    assert_eq!(world.runs(), 1);
}

#[tokio::test]
async fn whoever_wants_a_code_is_not_contacted() {
    let world = World::new();
    world.log_in("2099-01-01T00:00:00Z");
    let mfa = world.login("mfa");
    assert!(mfa.wants_code().await);
    let trouble = mfa.credentials().await.unwrap_err();
    assert_eq!(trouble, LoginTrouble::MfaNeeded { profile: Some("mfa".into()), serial: "arn:aws:iam::1:mfa/a".into() });
    assert!(sdk_config(&mfa, "eu-west-1").await.is_err());
    assert_eq!(world.runs(), 0);
}

#[tokio::test]
async fn a_region_that_is_none_becomes_no_host() {
    let world = World::new();
    world.log_in("2099-01-01T00:00:00Z");
    let late = world.login("late");
    assert_eq!(late.region().await.as_deref(), Some("eu-west-1"));
    assert!(sdk_config(&late, "evil.test/").await.unwrap_err().words().contains("is no region"));
    assert_eq!(sdk_config(&late, "eu-west-2").await.unwrap().region().unwrap().as_ref(), "eu-west-2");
}
