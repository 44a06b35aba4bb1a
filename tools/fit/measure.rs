//! Writes what the engine measures of documents, for fitting.
//!
//! `measure judge OUT < documents.ndjson` writes `OUT.rows` (little-endian `f32`, one row a block, columns as
//! `OUT.json` names them) and `OUT.blocks` (one JSON line a document: its id, language and the text of its blocks).
//! `measure settle OUT SCORES < documents.ndjson` writes the rows of the second vote; SCORES holds one `f32` a
//! block, its first vote.

use std::error::Error;
use std::fs::File;
use std::io::{BufRead, BufWriter, Read, Write};

use dechaff::engine::features::{self, Row, columns};
use dechaff::engine::page::Page;
use dechaff::engine::parse::prescan::prescan;
use dechaff::engine::{decode, language, metadata, parse, settle};
use serde::Deserialize;

#[derive(Deserialize)]
struct Document {
    id: String,
    html: Option<String>,
    text: Option<String>,
}

fn parse(document: &Document) -> Page {
    match (&document.html, &document.text) {
        (Some(html), _) => parse::html::parse(&prescan(&decode::html(html.as_bytes(), None).text)),
        (None, text) => parse::text::parse(text.as_deref().unwrap_or_default()),
    }
}

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let (what, out) = match arguments.as_slice() {
        [what, out, ..] => (what.as_str(), out.as_str()),
        _ => return Err("usage: measure judge OUT, or measure settle OUT SCORES".into()),
    };
    let mut scores = Vec::new();
    if let Some(path) = arguments.get(2) {
        File::open(path)?.read_to_end(&mut scores)?;
    }
    let scores: Vec<f32> =
        scores.chunks_exact(4).map(|bytes| f32::from_le_bytes([bytes[0], bytes[1], bytes[2], bytes[3]])).collect();
    let columns_of = if what == "settle" { settle::columns() } else { columns::all().collect() };
    let names: Vec<String> = columns_of.into_iter().map(|(name, _)| name).collect();
    serde_json::to_writer(File::create(format!("{out}.json"))?, &names)?;
    let mut rows = BufWriter::new(File::create(format!("{out}.rows"))?);
    let mut blocks = BufWriter::new(File::create(format!("{out}.blocks"))?);
    let mut at = 0;
    for line in std::io::stdin().lock().lines() {
        let document: Document = serde_json::from_str(&line?)?;
        let page = parse(&document);
        let spoken = language::of(&page, None, metadata::choose(&page, None).language.as_deref());
        let features = features::measure(&page, spoken.words());
        let mut write = |values: &[f32]| values.iter().try_for_each(|value| rows.write_all(&value.to_le_bytes()));
        if what == "settle" {
            let first = scores.get(at..at + features.len).ok_or("too few scores")?;
            for row in settle::rows(&features, first) {
                write(&row)?;
            }
            at += features.len;
        } else {
            let mut row = Row::default();
            for block in 0..features.len {
                features.row(block, &mut row);
                write(&row.0)?;
            }
        }
        let texts: Vec<&str> = page.blocks.iter().map(|block| block.text.as_str()).collect();
        serde_json::to_writer(
            &mut blocks,
            &serde_json::json!({"id": document.id, "language": spoken.code, "blocks": texts}),
        )?;
        blocks.write_all(b"\n")?;
    }
    Ok(())
}
