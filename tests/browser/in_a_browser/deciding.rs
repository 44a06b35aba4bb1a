//! What the reader decides, and takes along.

use std::fs;
use std::process::Command;
use std::time::{Duration, Instant};

use serde_json::json;

use super::{TEXT, api, article, pasted, row};
use crate::driver::Browser;

/// A page with structure in it; the last paragraph but one is a word that stands in others too.
const PAGE: &str = "<html><head><title>The ferry is back</title></head><body><article>
<h1>The ferry is back</h1>
<p>The ferry <b>Alma</b> crossed the lake again on Saturday, after <a href='https://a.example/x'>eleven years</a> on dry land.</p>
<h2>The timetable</h2>
<ul><li>She leaves the jetty at nine, at noon and at four, from April to October.</li><li>Sign up for our newsletter</li></ul>
<p>The volunteers raised the money with concerts and cake sales, and with a raffle every spring.</p>
<table><tr><td>Adults</td><td>4 crowns</td></tr><tr><td>Children</td><td>2 crowns</td></tr></table>
<p>Newsletter</p>
<p>“We never thought of giving up,” said Ines Roth, who leads the society that had restored her.</p>
</article></body></html>";

#[track_caller]
fn choose(browser: &Browser, id: &str, value: &str) {
    let script = "const it = document.getElementById(arguments[0]); it.value = arguments[1];
        it.dispatchEvent(new Event('change', { bubbles: true }))";
    browser.js_with(script, json!([id, value]));
}

#[test]
fn a_click_keeps_or_drops_a_paragraph_and_all_follows() {
    let browser = pasted();
    browser.click(&format!("{} .text", row(1)));
    browser.sees(".tally", "4 of 6 paragraphs kept.");
    browser.sees(&format!("{} .label", row(1)), "kept by you");
    browser.click(&format!("{} .text", row(0)));
    browser.sees(".tally", "3 of 6 paragraphs kept.");
    browser.sees(&format!("{} .label", row(0)), "dropped by you");
    browser.until("document.querySelector('[role=status]').textContent.startsWith('Paragraph 1 dropped.')");
    let lines = article(&browser);
    assert_eq!(lines.len(), 3, "{lines:?}");
    assert_eq!(lines[0], "Sign up for our newsletter");
    browser.sees(".own", "2 choices of yours.");
    browser.click(".back");
    browser.sees(".tally", "3 of 6 paragraphs kept.");
    assert!(article(&browser)[0].starts_with("The ferry Alma"));
    assert_eq!(browser.seen(".own"), "");
}

#[test]
fn a_label_is_left_in_and_the_mode_is_changed() {
    let browser = pasted();
    browser.click("[name=keep][value=call_to_action]");
    browser.sees(".tally", "5 of 6 paragraphs kept.");
    browser.sees(&format!("{} .label", row(1)), "call to action, left in");
    assert!(article(&browser).contains(&"Sign up for our newsletter".to_owned()));
    choose(&browser, "mode", "precision");
    browser.sees(".own", "2 choices of yours.");
    let expected =
        api(&browser, &json!({ "text": TEXT, "options": { "mode": "precision", "keep": "call_to_action" } }));
    assert_eq!(article(&browser).join("\n\n"), expected["text"].as_str().unwrap());
    browser.click(".back");
    browser.sees(".tally", "3 of 6 paragraphs kept.");
    assert_eq!(browser.js("return document.getElementById('mode').value"), json!("balanced"));
}

/// Copies in a format and gives what is in the clipboard then.
#[track_caller]
fn copied(browser: &Browser, format: &str) -> String {
    browser.js("return navigator.clipboard.writeText('')");
    choose(browser, "format", format);
    browser.click("#copy");
    browser.until("document.getElementById('copy').textContent === 'Copied'");
    browser.until("document.getElementById('copy').textContent === 'Copy'");
    browser.clipboard()
}

/// Waits for a download and gives its content.
#[track_caller]
fn downloaded(browser: &Browser, name: &str) -> String {
    let start = Instant::now();
    loop {
        if let Ok(content) = fs::read_to_string(browser.folder().join(name)) {
            return content;
        }
        let names: Vec<_> = fs::read_dir(browser.folder()).unwrap().map(|entry| entry.unwrap().file_name()).collect();
        assert!(start.elapsed() < Duration::from_secs(30), "{name} is not in {names:?}");
        std::thread::sleep(Duration::from_millis(20));
    }
}

/// Runs the command that the page gives, as a person would in a terminal.
#[track_caller]
fn run_command(browser: &Browser) -> String {
    browser.click("#copy-command");
    browser.until("document.getElementById('copy-command').textContent === 'Copied'");
    let command = browser.clipboard();
    let output = Command::new("bash").args(["-c", &command]).output().unwrap();
    assert!(output.status.success(), "{command}: {}", String::from_utf8_lossy(&output.stderr));
    browser.until("document.getElementById('copy-command').textContent === 'Copy the command'");
    String::from_utf8(output.stdout).unwrap()
}

#[test]
fn what_is_taken_along_is_what_the_api_gives() {
    let browser = Browser::open();
    browser.paste(PAGE);
    browser.sees("h2", "The ferry is back");
    let expected = api(&browser, &json!({ "html": PAGE, "options": { "format": "json,markdown,html" } }));
    let expected = |format: &str| expected[format].as_str().unwrap().to_owned();
    browser.click("#command summary");
    for format in ["text", "markdown", "html"] {
        assert_eq!(copied(&browser, format), expected(format), "{format}");
        browser.sees("#command code", &format!("/v1/clean?format={format}"));
        assert_eq!(run_command(&browser), expected(format), "{format}");
    }
    assert!(expected("html").contains("<strong>Alma</strong>"));
    choose(&browser, "format", "markdown");
    browser.click("#download");
    assert_eq!(downloaded(&browser, "The-ferry-is-back.md"), expected("markdown"));
}

#[test]
fn what_the_reader_decided_is_taken_along_with_its_structure() {
    let browser = Browser::open();
    browser.paste(PAGE);
    browser.sees("h2", "The ferry is back");
    let texts = browser.js("return [...document.querySelectorAll('.row .text')].map((text) => text.innerText)");
    let texts: Vec<&str> = texts.as_array().unwrap().iter().map(|text| text.as_str().unwrap()).collect();
    let at = |begins: &str| texts.iter().position(|text| text.starts_with(begins)).unwrap();
    let is_gone = |index: usize| {
        browser.js(&format!("return document.querySelector(\"{}\").matches('.gone')", row(index))) == json!(true)
    };
    let want = |begins: &str, kept: bool| {
        if is_gone(at(begins)) == kept {
            browser.click(&format!("{} .text", row(at(begins))));
        }
    };
    for (begins, kept) in [
        ("The ferry Alma", true),
        ("The timetable", true),
        ("She leaves", true),
        ("The volunteers", false),
        ("Adults", true),
        ("Children", false),
        ("“We never", true),
    ] {
        want(begins, kept);
    }
    // A word of its own, which other paragraphs hold too: they do not follow it.
    want("Sign up", false);
    want("Newsletter", true);
    let html = copied(&browser, "html");
    for (part, is_there) in [
        ("<strong>Alma</strong>", true),
        ("href=\"https://a.example/x\"", true),
        ("<h2>The timetable</h2>", true),
        ("<li>She leaves", true),
        ("<td>Adults</td>", true),
        ("<p>Newsletter</p>", true),
        ("volunteers", false),
        ("Children", false),
        ("Sign up", false),
    ] {
        assert_eq!(html.contains(part), is_there, "{part} in {html}");
    }
    let markdown = copied(&browser, "markdown");
    assert!(
        markdown.contains("**Alma** crossed")
            && markdown.contains("- She leaves")
            && markdown.contains("| Adults | 4 crowns |"),
        "{markdown}"
    );
    let text = copied(&browser, "text");
    assert!(text.ends_with("\n\nNewsletter\n\n“We never thought of giving up,” said Ines Roth, who leads the society that had restored her."), "{text}");
    let seen = article(&browser).join("\n");
    assert!(seen.contains("Newsletter") && !seen.contains("Sign up") && !seen.contains("volunteers"), "{seen}");
    // By words alone, one could not be told from the other.
    browser.click("#command summary");
    browser.sees("#command code", &format!("&keep_paragraphs={}&drop_paragraphs=", at("Newsletter")));
    assert_eq!(run_command(&browser), text);
    choose(&browser, "format", "html");
    assert_eq!(run_command(&browser), html);
}

#[test]
fn the_keyboard_alone_does_it_all() {
    use crate::driver::{CONTROL, DOWN, ENTER, ESCAPE, RIGHT, TAB};
    let browser = Browser::open();
    browser.js_with("return navigator.clipboard.writeText(arguments[0])", json!([TEXT]));
    let focused =
        |browser: &Browser| browser.js("return document.activeElement.id || document.activeElement.textContent.trim()");
    let tab_to = |wanted: &str| {
        for _ in 0..30 {
            browser.press(None, TAB);
            if focused(&browser) == wanted {
                return;
            }
        }
        panic!("{wanted} is never reached: {}", focused(&browser));
    };
    tab_to("document");
    browser.press(Some(CONTROL), "v");
    browser.sees(".tally", "3 of 6 paragraphs kept.");
    tab_to("tab-marked");
    tab_to("Drop");
    browser.sees("#why", "content");
    browser.press(None, DOWN);
    browser.sees("#why", "newsletter");
    assert_eq!(focused(&browser), json!("Keep"));
    browser.press(None, ENTER);
    browser.sees(".tally", "4 of 6 paragraphs kept.");
    assert_eq!(focused(&browser), json!("Drop"), "the focus stays where it was");
    browser.press(None, ESCAPE);
    assert_eq!(browser.seen("#why"), "");
    browser.js("document.getElementById('tab-marked').focus()");
    browser.press(None, RIGHT);
    browser.sees("article.clean", "Sign up for our newsletter");
    assert_eq!(focused(&browser), json!("tab-clean"));
    tab_to("copy");
    browser.press(None, ENTER);
    browser.until("document.getElementById('copy').textContent === 'Copied'");
    assert!(browser.clipboard().contains("Sign up for our newsletter"));
}
