//! Keys by name, as the bytes that xterm sends for them.

/// Keys parted by blanks (`"j j ctrl-d enter"`); `space` is the blank itself.
pub fn sequence(keys: &str) -> Vec<u8> {
    keys.split_whitespace().flat_map(key).collect()
}

fn key(name: &str) -> Vec<u8> {
    let text = match name {
        "enter" => "\r",
        "esc" => "\x1b",
        "tab" => "\t",
        "backtab" | "shift-tab" => "\x1b[Z",
        "backspace" => "\x7f",
        "space" => " ",
        "up" => "\x1b[A",
        "down" => "\x1b[B",
        "right" => "\x1b[C",
        "left" => "\x1b[D",
        "home" => "\x1b[H",
        "end" => "\x1b[F",
        "insert" => "\x1b[2~",
        "delete" => "\x1b[3~",
        "pageup" => "\x1b[5~",
        "pagedown" => "\x1b[6~",
        "f1" => "\x1bOP",
        "f2" => "\x1bOQ",
        "f3" => "\x1bOR",
        "f4" => "\x1bOS",
        "ctrl-space" => "\0",
        _ => return modified(name),
    };
    text.as_bytes().to_vec()
}

fn modified(name: &str) -> Vec<u8> {
    if let Some(rest) = name.strip_prefix("alt-") {
        return [b"\x1b".to_vec(), key(rest)].concat();
    }
    // Digits as the VT220 sent them: ctrl-4 is ctrl-\\.
    if let Some(digit) =
        name.strip_prefix("ctrl-").and_then(|rest| rest.parse::<u8>().ok()).filter(|digit| (3..=7).contains(digit))
    {
        return vec![0x1b + digit - 3];
    }
    if let Some(letter) = name.strip_prefix("ctrl-").and_then(|rest| rest.bytes().next()) {
        return vec![letter.to_ascii_uppercase() & 0x1f];
    }
    let single = name.chars().count() == 1;
    assert!(single, "no key is called {name:?}");
    name.as_bytes().to_vec()
}

/// A click of the left button, column and row counted from 0, in the SGR encoding.
pub fn click(column: u16, row: u16) -> Vec<u8> {
    let (column, row) = (column + 1, row + 1);
    format!("\x1b[<0;{column};{row}M\x1b[<0;{column};{row}m").into_bytes()
}

/// One notch of the wheel.
pub fn wheel(column: u16, row: u16, down: bool) -> Vec<u8> {
    format!("\x1b[<{};{};{}M", if down { 65 } else { 64 }, column + 1, row + 1).into_bytes()
}

/// A bracketed paste.
pub fn paste(text: &str) -> Vec<u8> {
    format!("\x1b[200~{text}\x1b[201~").into_bytes()
}
