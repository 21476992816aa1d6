//! Every environment variable that the program reads for itself.

use std::path::PathBuf;

/// The environment as it was at the start. A variable that is unset or empty is `None`, an empty list or an empty text.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Environment {
    /// HOME
    pub home: Option<PathBuf>,
    /// XDG_CONFIG_HOME, XDG_STATE_HOME, XDG_DATA_HOME, XDG_CACHE_HOME; a relative path counts as unset, as the XDG base
    /// directory specification says.
    pub xdg_config: Option<PathBuf>,
    pub xdg_state: Option<PathBuf>,
    pub xdg_data: Option<PathBuf>,
    pub xdg_cache: Option<PathBuf>,
    /// EKSDECK_CONFIG: the configuration file, in place of that in the configuration folder.
    pub config_file: Option<PathBuf>,
    /// KUBECONFIG, split at colons.
    pub kubeconfig: Vec<PathBuf>,
    /// LOG_LEVEL: what tracing writes to its file, such as `debug` or `eksdeck=trace`.
    pub log_level: Option<String>,
    /// NO_COLOR
    pub no_color: bool,
    pub colorterm: String,
    pub term: String,
    pub colorfgbg: String,
    /// LC_ALL, else LC_CTYPE, else LANG.
    pub locale: String,
    /// TMUX is set: escape sequences for the outer terminal must be passed through.
    pub in_tmux: bool,
    /// TERM of GNU screen without tmux around it.
    pub in_screen: bool,
}

impl Environment {
    /// Of this process.
    pub fn read() -> Self {
        Self::from_lookup(|name| std::env::var_os(name).map(|value| value.to_string_lossy().into_owned()))
    }

    /// From any lookup of variables by name.
    pub fn from_lookup(lookup: impl Fn(&str) -> Option<String>) -> Self {
        let set = |name: &str| lookup(name).filter(|value| !value.is_empty());
        let text = |name: &str| set(name).unwrap_or_default();
        let path = |name: &str| set(name).map(PathBuf::from);
        let absolute = |name: &str| path(name).filter(|path| path.is_absolute());
        let in_tmux = set("TMUX").is_some();
        Self {
            home: path("HOME"),
            xdg_config: absolute("XDG_CONFIG_HOME"),
            xdg_state: absolute("XDG_STATE_HOME"),
            xdg_data: absolute("XDG_DATA_HOME"),
            xdg_cache: absolute("XDG_CACHE_HOME"),
            config_file: path("EKSDECK_CONFIG"),
            kubeconfig: text("KUBECONFIG").split(':').filter(|part| !part.is_empty()).map(PathBuf::from).collect(),
            log_level: set("LOG_LEVEL"),
            no_color: set("NO_COLOR").is_some(),
            colorterm: text("COLORTERM"),
            term: text("TERM"),
            colorfgbg: text("COLORFGBG"),
            locale: ["LC_ALL", "LC_CTYPE", "LANG"].into_iter().find_map(set).unwrap_or_default(),
            in_tmux,
            in_screen: !in_tmux && text("TERM").starts_with("screen"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn with(pairs: &[(&str, &str)]) -> Environment {
        Environment::from_lookup(|name| {
            pairs.iter().find(|(known, _)| *known == name).map(|(_, value)| (*value).to_owned())
        })
    }

    #[test]
    fn empty_is_unset_and_relative_folders_do_not_count() {
        let environment = with(&[("NO_COLOR", ""), ("XDG_CONFIG_HOME", "conf"), ("LOG_LEVEL", ""), ("LC_ALL", "")]);
        assert_eq!(environment, Environment::default());
    }

    #[test]
    fn lists_are_split_and_the_locale_has_an_order() {
        let environment =
            with(&[("KUBECONFIG", "/a::/b"), ("LANG", "C"), ("LC_CTYPE", "de_DE.UTF-8"), ("NO_COLOR", "1")]);
        assert_eq!(environment.kubeconfig, [PathBuf::from("/a"), PathBuf::from("/b")]);
        assert_eq!(environment.locale, "de_DE.UTF-8");
        assert!(environment.no_color);
    }

    #[test]
    fn tmux_inside_is_not_screen() {
        assert!(with(&[("TERM", "screen.xterm")]).in_screen);
        let tmux = with(&[("TERM", "screen-256color"), ("TMUX", "/run/tmux,1,0")]);
        assert!(tmux.in_tmux && !tmux.in_screen);
    }
}
