//! Log lines on standard error: standard output belongs to articles.

use std::panic;

use tracing::level_filters::LevelFilter;

use super::settings::LogFormat;

/// Sets logging up for the whole program. Does nothing where the embedding program has done so itself.
pub(super) fn install(format: LogFormat) {
    let lines =
        tracing_subscriber::fmt().with_max_level(LevelFilter::INFO).with_writer(std::io::stderr).with_target(false);
    // An error here means that a subscriber is already there; its choice stands.
    let _ = match format {
        LogFormat::Plain => lines.with_ansi(false).try_init(),
        LogFormat::Json => lines.json().flatten_event(true).try_init(),
    };
    // A panic's message may quote the text that it met (a slice out of bounds does), so only its place is logged.
    panic::set_hook(Box::new(|panic| {
        let place = panic.location().map(ToString::to_string);
        tracing::error!(place, "a fault of the program");
    }));
}
