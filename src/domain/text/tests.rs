use std::borrow::Cow;

use proptest::prelude::*;
use rstest::rstest;

use super::*;

#[rstest]
#[case::plain("settle-28911 ended", "settle-28911 ended")]
#[case::umlaut("Grüße, 世界", "Grüße, 世界")]
#[case::colour("\x1b[31mred\x1b[0m text", "red text")]
#[case::cursor("a\x1b[2J\x1b[1;1Hb", "ab")]
#[case::title("\x1b]0;owned\x07after", "after")]
#[case::title_st("\x1b]0;owned\x1b\\after", "after")]
#[case::clipboard("x\x1b]52;c;ZXZpbA==\x07y", "xy")]
#[case::device_control("a\x1bPq#0;2;0;0;0\x1b\\b", "ab")]
#[case::c1_sequence("a\u{9b}31mb", "ab")]
#[case::c1_string("a\u{9d}0;t\u{9c}b", "ab")]
#[case::endless_string_hides_nothing("a\x1b]0;rest of line", "a0;rest of line")]
#[case::broken_sequence("a\x1b[31\u{e9}b", "a\u{e9}b")]
#[case::escape_at_end("a\x1b", "a")]
#[case::charset("a\x1b(Bb", "ab")]
#[case::bidi("user\u{202e}gpj.exe\u{202c}", "usergpj.exe")]
#[case::isolate("a\u{2066}b\u{2069}", "ab")]
#[case::zero_width("pay\u{200b}ments\u{feff}", "payments")]
#[case::tags("a\u{e0041}b", "ab")]
#[case::newline("one\ntwo\r\nthree\n", "one two three")]
#[case::tab("ab\tc\t\td", "ab  c       d")]
#[case::bell_and_delete("a\x07\x7f\x00b", "ab")]
fn cleans(#[case] text: &str, #[case] wanted: &str) {
    assert_eq!(clean(text), wanted);
}

#[test]
fn borrows_what_is_clean() {
    for text in ["", "2026-11-03T11:38:02Z INFO settling batch (18,204 rows)", "Grüße, 世界", "e\u{301}"] {
        assert!(matches!(clean(text), Cow::Borrowed(_)), "{text}");
    }
}

#[test]
fn keeps_lines_when_asked() {
    assert_eq!(clean_multiline("one\r\n\ttwo\x1b[1m\n"), "one\n    two\n");
}

#[test]
fn limits_stacked_marks() {
    let smear = format!("a{}b", "\u{301}".repeat(200));
    assert_eq!(clean(&smear).chars().count(), 10);
}

#[test]
fn endless_strings_take_linear_time() {
    let text = "\x1b]".repeat(500_000);
    assert_eq!(clean(&text), "");
}

#[rstest]
#[case("token: k8s-aws-v1.aHR0cHM6Ly9zdHM", "token: k8s-aws-v1.••••••")]
#[case("Authorization: Bearer abc123def456", "Authorization: Bearer ••••••")]
#[case("authorization=bearer abcdefghijklmnopqrstuvwx", "authorization=bearer ••••••")]
#[case("the bearer of news", "the bearer of news")]
#[case("Bearer authentication failed", "Bearer authentication failed")]
#[case("jwt eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2ln end", "jwt •••••• end")]
#[case("id AKIAIOSFODNN7EXAMPLE.", "id AKIA••••••.")]
#[case("aws_secret_access_key = wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY", "aws_secret_access_key = ••••••")]
#[case(r#"{"SecretAccessKey":"wJalrXUtnFEMI/K7MDENG"}"#, r#"{"SecretAccessKey":"••••••"}"#)]
#[case("AWS_SECRET_ACCESS_KEY=wJalrXUtnFEMIK7MDENG rest", "AWS_SECRET_ACCESS_KEY=•••••• rest")]
#[case("&X-Amz-Signature=0123456789abcdef0123&x=1", "&X-Amz-Signature=••••••&x=1")]
#[case("aws_secret_access_key is missing", "aws_secret_access_key is missing")]
#[case("split by an escape: AKIAIOSF\x1b[1mODNN7EXAMPLE", "split by an escape: AKIA••••••")]
#[case("split by nothing: k8s-aws-\u{200b}v1.aHR0cHM6", "split by nothing: k8s-aws-v1.••••••")]
fn masks(#[case] text: &str, #[case] wanted: &str) {
    assert_eq!(clean(text), wanted);
}

#[test]
fn styles_are_data() {
    let red = TextStyle { foreground: Some(Colour::Indexed(1)), ..TextStyle::default() };
    let bold_rgb = TextStyle { bold: true, foreground: Some(Colour::Rgb(1, 2, 3)), ..TextStyle::default() };
    let spans = styled("a\x1b[31mb\x1b[0;1;38;2;1;2;3mc\x1b[m\x1b]0;t\x07d");
    let told: Vec<_> = spans.iter().map(|span| (span.style, &*span.text)).collect();
    assert_eq!(told, [(TextStyle::default(), "a"), (red, "b"), (bold_rgb, "c"), (TextStyle::default(), "d")]);
}

#[test]
fn a_token_across_colours_is_masked_once() {
    let spans = styled("id \x1b[32mAKIAIOSF\x1b[33mODNN7EXAMPLE\x1b[0m end");
    let text: String = spans.iter().map(|span| &*span.text).collect();
    assert_eq!(text, "id AKIA•••••• end");
}

#[test]
fn plain_text_is_one_borrowed_span() {
    let spans = styled("plain");
    assert!(matches!(&spans[..], [Span { text: Cow::Borrowed("plain"), .. }]));
    assert!(styled("").is_empty());
}

#[rstest]
#[case("settle", 6, "settle")]
#[case("settle-28911", 8, "settle-…")]
#[case("世界世界", 8, "世界世界")]
#[case("世界世界", 7, "世界世…")]
#[case("世界世界", 6, "世界…")]
#[case("e\u{301}e\u{301}e\u{301}", 3, "e\u{301}e\u{301}e\u{301}")]
#[case("e\u{301}e\u{301}e\u{301}", 2, "e\u{301}…")]
#[case("abc", 1, "…")]
#[case("abc", 0, "")]
fn fits(#[case] text: &str, #[case] columns: usize, #[case] wanted: &str) {
    assert_eq!(fit(text, columns), wanted);
}

#[rstest]
#[case("settle-28911-7xk2q", 18, "settle-28911-7xk2q")]
#[case("settle-28911-7xk2q", 11, "settl…7xk2q")]
#[case("世界世界", 5, "世…界")]
#[case("abc", 1, "…")]
#[case("abc", 2, "a…")]
fn fits_middle(#[case] text: &str, #[case] columns: usize, #[case] wanted: &str) {
    assert_eq!(fit_middle(text, columns), wanted);
}

proptest! {
    #[test]
    fn nothing_a_terminal_acts_on_is_left(text in any::<String>()) {
        let out = clean(&text);
        let unwanted = |c: char| c.is_control() || ('\u{202a}'..='\u{202e}').contains(&c) || ('\u{2066}'..='\u{2069}').contains(&c);
        prop_assert!(!out.chars().any(unwanted), "left something in {:?}", out);
        let again = clean(&out).into_owned();
        prop_assert_eq!(again, out.into_owned());
    }

    #[test]
    fn escapes_in_any_order_leave_nothing(parts in prop::collection::vec(
        prop::sample::select(vec!["\x1b", "[", "]", "31", "m", "\x07", "\\", "a", "é", "\u{9b}", "\u{9d}", "\n", "P", ";"]), 0..40)) {
        let text = parts.concat();
        prop_assert!(!clean(&text).chars().any(char::is_control));
        let joined: String = styled(&text).iter().map(|span| &*span.text).collect();
        prop_assert_eq!(joined, clean(&text).into_owned());
    }

    #[test]
    fn fitted_text_fits(text in "\\PC{0,40}", columns in 0usize..30) {
        prop_assert!(width(&fit(&text, columns)) <= columns);
        prop_assert!(width(&fit_middle(&text, columns)) <= columns);
    }
}
