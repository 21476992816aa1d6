use std::collections::HashSet;

use ratatui::style::{Color, Modifier};
use unicode_width::UnicodeWidthStr;

use super::*;

const MADE_OF_RGB: [&str; 4] = ["dark", "light", "high-contrast", "colour-blind"];
/// States that a person must tell apart at a glance.
const STATES: [Role; 5] = [Role::Ok, Role::Warning, Role::Broken, Role::Stale, Role::Running];

fn own(text: &str) -> (file::Sheet, Vec<ThemeProblem>) {
    file::load("mine", Some(("mine.toml", text)))
}

fn theme(name: &str, depth: Depth) -> Theme {
    Theme::load(&Choice { name: name.into(), depth, ascii: false }, None).0
}

fn background(name: &str) -> Color {
    file::load(name, None).0.background
}

/// Relative luminance, WCAG 2.2.
fn luminance(rgb: [f64; 3]) -> f64 {
    0.2126 * rgb[0] + 0.7152 * rgb[1] + 0.0722 * rgb[2]
}

/// sRGB to linear, 0 to 1.
fn linear(colour: Color) -> [f64; 3] {
    let channel = |value: u8| {
        let value = f64::from(value) / 255.0;
        if value <= 0.04045 { value / 12.92 } else { ((value + 0.055) / 1.055).powf(2.4) }
    };
    colour::rgb(colour).expect("a colour whose value is known").map(channel)
}

/// Contrast ratio, WCAG 2.2.
fn contrast(a: Color, b: Color) -> f64 {
    let (a, b) = (luminance(linear(a)), luminance(linear(b)));
    (a.max(b) + 0.05) / (a.min(b) + 0.05)
}

/// CIE L*a*b* of linear sRGB, white D65.
fn lab(rgb: [f64; 3]) -> [f64; 3] {
    let [red, green, blue] = rgb;
    let x = (0.4124 * red + 0.3576 * green + 0.1805 * blue) / 0.9505;
    let y = luminance(rgb);
    let z = (0.0193 * red + 0.1192 * green + 0.9505 * blue) / 1.089;
    let f = |t: f64| if t > 0.008_856 { t.cbrt() } else { 7.787 * t + 16.0 / 116.0 };
    [116.0 * f(y) - 16.0, 500.0 * (f(x) - f(y)), 200.0 * (f(y) - f(z))]
}

/// How a colour looks without the middle (deuteranopia) or long (protanopia) cones: Viénot, Brettel and Mollon 1999.
fn without(cone: &str, colour: Color) -> [f64; 3] {
    let [red, green, blue] = linear(colour);
    let long = 0.1788 * red + 0.4352 * green + 0.0412 * blue;
    let middle = 0.0346 * red + 0.2715 * green + 0.0388 * blue;
    let short = 0.0003 * red + 0.0018 * green + 0.0146 * blue;
    let (long, middle) = match cone {
        "middle" => (long, 0.494_207 * long + 1.248_27 * short),
        _ => (2.023_44 * middle - 2.525_81 * short, middle),
    };
    [
        8.0944 * long - 13.0504 * middle + 11.6721 * short,
        -1.0251 * long + 5.4019 * middle - 11.3614 * short,
        -0.0365 * long - 0.4121 * middle + 69.3513 * short,
    ]
    .map(|value| value.clamp(0.0, 1.0))
}

#[test]
fn the_themes_that_ship_have_no_mistakes_and_a_style_for_every_role() {
    for name in NAMES {
        let (file, text) = builtin::find(name).expect("it ships");
        assert_eq!(file::load(name, Some((file, text))).1, [], "{name}");
    }
    for role in Role::ALL {
        for name in ["dark", "mono"] {
            let (_, text) = builtin::find(name).expect("it ships");
            assert!(text.contains(&format!("\n{} = ", role.name())), "{name} has no {}", role.name());
        }
    }
}

#[test]
fn words_can_be_read_on_the_ground_and_on_a_selected_row() {
    for name in MADE_OF_RGB {
        let least = if name == "high-contrast" { 7.0 } else { 4.5 };
        let ground = background(name);
        for depth in [Depth::True, Depth::Indexed] {
            let theme = theme(name, depth);
            let ink = theme.style(Role::Text).fg.expect("text has a colour");
            for role in Role::ALL.into_iter().filter(|role| !role.is_drawn()) {
                let style = theme.style(role);
                let fg = style.fg.unwrap_or(ink);
                let grounds = match style.bg {
                    Some(own) => vec![own],
                    None => [Role::Selection, Role::SelectionInactive]
                        .into_iter()
                        .filter_map(|selection| theme.style(selection).bg)
                        .chain([ground])
                        .collect(),
                };
                for bg in grounds {
                    let ratio = contrast(fg, bg);
                    assert!(ratio >= least, "{name} {depth:?}: {} on {bg:?} is {ratio:.2}", role.name());
                }
            }
            for role in [Role::BorderFocused, Role::LayerBorder, Role::BarFull, Role::Sparkline] {
                let ratio = contrast(theme.style(role).fg.expect("it is drawn"), ground);
                assert!(ratio >= 3.0, "{name}: {} is {ratio:.2}", role.name());
            }
        }
    }
}

#[test]
fn dark_reads_on_other_peoples_dark_terminals() {
    let theme = theme("dark", Depth::True);
    for ground in ["#000000", "#1e1e1e", "#282a36", "#002b36", "#2e3440"] {
        let ground = colour::parse(ground).expect("a colour");
        for role in Role::ALL.into_iter().filter(|role| !role.is_drawn() && theme.style(*role).bg.is_none()) {
            let ratio = theme.style(role).fg.map_or(21.0, |fg| contrast(fg, ground));
            assert!(ratio >= 4.5, "{} on {ground:?} is {ratio:.2}", role.name());
        }
    }
}

#[test]
fn states_are_apart_for_eyes_without_red_or_green() {
    let theme = theme("colour-blind", Depth::True);
    for cone in ["middle", "long"] {
        for (index, a) in STATES.iter().enumerate() {
            for b in &STATES[index + 1..] {
                let seen = |role: &Role| lab(without(cone, theme.style(*role).fg.expect("a state has a colour")));
                let distance = seen(a).into_iter().zip(seen(b)).map(|(a, b)| (a - b).powi(2)).sum::<f64>().sqrt();
                assert!(distance >= 15.0, "without {cone}: {} and {} are {distance:.1} apart", a.name(), b.name());
            }
        }
    }
}

#[test]
fn sixteen_has_only_the_persons_colours_and_mono_has_none() {
    for role in Role::ALL {
        for colour in [theme("sixteen", Depth::True).style(role).fg, theme("sixteen", Depth::True).style(role).bg] {
            assert!(!matches!(colour, Some(Color::Rgb(..) | Color::Indexed(_) | Color::DarkGray)), "{}", role.name());
        }
        let style = theme("mono", Depth::True).style(role);
        assert_eq!((style.fg, style.bg), (None, None), "{}", role.name());
    }
}

#[test]
fn a_selection_is_seen_in_every_theme_on_every_terminal() {
    for name in NAMES {
        for depth in [Depth::True, Depth::Indexed, Depth::Ansi] {
            let theme = theme(name, depth);
            let style = theme.style(Role::Selection);
            let reversed = style.add_modifier.contains(Modifier::REVERSED);
            assert!(reversed || style.bg.is_some_and(|bg| Some(bg) != theme.base().bg), "{name} {depth:?}: {style:?}");
        }
    }
}

#[test]
fn only_high_contrast_paints_a_ground() {
    for name in NAMES {
        assert_eq!(theme(name, Depth::True).base().bg.is_some(), name == "high-contrast", "{name}");
    }
}

#[test]
fn every_state_has_a_sign_of_its_own_one_cell_wide() {
    for glyphs in [&glyphs::UNICODE, &glyphs::ASCII] {
        let signs = State::ALL.map(|state| glyphs.sign(state));
        assert_eq!(signs.iter().collect::<HashSet<_>>().len(), signs.len());
        assert!(signs.iter().all(|sign| sign.width() == 1));
    }
    assert!(State::ALL.iter().all(|state| glyphs::ASCII.sign(*state).is_ascii()));
    assert_eq!(theme("dark", Depth::True).sign(State::Broken), "✖");
}

#[test]
fn an_own_file_changes_what_it_names_and_keeps_the_rest() {
    let (sheet, problems) = own(
        "inherit = \"light\"\n[palette]\nmine = \"#010203\"\naccent = \"mine\"\n[roles]\nok = \"mine on 17 bold\"\n",
    );
    assert_eq!(problems, []);
    let mine = Color::Rgb(1, 2, 3);
    assert_eq!(sheet.styles[Role::Accent as usize].fg, Some(mine), "a role that names the palette follows it");
    let ok = sheet.styles[Role::Ok as usize];
    assert_eq!((ok.fg, ok.bg, ok.add_modifier), (Some(mine), Some(Color::Indexed(17)), Modifier::BOLD));
    assert_eq!(sheet.background, background("light"));
    assert_eq!(own("").0.styles[Role::Text as usize], theme("dark", Depth::True).style(Role::Text));
}

#[test]
fn every_mistake_has_its_place_and_the_nearest_word() {
    let (sheet, problems) = own("\
inherit = \"drak\"
backgroud = \"#000000\"
paint = 1
[palette]
a = \"#12\"
[roles]
txt = \"a\"
ok = \"green on rasied bold\"
warning = \"amber bolt\"
broken = 3
");
    let told = problems.iter().map(|p| (p.line, p.column, p.suggestion.as_deref())).collect::<Vec<_>>();
    assert_eq!(
        told,
        [
            (1, 11, Some("dark")),
            (2, 1, Some("background")),
            (3, 9, None),
            (5, 5, None),
            (7, 1, Some("text")),
            (8, 16, Some("raised")),
            (9, 18, Some("bold")),
            (10, 10, None),
        ],
        "{problems:#?}"
    );
    assert!(sheet.styles[Role::Ok as usize].add_modifier.contains(Modifier::BOLD), "the rest applies");
}

#[test]
fn an_unknown_name_is_dark() {
    let choice = Choice { name: "nowhere".into(), depth: Depth::True, ascii: true };
    let (theme, problems) = Theme::load(&choice, Some(("loop.toml", "inherit = \"dark\"\n")));
    assert_eq!((problems.len(), theme.sign(State::Ok)), (0, "*"));
    assert!(theme.style(Role::Text).fg.is_some());
    assert_eq!(Theme::load(&choice, None).0.style(Role::Text).fg, theme.style(Role::Text).fg);
}
