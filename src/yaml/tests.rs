use proptest::prelude::*;
use rstest::rstest;
use serde_json::json;

use super::*;

/// Each role with the text it covers, over all lines.
fn roles(text: &str) -> Vec<(Role, &str)> {
    let mut state = LineState::default();
    let mut found = Vec::new();
    for line in text.lines() {
        let (spans, next) = highlight(line, state);
        found.extend(spans.iter().map(|span| (span.role, &line[span.start..span.end])));
        state = next;
    }
    found
}

#[rstest]
#[case("a: 1", &[(Role::Key, "a"), (Role::Punctuation, ":"), (Role::Number, "1")])]
#[case("- name: web # x", &[(Role::Punctuation, "-"), (Role::Key, "name"), (Role::Punctuation, ":"), (Role::String, "web"), (Role::Comment, "# x")])]
#[case("image: busybox:1.36", &[(Role::Key, "image"), (Role::Punctuation, ":"), (Role::String, "busybox:1.36")])]
#[case("a: 'it''s': x", &[(Role::Key, "a"), (Role::Punctuation, ":"), (Role::Key, "'it''s'"), (Role::Punctuation, ":"), (Role::String, "x")])]
#[case("\"a b\": null", &[(Role::Key, "\"a b\""), (Role::Punctuation, ":"), (Role::Null, "null")])]
#[case("a: &x true", &[(Role::Key, "a"), (Role::Punctuation, ":"), (Role::Anchor, "&x"), (Role::Bool, "true")])]
#[case("<<: *x", &[(Role::Key, "<<"), (Role::Punctuation, ":"), (Role::Anchor, "*x")])]
#[case("{a: 1, b: [x, 0x1f]}", &[(Role::Punctuation, "{"), (Role::Key, "a"), (Role::Punctuation, ":"), (Role::Number, "1"), (Role::Punctuation, ","),
    (Role::Key, "b"), (Role::Punctuation, ":"), (Role::Punctuation, "["), (Role::String, "x"), (Role::Punctuation, ","), (Role::Number, "0x1f"),
    (Role::Punctuation, "]"), (Role::Punctuation, "}")])]
#[case("a: ]", &[(Role::Key, "a"), (Role::Punctuation, ":"), (Role::Error, "]")])]
#[case("\ta: 1", &[(Role::Error, "\t"), (Role::Key, "a"), (Role::Punctuation, ":"), (Role::Number, "1")])]
#[case("at: 2026-11-21T02:40:24Z", &[(Role::Key, "at"), (Role::Punctuation, ":"), (Role::String, "2026-11-21T02:40:24Z")])]
#[case("größe: 世界", &[(Role::Key, "größe"), (Role::Punctuation, ":"), (Role::String, "世界")])]
fn colours_a_line(#[case] line: &str, #[case] wanted: &[(Role, &str)]) {
    assert_eq!(roles(line), wanted);
}

#[test]
fn blocks_end_where_indentation_does() {
    let text = "- key: |\n    a: 1\n\n    # text\n  next: >-\n    b\nlast: x";
    assert_eq!(
        roles(text),
        [
            (Role::Punctuation, "-"),
            (Role::Key, "key"),
            (Role::Punctuation, ":"),
            (Role::Punctuation, "|"),
            (Role::String, "a: 1"),
            (Role::String, "# text"),
            (Role::Key, "next"),
            (Role::Punctuation, ":"),
            (Role::Punctuation, ">-"),
            (Role::String, "b"),
            (Role::Key, "last"),
            (Role::Punctuation, ":"),
            (Role::String, "x"),
        ]
    );
}

#[test]
fn quotes_and_brackets_stay_open_over_lines() {
    let text = "a: \"one\n  two: \\\" x\"\nb: [1,\n  c]\n--- # new\nd: 1";
    let found = roles(text);
    assert!(found.contains(&(Role::String, "\"one")) && found.contains(&(Role::String, "two: \\\" x\"")));
    assert_eq!(found.last(), Some(&(Role::Number, "1")));
    assert!(found.contains(&(Role::Comment, "# new")));
    assert!(!found.iter().any(|(role, _)| *role == Role::Error));
}

#[test]
fn prints_as_kubectl() {
    let value = json!({
        "kind": "Pod", "apiVersion": "v1",
        "metadata": {"name": "x", "labels": {}, "annotations": {"script": "a\nb\n", "on": "yes", "port": "80"}},
        "spec": {"containers": [{"name": "main", "image": "busybox:1.36", "args": ["a", "b: c", ""], "tty": true}], "priority": 0},
        "status": {"message": "w ".repeat(80).trim(), "none": null},
    });
    let wanted = format!(
        "apiVersion: v1\nkind: Pod\nmetadata:\n  annotations:\n    \"on\": \"yes\"\n    port: \"80\"\n    script: |\n      a\n      b\n  \
         labels: {{}}\n  name: x\nspec:\n  containers:\n  - args:\n    - a\n    - \"b: c\"\n    - \"\"\n    image: busybox:1.36\n    \
         name: main\n    tty: true\n  priority: 0\nstatus:\n  message: {}\n  none: null\n",
        "w ".repeat(80).trim()
    );
    let printed = print(&value);
    assert_eq!(printed.replace('\'', "\""), wanted);
    assert_eq!(parse(&printed), Ok(vec![value]));
}

#[test]
fn masks_secrets_wherever_they_are() {
    let secret = json!({"kind": "Secret", "metadata": {"name": "db"}, "data": {"password": "aHVudGVyMg=="}, "stringData": {"x": "hunter2"}});
    let mut list = json!({"kind": "List", "items": [
        secret,
        {"kind": "Secret", "metadata": {"annotations": {"kubectl.kubernetes.io/last-applied-configuration": secret.to_string()}}},
        {"kind": "Secret", "metadata": {"annotations": {"kubectl.kubernetes.io/last-applied-configuration": "{\"data\": {\"a\": hunter2"}}},
        {"kind": "Job", "spec": {"template": {"spec": {"containers": [{"env": [
            {"name": "DB_PASSWORD", "value": "hunter2"},
            {"name": "apiToken", "value": "hunter2"},
            {"name": "SSH_KEY", "value": "hunter2"},
            {"name": "KEYCLOAK_URL", "value": "http://kc"},
            {"name": "FROM", "valueFrom": {"secretKeyRef": {"name": "db", "key": "password"}}},
        ]}]}}}},
    ]});
    mask_secrets(&mut list);
    let told = list.to_string();
    assert!(!told.contains("hunter2") && !told.contains("aHVudGVyMg"), "{told}");
    assert!(told.contains("http://kc") && told.contains("secretKeyRef"));
    assert_eq!(list["items"][0]["data"]["password"], "•••••• (7 bytes)");
    assert_eq!(list["items"][0]["stringData"]["x"], "•••••• (7 bytes)");
}

#[test]
fn an_annotation_without_secrets_stays_as_it_is() {
    let applied = "{\"kind\":\"Job\",  \"spec\":{}}";
    let mut value = json!({"metadata": {"annotations": {"kubectl.kubernetes.io/last-applied-configuration": applied}}});
    let before = value.clone();
    mask_secrets(&mut value);
    assert_eq!(value, before);
}

#[test]
fn reads_documents_as_kubectl_does() {
    let text = "# head\n---\nmode: 0644\nbase: &b {x: 1}\nd:\n  <<: *b\n---\n---\nport: \"80\"\n";
    let documents = parse(text).unwrap();
    assert_eq!(documents, [json!({"mode": 420, "base": {"x": 1}, "d": {"x": 1}}), json!({"port": "80"})]);
}

#[rstest]
#[case("a: 1\nb: [1, 2\nc: 3\n", 3)]
#[case("a: 1\na: 2\n", 2)]
#[case("password: hunter2\na: \"open\n", 3)]
#[case("a: 1\n\tb: 2\n", 2)]
fn tells_where_it_breaks(#[case] text: &str, #[case] line: usize) {
    let error = parse(text).unwrap_err();
    assert!(error.line.abs_diff(line) <= 1 && error.column > 0, "{error:?}");
    assert!(!error.words.is_empty() && !error.words.contains('\n') && !error.words.contains("hunter2"), "{error:?}");
    assert!(!error.words.contains(" line "), "{error:?}");
}

#[test]
fn bombs_are_errors() {
    let mut bomb = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n".to_owned();
    for level in 1..12 {
        let aliases = vec![format!("*a{}", level - 1); 10].join(", ");
        bomb.push_str(&format!("a{level}: &a{level} [{aliases}]\n"));
    }
    assert!(parse(&bomb).is_err());
    assert!(parse(&"[".repeat(100_000)).is_err());
    let nested = |depth: usize| (0..depth).map(|level| format!("{}a:\n", " ".repeat(level))).collect::<String>();
    assert!(parse(&nested(80)).is_ok());
    assert!(parse(&nested(400)).is_err());
    assert!(parse(&" ".repeat(INPUT_BYTES + 1)).is_err());
}

proptest! {
    #[test]
    fn spans_are_in_order_and_on_characters(text in "[-a1:#\"'\\[\\]{},&*!|>%@ \tü\\\\\n]{0,60}", any in any::<String>()) {
        for text in [&text, &any] {
            let mut state = LineState::default();
            for line in text.lines() {
                let (spans, next) = highlight(line, state);
                let mut last = 0;
                for span in spans {
                    prop_assert!(last <= span.start && span.start < span.end && span.end <= line.len());
                    prop_assert!(line.is_char_boundary(span.start) && line.is_char_boundary(span.end));
                    last = span.end;
                }
                state = next;
            }
        }
    }

    #[test]
    fn what_is_printed_reads_the_same(text in "\\PC{0,20}", lines in "[a-z \n:#-]{0,20}", number in any::<i32>()) {
        let value = json!({"text": text, "lines": lines, "number": number, "list": [text, {"a": lines}]});
        prop_assert_eq!(parse(&print(&value)), Ok(vec![value]));
    }
}
