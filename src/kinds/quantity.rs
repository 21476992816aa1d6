//! Quantities: `100m`, `24581684Ki`, `1e3`; a message with one string in protobuf, text or a number in JSON.

use std::fmt;

use serde::de::Visitor;
use serde::{Deserialize, Deserializer};

/// `resource.Quantity` as it is written.
#[derive(Clone, PartialEq, prost::Message)]
pub struct Quantity {
    #[prost(string, tag = "1")]
    pub text: String,
}

impl Quantity {
    /// In thousandths of the unit, rounded up as the scheduler does; 0 if it cannot be read.
    pub fn millis(&self) -> i64 {
        scaled(&self.text, 1e3)
    }

    /// In whole units, rounded up; 0 if it cannot be read.
    pub fn units(&self) -> i64 {
        scaled(&self.text, 1.0)
    }
}

/// A number with an optional suffix: binary (`Ki` … `Ei`), decimal (`n` `u` `m` `k` `M` `G` `T` `P` `E`) or an exponent.
fn scaled(text: &str, scale: f64) -> i64 {
    let split = text.find(|c: char| c.is_ascii_alphabetic()).unwrap_or(text.len());
    let (number, suffix) = text.split_at(split);
    let factor = match suffix {
        "" => 1.0,
        "n" => 1e-9,
        "u" => 1e-6,
        "m" => 1e-3,
        "k" => 1e3,
        "M" => 1e6,
        "G" => 1e9,
        "T" => 1e12,
        "P" => 1e15,
        "E" => 1e18,
        "Ki" => 1024.0,
        "Mi" => 1_048_576.0,
        "Gi" => 1_073_741_824.0,
        "Ti" => 1_099_511_627_776.0,
        "Pi" => 1_125_899_906_842_624.0,
        "Ei" => 1_152_921_504_606_846_976.0,
        exponent => match exponent.strip_prefix(['e', 'E']).and_then(|digits| digits.parse::<i32>().ok()) {
            Some(power) => 10f64.powi(power),
            None => return 0,
        },
    };
    let Ok(value) = number.parse::<f64>() else { return 0 };
    // Decimal fractions are not exact in binary: what is within a millionth of a whole number is that number.
    let value = value * factor * scale;
    if (value - value.round()).abs() < 1e-6 { value.round() as i64 } else { value.ceil() as i64 }
}

impl<'de> Deserialize<'de> for Quantity {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct AsWritten;
        impl Visitor<'_> for AsWritten {
            type Value = Quantity;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a quantity: text, a number or null")
            }
            fn visit_str<E>(self, text: &str) -> Result<Quantity, E> {
                Ok(Quantity { text: text.to_owned() })
            }
            fn visit_u64<E>(self, number: u64) -> Result<Quantity, E> {
                Ok(Quantity { text: number.to_string() })
            }
            fn visit_i64<E>(self, number: i64) -> Result<Quantity, E> {
                Ok(Quantity { text: number.to_string() })
            }
            fn visit_f64<E>(self, number: f64) -> Result<Quantity, E> {
                Ok(Quantity { text: number.to_string() })
            }
            fn visit_unit<E>(self) -> Result<Quantity, E> {
                Ok(Quantity::default())
            }
        }
        deserializer.deserialize_any(AsWritten)
    }
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::Quantity;

    #[rstest]
    #[case("2", 2_000, 2)]
    #[case("100m", 100, 1)]
    #[case("1.5", 1_500, 2)]
    #[case("0.1", 100, 1)]
    #[case("24581684Ki", 25_171_644_416_000, 25_171_644_416)]
    #[case("1e3", 1_000_000, 1_000)]
    #[case("12E", i64::MAX, i64::MAX)]
    #[case("1Gi", 1_073_741_824_000, 1_073_741_824)]
    #[case("500u", 1, 1)]
    #[case("-1", -1_000, -1)]
    #[case("", 0, 0)]
    #[case("many", 0, 0)]
    fn reads_every_suffix(#[case] text: &str, #[case] millis: i64, #[case] units: i64) {
        let quantity = Quantity { text: text.into() };
        assert_eq!((quantity.millis(), quantity.units()), (millis, units));
    }

    #[test]
    fn json_may_hold_a_number() {
        let read = |json| serde_json::from_str::<Quantity>(json).unwrap().text;
        assert_eq!(
            (read("2"), read("0.5"), read("\"2Gi\""), read("null")),
            ("2".into(), "0.5".into(), "2Gi".into(), "".into())
        );
    }
}
