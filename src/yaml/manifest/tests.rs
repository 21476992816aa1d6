use rstest::rstest;

use super::*;

const JOB: &str = "apiVersion: batch/v1\nkind: Job\nmetadata:\n  name: settle\nspec:\n  template:\n    spec:\n      \
                   restartPolicy: Never\n      containers:\n      - name: main\n        image: busybox\n";

fn told(text: &str) -> Vec<String> {
    documents(text).problems.iter().map(Problem::to_string).collect()
}

#[test]
fn a_good_text_has_no_problems() {
    for text in [
        JOB.to_owned(),
        format!("\u{feff}{JOB}"),
        JOB.replace('\n', "\r\n"),
        format!("# head\n%YAML 1.2\n---\n{JOB}...\n"),
    ] {
        let found = documents(&text);
        assert_eq!(found.problems, [], "{text:?}");
        assert_eq!((found.documents.len(), found.documents[0].name.as_deref()), (1, Some("settle")));
    }
}

#[rstest]
#[case(JOB.replace("  name: settle", "\tname: settle"), "line 4, column 1: a tab in the indentation; indent with blanks")]
#[case(JOB.replace("  name: settle", "  name: settle\n  name: b"), "line 5, column 3: this key stands here twice; keep one of the two")]
#[case(JOB.replace("settle", "Settle"), "line 4, column 9: capital `S` at character 1: a name has a-z, 0-9, `-` and `.` only")]
#[case(JOB.replace("settle", "set世"), "line 4, column 12: `世` at character 4: a name has a-z, 0-9, `-` and `.` only")]
#[case(JOB.replace("settle", &"a".repeat(64)), "line 4, column 72: 64 characters: a name has at most 63 here")]
#[case(JOB.replace("settle", "7"), "line 4, column 9: name is a number, not a text; put it in quotes")]
#[case(JOB.replace("kind: Job\n", ""), "line 1, column 1: no kind; say it, such as `kind: Job`")]
#[case(JOB.replace("apiVersion: batch/v1", "apiVersion: 1"), "line 1, column 1: apiVersion is a number, not a text; say it, such as `apiVersion: batch/v1`")]
#[case(JOB.replace("  name: settle\n", "  labels: {a: b}\n"), "line 3, column 1: no name; write `metadata:` and below it `  name: …`")]
#[case(JOB.replace("      restartPolicy: Never\n", ""), "line 7, column 5: a Job's pods need a restartPolicy; OnFailure or Never")]
#[case(JOB.replace("Never", "Always"), "line 8, column 7: a Job takes OnFailure or Never")]
#[case(JOB.replace("name: main", "name: Main"), "line 10, column 15: capital `M` at character 1: a name has a-z, 0-9 and `-` only")]
#[case(JOB.replace("busybox", "\"busybox"), "line 11, column 16: a quoted text is not closed; close the quote")]
#[case(JOB.replace("busybox", "[busybox"), "line 11, column 16: a list in brackets is not closed; close it with `]`")]
#[case(JOB.replace("  name: settle", " name: settle\n  x: 1"), "line 5, column 4: a `:` that begins no field here; quote the text, or mend the indentation")]
#[case("just words\n".to_owned(), "line 1, column 1: a text stands here, not an object; begin with `apiVersion:` and `kind:`")]
fn tells_what_is_wrong_and_where(#[case] text: String, #[case] wanted: &str) {
    assert_eq!(told(&text), [wanted]);
    let shifted = told(&format!("# one\n---\n{JOB}---\n{text}"));
    let line = |told: &str| told[5..].split(',').next().unwrap().parse::<usize>().unwrap();
    assert_eq!(shifted.len(), 1, "{shifted:?}");
    assert!(line(&shifted[0]) - line(wanted) >= 13, "{shifted:?}");
}

#[test]
fn a_broken_document_does_not_hide_the_others() {
    let text = format!("{JOB}---\na: [1\n---\n{}---\n{JOB}", JOB.replace("settle", "Settle"));
    let found = documents(&text);
    assert_eq!(found.documents.len(), 3);
    assert_eq!(found.problems.iter().map(|problem| problem.place.line).collect::<Vec<_>>(), [12, 17]);
    assert_eq!(found.documents[2].first_line, 26);
    assert_eq!(place_of(&text, &found.documents[2], "spec.template.spec.containers[0].image"), Some((36, 8)));
    assert_eq!(place_of(&text, &found.documents[2], "spec.template.spec.nodeName"), Some((32, 4)));
}

#[test]
fn a_list_unfolds_into_its_items() {
    let items: String = ["one", "Two"]
        .iter()
        .map(|name| format!("- apiVersion: v1\n  kind: ConfigMap\n  metadata:\n    name: {name}\n"))
        .collect();
    let text = format!("---\napiVersion: v1\nkind: List\nitems:\n{items}");
    let found = documents(&text);
    let lines: Vec<_> = found.documents.iter().map(|item| (item.first_line, item.last_line)).collect();
    assert_eq!(lines, [(4, 7), (8, 11)]);
    assert_eq!(place_of(&text, &found.documents[1], "metadata.name"), Some((11, 4)));
    assert_eq!(found.problems[0].place, Place { line: 11, column: 10 });
    assert_eq!(documents("apiVersion: v1\nkind: List\nitems: []\n"), Documents::default());
}

#[test]
fn several_kinds_and_generated_names_are_fine() {
    let text = "apiVersion: v1\nkind: Namespace\nmetadata: {name: a}\n---\napiVersion: batch/v1\nkind: Job\nmetadata: \
                {generateName: a-, namespace: a}\n";
    let found = documents(text);
    assert_eq!(found.problems, []);
    assert_eq!(found.documents[1].generate_name.as_deref(), Some("a-"));
    assert_eq!(found.documents.iter().map(|one| one.kind.as_str()).collect::<Vec<_>>(), ["Namespace", "Job"]);
}

#[test]
fn bombs_and_large_texts_are_told() {
    let mut bomb = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n".to_owned();
    for level in 1..12 {
        let aliases = vec![format!("*a{}", level - 1); 10].join(", ");
        bomb.push_str(&format!("a{level}: &a{level} [{aliases}]\n"));
    }
    assert!(told(&bomb)[0].contains("too much") || told(&bomb)[0].contains("unfold"), "{:?}", told(&bomb));
    assert!(told(&"[".repeat(100_000))[0].contains("nested too deeply"));
    assert!(told(&" ".repeat(INPUT_BYTES + 1))[0].contains("8 MiB"));
    let large =
        format!("apiVersion: v1\nkind: ConfigMap\nmetadata: {{name: a}}\ndata:\n  a: {}\n", "x".repeat(5_000_000));
    let found = documents(&large);
    assert_eq!((found.first_error(), found.problems.len()), (None, 1));
    assert!(found.problems[0].words.contains("4.8 MiB"), "{}", found.problems[0]);
}

#[test]
fn bytes_that_are_no_text_say_where() {
    assert_eq!(read_bytes("\u{feff}a\r\nb".as_bytes()).as_deref(), Ok("a\nb"));
    let error = read_bytes(b"a: 1\nb: \xff\n").unwrap_err();
    assert_eq!(error.to_string(), "byte 8 (line 2) is no UTF-8: save the file as UTF-8");
    assert!(read_bytes(b"\xff\xfea\0").unwrap_err().to_string().contains("UTF-16"));
}

proptest::proptest! {
    #[test]
    fn nothing_panics(text in "([ -a1:#\"'\\[\\]{},&*!|>%@\tü\\\\\n-]|name: |kind: |\n---\n){0,60}", path in "[a-b.\\[\\]=\"0]{0,12}") {
        let found = documents(&text);
        let lines = text.lines().count().max(1);
        for problem in &found.problems {
            proptest::prop_assert!(problem.place.line < lines, "{problem} of {lines}");
        }
        for document in &found.documents {
            proptest::prop_assert!(document.first_line <= document.last_line && document.last_line < lines);
            place_of(&text, document, &path);
        }
    }
}
