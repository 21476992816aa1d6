use std::sync::Arc;

use proptest::prelude::*;
use rstest::rstest;

use super::*;
use crate::domain::schema::tests::batch;

pub fn editor(text: &str, fingers: Fingers) -> Editor {
    Editor::new(EditorStart {
        title: "new Job".to_owned(),
        cluster: ClusterId(0),
        cluster_name: "left".to_owned(),
        namespace: "checkout".to_owned(),
        origin: String::new(),
        text: text.to_owned(),
        purpose: DraftPurpose::New,
        draft: DraftId("1-1-1".to_owned()),
        fingers,
        server_version: String::new(),
    })
}

/// Keys as keymap files write them, blanks between; `|` types what follows letter by letter.
fn press(editor: &mut Editor, keys: &str) {
    for word in keys.split(' ') {
        match word.strip_prefix('|') {
            Some(text) => {
                for char in text.chars() {
                    let char = if char == '_' { ' ' } else { char };
                    editor
                        .key(Key::parse(&if char == ' ' { "space".to_owned() } else { char.to_string() }).unwrap(), 0);
                }
            }
            None if word == "esc" => {
                editor.escape();
            }
            None => {
                editor.key(Key::parse(word).unwrap(), 0);
            }
        }
    }
}

const JOB: &str = "apiVersion: batch/v1\nkind: Job\nmetadata:\n  name: settle\nspec:\n  template:\n    spec:\n      \
                   restartPolicy: Never\n      containers:\n      - name: main\n";

#[rstest]
#[case("", "|spec: enter |a:_1", "spec:\n  a: 1")]
#[case("", "|a: enter |-_b:_1 enter |c:_2", "a:\n  - b: 1\n    c: 2")]
#[case("a:\n    ", "ctrl-end backspace |x", "a:\n  x")]
#[case("a: e\u{301}世", "end backspace backspace", "a: ")]
#[case("a\nb\nc", "shift-down shift-down tab", "  a\n  b\nc")]
#[case("    a", "shift-tab", "  a")]
#[case("one two", "ctrl-k down ctrl-y ctrl-y", "one twoone two")]
#[case("one two three", "ctrl-right ctrl-delete", "one three")]
#[case("one two three", "end ctrl-backspace", "one two ")]
#[case("one\ntwo", "ctrl-x", "two")]
#[case("q 1 ?", "|q1?:", "q1?:q 1 ?")]
fn types_plainly(#[case] text: &str, #[case] keys: &str, #[case] wanted: &str) {
    let mut editor = editor(text, Fingers::Plain);
    press(&mut editor, keys);
    assert_eq!(editor.text(), wanted);
}

#[rstest]
#[case("one two\nthree", "d w", "two\nthree")]
#[case("one two\nthree", "w d w", "one \nthree")]
#[case("one two\nthree", "c w |x esc u", "one two\nthree")]
#[case("one two\nthree", "c w |x esc", "x two\nthree")]
#[case("a\nb\nc\nd", "d d p", "b\na\nc\nd")]
#[case("a\nb\nc\nd", "2 d d G p", "c\nd\na\nb")]
#[case("a\nb\nc\nd", "d 2 j", "d")]
#[case("a\nb\nc", "j y y P", "a\nb\nb\nc")]
#[case("a\nb", "G d d", "a")]
#[case("a", "d d", "")]
#[case("a: 1\nb", "o |c esc", "a: 1\nc\nb")]
#[case("  a: 1", "O |c esc", "  c\n  a: 1")]
#[case("a:", "o |c esc", "a:\n  c")]
#[case("a b", "A |!", "a b!")]
#[case("  a b", "$ I |!", "  !a b")]
#[case("abc", "l x", "ac")]
#[case("abc def", "w D", "abc ")]
#[case("abc def", "w C |x", "abc x")]
#[case("a\nb\nc", "> j", "  a\n  b\nc")]
#[case("  a\n  b", "j < <", "  a\nb")]
#[case("a\n  b", "J", "a b")]
#[case("a\nb\nc\nd", "j V j d", "a\nd")]
#[case("a\nb\nc", "V G >", "  a\n  b\n  c")]
#[case("a b c", "e d 0", "b c")]
#[case("one", "d e", "")]
#[case("x\ny one", "j $ b d b", "x\none")]
#[case("a b", "/ |b enter x", "a ")]
#[case("b\na b", "w / |b enter n x", "\na b")]
#[case("abc", "d esc x", "bc")]
#[case("image: busybox-1 # x", "w w c i w |y esc", "image: y-1 # x")]
#[case("image: busybox:1.36 # x", "w w d a W", "image: # x")]
#[case("a: busybox:1.36", "w w c i W |y esc", "a: y")]
#[case("a: b c", "$ d a w", "a: b")]
#[case("a: \"b c\"", "c i \" |x esc", "a: \"x\"")]
#[case("a: 'b c' d", "w w w d a '", "a:  d")]
#[case("a b", "d i q x", " b")]
#[case("abc", "x x u u ctrl-r", "bc")]
fn speaks_vim(#[case] text: &str, #[case] keys: &str, #[case] wanted: &str) {
    let mut editor = editor(text, Fingers::Vim);
    press(&mut editor, keys);
    assert_eq!(editor.text(), wanted);
}

#[test]
fn vim_asks_with_colon() {
    let mut editor = editor("a", Fingers::Vim);
    press(&mut editor, ": |w");
    assert_eq!(editor.key(Key::parse("enter").unwrap(), 0), Asked::Apply);
    press(&mut editor, ": |q");
    assert_eq!(editor.key(Key::parse("enter").unwrap(), 0), Asked::Close);
    assert!(editor.escape(), "esc in NORMAL closes nothing");
}

#[test]
fn letters_that_follow_one_another_are_undone_together() {
    let mut editor = editor("", Fingers::Plain);
    press(&mut editor, "|abc |_ |def");
    editor.undo(0);
    assert_eq!(editor.text(), "abc ");
    editor.undo(0);
    assert_eq!(editor.text(), "");
    editor.redo(0);
    editor.redo(0);
    assert_eq!(editor.text(), "abc def");
}

#[test]
fn a_paste_is_one_step_and_goes_in_as_it_is() {
    let mut editor = editor("x", Fingers::Plain);
    editor.paste("  a:\r\n    b\u{1b}[31m\r\tc", 0);
    assert_eq!(editor.text(), "  a:\n    b[31m\n\tcx");
    editor.undo(0);
    assert_eq!(editor.text(), "x");
}

#[test]
fn problems_stand_at_their_lines_and_move_with_them() {
    let mut editor = editor(&JOB.replace("Never", "Always"), Fingers::Plain);
    let place = |editor: &Editor| editor.problems().iter().map(|shown| shown.line).collect::<Vec<_>>();
    assert_eq!(place(&editor), [7]);
    press(&mut editor, "enter");
    assert_eq!(place(&editor), [8]);
    assert!(editor.first_error().is_some());
    editor.go_problem(true);
    assert_eq!(editor.cursor().line, 8);
}

#[rstest]
#[case("v1", true)]
#[case("batch/v1", true)]
#[case("gateway.networking.k8s.io/v1beta2", true)]
#[case("batch/v", false)]
#[case("batch/", false)]
#[case("batch/v1b", false)]
#[case("batch/v1beta", false)]
#[case("/v1", false)]
#[case("../x/v1", false)]
fn half_a_version_is_not_asked_for(#[case] version: &str, #[case] whole: bool) {
    assert_eq!(is_version(version), whole);
}

#[test]
fn the_schema_is_asked_for_once_and_checks_from_then_on() {
    let mut editor = editor(&JOB.replace("name: main", "nam: main"), Fingers::Plain);
    assert_eq!((editor.wanted_schemas(0), editor.wanted_schemas(0)), (vec!["batch/v1".to_owned()], vec![]));
    assert_eq!((editor.problems().len(), editor.schema_words().as_str()), (0, "schema: loading"));
    editor.put_schema("batch/v1", SchemaState::Got(Arc::new(batch())));
    let words: Vec<_> = editor.problems().iter().map(|shown| shown.words.as_str()).collect();
    assert_eq!(words, ["name is missing", "no field `nam` here; did you mean `name`?"]);
    assert!(editor.first_error().is_none(), "the server has the last word on the schema");
    assert_eq!(editor.schema_words(), "checked against 1.34.4");
}

#[rstest]
#[case("metadata:\n  na", "metadata", false)]
#[case("spec:\n  template:\n    spec:\n      containers:\n      - na", "spec.template.spec.containers[0]", false)]
#[case(
    "spec:\n  template:\n    spec:\n      containers:\n      - name: x\n        ",
    "spec.template.spec.containers[0]",
    false
)]
#[case(
    "spec:\n  template:\n    spec:\n      containers:\n        - name: x\n          po",
    "spec.template.spec.containers[0]",
    false
)]
#[case(
    "spec:\n  template:\n    spec:\n      containers:\n      - name: x\n      restartPolicy: N",
    "spec.template.spec.restartPolicy",
    true
)]
#[case(
    "spec:\n  template:\n    spec:\n      containers:\n      - env:\n        - name: x\n        - na",
    "spec.template.spec.containers[0].env[0]",
    false
)]
#[case(
    "spec:\n  template:\n    spec:\n      containers:\n      - name: x\n        limits:\n          cpu: ",
    "spec.template.spec.containers[0].limits.cpu",
    true
)]
#[case("sp", "", false)]
fn knows_where_it_is_on_half_a_line(#[case] below: &str, #[case] path: &str, #[case] value: bool) {
    let mut editor = editor(&format!("apiVersion: batch/v1\nkind: Job\n{below}"), Fingers::Plain);
    press(&mut editor, "ctrl-end");
    let spot = editor.spot().unwrap();
    assert_eq!((spot.path, spot.value), (crate::domain::field_path::field_path(path), value));
}

#[test]
fn completes_names_and_values() {
    let mut editor = editor("apiVersion: batch/v1\nkind: Job\n", Fingers::Plain);
    editor.put_schema("batch/v1", SchemaState::Got(Arc::new(batch())));
    press(&mut editor, "ctrl-end |sp");
    editor.complete();
    press(&mut editor, "enter");
    editor.complete();
    press(&mut editor, "enter");
    press(&mut editor, "|sp");
    editor.complete();
    press(&mut editor, "enter |res");
    editor.complete();
    press(&mut editor, "enter");
    editor.complete();
    press(&mut editor, "down enter");
    assert!(
        editor.text().ends_with("spec:\n  template:\n    spec:\n      restartPolicy: OnFailure"),
        "{}",
        editor.text()
    );
    assert_eq!(editor.described().unwrap().0, "restartPolicy");
}

#[test]
fn the_servers_words_stand_on_their_lines_until_these_are_edited() {
    let mut editor = editor(JOB, Fingers::Plain);
    let fields = vec![
        (Some("spec.template.spec.containers[0].image".to_owned()), "Required value".to_owned()),
        (None, "strict decoding error: unknown field \"spec.foo\"".to_owned()),
    ];
    editor.server_said(vec![ServerMessage { document: 0, fields }]);
    let told =
        |editor: &Editor| editor.problems().iter().map(|shown| (shown.line, shown.words.clone())).collect::<Vec<_>>();
    let wanted = [(4, "the server knows no field `foo` here".to_owned()), (9, "Required value".to_owned())];
    assert_eq!((told(&editor), editor.cursor().line), (wanted.to_vec(), 4));
    press(&mut editor, "end |x backspace");
    assert_eq!(told(&editor), wanted[1..]);
}

#[test]
fn a_conflict_shows_both_and_either_can_be_taken() {
    let mut editor = editor("a: 1\nb: 2\n", Fingers::Plain);
    editor.conflict("a: 1\nb: 3\n".to_owned(), Some("9".to_owned()));
    let lines = &editor.conflict_with().unwrap().lines;
    assert!(lines.contains(&(conflict::Differs::Theirs, "b: 3".to_owned())), "{lines:?}");
    assert!(lines.contains(&(conflict::Differs::Mine, "b: 2".to_owned())));
    assert_eq!(editor.take_theirs(0), Some("9".to_owned()));
    assert_eq!(editor.text(), "a: 1\nb: 3\n");
    editor.undo(0);
    assert_eq!(editor.text(), "a: 1\nb: 2\n");
}

#[test]
fn a_draft_is_due_within_a_second_of_the_first_change() {
    let mut editor = editor("", Fingers::Plain);
    assert_eq!(editor.due(), None);
    for now in [0, 300, 600] {
        editor.key(Key::parse("a").unwrap(), now);
    }
    assert!(editor.due().is_some_and(|due| due <= 1_000));
    assert_eq!(editor.draft_due(300), None);
    assert_eq!(editor.draft_due(1_000).map(|draft| draft.text), Some("aaa".to_owned()));
    assert_eq!((editor.draft_due(9_000), editor.draft_now(9_000)), (None, None));
}

#[test]
fn a_large_text_is_looked_at_when_the_typing_pauses() {
    let mut editor = editor(&"a: 1\n".repeat(10_000), Fingers::Plain);
    press(&mut editor, "|{");
    assert!(editor.due().is_some());
    editor.tick(10_000);
    assert!(editor.problems()[0].words.contains("braces"), "{:?}", editor.problems());
}

const KEYS: &[&str] = &[
    "a",
    "b",
    ":",
    "-",
    "space",
    "enter",
    "tab",
    "shift-tab",
    "backspace",
    "delete",
    "up",
    "down",
    "left",
    "right",
    "home",
    "end",
    "shift-up",
    "shift-down",
    "shift-end",
    "ctrl-k",
    "ctrl-y",
    "ctrl-x",
    "ctrl-w",
    "世",
    "\"",
    "[",
    "|",
    "d",
    "w",
    "c",
    "y",
    "p",
    "P",
    "o",
    "O",
    "x",
    "D",
    "J",
    "u",
    "g",
    "G",
    "V",
    "3",
    "0",
    "$",
    ">",
    "<",
    "i",
    "esc",
    "n",
    "/",
    "e",
    "ctrl-home",
    "ctrl-end",
    "pageup",
    "pagedown",
    "ctrl-right",
    "ctrl-left",
];

proptest! {
    #[test]
    fn no_keys_break_it_and_undo_leads_back(
        text in "([a-z]{1,4}: [a-z1]{0,4}\n|- x\n|  y: \\|\n| \t世e\u{301}\n){0,6}",
        keys in prop::collection::vec(0..KEYS.len(), 0..120),
        fingers in 0..3usize,
        room in (1usize..30, 5usize..80),
    ) {
        let mut editor = editor(&text, [Fingers::Plain, Fingers::Vim, Fingers::Emacs][fingers]);
        editor.put_schema("batch/v1", SchemaState::Got(Arc::new(batch())));
        editor.drawn(room.0, room.1);
        for key in keys {
            match KEYS[key] {
                "esc" => { editor.escape(); }
                key => { editor.key(Key::parse(key).unwrap(), 0); }
            }
            let cursor = editor.cursor();
            prop_assert!(cursor.line < editor.lines().len());
            prop_assert!(cursor.column <= editor.lines()[cursor.line].chars().count());
            prop_assert!(editor.top <= cursor.line);
        }
        let last = editor.text();
        while editor.buffer.undo().is_some() {}
        prop_assert_eq!(editor.text(), text);
        while editor.buffer.redo().is_some() {}
        // vim's own undo leaves steps that are redone beyond where the keys ended.
        prop_assert!(fingers == 1 || editor.text() == last, "{:?} {:?}", editor.text(), last);
    }
}
