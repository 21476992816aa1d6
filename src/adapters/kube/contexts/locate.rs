//! Which files are read, by kubectl's rules.

use std::path::PathBuf;

use super::options::LoadOptions;
use crate::domain::health::Trouble;

/// Files in order of precedence; `troubles` tell of a file that was named and is not there.
pub struct Located {
    pub files: Vec<PathBuf>,
    pub troubles: Vec<Trouble>,
}

/// What to do when there is nothing to open.
const NEXT_STEP: &str = "aws eks update-kubeconfig --region REGION --name CLUSTER, or look around with: eksdeck demo";

/// The flag's file alone, else those of KUBECONFIG that exist, else `~/.kube/config`.
pub fn files(options: &LoadOptions) -> Located {
    if let Some(file) = &options.kubeconfig {
        if file.exists() {
            return Located { files: vec![file.clone()], troubles: Vec::new() };
        }
        let words = format!("{}: there is no such file (--kubeconfig)", file.display());
        return Located { files: Vec::new(), troubles: vec![Trouble::new(words)] };
    }
    if let Some(variable) = &options.kubeconfig_variable {
        let mut named: Vec<PathBuf> = Vec::new();
        for file in std::env::split_paths(variable).filter(|file| !file.as_os_str().is_empty()) {
            if !named.contains(&file) {
                named.push(file);
            }
        }
        let files: Vec<PathBuf> = named.iter().filter(|file| file.exists()).cloned().collect();
        let mut troubles = Vec::new();
        if files.is_empty() {
            let words = format!("none of the files in KUBECONFIG exists: {}", variable.to_string_lossy());
            troubles.push(Trouble::new(words).with_remedy(NEXT_STEP));
        }
        return Located { files, troubles };
    }
    let default = options.home.as_ref().map(|home| home.join(".kube").join("config"));
    match default.filter(|file| file.exists()) {
        Some(file) => Located { files: vec![file], troubles: Vec::new() },
        None => {
            let trouble = Trouble::new("no kubeconfig: KUBECONFIG is not set and ~/.kube/config does not exist");
            Located { files: Vec::new(), troubles: vec![trouble.with_remedy(NEXT_STEP)] }
        }
    }
}

/// Files are there, and there is no context in them.
pub fn no_contexts(files: &[PathBuf]) -> Trouble {
    let names: Vec<String> = files.iter().map(|file| file.display().to_string()).collect();
    Trouble::new(format!("no contexts in {}", names.join(", "))).with_remedy(NEXT_STEP)
}
