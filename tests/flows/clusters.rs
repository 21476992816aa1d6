//! Clusters by Terraform on the embedded fleet: a form, its plan, the approval, the apply, the outputs, an update, and
//! the end.

use std::time::Duration;

use super::deck;
use crate::pty::{Home, Launch, Story};

const NAME: &str = "garden-1";

#[test]
fn a_cluster_is_made_changed_and_destroyed_with_no_terraform_at_hand() {
    let home = Home::new();
    let mut terminal = deck(Launch::eksdeck(&home).args("demo --seed 1").size(160, 50));
    terminal.set_deadline(Duration::from_secs(60));
    terminal.wait("a live fleet", |screen| screen.has("3 live"));
    let mut story = Story { terminal, name: NAME };
    story.press("B");
    story.shows("clusters by Terraform");
    for words in ["reports", "awaiting approval", "found,", "held by ben@laptop", "no capacity for p5.48xlarge"] {
        story.shows(words);
    }

    story.press("n");
    story.shows("new cluster");
    story.fill("name", "Garden.1");
    story.shows("is no name of an EKS cluster");
    story.fill("name", NAME);
    story.fill("delay_seconds", "1");
    story.agree_to_plan("ctrl-s");
    story.read_plan();
    story.shows("terraform_data.node_group[\"general\"]");
    story.shows("23 add");
    story.approve();
    story.shows("● applied");
    story.shows("+23 ~0 -0");
    story.press("tab");
    story.press("tab");
    story.shows(&format!("aws eks update-kubeconfig --region eu-west-1 --name {NAME}"));

    story.press("u");
    story.shows("update");
    story.fill("kubernetes_version", "1.36");
    story.agree_to_plan("ctrl-s");
    story.read_plan();
    story.shows("1.35 → 1.36");
    story.approve();
    story.shows("● applied");

    story.agree_to_plan("ctrl-d");
    story.read_plan();
    story.shows("23 destroy");
    story.approve_by_name();
    story.shows("● destroyed");

    // The last run of it goes, and what lies on its volumes; the runs before it are remembered.
    story.press("esc");
    story.shows(&format!("▌ ● {NAME}"));
    story.press("C");
    story.asks("Clean up");
    story.press("esc");
    story.terminal.wait_gone("esc  change nothing");
    story.press("V");
    story.shows("with every plan, log and state on it");
    story.name_it();
    story.terminal.wait("the run before it", |screen| {
        screen.text().lines().any(|line| line.contains(NAME) && line.contains("update"))
    });
}
