//! The one table: what each folder of `src/` may name.

/// Which outside crates a folder may name. `std` (with `core` and `alloc`) always counts as allowed.
pub enum Crates {
    Any,
    Only(&'static [&'static str]),
    /// Both lists.
    Also(&'static [&'static str], &'static [&'static str]),
}

pub struct Rule {
    pub folder: &'static str,
    /// Folders, or modules in them (`runtime::ports`), that it may name beside itself.
    pub folders: &'static [&'static str],
    pub crates: Crates,
    /// Never anything of [`IMPURE`].
    pub pure: bool,
}

/// Disk, network, processes, threads, the environment and clocks.
pub const IMPURE: &[&str] = &[
    "std::env",
    "std::fs",
    "std::io::stderr",
    "std::io::stdin",
    "std::io::stdout",
    "std::net",
    "std::os",
    "std::process",
    "std::thread",
    "std::time::Instant",
    "std::time::SystemTime",
    "jiff::Timestamp::now",
    "jiff::Zoned::now",
    "jiff::tz::TimeZone::system",
];

/// What a file named `update.rs`, or in a folder `update`, never names, whatever its folder may.
pub const NOT_IN_UPDATE: &[&str] = &["crossterm", "hyper", "kube", "rand", "ratatui", "tokio"];

/// color-eyre is for `main` alone.
pub const MAIN_ONLY: &[&str] = &["color_eyre"];

const WORDS: &[&str] = &[
    "frizbee",
    "hcl_edit",
    "indexmap",
    "jiff",
    "memchr",
    "regex",
    "ring",
    "serde",
    "serde_json",
    "strsim",
    "thiserror",
    "toml",
    "unicode_segmentation",
    "unicode_width",
];

const DRAWING: &[&str] = &[
    "frizbee",
    "indexmap",
    "jiff",
    "memchr",
    "ratatui",
    "regex",
    "serde_json",
    "strsim",
    "thiserror",
    "toml",
    "unicode_segmentation",
    "unicode_width",
];

pub const TABLE: &[Rule] = &[
    Rule { folder: "domain", folders: &[], crates: Crates::Only(WORDS), pure: true },
    Rule {
        folder: "kinds",
        folders: &["domain"],
        crates: Crates::Only(&["bytes", "indexmap", "jiff", "prost", "serde", "serde_json", "thiserror"]),
        pure: true,
    },
    Rule {
        folder: "store",
        folders: &["domain"],
        crates: Crates::Only(&["hashbrown", "indexmap", "jiff", "memchr", "thiserror"]),
        pure: true,
    },
    Rule {
        folder: "input",
        folders: &["domain"],
        crates: Crates::Only(&[
            "crokey",
            "crossterm",
            "frizbee",
            "indexmap",
            "serde",
            "strsim",
            "thiserror",
            "toml",
            "unicode_width",
        ]),
        pure: true,
    },
    Rule {
        folder: "yaml",
        folders: &["domain"],
        crates: Crates::Only(&["indexmap", "serde", "serde_json", "serde_yaml", "thiserror"]),
        pure: true,
    },
    Rule {
        folder: "config",
        folders: &["domain", "input", "yaml"],
        crates: Crates::Only(&[
            "indexmap",
            "jiff",
            "nix",
            "secrecy",
            "serde",
            "serde_json",
            "serde_yaml",
            "strsim",
            "thiserror",
            "toml",
        ]),
        pure: false,
    },
    Rule {
        // It keeps the text that editors change; screens have it from here.
        folder: "ui",
        folders: &["domain", "input", "yaml"],
        crates: Crates::Also(DRAWING, &["tui_textarea"]),
        pure: true,
    },
    Rule {
        folder: "screens",
        folders: &["domain", "store", "kinds", "input", "yaml", "ui"],
        crates: Crates::Only(DRAWING),
        pure: true,
    },
    Rule {
        // Layers stack over screens and speak of their rows in the same words; never the other way round.
        folder: "layers",
        folders: &["domain", "store", "kinds", "input", "yaml", "ui", "screens"],
        crates: Crates::Also(DRAWING, &["similar", "tui_textarea"]),
        pure: true,
    },
    Rule {
        folder: "runtime",
        folders: &["domain", "store", "kinds"],
        crates: Crates::Only(&[
            // Secrets come in it.
            "base64",
            "hashbrown",
            "bytes",
            "futures",
            "indexmap",
            "jiff",
            "memchr",
            "nix",
            "serde_json",
            "thiserror",
            "tokio",
            "tokio_util",
            "tracing",
        ]),
        pure: false,
    },
    Rule {
        folder: "adapters",
        folders: &["domain", "kinds", "config", "yaml", "runtime::ports"],
        crates: Crates::Any,
        pure: false,
    },
    Rule { folder: "demo", folders: &["domain"], crates: Crates::Any, pure: false },
    Rule { folder: "cli", folders: &[ALL], crates: Crates::Any, pure: false },
    Rule { folder: "app", folders: &[ALL], crates: Crates::Any, pure: false },
    Rule {
        folder: "main",
        folders: &["cli", "app", "config"],
        crates: Crates::Only(&["color_eyre", "clap"]),
        pure: false,
    },
];

/// Stands for every folder.
pub const ALL: &str = "*";

pub fn rule(folder: &str) -> Option<&'static Rule> {
    TABLE.iter().find(|rule| rule.folder == folder)
}
