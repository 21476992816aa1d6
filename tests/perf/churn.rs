//! Change in a real cluster while something is measured.

use std::process::{Child, Command, Stdio};
use std::time::Duration;

use crate::servers::rig;

/// Changes pods of a real cluster at a rate, for some seconds or until dropped.
pub struct Churn(Child);

impl Churn {
    pub fn start(context: &str, rate: u32, seconds: u32) -> Option<Self> {
        let mut command = Command::new(rig()?);
        command.args(["churn", context, &rate.to_string(), &seconds.to_string()]);
        command.stdout(Stdio::piped()).stderr(Stdio::piped());
        let child = command.spawn().unwrap();
        // It lists pods before it begins.
        std::thread::sleep(Duration::from_secs(3));
        Some(Self(child))
    }

    /// Waits for its end; gives what it says that it reached.
    pub fn end(mut self) -> String {
        use std::io::Read;
        let (mut told, mut more) = (String::new(), String::new());
        self.0.stdout.take().unwrap().read_to_string(&mut told).unwrap();
        self.0.stderr.take().unwrap().read_to_string(&mut more).unwrap();
        self.0.wait().unwrap();
        let text = told + &more;
        text.lines().rfind(|line| line.contains("events a second")).unwrap_or("nobody knows how many").trim().to_owned()
    }
}

impl Drop for Churn {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}
