//! Charsets of the web: every text of `tests/charsets.txt` comes out as it was written, wherever its charset is
//! declared, where nothing is declared, and where what is declared is wrong.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on says so")]

use std::fmt::Write as _;

use dechaff::WarningCode;
use dechaff::engine::decode;
use encoding_rs::Encoding;

/// A page around the text, in ASCII but for the text; `meta` stands in its head.
fn page(meta: &str, text: &str) -> String {
    format!(
        "<!DOCTYPE html><html><head>{meta}<title>{text}</title></head><body><nav><a href=\"/home\">Home</a></nav>\
         <article class=\"post entry-content\"><p>{text}</p><p>{text}</p></article><script>var a = 1;</script></body>"
    )
}

/// A way to declare a charset, rightly or wrongly.
struct Way {
    /// What it is, for who reads a failure.
    name: &'static str,
    /// The charset that the caller names; `*` stands for the right one.
    told: Option<&'static str>,
    /// The charset that the page names.
    meta: Option<&'static str>,
    /// Whether it must be remarked that what was declared is wrong.
    warns: bool,
}

const WAYS: [Way; 7] = [
    Way { name: "told", told: Some("*"), meta: None, warns: false },
    Way { name: "told, another in the page", told: Some("*"), meta: Some("utf-8"), warns: false },
    Way { name: "in the page", told: None, meta: Some("*"), warns: false },
    Way { name: "nowhere", told: None, meta: None, warns: false },
    Way { name: "told as UTF-8", told: Some("utf-8"), meta: None, warns: true },
    Way { name: "UTF-8 in the page", told: None, meta: Some("utf-8"), warns: true },
    Way { name: "told as UTF-8, right in the page", told: Some("utf-8"), meta: Some("*"), warns: true },
];

/// A server's default is told of pages in any charset. Letters of one Latin alphabet cannot be told from another's.
const DEFAULTS: [Way; 4] = [
    Way { name: "told as Latin", told: Some("iso-8859-1"), meta: None, warns: true },
    Way { name: "Latin in the page", told: None, meta: Some("windows-1252"), warns: true },
    Way { name: "told as Latin, right in the page", told: Some("iso-8859-1"), meta: Some("*"), warns: true },
    Way { name: "told as Turkish", told: Some("windows-1254"), meta: None, warns: true },
];

/// What is wrong with how a text comes out; empty where nothing is.
fn check(label: &str, text: &str, way: &Way) -> String {
    let encoding = Encoding::for_label(label.as_bytes()).unwrap();
    let name = |charset: &'static str| if charset == "*" { encoding.name() } else { charset };
    let meta = way.meta.map_or(String::new(), |charset| format!("<meta charset=\"{}\">", name(charset)));
    let page = page(&meta, text);
    let (bytes, _, lost) = encoding.encode(&page);
    assert!(!lost, "{label} has no sign for some of {text}");
    let decoded = decode::html(&bytes, way.told.map(name));
    let warns = decoded.warnings.iter().any(|warning| warning.code == WarningCode::CharsetMismatch);
    if decoded.text == page && warns == way.warns {
        return String::new();
    }
    let from = decoded.text.find("<title>").unwrap_or_default();
    let found: String = decoded.text[from..].chars().take(80).collect();
    format!("{label} {}: read as {}, mismatch remarked: {warns}: {found}\n", way.name, decoded.charset)
}

/// Charset, kind of letters and text of every line.
fn lines() -> impl Iterator<Item = (&'static str, &'static str, &'static str)> {
    include_str!("charsets.txt").lines().filter(|line| !line.starts_with('#')).map(|line| {
        let mut fields = line.splitn(3, '\t');
        (fields.next().unwrap(), fields.next().unwrap(), fields.next().unwrap())
    })
}

#[test]
fn texts_come_out_as_they_were_written() {
    let mut wrong = String::new();
    for (label, letters, text) in lines() {
        let (ways, defaults) = match letters {
            // ASCII with escapes passes for any charset, so nothing refutes what is declared.
            _ if label == "ISO-2022-JP" => (&WAYS[..4], &[][..]),
            "other" => (&WAYS[..], &DEFAULTS[..]),
            "latin" => (&WAYS[..], &[][..]),
            "alike" => (&WAYS[..3], &[][..]),
            letters => panic!("{label}: {letters}"),
        };
        for way in ways.iter().chain(defaults) {
            let _ = write!(wrong, "{}", check(label, text, way));
        }
    }
    assert!(wrong.is_empty(), "\n{wrong}");
}

/// A text in one charset that encodes many signs, declared as another.
#[test]
fn charsets_of_many_bytes_are_told_from_each_other() {
    let many = ["Shift_JIS", "EUC-JP", "EUC-KR", "gb18030", "Big5"];
    let mut wrong = String::new();
    for (label, _, text) in lines().filter(|(label, ..)| many.contains(label)) {
        for told in many.into_iter().filter(|told| *told != label) {
            let way = Way { name: told, told: Some(told), meta: Some("*"), warns: true };
            wrong.push_str(&check(label, text, &way));
        }
    }
    assert!(wrong.is_empty(), "\n{wrong}");
}

#[test]
fn utf8_is_seen_whatever_it_is_declared_as() {
    for (label, _, text) in lines() {
        let page = page("", text);
        let decoded = decode::html(page.as_bytes(), Some(label));
        assert_eq!((decoded.charset, decoded.text), ("UTF-8", page), "{label}");
    }
}
