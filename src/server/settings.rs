//! What an operator chooses: addresses, limits and times. Read from flags and variables elsewhere; here they only have
//! their meaning and their defaults.

use std::net::{Ipv4Addr, SocketAddr};
use std::num::NonZero;
use std::sync::Arc;
use std::time::Duration;

use super::cors::Origin;
use super::keys::Keys;
use crate::RulesFile;

/// What an operator chooses.
#[derive(Debug, Clone)]
pub struct Settings {
    /// Where to listen.
    pub listen: SocketAddr,
    /// Largest body of a request, in bytes.
    pub body_limit: usize,
    /// Documents that are worked on at once. With none, every document is answered as busy.
    pub workers: usize,
    /// How long a request waits for a free worker before it is answered as busy.
    pub wait: Duration,
    /// How long one document may be worked on.
    pub deadline: Duration,
    /// How long a caller may take to send a whole body.
    pub body_deadline: Duration,
    /// How long a caller may stand still: send nothing of its next request or of a batch, take nothing of an answer.
    pub idle: Duration,
    /// Requests with documents under way at once: received for a good part, waiting, worked on. A batch is one of them;
    /// batches get three quarters of them.
    pub requests: usize,
    /// Bytes that the bodies of all requests under way may take of memory; one as large as may be is always taken.
    pub bodies: usize,
    /// After SIGTERM: how long the service goes on answering, not ready any more, so that balancers look elsewhere.
    pub drain: Duration,
    /// How long requests that are under way may take to end once the service closes.
    pub shutdown: Duration,
    /// How log lines are written.
    pub log: LogFormat,
    /// Origins whose pages may read answers.
    pub origins: Vec<Origin>,
    /// Who may use the API; without, everyone.
    pub keys: Option<Arc<Keys>>,
    /// Whether `/metrics` needs a key too.
    pub guard_metrics: bool,
    /// Rules that hold for every document.
    pub rules: RulesFile,
}

/// How log lines are written.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum LogFormat {
    /// For people.
    #[default]
    Plain,
    /// One JSON object a line.
    Json,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            listen: SocketAddr::from((Ipv4Addr::LOCALHOST, 8080)),
            // Pages of news have some 300 KiB on average; the largest that are still articles stay below this.
            body_limit: 10 * 1024 * 1024,
            workers: std::thread::available_parallelism().map_or(1, NonZero::get),
            wait: Duration::from_secs(2),
            deadline: Duration::from_secs(30),
            body_deadline: Duration::from_secs(30),
            // Longer than the minute that balancers keep connections, so that they are the ones to end them.
            idle: Duration::from_secs(75),
            requests: 256,
            // A quarter of what a small container has: what grows takes up to twice as much for a moment.
            bodies: 128 * 1024 * 1024,
            drain: Duration::from_secs(5),
            shutdown: Duration::from_secs(20),
            log: LogFormat::Plain,
            origins: Vec::new(),
            keys: None,
            guard_metrics: false,
            rules: RulesFile::default(),
        }
    }
}
