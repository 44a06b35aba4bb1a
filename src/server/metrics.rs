//! The numbers of the service: how much is asked, how long it takes, what comes of it, how busy it is. Counted where
//! things happen, read at `/metrics`; every label has few values, and none comes from a caller.

use std::time::Duration;

use axum::http::Method;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::metrics::info::Info;
use prometheus_client::registry::{Registry, Unit};

use super::problem::Code;
use crate::Label;
use crate::wire::Counts;

/// Labels: names and values.
type Labels<const N: usize> = [(&'static str, String); N];

/// Upper ends of times, in seconds: a document takes milliseconds, a batch may take minutes.
const SECONDS: [f64; 14] = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0, 300.0];

/// Upper ends of sizes, in bytes: 1 KiB to 64 MiB, in steps of four.
const BYTES: [f64; 9] =
    [1_024.0, 4_096.0, 16_384.0, 65_536.0, 262_144.0, 1_048_576.0, 4_194_304.0, 16_777_216.0, 67_108_864.0];

/// The numbers of a service.
pub(super) struct Metrics {
    pub(super) registry: Registry,
    /// Requests that are under way.
    pub(super) in_flight: Gauge,
    /// Workers that work.
    pub(super) busy: Gauge,
    /// Documents that wait for a worker.
    pub(super) queue: Gauge,
    requests: Family<Labels<3>, Counter>,
    seconds: Family<Labels<1>, Histogram>,
    bytes: Family<Labels<1>, Histogram>,
    documents: Family<Labels<1>, Counter>,
    paragraphs: Family<Labels<1>, Counter>,
    rejected: Counter,
    deadline: Counter,
    panics: Counter,
}

/// Something that goes on, counted until it is dropped.
pub(super) struct GoesOn(Gauge);

impl GoesOn {
    pub(super) fn new(gauge: &Gauge) -> Self {
        gauge.inc();
        Self(gauge.clone())
    }
}

impl Drop for GoesOn {
    fn drop(&mut self) {
        self.0.dec();
    }
}

impl Metrics {
    /// The numbers of a service that has so many workers.
    pub(super) fn new(workers: usize) -> Self {
        let mut metrics = Self {
            registry: Registry::with_prefix("dechaff"),
            in_flight: Gauge::default(),
            busy: Gauge::default(),
            queue: Gauge::default(),
            requests: Family::default(),
            seconds: Family::new_with_constructor(|| Histogram::new(SECONDS)),
            bytes: Family::new_with_constructor(|| Histogram::new(BYTES)),
            documents: Family::default(),
            paragraphs: Family::default(),
            rejected: Counter::default(),
            deadline: Counter::default(),
            panics: Counter::default(),
        };
        let available = Gauge::default();
        available.set(i64::try_from(workers).unwrap_or(i64::MAX));
        metrics.register(available);
        metrics
    }

    fn register(&mut self, workers: Gauge) {
        let registry = &mut self.registry;
        registry.register("requests", "Requests, by method, route and status", self.requests.clone());
        registry.register("requests_in_flight", "Requests that are under way", self.in_flight.clone());
        let help = "Time from a request's head to the end of its answer, by route";
        registry.register_with_unit("request_duration", help, Unit::Seconds, self.seconds.clone());
        let help = "Size of a request's body as it was sent, by route";
        registry.register_with_unit("request_body", help, Unit::Bytes, self.bytes.clone());
        registry.register(
            "documents",
            "Documents, by what came of them: cleaned, or a problem's code",
            self.documents.clone(),
        );
        registry.register("paragraphs", "Paragraphs of cleaned documents, by label", self.paragraphs.clone());
        registry.register("workers", "Documents that can be worked on at once", workers);
        registry.register("workers_busy", "Documents that are worked on", self.busy.clone());
        registry.register("queue", "Documents that wait for a worker", self.queue.clone());
        registry.register("rejected", "Requests and documents answered as busy", self.rejected.clone());
        registry.register("deadline_exceeded", "Documents stopped at their deadline", self.deadline.clone());
        registry.register("panics", "Requests and documents that met a fault of the program", self.panics.clone());
        registry.register("build", "The program", Info::new([("version", env!("CARGO_PKG_VERSION"))]));
    }

    /// A request that has ended.
    pub(super) fn request(&self, method: &Method, route: &str, status: Option<u16>, time: Duration, bytes: u64) {
        // Any word can be a method; those that mean something here have a name.
        let known = [Method::GET, Method::HEAD, Method::POST, Method::OPTIONS, Method::PUT, Method::DELETE];
        let method = if known.contains(method) { method.as_str() } else { "other" };
        let status = status.map_or_else(|| "gone".to_owned(), |status| status.to_string());
        let labels = [("method", method.to_owned()), ("route", route.to_owned()), ("status", status)];
        self.requests.get_or_create(&labels).inc();
        let route = [("route", route.to_owned())];
        self.seconds.get_or_create(&route).observe(time.as_secs_f64());
        self.bytes.get_or_create(&route).observe(bytes as f64);
    }

    /// A document, and what came of it; what its request came to is told apart.
    pub(super) fn document(&self, outcome: Result<Counts, Code>) {
        let name = outcome.map_or_else(Code::name, |_| "cleaned");
        self.documents.get_or_create(&[("outcome", name.to_owned())]).inc();
        let Ok(counts) = outcome else { return };
        for (label, count) in [
            (Label::Content, counts.content),
            (Label::Advertising, counts.advertising),
            (Label::CallToAction, counts.call_to_action),
            (Label::Boilerplate, counts.boilerplate),
        ] {
            self.paragraphs.get_or_create(&[("label", label.name().to_owned())]).inc_by(count as u64);
        }
    }

    /// A line of a batch, and what came of it.
    pub(super) fn line(&self, outcome: Result<Counts, Code>) {
        self.document(outcome);
        if let Err(code) = outcome {
            self.refusal(code);
        }
    }

    /// A request, or a line of a batch, that did not get what it asked for.
    pub(super) fn refusal(&self, code: Code) {
        match code {
            Code::Busy => self.rejected.inc(),
            Code::DeadlineExceeded => self.deadline.inc(),
            Code::Internal => self.panics.inc(),
            _ => return,
        };
    }
}
