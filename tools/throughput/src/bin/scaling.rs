//! `scaling` times documents of the worst kinds at growing sizes and prints the time per byte of each, and how many times
//! that of flat paragraphs of the same size it is. It fails where the time per byte grows with the size: time must be
//! linear whatever a document holds.

use std::error::Error;
use std::hint::black_box;
use std::time::Instant;

use dechaff::{Options, clean_html};

/// Sizes in bytes: the first is where linear begins, the last the largest document that is taken by default.
const SIZES: [usize; 4] = [10_000, 100_000, 1_000_000, 10_000_000];
/// How often each document is read; the fastest counts.
const ROUNDS: usize = 3;
/// Most times as long that a byte may take in a document ten times as large.
const MOST_GROWTH: f64 = 1.5;
/// The first size whose growth is looked at: below it, what is done once for a document counts too much.
const FIRST: usize = 1;

const SENTENCE: &str =
    "The council met on Monday to talk about the bridge over the river, which had been closed for weeks. ";

/// Elements that may hold others.
#[rustfmt::skip]
const NESTING: [&str; 24] = [
    "div", "p", "span", "b", "a", "ul", "li", "table", "tr", "td", "blockquote", "section", "article", "form", "button",
    "font", "h2", "em", "dl", "dd", "pre", "svg", "math", "custom-part",
];

type Case = (&'static str, fn(usize) -> String);

/// Repeats what `unit` makes of a count until there are about so many bytes.
fn fill(size: usize, mut unit: impl FnMut(usize) -> String) -> String {
    let mut out = String::with_capacity(size + 200);
    let mut count = 0;
    while out.len() < size {
        out.push_str(&unit(count));
        count += 1;
    }
    out
}

const CASES: [Case; 13] = [
    ("flat paragraphs", |size| fill(size, |_| format!("<p>{SENTENCE}</p>\n"))),
    ("deep nesting of every element", |size| {
        fill(size, |at| format!("<{0} class=a{1}>word {1} ", NESTING[at % NESTING.len()], at % 7))
    }),
    ("deep nesting of one element", |size| fill(size, |at| format!("<div>word {at} "))),
    ("tiny elements", |size| fill(size, |_| "<b>a</b> ".to_owned())),
    ("tiny paragraphs", |size| fill(size, |_| "<p>a</p>".to_owned())),
    ("attributes on one tag", |size| format!("<p {}>{SENTENCE}</p>", fill(size, |at| format!("a{at}=b ")))),
    ("nothing is closed", |size| fill(size, |at| format!("<p><b><i class='x{at}><a href=\"y>{SENTENCE}"))),
    ("formatting left open", |size| fill(size, |_| format!("<b><i><u>{SENTENCE}<p>"))),
    ("one text", |size| fill(size, |_| SENTENCE.to_owned())),
    ("one word", |size| "a".repeat(size)),
    ("a table of rows", |size| {
        format!("<table>{}</table>", fill(size, |at| format!("<tr><td>{at}</td><td>{SENTENCE}</td></tr>\n")))
    }),
    ("beginnings of phrases", |size| {
        fill(size, |_| format!("<p>{}</p>\n", "sign up for the subscribe to our ".repeat(3)))
    }),
    ("scripts and comments left open", |size| {
        fill(size, |_| "<script><!-- <script> <!-- </scrip <style> --".to_owned())
    }),
];

fn seconds(page: &str) -> f64 {
    let options = Options::default();
    let mut fastest = f64::INFINITY;
    for _ in 0..ROUNDS {
        #[expect(clippy::disallowed_methods, reason = "it measures time, which the engine must not know")]
        let start = Instant::now();
        // An answer that a limit gives is an answer.
        black_box(clean_html(page.as_bytes(), None, &options).is_ok());
        fastest = fastest.min(start.elapsed().as_secs_f64());
    }
    fastest
}

fn main() -> Result<(), Box<dyn Error>> {
    // What is read once in a program's life is read before anything is timed.
    seconds(&CASES[0].1(SIZES[0]));
    println!("{:34} {}", "nanoseconds a byte", SIZES.map(|size| format!("{:>9} KB", size / 1000)).concat());
    let (mut flat, mut wrong) = (Vec::new(), 0);
    for (name, make) in CASES {
        let mut line = format!("{name:34} ");
        let mut before = f64::INFINITY;
        for (at, size) in SIZES.into_iter().enumerate() {
            let page = make(size);
            let each = seconds(&page) / page.len() as f64 * 1e9;
            if flat.len() < SIZES.len() {
                flat.push(each);
            }
            wrong += usize::from(at > FIRST && each > MOST_GROWTH * before);
            before = each;
            line.push_str(&format!("{each:6.0} {:4.2}×", each / flat[at]));
        }
        println!("{line}");
    }
    if wrong > 0 {
        return Err(format!("{wrong} times a byte took over {MOST_GROWTH} times as long in a larger document").into());
    }
    Ok(())
}
