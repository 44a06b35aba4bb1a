//! How a document gets into the page, and what is said where it does not.

use std::time::Duration;

use dechaff::server::Settings;
use serde_json::{Value, json};

use super::{PARAGRAPHS, TEXT, pasted, row};
use crate::driver::Browser;

/// A page in a charset that it names, as files of old are.
const LATIN: &[u8] = b"<html><head><meta charset=iso-8859-1><title>Caf\xE9 am See</title></head><body>\
    <p>Das Caf\xE9 am See \xF6ffnet im Mai wieder, sagte der B\xFCrgermeister am Montag nach der Sitzung.</p>\
    <p>Newsletter abonnieren</p></body></html>";

#[test]
fn a_paste_is_cleaned_at_once_and_without_a_reload() {
    let browser = Browser::open();
    browser.js("window.same = true");
    assert_eq!(browser.seen("#result"), "");
    browser.paste(TEXT);
    browser.sees(".tally", "3 of 6 paragraphs kept.");
    for (index, begins) in PARAGRAPHS.iter().enumerate() {
        assert!(browser.seen(&format!("{} .text", row(index))).starts_with(begins));
    }
    assert!(browser.seen(&format!("{} .label", row(1))).starts_with("call to action, "));
    assert!(browser.seen(&format!("{} .label", row(3))).starts_with("advertising, "));
    browser.sees("fieldset", "calls to action (2)");
    assert_eq!(browser.js("return window.same"), json!(true));
    assert!(browser.seen("#privacy").contains("nothing is stored or logged"));
    assert!(browser.complaints().is_empty(), "{:?}", browser.complaints());
    // The live region says the same to those who do not see it.
    browser.until("document.querySelector('[role=status]').textContent.startsWith('3 of 6 paragraphs kept')");
}

#[test]
fn a_dropped_and_a_chosen_file_are_read_in_their_charset() {
    let browser = Browser::open();
    let file = browser.file("café.html", LATIN);
    let drop = |kind: &str| {
        let data = json!({ "items": [], "files": [file], "dragOperationsMask": 1 });
        browser.cdp("Input.dispatchDragEvent", json!({ "type": kind, "x": 300, "y": 200, "data": data }));
    };
    drop("dragEnter");
    drop("dragOver");
    browser.until("document.querySelector('form.dragged')");
    drop("drop");
    browser.sees("h2", "Café am See");
    assert!(browser.seen(&format!("{} .text", row(0))).contains("öffnet im Mai"));
    assert!(browser.js("return document.querySelector('form.dragged')").is_null());

    browser.go("/");
    browser.choose("#file", &file);
    browser.sees("h2", "Café am See");
    assert!(browser.js("return document.getElementById('document').value").as_str().unwrap().contains("Bürgermeister"));
}

#[test]
fn examples_show_what_stays_and_what_goes() {
    let browser = Browser::open();
    let count = browser.js("return document.querySelectorAll('[data-example]').length").as_u64().unwrap();
    assert_eq!(count, 3);
    for number in 1..=count {
        browser.js(&format!("document.querySelectorAll('[data-example]')[{number} - 1].id = 'example-{number}'"));
        browser.click(&format!("#example-{number}"));
        browser.until("document.querySelectorAll('.row.gone').length > 3 && document.title !== window.before");
        browser.js("window.before = document.title");
        let rows = browser.js("return [...document.querySelectorAll('.row')].map((row) => row.className)");
        let rows: Vec<&str> = rows.as_array().unwrap().iter().map(|row| row.as_str().unwrap()).collect();
        for label in ["row content", "row call_to_action gone", "row boilerplate gone"] {
            assert!(rows.contains(&label), "{number}: {label} in {rows:?}");
        }
    }
}

#[test]
fn html_and_text_are_told_apart_and_the_reader_may_say_otherwise() {
    let browser = Browser::open();
    browser.paste("<p>A line of source code, which could be an article or the text of one.</p>");
    browser.sees(".row", "A line of source");
    assert!(!browser.seen(".row .text").contains("<p>"));
    browser.js("const kind = document.getElementById('kind'); kind.value = 'text'; kind.dispatchEvent(new Event('change', { bubbles: true }))");
    browser.until("document.querySelector('.row .text')?.textContent.startsWith('<p>')");
}

/// The page of a service that refuses, and what is seen of it where.
#[track_caller]
fn refused(settings: &Settings, seen: &str) {
    let browser = Browser::open_with(settings);
    browser.paste(TEXT);
    browser.sees("#problem", seen);
    assert_eq!(browser.js("return document.getElementById('document').value"), json!(TEXT), "the paste is not lost");
    assert_eq!(browser.js("return document.getElementById('problem').getAttribute('role')"), json!("alert"));
    assert_eq!(browser.seen("#result"), "");
}

#[test]
fn an_error_is_shown_by_the_box_and_the_paste_is_kept() {
    refused(&Settings { body_limit: 100, ..Settings::default() }, "The body is too large – the limit is 100 bytes");
    refused(&Settings { workers: 0, wait: Duration::from_millis(5), ..Settings::default() }, "All workers are busy – ");
}

#[test]
fn what_is_not_text_or_not_there_is_told_and_the_result_stays() {
    let browser = pasted();
    browser.choose("#file", &browser.file("photo.png", b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR"));
    browser.sees("#problem", "“photo.png” is not text – ");
    assert!(browser.seen(".tally").contains("of 6"));
    browser.cdp("Network.enable", json!({}));
    let offline = json!({ "offline": true, "latency": 0, "downloadThroughput": -1, "uploadThroughput": -1 });
    browser.cdp("Network.emulateNetworkConditions", offline);
    browser.click("[type=submit]");
    browser.sees("#problem", "The service could not be reached – your text is still in the box");
    browser.js("document.getElementById('document').value = ' '");
    browser.click("[type=submit]");
    browser.sees("#problem", "There is nothing to clean yet – ");
    // What fails at the result is told there.
    browser.click(&format!("{} .text", row(1)));
    browser.click("#download");
    browser.sees("#result .problem", "The service could not be reached – ");
    let in_sight = "const { top, bottom } = document.querySelector('#result .problem').getBoundingClientRect();
        return top >= 0 && bottom <= innerHeight";
    assert_eq!(browser.js(in_sight), json!(true));
    let online = json!({ "offline": false, "latency": 0, "downloadThroughput": -1, "uploadThroughput": -1 });
    browser.cdp("Network.emulateNetworkConditions", online);
    browser.click("#download");
    browser.until("document.querySelector('#result .problem').textContent === ''");
}

/// A page without a script, with [`TEXT`] pasted into it and its result in sight.
fn pasted_without_a_script() -> Browser {
    let browser = Browser::open();
    browser.cdp("Emulation.setScriptExecutionDisabled", json!({ "value": true }));
    browser.go("/");
    assert_eq!(browser.js("return document.documentElement.className"), json!(""), "the page's script does not run");
    browser.js_with("document.getElementById('document').value = arguments[0]", json!([TEXT]));
    browser.click("[type=submit]");
    browser.sees(".tally", "3 of 6 paragraphs kept.");
    browser
}

#[test]
fn without_a_script_single_paragraphs_are_kept_and_dropped() {
    let browser = pasted_without_a_script();
    let tick = |index: usize| browser.click(&format!(".row:nth-child({}) [type=checkbox]", index + 1));
    let article = || browser.seen("article.clean");
    tick(0);
    tick(1);
    browser.click(".decide button");
    browser.sees(".own", "2 choices of yours.");
    assert!(browser.seen(".tally").starts_with("3 of 6 paragraphs kept."));
    assert!(article().starts_with("Sign up for our newsletter\n\n“We never"), "{}", article());
    browser.sees(".row:nth-child(2) summary", "Kept by you: call to action");
    browser.sees(".row:nth-child(1) summary", "Dropped by you: content");
    // They hold beside other choices, until they are taken back.
    browser.click("[name=keep][value=advertising]");
    tick(0);
    browser.click("#form [type=submit]");
    browser.sees(".own", "2 choices of yours.");
    browser.sees(".tally", "5 of 6 paragraphs kept.");
    assert!(article().starts_with("The ferry Alma"), "{}", article());
    browser.click(".own button");
    browser.sees(".tally", "3 of 6 paragraphs kept.");
    assert_eq!(browser.seen(".own"), "");
    // Another document is another matter.
    tick(0);
    browser.js("document.getElementById('document').value += '\\n\\nNo more than this was said of it on Monday, when all was over.'");
    browser.click(".decide button");
    browser.sees(".tally", "4 of 7 paragraphs kept.");
    assert_eq!(browser.seen(".own"), "");
}

#[test]
fn without_a_script_a_form_gives_the_same() {
    let scripted = pasted();
    let browser = pasted_without_a_script();
    let texts = "return [...document.querySelectorAll('.row')].map((row) => row.querySelector('.text').innerText + row.className.includes('gone'))";
    assert_eq!(browser.js(texts), scripted.js(texts));
    browser.click(".row:nth-child(2) summary");
    browser.sees(".row:nth-child(2) table", "newsletter");
    assert_eq!(
        browser.js("return document.querySelector('.row:nth-child(2) mark')?.innerText.length > 3"),
        json!(true)
    );
    browser.click("[name=keep][value=call_to_action]");
    browser.click("[type=submit]");
    browser.sees(".tally", "5 of 6 paragraphs kept.");
    browser.click("[href='/?example=news#result']");
    browser.sees("h2", "Night train to the coast runs again");
    browser.choose("#file", &browser.file("café.html", LATIN));
    browser.click("[type=submit]");
    browser.sees("h2", "Café am See");
    assert_ne!(browser.js("return document.getElementById('document').value"), Value::from(""));
}
