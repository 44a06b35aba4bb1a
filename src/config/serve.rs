//! Flags of the service. What they fall back to is written down once, with the service's own settings.

use std::net::SocketAddr;
use std::path::Path;

use clap::{Args, ValueEnum};

use super::{OwnRules, Size, Span};
use crate::RulesFile;
use crate::server::{LogFormat, Settings};

/// Flags of `dechaff serve`.
#[derive(Debug, Args)]
pub struct Serve {
    /// Where to listen
    #[arg(long, env = "DECHAFF_LISTEN", value_name = "ADDR:PORT", default_value_t = default_listen())]
    listen: SocketAddr,
    /// Largest body of a request
    #[arg(long, env = "DECHAFF_BODY_LIMIT", value_name = "SIZE", default_value_t = Size(Settings::default().body_limit))]
    body_limit: Size,
    /// Documents that are cleaned at once [default: all cores]
    #[arg(long, env = "DECHAFF_WORKERS", value_name = "N", value_parser = clap::value_parser!(u16).range(1..=1024))]
    workers: Option<u16>,
    /// How long a request waits for its turn before it is answered as busy
    #[arg(long, env = "DECHAFF_WAIT", value_name = "TIME", default_value_t = Span(Settings::default().wait))]
    wait: Span,
    /// How long one document may be worked on
    #[arg(long, env = "DECHAFF_DEADLINE", value_name = "TIME", default_value_t = Span(Settings::default().deadline), value_parser = Span::above_zero)]
    deadline: Span,
    /// How long a caller may take to send a whole body
    #[arg(long, env = "DECHAFF_BODY_DEADLINE", value_name = "TIME", default_value_t = Span(Settings::default().body_deadline), value_parser = Span::above_zero)]
    body_deadline: Span,
    /// After SIGTERM: how long to go on serving while not ready, so that balancers look elsewhere
    #[arg(long, env = "DECHAFF_DRAIN", value_name = "TIME", default_value_t = Span(Settings::default().drain))]
    drain: Span,
    /// How long requests that are under way may take to end once the service closes
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

impl Serve {
    /// The file of the operator's own rules.
    pub fn rules(&self) -> Option<&Path> {
        self.own.rules.as_deref()
    }

    /// The settings that the flags make, with the rules of the file that they name.
    pub fn settings(&self, rules: RulesFile) -> Settings {
        Settings {
            listen: self.listen,
            body_limit: self.body_limit.0,
            workers: self.workers.map_or_else(|| Settings::default().workers, usize::from),
            wait: self.wait.0,
            deadline: self.deadline.0,
            body_deadline: self.body_deadline.0,
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
