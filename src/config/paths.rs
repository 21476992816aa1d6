//! Where the program keeps its files (XDG base directory specification).

use std::path::{Path, PathBuf};

use super::Environment;

/// The program's folders. `None` when neither the XDG variable nor HOME is set: then nothing is kept there.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Paths {
    home: Option<PathBuf>,
    /// `config.toml`, `keys.toml`, `themes/`, `templates/`.
    pub config: Option<PathBuf>,
    /// The log file, what was open last time.
    pub state: Option<PathBuf>,
    /// What must not be lost: agreements to run plugins.
    pub data: Option<PathBuf>,
    /// What can be fetched again.
    pub cache: Option<PathBuf>,
}

impl Paths {
    pub fn of(environment: &Environment) -> Self {
        let folder = |xdg: &Option<PathBuf>, below_home: &str| {
            let base = xdg.clone().or_else(|| environment.home.as_ref().map(|home| home.join(below_home)));
            base.map(|base| base.join("eksdeck"))
        };
        Self {
            home: environment.home.clone(),
            config: folder(&environment.xdg_config, ".config"),
            state: folder(&environment.xdg_state, ".local/state"),
            data: folder(&environment.xdg_data, ".local/share"),
            cache: folder(&environment.xdg_cache, ".cache"),
        }
    }

    /// `~/x` in a file that a person wrote.
    pub fn expand(&self, text: &str) -> PathBuf {
        match (text.strip_prefix("~/"), &self.home) {
            (Some(rest), Some(home)) => home.join(rest),
            _ => PathBuf::from(text),
        }
    }

    /// As a person would write it: below HOME with `~`.
    pub fn shown(&self, path: &Path) -> String {
        let below = self.home.as_ref().and_then(|home| path.strip_prefix(home).ok());
        below.map_or_else(|| path.display().to_string(), |rest| format!("~/{}", rest.display()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn xdg_comes_before_home_and_without_both_there_is_no_place() {
        let home = Environment { home: Some("/home/sre".into()), ..Environment::default() };
        let paths = Paths::of(&home);
        assert_eq!(paths.config.as_deref(), Some(Path::new("/home/sre/.config/eksdeck")));
        assert_eq!(paths.state.as_deref(), Some(Path::new("/home/sre/.local/state/eksdeck")));
        let xdg = Environment { xdg_state: Some("/var/state".into()), ..home };
        assert_eq!(Paths::of(&xdg).state.as_deref(), Some(Path::new("/var/state/eksdeck")));
        assert_eq!(Paths::of(&Environment::default()), Paths::default());
    }

    #[test]
    fn home_is_written_short_and_read_back() {
        let paths = Paths::of(&Environment { home: Some("/home/sre".into()), ..Environment::default() });
        assert_eq!(paths.expand("~/.kube/config"), Path::new("/home/sre/.kube/config"));
        assert_eq!(paths.shown(Path::new("/home/sre/.kube/config")), "~/.kube/config");
        assert_eq!(paths.expand("/etc/x"), Path::new("/etc/x"));
        assert_eq!(paths.shown(Path::new("/etc/x")), "/etc/x");
    }
}
