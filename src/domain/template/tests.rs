use proptest::prelude::*;
use serde_json::{Value, json};

use super::*;
use crate::domain::field::argv;
use crate::yaml;

const GIVEN: Given<'static> = Given { suffix: "x7k2q", cronjob: None };

fn values(entries: &[(&str, &str)]) -> Values {
    entries.iter().map(|(id, text)| ((*id).to_owned(), (*text).to_owned())).collect()
}

fn read(text: &str) -> Value {
    let documents = yaml::parse(text).unwrap_or_else(|error| panic!("{error}\n{text}"));
    assert_eq!(documents.len(), 1, "{text}");
    documents.into_iter().next().unwrap()
}

fn builtin_named(name: &str) -> Arc<Template> {
    let templates = builtin();
    assert_eq!(templates.broken, []);
    templates.named(name).unwrap().clone()
}

fn refused(body: &str) -> String {
    let text = format!("# @field x: text = y \"X\"\n{body}\n");
    parse("t", &text).unwrap_err().to_string()
}

#[test]
fn every_template_that_ships_can_be_read_and_filled_in_with_its_defaults() {
    let cronjob = json!({"metadata": {"name": "nightly", "namespace": "ledger", "uid": "u-1"},
        "spec": {"jobTemplate": {"spec": {"template": {"spec": {"containers": [{"name": "main", "image": "a"}]}}}}}});
    let templates = builtin();
    assert_eq!(templates.broken, []);
    assert_eq!(templates.all[0].name.as_ref(), "plain", "the first of the picker");
    for template in &templates.all {
        let given = Given { cronjob: Some(&cronjob), ..GIVEN };
        let values =
            if template.field("cronjob").is_some() { values(&[("cronjob", "nightly")]) } else { Values::new() };
        let text =
            template.instantiate(&values, given).unwrap_or_else(|problems| panic!("{}: {problems:?}", template.name));
        let object = read(&text);
        assert!(object["kind"].is_string() && object["metadata"]["name"].is_string(), "{text}");
        assert!(!text.contains("{{") && !text.contains("@field"), "{text}");
        assert!(template.about.len() > 8 && template.about.len() < 60, "{}", template.name);
    }
}

#[test]
fn the_plain_job_as_a_person_would_have_written_it() {
    let values = values(&[
        ("image", "registry.example/tools/Settle:2".to_lowercase().as_str()),
        ("command", "echo \"a: b\" # no comment"),
        ("namespace", "checkout"),
        ("deadline", "30m"),
        ("labels", "team=payments, cost-center=4711"),
    ]);
    let text = builtin_named("plain").instantiate(&values, GIVEN).unwrap();
    insta::assert_snapshot!(text, @r#"
    apiVersion: batch/v1
    kind: Job
    metadata:
      name: settle-x7k2q
      namespace: checkout
      labels:
        team: payments
        cost-center: "4711"
    spec:
      backoffLimit: 0
      activeDeadlineSeconds: 1800
      # Seconds after its end until it is deleted with its pods.
      ttlSecondsAfterFinished: 86400
      template:
        metadata:
          labels:
            team: payments
            cost-center: "4711"
        spec:
          restartPolicy: Never
          containers:
          - name: main
            image: registry.example/tools/settle:2
            command: ["sh", "-c", "echo \"a: b\" # no comment"]
            resources:
              requests:
                cpu: 100m
                memory: 128Mi
              limits:
                memory: 128Mi
    "#);
}

#[test]
fn a_script_of_several_lines_stays_readable() {
    let values = values(&[("command", "set -e\necho one\n")]);
    let text = builtin_named("plain").instantiate(&values, GIVEN).unwrap();
    assert!(text.contains("        command:\n        - sh\n        - -c\n        - |-\n          set -e\n"), "{text}");
    let object = read(&text);
    assert_eq!(object["spec"]["template"]["spec"]["containers"][0]["command"], json!(["sh", "-c", "set -e\necho one"]));
}

#[test]
fn a_key_with_nothing_left_beneath_it_goes_too() {
    let text = builtin_named("plain").instantiate(&Values::new(), GIVEN).unwrap();
    assert!(text.contains("  template:\n    spec:\n      restartPolicy: Never\n"), "{text}");
    let template = "# @field x: text? \"X\"\na:\n  b:\n    c: \"{{x}}\"\nd:\n- 1\ne:\n- \"{{x}}\"\n";
    let template = parse("t", template).unwrap();
    assert_eq!(template.preview(&Values::new(), GIVEN), "d:\n- 1\n");
}

#[test]
fn a_name_follows_what_it_is_made_from_until_it_is_typed() {
    let plain = builtin_named("plain");
    let name = plain.field("name").unwrap();
    assert_eq!(plain.default_of(name, &Values::new(), "x7k2q"), "busybox-x7k2q");
    let image = values(&[("image", "a/B_c:1")]);
    assert_eq!(plain.default_of(name, &image, "x7k2q"), "b-c-x7k2q");
    let long = values(&[("image", &"a".repeat(90))]);
    assert_eq!(plain.default_of(name, &long, "x7k2q").len(), 57, "its pods need six of 63");
    let typed = values(&[("image", "a"), ("name", "mine")]);
    assert_eq!(plain.complete(&typed, "x7k2q")["name"], "mine");
}

#[test]
fn everything_that_is_wrong_is_told_at_once() {
    let values = values(&[("image", ""), ("retries", "many"), ("namespace", "Checkout"), ("deadline", "soon")]);
    let problems = builtin_named("plain").instantiate(&values, GIVEN).unwrap_err();
    let fields: Vec<_> = problems.iter().map(|problem| problem.field.as_str()).collect();
    assert_eq!(fields, ["image", "namespace", "retries", "deadline"]);
    let one_off = builtin_named("from-cronjob");
    let chosen = Values::from([("cronjob".to_owned(), "nightly".to_owned())]);
    assert_eq!(one_off.instantiate(&chosen, GIVEN).unwrap_err()[0].words, "the CronJob nightly was not read yet");
    assert!(one_off.preview(&chosen, GIVEN).starts_with("# the Job nightly-x7k2q that CronJob nightly makes"));
}

#[test]
fn a_file_that_is_no_template_says_in_which_line_and_why() {
    let of = |text: &str| parse("t", text).unwrap_err().to_string();
    assert_eq!(of("# @title A\n"), "line 1: there is no manifest beneath the header");
    assert_eq!(of("# @filed x: text \"X\"\na: 1"), "line 1: `@filed` is not known: @title, @about, @field");
    assert_eq!(of("# @field x: txt \"X\"\na: 1").split(", ").next().unwrap(), "line 1: there is no type `txt`: name");
    assert_eq!(of("# @field x: text \"X\"\na: 1"), "line 1: `x` is not used in the manifest");
    assert_eq!(of("\n# @field x: integer(5..1) \"X\"\na: 1"), "line 2: `integer(5..1)`: a range such as 1..100");
    assert_eq!(of("# @field x: integer(1..5) = 9 \"X\"\na: 1"), "line 1: the default of `x`: a number from 1 to 5");
    assert_eq!(of("a: \"{{x}}\"\n"), "line 1: {{x}} is not declared: `# @field x: text \"\u{2026}\"`");
    for text in [
        "# @field X: text \"X\"",
        "# @field x text",
        "# @field x: text",
        "# @field x: text \"X",
        "# @title",
        "# @field x: choice(a) \"X\"",
        "# @field x: name(99) \"X\"",
        "# @field x: text(3) \"X\"",
        "# @field x: text = {{y}} \"X\"",
        "# @field x: text \"X\" \"Y\" Z",
    ] {
        assert!(parse("t", &format!("{text}\na: \"{{{{x}}}}\"\n")).is_err(), "{text}");
    }
}

#[test]
fn a_placeholder_stands_only_where_no_value_can_break_out() {
    let quotes = "line 2: a placeholder stands in a text in double quotes: \"{{name}}\"";
    for body in [
        "a: {{x}}",
        "a: '{{x}}'",
        "{{x}}: a",
        "a: b {{x}}",
        "a: 'say \"{{x}}\"'",
        "a: &b \"{{x}}\"",
        "\"{{x}}\": it's",
        "a: [\"b\", {{x}}]",
    ] {
        assert_eq!(refused(body), quotes, "{body}");
    }
    assert!(refused("a: |\n  echo \"{{x}}\"").starts_with("line 3: a placeholder cannot stand in a block"));
    assert!(refused("- |-\n  echo \"{{x}}\"").starts_with("line 3: a placeholder cannot stand in a block"));
    assert!(refused("a: '\n  \"{{x}}\"'").starts_with("line 2: a text in quotes ends on its line"));
    assert!(parse("t", "# @field x: text? \"X\"\na: [\"{{x}}\"]\n").is_err(), "its line could not go");
    assert!(parse("t", "# @field x: text \"X\"\na: |\n  b\nc: \"{{x}}\"\n").is_ok(), "the block has ended");
    assert!(parse("t", "# @field x: text \"X\"\na: \"{{ .Values.b }}\"\nc: \"{{x}}\" # {{y}}\n").is_ok());
}

#[test]
fn an_own_template_comes_before_the_one_that_ships() {
    let own = parse("plain", "# @title Mine\nkind: Job\n").unwrap();
    let error = TemplateError { line: 1, words: "no".to_owned() };
    let broken = Broken { name: "bad".into(), file: "bad.yaml".to_owned(), error };
    let templates =
        Templates::with_own(vec![Ok(own), Err(broken), parse("new", "kind: Pod\n").map_err(|_| unreachable!())]);
    assert_eq!(templates.named("plain").unwrap().title, "Mine");
    assert!(templates.named("plain").unwrap().is_own);
    assert_eq!(templates.all.len(), builtin().all.len() + 1);
    assert_eq!(templates.broken.len(), 1);
}

#[test]
fn the_template_that_the_readme_shows_is_one() {
    let readme = include_str!("../../../README.md");
    let begin = readme.find("# @title Import").unwrap();
    let shown = &readme[begin..begin + readme[begin..].find("```").unwrap()];
    let template = parse("import", shown).unwrap();
    let text = template.instantiate(&values(&[("file", "a.csv"), ("namespace", "ledger")]), GIVEN).unwrap();
    let spec = &read(&text)["spec"];
    assert_eq!(spec["parallelism"], 4);
    assert_eq!(spec.get("activeDeadlineSeconds"), None);
    assert_eq!(spec["template"]["spec"]["containers"][0]["args"], json!(["--file", "a.csv"]));
}

#[test]
fn files_from_other_systems_are_read() {
    let text = "\u{feff}# @title A\r\n# @field x: text = y \"X\"\r\na: \"{{x}}\"\r\n";
    let template = parse("t", text).unwrap();
    assert_eq!(template.instantiate(&Values::new(), GIVEN).unwrap(), "a: \"y\"\n", "y is a word for true");
}

const PLACES: &str = "# @field x: text \"X\"
# @field i: integer \"I\"
# @field c: command \"C\"
whole: \"{{x}}\"
inside: \"a {{x}} b\"
list: [\"one\", \"{{x}}\", two]
items:
- \"{{x}}\"
- name: \"{{x}}\"   # {{x}}
map: {a: \"{{x}}\", b: 1}
number: \"{{i}}\"
command: \"{{c}}\"
end: here
";

fn any_text() -> impl Strategy<Value = String> {
    let parts = prop_oneof![
        Just("\"".to_owned()),
        Just("'".to_owned()),
        Just("\n".to_owned()),
        Just(": ".to_owned()),
        Just(" #".to_owned()),
        Just("{{x}}".to_owned()),
        Just("{{".to_owned()),
        Just("- ".to_owned()),
        Just("\\".to_owned()),
        Just("\u{2028}".to_owned()),
        Just("\u{feff}".to_owned()),
        Just("\u{7}".to_owned()),
        Just("---\n".to_owned()),
        Just("true".to_owned()),
        Just("1e3".to_owned()),
        Just("~".to_owned()),
        Just("*a".to_owned()),
        ".*",
    ];
    proptest::collection::vec(parts, 0..6).prop_map(|parts| parts.concat())
}

proptest! {
    #[test]
    fn any_value_is_read_back_at_its_place_and_nowhere_else(text in any_text()) {
        let template = parse("t", PLACES).unwrap();
        let values = values(&[("x", &text), ("i", "7"), ("c", &format!("x{text}"))]);
        let object = read(&template.preview(&values, GIVEN));
        prop_assert_eq!(&object["command"], &Value::from(argv(&format!("x{text}")).unwrap()));
        if text.trim().is_empty() {
            prop_assert_eq!(object.get("whole"), None, "without a value the line goes");
            prop_assert_eq!(&object["end"], "here");
        } else {
            let rest = json!({"whole": text, "inside": format!("a {text} b"), "list": ["one", text, "two"],
                "items": [text, {"name": text}], "map": {"a": text, "b": 1}, "number": 7,
                "command": object["command"], "end": "here"});
            prop_assert_eq!(object, rest);
        }
    }

    #[test]
    fn no_file_makes_the_reader_fall(text in any_text(), more in any_text()) {
        let _ = parse("t", &text);
        if let Ok(template) = parse("t", &format!("# @field x: text \"X\"\na: \"{{{{x}}}}\"\n{text}")) {
            let _ = template.preview(&values(&[("x", &more)]), GIVEN);
        }
    }
}
