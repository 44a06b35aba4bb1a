//! Flags of the service. What they fall back to is written down once, with the service's own settings.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use clap::builder::BoolishValueParser;
use clap::error::ErrorKind;
use clap::{Args, ValueEnum};

use super::{OwnRules, Size, Span};
use crate::RulesFile;
use crate::server::{Keys, LogFormat, Origin, Settings};

/// Flags of `dechaff serve`.
#[derive(Debug, Args)]
pub struct Serve {
    /// Where to listen
    #[arg(long, env = "DECHAFF_LISTEN", value_name = "ADDR:PORT", default_value_t = default_listen())]
    listen: SocketAddr,
    /// Largest body of a request, as it is sent and after decoding: 1B to 1GiB
    #[arg(long, env = "DECHAFF_BODY_LIMIT", value_name = "SIZE", default_value_t = Size(Settings::default().body_limit), value_parser = Size::of_a_body)]
    body_limit: Size,
    /// Documents that are cleaned at once: 1 to 1024 [default: all cores]
    #[arg(long, env = "DECHAFF_WORKERS", value_name = "N", value_parser = clap::value_parser!(u16).range(1..=1024))]
    workers: Option<u16>,
    /// How long a request waits for its turn before it is answered as busy: 0ms to 1440m
    #[arg(long, env = "DECHAFF_WAIT", value_name = "TIME", default_value_t = Span(Settings::default().wait))]
    wait: Span,
    /// How long one document may be worked on: 1ms to 1440m
    #[arg(long, env = "DECHAFF_DEADLINE", value_name = "TIME", default_value_t = Span(Settings::default().deadline), value_parser = Span::above_zero)]
    deadline: Span,
    /// How long a caller may take to send a whole body: 1ms to 1440m
    #[arg(long, env = "DECHAFF_BODY_DEADLINE", value_name = "TIME", default_value_t = Span(Settings::default().body_deadline), value_parser = Span::above_zero)]
    body_deadline: Span,
    /// How long a caller may stand still, that is, send nothing of its next request or of a batch, or take nothing of an
    /// answer: 1ms to 1440m
    #[arg(long, env = "DECHAFF_IDLE", value_name = "TIME", default_value_t = Span(Settings::default().idle), value_parser = Span::above_zero)]
    idle: Span,
    /// Requests with documents under way at once, a batch being one; batches get three quarters of them. More are
    /// answered as busy: 1 to 65535
    #[arg(long, env = "DECHAFF_REQUESTS", value_name = "N", default_value_t = default_requests(), value_parser = clap::value_parser!(u16).range(1..))]
    requests: u16,
    /// What the bodies of all requests under way may take of memory, batches apart; more are answered as busy: 1B to
    /// 1024GiB
    #[arg(long, env = "DECHAFF_BODIES", value_name = "SIZE", default_value_t = Size(Settings::default().bodies), value_parser = Size::of_memory)]
    bodies: Size,
    /// Origin whose pages may read answers of the API, such as `https://example.org`, or * for all; may be given again. The
    /// variable parts them by commas
    #[arg(long, env = "DECHAFF_CORS_ORIGIN", value_name = "ORIGIN", value_delimiter = ',')]
    cors_origin: Vec<Origin>,
    /// A file of keys, one a line, of which a request must bring one; else everyone may use the service
    ///
    /// A request brings its key as `Authorization: Bearer KEY`. Blank lines and lines that begin with `#` are passed over.
    /// The file is read again when it changes, and on SIGHUP. The page and the probes need no key.
    #[arg(long, env = "DECHAFF_KEYS", value_name = "FILE")]
    keys: Option<PathBuf>,
    /// With --keys: /metrics needs a key as well
    #[arg(long, env = "DECHAFF_GUARD_METRICS", value_parser = BoolishValueParser::new())]
    guard_metrics: bool,
    /// After SIGTERM: how long to go on serving while not ready, so that balancers look elsewhere: 0ms to 1440m
    #[arg(long, env = "DECHAFF_DRAIN", value_name = "TIME", default_value_t = Span(Settings::default().drain))]
    drain: Span,
    /// How long requests that are under way may take to end once the service closes: 0ms to 1440m
    #[arg(long, env = "DECHAFF_SHUTDOWN", value_name = "TIME", default_value_t = Span(Settings::default().shutdown))]
    shutdown: Span,
    /// Form of log lines
    #[arg(long, env = "DECHAFF_LOG", value_enum, default_value_t = Log::Plain)]
    log: Log,
    #[command(flatten)]
    own: OwnRules,
}

/// Forms of log lines: for people, or one JSON object a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Log {
    Plain,
    Json,
}

/// Where the service listens unless told otherwise.
pub(super) fn default_listen() -> SocketAddr {
    Settings::default().listen
}

/// How many requests may be under way unless told otherwise.
fn default_requests() -> u16 {
    u16::try_from(Settings::default().requests).unwrap_or(u16::MAX)
}

impl Serve {
    /// Whether the flags fit together.
    pub(super) fn check(&self) -> Result<(), clap::Error> {
        if self.cors_origin.len() > 1 && self.cors_origin.iter().any(Origin::is_any) {
            let message = "--cors-origin (DECHAFF_CORS_ORIGIN): * stands for all origins and is named alone\n";
            return Err(clap::Error::raw(ErrorKind::ArgumentConflict, message));
        }
        if self.guard_metrics && self.keys.is_none() {
            let message = "--guard-metrics (DECHAFF_GUARD_METRICS) needs --keys (DECHAFF_KEYS)\n";
            return Err(clap::Error::raw(ErrorKind::MissingRequiredArgument, message));
        }
        Ok(())
    }

    /// The file of keys.
    pub fn keys(&self) -> Option<&Path> {
        self.keys.as_deref()
    }

    /// The file of the operator's own rules.
    pub fn rules(&self) -> Option<&Path> {
        self.own.rules.as_deref()
    }

    /// The settings that the flags make, with the rules and keys of the files that they name.
    pub fn settings(&self, rules: RulesFile, keys: Option<Keys>) -> Settings {
        Settings {
            listen: self.listen,
            body_limit: self.body_limit.0,
            workers: self.workers.map_or_else(|| Settings::default().workers, usize::from),
            wait: self.wait.0,
            deadline: self.deadline.0,
            body_deadline: self.body_deadline.0,
            idle: self.idle.0,
            requests: usize::from(self.requests),
            bodies: self.bodies.0,
            origins: self.cors_origin.clone(),
            keys: keys.map(Arc::new),
            guard_metrics: self.guard_metrics,
            drain: self.drain.0,
            shutdown: self.shutdown.0,
            log: match self.log {
                Log::Plain => LogFormat::Plain,
                Log::Json => LogFormat::Json,
            },
            rules,
        }
    }
}
