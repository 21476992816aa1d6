//! A link as people have it who log in from far away.

use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use crate::servers::rig;

/// A far, thin link (20 Mbit/s, 60 ms) to a port of this machine.
pub struct FarLink(Child);

impl FarLink {
    pub fn start(listen: u16, target: u16) -> Option<Self> {
        let program = rig()?.with_file_name("farlink");
        let child = Command::new(program)
            .args([listen.to_string(), target.to_string()])
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let deadline = Instant::now() + Duration::from_secs(10);
        while std::net::TcpStream::connect(("127.0.0.1", listen)).is_err() {
            assert!(Instant::now() < deadline, "farlink does not listen");
            std::thread::sleep(Duration::from_millis(20));
        }
        Some(Self(child))
    }

    /// Ends it, and gives what it printed: the bytes that went down.
    pub fn end(mut self) -> String {
        use std::io::Read;
        let pid = nix::unistd::Pid::from_raw(self.0.id().try_into().unwrap());
        nix::sys::signal::kill(pid, nix::sys::signal::Signal::SIGTERM).unwrap();
        let mut text = String::new();
        self.0.stdout.take().unwrap().read_to_string(&mut text).unwrap();
        self.0.wait().unwrap();
        text
    }
}

impl Drop for FarLink {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}
