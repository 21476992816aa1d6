use proptest::prelude::*;
use rstest::rstest;

use super::*;

/// Values as kubectl 1.34 prints them.
#[rstest]
#[case(-5, "<invalid>")]
#[case(-1, "0s")]
#[case(0, "0s")]
#[case(90, "90s")]
#[case(119, "119s")]
#[case(120, "2m")]
#[case(190, "3m10s")]
#[case(599, "9m59s")]
#[case(600, "10m")]
#[case(45 * 60 + 59, "45m")]
#[case(3 * 3600 - 1, "179m")]
#[case(3 * 3600, "3h")]
#[case(3 * 3600 + 5 * 60 + 7, "3h5m")]
#[case(8 * 3600 - 1, "7h59m")]
#[case(8 * 3600 + 1800, "8h")]
#[case(48 * 3600 - 1, "47h")]
#[case(48 * 3600, "2d")]
#[case(49 * 3600, "2d1h")]
#[case(8 * 86_400 - 1, "7d23h")]
#[case(212 * 86_400 + 5, "212d")]
#[case(729 * 86_400, "729d")]
#[case(730 * 86_400, "2y")]
#[case((5 * 365 + 10) * 86_400, "5y10d")]
#[case(9 * 365 * 86_400 + 86_400, "9y")]
fn says_what_kubectl_says(#[case] seconds: i64, #[case] wanted: &str) {
    assert_eq!(Age(seconds).to_string(), wanted);
}

#[rstest]
#[case("2h", Some(7200))]
#[case("30m", Some(1800))]
#[case("1d12h", Some(129_600))]
#[case("90S", Some(90))]
#[case("2w", Some(1_209_600))]
#[case("", None)]
#[case("2", None)]
#[case("h", None)]
#[case("2x", None)]
#[case("1h1d", None)]
#[case("99999999999999999999d", None)]
fn parses(#[case] text: &str, #[case] wanted: Option<i64>) {
    assert_eq!(parse(text), wanted);
}

#[test]
fn unset_times_have_no_age() {
    assert_eq!(Age::between(0, 100), None);
    assert_eq!(Age::between(40, 100), Some(Age(60)));
}

proptest! {
    /// The words stay the same until just before `next_change`, and are others at it.
    #[test]
    fn next_change_is_exact(age in prop_oneof![-100i64..30_000, 0i64..4_000_000, 0i64..1_000_000_000]) {
        let wait = Age(age).next_change();
        prop_assert!(wait >= 1);
        prop_assert_eq!(Age(age).to_string(), Age(age + wait - 1).to_string());
        prop_assert_ne!(Age(age).to_string(), Age(age + wait).to_string());
    }

    #[test]
    fn parse_reads_what_is_shown(age in 0i64..100_000_000) {
        let shown = parse(&Age(age).to_string());
        prop_assert!(shown.is_some_and(|seconds| seconds <= age));
    }
}
