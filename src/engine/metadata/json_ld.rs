//! The facts about an article in a page's JSON-LD (schema.org). Broken JSON is passed over.

use serde_json::Value;

/// Most values that are looked at, over all scripts of a page.
const VALUES: usize = 20_000;

/// What JSON-LD says of the page's article.
#[derive(Debug, Default)]
pub(super) struct Facts {
    pub(super) headline: Option<String>,
    pub(super) authors: Vec<String>,
    pub(super) published: Option<String>,
    pub(super) publisher: Option<String>,
    pub(super) image: Option<String>,
    pub(super) body: Option<String>,
}

/// Types whose facts are the page's own, likeliest first.
const TYPES: [&str; 16] = [
    "NewsArticle",
    "ReportageNewsArticle",
    "OpinionNewsArticle",
    "BlogPosting",
    "Article",
    "TechArticle",
    "ScholarlyArticle",
    "Recipe",
    "HowTo",
    "Report",
    "Review",
    "DiscussionForumPosting",
    "QAPage",
    "Product",
    "VideoObject",
    "WebPage",
];

/// Reads all scripts of a page.
pub(super) fn read(sources: &[String]) -> Facts {
    let documents: Vec<Value> = sources.iter().filter_map(|source| parse(source)).collect();
    let mut found: Vec<(usize, &Value)> = Vec::new();
    let mut open: Vec<&Value> = documents.iter().rev().collect();
    let mut left = VALUES;
    while let Some(value) = open.pop() {
        if left == 0 {
            break;
        }
        left -= 1;
        match value {
            Value::Array(items) => open.extend(items.iter().rev()),
            Value::Object(fields) => {
                if let Some(rank) = TYPES.iter().position(|known| has_type(value, known)) {
                    found.push((rank, value));
                }
                open.extend(["mainEntity", "mainEntityOfPage", "@graph"].iter().filter_map(|name| fields.get(*name)));
            }
            _ => {}
        }
    }
    found.sort_by_key(|(rank, _)| *rank);
    let mut facts = Facts::default();
    for (rank, value) in found {
        facts.headline = facts
            .headline
            .or_else(|| text(&value["headline"]).or_else(|| text(&value["name"]).filter(|_| TYPES[rank] != "WebPage")));
        facts.published =
            facts.published.or_else(|| text(&value["datePublished"]).or_else(|| text(&value["uploadDate"])));
        facts.publisher = facts.publisher.or_else(|| text(&value["publisher"]["name"]));
        facts.body = facts.body.or_else(|| text(&value["articleBody"]));
        facts.image = facts.image.or_else(|| image(&value["image"]));
        if facts.authors.is_empty() {
            facts.authors = authors(&value["author"]);
        }
    }
    facts
}

fn parse(source: &str) -> Option<Value> {
    let trimmed = source
        .trim()
        .trim_start_matches("<!--")
        .trim_start_matches("//<![CDATA[")
        .trim_end_matches("-->")
        .trim_end_matches("//]]>");
    // Raw line ends inside strings are the commonest fault of JSON-LD.
    serde_json::from_str(trimmed).or_else(|_| serde_json::from_str(&trimmed.replace(['\n', '\r', '\t'], " "))).ok()
}

fn has_type(value: &Value, known: &str) -> bool {
    match &value["@type"] {
        Value::String(name) => name == known,
        Value::Array(names) => names.iter().any(|name| name.as_str() == Some(known)),
        _ => false,
    }
}

fn text(value: &Value) -> Option<String> {
    let text = value.as_str().or_else(|| value.as_array()?.first()?.as_str())?.trim();
    (!text.is_empty()).then(|| text.to_owned())
}

fn image(value: &Value) -> Option<String> {
    let first = value.as_array().and_then(|items| items.first()).unwrap_or(value);
    text(first).or_else(|| text(&first["url"]))
}

fn authors(value: &Value) -> Vec<String> {
    let name = |value: &Value| text(value).or_else(|| text(&value["name"])).filter(|name| !name.contains("://"));
    match value {
        Value::Array(items) => items.iter().filter_map(name).collect(),
        other => name(other).into_iter().collect(),
    }
}
