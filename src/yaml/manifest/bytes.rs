//! Bytes of a file to text.

/// A file that is not text.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("byte {byte} (line {line}) is no UTF-8{}", hint.map(|hint| format!(": {hint}")).unwrap_or_default())]
pub struct NotText {
    /// From 0: where reading stopped.
    pub byte: usize,
    /// From 1.
    pub line: usize,
    pub hint: Option<&'static str>,
}

/// The text of a file. A byte order mark of UTF-8 is taken away, and `\r\n` becomes `\n`.
pub fn read_bytes(bytes: &[u8]) -> Result<String, NotText> {
    let text = std::str::from_utf8(bytes).map_err(|error| {
        let byte = error.valid_up_to();
        let line = bytes[..byte].iter().filter(|byte| **byte == b'\n').count() + 1;
        let hint = match bytes {
            [0xff, 0xfe, ..] | [0xfe, 0xff, ..] => Some("the file is UTF-16; save it as UTF-8"),
            [0x1f, 0x8b, ..] => Some("the file is gzip; unpack it first"),
            _ if bytes.contains(&0) => Some("the file is binary"),
            _ => Some("save the file as UTF-8"),
        };
        NotText { byte, line, hint }
    })?;
    Ok(text.strip_prefix('\u{feff}').unwrap_or(text).replace("\r\n", "\n"))
}
