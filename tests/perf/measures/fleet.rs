//! A fleet of many clusters: synced, shown, held live.

use std::fs;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use serde_json::json;

use crate::process::{cpu_percent, resident_mb};
use crate::pty::{Home, Launch};
use crate::report::{Report, Unit, percentile, seconds};
use crate::servers::EmbeddedFleet;

const CLUSTERS: usize = 50;
const FLEET: &str = "--clusters 50 --pods 2000 --nodes 20 --churn 0 --seed 1";
const REGISTERED: usize = 500;
const RUNS: usize = 5;

fn run(home: &Home, arguments: &[&str], fleet: &EmbeddedFleet) -> Duration {
    let begun = Instant::now();
    let mut command = Command::new(env!("CARGO_BIN_EXE_eksdeck"));
    command.env_clear().envs(home.environment()).args(arguments).arg("--kubeconfig").arg(&fleet.server().kubeconfig);
    let output = command.stdin(Stdio::null()).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    begun.elapsed()
}

fn contexts(fleet: &EmbeddedFleet) -> Vec<String> {
    let (names, _) = fleet.server().ask(&["config", "get-contexts", "-o", "name"]);
    names.lines().map(str::to_owned).collect()
}

/// From the program's start to its end: `eksdeck clusters sync` of 50 registered clusters of the embedded fleet, 2,000
/// pods each, every result kept. The median of five runs.
pub fn sync(report: &Report) {
    let (fleet, home) = (EmbeddedFleet::start(FLEET), Home::new());
    let contexts = contexts(&fleet);
    assert_eq!(contexts.len(), CLUSTERS);
    let mut add = vec!["clusters", "add", "--no-test"];
    contexts.iter().for_each(|context| add.extend(["--context", context]));
    run(&home, &add, &fleet);
    let times: Vec<Duration> = (0..RUNS).map(|_| run(&home, &["clusters", "sync", "-o", "json"], &fleet)).collect();
    let median = percentile(&times, 0.5) / 1000.0;
    report.line("sync: a round of 50 clusters of 2,000 pods, kept", median, 5.0, Unit::Seconds);
}

/// From the press of its key until the fleet's screen stands, with 500 registered clusters. The median of five.
pub fn screen(report: &Report) {
    let home = Home::new();
    let clusters = (0..REGISTERED).map(|number| {
        json!({"id": format!("id-{number}"), "organisation": "default", "name": format!("shop-{number:03}"),
            "environment": "staging", "way": "none", "server": format!("https://shop-{number:03}.test"), "kubeconfig": null})
    });
    let export = json!({"schema": 1, "clusters": clusters.collect::<Vec<_>>()});
    let file = home.path().join("export.json");
    fs::write(&file, export.to_string()).unwrap();
    let mut import = Command::new(env!("CARGO_BIN_EXE_eksdeck"));
    import.env_clear().envs(home.environment()).args(["registry", "import"]).arg(&file);
    let output = import.stdin(Stdio::null()).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let mut terminal = Launch::eksdeck(&home).size(180, 50).start();
    terminal.wait_text("shop-000");
    terminal.wait_quiet(Duration::from_millis(1500));
    let times: Vec<Duration> = (0..RUNS)
        .map(|_| {
            let begun = Instant::now();
            terminal.press("F");
            let at = terminal.wait("the fleet's screen", |screen| screen.has("credentials") && screen.has("shop-0"));
            terminal.press("F");
            terminal.wait_quiet(Duration::from_millis(500));
            at.saturating_duration_since(begun)
        })
        .collect();
    let what = "fleet screen with 500 registered clusters: key to screen";
    report.line(what, percentile(&times, 0.5), 100.0, Unit::Milliseconds);
}

/// 50 clusters of 2,000 pods, all live: resident memory and CPU over 20 s, ten seconds after all stand.
pub fn live(report: &Report) {
    let (fleet, home) = (EmbeddedFleet::start(FLEET), Home::new());
    let mut launch = Launch::eksdeck(&home).kubeconfig(&fleet.server().kubeconfig).size(180, 50);
    for context in contexts(&fleet) {
        launch = launch.arg("--context").arg(&context);
    }
    let begun = Instant::now();
    let terminal = launch.start();
    let at = terminal.wait("50 live", |screen| screen.has("50 live"));
    report.beside("50 clusters of 2,000 pods: all live", seconds(at.saturating_duration_since(begun)), Unit::Seconds);
    std::thread::sleep(Duration::from_secs(10));
    let percent = cpu_percent(terminal.pid(), Duration::from_secs(20));
    report.line("50 clusters of 2,000 pods: resident memory", resident_mb(terminal.pid()), 160.0, Unit::Megabytes);
    report.line("50 clusters of 2,000 pods at rest: CPU", percent, 2.0, Unit::PercentOfACore);
}
