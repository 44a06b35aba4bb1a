//! What the timings have in common: pages, and dechaff as a program runs it, from bytes to the JSON answer with every
//! paragraph and its reasons.

use std::error::Error;
use std::io::Read;
use std::path::Path;

use dechaff::wire::{Answer, Paragraphs};
use dechaff::{Cleaned, Options, clean_html, clean_text};

/// The pages of a folder (`*.html`, `*.html.gz`) by name, at most `most`.
///
/// # Errors
/// Where the folder or a page cannot be read.
pub fn read_folder(folder: &Path, most: usize) -> Result<Vec<String>, Box<dyn Error>> {
    let entries = std::fs::read_dir(folder)?.map(|entry| entry.map(|entry| entry.path()));
    let mut paths = entries.collect::<Result<Vec<_>, _>>()?;
    paths.retain(|path| [".html", ".html.gz"].iter().any(|end| path.to_string_lossy().ends_with(end)));
    paths.sort();
    paths.iter().take(most).map(|path| read(path)).collect()
}

fn read(path: &Path) -> Result<String, Box<dyn Error>> {
    let bytes = std::fs::read(path)?;
    let mut page = Vec::new();
    if path.extension().is_some_and(|end| end == "gz") {
        flate2::read::GzDecoder::new(&bytes[..]).read_to_end(&mut page)?;
    } else {
        page = bytes;
    }
    Ok(String::from_utf8_lossy(&page).into_owned())
}

/// A page of the project's own, with as much around its article as pages have: menus, scripts, styles, teasers.
pub fn own_page() -> String {
    let news = include_str!("../../../static/examples/news.html");
    let menu: String = (0..120)
        .map(|at| {
            format!("<li class=\"menu-item menu-item-{at}\" data-track='{{\"id\":{at}}}'><a href=\"/topic/{at}\">Topic {at}</a></li>\n")
        })
        .collect();
    let script = "<script>window.dataLayer = window.dataLayer || []; if (1 < 2) { track('page', 'view'); }</script>\n"
        .repeat(80);
    let teasers: String = (0..40)
        .map(|at| {
            format!(
                "<div class=\"card teaser\"><a href=\"/story/{at}\"><img src=\"/{at}.jpg\" srcset=\"/{at}.jpg 1x\" alt=\"\">\
                 <h3>Story number {at} of the day</h3></a><p>What else happened in town, in a sentence or two.</p></div>\n"
            )
        })
        .collect();
    let (head, body) = news.split_once("<body").unwrap_or(("", news));
    format!("{head}{script}<body{body}<ul class=\"nav\">{menu}</ul>{teasers}{script}<footer><ul>{menu}</ul></footer>")
}

/// Cleans a page; returns the length of the answer.
pub fn clean_page(page: &str) -> usize {
    json(&clean_html(page.as_bytes(), None, &Options::default()).expect("no limit is set"))
}

/// Cleans a pasted text; returns the length of the answer.
pub fn clean_pasted(text: &str) -> usize {
    json(&clean_text(text, &Options::default()).expect("no limit is set"))
}

/// The length of an answer with all paragraphs and reasons.
pub fn json(cleaned: &Cleaned) -> usize {
    serde_json::to_vec(&Answer::new(cleaned, Paragraphs::All, None)).expect("an answer is JSON").len()
}
