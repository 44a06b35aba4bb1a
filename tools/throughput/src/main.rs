//! `throughput FOLDER` times dechaff, the bare parser and two other extractors on the pages of a folder (`*.html`,
//! `*.html.gz`), in one thread and in turns, and prints the median of each and its ratio to the bare parser.
//!
//! dechaff's time is from bytes to the JSON answer with every paragraph and its reasons.

use std::error::Error;
use std::hint::black_box;
use std::path::Path;
use std::time::Instant;

use dechaff::{Options, clean_html};
use throughput::{clean_page, clean_pasted};

/// How often every program reads every page.
const ROUNDS: usize = 5;
/// Most pages that are read of a folder.
const MOST_PAGES: usize = 400;

type Program = (&'static str, fn(&str) -> usize);

#[expect(clippy::disallowed_types, reason = "the bare parse is what the engine is measured by")]
const PROGRAMS: [Program; 5] = [
    ("scraper, bare parse", |page| scraper::Html::parse_document(page).tree.nodes().len()),
    ("dechaff, page to JSON", clean_page),
    ("dom_smoothie", |page| {
        let read = dom_smoothie::Readability::new(page, None, None).and_then(|mut page| page.parse());
        read.map_or(0, |article| article.text_content.len())
    }),
    ("rs-trafilatura", |page| rs_trafilatura::extract(page).map_or(0, |read| read.content_text.len())),
    ("dechaff, pasted text to JSON", clean_pasted),
];

#[expect(clippy::disallowed_methods, reason = "it measures time, which the engine must not know")]
fn main() -> Result<(), Box<dyn Error>> {
    let folder = std::env::args().nth(1).ok_or("usage: throughput FOLDER")?;
    let pages = throughput::read_folder(Path::new(&folder), MOST_PAGES)?;
    let texts: Vec<String> = pages
        .iter()
        .map(|page| clean_html(page.as_bytes(), None, &Options::default()).map(|cleaned| cleaned.text))
        .collect::<Result<_, _>>()?;
    let mut seconds: Vec<Vec<f64>> = vec![Vec::new(); PROGRAMS.len()];
    for _ in 0..ROUNDS {
        for ((name, program), seconds) in PROGRAMS.iter().zip(&mut seconds) {
            let source = if name.contains("text") { &texts } else { &pages };
            let start = Instant::now();
            for page in source {
                black_box(program(page));
            }
            seconds.push(start.elapsed().as_secs_f64());
        }
    }
    let bytes = |source: &[String]| source.iter().map(String::len).sum::<usize>() as f64 / 1e6;
    let mut bare = 0.0;
    println!("{} pages, {:.1} MB; medians of {ROUNDS} rounds, one thread", pages.len(), bytes(&pages));
    for ((name, _), seconds) in PROGRAMS.iter().zip(&mut seconds) {
        seconds.sort_by(f64::total_cmp);
        let rate = bytes(if name.contains("text") { &texts } else { &pages }) / seconds[ROUNDS / 2];
        bare = if bare == 0.0 { rate } else { bare };
        println!("{name:30} {rate:7.1} MB/s  {:5.2} of the bare parse", rate / bare);
    }
    Ok(())
}
