//! A database that goes and comes back.

use std::time::Duration;

use eksdeck::adapters::registry::{ErrorKind, Later, Place, Registry, Seen};
use eksdeck::domain::registry::{Snapshot, Status, Transition};
use secrecy::SecretString;

use super::lab::{KEY, Lab, kubeconfig, options_at, record};
use super::wire::Wire;

const MINUTE: Duration = Duration::from_secs(60);

#[tokio::test]
async fn what_was_seen_while_the_database_was_away_is_stored_when_it_is_back() {
    let Some(lab) = Lab::postgres().await else { return };
    let url = lab.database().url("admin");
    let (before, rest) = url.rsplit_once('@').unwrap();
    let (address, database) = rest.split_once('/').unwrap();
    let mut wire = Wire::to(address.parse().unwrap()).await;
    let place = Place::Url(SecretString::from(format!("{before}@{}/{database}", wire.address)));
    let registry =
        Registry::open(&options_at(place.clone(), lab.folder.path(), "default", Some(KEY), None)).await.unwrap();
    registry.add(&record("one"), Some(&kubeconfig("one"))).await.unwrap();
    let claim = registry.claim("id-one", "sync", "a", Duration::ZERO).await.unwrap();
    let later = Later::new(registry.clone());
    let look = |at_ms| {
        let snapshot = Snapshot { cluster: "id-one".to_owned(), at_ms, ..Snapshot::default() };
        Seen::Snapshot(claim.clone(), Box::new(snapshot), MINUTE)
    };
    later.put(look(60_000)).await.unwrap();
    assert_eq!(later.trouble(), None);

    wire.cut();
    later.put(look(120_000)).await.unwrap();
    let down = Transition { cluster: "id-one".to_owned(), status: Status::Down, since_ms: 1, why: "x".to_owned() };
    later.put(Seen::Transition(claim.clone(), down)).await.unwrap();
    let trouble = later.trouble().expect("nothing is said");
    assert!(trouble.words.contains("2 results wait in memory"), "{trouble:?}");
    assert!(!format!("{trouble:?}").contains("secret-password"));
    // What a person asks for is told at once, not kept for later.
    let error = registry.add(&record("two"), None).await.unwrap_err();
    assert_eq!(error.kind, ErrorKind::Lost, "{error}");
    let error = Registry::open(&options_at(place, lab.folder.path(), "default", Some(KEY), None)).await.err().unwrap();
    assert_eq!(error.kind, ErrorKind::Lost, "{error}");
    assert!(!error.to_string().contains("secret-password"), "{error}");

    wire.mend().await;
    assert!(later.flush().await, "{:?}", later.trouble());
    assert_eq!(registry.snapshots("id-one", 0).await.unwrap().len(), 2);
    assert_eq!(registry.standing().await.unwrap().len(), 1);

    // Somebody else took over meanwhile: what waited under the old claim is dropped.
    wire.cut();
    later.put(look(180_000)).await.unwrap();
    let elsewhere = lab.open().await;
    assert!(elsewhere.claim("id-one", "sync", "b", MINUTE).await.unwrap().is_some());
    wire.mend().await;
    assert!(later.flush().await);
    assert_eq!(elsewhere.snapshots("id-one", 0).await.unwrap().len(), 2);
    registry.close().await;
    elsewhere.close().await;
}
