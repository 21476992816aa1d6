//! Colouring YAML, one line after the other.

/// What a stretch of a line is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Role {
    Key,
    String,
    Number,
    Bool,
    Null,
    Comment,
    Punctuation,
    /// Anchors, aliases and tags.
    Anchor,
    /// What YAML does not allow there: a tab in the indentation, a bracket that closes nothing.
    Error,
}

/// Bytes `start..end` of a line. White space between spans has no role.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Span {
    pub start: usize,
    pub end: usize,
    pub role: Role,
}

/// What a line leaves open for the next. An editor keeps one for each line and colours on until it no longer changes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct LineState {
    /// A literal or folded block is open; its lines are indented deeper than this, or are at column 0 and more if `-1`.
    block: Option<i32>,
    /// A quoted text is open, by this quote.
    quote: Option<u8>,
    /// Open brackets and braces.
    flow: u16,
}

impl LineState {
    /// A quoted text goes on in the next line.
    pub fn in_quotes(&self) -> bool {
        self.quote.is_some()
    }

    /// A literal or folded block may go on in the next line: what stands there is text.
    pub fn in_block(&self) -> bool {
        self.block.is_some()
    }
}

/// Roles of one line (without its line break), given what the line before left open.
pub fn highlight(line: &str, state: LineState) -> (Vec<Span>, LineState) {
    let mut scanner =
        Scanner { line, bytes: line.as_bytes(), at: 0, state, spans: Vec::new(), column: -1, quoted_key: true };
    scanner.run();
    (scanner.spans, scanner.state)
}

struct Scanner<'a> {
    line: &'a str,
    bytes: &'a [u8],
    at: usize,
    state: LineState,
    spans: Vec<Span>,
    /// Column of the innermost block collection that this line opened or continues.
    column: i32,
    /// Whether a quoted text may still be a key: not if it began on a line before.
    quoted_key: bool,
}

impl Scanner<'_> {
    fn run(&mut self) {
        let indent = self.bytes.iter().take_while(|byte| **byte == b' ').count();
        if let Some(parent) = self.state.block {
            let blank = self.line.trim().is_empty();
            if blank || i32::try_from(indent).unwrap_or(i32::MAX) > parent {
                self.push(indent, self.bytes.len(), Role::String);
                return;
            }
            self.state.block = None;
        }
        if let Some(quote) = self.state.quote {
            self.at = indent;
            self.quoted_key = false;
            self.quoted(indent, quote);
        } else if self.marker() {
            return;
        } else {
            self.at = indent;
            if self.bytes.get(indent) == Some(&b'\t') && self.state.flow == 0 && !self.line.trim().is_empty() {
                let end = self.line.len() - self.line[indent..].trim_start().len();
                self.push(indent, end, Role::Error);
            }
        }
        while self.at < self.bytes.len() {
            self.token();
        }
    }

    /// `---`, `...` and `%YAML` begin a line at column 0; the first two end everything that is open.
    fn marker(&mut self) -> bool {
        let is_marker = |mark: &str| {
            self.line.strip_prefix(mark).is_some_and(|rest| rest.is_empty() || rest.starts_with([' ', '\t']))
        };
        if is_marker("---") || is_marker("...") {
            self.state = LineState::default();
            self.push(0, 3, Role::Punctuation);
            return false;
        }
        if self.line.starts_with('%') && self.state.flow == 0 {
            self.push(0, self.bytes.len(), Role::Comment);
            return true;
        }
        false
    }

    fn push(&mut self, start: usize, end: usize, role: Role) {
        if start < end {
            self.spans.push(Span { start, end, role });
        }
        self.at = self.at.max(end);
    }

    fn blank_at(&self, at: usize) -> bool {
        self.bytes.get(at).is_none_or(|byte| matches!(byte, b' ' | b'\t'))
    }

    fn token(&mut self) {
        let at = self.at;
        let in_flow = self.state.flow > 0;
        match self.bytes[at] {
            b' ' | b'\t' => self.at += 1,
            b'#' if at == 0 || self.blank_at(at - 1) => self.push(at, self.bytes.len(), Role::Comment),
            b'-' | b'?' if !in_flow && self.blank_at(at + 1) => {
                self.column = i32::try_from(at).unwrap_or(i32::MAX);
                self.push(at, at + 1, Role::Punctuation);
            }
            b':' if self.blank_at(at + 1) || in_flow => self.push(at, at + 1, Role::Punctuation),
            b'[' | b'{' => {
                self.state.flow = self.state.flow.saturating_add(1);
                self.push(at, at + 1, Role::Punctuation);
            }
            b']' | b'}' => {
                let role = if in_flow { Role::Punctuation } else { Role::Error };
                self.state.flow = self.state.flow.saturating_sub(1);
                self.push(at, at + 1, role);
            }
            b',' if in_flow => self.push(at, at + 1, Role::Punctuation),
            b'&' | b'*' | b'!' => {
                let end = self.word_end(at);
                self.push(at, end, Role::Anchor);
            }
            quote @ (b'"' | b'\'') => {
                self.quoted_key = true;
                self.at += 1;
                self.quoted(at, quote);
            }
            b'|' | b'>' if !in_flow => {
                if !self.block_header() {
                    self.plain();
                }
            }
            b'@' | b'`' | b'%' => {
                let end = self.word_end(at);
                self.push(at, end, Role::Error);
            }
            _ => self.plain(),
        }
    }

    fn word_end(&self, from: usize) -> usize {
        let ends =
            |byte: &u8| matches!(byte, b' ' | b'\t') || self.state.flow > 0 && matches!(byte, b',' | b']' | b'}');
        self.bytes[from..].iter().position(ends).map_or(self.bytes.len(), |length| from + length)
    }

    /// `|`, `>-`, `|2+` and an optional comment.
    fn block_header(&mut self) -> bool {
        let end = self.word_end(self.at);
        let header = &self.bytes[self.at + 1..end];
        let rest = self.line[end..].trim_start();
        let fits = header.len() <= 2 && header.iter().all(|byte| matches!(byte, b'+' | b'-' | b'1'..=b'9'));
        if !fits || !(rest.is_empty() || rest.starts_with('#')) {
            return false;
        }
        self.push(self.at, end, Role::Punctuation);
        self.state.block = Some(self.column);
        true
    }

    /// Reads on from `self.at`, within the quotes, and colours from `start`.
    fn quoted(&mut self, start: usize, quote: u8) {
        let mut at = self.at;
        while let Some(&byte) = self.bytes.get(at) {
            match byte {
                b'\\' if quote == b'"' => at += 1,
                b'\'' if quote == b'\'' && self.bytes.get(at + 1) == Some(&b'\'') => at += 1,
                byte if byte == quote => {
                    self.state.quote = None;
                    let role = self.role_of_quoted(start, at + 1);
                    self.push(start, at + 1, role);
                    return;
                }
                _ => {}
            }
            at += 1;
        }
        self.state.quote = Some(quote);
        self.push(start, self.bytes.len(), Role::String);
    }

    fn role_of_quoted(&mut self, start: usize, end: usize) -> Role {
        let colon = end + self.bytes[end..].iter().take_while(|byte| **byte == b' ').count();
        let is_key = self.quoted_key
            && self.bytes.get(colon) == Some(&b':')
            && (self.blank_at(colon + 1) || self.state.flow > 0);
        if is_key {
            self.open_key(start);
            Role::Key
        } else {
            Role::String
        }
    }

    fn open_key(&mut self, start: usize) {
        if self.state.flow == 0 {
            self.column = i32::try_from(start).unwrap_or(i32::MAX);
        }
    }

    fn plain(&mut self) {
        let start = self.at;
        let in_flow = self.state.flow > 0;
        let mut end = start;
        while let Some(&byte) = self.bytes.get(end) {
            let ends = match byte {
                b':' => {
                    self.blank_at(end + 1)
                        || in_flow && matches!(self.bytes.get(end + 1), Some(b',' | b'[' | b']' | b'{' | b'}'))
                }
                b'#' => end > start && self.blank_at(end - 1),
                b',' | b'[' | b']' | b'{' | b'}' => in_flow,
                _ => false,
            };
            if ends {
                break;
            }
            end += 1;
        }
        // A plain text holds at least what it began with, so that the scan always goes on.
        let end = end.max(start + self.line[start..].chars().next().map_or(1, char::len_utf8));
        let text = self.line[start..end].trim_end();
        let is_key = self.bytes.get(end) == Some(&b':');
        let role = if is_key { Role::Key } else { role_of_plain(text) };
        if is_key {
            self.open_key(start);
        }
        self.push(start, start + text.len(), role);
        self.at = end;
    }
}

/// As kubectl's reader (YAML 1.1 with the usual exceptions) takes an unquoted text.
fn role_of_plain(text: &str) -> Role {
    match text {
        "~" | "null" | "Null" | "NULL" => Role::Null,
        "true" | "True" | "TRUE" | "false" | "False" | "FALSE" => Role::Bool,
        "yes" | "Yes" | "YES" | "no" | "No" | "NO" | "on" | "On" | "ON" | "off" | "Off" | "OFF" => Role::Bool,
        ".inf" | "-.inf" | "+.inf" | ".nan" | ".NaN" => Role::Number,
        _ if is_number(text) => Role::Number,
        _ => Role::String,
    }
}

fn is_number(text: &str) -> bool {
    let digits = text.strip_prefix(['-', '+']).unwrap_or(text);
    for (prefix, radix) in [("0x", 16), ("0o", 8), ("0b", 2)] {
        if let Some(rest) = digits.strip_prefix(prefix) {
            return !rest.is_empty() && rest.chars().all(|c| c.is_digit(radix));
        }
    }
    digits.starts_with(|c: char| c.is_ascii_digit() || c == '.')
        && digits.contains(|c: char| c.is_ascii_digit())
        && digits.parse::<f64>().is_ok()
}
