//! What each route takes and answers.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use crate::server::accept::NDJSON;
use crate::server::examples::EXAMPLES;
use crate::server::problem::Code;
use crate::server::{assets, docs, form, openapi, probes, prometheus};

/// A method of a route.
struct Operation {
    route: &'static str,
    method: &'static str,
    /// Its name, for programs that are made from the document.
    id: &'static str,
    summary: &'static str,
    description: &'static str,
    parameters: Vec<Value>,
    /// Media types of the request, and their shapes.
    takes: Vec<(&'static str, Value)>,
    /// Media types of the answer, and their shapes.
    gives: Vec<(&'static str, Value)>,
    /// What can go wrong.
    codes: Vec<Code>,
    access: Access,
}

/// Who may ask.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Access {
    /// Everyone.
    Open,
    /// Where the operator has a file of keys, who has one.
    Key,
}

/// What can go wrong wherever a document is read and worked on.
const WORK: [Code; 11] = [
    Code::MalformedBody,
    Code::InvalidOption,
    Code::BodyTimeout,
    Code::TooLarge,
    Code::UnsupportedMediaType,
    Code::UnsupportedEncoding,
    Code::NotText,
    Code::TooManyParagraphs,
    Code::Busy,
    Code::Internal,
    Code::DeadlineExceeded,
];

/// What can go wrong with any answer that may be compressed.
const ANSWER: [Code; 2] = [Code::NotAcceptable, Code::Internal];

const TEXT: &str = "text/plain; charset=utf-8";
const PAGE: &str = "text/html; charset=utf-8";

/// Every route with its methods. The options are the properties of their schema.
pub(super) fn paths(options: &Value) -> Value {
    let mut paths: BTreeMap<&str, Map<String, Value>> = BTreeMap::new();
    for operation in operations(options) {
        paths.entry(operation.route).or_default().insert(operation.method.to_owned(), operation.written());
    }
    json!(paths)
}

fn operations(options: &Value) -> Vec<Operation> {
    let mut operations = vec![clean(options), batch(options), rules(), numbers(), blank(), submit(options)];
    operations.extend(probes::ROUTES.map(probe));
    operations.extend([
        plain(openapi::ROUTE, "openapi", "This document", "application/json", json!({ "type": "object" })),
        plain(docs::ROUTE, "docs", "This document, as a page", PAGE, string()),
    ]);
    operations.extend(files());
    operations
}

fn clean(options: &Value) -> Operation {
    let form = json!({
        "type": "object", "required": ["file"], "additionalProperties": false, "properties": { "file": file() },
    });
    let text = string();
    Operation {
        route: "/v1/clean",
        method: "post",
        id: "clean",
        summary: "Clean a document",
        description: "Gives the article in the form that `format` names, else in the one that `Accept` likes best. A file of \
            a form is told by its own media type, else by looking. Options are query parameters or, in JSON, members of \
            `options`; the parameter wins.",
        parameters: parameters(options),
        takes: vec![
            ("text/html", text.clone()),
            ("text/plain", text.clone()),
            ("application/json", shape("Document")),
            ("multipart/form-data", form),
        ],
        gives: vec![
            ("application/json", shape("Answer")),
            (TEXT, text.clone()),
            ("text/markdown; charset=utf-8", text.clone()),
            (PAGE, text),
        ],
        codes: [&WORK[..], &ANSWER, &[Code::MalformedJson, Code::MalformedMultipart]].concat(),
        access: Access::Key,
    }
}

fn batch(options: &Value) -> Operation {
    Operation {
        route: "/v1/clean/batch",
        method: "post",
        id: "cleanBatch",
        summary: "Clean many documents",
        description: "A JSON object a line in, an answer or an error a line out, in the same order and as soon as it is \
            there. The shapes are those of a line. A bad line never ends the stream; what does is told in a last line, \
            whose id is `null`. Blank lines are passed over.",
        parameters: parameters(options),
        takes: vec![(NDJSON, shape("BatchLine"))],
        gives: vec![(NDJSON, json!({ "oneOf": [shape("Answer"), shape("BatchError")] }))],
        codes: [&ANSWER[..], &[Code::InvalidOption, Code::UnsupportedMediaType, Code::UnsupportedEncoding, Code::Busy]]
            .concat(),
        access: Access::Key,
    }
}

fn rules() -> Operation {
    Operation {
        access: Access::Key,
        ..plain(
            "/v1/rules",
            "rules",
            "List the rules that paragraphs are judged by",
            "application/json",
            shape("Catalogue"),
        )
    }
}

fn numbers() -> Operation {
    let mut numbers =
        plain(prometheus::ROUTE, "metrics", "The numbers of the service, for Prometheus", prometheus::TEXT, string());
    numbers.gives.push((prometheus::OPEN_METRICS, string()));
    Operation { description: "Needs a key only where the operator has said so.", access: Access::Key, ..numbers }
}

fn blank() -> Operation {
    let name = choice("example", "query", "What stands in the box, cleaned; where it names none, the box is empty.");
    Operation {
        parameters: vec![name],
        ..plain(form::ROUTE, "page", "The page to paste an article into", PAGE, string())
    }
}

fn submit(options: &Value) -> Operation {
    let label = shape("Label");
    let mut fields = json!({
        "document": string(),
        "kind": { "enum": ["auto", "text", "html"] },
        "mode": { "enum": ["", "precision", "balanced", "recall"] },
        "keep": { "type": "array", "items": label },
        "keep_paragraphs": places(),
        "drop_paragraphs": places(),
        "of": { "type": "string", "description": "The digest, told by the page, of the document whose paragraphs these are; \
            those of another are passed over." },
        "automatic": { "const": "1", "description": "Passes over all choices." },
    });
    let form = |fields: &Value| json!({ "type": "object", "additionalProperties": false, "properties": fields });
    let typed = form(&fields);
    fields["file"] = file();
    let clean = clean(options);
    Operation {
        route: form::ROUTE,
        id: "paste",
        summary: "The page with the cleaned article",
        description: "JSON is taken and answered as by `/v1/clean`; that is what the page's script sends; the \
            parameters are for that alone. Of a form the answer is the page, also where something is wrong. A file takes the place of the document.",
        takes: vec![
            ("application/x-www-form-urlencoded", typed),
            ("multipart/form-data", form(&fields)),
            ("application/json", shape("Document")),
        ],
        codes: [&clean.codes[..], &[Code::MalformedForm, Code::ForeignForm]].concat(),
        access: Access::Open,
        ..clean
    }
}

/// Indexes of paragraphs, as a form has them.
fn places() -> Value {
    json!({ "type": "array", "items": { "type": "integer", "minimum": 0, "maximum": 999_999 } })
}

/// A file of a form, of any kind.
fn file() -> Value {
    json!({ "type": "string", "contentMediaType": "application/octet-stream" })
}

/// The files of the page.
fn files() -> [Operation; 4] {
    let [style, script, catalogue, examples] = assets::ROUTES;
    let name = choice("name", "path", "Which one.");
    let mut example = plain(examples, "example", "A document to try the page with", TEXT, string());
    example.parameters.push(name);
    example.codes.push(Code::NotFound);
    [
        plain(style, "style", "The style sheet of the pages", "text/css; charset=utf-8", string()),
        plain(script, "script", "The script of the page", "text/javascript; charset=utf-8", string()),
        plain(catalogue, "pageRules", "What the page says of rules", "application/json", shape("Catalogue")),
        example,
    ]
}

/// A parameter that names an example.
fn choice(name: &str, place: &str, description: &str) -> Value {
    let names = EXAMPLES.map(|example| example.name);
    // A page is never refused for what its address asks for: a name that is none is as good as no name.
    let is_needed = place == "path";
    let schema = if is_needed { json!({ "enum": names }) } else { json!({ "type": "string", "examples": names }) };
    json!({ "name": name, "in": place, "required": is_needed, "description": description, "schema": schema })
}

fn probe(route: &'static str) -> Operation {
    let id = route.trim_start_matches('/');
    let (summary, codes) = match route {
        probes::READY => ("Whether the service takes requests", vec![Code::ShuttingDown]),
        _ => ("Whether the service is alive", Vec::new()),
    };
    Operation { codes, ..plain(route, id, summary, "application/json", shape("Health")) }
}

/// Something that is there for everyone.
fn plain(
    route: &'static str,
    id: &'static str,
    summary: &'static str,
    media_type: &'static str,
    shape: Value,
) -> Operation {
    Operation {
        route,
        method: "get",
        id,
        summary,
        description: "",
        parameters: Vec::new(),
        takes: Vec::new(),
        gives: vec![(media_type, shape)],
        codes: ANSWER.to_vec(),
        access: Access::Open,
    }
}

fn shape(name: &str) -> Value {
    json!({ "$ref": format!("#/components/schemas/{name}") })
}

fn string() -> Value {
    json!({ "type": "string" })
}

/// The options as query parameters: of the same names and values, but never null.
fn parameters(options: &Value) -> Vec<Value> {
    let options = options.as_object().into_iter().flatten();
    let parameter = |(name, option): (&String, &Value)| {
        let mut schema = option.clone();
        let description = schema["description"].take();
        schema.as_object_mut().and_then(|schema| schema.remove("description"));
        if let Some(kinds) = schema["type"].as_array() {
            schema["type"] = kinds.iter().find(|kind| **kind != "null").cloned().unwrap_or_default();
        } else if let Some(line) = schema["oneOf"].get(0) {
            // What may be a line or a list is a line.
            schema = line.clone();
        }
        json!({ "name": name, "in": "query", "description": description, "schema": schema })
    };
    options.map(parameter).collect()
}

impl Operation {
    fn written(mut self) -> Value {
        let content = |kinds: &[(&str, Value)]| {
            let kinds = kinds.iter().map(|(media_type, shape)| ((*media_type).to_owned(), json!({ "schema": shape })));
            Value::Object(kinds.collect())
        };
        let mut responses = Map::from_iter([(
            "200".to_owned(),
            json!({ "description": self.summary, "headers": headers(None), "content": content(&self.gives) }),
        )]);
        if self.access == Access::Key {
            self.codes.push(Code::Unauthorized);
        }
        // The page tells its errors in pages.
        let is_page = self.route == form::ROUTE;
        for (status, codes) in by_status(&self.codes) {
            responses.insert(status, problem(&codes, is_page));
        }
        if !self.parameters.is_empty() {
            let description = "The address is over 64 KiB. It is refused before anything of the request is looked at, \
                without a body.";
            responses.insert("414".to_owned(), json!({ "description": description }));
        }
        let mut written = json!({
            "operationId": self.id, "summary": self.summary, "responses": responses, "parameters": self.parameters,
        });
        if !self.description.is_empty() {
            written["description"] = self.description.into();
        }
        if !self.takes.is_empty() {
            written["requestBody"] = json!({ "required": true, "content": content(&self.takes) });
        }
        if self.access == Access::Key {
            written["security"] = json!([{}, { "key": [] }]);
        }
        written
    }
}

fn by_status(codes: &[Code]) -> BTreeMap<String, Vec<Code>> {
    let mut statuses: BTreeMap<String, Vec<Code>> = BTreeMap::new();
    for code in codes {
        statuses.entry(code.status().as_str().to_owned()).or_default().push(*code);
    }
    statuses
}

/// The answer where something is wrong.
fn problem(codes: &[Code], is_page: bool) -> Value {
    let described = codes.iter().map(|code| format!("`{}`: {}", code.name(), code.title()));
    let content = if is_page {
        json!({ PAGE: { "schema": string() }, "application/problem+json": { "schema": shape("Problem") } })
    } else {
        json!({ "application/problem+json": { "schema": shape("Problem") } })
    };
    let headers = headers(codes.first().copied());
    json!({ "description": described.collect::<Vec<_>>().join("; "), "headers": headers, "content": content })
}

/// The headers of an answer, or of an error.
fn headers(code: Option<Code>) -> Value {
    let header = |name: &str, description: &str| {
        (name.to_owned(), json!({ "description": description, "required": true, "schema": string() }))
    };
    let own = match code {
        Some(Code::Busy) => Some(header("retry-after", "Seconds after which to come again.")),
        Some(Code::Unauthorized) => Some(header("www-authenticate", "What is needed.")),
        _ => None,
    };
    Value::Object([Some(header("x-request-id", "The request's id.")), own].into_iter().flatten().collect())
}
