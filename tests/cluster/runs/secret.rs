//! What is sensitive leaves the Secret that it came in for Terraform alone.

use std::path::Path;

use super::*;

const SECRET: &str = "geheim-4711";
const MODULE: &str = r#"
variable "name" { type = string }
variable "password" {
  type      = string
  sensitive = true
}
resource "terraform_data" "it" { input = { name = var.name, password = var.password } }
output "password" {
  value     = var.password
  sensitive = true
}
"#;

#[test]
fn a_sensitive_variable_is_in_no_log_no_plan_no_output_and_no_file_of_ours() {
    let module = Home::new();
    module.write("module/main.tf", MODULE);
    let config = format!(
        "[provision.environments.dev]\naccount = \"111111111111\"\nregion = \"eu-west-1\"\nmodule = \"{}/module\"\n",
        module.path().display()
    );
    let Some(lab) = Lab::new("secret", &config) else { return };
    let file = module.write("secret.tfvars", &format!("password = \"{SECRET}\"\n"));
    let run = lab.applied(&format!("apply a --var-file {}", file.display()), None);
    assert_eq!(run["state"], "applied");
    let mut told = vec![lab.kubectl(&["get", "configmaps,jobs,pods,events", "-o", "yaml"])];
    for words in [
        "status a --plan",
        "status a --plan -o json",
        "status a --outputs",
        "status a -o json",
        "logs a --phase plan --raw",
        "logs a --phase apply --raw",
        "list -o json",
    ] {
        told.push(lab.say(words).done().to_owned());
    }
    for phase in ["plan", "apply"] {
        told.push(lab.kubectl(&["logs", &format!("--selector=eksdeck.io/phase={phase}"), "--tail=-1"]));
    }
    assert!(told.iter().all(|text| !text.is_empty() && !text.contains(SECRET)), "{told:#?}");
    // It was given all the same: what is not said again stays as it was.
    let ended = lab.say("drift a -y --wait -o json");
    assert_eq!((ended.code, &ended.json()["state"]), (Some(0), &json!("no changes")), "{ended:?}");
    assert_eq!(with_secret(lab.home.path()), Vec::<PathBuf>::new(), "audit, registry and logs of ours");
}

fn with_secret(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap().flatten() {
        let path = entry.path();
        if path.is_dir() {
            found.extend(with_secret(&path));
        } else if let Ok(bytes) = std::fs::read(&path) {
            let is_there = bytes.windows(SECRET.len()).any(|window| window == SECRET.as_bytes());
            found.extend(is_there.then_some(path));
        }
    }
    found
}
