//! Clusters by Terraform: how soon the list is there, how a big plan is read and gone through, how a long log is taken.

use std::fmt::Write as _;
use std::sync::Arc;
use std::time::Instant;

use eksdeck::adapters::registry::crypto::{Keys, ToolKeyring};
use eksdeck::adapters::registry::{Options, Place, Registry};
use eksdeck::domain::provision::manifests::Spec;
use eksdeck::domain::provision::{Identity, Kind, Phase, seen};
use eksdeck::domain::terraform::plan::read;
use eksdeck::screens::provision::ProvisionScreen;
use eksdeck::screens::provision::plan::view::draw as draw_plan;
use eksdeck::screens::provision::plan::{PlanAction, PlanHead, PlanPage};
use eksdeck::screens::provision::run::RunPage;
use eksdeck::screens::provision::view::{ProvisionCanvas, draw};
use eksdeck::ui::theme::{Choice, Depth, Theme};
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use serde_json::{Value, json};

use super::super::report::{Report, Unit, seconds};

const AREA: Rect = Rect { x: 0, y: 0, width: 160, height: 50 };
const CLUSTERS: usize = 200;
const RUNS: usize = 1_000;
const CHANGES: usize = 5_000;
const LINES: usize = 100_000;

fn job(at: usize) -> Value {
    let identity = Identity {
        organisation: "default".to_owned(),
        account: "111111111111".to_owned(),
        region: "eu-west-1".to_owned(),
        name: format!("cluster-{}", at % CLUSTERS),
    };
    let spec = Spec { asked_by: "ann".to_owned(), ..Spec::new(format!("{at:08}"), identity, Kind::Test) };
    let mut job = spec.job(Phase::Plan, None);
    job["metadata"]["uid"] = json!(format!("uid-{at}"));
    job["metadata"]["creationTimestamp"] = json!("2026-11-21T12:00:00Z");
    job["status"] = json!({"conditions": [{"type": "Complete", "status": "True",
        "lastTransitionTime": "2026-11-21T12:01:00Z"}]});
    job
}

fn dark() -> Theme {
    Theme::load(&Choice { name: "dark".to_owned(), depth: Depth::True, ascii: false }, None).0
}

/// 200 clusters with 1,000 past runs, from the registry's file to the painted list: at most 100 ms.
/// A plan of 5,000 changes (30 MB): read in at most 1 s; a frame of it, and 150 MB beside what the program has.
/// An apply's log of 100,000 lines is taken whole.
pub fn provision(report: &Report) {
    list(report);
    plan(report);
    log(report);
}

fn list(report: &Report) {
    let folder = tempfile::tempdir().unwrap();
    let keys = || Keys::new(None, None, Arc::new(ToolKeyring), Some(folder.path().join("keys")));
    let options = || Options {
        place: Place::File(folder.path().join("registry/registry.db")),
        organisation: "default".to_owned(),
        keys: keys(),
    };
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let jobs: Vec<Value> = (0..RUNS).map(job).collect();
    let runs = seen::runs(&jobs, &[]);
    assert_eq!(runs.len(), RUNS);
    runtime.block_on(async {
        let registry = Registry::open(&options()).await.unwrap();
        registry.keep_runs("tools", &runs).await.unwrap();
        registry.close().await;
    });
    let begun = Instant::now();
    let kept = runtime.block_on(async { Registry::open(&options()).await.unwrap().kept_runs("tools").await.unwrap() });
    let mut screen = ProvisionScreen { is_there: true, ..ProvisionScreen::default() };
    screen.remembered(kept.into());
    let theme = dark();
    let mut buffer = Buffer::empty(AREA);
    let canvas = ProvisionCanvas { theme: &theme, now_ms: 0, typing: None };
    draw(&screen, canvas, AREA, &mut buffer, &mut Default::default());
    let took = begun.elapsed();
    assert_eq!(screen.clusters.len(), CLUSTERS);
    report.line("clusters by Terraform: 200 with 1,000 past runs", seconds(took) * 1e3, 100.0, Unit::Milliseconds);
}

/// 30 MB of changes, a third of each kind, each of a resource with about fifty attributes, one of which differs.
fn big_plan() -> String {
    let mut text = String::from(
        r#"{"format_version":"1.2","terraform_version":"1.11.4","applyable":true,"complete":true,"resource_changes":["#,
    );
    let mut filler = String::new();
    for at in 0..48 {
        let _ = write!(filler, r#","attribute_{at}":["value {at} of \"many\"",{at},true,{{"key":"value"}}]"#);
    }
    for at in 0..CHANGES {
        let actions = ["[\"create\"]", "[\"update\"]", "[\"delete\",\"create\"]"][at % 3];
        let comma = if at == 0 { "" } else { "," };
        let module = at / 50;
        let _ = write!(
            text,
            r#"{comma}{{"address":"module.m{module}.aws_eks_node_group.g[{at}]","module_address":"module.m{module}","mode":"managed","type":"aws_eks_node_group","name":"g","index":{at},"change":{{"actions":{actions},"before":{{"version":"1.33"{filler}}},"after":{{"version":"1.34"{filler}}},"after_unknown":{{"id":true}},"before_sensitive":{{}},"after_sensitive":{{}}}}}}"#
        );
    }
    text.push_str("]}");
    text
}

/// Megabytes of this process, as the kernel tells them under this name.
fn memory(name: &str) -> f64 {
    let told = std::fs::read_to_string("/proc/self/status").unwrap();
    let line = told.lines().find_map(|line| line.strip_prefix(name)).unwrap();
    let kibibytes: f64 = line.trim_matches(|char: char| !char.is_ascii_digit()).parse().unwrap();
    kibibytes * 1_024.0 / 1e6
}

fn plan(report: &Report) {
    // The highest mark so far is another measure's.
    std::fs::write("/proc/self/clear_refs", "5").unwrap();
    let before = memory("VmRSS:");
    let text = big_plan();
    let megabytes = text.len() as f64 / 1e6;
    let begun = Instant::now();
    let plan = read(&text).unwrap();
    let took = begun.elapsed();
    drop(text);
    assert_eq!(plan.changes.len(), CHANGES);
    report.line(&format!("a plan of 5,000 changes ({megabytes:.0} MB): read"), seconds(took), 1.0, Unit::Seconds);
    let theme = dark();
    let mut page = PlanPage::new(Arc::new(plan), PlanHead::default());
    page.act(PlanAction::UnfoldAll, 45);
    let mut buffer = Buffer::empty(AREA);
    let mut pages: Vec<f64> = (0..200)
        .map(|_| {
            let begun = Instant::now();
            page.act(PlanAction::Page(1), 45);
            draw_plan(&page, &theme, 0, AREA, &mut buffer);
            seconds(begun.elapsed()) * 1e3
        })
        .collect();
    pages.sort_by(f64::total_cmp);
    report.line("a page further in it, p99 of 200", pages[pages.len() * 99 / 100], 8.0, Unit::Milliseconds);
    report.line("memory that it takes at most, its text too", memory("VmHWM:") - before, 150.0, Unit::Megabytes);
}

fn log(report: &Report) {
    let lines: Vec<String> = (0..LINES)
        .map(|at| {
            format!(
                r#"{{"@level":"info","@message":"a.b[{at}]: Still creating","type":"apply_progress","hook":{{"resource":{{"addr":"a.b[{at}]"}},"action":"create","elapsed_seconds":{at}}}}}"#
            )
        })
        .collect();
    let mut page = RunPage::new("aaaa1111");
    let begun = Instant::now();
    for some in lines.chunks(2_000) {
        page.take_log(Phase::Apply, some.to_vec());
    }
    let took = seconds(begun.elapsed());
    report.line("an apply's log of 100,000 lines is taken", LINES as f64 / took, 100_000.0, Unit::LinesPerSecond);
}
