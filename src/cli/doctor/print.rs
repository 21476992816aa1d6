//! The report for a person and for scripts.

use std::io::{self, Write};

use serde_json::{Value, json};

use super::report::{Check, Cluster, Level, Report, Source};
use crate::domain::text::{clean, width};

/// What stands before checks and remedies.
pub struct Signs {
    fine: &'static str,
    note: &'static str,
    wrong: &'static str,
    arrow: &'static str,
}

pub static UNICODE: Signs = Signs { fine: "✔", note: "▲", wrong: "✖", arrow: "→" };
/// For locales that have no other characters.
pub static ASCII: Signs = Signs { fine: "*", note: "!", wrong: "x", arrow: "->" };

/// Blocks of lines: files first, then each cluster, each check behind its sign.
pub fn text(report: &Report, signs: &Signs, out: &mut impl Write) -> io::Result<()> {
    source("configuration", "no file: the defaults hold", &report.configuration, signs, out)?;
    source("kubeconfig", "none found", &report.kubeconfig, signs, out)?;
    source("registry", "none yet (eksdeck clusters add)", &report.registry, signs, out)?;
    for cluster in &report.clusters {
        writeln!(out, "\n{}", clean(&cluster.name))?;
        checks(&cluster.checks, signs, out)?;
    }
    let wrong = report.wrong().count();
    match wrong {
        0 => writeln!(out, "\nnothing is wrong"),
        1 => writeln!(out, "\none thing is wrong"),
        more => writeln!(out, "\n{more} things are wrong"),
    }
}

fn source(name: &str, without: &str, source: &Source, signs: &Signs, out: &mut impl Write) -> io::Result<()> {
    let files = if source.files.is_empty() { without.to_owned() } else { source.files.join(", ") };
    writeln!(out, "{name}: {}", clean(&files))?;
    checks(&source.checks, signs, out)
}

fn checks(checks: &[Check], signs: &Signs, out: &mut impl Write) -> io::Result<()> {
    let widest = checks.iter().map(|check| width(&check.name)).max().unwrap_or(0);
    let arrow = signs.arrow;
    for check in checks {
        let sign = match check.level {
            Level::Fine => signs.fine,
            Level::Note => signs.note,
            Level::Wrong => signs.wrong,
        };
        let pad = " ".repeat(widest - width(&check.name));
        writeln!(out, "  {sign} {}{pad}  {}", check.name, clean(&check.words))?;
        if let Some(remedy) = &check.remedy {
            writeln!(out, "    {}  {arrow} {}", " ".repeat(widest), clean(remedy))?;
        }
    }
    Ok(())
}

pub fn value(report: &Report) -> Value {
    json!({
        "well": report.wrong().next().is_none(),
        "configuration": source_value(&report.configuration),
        "kubeconfig": source_value(&report.kubeconfig),
        "registry": source_value(&report.registry),
        "clusters": report.clusters.iter().map(cluster_value).collect::<Vec<_>>(),
    })
}

fn source_value(source: &Source) -> Value {
    json!({"files": source.files, "checks": source.checks.iter().map(check_value).collect::<Vec<_>>()})
}

fn cluster_value(cluster: &Cluster) -> Value {
    json!({
        "name": cluster.name,
        "context": cluster.context,
        "server": cluster.server,
        "version": cluster.version,
        "identity": cluster.identity,
        "latency_ms": cluster.latency_ms,
        "clock_skew_seconds": cluster.clock_skew_seconds,
        "checks": cluster.checks.iter().map(check_value).collect::<Vec<_>>(),
    })
}

fn check_value(check: &Check) -> Value {
    json!({"check": check.name, "level": check.level.word(), "words": check.words, "remedy": check.remedy})
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cli::exit::FAILED;

    fn report() -> Report {
        let checks = vec![
            Check::fine("connect", "https://a.test answers"),
            Check::wrong("pods/log", FAILED, "evil\u{1b}[2Jwords").remedy("mend it"),
        ];
        let cluster = Cluster {
            name: "web".to_owned(),
            context: None,
            server: "https://a.test".to_owned(),
            version: None,
            identity: None,
            latency_ms: Some(3),
            clock_skew_seconds: None,
            checks,
        };
        Report { clusters: vec![cluster], ..Report::default() }
    }

    #[test]
    fn what_is_wrong_stands_with_its_remedy_and_steers_no_terminal() {
        let mut out = Vec::new();
        text(&report(), &UNICODE, &mut out).unwrap();
        let shown = String::from_utf8(out).unwrap();
        assert!(shown.contains("  ✔ connect   https://a.test answers\n"), "{shown}");
        assert!(shown.contains("  ✖ pods/log  evilwords\n"), "{shown}");
        assert!(shown.contains("→ mend it\n\none thing is wrong\n"), "{shown}");
        let mut out = Vec::new();
        text(&report(), &ASCII, &mut out).unwrap();
        assert!(out.is_ascii(), "{}", String::from_utf8_lossy(&out));
    }

    #[test]
    fn scripts_see_whether_all_is_well() {
        assert_eq!(value(&report())["well"], false);
        assert_eq!(value(&Report::default())["well"], true);
        assert_eq!(value(&report())["clusters"][0]["checks"][1]["level"], "wrong");
    }
}
