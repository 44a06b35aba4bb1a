//! The tests, by what a person does. All of them stand under this module, so that they can be left out by its name where
//! there is no browser to be had.

mod asking;
mod deciding;
mod enduring;
mod looking;
mod reading;

use serde_json::{Value, json};

use crate::driver::Browser;

/// An article of six paragraphs, three of which are none of its own.
const TEXT: &str = "The ferry Alma crossed the lake again on Saturday, after eleven years on dry land.\n\n\
    Sign up for our newsletter\n\n\
    “We never thought of giving up,” said Ines Roth, who leads the society that had restored her.\n\n\
    Advertisement\n\n\
    The volunteers raised the money with concerts and cake sales, and with a raffle every spring.\n\n\
    Follow us on Facebook and download our app";

/// What each paragraph of [`TEXT`] begins with.
const PARAGRAPHS: [&str; 6] =
    ["The ferry Alma", "Sign up", "“We never", "Advertisement", "The volunteers", "Follow us"];

/// A page with a [`TEXT`] pasted into it and its result in sight.
fn pasted() -> Browser {
    let browser = Browser::open();
    browser.paste(TEXT);
    browser.sees(".tally", "of 6 paragraphs kept");
    browser
}

/// A selector for a row of the marked original, from 0.
fn row(index: usize) -> String {
    format!(".row[data-index='{index}']")
}

/// The clean article as a person sees it, line by line.
fn article(browser: &Browser) -> Vec<String> {
    browser.click("#tab-clean");
    browser.until("document.querySelector('article.clean').ariaBusy !== 'true'");
    let seen = browser.seen("article.clean");
    browser.click("#tab-marked");
    seen.lines().filter(|line| !line.trim().is_empty()).map(str::to_owned).collect()
}

/// What the API says of a document in JSON, asked from within the page.
fn api(browser: &Browser, body: &Value) -> Value {
    browser.js_with(
        "return fetch('/v1/clean', { method: 'POST', headers: { 'content-type': 'application/json' },
            body: JSON.stringify(arguments[0]) }).then((answer) => answer.json())",
        json!([body]),
    )
}
