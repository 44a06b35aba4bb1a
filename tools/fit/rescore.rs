//! `rescore SCORES < documents.ndjson` is `dechaff batch` with another scores file and only what scoring needs: for
//! figures on documents that the scores were not fitted on.

use std::error::Error;
use std::io::{BufRead, BufWriter, Write};

use dechaff::Options;
use dechaff::engine::scores::Scores;
use dechaff::engine::{clean_html_with, clean_text_with};
use serde::Deserialize;
use serde_json::{Value, json};

#[derive(Deserialize)]
struct Document {
    id: Value,
    html: Option<String>,
    text: Option<String>,
}

fn main() -> Result<(), Box<dyn Error>> {
    let path = std::env::args().nth(1).ok_or("usage: rescore SCORES")?;
    let scores = Scores::read(&std::fs::read_to_string(path)?)?;
    let mut out = BufWriter::new(std::io::stdout().lock());
    let options = Options::default();
    for line in std::io::stdin().lock().lines() {
        let document: Document = serde_json::from_str(&line?)?;
        let cleaned = match (&document.html, &document.text) {
            (Some(html), _) => clean_html_with(html.as_bytes(), None, &options, &scores)?,
            (None, text) => clean_text_with(text.as_deref().unwrap_or_default(), &options, &scores)?,
        };
        let paragraphs: Vec<Value> = cleaned
            .paragraphs
            .iter()
            .map(|paragraph| json!({"text": paragraph.text, "label": paragraph.label}))
            .collect();
        let answer = json!({"id": document.id, "text": cleaned.text, "paragraphs": paragraphs});
        serde_json::to_writer(&mut out, &answer)?;
        out.write_all(b"\n")?;
    }
    Ok(())
}
