use http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use prost::Message;
use rstest::rstest;
use std::time::Duration;

use super::*;

fn place() -> Place {
    Place::new("payments", "https://api.example:6443")
        .with_hints(Hints { unauthorised_remedy: Some("aws eks …".into()), ..Hints::default() })
}

fn told(code: u16, path: &str, headers: &[(header::HeaderName, &'static str)], body: &[u8]) -> PortError {
    let headers: HeaderMap =
        headers.iter().map(|(name, value)| (name.clone(), HeaderValue::from_static(value))).collect();
    let asked = Asked { method: &Method::GET, path };
    from_status(&place(), &asked, StatusCode::from_u16(code).unwrap(), &headers, body)
}

const FORBIDDEN: &str = r#"{"kind":"Status","message":"pods is forbidden: User \"system:serviceaccount:web:bot\" cannot list resource \"pods\" in API group \"\" in the namespace \"web\"","reason":"Forbidden","code":403}"#;

#[test]
fn forbidden_names_verb_resource_namespace_and_user() {
    let PortError::Forbidden(trouble) = told(403, "/api/v1/namespaces/web/pods?watch=true", &[], FORBIDDEN.as_bytes())
    else {
        panic!()
    };
    assert_eq!(
        trouble.words,
        "payments: no permission to watch pods in namespace web as system:serviceaccount:web:bot"
    );
    assert_eq!(
        trouble.remedy.unwrap(),
        "name a namespace that you may look into with -n NAMESPACE, \
         or ask an administrator for the right to watch pods in namespace web"
    );
    let one = told(403, "/api/v1/namespaces/web/pods/x", &[], FORBIDDEN.as_bytes());
    assert_eq!(
        one.trouble().remedy.as_deref(),
        Some("ask an administrator for the right to get pods x in namespace web")
    );
}

#[test]
fn a_status_in_protobuf_reads_the_same() {
    #[derive(Message)]
    struct Envelope {
        #[prost(bytes = "vec", tag = "2")]
        raw: Vec<u8>,
    }
    #[derive(Message)]
    struct Status {
        #[prost(string, tag = "3")]
        message: String,
        #[prost(message, optional, tag = "5")]
        details: Option<Details>,
    }
    #[derive(Message)]
    struct Details {
        #[prost(int32, tag = "5")]
        retry_after_seconds: i32,
    }
    let status = Status { message: "slow down".into(), details: Some(Details { retry_after_seconds: 7 }) };
    let mut body = b"k8s\0".to_vec();
    Envelope { raw: status.encode_to_vec() }.encode(&mut body).unwrap();
    let PortError::Busy(trouble, wait) = told(429, "/version", &[], &body) else { panic!() };
    assert_eq!(wait, Some(Duration::from_secs(7)));
    assert!(trouble.words.ends_with("slow down"), "{}", trouble.words);
}

#[rstest]
#[case(401, "{}", "does not accept the credentials (401)", "Unauthorised")]
#[case(
    404,
    r#"{"message":"pods \"y\" not found"}"#,
    "cannot get pods y in namespace x: pods \"y\" not found",
    "NotFound"
)]
#[case(409, r#"{"message":"changed"}"#, "conflict: changed", "Conflict")]
#[case(410, r#"{"message":"too old"}"#, "read anew: too old", "Gone")]
#[case(500, r#"{"message":"boom"}"#, "answered 500 to get pods y in namespace x: boom", "Refused")]
#[case(503, "", "api.example:6443 is not ready (503)", "Busy")]
#[case(502, "", "cannot reach the API server (502)", "Unreachable")]
#[case(404, "404 page not found", "404 page not found", "NotFound")]
fn every_answer_has_words(#[case] code: u16, #[case] body: &str, #[case] needle: &str, #[case] variant: &str) {
    let error = told(code, "/api/v1/namespaces/x/pods/y", &[], body.as_bytes());
    assert!(format!("{error:?}").starts_with(variant), "{error:?}");
    assert!(error.to_string().starts_with("payments: ") && error.to_string().contains(needle), "{error}");
}

#[test]
fn a_401_carries_the_remedy_and_429_the_wait() {
    assert_eq!(told(401, "/", &[], b"").trouble().remedy.as_deref(), Some("aws eks …"));
    let PortError::Busy(_, wait) = told(429, "/", &[(header::RETRY_AFTER, "3")], b"") else { panic!() };
    assert_eq!(wait, Some(Duration::from_secs(3)));
}

#[test]
fn a_clock_that_is_off_is_told_as_the_reason_of_a_401() {
    let at = |seconds: i64| {
        let then =
            (jiff::Timestamp::now() + jiff::SignedDuration::from_secs(seconds)).to_zoned(jiff::tz::TimeZone::UTC);
        let date = jiff::fmt::rfc2822::DateTimePrinter::new().zoned_to_string(&then).unwrap();
        let headers = HeaderMap::from_iter([(header::DATE, HeaderValue::from_str(&date).unwrap())]);
        let asked = Asked { method: &Method::GET, path: "/" };
        from_status(&place(), &asked, StatusCode::UNAUTHORIZED, &headers, b"").trouble().clone()
    };
    let (behind, ahead) = (at(3_600), at(-3_600));
    assert!(
        behind.words.contains("(401); this machine's clock is 3") && behind.words.ends_with("s behind"),
        "{behind:?}"
    );
    assert!(ahead.words.ends_with("s ahead"), "{ahead:?}");
    assert!(behind.remedy.unwrap().contains("timedatectl"));
    let right = at(5);
    assert!(!right.words.contains("clock") && right.remedy.as_deref() == Some("aws eks …"), "{right:?}");
}

#[test]
fn a_web_page_is_no_permission_trouble() {
    let html = [(header::CONTENT_TYPE, "text/html; charset=utf-8")];
    for code in [401, 403, 404, 500] {
        let error = told(code, "/api/v1/pods", &html, b"<html>Bearer aaaaaaaaaaaaaaaaaaaaaaaa");
        assert!(matches!(error, PortError::Refused(_)), "{error:?}");
        assert!(error.to_string().contains("a web page"), "{error}");
    }
}

#[test]
fn texts_are_cleaned_masked_and_cut() {
    let message = format!(r#"{{"message":"a\u001b[31mb k8s-aws-v1.aHR0cHM6Ly9zdHM {}"}}"#, "x".repeat(900));
    let words = told(500, "/version", &[], message.as_bytes()).to_string();
    assert!(!words.contains('\u{1b}') && !words.contains("aHR0cHM6"), "{words}");
    assert!(words.chars().count() < 500, "{}", words.len());
}

#[rstest]
#[case("GET", "/api/v1/namespaces?limit=5", "list namespaces")]
#[case("GET", "/api/v1/namespaces/web", "get namespace web")]
#[case("GET", "/apis/batch/v1/jobs?watch=1", "watch jobs in the whole cluster")]
#[case("GET", "/api/v1/namespaces/web/pods/p/log?follow=true", "get pods/log of p in namespace web")]
#[case("GET", "/api/v1/nodes/n", "get nodes n")]
#[case("GET", "/version", "read /version")]
#[case("POST", "/apis/authentication.k8s.io/v1/selfsubjectreviews", "create selfsubjectreviews in the whole cluster")]
fn questions_have_words(#[case] method: &str, #[case] path: &str, #[case] words: &str) {
    let method = Method::from_bytes(method.as_bytes()).unwrap();
    assert_eq!(Asked { method: &method, path }.words(), words);
}
