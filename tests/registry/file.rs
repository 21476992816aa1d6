//! A file that is not as it should be is refused in words, and left alone.

use std::os::unix::fs::PermissionsExt;

use eksdeck::adapters::registry::{ErrorKind, Registry, RegistryError};

use super::lab::{KEY, Lab, kubeconfig, record};

async fn filled() -> Lab {
    let lab = Lab::file();
    let registry = lab.open().await;
    for name in ["one", "two", "three"] {
        registry.add(&record(name), Some(&kubeconfig(name))).await.unwrap();
    }
    registry.close().await;
    lab
}

async fn refused(lab: &Lab) -> RegistryError {
    let before = std::fs::read(lab.path()).unwrap();
    let error = Registry::open(&lab.options(Some(KEY), None)).await.err().expect("it was opened");
    assert_eq!(std::fs::read(lab.path()).unwrap(), before, "it was changed");
    error
}

#[tokio::test]
async fn a_new_file_is_closed_to_others() {
    let lab = filled().await;
    let mode = |path: &std::path::Path| std::fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode(&lab.path()), 0o600);
    let registry = lab.open().await;
    registry.add(&record("four"), None).await.unwrap();
    for end in ["-wal", "-shm"] {
        let mut path = lab.path().into_os_string();
        path.push(end);
        assert_eq!(mode(path.as_ref()), 0o600, "{end}");
    }
}

#[tokio::test]
async fn a_file_or_folder_that_is_open_to_others_is_refused() {
    let lab = filled().await;
    std::fs::set_permissions(lab.path(), std::fs::Permissions::from_mode(0o644)).unwrap();
    let error = refused(&lab).await;
    assert_eq!(error.kind, ErrorKind::Unusable);
    assert!(error.to_string().contains("0644") && error.to_string().contains("chmod 600 "), "{error}");
    std::fs::set_permissions(lab.path(), std::fs::Permissions::from_mode(0o600)).unwrap();
    std::fs::set_permissions(lab.folder.path(), std::fs::Permissions::from_mode(0o777)).unwrap();
    let error = refused(&lab).await;
    assert!(error.to_string().contains("chmod 700 "), "{error}");
}

#[tokio::test]
async fn a_truncated_file_and_one_that_is_none_are_refused() {
    let lab = filled().await;
    let whole = std::fs::read(lab.path()).unwrap();
    for length in [0, 10, 100, 4096, whole.len() / 2, whole.len() - 1] {
        std::fs::write(lab.path(), &whole[..length]).unwrap();
        let error = refused(&lab).await;
        assert_eq!(error.kind, ErrorKind::Unusable, "{length}: {error}");
        let words = error.to_string();
        assert!(words.contains("truncated") && words.contains("registry import"), "{length}: {words}");
    }
    std::fs::write(lab.path(), "dear diary, ".repeat(1000)).unwrap();
    assert_eq!(refused(&lab).await.kind, ErrorKind::Unusable);
    std::fs::write(lab.path(), whole).unwrap();
    assert_eq!(lab.open().await.clusters().await.unwrap().len(), 3);
}

#[tokio::test]
async fn a_schema_that_is_newer_is_refused_on_both() {
    for lab in Lab::all().await {
        let registry = lab.open().await;
        registry.add(&record("one"), None).await.unwrap();
        registry.close().await;
        lab.tamper("INSERT INTO schema_version (version, at_ms) VALUES (999, 0)").await;
        let error = Registry::open(&lab.options(Some(KEY), None)).await.err().unwrap();
        assert_eq!(error.kind, ErrorKind::Schema);
        assert!(error.to_string().contains("999") && error.to_string().contains("newer eksdeck"), "{error}");
        lab.tamper("DELETE FROM schema_version WHERE version = 999").await;
        let registry = lab.open().await;
        assert_eq!(registry.clusters().await.unwrap().len(), 1);
        registry.close().await;
    }
}

/// A file system of twelve megabytes, as long as it lives.
struct Tiny(tempfile::TempDir);

impl Tiny {
    fn mount() -> Option<Self> {
        let folder = tempfile::tempdir().unwrap();
        let mounted = std::process::Command::new("mount")
            .args(["-t", "tmpfs", "-o", "size=12m,mode=0700", "eksdeck-test"])
            .arg(folder.path())
            .stderr(std::process::Stdio::null())
            .status();
        mounted.is_ok_and(|status| status.success()).then(|| Self(folder))
    }
}

impl Drop for Tiny {
    fn drop(&mut self) {
        let _ = std::process::Command::new("umount").arg("--lazy").arg(self.0.path()).status();
    }
}

#[tokio::test]
async fn a_full_disk_is_told_loses_nothing_and_what_was_seen_comes_later() {
    use std::time::Duration;

    use eksdeck::adapters::registry::{Later, Place, Seen};
    use eksdeck::domain::registry::Snapshot;

    let Some(tiny) = Tiny::mount() else {
        eprintln!("left out: only root may mount a small file system");
        return;
    };
    let place = Place::File(tiny.0.path().join("registry.sqlite"));
    let options = super::lab::options_at(place, tiny.0.path(), "default", Some(KEY), None);
    let registry = Registry::open(&options).await.unwrap();
    registry.add(&record("one"), Some(&kubeconfig("one"))).await.unwrap();
    let ballast = tiny.0.path().join("ballast");
    let mut filled = 0usize;
    let mut file = std::fs::File::create(&ballast).unwrap();
    while std::io::Write::write_all(&mut file, &[7; 1024]).is_ok() {
        filled += 1024;
    }
    assert!(filled > 100_000, "{filled}");

    // As long as the log's file has room that it took before, some writes come through.
    let mut error = None;
    for number in 0..500 {
        if let Err(refused) = registry.add(&record(&format!("more-{number}")), None).await {
            error = Some(refused);
            break;
        }
    }
    let error = error.expect("the disk was never full");
    assert_eq!(error.kind, ErrorKind::Full, "{error}");
    assert!(error.to_string().contains("no room"), "{error}");
    let known = registry.clusters().await.unwrap().len();
    assert!(registry.kubeconfig("id-one").await.is_ok(), "what is there can be read");

    let later = Later::new(registry.clone());
    let minute = Duration::from_secs(60);
    let look = |at_ms| {
        Seen::Snapshot(None, Box::new(Snapshot { cluster: "id-one".to_owned(), at_ms, ..Snapshot::default() }), minute)
    };
    for at in 1..=300 {
        later.put(look(at * 60_000)).await.unwrap();
    }
    let trouble = later.trouble().expect("nothing waits");
    assert!(trouble.words.contains("no room") && trouble.words.contains("wait in memory"), "{trouble:?}");
    assert!(!later.waiting().is_empty());

    drop(file);
    std::fs::remove_file(&ballast).unwrap();
    assert!(later.flush().await, "{:?}", later.trouble());
    assert_eq!((later.trouble(), later.waiting().len()), (None, 0));
    assert_eq!(registry.snapshots("id-one", 0).await.unwrap().len(), 300);
    assert_eq!(registry.clusters().await.unwrap().len(), known);
    registry.close().await;
}
