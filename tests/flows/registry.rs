//! A cluster is registered on the screen, is there after a restart without any kubeconfig, and leaves again.

use crate::pty::{Home, Launch, Terminal};
use crate::servers::EmbeddedFleet;

/// Longer than a question has to stand before it takes keys.
const READ: std::time::Duration = std::time::Duration::from_millis(450);

fn fleet(home: &Home) -> Terminal {
    let mut terminal = Launch::eksdeck(home).size(160, 40).start();
    terminal.wait_text("1 live");
    terminal.press("F");
    terminal.wait_text("credentials");
    terminal
}

#[test]
fn a_context_is_registered_on_the_screen_and_outlives_its_kubeconfig() {
    let (embedded, home) = (EmbeddedFleet::start("--clusters 1"), Home::new());
    let kubeconfig = home.path().join("kubeconfig");
    std::fs::copy(&embedded.server().kubeconfig, &kubeconfig).unwrap();

    let mut terminal = fleet(&home);
    terminal.press("a");
    terminal.wait_text("as its context says");
    terminal.press("enter");
    terminal.wait_text("tested before it is kept");
    terminal.press("ctrl-u");
    terminal.type_text("shop");
    terminal.press("tab s ctrl-s");
    terminal.wait_text("registered shop");
    // The context's row is the registered one, and there are two ways into it now.
    terminal.wait_text("staging");
    terminal.press("w");
    terminal.wait_text("is reached by registry from now on");
    terminal.wait_text("1 live");
    terminal.press("ctrl-c");
    assert!(terminal.wait_exit().success());

    std::fs::remove_file(&kubeconfig).unwrap();
    let mut terminal = Launch::eksdeck(&home).size(160, 40).start();
    terminal.wait_text("shop");
    terminal.press("F");
    terminal.wait_text("staging");
    terminal.press("o");
    terminal.wait_text("1 live");
    terminal.press("F");
    terminal.wait_text("staging");
    terminal.press("ctrl-d");
    terminal.wait_text("type the cluster's name, shop");
    std::thread::sleep(READ);
    terminal.press("tab");
    terminal.wait_text("first a copy is written");
    terminal.type_text("shop");
    terminal.press("enter");
    terminal.wait_text("shop is no longer registered");
    terminal.wait_text("fleet of 0");
    terminal.press("ctrl-c");
    terminal.wait_exit();
    assert!(home.path().join("shop.eksdeck.json").exists());
    let listed = crate::cli::run(&home, "clusters list -o json").json();
    assert_eq!(listed, serde_json::json!([]));
}
