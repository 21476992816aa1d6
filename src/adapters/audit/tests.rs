use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use rstest::rstest;

use super::*;
use crate::domain::audit::{Object, Outcome, Record};
use crate::runtime::ports::AuditPort;

fn intent(name: &str) -> Record {
    Record {
        intent: None,
        cluster: "payments-prod".into(),
        cluster_user: "sre".into(),
        object: Object {
            api_version: "batch/v1".into(),
            kind: "Job".into(),
            namespace: "checkout".into(),
            name: name.into(),
            uid: "u".into(),
        },
        verb: "delete".into(),
        request: format!("delete {name}").into_bytes(),
        outcome: None,
        words: String::new(),
    }
}

async fn write(journal: &Journal, name: &str) -> u64 {
    let number = journal.record(intent(name)).await.unwrap();
    let after = Record { intent: Some(number), outcome: Some(Outcome::Done), ..intent(name) };
    journal.record(after).await.unwrap();
    number
}

async fn three(path: &Path) -> Vec<u8> {
    let journal = Journal::new(Some(path.to_owned()));
    for name in ["a", "b", "c"] {
        write(&journal, name).await;
    }
    std::fs::read(path).unwrap()
}

#[tokio::test]
async fn lines_are_numbered_chained_private_and_read_back() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("deep/audit.jsonl");
    let text = three(&path).await;
    let verdict = verify(&text);
    assert_eq!((verdict.lines, verdict.faults.len(), verdict.unknown.len()), (6, 0, 0), "{verdict:?}");
    assert_eq!(std::fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
    let writes = read(&path).unwrap();
    assert_eq!(writes.iter().map(|write| write.intent.object.name.as_str()).collect::<Vec<_>>(), ["a", "b", "c"]);
    assert!(writes.iter().all(|write| write.outcome == Some(Outcome::Done)));
    assert!(!String::from_utf8(text).unwrap().contains("delete a"), "the request is a digest");
}

#[rstest]
#[case::changed(|text: &mut String| *text = text.replacen("\"b\"", "\"x\"", 1))]
#[case::cut_out(|text: &mut String| { let lines: Vec<&str> = text.lines().collect(); *text = [&lines[..2], &lines[3..]].concat().join("\n") + "\n" })]
#[case::swapped(|text: &mut String| { let mut lines: Vec<&str> = text.lines().collect(); lines.swap(2, 3); *text = lines.join("\n") + "\n" })]
#[case::first_gone(|text: &mut String| *text = text.split_once('\n').unwrap().1.to_owned())]
#[case::added(|text: &mut String| { let last = text.lines().last().unwrap().to_owned(); text.push_str(&last); text.push('\n') })]
#[case::blanks(|text: &mut String| *text = text.replacen("\n", " \n", 1))]
#[tokio::test]
async fn any_change_of_what_is_written_is_found(#[case] change: fn(&mut String)) {
    let folder = tempfile::tempdir().unwrap();
    let mut text = String::from_utf8(three(&folder.path().join("audit.jsonl")).await).unwrap();
    change(&mut text);
    assert!(!verify(text.as_bytes()).faults.is_empty(), "{text}");
}

#[tokio::test]
async fn a_crash_between_the_two_lines_shows_as_unknown() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("audit.jsonl");
    let journal = Journal::new(Some(path.clone()));
    write(&journal, "a").await;
    let lost = journal.record(intent("b")).await.unwrap();
    write(&journal, "c").await;
    let verdict = verify(&std::fs::read(&path).unwrap());
    assert_eq!((verdict.faults.len(), verdict.unknown), (0, vec![lost]));
    assert_eq!(read(&path).unwrap()[1].outcome, None);
}

#[tokio::test]
async fn a_torn_line_is_found_and_the_chain_goes_on_behind_it() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("audit.jsonl");
    let mut text = three(&path).await;
    text.truncate(text.len() - 20);
    std::fs::write(&path, &text).unwrap();
    write(&Journal::new(Some(path.clone())), "d").await;
    let verdict = verify(&std::fs::read(&path).unwrap());
    assert!(matches!(verdict.faults[..], [Fault::Garbled { line: 6, .. }]), "{verdict:?}");
    assert_eq!(verdict.lines, 8);
}

#[tokio::test]
async fn several_writers_at_once_make_one_chain() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("audit.jsonl");
    let writers = (0..8).map(|writer| {
        // Each opens the file by itself, as another process would.
        let journal = Journal::new(Some(path.clone()));
        tokio::spawn(async move {
            for turn in 0..10 {
                write(&journal, &format!("{writer}-{turn}")).await;
            }
        })
    });
    for writer in writers.collect::<Vec<_>>() {
        writer.await.unwrap();
    }
    let verdict = verify(&std::fs::read(&path).unwrap());
    assert_eq!((verdict.lines, verdict.faults.len(), verdict.unknown.len()), (160, 0, 0), "{:?}", verdict.faults);
}

#[tokio::test]
async fn a_journal_that_cannot_be_written_says_why_and_stays_as_it_was() {
    let nowhere = Journal::new(None).record(intent("a")).await.unwrap_err();
    assert!(nowhere.words.contains("no place for the audit"), "{nowhere:?}");
    let folder = tempfile::tempdir().unwrap();
    let is_a_folder = Journal::new(Some(folder.path().to_owned())).record(intent("a")).await.unwrap_err();
    assert!(is_a_folder.words.contains("cannot be written"), "{is_a_folder:?}");
    let full = Journal::new(Some("/dev/full".into())).record(intent("a")).await.unwrap_err();
    assert!(full.words.contains("cannot be written"), "{full:?}");
}
