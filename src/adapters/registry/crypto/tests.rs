use std::os::unix::fs::PermissionsExt;
use std::sync::Arc;

use futures::future::BoxFuture;
use secrecy::SecretString;
use zeroize::Zeroizing;

use super::*;

const HERE: Binding<'_> = Binding { organisation: "default", cluster: "1", column: "kubeconfig" };
const HEX: &str = "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f";

struct Ring(Option<&'static str>);

impl SystemKeyring for Ring {
    fn lookup(&self) -> BoxFuture<'_, Option<Zeroizing<String>>> {
        Box::pin(async { self.0.map(|text| Zeroizing::new(text.to_owned())) })
    }
}

fn keys(given: Option<&str>, old: Option<&str>, ring: Option<&'static str>, folder: &std::path::Path) -> Keys {
    let secret = |text: Option<&str>| text.map(SecretString::from);
    Keys::new(secret(given), secret(old), Arc::new(Ring(ring)), Some(folder.join("keys")))
}

#[test]
fn what_is_sealed_opens_where_it_belongs_and_nowhere_else() {
    let key = Key::random().unwrap();
    let sealed = seal(&key, &HERE, b"token: abc").unwrap();
    assert_eq!(&**unseal(&key, &HERE, &sealed).unwrap(), b"token: abc");
    assert!(!sealed.windows(5).any(|window| window == b"token"));
    assert_eq!(key_of(&sealed).unwrap(), key.id());
    for moved in [
        Binding { organisation: "other", ..HERE },
        Binding { cluster: "2", ..HERE },
        Binding { column: "note", ..HERE },
        // The parts together read the same.
        Binding { organisation: "default1", cluster: "", ..HERE },
    ] {
        let error = unseal(&key, &moved, &sealed).unwrap_err();
        assert!(error.to_string().contains("moved"), "{error}");
    }
}

#[test]
fn a_changed_byte_anywhere_is_noticed() {
    let key = Key::random().unwrap();
    let sealed = seal(&key, &HERE, b"token: abc").unwrap();
    for at in 0..sealed.len() {
        let mut changed = sealed.clone();
        changed[at] ^= 1;
        assert!(unseal(&key, &HERE, &changed).is_err(), "byte {at}");
        assert!(unseal(&key, &HERE, &sealed[..at]).is_err(), "cut at {at}");
    }
}

#[test]
fn another_key_is_named_by_id() {
    let (one, two) = (Key::random().unwrap(), Key::random().unwrap());
    let sealed = seal(&one, &HERE, b"x").unwrap();
    let words = unseal(&two, &HERE, &sealed).unwrap_err().to_string();
    assert!(words.contains(&one.id().to_string()) && words.contains(&two.id().to_string()), "{words}");
}

#[test]
fn a_key_is_base64_or_hex_and_its_length_is_told() {
    let hex = Key::parse(HEX, "X").unwrap();
    let base64 = Key::parse(" AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=\n", "X").unwrap();
    assert_eq!(hex.id(), base64.id());
    assert_eq!(KeyId::parse(&hex.id().to_string()), Some(hex.id()));
    let words = |text: &str| match Key::parse(text, "BYOK_ENCRYPTION_KEY") {
        Ok(_) => panic!("taken: {text}"),
        Err(error) => error.to_string(),
    };
    assert!(words("c2hvcnQ=").contains("holds 5 bytes"), "{}", words("c2hvcnQ="));
    assert!(words(&HEX[2..]).contains("holds 62 hex digits"), "{}", words(&HEX[2..]));
    assert!(words("").contains("holds 0 bytes"), "{}", words(""));
    assert!(words("not a key!").contains("neither base64 nor hex"));
    assert!(
        words("secret-value!").starts_with("BYOK_ENCRYPTION_KEY") && !words("secret-value!").contains("secret-value")
    );
}

#[tokio::test]
async fn a_key_file_is_made_only_while_nothing_is_encrypted() {
    let folder = tempfile::tempdir().unwrap();
    let keys = keys(None, None, None, folder.path());
    let stranger = Key::parse(HEX, "X").unwrap().id();
    let words = keys.current(&[stranger]).await.err().unwrap().to_string();
    assert!(words.contains(&stranger.to_string()), "the missing key is named: {words}");
    assert!(!folder.path().join("keys").exists(), "no key was made");

    let made = keys.current(&[]).await.unwrap();
    let path = folder.path().join("keys").join(format!("{}.key", made.id()));
    assert_eq!(std::fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
    assert_eq!(keys.current(&[]).await.unwrap().id(), made.id(), "the same one again");
    assert_eq!(keys.current(&[made.id()]).await.unwrap().id(), made.id());

    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o644)).unwrap();
    let words = keys.find(made.id()).await.err().unwrap().to_string();
    assert!(words.contains("0644") && words.contains("chmod 600"), "{words}");
}

#[tokio::test]
async fn the_environment_comes_before_the_keyring_and_that_before_files() {
    let folder = tempfile::tempdir().unwrap();
    let ring = "ISEhISEhISEhISEhISEhISEhISEhISEhISEhISEhISE=";
    let (given, ringed) = (Key::parse(HEX, "X").unwrap().id(), Key::parse(ring, "X").unwrap().id());
    let both = keys(Some(HEX), None, Some(ring), folder.path());
    assert_eq!(both.current(&[]).await.unwrap().id(), given);
    assert_eq!(both.find(ringed).await.unwrap().id(), ringed);
    let words = both.current(&[ringed]).await.err().unwrap().to_string();
    assert!(words.contains(&given.to_string()) && words.contains("rekey"), "{words}");
    let without = keys(None, None, Some(ring), folder.path());
    assert_eq!(without.current(&[]).await.unwrap().id(), ringed);
    assert_ne!(without.next(&[ringed]).await.unwrap().id(), ringed, "rekeying takes a new key");
    let rotated = keys(Some(ring), Some(HEX), None, folder.path());
    assert_eq!(rotated.find(given).await.unwrap().id(), given);
    assert_eq!(rotated.next(&[given]).await.unwrap().id(), ringed);
}
