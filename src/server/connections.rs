//! Connections: accepted, served, and ended where a caller stands still, so that nobody holds one for nothing. The
//! documents' own deadlines do not see who sends no request to its end, or takes no answer to its end.

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::http::Request;
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use hyper_util::server::conn::auto::Builder;
use hyper_util::server::graceful::{GracefulShutdown, Watcher};
use hyper_util::service::TowerToHyperService;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::{TcpListener, TcpStream};
use tokio::time::{Sleep, sleep};
use tower::ServiceExt;

/// How long to wait where no connection can be accepted, as when there are no file descriptors left: others must end
/// first.
const PAUSE: Duration = Duration::from_secs(1);

/// How long connections that were just opened have to bring their requests once the service closes: until the first bytes
/// are there, a connection counts as one that nobody needs.
const SETTLE: Duration = Duration::from_millis(200);

/// Most connections that are still taken when the service closes: more than any system lets wait.
const WAITING: usize = 65_536;

/// Bytes after which it is told which version of HTTP a caller speaks: what HTTP/2 begins with (RFC 9113, 3.4).
const OPENING: usize = 24;

/// Serves connections until `closing` is there, and those that are open by then to their end. `idle` is how long a
/// caller may send nothing of the next request, or take nothing of an answer.
pub(super) async fn serve(listener: TcpListener, router: Router, idle: Duration, closing: impl Future<Output = ()>) {
    let mut closing = std::pin::pin!(closing);
    let graceful = GracefulShutdown::new();
    let begin = |stream| {
        tokio::spawn(connection(stream, router.clone(), idle, graceful.watcher()));
    };
    loop {
        let accepted = tokio::select! {
            biased;
            () = &mut closing => break,
            accepted = listener.accept() => accepted,
        };
        match accepted {
            Ok((stream, _)) => begin(stream),
            Err(error) if is_the_callers(&error) => {}
            Err(error) => {
                tracing::warn!(%error, "no connection can be accepted");
                sleep(PAUSE).await;
            }
        }
    }
    for stream in waiting(listener) {
        begin(stream);
    }
    sleep(SETTLE).await;
    graceful.shutdown().await;
}

/// The connections that wait to be accepted, after which there are no more: as far as their callers can tell, they have
/// been let in. The system is asked itself: what the runtime knows of it may be a moment old.
fn waiting(listener: TcpListener) -> Vec<TcpStream> {
    let Ok(listener) = listener.into_std() else { return Vec::new() };
    let next = || match listener.accept() {
        Err(error) if !is_the_callers(&error) => None,
        accepted => Some(accepted),
    };
    let usable = |(stream, _): (std::net::TcpStream, _)| {
        stream.set_nonblocking(true)?;
        TcpStream::from_std(stream)
    };
    std::iter::from_fn(next).take(WAITING).filter_map(|accepted| accepted.and_then(usable).ok()).collect()
}

/// Whether a connection broke before it was accepted, which is no fault of the service.
fn is_the_callers(error: &io::Error) -> bool {
    use io::ErrorKind::{ConnectionAborted, ConnectionRefused, ConnectionReset};
    matches!(error.kind(), ConnectionAborted | ConnectionRefused | ConnectionReset)
}

async fn connection(stream: TcpStream, router: Router, idle: Duration, watcher: Watcher) {
    // Answers of a stream should go out as they are ready, however small; where that cannot be, they come later.
    let _ = stream.set_nodelay(true);
    let service = TowerToHyperService::new(router.map_request(|request: Request<_>| request.map(Body::new)));
    let mut builder = Builder::new(TokioExecutor::new());
    builder.http1().timer(TokioTimer::new()).header_read_timeout(idle);
    builder.http2().timer(TokioTimer::new()).keep_alive_interval(idle).keep_alive_timeout(idle);
    let connection = builder.serve_connection(TokioIo::new(Watched::new(stream, idle)), service).into_owned();
    // How a connection ends is between the two sides; what was asked on it has been logged.
    let _ = watcher.watch(connection).await;
}

/// A stream that fails where the other side stands still: says nothing at first, or takes nothing of what is written.
struct Watched<S> {
    stream: S,
    idle: Duration,
    /// How many bytes of the opening are still to come, and until when.
    opening: Option<(usize, Pin<Box<Sleep>>)>,
    /// Until when something must be taken; where something waits to be.
    stalled: Option<Pin<Box<Sleep>>>,
}

impl<S> Watched<S> {
    fn new(stream: S, idle: Duration) -> Self {
        Self { stream, idle, opening: Some((OPENING, Box::pin(sleep(idle)))), stalled: None }
    }

    /// Sees what came of a write.
    fn written<T>(&mut self, context: &mut Context<'_>, outcome: Poll<io::Result<T>>) -> Poll<io::Result<T>> {
        if outcome.is_ready() {
            self.stalled = None;
            return outcome;
        }
        let idle = self.idle;
        let until = self.stalled.get_or_insert_with(|| Box::pin(sleep(idle)));
        ready!(until.as_mut().poll(context));
        Poll::Ready(Err(io::ErrorKind::TimedOut.into()))
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for Watched<S> {
    fn poll_read(self: Pin<&mut Self>, context: &mut Context<'_>, into: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        let before = into.filled().len();
        let outcome = Pin::new(&mut this.stream).poll_read(context, into);
        let Some((left, until)) = &mut this.opening else { return outcome };
        *left = left.saturating_sub(into.filled().len() - before);
        if outcome.is_pending() && until.as_mut().poll(context).is_ready() {
            return Poll::Ready(Err(io::ErrorKind::TimedOut.into()));
        }
        if *left == 0 {
            this.opening = None;
        }
        outcome
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Watched<S> {
    fn poll_write(self: Pin<&mut Self>, context: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        let this = self.get_mut();
        let outcome = Pin::new(&mut this.stream).poll_write(context, bytes);
        this.written(context, outcome)
    }

    fn poll_write_vectored(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        pieces: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let this = self.get_mut();
        let outcome = Pin::new(&mut this.stream).poll_write_vectored(context, pieces);
        this.written(context, outcome)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        let outcome = Pin::new(&mut this.stream).poll_flush(context);
        this.written(context, outcome)
    }

    fn poll_shutdown(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.get_mut().stream).poll_shutdown(context)
    }
}

#[cfg(test)]
mod tests {
    use tokio::io::{AsyncReadExt, AsyncWriteExt, duplex};

    use super::*;

    const SOON: Duration = Duration::from_millis(30);

    #[tokio::test]
    async fn who_says_nothing_at_first_is_left() {
        for opening in [0, 1, OPENING - 1] {
            let (mut caller, service) = duplex(64);
            let mut watched = Watched::new(service, SOON);
            caller.write_all(&vec![b'P'; opening]).await.unwrap();
            let mut bytes = [0; OPENING];
            let error = watched.read_exact(&mut bytes).await.unwrap_err();
            assert_eq!(error.kind(), io::ErrorKind::TimedOut, "after {opening} bytes");
        }
        // Who has begun may take as long as the protocol lets it.
        let (mut caller, service) = duplex(64);
        let mut watched = Watched::new(service, SOON);
        caller.write_all(&[b'P'; OPENING]).await.unwrap();
        watched.read_exact(&mut [0; OPENING]).await.unwrap();
        let late = async {
            sleep(SOON * 3).await;
            caller.write_all(b"x").await.unwrap();
        };
        let (read, ()) = tokio::join!(watched.read_u8(), late);
        assert_eq!(read.unwrap(), b'x');
    }

    #[tokio::test]
    async fn who_takes_nothing_is_left_and_who_takes_a_little_is_not() {
        let (mut caller, service) = duplex(8);
        let mut watched = Watched::new(service, SOON);
        let slowly = async {
            for _ in 0..8 {
                sleep(SOON / 2).await;
                caller.read_exact(&mut [0; 4]).await.unwrap();
            }
        };
        let (written, ()) = tokio::join!(watched.write_all(&[0; 40]), slowly);
        written.unwrap();
        let error = watched.write_all(&[0; 40]).await.unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::TimedOut);
    }
}
