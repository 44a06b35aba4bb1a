//! The service as callers meet it: every route, body, format and error. Most tests ask the router and need no socket.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on says so")]

mod batch;
mod clean;
#[cfg(unix)]
mod closing;
mod connection;
mod cors;
mod encoding;
mod flags;
mod hostile;
mod keys;
mod metrics;
mod openapi;
mod places;
mod service;
