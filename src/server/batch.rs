//! `POST /v1/clean/batch`: a stream of documents in, the stream of their answers out, in the same order.
//!
//! Nothing is numbered or sorted, and nothing piles up: a task reads a line only where one of a few places is free, a
//! place is free again once the caller has taken the line's answer, and answers are taken in the order of the lines. So
//! a caller who reads slowly is read slowly. Whatever is wrong with a line is that line's answer; what ends the stream
//! before its end is said in a last line, whose id is null.

use std::collections::VecDeque;
use std::io;
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::task::{Context, Poll, ready};

use axum::body::{Body, Bytes, HttpBody};
use axum::extract::{Request, State};
use axum::http::header::{ACCEPT, CONTENT_TYPE};
use axum::http::{HeaderName, HeaderValue};
use axum::response::{IntoResponse, Response};
use http_body::Frame;
use tokio::sync::{OwnedSemaphorePermit, mpsc};
use tokio::task::JoinHandle;
use tokio::time::timeout;

use super::accept::{self, LINES, NDJSON};
use super::app::App;
use super::lines::{Lines, Next};
use super::media_type::MediaType;
use super::problem::{Code, Problem};
use super::{encoding, query};
use crate::Limits;
use crate::batch_line::{Answered, Defaults, Fault, Line, answer, answer_unread, refuse};

/// Places for lines, for each worker of the batch's share: one that is worked on and one whose answer waits for those
/// before it, so that a long document among short ones does not leave workers idle.
const PLACES: usize = 2;

/// nginx holds answers back to send them at once, unless this header says otherwise.
const UNBUFFERED: (HeaderName, HeaderValue) =
    (HeaderName::from_static("x-accel-buffering"), HeaderValue::from_static("no"));

pub(super) async fn batch(State(app): State<Arc<App>>, request: Request) -> Result<Response, Problem> {
    let query = query::read(request.uri().query().unwrap_or_default())?;
    accept::takes_lines(request.headers())?;
    must_be_lines(&request)?;
    let encodings = encoding::of(request.headers())?;
    let choices = query.with_phrases_read().and_then(|choices| choices.read().map(|_| choices));
    let choices = choices.map_err(|detail| Problem::new(Code::InvalidOption, detail))?;
    let places = app.enter_batch()?;
    let reader = encoding::decoded(request.into_body(), &encodings, None);
    let (answers, receiver) = mpsc::channel(1);
    let batch = Batch {
        lines: Lines::new(reader, app.bodies.bytes),
        defaults: Arc::new(Defaults { choices, rules: app.rules.clone(), limits: Limits::default() }),
        answers,
        pending: VecDeque::new(),
        app,
        _places: places,
    };
    tokio::spawn(batch.run());
    Ok(([(CONTENT_TYPE, HeaderValue::from_static(NDJSON)), UNBUFFERED], Body::new(Answers(Some(receiver))))
        .into_response())
}

fn must_be_lines(request: &Request) -> Result<(), Problem> {
    let declared = request.headers().get(CONTENT_TYPE).and_then(|value| value.to_str().ok());
    let media_type = declared.and_then(MediaType::parse);
    if media_type.is_some_and(|media_type| LINES.contains(&media_type.essence.as_str())) {
        return Ok(());
    }
    let detail = format!("a batch is {NDJSON}: a JSON object a line");
    Err(Problem::new(Code::UnsupportedMediaType, detail).with_header(ACCEPT, NDJSON))
}

/// What stands in the stream of answers: a line of it, or at its end nothing.
type Piece = Option<Bytes>;

/// The answers, as the body of a response; nothing once they have ended.
struct Answers(Option<mpsc::Receiver<Piece>>);

impl HttpBody for Answers {
    type Data = Bytes;
    type Error = io::Error;

    fn poll_frame(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<io::Result<Frame<Bytes>>>> {
        let this = self.get_mut();
        let Some(pieces) = &mut this.0 else { return Poll::Ready(None) };
        let frame = match ready!(pieces.poll_recv(context)) {
            Some(Some(line)) => return Poll::Ready(Some(Ok(Frame::data(line)))),
            Some(None) => None,
            // A stream that was cut off must not look like one that is whole.
            None => Some(Err(io::Error::other("the batch was cut off"))),
        };
        this.0 = None;
        Poll::Ready(frame)
    }
}

/// A batch under way.
struct Batch {
    app: Arc<App>,
    lines: Lines,
    defaults: Arc<Defaults>,
    answers: mpsc::Sender<Piece>,
    /// Answers in the order of their lines, ready or not.
    pending: VecDeque<Work>,
    _places: [OwnedSemaphorePermit; 2],
}

/// Work on a line; stops when nobody wants its answer any more.
struct Work(JoinHandle<Answered>);

impl Drop for Work {
    fn drop(&mut self) {
        self.0.abort();
    }
}

/// Whether there is more to be read.
enum Input {
    Open,
    /// There is not: at the end of the input, or for this reason.
    Closed(Option<Fault>),
}

impl Batch {
    async fn run(mut self) {
        let app = Arc::clone(&self.app);
        let mut ending = pin!(app.ending());
        // Where there are no workers, every line is answered so.
        let places = self.app.workers.shared().max(1) * PLACES;
        let mut input = Input::Open;
        loop {
            let is_open = matches!(input, Input::Open);
            if !is_open && self.pending.is_empty() {
                break;
            }
            // A caller who waits for an answer of ours may well be silent.
            let patience = self.pending.is_empty().then_some(self.app.idle);
            tokio::select! {
                biased;
                () = self.answers.closed() => return,
                () = &mut ending, if is_open => {
                    let detail = "the service is about to close; send the lines that have no answer again".to_owned();
                    input = Input::Closed(Some(Fault::Outside { code: Code::ShuttingDown, detail }));
                }
                answered = first(&mut self.pending), if !self.pending.is_empty() => {
                    self.pending.pop_front();
                    self.app.metrics.line(answered.outcome);
                    if !self.hand_over(answered).await {
                        return;
                    }
                }
                next = self.lines.next(patience), if is_open && self.pending.len() < places => match next {
                    Next::Line(line) => self.begin(line),
                    Next::End => input = Input::Closed(None),
                    Next::Broken(fault) => input = Input::Closed(Some(fault)),
                },
            }
        }
        if let Input::Closed(Some(fault)) = input
            && !self.hand_over(answer_unread(&fault)).await
        {
            return;
        }
        // Where the caller has gone, nobody needs to know.
        let _ = self.answers.send(None).await;
    }

    fn begin(&mut self, line: Line) {
        if line.as_ref().is_ok_and(|line| line.trim_ascii().is_empty()) {
            return;
        }
        let work = work(Arc::clone(&self.app), Arc::clone(&self.defaults), line);
        self.pending.push_back(Work(tokio::spawn(work)));
    }

    /// Gives an answer to the caller; false where it is not taken.
    async fn hand_over(&mut self, answered: Answered) -> bool {
        let mut line = answered.json;
        line.push(b'\n');
        // A caller who takes nothing for so long has gone, or sends everything before it takes anything, which neither
        // side can wait for.
        matches!(timeout(self.app.idle, self.answers.send(Some(line.into()))).await, Ok(Ok(())))
    }
}

/// The first of the answers, once it is there.
async fn first(pending: &mut VecDeque<Work>) -> Answered {
    match pending.front_mut() {
        Some(work) => (&mut work.0).await.unwrap_or_else(|_| answer_unread(&Fault::Failed)),
        None => std::future::pending().await,
    }
}

/// Has a line answered by a worker.
async fn work(app: Arc<App>, defaults: Arc<Defaults>, line: Line) -> Answered {
    let line: Bytes = match line {
        Ok(line) => line.into(),
        Err(fault) => return answer_unread(&fault),
    };
    let own = line.clone();
    let job = move |interrupt| {
        let limits = Limits { interrupt: Some(interrupt), ..defaults.limits.clone() };
        Ok(answer(&own, &Defaults { limits, ..(*defaults).clone() }))
    };
    match app.workers.run_in_turn(job).await {
        Ok(answered) => answered,
        Err(Problem { code, detail, .. }) => refuse(&line, &Fault::Outside { code, detail }),
    }
}
