//! How the page looks, to everyone: light and dark, wide and narrow, by axe-core's rules, and how much it weighs.

use std::fs;
use std::path::Path;

use serde_json::{Value, json};

use super::pasted;
use crate::driver::Browser;

/// Largest page, in bytes as they are sent: what a slow line carries in a second.
const HEAVIEST: f64 = 60_000.0;

#[track_caller]
fn set_dark(browser: &Browser, dark: bool) {
    let scheme = json!({ "name": "prefers-color-scheme", "value": if dark { "dark" } else { "light" } });
    browser.cdp("Emulation.setEmulatedMedia", json!({ "features": [scheme] }));
}

fn set_width(browser: &Browser, width: u32) {
    let screen = json!({ "width": width, "height": 900, "deviceScaleFactor": 1, "mobile": false });
    browser.cdp("Emulation.setDeviceMetricsOverride", screen);
}

/// Fails with what axe-core finds in the page as it stands.
#[track_caller]
fn check(browser: &Browser, what: &str) {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/browser/node_modules/axe-core/axe.min.js");
    let axe = fs::read_to_string(&file)
        .unwrap_or_else(|error| panic!("{}: {error}; tests/browser/install fetches it", file.display()));
    browser.js(&format!("if (!window.axe) {{ {axe}\n }}"));
    let found = browser.js(
        "return axe.run(document, { resultTypes: ['violations'] }).then(({ violations, passes }) => ({
            passes: passes.length,
            violations: violations.map(({ id, nodes }) => `${id}: ${nodes.slice(0, 3).map((node) => `${node.html} ${node.failureSummary}`).join(' | ')}`),
        }))",
    );
    assert!(found["passes"].as_u64().unwrap() > 10, "{what}: axe looked at the page");
    assert_eq!(found["violations"], json!([]), "{what}");
}

/// Keeps a picture for people to look at.
fn keep(browser: &Browser, name: &str) {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("screenshots");
    fs::create_dir_all(&folder).unwrap();
    fs::write(folder.join(format!("{name}.png")), browser.screenshot()).unwrap();
}

#[test]
fn axe_finds_nothing_on_either_view_light_or_dark_wide_or_narrow() {
    let browser = Browser::open();
    check(&browser, "empty");
    browser.click("[data-example='/static/examples/news']");
    browser.sees("h2", "Night train");
    for dark in [false, true] {
        set_dark(&browser, dark);
        for (width, size) in [(1280, "wide"), (390, "narrow")] {
            set_width(&browser, width);
            let shade = if dark { "dark" } else { "light" };
            browser.click("#tab-marked");
            browser.js("document.querySelector('.row.call_to_action button').focus()");
            browser.sees("#why", "Together");
            check(&browser, &format!("marked, {shade}, {size}"));
            browser.js("document.getElementById('result').scrollIntoView()");
            keep(&browser, &format!("marked-{shade}-{size}"));
            browser.click("#tab-clean");
            browser.sees("article.clean", "two hundred and twelve");
            check(&browser, &format!("clean, {shade}, {size}"));
            browser.js("document.getElementById('result').scrollIntoView()");
            keep(&browser, &format!("clean-{shade}-{size}"));
        }
    }
    browser.click("#command summary");
    browser.js("document.getElementById('document').value = ''");
    browser.click("[type=submit]");
    browser.sees("#problem", "nothing to clean");
    check(&browser, "with an error and the command");
}

#[test]
fn axe_finds_nothing_without_a_script() {
    let browser = Browser::open();
    // The page's own script alone is kept away: axe-core is one.
    browser.cdp("Network.enable", json!({}));
    browser.cdp("Network.setBlockedURLs", json!({ "urls": ["*/static/page.js*"] }));
    browser.go("/?example=blog");
    browser.sees("h2", "How we stopped losing sourdough starters");
    browser.js("document.querySelector('.row.gone details').open = true");
    assert_eq!(browser.seen(".tabs"), "", "the page's script does not run");
    check(&browser, "without a script");
    keep(&browser, "without-script");
}

#[test]
fn dark_is_dark_and_light_is_light() {
    let browser = pasted();
    // How light the ground and the ink are, from 0 to 255.
    let lightness = "const light = (color) => { const [red, green, blue] = color.match(/[\\d.]+/g).map(Number); return (red + green + blue) / 3 };
        const of = (selector, name) => light(getComputedStyle(document.querySelector(selector))[name]);
        return [of('body', 'backgroundColor'), of('.row .text', 'color'), of('textarea', 'backgroundColor')]";
    for dark in [false, true] {
        set_dark(&browser, dark);
        let found: Vec<f64> =
            browser.js(lightness).as_array().unwrap().iter().map(|one| one.as_f64().unwrap()).collect();
        assert_eq!([found[0] < 60.0, found[1] > 190.0, found[2] < 60.0], [dark; 3], "{found:?}");
        assert_eq!([found[0] > 230.0, found[1] < 60.0, found[2] > 230.0], [!dark; 3], "{found:?}");
    }
}

#[test]
fn the_page_is_light_and_asks_nobody_else() {
    let browser = Browser::open();
    browser.click("[data-example='/static/examples/blog']");
    browser.sees(".tally", "paragraphs kept");
    let entries = browser
        .js("return [...performance.getEntriesByType('navigation'), ...performance.getEntriesByType('resource')]
            .map((entry) => [entry.name, entry.decodedBodySize, entry.renderBlockingStatus, entry.initiatorType])");
    let entries = entries.as_array().unwrap();
    for entry in entries {
        assert!(entry[0].as_str().unwrap().starts_with(&browser.origin()), "{entry}");
    }
    let is_page = |entry: &&Value| entry[3] != "fetch";
    let bytes: f64 = entries.iter().filter(is_page).map(|entry| entry[1].as_f64().unwrap()).sum();
    assert!(
        entries.iter().filter(is_page).count() == 3 && bytes > 10_000.0,
        "page, style sheet and script: {entries:?}"
    );
    assert!(bytes < HEAVIEST, "{bytes} bytes: {entries:?}");
    let blocking = entries.iter().filter(|entry| entry[2] == "blocking").count();
    assert_eq!(blocking, 1, "the style sheet alone holds up the first paint: {entries:?}");
}
