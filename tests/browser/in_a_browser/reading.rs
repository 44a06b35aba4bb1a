//! How a verdict is read: reasons at the pointer, the keyboard and the finger, on narrow screens and from right to left.

use serde_json::json;

use super::{TEXT, pasted, row};
use crate::driver::Browser;

/// A telephone's screen, with a finger in place of a pointer.
fn make_phone(browser: &Browser) {
    let screen = json!({ "width": 360, "height": 740, "deviceScaleFactor": 1, "mobile": true });
    browser.cdp("Emulation.setDeviceMetricsOverride", screen);
    browser.cdp("Emulation.setTouchEmulationEnabled", json!({ "enabled": true }));
}

/// Taps with a finger on the middle of an element.
#[track_caller]
fn tap(browser: &Browser, selector: &str) {
    let script = "const it = document.querySelector(arguments[0]); it.scrollIntoView({ block: 'center' });
        const { left, top, width, height } = it.getBoundingClientRect();
        return [left + width / 2, top + height / 2]";
    let place = browser.js_with(script, json!([selector]));
    let points = json!([{ "x": place[0], "y": place[1] }]);
    browser.cdp("Input.dispatchTouchEvent", json!({ "type": "touchStart", "touchPoints": points }));
    browser.cdp("Input.dispatchTouchEvent", json!({ "type": "touchEnd", "touchPoints": [] }));
}

/// What the card must show of the second paragraph of [`TEXT`].
#[track_caller]
fn sees_why(browser: &Browser) {
    browser.sees("#why .head", "call to action");
    browser.sees("#why", "telling words");
    browser.sees("#why", "newsletter”");
    let weights = browser.js("return [...document.querySelectorAll('#why .weight')].map((one) => one.innerText)");
    let weights = weights.as_array().unwrap().iter().map(|weight| weight.as_str().unwrap().replace('−', "-"));
    let sum: f64 = weights.map(|weight| weight.parse::<f64>().unwrap()).sum();
    assert!(sum < 0.0, "{sum}");
    let told = format!("Together −{:.2}: below 0, it goes.", -sum);
    assert!(browser.seen("#why").contains(&told), "{told}: {}", browser.seen("#why"));
    let bar = browser.js("return document.querySelector('#why .head meter').value").as_f64().unwrap();
    let said = browser.seen("#why .head");
    assert!(said.contains(&format!("{} %", (bar * 100.0).round())), "{bar}: {said}");
    assert!(browser.js("return document.querySelector('#why .head meter').offsetWidth").as_f64().unwrap() >= 40.0);
}

#[test]
fn the_pointer_shows_why_without_a_shift_of_the_text() {
    let browser = pasted();
    let place = "return document.querySelector(\".row[data-index='5'] .text\").getBoundingClientRect().top + scrollY";
    let before = browser.js(place);
    browser.hover(&format!("{} .text", row(1)));
    sees_why(&browser);
    assert_eq!(browser.js(place), before, "what is read stays where it is");
    let beside = "const card = document.getElementById('why').getBoundingClientRect();
        const text = document.querySelector(\".row[data-index='1'] .text\").getBoundingClientRect();
        return card.left >= text.right && card.right <= innerWidth && card.top >= 0";
    assert_eq!(browser.js(beside), json!(true), "the card covers no text");
    let marks = "return [...document.querySelectorAll(\".row[data-index='1'] mark\")].map((one) => one.innerText)";
    let marks = browser.js(marks).to_string();
    assert!(marks.contains("newsletter"), "the matched words are marked: {marks}");
    let color = |selector: &str| {
        browser
            .js_with("return getComputedStyle(document.querySelector(arguments[0])).backgroundColor", json!([selector]))
    };
    assert_ne!(color(&format!("{} mark", row(1))), color(&row(1)));
    assert_ne!(color(&row(3)), color(&row(0)), "what went is tinted");
    assert_ne!(color(&row(3)), color(&row(5)), "by its label");
    browser.hover(&format!("{} .text", row(3)));
    browser.sees("#why .head", "advertising");
    assert_eq!(browser.js("return document.querySelectorAll('.why').length"), json!(1));
}

#[test]
fn a_finger_shows_why_and_then_decides() {
    let browser = Browser::open();
    make_phone(&browser);
    browser.go("/");
    browser.paste(TEXT);
    browser.sees(".tally", "3 of 6 paragraphs kept.");
    tap(&browser, &format!("{} .text", row(1)));
    sees_why(&browser);
    assert!(browser.seen(".tally").contains("3 of 6"), "a tap alone decides nothing");
    tap(&browser, &format!("{} button", row(1)));
    browser.sees(".tally", "4 of 6 paragraphs kept.");
    tap(&browser, &format!("{} .text", row(0)));
    browser.sees("#why .head", "content");
    let wide = "return [...document.querySelectorAll('body *')].filter((one) => !one.closest('.hidden, .skip')
        && one.getBoundingClientRect().right > innerWidth + 1).map((one) => one.outerHTML.slice(0, 80))";
    assert_eq!(browser.js(wide), json!([]), "nothing is wider than the screen");
    assert!(browser.js("return document.documentElement.scrollWidth <= innerWidth").as_bool().unwrap());
    let small = "return [...document.querySelectorAll('button, select, fieldset label')]
        .filter((one) => one.checkVisibility() && !one.matches('.link') && one.getBoundingClientRect().height < 28)
        .map((one) => one.outerHTML.slice(0, 80))";
    assert_eq!(browser.js(small), json!([]), "nothing is too small for a finger");
}

#[test]
fn scripts_that_run_from_right_to_left_do_so() {
    let browser = Browser::open();
    browser.paste(
        "عادت العبّارة «ألما» يوم السبت إلى عبور البحيرة، بعد أحد عشر عامًا قضتها على اليابسة، وعلى متنها ثلاثمئة راكب.\n\n\
         اشترك في نشرتنا الإخبارية\n\n\
         وقالت إيناس روت، التي ترأس الجمعية التي رمّمتها: «لم نفكر قط في الاستسلام، ولكن مرّت شتاءات كدنا فيها أن نفعل».",
    );
    browser.sees(".tally", "of 3 paragraphs kept");
    let direction = "return getComputedStyle(document.querySelector(arguments[0])).direction";
    for selector in ["#document", ".lists", ".row .text", "article.clean"] {
        assert_eq!(browser.js_with(direction, json!([selector])), json!("rtl"), "{selector}");
    }
    let sides = "const text = document.querySelector('.row .text').getBoundingClientRect();
        const label = document.querySelector('.row .verdict').getBoundingClientRect(); return label.right <= text.left";
    assert_eq!(browser.js(sides), json!(true), "what is said of a paragraph stands after it");
    browser.hover(&format!("{} .text", row(1)));
    browser.sees("#why .head", "%");
    assert_eq!(browser.js_with(direction, json!(["#why"])), json!("ltr"), "the card is in English");
    let beside = "const card = document.getElementById('why').getBoundingClientRect();
        return card.left >= 0 && card.right <= document.querySelector('.row .text').getBoundingClientRect().left";
    assert_eq!(browser.js(beside), json!(true));
}
