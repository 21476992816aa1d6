//! The themes that ship with the program.

const FILES: [(&str, &str, &str); 6] = [
    ("dark", "assets/themes/dark.toml", include_str!("../../../assets/themes/dark.toml")),
    ("light", "assets/themes/light.toml", include_str!("../../../assets/themes/light.toml")),
    ("high-contrast", "assets/themes/high-contrast.toml", include_str!("../../../assets/themes/high-contrast.toml")),
    ("colour-blind", "assets/themes/colour-blind.toml", include_str!("../../../assets/themes/colour-blind.toml")),
    ("sixteen", "assets/themes/sixteen.toml", include_str!("../../../assets/themes/sixteen.toml")),
    ("mono", "assets/themes/mono.toml", include_str!("../../../assets/themes/mono.toml")),
];

/// Their names, as `--theme`, the configuration and the picker take them.
pub const NAMES: [&str; FILES.len()] = [FILES[0].0, FILES[1].0, FILES[2].0, FILES[3].0, FILES[4].0, FILES[5].0];

/// File name and text.
pub(super) fn find(name: &str) -> Option<(&'static str, &'static str)> {
    FILES.iter().find(|(known, _, _)| *known == name).map(|(_, file, text)| (*file, *text))
}
