//! Which theme, in how many colours, with which signs.

use super::colour::Depth;

/// What the environment says of the terminal; an unset variable is empty.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Terminal<'a> {
    /// COLORTERM
    pub colorterm: &'a str,
    /// TERM
    pub term: &'a str,
    /// NO_COLOR is set and not empty (no-color.org).
    pub no_color: bool,
    /// COLORFGBG, `foreground;background` as ANSI numbers: rxvt, Konsole and others set it.
    pub colorfgbg: &'a str,
    /// LC_ALL, else LC_CTYPE, else LANG.
    pub locale: &'a str,
}

/// A theme's name, and what the terminal can show of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Choice {
    pub name: String,
    pub depth: Depth,
    /// Signs and lines in ASCII alone.
    pub ascii: bool,
}

/// The theme that a flag or the configuration asks for, else the one that fits the terminal. As no-color.org has it, a
/// theme that is asked for outweighs NO_COLOR. `ascii` is what the configuration says; `None` goes by the locale.
pub fn choose(wanted: Option<&str>, ascii: Option<bool>, terminal: &Terminal<'_>) -> Choice {
    let depth = depth(terminal);
    let name = wanted.unwrap_or(match depth {
        _ if terminal.no_color || terminal.term == "dumb" => "mono",
        Depth::Ansi => "sixteen",
        _ if is_light(terminal.colorfgbg) => "light",
        _ => "dark",
    });
    Choice { name: name.to_owned(), depth, ascii: ascii.unwrap_or_else(|| !speaks_utf8(terminal.locale)) }
}

fn depth(terminal: &Terminal<'_>) -> Depth {
    let term = terminal.term;
    let is_direct = term.ends_with("-direct")
        || ["kitty", "ghostty", "alacritty", "wezterm"].iter().any(|name| term.contains(name));
    if matches!(terminal.colorterm, "truecolor" | "24bit") || is_direct {
        Depth::True
    } else if term.contains("256") {
        Depth::Indexed
    } else {
        Depth::Ansi
    }
}

fn is_light(colorfgbg: &str) -> bool {
    let background = colorfgbg.rsplit(';').next().and_then(|number| number.parse::<u8>().ok());
    matches!(background, Some(7 | 9..=15))
}

/// An unset locale is taken for UTF-8: over SSH it is more often lost than meant.
fn speaks_utf8(locale: &str) -> bool {
    let locale = locale.to_ascii_lowercase();
    locale.is_empty() || locale.contains("utf-8") || locale.contains("utf8")
}

#[cfg(test)]
mod tests {
    use super::*;

    const XTERM: Terminal<'_> =
        Terminal { colorterm: "truecolor", term: "xterm-256color", no_color: false, colorfgbg: "", locale: "C.UTF-8" };

    fn chosen(terminal: Terminal<'_>) -> (String, Depth) {
        let choice = choose(None, None, &terminal);
        (choice.name, choice.depth)
    }

    #[test]
    fn the_terminal_decides_when_nobody_does() {
        assert_eq!(chosen(XTERM), ("dark".into(), Depth::True));
        assert_eq!(chosen(Terminal { colorterm: "", ..XTERM }), ("dark".into(), Depth::Indexed));
        assert_eq!(chosen(Terminal { colorterm: "", term: "linux", ..XTERM }), ("sixteen".into(), Depth::Ansi));
        assert_eq!(chosen(Terminal { colorfgbg: "0;15", ..XTERM }), ("light".into(), Depth::True));
        assert_eq!(chosen(Terminal { colorfgbg: "15;default;0", ..XTERM }).0, "dark");
        assert_eq!(chosen(Terminal { colorfgbg: "0;8", ..XTERM }).0, "dark");
        assert_eq!(chosen(Terminal { no_color: true, ..XTERM }).0, "mono");
        assert_eq!(chosen(Terminal { colorterm: "", term: "dumb", ..XTERM }).0, "mono");
        assert_eq!(chosen(Terminal { colorterm: "", term: "xterm-kitty", ..XTERM }).1, Depth::True);
    }

    #[test]
    fn a_person_outweighs_the_terminal() {
        let choice = choose(Some("light"), Some(true), &Terminal { no_color: true, ..XTERM });
        assert_eq!((choice.name.as_str(), choice.ascii), ("light", true));
    }

    #[test]
    fn signs_are_ascii_only_where_the_locale_says_so() {
        let ascii = |locale| choose(None, None, &Terminal { locale, ..XTERM }).ascii;
        assert!(ascii("POSIX") && ascii("en_US.ISO-8859-1"));
        assert!(!ascii("") && !ascii("de_DE.utf8"));
    }
}
