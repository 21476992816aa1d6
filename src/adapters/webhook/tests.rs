use std::sync::Arc;

use wiremock::matchers::{body_string, header, header_exists, method, path, query_param};
use wiremock::{Mock, MockServer, ResponseTemplate};

use super::*;
use crate::domain::notify::Hidden;

fn hook(url: &str, secret: Option<&str>) -> Arc<Hook> {
    Arc::new(Hook { url: Hidden(url.to_owned()), secret: secret.map(|text| Hidden(text.to_owned())) })
}

#[tokio::test]
async fn a_notice_is_json_and_signed_with_the_time() {
    let server = MockServer::start().await;
    let wanted = Mock::given(method("POST")).and(path("/services/T0/B0")).and(query_param("thread", "1"));
    let wanted = wanted.and(header("content-type", "application/json")).and(body_string("{\"text\":\"hi\"}"));
    let wanted = wanted.and(header_exists("x-eksdeck-signature")).and(header_exists("x-eksdeck-timestamp"));
    wanted.respond_with(ResponseTemplate::new(200)).expect(1).mount(&server).await;
    let url = format!("{}/services/T0/B0?thread=1", server.uri());
    Webhooks::new().post(hook(&url, Some("s3cret")), b"{\"text\":\"hi\"}".to_vec()).await.unwrap();
    let plain = server.received_requests().await.unwrap().pop().unwrap();
    let signed = plain.headers["x-eksdeck-signature"].to_str().unwrap();
    let seconds = plain.headers["x-eksdeck-timestamp"].to_str().unwrap();
    assert_eq!(signed, signature(b"s3cret", seconds, b"{\"text\":\"hi\"}"));
}

/// Computed apart from this program: `printf 'v0:1:{}' | openssl dgst -sha256 -hmac key`.
#[test]
fn the_signature_is_that_of_other_tools() {
    let expected = "v0=236beeb373582a83005d170cf7966f7bc1bc3d8e39280320817c04d7ea3fab6e";
    assert_eq!(signature(b"key", "1", b"{}"), expected);
}

#[tokio::test]
async fn what_an_answer_means_and_no_word_of_it_shows_the_address() {
    for (status, again) in [(500, true), (503, true), (429, true), (404, false), (403, false), (302, false)] {
        let server = MockServer::start().await;
        Mock::given(method("POST")).respond_with(ResponseTemplate::new(status)).mount(&server).await;
        let url = format!("{}/services/T0/hushhush", server.uri());
        let error = Webhooks::new().post(hook(&url, None), Vec::new()).await.unwrap_err();
        assert_eq!(error.again, again, "{status}");
        assert_eq!(error.trouble.words, format!("the webhook answered {status}"));
    }
    let error = Webhooks::new().post(hook("http://127.0.0.1:1/hushhush", None), Vec::new()).await.unwrap_err();
    assert!(error.again && !error.trouble.words.contains("hush") && !error.trouble.words.contains("127"), "{error:?}");
}

#[test]
fn an_address_that_is_none_is_told_without_showing_it() {
    for url in ["hooks.test/hush", "ftp://hooks.test/hush", "https://me:hush@hooks.test/", "", "https://"] {
        let words = check(url).unwrap_err();
        assert!(!words.contains("hush"), "{words}");
    }
    check("https://hooks.test:8443/a?b=c").unwrap();
}
