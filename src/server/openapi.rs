//! `GET /openapi.json`: what the service reads and answers, as an `OpenAPI` 3.1 document. The shapes come from the types
//! that are read and written, the errors from the table of codes; what each route does is told in [`operations`].

mod operations;

use std::sync::LazyLock;

use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};
use utoipa::ToSchema;
use utoipa::openapi::{RefOr, Schema};

use super::document::Json;
use super::probes::Health;
use super::rules::Catalogue;
use crate::batch_line::{Members, Refusal};
use crate::wire::Answer;

/// Where the document is.
pub(super) const ROUTE: &str = "/openapi.json";

/// It changes with the program alone, which may be replaced at any time.
const CACHE: &str = "public, max-age=300";

/// The document, and the same as it is sent.
static DOCUMENT: LazyLock<(Value, String)> = LazyLock::new(|| {
    let document = written();
    let text = document.to_string();
    (document, text)
});

/// The document.
pub(super) fn document() -> &'static Value {
    &DOCUMENT.0
}

pub(super) async fn openapi() -> Response {
    ([(CONTENT_TYPE, "application/json"), (CACHE_CONTROL, CACHE)], DOCUMENT.1.as_str()).into_response()
}

fn written() -> Value {
    let schemas = schemas();
    let paths = operations::paths(&schemas["Options"]["properties"]);
    json!({
        "openapi": "3.1.0",
        "info": {
            "title": "dechaff",
            "version": env!("CARGO_PKG_VERSION"),
            "license": { "name": "MIT OR Apache-2.0", "identifier": "MIT OR Apache-2.0" },
            "description": "Gives an article back without boilerplate and promotion, with a label and reasons for every \
                paragraph.\n\nBodies may be compressed (`Content-Encoding` of gzip, br, zstd and deflate), answers are where \
                `Accept-Encoding` asks. Every answer has a header `x-request-id`: the request's own, where that is short and \
                plain, else a new one. An unknown address is answered with the problem `not-found`, a method that an address \
                does not know with `method-not-allowed`.",
        },
        "paths": paths,
        "components": {
            "schemas": schemas,
            "securitySchemes": {
                "key": { "type": "http", "scheme": "bearer", "description": "Needed where the operator has said so." },
            },
        },
    })
}

/// Every shape, by its name.
fn schemas() -> Value {
    let mut named = Vec::new();
    with::<Json>(&mut named);
    with::<Members<'_>>(&mut named);
    with::<Refusal<'_>>(&mut named);
    with::<Answer<'_>>(&mut named);
    with::<Catalogue>(&mut named);
    with::<Health>(&mut named);
    let named = named.into_iter().map(|(name, schema)| {
        // What is made of names and numbers alone can always be written.
        let mut schema = serde_json::to_value(schema).unwrap_or_default();
        tidy(&mut schema);
        (name, schema)
    });
    let mut schemas = Value::Object(named.collect());
    for document in [Json::name(), Members::name()] {
        schemas[document.as_ref()]["oneOf"] = one_source();
    }
    schemas
}

/// Adds the shape of a type, and of what it holds.
fn with<T: ToSchema>(named: &mut Vec<(String, RefOr<Schema>)>) {
    T::schemas(named);
    named.push((T::name().into_owned(), T::schema()));
}

/// Takes out what comes of how the types are written: lines of comments, and that what is left out is `None`.
fn tidy(schema: &mut Value) {
    let members =
        schema.get_mut("properties").and_then(Value::as_object_mut).into_iter().flatten().map(|(_, member)| member);
    for member in members {
        if let Some(member) = member.as_object_mut()
            && member.get("default").is_some_and(Value::is_null)
        {
            member.remove("default");
        }
        fold(member);
    }
    fold(schema);
}

fn fold(schema: &mut Value) {
    if let Some(description) = schema.get("description").and_then(Value::as_str) {
        schema["description"] = description.split_whitespace().collect::<Vec<_>>().join(" ").into();
    }
}

/// A document is either HTML or text, which no field of it can say alone.
fn one_source() -> Value {
    let only = |here: &str, other: &str| json!({ "required": [here], "properties": { here: { "type": "string" }, other: { "type": "null" } } });
    json!([only("html", "text"), only("text", "html")])
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::server::{Settings, router};

    #[test]
    fn every_route_is_in_the_document() {
        // A router tells its routes nowhere else.
        let told = format!("{:?}", router(&Settings::default()));
        let quoted = told.split('"').skip(1).step_by(2);
        let routes: BTreeSet<&str> = quoted.filter(|word| word.starts_with('/') && !word.starts_with("/{*")).collect();
        assert!(routes.contains("/v1/clean"), "{told}");
        let known: BTreeSet<&str> = document()["paths"].as_object().unwrap().keys().map(String::as_str).collect();
        assert_eq!(routes, known);
    }
}
