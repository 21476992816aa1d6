//! The modules that come with the program, and what a worker runs.

use super::module::Module;
use crate::domain::provision::site::ModuleSource;

/// PID 1 of a run's pod.
pub const SCRIPT: &str = include_str!("../../../assets/worker/run");
/// What a management cluster needs before the first run: namespace, ServiceAccount, rights, NetworkPolicy.
pub const WORKER_ACCESS: &str = include_str!("../../../assets/worker/access.yaml");

macro_rules! files {
    ($folder:literal: $($name:literal)+) => {
        &[$(($name, include_bytes!(concat!("../../../assets/terraform/", $folder, "/", $name)))),+]
    };
}

const EKS: &[(&str, &[u8])] = files!("eks":
    "access.tf"
    "addons.tf"
    "cluster.tf"
    "endpoints.tf"
    "extras_buckets.tf"
    "extras_github_actions.tf"
    "extras_registries.tf"
    "extras_tables.tf"
    "iam.tf"
    "identity.tf"
    "launch_templates.tf"
    "names.tf"
    "network.tf"
    "node_groups.tf"
    "outputs.tf"
    "providers.tf"
    "routes.tf"
    "variables.tf"
    "variables_access.tf"
    "variables_addons.tf"
    "variables_cluster.tf"
    "variables_extras.tf"
    "variables_network.tf"
    "variables_nodes.tf"
    "versions.tf"
);

const TRIAL: &[(&str, &[u8])] = files!("trial":
    "access.tf"
    "addons.tf"
    "cluster.tf"
    "extras.tf"
    "names.tf"
    "network.tf"
    "node_groups.tf"
    "outputs.tf"
    "variables.tf"
    "variables_access.tf"
    "variables_addons.tf"
    "variables_cluster.tf"
    "variables_extras.tf"
    "variables_network.tf"
    "variables_nodes.tf"
    "variables_trial.tf"
    "versions.tf"
);

/// A module that comes with the program; `None` for a person's own.
pub fn builtin(source: &ModuleSource) -> Option<Module> {
    let (name, files) = match source {
        ModuleSource::Eks => ("eks", EKS),
        ModuleSource::Trial => ("trial", TRIAL),
        ModuleSource::Folder(_) => return None,
    };
    let files = files.iter().map(|(path, bytes)| ((*path).to_owned(), bytes.to_vec())).collect();
    Some(Module { name: name.to_owned(), files })
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;
    use crate::adapters::terraform::folder;

    #[test]
    fn every_file_of_a_module_comes_with_the_program() {
        for (source, name) in [(ModuleSource::Eks, "eks"), (ModuleSource::Trial, "trial")] {
            let on_disk = folder(&Path::new(env!("CARGO_MANIFEST_DIR")).join("assets/terraform").join(name)).unwrap();
            let module = builtin(&source).unwrap();
            let on_disk: Vec<_> = on_disk.files.into_iter().filter(|(path, _)| path.ends_with(".tf")).collect();
            assert!(module.files == on_disk, "{name}: files!() and the folder differ");
            assert!(module.pack().unwrap().len() < 200_000);
        }
    }
}
