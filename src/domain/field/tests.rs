use proptest::prelude::*;

use super::*;

fn wrong(kind: &FieldKind, text: &str) -> String {
    kind.check(text).expect_err(text)
}

#[test]
fn a_wrong_name_says_which_character_is_wrong() {
    let name = FieldKind::Namespace;
    assert_eq!(name.check("checkout-2"), Ok(()));
    assert_eq!(wrong(&name, "checkOut"), "capital `O` at character 6: a name has a-z, 0-9 and `-` only");
    assert_eq!(wrong(&name, "a b"), "a blank at character 2: a name has a-z, 0-9 and `-` only");
    assert_eq!(wrong(&name, "a\u{4e2d}"), "`\u{4e2d}` at character 2: a name has a-z, 0-9 and `-` only");
    assert_eq!(wrong(&name, "-a"), "a name cannot begin with `-`");
    assert_eq!(wrong(&name, "a-"), "a name cannot end with `-`");
    assert_eq!(wrong(&name, ""), "needed");
    assert_eq!(wrong(&name, &"a".repeat(64)), "64 characters: a name has at most 63 here");
    assert_eq!(name.check(&"a".repeat(63)), Ok(()));
    assert_eq!(FieldKind::CronJob.check("nightly.v2"), Ok(()));
    assert!(FieldKind::CronJob.check("nightly..v2").is_err());
}

#[test]
fn images_are_checked_as_far_as_a_person_gets_them_wrong() {
    for image in [
        "busybox",
        "busybox:1.36",
        "registry.example:5000/a/b_c:v1",
        "localhost/a",
        &format!("a/b@sha256:{}", "0".repeat(64)),
        "Registry.Example/a:B",
    ] {
        assert_eq!(FieldKind::Image.check(image), Ok(()), "{image}");
    }
    assert_eq!(wrong(&FieldKind::Image, "tools/Busybox:1"), "an image's name is in lower case: not 'B' at 7");
    assert_eq!(wrong(&FieldKind::Image, "busy box"), "not in the name of an image: a blank at 5");
    for image in ["busybox:", "a//b", "a:b:c", "a@sha256:12", "-a", ":1"] {
        assert!(FieldKind::Image.check(image).is_err(), "{image}");
    }
    assert_eq!(base_name("registry.example:5000/tools/busybox:1.36"), "busybox");
    assert_eq!(base_name("registry.example:5000/tools/busybox"), "busybox");
}

#[test]
fn a_command_is_a_line_for_a_shell_or_a_list() {
    assert_eq!(argv("echo \"a b\" | wc").unwrap(), ["sh", "-c", "echo \"a b\" | wc"]);
    assert_eq!(argv(r#"["/bin/tool", "--all"]"#).unwrap(), ["/bin/tool", "--all"]);
    assert_eq!(argv("[ -f /tmp/x ] && true").unwrap()[0], "sh");
    assert!(argv("[\"a\"").is_err() && argv("[]").is_err());
}

#[test]
fn numbers_quantities_and_lengths_of_time() {
    let number = FieldKind::Integer { least: 1, most: 10 };
    assert_eq!(number.check("10"), Ok(()));
    assert_eq!(wrong(&number, "11"), "a number from 1 to 10");
    assert_eq!(wrong(&number, "x"), "a whole number");
    assert_eq!(FieldKind::Quantity.check("250m"), Ok(()));
    assert!(wrong(&FieldKind::Quantity, "-1").starts_with("not below zero"));
    assert!(wrong(&FieldKind::Quantity, "1 GB").starts_with("a quantity"));
    for (text, expected) in [("90", 90), ("90s", 90), ("1h30m", 5_400), ("2d", 172_800)] {
        assert_eq!(seconds(text), Ok(expected), "{text}");
    }
    for text in ["", "h", "1m1h", "1x", "99999999999999d", "-1s", "1.5h"] {
        assert!(seconds(text).is_err(), "{text}");
    }
}

#[test]
fn schedules_are_read_as_kubernetes_reads_them() {
    for text in ["*/5 * * * *", "0 3 * * MON-FRI", "0 0 1,15 jan *", "@daily", "@every 1h30m", "0-30/10 * ? * 0"] {
        assert_eq!(FieldKind::Schedule.check(text), Ok(()), "{text}");
    }
    assert_eq!(wrong(&FieldKind::Schedule, "60 * * * *"), "minute: \"60\" is not from 0 to 59");
    assert_eq!(wrong(&FieldKind::Schedule, "* * * *"), "five fields (minute hour day month weekday), not 4");
    for text in ["5-1 * * * *", "*/0 * * * *", "* * * * 7", "@noon", "TZ=UTC * * * * *", "a * * * *"] {
        assert!(FieldKind::Schedule.check(text).is_err(), "{text}");
    }
}

#[test]
fn labels_are_checked_by_key_and_value() {
    let found = labels("team=payments, example.com/cost-center=4711 empty=").unwrap();
    let found: Vec<_> = found.iter().map(|(key, value)| (key.as_str(), value.as_str())).collect();
    assert_eq!(found, [("team", "payments"), ("example.com/cost-center", "4711"), ("empty", "")]);
    assert_eq!(labels("team=a,team=b").unwrap_err(), "team is there twice");
    assert_eq!(labels("team").unwrap_err(), "team: written key=value");
    let long = format!("team={}", "x".repeat(64));
    for text in ["=x", "a/b/c=x", "A.b/c=x", "/c=x", "a=-b", "a=b:c", long.as_str()] {
        assert!(labels(text).is_err(), "{text}");
    }
}

#[test]
fn what_the_forms_of_the_fleet_take() {
    assert_eq!(namespaces("web, team-* ops").unwrap(), ["web", "team-*", "ops"]);
    assert!(namespaces("Web").unwrap_err().starts_with("Web: "));
    assert_eq!(FieldKind::Namespaces.check(" ").unwrap_err(), "needed");
    assert!(FieldKind::ClusterName.check("a b").unwrap_err().contains("not ' '"));
    assert_eq!(FieldKind::Principal.check(" arn:aws:iam::111111111111:role/x "), Ok(()));
    assert!(FieldKind::Principal.check("sre").unwrap_err().contains("a principal is arn:aws:iam"));
}

#[test]
fn a_name_is_made_from_any_text() {
    assert_eq!(as_name("Busy_Box", "x7k2q", 57), "busy-box-x7k2q");
    assert_eq!(as_name("\u{4e2d}", "x7k2q", 57), "x7k2q");
    assert_eq!(as_name(&"a-".repeat(60), "x7k2q", 20), "a-a-a-a-a-a-a-x7k2q");
}

proptest! {
    #[test]
    fn a_made_name_is_a_name(head in ".*", most in 8_usize..64) {
        prop_assert_eq!(check_name(&as_name(&head, "x7k2q", most), most), Ok(()));
    }

    #[test]
    fn checking_takes_any_text(text in ".*") {
        for kind in [FieldKind::Image, FieldKind::Command, FieldKind::Quantity, FieldKind::Duration,
                     FieldKind::Schedule, FieldKind::Labels, FieldKind::Label, FieldKind::CronJob] {
            let _ = kind.check(&text);
        }
    }
}
