use std::borrow::Cow;

use proptest::prelude::*;
use rstest::rstest;

use super::*;

const NAME: FieldId = FieldId(0);
const STATE: FieldId = FieldId(1);
const FAILED: FieldId = FieldId(2);
const AGE: FieldId = FieldId(3);

#[derive(Debug)]
struct Row {
    name: String,
    state: String,
    failed: Option<f64>,
    age: f64,
    labels: Vec<(String, String)>,
}

impl Filterable for Row {
    fn text(&self, field: FieldId) -> Cow<'_, str> {
        match field {
            NAME => Cow::Borrowed(&self.name),
            STATE => Cow::Borrowed(&self.state),
            FAILED => Cow::Owned(self.failed.map_or_else(String::new, |failed| failed.to_string())),
            _ => Cow::Borrowed(""),
        }
    }

    fn number(&self, field: FieldId) -> Option<f64> {
        match field {
            FAILED => self.failed,
            AGE => Some(self.age),
            _ => None,
        }
    }

    fn label(&self, key: &str) -> Option<&str> {
        self.labels.iter().find(|(name, _)| name == key).map(|(_, value)| &**value)
    }

    fn haystacks(&self, test: &mut dyn FnMut(&str) -> bool) -> bool {
        test(&self.name) || test(&self.state)
    }
}

fn table() -> FieldTable {
    FieldTable::new([
        Field::new(NAME, "name", FieldKind::Text),
        Field::new(STATE, "state", FieldKind::Text).with_aliases(&["status"]),
        Field::new(FAILED, "failed", FieldKind::Number),
        Field::new(AGE, "age", FieldKind::Age),
    ])
}

fn row(name: &str, state: &str, failed: f64, age: f64, labels: &[(&str, &str)]) -> Row {
    let labels = labels.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())).collect();
    Row { name: name.into(), state: state.into(), failed: Some(failed), age, labels }
}

fn settle() -> Row {
    row("settle-28911", "OOMKilled, 3 of 3", 3.0, 240.0, &[("app", "settle"), ("tier", "Batch")])
}

fn passes(text: &str) -> bool {
    let (filter, problems) = Filter::parse(text, &table());
    assert_eq!(problems, [], "{text}");
    filter.matches(&settle())
}

#[rstest]
#[case("")]
#[case("settle")]
#[case("SETTLE oomk")]
#[case("!import")]
#[case("\"3 of 3\"")]
#[case("/^settle-\\d+$/")]
#[case("/killed, 3/")]
#[case("!/^import/")]
#[case("name:289")]
#[case("state:oomkilled")]
#[case("status:/oom|error/")]
#[case("name!:import")]
#[case("!name:import")]
#[case("name=settle-28911")]
#[case("name!=settle")]
#[case("state:\"3 of\"")]
#[case("age<2h age>3m")]
#[case("failed>0 failed>=3 failed<=3 failed=3 failed:3 failed!=2")]
#[case("!failed>3")]
#[case("-l app=settle")]
#[case("-lapp=settle")]
#[case("-l app=settle,tier!=web oom")]
#[case("-l app in (import, settle) oom")]
#[case("-l app notin (import)")]
#[case("-l app")]
#[case("-l !owner")]
#[case("-l tier=batch settle")]
#[case("-l app oom")]
fn passes_what_fits(#[case] text: &str) {
    assert!(passes(text), "{text}");
}

#[rstest]
#[case("import")]
#[case("!settle")]
#[case("settle import")]
#[case("\"3 of 4\"")]
#[case("/^ettle/")]
#[case("!/oom/")]
#[case("name:oom")]
#[case("name!:settle")]
#[case("name=settle")]
#[case("age>2h")]
#[case("age<3m")]
#[case("failed>3")]
#[case("failed:0")]
#[case("-l app=import")]
#[case("-l app!=settle")]
#[case("-l owner")]
#[case("-l !app")]
#[case("-l app in (import)")]
#[case("-l app=settle import")]
fn holds_back_what_does_not_fit(#[case] text: &str) {
    assert!(!passes(text), "{text}");
}

#[rstest]
#[case("age<")]
#[case("age<2")]
#[case("age<1d12")]
#[case("failed>")]
#[case("failed>-")]
#[case("name:")]
#[case("!")]
#[case("-")]
#[case("-l")]
#[case("-l ")]
#[case("-l app in")]
#[case("-l app in (a,")]
#[case("-l app=settle,")]
#[case("/")]
#[case("/settle")]
#[case("/set[")]
#[case("/(a")]
#[case("\"")]
#[case("\"3 of")]
#[case("name:/")]
fn unfinished_terms_take_nothing_away(#[case] text: &str) {
    assert!(passes(text), "{text}");
}

#[rstest]
#[case("oom stat:x", 4, "no column \"stat\"", Some("state"))]
#[case("faild>0", 0, "no column \"faild\"", Some("failed"))]
#[case("zzz:1", 0, "no column \"zzz\"", None)]
#[case("ü age<soon", 2, "age compares with an age such as 30m", None)]
#[case("failed>many", 0, "failed compares with a number", None)]
#[case("name<x", 0, "name is text", None)]
#[case("/a[/", 0, "not a regular expression: unclosed character class", None)]
#[case("-l a=b)c", 0, "\")c\" is not part of a label selector", None)]
fn tells_problems(#[case] text: &str, #[case] column: usize, #[case] words: &str, #[case] suggestion: Option<&str>) {
    let (_, problems) = Filter::parse(text, &table());
    assert_eq!(problems.len(), 1, "{problems:?}");
    assert_eq!(problems[0].column, column);
    assert!(problems[0].words.starts_with(words), "{}", problems[0].words);
    assert_eq!(problems[0].suggestion.as_deref(), suggestion);
}

#[test]
fn an_unknown_column_is_searched_as_a_word() {
    let (filter, _) = Filter::parse("busybox:1.36", &table());
    assert!(filter.matches(&row("busybox:1.36-x", "", 0.0, 0.0, &[])));
    assert!(!filter.matches(&settle()));
}

#[rstest]
#[case("GRÜSSE", "die grüsse an", true)]
#[case("世界", "hallo 世界", true)]
#[case("k", "\u{212a}elvin", false)]
#[case("z", "aZ", true)]
#[case("abc", "ab", false)]
fn letter_case_never_matters(#[case] word: &str, #[case] name: &str, #[case] wanted: bool) {
    let (filter, _) = Filter::parse(word, &table());
    assert_eq!(filter.matches(&row(name, "", 0.0, 0.0, &[])), wanted);
}

#[rstest]
#[case("se", "s", true)]
#[case("s", "se", false)]
#[case("s x", "s", true)]
#[case("s", "", true)]
#[case("!s", "!se", true)]
#[case("!se", "!s", false)]
#[case("age<1h", "age<2h", true)]
#[case("age<2h", "age<2", true)]
#[case("failed>1", "failed>=1", true)]
#[case("failed>1", "failed>10", false)]
#[case("-l a=b", "-l a", true)]
#[case("name:ab", "name:a", true)]
#[case("name:ab", "ab", false)]
#[case("/ab/", "/a/", true)]
#[case("/a.b/", "/a.c/", false)]
fn narrowing(#[case] new: &str, #[case] old: &str, #[case] wanted: bool) {
    let parse = |text: &str| Filter::parse(text, &table()).0;
    assert_eq!(parse(new).narrows(&parse(old)), wanted);
}

#[test]
fn only_ages_depend_on_time() {
    assert!(Filter::parse("s age<2h", &table()).0.depends_on_time());
    assert!(!Filter::parse("s failed>0", &table()).0.depends_on_time());
}

fn any_row() -> impl Strategy<Value = Row> {
    let word = "[abAB\u{212a}kKüÜ]{0,4}";
    let labels = prop::collection::vec(("[ab]", "[abc]"), 0..3);
    (word, word, prop::option::of(0..4i8), 0..5i16, labels).prop_map(|(name, state, failed, age, labels)| Row {
        name,
        state,
        failed: failed.map(f64::from),
        age: f64::from(age) * 60.0,
        labels,
    })
}

fn any_term() -> impl Strategy<Value = String> {
    prop_oneof![
        "!?[abkKüÜ]{1,3}",
        "!?(name|state)(:|!:|=|!=)[abkü]{1,2}",
        "!?failed(<|>|<=|>=|=|!=|:|!:)[0-3]",
        "!?age(<|>|<=|>=|=|!=)[0-4]m",
        "!?/(\\^)?[abk]{1,2}\\.?/",
        "-l !?[ab]",
        "-l [ab](=|!=)[abc]",
        "-l [ab] (in|notin) \\([abc](,[abc])?\\)",
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(4_000))]

    /// A pane refines its last result when this says yes: a row that passes now but did not before would be lost.
    #[test]
    fn narrows_never_loses_a_row(
        new in prop::collection::vec(any_term(), 0..3),
        old in prop::collection::vec(any_term(), 0..2),
        rows in prop::collection::vec(any_row(), 1..24),
    ) {
        let new = Filter::parse(&new.join(" "), &table()).0;
        let old = Filter::parse(&old.join(" "), &table()).0;
        if new.narrows(&old) {
            for row in &rows {
                prop_assert!(!new.matches(row) || old.matches(row), "{row:?} passes {new:?}, not {old:?}");
            }
        }
    }

    /// Typing letter by letter gives the same rows as the whole filter at once.
    #[test]
    fn refining_gives_what_a_full_pass_gives(
        terms in prop::collection::vec(any_term(), 1..3),
        rows in prop::collection::vec(any_row(), 1..24),
    ) {
        let text = terms.join(" ");
        let mut kept: Vec<&Row> = rows.iter().collect();
        let mut last = Filter::default();
        for end in text.char_indices().map(|(at, c)| at + c.len_utf8()) {
            let filter = Filter::parse(&text[..end], &table()).0;
            if !filter.narrows(&last) {
                kept = rows.iter().collect();
            }
            kept.retain(|row| filter.matches(*row));
            prop_assert_eq!(kept.len(), rows.iter().filter(|row| filter.matches(*row)).count());
            last = filter;
        }
    }

    #[test]
    fn nothing_typed_panics(text in "[-l!:=<>/\"(), abü\\[name1-9in]{0,30}", any in any::<String>()) {
        Filter::parse(&text, &table());
        Filter::parse(&any, &table());
    }
}
