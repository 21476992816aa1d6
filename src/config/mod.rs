//! Files, paths and the environment: the only folder that reads settings from disk.
pub struct Config { pub mouse: bool, pub labels: L }
pub struct L { pub team: String, pub cost_center: String }
pub fn remember_open(_p: &std::path::Path, _n: &[String]) -> std::io::Result<()> { Ok(()) }
