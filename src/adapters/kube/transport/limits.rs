//! How much one program asks of clusters and of this machine.

use std::time::Duration;

/// Limits and deadlines; the defaults suit a laptop and a fleet of hundreds.
#[derive(Debug, Clone)]
pub struct Limits {
    /// Requests in flight to one cluster, watches and logs included.
    pub connections_per_cluster: usize,
    /// The same over all clusters.
    pub connections: usize,
    /// To one cluster, against loops that run hot.
    pub requests_per_second: u32,
    pub request_burst: u32,
    /// Name resolution, TCP, proxy and TLS together.
    pub connect: Duration,
    /// Until the status line of a unary call.
    pub unary_head: Duration,
    /// Between two pieces of its body: a long list over a thin link may take its time as long as it moves.
    pub unary_silence: Duration,
    /// Its body, however it trickles.
    pub unary_whole: Duration,
    /// Until the status line of a watch or log.
    pub stream_head: Duration,
    /// One run of a credential plugin.
    pub plugin: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            connections_per_cluster: 64,
            connections: 400,
            requests_per_second: 50,
            request_burst: 100,
            connect: Duration::from_secs(5),
            unary_head: Duration::from_secs(30),
            unary_silence: Duration::from_secs(15),
            unary_whole: Duration::from_secs(300),
            stream_head: Duration::from_secs(15),
            plugin: Duration::from_secs(30),
        }
    }
}
