//! What a style means.

macro_rules! roles {
    ($($(#[doc = $words:literal])? $id:ident $name:literal,)*) => {
        /// What a style means. A theme file names it in kebab case.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum Role { $($(#[doc = $words])? $id,)* }

        impl Role {
            pub const ALL: [Self; [$($name),*].len()] = [$(Self::$id,)*];
            pub const COUNT: usize = Self::ALL.len();

            /// As theme files name it.
            pub const fn name(self) -> &'static str {
                [$($name,)*][self as usize]
            }
        }
    };
}

roles! {
    Text "text",
    /// Less important than text: units, dashes, other people's words.
    Dim "dim",
    /// Least important that is still read: hints, empty states.
    Muted "muted",
    /// The one colour that draws the eye without saying anything is wrong.
    Accent "accent",
    /// A pane's title, and that of the focused one.
    Title "title",
    TitleFocused "title-focused",
    Border "border",
    BorderFocused "border-focused",
    /// The row under the cursor in the focused pane: a background that is laid over the row's own styles.
    Selection "selection",
    SelectionInactive "selection-inactive",
    /// A marked row.
    Mark "mark",
    /// A table's column names, and the one that it is sorted by.
    Header "header",
    HeaderSorted "header-sorted",
    /// The line on top of the screen.
    StatusLine "status-line",
    FooterKey "footer-key",
    FooterWord "footer-word",
    /// What is typed in a prompt, and its sign.
    Prompt "prompt",
    PromptSign "prompt-sign",
    /// The frame of a layer, and of one that asks before something dangerous.
    LayerBorder "layer-border",
    LayerDanger "layer-danger",
    Ok "ok",
    Running "running",
    Pending "pending",
    Suspended "suspended",
    Warning "warning",
    Broken "broken",
    Stale "stale",
    Connecting "connecting",
    /// A cluster that nobody opened.
    NotOpened "not-opened",
    Info "info",
    /// A lasting badge: something is off its guard (TLS unchecked), or worth knowing (read-only).
    BadgeDanger "badge-danger",
    BadgeInfo "badge-info",
    Production "production",
    Staging "staging",
    Development "development",
    /// Letters that matched a filter, and the match that a search stands on.
    MatchHighlight "match-highlight",
    MatchCurrent "match-current",
    DiffAdd "diff-add",
    DiffRemove "diff-remove",
    DiffChange "diff-change",
    Log1 "log-1",
    Log2 "log-2",
    Log3 "log-3",
    Log4 "log-4",
    Log5 "log-5",
    Log6 "log-6",
    Log7 "log-7",
    Log8 "log-8",
    LogTime "log-time",
    /// Lines that the program writes into a log: gaps, ends of containers, marks.
    LogNote "log-note",
    LevelError "level-error",
    LevelWarn "level-warn",
    LevelInfo "level-info",
    LevelDebug "level-debug",
    LevelTrace "level-trace",
    YamlKey "yaml-key",
    YamlString "yaml-string",
    YamlNumber "yaml-number",
    YamlBool "yaml-bool",
    YamlNull "yaml-null",
    YamlComment "yaml-comment",
    YamlPunctuation "yaml-punctuation",
    YamlAnchor "yaml-anchor",
    /// A secret that is not shown.
    Masked "masked",
    Sparkline "sparkline",
    BarFull "bar-full",
    BarWarning "bar-warning",
    BarEmpty "bar-empty",
    Scrollbar "scrollbar",
}

impl Role {
    pub const LOG_PREFIXES: [Self; 8] =
        [Self::Log1, Self::Log2, Self::Log3, Self::Log4, Self::Log5, Self::Log6, Self::Log7, Self::Log8];

    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|role| role.name() == name)
    }

    /// Drawn, not read: what contrast rules for text do not hold for.
    pub fn is_drawn(self) -> bool {
        matches!(
            self,
            Self::Border
                | Self::BorderFocused
                | Self::LayerBorder
                | Self::Sparkline
                | Self::BarFull
                | Self::BarWarning
                | Self::BarEmpty
                | Self::Scrollbar
        )
    }
}
