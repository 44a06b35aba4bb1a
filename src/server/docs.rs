//! `GET /docs`: the `OpenAPI` document as a page, for people. It is made of the document alone, so that the two cannot
//! differ, and asks nobody else for a script or a style.

use std::sync::LazyLock;

use askama::Template;
use axum::http::HeaderValue;
use axum::http::header::CACHE_CONTROL;
use axum::response::Response;
use serde_json::Value;

use super::problem::Code;
use super::{form, openapi};

/// Where the page is.
pub(super) const ROUTE: &str = "/docs";

/// It changes with the program alone, which may be replaced at any time.
const CACHE: HeaderValue = HeaderValue::from_static("public, max-age=300");

/// Most levels of a shape that are told; none of ours has more.
const LEVELS: usize = 4;

static PAGE: LazyLock<String> = LazyLock::new(|| page(openapi::document()));

pub(super) async fn docs() -> Response {
    let mut response = form::shown(PAGE.clone());
    response.headers_mut().insert(CACHE_CONTROL, CACHE);
    response
}

#[derive(Template)]
#[template(path = "docs.html")]
struct Docs<'a> {
    about: Vec<Prose<'a>>,
    operations: Vec<Operation<'a>>,
    shapes: Vec<Shape<'a>>,
    codes: [Code; Code::ALL.len()],
    version: &'static str,
}

/// A method of a route.
struct Operation<'a> {
    id: &'a str,
    method: String,
    route: &'a str,
    summary: &'a str,
    description: Prose<'a>,
    needs_key: bool,
    parameters: Vec<Member<'a>>,
    /// Media types and shapes.
    takes: Kinds<'a>,
    /// Statuses, descriptions, media types and shapes.
    gives: Vec<(&'a str, Prose<'a>, Kinds<'a>)>,
}

/// A shape that has a name.
struct Shape<'a> {
    name: &'a str,
    description: Prose<'a>,
    told: Told<'a>,
    members: Vec<Member<'a>>,
}

/// A parameter, or a member of an object.
struct Member<'a> {
    name: &'a str,
    is_required: bool,
    told: Told<'a>,
    description: Prose<'a>,
}

/// Text, whose every second part is code.
type Prose<'a> = Vec<&'a str>;

/// Media types, and the shapes that they have.
type Kinds<'a> = Vec<(&'a str, Told<'a>)>;

/// What a value may be: words, and names of shapes among them.
type Told<'a> = Vec<Word<'a>>;

enum Word<'a> {
    Plain(String),
    Shape(&'a str),
}

fn page(document: &Value) -> String {
    let about = text(&document["info"], "description").split("\n\n").map(parts).collect();
    let operations = members(&document["paths"]).flat_map(|(route, item)| {
        members(item).map(move |(method, operation)| Operation::of(route, method, operation))
    });
    let shapes = members(&document["components"]["schemas"]).map(|(name, schema)| Shape {
        name,
        description: prose(schema),
        told: if schema["properties"].is_object() { Vec::new() } else { told(schema) },
        members: properties(schema),
    });
    let docs = Docs {
        about,
        operations: operations.collect(),
        shapes: shapes.collect(),
        codes: Code::ALL,
        version: env!("CARGO_PKG_VERSION"),
    };
    // Writing to a string fails only where a value's own `Display` does, and there are none but of numbers and text.
    docs.render().unwrap_or_default()
}

impl<'a> Operation<'a> {
    fn of(route: &'a str, method: &str, operation: &'a Value) -> Self {
        let parameters = operation["parameters"].as_array().into_iter().flatten().map(|parameter| Member {
            name: text(parameter, "name"),
            is_required: false,
            told: told(&parameter["schema"]),
            description: prose(parameter),
        });
        let gives = members(&operation["responses"])
            .map(|(status, response)| (status, prose(response), kinds(&response["content"])));
        Self {
            id: text(operation, "operationId"),
            method: method.to_uppercase(),
            route,
            summary: text(operation, "summary"),
            description: prose(operation),
            needs_key: operation["security"].is_array(),
            parameters: parameters.collect(),
            takes: kinds(&operation["requestBody"]["content"]),
            gives: gives.collect(),
        }
    }
}

fn kinds(content: &Value) -> Kinds<'_> {
    members(content).map(|(media_type, content)| (media_type, told(&content["schema"]))).collect()
}

fn properties(schema: &Value) -> Vec<Member<'_>> {
    let is_required = |name: &str| schema["required"].as_array().is_some_and(|names| names.iter().any(|it| it == name));
    members(&schema["properties"])
        .map(|(name, schema)| Member {
            name,
            is_required: is_required(name),
            told: told(schema),
            description: prose(schema),
        })
        .collect()
}

/// What a value of a schema may be.
fn told(schema: &Value) -> Told<'_> {
    let mut words = Vec::new();
    tell(schema, LEVELS, &mut words);
    words
}

fn tell<'a>(schema: &'a Value, levels: usize, words: &mut Told<'a>) {
    let Some(levels) = levels.checked_sub(1) else { return };
    if let Some(shape) = schema["$ref"].as_str() {
        return words.push(Word::Shape(shape.rsplit('/').next().unwrap_or(shape)));
    }
    if let Some(choices) = schema["oneOf"].as_array().filter(|_| schema["properties"].is_null()) {
        for (number, choice) in choices.iter().enumerate() {
            if number > 0 {
                words.push(Word::Plain(" or ".to_owned()));
            }
            tell(choice, levels, words);
        }
        return;
    }
    let values = schema["enum"].as_array().into_iter().flatten().filter_map(Value::as_str);
    let values = values.collect::<Vec<_>>().join(", ");
    let kinds = schema["type"].as_array().into_iter().flatten().chain(schema["type"].as_str().map(|_| &schema["type"]));
    let kinds = kinds.filter_map(Value::as_str).collect::<Vec<_>>().join(" or ");
    words.push(Word::Plain(match (kinds.as_str(), values.as_str()) {
        ("", "") => "anything".to_owned(),
        (_, "") => kinds.clone(),
        _ => values,
    }));
    if !schema["items"].is_null() {
        words.push(Word::Plain(" of ".to_owned()));
        tell(&schema["items"], levels, words);
    }
    if let Some(pattern) = schema["pattern"].as_str() {
        words.push(Word::Plain(format!(" like {pattern}")));
    }
}

fn members(value: &Value) -> impl Iterator<Item = (&str, &Value)> {
    value.as_object().into_iter().flatten().map(|(name, value)| (name.as_str(), value))
}

fn prose(value: &Value) -> Prose<'_> {
    parts(text(value, "description"))
}

fn parts(text: &str) -> Prose<'_> {
    text.split('`').collect()
}

fn text<'a>(value: &'a Value, name: &str) -> &'a str {
    value[name].as_str().unwrap_or_default()
}
