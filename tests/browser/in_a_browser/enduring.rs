//! What the page stands: long documents without freezing, and hostile ones without running or breaking anything.

use std::fmt::Write as _;
use std::time::Duration;

use dechaff::server::Settings;
use serde_json::json;

use super::{TEXT, pasted};
use crate::driver::{Browser, CONTROL};

/// Longest time between the click and the result of an article of 50 KB on the screen, in milliseconds. Where the engine
/// is not optimised, apart from what it takes, and with air for the shared machines of continuous integration.
const QUICK: f64 = if cfg!(debug_assertions) { 2_000.0 } else { 150.0 };

/// How often that is tried, each time in a new page; the median counts. An engine that is not optimised takes seconds.
const ATTEMPTS: usize = if cfg!(debug_assertions) { 3 } else { 9 };

/// Longest time that the page may not answer the reader, in milliseconds: a quiet machine stays below a hundred, the
/// shared machines of continuous integration need air.
const FROZEN: f64 = 500.0;

/// An article of so many bytes, a promo after every tenth paragraph.
fn article(bytes: usize) -> String {
    let mut article = String::new();
    for number in 1.. {
        if article.len() >= bytes {
            break;
        }
        let _ = write!(
            article,
            "On day {number} of the voyage the ferry Alma crossed the lake with {} passengers on board, and the crew \
             wrote into the log that the wind had turned to the north before noon, as it does in spring. Nobody was \
             late, nothing was lost, and the coffee was hot until the very last of the landings.\n\n",
            number * 7 % 311
        );
        if number % 10 == 0 {
            article.push_str("Sign up for our newsletter\n\n");
        }
    }
    article
}

/// Tries up to three times to stay below a limit in milliseconds: other programs may hold up any one of them.
#[track_caller]
fn check(limit: f64, attempt: impl Fn() -> f64) {
    let mut took = Vec::new();
    while took.len() < 3 && !took.iter().any(|one| *one < limit) {
        took.push(attempt());
    }
    assert!(took.iter().any(|one| *one < limit), "{took:?} ms");
}

/// Watches for how long the page does not answer, and for the policy being tried.
const WATCH: &str = "window.longest = 0; window.hacked = [];
    new PerformanceObserver((list) => { for (const { duration } of list.getEntries()) longest = Math.max(longest, duration) })
        .observe({ type: 'longtask' });
    document.addEventListener('securitypolicyviolation', (event) => hacked.push(event.violatedDirective))";

/// A service that an engine which is not optimised has the time for.
fn patient() -> Settings {
    Settings { deadline: Duration::from_mins(5), ..Settings::default() }
}

#[test]
#[expect(clippy::print_stdout, reason = "the figure is what people ask for")]
fn an_article_is_on_the_screen_at_once() {
    let browser = Browser::open_with(&patient());
    let text = article(50_000);
    let count = text.trim_end().split("\n\n").count();
    // From the event of the click to the frame after all rows are there, and the wait for the service.
    let script = "document.getElementById('document').value = arguments[0];
        const fetched = window.fetch; let waited = 0;
        window.fetch = async (...all) => { const start = performance.now(); const answer = await fetched(...all);
            const body = await answer.arrayBuffer(); waited = Math.max(waited, performance.now() - start);
            return new Response(body, answer) };
        addEventListener('click', ({ timeStamp }) => {
            const look = () => document.querySelectorAll('.row').length === arguments[1]
                ? requestAnimationFrame(() => setTimeout(() => { window.figures = [performance.now() - timeStamp, waited]; }))
                : requestAnimationFrame(look);
            look();
        }, { once: true, capture: true })";
    let mut took = Vec::new();
    while took.len() < ATTEMPTS {
        browser.go("/");
        browser.js_with(script, json!([text, count]));
        browser.click("[type=submit]");
        browser.until("window.figures");
        let figures = browser.js("return window.figures");
        let [whole, waited] = [0, 1].map(|at| figures[at].as_f64().unwrap());
        browser.sees(".tally", "paragraphs kept");
        took.push((whole, waited));
    }
    took.sort_by(|a, b| a.0.total_cmp(&b.0));
    let (whole, waited) = took[ATTEMPTS / 2];
    println!("50 KB on the screen: {whole:.0} ms from the click, {waited:.0} of them the service's; all: {took:.0?}");
    // An engine that is not optimised has figures of its own.
    let counted = if cfg!(debug_assertions) { whole - waited } else { whole };
    assert!(counted < QUICK, "{took:?} ms");
}

#[test]
fn two_megabytes_do_not_freeze_the_page() {
    let browser = Browser::open_with(&patient());
    let long = article(2_000_000);
    let count = long.trim_end().split("\n\n").count();
    browser.js_with("return navigator.clipboard.writeText(arguments[0])", json!([long]));
    browser.js(WATCH);
    check(FROZEN, || {
        browser.js("document.querySelector('.lists')?.replaceChildren(); longest = 0");
        browser.click("#document");
        browser.press(Some(CONTROL), "v");
        browser.until(&format!("document.querySelectorAll('.row').length === {count}"));
        browser.js("return longest").as_f64().unwrap()
    });
    browser.sees("#held", "The box shows the beginning of 2.0 million characters; all of it is cleaned.");
    browser.click("#tab-clean");
    browser.until("document.querySelectorAll('article.clean p').length > 1000");
    browser.click("#empty");
    assert_eq!(browser.js("return document.getElementById('document').value"), json!(""));
    browser.paste(TEXT);
    browser.sees(".tally", "3 of 6 paragraphs kept.");
    assert_eq!(browser.seen("#held"), "");
}

#[test]
fn a_hundred_thousand_paragraphs_break_nothing() {
    let browser = pasted();
    browser.js(WATCH);
    // The service is played: what is tried is the page.
    browser.js("const reasons = [{ rule: 'text-length', label: 'boilerplate', weight: 1, evidence: '1 words' }];
        const paragraphs = Array.from({ length: 100_000 }, (_, index) => ({ index, text: `x${index}`, tag: 'p',
            label: index % 2 ? 'boilerplate' : 'content', kept: index % 2 === 0, confidence: 0.5, reasons }));
        const counts = { content: 50_000, advertising: 0, call_to_action: 0, boilerplate: 50_000 };
        window.fetch = async () => ({ ok: true, json: async () => ({ title: null, warnings: [], counts, paragraphs,
            text: 'x', markdown: 'x', html: '<p>x</p>'.repeat(50_000) }) });
        document.getElementById('document').value = 'x'");
    check(FROZEN, || {
        browser.js("document.querySelector('.lists').replaceChildren(); longest = 0");
        browser.click("[type=submit]");
        browser.until("document.querySelectorAll('.row').length === 100000");
        browser.js("return longest").as_f64().unwrap()
    });
    browser.sees(".tally", "50,000 of 100,000 paragraphs kept.");
}

#[test]
fn a_hostile_page_runs_nothing_and_breaks_nothing() {
    let hostile = "<script>window.hacked.push('script')</script><title></textarea><script>hacked.push('title')</script></title>
        <p onclick=\"hacked.push('click')\" onmouseover=\"hacked.push('over')\">The mayor <img src=x onerror=\"hacked.push('image')\">said on
        Monday that <a href=\"javascript:hacked.push('link')\">the bridge</a> would open in May, and nobody in the council laughed.</p>
        <svg onload=\"hacked.push('svg')\"><style>body { display: none }</style></svg><iframe srcdoc=\"<script>parent.hacked.push('frame')</script>\"></iframe>
        <p>&lt;script&gt;hacked.push('escaped')&lt;/script&gt; is what she wrote on the board, and &lt;b&gt;bold&lt;/b&gt; it was, in spite of the rain.</p>
        <b><i><p>Broken </b>markup </i></div></table></body></html> that goes on after its end, as it does on so many pages these days.
        <p>\u{202e}txet desrever fo hparagarap a si siht\u{202c} and it ends here, after some more words that make it a sentence.</p>
        <form action=https://evil.example><input name=document value=evil></form><base href=https://evil.example/><meta http-equiv=refresh content='0;url=https://evil.example'>
        <p style=\"position:fixed;inset:0\" id=form class=row>A paragraph that wants to be the form, and all of the window, for as long as it is let.</p>";
    let browser = Browser::open();
    browser.js(WATCH);
    let origin = browser.origin();
    let is_unharmed = |what: &str| {
        for view in ["clean", "marked"] {
            browser.click(&format!("#tab-{view}"));
            browser.sees(&format!("#panel-{view}"), "The mayor");
        }
        browser.hover(".row .text");
        browser.sees("#why", "Together");
        assert_eq!(browser.js("return hacked"), json!([]), "{what}");
        assert!(browser.js("return location.href").as_str().unwrap().starts_with(&origin), "{what}");
        let foreign = "return document.querySelectorAll('#result :is(script, img, svg, iframe, style, form, input, base, meta, [onclick], [href^=javascript])').length";
        assert_eq!(browser.js(foreign), json!(0), "{what}");
        assert_eq!(browser.js("return document.documentElement.scrollWidth <= innerWidth"), json!(true), "{what}");
        assert!(browser.complaints().is_empty(), "{what}: {:?}", browser.complaints());
    };
    browser.paste(hostile);
    browser.sees(".row", "The mayor");
    is_unharmed("as HTML");
    // What the reader decides renders the article anew.
    browser.click(".row .text");
    browser.click(".row .text");
    is_unharmed("decided");
    browser.paste(&format!("A line of text before.\n\n{hostile}\n\n{TEXT}"));
    browser.sees(".row", "A line of text before");
    is_unharmed("as text");
    browser.paste(&"W".repeat(20_000));
    browser.sees(".row", "WWWW");
    assert_eq!(
        browser.js("return document.documentElement.scrollWidth <= innerWidth"),
        json!(true),
        "a word without end"
    );
}
