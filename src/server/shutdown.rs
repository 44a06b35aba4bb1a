//! Signals: when and how the service closes, and when it reads its keys again. SIGTERM comes from an orchestrator, whose
//! balancers need a moment to look elsewhere; SIGINT comes from a person, who does not want to wait; SIGHUP from someone
//! who has changed a file.

use std::io;
use std::time::Duration;

#[cfg(unix)]
use tokio::signal::unix::{Signal as Terminate, Signal as Interrupt};
#[cfg(windows)]
use tokio::signal::windows::{CtrlC as Interrupt, CtrlShutdown as Terminate};
use tokio::time::timeout;

use super::app::App;

/// Signals that ask the service to close, caught from the moment that this exists.
pub(super) struct Signals {
    terminate: Terminate,
    interrupt: Interrupt,
}

#[cfg(unix)]
fn catch() -> io::Result<(Terminate, Interrupt)> {
    use tokio::signal::unix::{SignalKind, signal};
    Ok((signal(SignalKind::terminate())?, signal(SignalKind::interrupt())?))
}

#[cfg(windows)]
fn catch() -> io::Result<(Terminate, Interrupt)> {
    Ok((tokio::signal::windows::ctrl_shutdown()?, tokio::signal::windows::ctrl_c()?))
}

impl Signals {
    pub(super) fn catch() -> io::Result<Self> {
        let (terminate, interrupt) = catch()?;
        Ok(Self { terminate, interrupt })
    }

    /// Waits until it is time to close: with SIGTERM after the pause `drain`, with SIGINT, even within the pause, at
    /// once. From the first signal on, the service is not ready.
    pub(super) async fn wait(&mut self, app: &App, drain: Duration) {
        let may_pause = tokio::select! {
            biased;
            _ = self.interrupt.recv() => false,
            _ = self.terminate.recv() => true,
        };
        app.close();
        tracing::info!(drain_ms = if may_pause { drain.as_millis() as u64 } else { 0 }, "closing");
        if may_pause {
            // Either way the pause is over.
            let _ = timeout(drain, self.interrupt.recv()).await;
        }
    }
}

/// Signals that ask to read files again, caught from the moment that this exists. Windows has none.
pub(super) struct Hangups(#[cfg(unix)] Terminate);

impl Hangups {
    #[cfg(unix)]
    pub(super) fn catch() -> io::Result<Self> {
        Ok(Self(tokio::signal::unix::signal(tokio::signal::unix::SignalKind::hangup())?))
    }

    #[cfg(windows)]
    pub(super) fn catch() -> io::Result<Self> {
        Ok(Self())
    }

    /// Waits for the next.
    pub(super) async fn next(&mut self) {
        #[cfg(unix)]
        if self.0.recv().await.is_some() {
            return;
        }
        std::future::pending::<()>().await;
    }
}
