//! IP addresses and ranges of them.

/// An address range as CIDR writes it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Range {
    /// Its first address.
    pub first: u128,
    /// Bits that all its addresses have in common.
    pub prefix: u32,
    /// 32 or 128.
    pub bits: u32,
}

impl Range {
    /// The host's part of the address is dropped, as Terraform does.
    pub fn read(text: &str) -> Option<Self> {
        let (address, prefix) = text.split_once('/')?;
        let (address, bits) = match address.contains(':') {
            true => (read_v6(address)?, 128),
            false => (u128::from(read_v4(address)?), 32),
        };
        let is_short = prefix.len() <= 3 && prefix.bytes().all(|byte| byte.is_ascii_digit());
        let prefix: u32 = prefix.parse().ok().filter(|prefix| is_short && *prefix <= bits)?;
        Some(Self { first: address & !ones(bits - prefix), prefix, bits })
    }

    /// Of the addresses: how many, less one.
    pub fn last_host(&self) -> u128 {
        ones(self.bits - self.prefix)
    }
}

impl std::fmt::Display for Range {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}/{}", show(self.first, self.bits), self.prefix)
    }
}

/// A number of so many ones.
pub fn ones(bits: u32) -> u128 {
    u128::MAX.checked_shr(128 - bits).unwrap_or_default()
}

pub fn show(address: u128, bits: u32) -> String {
    let octet = |at: u32| (address >> (8 * at)) & 0xff;
    match bits {
        32 => format!("{}.{}.{}.{}", octet(3), octet(2), octet(1), octet(0)),
        _ => show_v6(address),
    }
}

fn read_v4(text: &str) -> Option<u32> {
    let octets: Vec<&str> = text.split('.').collect();
    let is_plain = |octet: &&str| {
        (1..=3).contains(&octet.len())
            && octet.bytes().all(|byte| byte.is_ascii_digit())
            && (octet.len() == 1 || !octet.starts_with('0'))
    };
    if octets.len() != 4 || !octets.iter().all(is_plain) {
        return None;
    }
    octets.into_iter().try_fold(0, |address, octet| Some((address << 8) | u32::from(octet.parse::<u8>().ok()?)))
}

fn read_v6(text: &str) -> Option<u128> {
    let groups = |text: &str| -> Option<Vec<u16>> {
        let is_plain =
            |group: &str| (1..=4).contains(&group.len()) && group.bytes().all(|byte| byte.is_ascii_hexdigit());
        let group = |group: &str| is_plain(group).then(|| u16::from_str_radix(group, 16).ok())?;
        if text.is_empty() { Some(Vec::new()) } else { text.split(':').map(group).collect() }
    };
    let all = match text.split_once("::") {
        None => groups(text)?,
        Some((front, back)) => {
            let (front, back) = (groups(front)?, groups(back)?);
            let zeros = 8_usize.checked_sub(front.len() + back.len()).filter(|zeros| *zeros > 0)?;
            [front, vec![0; zeros], back].concat()
        }
    };
    (all.len() == 8).then(|| all.into_iter().fold(0, |address, group| (address << 16) | u128::from(group)))
}

/// The longest row of zeros is left out (RFC 5952).
fn show_v6(address: u128) -> String {
    let groups: Vec<u128> = (0..8).rev().map(|at| (address >> (16 * at)) & 0xffff).collect();
    let row = |at: usize| groups[at..].iter().take_while(|group| **group == 0).count();
    let longest = (0..8).rev().max_by_key(|at| row(*at)).filter(|at| row(*at) > 1);
    let hex = |groups: &[u128]| groups.iter().map(|group| format!("{group:x}")).collect::<Vec<_>>().join(":");
    match longest {
        Some(at) => format!("{}::{}", hex(&groups[..at]), hex(&groups[at + row(at)..])),
        None => hex(&groups),
    }
}
