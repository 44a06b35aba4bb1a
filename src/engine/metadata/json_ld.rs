//! The facts about an article in a page's JSON-LD (schema.org). What is named by an `@id` is looked up in all scripts of
//! the page; what cannot be read is passed over.

use std::collections::HashMap;

use serde_json::Value;

use super::text;

/// Most values that are looked at, over all scripts of a page.
const VALUES: usize = 20_000;
/// Most authors of one thing.
const AUTHORS: usize = 20;
/// Most things of one page that are weighed against each other.
const THINGS: usize = 500;

/// Types whose facts are the page's own, likeliest first. `*` stands for any beginning.
const TYPES: [&str; 19] = [
    "*NewsArticle",
    "*Posting",
    "*Article",
    "Recipe",
    "HowTo",
    "Report",
    "Question",
    "Course",
    "Book",
    "PodcastEpisode",
    "Product",
    "VideoObject",
    "CreativeWork",
    "QAPage",
    "MedicalWebPage",
    "ItemPage",
    "AboutPage",
    "WebPage",
    "CollectionPage",
];

/// Where the types begin that name a page, not what stands on it.
const PAGES: usize = 13;

/// What JSON-LD says of the page's article.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Facts {
    pub(super) headline: Option<String>,
    pub(super) authors: Vec<Author>,
    pub(super) published: Option<String>,
    pub(super) modified: Option<String>,
    pub(super) publisher: Option<String>,
    pub(super) image: Option<String>,
    pub(super) body: Option<String>,
    /// Whether what stands on the page is said to be an article or a post.
    pub(super) is_article: bool,
}

/// Whom JSON-LD names as an author.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Author {
    pub(super) name: String,
    /// Whether it is said to be a company or a site.
    pub(super) is_organization: bool,
}

/// A thing of one of the known types.
struct Thing<'a> {
    rank: usize,
    /// Whether it has the title that the page has.
    is_titled: bool,
    value: &'a Value,
}

/// Reads all scripts of a page; `titles` are what the page is called elsewhere, folded.
pub(super) fn read(sources: &[String], titles: &[String]) -> Facts {
    let documents: Vec<Value> = sources.iter().filter_map(|source| parse(source)).collect();
    let (named, mut things) = collect(&documents, titles);
    // Many things of the likeliest type are the entries of a list: only one with the page's title is the page's own.
    let likeliest = things.iter().map(|thing| thing.rank).min().unwrap_or_default();
    let rivals = things.iter().filter(|thing| thing.rank == likeliest).count();
    if rivals > 2 {
        things.retain(|thing| thing.rank != likeliest || thing.is_titled);
    }
    things.sort_by_key(|thing| (thing.rank, !thing.is_titled));
    let mut facts = Facts { publisher: site_name(&named, &documents), ..Facts::default() };
    facts.is_article = things.iter().any(|thing| thing.rank < 3);
    for Thing { rank, value, .. } in things {
        let name = || said(&value["name"]).filter(|_| rank < PAGES);
        facts.headline = facts.headline.or_else(|| said(&value["headline"]).or_else(name));
        facts.published = facts
            .published
            .or_else(|| ["datePublished", "uploadDate", "dateCreated"].iter().find_map(|field| said(&value[*field])));
        facts.modified = facts.modified.or_else(|| said(&value["dateModified"]));
        facts.body = facts.body.or_else(|| said(&value["articleBody"]));
        facts.image = facts.image.or_else(|| image(&value["image"]));
        for field in ["author", "creator"] {
            if facts.authors.is_empty() {
                facts.authors = authors(&value[field], &named);
            }
        }
    }
    facts
}

/// Everything that has an `@id`, and the things of known types, in the order of the page.
fn collect<'a>(documents: &'a [Value], titles: &[String]) -> (HashMap<&'a str, &'a Value>, Vec<Thing<'a>>) {
    let mut named: HashMap<&str, &Value> = HashMap::new();
    let mut things = Vec::new();
    // What is met below these is the page's own; what stands deeper is what it speaks of.
    let mut open: Vec<(&Value, bool)> = documents.iter().rev().map(|document| (document, true)).collect();
    let mut left = VALUES;
    while let Some((value, is_own)) = open.pop() {
        if left == 0 {
            break;
        }
        left -= 1;
        match value {
            Value::Array(items) => open.extend(items.iter().take(left).rev().map(|item| (item, is_own))),
            Value::Object(fields) => {
                if let Some(id) = value["@id"].as_str()
                    && (value["name"].is_string() || !named.contains_key(id))
                {
                    named.insert(id, value);
                }
                if let Some(rank) = TYPES.iter().position(|known| has_type(value, known))
                    && is_own
                    && things.len() < THINGS
                {
                    let title = said(&value["headline"]).or_else(|| said(&value["name"]));
                    let is_titled = title.is_some_and(|title| titles.contains(&text::key(&title)));
                    things.push(Thing { rank, is_titled, value });
                }
                let is_owned = |name: &str| is_own && ["mainEntity", "mainEntityOfPage", "@graph"].contains(&name);
                open.extend(fields.iter().rev().map(|(name, field)| (field, is_owned(name))));
            }
            _ => {}
        }
    }
    (named, things)
}

/// The name of the publisher, or of the site.
fn site_name(named: &HashMap<&str, &Value>, documents: &[Value]) -> Option<String> {
    let roots = documents.iter().flat_map(|document| match document {
        Value::Array(items) => items.iter().collect(),
        _ => match &document["@graph"] {
            Value::Array(items) => items.iter().collect(),
            _ => vec![document],
        },
    });
    let roots: Vec<&Value> = roots.take(THINGS).collect();
    let publisher = roots.iter().find_map(|root| said(&resolve(&root["publisher"], named)["name"]));
    publisher.or_else(|| {
        let site = roots.iter().find(|root| has_type(root, "WebSite") || has_type(root, "*Organization"));
        site.and_then(|site| said(&site["name"]))
    })
}

fn parse(source: &str) -> Option<Value> {
    let trimmed = source
        .trim()
        .trim_start_matches("<!--")
        .trim_start_matches("//<![CDATA[")
        .trim_start_matches("/*<![CDATA[*/")
        .trim_end_matches("-->")
        .trim_end_matches("//]]>")
        .trim_end_matches("/*]]>*/")
        .trim()
        .trim_end_matches(';');
    serde_json::from_str(trimmed).or_else(|_| serde_json::from_str(&mended(trimmed))).ok()
}

/// JSON without its commonest faults: raw line ends inside strings, commas before a closing bracket, escapes that JSON
/// does not know.
fn mended(source: &str) -> String {
    let mut out = String::with_capacity(source.len());
    let mut in_string = false;
    let mut chars = source.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            '"' => in_string = !in_string,
            '\\' if in_string => {
                if let Some(escaped) = chars.next() {
                    if "\"\\/bfnrtu".contains(escaped) {
                        out.push('\\');
                    }
                    out.push(escaped);
                }
                continue;
            }
            ']' | '}' if !in_string => {
                let kept = out.trim_end().trim_end_matches(',').len();
                out.truncate(kept);
            }
            _ => {}
        }
        out.push(if c.is_control() { ' ' } else { c });
    }
    out
}

fn has_type(value: &Value, known: &str) -> bool {
    let is = |name: &str| {
        let name = name.rsplit(['/', ':']).next().unwrap_or_default();
        known.strip_prefix('*').map_or(name == known, |ending| name.ends_with(ending))
    };
    match &value["@type"] {
        Value::String(name) => is(name),
        Value::Array(names) => names.iter().any(|name| name.as_str().is_some_and(is)),
        _ => false,
    }
}

/// The text of a value: itself, its first part, or its `@value`.
fn said(value: &Value) -> Option<String> {
    let value = value.as_array().map_or(value, |parts| parts.first().unwrap_or(&Value::Null));
    let plain = value.as_str().or_else(|| value["@value"].as_str())?.trim();
    (!plain.is_empty()).then(|| text::decoded(plain))
}

fn image(value: &Value) -> Option<String> {
    let first = value.as_array().and_then(|items| items.first()).unwrap_or(value);
    said(first).or_else(|| said(&first["url"]))
}

/// What a value is, or what stands elsewhere under the `@id` that is all it says.
fn resolve<'a>(value: &'a Value, named: &HashMap<&str, &'a Value>) -> &'a Value {
    if value["name"].is_null()
        && let Some(found) = value["@id"].as_str().and_then(|id| named.get(id))
    {
        return found;
    }
    value
}

fn authors(value: &Value, named: &HashMap<&str, &Value>) -> Vec<Author> {
    let listed = match value {
        Value::Object(fields) => fields.get("@list").or_else(|| fields.get("@graph")).unwrap_or(value),
        _ => value,
    };
    let each = match listed {
        Value::Array(items) => items.as_slice(),
        one => std::slice::from_ref(one),
    };
    let author = |value: &Value| {
        let whole = resolve(value, named);
        // Some wrap the person once more: `{"name": {"name": …}}`, `{"author": {…}}`.
        let name = said(whole).or_else(|| said(&whole["name"])).or_else(|| said(&whole["name"]["name"]))?;
        let is_organization = has_type(whole, "*Organization") || has_type(whole, "WebSite");
        Some(Author { name, is_organization })
    };
    let flat = each.iter().flat_map(|item| match item {
        Value::Array(inner) => inner.as_slice(),
        one => std::slice::from_ref(one),
    });
    flat.take(AUTHORS).filter_map(author).filter(|author| !author.name.contains("://")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn facts(source: &str) -> Facts {
        read(&[source.to_owned()], &[])
    }

    #[track_caller]
    fn check_authors(source: &str, names: &[&str]) {
        let authors = facts(source).authors;
        assert_eq!(authors.iter().map(|author| author.name.as_str()).collect::<Vec<_>>(), names, "{source}");
    }

    #[test]
    fn authors_are_read_however_they_are_nested() {
        check_authors(r#"{"@type":"Article","author":"Ann Lee"}"#, &["Ann Lee"]);
        check_authors(r#"{"@type":"Article","author":{"name":["Ann Lee"]}}"#, &["Ann Lee"]);
        check_authors(r#"[{"@type":["Article"],"author":[[{"name":"Ann Lee"}],{"name":"Bo"}]}]"#, &["Ann Lee", "Bo"]);
        check_authors(r#"{"@type":"Article","author":{"@list":[{"name":"Ann"},"Bo"]}}"#, &["Ann", "Bo"]);
        check_authors(r#"{"@type":"Article","creator":[{"name":{"name":"Ann"}}]}"#, &["Ann"]);
        check_authors(r#"{"@type":"Article","author":"https://example.org/ann"}"#, &[]);
        check_authors(
            r##"{"@graph":[{"@type":"Article","author":{"@id":"#a"}},{"@type":"Person","@id":"#a","name":"Ann O&#039;Hara"}]}"##,
            &["Ann O'Hara"],
        );
    }

    #[test]
    fn what_the_page_is_comes_before_what_it_speaks_of() {
        let page = r#"{"@type":"WebPage","name":"w","datePublished":"2020-01-01","mainEntity":{"@type":"Question",
            "name":"Why?","author":{"name":"Ann"},"dateCreated":"2021-01-01",
            "acceptedAnswer":{"@type":"Answer","author":{"name":"Bo"}}}}"#;
        let found = facts(page);
        assert_eq!((found.headline.as_deref(), found.published.as_deref()), (Some("Why?"), Some("2021-01-01")));
        check_authors(page, &["Ann"]);
        check_authors(r#"{"@type":"Product","name":"p","review":{"@type":"Review","author":{"name":"Bo"}}}"#, &[]);
    }

    #[test]
    fn entries_of_a_list_are_not_the_page() {
        let entry = |name: &str| format!(r#"{{"@type":"BlogPosting","headline":"About {name}","author":"{name}"}}"#);
        let list = format!("[{},{},{}]", entry("Ann"), entry("Bo"), entry("Cy"));
        check_authors(&list, &[]);
        let found = read(&[list], &["about bo".to_owned()]);
        assert_eq!(found.authors[0].name, "Bo");
    }

    #[test]
    fn broken_json_is_mended_where_that_is_easy() {
        check_authors("{\"@type\":\"Article\",\"x\":\"a\nb\",\"y\":\"it\\'s\",\"author\":[\"Ann\",],}", &["Ann"]);
        check_authors("//<![CDATA[\n{\"@type\":\"Article\",\"author\":\"Ann\"}\n//]]>", &["Ann"]);
        check_authors("{\"@type\":\"Article\",\"author\":\"Ann\"", &[]);
    }

    #[test]
    fn the_publisher_is_the_sites_name() {
        let page = r##"{"@graph":[{"@type":"Article","publisher":{"@id":"#o"}},{"@type":"Organization","@id":"#o","name":"The Daily"}]}"##;
        assert_eq!(facts(page).publisher.as_deref(), Some("The Daily"));
        assert_eq!(facts(r#"{"@type":"WebSite","name":"Kitchen"}"#).publisher.as_deref(), Some("Kitchen"));
    }
}
