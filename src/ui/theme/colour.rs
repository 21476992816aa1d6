//! Colours: how they are written, and how few of them a terminal may have.

use ratatui::style::{Color, Modifier, Style};

/// How many colours the terminal has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Depth {
    /// 24 bits.
    True,
    /// 256, the xterm palette.
    Indexed,
    /// 16, as the person set them.
    Ansi,
}

/// The 16 colours by the names that theme files use, with the values that xterm gives them.
const ANSI: [(&str, Color, [u8; 3]); 16] = [
    ("black", Color::Black, [0, 0, 0]),
    ("red", Color::Red, [205, 0, 0]),
    ("green", Color::Green, [0, 205, 0]),
    ("yellow", Color::Yellow, [205, 205, 0]),
    ("blue", Color::Blue, [0, 0, 238]),
    ("magenta", Color::Magenta, [205, 0, 205]),
    ("cyan", Color::Cyan, [0, 205, 205]),
    ("white", Color::Gray, [229, 229, 229]),
    ("bright-black", Color::DarkGray, [127, 127, 127]),
    ("bright-red", Color::LightRed, [255, 0, 0]),
    ("bright-green", Color::LightGreen, [0, 255, 0]),
    ("bright-yellow", Color::LightYellow, [255, 255, 0]),
    ("bright-blue", Color::LightBlue, [92, 92, 255]),
    ("bright-magenta", Color::LightMagenta, [255, 0, 255]),
    ("bright-cyan", Color::LightCyan, [0, 255, 255]),
    ("bright-white", Color::White, [255, 255, 255]),
];

/// The colour cube of the xterm palette: levels of each channel.
const CUBE: [u8; 6] = [0, 95, 135, 175, 215, 255];

/// A colour as theme files write it: `#rrggbb`, an ANSI name, a palette index `0`–`255`, or `default`.
pub fn parse(text: &str) -> Option<Color> {
    if let Some(hex) = text.strip_prefix('#') {
        let value = u32::from_str_radix(hex, 16).ok().filter(|_| hex.len() == 6)?;
        let [_, red, green, blue] = value.to_be_bytes();
        return Some(Color::Rgb(red, green, blue));
    }
    if text == "default" {
        return Some(Color::Reset);
    }
    let named = ANSI.iter().find(|(name, _, _)| *name == text).map(|(_, colour, _)| *colour);
    named.or_else(|| text.parse().ok().map(Color::Indexed))
}

/// The words that `parse` takes, for suggestions.
pub fn names<'a>() -> impl Iterator<Item = &'a str> {
    ANSI.iter().map(|(name, _, _)| *name).chain(["default"])
}

impl Depth {
    /// The style in colours that the terminal has. On 16 colours a background that can no longer be told from the
    /// theme's own becomes reversed video, so that a selection stays visible.
    pub fn convert(self, style: Style, background: Color) -> Style {
        let mut converted = style;
        converted.fg = style.fg.map(|colour| self.colour(colour));
        converted.bg = style.bg.map(|colour| self.colour(colour));
        let is_lost = |bg: Color| bg == self.colour(background) && style.bg != Some(background);
        if self == Self::Ansi && converted.bg.is_some_and(is_lost) {
            converted.bg = None;
            converted = converted.add_modifier(Modifier::REVERSED);
        }
        converted
    }

    fn colour(self, colour: Color) -> Color {
        let Color::Rgb(red, green, blue) = colour else { return colour };
        match self {
            Self::True => colour,
            Self::Indexed => Color::Indexed(nearest_indexed([red, green, blue])),
            Self::Ansi => nearest_ansi([red, green, blue]),
        }
    }
}

fn distance(a: [u8; 3], b: [u8; 3]) -> u32 {
    a.into_iter().zip(b).map(|(a, b)| u32::from(a.abs_diff(b)).pow(2)).sum()
}

/// The red, green and blue of a palette index from 16 on: the cube, then 24 greys.
fn indexed_rgb(index: u8) -> [u8; 3] {
    if index >= 232 {
        return [8 + (index - 232) * 10; 3];
    }
    let cell = usize::from(index.saturating_sub(16));
    [CUBE[cell / 36], CUBE[cell / 6 % 6], CUBE[cell % 6]]
}

/// The first 16 are left out: a person may have set them to anything.
fn nearest_indexed(rgb: [u8; 3]) -> u8 {
    (16..=255).min_by_key(|index| distance(indexed_rgb(*index), rgb)).unwrap_or(16)
}

fn nearest_ansi(rgb: [u8; 3]) -> Color {
    ANSI.iter().min_by_key(|(_, _, value)| distance(*value, rgb)).map_or(Color::Reset, |(_, colour, _)| *colour)
}

/// Red, green and blue of any colour but `default`, the 16 that a person sets as xterm has them.
pub fn as_xterm(colour: Color) -> Option<[u8; 3]> {
    let named = |index: u8| ANSI.get(usize::from(index)).map(|(_, _, value)| *value);
    match colour {
        Color::Reset => None,
        Color::Rgb(red, green, blue) => Some([red, green, blue]),
        Color::Indexed(index) => named(index).or_else(|| Some(indexed_rgb(index))),
        other => ANSI.iter().find(|(_, colour, _)| *colour == other).map(|(_, _, value)| *value),
    }
}

/// Red, green and blue of a colour whose value is known: not of the 16 that a person sets.
#[cfg(test)]
pub fn rgb(colour: Color) -> Option<[u8; 3]> {
    match colour {
        Color::Rgb(red, green, blue) => Some([red, green, blue]),
        Color::Indexed(index) if index >= 16 => Some(indexed_rgb(index)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn colours_are_written_in_four_ways() {
        assert_eq!(parse("#0a141e"), Some(Color::Rgb(10, 20, 30)));
        assert_eq!(parse("bright-red"), Some(Color::LightRed));
        assert_eq!(parse("208"), Some(Color::Indexed(208)));
        assert_eq!(parse("default"), Some(Color::Reset));
        for wrong in ["#fff", "#gggggg", "", "256", "pink"] {
            assert_eq!(parse(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn fewer_colours_take_the_nearest() {
        let style = |depth: Depth, colour| depth.convert(Style::new().fg(colour), Color::Black).fg;
        assert_eq!(style(Depth::Indexed, Color::Rgb(255, 0, 0)), Some(Color::Indexed(196)));
        assert_eq!(style(Depth::Indexed, Color::Rgb(128, 128, 128)), Some(Color::Indexed(244)));
        assert_eq!(style(Depth::Ansi, Color::Rgb(250, 10, 10)), Some(Color::LightRed));
        assert_eq!(style(Depth::True, Color::Rgb(1, 2, 3)), Some(Color::Rgb(1, 2, 3)));
        assert_eq!(style(Depth::Indexed, Color::Reset), Some(Color::Reset));
    }

    #[test]
    fn a_selection_stays_visible_on_sixteen_colours() {
        let selection = Style::new().bg(Color::Rgb(30, 34, 48));
        let converted = Depth::Ansi.convert(selection, Color::Rgb(20, 22, 27));
        assert_eq!(converted.bg, None);
        assert!(converted.add_modifier.contains(Modifier::REVERSED));
    }
}
