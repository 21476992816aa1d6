//! Discovery over many regions, against the rig's stand-in for AWS: one of our own, beside the rig's.

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use aws_credential_types::Credentials;
use aws_sigv4::http_request::{SignableBody, SignableRequest, SigningSettings, sign};
use aws_sigv4::sign::v4;
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

/// The smallest client that there can be: a thread and a connection for each call, nothing read but the names.
struct Bare<'a> {
    server: &'a StandIn,
    credentials: &'a Credentials,
    region: &'a str,
}

impl Bare<'_> {
    fn get(&self, path: &str) -> String {
        let identity = self.credentials.clone().into();
        let parameters = v4::SigningParams::builder()
            .identity(&identity)
            .region(self.region)
            .name("eks")
            .time(std::time::SystemTime::now())
            .settings(SigningSettings::default())
            .build()
            .unwrap()
            .into();
        let host = format!("127.0.0.1:{}", self.server.port);
        let url = format!("http://{host}{path}");
        let request =
            SignableRequest::new("GET", &url, [("host", host.as_str())].into_iter(), SignableBody::Bytes(&[]));
        let (instructions, _) = sign(request.unwrap(), &parameters).unwrap().into_parts();
        let mut stream = TcpStream::connect(("127.0.0.1", self.server.port)).unwrap();
        write!(stream, "GET {path} HTTP/1.1\r\nhost: {host}\r\nconnection: close\r\n").unwrap();
        instructions.headers().for_each(|(name, value)| write!(stream, "{name}: {value}\r\n").unwrap());
        write!(stream, "\r\n").unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
        answer.split_once("\r\n\r\n").unwrap().1.to_owned()
    }

    /// A page of names, then each cluster described, all at once; until the last one has answered.
    fn chain(&self) -> Duration {
        let begun = Instant::now();
        let page: Value = serde_json::from_str(&self.get("/clusters")).unwrap();
        std::thread::scope(|scope| {
            for name in page["clusters"].as_array().unwrap() {
                scope.spawn(|| self.get(&format!("/clusters/{}", name.as_str().unwrap())));
            }
        });
        begun.elapsed()
    }
}

/// The slowest chain of a page of names and one description, over all regions at once.
fn slowest_chain(server: &StandIn) -> Duration {
    let text = std::fs::read_to_string(variable("EKSDECK_E2E_AWS_SHARED_CREDENTIALS_FILE")).unwrap();
    let section = text.split("[sre]").nth(1).unwrap();
    let value = |key: &str| {
        let line = section.lines().find_map(|line| line.strip_prefix(key)).unwrap();
        line.trim_matches([' ', '='])
    };
    let (key, secret) = (value("aws_access_key_id"), value("aws_secret_access_key"));
    let credentials = Credentials::new(key, secret, None, None, "perf");
    let fleet = variable("EKSDECK_E2E_AWS_CONFIG_FILE").with_file_name("fleet.json");
    let fleet: Value = serde_json::from_slice(&std::fs::read(fleet).unwrap()).unwrap();
    let regions: Vec<&str> = fleet["regions"].as_array().unwrap().iter().filter_map(Value::as_str).collect();
    std::thread::scope(|scope| {
        let chains = regions.iter().map(|region| {
            let bare = Bare { server, credentials: &credentials, region };
            scope.spawn(move || bare.chain())
        });
        let chains: Vec<_> = chains.collect();
        chains.into_iter().map(|chain| chain.join().unwrap()).max().unwrap()
    })
}

/// From the program's start to its end: `eksdeck clusters discover` of 200 clusters in 20 regions, with 0.2 s put on
/// every call of EKS, against 1.3 times the slowest chain of a page of names and one description that the smallest client
/// gets from the same stand-in at the same load. The median of five runs each.
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
    let median = |mut times: Vec<Duration>| {
        times.sort_unstable();
        seconds(times[RUNS / 2])
    };
    // In turns, so that whatever else the machine does touches both alike.
    let (times, chains) = (0..RUNS).map(|_| (run(), slowest_chain(&server))).unzip();
    let chain = median(chains);
    report.line(
        "discovery: 200 clusters in 20 regions, 0.2 s on each call of EKS",
        median(times),
        chain * SHARE,
        Unit::Seconds,
    );
    report.beside("slowest chain of the smallest client", chain, Unit::Seconds);
    report.beside("its two calls alone", SLOW * CALLS, Unit::Seconds);
}
