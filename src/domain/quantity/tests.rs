use proptest::prelude::*;
use rstest::rstest;

use super::*;

#[rstest]
#[case("250m", Some(250))]
#[case("1.5", Some(1_500))]
#[case("2", Some(2_000))]
#[case("100u", Some(1))]
#[case("1n", Some(1))]
#[case("-250m", Some(-250))]
#[case("1k", Some(1_000_000))]
#[case(".5", Some(500))]
#[case("1e3", Some(1_000_000))]
#[case("", None)]
#[case("m", None)]
#[case("1.2.3", None)]
#[case("1Zi", None)]
#[case("99999999999999999999", None)]
fn reads_cpu(#[case] text: &str, #[case] wanted: Option<i64>) {
    assert_eq!(millis(text), wanted);
}

#[rstest]
#[case("20Mi", Some(20_971_520))]
#[case("1G", Some(1_000_000_000))]
#[case("1.5Gi", Some(1_610_612_736))]
#[case("128974848", Some(128_974_848))]
#[case("129e6", Some(129_000_000))]
#[case("128974848000m", Some(128_974_848))]
#[case("0.1", Some(1))]
#[case("8Ei", None)]
fn reads_bytes(#[case] text: &str, #[case] wanted: Option<i64>) {
    assert_eq!(bytes(text), wanted);
}

#[rstest]
#[case(0, "0")]
#[case(250, "250m")]
#[case(1_000, "1")]
#[case(1_500, "1.5")]
#[case(12_340, "12.3")]
fn tells_cpu(#[case] value: i64, #[case] wanted: &str) {
    assert_eq!(cpu_words(value), wanted);
}

#[rstest]
#[case(0, "0")]
#[case(1_023, "1023")]
#[case(20 << 20, "20Mi")]
#[case(3 << 29, "1.5Gi")]
#[case((1 << 30) - 1, "1Gi")]
#[case(i64::MAX, "8Ei")]
fn tells_bytes(#[case] value: i64, #[case] wanted: &str) {
    assert_eq!(bytes_words(value), wanted);
}

proptest! {
    #[test]
    fn any_text_is_read_or_refused(text in "[-+0-9.eEmkMGinu]{0,40}") {
        millis(&text);
        bytes(&text);
    }
}
