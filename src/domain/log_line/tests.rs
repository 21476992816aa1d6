use rstest::rstest;

use super::*;

#[rstest]
#[case("2025-11-21T02:39:54.123456789Z hello", 1_763_692_794_123_456_789, 31)]
#[case("2025-11-21T02:39:54Z ", 1_763_692_794_000_000_000, 21)]
#[case("2025-11-21T03:39:54.5+01:00 x", 1_763_692_794_500_000_000, 28)]
#[case("2025-11-20T21:39:54.5-05:00 x", 1_763_692_794_500_000_000, 28)]
#[case("1970-01-01T00:00:00.000000001Z x", 1, 31)]
#[case("2024-02-29T12:00:00Z x", 1_709_208_000_000_000_000, 21)]
fn reads_times(#[case] line: &str, #[case] at: i64, #[case] length: usize) {
    assert_eq!(parse_time(line.as_bytes()), Some((at, length)));
    let text = line.split(' ').next().unwrap_or_default();
    let oracle: jiff::Timestamp = text.parse().unwrap();
    assert_eq!(i128::from(at), oracle.as_nanosecond());
}

#[rstest]
#[case("")]
#[case("2025-11-21T02:39:54")]
#[case("2025-11-21 02:39:54Z x")]
#[case("2025-13-21T02:39:54Z x")]
#[case("2025-11-21T02:39:54.1 x")]
#[case("2025-11-21T02:39:54Zx")]
#[case("unable to retrieve container logs for containerd://abc")]
fn refuses_what_is_no_time(#[case] line: &str) {
    assert_eq!(parse_time(line.as_bytes()), None);
}

#[rstest]
#[case("E1121 02:39:54.123456       1 reflector.go:12] no", Level::Error)]
#[case("I1121 02:39:54.123456       1 error.go:12] fine", Level::Info)]
#[case(r#"{"ts":1,"level":"warn","msg":"an ERROR here"}"#, Level::Warn)]
#[case(r#"{"severity": "CRITICAL","message":"x"}"#, Level::Fatal)]
#[case(r#"{"level":50,"msg":"pino"}"#, Level::Error)]
#[case(r#"{"msg":"none"}"#, Level::Unknown)]
#[case("time=2025-11-21T02:39:54Z level=error msg=\"x\"", Level::Error)]
#[case("ts=1 lvl=\"warn\" msg=x", Level::Warn)]
#[case("2025-11-21 02:39:54,123 WARNING root: x", Level::Warn)]
#[case("2025/11/21 02:39:54 [error] 12#12: *1 open() failed", Level::Error)]
#[case("error: cannot open", Level::Error)]
#[case("panic: runtime error: index out of range", Level::Fatal)]
#[case("Traceback (most recent call last):", Level::Error)]
#[case("Exception in thread \"main\" java.lang.X", Level::Error)]
#[case("no error so far, 0 errors", Level::Unknown)]
#[case("GET /error/ERROR.html 200", Level::Unknown)]
#[case("LOG_ERROR=1 set", Level::Unknown)]
#[case("INFO  starting", Level::Info)]
#[case("\u{1b}[2m02:39:54\u{1b}[0m \u{1b}[31mERROR\u{1b}[0m no", Level::Error)]
#[case("    at com.example.Main(Main.java:1)", Level::Unknown)]
fn tells_levels(#[case] line: &str, #[case] level: Level) {
    assert_eq!(detect(line.as_bytes()), level);
}

#[test]
fn levels_survive_their_number() {
    for level in Level::ALL {
        assert_eq!(Level::from_u8(level as u8), level);
    }
    assert!(Level::Error > Level::Warn && Level::Unknown < Level::Trace);
}

#[test]
fn what_is_shown_has_no_control_characters_and_keeps_colours() {
    let shown = show(b"\x1b[31mred!\x1b[0m\tx\x07\x00 \xff\xe2\x80\xae end");
    assert_eq!(shown.text, "red!    x \u{fffd} end");
    assert_eq!((shown.styles[0].start, shown.styles[0].end), (0, 4));
    assert_eq!(shown.styles.len(), 1);
}

#[test]
fn json_unfolds_to_indented_lines() {
    let lines = unfold(r#"{"level":"info","http":{"status":500,"tags":["a","b"]},"stack":"one\n  two\n"}"#);
    assert_eq!(
        lines,
        ["level: info", "http:", "  status: 500", "  tags:", "    - a", "    - b", "stack:", "  one", "    two"]
    );
    assert!(unfold("not json").is_empty());
    assert!(unfold("{broken").is_empty());
    let many = unfold(&format!("[{}1]", "1,".repeat(500)));
    assert_eq!((many.len(), many[200].as_str()), (201, "… 301 more"));
}
