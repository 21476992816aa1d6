//! What the kernel says of a process.

use std::time::{Duration, Instant};

/// Resident memory in MB (1,000,000 bytes), from VmRSS.
pub fn resident_mb(pid: i32) -> f64 {
    let status = std::fs::read_to_string(format!("/proc/{pid}/status")).unwrap();
    let line = status.lines().find(|line| line.starts_with("VmRSS:")).unwrap();
    let kib: f64 = line.split_whitespace().nth(1).unwrap().parse().unwrap();
    kib * 1024.0 / 1e6
}

/// CPU time that all threads used so far, user and system.
pub fn cpu(pid: i32) -> Duration {
    let stat = std::fs::read_to_string(format!("/proc/{pid}/stat")).unwrap();
    // The name, in brackets, may hold blanks; utime and stime are the 14th and 15th field of all.
    let fields: Vec<&str> = stat.rsplit_once(')').unwrap().1.split_whitespace().collect();
    let ticks: u64 = fields[11].parse::<u64>().unwrap() + fields[12].parse::<u64>().unwrap();
    let per_second = nix::unistd::sysconf(nix::unistd::SysconfVar::CLK_TCK).unwrap().unwrap();
    Duration::from_secs_f64(ticks as f64 / per_second as f64)
}

/// Percent of one core that a process uses while `time` goes by.
pub fn cpu_percent(pid: i32, time: Duration) -> f64 {
    let (begin, before) = (Instant::now(), cpu(pid));
    std::thread::sleep(time);
    (cpu(pid) - before).as_secs_f64() / begin.elapsed().as_secs_f64() * 100.0
}
