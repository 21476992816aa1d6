//! How grave a line is, read from what common loggers write.

use memchr::memmem;

/// Ordered by gravity; a line that does not say is `Unknown`, below all others.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
#[repr(u8)]
pub enum Level {
    #[default]
    Unknown,
    Trace,
    Debug,
    Info,
    Warn,
    Error,
    Fatal,
}

impl Level {
    pub const ALL: [Level; 7] =
        [Level::Unknown, Level::Trace, Level::Debug, Level::Info, Level::Warn, Level::Error, Level::Fatal];

    /// The inverse of `as u8`; numbers beyond are `Unknown`.
    pub fn from_u8(number: u8) -> Self {
        Self::ALL.get(usize::from(number)).copied().unwrap_or_default()
    }

    /// A level's name in any case, whole: `warn`, `WARNING`, `E`, `critical`.
    pub fn from_word(word: &[u8]) -> Option<Self> {
        let mut lower = [0u8; 13];
        let lower = lower.get_mut(..word.len())?;
        lower.copy_from_slice(word);
        lower.make_ascii_lowercase();
        Some(match &*lower {
            b"trace" | b"trc" | b"verbose" | b"finest" | b"finer" => Self::Trace,
            b"debug" | b"dbg" | b"fine" => Self::Debug,
            b"info" | b"inf" | b"information" | b"notice" | b"informational" => Self::Info,
            b"warn" | b"warning" | b"wrn" => Self::Warn,
            b"error" | b"err" | b"severe" | b"failure" => Self::Error,
            b"fatal" | b"panic" | b"critical" | b"crit" | b"emerg" | b"emergency" | b"alert" | b"ftl" | b"dpanic" => {
                Self::Fatal
            }
            _ => return None,
        })
    }
}

/// How far into a line plain words and keys are looked for, in bytes.
const PLAIN_REACH: usize = 160;
const KEY_REACH: usize = 2_048;

/// The level that a line tells: klog's first letter, a JSON or logfmt key, or a plain word near its beginning.
pub fn detect(line: &[u8]) -> Level {
    let beginning = &line[..line.len().min(PLAIN_REACH)];
    match memchr::memchr(0x1b, beginning) {
        None => told(line),
        Some(_) => told(&without_colours(beginning)),
    }
}

/// Control sequences (`ESC [ … letter`) taken out; the rest as it is.
fn without_colours(line: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(line.len());
    let mut rest = line;
    while let Some(at) = memchr::memchr(0x1b, rest) {
        out.extend_from_slice(&rest[..at]);
        rest = &rest[at + 1..];
        if let Some(body) = rest.strip_prefix(b"[") {
            let end = body.iter().position(|byte| (0x40..=0x7e).contains(byte)).map_or(body.len(), |end| end + 1);
            rest = &body[end..];
        }
    }
    out.extend_from_slice(rest);
    out
}

fn told(line: &[u8]) -> Level {
    match line.first() {
        None => Level::Unknown,
        Some(b'{') => json(line),
        Some(letter @ (b'I' | b'W' | b'E' | b'F')) if klog(line) => match letter {
            b'I' => Level::Info,
            b'W' => Level::Warn,
            b'E' => Level::Error,
            _ => Level::Fatal,
        },
        Some(_) => words(&line[..line.len().min(PLAIN_REACH)]),
    }
}

/// `I1121 02:39:54.123456       1 file.go:12] message`
fn klog(line: &[u8]) -> bool {
    line.len() > 5 && line[1..5].iter().all(u8::is_ascii_digit) && line[5] == b' '
}

fn json(line: &[u8]) -> Level {
    let line = &line[..line.len().min(KEY_REACH)];
    const KEYS: [&[u8]; 7] =
        [b"\"level\"", b"\"severity\"", b"\"lvl\"", b"\"log.level\"", b"\"levelname\"", b"\"loglevel\"", b"\"@l\""];
    for key in KEYS {
        if let Some(at) = memmem::find(line, key)
            && let Some(level) = json_value(&line[at + key.len()..])
        {
            return level;
        }
    }
    Level::Unknown
}

/// The value behind a key: a word in quotes, or a number as bunyan and pino write it (10 is trace, 60 is fatal).
fn json_value(rest: &[u8]) -> Option<Level> {
    let rest = rest.trim_ascii_start().strip_prefix(b":")?.trim_ascii_start();
    if let Some(quoted) = rest.strip_prefix(b"\"") {
        return Level::from_word(&quoted[..memchr::memchr(b'"', quoted)?]);
    }
    let digits = rest.iter().take_while(|byte| byte.is_ascii_digit()).count();
    let number: u32 = std::str::from_utf8(&rest[..digits]).ok()?.parse().ok()?;
    Some(match number {
        0..=10 => Level::Trace,
        11..=20 => Level::Debug,
        21..=30 => Level::Info,
        31..=40 => Level::Warn,
        41..=50 => Level::Error,
        _ => Level::Fatal,
    })
}

/// The first word that is a level and is written as one: in capitals, in brackets, before a colon, as the value of
/// `level=`, or as the line's first word. "no error so far" is none of these.
fn words(line: &[u8]) -> Level {
    let mut at = 0;
    let mut first = true;
    while at < line.len() {
        if !line[at].is_ascii_alphabetic() {
            at += 1;
            continue;
        }
        let length = line[at..].iter().position(|byte| !byte.is_ascii_alphanumeric()).unwrap_or(line.len() - at);
        let word = &line[at..at + length];
        if (3..=13).contains(&length)
            && let Some(level) = Level::from_word(word)
            && written_as_level(line, at, length, first)
        {
            return level;
        }
        if first && (word == b"Traceback" || (word == b"Exception" && line.starts_with(b"Exception in thread"))) {
            return Level::Error;
        }
        first = first && word.len() == 1 && word[0] == b'T';
        at += length;
    }
    Level::Unknown
}

fn written_as_level(line: &[u8], at: usize, length: usize, first: bool) -> bool {
    let word = &line[at..at + length];
    let before = at.checked_sub(1).map(|index| line[index]);
    let after = line.get(at + length).copied();
    if word.iter().all(u8::is_ascii_uppercase) {
        return !matches!(before, Some(b'_' | b'-' | b'/' | b'.')) && !matches!(after, Some(b'_' | b'-' | b'/' | b'='));
    }
    match (before, after) {
        (Some(b'[' | b'<' | b'(' | b'|'), Some(b']' | b'>' | b')' | b'|' | b' ')) => true,
        (Some(b'=' | b'"'), _) => keyed(&line[..at]),
        (_, Some(b':')) => matches!(before, None | Some(b' ' | b'\t' | b']')),
        _ => first && at == 0 && matches!(after, None | Some(b' ' | b'\t')) && length <= 5,
    }
}

fn keyed(before: &[u8]) -> bool {
    let key = before.strip_suffix(b"\"").unwrap_or(before);
    let Some(key) = key.strip_suffix(b"=") else { return false };
    [&b"level"[..], b"lvl", b"severity"].iter().any(|name| key.ends_with(name))
}
