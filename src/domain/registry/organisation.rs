//! How an organisation may be called.

/// What such a name has.
pub const ORGANISATION_HAS: &str = "an organisation's name has 1 to 63 letters, digits and -_. (--org)";

/// The registry keeps it, and clusters by Terraform carry it in their state: it reads the same everywhere.
pub fn is_organisation(name: &str) -> bool {
    let fits = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte);
    (1..=63).contains(&name.len()) && name.bytes().all(fits)
}
