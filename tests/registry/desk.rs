//! Registering, editing, removing and exporting as a screen asks for it.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::{Arc, Mutex};

use eksdeck::adapters::audit::{Journal, read};
use eksdeck::adapters::kube::{Known, Limits};
use eksdeck::adapters::registry::{ByIam, Opener, RegistryDesk, Tools, Untried};
use eksdeck::domain::aws::arn::ClusterArn;
use eksdeck::domain::aws::login::LoginKey;
use eksdeck::domain::gate::Environment;
use eksdeck::domain::health::Trouble;
use eksdeck::domain::registry::{Edit, NotRegistered, Origin, Register, Remove, Test, Treatment};
use eksdeck::domain::request::PortError;
use eksdeck::domain::secret::SharedSecret;
use eksdeck::runtime::ports::RegistryPort;
use futures::future::BoxFuture;

use super::lab::{KEY, Lab, TOKEN};
use crate::cli::one_context;
use crate::servers::EmbeddedFleet;

struct Desk {
    desk: RegistryDesk,
    journal: PathBuf,
    /// The names that the fleet's list heard of last.
    heard: Arc<Mutex<Vec<String>>>,
}

/// Nobody answers, and one login is known.
struct NoCloud;

impl ByIam for NoCloud {
    fn login(&self, _: &ClusterArn) -> LoginKey {
        LoginKey::profile("sre")
    }

    fn ask<'a>(&'a self, arn: &'a ClusterArn) -> BoxFuture<'a, Result<Known, Untried>> {
        let words = format!("no cluster {} is found", arn.name);
        Box::pin(async move { Err(Untried::Failed(PortError::Unreachable(Trouble::new(words)))) })
    }
}

fn desk(lab: &Lab, read_only: bool) -> Desk {
    let (journal, heard) = (lab.folder.path().join("audit.jsonl"), Arc::new(Mutex::new(Vec::new())));
    let told = heard.clone();
    let tools = Tools {
        opener: Arc::new(Opener::new(lab.options(Some(KEY), None))),
        read_only,
        audit: Arc::new(Journal::new(Some(journal.clone()))),
        journal: Some(journal.clone()),
        state_dir: lab.folder.path().join("state"),
        limits: Limits::default(),
        by_iam: Arc::new(NoCloud),
        home: None,
        changed: Arc::new(move |records| {
            *told.lock().unwrap() = records.into_iter().map(|record| record.name).collect();
        }),
    };
    Desk { desk: RegistryDesk::new(tools), journal, heard }
}

fn pasted(user: &str) -> Origin {
    Origin::Pasted { text: SharedSecret::new(one_context("https://127.0.0.1:1", user)), context: None }
}

#[tokio::test]
async fn a_cluster_is_registered_edited_exported_and_removed_from_a_screen() {
    // rustls wants its provider chosen, as the program does at its start.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let fleet = EmbeddedFleet::start("--clusters 1");
    let path = fleet.server().kubeconfig.display().to_string();
    for lab in Lab::all().await {
        let Desk { desk, journal, heard } = desk(&lab, false);
        let file = || Origin::File { path: path.clone(), context: None };
        let treatment = Treatment {
            name: Some("shop".to_owned()),
            environment: Some(Environment::Staging),
            labels: BTreeMap::from([("tier".to_owned(), "1".to_owned())]),
            ..Treatment::default()
        };
        let request =
            || Register { origin: file(), treatment: treatment.clone(), test: Test::Connect { agreed: false } };
        let record = desk.register(request()).await.unwrap();
        assert!(record.version.is_some() && record.identity.uid.is_some(), "{record:?}");
        assert_eq!((record.environment, heard.lock().unwrap().join(" ").as_str()), (Environment::Staging, "shop"));
        let NotRegistered::Trouble(twice) = desk.register(request()).await.unwrap_err() else { panic!("asked") };
        assert!(twice.words.contains("shop"), "{twice:?}");

        let edit = Edit { protected: Some(true), name: Some("till".to_owned()), ..Edit::default() };
        assert!(desk.edit("shop".to_owned(), edit).await.unwrap().protected);
        assert_eq!(heard.lock().unwrap().join(" "), "till");

        let remove = |typed: &str, export: Option<PathBuf>| Remove {
            name: "till".to_owned(),
            typed: typed.to_owned(),
            export: export.map(|file| file.display().to_string()),
        };
        let words = desk.remove(remove("shop", None)).await.unwrap_err().words;
        assert!(words.contains("stays registered"), "{words}");
        let copy = lab.folder.path().join("copy.json");
        std::fs::write(&copy, "somebody's own").unwrap();
        assert!(desk.remove(remove("till", Some(copy.clone()))).await.is_err(), "without its export it stays");
        let other = lab.folder.path().join("other.json");
        desk.remove(remove("till", Some(other.clone()))).await.unwrap();
        assert!(heard.lock().unwrap().is_empty());
        assert!(other.exists());

        let verbs: Vec<String> = read(&journal).unwrap().into_iter().map(|write| write.intent.verb).collect();
        assert_eq!(verbs, ["register", "register", "edit", "remove"]);
    }
}

#[tokio::test]
async fn what_cannot_be_recorded_or_is_read_only_is_not_changed() {
    let lab = Lab::file();
    let skip = |origin| Register { origin, treatment: Treatment::default(), test: Test::Skip };
    let closed = desk(&lab, true);
    let NotRegistered::Trouble(trouble) = closed.desk.register(skip(pasted("{token: x}"))).await.unwrap_err() else {
        panic!("asked")
    };
    assert!(trouble.words.contains("--read-only"), "{trouble:?}");

    let open = desk(&lab, false);
    std::fs::create_dir(&open.journal).unwrap();
    assert!(open.desk.register(skip(pasted("{token: x}"))).await.is_err());
    assert!(lab.open().await.clusters().await.unwrap().is_empty(), "no line, no change");
}

#[tokio::test]
async fn a_plugin_is_asked_for_and_what_is_entered_by_hand_becomes_a_kubeconfig() {
    let _ = rustls::crypto::ring::default_provider().install_default();
    let lab = Lab::file();
    let Desk { desk, journal, .. } = desk(&lab, false);
    let exec = "{exec: {apiVersion: client.authentication.k8s.io/v1, command: touch, interactiveMode: Never}}";
    let request =
        Register { origin: pasted(exec), treatment: Treatment::default(), test: Test::Connect { agreed: false } };
    let NotRegistered::NeedsConsent(asked) = desk.register(request).await.unwrap_err() else { panic!("not asked") };
    assert_eq!(asked.argv, ["touch"]);

    let by_hand = |token: &str| Origin::ByHand {
        name: "hand".to_owned(),
        server: "https://127.0.0.1:1".to_owned(),
        authority: None,
        token: SharedSecret::new(token.to_owned()),
    };
    assert!(!format!("{:?}", by_hand(TOKEN)).contains(TOKEN));
    let request = Register { origin: by_hand(TOKEN), treatment: Treatment::default(), test: Test::Skip };
    let record = desk.register(request).await.unwrap();
    assert_eq!((record.name.as_str(), record.server.as_str()), ("hand", "https://127.0.0.1:1"));
    let registry = lab.open().await;
    assert!(registry.kubeconfig(&record.id).await.unwrap().expose().contains(TOKEN));
    assert!(!std::fs::read_to_string(&journal).unwrap().contains(TOKEN));
    let wrong = Origin::ByHand {
        name: "x".into(),
        server: "ftp://x".into(),
        authority: Some("no PEM".into()),
        token: SharedSecret::default(),
    };
    let request = Register { origin: wrong, treatment: Treatment::default(), test: Test::Skip };
    assert!(desk.register(request).await.is_err());
}

#[tokio::test]
async fn a_cluster_by_its_arn_is_asked_before_it_is_kept_with_the_login_that_sees_it() {
    let lab = Lab::file();
    let Desk { desk, .. } = desk(&lab, false);
    let arn = ClusterArn::parse("arn:aws:eks:eu-west-1:111111111111:cluster/till").unwrap();
    let request = |test| Register { origin: Origin::Arn(arn.clone()), treatment: Treatment::default(), test };
    let asked = desk.register(request(Test::Connect { agreed: false })).await;
    let NotRegistered::Trouble(trouble) = asked.unwrap_err() else { panic!("asked") };
    assert_eq!(trouble.words, "no cluster till is found");
    let record = desk.register(request(Test::Skip)).await.unwrap();
    assert_eq!((record.name.as_str(), &record.login), ("till", &LoginKey::profile("sre")));
}

#[tokio::test]
async fn which_of_several_contexts_is_meant_is_asked() {
    let lab = Lab::file();
    let Desk { desk, .. } = desk(&lab, false);
    let two = one_context("https://127.0.0.1:1", "{token: x}")
        .replace("contexts: [", "contexts: [{name: other, context: {cluster: lab, user: me}}, ");
    let origin = |context: Option<&str>| Origin::Pasted {
        text: SharedSecret::new(two.clone()),
        context: context.map(str::to_owned),
    };
    let request = |context| Register { origin: origin(context), treatment: Treatment::default(), test: Test::Skip };
    let NotRegistered::WhichContext(names) = desk.register(request(None)).await.unwrap_err() else { panic!("kept") };
    assert_eq!((names.len(), names.last().map(String::as_str)), (2, Some("other")));
    assert!(desk.register(request(Some(&names[0]))).await.is_ok());
}
