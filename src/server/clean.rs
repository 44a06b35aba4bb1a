//! `POST /v1/clean`: one document in, the cleaned article out.

use std::sync::Arc;

use axum::extract::{Request, State};
use axum::http::header::{CONTENT_SECURITY_POLICY, CONTENT_TYPE, VARY};
use axum::response::{IntoResponse, Response};

use super::app::App;
use super::problem::{Code, Problem};
use super::{accept, document, query};
use crate::Cleaned;
use crate::wire::{Answer, Chosen, Counts, Output, Paragraphs};

pub(super) async fn clean(State(app): State<Arc<App>>, request: Request) -> Result<Response, Problem> {
    let answered = answered(&app, request).await;
    app.metrics.document(answered.as_ref().map(|(_, counts)| *counts).map_err(|problem| problem.code));
    answered.map(|(response, _)| response)
}

async fn answered(app: &App, request: Request) -> Result<(Response, Counts), Problem> {
    let query = query::read(request.uri().query().unwrap_or_default())?;
    let accepted = accept::choose(request.headers());
    let (document, choices, _place) = document::read(app, request).await?;
    // What is wrong with an option is told also where a parameter wins over it.
    let choices = choices.with_phrases_read().and_then(|choices| choices.read().map(|_| choices));
    let chosen = choices.and_then(|choices| query.or(choices).read());
    let Chosen { mut options, paragraphs, output } =
        chosen.map_err(|detail| Problem::new(Code::InvalidOption, detail))?;
    let output = match output {
        Some(output) => output,
        None => accepted?,
    };
    options.formats.extend(output.format());
    options.rules = app.rules.clone();
    let work = app.workers.run(move |interrupt| {
        options.limits.interrupt = Some(interrupt);
        let cleaned = document.clean(&options)?;
        let counts = Counts::of(&cleaned);
        Ok((body(cleaned, output, paragraphs), counts))
    });
    let (body, counts) = work.await?;
    Ok((answer(body, output), counts))
}

fn body(cleaned: Cleaned, output: Output, paragraphs: Paragraphs) -> Vec<u8> {
    match output {
        // Keys are field names and numbers are finite: there is nothing that JSON could not hold.
        Output::Json => serde_json::to_vec(&Answer::new(&cleaned, paragraphs, None)).unwrap_or_default(),
        Output::Text => cleaned.text.into_bytes(),
        Output::Markdown => cleaned.markdown.unwrap_or_default().into_bytes(),
        Output::Html => cleaned.html.unwrap_or_default().into_bytes(),
    }
}

fn answer(body: Vec<u8>, output: Output) -> Response {
    let mut response = ([(CONTENT_TYPE, output.media_type()), (VARY, "accept")], body).into_response();
    if output == Output::Html {
        // The article is a stranger's, under this service's own address: it may show, not act.
        let policy = axum::http::HeaderValue::from_static("default-src 'none'; img-src * data:; sandbox");
        response.headers_mut().insert(CONTENT_SECURITY_POLICY, policy);
    }
    response
}
