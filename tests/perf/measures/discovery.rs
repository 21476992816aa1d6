//! Discovery over many regions, against the rig's stand-in for AWS: one of our own, beside the rig's.

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::report::{Report, Unit, seconds};

const CLUSTERS: usize = 200;
/// Put on every call of EKS.
const SLOW: f64 = 0.2;
/// A region's chain: one page of names, one description.
const CALLS: f64 = 2.0;
const SHARE: f64 = 1.3;
const RUNS: usize = 5;

/// The stand-in, until it is dropped.
struct StandIn {
    child: Child,
    port: u16,
    _folder: tempfile::TempDir,
}

impl Drop for StandIn {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn variable(name: &str) -> PathBuf {
    std::env::var_os(name).unwrap_or_else(|| panic!("{name} is not set: there is no stand-in for AWS")).into()
}

impl StandIn {
    /// 200 clusters over the rig's 20 regions, none of which is ever connected to.
    fn start() -> Self {
        let fleet = variable("EKSDECK_E2E_AWS_CONFIG_FILE").with_file_name("fleet.json");
        let mut fleet: Value = serde_json::from_slice(&std::fs::read(fleet).unwrap()).unwrap();
        let regions = fleet["regions"].as_array().unwrap().clone();
        let account = &fleet["users"].as_array().unwrap().iter().find(|user| user["name"] == "sre").unwrap()["account"];
        let (account, authority) = (account.clone(), fleet["clusters"][0]["ca"].clone());
        let cluster = |number: usize| {
            json!({"name": format!("synthetic-{number:03}"), "account": account, "region": regions[number % regions.len()],
                "version": "1.34", "endpoint": "https://127.0.0.1:1", "ca": authority})
        };
        fleet["clusters"] = (0..CLUSTERS).map(cluster).collect();
        let free = || TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        fleet["silent_port"] = json!(free());
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("fleet.json");
        std::fs::write(&file, fleet.to_string()).unwrap();
        let (script, port) = (variable("EKSDECK_E2E_RIG").with_file_name("aws.py"), free());
        let mut python = Command::new("python3");
        python.arg(script).arg("--fleet").arg(file).args(["--port", &port.to_string()]);
        let child = python.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
        let server = Self { child, port, _folder: folder };
        let begun = Instant::now();
        while TcpStream::connect(("127.0.0.1", port)).is_err() {
            assert!(begun.elapsed() < Duration::from_secs(20), "the stand-in does not begin");
            std::thread::sleep(Duration::from_millis(50));
        }
        server.slow();
        server
    }

    fn slow(&self) {
        let faults = json!([{"service": "eks", "region": "*", "op": "*", "mode": "slow", "seconds": SLOW}]).to_string();
        let mut stream = TcpStream::connect(("127.0.0.1", self.port)).unwrap();
        let head = "POST /rig/faults HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Length:";
        write!(stream, "{head} {}\r\n\r\n{faults}", faults.len()).unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        assert!(answer.contains("200 OK"), "{answer}");
    }
}

/// From the program's start to its end: `eksdeck clusters discover` of 200 clusters in 20 regions, with 0.2 s put on
/// every call of EKS, against 1.3 times a page of names and one description. The median of five runs.
pub fn discovery(report: &Report) {
    let (server, home) = (StandIn::start(), tempfile::tempdir().unwrap());
    let run = || {
        let begun = Instant::now();
        let output = Command::new(env!("CARGO_BIN_EXE_eksdeck"))
            .args(["clusters", "discover", "-o", "json"])
            .env("HOME", home.path())
            .env("AWS_PROFILE", "sre")
            .env("AWS_ENDPOINT_URL", format!("http://127.0.0.1:{}", server.port))
            .env("AWS_CONFIG_FILE", variable("EKSDECK_E2E_AWS_CONFIG_FILE"))
            .env("AWS_SHARED_CREDENTIALS_FILE", variable("EKSDECK_E2E_AWS_SHARED_CREDENTIALS_FILE"))
            .output()
            .unwrap();
        let took = begun.elapsed();
        let found: Value = serde_json::from_slice(&output.stdout).unwrap();
        assert_eq!(found.as_array().unwrap().len(), CLUSTERS, "{}", String::from_utf8_lossy(&output.stderr));
        took
    };
    let mut times: Vec<Duration> = (0..RUNS).map(|_| run()).collect();
    times.sort_unstable();
    report.line(
        "discovery: 200 clusters in 20 regions, 0.2 s on each call of EKS",
        seconds(times[RUNS / 2]),
        SLOW * CALLS * SHARE,
        Unit::Seconds,
    );
}
