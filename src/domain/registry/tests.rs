use std::collections::BTreeMap;

use super::*;
use crate::domain::gate::Environment;
use crate::domain::provider::Provider;

fn record() -> ClusterRecord {
    ClusterRecord {
        provider: Some(Provider::Eks),
        region: Some("eu-west-1".to_owned()),
        environment: Environment::Staging,
        team: Some("web".to_owned()),
        labels: BTreeMap::from([("tier".to_owned(), "1".to_owned()), ("owner".to_owned(), "a".to_owned())]),
        ..ClusterRecord::sample("shop")
    }
}

#[test]
fn an_arn_decides_alone_and_what_is_not_known_is_no_likeness() {
    let arn = |arn: &str| Identity { arn: Some(arn.to_owned()), uid: Some("u".to_owned()), ca: Some("c".to_owned()) };
    assert!(arn("a").is_same(&arn("a")));
    assert!(!arn("a").is_same(&arn("b")), "one endpoint, two ARNs: two clusters");
    let plain = Identity { arn: None, ..arn("") };
    assert!(plain.is_same(&arn("a")) && plain.is_same(&plain));
    assert!(!plain.is_same(&Identity { ca: Some("d".to_owned()), ..plain.clone() }));
    assert!(!Identity::default().is_same(&Identity::default()));
}

#[test]
fn each_part_of_a_filter_narrows_and_within_one_any_value_will_do() {
    let record = record();
    let all = ClusterFilter::default();
    assert!(all.passes(&record, None));
    let two = ClusterFilter { environments: vec![Environment::Production, Environment::Staging], ..all.clone() };
    assert!(two.passes(&record, None));
    assert!(!ClusterFilter { accounts: vec!["1".to_owned()], ..two.clone() }.passes(&record, None));
    assert!(!ClusterFilter { providers: vec![Provider::K3s], ..two.clone() }.passes(&record, None));
    let down = ClusterFilter { statuses: vec![Some(Status::Down)], ..two.clone() };
    assert!(down.passes(&record, Some(Status::Down)) && !down.passes(&record, None));
    let label = |value: Option<&str>| ClusterFilter {
        labels: vec![("tier".to_owned(), value.map(str::to_owned))],
        ..two.clone()
    };
    assert!(label(None).passes(&record, None) && label(Some("1")).passes(&record, None));
    assert!(!label(Some("2")).passes(&record, None));
}

#[test]
fn an_edit_changes_what_it_names() {
    let mut changed = record();
    let labels = BTreeMap::from([("tier".to_owned(), None), ("x".to_owned(), Some("y".to_owned()))]);
    Edit { team: Some(None), labels, protected: Some(true), ..Edit::default() }.apply(&mut changed);
    assert_eq!((changed.team, changed.protected, changed.environment), (None, true, Environment::Staging));
    assert_eq!(
        changed.labels,
        BTreeMap::from([("owner".to_owned(), "a".to_owned()), ("x".to_owned(), "y".to_owned())])
    );
    assert!(Edit::default().is_empty());
}

#[test]
fn the_end_of_a_log_is_kept_in_whole_lines() {
    let lines: Vec<String> = (0..500).map(|number| format!("line {number}")).collect();
    let kept = last_lines(&lines.join("\n")).lines().collect::<Vec<_>>().len();
    assert_eq!(kept, LOG_LINES);
    assert_eq!(last_lines("a\nb\n"), "a\nb");
    assert_eq!(last_lines(""), "");
    let long = format!("{}\n{}", "é".repeat(40_000), "é".repeat(40_000));
    let kept = last_lines(&long);
    assert!(kept.len() <= 64 * 1024 && kept.chars().all(|char| char == 'é'), "{}", kept.len());
    let broken = format!("{}\nshort", "x".repeat(70_000));
    assert_eq!(last_lines(&broken), "short");
}

#[test]
fn news_is_another_status_or_another_reason() {
    let at = |status, why: &str| Transition { cluster: "1".to_owned(), status, since_ms: 1, why: why.to_owned() };
    let down = at(Status::Down, "refused");
    assert!(down.is_news(None) && down.is_news(Some(&at(Status::Up, ""))));
    assert!(!at(Status::Down, "refused").is_news(Some(&down)) && at(Status::Down, "timed out").is_news(Some(&down)));
}

#[test]
fn a_name_can_be_typed_and_printed() {
    assert!(check_name("arn:aws:eks:eu-west-1:1:cluster/a").is_ok());
    for wrong in ["", "a b", "a\u{1b}[31m", "ä", &"x".repeat(129)] {
        assert!(check_name(wrong).is_err(), "{wrong}");
    }
}
