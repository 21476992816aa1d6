//! The management cluster goes away while somebody waits.

use std::io::copy;
use std::net::{Shutdown, TcpListener, TcpStream};
use std::process::Stdio;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use super::*;

/// What comes through to a server while the door is open.
#[derive(Clone, Default)]
struct Door(Arc<Mutex<Option<Vec<TcpStream>>>>);

impl Door {
    /// Before this port of this machine; and the door's own port.
    fn before(target: u16) -> (Self, u16) {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let door = Self(Arc::new(Mutex::new(Some(Vec::new()))));
        let within = door.clone();
        std::thread::spawn(move || {
            for client in listener.incoming().flatten() {
                within.let_in(client, target);
            }
        });
        (door, port)
    }

    fn let_in(&self, mut client: TcpStream, target: u16) -> Option<()> {
        let mut through = self.0.lock().unwrap();
        let streams = through.as_mut()?;
        let mut server = TcpStream::connect(("127.0.0.1", target)).ok()?;
        streams.extend([client.try_clone().ok()?, server.try_clone().ok()?]);
        let (mut back, mut to) = (server.try_clone().ok()?, client.try_clone().ok()?);
        std::thread::spawn(move || {
            let _ = copy(&mut back, &mut to);
            let _ = to.shutdown(Shutdown::Both);
        });
        std::thread::spawn(move || {
            let _ = copy(&mut client, &mut server);
            let _ = server.shutdown(Shutdown::Both);
        });
        Some(())
    }

    fn close(&self) {
        for stream in self.0.lock().unwrap().take().into_iter().flatten() {
            let _ = stream.shutdown(Shutdown::Both);
        }
    }

    fn open(&self) {
        *self.0.lock().unwrap() = Some(Vec::new());
    }
}

#[test]
fn whoever_waits_is_told_that_the_cluster_is_away_and_waits_on() {
    let Some(mut lab) = Lab::new("away", DEV) else { return };
    let run = lab.planned("apply a --var delay_seconds=12");
    let (door, port) = Door::before(lab.server().port());
    lab.kubeconfig = lab.server().behind(port, &lab.home).kubeconfig;
    let mut command = lab.eksdeck(&["provision", "approve", id(&run), "-y", "--wait", "-o", "json"]);
    let child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let selector = "--selector=eksdeck.io/phase=apply";
    until("the apply", || {
        lab.kubectl(&["get", "pods", selector, "-o", "jsonpath={.items[*].status.phase}"]) == "Running"
    });
    std::thread::sleep(Duration::from_secs(3));
    door.close();
    std::thread::sleep(Duration::from_secs(5));
    lab.say("status a").failed(6, "");
    door.open();
    let output = child.wait_with_output().unwrap();
    let told = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(0), "{told}");
    assert_eq!(told.matches("the run goes on meanwhile").count(), 1, "{told}");
    assert!(told.contains(": applied"), "{told}");
    let run: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(run["state"], "applied");
}
