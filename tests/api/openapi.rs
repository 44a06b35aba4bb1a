//! The `OpenAPI` document: every route is in it, and answers as it says. [`hold`] holds what any test is answered against it.

use std::collections::BTreeSet;
use std::sync::LazyLock;

use axum::http::{HeaderMap, Method};
use dechaff::server::Settings;
use dechaff::server::problem::Code;
use serde_json::{Value, json};

use crate::service::{ARTICLE, Case, TEXT, ask, ask_with};

static DOCUMENT: LazyLock<Value> = LazyLock::new(|| {
    // Some that look at it run within a runtime, which cannot wait for another.
    let asked = std::thread::spawn(|| ask("GET /openapi.json").bytes());
    serde_json::from_slice(&asked.join().unwrap().bytes).unwrap()
});

/// Fails where an answer is not what the document says of it.
#[track_caller]
pub(crate) fn hold(method: &Method, route: &str, status: u16, headers: &HeaderMap, text: &str) {
    // What is answered to HEAD is what GET is answered, without the body.
    let is_head = method == Method::HEAD;
    let method = if is_head { "get".to_owned() } else { method.as_str().to_lowercase() };
    let operation = &path(route)[&method];
    let Some(responses) = operation["responses"].as_object() else {
        assert!(
            [204, 401, 404, 405, 406].contains(&status),
            "{status} from what is not in the document: {method} {route}"
        );
        return;
    };
    let place = format!("{status} to {method} {route}");
    let response = responses.get(&status.to_string()).unwrap_or_else(|| panic!("{place} is not in the document"));
    for (name, _) in response["headers"].as_object().into_iter().flatten() {
        assert!(headers.contains_key(name), "{place} has no {name}");
    }
    let media_type = headers.get("content-type").map_or("", |value| value.to_str().unwrap());
    let schema = &response["content"].get(media_type).unwrap_or_else(|| panic!("{place} is {media_type}"))["schema"];
    if is_head {
        return;
    }
    let values: Vec<Value> = match media_type {
        "application/json" | "application/problem+json" => vec![serde_json::from_str(text).unwrap()],
        "application/x-ndjson" => text.lines().map(|line| serde_json::from_str(line).unwrap()).collect(),
        _ => vec![json!(text)],
    };
    for value in values {
        fits(schema, &value).unwrap_or_else(|wrong| panic!("{place}: {wrong} in {value}"));
    }
}

/// What the document says of an address.
fn path(route: &str) -> &'static Value {
    let paths = DOCUMENT["paths"].as_object().unwrap();
    let is_like = |known: &str| known.split_once('{').is_some_and(|(front, _)| route.starts_with(front));
    paths.get(route).or_else(|| paths.iter().find(|(known, _)| is_like(known)).map(|it| it.1)).unwrap_or(&Value::Null)
}

/// Whether a value is what a schema says, and holds no member that it does not name.
fn fits(schema: &Value, value: &Value) -> Result<(), String> {
    if let Some(shape) = schema["$ref"].as_str() {
        let shape = &DOCUMENT["components"]["schemas"][shape.rsplit('/').next().unwrap()];
        return fits(shape, value);
    }
    if let Some(choices) = schema["oneOf"].as_array() {
        let wrong: Vec<String> = choices.iter().filter_map(|choice| fits(choice, value).err()).collect();
        return if wrong.len() + 1 == choices.len() { Ok(()) } else { Err(format!("not one of several: {wrong:?}")) };
    }
    if !schema["enum"].as_array().is_none_or(|values| values.contains(value)) {
        return Err(format!("{value} is none of {}", schema["enum"]));
    }
    let kind = match value {
        Value::Null => "null",
        Value::Bool(_) => "boolean",
        Value::Number(_) => "number",
        Value::String(_) => "string",
        Value::Array(_) => "array",
        Value::Object(_) => "object",
    };
    let is_kind = |known: &Value| known == kind || (known == "integer" && value.is_u64());
    if !schema["type"].is_null()
        && !is_kind(&schema["type"])
        && !schema["type"].as_array().is_some_and(|kinds| kinds.iter().any(is_kind))
    {
        return Err(format!("{value} is no {}", schema["type"]));
    }
    let number = value.as_f64().unwrap_or_default();
    if schema["minimum"].as_f64().is_some_and(|least| number < least)
        || schema["maximum"].as_f64().is_some_and(|most| number > most)
    {
        return Err(format!("{number} is out of bounds"));
    }
    for item in value.as_array().into_iter().flatten() {
        fits(&schema["items"], item)?;
    }
    let Some(properties) = schema["properties"].as_object() else { return Ok(()) };
    for name in schema["required"].as_array().into_iter().flatten() {
        value.get(name.as_str().unwrap()).ok_or_else(|| format!("{name} is missing"))?;
    }
    for (name, member) in value.as_object().into_iter().flatten() {
        let schema = properties.get(name).ok_or_else(|| format!("{name} is not known"))?;
        fits(schema, member).map_err(|wrong| format!("{name}: {wrong}"))?;
    }
    Ok(())
}

/// Every route and method of the document, and what is told of it.
fn operations() -> Vec<(String, String, &'static Value)> {
    let paths = DOCUMENT["paths"].as_object().unwrap();
    let operations = paths.iter().flat_map(|(route, methods)| {
        methods.as_object().unwrap().iter().map(move |(method, told)| (route.clone(), method.to_uppercase(), told))
    });
    operations.collect()
}

/// A request with a body of this media type, where one is taken.
fn request(line: &str, media_type: &str) -> Case {
    let document = json!({ "html": ARTICLE, "url": "https://a.example/b", "options": { "keep": ["advertising"] } });
    let file =
        format!("--b\r\ncontent-disposition: form-data; name=\"file\"; filename=\"a\"\r\n\r\n{ARTICLE}\r\n--b--\r\n");
    let body = match media_type {
        "" => return ask(line),
        "text/html" => ARTICLE.to_owned(),
        "text/plain" => TEXT.to_owned(),
        "application/json" => document.to_string(),
        "application/x-ndjson" => format!("{document}\n{{\"id\":1}}\n"),
        "multipart/form-data" => return ask(line).sending("multipart/form-data; boundary=b", file),
        "application/x-www-form-urlencoded" => "document=The+ferry+crossed+the+lake+again.&kind=text&mode=".to_owned(),
        other => panic!("no body of {other}"),
    };
    ask(line).sending(media_type, body)
}

#[test]
fn every_route_answers_as_the_document_says() {
    for (route, method, told) in operations() {
        let line = format!("{method} {}", route.replace("{name}", "news"));
        let bodies = told["requestBody"]["content"].as_object().map(|kinds| kinds.keys().cloned().collect());
        for body in bodies.unwrap_or_else(|| vec![String::new()]) {
            for accept in told["responses"]["200"]["content"].as_object().unwrap().keys() {
                let got = request(&line, &body).with("accept", accept).check(200);
                let is_form = route == "/" && body != "application/json";
                let wanted = if is_form { "text/html; charset=utf-8" } else { accept };
                assert_eq!(got.header("content-type"), wanted, "{line} with {body}");
            }
        }
        for parameter in told["parameters"].as_array().unwrap() {
            let name = parameter["name"].as_str().unwrap();
            let value = match name {
                "mode" => "recall",
                "paragraphs" => "removed",
                "keep" => "advertising,call_to_action",
                "format" => "json,markdown,html",
                "language" => "en",
                "keep_paragraphs" | "drop_paragraphs" => "0,12",
                "example" => "blog",
                "name" => continue,
                other => other,
            };
            let body = match route.as_str() {
                "/v1/clean/batch" => "application/x-ndjson",
                _ if method == "POST" => "application/json",
                _ => "",
            };
            request(&format!("{line}?{name}={value}"), body).check(200);
        }
    }
}

#[test]
fn what_is_not_in_the_document_is_not_there() {
    let known: BTreeSet<_> = operations().into_iter().map(|(route, method, _)| (route, method)).collect();
    for route in known.iter().map(|(route, _)| route) {
        for method in ["GET", "POST", "PUT", "PATCH", "DELETE"] {
            let status = ask(&format!("{method} {}", route.replace("{name}", "news"))).bytes().status.as_u16();
            assert_eq!(
                status != 405,
                known.contains(&(route.clone(), method.to_owned())),
                "{method} {route}: {status}"
            );
        }
    }
}

#[test]
fn every_error_is_in_the_document() {
    let described = operations().iter().map(|(_, _, told)| told["responses"].to_string()).collect::<String>();
    let about = DOCUMENT["info"]["description"].as_str().unwrap();
    // Of the two, every address knows one or none: they are told once for all.
    for code in Code::ALL {
        let place = if [Code::NotFound, Code::MethodNotAllowed].contains(&code) { about } else { &described };
        assert!(place.contains(&format!("`{}`", code.name())), "{}", code.name());
    }
    let codes = &DOCUMENT["components"]["schemas"]["Problem"]["properties"]["code"]["enum"];
    assert_eq!(*codes, json!(Code::ALL.map(Code::name)));
}

#[test]
fn whatever_is_referred_to_is_there() {
    let text = DOCUMENT.to_string();
    assert_eq!(DOCUMENT["openapi"], "3.1.0");
    for name in text.split("\"#/components/schemas/").skip(1).map(|rest| rest.split('"').next().unwrap()) {
        assert!(DOCUMENT["components"]["schemas"][name].is_object(), "{name}");
    }
}

#[test]
fn the_page_tells_all_that_the_document_tells() {
    let page = ask("GET /docs").check(200).has("content-type", "text/html; charset=utf-8");
    assert!(page.header("content-security-policy").starts_with("default-src 'none'; style-src 'self';"));
    for part in ["<script", "src=", "url(", "http://"] {
        assert!(!page.text.contains(part), "{part}");
    }
    for (route, method, told) in operations() {
        assert!(page.text.contains(&format!("<code>{method} {route}</code>")), "{method} {route}");
        for parameter in told["parameters"].as_array().unwrap() {
            assert!(page.text.contains(&format!("<dt><code>{}</code>", parameter["name"].as_str().unwrap())));
        }
    }
    for (name, schema) in DOCUMENT["components"]["schemas"].as_object().unwrap() {
        assert!(page.text.contains(&format!("<h3 id=\"shape-{name}\">{name}</h3>")), "{name}");
        for member in schema["properties"].as_object().into_iter().flatten().map(|(member, _)| member) {
            assert!(page.text.contains(&format!("<dt><code>{member}</code>")), "{name}.{member}");
        }
    }
    for link in page.text.split("href=\"#").skip(1).map(|rest| rest.split('"').next().unwrap()) {
        assert!(page.text.contains(&format!("id=\"{link}\"")), "{link}");
    }
}

#[test]
fn what_is_wrong_is_told_as_the_document_says() {
    let small = Settings { body_limit: 10, ..Settings::default() };
    ask_with(&small, "POST /v1/clean").sending("text/plain", TEXT).refused(Code::TooLarge);
    ask_with(&small, "POST /").sending("application/x-www-form-urlencoded", "document=0123456789").check(413);
    ask("POST /").with("sec-fetch-site", "cross-site").sending("application/x-www-form-urlencoded", "").check(403);
}
