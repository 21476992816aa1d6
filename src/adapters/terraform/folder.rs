//! A person's own module, from a folder.

use std::path::{Path, PathBuf};

use super::module::{Module, ModuleError};

/// Folders that Terraform makes itself, or that nobody applies.
const LEFT_OUT: [&str; 4] = [".terraform", ".git", "tests", "node_modules"];
/// Files beyond this are no module: packing refuses them anyway.
const MOST_BYTES: u64 = 64 << 20;

/// Reads a module; links are followed, so that what they name is packed. Files of values (`*.tfvars`) and states stay
/// behind: they may hold secrets, and a ConfigMap hides nothing.
///
/// # Errors
/// It cannot be read, or there is no Terraform in it.
pub fn folder(path: &Path) -> Result<Module, ModuleError> {
    let name = path.display().to_string();
    let mut files = Vec::new();
    let mut left = MOST_BYTES;
    read(path, "", &mut files, &mut left)?;
    files.sort();
    let module = Module { name, files };
    if module.sources().is_empty() { Err(ModuleError::Empty(module.name)) } else { Ok(module) }
}

fn read(folder: &Path, prefix: &str, files: &mut Vec<(String, Vec<u8>)>, left: &mut u64) -> Result<(), ModuleError> {
    let unread = |path: &Path, error| ModuleError::Unread { path: PathBuf::from(path), error };
    let entries = std::fs::read_dir(folder).map_err(|error| unread(folder, error))?;
    for entry in entries {
        let entry = entry.map_err(|error| unread(folder, error))?;
        let (path, name) = (entry.path(), entry.file_name().to_string_lossy().into_owned());
        let meta = std::fs::metadata(&path).map_err(|error| unread(&path, error))?;
        let inner = if prefix.is_empty() { name.clone() } else { format!("{prefix}/{name}") };
        if meta.is_dir() {
            // A link to a folder above would go on for ever.
            let is_deep = inner.split('/').count() > 16;
            if !LEFT_OUT.contains(&name.as_str()) && !is_deep {
                read(&path, &inner, files, left)?;
            }
        } else if meta.is_file() && !is_private(&name) {
            *left = left
                .checked_sub(meta.len())
                .ok_or_else(|| unread(folder, std::io::Error::other("it has more than 64 MiB")))?;
            files.push((inner, std::fs::read(&path).map_err(|error| unread(&path, error))?));
        }
    }
    Ok(())
}

/// Values, and states with their backups and locks.
fn is_private(name: &str) -> bool {
    name.contains(".tfstate") || name.ends_with(".tfvars") || name.ends_with(".tfvars.json")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_part_of_a_module_stays_behind_and_links_are_followed() {
        let home = tempfile::tempdir().unwrap();
        let at = |path: &str| home.path().join(path);
        std::fs::create_dir_all(at("own/.terraform/providers")).unwrap();
        std::fs::create_dir_all(at("own/modules/a")).unwrap();
        std::fs::write(at("shared.tf"), "variable \"x\" {}").unwrap();
        std::os::unix::fs::symlink(at("shared.tf"), at("own/shared.tf")).unwrap();
        std::fs::write(at("own/modules/a/main.tf"), "").unwrap();
        std::fs::write(at("own/.terraform/providers/big"), "x").unwrap();
        for private in [
            "terraform.tfstate",
            "terraform.tfstate.backup",
            ".terraform.tfstate.lock.info",
            "errored.tfstate",
            "terraform.tfvars",
            "terraform.tfvars.json",
            "prod.auto.tfvars",
            "prod.auto.tfvars.json",
            "modules/a/a.tfvars",
        ] {
            std::fs::write(at("own").join(private), "password = \"geheim\"").unwrap();
        }
        let module = folder(&at("own")).unwrap();
        let paths: Vec<&str> = module.files.iter().map(|(path, _)| path.as_str()).collect();
        assert_eq!(paths, ["modules/a/main.tf", "shared.tf"]);
        assert_eq!(module.sources(), [("shared.tf".to_owned(), "variable \"x\" {}".to_owned())]);
        assert!(matches!(folder(&at("own/.terraform")), Err(ModuleError::Empty(_))));
        assert!(folder(&at("gone")).unwrap_err().to_string().contains("gone"));
    }
}
