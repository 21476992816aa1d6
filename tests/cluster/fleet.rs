//! The fleet by AWS credentials alone, in a terminal, with no kubeconfig on the machine.

use super::iam::aws;
use crate::pty::{Home, Launch, Screen, Terminal};

/// The deck of whatever a profile reaches.
fn deck(home: &Home, profile: &str) -> Option<Terminal> {
    let launch = Launch::eksdeck(home).env("AWS_PROFILE", profile).size(200, 50);
    let launch = aws()?.into_iter().fold(launch, |launch, (name, value)| launch.env(name, value));
    Some(launch.start())
}

/// The selected row of the lane: the lower one of the two selections.
fn chosen(screen: &Screen<'_>) -> String {
    screen.rows().into_iter().rfind(|row| row.contains("▌ ")).unwrap_or_default()
}

/// Goes to a login of the lane that nobody asked for yet, wherever the selection is.
fn choose(terminal: &mut Terminal, login: &str) {
    let row = format!("○ {login} ");
    for _ in 0..20 {
        let screen = terminal.screen();
        let before = chosen(&screen);
        if before.contains(&row) {
            return;
        }
        let rows = screen.rows();
        let place = |text: &str| rows.iter().rposition(|line| line.contains(text));
        let key = if place(&row) < place(&before) { "up" } else { "down" };
        terminal.press(key);
        terminal.wait("the selection to move", |screen| chosen(screen) != before);
    }
    panic!("{login} is not in the lane:\n{}", terminal.screen().text());
}

/// The row of a cluster on the screen.
fn row(screen: &Screen<'_>, name: &str) -> String {
    screen.rows().into_iter().find(|row| row.contains(&format!(" {name} "))).unwrap_or_default()
}

#[test]
fn every_cluster_that_credentials_reach_is_a_live_row() {
    let home = Home::new();
    let Some(mut terminal) = deck(&home, "sre") else { return };
    for cluster in ["payments-prod", "batch-dev", "old-auth"] {
        terminal.wait(cluster, |screen| screen.has(&format!("● {cluster} ")));
    }
    terminal.wait_text("CREATING: it is joined once it is ACTIVE");
    terminal.press("F");
    terminal.wait("a look at each", |screen| {
        ["payments-prod", "batch-dev"].iter().all(|name| row(screen, name).contains(" up "))
    });
    terminal.wait_text("reach it from inside the VPC or over a bastion");
    terminal.wait_text("user/sre in 111111111111");
    terminal.press("/");
    terminal.type_text("name:payments-prod");
    terminal.press("enter enter");
    terminal.wait_text("access  namespaces");
    terminal.press("G");
    terminal.wait_text("AmazonEKSClusterAdminPolicy");
    // Who logs in by the ConfigMap alone sees it, and why it is not written.
    terminal.press("esc");
    terminal.wait("the description to go", |screen| !screen.has("esc closes"));
    terminal.press("ctrl-u");
    terminal.wait_text("batch-dev");
    terminal.press("/");
    terminal.type_text("name:old-auth");
    terminal.press("enter");
    terminal.wait("its row", |screen| chosen(screen).contains("sre") && row(screen, "payments-prod").is_empty());
    terminal.press("enter");
    terminal.wait_text("access  namespaces");
    terminal.press("G");
    terminal.wait_text("this cluster logs in by the ConfigMap kube-system/aws-auth alone");
    assert!(!home.path().join(".kube").exists(), "no kubeconfig is written");
}

#[test]
fn one_login_brings_its_clusters_and_each_trouble_has_its_words() {
    let home = Home::new();
    let Some(mut terminal) = deck(&home, "sre") else { return };
    terminal.wait_text("payments-prod");
    terminal.press("F tab");
    terminal.wait_text("not asked yet");
    let troubles = [
        ("closed", "aws iam update-assume-role-policy"),
        ("sso-expired", "aws sso login"),
        ("staging", "role/eksdeck in 222222222222"),
    ];
    for (login, words) in troubles {
        choose(&mut terminal, login);
        terminal.press("enter");
        terminal.wait_text(words);
    }
    terminal.wait_text("● search-staging ");
    terminal.wait_text("wrong-ca");
    terminal.wait_text("certificate");
}

#[test]
fn a_code_of_the_device_is_asked_for_and_opens_the_login() {
    let home = Home::new();
    let Some(mut terminal) = deck(&home, "sre") else { return };
    terminal.wait_text("payments-prod");
    terminal.press("F tab");
    terminal.wait_text("code wanted");
    choose(&mut terminal, "mfa");
    terminal.press("enter");
    terminal.wait_text("code of the MFA device");
    terminal.type_text("12345");
    terminal.press("enter");
    terminal.wait_text("a code has six digits");
    terminal.press("m");
    terminal.wait_text("code of the MFA device");
    terminal.type_text("123456");
    terminal.press("enter");
    terminal.wait("the login", |screen| {
        let lane = row(screen, "mfa");
        lane.contains(" in 111111111111") || lane.contains(" in 222222222222")
    });
}
