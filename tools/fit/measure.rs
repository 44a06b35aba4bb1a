//! Writes what the engine measures of documents, for fitting.
//!
//! `measure judge OUT < documents.ndjson` writes `OUT.rows` (little-endian `f32`, one row a block, columns as
//! `OUT.json` names them), `OUT.blocks` (one JSON line a document: its id, language and the text of its blocks) and what
//! a vocabulary is fitted on: `OUT.grams` (a number for every word and pair of each block, `u32`), `OUT.gram-counts` (how
//! many each block has, `u32`), `OUT.gram-names` (their spelling, one a line) and `OUT.around` (for every block the
//! heading above, -1 for none, and the beginning and end of the run of bare lines, `i32`, counted in the document). For
//! the kinds of pages: `OUT.kinds` (`f32`, one row a document, columns as `OUT.kinds.json` names them; none of texts).
//! `measure settle OUT SCORES < documents.ndjson` writes the rows of the second vote; SCORES holds one `f32` a
//! block, its first vote.

use std::collections::HashMap;
use std::error::Error;
use std::fs::File;
use std::io::{self, BufRead, BufWriter, Read, Write};

use dechaff::engine::features::{self, Features, Row, columns, kind};
use dechaff::engine::lexicon::normal;
use dechaff::engine::lexicon::vocabulary::grams;
use dechaff::engine::page::Page;
use dechaff::engine::scores::Scores;
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
        (Some(html), _) => parse::unseen::parse(&decode::html(html.as_bytes(), None).text),
        (None, text) => parse::text::parse(text.as_deref().unwrap_or_default()),
    }
}

/// Numbers the words and pairs of blocks, and writes down what of a block's surroundings their scores are asked for.
struct WordFiles {
    numbers: HashMap<String, u32>,
    spelled: BufWriter<File>,
    counts: BufWriter<File>,
    names: BufWriter<File>,
    around: BufWriter<File>,
}

impl WordFiles {
    fn new(out: &str) -> io::Result<Self> {
        let file = |what: &str| File::create(format!("{out}.{what}")).map(BufWriter::new);
        Ok(Self {
            numbers: HashMap::new(),
            spelled: file("grams")?,
            counts: file("gram-counts")?,
            names: file("gram-names")?,
            around: file("around")?,
        })
    }

    fn write(&mut self, features: &Features<'_>, block: usize) -> Result<(), Box<dyn Error>> {
        let run = features.bare_run(block);
        let heading = features.heading_above(block).map_or(Ok(-1), i32::try_from)?;
        for at in [heading, run.start.try_into()?, run.end.try_into()?] {
            self.around.write_all(&at.to_le_bytes())?;
        }
        let grams = grams(&normal::fold(&features.page.blocks[block].text));
        self.counts.write_all(&u32::try_from(grams.len())?.to_le_bytes())?;
        for gram in grams {
            let new = u32::try_from(self.numbers.len())?;
            let number = if let Some(number) = self.numbers.get(&gram) {
                *number
            } else {
                writeln!(self.names, "{gram}")?;
                self.numbers.insert(gram, new);
                new
            };
            self.spelled.write_all(&number.to_le_bytes())?;
        }
        Ok(())
    }
}

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let (what, out) = match arguments.as_slice() {
        [what, out, ..] => (what.as_str(), out.as_str()),
        _ => return Err("usage: measure judge OUT, or measure settle OUT SCORES".into()),
    };
    let mut votes = Vec::new();
    if let Some(path) = arguments.get(2) {
        File::open(path)?.read_to_end(&mut votes)?;
    }
    let votes: Vec<f32> =
        votes.chunks_exact(4).map(|bytes| f32::from_le_bytes([bytes[0], bytes[1], bytes[2], bytes[3]])).collect();
    let columns_of = if what == "settle" { settle::columns() } else { columns::all().collect() };
    let names: Vec<String> = columns_of.into_iter().map(|(name, _)| name).collect();
    serde_json::to_writer(File::create(format!("{out}.json"))?, &names)?;
    let mut rows = BufWriter::new(File::create(format!("{out}.rows"))?);
    let mut blocks = BufWriter::new(File::create(format!("{out}.blocks"))?);
    serde_json::to_writer(File::create(format!("{out}.kinds.json"))?, &kind::columns())?;
    let mut kinds = BufWriter::new(File::create(format!("{out}.kinds"))?);
    let mut words = if what == "settle" { None } else { Some(WordFiles::new(out)?) };
    // What is fitted on what is measured here says nothing yet: its own columns stay empty.
    let scores = Scores::empty();
    let mut at = 0;
    for line in std::io::stdin().lock().lines() {
        let document: Document = serde_json::from_str(&line?)?;
        let page = parse(&document);
        let spoken = language::of(&page, None, metadata::choose(&page, None).language.as_deref());
        let features = features::measure(&page, spoken.words(), &scores);
        features.kind_row().iter().try_for_each(|value| kinds.write_all(&value.to_le_bytes()))?;
        let mut write = |values: &[f32]| values.iter().try_for_each(|value| rows.write_all(&value.to_le_bytes()));
        if what == "settle" {
            let first = votes.get(at..at + features.len).ok_or("too few scores")?;
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
        if let Some(words) = &mut words {
            (0..features.len).try_for_each(|block| words.write(&features, block))?;
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
