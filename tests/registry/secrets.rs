//! Keys: right, wrong, missing, changed; ciphertexts where they do not belong; exports.

use eksdeck::adapters::registry::{ErrorKind, Registry};

use super::lab::{KEY, Lab, OTHER_KEY, TOKEN, kubeconfig, record};

#[tokio::test]
async fn rotation_moves_everything_to_the_new_key_or_nothing() {
    for lab in Lab::all().await {
        let registry = lab.open().await;
        for name in ["one", "two", "three"] {
            registry.add(&record(name), Some(&kubeconfig(name))).await.unwrap();
        }
        let before = registry.key_ids().await.unwrap();
        registry.close().await;

        // Without the old key nothing can be moved, and nothing is lost.
        let without = lab.open_with(Some(OTHER_KEY), None).await;
        let error = without.rekey().await.unwrap_err();
        assert!(error.kind == ErrorKind::Key && error.to_string().contains(&before[0].to_string()), "{error}");
        assert_eq!(without.key_ids().await.unwrap(), before);
        without.close().await;

        let both = lab.open_with(Some(OTHER_KEY), Some(KEY)).await;
        let done = both.rekey().await.unwrap();
        assert_eq!((done.kubeconfigs, &done.from), (3, &before));
        assert_eq!(both.key_ids().await.unwrap(), [done.to]);
        both.close().await;

        let new = lab.open_with(Some(OTHER_KEY), None).await;
        assert!(new.kubeconfig("id-two").await.unwrap().expose().contains("\"two\""));
        new.close().await;
        let old = lab.open_with(Some(KEY), None).await;
        assert_eq!(old.kubeconfig("id-two").await.err().unwrap().kind, ErrorKind::Key);
        old.close().await;
    }
}

#[tokio::test]
async fn a_kubeconfig_that_does_not_open_stops_a_rotation_whole() {
    for lab in Lab::all().await {
        let registry = lab.open().await;
        for name in ["one", "two"] {
            registry.add(&record(name), Some(&kubeconfig(name))).await.unwrap();
        }
        lab.tamper("UPDATE clusters SET kubeconfig = (SELECT kubeconfig FROM clusters WHERE id = 'id-one') WHERE id = 'id-two'")
            .await;
        let both = lab.open_with(Some(OTHER_KEY), Some(KEY)).await;
        assert_eq!(both.rekey().await.unwrap_err().kind, ErrorKind::Key);
        assert!(registry.kubeconfig("id-one").await.is_ok(), "it still is under the old key");
        both.close().await;
        registry.close().await;
    }
}

#[tokio::test]
async fn a_wrong_key_is_told_by_id_and_loses_nothing() {
    for lab in Lab::all().await {
        let registry = lab.open().await;
        registry.add(&record("one"), Some(&kubeconfig("one"))).await.unwrap();
        let id = registry.key_ids().await.unwrap()[0].to_string();
        registry.close().await;
        for key in [Some(OTHER_KEY), None] {
            let wrong = lab.open_with(key, None).await;
            let error = wrong.kubeconfig("id-one").await.err().unwrap();
            assert!(error.kind == ErrorKind::Key && error.to_string().contains(&id), "{error}");
            // No second key creeps in beside the first.
            let error = wrong.add(&record("two"), Some(&kubeconfig("two"))).await.unwrap_err();
            assert!(error.kind == ErrorKind::Key && error.to_string().contains(&id), "{error}");
            assert!(!lab.folder.path().join("keys").exists(), "no key was made");
            assert_eq!(wrong.clusters().await.unwrap().len(), 1);
            wrong.close().await;
        }
        let right = lab.open().await;
        assert!(right.kubeconfig("id-one").await.unwrap().expose().contains(TOKEN));
        right.close().await;
    }
}

#[tokio::test]
async fn a_ciphertext_that_was_moved_or_changed_does_not_open() {
    let moves = [
        "UPDATE clusters SET kubeconfig = (SELECT kubeconfig FROM clusters WHERE id = 'id-one') WHERE id = 'id-two'",
        "UPDATE clusters SET id = 'id-two' WHERE id = 'id-one'",
        "UPDATE clusters SET id = 'id-two', kubeconfig = substr(kubeconfig, 1, 40) WHERE id = 'id-one'",
    ];
    for (number, sql) in moves.iter().enumerate() {
        for lab in Lab::all().await {
            let registry = lab.open().await;
            registry.add(&record("one"), Some(&kubeconfig("one"))).await.unwrap();
            if number == 0 {
                registry.add(&record("two"), Some(&kubeconfig("two"))).await.unwrap();
            }
            lab.tamper(sql).await;
            let error = registry.kubeconfig("id-two").await.err().unwrap();
            assert!(error.kind == ErrorKind::Key && error.to_string().contains("does not open"), "{sql}: {error}");
            registry.close().await;
        }
    }
}

#[tokio::test]
async fn nothing_on_the_disk_and_nothing_exported_shows_it() {
    for lab in Lab::all().await {
        let registry = lab.open_with(None, None).await;
        registry.add(&record("one"), Some(&kubeconfig("one"))).await.unwrap();
        let export = registry.export(&[]).await.unwrap();
        let text = serde_json::to_string(&export).unwrap();
        assert!(!text.contains(TOKEN) && export.clusters[0].kubeconfig.is_some());
        let mut looked_into = 0;
        for entry in std::fs::read_dir(lab.folder.path()).unwrap().flatten() {
            let Ok(bytes) = std::fs::read(entry.path()) else { continue };
            looked_into += 1;
            let shown = bytes.windows(TOKEN.len()).any(|window| window == TOKEN.as_bytes());
            assert!(!shown, "{}", entry.path().display());
        }
        assert!(looked_into > 0 || lab.postgres.is_some());
        registry.close().await;
    }
}

#[tokio::test]
async fn an_export_comes_back_whole_or_not_at_all() {
    for lab in Lab::all().await {
        let registry = lab.open().await;
        for name in ["one", "two"] {
            registry.add(&record(name), Some(&kubeconfig(name))).await.unwrap();
        }
        let whole = registry.export(&[]).await.unwrap();
        let one = registry.export(&["one".to_owned()]).await.unwrap();
        assert_eq!((whole.clusters.len(), one.clusters.len()), (2, 1));
        assert_eq!(registry.export(&["six".to_owned()]).await.unwrap_err().kind, ErrorKind::NotFound);

        registry.remove("two").await.unwrap();
        assert_eq!(registry.import(&whole).await.unwrap_err().kind, ErrorKind::Taken);
        assert_eq!(registry.clusters().await.unwrap().len(), 1, "half an import is none");
        registry.remove("one").await.unwrap();

        let mut changed = whole.clone();
        changed.clusters[0].record.id = "elsewhere".to_owned();
        assert_eq!(registry.import(&changed).await.unwrap_err().kind, ErrorKind::Key);
        assert!(registry.clusters().await.unwrap().is_empty());

        registry.import(&whole).await.unwrap();
        assert!(registry.kubeconfig("id-two").await.unwrap().expose().contains("\"two\""));
        registry.close().await;
    }
}

#[tokio::test]
async fn an_export_can_be_read_into_another_organisation_and_under_another_key() {
    let lab = Lab::file();
    let registry = lab.open().await;
    registry.add(&record("one"), Some(&kubeconfig("one"))).await.unwrap();
    let export = registry.export(&[]).await.unwrap();
    let mut options = lab.options(Some(OTHER_KEY), Some(KEY));
    options.organisation = "other".to_owned();
    let other = Registry::open(&options).await.unwrap();
    other.import(&export).await.unwrap();
    assert_ne!(other.key_ids().await.unwrap(), registry.key_ids().await.unwrap());
    assert!(other.kubeconfig("id-one").await.unwrap().expose().contains(TOKEN));
    assert_eq!(other.clusters().await.unwrap()[0].organisation, "other");
}

#[tokio::test]
async fn a_key_file_is_changed_for_another_and_the_old_one_stays_for_exports() {
    let lab = Lab::file();
    let registry = lab.open_with(None, None).await;
    registry.add(&record("one"), Some(&kubeconfig("one"))).await.unwrap();
    let export = registry.export(&[]).await.unwrap();
    let before = registry.key_ids().await.unwrap();
    let done = registry.rekey().await.unwrap();
    assert_eq!(done.from, before);
    assert_ne!(done.to, before[0]);
    assert!(registry.kubeconfig("id-one").await.unwrap().expose().contains(TOKEN));
    registry.remove("one").await.unwrap();
    registry.import(&export).await.unwrap();
    assert!(registry.kubeconfig("id-one").await.is_ok());
}
