//! What holds for every input: nothing panics, nothing is invented or moved, the answer is the sum of its reasons, and
//! cleaning a cleaned text changes nothing.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on says so")]

mod fixture;
mod law;

use std::fs;
use std::path::Path;
use std::sync::LazyLock;

use dechaff::engine::clean_text_bytes;
use dechaff::{Error, Options, WarningCode, clean_html, clean_text};
use law::{check_answer, check_cleaned_stays, check_page, check_prescan, check_text};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::{Index, select};
use proptest::test_runner::{Config, RngSeed};

/// Longest piece that is cut from a fixture, in bytes.
const PIECE_BYTES: usize = 2_500;

/// What is put between pieces of fixtures.
const GLUE: [&str; 34] = [
    "",
    "",
    "\n\n",
    "\r\n\r\n",
    "<div>",
    "</div>",
    "<p>",
    "</p>",
    "<table><tr><td>",
    "</table>",
    "<ul><li>",
    "<b><i>",
    "</b>",
    "<a href='/x'>",
    "<!--",
    "-->",
    "<![CDATA[",
    "]]>",
    "<script>",
    "</script>",
    "<style>",
    "<svg>",
    "</svg>",
    "<math>",
    "<textarea>",
    "<select><option>",
    "<template>",
    "<blockquote><pre>",
    "<",
    "&#x1F600;&nbsp;&amp",
    "\0",
    "\u{feff}",
    "\u{2028}\u{a0}\u{200b}",
    "- ",
];

/// The inputs of the fixtures: pages, and pasted texts.
static PAGES: LazyLock<Vec<String>> = LazyLock::new(|| inputs(true));
static TEXTS: LazyLock<Vec<String>> = LazyLock::new(|| inputs(false));

fn inputs(pages: bool) -> Vec<String> {
    let all = fixture::all();
    let chosen = all.iter().filter(|(path, _)| fixture::is_html(path) == pages);
    chosen.map(|(_, text)| fixture::split(text).0.to_owned()).collect()
}

/// The same cases every time: a gate that fails one day in ten is no gate.
fn cases(cases: u32) -> Config {
    Config { cases, failure_persistence: None, rng_seed: RngSeed::Fixed(1), ..Config::default() }
}

/// Pieces cut anywhere from a few documents, and put together with other things between them.
fn mutated(documents: &'static LazyLock<Vec<String>>) -> impl Strategy<Value = Vec<u8>> {
    let piece = (any::<Index>(), any::<Index>(), 0..PIECE_BYTES, select(&GLUE[..]), 1..6usize);
    vec(piece, 1..5).prop_map(|pieces| {
        let mut out = Vec::new();
        for (document, start, length, glue, times) in pieces {
            let document = document.get(documents).as_bytes();
            let start = start.index(document.len());
            out.extend_from_slice(&document[start..document.len().min(start + length)]);
            (0..times).for_each(|_| out.extend_from_slice(glue.as_bytes()));
        }
        out
    })
}

/// Paragraphs of the pasted fixtures, in any mixture.
fn mixture() -> impl Strategy<Value = String> {
    vec((any::<Index>(), any::<Index>()), 0..16).prop_map(|chosen| {
        let paragraph = |(document, paragraph): (Index, Index)| {
            let paragraphs: Vec<&str> = document.get(&TEXTS).split("\n\n").collect();
            *paragraph.get(&paragraphs)
        };
        chosen.into_iter().map(paragraph).collect::<Vec<_>>().join("\n\n")
    })
}

/// Markup as pages have it, with what the prescan cuts in all places.
fn markup() -> impl Strategy<Value = String> {
    const PIECES: [&str; 47] = [
        "<p>one ",
        "two</p>",
        "<div class=a>three",
        "</div>",
        "<span>four</span>",
        "<h2>five</h2>",
        "<ul><li>six<li>seven</ul>",
        "<table><tr><td>eight</td><td>nine</td></tr></table>",
        "<table>",
        "<tr><td>",
        "</table>",
        "<b>ten",
        "</b>",
        "<a href=/x>eleven</a>",
        "<pre> twelve\n thirteen</pre>",
        "<textarea><script>fourteen</textarea>",
        "<button>fifteen</button>",
        "<br>",
        " text ",
        "a < b > c & d ",
        "<script>if (a < b) { c('</p>') }</script>",
        "<script>document.write('<script>x<\\/script>')</script>",
        "<script><!-- '<script>' </script> --></script>",
        "<script type=\"application/ld+json\">{\"a\": \"</p>\"}</script>",
        "<script src=x></SCRIPT >",
        "<style>p > a { content: '</div>' }</style>",
        "<style media='a>b'>x</style>",
        "<!-- comment <p> -->",
        "<!-->",
        "<!--->",
        "<!-- a -- b --!>",
        "<!x>",
        "<?php echo '<p>' ?>",
        "</ bogus>",
        "<svg><path d='M0'/><g><circle/></g></svg>",
        "<svg><title>drawn</title><text>words</text></svg>",
        "<svg><style>p { }</style><script>x</script></svg>",
        "<svg><p>broken out</svg>",
        "<svg><![CDATA[</svg><p>no]]></svg>",
        "<![CDATA[no data]]>",
        "<noscript><img src=x><p>no script</p></noscript>",
        "<iframe src=x>framed</iframe>",
        "<noembed>not shown",
        "<noframes><p>not shown</noframes>",
        "<xmp><p>shown</xmp>",
        "<p title='a>b' data-x=\"<script>\">sixteen",
        "<math><mi>x</mi></math>",
    ];
    let body = vec(select(&PIECES[..]), 0..24).prop_map(|pieces| pieces.concat());
    (body, any::<bool>(), any::<Index>()).prop_map(|(body, is_cut, at)| {
        let mut page = format!("<!DOCTYPE html><html><head><title>t</title></head><body>{body}");
        if is_cut {
            page.truncate(page.floor_char_boundary(at.index(page.len())));
        }
        page
    })
}

proptest! {
    #![proptest_config(cases(96))]

    #[test]
    fn any_bytes_are_answered(bytes in vec(any::<u8>(), 0..600)) {
        check_page(&bytes);
        if let Ok(cleaned) = clean_text_bytes(&bytes, None, &Options::default()) {
            check_answer(&cleaned);
        }
    }

    #[test]
    fn any_text_is_answered(text in "(\\PC|[\\n\\t <>&]){0,200}") {
        check_text(&text);
        check_page(text.as_bytes());
    }
}

proptest! {
    #![proptest_config(cases(64))]

    #[test]
    fn pages_cut_to_pieces_are_answered(bytes in mutated(&PAGES)) {
        check_page(&bytes);
        clean_text_bytes(&bytes, None, &Options::default()).ok();
    }

    #[test]
    fn texts_cut_to_pieces_are_answered(bytes in mutated(&TEXTS)) {
        check_text(&String::from_utf8_lossy(&bytes));
        clean_html(&bytes, None, &Options::default()).ok();
    }

    #[test]
    fn mixtures_of_paragraphs_are_answered(text in mixture()) {
        check_text(&text);
    }

    #[test]
    fn a_cleaned_mixture_stays_as_it_is(text in mixture()) {
        check_cleaned_stays(&text);
    }
}

proptest! {
    #![proptest_config(cases(1500))]

    #[test]
    fn the_prescan_changes_no_text(page in markup()) {
        check_prescan(&page);
    }
}

/// Tries a law on every seed of its fuzz target: what once broke a law is kept there.
#[track_caller]
fn check_seeds(target: &str, check: fn(&[u8])) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz/seeds").join(target);
    let seeds: Vec<_> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    assert!(!seeds.is_empty(), "{target} has seeds");
    for seed in seeds {
        let bytes = fs::read(&seed).unwrap();
        assert!(std::panic::catch_unwind(|| check(&bytes)).is_ok(), "{} breaks the law", seed.display());
    }
}

#[test]
fn seeds_of_the_fuzz_targets_are_answered() {
    check_seeds("decode", law::check_decode);
    check_seeds("prescan", law::check_prescan_of);
    check_seeds("html", law::check_page);
    check_seeds("text", law::check_text_of);
    check_seeds("rules_file", law::check_rules_file);
    check_seeds("batch_reader", law::check_batch_reader);
}

#[test]
fn fixtures_are_answered() {
    PAGES.iter().for_each(|page| check_page(page.as_bytes()));
    TEXTS.iter().for_each(|text| check_text(text));
}

#[test]
fn a_cleaned_fixture_stays_as_it_is() {
    TEXTS.iter().for_each(|text| check_cleaned_stays(text));
}

#[test]
fn the_prescan_changes_no_text_of_a_fixture() {
    PAGES.iter().for_each(|page| check_prescan(page));
}

#[test]
fn the_prescan_changes_no_text_of_a_page_cut_anywhere() {
    for page in PAGES.iter() {
        for end in (0..page.len()).step_by(page.len() / 12) {
            check_prescan(&page[..page.floor_char_boundary(end)]);
        }
    }
}

#[test]
fn one_paragraph_of_several_lines_that_is_all_that_stays_keeps_its_lines() {
    let lines = "The council voted on Monday to build a second bridge over the river, ending a dispute that had lasted \
        for ten years.\nWork on it begins in May, the mayor said after the vote, which was closer than many of those \
        in the hall had expected.";
    check_cleaned_stays(&format!("{lines}\n\nSign up for our free newsletter"));
}

#[test]
fn the_prescan_leaves_cdata_of_an_unclosed_drawing() {
    check_prescan("<svg><![CDATA[</svg><p>x");
    check_prescan("<p>a</p><svg><g><![CDATA[ > <p>x</p> ]]>");
}

#[test]
fn ranges_count_the_byte_order_mark() {
    check_text("\u{feff}The council voted on Monday to build a second bridge.\n\nWork begins in May.");
}

/// Cleans a page and gives the codes of its warnings.
fn warnings(bytes: &[u8], charset: Option<&str>) -> Vec<WarningCode> {
    let cleaned = clean_html(bytes, charset, &Options::default()).unwrap();
    cleaned.warnings.iter().map(|warning| warning.code).collect()
}

#[test]
#[expect(clippy::disallowed_methods, reason = "what is tested is how long it takes")]
fn a_megabyte_of_nesting_is_answered_in_time() {
    let start = std::time::Instant::now();
    assert!(warnings("<div>".repeat(200_000).as_bytes(), None).contains(&WarningCode::DepthCapped));
    assert!(start.elapsed().as_secs() < 20, "took {:?}", start.elapsed());
}

#[test]
fn input_without_text_is_told() {
    assert_eq!(warnings(b"", None), [WarningCode::EmptyInput]);
    assert_eq!(warnings(b"<html><body><img src=x></body>", None), [WarningCode::EmptyInput]);
    let text = clean_text(" \n\n\t", &Options::default()).unwrap();
    assert_eq!(text.warnings[0].code, WarningCode::EmptyInput);
    assert_eq!((text.text.as_str(), text.paragraphs.len()), ("", 0));
}

#[test]
fn a_picture_is_not_text() {
    let png = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x01";
    assert_eq!(clean_html(png, None, &Options::default()).unwrap_err(), Error::NotText);
    assert_eq!(clean_text_bytes(png, None, &Options::default()).unwrap_err(), Error::NotText);
}

#[test]
fn bytes_that_are_no_text_are_told() {
    let page = "<p>The café on the quay was reopened on Monday, the mayor said.</p>".repeat(20).into_bytes();
    let page = [&page[..], b"<p>Broken \xFF here</p>"].concat();
    assert!(warnings(&page, Some("utf-8")).contains(&WarningCode::InvalidBytes));
}

#[test]
fn a_charset_without_a_meaning_is_told() {
    assert!(
        warnings(b"<p>The bridge was opened on Monday.</p>", Some("klingon-8")).contains(&WarningCode::CharsetUnknown)
    );
}

#[test]
fn a_page_cut_inside_a_tag_gives_its_paragraphs() {
    let page = "<html><body><article><p>The bridge was opened on Monday.</p><p>Traffic was light.</p><p class=\"lo";
    let cleaned = clean_html(page.as_bytes(), None, &Options::default()).unwrap();
    let texts: Vec<&str> = cleaned.paragraphs.iter().map(|paragraph| paragraph.text.as_str()).collect();
    assert_eq!(texts, ["The bridge was opened on Monday.", "Traffic was light."]);
}
